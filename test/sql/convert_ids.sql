-- convert_ids() turns ids that people made into 12 hexadecimal digits.
SET migrator.project = 'convert_ids';
\t on
\pset format unaligned

SELECT migrator.load(E'-- Add probe: connection fields!\n-- Revision ID: 20250515_add_probe_connection_fields\n-- Revises:\n-- migrate:up\nSELECT 1;\n', 'v/20250515_add_probe_connection_fields.sql');
SELECT migrator.load(E'-- Revision ID: 20250516_without_message\n-- Revises: 20250515_add_probe_connection_fields\n-- migrate:up\nSELECT 2;\n', '20250516_without_message.sql');
SELECT migrator.load(E'-- third\n-- Revision ID: 0123456789ab\n-- Revises: 20250516_without_message\n-- migrate:up\nSELECT 3;\n', '0123456789ab_third.sql');
SELECT migrator.load(E'-- fourth\n-- Revision ID: 202505151030\n-- Revises: 0123456789ab\n-- migrate:up\nSELECT 4;\n', '202505151030.sql');
SELECT migrator.load(E'-- fifth\n-- Revision ID: é5\n-- Revises: 202505151030\n-- Branch Labels: lab\n-- migrate:up\nSELECT 5;\n', 'é5_fifth.sql');
SELECT migrator.load(E'-- sixth\n-- Revision ID: 6\n-- Revises: é5\n-- Depends on: 0123456789ab, lab\n-- migrate:up\nSELECT 6;\n', '67_sixth.sql');
SELECT migrator.load(E'-- other\n-- Revision ID: other_base\n-- Revises:\n-- migrate:up\nCREATE TABLE convert_ids ();\n');
SELECT revision FROM migrator.upgrade('0123456789ab');
SELECT revision FROM migrator.upgrade('other_base');
SELECT revisions FROM migrator.schema_record WHERE project = 'convert_ids';

-- A dry run changes nothing.
SELECT * FROM migrator.convert_ids(dry_run => true);
SELECT revision FROM migrator.revisions();
BEGIN READ ONLY;
SELECT count(*) FROM migrator.convert_ids(dry_run => true);
COMMIT;

-- The new ids come from the project and the old id.
SELECT old, new = left(encode(sha256(convert_to(E'convert_ids\n' || old, 'UTF8')), 'hex'), 12) AS hashed
FROM migrator.convert_ids(true) WHERE old <> new;

-- All or nothing.
BEGIN;
SELECT count(*) FROM migrator.convert_ids();
ROLLBACK;
SELECT count(*) FROM migrator.aliases();

SELECT * FROM migrator.convert_ids();
SELECT revision, down_revisions, depends_on, is_current, applied_at IS NOT NULL FROM migrator.history();
SELECT code, revision FROM migrator.validate() WHERE severity <> 'info';
SELECT revisions FROM migrator.schema_record WHERE project = 'convert_ids';
SELECT count(*) FROM migrator.drift();
SELECT revision FROM migrator.upgrade('heads');
SELECT operation, revision FROM migrator.log();
SELECT * FROM migrator.convert_ids();
SELECT migrator.rename_revision('6', '6');
SELECT old, new FROM migrator.convert_ids();
SELECT alias, revision FROM migrator.aliases();

-- A taken id gets another one; the old id of a revision counts, its own former ones do not.
SET migrator.project = 'convert_ids 2';
SELECT migrator.revision('a', rev_id => 'a');
SELECT migrator.revision('b', rev_id => (SELECT new FROM migrator.convert_ids(true)));
SELECT old, new = left(encode(sha256(convert_to(E'convert_ids 2\na\n1', 'UTF8')), 'hex'), 12) AS second_choice
FROM migrator.convert_ids() WHERE old = 'a';

-- Files that were converted elsewhere, here not yet.
SET migrator.project = 'convert_ids 3';
SELECT migrator.revision('a', 'SELECT 1', rev_id => 'a');
SELECT migrator.revision('b', 'SELECT 2', rev_id => 'b');
BEGIN;
SELECT count(*) FROM migrator.convert_ids();
SELECT json_object_agg(filename, script) AS files FROM migrator.export_files() \gset
ROLLBACK;
SELECT * FROM migrator.import(:'files');
SELECT count(*) FROM migrator.convert_ids();
SELECT revision, action FROM migrator.import(:'files');

-- Directories of tools that have no headers can be imported as before.
SET migrator.project = 'convert_ids 4';
SELECT * FROM migrator.import('{"1_a.up.sql": "SELECT 1", "1_a.down.sql": "SELECT -1", "2_b.up.sql": "SELECT 2"}');
SELECT revision FROM migrator.upgrade('1');
SELECT * FROM migrator.convert_ids();
SELECT * FROM migrator.import('{"1_a.up.sql": "SELECT 1", "1_a.down.sql": "SELECT -1", "2_b.up.sql": "SELECT 22", "3_c.up.sql": "SELECT 3"}');
SELECT * FROM migrator.import('{"1_a.up.sql": "SELECT 11", "1_a.down.sql": "SELECT -1", "2_b.up.sql": "SELECT 22", "3_c.up.sql": "SELECT 3"}');
SELECT revision FROM migrator.upgrade('2');

-- A graph with a hole can be converted, and mended by an old file.
SET migrator.project = 'convert_ids 5';
SELECT migrator.load(E'-- b\n-- Revision ID: b\n-- Revises: a\n-- migrate:up\n');
SELECT old, new FROM migrator.convert_ids();
SELECT migrator.load(E'-- a\n-- Revision ID: a\n-- Revises:\n-- migrate:up\n');
SELECT old, new FROM migrator.convert_ids();
SELECT revision, down_revisions FROM migrator.history();

-- Nothing at all.
SET migrator.project = 'convert_ids 6';
SELECT * FROM migrator.convert_ids();
SELECT migrator.convert_ids(NULL);
DROP TABLE convert_ids;
