-- What validate() finds.
SET migrator.project = 'validate';
CREATE SCHEMA validate;
SET search_path = validate;
\set SHOW_CONTEXT always
\set validate 'SELECT * FROM migrator.validate() ORDER BY severity, code, revision, detail;'

SELECT count(*) FROM migrator.validate();
SELECT migrator.revision('one', 'CREATE TABLE t ()', 'DROP TABLE t', rev_id := 'one');
SELECT migrator.revision('two', 'SELECT 1', '', rev_id := 'two');
SELECT count(*) FROM migrator.validate();

-- irreversible, several heads
SELECT migrator.revision('other', 'SELECT 1', head := '{base}', rev_id := 'other');
:validate
SELECT migrator.delete_revision('other');

-- The content of what is applied, and of what is only stored.
SELECT revision FROM migrator.upgrade();
SELECT count(*) FROM migrator.validate();
UPDATE migrator.revision SET upgrade = E'-- migrate:up\nSELECT 2\n\n' WHERE project = 'validate' AND revision = 'two';
:validate
SELECT revision FROM migrator.stamp('one');
:validate
UPDATE migrator.revision SET upgrade = E'-- migrate:up\nSELEC 2\n\n', downgrade = E'-- migrate:down\nSELECT ''x' WHERE project = 'validate' AND revision = 'two';
:validate
SELECT revision FROM migrator.plan('upgrade', 'head');
UPDATE migrator.revision SET upgrade = E'-- migrate:up\nSELECT 1\n\n', downgrade = E'-- migrate:down\n' WHERE project = 'validate' AND revision = 'two';
SELECT count(*) FROM migrator.validate();

-- A directory of another tool may hold a way down that does not parse.
SET migrator.project = 'validate, import';
SELECT revision, action FROM migrator.import('{"1_a.up.sql": "SELECT 1;", "1_a.down.sql": "DROP TABEL x;", "2_b.up.sql": "SELECT 2;", "2_b.down.sql": "SELECT 3;"}');
:validate
SELECT revision FROM migrator.upgrade();
SELECT revision FROM migrator.downgrade('1');
SELECT revision FROM migrator.downgrade('base');

-- Versions that do not fit.
SET migrator.project = 'validate';
INSERT INTO migrator.version VALUES ('validate', '', 'gone');
:validate
DELETE FROM migrator.version WHERE project = 'validate';
INSERT INTO migrator.version VALUES ('validate', '', 'one'), ('validate', '', 'two');
:validate
SELECT revision FROM migrator.upgrade();

-- Every error of the graph, at once.
SET migrator.project = 'validate, graph';
SELECT migrator.load(format(E'-- %s\n-- Revision ID: %s\n-- Revises: %s\n-- Depends on: %s\n-- migrate:up\n-- migrate:down\n', id, id, parents, deps))
FROM (VALUES ('selfish', 'selfish', ''), ('needy', '', 'needy'), ('hole', 'nosuch', ''), ('hole2', 'hole', 'nobody'),
             ('ring1', 'ring2', ''), ('ring2', 'ring1', '')) r (id, parents, deps);
:validate

-- Everybody may look, also where nothing may be written.
BEGIN READ ONLY;
SELECT count(*) > 0 AS found FROM migrator.validate();
COMMIT;
SET default_transaction_read_only = on;
SET migrator.project = 'validate, import';
:validate
RESET default_transaction_read_only;

-- A reason for having no way down.
SET migrator.project = 'validate, reason';
SELECT migrator.load(E'-- drop\n-- Revision ID: r1\n-- Revises:\n-- Irreversible: the old rows are gone\n\n-- migrate:up\nSELECT 1;\n', 'r1_drop.sql');
SELECT count(*) FROM migrator.validate();
SELECT revision FROM migrator.upgrade();
SELECT migrator.downgrade('base');
SELECT migrator.downgrade_sql('head:base');
SELECT migrator.load(E'-- drop\n-- Revision ID: r2\n-- Revises: r1\n-- Irreversible: no\n\n-- migrate:up\nSELECT 1;\n\n-- migrate:down\n', 'r2_drop.sql');
SELECT migrator.load(E'-- drop\n-- Revision ID: r2\n-- Revises: r1\n-- Irreversible:\n\n-- migrate:up\nSELECT 1;\n', 'r2_drop.sql');

-- Files that do not bear their names, and what is accepted.
SET migrator.project = 'validate, files';
SELECT migrator.load(format(E'-- %s\n-- Revision ID: %s\n-- Revises: %s\n-- migrate:up\n-- migrate:down\n', id, id, parents), file)
FROM (VALUES ('abc', '', 'versions/0002_abc_x.sql'), ('def', 'abc', 'versions/0001_def.sql'),
             ('ghi', 'def', 'versions/0003_jkl.sql'), ('jkl', 'ghi', 'versions/0003_jkl.sql'), ('mn', 'jkl', 'versions/mno.sql'),
             ('a_b_c', 'mn', 'versions/a-b@c/up.sql')) r (id, parents, file);
:validate
SET migrator.accepted_findings = 'file_name, file_order, same_file';
:validate
RESET migrator.accepted_findings;

-- No base, and what is half done.
SET migrator.project = 'validate, base';
SELECT migrator.load(E'-- x\n-- Revision ID: x\n-- Revises: y\n-- migrate:up\n-- migrate:down\n', 'x.sql');
:validate
INSERT INTO migrator.journal (project, tenant, operation, revision, done, checksum, begun, error, server)
VALUES ('validate, base', '', 'upgrade', 'x', 2, '', 0, 'it failed', '');
SET migrator.accepted_findings = 'half_done';
:validate
RESET migrator.accepted_findings;

-- An error can quote data, so not everybody is told.
CREATE ROLE regress_migrator_looker;
SET ROLE regress_migrator_looker;
SELECT detail FROM migrator.validate() WHERE code = 'half_done';
RESET ROLE;
DROP ROLE regress_migrator_looker;
