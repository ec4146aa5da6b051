-- case: a base type is created with its functions
-- to
CREATE TYPE label;
CREATE FUNCTION label_in(cstring) RETURNS label LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION label_out(label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE label (INPUT = label_in, OUTPUT = label_out, LIKE = text);
COMMENT ON TYPE label IS 'like text';
CREATE TABLE t (l label);
CREATE DOMAIN d AS label;
CREATE TYPE c AS (l label[]);

-- case: all parameters of a base type
-- to
CREATE TYPE label;
CREATE FUNCTION label_in(cstring, oid, integer) RETURNS label LANGUAGE internal IMMUTABLE STRICT AS 'varcharin';
CREATE FUNCTION label_out(label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varcharout';
CREATE FUNCTION label_recv(internal, oid, integer) RETURNS label LANGUAGE internal STABLE STRICT AS 'varcharrecv';
CREATE FUNCTION label_send(label) RETURNS bytea LANGUAGE internal STABLE STRICT AS 'varcharsend';
CREATE FUNCTION label_typmod_in(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE FUNCTION label_typmod_out(integer) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
CREATE TYPE label (INPUT = label_in, OUTPUT = label_out, RECEIVE = label_recv, SEND = label_send,
	TYPMOD_IN = label_typmod_in, TYPMOD_OUT = label_typmod_out, STORAGE = extended, CATEGORY = 'x',
	PREFERRED = true, DEFAULT = 'it''s', DELIMITER = ';', COLLATABLE = true);
CREATE TABLE t (l label(10) DEFAULT 'x', m label[]);

-- case: what a base type can be altered to
CREATE TYPE label;
CREATE FUNCTION label_in(cstring) RETURNS label LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION label_out(label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION label_send(label) RETURNS bytea LANGUAGE internal STABLE STRICT AS 'textsend';
CREATE TYPE label (INPUT = label_in, OUTPUT = label_out, STORAGE = main);
CREATE TABLE t (l label);
-- to
CREATE TYPE label;
CREATE FUNCTION label_in(cstring) RETURNS label LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION label_out(label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION label_send(label) RETURNS bytea LANGUAGE internal STABLE STRICT AS 'textsend';
CREATE TYPE label (INPUT = label_in, OUTPUT = label_out, SEND = label_send, STORAGE = external);
CREATE TABLE t (l label);

-- case: a base type of fixed length becomes another
CREATE TYPE num;
CREATE FUNCTION num_in(cstring) RETURNS num LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION num_out(num) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE num (INPUT = num_in, OUTPUT = num_out, INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4);
CREATE TABLE t (id integer, n num);
CREATE VIEW v AS SELECT n FROM t;
CREATE FUNCTION f(num) RETURNS num LANGUAGE sql AS 'SELECT $1';
-- to
CREATE TYPE num;
CREATE FUNCTION num_in(cstring) RETURNS num LANGUAGE internal IMMUTABLE STRICT AS 'int8in';
CREATE FUNCTION num_out(num) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int8out';
CREATE TYPE num (INPUT = num_in, OUTPUT = num_out, INTERNALLENGTH = 8, PASSEDBYVALUE, ALIGNMENT = double);
CREATE TABLE t (id integer, n num);
CREATE VIEW v AS SELECT n FROM t;
CREATE FUNCTION f(num) RETURNS num LANGUAGE sql AS 'SELECT $1';

-- case: two base types with functions of each other's
-- to
CREATE TYPE aa;
CREATE TYPE bb;
CREATE FUNCTION aa_in(cstring) RETURNS aa LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION aa_out(aa) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE FUNCTION bb_in(cstring) RETURNS bb LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION bb_out(bb) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE aa (INPUT = aa_in, OUTPUT = aa_out, LIKE = integer);
CREATE TYPE bb (INPUT = bb_in, OUTPUT = bb_out, LIKE = integer);
CREATE FUNCTION aa_bb(aa) RETURNS bb LANGUAGE internal IMMUTABLE STRICT AS 'int4abs';
CREATE FUNCTION bb_aa(bb) RETURNS aa LANGUAGE internal IMMUTABLE STRICT AS 'int4abs';
CREATE CAST (aa AS bb) WITH FUNCTION aa_bb(aa);
CREATE CAST (bb AS aa) WITH FUNCTION bb_aa(bb);
CREATE FUNCTION aa_eq(aa, aa) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'int4eq';
CREATE OPERATOR = (FUNCTION = aa_eq, LEFTARG = aa, RIGHTARG = aa);

-- case: a shell type
-- needs: role app_owner
-- to
CREATE TYPE shell;
COMMENT ON TYPE shell IS 'of something';

-- case: a shell type gets a body
CREATE TYPE label;
-- to
CREATE TYPE label;
CREATE FUNCTION label_in(cstring) RETURNS label LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION label_out(label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE label (INPUT = label_in, OUTPUT = label_out, LIKE = text);

-- case: owner and privileges of a base type
-- needs: role app_owner
CREATE TYPE label;
CREATE FUNCTION label_in(cstring) RETURNS label LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION label_out(label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE label (INPUT = label_in, OUTPUT = label_out, LIKE = text);
-- to
CREATE TYPE label;
CREATE FUNCTION label_in(cstring) RETURNS label LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION label_out(label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE label (INPUT = label_in, OUTPUT = label_out, LIKE = text);
ALTER TYPE label OWNER TO app_owner;
GRANT ALL ON TYPE label TO app_owner WITH GRANT OPTION;
REVOKE ALL ON TYPE label FROM PUBLIC;

-- case: a column changes to the like type of another schema, and the type goes with its schema
CREATE SCHEMA s;
CREATE TYPE s.t AS ENUM ('a', 'b');
CREATE TABLE public.x (c s.t);
-- to
CREATE TYPE public.t AS ENUM ('a', 'b');
CREATE TABLE public.x (c public.t);

-- case: likewise with a default, a check, indexes and a view
CREATE SCHEMA s;
CREATE TYPE s.t AS ENUM ('a', 'b');
CREATE TABLE s.x (c s.t DEFAULT 'a' NOT NULL, CHECK (c <> 'b'));
CREATE INDEX ON s.x (c) WHERE c = 'a';
CREATE VIEW s.v AS SELECT c, count(*) FROM s.x GROUP BY c;
-- to
CREATE SCHEMA s;
CREATE SCHEMA s2;
CREATE TYPE s2.t AS ENUM ('a', 'b', 'c');
CREATE TABLE s.x (c s2.t DEFAULT 'c' NOT NULL, CHECK (c <> 'b'));
CREATE INDEX ON s.x (c) WHERE c = 'a';
CREATE VIEW s.v AS SELECT c, count(*) FROM s.x GROUP BY c;

-- case: an index gets the name of a type that a column had
CREATE TYPE public.i AS (a int, b text);
CREATE TABLE public.x (c public.i, d int);
-- to
CREATE TABLE public.x (c text, d int);
CREATE INDEX i ON public.x (d);

-- case: a key gets the name of a type that a column had
CREATE TYPE public.i AS (a int, b text);
CREATE TABLE public.x (c public.i, d int);
-- to
CREATE TABLE public.x (c text, d int, CONSTRAINT i PRIMARY KEY (d));

-- case: the name for a type out of the way is another type's
CREATE TYPE public.t AS ENUM ('a', 'b');
CREATE TYPE public.t__old AS ENUM ('c', 'd');
CREATE TABLE public.x (c public.t, d public.t__old);
-- to
CREATE DOMAIN public.t AS text;
CREATE DOMAIN public.t__old AS text;
CREATE TABLE public.x (c public.t, d public.t__old);

-- case: a type over a table's rows goes with the table, the column stays
CREATE TABLE public.y (a int);
CREATE TYPE public.t AS (a public.y);
CREATE TABLE public.x (c public.t);
-- to
CREATE TABLE public.x (c text);

-- case: every kind gets another's name
CREATE TABLE public.a (i int); CREATE VIEW public.b AS SELECT 1 AS i; CREATE MATERIALIZED VIEW public.c AS SELECT 1 AS i;
CREATE SEQUENCE public.d; CREATE TYPE public.e AS (i int); CREATE TYPE public.f AS ENUM ('i'); CREATE DOMAIN public.g AS int;
CREATE FUNCTION public.h(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE INDEX j ON public.a (i);
CREATE TABLE public.u (a public.a, b public.b, c public.c, e public.e, f public.f, g public.g);
-- to
CREATE TABLE public.g (i int); CREATE VIEW public.a AS SELECT 1 AS i; CREATE MATERIALIZED VIEW public.b AS SELECT 1 AS i;
CREATE SEQUENCE public.c; CREATE TYPE public.d AS (i int); CREATE TYPE public.e AS ENUM ('i'); CREATE DOMAIN public.j AS int;
CREATE PROCEDURE public.h(int) LANGUAGE sql AS 'SELECT 1'; CREATE INDEX f ON public.g (i);
CREATE TABLE public.u (a public.a, b public.b, c public.g, e public.e, f public.d, g public.j);
