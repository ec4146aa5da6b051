# Whatever dies in the middle of a deployment, the same call goes on from there
# and ends where an undisturbed one ends.
#
# The plan is deployed and rolled back again and again.  On the way it is
# stopped at each of the points below in turn and killed there, in a way that
# changes from point to point and from pass to pass.  The deployer stops where
# gate() is called with the name of its setting test.stop, or where it waits for
# the lock of a prepared transaction, which survives even the server's death.
# MIGRATOR_KILL_PASSES=5 kills every point in each way.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep time);

my $passes = $ENV{MIGRATOR_KILL_PASSES} || 2;
my $settings = "SET application_name = 'deployer'; SET migrator.lock_budget = 0;"
  . " SET migrator.concurrent_lock_budget = 0; SET migrator.on_disconnect = 'stop';"
  . ' SET migrator.backfill_batch_size = 50; SET migrator.backfill_target_duration = 0;';
my %call = (up => 'CALL migrator.deploy()', down => q{CALL migrator.rollback('base')});
my $node = new_node('main', conf => <<'CONF');
restart_after_crash = on
max_prepared_transactions = 10
autovacuum = off
log_min_messages = warning
CONF

# A gate in SQL functions, in index expressions and constraints, before every
# row that migrator writes about a deployment, and before some statements.
query($node, <<'SQL');
CREATE FUNCTION gate(name text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF current_setting('test.stop', true) = name THEN
		PERFORM pg_advisory_xact_lock(4242);
	END IF;
	RETURN true;
END $$;
CREATE FUNCTION gated(name text, i int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
	'BEGIN PERFORM public.gate(name); RETURN i; END';
CREATE FUNCTION row_gate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	r jsonb := CASE WHEN tg_op = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
BEGIN
	PERFORM public.gate(concat_ws(' ', lower(tg_op), tg_table_name, r ->> 'revision', r ->> 'done', r ->> 'begun',
		r ->> 'batches', r ->> 'outcome', CASE WHEN tg_op <> 'DELETE' AND r ->> 'error' IS NOT NULL THEN 'error' END));
	RETURN CASE WHEN tg_op = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER gate BEFORE INSERT OR UPDATE OR DELETE ON migrator.journal FOR EACH ROW EXECUTE FUNCTION row_gate();
CREATE TRIGGER gate BEFORE INSERT OR UPDATE OR DELETE ON migrator.deployment FOR EACH ROW EXECUTE FUNCTION row_gate();
CREATE TRIGGER gate BEFORE INSERT OR UPDATE OR DELETE ON migrator.schema_record FOR EACH ROW EXECUTE FUNCTION row_gate();
CREATE TRIGGER gate BEFORE INSERT OR UPDATE OR DELETE ON migrator.version FOR EACH ROW EXECUTE FUNCTION row_gate();
CREATE TRIGGER gate BEFORE INSERT OR UPDATE OR DELETE ON migrator.backfill FOR EACH ROW EXECUTE FUNCTION row_gate();
CREATE TRIGGER gate BEFORE INSERT ON migrator.log FOR EACH ROW EXECUTE FUNCTION row_gate();
CREATE FUNCTION start_gate() RETURNS event_trigger LANGUAGE plpgsql AS
	'BEGIN PERFORM public.gate(tg_event || '' '' || tg_tag); END';
CREATE EVENT TRIGGER start_gate ON ddl_command_start EXECUTE FUNCTION start_gate();
CREATE EVENT TRIGGER end_gate ON ddl_command_end EXECUTE FUNCTION start_gate();
SQL

load_revision($node, 'k1', '', <<'UP', 'DROP TABLE ran, p, q, t');
CREATE TABLE ran (what text);
CREATE TABLE t (i int PRIMARY KEY, a int, b text, c text);
INSERT INTO t SELECT g, g % 7, 'b' || g, repeat('c' || g, 3000) FROM generate_series(1, 200) g;
CREATE TABLE p (i int) PARTITION BY RANGE (i);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10);
CREATE TABLE q PARTITION OF p FOR VALUES FROM (10) TO (20);
INSERT INTO p SELECT g FROM generate_series(1, 19) g;
INSERT INTO ran SELECT 'up k1' WHERE gate('k1 insert')
UP
load_revision($node, 'k2', 'k1', <<'UP', <<'DOWN');
SET work_mem = '2MB';
INSERT INTO ran SELECT 'up k2 2 ' || current_setting('work_mem') WHERE gate('k2 insert');
CREATE INDEX CONCURRENTLY t_a ON t (a);
INSERT INTO ran SELECT 'up k2 4 ' || current_setting('work_mem');
CREATE UNIQUE INDEX CONCURRENTLY t_i ON t (i, gated('k2 build', a));
ALTER TABLE t ADD CONSTRAINT t_c CHECK (gated('k2 validate', a) >= 0) NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT t_c;
VACUUM t;
REINDEX INDEX CONCURRENTLY t_a;
REINDEX TABLE CONCURRENTLY t;
UPDATE t SET a = a + 1 WHERE gate('k2 update');
DROP INDEX CONCURRENTLY t_a;
ALTER TABLE p DETACH PARTITION q CONCURRENTLY;
CREATE INDEX CONCURRENTLY ON t (b);
DO $$BEGIN INSERT INTO ran VALUES ('up k2 15'); PERFORM gate('k2 do'); END$$
UP
UPDATE t SET a = a - 1;
INSERT INTO ran VALUES ('down k2 2');
DROP INDEX CONCURRENTLY t_b_idx;
DROP INDEX CONCURRENTLY t_i;
ALTER TABLE t DROP CONSTRAINT t_c;
ALTER TABLE q DROP CONSTRAINT q_i_check;
ALTER TABLE p ATTACH PARTITION q FOR VALUES FROM (10) TO (20);
INSERT INTO ran VALUES ('down k2 8')
DOWN
load_revision($node, 'k3', 'k2', <<'UP', <<'DOWN');
ALTER TABLE t ADD COLUMN d int;
UPDATE t SET d = i;
INSERT INTO ran SELECT 'up k3' WHERE gate('k3 insert')
UP
ALTER TABLE t DROP COLUMN d;
INSERT INTO ran SELECT 'down k3' WHERE gate('k3 down')
DOWN
load_revision($node, 'k4', 'k3', <<'UP', <<'DOWN');
ALTER TABLE t ADD COLUMN e int;
INSERT INTO ran SELECT 'up k4 2' WHERE gate('k4 first');
-- migrate:no-transaction
CREATE INDEX CONCURRENTLY t_e ON t (e);
INSERT INTO ran VALUES ('up k4 4');
-- migrate:transaction
CREATE VIEW v AS SELECT e FROM t;
INSERT INTO ran SELECT 'up k4 6' WHERE gate('k4 second');
COMMENT ON VIEW v IS 'a view'
UP
DROP VIEW v;
INSERT INTO ran VALUES ('down k4 2');
-- migrate:no-transaction
DROP INDEX CONCURRENTLY t_e;
-- migrate:transaction
ALTER TABLE t DROP COLUMN e;
INSERT INTO ran VALUES ('down k4 5')
DOWN

# Without a condition, each row has to be in one batch that is committed.
load_revision($node, 'k5', 'k4', <<'UP', <<'DOWN');
ALTER TABLE t ADD COLUMN f int NOT NULL DEFAULT 0;
-- migrate:backfill count t
UPDATE t SET f = f + gated('k5 row ' || i, 1);
INSERT INTO ran SELECT 'up k5 3' WHERE gate('k5 insert')
UP
ALTER TABLE t DROP COLUMN f;
INSERT INTO ran VALUES ('down k5 2')
DOWN

# What holds a deployer up.
my %hold = (
	gate => 'SELECT pg_advisory_xact_lock(4242)',
	writer => 'LOCK TABLE t IN ROW EXCLUSIVE MODE',
	reader => 'LOCK TABLE t IN ACCESS SHARE MODE',
	another => 'LOCK TABLE t IN ACCESS SHARE MODE',
	owner => 'LOCK TABLE t IN ACCESS EXCLUSIVE MODE',
	vacuum => 'LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE',
	partitioned => 'LOCK TABLE ONLY p IN ACCESS SHARE MODE',
	row => 'UPDATE t SET a = a WHERE i = 120',
	partition => 'LOCK TABLE q IN ACCESS SHARE MODE');

sub gate
{
	my ($name) = @_;

	return { name => $name, stop => $name, hold => ['gate'], at => "l.locktype = 'advisory'" };
}

# Waiting for what is held, in a phase of a concurrent build.
sub wait_for
{
	my ($hold, $name, $phase, %more) = @_;

	return {
		name => "$name: " . ($phase || "waiting for a $hold"),
		hold => [$hold],
		at => $phase ? "EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.pid = l.pid AND p.phase = '$phase')" : 'true',
		%more
	};
}

# A deployment that fails by itself is stopped when it notes that.
sub fails
{
	my ($name) = @_;
	my $point = gate($name);

	push @{ $point->{hold} }, 'owner';
	$point->{set} = 'SET migrator.concurrent_lock_budget = 10; SET migrator.retries = 0;';
	return $point;
}

# Both times that DROP INDEX CONCURRENTLY waits, the second is the later.
sub dead
{
	my ($name) = @_;

	return {
		name => "$name: waiting for readers of a dead index",
		hold => ['reader'],
		then => 'another',
		at => 'EXISTS (SELECT FROM pg_index WHERE NOT indislive)'
	};
}

my @up = (
	gate('insert deployment'),
	gate('k1 insert'),
	gate('insert log k1'),
	gate('insert journal k2 1 0'),
	gate('k2 insert'),
	gate('update journal k2 2 0'),
	gate('update journal k2 2 3'),
	gate('ddl_command_start CREATE INDEX'),
	wait_for('owner', 'k2 3'),
	fails('update journal k2 2 3 error'),
	fails('update deployment failed error'),
	wait_for('writer', 'k2 3', 'waiting for writers before build'),
	wait_for('reader', 'k2 3 cleaning'),
	wait_for('snapshot', 'k2 3', 'waiting for old snapshots'),
	gate('ddl_command_end CREATE INDEX'),
	gate('update journal k2 3 0'),
	gate('update journal k2 4 0'),
	gate('k2 build'),
	wait_for('gate', 'k2 5', 'waiting for writers before validation',
		stop => 'k2 build', then => 'writer'),
	wait_for('snapshot', 'k2 5', 'waiting for old snapshots'),
	wait_for('reader', 'k2 5 cleaning'),
	gate('update journal k2 5 0'),
	gate('update journal k2 6 0'),
	gate('k2 validate'),
	wait_for('vacuum', 'k2 7'),
	gate('update journal k2 7 0'),
	gate('update journal k2 7 8'),
	wait_for('vacuum', 'k2 8'),
	gate('update journal k2 8 0'),
	gate('update journal k2 8 9'),
	wait_for('writer', 'k2 9', 'waiting for writers before build'),
	wait_for('snapshot', 'k2 9', 'waiting for old snapshots'),
	wait_for('reader', 'k2 9 cleaning'),
	gate('update journal k2 8 9'),
	wait_for('reader', 'k2 9', 'waiting for readers before marking dead'),
	gate('update journal k2 8 9'),
	wait_for('reader', 'k2 9', 'waiting for readers before dropping', then => 'another'),
	gate('update journal k2 9 0'),
	wait_for('writer', 'k2 10', 'waiting for writers before build'),
	gate('k2 build'),
	wait_for('snapshot', 'k2 10', 'waiting for old snapshots'),
	wait_for('reader', 'k2 10 cleaning'),
	gate('update journal k2 9 10'),
	wait_for('reader', 'k2 10', 'waiting for readers before marking dead'),
	gate('update journal k2 9 10'),
	wait_for('reader', 'k2 10', 'waiting for readers before dropping', then => 'another'),
	gate('update journal k2 10 0'),
	{ %{ gate('k2 update') }, how => 'pg_terminate_backend' },
	gate('update deployment died'),
	gate('update journal k2 11 0'),
	gate('update journal k2 11 12'),
	wait_for('reader', 'k2 12'),
	dead('k2 12'),
	gate('update journal k2 12 0'),
	gate('update journal k2 12 13'),
	wait_for('partitioned', 'k2 13'),
	wait_for('partition', 'k2 13'),
	gate('update journal k2 13 0'),
	wait_for('snapshot', 'k2 14', 'waiting for old snapshots'),
	gate('update journal k2 14 0'),
	gate('k2 do'),
	gate('insert log k2'),
	gate('delete journal k2 14 15'),
	gate('k3 insert'),
	gate('insert log k3'),
	gate('k4 first'),
	gate('insert journal k4 2 0'),
	gate('update journal k4 2 3'),
	wait_for('writer', 'k4 3', 'waiting for writers before build'),
	wait_for('snapshot', 'k4 3', 'waiting for old snapshots'),
	gate('update journal k4 3 0'),
	gate('update journal k4 4 0'),
	gate('k4 second'),
	gate('delete journal k4 4 0'),
	gate('insert journal k5 1 0'),
	gate('update journal k5 1 0'),
	wait_for('writer', 'k5 2'),
	gate('insert backfill 0'),
	gate('k5 row 1'),
	gate('update backfill 1'),
	gate('k5 row 77'),
	gate('update backfill 2'),
	wait_for('row', 'k5 2'),
	gate('k5 row 150'),
	gate('update backfill 3'),
	gate('k5 row 200'),
	gate('update backfill 4'),
	gate('update journal k5 2 0'),
	gate('k5 insert'),
	gate('delete journal k5 2 0'));
my @down = (
	gate('insert log k5'),
	gate('insert journal k4 2 0'),
	gate('update journal k4 2 3'),
	wait_for('reader', 'down k4 3'),
	dead('down k4 3'),
	gate('insert log k4'),
	gate('k3 down'),
	gate('insert log k3'),
	gate('insert journal k2 1 0'),
	gate('update journal k2 2 0'),
	wait_for('reader', 'down k2 3'),
	gate('update journal k2 3 0'),
	wait_for('owner', 'down k2 5'),
	gate('update journal k2 6 0'),
	gate('update journal k2 7 0'),
	gate('delete journal k2 7 0'),
	gate('ddl_command_end DROP TABLE'),
	gate('insert log k1'));


my %death = (
	'kill -9 of the client' => sub {
		my ($psql) = @_;
		$psql->{run}->signal('KILL');
		finish_psql($psql);
	},
	'kill -9 of the backend' => sub {
		my ($psql, $pid) = @_;
		my $log_end = -s $node->logfile;
		kill 'KILL', $pid;
		finish_psql($psql);
		$node->wait_for_log(qr/was terminated by signal 9.*ready to accept connections/s, $log_end);
	},
	'pg_terminate_backend' => sub {
		my ($psql, $pid) = @_;
		query($node, "SELECT pg_terminate_backend($pid)");
		finish_psql($psql);
	},
	'kill -9 of the server' => sub {
		my ($psql) = @_;
		my @pids = split /\n/, query($node, 'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');

		# its children hold on to the shared memory until they notice
		$node->kill9;
		finish_psql($psql);
		foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
		{
			last unless grep { kill 0, $_ } @pids;
			usleep(100_000);
		}
		$node->start;
	},
	'pg_cancel_backend' => sub {
		my ($psql, $pid) = @_;
		query($node, "SELECT pg_cancel_backend($pid)");
		finish_psql($psql);
	});
my @death = sort keys %death;
my $killed = 0;
my $snapshot;

# Undisturbed.
my %state;
foreach my $direction (qw(up down))
{
	query($node, $call{$direction});
	$state{$direction} = state_of($direction);
}
isnt($state{up}, $state{down}, 'the two ends differ');

foreach my $pass (0 .. $passes - 1)
{
	foreach my $direction (qw(up down))
	{
		my $points = $direction eq 'up' ? \@up : \@down;
		my $log_id = query($node, 'SELECT max(id) FROM migrator.log()');
		my $start = time;

		kill_at($direction, $points->[$_], $points->[$_]{how} || $death[ ($_ + $pass) % @death ]) foreach 0 .. $#$points;
		arrives("pass $pass, $direction", $direction, $log_id);
		note(sprintf 'pass %d, %s: %.0f s', $pass, $direction, time - $start);
	}
}
cmp_ok($killed, '>=', 60, "$killed points");

done_testing();

# Deploy up to a point, kill the deployer there, and take away what held it up.
sub kill_at
{
	my ($direction, $point, $how) = @_;
	my $set = ($point->{set} || '') . ($point->{stop} ? "SET test.stop = '$point->{stop}';" : '');
	my ($psql, $pid);

	hold($_) foreach @{ $point->{hold} };
	$psql = start_psql($node, "$settings $set $call{$direction};");
	if ($point->{then})
	{
		reach($psql, 'true');
		hold($point->{then});
		let_go(@{ $point->{hold} });
	}
	$pid = reach($psql, $point->{at}) or fail("$point->{name} is reached");
	if ($pid)
	{
		$death{$how}->($psql, $pid);
		isnt($psql->{run}->full_result(0), 0, "$point->{name}: $how");
		wait_until($node, "NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $pid)");
		$killed++;
	}
	let_go($point->{then} || @{ $point->{hold} });
	is(query($node, q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'}), '0', 'and leaves no lock');
	return;
}

sub hold
{
	my ($name) = @_;

	if ($name eq 'snapshot')
	{
		$snapshot = start_psql($node, "SET application_name = 'snapshot'; SELECT pg_sleep(1000)");
		wait_until($node, q{EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'snapshot' AND backend_xmin IS NOT NULL)});
		return;
	}
	query($node, "BEGIN; $hold{$name}; PREPARE TRANSACTION '$name'");
	return;
}

sub let_go
{
	foreach my $name (@_)
	{
		if ($name eq 'snapshot')
		{
			query($node, q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'snapshot'});
			finish_psql($snapshot);
		}
		else
		{
			query($node, "ROLLBACK PREPARED '$name'");
		}
	}
	return;
}

# Wait until the deployer waits at a point; return its pid, or nothing if it
# does not get there.
sub reach
{
	my ($psql, $at) = @_;

	foreach (1 .. $PostgreSQL::Test::Utils::timeout_default)
	{
		my $pid = query($node, qq{SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid)
			WHERE NOT l.granted AND a.application_name = 'deployer' AND a.wait_event_type = 'Lock' AND $at});

		return $pid if $pid ne '';
		last if !$psql->{run}->pumpable;
		usleep(20_000);
	}
	diag("the deployer does not wait: " . query($node, q{SELECT wait_event, query FROM pg_stat_activity WHERE application_name = 'deployer'})
		. $psql->{err});
	return;
}

# What a deployment has to leave behind.
sub state_of
{
	my ($direction) = @_;
	my $state = dump_of($node, 'postgres', '-s', '-N', 'migrator');

	$state .= query($node, 'SELECT t FROM ran t ORDER BY t; SELECT t FROM t ORDER BY t; SELECT t FROM p t ORDER BY t; SELECT t FROM q t ORDER BY t')
	  if $direction eq 'up';
	return $state;
}

# The call that nobody disturbs any more.
sub arrives
{
	my ($name, $direction, $log_id) = @_;
	my @revisions = map { $direction eq 'up' ? "k$_" : 'k' . (6 - $_) } 1 .. 5;

	query($node, $call{$direction});
	is(state_of($direction), $state{$direction}, "$name: schema and data");
	is(query($node, "SELECT string_agg(revision, ' ' ORDER BY id) FROM migrator.log() WHERE id > $log_id"),
		"@revisions", "$name: each revision is in the log once");
	is(query($node, 'SELECT indexrelid::regclass FROM pg_index WHERE NOT (indisvalid AND indisready AND indislive)'),
		'', "$name: no invalid index");
	is(query($node, q{SELECT relname FROM pg_class WHERE relname ~ '_cc(new|old)'}), '', "$name: nothing transient");
	is(query($node, 'SELECT inhrelid::regclass FROM pg_inherits WHERE inhdetachpending'), '', "$name: no half-detached partition");
	is(query($node, 'SELECT revision FROM migrator.journal'), '', "$name: no journal");
	is(query($node, 'SELECT count(*) FROM migrator.status()'), '0', "$name: nothing is half done");
	is(query($node, 'SELECT count(*) FROM migrator.drift()'), '0', "$name: no drift")
	  if $direction eq 'up';
	is(query($node, q{SELECT count(*) FROM migrator.validate() WHERE severity = 'error'}), '0', "$name: validate()");
	is(query($node, q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'}), '0', "$name: no lock");
	return;
}
