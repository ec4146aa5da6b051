-- case: a schema comes
-- to
CREATE SCHEMA app;

-- case: a schema goes, another stays
CREATE SCHEMA app;
CREATE SCHEMA other;
-- to
CREATE SCHEMA other;

-- case: comment, owner and grants of a schema
-- needs: role app_owner; role app_user
CREATE SCHEMA app;
COMMENT ON SCHEMA app IS 'one';
-- to
CREATE SCHEMA app AUTHORIZATION app_owner;
COMMENT ON SCHEMA app IS 'two';
GRANT USAGE ON SCHEMA app TO app_user;

-- case: a name that needs quotes
-- to
CREATE SCHEMA "the ""App""";
COMMENT ON SCHEMA "the ""App""" IS 'it''s \ here';

-- case: public belongs to someone else
-- needs: role app_owner; role app_user
-- to
ALTER SCHEMA public OWNER TO app_owner;
GRANT CREATE ON SCHEMA public TO app_user;
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
COMMENT ON SCHEMA public IS 'ours';

-- case: public is dropped, and made anew by hand
-- to
DROP SCHEMA public;
CREATE SCHEMA public;

-- case: public is gone
CREATE TABLE public.t (a integer);
-- to
DROP SCHEMA public;

-- case: public has no comment
-- to
COMMENT ON SCHEMA public IS NULL;

-- case: a schema goes with the types of columns that stay
CREATE SCHEMA s;
CREATE TYPE s.e AS ENUM ('a', 'b');
CREATE DOMAIN s.d AS text;
CREATE TYPE s.c AS (x s.e, y s.d);
CREATE TABLE t (e s.e DEFAULT 'a', d s.d, c s.c, es s.e[]);
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS text;
CREATE TYPE c AS (x e, y d);
CREATE TABLE t (e e DEFAULT 'a', d text, c c, es e[]);
