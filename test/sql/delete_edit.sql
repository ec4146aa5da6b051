-- edit_revision() and delete_revision() change what nobody has applied.
SET migrator.project = 'delete_edit';
CREATE FUNCTION pg_temp.show(id text) RETURNS text LANGUAGE sql AS $$ SELECT regexp_replace(migrator.export(id), 'Date: [^\n]+', 'Date: ...') $$;
\t on
\pset format unaligned

SELECT migrator.revision('one', 'SELECT 1', 'SELECT -1', rev_id := 'aaaa1');
SELECT migrator.revision('two', 'SELECT 2', rev_id := 'bbbb1', branch_label := '{label}');
SELECT migrator.revision('three', 'SELECT 3', head := '{base}', rev_id := 'cccc1', depends_on := '{label}');

-- Each part for itself; NULL, the default, leaves it.
SELECT migrator.edit_revision('bbbb1', message := 'second');
SELECT pg_temp.show('bbbb1');
SELECT migrator.edit_revision('bbbb', upgrade := E'SELECT 22;\n');
SELECT migrator.edit_revision('label', downgrade := 'SELECT -22');
SELECT pg_temp.show('bbbb1');
SELECT migrator.edit_revision('bbbb1', upgrade := '', transactional := false);
SELECT pg_temp.show('bbbb1');
SELECT migrator.edit_revision('cccc1', down_revision := '{bbbb1}', depends_on := '{}', branch_label := '{a,b}');
SELECT migrator.edit_revision('bbbb1', branch_label := '{}', transactional := true);
SELECT revision, down_revisions, depends_on, branch_labels, message FROM migrator.history();
SELECT migrator.edit_revision('cccc1');
SELECT pg_temp.show('cccc1');

-- What was written by hand stays as far as it is not edited.
SELECT migrator.load(E'-- four\r\n-- note\r\n-- Revision ID: dddd1\r\n-- Revises: cccc1\r\n\r\n-- migrate:up\r\nSELECT 4;\r\n-- migrate:down\r\n', 'v/dddd1.sql');
SELECT migrator.edit_revision('dddd1', downgrade := 'SELECT -4;');
SELECT migrator.export('dddd1') = E'-- four\r\n-- note\r\n-- Revision ID: dddd1\r\n-- Revises: cccc1\r\n\r\n-- migrate:up\r\nSELECT 4;\r\n-- migrate:down\nSELECT -4;\n';
SELECT filename FROM migrator.revisions() WHERE revision = 'dddd1';

-- What cannot be.
SELECT migrator.edit_revision('nosuch', message := 'x');
SELECT migrator.edit_revision('base', message := 'x');
SELECT migrator.edit_revision('cccc1', upgrade := 'SELEC 1');
SELECT migrator.edit_revision('cccc1', branch_label := '{aaaa1}');
SELECT migrator.edit_revision('cccc1', message := E'a\nb');
SELECT migrator.edit_revision('cccc1', down_revision := '{a-b}');
SELECT pg_temp.show('cccc1');
SELECT revision FROM migrator.upgrade('bbbb1');
SELECT migrator.edit_revision('aaaa1', message := 'x');
SELECT migrator.edit_revision('bbbb1', message := 'x');
-- an edit that changes nothing is none
SELECT migrator.edit_revision('aaaa1', message := 'one');

-- Deleting
SELECT migrator.delete_revision('aaaa1');
SELECT migrator.delete_revision('cccc1');
SELECT migrator.delete_revision('nosuch');
SELECT migrator.delete_revision('d');
SELECT migrator.delete_revision('dddd');
SELECT migrator.delete_revision('head');
SELECT revision FROM migrator.history();
SELECT migrator.revision('needs', depends_on := '{bbbb1}', head := '{base}', rev_id := 'eeee1');
SELECT revision FROM migrator.downgrade('base');
SELECT migrator.delete_revision('bbbb1');
SELECT migrator.edit_revision('eeee1', depends_on := '{}');
SELECT migrator.delete_revision('bbbb1'), migrator.delete_revision('aaaa1'), migrator.delete_revision('eeee1');
SELECT count(*) FROM migrator.revisions();
-- what was done stays in the log
SELECT operation, revision FROM migrator.log() ORDER BY id;
SELECT operation FROM migrator.log('bbbb1') ORDER BY id;
