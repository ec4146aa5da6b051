-- Renames: by hints, and reported where there is none.
CREATE FUNCTION public.changes(old text, new text)
RETURNS TABLE (action text, ddl text, hazard text[]) LANGUAGE sql AS
$$ SELECT d.action, d.ddl, d.hazard FROM migrator.diff(migrator.snapshot_of(old), migrator.snapshot_of(new)) d ORDER BY d.step $$;

-- A hint, and the way back.
\set old 'CREATE TABLE users (id serial PRIMARY KEY, name text UNIQUE); CREATE VIEW v AS SELECT id FROM users;'
\set new '-- migrate:rename users TO people\n CREATE TABLE people (id serial PRIMARY KEY, name text UNIQUE); CREATE VIEW v AS SELECT id FROM people;'
SELECT migrator.snapshot_of(:'new') -> 'renames' AS renames;
SELECT * FROM public.changes(:'old', :'new');
SELECT * FROM public.changes(:'new', :'old');

-- Followed already, or about something else: no more than a comment.
SELECT * FROM public.changes(:'new', :'new');
SELECT * FROM public.changes('CREATE TABLE a ();', E'-- migrate:rename b TO c\nCREATE TABLE a ();');

-- Both names are there: whose data is to be kept is not guessed.
SELECT * FROM public.changes('CREATE TABLE a (x int); CREATE TABLE b (y int);', E'-- migrate:rename a TO b\nCREATE TABLE b (y int);');

-- By kind, where the name is not enough.
SELECT * FROM public.changes('CREATE TABLE t (x int CONSTRAINT x CHECK (x > 0));',
	E'-- migrate:rename constraint t.x TO y\nCREATE TABLE t (x int CONSTRAINT y CHECK (x > 0));');
SELECT * FROM public.changes('CREATE TABLE t (x int CONSTRAINT x CHECK (x > 0));',
	E'-- migrate:rename column t.x TO y\nCREATE TABLE t (y int CONSTRAINT x CHECK (y > 0));');

-- Quoted names, and what looks like them in strings.
SELECT * FROM public.changes(
	$$CREATE TABLE "Old" (a text DEFAULT 'public."Old"', b text GENERATED ALWAYS AS (a || '"Old".a') STORED);$$,
	$$-- migrate:rename "Old" TO "New one"
	CREATE TABLE "New one" (a text DEFAULT 'public."Old"', b text GENERATED ALWAYS AS (a || '"Old".a') STORED);$$);

-- Without a hint both sides say what they look like; nothing is guessed.
SELECT * FROM public.changes('CREATE TABLE a (x int, y text);', 'CREATE TABLE b (x int, y text);');
SELECT * FROM public.changes('CREATE TABLE t (x int, y text DEFAULT ''d'');', 'CREATE TABLE t (x int, z text DEFAULT ''d'');');
SELECT * FROM public.changes($$CREATE TYPE a AS ENUM ('x');$$, $$CREATE TYPE b AS ENUM ('x');$$);
SELECT * FROM public.changes('CREATE VIEW a AS SELECT 1 AS x;', 'CREATE VIEW b AS SELECT 1 AS x;');

-- Nor where there are two, or something differs.
SELECT action, hazard FROM public.changes('CREATE TABLE a (x int);', 'CREATE TABLE b (x int); CREATE TABLE c (x int);');
SELECT action, hazard FROM public.changes('CREATE TABLE a (x int);', 'CREATE TABLE b (x bigint);');

-- A name with a line break in it is kept on one line.
SELECT action, hazard FROM public.changes(E'CREATE TABLE "a\nb" (x int);', 'CREATE TABLE b (x int);');

SELECT code, severity, title FROM migrator.hazards() WHERE code IN ('MG501', 'MG514', 'MG601') ORDER BY code;
DROP FUNCTION public.changes(text, text);
