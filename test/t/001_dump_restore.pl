# pg_dump and restore carry everything to another server, where work goes on.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $old = new_node('old');

# Two projects and two tenants, branches, labels, a dependency, a merge.
query($old, 'CREATE ROLE author; CREATE ROLE deployer; CREATE ROLE nobody;');
query($old, "SELECT migrator.grant_role('author', 'author'), migrator.grant_role('deployer', 'deployer')");
query($old, q{SELECT migrator.revision('first', 'CREATE TABLE t (i int)', 'DROP TABLE t',
	head => '{base}', rev_id => 'a1', branch_label => '{main}');
SELECT migrator.revision('second', 'INSERT INTO t VALUES (2)', 'DELETE FROM t WHERE i = 2', rev_id => 'a2');
SELECT migrator.revision('other', $$INSERT INTO t VALUES (3) -- a "tab"	and é$$, 'DELETE FROM t WHERE i = 3',
	head => '{a1}', splice => true, rev_id => 'b2', depends_on => '{a2}', branch_label => '{side}');
SELECT count(*) FROM migrator.upgrade('heads');
SELECT count(*) FROM migrator.downgrade('side@a1');
SELECT migrator.merge('{a2,b2}', rev_id => 'm3', message => 'join');
SET migrator.project = 'two';
SELECT migrator.revision('one of two', 'CREATE TABLE IF NOT EXISTS u (i int); INSERT INTO u VALUES (1)', 'DELETE FROM u',
	rev_id => 'a1');
SELECT count(*) FROM migrator.upgrade();
SET migrator.tenant = 'north';
SELECT count(*) FROM migrator.upgrade();
-- the rows of this one come after all others, if tables are restored at the same time
SELECT migrator.revision('large', '-- ' || repeat('x', 20000000), rev_id => 'large', branch_label => '{big}');});
my $before = store($old);
like($before, qr/north/, 'there is something to carry');

my $sql = $old->basedir . '/dump.sql';
my $custom = $old->basedir . '/dump.custom';
$old->command_ok([ 'pg_dump', '-f', $sql, 'postgres' ], 'pg_dump');
$old->command_ok([ 'pg_dump', '-Fc', '-f', $custom, 'postgres' ], 'pg_dump -Fc');

my %restore = (
	'psql' => [ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $sql, '-d', 'restored' ],
	'pg_restore' => [ 'pg_restore', '--exit-on-error', '-d', 'restored', $custom ],
	'pg_restore -j' => [ 'pg_restore', '-j', '4', '-d', 'restored', $custom ]);
my $new = new_node('new', extension => 0);
query($new, 'CREATE ROLE author; CREATE ROLE deployer; CREATE ROLE nobody;');

foreach my $how ('psql', 'pg_restore', 'pg_restore -j')
{
	query($new, 'CREATE DATABASE restored TEMPLATE template0');
	$new->command_ok($restore{$how}, "$how: restores without an error");
	go_on($how)
	  if ok(store($new, 'restored') eq $before, "$how: revisions, edges, labels, versions and log are the same");
	query($new, 'DROP DATABASE restored');
}

# A dump of a database in LATIN1.
query($old, q{CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'});
query($old, q{CREATE EXTENSION migrator;
	SET client_encoding = 'UTF8';
	SELECT migrator.revision('umlaut ä', $$CREATE TABLE "tä" (i int)$$, 'DROP TABLE "tä"', rev_id => 'é1')}, 'latin');
$old->command_ok([ 'pg_dump', '-f', $sql, 'latin' ], 'pg_dump of a LATIN1 database');
query($new, 'CREATE DATABASE restored TEMPLATE template0');
$new->command_ok($restore{psql}, 'LATIN1: restores into UTF8 without an error');
is(query($new, q{SET client_encoding = 'UTF8'; SELECT revision || message FROM migrator.upgrade()}, 'restored'),
	'é1umlaut ä', 'LATIN1: what was written there runs here');
is(query($new, q{SELECT to_regclass('"tä"') IS NOT NULL}, 'restored'), 't', 'LATIN1: and makes the same table');
is(query($new, 'SELECT * FROM migrator.validate()', 'restored'), '', 'LATIN1: validate() finds nothing wrong');

done_testing();

# What a restored database is good for.
sub go_on
{
	my ($how) = @_;
	my $last_log = query($new, 'SELECT max(id) FROM migrator.log', 'restored');
	my $last_serial = query($new, 'SELECT max(serial) FROM migrator.revision', 'restored');

	is(query($new, q{SELECT * FROM migrator.validate()}, 'restored'), '', "$how: validate() finds nothing wrong");
	is(query($new, q{SELECT operation, revision FROM migrator.upgrade()}, 'restored'),
		"upgrade|b2\nupgrade|m3", "$how: upgrade goes on where it was");
	is(query($new, 'SELECT i FROM t ORDER BY i', 'restored'), "2\n3", "$how: and does its work");
	is(query($new, "SELECT revision FROM migrator.log WHERE id > $last_log ORDER BY id", 'restored'),
		"b2\nm3", "$how: new log rows get fresh ids");
	query($new, q{SELECT migrator.revision('later', rev_id => 'a4')}, 'restored');
	cmp_ok(query($new, q{SELECT serial FROM migrator.revision WHERE revision = 'a4'}, 'restored'),
		'>', $last_serial, "$how: a new revision gets a fresh serial");
	is(query($new, q{SELECT role, function, has_function_privilege(role, function, 'EXECUTE')
		FROM unnest('{author,deployer,nobody}'::text[]) role,
			unnest('{migrator.upgrade(text),"migrator.load(text,text)",migrator.export(text)}'::text[]) function
		ORDER BY 1, 2}, 'restored'),
		join("\n", 'author|migrator.export(text)|t', 'author|migrator.load(text,text)|t',
			'author|migrator.upgrade(text)|f', 'deployer|migrator.export(text)|t',
			'deployer|migrator.load(text,text)|f', 'deployer|migrator.upgrade(text)|t',
			'nobody|migrator.export(text)|f', 'nobody|migrator.load(text,text)|f',
			'nobody|migrator.upgrade(text)|f'),
		"$how: roles may do what they were granted and no more");
	like(query_error($new, 'DELETE FROM migrator.log', 'restored'), qr/append-only/,
		"$how: the log is still append-only");
	is(query($new, q{SET migrator.project = 'two'; SET migrator.tenant = 'north';
		SELECT operation, revision FROM migrator.downgrade('base')}, 'restored'), 'downgrade|a1',
		"$how: the other project and tenant, too");
	return;
}
