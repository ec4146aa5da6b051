# Who waits in vain for the migration lock is told who holds it.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $gate = 4242;
my $node = new_node('main');
query($node, 'CREATE ROLE deployer LOGIN');
query($node, q{SELECT migrator.grant_role('deployer', 'deployer')});
query($node, 'GRANT CREATE ON SCHEMA public TO deployer');
load_revision($node, 'a1', '', 'CREATE TABLE one (i int)');
load_revision($node, 'a2', 'a1', "SELECT pg_advisory_xact_lock($gate)");
load_revision($node, 'a3', 'a2', 'CREATE TABLE three (i int)');

# A deployer is in the middle of a2.
my $gatekeeper = $node->background_psql('postgres');
$gatekeeper->query_safe("SELECT pg_advisory_lock($gate)");
my $holder = start_psql($node, q{SET application_name = 'release 7';
SET SESSION AUTHORIZATION deployer;
SELECT revision FROM migrator.upgrade();});
wait_until($node, "EXISTS (SELECT FROM pg_locks WHERE objid = $gate AND NOT granted)");
my ($pid, $since) = split /\|/,
  query($node, q{SELECT pid, xact_start FROM pg_stat_activity WHERE application_name = 'release 7'});

# Which role is shown: pg_stat_activity has the one that logged in.
my $error = query_error($node, q{\set VERBOSITY verbose
	SET migrator.lock_timeout = '50ms'; SELECT migrator.upgrade()});
like($error, qr/ERROR:  55P03: could not obtain the migration lock of project "default"$/m, 'the error says what was wanted');
like($error, qr/DETAIL:  .*\bProcess $pid\b/, 'it names the process');
like($error, qr/DETAIL:  .*\brole "[^"]+"/, 'it names the role');
like($error, qr/DETAIL:  .*\bapplication "release 7"/, 'it names the application');
like($error, qr/DETAIL:  .*began at \Q$since\E/, 'it says since when');
like($error, qr/DETAIL:  .*is at revision "a2"/, 'it names the revision that is running');
like($error, qr/HINT:  .*migrator\.lock_timeout, which is 50 ms/, 'it says what can be done');

# A plain role that may not read others' activity learns as much.
my $as_deployer = query_error($node,
	q{SET SESSION AUTHORIZATION deployer; SET migrator.lock_timeout = 0; SELECT migrator.upgrade()});
like($as_deployer, qr/Process $pid, role "[^"]+", application "release 7", holds it/, 'a plain role is told as much');

# The same from the other commands that need the lock.
foreach my $command (q{migrator.downgrade('base')}, q{migrator.stamp('a3')}, q{migrator.record('upgrade', 'a1')})
{
	like(query_error($node, "SET migrator.lock_timeout = 0; SELECT $command"),
		qr/could not obtain the migration lock.*Process $pid\b/s, "$command is told, too");
}

# Whoever would replace a revision waits for the same holder; an author who adds does not.
like(query_error($node, q{SET migrator.lock_timeout = 0; SELECT migrator.edit_revision('a3', message => 'other')}),
	qr/could not lock the revisions of project "default"\n.*Process $pid\b.*revision "a2"/, 'so is who edits a revision');
is(query($node, q{SET migrator.lock_timeout = 0; SELECT migrator.revision('b', head => '{base}', rev_id => 'b1')}), 'b1',
	'an author who adds a revision need not wait');
is(query($node, q{SET migrator.lock_timeout = 0; SELECT revision FROM migrator.history('a1:a3')}), "a3\na2\na1",
	'nor one who looks');

# Other projects, tenants and databases are free.
is(query($node, q{SET migrator.lock_timeout = 0; SET migrator.tenant = 'x'; SELECT revision FROM migrator.stamp('a1')}), 'a1',
	'another tenant is free');
query($node, 'CREATE DATABASE other');
query($node, 'CREATE EXTENSION migrator', 'other');
is(query($node, q{SET migrator.lock_timeout = 0; SELECT migrator.revision('a', rev_id => 'a1'); SELECT revision FROM migrator.upgrade()},
	'other'), "a1\na1", 'another database is free');

# A waiter that waits long enough gets through, and finds nothing left to do.
my $waiter = start_psql($node, q{SET application_name = 'waiter';
SELECT 'steps: ' || count(*) FROM migrator.upgrade('a3');});
wait_until($node, q{EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'waiter' AND wait_event_type = 'Extension')});
$gatekeeper->quit;
is(finish_psql($holder), 0, 'the holder succeeds');
is($holder->{out}, "a1\na2\na3", 'and has run everything');
is(finish_psql($waiter), 0, 'the waiter succeeds');
is($waiter->{out}, 'steps: 0', 'and had nothing to do');

# A holder between two calls: no revision is running.
my $idle = $node->background_psql('postgres');
$idle->query_safe(q{BEGIN; SELECT count(*) FROM migrator.upgrade('heads')});
$error = query_error($node, q{SET migrator.lock_timeout = 0; SELECT migrator.downgrade('base')});
like($error, qr/holds it in a transaction that began at [^"]*\.$/m, 'between two calls no revision is named');
$idle->query_safe('ROLLBACK');
$idle->quit;

done_testing();
