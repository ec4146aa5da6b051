/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_stamp.c
 *	  migrator stamp
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"purge", 0, NULL, "forget all versions first, also unknown ones"},
	{"sql", 0, NULL, "print the statement instead"},
	{0}
};

const MigCommand MigCommandStamp = {
	.name = "stamp",
	.usage = "TARGET...",
	.summary = "set the version to one target or several, and run nothing",
	.min_args = 1,
	.max_args = -1,
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	MigStrings	targets = {.n = cli->nargs,.at = cli->args};
	const char *purge = MigCliOption(cli, "purge") != NULL ? "true" : "false";

	MigCliSync(cli, MIG_SYNC_LOOK);
	if (MigCliOption(cli, "sql") != NULL)
		MigCliShowText(cli, "script",
					   "SELECT pg_catalog.format(E'SELECT * FROM migrator.stamp(%L::text[], %s);\\n', $1::text, $2::text)",
					   2, MigCliArray(&targets), purge);
	else
		MigCliRunSteps(cli, "SELECT * FROM migrator.stamp($1::text[], $2::boolean)", 2,
					   MigCliArray(&targets), purge);
	return MIG_EXIT_OK;
}
