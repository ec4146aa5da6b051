/*-------------------------------------------------------------------------
 * src/reader/reader_language.c
 *	  Read languages, access methods, casts, transforms and conversions.
 *
 * Only those that users made: those of initdb have smaller OIDs, and plpgsql
 * is among them.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_language.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

#define BY_USER(oid)		oid " >= " CppAsString2(FirstNormalObjectId)

MigReading	MigReadLanguages[] = {
	MIG_READING(MIG_READ_OBJECTS, true, LanguageRelationId, NULL,
				"SELECT 'pg_language'::regclass::oid, pl.oid, 0, 'language',"
				" NULL::text, pl.lanname::text, quote_ident(pl.lanname),"
				" NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'trusted', CASE WHEN pl.lanpltrusted THEN true END,"
				" 'handler', " MIG_FUNCTION_NAME("pl.lanplcallfoid") ","
				" 'inline', " MIG_FUNCTION_NAME("pl.laninline") ","
				" 'validator', " MIG_FUNCTION_NAME("pl.lanvalidator") ")) AS props,"
				" " MIG_OWNER_AND_ACL("pl.lanowner", "pl.lanacl")
				" FROM pg_language pl WHERE pl.lanispl AND " BY_USER("pl.oid")),

	MIG_READING(MIG_READ_OBJECTS, true, AccessMethodRelationId, NULL,
				"SELECT 'pg_am'::regclass::oid, a.oid, 0, 'access method',"
				" NULL::text, a.amname::text, quote_ident(a.amname),"
				" NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'type', CASE a.amtype WHEN 'i' THEN 'index' ELSE 'table' END,"
				" 'handler', " MIG_FUNCTION_NAME("a.amhandler") "))"
				" FROM pg_am a WHERE " BY_USER("a.oid")),

	MIG_READING(MIG_READ_OBJECTS, true, CastRelationId, NULL,
				"SELECT 'pg_cast'::regclass::oid, c.oid, 0, 'cast', NULL::text,"
				" format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL),"
				" '(' || format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) || ')',"
				" NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'method', CASE c.castmethod WHEN 'i' THEN 'inout' WHEN 'b' THEN 'binary' END,"
				" 'function', " MIG_FUNCTION("c.castfunc") ","
				" 'context', CASE c.castcontext WHEN 'a' THEN 'assignment' WHEN 'i' THEN 'implicit' END))"
				" FROM pg_cast c WHERE " BY_USER("c.oid")
				" AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass"
				" AND d.objid = c.oid AND d.deptype = 'i')"),

	MIG_READING(MIG_READ_OBJECTS, true, TransformRelationId, NULL,
				"SELECT 'pg_transform'::regclass::oid, t.oid, 0, 'transform', NULL::text,"
				" format_type(t.trftype, NULL) || ' ' || l.lanname,"
				" 'FOR ' || format_type(t.trftype, NULL) || ' LANGUAGE ' || quote_ident(l.lanname),"
				" NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'from_sql', " MIG_FUNCTION("t.trffromsql") ","
				" 'to_sql', " MIG_FUNCTION("t.trftosql") "))"
				" FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang"
				" WHERE " BY_USER("t.oid")),

	MIG_READING(MIG_READ_OBJECTS, false, ConversionRelationId, NULL,
				"SELECT 'pg_conversion'::regclass::oid, c.oid, 0, 'conversion',"
				" n.nspname::text, c.conname::text, " MIG_QUALIFIED("n.nspname", "c.conname") ","
				" NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'from', pg_encoding_to_char(c.conforencoding),"
				" 'to', pg_encoding_to_char(c.contoencoding),"
				" 'function', " MIG_FUNCTION_NAME("c.conproc") ","
				" 'default', CASE WHEN c.condefault THEN true END)) AS props,"
				" " MIG_OWNER("c.conowner")
				" FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace"
				" WHERE c.connamespace = ANY ($1)"),
	MIG_READING_END
};
