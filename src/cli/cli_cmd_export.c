/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_export.c
 *	  migrator export
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"
#include "pqexpbuffer.h"

static MigExit Run(MigCli *cli);
static void Print(const MigCli *cli, const PGresult *res);
static void WriteFiles(MigCli *cli, const char *directory, const PGresult *res);

static const MigOption options[] = {
	{"all", 'a', NULL, "all revisions"},
	{"directory", 'D', "DIRECTORY", "write there, instead of to the directory of migration files"},
	{"force", 0, NULL, "replace files that have another content"},
	{"stdout", 0, NULL, "print the files, one after the other, and write nothing"},
	{0}
};

const MigCommand MigCommandExport = {
	.name = "export",
	.usage = "[REVISION]...",
	.summary = "write the files of revisions that the database has",
	.max_args = -1,
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	const char *directory = MigCliOption(cli, "directory");
	bool		all = MigCliOption(cli, "all") != NULL;
	MigStrings	revisions = {0};
	PGresult   *res;

	for (int i = 0; i < cli->nargs; i++)
		MigCliAdd(&revisions, cli->args[i]);
	if (all == (revisions.n > 0))
		MigCliFail(MIG_EXIT_USAGE, NULL, "Name them, or say --all.",
				   all ? "revisions are named together with --all" : "nothing is named that is to be exported");
	if (directory == NULL && MigCliOption(cli, "stdout") == NULL)
	{
		MigCliRefuseForeign(cli);
		directory = cli->directory;
	}
	MigCliConnect(cli);
	res = MigCliQuery(cli, "SELECT f.revision, f.filename, f.script FROM migrator.export_files($1::text[]) f", 1,
					  all ? NULL : MigCliArray(&revisions));
	if (MigCliOption(cli, "stdout") != NULL)
		Print(cli, res);
	else
		WriteFiles(cli, directory, res);
	return MIG_EXIT_OK;
}

static void
Print(const MigCli *cli, const PGresult *res)
{
	if (cli->json)
		printf("[");
	for (int i = 0; i < PQntuples(res); i++)
		if (cli->json)
			printf("%s{\"revision\": %s, \"filename\": %s, \"script\": %s}", i == 0 ? "" : ",\n ",
				   MigCliJsonString(PQgetvalue(res, i, 0)), MigCliJsonString(PQgetvalue(res, i, 1)),
				   MigCliJsonString(PQgetvalue(res, i, 2)));
		else
			printf("%s%s", i == 0 ? "" : "\n", PQgetvalue(res, i, 2));
	if (cli->json)
		printf("]\n");
	fflush(stdout);
}

/* All or none; a file that holds something else stays, unless forced. */
static void
WriteFiles(MigCli *cli, const char *directory, const PGresult *res)
{
	bool		force = MigCliOption(cli, "force") != NULL;
	MigRevisionFiles files;
	MigStage   *stage;
	PQExpBufferData report;
	int			nwritten = 0;

	initPQExpBuffer(&report);
	MigCliReadRevisions(&files, directory);
	stage = MigCliStage(directory);
	for (int i = 0; i < PQntuples(res); i++)
	{
		const MigRevisionFile *file = MigCliFindRevision(&files, PQgetvalue(res, i, 0));
		const char *path = file != NULL ? file->path : PQgetvalue(res, i, 1);
		bool		same = file != NULL && MigCliSameText(file->content, PQgetvalue(res, i, 2));
		char	   *shown = MigCliFormat("%s/%s", directory, path);

		if (file != NULL && !same && !force)
			MigCliFail(MIG_EXIT_ERROR, NULL, "Say --force to replace it, or load it with any other command.",
					   "file \"%s\" is not what the database has of revision \"%s\"", shown, file->revision);
		if (!same)
		{
			MigCliStageWrite(stage, path, PQgetvalue(res, i, 2), file != NULL || force);
			nwritten++;
		}
		if (cli->json)
			appendPQExpBuffer(&report, "%s{\"revision\": %s, \"path\": %s, \"written\": %s}", i == 0 ? "" : ",\n ",
							  MigCliJsonString(PQgetvalue(res, i, 0)), MigCliJsonString(shown), same ? "false" : "true");
		else if (!same)
			appendPQExpBuffer(&report, "Generating %s ...  done\n", shown);
	}
	MigCliStageApply(stage);
	MigCliStageFinish(stage);
	if (cli->json)
		printf("[%s]\n", report.data);
	else
		printf("%s%d written, %d unchanged\n", report.data, nwritten, PQntuples(res) - nwritten);
	fflush(stdout);
}
