# A backfill waits while a standby is far behind, holding nothing meanwhile, and
# goes on when the standby has caught up.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = new_node('primary', init => [ allows_streaming => 1 ], conf => "autovacuum = off\n");
my $rows = 3000;

query($primary, "CREATE TABLE t (i int PRIMARY KEY, n int DEFAULT 0, pad text);
	INSERT INTO t (i, pad) SELECT g, repeat('x', 1000) FROM generate_series(1, $rows) g");
$primary->backup('start');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'start', has_streaming => 1);
$standby->append_conf('postgresql.conf', "wal_receiver_status_interval = 1s\n");
$standby->start;
$primary->wait_for_catchup($standby);

# It stands still: known by how much WAL it has not replayed.
query($standby, 'SELECT pg_wal_replay_pause()');
waits('size', "SET migrator.backfill_max_lag = 0; SET migrator.backfill_max_lag_size = '1MB';",
	'replication lag of % MB', sub { query($standby, 'SELECT pg_wal_replay_resume()') });

# It is slow: known by the time that it says.
$standby->append_conf('postgresql.conf', "recovery_min_apply_delay = 1500ms\n");
$standby->reload;
waits('time', "SET migrator.backfill_max_lag = '300ms';", 'replication lag of % ms', sub {
		$standby->append_conf('postgresql.conf', "recovery_min_apply_delay = 0\n");
		$standby->reload;
	});

# It has gone: nobody waits for it.
$standby->stop;
query($primary, q{CALL migrator.backfill('gone', 't', 'UPDATE t SET n = n + 1', max_lag => 1)});
is(query($primary, 'SELECT min(n), max(n) FROM t'), '3|3', 'gone: a standby that is not there is not waited for');

done_testing();

sub waits
{
	my ($name, $set, $why, $end) = @_;
	my $psql = start_psql($primary, "SET application_name = 'backfill'; $set
		CALL migrator.backfill('$name', 't', 'UPDATE t SET n = n + 1', batch_size => 100, target_duration => 0, pause => 100);");

	wait_until($primary, "EXISTS (SELECT FROM migrator.backfill WHERE name = '$name' AND waiting_for LIKE '$why')");
	is(query($primary, q{SELECT backend_xid, backend_xmin FROM pg_stat_activity WHERE application_name = 'backfill' AND wait_event = 'Extension'}),
		'|', "$name: it holds no snapshot while it waits");
	is(query($primary, "SELECT rows_done < $rows FROM migrator.backfill WHERE name = '$name'"), 't', "$name: it waits in its middle");
	$end->();
	is(finish_psql($psql), 0, "$name: it goes on when the standby has caught up") or diag $psql->{err};
	is(query($primary, "SELECT paused[2] > 0 FROM migrator.backfill WHERE name = '$name'"), 't', "$name: the pause is counted");
	is(query($primary, 'SELECT count(DISTINCT n) FROM t'), '1', "$name: each row is done once");
	$primary->wait_for_catchup($standby);
	is(query($standby, "SELECT sum(n), (SELECT finished_at IS NOT NULL FROM migrator.backfill WHERE name = '$name') FROM t"),
		query($primary, 'SELECT sum(n) FROM t') . '|t', "$name: the standby has all of it");
	return;
}
