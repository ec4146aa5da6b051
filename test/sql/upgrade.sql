-- upgrade() runs what leads to the target, all or nothing.
SET migrator.project = 'upgrade';
CREATE SCHEMA upgrade;
SET search_path = upgrade;
\set SHOW_CONTEXT always
CREATE TABLE trace (n int GENERATED ALWAYS AS IDENTITY, revision text, versions text[]);

-- Each body sees the versions as they are before its own step.
SELECT migrator.revision(id, format('INSERT INTO trace (revision, versions) SELECT %L, array_agg(revision ORDER BY revision) FROM migrator.versions()', id),
                         '', rev_id := id)
FROM unnest('{aa1,aa2,aa3,aa4,aa5}'::text[]) id;
SELECT operation, revision, message, elapsed >= '0' AS took FROM migrator.upgrade('aa1');
SELECT revision FROM migrator.upgrade('+1');
SELECT revision FROM migrator.upgrade('aa2+1');
SELECT revision FROM migrator.upgrade();
SELECT revision, versions FROM trace ORDER BY n;

-- Up to date: no row, and nothing written.
SELECT revision FROM migrator.upgrade();
SELECT revision FROM migrator.upgrade('heads');
SELECT revision FROM migrator.upgrade('aa2');
SELECT revision FROM migrator.upgrade('base');
BEGIN READ ONLY;
SELECT revision FROM migrator.upgrade();
SELECT revision FROM migrator.downgrade('aa2');
ROLLBACK;

-- Targets that are none.
SELECT revision FROM migrator.upgrade('+1');
SELECT revision FROM migrator.upgrade('-1');
SELECT revision FROM migrator.upgrade('+0');
SELECT revision FROM migrator.upgrade('nosuch');
SELECT revision FROM migrator.upgrade('aa');
SELECT revision FROM migrator.upgrade('nosuch@head');
SELECT revision FROM migrator.upgrade('aa5+1');
SELECT revision FROM migrator.upgrade('aa1-1');
SELECT revision FROM migrator.upgrade('aa1:aa2');
SELECT revision FROM migrator.upgrade('');

-- An error undoes everything that the call did, and says where it was.
SELECT migrator.load($F$-- makes two
-- Revision ID: bb1
-- Revises: aa5
-- migrate:up
CREATE TABLE two (i int CHECK (i > 0));
CREATE FUNCTION fill(n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO two VALUES (n);
END $$;
-- migrate:down
$F$, 'versions/bb1.sql');
SELECT migrator.load($F$-- fails
-- Revision ID: bb2
-- Revises: bb1
-- migrate:up
SELECT fill(1);

SELECT fill(2),
       fill(0);
-- migrate:down
$F$, 'versions/bb2.sql');
SELECT revision FROM migrator.upgrade();
\echo :LAST_ERROR_SQLSTATE
SELECT to_regclass('two'), array_agg(revision) FROM migrator.versions();

-- A savepoint, or an exception block, is enough to go on.
BEGIN;
SAVEPOINT s;
SELECT revision FROM migrator.upgrade('bb2');
ROLLBACK TO s;
SELECT revision FROM migrator.upgrade('bb1');
SELECT count(*) FROM two;
COMMIT;
DO $$ BEGIN PERFORM migrator.upgrade(); EXCEPTION WHEN check_violation THEN RAISE NOTICE '%', SQLERRM; END $$;
SELECT array_agg(revision) FROM migrator.versions();

-- Other errors: position, hint and detail of the server are kept.
SELECT migrator.edit_revision('bb2', upgrade := E'SELECT 1;\n-- comment\nSELECT i,\n  nosuch\nFROM two;');
SELECT revision FROM migrator.upgrade();
SELECT migrator.edit_revision('bb2', upgrade := E'DROP FUNCTION fill;');
SELECT revision FROM migrator.upgrade('+1');
SELECT migrator.edit_revision('bb2', upgrade := $$DO 'BEGIN RAISE EXCEPTION ''no way'' USING ERRCODE = ''MIG01'', DETAIL = ''Own detail.'', HINT = ''Own hint.'', TABLE = ''two''; END'$$);
SELECT migrator.upgrade('bb2');
SELECT revision FROM migrator.downgrade('bb1');
SELECT revision FROM migrator.upgrade('bb2');
\echo :LAST_ERROR_SQLSTATE

-- A migration cannot run migrations.
SELECT migrator.revision('recursive', 'SELECT migrator.upgrade()', head := '{bb2}', rev_id := 'bb3');
SELECT migrator.edit_revision('bb2', upgrade := 'SELECT 1');
SELECT revision FROM migrator.upgrade();
SELECT migrator.edit_revision('bb3', upgrade := $$SELECT migrator.stamp('base')$$);
SELECT revision FROM migrator.upgrade();
-- but it can add to the graph, and look at it
SELECT migrator.edit_revision('bb3', upgrade := $$SELECT migrator.revision('next', rev_id := 'bb4'); INSERT INTO trace (revision) SELECT 'found ' || revision FROM migrator.heads()$$);
SELECT revision FROM migrator.upgrade();
SELECT revision FROM trace ORDER BY n DESC LIMIT 1;
SELECT revision FROM migrator.upgrade();

-- The log has what was committed, and cannot be changed.
SELECT operation, revision, role_name = current_user AS by_me, elapsed >= '0' AS took, length(checksum) FROM migrator.log() ORDER BY id;
\set SHOW_CONTEXT never
UPDATE migrator.log SET revision = 'x';
TRUNCATE migrator.log;
