-- case: text search objects come
CREATE TABLE t (a text);
-- to
CREATE TABLE t (a text);
CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
    LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH PARSER "Prs 2" (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
    LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE tpl (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH TEMPLATE "Tpl 2" (LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = tpl, STOPWORDS = english, ACCEPT = false);
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = pg_catalog.simple);
CREATE TEXT SEARCH CONFIGURATION cfg (PARSER = prs);
ALTER TEXT SEARCH CONFIGURATION cfg ADD MAPPING FOR asciiword, word, asciihword WITH dict, english_stem;
ALTER TEXT SEARCH CONFIGURATION cfg ADD MAPPING FOR email WITH simple;
COMMENT ON TEXT SEARCH PARSER prs IS 'parser';
COMMENT ON TEXT SEARCH TEMPLATE tpl IS 'template';
COMMENT ON TEXT SEARCH DICTIONARY dict IS 'dictionary';
COMMENT ON TEXT SEARCH CONFIGURATION cfg IS 'configuration';

-- case: functions of parsers and templates
CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
    LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH TEMPLATE tpl (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = tpl);
CREATE TEXT SEARCH CONFIGURATION cfg (PARSER = prs);
ALTER TEXT SEARCH CONFIGURATION cfg ADD MAPPING FOR word WITH dict;
COMMENT ON TEXT SEARCH PARSER prs IS 'parser';
-- to
CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
    LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE tpl (INIT = dispell_init, LEXIZE = dispell_lexize);
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = pg_catalog.simple);
CREATE TEXT SEARCH CONFIGURATION cfg (PARSER = prs);
ALTER TEXT SEARCH CONFIGURATION cfg ADD MAPPING FOR word WITH dict;
COMMENT ON TEXT SEARCH PARSER prs IS 'parser';

-- case: options of dictionaries
CREATE TEXT SEARCH DICTIONARY one (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH DICTIONARY two (TEMPLATE = simple, STOPWORDS = english, ACCEPT = true);
CREATE TEXT SEARCH DICTIONARY three (TEMPLATE = simple);
CREATE TEXT SEARCH DICTIONARY four (TEMPLATE = snowball, LANGUAGE = english, STOPWORDS = english);
CREATE TEXT SEARCH DICTIONARY five (TEMPLATE = simple, STOPWORDS = english, ACCEPT = true);
-- to
CREATE TEXT SEARCH DICTIONARY one (TEMPLATE = simple, STOPWORDS = german);
CREATE TEXT SEARCH DICTIONARY two (TEMPLATE = simple, ACCEPT = false);
CREATE TEXT SEARCH DICTIONARY three (TEMPLATE = simple, ACCEPT = false, STOPWORDS = english);
CREATE TEXT SEARCH DICTIONARY four (TEMPLATE = simple);
CREATE TEXT SEARCH DICTIONARY five (TEMPLATE = simple);

-- case: mappings of a configuration
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION cfg (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION cfg ADD MAPPING FOR asciiword, word, email, url WITH dict;
-- to
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple);
CREATE TEXT SEARCH DICTIONARY "Other dict" (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION cfg (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION cfg ADD MAPPING FOR asciiword, email WITH dict;
ALTER TEXT SEARCH CONFIGURATION cfg ADD MAPPING FOR word, host, int WITH dict, "Other dict", english_stem;
ALTER TEXT SEARCH CONFIGURATION cfg ADD MAPPING FOR hword WITH "Other dict", dict;

-- case: a configuration gets another parser, with an index on it
CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
    LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH CONFIGURATION cfg (PARSER = prs);
ALTER TEXT SEARCH CONFIGURATION cfg ADD MAPPING FOR word WITH simple;
CREATE TABLE t (a text);
CREATE INDEX t_a ON t USING gin (to_tsvector('cfg', a));
-- to
CREATE TEXT SEARCH PARSER prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,
    LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH CONFIGURATION cfg (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION cfg ADD MAPPING FOR word WITH simple;
CREATE TABLE t (a text);
CREATE INDEX t_a ON t USING gin (to_tsvector('cfg', a));

-- case: owners of text search objects, and quoted names
-- needs: role app_owner
CREATE SCHEMA "S s";
CREATE TEXT SEARCH DICTIONARY "S s"."D d" (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION "S s"."C c" (PARSER = "default");
-- to
CREATE SCHEMA "S s";
CREATE TEXT SEARCH DICTIONARY "S s"."D d" (TEMPLATE = simple);
ALTER TEXT SEARCH DICTIONARY "S s"."D d" OWNER TO app_owner;
CREATE TEXT SEARCH CONFIGURATION "S s"."C c" (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION "S s"."C c" ADD MAPPING FOR word WITH "S s"."D d";
ALTER TEXT SEARCH CONFIGURATION "S s"."C c" OWNER TO app_owner;
COMMENT ON TEXT SEARCH CONFIGURATION "S s"."C c" IS 'it''s';
