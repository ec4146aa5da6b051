-- A section may be wrapped in BEGIN and COMMIT; any other transaction control
-- is refused when it is loaded.
SET migrator.project = 'transaction_control';
CREATE SCHEMA transaction_control;
SET search_path = transaction_control;
\set SHOW_CONTEXT always

SELECT migrator.load(E'-- Revision ID: wrapped\n-- Revises:\n-- migrate:up\n-- a comment\nBEGIN;\nCREATE TABLE t (i int);\nINSERT INTO t VALUES (1);\nCOMMIT;\n-- the end\n-- migrate:down\nSTART TRANSACTION; DROP TABLE t; END', 'wrapped.sql');
SELECT migrator.load(E'-- Revision ID: empty\n-- Revises: wrapped\n-- migrate:up\nBEGIN;\nCOMMIT;\n-- migrate:down\nBEGIN WORK; END TRANSACTION;', 'empty.sql');
BEGIN;
SELECT revision FROM migrator.upgrade();
SELECT * FROM t;
ROLLBACK;
SELECT * FROM t;
SELECT revision FROM migrator.upgrade();
SELECT * FROM t;
SELECT revision FROM migrator.downgrade('base');
SELECT * FROM t;

-- Words that only look like it.
SELECT migrator.revision('words', $$CREATE TABLE w (begin int, commit int, rollback int); DO 'BEGIN NULL; END'; SELECT 1 AS begin, 2 AS commit$$, 'DROP TABLE w', rev_id := 'words');
BEGIN;
SELECT revision FROM migrator.upgrade();
ROLLBACK;

-- All of these are errors, each on its line.
CREATE FUNCTION try_load(body text, transactional text DEFAULT 'yes') RETURNS text LANGUAGE plpgsql AS $$
DECLARE h text; c text;
BEGIN
	PERFORM migrator.load(E'-- Revision ID: x\n-- Revises: words\n-- Transactional: ' || transactional || E'\n-- migrate:up\n' || body, 'x.sql');
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS h = PG_EXCEPTION_HINT, c = PG_EXCEPTION_CONTEXT;
	RETURN concat_ws(E'\n', SQLSTATE || ': ' || SQLERRM, h, split_part(c, E'\n', 1));
END $$;
\t on
SELECT try_load(E'BEGIN;\nSELECT 1;\n');
SELECT try_load(E'SELECT 1;\nCOMMIT;\n');
SELECT try_load(E'SELECT 1;\nBEGIN;\nSELECT 1;\nCOMMIT;\n');
SELECT try_load(E'BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;\n');
SELECT try_load(E'BEGIN;\nSELECT 1;\nCOMMIT;\nBEGIN;\nSELECT 2;\nCOMMIT;\n');
SELECT try_load(E'BEGIN;\nBEGIN;\nCOMMIT;\n');
SELECT try_load(E'BEGIN;\n\nROLLBACK;');
SELECT try_load(E'BEGIN;\n\nABORT;\nCOMMIT');
SELECT try_load(E'SELECT 1;\nSAVEPOINT a;\n');
SELECT try_load(E'RELEASE a;\n');
SELECT try_load(E'ROLLBACK TO a;\n');
SELECT try_load(E'BEGIN;\nPREPARE TRANSACTION ''a'';\n');
SELECT try_load(E'COMMIT PREPARED ''a'';\n');
SELECT try_load(E'ROLLBACK PREPARED ''a'';\n');
SELECT try_load(E'BEGIN;\nCOMMIT AND CHAIN;\n');
SELECT try_load(E'\nBEGIN ISOLATION LEVEL SERIALIZABLE;\nCOMMIT;');
SELECT try_load(E'\nSTART TRANSACTION READ ONLY;\nCOMMIT;');
SELECT try_load(E'SELECT 1;\n-- migrate:down\n\nROLLBACK;');
-- a revision that is not transactional has none at all
SELECT try_load(E'SELECT 1;\nBEGIN;\nSELECT 2;\nCOMMIT;', 'no');
SELECT try_load(E'SELECT 1;\nSAVEPOINT a;', 'no');
\t off
SELECT count(*) FROM migrator.revisions();

-- At run time: a procedure or a DO block that commits fails and takes nothing with it.
SELECT migrator.revision('commits', $$CREATE TABLE kept (i int); DO 'BEGIN COMMIT; END'$$, rev_id := 'commits');
SELECT revision FROM migrator.upgrade();
SELECT to_regclass('kept'), count(*) FROM migrator.versions();
