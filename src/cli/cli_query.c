/*-------------------------------------------------------------------------
 * src/cli/cli_query.c
 *	  Ask the server, and show what it says.
 *
 * Parameters are texts; the SQL casts them where they are something else.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "cli/cli.h"
#include "common/string.h"
#include "fe_utils/cancel.h"
#include "fe_utils/print.h"
#include "pqexpbuffer.h"

#define MAX_PARAMS 16

static volatile sig_atomic_t in_query = false;
static volatile sig_atomic_t in_program = false;

/* The terminal while it does not show what is typed, or -1. */
static volatile sig_atomic_t silent_terminal = -1;
static struct termios terminal_before;

/*
 * MigCliInterrupt
 *		Ctrl-C: the query is being cancelled, or the program that we run ends;
 *		without them, or when pressed again, we do.
 */
void
MigCliInterrupt(void)
{
	if (in_program)
		return;
	if (!in_query)
	{
		if (silent_terminal >= 0)
			(void) tcsetattr(silent_terminal, TCSANOW, &terminal_before);
		_exit(MIG_EXIT_INTERRUPT);
	}
	in_query = false;
}

/*
 * MigCliPassword
 *		Ask for a password.
 *
 * Ctrl-C leaves the terminal as it was.
 */
char *
MigCliPassword(void)
{
	int			terminal = open("/dev/tty", O_RDWR, 0);
	char	   *password;

	if (terminal >= 0 && tcgetattr(terminal, &terminal_before) == 0)
		silent_terminal = terminal;
	password = simple_prompt("Password: ", false);
	silent_terminal = -1;
	if (terminal >= 0)
		close(terminal);
	return password;
}

/*
 * MigCliInProgram
 *		While another program runs, Ctrl-C is for that one.
 */
void
MigCliInProgram(bool runs)
{
	in_program = runs;
}

/*
 * MigCliBeginQuery, MigCliEndQuery
 *		Between them Ctrl-C cancels the query.
 */
void
MigCliBeginQuery(MigCli *cli)
{
	SetCancelConn(cli->conn);
	in_query = true;
}

void
MigCliEndQuery(void)
{
	ResetCancelConn();
	in_query = false;
}

/*
 * MigCliTry
 *		Run a statement and return what it gave, an error as well.
 *
 * Ctrl-C cancels it.
 */
PGresult *
MigCliTry(MigCli *cli, const char *sql, int nparams, const char *const *params)
{
	PGresult   *res;

	MigCliBeginQuery(cli);
	res = PQexecParams(cli->conn, sql, nparams, NULL, params, NULL, NULL, 0);
	MigCliEndQuery();
	return res;
}

/*
 * MigCliQuery
 *		Run a statement with nparams parameters (const char *, NULL is null).
 *
 * Ends the program if it fails.
 */
PGresult *
MigCliQuery(MigCli *cli, const char *sql, int nparams,...)
{
	va_list		args;
	PGresult   *res;

	va_start(args, nparams);
	res = MigCliQueryV(cli, sql, nparams, args);
	va_end(args);
	return res;
}

/*
 * MigCliQueryV
 *		The same with a va_list.
 */
PGresult *
MigCliQueryV(MigCli *cli, const char *sql, int nparams, va_list args)
{
	const char *params[MAX_PARAMS];
	PGresult   *res;

	Assert(nparams <= MAX_PARAMS);
	for (int i = 0; i < nparams; i++)
		params[i] = va_arg(args, const char *);
	res = MigCliTry(cli, sql, nparams, params);
	if (PQresultStatus(res) != PGRES_TUPLES_OK && PQresultStatus(res) != PGRES_COMMAND_OK)
		MigCliQueryFailed(cli, res);
	return res;
}

/*
 * MigCliQueryFailed
 *		Show the error of a statement, and end the program.
 */
void
MigCliQueryFailed(MigCli *cli, const PGresult *res)
{
	bool		lost = PQstatus(cli->conn) == CONNECTION_BAD;
	const char *message = PQresultErrorMessage(res);

	/* what a dying session has said is only known to the connection */
	if (lost || message[0] == '\0')
	{
		res = NULL;
		message = PQerrorMessage(cli->conn);
	}
	MigCliShowServerError(res, message);
	if (!lost)
		exit(MIG_EXIT_ERROR);
	MigCliFail(MIG_EXIT_CONNECTION, NULL,
			   MigCliFormat("What was committed stays, the rest is rolled back; \"%s status\" tells whether something is half done.",
							cli->progname),
			   "connection to the server was lost");
}

/*
 * MigCliValue
 *		The one value of a query, or NULL if it is null or there is no row.
 */
char *
MigCliValue(MigCli *cli, const char *sql, int nparams,...)
{
	va_list		args;
	PGresult   *res;
	char	   *value = NULL;

	va_start(args, nparams);
	res = MigCliQueryV(cli, sql, nparams, args);
	va_end(args);
	if (PQntuples(res) > 0 && !PQgetisnull(res, 0, 0))
		value = pg_strdup(PQgetvalue(res, 0, 0));
	PQclear(res);
	return value;
}

/*
 * MigCliShow
 *		Run a query and print its rows: as a table, or with --json as an array
 *		of objects.  Returns the number of rows.
 *
 * title may be NULL.
 */
int
MigCliShow(MigCli *cli, const char *title, const char *sql, int nparams,...)
{
	va_list		args;
	PGresult   *res;
	int			nrows;

	va_start(args, nparams);
	if (cli->json)
	{
		nrows = MigCliShowJsonV(cli, sql, nparams, args);
		va_end(args);
		return nrows;
	}
	res = MigCliQueryV(cli, sql, nparams, args);
	va_end(args);
	MigCliPrintTable(cli, title, res);
	nrows = PQntuples(res);
	PQclear(res);
	return nrows;
}

/*
 * MigCliShowJsonV
 *		Print the rows of a query as an array of objects; returns their number.
 */
int
MigCliShowJsonV(MigCli *cli, const char *sql, int nparams, va_list args)
{
	PGresult   *res = MigCliQueryV(cli, MigCliFormat(MIG_JSON_OF, sql), nparams, args);
	int			nrows = atoi(PQgetvalue(res, 0, 1));

	printf("%s\n", PQgetvalue(res, 0, 0));
	PQclear(res);
	return nrows;
}

/*
 * MigCliPrintTable
 *		Print a result as psql does.
 */
void
MigCliPrintTable(MigCli *cli, const char *title, const PGresult *res)
{
	printQueryOpt opt = {0};

	opt.topt.format = PRINT_ALIGNED;
	opt.topt.border = 1;
	opt.topt.pager = 0;
	opt.topt.start_table = true;
	opt.topt.stop_table = true;
	opt.topt.default_footer = true;
	opt.topt.encoding = PQclientEncoding(cli->conn);
	opt.nullPrint = "";
	opt.title = title == NULL ? NULL : pg_strdup(title);
	printQuery(res, &opt, stdout, false, NULL);
	fflush(stdout);
}

/*
 * MigCliJsonString
 *		A string as JSON.
 */
char *
MigCliJsonString(const char *value)
{
	PQExpBufferData json;

	initPQExpBuffer(&json);
	appendPQExpBufferChar(&json, '"');
	for (const char *c = value; *c != '\0'; c++)
	{
		if (*c == '"' || *c == '\\')
			appendPQExpBuffer(&json, "\\%c", *c);
		else if (*c == '\n')
			appendPQExpBufferStr(&json, "\\n");
		else if ((unsigned char) *c < ' ')
			appendPQExpBuffer(&json, "\\u%04x", (unsigned char) *c);
		else
			appendPQExpBufferChar(&json, *c);
	}
	appendPQExpBufferChar(&json, '"');
	return json.data;
}
