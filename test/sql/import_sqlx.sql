-- Directories of sqlx.
SET migrator.project = 'import_sqlx';
CREATE SCHEMA import_sqlx;
SET search_path = import_sqlx;
\set SHOW_CONTEXT errors

SELECT * FROM migrator.import($J${
	"migrations/20240102_users.up.sql": "CREATE TABLE users (id int);\r\n", "migrations/20240102_users.down.sql": "DROP TABLE users;",
	"migrations/3_[2.0.0]_initial.up.sql": "CREATE TABLE initial ();",
	"migrations/20240103_index.sql": "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON users (id)",
	"migrations/20240104_late.sql": "\n-- no-transaction\nSELECT 1",
	"migrations/04_view.sql.up.sql": "SELECT 4", "migrations/04_view.sql.down.sql": "",
	"migrations/README.md": "x", "migrations/seed.sql": "x", "migrations/.keep": ""}$J$);
SELECT revision, down_revisions, message, is_transactional, is_reversible
FROM migrator.history() JOIN migrator.revisions() USING (revision, message) ORDER BY revision::int;
SELECT migrator.export('20240102'), migrator.export('20240103');
CALL migrator.deploy();
SELECT action FROM migrator.import('{"20240102_users.up.sql": "CREATE TABLE users (id int);\r\n", "20240102_users.down.sql": "DROP TABLE users;", "5_single.sql": ""}', 'sqlx') GROUP BY action;

-- What sqlx refuses.
SET migrator.project = 'import_sqlx 2';
SELECT * FROM migrator.import('{"1_a.sql": "", "add_b.sql": ""}', 'sqlx');
SELECT * FROM migrator.import('{"1_a.up.sql": "", "01_a.up.sql": ""}', 'sqlx');
SELECT * FROM migrator.import('{"1_a.up.sql": "", "1_b.sql": ""}', 'sqlx');
SELECT * FROM migrator.import('{"1_a.up.sql": "", "2_a.down.sql": ""}', 'sqlx');
SELECT * FROM migrator.import('{"9223372036854775808_a.sql": ""}', 'sqlx');
SELECT * FROM migrator.import('{"1_a.up.sql": "SELECT 1;\nSELEC 2;", "1_a.down.sql": ""}', 'sqlx');
SELECT count(*) FROM migrator.revisions();

-- Which tool is it?  Pairs are golang-migrate's, but for signs of sqlx.
SELECT * FROM migrator.import('{"1_a.up.sql": "SELECT 1", "1_a.down.sql": "SELECT 2", "2_b.sql": ""}');
SELECT * FROM migrator.import('{"1_a.up.sql": "SELECT 1", "2_b.sql": "-- migrate:up\n-- migrate:down\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "SELECT 1", "2_b.sql": "-- no-transaction\nSELECT 1"}');
