-- Directories of golang-migrate.
SET migrator.project = 'import_golang';
CREATE SCHEMA import_golang;
SET search_path = import_golang;
\set SHOW_CONTEXT errors
\pset null '<null>'
-- files are kept here, as a client would collect them
CREATE TEMP TABLE dir (path text PRIMARY KEY, content text);
CREATE FUNCTION pg_temp.files() RETURNS jsonb LANGUAGE sql AS $$ SELECT coalesce(jsonb_object_agg(path, content), '{}') FROM pg_temp.dir $$;

INSERT INTO dir VALUES
	('m/2_users.up.sql', 'CREATE TABLE users (id int);'), ('m/2_users.down.sql', 'DROP TABLE users;'),
	('m/10_add_email.up.sql', E'\uFEFFBEGIN;\r\nALTER TABLE users ADD email text;\r\nCOMMIT;\r\n'), ('m/10_add_email.down.sql', 'ALTER TABLE users DROP email;'),
	('m/0100_open.up.sql', 'BEGIN; CREATE TABLE open ()'), ('m/0100_open.down.sql', 'DROP TABLE open'),
	('m/README.md', 'not SQL'), ('m/seed.sql', 'not SQL either'), ('m/3.up.sql', 'no name'), ('m/x_y.up.sql', 'no number');
SELECT * FROM migrator.import(pg_temp.files());
SELECT revision, down_revisions, message FROM migrator.history();
SELECT migrator.export('10'), migrator.export('0100');
SELECT * FROM migrator.import(pg_temp.files(), 'golang-migrate');
SELECT revision FROM migrator.upgrade('10');
SELECT attname FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0 ORDER BY attnum;

-- The directory grows at its end, and a file that was not applied changes.
INSERT INTO dir VALUES ('m/101_index.up.sql', 'CREATE INDEX CONCURRENTLY i ON users (id)'), ('m/102_only_down.down.sql', 'SELECT 1');
UPDATE dir SET content = 'CREATE TABLE open ();' WHERE path = 'm/0100_open.up.sql';
SELECT * FROM migrator.import(pg_temp.files());
SELECT step, revision, transactional FROM migrator.plan('upgrade', 'head');

-- A late arrival before what is not applied yet takes its place in the order.
INSERT INTO dir VALUES ('m/50_late.up.sql', 'SELECT 50'), ('m/50_late.down.sql', 'SELECT -50');
SELECT * FROM migrator.import(pg_temp.files());
SELECT revision, down_revisions FROM migrator.history();
-- One before what is applied comes after it, and the applied ones stay as they are.
INSERT INTO dir VALUES ('m/5_too_late.up.sql', 'SELECT 5'), ('m/5_too_late.down.sql', 'SELECT -5');
SELECT * FROM migrator.import(pg_temp.files());
SELECT revision, down_revisions FROM migrator.history();
SELECT * FROM migrator.import(pg_temp.files());
SELECT revision FROM migrator.upgrade('5');
SELECT * FROM migrator.import(pg_temp.files()) WHERE action <> 'unchanged';
SELECT revision, down_revisions FROM migrator.history();

-- A file that is applied must not change, but for white space at the ends of lines.
UPDATE dir SET content = 'CREATE TABLE users (id bigint);' WHERE path = 'm/2_users.up.sql';
SELECT * FROM migrator.import(pg_temp.files());
UPDATE dir SET content = E'CREATE TABLE users (id int);  \r\n\r\n' WHERE path = 'm/2_users.up.sql';
SELECT * FROM migrator.import(pg_temp.files()) WHERE action <> 'unchanged';
-- nor must its way down
UPDATE dir SET content = 'DROP TABLE users CASCADE;' WHERE path = 'm/2_users.down.sql';
SELECT * FROM migrator.import(pg_temp.files());
UPDATE dir SET content = 'DROP TABLE users;' WHERE path = 'm/2_users.down.sql';
-- A file that is gone is left alone.
DELETE FROM dir WHERE path LIKE 'm/2%';
SELECT revision, action FROM migrator.import(pg_temp.files()) WHERE action <> 'unchanged';
SELECT count(*) FROM migrator.revisions();

-- What the tool refuses, and what would not survive here.
SET migrator.project = 'import_golang 2';
SELECT * FROM migrator.import('{"a/1_a.up.sql": "", "b/01_b.up.sql": ""}');
SELECT * FROM migrator.import('{"1_a.up.sql": "SELECT 1;", "2_b.up.sql": "SELECT 1;\nSELEC 2;"}');
SELECT * FROM migrator.import('{"1_a.up.sql": "SELECT 1;\n SELECT ''abc"}');
SELECT * FROM migrator.import('{"1_a.up.sql": "BEGIN; SELECT 1;\nSAVEPOINT s; COMMIT;"}');
SELECT * FROM migrator.import('{"1_a.up.sql": "SELECT 1;\n\n-- migrate:down\nSELECT 2;"}');
SELECT * FROM migrator.import('{"1_a.up.sql": "SELECT 1;\n\\d x"}');
SELECT count(*) FROM migrator.revisions();
