/*-------------------------------------------------------------------------
 * src/api/api_run.c
 *	  upgrade, downgrade, stamp, record, plan and the offline scripts.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(migrator_upgrade);
PG_FUNCTION_INFO_V1(migrator_downgrade);
PG_FUNCTION_INFO_V1(migrator_stamp);
PG_FUNCTION_INFO_V1(migrator_stamp_many);
PG_FUNCTION_INFO_V1(migrator_record);
PG_FUNCTION_INFO_V1(migrator_plan);
PG_FUNCTION_INFO_V1(migrator_detect);
PG_FUNCTION_INFO_V1(migrator_upgrade_sql);
PG_FUNCTION_INFO_V1(migrator_downgrade_sql);

static void AddDetected(const char *versions, int64 differences, void *arg);
static void AddRepeats(MigRow *row, int nsteps, List *repeats);
static MigOperation ParseOperation(const char *name, MigOperation other);

/*
 * migrator.upgrade(target text) -> rows of operation, revision, message, elapsed
 */
Datum
migrator_upgrade(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	char	   *target = MigApiText(fcinfo, 0, "target");

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigRunUpgrade(&copy, target, MigApiAddDone, &row);
	return (Datum) 0;
}

/*
 * migrator.downgrade(target text) -> rows as upgrade
 */
Datum
migrator_downgrade(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	char	   *target = MigApiText(fcinfo, 0, "target");

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigRunDowngrade(&copy, target, MigApiAddDone, &row);
	return (Datum) 0;
}

/*
 * migrator.stamp(target text, purge boolean) -> rows as upgrade
 */
Datum
migrator_stamp(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	const char *target = MigApiText(fcinfo, 0, "target");

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigRunStamp(&copy, &target, 1, MigApiBool(fcinfo, 1, "purge"), MigApiAddDone, &row);
	return (Datum) 0;
}

/*
 * migrator.stamp(targets text[], purge boolean) -> rows as upgrade
 */
Datum
migrator_stamp_many(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	int			n;
	const char **targets = MigApiTexts(fcinfo, 0, "targets", &n);

	if (n == 0)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("no targets to stamp"));
	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigRunStamp(&copy, targets, n, MigApiBool(fcinfo, 1, "purge"), MigApiAddDone, &row);
	return (Datum) 0;
}

/*
 * migrator.record(operation text, revision text, check_only boolean)
 */
Datum
migrator_record(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigOperation operation = ParseOperation(MigApiText(fcinfo, 0, "operation"), MIG_REPEAT);
	char	   *revision = MigApiText(fcinfo, 1, "revision");

	MigApiCopy(&copy);
	MigRunRecord(&copy, operation, revision, MigApiBool(fcinfo, 2, "check_only"));
	PG_RETURN_VOID();
}

/*
 * migrator.plan(command text, target text)
 *	 -> rows of step, operation, revision, message, transactional
 */
Datum
migrator_plan(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	MigOperation operation = ParseOperation(MigApiText(fcinfo, 0, "command"), MIG_STAMP);
	const char *target = MigApiText(fcinfo, 1, "target");
	const MigGraph *graph;
	MigRows    *rows;
	MigPlan    *plan;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	if (operation != MIG_STAMP)
		MigGraphRefuseRange(target);
	rows = MigLedgerRows(&copy);
	graph = MigLedgerGraph(&copy);
	plan = operation == MIG_UPGRADE ? MigGraphPlanUpgrade(graph, target, rows)
		: operation == MIG_DOWNGRADE ? MigGraphPlanDowngrade(graph, target, rows)
		: MigGraphPlanStamp(graph, &target, 1, rows, false);

	for (int i = 0; i < plan->nsteps; i++)
	{
		const MigStep *step = &plan->steps[i];
		const MigRevisionDef *def = step->revision < 0 ? NULL : graph->revisions[step->revision].def;

		MigApiAddInt(&row, i + 1);
		MigApiAddText(&row, MigGraphOperation(step->operation));
		MigApiAddText(&row, def == NULL ? NULL : def->id);
		MigApiAddText(&row, def == NULL ? "" : def->message);
		MigApiAddBool(&row, def == NULL ||
					  (operation == MIG_DOWNGRADE ? def->down_transactional : def->transactional));
		MigApiEnd(&row);
	}
	if (operation == MIG_UPGRADE)
		AddRepeats(&row, plan->nsteps, MigRunRepeats(&copy, graph, plan, false));
	return (Datum) 0;
}

/* The repeatable revisions that come after so many steps. */
static void
AddRepeats(MigRow *row, int nsteps, List *repeats)
{
	ListCell   *lc;

	foreach(lc, repeats)
	{
		const MigRepeat *repeat = lfirst(lc);

		MigApiAddInt(row, ++nsteps);
		MigApiAddText(row, MigGraphOperation(MIG_REPEAT));
		MigApiAddText(row, repeat->revision);
		MigApiAddText(row, repeat->message);
		MigApiAddBool(row, repeat->transactional);
		MigApiEnd(row);
	}
}

/*
 * migrator.detect() -> rows of revision, differences
 */
Datum
migrator_detect(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigRunDetect(&copy, AddDetected, &row);
	return (Datum) 0;
}

static void
AddDetected(const char *versions, int64 differences, void *arg)
{
	MigApiAddText(arg, versions);
	MigApiAddBigint(arg, differences);
	MigApiEnd(arg);
}

/*
 * migrator.upgrade_sql(target text, include_revisions boolean) -> text
 */
Datum
migrator_upgrade_sql(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	char	   *target = MigApiText(fcinfo, 0, "target");

	MigApiCopy(&copy);
	PG_RETURN_TEXT_P(cstring_to_text(MigRunUpgradeSql(&copy, target,
													  MigApiBool(fcinfo, 1, "include_revisions"))));
}

/*
 * migrator.downgrade_sql(target text) -> text
 */
Datum
migrator_downgrade_sql(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	char	   *target = MigApiText(fcinfo, 0, "target");

	MigApiCopy(&copy);
	PG_RETURN_TEXT_P(cstring_to_text(MigRunDowngradeSql(&copy, target)));
}

/* The operation that a word names: upgrade, downgrade or the other one. */
static MigOperation
ParseOperation(const char *name, MigOperation other)
{
	MigOperation operations[] = {MIG_UPGRADE, MIG_DOWNGRADE, other};

	for (int i = 0; i < (int) lengthof(operations); i++)
		if (strcmp(name, MigGraphOperation(operations[i])) == 0)
			return operations[i];
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("operation \"%s\" does not exist", name),
			errhint("Use \"upgrade\", \"downgrade\" or \"%s\".", MigGraphOperation(other)));
}
