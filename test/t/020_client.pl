# The client: what runs and what looks, in a pipe and on a terminal, and what
# it says when something is wrong.

use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use JSON::PP;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main');
my $dir = $node->basedir . '/project';
my $files = "$dir/migrations";
my %at = (dir => $dir);

make_path("$files/deeper");

# write_file(NAME, TEXT)
#		Write a file, as bytes, below the project's directory.
sub write_file
{
	my ($name, $text) = @_;

	open(my $fh, '>:raw', "$dir/$name") or die "could not write $name: $!";
	print $fh $text;
	close($fh) or die "could not write $name: $!";
	return;
}

# write_revision(ID, PARENTS, UP, DOWN, FURTHER HEADERS)
sub write_revision
{
	my ($id, $parents, $up, $down, $headers) = @_;

	write_file("migrations/${id}.sql",
		"-- revision $id\n--\n-- Revision ID: $id\n-- Revises: $parents\n" . ($headers || '')
		  . "\n-- migrate:up\n$up;\n\n-- migrate:down\n$down;\n");
	return;
}

# says(NAME, [ARGUMENT...], STATUS, STDOUT [, STDERR])
#		Run the client, and compare what it does: patterns, or all of it.
sub says
{
	my ($name, $arguments, $status, $out, $err) = @_;
	my ($got_status, $got_out, $got_err) = client($node, \%at, @$arguments);

	subtest $name => sub {
		is($got_status, $status, 'exit status');
		ref $out ? like($got_out, $out, 'output') : is($got_out, $out, 'output');
		$err = '' unless defined $err;
		ref $err ? like($got_err, $err, 'messages') : is($got_err, $err, 'messages');
		diag($got_err) if $got_status != $status;
	};
	return $got_out;
}

# json(ARGUMENT...)
#		Run the client with --json, which must succeed, and decode the document.
sub json
{
	my @arguments = @_;
	my ($status, $out, $err) = client($node, \%at, '--json', @arguments);

	die "@arguments: $err" if $status != 0;
	return decode_json($out);
}

# on_terminal(ARGUMENT...)
#		Run the client on a terminal, and return what that shows.
sub on_terminal
{
	my @arguments = @_;
	my $command = join ' ', map { "'$_'" } 'migrator', @arguments;
	my ($out, $err) = ('', '');
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => 'postgres', TERM => 'xterm');

	IPC::Run::run([ 'script', '-q', '-e', '-c', $command, '/dev/null' ], '<', \'', '>', \$out, '2>', \$err,
		init => sub { chdir $dir or die "could not enter $dir: $!" },
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	$out =~ s/\r\n/\n/g;
	return $out;
}

my $terminal = do {
	my $out = eval { on_terminal('version') } || '';
	$out =~ /migrator\) 1/;
};

# Help and wrong usage.
says('help', ['--help'], 0, qr/^  upgrade .*^  history .*--dbname=DBNAME/ms);
says('help of a command', [ 'help', 'upgrade' ], 0, qr/Usage:\n  migrator upgrade \[OPTION\]\.\.\. \[TARGET\]\n\nOptions:\n      --sql/);
says('the same as an option', [ 'upgrade', '--help' ], 0, qr/Usage:\n  migrator upgrade/);
says('version', ['--version'], 0, qr/^migrator \(migrator\) \d/);
says('no command', [], 2, qr/Commands:/);
says('no such command', ['upgarde'], 2, '', qr/command "upgarde" does not exist/);
says('no such option', [ 'upgrade', '--bogus' ], 2, '', qr/unrecognized option '--bogus'\n.*--help/);
says('too many arguments', [ 'upgrade', 'a', 'b' ], 2, '', qr/too many arguments.*Usage: migrator upgrade \[TARGET\]/s);
says('too few arguments', ['downgrade'], 2, '', qr/too few arguments/);
says('an option without its argument', [ 'history', '-r' ], 2, '', qr/requires an argument/);
says('an error as JSON', [ '--json', 'upgrade', 'a', 'b' ], 2, '', qr/^\{"severity": "ERROR", "message": "too many arguments for \\"upgrade\\""/);

# The configuration.
my @bad = (
	[ "directory = migrations\n", qr/line 1: a string in quotes is expected/ ],
	[ "# comment\n\ndirectories = 'x'\n", qr/line 3: key "directories" does not exist.*Keys are directory, format, models/s ],
	[ "[tool]\n", qr/line 1: there are no sections/ ],
	[ "project = 'a'\nproject = 'b'\n", qr/line 2: "project" is set twice/ ],
	[ "project = 'a\n", qr/line 1: string is not closed/ ],
	[ "models = ['a' 'b']\n", qr/line 1: "," or "\]" is expected/ ],
	[ "project = \"\\q\"\n", qr/line 1: wrong escape/ ],
	[ "project = 'a' x\n", qr/line 1: something follows the value/ ],
	[ "project \"a\"\n", qr/line 1: "project" is not followed by "="/ ]);
foreach my $case (@bad)
{
	write_file('migrator.toml', $case->[0]);
	says("configuration: $case->[0]", ['heads'], 2, '', $case->[1]);
}
write_file('migrator.toml',
	"# where everything is\ndirectory = \"migrations\"  # below\nproject = 'shop'\nmodels = [\n  'model.sql', # one\n  \"\\u006dore.sql\",\n]\n");
says('a project of the file', ['heads'], 0, '');
is(decode_json((client($node, { dir => "$files/deeper" }, '--json', 'status'))[1])->{current}[0], undef,
	'the file is found from below');
write_file('migrator.toml', "directory = 'nowhere'\n");
says('a project without a name', [ 'heads', '--project', '' ], 2, '', qr/name of a project cannot be empty/);
says('a file that is no directory', [ 'upgrade', '-D', 'migrator.toml' ], 1, '', qr/could not open directory "migrator\.toml": Not a directory/);
says('a directory without a name', [ 'upgrade', '-D', '' ], 2, '', qr/name of the directory cannot be empty/);
says('no such configuration', [ 'heads', '-c', 'nosuch.toml' ], 2, '', qr/could not open file "nosuch\.toml" for reading: No such file/);
says('no such directory', ['upgrade'], 1, '', qr/could not open directory "nowhere": No such file/);
write_file('migrator.toml', '');

# Where the database is.
$at{env} = { PGHOST => '/nowhere' };
says('no server', ['current'], 3, '', qr{connection to server on socket "/nowhere/.*failed});
$at{env} = { PGHOST => '/nowhere', DATABASE_URL => 'postgresql+psycopg2:///postgres?host=' . $node->host . '&port=' . $node->port };
says('DATABASE_URL, as SQLAlchemy writes it', ['current'], 0, '');
$at{env}{DATABASE_URL} = 'mysql://me:secret@host/db';
says('another database system', ['current'], 2, '', qr{"mysql://\.\.\." is not the URL of a database of PostgreSQL});
$at{env}{DATABASE_URL} = "postgres://$node->{_host}:1/nosuch";
says('flags replace its parts', [ 'current', '-h', $node->host, '-p', $node->port, '-d', 'template1' ], 1, '',
	qr/database "template1" does not have the extension migrator\n.*CREATE EXTENSION migrator.*migrator setup/);
$at{env} = { PGHOST => '/nowhere' };
write_file('migrator.toml', "database = 'host=$node->{_host} port=$node->{_port} dbname=postgres'\n");
says('a connection string in migrator.toml', ['current'], 0, '');
write_file('migrator.toml', '');
delete $at{env};

# Alembic's commands, on a graph with a branch, a merge and a dependency.
write_revision('aa', '', 'CREATE TABLE a (i int)', 'DROP TABLE a');
write_revision('bb', 'aa', 'CREATE TABLE b (i int)', 'DROP TABLE b', "-- Branch Labels: lab\n");
write_revision('cc', 'aa', 'CREATE TABLE c (i int)', 'DROP TABLE c');
write_revision('dd', 'bb, cc', 'SELECT 1', 'SELECT 1');
write_revision('ee', '', 'CREATE TABLE e (i int)', 'DROP TABLE e', "-- Depends on: bb\n");
says('history loads the files', ['history'], 0, <<'END', qr{added aa: migrations/aa\.sql\n(added .*\n){4}\z});
bb, cc -> dd (lab) (head) (mergepoint), revision dd
<base> (bb) -> ee (head), revision ee
aa -> bb (lab), revision bb
aa -> cc, revision cc
<base> -> aa (branchpoint), revision aa
END
says('heads', ['heads'], 0, "dd (lab) (head)\nee (head)\n");
says('heads --verbose', [ 'heads', '-v' ], 0, qr/^Rev: dd \(head\) \(mergepoint\)\nMerges: bb, cc\nBranch names: lab\nPath: dd\.sql\n.*\n    revision dd\n\nRev: ee/s);
says('branches', ['branches'], 0, "aa (branchpoint)\n   -> bb (lab)\n   -> cc\n\n");
says('branches --verbose', [ 'branches', '--verbose' ], 0, qr/^Rev: aa .*   -> bb \(lab\), revision bb\n   -> cc, revision cc\n\n\z/s);
says('current of an empty database', ['current'], 0, '');
says('upgrade to several heads', [ 'upgrade', 'head' ], 1, '', qr/^ERROR:  "head" stands for 2 revisions\nDETAIL: .*\nHINT: .*\nSQLSTATE:  55000$/m);
says('upgrade', [ 'upgrade', 'bb' ], 0, qr/upgrade   \| aa .*upgrade   \| bb .*\(2 rows\)/s);
says('upgrade again', [ 'upgrade', 'bb' ], 0, "Nothing to do.\n");
says('current', ['current'], 0, "bb\n");
says('current --verbose', [ 'current', '-v' ], 0, qr{^Current revision\(s\) for postgresql://.*:\nRev: bb \(current\)\nParent: aa\n});
says('current --check-heads', [ 'current', '--check-heads' ], 1, '', qr/ERROR: .*SQLSTATE:  55000/s);
says('history -i', [ 'history', '-i' ], 0, qr/^aa -> bb \(lab\) \(current\), revision bb$/m);
says('history of a range', [ 'history', '-r', 'current:dd' ], 0,
	"bb, cc -> dd (lab) (head) (mergepoint), revision dd\naa -> bb (lab), revision bb\n");
says('a range that begins with a minus sign', [ 'history', '-r', '-1:current' ], 1, '', qr/^ERROR:/);
says('history of half a range', [ 'history', '-r', 'bb' ], 1, '', qr/^ERROR:/);
says('show', [ 'show', 'current' ], 0, qr/^Rev: bb \(current\)\n/);
says('plan', [ 'plan', 'dd' ], 0, qr/1 \| upgrade   \| cc .*2 \| upgrade   \| dd /s);
says('plan of a downgrade', [ 'plan', 'downgrade', '-1' ], 0, qr/1 \| downgrade \| bb /);
says('status', ['status'], 0, qr/Current\n.* bb .*Pending\n.* cc .*Nothing is half done\.\nNothing is running\.\n/s);
says('downgrade -1', [ 'downgrade', '-1' ], 0, qr/downgrade \| bb /);
says('upgrade +1 in a branch', [ 'upgrade', 'lab@+1' ], 0, qr/upgrade   \| bb /);
says('upgrade heads', [ '-q', 'upgrade', 'heads' ], 0, qr/\(3 rows\)/);
says('downgrade to an id', [ 'downgrade', '--', 'aa' ], 0, qr/downgrade \| bb /);
says('downgrade base', [ 'downgrade', 'base' ], 0, qr/downgrade \| aa /);
says('stamp', [ 'stamp', 'dd', 'ee' ], 0, qr/stamp .* dd .*stamp .* ee /s);
says('stamp --purge', [ 'stamp', '--purge', 'base' ], 0, qr/stamp/);
says('stamp --sql', [ 'stamp', '--sql', 'dd' ], 0, "SELECT * FROM migrator.stamp('{\"dd\"}'::text[], false);\n");
says('graph', ['graph'], 0, qr/^\|\\\n/m);
says('graph --format', [ 'graph', '--format', 'dot' ], 0, qr/^digraph/);
says('graph of no format', [ 'graph', '--format', 'png' ], 1, '', qr/graph format "png" does not exist/);
my $script = says('upgrade --sql', [ 'upgrade', 'bb', '--sql' ], 0, qr/^-- Running upgrade  -> aa/m);
write_file('bb.sql', $script);
says('downgrade --sql', [ 'downgrade', 'bb:aa', '--sql' ], 0, qr/^-- Running downgrade bb -> aa/m);
says('downgrade --sql without a range', [ 'downgrade', 'aa', '--sql' ], 1, '', qr/^ERROR:/);
$node->command_ok([ 'psql', '-XqAt', '-d', 'postgres', '-f', "$dir/bb.sql" ], 'the script runs');
says('and does what upgrade does', ['current'], 0, "bb\n");

# Deploying: the steps are lines as they are done.
says('deploy', [ 'deploy', 'heads' ], 0, qq{upgraded to "ee", revision ee\nupgraded to "cc", revision cc\nupgraded to "dd", revision dd\n});
says('deploy again', [ 'deploy', 'heads' ], 0, "Nothing to do.\n");
says('preflight', [ 'preflight', 'heads' ], 0, qr/severity/);
says('log', [ 'log', 'dd' ], 0, qr/upgrade   \| dd  .*\| 020_client/);
says('rollback', [ 'rollback', 'bb' ], 0, qr/^downgraded from "dd", revision dd\n/);
says('rollback with a wrong argument', [ 'rollback', 'base', '--retries', 'x' ], 2, '', qr/--retries must be a number from 0 to 2147483647, not "x"/);

# The model.
write_file('model.sql', "CREATE TABLE a (i int);\nCREATE TABLE b (i int);\nCREATE TABLE c (i int);\nCREATE TABLE e (i int)");
says('check before everything is applied', [ 'check', 'model.sql' ], 1, '', qr/^ERROR:/);
client($node, \%at, 'upgrade', 'heads');
says('check', [ 'check', 'model.sql' ], 0, '', "The database is as the model says.\n");
says('check without a model', ['check'], 2, '', qr/no model of the schema/);
says('check of a model that is not there', [ 'check', 'nosuch.sql' ], 1, '', qr/could not open file "nosuch\.sql"/);
says('drift', ['drift'], 0, '', "The schema is as the last migration left it.\n");
query($node, 'ALTER TABLE a ADD COLUMN stray int');
says('drift found', ['drift'], 1, qr/^-- .*public\.a\.stray\nALTER TABLE public\.a ADD COLUMN stray integer;\n/m);
says('check found', [ 'check', '--model', 'model.sql' ], 1, qr/DROP COLUMN stray/);
query($node, 'ALTER TABLE a DROP COLUMN stray');

# JSON.
is_deeply([ map { $_->{revision} } @{ json('history') } ], [qw(dd ee bb cc aa)], 'history as JSON');
is_deeply(json('upgrade', 'heads'), [], 'upgrade as JSON');
is(json('heads')->[0]{branch_labels}[0], 'lab', 'heads as JSON');
is(json('show', 'dd')->[0]{marks}[0], 'head', 'show as JSON');
is_deeply(json('downgrade', 'ee@base')->[0]{operation}, 'downgrade', 'downgrade as JSON');
is(json('status')->{pending}[0]{revision}, 'ee', 'status as JSON');
is_deeply([ map { $_->{revision} || () } @{ json('deploy', 'ee') } ], ['ee'], 'deploy as JSON');
is_deeply(json('deploy', 'ee'), [], 'a deploy with nothing to do as JSON');
like(json('graph')->{graph}, qr/ee/, 'graph as JSON');
like(json('downgrade', '--sql', 'bb:aa')->{script}, qr/DROP TABLE b/, 'a script as JSON');
is_deeply(json('check', 'model.sql'), [], 'check as JSON');
{
	local $at{env} = { PGOPTIONS => '-c standard_conforming_strings=off' };
	is(json('show', 'dd')->[0]{revision}, 'dd', 'show as JSON, with other strings');
	says('preflight, with other strings', [ 'preflight', 'heads' ], 0, qr/severity/);
	local $at{env} = { EDITOR => 'true' };
	is_deeply([ map { $_->{revision} } @{ json('edit', 'aa', 'bb') } ], [ 'aa', 'bb' ], 'edit of several as JSON is one document');
}

# What cannot be written is an error, not an end: a script may be cut off.
SKIP:
{
	skip 'there is no full device', 6 unless -c '/dev/full';
	foreach my $command ('upgrade bb --sql', 'history', 'completion bash', '--json heads')
	{
		local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => 'postgres');
		my $err = `cd '$dir' && migrator $command 2>&1 >/dev/full; echo "status \$?"`;

		like($err, qr/could not write to standard output: No space left on device.*status 1$/s, "a full device: $command");
	}
	foreach my $closed ('>&-', '<&- >&- 2>&-')
	{
		local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => 'postgres');
		is(`(cd '$dir' && migrator heads $closed); echo \$?`, "1\n", "closed: $closed");
	}
}

# Files that went wrong.  Nothing of such a directory is stored.
my $revisions = query($node, 'SELECT count(*) FROM migrator.revisions()');
write_revision('gg', 'dd', 'SELECT 1', 'SELECT 1');
write_file('migrations/ff.sql', "-- latin1\n--\n-- Revision ID: ff\n-- Revises: gg\n\n-- migrate:up\nSELECT 'caf\xE9';\n");
says('a latin1 file', [ 'upgrade', 'heads' ], 1, '', qr{file "migrations/ff\.sql" is not valid UTF-8\n.*Line 7 has the byte 0xe9\.\n.*iconv});
write_file('migrations/ff.sql', "\xFF\xFE-\0-\0");
says('a UTF-16 file', [ 'upgrade', 'heads' ], 1, '', qr{file "migrations/ff\.sql" is not valid UTF-8\n.*\n.*UTF-16});
write_file('migrations/ff.sql', "-- \0\n");
says('a null byte', [ 'upgrade', 'heads' ], 1, '', qr{file "migrations/ff\.sql" contains a null byte});
write_file('migrations/ff.sql', "SELECT 1;\n");
says('a file without a header', [ 'upgrade', 'heads' ], 1, '', qr/ERROR: .*ff\.sql/s);
write_file('migrations/ff.sql', "-- twice\n--\n-- Revision ID: gg\n-- Revises: dd\n\n-- migrate:up\nSELECT 1;\n");
says('two files with one id', [ 'upgrade', 'heads' ], 1, '', qr/revision "gg" is defined by two files\nDETAIL:  The files are "ff\.sql" and "gg\.sql"\./);
is(query($node, 'SELECT count(*) FROM migrator.revisions()'), $revisions, 'nothing was stored');
says('who looks is only warned', ['heads'], 0, qr/dd/, qr/warning: the files of "migrations" are not loaded: revision "gg" is defined/);
write_file('migrations/ff.sql', "\xEF\xBB\xBF-- with a mark\n--\n-- Revision ID: ff\n-- Revises: gg\n\n-- migrate:up\nSELECT 1;\n\n-- migrate:down\n");
says('a byte order mark', [ 'upgrade', 'heads' ], 0, qr/upgrade   \| ff /, qr/added ff/);
says('is read over again', [ 'upgrade', 'heads' ], 0, "Nothing to do.\n");
SKIP:
{
	skip 'root reads everything', 2 if $> == 0;
	chmod 0, "$files/deeper";
	says('an unreadable directory', ['upgrade'], 1, '', qr{could not open directory "migrations/deeper": Permission denied});
	chmod 0755, "$files/deeper";
	chmod 0, "$files/ff.sql";
	says('an unreadable file', ['upgrade'], 1, '', qr{could not open file "migrations/ff\.sql" for reading: Permission denied});
	chmod 0644, "$files/ff.sql";
}
write_file("migrations/caf\xe9.sql", '');
says('a name in latin1', [ 'upgrade', 'heads' ], 1, '', qr{name of file "migrations/caf\xe9\.sql" is not valid UTF-8});
unlink "$files/caf\xe9.sql";
symlink('/etc/passwd', "$files/link.sql") or die "could not make a link: $!";
says('a symbolic link', [ 'upgrade', 'heads' ], 0, "Nothing to do.\n", qr{symbolic link "migrations/link\.sql" is not followed});
unlink "$files/link.sql";

# A file changed under an applied revision.
write_revision('bb', 'aa', 'CREATE TABLE b (i bigint)', 'DROP TABLE b', "-- Branch Labels: lab\n");
says('a changed file', [ 'upgrade', 'heads' ], 1, '',
	qr{-CREATE TABLE b \(i int\);\n\+CREATE TABLE b \(i bigint\);.*error: file "migrations/bb\.sql" of revision "bb", which is applied, has changed\n.*hint:}s);
says('a changed file is no deployment', ['deploy'], 1, '', qr/has changed/);
says('as JSON', [ 'upgrade', 'heads', '--json' ], 1, '', qr/^\{"severity": "ERROR", "message": "file .*"detail": "---/);
says('a changed file does not hinder the way back', [ 'downgrade', 'dd' ], 0, qr/downgrade/, qr/not loaded: revision "bb" is applied/);
{
	local $at{env} = { PATH => (grep { -x "$_/migrator" } split /:/, $ENV{PATH})[0] };
	says('without the program diff', ['upgrade'], 1, '', qr/^--- revision bb.*i int.*\+\+\+ .*i bigint/ms);
}
says('--no-load', [ 'upgrade', 'heads', '--no-load' ], 0, qr/upgrade   \| ff /);
write_revision('bb', 'aa', 'CREATE TABLE b (i int)', 'DROP TABLE b', "-- Branch Labels: lab\n");

# The database is ahead of the files, or a file has gone.
unlink "$files/ff.sql";
says('a version ahead of the files', ['current'], 0, qr/^ff \(head\)$/m, qr/the database has a revision that has no file in "migrations": "ff"/);
client($node, \%at, 'downgrade', 'gg');
says('what has no file is not run', [ 'upgrade', 'heads' ], 1, '', qr/revision "ff" would be run, but has no file.*delete_revision/s);
says('what has one is', [ 'upgrade', 'ee' ], 0, qr/Nothing|upgrade/, qr/no file/);
query($node, "SELECT migrator.delete_revision('ff')");

# Rights.
query($node, "CREATE ROLE deployer LOGIN; GRANT CREATE ON SCHEMA public TO deployer; SELECT migrator.grant_role('deployer', 'deployer')");
says('a deployer cannot load', [ '-U', 'deployer', 'upgrade', 'heads' ], 1, '', qr/could not load the files of "migrations": permission denied.*capability "author".*--no-load/s);
says('but run what is stored', [ '-U', 'deployer', 'upgrade', 'heads', '--no-load' ], 0, "Nothing to do.\n");
query($node, 'CREATE ROLE nobody LOGIN');
says('and others not', [ '-U', 'nobody', 'downgrade', 'base', '--no-load' ], 1, '', qr/permission denied for function downgrade\nHINT:  migrator\.grant_role\(\)/);
says('and look', [ '-U', 'deployer', 'heads' ], 0, qr/gg/, qr/warning/);

# The connection is lost half-way: what is committed stays.
write_revision('hh', 'gg', 'SELECT 1', 'SELECT 1');
write_revision('ii', 'hh', 'SELECT pg_terminate_backend(pg_backend_pid())', 'SELECT 1');
says('the connection is lost', [ 'deploy', 'ii' ], 3, qq{upgraded to "hh", revision hh\n},
	qr/terminating connection.*connection to the server was lost\n.*migrator status/s);
says('what was committed stays', ['current'], 0, qr/^hh$/m);
write_revision('ii', 'hh', 'SELECT pg_sleep(1.5)', 'SELECT 1');

# Ctrl-C cancels the query.
{
	my ($out, $err) = ('', '');
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => 'postgres');
	my $run = IPC::Run::start([ 'migrator', '-D', $files, 'upgrade', 'ii' ], '<', \'', '>', \$out, '2>', \$err,
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));

	wait_until($node, "EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%migrator.upgrade(%' AND wait_event = 'PgSleep')");
	$run->signal('INT');
	$run->finish;
	is($run->full_result(0) >> 8, 1, 'Ctrl-C: exit status');
	like($err, qr/Cancel request sent\n.*canceling statement due to user request.*SQLSTATE:  57014/s, 'Ctrl-C: messages');
}

# Ctrl-C while who looks waits for the files: that is no warning.
{
	my ($out, $err) = ('', '');
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => 'postgres');
	my $locker = start_psql($node, 'BEGIN; LOCK TABLE migrator.revision IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(1000)');

	wait_until($node, "EXISTS (SELECT FROM pg_locks WHERE relation = 'migrator.revision'::regclass AND mode = 'AccessExclusiveLock' AND granted)");
	foreach my $command ('heads', 'validate')
	{
		my $run = IPC::Run::start([ 'migrator', '-D', $files, $command ], '<', \'', '>', \$out, '2>', \$err,
			IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));

		wait_until($node, "EXISTS (SELECT FROM pg_locks WHERE relation = 'migrator.revision'::regclass AND NOT granted)");
		$run->signal('INT');
		$run->finish;
		is($run->full_result(0) >> 8, 1, "Ctrl-C in $command: exit status");
		is($out, '', "Ctrl-C in $command: no output");
		like($err, qr/canceling statement due to user request/, "Ctrl-C in $command: messages");
	}
	query($node, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(1000)' AND pid <> pg_backend_pid()");
	finish_psql($locker);
}

# On a terminal.
SKIP:
{
	skip 'there is no terminal to be had', 7 unless $terminal;
	my $shown = on_terminal('history');

	like($shown, qr/^\|\\$/m, 'terminal: history draws the branches');
	like($shown, qr/\e\[33mdd\e\[0m \(lab\)/, 'terminal: in colours');
	{
		local $ENV{NO_COLOR} = '1';
		unlike(on_terminal('history'), qr/\e\[33m/, 'terminal: not with NO_COLOR');
	}
	unlike(on_terminal('history', '--json'), qr/\e|\|\\/, 'terminal: not as JSON');
	$shown = on_terminal('deploy', 'ii');
	like($shown, qr/\rupgrade 1\/1 ii.*, revision ii\e\[K.*\r\e\[Kupgraded to "ii", revision ii\n/s, 'terminal: progress');
	unlike((client($node, \%at, 'rollback', 'hh'))[1], qr/[\r\e]/, 'pipe: no progress');
	like(on_terminal('upgrade', 'ii'), qr/\rrunning ii.*, revision ii\e\[K.*\r\e\[K operation/s, 'terminal: progress of an upgrade');
	client($node, \%at, 'downgrade', 'hh');
}
SKIP:
{
	skip 'there is no tmux', 1 if !$terminal || system('tmux -V >/dev/null 2>&1') != 0;
	my $socket = $node->basedir . '/tmux';
	my $shown = '';

	system('tmux', '-S', $socket, 'new-session', '-d', '-x', '120', '-y', '50', '-c', $dir,
		'-e', 'PGHOST=' . $node->host, '-e', 'PGPORT=' . $node->port, '-e', 'PGDATABASE=postgres', 'sh');
	system('tmux', '-S', $socket, 'send-keys', 'migrator history -i', 'Enter');
	foreach my $try (1 .. 100)
	{
		$shown = `tmux -S '$socket' capture-pane -p`;
		last if $shown =~ /\(branchpoint\), revision aa/;
		select(undef, undef, undef, 0.1);
	}
	system('tmux', '-S', $socket, 'kill-server');
	like($shown, qr/^\* \| aa -> bb|^\| \* aa -> bb|^\* aa -> bb/m, 'tmux: history');
}

# A password that is asked for: Ctrl-C leaves a terminal that shows what is typed.
SKIP:
{
	skip 'there is no terminal to be had', 1 unless $terminal && eval { require IO::Pty; IO::Pty->new };
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => 'postgres', TERM => 'dumb');
	my ($in, $out) = ('', '');
	my $run = IPC::Run::start([ 'sh', '-c', 'trap : INT; migrator -W current; echo status $?; stty -a; echo end' ],
		'<pty<', \$in, '>pty>', \$out, IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));

	$run->pump until $out =~ /Password: /;
	$in .= "\x03";
	$run->pump until $out =~ /^end/m;
	$run->finish;
	like($out, qr/status 130.*[ ;]echo[ ;]/s, 'Ctrl-C at a password');
}

# Other encodings: psql would take a script to be in that of the database.
{
	my $latin = $node->basedir . '/latin';

	make_path("$latin/migrations", "$latin/init");
	my $write = sub {
		open(my $fh, '>:raw', "$latin/$_[0]") or die $!;
		print $fh $_[1];
		close($fh) or die $!;
	};
	my %there = (dir => $latin, env => { PGDATABASE => 'latin' });
	query($node, "CREATE DATABASE latin TEMPLATE template0 ENCODING LATIN1 LOCALE 'C'");
	$write->('init/1.sql', "CREATE TABLE i AS SELECT 'caf\xc3\xa9'::text AS t;\n");
	$write->('migrations/l1.sql', "-- l\n--\n-- Revision ID: l1\n-- Revises:\n\n-- migrate:up\nSET search_path = public;\n"
		  . "CREATE TABLE l AS SELECT 'caf\xc3\xa9'::text AS t;\n\n-- migrate:down\nDROP TABLE l;\n");
	is((client($node, \%there, 'setup', '--init-directory', 'init'))[0], 0, 'LATIN1: setup');
	is(query($node, "SELECT string_agg(length(t)::text, ' ') FROM (TABLE i UNION ALL TABLE l) x", 'latin'), '4 4', 'LATIN1: what is in files');
	my ($status, $out, $err) = client($node, \%there, 'upgrade', 'base:head', '--sql');
	client($node, \%there, 'downgrade', 'base');
	$write->('l.sql', $out);
	$node->command_ok([ 'psql', '-XqAt', '-d', $node->connstr('latin'), '-f', "$latin/l.sql" ], 'LATIN1: a script runs');
	is(query($node, 'SELECT length(t) FROM l', 'latin'), '4', 'LATIN1: what is in scripts');
	is((client($node, \%there, 'upgrade'))[1], "Nothing to do.\n", 'LATIN1: is the same');
	$write->('migrations/l2.sql', "-- l\n--\n-- Revision ID: l2\n-- Revises: l1\n\n-- migrate:up\nSELECT '\xe2\x82\xac';\n");
	foreach my $command ('upgrade', 'heads', 'import', 'validate')
	{
		($status, $out, $err) = client($node, \%there, $command);
		is($status, 1, "LATIN1: a character that it lacks: $command");
		like($err, qr/file "migrations\/l2\.sql" has a character that the encoding of database "latin" lacks/, 'is in a file that is named');
	}
}

# Thousands of files.
{
	my $many = $node->basedir . '/many';
	my $parent = '';

	make_path($many);
	foreach my $i (1 .. 3000)
	{
		open(my $fh, '>', sprintf('%s/m%05d.sql', $many, $i)) or die $!;
		printf $fh "-- many\n--\n-- Revision ID: m%05d\n-- Revises: %s\n\n-- migrate:up\nSELECT 1;\n\n-- migrate:down\n", $i, $parent;
		close($fh);
		$parent = sprintf('m%05d', $i);
	}
	says('thousands of files', [ '-D', $many, '--project', 'many', '-q', 'heads' ], 0, "m03000 (head)\n");
	is(query($node, "SET migrator.project = 'many'; SELECT count(*) FROM migrator.revisions()"), '3000', 'all of them');
	says('again', [ '-D', $many, '--project', 'many', 'heads' ], 0, "m03000 (head)\n");
}

done_testing();
