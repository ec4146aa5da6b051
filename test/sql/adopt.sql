-- adopt() stamps what another tool's version table says.
CREATE SCHEMA adopt;
SET search_path = adopt;
\set SHOW_CONTEXT errors
\pset null '<null>'
CREATE FUNCTION pg_temp.versions() RETURNS text LANGUAGE sql AS $$ SELECT string_agg(revision, ' ' ORDER BY revision) FROM migrator.versions() $$;
-- n files that must not be run
CREATE FUNCTION pg_temp.files(n int, name text, body text DEFAULT 'SELECT 1 / 0;') RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_object_agg(format(name, i), body || format(' -- %s', i)) FROM generate_series(1, n) i $$;

-- golang-migrate: one version, which stands for all before it.
SET migrator.project = 'adopt golang-migrate';
SELECT * FROM migrator.adopt();
SELECT count(*) FROM migrator.import(pg_temp.files(12, '%s_x.up.sql'));
CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);
SELECT * FROM migrator.adopt();
INSERT INTO schema_migrations VALUES (10, true);
SELECT * FROM migrator.adopt(dry_run => true);
SELECT * FROM migrator.adopt();
UPDATE schema_migrations SET version = 99, dirty = false;
SELECT * FROM migrator.adopt(dry_run => true);
SELECT * FROM migrator.adopt();
SELECT pg_temp.versions();
UPDATE schema_migrations SET version = 10;
SELECT * FROM migrator.adopt(dry_run => true) WHERE state <> 'implied';
SELECT pg_temp.versions();
SELECT state, count(*) FROM migrator.adopt() GROUP BY state ORDER BY state;
SELECT pg_temp.versions();
-- again changes nothing; it goes on with the table, but not back with it
SELECT count(*) FROM migrator.adopt();
SELECT operation, revision FROM migrator.log();
UPDATE schema_migrations SET version = 11;
SELECT count(*) FROM migrator.adopt();
SELECT pg_temp.versions();
UPDATE schema_migrations SET version = 9;
SELECT count(*) FROM migrator.adopt();
SELECT pg_temp.versions();
UPDATE schema_migrations SET version = -1;
SELECT count(*) FROM migrator.adopt();
DROP TABLE schema_migrations;

-- dbmate: text, with zeros of its own; Rails has the same table beside another one.
SET migrator.project = 'adopt dbmate';
SELECT count(*) FROM migrator.import(pg_temp.files(3, '0%s_x.sql', E'-- migrate:up\nSELECT 1 / 0;\n-- migrate:down\n'));
CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('01'), ('003');
SELECT * FROM migrator.adopt(dry_run => true);
SELECT * FROM migrator.adopt();
UPDATE schema_migrations SET version = '2' WHERE version = '003';
SELECT * FROM migrator.adopt();
SELECT pg_temp.versions();
CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar);
SELECT tool, revision FROM migrator.adopt();
SELECT tool, revision FROM migrator.adopt('dbmate');
SELECT * FROM migrator.adopt('golang-migrate');
DROP TABLE schema_migrations, ar_internal_metadata;

-- Alembic: tops of what is applied.
SET migrator.project = 'adopt alembic';
SELECT migrator.load(format(E'-- %s\n-- Revision ID: %s\n-- Revises: %s\n-- Depends on: %s\n\n-- migrate:up\nSELECT 1 / 0;\n', id, id, parent, dep))
FROM (VALUES ('a1', '', ''), ('a2', 'a1', ''), ('b1', '', 'a2'), ('b2', 'b1', ''), ('c1', '', '')) r (id, parent, dep);
CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('b1'), ('c1');
SELECT * FROM migrator.adopt() ORDER BY revision;
SELECT pg_temp.versions();
SELECT count(*) FROM migrator.adopt();
INSERT INTO alembic_version VALUES ('c2');
SELECT * FROM migrator.adopt();
DROP TABLE alembic_version;

-- goose: the last row of a version counts.
SET migrator.project = 'adopt goose';
SELECT count(*) FROM migrator.import(pg_temp.files(4, '0000%s_x.sql', E'-- +goose Up\nSELECT 1 / 0;'));
CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp DEFAULT now());
INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true), (2, true), (3, true), (3, false), (2, false), (2, true);
SELECT * FROM migrator.adopt();
SELECT pg_temp.versions();
DROP TABLE goose_db_version;

-- Flyway: checksums, repeatable ones, what was undone and what is older than the table.
SET migrator.project = 'adopt flyway';
SELECT count(*) FROM migrator.import('{"V1__a.sql": "SELECT 1;\r\n", "V1.1__b.sql": "SELECT 2;", "V2_0__c.sql": "SELECT 3;", "V003__d.sql": "SELECT 4;",
	"R__x_view.sql": "SELECT 5;", "R__y.sql": "SELECT 6;", "R__z.sql": "SELECT 7;"}');
SELECT revision, origin_key, origin_checksum FROM migrator.revision WHERE project = 'adopt flyway'
UNION ALL SELECT revision, origin_key, origin_checksum FROM migrator.repeatable WHERE project = 'adopt flyway' ORDER BY revision;
CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL,
	script varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(),
	execution_time int NOT NULL, success boolean NOT NULL);
CREATE FUNCTION pg_temp.flyway(rank int, version text, description text, type text, checksum int, success boolean DEFAULT true) RETURNS void LANGUAGE sql AS $$
	INSERT INTO adopt.flyway_schema_history VALUES (rank, version, description, type, 'script', checksum, 'me', now(), 1, success) $$;
SELECT pg_temp.flyway(0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', NULL);
SELECT pg_temp.flyway(1, '1', 'a', 'SQL', 1);
SELECT pg_temp.flyway(2, '1.1', 'b', 'SQL', checksum) FROM (SELECT origin_checksum::int checksum FROM migrator.revision WHERE project = 'adopt flyway' AND revision = '1.1') r;
SELECT pg_temp.flyway(3, NULL, 'x view', 'SQL', 3), pg_temp.flyway(4, NULL, 'y', 'SQL', 4), pg_temp.flyway(5, NULL, 'old', 'SQL', 5);
SELECT pg_temp.flyway(6, NULL, 'x view', 'SQL', checksum) FROM (SELECT origin_checksum::int checksum FROM migrator.repeatable WHERE project = 'adopt flyway' AND revision = 'R__x_view') r;
SELECT pg_temp.flyway(7, '2', 'c', 'SQL', NULL), pg_temp.flyway(8, '3', 'd', 'SQL', NULL), pg_temp.flyway(9, '3', 'd', 'UNDO_SQL', NULL);
SELECT revision, key, state, detail FROM migrator.adopt(dry_run => true);
SELECT * FROM migrator.adopt();
UPDATE flyway_schema_history SET checksum = r.origin_checksum::int FROM migrator.revision r WHERE installed_rank = 1 AND project = 'adopt flyway' AND revision = '1';
SELECT revision, key, state FROM migrator.adopt();
SELECT pg_temp.versions();
SELECT revision, state FROM migrator.repeatables();
SELECT pg_temp.flyway(10, '003', 'd', 'SQL', NULL, false);
SELECT * FROM migrator.adopt();
UPDATE flyway_schema_history SET success = true, checksum = 17 WHERE installed_rank = 10;
SELECT count(*) FROM migrator.adopt();
SELECT count(*) FROM migrator.adopt(accept_changed => true);
SELECT pg_temp.versions();
-- a baseline stands for what is up to it
SET migrator.project = 'adopt flyway baseline';
SELECT count(*) FROM migrator.import('{"V1__a.sql": "", "V2__b.sql": "", "V2.1__b.sql": "", "V3__c.sql": "", "V4__d.sql": ""}');
TRUNCATE flyway_schema_history;
SELECT pg_temp.flyway(1, '2.5', '<< Flyway Baseline >>', 'BASELINE', NULL);
SELECT revision, key, state, detail FROM migrator.adopt(dry_run => true);
SELECT pg_temp.flyway(2, '4', 'd', 'SQL', NULL);
SELECT count(*) FROM migrator.adopt();
SELECT pg_temp.flyway(3, '3', 'c', 'SQL', NULL);
SELECT count(*) FROM migrator.adopt();
SELECT pg_temp.versions();
DROP TABLE flyway_schema_history;

-- Diesel, Prisma, sqlx, node-pg-migrate.
SET migrator.project = 'adopt diesel';
SELECT count(*) FROM migrator.import(pg_temp.files(3, '2024-01-0%s-000000_x/up.sql'));
CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT now());
INSERT INTO __diesel_schema_migrations VALUES ('20240101000000'), ('20240102000000');
SELECT * FROM migrator.adopt();
DROP TABLE __diesel_schema_migrations;

SET migrator.project = 'adopt prisma';
SELECT count(*) FROM migrator.import(pg_temp.files(3, '0%s-init/migration.sql'), 'prisma');
CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
	logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count int NOT NULL DEFAULT 0);
INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name)
SELECT i, encode(sha256(convert_to(format('SELECT 1 / 0; -- %s', i), 'UTF8')), 'hex'), now(), format('0%s-init', i) FROM generate_series(1, 2) i;
INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES (4, '', '03-init');
SELECT * FROM migrator.adopt(dry_run => true);
SELECT * FROM migrator.adopt();
UPDATE _prisma_migrations SET rolled_back_at = now() WHERE id = '4';
SELECT * FROM migrator.adopt();
DROP TABLE _prisma_migrations;

SET migrator.project = 'adopt sqlx';
SELECT count(*) FROM migrator.import(pg_temp.files(3, '0%s_x.sql'), 'sqlx');
CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL,
	checksum bytea NOT NULL, execution_time bigint NOT NULL);
INSERT INTO _sqlx_migrations SELECT i, 'x', now(), i < 3, sha384(convert_to(format('SELECT 1 / 0; -- %s', i), 'UTF8')), 1 FROM generate_series(1, 3) i;
SELECT revision, key, state, detail FROM migrator.adopt(dry_run => true);
SELECT * FROM migrator.adopt();
DELETE FROM _sqlx_migrations WHERE version = 3;
SET bytea_output = escape;
SELECT revision, key, state, detail FROM migrator.adopt();
RESET bytea_output;
DROP TABLE _sqlx_migrations;

SET migrator.project = 'adopt node-pg-migrate';
SELECT count(*) FROM migrator.import(pg_temp.files(3, '000%s_x-y.sql'), 'node-pg-migrate');
CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL DEFAULT now());
INSERT INTO pgmigrations (name) VALUES ('0001_x-y'), ('0002_x-y');
SELECT * FROM migrator.adopt();
-- the same files, imported as nobody's
SET migrator.project = 'adopt node-pg-migrate, plain';
SELECT count(*) FROM migrator.import(pg_temp.files(3, '000%s_x-y.sql'), 'plain');
SELECT revision, key, state FROM migrator.adopt();
DROP TABLE pgmigrations;

-- Sqitch: changes are known by their ids; a registry may be of several projects.
SET migrator.project = 'adopt sqitch';
CREATE SCHEMA sqitch;
CREATE TABLE sqitch.changes (change_id text PRIMARY KEY, script_hash text, change text NOT NULL, project text NOT NULL, note text NOT NULL DEFAULT '',
	committed_at timestamptz NOT NULL DEFAULT now(), committer_name text NOT NULL DEFAULT '', committer_email text NOT NULL DEFAULT '',
	planned_at timestamptz NOT NULL DEFAULT now(), planner_name text NOT NULL DEFAULT '', planner_email text NOT NULL DEFAULT '');
SELECT migrator.load(format(E'-- %s\n-- Revision ID: %s\n-- Revises: %s\n-- Origin: sqitch %s %s\n\n-- migrate:up\nSELECT 1 / 0;\n', id, id, parent, change_id, change))
FROM (VALUES ('users', '', 'aaa1', 'users'), ('flips', 'users', 'aaa2', 'flips'), ('users_2', 'flips', 'aaa3', 'users')) r (id, parent, change_id, change);
INSERT INTO sqitch.changes (change_id, change, project) VALUES ('bbb1', 'users', 'other'), ('bbb2', 'x', 'third');
SELECT * FROM migrator.adopt();
INSERT INTO sqitch.changes (change_id, change, project) VALUES ('aaa1', 'users', 'mine'), ('zzz2', 'flips', 'mine');
SELECT * FROM migrator.adopt();
UPDATE sqitch.changes SET change_id = 'aaa2' WHERE change = 'flips';
SELECT * FROM migrator.adopt();
INSERT INTO sqitch.changes (change_id, change, project) VALUES ('aaa3', 'users', 'mine');
SELECT revision, key, state FROM migrator.adopt();
SELECT pg_temp.versions();
DROP SCHEMA sqitch CASCADE;

-- Which table is it?
SET migrator.project = 'adopt which';
SELECT count(*) FROM migrator.import(pg_temp.files(3, '%s_x.up.sql'));
CREATE SCHEMA adopt_tenant;
CREATE TABLE schema_migrations (version bigint, dirty boolean);
INSERT INTO schema_migrations VALUES (3, false);
CREATE TABLE adopt_tenant.schema_migrations (version bigint, dirty boolean);
INSERT INTO adopt_tenant.schema_migrations VALUES (2, false);
CREATE TABLE adopt_tenant.my_versions (version text);
INSERT INTO adopt_tenant.my_versions VALUES (1), (2);
CREATE TABLE adopt_tenant.pgmigrations (id int);
SELECT * FROM migrator.adopt();
SELECT tool, version_table, revision, key, state FROM migrator.adopt(version_table => 'adopt_tenant.schema_migrations');
SELECT tool, version_table, revision, key, state FROM migrator.adopt(version_table => 'adopt_tenant.my_versions');
SELECT * FROM migrator.adopt(version_table => 'adopt_tenant.pgmigrations');
SELECT * FROM migrator.adopt('goose', 'schema_migrations');
SELECT * FROM migrator.adopt('knex');
SELECT * FROM migrator.adopt(NULL);
-- and what is here, but not there
INSERT INTO adopt_tenant.my_versions VALUES (3);
DELETE FROM adopt_tenant.my_versions WHERE version = '2';
SELECT * FROM migrator.adopt('dbmate', 'adopt_tenant.my_versions');
BEGIN READ ONLY;
SELECT count(*) FROM migrator.adopt(version_table => 'adopt_tenant.schema_migrations', dry_run => true);
SELECT count(*) FROM migrator.adopt(version_table => 'adopt_tenant.schema_migrations');
ROLLBACK;
DROP SCHEMA adopt_tenant CASCADE;
DROP TABLE schema_migrations;

-- Nothing of another role's runs with the caller's rights, and the caller needs his own.
CREATE ROLE regress_migrator_planter;
CREATE ROLE regress_migrator_deployer;
SELECT migrator.grant_role('regress_migrator_deployer', 'deployer');
CREATE SCHEMA adopt_planter AUTHORIZATION regress_migrator_planter;
SET ROLE regress_migrator_planter;
CREATE FUNCTION adopt_planter.whoami() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE WARNING 'run as %', current_user; RETURN 'a2'; END $$;
CREATE VIEW adopt_planter.alembic_version AS SELECT adopt_planter.whoami() AS version_num;
GRANT ALL ON SCHEMA adopt_planter TO PUBLIC;
GRANT ALL ON adopt_planter.alembic_version TO PUBLIC;
RESET ROLE;
SET migrator.project = 'adopt alembic';
SELECT * FROM migrator.adopt();
SELECT * FROM migrator.adopt(version_table => 'adopt_planter.alembic_version');
DROP VIEW adopt_planter.alembic_version;
SET ROLE regress_migrator_planter;
CREATE TABLE adopt_planter.alembic_version (version_num text, CHECK (adopt_planter.whoami() IS NOT NULL));
CREATE POLICY p ON adopt_planter.alembic_version USING (adopt_planter.whoami() = version_num);
ALTER TABLE adopt_planter.alembic_version ENABLE ROW LEVEL SECURITY;
RESET ROLE;
SELECT * FROM migrator.adopt();
-- expressions and casts are the planner's, who is not asked
ALTER TABLE adopt_planter.alembic_version DISABLE ROW LEVEL SECURITY;
DROP TABLE adopt_planter.alembic_version;
SET client_min_messages = error;
SET ROLE regress_migrator_planter;
CREATE TYPE adopt_planter.version AS (id text);
CREATE FUNCTION adopt_planter.to_text(adopt_planter.version) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'run as %', current_user; RETURN 'a2'; END $$;
CREATE CAST (adopt_planter.version AS text) WITH FUNCTION adopt_planter.to_text AS IMPLICIT;
CREATE TABLE adopt_planter.alembic_version (version_num adopt_planter.version);
INSERT INTO adopt_planter.alembic_version VALUES (ROW('a1'));
CREATE INDEX ON adopt_planter.alembic_version ((adopt_planter.whoami()));
RESET ROLE;
RESET client_min_messages;
SELECT * FROM migrator.adopt(dry_run => true);
SET ROLE regress_migrator_deployer;
SELECT * FROM migrator.adopt();
RESET ROLE;
DROP SCHEMA adopt_planter CASCADE;
DROP OWNED BY regress_migrator_planter, regress_migrator_deployer;
DROP ROLE regress_migrator_planter, regress_migrator_deployer;
