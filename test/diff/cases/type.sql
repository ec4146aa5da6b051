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
