/*-------------------------------------------------------------------------
 * src/cli/cli_config.c
 *	  migrator.toml: where it is, and what it says.
 *
 * The file is read as a subset of TOML: keys with strings, literal strings,
 * booleans, integers and arrays of strings, and comments.  Anything else is an
 * error with its place, so that nobody believes in a setting that is not
 * looked at.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "mb/pg_wchar.h"
#include "pqexpbuffer.h"

#define CONFIG_NAME "migrator.toml"

/* A place in the file. */
typedef struct Reader
{
	MigCli	   *cli;
	const char *file;
	const char *at;
	int			line;
} Reader;

typedef struct Key
{
	const char *name;
	const char **value;			/* of a string, ... */
	MigStrings *list;			/* ... or of a list */
	bool		seen;
} Key;

static char *FindFile(void);
static void ReadFile(MigCli *cli, const char *file, Key *keys, int nkeys);
static void ReadKey(Reader *reader, Key *keys, int nkeys);
static char *ReadWord(Reader *reader);
static char *ReadString(Reader *reader);
static void ReadEscape(Reader *reader, PQExpBuffer value);
static void ReadList(Reader *reader, MigStrings *list);
static void SkipBlanks(Reader *reader, bool lines);
static void EndLine(Reader *reader);
static const char *AtConfig(const MigCli *cli, const char *path);
pg_noreturn static void Wrong(Reader *reader, const char *hint, const char *what);

/*
 * MigCliConfigure
 *		Fill in what the flags did not say, from the environment, the file and
 *		the defaults.
 *
 * file is the one that was asked for, or NULL for the nearest.
 */
void
MigCliConfigure(MigCli *cli, const char *file)
{
	const char *directory = NULL;
	const char *format = NULL;
	const char *database = NULL;
	const char *project = NULL;
	const char *tenant = NULL;
	const char *url = getenv("DATABASE_URL");
	MigStrings	models = {0};
	MigStrings	schemas = {0};
	Key			keys[] = {
		{.name = "directory",.value = &directory},
		{.name = "format",.value = &format},
		{.name = "models",.list = &models},
		{.name = "database",.value = &database},
		{.name = "schemas",.list = &schemas},
		{.name = "project",.value = &project},
		{.name = "tenant",.value = &tenant}
	};

	cli->config_file = file != NULL ? file : FindFile();
	cli->config_dir = ".";
	if (cli->config_file != NULL)
	{
		char	   *dir = pg_strdup(cli->config_file);

		get_parent_directory(dir);
		if (dir[0] != '\0')
			cli->config_dir = dir;
		ReadFile(cli, cli->config_file, keys, lengthof(keys));
	}

	cli->directory_option = cli->directory != NULL;
	cli->directory_given = cli->directory_option || directory != NULL;
	if (cli->directory == NULL)
		cli->directory = AtConfig(cli, directory != NULL ? directory : "migrations");
	if (cli->directory[0] == '\0')
		MigCliFail(MIG_EXIT_USAGE, NULL, NULL, "the name of the directory cannot be empty");
	if (cli->format == NULL)
		cli->format = format != NULL ? format : "migrator";
	if (cli->project == NULL)
		cli->project = project;
	if (cli->project != NULL && cli->project[0] == '\0')
		MigCliFail(MIG_EXIT_USAGE, NULL, NULL, "the name of a project cannot be empty");
	if (cli->tenant == NULL)
		cli->tenant = tenant;
	cli->database = url != NULL && url[0] != '\0' ? url : database;
	if (cli->schemas.n == 0)
		cli->schemas = schemas;
	if (cli->models.n == 0)
		for (int i = 0; i < models.n; i++)
			MigCliAdd(&cli->models, AtConfig(cli, models.at[i]));
}

/* The file in this directory or the nearest above it; NULL if there is none. */
static char *
FindFile(void)
{
	char		dir[MAXPGPATH];
	char	   *up = pg_strdup("");
	struct stat status;

	if (getcwd(dir, sizeof(dir)) == NULL)
		return NULL;
	for (;;)
	{
		char	   *file = MigCliFormat("%s/%s", strcmp(dir, "/") == 0 ? "" : dir, CONFIG_NAME);

		if (lstat(file, &status) == 0)
			return MigCliFormat("%s%s", up, CONFIG_NAME);
		if (strcmp(dir, "/") == 0)
			return NULL;
		get_parent_directory(dir);
		if (dir[0] == '\0')
			strlcpy(dir, "/", sizeof(dir));
		up = MigCliFormat("../%s", up);
	}
}

/* A path of the file is relative to the file. */
static const char *
AtConfig(const MigCli *cli, const char *path)
{
	if (is_absolute_path(path) || strcmp(cli->config_dir, ".") == 0)
		return pg_strdup(path);
	return MigCliFormat("%s/%s", cli->config_dir, path);
}

static void
ReadFile(MigCli *cli, const char *file, Key *keys, int nkeys)
{
	Reader		reader = {.cli = cli,.file = file,.line = 1};

	if (access(file, R_OK) != 0)
		MigCliFail(MIG_EXIT_USAGE, NULL, NULL, "could not open file \"%s\" for reading: %m", file);
	reader.at = MigCliReadFile(file, file);
	for (;;)
	{
		SkipBlanks(&reader, true);
		if (*reader.at == '\0')
			break;
		ReadKey(&reader, keys, nkeys);
		EndLine(&reader);
	}
}

/* A key and its value. */
static void
ReadKey(Reader *reader, Key *keys, int nkeys)
{
	char	   *name;
	PQExpBufferData known;

	if (*reader->at == '[')
		Wrong(reader, "All keys stand at the top level.", "there are no sections");
	name = ReadWord(reader);
	SkipBlanks(reader, false);
	if (*reader->at != '=')
		Wrong(reader, NULL, MigCliFormat("\"%s\" is not followed by \"=\"", name));
	reader->at++;
	SkipBlanks(reader, false);

	initPQExpBuffer(&known);
	for (int i = 0; i < nkeys; i++)
	{
		appendPQExpBuffer(&known, "%s%s", i == 0 ? "" : ", ", keys[i].name);
		if (strcmp(keys[i].name, name) != 0)
			continue;
		if (keys[i].seen)
			Wrong(reader, NULL, MigCliFormat("\"%s\" is set twice", name));
		keys[i].seen = true;
		if (keys[i].value != NULL)
			*keys[i].value = ReadString(reader);
		else
			ReadList(reader, keys[i].list);
		return;
	}
	Wrong(reader, MigCliFormat("Keys are %s.", known.data), MigCliFormat("key \"%s\" does not exist", name));
}

/* A bare key. */
static char *
ReadWord(Reader *reader)
{
	size_t		length = strspn(reader->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	char	   *word = MigCliFormat("%.*s", (int) length, reader->at);

	if (length == 0)
		Wrong(reader, NULL, "a key is expected");
	reader->at += length;
	return word;
}

/* "a string" or 'a literal one'. */
static char *
ReadString(Reader *reader)
{
	char		quote = *reader->at;
	PQExpBufferData value;

	if (quote != '"' && quote != '\'')
		Wrong(reader, NULL, "a string in quotes is expected");
	if (reader->at[1] == quote && reader->at[2] == quote)
		Wrong(reader, NULL, "strings of several lines are not supported");
	initPQExpBuffer(&value);
	for (reader->at++; *reader->at != quote; reader->at++)
	{
		if (*reader->at == '\0' || *reader->at == '\n')
			Wrong(reader, NULL, "string is not closed");
		if (quote == '"' && *reader->at == '\\')
			ReadEscape(reader, &value);
		else
			appendPQExpBufferChar(&value, *reader->at);
	}
	reader->at++;
	return value.data;
}

/* A backslash and what follows; stays on its last character. */
static void
ReadEscape(Reader *reader, PQExpBuffer value)
{
	static const char from[] = "btnfr\"\\";
	static const char to[] = "\b\t\n\f\r\"\\";
	char		letter = *++reader->at;
	const char *found = letter == '\0' ? NULL : strchr(from, letter);
	int			ndigits = letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
	char		digits[9] = {0};
	unsigned char utf8[5] = {0};
	unsigned long code;

	if (found != NULL)
	{
		appendPQExpBufferChar(value, to[found - from]);
		return;
	}
	for (int i = 0; i < ndigits && strchr("0123456789abcdefABCDEF", reader->at[1]) != NULL && reader->at[1] != '\0'; i++)
		digits[i] = *++reader->at;
	code = strtoul(digits, NULL, 16);
	if (ndigits == 0 || (int) strlen(digits) < ndigits || code == 0 || code > 0x10FFFF ||
		(code >= 0xD800 && code < 0xE000))
		Wrong(reader, "A backslash is written \"\\\\\"; in 'single quotes' it is itself.", "wrong escape in a string");
	unicode_to_utf8(code, utf8);
	appendPQExpBufferStr(value, (char *) utf8);
}

/* [ "a", "b" ], over several lines if wished. */
static void
ReadList(Reader *reader, MigStrings *list)
{
	if (*reader->at != '[')
		Wrong(reader, NULL, "a list of strings in brackets is expected");
	reader->at++;
	for (;;)
	{
		SkipBlanks(reader, true);
		if (*reader->at == ']')
			break;
		MigCliAdd(list, ReadString(reader));
		SkipBlanks(reader, true);
		if (*reader->at == ',')
			reader->at++;
		else if (*reader->at != ']')
			Wrong(reader, NULL, "\",\" or \"]\" is expected");
	}
	reader->at++;
}

/* Over blanks, and if lines also over ends of lines and comments. */
static void
SkipBlanks(Reader *reader, bool lines)
{
	for (;;)
	{
		reader->at += strspn(reader->at, " \t\r");
		if (!lines)
			return;
		if (*reader->at == '#')
			reader->at += strcspn(reader->at, "\n");
		if (*reader->at != '\n')
			return;
		reader->at++;
		reader->line++;
	}
}

/* Nothing but a comment may follow. */
static void
EndLine(Reader *reader)
{
	SkipBlanks(reader, false);
	if (*reader->at == '#')
		reader->at += strcspn(reader->at, "\n");
	if (*reader->at != '\0' && *reader->at != '\n')
		Wrong(reader, NULL, "something follows the value");
}

static void
Wrong(Reader *reader, const char *hint, const char *what)
{
	MigCliFail(MIG_EXIT_USAGE, NULL, hint, "file \"%s\", line %d: %s", reader->file, reader->line, what);
}
