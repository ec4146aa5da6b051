-- case: a procedure comes
-- to
CREATE TABLE t (a integer);
CREATE PROCEDURE p(a integer, b integer DEFAULT 1) LANGUAGE sql AS 'INSERT INTO t VALUES (a)';

-- case: the body and attributes change
CREATE PROCEDURE p(a integer) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE q() LANGUAGE plpgsql SET work_mem = '1MB' AS 'BEGIN END';
-- to
CREATE PROCEDURE p(a integer) LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
CREATE PROCEDURE q() LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN END';

-- case: output arguments come, change their names and go
CREATE PROCEDURE p(a integer) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE q(INOUT a integer) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE r(a integer, OUT b integer) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE s(a integer, OUT b integer) LANGUAGE plpgsql AS 'BEGIN END';
-- to
CREATE PROCEDURE p(a integer, OUT b integer) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE q(INOUT b integer) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE r(a integer, OUT c integer) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE s(a integer) LANGUAGE plpgsql AS 'BEGIN END';

-- case: a procedure whose body is SQL-standard
CREATE TABLE t (a integer);
-- to
CREATE TABLE t (a integer);
CREATE PROCEDURE p(x integer) LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (x); DELETE FROM t WHERE a > x; END;

-- case: owner, grants and comment
-- needs: role app_owner; role app_user
CREATE PROCEDURE p(a integer) LANGUAGE plpgsql AS 'BEGIN END';
-- to
CREATE PROCEDURE p(a integer) LANGUAGE plpgsql AS 'BEGIN END';
ALTER PROCEDURE p(integer) OWNER TO app_owner;
REVOKE ALL ON PROCEDURE p(integer) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE p(integer) TO app_user;
COMMENT ON PROCEDURE p(integer) IS 'does';

-- case: variadic arguments and names that need quotes
-- to
CREATE PROCEDURE "P p"(IN "A" text, VARIADIC "b.c" integer[]) LANGUAGE plpgsql AS 'BEGIN END';
COMMENT ON PROCEDURE "P p"(text, integer[]) IS 'x';

-- case: overloaded procedures, of which one goes
CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE p(integer, integer) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE p(integer, OUT integer) LANGUAGE plpgsql AS 'BEGIN END';
-- to
CREATE PROCEDURE p(integer, integer) LANGUAGE plpgsql AS 'BEGIN END';

-- case: a procedure becomes a function
CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN END';
-- to
CREATE FUNCTION p() RETURNS void LANGUAGE plpgsql AS 'BEGIN END';

-- case: procedures that only the modes of their arguments tell apart
CREATE PROCEDURE p(integer, integer, integer) LANGUAGE plpgsql AS 'BEGIN END';
-- to
CREATE PROCEDURE p(integer, integer, integer) LANGUAGE plpgsql AS 'BEGIN END';
CREATE PROCEDURE p(OUT integer, integer, INOUT integer) LANGUAGE plpgsql AS 'BEGIN END';
COMMENT ON PROCEDURE p(IN integer, IN integer, IN integer) IS 'in';
COMMENT ON PROCEDURE p(OUT integer, IN integer, INOUT integer) IS 'out';
