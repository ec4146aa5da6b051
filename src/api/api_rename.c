/*-------------------------------------------------------------------------
 * src/api/api_rename.c
 *	  rename_revision, convert_ids, aliases.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(migrator_rename_revision);
PG_FUNCTION_INFO_V1(migrator_convert_ids);
PG_FUNCTION_INFO_V1(migrator_aliases);

static void AddRename(const MigRename *rename, void *arg);

/*
 * migrator.rename_revision(old text, new text, version_table regclass) -> text
 */
Datum
migrator_rename_revision(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	char	   *old = MigApiText(fcinfo, 0, "old");
	char	   *new = MigApiText(fcinfo, 1, "new");
	Oid			table = PG_ARGISNULL(2) ? InvalidOid : PG_GETARG_OID(2);

	MigApiCopy(&copy);
	PG_RETURN_TEXT_P(cstring_to_text(MigRunRename(&copy, old, new, table)));
}

/*
 * migrator.convert_ids(dry_run boolean, version_table regclass)
 *	 -> rows of old, new, filename, new_filename
 */
Datum
migrator_convert_ids(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	bool		dry_run = MigApiBool(fcinfo, 0, "dry_run");
	Oid			table = PG_ARGISNULL(1) ? InvalidOid : PG_GETARG_OID(1);

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigRunConvertIds(&copy, dry_run, table, AddRename, &row);
	return (Datum) 0;
}

/*
 * migrator.aliases() -> rows of alias, revision, created_at, created_by
 */
Datum
migrator_aliases(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigLedgerListAliases(&copy, MigApiAddSlot, &row);
	return (Datum) 0;
}

static void
AddRename(const MigRename *rename, void *arg)
{
	MigRow	   *row = arg;

	MigApiAddText(row, rename->old);
	MigApiAddText(row, rename->new);
	MigApiAddText(row, rename->filename);
	MigApiAddText(row, rename->new_filename);
	MigApiEnd(row);
}
