-- load() stores the file of one revision.
SET migrator.project = 'load';
\set SHOW_CONTEXT always

SELECT migrator.load($F$-- create users table
--
-- Some words about it.
-- Revision ID: 2f9d4d8b19e3
-- Revises:
-- Create Date: 2026-11-20 10:00:00+00
-- Branch Labels: users, people
-- Depends on: 3be61ad5f00f
-- Transactional: no

-- migrate:up
SELECT 1;

-- migrate:down
SELECT 2;
$F$, 'versions/2f9d4d8b19e3_users.sql');
SELECT revision, message, create_date, filename, is_transactional, is_reversible FROM migrator.revisions();

-- The graph has a hole until the other file is loaded, too.
SELECT revision FROM migrator.heads();
SELECT severity, code, revision, detail FROM migrator.validate();
SELECT migrator.load(E'-- Revision ID: 3be61ad5f00f\n-- Revises:\n-- migrate:up');
SELECT revision, depends_on, branch_labels, message FROM migrator.history() ORDER BY revision;
SELECT filename, is_reversible FROM migrator.revisions() WHERE revision = '3be61ad5f00f';

-- The same again changes nothing, nor do line ends and trailing blanks.
CREATE TEMP TABLE before AS SELECT revision, checksum, loaded_at FROM migrator.revisions();
SELECT migrator.load(migrator.export('2f9d4d8b19e3'));
SELECT migrator.load(replace(migrator.export('2f9d4d8b19e3'), E'\n', E'  \r\n'));
SELECT count(*) FROM migrator.revisions() r JOIN before b USING (revision, checksum, loaded_at);

-- Other content replaces it, with labels and parents, as long as nobody has applied it.
SELECT migrator.load(E'-- users\n-- Revision ID: 2f9d4d8b19e3\n-- Revises: 3be61ad5f00f\n-- Branch Labels: accounts\n\n-- migrate:up\nSELECT 3;\n');
SELECT revision, down_revisions, depends_on, branch_labels, message FROM migrator.history();
SELECT revision FROM migrator.upgrade();
SELECT migrator.load(E'-- users\n-- Revision ID: 2f9d4d8b19e3\n-- Revises: 3be61ad5f00f\n-- Branch Labels: accounts\n\n-- migrate:up\nSELECT 3;');
SELECT migrator.load(E'-- users\n-- Revision ID: 2f9d4d8b19e3\n-- Revises: 3be61ad5f00f\n-- Branch Labels: accounts\n\n-- migrate:up\nSELECT 4;');
SELECT revision FROM migrator.stamp('base');
SELECT migrator.load(E'-- users\n-- Revision ID: 2f9d4d8b19e3\n-- Revises: 3be61ad5f00f\n-- Branch Labels: accounts\n\n-- migrate:up\nSELECT 4;');

-- Headers: any order, any case, blanks do not matter.
SELECT migrator.load(E'\uFEFF--REVISES:2f9d4d8b19e3,3be61ad5f00f\r\n  --   revision id:   crlf  \r\n-- depends ON:\r\n-- migrate:up  \r\nSELECT 1;\r\n-- migrate:down\t\r\nSELECT 2');
SELECT revision, down_revisions, depends_on, message FROM migrator.history() LIMIT 1;

-- What is wrong, with its line.
\set VERBOSITY default
SELECT migrator.load(E'-- m\n-- Revises: a\n\n-- migrate:up\n', 'versions/x.sql');
SELECT migrator.load(E'-- m\n-- Revision ID: a\n\n-- migrate:up\n', 'versions/x.sql');
SELECT migrator.load(E'-- m\n-- Revision ID: a\n-- Revises:\n-- REVISES: c\n-- migrate:up\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises:\nCREATE TABLE x();\n-- migrate:up\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises:\n', 'x.sql');
SELECT migrator.load('', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises:\n-- migrate:up\nSELECT 1;\n-- migrate:undo\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises:\n-- migrate:down\n-- migrate:up\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises:\n-- migrate:up\n-- migrate:up\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises:\n-- migrate:up\n-- migrate:down\n-- migrate:down\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises: b, b\n-- migrate:up\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises: b,\n-- migrate:up\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a-b\n-- Revises:\n-- migrate:up\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises:\n-- Transactional: perhaps\n-- migrate:up\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises:\n-- Branch Labels: accounts\n-- migrate:up\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises:\n-- migrate:up\nSELECT 1;\nSELECT\n  1 2;\n-- migrate:down\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises:\n-- migrate:up\n\n-- migrate:down\nSELECT (;\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises:\n-- migrate:up\nSELECT ''x;\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: a\n-- Revises:\n-- migrate:up\nSELEC 1;\n');
SELECT count(*) FROM migrator.revisions();
