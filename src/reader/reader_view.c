/*-------------------------------------------------------------------------
 * src/reader/reader_view.c
 *	  Read views, materialized views, and rules.
 *
 * The columns of a view are no objects of their own, since the query makes
 * them; what can be said of one of them is in the list "columns", in their
 * order.  The rule that is the view stands for it in pg_depend.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

/* The query, without the semicolon that the server puts after it. */
#define DEFINITION(oid)		"regexp_replace(pg_get_viewdef(" oid "), ';$', '')"

/* What views and materialized views say of each column; more may follow. */
#define COLUMN_PROPS \
	"'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)," \
	" 'collation', CASE WHEN a.attcollation <> y.typcollation THEN a.attcollation::regcollation::text END," \
	" 'acl', CASE WHEN a.attacl IS NOT NULL THEN " MIG_ACL("a.attacl", "'c'", "c.relowner") " END," \
	" 'comment', m.description," \
	" 'labels', CASE WHEN EXISTS (SELECT FROM pg_seclabel) THEN " MIG_LABELS("c.oid", "pg_class", "a.attnum") " END"

#define COLUMNS(props) \
	"(SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(" COLUMN_PROPS props "))" \
	" ORDER BY a.attnum), '[]')" \
	" FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid" \
	" LEFT JOIN pg_description m ON m.objoid = c.oid AND m.classoid = 'pg_class'::regclass" \
	" AND m.objsubid = a.attnum" \
	" WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)"

/* The check option, which has a clause of its own, is the last one, wherever the server has it. */
#define VIEW_OPTIONS \
	"(SELECT jsonb_agg(x.o ORDER BY starts_with(x.o, 'check_option='), x.n)" \
	" FROM unnest(c.reloptions) WITH ORDINALITY AS x (o, n))"

#define VIEWS \
	"SELECT 'pg_class'::regclass::oid, c.oid, 0, 'view'," \
	" n.nspname::text, c.relname::text, " MIG_QUALIFIED("n.nspname", "c.relname") "," \
	" NULL::oid, NULL::oid, NULL::int," \
	" jsonb_strip_nulls(jsonb_build_object(" \
	"'definition', " DEFINITION("c.oid") "," \
	" 'options', " VIEW_OPTIONS "," \
	" 'columns', " COLUMNS(", 'default', (SELECT pg_get_expr(e.adbin, e.adrelid) FROM pg_attrdef e" \
						   " WHERE e.adrelid = a.attrelid AND e.adnum = a.attnum AND a.atthasdef)") ")) AS props," \
	" " MIG_OWNER_AND_ACL("c.relowner", "c.relacl") \
	" FROM pg_class c" \
	" JOIN pg_namespace n ON n.oid = c.relnamespace" \
	" WHERE c.relnamespace = ANY ($1) AND c.relkind = 'v'"

/*
 * Whether it has been populated is a matter of data.  Servers of November 2026
 * keep an element of their own in attoptions, pg_attver=n, which is no option.
 */
#define MATERIALIZED_VIEWS \
	"SELECT 'pg_class'::regclass::oid, c.oid, 0, 'materialized view'," \
	" n.nspname::text, c.relname::text, " MIG_QUALIFIED("n.nspname", "c.relname") "," \
	" NULL::oid, NULL::oid, NULL::int," \
	" jsonb_strip_nulls(jsonb_build_object(" \
	"'definition', " DEFINITION("c.oid") "," \
	" 'access_method', (SELECT x.amname FROM pg_am x WHERE x.oid = c.relam AND x.amname <> 'heap')," \
	" 'options', CASE WHEN c.reloptions IS NOT NULL OR t.reloptions IS NOT NULL THEN" \
	" (SELECT jsonb_agg(x.o ORDER BY x.t, x.n) FROM (" \
	"SELECT 1 AS t, m.o, m.n FROM unnest(c.reloptions) WITH ORDINALITY AS m (o, n)" \
	" UNION ALL SELECT 2, 'toast.' || m.o, m.n FROM unnest(t.reloptions) WITH ORDINALITY AS m (o, n)) x) END," \
	" 'replica_identity', CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' END," \
	" 'columns', " COLUMNS(", 'storage', CASE WHEN a.attstorage <> y.typstorage THEN" \
						   " CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'" \
						   " WHEN 'x' THEN 'extended' WHEN 'm' THEN 'main' END END," \
						   " 'compression', CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END," \
						   " 'statistics', nullif(a.attstattarget, -1)," \
						   " 'options', (SELECT jsonb_agg(o ORDER BY o COLLATE \"C\") FROM unnest(a.attoptions) o" \
						   " WHERE o NOT LIKE 'pg\\_attver=%')") ")) AS props," \
	" " MIG_OWNER_AND_ACL("c.relowner", "c.relacl") \
	" FROM pg_class c" \
	" JOIN pg_namespace n ON n.oid = c.relnamespace" \
	" LEFT JOIN pg_class t ON t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL" \
	" WHERE c.relnamespace = ANY ($1) AND c.relkind = 'm'"

#define RULES \
	"SELECT 'pg_rewrite'::regclass::oid, r.oid, 0, 'rule', n.nspname::text, r.rulename::text," \
	" quote_ident(r.rulename) || ' ON ' || " MIG_QUALIFIED("n.nspname", "c.relname") "," \
	" 'pg_class'::regclass::oid, c.oid, 0," \
	" jsonb_strip_nulls(jsonb_build_object(" \
	"'definition', regexp_replace(pg_get_ruledef(r.oid), ';$', '')," \
	" 'enabled', " MIG_ENABLED("r.ev_enabled") "))" \
	" FROM pg_rewrite r" \
	" JOIN pg_class c ON c.oid = r.ev_class" \
	" JOIN pg_namespace n ON n.oid = c.relnamespace" \
	" WHERE c.relnamespace = ANY ($1) AND r.rulename <> '_RETURN'"

MigReading	MigReadViews[] = {
	MIG_READING(MIG_READ_OBJECTS, false, RelationRelationId, "v", VIEWS),
	MIG_READING(MIG_READ_OBJECTS, false, RelationRelationId, "m", MATERIALIZED_VIEWS),
	MIG_READING(MIG_READ_OBJECTS, false, RewriteRelationId, "234", RULES),
	MIG_READING_END
};
