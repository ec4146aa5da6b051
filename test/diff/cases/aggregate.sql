-- case: aggregates come
-- to
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE AGGREGATE number(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
COMMENT ON AGGREGATE number(*) IS 'of rows';

-- case: every option at once
-- to
CREATE AGGREGATE mean(numeric) (
	SFUNC = numeric_avg_accum, STYPE = internal, SSPACE = 128,
	FINALFUNC = numeric_avg, FINALFUNC_MODIFY = SHAREABLE,
	COMBINEFUNC = numeric_avg_combine, SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize,
	MSFUNC = numeric_avg_accum, MINVFUNC = numeric_accum_inv, MSTYPE = internal, MSSPACE = 100,
	MFINALFUNC = numeric_avg, MFINALFUNC_MODIFY = READ_WRITE, PARALLEL = SAFE
);

-- case: functions of ours, extra arguments and moving states
-- to
CREATE FUNCTION next(state integer, x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT state + x';
CREATE FUNCTION back(state integer, x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT state - x';
CREATE FUNCTION done(state integer, x integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT state::text';
CREATE AGGREGATE a(x integer) (
	SFUNC = next, STYPE = integer, INITCOND = '3', FINALFUNC = done, FINALFUNC_EXTRA,
	MSFUNC = next, MINVFUNC = back, MSTYPE = integer, MINITCOND = '7', MFINALFUNC = done, MFINALFUNC_EXTRA,
	PARALLEL = RESTRICTED
);

-- case: what can be replaced is replaced, a view uses it
CREATE AGGREGATE a(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE VIEW v AS SELECT a(x) FROM generate_series(1, 3) x;
-- to
CREATE AGGREGATE a(integer) (SFUNC = int4larger, STYPE = integer, COMBINEFUNC = int4larger, SORTOP = >, PARALLEL = SAFE);
CREATE VIEW v AS SELECT a(x) FROM generate_series(1, 3) x;

-- case: the result changes, a view uses it
CREATE AGGREGATE a(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE VIEW v AS SELECT a(x) FROM generate_series(1, 3) x;
-- to
CREATE AGGREGATE a(integer) (SFUNC = int4_sum, STYPE = bigint);
CREATE VIEW v AS SELECT a(x) FROM generate_series(1, 3) x;

-- case: ordered sets
CREATE AGGREGATE other(ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = mode_final, FINALFUNC_EXTRA);
-- to
CREATE AGGREGATE pct(double precision ORDER BY anyelement) (
	SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA
);
CREATE AGGREGATE my_rank(VARIADIC "any" ORDER BY VARIADIC "any") (
	SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL
);
CREATE AGGREGATE my_mode(ORDER BY v anyelement) (
	SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = mode_final, FINALFUNC_EXTRA, FINALFUNC_MODIFY = READ_ONLY
);
COMMENT ON AGGREGATE pct(double precision ORDER BY anyelement) IS 'p';
COMMENT ON AGGREGATE my_rank(VARIADIC "any" ORDER BY VARIADIC "any") IS 'r';
COMMENT ON AGGREGATE my_mode(ORDER BY anyelement) IS 'm';

-- case: owner, grants and comment of all forms
-- needs: role app_owner; role app_user
CREATE AGGREGATE a(integer) (SFUNC = int4pl, STYPE = integer);
CREATE AGGREGATE b(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE c(double precision ORDER BY anyelement) (
	SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA
);
-- to
CREATE AGGREGATE a(integer) (SFUNC = int4pl, STYPE = integer);
CREATE AGGREGATE b(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE c(double precision ORDER BY anyelement) (
	SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA
);
REVOKE ALL ON FUNCTION a(integer), b(), c(double precision, anyelement) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION a(integer), b(), c(double precision, anyelement) TO app_user;
ALTER AGGREGATE a(integer) OWNER TO app_owner;
ALTER AGGREGATE b(*) OWNER TO app_owner;
ALTER AGGREGATE c(double precision ORDER BY anyelement) OWNER TO app_owner;
COMMENT ON AGGREGATE b(*) IS 'b';

-- case: the state function changes its result and takes the aggregate along
CREATE FUNCTION next(s integer, x integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE a(integer) (SFUNC = next, STYPE = integer);
-- to
CREATE FUNCTION next(state integer, x integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE a(integer) (SFUNC = next, STYPE = integer);

-- case: an aggregate over an operator of ours
-- to
CREATE FUNCTION more(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > $2';
CREATE OPERATOR >>>> (FUNCTION = more, LEFTARG = integer, RIGHTARG = integer);
CREATE FUNCTION most(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT greatest($1, $2)';
CREATE AGGREGATE a(integer) (SFUNC = most, STYPE = integer, SORTOP = >>>>);

-- case: a function becomes an aggregate
CREATE FUNCTION a(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
-- to
CREATE AGGREGATE a(integer) (SFUNC = int4pl, STYPE = integer);

-- case: names that need quotes
-- to
CREATE AGGREGATE "Sum of"("the X" integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
