-- case: a materialized view comes
CREATE TABLE t (a integer, b text);
-- to
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
CREATE MATERIALIZED VIEW n AS SELECT a FROM m WITH NO DATA;

-- case: query of a materialized view, with an index and a view on it
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE UNIQUE INDEX m_a ON m (a);
COMMENT ON INDEX m_a IS 'index';
COMMENT ON MATERIALIZED VIEW m IS 'kept';
CREATE VIEW v AS SELECT a FROM m;
-- to
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
CREATE UNIQUE INDEX m_a ON m (a);
COMMENT ON INDEX m_a IS 'index';
COMMENT ON MATERIALIZED VIEW m IS 'kept';
CREATE VIEW v AS SELECT a FROM m;

-- case: indexes of a materialized view
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a, 'x'::text AS b;
CREATE INDEX m_a ON m (a);
-- to
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a, 'x'::text AS b;
CREATE INDEX m_b ON m (lower(b));
CREATE UNIQUE INDEX m_key ON m (a);
ALTER MATERIALIZED VIEW m CLUSTER ON m_key;

-- case: options of a materialized view
CREATE MATERIALIZED VIEW m WITH (fillfactor = 70) AS SELECT 1 AS a, 'x'::text AS b;
CREATE MATERIALIZED VIEW n AS SELECT 1 AS a;
-- to
CREATE MATERIALIZED VIEW m WITH (autovacuum_enabled = false, toast.autovacuum_enabled = false) AS
    SELECT 1 AS a, 'x'::text AS b;
CREATE MATERIALIZED VIEW n WITH (fillfactor = 50) AS SELECT 1 AS a;

-- case: columns of a materialized view
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a, 'x'::text AS b, 'y'::text AS c;
ALTER MATERIALIZED VIEW m ALTER COLUMN a SET STATISTICS 100;
ALTER MATERIALIZED VIEW m ALTER COLUMN a SET (n_distinct = 5);
COMMENT ON COLUMN m.a IS 'one';
-- to
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a, 'x'::text AS b, 'y'::text AS c;
ALTER MATERIALIZED VIEW m ALTER COLUMN a SET STATISTICS 200;
ALTER MATERIALIZED VIEW m ALTER COLUMN b SET STATISTICS 0;
ALTER MATERIALIZED VIEW m ALTER COLUMN b SET (n_distinct = -0.5);
ALTER MATERIALIZED VIEW m ALTER COLUMN b SET STORAGE EXTERNAL;
ALTER MATERIALIZED VIEW m ALTER COLUMN c SET COMPRESSION pglz;
COMMENT ON COLUMN m.b IS 'two';

-- case: owner, grants, replica identity of a materialized view
-- needs: role app_owner; role app_user
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
-- to
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
ALTER MATERIALIZED VIEW m OWNER TO app_owner;
ALTER MATERIALIZED VIEW m REPLICA IDENTITY FULL;
GRANT SELECT ON m TO app_user;
GRANT SELECT (a) ON m TO PUBLIC;

-- case: access method of a materialized view
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
-- to
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE MATERIALIZED VIEW m USING heap2 AS SELECT 1 AS a;
CREATE MATERIALIZED VIEW n USING heap2 WITH (fillfactor = 90) AS SELECT 1 AS a;

-- case: a column under a materialized view changes its type
CREATE TABLE t (a integer, b integer);
CREATE MATERIALIZED VIEW m AS SELECT a, sum(b) AS b FROM t GROUP BY a;
CREATE INDEX m_a ON m (a);
ALTER MATERIALIZED VIEW m ALTER COLUMN a SET STATISTICS 7;
CREATE MATERIALIZED VIEW n AS SELECT b FROM m;
-- to
CREATE TABLE t (a integer, b bigint);
CREATE MATERIALIZED VIEW m AS SELECT a, sum(b) AS b FROM t GROUP BY a;
CREATE INDEX m_a ON m (a);
ALTER MATERIALIZED VIEW m ALTER COLUMN a SET STATISTICS 7;
CREATE MATERIALIZED VIEW n AS SELECT b FROM m;

-- case: a materialized view depends on an extension
-- needs: extension hstore
CREATE EXTENSION hstore;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
-- to
CREATE EXTENSION hstore;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
ALTER MATERIALIZED VIEW m DEPENDS ON EXTENSION hstore;

-- case: a materialized view with a quoted name becomes a table
CREATE MATERIALIZED VIEW "M ""v" AS SELECT 1 AS "a b";
COMMENT ON COLUMN "M ""v"."a b" IS 'c';
-- to
CREATE TABLE "M ""v" ("a b" integer);

-- case: one reads another one that is there already
CREATE MATERIALIZED VIEW public.one AS SELECT 1 AS a;
CREATE MATERIALIZED VIEW public.two AS SELECT a FROM public.one;
-- to
CREATE MATERIALIZED VIEW public.one AS SELECT 1 AS a;
CREATE MATERIALIZED VIEW public.two AS SELECT a + 1 AS a FROM public.one;
CREATE MATERIALIZED VIEW public.three AS SELECT a FROM public.two;

-- case: storage parameters in an order of their own
CREATE MATERIALIZED VIEW m WITH (autovacuum_enabled = off) AS SELECT 1 AS a;
CREATE MATERIALIZED VIEW o WITH (toast.autovacuum_enabled = off, fillfactor = 50, autovacuum_enabled = off) AS SELECT 'a'::text AS a;
-- to
CREATE MATERIALIZED VIEW m WITH (fillfactor = 50, autovacuum_enabled = off) AS SELECT 1 AS a;
CREATE MATERIALIZED VIEW o WITH (autovacuum_enabled = off, fillfactor = 50) AS SELECT 'a'::text AS a;
CREATE MATERIALIZED VIEW n WITH (toast.autovacuum_enabled = off, fillfactor = 50, autovacuum_enabled = off) AS SELECT 'a'::text AS a;
