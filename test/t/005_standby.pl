# A standby and a read-only transaction: one can look, and what would have to
# write says so.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = new_node('primary', init => [ allows_streaming => 1 ]);
query($primary, q{SELECT migrator.revision('first', 'CREATE TABLE t (i int)', 'DROP TABLE t',
	rev_id => 'a1', branch_label => '{main}');
SELECT migrator.revision('second', 'INSERT INTO t VALUES (2)', 'DELETE FROM t', rev_id => 'a2');
SELECT count(*) FROM migrator.upgrade('a1')});

$primary->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->start;

my %looking = (
	versions => 'SELECT * FROM migrator.versions()',
	current => 'SELECT * FROM migrator.current()',
	heads => 'SELECT * FROM migrator.heads()',
	branches => 'SELECT * FROM migrator.branches()',
	history => 'SELECT * FROM migrator.history()',
	revisions => 'SELECT * FROM migrator.revisions()',
	graph => 'SELECT migrator.graph()',
	'plan up' => q{SELECT * FROM migrator.plan('upgrade', 'head')},
	'plan down' => q{SELECT * FROM migrator.plan('downgrade', 'base')},
	show => q{SELECT migrator.show('a2')},
	export => q{SELECT migrator.export('a1')},
	upgrade_sql => 'SELECT migrator.upgrade_sql()',
	downgrade_sql => q{SELECT migrator.downgrade_sql('a2:base')},
	validate => 'SELECT * FROM migrator.validate()',
	log => 'SELECT * FROM migrator.log()');

# A session of the standby that has seen the first state.
my $session = $standby->background_psql('postgres');
is($session->query_safe('SELECT revision FROM migrator.history()'), "a2\na1", 'a session looks at the first state');

check_looking('behind');
refused($standby, '', 'during recovery', 'standby');
refused($primary, 'SET default_transaction_read_only = on;', 'in a read-only transaction', 'read-only');
like(query_error($standby, 'SELECT migrator.upgrade()'), qr/HINT:  Migrate the primary server\./,
	'standby: a hint says where to go');

query($primary, 'SELECT count(*) FROM migrator.upgrade()');
$primary->wait_for_catchup($standby);
check_looking('up to date');
is(query($standby, 'SELECT count(*) FROM migrator.upgrade()'), '0', 'standby: upgrade with nothing to do succeeds');
is(query($standby, q{SELECT count(*) FROM migrator.upgrade('a1')}), '0', 'standby: also to something below');
is(query($primary, 'BEGIN READ ONLY; SELECT count(*) FROM migrator.upgrade(); COMMIT'), '0',
	'read-only: upgrade with nothing to do succeeds');

# What the session has seen does not deceive it.
query($primary, q{SELECT migrator.revision('third', 'INSERT INTO t VALUES (3)', rev_id => 'a3')});
$primary->wait_for_catchup($standby);
is($session->query_safe('SELECT revision FROM migrator.history()'), "a3\na2\na1",
	'a session of the standby sees a new revision');
$session->quit;
like(query_error($standby, 'SELECT migrator.upgrade()'), qr/cannot be migrated during recovery/,
	'standby: and then there is something to do');

# After a failover the standby goes on by itself.
$standby->promote;
is(query($standby, 'SELECT operation, revision FROM migrator.upgrade()'), 'upgrade|a3', 'a promoted standby upgrades');
like(query($standby, 'SELECT string_agg(id::text, $$ $$ ORDER BY id) FROM migrator.log()'), qr/^1 2 \d+$/, 'and its log goes on');

done_testing();

# Every function that looks answers as on the primary.
sub check_looking
{
	my ($state) = @_;

	$primary->wait_for_catchup($standby);
	foreach my $name (sort keys %looking)
	{
		my $answer = query($primary, $looking{$name});

		isnt($answer, '', "$state: $name has an answer") if $state eq 'behind' && $name !~ /^(branches|validate)$/;
		is(query($standby, $looking{$name}), $answer, "$state, standby: $name");
		is(query($primary, "BEGIN READ ONLY; $looking{$name}; COMMIT"), $answer, "$state, read-only: $name");
	}
	return;
}

# What cannot be done here is refused clearly and changes nothing.
sub refused
{
	my ($node, $before, $where, $what) = @_;
	my $error = query_error($node, "$before SELECT migrator.upgrade()");

	like($error, qr/ERROR:  project "default" cannot be migrated $where/, "$what: upgrade is refused");
	like($error, qr/DETAIL:  1 step remains: revision "a2"\./, "$what: and says what remains");
	like(query_error($node, "$before SELECT migrator.downgrade('base')"), qr/cannot be migrated $where/,
		"$what: downgrade is refused");
	like(query_error($node, "$before SELECT migrator.stamp('a2')"), qr/cannot be migrated $where/,
		"$what: stamp is refused");
	like(query_error($node, "$before SELECT migrator.record('upgrade', 'a2')"),
		qr/cannot execute migrator\.record\(\) (during recovery|in a read-only transaction)/, "$what: record is refused");
	foreach my $writing (q{migrator.revision('x')}, q{migrator.merge()}, q{migrator.delete_revision('a2')},
		q{migrator.edit_revision('a2', 'other')},
		q{migrator.load(E'-- Revision ID: x1\n-- Revises: a2\n-- migrate:up\n')},
		q{migrator.import(jsonb_build_object('x.sql', E'-- Revision ID: x1\n-- Revises: a2\n-- migrate:up\n'))})
	{
		like(query_error($node, "$before SELECT $writing"),
			qr/ERROR:  cannot .*(during recovery|in a read-only transaction)/, "$what: $writing is refused");
	}
	is(query($node, "$before SELECT migrator.load(migrator.export('a2'))"), 'a2', "$what: load of what is there succeeds");
	is(query($node, 'SELECT revision FROM migrator.versions()'), 'a1', "$what: nothing changed");
	return;
}
