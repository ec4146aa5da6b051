-- NOT NULL among parents and children, and its name, which it has since PostgreSQL 18.
-- case: a child keeps NOT NULL that the parent loses
CREATE TABLE t (a int NOT NULL);
CREATE TABLE u () INHERITS (t);
CREATE TABLE v () INHERITS (u);
-- to
CREATE TABLE t (a int);
CREATE TABLE u () INHERITS (t);
ALTER TABLE u ALTER a SET NOT NULL;
CREATE TABLE v () INHERITS (u);

-- case: a partition keeps NOT NULL that its parent loses
CREATE TABLE t (a int NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t (a NOT NULL) FOR VALUES IN (1);

-- case: a partition's NOT NULL gets the parent's name
-- needs: server 18
CREATE TABLE t (a int, b int NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t (b NOT NULL) FOR VALUES IN (1);
-- to
CREATE TABLE t (a int, b int NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);

-- case: NOT NULL with another name in a partitioned table and its partitions
-- needs: server 18
CREATE TABLE t (a int, b int CONSTRAINT one NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE t11 PARTITION OF t1 FOR VALUES IN (1);
-- to
CREATE TABLE t (a int, b int CONSTRAINT other NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE t11 PARTITION OF t1 FOR VALUES IN (1);

-- case: NOT NULL with another name in a partitioned table but not in its partition
-- needs: server 18
CREATE TABLE t (a int, b int CONSTRAINT one NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TABLE t (a int, b int CONSTRAINT other NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t (b CONSTRAINT one NOT NULL) FOR VALUES IN (1);

-- case: NOT NULL comes and goes with different names in partitions
-- needs: server 18
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t (b CONSTRAINT mine NOT NULL) FOR VALUES IN (2);
-- to
CREATE TABLE t (a int, b int CONSTRAINT ours NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t (b CONSTRAINT mine NOT NULL) FOR VALUES IN (2);

-- case: NOT NULL comes with a primary key, and partitions have it already
-- needs: server 18
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t (b CONSTRAINT mine NOT NULL) FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t (a NOT NULL, b NOT NULL) FOR VALUES IN (2);
CREATE TABLE t3 PARTITION OF t FOR VALUES IN (3);
-- to
CREATE TABLE t (a int, b int, PRIMARY KEY (a, b)) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t (b CONSTRAINT mine NOT NULL) FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t (a NOT NULL, b NOT NULL) FOR VALUES IN (2);
CREATE TABLE t3 PARTITION OF t FOR VALUES IN (3);

-- case: NOT NULL that a child inherits has a name of its own
-- needs: server 18
CREATE TABLE t (a int CONSTRAINT one NOT NULL);
CREATE TABLE u (a int CONSTRAINT mine NOT NULL) INHERITS (t);
-- to
CREATE TABLE t (a int CONSTRAINT one NOT NULL);
CREATE TABLE u (a int CONSTRAINT yours NOT NULL) INHERITS (t);

-- case: NOT NULL that a child inherits with its column has a name of its own
-- needs: server 18
CREATE TABLE t (a int CONSTRAINT one NOT NULL, b int CHECK (b > 0), c int NOT NULL);
CREATE TABLE u (CONSTRAINT mine NOT NULL a) INHERITS (t);
-- to
CREATE TABLE t (a int CONSTRAINT one NOT NULL, b int CHECK (b > 0), c int NOT NULL);
CREATE TABLE u (CONSTRAINT yours NOT NULL a) INHERITS (t);

-- case: a new child has a NOT NULL of its own, and another merely the parent's
-- needs: server 18
CREATE TABLE t (a int CONSTRAINT one NOT NULL, b int);
-- to
CREATE TABLE t (a int CONSTRAINT one NOT NULL, b int);
CREATE TABLE u (CONSTRAINT mine NOT NULL a, NOT NULL b) INHERITS (t);
CREATE TABLE v () INHERITS (t);
CREATE TABLE w (a int, b int NOT NULL) INHERITS (t);
CREATE TABLE x (b int CONSTRAINT "No B" NOT NULL NO INHERIT) INHERITS (t);

-- case: a new column is NOT NULL under different names
-- needs: server 18
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
CREATE TABLE u (a int);
CREATE TABLE v () INHERITS (u);
CREATE TABLE w () INHERITS (u);
-- to
CREATE TABLE t (a int, b int CONSTRAINT ours NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t (b CONSTRAINT mine NOT NULL) FOR VALUES IN (2);
CREATE TABLE u (a int, b int NOT NULL, c int);
CREATE TABLE v (NOT NULL b) INHERITS (u);
CREATE TABLE w (CONSTRAINT mine NOT NULL b, CONSTRAINT cc NOT NULL c) INHERITS (u);

-- case: NOT NULL with another name in a parent and its children
-- needs: server 18
CREATE TABLE t (a int CONSTRAINT one NOT NULL);
CREATE TABLE u () INHERITS (t);
CREATE TABLE v () INHERITS (u);
-- to
CREATE TABLE t (a int CONSTRAINT other NOT NULL);
CREATE TABLE u () INHERITS (t);
CREATE TABLE v () INHERITS (u);

-- case: NOT NULL is no longer inherited
-- needs: server 18
CREATE TABLE t (a int CONSTRAINT one NOT NULL);
CREATE TABLE u () INHERITS (t);
CREATE TABLE v (b int NOT NULL NO INHERIT);
-- to
CREATE TABLE t (a int CONSTRAINT one NOT NULL NO INHERIT);
CREATE TABLE u () INHERITS (t);
CREATE TABLE v (b int NOT NULL);

-- case: NOT NULL not valid in parents and children
-- needs: server 18
CREATE TABLE t (a int, b int);
CREATE TABLE u () INHERITS (t);
ALTER TABLE t ADD CONSTRAINT later NOT NULL a NOT VALID;
-- to
CREATE TABLE t (a int, b int);
CREATE TABLE u () INHERITS (t);
ALTER TABLE t ADD CONSTRAINT later NOT NULL a;
ALTER TABLE t ADD CONSTRAINT later_b NOT NULL b NOT VALID;

-- case: a table with a named NOT NULL becomes a partition
-- needs: server 18
CREATE TABLE t (a int CONSTRAINT one NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 (a int CONSTRAINT mine NOT NULL);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
-- to
CREATE TABLE t (a int CONSTRAINT one NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t (CONSTRAINT mine NOT NULL a) FOR VALUES IN (1);
CREATE TABLE t2 (a int NOT NULL);

-- case: a comment on NOT NULL
-- needs: server 18
CREATE TABLE t (a int CONSTRAINT one NOT NULL, b int NOT NULL);
COMMENT ON CONSTRAINT one ON t IS 'first';
-- to
CREATE TABLE t (a int CONSTRAINT other NOT NULL, b int NOT NULL, c int NOT NULL);
COMMENT ON CONSTRAINT other ON t IS 'second';
COMMENT ON CONSTRAINT t_b_not_null ON t IS 'third';
COMMENT ON CONSTRAINT t_c_not_null ON t IS 'fourth';

-- case: columns and tables are renamed under their NOT NULL
-- needs: server 18
CREATE TABLE t (a int NOT NULL, b int CONSTRAINT named NOT NULL);
CREATE TABLE u () INHERITS (t);
CREATE TABLE p (a int NOT NULL) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- to
-- migrate:rename t.a TO c
-- migrate:rename p TO q
CREATE TABLE t (c int NOT NULL, b int CONSTRAINT named NOT NULL);
CREATE TABLE u () INHERITS (t);
CREATE TABLE q (a int NOT NULL) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF q FOR VALUES IN (1);

-- case: NOT NULL of a renamed parent and child
-- needs: server 18
CREATE TABLE t (a int NOT NULL);
CREATE TABLE u (a int CONSTRAINT mine NOT NULL) INHERITS (t);
-- to
-- migrate:rename t TO t2
CREATE TABLE t2 (a int NOT NULL);
CREATE TABLE u (a int CONSTRAINT mine NOT NULL) INHERITS (t2);
