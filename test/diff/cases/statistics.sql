-- case: statistics come
CREATE TABLE t (a integer, b text, c date);
-- to
CREATE TABLE t (a integer, b text, c date);
CREATE STATISTICS s1 ON a, b FROM t;
CREATE STATISTICS s2 (ndistinct, mcv) ON a, c FROM t;
CREATE STATISTICS s3 (dependencies) ON b, lower(b), (a + 1) FROM t;
CREATE STATISTICS s4 ON (a % 10) FROM t;
COMMENT ON STATISTICS s1 IS 'correlated';

-- case: kinds, columns, expressions, target of statistics
CREATE TABLE t (a integer, b text, c date);
CREATE STATISTICS s1 ON a, b FROM t;
CREATE STATISTICS s2 (ndistinct) ON a, b FROM t;
CREATE STATISTICS s3 ON (a + 1), b FROM t;
CREATE STATISTICS s4 ON a, b FROM t;
CREATE STATISTICS s5 ON a, b FROM t;
ALTER STATISTICS s5 SET STATISTICS 10;
COMMENT ON STATISTICS s1 IS 'kept';
-- to
CREATE TABLE t (a integer, b text, c date);
CREATE STATISTICS s1 ON a, b, c FROM t;
CREATE STATISTICS s2 (ndistinct, dependencies) ON a, b FROM t;
CREATE STATISTICS s3 ON (a + 2), b FROM t;
CREATE STATISTICS s4 ON a, b FROM t;
ALTER STATISTICS s4 SET STATISTICS 500;
CREATE STATISTICS s5 ON a, b FROM t;
COMMENT ON STATISTICS s1 IS 'kept';

-- case: owner and schema of statistics, and names that need quotes
-- needs: role app_owner
CREATE SCHEMA app;
CREATE TABLE "T t" ("A" integer, b text);
CREATE STATISTICS s1 ON "A", b FROM "T t";
CREATE STATISTICS s2 ON "A", b FROM "T t";
-- to
CREATE SCHEMA app;
CREATE TABLE "T t" ("A" integer, b text);
CREATE STATISTICS s1 ON "A", b FROM "T t";
ALTER STATISTICS s1 OWNER TO app_owner;
CREATE STATISTICS app."S ""2" ON "A", b FROM "T t";

-- case: a column with statistics changes its type
-- needs: role app_owner
CREATE TABLE t (a integer, b text);
CREATE STATISTICS s ON a, b FROM t;
ALTER STATISTICS s SET STATISTICS 77;
ALTER STATISTICS s OWNER TO app_owner;
COMMENT ON STATISTICS s IS 'kept';
CREATE STATISTICS e ON (a + 1), b FROM t;
-- to
CREATE TABLE t (a bigint, b text);
CREATE STATISTICS s ON a, b FROM t;
ALTER STATISTICS s SET STATISTICS 77;
ALTER STATISTICS s OWNER TO app_owner;
COMMENT ON STATISTICS s IS 'kept';
CREATE STATISTICS e ON (a + 1), b FROM t;

-- case: a column with statistics goes
CREATE TABLE t (a integer, b text, c date);
CREATE STATISTICS s ON a, b FROM t;
-- to
CREATE TABLE t (a integer, c date);
CREATE STATISTICS s ON a, c FROM t;

-- case: statistics of partitioned tables and materialized views
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a, 2 AS b;
CREATE STATISTICS ms ON a, b FROM m;
-- to
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE STATISTICS ps ON a, b FROM p;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a, 2 AS b, 3 AS c;
CREATE STATISTICS ms ON a, b FROM m;
