/*-------------------------------------------------------------------------
 * src/formats/formats_node_pg_migrate.c
 *	  Directories of node-pg-migrate.
 *
 * A migration is a file <number><anything>.sql.  The order is that of the
 * numbers, where 17 digits are a time in UTC and stand for its milliseconds,
 * then that of the names; the name without its extension is what pgmigrations
 * knows.  "-- Up Migration" and "-- Down Migration" begin the sections, in any
 * case and wherever they stand; without the former all of the file is the way
 * up, without the latter there is no way down.
 *
 * Migrations in JavaScript or TypeScript cannot be run here, and cannot be left
 * out either.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "datatype/timestamp.h"
#include "formats/formats_internal.h"
#include "miscadmin.h"
#include "utils/datetime.h"

#define DIGITS				"0123456789"
#define SPACES				" \t\r\n\f\v"

/* Numbers of so many digits are made by the tool. */
#define MILLISECONDS_DIGITS	13
#define UTC_DIGITS			17

/* A file of the tool. */
typedef struct Source
{
	const MigFile *file;
	char	   *number;			/* that it is sorted by */
} Source;

/* Where a section begins: the marker, and the line below it. */
typedef struct Marker
{
	const char *start;			/* NULL: there is none */
	const char *body;
} Marker;

static bool IsNodePgMigrate(const MigFile *files, int n);
static bool CouldBeNodePgMigrate(const MigFile *files, int n);
static List *ReadNodePgMigrate(const MigFile *files, int n);
static bool ReadName(const MigFile *file, Source *source);
static char *Milliseconds(const char *digits);
static bool IsProgram(const MigFile *file);
static void RefusePrograms(const MigFile *files, int n);
static void RefuseUnnumbered(const MigFile *files, int n, const Source *sources, int nsources);
static MigScript *MakeScript(const MigFile *file);
static void SetSection(const MigFile *file, const Marker *marker, const Marker *other,
					   const char **section, MigPlace *place);
static Marker FindMarker(const char *content, const char *direction);
static int	CompareSources(const void *a, const void *b);

const MigFormat MigFormatNodePgMigrate = {
	.name = "node-pg-migrate",
	.detect = IsNodePgMigrate,
	.suspect = CouldBeNodePgMigrate,
	.read = ReadNodePgMigrate,
	.has_graph = false
};

/* Only this tool has such markers. */
static bool
IsNodePgMigrate(const MigFile *files, int n)
{
	Source		source;

	for (int i = 0; i < n; i++)
		if (ReadName(&files[i], &source) &&
			(FindMarker(files[i].content, "up").start != NULL ||
			 FindMarker(files[i].content, "down").start != NULL))
			return true;
	return false;
}

/* All files with a number have one that the tool has made. */
static bool
CouldBeNodePgMigrate(const MigFile *files, int n)
{
	bool		found = false;

	for (int i = 0; i < n; i++)
	{
		const char *name = MigFormatsBaseName(files[i].path);
		size_t		digits = strspn(name, DIGITS);

		if (digits == 0 || (!MigFormatsEndsWith(name, ".sql") && !IsProgram(&files[i])))
			continue;
		if ((digits != MILLISECONDS_DIGITS && digits != UTC_DIGITS) || MigFormatsIsHalf(&files[i]))
			return false;
		found = true;
	}
	return found;
}

static List *
ReadNodePgMigrate(const MigFile *files, int n)
{
	Source	   *sources = palloc(Max(n, 1) * sizeof(Source));
	int			nsources = 0;
	List	   *scripts = NIL;

	RefusePrograms(files, n);
	for (int i = 0; i < n; i++)
		if (ReadName(&files[i], &sources[nsources]))
			nsources++;
	RefuseUnnumbered(files, n, sources, nsources);
	qsort(sources, nsources, sizeof(Source), CompareSources);
	for (int i = 0; i < nsources; i++)
	{
		CHECK_FOR_INTERRUPTS();
		scripts = lappend(scripts, MakeScript(sources[i].file));
	}
	return scripts;
}

/* Is the file a migration in SQL? */
static bool
ReadName(const MigFile *file, Source *source)
{
	const char *name = MigFormatsBaseName(file->path);
	size_t		digits = strspn(name, DIGITS);

	if (digits == 0 || !MigFormatsEndsWith(name, ".sql"))
		return false;
	source->file = file;
	source->number = pnstrdup(name, digits);
	if (digits == UTC_DIGITS)
		source->number = Milliseconds(source->number);
	return true;
}

/* A time in UTC, YYYYMMDDHHMISSmmm, as milliseconds since 1970. */
static char *
Milliseconds(const char *digits)
{
	int			year;
	int			month;
	int			day;
	int			hour;
	int			minute;
	int			second;
	int			millisecond;
	int64		days;

	if (sscanf(digits, "%4d%2d%2d%2d%2d%2d%3d", &year, &month, &day, &hour, &minute, &second,
			   &millisecond) != 7 || year < 1970 || month < 1 || month > 12)
		return pstrdup(digits);
	days = date2j(year, month, day) - UNIX_EPOCH_JDATE;
	return psprintf(INT64_FORMAT, (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + millisecond);
}

/* Is the file one that Node.js would run? */
static bool
IsProgram(const MigFile *file)
{
	static const char *const endings[] = {".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"};

	for (size_t i = 0; i < lengthof(endings); i++)
		if (MigFormatsEndsWith(file->path, endings[i]))
			return true;
	return false;
}

static void
RefusePrograms(const MigFile *files, int n)
{
	for (int i = 0; i < n; i++)
		if (IsProgram(&files[i]) && isdigit((unsigned char) *MigFormatsBaseName(files[i].path)))
			ereport(ERROR,
					errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("migration \"%s\" is a program", files[i].path),
					errdetail("Only migrations in SQL can be imported."),
					errhint("Put what it does into a file of SQL of the same name.  If it is applied everywhere, node-pg-migrate --dry-run on an empty database prints its SQL."));
}

/*
 * The tool runs what has no number before everything else, whatever it is, and
 * complains.  Elsewhere than beside migrations it does not look.
 */
static void
RefuseUnnumbered(const MigFile *files, int n, const Source *sources, int nsources)
{
	for (int i = 0; i < n; i++)
	{
		const char *base = MigFormatsBaseName(files[i].path);
		size_t		len = base - files[i].path;

		if (!MigFormatsEndsWith(base, ".sql") || *base == '.' || isdigit((unsigned char) *base))
			continue;
		for (int j = 0; j < nsources; j++)
		{
			const char *path = sources[j].file->path;

			if ((size_t) (MigFormatsBaseName(path) - path) == len &&
				strncmp(path, files[i].path, len) == 0)
				ereport(ERROR,
						errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("file name \"%s\" does not begin with a number", files[i].path),
						errhint("node-pg-migrate runs it before all others: give it a number, or move it elsewhere."));
		}
	}
}

static MigScript *
MakeScript(const MigFile *file)
{
	const char *base = MigFormatsBaseName(file->path);
	char	   *name = pnstrdup(base, strlen(base) - strlen(".sql"));
	char	   *rest = pstrdup(name + strspn(name, DIGITS));
	Marker		up = FindMarker(file->content, "up");
	Marker		down = FindMarker(file->content, "down");
	MigForeign	foreign = {.revision = MigFormatsId(name)};

	for (char *c = rest; *c != '\0'; c++)
		if (*c == '-')
			*c = '_';
	foreign.message = MigFormatsMessage(rest, strlen(rest));
	if (strcmp(foreign.revision, name) != 0)
	{
		foreign.origin_tool = "node-pg-migrate";
		foreign.origin_key = name;
	}
	foreign.upgrade_at.file = foreign.downgrade_at.file = file->path;
	foreign.upgrade = file->content;
	if (up.start != NULL)
		SetSection(file, &up, &down, &foreign.upgrade, &foreign.upgrade_at);
	else if (down.start != NULL)
		ereport(WARNING,
				errmsg("migration \"%s\" goes back down on its way up", file->path),
				errdetail("It has no line \"-- Up Migration\", and so all of it is the way up, as in node-pg-migrate."),
				errhint("Put the line \"-- Up Migration\" before the first section."));
	if (down.start != NULL)
		SetSection(file, &down, &up, &foreign.downgrade, &foreign.downgrade_at);
	return MigFormatsScript(&foreign);
}

/* From a marker to the other one, if that comes later, or to the end. */
static void
SetSection(const MigFile *file, const Marker *marker, const Marker *other,
		   const char **section, MigPlace *place)
{
	*section = other->start > marker->start
		? pnstrdup(marker->body, other->start - marker->body) : marker->body;
	place->line = MigCountLines(file->content, marker->body - file->content);
	if (marker->body[-1] != '\n')
		place->line++;			/* the marker is all there is */
}

/*
 * The first match of ^\s*--[\s-]*(up|down)\s+migration, in any case; its spaces
 * may go over several lines.
 */
static Marker
FindMarker(const char *content, const char *direction)
{
	static const char word[] = "migration";
	Marker		marker = {0};
	const char *at = content;

	if (strncmp(at, "\xEF\xBB\xBF", 3) == 0)
		at += 3;
	while (*at != '\0')
	{
		const char *start = at;

		at += strspn(at, SPACES);
		if (strncmp(at, "--", 2) == 0)
		{
			const char *c = at + strspn(at, SPACES "-");
			size_t		len = strlen(direction);

			at = c;				/* nothing before it can match either */
			if (pg_strncasecmp(c, direction, len) == 0 && strchr(SPACES, c[len]) != NULL && c[len] != '\0')
			{
				c += len;
				c += strspn(c, SPACES);
				if (pg_strncasecmp(c, word, strlen(word)) == 0)
				{
					c += strcspn(c, "\n");
					marker.start = start;
					marker.body = *c == '\n' ? c + 1 : c;
					return marker;
				}
			}
		}
		at += strcspn(at, "\n");
		if (*at == '\n')
			at++;
	}
	return marker;
}

/* By number, then by name, then by path. */
static int
CompareSources(const void *a, const void *b)
{
	const Source *one = a;
	const Source *other = b;
	int			order = MigFormatsCompareNumbers(one->number, other->number);

	if (order == 0)
		order = strcmp(MigFormatsBaseName(one->file->path), MigFormatsBaseName(other->file->path));
	return order != 0 ? order : strcmp(one->file->path, other->file->path);
}
