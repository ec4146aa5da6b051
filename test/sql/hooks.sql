-- What is called around a deployment.
CREATE SCHEMA hooks;
SET search_path = hooks;
SET migrator.project = 'hooks';
SET migrator.schemas = 'hooks';
\set VERBOSITY terse
CREATE TABLE told (id int GENERATED ALWAYS AS IDENTITY, event text, revision text, number int, statement text);
CREATE FUNCTION tell(what jsonb) RETURNS void LANGUAGE sql AS $$
	INSERT INTO hooks.told (event, revision, number, statement)
	SELECT what ->> 'event', what ->> 'revision', (what ->> 'number')::int, what ->> 'statement'
$$;
CREATE FUNCTION "refuse it"(what jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'not % of %', what ->> 'event', what ->> 'revision';
END $$;
CREATE FUNCTION of_text(what text) RETURNS void LANGUAGE sql AS '';
SELECT migrator.revision('one', 'CREATE TABLE t (a int)', 'DROP TABLE t', rev_id => 'h1');
SELECT migrator.revision('two', 'CREATE INDEX CONCURRENTLY t_a ON t (a); ALTER TABLE t ADD b int', 'ALTER TABLE t DROP b; DROP INDEX CONCURRENTLY t_a', rev_id => 'h2');

SELECT migrator.add_hook(e, 'tell') FROM unnest('{before_run,after_run,before_revision,after_revision,before_statement,after_statement}'::text[]) e;
SELECT migrator.add_hook('before_run', 'tell');
SELECT migrator.add_hook('whenever', 'tell');
SELECT migrator.add_hook('before_run', 'of_text');
SELECT migrator.add_hook('before_run', 'nosuch');
SELECT migrator.add_hook('before_run', NULL);
CALL migrator.deploy();
SELECT event, revision, number, statement FROM told ORDER BY id;
TRUNCATE told;

-- A hook that fails takes its transaction with it.
SELECT migrator.add_hook('after_revision', 'hooks."refuse it"');
CALL migrator.rollback('base');
SELECT revision FROM migrator.current();
SELECT statements_done FROM migrator.status();
SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped;
SELECT migrator.remove_hook('after_revision', 'hooks."refuse it"'), migrator.remove_hook('after_revision', 'hooks."refuse it"');
CALL migrator.rollback('base');
SELECT event, revision, number FROM told ORDER BY id;

-- One that is gone, or was never allowed, says so.
SELECT migrator.remove_hook(e, 'hooks.tell') FROM unnest('{after_run,before_revision,after_revision,before_statement,after_statement}'::text[]) e;
DROP FUNCTION tell;
CALL migrator.deploy();
SELECT migrator.remove_hook('before_run', 'hooks.tell');

-- The plan is made: nothing else can be run from there.
CREATE FUNCTION run(what jsonb) RETURNS void LANGUAGE sql AS 'SELECT migrator.upgrade()';
SELECT migrator.add_hook('before_run', 'run');
CALL migrator.deploy();
SELECT migrator.remove_hook('before_run', 'hooks.run');

-- The backup comes first.
SET migrator.backup_command = 'test %p = hooks && test %r = "it%%"';
CALL migrator.deploy();
SET migrator.backup_command = 'false %q';
CALL migrator.deploy();
SET migrator.backup_command = 'exit 3';
\set VERBOSITY default
CALL migrator.deploy();
\set VERBOSITY terse
SELECT revision FROM migrator.current();
SET migrator.backup_command = 'test %p = hooks && test %r = h1';
CALL migrator.deploy('h1');
SELECT outcome, sqlstate FROM migrator.deployment WHERE project = 'hooks' ORDER BY id;
