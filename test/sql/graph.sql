-- Looking at a graph of branches, merges, several bases and dependencies.
SET migrator.project = 'graph';
\pset null '<null>'

-- a1 - a2 -+- b1 - b2 -+- m1     x1 - x2, which m1 depends on
--          +- c1 ------+
SELECT migrator.load(format(E'-- %s\n-- Revision ID: %s\n-- Revises: %s\n-- Branch Labels: %s\n-- Depends on: %s\n\n-- migrate:up\nSELECT 1;\n\n-- migrate:down\n',
                            message, id, parents, labels, deps), n || '.sql')
FROM (VALUES (1, 'a1', '', '', '', 'first'), (2, 'a2', 'a1', '', '', 'branches'), (3, 'b1', 'a2', 'left', '', 'b1'), (4, 'b2', 'b1', '', '', 'say "hi" \ <b>&amp; [x] {y} | 100%; é'),
             (5, 'c1', 'a2', 'right', '', 'it''s; c1'), (6, 'x1', '', 'extra, other', '', ''), (7, 'x2', 'x1', '', '', 'x2'),
             (8, 'm1', 'b2, c1', '', 'x2', 'joins')) r (n, id, parents, labels, deps, message);
-- with nothing applied
SELECT string_agg(revision, ' ') FROM migrator.history('current:');
SELECT revision FROM migrator.upgrade('b2');

SELECT revision, branch_labels, message FROM migrator.heads();
SELECT revision, branch_labels, message FROM migrator.heads(resolve_dependencies := true);
SELECT revision, children, message FROM migrator.branches();
SELECT revision, is_head, message, applied_at IS NOT NULL AS has_time FROM migrator.current();
SELECT revision, is_head FROM migrator.current(check_heads := true);
SELECT revision, down_revisions, depends_on, branch_labels, is_head, is_branch_point, is_merge_point, is_current, applied_at IS NOT NULL AS applied
FROM migrator.history();

-- Ranges.
SELECT string_agg(revision, ' ') FROM migrator.history('a2:b2');
SELECT string_agg(revision, ' ') FROM migrator.history('b1:');
SELECT string_agg(revision, ' ') FROM migrator.history(':a2');
SELECT string_agg(revision, ' ') FROM migrator.history(':');
SELECT string_agg(revision, ' ') FROM migrator.history('current:');
SELECT string_agg(revision, ' ') FROM migrator.history(':current');
SELECT string_agg(revision, ' ') FROM migrator.history('a1:+2');
SELECT string_agg(revision, ' ') FROM migrator.history('-1:m1');
SELECT string_agg(revision, ' ') FROM migrator.history('right@a1:m1');
SELECT string_agg(revision, ' ') FROM migrator.history('b2:c1');
SELECT string_agg(revision, ' ') FROM migrator.history('a1');
SELECT string_agg(revision, ' ') FROM migrator.history('');
SELECT string_agg(revision, ' ') FROM migrator.history('a1:b1:b2');
SELECT string_agg(revision, ' ') FROM migrator.history('nosuch:');

-- What a dependency implies has no row, and is current nevertheless.
SELECT revision FROM migrator.upgrade('heads');
SELECT revision FROM migrator.versions();
SELECT revision, is_head FROM migrator.current();
SELECT revision, is_head FROM migrator.current(check_heads := true);

-- Descriptions.
\t on
\pset format unaligned
SELECT regexp_replace(migrator.show('m1'), 'Applied: .*?\n', E'Applied: ...\n');
SELECT regexp_replace(migrator.show('extra@head'), 'Applied: .*?\n', E'Applied: ...\n');
SELECT regexp_replace(migrator.show('heads'), 'Applied: .*?\n', E'Applied: ...\n') = regexp_replace(migrator.show('m1'), 'Applied: .*?\n', E'Applied: ...\n');
SELECT regexp_replace(migrator.show('a2'), 'Applied: .*?\n', E'Applied: ...\n');
SELECT revision FROM migrator.downgrade('base');
SELECT migrator.show('c1');
SELECT migrator.show('base') = '' AS nothing, migrator.show('current') = '' AS nothing_either;
SELECT migrator.show('nosuch');
SELECT migrator.show('head');

-- Pictures.
SELECT revision FROM migrator.stamp('right@head');
SELECT migrator.graph();
SELECT migrator.graph('dot');
SELECT migrator.graph('mermaid');
SELECT migrator.graph('png');

-- No revisions at all.
SET migrator.project = 'graph, empty';
SELECT count(*) FROM migrator.history();
SELECT count(*) FROM migrator.heads();
SELECT count(*) FROM migrator.current();
SELECT revision FROM migrator.upgrade();
SELECT revision FROM migrator.downgrade('base');
SELECT migrator.graph() = '' AS nothing;
SELECT migrator.graph('dot');
SELECT migrator.graph('mermaid');
SELECT migrator.upgrade_sql();

-- A start that leads below base counts from an end that is a name; below any other end there is nothing to count.
SET migrator.project = 'line';
SELECT migrator.load(E'-- Revision ID: l1\n-- Revises:\n-- Branch Labels: line\n\n-- migrate:up\nSELECT 1;\n', 'l1.sql');
SELECT migrator.load(E'-- Revision ID: l2\n-- Revises: l1\n\n-- migrate:up\nSELECT 1;\n', 'l2.sql');
SELECT string_agg(revision, ' ') FROM migrator.history('-1:head');
SELECT string_agg(revision, ' ') FROM migrator.history('-9:l2');
SELECT string_agg(revision, ' ') FROM migrator.history('-9:line');
SELECT string_agg(revision, ' ') FROM migrator.history('-2:head');
SELECT string_agg(revision, ' ') FROM migrator.history('-3:head');
SELECT string_agg(revision, ' ') FROM migrator.history('-9:');
SELECT string_agg(revision, ' ') FROM migrator.history('line@-9:line@head');
SELECT string_agg(revision, ' ') FROM migrator.history('-9:l1+1');
SELECT string_agg(revision, ' ') FROM migrator.history('-9:current');
SELECT string_agg(revision, ' ') FROM migrator.history('-2:current');
SELECT revision FROM migrator.upgrade('head');
SELECT string_agg(revision, ' ') FROM migrator.history('-9:current');
SELECT string_agg(revision, ' ') FROM migrator.history('-2:current');
