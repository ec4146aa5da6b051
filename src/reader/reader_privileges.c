/*-------------------------------------------------------------------------
 * src/reader/reader_privileges.c
 *	  Read default privileges.
 *
 * Those without a schema take the place of what the server would give, those
 * in a schema come on top of that.  Either way all of them are listed.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_default_acl.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

#define ACL_TYPE	"CASE d.defaclobjtype WHEN 'S' THEN 's'::\"char\" ELSE d.defaclobjtype END"

#define OBJECTS \
	"CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'" \
	" WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' WHEN 'L' THEN 'LARGE OBJECTS' END"

#define DEFAULT_PRIVILEGES(place, where) \
	"SELECT 'pg_default_acl'::regclass::oid, d.oid, 0, 'default privileges', n.nspname::text," \
	" " MIG_ROLE("d.defaclrole") "::text," \
	" 'FOR ROLE ' || quote_ident(" MIG_ROLE("d.defaclrole") ") || " place " || ' ON ' || " OBJECTS "," \
	" NULL::oid, NULL::oid, NULL::int," \
	" jsonb_build_object('role', " MIG_ROLE("d.defaclrole") ", 'objects', " OBJECTS "," \
	" 'grants', " MIG_ACL_ITEMS("d.defaclacl", "(" ACL_TYPE ")", "d.defaclrole") ")" \
	" FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace" \
	" WHERE " where

MigReading	MigReadPrivileges[] = {
	MIG_READING(MIG_READ_OBJECTS, false, DefaultAclRelationId, NULL,
				DEFAULT_PRIVILEGES("' IN SCHEMA ' || quote_ident(n.nspname)",
								   "d.defaclnamespace = ANY ($1)")),
	MIG_READING(MIG_READ_OBJECTS, true, DefaultAclRelationId, NULL, DEFAULT_PRIVILEGES("''", "d.defaclnamespace = 0")),
	MIG_READING_END
};
