/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_setup.c
 *	  migrator setup
 *
 * Everything between a server that is just starting and a database that an
 * application can use.  Each step looks whether it is done, and several machines
 * can do it at once: what must be done by one of them is done under an advisory
 * lock, for which the others poll.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <dirent.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "common/string.h"
#include "fe_utils/string_utils.h"
#include "portability/instr_time.h"

#define DEFAULT_WAIT	60		/* seconds */
#define NAP				200		/* ms between two attempts */

/* Of the advisory lock: "migr" and "setu". */
#define LOCK_CLASS		"1835623282"
#define LOCK_OBJECT		"1936028789"

static MigExit Run(MigCli *cli);
static int	Seconds(MigCli *cli);
static bool IsOver(instr_time start, int seconds);
static void WaitForServer(MigCli *cli, int seconds);
static void CreateDatabase(MigCli *cli, int seconds);
static bool TryCreate(MigCli *cli, PGconn *conn, const char *name);
static void Lock(MigCli *cli, int seconds);
static void CreateExtension(MigCli *cli);
static void RunScripts(MigCli *cli, const char *directory);
static void RunScript(MigCli *cli, const char *directory, const char *name);
static void FindScripts(MigStrings *names, const char *directory);
static int	CompareNames(const void *a, const void *b);

static const MigOption options[] = {
	{"wait", 0, "SECONDS", "how long to wait for the server, and for others (default: 60)"},
	{"init-directory", 0, "DIR", "run its *.sql files by psql, each once, before the migrations"},
	{"backup", 0, "DIR", "back the database up before something is run"},
	{"stamp-existing", 0, "REV", "the revision whose schema the database has, if it has no version"},
	{0}
};

const MigCommand MigCommandSetup = {
	.name = "setup",
	.usage = "[TARGET]",
	.summary = "wait for the server, create the database and the extension, deploy; safe to run again",
	.max_args = 1,
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	int			seconds = Seconds(cli);
	const char *directory = MigCliOption(cli, "init-directory");

	if (directory != NULL && !MigCliDirectoryExists(directory))
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not open directory \"%s\": %m", directory);
	WaitForServer(cli, seconds);
	CreateDatabase(cli, seconds);

	cli->conn = MigCliConnectBare(cli, NULL, false);
	Lock(cli, seconds);
	CreateExtension(cli);
	if (directory != NULL)
		RunScripts(cli, directory);
	PQfinish(cli->conn);
	cli->conn = NULL;

	/* what the scripts have set for the database or the role counts now */
	MigCliConnect(cli);
	MigCliQuery(cli, "SELECT pg_catalog.set_config('migrator.lock_timeout', "
				"greatest($1::integer * 1000, (SELECT s.setting::integer FROM pg_catalog.pg_settings s"
				" WHERE s.name = 'migrator.lock_timeout'))::text, false)", 1, MigCliFormat("%d", seconds));
	MigCliSync(cli, MIG_SYNC_RUN);
	MigCliDeploySafely(cli, cli->nargs > 0 ? cli->args[0] : "head");
	return MIG_EXIT_OK;
}

static int
Seconds(MigCli *cli)
{
	const char *value = MigCliOption(cli, "wait");
	char	   *end;
	long		seconds;

	if (value == NULL)
		return DEFAULT_WAIT;
	seconds = strtol(value, &end, 10);
	if (*value == '\0' || *end != '\0' || seconds < 0 || seconds > 86400)
		MigCliFail(MIG_EXIT_USAGE, NULL, NULL, "--wait must be a number of seconds, not \"%s\"", value);
	return seconds;
}

static bool
IsOver(instr_time start, int seconds)
{
	instr_time	now;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, start);
	return INSTR_TIME_GET_DOUBLE(now) >= seconds;
}

/* Until it takes connections, as pg_isready tells. */
static void
WaitForServer(MigCli *cli, int seconds)
{
	instr_time	start;
	bool		said = false;

	INSTR_TIME_SET_CURRENT(start);
	for (;;)
	{
		PGPing		ping = MigCliPing(cli);

		if (ping == PQPING_OK)
			return;
		if (ping == PQPING_NO_ATTEMPT)
			break;
		if (IsOver(start, seconds))
			MigCliFail(MIG_EXIT_CONNECTION, NULL, NULL,
					   ping == PQPING_REJECT ? "the server does not take connections, after %d seconds"
					   : "there is no server, after %d seconds", seconds);
		if (!said)
			MigCliSay(ping == PQPING_REJECT ? "Waiting for the server, which is starting" : "Waiting for the server");
		said = true;
		pg_usleep(NAP * 1000L);
	}
	(void) MigCliConnectBare(cli, NULL, false); /* which says what is wrong */
}

/* If there is none of this name, and there is a way in to make it. */
static void
CreateDatabase(MigCli *cli, int seconds)
{
	static const char *const others[] = {"postgres", "template1"};
	PGconn	   *conn = MigCliConnectBare(cli, NULL, true);
	const char *name = pg_strdup(PQdb(conn) == NULL ? "" : PQdb(conn));
	instr_time	start;
	bool		exists = PQstatus(conn) == CONNECTION_OK;

	PQfinish(conn);
	if (exists)
		return;
	INSTR_TIME_SET_CURRENT(start);
	for (size_t i = 0; i < lengthof(others); i++)
	{
		conn = MigCliConnectBare(cli, others[i], true);
		if (PQstatus(conn) == CONNECTION_OK)
			break;
		PQfinish(conn);
		conn = NULL;
	}
	if (conn == NULL)
		return;					/* the next connection says what is wrong */
	while (!TryCreate(cli, conn, name))
	{
		if (IsOver(start, seconds))
			MigCliFail(MIG_EXIT_ERROR, PQerrorMessage(conn), NULL, "could not create database \"%s\"", name);
		pg_usleep(NAP * 1000L);
	}
	PQfinish(conn);
}

/* True if the database is there; ends the program if it cannot be made. */
static bool
TryCreate(MigCli *cli, PGconn *conn, const char *name)
{
	const char *params[1];
	const char *sqlstate;
	PGresult   *res;

	params[0] = name;
	res = PQexecParams(conn, "SELECT FROM pg_catalog.pg_database WHERE datname = $1", 1, NULL, params,
					   NULL, NULL, 0);
	if (PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) > 0)
		return true;
	res = PQexec(conn, MigCliFormat("CREATE DATABASE %s", fmtId(name)));
	if (PQresultStatus(res) == PGRES_COMMAND_OK)
	{
		MigCliSay("Created database \"%s\"", name);
		return true;
	}

	/* somebody else makes it, or one from the same template, just now */
	sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	if (sqlstate != NULL && (strcmp(sqlstate, "42P04") == 0 || strcmp(sqlstate, "23505") == 0 ||
							 strcmp(sqlstate, "55006") == 0))
		return false;
	cli->conn = conn;
	MigCliQueryFailed(cli, res);
}

/* Others wait by polling: a waiting query would be in the way of many things. */
static void
Lock(MigCli *cli, int seconds)
{
	instr_time	start;

	INSTR_TIME_SET_CURRENT(start);
	while (strcmp(MigCliValue(cli, "SELECT pg_catalog.pg_try_advisory_lock(" LOCK_CLASS ", " LOCK_OBJECT ")", 0),
				  "t") != 0)
	{
		if (IsOver(start, seconds))
			MigCliFail(MIG_EXIT_ERROR, NULL, "Give more time with --wait.",
					   "another setup of database \"%s\" is not done after %d seconds", PQdb(cli->conn), seconds);
		pg_usleep(NAP * 1000L);
	}
}

static void
CreateExtension(MigCli *cli)
{
	PGresult   *res;
	const char *sqlstate;

	if (MigCliValue(cli, "SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'migrator'", 0) != NULL)
		return;
	res = MigCliTry(cli, "CREATE EXTENSION migrator", 0, NULL);
	if (PQresultStatus(res) == PGRES_COMMAND_OK)
	{
		MigCliSay("Created the extension in database \"%s\"", PQdb(cli->conn));
		return;
	}

	/* there is no control file: later versions have another code for that */
	sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	if (sqlstate != NULL && (strcmp(sqlstate, "58P01") == 0 || strcmp(sqlstate, "0A000") == 0))
		MigCliFail(MIG_EXIT_ERROR, PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY),
				   "Run \"make install\" on the machine of the server.",
				   "the server does not have the extension migrator");
	MigCliQueryFailed(cli, res);
}

/* Those that have not been run here yet, in the order of their names. */
static void
RunScripts(MigCli *cli, const char *directory)
{
	MigStrings	names = {0};

	if (strcmp(MigCliValue(cli, "SELECT pg_catalog.has_table_privilege('migrator.init_script', 'SELECT, INSERT')", 0), "t") != 0)
	{
		MigCliSay("The init scripts are left to the owner of the extension");
		return;
	}
	FindScripts(&names, directory);
	for (int i = 0; i < names.n; i++)
	{
		char	   *content = MigCliReadFile(MigCliFormat("%s/%s", directory, names.at[i]), names.at[i]);
		char	   *same = MigCliValue(cli,
									   "SELECT s.checksum = pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to($2, 'UTF8')), 'hex')"
									   " FROM migrator.init_script s WHERE s.name = $1", 2, names.at[i], content);

		if (same != NULL && strcmp(same, "t") != 0)
			MigCliWarn("It is not run again; put what is new into a file of its own.",
					   "init script \"%s\" has changed since it was run", names.at[i]);
		if (same != NULL)
			continue;
		RunScript(cli, directory, names.at[i]);
		MigCliQuery(cli, "INSERT INTO migrator.init_script (name, checksum)"
					" VALUES ($1, pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to($2, 'UTF8')), 'hex'))",
					2, names.at[i], content);
	}
}

static void
RunScript(MigCli *cli, const char *directory, const char *name)
{
	char	   *output;
	char	   *path = MigCliFormat("%s/%s", directory, name);

	/* psql would take it to be in the encoding of the database */
	setenv("PGCLIENTENCODING", "UTF8", 1);
	MigCliSay("Running init script %s", path);
	if (!MigCliRunProgram(MigCliFormat("%s -X -q -v ON_ERROR_STOP=1 --no-password %s --file=%s 2>&1",
									   MigCliQuoted(MigCliFindProgram(cli, "psql", 0)),
									   MigCliSameDatabase(cli, NULL), MigCliQuoted(path)), &output))
		MigCliFail(MIG_EXIT_ERROR, output,
				   "What it has done so far stays, unless it has a BEGIN; the next setup begins with this script again.",
				   "init script \"%s\" has failed", path);
}

static void
FindScripts(MigStrings *names, const char *directory)
{
	DIR		   *dir = opendir(directory);
	struct dirent *entry;

	if (dir == NULL)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not open directory \"%s\": %m", directory);
	while (errno = 0, (entry = readdir(dir)) != NULL)
	{
		size_t		length = strlen(entry->d_name);

		if (entry->d_name[0] != '.' && length > 4 && strcmp(entry->d_name + length - 4, ".sql") == 0)
			MigCliAdd(names, entry->d_name);
	}
	if (errno != 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not read directory \"%s\": %m", directory);
	closedir(dir);
	qsort(names->at, names->n, sizeof(char *), CompareNames);
}

static int
CompareNames(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}
