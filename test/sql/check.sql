-- What is missing until the database is as a text says.
CREATE SCHEMA check_app;
CREATE TABLE check_app.users (id int PRIMARY KEY, name text);
CREATE TABLE check_app.logs (id int);
CREATE VIEW check_app.names AS SELECT name FROM check_app.users;
SET migrator.schemas = check_app;
\set users 'CREATE SCHEMA check_app; CREATE TABLE check_app.users (id int PRIMARY KEY, name text);'
\set logs 'CREATE TABLE check_app.logs (id int);'
\set names 'CREATE VIEW check_app.names AS SELECT name FROM check_app.users;'

-- Nothing; several texts are one.
SELECT * FROM migrator.check(:'users' || :'logs' || :'names');
SELECT * FROM migrator.check((SELECT string_agg(text, E'\n' ORDER BY file)
	FROM (VALUES ('1.sql', :'users'), ('2.sql', :'logs'), ('3.sql', :'names')) x (file, text)));

-- Something.
SELECT * FROM migrator.check('CREATE SCHEMA check_app; CREATE TABLE check_app.users (id int PRIMARY KEY, name text NOT NULL, age int)');
SELECT * FROM migrator.diff(migrator.snapshot(), migrator.snapshot_of(:'users' || :'logs'));
SELECT migrator.ddl(migrator.snapshot());

-- Only some of it: by kind, by name, or all but those; parts go with their whole.
\set model 'CREATE SCHEMA check_app; CREATE TABLE check_app.users (id bigint PRIMARY KEY, name text); CREATE TABLE check_app.orders (id int);'
SELECT action, kind, identity FROM migrator.check(:'model') ORDER BY step;
SELECT action, kind, identity FROM migrator.check(:'model', kinds => '{table}') ORDER BY step;
SELECT action, kind, identity FROM migrator.check(:'model', kinds => '{-view}') ORDER BY step;
SELECT action, kind, identity FROM migrator.check(:'model', kinds => '{-view,-column}') ORDER BY step;
SELECT action, kind, identity FROM migrator.check(:'model', names => '{check_app.o%}') ORDER BY step;
SELECT action, kind, identity FROM migrator.check(:'model', names => '{check\_app.%,-%.logs,-~names$}') ORDER BY step;
SELECT action, kind, identity FROM migrator.check(:'model', kinds => '{table}', names => '{~(logs|orders)$}') ORDER BY step;
SELECT * FROM migrator.check(:'model', schemas => '{no_such_schema}');
SELECT * FROM migrator.check(:'model', kinds => '{tables}');
SELECT * FROM migrator.check(:'model', names => '{~(}');
SELECT * FROM migrator.check(NULL);

-- What no snapshot is.
SELECT migrator.ddl('{}');
SELECT migrator.diff('{"format": 1, "objects": []}', '{"format": 2}');
DROP SCHEMA check_app CASCADE;
