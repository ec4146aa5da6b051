-- rename_revision() gives a revision another id everywhere.
SET migrator.project = 'rename_revision';
\t on
\pset format unaligned

SELECT migrator.load(E'\uFEFF-- one\r\n--  Revision ID :no field\r\n--Revision id:\told_one\t\r\n--\trevises:\r\n-- Depends on the day\r\n\r\n-- migrate:up\r\nSELECT ''Revision ID: old_one'';\r\n-- migrate:down\n-- migrate:verify\nSELECT 1;\n', 'deep/old_one.sql');
SELECT migrator.load(E'-- two\n-- Revision ID: two\n-- Revises: old_one\n-- old_one is what it follows\n-- migrate:up\nSELECT ''old_one'';\n', 'two.sql');
SELECT migrator.load(E'-- three\n-- Revision ID: three\n-- Revises:\n-- Depends on: two ,  old_one\n-- Branch Labels: old_one_label\n-- migrate:up\nSELECT 3;\n', 'other.sql');
SET migrator.tenant = 'a';
SELECT revision FROM migrator.upgrade('old_one');
SET migrator.tenant = 'b';
SELECT revision FROM migrator.upgrade('three');
RESET migrator.tenant;
SELECT migrator.approve(r) FROM unnest(ARRAY['old_one', 'two', 'three']) r;
INSERT INTO migrator.approval (project, revision, checksum, role_name) VALUES ('rename_revision', 'old_one', 'another', 'somebody');

SELECT migrator.rename_revision('old_one', 'new');
SELECT migrator.export('new') = E'\uFEFF-- one\r\n--  Revision ID :no field\r\n--Revision id:\tnew\t\r\n--\trevises:\r\n-- Depends on the day\r\n\r\n-- migrate:up\r\nSELECT ''Revision ID: old_one'';\r\n-- migrate:down\n-- migrate:verify\nSELECT 1;\n';
SELECT downgrade_filename, verify_filename FROM migrator.revision WHERE project = 'rename_revision' AND revision = 'new';
SELECT migrator.export('two') = E'-- two\n-- Revision ID: two\n-- Revises: new\n-- old_one is what it follows\n-- migrate:up\nSELECT ''old_one'';\n';
SELECT migrator.export('three') = E'-- three\n-- Revision ID: three\n-- Revises:\n-- Depends on: two ,  new\n-- Branch Labels: old_one_label\n-- migrate:up\nSELECT 3;\n';
SELECT revision, filename FROM migrator.revisions();
SELECT tenant, revision FROM migrator.version WHERE project = 'rename_revision' ORDER BY 1;
SELECT a.revision, a.role_name = current_user AS mine, a.checksum = r.checksum AS good
FROM migrator.approval a JOIN migrator.revision r USING (project, revision) WHERE project = 'rename_revision' ORDER BY 1, 2;

-- Nothing looks changed.
SELECT code, revision FROM migrator.validate() WHERE severity <> 'info';
SELECT action FROM migrator.import(jsonb_build_object('two.sql', migrator.export('two'), 'new.sql', migrator.export('new'), 'other.sql', migrator.export('three')));
SET migrator.tenant = 'a';
SELECT revision, applied_at IS NOT NULL FROM migrator.current();
SELECT revision FROM migrator.upgrade('heads');
RESET migrator.tenant;

-- There and back, by way of another.
SELECT migrator.rename_revision('new', 'newer');
SELECT migrator.rename_revision('old_one', 'newest');
SELECT migrator.rename_revision('newest', 'old_one');
SELECT alias, revision FROM migrator.aliases();
SELECT migrator.rename_revision('old_one', 'old_one');
SELECT filename FROM migrator.revisions() WHERE revision = 'old_one';
SELECT alias, revision FROM migrator.aliases();

-- What cannot be.
SELECT migrator.rename_revision('nosuch', 'x');
SELECT migrator.rename_revision('base', 'x');
SELECT migrator.rename_revision(NULL, 'x');
SELECT migrator.rename_revision('two', NULL);
SELECT migrator.rename_revision('two', '');
SELECT migrator.rename_revision('two', 'a-b');
SELECT migrator.rename_revision('two', 'a b');
SELECT migrator.rename_revision('two', repeat('a', 256));
SELECT migrator.rename_revision('two', 'three');
SELECT migrator.rename_revision('two', 'old_one_label');
SELECT migrator.rename_revision('three', 'old_one_label');
SELECT migrator.rename_revision('two', 'newer');
SELECT migrator.revision('renames', $$ SELECT migrator.rename_revision('two', 'x') $$, head => '{three}', rev_id => 'four');
SELECT revision FROM migrator.upgrade('four');

-- Not while a revision is half done.
INSERT INTO migrator.journal (project, tenant, operation, revision, done, checksum, begun, server)
VALUES ('rename_revision', 'c', 'upgrade', 'two', 1, '', 0, '');
SELECT migrator.rename_revision('three', 'x');
SELECT count(*) FROM migrator.convert_ids(true);
SELECT count(*) FROM migrator.convert_ids();
DELETE FROM migrator.journal WHERE project = 'rename_revision';

-- Alembic's table: in the search path, or named.
CREATE SCHEMA rename_revision;
CREATE TABLE rename_revision.alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO rename_revision.alembic_version VALUES ('two'), ('three');
CREATE TABLE rename_revision.versions_of_app AS TABLE rename_revision.alembic_version;
SELECT migrator.rename_revision('two', 'two2');
SET search_path = rename_revision, public;
SELECT migrator.rename_revision('three', 'three3');
SELECT version_num FROM alembic_version ORDER BY 1;
SELECT migrator.rename_revision('three3', 'three3', 'versions_of_app');
SELECT version_num FROM versions_of_app ORDER BY 1;
SELECT migrator.rename_revision('two2', repeat('two', 11));
SELECT version_num FROM alembic_version ORDER BY 1;
SELECT revision FROM migrator.revisions();
SELECT migrator.rename_revision('two2', 'two', 'pg_class');

-- With the rights of who calls.
CREATE ROLE regress_migrator_renamer;
SELECT migrator.grant_role('regress_migrator_renamer', 'author');
GRANT USAGE ON SCHEMA rename_revision TO regress_migrator_renamer;
SET ROLE regress_migrator_renamer;
SELECT migrator.rename_revision('two2', 'two');
SELECT revision FROM migrator.revisions();
RESET ROLE;
GRANT SELECT, UPDATE ON alembic_version TO regress_migrator_renamer;
SET ROLE regress_migrator_renamer;
SELECT migrator.rename_revision('two2', 'two');
SELECT alias, revision, created_by FROM migrator.aliases();
RESET ROLE;
SELECT version_num FROM alembic_version ORDER BY 1;

-- What the owner of the table has put there runs as the owner, whoever calls.
CREATE SCHEMA rename_planted AUTHORIZATION regress_migrator_renamer;
SET ROLE regress_migrator_renamer;
CREATE TABLE rename_planted.alembic_version (version_num text);
INSERT INTO rename_planted.alembic_version VALUES ('two');
CREATE FUNCTION rename_planted.tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE NOTICE 'as %', regexp_replace(current_user, '^(?!regress_).*', 'somebody else');
	RETURN new;
END
$$;
CREATE TRIGGER tell BEFORE UPDATE ON rename_planted.alembic_version FOR EACH ROW EXECUTE FUNCTION rename_planted.tell();
RESET ROLE;
SET search_path = rename_planted;
SELECT migrator.rename_revision('two', 'two4');
ALTER TABLE rename_planted.alembic_version ENABLE ROW LEVEL SECURITY;
SELECT migrator.rename_revision('two4', 'two');
DROP TABLE rename_planted.alembic_version;
CREATE VIEW rename_planted.alembic_version AS SELECT 'two4'::text AS version_num;
SELECT migrator.rename_revision('two4', 'two');
RESET search_path;
SELECT migrator.rename_revision('two4', 'two');
DROP SCHEMA rename_planted, rename_revision CASCADE;
DROP OWNED BY regress_migrator_renamer;
DROP ROLE regress_migrator_renamer;
