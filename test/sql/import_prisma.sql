-- Directories of Prisma.
SET migrator.project = 'import_prisma';
CREATE SCHEMA import_prisma;
SET search_path = import_prisma;
\set SHOW_CONTEXT errors

SELECT * FROM migrator.import($J${
	"prisma/migrations/9_last/migration.sql": "-- AlterTable\nALTER TABLE users ADD email text;",
	"prisma/migrations/10_first/migration.sql": "-- CreateTable\r\nCREATE TABLE users (id int);\r\n",
	"prisma/migrations/20240101000000_add-index, \u00fcber/migration.sql": "/*\n  Warnings:\n*/\nCREATE INDEX CONCURRENTLY i ON users (id)",
	"prisma/migrations/20240101000000_a/migration.sql": "",
	"prisma/migrations/20240101000000_a/down.sql": "not run", "prisma/migrations/20240101000000_a/data/x.sql": "not run",
	"prisma/migrations/migration_lock.toml": "provider = \"postgresql\"", "prisma/schema.prisma": "x", "prisma/seed.sql": "x", "README.md": "x"}$J$);
SELECT revision, down_revisions, message, is_transactional, is_reversible
FROM migrator.history() JOIN migrator.revisions() USING (revision, message);
SELECT migrator.export('20240101000000_add_index__über');
-- as sha256sum says of the file
SELECT migrator.export('10_first');
SELECT encode(sha256(convert_to(E'-- CreateTable\r\nCREATE TABLE users (id int);\r\n', 'UTF8')), 'hex');
CALL migrator.deploy();
SELECT revision FROM migrator.downgrade('-1');

-- Prisma's directory is that of the migrations alone, too.
SET migrator.project = 'import_prisma 2';
SELECT * FROM migrator.import('{"1_a/migration.sql": "SELECT 1", "migration_lock.toml": ""}');

-- What Prisma refuses, and what cannot be one project.
SET migrator.project = 'import_prisma 3';
SELECT * FROM migrator.import('{"m/1_a/migration.sql": "SELECT 1", "m/2_b/migration.ts": "x"}');
SELECT * FROM migrator.import('{"m/1_a/migration.sql": "SELECT 1", "m/2_b/sql/migration.sql": "SELECT 2"}');
SELECT * FROM migrator.import('{"m/1_a/migration.sql": "SELECT 1", "n/2_b/migration.sql": "SELECT 2"}');
SELECT * FROM migrator.import('{"m/1-a/migration.sql": "SELECT 1", "m/1_a/migration.sql": "SELECT 2"}');
SELECT * FROM migrator.import('{"m/1_a/migration.sql": "SELECT 1;\nSELEC 2;"}');
SELECT * FROM migrator.import('{"m/1_a/migration.sql": "SELECT 1;\n\\d"}');
SELECT * FROM migrator.import('{"m/1_a/migration.sql": "BEGIN;\nSELECT 1;\nROLLBACK;"}');
SELECT * FROM migrator.import('{"migration.sql": "SELECT 1"}');
SELECT * FROM migrator.import('{"migration.sql": "SELECT 1"}', 'prisma');
SELECT count(*) FROM migrator.revisions();
