-- case: event triggers come
-- needs: role app_super superuser
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
-- to
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER one ON ddl_command_end EXECUTE FUNCTION f();
CREATE EVENT TRIGGER "Two 2" ON sql_drop WHEN TAG IN ('DROP TABLE', 'ALTER TABLE') EXECUTE FUNCTION f();
ALTER EVENT TRIGGER "Two 2" ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER one IS 'the first';

-- case: event triggers change in every way
CREATE SCHEMA app;
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION app."G g"() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER one ON ddl_command_end EXECUTE FUNCTION f();
CREATE EVENT TRIGGER two ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION f();
CREATE EVENT TRIGGER three ON ddl_command_start EXECUTE FUNCTION f();
CREATE EVENT TRIGGER four ON ddl_command_start EXECUTE FUNCTION f();
CREATE EVENT TRIGGER five ON ddl_command_start EXECUTE FUNCTION f();
ALTER EVENT TRIGGER five DISABLE;
COMMENT ON EVENT TRIGGER one IS 'kept';
-- to
CREATE SCHEMA app;
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION app."G g"() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER one ON ddl_command_end EXECUTE FUNCTION app."G g"();
CREATE EVENT TRIGGER two ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'CREATE INDEX') EXECUTE FUNCTION f();
CREATE EVENT TRIGGER three ON ddl_command_end EXECUTE FUNCTION f();
CREATE EVENT TRIGGER four ON ddl_command_start EXECUTE FUNCTION f();
ALTER EVENT TRIGGER four ENABLE REPLICA;
CREATE EVENT TRIGGER five ON ddl_command_start EXECUTE FUNCTION f();
COMMENT ON EVENT TRIGGER one IS 'kept';

-- case: an event trigger and its function go together
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER one ON table_rewrite EXECUTE FUNCTION f();
-- to
CREATE TABLE t (a integer);
