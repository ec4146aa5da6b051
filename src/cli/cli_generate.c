/*-------------------------------------------------------------------------
 * src/cli/cli_generate.c
 *	  Files of revisions: written, found again, and edited.
 *
 * The text of a file and its name are the server's, from
 * migrator.export_files(); here it is only put where it belongs.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <ctype.h>
#include <unistd.h>

#include "cli/cli.h"
#include "common/string.h"
#include "fe_utils/string_utils.h"
#include "pqexpbuffer.h"

#define DEFAULT_EDITOR "vi"

#define BLANKS			" \t\r\f\v"

static char *InSubdirectory(const char *subdirectory, char *name);
static void ShowHazards(MigCli *cli, const char *script);
static void PrintGenerated(MigCli *cli, const char *revision, const char *path, const char *hazards);
static void RunEditor(const char *path);
static bool AskToEditAgain(const MigCli *cli);
static size_t WithoutBlanks(const char *line, size_t length);
static int	CompareRevisions(const void *a, const void *b);

/*
 * MigCliRefuseForeign
 *		Fail if the files of the directory are another tool's: we write only ours.
 */
void
MigCliRefuseForeign(const MigCli *cli)
{
	if (strcmp(cli->format, "migrator") != 0)
		MigCliFail(MIG_EXIT_ERROR, "Files that this command writes would not be of that format.",
				   MigCliFormat("\"%s import --from %s %s\" turns them into migrator's own.",
								cli->progname, cli->format, cli->directory),
				   "the files of \"%s\" are %s's", cli->directory, cli->format);
}

/*
 * MigCliGenerate
 *		Write the file of a revision that the open transaction has made, and
 *		commit that; with only_show, print it and roll back.
 *
 * subdirectory may be NULL.
 */
void
MigCliGenerate(MigCli *cli, const char *revision, const char *subdirectory, bool only_show)
{
	PGresult   *res = MigCliQuery(cli, "SELECT f.filename, f.script FROM migrator.export_files(ARRAY[$1]) f",
								  1, revision);
	const char *script = PQgetvalue(res, 0, 1);
	char	   *path = InSubdirectory(subdirectory, PQgetvalue(res, 0, 0));
	char	   *shown = MigCliFormat("%s/%s", cli->directory, path);
	char	   *hazards;
	MigStage   *stage;

	if (only_show)
	{
		(void) MigCliQuery(cli, "ROLLBACK", 0);
		if (cli->json)
			printf("{\"revision\": %s, \"filename\": %s, \"script\": %s}\n", MigCliJsonString(revision),
				   MigCliJsonString(path), MigCliJsonString(script));
		else
			fputs(script, stdout);
		return;
	}
	hazards = MigCliValue(cli,
						  "SELECT pg_catalog.json_agg(pg_catalog.json_build_object('code', h.code, 'severity', h.severity, 'title', h.title, "
						  "'advice', h.advice) ORDER BY h.code) FROM migrator.hazards() h "
						  "WHERE h.code IN (SELECT pg_catalog.btrim(c) "
						  "FROM pg_catalog.regexp_matches(pg_catalog.split_part($1, E'\\n-- migrate:down', 1), '^-- hazard: (.*)$', 'gn') m, "
						  "pg_catalog.unnest(pg_catalog.string_to_array(m[1], ',')) c)",
						  1, script);
	stage = MigCliStage(cli->directory);
	MigCliStageWrite(stage, path, script, false);
	MigCliStageCommit(cli, stage, "SELECT EXISTS (SELECT FROM migrator.revisions() r WHERE r.revision = $1)",
					  revision);
	PrintGenerated(cli, revision, shown, hazards);
	if (hazards != NULL && !cli->json)
		ShowHazards(cli, hazards);
}

/* The path of a file, relative to the directory. */
static char *
InSubdirectory(const char *subdirectory, char *name)
{
	char	   *path;

	if (subdirectory == NULL)
		return name;
	path = pg_strdup(subdirectory);
	canonicalize_path(path);
	if (strcmp(path, ".") == 0)
		return name;
	if (path[0] == '.' || path[0] == '/' || path[0] == '\0' || strstr(path, "/.") != NULL)
		MigCliFail(MIG_EXIT_USAGE, NULL, "Name one below it, relative to it, and not hidden.",
				   "\"%s\" is not in the directory of migration files", subdirectory);
	return MigCliFormat("%s/%s", path, name);
}

/* As Alembic says it. */
static void
PrintGenerated(MigCli *cli, const char *revision, const char *path, const char *hazards)
{
	if (cli->json)
		printf("{\"revision\": %s, \"path\": %s, \"hazards\": %s}\n", MigCliJsonString(revision),
			   MigCliJsonString(path), hazards == NULL ? "[]" : hazards);
	else
		printf("Generating %s ...  done\n", path);
	fflush(stdout);
}

/* What is dangerous about the statements that were generated. */
static void
ShowHazards(MigCli *cli, const char *hazards)
{
	PGresult   *res = MigCliQuery(cli, "SELECT h.code, h.severity, h.title, h.advice FROM pg_catalog.json_to_recordset($1::json) "
								  "AS h(code text, severity text, title text, advice text)", 1, hazards);

	for (int i = 0; i < PQntuples(res); i++)
	{
		printf("  %s %s: %s\n", PQgetvalue(res, i, 0), PQgetvalue(res, i, 1), PQgetvalue(res, i, 2));
		if (!PQgetisnull(res, i, 3))
			printf("      %s\n", PQgetvalue(res, i, 3));
	}
	fflush(stdout);
}

/*
 * MigCliEdit
 *		Let the user edit the file of a revision, and load it.
 *
 * path is what the file is called relative to the directory, shown what it can
 * be opened by.  If the server refuses the text, the user may edit it again.
 */
void
MigCliEdit(MigCli *cli, const char *path, const char *shown, const char *revision)
{
	for (;;)
	{
		const char *params[2];
		PGresult   *res;
		char	   *id;

		RunEditor(shown);
		params[0] = MigCliReadFile(shown, shown);
		params[1] = path;
		(void) MigCliQuery(cli, "BEGIN", 0);
		res = MigCliTry(cli, "SELECT migrator.load($1, $2)", 2, params);
		if (PQresultStatus(res) == PGRES_TUPLES_OK)
		{
			id = pg_strdup(PQgetvalue(res, 0, 0));
			if (strcmp(id, revision) == 0)
			{
				(void) MigCliQuery(cli, "COMMIT", 0);
				return;
			}
			MigCliWarn(MigCliFormat("Write \"%s\" again; \"%s rename %s %s\" changes the id everywhere.",
									revision, cli->progname, revision, id),
					   "file \"%s\" now has the id \"%s\" of another revision", shown, id);
		}
		else if (PQstatus(cli->conn) != CONNECTION_OK)
			MigCliQueryFailed(cli, res);
		else
			MigCliShowServerError(res, PQresultErrorMessage(res));
		(void) MigCliQuery(cli, "ROLLBACK", 0);
		if (!AskToEditAgain(cli))
			MigCliFail(MIG_EXIT_ERROR, NULL,
					   MigCliFormat("\"%s edit %s\" goes on; \"%s export --force %s\" brings back what the database has.",
									cli->progname, revision, cli->progname, revision),
					   "file \"%s\" was not loaded", shown);
	}
}

/* The editor that psql would take. */
static void
RunEditor(const char *path)
{
	const char *names[] = {"EDITOR", "VISUAL"};
	const char *editor = DEFAULT_EDITOR;
	PQExpBufferData command;
	int			status;

	for (size_t i = lengthof(names); i > 0; i--)
	{
		const char *value = getenv(names[i - 1]);

		if (value != NULL && value[0] != '\0')
			editor = value;
	}
	initPQExpBuffer(&command);
	appendPQExpBuffer(&command, "exec %s ", editor);
	appendShellString(&command, path);
	fflush(NULL);
	status = system(command.data);
	if (status != 0)
		MigCliFail(MIG_EXIT_ERROR, status == -1 ? NULL : wait_result_to_str(status),
				   "The environment variable EDITOR names the editor.", "could not edit file \"%s\" with \"%s\"",
				   path, editor);
}

static bool
AskToEditAgain(const MigCli *cli)
{
	char	   *answer;

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO) || cli->json)
		return false;
	answer = simple_prompt("Edit it again? [Y/n] ", true);
	return tolower((unsigned char) answer[0]) != 'n';
}

/*
 * MigCliRevisionOf
 *		The id in the header of a file of ours, or NULL.
 */
char *
MigCliRevisionOf(const char *content)
{
	static const char header[] = "revision id:";
	const char *line = content;

	for (;;)
	{
		line += strspn(line, " \t\r\n");
		if (strncmp(line, "--", 2) != 0)
			return NULL;
		line += 2;
		line += strspn(line, " \t");
		if (pg_strncasecmp(line, header, strlen(header)) == 0)
			break;
		line += strcspn(line, "\n");
	}
	line += strlen(header);
	line += strspn(line, " \t");
	return MigCliFormat("%.*s", (int) strcspn(line, " \t\r\n"), line);
}

/*
 * MigCliReadRevisions
 *		The files of a directory that are revisions of ours; none if there is
 *		no directory.  Fails if two have the same id.
 */
void
MigCliReadRevisions(MigRevisionFiles *files, const char *directory)
{
	MigTree		tree = {0};

	if (MigCliDirectoryExists(directory))
		MigCliCollect(&tree, directory);
	files->n = 0;
	files->at = pg_malloc(sizeof(MigRevisionFile) * (tree.paths.n + 1));
	for (int i = 0; i < tree.paths.n; i++)
	{
		MigRevisionFile *file = &files->at[files->n];

		file->revision = MigCliRevisionOf(tree.contents.at[i]);
		if (file->revision == NULL)
			continue;
		file->path = tree.paths.at[i];
		file->content = tree.contents.at[i];
		files->n++;
	}
	qsort(files->at, files->n, sizeof(MigRevisionFile), CompareRevisions);
	for (int i = 1; i < files->n; i++)
		if (strcmp(files->at[i - 1].revision, files->at[i].revision) == 0)
			MigCliFail(MIG_EXIT_ERROR, NULL, "Remove one of them, or give it another id.",
					   "files \"%s/%s\" and \"%s/%s\" have the same revision id \"%s\"",
					   directory, files->at[i - 1].path, directory, files->at[i].path, files->at[i].revision);
}

/*
 * MigCliFindRevision
 *		The file of a revision, or NULL.
 */
const MigRevisionFile *
MigCliFindRevision(const MigRevisionFiles *files, const char *revision)
{
	MigRevisionFile key = {.revision = unconstify(char *, revision)};

	return bsearch(&key, files->at, files->n, sizeof(MigRevisionFile), CompareRevisions);
}

static int
CompareRevisions(const void *a, const void *b)
{
	return strcmp(((const MigRevisionFile *) a)->revision, ((const MigRevisionFile *) b)->revision);
}

/*
 * MigCliSameText
 *		Are two scripts the same to the server?  Line ends and blanks before them
 *		make no difference, nor do empty lines at the end.
 */
bool
MigCliSameText(const char *one, const char *other)
{
	while (*one != '\0' || *other != '\0')
	{
		size_t		one_line = strcspn(one, "\n");
		size_t		other_line = strcspn(other, "\n");
		size_t		kept = WithoutBlanks(one, one_line);

		if (kept != WithoutBlanks(other, other_line) || memcmp(one, other, kept) != 0)
			return one[strspn(one, BLANKS "\n")] == '\0' && other[strspn(other, BLANKS "\n")] == '\0';
		one += one_line;
		one += *one == '\n';
		other += other_line;
		other += *other == '\n';
	}
	return true;
}

/* Length of a line less the blanks at its end. */
static size_t
WithoutBlanks(const char *line, size_t length)
{
	while (length > 0 && strchr(BLANKS, line[length - 1]) != NULL)
		length--;
	return length;
}

/*
 * MigCliModel
 *		The text of the model files, one after the other.
 */
char *
MigCliModel(const MigCli *cli)
{
	PQExpBufferData model;

	if (cli->models.n == 0)
		MigCliFail(MIG_EXIT_USAGE, NULL,
				   "Say \"models = ['schema.sql']\" in migrator.toml, or --model FILE.",
				   "no model of the schema is known");
	initPQExpBuffer(&model);
	for (int i = 0; i < cli->models.n; i++)
	{
		char	   *content = MigCliReadFile(cli->models.at[i], cli->models.at[i]);

		/* a last statement may lack its semicolon, a last comment its newline */
		appendPQExpBuffer(&model, "%s\n;\n", content);
	}
	return model.data;
}
