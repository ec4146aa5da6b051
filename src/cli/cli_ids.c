/*-------------------------------------------------------------------------
 * src/cli/cli_ids.c
 *	  Give revisions other ids, in the database and in the files together.
 *
 * The server decides about ids and file names and changes the text of every
 * revision that names one; the files become what the server then has.  This
 * wants the two to be the same before, or the files to be changed already, by
 * somebody who has done so with another database.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <ctype.h>

#include "cli/cli.h"
#include "pqexpbuffer.h"

/* A row of a result, by what tells it apart. */
typedef struct NamedRow
{
	const char *name;
	int			row;
} NamedRow;

/* The result of the server's function, and that of export_files(). */
typedef struct Ids
{
	MigCli	   *cli;
	MigRevisionFiles files;
	const PGresult *changed;	/* old, new, new_filename; that is NULL unless
								 * it is a dry run */
	NamedRow   *by_new;			/* its rows, sorted */
	const PGresult *exported;	/* revision, filename, script */
	NamedRow   *by_revision;	/* its rows, sorted */
	int			nstaged;		/* files that change */
} Ids;

static void RefuseDifferent(MigCli *cli, const MigRevisionFiles *files);
static MigStage *StageFiles(Ids *ids);
static bool AreChanged(Ids *ids);
static NamedRow *SortRows(const PGresult *res, int column);
static int	FindRow(const NamedRow *rows, const PGresult *res, const char *name);
static int	CompareRows(const void *a, const void *b);
static const char *OldId(const Ids *ids, const char *revision);
static const MigRevisionFile *FindFile(const Ids *ids, const char *old, const char *new);
static const char *NewName(const Ids *ids, int row);
static char *NewPath(const char *path, const char *old, const char *new, const char *name);
static void Report(const Ids *ids, const char *backup, bool dry_run);

/*
 * MigCliChangeIds
 *		Run a function that gives revisions other ids, and rewrite the files.
 *
 * sql gives rows of old and new id, and perhaps of the new file name, for what
 * has changed.  With backup, the
 * files as they were are copied first, to what the option "backup" says.
 */
MigExit
MigCliChangeIds(MigCli *cli, const char *sql, int nparams, const char *const *params, bool dry_run,
				bool backup)
{
	Ids			ids = {.cli = cli};
	PGresult   *changed;
	MigStage   *stage;
	MigStrings	paths = {0};
	char	   *copy = NULL;
	bool		are_changed;

	MigCliRefuseForeign(cli);
	MigCliConnect(cli);
	MigCliReadRevisions(&ids.files, cli->directory);
	(void) MigCliQuery(cli, "BEGIN", 0);
	are_changed = AreChanged(&ids);
	if (!are_changed)
		RefuseDifferent(cli, &ids.files);
	ids.changed = changed = MigCliTry(cli, sql, nparams, params);
	if (PQresultStatus(changed) != PGRES_TUPLES_OK)
		MigCliQueryFailed(cli, changed);
	if (are_changed && !dry_run)
		RefuseDifferent(cli, &ids.files);
	if (dry_run || PQntuples(changed) == 0)
	{
		/* a version table may have been changed all the same */
		(void) MigCliQuery(cli, dry_run ? "ROLLBACK" : "COMMIT", 0);
		Report(&ids, NULL, dry_run);
		return MIG_EXIT_OK;
	}

	ids.by_new = SortRows(changed, 1);
	ids.exported = MigCliQuery(cli, "SELECT r.revision, r.filename, f.script FROM migrator.export_files() f "
							   "JOIN migrator.revisions() r ON r.revision = f.revision", 0);
	ids.by_revision = SortRows(ids.exported, 0);
	for (int i = 0; i < ids.files.n; i++)
		MigCliAdd(&paths, ids.files.at[i].path);
	stage = StageFiles(&ids);
	if (backup && ids.nstaged > 0)
		copy = MigCliBackup(stage, &paths, MigCliOption(cli, "backup"));
	MigCliStageCommit(cli, stage, "SELECT EXISTS (SELECT FROM migrator.revisions() r WHERE r.revision = $1)",
					  PQgetvalue(changed, 0, 1));
	Report(&ids, copy, false);
	return MIG_EXIT_OK;
}

/* Does a file have an id already that convert_ids() would give? */
static bool
AreChanged(Ids *ids)
{
	PGresult   *converted = MigCliQuery(ids->cli, "SELECT c.new FROM migrator.convert_ids(true) c WHERE c.new <> c.old", 0);

	for (int i = 0; i < PQntuples(converted); i++)
		if (MigCliFindRevision(&ids->files, PQgetvalue(converted, i, 0)) != NULL)
			return true;
	return false;
}

/* Every file is in the database as it is, and every revision has a file. */
static void
RefuseDifferent(MigCli *cli, const MigRevisionFiles *files)
{
	MigStrings	paths = {0};
	MigStrings	contents = {0};
	PGresult   *res;

	for (int i = 0; i < files->n; i++)
	{
		MigCliAdd(&paths, files->at[i].path);
		MigCliAdd(&contents, files->at[i].content);
	}
	res = MigCliQuery(cli,
					  "WITH i AS MATERIALIZED (SELECT * FROM migrator.import("
					  "pg_catalog.jsonb_object($1::text[], $2::text[]), 'migrator')) "
					  "SELECT i.revision, i.filename FROM i WHERE i.action <> 'unchanged' "
					  "UNION ALL SELECT r.revision, NULL FROM migrator.revisions() r "
					  "WHERE r.revision NOT IN (SELECT i.revision FROM i) ORDER BY 2 NULLS LAST, 1 LIMIT 1",
					  2, MigCliArray(&paths), MigCliArray(&contents));
	if (PQntuples(res) == 0)
		return;
	if (PQgetisnull(res, 0, 1))
		MigCliFail(MIG_EXIT_ERROR, NULL,
				   MigCliFormat("Write it with \"%s export %s\", or delete it with migrator.delete_revision().",
								cli->progname, PQgetvalue(res, 0, 0)),
				   "revision \"%s\" of the database has no file in \"%s\"", PQgetvalue(res, 0, 0), cli->directory);
	MigCliFail(MIG_EXIT_ERROR, NULL, MigCliFormat("Load the files first: \"%s import\".", cli->progname),
			   "file \"%s/%s\" is not what the database has of revision \"%s\"", cli->directory,
			   PQgetvalue(res, 0, 1), PQgetvalue(res, 0, 0));
}

/* What has another text or another name now. */
static MigStage *
StageFiles(Ids *ids)
{
	MigStage   *stage = MigCliStage(ids->cli->directory);

	for (int i = 0; i < PQntuples(ids->exported); i++)
	{
		const char *revision = PQgetvalue(ids->exported, i, 0);
		const char *script = PQgetvalue(ids->exported, i, 2);
		const char *old = OldId(ids, revision);
		const MigRevisionFile *file = FindFile(ids, old, revision);
		char	   *path;

		if (file == NULL)
			MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "revision \"%s\" has no file", old);
		path = NewPath(file->path, old, revision, PQgetvalue(ids->exported, i, 1));
		if (strcmp(path, file->path) != 0)
			MigCliStageRemove(stage, file->path);
		else if (strcmp(script, file->content) == 0)
			continue;
		MigCliStageWrite(stage, path, script, strcmp(path, file->path) == 0);
		ids->nstaged++;
	}
	return stage;
}

/* The rows of a result by a column of different values. */
static NamedRow *
SortRows(const PGresult *res, int column)
{
	int			n = PQntuples(res);
	NamedRow   *rows = pg_malloc(sizeof(NamedRow) * (n + 1));

	for (int i = 0; i < n; i++)
	{
		rows[i].name = PQgetvalue(res, i, column);
		rows[i].row = i;
	}
	qsort(rows, n, sizeof(NamedRow), CompareRows);
	return rows;
}

/* The row of res, sorted into rows, that has this name, or -1. */
static int
FindRow(const NamedRow *rows, const PGresult *res, const char *name)
{
	NamedRow	key = {.name = name};
	const NamedRow *found = bsearch(&key, rows, PQntuples(res), sizeof(NamedRow), CompareRows);

	return found == NULL ? -1 : found->row;
}

static int
CompareRows(const void *a, const void *b)
{
	return strcmp(((const NamedRow *) a)->name, ((const NamedRow *) b)->name);
}

/* The id that a revision had before. */
static const char *
OldId(const Ids *ids, const char *revision)
{
	int			row = FindRow(ids->by_new, ids->changed, revision);

	return row < 0 ? revision : PQgetvalue(ids->changed, row, 0);
}

/* The file of a revision, which may have its new id already. */
static const MigRevisionFile *
FindFile(const Ids *ids, const char *old, const char *new)
{
	const MigRevisionFile *file = MigCliFindRevision(&ids->files, old);

	return file == NULL ? MigCliFindRevision(&ids->files, new) : file;
}

/* What the server calls the file of a revision that has changed. */
static const char *
NewName(const Ids *ids, int row)
{
	int			found;

	if (ids->exported == NULL)
		return PQgetvalue(ids->changed, row, 2);
	found = FindRow(ids->by_revision, ids->exported, PQgetvalue(ids->changed, row, 1));
	return found < 0 ? "" : PQgetvalue(ids->exported, found, 1);
}

/*
 * A file that is called by its id is called by the new one: as the server says,
 * in the same directory.
 */
static char *
NewPath(const char *path, const char *old, const char *new, const char *name)
{
	size_t		length = strlen(old);
	const char *slash = strrchr(name, '/');
	const char *base = slash == NULL ? name : slash + 1;

	if (strcmp(old, new) == 0)
		return pg_strdup(path);
	for (const char *at = path; at != NULL; at = strchr(at, '/') == NULL ? NULL : strchr(at, '/') + 1)
		if (strncmp(at, old, length) == 0 && !isalnum((unsigned char) at[length]) &&
			strchr(at + length, '/') == NULL)
			return strncmp(base, new, strlen(new)) == 0
				? MigCliFormat("%.*s%s", (int) (at - path), path, base)
				: MigCliFormat("%.*s%s%s", (int) (at - path), path, new, at + length);
	return pg_strdup(path);
}

static void
Report(const Ids *ids, const char *backup, bool dry_run)
{
	const MigCli *cli = ids->cli;
	int			n = 0;

	if (cli->json)
		printf("{\"dry_run\": %s, \"backup\": %s, \"changed\": [", dry_run ? "true" : "false",
			   backup == NULL ? "null" : MigCliJsonString(backup));
	for (int i = 0; i < PQntuples(ids->changed); i++)
	{
		const char *old = PQgetvalue(ids->changed, i, 0);
		const char *new = PQgetvalue(ids->changed, i, 1);
		const MigRevisionFile *file = FindFile(ids, old, new);
		char	   *path = file == NULL ? NULL : NewPath(file->path, old, new, NewName(ids, i));

		if (strcmp(old, new) == 0)
			continue;
		n++;
		if (cli->json)
			printf("%s{\"old\": %s, \"new\": %s, \"filename\": %s, \"new_filename\": %s}", n == 1 ? "" : ",\n ",
				   MigCliJsonString(old), MigCliJsonString(new), file == NULL ? "null" : MigCliJsonString(file->path),
				   path == NULL ? "null" : MigCliJsonString(path));
		else
			printf("%s -> %s  %s\n", old, new, path == NULL ? "" : path);
	}
	if (cli->json)
		printf("]}\n");
	else if (n == 0)
		printf("No id is to be changed\n");
	else
		printf("%d %s %s\n", n, n == 1 ? "id" : "ids", dry_run ? "would be changed; nothing is" : "changed");
	if (backup != NULL && !cli->json)
		printf("The files as they were are in %s\n", backup);
	fflush(stdout);
}
