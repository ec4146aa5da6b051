/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_drift.c
 *	  migrator drift
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

const MigCommand MigCommandDrift = {
	.name = "drift",
	.usage = "",
	.summary = "show what was changed outside migrator; fails if something was",
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	MigCliConnect(cli);
	if (MigCliShowChanges(cli, "SELECT * FROM migrator.drift()", 0) > 0)
		return MIG_EXIT_ERROR;
	MigCliSay("The schema is as the last migration left it.");
	return MIG_EXIT_OK;
}
