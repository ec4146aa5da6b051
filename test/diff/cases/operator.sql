-- case: operators come
-- to
CREATE FUNCTION eq(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2';
CREATE FUNCTION neg(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT reverse($1)';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = text, RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE OPERATOR !! (FUNCTION = neg, RIGHTARG = text);
COMMENT ON OPERATOR === (integer, text) IS 'equal';
COMMENT ON OPERATOR !! (NONE, text) IS 'reversed';

-- case: commutators and negators of each other
-- to
CREATE FUNCTION eq(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION ne(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> $2';
CREATE FUNCTION lt(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION gt(text, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = ===, NEGATOR = !==, HASHES, MERGES);
CREATE OPERATOR !== (FUNCTION = ne, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = !==, NEGATOR = ===);
CREATE OPERATOR <<< (FUNCTION = lt, LEFTARG = integer, RIGHTARG = text, COMMUTATOR = >>>);
CREATE OPERATOR >>> (FUNCTION = gt, LEFTARG = text, RIGHTARG = integer, COMMUTATOR = <<<);

-- case: estimators come, change and go
CREATE FUNCTION eq(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR ==> (FUNCTION = eq, LEFTARG = integer, RIGHTARG = integer, RESTRICT = eqsel);
CREATE OPERATOR <== (FUNCTION = eq, LEFTARG = integer, RIGHTARG = integer, RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE VIEW v AS SELECT 1 OPERATOR(public.==>) 1 AS x;
-- to
CREATE FUNCTION eq(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR ==> (FUNCTION = eq, LEFTARG = integer, RIGHTARG = integer, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR <== (FUNCTION = eq, LEFTARG = integer, RIGHTARG = integer);
CREATE VIEW v AS SELECT 1 OPERATOR(public.==>) 1 AS x;

-- case: the negator of an operator goes
CREATE FUNCTION eq(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION ne(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> $2';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = integer, NEGATOR = !==);
CREATE OPERATOR !== (FUNCTION = ne, LEFTARG = integer, RIGHTARG = integer, NEGATOR = ===);
-- to
CREATE FUNCTION eq(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = integer);

-- case: two operators become commutators
CREATE FUNCTION lt(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 < $2';
CREATE FUNCTION gt(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > $2';
CREATE OPERATOR <<< (FUNCTION = lt, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR >>> (FUNCTION = gt, LEFTARG = integer, RIGHTARG = integer);
CREATE VIEW v AS SELECT 1 OPERATOR(public.<<<) 2 AS x;
-- to
CREATE FUNCTION lt(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 < $2';
CREATE FUNCTION gt(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > $2';
CREATE OPERATOR <<< (FUNCTION = lt, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = >>>);
CREATE OPERATOR >>> (FUNCTION = gt, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = <<<);
CREATE VIEW v AS SELECT 1 OPERATOR(public.<<<) 2 AS x;

-- case: the function of an operator changes, a constraint and an index use it
CREATE FUNCTION eq(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = integer);
CREATE TABLE t (a integer CHECK (a === 1), b boolean DEFAULT 1 === 1);
CREATE INDEX t_a ON t ((a === 2));
-- to
CREATE FUNCTION eq2(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR === (FUNCTION = eq2, LEFTARG = integer, RIGHTARG = integer);
CREATE TABLE t (a integer CHECK (a === 1), b boolean DEFAULT 1 === 1);
CREATE INDEX t_a ON t ((a === 2));

-- case: hashes and merges are taken back
CREATE FUNCTION eq(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = ===, HASHES, MERGES);
-- to
CREATE FUNCTION eq(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR === (FUNCTION = eq, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = ===);

-- case: a commutator that is never defined
CREATE SCHEMA app;
CREATE FUNCTION app.f(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR app.<<< (FUNCTION = app.f, LEFTARG = integer, RIGHTARG = text, COMMUTATOR = OPERATOR(app.>>>));
-- to

-- case: operators of a schema with a name that needs quotes, and their owner
-- needs: role app_owner
CREATE SCHEMA "My App";
CREATE TYPE "My App"."T" AS ENUM ('a');
CREATE FUNCTION "My App"."F"("My App"."T", "My App"."T"[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR "My App".@#@ (FUNCTION = "My App"."F", LEFTARG = "My App"."T", RIGHTARG = "My App"."T"[]);
-- to
CREATE SCHEMA "My App";
CREATE TYPE "My App"."T" AS ENUM ('a');
CREATE FUNCTION "My App"."F"("My App"."T", "My App"."T"[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR "My App".@#@ (FUNCTION = "My App"."F", LEFTARG = "My App"."T", RIGHTARG = "My App"."T"[]);
ALTER OPERATOR "My App".@#@ ("My App"."T", "My App"."T"[]) OWNER TO app_owner;
COMMENT ON OPERATOR "My App".@#@ ("My App"."T", "My App"."T"[]) IS 'odd';
