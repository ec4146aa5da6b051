# The script of upgrade_sql(), run by psql elsewhere, does what upgrade() does.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
my %body = (
	a1 => "CREATE TABLE t (i int PRIMARY KEY, v text);\nCOPY t (i, v) FROM stdin;\n1\tplain\n2\ttab\\there\n3\t\\N\n\\.\n"
	  . "INSERT INTO t VALUES (4, ';'), (5, '\$migrator\$'), (6, 'it''s \\back')",
	a2 => "BEGIN;\nCREATE FUNCTION f(i int) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT i::text; SELECT (ARRAY[i])[1:1]::text; END;\n"
	  . "CREATE FUNCTION g() RETURNS text LANGUAGE plpgsql AS \$\$ BEGIN RETURN ':DBNAME'; END \$\$;\nCOMMIT",
	a3 => "SET search_path = elsewhere;\nSET ROLE other;\nCREATE TABLE in_elsewhere (i int)",
	b2 => "/* no\nsemicolon */ CREATE VIEW v AS SELECT v FROM t -- at the end",
	c4 => "CREATE TABLE after_the_merge (i int);\nINSERT INTO after_the_merge SELECT 7");
my %down = (a1 => 'DROP TABLE t', a2 => 'DROP FUNCTION f; DROP FUNCTION g', a3 => 'DROP TABLE elsewhere.in_elsewhere',
	b2 => 'DROP VIEW v', c4 => 'DROP TABLE after_the_merge');
my %revises = (a1 => '', a2 => 'a1', a3 => 'a2', b2 => 'a1', c4 => 'a3, b2');
my $store = 'SELECT project, revision, message, filename, header, upgrade, downgrade, checksum FROM migrator.revision ORDER BY revision';
my $edges = 'SELECT * FROM migrator.edge ORDER BY 1, 2, 3, 4';
my $current = 'SELECT revision, is_head, message FROM migrator.current()';

query($node, 'CREATE ROLE other');
load_revision($node, $_, $revises{$_}, $body{$_}, $down{$_}) foreach sort keys %body;
query($node, prepared());
query($node, 'SELECT count(*) FROM migrator.upgrade()');

# The whole way, from nothing.
run_script('fresh', q{SELECT migrator.upgrade_sql()}, 0, 'whole');
same('fresh', 'whole');
is(query($node, $store, 'fresh'), query($node, $store), 'whole: the revisions are stored there');
is(query($node, $edges, 'fresh'), query($node, $edges), 'whole: with their edges');
is(query($node, q{SELECT count(*) FROM migrator.upgrade()}, 'fresh'), '0', 'whole: upgrade() finds nothing to do');
is(query($node, q{SELECT * FROM migrator.validate()}, 'fresh'), '', 'whole: validate() finds nothing wrong');

# In two parts, the first of them without the revisions, which are imported.
query($node, "CREATE DATABASE parts");
query($node, 'CREATE EXTENSION migrator; ' . prepared(), 'parts');
load_revision_in('parts', $_) foreach sort keys %body;
run_script('parts', q{SELECT migrator.upgrade_sql('a2', false)}, 0, 'first part');
is(query($node, $current, 'parts'), 'a2|f|revision a2', 'first part: current is its target');
run_script('parts', q{SELECT migrator.upgrade_sql('a2:head', false)}, 0, 'second part');
same('parts', 'two parts');

# A script made for another state is refused and changes nothing.
my $before = dump_of($node, 'parts');
run_script('parts', q{SELECT migrator.upgrade_sql('a2:head', false)}, 3, 'the second part again',
	qr/already exists|is already applied/);
run_script('parts', q{SELECT migrator.downgrade_sql('a3:a2')}, 3, 'a step down from below the top',
	qr/revision "a3" is needed by revision "c4", which is applied/);
is(dump_of($node, 'parts'), $before, 'a refused script changes nothing');
is(query($node, $current, 'parts'), query($node, $current), 'neither the versions');
run_script('fresh', q{SELECT migrator.upgrade_sql()}, 3, 'the whole way again', qr/ERROR/);
same('fresh', 'after the refusal');

# A database that does not have what is below refuses a later part.
query($node, 'CREATE DATABASE empty');
run_script('empty', q{SELECT migrator.upgrade_sql('a1:a2')}, 3, 'a later part alone',
	qr/revision "a2" needs revision "a1", which is not applied|revision "a1".*does not exist/);
is(dump_of($node, 'empty', '-n', 'public'), dump_of($node, 'template1', '-n', 'public'), 'a later part alone leaves nothing behind');

# Down again.
run_script('parts', q{SELECT migrator.downgrade_sql('c4:base')}, 0, 'down');
query($node, q{SELECT count(*) FROM migrator.downgrade('base')});
same('parts', 'down');
is(query($node, $current, 'parts'), '', 'down: nothing is current');

# A revision that cannot run in a transaction.
query($node, q{SELECT migrator.revision('concurrently', 'CREATE INDEX CONCURRENTLY t_v ON t (v)', 'DROP INDEX CONCURRENTLY t_v',
	head => '{a1}', splice => true, rev_id => 'd2')});
is(query($node, q{SELECT transactional FROM migrator.plan('upgrade', 'd2') WHERE revision = 'd2'}), 'f', 'd2 cannot run in a transaction');
query($node, 'CREATE DATABASE alone');
run_script('alone', q{SELECT migrator.upgrade_sql('d2')}, 0, 'CREATE INDEX CONCURRENTLY');
is(query($node, q{SELECT indisvalid FROM pg_index WHERE indexrelid = 't_v'::regclass}, 'alone'), 't',
	'CREATE INDEX CONCURRENTLY: the index is valid');
run_script('alone', q{SELECT migrator.downgrade_sql('d2:a1')}, 0, 'DROP INDEX CONCURRENTLY');
is(query($node, $current, 'alone'), 'a1|f|revision a1', 'DROP INDEX CONCURRENTLY: current is a1');

# It would be committed before it is recorded, so it is refused before it runs.
query($node, q{SELECT migrator.revision('too early', 'CREATE INDEX CONCURRENTLY t_i ON t (i)', head => '{a2}', splice => true, rev_id => 'd3')});
# numbers of a sequence are not given back, so they are not compared
my $setval = qr/^SELECT pg_catalog\.setval\(.*\n/m;
($before = dump_of($node, 'alone')) =~ s/$setval//g;
run_script('alone', q{SELECT migrator.upgrade_sql('a2:d3')}, 3, 'CREATE INDEX CONCURRENTLY from another state', qr/"a2"/);
(my $after = dump_of($node, 'alone')) =~ s/$setval//g;
is($after, $before, 'CREATE INDEX CONCURRENTLY from another state: changes nothing');

# Another project and tenant, with names that want quoting.
query($node, q{SET migrator.project = 'it''s'; SET migrator.tenant = 'ten ant';
	SELECT migrator.revision('q', 'CREATE TABLE q (i int)', rev_id => 'q1')});
run_script('alone', q{SET migrator.project = 'it''s'; SET migrator.tenant = 'ten ant'; SELECT migrator.upgrade_sql()}, 0, 'names');
is(query($node, q{SELECT * FROM migrator.version WHERE project <> 'default'}, 'alone'), q{it's|ten ant|q1},
	'names: the version is that of the project and tenant');

done_testing();

# What the migrations expect to be there.
sub prepared
{
	return 'CREATE SCHEMA elsewhere AUTHORIZATION other;';
}

sub load_revision_in
{
	my ($database, $id) = @_;

	return query($node, "SELECT migrator.load(\$load\$" . query($node, "SELECT migrator.export('$id')") . "\n\$load\$)", $database);
}

# Let psql run the script that a query gives, in a database that may be new.
sub run_script
{
	my ($database, $query, $status, $name, $error) = @_;
	my $file = scratch_file($node, "$database.sql", query($node, $query) . "\n");

	query($node, "CREATE DATABASE $database") unless query($node, "SELECT 1 FROM pg_database WHERE datname = '$database'");
	query($node, prepared(), $database) if $database eq 'fresh' && !query($node, q{SELECT to_regnamespace('elsewhere')}, 'fresh');
	$node->command_checks_all([ 'psql', '-X', '-q', '-f', $file, '-d', $database ],
		$status, [qr//], [ $status ? $error : qr/^(?!.*(ERROR|WARNING))/s ],
		$status ? "$name: psql stops" : "$name: psql runs it all");
	return;
}

# Does a database look like ours?
sub same
{
	my ($database, $name) = @_;

	is(dump_of($node, $database, '-N', 'migrator'), dump_of($node, 'postgres', '-N', 'migrator'), "$name: pg_dump is the same");
	is(query($node, $current, $database), query($node, $current), "$name: current() is the same");
	is(query($node, 'SELECT * FROM migrator.versions()', $database), query($node, 'SELECT * FROM migrator.versions()'),
		"$name: versions() are the same");
	is(query($node, q{SELECT string_agg(operation || revision, ' ' ORDER BY id) FROM migrator.log()}, $database),
		query($node, q{SELECT string_agg(operation || revision, ' ' ORDER BY id) FROM migrator.log()}), "$name: the log tells the same steps")
	  if $database eq 'fresh';
	return;
}
