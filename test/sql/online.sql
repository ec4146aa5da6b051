-- What autogenerate writes with online => true, deployed.
CREATE SCHEMA online;
SET search_path = online;
SET migrator.project = 'online';
SET migrator.schemas = 'online';
\set VERBOSITY terse
CREATE TABLE c (id int PRIMARY KEY, n int, m text);
CREATE TABLE o (id int PRIMARY KEY, c int, note text);
INSERT INTO c SELECT g, g, 'x' FROM generate_series(1, 100) g;
INSERT INTO o SELECT g, g, 'n' FROM generate_series(1, 100) g;
SELECT migrator.snapshot() AS before \gset
\set model 'CREATE SCHEMA online; CREATE TABLE online.c (id int PRIMARY KEY, n int NOT NULL, m text CONSTRAINT m_ok CHECK (m <> \'\')); CREATE UNIQUE INDEX c_n ON online.c (n); CREATE TABLE online.o (id int PRIMARY KEY, c int REFERENCES online.c (id), note text, k int UNIQUE); CREATE INDEX o_note ON online.o (note);'
SELECT ddl FROM migrator.check(:'model', online => true) ORDER BY step;
SELECT migrator.autogenerate('online', :'model', rev_id => 'o1', online => true);
SELECT revision, transactional FROM migrator.plan('upgrade', 'head');
CALL migrator.deploy();
SELECT count(*) FROM migrator.check(:'model');
SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid;
SELECT conname FROM pg_constraint WHERE NOT convalidated;
CALL migrator.rollback('base');
SELECT count(*) FROM migrator.diff(migrator.snapshot(), :'before');

-- Data that do not fit stop it half-way, and it goes on when they do.
UPDATE c SET n = NULL WHERE id = 7;
UPDATE c SET m = '' WHERE id = 8;
CALL migrator.deploy();
UPDATE c SET n = 6 WHERE id = 7;
CALL migrator.deploy();
UPDATE c SET m = 'y' WHERE id = 8;
CALL migrator.deploy();
SELECT next_step FROM migrator.status();
UPDATE c SET n = 7 WHERE id = 7;
CALL migrator.deploy();
SELECT count(*) FROM migrator.check(:'model');
