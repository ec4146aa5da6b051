-- case: a partitioned table with partitions comes and goes
-- to
CREATE TABLE public.m (id integer NOT NULL, day date NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE public.m2 PARTITION OF public.m FOR VALUES FROM ('2021-01-01') TO (MAXVALUE);
CREATE TABLE public.rest PARTITION OF public.m DEFAULT;
CREATE INDEX m_id ON public.m (id);

-- case: a partition comes, another goes
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (b);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN ('x', 'y');
-- to
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (b);
CREATE TABLE public.m2 PARTITION OF public.m FOR VALUES IN ('z', NULL);

-- case: bounds of partitions change
CREATE TABLE public.m (a integer) PARTITION BY RANGE (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES FROM (1) TO (10);
CREATE TABLE public.m2 PARTITION OF public.m FOR VALUES FROM (10) TO (20);
-- to
CREATE TABLE public.m (a integer) PARTITION BY RANGE (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES FROM (1) TO (15);
CREATE TABLE public.m2 PARTITION OF public.m FOR VALUES FROM (15) TO (20);

-- case: two partitions exchange their bounds
CREATE TABLE public.m (a integer) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE TABLE public.m2 PARTITION OF public.m FOR VALUES IN (2);
-- to
CREATE TABLE public.m (a integer) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (2);
CREATE TABLE public.m2 PARTITION OF public.m FOR VALUES IN (1);

-- case: a partition is detached, and a table attached
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE TABLE public.m2 (a integer, b text);
-- to
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 (a integer, b text);
CREATE TABLE public.m2 PARTITION OF public.m FOR VALUES IN (2);

-- case: a partition with columns in another order and its own default
-- to
CREATE TABLE public.m (a integer NOT NULL, b text DEFAULT 'm') PARTITION BY LIST (a);
CREATE TABLE public.m1 (b text DEFAULT 'm1', a integer NOT NULL);
ALTER TABLE public.m ATTACH PARTITION public.m1 FOR VALUES IN (1);

-- case: a plain table becomes partitioned
CREATE TABLE public.m (a integer PRIMARY KEY, b text);
CREATE VIEW public.v AS SELECT a FROM public.m;
-- to
CREATE TABLE public.m (a integer PRIMARY KEY, b text) PARTITION BY HASH (a);
CREATE TABLE public.m0 PARTITION OF public.m FOR VALUES WITH (modulus 2, remainder 0);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES WITH (modulus 2, remainder 1);
CREATE VIEW public.v AS SELECT a FROM public.m;

-- case: strategy and key of a partitioned table
CREATE TABLE public.m (a integer, b integer, c text) PARTITION BY RANGE (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES FROM (1) TO (2);
CREATE TABLE public.n (a integer, c text) PARTITION BY LIST (a);
-- to
CREATE TABLE public.m (a integer, b integer, c text) PARTITION BY RANGE (a, b);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES FROM (1, 1) TO (2, 2);
CREATE TABLE public.n (a integer, c text) PARTITION BY HASH (a, c);

-- case: partition by an expression, with a collation and an operator class
-- to
CREATE TABLE public.m (a text, b timestamp, c integer) PARTITION BY RANGE (lower(a) COLLATE "C" text_pattern_ops, date_trunc('day', b));
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES FROM ('a', '2020-01-01') TO ('b', MINVALUE);

-- case: partitions of partitions
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE public.m11 PARTITION OF public.m1 FOR VALUES IN ('x');
-- to
CREATE TABLE public.m (a integer, b text, c date) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE public.m12 PARTITION OF public.m1 FOR VALUES IN ('y');
CREATE TABLE public.m2 PARTITION OF public.m FOR VALUES IN (2);
CREATE INDEX m_c ON public.m (c);

-- case: a column of a partitioned table comes, goes, changes its type
CREATE TABLE public.m (a integer NOT NULL, b text, c integer) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE INDEX m_c ON public.m (c);
-- to
CREATE TABLE public.m (a integer NOT NULL, c bigint, d date DEFAULT '2000-01-01' NOT NULL) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE INDEX m_c ON public.m (c);

-- case: the type of the partition key changes
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
-- to
CREATE TABLE public.m (a bigint, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);

-- case: keys, indexes and checks of a partitioned table come
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
-- to
CREATE TABLE public.m (a integer PRIMARY KEY, b text, CHECK (b <> '')) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE INDEX m_b ON public.m (b) WHERE a > 0;
CREATE UNIQUE INDEX m_ab ON public.m (a, b);
ALTER TABLE public.m ADD UNIQUE (b, a);

-- case: an index of a partition alone, an index of the parent alone, attached by hand
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE TABLE public.m2 PARTITION OF public.m FOR VALUES IN (2);
CREATE INDEX m1_b ON public.m1 (b);
-- to
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE TABLE public.m2 PARTITION OF public.m FOR VALUES IN (2);
CREATE INDEX m_b ON ONLY public.m (b);
CREATE INDEX m1_b ON public.m1 (b);
ALTER INDEX public.m_b ATTACH PARTITION public.m1_b;

-- case: the index of the parent gets valid when the last is attached
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE INDEX m_b ON ONLY public.m (b);
-- to
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE INDEX m_b ON public.m (b);
COMMENT ON INDEX public.m1_b_idx IS 'of the partition';

-- case: names of the partitions' indexes are chosen by hand
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE INDEX m_b ON public.m (b);
-- to
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE INDEX m_b ON public.m (b);
ALTER INDEX public.m1_b_idx RENAME TO other;

-- case: the primary key of partitions is attached by hand, with names of their own
-- to
CREATE TABLE public.m (a integer NOT NULL, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 (a integer NOT NULL, b text, CONSTRAINT my_key PRIMARY KEY (a));
ALTER TABLE public.m ATTACH PARTITION public.m1 FOR VALUES IN (1);
ALTER TABLE ONLY public.m ADD CONSTRAINT m_key PRIMARY KEY (a);
ALTER INDEX public.m_key ATTACH PARTITION public.my_key;

-- case: a partition has columns that the parent had dropped
CREATE TABLE public.m (z integer, a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
ALTER TABLE public.m DROP COLUMN z;
-- to
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE TABLE public.m2 PARTITION OF public.m FOR VALUES IN (2);

-- case: foreign keys from and to partitioned tables
CREATE TABLE public.p (a integer PRIMARY KEY) PARTITION BY LIST (a);
CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES IN (1);
CREATE TABLE public.m (a integer, b integer) PARTITION BY LIST (b);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
-- to
CREATE TABLE public.p (a integer PRIMARY KEY) PARTITION BY LIST (a);
CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES IN (1);
CREATE TABLE public.m (a integer REFERENCES public.p ON DELETE CASCADE, b integer) PARTITION BY LIST (b);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE TABLE public.t (a integer REFERENCES public.p);

-- case: triggers of a partitioned table, and one of a partition disabled
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
-- to
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
CREATE TRIGGER trg AFTER INSERT ON public.m FOR EACH ROW EXECUTE FUNCTION public.f();
ALTER TABLE public.m1 DISABLE TRIGGER trg;

-- case: policies, grants, owner and options of a partition
-- needs: role app_user; role app_owner
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
-- to
CREATE TABLE public.m (a integer, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1) WITH (fillfactor = 70);
ALTER TABLE public.m1 ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON public.m1 USING (b = CURRENT_USER);
GRANT SELECT ON public.m1 TO app_user;
ALTER TABLE public.m1 OWNER TO app_owner;
COMMENT ON TABLE public.m1 IS 'one';

-- case: a partition's own default, NOT NULL and check
CREATE TABLE public.m (a integer, b text DEFAULT 'm') PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
-- to
CREATE TABLE public.m (a integer, b text DEFAULT 'm') PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m (b DEFAULT 'm1' NOT NULL, CONSTRAINT own CHECK (b <> 'x')) FOR VALUES IN (1);

-- case: generated and identity columns of partitioned tables
-- to
CREATE TABLE public.m (a integer, b integer GENERATED ALWAYS AS (a + 1) STORED) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);

-- case: identity of a partitioned table
-- needs: server 17
CREATE TABLE public.m (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);
-- to
CREATE TABLE public.m (a integer, b integer GENERATED ALWAYS AS IDENTITY) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN (1);

-- case: partition by a column of an enum that gets rebuilt
CREATE TYPE public.e AS ENUM ('a', 'b', 'c');
CREATE TABLE public.m (a public.e, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN ('a');
-- to
CREATE TYPE public.e AS ENUM ('b', 'a');
CREATE TABLE public.m (a public.e, b text) PARTITION BY LIST (a);
CREATE TABLE public.m1 PARTITION OF public.m FOR VALUES IN ('a');
