-- Revisions that cannot run in a transaction are known as such, for each way.
SET migrator.project = 'nontransactional';
CREATE SCHEMA nontransactional;
SET search_path = nontransactional;
\set SHOW_CONTEXT always

SELECT migrator.revision('table', 'CREATE TABLE t (i int)', 'DROP TABLE t', rev_id := 'r1');
SELECT migrator.revision('found out', 'CREATE INDEX CONCURRENTLY i ON t (i)', 'DROP INDEX i', rev_id := 'r2');
SELECT migrator.revision('said so', 'SELECT 1', 'SELECT 2', rev_id := 'r3', transactional := false);
SELECT migrator.revision('only the way down', 'SELECT 1', 'SELECT 1; VACUUM t', rev_id := 'r4');
SELECT migrator.revision('last', 'CREATE TABLE u ()', 'DROP TABLE u', rev_id := 'r5');
SELECT revision, is_transactional FROM migrator.revisions() ORDER BY 1;

-- plan() tells, and upgrade() refuses before anything has run.
SELECT step, operation, revision, message, transactional FROM migrator.plan('upgrade', 'head');
SELECT revision FROM migrator.upgrade();
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM migrator.versions();
SELECT revision FROM migrator.upgrade('r1');
SELECT revision FROM migrator.upgrade('+1');
SELECT revision FROM migrator.stamp('r3');
SELECT step, operation, revision, message, transactional FROM migrator.plan('upgrade', '+2');
SELECT revision FROM migrator.upgrade();

SELECT step, operation, revision, transactional FROM migrator.plan('downgrade', 'r1');
SELECT revision FROM migrator.downgrade('r4');
SELECT revision FROM migrator.downgrade('r3');
SELECT revision FROM migrator.stamp('r2');
SELECT step, operation, revision, transactional FROM migrator.plan('downgrade', 'base');
SELECT revision FROM migrator.plan('downgrade', 'nosuch');
SELECT revision FROM migrator.plan('sidegrade', 'head');
SELECT revision FROM migrator.plan('upgrade', 'r1:r2');
SELECT array_agg(revision) FROM migrator.versions();

-- Each of these statements, and only these, cannot be in a transaction block.
CREATE TEMP TABLE statement (n int GENERATED ALWAYS AS IDENTITY, sql text);
INSERT INTO statement (sql) VALUES
	('CREATE INDEX CONCURRENTLY i ON t (a)'), ('CREATE INDEX i ON t (a)'),
	('DROP INDEX CONCURRENTLY i'), ('DROP INDEX i'),
	('REINDEX TABLE CONCURRENTLY t'), ('REINDEX (CONCURRENTLY) INDEX t'), ('REINDEX (CONCURRENTLY off) INDEX t'),
	('REINDEX SCHEMA s'), ('REINDEX DATABASE d'), ('REINDEX TABLE t'),
	('ALTER TABLE a DETACH PARTITION b CONCURRENTLY'), ('ALTER TABLE a DETACH PARTITION b'), ('ALTER TABLE a DETACH PARTITION b FINALIZE'),
	('VACUUM'), ('VACUUM (FULL, ANALYZE) t'), ('ANALYZE'), ('CLUSTER'), ('CLUSTER t USING i'),
	('CREATE DATABASE d'), ('DROP DATABASE d'), ('ALTER DATABASE d SET TABLESPACE x'), ('ALTER DATABASE d SET work_mem = 1'),
	('CREATE TABLESPACE t LOCATION ''/x'''), ('DROP TABLESPACE t'), ('ALTER SYSTEM SET work_mem = 1'),
	('CREATE SUBSCRIPTION s CONNECTION ''x'' PUBLICATION p'), ('CREATE SUBSCRIPTION s CONNECTION ''x'' PUBLICATION p WITH (connect = false)'),
	('ALTER SUBSCRIPTION s REFRESH PUBLICATION'), ('ALTER SUBSCRIPTION s ADD PUBLICATION p WITH (refresh = false)'), ('ALTER SUBSCRIPTION s DISABLE'),
	('DROP SUBSCRIPTION s'), ('DISCARD ALL'), ('DISCARD PLANS'), ('ALTER TYPE e ADD VALUE ''x'''), ('REFRESH MATERIALIZED VIEW CONCURRENTLY v'),
	('DO $$ BEGIN EXECUTE ''VACUUM''; END $$'), ('SELECT ''VACUUM;'''), ('');
SET migrator.project = 'nontransactional 2';
SELECT count(migrator.revision(sql, sql, sql, rev_id := 's' || n)) FROM (SELECT * FROM statement ORDER BY n) s;
SELECT message, transactional FROM migrator.plan('upgrade', 'head') WHERE NOT transactional ORDER BY step;
SELECT message, transactional FROM migrator.plan('upgrade', 'head') WHERE transactional ORDER BY step;
SELECT count(*) FROM migrator.stamp('head');
SELECT count(*), count(*) FILTER (WHERE NOT transactional) FROM migrator.plan('downgrade', 'base');

-- What only shows when it runs is an error of the statement.
SET migrator.project = 'nontransactional';
SELECT migrator.revision('hidden', $$SELECT 1; DO 'BEGIN EXECUTE ''VACUUM''; END'$$, head := '{base}', branch_label := '{hidden}', rev_id := 'h1');
SELECT operation FROM migrator.upgrade('hidden');
