/* sql/migrator_tap--1.0.sql */

-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION migrator_tap" to load this file. \quit

-- Assertions are functions of two arguments, the second of which describes the
-- test, as pgTAP's are.  Bodies are bound to pgTAP's functions here, so that it
-- does not matter where it is installed, and what the caller's search_path is.

----------------------------------------------------------------------------
-- What the assertions find out: NULL if all is well, else what is wrong.
----------------------------------------------------------------------------

CREATE FUNCTION _migrator_has(revision text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
AS $$
BEGIN
	IF EXISTS (SELECT FROM migrator.revisions() r WHERE r.revision OPERATOR(pg_catalog.=) _migrator_has.revision) THEN
		RETURN NULL;
	END IF;
	RETURN pg_catalog.format('there is no revision "%s"; stored are: %s', revision,
		(SELECT coalesce(pg_catalog.string_agg(r.revision, ', '), 'none') FROM migrator.revisions() r));
END
$$;
COMMENT ON FUNCTION _migrator_has(text) IS 'What has_revision finds out.';

CREATE FUNCTION _migrator_at(targets text[]) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
	have CONSTANT text[] := ARRAY(SELECT v.revision FROM migrator.versions() v ORDER BY v.revision);
	want text[];
	problem text;
BEGIN
	-- a stamp knows what the names mean; it is taken back at once
	BEGIN
		PERFORM migrator.stamp(targets, purge => true);
		want := ARRAY(SELECT v.revision FROM migrator.versions() v ORDER BY v.revision);
		RAISE EXCEPTION SQLSTATE 'MGTAP';
	EXCEPTION
		WHEN SQLSTATE 'MGTAP' THEN
			NULL;
		WHEN undefined_object OR invalid_parameter_value OR object_not_in_prerequisite_state THEN
			GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT;
			RETURN problem;
	END;
	IF have OPERATOR(pg_catalog.=) want THEN
		RETURN NULL;
	END IF;
	RETURN pg_catalog.format(E'        have: %s\n        want: %s',
		coalesce(nullif(pg_catalog.array_to_string(have, ', '), ''), 'base'),
		coalesce(nullif(pg_catalog.array_to_string(want, ', '), ''), 'base'));
END
$$;
COMMENT ON FUNCTION _migrator_at(text[]) IS 'What is_at finds out.';

-- The model knows nothing of the extensions that the test needs.
CREATE FUNCTION _migrator_matches(model text) RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT pg_catalog.string_agg(pg_catalog.format('%s %s %s', c.action, c.kind, c.identity), E'\n' ORDER BY c.step)
	FROM migrator.check(model, names => '{-migrator_tap,-pgtap}') c;
END;
COMMENT ON FUNCTION _migrator_matches(text) IS 'What schema_matches finds out.';

CREATE FUNCTION _migrator_difference(source jsonb, target jsonb) RETURNS text
LANGUAGE sql STABLE PARALLEL RESTRICTED
BEGIN ATOMIC
	SELECT pg_catalog.string_agg(pg_catalog.format('    %s %s %s', d.action, d.kind, d.identity), E'\n' ORDER BY d.step)
	FROM migrator.diff(source, target) d;
END;
COMMENT ON FUNCTION _migrator_difference(jsonb, jsonb) IS 'What differs between two snapshots.';

-- The target of a downgrade that undoes this revision and nothing else.
CREATE FUNCTION _migrator_below(revision text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE
AS $$
DECLARE
	candidate text;
BEGIN
	FOR candidate IN
		SELECT c FROM pg_catalog.unnest(
			ARRAY[revision OPERATOR(pg_catalog.||) '-1'::text, revision OPERATOR(pg_catalog.||) '@-1'::text, '-1']
			OPERATOR(pg_catalog.||)
			(SELECT h.down_revisions FROM migrator.history() h WHERE h.revision OPERATOR(pg_catalog.=) _migrator_below.revision)
			OPERATOR(pg_catalog.||) ARRAY[revision OPERATOR(pg_catalog.||) '@base'::text, 'base']) c
	LOOP
		BEGIN
			IF ARRAY(SELECT p.revision FROM migrator.plan('downgrade', candidate) p) OPERATOR(pg_catalog.=) ARRAY[revision] THEN
				RETURN candidate;
			END IF;
		EXCEPTION WHEN OTHERS THEN
			NULL;				-- no target here, or not a clear one
		END;
	END LOOP;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION _migrator_below(text) IS 'The target of a downgrade that undoes this revision and nothing else; NULL if there is none.';

CREATE FUNCTION _migrator_up_down_up(target text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
	one text;
	below text;
	before jsonb;
	after jsonb;
	what text;
	problem text;
	detail text;
BEGIN
	before := migrator.snapshot();
	FOR one IN SELECT p.revision FROM migrator.plan('upgrade', target) p ORDER BY p.step LOOP
		what := 'upgrade: ';
		PERFORM migrator.upgrade(one);
		after := migrator.snapshot();
		-- a header that says why there is no way down is as good as one
		IF NOT (SELECT r.is_reversible FROM migrator.revisions() r WHERE r.revision OPERATOR(pg_catalog.=) one) THEN
			what := '';
			IF NOT EXISTS (SELECT FROM pg_catalog.regexp_matches(migrator.export(one), '^--\s*Irreversible:', 'ni')) THEN
				RAISE EXCEPTION 'revision "%" has no way down, and no header "Irreversible:"', one;
			END IF;
			before := after;
			CONTINUE;
		END IF;

		what := 'downgrade: ';
		below := @extschema@._migrator_below(one);
		IF below IS NULL THEN
			RAISE EXCEPTION 'revision "%" cannot be undone by itself', one;
		END IF;
		PERFORM migrator.downgrade(below);
		detail := @extschema@._migrator_difference(before, migrator.snapshot());
		IF detail IS NOT NULL THEN
			what := '';
			RAISE EXCEPTION E'downgrade of revision "%" does not lead back; since before its upgrade:\n%', one, detail;
		END IF;

		what := 'second upgrade: ';
		PERFORM migrator.upgrade(one);
		detail := @extschema@._migrator_difference(after, migrator.snapshot());
		IF detail IS NOT NULL THEN
			what := '';
			RAISE EXCEPTION E'second upgrade of revision "%" makes something else; since the first:\n%', one, detail;
		END IF;
		before := after;
	END LOOP;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
	RETURN pg_catalog.concat_ws(E'\n', pg_catalog.concat(what, problem), nullif(detail, ''));
END
$$;
COMMENT ON FUNCTION _migrator_up_down_up(text) IS 'What up_down_up_ok finds out.';

-- As pgTAP's functions do it: the result, and what is wrong in a comment.
CREATE FUNCTION _migrator_result(problem text, description text) RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT pg_catalog.concat_ws(E'\n', ok(problem IS NULL, description),
								CASE WHEN problem IS NOT NULL THEN diag(problem) END);
END;
COMMENT ON FUNCTION _migrator_result(text, text) IS 'The result of an assertion: problem is NULL if it holds.';

----------------------------------------------------------------------------
-- The assertions
----------------------------------------------------------------------------

CREATE FUNCTION has_revision(revision text, description text) RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT _migrator_result(_migrator_has(revision), description);
END;
COMMENT ON FUNCTION has_revision(text, text) IS 'There is a revision of this id.';

CREATE FUNCTION has_revision(revision text) RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT has_revision(revision, pg_catalog.format('Revision %s should exist', revision));
END;
COMMENT ON FUNCTION has_revision(text) IS 'There is a revision of this id.';

CREATE FUNCTION is_at(targets text[], description text) RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT _migrator_result(_migrator_at(targets), description);
END;
COMMENT ON FUNCTION is_at(text[], text) IS 'The database is at exactly these revisions.';

CREATE FUNCTION is_at(targets text[]) RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT is_at(targets, pg_catalog.format('Database should be at %s', pg_catalog.array_to_string(targets, ', ')));
END;
COMMENT ON FUNCTION is_at(text[]) IS 'The database is at exactly these revisions.';

CREATE FUNCTION is_at(target text, description text) RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT is_at(ARRAY[target], description);
END;
COMMENT ON FUNCTION is_at(text, text) IS 'The database is at this revision: an id, head, heads or base.';

CREATE FUNCTION is_at(target text) RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT is_at(ARRAY[target]);
END;
COMMENT ON FUNCTION is_at(text) IS 'The database is at this revision: an id, head, heads or base.';

CREATE FUNCTION up_down_up_ok(target text, description text) RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT _migrator_result(_migrator_up_down_up(target), description);
END;
COMMENT ON FUNCTION up_down_up_ok(text, text) IS
'Every revision up to the target can be upgraded, downgraded and upgraded again, and the schema is each time what it was.';

CREATE FUNCTION up_down_up_ok(target text DEFAULT 'head') RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT up_down_up_ok(target, pg_catalog.format('Revisions up to %s should work up, down and up again', target));
END;
COMMENT ON FUNCTION up_down_up_ok(text) IS
'Every revision up to the target can be upgraded, downgraded and upgraded again, and the schema is each time what it was.';

CREATE FUNCTION schema_matches(model text, description text) RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT _migrator_result(_migrator_matches(model), description);
END;
COMMENT ON FUNCTION schema_matches(text, text) IS 'The schema is as the model says.';

CREATE FUNCTION schema_matches(model text) RETURNS text
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
	SELECT schema_matches(model, 'Schema should be as the model says');
END;
COMMENT ON FUNCTION schema_matches(text) IS 'The schema is as the model says.';
