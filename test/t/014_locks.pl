# A deployment gets its locks without holding others up, and knows who is in its way.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time sleep);

my $node = new_node('main', conf => "max_prepared_transactions = 5\nlog_lock_waits = on\nautovacuum = off\n");
query($node, q{CREATE TABLE hot (id int PRIMARY KEY, v text); INSERT INTO hot SELECT i FROM generate_series(1, 100) i;
	CREATE TABLE cold (id int); CREATE TABLE other (id int REFERENCES hot);
	CREATE ROLE app LOGIN; CREATE ROLE batch LOGIN; CREATE ROLE important NOLOGIN; GRANT important TO batch;
	CREATE ROLE ddl LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO app, batch;
	ALTER TABLE hot OWNER TO ddl; ALTER TABLE cold OWNER TO ddl; ALTER TABLE other OWNER TO ddl;
	CREATE ROLE reader LOGIN; GRANT SELECT ON hot TO reader;
	GRANT CREATE ON SCHEMA public TO ddl;
	SELECT migrator.grant_role('ddl', 'deployer')});

my $number = 0;

# next_revision(UP)
#		Add a revision to the end and return its name.
sub next_revision
{
	my ($up) = @_;
	my $id = sprintf('r%03d', ++$number);

	load_revision($node, $id, $number == 1 ? '' : sprintf('r%03d', $number - 1), $up);
	return $id;
}

# deploy(SETTINGS)
#		Return the exit status and what a deployment to the head says.
sub deploy
{
	my ($settings, $role) = @_;
	my $psql = start_psql($node, ($role ? "SET SESSION AUTHORIZATION $role;\n" : '') . "$settings\n\\set VERBOSITY verbose\nCALL migrator.deploy();");

	return (finish_psql($psql), $psql->{err});
}

# holder(ROLE, SQL...)
#		A session that has run statements in a transaction, and stays there.
sub holder
{
	my ($role, @statements) = @_;
	my $session = $node->background_psql('postgres', on_error_stop => 0, extra_params => [ '-U', $role ]);

	$session->query_safe("SET application_name = 'holder $role'");
	$session->query_safe('BEGIN');
	$session->query_safe($_) foreach @statements;
	return $session;
}

sub current
{
	return query($node, 'SELECT revision FROM migrator.current()');
}

my $quick = "SET migrator.lock_poll_time = '50ms'; SET migrator.lock_budget = '100ms'; SET migrator.retries = 0;";

# fail: the error names who is in the way, and nothing was done.
my $id = next_revision(q{ALTER TABLE cold ADD COLUMN a int; ALTER TABLE hot ADD COLUMN a int;
	CREATE TABLE seen AS SELECT current_setting('deadlock_timeout') AS deadlock_timeout});
my $reader = holder('reader', 'SELECT count(*) FROM hot');
my $pid = query($node, q{SELECT pid FROM pg_stat_activity WHERE application_name = 'holder reader'});
my ($status, $err) = deploy("$quick SET migrator.max_lock_wait = '400ms';");
isnt($status, 0, 'fail: the deployment fails');
like($err, qr/ERROR:  55P03: .*could not obtain ACCESS EXCLUSIVE lock on relation "public\.hot" within \d+ ms/, 'it says which lock');
like($err, qr/ACCESS SHARE on public\.hot is held by process $pid, role "reader", application "holder reader", idle in transaction for [\d.]+ s, transaction open for [\d.]+ s, query "SELECT count\(\*\) FROM hot/,
	'it says who has it');
like($err, qr/NOTICE:.*waiting for locks\nDETAIL:.*ACCESS SHARE on public\.hot is held by process $pid/, 'it was said before');
is(query($node, q{SELECT count(*) FROM pg_attribute WHERE attname = 'a'}), 0, 'nothing was done');
is(query($node, "SELECT count(*) FROM pg_locks WHERE relation IN ('hot'::regclass, 'cold'::regclass) AND mode = 'AccessExclusiveLock'"),
	0, 'no lock is left');

# Whoever may not read statements of others is not shown them.
($status, $err) = deploy("$quick SET migrator.max_lock_wait = '200ms';", 'ddl');
like($err, qr/is held by process $pid, role "reader", application "holder reader", idle in transaction/, 'another role is told who it is');
unlike($err, qr/count\(\*\)/, 'but not the query');

# wait: it gets the locks when the reader is done, and all of them; meanwhile no
# writer or reader of either table waits for long.
my $deployer = start_psql($node, "$quick SET migrator.max_lock_wait = '200ms'; SET migrator.on_blocked = 'wait'; SET application_name = 'deployer'; SET lock_timeout = '7s';\nCALL migrator.deploy();\nSHOW lock_timeout;");
my ($worst, $n, $until) = (0, 0, time + 4);
my $client = $node->background_psql('postgres');
while (time < $until)
{
	my $start = time;

	$client->query_safe("UPDATE hot SET v = 'x' WHERE id = 1; SELECT count(*) FROM cold");
	$worst = time - $start if time - $start > $worst;
	$n++;
	sleep 0.002;
}
cmp_ok($worst, '<', 2, sprintf('wait: of %d queries meanwhile none waited longer than the budget: %.3f s', $n, $worst));
is(query($node, q{SELECT count(*) FROM pg_stat_activity WHERE application_name = 'deployer' AND backend_xmin IS NOT NULL
	AND wait_event = 'Extension'}), 0, 'it waits without a snapshot');
isnt(current(), $id, 'it is still waiting');
$reader->query_safe('COMMIT');
is(finish_psql($deployer), 0, 'it succeeds when the reader is done');
is(current(), $id, 'everything is done');
is(query($node, q{SELECT count(*) FROM pg_attribute WHERE attname = 'a'}), 2, 'all of it');
is($deployer->{out}, '7s', 'lock_timeout is as it was');
is(query($node, 'SELECT deadlock_timeout FROM seen'), '1s', 'and deadlock_timeout');

# Who is in the way is seen by others, also while it only looks for the locks.
$id = next_revision('ALTER TABLE cold ADD COLUMN p int; CREATE INDEX hot_v ON hot (v)');
my $writer = holder('app', 'INSERT INTO hot VALUES (1000)');
my $writer_pid = query($node, q{SELECT pid FROM pg_stat_activity WHERE application_name = 'holder app'});
$reader->query_safe('BEGIN; SELECT count(*) FROM hot');
$deployer = start_psql($node, "SET migrator.lock_poll_time = '1h';\nCALL migrator.deploy();");
wait_until($node, q{EXISTS (SELECT FROM migrator.progress WHERE phase = 'waiting for locks')});
is(query($node, q{SELECT count(*) FROM pg_locks WHERE NOT granted}), 0, 'progress: it stands in no queue');
is(query($node, q{SELECT revision, phase, blocked_by, waited > '0' FROM migrator.progress}), "$id|waiting for locks|{$writer_pid}|t",
	'progress: who is in the way of a lock that does not stop readers, and for how long');
query($node, q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = } . $writer_pid);
is(finish_psql($deployer), 0, 'progress: it goes on');
is(query($node, 'SELECT count(*) FROM migrator.progress'), 0, 'progress: and is gone');
$reader->query_safe('COMMIT');
$writer->{run}->finish;

# cancel: a running query is cancelled, a session that is idle is not.
$id = next_revision('DROP TABLE other');
my $query = start_psql($node, "SET application_name = 'long query';\nSELECT id, pg_sleep(100) FROM hot;");
wait_until($node, q{EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'long query' AND wait_event = 'PgSleep')});
($status, $err) = deploy("$quick SET migrator.max_lock_wait = '300ms'; SET migrator.on_blocked = 'cancel';");
is($status, 0, 'cancel: the deployment succeeds');
isnt(finish_psql($query), 0, 'the query was cancelled');
like($query->{err}, qr/canceling statement due to user request/, 'as by a user');
is(current(), $id, 'the revision is there');

$id = next_revision('ALTER TABLE hot ADD COLUMN b int');
$reader->query_safe('BEGIN; SELECT count(*) FROM hot');
($status, $err) = deploy("$quick SET migrator.max_lock_wait = '300ms'; SET migrator.on_blocked = 'cancel';");
isnt($status, 0, 'who is idle in a transaction cannot be cancelled');
like($err, qr/Process $pid runs no query that could be cancelled\./, 'the error says so');

# terminate: but not a superuser's session by somebody else, nor a protected role's.
my $super = $node->background_psql('postgres');
$super->query_safe('BEGIN; SELECT count(*) FROM hot');
query($node, 'GRANT pg_signal_backend TO ddl');
($status, $err) = deploy("$quick SET migrator.max_lock_wait = '300ms'; SET migrator.on_blocked = 'terminate';", 'ddl');
isnt($status, 0, 'terminate: a superuser is in the way');
like($err, qr/Process \d+ belongs to a superuser\./, 'the error says so');
unlike($err, qr/ERROR:.*held by process $pid\b/s, 'the other session is gone');
is(query($node, "SELECT count(*) FROM pg_stat_activity WHERE pid = $pid"), 0, 'terminated');
$super->query_safe('COMMIT');
query($node, 'REVOKE pg_signal_backend FROM ddl');
$reader->{run}->finish;

my $app = holder('app', 'SELECT count(*) FROM hot');
my $app_pid = query($node, q{SELECT pid FROM pg_stat_activity WHERE application_name = 'holder app'});
($status, $err) = deploy("$quick SET migrator.max_lock_wait = '300ms'; SET migrator.on_blocked = 'terminate';", 'ddl');
like($err, qr/Process $app_pid could not be stopped: (?:must be a member of the role|permission denied)/, 'without the right to do it, the error says so');

my $batch = holder('batch', 'SELECT count(*) FROM hot');
my $batch_pid = query($node, q{SELECT pid FROM pg_stat_activity WHERE application_name = 'holder batch'});
($status, $err) = deploy("$quick SET migrator.max_lock_wait = '300ms'; SET migrator.on_blocked = 'terminate'; SET migrator.protected_roles = 'nobody, important';");
isnt($status, 0, 'a member of a protected role is in the way');
like($err, qr/Process $batch_pid belongs to a protected role\./, 'the error says so');
is(query($node, "SELECT count(*) FROM pg_stat_activity WHERE pid = $app_pid"), 0, 'a session of another was ended');
is(query($node, "SELECT state FROM pg_stat_activity WHERE pid = $batch_pid"), 'idle in transaction', 'its own was not');
$batch->query_safe('COMMIT');
is((deploy($quick))[0], 0, 'without anybody in the way it succeeds');
is(current(), $id, 'and has done it');
$app->{run}->finish;

# Prepared transactions have no process; nobody but a person can end them.
$id = next_revision('CREATE INDEX ON hot (b); ALTER TABLE cold ADD COLUMN b int');
$batch->query_safe(q{BEGIN; UPDATE hot SET v = 'y' WHERE id = 2; PREPARE TRANSACTION 'transfer 7'});
($status, $err) = deploy("$quick SET migrator.max_lock_wait = '300ms'; SET migrator.on_blocked = 'terminate';");
isnt($status, 0, 'a prepared transaction is in the way');
like($err, qr/could not obtain SHARE lock on relation "public\.hot"/, 'of a weaker lock');
like($err, qr/ROW EXCLUSIVE on public\.hot is held by prepared transaction "transfer 7", role "batch", prepared for [\d.]+ s\./, 'it is named');
like($err, qr/HINT:  Use COMMIT PREPARED or ROLLBACK PREPARED/, 'and what can be done');
query($node, q{COMMIT PREPARED 'transfer 7'});

# A reader is in nobody's way who builds an index.
$batch->query_safe('BEGIN; SELECT count(*) FROM hot');
is((deploy("$quick SET migrator.max_lock_wait = '300ms';"))[0], 0, 'SHARE does not wait for a reader');
$batch->query_safe('COMMIT');
is(current(), $id, 'the index is there');

# Several tables, each held by another in turn: never one without the other.
$id = next_revision('ALTER TABLE cold ADD COLUMN c int; ALTER TABLE hot ADD COLUMN c int; CREATE TABLE third (i int REFERENCES hot)');
$batch->query_safe('BEGIN; LOCK TABLE cold IN ROW SHARE MODE');
my $second = holder('app', 'LOCK TABLE hot IN ROW SHARE MODE');
$deployer = start_psql($node, "$quick SET migrator.on_blocked = 'wait';\nCALL migrator.deploy();");
foreach my $turn (1 .. 8)
{
	my ($first, $table) = $turn % 2 ? ($second, 'cold') : ($batch, 'hot');

	# what one holds, the other may have at the same time, without a deadlock
	$first->query_safe("SET LOCAL lock_timeout = '5s'; LOCK TABLE $table IN ROW SHARE MODE");
	sleep 0.1;
	$first->query_safe('COMMIT; BEGIN; LOCK TABLE ' . ($turn % 2 ? 'hot' : 'cold') . ' IN ROW SHARE MODE');
}
isnt(current(), $id, 'it is still waiting');
$batch->query_safe('COMMIT');
$second->query_safe('COMMIT');
is(finish_psql($deployer), 0, 'it gets both in the end');
is(current(), $id, 'and has done it');
unlike($deployer->{err}, qr/deadlock/, 'without a deadlock');
unlike(slurp_file($node->logfile), qr/deadlock detected/, 'for anybody');

# A name that means another table when the lock is free: that one is locked.
$id = next_revision('ALTER TABLE cold ADD COLUMN d int');
$batch->query_safe('BEGIN; LOCK TABLE cold IN ROW SHARE MODE');
my $renamer = start_psql($node, q{SET application_name = 'renamer';
BEGIN; ALTER TABLE cold RENAME TO cold_1; CREATE TABLE cold (id int); COMMIT;});
wait_until($node, q{EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'renamer' AND wait_event_type = 'Lock')});
$deployer = start_psql($node, "$quick SET migrator.on_blocked = 'wait'; SET application_name = 'deployer';\nCALL migrator.deploy();");
wait_until($node, q{EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'deployer' AND wait_event = 'Extension')});
$batch->query_safe('COMMIT');
is(finish_psql($renamer), 0, 'another session makes another table of this name');
is(finish_psql($deployer), 0, 'the deployment goes on');
is(query($node, q{SELECT string_agg(attrelid::regclass::text, ',') FROM pg_attribute WHERE attname = 'd'}), 'cold', 'with that one');

# Autovacuum yields to who queues, and does so within the budget.
query($node, q{CREATE TABLE big AS SELECT i AS id FROM generate_series(1, 200000) i; DELETE FROM big WHERE id % 2 = 0;
	ALTER TABLE big SET (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)});
query($node, q{ALTER SYSTEM SET autovacuum = on; ALTER SYSTEM SET autovacuum_naptime = '1s'; SELECT pg_reload_conf()});
wait_until($node, q{EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'autovacuum: VACUUM%public.big%')});
$id = next_revision('ALTER TABLE big ADD COLUMN e int');
($status, $err) = deploy("$quick SET migrator.max_lock_wait = '20s';");
is($status, 0, 'autovacuum yields') or diag $err;
is(current(), $id, 'the column is there');
query($node, q{ALTER SYSTEM RESET autovacuum; SELECT pg_reload_conf()});

# A concurrent build tells for whom it waits: those who hold a snapshot, too.
$id = next_revision('CREATE INDEX CONCURRENTLY ON hot (c)');
$batch->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class');
wait_until($node, q{EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'holder batch' AND xact_start < now() - interval '1.1 s')});
$deployer = start_psql($node, "$quick\nCALL migrator.deploy();");
wait_until($node, q{EXISTS (SELECT FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting for old snapshots')});
$batch->query_safe('COMMIT');
is(finish_psql($deployer), 0, 'a concurrent build waits for a snapshot');
like($deployer->{err}, qr/NOTICE:  CREATE INDEX CONCURRENTLY will wait for transactions that are open\nDETAIL:  A snapshot is held by process \d+, role "batch", application "holder batch", idle in transaction/,
	'and says for whose');
is(current(), $id, 'the index is built');

$_->quit foreach grep { defined } $client, $super, $batch, $second;
done_testing();
