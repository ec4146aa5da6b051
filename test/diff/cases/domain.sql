-- case: domains are created
-- to
CREATE DOMAIN plain AS integer;
CREATE DOMAIN "Long one" AS varchar(20) COLLATE "C" DEFAULT 'it''s' NOT NULL
	CONSTRAINT "no x" CHECK (VALUE <> 'x') CHECK (length(VALUE) > 1);
CREATE DOMAIN list AS integer[];
CREATE TABLE t (a plain, b "Long one", c list, d plain[]);
COMMENT ON DOMAIN plain IS 'plain';
COMMENT ON CONSTRAINT "no x" ON DOMAIN "Long one" IS 'no x';

-- case: the default of a domain comes, goes and changes
CREATE DOMAIN a AS integer;
CREATE DOMAIN b AS integer DEFAULT 1;
CREATE DOMAIN c AS integer DEFAULT 1;
CREATE TABLE t (a a, b b, c c);
-- to
CREATE DOMAIN a AS integer DEFAULT 1;
CREATE DOMAIN b AS integer;
CREATE DOMAIN c AS integer DEFAULT 2;
CREATE TABLE t (a a, b b, c c);

-- case: a domain is not null, or may be again
CREATE DOMAIN a AS integer;
CREATE DOMAIN b AS integer NOT NULL;
CREATE TABLE t (a a, b b);
-- to
CREATE DOMAIN a AS integer NOT NULL;
CREATE DOMAIN b AS integer;
CREATE TABLE t (a a, b b);

-- case: a name for NOT NULL
-- needs: server 18
CREATE DOMAIN a AS integer NOT NULL;
CREATE DOMAIN b AS integer;
CREATE DOMAIN c AS integer CONSTRAINT sure NOT NULL;
-- to
CREATE DOMAIN a AS integer CONSTRAINT never NOT NULL;
CREATE DOMAIN b AS integer CONSTRAINT never NOT NULL;
CREATE DOMAIN c AS integer CONSTRAINT sure NOT NULL;
COMMENT ON CONSTRAINT sure ON DOMAIN c IS 'named';

-- case: constraints of a domain come, go and change
CREATE DOMAIN d AS integer CONSTRAINT a CHECK (VALUE > 1) CONSTRAINT b CHECK (VALUE > 2);
CREATE TABLE t (d d);
-- to
CREATE DOMAIN d AS integer CONSTRAINT b CHECK (VALUE > 3) CONSTRAINT c CHECK (VALUE > 4);
CREATE TABLE t (d d);
COMMENT ON CONSTRAINT b ON DOMAIN d IS 'bee';

-- case: constraints of a domain that is used in arrays and composite types
CREATE DOMAIN d AS integer;
CREATE TYPE c AS (d d);
CREATE TABLE t (ds d[], c c);
-- to
CREATE DOMAIN d AS integer NOT NULL CONSTRAINT a CHECK (VALUE > 1);
CREATE TYPE c AS (d d);
CREATE TABLE t (ds d[], c c);

-- case: a constraint that is not valid, and becomes so
CREATE DOMAIN d AS integer;
ALTER DOMAIN d ADD CONSTRAINT a CHECK (VALUE > 1) NOT VALID;
ALTER DOMAIN d ADD CONSTRAINT b CHECK (VALUE > 1);
CREATE TABLE t (d d);
-- to
CREATE DOMAIN d AS integer CONSTRAINT a CHECK (VALUE > 1);
ALTER DOMAIN d ADD CONSTRAINT b CHECK (VALUE > 1) NOT VALID;
ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 1) NOT VALID;
CREATE TABLE t (d d);

-- case: the base type and the collation of a domain change
CREATE DOMAIN a AS integer DEFAULT 1 CHECK (VALUE > 0);
CREATE DOMAIN b AS varchar(10);
CREATE DOMAIN c AS text;
CREATE TABLE t (id integer, a a, b b DEFAULT 'x', c c, ax a[]);
CREATE INDEX i ON t (a, c);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE FUNCTION f(a) RETURNS b LANGUAGE sql AS 'SELECT $1::text::b';
-- to
CREATE DOMAIN a AS bigint DEFAULT 1 CHECK (VALUE > 0);
CREATE DOMAIN b AS varchar(20);
CREATE DOMAIN c AS text COLLATE "C";
CREATE TABLE t (id integer, a a, b b DEFAULT 'x', c c, ax a[]);
CREATE INDEX i ON t (a, c);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE FUNCTION f(a) RETURNS b LANGUAGE sql AS 'SELECT $1::text::b';

-- case: a function that a domain needs changes its arguments' names
CREATE FUNCTION ok(x text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION usual(x integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x''';
CREATE DOMAIN d AS text DEFAULT usual(1) CONSTRAINT good CHECK (ok(VALUE));
CREATE TABLE t (d d);
-- to
CREATE FUNCTION ok(y text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION usual(y integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x''';
CREATE DOMAIN d AS text DEFAULT usual(1) CONSTRAINT good CHECK (ok(VALUE));
CREATE TABLE t (d d);

-- case: a constraint whose function takes the domain
-- to
CREATE DOMAIN d AS integer;
CREATE FUNCTION ok(d) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
ALTER DOMAIN d ADD CONSTRAINT good CHECK (ok(VALUE));
CREATE TABLE t (d d);

-- case: domains over domains
CREATE DOMAIN a AS integer;
CREATE DOMAIN b AS a NOT NULL;
CREATE DOMAIN c AS b[];
CREATE TABLE t (b b, c c);
-- to
CREATE DOMAIN a AS numeric(10,2);
CREATE DOMAIN b AS a NOT NULL;
CREATE DOMAIN c AS b[];
CREATE TABLE t (b b, c c);

-- case: a domain becomes a type, and a type a domain
CREATE DOMAIN a AS text;
CREATE TYPE b AS ENUM ('x');
CREATE TABLE t (a a, b b);
-- to
CREATE TYPE a AS ENUM ('x');
CREATE DOMAIN b AS text;
CREATE TABLE t (a a, b b);

-- case: a domain with a default from a sequence
-- to
CREATE SEQUENCE s;
CREATE DOMAIN d AS bigint DEFAULT nextval('s');
CREATE TABLE t (id d PRIMARY KEY);

-- case: owner, privileges and comments of a domain and its constraint
-- needs: role app_owner
CREATE DOMAIN d AS integer CONSTRAINT c CHECK (VALUE > 0);
COMMENT ON CONSTRAINT c ON DOMAIN d IS 'before';
-- to
CREATE DOMAIN d AS integer CONSTRAINT c CHECK (VALUE > 0);
ALTER DOMAIN d OWNER TO app_owner;
GRANT USAGE ON DOMAIN d TO app_owner;
REVOKE ALL ON DOMAIN d FROM PUBLIC;
COMMENT ON CONSTRAINT c ON DOMAIN d IS 'after';
COMMENT ON DOMAIN d IS 'domain';

-- case: a column goes from a domain to its base type
CREATE DOMAIN d AS integer;
CREATE TABLE t (d d DEFAULT 1);
-- to
CREATE TABLE t (d integer DEFAULT 1);

-- case: columns change to the base type, the domain goes with its schema
CREATE SCHEMA s;
CREATE DOMAIN s.t AS text CHECK (VALUE <> '');
CREATE TABLE public.x (c s.t, d s.t[]);
-- to
CREATE TABLE public.x (c text, d text[]);

-- case: a domain over an extension's type goes with the extension, the column stays
-- needs: extension citext
CREATE EXTENSION citext;
CREATE DOMAIN public.t AS citext;
CREATE TABLE public.x (c public.t);
-- to
CREATE TABLE public.x (c text);
