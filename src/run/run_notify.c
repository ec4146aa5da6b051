/*-------------------------------------------------------------------------
 * src/run/run_notify.c
 *	  Tell who listens how a deployment is getting on.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/async.h"
#include "run/run_internal.h"
#include "utils/json.h"

#define CHANNEL		"migrator"

/*
 * MigRunNotify
 *		Send a notification when the current transaction commits.
 *
 * step and error may be NULL.  Everybody may listen, so the error's message, which
 * can quote data, is not told.
 */
void
MigRunNotify(const MigWork *work, const char *event, const MigWorkStep *step,
			 const ErrorData *error)
{
	StringInfoData json;

	MigRunTell(&json, work, event, step);
	if (error != NULL)
		MigRunMember(&json, "sqlstate", unpack_sql_state(error->sqlerrcode));
	appendStringInfoChar(&json, '}');
	Async_Notify(CHANNEL, json.data);
}

/*
 * MigRunTell
 *		Begin a JSON object that says what happens to a deployment, without its
 *		closing brace.  step may be NULL.
 */
void
MigRunTell(StringInfo json, const MigWork *work, const char *event, const MigWorkStep *step)
{
	initStringInfo(json);
	MigRunMember(json, "event", event);
	MigRunMember(json, "project", work->copy->project);
	MigRunMember(json, "tenant", work->copy->tenant);
	MigRunMember(json, "operation", MigGraphOperation(step == NULL ? work->operation : step->step.operation));
	MigRunMember(json, "target", work->target);
	appendStringInfo(json, ", \"deployment\": " INT64_FORMAT, work->deployment);
	if (step != NULL)
		MigRunMember(json, "revision", step->revision);
}

/*
 * MigRunMember
 *		Append a member with a text to a JSON object that is not closed yet.
 */
void
MigRunMember(StringInfo json, const char *name, const char *value)
{
	appendStringInfoString(json, json->len == 0 ? "{" : ", ");
	escape_json(json, name);
	appendStringInfoString(json, ": ");
	escape_json(json, value);
}
