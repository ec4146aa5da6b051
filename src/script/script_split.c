/*-------------------------------------------------------------------------
 * src/script/script_split.c
 *	  Cut a section into statements.
 *
 * script_scan.c finds where a statement is, the server's parser says what it
 * is.  They take turns, since a statement can change how strings are read in
 * those after it.
 *
 * Nothing here grows with the number of statements: tokens are forgotten as
 * they go by, and statements belong to the caller.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/keywords.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "script/script_internal.h"

static MigSplitter *Open(const char *section, const MigPlace *place, bool strings);
static MigStatement *MakeStatement(MigSplitter *splitter, const MigSpan *span);
static const char *CheckAll(MigSplitter *splitter);
static void Parse(MigSplitter *splitter, MigStatement *statement);
static void TryParse(MigSplitter *splitter, MigStatement *statement);
static void FollowSetting(MigSplitter *splitter, Node *stmt);
static void FollowSet(MigSplitter *splitter, VariableSetStmt *stmt);
static bool SwallowTransaction(MigSplitter *splitter, TransactionStmt *stmt);
static const char *TransactionName(const TransactionStmt *stmt);
static void RefuseCopyOut(const MigSplitter *splitter, Node *stmt);

/*
 * MigScriptOpen
 *		Begin to read the statements of a section.
 *
 * The section must stay where it is until MigScriptClose.  place is that of
 * its first line.  In a transactional section one BEGIN ... COMMIT around
 * everything is taken for what it means, and not returned; any other
 * transaction control is an error.  The result belongs to the caller's memory
 * context.
 */
MigSplitter *
MigScriptOpen(const char *section, const MigPlace *place, bool standard_conforming_strings,
			  bool transactional)
{
	MigSplitter *splitter = Open(section, place, standard_conforming_strings);

	splitter->transactional = transactional;
	return splitter;
}

/*
 * MigScriptOpenVerify
 *		The same for a verify section, which is transactional, and may end with
 *		ROLLBACK where another one has COMMIT, or with neither.
 */
MigSplitter *
MigScriptOpenVerify(const char *section, const MigPlace *place, bool standard_conforming_strings)
{
	MigSplitter *splitter = Open(section, place, standard_conforming_strings);

	splitter->transactional = true;
	splitter->verify = true;
	return splitter;
}

/*
 * MigScriptOpenPlain
 *		The same, where transaction control is returned like anything else, and
 *		a statement that the parser refuses without a parse tree.
 */
MigSplitter *
MigScriptOpenPlain(const char *section, const MigPlace *place, bool standard_conforming_strings)
{
	MigSplitter *splitter = Open(section, place, standard_conforming_strings);

	splitter->plain = true;
	splitter->lenient = true;
	splitter->error_context = splitter->context;
	return splitter;
}

/*
 * MigScriptOpenModel
 *		The same for a text that defines a schema, such as a dump: transaction
 *		control is returned, what does not parse is an error, and the lines
 *		"\restrict" and "\unrestrict" that pg_dump writes are nothing.
 */
MigSplitter *
MigScriptOpenModel(const char *text, const MigPlace *place, bool standard_conforming_strings)
{
	MigSplitter *splitter = Open(text, place, standard_conforming_strings);

	splitter->plain = true;
	splitter->model = true;
	return splitter;
}

static MigSplitter *
Open(const char *section, const MigPlace *place, bool strings)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "migrator splitter",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	MigSplitter *splitter = palloc0(sizeof(MigSplitter));

	splitter->context = context;
	splitter->tokens = AllocSetContextCreate(context, "migrator tokens", ALLOCSET_DEFAULT_SIZES);
	splitter->section = section;
	splitter->length = strlen(section);
	splitter->file = place->file == NULL ? NULL : pstrdup(place->file);
	splitter->line = place->line;
	splitter->initial_strings = strings;
	splitter->scanner = scanner_init(section, &splitter->extra, &ScanKeywords, ScanKeywordTokens);
	splitter->extra.standard_conforming_strings = strings;
	splitter->extra.escape_string_warning = false;	/* the parser will warn */
	MemoryContextSwitchTo(old);
	return splitter;
}

/*
 * MigScriptIsWrapped
 *		Has the section a BEGIN of its own, which was swallowed?
 *
 * Known once the first statement was returned.
 */
bool
MigScriptIsWrapped(const MigSplitter *splitter)
{
	return splitter->begin_line > 0;
}

/*
 * MigScriptHints
 *		The hints that the text of a schema has had so far: MigHint *, which live
 *		as long as the splitter.
 */
List *
MigScriptHints(const MigSplitter *splitter)
{
	return splitter->hints;
}

/*
 * MigScriptClose
 *		End reading; statements that were returned stay.
 */
void
MigScriptClose(MigSplitter *splitter)
{
	scanner_finish(splitter->scanner);
	MemoryContextDelete(splitter->context);
}

/*
 * MigScriptNext
 *		The next statement of the section, or NULL at the end.
 *
 * The result is allocated in the current memory context, but copy_data points
 * into the section.  Raises an error with file and line for what does not
 * parse and for transaction control out of place.
 */
MigStatement *
MigScriptNext(MigSplitter *splitter)
{
	MigSpan		span;

	while (MigScriptScan(splitter, &span))
	{
		MigStatement *statement = MakeStatement(splitter, &span);

		splitter->nscanned++;
		if (statement->parse != NULL)
			FollowSetting(splitter, statement->parse->stmt);
		if (statement->parse != NULL && (!splitter->plain || splitter->model))
			RefuseCopyOut(splitter, statement->parse->stmt);
		if (!splitter->plain)
		{
			if (splitter->committed)
				ereport(ERROR,
						errcode(ERRCODE_SYNTAX_ERROR),
						splitter->verify ? errmsg("ROLLBACK is not the last statement")
						: errmsg("COMMIT is not the last statement"),
						errhint("A transactional revision is one transaction: nothing can follow its %s.",
								splitter->verify ? "ROLLBACK" : "COMMIT"),
						MigErrPlace(splitter->file, splitter->line));
			if (statement->parse != NULL && IsA(statement->parse->stmt, TransactionStmt) &&
				SwallowTransaction(splitter, castNode(TransactionStmt, statement->parse->stmt)))
				continue;
		}
		statement->number = ++splitter->nreturned;
		return statement;
	}

	if (splitter->begin_line > 0 && !splitter->committed && !splitter->verify)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("BEGIN without COMMIT"),
				errhint("End the section with COMMIT, or remove BEGIN."),
				MigErrPlace(splitter->file, splitter->begin_line));
	return NULL;
}

/* Parse a statement and say what it is, but for its number. */
static MigStatement *
MakeStatement(MigSplitter *splitter, const MigSpan *span)
{
	MigStatement *statement = palloc0(sizeof(MigStatement));
	ErrorContextCallback callback = {.callback = MigScriptAddPlace,.arg = splitter};
	Node	   *stmt;

	statement->line = splitter->line;
	statement->offset = (int) span->start;
	statement->mode = span->mode;
	statement->text = pnstrdup(splitter->section + span->start, span->end - span->start);
	if (span->copy_stdin)
	{
		statement->copy_data = splitter->section + span->data;
		statement->copy_len = span->data_len;
	}

	callback.previous = error_context_stack;
	error_context_stack = &callback;
	splitter->parsing = statement->text;
	if (splitter->lenient)
		TryParse(splitter, statement);
	else
		Parse(splitter, statement);
	splitter->parsing = NULL;
	error_context_stack = callback.previous;
	splitter->says_mode |= span->mode != MIG_MODE_UNSAID || span->mark != NULL;
	if (statement->parse == NULL)
		return statement;

	stmt = statement->parse->stmt;
	if (span->mark != NULL)
		statement->backfill = MigScriptMark(splitter, span->mark, span->mark_len, stmt);
	statement->is_timely = span->timely;
	statement->sets_session = span->set_config || IsA(stmt, VariableSetStmt) ||
		IsA(stmt, DiscardStmt) || IsA(stmt, DoStmt) || IsA(stmt, CallStmt);
	return statement;
}

/*
 * MigScriptCheck
 *		Parse all of a section, raising the first error.
 *
 * Returns why the section cannot run in a transaction block, a constant, or
 * NULL if it can.  A section with markers of its own about transactions never
 * can.  Strings are read as the session would now.
 */
const char *
MigScriptCheck(const char *section, const MigPlace *place, bool transactional)
{
	MigSplitter *splitter = MigScriptOpen(section, place, standard_conforming_strings,
										  transactional);
	const char *top_level = CheckAll(splitter);

	MigScriptClose(splitter);
	return top_level;
}

/*
 * MigScriptTryCheck
 *		The same, but the first statement that the parser refuses is no error
 *		here: the error is returned in *error, or NULL.
 *
 * For ways down that are kept although they cannot run: real directories have
 * such.  Anything else, such as a string without an end, is still raised.
 */
const char *
MigScriptTryCheck(const char *section, const MigPlace *place, bool transactional,
				  ErrorData **error)
{
	MigSplitter *splitter = MigScriptOpen(section, place, standard_conforming_strings,
										  transactional);
	const char *top_level;

	splitter->lenient = true;
	splitter->error_context = CurrentMemoryContext;
	top_level = CheckAll(splitter);
	*error = splitter->error;
	MigScriptClose(splitter);
	return top_level;
}

/*
 * MigScriptCheckVerify
 *		Parse all of a verify section, raising the first error.
 *
 * Raises FEATURE_NOT_SUPPORTED for a statement that cannot run in a transaction
 * block, and SYNTAX_ERROR for a marker about transactions or batches.
 */
void
MigScriptCheckVerify(const char *section, const MigPlace *place)
{
	MigSplitter *splitter = MigScriptOpenVerify(section, place, standard_conforming_strings);
	const char *top_level = CheckAll(splitter);

	MigScriptClose(splitter);
	if (top_level == NULL)
		return;
	if (strncmp(top_level, "--", 2) == 0)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("\"%s\" cannot stand in a verify section", top_level),
				errhint("A verify section is one transaction, which is rolled back."),
				MigErrPlace(place->file, place->line));
	ereport(ERROR,
			errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			errmsg("%s cannot run in a verify section", top_level),
			errhint("A verify section is one transaction, which is rolled back."),
			MigErrPlace(place->file, place->line));
}

/* Read all statements; the first reason to run at the top level, or NULL. */
static const char *
CheckAll(MigSplitter *splitter)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "migrator statement",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	const char *top_level = NULL;
	const char *together = NULL;	/* the first out of place, if modes are
									 * said */
	int			line = 0;
	bool		says_mode;
	MigStatement *statement;

	while ((statement = MigScriptNext(splitter)) != NULL)
	{
		if (top_level == NULL)
			top_level = statement->top_level;
		if (together == NULL && statement->top_level != NULL &&
			(statement->mode == MIG_MODE_TOGETHER ||
			 (statement->mode == MIG_MODE_UNSAID && splitter->transactional)))
		{
			together = statement->top_level;
			line = statement->line;
		}
		MemoryContextReset(context);
	}
	if (splitter->mark != NULL)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("there is no statement below \"%s\"",
					   pnstrdup(splitter->mark, splitter->mark_len)));
	says_mode = splitter->says_mode || splitter->mode != MIG_MODE_UNSAID;
	if (together != NULL && says_mode)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("%s cannot run inside a transaction block", together),
				errhint("Put the line \"-- migrate:no-transaction\" above it, and \"-- migrate:transaction\" below."),
				MigErrPlace(splitter->file, line));
	if (top_level == NULL && says_mode)
		top_level = splitter->mode == MIG_MODE_UNSAID ? "-- migrate:backfill" : "-- migrate:no-transaction";

	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	return top_level;
}

/*
 * MigScriptSectionEnd
 *		Length of the section that the text begins with.
 *
 * The text may be a whole file from "-- migrate:up" on; the section ends at
 * the next marker line.  Raises an error for what the lexer refuses.
 */
size_t
MigScriptSectionEnd(const char *text, const MigPlace *place)
{
	bool		unfinished;

	return MigScriptSkipSection(text, place, &unfinished);
}

/*
 * MigScriptSkipSection
 *		The same; unfinished tells whether it ends in data of COPY that have
 *		no end of their own.
 */
size_t
MigScriptSkipSection(const char *text, const MigPlace *place, bool *unfinished)
{
	MigSplitter *splitter = Open(text, place, standard_conforming_strings);
	MigSpan		span;
	size_t		end;

	splitter->stop_at_marker = true;
	while (MigScriptScan(splitter, &span))
	{
		if (span.settings)
		{
			/* it may change how strings are read */
			MemoryContext old = MemoryContextSwitchTo(splitter->tokens);

			FollowSetting(splitter, MakeStatement(splitter, &span)->parse->stmt);
			MemoryContextSwitchTo(old);
		}
	}
	end = splitter->marker > 0 ? splitter->marker : splitter->length;
	*unfinished = splitter->unfinished;
	MigScriptClose(splitter);
	return end;
}

/* Parse a statement with the strings of its place in the section. */
static void
Parse(MigSplitter *splitter, MigStatement *statement)
{
	bool		strings = standard_conforming_strings;
	List	   *parsed = NIL;

	if (strings == splitter->extra.standard_conforming_strings)
		parsed = raw_parser(statement->text, RAW_PARSE_DEFAULT);
	else
	{
		standard_conforming_strings = !strings;
		PG_TRY();
		{
			parsed = raw_parser(statement->text, RAW_PARSE_DEFAULT);
		}
		PG_FINALLY();
		{
			standard_conforming_strings = strings;
		}
		PG_END_TRY();
	}

	if (list_length(parsed) != 1)
		elog(ERROR, "a statement was parsed as %d", list_length(parsed));
	statement->top_level = MigScriptTopLevel(linitial_node(RawStmt, parsed)->stmt);
	statement->parse = linitial_node(RawStmt, parsed);
}

/*
 * The same, but what the parser refuses is kept and left without a parse tree.
 *
 * The raw parser looks at nothing but the text and holds nothing but memory,
 * so its errors need no subtransaction.
 */
static void
TryParse(MigSplitter *splitter, MigStatement *statement)
{
	MemoryContext old = CurrentMemoryContext;

	PG_TRY();
	{
		Parse(splitter, statement);
	}
	PG_CATCH();
	{
		int			category = ERRCODE_TO_CATEGORY(geterrcode());

		if (category != ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION &&
			category != ERRCODE_FEATURE_NOT_SUPPORTED &&
			category != ERRCODE_DATA_EXCEPTION)
			PG_RE_THROW();
		if (splitter->error == NULL)
		{
			MemoryContextSwitchTo(splitter->error_context);
			splitter->error = CopyErrorData();
		}
		MemoryContextSwitchTo(old);
		FlushErrorState();
	}
	PG_END_TRY();
}

/* Follow what a statement does to standard_conforming_strings. */
static void
FollowSetting(MigSplitter *splitter, Node *stmt)
{
	if (IsA(stmt, VariableSetStmt))
		FollowSet(splitter, castNode(VariableSetStmt, stmt));
	else if (IsA(stmt, DiscardStmt) && castNode(DiscardStmt, stmt)->target == DISCARD_ALL)
		splitter->extra.standard_conforming_strings = splitter->initial_strings;
}

static void
FollowSet(MigSplitter *splitter, VariableSetStmt *stmt)
{
	bool		value = splitter->initial_strings;

	if (stmt->kind == VAR_SET_MULTI)
		return;
	if (stmt->kind != VAR_RESET_ALL &&
		(stmt->name == NULL || pg_strcasecmp(stmt->name, "standard_conforming_strings") != 0))
		return;

	/* SET LOCAL ends with its transaction: here, with itself. */
	if (stmt->is_local && !splitter->transactional && !splitter->plain && !splitter->stop_at_marker)
		return;

	if (stmt->kind == VAR_SET_VALUE)
	{
		A_Const    *constant = linitial(stmt->args);

		if (!IsA(constant, A_Const) || list_length(stmt->args) != 1)
			return;
		if (IsA(&constant->val, Integer))
			value = constant->val.ival.ival != 0;
		else if (!IsA(&constant->val, String) ||
				 !parse_bool(constant->val.sval.sval, &value))
			return;
	}
	else if (stmt->kind == VAR_SET_CURRENT)
		return;
	splitter->extra.standard_conforming_strings = value;
}

/* COPY ... TO stdout would write into the client's result. */
static void
RefuseCopyOut(const MigSplitter *splitter, Node *stmt)
{
	if (IsA(stmt, CopyStmt) && !castNode(CopyStmt, stmt)->is_from &&
		!castNode(CopyStmt, stmt)->is_program && castNode(CopyStmt, stmt)->filename == NULL)
		ereport(ERROR,
				errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("COPY TO STDOUT is not supported in a migration"),
				errhint("Remove the statement: a migration has nobody to send rows to."),
				MigErrPlace(splitter->file, splitter->line));
}

/*
 * Take a section's own BEGIN or COMMIT for what it means; returns true if it
 * was one.  Anything else is an error.
 */
static bool
SwallowTransaction(MigSplitter *splitter, TransactionStmt *stmt)
{
	bool		begin = stmt->kind == TRANS_STMT_BEGIN || stmt->kind == TRANS_STMT_START;

	if (splitter->transactional && begin && splitter->nscanned == 1)
	{
		if (stmt->options != NIL)
			ereport(ERROR,
					errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("%s with transaction modes is not supported", TransactionName(stmt)),
					errhint("Remove the modes: the transaction is the one that runs the revision."),
					MigErrPlace(splitter->file, splitter->line));
		splitter->begin_line = splitter->line;
		return true;
	}
	if (splitter->begin_line > 0 && !stmt->chain &&
		(stmt->kind == TRANS_STMT_COMMIT ||
		 (stmt->kind == TRANS_STMT_ROLLBACK && splitter->verify)))
	{
		splitter->committed = true;
		return true;
	}

	if (!splitter->transactional)
		ereport(ERROR,
				errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("%s is not supported in a revision that is not transactional",
					   TransactionName(stmt)),
				errhint("Remove it: each statement of such a revision is a transaction of its own."),
				MigErrPlace(splitter->file, splitter->line));
	if (stmt->kind == TRANS_STMT_COMMIT && !stmt->chain)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("COMMIT without BEGIN"),
				errhint("Remove it, or let the section begin with BEGIN."),
				MigErrPlace(splitter->file, splitter->line));
	ereport(ERROR,
			errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			errmsg("%s is not supported here", TransactionName(stmt)),
			splitter->verify
			? errhint("A verify section is rolled back: it may begin with BEGIN and end with ROLLBACK, but have no other transaction control.")
			: errhint("A revision is one transaction: it may begin with BEGIN and end with COMMIT, but have no other transaction control."),
			MigErrPlace(splitter->file, splitter->line));
}

static const char *
TransactionName(const TransactionStmt *stmt)
{
	switch (stmt->kind)
	{
		case TRANS_STMT_BEGIN:
			return "BEGIN";
		case TRANS_STMT_START:
			return "START TRANSACTION";
		case TRANS_STMT_COMMIT:
			return stmt->chain ? "COMMIT AND CHAIN" : "COMMIT";
		case TRANS_STMT_ROLLBACK:
			return "ROLLBACK";
		case TRANS_STMT_SAVEPOINT:
			return "SAVEPOINT";
		case TRANS_STMT_RELEASE:
			return "RELEASE SAVEPOINT";
		case TRANS_STMT_ROLLBACK_TO:
			return "ROLLBACK TO SAVEPOINT";
		case TRANS_STMT_PREPARE:
			return "PREPARE TRANSACTION";
		case TRANS_STMT_COMMIT_PREPARED:
			return "COMMIT PREPARED";
		case TRANS_STMT_ROLLBACK_PREPARED:
			return "ROLLBACK PREPARED";
	}
	return "transaction control";
}
