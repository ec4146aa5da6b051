/*-------------------------------------------------------------------------
 * src/formats/formats_alembic.c
 *	  What "alembic upgrade --sql" and "alembic downgrade --sql" print.
 *
 * A revision is what follows its comment "-- Running upgrade A, B -> C"; the
 * statements that record it in the version table are left out, but tell of
 * dependencies: besides its parents they name the revisions whose rows it takes
 * over.  Text that ends before its revision is recorded comes of an Alembic that
 * failed: an upgrade is refused, a downgrade is none.
 *
 * The scripts are known by what is in them, whatever they are called.  If the
 * project's own files are there, too, message, labels and dependencies are
 * theirs (formats_alembic_files.c).
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "utils/memutils.h"

#include "formats/formats_alembic.h"
#include "formats/formats_internal.h"

#define DEFAULT_TABLE		"alembic_version"
#define VERSION_COLUMN		"version_num"
#define RUNNING				"-- Running "
#define BOM					"\xEF\xBB\xBF"

/* What a statement is to the version table. */
typedef enum Use
{
	USE_NONE,
	USE_RECORD,					/* Alembic's own change of a row */
	USE_OTHER					/* CREATE TABLE and whatever else */
} Use;

/* A statement that is cut out of a body. */
typedef struct Cut
{
	size_t		start;
	size_t		end;
} Cut;

/* A script while it is read. */
typedef struct Reader
{
	const char *file;
	const char *text;
	size_t		done;			/* end of the last statement */
	size_t		counted;		/* up to here ... */
	int			line;			/* ... we know the line */
	const char *table;			/* version table */
	List	   *steps;			/* MigAlembicStep */
	MigAlembicStep *step;		/* the last one, or NULL before the first */
	List	   *cuts;			/* of its body */
	size_t		body;			/* where it begins */
	List	   *controls;		/* BEGIN and COMMIT that may be the last of it */
} Reader;

static bool IsAlembic(const MigFile *files, int n);
static bool IsScript(const MigFile *file);
static List *ReadAlembic(const MigFile *files, int n);
static List *ReadScript(const MigFile *file);
static void ReadStatement(Reader *reader, const MigStatement *statement);
static void ReadComments(Reader *reader, size_t to);
static void BeginStep(Reader *reader, size_t at);
static void EndStep(Reader *reader, size_t end);
static int	LineAt(Reader *reader, size_t offset);
static Use	UseOfTable(Reader *reader, Node *stmt, const char **from, const char **to);
static const RangeVar *TargetOf(Node *stmt);
static const char *NewRow(Node *stmt);
static const char *OldRow(Node *where);
static const char *StringOf(Node *node);
static void NoteDependency(MigAlembicStep *step, const char *id);
static List *Combine(List *steps);
static void CompareDowngrade(MigAlembicStep *up, const MigAlembicStep *down);
static MigScript *MakeScript(const MigAlembicStep *up, const MigVersionFile *version);
static int	CompareCuts(const ListCell *a, const ListCell *b);

const MigFormat MigFormatAlembic = {
	.name = "alembic",
	.detect = IsAlembic,
	.read = ReadAlembic,
	.has_graph = true
};

/* The project's files alone are enough: then reading says what is missing. */
static bool
IsAlembic(const MigFile *files, int n)
{
	for (int i = 0; i < n; i++)
		if (IsScript(&files[i]) || MigAlembicIsVersionFile(&files[i]))
			return true;
	return false;
}

/* A line "-- Running upgrade" or "-- Running downgrade" in what could be SQL. */
static bool
IsScript(const MigFile *file)
{
	static const char *const others[] = {".py", ".md", ".rst", ".json", ".yml", ".yaml"};

	for (size_t i = 0; i < lengthof(others); i++)
		if (MigFormatsEndsWith(file->path, others[i]))
			return false;
	if (MigFormatsIsOurs(file))
		return false;
	for (const char *line = strstr(file->content, RUNNING); line != NULL;
		 line = strstr(line + 1, RUNNING))
	{
		const char *what = line + strlen(RUNNING);

		if ((line == file->content || line[-1] == '\n') &&
			(strncmp(what, "upgrade ", 8) == 0 || strncmp(what, "downgrade ", 10) == 0))
			return true;
	}
	return false;
}

static List *
ReadAlembic(const MigFile *files, int n)
{
	List	   *steps = NIL;
	List	   *versions = NIL;
	List	   *scripts = NIL;
	MigAlembicIndex *index;
	ListCell   *lc;

	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (IsScript(&files[i]))
			steps = list_concat(steps, ReadScript(&files[i]));
		else if (MigAlembicIsVersionFile(&files[i]))
			versions = lappend(versions, MigAlembicReadVersionFile(&files[i]));
	}
	steps = Combine(steps);
	index = MigAlembicIndexOf(versions);
	if (versions != NIL)
		MigAlembicCompare(steps, versions);
	foreach(lc, steps)
	{
		MigAlembicStep *up = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		scripts = lappend(scripts, MakeScript(up, MigAlembicFind(index, up->revision)));
	}
	return scripts;
}

/* The steps of a script, in its order. */
static List *
ReadScript(const MigFile *file)
{
	Reader		reader = {.file = file->path,.text = file->content,.line = 1,.table = DEFAULT_TABLE};
	MigPlace	place = {.file = file->path,.line = 1};
	MemoryContext old = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(old, "migrator statement",
												  ALLOCSET_DEFAULT_SIZES);
	MigSplitter *splitter;

	if (strncmp(reader.text, BOM, strlen(BOM)) == 0)
		reader.text += strlen(BOM);
	splitter = MigScriptOpenPlain(reader.text, &place, standard_conforming_strings);
	for (;;)
	{
		MigStatement *statement;

		MemoryContextReset(context);
		MemoryContextSwitchTo(context);
		statement = MigScriptNext(splitter);
		MemoryContextSwitchTo(old);
		if (statement == NULL)
			break;
		ReadComments(&reader, statement->offset);
		ReadStatement(&reader, statement);
		reader.done = MigFormatsStatementEnd(reader.text, statement);
		if (statement->copy_data != NULL)
			reader.done = statement->copy_data + statement->copy_len - reader.text;
	}
	ReadComments(&reader, strlen(reader.text));
	EndStep(&reader, strlen(reader.text));
	MemoryContextDelete(context);
	MigScriptClose(splitter);
	return reader.steps;
}

static void
ReadStatement(Reader *reader, const MigStatement *statement)
{
	Node	   *stmt = statement->parse == NULL ? NULL : statement->parse->stmt;
	const char *from = NULL;
	const char *to = NULL;
	Use			use = stmt == NULL ? USE_NONE : UseOfTable(reader, stmt, &from, &to);
	MigAlembicStep *step = reader->step;
	Cut		   *cut = palloc(sizeof(Cut));

	cut->start = statement->offset;
	cut->end = MigFormatsStatementEnd(reader->text, statement);
	if (stmt != NULL && IsA(stmt, TransactionStmt))
	{
		reader->controls = lappend(reader->controls, cut);
		return;
	}
	if (use != USE_NONE)
	{
		reader->cuts = lappend(reader->cuts, cut);
		if (use == USE_RECORD && step != NULL)
		{
			step->recorded |= (to != NULL && strcmp(to, step->revision) == 0) ||
				(from != NULL && strcmp(from, step->revision) == 0);
			NoteDependency(step, step->up ? from : to);
		}
		return;
	}
	if (step == NULL)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("statement before the first revision of Alembic's output"),
				errhint("It comes from env.py and belongs to no revision: take it out, or put it below the first line \"-- Running upgrade\"."),
				MigErrPlace(reader->file, statement->line));
	list_free(reader->controls);	/* something follows them */
	reader->controls = NIL;
}

/* Look for the beginning of a revision in what stands before a statement. */
static void
ReadComments(Reader *reader, size_t to)
{
	const char *text = reader->text;
	int			depth = 0;

	for (size_t at = reader->done; at < to;)
	{
		if (text[at] == '/' && text[at + 1] == '*')
		{
			depth++;
			at += 2;
		}
		else if (depth > 0 && text[at] == '*' && text[at + 1] == '/')
		{
			depth--;
			at += 2;
		}
		else if (depth == 0 && text[at] == '-' && text[at + 1] == '-')
		{
			if ((at == 0 || text[at - 1] == '\n') &&
				strncmp(text + at, RUNNING, strlen(RUNNING)) == 0)
				BeginStep(reader, at);
			at += strcspn(text + at, "\r\n");
		}
		else
			at++;
	}
}

/* -- Running upgrade A, B -> C or -- Running downgrade C -> A, B */
static void
BeginStep(Reader *reader, size_t at)
{
	const char *line = reader->text + at;
	char	   *words = pnstrdup(line + strlen(RUNNING), strcspn(line, "\r\n") - strlen(RUNNING));
	bool		up = strncmp(words, "upgrade ", 8) == 0;
	char	   *arrow = strstr(words, " ->");
	char	   *left;
	char	   *right;
	MigAlembicStep *step = palloc0(sizeof(MigAlembicStep));

	if (!up && strncmp(words, "downgrade ", 10) != 0 && strncmp(words, "stamp_revision ", 15) != 0)
		return;					/* a comment of the project's own */
	EndStep(reader, at);
	step->up = up;
	step->place.file = reader->file;
	step->place.line = LineAt(reader, at);
	if (arrow == NULL || *words == 's')
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("line \"%s%s\" cannot be imported", RUNNING, MigAbbreviate(words, 60)),
				errhint("Import the output of \"alembic upgrade base:heads --sql\" and \"alembic downgrade heads:base --sql\"."),
				MigErrPlace(reader->file, step->place.line));

	left = strchr(words, ' ') + 1;
	left = MigTrim(left, arrow < left ? 0 : arrow - left);
	right = MigTrim(arrow + strlen(" ->"), strlen(arrow + strlen(" ->")));
	step->parents = MigSplitCommas(up ? left : right);
	step->revision = up ? pnstrdup(right, strcspn(right, ",")) : left;
	reader->step = step;
	reader->steps = lappend(reader->steps, step);
	reader->body = at + strcspn(line, "\n");
	if (reader->text[reader->body] == '\n')
		reader->body++;
}

/* Compose the body of the last step, which ends here. */
static void
EndStep(Reader *reader, size_t end)
{
	MigAlembicStep *step = reader->step;
	StringInfoData body;
	size_t		done = reader->body;
	ListCell   *lc;

	/* BEGIN and COMMIT at the end of it are not its own */
	reader->cuts = list_concat(reader->cuts, reader->controls);
	reader->controls = NIL;
	list_sort(reader->cuts, CompareCuts);
	if (step != NULL)
	{
		while (done < end && strchr("\r\n", reader->text[done]) != NULL)
			done++;
		step->place.line = LineAt(reader, done) - 1;
		initStringInfo(&body);
		foreach(lc, reader->cuts)
		{
			const Cut  *cut = lfirst(lc);

			appendBinaryStringInfo(&body, reader->text + done, cut->start - done);
			done = cut->end;
		}
		appendBinaryStringInfo(&body, reader->text + done, end - done);
		while (body.len > 0 && strchr(" \t\r\n", body.data[body.len - 1]) != NULL)
			body.data[--body.len] = '\0';
		step->body = body.len == 0 ? "" : psprintf("%s\n", body.data);
	}
	reader->cuts = NIL;
}

/* Line of a place that is not before the last one asked for. */
static int
LineAt(Reader *reader, size_t offset)
{
	Assert(offset >= reader->counted);
	reader->line += MigCountLines(reader->text + reader->counted, offset - reader->counted);
	reader->counted = offset;
	return reader->line;
}

/*
 * What a statement is to the version table; from and to become the rows that
 * it takes away and makes.
 *
 * The table has the name that the first change of a row by Alembic gives it.
 */
static Use
UseOfTable(Reader *reader, Node *stmt, const char **from, const char **to)
{
	const RangeVar *target = TargetOf(stmt);

	*to = NewRow(stmt);
	if (IsA(stmt, UpdateStmt))
		*from = OldRow(castNode(UpdateStmt, stmt)->whereClause);
	else if (IsA(stmt, DeleteStmt))
		*from = OldRow(castNode(DeleteStmt, stmt)->whereClause);

	if (IsA(stmt, CreateStmt))
	{
		List	   *elements = castNode(CreateStmt, stmt)->tableElts;
		ColumnDef  *column = elements == NIL ? NULL : linitial(elements);

		if (column != NULL && IsA(column, ColumnDef) && strcmp(column->colname, VERSION_COLUMN) == 0)
		{
			reader->table = pstrdup(target->relname);
			return USE_OTHER;
		}
	}
	if (*to != NULL || *from != NULL)
	{
		reader->table = pstrdup(target->relname);
		return USE_RECORD;
	}
	if (IsA(stmt, DropStmt) && castNode(DropStmt, stmt)->removeType == OBJECT_TABLE &&
		list_length(castNode(DropStmt, stmt)->objects) == 1)
		return strcmp(strVal(llast(linitial_node(List, castNode(DropStmt, stmt)->objects))),
					  reader->table) == 0 ? USE_OTHER : USE_NONE;
	return target != NULL && strcmp(target->relname, reader->table) == 0 ? USE_OTHER : USE_NONE;
}

/* The table that a statement is about, or NULL. */
static const RangeVar *
TargetOf(Node *stmt)
{
	switch (nodeTag(stmt))
	{
		case T_CreateStmt:
			return castNode(CreateStmt, stmt)->relation;
		case T_AlterTableStmt:
			return castNode(AlterTableStmt, stmt)->relation;
		case T_InsertStmt:
			return castNode(InsertStmt, stmt)->relation;
		case T_UpdateStmt:
			return castNode(UpdateStmt, stmt)->relation;
		case T_DeleteStmt:
			return castNode(DeleteStmt, stmt)->relation;
		default:
			return NULL;
	}
}

/* INSERT INTO t (version_num) VALUES ('x'), UPDATE t SET version_num = 'x' */
static const char *
NewRow(Node *stmt)
{
	List	   *columns = NIL;
	Node	   *value = NULL;
	ResTarget  *column;

	if (IsA(stmt, InsertStmt))
	{
		SelectStmt *select = (SelectStmt *) castNode(InsertStmt, stmt)->selectStmt;

		columns = castNode(InsertStmt, stmt)->cols;
		if (select == NULL || !IsA(select, SelectStmt) || list_length(select->valuesLists) != 1)
			return NULL;
		value = linitial(linitial_node(List, select->valuesLists));
	}
	else if (IsA(stmt, UpdateStmt))
		columns = castNode(UpdateStmt, stmt)->targetList;
	if (list_length(columns) != 1)
		return NULL;

	column = linitial_node(ResTarget, columns);
	if (column->name == NULL || strcmp(column->name, VERSION_COLUMN) != 0)
		return NULL;
	return StringOf(value == NULL ? column->val : value);
}

/* WHERE t.version_num = 'x' */
static const char *
OldRow(Node *where)
{
	A_Expr	   *equal = (A_Expr *) where;
	ColumnRef  *column;

	if (where == NULL || !IsA(where, A_Expr) || equal->kind != AEXPR_OP || equal->lexpr == NULL ||
		!IsA(equal->lexpr, ColumnRef) || strcmp(strVal(llast(equal->name)), "=") != 0)
		return NULL;
	column = castNode(ColumnRef, equal->lexpr);
	if (!IsA(llast(column->fields), String) ||
		strcmp(strVal(llast(column->fields)), VERSION_COLUMN) != 0)
		return NULL;
	return StringOf(equal->rexpr);
}

static const char *
StringOf(Node *node)
{
	A_Const    *constant = (A_Const *) node;

	if (node == NULL || !IsA(node, A_Const) || constant->isnull || !IsA(&constant->val, String))
		return NULL;
	return constant->val.sval.sval;
}

/* A revision whose row a step takes over is below it. */
static void
NoteDependency(MigAlembicStep *step, const char *id)
{
	if (id != NULL && strcmp(id, step->revision) != 0 && !MigAlembicNames(step->parents, id) &&
		!MigAlembicNames(step->deps, id))
		step->deps = lappend(step->deps, pstrdup(id));
}

/* Give the upgrades their downgrades; the result are the upgrades. */
static List *
Combine(List *steps)
{
	List	   *ups = NIL;
	ListCell   *lc;
	MigAlembicIndex *index;

	foreach(lc, steps)
	{
		MigAlembicStep *step = lfirst(lc);

		if (!step->up)
			continue;
		if (!step->recorded)
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("script ends before revision \"%s\" is recorded", step->revision),
					errdetail("Alembic has failed there, or a comment at the end of a statement hides its semicolon."),
					errhint("Write the script again with \"alembic upgrade base:heads --sql\" and see that it ends with COMMIT."),
					MigErrPlace(step->place.file, step->place.line));
		ups = lappend(ups, step);
	}
	if (ups == NIL)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("the output of \"alembic upgrade --sql\" is missing"),
				errdetail("Files of Alembic hold programs, which cannot be run here."),
				errhint("Add the output of \"alembic upgrade base:heads --sql\" and of \"alembic downgrade heads:base --sql\" to the files."));

	index = MigAlembicIndexOf(ups);
	foreach(lc, steps)
	{
		MigAlembicStep *step = lfirst(lc);
		MigAlembicStep *up = MigAlembicFind(index, step->revision);

		if (step->up)
			continue;
		if (up == NULL)
			ereport(ERROR,
					errcode(ERRCODE_UNDEFINED_OBJECT),
					errmsg("revision \"%s\" has a downgrade but no upgrade", step->revision),
					errhint("Write both scripts again, from the same files."),
					MigErrPlace(step->place.file, step->place.line));
		CompareDowngrade(up, step);
		if (up->down != NULL && up->down->recorded)
			continue;			/* of another head, which has it, too */
		up->down = step;
	}
	return ups;
}

/*
 * Both are of the same graph; what the downgrade tells of it counts, too.
 *
 * A project with several heads has a script for each of them, and what is below
 * them all is in every one.
 */
static void
CompareDowngrade(MigAlembicStep *up, const MigAlembicStep *down)
{
	ListCell   *lc;

	if (!MigAlembicSame(up->parents, down->parents))
		ereport(ERROR,
				errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				errmsg("upgrade and downgrade of revision \"%s\" do not have the same parents",
					   up->revision),
				errhint("Write both scripts again, from the same files."),
				MigErrPlace(down->place.file, down->place.line));
	if (!down->recorded)
		return;
	if (up->down != NULL && up->down->recorded && strcmp(up->down->body, down->body) != 0)
		ereport(ERROR,
				errcode(ERRCODE_DUPLICATE_OBJECT),
				errmsg("revision \"%s\" has two downgrades", up->revision),
				errdetail("The other one is in file \"%s\", line %d.", up->down->place.file,
						  up->down->place.line),
				MigErrPlace(down->place.file, down->place.line));
	foreach(lc, down->deps)
	{
		NoteDependency(up, lfirst(lc));
	}
}

/* version may be NULL. */
static MigScript *
MakeScript(const MigAlembicStep *up, const MigVersionFile *version)
{
	MigForeign	foreign = {.revision = up->revision,.message = "",.open = true};

	foreign.upgrade = up->body;
	foreign.upgrade_at = up->place;
	if (up->down != NULL && up->down->recorded)
	{
		foreign.downgrade = up->down->body;
		foreign.downgrade_at = up->down->place;
	}
	foreign.parents = up->parents;
	foreign.deps = up->deps;
	if (version != NULL)
	{
		foreign.message = version->message;
		foreign.create_date = version->create_date;
		foreign.parents = version->parents;
		foreign.deps = version->deps;
		foreign.labels = version->labels;
	}
	return MigFormatsScript(&foreign);
}

static int
CompareCuts(const ListCell *a, const ListCell *b)
{
	const Cut  *one = lfirst(a);
	const Cut  *other = lfirst(b);

	return one->start < other->start ? -1 : one->start > other->start;
}
