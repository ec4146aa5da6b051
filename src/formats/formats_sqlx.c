/*-------------------------------------------------------------------------
 * src/formats/formats_sqlx.c
 *	  Directories of sqlx.
 *
 * A file is <integer>_<name>.sql, or a pair <integer>_<name>.up.sql and
 * .down.sql.  Other .sql files with "_" in their name are refused, as the tool
 * does, further files ignored.  A file whose very first bytes are
 * "-- no-transaction" runs without a transaction.
 *
 * golang-migrate has the same pairs, and any tool such single files, so only
 * that comment makes a directory one of sqlx, or pairs beside single files,
 * which golang-migrate would leave out.
 *
 * The tool keeps a SHA-384 of the bytes of the way up.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "formats/formats_internal.h"
#include "miscadmin.h"

#define DIGITS				"0123456789"
#define NO_TRANSACTION		"-- no-transaction"

/* A file of the tool. */
typedef struct Source
{
	const MigFile *file;
	char	   *version;
	char	   *message;
	bool		down;
} Source;

static bool IsSqlx(const MigFile *files, int n);
static const char *SqlxExample(const MigFile *files, int n);
static List *ReadSqlx(const MigFile *files, int n);
static bool ReadName(const MigFile *file, Source *source);
static void RefuseName(const MigFile *file);
static MigScript *MakeScript(const Source *up, const Source *down);
static int	CompareSources(const void *a, const void *b);

const MigFormat MigFormatSqlx = {
	.name = "sqlx",
	.detect = IsSqlx,
	.example = SqlxExample,
	.read = ReadSqlx,
	.has_graph = false
};

static bool
IsSqlx(const MigFile *files, int n)
{
	return SqlxExample(files, n) != NULL;
}

/* The file that says so. */
static const char *
SqlxExample(const MigFile *files, int n)
{
	const char *single = NULL;
	bool		pairs = false;
	Source		source;

	for (int i = 0; i < n; i++)
	{
		if (!ReadName(&files[i], &source))
			continue;
		if (MigFormatsHasSqlxSign(&files[i]))
			return files[i].path;
		if (MigFormatsIsHalf(&files[i]))
			pairs = true;
		else if (single == NULL && !MigFormatsHasMarkers(&files[i]))
			single = files[i].path;
	}
	return pairs ? single : NULL;
}

static List *
ReadSqlx(const MigFile *files, int n)
{
	Source	   *sources = palloc(Max(n, 1) * sizeof(Source));
	int			nsources = 0;
	List	   *ignored = NIL;
	List	   *scripts = NIL;

	for (int i = 0; i < n; i++)
	{
		if (ReadName(&files[i], &sources[nsources]))
			nsources++;
		else if (MigFormatsEndsWith(files[i].path, ".sql"))
		{
			RefuseName(&files[i]);
			ignored = lappend(ignored, unconstify(char *, files[i].path));
		}
	}
	MigFormatsReportIgnored("sqlx", ignored);
	qsort(sources, nsources, sizeof(Source), CompareSources);

	for (int i = 0; i < nsources;)
	{
		const Source *up = NULL;
		const Source *down = NULL;
		int			first = i;

		CHECK_FOR_INTERRUPTS();
		for (; i < nsources &&
			 MigFormatsCompareNumbers(sources[first].version, sources[i].version) == 0; i++)
		{
			const Source **side = sources[i].down ? &down : &up;

			if (*side != NULL)
				MigFormatsRefuseTwo(sources[i].version, (*side)->file->path, sources[i].file->path);
			*side = &sources[i];
		}
		scripts = lappend(scripts, MakeScript(up, down));
	}
	return scripts;
}

/* down may be NULL. */
static MigScript *
MakeScript(const Source *up, const Source *down)
{
	MigForeign	foreign = {0};

	if (up == NULL)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("version %s has no way up", down->version),
				errdetail("There is only \"%s\".", down->file->path));
	MigFormatsCheckInt64("sqlx", up->version, up->file);
	foreign.revision = up->version;
	foreign.message = up->message;
	foreign.upgrade = up->file->content;
	foreign.upgrade_at.file = up->file->path;
	foreign.autocommit = MigFormatsHasSqlxSign(up->file);
	if (down != NULL)
	{
		foreign.downgrade = down->file->content;
		foreign.downgrade_at.file = down->file->path;
		foreign.autocommit |= MigFormatsHasSqlxSign(down->file);
	}
	foreign.origin_tool = "sqlx";
	foreign.origin_key = up->version;
	foreign.origin_checksum = MigFormatsSha(up->file->content, 384);
	return MigFormatsScript(&foreign);
}

/* ^([0-9]+)_(.*?)(\.up|\.down)?\.sql$ */
static bool
ReadName(const MigFile *file, Source *source)
{
	const char *name = MigFormatsBaseName(file->path);
	size_t		digits = strspn(name, DIGITS);
	const char *rest = name + digits + 1;
	size_t		len;

	if (digits == 0 || name[digits] != '_' || !MigFormatsEndsWith(name, ".sql"))
		return false;
	source->file = file;
	source->version = pnstrdup(name, digits);
	source->down = MigFormatsEndsWith(rest, ".down.sql");
	len = strlen(rest) - strlen(".sql");
	if (source->down)
		len -= strlen(".down");
	else if (MigFormatsEndsWith(rest, ".up.sql"))
		len -= strlen(".up");
	source->message = MigFormatsMessage(rest, len);
	return true;
}

/* The tool stops at a name whose part before the first "_" is no number. */
static void
RefuseName(const MigFile *file)
{
	if (strchr(MigFormatsBaseName(file->path), '_') != NULL)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("file name \"%s\" does not begin with a number", file->path),
				errhint("Migrations of sqlx are named <number>_<description>.sql. Leave the file out if it is none."));
}

/*
 * MigFormatsHasSqlxSign
 *		Does the file begin with the comment that only sqlx has?
 */
bool
MigFormatsHasSqlxSign(const MigFile *file)
{
	return strncmp(file->content, NO_TRANSACTION, strlen(NO_TRANSACTION)) == 0 &&
		MigFormatsEndsWith(file->path, ".sql");
}

/* By version, then by path. */
static int
CompareSources(const void *a, const void *b)
{
	const Source *one = a;
	const Source *other = b;
	int			order = MigFormatsCompareNumbers(one->version, other->version);

	return order != 0 ? order : strcmp(one->file->path, other->file->path);
}
