-- case: a table comes
-- to
CREATE TABLE public.t (id integer NOT NULL, name text);

-- case: a table goes with all that is on it
CREATE TABLE public.t (id serial PRIMARY KEY, name text UNIQUE, CHECK (id > 0));
CREATE INDEX t_lower ON public.t (lower(name));
CREATE VIEW public.v AS SELECT id FROM public.t;
-- to

-- case: a table without columns comes, another gets its first
CREATE TABLE public.u ();
-- to
CREATE TABLE public.t ();
CREATE TABLE public.u (a integer);

-- case: a table loses its last column
CREATE TABLE public.u (a integer);
-- to
CREATE TABLE public.u ();

-- case: logged becomes unlogged
CREATE TABLE public.t (id integer PRIMARY KEY);
-- to
CREATE UNLOGGED TABLE public.t (id integer PRIMARY KEY);

-- case: two tables with a foreign key become unlogged
CREATE TABLE public.a (id integer PRIMARY KEY);
CREATE TABLE public.b (id integer REFERENCES public.a);
-- to
CREATE UNLOGGED TABLE public.a (id integer PRIMARY KEY);
CREATE UNLOGGED TABLE public.b (id integer REFERENCES public.a);

-- case: an unlogged table with an identity and a serial becomes logged
CREATE UNLOGGED TABLE public.t (id integer GENERATED ALWAYS AS IDENTITY, n serial);
-- to
CREATE TABLE public.t (id integer GENERATED ALWAYS AS IDENTITY, n serial);

-- case: storage parameters are set, changed and reset
CREATE TABLE public.t (id integer) WITH (fillfactor = 70, autovacuum_enabled = off);
CREATE TABLE public.u (id integer, b text);
CREATE TABLE public.w (id integer, b text) WITH (toast.autovacuum_vacuum_threshold = 100, parallel_workers = 2);
-- to
CREATE TABLE public.t (id integer) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.1);
CREATE TABLE public.u (id integer, b text) WITH (toast.autovacuum_enabled = false, toast_tuple_target = 1024);
CREATE TABLE public.w (id integer, b text);

-- case: storage parameters are the same in another order
CREATE TABLE public.t (id integer) WITH (fillfactor = 70, autovacuum_enabled = off);
-- to
CREATE TABLE public.t (id integer) WITH (autovacuum_enabled = off, fillfactor = 70);

-- case: replica identity, all forms
CREATE TABLE public.a (id integer NOT NULL UNIQUE);
CREATE TABLE public.b (id integer NOT NULL UNIQUE);
CREATE TABLE public.c (id integer NOT NULL UNIQUE);
ALTER TABLE public.b REPLICA IDENTITY FULL;
ALTER TABLE public.c REPLICA IDENTITY USING INDEX c_id_key;
-- to
CREATE TABLE public.a (id integer NOT NULL UNIQUE);
CREATE TABLE public.b (id integer NOT NULL UNIQUE);
CREATE TABLE public.c (id integer NOT NULL UNIQUE);
ALTER TABLE public.a REPLICA IDENTITY NOTHING;
ALTER TABLE public.b REPLICA IDENTITY USING INDEX b_id_key;

-- case: replica identity by a new index, and the column changes its type
CREATE TABLE public.a (id integer NOT NULL, o integer NOT NULL);
CREATE UNIQUE INDEX a_o ON public.a (o);
ALTER TABLE public.a REPLICA IDENTITY USING INDEX a_o;
-- to
CREATE TABLE public.a (id bigint NOT NULL, o bigint NOT NULL);
CREATE UNIQUE INDEX a_id ON public.a (id);
ALTER TABLE public.a REPLICA IDENTITY USING INDEX a_id;

-- case: the index that is the replica identity stays, the column under it changes
CREATE TABLE public.a (id integer NOT NULL, t text);
CREATE UNIQUE INDEX a_id ON public.a (id);
ALTER TABLE public.a REPLICA IDENTITY USING INDEX a_id;
ALTER TABLE public.a CLUSTER ON a_id;
-- to
CREATE TABLE public.a (id text NOT NULL, t text);
CREATE UNIQUE INDEX a_id ON public.a (id);
ALTER TABLE public.a REPLICA IDENTITY USING INDEX a_id;
ALTER TABLE public.a CLUSTER ON a_id;

-- case: the mark of clustering moves, comes, goes
CREATE TABLE public.a (id integer PRIMARY KEY, o integer);
CREATE INDEX a_o ON public.a (o);
ALTER TABLE public.a CLUSTER ON a_o;
CREATE TABLE public.b (id integer PRIMARY KEY);
CREATE TABLE public.c (id integer PRIMARY KEY);
ALTER TABLE public.c CLUSTER ON c_pkey;
-- to
CREATE TABLE public.a (id integer PRIMARY KEY, o integer);
CREATE INDEX a_o ON public.a (o);
ALTER TABLE public.a CLUSTER ON a_pkey;
CREATE TABLE public.b (id integer PRIMARY KEY);
ALTER TABLE public.b CLUSTER ON b_pkey;
CREATE TABLE public.c (id integer PRIMARY KEY);

-- case: access method of a table
CREATE ACCESS METHOD other TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE public.t (id integer PRIMARY KEY);
CREATE TABLE public.u (id integer) USING other;
-- to
CREATE ACCESS METHOD other TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE public.t (id integer PRIMARY KEY) USING other;
CREATE TABLE public.u (id integer);

-- case: row security is switched on and forced
CREATE TABLE public.t (id integer);
CREATE TABLE public.u (id integer);
ALTER TABLE public.u ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.u FORCE ROW LEVEL SECURITY;
-- to
CREATE TABLE public.t (id integer);
ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.t FORCE ROW LEVEL SECURITY;
CREATE TABLE public.u (id integer);

-- case: comment, owner and grants of a table
-- needs: role app_owner; role app_user
CREATE TABLE public.t (id integer, "a b" text);
COMMENT ON TABLE public.t IS 'old';
GRANT SELECT, INSERT ON public.t TO app_user;
-- to
CREATE TABLE public.t (id integer, "a b" text);
COMMENT ON TABLE public.t IS E'it''s new\nand \\ long';
ALTER TABLE public.t OWNER TO app_owner;
GRANT SELECT ON public.t TO app_user WITH GRANT OPTION;
GRANT ALL ON public.t TO PUBLIC;

-- case: the owner loses a privilege on a table
-- needs: role app_owner
CREATE TABLE public.t (id integer);
ALTER TABLE public.t OWNER TO app_owner;
-- to
CREATE TABLE public.t (id integer);
ALTER TABLE public.t OWNER TO app_owner;
REVOKE DELETE, TRUNCATE ON public.t FROM app_owner;

-- case: column grants come and go, with the column
-- needs: role app_user
CREATE TABLE public.t (id integer, a text, b text);
GRANT SELECT (id, a), UPDATE (b) ON public.t TO app_user;
-- to
CREATE TABLE public.t (id integer, a text, c text);
GRANT SELECT (id), INSERT (c) ON public.t TO app_user;
GRANT UPDATE (a) ON public.t TO PUBLIC;

-- case: a table moves to another schema, which is a new one
CREATE SCHEMA one;
CREATE TABLE one.t (id serial PRIMARY KEY, k text);
CREATE INDEX t_k ON one.t (k);
-- to
CREATE SCHEMA two;
CREATE TABLE two.t (id serial PRIMARY KEY, k text);
CREATE INDEX t_k ON two.t (k);

-- case: a schema goes with its contents
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('good', 'bad');
CREATE DOMAIN app.name AS text CHECK (VALUE <> '');
CREATE TABLE app.t (id serial PRIMARY KEY, m app.mood DEFAULT 'good', n app.name);
CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE TRIGGER trg BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.f();
CREATE VIEW app.v AS SELECT m, count(*) FROM app.t GROUP BY m;
-- to

-- case: a table becomes a view
CREATE TABLE public.t (id integer PRIMARY KEY, a text);
CREATE TABLE public.o (id integer, a text);
-- to
CREATE TABLE public.o (id integer, a text);
CREATE VIEW public.t AS SELECT id, a FROM public.o;

-- case: a table becomes a view of the table that took its data, with a view above
CREATE TABLE public.t (id integer, a text);
CREATE VIEW public.above AS SELECT id FROM public.t;
-- to
CREATE TABLE public.t_data (id integer, a text);
CREATE VIEW public.t AS SELECT id, a FROM public.t_data;
CREATE VIEW public.above AS SELECT id FROM public.t;

-- case: a table becomes a sequence, a sequence a table
CREATE TABLE public.a (id integer);
CREATE SEQUENCE public.b;
-- to
CREATE SEQUENCE public.a;
CREATE TABLE public.b (id integer);

-- case: a composite type becomes a table that a function takes
CREATE TYPE public.pair AS (a integer, b integer);
CREATE FUNCTION public.f(p public.pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT p.a';
-- to
CREATE TABLE public.pair (a integer, b integer);
CREATE FUNCTION public.f(p public.pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT p.a';

-- case: two tables exchange their names
CREATE TABLE public.a (id integer PRIMARY KEY, only_a text);
CREATE TABLE public.b (id integer PRIMARY KEY, only_b text);
-- to
CREATE TABLE public.b (id integer PRIMARY KEY, only_a text);
CREATE TABLE public.a (id integer PRIMARY KEY, only_b text);

-- case: names that need quotes, of all things on a table
CREATE SCHEMA "My App";
CREATE TABLE "My App"."Order" ("select" integer PRIMARY KEY, "a""b" text DEFAULT 'x', "it's" text);
-- to
CREATE SCHEMA "My App";
CREATE TABLE "My App"."Order" ("select" bigint PRIMARY KEY, "a""b" text DEFAULT 'y' NOT NULL, "ünï" text);
CREATE UNIQUE INDEX "Idx ""1""" ON "My App"."Order" ("a""b", "ünï" DESC);
ALTER TABLE "My App"."Order" ADD CONSTRAINT "chk 1" CHECK ("a""b" <> "ünï");
COMMENT ON COLUMN "My App"."Order"."a""b" IS 'x';
COMMENT ON CONSTRAINT "chk 1" ON "My App"."Order" IS 'y';
COMMENT ON INDEX "My App"."Idx ""1""" IS 'z';

-- case: a typed table comes, another goes
CREATE TYPE public.pair AS (a integer, b text);
CREATE TABLE public.u OF public.pair (PRIMARY KEY (a));
-- to
CREATE TYPE public.pair AS (a integer, b text);
CREATE TABLE public.t OF public.pair (a WITH OPTIONS NOT NULL DEFAULT 4, CHECK (b <> ''));

-- case: a plain table becomes a typed one and the other way round
CREATE TYPE public.pair AS (a integer, b text);
CREATE TABLE public.t (a integer, b text);
CREATE TABLE public.u OF public.pair;
-- to
CREATE TYPE public.pair AS (a integer, b text);
CREATE TABLE public.t OF public.pair;
CREATE TABLE public.u (a integer, b text);

-- case: the type of a typed table gets an attribute
CREATE TYPE public.pair AS (a integer, b text);
CREATE TABLE public.t OF public.pair;
-- to
CREATE TYPE public.pair AS (a integer, b text, c date);
CREATE TABLE public.t OF public.pair (c WITH OPTIONS NOT NULL);

-- case: a column is of the row type of another table
CREATE TABLE public.a (x integer);
-- to
CREATE TABLE public.a (x integer, z text);
CREATE TABLE public.b (id integer, r public.a, rs public.a[]);

-- case: the default of a table's column calls a function that reads the table
-- to
CREATE TABLE public.t (id integer, n bigint);
CREATE FUNCTION public.f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(t.id) FROM public.t; END;
ALTER TABLE public.t ALTER COLUMN n SET DEFAULT public.f();

-- case: such a function changes, and the column it reads
CREATE TABLE public.t (id integer, n bigint);
CREATE FUNCTION public.f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(t.id) FROM public.t; END;
ALTER TABLE public.t ALTER COLUMN n SET DEFAULT public.f();
-- to
CREATE TABLE public.t (id text, n bigint);
CREATE FUNCTION public.f() RETURNS bigint LANGUAGE sql STRICT BEGIN ATOMIC SELECT count(t.id) + 1 FROM public.t; END;
ALTER TABLE public.t ALTER COLUMN n SET DEFAULT public.f();

-- case: a check calls a function that takes the row of the table
-- to
CREATE TABLE public.t (id integer, n bigint);
CREATE FUNCTION public.good(r public.t) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT r.id > 0';
ALTER TABLE public.t ADD CONSTRAINT t_good CHECK (public.good(t.*));

-- case: a table that uses a new extension's type, index class and function
-- needs: extension citext; extension pg_trgm; extension uuid-ossp
-- to
CREATE EXTENSION citext;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION "uuid-ossp";
CREATE TABLE public.t (id uuid DEFAULT public.uuid_generate_v4() PRIMARY KEY, mail public.citext UNIQUE, body text);
CREATE INDEX t_body ON public.t USING gin (body public.gin_trgm_ops);

-- case: an extension moves to a schema of its own under a table that uses it
-- needs: extension hstore
CREATE EXTENSION hstore;
CREATE TABLE public.t (id integer, h public.hstore DEFAULT ''::public.hstore);
-- to
CREATE SCHEMA ext;
CREATE EXTENSION hstore SCHEMA ext;
CREATE TABLE public.t (id integer, h ext.hstore DEFAULT ''::ext.hstore);

-- case: a column changes its type, and the table becomes a typed one, or one of another type
CREATE TABLE t (a bigint, b varchar(5));
CREATE TYPE y AS (a int, b text);
CREATE TYPE z AS (a bigint, b text);
CREATE TABLE u OF y;
-- to
CREATE TYPE y AS (a int, b text);
CREATE TYPE z AS (a bigint, b text);
CREATE TABLE t OF y;
CREATE TABLE u OF z;

-- case: a plain table becomes a typed one, and gets other columns for that
CREATE TABLE public.t (a int4range, c integer);
-- to
CREATE TYPE public.pair AS (a integer, b text);
CREATE TABLE public.t OF public.pair (a WITH OPTIONS NOT NULL DEFAULT 4, CHECK (b <> ''));

-- case: a typed table gets another type, in another order
CREATE TYPE public.one AS (a integer, b text);
CREATE TABLE public.t OF public.one (PRIMARY KEY (a));
-- to
CREATE TYPE public.other AS (b text, a bigint);
CREATE TABLE public.t OF public.other (PRIMARY KEY (a));

-- case: a typed table gets another type, with other columns
CREATE TYPE public.one AS (a integer, b text);
CREATE TABLE public.t OF public.one (PRIMARY KEY (a));
-- to
CREATE TYPE public.other AS (b integer, c text);
CREATE TABLE public.t OF public.other;
