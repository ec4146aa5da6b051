/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_current.c
 *	  migrator current
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"verbose", 'v', NULL, "show more"},
	{"check-heads", 0, NULL, "fail unless the database is at the heads"},
	{0}
};

const MigCommand MigCommandCurrent = {
	.name = "current",
	.usage = "",
	.summary = "show which revisions the database is at",
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	MigCliSync(cli, MIG_SYNC_LOOK);
	MigCliShow(cli, NULL, "SELECT * FROM migrator.current($1::boolean)", 1,
			   MigCliOption(cli, "check-heads") != NULL ? "true" : "false");
	return MIG_EXIT_OK;
}
