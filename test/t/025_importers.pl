# Alembic and Sqitch themselves as a second opinion about what is imported.

use strict;
use warnings;
use IPC::Run ();
use JSON::PP ();
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
my $top = $node->basedir;

sub write_file
{
	my ($name, $text) = @_;
	my $path = "$top/$name";
	my @parts = split m{/}, $name;

	pop @parts;
	foreach my $i (0 .. $#parts)
	{
		mkdir join('/', $top, @parts[ 0 .. $i ]);
	}
	open(my $fh, '>:raw', $path) or die "could not write $path: $!";
	print $fh $text;
	close($fh) or die "could not write $path: $!";
	return;
}

# Run a program in a directory; its output, or undef if it fails.
sub output_of
{
	my ($dir, @command) = @_;
	my ($out, $err) = ('', '');
	my $ok = eval {
		IPC::Run::run(\@command, '<', \'', '>', \$out, '2>', \$err,
			init => sub { chdir "$top/$dir" or die "could not enter $dir: $!" });
	};

	diag("@command: $err") if !$ok && $@ eq '';
	return $ok ? $out : undef;
}

# The files of a directory as the argument of import().
sub files_of
{
	my ($dir, @names) = @_;
	my %files;

	foreach my $name (@names)
	{
		$files{$name} = slurp_file("$top/$dir/$name");
		utf8::decode($files{$name});
	}
	my $json = JSON::PP->new->ascii->encode(\%files);
	return "\$files\$$json\$files\$";
}

subtest 'Alembic' => sub {
	my $alembic = $ENV{ALEMBIC} || 'alembic';

	mkdir "$top/alembic";
	plan skip_all => 'Alembic is not installed' unless defined eval { output_of('alembic', $alembic, '--version') };

	my $url = 'postgresql:///theirs?host=' . $node->host . '&port=' . $node->port;
	write_file('alembic/alembic.ini', "[alembic]\nscript_location = db\n");
	write_file('alembic/db/env.py', <<"EOF");
from alembic import context
from sqlalchemy import create_engine
if context.is_offline_mode():
    context.configure(url="postgresql://", transaction_per_migration=context.get_x_argument(as_dictionary=True).get("each") == "yes")
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine("$url").connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
EOF

	# id, down_revision, depends_on, branch_labels, upgrade, downgrade
	my @revisions = (
		[ 'a1', 'None', 'None', '("one",)', 'op.execute("CREATE TABLE a1 (t text DEFAULT \'\n-- Running upgrade  -> x\n\')")' ],
		[ 'a2', '"a1"', 'None', 'None', 'op.add_column("a1", sa.Column("n", sa.Integer))', 'op.drop_column("a1", "n")' ],
		[ 'a3', '"a1"', 'None', 'None' ],
		[ 'a4', '("a2", "a3")', 'None', 'None', 'pass', 'pass' ],
		[ 'a5', '"a4"', 'None', 'None',
			'with op.get_context().autocommit_block(): op.execute("CREATE INDEX CONCURRENTLY a1_n ON a1 (n)")',
			'op.drop_index("a1_n")' ],
		[ 'b1', 'None', 'None', '["two", "zwei"]' ],
		[ 'b2', '"b1"', '"a2"', 'None' ],
		[ 'b3', '["b2"]', '("a4",)', 'None' ],
		[ 'c1', 'None', '["two", "a5"]', 'None', 'op.create_table("c1", sa.Column("id", sa.Integer, primary_key=True))',
			'op.drop_table("c1")' ],
		[ 'c2', '"c1"', 'None', '"three"' ],
		[ 'c3', '"c1"', 'None', 'None' ],
		[ 'd1', '("c3", "b3")', 'None', 'None' ]);
	foreach my $revision (@revisions)
	{
		my ($id, $down, $deps, $labels, $upgrade, $downgrade) = @$revision;

		$upgrade = qq{op.execute("CREATE TABLE $id ()")} unless $upgrade;
		$downgrade = qq{op.execute("DROP TABLE $id")} unless $downgrade;
		write_file("alembic/db/versions/${id}_.py", <<"EOF");
"""Revision $id: what "it" says

More about it.

Revision ID: $id
Revises:
Create Date: 2024-01-02 03:04:05

"""
from typing import Sequence, Union
from alembic import op
import sqlalchemy as sa

revision: str = "$id"
down_revision: Union[str, Sequence[str], None] = $down
branch_labels = $labels
depends_on = $deps


def upgrade() -> None:
    $upgrade


def downgrade() -> None:
    $downgrade
EOF
	}

	# as Alembic's history has it: parents (dependencies) -> id (labels) (marks), message
	my $history = <<'EOF';
SELECT format('%s%s -> %s%s%s%s%s, %s',
	coalesce(nullif(array_to_string(down_revisions, ', '), ''), '<base>'),
	' (' || nullif(array_to_string(depends_on, ', '), '') || ')', revision,
	' (' || nullif((SELECT string_agg(l, ', ' ORDER BY l) FROM unnest(branch_labels) l), '') || ')',
	CASE WHEN is_head THEN ' (head)' END,
	CASE WHEN is_branch_point THEN ' (branchpoint)' END, CASE WHEN is_merge_point THEN ' (mergepoint)' END, message)
FROM migrator.history()
EOF
	my %theirs;
	foreach my $line (split /\n/, output_of('alembic', $alembic, 'history'))
	{
		my ($links, $id, $rest) = $line =~ /^(.*) -> (\w+)(.*)$/ or die $line;

		$theirs{$id} = [ $links, $rest ];
	}
	my ($status, $out, $err) = client($node, 'import', '--from', 'alembic', '--no-files', "$top/alembic");
	is($status, 0, 'the client imports the project') or diag($err);
	is(query($node, 'SELECT count(*) FROM migrator.revisions() WHERE NOT is_reversible'), 0, 'all have a way down');
	my %ours;
	foreach my $line (split /\n/, query($node, $history))
	{
		my ($links, $id, $rest) = $line =~ /^(.*) -> (\w+)(.*)$/ or die $line;

		$ours{$id} = [ $links, $rest ];
	}
	is(join(' ', sort keys %ours), join(' ', sort keys %theirs), 'the same revisions');
	foreach my $id (sort keys %theirs)
	{
		my ($message) = $theirs{$id}[1] =~ /, (Revision .*)$/;

		is($ours{$id}[0], $theirs{$id}[0], "$id: the same parents and dependencies");
		like($ours{$id}[1], qr/, \Q$message\E$/, "$id: the same message");
		is($ours{$id}[1] =~ /\(mergepoint\)/ ? 1 : 0, $theirs{$id}[1] =~ /\(mergepoint\)/ ? 1 : 0, "$id: a merge point or not");
	}

	# from the output alone, in one transaction and in one for each revision
	foreach my $each ('no', 'yes')
	{
		my @heads = map { /^(\w+)/ } split /\n/, output_of('alembic', $alembic, 'heads');
		my @names = ('upgrade.txt');

		write_file('alembic/upgrade.txt', output_of('alembic', $alembic, '-x', "each=$each", 'upgrade', 'base:heads', '--sql'));
		foreach my $head (@heads)
		{
			push @names, "down_$head";
			write_file("alembic/down_$head", output_of('alembic', $alembic, '-x', "each=$each", 'downgrade', "$head:base", '--sql'));
		}
		query($node, "SET migrator.project = 'text $each'; SELECT * FROM migrator.import(" . files_of('alembic', @names) . ')');
		is(query($node, "SET migrator.project = 'text $each'; SELECT revision, (SELECT array_agg(d ORDER BY d) FROM unnest(down_revisions) d) FROM migrator.history() ORDER BY 1"),
			query($node, 'SELECT revision, (SELECT array_agg(d ORDER BY d) FROM unnest(down_revisions) d) FROM migrator.history() ORDER BY 1'),
			"the same graph from the output alone (transaction_per_migration: $each)");
		is(query($node, "SET migrator.project = 'text $each'; SELECT revision FROM migrator.revisions() WHERE NOT is_reversible"),
			'', 'with all ways down');
	}

	# and the same schema
	query($node, 'CREATE DATABASE theirs');
	SKIP:
	{
		skip 'Alembic has no driver', 5 unless defined output_of('alembic', $alembic, 'upgrade', 'heads');
		query($node, 'CREATE EXTENSION migrator', 'theirs');
		($status, $out, $err) = client($node, 'import', '-d', 'theirs', '--from', 'alembic', '--no-files', "$top/alembic");
		is($status, 0, 'import beside the tables of Alembic') or diag($err);
		query($node, 'SELECT * FROM migrator.adopt()', 'theirs');
		is(query($node, 'SELECT revision FROM migrator.versions() ORDER BY 1', 'theirs'),
			query($node, 'SELECT version_num FROM alembic_version ORDER BY 1', 'theirs'), 'adopted as it is');
		is(query($node, 'SELECT count(*) FROM migrator.upgrade($$heads$$)', 'theirs'), 0, 'and there is nothing to do');
		query($node, 'CALL migrator.deploy($$heads$$)');
		query($node, 'DROP TABLE alembic_version', 'theirs');
		is(dump_of($node, 'postgres', '--schema-only'), dump_of($node, 'theirs', '--schema-only'), 'the same schema');
		query($node, 'CALL migrator.rollback($$base$$)');
		is(query($node, q{SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace}), 0, 'and all the way down');
	}
};

subtest 'Sqitch' => sub {
	my $author = 'Zoë O’Vera, Jr. <zoe@example.com>';

	mkdir "$top/sqitch";
	plan skip_all => 'Sqitch is not installed' unless defined eval { output_of('sqitch', 'sqitch', '--version') };

	my $number = 0;
	foreach my $uri ('', "%uri=HTTPS://Example.COM:443/a%7eb/%e9?x=ü y\n", "%uri=http://example.com\n",
		"%uri=https://Example.com/x/\n", "%uri=urn:Some:Thing\n",
		"%uri=ssh://Me\@Host:22/x\n", "%uri=GIT+ssh://Me\@Host:22/x\n")
	{
		my $dir = 'sqitch/' . ++$number;
		my @names = qw(one two app/three four-five six);
		my $plan = "%syntax-version=1.0.0\n%project=shöp\n$uri\n"
		  . "one 2024-01-01T00:00:00Z $author # Note\\nwith \\\\ and \"é\"\n"
		  . "  + two [one] 2024-01-02T00:00:00Z $author#no blank  \n"
		  . "app/three [two one !gone other:thing] 2024-01-03T00:00:00Z A  B  <a\@b> # 0\n"
		  . "\@v1.0-b1 2024-01-04T00:00:00Z $author\n# a comment\n\n"
		  . "four-five [one\@v1.0-b1 \@v1.0-b1 shöp:two] 2024-01-05T00:00:00Z $author\n"
		  . "one [one\@v1.0-b1] 2024-01-06T00:00:00Z $author # reworked\n"
		  . "six 2024-01-07T00:00:00Z $author # last";
		my @files = ('sqitch.plan', 'sqitch.conf');

		write_file("$dir/sqitch.conf", "[core]\n\tengine = pg\n");
		write_file("$dir/sqitch.plan", $plan);
		foreach my $name (@names, 'one@v1.0-b1')
		{
			write_file("$dir/deploy/$name.sql", "BEGIN;\nSELECT 1;\nCOMMIT;\n");
			push @files, "deploy/$name.sql";
		}
		my $theirs = output_of($dir, 'sqitch', 'plan', '--no-headers', '--format', 'format:%H %n');
		chomp $theirs;
		is(query($node, "SET client_min_messages = error; SET migrator.project = 'sqitch $number'; SELECT FROM migrator.import("
				  . files_of($dir, @files) . ");"
				  . q{SELECT substring(migrator.export(revision) FROM '-- Origin: sqitch (.*?)\n') FROM migrator.plan('upgrade', 'head') ORDER BY step}),
			$theirs, 'the same change ids with ' . ($uri =~ /(.+)/ ? $1 : 'no address'));
	}

	# a database that Sqitch has deployed a part of
	my @files = ('sqitch.plan');
	write_file('sqitch/shop/sqitch.conf', "[core]\n\tengine = pg\n[user]\n\tname = Me\n\temail = me\@example.com\n");
	write_file('sqitch/shop/sqitch.plan', "%project=shop\n\nusers 2024-01-01T00:00:00Z $author # The users.\n"
		  . "\@v1 2024-01-02T00:00:00Z $author\nview [users] 2024-01-03T00:00:00Z $author\n"
		  . "users 2024-01-04T00:00:00Z $author\nlast [view] 2024-01-05T00:00:00Z $author\n");
	my %scripts = (
		'users@v1' => [ 'CREATE TABLE users (id int)', 'DROP TABLE users', 'SELECT id FROM users WHERE false' ],
		view => [ 'CREATE VIEW view AS SELECT id FROM users', 'DROP VIEW view', 'SELECT id FROM view WHERE false' ],
		users => [ 'ALTER TABLE users ADD name text', 'ALTER TABLE users DROP name', 'SELECT name FROM users WHERE false' ],
		last => [ 'CREATE TABLE last ()', 'DROP TABLE last', q{SELECT 1 / (to_regclass('last') IS NOT NULL)::int} ]);
	foreach my $name (keys %scripts)
	{
		my ($deploy, $revert, $verify) = @{ $scripts{$name} };

		write_file("sqitch/shop/deploy/$name.sql", "-- Deploy\n\nBEGIN;\n\n$deploy;\n\nCOMMIT;\n");
		write_file("sqitch/shop/revert/$name.sql", "BEGIN;\n\n$revert;\n\nCOMMIT;\n");
		write_file("sqitch/shop/verify/$name.sql", "BEGIN;\n\n$verify;\n\nROLLBACK;\n");
		push @files, map { "$_/$name.sql" } qw(deploy revert verify);
	}
	query($node, 'CREATE DATABASE shop');
	SKIP:
	{
		local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port);
		skip 'Sqitch has no driver', 6
		  unless defined output_of('sqitch/shop', 'sqitch', 'deploy', '--verify', '--to-change', 'users@HEAD', 'db:pg:shop');

		query($node, 'CREATE EXTENSION migrator', 'shop');
		query($node, 'SELECT * FROM migrator.import(' . files_of('sqitch/shop', @files) . ')', 'shop');
		query($node, 'SELECT * FROM migrator.adopt()', 'shop');
		is(query($node, 'SELECT revision FROM migrator.versions()', 'shop'), 'users_2', 'adopted where Sqitch stands');
		is(query($node, 'SELECT revision FROM migrator.upgrade()', 'shop'), 'last', 'and going on from there');
		is(query($node, 'SELECT string_agg(revision, $$ $$) FROM migrator.downgrade($$users$$)', 'shop'),
			'last users_2 view', 'and down what Sqitch has deployed');
		write_file('sqitch/shop/verify/view.sql', "SELECT 1 / count(*) FROM view;");
		is(query($node, 'SELECT revision, action FROM migrator.import(' . files_of('sqitch/shop', @files) . q{) WHERE action <> 'unchanged'}, 'shop'),
			'view|replaced', 'a verify script is a part of its revision');
		like(query_error($node, 'SELECT migrator.upgrade()', 'shop'), qr/division by zero/, 'it fails');
		is(query($node, q{SELECT to_regclass('view') IS NULL}, 'shop'), 't', 'undoes its revision');
	}
};

done_testing();
