# Many sessions upgrade at once: all succeed, and each migration runs once.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $migrations = 100;
my $node = new_node('main', extension => 0, conf => "max_connections = 120\nmax_locks_per_transaction = 256\n");

# The files of an application, as each of its servers has them.
my $files = q{SELECT jsonb_object_agg(format('%s_m.sql', lpad(i::text, 4, '0')), format(
		E'-- m %1$s\n--\n-- Revision ID: m%1$s\n-- Revises: %2$s\n\n-- migrate:up\n%3$s\nINSERT INTO ran VALUES (%1$s);\n',
		i, CASE WHEN i > 1 THEN 'm' || i - 1 END, CASE i WHEN 1 THEN 'CREATE TABLE ran (i int);' END))
	FROM generate_series(1, } . $migrations . ') i';
my $import = 'SELECT count(*) FROM bundle, migrator.import(files);';
my $upgrade = q{SELECT count(*) FROM migrator.upgrade('head');};

my %script = (
	upgrade => $upgrade,
	autocommit => "$import\n$upgrade",
	transaction => "BEGIN;\n$import\n$upgrade\nCOMMIT;");

# A new database, in which the migrations are stored if loaded is set.
sub prepare
{
	my ($database, $loaded) = @_;

	query($node, "CREATE DATABASE $database");
	query($node, 'CREATE EXTENSION migrator; CREATE TABLE bundle (files jsonb)', $database);
	query($node, "INSERT INTO bundle $files", $database);
	query($node, $import, $database) if $loaded;
	return;
}

# Every client runs one of the scripts once, all at the same time.
sub race
{
	my ($database, $clients, $transactions, @names) = @_;
	my @scripts = map { ('-f', scratch_file($node, "$_.sql", $script{$_})) } @names;

	$node->command_checks_all(
		[ 'pgbench', '-n', '-c', $clients, '-j', 4, '-t', $transactions, @scripts, $database ],
		0,
		[qr{actually processed: (\d+)/\1\b}],
		[qr/^(?!.*(?:ERROR|aborted))/s],
		"$database: all of $clients sessions succeed");

	is(query($node, 'SELECT string_agg(i::text, $$ $$ ORDER BY ctid) FROM ran', $database),
		join(' ', 1 .. $migrations), "$database: each migration ran once, in order");
	is(query($node, q{SELECT count(*), count(DISTINCT revision), count(DISTINCT transaction_id) FROM migrator.log()}, $database),
		"$migrations|$migrations|1", "$database: the log has each of them, run by one of the sessions");
	is(query($node, 'SELECT revision FROM migrator.versions()', $database), "m$migrations",
		"$database: the version is the head");
	is(query($node, q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'}), '0',
		"$database: no lock is left");
	return;
}

prepare('sixty_four', 1);
race('sixty_four', 64, 1, 'upgrade');

prepare('autocommit', 0);
race('autocommit', 20, 1, 'autocommit');

prepare('transaction', 0);
race('transaction', 20, 1, 'transaction');

# Both kinds, each several times.
prepare('mixed', 0);
race('mixed', 20, 5, 'autocommit', 'transaction');

# Tenants do not wait for each other: one of them is held up, others go on.
prepare('tenants', 1);
my $one = $node->background_psql('tenants');
$one->query_safe(q{SET migrator.tenant = 'one'; BEGIN; SELECT count(*) FROM migrator.upgrade('m1')});
is(query($node, q{SET migrator.tenant = 'two'; SET migrator.lock_timeout = 0; CREATE SCHEMA two; SET search_path = two;
	SELECT count(*) FROM migrator.upgrade('m3')}, 'tenants'), '3', 'another tenant can be upgraded meanwhile');
like(query_error($node, q{SET migrator.tenant = 'one'; SET migrator.lock_timeout = 0; SELECT migrator.upgrade()}, 'tenants'),
	qr/could not obtain the migration lock of project "default", tenant "one"/, 'the same tenant cannot');
$one->query_safe('COMMIT');
$one->quit;

done_testing();
