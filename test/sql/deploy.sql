-- A transaction for each revision, or for each statement, in the caller's session.
CREATE SCHEMA deploy;
SET search_path = deploy;
SET migrator.project = 'deploy';
SET migrator.schemas = 'deploy';
\set VERBOSITY terse

SELECT migrator.revision('table', 'CREATE TABLE t (a int, b int); INSERT INTO t SELECT g % 2, g FROM generate_series(1, 10) g;', 'DROP TABLE t;', rev_id => 'r1');
SELECT migrator.revision('index', 'CREATE INDEX CONCURRENTLY t_b ON t (b); VACUUM t; ALTER TABLE t ADD COLUMN c int;',
	'ALTER TABLE t DROP COLUMN c; DROP INDEX CONCURRENTLY t_b;', rev_id => 'r2');
SELECT migrator.revision('both', $$ALTER TABLE t ADD COLUMN d int;
-- migrate:no-transaction
SET lock_timeout = '3s';
CREATE INDEX CONCURRENTLY t_d ON t (d);
-- migrate:transaction
CREATE VIEW v AS SELECT d FROM t;
COMMENT ON VIEW v IS 'x';
$$, 'DROP VIEW v; DROP INDEX t_d; ALTER TABLE t DROP COLUMN d;', rev_id => 'r3');
SELECT step, revision, transactional FROM migrator.plan('upgrade', 'head');
SELECT * FROM migrator.upgrade();
CALL migrator.deploy();
SELECT revision FROM migrator.current();
SHOW lock_timeout;
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = 't'::regclass ORDER BY 1;
SELECT operation, revision FROM migrator.log() ORDER BY id;
SELECT * FROM migrator.status();
SELECT count(*) FROM migrator.drift();

SELECT operation, revision, statement, sql, rows, elapsed >= '0' AS took_time, lock_wait >= '0' AS waited, wal_bytes > 0 AS wrote
FROM migrator.statements() ORDER BY started_at;

-- Nothing to do, and the way back.
CALL migrator.deploy();
CALL migrator.rollback('r1');
\d t
CALL migrator.rollback('base');
SELECT operation, target, revisions, outcome FROM migrator.deployment WHERE project = 'deploy' ORDER BY id;

-- What it refuses.
BEGIN;
CALL migrator.deploy();
ROLLBACK;
DO $$ BEGIN CALL migrator.deploy(); END $$;
CALL migrator.deploy(on_failure => 'whatever');
CALL migrator.deploy(retries => -1);
CALL migrator.deploy(NULL);
CALL migrator.deploy('nosuch');
CALL migrator.rollback('r1:r2');
SELECT migrator.resolve('done');
SELECT migrator.resolve('perhaps');
SET default_transaction_read_only = on;
CALL migrator.deploy();
RESET default_transaction_read_only;
SELECT migrator.revision('out of place', E'VACUUM;\n-- migrate:no-transaction\nSELECT 1;');

-- A concurrent build that fails leaves an index that the next call removes; what
-- SET does is put back, and done again.
SELECT migrator.revision('unique', 'SET search_path = pg_catalog; CREATE TABLE deploy.u (); CREATE UNIQUE INDEX CONCURRENTLY t_a ON deploy.t (a); ALTER TABLE deploy.t ADD COLUMN x;',
	'DROP INDEX deploy.t_a; DROP TABLE deploy.u', rev_id => 'r4');
SELECT migrator.revision('unique', 'SET search_path = pg_catalog; CREATE TABLE deploy.u (); CREATE UNIQUE INDEX CONCURRENTLY t_a ON deploy.t (a); ALTER TABLE deploy.t ADD COLUMN nosuch nosuch;',
	'DROP INDEX deploy.t_a; DROP TABLE deploy.u', rev_id => 'r4');
CALL migrator.deploy();
SHOW search_path;
SELECT operation, revision, statements_done, left_behind, next_step FROM migrator.status();
SELECT * FROM migrator.upgrade();
CALL migrator.rollback('r3');
CALL migrator.deploy();
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass;
DELETE FROM t WHERE b > 2;
CALL migrator.deploy();
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass;
SELECT statements_done, left_behind, next_step FROM migrator.status();

-- Statements that are not done can be mended; others cannot.
SELECT migrator.edit_revision('r4', upgrade => 'SET search_path = pg_catalog; CREATE TABLE deploy.w (); CREATE UNIQUE INDEX CONCURRENTLY t_a ON deploy.t (a);');
CALL migrator.deploy();
SELECT migrator.edit_revision('r4', upgrade => 'SET search_path = pg_catalog; CREATE TABLE deploy.u (); CREATE UNIQUE INDEX CONCURRENTLY t_a ON deploy.t (a); ALTER TABLE deploy.t ADD COLUMN e int;');
CALL migrator.deploy();
SELECT * FROM migrator.status();
SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum;

-- An invalid index of the name, left by somebody else.
SELECT migrator.revision('again', 'CREATE UNIQUE INDEX CONCURRENTLY t_e ON t (e);', 'DROP INDEX t_e', rev_id => 'r5');
UPDATE t SET e = 1;
CREATE UNIQUE INDEX CONCURRENTLY t_e ON t (e);
UPDATE t SET e = a;
CALL migrator.deploy();
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indexrelid = 't_e'::regclass;

-- Code that commits by itself is done, or not done, or nobody can know.
SELECT migrator.revision('code', $$DO 'BEGIN INSERT INTO t VALUES (10, 10); COMMIT; PERFORM 1/0; END';
DO 'BEGIN INSERT INTO t VALUES (11, 11); PERFORM 1/0; END';$$, 'DELETE FROM t WHERE a >= 10', rev_id => 'r6', transactional => false);
CALL migrator.deploy();
SELECT statements_done, left_behind, next_step FROM migrator.status();
CALL migrator.deploy();
SELECT migrator.resolve('done');
SELECT statements_done, left_behind, next_step FROM migrator.status();
CALL migrator.deploy();
SELECT statements_done, left_behind, next_step FROM migrator.status();
SELECT a FROM t WHERE a >= 10;
SELECT revision FROM migrator.stamp('r6');
SELECT * FROM migrator.status();

-- All or nothing over several revisions.
SELECT migrator.revision('seven', 'CREATE TABLE x7 ()', 'DROP TABLE x7', rev_id => 'r7');
SELECT migrator.revision('eight', 'CREATE INDEX CONCURRENTLY x8 ON t (c)', 'DROP INDEX CONCURRENTLY x8', rev_id => 'r8');
SELECT migrator.revision('nine', 'CREATE TABLE x9 (); SELECT 1/0', 'DROP TABLE x9', rev_id => 'r9');
CALL migrator.deploy(on_failure => 'rollback');
SELECT revision FROM migrator.current();
SELECT to_regclass('x7'), to_regclass('x8');
SELECT outcome, sqlstate, error FROM migrator.deployment WHERE project = 'deploy' ORDER BY id DESC LIMIT 1;
CALL migrator.deploy();
SELECT revision FROM migrator.current();

-- A time for each statement.
SELECT migrator.edit_revision('r9', upgrade => 'SELECT pg_sleep(60)');
\set VERBOSITY default
\set SHOW_CONTEXT never
CALL migrator.deploy(statement_timeout => 50);
\set VERBOSITY terse
SELECT migrator.edit_revision('r9', upgrade => 'CREATE TABLE x9 ()', transactional => false);
CALL migrator.deploy(statement_timeout => 10000);

-- Nothing runs, and no lock is left.
SELECT * FROM migrator.progress;
SELECT name, value FROM migrator.metrics WHERE project = 'deploy' AND name NOT LIKE '%seconds' ORDER BY name COLLATE "C";
SELECT objsubid FROM pg_locks WHERE locktype = 'advisory';
CALL migrator.rollback('base');
SELECT count(*) FROM migrator.drift();
\d
