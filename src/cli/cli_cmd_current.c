/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_current.c
 *	  migrator current
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"verbose", 'v', NULL, "show everything about them"},
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
	bool		verbose = MigCliOption(cli, "verbose") != NULL;
	const char *check_heads = MigCliOption(cli, "check-heads") != NULL ? "true" : "false";

	MigCliSync(cli, MIG_SYNC_LOOK);
	if (cli->json)
	{
		MigCliShow(cli, NULL, "SELECT * FROM migrator.current($1::boolean)", 1, check_heads);
		return MIG_EXIT_OK;
	}
	if (verbose)
		printf("Current revision(s) for %s:\n", MigCliWhere(cli));
	MigCliShowEntries(cli, "", "SELECT c.revision FROM migrator.current($1::boolean) c", check_heads,
					  MIG_ENTRY_HEADS | MIG_ENTRY_TREE | (verbose ? MIG_ENTRY_VERBOSE : 0));
	return MIG_EXIT_OK;
}
