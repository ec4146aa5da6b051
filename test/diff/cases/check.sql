-- case: checks come, change and go
CREATE TABLE t (a integer, b integer, CONSTRAINT one CHECK (a > 0), CONSTRAINT two CHECK (b > 0));
-- to
CREATE TABLE t (a integer, b integer, CONSTRAINT one CHECK (a > 1), CONSTRAINT three CHECK (a < b));
COMMENT ON CONSTRAINT three ON t IS 'order';

-- case: a check is not valid yet
CREATE TABLE t (a integer);
ALTER TABLE t ADD CONSTRAINT one CHECK (a > 0) NOT VALID;
-- to
CREATE TABLE t (a integer, CONSTRAINT one CHECK (a > 0));

-- case: a check that is not inherited
CREATE TABLE t (a integer, CONSTRAINT one CHECK (a > 0));
-- to
CREATE TABLE t (a integer, CONSTRAINT one CHECK (a > 0) NO INHERIT);

-- case: a check with a function, which changes
CREATE FUNCTION f(i integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT i > 0';
CREATE TABLE t (a integer, CONSTRAINT one CHECK (f(a)));
-- to
CREATE FUNCTION f(i integer, j integer DEFAULT 1) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT i > j';
CREATE TABLE t (a integer, CONSTRAINT one CHECK (f(a)));

-- case: an inherited check comes with the parent's
CREATE TABLE p (a integer);
CREATE TABLE c (b integer) INHERITS (p);
-- to
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0));
CREATE TABLE c (b integer) INHERITS (p);

-- case: an inherited check is changed in the parent
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0));
CREATE TABLE c (b integer) INHERITS (p);
-- to
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 1));
CREATE TABLE c (b integer) INHERITS (p);

-- case: an inherited check becomes the child's own too
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0));
CREATE TABLE c (b integer) INHERITS (p);
-- to
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0));
CREATE TABLE c (b integer, CONSTRAINT one CHECK (a > 0)) INHERITS (p);

-- case: only the child keeps the check
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0));
CREATE TABLE c (b integer) INHERITS (p);
-- to
CREATE TABLE p (a integer);
CREATE TABLE c (b integer, CONSTRAINT one CHECK (a > 0)) INHERITS (p);

-- case: a child by inheritance is new
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0));
-- to
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0));
CREATE TABLE c (b integer, CONSTRAINT two CHECK (b > a)) INHERITS (p);

-- case: a partition with the parent's check is new
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0)) PARTITION BY LIST (a);
-- to
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0)) PARTITION BY LIST (a);
CREATE TABLE c PARTITION OF p (CONSTRAINT two CHECK (a < 10)) FOR VALUES IN (1);

-- case: a table with a check of its own becomes a partition
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0)) PARTITION BY LIST (a);
CREATE TABLE c (a integer, CONSTRAINT one CHECK (a > 0));
-- to
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0)) PARTITION BY LIST (a);
CREATE TABLE c PARTITION OF p FOR VALUES IN (1);

-- case: a table without the parent's check becomes a partition
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0)) PARTITION BY LIST (a);
CREATE TABLE c (a integer);
-- to
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0)) PARTITION BY LIST (a);
CREATE TABLE c PARTITION OF p FOR VALUES IN (1);

-- case: a partition is detached, and the parent's check goes
CREATE TABLE p (a integer, CONSTRAINT one CHECK (a > 0)) PARTITION BY LIST (a);
CREATE TABLE c PARTITION OF p FOR VALUES IN (1);
-- to
CREATE TABLE p (a integer) PARTITION BY LIST (a);
CREATE TABLE c (a integer, CONSTRAINT one CHECK (a > 0));

-- case: a check of a partitioned table is not valid, that of its partition is
CREATE TABLE p (a integer) PARTITION BY LIST (a);
CREATE TABLE c PARTITION OF p FOR VALUES IN (1);
-- to
CREATE TABLE p (a integer) PARTITION BY LIST (a);
CREATE TABLE c PARTITION OF p FOR VALUES IN (1);
ALTER TABLE p ADD CONSTRAINT one CHECK (a > 0) NOT VALID;
ALTER TABLE c VALIDATE CONSTRAINT one;

-- case: a check goes with its column, another is on the whole row
CREATE TABLE t (a integer, b integer, CONSTRAINT one CHECK (a > b));
-- to
CREATE TABLE t (a integer, CONSTRAINT whole CHECK (t IS NOT NULL));

-- case: IN on a varchar
CREATE TABLE t (a varchar(10));
-- to
CREATE TABLE t (a varchar(10), CONSTRAINT one CHECK (a IN ('a', 'b')));
