-- Graphs that are none: every command that needs the graph says what is wrong,
-- validate() lists all of it, and load() can mend it.
CREATE FUNCTION pg_temp.rev(id text, parents text DEFAULT '', labels text DEFAULT '', deps text DEFAULT '') RETURNS text LANGUAGE sql AS $$
	SELECT migrator.load(format(E'-- %s\n-- Revision ID: %s\n-- Revises: %s\n-- Branch Labels: %s\n-- Depends on: %s\n\n-- migrate:up\nSELECT 1;\n\n-- migrate:down\n', id, id, parents, labels, deps)) $$;
\set problems 'SELECT severity, code, revision, detail FROM migrator.validate() WHERE severity = \'error\';'

-- a hole
SET migrator.project = 'problems, hole';
SELECT pg_temp.rev('aaaa'), pg_temp.rev('cccc', 'bbbb'), pg_temp.rev('dddd', 'cccc', '', 'nosuch');
:problems
SELECT revision FROM migrator.upgrade();
SELECT revision FROM migrator.history();
SELECT revision FROM migrator.current();
SELECT revision FROM migrator.versions();
SELECT revision FROM migrator.revisions();
SELECT migrator.revision('x');
SELECT migrator.export('cccc') LIKE '%Revises: bbbb%';
SELECT pg_temp.rev('bbbb', 'aaaa'), pg_temp.rev('dddd', 'cccc');
:problems
SELECT string_agg(revision, ' ') FROM migrator.upgrade();

-- a cycle of parents
SET migrator.project = 'problems, cycle';
SELECT pg_temp.rev('aaaa', 'cccc'), pg_temp.rev('bbbb', 'aaaa'), pg_temp.rev('cccc', 'bbbb'), pg_temp.rev('dddd', 'cccc');
:problems
SELECT revision FROM migrator.upgrade();
SELECT pg_temp.rev('aaaa');
:problems
SELECT string_agg(revision, ' ') FROM migrator.upgrade();

-- a cycle that can be entered from a base and left to a head
SET migrator.project = 'problems, hidden cycle';
SELECT pg_temp.rev('base1'), pg_temp.rev('aaaa', 'base1, bbbb'), pg_temp.rev('bbbb', 'aaaa'), pg_temp.rev('head1', 'bbbb');
:problems
SELECT revision FROM migrator.upgrade();
SELECT pg_temp.rev('aaaa', 'base1');
SELECT string_agg(revision, ' ') FROM migrator.upgrade();

-- a cycle by way of dependencies
SET migrator.project = 'problems, dependencies';
SELECT pg_temp.rev('aaaa', '', '', 'yyyy'), pg_temp.rev('xxxx', '', '', 'aaaa'), pg_temp.rev('yyyy', 'xxxx');
:problems
SELECT revision FROM migrator.upgrade('heads');
SELECT migrator.edit_revision('aaaa', depends_on := '{}');
SELECT string_agg(revision, ' ') FROM migrator.upgrade('heads');

-- a revision and itself
SET migrator.project = 'problems, self';
SELECT pg_temp.rev('aaaa', 'aaaa'), pg_temp.rev('bbbb', '', '', 'bbbb');
:problems
SELECT revision FROM migrator.upgrade('heads');
SELECT migrator.delete_revision('aaaa');
SELECT pg_temp.rev('bbbb');
:problems

-- a name for two things
SET migrator.project = 'problems, labels';
SELECT pg_temp.rev('aaaa', '', 'label');
SELECT pg_temp.rev('bbbb', '', 'label');
SELECT pg_temp.rev('bbbb', '', 'aaaa');
SELECT pg_temp.rev('label');
SELECT pg_temp.rev('cccc', '', 'cccc');
SELECT pg_temp.rev('dddd', '', 'one, one');
SELECT revision, branch_labels FROM migrator.history();
-- two files may swap a label in one import
SELECT pg_temp.rev('bbbb', '', 'second');
SELECT revision, action FROM migrator.import(jsonb_build_object(
	'a.sql', replace(migrator.export('aaaa'), 'Labels: label', 'Labels: second'),
	'b.sql', replace(migrator.export('bbbb'), 'Labels: second', 'Labels: label'))) ORDER BY 1;
SELECT revision, branch_labels FROM migrator.history() ORDER BY 1;

-- abbreviations
SET migrator.project = 'problems, names';
SELECT pg_temp.rev('abcd1'), pg_temp.rev('abcd2', 'abcd1', 'abcdlabel'), pg_temp.rev('xyz', 'abcd2');
SELECT revision FROM migrator.upgrade('abcd');
SELECT revision FROM migrator.upgrade('abcd@head');
SELECT revision FROM migrator.upgrade('xy');
SELECT revision FROM migrator.upgrade('abcd1');
SELECT string_agg(revision, ' ') FROM migrator.upgrade('abcdl@head');
