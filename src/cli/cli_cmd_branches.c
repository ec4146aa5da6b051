/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_branches.c
 *	  migrator branches
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"verbose", 'v', NULL, "show everything about them"},
	{0}
};

const MigCommand MigCommandBranches = {
	.name = "branches",
	.usage = "",
	.summary = "show the revisions at which the graph divides",
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	bool		verbose = MigCliOption(cli, "verbose") != NULL;
	int			look = MIG_ENTRY_LABELS | MIG_ENTRY_HEADS | MIG_ENTRY_TREE;
	PGresult   *res;

	MigCliSync(cli, MIG_SYNC_LOOK);
	if (cli->json)
	{
		MigCliShow(cli, NULL, "SELECT * FROM migrator.branches()", 0);
		return MIG_EXIT_OK;
	}
	res = MigCliQuery(cli, "SELECT b.revision FROM migrator.branches() b", 0);
	for (int i = 0; i < PQntuples(res); i++)
	{
		char	   *revision = PQgetvalue(res, i, 0);

		MigCliShowEntries(cli, "", "SELECT $1::text", revision, look | (verbose ? MIG_ENTRY_VERBOSE : 0));
		MigCliShowEntries(cli, MigCliFormat("%*s -> ", (int) strlen(revision), ""),
						  "SELECT pg_catalog.unnest(b.children) FROM migrator.branches() b WHERE b.revision = $1",
						  revision, look | (verbose ? MIG_ENTRY_MESSAGE : 0));
		printf("\n");
	}
	return MIG_EXIT_OK;
}
