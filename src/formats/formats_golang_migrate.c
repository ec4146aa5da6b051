/*-------------------------------------------------------------------------
 * src/formats/formats_golang_migrate.c
 *	  Directories of golang-migrate.
 *
 * A file is <digits>_<name>.up.<extension> or .down.<extension>, or with the
 * layout that authelia made its own V<digits>.<name>.up.sql; others are
 * ignored, as the tool does.  Versions are numbers; the id is the version as
 * the up file writes it.  A version that has only a way down has an empty way
 * up, as in the tool.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "formats/formats_internal.h"

#define DIGITS				"0123456789"

/* A file of the tool. */
typedef struct Half
{
	const MigFile *file;
	char	   *version;
	char	   *message;
	bool		up;
} Half;

static bool IsGolangMigrate(const MigFile *files, int n);
static List *ReadGolangMigrate(const MigFile *files, int n);
static MigScript *MakeScript(const Half *up, const Half *down);
static bool ReadName(const MigFile *file, Half *half);
static const char *LastDirection(const char *name, bool *up);
static int	CompareHalves(const void *a, const void *b);

const MigFormat MigFormatGolangMigrate = {
	.name = "golang-migrate",
	.detect = IsGolangMigrate,
	.read = ReadGolangMigrate,
	.has_graph = false
};

static bool
IsGolangMigrate(const MigFile *files, int n)
{
	Half		half;
	bool		found = false;

	for (int i = 0; i < n; i++)
	{
		if (MigFormatsHasSqlxSign(&files[i]))
			return false;		/* it has the same names */
		if (ReadName(&files[i], &half) && MigFormatsEndsWith(files[i].path, ".sql"))
			found = true;
	}
	return found;
}

static List *
ReadGolangMigrate(const MigFile *files, int n)
{
	Half	   *halves = palloc(Max(n, 1) * sizeof(Half));
	int			nhalves = 0;
	List	   *scripts = NIL;

	for (int i = 0; i < n; i++)
		if (ReadName(&files[i], &halves[nhalves]))
			nhalves++;
	qsort(halves, nhalves, sizeof(Half), CompareHalves);

	for (int i = 0; i < nhalves;)
	{
		const Half *up = NULL;
		const Half *down = NULL;
		int			first = i;

		for (; i < nhalves &&
			 MigFormatsCompareNumbers(halves[first].version, halves[i].version) == 0; i++)
		{
			const Half **side = halves[i].up ? &up : &down;

			if (*side != NULL)
				ereport(ERROR,
						errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("version %s has two %s files", halves[i].version,
							   halves[i].up ? "up" : "down"),
						errdetail("They are \"%s\" and \"%s\".", (*side)->file->path,
								  halves[i].file->path));
			*side = &halves[i];
		}
		scripts = lappend(scripts, MakeScript(up, down));
	}
	return scripts;
}

/* One of the two may be NULL. */
static MigScript *
MakeScript(const Half *up, const Half *down)
{
	MigForeign	foreign = {0};
	const Half *named = up != NULL ? up : down;

	foreign.revision = named->version;
	foreign.message = named->message;
	foreign.upgrade = up == NULL ? NULL : up->file->content;
	foreign.upgrade_at.file = named->file->path;
	foreign.downgrade = down == NULL ? NULL : down->file->content;
	foreign.downgrade_at.file = down == NULL ? NULL : down->file->path;
	return MigFormatsScript(&foreign);
}

/*
 * ^([0-9]+)_(.*)\.(down|up)\.(.*)$ or ^V([0-9]+)\.(.*)\.(down|up)\.sql$
 */
static bool
ReadName(const MigFile *file, Half *half)
{
	const char *name = MigFormatsBaseName(file->path);
	bool		v = *name == 'V';
	size_t		digits = strspn(name + v, DIGITS);
	const char *rest = name + v + digits + 1;
	const char *direction;

	if (digits == 0 || rest[-1] != (v ? '.' : '_'))
		return false;
	direction = LastDirection(rest, &half->up);
	if (direction == NULL)
		return false;
	if (v && strcmp(direction, half->up ? ".up.sql" : ".down.sql") != 0)
		return false;

	half->file = file;
	half->version = pnstrdup(name + v, digits);
	half->message = MigFormatsMessage(rest, direction - rest);
	return true;
}

/* Where the last ".up." or ".down." begins; NULL if there is none. */
static const char *
LastDirection(const char *name, bool *up)
{
	for (const char *c = name + strlen(name); c >= name; c--)
		if (strncmp(c, ".up.", 4) == 0 || strncmp(c, ".down.", 6) == 0)
		{
			*up = c[1] == 'u';
			return c;
		}
	return NULL;
}

/* By version, then by path. */
static int
CompareHalves(const void *a, const void *b)
{
	const Half *one = a;
	const Half *other = b;
	int			order = MigFormatsCompareNumbers(one->version, other->version);

	return order != 0 ? order : strcmp(one->file->path, other->file->path);
}
