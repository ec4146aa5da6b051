# What doc/startup.md shows: applications that migrate at their start, eight at
# once; an entrypoint; a unit of systemd; what CI runs.

use strict;
use warnings;
use Cwd ();
use File::Copy ();
use IPC::Run ();
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $examples = Cwd::abs_path('doc/examples');
my $node = new_node('main');
my $dir = $node->basedir . '/migrations';
my $jar = '/usr/share/java/postgresql.jar';

mkdir $dir or die;
mkdir "$dir/more" or die;
append_to_file("$dir/a1_users.sql", "-- users\n--\n-- Revision ID: a1\n-- Revises:\n\n-- migrate:up\nCREATE TABLE users (id int PRIMARY KEY);\n"
	  . "INSERT INTO users VALUES (1);\nSELECT pg_sleep(0.5);\n\n-- migrate:down\nDROP TABLE users;\n");
append_to_file("$dir/a2_names.sql", "-- names, 'quoted'\n--\n-- Revision ID: a2\n-- Revises: a1\n\n-- migrate:up\nALTER TABLE users ADD COLUMN name text DEFAULT '\x{c3}\x{a9}`x`';\n\n-- migrate:down\nALTER TABLE users DROP COLUMN name;\n");

# succeeds(COMMAND...): does it?  IPC::Run dies if there is no such program.
sub succeeds
{
	my ($out, $err) = ('', '');

	return eval { IPC::Run::run([@_], '>', \$out, '2>', \$err) };
}

# start_many(NAME, COMMAND...): eight of them at once, in a database of its own
sub start_many
{
	my ($name, @command) = @_;
	my @runs;

	query($node, "CREATE DATABASE $name");
	query($node, 'CREATE EXTENSION migrator', $name);
	foreach (1 .. 8)
	{
		my $run = { in => '', out => '', err => '' };
		local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => $name);

		$run->{handle} = IPC::Run::start([@command], '<', \$run->{in}, '>', \$run->{out}, '2>', \$run->{err});
		push @runs, $run;
	}
	my @failed = grep { $_->{handle}->finish; $_->{handle}->full_result(0) != 0 } @runs;
	is(scalar(@failed), 0, "$name: eight at once") or diag(map { "$_->{out}$_->{err}" } @failed);
	is(query($node, "SELECT string_agg(revision, ' ' ORDER BY id) FROM migrator.log()", $name), 'a1 a2', "$name: each migration once");
	is(query($node, 'SELECT count(*), min(name) FROM users', $name), "1|\x{c3}\x{a9}`x`", "$name: as it should be");
	is(scalar(grep { $_->{out} =~ /upgraded to a1/ } @runs), 1, "$name: one says so");
	return;
}

sub url
{
	my ($name) = @_;

	return "postgresql:///$name?host=" . $node->host . '&port=' . $node->port;
}

start_many('startup_psql', "$examples/startup.sh", $dir);
SKIP:
{
	skip 'no psycopg2', 4 unless succeeds('/usr/bin/python3', '-c', 'import psycopg2');
	start_many('startup_python', '/usr/bin/python3', "$examples/startup.py", 'dbname=startup_python', $dir);
}
SKIP:
{
	skip 'no pg for Node', 4 unless succeeds('node', '-e', "require('pg')");

	# modules are looked for beside the program
	start_many('startup_node', 'node', '-e', "require(process.argv[1]).migrate(process.argv[2], process.argv[3])"
		  . ".then((rows) => rows.forEach((row) => console.log('upgraded to ' + row.revision)), (error) => { console.error(error); process.exit(1); })",
		"$examples/startup.js", url('startup_node'), $dir);
}
SKIP:
{
	skip 'no JDBC driver, or no Java', 5 unless -e $jar && succeeds('javac', '-version');

	# JDBC knows no sockets but those of TCP
	$node->append_conf('postgresql.conf', "listen_addresses = '127.0.0.1'\n");
	my $port = $node->port;
	$node->restart;
	my $classes = $node->basedir . '/classes';
	ok(succeeds('javac', '-d', $classes, "$examples/Startup.java"), 'it compiles');
	start_many('startup_java', 'java', '-cp', "$jar:$classes", 'Startup',
		"jdbc:postgresql://127.0.0.1:$port/startup_java?user=" . (getpwuid($<))[0], $dir);
}

# a container
query($node, 'CREATE DATABASE startup_docker');
{
	local %ENV = (%ENV, DATABASE_URL => url('startup_docker'), MIGRATOR_DIRECTORY => $dir);
	my ($out, $err) = ('', '');

	IPC::Run::run([ "$examples/docker-entrypoint.sh", 'echo', 'the', 'application' ], '>', \$out, '2>', \$err);
	is($?, 0, 'the entrypoint') or diag($err);
	like($out, qr/^the application$/m, 'runs the application');
	is(query($node, 'SELECT revision FROM migrator.versions()', 'startup_docker'), 'a2', 'on a database that is ready');
	local $ENV{DATABASE_URL} = 'postgresql:///startup_docker?host=/nonexistent';
	local $ENV{MIGRATOR_WAIT} = 1;
	$out = '';
	IPC::Run::run([ "$examples/docker-entrypoint.sh", 'echo', 'the', 'application' ], '>', \$out, '2>', \$err);
	isnt($?, 0, 'without a server it fails');
	unlike($out, qr/the application/, 'before the application');
}

# systemd
SKIP:
{
	skip 'no systemd-analyze', 1 unless succeeds('systemd-analyze', '--version');
	my ($program) = grep { -x } map { "$_/migrator" } split /:/, $ENV{PATH};
	my $unit = slurp_file("$examples/shop-migrate.service");
	my ($out, $err) = ('', '');

	$unit =~ s{/usr/local/bin/migrator}{$program};
	my $file = scratch_file($node, 'shop-migrate.service', $unit);
	IPC::Run::run([ 'systemd-analyze', 'verify', '--man=no', $file ], '>', \$out, '2>', \$err);
	my @complaints = grep { /shop-migrate/ } split /\n/, "$out$err";
	is("@complaints", '', 'the unit is one');
}

# What CI runs, as it stands there; of a job that does not pass, too.
my $project = $node->basedir . '/project';
mkdir $project or die;
mkdir "$project/migrations" or die;
File::Copy::copy("$dir/$_", "$project/migrations/$_") or die foreach ('a1_users.sql', 'a2_names.sql');
append_to_file("$project/migrator.toml", "models = [\"model.sql\"]\n");
append_to_file("$project/model.sql", "CREATE TABLE users (id int PRIMARY KEY, name text DEFAULT '\x{c3}\x{a9}`x`');\n");
foreach my $recipe ('github-actions.yml', 'gitlab-ci.yml')
{
	my @commands = slurp_file("$examples/$recipe") =~ /^\s+(?:- |run: )?(migrator (?:setup|validate|check|upgrade|downgrade)\b.*)$/mg;
	my $name = 'ci_' . substr($recipe, 0, 6);

	is(scalar(@commands), 5, "$recipe: commands");
	foreach my $command (@commands)
	{
		my ($status, $out, $err) = client($node, { dir => $project, env => { DATABASE_URL => url($name) } },
			split(/ /, $command =~ s/^migrator //r));

		is($status, 0, "$recipe: $command") or diag("$out$err");
	}
}
append_to_file("$project/model.sql", "CREATE TABLE more ();\n");
is((client($node, { dir => $project, env => { DATABASE_URL => url('ci_gitlab') } }, 'validate', '--strict'))[0], 1,
	'a model that is not that of the migrations fails');

# the documentation shows what is tested
my $text = slurp_file("$examples/../startup.md");
foreach my $file (map { s{.*/}{}r } glob "$examples/*")
{
	like($text, qr/\Q$file\E/, "doc/startup.md speaks of $file");
}

done_testing();
