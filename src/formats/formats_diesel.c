/*-------------------------------------------------------------------------
 * src/formats/formats_diesel.c
 *	  Directories of Diesel.
 *
 * A migration is a directory <version>_<name> with up.sql, mostly down.sql,
 * and perhaps a metadata.toml that says run_in_transaction = false.  Other
 * files are ignored.  Versions are compared as text without their dashes, and
 * so they are our ids.  Diesel refuses a file of no bytes; here it is an empty
 * section.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "formats/formats_internal.h"

/* A directory, or one file of it. */
typedef struct Migration
{
	char	   *path;
	char	   *version;
	char	   *message;
	const MigFile *up;
	const MigFile *down;
	const MigFile *metadata;
} Migration;

static bool IsDiesel(const MigFile *files, int n);
static List *ReadDiesel(const MigFile *files, int n);
static void Merge(Migration *migration, const Migration *file);
static bool ReadPath(const MigFile *file, Migration *migration);
static MigScript *MakeScript(const Migration *migration);
static bool RunsInTransaction(const MigFile *metadata);
static bool ReadKey(const char *line, const char *key, char **value);
static int	CompareMigrations(const void *a, const void *b);

const MigFormat MigFormatDiesel = {
	.name = "diesel",
	.detect = IsDiesel,
	.read = ReadDiesel,
	.has_graph = false
};

static bool
IsDiesel(const MigFile *files, int n)
{
	Migration	migration;

	for (int i = 0; i < n; i++)
		if (ReadPath(&files[i], &migration) && migration.up != NULL &&
			isdigit((unsigned char) *migration.version))
			return true;
	return false;
}

static List *
ReadDiesel(const MigFile *files, int n)
{
	Migration  *found = palloc(Max(n, 1) * sizeof(Migration));
	Migration  *last = NULL;	/* what the files of a directory make */
	int			nfound = 0;
	List	   *scripts = NIL;

	for (int i = 0; i < n; i++)
		if (ReadPath(&files[i], &found[nfound]))
			nfound++;
	qsort(found, nfound, sizeof(Migration), CompareMigrations);

	for (int i = 0; i < nfound; i++)
	{
		if (last != NULL && strcmp(last->path, found[i].path) == 0)
			Merge(last, &found[i]);
		else
		{
			if (last != NULL && strcmp(last->version, found[i].version) == 0)
				ereport(ERROR,
						errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("version %s has two directories", last->version),
						errdetail("They are \"%s\" and \"%s\".", last->path, found[i].path));
			last = &found[i];
		}
		if (i + 1 == nfound || strcmp(last->path, found[i + 1].path) != 0)
			scripts = lappend(scripts, MakeScript(last));
	}
	return scripts;
}

static void
Merge(Migration *migration, const Migration *file)
{
	if (file->up != NULL)
		migration->up = file->up;
	if (file->down != NULL)
		migration->down = file->down;
	if (file->metadata != NULL)
		migration->metadata = file->metadata;
}

/* Is the file up.sql, down.sql or metadata.toml of a migration? */
static bool
ReadPath(const MigFile *file, Migration *migration)
{
	const char *base = MigFormatsBaseName(file->path);
	const char *name;
	const char *c;
	size_t		len;

	memset(migration, 0, sizeof(Migration));
	if (strcmp(base, "up.sql") == 0)
		migration->up = file;
	else if (strcmp(base, "down.sql") == 0)
		migration->down = file;
	else if (strcmp(base, "metadata.toml") == 0)
		migration->metadata = file;
	else
		return false;
	if (base == file->path)
		return false;

	migration->path = pnstrdup(file->path, base - 1 - file->path);
	name = MigFormatsBaseName(migration->path);
	len = strcspn(name, "_");
	if (len == 0 || *name == '.')
		return false;
	migration->message = MigFormatsMessage(name + len, strlen(name + len));
	migration->version = palloc0(len + 1);
	for (c = name, len = 0; *c != '_' && *c != '\0'; c++)
		if (*c != '-')
			migration->version[len++] = *c;
	return len > 0;
}

static MigScript *
MakeScript(const Migration *migration)
{
	MigForeign	foreign = {.revision = migration->version,.message = migration->message};

	if (migration->up == NULL)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("directory \"%s\" has no file \"up.sql\"", migration->path));
	foreign.upgrade = migration->up->content;
	foreign.upgrade_at.file = migration->up->path;
	if (migration->down != NULL)
	{
		foreign.downgrade = migration->down->content;
		foreign.downgrade_at.file = migration->down->path;
	}
	foreign.autocommit = migration->metadata != NULL && !RunsInTransaction(migration->metadata);
	return MigFormatsScript(&foreign);
}

/* As in Diesel, a metadata.toml that does not say so means false. */
static bool
RunsInTransaction(const MigFile *metadata)
{
	const char *line = metadata->content;
	int			number = 1;
	char	   *value;

	for (;; number++)
	{
		if (ReadKey(line, "run_in_transaction", &value))
		{
			if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
				return strcmp(value, "true") == 0;
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("\"run_in_transaction\" must be true or false, not \"%s\"", value),
					MigErrPlace(metadata->path, number));
		}
		line += strcspn(line, "\n");
		if (*line == '\0')
			return false;
		line++;
	}
}

/* Is a line of TOML this key?  value is what follows the equals sign. */
static bool
ReadKey(const char *line, const char *key, char **value)
{
	line += strspn(line, " \t");
	if (strncmp(line, key, strlen(key)) != 0)
		return false;
	line += strlen(key);
	line += strspn(line, " \t");
	if (*line != '=')
		return false;
	*value = MigTrim(line + 1, strcspn(line + 1, "#\n"));
	return true;
}

/* By version, then by path. */
static int
CompareMigrations(const void *a, const void *b)
{
	const Migration *one = a;
	const Migration *other = b;
	int			order = strcmp(one->version, other->version);

	return order != 0 ? order : strcmp(one->path, other->path);
}
