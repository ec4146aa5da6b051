# adopt() from tables that the tools themselves have written, where they are there:
# Sqitch and Alembic, dbmate and node-pg-migrate (from npm, in $MIGRATOR_NODE_BIN or
# $PATH).

use strict;
use warnings;
use File::Path qw(make_path);
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
my $work = $node->basedir . '/work';

make_path("$work/home");
$ENV{HOME} = "$work/home";
$ENV{PGHOST} = $node->host;
$ENV{PGPORT} = $node->port;
$ENV{PGUSER} = query($node, 'SELECT current_user');
$ENV{PATH} = "$ENV{MIGRATOR_NODE_BIN}:$ENV{PATH}" if $ENV{MIGRATOR_NODE_BIN};

# write_files(DIRECTORY, NAME => TEXT...)
sub write_files
{
	my ($directory, %files) = @_;

	foreach my $name (keys %files)
	{
		my $path = "$work/$directory/$name";

		make_path($path =~ s{/[^/]*$}{}r);
		open(my $fh, '>:raw', $path) or die "could not write $path: $!";
		print $fh $files{$name};
		close($fh) or die "could not write $path: $!";
	}
	return;
}

# run_in(DIRECTORY, COMMAND...)
#		Run a program there; whether it succeeds.
sub run_in
{
	my ($directory, @command) = @_;
	my ($out, $err) = ('', '');

	my $ok = IPC::Run::run(\@command, '<', \undef, '>', \$out, '2>', \$err, init => sub { chdir "$work/$directory" or die $! });
	diag("@command: $out$err") unless $ok;
	return $ok;
}

# have(PROGRAM)
sub have
{
	my ($program) = @_;

	return grep { -x "$_/$program" } split(/:/, $ENV{PATH});
}

# adopts(TOOL, DATABASE, DIRECTORY, FORMAT, VERSIONS, STATES)
#		What the tool has left in the database is adopted, and nothing remains.
sub adopts
{
	my ($tool, $database, $directory, $format, $versions, $states) = @_;

	my $before = dump_of($node, $database);
	query($node, 'CREATE EXTENSION migrator', $database);
	query($node, "SELECT * FROM migrator.import_directory('$work/$directory', '$format')", $database);
	is(query($node, q{SELECT tool, state, count(*) FROM migrator.adopt(dry_run => true) GROUP BY 1, 2 ORDER BY 2}, $database),
		$states, "$tool: what its table says");
	is(query($node, 'SELECT count(*) FROM migrator.versions()', $database), 0, "$tool: a dry run changes nothing");
	query($node, 'SELECT * FROM migrator.adopt()', $database);
	is(query($node, q{SELECT string_agg(revision, ' ' ORDER BY revision) FROM migrator.versions()}, $database),
		$versions, "$tool: the version is taken over");
	is(query($node, 'SELECT count(*) FROM migrator.upgrade(\'heads\')', $database), 0, "$tool: nothing is to be upgraded");
	my $log = query($node, 'SELECT l FROM migrator.log() l', $database);
	query($node, 'SELECT * FROM migrator.adopt()', $database);
	is(query($node, 'SELECT l FROM migrator.log() l', $database), $log, "$tool: again changes nothing");
	query($node, 'DROP EXTENSION migrator', $database);
	is(dump_of($node, $database), $before, "$tool: its table and the schema are as they were");
	return;
}

# A table as documented, for what must hold everywhere: what the tool has done since
# is taken over too, and what migrator has done since is not taken back.
query($node, 'CREATE DATABASE goose');
query($node, q{CREATE EXTENSION migrator;
	CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp DEFAULT now());
	INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true);
	CREATE TABLE t1 ();}, 'goose');
write_files('goose', map { ("0000${_}_t$_.sql" => "-- +goose Up\nCREATE TABLE t$_ ();\n-- +goose Down\nDROP TABLE t$_;\n") } 1 .. 3);
query($node, "SELECT * FROM migrator.import_directory('$work/goose')", 'goose');
query($node, 'SELECT * FROM migrator.adopt()', 'goose');
is(query($node, 'SELECT revision FROM migrator.upgrade(\'+1\')', 'goose'), '00002', 'goose: goes on from what was adopted');
my ($status, $out, $err) = $node->psql('goose', 'SELECT revision FROM migrator.adopt()');
is($status, 0, 'goose: may be adopted again');
like($err, qr/NOTICE:  nothing is adopted: project "default" is further than table public.goose_db_version/, 'goose: but is not taken back');
is(query($node, 'SELECT revision FROM migrator.versions()', 'goose'), '00002', 'goose: and stays where it is');

# The same with the client, from a directory as Flyway has it.
query($node, 'CREATE DATABASE flyway');
query($node, q{CREATE EXTENSION migrator;
	CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL,
		script varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(),
		execution_time int NOT NULL, success boolean NOT NULL);
	INSERT INTO flyway_schema_history VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', 78787420, 'me', now(), 1, true),
		(2, NULL, 'view', 'SQL', 'R__view.sql', -1, 'me', now(), 1, true)}, 'flyway');
write_files('flyway', 'migrator.toml' => qq{format = "flyway"\ndatabase = "dbname=flyway"\n},
	'migrations/V1__a.sql' => "SELECT 1;\n", 'migrations/V2__b.sql' => "CREATE TABLE b ();\n",
	'migrations/R__view.sql' => "CREATE OR REPLACE VIEW v AS SELECT 1 AS one;\n");
my %at = (dir => "$work/flyway", env => { PGDATABASE => 'flyway' });
($status, $out, $err) = client($node, \%at, qw(adopt --dry-run));
is($status, 0, 'client: adopt --dry-run') or diag($err);
like($out, qr/flyway +\| public.flyway_schema_history +\| R__view +\| view +\| pending/, 'client: shows the states');
($status, $out, $err) = client($node, \%at, 'adopt');
is($status, 0, 'client: adopt') or diag($err);
($status, $out, $err) = client($node, \%at, 'upgrade');
is($status, 0, 'client: upgrade') or diag($err);
is(query($node, 'SELECT one FROM v, LATERAL (SELECT count(*) FROM b) n', 'flyway'), 1, 'client: runs what was left');
query($node, q{UPDATE flyway_schema_history SET checksum = 1 WHERE version = '1';
	SELECT * FROM migrator.stamp('base')}, 'flyway');
($status, $out, $err) = client($node, \%at, 'adopt');
is($status, 1, 'client: does not adopt what has changed');
like($err, qr/revisions are not as flyway has applied them/, 'client: and says so');
is((client($node, \%at, qw(adopt --accept-changed --tool flyway --table public.flyway_schema_history)))[0], 0,
	'client: adopts it if it is told to');

# Two callers at once adopt once.
query($node, 'CREATE DATABASE two TEMPLATE goose');
query($node, q{SELECT * FROM migrator.stamp('base')}, 'two');
finish_psql($_) foreach map { start_psql($node, 'SELECT * FROM migrator.adopt()', 'two') } 1 .. 2;
is(query($node, q{SELECT count(*) FROM migrator.log() WHERE operation = 'stamp' AND revision = '00001'}, 'two'), 2,
	'two at once stamp once');

SKIP:
{
	skip 'sqitch is not installed', 7 unless have('sqitch');

	local $ENV{SQITCH_FULLNAME} = 'Somebody';
	local $ENV{SQITCH_EMAIL} = 'somebody@example.com';
	query($node, 'CREATE DATABASE sqitch');
	make_path("$work/sqitch");
	run_in('sqitch', qw(sqitch init app --uri https://example.com/app --engine pg));
	run_in('sqitch', qw(sqitch add users -n users));
	run_in('sqitch', qw(sqitch add area/names --requires users -n), 'names of users');
	write_files('sqitch',
		'deploy/users.sql' => "BEGIN;\nCREATE TABLE users (id int);\nCOMMIT;\n",
		'revert/users.sql' => "BEGIN;\nDROP TABLE users;\nCOMMIT;\n",
		'verify/users.sql' => "SELECT id FROM users WHERE false;\n",
		'deploy/area/names.sql' => "BEGIN;\nCREATE OR REPLACE FUNCTION name() RETURNS text LANGUAGE sql AS 'SELECT 1::text';\nCOMMIT;\n",
		'revert/area/names.sql' => "BEGIN;\nDROP FUNCTION name();\nCOMMIT;\n",
		'verify/area/names.sql' => "SELECT name();\n");
	run_in('sqitch', qw(sqitch tag v1 -n one));
	run_in('sqitch', qw(sqitch rework area/names -n again));
	write_files('sqitch', 'deploy/area/names.sql' => "BEGIN;\nCREATE OR REPLACE FUNCTION name() RETURNS text LANGUAGE sql AS 'SELECT 2::text';\nCOMMIT;\n");
	ok(run_in('sqitch', qw(sqitch deploy db:pg:sqitch)), 'sqitch deploys');
	adopts('sqitch', 'sqitch', 'sqitch', 'auto',
		'area_names_2', 'sqitch|applied|3');
}

SKIP:
{
	skip 'alembic is not installed', 7 unless have('alembic');

	query($node, 'CREATE DATABASE alembic');
	write_files('alembic',
		'alembic.ini' => "[alembic]\nscript_location = scripts\n",
		'scripts/env.py' => "from alembic import context\nfrom sqlalchemy import create_engine\n"
		  . "if context.is_offline_mode():\n    context.configure(dialect_name='postgresql')\n    with context.begin_transaction():\n        context.run_migrations()\n"
		  . "else:\n    with create_engine('postgresql:///alembic').connect() as connection:\n"
		  . "        context.configure(connection=connection)\n        with context.begin_transaction():\n            context.run_migrations()\n",
		(map {
			my ($id, $down, $sql) = @$_;
			("scripts/versions/$id.py" => "from alembic import op\nrevision = '$id'\ndown_revision = $down\n"
				  . "def upgrade():\n    op.execute('$sql')\n\ndef downgrade():\n    pass\n")
		} [ 'aaa1', 'None', 'CREATE TABLE a ()' ], [ 'bbb2', q{'aaa1'}, 'CREATE TABLE b ()' ],
			[ 'ccc3', q{'aaa1'}, 'CREATE TABLE c ()' ]));
	ok(run_in('alembic', qw(alembic upgrade heads)), 'alembic upgrades');
	IPC::Run::run([qw(alembic upgrade heads --sql)], '>', "$work/alembic/upgrade.sql", '2>', \my $noise,
		init => sub { chdir "$work/alembic" });
	adopts('alembic', 'alembic', 'alembic', 'auto', 'bbb2 ccc3', "alembic|applied|2\nalembic|implied|1");
}

SKIP:
{
	skip 'dbmate is not installed', 7 unless have('dbmate');

	query($node, 'CREATE DATABASE dbmate');
	write_files('dbmate/migrations', map { ("2024010${_}_t$_.sql" => "-- migrate:up\nCREATE TABLE t$_ ();\n-- migrate:down\nDROP TABLE t$_;\n") } 1 .. 3);
	ok(run_in('dbmate', 'dbmate', '--url', "postgres://$ENV{PGUSER}\@localhost:$ENV{PGPORT}/dbmate?socket=$ENV{PGHOST}&sslmode=disable",
			'-d', 'migrations', '--no-dump-schema', 'up'), 'dbmate goes up');
	adopts('dbmate', 'dbmate', 'dbmate', 'auto', '20240103', 'dbmate|applied|3');
}

SKIP:
{
	skip 'node-pg-migrate is not installed', 7 unless have('node-pg-migrate');

	local $ENV{PGDATABASE} = 'node';
	query($node, 'CREATE DATABASE node', 'postgres');
	write_files('node/migrations', map { ("170000000000${_}_t-$_.sql" => "-- Up Migration\nCREATE TABLE t$_ ();\n-- Down Migration\nDROP TABLE t$_;\n") } 1 .. 3);
	ok(run_in('node', qw(node-pg-migrate up -m migrations)), 'node-pg-migrate goes up');
	adopts('node-pg-migrate', 'node', 'node', 'auto', '1700000000003_t_3', 'node-pg-migrate|applied|3');
}

done_testing();
