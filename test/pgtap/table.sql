-- The database after a migration, as a user would test it.
BEGIN;
SELECT plan(36);
SET LOCAL migrator.project = 'shop';
CREATE SCHEMA shop;
SET LOCAL search_path = shop, public;

SELECT lives_ok($$
	SELECT migrator.revision('customers', 'CREATE TABLE customer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(100) NOT NULL)', 'DROP TABLE customer', rev_id := 'shop1');
	SELECT migrator.revision('orders',
		'CREATE TYPE status AS ENUM (''new'', ''paid'');
		 CREATE TABLE orders (id bigint PRIMARY KEY, customer bigint NOT NULL REFERENCES customer, status status NOT NULL DEFAULT ''new'', total numeric(10,2));
		 CREATE INDEX orders_customer_idx ON orders (customer);
		 COMMENT ON TABLE orders IS ''What was ordered; what was paid.''',
		'DROP TABLE orders; DROP TYPE status', rev_id := 'shop2');
	SELECT migrator.revision('full name',
		'ALTER TABLE customer RENAME name TO full_name; ALTER TABLE customer ALTER full_name TYPE text; CREATE UNIQUE INDEX customer_name_key ON customer (lower(full_name));
		 CREATE FUNCTION customer_count() RETURNS bigint LANGUAGE sql STABLE AS ''SELECT count(*) FROM shop.customer''',
		'DROP FUNCTION customer_count(); DROP INDEX customer_name_key; ALTER TABLE customer ALTER full_name TYPE varchar(100); ALTER TABLE customer RENAME full_name TO name', rev_id := 'shop3')
$$, 'the revisions can be written');
SELECT hasnt_table('shop', 'customer', 'writing them runs nothing');

-- one step
SELECT results_eq('SELECT operation, revision, message FROM migrator.upgrade(''+1'')', $$VALUES ('upgrade', 'shop1', 'customers')$$, 'the first step');
SELECT has_table('shop', 'customer', 'there are customers');
SELECT has_pk('shop', 'customer', 'they have a key');
SELECT col_type_is('shop', 'customer', 'name', 'character varying(100)', 'and a name');
SELECT col_not_null('shop', 'customer', 'name', 'which is needed');
SELECT hasnt_table('shop', 'orders', 'but there are no orders');
SELECT is((SELECT array_agg(revision) FROM migrator.versions()), '{shop1}', 'that is the version');
INSERT INTO customer (name) VALUES ('Ann');

-- all of them
SELECT lives_ok('SELECT migrator.upgrade()', 'upgrade to the head');
SELECT is_empty('SELECT migrator.upgrade()', 'and there is nothing left to do');
SELECT has_table('shop', 'orders', 'there are orders');
SELECT has_index('shop', 'orders', 'orders_customer_idx', 'customer', 'which are found by customer');
SELECT fk_ok('shop', 'orders', 'customer', 'shop', 'customer', 'id');
SELECT col_default_is('shop', 'orders', 'status', 'new', 'they begin as new');
SELECT enum_has_labels('shop', 'status', '{new,paid}', 'and may be paid');
SELECT col_type_is('shop', 'orders', 'total', 'numeric(10,2)', 'they have a total');
SELECT hasnt_column('shop', 'customer', 'name', 'the name has another name');
SELECT col_type_is('shop', 'customer', 'full_name', 'text', 'and another type');
SELECT index_is_unique('shop', 'customer', 'customer_name_key', 'and is unique');
SELECT results_eq('SELECT full_name FROM customer', $$VALUES ('Ann')$$, 'and the data are still there');
SELECT has_function('shop', 'customer_count', '{}'::name[], 'there is a function');
SELECT is(customer_count(), 1::bigint, 'which works');
SELECT is((SELECT is_head FROM migrator.current()), true, 'this is the head');

-- an error leaves everything as it was
SELECT is(migrator.revision('wrong', 'DROP TABLE orders; ALTER TABLE customer ADD UNIQUE (nosuch)', '', rev_id := 'shop4'), 'shop4', 'a revision that cannot run');
SELECT throws_ok('SELECT migrator.upgrade()', '42703', 'upgrade of revision "shop4" failed: column "nosuch" named in key does not exist', 'an upgrade that fails');
SELECT has_table('shop', 'orders', 'leaves the table');
SELECT is((SELECT array_agg(revision) FROM migrator.versions()), '{shop3}', 'and the version');
SELECT is(migrator.delete_revision('shop4'), 'shop4', 'it can be deleted');

-- the way back
SELECT results_eq('SELECT revision FROM migrator.downgrade(''shop1'')', $$VALUES ('shop3'), ('shop2')$$, 'downgrade to the first');
SELECT col_type_is('shop', 'customer', 'name', 'character varying(100)', 'the name is back');
SELECT tables_are('shop', '{customer}', 'and nothing else is left');
SELECT results_eq('SELECT name FROM customer', $$VALUES ('Ann'::varchar)$$, 'but the data');
SELECT hasnt_type('shop', 'status', 'the type is gone');
SELECT is((SELECT count(*) FROM migrator.downgrade('base')), 1::bigint, 'downgrade to nothing');
SELECT hasnt_table('shop', 'customer', 'and nothing is left');

SELECT * FROM finish();
ROLLBACK;
