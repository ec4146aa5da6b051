/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_check.c
 *	  migrator check
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"


static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"kind", 0, "KIND", "compare only objects of this kind, or with - in front not; may be repeated"},
	{"name", 0, "PATTERN", "compare only objects of this name (LIKE), or with - not; may be repeated"},
	{"online", 0, NULL, "show forms of statements that block nobody"},
	{0}
};

const MigCommand MigCommandCheck = {
	.name = "check",
	.usage = "[MODEL]...",
	.summary = "compare the database with the model files; fails if they differ",
	.max_args = -1,
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	MigStrings	kinds = MigCliOptions(cli, "kind");
	MigStrings	names = MigCliOptions(cli, "name");
	MigStrings	files = {.n = cli->nargs,.at = cli->args};
	char	   *model;

	if (files.n > 0)
		cli->models = files;
	model = MigCliModel(cli);
	MigCliSync(cli, MIG_SYNC_RUN);

	/* what is not applied yet would look like a difference */
	MigCliQuery(cli, "SELECT FROM migrator.current(true)", 0);
	if (MigCliShowChanges(cli,
						  "SELECT * FROM migrator.check($1, $2::text[], $3::text[], $4::text[], $5::boolean)", 5,
						  model, cli->schemas.n > 0 ? MigCliArray(&cli->schemas) : NULL,
						  kinds.n > 0 ? MigCliArray(&kinds) : NULL, names.n > 0 ? MigCliArray(&names) : NULL,
						  MigCliOption(cli, "online") != NULL ? "true" : "false") > 0)
		return MIG_EXIT_ERROR;
	MigCliSay("The database is as the model says.");
	return MIG_EXIT_OK;
}
