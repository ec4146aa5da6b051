-- Security labels need a provider, so they are put into a snapshot by hand.
CREATE SCHEMA labels_app;
CREATE TABLE labels_app.t (a int);
CREATE VIEW labels_app.v AS SELECT 1 AS a;
CREATE FUNCTION pg_temp.label(snapshot jsonb, key text, labels jsonb) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_set(snapshot, '{objects}', jsonb_agg(
		CASE WHEN o ->> 'kind' || ' ' || (o ->> 'identity') = key
			THEN o || jsonb_build_object('labels', labels) ELSE o END ORDER BY n))
	FROM jsonb_array_elements(snapshot -> 'objects') WITH ORDINALITY AS x (o, n)
$$;
CREATE TEMP TABLE plain AS SELECT migrator.snapshot('{labels_app}') AS value;
CREATE TEMP TABLE labelled AS
SELECT pg_temp.label(pg_temp.label(pg_temp.label(value,
	'table labels_app.t', '{"selinux": "it''s"}'),
	'column labels_app.t.a', '{"Two": "b", "one": "a"}'),
	'view labels_app.v', '{"one": "a"}') AS value
FROM plain;
CREATE TEMP TABLE changed AS
SELECT pg_temp.label(pg_temp.label(value,
	'column labels_app.t.a', '{"one": "c", "three": "d"}'),
	'schema labels_app', '{"one": "a"}') AS value
FROM labelled;

SELECT d.ddl FROM plain p, labelled l, migrator.diff(p.value, l.value) d ORDER BY d.step;
SELECT d.ddl FROM labelled l, changed c, migrator.diff(l.value, c.value) d ORDER BY d.step;
SELECT d.ddl FROM labelled l, plain p, migrator.diff(l.value, p.value) d ORDER BY d.step;
-- what is created has them at once
SELECT d.ddl FROM labelled l, migrator.diff('{"format": 1, "objects": []}', l.value) d ORDER BY d.step;
\set VERBOSITY terse
DROP SCHEMA labels_app CASCADE;
