-- Names, argument names, defaults and result columns that users rely on.
\t on
SELECT format('%s(%s)%s', p.proname, replace(pg_get_function_arguments(p.oid), ' with time zone', 'tz'),
              CASE WHEN p.prorettype IN ('record'::regtype, 'trigger'::regtype) THEN '' ELSE ' -> ' || pg_get_function_result(p.oid) END) AS function
FROM pg_proc p
WHERE p.pronamespace = 'migrator'::regnamespace
ORDER BY p.proname COLLATE "C", pg_get_function_arguments(p.oid) COLLATE "C";
\t off

-- Every object has a comment.
SELECT p.oid::regprocedure AS function_without_comment
FROM pg_proc p
WHERE p.pronamespace = 'migrator'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL;
SELECT c.oid::regclass AS table_without_comment
FROM pg_class c
WHERE c.relnamespace = 'migrator'::regnamespace AND c.relkind IN ('r', 'v')
  AND obj_description(c.oid, 'pg_class') IS NULL;

-- Looking is for everybody, and nothing else is.
SELECT p.proname AS for_public
FROM pg_proc p
WHERE p.pronamespace = 'migrator'::regnamespace AND has_function_privilege('public', p.oid, 'EXECUTE')
ORDER BY p.proname COLLATE "C";
SELECT c.oid::regclass AS public_may_use
FROM pg_class c
WHERE c.relnamespace = 'migrator'::regnamespace AND c.relkind IN ('r', 'v', 'S')
  AND CASE WHEN c.relkind = 'S' THEN has_sequence_privilege('public', c.oid, 'SELECT, USAGE, UPDATE')
      ELSE has_table_privilege('public', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') END;

-- No function lets a search path of the caller in where it runs as somebody else.
SELECT p.oid::regprocedure AS unsafe
FROM pg_proc p
WHERE p.pronamespace = 'migrator'::regnamespace
  AND (p.prosecdef OR p.prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c'))
  AND p.proconfig IS NULL;

-- Settings and their defaults, known once the library is loaded.
SELECT count(*) FROM migrator.versions();
SELECT name, setting, unit, context, boot_val FROM pg_settings WHERE name LIKE 'migrator.%' ORDER BY name COLLATE "C";
SHOW migrator.lock_timeout;
SET migrator.project = '';
SET migrator.no_such_setting = 1;
\set VERBOSITY sqlstate
SET migrator.lock_timeout = -1;
\set VERBOSITY default
SET migrator.lock_timeout = '1min';
SHOW migrator.lock_timeout;
