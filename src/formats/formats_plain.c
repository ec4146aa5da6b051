/*-------------------------------------------------------------------------
 * src/formats/formats_plain.c
 *	  Directories of numbered SQL files of no tool in particular.
 *
 * A file is <version><anything>.sql, the version a number, numbers with dots
 * between them, or a date like 2024-01-31.  The order is that of the numbers,
 * and the id is the version.  There are no ways down: a directory that has
 * files for them is another tool's.
 *
 * It is what "auto" takes for files in which no tool has left a sign.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "formats/formats_internal.h"
#include "miscadmin.h"

#define DIGITS				"0123456789"

/* A file. */
typedef struct Source
{
	const MigFile *file;
	char	   *version;
	const char *rest;			/* what follows the version in its name */
} Source;

static bool CouldBePlain(const MigFile *files, int n);
static List *ReadPlain(const MigFile *files, int n);
static bool ReadName(const MigFile *file, Source *source);
static size_t DateLength(const char *name);
static MigScript *MakeScript(const Source *source);
static int	CompareSources(const void *a, const void *b);

const MigFormat MigFormatPlain = {
	.name = "plain",
	.suspect = CouldBePlain,
	.read = ReadPlain,
	.has_graph = false
};

static bool
CouldBePlain(const MigFile *files, int n)
{
	Source		source;

	for (int i = 0; i < n; i++)
		if (ReadName(&files[i], &source) && !MigFormatsIsHalf(&files[i]))
			return true;
	return false;
}

static List *
ReadPlain(const MigFile *files, int n)
{
	Source	   *sources = palloc(Max(n, 1) * sizeof(Source));
	int			nsources = 0;
	List	   *ignored = NIL;
	List	   *scripts = NIL;

	for (int i = 0; i < n; i++)
	{
		if (MigFormatsIsHalf(&files[i]))
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("file \"%s\" is one of a pair of ways up and down", files[i].path),
					errdetail("The files of format \"plain\" are ways up."),
					errhint("Name the format that has such pairs, \"golang-migrate\" or \"sqlx\", or leave the file out."));
		if (ReadName(&files[i], &sources[nsources]))
			nsources++;
		else if (MigFormatsEndsWithCase(files[i].path, ".sql"))
			ignored = lappend(ignored, unconstify(char *, files[i].path));
	}
	MigFormatsReportIgnored("format \"plain\"", ignored);
	qsort(sources, nsources, sizeof(Source), CompareSources);

	for (int i = 0; i < nsources; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i > 0 && MigFormatsCompareVersions(sources[i - 1].version, sources[i].version) == 0)
			MigFormatsRefuseTwo(sources[i].version, sources[i - 1].file->path,
								sources[i].file->path);
		scripts = lappend(scripts, MakeScript(&sources[i]));
	}
	return scripts;
}

/* ^([0-9]+(\.[0-9]+)*|YYYY[-_]MM[-_]DD).*\.sql$ */
static bool
ReadName(const MigFile *file, Source *source)
{
	const char *name = MigFormatsBaseName(file->path);
	size_t		len = DateLength(name);

	if (strspn(name, DIGITS) == 0 || !MigFormatsEndsWithCase(name, ".sql"))
		return false;
	source->file = file;
	if (len > 0)
		source->version = psprintf("%.4s%.2s%.2s", name, name + 5, name + 8);
	else
	{
		len = strspn(name, DIGITS);
		while (name[len] == '.' && strspn(name + len + 1, DIGITS) > 0)
			len += 1 + strspn(name + len + 1, DIGITS);
		source->version = pnstrdup(name, len);
	}
	source->rest = name + len;
	return true;
}

/* Length of a date that the name begins with, or 0. */
static size_t
DateLength(const char *name)
{
	static const char pattern[] = "dddd-dd-dd";

	for (size_t i = 0; i < strlen(pattern); i++)
		if (pattern[i] == 'd' ? strchr(DIGITS, name[i]) == NULL || name[i] == '\0'
			: name[i] != '-' && name[i] != '_')
			return 0;
	return strspn(name + strlen(pattern), DIGITS) > 0 ? 0 : strlen(pattern);
}

static MigScript *
MakeScript(const Source *source)
{
	MigForeign	foreign = {.revision = source->version};
	const char *rest = source->rest;
	size_t		len = strlen(rest) - strlen(".sql");
	size_t		skip = strspn(rest, "-_. ");

	foreign.message = skip < len ? MigFormatsMessage(rest + skip, len - skip) : "";
	foreign.upgrade = source->file->content;
	foreign.upgrade_at.file = source->file->path;
	return MigFormatsScript(&foreign);
}

/* By version, then by path. */
static int
CompareSources(const void *a, const void *b)
{
	const Source *one = a;
	const Source *other = b;
	int			order = MigFormatsCompareVersions(one->version, other->version);

	return order != 0 ? order : strcmp(one->file->path, other->file->path);
}
