-- Extensions in the text of a schema: those that the live database has are not installed again.
SET client_min_messages = warning;
CREATE EXTENSION hstore;
CREATE SCHEMA exts;
CREATE EXTENSION btree_gist SCHEMA exts;

-- Their objects are there when the text has them, where the text has them.
SELECT migrator.snapshot_of('CREATE TABLE t (a hstore)');
SELECT migrator.snapshot_of('CREATE TABLE t (a int, EXCLUDE USING gist (a WITH =))');
SELECT migrator.ddl(migrator.snapshot_of($$
CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;
COMMENT ON EXTENSION hstore IS 'data type for storing sets of (key, value) pairs';
CREATE TABLE t (a hstore, b hstore[] DEFAULT ARRAY['a=>1'::hstore]);
CREATE INDEX ON t USING gist (a);
$$));
SELECT migrator.ddl(migrator.snapshot_of($$
CREATE SCHEMA other;
CREATE EXTENSION hstore SCHEMA other VERSION '1.7';
CREATE TABLE other.t (a other.hstore DEFAULT 'a=>1');
$$));
SELECT migrator.ddl(migrator.snapshot_of($$
CREATE EXTENSION hstore;
CREATE SCHEMA other;
ALTER EXTENSION hstore SET SCHEMA other;
ALTER EXTENSION hstore UPDATE TO '1.7';
CREATE TABLE other.t (a other.hstore);
$$));
SELECT migrator.ddl(migrator.snapshot_of($$
CREATE SCHEMA exts;
CREATE EXTENSION btree_gist SCHEMA exts;
CREATE TABLE t (a int, EXCLUDE USING gist (a WITH =));
$$));
SELECT migrator.snapshot_of('CREATE EXTENSION hstore; CREATE EXTENSION hstore');
SELECT migrator.snapshot_of('CREATE EXTENSION hstore SCHEMA no_such');

-- One that the live database lacks is installed, and gone afterwards.
SELECT migrator.ddl(migrator.snapshot_of('CREATE EXTENSION citext; CREATE TABLE t (a citext)'));
\set VERBOSITY sqlstate
SELECT migrator.snapshot_of('CREATE EXTENSION no_such_extension');
\set VERBOSITY default

-- Some schemas only: extensions are not the text's business.
SELECT migrator.ddl(migrator.snapshot_of('CREATE TABLE t (a hstore, b int, EXCLUDE USING gist (b WITH =))', '{public}'));
SELECT migrator.ddl(migrator.snapshot_of('CREATE SCHEMA exts; CREATE TABLE exts.t (a int, EXCLUDE USING gist (a WITH =))', '{exts}'));

SELECT extname, extnamespace::regnamespace, extversion = default_version AS is_current
FROM pg_extension e JOIN pg_available_extensions a ON a.name = e.extname
WHERE extname IN ('hstore', 'btree_gist', 'citext') ORDER BY extname;
SELECT 'a=>1'::hstore -> 'a';
DROP EXTENSION hstore, btree_gist;
DROP SCHEMA exts;
