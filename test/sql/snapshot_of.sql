-- The schema that a text defines, whatever is there, and nothing left behind.
CREATE SCHEMA snapshot_of_live;
CREATE TABLE snapshot_of_live.t (a int);
CREATE TABLE snapshot_of_live (a int);
CREATE FUNCTION snapshot_of_noise() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE WARNING 'event trigger fired';
END
$$;
CREATE EVENT TRIGGER snapshot_of_noise ON ddl_command_end EXECUTE FUNCTION snapshot_of_noise();
CREATE FUNCTION pg_temp.objects(ddl text, schemas text[] DEFAULT NULL) RETURNS SETOF text
BEGIN ATOMIC
	SELECT concat_ws(' ', o ->> 'kind', o ->> 'identity')
	FROM jsonb_array_elements(migrator.snapshot_of(ddl, schemas) -> 'objects') WITH ORDINALITY AS x (o, n)
	ORDER BY n;
END;
SET client_min_messages = warning;

-- An empty database has a schema.
SELECT migrator.snapshot_of('');
SELECT * FROM pg_temp.objects('DROP SCHEMA public');

-- Statements see each other and nothing else.
SELECT * FROM pg_temp.objects($$
CREATE TABLE snapshot_of_live (b text);
CREATE VIEW v AS SELECT b FROM snapshot_of_live;
CREATE SCHEMA "A b" CREATE TABLE t (a int);
$$);
SELECT migrator.snapshot_of($$
CREATE TABLE u (a int);

CREATE VIEW v AS
	SELECT * FROM snapshot_of_live;
$$);
SELECT migrator.snapshot_of('CREATE TABLE snapshot_of_live.u ()');
DO $$
BEGIN
	PERFORM migrator.snapshot_of(format('CREATE TABLE u (a regclass DEFAULT %L::regclass)', 'snapshot_of_live'::regclass::oid));
END
$$;

-- What a dump, or a person, may have in it besides.
SELECT * FROM pg_temp.objects($$
\restrict wBf7Rha1PTTd
BEGIN;
SET check_function_bodies = false;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA migrator;
CREATE EXTENSION IF NOT EXISTS migrator WITH SCHEMA migrator;
COMMENT ON EXTENSION migrator IS 'another comment';
CREATE TABLE public.t (a int);
COPY public.t (a) FROM stdin;
1
2
\.
CREATE UNIQUE INDEX CONCURRENTLY t_a ON public.t (a);
DROP INDEX CONCURRENTLY public.t_a;
INSERT INTO public.t VALUES (3);
VACUUM ANALYZE public.t;
CREATE FUNCTION public.f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE WARNING ''fired''; END';
CREATE EVENT TRIGGER quiet ON ddl_command_end EXECUTE FUNCTION public.f();
COMMENT ON EVENT TRIGGER quiet IS 'it does not fire here';
CREATE FUNCTION public.g() RETURNS int LANGUAGE sql AS 'SELECT no_such()';
COMMIT;
BEGIN;
CREATE TABLE public.u ();
COMMIT;
\unrestrict wBf7Rha1PTTd
$$);
SELECT migrator.snapshot_of(E'-- migrate:rename table a TO b\nCREATE TABLE b ()\n-- migrate:rename column b."x to" TO y') -> 'renames';

-- What it may not.
SELECT migrator.snapshot_of(E'CREATE TABLE t (a int);\n\\d t');
SELECT migrator.snapshot_of(E'CREATE TABLE t (a int);\n\\restrict');
SELECT migrator.snapshot_of(E'CREATE TABLE t (a int);\nCREATE TABL u ()');
SELECT migrator.snapshot_of(E'CREATE TABLE t (a int);\nCREATE TABLE u (\n\ta int,\n\tb no_such)');
SELECT migrator.snapshot_of('SAVEPOINT a');
SELECT migrator.snapshot_of('PREPARE a AS SELECT 1');
SELECT migrator.snapshot_of('COPY pg_am TO stdout');
SELECT migrator.snapshot_of('CREATE DATABASE snapshot_of');
SELECT migrator.snapshot_of('-- migrate:rename a b');
SELECT migrator.snapshot_of('', '{pg_catalog}');
SELECT migrator.snapshot_of(NULL);
BEGIN TRANSACTION READ ONLY;
SELECT migrator.snapshot_of('CREATE TABLE t ()');
ROLLBACK;

-- Some schemas: the text creates them, unless it is public.
SELECT * FROM pg_temp.objects('CREATE SCHEMA snapshot_of_live; CREATE TABLE snapshot_of_live.u ()', '{snapshot_of_live}');
SELECT * FROM pg_temp.objects('CREATE TABLE u ()', '{public}');
SELECT * FROM pg_temp.objects('CREATE TABLE snapshot_of_live.u ()', '{snapshot_of_live}');

-- Cancelled.
SET statement_timeout = '200ms';
SELECT migrator.snapshot_of('CREATE TABLE t (); SELECT pg_sleep(60)');
RESET statement_timeout;

-- Without rights to speak of.
CREATE ROLE regress_migrator_joe;
GRANT CREATE ON SCHEMA public TO regress_migrator_joe;
SET ROLE regress_migrator_joe;
SELECT * FROM pg_temp.objects('CREATE TABLE t ()');
SELECT migrator.ddl(migrator.snapshot_of('CREATE TABLE t ()'));
\set VERBOSITY sqlstate
SELECT migrator.snapshot_of('CREATE SCHEMA s');
\set VERBOSITY default
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM regress_migrator_joe;
SET ROLE regress_migrator_joe;
SELECT migrator.snapshot_of('CREATE TABLE t ()');
RESET ROLE;

-- Nobody's rights are lent to a text that has put its own in the place of what they trust.
CREATE FUNCTION snapshot_of_live.helper() RETURNS text LANGUAGE sql AS 'SELECT ''trusted''';
CREATE SCHEMA snapshot_of_definer;
CREATE FUNCTION snapshot_of_definer.f() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
	RETURN snapshot_of_live.helper();
END
$$;
GRANT USAGE ON SCHEMA snapshot_of_definer TO regress_migrator_joe;
SELECT current_database() AS db \gset
GRANT CREATE ON DATABASE :"db" TO regress_migrator_joe;
SET ROLE regress_migrator_joe;
SELECT migrator.snapshot_of($$
CREATE SCHEMA snapshot_of_live;
CREATE FUNCTION snapshot_of_live.helper() RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''I am %'', current_user; END';
SELECT snapshot_of_definer.f();
$$, '{snapshot_of_live}');

-- Nor if somebody who has them calls a function of the user's.
CREATE SCHEMA snapshot_of_lure;
CREATE FUNCTION snapshot_of_lure.f() RETURNS jsonb LANGUAGE sql SECURITY DEFINER AS $$
	SELECT migrator.snapshot_of($text$CREATE SCHEMA snapshot_of_live;
CREATE FUNCTION snapshot_of_live.helper() RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''I am %'', current_user; END';
SELECT snapshot_of_definer.f()$text$, '{snapshot_of_live}')
$$;
RESET ROLE;
SELECT snapshot_of_lure.f();
DROP SCHEMA snapshot_of_lure CASCADE;

-- Nor if the text maintains a table of somebody else, as the owner of the database may.
CREATE SCHEMA snapshot_of_kept;
CREATE FUNCTION snapshot_of_kept.helper() RETURNS text LANGUAGE sql AS 'SELECT ''trusted''';
CREATE FUNCTION snapshot_of_definer.key(integer) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN snapshot_of_kept.helper(); END $$;
CREATE TABLE snapshot_of_kept.maintained AS SELECT 1 AS a;
CREATE INDEX ON snapshot_of_kept.maintained (snapshot_of_definer.key(a));
GRANT USAGE ON SCHEMA snapshot_of_kept TO regress_migrator_joe;
SELECT datdba::regrole AS owner FROM pg_database WHERE datname = current_database() \gset
ALTER DATABASE :"db" OWNER TO regress_migrator_joe;
SET ROLE regress_migrator_joe;
\set VERBOSITY terse
SELECT migrator.snapshot_of($$
CREATE SCHEMA snapshot_of_kept;
CREATE FUNCTION snapshot_of_kept.helper() RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''I am %'', current_user; END';
DO $do$ BEGIN EXECUTE (SELECT format('ANALYZE %s', oid::regclass) FROM pg_class WHERE relname = 'maintained'); END $do$;
$$, '{snapshot_of_kept}');
\set VERBOSITY default
-- What is the user's own may run.
SELECT jsonb_array_length(migrator.snapshot_of($$
CREATE SCHEMA snapshot_of_kept;
CREATE FUNCTION snapshot_of_kept.key(integer) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN 1; END';
CREATE TABLE snapshot_of_kept.t (a integer);
INSERT INTO snapshot_of_kept.t VALUES (1);
CREATE INDEX ON snapshot_of_kept.t (snapshot_of_kept.key(a));
ANALYZE snapshot_of_kept.t;
$$, '{snapshot_of_kept}') -> 'objects') > 4 AS good;
RESET ROLE;
ALTER DATABASE :"db" OWNER TO :owner;
DROP SCHEMA snapshot_of_kept CASCADE;

-- All is as it was.
SELECT nspname, nspowner::regrole, nspacl FROM pg_namespace WHERE nspname IN ('public', 'snapshot_of_live') OR nspname LIKE 'pg\_migrator%'
ORDER BY nspname;
SELECT evtname, evtenabled FROM pg_event_trigger;
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname LIKE 'snapshot%';
SELECT extname FROM pg_extension WHERE extname IN ('migrator', 'plpgsql') ORDER BY extname;
SHOW search_path;
DROP EVENT TRIGGER snapshot_of_noise;
DROP FUNCTION snapshot_of_noise;
DROP SCHEMA snapshot_of_live, snapshot_of_definer CASCADE;
DROP TABLE snapshot_of_live;
REVOKE CREATE ON DATABASE :"db" FROM regress_migrator_joe;
DROP ROLE regress_migrator_joe;
