-- What a migration sets ends with it; the next one starts from the caller's settings.
SET migrator.project = 'session';
CREATE SCHEMA session;
CREATE SCHEMA session_other;
SET search_path = session;
SET work_mem = '5MB';
CREATE ROLE regress_migrator_session;
GRANT ALL ON SCHEMA session, session_other TO regress_migrator_session;
CREATE TABLE seen (n int GENERATED ALWAYS AS IDENTITY, revision text, work_mem text, path text, cur name, ses name, project text);
GRANT INSERT, SELECT ON seen TO PUBLIC;
CREATE FUNCTION note(revision text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO session.seen (revision, work_mem, path, cur, ses, project)
	SELECT revision, current_setting('work_mem'), current_setting('search_path'), replace(current_user, user_0, 'caller'), replace(session_user, user_0, 'caller'),
	       current_setting('migrator.project')
	FROM (SELECT rolname AS user_0 FROM pg_roles WHERE oid = 10) u $$;

SELECT migrator.revision('SET', $$SELECT note('a before'); SET work_mem = '7MB'; SET search_path = session_other, session; CREATE TABLE made_elsewhere (); SELECT note('a after')$$, rev_id := 'a');
SELECT migrator.revision('SET LOCAL', $$SELECT note('b before'); SET LOCAL work_mem = '8MB'; SET LOCAL search_path = pg_catalog; SELECT session.note('b after'); CREATE TABLE session_other.t ()$$, rev_id := 'b');
SELECT migrator.revision('set_config', $$SELECT note('c before'), set_config('work_mem', '9MB', false), set_config('search_path', '', true); SELECT session.note('c after')$$, rev_id := 'c');
SELECT migrator.revision('SET ROLE', $$SELECT note('d before'); SET ROLE regress_migrator_session; CREATE TABLE owned (); SELECT note('d after')$$, rev_id := 'd');
SELECT migrator.revision('SET SESSION AUTHORIZATION', $$SELECT note('e before'); SET SESSION AUTHORIZATION regress_migrator_session; SELECT note('e after')$$, rev_id := 'e');
SELECT migrator.revision('project', $$SELECT note('f before'); SET migrator.project = 'elsewhere'; SET migrator.tenant = 'x'; SELECT note('f after')$$, rev_id := 'f');
SELECT migrator.revision('DO', $$SELECT note('g before'); DO 'BEGIN SET work_mem = ''10MB''; END'; SELECT note('g after')$$, rev_id := 'g');
SELECT migrator.revision('RESET', $$SELECT note('h before'); RESET work_mem; RESET search_path; SELECT session.note('h after')$$, rev_id := 'h');
SELECT migrator.revision('temporary', $$CREATE TEMP TABLE kept AS SELECT 1 AS i; CREATE TEMP TABLE dropped (i int) ON COMMIT DROP$$, rev_id := 'i');
SELECT migrator.revision('reads it', $$INSERT INTO dropped SELECT i FROM kept; SELECT note('j after')$$, rev_id := 'j');

BEGIN;
SELECT revision FROM migrator.upgrade();
SELECT revision, work_mem, path, cur, ses, project FROM seen ORDER BY n;
SELECT current_setting('work_mem') AS work_mem, current_setting('search_path') AS path, current_user = session_user AS same_user,
       current_setting('migrator.project') AS project, current_setting('migrator.tenant') AS tenant;
SELECT n.nspname, c.relname, pg_get_userbyid(c.relowner) = current_user AS mine
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname LIKE 'session%' AND c.relkind = 'r' ORDER BY 1, 2;
SELECT * FROM kept, dropped;
COMMIT;
-- so it is after commit
SELECT current_setting('work_mem') AS work_mem, current_setting('search_path') AS path, current_user = session_user AS same_user,
       current_setting('migrator.project') AS project, array_agg(revision) AS versions FROM migrator.versions();
SELECT * FROM kept;
SELECT * FROM dropped;

-- The caller's own SET LOCAL lasts as long as it would.
BEGIN;
SET LOCAL work_mem = '6MB';
SELECT migrator.revision('in the transaction', $$SELECT note('k before'); SET LOCAL work_mem = '11MB'; SET work_mem = '12MB'; SELECT note('k after')$$, rev_id := 'k');
SELECT revision FROM migrator.upgrade();
SELECT revision, work_mem FROM seen WHERE revision LIKE 'k%' ORDER BY n;
SHOW work_mem;
COMMIT;
SHOW work_mem;

-- After an error it is the same.
SELECT migrator.revision('fails', $$SET work_mem = '13MB'; SET ROLE regress_migrator_session; SET search_path = nowhere; SELECT 1/0$$, rev_id := 'l');
BEGIN;
SAVEPOINT s;
SELECT revision FROM migrator.upgrade();
ROLLBACK TO s;
SELECT current_setting('work_mem') AS work_mem, current_setting('search_path') AS path, current_user = session_user AS same_user;
COMMIT;
DO $$ BEGIN PERFORM migrator.upgrade(); EXCEPTION WHEN division_by_zero THEN RAISE NOTICE '% %', SQLERRM, current_setting('work_mem'); END $$;
SHOW work_mem;

-- A migration called with another role than the session's gets that one back.
SELECT migrator.delete_revision('l');
SELECT migrator.revision('m', $$SELECT note('m before'); RESET ROLE; SELECT note('m after')$$, rev_id := 'm');
SELECT migrator.grant_role('regress_migrator_session', 'deployer');
SET ROLE regress_migrator_session;
SELECT revision FROM migrator.upgrade();
SELECT current_user;
RESET ROLE;
SELECT revision, cur, ses FROM seen WHERE revision LIKE 'm%' ORDER BY n;
DROP OWNED BY regress_migrator_session;
DROP ROLE regress_migrator_session;
