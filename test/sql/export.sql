-- export() gives back, to the byte, what load() was given.
SET migrator.project = 'export';
SET escape_string_warning = off;

CREATE TEMP TABLE file (n int GENERATED ALWAYS AS IDENTITY, id text, text text);
INSERT INTO file (id, text) VALUES
('a1', E'-- m\n--\n-- Revision ID: a1\n-- Revises:\n-- Create Date: 2026-11-20 10:00:00+00\n\n-- migrate:up\nSELECT 1;\n\n-- migrate:down\nSELECT 2;\n'),
-- CRLF, byte order mark, no final newline
('a2', E'\uFEFF-- m\r\n--\r\n-- Revision ID: a2\r\n-- Revises: a1\r\n\r\n-- migrate:up\r\nSELECT 1;\r\n\r\n-- migrate:down  \r\nSELECT 2;'),
-- nothing but what has to be there
('a3', E'-- Revision ID: a3\n-- Revises: a2\n-- migrate:up'),
('a4', E'-- Revision ID: a4\n-- Revises: a3\n-- migrate:up\n-- migrate:down'),
('a5', E'-- Revision ID: a5\n-- Revises: a4\n-- migrate:up\n-- migrate:down\n'),
-- all headers, odd case and white space, text between them
('a6', E'\n\n--m: with a colon\n--    second line\n  --revision id:a6\n-- REVISES: a5 ,  a1\n\t-- Branch Labels: x-y, \u00dcn\u00ef c\u00f6de\n-- Depends on:a2\n-- Transactional: NO\n-- Create Date: whenever \n\n\n--  \t migrate:up   \n\n\n   SELECT\t1  ;;  \n\n\n--migrate:down\n\n\t\n'),
-- what looks like a marker, and is not one
('a7', E'-- Revision ID: a7\n-- Revises: a6\n-- migrate:up\nSELECT ''\n-- migrate:down\n'', $$\n-- migrate:down\n$$ /*\n-- migrate:down\n*/; -- migrate:down\n -- migrate:down\nCOPY pg_temp.t FROM stdin;\n-- migrate:up\n-- migrate:down\n\\.\nSELECT 1\n-- migrate:down\nSELECT 3 -- last'),
-- other strings
('a8', E'-- Revision ID: a8\n-- Revises: a7\n-- migrate:up\nSET standard_conforming_strings = off;\nSET escape_string_warning = off;\nSELECT ''\\''\n-- migrate:down\n'';\nRESET standard_conforming_strings;\nSELECT ''\\'';\n-- migrate:down\nSELECT E''\\n'', ''é €  '';\n\f\n'),
-- a lone carriage return is white space, not the end of a line
('a9', E'-- Revision ID: a9\n-- Revises: a8\n-- migrate:up\nSELECT 1;\rSELECT 2;\n-- migrate:down\n');

SELECT n, migrator.load(text, 'f' || n || '.sql') FROM file ORDER BY n;
SELECT n, id, migrator.export(id) = text AS same FROM file ORDER BY n;

-- And so there is nothing new in it.
SELECT migrator.load(migrator.export(id)) FROM file ORDER BY n;
SELECT count(*), count(*) FILTER (WHERE filename ~ '^f\d\.sql$') FROM migrator.revisions();

-- Into another project, and out again.
CREATE TEMP TABLE copied AS SELECT n, id, migrator.export(id) AS text FROM file;
SET migrator.project = 'export 2';
SELECT migrator.load(text) FROM copied ORDER BY n;
SELECT n FROM copied JOIN file f USING (n) WHERE migrator.export(copied.id) <> f.text;
SELECT revision, filename, is_transactional, is_reversible FROM migrator.revisions() ORDER BY revision;

-- What revision() and merge() write is a file, too.
SELECT migrator.revision('with body', 'SELECT 1', 'SELECT 2', rev_id := 'b1', head := '{a9}', branch_label := '{l1,l2}', depends_on := '{a1}');
SELECT migrator.revision('not transactional', 'VACUUM', rev_id := 'b2', head := '{base}', transactional := false);
SELECT migrator.merge('{b1,b2}', rev_id := 'b3');
SELECT regexp_replace(migrator.export('b1'), 'Date: [^\n]+', 'Date: ...');
SELECT regexp_replace(migrator.export('b2'), 'Date: [^\n]+', 'Date: ...');
SELECT regexp_replace(migrator.export('b3'), 'Date: [^\n]+', 'Date: ...');
CREATE TEMP TABLE written AS SELECT revision, migrator.export(revision) AS text FROM unnest('{b1,b2,b3}'::text[]) revision;
SET migrator.project = 'export 3';
SELECT migrator.load(text) FROM written ORDER BY 1;
SELECT revision FROM written WHERE migrator.export(revision) <> text;

-- Names: whatever stands for one revision.
SET migrator.project = 'export';
SELECT migrator.export('head') = migrator.export('a9') AS head, migrator.export('x-y') = migrator.export('a6') AS label;
SELECT migrator.export('nosuch');
SELECT migrator.export('a');
SELECT migrator.export('base');

-- All of them at once, or some, with the names that their files get.
SELECT count(*), bool_and(script = migrator.export(revision)) AS same FROM migrator.export_files();
SELECT revision, filename FROM migrator.export_files('{x-y,head,a1}');
SELECT filename FROM migrator.export_files('{}');
