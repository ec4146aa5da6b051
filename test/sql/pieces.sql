-- Statement by statement: what is done is not done again, and what is set does not stay.
CREATE SCHEMA pieces;
SET search_path = pieces;
SET migrator.project = 'pieces';
SET migrator.schemas = 'pieces';
\set VERBOSITY terse

-- set_config() is as good as SET: it counts to the end of the section, also for who goes on.
SELECT migrator.revision('dump', $$SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE pieces.t (i int, j int);
CREATE INDEX CONCURRENTLY t_i ON pieces.t (i);
SELECT 1 / 0;$$, 'DROP TABLE pieces.t', rev_id => 'p1');
CALL migrator.deploy();
SHOW search_path;
SELECT migrator.edit_revision('p1', upgrade => $$SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE pieces.t (i int, j int);
CREATE INDEX CONCURRENTLY t_i ON pieces.t (i);
CREATE TABLE pieces.seen AS SELECT current_setting('search_path') AS path;
SELECT set_config('work_mem', '1MB', true);$$);
CALL migrator.deploy();
SELECT * FROM seen;
SHOW search_path;

-- What is left of a revision can be edited so that it could be one transaction.
INSERT INTO t VALUES (1, 1), (1, 2);
SELECT migrator.revision('unique', 'INSERT INTO t VALUES (3, 3); CREATE UNIQUE INDEX CONCURRENTLY t_unique ON t (i)',
	'DROP INDEX t_unique', rev_id => 'p2');
CALL migrator.deploy();
SELECT migrator.delete_revision('p2');
SELECT migrator.edit_revision('p2', upgrade => 'INSERT INTO t VALUES (3, 3); CREATE INDEX t_unique ON t (i)');
CALL migrator.deploy();
DROP INDEX t_unique;
CALL migrator.deploy();
SELECT count(*) FROM t WHERE i = 3;
SELECT * FROM migrator.status();

-- An index without a name is not taken for one that somebody else has built.
SELECT migrator.revision('nameless', 'CREATE UNIQUE INDEX CONCURRENTLY ON t ((i + 0), i)', 'DROP INDEX t_expr_i_idx', rev_id => 'p3');
CALL migrator.deploy();
CREATE INDEX other ON t (j);
SELECT left_behind, next_step FROM migrator.status();
DELETE FROM t WHERE j = 2;
CALL migrator.deploy();
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = 't'::regclass ORDER BY indexrelid::regclass::text COLLATE "C";

-- A partitioned table is reindexed and clustered partition by partition.
CREATE TABLE part (i int, j int) PARTITION BY RANGE (i);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
CREATE INDEX part_i ON part (i);
SELECT migrator.revision('partitions', 'REINDEX TABLE part; REINDEX INDEX part_i; CLUSTER part USING part_i; REINDEX TABLE CONCURRENTLY part',
	'SELECT 1', rev_id => 'p4', transactional => false);
CALL migrator.deploy();

-- What code and strong locks wait for holds others up, and is not waited for as long as a concurrent build.
SET client_min_messages = warning;
CREATE FUNCTION say(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
	RAISE WARNING 'lock_timeout is %', current_setting('lock_timeout');
	RETURN $1;
END $$;
CREATE TABLE budget (i int);
INSERT INTO budget VALUES (1);
SELECT migrator.revision('budget', $$DO 'BEGIN PERFORM pieces.say(1); END';
CREATE INDEX CONCURRENTLY budget_i ON budget (say(i));
VACUUM (FULL) budget;
VACUUM (FULL false) budget;
REINDEX SCHEMA pieces;
REINDEX TABLE CONCURRENTLY budget;
SELECT say(2);
SET lock_timeout = '7s';
VACUUM FULL budget$$, 'DROP INDEX budget_i', rev_id => 'p5');
CALL migrator.deploy();
DROP TABLE budget;
RESET client_min_messages;

-- A statement that takes too long is a failure like others.
SELECT migrator.revision('table', 'CREATE TABLE u ()', 'DROP TABLE u', rev_id => 'p6');
SELECT migrator.revision('slow', 'SELECT pg_sleep(60)', '', rev_id => 'p7');
CALL migrator.deploy(on_failure => 'rollback', statement_timeout => 50);
SELECT revision FROM migrator.current();
CALL migrator.deploy(statement_timeout => 50);
SELECT revision FROM migrator.current();

SET client_min_messages = warning;
DROP SCHEMA pieces CASCADE;
