/*-------------------------------------------------------------------------
 * src/api/api_schema.c
 *	  snapshot, diff: schemas as values.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "emit/emit.h"
#include "miscadmin.h"
#include "reader/reader.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(migrator_snapshot);
PG_FUNCTION_INFO_V1(migrator_snapshot_of);
PG_FUNCTION_INFO_V1(migrator_diff);

static void AddChanges(FunctionCallInfo fcinfo, const MigDiff *diff);

/*
 * migrator.snapshot(schemas text[]) -> jsonb
 */
Datum
migrator_snapshot(PG_FUNCTION_ARGS)
{
	int			nnames = 0;
	const char **names = PG_ARGISNULL(0) ? MigApiSchemas(&nnames) :
		MigApiTexts(fcinfo, 0, "schemas", &nnames);
	MigReaderScope scope;
	Jsonb	   *snapshot;

	PushActiveSnapshot(GetTransactionSnapshot());
	MigReaderScopeOf(&scope, names, nnames);
	snapshot = MigReaderSnapshot(&scope, NULL);
	PopActiveSnapshot();
	PG_RETURN_JSONB_P(snapshot);
}

/*
 * migrator.snapshot_of(ddl text, schemas text[]) -> jsonb
 */
Datum
migrator_snapshot_of(PG_FUNCTION_ARGS)
{
	char	   *text = MigApiText(fcinfo, 0, "ddl");
	int			nnames = 0;
	const char **names = PG_ARGISNULL(1) ? MigApiSchemas(&nnames) :
		MigApiTexts(fcinfo, 1, "schemas", &nnames);

	PG_RETURN_JSONB_P(MigRunSnapshotOf(text, names, nnames));
}

/*
 * migrator.diff(source jsonb, target jsonb) -> rows of changes
 */
Datum
migrator_diff(PG_FUNCTION_ARGS)
{
	MigModel   *source = MigModelRead(PG_GETARG_JSONB_P(0), "source");
	MigModel   *target = MigModelRead(PG_GETARG_JSONB_P(1), "target");

	AddChanges(fcinfo, MigDiffRun(source, target, MigClasses, MigEmitFinish,
								  GetUserNameFromId(GetUserId(), false), false));
	return (Datum) 0;
}

static void
AddChanges(FunctionCallInfo fcinfo, const MigDiff *diff)
{
	MigRow		row;
	int			step = 0;
	ListCell   *lc;

	MigApiStart(fcinfo, &row);
	foreach(lc, diff->changes)
	{
		const MigChange *change = lfirst(lc);
		const char **hazards = palloc(sizeof(char *) * (list_length(change->hazards) + 1));
		int			nhazards = 0;
		ListCell   *lc2;

		foreach(lc2, change->hazards)
			hazards[nhazards++] = lfirst(lc2);
		MigApiAddInt(&row, ++step);
		MigApiAddText(&row, change->action);
		MigApiAddText(&row, change->kind);
		MigApiAddText(&row, change->identity);
		MigApiAddText(&row, change->ddl);
		MigApiAddTexts(&row, hazards, nhazards);
		MigApiEnd(&row);
	}
}
