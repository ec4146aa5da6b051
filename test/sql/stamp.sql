-- stamp() sets the versions and runs nothing.
SET migrator.project = 'stamp';
CREATE FUNCTION pg_temp.versions() RETURNS text LANGUAGE sql AS $$ SELECT string_agg(revision, ' ' ORDER BY revision) FROM migrator.versions() $$;
\pset null '<null>'

-- a1 - a2 -+- b1 - b2   and  x1 - x2, on which b2 depends
--          +- c1
SELECT migrator.load(format(E'-- %s\n-- Revision ID: %s\n-- Revises: %s\n-- Branch Labels: %s\n-- Depends on: %s\n\n-- migrate:up\nSELECT 1 / 0;\n',
                            id, id, parent, label, dep))
FROM (VALUES ('a1', '', '', ''), ('a2', 'a1', '', ''), ('b1', 'a2', 'left', ''), ('b2', 'b1', '', 'x2'),
             ('c1', 'a2', 'right', ''), ('x1', '', '', ''), ('x2', 'x1', '', '')) r (id, parent, label, dep);

SELECT operation, revision, message, elapsed FROM migrator.stamp('a1');
SELECT pg_temp.versions();
SELECT revision FROM migrator.stamp('a1');
SELECT revision FROM migrator.stamp('a2');
SELECT pg_temp.versions();
-- back
SELECT revision FROM migrator.stamp('a1');
SELECT pg_temp.versions();
-- an unrelated one goes beside it
SELECT revision FROM migrator.stamp('x1');
SELECT pg_temp.versions();
-- several at once
SELECT revision FROM migrator.stamp('heads');
SELECT pg_temp.versions();
SELECT operation, revision, message FROM migrator.stamp('base');
SELECT pg_temp.versions();
SELECT revision FROM migrator.stamp('base');
SELECT revision FROM migrator.stamp('{c1,x2}'::text[]);
SELECT pg_temp.versions();
SELECT revision FROM migrator.stamp('left@head');
SELECT pg_temp.versions();
-- purge forgets everything first
SELECT revision FROM migrator.stamp('x2', purge := true);
SELECT pg_temp.versions();
SELECT revision FROM migrator.stamp('{a1,x1}'::text[], purge := true);
SELECT pg_temp.versions();
SELECT revision FROM migrator.stamp('base', purge := true);
SELECT pg_temp.versions();
SELECT revision FROM migrator.stamp('base', purge := true);

-- What cannot be stamped.
SELECT revision FROM migrator.stamp('head');
SELECT revision FROM migrator.stamp('nosuch');
SELECT revision FROM migrator.stamp('+1');
SELECT revision FROM migrator.stamp('a1+1');
SELECT revision FROM migrator.stamp('{a1,nosuch}'::text[]);
SELECT revision FROM migrator.stamp('{}'::text[]);
SELECT revision FROM migrator.stamp('{a1,a1}'::text[]);
SELECT pg_temp.versions();
-- As in Alembic nothing keeps several targets from overlapping; validate() tells.
SELECT revision FROM migrator.stamp('{a1,b1}'::text[], purge := true);
SELECT pg_temp.versions();
SELECT severity, code, revision FROM migrator.validate() WHERE severity <> 'info';

-- A version whose revision is gone.
SET migrator.project = 'stamp 2';
SELECT migrator.revision('one', rev_id := 'one');
SELECT migrator.revision('two', rev_id := 'two');
SELECT revision FROM migrator.stamp('two');
UPDATE migrator.version SET revision = 'gone' WHERE project = 'stamp 2';
SELECT revision FROM migrator.current();
SELECT revision FROM migrator.upgrade();
SELECT revision FROM migrator.stamp('two');
SELECT revision, is_current FROM migrator.history();
SELECT severity, code, revision, detail FROM migrator.validate();
SELECT revision FROM migrator.stamp('two', purge := true);
SELECT pg_temp.versions();

-- The log has stamps, without a checksum.
SELECT operation, revision, checksum FROM migrator.log() ORDER BY id;

-- plan('stamp') only says what it would do.
SELECT step, operation, revision, message, transactional FROM migrator.plan('stamp', 'one');
SELECT step, operation, revision, message, transactional FROM migrator.plan('stamp', 'base');
SELECT pg_temp.versions();
