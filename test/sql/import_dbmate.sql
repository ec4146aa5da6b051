-- Directories of dbmate.
SET migrator.project = 'import_dbmate';
CREATE SCHEMA import_dbmate;
SET search_path = import_dbmate;
\set SHOW_CONTEXT errors

SELECT * FROM migrator.import($J${
	"db/migrations/20240102_add-users.sql": "-- licence\n\n-- migrate:up\nCREATE TABLE users (id int);\n\n-- migrate:down\nDROP TABLE users;\n",
	"db/migrations/20240201_index.sql": "--migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON users (id);\n-- migrate:down\nDROP INDEX i;",
	"db/migrations/20240101_first.sql": "\ufeff-- migrate:up\r\nCREATE TABLE first (t text);\r\nINSERT INTO first VALUES ('-- migrate:up');\r\n--  migrate:down\r\n",
	"db/migrations/20240301_vacuum.sql": "-- migrate:up\n-- nothing\n-- migrate:down transaction:false\nVACUUM users;",
	"db/schema.sql": "not one of them",
	"db/migrations/README.sql": "nor this"}$J$);
SELECT revision, down_revisions, message, is_transactional, is_reversible
FROM migrator.history() JOIN migrator.revisions() USING (revision, message) ORDER BY revision;
SELECT migrator.export('20240102'), migrator.export('20240101');
SELECT revision FROM migrator.upgrade('20240102');
SELECT * FROM first;
SELECT step, revision, transactional FROM migrator.plan('upgrade', 'head');
SELECT revision FROM migrator.downgrade('base');

-- Line numbers are those of the file.
SET migrator.project = 'import_dbmate, lines';
SELECT * FROM migrator.import('{"20240401_wrong.sql": "-- comment\n-- migrate:up\nSELECT 1;\n\nSELECT nosuch;\n-- migrate:down\nSELECT 1;\nSELEC 2;\n"}');
SELECT severity, code, revision FROM migrator.validate() WHERE severity = 'error';
SELECT revision FROM migrator.upgrade('20240401');

-- What dbmate refuses.
SET migrator.project = 'import_dbmate 2';
SELECT * FROM migrator.import('{"2_b.sql": "-- migrate:up\nSELECT 1;\n-- migrate:down\n-- migrate:up\n-- migrate:down"}');
SELECT * FROM migrator.import('{"2_b.sql": "-- migrate:up\nSELECT 1;\n"}');
SELECT * FROM migrator.import('{"2_b.sql": "SELECT 1;\n-- migrate:up\n-- migrate:down\n"}');
SELECT * FROM migrator.import('{"2_b.sql": "-- x\n"}', 'dbmate');
SELECT * FROM migrator.import('{"2_b.sql": ""}', 'dbmate');
SELECT * FROM migrator.import('{"2_b.sql": "\n-- migrate:down\n-- migrate:up"}');
SELECT * FROM migrator.import('{"2_b.sql": "-- migrate:up\nSELECT ''\n-- migrate:down\n''"}');
SELECT * FROM migrator.import('{"2_b.sql": "-- migrate:up\n-- migrate:down\n", "2_c.sql": "-- migrate:up\n-- migrate:down\n"}');
SELECT count(*) FROM migrator.revisions();
