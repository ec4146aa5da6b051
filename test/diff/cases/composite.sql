-- case: a composite type is created
-- to
CREATE TYPE c AS (a integer, "B b" varchar(10) COLLATE "C", d numeric(10,2)[]);
CREATE TYPE nothing AS ();
COMMENT ON TYPE c IS 'all';
COMMENT ON COLUMN c."B b" IS 'one';

-- case: attributes come and go
CREATE TYPE c AS (a integer, b text);
-- to
CREATE TYPE c AS (a integer, c date, d text COLLATE "C");

-- case: attributes of a type that a table has come and go
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (id integer, c c, cs c[]);
CREATE VIEW v AS SELECT id, c FROM t;
-- to
CREATE TYPE c AS (a integer, d date);
CREATE TABLE t (id integer, c c, cs c[]);
CREATE VIEW v AS SELECT id, c FROM t;

-- case: a view reads the attribute that goes
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (id integer, c c);
CREATE VIEW v AS SELECT id, (c).b FROM t;
CREATE INDEX i ON t (((c).b));
-- to
CREATE TYPE c AS (a integer);
CREATE TABLE t (id integer, c c);
CREATE VIEW v AS SELECT id, (c).a FROM t;
CREATE INDEX i ON t (((c).a));

-- case: an attribute changes its type and collation
CREATE TYPE c AS (a integer, b text);
-- to
CREATE TYPE c AS (a bigint, b text COLLATE "C");

-- case: an attribute of a type that a table has changes its type
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (id integer, c c, cs c[]);
CREATE VIEW v AS SELECT (c).a FROM t;
CREATE FUNCTION f(c) RETURNS c LANGUAGE sql AS 'SELECT $1';
-- to
CREATE TYPE c AS (a bigint, b text);
CREATE TABLE t (id integer, c c, cs c[]);
CREATE VIEW v AS SELECT (c).a FROM t;
CREATE FUNCTION f(c) RETURNS c LANGUAGE sql AS 'SELECT $1';

-- case: a view and a function read an attribute that changes its type
CREATE TYPE c AS (a integer, b text);
CREATE FUNCTION f() RETURNS c LANGUAGE sql AS 'SELECT 1, ''x''';
CREATE VIEW v AS SELECT a, b FROM f();
CREATE FUNCTION g(c) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT ($1).a::integer; END;
-- to
CREATE TYPE c AS (a bigint, b text);
CREATE FUNCTION f() RETURNS c LANGUAGE sql AS 'SELECT 1, ''x''';
CREATE VIEW v AS SELECT a, b FROM f();
CREATE FUNCTION g(c) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT ($1).a::integer; END;

-- case: attributes change their order
CREATE TYPE c AS (a integer, b text);
-- to
CREATE TYPE c AS (b text, a integer);

-- case: attributes of a type that a table has change their order
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (id integer, c c DEFAULT ROW(1, 'x')::c);
-- to
CREATE TYPE c AS (b text, a integer);
CREATE TABLE t (id integer, c c);

-- case: types in types
CREATE TYPE inner_type AS (a integer);
CREATE TYPE outer_type AS (i inner_type, j inner_type[]);
CREATE TABLE t (o outer_type);
-- to
CREATE TYPE inner_type AS (a bigint);
CREATE TYPE outer_type AS (i inner_type, j inner_type[], k integer);
CREATE TABLE t (o outer_type);

-- case: a composite type becomes a table of the same name
CREATE TYPE c AS (a integer);
-- to
CREATE TABLE c (a integer);

-- case: a type that contains the rows of a table
CREATE TABLE t (a integer);
CREATE TYPE c AS (r t, rs t[]);
CREATE TABLE u (c c);
-- to
CREATE TABLE t (a integer, b text);
CREATE TYPE c AS (r t, rs t[], x integer);
CREATE TABLE u (c c);

-- case: comments of attributes
CREATE TYPE c AS (a integer, b integer, c integer);
COMMENT ON COLUMN c.a IS 'goes';
COMMENT ON COLUMN c.b IS 'before';
-- to
CREATE TYPE c AS (a integer, b integer, c integer);
COMMENT ON COLUMN c.b IS 'after';
COMMENT ON COLUMN c.c IS 'comes';

-- case: owner and privileges of a composite type
-- needs: role app_owner
CREATE TYPE c AS (a integer);
-- to
CREATE TYPE c AS (a integer, b integer);
ALTER TYPE c OWNER TO app_owner;
GRANT USAGE ON TYPE c TO app_owner;
REVOKE ALL ON TYPE c FROM PUBLIC;

-- case: a typed table follows its type
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t OF c (PRIMARY KEY (a));
-- to
CREATE TYPE c AS (a integer, b text, d date);
CREATE TABLE t OF c (PRIMARY KEY (a));

-- case: a typed table follows a type that changes attributes
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t OF c (b WITH OPTIONS DEFAULT 'x');
-- to
CREATE TYPE c AS (a bigint, d date);
CREATE TABLE t OF c (a WITH OPTIONS NOT NULL);

-- case: an index takes the name of a composite type that a column has
CREATE TYPE r AS (id int, name text);
CREATE TABLE t (a r, b int);
-- to
CREATE TABLE t (a text, b int);
CREATE INDEX r ON t (b);

-- case: a composite of an extension's type goes with the extension, the column stays
-- needs: extension citext
CREATE EXTENSION citext;
CREATE TYPE public.t AS (a citext);
CREATE TABLE public.x (c public.t);
-- to
CREATE TABLE public.x (c text);
