# Helpers for the tests here, over PostgreSQL::Test::Cluster.
#
#	use MigratorTest;
#	my $node = new_node('main');
#	load_revision($node, 'a1', '', 'CREATE TABLE t (i int)', 'DROP TABLE t');
#	query($node, "SELECT count(*) FROM migrator.upgrade()");
#
# A new node is running and has the extension in its database "postgres".

package MigratorTest;

use strict;
use warnings;
use Exporter 'import';
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(new_node extension_conf query query_error load_revision
  store dump_of start_psql finish_psql wait_until scratch_file client);

# new_node(NAME, OPTION...)
#		Make a cluster and start it.
#
# Its encoding is UTF8.
# init => [...] is handed to PostgreSQL::Test::Cluster::init; conf => TEXT is
# appended to postgresql.conf; start => 0 leaves it stopped; extension => 0
# leaves out CREATE EXTENSION.
sub new_node
{
	my ($name, %option) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(extra => [ '--encoding=UTF8', '--no-locale' ], @{ $option{init} || [] });
	$node->append_conf('postgresql.conf', extension_conf());
	$node->append_conf('postgresql.conf', $option{conf}) if $option{conf};
	return $node if exists $option{start} && !$option{start};

	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION migrator')
	  unless exists $option{extension} && !$option{extension};
	return $node;
}

# Settings with which a server finds the extension: script/test does not
# install it.  Empty if it is installed.
sub extension_conf
{
	return $ENV{MIGRATOR_CONF} ? slurp_file($ENV{MIGRATOR_CONF}) : '';
}

# query(NODE, SQL [, DATABASE])
#		Return what SQL prints, unaligned; die if it fails.
sub query
{
	my ($node, $sql, $database) = @_;

	return $node->safe_psql($database || 'postgres', $sql);
}

# query_error(NODE, SQL [, DATABASE])
#		Return the messages of SQL, which must fail.
sub query_error
{
	my ($node, $sql, $database) = @_;
	my ($status, $out, $err) = $node->psql($database || 'postgres', $sql);

	die "expected an error, got \"$out\"" if $status == 0;
	return $err;
}

# load_revision(NODE, ID, DOWN_REVISIONS, UP [, DOWN])
#		Load a revision; without DOWN it is irreversible.
sub load_revision
{
	my ($node, $id, $revises, $up, $down) = @_;
	my $script = "-- revision $id\n--\n-- Revision ID: $id\n-- Revises: $revises\n\n"
	  . "-- migrate:up\n$up;\n";

	$script .= "\n-- migrate:down\n$down;\n" if defined $down;
	return query($node, "SELECT migrator.load(\$script\$$script\$script\$)");
}

# store(NODE [, DATABASE])
#		Return everything that migrator keeps, as text: equal if equal.
sub store
{
	my ($node, $database) = @_;

	return join "\n", map { "$_:\n" . query($node, "SELECT t FROM migrator.$_ t ORDER BY t", $database) }
	  qw(project revision edge label alias version log);
}

# dump_of(NODE, DATABASE, OPTION...)
#		Return what pg_dump prints, less what differs from call to call.
sub dump_of
{
	my ($node, $database, @options) = @_;
	my ($out, $err) = run_command([ 'pg_dump', '-d', $node->connstr($database), @options ]);

	die "pg_dump: $err" if $err;
	$out =~ s/^\\(un)?restrict .*\n//mg;
	return $out;
}

# start_psql(NODE, SQL [, DATABASE])
#		Start a psql that runs SQL, beside us; finish_psql waits for its end.
#
# To kill it, send {run} a signal.
sub start_psql
{
	my ($node, $sql, $database) = @_;
	# a server started meanwhile would keep its standard input open
	my $psql = { in => "$sql\n\\q\n", out => '', err => '' };

	$psql->{run} = IPC::Run::start(
		[ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database || 'postgres'), '-f', '-' ],
		'<', \$psql->{in}, '>', \$psql->{out}, '2>', \$psql->{err},
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	$psql->{run}->pump while length $psql->{in};
	return $psql;
}

# finish_psql(PSQL)
#		Wait for its end and return its exit status; {out} and {err} are full.
sub finish_psql
{
	my ($psql) = @_;

	$psql->{run}->finish;
	chomp $psql->{out};
	return $psql->{run}->full_result(0) >> 8;
}

# client(NODE, [{OPTION...},] ARGUMENT...)
#		Run the program migrator on the node; return its exit status, what it
#		prints, and its messages.
#
# dir => the current directory; in => its input; env => {NAME => value}.
# The database is "postgres" unless the arguments name another.
sub client
{
	my ($node, @arguments) = @_;
	my %option = ref $arguments[0] ? %{ shift @arguments } : ();
	my ($in, $out, $err) = (defined $option{in} ? $option{in} : '', '', '');
	my $dir = $option{dir} || '.';
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => 'postgres',
		%{ $option{env} || {} });

	IPC::Run::run([ 'migrator', @arguments ], '<', \$in, '>', \$out, '2>', \$err,
		init => sub { chdir $dir or die "could not enter $dir: $!" },
		IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	return ($? >> 8, $out, $err);
}

# wait_until(NODE, CONDITION [, DATABASE])
#		Wait until an SQL condition is true; die if it does not become so.
sub wait_until
{
	my ($node, $condition, $database) = @_;

	$node->poll_query_until($database || 'postgres', "SELECT $condition")
	  or die "timed out waiting for: $condition";
	return;
}

# scratch_file(NODE, NAME, TEXT)
#		Write a file, as bytes, into the node's directory and return its path.
sub scratch_file
{
	my ($node, $name, $text) = @_;
	my $path = $node->basedir . "/$name";

	open(my $fh, '>:raw', $path) or die "could not write $path: $!";
	print $fh $text;
	close($fh) or die "could not write $path: $!";
	return $path;
}

1;
