# pg_upgrade carries everything to another server of the same version.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($bindir, $err) = run_command([ 'pg_config', '--bindir' ]);
plan skip_all => "this installation has no $bindir/pg_upgrade" unless -x "$bindir/pg_upgrade";

my $old = new_node('old');
query($old, 'CREATE ROLE deployer');
query($old, "SELECT migrator.grant_role('deployer', 'deployer')");
load_revision($old, 'a1', '', 'CREATE TABLE t (i int)', 'DROP TABLE t');
load_revision($old, 'b1', 'a1', 'INSERT INTO t VALUES (1)', 'DELETE FROM t WHERE i = 1');
load_revision($old, 'b2', 'a1', 'INSERT INTO t VALUES (2)');
query($old, q{SELECT count(*) FROM migrator.upgrade('b1');
	SET migrator.project = 'two';
	SET migrator.tenant = 'north';
	SELECT migrator.revision('other', rev_id => 'a1', branch_label => '{other}');
	SELECT count(*) FROM migrator.upgrade()});
my $before = store($old);

# Since 18 pg_upgrade looks for '$libdir/migrator' in $libdir alone, where
# script/test does not install it; without $libdir it is found by the settings.
query($old, q{UPDATE pg_proc SET probin = 'migrator' WHERE probin = '$libdir/migrator'})
  if extension_conf() && $old->pg_version >= 18;
$old->stop;

my $new = new_node('new', start => 0);
chdir $new->basedir or die;
command_ok(
	[
		'pg_upgrade', '--no-sync', '--old-datadir', $old->data_dir, '--new-datadir', $new->data_dir,
		'--old-bindir', $bindir, '--new-bindir', $bindir, '--socketdir', $new->host,
		'--old-port', $old->port, '--new-port', $new->port
	],
	'pg_upgrade');

$new->start;
is(store($new), $before, 'revisions, edges, labels, versions and log are the same');
is(query($new, q{SELECT severity, code, revision FROM migrator.validate() WHERE severity = 'error'}), '',
	'validate() finds no error');
like(query_error($new, q{SET ROLE deployer; SELECT migrator.load('')}), qr/permission denied for function load/,
	'a deployer may not write revisions');
is(query($new, q{SET ROLE deployer; SELECT operation, revision FROM migrator.stamp('b2')}), 'stamp|b2',
	'a deployer may stamp');
is(query($new, q{SELECT operation, revision FROM migrator.downgrade('b1@a1')}), 'downgrade|b1', 'downgrade goes on');
is(query($new, 'SELECT count(*) FROM t'), '0', 'and does its work');
is(query($new, q{SELECT revision FROM migrator.log ORDER BY id DESC LIMIT 1}), 'b1', 'and is the last in the log');

# What was stored with the old server's binaries is still the extension's own.
query($new, 'DROP EXTENSION migrator');
is(query($new, q{SELECT count(*) FROM pg_class WHERE relnamespace IN
	(SELECT oid FROM pg_namespace WHERE nspname = 'migrator')}), '0', 'DROP EXTENSION leaves nothing behind');

done_testing();
