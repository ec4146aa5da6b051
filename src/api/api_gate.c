/*-------------------------------------------------------------------------
 * src/api/api_gate.c
 *	  preflight, approve, freeze.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(migrator_preflight);
PG_FUNCTION_INFO_V1(migrator_approve);
PG_FUNCTION_INFO_V1(migrator_withdraw_approval);
PG_FUNCTION_INFO_V1(migrator_freeze);
PG_FUNCTION_INFO_V1(migrator_unfreeze);

static void AddFinding(const char *severity, const char *code, const char *detail,
					   const char *hint, void *arg);
static bool Approve(FunctionCallInfo fcinfo, bool approve);

/*
 * migrator.preflight(target text) -> rows of severity, code, detail, hint
 */
Datum
migrator_preflight(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	char	   *target = MigApiText(fcinfo, 0, "target");

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigGraphRefuseRange(target);
	MigRunPreflight(&copy, target, AddFinding, &row);
	return (Datum) 0;
}

static void
AddFinding(const char *severity, const char *code, const char *detail, const char *hint, void *arg)
{
	MigRow	   *row = arg;

	MigApiAddText(row, severity);
	MigApiAddText(row, code);
	MigApiAddText(row, detail);
	MigApiAddText(row, hint);
	MigApiEnd(row);
}

/*
 * migrator.approve(revision text) -> its id
 */
Datum
migrator_approve(PG_FUNCTION_ARGS)
{
	(void) Approve(fcinfo, true);
	PG_RETURN_VOID();
}

/*
 * migrator.withdraw_approval(revision text) -> whether there was one
 */
Datum
migrator_withdraw_approval(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(Approve(fcinfo, false));
}

static bool
Approve(FunctionCallInfo fcinfo, bool approve)
{
	MigCopy		copy;
	char	   *revision = MigApiText(fcinfo, 0, "revision");

	MigApiCopy(&copy);
	return MigLedgerApprove(&copy, MigRunFindRevision(&copy, revision), approve);
}

/*
 * migrator.freeze(until timestamptz, reason text)
 */
Datum
migrator_freeze(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	char	   *reason = MigApiText(fcinfo, 1, "reason");

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("argument \"%s\" must not be null", "until"));
	MigApiCopy(&copy);
	MigLedgerFreeze(&copy, PG_GETARG_TIMESTAMPTZ(0), reason);
	PG_RETURN_VOID();
}

/*
 * migrator.unfreeze()
 */
Datum
migrator_unfreeze(PG_FUNCTION_ARGS)
{
	MigCopy		copy;

	MigApiCopy(&copy);
	MigLedgerFreeze(&copy, GetCurrentTimestamp(), "");
	PG_RETURN_VOID();
}
