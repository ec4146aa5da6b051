# Backups: what they hold, what they refuse, and that the commands that are
# printed after a failure bring everything back.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main', extension => 0);
my $base = $node->basedir;
my $dir = "$base/project";
my ($status, $out, $err);
my $database = 'my "shop"';
my $quoted = '"my ""shop"""';

sub write_file
{
	my ($name, $text) = @_;

	append_to_file("$dir/$name", $text);
}

sub dumps
{
	my @files = glob("'$base'/backups/*");

	return @files;
}

query($node, "CREATE DATABASE $quoted");
my $connstr = $node->connstr . " dbname='$database'";
sub shop
{
	my ($sql) = @_;
	my ($stdout, $stderr) = run_command([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $connstr, '-c', $sql ]);

	die $stderr if $stderr =~ /ERROR/;
	return $stdout;
}
sub dump_shop
{
	my ($stdout) = run_command([ 'pg_dump', '-d', $connstr, '-t', 'users' ]);

	$stdout =~ s/^\\(un)?restrict .*\n//mg;
	return $stdout;
}
shop('CREATE EXTENSION migrator');
mkdir $dir or die;
mkdir "$dir/migrations" or die;
write_file('migrations/a1_users.sql', "-- users\n--\n-- Revision ID: a1\n-- Revises:\n\n-- migrate:up\n"
	  . "CREATE TABLE users (id int PRIMARY KEY);\nINSERT INTO users SELECT generate_series(1, 1000);\n\n-- migrate:down\nDROP TABLE users;\n");

# by itself
($status, $out, $err) = client($node, { dir => $dir }, 'backup', '-d', $database);
is($status, 0, 'backup') or diag($err);
like($out, qr{^\Q$dir\E/backups/my_"shop"-\d{8}T\d{6}Z\.dump$}, 'prints the file');
chomp $out;
ok(-s $out, 'which is there');
is((stat $out)[2] & 0777, 0600, 'for its owner only');
is((stat "$dir/backups")[2] & 0777, 0700, 'as is the directory');
is(scalar(grep { /\.part/ } glob("'$dir/backups/*'")), 0, 'and no other');
($status, $out, $err) = client($node, { dir => $dir }, 'backup', '-d', $database, '--json', "$base/json");
like($out, qr/^\{"file": ".*\.dump", "size": \d+, "restore": \[".*psql.*", ".*pg_restore.*"\]\}$/, 'as JSON');

# with a deployment
($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', $database, '--backup', "$base/backups");
is($status, 0, 'deploy --backup') or diag($err);
is(scalar(dumps()), 1, 'makes one');
unlike($err, qr/pg_restore/, 'and does not speak of restoring');
($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', $database, '--backup', "$base/backups");
is($status, 0, 'nothing to do');
is(scalar(dumps()), 1, 'and nothing to back up');

# a deployment that fails half-way
my $before = dump_shop();
write_file('migrations/a2_drop.sql', "-- drop\n--\n-- Revision ID: a2\n-- Revises: a1\n\n-- migrate:up\n"
	  . "DELETE FROM users WHERE id > 500;\n\n-- migrate:down\n");
write_file('migrations/a3_wrong.sql', "-- wrong\n--\n-- Revision ID: a3\n-- Revises: a2\n\n-- migrate:up\n"
	  . "CREATE INDEX CONCURRENTLY users_id ON users (id);\nSELECT nosuch FROM users;\n\n-- migrate:down\n");
($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', $database, '--backup', "$base/backups");
is($status, 1, 'a deployment that fails');
is(shop('SELECT count(*) FROM users'), '500', 'has done something');
like($err, qr/column "nosuch" does not exist/, 'says why');
my @commands = grep { m{^\S*/(psql|pg_restore) } } split /\n/, $err;
is(scalar(@commands), 2, 'and prints the commands to restore the backup') or diag($err);
my $user = start_psql($node, 'SELECT pg_sleep(1000)', $database);	# somebody still uses the database
wait_until($node, "EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(1000)' AND state = 'active' AND pid <> pg_backend_pid())");
foreach my $command (@commands)
{
	my $output = `$command 2>&1`;
	is($?, 0, "the command works: $command") or diag($output);
}
finish_psql($user);
my $after = dump_shop();
is(shop('SELECT count(*) FROM users'), '1000', 'the rows are back');
is(shop('SELECT revision FROM migrator.versions()'), 'a1', 'and the version');
is(shop('SELECT count(*) FROM migrator.status()'), '0', 'and nothing is half done');
is(shop("SELECT count(*) FROM pg_class WHERE relname = 'users_id'"), '0', 'nor left behind');
is($after, $before, 'the dump is the same');
($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', $database, '--backup', "$base/backups", '--json');
is($status, 1, 'again, as JSON');
like($err, qr/^\{"severity": "WARNING", "message": "the database before it was backed up to .*", "hint": ".*pg_restore/m, 'it says the same');

# a restored backup can be deployed to
unlink "$dir/migrations/a3_wrong.sql" or die;
system("$commands[0] >/dev/null 2>&1 && $commands[1] >/dev/null 2>&1");
shop("SELECT migrator.delete_revision('a3')");
($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', $database);
is($status, 0, 'the rest of it') or diag($err);

# a deployment of which it is not known whether there is anything to do
($status, $out, $err) = client($node, { dir => $dir }, 'deploy', 'nosuch', '-d', $database, '--backup', "$base/backups");
is($status, 1, 'a target that does not exist');
like($err, qr/^ERROR:  revision "nosuch" does not exist$/m, 'is said');
unlike($err, qr/pg_restore/, 'before anything else');

# what is refused is refused before the backup
write_file('migrations/a3_more.sql', "-- more\n--\n-- Revision ID: a3\n-- Revises: a2\n\n-- migrate:up\nSELECT 1;\n\n-- migrate:down\n");
my @dumps = dumps();
foreach my $wrong ([ 'retries', 'x' ], [ 'retries', '' ], [ 'retries', '-1' ], [ 'retries', '2147483648' ],
	[ 'statement-timeout', '5s' ], [ 'on-failure', 'explode' ])
{
	my ($option, $value) = @$wrong;

	($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', $database, '--backup', "$base/backups", "--$option=$value");
	is($status, 2, "--$option=$value is refused");
	like($err, qr/--$option must be .*, not "\Q$value\E"/, 'with its name');
}
is(shop("SELECT count(*) FROM migrator.revisions() WHERE revision = 'a3'"), '0', 'before anything is loaded');
($status, $out, $err) = client($node, { dir => $dir }, 'rollback', 'a1', '-d', $database, '--retries', 'x');
is($status, 2, 'of rollback, too');
query($node, "CREATE DATABASE unversioned");
query($node, 'CREATE EXTENSION migrator; CREATE TABLE users (id int PRIMARY KEY)', 'unversioned');
foreach my $words ([ '--stamp-existing', 'nosuch' ], [ '--stamp-existing', 'a1', 'nosuch' ])
{
	($status, $out, $err) = client($node, { dir => $dir }, 'deploy', '-d', 'unversioned', '--backup', "$base/backups", @$words);
	is($status, 1, "@$words");
	like($err, qr/^ERROR:  revision "nosuch" does not exist$/m, 'is refused');
	is(query($node, 'SELECT count(*) FROM migrator.versions()', 'unversioned'), '0', 'and nothing is stamped');
}
is_deeply([ dumps() ], \@dumps, 'no backup was made');
unlink "$dir/migrations/a3_more.sql" or die;

# what cannot work
($status, $out, $err) = client($node, { dir => $dir }, 'backup', '-d', $database, '/dev/null/x');
is($status, 1, 'a directory that cannot be made');
like($err, qr{could not create directory "/dev/null/x"}, 'is named');
mkdir "$base/bin" or die;
foreach my $program ('pg_dump', 'pg_restore')
{
	append_to_file("$base/bin/$program", "#!/bin/sh\n[ \"\$1\" = --version ] && echo '$program (PostgreSQL) 14.3' && exit\nexit 1\n");
	chmod 0755, "$base/bin/$program";
}
write_file('migrations/a4_more.sql', "-- more\n--\n-- Revision ID: a4\n-- Revises: a2\n\n-- migrate:up\nCREATE TABLE more ();\n\n-- migrate:down\n");
my $program = (grep { -x } map { "$_/migrator" } split /:/, $ENV{PATH})[0];
my $sibling = ($program =~ s{/migrator$}{}r) . '/pg_dump';
SKIP:
{
	skip 'pg_dump is beside the program', 4 if -x $sibling;
	my %env = (PATH => "$base/bin:$ENV{PATH}");

	($status, $out, $err) = client($node, { dir => $dir, env => \%env }, 'deploy', '-d', $database, '--backup', "$base/backups");
	is($status, 1, 'pg_dump is older than the server');
	like($err, qr/program "pg_dump" is older than the server/, 'which is said');
	like($err, qr/pg_dump is version 14, the server is version \d+/, 'exactly');
	is(shop("SELECT to_regclass('more') IS NULL"), 't', 'and nothing was done');
}
SKIP:
{
	skip 'pg_dump is beside the program', 3 if -x $sibling;
	my $major = int($node->pg_version);

	foreach my $one ('pg_dump', 'pg_restore')
	{
		unlink "$base/bin/$one";
		append_to_file("$base/bin/$one", "#!/bin/sh\n[ \"\$1\" = --version ] && echo '$one (PostgreSQL) 99.1' && exit\n"
			  . "for word; do case \$word in --file=*) echo half >\"\${word#--file=}\";; esac; done\necho 'no space left' >&2\nexit 1\n");
		chmod 0755, "$base/bin/$one";
	}
	my $n = scalar(dumps());
	($status, $out, $err) = client($node, { dir => $dir, env => { PATH => "$base/bin:$ENV{PATH}" } },
		'deploy', '-d', $database, '--backup', "$base/backups");
	is($status, 1, 'a dump that breaks off');
	like($err, qr/pg_dump has failed, and nothing was changed.*no space left/s, 'is told');
	is(scalar(dumps()), $n, 'leaves no file');
}

done_testing();
