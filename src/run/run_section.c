/*-------------------------------------------------------------------------
 * src/run/run_section.c
 *	  Execute one section of a revision, statement by statement.
 *
 * The statements run as execute_sql_string() of the server's extension.c runs
 * a script: each is analyzed after the command counter has moved past the one
 * before it, under a fresh snapshot, and SELECTs send their rows nowhere.
 * They run with the caller's rights and, at the start, the caller's settings;
 * whatever they set is gone at the end of the section.
 *
 * An error leaves this file with its SQLSTATE, a message that names the
 * revision, a detail that names file, line and statement, and the failing
 * statement as its internal query.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "base/compat.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

/* What the error context callback reports. */
typedef struct Section
{
	const MigBody *body;
	MigOperation operation;
	bool		verify;			/* body is that of a verify section */
	const MigStatement *statement;	/* NULL before the first and after the
									 * last */
	const MigCopy *copy;		/* the rest for a backfill only */
	const MigBackfillOptions *backfill;
} Section;

static void RunGuarded(Section *section, void (*function) (Section *section));
static void RunWithin(Section *section);
static void RunAtTop(Section *section);
static void RunInBatches(Section *section);
static void RunStatements(Section *section);
static List *PlanStatement(const MigStatement *statement);
static void RefuseTopLevel(const Section *section);
static void AddContext(void *arg);
static void ImproveError(const Section *section, ErrorData *error);
static const char *Noun(const Section *section);

/*
 * MigRunSection
 *		Execute the upgrade or downgrade of a revision.
 *
 * Raises whatever its statements raise.  Settings, role and session user are
 * afterwards as they were before.
 */
void
MigRunSection(const MigBody *body, MigOperation operation)
{
	Section		section = {.body = body,.operation = operation};
	int			guc_level = NewGUCNestLevel();
	Oid			user;
	int			security;

	GetUserIdAndSecContext(&user, &security);
	RunGuarded(&section, RunStatements);
	AtEOXact_GUC(false, guc_level);
	SetUserIdAndSecContext(user, security);
}

/*
 * MigRunVerify
 *		Execute the verify section of a revision, which there is, in a
 *		subtransaction that is rolled back whatever becomes of it.
 *
 * Raises what its statements raise.
 */
void
MigRunVerify(const MigBody *body)
{
	MigBody		verify = {.revision = body->revision,.text = body->verify,.place = body->verify_at};
	Section		section = {.body = &verify,.operation = MIG_UPGRADE,.verify = true};
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		RunGuarded(&section, RunStatements);
	}
	PG_CATCH();
	{
		ReThrowError(MigDbAbandon(context, owner));
	}
	PG_END_TRY();
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
}

/*
 * MigRunOneStatement
 *		Execute one statement of a section, which is run statement by statement.
 *
 * With top_level, it may be one that has, or ends, transactions of its own;
 * then no snapshot may be active.  Raises what the statement raises, with the same additions as
 * MigRunSection; settings stay as it has left them.
 */
void
MigRunOneStatement(const MigBody *body, MigOperation operation, const MigStatement *statement,
				   bool top_level)
{
	Section		section = {.body = body,.operation = operation,.statement = statement};

	MigRunStartTimer();
	MigRunHistoryStart(statement);
	RunGuarded(&section, top_level ? RunAtTop : RunWithin);
	MigRunHistoryStop();
}

/*
 * MigRunBackfillStatement
 *		The same for one that is run in batches.
 *
 * Commits all of them but the end.
 */
void
MigRunBackfillStatement(const MigBody *body, MigOperation operation, const MigStatement *statement,
						const MigCopy *copy, const MigBackfillOptions *options)
{
	Section		section = {.body = body,.operation = operation,.statement = statement,
	.copy = copy,.backfill = options};

	MigRunHistoryStart(statement);
	RunGuarded(&section, RunInBatches);
	MigRunHistoryStop();
}

/* Run the statement, with what we know of it in errors. */
static void
RunGuarded(Section *section, void (*function) (Section *section))
{
	MemoryContext context = CurrentMemoryContext;
	ErrorContextCallback callback = {.callback = AddContext,.arg = section};

	callback.previous = error_context_stack;
	error_context_stack = &callback;
	PG_TRY();
	{
		function(section);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		ImproveError(section, error);
		error_context_stack = callback.previous;
		ReThrowError(error);
	}
	PG_END_TRY();
	error_context_stack = callback.previous;
	MemoryContextSwitchTo(context);
}

static void
RunWithin(Section *section)
{
	if (section->statement->copy_data != NULL)
	{
		CommandCounterIncrement();
		MigRunHistoryRows(MigRunCopyData(section->statement));
	}
	else
		MigRunStatement(section->statement);
	MigRunEndTimer();
}

static void
RunAtTop(Section *section)
{
	if (section->statement->copy_data != NULL)
		RunWithin(section);
	else
	{
		MigRunTopLevel(section->statement);
		MigRunEndTimer();
	}
}

static void
RunInBatches(Section *section)
{
	MigRunBackfillPiece(section->copy, section->statement, section->backfill);
}

/*
 * MigRunTopLevel
 *		Run a utility statement as if the client had sent it.
 *
 * No snapshot is active, before or afterwards.
 */
void
MigRunTopLevel(const MigStatement *statement)
{
	MemoryContext context = CurrentMemoryContext;
	PlannedStmt *plan = linitial_node(PlannedStmt, PlanStatement(statement));

	/* as PortalRunUtility(), for the portal of the CALL */
	if (PlannedStmtRequiresSnapshot(plan) && !ActiveSnapshotSet())
	{
		PushActiveSnapshotWithLevel(GetTransactionSnapshot(), ActivePortal->createLevel);
		ActivePortal->portalSnapshot = GetActiveSnapshot();
	}
	ProcessUtility(plan, statement->text, false, PROCESS_UTILITY_TOPLEVEL, NULL, NULL,
				   None_Receiver, NULL);
	if (ActivePortal->portalSnapshot != NULL && ActiveSnapshotSet())
		PopActiveSnapshot();
	ActivePortal->portalSnapshot = NULL;
	MemoryContextSwitchTo(context);
}

/* Run all statements; memory is given back after each. */
static void
RunStatements(Section *section)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "migrator statement",
												  ALLOCSET_DEFAULT_SIZES);
	MigSplitter *splitter = section->verify
	? MigScriptOpenVerify(section->body->text, &section->body->place, standard_conforming_strings)
	: MigScriptOpen(section->body->text, &section->body->place, standard_conforming_strings, true);
	MemoryContext old = MemoryContextSwitchTo(context);

	while ((section->statement = MigScriptNext(splitter)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (section->statement->top_level != NULL)
			RefuseTopLevel(section);
		MigRunStartTimer();
		if (!section->verify)
			MigRunHistoryStart(section->statement);
		if (section->statement->copy_data != NULL)
		{
			CommandCounterIncrement();
			MigRunHistoryRows(MigRunCopyData(section->statement));
		}
		else
			MigRunStatement(section->statement);
		MigRunEndTimer();
		MigRunHistoryStop();
		section->statement = NULL;
		MemoryContextReset(context);
	}

	/* Let whoever comes next see what the last statement did. */
	CommandCounterIncrement();
	MemoryContextSwitchTo(old);
	MigScriptClose(splitter);
	MemoryContextDelete(context);
}

/*
 * MigRunStatement
 *		Analyze, plan and execute one statement.
 */
void
MigRunStatement(const MigStatement *statement)
{
	List	   *plans = PlanStatement(statement);
	ListCell   *lc;

	foreach(lc, plans)
	{
		MigRunHistoryRows(MigRunPlan(lfirst_node(PlannedStmt, lc), statement->text, None_Receiver));
	}
}

/* Analyze and plan. */
static List *
PlanStatement(const MigStatement *statement)
{
	List	   *queries;
	List	   *plans;
	bool		snapshot_set = false;

	CommandCounterIncrement();

	/* as exec_simple_query(): utility statements come without a snapshot */
	if (analyze_requires_snapshot(statement->parse))
	{
		PushActiveSnapshot(GetTransactionSnapshot());
		snapshot_set = true;
	}
	queries = pg_analyze_and_rewrite_fixedparams(statement->parse, statement->text, NULL, 0, NULL);
	plans = pg_plan_queries(queries, statement->text, CURSOR_OPT_PARALLEL_OK, NULL);
	if (snapshot_set)
		PopActiveSnapshot();
	return plans;
}

/*
 * MigRunPlan
 *		Run what has been planned, under a fresh snapshot; returns how many rows it
 *		processed.
 */
uint64
MigRunPlan(PlannedStmt *plan, const char *sql, DestReceiver *dest)
{
	uint64		processed = 0;

	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	if (plan->utilityStmt == NULL)
	{
		QueryDesc  *desc = CreateQueryDesc(plan, sql, GetActiveSnapshot(), InvalidSnapshot,
										   dest, NULL, NULL, 0);

		ExecutorStart(desc, 0);
		MigExecutorRun(desc);
		processed = desc->estate->es_processed;
		ExecutorFinish(desc);
		ExecutorEnd(desc);
		FreeQueryDesc(desc);
	}
	else
		ProcessUtility(plan, sql, false, PROCESS_UTILITY_QUERY, NULL, NULL, dest, NULL);

	/* some utility statements (CALL) drop the snapshot themselves */
	if (ActiveSnapshotSet())
		PopActiveSnapshot();
	return processed;
}

/* The statement wants to be alone at top level. */
static void
RefuseTopLevel(const Section *section)
{
	ereport(ERROR,
			errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
			errmsg("%s cannot run inside a transaction block", section->statement->top_level),
			errhint("Run the revision with CALL migrator.deploy, which takes each statement of a \"Transactional: no\" revision by itself."));
}

/* Error context: where we are. */
static void
AddContext(void *arg)
{
	const Section *section = arg;

	if (section->statement != NULL)
	{
		MigPlace	place = {section->body->place.file, section->statement->line};

		errcontext("statement %d of the %s of revision \"%s\", %s",
				   section->statement->number, Noun(section),
				   section->body->revision, MigDescribePlace(&place));
	}
	else
		errcontext("%s of revision \"%s\"", Noun(section), section->body->revision);
}

/*
 * Make an error tell of the revision, the file and the statement.
 */
static void
ImproveError(const Section *section, ErrorData *error)
{
	const MigStatement *statement = section->statement;
	int			limit = MigRunStopTimer();

	if (limit > 0 && error->sqlerrcode == ERRCODE_QUERY_CANCELED)
		error->hint = psprintf("The statement took longer than the %d ms that it may take.", limit);
	error->message = psprintf("%s of revision \"%s\" failed: %s", Noun(section),
							  section->body->revision, error->message);
	if (statement == NULL)
	{
		/* the parser's error has the file and line as its first context */
		if (error->detail == NULL && error->context != NULL)
			error->detail = psprintf("The section does not parse at %s.",
									 pnstrdup(error->context, strcspn(error->context, "\n")));
		return;
	}

	MigRunLocateError(statement, error);
	error->detail = psprintf("%s%sStatement %d, file \"%s\", line %d: %s",
							 error->detail == NULL ? "" : error->detail,
							 error->detail == NULL ? "" : "\n",
							 statement->number, section->body->place.file,
							 MigRunLineOfError(statement, error),
							 MigAbbreviate(statement->text, MIG_QUOTED_STATEMENT));
}

/*
 * MigRunLocateError
 *		Make a position in the statement an internal one, since the client knows
 *		only the query that called us.
 */
void
MigRunLocateError(const MigStatement *statement, ErrorData *error)
{
	if (error->cursorpos > 0 && error->internalquery == NULL)
	{
		error->internalpos = error->cursorpos;
		error->internalquery = pstrdup(statement->text);
		error->cursorpos = 0;
	}
}

/*
 * MigRunLineOfError
 *		The line of the error, if it has a position, or of the statement.
 */
int
MigRunLineOfError(const MigStatement *statement, const ErrorData *error)
{
	int			offset;

	if (error->internalpos <= 0 || error->internalquery == NULL ||
		strcmp(error->internalquery, statement->text) != 0)
		return statement->line;
	offset = MigByteOffset(statement->text, error->internalpos - 1);
	return statement->line + MigCountLines(statement->text, offset);
}

static const char *
Noun(const Section *section)
{
	return section->verify ? "verification" : section->operation == MIG_REPEAT ? "run"
		: MigGraphOperation(section->operation);
}
