/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_plan.c
 *	  migrator plan
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

const MigCommand MigCommandPlan = {
	.name = "plan",
	.usage = "[[upgrade|downgrade|stamp] TARGET]",
	.summary = "show what a command would run (default: upgrade head)",
	.max_args = 2,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	const char *command = cli->nargs > 1 ? cli->args[0] : "upgrade";
	const char *target = cli->nargs > 0 ? cli->args[cli->nargs - 1] : "head";

	MigCliSync(cli, MIG_SYNC_LOOK);
	MigCliShow(cli, NULL, "SELECT * FROM migrator.plan($1, $2)", 2, command, target);
	return MIG_EXIT_OK;
}
