/*-------------------------------------------------------------------------
 * src/formats/formats_dbmate.c
 *	  Directories of dbmate.
 *
 * A file is <digits><anything>.sql; others are ignored.  The order is that of
 * the file names, whatever their directories, and the id is the digits.  Lines
 * that begin with "-- migrate:up" and "-- migrate:down" are markers wherever
 * they stand, and may carry options; the one that matters is
 * transaction:false, which dbmate has for each side and we for the revision:
 * if either side has it, the revision is not transactional.
 *
 * Comments before the first marker are left out.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/compat.h"
#include "formats/formats_internal.h"
#include "miscadmin.h"

#define DIGITS				"0123456789"
#define BLANKS				" \t\r\f\v"

/* Where the sections of a file are. */
typedef struct Markers
{
	const char *up;				/* the marker lines */
	const char *down;
	int			up_line;
	int			down_line;
	bool		autocommit;
} Markers;

static bool IsDbmate(const MigFile *files, int n);
static List *ReadDbmate(const MigFile *files, int n);
static MigScript *ReadFile(const MigFile *file);
static Markers FindMarkers(const MigFile *file);
static bool IsMarker(const char *line, const char *name);
static bool IsAutocommit(const char *line);
static const char *NextLine(const char *line);
static bool HasVersion(const MigFile *file);
static int	CompareBaseNames(const void *a, const void *b);
pg_noreturn static void Refuse(const MigFile *file, int line, const char *message, const char *detail);

const MigFormat MigFormatDbmate = {
	.name = "dbmate",
	.detect = IsDbmate,
	.read = ReadDbmate,
	.has_graph = false
};

/* Files of ours have such markers, too; they are told by their header. */
static bool
IsDbmate(const MigFile *files, int n)
{
	bool		found = false;

	for (int i = 0; i < n; i++)
	{
		if (MigFormatsIsOurs(&files[i]))
			return false;
		if (!HasVersion(&files[i]))
			continue;
		for (const char *line = files[i].content; line != NULL && !found; line = NextLine(line))
			found = IsMarker(line, "up");
	}
	return found;
}

static List *
ReadDbmate(const MigFile *files, int n)
{
	MigFile    *sorted = palloc(Max(n, 1) * sizeof(MigFile));
	int			nsorted = 0;
	List	   *scripts = NIL;

	for (int i = 0; i < n; i++)
		if (HasVersion(&files[i]))
			sorted[nsorted++] = files[i];
	qsort(sorted, nsorted, sizeof(MigFile), CompareBaseNames);

	for (int i = 0; i < nsorted; i++)
	{
		CHECK_FOR_INTERRUPTS();
		scripts = lappend(scripts, ReadFile(&sorted[i]));
	}
	return scripts;
}

static MigScript *
ReadFile(const MigFile *file)
{
	const char *name = MigFormatsBaseName(file->path);
	size_t		digits = strspn(name, DIGITS);
	Markers		markers = FindMarkers(file);
	const char *upgrade = NextLine(markers.up);
	const char *downgrade = NextLine(markers.down);
	MigForeign	foreign = {.autocommit = markers.autocommit};

	foreign.revision = pnstrdup(name, digits);
	foreign.message = MigFormatsMessage(name + digits, strlen(name) - digits - strlen(".sql"));
	while (*foreign.message == '-')
		foreign.message++;
	foreign.upgrade = pnstrdup(upgrade, markers.down - upgrade);
	foreign.upgrade_at.file = file->path;
	foreign.upgrade_at.line = markers.up_line;
	foreign.downgrade = downgrade == NULL ? "" : downgrade;
	foreign.downgrade_at.file = file->path;
	foreign.downgrade_at.line = markers.down_line;
	return MigFormatsScript(&foreign);
}

/* Both sections are there afterwards, in this order. */
static Markers
FindMarkers(const MigFile *file)
{
	Markers		markers = {0};
	const char *line = file->content;
	int			number = 1;

	if (strncmp(line, "\xEF\xBB\xBF", 3) == 0)
		line += 3;
	for (; line != NULL; line = NextLine(line), number++)
	{
		bool		up = IsMarker(line, "up");
		const char *text = line + strspn(line, BLANKS);

		if (up || IsMarker(line, "down"))
		{
			if (up ? markers.up != NULL : markers.down != NULL)
				Refuse(file, number, psprintf("second section \"-- migrate:%s\"", up ? "up" : "down"),
					   "dbmate runs all sections of a file and then cannot record its version twice.");
			if (!up && markers.up == NULL)
				Refuse(file, number, "section \"-- migrate:down\" comes before \"-- migrate:up\"", NULL);
			if (IsAutocommit(line))
				markers.autocommit = true;
			if (up)
			{
				markers.up = line;
				markers.up_line = number;
			}
			else
			{
				markers.down = line;
				markers.down_line = number;
			}
		}
		else if (markers.up == NULL && *text != '\0' && *text != '\n' &&
				 strncmp(text, "--", 2) != 0)
			Refuse(file, number, "text before \"-- migrate:up\"", NULL);
	}

	if (markers.up == NULL)
		Refuse(file, number - 1, "line \"-- migrate:up\" is missing", NULL);
	if (markers.down == NULL)
		Refuse(file, number - 1, "line \"-- migrate:down\" is missing",
			   "dbmate needs it also where there is no way down.");
	return markers;
}

/* ^--\s*migrate:up(\s|$) */
static bool
IsMarker(const char *line, const char *name)
{
	static const char word[] = "migrate:";

	if (strncmp(line, "--", 2) != 0)
		return false;
	line += 2;
	line += strspn(line, BLANKS);
	if (strncmp(line, word, strlen(word)) != 0)
		return false;
	line += strlen(word);
	if (strncmp(line, name, strlen(name)) != 0)
		return false;
	line += strlen(name);
	return *line == '\0' || strchr(BLANKS "\n", *line) != NULL;
}

/* Does a marker line have the option transaction:false? */
static bool
IsAutocommit(const char *line)
{
	static const char option[] = "transaction:false";
	const char *end = line + strcspn(line, "\n");

	while (line < end)
	{
		size_t		len = strcspn(line, BLANKS "\n");

		if (len == strlen(option) && strncmp(line, option, len) == 0)
			return true;
		line += len;
		line += strspn(line, BLANKS);
	}
	return false;
}

/* The line after this one, or NULL; an empty last line counts as none. */
static const char *
NextLine(const char *line)
{
	line += strcspn(line, "\n");
	return *line == '\0' || line[1] == '\0' ? NULL : line + 1;
}

static bool
HasVersion(const MigFile *file)
{
	const char *name = MigFormatsBaseName(file->path);

	return strspn(name, DIGITS) > 0 && MigFormatsEndsWith(name, ".sql");
}

/* By base name, then by path. */
static int
CompareBaseNames(const void *a, const void *b)
{
	const MigFile *one = a;
	const MigFile *other = b;
	int			order = strcmp(MigFormatsBaseName(one->path), MigFormatsBaseName(other->path));

	return order != 0 ? order : strcmp(one->path, other->path);
}

/* detail may be NULL. */
static void
Refuse(const MigFile *file, int line, const char *message, const char *detail)
{
	ereport(ERROR,
			errcode(ERRCODE_SYNTAX_ERROR),
			errmsg("%s", message),
			detail == NULL ? 0 : errdetail("%s", detail),
			MigErrPlace(file->path, line));
}
