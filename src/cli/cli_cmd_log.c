/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_log.c
 *	  migrator log
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

const MigCommand MigCommandLog = {
	.name = "log",
	.usage = "[REVISION]",
	.summary = "show what was done to the database, when, by whom and from where",
	.max_args = 1,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	MigCliConnect(cli);
	MigCliShow(cli, NULL,
			   cli->json ? "SELECT * FROM migrator.log($1)" :
			   "SELECT l.operation, l.revision, l.started_at, l.elapsed, l.role_name, l.client_addr, l.application_name "
			   "FROM migrator.log($1) l",
			   1, cli->nargs > 0 ? cli->args[0] : NULL);
	return MIG_EXIT_OK;
}
