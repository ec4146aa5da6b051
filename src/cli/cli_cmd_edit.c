/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_edit.c
 *	  migrator edit
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"
#include "pqexpbuffer.h"

static MigExit Run(MigCli *cli);
static const MigRevisionFile *FindFile(MigCli *cli, const MigRevisionFiles *files, const char *name);
static const MigRevisionFile *FindByBeginning(const MigCli *cli, const MigRevisionFiles *files,
											  const char *name);
static void EditOne(MigCli *cli, const MigRevisionFile *file, PQExpBuffer report);

const MigCommand MigCommandEdit = {
	.name = "edit",
	.usage = "REVISION...",
	.summary = "edit the files of revisions, and load them",
	.min_args = 1,
	.max_args = -1,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	MigRevisionFiles files;
	PQExpBufferData report;

	initPQExpBuffer(&report);
	MigCliRefuseForeign(cli);
	MigCliConnect(cli);
	MigCliReadRevisions(&files, cli->directory);
	for (int i = 0; i < cli->nargs; i++)
		EditOne(cli, FindFile(cli, &files, cli->args[i]), &report);
	if (cli->json)
		printf("[%s]\n", report.data);
	return MIG_EXIT_OK;
}

/*
 * The file that a name stands for.
 *
 * It is looked for among the files as they are, since a file that does not
 * parse is one to be edited; names such as head are the database's to know.  A
 * revision that has no file yet gets one.
 */
static const MigRevisionFile *
FindFile(MigCli *cli, const MigRevisionFiles *files, const char *name)
{
	const MigRevisionFile *file = FindByBeginning(cli, files, name);
	MigRevisionFile *written;
	MigStage   *stage;
	PGresult   *res;

	if (file != NULL)
		return file;
	res = MigCliQuery(cli, "SELECT f.revision, f.filename, f.script FROM migrator.export_files(ARRAY[$1]) f", 1, name);
	file = MigCliFindRevision(files, PQgetvalue(res, 0, 0));
	if (file != NULL)
		return file;

	written = pg_malloc(sizeof(MigRevisionFile));
	written->revision = PQgetvalue(res, 0, 0);
	written->path = PQgetvalue(res, 0, 1);
	stage = MigCliStage(cli->directory);
	MigCliStageWrite(stage, written->path, PQgetvalue(res, 0, 2), false);
	MigCliStageApply(stage);
	MigCliStageFinish(stage);
	return written;
}

/* The only file whose id is this, or begins so; or NULL.  The words are not ids. */
static const MigRevisionFile *
FindByBeginning(const MigCli *cli, const MigRevisionFiles *files, const char *name)
{
	static const char *const words[] = {"", "head", "heads", "base", "current"};
	const MigRevisionFile *found = MigCliFindRevision(files, name);

	for (size_t i = 0; i < lengthof(words) && found == NULL; i++)
		if (strcmp(name, words[i]) == 0)
			return NULL;
	if (found != NULL)
		return found;
	for (int i = 0; i < files->n; i++)
	{
		if (strncmp(files->at[i].revision, name, strlen(name)) != 0)
			continue;
		if (found != NULL)
			MigCliFail(MIG_EXIT_ERROR, MigCliFormat("They are in \"%s/%s\" and \"%s/%s\".",
													cli->directory, found->path, cli->directory, files->at[i].path),
					   "Write more of the id.", "several revisions begin with \"%s\"", name);
		found = &files->at[i];
	}
	return found;
}

static void
EditOne(MigCli *cli, const MigRevisionFile *file, PQExpBuffer report)
{
	char	   *shown = MigCliFormat("%s/%s", cli->directory, file->path);

	if (MigCliValue(cli, "SELECT h.revision FROM migrator.log($1) h LIMIT 1", 1, file->revision) != NULL)
		MigCliWarn("If it is applied anywhere, its content cannot be changed any more.",
				   "revision \"%s\" has been run", file->revision);
	MigCliEdit(cli, file->path, shown, file->revision);
	if (cli->json)
		appendPQExpBuffer(report, "%s{\"revision\": %s, \"path\": %s}", report->len == 0 ? "" : ",\n ",
						  MigCliJsonString(file->revision), MigCliJsonString(shown));
	else
		printf("Loaded %s\n", shown);
	fflush(stdout);
}
