# A database of a plain owner: a superuser creates the extension, plain roles
# use it, each for what it was granted, and migrations run with their rights.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main', extension => 0);
query($node, 'CREATE ROLE owner; CREATE ROLE author; CREATE ROLE deployer; CREATE ROLE viewer; CREATE ROLE anyone; CREATE ROLE "Bond, James"');
query($node, 'CREATE DATABASE app OWNER owner');

like(query_error($node, 'SET ROLE owner; CREATE EXTENSION migrator', 'app'), qr/permission denied to create extension "migrator"/,
	'the owner of the database cannot create the extension');
query($node, 'CREATE EXTENSION migrator', 'app');
query($node, q{SELECT migrator.grant_role(role, role) FROM unnest('{author,deployer,viewer}'::name[]) role;
	SELECT migrator.grant_role('Bond, James', 'deployer');
	GRANT CREATE ON SCHEMA public TO deployer}, 'app');

# Who may call what.
my %call = (
	'migrator.history()' => 'owner author deployer viewer anyone',
	'migrator.current()' => 'owner author deployer viewer anyone',
	"migrator.plan('upgrade', 'heads')" => 'owner author deployer viewer anyone',
	'migrator.validate()' => 'owner author deployer viewer anyone',
	'migrator.graph()' => 'owner author deployer viewer anyone',
	'migrator.log()' => 'author deployer viewer',
	'migrator.upgrade_sql()' => 'author deployer viewer',
	"migrator.revision('x')" => 'author',
	"migrator.import('{}', 'migrator')" => 'author',
	"migrator.upgrade('heads')" => 'deployer',
	"migrator.stamp('base')" => 'deployer',
	"migrator.grant_role('anyone', 'deployer')" => '',
	"migrator.revoke_role('anyone', 'deployer')" => '');
foreach my $call (sort keys %call)
{
	my @can = grep { can($_, "SELECT count(*) FROM $call") } qw(owner author deployer viewer anyone);
	is("@can", $call{$call}, "$call: who may");
}
foreach my $table (qw(project revision edge label version log))
{
	my @can = grep { can($_, "SELECT count(*) FROM migrator.$table") || can($_, "DELETE FROM migrator.$table") }
	  qw(owner author deployer viewer anyone);
	is("@can", '', "table migrator.$table: nobody has direct access");
}

# An author writes, a deployer runs it with his own rights.
query($node, q{SET ROLE author;
	SELECT migrator.revision('t', 'CREATE TABLE t AS SELECT current_user::text AS u, session_user::text AS s', 'DROP TABLE t', rev_id => 'a1');
	SELECT migrator.revision('schema', 'CREATE SCHEMA deployers', 'DROP SCHEMA deployers', rev_id => 'a2')}, 'app');
my $before = store($node, 'app');
my $error = query_error($node, 'SET ROLE deployer; SELECT migrator.upgrade()', 'app');
like($error, qr/permission denied for database app/, 'a migration may not do more than who runs it');
like($error, qr/"a2"/, 'and the error names the revision');
is(store($node, 'app'), $before, 'and nothing of it is left');
query($node, 'SET ROLE owner; GRANT CREATE ON DATABASE app TO deployer', 'app');
is(query($node, 'SET ROLE deployer; SELECT revision FROM migrator.upgrade()', 'app'), "a1\na2", 'with the right it runs');
is(query($node, q{SELECT u FROM t UNION ALL SELECT tableowner FROM pg_tables WHERE tablename = 't'
	UNION ALL SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'deployers'}, 'app'), "deployer\ndeployer\ndeployer",
	'what it makes is his');
is(query($node, q{SELECT DISTINCT role_name, session_role FROM migrator.log()}, 'app'), 'deployer|' . query($node, 'SELECT session_user'),
	'the log has both roles');
is(query($node, q{SELECT DISTINCT loaded_by FROM migrator.revisions()}, 'app'), 'author', 'and revisions their author');

# A migration cannot use our rights to reach what its caller cannot.
foreach my $evil ('DELETE FROM migrator.version', 'UPDATE migrator.revision SET message = $$x$$', 'RESET ROLE; CREATE ROLE evil SUPERUSER',
	'SELECT migrator.revision($$x$$)', 'ALTER EXTENSION migrator DROP TABLE migrator.log')
{
	query($node, qq{SET ROLE author; SELECT migrator.revision('evil', '$evil', rev_id => 'evil')}, 'app');
	my $sql = "SET SESSION AUTHORIZATION deployer; SELECT migrator.upgrade('evil')";
	like(query_error($node, $sql, 'app'), qr/permission denied|must be/, "a migration cannot: $evil");
	query($node, q{SET ROLE author; SELECT migrator.delete_revision('evil')}, 'app');
}

# Objects of the same name earlier in search_path are not mistaken for ours.
is(query($node, q{SET ROLE deployer;
	CREATE FUNCTION deployers.trap(text, text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $$trapped$$; END';
	CREATE OPERATOR deployers.= (FUNCTION = deployers.trap, LEFTARG = text, RIGHTARG = text);
	CREATE TABLE deployers.version (project text, tenant text, revision text);
	SET search_path = deployers, pg_catalog, migrator;
	SELECT revision FROM migrator.stamp('a1');
	SELECT revision FROM migrator.versions()}, 'app'), "a1\na1", 'search_path does not lead us astray');
is(query($node, q{SET ROLE "Bond, James"; SELECT revision FROM migrator.stamp('a2')}, 'app'), 'a2', 'a role with a difficult name');

# Revoking.
query($node, q{SELECT migrator.revoke_role('author', 'author')}, 'app');
is(can('author', q{SELECT migrator.revision('x')}) . can('author', q{SELECT migrator.export('a1')}), '01',
	'without the capability author one is still a viewer');
query($node, q{SELECT migrator.revoke_role('author', 'viewer')}, 'app');
is(can('author', q{SELECT migrator.export('a1')}), '0', 'and without viewer no longer');
like(query_error($node, q{SELECT migrator.grant_role('viewer', 'emperor')}, 'app'), qr/capability "emperor" does not exist/,
	'a capability that does not exist');

done_testing();

# May a role do this?  Nothing of it stays.
sub can
{
	my ($role, $sql) = @_;
	my ($status, $out, $err) = $node->psql('app', "BEGIN; SET ROLE $role; $sql; ROLLBACK");

	die "$role: $sql: $err" if $status != 0 && $err !~ /permission denied/;
	return $status == 0 ? 1 : 0;
}
