/*-------------------------------------------------------------------------
 * src/reader/reader_type.c
 *	  Read types, domains and the constraints of domains.
 *
 * Of composite types only those are types that were created as such; the row
 * type of a table stands for the table.  Array types, multirange types and the
 * functions and casts that came with a range type stand for the type they
 * belong to.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

/* A collation, unless it is that of the type. */
#define COLLATION(oid, usual) \
	"(SELECT " MIG_QUALIFIED("n.nspname", "l.collname") \
	" FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace" \
	" WHERE l.oid = " oid " AND " oid " <> " usual ")"

/* The attributes of a composite type, in their order. */
#define ATTRIBUTES \
	"(SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(" \
	"'name', a.attname," \
	" 'type', format_type(a.atttypid, a.atttypmod)," \
	" 'collation', " COLLATION("a.attcollation", "e.typcollation") "," \
	" 'comment', " MIG_COMMENT("t.typrelid", "pg_class", "a.attnum") "))" \
	" ORDER BY a.attnum), '[]')" \
	" FROM pg_attribute a JOIN pg_type e ON e.oid = a.atttypid" \
	" WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)"

#define ENUM_PROPS \
	"jsonb_build_object('variety', 'enum', 'values'," \
	" (SELECT coalesce(jsonb_agg(e.enumlabel ORDER BY e.enumsortorder), '[]')" \
	" FROM pg_enum e WHERE e.enumtypid = t.oid))"

#define RANGE_PROPS \
	"(SELECT jsonb_build_object('variety', 'range'," \
	" 'subtype', format_type(r.rngsubtype, NULL)," \
	" 'multirange', format_type(r.rngmultitypid, NULL)," \
	" 'opclass', CASE WHEN NOT o.opcdefault THEN" \
	" (SELECT " MIG_QUALIFIED("n.nspname", "o.opcname") \
	" FROM pg_namespace n WHERE n.oid = o.opcnamespace) END," \
	" 'collation', " COLLATION("r.rngcollation", "s.typcollation") "," \
	" 'canonical', " MIG_FUNCTION_NAME("r.rngcanonical") "," \
	" 'subtype_diff', " MIG_FUNCTION_NAME("r.rngsubdiff") ")" \
	" FROM pg_range r JOIN pg_type s ON s.oid = r.rngsubtype" \
	" JOIN pg_opclass o ON o.oid = r.rngsubopc WHERE r.rngtypid = t.oid)"

#define BASE_PROPS \
	"jsonb_build_object('variety', 'base'," \
	" 'length', nullif(t.typlen, -1)," \
	" 'input', " MIG_FUNCTION_NAME("t.typinput") "," \
	" 'output', " MIG_FUNCTION_NAME("t.typoutput") "," \
	" 'receive', " MIG_FUNCTION_NAME("t.typreceive") "," \
	" 'send', " MIG_FUNCTION_NAME("t.typsend") "," \
	" 'typmod_in', " MIG_FUNCTION_NAME("t.typmodin") "," \
	" 'typmod_out', " MIG_FUNCTION_NAME("t.typmodout") "," \
	" 'analyze', " MIG_FUNCTION_NAME("t.typanalyze") "," \
	" 'subscript', " MIG_FUNCTION_NAME("t.typsubscript") "," \
	" 'collatable', CASE WHEN t.typcollation <> 0 THEN true END," \
	" 'default', coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault))," \
	" 'element', CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) END," \
	" 'category', nullif(t.typcategory, 'U')," \
	" 'preferred', CASE WHEN t.typispreferred THEN true END," \
	" 'delimiter', nullif(t.typdelim, ',')," \
	" 'alignment', CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2'" \
	" WHEN 'd' THEN 'double' END," \
	" 'storage', CASE t.typstorage WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended'" \
	" WHEN 'm' THEN 'main' END," \
	" 'by_value', CASE WHEN t.typbyval THEN true END)"

/* The address of a type. */
#define TYPE_ADDRESS(oid)		"'pg_type'::regclass::oid, " oid ", 0"

/* Constraints NOT NULL of domains are constraints since version 17. */
#define NOT_NULL_PROPS \
	"jsonb_build_object(" \
	"'not_null_name', (SELECT c.conname FROM pg_constraint c WHERE c.contypid = t.oid" \
	" AND c.contype = 'n' AND c.conname <> t.typname || '_not_null')," \
	" 'not_null_comment', (SELECT d.description FROM pg_constraint c, pg_description d" \
	" WHERE c.contypid = t.oid AND c.contype = 'n' AND d.objoid = c.oid" \
	" AND d.classoid = 'pg_constraint'::regclass))"

MigReading	MigReadTypes[] = {
	MIG_READING(MIG_READ_OBJECTS, false, TypeRelationId, "bcepr",
				"SELECT " TYPE_ADDRESS("t.oid") ", 'type', n.nspname::text, t.typname::text,"
				" " MIG_QUALIFIED("n.nspname", "t.typname") ", NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(CASE"
				" WHEN NOT t.typisdefined THEN '{\"variety\": \"shell\"}'"
				" WHEN t.typtype = 'e' THEN " ENUM_PROPS
				" WHEN t.typtype = 'c' THEN"
				" jsonb_build_object('variety', 'composite', 'attributes', " ATTRIBUTES ")"
				" WHEN t.typtype = 'r' THEN " RANGE_PROPS
				" ELSE " BASE_PROPS " END) AS props,"
				" " MIG_OWNER_AND_ACL("t.typowner", "t.typacl")
				" FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
				" LEFT JOIN pg_class c ON c.oid = t.typrelid"
				" WHERE t.typnamespace = ANY ($1) AND t.typtype IN ('b', 'c', 'e', 'p', 'r')"
				" AND (t.typrelid = 0 OR c.relkind = 'c')"
				" AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)"),
	MIG_READING(MIG_READ_OBJECTS, false, TypeRelationId, "d",
				"SELECT " TYPE_ADDRESS("t.oid") ", 'domain', n.nspname::text, t.typname::text,"
				" " MIG_QUALIFIED("n.nspname", "t.typname") ", NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'type', format_type(t.typbasetype, t.typtypmod),"
				" 'collation', " COLLATION("t.typcollation", "b.typcollation") ","
				" 'default', coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)),"
				" 'not_null', CASE WHEN t.typnotnull THEN true END)"
				" || CASE WHEN t.typnotnull THEN " NOT_NULL_PROPS " ELSE '{}' END) AS props,"
				" " MIG_OWNER_AND_ACL("t.typowner", "t.typacl")
				" FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
				" JOIN pg_type b ON b.oid = t.typbasetype"
				" WHERE t.typnamespace = ANY ($1) AND t.typtype = 'd'"),
	MIG_READING(MIG_READ_OBJECTS, false, ConstraintRelationId, "c",
				"SELECT 'pg_constraint'::regclass::oid, c.oid, 0, 'domain constraint', n.nspname::text,"
				" c.conname::text, quote_ident(c.conname) || ' ON DOMAIN ' || "
				MIG_QUALIFIED("n.nspname", "t.typname") ", " TYPE_ADDRESS("t.oid") ","
				" jsonb_strip_nulls(jsonb_build_object("
				"'definition', regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', ''),"
				" 'not_valid', CASE WHEN NOT c.convalidated THEN true END))"
				" FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid"
				" JOIN pg_namespace n ON n.oid = t.typnamespace"
				" WHERE c.contype = 'c' AND t.typnamespace = ANY ($1)"),

	/* NOT NULL of domains */
	MIG_READING(MIG_READ_ALIASES, false, ConstraintRelationId, "n",
				"SELECT 'pg_constraint'::regclass::oid, oid, 0, " TYPE_ADDRESS("contypid")
				" FROM pg_constraint WHERE contypid <> 0 AND contype = 'n'"),
	MIG_READING_END
};
