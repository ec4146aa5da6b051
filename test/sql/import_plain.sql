-- Numbered SQL files of no tool in particular.
SET migrator.project = 'import_plain';
CREATE SCHEMA import_plain;
SET search_path = import_plain;
\set SHOW_CONTEXT errors

SELECT * FROM migrator.import($J${
	"001_init.sql": "\ufeffCREATE TABLE a (id int)", "2-second.sql": "INSERT INTO a VALUES (2);\r\n", "10.sql": "",
	"20240101120000 last one.SQL": "INSERT INTO a VALUES (3);", "2.1 between.sql": "-- nothing", "2.10_then.sql": "SELECT 1;",
	"9third.sql": "CREATE INDEX CONCURRENTLY i ON a (id);", "1000000000000000000000_far.sql": "BEGIN; INSERT INTO a VALUES (4); COMMIT;",
	"README.md": "x", "schema.sql": "no number"}$J$);
SELECT revision, down_revisions, message, is_transactional, is_reversible
FROM migrator.history() JOIN migrator.revisions() USING (revision, message) ORDER BY revision COLLATE "C";
CALL migrator.deploy();
SELECT * FROM a ORDER BY id;
SELECT migrator.export('001'), migrator.export('2');
SELECT revision FROM migrator.downgrade('-1');
-- Dates.
SET migrator.project = 'import_plain, dates';
SELECT * FROM migrator.import('{"d/2024-02-01-b.sql": "SELECT 1", "d/2024_01_31_a.sql": "SELECT 1", "d/20240202_c.sql": "SELECT 1", "d/2024-02-1_d.sql": "SELECT 1"}');

SET migrator.project = 'import_plain 2';
SELECT * FROM migrator.import('{"1_a.sql": "SELECT 1", "01-b.sql": ""}');
SELECT * FROM migrator.import('{"1_a.sql": "SELECT 1", "1.0_b.sql": ""}');
SELECT * FROM migrator.import('{"1_a.up.sql": "SELECT 1", "2_b.sql": ""}', 'plain');
SELECT * FROM migrator.import('{"1_a.sql": "SELECT 1;\nSELEC 2"}');
SELECT * FROM migrator.import('{"1_a.sql": "SELECT 1;\nSELECT $x$"}');
SELECT * FROM migrator.import('{"1_a.sql": "\\copy a from b"}');
SELECT * FROM migrator.import('{"1_Revises: x.sql": "SELECT 1;"}');
SELECT count(*) FROM migrator.revisions();

-- Of files in which tools have left signs it is only what remains.
SELECT * FROM migrator.import('{"1_a.sql": "SELECT 1;", "2_b.sql": "-- +goose Up\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "SELECT 1;", "2_b.sql": "-- migrate:up\n-- migrate:down\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\n", "2_b.sql": "-- migrate:up\n-- migrate:down\n"}');
SELECT * FROM migrator.import('{"V1__a.sql": "", "2_b.sql": "-- +goose Up\n"}');
SELECT count(*) FROM migrator.revisions();
