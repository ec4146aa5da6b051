-- What statements lock is known from their text: the same as they really lock.
CREATE SCHEMA locks;
SET search_path = locks;
CREATE FUNCTION trigger_function() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION positive(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
CREATE DOMAIN word AS text;
CREATE DOMAIN short_word AS word;
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TYPE pair AS (x int, y int);
CREATE TABLE country (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE customer (id serial PRIMARY KEY, country int REFERENCES country, name word, mood mood,
	note text DEFAULT 'x', CONSTRAINT customer_name CHECK (name <> ''), CONSTRAINT customer_id CHECK (positive(id)));
CREATE INDEX customer_index ON customer (name);
CREATE UNIQUE INDEX customer_unique ON customer (name, id);
CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL, title short_word, amount int,
	CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES customer,
	CONSTRAINT orders_amount CHECK (amount > 0) NOT VALID);
CREATE STATISTICS orders_statistics ON id, customer FROM orders;
CREATE VIEW customers AS SELECT id, name FROM customer;
CREATE VIEW names AS SELECT name FROM customers;
CREATE MATERIALIZED VIEW totals AS SELECT customer, sum(amount) FROM orders GROUP BY customer;
CREATE UNIQUE INDEX totals_index ON totals (customer);
CREATE TRIGGER customer_trigger BEFORE INSERT ON customer FOR EACH ROW EXECUTE FUNCTION trigger_function();
CREATE RULE customer_rule AS ON DELETE TO customer DO INSTEAD NOTHING;
CREATE POLICY customer_policy ON customer USING (true);
CREATE TABLE parent (id int, data text, CONSTRAINT parent_data CHECK (data <> ''), CONSTRAINT parent_only CHECK (id > 0) NO INHERIT);
CREATE TABLE child (more int) INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child);
CREATE TABLE event (id int NOT NULL, at int NOT NULL, customer int CONSTRAINT event_customer REFERENCES customer,
	text text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM (0) TO (10);
CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
CREATE TABLE event_2a PARTITION OF event_2 FOR VALUES FROM (0) TO (10);
CREATE TABLE event_default PARTITION OF event DEFAULT;
CREATE TRIGGER event_trigger AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION trigger_function();
CREATE INDEX event_index ON event (text);
CREATE TABLE event_3 (id int NOT NULL, at int NOT NULL, customer int, text text);
CREATE TABLE comment_on (id int, at int, FOREIGN KEY (id, at) REFERENCES event);
CREATE TABLE answer (id int, at int, FOREIGN KEY (id, at) REFERENCES event) PARTITION BY LIST (id);
CREATE TABLE answer_1 PARTITION OF answer FOR VALUES IN (1);
CREATE INDEX event_only ON ONLY event (id);
CREATE VIEW of_totals AS SELECT * FROM totals;
CREATE TABLE event_4 (id int NOT NULL, at int NOT NULL, customer int, text text) PARTITION BY RANGE (id);
CREATE TABLE event_4a PARTITION OF event_4 FOR VALUES FROM (0) TO (10);
CREATE TABLE plain (i int) PARTITION BY RANGE (i);
CREATE TABLE plain_1 PARTITION OF plain FOR VALUES FROM (0) TO (10);
CREATE TABLE plain_2 PARTITION OF plain FOR VALUES FROM (10) TO (20);
CREATE TABLE plain_default PARTITION OF plain DEFAULT;
CREATE SEQUENCE number;
CREATE TABLE numbered (id int DEFAULT nextval('number'), other int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE typed OF pair;
CREATE TABLE computed (a int, b int GENERATED ALWAYS AS (a + 1) STORED);
CREATE UNLOGGED TABLE unlogged (id serial);
CREATE TEMPORARY TABLE temporary (i int);
SET client_min_messages = warning;
CREATE EXTENSION pg_stat_statements;
RESET client_min_messages;

-- What there is, and the table of an index: it keeps everybody away from the
-- index as well, if it is locked against everybody.
CREATE TABLE known AS
SELECT c.oid, format('%I.%I', c.relnamespace::regnamespace, c.relname) AS name, i.indrelid AS of
FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE c.relnamespace = 'locks'::regnamespace;
CREATE TABLE mode (strength int, lock text, name text);
INSERT INTO mode VALUES (1, 'ShareLock', 'SHARE'), (2, 'ShareRowExclusiveLock', 'SHARE ROW EXCLUSIVE'),
	(3, 'ExclusiveLock', 'EXCLUSIVE'), (4, 'AccessExclusiveLock', 'ACCESS EXCLUSIVE');

CREATE FUNCTION in_words(relations oid[], modes int[]) RETURNS text LANGUAGE sql SET search_path = locks AS $$
WITH taken AS (SELECT relation, max(strength) AS strength FROM unnest(relations, modes) t(relation, strength) GROUP BY relation)
SELECT string_agg(replace(known.name, 'locks.', '') || ' ' || mode.name, ', ' ORDER BY known.name COLLATE "C")
FROM taken JOIN known ON known.oid = relation JOIN mode USING (strength)
WHERE NOT EXISTS (SELECT FROM taken t WHERE t.relation = known.of AND t.strength = 4)
$$;

CREATE FUNCTION told(statement text) RETURNS text LANGUAGE sql AS $$
SELECT locks.in_words(array_agg(k.oid), array_agg(m.strength))
FROM migrator.locks(statement) l JOIN locks.known k ON k.name = l.relation JOIN locks.mode m ON m.name = l.mode
$$;

-- Runs a statement, looks what it has locked, and undoes it.
CREATE FUNCTION taken(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE statement;
	SELECT locks.in_words(array_agg(l.relation), array_agg(m.strength)) INTO result
	FROM pg_locks l JOIN locks.mode m ON m.lock = l.mode
	WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation';
	RAISE EXCEPTION USING ERRCODE = 'UT000', MESSAGE = coalesce(result, '');
EXCEPTION
	WHEN SQLSTATE 'UT000' THEN RETURN nullif(SQLERRM, '');
	WHEN OTHERS THEN RETURN 'error: ' || SQLERRM;
END $$;

CREATE TABLE statement (number int GENERATED ALWAYS AS IDENTITY, text text);
SET client_min_messages = warning;
INSERT INTO statement (text) VALUES
	('ALTER TABLE customer ADD COLUMN x int'),
	('ALTER TABLE customer ADD COLUMN x int REFERENCES country'),
	('ALTER TABLE customer ADD x int UNIQUE, ADD FOREIGN KEY (x) REFERENCES country'),
	('ALTER TABLE parent ADD COLUMN x int'),
	($sql$ALTER TABLE ONLY parent ALTER data SET DEFAULT 'x'$sql$),
	($sql$ALTER TABLE parent ALTER data SET DEFAULT 'x'$sql$),
	('ALTER TABLE parent ALTER data DROP DEFAULT'),
	('ALTER TABLE parent ALTER data SET NOT NULL'),
	('ALTER TABLE parent ALTER data TYPE varchar'),
	('ALTER TABLE parent ALTER data SET STORAGE EXTERNAL'),
	('ALTER TABLE parent ALTER data SET STATISTICS 100'),
	('ALTER TABLE parent ALTER data SET COMPRESSION pglz'),
	('ALTER TABLE parent DROP COLUMN data'),
	('ALTER TABLE parent ADD CONSTRAINT c CHECK (id <> 5)'),
	('ALTER TABLE parent ADD CONSTRAINT c CHECK (id <> 5) NOT VALID'),
	('ALTER TABLE parent ADD CONSTRAINT c CHECK (id <> 5) NO INHERIT'),
	('ALTER TABLE parent ADD PRIMARY KEY (id)'),
	('ALTER TABLE parent ADD UNIQUE (id)'),
	('ALTER TABLE parent ADD FOREIGN KEY (id) REFERENCES country'),
	('ALTER TABLE parent DROP CONSTRAINT parent_data'),
	('ALTER TABLE parent DROP CONSTRAINT parent_only'),
	('ALTER TABLE ONLY parent DROP CONSTRAINT parent_data'),
	('ALTER TABLE ONLY parent DROP CONSTRAINT parent_only'),
	('ALTER TABLE ONLY parent DROP COLUMN data'),
	('ALTER TABLE ONLY child DROP COLUMN more'),
	('ALTER TABLE parent RENAME CONSTRAINT parent_data TO x'),
	('ALTER TABLE parent RENAME CONSTRAINT parent_only TO x'),
	('ALTER TABLE parent RENAME COLUMN data TO x'),
	('ALTER TABLE parent RENAME TO x'),
	('ALTER TABLE parent OWNER TO pg_monitor'),
	('ALTER TABLE parent SET (fillfactor = 90)'),
	('ALTER TABLE parent RESET (fillfactor)'),
	('ALTER TABLE parent SET (autovacuum_enabled = off)'),
	('ALTER TABLE parent ENABLE ROW LEVEL SECURITY'),
	('ALTER TABLE parent REPLICA IDENTITY FULL'),
	('ALTER TABLE parent DISABLE TRIGGER ALL'),
	('ALTER TABLE parent SET UNLOGGED'),
	('ALTER TABLE parent SET ACCESS METHOD heap'),
	('ALTER TABLE parent SET TABLESPACE pg_default'),
	('ALTER TABLE parent SET WITHOUT CLUSTER'),
	('ALTER TABLE child NO INHERIT parent'),
	('ALTER TABLE child ADD COLUMN x int'),
	('ALTER TABLE unlogged SET LOGGED'),
	('ALTER TABLE customer CLUSTER ON customer_index'),
	('ALTER TABLE customer ADD CONSTRAINT x UNIQUE USING INDEX customer_unique'),
	('ALTER TABLE customer DROP COLUMN note'),
	('ALTER TABLE customer DROP COLUMN country'),
	('ALTER TABLE customer DROP COLUMN id CASCADE'),
	('ALTER TABLE customer DROP COLUMN name CASCADE'),
	('ALTER TABLE customer ALTER COLUMN country TYPE bigint'),
	('ALTER TABLE country ALTER COLUMN id TYPE bigint'),
	('ALTER TABLE country ALTER COLUMN name TYPE varchar'),
	('ALTER TABLE customer ALTER COLUMN mood TYPE text'),
	('ALTER TABLE customer ALTER COLUMN note DROP NOT NULL'),
	('ALTER TABLE country ALTER COLUMN name DROP NOT NULL'),
	('ALTER TABLE customer ADD CHECK (id > 1)'),
	('ALTER TABLE customer ADD CONSTRAINT x EXCLUDE (name WITH =)'),
	('ALTER TABLE customer DROP CONSTRAINT customer_country_fkey'),
	('ALTER TABLE customer DROP CONSTRAINT customer_pkey CASCADE'),
	('ALTER TABLE customer DROP CONSTRAINT customer_name'),
	('ALTER TABLE customer DROP CONSTRAINT IF EXISTS nothing'),
	('ALTER TABLE customer RENAME CONSTRAINT customer_pkey TO x'),
	('ALTER TABLE customer RENAME id TO x'),
	('ALTER TABLE customer SET SCHEMA public'),
	('ALTER TABLE customer OWNER TO pg_monitor'),
	('ALTER TABLE customer ENABLE ALWAYS TRIGGER customer_trigger'),
	('ALTER TABLE customer DISABLE RULE customer_rule'),
	('ALTER TABLE customer ENABLE ALWAYS RULE customer_rule'),
	('ALTER TABLE customer NO FORCE ROW LEVEL SECURITY'),
	('ALTER TABLE orders VALIDATE CONSTRAINT orders_amount'),
	('ALTER TABLE orders ALTER CONSTRAINT orders_customer DEFERRABLE'),
	('ALTER TABLE orders ADD FOREIGN KEY (amount) REFERENCES country'),
	('ALTER TABLE orders ADD FOREIGN KEY (amount) REFERENCES country NOT VALID'),
	('ALTER TABLE orders ADD FOREIGN KEY (amount) REFERENCES orders'),
	('ALTER TABLE orders ADD FOREIGN KEY (id, amount) REFERENCES event'),
	('ALTER TABLE IF EXISTS nothing ADD COLUMN x int'),
	('ALTER TABLE computed ALTER COLUMN b DROP EXPRESSION'),
	('ALTER TABLE computed ALTER COLUMN b TYPE bigint'),
	('ALTER TABLE numbered ALTER COLUMN id DROP DEFAULT'),
	('ALTER TABLE numbered ALTER COLUMN other DROP IDENTITY'),
	('ALTER TABLE numbered ALTER COLUMN other TYPE bigint'),
	('ALTER TABLE numbered ALTER COLUMN other SET GENERATED BY DEFAULT'),
	('ALTER TABLE typed NOT OF'),
	('ALTER TYPE pair ADD ATTRIBUTE z int CASCADE'),
	('ALTER TYPE pair RENAME ATTRIBUTE x TO z CASCADE'),
	('ALTER TABLE temporary ADD COLUMN x int'),
	('ALTER INDEX customer_index RENAME TO x'),
	('ALTER TABLE customer_index RENAME TO x'),
	('ALTER INDEX customer_index SET (fillfactor = 80)'),
	('ALTER INDEX customer_index SET TABLESPACE pg_default'),
	('ALTER INDEX customer RENAME TO x'),
	('ALTER VIEW customers RENAME TO x'),
	('ALTER VIEW customers SET (security_barrier)'),
	('ALTER VIEW customers ALTER COLUMN id SET DEFAULT 1'),
	('ALTER VIEW customers RENAME COLUMN id TO x'),
	('ALTER VIEW customers OWNER TO pg_monitor'),
	('ALTER MATERIALIZED VIEW totals RENAME TO x'),
	('ALTER MATERIALIZED VIEW totals SET SCHEMA public'),
	('ALTER SEQUENCE number RENAME TO x'),
	('ALTER SEQUENCE number INCREMENT 2'),
	('ALTER SEQUENCE number OWNED BY numbered.id'),
	('ALTER SEQUENCE number OWNER TO pg_monitor'),
	('ALTER SEQUENCE number SET SCHEMA public'),
	('ALTER TABLE event ADD COLUMN x int'),
	('ALTER TABLE event ADD CONSTRAINT x CHECK (id <> 5)'),
	('ALTER TABLE event ADD UNIQUE (at, id, customer)'),
	('ALTER TABLE ONLY event ADD UNIQUE (at, id, customer)'),
	('ALTER TABLE event ADD CONSTRAINT x FOREIGN KEY (id) REFERENCES country'),
	('ALTER TABLE event DROP CONSTRAINT event_customer'),
	('ALTER TABLE event DROP CONSTRAINT event_pkey CASCADE'),
	('ALTER TABLE event ALTER CONSTRAINT event_customer DEFERRABLE'),
	('ALTER TABLE event DROP COLUMN text'),
	('ALTER TABLE event ALTER COLUMN text TYPE varchar'),
	('ALTER TABLE event ALTER COLUMN customer TYPE bigint'),
	('ALTER TABLE event ALTER COLUMN text SET NOT NULL'),
	('ALTER TABLE event RENAME COLUMN text TO x'),
	('ALTER TABLE event RENAME CONSTRAINT event_customer TO x'),
	('ALTER TABLE event DISABLE TRIGGER event_trigger'),
	('ALTER TABLE ONLY event DISABLE TRIGGER event_trigger'),
	('ALTER TABLE event OWNER TO pg_monitor'),
	('ALTER TABLE event ATTACH PARTITION event_3 FOR VALUES FROM (20) TO (30)'),
	('ALTER TABLE event ATTACH PARTITION event_4 FOR VALUES FROM (20) TO (30)'),
	('ALTER TABLE event DETACH PARTITION event_1'),
	('ALTER TABLE event DETACH PARTITION event_2'),
	('ALTER TABLE event_2 DETACH PARTITION event_2a'),
	('ALTER TABLE event_1 ADD CHECK (id <> 5)'),
	('ALTER TRIGGER event_trigger ON event RENAME TO x'),
	('ALTER TRIGGER customer_trigger ON customer RENAME TO x'),
	('ALTER RULE customer_rule ON customer RENAME TO x'),
	('ALTER POLICY customer_policy ON customer RENAME TO x'),
	('ALTER POLICY customer_policy ON customer USING (false)'),
	($sql$ALTER DOMAIN word ADD CHECK (VALUE <> '')$sql$),
	($sql$ALTER DOMAIN word ADD CHECK (VALUE <> '') NOT VALID$sql$),
	('ALTER DOMAIN word SET NOT NULL'),
	($sql$ALTER DOMAIN word SET DEFAULT 'x'$sql$),
	('ALTER DOMAIN short_word SET NOT NULL'),
	($sql$ALTER TYPE mood ADD VALUE 'so so'$sql$),
	($sql$ALTER TYPE mood RENAME VALUE 'bad' TO 'evil'$sql$),
	('ALTER FUNCTION positive(int) RENAME TO x'),
	('ALTER STATISTICS orders_statistics SET STATISTICS 10'),
	('ALTER INDEX customer_index DEPENDS ON EXTENSION plpgsql'),
	('ALTER MATERIALIZED VIEW totals DEPENDS ON EXTENSION plpgsql'),
	('ALTER TRIGGER customer_trigger ON customer DEPENDS ON EXTENSION plpgsql'),
	('ALTER FUNCTION positive(int) DEPENDS ON EXTENSION plpgsql'),
	('ALTER EXTENSION pg_stat_statements SET SCHEMA public'),
	('CREATE INDEX ON customer (country)'),
	('CREATE INDEX ON event (customer)'),
	('CREATE INDEX ON ONLY event (customer)'),
	('CREATE INDEX IF NOT EXISTS customer_index ON customer (country)'),
	('CREATE TABLE x (i int)'),
	('CREATE TABLE x (i int REFERENCES customer)'),
	('CREATE TABLE x (i int, j int, FOREIGN KEY (i, j) REFERENCES event)'),
	('CREATE TABLE x () INHERITS (parent)'),
	('CREATE TABLE x PARTITION OF event FOR VALUES FROM (30) TO (40)'),
	('CREATE TABLE x PARTITION OF event_2 FOR VALUES FROM (10) TO (20)'),
	('CREATE TABLE x (LIKE customer INCLUDING ALL)'),
	('CREATE TABLE IF NOT EXISTS orders (i int REFERENCES customer)'),
	('CREATE TABLE x AS SELECT * FROM customer'),
	('CREATE SCHEMA x CREATE TABLE y (i int REFERENCES locks.customer)'),
	('CREATE VIEW x AS SELECT * FROM customer'),
	('CREATE OR REPLACE VIEW x AS SELECT * FROM customer'),
	('CREATE OR REPLACE VIEW customers AS SELECT id, name, note FROM customer'),
	('CREATE TRIGGER x AFTER UPDATE ON customer EXECUTE FUNCTION trigger_function()'),
	('CREATE OR REPLACE TRIGGER customer_trigger BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION trigger_function()'),
	('CREATE TRIGGER x AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION trigger_function()'),
	('CREATE TRIGGER x AFTER INSERT ON event FOR EACH STATEMENT EXECUTE FUNCTION trigger_function()'),
	('CREATE TRIGGER x INSTEAD OF INSERT ON customers FOR EACH ROW EXECUTE FUNCTION trigger_function()'),
	('CREATE CONSTRAINT TRIGGER x AFTER INSERT ON orders FROM customer DEFERRABLE FOR EACH ROW EXECUTE FUNCTION trigger_function()'),
	('CREATE RULE x AS ON INSERT TO country DO ALSO NOTHING'),
	('CREATE POLICY x ON orders'),
	('CREATE STATISTICS x ON id, amount FROM orders'),
	('CREATE PUBLICATION x FOR TABLE orders'),
	('CREATE SEQUENCE x OWNED BY orders.id'),
	($sql$COMMENT ON TABLE customer IS 'x'$sql$),
	($sql$COMMENT ON COLUMN customer.id IS 'x'$sql$),
	('GRANT SELECT ON customer TO PUBLIC'),
	('DROP TABLE customer CASCADE'),
	('DROP TABLE country CASCADE'),
	('DROP TABLE orders CASCADE'),
	('DROP TABLE comment_on'),
	('DROP TABLE event CASCADE'),
	('DROP TABLE plain_1'),
	('DROP TABLE plain_2'),
	('DROP TABLE plain'),
	('ALTER TABLE plain DETACH PARTITION plain_1'),
	('DROP TABLE parent CASCADE'),
	('DROP TABLE child CASCADE'),
	('DROP TABLE grandchild'),
	('DROP TABLE numbered'),
	('DROP TABLE unlogged, computed'),
	('DROP TABLE IF EXISTS nothing, typed'),
	('DROP VIEW names'),
	('DROP VIEW customers CASCADE'),
	('DROP MATERIALIZED VIEW totals'),
	('DROP INDEX customer_index'),
	('DROP INDEX customer_index, customer_unique'),
	('DROP INDEX event_index'),
	('DROP INDEX event_only'),
	('DROP SEQUENCE number CASCADE'),
	('DROP TRIGGER customer_trigger ON customer'),
	('DROP TRIGGER event_trigger ON event'),
	('DROP RULE customer_rule ON customer'),
	('DROP POLICY customer_policy ON customer'),
	('DROP FUNCTION trigger_function CASCADE'),
	('DROP FUNCTION positive CASCADE'),
	('DROP TYPE mood CASCADE'),
	('DROP TYPE pair CASCADE'),
	('DROP DOMAIN word CASCADE'),
	('DROP DOMAIN short_word CASCADE'),
	('DROP STATISTICS orders_statistics'),
	('TRUNCATE customer CASCADE'),
	('TRUNCATE orders'),
	('TRUNCATE comment_on, event, answer'),
	('TRUNCATE event CASCADE'),
	('TRUNCATE parent'),
	('TRUNCATE ONLY parent'),
	('TRUNCATE numbered, unlogged RESTART IDENTITY'),
	('LOCK TABLE orders'),
	('LOCK TABLE of_totals'),
	('LOCK TABLE parent IN SHARE MODE'),
	('LOCK TABLE ONLY parent IN EXCLUSIVE MODE'),
	('LOCK TABLE customers IN SHARE ROW EXCLUSIVE MODE'),
	('LOCK TABLE orders IN ROW EXCLUSIVE MODE'),
	('CLUSTER customer USING customer_index'),
	('REINDEX TABLE customer'),
	('REINDEX INDEX customer_index'),
	('REFRESH MATERIALIZED VIEW totals'),
	('REFRESH MATERIALIZED VIEW CONCURRENTLY totals'),
	($sql$INSERT INTO country VALUES (1, 'x')$sql$),
	('UPDATE orders SET amount = 1'),
	('DELETE FROM comment_on'),
	('SELECT * FROM customer FOR UPDATE'),
	('ANALYZE orders'),
	('SET CONSTRAINTS ALL DEFERRED');

-- What not all versions have.
INSERT INTO statement (text)
SELECT text FROM (VALUES
	(17, 'ALTER TABLE computed ALTER COLUMN b SET EXPRESSION AS (a + 2)'),
	(17, 'ALTER TABLE event SET ACCESS METHOD heap'),
	(17, 'ALTER TABLE event ADD CONSTRAINT x EXCLUDE (at WITH =, id WITH =)'),
	(17, 'ALTER TABLE event ADD COLUMN x int GENERATED ALWAYS AS IDENTITY'),
	(18, 'ALTER TABLE orders ALTER CONSTRAINT orders_customer NOT ENFORCED'),
	(18, 'ALTER TABLE event ALTER CONSTRAINT event_customer NOT ENFORCED'),
	(18, 'ALTER TABLE parent ADD CONSTRAINT x NOT NULL id NOT VALID'),
	(18, 'ALTER TABLE country ALTER CONSTRAINT country_name_not_null NO INHERIT'),
	(18, 'ALTER TABLE parent ADD COLUMN x int GENERATED ALWAYS AS (id) VIRTUAL'),
	(18, 'ALTER TABLE event ADD CONSTRAINT x FOREIGN KEY (id) REFERENCES country NOT VALID')) v(version, text)
WHERE current_setting('server_version_num')::int / 10000 >= version;

-- Nothing that is locked is missing, and nothing else is told.
SET client_min_messages = error; -- a publication wants another wal_level
CREATE TABLE compared AS SELECT number, text, told(text), taken(text) FROM statement;
SET client_min_messages = warning;
SELECT text, told, taken FROM compared
WHERE taken IS DISTINCT FROM told
ORDER BY number;

-- A script is read with its own search_path, which does not last, and may have
-- transactions, comments and names that do not exist yet.
SELECT count(*) > 200 AS many FROM compared;
SELECT * FROM migrator.locks($$
BEGIN;
CREATE TABLE new (id int PRIMARY KEY REFERENCES country);
CREATE INDEX ON orders (amount);
ALTER TABLE new ADD COLUMN x int;
COMMIT;
SET search_path = nowhere, public;
DROP TABLE customer; -- not ours
RESET search_path;
ALTER TABLE locks.orders VALIDATE CONSTRAINT orders_amount;
SET search_path TO locks;
LOCK TABLE "typed" IN SHARE MODE;
CREATE INDEX CONCURRENTLY ON typed (x);
SELECT 'DROP TABLE numbered';
$$);
SHOW search_path;

-- Statements for which a transaction block is not allowed are told as well.
SELECT text, told(text) FROM unnest('{VACUUM FULL orders,VACUUM orders,"REINDEX (CONCURRENTLY) TABLE orders","REINDEX TABLE plain","CLUSTER plain","DROP INDEX CONCURRENTLY customer_index","ALTER TABLE plain DETACH PARTITION plain_1 CONCURRENTLY","ALTER TABLE plain DETACH PARTITION plain_1 FINALIZE"}'::text[]) text;

-- Errors.
SELECT * FROM migrator.locks(NULL);
SELECT * FROM migrator.locks('DROP TABLE;');
SELECT * FROM migrator.locks('');
SELECT * FROM migrator.locks('DROP TABLE other_database.locks.orders; ALTER DOMAIN nothing SET NOT NULL; DROP TRIGGER a ON b; DROP FUNCTION nothing(nothing); DROP TYPE nothing.nothing');

-- Names in a schema that may not be used are of no interest here; their statement will say it.
CREATE ROLE regress_migrator_locks;
SELECT migrator.grant_role('regress_migrator_locks', 'viewer');
SET ROLE regress_migrator_locks;
SELECT * FROM migrator.locks('DROP TABLE locks.numbered');
RESET ROLE;
SELECT migrator.revoke_role('regress_migrator_locks', 'viewer');
DROP ROLE regress_migrator_locks;
DROP SCHEMA locks CASCADE;
