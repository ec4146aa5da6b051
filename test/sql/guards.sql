-- What a migration must not do to the client, to others, or to its own plan.
SET client_min_messages = warning;
SET migrator.project = 'guards';
CREATE SCHEMA guards;
GRANT USAGE ON SCHEMA guards TO PUBLIC;
SET search_path = guards;
CREATE TABLE words (word text);
CREATE TABLE numbers (n int);

-- Inline data are in the encoding of the stored script, whatever the client's.
SELECT migrator.revision('words', E'COPY words FROM stdin;\n\u00fcber\n\\.\nCOPY words FROM stdin (ENCODING ''latin1'');\n\u00e9t\u00e9\n\\.\n', 'TRUNCATE words', rev_id := 'a1');
SET client_encoding = 'LATIN1';
SELECT revision FROM migrator.upgrade();
RESET client_encoding;
SELECT word, char_length(word) FROM words ORDER BY word COLLATE "C";

-- COPY with WHERE reads the columns it names, and needs the right to.
SELECT migrator.revision('numbers', E'COPY numbers FROM stdin WHERE n > 1;\n1\n2\n\\.\n', 'TRUNCATE numbers', rev_id := 'a2');
CREATE ROLE regress_migrator_guard;
SELECT migrator.grant_role('regress_migrator_guard', 'deployer');
GRANT INSERT ON numbers TO regress_migrator_guard;
SET ROLE regress_migrator_guard;
SELECT revision FROM migrator.upgrade();
RESET ROLE;
GRANT SELECT ON numbers TO regress_migrator_guard;
SET ROLE regress_migrator_guard;
SELECT revision FROM migrator.upgrade();
RESET ROLE;
SELECT n FROM numbers;

-- Rows cannot be sent into the client's result.
SELECT migrator.revision('out', 'SELECT 1; COPY words TO stdout', rev_id := 'a3');

-- A running migration may add revisions, but not take away or change those
-- that its own plan may need.
SELECT migrator.revision('delete', $$SELECT migrator.delete_revision('b2')$$, 'SELECT 1', rev_id := 'b1');
SELECT migrator.revision('large', '-- ' || repeat('x', 100000) || E'\nSELECT 1', 'SELECT 1', rev_id := 'b2');
SELECT revision FROM migrator.upgrade();
SELECT migrator.edit_revision('b1', upgrade := $$SELECT migrator.edit_revision('b2', upgrade := 'SELECT 2')$$);
SELECT revision FROM migrator.upgrade();
SELECT migrator.edit_revision('b1', upgrade := $$SELECT count(*) FROM migrator.import(jsonb_build_object('b2.sql', replace(migrator.export('b2'), 'SELECT 1', 'SELECT 2')), 'migrator')$$);
SELECT revision FROM migrator.upgrade();
SELECT migrator.edit_revision('b1', upgrade := $$SELECT migrator.revision('more', 'SELECT 3', 'SELECT 3', rev_id := 'b3')$$);
SELECT revision FROM migrator.upgrade();
SELECT revision FROM migrator.current();
SELECT revision FROM migrator.upgrade();

-- Even if it adds one whose parent is missing, what was done stays done.
SELECT migrator.revision('hole', $$SELECT migrator.load(E'-- m\n-- Revision ID: z9\n-- Revises: z8\n\n-- migrate:up\nSELECT 1;\n')$$, 'SELECT 1', rev_id := 'b4');
SELECT revision FROM migrator.upgrade();
SELECT revision FROM migrator.versions();
SELECT migrator.delete_revision('z9');
SELECT revision FROM migrator.current();

-- What validate() tells everybody does not quote scripts, whatever the setting.
SELECT migrator.revision('strings', $$SELECT 'C:\'; SELECT 'secret'$$, 'SELECT 1', rev_id := 'b5');
UPDATE migrator.revision SET downgrade = E'-- migrate:down\nSELEC secret' WHERE revision = 'b5';
SELECT migrator.revoke_role('regress_migrator_guard', 'deployer'), migrator.revoke_role('regress_migrator_guard', 'viewer');
SET ROLE regress_migrator_guard;
SET standard_conforming_strings = off;
SELECT * FROM migrator.validate() WHERE severity = 'error';
RESET standard_conforming_strings;
RESET ROLE;
SELECT * FROM migrator.validate() WHERE severity = 'error';

DROP OWNED BY regress_migrator_guard;
DROP ROLE regress_migrator_guard;
DROP SCHEMA guards CASCADE;

-- Nor do our own queries depend on it, which a session prepares when they are first needed.
\c -
SET standard_conforming_strings = off;
SELECT count(*) FROM migrator.preflight() WHERE code = 'nosuch';
SELECT migrator.snapshot('{}') -> 'format';
