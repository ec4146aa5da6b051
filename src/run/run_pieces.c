/*-------------------------------------------------------------------------
 * src/run/run_pieces.c
 *	  Run a revision that is not one transaction, and go on with one.
 *
 * A section falls into pieces: a statement by itself, or those together that a
 * line "-- migrate:transaction" is above.  A piece that can run in a transaction
 * does, and the journal says in the same transaction that it is done, so that it
 * is done exactly once.  What cannot is announced in the journal before, and
 * judged by the catalogs if nobody came back to say that it is done.  DO and
 * CALL are announced in the transaction that they begin in: if they never commit
 * by themselves, they are done or not done with it.
 *
 * What SET does lasts to the end of the section, and is done again by whoever
 * goes on.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

/* A statement, as the first pass over the section finds it. */
typedef struct Survey
{
	int			start;			/* byte offsets of it, and behind it */
	int			end;
	bool		alone;
	bool		ends;			/* the last of its piece */
} Survey;

/* A setting as it was before the section. */
typedef struct Setting
{
	char	   *name;
	char	   *value;
} Setting;

typedef struct Pieces
{
	const MigWork *work;
	const MigWorkStep *step;
	const MigBody *body;
	const MigDeployOptions *options;
	MigJournal	journal;
	int			nstatements;
	Survey	   *surveys;		/* of statement i + 1 */
	List	   *settings;		/* Setting * */
	bool		own_timeout;	/* the section has set lock_timeout */
	TimestampTz started;
	bool		verified;		/* or there is nothing to verify */
	bool		recorded;
} Pieces;

static void TakeSurvey(Pieces *pieces, MemoryContext scratch);
static void ReadJournal(Pieces *pieces);
static void CheckJournal(const Pieces *pieces);
static void Reconcile(Pieces *pieces);
static void RefuseUnknown(const MigJournal *journal, const char *left);
static void Clean(List *statements);
static void RunAll(Pieces *pieces, MemoryContext scratch);
static void Verify(Pieces *pieces);
static void RunOne(Pieces *pieces, const MigStatement *statement);
static void AcquirePiece(const Pieces *pieces, int first);
static bool IsAnnounced(const MigStatement *statement);
static bool NeedsTop(const MigStatement *statement);
static void RunAnnounced(Pieces *pieces, const MigStatement *statement);
static bool HoldsUpNobody(const MigStatement *statement);
static void RunBackfill(Pieces *pieces, const MigStatement *statement);
static void RunSetting(Pieces *pieces, const MigStatement *statement);
static bool IsSetting(const MigStatement *statement);
static const char *SetByCall(const MigStatement *statement);
static void Remember(Pieces *pieces, const char *name);
static void RestoreSettings(Pieces *pieces);
static void SetLockTimeout(Pieces *pieces, int budget);
static void Complete(Pieces *pieces, int number);
static char *Prefix(const Pieces *pieces, int n);
static void ExtendChecksum(const Pieces *pieces, char *checksum, int number);
static bool IsAllDone(const MigCopy *copy, const MigJournal *journal);

/*
 * MigRunPieces
 *		Run what is left of a section, record the step, and commit.
 *
 * Nothing but the session's own locks is held on entry, and no snapshot; the
 * current context must outlive transactions.  An error leaves what is done in the journal: the caller rolls
 * the transaction back and may call again.  Settings are as before in any case.
 */
void
MigRunPieces(const MigWork *work, const MigWorkStep *step, const MigBody *body,
			 const MigDeployOptions *options)
{
	Pieces		pieces = {.work = work,.step = step,.body = body,.options = options,
	.started = GetCurrentTimestamp(),.verified = !work->copy->verify || body->verify == NULL};
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "migrator statement",
												  ALLOCSET_DEFAULT_SIZES);

	TakeSurvey(&pieces, scratch);
	ReadJournal(&pieces);
	PG_TRY();
	{
		Reconcile(&pieces);
		MigRunHooks(work, "before_revision", step, NULL);
		MigDbCommit();
		RunAll(&pieces, scratch);
	}
	PG_CATCH();
	{
		/* the caller's error is rethrown from a transaction that works */
		ErrorData  *error = MigDbAbort(MemoryContextGetParent(scratch));

		RestoreSettings(&pieces);
		MigDbCommit();
		ReThrowError(error);
	}
	PG_END_TRY();
	MemoryContextDelete(scratch);
}

/* Find the pieces, before anything runs. */
static void
TakeSurvey(Pieces *pieces, MemoryContext scratch)
{
	MigSplitter *splitter = MigScriptOpen(pieces->body->text, &pieces->body->place,
										  standard_conforming_strings, true);
	MemoryContext old = CurrentMemoryContext;
	int			size = 32;
	bool		all_alone = !MigScriptReadHeader(pieces->body->header)->transactional;
	bool		any_mode = all_alone;
	MigStatement *statement;

	pieces->surveys = palloc(sizeof(Survey) * size);
	MemoryContextSwitchTo(scratch);
	while ((statement = MigScriptNext(splitter)) != NULL)
	{
		Survey	   *survey;

		if (pieces->nstatements == size)
		{
			size *= 2;
			pieces->surveys = repalloc(pieces->surveys, sizeof(Survey) * size);
		}
		survey = &pieces->surveys[pieces->nstatements++];
		survey->start = statement->offset;
		survey->end = statement->offset + strlen(statement->text);
		survey->alone = statement->mode == MIG_MODE_ALONE || statement->backfill != NULL ||
			(all_alone && statement->mode == MIG_MODE_UNSAID);
		any_mode |= statement->mode != MIG_MODE_UNSAID || statement->backfill != NULL;
		MemoryContextReset(scratch);
	}
	MemoryContextSwitchTo(old);
	MigScriptClose(splitter);
	for (int i = 0; i < pieces->nstatements; i++)
		pieces->surveys[i].alone |= !any_mode;
	for (int i = 0; i < pieces->nstatements; i++)
		pieces->surveys[i].ends = pieces->surveys[i].alone || i + 1 == pieces->nstatements ||
			pieces->surveys[i + 1].alone;
}

/* How far the section is. */
static void
ReadJournal(Pieces *pieces)
{
	MigJournal *journal;

	PushActiveSnapshot(GetTransactionSnapshot());
	journal = MigLedgerJournal(pieces->work->copy);
	PopActiveSnapshot();
	if (journal != NULL)
	{
		pieces->journal = *journal;
		CheckJournal(pieces);
	}
	pieces->journal.operation = pieces->step->step.operation;
	pieces->journal.revision = pieces->step->revision;
	pieces->journal.checksum = Prefix(pieces, pieces->journal.done);
}

/* What is done must be what the section begins with. */
static void
CheckJournal(const Pieces *pieces)
{
	const MigJournal *journal = &pieces->journal;

	if (journal->done > pieces->nstatements ||
		strcmp(Prefix(pieces, journal->done), journal->checksum) != 0)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("revision \"%s\" was changed after a part of it was run", journal->revision),
				errdetail_plural("%d statement is done, and is no longer what it was.",
								 "%d statements are done, and they are no longer what they were.",
								 journal->done, journal->done),
				errhint("Put these statements back as they were; those after them may change. Or complete or undo the revision by hand, and use migrator.stamp()."));
}

/* Find out about a statement that was begun and not said to be done. */
static void
Reconcile(Pieces *pieces)
{
	MigJournal *journal = &pieces->journal;
	MigVerdict	verdict;
	List	   *cleaning;
	char	   *left;

	if (journal->begun == 0)
		return;
	if (journal->is_foreign)
		ereport(NOTICE,
				errmsg("revision \"%s\" was begun on another server, or before this one was promoted or restored",
					   journal->revision));
	PushActiveSnapshot(GetTransactionSnapshot());
	verdict = MigRunJudge(journal, &cleaning, &left);
	PopActiveSnapshot();
	if (verdict == MIG_VERDICT_UNKNOWN)
		RefuseUnknown(journal, left);
	if (cleaning != NIL)
		SetLockTimeout(pieces, pieces->options->concurrent_lock_budget);
	Clean(cleaning);
	ereport(NOTICE,
			verdict == MIG_VERDICT_DONE
			? errmsg("statement %d of revision \"%s\" was done already", journal->begun, journal->revision)
			: errmsg("statement %d of revision \"%s\" is repeated", journal->begun, journal->revision),
			left[0] == '\0' ? 0 : errdetail("It had left behind: %s.", left));
	if (verdict == MIG_VERDICT_DONE)
		journal->done = Min(journal->begun, pieces->nstatements);
	journal->begun = 0;
	journal->checksum = Prefix(pieces, journal->done);
	if (verdict == MIG_VERDICT_DONE)
		MigLedgerJournalWrite(pieces->work->copy, journal);
	MigDbCommit();
}

static void
RefuseUnknown(const MigJournal *journal, const char *left)
{
	ereport(ERROR,
			errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("it is not known whether statement %d of revision \"%s\" is done",
				   journal->begun, journal->revision),
			errdetail("Its session ended at %s, while it ran outside a transaction: %s",
					  journal->changed_at, MigAbbreviate(journal->sql, 120)),
			left[0] == '\0' ? 0 : errcontext("left behind: %s", left),
			errhint("Find out, then call migrator.resolve('done') or migrator.resolve('repeat')."));
}

/*
 * MigRunRefuseHalfDone
 *		Raise OBJECT_NOT_IN_PREREQUISITE_STATE, since something else is half done.
 */
void
MigRunRefuseHalfDone(const MigJournal *journal)
{
	bool		down = journal->operation == MIG_DOWNGRADE;

	ereport(ERROR,
			errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("%s of revision \"%s\" is half done", MigGraphOperation(journal->operation),
				   journal->revision),
			errdetail_plural("%d statement is done.", "%d statements are done.",
							 journal->done, journal->done),
			errhint("Finish it with CALL migrator.%s('%s%s'); migrator.status() says what that will do. Or complete or undo it by hand, and use migrator.stamp().",
					down ? "rollback" : "deploy",
					journal->operation == MIG_REPEAT ? "heads" : journal->revision, down ? "-1" : ""));
}

/* Run statements of our own, outside a transaction. */
static void
Clean(List *statements)
{
	ListCell   *lc;

	foreach(lc, statements)
	{
		MigPlace	place = {.file = NULL,.line = 1};
		MigSplitter *splitter = MigScriptOpen(lfirst(lc), &place, true, false);
		MigStatement *statement = MigScriptNext(splitter);

		ereport(NOTICE,
				errmsg("cleaning up: %s", statement->text));
		MigDbCommit();
		MigRunTopLevel(statement);
		MigDbCommit();
		MigScriptClose(splitter);
	}
}

static void
RunAll(Pieces *pieces, MemoryContext scratch)
{
	MigSplitter *splitter = MigScriptOpen(pieces->body->text, &pieces->body->place,
										  standard_conforming_strings, true);
	MemoryContext old = MemoryContextSwitchTo(scratch);
	MigStatement *statement;

	while ((statement = MigScriptNext(splitter)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (statement->number > pieces->journal.done)
			RunOne(pieces, statement);
		else if (IsSetting(statement))
			RunSetting(pieces, statement);
		MemoryContextReset(scratch);
	}
	MemoryContextSwitchTo(old);
	MigScriptClose(splitter);
	if (!pieces->verified)
		Verify(pieces);
	if (!pieces->recorded)
		Complete(pieces, pieces->nstatements);
}

/* All statements are done, and the journal says so; are they as they should be? */
static void
Verify(Pieces *pieces)
{
	RestoreSettings(pieces);
	SetLockTimeout(pieces, pieces->options->patience.queue_time);
	MigRunVerify(pieces->body);
	pieces->verified = true;
}

/* Run a statement, and end its transaction if it is the last of its piece. */
static void
RunOne(Pieces *pieces, const MigStatement *statement)
{
	const Survey *survey = &pieces->surveys[statement->number - 1];
	bool		is_announced = survey->alone && IsAnnounced(statement);

	/* before there is a snapshot that the transaction would keep */
	if (!is_announced && statement->backfill == NULL)
	{
		if (survey->alone)
			MigRunAcquire(statement, pieces->options);
		else if (statement->number == 1 || survey[-1].ends)
			AcquirePiece(pieces, statement->number - 1);
	}
	MigRunHooks(pieces->work, "before_statement", pieces->step, statement);
	if (IsSetting(statement))
		RunSetting(pieces, statement);
	else if (statement->backfill != NULL)
		RunBackfill(pieces, statement);
	else if (is_announced)
		RunAnnounced(pieces, statement);
	else
	{
		SetLockTimeout(pieces, pieces->options->patience.queue_time);
		MigRunOneStatement(pieces->body, pieces->step->step.operation, statement, false);
	}
	MigRunHooks(pieces->work, "after_statement", pieces->step, statement);
	if (survey->ends)
		Complete(pieces, statement->number);
}

/* Get the locks of all statements of a piece, of which first is the first. */
static void
AcquirePiece(const Pieces *pieces, int first)
{
	int			last = first;

	while (!pieces->surveys[last].ends)
		last++;
	MigRunAcquireAll(pieces->body, pieces->surveys[first].start, pieces->surveys[last].end,
					 pieces->options);
}

/* Whether a statement has, or may have, transactions of its own. */
static bool
IsAnnounced(const MigStatement *statement)
{
	const Node *stmt = statement->parse->stmt;

	return NeedsTop(statement) || IsA(stmt, DoStmt) || IsA(stmt, CallStmt);
}

/*
 * Whether a statement cannot run in a transaction block.  Of CLUSTER and REINDEX that
 * depends on the table: a partitioned one is done partition by partition.
 */
static bool
NeedsTop(const MigStatement *statement)
{
	const Node *stmt = statement->parse->stmt;
	Oid			relation = IsA(stmt, ClusterStmt) ? MigWatchLookup(((const ClusterStmt *) stmt)->relation)
	: IsA(stmt, ReindexStmt) ? MigWatchLookup(((const ReindexStmt *) stmt)->relation) : InvalidOid;
	char		kind = OidIsValid(relation) ? get_rel_relkind(relation) : '\0';

	return statement->top_level != NULL || kind == RELKIND_PARTITIONED_TABLE ||
		kind == RELKIND_PARTITIONED_INDEX;
}

/* Run a statement that has transactions of its own. */
static void
RunAnnounced(Pieces *pieces, const MigStatement *statement)
{
	MigJournal *journal = &pieces->journal;
	MigJournal	announced = *journal;
	List	   *obstacles;

	if (IsA(statement->parse->stmt, DiscardStmt))
		ereport(ERROR,
				errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("%s is not supported in a migration", statement->top_level),
				errhint("Remove the statement: it would take its settings from the caller's session."));
	SetLockTimeout(pieces, HoldsUpNobody(statement) ? pieces->options->concurrent_lock_budget
				   : pieces->options->patience.queue_time);
	PushActiveSnapshot(GetTransactionSnapshot());
	obstacles = MigRunObstacles(statement);
	PopActiveSnapshot();
	Clean(obstacles);
	MigRunSayAwaited(statement);

	announced.begun = statement->number;
	announced.sql = statement->text;
	PushActiveSnapshot(GetTransactionSnapshot());
	announced.before = MigRunBefore(statement);
	PopActiveSnapshot();
	MigLedgerJournalWrite(pieces->work->copy, &announced);
	if (NeedsTop(statement))
		MigDbCommit();
	else
		CommandCounterIncrement();
	MigRunOneStatement(pieces->body, pieces->step->step.operation, statement, true);
}

/*
 * Whether a statement can wait for its locks without holding others up: not if
 * they are strong ones, or whatever code wants.
 */
static bool
HoldsUpNobody(const MigStatement *statement)
{
	Node	   *stmt = statement->parse->stmt;

	return !IsA(stmt, DoStmt) && !IsA(stmt, CallStmt) && !IsA(stmt, ClusterStmt) &&
		!MigWatchIsPlainReindex(stmt) && !MigWatchIsFullVacuum(stmt);
}

/* Run a statement in batches; its end is committed with the journal. */
static void
RunBackfill(Pieces *pieces, const MigStatement *statement)
{
	MigBackfillOptions options = {0};

	pieces->options->backfill(&options);
	options.statement_timeout = pieces->options->statement_timeout;
	options.retries = pieces->options->retries;
	if (pieces->own_timeout)
		options.lock_budget = options.concurrent_lock_budget = 0;
	MigLedgerJournalWrite(pieces->work->copy, &pieces->journal);
	MigRunBackfillStatement(pieces->body, pieces->step->step.operation, statement, pieces->work->copy,
							&options);
}

/* SET, RESET and set_config(): they last to the end of the section. */
static void
RunSetting(Pieces *pieces, const MigStatement *statement)
{
	const VariableSetStmt *set = (const VariableSetStmt *) statement->parse->stmt;
	const char *name = IsA(set, VariableSetStmt) ? set->name : SetByCall(statement);

	if (IsA(set, VariableSetStmt) && set->kind == VAR_RESET_ALL)
		ereport(ERROR,
				errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("RESET ALL is not supported in a revision that is not transactional"),
				errhint("Reset the settings by name."));
	if (IsA(set, VariableSetStmt) && set->kind == VAR_SET_MULTI)
	{
		Remember(pieces, "default_transaction_isolation");
		Remember(pieces, "default_transaction_read_only");
		Remember(pieces, "default_transaction_deferrable");
	}
	else
		Remember(pieces, name);
	if (name != NULL && pg_strcasecmp(name, "lock_timeout") == 0)
		pieces->own_timeout = true;
	MigRunOneStatement(pieces->body, pieces->step->step.operation, statement, false);
}

/* Whether a statement sets something beyond its transaction. */
static bool
IsSetting(const MigStatement *statement)
{
	const VariableSetStmt *set = (const VariableSetStmt *) statement->parse->stmt;

	if (!IsA(set, VariableSetStmt))
		return SetByCall(statement) != NULL;
	return !set->is_local &&
		(set->kind != VAR_SET_MULTI || strcmp(set->name, "SESSION CHARACTERISTICS") == 0);
}

/*
 * The name of what a statement sets that is SELECT set_config(...), as pg_dump
 * writes it, and nothing else; or NULL.
 */
static const char *
SetByCall(const MigStatement *statement)
{
	const SelectStmt *select = (const SelectStmt *) statement->parse->stmt;
	const FuncCall *call;
	A_Const    *name;
	A_Const    *is_local;

	if (!IsA(select, SelectStmt) || list_length(select->targetList) != 1 || select->fromClause != NIL)
		return NULL;
	call = (const FuncCall *) linitial_node(ResTarget, select->targetList)->val;
	if (!IsA(call, FuncCall) || strcmp(strVal(llast(call->funcname)), "set_config") != 0 ||
		list_length(call->args) != 3)
		return NULL;
	name = linitial(call->args);
	is_local = lthird(call->args);
	if (!IsA(name, A_Const) || name->isnull || !IsA(&name->val.node, String) ||
		!IsA(is_local, A_Const) || is_local->isnull || !IsA(&is_local->val.node, Boolean) ||
		boolVal(&is_local->val.node))
		return NULL;
	return strVal(&name->val.node);
}

/* Keep the value that a setting has, to put it back in the end. */
static void
Remember(Pieces *pieces, const char *name)
{
	MemoryContext old = MemoryContextSwitchTo(GetMemoryChunkContext(pieces->surveys));
	Setting    *setting;
	ListCell   *lc;

	foreach(lc, pieces->settings)
	{
		if (pg_strcasecmp(((Setting *) lfirst(lc))->name, name) == 0)
		{
			MemoryContextSwitchTo(old);
			return;
		}
	}
	setting = palloc(sizeof(Setting));
	setting->name = pstrdup(name);
	setting->value = GetConfigOptionByName(name, NULL, true);
	pieces->settings = lappend(pieces->settings, setting);
	MemoryContextSwitchTo(old);
}

static void
RestoreSettings(Pieces *pieces)
{
	/*
	 * the second depends on the first, and all others on the right to set
	 * them
	 */
	static const char *const users[] = {"session_authorization", "role"};
	ListCell   *lc;

	for (size_t i = 0; i <= lengthof(users); i++)
		foreach(lc, pieces->settings)
	{
		const Setting *setting = lfirst(lc);
		bool		is_user = pg_strcasecmp(setting->name, users[0]) == 0 ||
		pg_strcasecmp(setting->name, users[1]) == 0;

		if (setting->value != NULL &&
			(i < lengthof(users) ? pg_strcasecmp(setting->name, users[i]) == 0 : !is_user))
			SetConfigOption(setting->name, setting->value,
							superuser() ? PGC_SUSET : PGC_USERSET, PGC_S_SESSION);
	}
}

/* How long the next statement may wait for a lock, unless the section says that. */
static void
SetLockTimeout(Pieces *pieces, int budget)
{
	if (pieces->own_timeout || budget == 0)
		return;
	Remember(pieces, "lock_timeout");
	SetConfigOption("lock_timeout", psprintf("%d", budget), PGC_USERSET, PGC_S_SESSION);
}

/* The statements up to this one are done: say so, and commit. */
static void
Complete(Pieces *pieces, int number)
{
	const MigCopy *copy = pieces->work->copy;
	MigJournal *journal = &pieces->journal;

	CommandCounterIncrement();
	MigRunWriteHistory(copy, pieces->work->deployment, pieces->step->step.operation,
					   pieces->step->revision);
	while (journal->done < number)
		ExtendChecksum(pieces, journal->checksum, ++journal->done);

	journal->begun = 0;
	journal->sql = journal->before = NULL;
	if (number < pieces->nstatements || !pieces->verified)
		MigLedgerJournalWrite(copy, journal);
	else
	{
		char		checksum[MIG_CHECKSUM_SIZE];

		RestoreSettings(pieces);
		MigChecksum(pieces->body->text, strlen(pieces->body->text), checksum);
		MigLedgerRecord(copy, &pieces->step->step, pieces->step->revision, checksum,
						pieces->started, GetCurrentTimestamp());
		(void) MigLedgerJournalRemove(copy);
		MigRunHooks(pieces->work, "after_revision", pieces->step, NULL);
		MigRunNotify(pieces->work, "step done", pieces->step, NULL);
		pieces->recorded = true;
	}
	MigDbCommit();
}

/* The checksum of the section up to the end of the first n statements. */
static char *
Prefix(const Pieces *pieces, int n)
{
	char	   *checksum = palloc(MIG_CHECKSUM_SIZE);

	MigChecksum("", 0, checksum);
	for (int i = 1; i <= n; i++)
		ExtendChecksum(pieces, checksum, i);

	return checksum;
}

/*
 * Make of the checksum of the statements before one that of those up to it: of
 * that checksum and its text, so that no text is read more than once.
 */
static void
ExtendChecksum(const Pieces *pieces, char *checksum, int number)
{
	int			start = number == 1 ? 0 : pieces->surveys[number - 2].end;
	StringInfoData link;

	initStringInfo(&link);
	appendStringInfo(&link, "%s\n", checksum);
	appendBinaryStringInfo(&link, pieces->body->text + start,
						   pieces->surveys[number - 1].end - start);
	MigChecksum(link.data, link.len, checksum);
	pfree(link.data);
}

/*
 * MigRunStatus
 *		The revision of a copy that is half done, or NULL.
 *
 * *left receives what it has left behind, *next what the next call will do, in
 * words.  Reads under a fresh snapshot.
 */
MigJournal *
MigRunStatus(const MigCopy *copy, char **left, char **next)
{
	MigJournal *journal;
	MigVerdict	verdict;
	List	   *cleaning;
	StringInfoData text;
	ListCell   *lc;

	PushActiveSnapshot(GetTransactionSnapshot());
	journal = MigLedgerJournal(copy);
	*left = NULL;
	if (journal == NULL)
	{
		PopActiveSnapshot();
		return NULL;
	}
	initStringInfo(&text);
	if (journal->begun == 0 && IsAllDone(copy, journal))
		appendStringInfoString(&text, "runs the verify section");
	else if (journal->begun == 0)
		appendStringInfo(&text, "goes on with statement %d", journal->done + 1);
	else
	{
		verdict = MigRunJudge(journal, &cleaning, left);
		foreach(lc, cleaning)
		{
			appendStringInfo(&text, "runs %s, ", (const char *) lfirst(lc));
		}
		if (verdict == MIG_VERDICT_UNKNOWN)
			appendStringInfo(&text, "fails until migrator.resolve() is called, since statement %d may be done or not",
							 journal->begun);
		else if (verdict == MIG_VERDICT_DONE)
			appendStringInfo(&text, "goes on with statement %d", journal->begun + 1);
		else
			appendStringInfo(&text, "repeats statement %d", journal->begun);
	}
	PopActiveSnapshot();
	*next = text.data;
	if (*left != NULL && (*left)[0] == '\0')
		*left = NULL;
	return journal;
}

/* Whether only the verify section of what is half done is left. */
static bool
IsAllDone(const MigCopy *copy, const MigJournal *journal)
{
	MigWork		work = {.copy = copy};
	Pieces		pieces = {.work = &work};
	List	   *bodies = MigLedgerBodies(copy, (const char **) &journal->revision, 1,
										 journal->operation, INT_MAX);

	if (bodies == NIL || ((const MigBody *) linitial(bodies))->verify == NULL)
		return false;
	pieces.body = linitial(bodies);
	TakeSurvey(&pieces, AllocSetContextCreate(CurrentMemoryContext, "migrator statement",
											  ALLOCSET_DEFAULT_SIZES));
	return journal->done == pieces.nstatements;
}

/*
 * MigRunIsUnknown
 *		Whether nobody can know if the statement that was begun is done.
 *
 * Reads under the active snapshot.
 */
bool
MigRunIsUnknown(const MigJournal *journal)
{
	List	   *cleaning;
	char	   *left;

	return journal->begun != 0 && MigRunJudge(journal, &cleaning, &left) == MIG_VERDICT_UNKNOWN;
}

/*
 * MigRunResolve
 *		Say of a statement that was begun outside a transaction, and cannot be
 *		judged, whether it is done.
 *
 * Takes MIG_LOCK_MIGRATE and MIG_LOCK_CONTENT.  Raises
 * OBJECT_NOT_IN_PREREQUISITE_STATE if there is no such statement.
 */
void
MigRunResolve(const MigCopy *copy, bool done)
{
	MigWork		work = {.copy = copy};
	MigWorkStep step = {0};
	Pieces		pieces = {.work = &work,.step = &step};
	MigJournal *journal;
	List	   *bodies;

	MigRunRefuseRunning("call migrator.resolve()");
	MigLedgerLock(copy, MIG_LOCK_CONTENT, false);
	MigLedgerLock(copy, MIG_LOCK_MIGRATE, true);
	PushActiveSnapshot(GetTransactionSnapshot());
	journal = MigLedgerJournal(copy);
	if (journal == NULL || journal->begun == 0)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("there is no statement to resolve"),
				errhint("migrator.status() says what is half done."));
	bodies = MigLedgerBodies(copy, &journal->revision, 1, journal->operation, INT_MAX);
	PopActiveSnapshot();
	if (bodies == NIL)
		ereport(ERROR,
				errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("revision \"%s\" does not exist", journal->revision),
				errhint("Load its file again, or complete or undo it by hand and use migrator.stamp()."));
	pieces.body = linitial(bodies);
	TakeSurvey(&pieces, AllocSetContextCreate(CurrentMemoryContext, "migrator statement",
											  ALLOCSET_DEFAULT_SIZES));
	pieces.journal = *journal;
	CheckJournal(&pieces);
	if (done)
		pieces.journal.done = Min(journal->begun, pieces.nstatements);
	pieces.journal.checksum = Prefix(&pieces, pieces.journal.done);
	pieces.journal.begun = 0;
	pieces.journal.sql = pieces.journal.before = NULL;
	MigLedgerJournalWrite(copy, &pieces.journal);
	CommandCounterIncrement();
}
