/*-------------------------------------------------------------------------
 * src/cli/cli_alembic.c
 *	  Have Alembic say what its migrations do.
 *
 * The server reads the scripts that "alembic upgrade --sql" and "alembic
 * downgrade --sql" print, and the heads of the version files.  The scripts are
 * taken from the directory if they are there, upgrade.sql and downgrade.sql;
 * otherwise Alembic has to be installed, with all that the project's env.py
 * imports, since it runs that.  No database is asked.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "common/string.h"
#include "fe_utils/string_utils.h"
#include "pqexpbuffer.h"

#define SCRIPT_UP	"upgrade.sql"
#define SCRIPT_DOWN	"downgrade.sql"

static bool FileExists(const char *directory, const char *name);
static char *FindProject(const char *directory);
static void AddVersions(MigTree *tree, const char *project);
static void AddDowngrades(MigTree *tree, const char *project);
static bool RunAlembic(const char *project, const char *arguments, char **output, char **errors);
static char *ReadWhole(const char *path);
static char *Migration(const char *errors);
static char *LastLine(const char *errors);
static void AddVersionFile(MigTree *tree, const char *path);
static void AddPythonFiles(MigTree *tree, const char *directory);

/*
 * MigCliCollectAlembic
 *		The scripts and the version files of an Alembic project.
 *
 * directory is that of alembic.ini, or the one below it that holds env.py and
 * versions.
 */
void
MigCliCollectAlembic(MigTree *tree, const char *directory)
{
	char	   *project;
	char	   *output;
	char	   *errors;

	if (!MigCliDirectoryExists(directory))
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not open directory \"%s\": %m", directory);
	if (FileExists(directory, SCRIPT_UP))
	{
		MigCliCollect(tree, directory);
		AddPythonFiles(tree, directory);
		return;
	}
	project = FindProject(directory);
	AddVersions(tree, project);
	if (!RunAlembic(project, "upgrade base:heads --sql", &output, &errors))
	{
		char	   *migration = Migration (errors);

		fputs(errors, stderr);
		if (migration != NULL)
			MigCliFail(MIG_EXIT_ERROR, LastLine(errors),
					   "It asks the database for something, and --sql has none. Let it do without where context.is_offline_mode(), "
					   "or write " SCRIPT_UP " by hand and put it in the directory.",
					   "migration \"%s\" cannot be written as SQL by Alembic", migration);
		MigCliFail(MIG_EXIT_ERROR, LastLine(errors),
				   "See that \"alembic upgrade base:heads --sql\" works there, or put its output in the directory as " SCRIPT_UP ".",
				   "could not run Alembic in \"%s\"", project);
	}
	MigCliAdd(&tree->paths, SCRIPT_UP);
	MigCliAdd(&tree->contents, output);

	AddDowngrades(tree, project);
}

/* A script for each head: Alembic goes down from one at a time. */
static void
AddDowngrades(MigTree *tree, const char *project)
{
	MigStrings	heads = {0};
	char	   *output;
	char	   *errors;

	if (!RunAlembic(project, "heads", &output, &errors))
		MigCliFail(MIG_EXIT_ERROR, LastLine(errors), NULL, "could not run Alembic in \"%s\"", project);
	for (char *line = strtok(output, "\n"); line != NULL; line = strtok(NULL, "\n"))
		MigCliAdd(&heads, MigCliFormat("%.*s", (int) strcspn(line, " \r"), line));

	for (int i = 0; i < heads.n; i++)
	{
		PQExpBufferData arguments;

		initPQExpBuffer(&arguments);
		appendPQExpBufferStr(&arguments, "downgrade ");
		appendShellString(&arguments, MigCliFormat("%s:base", heads.at[i]));
		appendPQExpBufferStr(&arguments, " --sql");
		if (!RunAlembic(project, arguments.data, &output, &errors))
			MigCliWarn("Put the output of \"alembic downgrade\" with --sql in the directory as " SCRIPT_DOWN
					   ", with that of upgrade as " SCRIPT_UP ", and import again.",
					   "there are no ways down from where Alembic could not write them%s%s: %s",
					   Migration (errors) == NULL ? "" : ", ", Migration (errors) == NULL ? "" : Migration (errors),
					   LastLine(errors));

		/* up to there it is good; the server sees where it ends */
		MigCliAdd(&tree->paths, i == 0 ? SCRIPT_DOWN : MigCliFormat("downgrade_%d.sql", i + 1));
		MigCliAdd(&tree->contents, output);
	}
}

static bool
FileExists(const char *directory, const char *name)
{
	return access(MigCliFormat("%s/%s", directory, name), R_OK) == 0;
}

/* The directory where Alembic is run. */
static char *
FindProject(const char *directory)
{
	static const char *const configs[] = {"alembic.ini", "pyproject.toml"};
	char	   *places[2];

	places[0] = pg_strdup(directory);
	places[1] = MigCliFormat("%s/..", directory);
	for (size_t i = 0; i < lengthof(configs); i++)
		for (size_t j = 0; j < lengthof(places); j++)
			if (FileExists(places[j], configs[i]))
				return places[j];
	MigCliFail(MIG_EXIT_ERROR, NULL,
			   "Name the directory of alembic.ini, or one that holds the output of \"alembic upgrade base:heads --sql\" as "
			   SCRIPT_UP " and of \"alembic downgrade heads:base --sql\" as " SCRIPT_DOWN ".",
			   "there is no alembic.ini in or above \"%s\"", directory);
}

/* The files that Alembic says its revisions are in. */
static void
AddVersions(MigTree *tree, const char *project)
{
	static const char mark[] = "Path: ";
	char	   *output;
	char	   *errors;

	if (!RunAlembic(project, "history --verbose", &output, &errors))
	{
		fputs(errors, stderr);
		MigCliFail(MIG_EXIT_ERROR, LastLine(errors),
				   "Install Alembic and what the project's env.py imports (or activate its virtual environment), or put the "
				   "output of \"alembic upgrade base:heads --sql\" in the directory as " SCRIPT_UP ".",
				   "could not run Alembic in \"%s\"", project);
	}
	for (char *line = strtok(output, "\n"); line != NULL; line = strtok(NULL, "\n"))
		if (strncmp(line, mark, strlen(mark)) == 0)
			AddVersionFile(tree, pg_strdup(line + strlen(mark)));
}

/*
 * Run Alembic in a directory; false if it fails.
 *
 * What it writes is collected in files, so that neither of two pipes can be
 * full while we wait for the other.
 */
static bool
RunAlembic(const char *project, const char *arguments, char **output, char **errors)
{
	const char *tmpdir = getenv("TMPDIR");
	char	   *scratch = MigCliFormat("%s/migrator.XXXXXX", tmpdir == NULL || tmpdir[0] == '\0' ? "/tmp" : tmpdir);
	char	   *out;
	char	   *err;
	PQExpBufferData command;
	int			status;

	if (mkdtemp(scratch) == NULL)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not create directory \"%s\": %m", scratch);
	out = MigCliFormat("%s/out", scratch);
	err = MigCliFormat("%s/err", scratch);
	initPQExpBuffer(&command);
	appendPQExpBufferStr(&command, "CDPATH= cd -- ");
	appendShellString(&command, project);
	appendPQExpBuffer(&command, " && PYTHONIOENCODING=utf-8 PYTHONHASHSEED=0 ${ALEMBIC:-alembic} %s >", arguments);
	appendShellString(&command, out);
	appendPQExpBufferStr(&command, " 2>");
	appendShellString(&command, err);
	appendPQExpBufferStr(&command, " </dev/null");
	fflush(NULL);
	status = system(command.data);

	*output = ReadWhole(out);
	*errors = ReadWhole(err);
	(void) unlink(out);
	(void) unlink(err);
	(void) rmdir(scratch);
	return status == 0;
}

static char *
ReadWhole(const char *path)
{
	return access(path, R_OK) == 0 ? MigCliReadFile(path, "the output of Alembic") : pg_strdup("");
}

/* The version file that a traceback ends in, or NULL. */
static char *
Migration(const char *errors)
{
	static const char mark[] = "  File \"";
	char	   *found = NULL;

	for (const char *at = strstr(errors, mark); at != NULL; at = strstr(at, mark))
	{
		size_t		length;

		at += strlen(mark);
		length = strcspn(at, "\"");
		/* SQLAlchemy's and Alembic's own modules come after it */
		for (const char *part = at; part < at + length; part++)
			if (strncmp(part, "/versions/", strlen("/versions/")) == 0)
			{
				found = MigCliFormat("%.*s", (int) (at + length - part - strlen("/versions/")),
									 part + strlen("/versions/"));
				break;
			}
	}
	return found;
}

/* What a traceback says in the end; NULL if there is nothing. */
static char *
LastLine(const char *errors)
{
	char	   *text = pg_strdup(errors);
	char	   *newline;

	pg_strip_crlf(text);
	newline = strrchr(text, '\n');
	text = newline == NULL ? text : newline + 1;
	return *text == '\0' ? NULL : text;
}

static void
AddVersionFile(MigTree *tree, const char *path)
{
	const char *slash = strrchr(path, '/');

	MigCliAdd(&tree->paths, MigCliFormat("versions/%s", slash == NULL ? path : slash + 1));
	MigCliAdd(&tree->contents, MigCliReadFile(path, path));
}

/* All Python below a directory; the server knows which of it are versions. */
static void
AddPythonFiles(MigTree *tree, const char *directory)
{
	MigStrings	todo = {0};

	MigCliAdd(&todo, "");
	while (todo.n > 0)
	{
		char	   *below = todo.at[--todo.n];
		char	   *path = MigCliFormat("%s/%s", directory, below);
		DIR		   *dir = opendir(path);
		struct dirent *entry;

		if (dir == NULL)
			MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not open directory \"%s\": %m", path);
		while ((entry = readdir(dir)) != NULL)
		{
			char	   *name = MigCliFormat("%s%s%s", below, below[0] == '\0' ? "" : "/", entry->d_name);
			char	   *full = MigCliFormat("%s/%s", directory, name);
			size_t		length = strlen(name);
			struct stat status;

			if (entry->d_name[0] == '.' || lstat(full, &status) != 0)
				continue;
			if (S_ISDIR(status.st_mode))
				MigCliAdd(&todo, name);
			else if (S_ISREG(status.st_mode) && length > 3 && strcmp(name + length - 3, ".py") == 0)
			{
				MigCliAdd(&tree->paths, name);
				MigCliAdd(&tree->contents, MigCliReadFile(full, full));
			}
		}
		closedir(dir);
	}
}
