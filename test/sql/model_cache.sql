-- What a text defines is remembered, where it is sure to be the same the next time.
TRUNCATE migrator.model_cache;
\set text 'CREATE TABLE t (a int DEFAULT 3, b timestamptz DEFAULT now());'
SELECT migrator.snapshot_of(:'text') = migrator.snapshot_of(:'text') AS same;
SELECT count(*) FROM migrator.model_cache;

-- It can be had where nothing can be run.
BEGIN TRANSACTION READ ONLY;
SELECT jsonb_array_length(migrator.snapshot_of(:'text') -> 'objects');
SELECT migrator.snapshot_of(:'text' || '-- a comment');
ROLLBACK;

-- It is another text, or another circumstance.
SELECT jsonb_array_length(migrator.snapshot_of(:'text' || ' ') -> 'objects');
SET datestyle = german;
SELECT jsonb_array_length(migrator.snapshot_of(:'text') -> 'objects');
RESET datestyle;
CREATE ROLE regress_migrator_cache SUPERUSER;
SELECT jsonb_array_length(migrator.snapshot_of(:'text') -> 'objects');
SET ROLE regress_migrator_cache;
SELECT jsonb_array_length(migrator.snapshot_of(:'text') -> 'objects');
RESET ROLE;
DROP ROLE regress_migrator_cache;
SELECT count(*) FROM migrator.model_cache;

-- It depends on the time, or on what is done.
TRUNCATE migrator.model_cache;
SELECT count(migrator.snapshot_of(text)) FROM unnest(ARRAY[
	'CREATE TABLE t (a date DEFAULT ''today'')',
	'CREATE TABLE t (a time with time zone)',
	'CREATE TABLE t (a date) PARTITION BY LIST (a); CREATE TABLE u PARTITION OF t FOR VALUES IN (current_date)',
	'CREATE TABLE t AS SELECT 1 AS a',
	'CREATE TABLE t (a int); INSERT INTO t VALUES (1)',
	'SELECT 1',
	'DO $$BEGIN END$$']) text;
SELECT count(*) FROM migrator.model_cache;
SELECT migrator.snapshot_of('CREATE TABLE t (a no_such_type)');
SELECT count(migrator.snapshot_of('CREATE TABLE u ()', '{public}'));
SELECT count(*) FROM migrator.model_cache;

-- Only the last are kept, for nobody to look at.
SELECT count(migrator.snapshot_of(format('CREATE TABLE t (a%s int)', i))) FROM generate_series(1, 20) i;
SELECT count(*) FROM migrator.model_cache;
SELECT has_table_privilege('public', 'migrator.model_cache', 'SELECT') AS anybody;
