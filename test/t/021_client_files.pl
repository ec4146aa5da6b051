# The client's commands that write files: all that Alembic's tutorial and a
# team's guide to it type has a counterpart, and nothing is ever half done.

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Path qw(make_path remove_tree);
use IPC::Run ();
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('main', extension => 0);
my $root = $node->basedir;
my $count = 0;
my ($project, $database);

# A new project directory with a new database.
sub new_project
{
	my $name = 'app' . ++$count;

	$project = "$root/$name";
	$database = $name;
	make_path($project);
	query($node, "CREATE DATABASE $name");
	query($node, 'CREATE EXTENSION migrator', $database);
	return;
}

# Run the client there; returns its exit status, output and messages.
sub run_client
{
	my %option = ref $_[0] ? %{ shift @_ } : ();

	return client($node, { dir => $project, env => { PGDATABASE => $database, %{ $option{env} || {} } }, %option{'in'} },
		@_);
}

# The same, and it has to work; returns its output.
sub ok_client
{
	my @words = @_;
	my ($status, $out, $err) = run_client(@words);
	my $shown = join ' ', grep { !ref } @words;

	is($status, 0, "migrator $shown") or diag("$out$err");
	return $out;
}

# The same, and it has to fail with such a message.
sub fails_client
{
	my ($message, @words) = @_;
	my ($status, $out, $err) = run_client(@words);
	my $shown = join ' ', grep { !ref } @words;

	ok($status != 0 && $err =~ $message, "migrator $shown fails") or diag("status $status\n$out$err");
	return $err;
}

sub write_file
{
	my ($path, $text) = @_;
	my $dir = "$project/$path" =~ s{/[^/]*$}{}r;

	make_path($dir);
	open(my $fh, '>:raw', "$project/$path") or die "could not write $path: $!";
	print $fh $text;
	close($fh) or die "could not write $path: $!";
	return;
}

sub read_file
{
	my ($path) = @_;

	return slurp_file("$project/$path");
}

# The names of all files below a directory, hidden ones as well.
sub files_of
{
	my ($dir) = @_;
	my @found;
	my @todo = ('');

	while (defined(my $below = shift @todo))
	{
		opendir(my $dh, "$project/$dir/$below") or next;
		foreach my $name (sort readdir $dh)
		{
			next if $name eq '.' || $name eq '..';
			my $path = $below eq '' ? $name : "$below/$name";
			-d "$project/$dir/$path" ? push @todo, $path : push @found, $path;
		}
	}
	@found = sort @found;
	return @found;
}

# Make a revision, fill in its sections, and return its id.
sub new_revision
{
	my ($up, $down, @words) = @_;
	my $out = ok_client('revision', @words);
	my ($path) = $out =~ /^Generating (\S+) \.\.\.  done$/m or die "no file in: $out";
	my $text = read_file($path);

	$text =~ s/^-- migrate:up\n/-- migrate:up\n$up;\n/m or die "no section in: $text";
	$text =~ s/^-- migrate:down\n/-- migrate:down\n$down;\n/m;
	write_file($path, $text);
	my ($id) = $text =~ /^-- Revision ID: (\S+)$/m;
	return $id;
}

sub current
{
	return query($node, 'SELECT string_agg(revision, \',\' ORDER BY revision COLLATE "C") FROM migrator.versions()',
		$database);
}

subtest 'init' => sub {
	new_project();
	my $out = ok_client('init');
	like($out, qr/Creating directory migrations/, 'it makes the directory');
	my $config = read_file('migrator.toml');
	like($config, qr/^directory = "migrations"$/m, 'and says where it is');
	write_file('migrator.toml', "$config\nproject = 'mine'\n");
	$out = ok_client('init', 'elsewhere');
	like($out, qr/exists already, and is as it was/, 'a second time it changes nothing');
	like(read_file('migrator.toml'), qr/^project = 'mine'$/m, 'really nothing');
	ok(-d "$project/elsewhere", 'but for a directory of another name');
	new_project();
	like(ok_client('init', '-D', 'db/here'), qr/Creating directory db\/here/, 'the option names the directory, too');
	like(read_file('migrator.toml'), qr/^directory = "db\/here"$/m, 'and is kept');
	remove_tree("$project/db");
	like(ok_client('init'), qr/Creating directory db\/here/, 'a directory that is configured');
	fails_client(qr/cannot be empty/, 'init', '');
	new_project();
	ok_client('init');
	my ($status) = client($node, { dir => "$project/migrations", env => { PGDATABASE => $database } }, 'revision', '-m', 'below');
	is($status, 0, 'the configuration is found from below');
	is(scalar(files_of('migrations')), 1, 'and so is the directory');
};

# https://alembic.sqlalchemy.org/en/latest/tutorial.html, command by command.
subtest 'the tutorial' => sub {
	new_project();
	ok_client('init', 'migrations');
	my $first = new_revision('CREATE TABLE account (id int PRIMARY KEY, name varchar(50) NOT NULL)',
		'DROP TABLE account', '-m', 'create account table');
	like((files_of('migrations'))[0], qr/^\Q$first\E_create_account_table\.sql$/, 'the file has id and message in its name');
	like(read_file("migrations/${first}_create_account_table.sql"), qr/^-- create account table\n--\n-- Revision ID: $first\n-- Revises:\n-- Create Date: /,
		'and a header');
	ok_client('upgrade', 'head');
	is(current(), $first, 'upgrade head');
	my $second = new_revision('ALTER TABLE account ADD COLUMN last_transaction_date timestamptz',
		'ALTER TABLE account DROP COLUMN last_transaction_date', '-m', 'Add a column');
	like(join(' ', files_of('migrations')), qr/\Q$second\E_add_a_column\.sql/, 'the slug is in lower case');
	ok_client('upgrade', 'head');
	is(current(), $second, 'upgrade head once more');
	ok_client('downgrade', 'base');
	is(current(), '', 'downgrade base');
	ok_client('upgrade', substr($first, 0, 5));
	is(current(), $first, 'upgrade to the beginning of an id');
	ok_client('downgrade', '-1');
	is(current(), '', 'downgrade -1');
	ok_client('upgrade', '+2');
	is(current(), $second, 'upgrade +2');
	ok_client('downgrade', '-1');
	is(current(), $first, 'downgrade -1');
	ok_client('upgrade', "$first+1");
	is(current(), $second, 'upgrade from a revision one step on');
	like(ok_client('current'), qr/\Q$second\E.*\(head\)/, 'current');
	like(ok_client('history', '--verbose'), qr/\Q$second\E.*\Q$first\E/s, 'history --verbose');
	my $out = ok_client('history', "-r$first:$second");
	like($out, qr/\Q$first\E -> \Q$second\E/, 'history -rA:B');
	ok_client('history', '-r-1:current');
	ok_client('history', "-r$first:");
	ok_client('downgrade', $first);
	is(current(), $first, 'downgrade to an id');
	ok_client('downgrade', 'base');
};

subtest 'autogenerate' => sub {
	new_project();
	ok_client('init');
	write_file('migrator.toml', read_file('migrator.toml') . "models = ['schema/users.sql', 'schema/orders.sql']\n");
	write_file('schema/users.sql', 'CREATE TABLE users (id int PRIMARY KEY, name text) -- no semicolon, no newline');
	write_file('schema/orders.sql', "CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users)");
	my $out = ok_client('revision', '--autogenerate', '-m', 'first schema', '--rev-id', '000000000001');
	like($out, qr/^Generating migrations\/000000000001_first_schema\.sql \.\.\.  done$/m, 'a file is written');
	like(read_file('migrations/000000000001_first_schema.sql'), qr/migrate:up\n.*CREATE TABLE public\.orders.*migrate:down\n.*DROP TABLE/s,
		'with a way there and back, to be reviewed');
	fails_client(qr/not on all head revisions/, 'revision', '--autogenerate', '-m', 'too early');
	ok_client('upgrade', 'head');
	$out = ok_client('revision', '--autogenerate', '-m', 'nothing');
	like($out, qr/No differences/, 'nothing to do: it says so');
	is(scalar(files_of('migrations')), 1, 'and writes no file');
	write_file('schema/users.sql', 'CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);');
	$out = ok_client('revision', '--autogenerate', '--sql', '-m', 'look');
	like($out, qr/^-- look\n.*SET NOT NULL/s, '--sql prints it');
	is(scalar(files_of('migrations')), 1, 'and writes no file');
	is(query($node, 'SELECT count(*) FROM migrator.revisions()', $database), 1, 'nor a revision');
	$out = ok_client('--json', 'revision', '--autogenerate', '-m', 'not null', '--rev-id', '000000000002', '--branch-label', 'main',
		'--depends-on', '000000000001');
	like($out, qr/"revision": "000000000002", "path": "migrations\/000000000002_not_null\.sql", "hazards": \[\{"code" : "MG\d+"/,
		'--json has the hazards');
	like(read_file('migrations/000000000002_not_null.sql'), qr/^-- Branch Labels: main\n-- Depends on: 000000000001$/m, 'labels and dependencies, too');
	ok_client('upgrade');
	write_file('schema/users.sql', 'CREATE TABLE users (id int PRIMARY KEY);');
	$out = ok_client('revision', '--autogenerate', '-m', 'drop name');
	like($out, qr/^  MG\d+ \w+: \S/m, 'hazards are shown');
	ok_client('upgrade');
	ok_client('check');
};

# Working with branches, as the team guides have it.
subtest 'branches' => sub {
	new_project();
	ok_client('init');
	my $base = new_revision('CREATE TABLE a ()', 'DROP TABLE a', '-m', 'base');
	my $one = new_revision('CREATE TABLE b ()', 'DROP TABLE b', '-m', 'one');
	fails_client(qr/not a head|splice/, 'revision', '-m', 'two', '--head', $base);
	my $two = new_revision('CREATE TABLE c ()', 'DROP TABLE c', '-m', 'two', "--head=$base", '--splice', '--branch-label', 'side');
	like(ok_client('heads'), qr/\Q$one\E.*\Q$two\E|\Q$two\E.*\Q$one\E/s, 'two heads');
	like(ok_client('branches'), qr/\Q$base\E/, 'a branch point');
	fails_client(qr/several heads|multiple heads|heads/i, 'upgrade', 'head');
	fails_client(qr/heads/, 'revision', '-m', 'where');
	ok_client('upgrade', 'heads');
	ok_client('downgrade', 'side@base');
	ok_client('upgrade', 'side@head');
	my $out = ok_client('merge', '-m', 'merge one and two', 'heads');
	my ($merge) = $out =~ /Generating migrations\/(\w+)_merge_one_and_two\.sql/;
	ok($merge, 'merge heads writes a file');
	ok_client('upgrade', 'head');
	is(current(), $merge, 'and upgrade head goes there');
	ok_client('current', '--check-heads');
	my $cart = new_revision('CREATE TABLE cart ()', 'DROP TABLE cart', '-m', 'cart', '--head', 'base', '--branch-label', 'shoppingcart');
	my $more = new_revision('ALTER TABLE cart ADD i int', 'ALTER TABLE cart DROP i', '-m', 'more', '--head', 'shoppingcart@head',
		'--depends-on', $one);
	like(ok_client('show', $more), qr/\Q$cart\E/, 'show');
	ok_client('upgrade', 'shoppingcart@head');
	ok_client('downgrade', 'shoppingcart@-1');
	ok_client('upgrade', 'heads');
	ok_client('graph');
	ok_client('stamp', 'base');
	is(current(), '', 'stamp base');
	ok_client('stamp', 'heads');
	is(current(), join(',', sort $merge, $more), 'stamp heads');
	ok_client('stamp', '--purge', $merge);
	is(current(), $merge, 'stamp --purge');
	$out = ok_client('merge', '--rev-id', 'm1', $merge, $more);
	like($out, qr/m1_merge_/, 'merge of named revisions');
};

subtest 'scripts' => sub {
	new_project();
	ok_client('init');
	my $one = new_revision('CREATE TABLE a (i int)', 'DROP TABLE a', '-m', 'one');
	my $two = new_revision('CREATE TABLE b (i int)', 'DROP TABLE b', '-m', 'two');
	my $three = new_revision('CREATE TABLE c (i int)', 'DROP TABLE c', '-m', 'three');
	my $whole = ok_client('upgrade', 'head', '--sql');
	my $part = ok_client('upgrade', "$one:$three", '--sql');
	my $back = ok_client('downgrade', "$three:$one", '--sql');
	unlike($part, qr/CREATE TABLE a/, 'a relative script begins where it should');
	like($part, qr/CREATE TABLE b.*CREATE TABLE c/s, 'and ends there');

	my $script = scratch_file($node, 'whole.sql', $whole);
	query($node, 'CREATE DATABASE offline');
	query($node, 'CREATE EXTENSION migrator', 'offline');
	$node->command_ok([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', 'offline', '-f', $script ], 'the whole script runs');
	is(query($node, 'SELECT revision FROM migrator.versions()', 'offline'), $three, 'and records it');
	$script = scratch_file($node, 'back.sql', $back);
	$node->command_ok([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', 'offline', '-f', $script ], 'the way back runs');
	is(query($node, 'SELECT revision FROM migrator.versions()', 'offline'), $one, 'and records it');
	$script = scratch_file($node, 'part.sql', $part);
	$node->command_ok([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', 'offline', '-f', $script ], 'the part runs');
	is(query($node, 'SELECT revision FROM migrator.versions()', 'offline'), $three, 'and records it');
};

# On failure neither the database nor the directory has anything new.
subtest 'nothing half done' => sub {
	new_project();
	ok_client('init');
	my $one = new_revision('SELECT 1', 'SELECT 1', '-m', 'one');
	ok_client('import');
	my @before = files_of('migrations');
	my $store = sub { query($node, 'SELECT string_agg(revision, \' \' ORDER BY revision) FROM migrator.revisions()', $database) };
	my $same = sub {
		my ($what) = @_;

		is_deeply([ files_of('migrations') ], \@before, "$what: the files are the same");
		is($store->(), $one, "$what: the revisions are the same");
	};

	write_file('migrations/readme.txt', 'stays');
	@before = files_of('migrations');
	query($node, q{CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'not today'; END$$;
		CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE OR DELETE ON migrator.revision DEFERRABLE INITIALLY DEFERRED
		FOR EACH ROW EXECUTE FUNCTION refuse()}, $database);
	fails_client(qr/not today/, 'revision', '-m', 'refused at the commit');
	$same->('commit fails');
	fails_client(qr/not today/, 'rename', $one, 'other');
	$same->('rename fails');
	query($node, q{CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
		$$BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END$$}, $database);
	my ($status, undef, $err) = run_client('revision', '-m', 'connection lost');
	is($status, 3, 'the connection is lost at the commit');
	like($err, qr/as they were before/, 'and it says what is so');
	$same->('connection lost');
	query($node, 'DROP TRIGGER refuse ON migrator.revision', $database);

	write_file('migrations/000000000abc_taken.sql', '');
	chmod 0, "$project/migrations/000000000abc_taken.sql";
	fails_client(qr/000000000abc_taken\.sql.*Permission denied/, 'revision', '-m', 'x');
	unlink "$project/migrations/000000000abc_taken.sql";
	make_path("$project/migrations/000000000abd_taken.sql");
	fails_client(qr/"migrations\/000000000abd_taken\.sql" exists already/, 'revision', '-m', 'taken', '--rev-id', '000000000abd');
	rmdir "$project/migrations/000000000abd_taken.sql";
	$same->('file exists');
	chmod 0500, "$project/migrations";
	fails_client(qr/could not create directory.*Permission denied/, 'revision', '-m', 'x');
	chmod 0755, "$project/migrations";
	$same->('unwritable');
	fails_client(qr/cannot be the name of a file/, 'revision', '-m', 'x', '--rev-id', '../../x');
	$same->('bad name');
	fails_client(qr/cannot be the name of a file/, 'revision', '-m', 'x', '--rev-id', '.x');
	foreach my $path ('../x', '.hidden', 'a/.hidden', '/tmp', '')
	{
		fails_client(qr/is not in the directory of migration files/, 'revision', '-m', 'x', '--version-path', $path);
	}
	$same->('bad path');
	fails_client(qr/name "a,b" cannot be written in a header/, 'revision', '-m', 'x', '--branch-label', 'a,b');
	fails_client(qr/.../, 'revision', '-m', "two\nlines");
	$same->('bad message');

	make_path("$project/migrations/.migrator-1999999999/old");
	write_file('migrations/.migrator-1999999999/old/x.sql', 'was here');
	fails_client(qr/was interrupted.*\.migrator-1999999999\/old/s, 'revision', '-m', 'x');
	unlink "$project/migrations/.migrator-1999999999/old/x.sql";
	@before = files_of('migrations');
	my $two = new_revision('SELECT 1', 'SELECT 1', '-m', 'two');
	is(scalar(files_of('migrations')), @before + 1, 'then it goes on');
	ok(!-e "$project/migrations/.migrator-1999999999", 'and has tidied up');
};

subtest 'edit' => sub {
	new_project();
	ok_client('init');
	my $editor = scratch_file($node, 'editor.sh', <<'SH');
perl -pi -e "$EDIT" "$1"
SH
	my $edit = sub { return { env => { EDITOR => "sh '$editor'", EDIT => $_[0] } } };
	my $one = new_revision('SELECT 1', 'SELECT 1', '-m', 'one');
	ok_client($edit->('s/SELECT 1/SELECT 2/ if $. < 12'), 'edit', 'head');
	like(query($node, "SELECT migrator.export('$one')", $database), qr/SELECT 2/, 'what was edited is loaded');
	fails_client(qr/syntax error.*was not loaded/s, $edit->('s/SELECT 2/SELEC 2/'), 'edit', substr($one, 0, 6));
	like(read_file("migrations/${one}_one.sql"), qr/SELEC 2/, 'what does not parse stays in the file');
	ok_client($edit->('s/SELEC 2/SELECT 3/'), 'edit', $one);
	like(query($node, "SELECT migrator.export('$one')", $database), qr/SELECT 3/, 'and can be edited again');
	fails_client(qr/id "ffff" of another revision/, $edit->("s/Revision ID: .*/Revision ID: ffff/"), 'edit', $one);
	ok_client('export', '--force', $one);
	query($node, "SELECT migrator.revision('in the database', 'SELECT 1', rev_id => 'indb')", $database);
	ok_client($edit->('s/SELECT 1/SELECT 4/'), 'edit', 'indb');
	like(read_file('migrations/indb_in_the_database.sql'), qr/SELECT 4/, 'a revision without a file gets one');
	fails_client(qr/does not exist/, $edit->('1'), 'edit', 'nosuch');
	new_revision('SELECT 1', 'SELECT 1', '-m', 'not the head', '--rev-id', 'headers', '--version-path', 'deeper//');
	ok(-e "$project/migrations/deeper/headers_not_the_head.sql", 'a path may end in slashes');
	new_revision('SELECT 1', 'SELECT 1', '-m', 'the head', '--rev-id', 'last');
	ok_client($edit->('s/SELECT 1/SELECT 6/'), 'edit', 'head');
	like(read_file('migrations/last_the_head.sql'), qr/SELECT 6/, 'head is no beginning of an id');
	fails_client(qr/could not edit file/, { env => { EDITOR => 'false' } }, 'edit', $one);
	ok_client($edit->('s/migrate:up$/migrate:up\nSELECT 5;/'), 'revision', '-m', 'at once', '--rev-id', 'e5', '--edit');
	like(query($node, "SELECT migrator.export('e5')", $database), qr/SELECT 5/, 'revision --edit');
};

subtest 'export' => sub {
	new_project();
	ok_client('init');
	query($node, "SELECT migrator.revision('number $_', 'SELECT 1', 'SELECT 1', rev_id => 'r$_')", $database) for 1 .. 3;
	fails_client(qr/nothing is named/, 'export');
	like(ok_client('export', 'r2'), qr/Generating migrations\/r2_number_2\.sql/, 'one');
	my $out = ok_client('export', '--all');
	like($out, qr/2 written, 1 unchanged/, 'all');
	is_deeply([ files_of('migrations') ], [ map { "r${_}_number_$_.sql" } 1 .. 3 ], 'into files');
	like(ok_client('import'), qr/0 added, 0 replaced, 3 unchanged/, 'that can be loaded');
	write_file('migrations/r2_number_2.sql', read_file('migrations/r2_number_2.sql') =~ s/SELECT 1/SELECT 2/r);
	fails_client(qr/not what the database has/, 'export', '--all');
	ok_client('export', '--all', '--force');
	like(read_file('migrations/r2_number_2.sql'), qr/SELECT 1/, '--force');
	rename "$project/migrations/r3_number_3.sql", "$project/migrations/other.sql";
	ok_client('export', '--all');
	is(scalar(files_of('migrations')), 3, 'a file of another name is found by its id');
	ok_client('export', '--all', '--directory', 'copy/of/it');
	is(scalar(files_of('copy/of/it')), 3, 'into another directory');
	is(ok_client('export', '--stdout', 'head'), read_file('migrations/other.sql'), 'to the output');
	write_file('migrations/other.sql', read_file('migrations/other.sql') =~ s/\n/ \r\n/gr . "\r\n");
	like(ok_client('export', '--all'), qr/0 written, 3 unchanged/, 'line ends make no difference');
	query($node, "SELECT migrator.revision('b c', rev_id => 'a'), migrator.revision('c', rev_id => 'a_b')", $database);
	fails_client(qr/two revisions have the file name "a_b_c\.sql"/, 'export', '--all', '--directory', 'twice');
	ok(!-e "$project/twice", 'none of them is lost');
	fails_client(qr/cannot be empty/, 'export', '--all', '--directory', '');
};

subtest 'import' => sub {
	new_project();
	ok_client('init');
	write_file("theirs/0000$_.sql" =~ s/\.sql$/_step_$_.sql/r, "-- +goose Up\nCREATE TABLE t$_ ();\n-- +goose Down\nDROP TABLE t$_;\n") for 1 .. 3;
	write_file('theirs/readme.md', 'a text');
	my $out = ok_client('import', '--from', 'goose', 'theirs');
	like($out, qr/3 revisions: 3 added/, 'three are added');
	is(scalar(files_of('migrations')), 3, 'three files are written');
	is(scalar(files_of('theirs')), 4, 'the others are as they were');
	like(read_file('migrations/' . (files_of('migrations'))[1]), qr/^-- Revises: \S+\n(.*\n)*-- migrate:up\nCREATE TABLE t2/m, 'ours name their parents');
	like(ok_client('import', '--from', 'goose', 'theirs'), qr/0 added, 0 replaced, 3 unchanged/, 'again: nothing');
	write_file('theirs/00004_step_4.sql', "-- +goose Up\nCREATE TABLE t4 ();\n");
	like(ok_client('import', 'theirs'), qr/1 added, 0 replaced, 3 unchanged/, 'it has grown, and its format is found out');
	ok_client('upgrade');
	is(query($node, "SELECT count(*) FROM pg_tables WHERE tablename ~ '^t\\d\$'", $database), 4, 'and upgrade runs them');

	# where the other tool has been before
	query($node, "DROP EXTENSION migrator; DROP SCHEMA IF EXISTS migrator; CREATE EXTENSION migrator;"
		  . "CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp DEFAULT now());"
		  . "INSERT INTO goose_db_version (version_id, is_applied) SELECT i, true FROM generate_series(0, 4) i", $database);
	like(ok_client('adopt', '--dry-run'), qr/goose/, 'adopt --dry-run finds its table');
	is(current(), '', 'and changes nothing');
	ok_client('adopt', '--tool', 'goose', '--table', 'goose_db_version');
	like(current(), qr/4$/, 'adopt takes the version over');
	ok_client('upgrade');
	ok_client('current', '--check-heads');

	# in its own place
	new_project();
	write_file("db/0000${_}_step_$_.sql", "-- +goose Up\nCREATE TABLE t$_ ();\n") for 1 .. 2;
	write_file('db/readme.md', 'a text');
	ok_client('init', '--from', 'goose', 'db');
	fails_client(qr/are goose's.*import --from goose db/s, 'revision', '-m', 'x');
	like(ok_client('import', '--keep'), qr/2 added/, 'the files can stay the other tool\'s');
	is_deeply([ files_of('db') ], [ '00001_step_1.sql', '00002_step_2.sql', 'readme.md' ], 'they do');
	ok_client('upgrade');
	$out = ok_client('import', '--from', 'goose', 'db');
	my ($backup) = $out =~ /The files as they were are in (\S+)$/m;
	like($backup, qr/^db\.backup-\d{8}T\d{6}Z$/, 'there is a copy of them');
	is_deeply([ files_of($backup) ], [ '00001_step_1.sql', '00002_step_2.sql' ], 'of all that change');
	like($out, qr/take the format out of migrator\.toml/, 'and it says what is left to do');
	write_file('migrator.toml', read_file('migrator.toml') =~ s/^format = .*//mr);
	is(scalar(files_of('db')), 3, 'ours are in their place');
	like(ok_client('import'), qr/2 unchanged/, 'and are what the database has');
	ok_client('revision', '-m', 'ours');

	# nothing half imported
	new_project();
	ok_client('init');
	my $none = sub {
		my ($what) = @_;

		is(query($node, 'SELECT count(*) FROM migrator.revisions()', $database), 0, "$what: no revision");
		is(scalar(files_of('migrations')), 0, "$what: no file");
	};
	write_file('bad/1_a.up.sql', 'CREATE TABLE a ()');
	write_file('bad/1_b.up.sql', 'CREATE TABLE b ()');
	fails_client(qr/1_a\.up\.sql.*1_b\.up\.sql/s, 'import', '--from', 'golang-migrate', 'bad');
	$none->('two files with one id');
	unlink "$project/bad/1_b.up.sql";
	write_file('bad/2_c.up.sql', "-- caf\xe9\nSELECT 1");
	fails_client(qr/bad\/2_c\.up\.sql" is not valid UTF-8.*iconv/s, 'import', 'bad');
	$none->('Windows-encoded');
	write_file('bad/2_c.up.sql', "SELEC 1");
	fails_client(qr/syntax error.*2_c\.up\.sql/s, 'import', 'bad');
	$none->('syntax error');
	write_file('bad/2_c.up.sql', "SELECT 1");
	write_file('bad/20250101000000_x.sql', "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;\n");
	fails_client(qr/look like|ambiguous|mixed|20250101000000_x/i, 'import', 'bad');
	$none->('two formats');
	write_file('go/00001_a.sql', "-- +goose Up\nSELECT 1;\n");
	write_file('go/00002_b.go', "package migrations\n");
	fails_client(qr/00002_b\.go" is written in Go/, 'import', '--from', 'goose', 'go');
	write_file('node/1700000000000_b.js', "exports.up = x\n");
	fails_client(qr/1700000000000_b\.js" is a program/, 'import', '--from', 'node-pg-migrate', 'node');
	chmod 0, "$project/bad/2_c.up.sql";
	fails_client(qr/bad\/2_c\.up\.sql.*Permission denied/s, 'import', 'bad');
	chmod 0, "$project/bad";
	fails_client(qr/could not open directory "bad".*Permission denied/s, 'import', 'bad');
	chmod 0755, "$project/bad";
	fails_client(qr/could not open directory "nosuch"/, 'import', 'nosuch');
	make_path("$project/empty");
	fails_client(qr/no migration files in "empty"/, 'import', 'empty');
	write_file('none/schema.sql', 'SELECT 1');
	fails_client(qr/there are no migrations in "none"/, 'import', '--from', $_, 'none') foreach 'flyway', 'goose', 'plain', 'dbmate';
	$none->('all of it');
	my $out2 = ok_client('--json', 'import', '--from', 'golang-migrate', '--no-files', 'bad')
	  if unlink "$project/bad/2_c.up.sql", "$project/bad/20250101000000_x.sql";
	like($out2, qr/^\{"backup": null, "revisions": \[\{"revision": "1", "filename": "1_a\.up\.sql", "action": "added", "written": null\}\]\}$/, '--json');
};

subtest 'Alembic' => sub {
	new_project();
	ok_client('init');
	make_path("$project/alembic/versions");
	write_file('alembic.ini', "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://nowhere/none\n");
	write_file('alembic/env.py', <<'PY');
from alembic import context
context.configure(url="postgresql://", literal_binds=True)
with context.begin_transaction():
    context.run_migrations()
PY
	my @ids = ('1975ea83b712', 'ae1027a6acf', 'bb1027a6acf0');
	foreach my $i (0 .. 2)
	{
		my $parent = $i == 0 ? 'None' : "'$ids[$i - 1]'";
		my $labels = $i == 0 ? "('accounts',)" : 'None';

		write_file("alembic/versions/$ids[$i]_step_$i.py", <<"PY");
"""step $i

Revision ID: $ids[$i]
"""
from alembic import op

revision = '$ids[$i]'
down_revision = $parent
branch_labels = $labels
depends_on = None


def upgrade():
    op.execute("CREATE TABLE t$i (i int)")


def downgrade():
    op.execute("DROP TABLE t$i")
PY
	}
	my $check = sub {
		my ($how) = @_;

		is(query($node, 'SELECT string_agg(revision, \' \' ORDER BY revision COLLATE "C") FROM migrator.revisions()', $database),
			"@ids", "$how: the ids are Alembic's");
		like(read_file('migrations/' . (files_of('migrations'))[0]), qr/^-- step 0\n(.*\n)*-- Branch Labels: accounts\n(.*\n)*CREATE TABLE t0 \(i int\);\n(.*\n)*DROP TABLE t0/,
			"$how: message, label, both ways");
		ok_client('upgrade', 'head');
		is(current(), $ids[2], "$how: upgrade");
		ok_client('downgrade', 'base');
	};
	my $has_alembic = IPC::Run::run([ 'sh', '-c', 'alembic --version' ], '>', \my $version, '2>&1');
  SKIP:
	{
		skip 'Alembic is not installed', 1 unless $has_alembic;
		ok_client('import', '--from', 'alembic', 'alembic');
		$check->('with Alembic');
		write_file('alembic/versions/cc_asks.py', "from alembic import op\nrevision = 'cc'\ndown_revision = 'bb1027a6acf0'\n"
			  . "def upgrade():\n    op.get_bind().execute('SELECT 1').scalar() + 1\ndef downgrade():\n    pass\n");
		fails_client(qr/migration "cc_asks\.py" cannot be written as SQL/, 'import', '--from', 'alembic', '.');
		unlink "$project/alembic/versions/cc_asks.py";
	}
	my $without = { env => { ALEMBIC => 'no-such-program' } };
	fails_client(qr/could not run Alembic.*Install Alembic/s, $without, 'import', '--from', 'alembic', 'alembic');
	make_path("$project/nothing");
	fails_client(qr/upgrade base:heads --sql/, $without, 'import', '--from', 'alembic', '/usr/share');

	new_project();
	ok_client('init');
	my ($up, $down) = ("BEGIN;\n\nCREATE TABLE alembic_version (\n    version_num VARCHAR(32) NOT NULL, \n    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n);\n\n", "BEGIN;\n\n");
	foreach my $i (0 .. 2)
	{
		my $from = $i == 0 ? '' : "$ids[$i - 1] ";

		write_file("project/versions/$ids[$i]_step_$i.py", slurp_file("$root/app" . ($count - 1) . "/alembic/versions/$ids[$i]_step_$i.py"));
		$up .= "-- Running upgrade $from-> $ids[$i]\n\nCREATE TABLE t$i (i int);\n\n"
		  . ($i == 0 ? "INSERT INTO alembic_version (version_num) VALUES ('$ids[0]') RETURNING alembic_version.version_num;\n\n"
			: "UPDATE alembic_version SET version_num='$ids[$i]' WHERE alembic_version.version_num = '$ids[$i - 1]';\n\n");
	}
	foreach my $i (reverse 0 .. 2)
	{
		my $to = $i == 0 ? '' : $ids[$i - 1];

		$down .= "-- Running downgrade $ids[$i] -> $to\n\nDROP TABLE t$i;\n\n"
		  . ($i == 0 ? "DELETE FROM alembic_version WHERE alembic_version.version_num = '$ids[0]';\n\n"
			: "UPDATE alembic_version SET version_num='$to' WHERE alembic_version.version_num = '$ids[$i]';\n\n");
	}
	write_file('project/upgrade.sql', "${up}COMMIT;\n\n");
	write_file('project/downgrade.sql', "${down}COMMIT;\n\n");
	ok_client($without, 'import', '--from', 'alembic', 'project');
	$check->('without Alembic');
};

subtest 'ids' => sub {
	new_project();
	ok_client('init');
	my $long = '20250515_add_probe_connection_fields';
	new_revision('SELECT 1', 'SELECT 1', '-m', 'one', '--rev-id', $long);
	new_revision('SELECT 1', 'SELECT 1', '-m', 'two', '--rev-id', '20250516_second');
	ok_client('import');
	ok_client('upgrade', $long);
	my @before = files_of('migrations');
	my %text = map { $_ => read_file("migrations/$_") } @before;

	my $out = ok_client('convert-ids', '--dry-run');
	like($out, qr/^\Q$long\E -> [0-9a-f]{12}  [0-9a-f]{12}_one\.sql$/m, '--dry-run shows old and new');
	is_deeply([ files_of('migrations') ], \@before, 'and changes nothing');
	write_file("migrations/$before[0]", $text{ $before[0] } . "-- more\n");
	fails_client(qr/\Q$before[0]\E" is not what the database has|is applied/, 'convert-ids');
	write_file("migrations/$before[0]", $text{ $before[0] });
	query($node, "SELECT migrator.revision('no file', rev_id => 'abcdefabcdef')", $database);
	fails_client(qr/"abcdefabcdef" of the database has no file/, 'convert-ids');
	query($node, "SELECT migrator.delete_revision('abcdefabcdef')", $database);

	$out = ok_client('convert-ids', '--backup', 'saved/here');
	my ($new) = $out =~ /^\Q$long\E -> ([0-9a-f]{12})/m;
	is_deeply([ files_of('saved/here') ], \@before, 'the former files are kept');
	is(slurp_file("$project/saved/here/$_"), $text{$_}, "$_ as it was") foreach @before;
	is(scalar(grep { /^[0-9a-f]{12}_(one|two)\.sql$/ } files_of('migrations')), 2, 'the files have new names');
	like(read_file("migrations/${new}_one.sql"), qr/^-- Revision ID: \Q$new\E$/m, 'and new ids');
	is(current(), $new, 'the current version, too');
	ok_client('upgrade', 'head');
	ok_client('downgrade', $long);
	is(current(), $new, 'the former id still resolves');
	like(ok_client('import'), qr/2 unchanged/, 'files and database are the same');
	like(ok_client('convert-ids'), qr/No id is to be changed/, 'once is enough');

	# Another database, that has the files as they were.
	my $there = { env => { PGDATABASE => 'elsewhere' } };
	my @after = files_of('migrations');
	query($node, 'CREATE DATABASE elsewhere');
	query($node, 'CREATE EXTENSION migrator', 'elsewhere');
	query($node, "SELECT migrator.load(\$s\$$text{$_}\$s\$, '$_')", 'elsewhere') foreach @before;
	query($node, "SELECT count(*) FROM migrator.upgrade('$long')", 'elsewhere');
	fails_client(qr/is stored under its former id/, $there, 'upgrade');
	like(ok_client($there, 'convert-ids'), qr/2 ids changed/, 'is converted by the files that are');
	is_deeply([ files_of('migrations') ], \@after, 'which stay');
	like(ok_client($there, 'import'), qr/2 unchanged/, 'and then has the same');
	is(query($node, 'SELECT revision FROM migrator.versions()', 'elsewhere'), $new, 'at the same version');

	ok_client('rename', substr($new, 0, 7), 'base_schema');
	ok(-e "$project/migrations/base_schema_one.sql", 'rename renames the file');
	like(ok_client('import'), qr/2 unchanged/, 'and those that name it are changed as well');
	like(ok_client('history'), qr/base_schema/, 'history has the new id');

	# More files than a small table holds: each gets its own name and text.
	new_project();
	my $parent = '';
	foreach my $i (1 .. 300)
	{
		my $id = sprintf('20250101_the_long_id_of_number_%03d', $i);

		write_file("migrations/$id.sql", "-- number $i\n--\n-- Revision ID: $id\n-- Revises: $parent\n\n-- migrate:up\nSELECT $i;\n\n-- migrate:down\n");
		$parent = $id;
	}
	ok_client('import');
	my %new = ok_client('convert-ids', '--backup', 'saved/many') =~ /^(\S+) -> ([0-9a-f]{12})  /mg;
	is(scalar(keys %new), 300, '300 ids are converted');
	is(scalar(files_of('saved/many')), 300, 'all files are kept');
	is_deeply([ files_of('migrations') ], [ sort map { "$new{$_}_number_" . (/(\d+)$/)[0] * 1 . '.sql' } keys %new ], 'each has its new name');
	is(scalar(grep { !/_number_(\d+)\.sql$/ || read_file("migrations/$_") !~ /^SELECT $1;$/m } files_of('migrations')), 0, 'and its own text');
	like(ok_client('import'), qr/300 unchanged/, 'as the database has it');
};

# Every command and option is in the completions and in the man page.
subtest 'completion and man page' => sub {
	new_project();
	my $help = ok_client('help');
	my ($list) = $help =~ /^Commands:\n(.*?)^Options/ms;
	my @commands = $list =~ /^  ([\w-]+) /mg;
	my %script = map { $_ => ok_client('completion', $_) } qw(bash zsh fish);
	my $page = ok_client('completion', 'man');

	ok(@commands > 20, 'there are commands');
	foreach my $command (@commands)
	{
		my $options = ok_client('help', $command);
		my @options = $options =~ /^  +(?:-\w, )?--([\w-]+)/mg;
		my $word = quotemeta($command);

		ok((!grep { $script{$_} !~ /(^|[\s'])$word[\s':)]/m } keys %script), "$command can be completed");
		like($page, qr/^\.SS \Q$command\E( |$)/m, "$command is in the man page");
		foreach my $option (@options)
		{
			ok((!grep { $script{$_} !~ /(--|-l )\Q$option\E[\s:'=]/ } keys %script), "$command --$option can be completed");
		}
	}
	my $file = 'doc/migrator.1';
	ok(-e $file && slurp_file($file) eq $page, "$file is up to date (make man)");
	IPC::Run::run([ 'bash', '-c', $script{bash} . "\nCOMP_WORDS=(migrator upg); COMP_CWORD=1; _migrator; echo \"\${COMPREPLY[*]}\"" ],
		'>', \my $out, '2>', \my $err);
	is("$out$err", "upgrade\n", 'bash completes a command');
	IPC::Run::run([ 'bash', '-c', $script{bash} . "\nCOMP_WORDS=(migrator revision --auto); COMP_CWORD=2; _migrator; echo \"\${COMPREPLY[*]}\"" ],
		'>', \$out, '2>', \$err);
	is("$out$err", "--autogenerate\n", 'bash completes an option');
	fails_client(qr/no completion for "tcsh"/, 'completion', 'tcsh');
};

# Once more at a terminal, where there is one to be had.
subtest 'at a terminal' => sub {
	my $found = IPC::Run::run([ 'sh', '-c', 'tmux -V' ], '>', \my $version, '2>&1');

	plan skip_all => 'tmux is not installed' unless $found;
	plan skip_all => 'there is no terminal to be had' unless eval { require IO::Pty; IO::Pty->new };
	new_project();
	my $socket = "$root/tmux";
	my $tmux = sub {
		my $out = '';

		IPC::Run::run([ 'tmux', '-S', $socket, '-f', '/dev/null', @_ ], '<', \undef, '>', \$out, '2>&1') or diag("tmux @_: $out");
		return $out;
	};
	my $number = 0;
	my $type = sub {
		my ($command, $name) = @_;
		my $mark = 'status-' . ++$number;
		my $screen;

		$tmux->('send-keys', '-t', 'x', "clear; $command; echo $mark-\$?", 'Enter') if defined $command;
		foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
		{
			$screen = $tmux->('capture-pane', '-p', '-J', '-t', 'x', '-S', '-200');
			last if $screen =~ /^$mark-\d+$/m;
			select undef, undef, undef, 0.1;
		}
		like($screen, qr/^$mark-0$/m, "at a terminal: $command");
		return $screen;
	};

	{
		local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => $database, EDITOR => 'sed -i s/SELEC/SELECT/',
			PS1 => '$ ', ENV => '/dev/null', TERM => 'screen');
		$tmux->('new-session', '-d', '-s', 'x', '-x', '120', '-y', '50', '-c', $project, 'sh');
	}
	$type->('migrator init');
	$type->('migrator revision -m "create account table" --rev-id aaaaaaaaaaaa');
	$type->('sed -i "s/migrate:up/&\nCREATE TABLE account (id int);/; s/migrate:down/&\nDROP TABLE account;/" migrations/aaaa*');
	$type->('migrator upgrade head');
	is(current(), 'aaaaaaaaaaaa', 'upgrade at a terminal');
	$type->('migrator revision -m second --rev-id bbbbbbbbbbbb');
	$type->('migrator upgrade +1');
	$type->('migrator downgrade -1');
	$type->('migrator downgrade base');
	$type->('migrator upgrade bbbb');
	like($type->('migrator current'), qr/bbbbbbbbbbbb/, 'current at a terminal');
	like($type->('migrator history --verbose'), qr/create account table/, 'history at a terminal');
	like($type->('migrator graph'), qr/\*.*bbbbbbbbbbbb/, 'graph at a terminal');
	$type->('migrator revision -m third --rev-id cccccccccccc --head aaaa --splice');
	$type->('migrator merge -m together heads --rev-id dddddddddddd');
	$type->('migrator upgrade head');
	is(current(), 'dddddddddddd', 'merge and upgrade at a terminal');
	$type->('migrator stamp head');
	$type->('migrator upgrade aaaa:bbbb --sql >script.sql');
	like(read_file('script.sql'), qr/bbbbbbbbbbbb/, '--sql to a file');
	$type->('migrator downgrade base');

	# a parse error asks whether to edit again
	write_file('migrations/bbbbbbbbbbbb_second.sql', read_file('migrations/bbbbbbbbbbbb_second.sql') =~ s/migrate:up\n/migrate:up\nSELEC 1;\n/r);
	$tmux->('send-keys', '-t', 'x', "clear; EDITOR=true migrator edit bbbb; echo asked-\$?", 'Enter');
	my $screen = '';
	foreach (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		$screen = $tmux->('capture-pane', '-p', '-J', '-t', 'x');
		last if $screen =~ /Edit it again/;
		select undef, undef, undef, 0.1;
	}
	like($screen, qr/syntax error.*Edit it again\? \[Y\/n\]/s, 'a parse error is shown, and a question');
	$tmux->('send-keys', '-t', 'x', 'n', 'Enter');
	$type->('migrator edit bbbb');
	like(query($node, "SELECT migrator.export('bbbb')", $database), qr/SELECT 1/, 'edited again');
	$tmux->('kill-server');
};

done_testing();
