-- case: publications come
CREATE TABLE public.a (x integer PRIMARY KEY, y text);
CREATE TABLE public.b (x integer PRIMARY KEY, y text);
-- to
CREATE TABLE public.a (x integer PRIMARY KEY, y text);
CREATE TABLE public.b (x integer PRIMARY KEY, y text);
CREATE SCHEMA app;
CREATE PUBLICATION everything FOR ALL TABLES;
CREATE PUBLICATION nothing WITH (publish = '');
CREATE PUBLICATION several FOR TABLE public.a (x, y), public.b WHERE (x > 1 AND y IS NOT NULL) WITH (publish = 'insert, update');
CREATE PUBLICATION "The mixed" FOR TABLE public.a, TABLES IN SCHEMA app, public WITH (publish_via_partition_root);
COMMENT ON PUBLICATION several IS 'two tables';

-- case: parameters change
CREATE PUBLICATION p WITH (publish = 'insert');
CREATE PUBLICATION q;
CREATE PUBLICATION r WITH (publish_via_partition_root);
-- to
CREATE PUBLICATION p WITH (publish = 'update, delete', publish_via_partition_root);
CREATE PUBLICATION q WITH (publish = 'truncate');
CREATE PUBLICATION r;

-- case: tables come and go
CREATE TABLE public.a (x integer PRIMARY KEY, y text);
CREATE TABLE public.b (x integer PRIMARY KEY, y text);
CREATE TABLE public.c (x integer PRIMARY KEY, y text);
CREATE PUBLICATION p FOR TABLE public.a, public.b, public.c;
-- to
CREATE TABLE public.a (x integer PRIMARY KEY, y text);
CREATE TABLE public.b (x integer PRIMARY KEY, y text);
CREATE TABLE public.d (x integer PRIMARY KEY, y text);
CREATE PUBLICATION p FOR TABLE public.b, public.d;

-- case: columns and condition change
CREATE TABLE public.a (x integer PRIMARY KEY, y text, "Z" text);
CREATE TABLE public.b (x integer PRIMARY KEY, y text);
CREATE PUBLICATION p FOR TABLE public.a (x, "Z"), public.b WHERE (x > 1);
-- to
CREATE TABLE public.a (x integer PRIMARY KEY, y text, "Z" text);
CREATE TABLE public.b (x integer PRIMARY KEY, y text);
CREATE PUBLICATION p FOR TABLE public.a (x, y), public.b WHERE (x > 2);

-- case: schemas come and go
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE PUBLICATION p FOR TABLES IN SCHEMA one;
-- to
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE SCHEMA three;
CREATE PUBLICATION p FOR TABLES IN SCHEMA two, three;

-- case: all tables, and some
CREATE TABLE public.a (x integer PRIMARY KEY);
CREATE PUBLICATION p FOR ALL TABLES;
COMMENT ON PUBLICATION p IS 'all';
-- to
CREATE TABLE public.a (x integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE public.a;
COMMENT ON PUBLICATION p IS 'some';

-- case: the type of a published column changes
CREATE TABLE public.a (x integer PRIMARY KEY, y integer);
CREATE PUBLICATION p FOR TABLE public.a (x, y) WHERE (y > 1) WITH (publish = 'insert');
-- to
CREATE TABLE public.a (x integer PRIMARY KEY, y bigint);
CREATE PUBLICATION p FOR TABLE public.a (x, y) WHERE (y > 1) WITH (publish = 'insert');

-- case: a published column goes
CREATE TABLE public.a (x integer PRIMARY KEY, y integer, z integer);
CREATE PUBLICATION p FOR TABLE public.a (x, y) WITH (publish = 'insert');
-- to
CREATE TABLE public.a (x integer PRIMARY KEY, z integer);
CREATE PUBLICATION p FOR TABLE public.a (x, z) WITH (publish = 'insert');

-- case: a published table is partitioned
CREATE TABLE public.a (x integer) PARTITION BY LIST (x);
CREATE TABLE public.a1 PARTITION OF public.a FOR VALUES IN (1);
-- to
CREATE TABLE public.a (x integer) PARTITION BY LIST (x);
CREATE TABLE public.a1 PARTITION OF public.a FOR VALUES IN (1);
CREATE PUBLICATION p FOR TABLE public.a WITH (publish = 'insert', publish_via_partition_root);
CREATE PUBLICATION q FOR TABLE public.a1 WITH (publish = 'insert');

-- case: a published table goes, the publication stays
CREATE TABLE public.a (x integer PRIMARY KEY);
CREATE SCHEMA app;
CREATE PUBLICATION p FOR TABLE public.a, TABLES IN SCHEMA app;
-- to
CREATE PUBLICATION p;

-- case: owner
-- needs: role app_owner
CREATE PUBLICATION p;
-- to
CREATE PUBLICATION p;
ALTER PUBLICATION p OWNER TO app_owner;
