-- upgrade_sql() and downgrade_sql() write psql scripts.
SET migrator.project = 'offline';
CREATE SCHEMA offline;
SET search_path = offline;
\t on
\pset format unaligned

SELECT migrator.load(E'-- first\n-- Revision ID: o1\n-- Revises:\n\n-- migrate:up\n-- why\nCREATE TABLE t (i int, x text);\nCOPY t FROM stdin;\n1\tone; $$\n2\t\\N\n\\.\nINSERT INTO t VALUES (3, ''three'')\n\n-- migrate:down\nDROP TABLE t;\n', 'o1.sql');
SELECT migrator.load(E'-- second\n-- Revision ID: o2\n-- Revises: o1\n\n-- migrate:up\nBEGIN;\nSET search_path = offline, pg_temp;\nALTER TABLE t ADD y int;\nCOMMIT;\n-- migrate:down\nALTER TABLE t DROP y', 'o2.sql');
SELECT migrator.load(E'-- third\n-- Revision ID: o3\n-- Revises: o2\n-- Transactional: no\n-- migrate:up\nCREATE INDEX CONCURRENTLY i ON t (i)\n-- migrate:down\nDROP INDEX CONCURRENTLY i;', 'o3.sql');
SELECT migrator.load(E'-- Revision ID: o4\n-- Revises: o3\n-- migrate:up', 'o4.sql');

SELECT migrator.upgrade_sql('o1');
SELECT migrator.upgrade_sql('o1:head', include_revisions := false);
SELECT migrator.downgrade_sql('o3:o1');
SELECT migrator.upgrade_sql('o2:o2', false);
SELECT split_part(migrator.upgrade_sql('o1:+1', false), E'\n', 1);
SELECT regexp_replace(migrator.upgrade_sql('o1:+1', false), '^[^\n]*', '') = regexp_replace(migrator.upgrade_sql('o1:o2', false), '^[^\n]*', '');
SELECT regexp_replace(migrator.upgrade_sql('base:o2'), '^[^\n]*', '') = regexp_replace(migrator.upgrade_sql('o2'), '^[^\n]*', '');
SELECT migrator.downgrade_sql('o2:-1');

-- What cannot be written.
SELECT migrator.downgrade_sql('o1');
SELECT migrator.downgrade_sql('o4:o3');
SELECT migrator.upgrade_sql('o1:o2:o3');
SELECT migrator.upgrade_sql(':o3');
SELECT migrator.upgrade_sql('nosuch:o3');
SELECT migrator.downgrade_sql('o1:o2');

-- Nothing that a target or a message holds gets out of its comment.
SELECT migrator.upgrade_sql(E'+1\n\\echo escaped', false) LIKE E'%\n\\\\echo escaped%' AS escaped;
SELECT migrator.load(E'-- a\rSELECT 1/0;\n-- Revision ID: x1\n-- Revises:\n-- migrate:up\n', 'x1.sql');
SELECT migrator.load(E'-- a\bSELECT 1/0;\n-- Revision ID: x1\n-- Revises:\n-- migrate:up\n', 'x1.sql');
SELECT migrator.upgrade_sql('x1', false) LIKE E'%\bSELECT 1/0%' AS escaped;
SELECT migrator.delete_revision('x1');

-- record() keeps the books, and refuses what cannot be.
SET migrator.project = 'offline 2';
SELECT migrator.record('upgrade', 'o1');
SET migrator.project = 'offline';
SELECT migrator.record('upgrade', 'o2');
SELECT migrator.record('downgrade', 'o1');
BEGIN;
SELECT migrator.record('upgrade', 'o1');
SELECT migrator.record('upgrade', 'o2');
SELECT * FROM migrator.versions();
SELECT operation, revision FROM migrator.log() ORDER BY id;
SAVEPOINT s;
SELECT migrator.record('upgrade', 'o2');
ROLLBACK TO s;
SELECT migrator.record('downgrade', 'o1');
ROLLBACK TO s;
SELECT migrator.record('stamp', 'o3');
ROLLBACK TO s;
SELECT migrator.record('upgrade', 'o');
ROLLBACK TO s;
SELECT migrator.record('downgrade', 'o2');
SELECT * FROM migrator.versions();
ROLLBACK;

