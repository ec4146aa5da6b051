# Whatever dies in the middle of an upgrade, the database is as before.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# The second of three revisions waits for a lock that another session holds.
my $gate = 4242;
my $in_the_middle = "EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = $gate AND NOT granted)";
my $pid_query = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = $gate AND NOT granted";

my $node = new_node('main', conf => "restart_after_crash = on\n");
load_revision($node, 'a0', '', 'CREATE TABLE done (id text)', 'DROP TABLE done');
query($node, 'SELECT count(*) FROM migrator.upgrade()');
load_revision($node, 'a1', 'a0', "CREATE TABLE one (i int); INSERT INTO done VALUES ('a1')");
load_revision($node, 'a2', 'a1', "INSERT INTO done VALUES ('a2a'); SELECT pg_advisory_xact_lock($gate); INSERT INTO done VALUES ('a2b')");
load_revision($node, 'a3', 'a2', "INSERT INTO done VALUES ('a3')");
my $store = store($node);
my $schema = dump_of($node, 'postgres', '-N', 'migrator');

my %death = (
	'kill -9 of the backend' => sub {
		my ($psql) = @_;
		my $log_end = -s $node->logfile;

		kill 'KILL', query($node, $pid_query);
		isnt(finish_psql($psql), 0, 'kill -9 of the backend: the client notices');
		$node->wait_for_log(qr/was terminated by signal 9.*ready to accept connections/s, $log_end);
	},
	'immediate shutdown of the server' => sub {
		my ($psql) = @_;
		$node->stop('immediate');
		finish_psql($psql);
		$node->start;
	},
	'fast shutdown of the server' => sub {
		my ($psql) = @_;
		$node->stop('fast');
		finish_psql($psql);
		$node->start;
	},
	'pg_terminate_backend' => sub {
		my ($psql) = @_;
		query($node, "SELECT pg_terminate_backend(($pid_query))");
		isnt(finish_psql($psql), 0, 'pg_terminate_backend: the client notices');
		like($psql->{err}, qr/terminating connection due to administrator command/,
			'pg_terminate_backend: and is told so');
	},
	'pg_cancel_backend' => sub {
		my ($psql) = @_;
		query($node, "SELECT pg_cancel_backend(($pid_query))");
		isnt(finish_psql($psql), 0, 'pg_cancel_backend: the client notices');
		like($psql->{err}, qr/canceling statement due to user request/, 'pg_cancel_backend: and is told so');
		like($psql->{err}, qr/"a2"/, 'pg_cancel_backend: and where that was');
	},
	'kill -9 of the client' => sub {
		my ($psql) = @_;
		my $pid = query($node, $pid_query);

		# the server learns it when it checks the connection
		$psql->{run}->signal('KILL');
		finish_psql($psql);
		wait_until($node, "NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $pid)");
	});

foreach my $how (sort keys %death)
{
	my $holder = $node->background_psql('postgres');
	$holder->query_safe("SELECT pg_advisory_lock($gate)");
	my $psql = start_psql($node,
		"SET client_connection_check_interval = 100; SELECT operation, revision FROM migrator.upgrade();");
	wait_until($node, $in_the_middle);

	$death{$how}->($psql);
	$holder->quit;
	wait_until($node, "NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')");

	is(store($node), $store, "$how: revisions, versions and log are as before");
	is(dump_of($node, 'postgres', '-N', 'migrator'), $schema, "$how: tables and their rows are as before");
	is(query($node, 'SELECT revision FROM migrator.versions()'), 'a0', "$how: so are the versions");
}

is(query($node, 'SELECT operation, revision FROM migrator.upgrade()'), "upgrade|a1\nupgrade|a2\nupgrade|a3",
	'the next upgrade succeeds');
is(query($node, 'SELECT string_agg(id, $$ $$ ORDER BY ctid) FROM done'), 'a1 a2a a2b a3', 'each step ran once');
is(query($node, 'SELECT string_agg(revision, $$ $$ ORDER BY id) FROM migrator.log()'), 'a0 a1 a2 a3',
	'each is in the log once');
is(query($node, q{SELECT count(*) FROM migrator.validate() WHERE severity = 'error'}), '0',
	'validate() finds no error');

# What has been committed stays.
$node->stop('immediate');
$node->start;
is(query($node, 'SELECT revision FROM migrator.versions()'), 'a3', 'a crash after the commit takes nothing back');

done_testing();
