# import_directory() reads the server's files: which, how, and for whom.

use strict;
use warnings;
use File::Path qw(make_path);
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
my $root = $node->basedir . '/files';
my $import = 'SELECT revision, filename, action FROM migrator.import_directory';

# put(PATH, TEXT): a file below a directory of its own.
sub put
{
	my ($path, $text) = @_;
	my ($directory) = "$root/$path" =~ m{^(.*)/};

	make_path($directory);
	open(my $fh, '>:raw', "$root/$path") or die "could not write $path: $!";
	print $fh $text;
	close($fh);
	return;
}

sub migration
{
	my ($id, $revises, $up) = @_;

	return "-- $id\n--\n-- Revision ID: $id\n-- Revises: $revises\n\n-- migrate:up\n$up\n";
}

# A directory with everything in it.
put('all/002_second.sql', migration('a2', 'a1', 'INSERT INTO t VALUES (2);'));
put('all/001_first.sql', migration('a1', '', 'CREATE TABLE t (i int);'));
put('all/2026/03/003_deep.sql', migration('a3', 'a2', q{INSERT INTO t VALUES (3); -- ä}));
put('all/UPPER.SQL', migration('a4', 'a3', 'SELECT 4;'));
put('all/README.md', 'no migration');
put('all/noise.bin', "\0\xff");
put('all/.hidden.sql', 'not even SQL');
put('all/.git/objects/x.sql', 'nor this');
make_path("$root/all/empty.sql");
symlink('001_first.sql', "$root/all/009_link.sql") or die "symlink: $!";
symlink('..', "$root/all/2026/loop") or die "symlink: $!";
symlink('/nonexistent', "$root/all/dangling.sql") or die "symlink: $!";

my $listed = query($node, "$import('$root/all')");
like($listed, qr{^a1\|001_first\.sql\|added\na2\|002_second\.sql\|added\na3\|2026/03/003_deep\.sql\|added$}m,
	'files of the directory and its subdirectories, by path');
unlike($listed, qr/hidden|git|link|loop|README|noise/, 'hidden and foreign files and links are left out');
is(query($node, "SELECT DISTINCT action FROM migrator.import_directory('$root/all')"), 'unchanged', 'again: nothing changes');
is(query($node, "SELECT count(*) FROM migrator.import_directory('$root/all/')"), query($node, 'SELECT count(*) FROM migrator.revisions()'),
	'a slash at the end makes no difference');
is(query($node, q{SELECT revision FROM migrator.upgrade('a3')}), "a1\na2\na3", 'they run');
put('all/002_second.sql', migration('a2', 'a1', 'INSERT INTO t VALUES (22);'));
my $error = query_error($node, "$import('$root/all')");
like($error, qr/revision "a2" is applied and cannot be replaced/, 'a changed file of an applied revision is refused');
put('all/002_second.sql', migration('a2', 'a1', "INSERT INTO t VALUES (2);\r"));
is(query($node, "SELECT DISTINCT action FROM migrator.import_directory('$root/all')"), 'unchanged',
	'a changed line ending is no change');

# An error in one file stores none.
put('bad/001.sql', migration('b1', '', 'SELECT 1;'));
put('bad/sub/002.sql', migration('b2', 'b1', "SELECT 1;\nSELECT FROM FROM;"));
fails('bad', qr/syntax error at or near "FROM"/, qr{file "sub/002\.sql", line 8}, 'a syntax error');
put('bad/sub/002.sql', migration('b2', 'b1', "SELECT 1;\nSELECT '\xff';"));
fails('bad', qr{file "sub/002\.sql" is not valid UTF-8}, qr{file "sub/002\.sql", line 8}, 'invalid UTF-8');
put('bad/sub/002.sql', migration('b2', 'b1', "\nSELECT '\0';"));
fails('bad', qr{file "sub/002\.sql" contains a null byte}, qr{file "sub/002\.sql", line 8}, 'a null byte');
put('bad/sub/002.sql', migration('b2', 'b1', "SELECT 1;") . "-- \xc3");
fails('bad', qr{file "sub/002\.sql" is not valid UTF-8}, qr{file "sub/002\.sql", line 8}, 'UTF-8 cut off at the end');
put('bad/sub/002.sql', migration('b1', '', 'SELECT 2;'));
fails('bad', qr/"b1"/, qr{sub/002\.sql}, 'the same revision in two files');
put('bad/sub/002.sql', '');
fails('bad', qr/migrate:up/, qr{sub/002\.sql}, 'an empty file');

# What cannot be read.
fails('missing', qr{could not open directory "\Q$root\E/missing": No such file or directory}, qr//, 'a missing directory');
fails('all/001_first.sql', qr{could not open directory .*Not a directory}, qr//, 'a file as directory');
put('secret/001.sql', migration('s1', '', 'SELECT 1;'));
chmod 0000, "$root/secret/001.sql" or die;
fails('secret', qr{could not open file "\Q$root\E/secret/001\.sql" for reading: Permission denied}, qr//, 'an unreadable file');
chmod 0644, "$root/secret/001.sql" or die;
put('secret/sub/002.sql', migration('s2', 's1', 'SELECT 1;'));
chmod 0000, "$root/secret/sub" or die;
fails('secret', qr{could not open directory "\Q$root\E/secret/sub": Permission denied}, qr//, 'an unreadable subdirectory');
chmod 0755, "$root/secret/sub" or die;
is(query($node, "SELECT count(*) FROM migrator.import_directory('$root/secret')"), '2', 'readable, it is imported');

# A directory named by a link is the user's wish.
symlink('secret', "$root/link") or die "symlink: $!";
is(query($node, "SELECT DISTINCT action FROM migrator.import_directory('$root/link')"), 'unchanged', 'a link to a directory is followed');

# For whom.
query($node, 'CREATE ROLE author; CREATE ROLE reader; GRANT pg_read_server_files TO reader; CREATE ROLE author_reader IN ROLE pg_read_server_files');
query($node, "SELECT migrator.grant_role('author', 'author'), migrator.grant_role('author_reader', 'author')");
like(query_error($node, "SET ROLE author; $import('$root/all')"),
	qr/permission denied to import a directory.*pg_read_server_files.*migrator\.import\(\)/s,
	'an author who may not read files is refused, and told what else to do');
like(query_error($node, "SET ROLE author; $import('$root/missing')"), qr/permission denied to import a directory/,
	'before he learns whether the directory exists');
like(query_error($node, "SET ROLE reader; $import('$root/all')"), qr/permission denied for function import_directory/,
	'who may read files is no author');
is(query($node, "SET ROLE author_reader; SELECT count(*) FROM migrator.import_directory('$root/secret')"), '2', 'with both it works');

# A format of its own.
put('golang/000001_first.up.sql', "CREATE TABLE g (i int);\n");
put('golang/000001_first.down.sql', "DROP TABLE g;\n");
is(query($node, "SET migrator.project = 'golang'; SELECT count(*) FROM migrator.import_directory('$root/golang', 'golang-migrate')"), '1',
	'another format');
like(query_error($node, "$import('$root/golang', 'nonsense')"), qr/"nonsense"/, 'a format that does not exist');

done_testing();

# The import of a directory fails, and leaves nothing behind.
sub fails
{
	my ($directory, $message, $place, $name) = @_;
	my $before = store($node);
	my $error = query_error($node, "$import('$root/$directory')");

	like($error, $message, "$name is refused");
	like($error, $place, "$name: file and line are named") if $place ne qr//;
	is(store($node), $before, "$name: nothing is stored");
	return;
}
