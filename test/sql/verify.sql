-- A section "-- migrate:verify" runs after the upgrade, is undone, and makes the
-- upgrade fail if it does.
SET client_min_messages = warning;
SET migrator.project = 'verify';
CREATE SCHEMA verify_test;

-- The file comes back to the byte, whatever sections it has.
SELECT migrator.load(E'-- first\n--\n-- Revision ID: v1\n-- Revises:\n-- Origin: sqitch 7ad1e0 users@1.0 beta\n\n-- migrate:up\nCREATE TABLE verify_test.t (a int);\nINSERT INTO verify_test.t VALUES (1);\n\n-- migrate:down\nDROP TABLE verify_test.t;\n\n-- migrate:verify\nBEGIN;\nSELECT 1 / count(*) FROM verify_test.t;\nINSERT INTO verify_test.t VALUES (2);\nSET LOCAL work_mem = ''1MB'';\nROLLBACK;\n', 'v1.sql');
SELECT migrator.load(E'-- second\n-- Revision ID: v2\n-- Revises: v1\n-- migrate:up\nALTER TABLE verify_test.t ADD b int;\n-- migrate:verify\nDO $$ BEGIN\n  IF EXISTS (SELECT FROM verify_test.t WHERE b IS NULL) THEN\n    RAISE EXCEPTION ''b is missing'' USING ERRCODE = ''check_violation'';\n  END IF;\nEND $$;\n', 'v2.sql');
SELECT migrator.export('v1');
SELECT migrator.load(migrator.export('v1'), 'v1.sql') = 'v1' AS same, count(*) FROM migrator.revisions();
SELECT revision, verify_line, verify_filename, origin_tool, origin_checksum, origin_key
FROM migrator.revision WHERE project = 'verify' ORDER BY 1;
SELECT migrator.show('v1');

-- What it changes is gone; what it finds wrong undoes everything.
SELECT operation, revision FROM migrator.upgrade('v1');
TABLE verify_test.t;
SHOW work_mem;
\set SHOW_CONTEXT never
SELECT revision FROM migrator.upgrade();
\echo :LAST_ERROR_SQLSTATE
SELECT revision FROM migrator.versions();
SELECT column_name FROM information_schema.columns WHERE table_schema = 'verify_test';

-- An exception handler around it finds the transaction as it was.
DO $$
BEGIN
	PERFORM migrator.upgrade();
EXCEPTION WHEN check_violation THEN
	RAISE WARNING '%', SQLERRM;
END
$$;
SELECT count(*) FROM verify_test.t;

-- It can be left out.
SET migrator.verify = off;
SELECT operation, revision FROM migrator.upgrade();
RESET migrator.verify;

-- Offline
SELECT migrator.upgrade_sql('v1', false);
SET migrator.verify = off;
SELECT migrator.upgrade_sql('v1', false) LIKE '%SAVEPOINT%' AS verifies;
RESET migrator.verify;

-- Deployments: the step is not recorded, and the next call tries again.
SET migrator.project = 'verify 2';
SELECT migrator.revision('one', 'CREATE TABLE verify_test.d (a int)', 'DROP TABLE verify_test.d',
	rev_id => 'd1', verify => 'SELECT a FROM verify_test.d');
SELECT migrator.revision('two', 'ALTER TABLE verify_test.d ADD b int', rev_id => 'd2',
	verify => 'SELECT nosuch FROM verify_test.d');
SET client_min_messages = notice;
CALL migrator.deploy();
SET client_min_messages = warning;
SELECT revision FROM migrator.versions();
SELECT column_name FROM information_schema.columns
WHERE table_schema = 'verify_test' AND table_name = 'd' ORDER BY 1;
SELECT migrator.edit_revision('d2', verify => 'SELECT b FROM verify_test.d');
SELECT migrator.export('d2') LIKE E'%\n\n-- migrate:verify\nSELECT b FROM verify_test.d\n' AS edited;
CALL migrator.deploy();
SELECT revision FROM migrator.versions();

-- Without a transaction, all statements are done when it fails.
SELECT migrator.revision('three', E'SET lock_timeout = ''5s'';\nCREATE INDEX CONCURRENTLY d_a ON verify_test.d (a);\nINSERT INTO verify_test.d VALUES (1);\n',
	rev_id => 'd3', transactional => false,
	verify => E'INSERT INTO verify_test.d VALUES (3);\nSELECT 1 / (count(*) - 2) FROM verify_test.d;');
CALL migrator.deploy();
SELECT revision FROM migrator.versions();
SELECT a FROM verify_test.d;
SELECT operation, revision, statements_done, next_step, error FROM migrator.status();
SELECT revision FROM migrator.upgrade();
CALL migrator.deploy();
INSERT INTO verify_test.d VALUES (2);
CALL migrator.deploy();
SELECT revision FROM migrator.versions();
SELECT * FROM migrator.status();
SELECT a FROM verify_test.d ORDER BY 1;
SHOW lock_timeout;
SELECT statement, sql FROM migrator.statements('d3');

-- What cannot stand there
\set SHOW_CONTEXT errors
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- migrate:up\n-- migrate:verify\nSELECT 1;\n-- migrate:down\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- migrate:up\n-- migrate:verify\n-- migrate:verify\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- migrate:verify\nSELECT 1;\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- migrate:up\n-- migrate:verify\nSELECT nonsense nonsense nonsense;\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- migrate:up\n-- migrate:verify\nVACUUM;\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- migrate:up\n-- migrate:verify\n-- migrate:no-transaction\nSELECT 1;\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- migrate:up\n-- migrate:verify\nBEGIN;\nROLLBACK;\nSELECT 1;\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- migrate:up\n-- migrate:verify\nSELECT 1;\nROLLBACK;\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- Origin: flyway -\n-- migrate:up\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- Origin:\n-- migrate:up\n', 'x.sql');
DROP SCHEMA verify_test CASCADE;
