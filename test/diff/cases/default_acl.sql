-- case: default privileges come
-- needs: role app_user
-- to
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO app_user;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO app_user WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO app_user;

-- case: default privileges change
-- needs: role app_user; role app_reader
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO app_user;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_user;
-- to
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO app_user;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES REVOKE TRUNCATE ON TABLES FROM CURRENT_USER;

-- case: default privileges of another role
-- needs: role app_owner; role app_user
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public GRANT SELECT ON TABLES TO app_user;
-- to
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner REVOKE ALL ON TABLES FROM app_owner;

-- case: new objects where default privileges are in force
-- needs: role app_user; role app_owner
CREATE SCHEMA app;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO app_user;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO app_user;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
-- to
CREATE SCHEMA app;
CREATE TABLE app.plain (a integer);
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO app_user;
ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO app_user;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE TABLE app.granted (a integer);
CREATE TABLE app.more (a integer);
GRANT INSERT ON app.more TO app_user;
CREATE TABLE app.owned (a integer);
ALTER TABLE app.owned OWNER TO app_owner;
CREATE TABLE public.elsewhere (a integer);
CREATE SEQUENCE app.s;
CREATE FUNCTION app.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION app.g() RETURNS integer LANGUAGE sql AS 'SELECT 1';
GRANT EXECUTE ON FUNCTION app.g() TO PUBLIC;

-- case: new objects where default privileges come or go at the same time
-- needs: role app_user; role app_reader
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app_user;
CREATE TABLE public.old (a integer);
-- to
CREATE TABLE public.old (a integer);
CREATE TABLE public.before (a integer);
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app_reader;
CREATE TABLE public.after (a integer);

-- case: a table that is recreated under default privileges
-- needs: role app_user
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_user;
CREATE TABLE public.t (a integer);
-- to
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_user;
CREATE TABLE public.t (a integer) PARTITION BY LIST (a);
REVOKE SELECT ON public.t FROM app_user;

-- case: the schema of default privileges goes
-- needs: role app_user
CREATE SCHEMA app;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO app_user;
CREATE TABLE app.t (a integer);
-- to
CREATE SCHEMA other;
ALTER DEFAULT PRIVILEGES IN SCHEMA other GRANT SELECT ON TABLES TO app_user;
CREATE TABLE other.t (a integer);

-- case: default privileges for schemas
-- needs: role app_user
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO app_user;
-- to
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO app_user;
CREATE SCHEMA app;
CREATE SCHEMA plain;
REVOKE USAGE ON SCHEMA plain FROM app_user;

-- case: names that need quotes
-- needs: role Odd "role"
CREATE SCHEMA "The schema";
-- to
CREATE SCHEMA "The schema";
ALTER DEFAULT PRIVILEGES FOR ROLE "Odd ""role""" IN SCHEMA "The schema" GRANT EXECUTE ON ROUTINES TO "Odd ""role""";
