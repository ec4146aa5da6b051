-- case: unique constraints come and go
CREATE TABLE t (a integer, b integer, CONSTRAINT t_a_key UNIQUE (a));
-- to
CREATE TABLE t (a integer, b integer, CONSTRAINT t_b_key UNIQUE (b));

-- case: nulls are not distinct any more
CREATE TABLE t (a integer, CONSTRAINT t_a_key UNIQUE (a));
-- to
CREATE TABLE t (a integer, CONSTRAINT t_a_key UNIQUE NULLS NOT DISTINCT (a));

-- case: a unique constraint becomes deferrable
CREATE TABLE t (a integer, CONSTRAINT t_a_key UNIQUE (a));
-- to
CREATE TABLE t (a integer, CONSTRAINT t_a_key UNIQUE (a) DEFERRABLE);

-- case: a unique index becomes a constraint of the same name
CREATE TABLE t (a integer);
CREATE UNIQUE INDEX t_a_key ON t (a);
-- to
CREATE TABLE t (a integer, CONSTRAINT t_a_key UNIQUE (a));

-- case: a unique constraint to which a foreign key points goes with a column
CREATE TABLE t (a integer, b integer, CONSTRAINT t_b_key UNIQUE (b));
CREATE TABLE u (b integer, CONSTRAINT u_fk FOREIGN KEY (b) REFERENCES t (b));
-- to
CREATE TABLE t (a integer);
CREATE TABLE u (b integer);

-- case: replica identity is the index of a constraint
CREATE TABLE t (a integer NOT NULL, CONSTRAINT t_a_key UNIQUE (a));
-- to
CREATE TABLE t (a integer NOT NULL, CONSTRAINT t_a_key UNIQUE (a));
ALTER TABLE t REPLICA IDENTITY USING INDEX t_a_key;

-- case: replica identity from full to an index
CREATE TABLE t (a integer NOT NULL);
CREATE UNIQUE INDEX i ON t (a);
ALTER TABLE t REPLICA IDENTITY FULL;
-- to
CREATE TABLE t (a integer NOT NULL);
CREATE UNIQUE INDEX i ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;

-- case: replica identity moves to another index
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX i ON t (a);
CREATE UNIQUE INDEX j ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX j;
-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX i ON t (a);
CREATE UNIQUE INDEX j ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;

-- case: unique constraint of a partitioned table, one partition has it already
CREATE TABLE t (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t1 ADD CONSTRAINT t1_key UNIQUE (a, b);
-- to
CREATE TABLE t (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t1 ADD CONSTRAINT t1_key UNIQUE (a, b);
ALTER TABLE t ADD CONSTRAINT t_key UNIQUE (a, b);

-- case: a partition with a key is detached, and the parent loses its key
CREATE TABLE t (a integer NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a)) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
-- to
CREATE TABLE t (a integer NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 (a integer NOT NULL, CONSTRAINT t1_pkey PRIMARY KEY (a));
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);

-- case: quoted names everywhere
CREATE SCHEMA "S one";
CREATE TABLE "S one"."T x" ("A" integer, "b ""c" text);
-- to
CREATE SCHEMA "S one";
CREATE TABLE "S one"."T x" ("A" integer NOT NULL, "b ""c" text,
    CONSTRAINT "P ""k" PRIMARY KEY ("A"), CONSTRAINT "U" UNIQUE ("b ""c", "A"),
    CONSTRAINT "C" CHECK (("b ""c" <> 'x WHERE (y) NOT VALID')));
CREATE INDEX "I" ON "S one"."T x" (lower("b ""c")) WHERE ("b ""c" <> ' WITH (fillfactor=''70'')');

-- case: replica identity goes, and NOT NULL of its column
CREATE TABLE t (a int NOT NULL UNIQUE, b int NOT NULL UNIQUE);
ALTER TABLE t REPLICA IDENTITY USING INDEX t_a_key;
CREATE TABLE u (a int NOT NULL UNIQUE, b int NOT NULL UNIQUE);
ALTER TABLE u REPLICA IDENTITY USING INDEX u_a_key;
-- to
CREATE TABLE t (a int UNIQUE, b int NOT NULL UNIQUE);
CREATE TABLE u (a int UNIQUE, b int NOT NULL UNIQUE);
ALTER TABLE u REPLICA IDENTITY USING INDEX u_b_key;
