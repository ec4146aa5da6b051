-- revision() adds to the graph, merge() joins heads.
SET migrator.project = 'revision';

-- A generated id is twelve hexadecimal digits, and there is a new one each time.
BEGIN;
SELECT migrator.revision('first') ~ '^[0-9a-f]{12}$' AS generated;
SELECT migrator.revision('second') ~ '^[0-9a-f]{12}$' AS generated;
SELECT message, down_revisions = '{}' AS is_base, is_head FROM migrator.history();
SELECT count(DISTINCT revision) FROM migrator.history();
ROLLBACK;

-- The default is to go on from the head; {base} begins anew.
SELECT migrator.revision('one', 'SELECT 1', 'SELECT 2', rev_id := 'aaaa1');
SELECT migrator.revision('two', 'SELECT 1', rev_id := 'aaaa2');
SELECT migrator.revision('other base', head := '{base}', rev_id := 'bbbb1', branch_label := '{billing}');
SELECT regexp_replace(migrator.export('aaaa1'), 'Date: [^\n]+', 'Date: ...');
SELECT regexp_replace(migrator.export('aaaa2'), 'Date: [^\n]+', 'Date: ...');
-- no body at all: an empty one each way
SELECT regexp_replace(migrator.export('bbbb1'), 'Date: [^\n]+', 'Date: ...');

-- Now there are two heads: one has to be named.
SELECT migrator.revision('three', rev_id := 'aaaa3');
SELECT migrator.revision('three', rev_id := 'aaaa3', head := '{aaaa2}', depends_on := '{billing}');
SELECT migrator.revision('two', rev_id := 'bbbb2', head := '{billing@head}', depends_on := '{aaaa1}');
SELECT revision, down_revisions, depends_on, branch_labels, is_head FROM migrator.history() ORDER BY revision;

-- What cannot be.
SELECT migrator.revision('x', rev_id := 'xxxx', head := '{aaaa1}');
SELECT migrator.revision('x', rev_id := 'aaaa1', head := '{aaaa3}');
SELECT migrator.revision('x', rev_id := 'billing', head := '{aaaa3}');
SELECT migrator.revision('x', rev_id := 'xxxx', head := '{aaaa3}', branch_label := '{billing}');
SELECT migrator.revision('x', rev_id := 'xxxx', head := '{aaaa3}', branch_label := '{aaaa1}');
SELECT migrator.revision('x', rev_id := 'xxxx', head := '{aaaa3}', branch_label := '{xxxx}');
SELECT migrator.revision('x', rev_id := 'xxxx', head := '{aaaa3}', branch_label := '{l,l}');
SELECT migrator.revision('x', rev_id := 'xxxx', head := '{nosuch}');
SELECT migrator.revision('x', rev_id := 'xxxx', head := '{a}');
SELECT migrator.revision('x', rev_id := 'xxxx', head := '{aaaa3,aaaa3}');
SELECT migrator.revision('x', rev_id := 'xxxx', head := '{aaaa3}', depends_on := '{nosuch}');
SELECT migrator.revision('x', rev_id := 'xxxx', head := '{aaaa3}', depends_on := '{base}');
SELECT migrator.revision('x', rev_id := 'x@y', head := '{aaaa3}');
SELECT migrator.revision('x', rev_id := 'x-y', head := '{aaaa3}');
\set SHOW_CONTEXT never
SELECT migrator.revision('x', rev_id := 'x y', head := '{aaaa3}');
SELECT migrator.revision('x', rev_id := 'x,y', head := '{aaaa3}');
SELECT migrator.revision('x', 'SELEC 1', rev_id := 'xxxx', head := '{aaaa3}');
SELECT migrator.revision('x', 'SELECT 1', E'SELECT 1;\n\nDROP TABEL x', rev_id := 'xxxx', head := '{aaaa3}');
SELECT migrator.revision(E'two\nlines', rev_id := 'xxxx', head := '{aaaa3}');
SELECT migrator.revision('Revises: nothing', rev_id := 'xxxx', head := '{aaaa3}');
SELECT count(*) FROM migrator.revisions();

-- splice branches off where there is no head.
SELECT migrator.revision('fork', rev_id := 'cccc1', head := '{aaaa1}', splice := true);
SELECT revision, children FROM migrator.branches();

-- merge: all real heads, or those named, in the order named.
SELECT revision FROM migrator.heads() ORDER BY 1;
SELECT migrator.merge(rev_id := 'mmmm1');
SELECT down_revisions, message, is_merge_point, is_head FROM migrator.history() WHERE revision = 'mmmm1';
SELECT revision FROM migrator.heads() ORDER BY 1;
SELECT migrator.merge('{aaaa3,bbbb2}', 'again', rev_id := 'mmmm2');
SELECT migrator.merge('{bbbb2,aaaa3}', 'again', rev_id := 'mmmm2', branch_label := '{joined}', splice := true);
SELECT down_revisions, branch_labels FROM migrator.history() WHERE revision = 'mmmm2';
SELECT migrator.merge('{}');
