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
