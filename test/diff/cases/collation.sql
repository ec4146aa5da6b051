-- case: collations are created
-- to
CREATE COLLATION german (provider = icu, locale = 'de');
CREATE COLLATION "No case" (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE COLLATION plain (provider = libc, locale = 'C');
CREATE COLLATION mixed (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX');
COMMENT ON COLLATION german IS 'German';
CREATE TABLE t (a text COLLATE german, b text COLLATE "No case");

-- case: a collation changes
CREATE COLLATION c (provider = icu, locale = 'de');
-- to
CREATE COLLATION c (provider = icu, locale = 'sv', deterministic = false);

-- case: a collation with all that has it changes
CREATE COLLATION c (provider = icu, locale = 'de');
CREATE DOMAIN d AS text COLLATE c;
CREATE TYPE pair AS (a text COLLATE c);
CREATE TYPE r AS RANGE (subtype = text, collation = c);
CREATE TABLE t (id integer, a text COLLATE c DEFAULT 'x', b text, d d, p pair, r r);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t (b COLLATE c);
CREATE VIEW v AS SELECT a FROM t WHERE b < 'x' COLLATE c;
-- to
CREATE COLLATION c (provider = icu, locale = 'sv');
CREATE DOMAIN d AS text COLLATE c;
CREATE TYPE pair AS (a text COLLATE c);
CREATE TYPE r AS RANGE (subtype = text, collation = c);
CREATE TABLE t (id integer, a text COLLATE c DEFAULT 'x', b text, d d, p pair, r r);
CREATE INDEX i ON t (a);
CREATE INDEX j ON t (b COLLATE c);
CREATE VIEW v AS SELECT a FROM t WHERE b < 'x' COLLATE c;

-- case: a column takes another collation
CREATE COLLATION c (provider = icu, locale = 'de');
CREATE TABLE t (a text COLLATE c);
CREATE INDEX i ON t (a);
-- to
CREATE COLLATION e (provider = icu, locale = 'en');
CREATE TABLE t (a text COLLATE e);
CREATE INDEX i ON t (a);

-- case: owner and comment of a collation
-- needs: role app_owner
CREATE COLLATION c (provider = icu, locale = 'de');
COMMENT ON COLLATION c IS 'before';
-- to
CREATE COLLATION c (provider = icu, locale = 'de');
ALTER COLLATION c OWNER TO app_owner;

-- case: rules of a collation
-- needs: server 16
CREATE COLLATION c (provider = icu, locale = 'und', rules = '&a < g');
-- to
CREATE COLLATION c (provider = icu, locale = 'und', rules = '&V << w <<< W');

-- case: a builtin collation
-- needs: server 17
-- to
CREATE COLLATION c (provider = builtin, locale = 'C.UTF-8');
