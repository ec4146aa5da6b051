/*-------------------------------------------------------------------------
 * src/reader/reader_policy.c
 *	  Read row-level security policies.
 *
 * Whether a table enforces them is the table's property.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_policy.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

/* The roles; PUBLIC, which is alone if it is there, is left out. */
#define POLICIES \
	"SELECT 'pg_policy'::regclass::oid, p.oid, 0, 'policy', n.nspname::text, p.polname::text," \
	" quote_ident(p.polname) || ' ON ' || " MIG_QUALIFIED("n.nspname", "c.relname") "," \
	" 'pg_class'::regclass::oid, c.oid, 0," \
	" jsonb_strip_nulls(jsonb_build_object(" \
	"'command', CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert'" \
	" WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' END," \
	" 'restrictive', CASE WHEN NOT p.polpermissive THEN true END," \
	" 'roles', (SELECT jsonb_agg(" MIG_ROLE("r") " ORDER BY " MIG_ROLE("r") " COLLATE \"C\")" \
	" FROM unnest(p.polroles) r WHERE r <> 0)," \
	" 'using', pg_get_expr(p.polqual, p.polrelid)," \
	" 'check', pg_get_expr(p.polwithcheck, p.polrelid)))" \
	" FROM pg_policy p" \
	" JOIN pg_class c ON c.oid = p.polrelid" \
	" JOIN pg_namespace n ON n.oid = c.relnamespace" \
	" WHERE c.relnamespace = ANY ($1)"

MigReading	MigReadPolicies[] = {
	MIG_READING(MIG_READ_OBJECTS, false, PolicyRelationId, NULL, POLICIES),
	MIG_READING_END
};
