-- Arguments that are null, empty, long, or not ASCII.
SET migrator.project = 'arguments';
\set SHOW_CONTEXT errors

-- null
SELECT migrator.revision(NULL);
SELECT migrator.revision('x', head := NULL);
SELECT migrator.revision('x', head := '{NULL}');
SELECT migrator.revision('x', splice := NULL);
SELECT migrator.revision('x', branch_label := '{a,NULL}');
SELECT migrator.revision('x', depends_on := '{NULL}');
SELECT migrator.revision('x', transactional := NULL);
SELECT migrator.merge(NULL);
SELECT migrator.merge('{a,NULL}');
SELECT migrator.merge(splice := NULL);
SELECT migrator.load(NULL);
SELECT migrator.export(NULL);
SELECT migrator.edit_revision(NULL);
SELECT migrator.delete_revision(NULL);
SELECT migrator.upgrade(NULL);
SELECT migrator.downgrade(NULL);
SELECT migrator.stamp(NULL::text);
SELECT migrator.stamp(NULL::text[]);
SELECT migrator.stamp('{NULL}'::text[]);
SELECT migrator.stamp('base', NULL);
SELECT migrator.plan(NULL, 'head');
SELECT migrator.plan('upgrade', NULL);
SELECT migrator.record(NULL, 'x');
SELECT migrator.record('upgrade', NULL);
SELECT migrator.upgrade_sql(NULL);
SELECT migrator.upgrade_sql('head', NULL);
SELECT migrator.downgrade_sql(NULL);
SELECT migrator.current(NULL);
SELECT migrator.heads(NULL);
SELECT migrator.show(NULL);
SELECT migrator.graph(NULL);
\set SHOW_CONTEXT never
SELECT migrator.grant_role(NULL, 'viewer');
SELECT migrator.grant_role('pg_monitor', NULL);

\set SHOW_CONTEXT errors

-- empty
SELECT migrator.revision('x', rev_id := '');
SELECT migrator.revision('x', head := '{}');
SELECT migrator.revision('x', head := '{""}');
SELECT migrator.revision('x', branch_label := '{""}');
SELECT migrator.revision('x', depends_on := '{""}');
SELECT migrator.upgrade('');
SELECT migrator.downgrade('');
SELECT migrator.stamp('');
SELECT migrator.export('');
SELECT migrator.graph('');
SELECT migrator.revision('', '', '', rev_id := 'empty');
SELECT revision, message, filename FROM migrator.revisions();
SELECT regexp_replace(migrator.export('empty'), 'Date: [^\n]+', 'Date: ...');
SELECT migrator.revision('two-dimensional', head := '{{empty},{empty}}', rev_id := 'x');

-- long
SELECT migrator.revision(repeat('long ', 100), rev_id := repeat('r', 255), branch_label := ARRAY[repeat('l', 255)], head := '{base}') = repeat('r', 255);
SELECT migrator.revision('x', rev_id := repeat('r', 256), head := '{base}');
SELECT migrator.revision('x', branch_label := ARRAY[repeat('l', 256)], rev_id := 'x', head := '{base}');
SELECT revision = repeat('r', 255) AS same, length(message), length(filename) FROM migrator.history() JOIN migrator.revisions() USING (revision, message) WHERE message LIKE 'long%';
SELECT revision = repeat('r', 255) AS same FROM migrator.upgrade(repeat('l', 255) || '@head');
SELECT migrator.revision('large body', format('SELECT length(%L)', repeat('x', 2000000)), rev_id := 'large', head := '{base}');
SELECT revision FROM migrator.upgrade('large');
SELECT length(migrator.export('large')) > 2000000 AS large;

-- not ASCII
SET migrator.project = 'аргументы';
SELECT migrator.revision('Größe "ändern" – 日本語', 'CREATE TEMP TABLE größe (ß text); INSERT INTO größe VALUES (''日本語'')', 'DROP TABLE größe', rev_id := 'größe', branch_label := '{日本}');
SELECT revision, message, filename FROM migrator.revisions();
SELECT revision FROM migrator.upgrade('日本@head');
SELECT * FROM größe;
SELECT revision FROM migrator.downgrade('größ-1');
SELECT migrator.graph();
SELECT migrator.revision('fehlerhaft', E'SELECT ''日本語'',\n  nichts', rev_id := 'falsch');
SELECT revision FROM migrator.upgrade();
SELECT migrator.revision('x', rev_id := 'a' || U&'\00A0' || 'b') = 'a' || U&'\00A0' || 'b' AS no_blank_of_ours;
SELECT migrator.revision('x', rev_id := E'tab\tbed');
