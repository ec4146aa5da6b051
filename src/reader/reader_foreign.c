/*-------------------------------------------------------------------------
 * src/reader/reader_foreign.c
 *	  Read foreign-data wrappers, servers and user mappings.
 *
 * Options of user mappings that look secret are masked.  Their values are in a
 * property of their own, which is there only when a text that the user has
 * given is read back.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_type.h"
#include "catalog/pg_user_mapping.h"
#include "reader/reader_internal.h"

#define WRAPPERS \
	"SELECT 'pg_foreign_data_wrapper'::regclass::oid, w.oid, 0, 'foreign-data wrapper', NULL::text," \
	" w.fdwname::text, quote_ident(w.fdwname), NULL::oid, NULL::oid, NULL::int," \
	" jsonb_strip_nulls(jsonb_build_object(" \
	"'handler', " MIG_FUNCTION_NAME("w.fdwhandler") "," \
	" 'validator', " MIG_FUNCTION_NAME("w.fdwvalidator") "," \
	" 'options', " MIG_OPTIONS("w.fdwoptions") ")) AS props," \
	" " MIG_OWNER_AND_ACL("w.fdwowner", "w.fdwacl") \
	" FROM pg_foreign_data_wrapper w"

#define SERVERS \
	"SELECT 'pg_foreign_server'::regclass::oid, s.oid, 0, 'server', NULL::text," \
	" s.srvname::text, quote_ident(s.srvname), NULL::oid, NULL::oid, NULL::int," \
	" jsonb_strip_nulls(jsonb_build_object(" \
	"'wrapper', quote_ident(w.fdwname), 'type', s.srvtype, 'version', s.srvversion," \
	" 'options', " MIG_OPTIONS("s.srvoptions") ")) AS props," \
	" " MIG_OWNER_AND_ACL("s.srvowner", "s.srvacl") \
	" FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw"

#define IS_SECRET	"split_part(o, '=', 1) ~* '(passw|secret|token|(^|_)key$)'"

#define USER_MAPPINGS(secrets) \
	"SELECT 'pg_user_mapping'::regclass::oid, m.oid, 0, 'user mapping', NULL::text, s.srvname::text," \
	" 'FOR ' || CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(" MIG_ROLE("m.umuser") ") END" \
	" || ' SERVER ' || quote_ident(s.srvname), NULL::oid, NULL::oid, NULL::int," \
	" jsonb_strip_nulls(jsonb_build_object('options'," \
	" (SELECT jsonb_agg(CASE WHEN " IS_SECRET " THEN split_part(o, '=', 1) || '=" MIG_MASK "' ELSE o END" \
	" ORDER BY o COLLATE \"C\") FROM unnest(m.umoptions) o)" secrets "))" \
	" FROM pg_user_mapping m JOIN pg_foreign_server s ON s.oid = m.umserver"

#define SECRETS \
	", 'secrets', (SELECT jsonb_agg(o ORDER BY o COLLATE \"C\") FROM unnest(m.umoptions) o" \
	" WHERE " IS_SECRET ")"

MigReading	MigReadForeign[] = {
	MIG_READING(MIG_READ_OBJECTS, true, ForeignDataWrapperRelationId, NULL, WRAPPERS),
	MIG_READING(MIG_READ_OBJECTS, true, ForeignServerRelationId, NULL, SERVERS),
	MIG_READING_MASKED(true, UserMappingRelationId, NULL, USER_MAPPINGS("")),
	MIG_READING_CLEAR(true, UserMappingRelationId, NULL, USER_MAPPINGS(SECRETS)),
	MIG_READING_END
};
