/*-------------------------------------------------------------------------
 * src/api/api_import.c
 *	  import, import_directory and changed_files.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <sys/stat.h>

#include "api/api.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(migrator_import);
PG_FUNCTION_INFO_V1(migrator_import_directory);
PG_FUNCTION_INFO_V1(migrator_changed_files);

/* Files being collected. */
typedef struct Files
{
	int			n;
	int			size;
	MigFile    *files;
} Files;

static void FilesArgument(FunctionCallInfo fcinfo, Files *files);
static void ImportFiles(FunctionCallInfo fcinfo, Files *files);
static void AddFile(Files *files, const char *path, const char *content);
static void ReadJson(Files *files, Jsonb *json);
static void ReadDirectory(Files *files, const char *root);
static List *ReadOneDirectory(Files *files, const char *root, const char *directory);
static bool WantsFile(const char *name);
static bool IsProgram(const char *name);
static bool EndsWithOneOf(const char *name, const char *const *endings);
static char *ReadFile(const char *path, const char *shown);
static void AddFileContext(void *arg);
static int	CompareFiles(const void *a, const void *b);
static void AddImported(const char *revision, const char *filename, MigAction action, void *arg);
static void AddChanged(const char *revision, const char *filename, const char *stored,
					   const char *given, void *arg);

/*
 * migrator.import(files jsonb, format text) -> rows of revision, filename, action
 */
Datum
migrator_import(PG_FUNCTION_ARGS)
{
	Files		files = {0};

	FilesArgument(fcinfo, &files);
	ImportFiles(fcinfo, &files);
	return (Datum) 0;
}

/*
 * migrator.changed_files(files jsonb, format text) -> rows of revision, filename, stored, given
 */
Datum
migrator_changed_files(PG_FUNCTION_ARGS)
{
	Files		files = {0};
	char	   *format = MigApiText(fcinfo, 1, "format");
	MigCopy		copy;
	MigRow		row;

	FilesArgument(fcinfo, &files);
	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	qsort(files.files, files.n, sizeof(MigFile), CompareFiles);
	MigRunChangedFiles(&copy, files.files, files.n, format, AddChanged, &row);
	return (Datum) 0;
}

/*
 * migrator.import_directory(path text, format text) -> rows as import
 *
 * Reads files of the server with the server's rights, and so is only for
 * members of pg_read_server_files.
 */
Datum
migrator_import_directory(PG_FUNCTION_ARGS)
{
	Files		files = {0};
	char	   *path = MigApiText(fcinfo, 0, "path");

	if (!has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		ereport(ERROR,
				errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("permission denied to import a directory of the server"),
				errdetail("Only roles with privileges of the \"%s\" role may read the server's files.",
						  "pg_read_server_files"),
				errhint("Anyone with the capability author can pass the files to migrator.import()."));
	canonicalize_path(path);
	ReadDirectory(&files, path);
	ImportFiles(fcinfo, &files);
	return (Datum) 0;
}

/* The first argument. */
static void
FilesArgument(FunctionCallInfo fcinfo, Files *files)
{
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("argument \"%s\" must not be null", "files"));
	ReadJson(files, PG_GETARG_JSONB_P(0));
}

/* Import what was collected. */
static void
ImportFiles(FunctionCallInfo fcinfo, Files *files)
{
	MigCopy		copy;
	MigRow		row;
	char	   *format = MigApiText(fcinfo, 1, "format");

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	qsort(files->files, files->n, sizeof(MigFile), CompareFiles);
	MigRunImport(&copy, files->files, files->n, format, AddImported, &row);
}

static void
AddFile(Files *files, const char *path, const char *content)
{
	if (files->n == files->size)
	{
		files->size = Max(files->size * 2, 64);
		files->files = files->files == NULL ? palloc(sizeof(MigFile) * files->size)
			: repalloc_huge(files->files, sizeof(MigFile) * files->size);
	}
	files->files[files->n].path = path;
	files->files[files->n].content = content;
	files->n++;
}

/* The pairs of an object of texts. */
static void
ReadJson(Files *files, Jsonb *json)
{
	JsonbIterator *iterator;
	JsonbValue	value;
	JsonbIteratorToken token;
	char	   *path = NULL;

	if (!JB_ROOT_IS_OBJECT(json))
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("files must be a JSON object of path to content"));

	iterator = JsonbIteratorInit(&json->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			path = pnstrdup(value.val.string.val, value.val.string.len);
		else if (token == WJB_VALUE)
		{
			if (value.type != jbvString)
				ereport(ERROR,
						errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("content of file \"%s\" is not a JSON string", path));
			AddFile(files, path, pnstrdup(value.val.string.val, value.val.string.len));
		}
	}
}

/* The files below a directory, with paths relative to it. */
static void
ReadDirectory(Files *files, const char *root)
{
	List	   *todo = list_make1("");

	while (todo != NIL)
	{
		char	   *directory = llast(todo);

		todo = list_delete_last(todo);
		todo = list_concat(todo, ReadOneDirectory(files, root, directory));
	}
}

/* The files of one directory; returns its subdirectories. */
static List *
ReadOneDirectory(Files *files, const char *root, const char *directory)
{
	char	   *path = directory[0] == '\0' ? pstrdup(root) : psprintf("%s/%s", root, directory);
	DIR		   *dir = AllocateDir(path);
	struct dirent *entry;
	List	   *subdirectories = NIL;

	while ((entry = ReadDir(dir, path)) != NULL)
	{
		char	   *shown = directory[0] == '\0' ? pstrdup(entry->d_name)
		: psprintf("%s/%s", directory, entry->d_name);
		char	   *full = psprintf("%s/%s", root, shown);
		struct stat status;

		CHECK_FOR_INTERRUPTS();
		if (entry->d_name[0] == '.')
			continue;
		if (lstat(full, &status) < 0)
			ereport(ERROR,
					errcode_for_file_access(),
					errmsg("could not stat file \"%s\": %m", full));

		/* links are not followed: they could lead in circles */
		if (S_ISDIR(status.st_mode))
			subdirectories = lappend(subdirectories, shown);
		else if (S_ISREG(status.st_mode) && WantsFile(entry->d_name))
			AddFile(files, shown, ReadFile(full, shown));
		else if (S_ISREG(status.st_mode) && IsProgram(entry->d_name))
			AddFile(files, shown, "");
	}
	FreeDir(dir);
	return subdirectories;
}

/* Files of other kinds may be binary, and no format wants them. */
static bool
WantsFile(const char *name)
{
	static const char *const endings[] = {".sql", ".toml", ".plan", ".conf", NULL};

	return EndsWithOneOf(name, endings);
}

/*
 * A migration that is a program, by its name: nobody wants to read it, but a
 * format may have to refuse a directory that holds one.
 */
static bool
IsProgram(const char *name)
{
	static const char *const endings[] = {".go", ".java", ".kt", ".class", ".groovy", ".scala",
	".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", NULL};

	return *name != '\0' && strchr("0123456789VRU", *name) != NULL && EndsWithOneOf(name, endings);
}

static bool
EndsWithOneOf(const char *name, const char *const *endings)
{
	size_t		len = strlen(name);

	for (; *endings != NULL; endings++)
		if (len > strlen(*endings) &&
			pg_strcasecmp(name + len - strlen(*endings), *endings) == 0)
			return true;
	return false;
}

/* The content of a UTF-8 file in the server's encoding. */
static char *
ReadFile(const char *path, const char *shown)
{
	FILE	   *file = AllocateFile(path, PG_BINARY_R);
	StringInfoData content;
	char		buffer[8192];
	size_t		n;
	const char *bad;
	char	   *converted;
	ErrorContextCallback callback;

	if (file == NULL)
		ereport(ERROR,
				errcode_for_file_access(),
				errmsg("could not open file \"%s\" for reading: %m", path));
	initStringInfo(&content);
	while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0)
		appendBinaryStringInfo(&content, buffer, n);
	if (ferror(file))
		ereport(ERROR,
				errcode_for_file_access(),
				errmsg("could not read file \"%s\": %m", path));
	FreeFile(file);

	bad = memchr(content.data, '\0', content.len);
	if (bad == NULL)
	{
		int			valid = pg_encoding_verifymbstr(PG_UTF8, content.data, content.len);

		bad = valid < content.len ? content.data + valid : NULL;
	}
	if (bad != NULL)
		ereport(ERROR,
				errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
				*bad == '\0' ? errmsg("file \"%s\" contains a null byte", shown)
				: errmsg("file \"%s\" is not valid UTF-8", shown),
				errcontext("file \"%s\", line %d", shown,
						   1 + MigCountLines(content.data, bad - content.data)));
	callback.callback = AddFileContext;
	callback.arg = unconstify(char *, shown);
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	converted = pg_any_to_server(content.data, content.len, PG_UTF8);
	error_context_stack = callback.previous;
	return converted;
}

/* Error context: the file that is being converted. */
static void
AddFileContext(void *arg)
{
	errcontext("file \"%s\"", (const char *) arg);
}

static int
CompareFiles(const void *a, const void *b)
{
	return strcmp(((const MigFile *) a)->path, ((const MigFile *) b)->path);
}

/* A revision as a row; a MigImportedFn. */
static void
AddImported(const char *revision, const char *filename, MigAction action, void *arg)
{
	static const char *const actions[] = {"added", "replaced", "unchanged"};
	MigRow	   *row = arg;

	MigApiAddText(row, revision);
	MigApiAddText(row, filename);
	MigApiAddText(row, actions[action]);
	MigApiEnd(row);
}

/* A revision with two texts as a row; a MigChangedFn. */
static void
AddChanged(const char *revision, const char *filename, const char *stored, const char *given, void *arg)
{
	MigRow	   *row = arg;

	MigApiAddText(row, revision);
	MigApiAddText(row, filename);
	MigApiAddText(row, stored);
	MigApiAddText(row, given);
	MigApiEnd(row);
}
