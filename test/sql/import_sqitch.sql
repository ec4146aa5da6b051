-- Projects of Sqitch.
SET migrator.project = 'import_sqitch';
CREATE SCHEMA import_sqitch;
SET search_path = import_sqitch;
\set SHOW_CONTEXT errors
CREATE TEMP TABLE dir (path text PRIMARY KEY, content text);
CREATE FUNCTION pg_temp.files() RETURNS jsonb LANGUAGE sql AS $$ SELECT coalesce(jsonb_object_agg(path, content), '{}') FROM pg_temp.dir $$;

INSERT INTO dir VALUES ('db/sqitch.plan', $S$%syntax-version=1.0.0
%project=shop
%uri=HTTPS://Example.com:443/shop%7eone
# a comment

users 2024-01-01T00:00:00Z Zoë O’Vera <zoe@example.com> # The users.\nAll of "them".
# another
+ app/orders [users] 2024-01-02T00:00:00Z A. B., C <ab@example.com># Depends on: the users
add-note [app/orders shop:users !gone] 2024-01-03T00:00:00Z A. B., C <ab@example.com>
@v1.0-b1 2024-01-04T00:00:00Z A. B., C <ab@example.com> # Tag
@v1.0 2024-01-04T00:00:00Z A. B., C <ab@example.com>

add_note 2024-01-05T00:00:00Z A. B., C <ab@example.com> # 0
users [users@v1.0 @v1.0] 2024-01-05T00:00:01Z A. B., C <ab@example.com> # Rework the users.
@v2 2024-01-06T00:00:00Z A. B., C <ab@example.com>
index 2024-01-07T00:00:00Z A. B., C <ab@example.com> # Not in a transaction.
users [elsewhere:thing] 2024-01-08T00:00:01Z A. B., C <ab@example.com> # Again.
$S$),
('db/deploy/users@v1.0.sql', E'-- Deploy users\n\nBEGIN;\n\nCREATE TABLE users (id int);\n\nCOMMIT;\n'),
('db/revert/users@v1.0.sql', E'BEGIN;\nDROP TABLE users;\nCOMMIT;\n'),
('db/verify/users@v1.0.sql', E'BEGIN;\nSELECT id FROM users WHERE false;\nROLLBACK;\n'),
('db/deploy/users@v2.sql', E'BEGIN;\nALTER TABLE users ADD name text;\nCOMMIT;\n'),
('db/revert/users@v2.sql', E'BEGIN;\nALTER TABLE users DROP name;\nCOMMIT;\n'),
('db/deploy/users.sql', E'ALTER TABLE users ADD email text DEFAULT '':x'';\nCOMMIT;\n'),
('db/verify/users.sql', E'BEGIN; SELECT id FROM users WHERE false; ROLLBACK;\nBEGIN;\nSELECT 1 / count(*) FROM users;\nROLLBACK;\n'),
('db/deploy/app/orders.sql', E'BEGIN;\nCREATE TABLE orders ();\nCOMMIT;\n'),
('db/revert/app/orders.sql', E'BEGIN;\nDROP TABLE orders;\nCOMMIT'),
('db/deploy/add-note.sql', E'BEGIN;\nALTER TABLE orders ADD note text;\nCOMMIT;\n'), ('db/revert/add-note.sql', ''),
('db/deploy/add_note.sql', ''),
('db/deploy/index.sql', E'CREATE INDEX CONCURRENTLY i ON users (id);\n\nBEGIN;\nCREATE TABLE x ();\nCREATE TABLE y ();\nCOMMIT;\nVACUUM users;\n'),
('db/revert/index.sql', E'BEGIN;\nDROP TABLE x, y;\nCOMMIT;\nDROP INDEX i;\n'),
('db/deploy/forgotten.sql', 'not SQL'), ('README.md', 'x');
SELECT * FROM migrator.import(pg_temp.files());
SELECT revision, down_revisions, depends_on, message, is_transactional, is_reversible
FROM migrator.history() JOIN migrator.revisions() USING (revision, message);
SELECT migrator.export('users');
SELECT migrator.export('app_orders');
SELECT migrator.export('index');
SELECT migrator.export('users_3');
SELECT * FROM migrator.import(pg_temp.files(), 'sqitch') WHERE action <> 'unchanged';
CALL migrator.deploy('users_2');

-- A change of the plan that is deployed is reworked: it stays what it is.
UPDATE dir SET path = replace(path, 'users.sql', 'users@v3.sql') WHERE path LIKE '%/users.sql';
UPDATE dir SET content = content || E'@v3 2024-01-09T00:00:00Z A. B., C <ab@example.com>\nusers 2024-01-10T00:00:00Z A. B., C <ab@example.com>\n' WHERE path LIKE '%.plan';
INSERT INTO dir VALUES ('db/deploy/users.sql', 'SELECT 4'), ('db/revert/users.sql', 'SELECT -4');
SELECT revision, filename, action FROM migrator.import(pg_temp.files()) WHERE action <> 'unchanged';
CALL migrator.deploy('index');
CALL migrator.rollback('base');

-- Directories that sqitch.conf tells of.
SET migrator.project = 'import_sqitch conf';
SELECT * FROM migrator.import($J${
	"sqitch.conf": "[core]\n\tengine = pg\n\ttop_dir = nowhere\n\textension = ddl ; a comment\n\trevert_dir = \"./undo\"\n[engine \"sqlite\"]\n\tplan_file = lite.plan\n[engine \"pg\"]\n\ttop_dir = ./pg/../db/ # so\n\tplan_file = pg.plan\n\treworked_dir = old\n[target \"x\"]\n\ttop_dir = other",
	"pg.plan": "%project=p\n\na 2024-01-01T00:00:00Z A <a>\r\n@t 2024-01-01T00:00:00Z A <a>\na 2024-01-01T00:00:00Z A <a>",
	"old/deploy/a@t.ddl": "SELECT 1", "old/revert/a@t.ddl": "SELECT -1", "db/deploy/a.ddl": "SELECT 2", "undo/a.ddl": "SELECT -2", "db/deploy/a@t.ddl": "SELECT 3"}$J$);
SELECT migrator.export('a'), migrator.export('a_2');

-- What Sqitch refuses, and what only psql could do.
SET migrator.project = 'import_sqitch 2';
CREATE FUNCTION pg_temp.fails(plan text, deploy text = '') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
	hint text;
	place text;
BEGIN
	PERFORM migrator.import(jsonb_build_object('sqitch.plan', replace(E'%project=p\n\n' || plan, ' D', ' 2024-01-01T00:00:00Z A <a>'), 'deploy/a.sql', deploy, 'deploy/b.sql', '', 'verify/b.sql', deploy));
	RETURN 'nothing is wrong';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, place = PG_EXCEPTION_CONTEXT;
	RETURN concat_ws(E'\n', SQLSTATE || ': ' || SQLERRM, nullif(detail, ''), nullif(hint, ''), substring(place FROM 'file "[^"]*", line \d+'));
END $$;
\pset tuples_only on
\pset format unaligned
SELECT pg_temp.fails(E'a D\n%pragma=1');
SELECT pg_temp.fails(E'a 2024-01-01 A <a>');
SELECT pg_temp.fails(E'a [b]');
SELECT pg_temp.fails(E'a [b 2024-01-01T00:00:00Z A <a>');
SELECT pg_temp.fails(E'a 2024-01-01T00:00:00Z <a>');
SELECT pg_temp.fails(E'a 2024-01-01T00:00:00Z A a');
SELECT pg_temp.fails(E'a:b D');
SELECT pg_temp.fails(E'-a D');
SELECT pg_temp.fails(E'a~3 D');
SELECT pg_temp.fails(E'../a D');
SELECT pg_temp.fails(E'HEAD D');
SELECT pg_temp.fails(E'@t D');
SELECT pg_temp.fails(E'a D\n@t/u D');
SELECT pg_temp.fails(E'a D\n@t D\n@t D');
SELECT pg_temp.fails(E'a D\nb D\na D');
SELECT pg_temp.fails(E'a [b] D\nb D');
SELECT pg_temp.fails(E'a [a] D');
SELECT pg_temp.fails(E'a D\nb [a a] D');
SELECT pg_temp.fails(E'a D\nb [a@t] D\n@t D');
SELECT pg_temp.fails(E'a D\nb [!a] D');
SELECT pg_temp.fails(E'a D\nb [a@@] D');
SELECT pg_temp.fails(E'a D\nc D');
SELECT pg_temp.fails(E'a D', E'BEGIN;\n\\i other.sql\nCOMMIT;');
SELECT pg_temp.fails(E'a D', E'SELECT 1;\n\\copy t from program ''sed s/a/b/ < data''');
SELECT pg_temp.fails(E'a D', E'SELECT 1;\n\\set x 1\n');
SELECT pg_temp.fails(E'a D', E'SELECT '':x'', ":y", $a$:z$a$; -- :c\nALTER DATABASE /* :n */\n:"DBNAME" SET x TO y;');
SELECT pg_temp.fails(E'a D', E'SELECT x[1:y], 1::int FROM\n  :registry.changes;');
SELECT pg_temp.fails(E'a D', E'SELECT :''x'';');
SELECT pg_temp.fails(E'a D', E'SELECT 1 2;');
SELECT pg_temp.fails(E'a D\nb D', 'SELEC');
SELECT pg_temp.fails(E'a D\nb D', E'BEGIN;\nSELECT 1;\nSAVEPOINT s;\nROLLBACK;');
SELECT migrator.import('{"a/sqitch.plan": "%project=p", "b/sqitch.plan": "%project=q"}');
SELECT migrator.import('{"sqitch.conf": "[core]\n\ttop_dir = x\n", "sqitch.plan": "%project=q"}');
SELECT migrator.import('{"sqitch.plan": "a 2024-01-01T00:00:00Z A <a>"}');
SELECT migrator.import('{"sqitch.plan": "%syntax-version=1.0.0\n\n%project=x\n"}');
SELECT migrator.import('{"sqitch.plan": ""}');
SELECT migrator.import('{"sqitch.plan": "%project=a b\n"}');
SELECT migrator.import('{"sqitch.plan": "%project=empty\n\n"}');
SELECT count(*) FROM migrator.revisions();
