/*-------------------------------------------------------------------------
 * src/cli/cli_run.c
 *	  Run migrations: the statements that may take long.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"
#include "pqexpbuffer.h"

#define MAX_PARAMS 8

static PGresult *RunV(MigCli *cli, const char *sql, int nparams, va_list args);
static void SayDeployNotice(void *arg, const PGresult *res);
static void ShowEvents(MigCli *cli);

/* Did the deployment say that it has done something? */
static bool deploy_has_steps;

/*
 * MigCliRunSteps
 *		Run a query that gives the steps it has taken, and show them.
 */
void
MigCliRunSteps(MigCli *cli, const char *sql, int nparams,...)
{
	va_list		args;
	PGresult   *res;

	if (cli->json)
		sql = MigCliFormat(MIG_JSON_OF, sql);
	va_start(args, nparams);
	res = RunV(cli, sql, nparams, args);
	va_end(args);
	if (cli->json)
		printf("%s\n", PQgetvalue(res, 0, 0));
	else if (PQntuples(res) == 0)
		printf("Nothing to do.\n");
	else
		MigCliPrintTable(cli, NULL, res);
	PQclear(res);
}

/*
 * MigCliDeploy
 *		Run a CALL that commits step by step, and show the steps as they are
 *		done; with --json all of them at the end.
 */
void
MigCliDeploy(MigCli *cli, const char *sql, int nparams,...)
{
	va_list		args;
	PGresult   *res;

	deploy_has_steps = false;
	if (cli->json)
		PQclear(MigCliQuery(cli, "LISTEN migrator", 0));
	else
		PQsetNoticeReceiver(cli->conn, SayDeployNotice, cli);
	va_start(args, nparams);
	res = RunV(cli, sql, nparams, args);
	va_end(args);
	PQclear(res);
	PQsetNoticeReceiver(cli->conn, MigCliNotice, NULL);
	if (cli->json)
		ShowEvents(cli);
	else if (!deploy_has_steps)
		printf("Nothing to do.\n");
}

/* Run a statement that is watched; ends the program if it fails. */
static PGresult *
RunV(MigCli *cli, const char *sql, int nparams, va_list args)
{
	const char *params[MAX_PARAMS];
	PGresult   *res;

	Assert(nparams <= MAX_PARAMS);
	for (int i = 0; i < nparams; i++)
		params[i] = va_arg(args, const char *);
	res = MigCliWatch(cli, sql, nparams, params);
	if (PQresultStatus(res) != PGRES_TUPLES_OK && PQresultStatus(res) != PGRES_COMMAND_OK)
		MigCliQueryFailed(cli, res);
	return res;
}

/* A step that is done is a line of the output, other notices are notices. */
static void
SayDeployNotice(void *arg, const PGresult *res)
{
	const char *message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

	if (message == NULL || (strncmp(message, "upgraded to ", 12) != 0 && strncmp(message, "downgraded from ", 16) != 0))
	{
		MigCliNotice(arg, res);
		return;
	}
	deploy_has_steps = true;
	MigCliClearProgress();
	printf("%s\n", message);
	fflush(stdout);
}

/* What the server has told about this session's deployment, as an array. */
static void
ShowEvents(MigCli *cli)
{
	PQExpBufferData events;
	PGnotify   *event;

	initPQExpBuffer(&events);
	PQclear(MigCliQuery(cli, "SELECT", 0));
	while ((event = PQnotifies(cli->conn)) != NULL)
	{
		if (event->be_pid == PQbackendPID(cli->conn))
			appendPQExpBuffer(&events, "%s%s", events.len == 0 ? "" : ",\n ", event->extra);
		PQfreemem(event);
	}
	printf("[%s]\n", events.data);
}
