-- Repeatable revisions run after all others, by message, whenever they change.
SET client_min_messages = warning;
SET migrator.project = 'repeatable';
CREATE SCHEMA repeatable_test;
CREATE TABLE repeatable_test.ran (number serial, what text);

SELECT migrator.revision('table', 'CREATE TABLE repeatable_test.t (a int)', 'DROP TABLE repeatable_test.t CASCADE', rev_id => 'r1');
SELECT migrator.revision('more', 'INSERT INTO repeatable_test.ran (what) VALUES (''r2'')', '', rev_id => 'r2');
SELECT migrator.load(E'-- b view\n--\n-- Revision ID: R__view\n-- Repeatable: yes\n-- Origin: flyway -123 view\n\n-- migrate:up\nCREATE OR REPLACE VIEW repeatable_test.v AS SELECT a FROM repeatable_test.t;\nINSERT INTO repeatable_test.ran (what) VALUES (''view'');\n\n-- migrate:verify\nSELECT 1 / count(*) FROM repeatable_test.ran;\n', 'R__view.sql');
SELECT migrator.revision('a function', 'INSERT INTO repeatable_test.ran (what) VALUES (''function'')',
	rev_id => 'R__function', repeatable => true);
SELECT migrator.export('R__view');
SELECT migrator.load(migrator.export('R__view'), 'R__view.sql');
SELECT regexp_replace(migrator.export('R__function'), 'Date: [^\n]*', 'Date: ...');
SELECT * FROM migrator.repeatables();
SELECT migrator.show('R__view');

-- They are in no graph.
SELECT revision FROM migrator.history();
SELECT revision FROM migrator.revisions();
SELECT revision FROM migrator.heads();
SELECT severity, code, revision FROM migrator.validate() WHERE severity <> 'info' AND code <> 'file_name';

-- They wait for the last head.
SELECT * FROM migrator.plan('upgrade', 'r1');
SELECT operation, revision, message FROM migrator.upgrade('r1');
SELECT * FROM migrator.plan('upgrade', 'head');
SELECT operation, revision, message FROM migrator.upgrade();
SELECT what FROM repeatable_test.ran ORDER BY number;
SELECT revision, message, state, applied_at IS NOT NULL AS applied FROM migrator.repeatables();
SELECT operation, revision, checksum IS NOT NULL FROM migrator.log();
SELECT revision FROM migrator.versions();
SELECT revision FROM migrator.current();
SELECT * FROM migrator.drift();

-- Nothing to do, however often it is asked
SELECT operation, revision FROM migrator.upgrade();
SELECT operation, revision FROM migrator.upgrade('heads');
SELECT migrator.load(migrator.export('R__view') || E'  \n', 'R__view.sql');
SELECT revision, state FROM migrator.repeatables();
SELECT operation, revision FROM migrator.upgrade();

-- A change, also while everything else is applied
SELECT migrator.edit_revision('R__view', upgrade => E'CREATE OR REPLACE VIEW repeatable_test.v AS SELECT a, a + 1 AS b FROM repeatable_test.t;\nINSERT INTO repeatable_test.ran (what) VALUES (''view 2'')');
SELECT revision, state FROM migrator.repeatables();
SELECT * FROM migrator.plan('upgrade', 'head');
SELECT operation, revision FROM migrator.upgrade();
SELECT * FROM migrator.drift();
SELECT revision, state FROM migrator.repeatables();

-- Each tenant has its own.
SET migrator.tenant = 'other';
SELECT revision, state FROM migrator.repeatables();
RESET migrator.tenant;

-- A failure undoes everything; a read-only transaction is refused.
SELECT migrator.edit_revision('R__function', upgrade => 'SELECT 1', verify => 'SELECT 1 / 0');
BEGIN READ ONLY;
SELECT operation, revision FROM migrator.upgrade();
ROLLBACK;
SELECT operation, revision FROM migrator.upgrade();
SELECT revision, state FROM migrator.repeatables();

-- Downgrades leave them alone.
SELECT operation, revision FROM migrator.downgrade('-1');
SELECT revision, state FROM migrator.repeatables();

-- One that is deleted is no longer run.
SELECT migrator.delete_revision('R__function');
SELECT operation, revision FROM migrator.upgrade();
SELECT revision, state FROM migrator.repeatables();

-- Names are taken over all revisions.
SELECT migrator.revision('x', rev_id => 'R__view');
SELECT migrator.revision('x', rev_id => 'x', branch_label => '{R__view}');
SELECT migrator.revision('x', rev_id => 'r1', repeatable => true);
SELECT migrator.rename_revision('r2', 'R__view');
SELECT migrator.rename_revision('R__view', 'view');
SELECT revision, filename FROM migrator.export_files();

-- What they cannot have
SELECT migrator.revision('x', 'SELECT 1', 'SELECT 1', repeatable => true);
SELECT migrator.revision('x', 'SELECT 1', depends_on => '{r1}', repeatable => true);
SELECT migrator.edit_revision('R__view', down_revision => '{r1}');
SELECT migrator.load(E'-- Revision ID: R__x\n-- Repeatable: yes\n-- Revises: r1\n-- migrate:up\n', 'R__x.sql');
SELECT migrator.load(E'-- Revision ID: R__x\n-- Repeatable: yes\n-- Branch Labels: l\n-- migrate:up\n', 'R__x.sql');
SELECT migrator.load(E'-- Revision ID: R__x\n-- Repeatable: yes\n-- migrate:up\n-- migrate:down\n', 'R__x.sql');
SELECT migrator.load(E'-- Revision ID: R__x\n-- Repeatable: perhaps\n-- migrate:up\n', 'R__x.sql');

-- Offline
SELECT migrator.upgrade_sql('r1:r2', false);
SELECT migrator.upgrade_sql('r1', false) LIKE '%R__view%' AS has_view;
SELECT migrator.record('repeat', 'R__view', check_only => true);
SELECT migrator.record('repeat', 'R__nosuch');
SELECT migrator.record('repeat', 'r1');

-- Deployments
SET migrator.project = 'repeatable 2';
SELECT migrator.revision('one', 'SELECT 1', '', rev_id => 'd1');
SELECT migrator.revision('index', E'INSERT INTO repeatable_test.ran (what) VALUES (''alone'');\nVACUUM repeatable_test.ran;\nINSERT INTO repeatable_test.nosuch VALUES (1);',
	rev_id => 'R__index', repeatable => true, transactional => false);
SELECT migrator.revision('a first', 'SELECT 1', rev_id => 'R__first', repeatable => true);
SELECT operation, revision FROM migrator.upgrade();
SET client_min_messages = notice;
\set SHOW_CONTEXT never
CALL migrator.deploy();
SET client_min_messages = warning;
SELECT operation, revision, statements_done, next_step FROM migrator.status();
-- the one that is half done comes first
SELECT migrator.edit_revision('R__first', upgrade => 'SELECT 2');
SELECT migrator.revision('two', 'CREATE TABLE repeatable_test.nosuch (a int)', '', rev_id => 'd2');
SELECT * FROM migrator.upgrade();
CREATE TABLE repeatable_test.nosuch (a int);
SELECT migrator.edit_revision('d2', upgrade => 'SELECT 1');
SET client_min_messages = notice;
CALL migrator.deploy();
CALL migrator.deploy();
SET client_min_messages = warning;
SELECT operation, revision FROM migrator.log();
SELECT what FROM repeatable_test.ran WHERE what = 'alone';
SELECT revisions, outcome FROM migrator.deployment WHERE project = 'repeatable 2' ORDER BY id;

-- Rolled back, they are run again the next time.
SELECT migrator.revision('three', 'SELECT 1', 'SELECT 1', rev_id => 'd3');
SELECT migrator.edit_revision('R__first', upgrade => 'SELECT 3');
SELECT migrator.edit_revision('R__index', upgrade => 'SELECT 1 / 0', transactional => true);
CALL migrator.deploy(on_failure => 'rollback');
SELECT revision FROM migrator.versions();
SELECT revision, state FROM migrator.repeatables();

-- Approvals are for them, too.
SELECT migrator.edit_revision('R__index', upgrade => 'SELECT 1');
SET migrator.required_approvals = 1;
SELECT * FROM migrator.upgrade();
SELECT code, detail FROM migrator.preflight() WHERE code = 'not_approved';
SELECT migrator.approve('R__first');
RESET migrator.required_approvals;

-- A revision can become one, and the other way round.
SET migrator.project = 'repeatable 3';
SELECT migrator.revision('one', 'SELECT 1', '', rev_id => 'c1');
SELECT migrator.load(E'-- one\n-- Revision ID: c1\n-- Repeatable: yes\n-- migrate:up\nSELECT 1;\n', 'c1.sql');
SELECT revision FROM migrator.revisions();
SELECT operation, revision FROM migrator.upgrade();
SELECT migrator.load(E'-- one\n-- Revision ID: c1\n-- Revises:\n-- migrate:up\nSELECT 1;\n', 'c1.sql');
SELECT * FROM migrator.repeatables();
SELECT has_repeatables FROM migrator.project WHERE project = 'repeatable 3';
SELECT operation, revision FROM migrator.upgrade();
SELECT migrator.load(E'-- one\n-- Revision ID: c1\n-- Repeatable: yes\n-- migrate:up\nSELECT 1;\n', 'c1.sql');

-- A directory
SET migrator.project = 'repeatable 4';
SELECT * FROM migrator.import('{"1.sql": "-- Revision ID: i1\n-- Revises:\n-- migrate:up\nSELECT 1;\n",
	"2.sql": "-- Revision ID: i2\n-- Repeatable: yes\n-- migrate:up\nSELECT 1;\n"}');
SELECT * FROM migrator.import('{"1.sql": "-- Revision ID: i1\n-- Revises:\n-- migrate:up\nSELECT 1;\n",
	"2.sql": "-- Revision ID: i2\n-- Repeatable: yes\n-- migrate:up\nSELECT 2;\n"}');
SELECT operation, revision FROM migrator.upgrade();
SELECT * FROM migrator.import('{"2.sql": "-- Revision ID: i2\n-- Repeatable: yes\n-- migrate:up\nSELECT 3;\n"}');
SELECT operation, revision FROM migrator.upgrade();
DROP SCHEMA repeatable_test CASCADE;
