/*-------------------------------------------------------------------------
 * src/reader/reader_extension.c
 *	  Read extensions.
 *
 * Not the one that we are, and not those that initdb installs.  The control
 * file says whether version and comment are what CREATE EXTENSION gives by
 * itself.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

MigReading	MigReadExtensions[] = {
	MIG_READING(MIG_READ_OBJECTS, true, ExtensionRelationId, NULL,
				"SELECT 'pg_extension'::regclass::oid, e.oid, 0, 'extension', NULL::text,"
				" e.extname::text, quote_ident(e.extname), NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'schema', n.nspname, 'version', e.extversion,"
				" 'relocatable', CASE WHEN e.extrelocatable THEN true END,"
				" 'default_version', CASE WHEN a.default_version = e.extversion THEN true END,"
				" 'default_comment', CASE WHEN a.comment = d.description THEN true END,"
				" 'comment', d.description))"
				" FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
				" LEFT JOIN pg_description d ON d.objoid = e.oid"
				" AND d.classoid = 'pg_extension'::regclass AND d.objsubid = 0"
				" LEFT JOIN pg_available_extensions() a ON a.name = e.extname"
				" WHERE e.oid >= " CppAsString2(FirstNormalObjectId) " AND e.extname <> 'migrator'"),
	MIG_READING_END
};
