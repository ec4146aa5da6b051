-- case: a foreign key comes, with all its clauses
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a, b));
CREATE TABLE u (a integer, b integer);
-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a, b));
CREATE TABLE u (a integer, b integer, CONSTRAINT u_fk FOREIGN KEY (a, b) REFERENCES t (a, b)
    MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL (b) DEFERRABLE INITIALLY DEFERRED);
COMMENT ON CONSTRAINT u_fk ON u IS 'points to t';

-- case: when it is checked changes in place
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a));
CREATE TABLE w (a integer, CONSTRAINT w_fk FOREIGN KEY (a) REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED);
-- to
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE w (a integer, CONSTRAINT w_fk FOREIGN KEY (a) REFERENCES t (a) DEFERRABLE);

-- case: an action changes
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a) ON DELETE CASCADE);
-- to
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a) ON DELETE RESTRICT);

-- case: not valid yet
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE u (a integer);
ALTER TABLE u ADD CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a) NOT VALID;
-- to
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a));

-- case: two tables point to each other
-- to
CREATE TABLE t (a integer PRIMARY KEY, b integer);
CREATE TABLE u (a integer PRIMARY KEY, b integer REFERENCES t (a));
ALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (b) REFERENCES u (a);

-- case: a table points to itself
-- to
CREATE TABLE t (a integer PRIMARY KEY, b integer REFERENCES t (a));

-- case: the referenced table is another
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a));
-- to
CREATE TABLE s (a integer PRIMARY KEY);
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES s (a));

-- case: it points to a unique index, which changes
CREATE TABLE t (a integer, b integer);
CREATE UNIQUE INDEX i ON t (a);
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a));
-- to
CREATE TABLE t (a integer, b integer);
CREATE UNIQUE INDEX i ON t (a) INCLUDE (b);
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a));

-- case: of a partitioned table
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE p (a integer) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- to
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE p (a integer, CONSTRAINT p_fk FOREIGN KEY (a) REFERENCES t (a)) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);

-- case: of a partitioned table, which is deferred now
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE p (a integer, CONSTRAINT p_fk FOREIGN KEY (a) REFERENCES t (a)) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- to
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE p (a integer, CONSTRAINT p_fk FOREIGN KEY (a) REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);

-- case: a partition is detached and loses the parent's foreign key
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE p (a integer, CONSTRAINT p_fk FOREIGN KEY (a) REFERENCES t (a)) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- to
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE p (a integer, CONSTRAINT p_fk FOREIGN KEY (a) REFERENCES t (a)) PARTITION BY LIST (a);
CREATE TABLE p1 (a integer);

-- case: a partition is detached and keeps the parent's foreign key
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE p (a integer, CONSTRAINT p_fk FOREIGN KEY (a) REFERENCES t (a)) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- to
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE p (a integer) PARTITION BY LIST (a);
CREATE TABLE p1 (a integer, CONSTRAINT p_fk FOREIGN KEY (a) REFERENCES t (a));

-- case: to a partitioned table, which gets a partition
CREATE TABLE p (a integer PRIMARY KEY) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE t (a integer REFERENCES p (a));
-- to
CREATE TABLE p (a integer PRIMARY KEY) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
CREATE TABLE t (a integer REFERENCES p (a));

-- case: to a partitioned table, all new
-- to
CREATE TABLE p (a integer PRIMARY KEY, b integer REFERENCES p (a)) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
CREATE TABLE t (a integer REFERENCES p (a), b integer REFERENCES p1 (a));

-- case: the referenced key is recreated
CREATE TABLE t (a integer NOT NULL, b integer, CONSTRAINT t_pkey PRIMARY KEY (a));
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a));
COMMENT ON CONSTRAINT u_fk ON u IS 'kept';
-- to
CREATE TABLE t (a integer NOT NULL, b integer, CONSTRAINT t_pkey PRIMARY KEY (a) INCLUDE (b));
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a));
COMMENT ON CONSTRAINT u_fk ON u IS 'kept';

-- case: two keys on the columns that a foreign key points to
CREATE TABLE public.t (a integer, b integer);
ALTER TABLE public.t ADD CONSTRAINT one UNIQUE (a, b);
ALTER TABLE public.t ADD CONSTRAINT two UNIQUE (b, a) INCLUDE (a);
CREATE TABLE public.u (a integer, b integer, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES public.t (a, b));
-- to
CREATE TABLE public.t (a integer, b integer);
ALTER TABLE public.t ADD CONSTRAINT two UNIQUE (b, a) INCLUDE (a);
ALTER TABLE public.t ADD CONSTRAINT one UNIQUE (a, b);
CREATE TABLE public.u (a integer, b integer, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES public.t (a, b));

-- case: one of two keys that a foreign key could need goes
CREATE TABLE public.t (a integer PRIMARY KEY, CONSTRAINT one UNIQUE (a));
CREATE TABLE public.u (a integer REFERENCES public.t);
-- to
CREATE TABLE public.t (a integer UNIQUE);
CREATE TABLE public.u (a integer REFERENCES public.t (a));

-- case: of a partition, taken for the parent's, all new
-- to
CREATE TABLE r (a integer PRIMARY KEY);
CREATE TABLE t (a integer CONSTRAINT f REFERENCES r) PARTITION BY RANGE (a);
CREATE TABLE t1 (a integer CONSTRAINT f1 REFERENCES r) PARTITION BY RANGE (a);
CREATE TABLE t11 PARTITION OF t1 FOR VALUES FROM (0) TO (50);
CREATE TABLE t12 (a integer CONSTRAINT f12 REFERENCES r);
ALTER TABLE t1 ATTACH PARTITION t12 FOR VALUES FROM (50) TO (100);
ALTER TABLE t ATTACH PARTITION t1 FOR VALUES FROM (0) TO (100);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200);

-- case: of a partition, under another name
CREATE TABLE r (a integer PRIMARY KEY);
CREATE TABLE t (a integer CONSTRAINT f REFERENCES r) PARTITION BY RANGE (a);
CREATE TABLE t1 (a integer CONSTRAINT f1 REFERENCES r);
ALTER TABLE t ATTACH PARTITION t1 FOR VALUES FROM (0) TO (100);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200);
-- to
CREATE TABLE r (a integer PRIMARY KEY);
CREATE TABLE t (a integer CONSTRAINT f REFERENCES r) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200);
ALTER TABLE t2 RENAME CONSTRAINT f TO f2;
COMMENT ON CONSTRAINT f2 ON t2 IS 'inherited';

-- case: of a partitioned table, new, with another name in a partition
CREATE TABLE r (a integer PRIMARY KEY);
CREATE TABLE t (a integer) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100) PARTITION BY RANGE (a);
CREATE TABLE t11 PARTITION OF t1 FOR VALUES FROM (0) TO (100);
-- to
CREATE TABLE r (a integer PRIMARY KEY);
CREATE TABLE t (a integer) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100) PARTITION BY RANGE (a);
CREATE TABLE t11 PARTITION OF t1 FOR VALUES FROM (0) TO (100);
ALTER TABLE t1 ADD CONSTRAINT f1 FOREIGN KEY (a) REFERENCES r;
ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES r;

-- case: of a partition, taken for the parent's, which is detached
CREATE TABLE r (a integer PRIMARY KEY);
CREATE TABLE t (a integer CONSTRAINT f REFERENCES r) PARTITION BY RANGE (a);
CREATE TABLE t1 (a integer CONSTRAINT f1 REFERENCES r);
ALTER TABLE t ATTACH PARTITION t1 FOR VALUES FROM (0) TO (100);
-- to
CREATE TABLE r (a integer PRIMARY KEY);
CREATE TABLE t (a integer CONSTRAINT f REFERENCES r) PARTITION BY RANGE (a);
CREATE TABLE t1 (a integer CONSTRAINT f1 REFERENCES r);

-- case: of a partitioned table to itself, with rows
-- to
CREATE TABLE t (a integer, b integer, PRIMARY KEY (a)) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (a);
CREATE TABLE t21 PARTITION OF t2 FOR VALUES FROM (100) TO (200);
ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t;
ALTER TABLE t1 ADD FOREIGN KEY (b) REFERENCES t2;
INSERT INTO t VALUES (100, 100), (1, 100), (101, 1);

-- case: to a partitioned table, partitions of partitions of which go
CREATE TABLE t (a integer PRIMARY KEY) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100) PARTITION BY RANGE (a);
CREATE TABLE t11 PARTITION OF t1 FOR VALUES FROM (0) TO (50);
CREATE TABLE t12 PARTITION OF t1 FOR VALUES FROM (50) TO (100);
CREATE TABLE s (a integer REFERENCES t);
-- to
CREATE TABLE t (a integer PRIMARY KEY) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100) PARTITION BY RANGE (a);
CREATE TABLE t11 PARTITION OF t1 FOR VALUES FROM (0) TO (50);
CREATE TABLE s (a integer REFERENCES t);
