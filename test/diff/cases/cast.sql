-- case: casts of all methods and contexts come
-- to
CREATE TYPE a AS (x integer);
CREATE TYPE b AS (x integer);
CREATE FUNCTION ab(a) RETURNS b LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1.x)::b';
CREATE CAST (a AS b) WITH FUNCTION ab(a);
CREATE CAST (bytea AS text) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE CAST (a AS text) WITH INOUT AS IMPLICIT;
COMMENT ON CAST (a AS b) IS 'of ours';

-- case: context and method change
CREATE TYPE a AS (x integer);
CREATE FUNCTION f(a) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x';
CREATE CAST (a AS integer) WITH FUNCTION f(a);
CREATE CAST (a AS text) WITH INOUT;
COMMENT ON CAST (a AS integer) IS 'stays';
-- to
CREATE TYPE a AS (x integer);
CREATE FUNCTION f(a) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x';
CREATE FUNCTION t(a) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''''::text';
CREATE CAST (a AS integer) WITH FUNCTION f(a) AS ASSIGNMENT;
CREATE CAST (a AS text) WITH FUNCTION t(a);
COMMENT ON CAST (a AS integer) IS 'stays';

-- case: a cast whose function has a typmod and a flag
-- to
CREATE TYPE a AS (x integer);
CREATE FUNCTION f(a, integer, boolean) RETURNS varchar LANGUAGE sql IMMUTABLE AS 'SELECT ''x''::varchar';
CREATE CAST (a AS varchar) WITH FUNCTION f(a, integer, boolean) AS IMPLICIT;

-- case: the type of a cast is made anew
CREATE TYPE e AS ENUM ('a', 'b');
CREATE FUNCTION f(e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (e AS integer) WITH FUNCTION f(e) AS IMPLICIT;
CREATE TABLE t (x e);
-- to
CREATE TYPE e AS ENUM ('b');
CREATE FUNCTION f(e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (e AS integer) WITH FUNCTION f(e) AS IMPLICIT;
CREATE TABLE t (x e);

-- case: names that need quotes
-- to
CREATE SCHEMA "S s";
CREATE TYPE "S s"."A a" AS (x integer);
CREATE TABLE "S s"."T" (x integer);
CREATE FUNCTION "S s"."F f"("S s"."A a") RETURNS "S s"."T" LANGUAGE sql AS 'SELECT ROW($1.x)::"S s"."T"';
CREATE CAST ("S s"."A a" AS "S s"."T") WITH FUNCTION "S s"."F f"("S s"."A a");
COMMENT ON CAST ("S s"."A a" AS "S s"."T") IS 'quoted';

-- case: the casts of a range type are its own
-- to
CREATE TYPE r AS RANGE (subtype = integer, multirange_type_name = mr);
CREATE FUNCTION f(r) RETURNS text LANGUAGE sql AS 'SELECT ''''::text';
CREATE CAST (r AS text) WITH FUNCTION f(r) AS ASSIGNMENT;
