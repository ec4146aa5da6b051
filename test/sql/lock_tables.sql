-- The header "Lock Tables:" says which tables a deployment acquires before a
-- transaction, in place of what is read from its statements.
\set VERBOSITY terse
CREATE SCHEMA lock_tables;
SET search_path = lock_tables, public;
SET migrator.project = 'lock tables';
CREATE TABLE a (i int);
CREATE TABLE "b, c" (i int);
CREATE TABLE p (i int) PARTITION BY LIST (i);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE seen (revision text, relation regclass, mode text);
CREATE FUNCTION see(revision text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO seen SELECT revision, l.relation, l.mode FROM pg_locks l
	WHERE l.pid = pg_backend_pid() AND l.relation IN ('a'::regclass, '"b, c"'::regclass, 'p'::regclass, 'p1'::regclass)
$$;
CREATE FUNCTION pg_temp.load(id text, revises text, headers text, up text) RETURNS text LANGUAGE sql AS $$
	SELECT migrator.load(format(E'-- %s\n--\n-- Revision ID: %1$s\n-- Revises: %s\n%s\n-- migrate:up\n%s\n\n-- migrate:down\nSELECT see(''%1$s down'');\n',
		id, revises, headers, up), id || '.sql')
$$;

-- What statements lock, what the header says instead, and nothing at all.
SELECT pg_temp.load('l1', '', '', E'SELECT see(''l1'');\nALTER TABLE a ADD j int;');
SELECT pg_temp.load('l2', 'l1', '-- Lock Tables: "b, c", lock_tables.p', E'SELECT see(''l2'');\nALTER TABLE a ADD k int;');
SELECT pg_temp.load('l3', 'l2', E'-- lock tables: a IN SHARE MODE\n-- Lock Tables: ONLY p, nosuch', 'SELECT see(''l3'');');
SELECT pg_temp.load('l4', 'l3', '-- Lock Tables:', E'SELECT see(''l4'');\nALTER TABLE a ADD l int;');
-- for each transaction of one that is not a single one
SELECT pg_temp.load('l5', 'l4', '-- Lock Tables: a', E'SELECT see(''l5 1'');\n-- migrate:no-transaction\nVACUUM seen;\nSELECT see(''l5 alone'');\n-- migrate:transaction\nSELECT see(''l5 2'');');
CALL migrator.deploy();
SELECT * FROM seen ORDER BY revision, relation::text, mode;
TRUNCATE seen;
CALL migrator.rollback('l3');
SELECT * FROM seen ORDER BY revision, relation::text, mode;

-- It stays with the revision, and so does "Requires Server:".
SELECT pg_temp.load('l6', 'l5', E'-- Requires Server: 15\n-- Lock Tables: a IN EXCLUSIVE MODE\n-- Lock Tables: p', 'SELECT 1;');
SELECT migrator.edit_revision('l6', message => 'six');
SELECT migrator.export('l6');

-- It has to be what LOCK TABLE takes.
\set VERBOSITY default
SELECT pg_temp.load('l7', 'l6', '-- Lock Tables: a IN PEACE', 'SELECT 1;');
\set VERBOSITY terse
SELECT pg_temp.load('l7', 'l6', '-- Lock Tables: a NOWAIT', 'SELECT 1;');
SELECT pg_temp.load('l7', 'l6', '-- Lock Tables: a; DROP TABLE a', 'SELECT 1;');
SELECT pg_temp.load('l7', 'l6', '-- Lock Tables: a,', 'SELECT 1;');

SELECT operation, revision FROM migrator.downgrade('base');
DROP SCHEMA lock_tables CASCADE;
