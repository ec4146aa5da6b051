-- Directories of our own format, and how a format is recognized.
SET migrator.project = 'import_migrator';
\set SHOW_CONTEXT errors
CREATE TEMP TABLE dir (path text PRIMARY KEY, content text);
CREATE FUNCTION pg_temp.files() RETURNS jsonb LANGUAGE sql AS $$ SELECT coalesce(jsonb_object_agg(path, content), '{}') FROM pg_temp.dir $$;
CREATE FUNCTION pg_temp.file(id text, parents text, body text DEFAULT 'SELECT 1;') RETURNS text LANGUAGE sql AS $$
	SELECT format(E'-- %s\n-- Revision ID: %s\n-- Revises: %s\n\n-- migrate:up\n%s\n\n-- migrate:down\n', id, id, parents, body) $$;

-- Any order of files; the rows are in that of their paths.
INSERT INTO dir VALUES ('v/c_x.sql', pg_temp.file('bbbb', 'aaaa')), ('v/d_x.sql', pg_temp.file('aaaa', '')), ('v/a_x.sql', pg_temp.file('cccc', 'bbbb')), ('README.md', 'x');
SELECT * FROM migrator.import(pg_temp.files());
SELECT * FROM migrator.import(pg_temp.files());
SELECT string_agg(revision, ' ') FROM migrator.upgrade();

-- New ones may come in anywhere above what is applied; others may be replaced until then.
INSERT INTO dir VALUES ('v/e.sql', pg_temp.file('dddd', 'bbbb')), ('v/f.sql', pg_temp.file('mmmm', 'cccc, dddd'));
SELECT * FROM migrator.import(pg_temp.files()) WHERE action <> 'unchanged';
UPDATE dir SET content = pg_temp.file('mmmm', 'dddd, cccc', 'SELECT 2;') WHERE path = 'v/f.sql';
SELECT * FROM migrator.import(pg_temp.files(), 'migrator') WHERE action <> 'unchanged';
SELECT string_agg(revision, ' ') FROM migrator.upgrade();
UPDATE dir SET content = pg_temp.file('bbbb', 'aaaa', 'SELECT 3;') WHERE path = 'v/c_x.sql';
UPDATE dir SET content = pg_temp.file('cccc', 'bbbb', 'SELECT 3;') WHERE path = 'v/a_x.sql';
SELECT * FROM migrator.import(pg_temp.files());

-- A file may get another name, once it is applied, too.
UPDATE dir SET content = pg_temp.file('bbbb', 'aaaa') WHERE path = 'v/c_x.sql';
UPDATE dir SET content = pg_temp.file('cccc', 'bbbb') WHERE path = 'v/a_x.sql';
UPDATE dir SET path = 'w/bbbb.sql' WHERE path = 'v/c_x.sql';
UPDATE dir SET path = 'w/mmmm.sql' WHERE path = 'v/f.sql';
INSERT INTO dir VALUES ('v/g.sql', E'-- r\n-- Revision ID: rrrr\n-- Repeatable: yes\n\n-- migrate:up\nSELECT 1;\n');
SELECT * FROM migrator.import(pg_temp.files());
UPDATE dir SET path = 'w/rrrr.sql' WHERE path = 'v/g.sql';
BEGIN READ ONLY;
SELECT DISTINCT action FROM migrator.import(pg_temp.files());
COMMIT;
SELECT DISTINCT action FROM migrator.import(pg_temp.files());
SELECT revision, filename, upgrade_line, downgrade_filename, downgrade_line, verify_filename FROM migrator.revision
	WHERE project = 'import_migrator' ORDER BY filename;
SELECT revision, filename FROM migrator.repeatables();
BEGIN READ ONLY;
SELECT DISTINCT action FROM migrator.import(pg_temp.files());
COMMIT;

-- Nothing of a directory is stored if one of its files is wrong.
SET migrator.project = 'import_migrator 2';
TRUNCATE dir;
INSERT INTO dir VALUES ('a.sql', pg_temp.file('aaaa', '')), ('b.sql', pg_temp.file('bbbb', 'aaaa', E'SELECT 1;\nSELEC 2;'));
SELECT * FROM migrator.import(pg_temp.files());
UPDATE dir SET content = 'SELECT 1;' WHERE path = 'b.sql';
SELECT * FROM migrator.import(pg_temp.files());
UPDATE dir SET content = pg_temp.file('aaaa', '', 'SELECT 2;') WHERE path = 'b.sql';
SELECT * FROM migrator.import(pg_temp.files());
UPDATE dir SET content = pg_temp.file('bbbb', 'bbbb') WHERE path = 'b.sql';
SELECT * FROM migrator.import(pg_temp.files());
SELECT count(*) FROM migrator.revisions();
-- A hole is no error yet.
UPDATE dir SET content = pg_temp.file('bbbb', 'nosuch') WHERE path = 'b.sql';
SELECT * FROM migrator.import(pg_temp.files());
SELECT code, revision FROM migrator.validate();

-- Which format is it?
SET migrator.project = 'import_migrator 3';
SELECT * FROM migrator.import('{"a.txt": ""}');
SELECT * FROM migrator.import('{}');
SELECT * FROM migrator.import('{"1_a.up.sql": "", "2020_x/up.sql": ""}');
SELECT * FROM migrator.import('{"a.sql": "SELECT 1;"}');
SELECT * FROM migrator.import('{"a.sql": "SELECT 1;"}', 'migrator');
SELECT * FROM migrator.import('{}', 'migrator');
SELECT * FROM migrator.import('{}', 'goos');
-- an object of path to content, and nothing else
SELECT * FROM migrator.import('[]');
SELECT * FROM migrator.import('"a"');
SELECT * FROM migrator.import('{"a.sql": null}');
SELECT * FROM migrator.import('{"d": {"a.sql": ""}}');
SELECT * FROM migrator.import(NULL);
SELECT * FROM migrator.import('{}', NULL);

-- Only those who may read the server's files read a directory there.
CREATE ROLE regress_migrator_reader;
SELECT migrator.grant_role('regress_migrator_reader', 'author');
SET ROLE regress_migrator_reader;
SELECT * FROM migrator.import_directory('/nosuch');
RESET ROLE;
SELECT * FROM migrator.import_directory('/nosuch');
DROP OWNED BY regress_migrator_reader;
DROP ROLE regress_migrator_reader;
