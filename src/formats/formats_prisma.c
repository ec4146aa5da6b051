/*-------------------------------------------------------------------------
 * src/formats/formats_prisma.c
 *	  Directories of Prisma Migrate.
 *
 * A migration is a directory with a file migration.sql; the directory that
 * holds it is that of all migrations, and each directory in it is one.  They
 * run in the order of their names as strings, and the whole name is what
 * _prisma_migrations knows, since two may have the same time.  There is no way
 * down.  Files beside migration.sql are ignored, as in the tool.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "formats/formats_internal.h"
#include "miscadmin.h"

#define SCRIPT_NAME			"migration.sql"
#define DIGITS				"0123456789"

/* A directory of the directory of migrations. */
typedef struct Directory
{
	char	   *name;
	const MigFile *script;		/* NULL: it has none */
	const MigFile *example;		/* any of its files */
} Directory;

static bool IsPrisma(const MigFile *files, int n);
static List *ReadPrisma(const MigFile *files, int n);
static size_t FindRoot(const MigFile *files, int n, const MigFile **example);
static bool IsScript(const MigFile *file, size_t *root);
static bool ReadPath(const MigFile *file, const MigFile *example, size_t root,
					 Directory *directory);
static MigScript *MakeScript(const Directory *directory);
static int	CompareDirectories(const void *a, const void *b);

const MigFormat MigFormatPrisma = {
	.name = "prisma",
	.detect = IsPrisma,
	.read = ReadPrisma,
	.has_graph = false
};

static bool
IsPrisma(const MigFile *files, int n)
{
	size_t		root;

	for (int i = 0; i < n; i++)
		if (IsScript(&files[i], &root))
			return true;
	return false;
}

static List *
ReadPrisma(const MigFile *files, int n)
{
	const MigFile *example = NULL;
	size_t		root = FindRoot(files, n, &example);
	Directory  *found = palloc(Max(n, 1) * sizeof(Directory));
	int			nfound = 0;
	List	   *scripts = NIL;

	for (int i = 0; i < n && example != NULL; i++)
		if (ReadPath(&files[i], example, root, &found[nfound]))
			nfound++;
	qsort(found, nfound, sizeof(Directory), CompareDirectories);

	/* the script comes first among the files of a directory */
	for (int i = 0; i < nfound; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i == 0 || strcmp(found[i - 1].name, found[i].name) != 0)
			scripts = lappend(scripts, MakeScript(&found[i]));
	}
	return scripts;
}

/*
 * The length of the path of the directory of migrations, with its slash, and
 * a file in it; that is NULL if there is no migration.
 */
static size_t
FindRoot(const MigFile *files, int n, const MigFile **example)
{
	size_t		root = 0;

	for (int i = 0; i < n; i++)
	{
		size_t		other;

		if (!IsScript(&files[i], &other))
			continue;
		if (*example == NULL)
		{
			*example = &files[i];
			root = other;
		}
		else if (other != root || strncmp((*example)->path, files[i].path, root) != 0)
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("there are migrations in two directories"),
					errdetail("They are those of \"%s\" and \"%s\".", (*example)->path,
							  files[i].path),
					errhint("Import each directory separately, into a project of its own."));
	}
	return root;
}

/* Is the file a migration, and where does the name of its directory begin? */
static bool
IsScript(const MigFile *file, size_t *root)
{
	const char *base = MigFormatsBaseName(file->path);
	const char *name = base - 1;

	if (strcmp(base, SCRIPT_NAME) != 0 || base - file->path < 2)
		return false;
	while (name > file->path && name[-1] != '/')
		name--;
	*root = name - file->path;
	return true;
}

/* Is the file in a directory of the directory of migrations? */
static bool
ReadPath(const MigFile *file, const MigFile *example, size_t root, Directory *directory)
{
	const char *name = file->path + root;
	size_t		len;

	if (strncmp(file->path, example->path, root) != 0)
		return false;
	len = strcspn(name, "/");
	if (name[len] == '\0')
		return false;			/* migration_lock.toml */
	directory->name = pnstrdup(name, len);
	directory->example = file;
	directory->script = strcmp(name + len + 1, SCRIPT_NAME) == 0 ? file : NULL;
	return true;
}

static MigScript *
MakeScript(const Directory *directory)
{
	MigForeign	foreign = {.origin_tool = "prisma",.origin_key = directory->name};
	const char *rest = directory->name + strspn(directory->name, DIGITS);

	if (directory->script == NULL)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("directory \"%s\" has no file \"%s\"", directory->name, SCRIPT_NAME),
				errdetail("It holds \"%s\".", directory->example->path),
				errhint("Prisma refuses it, too: move it out of the directory of migrations, or leave it out."));
	foreign.revision = MigFormatsId(directory->name);
	foreign.message = MigFormatsMessage(rest, strlen(rest));
	foreign.upgrade = directory->script->content;
	foreign.upgrade_at.file = directory->script->path;
	foreign.origin_checksum = MigFormatsSha(directory->script->content, 256);
	return MigFormatsScript(&foreign);
}

/* By name, then the script first, then by path. */
static int
CompareDirectories(const void *a, const void *b)
{
	const Directory *one = a;
	const Directory *other = b;
	int			order = strcmp(one->name, other->name);

	if (order == 0)
		order = (one->script == NULL) - (other->script == NULL);
	return order != 0 ? order : strcmp(one->example->path, other->example->path);
}
