-- case: defaults come, change, go
CREATE TABLE public.t (a integer DEFAULT 1, b text DEFAULT 'x', c date);
-- to
CREATE TABLE public.t (a integer DEFAULT 2, b text, c date DEFAULT CURRENT_DATE);

-- case: a default changes with the type of its column
CREATE TABLE public.t (a integer DEFAULT 1, b text DEFAULT '5', c text DEFAULT 'x', d integer DEFAULT 3);
-- to
CREATE TABLE public.t (a text DEFAULT '1', b integer DEFAULT 5, c integer, d numeric DEFAULT 3);

-- case: a default is written differently and means the same
CREATE TABLE public.t (a text DEFAULT 'x', b timestamptz DEFAULT now(), c integer DEFAULT 1 + 1);
-- to
CREATE TABLE public.t (a text DEFAULT 'x'::text, b timestamptz DEFAULT (now()), c integer DEFAULT (1 + 1));

-- case: a default calls a function that comes, that goes, that changes its type
CREATE FUNCTION public.gone() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.changed() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE public.t (a integer DEFAULT public.gone(), b integer DEFAULT 0, c integer DEFAULT public.changed());
-- to
CREATE FUNCTION public.fresh() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.changed() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE TABLE public.t (a integer, b integer DEFAULT public.fresh(), c bigint DEFAULT public.changed());

-- case: a default draws from a sequence that is not owned
CREATE SEQUENCE public.s;
CREATE TABLE public.t (a integer DEFAULT nextval('public.s'), b integer);
-- to
CREATE SEQUENCE public.r;
CREATE TABLE public.t (a integer, b integer DEFAULT nextval('public.r'));

-- case: one sequence for two tables
-- to
CREATE SEQUENCE public.s;
CREATE TABLE public.t (a bigint DEFAULT nextval('public.s') NOT NULL);
CREATE TABLE public.u (a bigint DEFAULT nextval('public.s') NOT NULL);
ALTER SEQUENCE public.s OWNED BY public.t.a;

-- case: a default by name of a text that is a sequence
CREATE TABLE public.t (a integer);
-- to
CREATE SEQUENCE public.s;
CREATE TABLE public.t (a integer DEFAULT nextval('public.s'::text));

-- case: defaults of views
CREATE TABLE public.t (a integer, b text DEFAULT 'table');
CREATE VIEW public.v AS SELECT a, b FROM public.t;
ALTER VIEW public.v ALTER COLUMN b SET DEFAULT 'view';
-- to
CREATE TABLE public.t (a integer, b text DEFAULT 'table');
CREATE VIEW public.v AS SELECT a, b FROM public.t;
ALTER VIEW public.v ALTER COLUMN a SET DEFAULT 9;

-- case: defaults with quotes, newlines, backslashes, casts
CREATE TABLE public.t (a text DEFAULT E'a\\b', b jsonb DEFAULT '{"k": "it''s"}');
-- to
CREATE TABLE public.t (a text DEFAULT E'two\nlines', b jsonb DEFAULT '{"k": [1, 2, "\u00fc"]}', c text[] DEFAULT ARRAY['a''b', 'c'], d interval DEFAULT '1 day 02:03:04', e point DEFAULT '(1,2)', f bit(3) DEFAULT B'101');
