/*-------------------------------------------------------------------------
 * src/api/api_gate.c
 *	  preflight, approve, freeze, hooks.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(migrator_preflight);
PG_FUNCTION_INFO_V1(migrator_approve);
PG_FUNCTION_INFO_V1(migrator_withdraw_approval);
PG_FUNCTION_INFO_V1(migrator_add_hook);
PG_FUNCTION_INFO_V1(migrator_remove_hook);
PG_FUNCTION_INFO_V1(migrator_freeze);
PG_FUNCTION_INFO_V1(migrator_unfreeze);

static void AddFinding(const char *severity, const char *code, const char *detail,
					   const char *hint, void *arg);
static void CheckEvent(const char *event);
static void CheckHook(Oid function);
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

/*
 * migrator.add_hook(event text, function regproc) -> whether it was not there
 */
Datum
migrator_add_hook(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	char	   *event = MigApiText(fcinfo, 0, "event");
	Oid			function;

	CheckEvent(event);
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("argument \"%s\" must not be null", "function"));
	function = PG_GETARG_OID(1);
	CheckHook(function);
	MigApiCopy(&copy);
	PG_RETURN_BOOL(MigLedgerAddHook(&copy, event,
									quote_qualified_identifier(get_namespace_name(get_func_namespace(function)),
															   get_func_name(function))));
}

/*
 * migrator.remove_hook(event text, function text) -> whether it was there
 */
Datum
migrator_remove_hook(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	char	   *event = MigApiText(fcinfo, 0, "event");
	char	   *function = MigApiText(fcinfo, 1, "function");

	CheckEvent(event);
	MigApiCopy(&copy);
	PG_RETURN_BOOL(MigLedgerRemoveHook(&copy, event, function));
}

static void
CheckEvent(const char *event)
{
	static const char *const events[] = {
		"before_run", "after_run", "before_revision", "after_revision",
		"before_statement", "after_statement"
	};

	for (size_t i = 0; i < lengthof(events); i++)
		if (strcmp(events[i], event) == 0)
			return;
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("event \"%s\" does not exist", event),
			errhint("The events are %s.", MigJoinNames(events, lengthof(events), ", ")));
}

static void
CheckHook(Oid function)
{
	Oid		   *types;
	int			ntypes;

	(void) get_func_signature(function, &types, &ntypes);
	if (ntypes != 1 || types[0] != JSONBOID || get_func_prokind(function) != PROKIND_FUNCTION)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_FUNCTION_DEFINITION),
				errmsg("%s is not a function of one argument of type jsonb",
					   get_func_name(function)));
}
