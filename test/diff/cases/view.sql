-- case: a view comes
CREATE TABLE t (a integer, b text);
-- to
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t WHERE a > 0;

-- case: a view gets a column at the end
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a FROM t;
COMMENT ON VIEW v IS 'kept';
-- to
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t;
COMMENT ON VIEW v IS 'kept';

-- case: a view gets a column in the middle, with a view on it
CREATE TABLE t (a integer, b text, c date);
CREATE VIEW v AS SELECT a, c FROM t;
CREATE VIEW w AS SELECT c FROM v;
CREATE VIEW x AS SELECT a FROM t;
-- to
CREATE TABLE t (a integer, b text, c date);
CREATE VIEW v AS SELECT a, b, c FROM t;
CREATE VIEW w AS SELECT c FROM v;
CREATE VIEW x AS SELECT a FROM t;

-- case: a view's column changes its type
CREATE VIEW v AS SELECT 1 AS one;
COMMENT ON COLUMN v.one IS 'the number';
-- to
CREATE VIEW v AS SELECT 1::bigint AS one;
COMMENT ON COLUMN v.one IS 'the number';

-- case: a view's column changes its name
CREATE VIEW v AS SELECT 1 AS one, 2 AS two;
-- to
CREATE VIEW v AS SELECT 1 AS uno, 2 AS two;

-- case: a view's column changes its collation
CREATE TABLE t (a text);
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE TABLE t (a text);
CREATE VIEW v AS SELECT a COLLATE "C" AS a FROM t;

-- case: a view's query changes, its columns do not, under another view
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW w AS SELECT b FROM v;
-- to
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t WHERE b IS NOT NULL ORDER BY a;
CREATE VIEW w AS SELECT b FROM v;

-- case: options of a view
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w WITH (security_barrier) AS SELECT a FROM t;
CREATE VIEW x WITH (security_invoker = true) AS SELECT a FROM t WITH CHECK OPTION;
-- to
CREATE TABLE t (a integer);
CREATE VIEW v WITH (security_barrier = true, security_invoker = on) AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM t;
CREATE VIEW x AS SELECT a FROM t WITH LOCAL CHECK OPTION;

-- case: options and query of a view together
CREATE TABLE t (a integer, b integer);
CREATE VIEW v WITH (security_barrier) AS SELECT a FROM t WITH LOCAL CHECK OPTION;
-- to
CREATE TABLE t (a integer, b integer);
CREATE VIEW v WITH (security_invoker) AS SELECT a, b FROM t WHERE a > 0;

-- case: defaults and comments of a view's columns
CREATE TABLE t (a integer, b text, c text);
CREATE VIEW v AS SELECT a, b, c FROM t;
ALTER VIEW v ALTER COLUMN a SET DEFAULT 1;
ALTER VIEW v ALTER COLUMN b SET DEFAULT 'x';
COMMENT ON COLUMN v.a IS 'number';
-- to
CREATE TABLE t (a integer, b text, c text);
CREATE VIEW v AS SELECT a, b, c FROM t;
ALTER VIEW v ALTER COLUMN a SET DEFAULT 2;
ALTER VIEW v ALTER COLUMN c SET DEFAULT 'y' || 'z';
COMMENT ON COLUMN v.a IS 'a number';
COMMENT ON COLUMN v.c IS 'it''s c';

-- case: a default of a view's column uses a function that is recreated
CREATE TABLE t (a integer);
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT a FROM t;
ALTER VIEW v ALTER COLUMN a SET DEFAULT f();
-- to
CREATE TABLE t (a integer);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE VIEW v AS SELECT a FROM t;
ALTER VIEW v ALTER COLUMN a SET DEFAULT f();

-- case: owner and grants of a view and its columns
-- needs: role app_owner; role app_user; role app_reader
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t;
GRANT SELECT ON v TO app_user;
-- to
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t;
ALTER VIEW v OWNER TO app_owner;
GRANT SELECT, UPDATE ON v TO app_reader WITH GRANT OPTION;
GRANT SELECT (a), UPDATE (a, b) ON v TO app_user;

-- case: a recreated view keeps owner, grants, comments and rules
-- needs: role app_owner; role app_user
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t;
ALTER VIEW v OWNER TO app_owner;
GRANT SELECT (a) ON v TO app_user;
GRANT INSERT ON v TO app_user;
COMMENT ON VIEW v IS 'a view';
COMMENT ON COLUMN v.a IS 'a column';
ALTER VIEW v ALTER COLUMN b SET DEFAULT 'b';
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.a, new.b);
-- to
CREATE TABLE t (a bigint, b text);
CREATE VIEW v AS SELECT a, b FROM t;
ALTER VIEW v OWNER TO app_owner;
GRANT SELECT (a) ON v TO app_user;
GRANT INSERT ON v TO app_user;
COMMENT ON VIEW v IS 'a view';
COMMENT ON COLUMN v.a IS 'a column';
ALTER VIEW v ALTER COLUMN b SET DEFAULT 'b';
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.a, new.b);

-- case: names that need quotes
CREATE SCHEMA "my ""App""";
CREATE TABLE "my ""App"""."Tab le" ("a ""b""" integer, "select" text);
-- to
CREATE SCHEMA "my ""App""";
CREATE TABLE "my ""App"""."Tab le" ("a ""b""" integer, "select" text);
CREATE VIEW "my ""App"""."Vi'ew" WITH (security_barrier) AS
    SELECT "a ""b""", "select" AS "from" FROM "my ""App"""."Tab le";
COMMENT ON COLUMN "my ""App"""."Vi'ew"."from" IS 'quoted \ ''so''';
ALTER VIEW "my ""App"""."Vi'ew" ALTER COLUMN "from" SET DEFAULT 'it''s';

-- case: a view becomes a table, and a table a view
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE TABLE u (b text);
CREATE VIEW w AS SELECT a, b FROM v, u;
-- to
CREATE TABLE t (a integer);
CREATE TABLE v (a integer);
CREATE VIEW u AS SELECT 'x'::text AS b;
CREATE VIEW w AS SELECT a, b FROM v, u;

-- case: a view becomes a materialized view
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
-- to
CREATE TABLE t (a integer);
CREATE MATERIALIZED VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;

-- case: two views change places
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
-- to
CREATE TABLE t (a integer);
CREATE VIEW w AS SELECT a FROM t;
CREATE VIEW v AS SELECT a FROM w;

-- case: a view groups by a primary key
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE TABLE t (a integer, b text, CONSTRAINT t_key PRIMARY KEY (a));
CREATE VIEW v AS SELECT a, b FROM t GROUP BY a;

-- case: a primary key under a view that groups by it changes
CREATE TABLE t (a integer, b text, CONSTRAINT t_key PRIMARY KEY (a));
CREATE VIEW v AS SELECT a, b FROM t GROUP BY a;
CREATE VIEW w AS SELECT b FROM v;
-- to
CREATE TABLE t (a integer, b text, c integer NOT NULL, CONSTRAINT t_key PRIMARY KEY (a) INCLUDE (c));
CREATE VIEW v AS SELECT a, b FROM t GROUP BY a;
CREATE VIEW w AS SELECT b FROM v;

-- case: a column under a view changes its type
CREATE TABLE t (a integer, b varchar(10));
CREATE VIEW v AS SELECT a, b FROM t WHERE b <> '';
CREATE VIEW w AS SELECT count(*) FROM v;
CREATE VIEW x AS SELECT a FROM t;
-- to
CREATE TABLE t (a integer, b varchar(20));
CREATE VIEW v AS SELECT a, b FROM t WHERE b <> '';
CREATE VIEW w AS SELECT count(*) FROM v;
CREATE VIEW x AS SELECT a FROM t;

-- case: a column under a view goes
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW w AS SELECT a FROM v;
-- to
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;

-- case: a view of all columns of a table that gets one
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT * FROM t;
CREATE VIEW w AS SELECT t AS row FROM t;
-- to
CREATE TABLE t (a integer, b text DEFAULT '');
CREATE VIEW v AS SELECT * FROM t;
CREATE VIEW w AS SELECT t AS row FROM t;

-- case: a view and a function that need each other
-- to
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b COLLATE "C" AS b, 0 AS c FROM t;
CREATE FUNCTION f(v) RETURNS integer LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT ($1).a; END;
CREATE OR REPLACE VIEW v AS SELECT a, b COLLATE "C" AS b, f(NULL::v) AS c FROM t;

-- case: a view and a function that need each other, and stay
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a, 0 AS c FROM t;
CREATE FUNCTION f(v) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a';
-- to
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a, 0 AS c FROM t;
CREATE FUNCTION f(v) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a';
CREATE OR REPLACE VIEW v AS SELECT a, f(NULL::v) AS c FROM t;

-- case: a view that needs a function of its own row type is recreated
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a, 0 AS c FROM t;
CREATE FUNCTION f(v) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a';
CREATE OR REPLACE VIEW v AS SELECT a, f(NULL::v) AS c FROM t;
-- to
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT 1::bigint AS x, a, 0 AS c FROM t;
CREATE FUNCTION f(v) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a';
CREATE OR REPLACE VIEW v AS SELECT 1::bigint AS x, a, f(NULL::v) AS c FROM t;

-- case: functions that return rows of a view
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION f() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v';
CREATE FUNCTION g(v[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- to
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT 0 AS z, a FROM t;
CREATE FUNCTION f() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v';
CREATE FUNCTION g(v[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';

-- case: a function under a view changes what it returns
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT f() AS one;
CREATE VIEW w AS SELECT one FROM v;
-- to
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT 1::text';
CREATE VIEW v AS SELECT f() AS one;
CREATE VIEW w AS SELECT one FROM v;

-- case: a type under a view is made anew
CREATE TYPE color AS ENUM ('red', 'green', 'blue');
CREATE TABLE t (a color);
CREATE VIEW v AS SELECT a FROM t WHERE a = 'red';
-- to
CREATE TYPE color AS ENUM ('red', 'blue');
CREATE TABLE t (a color);
CREATE VIEW v AS SELECT a FROM t WHERE a = 'red';

-- case: a recursive view, and one with everything
-- to
CREATE TABLE t (a integer, b text, parent integer);
CREATE RECURSIVE VIEW r (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM r WHERE n < 100;
CREATE VIEW v AS
    WITH x AS (SELECT a, b FROM t WHERE b LIKE '%;%')
    SELECT x.a, row_number() OVER w AS n, CASE WHEN x.b = '''' THEN '$$' ELSE E'\\' END AS c,
        ARRAY(SELECT t.a FROM t WHERE t.parent = x.a) AS children
    FROM x LEFT JOIN t USING (a)
    WINDOW w AS (PARTITION BY x.b ORDER BY x.a DESC)
    ORDER BY 1 LIMIT 10;
CREATE VIEW nothing AS SELECT;

-- case: arrays that the server deparses in two ways
CREATE TABLE t (a varchar, b varchar(3)[], c numeric);
-- to
CREATE TABLE t (a varchar, b varchar(3)[], c numeric);
CREATE VIEW v AS SELECT a FROM t WHERE a IN ('x', '(ARRAY[''y''])::text[]', 'z,]');
CREATE VIEW w AS SELECT a NOT IN ('x', 'y' || a) AS n,
    (ARRAY[a, 'x'])::char(3)[] AS o, (ARRAY['a'::varchar, 'b'])::varchar(10)[] AS p,
    (ARRAY[ARRAY[a, 'y'], ARRAY['b', a]])::text[] AS q, (ARRAY[1, 2])::bigint[] AS r,
    (ARRAY[1.5, 2])::numeric(5,2)[] AS s, ((ARRAY[1, 2])::text[])::varchar[] AS t,
    (ARRAY[now()])::timestamp(3) with time zone[] AS u, (ARRAY[]::integer[])::text[] AS v
    FROM t;

-- case: a check option that is not the last option
CREATE TABLE t (a integer);
-- to
CREATE TABLE t (a integer);
CREATE VIEW v WITH (check_option = local, security_barrier = true) AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM t WITH CASCADED CHECK OPTION;
ALTER VIEW w SET (security_invoker = true);
