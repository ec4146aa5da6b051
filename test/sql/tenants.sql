-- Projects share nothing; tenants of a project share its revisions and have versions of their own.
CREATE SCHEMA tenant_one;
CREATE SCHEMA tenant_two;
\set SHOW_CONTEXT always
SET migrator.project = 'tenants';
SELECT migrator.revision('table', 'CREATE TABLE t (i int)', 'DROP TABLE t', rev_id := 'aaaa');
SELECT migrator.revision('column', 'ALTER TABLE t ADD j int', 'ALTER TABLE t DROP j', rev_id := 'bbbb');

SET migrator.tenant = 'one';
SET search_path = tenant_one;
SELECT revision FROM migrator.upgrade();
SET migrator.tenant = 'two';
SET search_path = tenant_two;
SELECT revision FROM migrator.versions();
SELECT revision, is_current, applied_at IS NOT NULL AS applied FROM migrator.history();
SELECT revision FROM migrator.upgrade('aaaa');
SELECT revision, is_current, applied_at IS NOT NULL AS applied FROM migrator.history();
SELECT operation, revision FROM migrator.log() ORDER BY id;
SELECT attrelid::regclass, attname FROM pg_attribute
WHERE attrelid IN ('tenant_one.t'::regclass, 'tenant_two.t'::regclass) AND attnum > 0 ORDER BY 1, attnum;
SET migrator.tenant = '';
SELECT revision FROM migrator.versions();
SELECT project, tenant, revision FROM migrator.version WHERE project = 'tenants' ORDER BY tenant;

-- What any tenant has applied cannot be changed, whoever asks.
SELECT migrator.edit_revision('bbbb', upgrade := 'ALTER TABLE t ADD k int');
SELECT migrator.load(replace(migrator.export('aaaa'), 'i int', 'i bigint'));
SELECT migrator.delete_revision('bbbb');
SELECT revision, action FROM migrator.import(jsonb_build_object('a.sql', replace(migrator.export('aaaa'), 'i int', 'i bigint')));
SET migrator.tenant = 'one';
SET search_path = tenant_one;
SELECT revision FROM migrator.downgrade('aaaa');
SET migrator.tenant = 'two';
SELECT migrator.edit_revision('bbbb', upgrade := 'ALTER TABLE t ADD k int', downgrade := 'ALTER TABLE t DROP k');
-- applied only by way of what builds on it
SET migrator.tenant = 'one';
SELECT revision FROM migrator.upgrade();
SET migrator.tenant = 'two';
SET search_path = tenant_two;
SELECT revision FROM migrator.downgrade('base');
SET migrator.tenant = 'three';
SELECT migrator.edit_revision('aaaa', message := 'changed');

-- Another project knows nothing of all this, not even with the same ids and tenants.
SET migrator.project = 'tenants, other';
SET migrator.tenant = 'one';
SELECT count(*) FROM migrator.history();
SELECT migrator.revision('same id', 'SELECT 1', rev_id := 'aaaa', branch_label := '{mine}');
SELECT migrator.edit_revision('aaaa', message := 'changed');
SELECT revision FROM migrator.upgrade();
SELECT revision, message FROM migrator.current();
SELECT migrator.revision('x', depends_on := '{bbbb}');
SET migrator.project = 'tenants';
SELECT revision, message FROM migrator.current();
SELECT migrator.revision('label of another project', branch_label := '{mine}', rev_id := 'cccc');

-- Names are taken as they are.
SET migrator.project = 'Tenants';
SELECT count(*) FROM migrator.history();
SET migrator.project = E'it''s "a" \\ project; été';
SET migrator.tenant = E'it''s "a" \\ tenant; été';
SELECT migrator.revision('x', 'SELECT 1', 'SELECT 1', rev_id := 'xxxx');
SELECT revision FROM migrator.upgrade();
SELECT line FROM string_to_table(migrator.upgrade_sql('xxxx', false), E'\n') line WHERE line LIKE 'SET migrator.%';
SET migrator.tenant = 'other';
SELECT revision FROM migrator.upgrade();
SELECT tenant, revision FROM migrator.version WHERE project = current_setting('migrator.project') ORDER BY tenant COLLATE "C";
SET migrator.project = '';
RESET migrator.project;
SHOW migrator.project;
