# A new machine in one command: migrator setup; and a database that has the
# schema but no version.

use strict;
use warnings;
use IPC::Run ();
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main', extension => 0);
my $dir = $node->basedir . '/project';
my ($status, $out, $err);

sub write_file
{
	my ($name, $text) = @_;

	append_to_file("$dir/$name", $text);
}

mkdir $dir or die;
mkdir "$dir/migrations" or die;
mkdir "$dir/init" or die;
write_file('migrations/a1_users.sql', "-- users\n--\n-- Revision ID: a1\n-- Revises:\n\n-- migrate:up\n"
	  . "CREATE TABLE app.users (id int PRIMARY KEY);\n\n-- migrate:down\nDROP TABLE app.users;\n");
write_file('migrations/a2_index.sql', "-- index\n--\n-- Revision ID: a2\n-- Revises: a1\n\n-- migrate:up\n"
	  . "ALTER TABLE app.users ADD COLUMN name text;\nCREATE INDEX CONCURRENTLY users_name ON app.users (name);\n\n"
	  . "-- migrate:down\nALTER TABLE app.users DROP COLUMN name;\n");
write_file('init/10_schema.sql', "\\set name app\nCREATE SCHEMA :name;\n");
write_file('init/20_setting.sql', "ALTER DATABASE \"my shop\" SET search_path = app, public;\nCREATE TABLE app.settings (id int);\n"
	  . "INSERT INTO app.settings VALUES (1);\n");
write_file('init/README', 'not for psql');

# eight machines at once, none of which finds anything but a server
my @runs = map {
	my $run = { in => '', out => '', err => '' };
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port);
	$run->{handle} = IPC::Run::start(
		[ 'migrator', 'setup', '-d', 'my shop', '--init-directory', 'init' ],
		'<', \$run->{in}, '>', \$run->{out}, '2>', \$run->{err}, init => sub { chdir $dir });
	$run;
} 1 .. 8;
foreach my $run (@runs)
{
	$run->{handle}->finish;
	is($run->{handle}->full_result(0) >> 8, 0, 'setup') or diag("$run->{out}$run->{err}");
}
is(scalar(grep { $_->{err} =~ /^Created database "my shop"$/m } @runs), 1, 'one of them creates the database');
is(scalar(grep { $_->{err} =~ /Created the extension/ } @runs), 1, 'one creates the extension');
is(query($node, 'SELECT count(*) FROM app.settings', 'my shop'), '1', 'one runs the scripts');
is(query($node, 'SELECT string_agg(name, \' \' ORDER BY name) FROM migrator.init_script', 'my shop'),
	'10_schema.sql 20_setting.sql', 'which are noted');
is(query($node, "SELECT string_agg(revision, ' ' ORDER BY id) FROM migrator.log() WHERE operation = 'upgrade'", 'my shop'),
	'a1 a2', 'each migration has run once');
is(query($node, 'SELECT indisvalid FROM pg_index WHERE indexrelid = \'app.users_name\'::regclass', 'my shop'), 't', 'also what is concurrent');

# again, with a new script and one that has changed
write_file('init/20_setting.sql', "SELECT 1;\n");
write_file('init/30_more.sql', "INSERT INTO app.settings VALUES (2);\n");
($status, $out, $err) = client($node, { dir => $dir }, 'setup', '-d', 'my shop', '--init-directory', 'init');
is($status, 0, 'setup again') or diag($err);
like($err, qr/init script "20_setting\.sql" has changed since it was run/, 'a changed script');
is(query($node, 'SELECT count(*) FROM app.settings', 'my shop'), '2', 'only the new one is run');
($status, $out, $err) = client($node, { dir => $dir }, 'setup', '-d', 'my shop', '--init-directory', 'init');
is(query($node, 'SELECT count(*) FROM app.settings', 'my shop'), '2', 'and only once');

# as the role of the application, which may do less
query($node, "CREATE ROLE app LOGIN; SELECT migrator.grant_role('app', 'author'), migrator.grant_role('app', 'deployer')", 'my shop');
($status, $out, $err) = client($node, { dir => $dir }, 'setup', '-d', 'my shop', '-U', 'app', '--init-directory', 'init');
is($status, 0, 'setup by another role') or diag($err);
like($err, qr/^The init scripts are left to the owner of the extension$/m, 'leaves the scripts alone');

# a script that fails
write_file('init/40_wrong.sql', "SELECT 1;\nSELECT nosuch;\n");
($status, $out, $err) = client($node, { dir => $dir }, 'setup', '-d', 'my shop', '--init-directory', 'init');
is($status, 1, 'a script that fails');
like($err, qr/init script "init\/40_wrong\.sql" has failed/, 'is named');
like($err, qr/40_wrong\.sql:2: ERROR:  column "nosuch" does not exist/, 'with its line');
unlink "$dir/init/40_wrong.sql" or die;
($status, $out, $err) = client($node, { dir => $dir }, 'setup', '-d', 'my shop', '--init-directory', 'nosuch');
is($status, 1, 'no such directory');
like($err, qr/could not open directory "nosuch": No such file/, 'is said');

# waiting for a server
$node->stop;
($status, $out, $err) = client($node, { dir => $dir }, 'setup', '-d', 'other', '--wait', '1');
is($status, 3, 'no server');
like($err, qr/there is no server, after 1 seconds/, 'is said');
my $run = { in => '', out => '', err => '' };
{
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port);
	$run->{handle} = IPC::Run::start([ 'migrator', 'setup', '-d', 'other', '--init-directory', 'init', '--json' ],
		'<', \$run->{in}, '>', \$run->{out}, '2>', \$run->{err}, init => sub { chdir $dir });
}
$node->start;
$run->{handle}->finish;
is($run->{handle}->full_result(0) >> 8, 0, 'a server that comes up') or diag("$run->{out}$run->{err}");
like($run->{out}, qr/^\[.*"a1".*"a2".*\]$/s, 'the output is one JSON document');
($status, $out, $err) = client($node, { dir => $dir }, 'setup', '--wait', 'long');
is($status, 2, 'not a number');

# a database that has the schema, but no version
sub existing
{
	my ($name, $sql) = @_;

	query($node, "CREATE DATABASE $name");
	query($node, "CREATE EXTENSION migrator; $sql", $name);
	return;
}
my $users = 'CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY);';
write_file('migrations/a0_schema.sql', "-- schema\n--\n-- Revision ID: a0\n-- Revises:\n\n-- migrate:up\nCREATE SCHEMA app;\n\n-- migrate:down\nDROP SCHEMA app;\n");
query($node, 'SELECT 1');
unlink "$dir/migrations/a1_users.sql" or die;
write_file('migrations/a1_users.sql', "-- users\n--\n-- Revision ID: a1\n-- Revises: a0\n\n-- migrate:up\n"
	  . "CREATE TABLE app.users (id int PRIMARY KEY);\n\n-- migrate:down\nDROP TABLE app.users;\n");
existing('existing', $users);
($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', 'existing');
is($status, 1, 'deploy does not begin from nothing');
like($err, qr/database "existing" has no version, but is not empty/, 'says why');
like($err, qr/It has the schema of: a1\./, 'and what it is');
like($err, qr/Run "migrator deploy --stamp-existing a1" if that is right/, 'and what to do');
is(query($node, 'SELECT count(*) FROM migrator.log()', 'existing'), '0', 'nothing was done');
($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', 'existing', '--stamp-existing', 'a1');
is($status, 0, 'deploy --stamp-existing') or diag($err);
is(query($node, 'SELECT string_agg(operation || \' \' || revision, \', \' ORDER BY id) FROM migrator.log()', 'existing'),
	'stamp a1, upgrade a2', 'goes on from there');
($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', 'existing', '--stamp-existing', 'a1');
is($status, 0, 'the same again') or diag($err);
is(query($node, 'SELECT revision FROM migrator.versions()', 'existing'), 'a2', 'does nothing');

# on a terminal, it asks
SKIP:
{
	# a chroot may have none
	skip 'no terminals', 5 unless eval { require IO::Pty; IO::Pty->new };
	existing('asked', $users);
	foreach my $answer ('n', 'y')
	{
		local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, TERM => 'dumb');
		my ($in, $terminal) = ('', '');
		my $handle = IPC::Run::start([ 'migrator', 'deploy', '-d', 'asked' ], '<pty<', \$in, '>pty>', \$terminal, '2>&1',
			init => sub { chdir $dir }, IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));

		$handle->pump until $terminal =~ /\(y\/n\) $/;
		like($terminal, qr/the schema of revision "a1"\.  Stamp it as that\?/, 'a question');
		$in .= "$answer\n";
		$handle->finish;
		is($handle->full_result(0) >> 8, $answer eq 'y' ? 0 : 1, "answered with $answer");
	}
	is(query($node, 'SELECT revision FROM migrator.versions()', 'asked'), 'a2', 'and goes on');
}

existing('nearly', "$users CREATE VIEW app.v AS SELECT id FROM app.users; CREATE VIEW app.w AS SELECT id FROM app.users");
($status, $out, $err) = client($node, { dir => $dir }, 'setup', '-d', 'nearly');
is($status, 1, 'setup of one that is not quite like that');
like($err, qr/It comes nearest to: a1\. Objects that differ: 2\./, 'says how far');
like($err, qr/Run "migrator setup --stamp-existing a1"/, 'and names its own option');

existing('data', "$users CREATE TABLE app.more (id int)");
{
	my $other = $node->basedir . '/data_dependent';

	mkdir $other or die;
	append_to_file("$other/d1.sql", "-- d\n-- Revision ID: d1\n-- Revises:\n\n-- migrate:up\nSELECT 1 / 0;\n\n-- migrate:down\n");
	($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', 'data', '-D', $other);
	is($status, 1, 'when it cannot be found out');
	like($err, qr/Which schema it has could not be found out: division by zero\./, 'it is said');
	like($err, qr/Run "migrator deploy --stamp-existing REVISION"/, 'and what to do');
}
existing('foreign_tables', 'CREATE TABLE other (id int)');
($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', 'foreign_tables');
is($status, 0, 'tables of others are in nobody\'s way') or diag($err);
existing('alembic', "$users CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('a1')");
($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', 'alembic');
is($status, 1, 'another tool\'s version');
like($err, qr/Take it over with "migrator adopt"/, 'is to be adopted');
like($err, qr/Table public\.alembic_version of alembic says at which\./, 'and says so');
is((client($node, { dir => $dir }, 'adopt', '-d', 'alembic'))[0], 0, 'adopt');
($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', 'alembic');
is($status, 0, 'and then deploy') or diag($err);

done_testing();
