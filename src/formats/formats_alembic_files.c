/*-------------------------------------------------------------------------
 * src/formats/formats_alembic_files.c
 *	  The files of an Alembic project, as far as their text says what they are.
 *
 * A version file assigns to revision and down_revision at its top level; other
 * Python is left alone.  Its docstring begins with the message.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "formats/formats_alembic.h"
#include "formats/formats_python.h"

/* What a version file assigns. */
typedef enum Variable
{
	VARIABLE_REVISION,
	VARIABLE_PARENTS,
	VARIABLE_LABELS,
	VARIABLE_DEPS
} Variable;

#define VARIABLES			(VARIABLE_DEPS + 1)

static const char *const variable_names[VARIABLES] = {
	"revision", "down_revision", "branch_labels", "depends_on"
};

static bool FindVariables(const MigFile *file, const MigAssignment **found, char **docstring);
static void ReadDocstring(MigVersionFile *version, const char *docstring);
static void CompareStep(const MigAlembicStep *step, const MigVersionFile *version);
static void RequireStep(const MigAlembicIndex *steps, const MigVersionFile *version, List *names,
						const MigAlembicIndex *versions, List *files);
static const MigVersionFile *FindLabel(List *files, const char *label);
static void ReportLeftOut(const MigAlembicIndex *steps, List *versions);
static int	CompareNames(const void *a, const void *b);

/*
 * MigAlembicIsVersionFile
 *		Is the file one of the directory "versions"?
 */
bool
MigAlembicIsVersionFile(const MigFile *file)
{
	const MigAssignment *found[VARIABLES];
	char	   *docstring;

	return MigFormatsEndsWith(file->path, ".py") &&
		strstr(file->content, variable_names[VARIABLE_PARENTS]) != NULL &&
		FindVariables(file, found, &docstring);
}

static bool
FindVariables(const MigFile *file, const MigAssignment **found, char **docstring)
{
	ListCell   *lc;

	memset(found, 0, sizeof(MigAssignment *) * VARIABLES);
	foreach(lc, MigPythonRead(file->content, docstring))
	{
		const MigAssignment *assignment = lfirst(lc);

		for (int i = 0; i < VARIABLES; i++)
			if (strcmp(assignment->name, variable_names[i]) == 0)
				found[i] = assignment;	/* the last one counts */
	}
	return found[VARIABLE_REVISION] != NULL && found[VARIABLE_PARENTS] != NULL;
}

/*
 * MigAlembicReadVersionFile
 *		What a version file says.
 *
 * Raises an error for a value that only running the file would tell.
 */
MigVersionFile *
MigAlembicReadVersionFile(const MigFile *file)
{
	MigVersionFile *version = palloc0(sizeof(MigVersionFile));
	const MigAssignment *found[VARIABLES];
	char	   *docstring;

	(void) FindVariables(file, found, &docstring);
	for (int i = 0; i < VARIABLES; i++)
		if (found[i] != NULL &&
			(!found[i]->simple || (i == VARIABLE_REVISION && list_length(found[i]->values) != 1)))
			ereport(ERROR,
					errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("value of \"%s\" cannot be read from the text of the file",
						   variable_names[i]),
					errhint("Write a string, or a list of strings, or None."),
					MigErrPlace(file->path, found[i]->line));

	version->revision = linitial(found[VARIABLE_REVISION]->values);
	version->path = file->path;
	version->parents = found[VARIABLE_PARENTS]->values;
	if (found[VARIABLE_LABELS] != NULL)
		version->labels = found[VARIABLE_LABELS]->values;
	if (found[VARIABLE_DEPS] != NULL)
		version->deps = found[VARIABLE_DEPS]->values;
	version->message = "";
	if (docstring != NULL)
		ReadDocstring(version, docstring);
	return version;
}

/*
 * The message is the first paragraph of the docstring, on one line; what the
 * template writes below it are lines "Revision ID: ..." and the like.
 */
static void
ReadDocstring(MigVersionFile *version, const char *docstring)
{
	static const char date[] = "Create Date:";
	const char *line = docstring;
	StringInfoData message;
	bool		ended = false;

	initStringInfo(&message);
	while (*line != '\0')
	{
		size_t		len = strcspn(line, "\n");
		char	   *words = MigTrim(line, len);

		if (strncmp(words, date, strlen(date)) == 0)
			version->create_date = MigTrim(words + strlen(date), strlen(words + strlen(date)));
		if (strncmp(words, "Revision ID:", 12) == 0 || (*words == '\0' && message.len > 0))
			ended = true;
		if (!ended && *words != '\0')
			appendStringInfo(&message, "%s%s", message.len > 0 ? " " : "", words);
		line += len;
		line += *line == '\n';
	}
	version->message = MigFormatsSentence(message.data);
	if (version->create_date != NULL && *version->create_date == '\0')
		version->create_date = NULL;
}

/*
 * MigAlembicCompare
 *		See that the output, MigAlembicStep of upgrades, and the files are of the
 *		same project.
 *
 * Raises an error for a revision of one that the other should have.  Files of
 * revisions that nothing in the output needs are above the target it was
 * written for: they are left out, with a warning.
 */
void
MigAlembicCompare(List *steps, List *versions)
{
	MigAlembicIndex *by_step = MigAlembicIndexOf(steps);
	MigAlembicIndex *by_file = MigAlembicIndexOf(versions);
	ListCell   *lc;

	for (int i = 1; i < by_file->n; i++)
	{
		const MigVersionFile *one = by_file->items[i - 1];
		const MigVersionFile *other = by_file->items[i];

		if (strcmp(one->revision, other->revision) == 0)
			ereport(ERROR,
					errcode(ERRCODE_DUPLICATE_OBJECT),
					errmsg("revision \"%s\" is defined by two files", one->revision),
					errdetail("The files are \"%s\" and \"%s\".", one->path, other->path));
	}
	foreach(lc, steps)
	{
		const MigAlembicStep *step = lfirst(lc);
		const MigVersionFile *version = MigAlembicFind(by_file, step->revision);

		CompareStep(step, version);
		RequireStep(by_step, version, version->parents, by_file, versions);
		RequireStep(by_step, version, version->deps, by_file, versions);
	}
	ReportLeftOut(by_step, versions);
}

/* version may be NULL. */
static void
CompareStep(const MigAlembicStep *step, const MigVersionFile *version)
{
	if (version == NULL)
		ereport(ERROR,
				errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("revision \"%s\" is in Alembic's output, but has no file", step->revision),
				errhint("Import all files of the directory \"versions\", or none, and write the output again from the same files."),
				MigErrPlace(step->place.file, step->place.line));
	if (!MigAlembicSame(step->parents, version->parents))
		ereport(ERROR,
				errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				errmsg("revision \"%s\" does not have the same parents in Alembic's output and in its file",
					   step->revision),
				errdetail("The file is \"%s\".", version->path),
				errhint("Write the output again, from the same files."),
				MigErrPlace(step->place.file, step->place.line));
}

/* What a revision of the output needs has to be in the output. */
static void
RequireStep(const MigAlembicIndex *steps, const MigVersionFile *version, List *names,
			const MigAlembicIndex *versions, List *files)
{
	ListCell   *lc;

	foreach(lc, names)
	{
		const char *name = lfirst(lc);
		const MigVersionFile *needed = MigAlembicFind(versions, name);

		if (needed == NULL)
			needed = FindLabel(files, name);
		if (needed == NULL)
			ereport(ERROR,
					errcode(ERRCODE_UNDEFINED_OBJECT),
					errmsg("revision \"%s\", which revision \"%s\" needs, has no file", name,
						   version->revision),
					errdetail("The file that names it is \"%s\".", version->path));
		if (MigAlembicFind(steps, needed->revision) == NULL)
			ereport(ERROR,
					errcode(ERRCODE_UNDEFINED_OBJECT),
					errmsg("revision \"%s\", which revision \"%s\" needs, is not in Alembic's output",
						   needed->revision, version->revision),
					errdetail("Its file is \"%s\".", needed->path),
					errhint("Write the output from the beginning, with \"alembic upgrade base:heads --sql\"."));
	}
}

static const MigVersionFile *
FindLabel(List *files, const char *label)
{
	ListCell   *lc;

	foreach(lc, files)
	{
		const MigVersionFile *version = lfirst(lc);

		if (MigAlembicNames(version->labels, label))
			return version;
	}
	return NULL;
}

static void
ReportLeftOut(const MigAlembicIndex *steps, List *versions)
{
	const char **names = palloc(sizeof(char *) * list_length(versions));
	int			n = 0;
	ListCell   *lc;

	foreach(lc, versions)
	{
		const MigVersionFile *version = lfirst(lc);

		if (MigAlembicFind(steps, version->revision) == NULL)
			names[n++] = version->revision;
	}
	if (n > 0)
		ereport(WARNING,
				errmsg_plural("%d file was left out: Alembic's output ends below its revision",
							  "%d files were left out: Alembic's output ends below their revisions",
							  n, n),
				errdetail_plural("The revision is %s.", "The revisions are %s.", n,
								 MigQuoteNames(names, n)),
				errhint("Write the output with \"alembic upgrade base:heads --sql\" to have them all."));
}

/*
 * MigAlembicIndexOf
 *		Find structs that begin with a name by it.
 */
MigAlembicIndex *
MigAlembicIndexOf(List *items)
{
	MigAlembicIndex *index = palloc(sizeof(MigAlembicIndex));
	ListCell   *lc;

	index->n = 0;
	index->items = palloc(sizeof(void *) * (list_length(items) + 1));
	foreach(lc, items)
	{
		index->items[index->n++] = lfirst(lc);
	}
	qsort(index->items, index->n, sizeof(void *), CompareNames);
	return index;
}

/*
 * MigAlembicFind
 *		The struct of that name, or NULL.
 */
void *
MigAlembicFind(const MigAlembicIndex *index, const char *name)
{
	const char **key = &name;
	void	  **found = bsearch(&key, index->items, index->n, sizeof(void *), CompareNames);

	return found == NULL ? NULL : *found;
}

static int
CompareNames(const void *a, const void *b)
{
	return strcmp(**(char *const *const *) a, **(char *const *const *) b);
}

/*
 * MigAlembicNames
 *		Is a name in a List of char *?
 */
bool
MigAlembicNames(List *names, const char *name)
{
	ListCell   *lc;

	foreach(lc, names)
	{
		if (strcmp(lfirst(lc), name) == 0)
			return true;
	}
	return false;
}

/*
 * MigAlembicSame
 *		Have two Lists of char * the same names, in whatever order?
 */
bool
MigAlembicSame(List *one, List *other)
{
	ListCell   *lc;

	foreach(lc, one)
	{
		if (!MigAlembicNames(other, lfirst(lc)))
			return false;
	}
	return list_length(one) == list_length(other);
}
