-- case: a column comes at the end, and in the middle
CREATE TABLE public.t (a integer, c text);
CREATE TABLE public.u (a integer, c text);
-- to
CREATE TABLE public.t (a integer, c text, d date);
CREATE TABLE public.u (a integer, b date, c text);

-- case: a column goes with its index, key and check
CREATE TABLE public.t (a integer, b text UNIQUE, c integer CHECK (c > 0), CHECK (a < c));
CREATE INDEX t_b ON public.t (b, a);
-- to
CREATE TABLE public.t (a integer);

-- case: an integer becomes bigint under a key, a foreign key and views
CREATE TABLE public.a (id integer PRIMARY KEY, x text);
CREATE TABLE public.b (a_id integer REFERENCES public.a ON DELETE CASCADE);
CREATE VIEW public.v AS SELECT a.id, b.a_id FROM public.a JOIN public.b ON a.id = b.a_id;
CREATE VIEW public.vv AS SELECT max(id) AS m FROM public.v;
COMMENT ON VIEW public.vv IS 'kept';
-- to
CREATE TABLE public.a (id bigint PRIMARY KEY, x text);
CREATE TABLE public.b (a_id bigint REFERENCES public.a ON DELETE CASCADE);
CREATE VIEW public.v AS SELECT a.id, b.a_id FROM public.a JOIN public.b ON a.id = b.a_id;
CREATE VIEW public.vv AS SELECT max(id) AS m FROM public.v;
COMMENT ON VIEW public.vv IS 'kept';

-- case: a type changes under view, policy, index, statistics, trigger and generated column
CREATE TABLE public.t (id integer, state text, up text GENERATED ALWAYS AS (upper(state)) STORED);
CREATE INDEX t_state ON public.t (state) WHERE state <> 'x';
CREATE POLICY p ON public.t USING (state = 'open');
CREATE STATISTICS public.s ON id, state FROM public.t;
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE TRIGGER trg BEFORE UPDATE OF state ON public.t FOR EACH ROW WHEN (new.state <> 'x') EXECUTE FUNCTION public.f();
CREATE VIEW public.v AS SELECT state FROM public.t;
CREATE MATERIALIZED VIEW public.m AS SELECT state, count(*) AS n FROM public.t GROUP BY state;
CREATE UNIQUE INDEX m_state ON public.m (state);
-- to
CREATE TABLE public.t (id integer, state character varying(10), up text GENERATED ALWAYS AS (upper(state)) STORED);
CREATE INDEX t_state ON public.t (state) WHERE state <> 'x';
CREATE POLICY p ON public.t USING (state = 'open');
CREATE STATISTICS public.s ON id, state FROM public.t;
CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE TRIGGER trg BEFORE UPDATE OF state ON public.t FOR EACH ROW WHEN (new.state <> 'x') EXECUTE FUNCTION public.f();
CREATE VIEW public.v AS SELECT state FROM public.t;
CREATE MATERIALIZED VIEW public.m AS SELECT state, count(*) AS n FROM public.t GROUP BY state;
CREATE UNIQUE INDEX m_state ON public.m (state);

-- case: text becomes integer, jsonb, boolean, array: no implicit cast
CREATE TABLE public.t (a text, b text, c text, d text);
-- to
CREATE TABLE public.t (a integer, b jsonb, c boolean, d text[]);

-- case: text with a default becomes a new enum
CREATE TABLE public.t (state text DEFAULT 'open' NOT NULL);
-- to
CREATE TYPE public.state AS ENUM ('open', 'done');
CREATE TABLE public.t (state public.state DEFAULT 'open' NOT NULL);

-- case: an enum goes, its columns become text, one of them indexed
CREATE TYPE public.state AS ENUM ('open', 'done');
CREATE TABLE public.t (state public.state DEFAULT 'open' NOT NULL, s public.state[] DEFAULT '{}');
CREATE INDEX t_state ON public.t (state) WHERE state = 'open';
-- to
CREATE TABLE public.t (state text DEFAULT 'open' NOT NULL, s text[] DEFAULT '{}');
CREATE INDEX t_state ON public.t (state) WHERE state = 'open';

-- case: an enum is rebuilt under a domain, a default, an array, a function, a view and a check
CREATE TYPE public.state AS ENUM ('open', 'held', 'done');
CREATE DOMAIN public.live AS public.state CHECK (VALUE <> 'done');
CREATE FUNCTION public.is_open(s public.state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT s = 'open'$$;
CREATE TABLE public.t (a public.state DEFAULT 'open', b public.state[] DEFAULT ARRAY['done'::public.state], c public.live,
    CHECK (a <> 'done'), CHECK (public.is_open(a)));
CREATE INDEX t_a ON public.t (a) WHERE a = 'open';
CREATE VIEW public.v AS SELECT a, public.is_open(a) AS o FROM public.t WHERE a = 'open';
-- to
CREATE TYPE public.state AS ENUM ('done', 'open');
CREATE DOMAIN public.live AS public.state CHECK (VALUE <> 'done');
CREATE FUNCTION public.is_open(s public.state) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT s = 'open'$$;
CREATE TABLE public.t (a public.state DEFAULT 'open', b public.state[] DEFAULT ARRAY['done'::public.state], c public.live,
    CHECK (a <> 'done'), CHECK (public.is_open(a)));
CREATE INDEX t_a ON public.t (a) WHERE a = 'open';
CREATE VIEW public.v AS SELECT a, public.is_open(a) AS o FROM public.t WHERE a = 'open';

-- case: precision, length and scale
CREATE TABLE public.t (a character varying(10), b numeric(10,2), c timestamp(3) with time zone, d character(4), e bit(3), f interval, g time(2));
-- to
CREATE TABLE public.t (a character varying(20), b numeric(12,4), c timestamp with time zone, d character varying(4), e bit varying(5), f interval hour to second(2), g time with time zone);

-- case: collation comes, changes, goes
CREATE TABLE public.t (a text, b text COLLATE "C", c text COLLATE "POSIX");
CREATE INDEX t_b ON public.t (b);
-- to
CREATE TABLE public.t (a text COLLATE "C", b text COLLATE "POSIX", c text);
CREATE INDEX t_b ON public.t (b);

-- case: a collation of one's own changes under a column and an index
CREATE COLLATION public.mine (LOCALE = 'C');
CREATE TABLE public.t (a text COLLATE public.mine);
CREATE INDEX t_a ON public.t (a);
-- to
CREATE COLLATION public.mine (PROVIDER = icu, LOCALE = 'und');
CREATE TABLE public.t (a text COLLATE public.mine);
CREATE INDEX t_a ON public.t (a);

-- case: NOT NULL comes and goes
CREATE TABLE public.t (a integer NOT NULL, b integer, c integer DEFAULT 3);
-- to
CREATE TABLE public.t (a integer, b integer NOT NULL, c integer DEFAULT 3 NOT NULL);

-- case: a primary key goes, NOT NULL of its column too
CREATE TABLE public.t (a integer PRIMARY KEY, b integer GENERATED ALWAYS AS IDENTITY);
-- to
CREATE TABLE public.t (a integer, b integer);

-- case: identity comes, on a nullable column with a default
CREATE TABLE public.t (a integer, b bigint DEFAULT 7);
-- to
CREATE TABLE public.t (a integer GENERATED ALWAYS AS IDENTITY, b bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 100));

-- case: identity changes its kind and its options
CREATE TABLE public.t (a integer GENERATED ALWAYS AS IDENTITY, b bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 100 INCREMENT BY 5 CACHE 3 CYCLE MINVALUE 10 MAXVALUE 1000));
-- to
CREATE TABLE public.t (a integer GENERATED BY DEFAULT AS IDENTITY (START 5), b bigint GENERATED ALWAYS AS IDENTITY (INCREMENT BY -1));

-- case: the column of an identity changes its type
CREATE TABLE public.t (a integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b bigint GENERATED ALWAYS AS IDENTITY);
-- to
CREATE TABLE public.t (a bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b smallint GENERATED ALWAYS AS IDENTITY);

-- case: identity sequences have names of their own
CREATE TABLE public.t (a integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.first));
-- to
CREATE TABLE public.t (a integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.second));

-- case: comment, owner and grants of an identity's sequence
-- needs: role app_user
CREATE TABLE public.t (a integer GENERATED ALWAYS AS IDENTITY);
-- to
CREATE TABLE public.t (a integer GENERATED ALWAYS AS IDENTITY);
COMMENT ON SEQUENCE public.t_a_seq IS 'x';
GRANT USAGE ON SEQUENCE public.t_a_seq TO app_user;

-- case: serial becomes identity and the other way round
CREATE TABLE public.t (a serial, b integer GENERATED ALWAYS AS IDENTITY);
-- to
CREATE TABLE public.t (a integer GENERATED ALWAYS AS IDENTITY, b serial);

-- case: a serial column comes, another goes, a third becomes bigserial
CREATE TABLE public.t (a serial, b serial);
-- to
CREATE TABLE public.t (b bigserial, c smallserial);

-- case: a generated column comes, changes, goes
CREATE TABLE public.t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED, c integer GENERATED ALWAYS AS (a * 3) STORED);
-- to
CREATE TABLE public.t (a integer, c integer GENERATED ALWAYS AS (a * 4) STORED, d integer GENERATED ALWAYS AS (a + 1) STORED);

-- case: a generated column becomes a plain one and the other way round
CREATE TABLE public.t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED, c integer);
CREATE INDEX t_c ON public.t (c);
-- to
CREATE TABLE public.t (a integer, b integer, c integer GENERATED ALWAYS AS (a * 2) STORED);
CREATE INDEX t_c ON public.t (c);

-- case: the column behind a generated one changes its type
CREATE TABLE public.t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);
CREATE VIEW public.v AS SELECT b FROM public.t;
-- to
CREATE TABLE public.t (a numeric, b integer GENERATED ALWAYS AS (a * 2) STORED);
CREATE VIEW public.v AS SELECT b FROM public.t;

-- case: the function behind a generated column changes, and what it takes
CREATE FUNCTION public.f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TABLE public.t (a integer, b integer GENERATED ALWAYS AS (public.f(a)) STORED);
-- to
CREATE FUNCTION public.f(integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::bigint';
CREATE TABLE public.t (a integer, b bigint GENERATED ALWAYS AS (public.f(a)) STORED);

-- case: the expression of a generated column is the same, its type is not
CREATE TABLE public.t (a integer, b integer GENERATED ALWAYS AS (a) STORED);
-- to
CREATE TABLE public.t (a integer, b bigint GENERATED ALWAYS AS (a) STORED);

-- case: virtual generated columns come and change
-- needs: server 18
CREATE TABLE public.t (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL, c integer GENERATED ALWAYS AS (a * 2) STORED);
-- to
CREATE TABLE public.t (a integer, b integer GENERATED ALWAYS AS (a * 3) VIRTUAL, c integer GENERATED ALWAYS AS (a * 2) VIRTUAL);

-- case: NOT NULL has a name, is not valid, is not inherited
-- needs: server 18
CREATE TABLE public.t (a integer CONSTRAINT first NOT NULL, b integer NOT NULL, c integer);
-- to
CREATE TABLE public.t (a integer CONSTRAINT second NOT NULL, b integer CONSTRAINT named NOT NULL NO INHERIT, c integer);
ALTER TABLE public.t ADD CONSTRAINT later NOT NULL c NOT VALID;
COMMENT ON CONSTRAINT second ON public.t IS 'x';

-- case: storage, compression, statistics target, options
CREATE TABLE public.t (a text, b text, c text, d text);
ALTER TABLE public.t ALTER a SET STORAGE EXTERNAL, ALTER b SET COMPRESSION pglz, ALTER c SET STATISTICS 100, ALTER d SET (n_distinct = 5);
-- to
CREATE TABLE public.t (a text, b text, c text, d text);
ALTER TABLE public.t ALTER a SET STORAGE MAIN, ALTER c SET STATISTICS 0, ALTER b SET STORAGE PLAIN, ALTER d SET (n_distinct_inherited = -0.5);

-- case: storage and statistics target of a column whose type changes
CREATE TABLE public.t (a text, b text);
ALTER TABLE public.t ALTER a SET STORAGE EXTERNAL, ALTER a SET STATISTICS 100, ALTER b SET STORAGE MAIN;
-- to
CREATE TABLE public.t (a jsonb, b integer);
ALTER TABLE public.t ALTER a SET STORAGE EXTERNAL, ALTER a SET STATISTICS 100;

-- case: comments of columns come, change, go
CREATE TABLE public.t (a integer, b integer, c integer);
COMMENT ON COLUMN public.t.b IS 'old';
COMMENT ON COLUMN public.t.c IS 'gone';
-- to
CREATE TABLE public.t (a integer, b bigint, c integer);
COMMENT ON COLUMN public.t.a IS 'it''s';
COMMENT ON COLUMN public.t.b IS 'new';

-- case: a column is dropped and another of another type takes its name under a view
CREATE TABLE public.t (id integer, a text);
CREATE VIEW public.v AS SELECT id, a FROM public.t;
-- to
CREATE TABLE public.t (id integer, a point);
CREATE VIEW public.v AS SELECT id, a FROM public.t;

-- case: a column is dropped from table and view at once
CREATE TABLE public.t (id integer, a text);
CREATE VIEW public.v AS SELECT id, a FROM public.t;
CREATE VIEW public.w AS SELECT id FROM public.v;
-- to
CREATE TABLE public.t (id integer);
CREATE VIEW public.v AS SELECT id FROM public.t;
CREATE VIEW public.w AS SELECT id FROM public.v;

-- case: a column becomes a domain, and one of the domain's base type
CREATE DOMAIN public.d AS text CHECK (VALUE <> '');
CREATE TABLE public.t (a text NOT NULL, b public.d DEFAULT 'x');
-- to
CREATE DOMAIN public.d AS text CHECK (VALUE <> '');
CREATE TABLE public.t (a public.d NOT NULL, b text DEFAULT 'x');

-- case: the base type of a domain changes under columns, a view and a check
CREATE DOMAIN public.d AS integer CHECK (VALUE > 0);
CREATE TABLE public.t (a public.d PRIMARY KEY, b public.d DEFAULT 3, CHECK (b < 100));
CREATE VIEW public.v AS SELECT a FROM public.t;
-- to
CREATE DOMAIN public.d AS bigint CHECK (VALUE > 0);
CREATE TABLE public.t (a public.d PRIMARY KEY, b public.d DEFAULT 3, CHECK (b < 100));
CREATE VIEW public.v AS SELECT a FROM public.t;

-- case: an attribute of a composite type changes under a column
CREATE TYPE public.money_of AS (amount numeric, currency text);
CREATE TABLE public.t (price public.money_of, prices public.money_of[]);
-- to
CREATE TYPE public.money_of AS (amount bigint, currency text, note text);
CREATE TABLE public.t (price public.money_of, prices public.money_of[]);

-- case: an array type becomes a scalar, the other way round, and of another dimension
CREATE TABLE public.t (a integer[], b integer, c text[][]);
-- to
CREATE TABLE public.t (a integer, b integer[], c text[]);

-- case: all columns are replaced
CREATE TABLE public.t (a integer, b text);
CREATE INDEX t_a ON public.t (a);
-- to
CREATE TABLE public.t (c integer, d text);
CREATE INDEX t_a ON public.t (c);

-- case: the type of a column that a SQL-standard function body reads
CREATE TABLE public.t (a integer, b text);
CREATE FUNCTION public.f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(a)::bigint FROM public.t; END;
CREATE VIEW public.v AS SELECT public.f() AS x;
-- to
CREATE TABLE public.t (a bigint, b text);
CREATE FUNCTION public.f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(a)::bigint FROM public.t; END;
CREATE VIEW public.v AS SELECT public.f() AS x;

-- case: the type of a column in a publication's filter and list
CREATE TABLE public.t (a integer PRIMARY KEY, b text);
CREATE PUBLICATION pub FOR TABLE public.t (a, b) WHERE (a > 5);
-- to
CREATE TABLE public.t (a bigint PRIMARY KEY, b text);
CREATE PUBLICATION pub FOR TABLE public.t (a, b) WHERE (a > 5);

-- case: the type of a column that a rule uses
CREATE TABLE public.t (a integer, b text);
CREATE TABLE public.log (a integer);
CREATE RULE r AS ON INSERT TO public.t DO ALSO INSERT INTO public.log VALUES (new.a);
-- to
CREATE TABLE public.t (a bigint, b text);
CREATE TABLE public.log (a bigint);
CREATE RULE r AS ON INSERT TO public.t DO ALSO INSERT INTO public.log VALUES (new.a);

-- case: the sequence of an identity column is logged otherwise than the table
CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY);
CREATE UNLOGGED TABLE u (a integer GENERATED ALWAYS AS IDENTITY);
CREATE TABLE s (a integer GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE s_a_seq SET UNLOGGED;
CREATE TABLE v (a integer GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE v_a_seq SET UNLOGGED;
-- to
CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE t_a_seq SET UNLOGGED;
CREATE UNLOGGED TABLE u (a integer GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE u_a_seq SET LOGGED;
CREATE UNLOGGED TABLE s (a integer GENERATED ALWAYS AS IDENTITY);
CREATE UNLOGGED TABLE v (a integer GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE v_a_seq SET LOGGED;
CREATE TABLE w (a integer GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE w_a_seq SET UNLOGGED;

-- case: NOT NULL that is not valid, of tables with children
-- needs: server 18
-- to
CREATE TABLE a (x integer);
ALTER TABLE a ADD CONSTRAINT nn NOT NULL x NOT VALID;
CREATE TABLE p (x integer);
CREATE TABLE c () INHERITS (p);
CREATE TABLE d (x integer, y text) INHERITS (p);
CREATE TABLE e () INHERITS (p);
ALTER TABLE e ADD CONSTRAINT e_nn NOT NULL x;
ALTER TABLE p ADD CONSTRAINT p_nn NOT NULL x NOT VALID;
ALTER TABLE d VALIDATE CONSTRAINT p_nn;
COMMENT ON CONSTRAINT p_nn ON p IS 'not valid';
COMMENT ON CONSTRAINT p_nn ON c IS 'not valid either';
COMMENT ON CONSTRAINT p_nn ON d IS 'valid';
CREATE TABLE t (x integer, y text) PARTITION BY LIST (x);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t2 (x integer, y text);
ALTER TABLE t2 ADD CONSTRAINT t2_nn NOT NULL x NOT VALID;
ALTER TABLE t ADD CONSTRAINT t_nn NOT NULL x NOT VALID;
ALTER TABLE t ATTACH PARTITION t2 FOR VALUES IN (2);

-- case: NOT NULL of a child has a name of its own
-- needs: server 18
-- to
CREATE TABLE p (x integer NOT NULL, y integer);
CREATE TABLE c (CONSTRAINT x_nn NOT NULL x, CONSTRAINT y_nn NOT NULL y) INHERITS (p);
CREATE TABLE d (NOT NULL y) INHERITS (p);

-- case: an identity goes, and the column gets a type that none can have
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b bigint GENERATED BY DEFAULT AS IDENTITY);
-- to
CREATE TABLE t (a text, b uuid DEFAULT gen_random_uuid());

-- case: a table takes the name of an identity's sequence
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);
-- to
CREATE TABLE t_a_seq (x int);
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);

-- case: the sequence of an identity column gets another name, with a point in it
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "a.b"));
-- to
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "c""d.e"));

-- case: an identity column becomes text
CREATE TABLE public.t (a integer GENERATED ALWAYS AS IDENTITY, b bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 100));
-- to
CREATE TABLE public.t (a text DEFAULT 'x', b jsonb);
