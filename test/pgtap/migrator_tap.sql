-- The assertions of migrator_tap, those that hold and those that do not.
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE EXTENSION migrator_tap;
SELECT plan(37);
SET LOCAL migrator.project = 'taps';
SET LOCAL migrator.schemas = 'taps';
CREATE SCHEMA taps;
SET LOCAL search_path = taps, public;
SELECT migrator.revision('one', 'CREATE TABLE one (id int PRIMARY KEY)', 'DROP TABLE one', rev_id => 'tap1') \g /dev/null
SELECT migrator.revision('two', 'CREATE VIEW two AS SELECT * FROM one', 'DROP VIEW two', rev_id => 'tap2') \g /dev/null

SELECT has_revision('tap1');
SELECT has_revision('tap2', 'the second one');
SELECT * FROM check_test(has_revision('nosuch'), false, 'has_revision(nosuch)', 'Revision nosuch should exist',
	'there is no revision "nosuch"; stored are: tap1, tap2');

SELECT is_at('base');
SELECT * FROM check_test(is_at('head'), false, 'is_at(head)', 'Database should be at head',
	E'        have: base\n        want: tap2');
SELECT * FROM check_test(is_at('nosuch'), false, 'is_at(nosuch)', 'Database should be at nosuch',
	'revision "nosuch" does not exist');
SELECT is_empty('SELECT * FROM migrator.log()', 'is_at has changed nothing');

SELECT up_down_up_ok();
SELECT is_at('tap2', 'up_down_up_ok leaves the database at the target');
SELECT is_at('head');
SELECT has_view('taps', 'two', 'and with its objects');
SELECT is((SELECT count(*) FROM migrator.log() WHERE operation = 'downgrade'), 2::bigint, 'every revision was taken back');
SELECT up_down_up_ok('head', 'there is nothing left to do');
SELECT schema_matches('CREATE SCHEMA taps; CREATE TABLE taps.one (id int PRIMARY KEY); CREATE VIEW taps.two AS SELECT * FROM taps.one');
SELECT * FROM check_test(
	schema_matches('CREATE SCHEMA taps; CREATE TABLE taps.one (id int PRIMARY KEY)', 'as it was'), false,
	'schema_matches(other)', 'as it was', 'drop view taps.two');
RESET migrator.schemas;
SELECT schema_matches('CREATE SCHEMA taps; CREATE TABLE taps.one (id int PRIMARY KEY); CREATE VIEW taps.two AS SELECT * FROM taps.one',
	'the extensions of the test are none of the model''s business');
SET LOCAL migrator.schemas = 'taps';
SELECT is_empty($$SELECT * FROM migrator.check('CREATE SCHEMA taps; CREATE TABLE taps.one (id int PRIMARY KEY); CREATE VIEW taps.two AS SELECT * FROM taps.one')$$,
	'is_empty does as well');

-- ways down that are none
SELECT migrator.revision('three', 'CREATE TABLE three ()', '', rev_id => 'tap3') \g /dev/null
SELECT * FROM check_test(up_down_up_ok(), false, 'a way down that does nothing',
	'Revisions up to head should work up, down and up again',
	E'downgrade of revision "tap3" does not lead back; since before its upgrade:\n    create table taps.three');
SELECT is_at('tap2', 'a failure leaves the database as it was');
SELECT migrator.delete_revision('tap3') \g /dev/null
SELECT migrator.revision('three', 'CREATE TABLE three ()', rev_id => 'tap3') \g /dev/null
SELECT * FROM check_test(up_down_up_ok(), false, 'no way down',
	'Revisions up to head should work up, down and up again',
	'revision "tap3" has no way down, and no header "Irreversible:"');
SELECT migrator.delete_revision('tap3') \g /dev/null
SELECT migrator.load(E'-- three\n-- Revision ID: tap3\n-- Revises: tap2\n-- Irreversible: just so\n\n-- migrate:up\nCREATE TABLE three ();\n') \g /dev/null
SELECT up_down_up_ok('tap3', 'a reason is as good as a way down');

-- branches, and a merge of them
SELECT migrator.revision('left', 'CREATE TABLE l ()', 'DROP TABLE l', rev_id => 'tapl') \g /dev/null
SELECT migrator.revision('right', 'CREATE TABLE r ()', 'DROP TABLE r', head => '{tap3}', splice => true, rev_id => 'tapr') \g /dev/null
SELECT up_down_up_ok('heads');
SELECT is_at('{tapl,tapr}'::text[]);
SELECT migrator.merge('{tapl,tapr}', rev_id => 'tapm') \g /dev/null
SELECT migrator.revision('another base', 'CREATE TABLE b ()', 'DROP TABLE b', head => '{base}', rev_id => 'tapb') \g /dev/null
SELECT up_down_up_ok('heads', 'a merge, and a base of its own');
SELECT is_at('{tapm,tapb}'::text[], 'both heads');

SELECT * FROM finish();
ROLLBACK;
