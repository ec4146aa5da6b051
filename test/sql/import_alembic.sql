-- Output of alembic upgrade --sql and downgrade --sql, and Alembic's own files.
SET migrator.project = 'import_alembic';
CREATE SCHEMA import_alembic;
SET search_path = import_alembic;
\set SHOW_CONTEXT errors
CREATE TEMP TABLE dir (path text PRIMARY KEY, content text);
CREATE FUNCTION pg_temp.files() RETURNS jsonb LANGUAGE sql AS $$ SELECT coalesce(jsonb_object_agg(path, content), '{}') FROM pg_temp.dir $$;

-- Two bases, a branch, a merge, a dependency, a block outside the transaction,
-- and text that looks like what Alembic writes.
INSERT INTO dir VALUES ('out/up.txt', $S$BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, 
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> aaa

CREATE TABLE a (t text DEFAULT '
-- Running upgrade aaa -> zzz
COMMIT;
');

INSERT INTO alembic_version (version_num) VALUES ('aaa') RETURNING alembic_version.version_num;

-- Running upgrade aaa -> bbb

CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '
-- Running upgrade aaa -> zzz
'::text; $$;;

ALTER TABLE alembic_version ALTER COLUMN version_num TYPE varchar(255);

UPDATE alembic_version SET version_num='bbb' WHERE alembic_version.version_num = 'aaa';

-- Running upgrade aaa -> ccc

CREATE TYPE color AS ENUM ('red');

COMMIT;

ALTER TYPE color ADD VALUE 'green';

CREATE INDEX CONCURRENTLY i ON a (t);

BEGIN;

-- Running is a comment of ours
CREATE TABLE c (x color DEFAULT 'green');

INSERT INTO alembic_version (version_num) VALUES ('ccc');

-- Running upgrade bbb, ccc -> ddd

DELETE FROM alembic_version WHERE alembic_version.version_num = 'ccc';

UPDATE alembic_version SET version_num='ddd' WHERE alembic_version.version_num = 'bbb';

-- Running upgrade  -> eee

CREATE TABLE e ();

/*
-- Running upgrade  -> zzz
*/
INSERT INTO alembic_version (version_num) VALUES ('eee');

-- Running upgrade eee -> fff

CREATE TABLE f (LIKE c);

DELETE FROM alembic_version WHERE alembic_version.version_num = 'ddd';

UPDATE alembic_version SET version_num='fff' WHERE alembic_version.version_num = 'eee';

COMMIT;

$S$), ('out/down.txt', $S$BEGIN;

-- Running downgrade fff -> eee

DROP TABLE f;

INSERT INTO alembic_version (version_num) VALUES ('ddd');

UPDATE alembic_version SET version_num='eee' WHERE alembic_version.version_num = 'fff';

-- Running downgrade eee -> 

DROP TABLE e;

DELETE FROM alembic_version WHERE alembic_version.version_num = 'eee';

-- Running downgrade ddd -> bbb, ccc

INSERT INTO alembic_version (version_num) VALUES ('bbb');

UPDATE alembic_version SET version_num='ccc' WHERE alembic_version.version_num = 'ddd';

-- Running downgrade ccc -> aaa

DROP TABLE c;

COMMIT;

DROP INDEX CONCURRENTLY i;

BEGIN;

DROP TYPE color;

DELETE FROM alembic_version WHERE alembic_version.version_num = 'ccc';

-- Running downgrade bbb -> aaa

DROP FUNCTION f();

$S$);
SELECT * FROM migrator.import(pg_temp.files());
SELECT revision, down_revisions, depends_on, is_transactional, is_reversible, message
FROM migrator.history() JOIN migrator.revisions() USING (revision, message) ORDER BY revision;
SELECT migrator.export('aaa'), migrator.export('bbb'), migrator.export('ccc'), migrator.export('ddd'), migrator.export('fff');
SELECT * FROM migrator.import(pg_temp.files(), 'alembic') WHERE action <> 'unchanged';
-- with several heads there is a downgrade for each of them, and one may have failed
SELECT i.* FROM dir, migrator.import(pg_temp.files() || jsonb_build_object('out/down2', content, 'out/down1', left(content, position('DELETE' in content)))) i
WHERE path = 'out/down.txt' AND action <> 'unchanged';
CALL migrator.deploy('heads');
SELECT revision FROM migrator.versions();
SELECT t, to_regclass('i'), to_regclass('f'), to_regclass('alembic_version') FROM (VALUES (f())) f (t);
CALL migrator.rollback('fff@eee');
CALL migrator.rollback('aaa');
SELECT revision FROM migrator.versions();

-- The project's own files win, and tell of messages, labels and dates.
SET migrator.project = 'import_alembic files';
INSERT INTO dir VALUES ('versions/aaa_.py', $P$"""first
line, and another

And more.

Revision ID: aaa
Revises: 
Create Date: 2024-01-02 03:04:05.678901

"""
from typing import Sequence, Union
from alembic import op

revision: str = 'aaa'  # a comment
down_revision: Union[str, Sequence[str], None] = None
branch_labels: Union[str, Sequence[str], None] = ("one", "un")
depends_on = None

def upgrade() -> None:
    revision = 'xxx'
    op.execute("""
revision = 'yyy'
""")
$P$), ('versions/bbb_.py', $P$
# no docstring
import sqlalchemy as sa; revision = "bbb"; down_revision = "aaa"
"Revision ID: zzz"
$P$), ('versions/ccc_.py', E'\uFEFF''''Revision ID: ccc''''''\r\nrevision\\\r\n = r"ccc"\r\ndown_revision = ("a" "aa")\r\nbranch_labels = []\r\n'),
('versions/ddd_.py', $P$u"Transactional: it\tis \"quoted\""
revision, other = 1, 2
revision = \
  "ddd"
down_revision = [
    "ccc", # a ] comment
    'bbb',
]
if revision == "ddd":
    depends_on = "zzz"
$P$), ('versions/eee_.py', E'"""\n"""\nrevision = "eee"\ndown_revision = (None)\nbranch_labels = "two"'),
('versions/fff_.py', E'revision = "fff"\ndown_revision = "eee",\ndepends_on = ["one", "ddd"]'),
('versions/ggg_above.py', E'revision = "ggg"\ndown_revision = "fff"'),
('versions/helper.py', 'down_revision = "aaa"'), ('env.py', 'down_revision = revision'), ('README.md', E'x\n-- Running upgrade  -> zzz\n');
SELECT revision, filename FROM migrator.import(pg_temp.files());
SELECT revision, down_revisions, depends_on, branch_labels, message FROM migrator.history();
SELECT migrator.export('aaa'), migrator.export('ddd');

-- What does not fit together.
SET migrator.project = 'import_alembic 2';
CREATE FUNCTION pg_temp.fails(path text, content text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	files jsonb := pg_temp.files();
	detail text;
	hint text;
	place text;
BEGIN
	PERFORM migrator.import(CASE WHEN content IS NULL THEN files - path ELSE files || jsonb_build_object(path, content) END);
	RETURN 'nothing is wrong';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, place = PG_EXCEPTION_CONTEXT;
	RETURN concat_ws(E'\n', SQLSTATE || ': ' || SQLERRM, nullif(detail, ''), nullif(hint, ''), substring(place FROM 'file "[^"]*", line \d+'));
END $$;
\pset tuples_only on
\pset format unaligned
DELETE FROM dir WHERE path LIKE '%ggg%';
SELECT pg_temp.fails('versions/bbb_.py', NULL);
SELECT pg_temp.fails('versions/bbb_.py', 'down_revision = None; revision = "bbb"');
SELECT pg_temp.fails('versions/bbb_.py', E'\nrevision = make()\ndown_revision = "aaa"');
SELECT pg_temp.fails('versions/bbb_.py', E'revision = "b" + "bb"\ndown_revision = "aaa"');
SELECT pg_temp.fails('versions/bbb_.py', E'revision = f"bbb"\ndown_revision = "aaa"');
SELECT pg_temp.fails('versions/bbb_.py', E'revision = "bbb"\ndown_revision = ["aaa", x]');
SELECT pg_temp.fails('versions/bbb_.py', E'revision = ()\ndown_revision = "aaa"');
SELECT pg_temp.fails('versions/bbb_.py', E'revision = """bbb\ndown_revision = "aaa"');
SELECT pg_temp.fails('versions/bbb2.py', E'revision = "bbb"\ndown_revision = "aaa"');
SELECT pg_temp.fails('versions/bbb_.py', E'revision = "bbb"\ndown_revision = "aaa"\ndepends_on = "nosuch"');
SELECT pg_temp.fails('versions/bbb_.py', E'revision = "bbb"\ndown_revision = "aaa"\ndepends_on = "ggg"');
INSERT INTO dir VALUES ('versions/ggg_above.py', E'revision = "ggg"\ndown_revision = "fff"');
SELECT pg_temp.fails('versions/bbb_.py', E'revision = "bbb"\ndown_revision = "aaa"\ndepends_on = "ggg"');
SELECT pg_temp.fails('versions/bbb_.py', E'revision = "b-b"\ndown_revision = "aaa"');
DELETE FROM dir WHERE path LIKE '%.py' OR path LIKE '%.md';
SELECT pg_temp.fails('out/more.sql', (SELECT content FROM dir WHERE path = 'out/up.txt'));
SELECT pg_temp.fails('out/down.txt', replace((SELECT content FROM dir WHERE path = 'out/down.txt'), '-- Running downgrade bbb', '-- Running downgrade bb'));
SELECT pg_temp.fails('out/more.sql', replace((SELECT content FROM dir WHERE path = 'out/down.txt'), 'DROP TABLE e;', 'DROP TABLE e; SELECT 1;'));
SELECT pg_temp.fails('out/down.txt', replace((SELECT content FROM dir WHERE path = 'out/down.txt'), '-> bbb, ccc', '-> bbb'));
SELECT pg_temp.fails('out/up.txt', NULL);
DELETE FROM dir;
SELECT pg_temp.fails('versions/bbb_.py', 'down_revision = None; revision = "bbb"');
SELECT pg_temp.fails('a.sql', E'-- Running upgrade  -> a\nSELECT 1;\n');
SELECT pg_temp.fails('a.sql', E'-- Running upgrade  -> a\nSELECT 1 -- so;\nINSERT INTO alembic_version (version_num) VALUES (''a'');\n-- Running upgrade a -> b\n');
SELECT pg_temp.fails('a.sql', E'SET search_path = x;\n-- Running upgrade  -> a\nINSERT INTO alembic_version (version_num) VALUES (''a'');\n');
SELECT pg_temp.fails('a.sql', E'-- Running stamp_revision  -> a\n-- Running upgrade  -> a\nINSERT INTO alembic_version (version_num) VALUES (''a'');\n');
SELECT pg_temp.fails('a.sql', E'-- Running upgrade a\nINSERT INTO alembic_version (version_num) VALUES (''a'');\n');
SELECT pg_temp.fails('a.sql', E'-- Running upgrade  -> a\nSELECT ''open;\nINSERT INTO alembic_version (version_num) VALUES (a);\n');
SELECT pg_temp.fails('a.sql', E'-- Running upgrade  -> a\nSELECT 1;\nSELEC 2;\nINSERT INTO alembic_version (version_num) VALUES (''a'');\n');
SELECT pg_temp.fails('a.sql', E'-- Running upgrade  -> a\nSELECT 1;\n-- migrate:down\nINSERT INTO alembic_version (version_num) VALUES (''a'');\n');
SELECT pg_temp.fails('a.sql', E'-- Running upgrade  -> a\n\\d\nINSERT INTO alembic_version (version_num) VALUES (''a'');\n');
SELECT pg_temp.fails('a.sql', E'-- Running upgrade  -> a\nSAVEPOINT s;\nSELECT 1;\nINSERT INTO alembic_version (version_num) VALUES (''a'');\n');
SELECT count(*) FROM migrator.revisions();
\pset tuples_only off
\pset format aligned

-- A table of another name, a transaction for each revision, none at all, Windows' lines, and half a project.
SELECT revision FROM migrator.import(jsonb_build_object('a.sql', replace(E'BEGIN;\nCREATE TABLE v.my_versions (version_num varchar(32) NOT NULL);\n-- Running upgrade x1 -> a1\nCREATE TABLE alembic_version (other int);\nUPDATE v.my_versions SET version_num=''a1'' WHERE v.my_versions.version_num = ''x1'';\nCOMMIT;\n\nBEGIN;\n-- Running upgrade a1 -> b1, with a message\nSELECT 1;\nUPDATE v.my_versions SET version_num=''b1'' WHERE v.my_versions.version_num = ''a1'';\nCOMMIT;\n', E'\n', E'\r\n')));
SELECT migrator.export('a1'), migrator.export('b1');
SELECT code, revision FROM migrator.validate() WHERE code LIKE 'missing%';
SET migrator.project = 'import_alembic 3';
SELECT revision FROM migrator.import(jsonb_build_object('a.sql', E'CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);\n-- Running upgrade  -> a1\n\n\nVACUUM;\nSELECT 1;\nINSERT INTO alembic_version (version_num) VALUES (''a1'');\n-- Running upgrade a1 -> b1\nCOMMIT;\nSELECT 1;BEGIN; COMMIT; SELECT 2; BEGIN; SELECT 3;\nUPDATE alembic_version SET version_num=''b1'' WHERE alembic_version.version_num = ''a1'';\nDROP TABLE alembic_version;'));
SELECT migrator.export('a1'), migrator.export('b1');
-- A file of ours may quote Alembic.
SET migrator.project = 'import_alembic 4';
SELECT * FROM migrator.import(jsonb_build_object('x.sql', E'-- m\n--\n-- Revision ID: x\n-- Revises:\n\n-- migrate:up\n-- Running upgrade  -> x\nSELECT 1;\n'));
