/*-------------------------------------------------------------------------
 * src/reader/reader_schema.c
 *	  Read schemas.
 *
 * The schema public of a new database is as it is: its owner, privileges and
 * comment are properties only where they differ from what initdb makes.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "model/model.h"
#include "reader/reader_internal.h"

MigReading	MigReadSchemas[] = {
	MIG_READING(MIG_READ_OBJECTS, false, 0, NULL,
				"SELECT 'pg_namespace'::regclass::oid, n.oid, 0, 'schema', NULL::text, n.nspname::text,"
				" quote_ident(n.nspname), NULL::oid, NULL::oid, NULL::int,"
				" " MIG_OWNER_AND_ACL("n.nspowner", "n.nspacl")
				" FROM pg_namespace n WHERE n.oid = ANY ($1)"),
	MIG_READING_END
};

/*
 * The snapshot of a database as CREATE DATABASE makes it.
 */
const char	MigReaderEmptyDatabase[] =
"{\"format\": " CppAsString2(MIG_SNAPSHOT_FORMAT) ", \"objects\": ["
"{\"kind\": \"schema\", \"name\": \"public\", \"identity\": \"public\","
" \"owner\": \"pg_database_owner\", \"comment\": \"standard public schema\","
" \"acl\": [{\"grantee\": \"\", \"privileges\": [\"USAGE\"]},"
" {\"grantee\": \"pg_database_owner\", \"privileges\": [\"ALL\"]}]}]}";
