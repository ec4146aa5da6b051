/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_graph.c
 *	  migrator graph
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"format", 0, "FORMAT", "text, dot (Graphviz) or mermaid (default: text)"},
	{0}
};

const MigCommand MigCommandGraph = {
	.name = "graph",
	.usage = "",
	.summary = "draw the revisions and what they build on",
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	const char *format = MigCliOption(cli, "format");

	MigCliSync(cli, MIG_SYNC_LOOK);
	MigCliShowText(cli, "graph", "SELECT migrator.graph(coalesce($1, 'text'))", 1, format);
	return MIG_EXIT_OK;
}
