/*-------------------------------------------------------------------------
 * src/run/run_steps.c
 *	  upgrade, downgrade and stamp, in the caller's transaction.
 *
 * Every operation goes the same way: take the locks, read the versions under
 * a fresh snapshot, plan, carry out.  A call that finds nothing to do gives
 * its locks back at once and has written nothing.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "script/script.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

/*
 * Bodies are fetched so many at a time; one of more than LARGE_BODY bytes is
 * fetched alone when its turn comes.
 */
#define BODIES_AT_ONCE	100
#define LARGE_BODY		65536

/* Is a migration running in this session? */
static bool running = false;
static const MigCopy *running_copy;
static const char *running_revision;

static void ReleaseLocks(const MigCopy *copy);
static void RefuseHalfDone(const MigCopy *copy);
static void ForgetHalfDone(const MigCopy *copy);
static bool IsAtHeads(const MigState *state, const char *target);
static MigPlan *MakePlan(const MigGraph *graph, MigOperation operation, const char **targets,
						 int ntargets, const MigRows *rows, bool purge);
static void Operate(const MigCopy *copy, MigOperation operation, const char **targets, int ntargets,
					bool purge, MigDoneFn done, void *arg);
static void RefuseReadOnly(const MigWork *work);
static void CopyStep(MigWorkStep *copy, const MigGraph *graph, const MigStep *step);
static const char **CopyTexts(const char **texts, int n);
static void RunRecorded(MigWork *work, const MigRows *before);
static void RunSteps(MigWork *work);
static void Report(const MigWork *work, const MigWorkStep *step, int64 elapsed);
static void RunSection(const MigCopy *copy, const MigBody *body, MigOperation operation);
static List *FetchBodies(const MigWork *work, int first, int n, int limit);
static const MigBody *FindBody(const MigWork *work, List *bodies, int step);

/*
 * MigRunUpgrade
 *		Run the upgrades that lead to target.
 *
 * done is called for each step when it is done.  Takes MIG_LOCK_MIGRATE and
 * MIG_LOCK_CONTENT, unless there is nothing to do.
 */
void
MigRunUpgrade(const MigCopy *copy, const char *target, MigDoneFn done, void *arg)
{
	MigGraphRefuseRange(target);
	Operate(copy, MIG_UPGRADE, &target, 1, false, done, arg);
}

/*
 * MigRunDowngrade
 *		Run the downgrades that lead back to target.
 *
 * As MigRunUpgrade.
 */
void
MigRunDowngrade(const MigCopy *copy, const char *target, MigDoneFn done, void *arg)
{
	MigGraphRefuseRange(target);
	Operate(copy, MIG_DOWNGRADE, &target, 1, false, done, arg);
}

/*
 * MigRunStamp
 *		Set the versions without running anything.
 *
 * As MigRunUpgrade.
 */
void
MigRunStamp(const MigCopy *copy, const char **targets, int ntargets, bool purge,
			MigDoneFn done, void *arg)
{
	Operate(copy, MIG_STAMP, targets, ntargets, purge, done, arg);
}

/* Plan and carry out, under the locks. */
static void
Operate(const MigCopy *copy, MigOperation operation, const char **targets, int ntargets,
		bool purge, MigDoneFn done, void *arg)
{
	MigWork		work = {.copy = copy,.operation = operation,.done = done,.arg = arg};
	bool		read_only = RecoveryInProgress() || XactReadOnly;
	MigState   *state;
	const MigGraph *graph;

	MigRunBegin(MigGraphOperation(operation));

	/* Up to date is the common case, and needs neither lock nor graph. */
	if (operation == MIG_UPGRADE)
	{
		bool		done;

		PushActiveSnapshot(GetTransactionSnapshot());
		done = MigRunIsUpToDate(copy, MigLedgerState(copy), targets[0]);
		PopActiveSnapshot();
		if (done)
		{
			MigRunFinish();
			return;
		}
	}

	if (!read_only)
		MigRunTakeLocks(copy);
	PushActiveSnapshot(GetTransactionSnapshot());
	state = MigLedgerState(copy);
	if (!read_only)
		MigLedgerRefuseStale(copy, state);
	if (operation == MIG_UPGRADE && MigRunIsUpToDate(copy, state, targets[0]))
	{
		/* somebody else has done it while we waited for the locks */
		PopActiveSnapshot();
		if (!read_only)
			ReleaseLocks(copy);
		MigRunFinish();
		return;
	}
	graph = MigLedgerGraph(copy);
	PopActiveSnapshot();
	MigRunCopySteps(&work, graph,
					MakePlan(graph, operation, targets, ntargets, &state->rows, purge));

	if (!read_only && operation == MIG_STAMP)
		ForgetHalfDone(copy);
	if (read_only)
		RefuseReadOnly(&work);
	else if (work.nsteps == 0)
	{
		ReleaseLocks(copy);
		MigRunRememberHeads(copy, state);
	}
	else
	{
		MigRunCheckSteps(&work, false);
		if (operation != MIG_STAMP)
		{
			RefuseHalfDone(copy);
			MigRunPassGate(&work);
		}
		if (operation == MIG_STAMP)
			RunSteps(&work);
		else
			RunRecorded(&work, &state->rows);

		/*
		 * An author would have to wait for the end of a transaction that
		 * remembers the heads: that may be far away after all these steps.
		 */
		if (!IsTransactionBlock())
			MigRunRememberHeads(copy, state);
	}
	MigRunFinish();
}

/* Only migrator.deploy and migrator.rollback can go on with what they have begun. */
static void
RefuseHalfDone(const MigCopy *copy)
{
	MigJournal *journal;

	PushActiveSnapshot(GetTransactionSnapshot());
	journal = MigLedgerJournal(copy);
	PopActiveSnapshot();
	if (journal != NULL)
		MigRunRefuseHalfDone(journal);
}

/* A stamp says what is so: nothing is half done any more. */
static void
ForgetHalfDone(const MigCopy *copy)
{
	if (MigLedgerJournalRemove(copy))
		ereport(NOTICE,
				errmsg("what was half done is taken for what the stamp says"));
}

/*
 * MigRunRefuseRunning
 *		Raise OBJECT_IN_USE if a migration is running in this session.
 *
 * what is what cannot be done by it: the name of an operation, or a change of
 * revisions that the running plan may need.
 */
void
MigRunRefuseRunning(const char *what)
{
	if (running)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_IN_USE),
				errmsg("a migration cannot %s", what));
}

/*
 * MigRunIsRunning
 *		Whether a migration is running in this session.
 */
bool
MigRunIsRunning(void)
{
	return running;
}

/*
 * MigRunRevision
 *		The revision that is running in this session, or NULL, with its project
 *		and tenant.
 */
const char *
MigRunRevision(const char **of_project, const char **of_tenant)
{
	if (!running || running_revision == NULL)
		return NULL;
	*of_project = running_copy->project;
	*of_tenant = running_copy->tenant;
	return running_revision;
}

/*
 * MigRunBegin
 *		Refuse to run within a running migration; see all that came before.
 */
void
MigRunBegin(const char *function)
{
	MigRunRefuseRunning(psprintf("call migrator.%s()", function));
	CommandCounterIncrement();
}

/*
 * MigRunFinish
 *		Let the caller's next command see what was done.
 */
void
MigRunFinish(void)
{
	CommandCounterIncrement();
}

/*
 * MigRunTakeLocks
 *		Take the locks for an operation, both or none at a time: a session that
 *		holds one of them while it waits for the other could wait for itself by
 *		way of a third.
 */
void
MigRunTakeLocks(const MigCopy *copy)
{
	TimestampTz since = GetCurrentTimestamp();
	int			delay = 0;

	for (;;)
	{
		bool		content = MigLedgerTryLock(copy, MIG_LOCK_CONTENT, false);

		if (content && MigLedgerTryLock(copy, MIG_LOCK_MIGRATE, true))
			return;
		if (content)
			MigLedgerUnlock(copy, MIG_LOCK_CONTENT, false);
		if (!MigLedgerWait(copy, since, &delay))
			MigLedgerRefuseLocked(copy, content ? MIG_LOCK_MIGRATE : MIG_LOCK_CONTENT);
	}
}

static void
ReleaseLocks(const MigCopy *copy)
{
	MigLedgerUnlock(copy, MIG_LOCK_MIGRATE, true);
	MigLedgerUnlock(copy, MIG_LOCK_CONTENT, false);
}

/*
 * MigRunIsUpToDate
 *		Can it be told without the graph that nothing is to be done?
 *
 * The rows are all real heads exactly if everything is applied.  Reads what was
 * run of repeatable revisions, if there are any, under the active snapshot.
 */
bool
MigRunIsUpToDate(const MigCopy *copy, const MigState *state, const char *target)
{
	return IsAtHeads(state, target) && MigLedgerIsRepeated(copy, state);
}

static bool
IsAtHeads(const MigState *state, const char *target)
{
	if (!state->known || state->nreal_heads != state->rows.n)
		return false;
	for (int i = 0; i < state->rows.n; i++)
		if (strcmp(state->real_heads[i], state->rows.ids[i]) != 0)
			return false;

	if (strcmp(target, "heads") == 0)
		return true;
	if (state->nheads > 1)
		return false;
	return strcmp(target, "head") == 0 ||
		(state->nheads == 1 && strcmp(target, state->heads[0]) == 0);
}

static MigPlan *
MakePlan(const MigGraph *graph, MigOperation operation, const char **targets, int ntargets,
		 const MigRows *rows, bool purge)
{
	switch (operation)
	{
		case MIG_UPGRADE:
			return MigGraphPlanUpgrade(graph, targets[0], rows);
		case MIG_DOWNGRADE:
			return MigGraphPlanDowngrade(graph, targets[0], rows);
		case MIG_STAMP:
			return MigGraphPlanStamp(graph, targets, ntargets, rows, purge);
		case MIG_REPEAT:
			break;				/* comes with upgrades only */
	}
	pg_unreachable();
}

/* Nothing can be written here: fine if there is nothing to do. */
static void
RefuseReadOnly(const MigWork *work)
{
	const char *first;

	if (work->nsteps == 0)
		return;

	first = work->steps[0].revision;
	ereport(ERROR,
			errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
			RecoveryInProgress()
			? errmsg("project \"%s\" cannot be migrated during recovery", work->copy->project)
			: errmsg("project \"%s\" cannot be migrated in a read-only transaction",
					 work->copy->project),
			errdetail_plural("%d step remains: revision \"%s\".",
							 "%d steps remain, the first of them for revision \"%s\".",
							 work->nsteps, work->nsteps, first[0] == '\0' ? "base" : first),
			RecoveryInProgress() ? errhint("Migrate the primary server.") : 0);
}

/*
 * MigRunCopySteps
 *		Copy a plan out of the graph, into the current context, and add the
 *		repeatable revisions that are to be run after it.
 */
void
MigRunCopySteps(MigWork *work, const MigGraph *graph, const MigPlan *plan)
{
	List	   *repeats = work->operation == MIG_UPGRADE
	? MigRunRepeats(work->copy, graph, plan, work->from_nothing) : NIL;
	ListCell   *lc;

	work->nsteps = plan->nsteps;
	work->steps = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(MigWorkStep) *
										 (plan->nsteps + list_length(repeats)));
	for (int i = 0; i < plan->nsteps; i++)
		CopyStep(&work->steps[i], graph, &plan->steps[i]);
	foreach(lc, repeats)
	{
		const MigRepeat *repeat = lfirst(lc);

		work->steps[work->nsteps++] = (MigWorkStep)
		{
			.step =
			{
				.operation = MIG_REPEAT,.revision = -1
			},.revision = repeat->revision,
				.message = repeat->message,.serial = repeat->serial,
				.transactional = repeat->transactional
		};
	}
}

static void
CopyStep(MigWorkStep *copy, const MigGraph *graph, const MigStep *step)
{
	const MigRevisionDef *def = step->revision < 0 ? NULL : graph->revisions[step->revision].def;

	memset(copy, 0, sizeof(*copy));
	copy->step = *step;
	copy->step.removed = CopyTexts(step->removed, step->nremoved);
	copy->step.added = CopyTexts(step->added, step->nadded);
	copy->revision = def == NULL ? "" : pstrdup(def->id);
	copy->message = def == NULL ? "" : pstrdup(def->message);
	copy->serial = def == NULL ? 0 : def->serial;
	copy->transactional = def == NULL ||
		(step->operation == MIG_DOWNGRADE ? def->down_transactional : def->transactional);
	copy->reversible = def == NULL || def->reversible;
}

static const char **
CopyTexts(const char **texts, int n)
{
	const char **copies = palloc(sizeof(char *) * (n + 1));

	for (int i = 0; i < n; i++)
		copies[i] = pstrdup(texts[i]);
	return copies;
}

/*
 * MigRunCheckSteps
 *		Refuse, before anything runs, what cannot be done in this way.
 *
 * any_transaction: revisions that are not transactional can be run.
 */
void
MigRunCheckSteps(const MigWork *work, bool any_transaction)
{
	if (work->operation == MIG_STAMP)
		return;

	for (int i = 0; i < work->nsteps; i++)
	{
		const MigWorkStep *step = &work->steps[i];

		if (work->operation == MIG_DOWNGRADE && !step->reversible)
			MigRunRefuseIrreversible(work->copy, step->revision);
		if (!step->transactional && !any_transaction)
			ereport(ERROR,
					errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
					errmsg("revision \"%s\" cannot run in a transaction", step->revision),
					errdetail("Its header says \"Transactional: no\", or its %s has a statement that cannot run in a transaction block.",
							  work->operation == MIG_UPGRADE ? "upgrade" : "downgrade"),
					errhint("Use CALL migrator.%s, which runs such a revision statement by statement.",
							work->operation == MIG_UPGRADE ? "deploy" : "rollback"));
	}
}

/*
 * MigRunRefuseIrreversible
 *		Raise FEATURE_NOT_SUPPORTED, with the reason that the revision gives.
 */
void
MigRunRefuseIrreversible(const MigCopy *copy, const char *revision)
{
	const MigStored *stored;
	const char *reason;

	PushActiveSnapshot(GetTransactionSnapshot());
	stored = MigLedgerFetch(copy, revision);
	PopActiveSnapshot();
	reason = stored == NULL ? NULL : MigScriptIrreversible(stored->header);
	ereport(ERROR,
			errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			errmsg("revision \"%s\" is irreversible", revision),
			reason == NULL ? errdetail("It has no section \"-- migrate:down\".")
			: errdetail("It has no section \"-- migrate:down\": %s", reason),
			errhint("Stop at this revision, or undo it by hand and use migrator.stamp()."));
}

/* Carry out steps that may change the schema, and record that. */
static void
RunRecorded(MigWork *work, const MigRows *before)
{
	int64		writes;

	MigRunCheckDrift(work->copy);
	writes = MigRunCatalogWrites();
	RunSteps(work);
	MigRunRecordAfter(work->copy, before, writes);
}

/* Carry out the steps. */
static void
RunSteps(MigWork *work)
{
	MemoryContext chunk_context = AllocSetContextCreate(CurrentMemoryContext, "migrator bodies",
														ALLOCSET_DEFAULT_SIZES);
	MemoryContext step_context = AllocSetContextCreate(CurrentMemoryContext, "migrator step",
													   ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = CurrentMemoryContext;
	List	   *bodies = NIL;

	for (int i = 0; i < work->nsteps; i++)
	{
		const MigBody *body = NULL;

		CHECK_FOR_INTERRUPTS();
		if (work->operation != MIG_STAMP)
		{
			if (i % BODIES_AT_ONCE == 0)
			{
				MemoryContextReset(chunk_context);
				MemoryContextSwitchTo(chunk_context);
				bodies = FetchBodies(work, i, Min(BODIES_AT_ONCE, work->nsteps - i), LARGE_BODY);
			}
			MemoryContextSwitchTo(step_context);
			body = FindBody(work, bodies, i);
		}
		MemoryContextSwitchTo(step_context);
		Report(work, &work->steps[i], MigRunStep(work, &work->steps[i], body));
		MemoryContextReset(step_context);
	}

	MemoryContextSwitchTo(old);
	MemoryContextDelete(step_context);
	MemoryContextDelete(chunk_context);
}

static void
Report(const MigWork *work, const MigWorkStep *step, int64 elapsed)
{
	MigDone		done = {.operation = step->step.operation,.revision = step->revision,
	.message = step->message,.elapsed_us = elapsed};

	work->done(&done, work->arg);
}

/*
 * MigRunStep
 *		Carry out one step in the current transaction, and record it.
 *
 * body is NULL for a stamp.  Returns how long it took, in microseconds.
 */
int64
MigRunStep(const MigWork *work, const MigWorkStep *step, const MigBody *body)
{
	TimestampTz started = GetCurrentTimestamp();
	TimestampTz ended = started;
	char		checksum[MIG_CHECKSUM_SIZE];

	if (body != NULL)
	{
		MigLedgerBeacon(work->copy, step->serial, false, true);
		RunSection(work->copy, body, step->step.operation);
		MigLedgerBeacon(work->copy, step->serial, false, false);
		MigChecksum(body->text, strlen(body->text), checksum);
		ended = GetCurrentTimestamp();
	}
	MigLedgerRecord(work->copy, &step->step, step->revision, body == NULL ? NULL : checksum,
					started, ended);
	return ended - started;
}

/*
 * Run a section, and what verifies it, during which nobody else may start
 * another operation.
 */
static void
RunSection(const MigCopy *copy, const MigBody *body, MigOperation operation)
{
	MigRunEnter(copy, body->revision);
	PG_TRY();
	{
		MigRunSection(body, operation);
		if (copy->verify && body->verify != NULL)
			MigRunVerify(body);
	}
	PG_FINALLY();
	{
		MigRunLeave();
	}
	PG_END_TRY();
}

/*
 * MigRunEnter
 *		SQL of a revision is about to run, in which no other operation may.
 *
 * The caller makes sure of MigRunLeave().
 */
void
MigRunEnter(const MigCopy *copy, const char *revision)
{
	running = true;
	running_copy = copy;
	running_revision = revision;
}

/*
 * MigRunLeave
 *		It has run.
 */
void
MigRunLeave(void)
{
	running = false;
}

/* Fetch the bodies of n steps. */
static List *
FetchBodies(const MigWork *work, int first, int n, int limit)
{
	const char **ids = palloc(sizeof(char *) * n);
	List	   *bodies = NIL;

	PushActiveSnapshot(GetTransactionSnapshot());
	for (int i = first; i < first + n;)
	{
		MigOperation operation = work->steps[i].step.operation;
		int			nids = 0;

		while (i < first + n && work->steps[i].step.operation == operation)
			ids[nids++] = work->steps[i++].revision;
		bodies = list_concat(bodies, MigLedgerBodies(work->copy, ids, nids, operation, limit));
	}
	PopActiveSnapshot();
	return bodies;
}

/*
 * MigRunFetchBody
 *		The section of one step, in the current context.
 */
const MigBody *
MigRunFetchBody(const MigWork *work, int step)
{
	return FindBody(work, FetchBodies(work, step, 1, INT_MAX), step);
}

/* The body of a step, out of at most BODIES_AT_ONCE that were fetched. */
static const MigBody *
FindBody(const MigWork *work, List *bodies, int step)
{
	ListCell   *lc;

	foreach(lc, bodies)
	{
		const MigBody *body = lfirst(lc);

		if (strcmp(body->revision, work->steps[step].revision) != 0)
			continue;
		if (body->text == NULL)
		{
			bodies = FetchBodies(work, step, 1, INT_MAX);
			body = bodies == NIL ? NULL : linitial(bodies);
		}
		if (body != NULL && body->text != NULL)
			return body;
		break;
	}
	elog(ERROR, "revision \"%s\" has disappeared", work->steps[step].revision);
}

/*
 * MigRunRememberHeads
 *		Keep the heads for the next caller's MigRunIsUpToDate.
 *
 * It must never be the reason for a failure, nor wait: nothing is done unless
 * the newest state, under the author's lock, is still the one that the graph
 * was read from.  state is that.
 */
void
MigRunRememberHeads(const MigCopy *copy, const MigState *state)
{
	MigState   *newest;

	if (state->known || state->token == NULL || !MigLedgerTryLock(copy, MIG_LOCK_AUTHOR, true))
		return;
	PushActiveSnapshot(GetLatestSnapshot());
	newest = MigLedgerState(copy);
	PopActiveSnapshot();
	if (newest->token == NULL || strcmp(newest->token, state->token) != 0 || newest->known)
	{
		MigLedgerUnlock(copy, MIG_LOCK_AUTHOR, true);
		return;
	}

	PushActiveSnapshot(GetTransactionSnapshot());
	MigLedgerRememberHeads(copy, state->token, MigLedgerGraph(copy));
	PopActiveSnapshot();
}
