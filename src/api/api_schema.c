/*-------------------------------------------------------------------------
 * src/api/api_schema.c
 *	  snapshot, snapshot_of, diff, check, ddl, autogenerate: schemas as values.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "emit/emit.h"
#include "miscadmin.h"
#include "reader/reader.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(migrator_snapshot);
PG_FUNCTION_INFO_V1(migrator_snapshot_of);
PG_FUNCTION_INFO_V1(migrator_diff);
PG_FUNCTION_INFO_V1(migrator_check);
PG_FUNCTION_INFO_V1(migrator_ddl);
PG_FUNCTION_INFO_V1(migrator_autogenerate);
PG_FUNCTION_INFO_V1(migrator_drift);
PG_FUNCTION_INFO_V1(migrator_hazards);
PG_FUNCTION_INFO_V1(migrator_record_schema);

/* A database in which nobody has done anything yet. */
#define EMPTY_DATABASE	"{\"format\": " CppAsString2(MIG_SNAPSHOT_FORMAT) ", \"objects\": []}"

static void Compare(FunctionCallInfo fcinfo, int first, const char *model, Jsonb **source,
					Jsonb **target);
static bool IsSame(const Jsonb *source, const Jsonb *target);
static Jsonb *EmptyDatabase(const MigModel *target);
static MigDiff *Diff(MigModel *source, MigModel *target, bool online);
static MigModel *ReadModel(Jsonb *snapshot);
static void RefuseNotUpToDate(const MigCopy *copy);
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
 * migrator.diff(source jsonb, target jsonb, online boolean) -> rows of changes
 */
Datum
migrator_diff(PG_FUNCTION_ARGS)
{
	Jsonb	   *source = PG_GETARG_JSONB_P(0);
	Jsonb	   *target = PG_GETARG_JSONB_P(1);
	MigModel   *model = MigModelRead(source, "source");
	MigRow		row;

	if (IsSame(source, target))
		MigApiStart(fcinfo, &row);
	else
		AddChanges(fcinfo, Diff(model, MigModelRead(target, "target"), PG_GETARG_BOOL(2)));
	return (Datum) 0;
}

/*
 * migrator.check(model text, schemas text[], kinds text[], names text[],
 *	online boolean) -> rows of changes
 */
Datum
migrator_check(PG_FUNCTION_ARGS)
{
	Jsonb	   *source;
	Jsonb	   *target;
	MigRow		row;

	Compare(fcinfo, 1, MigApiText(fcinfo, 0, "model"), &source, &target);
	if (IsSame(source, target))
		MigApiStart(fcinfo, &row);
	else
		AddChanges(fcinfo, Diff(ReadModel(source), ReadModel(target),
								MigApiBool(fcinfo, 4, "online")));
	return (Datum) 0;
}

/*
 * migrator.ddl(snapshot jsonb) -> text
 */
Datum
migrator_ddl(PG_FUNCTION_ARGS)
{
	MigModel   *target = MigModelRead(PG_GETARG_JSONB_P(0), "snapshot");
	MigDiff    *diff = Diff(ReadModel(EmptyDatabase(target)), target, false);

	PG_RETURN_TEXT_P(cstring_to_text(MigApiScript(diff, false)));
}

/*
 * migrator.autogenerate(message text, model text, head text[], rev_id text,
 *	schemas text[], kinds text[], names text[], online boolean, splice boolean,
 *	branch_label text[], depends_on text[]) -> text
 */
Datum
migrator_autogenerate(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigNew		request = {0};
	Jsonb	   *source;
	Jsonb	   *target;
	bool		online = MigApiBool(fcinfo, 7, "online");
	MigDiff    *up;

	request.message = MigApiText(fcinfo, 0, "message");
	request.heads = MigApiTexts(fcinfo, 2, "head", &request.nheads);
	request.rev_id = MigApiTextOrNull(fcinfo, 3);
	request.splice = MigApiBool(fcinfo, 8, "splice");
	request.labels = MigApiTexts(fcinfo, 9, "branch_label", &request.nlabels);
	request.deps = MigApiTexts(fcinfo, 10, "depends_on", &request.ndeps);
	if (request.nheads == 0)
		MigApiRefuseNoHead();
	MigApiCopy(&copy);
	RefuseNotUpToDate(&copy);

	Compare(fcinfo, 4, MigApiText(fcinfo, 1, "model"), &source, &target);
	if (IsSame(source, target))
		PG_RETURN_NULL();
	up = Diff(ReadModel(source), ReadModel(target), online);
	if (up->changes == NIL)
		PG_RETURN_NULL();
	request.upgrade = MigApiScript(up, true);
	request.downgrade = MigApiScript(Diff(ReadModel(target), ReadModel(source), online), true);
	request.transactional = MigRunFitsTransaction(request.upgrade) &&
		MigRunFitsTransaction(request.downgrade);
	PG_RETURN_TEXT_P(cstring_to_text(MigRunNew(&copy, &request)));
}

/*
 * migrator.drift() -> rows of changes
 */
Datum
migrator_drift(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	MigJournal *journal;
	Jsonb	   *recorded;
	Jsonb	   *live;

	MigApiCopy(&copy);
	journal = MigLedgerJournal(&copy);
	if (journal != NULL)
		MigRunRefuseHalfDone(journal);
	recorded = MigRunDrift(&copy, &live);
	if (recorded == NULL)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("no schema is recorded for the current version of project \"%s\"",
					   copy.project),
				MigRunHasScope(&copy)
				? errhint("migrator.upgrade() and migrator.downgrade() record it unless migrator.record_schema is off; migrator.record_schema() takes it as it is now.")
				: errhint("The schema of a tenant is recorded only if migrator.schemas names it."));
	if (live == NULL)
		MigApiStart(fcinfo, &row);
	else
		AddChanges(fcinfo, Diff(ReadModel(recorded), ReadModel(live), false));
	return (Datum) 0;
}

/*
 * migrator.hazards() -> rows of code, severity, title, reason, advice
 */
Datum
migrator_hazards(PG_FUNCTION_ARGS)
{
	MigRow		row;

	MigApiStart(fcinfo, &row);
	for (const MigHazardText *hazard = MigHazards; hazard->code != NULL; hazard++)
	{
		MigApiAddText(&row, hazard->code);
		MigApiAddText(&row, hazard->severity);
		MigApiAddText(&row, hazard->title);
		MigApiAddText(&row, hazard->reason);
		MigApiAddText(&row, hazard->advice);
		MigApiEnd(&row);
	}
	return (Datum) 0;
}

/*
 * migrator.record_schema() -> text
 */
Datum
migrator_record_schema(PG_FUNCTION_ARGS)
{
	MigCopy		copy;

	MigApiCopy(&copy);
	PG_RETURN_TEXT_P(cstring_to_text(MigRunRecordSchema(&copy)));
}

/*
 * The live schema and the one that the text defines, as they are to be compared.
 *
 * The arguments from first on are schemas, kinds and names.
 */
static void
Compare(FunctionCallInfo fcinfo, int first, const char *model, Jsonb **source, Jsonb **target)
{
	int			nnames = 0;
	const char **names = PG_ARGISNULL(first) ? MigApiSchemas(&nnames) :
	MigApiTexts(fcinfo, first, "schemas", &nnames);
	MigFilter	filter;
	MigReaderScope scope;

	filter.kinds = MigApiTexts(fcinfo, first + 1, "kinds", &filter.nkinds);
	filter.names = MigApiTexts(fcinfo, first + 2, "names", &filter.nnames);
	*target = MigRunSnapshotOf(model, names, nnames);
	PushActiveSnapshot(GetTransactionSnapshot());
	MigReaderScopeOf(&scope, names, nnames);
	*source = MigReaderSnapshot(&scope, NULL);
	PopActiveSnapshot();
	*target = MigModelFilter(*source, *target, &filter);
}

/*
 * Whether two snapshots are the same to the byte, as they are when nothing has
 * changed.  There is nothing to compare then.
 */
static bool
IsSame(const Jsonb *source, const Jsonb *target)
{
	return VARSIZE(source) == VARSIZE(target) && memcmp(source, target, VARSIZE(source)) == 0;
}

/*
 * The snapshot of a database as it comes, but for the schema public where the
 * target does not have it: its text has to leave that one alone.
 */
static Jsonb *
EmptyDatabase(const MigModel *target)
{
	const MigObject *public = MigModelFind(target, "schema public");

	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in,
											  CStringGetDatum(public == NULL ? EMPTY_DATABASE
															  : MigReaderEmptyDatabase)));
}

static MigDiff *
Diff(MigModel *source, MigModel *target, bool online)
{
	return MigDiffRun(source, target, MigClasses, MigEmitFinish,
					  GetUserNameFromId(GetUserId(), false), online);
}

/* A model for one comparison: that leaves marks in it. */
static MigModel *
ReadModel(Jsonb *snapshot)
{
	return MigModelRead(snapshot, "model");
}

/* What is compared with the model has to be what the revisions make. */
static void
RefuseNotUpToDate(const MigCopy *copy)
{
	PushActiveSnapshot(GetTransactionSnapshot());
	MigApiRefuseNotAtHead(MigLedgerGraph(copy), MigLedgerRows(copy));
	PopActiveSnapshot();
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
		{
			hazards[nhazards++] = lfirst(lc2);
		}
		MigApiAddInt(&row, ++step);
		MigApiAddText(&row, change->action);
		MigApiAddText(&row, change->kind);
		MigApiAddText(&row, change->identity);
		MigApiAddText(&row, change->ddl);
		MigApiAddTexts(&row, hazards, nhazards);
		MigApiEnd(&row);
	}
}
