# 200 long ids with branches, merges, labels and dependencies, applied half-way,
# become short ones; and Alembic finds its place with its table changed.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');

# A trunk with a branch that is merged, one that is merged later, and another
# base that depends on both.
my %parents = map { $_ => [ $_ - 1 ] } 2 .. 200;
@parents{ 1, 101, 141, 171, 191, 200 } = ([], [30], [ 100, 140 ], [], [160], [ 170, 199 ]);
my %labels = (101 => 'feature_a', 171 => 'side');
my %deps = (171 => [50], 180 => ['feature_a'], 185 => [ 120, 'feature_a' ]);
my @revisions = 1 .. 200;

sub id
{
	my ($number) = @_;

	return $number =~ /^\d+$/ ? sprintf('2025%04d_add_probe_connection_fields_%d', $number, $number) : $number;
}

sub ids
{
	return join ', ', map { id($_) } @_;
}

# Our file of a revision.
sub script
{
	my ($number) = @_;
	my $script = "-- revision $number\n--\n-- Revision ID: " . id($number) . "\n-- Revises: " . ids(@{ $parents{$number} }) . "\n";

	$script .= "-- Branch Labels: $labels{$number}\n" if $labels{$number};
	$script .= '-- Depends on: ' . ids(@{ $deps{$number} }) . "\n" if $deps{$number};
	return "$script\n-- migrate:up\nCREATE TABLE t$number (i int);\n\n-- migrate:down\nDROP TABLE t$number;\n";
}

# Alembic's.
sub python
{
	my ($number) = @_;
	my $tuple = sub { return '(' . join('', map { "'" . id($_) . "', " } @_) . ')' };
	my $down = @{ $parents{$number} } ? $tuple->(@{ $parents{$number} }) : 'None';
	my $deps = $deps{$number} ? $tuple->(@{ $deps{$number} }) : 'None';
	my $label = $labels{$number} ? "('$labels{$number}',)" : 'None';

	return "\"\"\"revision $number\"\"\"\nfrom alembic import op\n\nrevision = '" . id($number)
	  . "'\ndown_revision = $down\nbranch_labels = $label\ndepends_on = $deps\n\n\n"
	  . "def upgrade():\n    op.execute('CREATE TABLE t$number (i int)')\n\n\n"
	  . "def downgrade():\n    op.execute('DROP TABLE t$number')\n";
}

sub load_all
{
	my ($database) = @_;

	query($node, 'BEGIN; ' . join('', map { sprintf("SELECT migrator.load(\$s\$%s\$s\$, '%s.sql');\n", script($_), id($_)) } @revisions)
		  . 'COMMIT;', $database);
	return;
}

# The ids in a text, old ones replaced.
sub converted
{
	my ($text, %new) = @_;

	$text =~ s/(2025\d{4}_add_probe_connection_fields_\d+)/$new{$1}/g;
	return $text;
}

my $upgrades = join '', map { "SELECT count(*) FROM migrator.upgrade('" . id($_) . "');" } 60, 120, 175;
my $current = 'SELECT revision, is_head, message, applied_at FROM migrator.current() ORDER BY message';
my $history = 'SELECT revision, down_revisions, depends_on, branch_labels, message, is_head, is_current, is_branch_point, is_merge_point, applied_at'
  . ' FROM migrator.history() ORDER BY message';
my $log = 'SELECT id, operation, revision, started_at, checksum FROM migrator.log()';

load_all('postgres');
query($node, $upgrades);
my %before = map { $_ => query($node, $_) } $current, $history, $log;
my $dump = dump_of($node, 'postgres', '--schema=public');
my $logged = query($node, 'SELECT l FROM migrator.log l ORDER BY id');

# What a dry run says is what happens.
my $said = query($node, 'SELECT * FROM migrator.convert_ids(dry_run => true)');
is(query($node, 'SELECT * FROM migrator.convert_ids()'), $said, 'the dry run says it');
my %new = map { split /\|/ } split /\n/, query($node, 'SELECT alias, revision FROM migrator.aliases()');
is(scalar(keys %new), 200, 'all ids are converted');
is(scalar(grep { !/^[0-9a-f]{12}$/ } values %new), 0, 'to 12 digits each');

is(query($node, $current), converted($before{$current}, %new), 'current is the same');
is(query($node, $history), converted($before{$history}, %new), 'history is the same');
is(query($node, $log), converted($before{$log}, %new), 'the log means the same');
is(query($node, 'SELECT l FROM migrator.log l ORDER BY id'), $logged, 'and is what it was');
is(query($node, q{SELECT code, revision FROM migrator.validate() WHERE severity <> 'info' AND code <> 'several_heads'}),
	'', 'validate() finds nothing wrong');
is(query($node, 'SELECT count(*) FROM migrator.drift()'), '0', 'the recorded schema is still the one');
is(dump_of($node, 'postgres', '--schema=public'), $dump, 'the schema is untouched');

# Old names, old files and new files.
is(query($node, "SELECT string_agg(revision, ' ') FROM migrator.plan('upgrade', '" . id(122) . "')"),
	join(' ', map { $new{ id($_) } } 121, 122), 'old ids resolve');
query($node, 'CREATE DATABASE unconverted');
query($node, 'CREATE EXTENSION migrator', 'unconverted');
load_all('unconverted');
my $files = sub { query($node, 'SELECT json_object_agg(filename, script) FROM migrator.export_files()', $_[0]) };
my $actions = 'SELECT string_agg(DISTINCT action, $$ $$), count(*) FROM migrator.import($files$%s$files$)';
is(query($node, sprintf($actions, $files->('unconverted'))), 'unchanged|200', 'the old files are recognized');
is(query($node, sprintf($actions, $files->('postgres'))), 'unchanged|200', 'the new ones, too');
like(query_error($node, sprintf($actions, $files->('postgres')), 'unconverted'),
	qr/is stored under its former id/, 'new files are refused where the old ids are');
is(query($node, 'SELECT count(*) FROM migrator.convert_ids()', 'unconverted'), '200', 'which can be converted');
is(query($node, sprintf($actions, $files->('postgres')), 'unconverted'), 'unchanged|200', 'and then has the same');

# A dump has it all.
query($node, 'CREATE DATABASE restored');
$node->command_ok([ 'bash', '-c', "pg_dump '" . $node->connstr('postgres') . "' | psql -Xq -v ON_ERROR_STOP=1 '" . $node->connstr('restored') . "'" ],
	'dump and restore');
is(query($node, 'SELECT * FROM migrator.aliases()', 'restored'), query($node, 'SELECT * FROM migrator.aliases()'), 'the aliases are restored');

# Further on, and all the way back.
query($node, "SELECT count(*) FROM migrator.upgrade('heads')", $_) foreach 'postgres', 'restored', 'unconverted';

is(query($node, 'SELECT revision FROM migrator.versions()'), join("\n", sort map { $new{ id($_) } } 190, 200), 'upgraded to both heads');
is(dump_of($node, $_, '--schema=public'), dump_of($node, 'postgres', '--schema=public'), "$_ has the same schema") foreach 'restored', 'unconverted';
is(query($node, "SELECT count(*) FROM migrator.downgrade('" . id(60) . "')"), '80', 'down to an old id');
is(query($node, "SELECT count(*) FROM migrator.downgrade('base')"), '120', 'down to base');

SKIP:
{
	my $tool = `which alembic 2>/dev/null`;
	chomp $tool;
	skip 'Alembic is not installed', 1 if $tool eq '';
	skip 'Alembic finds no SQLAlchemy with psycopg2', 1 if system(qq{/usr/bin/python3 -c 'import alembic, sqlalchemy, psycopg2' 2>/dev/null}) != 0;
	subtest 'Alembic' => sub { with_alembic($tool) };
}
done_testing();

# Alembic migrates half-way, convert_ids() changes its table, and the same is
# done to its files.
sub with_alembic
{
	my ($tool) = @_;
	my $dir = PostgreSQL::Test::Utils::tempdir();
	my $url = 'postgresql+psycopg2://' . "/alembic?host=" . $node->host . '&port=' . $node->port . '&user=' . getpwuid($>);
	my $alembic = sub {
		my ($out, $err) = run_command([ $tool, '-c', "$dir/alembic.ini", @_ ]);
		$out =~ s/ \(.*\)$//mg;
		return join "\n", sort split /\n/, $out;
	};
	my $rows = sub { query($node, 'SELECT version_num FROM alembic_version ORDER BY version_num COLLATE "C"', 'alembic') };
	my $versions = sub { query($node, 'SELECT revision FROM migrator.versions()', 'alembic') };

	mkdir $_ or die $! foreach "$dir/script", "$dir/script/versions";
	append_to_file("$dir/alembic.ini", "[alembic]\nscript_location = $dir/script\n");
	append_to_file("$dir/script/env.py", "from alembic import context\nfrom sqlalchemy import create_engine, pool\n\n"
		  . "with create_engine('$url', poolclass=pool.NullPool).connect() as connection:\n"
		  . "    context.configure(connection=connection)\n    with context.begin_transaction():\n        context.run_migrations()\n");
	append_to_file("$dir/script/versions/" . id($_) . '.py', python($_)) foreach @revisions;
	query($node, 'CREATE DATABASE alembic');
	query($node, 'CREATE EXTENSION migrator; CREATE TABLE alembic_version (version_num varchar(255) NOT NULL,'
		  . ' CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))', 'alembic');
	load_all('alembic');

	$alembic->('upgrade', id($_)) foreach 60, 120, 175;
	is($rows->(), join("\n", sort map { id($_) } 60, 120, 175), 'Alembic is half-way');
	query($node, 'SELECT count(*) FROM migrator.stamp(ARRAY(SELECT version_num::text FROM alembic_version))', 'alembic');
	is($versions->(), $rows->(), 'and so are we');

	query($node, 'SELECT count(*) FROM migrator.convert_ids()', 'alembic');
	is($rows->(), join("\n", sort map { $new{ id($_) } } 60, 120, 175), 'its table has the new ids');
	is($versions->(), $rows->(), 'as have we');
	foreach my $number (@revisions)
	{
		my $file = "$dir/script/versions/" . id($number) . '.py';

		unlink $file or die $!;
		append_to_file("$dir/script/versions/" . $new{ id($number) } . '.py', converted(python($number), %new));
	}
	is($alembic->('current'), $rows->(), 'Alembic knows where it is');
	$alembic->('upgrade', 'heads');
	is($rows->(), join("\n", sort map { $new{ id($_) } } 190, 200), 'and upgrades to the heads');
	is($alembic->('current'), $rows->(), 'where it then is');
	is(query($node, q{SELECT count(*) FROM pg_tables WHERE tablename ~ '^t\d+$'}, 'alembic'), '200', 'with all that they make');
	$alembic->('downgrade', $new{ id(60) });
	is($rows->(), join("\n", sort map { $new{ id($_) } } 60, 140, 190), 'down again, which leaves the branches');
	return;
}
