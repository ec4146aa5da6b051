-- Former ids stand for their revisions wherever an id can be given.
SET migrator.project = 'aliases';
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.script(id text, revises text, body text, fields text DEFAULT '') RETURNS text LANGUAGE sql
AS $$ SELECT format(E'-- revision %s\n--\n-- Revision ID: %s\n-- Revises: %s\n%s\n-- migrate:up\n%s;\n\n-- migrate:down\nSELECT -1;\n', right(body, 1), id, revises, fields, body) $$;
\t on
\pset format unaligned

SELECT migrator.load(pg_temp.script('20250101_one', '', 'SELECT 1'));
SELECT migrator.load(pg_temp.script('20250102_two', '20250101_one', 'SELECT 2', E'-- Branch Labels: main\n'), 'v/20250102_two.sql');
SELECT migrator.load(pg_temp.script('20250103_three', '20250102_two', 'SELECT 3'));
SELECT migrator.load(pg_temp.script('beef4', '20250102_two', 'SELECT 4', E'-- Depends on:   20250101_one ,main\n'));
SELECT migrator.rename_revision('20250101_one', 'aaaa11111111');
SELECT migrator.rename_revision('20250102_two', 'bbbb22222222');
SELECT migrator.rename_revision('20250103_three', '2025033333ff');
SELECT alias, revision, created_at = now(), created_by = current_user FROM migrator.aliases();

-- Targets, in all forms.
SELECT step, operation, revision FROM migrator.plan('upgrade', '20250102_two');
SELECT revision FROM migrator.plan('upgrade', '20250101_one+1');
SELECT revision FROM migrator.plan('upgrade', '20250103_three@head');
SELECT revision FROM migrator.plan('upgrade', '20250103_three@+1');
SELECT operation, revision FROM migrator.upgrade('20250103_three');
SELECT revision FROM migrator.plan('downgrade', '20250101_one');
SELECT revision FROM migrator.downgrade('20250102_two');
SELECT revision FROM migrator.history('20250101_one:20250103_three');
SELECT revision FROM migrator.plan('stamp', '20250103_three');
SELECT migrator.show('20250102_two') ~ E'^Rev: bbbb22222222 .*\nFormer ids: 20250102_two\n';
SELECT migrator.export('20250102_two') = pg_temp.script('bbbb22222222', 'aaaa11111111', 'SELECT 2', E'-- Branch Labels: main\n');
SELECT left(migrator.upgrade_sql('20250101_one:20250103_three'), 70);
SELECT migrator.edit_revision('20250103_three', down_revision => '{20250102_two}');
SELECT migrator.approve('20250103_three');
SELECT migrator.withdraw_approval('2025033333ff');

-- The beginning of an id comes before the beginning of an alias.
SELECT revision FROM migrator.history('20250:');
SELECT revision FROM migrator.history('2025010:');
SELECT revision FROM migrator.history('20250101:20250102');
SELECT revision FROM migrator.history('20250104:');

-- The log keeps what it has, and shows what it means.
SELECT operation, revision FROM migrator.log();
SELECT operation, revision FROM migrator.log('20250102_two');
SELECT operation, revision FROM migrator.log('bbbb22222222');
SELECT migrator.rename_revision('bbbb22222222', 'cccc22222222');
SELECT operation, revision FROM migrator.log('20250102_two');
SELECT operation, revision FROM migrator.log WHERE project = 'aliases' ORDER BY id;
SELECT alias, revision FROM migrator.aliases();
SELECT revision, is_current, applied_at IS NOT NULL FROM migrator.history();
SELECT revision, applied_at = (SELECT max(started_at) FROM migrator.log WHERE revision = 'bbbb22222222') FROM migrator.current();

-- Files that come later and name the old parent.
SELECT migrator.load(pg_temp.script('dddd4', '20250103_three, beef4', 'SELECT 5', E'-- Depends on: 20250101_one,20250102_two\n'), 'dddd4.sql');
SELECT migrator.export('dddd4') = pg_temp.script('dddd4', '2025033333ff, beef4', 'SELECT 5', E'-- Depends on: aaaa11111111,cccc22222222\n');
SELECT migrator.load(pg_temp.script('dddd4', '20250103_three, beef4', 'SELECT 5', E'-- Depends on: 20250101_one,20250102_two\n'), 'dddd4.sql');
SELECT migrator.load(pg_temp.script('eeee5', '20250103_three,2025033333ff', 'SELECT 5'), 'eeee5.sql');
SELECT revision, down_revisions, depends_on FROM migrator.history(':dddd4') LIMIT 1;

-- A script that was made before.
SELECT migrator.record('upgrade', '20250103_three');
SELECT revision FROM migrator.current();
SELECT migrator.record('downgrade', '20250103_three');
SELECT migrator.record('upgrade', 'main');

-- Old files of revisions that have other ids now.
SELECT migrator.load(pg_temp.script('20250102_two', '20250101_one', 'SELECT 2', E'-- Branch Labels: main\n'), 'v/20250102_two.sql');
SELECT migrator.load(pg_temp.script('bbbb22222222', '20250101_one', 'SELECT 2', E'-- Branch Labels: main\n'), 'v/20250102_two.sql');
SELECT migrator.load(pg_temp.script('20250102_two', '20250101_one', 'SELECT 22'), 'v/20250102_two.sql');
SELECT migrator.load(pg_temp.script('20250103_three', '20250102_two', 'SELECT 33'), 'v/20250103_three.sql');
SELECT * FROM migrator.import(jsonb_build_object(
	'20250101_one.sql', pg_temp.script('20250101_one', '', 'SELECT 1'),
	'20250103_three.sql', pg_temp.script('20250103_three', '20250102_two', 'SELECT 3'),
	'20250104_new.sql', pg_temp.script('20250104_new', '20250103_three', 'SELECT 6')));
SELECT * FROM migrator.import(jsonb_build_object(
	'20250101_one.sql', pg_temp.script('20250101_one', '', 'SELECT 1'),
	'aaaa11111111.sql', pg_temp.script('aaaa11111111', '', 'SELECT 1')));
SELECT * FROM migrator.import(jsonb_build_object(
	'20250103_three.sql', pg_temp.script('20250103_three', '20250102_two', 'SELECT 33')));
SELECT revision, filename, given = pg_temp.script('cccc22222222', 'aaaa11111111', 'SELECT 22')
FROM migrator.changed_files(jsonb_build_object('20250102_two.sql', pg_temp.script('20250102_two', '20250101_one', 'SELECT 22')));
SELECT count(*) FROM migrator.revisions();

-- Nothing else can have such a name.
SELECT migrator.revision('new', rev_id => '20250102_two');
SELECT migrator.revision('new', head => '{dddd4}', branch_label => '{20250102_two}');
SELECT migrator.load(pg_temp.script('ffff6', '', 'SELECT 6', E'-- Branch Labels: 20250102_two\n'));
SELECT migrator.edit_revision('dddd4', branch_label => '{20250102_two}');
SELECT migrator.rename_revision('dddd4', '20250102_two');

-- A revision takes its former ids with it.
SELECT migrator.delete_revision('20250104_new');
SELECT migrator.rename_revision('dddd4', 'dddd44');
SELECT migrator.delete_revision('dddd4');
SELECT alias FROM migrator.aliases() WHERE revision LIKE 'dddd%';
SELECT migrator.rename_revision('beef4', 'dddd4');

-- Projects have their own.
SET migrator.project = 'aliases 2';
SELECT count(*) FROM migrator.aliases();
SELECT migrator.load(pg_temp.script('20250101_one', '', 'SELECT 1'));
SELECT revision FROM migrator.upgrade('20250101_one');
SELECT revision, applied_at IS NOT NULL FROM migrator.current();
