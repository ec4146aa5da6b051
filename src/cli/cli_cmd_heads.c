/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_heads.c
 *	  migrator heads
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"verbose", 'v', NULL, "show everything about them"},
	{"resolve-dependencies", 0, NULL, "leave out heads that something depends on"},
	{0}
};

const MigCommand MigCommandHeads = {
	.name = "heads",
	.usage = "",
	.summary = "show the revisions that nothing builds on",
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	const char *resolve = MigCliOption(cli, "resolve-dependencies") != NULL ? "true" : "false";

	MigCliSync(cli, MIG_SYNC_LOOK);
	if (cli->json)
		MigCliShow(cli, NULL, "SELECT * FROM migrator.heads($1::boolean)", 1, resolve);
	else
		MigCliShowEntries(cli, "", "SELECT h.revision FROM migrator.heads($1::boolean) h", resolve,
						  MIG_ENTRY_LABELS | MIG_ENTRY_HEADS |
						  (MigCliOption(cli, "verbose") != NULL ? MIG_ENTRY_VERBOSE : 0));
	return MIG_EXIT_OK;
}
