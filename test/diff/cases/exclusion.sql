-- case: an exclusion comes
CREATE TABLE t (a int4range);
-- to
CREATE TABLE t (a int4range, CONSTRAINT t_excl EXCLUDE USING gist (a WITH &&));

-- case: predicate, options, timing
CREATE TABLE t (a int4range, b boolean, CONSTRAINT t_excl EXCLUDE USING gist (a WITH &&));
-- to
CREATE TABLE t (a int4range, b boolean, CONSTRAINT t_excl EXCLUDE USING gist (a WITH &&)
    WITH (fillfactor = 70) WHERE (b AND a IS NOT NULL) DEFERRABLE INITIALLY DEFERRED);
COMMENT ON INDEX t_excl IS 'its index';

-- case: options in place
CREATE TABLE t (a int4range, CONSTRAINT t_excl EXCLUDE USING gist (a WITH &&) WITH (fillfactor = 70));
-- to
CREATE TABLE t (a int4range, CONSTRAINT t_excl EXCLUDE USING gist (a WITH &&) WITH (fillfactor = 80));

-- case: expressions, operator classes, a member of an extension
-- needs: extension btree_gist
CREATE EXTENSION btree_gist;
CREATE TABLE t (a int4range, b integer);
-- to
CREATE EXTENSION btree_gist;
CREATE TABLE t (a int4range, b integer,
    CONSTRAINT t_excl EXCLUDE USING gist (b WITH =, (a * int4range(0, 10)) range_ops WITH &&) INCLUDE (b));
