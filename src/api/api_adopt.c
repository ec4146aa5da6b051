/*-------------------------------------------------------------------------
 * src/api/api_adopt.c
 *	  adopt.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"

PG_FUNCTION_INFO_V1(migrator_adopt);

static void AddAdopted(const char *tool, const char *table, const char *revision, const char *key,
					   const char *state, const char *detail, void *arg);

/*
 * migrator.adopt(tool text, version_table regclass, dry_run boolean, accept_changed boolean)
 *	 -> rows of tool, version_table, revision, key, state, detail
 */
Datum
migrator_adopt(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	char	   *tool = MigApiText(fcinfo, 0, "tool");
	Oid			table = PG_ARGISNULL(1) ? InvalidOid : PG_GETARG_OID(1);
	bool		dry_run = MigApiBool(fcinfo, 2, "dry_run");
	bool		accept_changed = MigApiBool(fcinfo, 3, "accept_changed");

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigRunAdopt(&copy, tool, table, dry_run, accept_changed, AddAdopted, &row);
	return (Datum) 0;
}

/* A MigAdoptedFn. */
static void
AddAdopted(const char *tool, const char *table, const char *revision, const char *key,
		   const char *state, const char *detail, void *arg)
{
	MigRow	   *row = arg;

	MigApiAddText(row, tool);
	MigApiAddText(row, table);
	MigApiAddText(row, revision);
	MigApiAddText(row, key);
	MigApiAddText(row, state);
	MigApiAddText(row, detail);
	MigApiEnd(row);
}
