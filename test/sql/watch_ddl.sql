-- Who changes the schema, and who may.
CREATE SCHEMA watched;
CREATE SCHEMA elsewhere;
SET search_path = watched;
SET migrator.project = 'watch';
SET migrator.schemas = 'watched';
CREATE VIEW public.seen AS
	SELECT command_tag, object_type, object_identity, role_name = current_user AS mine, revision, allowed
	FROM migrator.ddl_log() WHERE at >= now() - interval '1 hour' ORDER BY id;
SELECT migrator.watch_ddl('sometimes');
SELECT migrator.watch_ddl(true);

CREATE TABLE t (id int PRIMARY KEY, a text);
ALTER TABLE t DROP COLUMN a;
CREATE TEMP TABLE passing (a int);
DROP TABLE passing;
GRANT SELECT ON t TO PUBLIC;
COMMENT ON TABLE t IS 'a password: secret';
CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;
REFRESH MATERIALIZED VIEW m;
DROP TABLE t;
SELECT migrator.revision('one', 'CREATE TABLE u (a int); CREATE INDEX ON u (a);', 'DROP TABLE u;', rev_id => 'w1');
SELECT operation, revision FROM migrator.upgrade();
SELECT * FROM public.seen;
SELECT DISTINCT project, statement FROM migrator.ddl_log() WHERE revision IS NOT NULL OR command_tag = 'COMMENT';

-- It is no part of the schema, and no drift.
SELECT count(*) FROM migrator.drift();
SELECT count(*) FROM jsonb_array_elements(migrator.snapshot(NULL) -> 'objects') o WHERE o ->> 'kind' = 'event trigger';

-- What the text of a schema does is not done.
SELECT count(*) AS before FROM migrator.ddl_log() \gset
SELECT jsonb_typeof(migrator.snapshot_of('CREATE SCHEMA watched; CREATE TABLE watched.x ();'));
SELECT count(*) - :before AS more FROM migrator.ddl_log();

-- Refused, but for migrations, other schemas, and superusers who say so.
SELECT migrator.watch_ddl('refuse', '{watched}');
CREATE TABLE v (a int);
ALTER TABLE u ADD COLUMN b int;
DROP TABLE u;
CREATE TABLE elsewhere.v (a int);
CREATE TEMP TABLE passing (a int);
SELECT migrator.revision('two', 'ALTER TABLE u ADD COLUMN b int;', 'ALTER TABLE u DROP COLUMN b;', rev_id => 'w2');
SELECT operation, revision FROM migrator.upgrade();
SELECT operation, revision FROM migrator.downgrade('w1');
SET migrator.allow_ddl = on;
CREATE TABLE v (a int);
RESET migrator.allow_ddl;
SELECT * FROM (SELECT * FROM public.seen OFFSET (:before)) x;

-- Somebody else can do none of it.
CREATE ROLE regress_watched;
GRANT CREATE, USAGE ON SCHEMA watched, elsewhere TO regress_watched;
SELECT migrator.grant_role('regress_watched', 'viewer');
SET ROLE regress_watched;
SET migrator.allow_ddl = on;
CREATE TABLE w ();
CREATE TABLE elsewhere.w ();
SELECT migrator.watch_ddl('off');
RESET ROLE;
GRANT EXECUTE ON FUNCTION migrator.watch_ddl(text, text[]) TO regress_watched;
SET ROLE regress_watched;
SELECT migrator.watch_ddl('off');
RESET ROLE;
REVOKE EXECUTE ON FUNCTION migrator.watch_ddl(text, text[]) FROM regress_watched;
DELETE FROM migrator.ddl_log;

-- Off.
SELECT migrator.watch_ddl(false);
SELECT count(*) AS before FROM migrator.ddl_log() \gset
DROP SCHEMA watched, elsewhere CASCADE;
SELECT count(*) - :before AS more FROM migrator.ddl_log();
SELECT count(*) FROM pg_event_trigger;
DROP VIEW public.seen;
SELECT migrator.revoke_role('regress_watched', 'viewer');
DROP ROLE regress_watched;
