-- case: access methods of both types come, a table and a class use them
-- to
CREATE ACCESS METHOD "My heap" TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD tree TYPE INDEX HANDLER bthandler;
COMMENT ON ACCESS METHOD tree IS 'like btree';
CREATE OPERATOR CLASS c DEFAULT FOR TYPE integer USING tree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
CREATE TABLE t (a integer) USING "My heap";

-- case: the handler changes, a class goes along
CREATE FUNCTION h(internal) RETURNS index_am_handler LANGUAGE internal AS 'bthandler';
CREATE ACCESS METHOD tree TYPE INDEX HANDLER bthandler;
CREATE OPERATOR CLASS c FOR TYPE integer USING tree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(integer, integer);
COMMENT ON ACCESS METHOD tree IS 'one';
-- to
CREATE FUNCTION h(internal) RETURNS index_am_handler LANGUAGE internal AS 'bthandler';
CREATE ACCESS METHOD tree TYPE INDEX HANDLER h;
CREATE OPERATOR CLASS c FOR TYPE integer USING tree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(integer, integer);
COMMENT ON ACCESS METHOD tree IS 'one';
