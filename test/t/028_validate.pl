# migrator validate: files, store, database and models.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
my $dir = $node->basedir . '/project';
my ($status, $out, $err);

sub write_file
{
	my ($name, $text) = @_;

	unlink "$dir/$name";
	append_to_file("$dir/$name", $text);
	return;
}

sub revision
{
	my ($id, $revises, $up, $down) = @_;

	write_file("migrations/${id}_x.sql", "-- $id\n-- Revision ID: $id\n-- Revises: $revises\n\n-- migrate:up\n$up;\n"
		  . (defined $down ? "\n-- migrate:down\n$down;\n" : ''));
	return;
}

sub validate
{
	($status, $out, $err) = client($node, { dir => $dir }, 'validate', @_);
	return;
}

mkdir $dir or die;
mkdir "$dir/migrations" or die;
validate();
is($status, 0, 'nothing') or diag("$out$err");
is($out, '', 'no finding');
like($err, qr/^Nothing is wrong\.$/m, 'which is said');

revision('a1', '', 'CREATE TABLE a1 (id int)', 'DROP TABLE a1');
revision('a2', 'a1', 'CREATE TABLE a2 (id int)');
validate();
is($status, 0, 'new files');
is($out, "info: not_loaded: a1: file \"migrations/a1_x.sql\" is not in the database yet\n"
	  . "info: not_loaded: a2: file \"migrations/a2_x.sql\" is not in the database yet\n"
	  . "info: irreversible: a2: has no section \"-- migrate:down\", and no header \"Irreversible:\" that says why\n"
	  . "info: pending: 2 revisions have not been run in database \"postgres\"\n", 'are looked at');
is(query($node, 'SELECT count(*) FROM migrator.revisions()'), '0', 'but not loaded');

revision('a2', 'a1', 'CREATE TABEL a2 (id int)', 'DROP TABLE a2');
validate();
is($status, 1, 'a file that does not parse');
like($out, qr/^error: wrong_files: .*syntax error at or near "TABEL".*file "a2_x\.sql", line 6$/m, 'is named, with the line');
revision('a2', 'a1', 'CREATE TABLE a2 (id int)', 'DROP TABLE a2');
revision('a3', 'nosuch', 'SELECT 1', 'SELECT 1');
validate();
is($status, 1, 'a hole');
like($out, qr/^error: missing_parent: a3: revision "nosuch" does not exist/m, 'is found in the files');
unlink "$dir/migrations/a3_x.sql" or die;
is((client($node, { dir => $dir }, 'deploy'))[0], 0, 'deploy');
validate();
is("$status $out", '0 ', 'all is well');

# files that are not what the database has
revision('a1', '', 'CREATE TABLE a1 (id bigint)', 'DROP TABLE a1');
validate();
is($status, 1, 'the file of an applied revision has changed');
like($out, qr/^error: applied_file_changed: a1: file "migrations\/a1_x\.sql" is not what was run$/m, 'is said');
revision('a1', '', 'CREATE TABLE a1 (id int)', 'DROP TABLE a1');
unlink "$dir/migrations/a2_x.sql" or die;
validate();
is($status, 0, 'a file is missing');
like($out, qr/^warning: no_file: a2: there is no file "migrations\/a2_x\.sql", but the database has the revision$/m, 'is a warning');
validate('--strict');
is($status, 1, 'which counts with --strict');
revision('a2', 'a1', 'CREATE TABLE a2 (id int)', 'DROP TABLE a2');
is((client($node, { dir => $dir }, 'deploy', '--quiet'))[0], 0, 'all is there again');

# the database
query($node, 'ALTER TABLE a1 ADD COLUMN more int');
validate();
like($out, qr/^warning: drift: \S.*"column public\.a1\.more"/m, 'drift');
query($node, "INSERT INTO migrator.version VALUES ('default', '', 'gone')");
validate();
is($status, 1, 'a version that nobody knows');
like($out, qr/^error: unknown_version: gone: /m, 'is an error');
query($node, "DELETE FROM migrator.version WHERE revision = 'gone'; ALTER TABLE a1 DROP COLUMN more");

# models
write_file('model.sql', "CREATE TABLE a1 (id int);\nCREATE TABLE a2 (id int);\n");
write_file('migrator.toml', "models = [\"model.sql\"]\n");
validate();
is("$status $out", '0 ', 'as the model says');
write_file('model.sql', "CREATE TABLE a1 (id int);\nCREATE TABLE a2 (id int, name text);\n");
validate('--json');
is($status, 1, 'not as the model says');
like($out, qr/^\[\{"severity": "error", "code": "not_as_model", "revision": null, "detail": "the database is not as the model says: create column public\.a2\.name; see \\"migrator check\\""\}\]$/, 'as JSON');

# as somebody who may only look
query($node, 'CREATE ROLE looker LOGIN');
validate('-U', 'looker', '--no-load');
is($status, 1, 'anybody may look');
validate('-U', 'looker');
like($out, qr/^warning: files_not_compared: permission denied/m, 'but not load files');
($status, $out, $err) = client($node, { dir => $dir }, 'validate', '-p', '1');
is($status, 3, 'no server');

done_testing();
