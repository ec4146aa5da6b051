/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_downgrade.c
 *	  migrator downgrade
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"sql", 0, NULL, "print a psql script instead; TARGET is FROM:TO"},
	{0}
};

const MigCommand MigCommandDowngrade = {
	.name = "downgrade",
	.usage = "TARGET",
	.summary = "run the downgrades back to a target, such as -1, in one transaction",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	MigCliSync(cli, MIG_SYNC_LOOK);
	if (MigCliOption(cli, "sql") != NULL)
		MigCliShowText(cli, "script", "SELECT migrator.downgrade_sql($1)", 1, cli->args[0]);
	else
		MigCliRunSteps(cli, "SELECT * FROM migrator.downgrade($1)", 1, cli->args[0]);
	return MIG_EXIT_OK;
}
