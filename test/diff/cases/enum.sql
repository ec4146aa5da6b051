-- case: an enum is created
-- to
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s "fine"');

-- case: an enum without values, and one with them
CREATE TYPE a AS ENUM ();
CREATE TYPE b AS ENUM ('x');
-- to
CREATE TYPE a AS ENUM ('x', 'y', 'z');
CREATE TYPE b AS ENUM ();

-- case: values are added at the end, the beginning and between
CREATE TYPE mood AS ENUM ('b', 'd');
CREATE TABLE t (id integer, m mood);
-- to
CREATE TYPE mood AS ENUM ('a1', 'a2', 'b', 'c1', 'c2', 'd', 'e1', 'e2');
CREATE TABLE t (id integer, m mood);

-- case: values go and change their order
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id integer, m mood DEFAULT 'a', n mood NOT NULL);
-- to
CREATE TYPE mood AS ENUM ('c', 'a');
CREATE TABLE t (id integer, m mood DEFAULT 'a', n mood NOT NULL);

-- case: a new value is the default of a column
CREATE TYPE mood AS ENUM ('a');
CREATE TABLE t (id integer, m mood DEFAULT 'a');
-- to
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (id integer, m mood DEFAULT 'b');

-- case: a new value is in a view and a check
CREATE TYPE mood AS ENUM ('a');
CREATE TABLE t (id integer, m mood, CONSTRAINT c CHECK (m = 'a'));
CREATE VIEW v AS SELECT id, m FROM t WHERE m = 'a';
-- to
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (id integer, m mood, CONSTRAINT c CHECK (m IN ('a', 'b')));
CREATE VIEW v AS SELECT id, m FROM t WHERE m = 'b';

-- case: an enum with everything about it is rebuilt
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id integer PRIMARY KEY, m mood DEFAULT 'a', ms mood[] DEFAULT '{a,b}', CONSTRAINT c CHECK (m <> 'b'));
CREATE INDEX t_m ON t (m);
CREATE INDEX t_partial ON t (id) WHERE m = 'a';
CREATE UNIQUE INDEX t_expr ON t ((m = 'a'), id);
CREATE VIEW v AS SELECT * FROM t WHERE m = 'a';
CREATE VIEW w AS SELECT id FROM v;
CREATE FUNCTION f(mood) RETURNS mood LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION g(mood[]) RETURNS integer LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT cardinality($1); END;
COMMENT ON TYPE mood IS 'how it is';
COMMENT ON COLUMN t.m IS 'the mood';
-- to
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (id integer PRIMARY KEY, m mood DEFAULT 'a', ms mood[] DEFAULT '{a,b}', CONSTRAINT c CHECK (m <> 'b'));
CREATE INDEX t_m ON t (m);
CREATE INDEX t_partial ON t (id) WHERE m = 'a';
CREATE UNIQUE INDEX t_expr ON t ((m = 'a'), id);
CREATE VIEW v AS SELECT * FROM t WHERE m = 'a';
CREATE VIEW w AS SELECT id FROM v;
CREATE FUNCTION f(mood) RETURNS mood LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION g(mood[]) RETURNS integer LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT cardinality($1); END;
COMMENT ON TYPE mood IS 'how it is';
COMMENT ON COLUMN t.m IS 'the mood';

-- case: a domain and a composite type over an enum that is rebuilt
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE DOMAIN d AS mood DEFAULT 'a' CONSTRAINT no_b CHECK (VALUE <> 'b');
CREATE DOMAIN dd AS d NOT NULL;
CREATE TYPE pair AS (one mood, other d[]);
CREATE TABLE t (id integer, d d, dd dd, p pair, ps pair[]);
-- to
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE DOMAIN d AS mood DEFAULT 'a' CONSTRAINT no_b CHECK (VALUE <> 'b');
CREATE DOMAIN dd AS d NOT NULL;
CREATE TYPE pair AS (one mood, other d[]);
CREATE TABLE t (id integer, d d, dd dd, p pair, ps pair[]);

-- case: a generated column that speaks of an enum that is rebuilt
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id integer, m mood, g boolean GENERATED ALWAYS AS (m = 'a') STORED, h mood GENERATED ALWAYS AS (CASE WHEN id > 0 THEN 'a'::mood END) STORED);
-- to
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (id integer, m mood, g boolean GENERATED ALWAYS AS (m = 'a') STORED, h mood GENERATED ALWAYS AS (CASE WHEN id > 0 THEN 'a'::mood END) STORED);

-- case: partitions by an enum that grows
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (id integer, m mood) PARTITION BY LIST (m);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id integer, m mood) PARTITION BY LIST (m);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE t_c PARTITION OF t FOR VALUES IN ('c');

-- case: partitions by an enum that is rebuilt
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (id integer, m mood, n mood) PARTITION BY LIST (m);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');
-- to
CREATE TYPE mood AS ENUM ('b', 'a');
CREATE TABLE t (id integer, m mood, n mood) PARTITION BY LIST (m);
CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a');

-- case: inherited columns of an enum that is rebuilt
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t (id integer, m mood DEFAULT 'a');
CREATE TABLE u (x text) INHERITS (t);
-- to
CREATE TYPE mood AS ENUM ('b', 'a');
CREATE TABLE t (id integer, m mood DEFAULT 'a');
CREATE TABLE u (x text) INHERITS (t);

-- case: policies, triggers, rules and statistics over an enum that is rebuilt
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE TABLE t (id integer, m mood);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (m = 'a');
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE OF m ON t FOR EACH ROW WHEN (NEW.m = 'b') EXECUTE FUNCTION tf();
CREATE RULE r AS ON INSERT TO t WHERE NEW.m = 'b' DO INSTEAD NOTHING;
CREATE STATISTICS s ON id, m FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT m, count(*) FROM t GROUP BY m;
CREATE INDEX mv_m ON mv (m);
-- to
CREATE TYPE mood AS ENUM ('b', 'a');
CREATE TABLE t (id integer, m mood);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (m = 'a');
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE OF m ON t FOR EACH ROW WHEN (NEW.m = 'b') EXECUTE FUNCTION tf();
CREATE RULE r AS ON INSERT TO t WHERE NEW.m = 'b' DO INSTEAD NOTHING;
CREATE STATISTICS s ON id, m FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT m, count(*) FROM t GROUP BY m;
CREATE INDEX mv_m ON mv (m);

-- case: an enum becomes a domain of the same name
CREATE TYPE kind AS ENUM ('a', 'b');
CREATE TABLE t (id integer, k kind);
-- to
CREATE DOMAIN kind AS text CHECK (VALUE IN ('a', 'b'));
CREATE TABLE t (id integer, k kind);

-- case: a column goes from text to an enum
CREATE TABLE t (id integer, k text DEFAULT 'a');
-- to
CREATE TYPE kind AS ENUM ('a', 'b');
CREATE TABLE t (id integer, k kind DEFAULT 'a');

-- case: a column goes from one enum to another, which takes its place
CREATE TYPE one AS ENUM ('a', 'b');
CREATE TABLE t (id integer, k one DEFAULT 'a');
-- to
CREATE TYPE other AS ENUM ('a', 'b');
CREATE TABLE t (id integer, k other DEFAULT 'a');

-- case: quoted names, owner, privileges and comment of an enum
-- needs: role app_owner
CREATE SCHEMA "My Schema";
CREATE TYPE "My Schema"."My Mood" AS ENUM ('A', 'b');
CREATE TABLE "My Schema"."My Table" ("My Column" "My Schema"."My Mood");
-- to
CREATE SCHEMA "My Schema";
CREATE TYPE "My Schema"."My Mood" AS ENUM ('A', 'c');
ALTER TYPE "My Schema"."My Mood" OWNER TO app_owner;
REVOKE ALL ON TYPE "My Schema"."My Mood" FROM PUBLIC;
COMMENT ON TYPE "My Schema"."My Mood" IS 'mine';
CREATE TABLE "My Schema"."My Table" ("My Column" "My Schema"."My Mood");

-- case: only privileges and comment of an enum
-- needs: role app_owner
CREATE TYPE mood AS ENUM ('a');
GRANT USAGE ON TYPE mood TO app_owner WITH GRANT OPTION;
COMMENT ON TYPE mood IS 'before';
-- to
CREATE TYPE mood AS ENUM ('a');
REVOKE USAGE ON TYPE mood FROM PUBLIC;
COMMENT ON TYPE mood IS 'after';

-- case: labels, names and options that look like expressions
-- to
CREATE TYPE e AS ENUM ('((a AND b) AND c)', '(ARRAY[a])::text[]');
CREATE TYPE c AS ("((a AND b) AND c)" int);
CREATE FUNCTION f("((a OR b) OR c)" int) RETURNS text LANGUAGE sql AS 'SELECT ''((a AND b) AND c)''::text';
CREATE FOREIGN DATA WRAPPER w OPTIONS ("((a AND b) AND c)" '(ARRAY[a])::text[]');
CREATE AGGREGATE g(text) (SFUNC = textcat, STYPE = text, INITCOND = '((a OR b) OR c)');
CREATE TABLE t ("((a AND b) AND c)" text DEFAULT '((a AND b) AND c)');
CREATE VIEW v AS SELECT "((a AND b) AND c)" FROM t WHERE "((a AND b) AND c)" = '((a AND b) AND c)';
