/*-------------------------------------------------------------------------
 * src/api/api_deploy.c
 *	  deploy, rollback, resolve, status and statements.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "executor/spi.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(migrator_deploy);
PG_FUNCTION_INFO_V1(migrator_rollback);
PG_FUNCTION_INFO_V1(migrator_resolve);
PG_FUNCTION_INFO_V1(migrator_status);
PG_FUNCTION_INFO_V1(migrator_statements);

/*
 * migrator.deploy(target text, on_failure text, retries integer, statement_timeout integer,
 *	pass_over text[])
 */
Datum
migrator_deploy(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigDeployOptions options;
	char	   *target = MigApiText(fcinfo, 0, "target");
	char	   *on_failure = MigApiText(fcinfo, 1, "on_failure");

	MigApiRefuseAtomic(fcinfo, "deploy", "It commits after each revision.");
	MigApiCopy(&copy);
	MigApiDeployOptions(&options);
	options.roll_back = strcmp(on_failure, "rollback") == 0;
	if (!options.roll_back && strcmp(on_failure, "stop") != 0)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("on_failure cannot be \"%s\"", on_failure),
				errhint("Use \"stop\" or \"rollback\"."));
	options.retries = MigApiOverride(fcinfo, 2, "retries", options.retries);
	options.statement_timeout = MigApiOverride(fcinfo, 3, "statement_timeout", options.statement_timeout);
	options.pass_over = MigApiTexts(fcinfo, 4, "pass_over", &options.npass_over);
	MigRunDeploy(&copy, MIG_UPGRADE, target, &options);
	PG_RETURN_VOID();
}

/*
 * migrator.rollback(target text, retries integer, statement_timeout integer,
 *	pass_over text[])
 */
Datum
migrator_rollback(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigDeployOptions options;
	char	   *target = MigApiText(fcinfo, 0, "target");

	MigApiRefuseAtomic(fcinfo, "rollback", "It commits after each revision.");
	MigApiCopy(&copy);
	MigApiDeployOptions(&options);
	options.retries = MigApiOverride(fcinfo, 1, "retries", options.retries);
	options.statement_timeout = MigApiOverride(fcinfo, 2, "statement_timeout", options.statement_timeout);
	options.pass_over = MigApiTexts(fcinfo, 3, "pass_over", &options.npass_over);
	MigRunDeploy(&copy, MIG_DOWNGRADE, target, &options);
	PG_RETURN_VOID();
}

/*
 * migrator.resolve(outcome text)
 */
Datum
migrator_resolve(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	char	   *outcome = MigApiText(fcinfo, 0, "outcome");

	if (strcmp(outcome, "done") != 0 && strcmp(outcome, "repeat") != 0)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("outcome cannot be \"%s\"", outcome),
				errhint("Use \"done\" or \"repeat\"."));
	MigApiCopy(&copy);
	MigRunResolve(&copy, strcmp(outcome, "done") == 0);
	PG_RETURN_VOID();
}

/*
 * migrator.status()
 *	 -> rows of operation, revision, statements_done, left_behind, next_step, error
 */
Datum
migrator_status(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	MigJournal *journal;
	char	   *left;
	char	   *next;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	journal = MigRunStatus(&copy, &left, &next);
	if (journal != NULL)
	{
		MigApiAddText(&row, MigGraphOperation(journal->operation));
		MigApiAddText(&row, journal->revision);
		MigApiAddInt(&row, journal->done);
		MigApiAddText(&row, left);
		MigApiAddText(&row, next);
		MigApiAddText(&row, journal->error);
		MigApiEnd(&row);
	}
	return (Datum) 0;
}

/*
 * migrator.statements(revision text) -> rows of deployment, operation, revision,
 *	statement, sql, started_at, elapsed, lock_wait, wal_bytes, rows, rewritten_bytes
 */
Datum
migrator_statements(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigLedgerListSpent(&copy, MigApiTextOrNull(fcinfo, 0), MigApiAddSlot, &row);
	return (Datum) 0;
}

/*
 * MigApiRefuseAtomic
 *		A procedure that commits has to be a statement of its own.
 */
void
MigApiRefuseAtomic(FunctionCallInfo fcinfo, const char *procedure, const char *detail)
{
	if (fcinfo->context != NULL && IsA(fcinfo->context, CallContext) &&
		!castNode(CallContext, fcinfo->context)->atomic && !SPI_inside_nonatomic_context())
		return;
	ereport(ERROR,
			errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
			errmsg("CALL migrator.%s cannot run inside a transaction block, a function or a DO block",
				   procedure),
			errdetail_internal("%s", detail),
			strcmp(procedure, "backfill") == 0
			? errhint("Send it as a statement of its own, outside BEGIN ... COMMIT.")
			: errhint("Send it as a statement of its own, outside BEGIN ... COMMIT. Within a transaction, use migrator.upgrade() and migrator.downgrade()."));
}
