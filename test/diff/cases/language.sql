-- case: languages come
-- to
CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION i(internal) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION v(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE pl HANDLER h INLINE i VALIDATOR v;
CREATE LANGUAGE "Other PL" HANDLER h;
COMMENT ON LANGUAGE pl IS 'trusted';
CREATE FUNCTION f() RETURNS integer LANGUAGE pl AS 'BEGIN RETURN 1; END';

-- case: a language is replaced under a function
CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION v(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE LANGUAGE pl HANDLER h;
CREATE FUNCTION f() RETURNS integer LANGUAGE pl AS 'BEGIN RETURN 1; END';
-- to
CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION v(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE pl HANDLER h VALIDATOR v;
CREATE FUNCTION f() RETURNS integer LANGUAGE pl AS 'BEGIN RETURN 1; END';

-- case: owner, grants and comment
-- needs: role app_owner; role app_user
CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE TRUSTED LANGUAGE pl HANDLER h;
-- to
CREATE FUNCTION h() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE TRUSTED LANGUAGE pl HANDLER h;
ALTER LANGUAGE pl OWNER TO app_owner;
REVOKE ALL ON LANGUAGE pl FROM PUBLIC;
GRANT USAGE ON LANGUAGE pl TO app_user;
COMMENT ON LANGUAGE pl IS 'ours';
