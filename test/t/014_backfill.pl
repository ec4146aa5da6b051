# A backfill dies at any moment while the application writes: each row is done once.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $rows = 20000;
my $node = new_node('main', conf => "restart_after_crash = on\n");
my $call = q{CALL migrator.backfill('totals', 'orders', 'UPDATE orders SET total = price * n, runs = runs + 1',
	pending => 'total IS NULL', batch_size => 20, target_duration => 0, pause => 10)};
my $done = q{(SELECT coalesce(sum(rows_done), 0) FROM migrator.backfill)};

query($node, "CREATE TABLE orders (id int PRIMARY KEY, price int, n int, total int, runs int DEFAULT 0);
	INSERT INTO orders (id, price, n) SELECT g * 10, g % 7, 3 FROM generate_series(1, $rows) g;
	CREATE TABLE extra (LIKE orders INCLUDING ALL)");

# The application: new orders behind and before the backfill, others change.
# Each of its writes keeps the total right, but for one that comes without.
sub application
{
	my ($i) = @_;

	return "INSERT INTO orders (id, price, n, total) VALUES ($i * 10 + 1, 2, 2, 4);
		INSERT INTO orders (id, price, n) VALUES ($i * 10 + 2, 5, 2);
		UPDATE orders SET price = 9, total = CASE WHEN total IS NOT NULL THEN 9 * n END WHERE id = $i * 10 + 1;
		INSERT INTO orders (id, price, n) VALUES (10000000 + $i, 1, 1);\n";
}

my %death = (
	'kill -9 of the backend' => sub {
		my ($pid) = @_;
		my $log_end = -s $node->logfile;

		kill 'KILL', $pid;
		$node->wait_for_log(qr/was terminated by signal 9.*ready to accept connections/s, $log_end);
	},
	'kill -9 of the server' => sub {
		my @pids = split /\n/, query($node, 'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');

		# its children hold on to the shared memory until they notice
		$node->kill9;
		foreach (1 .. 600)
		{
			last unless grep { kill 0, $_ } @pids;
			select undef, undef, undef, 0.1;
		}
		$node->start;
	},
	'pg_cancel_backend' => sub { query($node, "SELECT pg_cancel_backend($_[0])") },
	'pg_terminate_backend' => sub { query($node, "SELECT pg_terminate_backend($_[0])") });

my $written = 0;
foreach my $point (1 .. 3)
{
	foreach my $how (sort keys %death)
	{
		my $before = query($node, "SELECT $done");
		my $psql = start_psql($node, "$call;");

		wait_until($node, "$done > $before + 60 + 33 * $point");
		query($node, join '', map { application($written + 97 * $_) } 1 .. 5);
		$written += 1;
		$death{$how}->(query($node, "SELECT backend_pid FROM migrator.backfill"));
		eval { finish_psql($psql) };
		is(query($node, "SELECT max(runs) FROM orders"), '1', "$how: no row was done twice");
		is(query($node, "SELECT sum(runs) = $done FROM orders"), 't', "$how: what is done is what is recorded");
	}
}

my ($status, $out, $err) = $node->psql('postgres', $call);
is($status, 0, 'the next call goes on and finishes') or diag $err;
is(query($node, 'SELECT count(*), max(runs) FROM orders WHERE total IS NULL'), '0|', 'nothing was missed');
is(query($node, 'SELECT count(*) FROM orders WHERE total <> price * n'), '0', 'each total is right');
is(query($node, 'SELECT max(runs) FROM orders'), '1', 'each row was done once');
is(query($node, 'SELECT state, percent FROM migrator.backfill_progress()'), 'finished|100.0', 'it says that it is finished');

# A transaction that is open at the start is waited for: its rows are not missed.
my $writer = $node->background_psql('postgres');
$writer->query_safe('BEGIN; INSERT INTO orders (id, price, n) VALUES (3, 1, 1)');
my $late = start_psql($node, q{CALL migrator.backfill('late', 'orders', 'UPDATE orders SET runs = 10')});
wait_until($node, q{EXISTS (SELECT FROM pg_locks WHERE locktype = 'virtualxid' AND NOT granted)});
is(query($node, q{SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CALL%' AND backend_xmin IS NOT NULL}), '0',
	'it holds no snapshot meanwhile');
$writer->query_safe('COMMIT');
is(finish_psql($late), 0, 'then it goes on');
is(query($node, 'SELECT runs FROM orders WHERE id = 3'), '10', 'and sees its rows');

# One that holds a row makes batches smaller, not the backfill fail.
my $held = start_psql($node, q{SET migrator.lock_budget = 50;
	CALL migrator.backfill('held', 'orders', 'UPDATE orders SET runs = 11', batch_size => 5000, target_duration => 0, pause => 1000)});
wait_until($node, q{EXISTS (SELECT FROM migrator.backfill WHERE name = 'held' AND batches > 0)});
$writer->query_safe('BEGIN; UPDATE orders SET n = n WHERE id = 200000');
wait_until($node, q{EXISTS (SELECT FROM migrator.backfill WHERE name = 'held' AND paused[5] > 0 AND batch_size < 5000)});
is(query_error($node, q{CALL migrator.backfill('held', 'orders', 'UPDATE orders SET runs = 11')}) =~ /running in another session/,
	1, 'nobody else can run it');
is(query($node, q{SELECT state FROM migrator.backfill_progress() WHERE name = 'held'}), 'running', 'it says that it runs');
$writer->query_safe('COMMIT');
is(finish_psql($held), 0, 'it ends when the row is free') or diag $held->{err};
is(query($node, 'SELECT count(*) FROM orders WHERE runs <> 11'), '0', 'and has done all rows');

# Rows that somebody goes on writing are not chased for ever.
query($node, q{CREATE TABLE log (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, seen bool);
	CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO log (seen) VALUES (NULL); RETURN NEW; END$$;
	CREATE TRIGGER again BEFORE UPDATE ON log FOR EACH ROW EXECUTE FUNCTION again();
	INSERT INTO log (seen) SELECT NULL FROM generate_series(1, 100)});
like(query_error($node, q{CALL migrator.backfill('log', 'log', 'UPDATE log SET seen = true', pending => 'seen IS NULL')}),
	qr/backfill "log" has left 100 rows/, 'it gives up after some passes, and says how many rows are left');

# In a deployment it is a part of its progress.
query($node, q{SELECT migrator.revision('deployed', E'-- migrate:backfill deployed orders\nUPDATE orders SET runs = 12', 'SELECT 1')});
my $deployment = start_psql($node, q{SET migrator.backfill_batch_size = 5000; SET migrator.backfill_target_duration = 0;
	SET migrator.backfill_pause = 1000; CALL migrator.deploy()});
wait_until($node, q{EXISTS (SELECT FROM migrator.progress WHERE rows > 0)});
is(query($node, q{SELECT phase, relation, rows >= 5000, percent > 0 AND percent < 100, eta > '0' FROM migrator.progress}),
	'backfill deployed|orders|t|t|t', 'progress: rows and time left of a backfill');
is(finish_psql($deployment), 0, 'and it is deployed') or diag $deployment->{err};
$writer->quit;

done_testing();
