-- What preflight() says of revisions, of what is half done, and of the disk.
\set VERBOSITY terse
CREATE SCHEMA preflight;
SET search_path = preflight, public;
SET migrator.project = 'preflight';
CREATE VIEW findings AS SELECT severity, code, detail, hint FROM migrator.preflight()
	WHERE code IN ('several_heads', 'half_done', 'changed_after_upgrade', 'free_space');
SELECT migrator.revision('one', 'CREATE TABLE t (a int PRIMARY KEY, b text)', 'DROP TABLE t', rev_id => 'p1');
SELECT revision FROM migrator.upgrade();
SELECT * FROM findings;

-- A revision that was changed after it was run.
UPDATE migrator.revision SET upgrade = E'-- migrate:up\nCREATE TABLE u ()\n' WHERE project = 'preflight';
SELECT migrator.revision('two', E'INSERT INTO t SELECT g FROM generate_series(1, 10) g;\nCREATE INDEX CONCURRENTLY t_b ON t (b);\nDO $$ BEGIN PERFORM 1 / (a - 1) FROM t; COMMIT; END $$', 'SELECT 1', rev_id => 'p2');
\x
SELECT * FROM findings;
\x
\set VERBOSITY default
CALL migrator.deploy();
\set VERBOSITY terse

-- What is half done, and what it will do.
CALL migrator.deploy(pass_over => '{changed_after_upgrade}');
\x
SELECT * FROM findings WHERE code <> 'changed_after_upgrade';
UPDATE migrator.journal SET begun = 3, sql = 'DO $$x$$' WHERE project = 'preflight';
SELECT * FROM findings WHERE code <> 'changed_after_upgrade';
\x
SELECT migrator.resolve('repeat');
DELETE FROM t WHERE a = 1;
CALL migrator.deploy(pass_over => '{changed_after_upgrade}');
SELECT migrator.edit_revision('p2', downgrade => E'VACUUM t;\nSELECT 1/0');
SELECT migrator.revision('three', E'SELECT 1', E'VACUUM t;\nSELECT 1/0', rev_id => 'p3');
CALL migrator.deploy(pass_over => '{changed_after_upgrade}');
CALL migrator.rollback('p2');
\x
SELECT * FROM findings WHERE code <> 'changed_after_upgrade';
\x
SELECT revision FROM migrator.stamp('p3');

-- Several heads.
SELECT migrator.revision('four', 'SELECT 1', 'SELECT 1', rev_id => 'p4');
SELECT migrator.revision('five', 'SELECT 1', 'SELECT 1', head => '{p3}', splice => true, rev_id => 'p5');
SELECT severity, code, detail, hint FROM findings WHERE code = 'several_heads';
SELECT severity, code FROM migrator.preflight('heads') WHERE code = 'several_heads';
SELECT migrator.delete_revision('p5');

-- More than fits on any disk.
SET allow_system_table_mods = on;
UPDATE pg_class SET reltuples = 1e15 WHERE oid = 't'::regclass;
RESET allow_system_table_mods;
SELECT migrator.revision('index', E'SELECT 1;\nCREATE INDEX t_b2 ON preflight.t (a)', 'DROP INDEX t_b2', rev_id => 'p6');
SELECT severity, code, regexp_replace(detail, 'has .* free', 'has ... free') AS detail, hint FROM findings WHERE code = 'free_space';

SELECT revision FROM migrator.stamp('base');
SET client_min_messages = warning;
DROP SCHEMA preflight CASCADE;
