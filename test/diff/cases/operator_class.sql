-- case: a class comes with its family
-- to
CREATE FUNCTION cmp(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp($1, $2)';
CREATE OPERATOR CLASS c FOR TYPE integer USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 cmp(integer, integer);
COMMENT ON OPERATOR CLASS c USING btree IS 'class';
COMMENT ON OPERATOR FAMILY c USING btree IS 'family';

-- case: a family with loose members over two types
-- to
CREATE OPERATOR FAMILY f USING btree;
CREATE OPERATOR CLASS c4 FOR TYPE integer USING btree FAMILY f AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
CREATE OPERATOR CLASS c8 FOR TYPE bigint USING btree FAMILY f AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint8cmp(bigint, bigint);
ALTER OPERATOR FAMILY f USING btree ADD
	OPERATOR 1 < (integer, bigint), OPERATOR 2 <= (integer, bigint), OPERATOR 3 = (integer, bigint),
	OPERATOR 4 >= (integer, bigint), OPERATOR 5 > (integer, bigint),
	FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint);

-- case: loose members come and go
CREATE OPERATOR FAMILY f USING hash;
ALTER OPERATOR FAMILY f USING hash ADD OPERATOR 1 = (integer, integer), FUNCTION 1 (integer, integer) hashint4(integer);
-- to
CREATE OPERATOR FAMILY f USING hash;
ALTER OPERATOR FAMILY f USING hash ADD OPERATOR 1 = (integer, integer), FUNCTION 1 (integer, integer) hashint4(integer),
	OPERATOR 1 = (bigint, bigint), FUNCTION 1 (bigint, bigint) hashint8(bigint);

-- case: a loose member is replaced by another
CREATE FUNCTION h(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE OPERATOR FAMILY f USING hash;
ALTER OPERATOR FAMILY f USING hash ADD OPERATOR 1 = (integer, integer), FUNCTION 1 (integer, integer) h(integer);
-- to
CREATE FUNCTION h2(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE OPERATOR FAMILY f USING hash;
ALTER OPERATOR FAMILY f USING hash ADD OPERATOR 1 = (integer, integer), FUNCTION 1 (integer, integer) h2(integer);

-- case: an index uses a class that changes
CREATE FUNCTION cmp(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp($1, $2)';
CREATE OPERATOR CLASS c FOR TYPE integer USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
CREATE TABLE t (a integer, b integer);
CREATE INDEX t_a ON t (a c);
CREATE INDEX t_b ON t (b);
-- to
CREATE FUNCTION cmp(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp($1, $2)';
CREATE OPERATOR CLASS c FOR TYPE integer USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 cmp(integer, integer);
CREATE TABLE t (a integer, b integer);
CREATE INDEX t_a ON t (a c);
CREATE INDEX t_b ON t (b);

-- case: a default class for a type of ours, with operators of ours
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE FUNCTION lt(e, e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text < $2::text';
CREATE FUNCTION le(e, e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text <= $2::text';
CREATE FUNCTION eq(e, e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2::text';
CREATE FUNCTION ge(e, e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text >= $2::text';
CREATE FUNCTION gt(e, e) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text > $2::text';
CREATE FUNCTION cmp(e, e) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT bttextcmp($1::text, $2::text)';
CREATE OPERATOR #< (FUNCTION = lt, LEFTARG = e, RIGHTARG = e, COMMUTATOR = #>, NEGATOR = #>=);
CREATE OPERATOR #<= (FUNCTION = le, LEFTARG = e, RIGHTARG = e, COMMUTATOR = #>=, NEGATOR = #>);
CREATE OPERATOR #= (FUNCTION = eq, LEFTARG = e, RIGHTARG = e, COMMUTATOR = #=, MERGES);
CREATE OPERATOR #>= (FUNCTION = ge, LEFTARG = e, RIGHTARG = e, COMMUTATOR = #<=, NEGATOR = #<);
CREATE OPERATOR #> (FUNCTION = gt, LEFTARG = e, RIGHTARG = e, COMMUTATOR = #<, NEGATOR = #<=);
CREATE OPERATOR CLASS e_ops DEFAULT FOR TYPE e USING btree AS
	OPERATOR 1 #<, OPERATOR 2 #<=, OPERATOR 3 #=, OPERATOR 4 #>=, OPERATOR 5 #>, FUNCTION 1 cmp(e, e);
CREATE TABLE t (a e PRIMARY KEY);

-- case: gist, where operators belong to the family, with storage and an order
-- to
CREATE OPERATOR CLASS p FOR TYPE point USING gist AS
	STORAGE box,
	OPERATOR 1 <<, OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops,
	FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal),
	FUNCTION 2 gist_box_union(internal, internal),
	FUNCTION 3 gist_point_compress(internal),
	FUNCTION 5 gist_box_penalty(internal, internal, internal),
	FUNCTION 6 gist_box_picksplit(internal, internal),
	FUNCTION 7 gist_box_same(box, box, internal),
	FUNCTION 8 gist_point_distance(internal, point, smallint, oid, internal);

-- case: a gist class loses an operator of the family
CREATE OPERATOR CLASS p FOR TYPE box USING gist AS
	OPERATOR 1 <<, OPERATOR 3 &&,
	FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal),
	FUNCTION 2 gist_box_union(internal, internal),
	FUNCTION 5 gist_box_penalty(internal, internal, internal),
	FUNCTION 6 gist_box_picksplit(internal, internal),
	FUNCTION 7 gist_box_same(box, box, internal);
CREATE TABLE t (b box);
CREATE INDEX t_b ON t USING gist (b p);
-- to
CREATE OPERATOR CLASS p FOR TYPE box USING gist AS
	OPERATOR 3 &&, OPERATOR 5 >>,
	FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal),
	FUNCTION 2 gist_box_union(internal, internal),
	FUNCTION 5 gist_box_penalty(internal, internal, internal),
	FUNCTION 6 gist_box_picksplit(internal, internal),
	FUNCTION 7 gist_box_same(box, box, internal);
CREATE TABLE t (b box);
CREATE INDEX t_b ON t USING gist (b p);

-- case: a class without members, default or not
CREATE OPERATOR CLASS c FOR TYPE integer USING hash AS STORAGE integer;
CREATE TYPE e AS ENUM ('a');
CREATE OPERATOR CLASS d FOR TYPE e USING btree AS STORAGE e;
-- to
CREATE TYPE e AS ENUM ('a');
CREATE OPERATOR CLASS d DEFAULT FOR TYPE e USING btree AS STORAGE e;

-- case: a class moves to another family, and gets an owner
-- needs: role app_owner
CREATE OPERATOR FAMILY one USING hash;
CREATE OPERATOR FAMILY two USING hash;
CREATE OPERATOR CLASS c FOR TYPE integer USING hash FAMILY one AS OPERATOR 1 =, FUNCTION 1 hashint4(integer);
-- to
CREATE OPERATOR FAMILY one USING hash;
CREATE OPERATOR FAMILY two USING hash;
CREATE OPERATOR CLASS c FOR TYPE integer USING hash FAMILY two AS OPERATOR 1 =, FUNCTION 1 hashint4(integer);
ALTER OPERATOR CLASS c USING hash OWNER TO app_owner;
ALTER OPERATOR FAMILY two USING hash OWNER TO app_owner;
COMMENT ON OPERATOR FAMILY one USING hash IS 'empty';

-- case: names that need quotes
-- to
CREATE SCHEMA "S s";
CREATE OPERATOR FAMILY "S s"."F f" USING hash;
CREATE OPERATOR CLASS "S s"."C ""c""" FOR TYPE integer USING hash FAMILY "S s"."F f" AS OPERATOR 1 =, FUNCTION 1 hashint4(integer);

-- case: a loose operator is made anew, the class and its index stay
CREATE FUNCTION f(box, box) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 && $2';
CREATE OPERATOR &&&& (FUNCTION = f, LEFTARG = box, RIGHTARG = box);
CREATE OPERATOR CLASS p FOR TYPE box USING gist AS
	OPERATOR 3 &&&&, OPERATOR 5 >>,
	FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal),
	FUNCTION 2 gist_box_union(internal, internal),
	FUNCTION 5 gist_box_penalty(internal, internal, internal),
	FUNCTION 6 gist_box_picksplit(internal, internal),
	FUNCTION 7 gist_box_same(box, box, internal);
CREATE TABLE t (b box);
CREATE INDEX t_b ON t USING gist (b p);
-- to
CREATE FUNCTION f(a box, b box) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 && $2';
CREATE OPERATOR &&&& (FUNCTION = f, LEFTARG = box, RIGHTARG = box, HASHES);
CREATE OPERATOR CLASS p FOR TYPE box USING gist AS
	OPERATOR 3 &&&&, OPERATOR 5 >>,
	FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal),
	FUNCTION 2 gist_box_union(internal, internal),
	FUNCTION 5 gist_box_penalty(internal, internal, internal),
	FUNCTION 6 gist_box_picksplit(internal, internal),
	FUNCTION 7 gist_box_same(box, box, internal);
CREATE TABLE t (b box);
CREATE INDEX t_b ON t USING gist (b p);

-- case: a family that requires a loose member loses it
CREATE FUNCTION g(internal, internal) RETURNS box LANGUAGE internal IMMUTABLE AS 'gist_box_union';
CREATE OPERATOR FAMILY f USING gist;
ALTER OPERATOR FAMILY f USING gist ADD FUNCTION 2 (box, box) g(internal, internal);
-- to
CREATE FUNCTION g(internal, internal) RETURNS box LANGUAGE internal IMMUTABLE AS 'gist_box_union';
CREATE OPERATOR FAMILY f USING gist;
ALTER OPERATOR FAMILY f USING gist ADD FUNCTION 7 (box, box) gist_box_same(box, box, internal);

-- case: the function that a family requires is made anew
CREATE FUNCTION g(internal, internal) RETURNS box LANGUAGE internal IMMUTABLE AS 'gist_box_union';
CREATE OPERATOR FAMILY f USING gist;
ALTER OPERATOR FAMILY f USING gist ADD FUNCTION 2 (box, box) g(internal, internal), OPERATOR 3 && (box, box);
COMMENT ON OPERATOR FAMILY f USING gist IS 'f';
-- to
CREATE FUNCTION g(a internal, b internal) RETURNS box LANGUAGE internal IMMUTABLE AS 'gist_box_union';
CREATE OPERATOR FAMILY f USING gist;
ALTER OPERATOR FAMILY f USING gist ADD FUNCTION 2 (box, box) g(internal, internal), OPERATOR 3 && (box, box);
COMMENT ON OPERATOR FAMILY f USING gist IS 'f';

-- case: a base type with all that goes with it
-- to
CREATE TYPE pt;
CREATE FUNCTION pt_in(cstring) RETURNS pt LANGUAGE internal STRICT IMMUTABLE AS 'int4in';
CREATE FUNCTION pt_out(pt) RETURNS cstring LANGUAGE internal STRICT IMMUTABLE AS 'int4out';
CREATE TYPE pt (INPUT = pt_in, OUTPUT = pt_out, LIKE = integer);
CREATE FUNCTION a_sql(pt) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x''::text';
CREATE FUNCTION pt_lt(pt, pt) RETURNS boolean LANGUAGE internal STRICT IMMUTABLE AS 'int4lt';
CREATE FUNCTION pt_cmp(pt, pt) RETURNS integer LANGUAGE internal STRICT IMMUTABLE AS 'btint4cmp';
CREATE CAST (pt AS text) WITH FUNCTION a_sql(pt);
CREATE CAST (integer AS pt) WITHOUT FUNCTION;
CREATE OPERATOR < (FUNCTION = pt_lt, LEFTARG = pt, RIGHTARG = pt);
CREATE OPERATOR CLASS pt_ops DEFAULT FOR TYPE pt USING btree AS OPERATOR 1 <, FUNCTION 1 pt_cmp(pt, pt);
CREATE FUNCTION pt_first(pt, pt) RETURNS pt LANGUAGE internal STRICT IMMUTABLE AS 'int4larger';
CREATE AGGREGATE first(pt) (SFUNC = pt_first, STYPE = pt);
