/*-------------------------------------------------------------------------
 * src/reader/reader_scope.c
 *	  Which schemas a snapshot is of, and whether it can have changed.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "pgstat.h"
#include "reader/reader_internal.h"
#include "utils/builtins.h"

typedef struct Schemas
{
	Oid		   *oids;
	int			n;
	int			size;
} Schemas;

static void ReceiveSchema(TupleTableSlot *slot, void *arg);
static void ReceiveWrites(TupleTableSlot *slot, void *arg);

/* User schemas: not the server's, not ours, and not those of extensions. */
static MigQuery all_schemas = {
	.sql = "SELECT n.oid FROM pg_namespace n"
	" WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'migrator')"
	" AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass"
	" AND d.objid = n.oid AND d.deptype = 'e')",
	.read_only = true,
	.expect = SPI_OK_SELECT
};

static MigQuery named_schemas = {
	.sql = "SELECT n.oid FROM pg_namespace n WHERE n.nspname = ANY ($1)",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTARRAYOID}
};

/* What the server counts for its own tables, but for those of data. */
static MigQuery catalog_writes = {
	.sql = "SELECT sum(pg_stat_get_xact_tuples_inserted(c.oid)"
	" + pg_stat_get_xact_tuples_updated(c.oid) + pg_stat_get_xact_tuples_deleted(c.oid))::int8"
	" FROM pg_class c WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r'"
	" AND c.relname NOT IN ('pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject',"
	" 'pg_largeobject_metadata')",
	.read_only = true,
	.expect = SPI_OK_SELECT
};

/*
 * MigReaderScopeOf
 *		The scope of a snapshot of the named schemas, or of the whole database
 *		(nnames 0): all user schemas and what is in no schema.
 *
 * A name that no schema has is passed over: such a schema is empty.
 */
void
MigReaderScopeOf(MigReaderScope *scope, const char *const *names, int nnames)
{
	Schemas		schemas = {.size = 16};
	Datum		value = MigDbArray(names, nnames);

	schemas.oids = palloc(sizeof(Oid) * schemas.size);
	if (nnames == 0)
		(void) MigDbRead(&all_schemas, NULL, NULL, ReceiveSchema, &schemas);
	else
		(void) MigDbRead(&named_schemas, &value, NULL, ReceiveSchema, &schemas);

	memset(scope, 0, sizeof(MigReaderScope));
	scope->schemas = schemas.oids;
	scope->nschemas = schemas.n;
	scope->database_wide = nnames == 0;
}

static void
ReceiveSchema(TupleTableSlot *slot, void *arg)
{
	Schemas    *schemas = arg;
	bool		isnull;

	if (schemas->n == schemas->size)
	{
		schemas->size *= 2;
		schemas->oids = repalloc(schemas->oids, sizeof(Oid) * schemas->size);
	}
	schemas->oids[schemas->n++] = DatumGetObjectId(slot_getattr(slot, 1, &isnull));
}

/*
 * MigReaderCatalogWrites
 *		How many rows of the catalogs this session has written in the current
 *		command; -1 if the server does not count (track_counts is off).
 *
 * If the number is the same before and after something, that has not changed
 * the schema.  What was rolled back counts too.
 */
int64
MigReaderCatalogWrites(void)
{
	int64		writes = -1;

	if (pgstat_track_counts)
		(void) MigDbRead(&catalog_writes, NULL, NULL, ReceiveWrites, &writes);
	return writes;
}

static void
ReceiveWrites(TupleTableSlot *slot, void *arg)
{
	bool		isnull;

	*(int64 *) arg = DatumGetInt64(slot_getattr(slot, 1, &isnull));
}
