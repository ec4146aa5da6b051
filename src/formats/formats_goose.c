/*-------------------------------------------------------------------------
 * src/formats/formats_goose.c
 *	  Directories of goose.
 *
 * A file is <digits>_<name>.sql, its lines "-- +goose Up" and "-- +goose Down"
 * begin the sections.  The tool reads line by line: a statement ends with a
 * line whose last word before "--" ends in a semicolon, or, between the lines
 * StatementBegin and StatementEnd, with the latter.  Our statements end where
 * PostgreSQL's lexer says; what goose would refuse is refused here, and a block
 * without a semicolon of its own gets one, on the line of its StatementEnd.
 * Otherwise the sections keep their text, so that lines keep their numbers.
 *
 * A file without "-- +goose Down" goes down by doing nothing, as in the tool.
 * NO TRANSACTION holds for the whole file.  Migrations in Go cannot be run
 * here, and cannot be left out either.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/compat.h"
#include "formats/formats_internal.h"
#include "miscadmin.h"

#define DIGITS				"0123456789"
#define BLANKS				" \t\r\n\f\v"
#define MARK				"+goose"

typedef enum Annotation
{
	GOOSE_NONE,					/* an ordinary line */
	GOOSE_UP,
	GOOSE_DOWN,
	GOOSE_BEGIN,
	GOOSE_END,
	GOOSE_NO_TRANSACTION,
	GOOSE_ENVSUB_ON,
	GOOSE_ENVSUB_OFF,
	GOOSE_OTHER
} Annotation;

static const char *const annotation_names[] = {
	[GOOSE_UP] = "Up",
	[GOOSE_DOWN] = "Down",
	[GOOSE_BEGIN] = "StatementBegin",
	[GOOSE_END] = "StatementEnd",
	[GOOSE_NO_TRANSACTION] = "NO TRANSACTION",
	[GOOSE_ENVSUB_ON] = "ENVSUB ON",
	[GOOSE_ENVSUB_OFF] = "ENVSUB OFF"
};

/* A file of a migration. */
typedef struct Source
{
	const MigFile *file;
	char	   *version;
} Source;

/* A file while its lines are read. */
typedef struct Reader
{
	const MigFile *file;
	int			line;			/* number of the current line */
	int			section;		/* 0 up, 1 down, -1 before */
	StringInfoData body[2];
	int			marker_line[2]; /* 0: no such section */
	bool		in_block;		/* after StatementBegin */
	int			begin_line;		/* of that */
	int			open_line;		/* where an unfinished statement begins, or 0 */
	bool		terminated;		/* the last line of SQL ended a statement */
	bool		autocommit;
} Reader;

static bool IsGoose(const MigFile *files, int n);
static List *ReadGoose(const MigFile *files, int n);
static bool ReadName(const MigFile *file, Source *source);
static void RefuseGo(const MigFile *file);
static MigScript *ReadSource(const Source *source);
static void ReadLine(Reader *reader, const char *line, const char *end);
static void ReadAnnotation(Reader *reader, Annotation annotation, const char *line,
						   const char *end);
static void ReadSql(Reader *reader, const char *line, const char *end);
static void BeginSection(Reader *reader, int section);
static void RefuseUnfinished(const Reader *reader);
static Annotation FindAnnotation(const char *line, const char *end);
static bool EndsStatement(const char *line, const char *end);
static int	CompareSources(const void *a, const void *b);
pg_noreturn static void Refuse(const Reader *reader, int line, const char *message,
							   const char *hint);

const MigFormat MigFormatGoose = {
	.name = "goose",
	.detect = IsGoose,
	.read = ReadGoose,
	.has_graph = false
};

static bool
IsGoose(const MigFile *files, int n)
{
	Source		source;

	for (int i = 0; i < n; i++)
	{
		if (!ReadName(&files[i], &source))
			continue;
		for (const char *line = files[i].content; *line != '\0';)
		{
			const char *end = line + strcspn(line, "\n");

			if (FindAnnotation(line, end) == GOOSE_UP)
				return true;
			line = *end == '\0' ? end : end + 1;
		}
	}
	return false;
}

static List *
ReadGoose(const MigFile *files, int n)
{
	Source	   *sources = palloc(Max(n, 1) * sizeof(Source));
	int			nsources = 0;
	List	   *ignored = NIL;
	List	   *scripts = NIL;

	for (int i = 0; i < n; i++)
	{
		RefuseGo(&files[i]);
		if (ReadName(&files[i], &sources[nsources]))
			nsources++;
		else if (MigFormatsEndsWith(files[i].path, ".sql"))
			ignored = lappend(ignored, unconstify(char *, files[i].path));
	}
	qsort(sources, nsources, sizeof(Source), CompareSources);
	MigFormatsReportIgnored("goose", ignored);

	for (int i = 0; i < nsources; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i > 0 && MigFormatsCompareNumbers(sources[i - 1].version, sources[i].version) == 0)
			MigFormatsRefuseTwo(sources[i].version, sources[i - 1].file->path,
								sources[i].file->path);
		scripts = lappend(scripts, ReadSource(&sources[i]));
	}
	return scripts;
}

/* ^([0-9]+)_.*\.sql$ */
static bool
ReadName(const MigFile *file, Source *source)
{
	const char *name = MigFormatsBaseName(file->path);
	size_t		digits = strspn(name, DIGITS);

	if (digits == 0 || name[digits] != '_' || !MigFormatsEndsWith(name, ".sql"))
		return false;
	source->file = file;
	source->version = pnstrdup(name, digits);
	return true;
}

/* Migrations in Go have numbers between those of the others. */
static void
RefuseGo(const MigFile *file)
{
	const char *name = MigFormatsBaseName(file->path);
	size_t		digits = strspn(name, DIGITS);

	if (digits > 0 && name[digits] == '_' && MigFormatsEndsWith(name, ".go") &&
		!MigFormatsEndsWith(name, "_test.go"))
		ereport(ERROR,
				errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("migration \"%s\" is written in Go", file->path),
				errhint("Write what it does as SQL, in a file of the same number, and leave out the Go file."));
}

static MigScript *
ReadSource(const Source *source)
{
	const MigFile *file = source->file;
	const char *name = MigFormatsBaseName(file->path);
	size_t		digits = strlen(source->version);
	Reader		reader = {.file = file,.section = -1};
	MigForeign	foreign = {0};
	const char *line = file->content;

	MigFormatsCheckInt64("goose", source->version, file);
	if (strspn(source->version, "0") == digits)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("version of \"%s\" is zero", file->path),
				errdetail("Versions of goose are greater than zero."));

	initStringInfo(&reader.body[0]);
	initStringInfo(&reader.body[1]);
	if (strncmp(line, "\xEF\xBB\xBF", 3) == 0)
		line += 3;
	while (*line != '\0')
	{
		const char *end = line + strcspn(line, "\n");

		reader.line++;
		ReadLine(&reader, line, end);
		line = *end == '\0' ? end : end + 1;
	}
	if (reader.section < 0)
		Refuse(&reader, Max(reader.line, 1), "line \"-- +goose Up\" is missing", NULL);
	if (reader.in_block)
		Refuse(&reader, reader.begin_line, "StatementBegin without StatementEnd", NULL);
	RefuseUnfinished(&reader);

	foreign.revision = source->version;
	foreign.message = MigFormatsMessage(name + digits, strlen(name) - digits - strlen(".sql"));
	foreign.upgrade = reader.body[0].data;
	foreign.upgrade_at.file = foreign.downgrade_at.file = file->path;
	foreign.upgrade_at.line = reader.marker_line[0];
	foreign.downgrade = reader.body[1].data;
	foreign.downgrade_at.line = reader.marker_line[1];
	foreign.autocommit = reader.autocommit;
	return MigFormatsScript(&foreign);
}

/* A line up to its newline. */
static void
ReadLine(Reader *reader, const char *line, const char *end)
{
	Annotation	annotation = FindAnnotation(line, end);
	const char *text = line;

	while (text < end && strchr(BLANKS, *text) != NULL)
		text++;
	if (annotation != GOOSE_NONE)
	{
		if (text > line)
			Refuse(reader, reader->line, "blanks before an annotation of goose",
				   "Let the line begin with \"--\".");
		ReadAnnotation(reader, annotation, line, end);
		return;
	}

	if (text < end && strncmp(text, "--", 2) != 0)
		ReadSql(reader, line, end);
	if (reader->section >= 0)
	{
		appendBinaryStringInfo(&reader->body[reader->section], line, end - line);
		appendStringInfoChar(&reader->body[reader->section], '\n');
	}
}

/* Annotations but Up and Down stay in the text: they are comments. */
static void
ReadAnnotation(Reader *reader, Annotation annotation, const char *line, const char *end)
{
	bool		add_semicolon = false;

	switch (annotation)
	{
		case GOOSE_UP:
			BeginSection(reader, 0);
			return;
		case GOOSE_DOWN:
			BeginSection(reader, 1);
			return;
		case GOOSE_BEGIN:
			if (reader->section < 0)
				Refuse(reader, reader->line, "StatementBegin before \"-- +goose Up\"", NULL);
			if (reader->in_block)
				Refuse(reader, reader->line, "StatementBegin within a statement that has begun so", NULL);
			reader->in_block = true;
			reader->begin_line = reader->line;
			break;
		case GOOSE_END:
			if (!reader->in_block)
				Refuse(reader, reader->line, "StatementEnd without StatementBegin", NULL);
			add_semicolon = reader->open_line > 0 && !reader->terminated;
			reader->in_block = false;
			reader->open_line = 0;
			break;
		case GOOSE_NO_TRANSACTION:
			reader->autocommit = true;
			break;
		case GOOSE_ENVSUB_ON:
			Refuse(reader, reader->line, "ENVSUB is not supported",
				   "Write the values instead of the variables.");
		case GOOSE_ENVSUB_OFF:
			break;
		default:
			Refuse(reader, reader->line, "annotation that goose does not have",
				   "Annotations are Up, Down, StatementBegin, StatementEnd, and NO TRANSACTION.");
	}
	if (reader->section >= 0)
		appendStringInfo(&reader->body[reader->section], "%s%.*s\n", add_semicolon ? "; " : "",
						 (int) (end - line), line);
}

/* A line with something other than a comment. */
static void
ReadSql(Reader *reader, const char *line, const char *end)
{
	if (reader->section < 0)
		Refuse(reader, reader->line, "text before \"-- +goose Up\"", NULL);
	if (reader->open_line == 0)
		reader->open_line = reader->line;
	reader->terminated = EndsStatement(line, end);
	if (reader->terminated && !reader->in_block)
		reader->open_line = 0;
}

static void
BeginSection(Reader *reader, int section)
{
	if (reader->in_block)
		Refuse(reader, reader->begin_line, "StatementBegin without StatementEnd", NULL);
	if (reader->section >= section)
		Refuse(reader, reader->line,
			   section == 0 ? "second line \"-- +goose Up\"" : "second line \"-- +goose Down\"", NULL);
	if (reader->section < section - 1)
		Refuse(reader, reader->line, "section \"-- +goose Down\" comes before \"-- +goose Up\"", NULL);
	RefuseUnfinished(reader);
	reader->section = section;
	reader->marker_line[section] = reader->line;
}

static void
RefuseUnfinished(const Reader *reader)
{
	if (reader->open_line > 0)
		Refuse(reader, reader->open_line, "statement is not finished at the end of its section",
			   "For goose it ends with a line that ends in a semicolon, or with \"-- +goose StatementEnd\".");
}

/* What a line is: a comment that holds "+goose" is an annotation. */
static Annotation
FindAnnotation(const char *line, const char *end)
{
	char	   *text = MigTrim(line, end - line);
	char	   *command = strstr(text, MARK);
	Annotation	annotation = GOOSE_NONE;

	if (strncmp(text, "--", 2) == 0 && command != NULL)
	{
		command = MigTrim(command + strlen(MARK), strlen(command + strlen(MARK)));
		for (annotation = GOOSE_UP; annotation < GOOSE_OTHER; annotation++)
			if (pg_strcasecmp(command, annotation_names[annotation]) == 0)
				break;
		if (text[2 + strspn(text + 2, BLANKS)] != '+')
			annotation = GOOSE_OTHER;
		pfree(command);
	}
	pfree(text);
	return annotation;
}

/* Does the last word before one that begins with "--" end in a semicolon? */
static bool
EndsStatement(const char *line, const char *end)
{
	char		last = '\0';

	while (line < end)
	{
		if (strchr(BLANKS, *line) != NULL)
		{
			line++;
			continue;
		}
		if (strncmp(line, "--", 2) == 0)
			break;
		while (line < end && strchr(BLANKS, *line) == NULL)
			last = *line++;
	}
	return last == ';';
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

/* hint may be NULL. */
static void
Refuse(const Reader *reader, int line, const char *message, const char *hint)
{
	ereport(ERROR,
			errcode(ERRCODE_SYNTAX_ERROR),
			errmsg("%s", message),
			hint == NULL ? 0 : errhint("%s", hint),
			MigErrPlace(reader->file->path, line));
}
