/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_upgrade.c
 *	  migrator upgrade
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"sql", 0, NULL, "print a psql script instead; TARGET may be FROM:TO"},
	{0}
};

const MigCommand MigCommandUpgrade = {
	.name = "upgrade",
	.usage = "[TARGET]",
	.summary = "run the upgrades up to a target (default: head), in one transaction",
	.max_args = 1,
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	const char *target = cli->nargs > 0 ? cli->args[0] : "head";

	MigCliSync(cli, MIG_SYNC_RUN);
	if (MigCliOption(cli, "sql") != NULL)
		MigCliShowText(cli, "script", "SELECT migrator.upgrade_sql($1)", 1, target);
	else
	{
		MigCliCheckPlan(cli, "upgrade", target);
		MigCliRunSteps(cli, "SELECT * FROM migrator.upgrade($1)", 1, target);
	}
	return MIG_EXIT_OK;
}
