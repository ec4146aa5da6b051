/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_history.c
 *	  migrator history
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);
static void Draw(MigCli *cli, int look);
static const char *RailsEnd(const char *line);
static bool IsAbout(const char *title, const char *revision);

static const MigOption options[] = {
	{"rev-range", 'r', "START:END", "only these; either may be left out, or current"},
	{"verbose", 'v', NULL, "show everything about them"},
	{"indicate-current", 'i', NULL, "mark the current ones"},
	{0}
};

const MigCommand MigCommandHistory = {
	.name = "history",
	.usage = "",
	.summary = "show the revisions, newest first",
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	const char *range = MigCliOption(cli, "rev-range");
	bool		verbose = MigCliOption(cli, "verbose") != NULL;
	int			look = MIG_ENTRY_LABELS | MIG_ENTRY_HEADS | MIG_ENTRY_TREE | MIG_ENTRY_PARENTS | MIG_ENTRY_MESSAGE;

	if (MigCliOption(cli, "indicate-current") != NULL)
		look |= MIG_ENTRY_CURRENT;
	if (verbose)
		look |= MIG_ENTRY_VERBOSE;
	MigCliSync(cli, MIG_SYNC_LOOK);
	if (cli->json)
		MigCliShow(cli, NULL, "SELECT * FROM migrator.history($1)", 1, range);
	else if (cli->is_terminal && range == NULL && !verbose)
		Draw(cli, look);
	else
		MigCliShowEntries(cli, "", "SELECT h.revision FROM migrator.history($1) h", range, look);
	return MIG_EXIT_OK;
}

/* The lines of migrator.graph(), with our entries at their ends. */
static void
Draw(MigCli *cli, int look)
{
	char	   *graph = MigCliValue(cli, "SELECT migrator.graph()", 0);
	PGresult   *res = MigCliEntries(cli, "SELECT h.revision FROM migrator.history() h", NULL, look);
	bool		has_rails = false;
	char	   *next;
	int			row = 0;

	/* a plain line needs no drawing */
	for (char *line = graph; line != NULL && !has_rails; line = strchr(line, '\n'))
	{
		line += line != graph;
		has_rails = line[0] != '\0' && (line[0] != '*' || line[2] == '|');
	}
	for (char *line = strtok_r(graph, "\n", &next); line != NULL; line = strtok_r(NULL, "\n", &next))
	{
		const char *title = RailsEnd(line);

		if (row < PQntuples(res) && IsAbout(title, PQgetvalue(res, row, 0)))
			printf("%.*s%s\n", has_rails ? (int) (title - line) : 0, line,
				   MigCliEntry(cli, res, row++, look));
		else
			printf("%s\n", line);
	}
	PQclear(res);
}

/* Does the text begin with this word?  The graph has the order of the history. */
static bool
IsAbout(const char *title, const char *revision)
{
	size_t		length = strlen(revision);

	return strncmp(title, revision, length) == 0 && strchr(" ,", title[length]) != NULL;
}

/* Where the drawing of a revision's line ends. */
static const char *
RailsEnd(const char *line)
{
	return line + strspn(line, "*| ");
}
