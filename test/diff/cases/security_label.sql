-- These need src/test/modules/dummy_seclabel of PostgreSQL's source.

-- case: security labels come, change and go
-- needs: library dummy_seclabel
LOAD 'dummy_seclabel';
CREATE SCHEMA s;
CREATE TABLE t (a int, "B" text);
CREATE VIEW v AS SELECT a, "B" FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
CREATE SEQUENCE q;
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE PROCEDURE p(int) LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int);
CREATE TYPE e AS ENUM ('a');
CREATE TYPE comp AS (a int, b int);
CREATE DOMAIN d AS int;
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER srv FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE ft (a int) SERVER srv;
CREATE PUBLICATION pub;
SECURITY LABEL FOR dummy ON TABLE t IS 'unclassified';
SECURITY LABEL FOR dummy ON COLUMN t."B" IS 'classified';
SECURITY LABEL FOR dummy ON VIEW v IS 'secret';
SECURITY LABEL FOR dummy ON COLUMN v.a IS 'secret';
SECURITY LABEL FOR dummy ON FUNCTION f(int) IS 'secret';
SECURITY LABEL FOR dummy ON TYPE e IS 'secret';
SECURITY LABEL FOR dummy ON SCHEMA s IS 'secret';
-- to
LOAD 'dummy_seclabel';
CREATE SCHEMA s;
CREATE TABLE t (a int, "B" text);
CREATE VIEW v AS SELECT a, "B" FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT a FROM t;
CREATE SEQUENCE q;
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE PROCEDURE p(int) LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int);
CREATE TYPE e AS ENUM ('a');
CREATE TYPE comp AS (a int, b int);
CREATE DOMAIN d AS int;
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER srv FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE ft (a int) SERVER srv;
CREATE PUBLICATION pub;
SECURITY LABEL FOR dummy ON TABLE t IS 'top secret';
SECURITY LABEL FOR dummy ON COLUMN t.a IS 'classified';
SECURITY LABEL FOR dummy ON COLUMN v."B" IS 'classified';
SECURITY LABEL FOR dummy ON MATERIALIZED VIEW mv IS 'secret';
SECURITY LABEL FOR dummy ON COLUMN mv.a IS 'secret';
SECURITY LABEL FOR dummy ON SEQUENCE q IS 'secret';
SECURITY LABEL FOR dummy ON PROCEDURE p(int) IS 'secret';
SECURITY LABEL FOR dummy ON AGGREGATE agg(int) IS 'secret';
SECURITY LABEL FOR dummy ON TYPE comp IS 'secret';
SECURITY LABEL FOR dummy ON DOMAIN d IS 'secret';
SECURITY LABEL FOR dummy ON FOREIGN TABLE ft IS 'secret';
SECURITY LABEL FOR dummy ON COLUMN ft.a IS 'secret';
SECURITY LABEL FOR dummy ON PUBLICATION pub IS 'secret';

-- case: security labels of what is created, recreated and dropped
-- needs: library dummy_seclabel
LOAD 'dummy_seclabel';
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE gone (a int GENERATED ALWAYS AS IDENTITY);
SECURITY LABEL FOR dummy ON VIEW v IS 'secret';
SECURITY LABEL FOR dummy ON COLUMN v.a IS 'classified';
SECURITY LABEL FOR dummy ON FUNCTION f() IS 'classified';
SECURITY LABEL FOR dummy ON TABLE gone IS 'secret';
SECURITY LABEL FOR dummy ON COLUMN gone.a IS 'secret';
SECURITY LABEL FOR dummy ON SEQUENCE gone_a_seq IS 'top secret';
-- to
LOAD 'dummy_seclabel';
CREATE TABLE t (a bigint, b int);
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
SECURITY LABEL FOR dummy ON VIEW v IS 'secret';
SECURITY LABEL FOR dummy ON COLUMN v.a IS 'classified';
SECURITY LABEL FOR dummy ON FUNCTION f() IS 'classified';

-- case: security labels of subscriptions, event triggers, languages
-- needs: library dummy_seclabel
LOAD 'dummy_seclabel';
CREATE SUBSCRIPTION sub CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION et();
ALTER EVENT TRIGGER et DISABLE;
CREATE LANGUAGE other HANDLER plpgsql_call_handler;
SECURITY LABEL FOR dummy ON SUBSCRIPTION sub IS 'secret';
-- to
LOAD 'dummy_seclabel';
CREATE SUBSCRIPTION sub CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);
CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION et();
ALTER EVENT TRIGGER et DISABLE;
CREATE LANGUAGE other HANDLER plpgsql_call_handler;
SECURITY LABEL FOR dummy ON SUBSCRIPTION sub IS 'classified';
SECURITY LABEL FOR dummy ON EVENT TRIGGER et IS 'secret';
SECURITY LABEL FOR dummy ON LANGUAGE other IS 'secret';
