-- A shop's database, from nothing to the second release and back.
\set ON_ERROR_STOP on
CREATE EXTENSION migrator;

-- Revisions are kept in the database.  A file of a repository comes in
-- through load(); the order of the files does not matter.
SELECT migrator.load($file$
-- create customers
--
-- Revision ID: 1a2b3c4d5e6f
-- Revises:

-- migrate:up
CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL
);

-- migrate:down
DROP TABLE customers;
$file$, '1a2b3c4d5e6f_create_customers.sql');

-- One can also write a revision on the spot.
SELECT migrator.revision('create orders',
    upgrade => 'CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer bigint NOT NULL REFERENCES customers,
    placed timestamptz NOT NULL DEFAULT now()
)',
    downgrade => 'DROP TABLE orders',
    rev_id => '2b3c4d5e6f70');

-- What would an upgrade do?  Then do it.
SELECT * FROM migrator.plan('upgrade', 'head');
SELECT operation, revision, message FROM migrator.upgrade();

-- Two people go on from the same revision: the graph branches ...
SELECT migrator.revision('add email to customers',
    upgrade => 'ALTER TABLE customers ADD COLUMN email text',
    downgrade => 'ALTER TABLE customers DROP COLUMN email',
    head => '{2b3c4d5e6f70}', rev_id => '3c4d5e6f7081');
SELECT migrator.revision('add total to orders',
    upgrade => 'ALTER TABLE orders ADD COLUMN total numeric(12,2) NOT NULL DEFAULT 0',
    downgrade => 'ALTER TABLE orders DROP COLUMN total',
    head => '{2b3c4d5e6f70}', splice => true, rev_id => '4d5e6f708192');
SELECT * FROM migrator.heads();

-- ... so "head" does not say which, until they merge.
\set ON_ERROR_STOP off
SELECT operation, revision, message FROM migrator.upgrade();
\set ON_ERROR_STOP on
SELECT migrator.merge(message => 'merge email and total', rev_id => '5e6f708192a3');
SELECT operation, revision, message FROM migrator.upgrade();

-- Where are we, and how did we get here?
SELECT revision, is_head, message FROM migrator.current();
SELECT revision, down_revisions, message, is_branch_point, is_merge_point, is_current
FROM migrator.history();
\pset format unaligned
\pset tuples_only on
SELECT migrator.graph();
\pset tuples_only off
\pset format aligned

-- A revision that fails: the error names the revision, the file and the
-- line, and the database is as it was before.
SELECT migrator.load($file$
-- count orders per customer
--
-- Revision ID: 6f708192a3b4
-- Revises: 5e6f708192a3

-- migrate:up
ALTER TABLE customers ADD COLUMN orders integer NOT NULL DEFAULT 0;
UPDATE customers SET orders = (SELECT count(*) FROM oders WHERE customer = customers.id);

-- migrate:down
ALTER TABLE customers DROP COLUMN orders;
$file$, '6f708192a3b4_count_orders.sql');
\set ON_ERROR_STOP off
SELECT operation, revision, message FROM migrator.upgrade();
\set ON_ERROR_STOP on
SELECT column_name FROM information_schema.columns
WHERE table_name = 'customers' ORDER BY ordinal_position;

-- Nothing has applied it, so the corrected file simply replaces it.
SELECT migrator.load($file$
-- count orders per customer
--
-- Revision ID: 6f708192a3b4
-- Revises: 5e6f708192a3

-- migrate:up
ALTER TABLE customers ADD COLUMN orders integer NOT NULL DEFAULT 0;
UPDATE customers SET orders = (SELECT count(*) FROM orders WHERE customer = customers.id);

-- migrate:down
ALTER TABLE customers DROP COLUMN orders;
$file$, '6f708192a3b4_count_orders.sql');
SELECT operation, revision, message FROM migrator.upgrade();

-- Back to where the branches began, and forward again.
SELECT operation, revision, message FROM migrator.downgrade('2b3c4d5e6f70');
SELECT revision, is_head, message FROM migrator.current();
SELECT operation, revision, message FROM migrator.upgrade();

-- Up to date: there is nothing to do.
SELECT operation, revision, message FROM migrator.upgrade();
