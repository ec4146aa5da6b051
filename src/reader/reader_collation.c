/*-------------------------------------------------------------------------
 * src/reader/reader_collation.c
 *	  Read collations.
 *
 * The version is not a property: it is that of the library on the server where
 * the collation was created.  The locale of a collation that is not libc's is in
 * colliculocale on version 15 and 16, and in colllocale since then.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

MigReading	MigReadCollations[] = {
	MIG_READING(MIG_READ_OBJECTS, false, CollationRelationId, NULL,
				"SELECT 'pg_collation'::regclass::oid, c.oid, 0, 'collation', n.nspname::text,"
				" c.collname::text, " MIG_QUALIFIED("n.nspname", "c.collname") ","
				" NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'provider', CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin'"
				" WHEN 'd' THEN 'default' ELSE 'libc' END,"
				" 'locale', coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale',"
				" CASE WHEN c.collcollate = c.collctype THEN c.collcollate END),"
				" 'lc_collate', CASE WHEN c.collcollate <> c.collctype THEN c.collcollate END,"
				" 'lc_ctype', CASE WHEN c.collcollate <> c.collctype THEN c.collctype END,"
				" 'nondeterministic', CASE WHEN NOT c.collisdeterministic THEN true END,"
				" 'rules', to_jsonb(c) -> 'collicurules')) AS props,"
				" " MIG_OWNER("c.collowner")
				" FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace"
				" WHERE c.collnamespace = ANY ($1) AND c.collencoding IN (-1,"
				" (SELECT d.encoding FROM pg_database d WHERE d.datname = current_database()))"),
	MIG_READING_END
};
