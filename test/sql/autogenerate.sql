-- A revision from the difference between the database and a text.
SET migrator.project = autogenerate;
SET migrator.schemas = auto_app;
\set model 'CREATE SCHEMA auto_app; CREATE TYPE auto_app.mood AS ENUM (''sad'', ''glad''); CREATE TABLE auto_app.users (id int PRIMARY KEY, mood auto_app.mood); COMMENT ON TABLE auto_app.users IS ''who we know''; CREATE INDEX users_mood ON auto_app.users (mood);'
SELECT migrator.autogenerate('create users', :'model', rev_id => '0001');
SELECT regexp_replace(migrator.export('0001'), 'Create Date: .*?\n', E'Create Date: ...\n');

-- Not before the revisions that are there have been applied.
SELECT migrator.autogenerate('too early', :'model');
SELECT operation, revision FROM migrator.upgrade();
SELECT migrator.autogenerate('nothing', :'model') IS NULL AS nothing_to_do;

-- There and back.
\set wider 'CREATE SCHEMA auto_app; CREATE TYPE auto_app.mood AS ENUM (''sad'', ''glad''); CREATE TABLE auto_app.users (id int PRIMARY KEY, mood auto_app.mood, name text); CREATE INDEX users_mood ON auto_app.users (mood); CREATE INDEX users_name ON auto_app.users (name);'
SELECT migrator.autogenerate('name users', :'wider', rev_id => '0002');
SELECT regexp_replace(migrator.export('0002'), 'Create Date: .*?\n', E'Create Date: ...\n');
SELECT operation, revision FROM migrator.upgrade();
SELECT * FROM migrator.check(:'wider');
SELECT operation, revision FROM migrator.downgrade('-1');
SELECT * FROM migrator.check(:'model');
SELECT operation, revision FROM migrator.downgrade('base');
SELECT * FROM migrator.check('');
SELECT operation, revision FROM migrator.upgrade('heads');

-- On request in forms that block nobody, which no transaction can hold.
\set online 'CREATE INDEX users_id ON auto_app.users (id, mood);'
SELECT migrator.autogenerate('online', :'wider' || :'online', rev_id => '0003', online => true);
SELECT is_transactional FROM migrator.revisions() WHERE revision = '0003';
SELECT migrator.load(migrator.export('0003'));
SELECT migrator.delete_revision('0003');

-- Elsewhere in the graph, and only in part.
SELECT migrator.autogenerate('base', :'wider' || :'online' || 'CREATE TABLE auto_app.u ()', head => '{base}', rev_id => '0004', kinds => '{table}', names => '{-%.users}');
SELECT regexp_replace(migrator.export('0004'), 'Create Date: .*?\n', E'Create Date: ...\n');
SELECT migrator.delete_revision('0004');
SELECT migrator.autogenerate('no place', :'wider' || :'online', head => '{}');
SELECT migrator.autogenerate(NULL, :'model');

-- Renames by hint, and back.
SELECT migrator.autogenerate('rename', replace(:'wider', 'auto_app.users', 'auto_app.people') || E'\n-- migrate:rename auto_app.users TO people', rev_id => '0005');
SELECT regexp_replace(migrator.export('0005'), 'Create Date: .*?\n', E'Create Date: ...\n');
DROP SCHEMA auto_app CASCADE;
