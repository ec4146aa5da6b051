-- Directories of goose.
SET migrator.project = 'import_goose';
CREATE SCHEMA import_goose;
SET search_path = import_goose;
\set SHOW_CONTEXT errors

SELECT * FROM migrator.import($J${
	"m/00002_body.sql": "-- +goose Up\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$\nBEGIN\n\tPERFORM 1;\n\t-- +no annotation\n\tRETURN ';';\nEND $$\n-- +goose StatementEnd\nCREATE TABLE b (t text DEFAULT f());\n\n-- +goose Down\nDROP TABLE b; -- with it\nDROP FUNCTION f();",
	"m/00010_later.sql": "-- a comment\n\n-- +goose up\n-- +goose statementbegin\nINSERT INTO b VALUES ('one');\nINSERT INTO b VALUES ('two') -- and no semicolon\n-- +goose statementend\nINSERT INTO b VALUES (';\n', ';'); -- ; not the end;\n",
	"m/00001_first.sql": "\ufeff-- +goose Up\r\nCREATE TABLE a (id int\r\n);\r\n\r\n--+goose Down\r\nDROP TABLE a;\r\n",
	"m/9_alone.sql": "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON a (id)\n;\n-- +goose Down\n-- nothing\n",
	"m/9_helper_test.go": "package m", "m/helper.go": "package m", "m/README.md": "x", "m/queries.sql": "SELECT 1;"}$J$);
SELECT revision, down_revisions, message, is_transactional, is_reversible
FROM migrator.history() JOIN migrator.revisions() USING (revision, message) ORDER BY revision::int;
SELECT migrator.export('00001'), migrator.export('00010'), migrator.export('9');
SELECT revision FROM migrator.upgrade('00002');
SELECT f();
CALL migrator.deploy('9');
-- values that PostgreSQL refuses, in line 8 of the file
SELECT revision FROM migrator.upgrade();
SELECT revision FROM migrator.downgrade('00001');
SELECT * FROM migrator.import('{"00002_body.sql": "-- +goose Up\nSELECT 1;\n"}') WHERE action <> 'unchanged';

-- What goose refuses.
SET migrator.project = 'import_goose 2';
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\nSELECT 1;\nSELECT 2\n\n-- x\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\nSELECT 1;\nSELECT 2\n-- +goose Down\nSELECT 3;"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\nSELECT 1;\n-- +goose Down\nDROP TABLE a\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\nSELECT ''a -- b'';\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "SELECT 1;\n-- +goose Up\nSELECT 1;\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\nSELECT 1;\n-- +goose Up\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\n-- +goose Down\n-- +goose Down\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Down\n-- +goose Up\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n-- +goose Down\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\n\n-- +goose StatementBegin\nSELECT 1;"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\n-- +goose StatementBegin\n-- +goose StatementBegin\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\n-- +goose StatementEnd\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose StatementBegin\n-- +goose Up\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\n -- +goose Down\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\n-- +goose Dwon\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\n-- +goose Up +goose Down\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\n-- +goose ENVSUB ON\nSELECT ''${USER}'';\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "SELECT 1;"}', 'goose');
SELECT * FROM migrator.import('{"1_a.sql": "-- nothing"}', 'goose');
SELECT * FROM migrator.import('{"1_a.sql": ""}', 'goose');
SELECT * FROM migrator.import('{"0_a.sql": "-- +goose Up\n"}');
SELECT * FROM migrator.import('{"9223372036854775808_a.sql": "-- +goose Up\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\n", "b/01_b.sql": "-- +goose Up\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\n", "2_b.go": "package x"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\nSELECT 1;\n-- migrate:down\n"}', 'goose');
-- and what is not SQL: a string without an end, and a statement that does not parse
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\nSELECT 1;\nSELECT '';\n-- +goose Down\n"}');
SELECT * FROM migrator.import('{"1_a.sql": "-- +goose Up\nSELECT 1;\nSELEC 2;\n"}');
SELECT count(*) FROM migrator.revisions();
-- but not what nobody has run
SELECT * FROM migrator.import('{"9223372036854775807_a.sql": "-- +goose Up\n-- +goose Down\nSELEC 2;\n"}');
SELECT severity, code, revision FROM migrator.validate();
