-- A statement over a whole table, in batches along its key.
CREATE SCHEMA backfill;
SET search_path = backfill;
SET migrator.project = 'backfill';
SET migrator.schemas = 'backfill';
SET migrator.backfill_target_duration = 0;
SET migrator.backfill_batch_size = 30;
\set VERBOSITY terse

CREATE TABLE t (id int PRIMARY KEY, a int, b int, runs int NOT NULL DEFAULT 0);
INSERT INTO t SELECT g, g % 10 FROM generate_series(1, 100) g;
CREATE VIEW state AS SELECT name, state, pass, rows_done, rows_changed, batches, batch_size, error
	FROM migrator.backfill_progress();

-- All of it, once; calling again does nothing.
CALL migrator.backfill('all', 't', 'UPDATE t SET b = a * 2, runs = runs + 1');
CALL migrator.backfill('all', 't', 'UPDATE t SET b = a * 2, runs = runs + 1');
SELECT count(*), sum(b), min(runs), max(runs) FROM t;
SELECT * FROM state;
SELECT relation, percent, eta, paused, waiting_for FROM migrator.backfill_progress();
SELECT key_columns, last_key, max_key FROM migrator.backfill WHERE project = 'backfill';

-- A name is for one statement, unless it begins again.
CALL migrator.backfill('all', 't', 'UPDATE t SET b = a');
CALL migrator.backfill('all', 't', 'UPDATE t SET b = a', restart => true);
SELECT sum(b) FROM t;

-- Only what is still to do; what is left after the passes is told.
UPDATE t SET b = NULL WHERE id % 3 = 0;
CALL migrator.backfill('some', 't', 'UPDATE t x SET b = 1, runs = x.runs + 1', pending => 'b IS NULL', batch_size => 10);
SELECT * FROM state WHERE name = 'some';
SELECT runs, count(*) FROM t GROUP BY 1 ORDER BY 1;
CALL migrator.backfill('never', 't', 'UPDATE t SET a = a', pending => 't.id < 5', passes => 1);
SELECT * FROM state WHERE name = 'never';

-- It goes on behind the last batch that is done, whatever the format of the key.
CREATE TABLE event (at timestamptz, kind varchar(10), n int, runs int DEFAULT 0, PRIMARY KEY (kind, at));
INSERT INTO event SELECT '2025-12-31 22:00+00'::timestamptz + g * '1 hour'::interval, 'k' || g % 3, g FROM generate_series(1, 100) g;
CALL migrator.backfill('event', 'event', 'UPDATE event e SET runs = e.runs + 10 / (e.n - 50)', batch_size => 10);
SELECT * FROM state WHERE name = 'event';
SET datestyle = 'German';
SET timezone = 'Asia/Kolkata';
UPDATE event SET n = 60 WHERE n = 50;
\set VERBOSITY default
CALL migrator.backfill('event', 'event', 'UPDATE event e SET runs = e.runs + 10 / (e.n - 59)', batch_size => 10);
\set VERBOSITY terse
CALL migrator.backfill('event', 'event', 'UPDATE event e SET runs = e.runs + 10 / (e.n - 50)', batch_size => 10);
SELECT * FROM state WHERE name = 'event';
SELECT last_key = max_key AS at_end, max_key FROM migrator.backfill WHERE name = 'event';
RESET datestyle;
RESET timezone;

-- Keys of other types, and another index than the primary key.
CREATE DOMAIN word AS text CHECK (value <> '');
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE keys (id uuid PRIMARY KEY, d word NOT NULL, m mood NOT NULL, i int NOT NULL, a int[] NOT NULL UNIQUE, runs int DEFAULT 0);
CREATE UNIQUE INDEX keys_many ON keys (m DESC, d DESC, i DESC) INCLUDE (runs);
INSERT INTO keys SELECT md5(g::text)::uuid, md5((g % 7)::text), CASE WHEN g % 2 = 0 THEN 'sad' ELSE 'glad' END::mood, g, ARRAY[g % 5, g]
	FROM generate_series(1, 100) g;
CALL migrator.backfill('uuid', 'keys', 'UPDATE keys SET runs = runs + 1', batch_size => 7);
CALL migrator.backfill('many', 'keys', 'UPDATE keys SET runs = runs + 1', key => 'keys_many', batch_size => 7);
CALL migrator.backfill('array', 'keys', 'UPDATE keys SET runs = runs + 1', key => 'keys_a_key', batch_size => 1);
SELECT runs, count(*) FROM keys GROUP BY 1;
SELECT name, key_columns, max_key FROM migrator.backfill WHERE name = 'many';
CALL migrator.backfill('many', 'keys', 'UPDATE keys SET runs = runs + 1', batch_size => 7);

-- Other statements than UPDATE of the table by itself.
CREATE TABLE other (id int PRIMARY KEY, x int);
CALL migrator.backfill('insert', 't', 'INSERT INTO other SELECT t.id, count FROM t LEFT JOIN (SELECT a, count(*) FROM t GROUP BY a) s USING (a)');
SELECT count(*), sum(x) FROM other;
CALL migrator.backfill('from', 't', 'UPDATE t SET b = o.x FROM other o WHERE o.id = t.id AND o.id > 90');
SELECT count(*) FROM t WHERE b = 10;
CALL migrator.backfill('archive', 'other', 'WITH gone AS (DELETE FROM other WHERE id <= 60 RETURNING *) INSERT INTO t (id, a) SELECT id + 1000, x FROM gone');
SELECT count(*) FROM t WHERE id > 1000;
CALL migrator.backfill('double', 't', 'INSERT INTO t (id) SELECT id + 10000 FROM t WHERE id > 1000 ON CONFLICT DO NOTHING');
SELECT count(*) FROM t WHERE id > 1000;
CREATE FUNCTION note(int) RETURNS void LANGUAGE sql AS 'INSERT INTO other VALUES (-$1, 0)';
CALL migrator.backfill('select', 't', 'SELECT note(id) FROM t WHERE id > 10000');
CALL migrator.backfill('delete', 't', 'DELETE FROM t WHERE id > 1000', pending => 'id > 1000 AND EXISTS (SELECT FROM other o WHERE o.id = -t.id OR t.id < 10000)');
SELECT count(*), max(id) FROM t;
SELECT count(*) FILTER (WHERE id < 0), count(*) FROM other;

-- Partitions, and a table that others inherit from.
CREATE TABLE part (id int, region text, n int, PRIMARY KEY (region, id)) PARTITION BY LIST (region);
CREATE TABLE part_a PARTITION OF part FOR VALUES IN ('a');
CREATE TABLE part_b PARTITION OF part FOR VALUES IN ('b', 'c');
INSERT INTO part SELECT g, chr(97 + g % 3), 0 FROM generate_series(1, 100) g;
CALL migrator.backfill('part', 'part', 'UPDATE part SET n = n + 1', pending => 'n = 0');
SELECT n, count(*) FROM part GROUP BY 1;
CREATE TABLE child () INHERITS (other);
CALL migrator.backfill('parent', 'other', 'UPDATE other SET x = 1');
CALL migrator.backfill('parent', 'other', 'UPDATE ONLY other SET x = 1');
CREATE TABLE empty (LIKE t INCLUDING ALL);
CALL migrator.backfill('empty', 'empty', 'UPDATE empty SET a = 1', pending => 'a <> 1');

-- As part of a revision.
SELECT migrator.revision('total', $$ALTER TABLE t ADD COLUMN total int;
SET migrator.backfill_batch_size = 40;
-- migrate:backfill total backfill.t WHERE total IS NULL
UPDATE t SET total = a * runs;
ALTER TABLE t ALTER total SET NOT NULL;
CREATE INDEX t_total ON t (total);$$, 'ALTER TABLE t DROP total', rev_id => 'r1');
SELECT * FROM migrator.upgrade();
CALL migrator.deploy();
CALL migrator.rollback('base');
CALL migrator.deploy();
SELECT * FROM state WHERE name = 'total';
SELECT statement, rows FROM migrator.statements() WHERE revision = 'r1' AND sql LIKE 'UPDATE%' ORDER BY started_at;
SHOW migrator.backfill_batch_size;
SELECT migrator.revision('halves', $$CREATE TABLE half ();
-- migrate:backfill half t USING t_pkey WHERE runs < 4
UPDATE t SET runs = 4 + 1 / (id - 70)$$, rev_id => 'r2');
CALL migrator.deploy();
SELECT statements_done, next_step FROM migrator.status();
SELECT * FROM state WHERE name = 'half';
SELECT migrator.edit_revision('r2', upgrade => $$CREATE TABLE half ();
-- migrate:backfill half t USING t_pkey WHERE runs < 4
UPDATE t SET runs = 4$$);
CALL migrator.deploy();
SELECT migrator.edit_revision('r2', upgrade => $$CREATE TABLE half ();
-- migrate:backfill better t USING t_pkey WHERE runs < 4
UPDATE t SET runs = 4$$);
CALL migrator.deploy();
SELECT runs, count(*) FROM t GROUP BY 1 ORDER BY 1;
SELECT revision FROM migrator.current();
-- each by itself, also without another marker
SELECT migrator.revision('no', $$CREATE INDEX CONCURRENTLY t_runs ON t (runs);
-- migrate:backfill runs t WHERE runs < 6
UPDATE t SET runs = 6;
SELECT 1;
VACUUM t$$, 'DROP INDEX t_runs', transactional => false, rev_id => 'r2a');
CALL migrator.deploy();
SELECT statement, rows FROM migrator.statements('r2a') ORDER BY 1;
SELECT migrator.revision('call', 'CALL migrator.backfill(''x'', ''backfill.t'', ''UPDATE backfill.t SET a = 1'')', transactional => false, rev_id => 'r3');
CALL migrator.deploy();
SELECT migrator.revision('m', E'-- migrate:backfill name\nUPDATE t SET a = 1');
SELECT migrator.revision('m', E'-- migrate:backfill name t because\nUPDATE t SET a = 1');
SELECT migrator.revision('m', E'-- migrate:backfill name t WHERE\nUPDATE t SET a = 1');
SELECT migrator.revision('m', E'-- migrate:backfill name t USING\nUPDATE t SET a = 1');
SELECT migrator.revision('m', E'-- migrate:backfill name t\nCREATE TABLE x ()');
SELECT migrator.revision('m', E'SELECT 1;\n-- migrate:backfill name t\n');
SELECT migrator.revision('m', E'VACUUM;\n-- migrate:backfill name t\nUPDATE t SET a = 1');

-- What it refuses.
BEGIN;
CALL migrator.backfill('x', 't', 'UPDATE t SET a = 1');
ROLLBACK;
DO $$ BEGIN CALL migrator.backfill('x', 't', 'UPDATE t SET a = 1'); END $$;
CALL migrator.backfill('', 't', 'UPDATE t SET a = 1');
CALL migrator.backfill(NULL, 't', 'UPDATE t SET a = 1');
CALL migrator.backfill('x', NULL, 'UPDATE t SET a = 1');
CALL migrator.backfill('x', 't', NULL);
CALL migrator.backfill('x', 't', 'UPDATE t SET a = 1', batch_size => 0);
CALL migrator.backfill('x', 't', 'UPDATE t SET a = 1', pause => -1);
CALL migrator.backfill('x', 't', 'UPDATE t SET a = 1', restart => NULL);
CALL migrator.backfill('x', 'state', 'UPDATE t SET a = 1');
CALL migrator.backfill('x', 't', '');
CALL migrator.backfill('x', 't', 'UPDATE t SET a = 1; UPDATE t SET a = 1');
CALL migrator.backfill('x', 't', 'COMMIT');
CALL migrator.backfill('x', 't', 'UPDATE t SET a = ');
CALL migrator.backfill('x', 't', 'TRUNCATE t');
CALL migrator.backfill('x', 't', 'UPDATE other SET x = 1');
CALL migrator.backfill('x', 't', 'INSERT INTO other VALUES (1, 1)');
CALL migrator.backfill('x', 't', 'INSERT INTO other SELECT a, count(*) FROM t GROUP BY a');
CALL migrator.backfill('x', 't', 'INSERT INTO other SELECT id, 1 FROM t LIMIT 10');
CALL migrator.backfill('x', 't', 'INSERT INTO other SELECT id, 1 FROM t UNION SELECT 1, 1');
CALL migrator.backfill('x', 't', 'INSERT INTO other SELECT o.id, t.id FROM other o LEFT JOIN t USING (id)');
CALL migrator.backfill('x', 't', 'INSERT INTO other SELECT t.id, 1 FROM t JOIN t u USING (id)');
CALL migrator.backfill('x', 't', 'UPDATE t SET a = 1', pending => 'a = 1 ORDER BY 1');
CALL migrator.backfill('x', 't', 'UPDATE t SET a = 1', pending => 'a, b');
CALL migrator.backfill('x', 't', 'UPDATE t SET a = 1', pending => 'a +');
CALL migrator.backfill('x', 't', 'UPDATE t SET a = 1', pending => 'a');
CALL migrator.backfill('x', 't', 'UPDATE t SET a = 1', pending => 'nosuch = 1');
CREATE TABLE nokey (a int, b int NOT NULL, c int NOT NULL);
CREATE UNIQUE INDEX nokey_a ON nokey (a);
CREATE UNIQUE INDEX nokey_expr ON nokey ((b + 1));
CREATE UNIQUE INDEX nokey_part ON nokey (b) WHERE a > 0;
CREATE UNIQUE INDEX nokey_mixed ON nokey (b, c DESC);
CREATE INDEX nokey_b ON nokey (b);
CREATE INDEX nokey_hash ON nokey USING hash (b);
CALL migrator.backfill('x', 'nokey', 'UPDATE nokey SET a = 1');
CALL migrator.backfill('x', 'nokey', 'UPDATE nokey SET a = 1', key => 'nosuch');
\set VERBOSITY default
CALL migrator.backfill('x', 'nokey', 'UPDATE nokey SET a = 1', key => 'nokey_a');
\set VERBOSITY terse
CALL migrator.backfill('x', 'nokey', 'UPDATE nokey SET a = 1', key => 'nokey_expr');
CALL migrator.backfill('x', 'nokey', 'UPDATE nokey SET a = 1', key => 'nokey_part');
CALL migrator.backfill('x', 'nokey', 'UPDATE nokey SET a = 1', key => 'nokey_mixed');
CALL migrator.backfill('x', 'nokey', 'UPDATE nokey SET a = 1', key => 'nokey_b');
CALL migrator.backfill('x', 'nokey', 'UPDATE nokey SET a = 1', key => 'nokey_hash');
SET default_transaction_read_only = on;
CALL migrator.backfill('x', 't', 'UPDATE t SET a = 1');
RESET default_transaction_read_only;
SELECT count(*) FROM state WHERE name = 'x';

-- It runs with the rights of the caller, whom it takes to see only his rows.
CREATE ROLE regress_migrator_backfill;
SELECT migrator.grant_role('regress_migrator_backfill', 'deployer');
GRANT USAGE ON SCHEMA backfill TO regress_migrator_backfill;
GRANT SELECT ON t TO regress_migrator_backfill;
SET ROLE regress_migrator_backfill;
CALL migrator.backfill('rights', 't', 'UPDATE t SET a = 1');
RESET ROLE;
GRANT UPDATE ON t TO regress_migrator_backfill;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON t USING (id % 2 = 0);
SET ROLE regress_migrator_backfill;
CALL migrator.backfill('rights', 't', 'UPDATE t SET a = -1', pending => 'a >= 0');
RESET ROLE;
SELECT min(id % 2), max(id % 2), count(*) FROM t WHERE a = -1;

DELETE FROM migrator.backfill;
DROP OWNED BY regress_migrator_backfill;
DROP ROLE regress_migrator_backfill;
SET client_min_messages = warning;
DROP SCHEMA backfill CASCADE;
