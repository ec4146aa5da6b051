-- What the client program asks for: marks of revisions, and files that changed.
SET migrator.project = 'for_client';
SET client_min_messages = warning;
SET migrator.record_schema = off;

SELECT migrator.revision('one', 'SELECT 1', 'SELECT 1', rev_id => 'aaaa');
SELECT migrator.revision('two', 'SELECT 2', 'SELECT 2', branch_label => '{lab}', rev_id => 'bbbb');
SELECT migrator.revision('three', 'SELECT 3', 'SELECT 3', head => '{aaaa}', splice => true, rev_id => 'cccc');
SELECT migrator.merge('{bbbb,cccc}', rev_id => 'dddd');
SELECT migrator.revision('other', 'SELECT 5', 'SELECT 5', head => '{base}', depends_on => '{dddd}', rev_id => 'eeee');
SELECT * FROM migrator.marks() ORDER BY revision;
SELECT count(*) FROM migrator.upgrade('bbbb');
SELECT revision, marks FROM migrator.marks() WHERE 'current' = ANY (marks);

-- Only what is applied, and only if its content has changed.
SELECT count(*) FROM migrator.upgrade('eeee');
CREATE TEMP TABLE file AS SELECT filename, script FROM migrator.export_files();
CREATE FUNCTION pg_temp.files() RETURNS jsonb LANGUAGE sql
AS 'SELECT jsonb_object_agg(filename, script) FROM file';
SELECT * FROM migrator.changed_files(pg_temp.files(), 'migrator');
UPDATE file SET script = replace(script, 'SELECT 2', 'SELECT 22') WHERE script LIKE '%SELECT 2%';
UPDATE file SET script = replace(script, E'\n', E'  \r\n') WHERE script LIKE '%SELECT 3%';
SELECT revision, filename, substr(stored, strpos(stored, '-- migrate:up')) AS stored,
	substr(given, strpos(given, '-- migrate:up')) AS given
FROM migrator.changed_files(pg_temp.files(), 'migrator');
SELECT * FROM migrator.import(pg_temp.files(), 'migrator');
SELECT count(*) FROM migrator.downgrade('base');
SELECT * FROM migrator.changed_files(pg_temp.files(), 'migrator');
SELECT * FROM migrator.import(pg_temp.files(), 'migrator');

SELECT * FROM migrator.changed_files('{}');
SELECT * FROM migrator.changed_files(NULL);
SELECT * FROM migrator.changed_files('{"a.sql": "x"}', NULL);
