-- Every way down undoes its way up: a check that one may run over any project.
BEGIN;
SELECT plan(11);
SET LOCAL migrator.project = 'up_and_down';
CREATE SCHEMA up_and_down;
SET LOCAL search_path = up_and_down, public;

-- what there is, as one text
CREATE FUNCTION pg_temp.objects() RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(o, E'\n' ORDER BY o COLLATE "C"), 'nothing')
	FROM (SELECT format('column %s.%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod))
		  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		  WHERE c.relnamespace = 'up_and_down'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
		  UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'up_and_down'::regnamespace AND contype <> 'n'
		  UNION ALL SELECT pg_get_indexdef(oid) FROM pg_class WHERE relnamespace = 'up_and_down'::regnamespace AND relkind = 'i'
		  UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'up_and_down'::regnamespace) x (o)
$$;

SELECT is((SELECT count(*) FROM migrator.import($J${
	"migrations/1_table.up.sql": "CREATE TABLE t (id int PRIMARY KEY, a text);", "migrations/1_table.down.sql": "DROP TABLE t;",
	"migrations/2_column.up.sql": "ALTER TABLE t ADD b int CHECK (b > 0);", "migrations/2_column.down.sql": "ALTER TABLE t DROP b;",
	"migrations/3_view.up.sql": "CREATE VIEW v AS SELECT id, b FROM t;", "migrations/3_view.down.sql": "DROP VIEW v;",
	"migrations/4_function.up.sql": "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC; SELECT 1; END; CREATE INDEX t_a_idx ON t (a)",
	"migrations/4_function.down.sql": "DROP INDEX t_a_idx; DROP FUNCTION f();",
	"migrations/5_forgets.up.sql": "CREATE TABLE u (i int); CREATE TABLE w (i int);", "migrations/5_forgets.down.sql": "DROP TABLE u;"}$J$)), 5::bigint, 'a directory of five');

CREATE TEMP TABLE step (n serial, revision text, before text, after text, back text);
DO $$
DECLARE
	r text;
	before text;
	after text;
BEGIN
	FOR r IN SELECT revision FROM migrator.plan('upgrade', 'head') ORDER BY step LOOP
		before := pg_temp.objects();
		PERFORM migrator.upgrade(r);
		after := pg_temp.objects();
		PERFORM migrator.downgrade('-1');
		INSERT INTO step (revision, before, after, back) VALUES (r, before, after, pg_temp.objects());
		IF r <> '5' THEN
			PERFORM migrator.upgrade(r);
		END IF;
	END LOOP;
END $$;

SELECT isnt(after, before, format('revision %s does something', revision)) FROM step ORDER BY n;
SELECT is(back, before, format('the way down of revision %s undoes it', revision)) FROM step WHERE revision <> '5' ORDER BY n;
SELECT isnt(back, before, 'and one that forgets something is found') FROM step WHERE revision = '5';

SELECT * FROM finish();
ROLLBACK;
