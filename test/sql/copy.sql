-- COPY ... FROM stdin with its data in the file.
SET migrator.project = 'copy';
CREATE SCHEMA copy;
SET search_path = copy;
\set SHOW_CONTEXT always
\pset null '<null>'

SELECT migrator.load($F$-- data
-- Revision ID: data
-- Revises:

-- migrate:up
CREATE TABLE t (id int PRIMARY KEY, a text, b text DEFAULT 'default', c int GENERATED ALWAYS AS (id * 2) STORED);
CREATE TABLE log (t text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO copy.log VALUES (TG_WHEN || ' ' || NEW.a); RETURN NEW; END $$;
CREATE TRIGGER note AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
COPY t (id, a) FROM stdin;
1	it's; $$ /* -- not SQL
2	\N
3	tab \t, backslash \\, newline \n.
\.
COPY copy.t (id, a, b) FROM STDIN WITH (FORMAT csv, HEADER, NULL 'nothing'); -- a comment may follow
id,a,b
4,"two
lines; ""quoted""",nothing
5,nothing,é €
\.

INSERT INTO t VALUES (6, 'between');
COPY t (id, a) FROM stdin (DELIMITER '|') WHERE id > 7;
7|no
8|yes
9|yes
\.
COPY t FROM stdin;
\.
COPY (SELECT count(*) FROM t) TO '/dev/null';
SELECT 1;

-- migrate:down
DROP TABLE t, log;
DROP FUNCTION note;
$F$, 'versions/data.sql');
SELECT revision FROM migrator.upgrade();
SELECT * FROM t ORDER BY id;
SELECT * FROM log ORDER BY t;

-- What looks like a marker is data; the data may go on to the end of the file.
SELECT migrator.load($F$-- Revision ID: marker
-- Revises: data
-- migrate:up
CREATE TABLE m (t text);
COPY m FROM stdin;
-- migrate:up
-- migrate:down
\.
-- migrate:down
DELETE FROM m;
COPY m FROM stdin;
the end$F$);
SELECT revision FROM migrator.upgrade();
SELECT * FROM m ORDER BY t;
SELECT revision FROM migrator.downgrade('-1');
SELECT * FROM m ORDER BY t;
SELECT migrator.delete_revision('marker');

-- CRLF files.
SELECT migrator.load(E'-- Revision ID: crlf\r\n-- Revises: data\r\n-- migrate:up\r\nCREATE TABLE w (i int, t text);\r\nCOPY w FROM stdin;\r\n1\tone\r\n2\ttwo\r\n\\.\r\n-- migrate:down\r\nDROP TABLE w;\r\n');
SELECT revision FROM migrator.upgrade();
SELECT i, t, length(t) FROM w ORDER BY i;

-- Data that are wrong: which file, statement and line.
SELECT migrator.load($F$-- Revision ID: wrong
-- Revises: crlf
-- migrate:up
SELECT 1;
COPY t (id, a) FROM stdin;
20	twenty
twenty-one	x
\.
$F$, 'versions/wrong.sql');
SELECT revision FROM migrator.upgrade();
SELECT migrator.edit_revision('wrong', upgrade := E'COPY t (id, a) FROM stdin;\n20\n\\.\n');
SELECT revision FROM migrator.upgrade();
SELECT migrator.edit_revision('wrong', upgrade := E'COPY t (id, a) FROM stdin;\n1\tagain\n\\.\n');
SELECT revision FROM migrator.upgrade();
SELECT migrator.edit_revision('wrong', upgrade := E'COPY t (id, c) FROM stdin;\n1\t2\n\\.\n');
SELECT revision FROM migrator.upgrade();
SELECT migrator.edit_revision('wrong', upgrade := E'COPY t (id, a) FROM stdin WHERE c > 0;\n1\t2\n\\.\n');
SELECT revision FROM migrator.upgrade();
SELECT migrator.edit_revision('wrong', upgrade := E'COPY nosuch FROM stdin;\n1\t2\n\\.\n');
SELECT revision FROM migrator.upgrade();
SELECT migrator.edit_revision('wrong', upgrade := E'COPY t FROM stdin; SELECT 1;\n1\t2\n\\.\n');
SELECT migrator.load(E'-- Revision ID: wrong\n-- Revises: crlf\n-- migrate:up\nCOPY t FROM stdin;\n1\n-- migrate:down\nSELECT 1;\n');
SELECT count(*) FROM t;

-- The caller's rights count.
CREATE ROLE regress_migrator_copy;
GRANT USAGE ON SCHEMA copy TO regress_migrator_copy;
SELECT migrator.grant_role('regress_migrator_copy', 'deployer');
SELECT migrator.edit_revision('wrong', upgrade := E'COPY t (id, a) FROM stdin;\n30\tthirty\n\\.\n');
SET ROLE regress_migrator_copy;
SELECT revision FROM migrator.upgrade();
RESET ROLE;
GRANT INSERT (id) ON t TO regress_migrator_copy;
SET ROLE regress_migrator_copy;
SELECT revision FROM migrator.upgrade();
RESET ROLE;
GRANT INSERT (a), SELECT (id) ON t TO regress_migrator_copy;
GRANT INSERT ON log TO regress_migrator_copy;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
SET ROLE regress_migrator_copy;
SELECT revision FROM migrator.upgrade();
RESET ROLE;
ALTER TABLE t DISABLE ROW LEVEL SECURITY;
SET ROLE regress_migrator_copy;
SELECT revision FROM migrator.upgrade();
RESET ROLE;
SELECT * FROM t WHERE id = 30;
DROP OWNED BY regress_migrator_copy;
DROP ROLE regress_migrator_copy;
