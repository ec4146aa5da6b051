-- case: indexes of all sorts come
CREATE TABLE t (a integer, b text, c jsonb, d tsvector);
-- to
CREATE TABLE t (a integer, b text, c jsonb, d tsvector);
CREATE INDEX i1 ON t (a DESC NULLS LAST, b);
CREATE UNIQUE INDEX i2 ON t (lower(b)) WHERE (a > 0);
CREATE INDEX i3 ON t USING hash (a);
CREATE INDEX i4 ON t USING gin (c jsonb_path_ops);
CREATE INDEX i5 ON t USING gist (d tsvector_ops (siglen = 100));
CREATE INDEX i6 ON t (b COLLATE "C" text_pattern_ops) INCLUDE (a);
CREATE INDEX i7 ON t USING brin (a) WITH (pages_per_range = 16, autosummarize = on);
CREATE UNIQUE INDEX i8 ON t (a, b) NULLS NOT DISTINCT;
COMMENT ON INDEX i1 IS 'the first';

-- case: the definition changes
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a);
COMMENT ON INDEX i IS 'kept';
-- to
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (b);
COMMENT ON INDEX i IS 'kept';

-- case: the predicate changes
CREATE TABLE t (a integer, b boolean);
CREATE INDEX i ON t (a) WHERE b;
-- to
CREATE TABLE t (a integer, b boolean);
CREATE INDEX i ON t (a) WHERE NOT b;

-- case: uniqueness changes
CREATE TABLE t (a integer);
CREATE INDEX i ON t (a);
-- to
CREATE TABLE t (a integer);
CREATE UNIQUE INDEX i ON t (a);

-- case: options in place
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a) WITH (fillfactor = 70, deduplicate_items = off);
CREATE INDEX j ON t (b);
-- to
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a) WITH (fillfactor = 80);
CREATE INDEX j ON t (b) WITH (fillfactor = 60);

-- case: statistics targets of expressions
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a, lower(b), upper(b));
ALTER INDEX i ALTER COLUMN 2 SET STATISTICS 100;
-- to
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a, lower(b), upper(b));
ALTER INDEX i ALTER COLUMN 2 SET STATISTICS 200;
ALTER INDEX i ALTER COLUMN 3 SET STATISTICS 0;

-- case: cluster mark moves, comes, goes
CREATE TABLE t (a integer, b integer);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t (b);
ALTER TABLE t CLUSTER ON j;
CREATE TABLE u (a integer);
CREATE INDEX k ON u (a);
ALTER TABLE u CLUSTER ON k;
-- to
CREATE TABLE t (a integer, b integer);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t (b);
ALTER TABLE t CLUSTER ON i;
CREATE TABLE u (a integer);
CREATE INDEX k ON u (a);

-- case: an index goes with its column
CREATE TABLE t (a integer, b integer);
CREATE INDEX i ON t (b);
CREATE INDEX j ON t (a) WHERE (b > 0);
-- to
CREATE TABLE t (a integer);
CREATE INDEX j ON t (a);

-- case: a function in an index is made anew
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TABLE t (a integer);
CREATE INDEX i ON t (f(a));
COMMENT ON INDEX i IS 'kept';
-- to
CREATE FUNCTION f(integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::bigint';
CREATE TABLE t (a integer);
CREATE INDEX i ON t (f(a));
COMMENT ON INDEX i IS 'kept';

-- case: type of an indexed column changes
CREATE TABLE t (a integer);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t ((a + 1));
-- to
CREATE TABLE t (a bigint);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t ((a + 1));

-- case: an index moves to another table
CREATE TABLE t (a integer);
CREATE TABLE u (a integer);
CREATE INDEX i ON t (a);
-- to
CREATE TABLE t (a integer);
CREATE TABLE u (a integer);
CREATE INDEX i ON u (a);

-- case: of a materialized view
CREATE TABLE t (a integer, b integer);
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
CREATE INDEX i ON m (a);
-- to
CREATE TABLE t (a integer, b integer);
CREATE MATERIALIZED VIEW m AS SELECT a, b + 1 AS b FROM t;
CREATE UNIQUE INDEX i ON m (b);
ALTER MATERIALIZED VIEW m CLUSTER ON i;

-- case: depends on an extension
-- needs: extension hstore
CREATE EXTENSION hstore;
CREATE TABLE t (a integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a));
CREATE INDEX i ON t (a);
ALTER INDEX i DEPENDS ON EXTENSION hstore;
-- to
CREATE EXTENSION hstore;
CREATE TABLE t (a integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a));
CREATE INDEX i ON t (a);
ALTER INDEX t_pkey DEPENDS ON EXTENSION hstore;
