/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_adopt.c
 *	  migrator adopt
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"tool", 0, "TOOL", "the tool whose version table it is (default: the one that is found)"},
	{"table", 0, "TABLE", "its version table (default: as the tool names it)"},
	{"dry-run", 0, NULL, "show what would be taken over, and change nothing"},
	{"accept-changed", 0, NULL, "take over also what has another checksum here"},
	{0}
};

const MigCommand MigCommandAdopt = {
	.name = "adopt",
	.usage = "",
	.summary = "take over the version that another tool has recorded",
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	const char *tool = MigCliOption(cli, "tool");

	MigCliSync(cli, MIG_SYNC_RUN);
	MigCliShow(cli, NULL, "SELECT * FROM migrator.adopt($1, $2::regclass, $3::boolean, $4::boolean)", 4,
			   tool == NULL ? "auto" : tool, MigCliOption(cli, "table"),
			   MigCliOption(cli, "dry-run") != NULL ? "true" : "false",
			   MigCliOption(cli, "accept-changed") != NULL ? "true" : "false");
	return MIG_EXIT_OK;
}
