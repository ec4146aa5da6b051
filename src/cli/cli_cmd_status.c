/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_status.c
 *	  migrator status
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);
static void ShowPart(MigCli *cli, const char *title, const char *none, const char *sql);

const MigCommand MigCommandStatus = {
	.name = "status",
	.usage = "",
	.summary = "show where the database is, what is half done, and what comes next",
	.run = Run
};

#define CURRENT "SELECT c.revision, c.is_head, c.message, c.applied_at FROM migrator.current() c"
#define PENDING "SELECT p.operation, p.revision, p.message, p.transactional FROM migrator.plan('upgrade', 'heads') p ORDER BY p.step"
#define HALF_DONE "SELECT * FROM migrator.status()"
#define RUNNING "SELECT p.operation, p.target, p.pid, p.revision, p.step, p.steps, p.phase, p.percent, p.eta, p.blocked_by FROM migrator.progress p"

static MigExit
Run(MigCli *cli)
{
	MigCliSync(cli, MIG_SYNC_LOOK);
	if (cli->json)
	{
		printf("%s\n", MigCliValue(cli,
								   "SELECT pg_catalog.json_build_object("
								   "'current', (SELECT coalesce(pg_catalog.json_agg(r), '[]') FROM (" CURRENT ") r), "
								   "'pending', (SELECT coalesce(pg_catalog.json_agg(r), '[]') FROM (" PENDING ") r), "
								   "'half_done', (SELECT coalesce(pg_catalog.json_agg(r), '[]') FROM (" HALF_DONE ") r), "
								   "'running', (SELECT coalesce(pg_catalog.json_agg(r), '[]') FROM (" RUNNING ") r))",
								   0));
		return MIG_EXIT_OK;
	}
	ShowPart(cli, "Current", "The database is at no revision.", CURRENT);
	ShowPart(cli, "Pending", "Nothing is pending.", PENDING);
	ShowPart(cli, "Half done", "Nothing is half done.", HALF_DONE);
	ShowPart(cli, "Running", "Nothing is running.", RUNNING);
	return MIG_EXIT_OK;
}

static void
ShowPart(MigCli *cli, const char *title, const char *none, const char *sql)
{
	PGresult   *res = MigCliQuery(cli, sql, 0);

	if (PQntuples(res) == 0)
		printf("%s\n", none);
	else
		MigCliPrintTable(cli, title, res);
	PQclear(res);
}
