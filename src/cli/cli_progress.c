/*-------------------------------------------------------------------------
 * src/cli/cli_progress.c
 *	  Run a statement and tell on a terminal how it is getting on.
 *
 * The statement keeps its connection busy, so another one asks; it is made
 * only when there is something to wait for.  Whatever goes wrong there only
 * means that there is no progress to be seen.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <sys/ioctl.h>
#include <sys/select.h>
#include <unistd.h>

#include "cli/cli.h"
#include "fe_utils/cancel.h"

/* Before the first look, and between looks, in ms. */
#define FIRST_LOOK	1000
#define NEXT_LOOK	500

#define BAR_WIDTH	20

static const char progress_sql[] =
"SELECT CASE WHEN (p.operation, p.step, p.steps) IS NOT NULL "
"THEN pg_catalog.format('%s %s/%s', p.operation, p.step, p.steps) ELSE 'running' END, "
"p.revision, p.message, coalesce(b.percent, p.percent), "
"CASE WHEN b.name IS NOT NULL THEN pg_catalog.concat('backfill ', b.name) "
"WHEN p.percent IS NOT NULL OR p.phase !~ '^(IO|LWLock|IPC|Timeout|Client|Activity|BufferPin): ' THEN p.phase END, p.relation, "
"pg_catalog.array_to_string(p.blocked_by, ', '), pg_catalog.date_trunc('second', b.eta) "
"FROM migrator.progress p LEFT JOIN LATERAL (SELECT f.name, f.percent, f.eta "
"FROM migrator.backfill_progress() f WHERE f.state = 'running' LIMIT 1) b ON true "
"WHERE p.pid = $1::integer";

static bool is_shown = false;

static PGresult *Await(MigCli *cli);
static PGconn *Look(MigCli *cli, PGconn *watcher);
static void ShowLine(const PGresult *res);
static int	TerminalWidth(void);

/*
 * MigCliWatch
 *		As MigCliTry, but shows progress if there is somebody to see it.
 */
PGresult *
MigCliWatch(MigCli *cli, const char *sql, int nparams, const char *const *params)
{
	PGresult   *res;

	if (!cli->is_terminal || cli->json || cli->quiet)
		return MigCliTry(cli, sql, nparams, params);
	MigCliBeginQuery(cli);
	if (PQsendQueryParams(cli->conn, sql, nparams, NULL, params, NULL, NULL, 0) != 0)
		res = Await(cli);
	else
		res = PQgetResult(cli->conn);
	MigCliEndQuery();
	MigCliClearProgress();
	return res == NULL ? PQmakeEmptyPGresult(cli->conn, PGRES_FATAL_ERROR) : res;
}

/* Wait for the result, and look at the progress from time to time. */
static PGresult *
Await(MigCli *cli)
{
	PGconn	   *watcher = NULL;
	PGresult   *last = NULL;
	PGresult   *res;
	int			pause = FIRST_LOOK;
	bool		can_look = true;

	while (PQisBusy(cli->conn))
	{
		int			sock = PQsocket(cli->conn);
		struct timeval timeout = {pause / 1000, (pause % 1000) * 1000};
		fd_set		input;
		int			n;

		if (sock < 0)
			break;
		FD_ZERO(&input);
		FD_SET(sock, &input);
		n = select(sock + 1, &input, NULL, NULL, &timeout);
		if (n > 0 && PQconsumeInput(cli->conn) == 0)
			break;
		if (n == 0 && can_look)
		{
			watcher = Look (cli, watcher);

			can_look = watcher != NULL;
			pause = NEXT_LOOK;
		}
	}
	if (watcher != NULL)
		PQfinish(watcher);

	/* of several results the last one counts, unless one is an error */
	while ((res = PQgetResult(cli->conn)) != NULL)
	{
		if (last != NULL && PQresultStatus(last) == PGRES_FATAL_ERROR)
			PQclear(res);
		else
		{
			PQclear(last);
			last = res;
		}
	}
	return last;
}

/* Show how far it is; returns the connection, or NULL if it is no use. */
static PGconn *
Look(MigCli *cli, PGconn *watcher)
{
	char	   *pid = MigCliFormat("%d", PQbackendPID(cli->conn));
	const char *params[1];
	PGresult   *res;
	bool		worked;

	if (watcher == NULL)
	{
		watcher = MigCliConnectBare(cli, NULL, true);
		PQclear(PQexec(watcher, "SET statement_timeout = '2s'; SET lock_timeout = '1s'"));
	}
	params[0] = pid;
	res = PQexecParams(watcher, progress_sql, 1, NULL, params, NULL, NULL, 0);
	worked = PQresultStatus(res) == PGRES_TUPLES_OK;
	if (worked && PQntuples(res) > 0)
		ShowLine(res);
	PQclear(res);
	free(pid);
	if (worked)
		return watcher;
	PQfinish(watcher);
	return NULL;
}

static void
ShowLine(const PGresult *res)
{
	const char *percent = PQgetvalue(res, 0, 3);
	const char *phase = PQgetvalue(res, 0, 4);
	const char *relation = PQgetvalue(res, 0, 5);
	const char *blocked_by = PQgetvalue(res, 0, 6);
	const char *eta = PQgetvalue(res, 0, 7);
	char		bar[BAR_WIDTH + 1];
	char	   *line;
	int			width = TerminalWidth() - 1;
	int			done = Min(Max(atoi(percent), 0), 100) * BAR_WIDTH / 100;

	memset(bar, '#', done);
	memset(bar + done, '.', BAR_WIDTH - done);
	bar[BAR_WIDTH] = '\0';
	line = MigCliFormat("%s %s%s%s%s%s%s%s%s%s, %s", PQgetvalue(res, 0, 0), PQgetvalue(res, 0, 1),
						percent[0] == '\0' ? "" : MigCliFormat(" [%s] %s%%", bar, percent),
						eta[0] == '\0' ? "" : MigCliFormat(" %s left", eta),
						blocked_by[0] == '\0' ? "" : " blocked by ", blocked_by,
						phase[0] == '\0' ? "" : " ", phase,
						relation[0] == '\0' ? "" : " on ", relation,
						PQgetvalue(res, 0, 2));

	/* whole characters: UTF-8's continuation bytes take no room */
	for (int i = 0, columns = 0; line[i] != '\0'; i++)
		if ((line[i] & 0xC0) != 0x80 && columns++ == width)
			line[i--] = '\0';
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
	is_shown = true;
	free(line);
}

static int
TerminalWidth(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

/*
 * MigCliClearProgress
 *		Make room for something else on the terminal.
 */
void
MigCliClearProgress(void)
{
	if (!is_shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	is_shown = false;
}
