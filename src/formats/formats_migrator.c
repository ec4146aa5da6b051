/*-------------------------------------------------------------------------
 * src/formats/formats_migrator.c
 *	  Our own format: each .sql file is a revision and names its parents.
 *
 * Other files are ignored.  A .sql file that is not one of ours is an error:
 * it would be left out silently.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/compat.h"
#include "formats/formats_internal.h"

static bool IsMigrator(const MigFile *files, int n);
static List *ReadMigrator(const MigFile *files, int n);
pg_noreturn static void RefuseForeign(const MigFile *file);

const MigFormat MigFormatMigrator = {
	.name = "migrator",
	.detect = IsMigrator,
	.read = ReadMigrator,
	.has_graph = true,
	.is_ours = true
};

static bool
IsMigrator(const MigFile *files, int n)
{
	for (int i = 0; i < n; i++)
		if (MigFormatsIsOurs(&files[i]))
			return true;
	return false;
}

/* In byte order of the paths, as the files come. */
static List *
ReadMigrator(const MigFile *files, int n)
{
	List	   *scripts = NIL;

	for (int i = 0; i < n; i++)
	{
		if (!MigFormatsEndsWith(files[i].path, ".sql"))
			continue;
		if (!MigFormatsIsOurs(&files[i]) && strstr(files[i].content, "migrate:up") == NULL)
			RefuseForeign(&files[i]);
		scripts = lappend(scripts, MigScriptParse(files[i].content, files[i].path));
	}
	return scripts;
}

/* A file that is not even meant to be one of ours. */
static void
RefuseForeign(const MigFile *file)
{
	ereport(ERROR,
			errcode(ERRCODE_SYNTAX_ERROR),
			errmsg("file \"%s\" is not a revision of migrator", file->path),
			errdetail("It has neither a header \"Revision ID:\" nor a line \"-- migrate:up\"."),
			errhint("If the directory is another tool's, name its format: \"migrator import --from FORMAT\" with the client turns its files into revisions.  Other SQL files belong elsewhere."),
			MigErrPlace(file->path, 1));
}

/*
 * MigFormatsIsOurs
 *		Does a file look like one of ours?  It has a header "Revision ID:".
 *
 * The header is looked for in the comment lines that the file begins with.
 */
bool
MigFormatsIsOurs(const MigFile *file)
{
	static const char header[] = "revision id:";
	const char *line = file->content;

	if (!MigFormatsEndsWith(file->path, ".sql"))
		return false;
	if (strncmp(line, "\xEF\xBB\xBF", 3) == 0)
		line += 3;
	for (;;)
	{
		line += strspn(line, " \t\r\n");
		if (strncmp(line, "--", 2) != 0)
			return false;
		line += 2;
		line += strspn(line, " \t");
		if (pg_strncasecmp(line, header, strlen(header)) == 0)
			return true;
		line += strcspn(line, "\n");
	}
}
