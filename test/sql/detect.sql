-- Which revision's schema has a database that has no version?
SET migrator.project = 'detect';
SET migrator.schemas = 'detect, detect_more';
SET migrator.record_schema = off;
SET search_path = detect;
CREATE SCHEMA detect;
\set VERBOSITY terse
\set detect 'SELECT * FROM migrator.detect();'
:detect
SELECT migrator.load(format(E'-- %s\n-- Revision ID: %s\n-- Revises: %s\n\n-- migrate:up\n%s\n\n-- migrate:down\n', id, id, parents, up), id || '.sql')
FROM (VALUES
 ('a1', '', 'CREATE TABLE t (id int PRIMARY KEY); CREATE TYPE mood AS ENUM (''sad'');'),
 ('a2', 'a1', 'SET search_path = pg_catalog; ALTER TABLE detect.t ADD COLUMN name text; ALTER TYPE detect.mood ADD VALUE ''ok'';'),
 ('a3', 'a2', 'INSERT INTO t VALUES (1, ''ok''); SELECT ''ok''::mood;'),
 ('a4', 'a3', E'CREATE INDEX CONCURRENTLY t_name ON t (name);\nVACUUM t;\nALTER SYSTEM SET work_mem = ''1MB'';'),
 ('a5', 'a4', 'CREATE SCHEMA detect_more; CREATE VIEW detect_more.v AS SELECT * FROM detect.t;')) r (id, parents, up);

-- nothing is there, and nothing is left
:detect
SELECT count(*) FROM pg_class WHERE relnamespace = 'detect'::regnamespace;

-- from revision to revision
CREATE TABLE t (id int PRIMARY KEY);
CREATE TYPE mood AS ENUM ('sad');
:detect
ALTER TABLE t ADD COLUMN name text;
:detect
ALTER TYPE mood ADD VALUE 'ok';
:detect
CREATE INDEX t_name ON t (name);
:detect
CREATE SCHEMA detect_more;
:detect
CREATE VIEW detect_more.v AS SELECT * FROM detect.t;
:detect
CREATE TABLE extra (id int);
CREATE ROLE regress_detect_owner;
ALTER TABLE t OWNER TO regress_detect_owner;
:detect
DROP TABLE extra;
:detect

-- then the version can be stamped
SELECT s.revision FROM migrator.detect() d, migrator.stamp(d.revision) s WHERE d.differences = 0;
SELECT count(*) FROM migrator.upgrade();

-- Branches: each by itself, both together, and merged.
SET migrator.project = 'detect, branches';
SET migrator.schemas = 'detect_branches';
CREATE SCHEMA detect_branches;
SET search_path = detect_branches;
SELECT migrator.load(format(E'-- %s\n-- Revision ID: %s\n-- Revises: %s\n\n-- migrate:up\n%s\n\n-- migrate:down\n', id, id, parents, up), id || '.sql')
FROM (VALUES ('b0', '', 'CREATE TABLE b0 ();'), ('bl', 'b0', 'CREATE TABLE bl ();'), ('br', 'b0', 'CREATE TABLE br ();')) r (id, parents, up);
CREATE TABLE b0 ();
CREATE TABLE br ();
:detect
CREATE TABLE bl ();
:detect
SELECT migrator.merge('{bl,br}', rev_id => 'bm');
:detect

-- What the sections take for granted, and what cannot be run.
SET migrator.project = 'detect, ground';
SET migrator.schemas = '';
SET search_path = detect_ground;
CREATE SCHEMA detect_ground AUTHORIZATION regress_detect_owner;
COMMENT ON SCHEMA detect_ground IS 'ground';
SELECT migrator.load(format(E'-- %s\n-- Revision ID: %s\n-- Revises: %s\n\n-- migrate:up\n%s\n\n-- migrate:down\n', id, id, parents, up), id || '.sql')
FROM (VALUES ('g1', '', 'CREATE TABLE g1 ();'), ('g2', 'g1', 'DO $$ BEGIN IF NOT EXISTS (SELECT FROM g1) THEN RAISE ''no rows''; END IF; END $$;'),
             ('g3', 'g2', 'CREATE TABLE g3 ();')) r (id, parents, up);
SET migrator.schemas = 'detect_ground';
CREATE TABLE g1 ();
:detect
SELECT migrator.load(E'-- x\n-- Revision ID: x\n-- Revises:\n\n-- migrate:up\nSELECT nosuch();\n', 'x.sql') FROM set_config('migrator.project', 'detect, wrong', false);
SET migrator.project = 'detect, wrong';
\set VERBOSITY default
:detect
SET migrator.tenant = 'one';
SET migrator.schemas = '';
:detect
RESET migrator.tenant;
BEGIN READ ONLY;
:detect
ROLLBACK;
SET ROLE regress_detect_owner;
:detect
RESET ROLE;
DROP OWNED BY regress_detect_owner CASCADE;
DROP ROLE regress_detect_owner;

-- An extension that somebody has installed beforehand.
SET migrator.project = 'detect, extension';
SET migrator.schemas = '';
SET search_path = public;
SELECT current_database() AS old \gset
CREATE DATABASE regress_detect;
\c regress_detect
SET client_min_messages = warning;
CREATE EXTENSION migrator;
RESET client_min_messages;
CREATE SCHEMA tools;
CREATE EXTENSION hstore SCHEMA tools;
SELECT migrator.revision('one', 'CREATE TABLE one (h tools.hstore)', rev_id => 'e1');
SELECT migrator.revision('two', 'CREATE EXTENSION IF NOT EXISTS hstore; CREATE TABLE two (id int)', rev_id => 'e2');
CREATE TABLE one (h tools.hstore);
SELECT * FROM migrator.detect();
CREATE TABLE two (id int);
SELECT * FROM migrator.detect();
\c :old
DROP DATABASE regress_detect;
