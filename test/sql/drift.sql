-- What was changed outside migrator since the last upgrade or downgrade.
CREATE SCHEMA drift;
SET search_path = drift;
SET migrator.project = 'drift';
SET migrator.schemas = 'drift';

SELECT migrator.revision('one', 'CREATE TABLE t (a int PRIMARY KEY);', 'DROP TABLE t;', rev_id => 'd1');
SELECT migrator.revision('two', 'CREATE VIEW v AS SELECT a FROM t;', 'DROP VIEW v;', rev_id => 'd2');

-- Nothing is recorded yet.
SELECT * FROM migrator.drift();
SELECT code FROM migrator.validate() WHERE code = 'drift';

SELECT operation, revision FROM migrator.upgrade();
SELECT * FROM migrator.drift();

-- Who has been here?
ALTER TABLE t ADD COLUMN b text;
DROP VIEW v;
SELECT * FROM migrator.drift();
SELECT severity, code, revision, detail FROM migrator.validate() WHERE code = 'drift';
SELECT severity, code, detail, hint FROM migrator.preflight() WHERE code = 'drift';

-- It can keep an upgrade from running.
SELECT migrator.revision('three', 'CREATE TABLE u ();', 'DROP TABLE u;', rev_id => 'd3');
SET migrator.on_drift = 'fail';
SELECT severity, code FROM migrator.preflight() WHERE code = 'drift';
SELECT operation, revision FROM migrator.upgrade();
SET migrator.on_drift = 'warn';
SELECT operation, revision FROM migrator.upgrade();
SELECT * FROM migrator.drift();

-- Now it is recorded as it is, and the way back starts there.
SELECT operation, revision FROM migrator.downgrade('d2');
SELECT * FROM migrator.drift();
ALTER TABLE t DROP COLUMN b;
SELECT action, kind, identity, hazard FROM migrator.drift();
SELECT length(migrator.record_schema());
SELECT * FROM migrator.drift();

-- A record is good for the versions that it was made of.
SELECT operation, revision FROM migrator.stamp('d3');
SELECT * FROM migrator.drift();
SELECT operation, revision FROM migrator.stamp('d2');
SELECT count(*) FROM migrator.drift();

-- Steps that change data alone leave the record as it is, and what differs from it.
SELECT migrator.revision('four', 'INSERT INTO t VALUES (1);', 'DELETE FROM t;', rev_id => 'd4', head => '{d2}', splice => true);
SELECT operation, revision FROM migrator.upgrade('d4');
SELECT count(*) FROM migrator.drift();
COMMENT ON TABLE t IS 'by hand';
SELECT operation, revision FROM migrator.downgrade('d2');
SELECT ddl FROM migrator.drift();
COMMENT ON TABLE t IS NULL;
SELECT count(*) FROM migrator.drift();
SELECT migrator.edit_revision('d4', upgrade => 'DO $$ BEGIN COMMENT ON TABLE t IS ''by a step''; END $$;', downgrade => '');
SELECT operation, revision FROM migrator.upgrade('d4');
SELECT count(*) FROM migrator.drift();
SELECT operation, revision FROM migrator.downgrade('d2');
COMMENT ON TABLE t IS NULL;
SELECT length(migrator.record_schema());
SELECT migrator.delete_revision('d4');

-- Without recording, what was recorded is forgotten.
SET migrator.record_schema = off;
SELECT operation, revision FROM migrator.upgrade();
SELECT project, tenant FROM migrator.schema_record WHERE project = 'drift';
SET migrator.record_schema = on;

-- The scope is what it was at that time.
SELECT length(migrator.record_schema());
RESET migrator.schemas;
CREATE TABLE public.not_ours ();
SELECT count(*) FROM migrator.drift();
DROP TABLE public.not_ours;

-- How a session writes values makes no difference.
SET migrator.schemas = 'drift';
CREATE TABLE written (a timestamptz DEFAULT '2020-03-04 05:06+00', b interval DEFAULT '-1 day 02:00', c bytea DEFAULT '\x00ff',
	d float8 DEFAULT 0.30000000000000004, e date DEFAULT '2020-03-04');
SELECT length(migrator.record_schema());
SET datestyle = 'SQL, DMY';
SET intervalstyle = sql_standard;
SET timezone = 'Asia/Tokyo';
SET bytea_output = 'escape';
SET extra_float_digits = -15;
SET quote_all_identifiers = on;
SELECT count(*) FROM migrator.drift();
ALTER TABLE written ALTER a SET DEFAULT '2021-12-11 05:06+00';
SELECT ddl FROM migrator.drift();
RESET datestyle;
RESET intervalstyle;
RESET timezone;
RESET bytea_output;
RESET extra_float_digits;
RESET quote_all_identifiers;
DROP TABLE written;
SELECT length(migrator.record_schema());
RESET migrator.schemas;

-- Which schemas are a tenant's has to be said.
SET migrator.tenant = 'one';
SELECT operation, revision FROM migrator.stamp('d3');
SELECT migrator.record_schema();
SELECT * FROM migrator.drift();
RESET migrator.tenant;

-- A migration does not do it.
SELECT migrator.revision('four', 'SELECT migrator.record_schema();', '', rev_id => 'd4');
SELECT operation, revision FROM migrator.upgrade();

SELECT migrator.delete_revision('d4');

-- What a revision that is half done has changed is not changed outside.
SELECT migrator.revision('half', E'CREATE TABLE half ();\nSELECT 1/0', '', rev_id => 'd5', transactional => false);
CALL migrator.deploy();
SELECT * FROM migrator.drift();
SELECT code FROM migrator.validate();
SELECT code FROM migrator.preflight();
SELECT migrator.edit_revision('d5', upgrade => E'CREATE TABLE half ();\nSELECT 1');
CALL migrator.deploy();
SELECT count(*) FROM migrator.drift();

DROP SCHEMA drift CASCADE;
