-- Where statements begin and end, as psql would have it.
SET migrator.project = 'split';
CREATE SCHEMA split;
SET search_path = split;
\set SHOW_CONTEXT always
CREATE TABLE out (n int GENERATED ALWAYS AS IDENTITY, t text);

SELECT migrator.load($F$-- strings and comments
-- Revision ID: strings
-- Revises:

-- migrate:up
CREATE TABLE a (x text DEFAULT ';'); INSERT INTO out (t) VALUES ('it''s; fine'), (E'it\'s; \\'), ($$a;b$$),
	($t_1$a $$;$$ ' b$t_1$), ('\'), (U&'d\0061t;'), ('a'
	'b;c') ;;
/* a ; /* nested ; */ ' ; */ INSERT INTO out (t) SELECT 'x' -- ; '
	|| 'y';
CREATE TABLE "q;""x" (begin int, "end;" int, atomic int); INSERT INTO out (t) SELECT 5 OPERATOR(pg_catalog.-)-- minus
4; INSERT INTO out (t) VALUES ('
-- migrate:down
'), ($$
-- migrate:up
$$) /*
-- migrate:down
*/; -- migrate:down
 -- migrate:down is not one when it is not at the beginning of a line
-- the end, without a semicolon:
INSERT INTO out (t) VALUES ('last')

-- migrate:down
DROP TABLE "q;""x", a
$F$);
SELECT revision FROM migrator.upgrade('strings');
SELECT t FROM out ORDER BY n;
SELECT relname FROM pg_class WHERE relnamespace = 'split'::regnamespace AND relkind = 'r' ORDER BY relname;
TRUNCATE out RESTART IDENTITY;

SELECT migrator.load($F$-- bodies with semicolons
-- Revision ID: bodies
-- Revises: strings

-- migrate:up
CREATE RULE r AS ON INSERT TO a DO ALSO (INSERT INTO out (t) VALUES ('rule ' || NEW.x); INSERT INTO out (t) VALUES ('again'););
INSERT INTO a VALUES ('one');
CREATE FUNCTION f(i int) RETURNS int LANGUAGE sql BEGIN ATOMIC
  SELECT CASE WHEN i > 0 THEN 1 ELSE 2 END; SELECT 3 AS end; SELECT (CASE i WHEN 1 THEN CASE WHEN true THEN 20 END END); END;
create or replace procedure p() begin atomic; insert into out (t) values ('p'); end; INSERT INTO out (t) SELECT 'x' AS begin;
CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS $$BEGIN RETURN 1; END$$;
DO $$ BEGIN FOR i IN 1..2 LOOP INSERT INTO split.out (t) VALUES (f(i)); END LOOP; END $$; CALL p(); SELECT g();
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.t := ''trigger;''; RETURN NEW; END';
CREATE TRIGGER t BEFORE INSERT ON out FOR EACH ROW WHEN (NEW.t = ';') EXECUTE FUNCTION trg();
INSERT INTO out (t) VALUES (';');
$F$);
SELECT revision FROM migrator.upgrade('bodies');
SELECT t FROM out ORDER BY n;
TRUNCATE out RESTART IDENTITY;

-- standard_conforming_strings may change on the way.
SET escape_string_warning = off;
SELECT migrator.load($F$-- Revision ID: scs
-- Revises: bodies
-- migrate:up
INSERT INTO out (t) VALUES ('a\');
SET standard_conforming_strings = off;
INSERT INTO out (t) VALUES ('b\';c');
SET LOCAL standard_conforming_strings TO on; INSERT INTO out (t) VALUES ('d\'); RESET standard_conforming_strings; INSERT INTO out (t) VALUES ('e\');
-- migrate:down
$F$);
SELECT revision FROM migrator.upgrade('scs');
SELECT t FROM out ORDER BY n;
SHOW standard_conforming_strings;
TRUNCATE out RESTART IDENTITY;

-- What psql would do itself has no place in a migration.
SELECT migrator.revision('x', E'SELECT 1;\n\\connect other\n', head := '{scs}');
SELECT migrator.revision('x', E'SELECT 1\n\\gexec\n', head := '{scs}');
SELECT migrator.revision('x', E'\\i other.sql', head := '{scs}');
SELECT migrator.revision('x', E'COPY out FROM stdin;\n1\n\\.\n\\restrict abc\n', head := '{scs}');

-- What has no end.
\set VERBOSITY default
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- migrate:up\nSELECT 1;\n\nSELECT $x$ abc;\n-- migrate:down\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- migrate:up\nSELECT 1;\n\n/* /* */ abc;\n-- migrate:down\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- migrate:up\nSELECT 1;\n\nSELECT "abc;\n-- migrate:down\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- migrate:up\nSELECT 1;\n\nSELECT (1;\n-- migrate:down\n', 'x.sql');
SELECT migrator.load(E'-- Revision ID: x\n-- Revises:\n-- migrate:up\nSELECT 1;\n\nSELECT\n  ''é'', E''\\x00'';\n-- migrate:down\n', 'x.sql');
SELECT count(*) FROM migrator.revisions();
