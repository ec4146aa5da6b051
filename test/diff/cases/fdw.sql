-- case: a wrapper comes
-- needs: role app_owner
-- to
CREATE FOREIGN DATA WRAPPER one;
CREATE FOREIGN DATA WRAPPER two OPTIONS (host 'x', dbname 'it''s');
COMMENT ON FOREIGN DATA WRAPPER two IS 'the second';
CREATE FOREIGN DATA WRAPPER "The third" OPTIONS ("Odd option" 'a=b');

-- case: validator and options change
CREATE FOREIGN DATA WRAPPER one OPTIONS (host 'x', port '5');
CREATE FOREIGN DATA WRAPPER two;
-- to
CREATE FOREIGN DATA WRAPPER one OPTIONS (host 'y', dbname 'z');
CREATE FOREIGN DATA WRAPPER two VALIDATOR postgresql_fdw_validator;

-- case: a handler of an extension
-- needs: extension file_fdw
CREATE EXTENSION file_fdw;
CREATE FOREIGN DATA WRAPPER one;
-- to
CREATE EXTENSION file_fdw;
CREATE FOREIGN DATA WRAPPER one HANDLER public.file_fdw_handler VALIDATOR public.file_fdw_validator;

-- case: owner, privileges and comment
-- needs: role app_user
CREATE FOREIGN DATA WRAPPER one;
COMMENT ON FOREIGN DATA WRAPPER one IS 'one';
-- to
CREATE FOREIGN DATA WRAPPER one;
GRANT USAGE ON FOREIGN DATA WRAPPER one TO app_user WITH GRANT OPTION;
COMMENT ON FOREIGN DATA WRAPPER one IS 'two';
