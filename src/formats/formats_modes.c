/*-------------------------------------------------------------------------
 * src/formats/formats_modes.c
 *	  Scripts with transactions of their own.
 *
 * In the text of other tools it is BEGIN and COMMIT that say which statements
 * share a transaction; with us it is lines of their own, which stand where
 * BEGIN and COMMIT stood.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "utils/memutils.h"

#include "formats/formats_internal.h"

typedef enum PartKind
{
	PART_STATEMENT,
	PART_BEGIN,
	PART_COMMIT,
	PART_ROLLBACK
} PartKind;

/* A statement with its semicolon. */
typedef struct Part
{
	PartKind	kind;
	size_t		start;
	size_t		end;
	bool		together;		/* runs in a transaction with its neighbours */
} Part;

typedef struct Parts
{
	Part	   *parts;
	int			n;
	int			size;
	bool		any_alone;
} Parts;

static void ReadParts(Parts *parts, const char *section, const MigPlace *place, bool open);
static void AddPart(Parts *parts, const char *section, const MigStatement *statement);
static const Part *NextStatement(const Parts *parts, int i);
static void AppendMode(StringInfo out, bool together, const char *rest);

/*
 * MigFormatsModes
 *		A section in which lines of ours have taken the place of BEGIN and COMMIT;
 *		NULL if no statement is outside a transaction.
 *
 * open: the tool has opened a transaction before the section.
 */
char *
MigFormatsModes(const char *section, const MigPlace *place, bool open)
{
	Parts		parts = {0};
	StringInfoData out;
	size_t		done;
	const Part *first;
	MigMode		mode = MIG_MODE_UNSAID;

	ReadParts(&parts, section, place, open);
	if (!parts.any_alone)
		return NULL;

	initStringInfo(&out);
	done = strcspn(section, "\n") + 1;
	appendBinaryStringInfo(&out, section, done);
	first = NextStatement(&parts, 0);
	if (parts.parts[0].kind == PART_STATEMENT || first->together)
	{
		mode = first->together ? MIG_MODE_TOGETHER : MIG_MODE_ALONE;
		AppendMode(&out, first->together, section + done);
		if (section[done] == '\n')
			done++;
		else
			appendStringInfoChar(&out, '\n');
	}

	for (int i = 0; i < parts.n; i++)
	{
		const Part *part = &parts.parts[i];
		const Part *next = NextStatement(&parts, i);

		if (part->kind == PART_STATEMENT || part->kind == PART_ROLLBACK)
			continue;
		appendBinaryStringInfo(&out, section + done, part->start - done);
		done = part->end;
		if (next == NULL || mode == (next->together ? MIG_MODE_TOGETHER : MIG_MODE_ALONE))
			continue;
		mode = next->together ? MIG_MODE_TOGETHER : MIG_MODE_ALONE;
		AppendMode(&out, next->together, section + done);
	}
	appendStringInfoString(&out, section + done);
	return out.data;
}

static void
ReadParts(Parts *parts, const char *section, const MigPlace *place, bool open)
{
	MigSplitter *splitter = MigScriptOpenPlain(section, place, standard_conforming_strings);
	MemoryContext old = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(old, "migrator statement",
												  ALLOCSET_DEFAULT_SIZES);

	parts->size = 16;
	parts->parts = palloc(parts->size * sizeof(Part));
	for (;;)
	{
		MigStatement *statement;
		Part	   *part;

		MemoryContextReset(context);
		MemoryContextSwitchTo(context);
		statement = MigScriptNext(splitter);
		MemoryContextSwitchTo(old);
		if (statement == NULL)
			break;
		AddPart(parts, section, statement);
		part = &parts->parts[parts->n - 1];
		part->together = open;
		if (part->kind != PART_STATEMENT)
			open = part->kind == PART_BEGIN;
		else if (!open)
			parts->any_alone = true;
	}
	MemoryContextDelete(context);
	MigScriptClose(splitter);
}

static void
AddPart(Parts *parts, const char *section, const MigStatement *statement)
{
	Part	   *part;

	if (parts->n == parts->size)
	{
		parts->size *= 2;
		parts->parts = repalloc(parts->parts, parts->size * sizeof(Part));
	}
	part = &parts->parts[parts->n++];
	part->kind = PART_STATEMENT;
	part->start = statement->offset;
	part->end = MigFormatsStatementEnd(section, statement);
	if (statement->parse != NULL && IsA(statement->parse->stmt, TransactionStmt))
	{
		TransactionStmt *stmt = castNode(TransactionStmt, statement->parse->stmt);

		/* the others are left for MigScriptCheck to refuse */
		if ((stmt->kind == TRANS_STMT_BEGIN || stmt->kind == TRANS_STMT_START) &&
			stmt->options == NIL)
			part->kind = PART_BEGIN;
		else if (stmt->kind == TRANS_STMT_COMMIT && !stmt->chain)
			part->kind = PART_COMMIT;
		else if (stmt->kind == TRANS_STMT_ROLLBACK && !stmt->chain)
			part->kind = PART_ROLLBACK;
	}
}

/*
 * MigFormatsStatementEnd
 *		Where a statement of a text ends, with the semicolon that follows it.
 */
size_t
MigFormatsStatementEnd(const char *section, const MigStatement *statement)
{
	size_t		end = statement->offset + strlen(statement->text);
	size_t		at = end + strspn(section + end, " \t\r\n\f\v");

	return section[at] == ';' ? at + 1 : end;
}

/* The next statement at or after a place that is not BEGIN or COMMIT, or NULL. */
static const Part *
NextStatement(const Parts *parts, int i)
{
	for (; i < parts->n; i++)
		if (parts->parts[i].kind == PART_STATEMENT)
			return &parts->parts[i];
	return NULL;
}

/* A marker on a line of its own, before the rest of the line. */
static void
AppendMode(StringInfo out, bool together, const char *rest)
{
	if (out->len > 0 && out->data[out->len - 1] != '\n')
		appendStringInfoChar(out, '\n');
	appendStringInfo(out, "-- migrate:%stransaction", together ? "" : "no-");
	if (*rest != '\0' && *rest != '\n' && *rest != '\r')
		appendStringInfoChar(out, '\n');
}

/*
 * MigFormatsVerify
 *		A script that checks something, for a section that is rolled back.
 *
 * One BEGIN ... ROLLBACK around everything stays; otherwise transaction control
 * becomes comments.
 */
char *
MigFormatsVerify(const char *body, const MigPlace *place)
{
	MigPlace	first = {.file = place->file,.line = place->line + 1};
	Parts		parts = {0};
	StringInfoData out;
	size_t		done = 0;
	int			ncontrols = 0;

	ReadParts(&parts, body, &first, false);
	for (int i = 0; i < parts.n; i++)
		ncontrols += parts.parts[i].kind != PART_STATEMENT;
	if (ncontrols == 0 ||
		(ncontrols == 2 && parts.parts[0].kind == PART_BEGIN &&
		 parts.parts[parts.n - 1].kind != PART_STATEMENT))
		return pstrdup(body);

	initStringInfo(&out);
	for (int i = 0; i < parts.n; i++)
	{
		const Part *part = &parts.parts[i];

		if (part->kind == PART_STATEMENT)
			continue;
		appendBinaryStringInfo(&out, body + done, part->start - done);
		appendStringInfo(&out, "/* %.*s left out on import */",
						 (int) (part->end - part->start), body + part->start);
		done = part->end;
	}
	appendStringInfoString(&out, body + done);
	return out.data;
}
