# Bad luck that is not a death: clients that are gone, locks that are not to be
# had, deadlocks, and a disk that is full.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main', conf => "max_prepared_transactions = 5\ndeadlock_timeout = 100ms\nautovacuum = off\n");
my $waits = q{EXISTS (SELECT FROM pg_stat_activity a JOIN pg_locks l USING (pid)
	WHERE NOT l.granted AND a.application_name = 'deployer')};

sub deployer
{
	my ($set, $call) = @_;

	return start_psql($node, "SET application_name = 'deployer'; $set " . ($call || 'CALL migrator.deploy();'));
}

sub gone
{
	wait_until($node, q{NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'deployer')});
	return;
}

load_revision($node, 'a1', '', 'CREATE TABLE t (i int); CREATE TABLE u (i int); CREATE TABLE ran (what text)', 'DROP TABLE t, u, ran');
query($node, 'CALL migrator.deploy()');

# The client is killed while a statement waits; those after it have something
# to tell to a client.
my $gate = "BEGIN; SELECT pg_advisory_xact_lock(4242); PREPARE TRANSACTION 'gate'";
my $wait = 'SELECT pg_advisory_xact_lock(4242)';
my $say = q{DO $do$BEGIN FOR i IN 1 .. 100 LOOP RAISE NOTICE '%', repeat('x', 200); END LOOP; END$do$};
load_revision($node, 'b1', 'a1', "INSERT INTO ran VALUES ('b1'); $wait; $say; INSERT INTO ran VALUES ('b1')");
load_revision($node, 'b2', 'b1', "CREATE INDEX CONCURRENTLY t_i ON t (i); $say; CREATE TABLE IF NOT EXISTS t (); INSERT INTO ran VALUES ('b2')");
query($node, $gate);
my $psql = deployer('');
wait_until($node, $waits);
$psql->{run}->signal('KILL');
finish_psql($psql);
query($node, q{ROLLBACK PREPARED 'gate'});
gone();
is(query($node, q{SELECT string_agg(what, ' ') FROM ran}), 'b1 b1 b2', 'continue: the deployment finishes without its client');
is(query($node, 'SELECT outcome FROM migrator.deployment ORDER BY id DESC LIMIT 1'), 'done', 'continue: and says so');
unlike(slurp_file($node->logfile), qr/backend> /, 'continue: and reads nothing from where the server was started');

load_revision($node, 'c1', 'b2', "INSERT INTO ran VALUES ('c1'); $wait");
query($node, $gate);
$psql = deployer(q{SET migrator.on_disconnect = 'stop';});
wait_until($node, $waits);
$psql->{run}->signal('KILL');
finish_psql($psql);
gone();
query($node, q{ROLLBACK PREPARED 'gate'});
is(query($node, 'SELECT revision FROM migrator.current()'), 'b2', 'stop: the deployment ends with its client');
is(query($node, q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'}), '0', 'stop: and leaves no lock');
query($node, 'CALL migrator.deploy()');
is(query($node, q{SELECT string_agg(what, ' ') FROM ran}), 'b1 b1 b2 c1', 'stop: the next call goes on');

# What changes the schema is done by a session that dies, what does not by the next.
load_revision($node, 'd1', 'c1', "-- migrate:no-transaction\nALTER TABLE t ADD COLUMN d int; INSERT INTO ran VALUES ('d1'); $wait");
query($node, $gate);
$psql = deployer('');
wait_until($node, $waits);
query($node, q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'deployer'});
finish_psql($psql);
query($node, q{ROLLBACK PREPARED 'gate'});
query($node, 'CALL migrator.deploy()');
is(query($node, 'SELECT count(*) FROM migrator.drift()'), '0', 'what two sessions have done together is no drift');
load_revision($node, 'd2', 'd1', "-- migrate:no-transaction\nALTER TABLE t ADD COLUMN e int; INSERT INTO ran VALUES (1 / (SELECT count(*) FROM u))");
like(query_error($node, 'CALL migrator.deploy()'), qr/division by zero/, 'a statement fails');
query($node, 'INSERT INTO u VALUES (1)');
query($node, 'CALL migrator.deploy()');
is(query($node, 'SELECT count(*) FROM migrator.drift()'), '0', 'nor is what failed first');

# A lock is not to be had, and then it is; in a transaction, in a build, and
# while what a build has left is removed.
load_revision($node, 'e1', 'd2', "INSERT INTO ran VALUES ('e1'); ALTER TABLE t ADD COLUMN f int");
load_revision($node, 'e2', 'e1', "CREATE INDEX CONCURRENTLY t_f ON t (f); INSERT INTO ran VALUES ('e2')");
foreach my $target (qw(e1 e2))
{
	query($node, q{BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE; PREPARE TRANSACTION 'writer'});
	like(query_error($node, "SET migrator.lock_poll_time = 10; SET migrator.max_lock_wait = 100; SET migrator.concurrent_lock_budget = 50; CALL migrator.deploy('$target', retries => 1)"),
		$target eq 'e1' ? qr/could not obtain ACCESS EXCLUSIVE lock/
		: qr/revision "e2" is tried again.*canceling statement due to lock timeout/s, "$target: fails after a while");
	$psql = deployer('SET migrator.concurrent_lock_budget = 50;', "CALL migrator.deploy('$target');");
	$psql->{run}->pump until $psql->{err} =~ /waiting for locks|is tried again/;
	query($node, q{ROLLBACK PREPARED 'writer'});
	is(finish_psql($psql), 0, "$target: and succeeds when the lock is there");
}
is(query($node, q{SELECT string_agg(what, ' ') FROM ran WHERE what ~ '^e'}), 'e1 e2', 'and nothing is done twice');
is(query($node, 'SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = $$t$$::regclass ORDER BY 1'), "t_i|t\nt_f|t", 'the index is valid');

# A deadlock, which the deployer notices, and loses.
load_revision($node, 'f1', 'e2', "INSERT INTO ran VALUES ('f1'); LOCK TABLE t; SELECT pg_advisory_xact_lock(1); LOCK TABLE u");
my $other = $node->background_psql('postgres');
$other->query_safe('BEGIN; SET LOCAL deadlock_timeout = 100000; LOCK TABLE u');
query($node, $gate =~ s/4242/1/r);
$psql = deployer('SET migrator.lock_budget = 0;');
wait_until($node, "$waits AND EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)");
$other->query_until(qr/begun/, "\\echo begun\nLOCK TABLE t;\n");
wait_until($node, q{EXISTS (SELECT FROM pg_locks WHERE relation = 't'::regclass AND NOT granted)});
query($node, q{ROLLBACK PREPARED 'gate'});
wait_until($node, q{EXISTS (SELECT FROM pg_locks WHERE relation = 't'::regclass AND granted AND mode = 'AccessExclusiveLock'
	AND pid <> (SELECT pid FROM pg_stat_activity WHERE application_name = 'deployer'))});
$other->query_safe('COMMIT');
$other->quit;
is(finish_psql($psql), 0, 'deadlock: the revision is tried again');
like($psql->{err}, qr/revision "f1" is tried again.*deadlock detected/s, 'deadlock: and that is said');
is(query($node, q{SELECT count(*) FROM ran WHERE what = 'f1'}), '1', 'deadlock: it ran once');

# temp_file_limit ends a build as a full disk does.
query($node, 'INSERT INTO t SELECT g FROM generate_series(1, 50000) g');
load_revision($node, 'g1', 'f1', "CREATE INDEX CONCURRENTLY t_big ON t (i, d, e); INSERT INTO ran VALUES ('g1')");
my $error = query_error($node, q{SET temp_file_limit = 64; SET maintenance_work_mem = 1024; SET max_parallel_maintenance_workers = 0; CALL migrator.deploy()});
like($error, qr/temporary file size exceeds "?temp_file_limit/, 'no space: the build fails');
like($error, qr/the same call goes on from there/, 'no space: and says what comes next');
is(query($node, q{SELECT left_behind FROM migrator.status()}), 'index public.t_big, which is not valid', 'no space: so does status()');
query($node, 'CALL migrator.deploy()');
is(query($node, q{SELECT indisvalid FROM pg_index WHERE indexrelid = 't_big'::regclass}), 't', 'no space: the next call builds it');
is(query($node, q{SELECT count(*) FROM ran WHERE what = 'g1'}), '1', 'no space: the rest is done once');
is(query($node, q{SELECT count(*) FROM migrator.status()}), '0', 'nothing is half done');

done_testing();
