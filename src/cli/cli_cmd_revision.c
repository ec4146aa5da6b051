/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_revision.c
 *	  migrator revision
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);
static char *NewRevision(MigCli *cli, const char *model);
static void EditGenerated(MigCli *cli, const char *revision);

static const MigOption options[] = {
	{"message", 'm', "MESSAGE", "what it does, in a line"},
	{"autogenerate", 0, NULL, "write the statements that make the schema as the models say"},
	{"online", 0, NULL, "with --autogenerate: in forms that block nobody"},
	{"sql", 0, NULL, "print the file, and keep nothing"},
	{"head", 0, "REVISION", "what it revises (default: head; base: nothing); may be repeated"},
	{"splice", 0, NULL, "allow a REVISION that is no head"},
	{"branch-label", 0, "LABEL", "a label for the branch; may be repeated"},
	{"depends-on", 0, "REVISION", "what has to run before it; may be repeated"},
	{"rev-id", 0, "ID", "its id, instead of 12 random digits"},
	{"version-path", 0, "PATH", "write the file there, below the directory"},
	{"edit", 'e', NULL, "edit the file, and load it"},
	{0}
};

const MigCommand MigCommandRevision = {
	.name = "revision",
	.usage = "",
	.summary = "write a new revision",
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	bool		autogenerate = MigCliOption(cli, "autogenerate") != NULL;
	bool		only_show = MigCliOption(cli, "sql") != NULL;
	char	   *revision;

	if (!autogenerate && MigCliOption(cli, "online") != NULL)
		MigCliFail(MIG_EXIT_USAGE, NULL, NULL, "--online makes sense only with --autogenerate");
	MigCliRefuseForeign(cli);
	MigCliSync(cli, MIG_SYNC_RUN);
	(void) MigCliQuery(cli, "BEGIN", 0);
	revision = NewRevision(cli, autogenerate ? MigCliModel(cli) : NULL);
	if (revision == NULL)
	{
		(void) MigCliQuery(cli, "ROLLBACK", 0);
		if (cli->json)
			printf("{\"revision\": null, \"path\": null, \"hazards\": []}\n");
		else
			printf("No differences: the database is as the models say\n");
		return MIG_EXIT_OK;
	}
	MigCliGenerate(cli, revision, MigCliOption(cli, "version-path"), only_show);
	if (!only_show && MigCliOption(cli, "edit") != NULL)
		EditGenerated(cli, revision);
	return MIG_EXIT_OK;
}

/* Have the server write it; model is NULL unless it is to be generated. */
static char *
NewRevision(MigCli *cli, const char *model)
{
	const char *message = MigCliOption(cli, "message");
	MigStrings	heads = MigCliOptions(cli, "head");
	MigStrings	labels = MigCliOptions(cli, "branch-label");
	MigStrings	deps = MigCliOptions(cli, "depends-on");
	const char *splice = MigCliOption(cli, "splice") != NULL ? "true" : "false";

	if (message == NULL)
		message = "";
	if (heads.n == 0)
		MigCliAdd(&heads, "head");
	if (model == NULL)
		return MigCliValue(cli, "SELECT migrator.revision($1, head => $2::text[], splice => $3::boolean, "
						   "branch_label => $4::text[], depends_on => $5::text[], rev_id => $6)", 6,
						   message, MigCliArray(&heads), splice, MigCliArray(&labels), MigCliArray(&deps),
						   MigCliOption(cli, "rev-id"));
	return MigCliValue(cli, "SELECT migrator.autogenerate($1, $7, head => $2::text[], splice => $3::boolean, "
					   "branch_label => $4::text[], depends_on => $5::text[], rev_id => $6, online => $8::boolean)", 8,
					   message, MigCliArray(&heads), splice, MigCliArray(&labels), MigCliArray(&deps),
					   MigCliOption(cli, "rev-id"), model, MigCliOption(cli, "online") != NULL ? "true" : "false");
}

static void
EditGenerated(MigCli *cli, const char *revision)
{
	MigRevisionFiles files;
	const MigRevisionFile *file;

	MigCliReadRevisions(&files, cli->directory);
	file = MigCliFindRevision(&files, revision);
	if (file != NULL)
		MigCliEdit(cli, file->path, MigCliFormat("%s/%s", cli->directory, file->path), revision);
}
