-- case: transforms come
-- to
CREATE TYPE a AS (x integer);
CREATE FUNCTION tf(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'varchar_support';
CREATE FUNCTION tt(internal) RETURNS a LANGUAGE internal STRICT IMMUTABLE AS 'record_recv';
CREATE TRANSFORM FOR a LANGUAGE plpgsql (FROM SQL WITH FUNCTION tf(internal), TO SQL WITH FUNCTION tt(internal));
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION tf(internal));
COMMENT ON TRANSFORM FOR a LANGUAGE plpgsql IS 'both ways';

-- case: a transform changes under a function that uses it
CREATE FUNCTION tf(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'varchar_support';
CREATE FUNCTION tt(internal) RETURNS integer LANGUAGE internal STRICT IMMUTABLE AS 'int4recv';
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION tf(internal));
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql TRANSFORM FOR TYPE integer AS 'SELECT a';
-- to
CREATE FUNCTION tf(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'varchar_support';
CREATE FUNCTION tt(internal) RETURNS integer LANGUAGE internal STRICT IMMUTABLE AS 'int4recv';
CREATE TRANSFORM FOR integer LANGUAGE sql (TO SQL WITH FUNCTION tt(internal));
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql TRANSFORM FOR TYPE integer AS 'SELECT a';

-- case: a transform goes, and the function does without
CREATE FUNCTION tf(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'varchar_support';
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION tf(internal));
CREATE TRANSFORM FOR text LANGUAGE sql (FROM SQL WITH FUNCTION tf(internal));
CREATE FUNCTION f(a integer, b text) RETURNS integer LANGUAGE sql TRANSFORM FOR TYPE text, FOR TYPE integer AS 'SELECT a';
-- to
CREATE FUNCTION tf(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'varchar_support';
CREATE TRANSFORM FOR text LANGUAGE sql (FROM SQL WITH FUNCTION tf(internal));
CREATE FUNCTION f(a integer, b text) RETURNS integer LANGUAGE sql TRANSFORM FOR TYPE text AS 'SELECT a';

-- case: a transform comes, for the types of functions that do not use it
CREATE FUNCTION tf(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'varchar_support';
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION g(OUT a integer, b text) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION h(a bigint) RETURNS bigint LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION tf(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'varchar_support';
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION h(a bigint) RETURNS bigint LANGUAGE sql AS 'SELECT a';
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION tf(internal));
CREATE FUNCTION g(OUT a integer, b text) LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT f(1);

-- case: functions are older or younger than the transform for their types
CREATE FUNCTION tf(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'varchar_support';
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION tf(internal));
CREATE FUNCTION g(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION tf(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'varchar_support';
CREATE FUNCTION g(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION tf(internal));
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
