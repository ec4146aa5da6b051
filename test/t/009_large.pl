# Large things work: many revisions, a long chain on a small stack, much data.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main', conf => "fsync = off\nmax_wal_size = 4GB\nautovacuum = off\n");
query($node, 'CREATE TABLE ran (id int)');

# import_many(PROJECT, N, REVISES, UP, DOWN): import revisions 1 to N from
# files; the others are SQL expressions over n and give the parts of a file.
sub import_many
{
	my ($project, $n, $revises, $up, $down) = @_;

	return query($node, "SET migrator.project = '$project';
		SELECT count(*) FROM (SELECT jsonb_object_agg(id || '.sql',
			format(E'-- %1\$s\\n--\\n-- Revision ID: %1\$s\\n-- Revises: %2\$s\\n\\n-- migrate:up\\n%3\$s\\n-- migrate:down\\n%4\$s\\n',
				id, $revises, $up, $down)) AS files
			FROM generate_series(1, $n) AS n, format('r%s', lpad(n::text, 6, '0')) AS id) f, migrator.import(f.files)");
}

# 20,000 revisions: of every hundred, the second to fourth branch off the first,
# the second goes on as a chain, and the next hundred begins by merging all three.
my $n = 20000;
my $id = q{('r' || lpad((%s)::text, 6, '0'))};
my $revises = "CASE WHEN n = 1 THEN '' WHEN n % 100 = 1 THEN " . join(" || ', ' || ", map { sprintf $id, $_ } 'n - 1', 'n - 98', 'n - 97')
  . " WHEN n % 100 IN (3, 4) THEN " . sprintf($id, 'n - n % 100 + 1') . " WHEN n % 100 = 5 THEN " . sprintf($id, 'n - 3')
  . ' ELSE ' . sprintf($id, 'n - 1') . ' END';
is(import_many('dag', $n, $revises, q{format('INSERT INTO ran VALUES (%s);', n)}, q{format('INSERT INTO ran VALUES (-%s);', n)}),
	$n, "$n revisions are imported");
is(query($node, q{SET migrator.project = 'dag'; SELECT count(*) FROM migrator.branches()}), $n / 100, 'with their branches');
is(query($node, q{SET migrator.project = 'dag'; SELECT count(*) FROM migrator.history() WHERE is_merge_point}), $n / 100 - 1,
	'and merges');
is(query($node, q{SET migrator.project = 'dag'; SELECT count(*) FROM migrator.upgrade('heads')}), $n, 'they are upgraded in one call');
is(query($node, q{SELECT count(*), count(DISTINCT id), min(id) FROM ran}), "$n|$n|1", 'each ran once');
is(query($node, q{SET migrator.project = 'dag';
	SELECT count(*) FROM migrator.edge e
		JOIN migrator.log l ON (l.project, l.revision) = (e.project, e.revision)
		JOIN migrator.log t ON (t.project, t.revision) = (e.project, e.target)
	WHERE t.id > l.id}), '0', 'each after everything it revises');
is(query($node, q{SET migrator.project = 'dag'; SELECT count(*) FROM migrator.upgrade('heads')}), '0', 'then there is nothing to do');
is(query($node, q{SET migrator.project = 'dag'; SELECT count(*) FROM migrator.downgrade('base')}), $n, 'they are downgraded in one call');
is(query($node, q{SELECT count(*) FROM ran a JOIN ran b ON b.id = -a.id WHERE a.id > 0}), $n, 'each once');
is(query($node, q{SET migrator.project = 'dag'; SELECT count(*) FROM migrator.versions()}), '0', 'nothing is applied any more');

# A chain of 100,000 on a small stack: looking at it must not recurse.
my $long = 100000;
is(import_many('chain', $long, "CASE WHEN n > 1 THEN " . sprintf($id, 'n - 1') . " ELSE '' END", "''", "''"), $long,
	"a chain of $long is imported");
my $small = q{SET max_stack_depth = '100kB'; SET migrator.project = 'chain'; };
is(query($node, qq{$small SELECT count(*) FROM migrator.plan('upgrade', 'head')}), $long, 'small stack: plan to head');
is(query($node, qq{$small SELECT count(*) FROM migrator.plan('upgrade', '+99999')}), '99999', 'small stack: plan of +99999');
is(query($node, qq{$small SELECT count(*) FROM migrator.history()}), $long, 'small stack: history');
is(query($node, qq{$small SELECT length(migrator.graph()) > 1000000}), 't', 'small stack: graph');
is(query($node, qq{$small SELECT count(*) FROM migrator.validate()}), '0', 'small stack: validate');
is(query($node, qq{$small SELECT revision FROM migrator.stamp('heads')}), 'r100000', 'small stack: stamp');
is(query($node, qq{$small SELECT count(*) FROM migrator.plan('downgrade', 'base')}), $long, 'small stack: plan to base');
is(query($node, qq{$small SELECT count(*) FROM migrator.plan('downgrade', '-99999')}), '99999', 'small stack: plan of -99999');
is(query($node, qq{$small SELECT migrator.revision('one more', rev_id => 'last')}), 'last', 'small stack: a new revision');
is(query($node, qq{$small SELECT revision FROM migrator.upgrade()}), 'last', 'small stack: and its upgrade');

# 20 MB of COPY data in one revision.
my $row = join("\t", '%d', 'x' x 100) . "\n";
my $rows = int(20 * 1024 * 1024 / length $row) + 1;
my $script = "-- data\n--\n-- Revision ID: copy1\n-- Revises:\n\n-- migrate:up\nCREATE TABLE data (i int, v text);\nCOPY data FROM stdin;\n"
  . join('', map { sprintf $row, $_ } 1 .. $rows)
  . "\\.\nINSERT INTO data VALUES (0, 'after');\n\n-- migrate:down\nDROP TABLE data;\n";
cmp_ok(length $script, '>', 20 * 1024 * 1024, 'a migration of more than 20 MB');
my $file = scratch_file($node, 'copy1.sql', $script);
query($node, "SET migrator.project = 'data'; SELECT migrator.load(pg_read_file('$file'))");
is(query($node, q{SET migrator.project = 'data'; SELECT revision FROM migrator.upgrade()}), 'copy1', 'is upgraded');
is(query($node, q{SELECT count(*), count(DISTINCT i), sum(length(v)), max(i) FROM data}),
	($rows + 1) . '|' . ($rows + 1) . '|' . ($rows * 100 + 5) . "|$rows", 'all its rows are there');
is(query($node, "SET migrator.project = 'data'; SELECT migrator.export('copy1') = pg_read_file('$file')"), 't',
	'export gives the same text');

done_testing();
