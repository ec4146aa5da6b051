/*-------------------------------------------------------------------------
 * src/cli/cli_files.c
 *	  Read the files of a directory.
 *
 * What is taken is what migrator.import_directory() takes on the server:
 * files with one of the endings below, at any depth, but nothing whose name
 * begins with a dot, and no symbolic links, which could lead in circles or
 * out of the tree.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "mb/pg_wchar.h"

static void CollectOne(MigTree *tree, const char *directory, const char *below, MigStrings *todo);
static void CheckName(const char *name, const char *shown);
static bool WantsFile(const char *name);
static bool EndsWithOneOf(const char *name, const char *const *endings);
static char *ReadBytes(const char *path, const char *shown, size_t *length);
static void CheckText(const char *content, size_t length, const char *shown);
static int	CompareFiles(const void *a, const void *b);

/*
 * MigCliDirectoryExists
 *		Is there a directory of this name?  If not, errno says why.
 */
bool
MigCliDirectoryExists(const char *path)
{
	struct stat status;

	if (stat(path, &status) != 0)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(status.st_mode);
}

/*
 * MigCliCollect
 *		The files of a directory and those below it, by path.
 *
 * Fails if one of them cannot be read or is not UTF-8, with its name.
 */
void
MigCliCollect(MigTree *tree, const char *directory)
{
	MigStrings	todo = {0};

	MigCliAdd(&todo, "");
	while (todo.n > 0)
		CollectOne(tree, directory, todo.at[--todo.n], &todo);
	qsort(tree->paths.at, tree->paths.n, sizeof(char *), CompareFiles);
	for (int i = 0; i < tree->paths.n; i++)
	{
		char	   *shown = MigCliFormat("%s/%s", directory, tree->paths.at[i]);
		char	   *content = MigCliIsProgram(shown) ? pg_strdup("") : MigCliReadFile(shown, shown);

		MigCliAdd(&tree->contents, content);
		free(content);
		free(shown);
	}
}

/* The names of one directory's files; its subdirectories are left to do. */
static void
CollectOne(MigTree *tree, const char *directory, const char *below, MigStrings *todo)
{
	char	   *path = below[0] == '\0' ? pg_strdup(directory) : MigCliFormat("%s/%s", directory, below);
	DIR		   *dir = opendir(path);
	struct dirent *entry;

	if (dir == NULL)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not open directory \"%s\": %m", path);
	while (errno = 0, (entry = readdir(dir)) != NULL)
	{
		char	   *name;
		char	   *full;
		struct stat status;

		if (entry->d_name[0] == '.')
			continue;
		name = below[0] == '\0' ? pg_strdup(entry->d_name) : MigCliFormat("%s/%s", below, entry->d_name);
		full = MigCliFormat("%s/%s", directory, name);
		if (lstat(full, &status) < 0)
			MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not stat file \"%s\": %m", full);
		if (S_ISDIR(status.st_mode))
			MigCliAdd(todo, name);
		else if (S_ISLNK(status.st_mode) && WantsFile(entry->d_name))
			MigCliWarn(NULL, "symbolic link \"%s\" is not followed", full);
		else if (S_ISREG(status.st_mode) && (WantsFile(entry->d_name) || MigCliIsProgram(name)))
		{
			CheckName(name, full);
			MigCliAdd(&tree->paths, name);
		}
		free(name);
		free(full);
	}
	if (errno != 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not read directory \"%s\": %m", path);
	closedir(dir);
	free(path);
}

/* Names go to the database, as texts. */
static void
CheckName(const char *name, const char *shown)
{
	int			length = strlen(name);

	if (pg_encoding_verifymbstr(PG_UTF8, name, length) != length)
		MigCliFail(MIG_EXIT_ERROR, NULL, "Give the file another name.",
				   "name of file \"%s\" is not valid UTF-8", shown);
}

/* Files of other kinds may be binary, and no format wants them. */
static bool
WantsFile(const char *name)
{
	static const char *const endings[] = {".sql", ".toml", ".plan", ".conf", NULL};

	return EndsWithOneOf(name, endings);
}

/*
 * MigCliIsProgram
 *		Is this a migration that is a program, by its name?
 *
 * Nobody wants to read it, but a format may have to refuse a directory that
 * holds one.
 */
bool
MigCliIsProgram(const char *path)
{
	static const char *const endings[] = {".go", ".java", ".kt", ".class", ".groovy", ".scala",
	".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", NULL};
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	return *name != '\0' && strchr("0123456789VRU", *name) != NULL && EndsWithOneOf(name, endings);
}

static bool
EndsWithOneOf(const char *name, const char *const *endings)
{
	size_t		length = strlen(name);

	for (; *endings != NULL; endings++)
		if (length > strlen(*endings) &&
			pg_strcasecmp(name + length - strlen(*endings), *endings) == 0)
			return true;
	return false;
}

/*
 * MigCliReadFile
 *		The content of a UTF-8 file, without a byte order mark.
 *
 * shown is its name in messages.
 */
char *
MigCliReadFile(const char *path, const char *shown)
{
	size_t		length;
	char	   *content = ReadBytes(path, shown, &length);

	CheckText(content, length, shown);
	if (strncmp(content, "\xEF\xBB\xBF", 3) == 0)
		memmove(content, content + 3, length - 3 + 1);
	return content;
}

/* All bytes, and a zero behind them. */
static char *
ReadBytes(const char *path, const char *shown, size_t *length)
{
	int			file = open(path, O_RDONLY | PG_BINARY, 0);
	size_t		size = 0;
	struct stat status;
	char	   *content;

	if (file < 0 || fstat(file, &status) < 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not open file \"%s\" for reading: %m", shown);
	size = Max(status.st_size, 0) + 1;
	content = pg_malloc(size + 1);
	*length = 0;
	for (;;)
	{
		ssize_t		n;

		if (*length == size)
		{
			size *= 2;
			content = pg_realloc(content, size + 1);
		}
		n = read(file, content + *length, size - *length);
		if (n < 0)
			MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not read file \"%s\": %m", shown);
		if (n == 0)
			break;
		*length += n;
	}
	close(file);
	content[*length] = '\0';
	return content;
}

/* UTF-8 without zero bytes, or the program ends. */
static void
CheckText(const char *content, size_t length, const char *shown)
{
	const char *bad = memchr(content, '\0', length);
	bool		is_zero = bad != NULL;
	int			line = 1;

	for (const char *at = content; at < (is_zero ? bad : content + length);)
	{
		int			size = pg_encoding_mblen(PG_UTF8, at);

		if (*at == '\n')
			line++;
		if (at + size > content + length || !pg_utf8_islegal((const unsigned char *) at, size))
			MigCliFail(MIG_EXIT_ERROR, MigCliFormat("Line %d has the byte 0x%02x.", line, (unsigned char) *at),
					   strncmp(content, "\xFF\xFE", 2) == 0 || strncmp(content, "\xFE\xFF", 2) == 0 ?
					   "It looks like UTF-16; convert it with \"iconv -f UTF-16 -t UTF-8\"." :
					   "If it comes from Windows, convert it with \"iconv -f WINDOWS-1252 -t UTF-8\".",
					   "file \"%s\" is not valid UTF-8", shown);
		at += size;
	}
	if (is_zero)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "file \"%s\" contains a null byte", shown);
}

static int
CompareFiles(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}
