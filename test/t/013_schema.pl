# CREATE EXTENSION does not move into a schema that somebody else controls.

use strict;
use warnings;
use MigratorTest;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('schema');

query($node, 'CREATE ROLE squatter; CREATE DATABASE other; ALTER DATABASE other OWNER TO squatter');
query($node, 'SET ROLE squatter; CREATE SCHEMA migrator', 'other');
like(query_error($node, 'CREATE EXTENSION migrator', 'other'),
	qr/schema "migrator" already exists/, 'the schema of another role');

query($node, 'DROP SCHEMA migrator; CREATE EXTENSION migrator', 'other');
is(query($node, 'SELECT count(*) FROM migrator.upgrade()', 'other'), '0', 'a schema of our own');
query($node, 'DROP EXTENSION migrator', 'other');
is(query($node, q{SELECT count(*) FROM pg_namespace WHERE nspname = 'migrator'}, 'other'), '0',
	'the schema goes with the extension');
query($node, 'CREATE EXTENSION migrator', 'other');

# A connection that outlives the extension.
is(query($node, 'SELECT count(*) FROM migrator.upgrade(); DROP EXTENSION migrator; CREATE EXTENSION migrator;
	SELECT migrator.revision($$r$$, rev_id => $$r$$); SELECT revision FROM migrator.upgrade()', 'other'),
	"0\nr\nr", 'drop and create in one session');

done_testing();
