-- Directories of Flyway.
SET migrator.project = 'import_flyway';
CREATE SCHEMA import_flyway;
SET search_path = import_flyway;
\set SHOW_CONTEXT errors
CREATE TEMP TABLE dir (path text PRIMARY KEY, content text);
CREATE FUNCTION pg_temp.files() RETURNS jsonb LANGUAGE sql AS $$ SELECT coalesce(jsonb_object_agg(path, content), '{}') FROM pg_temp.dir $$;

INSERT INTO dir VALUES
	('db/V1__first table.sql', E'\uFEFFCREATE TABLE a (\r\n\tid int\r\n);\r\n\r\nINSERT INTO a VALUES (1);\r\n'),
	('db/V1_10__tenth.SQL', 'SELECT 10'),
	('db/more/V1.2__second__part.Sql', 'CREATE INDEX CONCURRENTLY i ON a (id);'),
	('db/V1.2.1.sql', 'SELECT 1 + 2 + 1'),
	('db/V081___name.sql', 'SELECT ''${literal}'''), ('db/V081___name.sql.conf', E'# why\nplaceholderReplacement = false\nencoding=UTF-8\n'),
	('db/V20250522173952000001__huge.sql', 'SELECT 1'), ('db/V20250522173952000001__huge.sql.conf', 'executeInTransaction=false'),
	('db/undo/U1.0__first.sql', 'DROP TABLE a;'),
	('db/R__b_view.sql', 'CREATE OR REPLACE VIEW v AS SELECT id FROM a;'),
	('db/R__bView.sql', 'SELECT 1'),
	('db/V3__x.conf', 'nothing to Flyway'), ('db/README.md', 'x'),
	('db/v4__lower.sql', 'not one'), ('db/V1_x__wrong.sql', 'nor this'), ('db/afterMigrate__grants.sql', 'SELECT 1');
SELECT * FROM migrator.import(pg_temp.files());
SELECT revision, down_revisions, message, is_transactional, is_reversible
FROM migrator.history() JOIN migrator.revisions() USING (revision, message) ORDER BY revision COLLATE "C";
SELECT migrator.export('1'), migrator.export('081');
CALL migrator.deploy('081');
SELECT * FROM a;
SELECT action FROM migrator.import(pg_temp.files(), 'flyway') GROUP BY action;

-- An empty prefix, numbers of different lengths, and repeatable ones.
SET migrator.project = 'import_flyway, empty';
TRUNCATE dir;
INSERT INTO dir VALUES ('20250522173952__b.sql', 'SELECT 1'), ('2025052217395000__c.sql', 'SELECT 1'), ('20250522__a.sql', 'SELECT 1'),
	('R__r.sql', 'SELECT 1'), ('15_lost.sql', 'SELECT 1');
SELECT * FROM migrator.import(pg_temp.files());
-- A baseline migration is the first version where it is alone.
SET migrator.project = 'import_flyway, baseline';
TRUNCATE dir;
INSERT INTO dir VALUES ('B10__all_before.sql', 'SELECT 1'), ('U10__all_before.sql', 'SELECT 1'), ('V11__next.sql', 'SELECT 1');
SELECT * FROM migrator.import(pg_temp.files());
SELECT revision, down_revisions, message FROM migrator.history();
INSERT INTO dir VALUES ('V9__before.sql', 'SELECT 1');
SELECT * FROM migrator.import(pg_temp.files());
SELECT * FROM migrator.import('{"B1__a.sql": "", "B2__b.sql": "", "V3__c.sql": ""}');

-- What Flyway refuses, and what would not be the same here.
SET migrator.project = 'import_flyway 2';
SELECT * FROM migrator.import('{"a/V1__a.sql": "", "b/V1.0.0__b.sql": ""}');
SELECT * FROM migrator.import('{"V1_01__a.sql": "", "V1.1__b.sql": ""}');
SELECT * FROM migrator.import('{"a/R__v.sql": "", "b/R__v.sql": "", "V1__a.sql": ""}');
SELECT * FROM migrator.import('{"R__a-b.sql": "", "R__a+b.sql": "", "V1__a.sql": ""}');
SELECT * FROM migrator.import('{"V1__a.sql": "", "U2__a.sql": ""}');
SELECT * FROM migrator.import('{"V1__a.sql": "", "V2__b.java": "class V2__b {}"}');
SELECT * FROM migrator.import('{"V1__a.sql": "SELECT 1;\nCREATE TABLE ${schema}.t ();"}');
SELECT * FROM migrator.import('{"V1__a.sql": "SELECT ''${''"}');
SELECT * FROM migrator.import('{"V1__a.sql": "", "V1__a.sql.conf": "\nexecuteInTransaction=perhaps"}');
SELECT * FROM migrator.import('{"V1__a.sql": "", "V1__a.sql.conf": "shouldExecute=false"}');
SELECT * FROM migrator.import('{"V1__a.sql": "", "V1__a.sql.conf": "encoding=ISO-8859-1"}');
SELECT * FROM migrator.import('{"V1__a.sql": "SELECT 1;\n\nSELECT 2 3;"}');
SELECT * FROM migrator.import('{"V1__a.sql": "SELECT 1;", "2_b.up.sql": ""}');
SELECT * FROM migrator.import('{"a.sql": ""}', 'flyway');
SELECT count(*) FROM migrator.revisions();
