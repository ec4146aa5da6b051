-- case: an index of a partitioned table with partitions comes
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (b);
CREATE TABLE p21 PARTITION OF p2 DEFAULT;
-- to
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (b);
CREATE TABLE p21 PARTITION OF p2 DEFAULT;
CREATE INDEX i ON p (b);

-- case: an index of a partitioned table changes
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE INDEX i ON p (b);
COMMENT ON INDEX p1_b_idx IS 'of the partition';
-- to
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE INDEX p1_b_idx ON p1 (b, a);
CREATE INDEX i ON p (b, a);
COMMENT ON INDEX p1_b_idx IS 'of the partition';

-- case: an index of a partition becomes attached
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE INDEX j ON p1 (b);
-- to
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE INDEX j ON p1 (b);
CREATE INDEX i ON p (b);

-- case: only some partitions have it
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
-- to
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
CREATE INDEX i ON ONLY p (b);
CREATE INDEX j ON p1 (b);
ALTER INDEX i ATTACH PARTITION j;

-- case: a partition is new, with its indexes
CREATE TABLE p (a integer, b integer, CONSTRAINT p_key UNIQUE (a)) PARTITION BY LIST (a);
CREATE INDEX i ON p (b);
-- to
CREATE TABLE p (a integer, b integer, CONSTRAINT p_key UNIQUE (a)) PARTITION BY LIST (a);
CREATE INDEX i ON p (b);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE INDEX own ON p1 (a, b);

-- case: a table with indexes becomes a partition
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE INDEX i ON p (b);
CREATE TABLE p1 (a integer, b integer);
CREATE INDEX j ON p1 (b);
-- to
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE INDEX i ON p (b);
CREATE TABLE p1 (a integer, b integer);
CREATE INDEX j ON p1 (b);
ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1);

-- case: two indexes that are alike, one is attached
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE INDEX i ON p (b);
CREATE TABLE p1 (a integer, b integer);
CREATE INDEX alike ON p1 (b);
-- to
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE INDEX i ON p (b);
CREATE TABLE p1 (a integer, b integer);
CREATE INDEX attached ON p1 (b);
ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1);
CREATE INDEX alike ON p1 (b);

-- case: a partition's bound changes
CREATE TABLE p (a integer, b integer, CONSTRAINT p_key UNIQUE (a)) PARTITION BY LIST (a);
CREATE INDEX i ON p (b);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
-- to
CREATE TABLE p (a integer, b integer, CONSTRAINT p_key UNIQUE (a)) PARTITION BY LIST (a);
CREATE INDEX i ON p (b);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (2);

-- case: an attached index goes, its partition is detached
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE INDEX i ON p (b);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
-- to
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE INDEX i ON p (b);
CREATE TABLE p1 (a integer, b integer);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);

-- case: an index becomes a constraint, its partition's is one already
CREATE TABLE p (a integer NOT NULL, b integer) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
ALTER TABLE p1 ADD CONSTRAINT p1_key UNIQUE (a);
CREATE UNIQUE INDEX p_key ON p (a);
-- to
CREATE TABLE p (a integer NOT NULL, b integer, CONSTRAINT p_key UNIQUE (a)) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
ALTER TABLE p1 RENAME CONSTRAINT p1_a_key TO p1_key;

-- case: a partition is recreated
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE INDEX i ON p (b);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
-- to
CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
CREATE INDEX i ON p (b);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE p11 PARTITION OF p1 DEFAULT;
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
