-- case: a grant comes
-- needs: role app_user
CREATE TABLE public.t (a integer);
-- to
CREATE TABLE public.t (a integer);
GRANT SELECT, INSERT ON public.t TO app_user;

-- case: some privileges go, others come
-- needs: role app_user; role app_reader
CREATE TABLE public.t (a integer);
GRANT SELECT, DELETE, TRIGGER ON public.t TO app_user;
GRANT SELECT ON public.t TO app_reader;
-- to
CREATE TABLE public.t (a integer);
GRANT INSERT, SELECT, REFERENCES ON public.t TO app_user;
GRANT SELECT ON public.t TO PUBLIC;

-- case: all privileges
-- needs: role app_user; role app_reader
CREATE TABLE public.t (a integer);
GRANT ALL ON public.t TO app_user;
GRANT SELECT, UPDATE ON public.t TO app_reader;
-- to
CREATE TABLE public.t (a integer);
GRANT SELECT, UPDATE ON public.t TO app_user;
GRANT ALL ON public.t TO app_reader;

-- case: grant option
-- needs: role app_user; role app_reader
CREATE TABLE public.t (a integer);
GRANT SELECT ON public.t TO app_user;
GRANT SELECT, INSERT, UPDATE ON public.t TO app_reader WITH GRANT OPTION;
-- to
CREATE TABLE public.t (a integer);
GRANT SELECT ON public.t TO app_user WITH GRANT OPTION;
GRANT SELECT, INSERT ON public.t TO app_reader;
GRANT DELETE ON public.t TO app_reader WITH GRANT OPTION;

-- case: all privileges with grant option, and without
-- needs: role app_user
CREATE TABLE public.t (a integer);
GRANT ALL ON public.t TO app_user WITH GRANT OPTION;
-- to
CREATE TABLE public.t (a integer);
GRANT ALL ON public.t TO app_user;

-- case: all privileges with grant option, and a mix
-- needs: role app_user
CREATE TABLE public.t (a integer);
GRANT ALL ON public.t TO app_user WITH GRANT OPTION;
-- to
CREATE TABLE public.t (a integer);
GRANT SELECT, UPDATE ON public.t TO app_user;
GRANT DELETE ON public.t TO app_user WITH GRANT OPTION;

-- case: the owner has revoked from itself
CREATE TABLE public.t (a integer);
REVOKE ALL ON public.t FROM CURRENT_USER;
-- to
CREATE TABLE public.t (a integer);
REVOKE DELETE, TRUNCATE ON public.t FROM CURRENT_USER;

-- case: nobody has anything
CREATE TABLE public.t (a integer);
-- to
CREATE TABLE public.t (a integer);
REVOKE ALL ON public.t FROM CURRENT_USER;

-- case: a new table with grants
-- needs: role app_owner; role app_user
-- to
CREATE TABLE public.t (a integer, b integer);
GRANT SELECT ON public.t TO app_user;
GRANT UPDATE (b) ON public.t TO app_user;
CREATE TABLE public.u (a integer, b integer);
ALTER TABLE public.u OWNER TO app_owner;
GRANT SELECT ON public.u TO app_user;
REVOKE TRUNCATE ON public.u FROM app_owner;

-- case: a grant by another than the owner
-- needs: role app_user; role app_reader
CREATE TABLE public.t (a integer);
-- to
CREATE TABLE public.t (a integer);
GRANT SELECT, INSERT ON public.t TO app_user WITH GRANT OPTION;
SET SESSION AUTHORIZATION app_user;
GRANT SELECT ON public.t TO app_reader;
RESET SESSION AUTHORIZATION;

-- case: a chain of grants
-- needs: role app_user; role app_reader; role app_owner
CREATE TABLE public.t (a integer);
GRANT SELECT ON public.t TO app_reader WITH GRANT OPTION;
SET SESSION AUTHORIZATION app_reader;
GRANT SELECT ON public.t TO app_user WITH GRANT OPTION;
SET SESSION AUTHORIZATION app_user;
GRANT SELECT ON public.t TO app_owner;
RESET SESSION AUTHORIZATION;
-- to
CREATE TABLE public.t (a integer);
GRANT SELECT ON public.t TO app_user WITH GRANT OPTION;
SET SESSION AUTHORIZATION app_user;
GRANT SELECT ON public.t TO app_reader WITH GRANT OPTION;
SET SESSION AUTHORIZATION app_reader;
GRANT SELECT ON public.t TO app_owner;
RESET SESSION AUTHORIZATION;

-- case: a chain stays where something else changes
-- needs: role app_user; role app_reader
CREATE TABLE public.t (a integer);
GRANT SELECT ON public.t TO app_user WITH GRANT OPTION;
SET SESSION AUTHORIZATION app_user;
GRANT SELECT ON public.t TO app_reader;
RESET SESSION AUTHORIZATION;
GRANT INSERT ON public.t TO app_reader;
-- to
CREATE TABLE public.t (a integer);
GRANT SELECT ON public.t TO app_user WITH GRANT OPTION;
SET SESSION AUTHORIZATION app_user;
GRANT SELECT ON public.t TO app_reader;
RESET SESSION AUTHORIZATION;
GRANT UPDATE ON public.t TO app_reader;

-- case: the same privilege from two grantors
-- needs: role app_user; role app_reader
CREATE TABLE public.t (a integer);
GRANT SELECT ON public.t TO app_user WITH GRANT OPTION;
GRANT SELECT ON public.t TO app_reader;
SET SESSION AUTHORIZATION app_user;
GRANT SELECT ON public.t TO app_reader;
RESET SESSION AUTHORIZATION;
-- to
CREATE TABLE public.t (a integer);
GRANT SELECT ON public.t TO app_user WITH GRANT OPTION;
GRANT SELECT ON public.t TO app_reader;

-- case: another owner, with grants
-- needs: role app_owner; role app_user; role app_reader
CREATE TABLE public.t (a integer);
GRANT SELECT ON public.t TO app_user;
REVOKE DELETE ON public.t FROM CURRENT_USER;
-- to
CREATE TABLE public.t (a integer);
ALTER TABLE public.t OWNER TO app_owner;
GRANT SELECT ON public.t TO app_reader;

-- case: the new owner had been granted something
-- needs: role app_owner; role app_user
CREATE TABLE public.t (a integer);
GRANT SELECT ON public.t TO app_owner;
-- to
CREATE TABLE public.t (a integer);
ALTER TABLE public.t OWNER TO app_owner;
GRANT SELECT ON public.t TO app_user;

-- case: the old owner keeps something
-- needs: role app_owner; role app_user
CREATE TABLE public.t (a integer);
ALTER TABLE public.t OWNER TO app_owner;
GRANT ALL ON public.t TO app_user;
-- to
CREATE TABLE public.t (a integer);
ALTER TABLE public.t OWNER TO app_user;
GRANT ALL ON public.t TO app_owner;

-- case: column privileges
-- needs: role app_user; role app_reader
CREATE TABLE public.t (a integer, b integer, "C d" integer);
GRANT SELECT (a), UPDATE (a) ON public.t TO app_user;
GRANT SELECT (b) ON public.t TO PUBLIC;
-- to
CREATE TABLE public.t (a integer, b integer, "C d" integer);
GRANT SELECT (a, "C d"), INSERT (a) ON public.t TO app_user;
GRANT ALL ("C d") ON public.t TO app_reader WITH GRANT OPTION;

-- case: a privilege moves from the table to its columns
-- needs: role app_user
CREATE TABLE public.t (a integer, b integer);
GRANT SELECT, UPDATE ON public.t TO app_user;
-- to
CREATE TABLE public.t (a integer, b integer);
GRANT SELECT ON public.t TO app_user;
GRANT UPDATE (b) ON public.t TO app_user;

-- case: a revoked table privilege leaves that on the columns
-- needs: role app_user
CREATE TABLE public.t (a integer, b integer);
GRANT SELECT, UPDATE ON public.t TO app_user;
GRANT UPDATE (b), SELECT (a) ON public.t TO app_user;
-- to
CREATE TABLE public.t (a integer, b integer);
GRANT UPDATE (b), SELECT (a) ON public.t TO app_user;

-- case: likewise where all goes, and for a column that changes too
-- needs: role app_user
CREATE TABLE public.t (a integer, b integer);
GRANT ALL ON public.t TO app_user;
GRANT UPDATE (b), SELECT (b) ON public.t TO app_user;
-- to
CREATE TABLE public.t (a integer, b bigint);
GRANT UPDATE (b), INSERT (b) ON public.t TO app_user;

-- case: the owner of a column's table changes
-- needs: role app_owner; role app_user
CREATE TABLE public.t (a integer, b integer);
GRANT SELECT (a) ON public.t TO app_owner;
GRANT SELECT (b) ON public.t TO app_user;
-- to
CREATE TABLE public.t (a integer, b integer);
ALTER TABLE public.t OWNER TO app_owner;
GRANT SELECT (a) ON public.t TO app_owner;
GRANT SELECT (b) ON public.t TO app_user;

-- case: roles whose names need quotes
-- needs: role Odd "role"
CREATE TABLE public.t (a integer);
-- to
CREATE TABLE public.t (a integer);
GRANT SELECT ON public.t TO "Odd ""role""";
GRANT UPDATE (a) ON public.t TO "Odd ""role""";

-- case: a schema's privileges
-- needs: role app_user
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO app_user;
-- to
CREATE SCHEMA app;
GRANT ALL ON SCHEMA app TO app_user;
GRANT USAGE ON SCHEMA app TO PUBLIC;

-- case: privileges of sequences
-- needs: role app_user
CREATE SEQUENCE public.s;
GRANT USAGE ON SEQUENCE public.s TO app_user;
-- to
CREATE SEQUENCE public.s;
GRANT SELECT, UPDATE ON SEQUENCE public.s TO app_user;

-- case: privileges of functions and procedures
-- needs: role app_user
CREATE FUNCTION public.f(a integer, VARIADIC b text[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.g() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE public.p(INOUT a integer) LANGUAGE sql AS 'SELECT 1';
-- to
CREATE FUNCTION public.f(a integer, VARIADIC b text[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION public.f FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.f TO app_user;
CREATE FUNCTION public.g() RETURNS integer LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION public.g FROM PUBLIC, CURRENT_USER;
CREATE PROCEDURE public.p(INOUT a integer) LANGUAGE sql AS 'SELECT 1';
GRANT EXECUTE ON PROCEDURE public.p TO app_user WITH GRANT OPTION;

-- case: privileges of aggregates
-- needs: role app_user
CREATE AGGREGATE public.one(integer) (SFUNC = int4pl, STYPE = integer);
CREATE FUNCTION public.step(bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE AGGREGATE public.star(*) (SFUNC = public.step, STYPE = bigint);
CREATE FUNCTION public.ordered(bigint, double precision) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION public.final(bigint, text) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE AGGREGATE public.within(text ORDER BY double precision) (SFUNC = public.ordered, STYPE = bigint, FINALFUNC = public.final);
-- to
CREATE AGGREGATE public.one(integer) (SFUNC = int4pl, STYPE = integer);
CREATE FUNCTION public.step(bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE AGGREGATE public.star(*) (SFUNC = public.step, STYPE = bigint);
CREATE FUNCTION public.ordered(bigint, double precision) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION public.final(bigint, text) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE AGGREGATE public.within(text ORDER BY double precision) (SFUNC = public.ordered, STYPE = bigint, FINALFUNC = public.final);
GRANT EXECUTE ON FUNCTION public.one(integer) TO app_user;
GRANT EXECUTE ON FUNCTION public.star() TO app_user;
GRANT EXECUTE ON FUNCTION public.within(text, double precision) TO app_user;

-- case: privileges of types and domains
-- needs: role app_user
CREATE TYPE public.e AS ENUM ('a');
CREATE TYPE public.c AS (a integer);
CREATE DOMAIN public.d AS text;
REVOKE ALL ON TYPE public.d FROM PUBLIC;
-- to
CREATE TYPE public.e AS ENUM ('a');
REVOKE ALL ON TYPE public.e FROM PUBLIC;
CREATE TYPE public.c AS (a integer);
GRANT USAGE ON TYPE public.c TO app_user;
CREATE DOMAIN public.d AS text;
GRANT USAGE ON TYPE public.d TO app_user WITH GRANT OPTION;

-- case: privileges of views and of their columns
-- needs: role app_user; role app_owner
CREATE VIEW public.v AS SELECT 1 AS a, 2 AS b;
GRANT SELECT ON public.v TO app_user;
CREATE MATERIALIZED VIEW public.m AS SELECT 1 AS a, 2 AS b;
-- to
CREATE VIEW public.v AS SELECT 1 AS a, 2 AS b;
GRANT SELECT (a) ON public.v TO app_user;
GRANT UPDATE (b) ON public.v TO app_user WITH GRANT OPTION;
CREATE MATERIALIZED VIEW public.m AS SELECT 1 AS a, 2 AS b;
ALTER MATERIALIZED VIEW public.m OWNER TO app_owner;
GRANT SELECT (b) ON public.m TO app_user;
GRANT SELECT ON public.m TO PUBLIC;

-- case: a view that is recreated keeps its privileges
-- needs: role app_user
CREATE VIEW public.v AS SELECT 1 AS a, 2 AS b;
GRANT SELECT ON public.v TO app_user;
GRANT UPDATE (b) ON public.v TO app_user;
-- to
CREATE VIEW public.v AS SELECT 'x'::text AS a, 2 AS b;
GRANT SELECT ON public.v TO app_user;
GRANT UPDATE (b) ON public.v TO app_user;
