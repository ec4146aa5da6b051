-- The script of upgrade_sql() does what upgrade() does, where nothing is loaded yet.
SET migrator.project = 'offline_run';
CREATE SCHEMA offline_run;
SET search_path = offline_run;
SELECT migrator.revision('one', 'CREATE TABLE offline_run.t (i int); INSERT INTO offline_run.t SELECT generate_series(1, 3)', 'DROP TABLE offline_run.t', rev_id := 'one');
SELECT migrator.revision('two', $$SET LOCAL search_path = offline_run; ALTER TABLE t ADD x text DEFAULT 'it''s; $migrator$'$$, rev_id := 'two');
SELECT migrator.revision('merged in', $$SELECT 'nothing'$$, 'SELECT 2', head := '{base}', rev_id := 'side');
SELECT migrator.merge('{two,side}', rev_id := 'joined');

-- As psql would send it, but for its own first line.
SET client_min_messages = warning;
CREATE PROCEDURE run(script text) LANGUAGE plpgsql AS $$
BEGIN
	-- the transaction is the caller's
	script := regexp_replace(script, '\\set ON_ERROR_STOP on', '');
	script := regexp_replace(script, '^(BEGIN|COMMIT);$', '', 'gn');
	EXECUTE script;
END $$;

SELECT replace(migrator.upgrade_sql('head'), 'migrator.project = ''offline_run''', 'migrator.project = ''offline_run 2''') AS script \gset
BEGIN;
CALL run(:'script');
COMMIT;
SHOW migrator.project;
SET search_path = offline_run;
SELECT * FROM t ORDER BY i;
SELECT revision, down_revisions, is_current FROM migrator.history();
SELECT operation, revision FROM migrator.log() ORDER BY id;
SELECT revision FROM migrator.upgrade();

-- Once more it is refused, and nothing has happened.
\set SHOW_CONTEXT never
BEGIN;
CALL run(:'script');
ROLLBACK;

-- And back.
SET migrator.project = 'offline_run 2';
SELECT migrator.edit_revision('two', downgrade := 'ALTER TABLE offline_run.t DROP x');
SELECT revision FROM migrator.stamp('base');
SELECT migrator.edit_revision('two', downgrade := 'ALTER TABLE offline_run.t DROP x');
SELECT revision FROM migrator.stamp('head');
SELECT migrator.downgrade_sql('joined:one') AS script \gset
CALL run(:'script');
SET search_path = offline_run;
SELECT * FROM t ORDER BY i;
SELECT revision FROM migrator.versions() ORDER BY 1;
