-- Anybody can make up a snapshot: one that lacks what it must have is refused.
CREATE SCHEMA malformed;
SET search_path = malformed;
\set SHOW_CONTEXT never
CREATE FUNCTION try(objects jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN migrator.ddl(jsonb_build_object('format', 1, 'objects', objects));
EXCEPTION WHEN invalid_parameter_value THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN detail;
END
$$;

SELECT try(objects) FROM (VALUES
	(1, '[["kind"]]'::jsonb),
	(2, '[{"kind": {}}]'),
	(3, '[{"kind": "table", "identity": ["a"], "name": "a"}]'),
	(4, '[{"kind": "table", "identity": "public.a", "name": "a", "schema": "public"}]'),
	(5, '[{"kind": "view", "identity": "public.a", "name": "a", "schema": "public", "owner": "o", "definition": "SELECT", "columns": [{"type": "text"}]}]'),
	(6, '[{"kind": "schema", "identity": "a", "name": "a", "owner": "o", "acl": [["x"]]}]'),
	(7, '[{"kind": "function", "identity": "public.f()", "name": "f", "schema": "public", "owner": "o", "language": "sql", "settings": ["work_mem"]}]')
) v (n, objects) ORDER BY n;

-- What is a part of something is a part of something that can have it.
SELECT try(objects) FROM (VALUES
	(1, '[{"kind": "column", "identity": "public.a.b", "name": "b", "schema": "public", "type": "text"}]'::jsonb),
	(2, '[{"kind": "column", "identity": "public.a.b", "name": "b", "schema": "public", "type": "text", "parent": "table public.a"}]'),
	(3, '[{"kind": "column", "identity": "public.a.b", "name": "b", "schema": "public", "type": "text", "parent": "column public.a.b"}]'),
	(4, '[{"kind": "schema", "identity": "a", "name": "a", "owner": "o", "parent": "schema a"}]')
) v (n, objects) ORDER BY n;

-- Every property of a snapshot is left out, or made something else, one by one.
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, word varchar(10) DEFAULT 'x' NOT NULL CHECK (word <> ''), UNIQUE (word, id));
CREATE TABLE u (id int REFERENCES t, word text) PARTITION BY LIST (word);
CREATE TABLE u1 PARTITION OF u FOR VALUES IN ('one');
CREATE INDEX ON u (word);
CREATE VIEW v AS SELECT word FROM t;
CREATE RULE r AS ON INSERT TO v DO INSTEAD NOTHING;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;
CREATE TYPE pair AS (a int, b text);
CREATE TYPE color AS ENUM ('red', 'green');
CREATE DOMAIN name AS text CHECK (value <> '');
CREATE FUNCTION f(a int, b text DEFAULT 'b') RETURNS int LANGUAGE sql SET work_mem = '1MB' AS 'SELECT a';
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE STATISTICS s ON id, word FROM t;
CREATE POLICY p ON t USING (true);
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
CREATE SEQUENCE q;
GRANT SELECT ON t TO PUBLIC;
GRANT SELECT (word) ON v TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA malformed GRANT SELECT ON TABLES TO PUBLIC;
CREATE FUNCTION outcome(source jsonb, target jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE WHEN count(*) >= 0 THEN 'done' END FROM migrator.diff(source, target);
EXCEPTION
	WHEN invalid_parameter_value THEN
		RETURN 'refused';
	WHEN invalid_text_representation THEN	-- no number
		RETURN 'refused';
END
$$;
WITH RECURSIVE snapshot (whole) AS MATERIALIZED (
	SELECT migrator.snapshot('{malformed}')
), walk (path, value) AS (
	SELECT ARRAY['objects'], whole -> 'objects' FROM snapshot
	UNION ALL
	SELECT path || step, inner_value
	FROM walk CROSS JOIN LATERAL (
		SELECT key, value FROM jsonb_each(CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}' END)
		UNION ALL
		SELECT (n - 1)::text, element
		FROM jsonb_array_elements(CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE '[]' END) WITH ORDINALITY x (element, n)
	) c (step, inner_value)
), mutant (value) AS (
	SELECT whole #- path FROM snapshot, walk WHERE cardinality(path) > 2
	UNION ALL
	SELECT jsonb_set(whole, path, '[{}]') FROM snapshot, walk WHERE cardinality(path) > 2
)
SELECT o AS outcome, count(*) > 100 AS often
FROM snapshot, mutant, LATERAL (VALUES (outcome(whole, value)), (outcome(value, whole))) x (o)
GROUP BY 1 ORDER BY 1;
SET client_min_messages = warning;
DROP SCHEMA malformed CASCADE;
