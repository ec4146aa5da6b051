-- case: conversions come
-- to
CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE DEFAULT CONVERSION d FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
COMMENT ON CONVERSION c IS 'one';

-- case: a conversion changes, keeps its comment and gets an owner
-- needs: role app_owner
CREATE CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION c IS 'one';
-- to
CREATE DEFAULT CONVERSION c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION c IS 'one';
ALTER CONVERSION c OWNER TO app_owner;

-- case: a name that needs quotes
CREATE SCHEMA "S s";
CREATE CONVERSION "S s"."C c" FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
-- to
CREATE SCHEMA "S s";
CREATE CONVERSION "S s"."C c" FOR 'LATIN1' TO 'MULE_INTERNAL' FROM latin1_to_mic;
