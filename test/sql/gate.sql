-- Preflight, approvals, freezes.
CREATE SCHEMA gate;
SET search_path = gate;
SET migrator.project = 'gate';
SET migrator.schemas = 'gate';
\set VERBOSITY terse
CREATE ROLE regress_migrator_ann;
SELECT migrator.revision('one', 'CREATE TABLE t (a int)', 'DROP TABLE t', rev_id => 'g1');

-- What speaks against it.
SELECT migrator.load($$-- two
-- Revision ID: g2
-- Revises: g1
-- Requires Server: 99

-- migrate:up
CREATE TABLE u ();
-- migrate:down
DROP TABLE u;
$$);
SELECT severity, code, regexp_replace(detail, 'this one is .*', 'this one is ...') AS detail FROM migrator.preflight() WHERE code IN ('requires_server', 'frozen', 'not_approved', 'standby', 'wraparound');
SELECT code FROM migrator.preflight('g1') WHERE severity = 'error';
SELECT * FROM migrator.preflight('g1:g2');
SELECT * FROM migrator.preflight('nosuch');
CALL migrator.deploy();
CALL migrator.deploy(pass_over => '{whatever}');
SELECT count(*) FROM migrator.deployment WHERE project = 'gate';
CALL migrator.deploy(pass_over => '{requires_server}');
CALL migrator.rollback('base');
SELECT migrator.load($$-- two
-- Revision ID: g2
-- Revises: g1
-- Requires Server: 15-98

-- migrate:up
CREATE TABLE u ();
-- migrate:down
DROP TABLE u;
$$);
SELECT code FROM migrator.preflight() WHERE code = 'requires_server';
SELECT migrator.load($$-- three
-- Revision ID: g3
-- Revises: g2
-- Requires Server: the newest

-- migrate:up
CREATE TABLE v ();
-- migrate:down
DROP TABLE v;
$$);
SELECT regexp_replace(detail, 'this one is .*', 'this one is ...') FROM migrator.preflight() WHERE code = 'requires_server';
SET statement_timeout = '1min';
SELECT severity, detail FROM migrator.preflight('g2') WHERE code = 'statement_timeout';
RESET statement_timeout;
CREATE TABLE w (a int);
INSERT INTO w VALUES (1), (1);
CREATE UNIQUE INDEX CONCURRENTLY w_a ON w (a);
SELECT severity, detail FROM migrator.preflight('g2') WHERE code = 'invalid_index' AND detail LIKE '%w_a%';
DROP TABLE w;

-- Other people have to approve.
SET migrator.required_approvals = 1;
SELECT detail FROM migrator.preflight('g2') WHERE code = 'not_approved';
SELECT migrator.approve('g1');
SELECT migrator.approve('nosuch');
SELECT * FROM migrator.upgrade('g1');
CALL migrator.deploy('g1', pass_over => '{not_approved}');
SELECT migrator.grant_role('regress_migrator_ann', 'approver');
SET SESSION AUTHORIZATION regress_migrator_ann;
SELECT * FROM migrator.upgrade('g1');
SET migrator.required_approvals = 0;
SELECT migrator.approve('g1');
SELECT migrator.approve('g2');
RESET SESSION AUTHORIZATION;
SELECT operation, revision FROM migrator.upgrade('g1');
SELECT migrator.edit_revision('g2', downgrade => 'DROP TABLE gate.u');
CALL migrator.deploy('g2');
SET SESSION AUTHORIZATION regress_migrator_ann;
SELECT migrator.approve('g2');
SELECT migrator.withdraw_approval('g2'), migrator.withdraw_approval('g2');
SELECT migrator.approve('g2');
RESET SESSION AUTHORIZATION;
CALL migrator.deploy('g2');
CALL migrator.rollback('g1');

-- Who loads as another role is no other person.
CREATE ROLE regress_migrator_team;
GRANT regress_migrator_team TO regress_migrator_ann;
SELECT migrator.grant_role('regress_migrator_team', 'author');
SET SESSION AUTHORIZATION regress_migrator_ann;
SET ROLE regress_migrator_team;
SELECT migrator.revision('four', 'CREATE TABLE never ()', 'DROP TABLE never', head => '{base}', rev_id => 'g4');
SELECT migrator.revision('five', 'CREATE TABLE never ()', rev_id => 'g5', repeatable => true);
RESET ROLE;
SELECT migrator.approve('g4'), migrator.approve('g5');
RESET SESSION AUTHORIZATION;
\set VERBOSITY default
SELECT * FROM migrator.upgrade('g4');
\set VERBOSITY terse
SELECT revision, loaded_by FROM migrator.revisions() WHERE revision = 'g4';
SELECT migrator.delete_revision('g4'), migrator.delete_revision('g5');
DROP OWNED BY regress_migrator_team;
DROP ROLE regress_migrator_team;
RESET migrator.required_approvals;

-- Nothing is run during a freeze, unless for a reason.
CREATE TABLE f (a int PRIMARY KEY);
SELECT migrator.freeze('2100-01-01 00:00+00', 'holidays');
SET timezone = 'UTC';
SELECT detail FROM migrator.preflight('g2') WHERE code = 'frozen';
\set VERBOSITY default
SELECT * FROM migrator.upgrade('g2');
\set VERBOSITY terse
SELECT * FROM migrator.downgrade('base');
CALL migrator.deploy('g2', pass_over => '{frozen}');
CALL migrator.backfill('frozen', 'f', 'UPDATE f SET a = a');
SELECT revision FROM migrator.stamp('g1');
SET migrator.override_freeze = 'the site is down';
CALL migrator.deploy('g2');
CALL migrator.backfill('frozen', 'f', 'UPDATE f SET a = a');
SELECT operation, revision FROM migrator.downgrade('g1');
SELECT tenant, reason, until, freeze_reason FROM migrator.freeze_override WHERE project = 'gate' ORDER BY id;
DELETE FROM migrator.freeze_override;
RESET migrator.override_freeze;
SELECT * FROM migrator.upgrade('g1');
SELECT migrator.unfreeze();
SELECT operation, revision FROM migrator.downgrade('base');
SELECT migrator.freeze(now() - interval '1 second', 'too late');
SELECT operation, revision FROM migrator.upgrade('g1');
SELECT migrator.freeze(NULL, 'x');
SELECT migrator.freeze('infinity', NULL);

SELECT migrator.revoke_role('regress_migrator_ann', 'approver');
SELECT migrator.revoke_role('regress_migrator_ann', 'viewer');
DROP ROLE regress_migrator_ann;
