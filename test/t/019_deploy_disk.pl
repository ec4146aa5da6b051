# A disk that is really full, in the middle of a concurrent build and of a
# backfill, and then the disk of the WAL, which ends the server: when there is
# room again, the same call goes on.
#
# Wants a small file system of its own in MIGRATOR_SMALL_DISK, which script/test
# mounts if it may.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $disk = $ENV{MIGRATOR_SMALL_DISK} || '';
my ($size) = $disk ne '' && -d $disk ? qx{df -Pk "$disk"} =~ /^\S+\s+(\d+)\s+\d+\s/m : 0;

plan skip_all => 'there is no small file system in MIGRATOR_SMALL_DISK' unless $size && $size < 256 * 1024;

# fill(FREE)
#		Leave so many kB on the disk; all of it with undef.
sub fill
{
	my ($free) = @_;

	unlink "$disk/filler";
	return unless defined $free;
	my ($available) = qx{df -Pk "$disk"} =~ /^\S+\s+\d+\s+\d+\s+(\d+)\s/m;
	system_or_bail('dd', 'if=/dev/zero', "of=$disk/filler", 'bs=1024', 'count=' . ($available - $free), 'status=none');
	return;
}

# Tables and indexes.
my $node = new_node('main', conf => "autovacuum = off\n");
mkdir "$disk/space" or die "could not make $disk/space: $!";
query($node, "CREATE TABLESPACE small LOCATION '$disk/space'");
load_revision($node, 'a1', '', 'CREATE TABLE ran (i int);
	CREATE TABLE t (i int PRIMARY KEY, n int, v text) WITH (fillfactor = 100) TABLESPACE small;
	INSERT INTO t SELECT g, 0, md5(g::text) FROM generate_series(1, 60000) g; ANALYZE t');
load_revision($node, 'a2', 'a1', 'INSERT INTO ran VALUES (1);
	CREATE INDEX CONCURRENTLY t_v ON t (v) TABLESPACE small; INSERT INTO ran VALUES (2)');
load_revision($node, 'a3', 'a2', "-- migrate:backfill n t\nUPDATE t SET n = n + 1;\nINSERT INTO ran VALUES (3)");
query($node, q{CALL migrator.deploy('a1')});

fill(1024);
like(query($node, q{SELECT detail FROM migrator.preflight('a2') WHERE code = 'free_space'}),
	qr/^the file system of tablespace "small" has \d+ kB free, and the plan may need \d+ kB there: \d+ kB for statement 2 of revision "a2"$/,
	'preflight: it may not fit');
my $error = query_error($node, 'CALL migrator.deploy()');
like($error, qr/could not (?:extend|write).*No space left on device/s, 'build: the disk is full');
like($error, qr/the same call goes on from there/, 'build: it says what comes next');
is(query($node, q{SELECT left_behind FROM migrator.status()}), 'index public.t_v, which is not valid', 'build: so does status()');
is(query($node, 'SELECT sqlstate FROM migrator.deployment ORDER BY id DESC LIMIT 1'), '53100', 'build: and the record');

fill(undef);
query($node, q{CALL migrator.deploy('a2')});
is(query($node, q{SELECT indisvalid FROM pg_index WHERE indexrelid = 't_v'::regclass}), 't', 'build: with room it goes on');
is(query($node, q{SELECT string_agg(i::text, ' ') FROM ran}), '1 2', 'build: each statement ran once');
is(query($node, q{SELECT count(*) FROM migrator.preflight() WHERE code = 'free_space'}), '0', 'preflight: it fits');

fill(1024);
$error = query_error($node, 'CALL migrator.deploy()');
like($error, qr/could not extend file.*No space left on device/s, 'backfill: the disk is full');
is(query($node, 'SELECT sum(n) = (SELECT rows_done FROM migrator.backfill) AND sum(n) BETWEEN 1 AND 59999 FROM t'), 't',
	'backfill: a part is done, and recorded');
fill(undef);
query($node, 'CALL migrator.deploy()');
is(query($node, 'SELECT min(n), max(n) FROM t'), '1|1', 'backfill: with room it goes on, and each row is done once');
is(query($node, q{SELECT string_agg(i::text, ' ') FROM ran}), '1 2 3', 'backfill: so is each statement');
$node->stop;
system_or_bail('rm', '-rf', "$disk/space");

# The WAL: the server ends by itself, as often as there is no room.
$node = new_node('wal', init => [ extra => [ '--encoding=UTF8', '--no-locale', "--waldir=$disk/wal", '--wal-segsize=1' ] ],
	conf => "autovacuum = off\nmax_wal_size = 4MB\nmin_wal_size = 2MB\nwal_recycle = off\nwal_keep_size = 1GB\n");
load_revision($node, 'w1', '', 'CREATE TABLE ran (i int); CREATE TABLE t (i int PRIMARY KEY, n int, v text);
	INSERT INTO t SELECT g, 0, md5(g::text) FROM generate_series(1, 60000) g');
load_revision($node, 'w2', 'w1', 'INSERT INTO ran VALUES (1); CREATE INDEX CONCURRENTLY t_v ON t (v, i); INSERT INTO ran VALUES (2)');
load_revision($node, 'w3', 'w2', "-- migrate:backfill n t\nUPDATE t SET n = n + 1;\nINSERT INTO ran VALUES (3)");
query($node, q{CALL migrator.deploy('w1')});
foreach my $target (qw(w2 w3))
{
	my $pid_file = $node->data_dir . '/postmaster.pid';

	fill(256);
	my $psql = start_psql($node, "SET migrator.backfill_target_duration = 0; CALL migrator.deploy('$target');");
	isnt(finish_psql($psql), 0, "$target: the server ends");
	foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		last unless -e $pid_file;
		usleep(100_000);
	}
	die 'the server has not ended' if -e $pid_file;
	like(slurp_file($node->logfile), qr/PANIC:.*No space left on device/, "$target: since it cannot write WAL");
	$node->kill9;
	fill(undef);
	# it was kept so that the disk fills up, and not any more
	$node->append_conf('postgresql.conf', "wal_keep_size = 0\n") if $target eq 'w3';
	$node->start;
	is(query($node, 'SELECT revision FROM migrator.current()'), $target eq 'w2' ? 'w1' : 'w2', "$target: is not done");
	query($node, "CALL migrator.deploy('$target')");
	is(query($node, 'SELECT revision FROM migrator.current()'), $target, "$target: with room it is");
}
is(query($node, q{SELECT indisvalid FROM pg_index WHERE indexrelid = 't_v'::regclass}), 't', 'the index is valid');
is(query($node, 'SELECT min(n), max(n) FROM t'), '1|1', 'each row is done once');
is(query($node, q{SELECT string_agg(i::text, ' ') FROM ran}), '1 2 3', 'and so is each statement');
is(query($node, 'SELECT count(*) FROM migrator.status()'), '0', 'nothing is half done');
$node->stop;

done_testing();
