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
