-- case: a child comes, another goes
CREATE TABLE public.p (a integer NOT NULL, b text);
CREATE TABLE public.c1 (c integer) INHERITS (public.p);
-- to
CREATE TABLE public.p (a integer NOT NULL, b text);
CREATE TABLE public.c2 (d integer) INHERITS (public.p);

-- case: a family comes and goes
-- to
CREATE TABLE public.p (a integer, CHECK (a > 0));
CREATE TABLE public.c (b integer) INHERITS (public.p);
CREATE TABLE public.cc (c integer) INHERITS (public.c);

-- case: a parent gets and loses columns
CREATE TABLE public.p (a integer, b text);
CREATE TABLE public.c (x integer) INHERITS (public.p);
-- to
CREATE TABLE public.p (a integer, n date NOT NULL DEFAULT '2000-01-01');
CREATE TABLE public.c (x integer) INHERITS (public.p);

-- case: a parent's column changes type, default, NOT NULL
CREATE TABLE public.p (a integer, b text DEFAULT 'x', c integer NOT NULL);
CREATE TABLE public.c () INHERITS (public.p);
-- to
CREATE TABLE public.p (a bigint, b text DEFAULT 'y', c integer);
CREATE TABLE public.c () INHERITS (public.p);

-- case: a child's own default and NOT NULL on an inherited column
CREATE TABLE public.p (a integer DEFAULT 1, b text);
CREATE TABLE public.c () INHERITS (public.p);
-- to
CREATE TABLE public.p (a integer DEFAULT 1, b text);
CREATE TABLE public.c () INHERITS (public.p);
ALTER TABLE public.c ALTER COLUMN a SET DEFAULT 2, ALTER COLUMN b SET NOT NULL, ALTER COLUMN b SET DEFAULT 'c';

-- case: a child has no default where the parent has one
CREATE TABLE public.p (a integer DEFAULT 1);
CREATE TABLE public.c () INHERITS (public.p);
-- to
CREATE TABLE public.p (a integer DEFAULT 1);
CREATE TABLE public.c () INHERITS (public.p);
ALTER TABLE public.c ALTER COLUMN a DROP DEFAULT;

-- case: a column that a child has of its own becomes inherited too
CREATE TABLE public.p (a integer);
CREATE TABLE public.c (b text) INHERITS (public.p);
-- to
CREATE TABLE public.p (a integer, b text);
CREATE TABLE public.c (b text) INHERITS (public.p);

-- case: checks of the parent, of the child, of both, and not inherited ones
CREATE TABLE public.p (a integer, CONSTRAINT one CHECK (a > 0), CONSTRAINT two CHECK (a < 100) NO INHERIT);
CREATE TABLE public.c (CONSTRAINT one CHECK (a > 0), CONSTRAINT own CHECK (a <> 5)) INHERITS (public.p);
-- to
CREATE TABLE public.p (a integer, CONSTRAINT one CHECK (a > 1), CONSTRAINT three CHECK (a < 100));
CREATE TABLE public.c (CONSTRAINT own CHECK (a <> 6)) INHERITS (public.p);

-- case: a check of a parent with grandchildren comes and goes
CREATE TABLE public.p (a integer, CONSTRAINT old CHECK (a > 0));
CREATE TABLE public.c () INHERITS (public.p);
CREATE TABLE public.cc () INHERITS (public.c);
-- to
CREATE TABLE public.p (a integer, CONSTRAINT new CHECK (a > 1));
CREATE TABLE public.c () INHERITS (public.p);
CREATE TABLE public.cc () INHERITS (public.c);

-- case: a view reads a parent whose column changes
CREATE TABLE public.p (a integer);
CREATE TABLE public.c (b text) INHERITS (public.p);
CREATE VIEW public.v AS SELECT a FROM public.p;
CREATE INDEX c_a ON public.c (a);
-- to
CREATE TABLE public.p (a bigint);
CREATE TABLE public.c (b text) INHERITS (public.p);
CREATE VIEW public.v AS SELECT a FROM public.p;
CREATE INDEX c_a ON public.c (a);

-- case: storage, statistics and comment of an inherited column
CREATE TABLE public.p (a text, b text);
CREATE TABLE public.c () INHERITS (public.p);
-- to
CREATE TABLE public.p (a text, b text);
CREATE TABLE public.c () INHERITS (public.p);
ALTER TABLE public.c ALTER a SET STORAGE EXTERNAL, ALTER b SET STATISTICS 50;
COMMENT ON COLUMN public.c.a IS 'of the child';

-- case: a child gets another parent
CREATE TABLE public.p (a integer);
CREATE TABLE public.q (a integer);
CREATE TABLE public.c () INHERITS (public.p);
-- to
CREATE TABLE public.p (a integer);
CREATE TABLE public.q (a integer);
CREATE TABLE public.c () INHERITS (public.q);

-- case: two parents with a column in common, in order and the other order
CREATE TABLE public.p (a integer, b text);
CREATE TABLE public.q (b text, c date);
CREATE TABLE public.c () INHERITS (public.p, public.q);
-- to
CREATE TABLE public.p (a integer, b text);
CREATE TABLE public.q (b text, c date);
CREATE TABLE public.c () INHERITS (public.q, public.p);

-- case: a child gets another parent, and what is inherited changes
CREATE TABLE public.p (a integer, b text, CONSTRAINT one CHECK (a > 0), CONSTRAINT two CHECK (b <> ''));
CREATE TABLE public.q (a bigint, c date, CONSTRAINT one CHECK (a > 0), CONSTRAINT three CHECK (c IS NOT NULL));
CREATE TABLE public.c (d text) INHERITS (public.p);
CREATE VIEW public.v AS SELECT a, d FROM public.c;
-- to
CREATE TABLE public.p (a integer, b text, CONSTRAINT one CHECK (a > 0), CONSTRAINT two CHECK (b <> ''));
CREATE TABLE public.q (a bigint, c date, CONSTRAINT one CHECK (a > 0), CONSTRAINT three CHECK (c IS NOT NULL));
CREATE TABLE public.c (d text) INHERITS (public.q);
CREATE VIEW public.v AS SELECT a, d FROM public.c;

-- case: a child gets a second parent with a new column and a generated one
CREATE TABLE public.p (a integer NOT NULL);
CREATE TABLE public.q (a integer, b text DEFAULT 'x', g integer GENERATED ALWAYS AS (a + 1) STORED);
CREATE TABLE public.c (d date) INHERITS (public.p);
-- to
CREATE TABLE public.p (a integer NOT NULL);
CREATE TABLE public.q (a integer, b text DEFAULT 'x', g integer GENERATED ALWAYS AS (a + 1) STORED);
CREATE TABLE public.c (d date) INHERITS (public.p, public.q);

-- case: the parent is made again, and a table gets its first one
CREATE TABLE public.p (a integer, b text, CONSTRAINT one CHECK (a > 0));
CREATE TABLE public.c (d date) INHERITS (public.p);
CREATE TABLE public.e (f date);
-- to
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE public.p (a integer, b text, CONSTRAINT one CHECK (a > 0)) SERVER s;
CREATE TABLE public.c (d date) INHERITS (public.p);
CREATE TABLE public.e (f date) INHERITS (public.p);

-- case: three parents in turn
CREATE TABLE public.p (a integer);
CREATE TABLE public.q (b text);
CREATE TABLE public.r (c text);
CREATE TABLE public.c () INHERITS (public.p, public.q, public.r);
CREATE TABLE public.d () INHERITS (public.p, public.q);
-- to
CREATE TABLE public.p (a integer);
CREATE TABLE public.q (b text);
CREATE TABLE public.r (c text);
CREATE TABLE public.c () INHERITS (public.r, public.p, public.q);
CREATE TABLE public.d () INHERITS (public.p, public.r);

-- case: another parent with the same check, not valid
CREATE TABLE public.p (a integer);
CREATE TABLE public.c () INHERITS (public.p);
ALTER TABLE public.p ADD CONSTRAINT one CHECK (a > 0) NOT VALID;
-- to
CREATE TABLE public.q (a integer);
CREATE TABLE public.c () INHERITS (public.q);
ALTER TABLE public.q ADD CONSTRAINT one CHECK (a > 0) NOT VALID;

-- case: a generated column that the child has too
-- to
CREATE TABLE p (a integer NOT NULL, b integer GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE c (b integer GENERATED ALWAYS AS (a * 2) STORED, a integer NOT NULL);
ALTER TABLE c INHERIT p;
CREATE TABLE d (a integer NOT NULL, b integer GENERATED ALWAYS AS (a * 2) STORED, x text);
ALTER TABLE d INHERIT p;

-- case: checks that are not valid, of children and partitions that come or get another parent
CREATE TABLE public.p (a integer);
CREATE TABLE public.q (a integer);
CREATE TABLE public.c () INHERITS (public.p);
ALTER TABLE public.p ADD CONSTRAINT one CHECK (a > 0) NOT VALID;
ALTER TABLE public.q ADD CONSTRAINT one CHECK (a > 0) NOT VALID;
CREATE TABLE public.r (a integer, CONSTRAINT two CHECK (a > 1)) PARTITION BY LIST (a);
ALTER TABLE public.r ADD CONSTRAINT three CHECK (a > 2) NOT VALID;
CREATE TABLE public.t (a integer);
-- to
CREATE TABLE public.p (a integer);
CREATE TABLE public.q (a integer);
CREATE TABLE public.c () INHERITS (public.q);
CREATE TABLE public.d () INHERITS (public.c);
ALTER TABLE public.p ADD CONSTRAINT one CHECK (a > 0) NOT VALID;
ALTER TABLE public.q ADD CONSTRAINT one CHECK (a > 0) NOT VALID;
CREATE TABLE public.r (a integer, CONSTRAINT two CHECK (a > 1)) PARTITION BY LIST (a);
CREATE TABLE public.s PARTITION OF public.r FOR VALUES IN (1, 2, 3);
CREATE TABLE public.t (a integer, CONSTRAINT two CHECK (a > 1));
ALTER TABLE public.r ATTACH PARTITION public.t FOR VALUES IN (4);
ALTER TABLE public.r ADD CONSTRAINT three CHECK (a > 2) NOT VALID;

-- case: a column is no longer the child's own too, with a grandchild, a view and an index
CREATE TABLE public.p (a integer NOT NULL DEFAULT 1, b text);
CREATE TABLE public.c (a bigint NOT NULL DEFAULT 2, c text);
CREATE TABLE public.d (a integer NOT NULL DEFAULT 1) INHERITS (public.p);
CREATE TABLE public.g () INHERITS (public.d);
CREATE VIEW public.v AS SELECT a FROM public.d;
CREATE INDEX d_a ON public.d (a);
CREATE INDEX g_a ON public.g (a);
-- to
CREATE TABLE public.p (a integer NOT NULL DEFAULT 1, b text);
CREATE TABLE public.c (c text) INHERITS (public.p);
CREATE TABLE public.d () INHERITS (public.p);
CREATE TABLE public.g () INHERITS (public.d);
CREATE VIEW public.v AS SELECT a FROM public.d;
CREATE INDEX d_a ON public.d (a);
CREATE INDEX g_a ON public.g (a);

-- case: parent and child change places
CREATE TABLE public.p (a integer NOT NULL, b text, g integer GENERATED ALWAYS AS (a + 1) STORED);
CREATE TABLE public.c (d date) INHERITS (public.p);
-- to
CREATE TABLE public.c (a integer NOT NULL, b text, g integer GENERATED ALWAYS AS (a + 1) STORED);
CREATE TABLE public.p (d date) INHERITS (public.c);

-- case: a plain table becomes a child and the other way round
CREATE TABLE public.p (a integer, b text);
CREATE TABLE public.c (a integer, b text, c date);
CREATE TABLE public.d (e integer) INHERITS (public.p);
-- to
CREATE TABLE public.p (a integer, b text);
CREATE TABLE public.c (a integer, b text, c date) INHERITS (public.p);
CREATE TABLE public.d (a integer, b text, e integer);

-- case: the parent goes and the child stays
CREATE TABLE public.p (a integer, b text);
CREATE TABLE public.c (d date) INHERITS (public.p);
-- to
CREATE TABLE public.c (a integer, b text, d date);

-- case: a column comes to parents, and a child has it itself too
CREATE TABLE a (x int);
CREATE TABLE b () INHERITS (a);
CREATE TABLE c () INHERITS (b);
CREATE TABLE d () INHERITS (a);
-- to
CREATE TABLE a (x int, n int DEFAULT 7);
CREATE TABLE b () INHERITS (a);
CREATE TABLE c (n int) INHERITS (b);
CREATE TABLE d (n int DEFAULT 8 NOT NULL) INHERITS (a);

-- case: a check that comes from the one parent goes, and the other parent goes
CREATE TABLE a (x int);
CREATE TABLE b (CONSTRAINT ca CHECK (x > 1)) INHERITS (a);
CREATE TABLE c () INHERITS (a, b);
-- to
CREATE TABLE a (x int, CONSTRAINT ca CHECK (x > 0));
CREATE TABLE b () INHERITS (a);
CREATE TABLE c () INHERITS (b);

-- case: a new child inherits a default that is new too
CREATE TABLE public.d (a integer, b integer DEFAULT 1);
-- to
CREATE TABLE public.d (a integer DEFAULT 1, b integer DEFAULT 2);
CREATE TABLE public.g () INHERITS (public.d);

-- case: a column becomes the child's own too that a check of the parent reads, with a second parent
CREATE TABLE a (x int CONSTRAINT ca CHECK (x > 0), y text);
CREATE TABLE b () INHERITS (a);
CREATE TABLE c (w int) INHERITS (b);
-- to
CREATE TABLE a (x int CONSTRAINT ca CHECK (x > 0), y text);
CREATE TABLE a2 (x int, q date);
CREATE TABLE b (x int DEFAULT 3) INHERITS (a, a2);
CREATE TABLE c (w int) INHERITS (b, a2);

-- case: likewise, with a generated column that reads it, and another type
CREATE TABLE a (x int NOT NULL, y text, g int GENERATED ALWAYS AS (x * 2) STORED);
CREATE TABLE b () INHERITS (a);
-- to
CREATE TABLE a (x bigint NOT NULL, y text, CONSTRAINT ca CHECK (x > 0));
CREATE TABLE a2 (x bigint, q date);
CREATE TABLE b (x bigint) INHERITS (a, a2);

-- case: a check comes from the one parent, and the other has one of its name that is not inherited
CREATE TABLE a (x int, CONSTRAINT ca CHECK (x > 0) NO INHERIT);
CREATE TABLE b (x int, CONSTRAINT ca CHECK (x > 1));
CREATE TABLE c () INHERITS (a, b);
-- to
CREATE TABLE a (x int);
CREATE TABLE b (x int);
CREATE TABLE c () INHERITS (a);

-- case: a plain table with a column NOT NULL to be becomes a child, with a check that reads it
CREATE TABLE a (x int, y text);
CREATE TABLE b (x int, y text, z int);
-- to
CREATE TABLE a (x int NOT NULL, y text, CONSTRAINT ca CHECK (x > 0));
CREATE TABLE b (x int, z int) INHERITS (a);
