-- case: an extension comes
-- needs: extension hstore
-- to
CREATE EXTENSION hstore;

-- case: an extension in a new schema, and what uses it
-- needs: extension hstore; extension pg_trgm
-- to
CREATE SCHEMA ext;
CREATE EXTENSION hstore WITH SCHEMA ext;
CREATE EXTENSION pg_trgm WITH SCHEMA ext;
CREATE TABLE public.t (a ext.hstore, b text);
CREATE INDEX t_b ON public.t USING gin (b ext.gin_trgm_ops);

-- case: one goes, another comes
-- needs: extension hstore; extension citext
CREATE EXTENSION hstore;
CREATE TABLE public.t (a public.hstore);
-- to
CREATE EXTENSION citext;
CREATE TABLE public.t (a public.citext);

-- case: an extension moves
-- needs: extension hstore
CREATE SCHEMA ext;
CREATE EXTENSION hstore;
CREATE TABLE public.t (a public.hstore);
-- to
CREATE SCHEMA ext;
CREATE EXTENSION hstore WITH SCHEMA ext;
CREATE TABLE public.t (a ext.hstore);

-- case: a version that is not the default
-- needs: extension pg_trgm
CREATE EXTENSION pg_trgm VERSION '1.4';
-- to
CREATE EXTENSION pg_trgm VERSION '1.5';

-- case: the comment of an extension
-- needs: extension hstore
CREATE EXTENSION hstore;
COMMENT ON EXTENSION hstore IS 'one';
-- to
CREATE EXTENSION hstore;
COMMENT ON EXTENSION hstore IS 'two';

-- case: an extension that needs another
-- needs: extension cube; extension earthdistance
-- to
CREATE EXTENSION earthdistance CASCADE;

-- case: a name that needs quotes
-- needs: extension uuid-ossp
-- to
CREATE EXTENSION "uuid-ossp";
CREATE TABLE public.t (id uuid DEFAULT public.uuid_generate_v4());

-- case: an extension goes, and columns of its types stay
-- needs: extension hstore; extension citext
CREATE SCHEMA x;
CREATE EXTENSION hstore;
CREATE EXTENSION citext SCHEMA x;
CREATE DOMAIN d AS hstore;
CREATE TYPE c AS (h hstore, t x.citext);
CREATE TABLE t (h hstore DEFAULT 'a=>1', hs hstore[], d d, c c, t x.citext UNIQUE);
CREATE INDEX i ON t USING gin (h);
CREATE VIEW v AS SELECT h -> 'a' AS a, t FROM t;
-- to
CREATE TYPE c AS (h text, t text);
CREATE TABLE t (h text, hs text[], d text, c c, t text UNIQUE);
CREATE VIEW v AS SELECT h AS a, t FROM t;

-- case: an extension leaves a schema that goes
-- needs: extension hstore; extension citext
CREATE SCHEMA x;
CREATE EXTENSION hstore SCHEMA x;
CREATE EXTENSION citext SCHEMA x;
CREATE DOMAIN d AS x.hstore;
CREATE TABLE t (h x.hstore DEFAULT 'a=>1', d d, t x.citext UNIQUE);
CREATE INDEX i ON t USING gin (h);
CREATE VIEW v AS SELECT h OPERATOR(x.->) 'a' AS a, t FROM t;
-- to
CREATE EXTENSION hstore;
CREATE EXTENSION citext;
CREATE DOMAIN d AS hstore;
CREATE TABLE t (h hstore DEFAULT 'a=>1', d d, t citext UNIQUE);
CREATE INDEX i ON t USING gin (h);
CREATE VIEW v AS SELECT h -> 'a' AS a, t FROM t;

-- case: a column of an extension's type becomes text, and the extension goes
-- needs: extension citext
CREATE EXTENSION citext;
CREATE TABLE public.x (c citext NOT NULL DEFAULT 'a', d citext[], e integer);
CREATE INDEX x_c ON public.x (c);
-- to
CREATE TABLE public.x (c text NOT NULL DEFAULT 'a', d text[], e integer);
CREATE INDEX x_c ON public.x (c);

-- case: an extension's type becomes a domain of that name
-- needs: extension citext
CREATE EXTENSION citext;
CREATE TABLE public.x (c citext, d citext);
-- to
CREATE DOMAIN public.citext AS text;
CREATE TABLE public.x (c citext, d text);
