/*-------------------------------------------------------------------------
 * src/run/run_hooks.c
 *	  What is done around a deployment: a backup, a restore point, and the
 *	  functions that somebody has registered.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <sys/wait.h>

#include "access/xact.h"
#include "access/xlog.h"
#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/snapmgr.h"

static void RunText(const char *sql);
static char *Describe(const MigWork *work, const char *event, const MigWorkStep *step,
					  const MigStatement *statement);
static char *Fill(const char *command, const MigWork *work);
static void AppendQuoted(StringInfo command, const char *value);

/*
 * MigRunBackup
 *		Run a command of the operating system, unless it is empty.
 *
 * %d, %p and %r stand for the database, the project and the target, quoted for
 * the shell.  Raises EXTERNAL_ROUTINE_EXCEPTION if it fails.
 */
void
MigRunBackup(const char *command, const MigWork *work)
{
	char	   *filled;
	int			status;

	if (command[0] == '\0')
		return;
	filled = Fill(command, work);
	fflush(NULL);
	status = system(filled);
	if (status != 0)
		ereport(ERROR,
				errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
				errmsg("the backup before the deployment failed"),
				errdetail("migrator.backup_command: %s.", wait_result_to_str(status)),
				errhint("Nothing was deployed."));
}

/*
 * MigRunRestorePoint
 *		Name a point in the WAL, if the server keeps WAL that one can go back in,
 *		and the user may.
 */
void
MigRunRestorePoint(const MigWork *work)
{
	Datum		may;

	if (!XLogIsNeeded())
		return;
	may = DirectFunctionCall2(has_function_privilege_id, ObjectIdGetDatum(F_PG_CREATE_RESTORE_POINT),
							  CStringGetTextDatum("EXECUTE"));
	if (DatumGetBool(may))
		RunText(psprintf("SELECT pg_catalog.pg_create_restore_point('migrator deployment " INT64_FORMAT "')",
						 work->deployment));
}

/*
 * MigRunHooks
 *		Call the functions that are registered for an event, with the caller's
 *		rights, in the order in which they were registered.
 *
 * step and statement may be NULL.  Raises what they raise.  They may run no other
 * operation: the plan is made.  After an error the caller makes sure of
 * MigRunLeave().
 */
void
MigRunHooks(const MigWork *work, const char *event, const MigWorkStep *step,
			const MigStatement *statement)
{
	bool		entered = !MigRunIsRunning();
	List	   *functions;
	ListCell   *lc;

	PushActiveSnapshot(GetTransactionSnapshot());
	functions = MigLedgerHooks(work->copy, event);
	PopActiveSnapshot();
	if (entered)
		MigRunEnter(work->copy, NULL);
	foreach(lc, functions)
	{
		RunText(psprintf("SELECT %s(%s::pg_catalog.jsonb)", (const char *) lfirst(lc),
						 quote_literal_cstr(Describe(work, event, step, statement))));
	}
	if (entered)
		MigRunLeave();
}

/* Run one statement with the caller's rights. */
static void
RunText(const char *sql)
{
	MigPlace	place = {.file = NULL,.line = 1};
	MigSplitter *splitter = MigScriptOpen(sql, &place, true, false);

	MigRunStatement(MigScriptNext(splitter));
	MigScriptClose(splitter);
	CommandCounterIncrement();
}

/* What a hook is told. */
static char *
Describe(const MigWork *work, const char *event, const MigWorkStep *step,
		 const MigStatement *statement)
{
	StringInfoData json;

	MigRunTell(&json, work, event, step);
	if (statement != NULL)
	{
		appendStringInfo(&json, ", \"number\": %d", statement->number);
		MigRunMember(&json, "statement", statement->text);
	}
	appendStringInfoChar(&json, '}');
	return json.data;
}

static char *
Fill(const char *command, const MigWork *work)
{
	StringInfoData filled;

	initStringInfo(&filled);
	for (const char *at = command; *at != '\0'; at++)
	{
		if (*at != '%')
			appendStringInfoChar(&filled, *at);
		else if (at[1] == 'd')
			AppendQuoted(&filled, get_database_name(MyDatabaseId));
		else if (at[1] == 'p')
			AppendQuoted(&filled, work->copy->project);
		else if (at[1] == 'r')
			AppendQuoted(&filled, work->target);
		else if (at[1] == '%')
			appendStringInfoChar(&filled, '%');
		else
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("parameter \"%s\" has a \"%%\" that stands for nothing", "migrator.backup_command"),
					errhint("Use %%d, %%p, %%r or %%%%."));
		if (*at == '%')
			at++;
	}
	return filled.data;
}

/* Between single quotes the shell takes everything as it is, but for these. */
static void
AppendQuoted(StringInfo command, const char *value)
{
	appendStringInfoChar(command, '\'');
	for (; *value != '\0'; value++)
	{
		if (*value == '\'')
			appendStringInfoString(command, "'\\''");
		else
			appendStringInfoChar(command, *value);
	}
	appendStringInfoChar(command, '\'');
}
