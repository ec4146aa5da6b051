/*-------------------------------------------------------------------------
 * src/reader/reader_text_search.c
 *	  Read text search parsers, templates, dictionaries and configurations.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

/* The first columns of a row, for a catalog with prefix_ columns. */
#define HEAD(catalog, kind, prefix) \
	"SELECT '" catalog "'::regclass::oid, x.oid, 0, '" kind "', n.nspname::text, x." prefix "name::text," \
	" " MIG_QUALIFIED("n.nspname", "x." prefix "name") "," \
	" NULL::oid, NULL::oid, NULL::int," \
	" jsonb_strip_nulls(jsonb_build_object("

#define TAIL(catalog, prefix) \
	" FROM " catalog " x" \
	" JOIN pg_namespace n ON n.oid = x." prefix "namespace" \
	" WHERE x." prefix "namespace = ANY ($1)"

/* A function, if there is one. */
#define FUNCTION(column)	"CASE WHEN " column " <> 0 THEN " column "::oid::regproc::text END"

#define PARSERS \
	HEAD("pg_ts_parser", "text search parser", "prs") \
	"'start', " FUNCTION("x.prsstart") ", 'gettoken', " FUNCTION("x.prstoken") "," \
	" 'end', " FUNCTION("x.prsend") ", 'lextypes', " FUNCTION("x.prslextype") "," \
	" 'headline', " FUNCTION("x.prsheadline") "))" \
	TAIL("pg_ts_parser", "prs")

#define TEMPLATES \
	HEAD("pg_ts_template", "text search template", "tmpl") \
	"'init', " FUNCTION("x.tmplinit") ", 'lexize', " FUNCTION("x.tmpllexize") "))" \
	TAIL("pg_ts_template", "tmpl")

#define DICTIONARIES \
	HEAD("pg_ts_dict", "text search dictionary", "dict") \
	"'template', (SELECT " MIG_QUALIFIED("tn.nspname", "t.tmplname") \
	" FROM pg_ts_template t JOIN pg_namespace tn ON tn.oid = t.tmplnamespace WHERE t.oid = x.dicttemplate)," \
	" 'options', x.dictinitoption)) AS props," \
	" " MIG_OWNER("x.dictowner") \
	TAIL("pg_ts_dict", "dict")

/* The mappings: in the order of the parser's types of tokens. */
#define CONFIGURATIONS \
	HEAD("pg_ts_config", "text search configuration", "cfg") \
	"'parser', (SELECT " MIG_QUALIFIED("pn.nspname", "p.prsname") \
	" FROM pg_ts_parser p JOIN pg_namespace pn ON pn.oid = p.prsnamespace WHERE p.oid = x.cfgparser)," \
	" 'mappings', (SELECT jsonb_agg(jsonb_build_object('token', k.alias, 'dictionaries', m.dictionaries)" \
	" ORDER BY k.tokid)" \
	" FROM (SELECT w.maptokentype, jsonb_agg(" MIG_QUALIFIED("dn.nspname", "d.dictname") " ORDER BY w.mapseqno)" \
	" AS dictionaries FROM pg_ts_config_map w JOIN pg_ts_dict d ON d.oid = w.mapdict" \
	" JOIN pg_namespace dn ON dn.oid = d.dictnamespace WHERE w.mapcfg = x.oid GROUP BY 1) m" \
	" JOIN ts_token_type(x.cfgparser) k ON k.tokid = m.maptokentype))) AS props," \
	" " MIG_OWNER("x.cfgowner") \
	TAIL("pg_ts_config", "cfg")

MigReading	MigReadTextSearch[] = {
	MIG_READING(MIG_READ_OBJECTS, false, TSParserRelationId, NULL, PARSERS),
	MIG_READING(MIG_READ_OBJECTS, false, TSTemplateRelationId, NULL, TEMPLATES),
	MIG_READING(MIG_READ_OBJECTS, false, TSDictionaryRelationId, NULL, DICTIONARIES),
	MIG_READING(MIG_READ_OBJECTS, false, TSConfigRelationId, NULL, CONFIGURATIONS),
	MIG_READING_END
};
