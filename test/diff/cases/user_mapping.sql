-- case: mappings come
-- needs: role app_user; role Odd "role"
CREATE FOREIGN DATA WRAPPER one;
CREATE SERVER a FOREIGN DATA WRAPPER one;
-- to
CREATE FOREIGN DATA WRAPPER one;
CREATE SERVER a FOREIGN DATA WRAPPER one;
CREATE USER MAPPING FOR PUBLIC SERVER a;
CREATE USER MAPPING FOR app_user SERVER a OPTIONS ("user" 'me', host 'x');
CREATE USER MAPPING FOR "Odd ""role""" SERVER a OPTIONS ("user" 'you');

-- case: options change
-- needs: role app_user
CREATE FOREIGN DATA WRAPPER one;
CREATE SERVER a FOREIGN DATA WRAPPER one;
CREATE USER MAPPING FOR app_user SERVER a OPTIONS ("user" 'me', host 'x');
CREATE USER MAPPING FOR PUBLIC SERVER a OPTIONS ("user" 'me');
-- to
CREATE FOREIGN DATA WRAPPER one;
CREATE SERVER a FOREIGN DATA WRAPPER one;
CREATE USER MAPPING FOR app_user SERVER a OPTIONS ("user" 'you', port '5');
CREATE USER MAPPING FOR PUBLIC SERVER a;

-- case: another option changes beside a secret
-- needs: role app_user
CREATE FOREIGN DATA WRAPPER one;
CREATE SERVER a FOREIGN DATA WRAPPER one;
CREATE USER MAPPING FOR app_user SERVER a OPTIONS ("user" 'me', password 'x');
-- to
CREATE FOREIGN DATA WRAPPER one;
CREATE SERVER a FOREIGN DATA WRAPPER one;
CREATE USER MAPPING FOR app_user SERVER a OPTIONS ("user" 'you', password 'x');
