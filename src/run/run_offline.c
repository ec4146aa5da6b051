/*-------------------------------------------------------------------------
 * src/run/run_offline.c
 *	  Plans as scripts for psql.
 *
 * A script runs the same SQL as upgrade() would, in one transaction, and does
 * the same bookkeeping through migrator.record(), which refuses if the
 * database is not in the state that the script was made for; it is asked
 * before the first step and before each COMMIT, so that nothing is half done.
 * The comment before each step is Alembic's.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

static char *WriteScript(const MigCopy *copy, MigOperation operation, const char *target,
						 bool include_revisions);
static void WriteRevision(StringInfo out, const MigCopy *copy, const char *revision);
static void WriteStep(StringInfo out, const MigCopy *copy, const MigRevisionDef *def, bool up,
					  bool first);
static void WriteRepeat(StringInfo out, const MigCopy *copy, const MigRepeat *repeat, bool first);
static void WriteSection(StringInfo out, const MigCopy *copy, const MigBody *body,
						 MigOperation operation, bool transactional, bool first);
static bool WriteBody(StringInfo out, MigSplitter *splitter, const char *body);
static void WriteVerify(StringInfo out, const MigBody *body);
static size_t WriteStatement(StringInfo out, const char *section, size_t at,
							 const MigStatement *statement, bool skip_gap);
static void WriteSettings(StringInfo out, const MigCopy *copy);
static char *DollarQuote(const char *text);
static char *OneLine(const char *text);

/*
 * MigRunUpgradeSql
 *		The upgrade to a target, or along FROM:TO, as a script.
 */
char *
MigRunUpgradeSql(const MigCopy *copy, const char *target, bool include_revisions)
{
	return WriteScript(copy, MIG_UPGRADE, target, include_revisions);
}

/*
 * MigRunDowngradeSql
 *		The downgrade along FROM:TO as a script.
 */
char *
MigRunDowngradeSql(const MigCopy *copy, const char *target)
{
	return WriteScript(copy, MIG_DOWNGRADE, target, false);
}

static char *
WriteScript(const MigCopy *copy, MigOperation operation, const char *target, bool include_revisions)
{
	const MigGraph *graph = MigLedgerGraph(copy);
	const char *rest;
	MigRows    *rows = MigGraphStartRows(graph, operation, target, &rest);
	MigPlan    *plan = operation == MIG_UPGRADE ? MigGraphPlanUpgrade(graph, rest, rows)
	: MigGraphPlanDowngrade(graph, rest, rows);
	StringInfoData out;
	MemoryContext step_context = AllocSetContextCreate(CurrentMemoryContext, "migrator step",
													   ALLOCSET_DEFAULT_SIZES);
	List	   *repeats = NIL;
	ListCell   *lc;

	for (int i = 0; i < plan->nsteps && operation == MIG_DOWNGRADE; i++)
	{
		const MigRevisionDef *def = graph->revisions[plan->steps[i].revision].def;

		if (!def->reversible)
			MigRunRefuseIrreversible(copy, def->id);
	}

	initStringInfo(&out);
	appendStringInfo(&out, "-- Migration script for psql: %s %s\n\n\\set ON_ERROR_STOP on\n\n",
					 operation == MIG_UPGRADE ? "upgrade" : "downgrade", OneLine(target));
	appendStringInfoString(&out, "BEGIN;\n\n");
	if (include_revisions)
		appendStringInfoString(&out, "CREATE EXTENSION IF NOT EXISTS migrator;\n");
	WriteSettings(&out, copy);
	appendStringInfoChar(&out, '\n');
	for (int i = 0; i < plan->nsteps; i++)
	{
		const MigRevisionDef *def = graph->revisions[plan->steps[i].revision].def;
		MemoryContext old = MemoryContextSwitchTo(step_context);

		CHECK_FOR_INTERRUPTS();
		if (include_revisions)
			WriteRevision(&out, copy, def->id);
		WriteStep(&out, copy, def, operation == MIG_UPGRADE, i == 0);
		MemoryContextSwitchTo(old);
		MemoryContextReset(step_context);
	}
	if (operation == MIG_UPGRADE)
		repeats = MigRunRepeats(copy, graph, plan, true);
	foreach(lc, repeats)
	{
		const MigRepeat *repeat = lfirst(lc);

		if (include_revisions)
			WriteRevision(&out, copy, repeat->revision);
		WriteRepeat(&out, copy, repeat, plan->nsteps == 0 && lc == list_head(repeats));
	}
	appendStringInfoString(&out, "COMMIT;\n");
	return out.data;
}

/* Store the revision there, too. */
static void
WriteRevision(StringInfo out, const MigCopy *copy, const char *revision)
{
	MigStored  *stored = MigLedgerFetch(copy, revision);

	appendStringInfo(out, "SELECT migrator.load(%s, %s);\n\n",
					 DollarQuote(MigLedgerScript(stored)), quote_literal_cstr(stored->filename));
}

/* Comment, body and bookkeeping of one step. */
static void
WriteStep(StringInfo out, const MigCopy *copy, const MigRevisionDef *def, bool up, bool first)
{
	const char *id = def->id;
	const char *parents = MigJoinNames(def->parents, def->nparents, ", ");
	MigOperation operation = up ? MIG_UPGRADE : MIG_DOWNGRADE;

	appendStringInfo(out, "-- Running %s %s -> %s\n", MigGraphOperation(operation),
					 up ? parents : id, up ? id : parents);
	if (def->message[0] != '\0')
		appendStringInfo(out, "-- %s\n", OneLine(def->message));
	appendStringInfoChar(out, '\n');
	WriteSection(out, copy, linitial(MigLedgerBodies(copy, &id, 1, operation, INT_MAX)), operation,
				 up ? def->transactional : def->down_transactional, first);
}

/* The same of a repeatable revision, which the script runs whatever was run there. */
static void
WriteRepeat(StringInfo out, const MigCopy *copy, const MigRepeat *repeat, bool first)
{
	const char *id = repeat->revision;

	appendStringInfo(out, "-- Running repeat %s\n", id);
	if (repeat->message[0] != '\0')
		appendStringInfo(out, "-- %s\n", OneLine(repeat->message));
	appendStringInfoChar(out, '\n');
	WriteSection(out, copy, linitial(MigLedgerBodies(copy, &id, 1, MIG_REPEAT, INT_MAX)),
				 MIG_REPEAT, repeat->transactional, first);
}

static void
WriteSection(StringInfo out, const MigCopy *copy, const MigBody *body, MigOperation operation,
			 bool transactional, bool first)
{
	const char *name = MigGraphOperation(operation);
	const char *id = quote_literal_cstr(body->revision);

	if (first || !transactional)
		appendStringInfo(out, "SELECT migrator.record('%s', %s, check_only => true);\n\n", name, id);
	if (!transactional)
		appendStringInfoString(out, "COMMIT;\n\n");
	if (WriteBody(out, MigScriptOpen(body->text, &body->place, true, transactional), body->text))
	{
		/* what the body may have set must not last */
		appendStringInfoString(out, "RESET SESSION AUTHORIZATION;\nRESET ALL;\n");
		WriteSettings(out, copy);
	}
	if (!transactional)
		appendStringInfoString(out, "BEGIN;\n\n");
	if (copy->verify && body->verify != NULL)
		WriteVerify(out, body);
	appendStringInfo(out, "SELECT migrator.record('%s', %s);\n\n", name, id);
}

/* What verifies a step is undone, with whatever it has set. */
static void
WriteVerify(StringInfo out, const MigBody *body)
{
	appendStringInfoString(out, "SAVEPOINT migrator_verify;\n\n");
	(void) WriteBody(out, MigScriptOpenVerify(body->verify, &body->verify_at, true), body->verify);
	appendStringInfoString(out, "ROLLBACK TO SAVEPOINT migrator_verify;\n"
						   "RELEASE SAVEPOINT migrator_verify;\n\n");
}

/*
 * The statements of a section with the comments between them, each ended by
 * a semicolon, without a BEGIN and COMMIT around them all.  Returns whether
 * one of them may change settings.
 */
static bool
WriteBody(StringInfo out, MigSplitter *splitter, const char *body)
{
	MigStatement *statement;
	const char *marker_end = strchr(body, '\n');
	size_t		at = marker_end == NULL ? strlen(body) : (size_t) (marker_end + 1 - body);
	bool		sets = false;
	bool		first = true;

	while ((statement = MigScriptNext(splitter)) != NULL)
	{
		bool		wrapped = MigScriptIsWrapped(splitter);

		at = WriteStatement(out, body, at, statement, first && wrapped);
		sets |= statement->sets_session;
		first = false;
	}
	if (!MigScriptIsWrapped(splitter))
		appendStringInfoString(out, body + at);
	MigScriptClose(splitter);
	appendStringInfoString(out, out->data[out->len - 1] == '\n' ? "\n" : "\n\n");
	return sets;
}

/* One statement with what stands before it; returns where it ends. */
static size_t
WriteStatement(StringInfo out, const char *section, size_t at, const MigStatement *statement,
			   bool skip_gap)
{
	if (!skip_gap)
		appendBinaryStringInfo(out, section + at, statement->offset - at);
	appendStringInfo(out, "%s;", statement->text);
	at = statement->offset + strlen(statement->text);
	if (section[at] == ';')
		at++;
	if (statement->copy_data != NULL)
	{
		const char *end;

		appendStringInfoChar(out, '\n');
		appendBinaryStringInfo(out, statement->copy_data, statement->copy_len);
		if (statement->copy_len > 0 && statement->copy_data[statement->copy_len - 1] != '\n')
			appendStringInfoChar(out, '\n');
		appendStringInfoString(out, "\\.\n");
		at = statement->copy_data + statement->copy_len - section;
		end = strchr(section + at, '\n');
		at = end == NULL ? strlen(section) : (size_t) (end + 1 - section);
	}
	return at;
}

/*
 * The context of the script.  Its encoding is the one in which it gets to the
 * caller; psql would believe it to be that of the terminal or of the database.
 */
static void
WriteSettings(StringInfo out, const MigCopy *copy)
{
	appendStringInfo(out, "SET client_encoding = '%s';\nSET migrator.project = %s;\nSET migrator.tenant = %s;\n",
					 pg_get_client_encoding_name(), quote_literal_cstr(copy->project),
					 quote_literal_cstr(copy->tenant));
}

/* Quote a text so that it can be read, and psql leaves it alone. */
static char *
DollarQuote(const char *text)
{
	char	   *tag = pstrdup("$migrator$");

	/* the text must not even end in the beginning of the tag */
	for (int i = 1; strstr(psprintf("%s$", text), tag) != NULL; i++)
		tag = psprintf("$migrator%d$", i);
	return psprintf("%s%s%s", tag, text, tag);
}

/* A text that cannot get out of a comment. */
static char *
OneLine(const char *text)
{
	char	   *line = pstrdup(text);

	for (char *p = line; *p != '\0'; p++)
		if ((unsigned char) *p < ' ')
			*p = ' ';
	return line;
}
