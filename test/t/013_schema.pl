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
	qr/schema "migrator" is not empty or belongs to somebody else/, 'the schema of another role');

query($node, 'DROP SCHEMA migrator; CREATE SCHEMA migrator; CREATE FUNCTION migrator.deploy() RETURNS int LANGUAGE sql AS $$SELECT 1$$',
	'other');
like(query_error($node, 'CREATE EXTENSION migrator', 'other'),
	qr/schema "migrator" is not empty or belongs to somebody else/, 'a schema with something in it');

query($node, 'DROP SCHEMA migrator CASCADE; CREATE SCHEMA migrator; CREATE EXTENSION migrator', 'other');
is(query($node, 'SELECT count(*) FROM migrator.upgrade()', 'other'), '0', 'an empty schema of the installer');

# A connection that outlives the extension.
is(query($node, 'SELECT count(*) FROM migrator.upgrade(); DROP EXTENSION migrator; CREATE EXTENSION migrator;
	SELECT migrator.revision($$r$$, rev_id => $$r$$); SELECT revision FROM migrator.upgrade()', 'other'),
	"0\nr\nr", 'drop and create in one session');

done_testing();
