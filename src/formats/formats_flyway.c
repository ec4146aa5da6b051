/*-------------------------------------------------------------------------
 * src/formats/formats_flyway.c
 *	  Directories of Flyway.
 *
 * A file is V<version>__<description>.sql, U for the way down of that version,
 * or R__<description>.sql for what is run again whenever it changes; it may be
 * in any directory, and the suffix in any case.  Where no file begins with V
 * the prefix may be empty.  Versions are numbers with dots or underscores
 * between them; the id is the version with dots, as the tool's table has it,
 * and for R the name of the file.  A baseline migration B stands for all
 * versions up to its own, so it can only be there without them.
 *
 * NAME.sql.conf configures NAME.sql.  Placeholders and callbacks belong to the
 * tool's configuration, which is not here: the first are refused, the second
 * reported.
 *
 * The tool keeps a CRC-32 of the lines without their ends.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/pg_crc.h"

#include "formats/formats_internal.h"
#include "miscadmin.h"

#define DIGITS				"0123456789"
#define SUFFIX				".sql"
#define SEPARATOR			"__"

/* A file of the tool. */
typedef struct Source
{
	const MigFile *file;
	char		kind;			/* V, U, R or B */
	char	   *version;		/* with dots; NULL for R */
	char	   *description;	/* with blanks for underscores */
} Source;

/* What NAME.sql.conf says. */
typedef struct Config
{
	bool		autocommit;
	bool		literal;		/* "${" means itself */
} Config;

/* The sources of a directory, by kind. */
typedef struct Sources
{
	const MigFile *files;
	int			nfiles;
	Source	   *sources;
	int			n;
	char		prefix[2];		/* of versioned migrations: "V" or empty */
} Sources;

static bool IsFlyway(const MigFile *files, int n);
static bool CouldBeFlyway(const MigFile *files, int n);
static List *ReadFlyway(const MigFile *files, int n);
static bool ReadName(const MigFile *file, const char *prefix, Source *source);
static bool ReadVersion(const char *name, Source *source);
static char *Description(const char *name);
static void FindSources(Sources *sources);
static void RefuseCode(const MigFile *file);
static bool IsCallback(const char *path);
static void ReportCallbacks(List *paths);
static void CheckSources(Sources *sources);
static void CheckBaseline(Sources *sources);
static MigScript *MakeScript(const Sources *sources, const Source *source, const Source *undo);
static Config ReadConfig(const Sources *sources, const MigFile *file);
static void ReadSetting(Config *config, const MigFile *file, const char *line, int number);
static void RefusePlaceholders(const MigFile *file);
static char *Checksum(const char *content);
static int	CompareSources(const void *a, const void *b);
static int	ComparePaths(const void *a, const void *b);

const MigFormat MigFormatFlyway = {
	.name = "flyway",
	.detect = IsFlyway,
	.suspect = CouldBeFlyway,
	.read = ReadFlyway,
	.has_graph = false
};

static bool
IsFlyway(const MigFile *files, int n)
{
	Source		source;

	for (int i = 0; i < n; i++)
		if (ReadName(&files[i], "V", &source) && strstr(MigFormatsBaseName(files[i].path), SEPARATOR))
			return true;
	return false;
}

/* With an empty prefix: names like "1__x.sql" are nobody else's. */
static bool
CouldBeFlyway(const MigFile *files, int n)
{
	Source		source;

	for (int i = 0; i < n; i++)
		if (!MigFormatsIsHalf(&files[i]) && ReadName(&files[i], "", &source))
			return true;
	return false;
}

static List *
ReadFlyway(const MigFile *files, int n)
{
	Sources		sources = {.files = files,.nfiles = n};
	List	   *scripts = NIL;

	sources.sources = palloc(Max(n, 1) * sizeof(Source));
	FindSources(&sources);
	qsort(sources.sources, sources.n, sizeof(Source), CompareSources);
	CheckBaseline(&sources);
	CheckSources(&sources);

	for (int i = 0; i < sources.n; i++)
	{
		const Source *source = &sources.sources[i];
		const Source *next = i + 1 < sources.n ? source + 1 : NULL;

		CHECK_FOR_INTERRUPTS();
		if (source->kind == 'U')
			continue;
		if (next != NULL && next->kind != 'U')
			next = NULL;
		scripts = lappend(scripts, MakeScript(&sources, source, next));
	}
	return scripts;
}

/*
 * Is it a migration?  prefix is that of versioned ones; with an empty one the
 * separator must be there.
 */
static bool
ReadName(const MigFile *file, const char *prefix, Source *source)
{
	const char *name = MigFormatsBaseName(file->path);

	memset(source, 0, sizeof(Source));
	source->file = file;
	if (!MigFormatsEndsWithCase(name, SUFFIX))
		return false;
	if (strncmp(name, "R" SEPARATOR, 3) == 0)
	{
		source->kind = 'R';
		source->description = Description(name + 3);
		return true;
	}
	if (*name == 'U' || *name == 'B')
	{
		source->kind = *name;
		return ReadVersion(name + 1, source);
	}
	source->kind = 'V';
	if (*prefix == '\0' && strstr(name, SEPARATOR) == NULL)
		return false;
	return strncmp(name, prefix, strlen(prefix)) == 0 && ReadVersion(name + strlen(prefix), source);
}

/* ([0-9]+([._][0-9]+)*)(__.*)?\.sql */
static bool
ReadVersion(const char *name, Source *source)
{
	const char *end = name;

	for (;;)
	{
		size_t		digits = strspn(end, DIGITS);

		if (digits == 0)
			return false;
		end += digits;
		if ((*end != '.' && *end != '_') || strspn(end + 1, DIGITS) == 0)
			break;
		end++;
	}
	if (strncmp(end, SEPARATOR, 2) == 0)
		source->description = Description(end + 2);
	else if (pg_strcasecmp(end, SUFFIX) == 0)
		source->description = "";
	else
		return false;

	source->version = pnstrdup(name, end - name);
	for (char *c = source->version; *c != '\0'; c++)
		if (*c == '_')
			*c = '.';
	return true;
}

/* The description that a name ends with, before the suffix. */
static char *
Description(const char *name)
{
	char	   *description = pnstrdup(name, strlen(name) - strlen(SUFFIX));

	for (char *c = description; *c != '\0'; c++)
		if (*c == '_')
			*c = ' ';
	return description;
}

static void
FindSources(Sources *sources)
{
	List	   *ignored = NIL;
	List	   *callbacks = NIL;
	Source		source;

	for (int i = 0; i < sources->nfiles; i++)
		if (ReadName(&sources->files[i], "V", &source) && source.kind == 'V')
			sources->prefix[0] = 'V';
	for (int i = 0; i < sources->nfiles; i++)
	{
		const MigFile *file = &sources->files[i];

		RefuseCode(file);
		if (ReadName(file, sources->prefix, &sources->sources[sources->n]))
			sources->n++;
		else if (IsCallback(file->path))
			callbacks = lappend(callbacks, unconstify(char *, file->path));
		else if (MigFormatsEndsWithCase(file->path, SUFFIX))
			ignored = lappend(ignored, unconstify(char *, file->path));
	}
	MigFormatsReportIgnored("Flyway", ignored);
	ReportCallbacks(callbacks);
}

/* Migrations in Java have versions between those of the others. */
static void
RefuseCode(const MigFile *file)
{
	static const char *const suffixes[] = {".java", ".kt", ".class", ".groovy", ".scala"};
	const char *name = MigFormatsBaseName(file->path);
	const char *separator = strstr(name, SEPARATOR);

	if (separator == NULL || strchr("VRU" DIGITS, *name) == NULL ||
		(ssize_t) strspn(name + 1, DIGITS "._") < separator - name - 1)
		return;
	for (int i = 0; i < (int) lengthof(suffixes); i++)
		if (MigFormatsEndsWith(name, suffixes[i]))
			ereport(ERROR,
					errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("migration \"%s\" is not written in SQL", file->path),
					errhint("Write what it does as SQL, in a file of the same version, and leave out this one."));
}

/* Is it one of the scripts that the tool runs on its own events? */
static bool
IsCallback(const char *path)
{
	const char *name = MigFormatsBaseName(path);
	size_t		word = strncmp(name, "before", 6) == 0 ? 6 : strncmp(name, "after", 5) == 0 ? 5 : 0;

	if (!MigFormatsEndsWithCase(name, SUFFIX))
		return false;
	return (word > 0 && name[word] >= 'A' && name[word] <= 'Z') ||
		strncmp(name, "createSchema", 12) == 0;
}

static void
ReportCallbacks(List *paths)
{
	const char **names = palloc(sizeof(char *) * (list_length(paths) + 1));
	ListCell   *lc;

	if (paths == NIL)
		return;
	foreach(lc, paths)
	{
		names[foreach_current_index(lc)] = lfirst(lc);
	}
	ereport(WARNING,
			errmsg_plural("%d callback of Flyway was not imported",
						  "%d callbacks of Flyway were not imported",
						  list_length(paths), list_length(paths)),
			errdetail_plural("The file is %s.", "The files are %s.", list_length(paths),
							 MigQuoteNames(names, list_length(paths))),
			errhint("Use migrator.add_hook() for what is to be run around deployments."));
}

/* No two of a kind and version or description, and U only with its V. */
static void
CheckSources(Sources *sources)
{
	for (int i = 0; i < sources->n; i++)
	{
		const Source *source = &sources->sources[i];
		const Source *before = i > 0 ? source - 1 : NULL;
		bool		same = before != NULL && before->version != NULL && source->version != NULL &&
		MigFormatsCompareVersions(before->version, source->version) == 0;

		if (same && before->kind == source->kind)
			MigFormatsRefuseTwo(source->version, before->file->path, source->file->path);
		if (source->kind == 'U' && !same)
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("there is no version %s for \"%s\" to undo", source->version,
						   source->file->path),
					errhint("Leave the file out, or correct its version."));
		if (source->kind == 'R' && before != NULL && before->kind == 'R' &&
			strcmp(before->description, source->description) == 0)
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("repeatable migration \"%s\" has two files",
						   MigFormatsBaseName(source->file->path)),
					errdetail("They are \"%s\" and \"%s\".", before->file->path,
							  source->file->path));
	}
}

/* The baseline migration becomes the first version, if it can. */
static void
CheckBaseline(Sources *sources)
{
	Source	   *baseline = NULL;

	for (int i = 0; i < sources->n; i++)
	{
		Source	   *source = &sources->sources[i];

		if (source->kind != 'B')
			continue;
		if (baseline != NULL)
			ereport(ERROR,
					errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("there are two baseline migrations"),
					errdetail("They are \"%s\" and \"%s\".", baseline->file->path,
							  source->file->path),
					errhint("Leave out all but the last one, and the versions up to that one."));
		baseline = source;
	}
	if (baseline == NULL)
		return;
	for (int i = 0; i < sources->n; i++)
	{
		const Source *source = &sources->sources[i];

		if (source->kind == 'V' &&
			MigFormatsCompareVersions(source->version, baseline->version) <= 0)
			ereport(ERROR,
					errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("baseline migration \"%s\" stands for versions that are there, too",
						   baseline->file->path),
					errdetail("One of them is \"%s\".", source->file->path),
					errhint("Leave out the baseline migration if these versions make the whole schema, or else them."));
	}
	baseline->kind = 'V';
}

/* undo may be NULL. */
static MigScript *
MakeScript(const Sources *sources, const Source *source, const Source *undo)
{
	const MigFile *file = source->file;
	const char *name = MigFormatsBaseName(file->path);
	Config		config = ReadConfig(sources, file);
	MigForeign	foreign = {.repeatable = source->kind == 'R',.autocommit = config.autocommit};

	if (!config.literal)
		RefusePlaceholders(file);
	foreign.message = MigFormatsMessage(source->description, strlen(source->description));
	if (source->version != NULL)
		foreign.revision = source->version;
	else
		foreign.revision = MigFormatsId(pnstrdup(name, strlen(name) - strlen(SUFFIX)));
	foreign.upgrade = file->content;
	foreign.upgrade_at.file = file->path;
	if (undo != NULL)
	{
		Config		undo_config = ReadConfig(sources, undo->file);

		if (!undo_config.literal)
			RefusePlaceholders(undo->file);
		foreign.autocommit |= undo_config.autocommit;
		foreign.downgrade = undo->file->content;
		foreign.downgrade_at.file = undo->file->path;
	}

	foreign.origin_tool = "flyway";
	foreign.origin_checksum = Checksum(file->content);
	foreign.origin_key = source->version != NULL ? source->version : source->description;
	return MigFormatsScript(&foreign);
}

/* What NAME.sql.conf says of NAME.sql. */
static Config
ReadConfig(const Sources *sources, const MigFile *file)
{
	MigFile		key = {.path = psprintf("%s.conf", file->path)};
	const MigFile *conf = bsearch(&key, sources->files, sources->nfiles, sizeof(MigFile),
								  ComparePaths);
	Config		config = {0};
	const char *line = conf == NULL ? "" : conf->content;

	for (int number = 1; *line != '\0'; number++)
	{
		size_t		len = strcspn(line, "\n");

		ReadSetting(&config, conf, MigTrim(line, len), number);
		line += len + (line[len] == '\n' ? 1 : 0);
	}
	return config;
}

static void
ReadSetting(Config *config, const MigFile *file, const char *line, int number)
{
	size_t		len = strcspn(line, "=");
	char	   *name = MigTrim(line, len);
	char	   *value = line[len] == '=' ? MigTrim(line + len + 1, strlen(line + len + 1)) : "";
	bool		is_true = pg_strcasecmp(value, "true") == 0;

	if (*line == '\0' || *line == '#')
		return;
	if (pg_strcasecmp(name, "encoding") == 0 && pg_strcasecmp(value, "UTF-8") == 0)
		return;
	if (is_true || pg_strcasecmp(value, "false") == 0)
	{
		if (strcmp(name, "executeInTransaction") == 0)
		{
			config->autocommit = !is_true;
			return;
		}
		if (strcmp(name, "placeholderReplacement") == 0)
		{
			config->literal = !is_true;
			return;
		}
		if (strcmp(name, "shouldExecute") == 0 && is_true)
			return;
	}
	ereport(ERROR,
			errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			errmsg("script configuration \"%s\" is not supported", line),
			errhint("Settings that are known are executeInTransaction and placeholderReplacement."),
			MigErrPlace(file->path, number));
}

/* Their values are in the tool's configuration. */
static void
RefusePlaceholders(const MigFile *file)
{
	const char *found = strstr(file->content, "${");

	if (found != NULL)
	{
		size_t		len = strcspn(found, "}\n");

		ereport(ERROR,
				errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("placeholder \"%s\" has no value",
					   MigAbbreviate(pnstrdup(found, len + (found[len] == '}' ? 1 : 0)), 60)),
				errhint("Write the value instead, or, if the SQL means it as it stands, a line \"placeholderReplacement=false\" into \"%s.conf\".",
						MigFormatsBaseName(file->path)),
				MigErrPlace(file->path, 1 + MigCountLines(file->content, found - file->content)));
	}
}

/* CRC-32 of the lines without their ends, as a signed number. */
static char *
Checksum(const char *content)
{
	pg_crc32	crc;

	if (strncmp(content, "\xEF\xBB\xBF", 3) == 0)
		content += 3;
	INIT_TRADITIONAL_CRC32(crc);
	while (*content != '\0')
	{
		size_t		len = strcspn(content, "\r\n");

		COMP_TRADITIONAL_CRC32(crc, content, len);
		content += len;
		content += strspn(content, "\r\n");
	}
	FIN_TRADITIONAL_CRC32(crc);
	return psprintf("%d", (int32) crc);
}

/*
 * Versions before repeatable ones; V before its U; repeatable ones by
 * description.
 */
static int
CompareSources(const void *a, const void *b)
{
	const Source *one = a;
	const Source *other = b;
	int			order = 0;

	if ((one->version == NULL) != (other->version == NULL))
		return one->version == NULL ? 1 : -1;
	if (one->version != NULL)
	{
		order = MigFormatsCompareVersions(one->version, other->version);
		if (order == 0)
			order = (one->kind == 'U') - (other->kind == 'U');
	}
	else
		order = strcmp(one->description, other->description);
	return order != 0 ? order : strcmp(one->file->path, other->file->path);
}

static int
ComparePaths(const void *a, const void *b)
{
	return strcmp(((const MigFile *) a)->path, ((const MigFile *) b)->path);
}
