-- Directories of Diesel.
SET migrator.project = 'import_diesel';
CREATE SCHEMA import_diesel;
SET search_path = import_diesel;
\set SHOW_CONTEXT errors

SELECT * FROM migrator.import($J${
	"migrations/2024-01-02-000000_create_users/up.sql": "CREATE TABLE users (id int);",
	"migrations/2024-01-02-000000_create_users/down.sql": "DROP TABLE users;\n",
	"migrations/00000000000000_diesel_initial_setup/up.sql": "CREATE TABLE setup ();",
	"migrations/20240103_index/up.sql": "CREATE INDEX CONCURRENTLY i ON users (id)",
	"migrations/20240103_index/metadata.toml": "# why\nrun_in_transaction = false # so\n",
	"migrations/20240104_plain/up.sql": "", "migrations/20240104_plain/down.sql": "", "migrations/20240104_plain/metadata.toml": "run_in_transaction=true",
	"migrations/20240105_unsaid/up.sql": "SELECT 1", "migrations/20240105_unsaid/metadata.toml": "",
	"migrations/README.md": "x", "migrations/20240105_unsaid/notes.sql": "x", "diesel.toml": "x"}$J$);
SELECT revision, down_revisions, message, is_transactional, is_reversible
FROM migrator.history() JOIN migrator.revisions() USING (revision, message) ORDER BY revision;
SELECT migrator.export('20240102000000'), migrator.export('20240103');
SELECT revision FROM migrator.upgrade('20240102000000');
SELECT to_regclass('users');
SELECT revision FROM migrator.downgrade('00000000000000');
SELECT revision FROM migrator.downgrade('base');
SELECT step, revision, transactional FROM migrator.plan('upgrade', 'head');

-- What Diesel refuses.
SET migrator.project = 'import_diesel 2';
SELECT * FROM migrator.import('{"m/2024-01-02_b/up.sql": "", "n/20240102_c/up.sql": ""}');
SELECT * FROM migrator.import('{"m/2024-01-02_b/down.sql": ""}', 'diesel');
SELECT * FROM migrator.import('{"m/2024-01-02_b/up.sql": "", "m/2024-01-02_b/metadata.toml": "\nrun_in_transaction = 1"}');
SELECT * FROM migrator.import('{"m/20:24_b/up.sql": ""}');
SELECT * FROM migrator.import('{"m/2024_b/up.sql": "SELECT 1;\nSELECT 2 3;"}');
SELECT count(*) FROM migrator.revisions();
