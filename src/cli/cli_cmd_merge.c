/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_merge.c
 *	  migrator merge
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"message", 'm', "MESSAGE", "what it does, in a line"},
	{"splice", 0, NULL, "allow a REVISION that is no head"},
	{"branch-label", 0, "LABEL", "a label for the branch; may be repeated"},
	{"rev-id", 0, "ID", "its id, instead of 12 random digits"},
	{"version-path", 0, "PATH", "write the file there, below the directory"},
	{0}
};

const MigCommand MigCommandMerge = {
	.name = "merge",
	.usage = "[REVISION]...",
	.summary = "write a revision that joins others (default: heads)",
	.max_args = -1,
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	MigStrings	revisions = {0};
	MigStrings	labels = MigCliOptions(cli, "branch-label");
	char	   *revision;

	for (int i = 0; i < cli->nargs; i++)
		MigCliAdd(&revisions, cli->args[i]);
	if (revisions.n == 0)
		MigCliAdd(&revisions, "heads");

	MigCliRefuseForeign(cli);
	MigCliSync(cli, MIG_SYNC_RUN);
	(void) MigCliQuery(cli, "BEGIN", 0);
	revision = MigCliValue(cli, "SELECT migrator.merge($1::text[], $2, $3::text[], $4, $5::boolean)", 5,
						   MigCliArray(&revisions), MigCliOption(cli, "message"), MigCliArray(&labels),
						   MigCliOption(cli, "rev-id"), MigCliOption(cli, "splice") != NULL ? "true" : "false");
	MigCliGenerate(cli, revision, MigCliOption(cli, "version-path"), false);
	return MIG_EXIT_OK;
}
