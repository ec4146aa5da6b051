-- Directories of node-pg-migrate.
SET migrator.project = 'import_node_pg_migrate';
CREATE SCHEMA import_node_pg_migrate;
SET search_path = import_node_pg_migrate;
\set SHOW_CONTEXT errors

-- 17 digits are a time: 20240101000000000 is 1704067200000
SELECT * FROM migrator.import($J${
	"m/1704067200001_second.sql": "-- Up Migration\nCREATE TABLE b ();\n\n-- Down Migration\nDROP TABLE b;\n",
	"m/20240101000000000_first-table.sql": "-- a comment\n\n  ----  uP \t MIGRATION of a\nCREATE TABLE a (t text DEFAULT 'x');\n--DOWN MIGRATION",
	"m/020-before.sql": "-- Up migration is no more than this\n\n-- Down Migration\n",
	"m/1704067200001_third.sql": "-- Down Migration\nDROP TABLE c;\n\n--\n-- Up Migration\n\nCREATE TABLE c ();\n",
	"m/1704067200002_all.sql": "CREATE TABLE d ();\n-- upmigration\nCREATE INDEX CONCURRENTLY i ON a (t);",
	"package.json": "{}", "src/index.ts": "x", "sql/queries.sql": "x", "README.md": "-- Up Migration"}$J$);
SELECT revision, down_revisions, message, is_transactional, is_reversible
FROM migrator.history() JOIN migrator.revisions() USING (revision, message);
SELECT migrator.export('20240101000000000_first_table'), migrator.export('1704067200001_third');
SELECT migrator.export('020_before'), migrator.export('1704067200002_all');
CALL migrator.deploy();
SELECT revision FROM migrator.downgrade('-1');

-- Without markers the digits of the tool's own names tell; other numbers could be anybody's.
SET migrator.project = 'import_node_pg_migrate 2';
SELECT * FROM migrator.import('{"1704067200001_a-b.sql": "SELECT 1", "1704067200002_c.sql": "SELECT 2"}');
SELECT migrator.export('1704067200001_a_b');
SET migrator.project = 'import_node_pg_migrate 3';
SELECT * FROM migrator.import('{"1704067200001_a.sql": "SELECT 1", "2_c.sql": "SELECT 2"}');
SELECT * FROM migrator.import('{"1704067200001_a.sql": "SELECT 1", "2_c.sql": "SELECT 2"}', 'node-pg-migrate');
-- all of a file without an Up marker is the way up
SELECT * FROM migrator.import('{"1704067200003_a.sql": "SELECT 1;\n-- Down Migration\nSELECT 2;"}', 'node-pg-migrate');
SELECT migrator.export('1704067200003_a');

-- What cannot be imported.
SET migrator.project = 'import_node_pg_migrate 4';
SELECT * FROM migrator.import('{"m/1704067200001_a.sql": "SELECT 1", "m/1704067200002_b.js": "x"}');
SELECT * FROM migrator.import('{"m/1704067200001_a.ts": "x"}');
SELECT * FROM migrator.import('{"m/1_a.sql": "-- Up Migration\n", "m/schema.sql": "SELECT 1"}');
SELECT * FROM migrator.import('{"m/1-a.sql": "-- Up Migration\n", "m/1_a.sql": "-- Up Migration\n"}');
SELECT * FROM migrator.import('{"m/1_a.sql": "SELECT 1;\n-- Up Migration\n\nSELEC 2;"}');
SELECT * FROM migrator.import('{"m/1_a.sql": "-- Up Migration\nSELECT ''\n-- Down Migration\nSELECT 2;"}');
SELECT * FROM migrator.import('{"m/1_a.sql": "-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;\n-- Down Migration\nSELECT 3;"}');
SELECT migrator.export('1_a');
SELECT count(*) FROM migrator.revisions();
