-- downgrade() goes back, all or nothing.
SET migrator.project = 'downgrade';
CREATE SCHEMA downgrade;
SET search_path = downgrade;
\set SHOW_CONTEXT always
CREATE FUNCTION tables() RETURNS text LANGUAGE sql STABLE AS $$
	SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'downgrade'::regnamespace AND relkind = 'r' $$;

-- a1 - a2 -+- b1 - b2   and, with a base of its own, x1 - x2, on which b2 depends
--          +- c1 - c2
SELECT migrator.load(format(E'-- make %s\n-- Revision ID: %s\n-- Revises: %s\n-- Branch Labels: %s\n-- Depends on: %s\n\n-- migrate:up\nCREATE TABLE %s ();\n\n-- migrate:down\nDROP TABLE %s;\n',
                            id, id, parent, label, dep, id, id))
FROM (VALUES ('a1', '', '', ''), ('a2', 'a1', '', ''), ('b1', 'a2', 'left', ''), ('b2', 'b1', '', 'x2'),
             ('c1', 'a2', 'right', ''), ('c2', 'c1', '', ''), ('x1', '', 'extra', ''), ('x2', 'x1', '', '')) r (id, parent, label, dep);
SELECT revision FROM migrator.upgrade('heads') ORDER BY 1;
SELECT tables(), array_agg(revision) FROM migrator.versions();

-- The way back to a branch point takes all its branches, LABEL@ only one.
BEGIN;
SELECT operation, revision, message FROM migrator.downgrade('left@a2');
SELECT tables(), array_agg(revision) FROM migrator.versions();
ROLLBACK;
BEGIN;
SELECT revision FROM migrator.downgrade('a2') ORDER BY 1;
SELECT tables(), array_agg(revision) FROM migrator.versions();
ROLLBACK;
-- What depends on something that goes, goes with it.
BEGIN;
SELECT revision FROM migrator.downgrade('x1');
SELECT tables(), array_agg(revision ORDER BY revision) FROM migrator.versions();
ROLLBACK;
BEGIN;
SELECT revision FROM migrator.downgrade('left@-1');
SELECT revision FROM migrator.downgrade('right@-2');
SELECT tables(), array_agg(revision ORDER BY revision) FROM migrator.versions();
SELECT revision FROM migrator.downgrade('base') ORDER BY 1;
SELECT tables(), array_agg(revision) FROM migrator.versions();
SELECT revision FROM migrator.downgrade('base');
ROLLBACK;
BEGIN;
SELECT revision FROM migrator.downgrade('c2-1');
SELECT revision FROM migrator.downgrade('c1');
SELECT tables(), array_agg(revision ORDER BY revision) FROM migrator.versions();
ROLLBACK;

-- Targets that are none.
SELECT revision FROM migrator.downgrade('+1');
SELECT revision FROM migrator.downgrade('head');
SELECT revision FROM migrator.downgrade('nosuch');
SELECT revision FROM migrator.downgrade('nosuch@base');
SELECT revision FROM migrator.downgrade('left@-5');
SELECT revision FROM migrator.downgrade('x2');
SELECT revision FROM migrator.downgrade('x2:x1');
SELECT revision FROM migrator.downgrade();
BEGIN;
SELECT count(*) FROM migrator.downgrade('a1');
SELECT revision FROM migrator.downgrade('b1');
ROLLBACK;

-- An irreversible revision is found before anything has run.
SELECT migrator.revision('irreversible', 'CREATE TABLE d1 ()', head := '{c2}', rev_id := 'd1');
SELECT migrator.revision('above', 'CREATE TABLE d2 ()', $$DROP TABLE d2; DO 'BEGIN RAISE WARNING ''has run''; END'$$, head := '{d1}', rev_id := 'd2');
SELECT revision FROM migrator.upgrade('d2');
SELECT revision FROM migrator.downgrade('c2');
SELECT revision FROM migrator.downgrade('d1');
SELECT tables();

-- An error in a way down undoes all of them.
SELECT migrator.edit_revision('d2', downgrade := E'SELECT 1;\nDROP TABLE d2, nosuch', upgrade := 'CREATE TABLE d2 ()');
SELECT revision FROM migrator.upgrade('d2');
SELECT revision FROM migrator.downgrade('d1');
SELECT tables();
