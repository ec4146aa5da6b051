# Fifty deploy at once, with concurrent builds in the plan: nobody waits for
# ever, and every statement runs once.  The same behind PgBouncer, of which
# nobody keeps a server connection for longer than a transaction.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use IPC::Run ();
use Test::More;

my $clients = 50;
my $node = new_node('main', conf => "max_connections = 80\nlog_statement = none\n");

sub prepare
{
	my ($database) = @_;

	query($node, "CREATE DATABASE $database");
	query($node, <<'SQL', $database);
CREATE EXTENSION migrator;
SELECT migrator.load(E'-- a\n--\n-- Revision ID: m1\n-- Revises: \n\n-- migrate:up\nCREATE TABLE ran (i int); CREATE TABLE t AS SELECT g AS i, g % 7 AS a FROM generate_series(1, 20000) g; INSERT INTO ran VALUES (1)');
SELECT migrator.load(E'-- b\n--\n-- Revision ID: m2\n-- Revises: m1\n\n-- migrate:up\nCREATE INDEX CONCURRENTLY t_a ON t (a); INSERT INTO ran VALUES (2); CREATE UNIQUE INDEX CONCURRENTLY t_i ON t (i); VACUUM t; REINDEX TABLE CONCURRENTLY t; INSERT INTO ran VALUES (3)');
SELECT migrator.load(E'-- c\n--\n-- Revision ID: m3\n-- Revises: m2\n\n-- migrate:up\nINSERT INTO ran VALUES (4); ALTER TABLE t ADD COLUMN b int');
SELECT migrator.load(E'-- d\n--\n-- Revision ID: m4\n-- Revises: m3\n\n-- migrate:up\nCREATE INDEX CONCURRENTLY t_b ON t (b); INSERT INTO ran VALUES (5)');
SQL
	return;
}

# Each client deploys twice: the second time there is nothing left to do.
sub race
{
	my ($database, $host, $port) = @_;
	my $script = scratch_file($node, "$database.sql", "CALL migrator.deploy();\n");

	$node->command_checks_all(
		[ 'pgbench', '-n', '-c', $clients, '-j', 2, '-t', 2, '-M', 'simple', '-h', $host, '-p', $port, '-f', $script, $database ],
		0,
		[qr{actually processed: (\d+)/\1\b}],
		[qr/^(?!.*(?:ERROR|aborted))/s],
		"$database: all of $clients sessions succeed");
	is(query($node, q{SELECT string_agg(i::text, ' ' ORDER BY ctid) FROM ran}, $database), '1 2 3 4 5',
		"$database: each statement ran once");
	is(query($node, q{SELECT string_agg(revision, ' ' ORDER BY id) FROM migrator.log()}, $database), 'm1 m2 m3 m4',
		"$database: the log has each revision once");
	is(query($node, 'SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = $$t$$::regclass ORDER BY indexrelid::regclass::text', $database),
		"t_a|t\nt_b|t\nt_i|t", "$database: the indexes are valid");
	is(query($node, q{SELECT string_agg(outcome, ' ') FROM migrator.deployment}, $database), 'done',
		"$database: one of them has deployed");
	is(query($node, q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'}), '0', "$database: no lock is left");
	return;
}

prepare('direct');
race('direct', $node->host, $node->port);

SKIP:
{
	my ($pgbouncer) = grep { -x } '/usr/sbin/pgbouncer', '/usr/bin/pgbouncer';
	my $dir = PostgreSQL::Test::Utils::tempdir_short();
	my $port = 6432;

	skip 'PgBouncer is not installed', 9 unless $pgbouncer;
	scratch_file($node, 'users.txt', '"' . query($node, 'SELECT current_user') . "\" \"\"\n");
	my $ini = scratch_file($node, 'pgbouncer.ini', sprintf <<'INI', $node->host, $node->port, $port, $dir, $node->basedir, $dir);
[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr =
listen_port = %s
unix_socket_dir = %s
auth_type = trust
auth_file = %s/users.txt
pool_mode = transaction
default_pool_size = 10
max_client_conn = 100
ignore_startup_parameters = extra_float_digits
pidfile = %s/pid
INI
	my $bouncer = IPC::Run::start([ $pgbouncer, '-q', $ini ], '<', \undef, '>', $node->basedir . '/pgbouncer.log', '2>&1');

	prepare('pooled');
	foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		last if -S "$dir/.s.PGSQL.$port";
		select undef, undef, undef, 0.1;
	}
	race('pooled', $dir, $port);

	# what one session has set does not stay with the server connection
	my $settings = q{SELECT DISTINCT current_setting('lock_timeout') || current_setting('client_connection_check_interval')};
	is(run_bouncer($dir, $port, $settings), '00', 'pooled: settings are as they were');
	$bouncer->signal('TERM');
	$bouncer->finish;
}

sub run_bouncer
{
	my ($dir, $port, $sql) = @_;
	my ($out) = run_command([ 'psql', '-XAtq', '-h', $dir, '-p', $port, '-d', 'pooled', '-c', $sql ]);

	return $out;
}

done_testing();
