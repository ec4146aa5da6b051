# A standby replays a deployment, and answers; a standby that is promoted, and a
# backup that is restored, in the middle of a concurrent build go on with it.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = new_node('primary', init => [ allows_streaming => 1 ],
	conf => "max_prepared_transactions = 5\nautovacuum = off\n");
my $last = 'SELECT revision FROM migrator.current()';
my $building = q{EXISTS (SELECT FROM pg_stat_progress_create_index WHERE phase = 'waiting for writers before build')};

load_revision($primary, 'a1', '', 'CREATE TABLE ran (i int); CREATE TABLE t AS SELECT g AS i FROM generate_series(1, 1000) g');
load_revision($primary, 'a2', 'a1', "INSERT INTO ran VALUES (1);\nCREATE UNIQUE INDEX CONCURRENTLY t_i ON t (i);\nINSERT INTO ran VALUES (2)");
load_revision($primary, 'a3', 'a2', 'INSERT INTO ran VALUES (3)');
$primary->backup('start');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'start', has_streaming => 1);
$standby->start;

query($primary, q{CALL migrator.deploy('a1')});
$primary->wait_for_catchup($standby);
is(query($standby, $last), 'a1', 'standby: current() follows the deployment');
like(query_error($standby, 'CALL migrator.deploy()'), qr/cannot execute migrator\.deploy during recovery/, 'standby: deploy is refused');
like(query_error($standby, q{CALL migrator.rollback('base')}), qr/cannot execute migrator\.rollback during recovery/, 'standby: so is rollback');

# The build waits for a writer, and then things happen.
query($primary, q{BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE; PREPARE TRANSACTION 'writer'});
my $psql = start_psql($primary, 'CALL migrator.deploy();');
wait_until($primary, $building);
$primary->wait_for_catchup($standby);
is(query($standby, $last), 'a1', 'standby: current() while the next is half done');
is(query($standby, 'SELECT revision, statements_done FROM migrator.status()'), 'a2|1', 'standby: status() says so');
$primary->backup('middle');
my $restored = PostgreSQL::Test::Cluster->new('restored');
$restored->init_from_backup($primary, 'middle');
my $recovered = PostgreSQL::Test::Cluster->new('recovered');
$recovered->init_from_backup($primary, 'middle', has_restoring => 1, standby => 0);
$recovered->append_conf('postgresql.conf', "restore_command = 'false'");

query($primary, q{ROLLBACK PREPARED 'writer'});
is(finish_psql($psql), 0, 'primary: the deployment finishes');
my $history = query($primary, 'SELECT t FROM migrator.history() t');
isnt($history, '', 'primary: there is a history');
$primary->wait_for_catchup($standby);
is(query($standby, $last), 'a3', 'standby: current() when all is done');
is(query($standby, 'SELECT t FROM migrator.history() t'), $history, 'standby: history() is the same');
is(query($standby, q{SELECT indisvalid FROM pg_index WHERE indexrelid = 't_i'::regclass}), 't', 'standby: the index is valid');
is(query($standby, 'SELECT count(*) FROM migrator.status()'), '0', 'standby: nothing is half done');
is(query($standby, 'SELECT outcome FROM migrator.deployment ORDER BY id DESC LIMIT 1'), 'done', 'standby: the deployment is done');

# Another build on the primary, which is lost in its middle.
load_revision($primary, 'a4', 'a3', "INSERT INTO ran VALUES (4);\nCREATE INDEX CONCURRENTLY t_2 ON t (i);\nINSERT INTO ran VALUES (5)");
query($primary, q{BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE; PREPARE TRANSACTION 'writer'});
$psql = start_psql($primary, 'CALL migrator.deploy();');
wait_until($primary, $building);
$primary->wait_for_catchup($standby);
$primary->stop('immediate');
finish_psql($psql);
$standby->promote;
like(goes_on($standby, 'promoted', '1 2 3 4 5', 'a1 a2 a3 a4'), qr/was begun on another server, or before this one was promoted/,
	'promoted: and it says where it was begun');

# The backup of the first build: as after a crash, and on a new timeline.
$restored->start;
goes_on($restored, 'restored', '1 2 3', 'a1 a2 a3');
$recovered->start;
wait_until($recovered, 'NOT pg_is_in_recovery()');
like(goes_on($recovered, 'recovered', '1 2 3', 'a1 a2 a3'), qr/was begun on another server, or before this one was promoted/,
	'recovered: and it says where it was begun');

done_testing();

sub goes_on
{
	my ($node, $name, $ran, $log) = @_;
	my ($status, $out, $err);

	query($node, q{ROLLBACK PREPARED 'writer'});
	isnt(query($node, 'SELECT left_behind FROM migrator.status()'), '', "$name: status() says what there is");
	($status, $out, $err) = $node->psql('postgres', 'CALL migrator.deploy()');
	is($status, 0, "$name: deploy goes on");
	is(query($node, q{SELECT string_agg(i::text, ' ' ORDER BY ctid) FROM ran}), $ran, "$name: each statement ran once");
	is(query($node, q{SELECT string_agg(revision, ' ' ORDER BY id) FROM migrator.log()}), $log, "$name: each revision is in the log once");
	is(query($node, 'SELECT count(*) FROM pg_index WHERE NOT indisvalid'), '0', "$name: every index is valid");
	is(query($node, 'SELECT count(*) FROM migrator.status()'), '0', "$name: nothing is half done");
	return $err;
}
