-- case: a key is added to a table
CREATE TABLE t (a integer NOT NULL, b text);
-- to
CREATE TABLE t (a integer NOT NULL, b text, CONSTRAINT t_pkey PRIMARY KEY (a));

-- case: a key changes its columns, and a foreign key points to it
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a));
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a));
-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (b));
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (b));

-- case: a key with options, included columns, comments
CREATE TABLE t (a integer, b integer);
-- to
CREATE TABLE t (a integer NOT NULL, b integer,
    CONSTRAINT "T key" PRIMARY KEY (a) INCLUDE (b) WITH (fillfactor = 70));
COMMENT ON CONSTRAINT "T key" ON t IS 'the key';
COMMENT ON INDEX "T key" IS 'its index';

-- case: options of a key in place
CREATE TABLE t (a integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a) WITH (fillfactor = 70));
COMMENT ON INDEX t_pkey IS 'one';
-- to
CREATE TABLE t (a integer NOT NULL,
    CONSTRAINT t_pkey PRIMARY KEY (a) WITH (fillfactor = 80, deduplicate_items = off));
COMMENT ON INDEX t_pkey IS 'two';

-- case: a deferrable key becomes an ordinary one
CREATE TABLE t (a integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a) DEFERRABLE INITIALLY DEFERRED);
-- to
CREATE TABLE t (a integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a));

-- case: a view groups by the key that goes
CREATE TABLE t (a integer NOT NULL, b text, CONSTRAINT t_pkey PRIMARY KEY (a));
CREATE VIEW v AS SELECT a, b, count(*) AS n FROM t GROUP BY a;
-- to
CREATE TABLE t (a integer NOT NULL, b text);
CREATE VIEW v AS SELECT a, b, count(*) AS n FROM t GROUP BY a, b;

-- case: a key of a partitioned table with partitions
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20) PARTITION BY LIST (b);
CREATE TABLE t21 PARTITION OF t2 DEFAULT;
-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a, b)) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20) PARTITION BY LIST (b);
CREATE TABLE t21 PARTITION OF t2 DEFAULT;

-- case: a key of a partitioned table with partitions becomes another
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a)) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE u (a integer REFERENCES t (a), c integer REFERENCES t1 (a));
-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a, b)) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE u (a integer, c integer);

-- case: the table is clustered on its key
CREATE TABLE t (a integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a));
CREATE INDEX i ON t (a);
ALTER TABLE t CLUSTER ON i;
-- to
CREATE TABLE t (a integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a));
CREATE INDEX i ON t (a);
ALTER TABLE t CLUSTER ON t_pkey;

-- case: type of a key column changes, with a foreign key to it
CREATE TABLE t (a integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a));
CREATE TABLE u (a integer, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a));
-- to
CREATE TABLE t (a bigint NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a));
CREATE TABLE u (a bigint, CONSTRAINT u_fk FOREIGN KEY (a) REFERENCES t (a));
