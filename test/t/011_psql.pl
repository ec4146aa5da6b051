# What a person sees in psql, and databases in other encodings than UTF8.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
my $e_umlaut = "\xc3\xab";

# Everything is described, as \df+, \d+ and \dx+ show it.
my $objects = q{SELECT classid::regclass || ' ' || pg_describe_object(classid, objid, objsubid) FROM pg_depend
	WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
		AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'migrator')};
is(query($node, qq{$objects AND classid IN ('pg_proc'::regclass, 'pg_namespace'::regclass)
		AND obj_description(objid, classid::regclass::name) IS NULL
	UNION ALL $objects AND classid = 'pg_class'::regclass AND obj_description(objid, 'pg_class') IS NULL
		AND (SELECT relkind FROM pg_class WHERE oid = objid) <> 'S'}), '', 'each schema, table and function has a comment');
is(query($node, q{SELECT p.oid::regprocedure FROM pg_proc p WHERE pronamespace = 'migrator'::regnamespace
	AND prokind = 'f' AND obj_description(p.oid, 'pg_proc') !~ '^[A-Z].*\.$'}), '', 'comments are sentences');

my $functions = query($node, '\df+ migrator.*');
like($functions, qr/^migrator\|upgrade\|SETOF record\|target text DEFAULT 'head'::text, .*\|Run the upgrades that lead to target/m,
	'\df+ shows arguments and comment of upgrade()');
foreach my $table (qw(project revision edge label version log))
{
	my $comment = query($node, "SELECT obj_description('migrator.$table'::regclass)");
	like(query($node, '\dt+ migrator.*'), qr/^migrator\|$table\|table\|.*\|\Q$comment\E$/m, "\\dt+ shows the comment of $table");
}
like(query($node, '\d+ migrator.revision'), qr/^serial\|integer\|.*\|Short name of the revision, shown in pg_locks while it runs\.$/m,
	'\d+ shows comments of columns');
like(query($node, '\dx migrator'), qr/^migrator\|1\.0\|(1\.0\|)?pg_catalog\|schema migrations inside the database$/m, '\dx');
unlike(query($node, '\df *.*'), qr/^(?!migrator\|).*\bmigrator_/m, 'no function of ours is outside of our schema');

# A script with \r and tabs comes back from psql as it went in.
my $script = "-- m\r\n--\r\n-- Revision ID: crlf\r\n-- Revises:\r\n\r\n-- migrate:up\r\nSELECT\t1;\r\n";
my $file = scratch_file($node, 'crlf.sql', $script);
query($node, "\\set script `cat '$file'`\nSELECT migrator.load(:'script', '$file')");
is(query($node, q{SELECT revision FROM migrator.upgrade()}), 'crlf', 'a file with CRLF read by psql runs');

# Tables of psql with an error: the revision and the line of the file are named.
like(query_error($node, q{SELECT migrator.load(E'-- m\n--\n-- Revision ID: bad\n-- Revises:\n\n-- migrate:up\nSELECT 1;\nSELEC 2;', 'bad.sql')}),
	qr/ERROR:  upgrade of revision "bad" is not valid: syntax error at or near "SELEC"\n.*bad\.sql", line 8/s, 'an error of load names file and line');

# LATIN1: what the encoding has works, anything else fails clearly.
query($node, q{CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'});
query($node, 'CREATE EXTENSION migrator', 'latin');
my $load = sub {
	my ($id, $word) = @_;
	return qq{SET client_encoding = 'UTF8';
		SELECT migrator.load(E'-- $word\n--\n-- Revision ID: $id\n-- Revises:\n\n-- migrate:up\nCREATE TABLE "$word" (i int);\n')};
};
is(query($node, $load->("e$e_umlaut", $e_umlaut), 'latin'), "e$e_umlaut", 'LATIN1: load of what it has');
is(query($node, q{SET client_encoding = 'UTF8'; SELECT message FROM migrator.upgrade()}, 'latin'), $e_umlaut, 'LATIN1: upgrade');
is(query($node, qq{SET client_encoding = 'UTF8'; SELECT to_regclass('"$e_umlaut"') IS NOT NULL}, 'latin'), 't', 'LATIN1: the table is there');
is(query($node, qq{SET client_encoding = 'UTF8'; SELECT migrator.load(migrator.export('e$e_umlaut'))}, 'latin'), "e$e_umlaut",
	'LATIN1: export and load');
like(query_error($node, $load->('snow', "\xe2\x98\x83"), 'latin'),
	qr/character with byte sequence 0xe2 0x98 0x83 in encoding "UTF8" has no equivalent in encoding "LATIN1"/,
	'LATIN1: load of what it does not have is refused');
my $directory = $node->basedir . '/latin';
mkdir $directory or die;
scratch_file($node, 'latin/1.sql', "-- m\n--\n-- Revision ID: ${e_umlaut}2\n-- Revises: e$e_umlaut\n\n-- migrate:up\nSELECT '$e_umlaut';\n");
is(query($node, "SET client_encoding = 'UTF8'; SELECT revision FROM migrator.import_directory('$directory')", 'latin'), "${e_umlaut}2",
	'LATIN1: files of the server are UTF-8');
scratch_file($node, 'latin/2.sql', "-- m\n--\n-- Revision ID: 3\n-- Revises:\n\n-- migrate:up\nSELECT '\xe2\x98\x83';\n");
like(query_error($node, "SELECT migrator.import_directory('$directory')", 'latin'), qr/has no equivalent in encoding "LATIN1".*2\.sql/s,
	'LATIN1: a file with what it does not have is refused by name');

# SQL_ASCII takes bytes as they are.
query($node, q{CREATE DATABASE ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'});
query($node, 'CREATE EXTENSION migrator', 'ascii');
is(query($node, $load->("e$e_umlaut", $e_umlaut), 'ascii'), "e$e_umlaut", 'SQL_ASCII: load');
is(query($node, 'SELECT message FROM migrator.upgrade()', 'ascii'), $e_umlaut, 'SQL_ASCII: upgrade');
is(query($node, qq{SELECT migrator.load(migrator.export('e$e_umlaut'))}, 'ascii'), "e$e_umlaut", 'SQL_ASCII: export and load');
is(query($node, q{SELECT * FROM migrator.validate() WHERE severity = 'error'}, 'ascii'), '', 'SQL_ASCII: validate() finds no error');
like(query($node, q{SELECT migrator.graph('dot')}, 'ascii'), qr/e$e_umlaut/, 'SQL_ASCII: graph');

done_testing();
