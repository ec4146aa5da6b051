/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_import.c
 *	  migrator import
 *
 * The server reads the files, whatever tool they are for.  Those of another
 * tool then become files of ours, in the directory of migration files, in the
 * same transaction: into the database and into the directory, or neither.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <sys/stat.h>

#include "cli/cli.h"
#include "pqexpbuffer.h"

/* One import on its way. */
typedef struct Import
{
	MigCli	   *cli;
	const char *from;			/* the format */
	const char *source;			/* the directory that is read */
	bool		in_place;		/* it is the directory of migration files */
	bool		is_ours;		/* its files are in our format */
	bool		keep;			/* write no files */
	MigTree		tree;
	PGresult   *imported;		/* revision, filename, action */
	MigStrings	written;		/* path for each of these, or "" */
	char	   *backup;
} Import;

static MigExit Run(MigCli *cli);
static void Begin(Import *import);
static void Load(Import *import);
static bool IsOurs(const Import *import);
static bool IsSameDirectory(const char *a, const char *b);
static void WriteFiles(Import *import);
static void RemoveSource(Import *import, MigStage *stage);
static void Report(const Import *import);
static void ReportAsJson(const Import *import);

static const MigOption options[] = {
	{"from", 0, "FORMAT", "the tool that the files are for (default: found out)"},
	{"no-files", 0, NULL, "write no files of our own, only load the others"},
	{"keep", 0, NULL, "the same as --no-files"},
	{0}
};

const MigCommand MigCommandImport = {
	.name = "import",
	.usage = "[DIRECTORY]",
	.summary = "load a directory, and turn another tool's files into ours",
	.max_args = 1,
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	Import		import = {.cli = cli};

	Begin(&import);
	(void) MigCliQuery(cli, "BEGIN", 0);
	Load(&import);
	if (import.keep || (import.is_ours && import.in_place))
		(void) MigCliQuery(cli, "COMMIT", 0);
	else
		WriteFiles(&import);
	Report(&import);
	return MIG_EXIT_OK;
}

/* What is asked for; reads the files, and connects. */
static void
Begin(Import *import)
{
	MigCli	   *cli = import->cli;

	import->source = cli->nargs > 0 ? cli->args[0] : cli->directory;
	import->from = MigCliOption(cli, "from");
	import->keep = MigCliOption(cli, "keep") != NULL || MigCliOption(cli, "no-files") != NULL;
	import->in_place = IsSameDirectory(import->source, cli->directory);
	if (import->from == NULL)
		import->from = import->in_place && cli->nargs == 0 ? cli->format
			: strcmp(cli->format, "migrator") != 0 ? cli->format : "auto";

	if (strcmp(import->from, "alembic") == 0)
		MigCliCollectAlembic(&import->tree, import->source);
	else
		MigCliCollect(&import->tree, import->source);
	if (import->tree.paths.n == 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "there are no migration files in \"%s\"", import->source);

	/* what is there already, and is not what is to be replaced */
	if (!import->in_place && !import->keep)
	{
		MigCliRefuseForeign(cli);
		if (MigCliDirectoryExists(cli->directory))
			MigCliSync(cli, MIG_SYNC_RUN);
	}
	MigCliConnect(cli);
}

/* Have the server read them. */
static void
Load(Import *import)
{
	MigCli	   *cli = import->cli;
	const char *params[3];

	params[0] = MigCliArray(&import->tree.paths);
	params[1] = MigCliArray(&import->tree.contents);
	params[2] = import->from;
	import->imported = MigCliTry(cli,
								 "SELECT i.revision, i.filename, i.action FROM migrator.import("
								 "pg_catalog.jsonb_object($1::text[], $2::text[]), $3) i", 3, params);
	if (PQresultStatus(import->imported) != PGRES_TUPLES_OK)
	{
		MigCliRefuseUntranslatable(cli, &import->tree, import->source, import->imported);
		MigCliQueryFailed(cli, import->imported);
	}
	if (PQntuples(import->imported) == 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "there are no migrations in \"%s\"", import->source);
	import->is_ours = IsOurs(import);
}

/* Were they files of ours?  All are, or none. */
static bool
IsOurs(const Import *import)
{
	if (strcmp(import->from, "migrator") == 0)
		return true;
	if (strcmp(import->from, "auto") != 0)
		return false;
	for (int i = 0; i < import->tree.paths.n; i++)
		if (strcmp(import->tree.paths.at[i], PQgetvalue(import->imported, 0, 1)) == 0)
			return MigCliRevisionOf(import->tree.contents.at[i]) != NULL;
	return false;
}

static bool
IsSameDirectory(const char *a, const char *b)
{
	struct stat one;
	struct stat other;

	return stat(a, &one) == 0 && stat(b, &other) == 0 &&
		one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* Put what the server has made of them into our directory, and commit. */
static void
WriteFiles(Import *import)
{
	MigCli	   *cli = import->cli;
	MigStrings	revisions = {0};
	MigRevisionFiles files = {0};
	MigStage   *stage;
	PGresult   *res;

	for (int i = 0; i < PQntuples(import->imported); i++)
		MigCliAdd(&revisions, PQgetvalue(import->imported, i, 0));
	res = MigCliQuery(cli, "SELECT f.revision, f.filename, f.script FROM migrator.export_files($1::text[]) f",
					  1, MigCliArray(&revisions));
	if (!import->in_place)
		MigCliReadRevisions(&files, cli->directory);

	stage = MigCliStage(cli->directory);
	if (import->in_place)
		RemoveSource(import, stage);
	for (int i = 0; i < PQntuples(res); i++)
	{
		const MigRevisionFile *file = files.n == 0 ? NULL
		: MigCliFindRevision(&files, PQgetvalue(res, i, 0));
		const char *path = file != NULL ? file->path : PQgetvalue(res, i, 1);
		bool		same = file != NULL && MigCliSameText(file->content, PQgetvalue(res, i, 2));

		if (!same)
			MigCliStageWrite(stage, path, PQgetvalue(res, i, 2), file != NULL);
		MigCliAdd(&import->written, same ? "" : path);
	}
	MigCliStageCommit(cli, stage, "SELECT EXISTS (SELECT FROM migrator.revisions() r WHERE r.revision = $1)",
					  revisions.at[revisions.n - 1]);
}

/* The other tool's files make way, and are kept elsewhere. */
static void
RemoveSource(Import *import, MigStage *stage)
{
	MigStrings	paths = {0};

	for (int i = 0; i < import->tree.paths.n; i++)
	{
		struct stat status;
		const char *path = import->tree.paths.at[i];

		/* what Alembic has said is no file; our own settings stay */
		if (strcmp(path, "migrator.toml") != 0 && !MigCliIsProgram(path) &&
			stat(MigCliFormat("%s/%s", import->cli->directory, path), &status) == 0)
			MigCliAdd(&paths, path);
	}
	import->backup = MigCliBackup(stage, &paths, NULL);
	for (int i = 0; i < paths.n; i++)
		MigCliStageRemove(stage, paths.at[i]);
}

static void
Report(const Import *import)
{
	MigCli	   *cli = import->cli;
	int			nadded = 0;
	int			nreplaced = 0;
	int			n = PQntuples(import->imported);

	if (cli->json)
	{
		ReportAsJson(import);
		return;
	}
	for (int i = 0; i < n; i++)
	{
		const char *action = PQgetvalue(import->imported, i, 2);
		const char *path = i < import->written.n ? import->written.at[i] : "";

		nadded += strcmp(action, "added") == 0;
		nreplaced += strcmp(action, "replaced") == 0;
		if (path[0] != '\0')
			printf("%s %s  %s/%s\n", action, PQgetvalue(import->imported, i, 0), cli->directory, path);
		else if (strcmp(action, "unchanged") != 0)
			printf("%s %s\n", action, PQgetvalue(import->imported, i, 0));
	}
	printf("%d %s: %d added, %d replaced, %d unchanged\n", n, n == 1 ? "revision" : "revisions",
		   nadded, nreplaced, n - nadded - nreplaced);
	if (import->backup != NULL)
		printf("The files as they were are in %s\n", import->backup);
	if (import->in_place && !import->is_ours && !import->keep && strcmp(cli->format, "migrator") != 0)
		printf("They are migrator's now: take the format out of %s\n",
			   cli->config_file == NULL ? "the options" : cli->config_file);
	fflush(stdout);
}

static void
ReportAsJson(const Import *import)
{
	printf("{\"backup\": %s, \"revisions\": [",
		   import->backup == NULL ? "null" : MigCliJsonString(import->backup));
	for (int i = 0; i < PQntuples(import->imported); i++)
	{
		const char *path = i < import->written.n ? import->written.at[i] : "";

		printf("%s{\"revision\": %s, \"filename\": %s, \"action\": %s, \"written\": %s}", i == 0 ? "" : ",\n ",
			   MigCliJsonString(PQgetvalue(import->imported, i, 0)),
			   MigCliJsonString(PQgetvalue(import->imported, i, 1)),
			   MigCliJsonString(PQgetvalue(import->imported, i, 2)),
			   path[0] == '\0' ? "null" : MigCliJsonString(path));
	}
	printf("]}\n");
	fflush(stdout);
}
