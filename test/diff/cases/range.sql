-- case: ranges are created
-- to
CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE "Text range" AS RANGE (subtype = text, collation = "C", multirange_type_name = "Many texts");
CREATE TYPE r AS RANGE (subtype = text, subtype_opclass = text_pattern_ops);
CREATE TABLE t (a floatrange, b floatmultirange[], c "Many texts");
COMMENT ON TYPE floatrange IS 'of floats';

-- case: a range changes its parameters
CREATE TYPE r AS RANGE (subtype = text);
-- to
CREATE TYPE r AS RANGE (subtype = text, collation = "C", multirange_type_name = m);

-- case: a range that a table has changes its parameters
CREATE TYPE r AS RANGE (subtype = float8, multirange_type_name = m);
CREATE TABLE t (id integer, a r DEFAULT r(1, 2), b m, c r[]);
CREATE INDEX i ON t USING gist (a);
CREATE VIEW v AS SELECT m(a) AS x FROM t WHERE a && r(1, 2);
-- to
CREATE TYPE r AS RANGE (subtype = float8, subtype_diff = float8mi, multirange_type_name = m);
CREATE TABLE t (id integer, a r DEFAULT r(1, 2), b m, c r[]);
CREATE INDEX i ON t USING gist (a);
CREATE VIEW v AS SELECT m(a) AS x FROM t WHERE a && r(1, 2);

-- case: a range over a domain
CREATE DOMAIN d AS integer CHECK (VALUE > 0);
CREATE TYPE r AS RANGE (subtype = d);
-- to
CREATE DOMAIN d AS integer CHECK (VALUE > 1);
CREATE TYPE r AS RANGE (subtype = d);

-- case: a range with a function of its own
-- to
CREATE FUNCTION diff(date, date) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT ($1 - $2)::float8';
CREATE TYPE r AS RANGE (subtype = date, subtype_diff = diff);

-- case: a range with a canonical function
-- to
CREATE TYPE r;
CREATE FUNCTION canon(r) RETURNS r LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE r AS RANGE (subtype = integer, canonical = canon);
CREATE TABLE t (a r, b r_multirange);

-- case: owner, privileges and comment of a range
-- needs: role app_owner
CREATE TYPE r AS RANGE (subtype = float8);
-- to
CREATE TYPE r AS RANGE (subtype = float8);
ALTER TYPE r OWNER TO app_owner;
REVOKE ALL ON TYPE r FROM PUBLIC;
COMMENT ON TYPE r IS 'r';

-- case: a range in a schema with a quoted name
CREATE SCHEMA "S s";
CREATE TYPE "S s"."R r" AS RANGE (subtype = float8, multirange_type_name = "S s"."M m");
CREATE TABLE t (a "S s"."R r");
-- to
CREATE SCHEMA "S s";
CREATE TYPE "S s"."R r" AS RANGE (subtype = numeric, multirange_type_name = "S s"."M m");
CREATE TABLE t (a "S s"."R r");

-- case: a range goes with its operator class, and columns stay
CREATE FUNCTION cmp(text, text) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'bttextcmp';
CREATE OPERATOR CLASS o FOR TYPE text USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =,
    OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 cmp(text, text);
CREATE TYPE r AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = o);
CREATE TABLE t (r r);
-- to
CREATE TABLE t (r text);

-- case: the operator class of a range changes
CREATE FUNCTION cmp(text, text) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'bttextcmp';
CREATE OPERATOR CLASS o FOR TYPE text USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =,
    OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 cmp(text, text);
CREATE TYPE r AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = o);
CREATE TABLE t (r r);
-- to
CREATE FUNCTION cmp(text, text) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'bttextcmp';
CREATE OPERATOR FAMILY f USING btree;
CREATE OPERATOR CLASS o FOR TYPE text USING btree FAMILY f AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =,
    OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 cmp(text, text);
CREATE TYPE r AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = o);
CREATE TABLE t (r r);

-- case: another type gets the name of a multirange that a column had
CREATE TYPE public.r AS RANGE (subtype = float8, multirange_type_name = m);
CREATE TABLE public.x (c public.r, d int);
-- to
CREATE TYPE public.m AS ENUM ('a');
CREATE TABLE public.x (c text, d int, e public.m);

-- case: functions get the names of a range that a column had
CREATE TYPE public.r AS RANGE (subtype = float8, multirange_type_name = m);
CREATE TABLE public.x (c public.r, d int);
-- to
CREATE FUNCTION public.m() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.r(float8, float8) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE public.x (c text, d int);

-- case: a range goes with its function, the column stays
CREATE FUNCTION public.d(float8, float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE TYPE public.r AS RANGE (subtype = float8, subtype_diff = public.d);
CREATE TABLE public.x (c public.r);
-- to
CREATE TABLE public.x (c text);

-- case: a range goes and its function is made anew, the column stays
CREATE FUNCTION public.d(float8, float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE TYPE public.r AS RANGE (subtype = float8, subtype_diff = public.d);
CREATE TABLE public.x (c public.r);
-- to
CREATE FUNCTION public.d(float8, float8) RETURNS float4 LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE public.x (c text);
