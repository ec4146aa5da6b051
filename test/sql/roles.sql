-- Who may do what.
SET migrator.project = 'roles';
\set SHOW_CONTEXT never
CREATE SCHEMA roles;
CREATE ROLE regress_migrator_nobody;
CREATE ROLE regress_migrator_viewer;
CREATE ROLE regress_migrator_author;
CREATE ROLE regress_migrator_deployer;
GRANT USAGE ON SCHEMA roles TO regress_migrator_deployer, regress_migrator_author;
SELECT migrator.revision('first', 'CREATE TABLE roles.t (i int)', 'DROP TABLE roles.t', rev_id := 'aaaa');
SELECT migrator.grant_role('regress_migrator_viewer', 'viewer');
SELECT migrator.grant_role('regress_migrator_author', 'author');
SELECT migrator.grant_role('regress_migrator_deployer', 'deployer');
SELECT migrator.grant_role('regress_migrator_nobody', 'everything');
SELECT migrator.grant_role('regress_migrator_nosuch', 'viewer');
SELECT migrator.capability_functions('viewer');

-- The functions that each may call.
SELECT replace(r.rolname, 'regress_migrator_', '') AS role, string_agg(DISTINCT p.proname, ' ' ORDER BY p.proname) AS functions
FROM pg_roles r, pg_proc p
WHERE r.rolname LIKE 'regress\_migrator\_%' AND p.pronamespace = 'migrator'::regnamespace
  AND has_function_privilege(r.oid, p.oid, 'EXECUTE') AND NOT has_function_privilege('public', p.oid, 'EXECUTE')
GROUP BY 1 ORDER BY 1;

-- Nobody in particular may look, and no more.
SET ROLE regress_migrator_nobody;
SELECT revision, message FROM migrator.history();
SELECT code FROM migrator.validate();
SELECT step, revision FROM migrator.plan('upgrade', 'head');
SELECT migrator.export('aaaa');
SELECT migrator.log();
SELECT migrator.revision('x');
SELECT migrator.upgrade();
SELECT migrator.grant_role('regress_migrator_nobody', 'deployer');
SELECT count(*) FROM migrator.revision;
SELECT count(*) FROM migrator.version;
DELETE FROM migrator.log;
INSERT INTO migrator.version VALUES ('roles', '', 'aaaa');
SELECT nextval('migrator.log_id_seq');

-- A viewer reads scripts and the log.
SET ROLE regress_migrator_viewer;
SELECT migrator.export('aaaa') LIKE '%CREATE TABLE%';
SELECT count(*) FROM migrator.log();
SELECT migrator.upgrade_sql() LIKE '%CREATE TABLE%';
SELECT migrator.load('');
SELECT migrator.stamp('head');

-- An author writes, and does not run.
SET ROLE regress_migrator_author;
SELECT migrator.revision('second', 'INSERT INTO roles.t VALUES (1)', 'DELETE FROM roles.t', rev_id := 'bbbb');
SELECT loaded_by FROM migrator.revisions() WHERE revision = 'bbbb';
SELECT revision FROM migrator.upgrade();
SELECT migrator.record('upgrade', 'aaaa');
SELECT count(*) FROM migrator.revision;

-- A deployer runs, with its own rights: not with ours.
SET ROLE regress_migrator_deployer;
SELECT migrator.revision('x');
SELECT revision FROM migrator.upgrade();
RESET ROLE;
GRANT CREATE ON SCHEMA roles TO regress_migrator_deployer;
SET ROLE regress_migrator_deployer;
SELECT revision FROM migrator.upgrade();
RESET ROLE;
SELECT tableowner FROM pg_tables WHERE schemaname = 'roles';
SELECT operation, revision, role_name FROM migrator.log() ORDER BY id;
SELECT session_role = session_user AS session_is_logged FROM migrator.log() LIMIT 1;

-- A migration cannot reach our tables with our rights.
SELECT migrator.revision('sly', 'DELETE FROM migrator.version', rev_id := 'cccc');
SET ROLE regress_migrator_deployer;
SELECT revision FROM migrator.upgrade();
RESET ROLE;
SELECT migrator.edit_revision('cccc', upgrade := 'RESET ROLE; DELETE FROM migrator.version WHERE project = ''roles''');
SELECT revision FROM migrator.upgrade();
SELECT migrator.delete_revision('cccc');

-- Objects of a user that come first in the search path make no difference to us.
SET ROLE regress_migrator_deployer;
CREATE FUNCTION roles.trap() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'trapped as %', current_user; RETURN ''; END $$;
CREATE FUNCTION roles.text_eq(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT roles.trap() IS NULL $$;
CREATE OPERATOR roles.= (LEFTARG = text, RIGHTARG = text, FUNCTION = roles.text_eq);
CREATE FUNCTION roles.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT roles.trap(); SELECT pg_catalog.now() $$;
CREATE FUNCTION roles.current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT roles.trap() $$;
CREATE FUNCTION roles.unnest(anyarray) RETURNS SETOF anyelement LANGUAGE plpgsql AS $$ BEGIN PERFORM roles.trap(); END $$;
CREATE FUNCTION roles.format(text, text) RETURNS text LANGUAGE sql AS $$ SELECT roles.trap() $$;
CREATE FUNCTION roles.format(text, regprocedure, name) RETURNS text LANGUAGE sql AS $$ SELECT roles.trap() $$;
CREATE VIEW roles.revision AS SELECT roles.trap() AS revision;
CREATE VIEW roles.pg_proc AS SELECT roles.trap() AS proname;
RESET ROLE;
SET search_path = roles, pg_catalog;
SELECT r.revision FROM migrator.downgrade('aaaa') r;
SELECT r.revision FROM migrator.upgrade() r;
SELECT migrator.revision('trap', 'SELECT 1', 'SELECT 1', rev_id := 'dddd', depends_on := '{aaaa}', branch_label := '{label}');
SELECT revision, branch_labels FROM migrator.history();
SELECT revision, is_head FROM migrator.current();
SELECT code FROM migrator.validate();
SELECT count(*) FROM migrator.log();
SELECT migrator.delete_revision('dddd');
SELECT migrator.revoke_role('regress_migrator_deployer', 'deployer');
SELECT migrator.grant_role('regress_migrator_viewer', 'author');
RESET search_path;

-- Revoking leaves a viewer.
SELECT migrator.revoke_role('regress_migrator_viewer', 'viewer');
SELECT migrator.revoke_role('regress_migrator_author', 'author');
SELECT replace(r.rolname, 'regress_migrator_', '') AS role, string_agg(DISTINCT p.proname, ' ' ORDER BY p.proname) AS functions
FROM pg_roles r, pg_proc p
WHERE r.rolname LIKE 'regress\_migrator\_%' AND p.pronamespace = 'migrator'::regnamespace
  AND has_function_privilege(r.oid, p.oid, 'EXECUTE') AND NOT has_function_privilege('public', p.oid, 'EXECUTE')
GROUP BY 1 ORDER BY 1;
SET client_min_messages = warning;
DROP OWNED BY regress_migrator_nobody, regress_migrator_viewer, regress_migrator_author, regress_migrator_deployer CASCADE;
DROP ROLE regress_migrator_nobody, regress_migrator_viewer, regress_migrator_author, regress_migrator_deployer;
