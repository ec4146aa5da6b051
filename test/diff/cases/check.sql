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

-- case: conditions that the server deparses in two ways
CREATE TABLE t (a int, b int, c int);
-- to
CREATE TABLE t (a int, b int, c int,
    CONSTRAINT one CHECK (a BETWEEN 0 AND 10 AND b > 0), CONSTRAINT two CHECK (a IN (b, c, 1)),
    CONSTRAINT three CHECK (a NOT IN (b, c, 1)), CONSTRAINT four CHECK ((a, b, c) IS DISTINCT FROM (1, 2, 3)),
    CONSTRAINT five CHECK (((a = 1 OR b = 2) OR c = 3) AND (a = 1 AND (b = 2 AND c = 3))),
    CONSTRAINT six CHECK (a::text || '((a AND b) AND c)' <> 'x' AND (a > 0 OR b > 0) AND c > 0));
CREATE INDEX i ON t (a) WHERE a BETWEEN 0 AND 10 AND b > 0;
CREATE VIEW v AS
    SELECT t.a, sum(t.b) FILTER (WHERE t.b BETWEEN 1 AND 2 AND t.c > 0)
        OVER (ORDER BY t.a ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS s
    FROM t JOIN t u ON t.a BETWEEN u.a AND u.b AND u.c = t.c
    WHERE EXISTS (SELECT 1 FROM t w WHERE w.a IN (t.a, t.b, t.c) AND (w.b BETWEEN 1 AND 2 OR w.c = 1))
        AND (t.a, t.b) = (1, 2) AND t.c BETWEEN SYMMETRIC 1 AND 0;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (b BETWEEN 0 AND 10 AND a >= 0) WITH CHECK (a IN (b, c, 3));
CREATE TABLE parted (a int, b int) PARTITION BY LIST ((b BETWEEN 0 AND 10 AND a >= 0));
CREATE FUNCTION f(a int, b boolean DEFAULT (1 BETWEEN 0 AND 2 AND true)) RETURNS boolean LANGUAGE sql
    RETURN a BETWEEN 0 AND 10 AND b;
CREATE STATISTICS s ON (b BETWEEN 0 AND 10 AND a >= 0), a FROM t;
CREATE RULE r AS ON UPDATE TO t WHERE NEW.b NOT BETWEEN 0 AND 10 OR NEW.a > 1 DO NOTHING;
