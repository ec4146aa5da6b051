-- case: a function comes
-- to
CREATE FUNCTION f(a integer, b text DEFAULT 'x') RETURNS text
LANGUAGE sql AS $$SELECT b || a$$;

-- case: every attribute at once
-- to
CREATE FUNCTION f(a integer, VARIADIC b text[] DEFAULT '{}') RETURNS SETOF text
LANGUAGE plpgsql STABLE STRICT LEAKPROOF SECURITY DEFINER PARALLEL RESTRICTED COST 5 ROWS 7
SET search_path = public, pg_temp SET work_mem = '1MB' SET "my.own" = 'it''s'
AS $$BEGIN RETURN NEXT 'it''s' || $1; END$$;

-- case: volatility, strictness and parallel safety change
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 1';
CREATE FUNCTION h(a integer) RETURNS integer LANGUAGE sql STABLE AS 'SELECT 1';
-- to
CREATE FUNCTION f() RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 1';
CREATE FUNCTION g() RETURNS integer LANGUAGE sql STABLE PARALLEL RESTRICTED AS 'SELECT 1';
CREATE FUNCTION h(a integer) RETURNS integer LANGUAGE sql STRICT AS 'SELECT 1';

-- case: leakproof, security, cost and rows change
CREATE FUNCTION f() RETURNS SETOF integer LANGUAGE sql LEAKPROOF COST 10 ROWS 10 AS 'SELECT 1';
CREATE FUNCTION g() RETURNS SETOF integer LANGUAGE sql SECURITY DEFINER COST 0.5 AS 'SELECT 1';
-- to
CREATE FUNCTION f() RETURNS SETOF integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
CREATE FUNCTION g() RETURNS SETOF integer LANGUAGE sql LEAKPROOF COST 1000000 ROWS 3 AS 'SELECT 1';

-- case: settings come, go, change and change places
CREATE FUNCTION f() RETURNS integer LANGUAGE sql SET search_path = public AS 'SELECT 1';
CREATE FUNCTION g() RETURNS integer LANGUAGE sql SET search_path = '' SET work_mem = '1MB' AS 'SELECT 1';
CREATE FUNCTION h() RETURNS integer LANGUAGE sql SET work_mem = '1MB' SET "a.b" = '1' AS 'SELECT 1';
CREATE FUNCTION i() RETURNS integer LANGUAGE sql SET search_path = "$user", "A b" AS 'SELECT 1';
-- to
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS integer LANGUAGE sql SET work_mem = '2MB' SET enable_seqscan = off AS 'SELECT 1';
CREATE FUNCTION h() RETURNS integer LANGUAGE sql SET "a.b" = '1' SET work_mem = '1MB' AS 'SELECT 1';
CREATE FUNCTION i() RETURNS integer LANGUAGE sql SET search_path = '' AS 'SELECT 1';

-- case: the body changes, a view uses the function
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + 1';
CREATE VIEW v AS SELECT f(1) AS one;
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + 2';
CREATE VIEW v AS SELECT f(1) AS one;

-- case: the language changes
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN a; END';

-- case: the result changes, a view uses the function
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE VIEW v AS SELECT f(1) AS one;
COMMENT ON VIEW v IS 'of f';
-- to
CREATE FUNCTION f(a integer) RETURNS bigint LANGUAGE sql AS 'SELECT a::bigint';
CREATE VIEW v AS SELECT f(1) AS one;
COMMENT ON VIEW v IS 'of f';

-- case: one becomes a set
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- to
CREATE FUNCTION f() RETURNS SETOF integer LANGUAGE sql AS 'SELECT 1';

-- case: arguments get names, and other names
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION g(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION g(b integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';

-- case: defaults of arguments come, change and go
CREATE FUNCTION f(a integer, b integer, c integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION g(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(a integer, b integer DEFAULT 2, c integer DEFAULT 3) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION g(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';

-- case: the default of a polymorphic argument gets another type
CREATE FUNCTION f(a anyelement DEFAULT 1) RETURNS anyelement LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(a anyelement DEFAULT 'x'::text) RETURNS anyelement LANGUAGE sql AS 'SELECT a';

-- case: output arguments change
CREATE FUNCTION f(a integer, OUT b integer, OUT c text) LANGUAGE sql AS 'SELECT 1, ''x''::text';
CREATE FUNCTION g(OUT a integer) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION h(INOUT a integer, OUT b integer) LANGUAGE sql AS 'SELECT 1, 2';
-- to
CREATE FUNCTION f(a integer, OUT b integer, OUT d text) LANGUAGE sql AS 'SELECT 1, ''x''::text';
CREATE FUNCTION g(OUT b integer) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION h(INOUT a integer, OUT b integer, OUT c integer) LANGUAGE sql AS 'SELECT 1, 2, 3';

-- case: columns of RETURNS TABLE change
CREATE FUNCTION f() RETURNS TABLE (a integer, b text) LANGUAGE sql AS 'SELECT 1, ''x''::text';
-- to
CREATE FUNCTION f() RETURNS TABLE (a integer, b text, "C c" date) LANGUAGE sql AS 'SELECT 1, ''x''::text, now()::date';

-- case: another signature is another function
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION f(a text) RETURNS text LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(a bigint) RETURNS bigint LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION f(a text) RETURNS text LANGUAGE sql AS 'SELECT a';

-- case: names that need quotes
-- to
CREATE SCHEMA "My Schema";
CREATE TYPE "My Schema"."a ""type""" AS (a integer);
CREATE FUNCTION "My Schema"."f(x), "(IN "in, ""x""" integer, "b" "My Schema"."a ""type""", OUT "o O" text)
LANGUAGE sql AS 'SELECT ''x''::text';
COMMENT ON FUNCTION "My Schema"."f(x), "(integer, "My Schema"."a ""type""") IS 'quoted';

-- case: bodies with quotes, dollars and backslashes
-- to
CREATE FUNCTION f1() RETURNS text LANGUAGE sql AS $_$SELECT '$$'$_$;
CREATE FUNCTION f2() RETURNS text LANGUAGE sql AS $_$SELECT '$function$ $$'$_$;
CREATE FUNCTION f3() RETURNS text LANGUAGE sql AS $_$SELECT '\ x'$_$;
CREATE FUNCTION f4() RETURNS text LANGUAGE plpgsql AS $_$BEGIN RETURN ''; END --$$_$;
CREATE FUNCTION f5(text) RETURNS text LANGUAGE sql AS 'SELECT $1 || ''$$ $function$ $body$ $_$ $_X$ \''';
CREATE FUNCTION f6() RETURNS void LANGUAGE sql AS '';

-- case: line ends and percent signs in a body stay as they are
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS E'BEGIN\r\n\tRETURN format(''%s %%'', 1);\r\nEND';
-- to
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS E'\n\nBEGIN\n\tRETURN format(''%s %%'', 2);\nEND\n\n';

-- case: an SQL-standard body comes, changes and goes
CREATE TABLE t (a integer, b integer);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN 1;
CREATE FUNCTION g() RETURNS SETOF integer LANGUAGE sql BEGIN ATOMIC SELECT a FROM t; END;
CREATE FUNCTION h() RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- to
CREATE TABLE t (a integer, b integer);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t; END;
CREATE FUNCTION g() RETURNS SETOF integer LANGUAGE sql BEGIN ATOMIC INSERT INTO t (a) VALUES (1); SELECT a + b FROM t; END;
CREATE FUNCTION h() RETURNS integer LANGUAGE sql RETURN 1;

-- case: an SQL-standard body needs a view that comes with it
CREATE TABLE t (a integer);
-- to
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a AS x FROM t;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(x) FROM v; END;
CREATE VIEW w AS SELECT f() AS total;

-- case: a column under an SQL-standard body changes its type
CREATE TABLE t (a integer, b text);
CREATE FUNCTION f() RETURNS SETOF text LANGUAGE sql BEGIN ATOMIC SELECT b FROM t WHERE a > 0; END;
-- to
CREATE TABLE t (a bigint, b text);
CREATE FUNCTION f() RETURNS SETOF text LANGUAGE sql BEGIN ATOMIC SELECT b FROM t WHERE a > 0; END;

-- case: a table under an SQL-standard body goes, the function stays
CREATE TABLE t (a integer);
CREATE FUNCTION f() RETURNS SETOF integer LANGUAGE sql BEGIN ATOMIC SELECT a FROM t; END;
-- to
CREATE FUNCTION f() RETURNS SETOF integer LANGUAGE sql AS 'SELECT 1';

-- case: string bodies mention what comes later, and each other
-- to
CREATE TABLE z (a integer);
CREATE FUNCTION a() RETURNS SETOF z LANGUAGE sql AS 'SELECT * FROM z';
CREATE FUNCTION c() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM z';
CREATE FUNCTION b() RETURNS bigint LANGUAGE sql AS 'SELECT c()';
CREATE FUNCTION d() RETURNS integer LANGUAGE plpgsql AS 'DECLARE r z%ROWTYPE; x z.a%TYPE; BEGIN RETURN 1; END';

-- case: a function is used by everything there is
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE TABLE t (
	a integer DEFAULT f(1),
	b integer CHECK (f(b) > 0),
	c integer GENERATED ALWAYS AS (f(1)) STORED
);
CREATE INDEX t_f ON t (f(a)) WHERE f(b) > 1;
CREATE VIEW v AS SELECT f(a) AS x FROM t;
-- to
CREATE FUNCTION f(b integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT b';
CREATE TABLE t (
	a integer DEFAULT f(1),
	b integer CHECK (f(b) > 0),
	c integer GENERATED ALWAYS AS (f(1)) STORED
);
CREATE INDEX t_f ON t (f(a)) WHERE f(b) > 1;
CREATE VIEW v AS SELECT f(a) AS x FROM t;

-- case: a default calls a function that needs the table
-- to
CREATE TABLE t (a integer);
CREATE FUNCTION f() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT max(a) FROM t; END;
ALTER TABLE t ALTER a SET DEFAULT f();

-- case: the row type of a table in arguments and result
-- to
CREATE TABLE t (a integer, b text);
CREATE FUNCTION f(r t) RETURNS t LANGUAGE sql AS 'SELECT r';
CREATE FUNCTION g(r t[]) RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM unnest(r)';

-- case: an enum in arguments loses a value
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE FUNCTION f(x e DEFAULT 'a') RETURNS e[] LANGUAGE sql AS 'SELECT ARRAY[x]';
-- to
CREATE TYPE e AS ENUM ('a', 'c');
CREATE FUNCTION f(x e DEFAULT 'a') RETURNS e[] LANGUAGE sql AS 'SELECT ARRAY[x]';

-- case: owner, grants and comment
-- needs: role app_owner; role app_user
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC;
-- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
ALTER FUNCTION f(integer) OWNER TO app_owner;
GRANT EXECUTE ON FUNCTION f(integer) TO app_user;
COMMENT ON FUNCTION f(integer) IS 'it''s';

-- case: grants and comment survive a recreation
-- needs: role app_owner; role app_user
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f(integer) TO app_user;
ALTER FUNCTION f(integer) OWNER TO app_owner;
COMMENT ON FUNCTION f(integer) IS 'one';
-- to
CREATE FUNCTION f(b integer) RETURNS integer LANGUAGE sql AS 'SELECT b';
REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f(integer) TO app_user;
ALTER FUNCTION f(integer) OWNER TO app_owner;
COMMENT ON FUNCTION f(integer) IS 'one';

-- case: functions of the languages c and internal
CREATE FUNCTION up(text) RETURNS text LANGUAGE internal STRICT IMMUTABLE AS 'upper';
-- to
CREATE FUNCTION up(text) RETURNS text LANGUAGE internal STRICT IMMUTABLE COST 2 AS 'lower';
CREATE FUNCTION fire() RETURNS trigger LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';

-- case: a support function comes and goes
CREATE FUNCTION f(integer) RETURNS SETOF integer LANGUAGE internal STRICT AS 'generate_series_int4';
CREATE FUNCTION g(integer) RETURNS SETOF integer LANGUAGE internal STRICT
	SUPPORT generate_series_int4_support AS 'generate_series_int4';
-- to
CREATE FUNCTION f(integer) RETURNS SETOF integer LANGUAGE internal STRICT
	SUPPORT generate_series_int4_support AS 'generate_series_int4';
CREATE FUNCTION g(integer) RETURNS SETOF integer LANGUAGE internal STRICT AS 'generate_series_int4';

-- case: a window function comes, another becomes an ordinary one
CREATE FUNCTION w() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
-- to
CREATE FUNCTION w() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION w2() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE AS 'window_rank';
COMMENT ON FUNCTION w2() IS 'window';

-- case: a function becomes a procedure
CREATE FUNCTION f(a integer) RETURNS void LANGUAGE sql AS 'SELECT 1';
-- to
CREATE PROCEDURE f(a integer) LANGUAGE sql AS 'SELECT 1';

-- case: a function depends on an extension
-- needs: extension hstore
CREATE EXTENSION hstore;
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION g() DEPENDS ON EXTENSION hstore;
-- to
CREATE EXTENSION hstore;
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION f() DEPENDS ON EXTENSION hstore;
CREATE FUNCTION g() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION h(a hstore DEFAULT ''::hstore) RETURNS hstore LANGUAGE sql AS 'SELECT a';

-- case: a function moves to another schema with who uses it
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE FUNCTION one.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a integer DEFAULT one.f());
-- to
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE FUNCTION two.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a integer DEFAULT two.f());

-- case: the function of a trigger goes, another comes
CREATE TABLE t (a integer);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
-- to
CREATE TABLE t (a integer);
CREATE FUNCTION h() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION h();

-- case: defaults of arguments that need other functions
-- to
CREATE FUNCTION z() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION a(x integer DEFAULT z() + 1, y text[] DEFAULT ARRAY['a', 'b']) RETURNS integer LANGUAGE sql AS 'SELECT x';

-- case: a function over a range type and its constructor
-- to
CREATE TYPE r AS RANGE (subtype = integer);
CREATE FUNCTION f(a r DEFAULT r(1, 2)) RETURNS integer LANGUAGE sql AS 'SELECT lower(a)';

-- case: types with modifiers and arrays of them in the signature
-- to
CREATE FUNCTION f(a numeric(10, 2), b varchar(5)[], c timestamp(3) with time zone, d "char", e name, f interval)
RETURNS bit varying LANGUAGE sql AS 'SELECT B''1''::bit varying';

-- case: transforms of types
-- needs: extension hstore
-- to
CREATE FUNCTION tf(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'varchar_support';
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION tf(internal));
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql TRANSFORM FOR TYPE integer AS 'SELECT a';
