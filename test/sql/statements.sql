-- What the history tells of statements that write tables and indexes anew.
\set VERBOSITY terse
CREATE SCHEMA statements;
SET search_path = statements, public;
SET migrator.project = 'statements';
CREATE TABLE t (a int PRIMARY KEY, b int, c text);
CREATE INDEX t_b ON t (b);
INSERT INTO t SELECT g, g, 'x' FROM generate_series(1, 5000) g;
CREATE TABLE p (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10000);
INSERT INTO p SELECT g, g FROM generate_series(1, 5000) g;
CREATE FUNCTION bytes(VARIADIC text[]) RETURNS bigint LANGUAGE sql AS 'SELECT sum(pg_relation_size(r::regclass)) FROM unnest($1) r';
CREATE TABLE size (statement int, bytes bigint);

SELECT migrator.revision('all', E'
ALTER TABLE t ADD COLUMN d int, ALTER c SET NOT NULL;
CREATE INDEX t_c ON t (c);
ALTER TABLE t ALTER b TYPE bigint;
INSERT INTO size SELECT 3, bytes(''t'', ''t_pkey'', ''t_b'', ''t_c'', c.reltoastrelid::regclass::text, i.indexrelid::regclass::text)
	FROM pg_class c JOIN pg_index i ON i.indrelid = c.reltoastrelid WHERE c.oid = ''t''::regclass;
REINDEX INDEX t_b;
INSERT INTO size SELECT 5, bytes(''t_b'');
ALTER TABLE p ALTER b TYPE bigint;
INSERT INTO size SELECT 7, bytes(''p1'');
UPDATE t SET d = 1;
TRUNCATE p', 'SELECT 1', rev_id => 's1');
SELECT migrator.revision('each', E'
REINDEX TABLE CONCURRENTLY t;
INSERT INTO size SELECT 11, bytes(''t_pkey'', ''t_b'', ''t_c'', i.indexrelid::regclass::text)
	FROM pg_class c JOIN pg_index i ON i.indrelid = c.reltoastrelid WHERE c.oid = ''t''::regclass;
VACUUM (FULL) t;
INSERT INTO size SELECT 13, bytes(''t'', ''t_pkey'', ''t_b'', ''t_c'', c.reltoastrelid::regclass::text, i.indexrelid::regclass::text)
	FROM pg_class c JOIN pg_index i ON i.indrelid = c.reltoastrelid WHERE c.oid = ''t''::regclass;
CREATE INDEX CONCURRENTLY t_bc ON t (b, c);
CLUSTER t USING t_b;
INSERT INTO size SELECT 16, bytes(''t'', ''t_pkey'', ''t_b'', ''t_c'', ''t_bc'', c.reltoastrelid::regclass::text, i.indexrelid::regclass::text)
	FROM pg_class c JOIN pg_index i ON i.indrelid = c.reltoastrelid WHERE c.oid = ''t''::regclass;
VACUUM t', 'SELECT 1', rev_id => 's2');
CALL migrator.deploy();
SELECT s.revision, s.statement, left(s.sql, 36) AS sql, s.rewritten_bytes > 0 AS rewrites, s.rewritten_bytes = z.bytes AS all_of_it
FROM migrator.statements() s
LEFT JOIN size z ON z.statement = CASE s.revision WHEN 's1' THEN 0 ELSE 10 END + s.statement
WHERE s.sql NOT LIKE 'INSERT%' ORDER BY s.revision, s.statement;

SELECT count(*) FROM migrator.stamp('base');
SET client_min_messages = warning;
DROP SCHEMA statements CASCADE;
