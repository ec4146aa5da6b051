/*-------------------------------------------------------------------------
 * src/run/run_deploy.c
 *	  deploy and rollback: a transaction for each revision, or for each of its
 *	  statements.
 *
 * The migration locks are the session's here, taken by polling without a
 * snapshot before anything is planned, and given back on every way out.  A step
 * is recorded in the transaction that runs it, or in that of its last statement:
 * whoever calls next finds in the versions, and in the journal, how far it is.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "storage/latch.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#define FIRST_PAUSE		100L	/* ms before a step is tried again */
#define LONGEST_PAUSE	10000L

typedef struct Deployment
{
	MigCopy		copy;
	const MigDeployOptions *options;
	MigWork		work;
	MemoryContext context;		/* outlives transactions */
	MigRows		before;			/* versions at the start */
	List	   *findings;		/* char *: what speaks against it */
	int64		writes;			/* of the catalogs, at the start; -1: there
								 * were some before */
	bool		continues;		/* what an earlier call has begun */
	int			done;			/* steps */
	bool		is_locked;
	int32		beacon;			/* serial, or 0 */
} Deployment;

static void Deploy(Deployment *deployment);
static void Lock(Deployment *deployment);
static void Unlock(Deployment *deployment);
static bool MakePlan(Deployment *deployment);
static void RefuseFindings(Deployment *deployment);
static void CollectFinding(const char *severity, const char *code, const char *detail,
						   const char *hint, void *arg);
static void CheckHalfDone(Deployment *deployment);
static void Prepare(Deployment *deployment);
static void RunSteps(Deployment *deployment);
static void RunStep(Deployment *deployment, int number);
static void SetBeacon(Deployment *deployment, int32 serial);
static void TryStep(Deployment *deployment, const MigWorkStep *step, int number);
static void Finish(Deployment *deployment);
static void Fail(Deployment *deployment, ErrorData *error);
static void NoteFailure(Deployment *deployment, ErrorData *error);
static const char *DescribeHalfDone(const MigCopy *copy);
static void RollBack(Deployment *deployment, ErrorData *error);
static void TurnAround(Deployment *deployment);
static void Say(const MigWorkStep *step);
static void CopyRows(MigRows *to, const MigRows *from);

/*
 * MigRunDeploy
 *		Run the upgrades, or downgrades, that lead to target, committing as it
 *		goes.
 *
 * Only for a procedure called by a statement of its own.  Takes MIG_LOCK_MIGRATE
 * and MIG_LOCK_CONTENT for the session, and gives them back.  Raises what a step
 * raises, after its transaction was rolled back and the failure was noted; what
 * came before it stays.
 */
void
MigRunDeploy(const MigCopy *copy, MigOperation operation, const char *target,
			 const MigDeployOptions *options)
{
	Deployment	deployment = {.copy = *copy,.options = options};
	MemoryContext old = CurrentMemoryContext;
	const char *name = operation == MIG_UPGRADE ? "migrator.deploy" : "migrator.rollback";

	MigRunRefuseRunning(psprintf("call %s", name));
	MigGraphRefuseRange(target);
	PreventCommandDuringRecovery(name);
	PreventCommandIfReadOnly(name);
	deployment.context = AllocSetContextCreate(PortalContext, "migrator deployment",
											   ALLOCSET_DEFAULT_SIZES);
	deployment.work = (MigWork)
	{
		.copy = &deployment.copy,.operation = operation,.target = target
	};
	MemoryContextSwitchTo(deployment.context);
	MigRunWatchClient(options->needs_client);
	MigRunSetTimer(options->statement_timeout);
	PG_TRY();
	{
		Deploy(&deployment);
	}
	PG_CATCH();
	{
		ErrorData  *error = MigDbAbort(deployment.context);

		Fail(&deployment, error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old);
	MemoryContextDelete(deployment.context);
}

static void
Deploy(Deployment *deployment)
{
	/* give up the snapshot, so that nobody waits for us while we wait */
	MigDbCommit();
	Lock(deployment);
	if (MakePlan(deployment))
	{
		Prepare(deployment);
		RunSteps(deployment);
		Finish(deployment);
	}
	Unlock(deployment);
	MigRunResetClientCheck();
}

/* Take the locks for the session, both or none at a time, as run_steps.c does. */
static void
Lock(Deployment *deployment)
{
	const MigCopy *copy = &deployment->copy;
	TimestampTz since = GetCurrentTimestamp();
	int			delay = 0;

	for (;;)
	{
		bool		content = MigLedgerHold(copy, MIG_LOCK_CONTENT, false);

		if (content && MigLedgerHold(copy, MIG_LOCK_MIGRATE, true))
			break;
		if (content)
			MigLedgerRelease(copy, MIG_LOCK_CONTENT, false);
		InvalidateCatalogSnapshot();
		if (!MigLedgerWait(copy, since, &delay))
			MigLedgerRefuseLocked(copy, content ? MIG_LOCK_MIGRATE : MIG_LOCK_CONTENT);
	}
	deployment->is_locked = true;
}

static void
Unlock(Deployment *deployment)
{
	MigRunLeave();
	MigRunSetTimer(0);
	MigRunUnwatchClient();
	MigRunKeepHistory(NULL);
	SetBeacon(deployment, 0);
	if (deployment->is_locked)
	{
		MigLedgerRelease(&deployment->copy, MIG_LOCK_MIGRATE, true);
		MigLedgerRelease(&deployment->copy, MIG_LOCK_CONTENT, false);
	}
	deployment->is_locked = false;
}

/* Find out what is to be done, and note that it begins; false if it is nothing. */
static bool
MakePlan(Deployment *deployment)
{
	const MigCopy *copy = &deployment->copy;
	const MigGraph *graph;
	MigState   *state;
	MigPlan    *plan;
	const char **revisions;

	PushActiveSnapshot(GetTransactionSnapshot());
	state = MigLedgerState(copy);
	if (deployment->work.operation == MIG_UPGRADE && MigRunIsUpToDate(copy, state, deployment->work.target))
	{
		PopActiveSnapshot();
		CheckHalfDone(deployment);
		MigDbCommit();
		return false;
	}
	graph = MigLedgerGraph(copy);
	PopActiveSnapshot();
	CopyRows(&deployment->before, &state->rows);
	plan = deployment->work.operation == MIG_UPGRADE
		? MigGraphPlanUpgrade(graph, deployment->work.target, &state->rows)
		: MigGraphPlanDowngrade(graph, deployment->work.target, &state->rows);
	MigRunCopySteps(&deployment->work, graph, plan);
	MigRunCheckSteps(&deployment->work, true);
	CheckHalfDone(deployment);
	if (deployment->work.nsteps == 0)
	{
		MigRunRememberHeads(copy, state);
		MigDbCommit();
		return false;
	}
	RefuseFindings(deployment);
	revisions = palloc(sizeof(char *) * deployment->work.nsteps);
	for (int i = 0; i < deployment->work.nsteps; i++)
		revisions[i] = deployment->work.steps[i].revision;
	deployment->work.deployment = MigLedgerDeploymentBegin(copy, deployment->work.operation, deployment->work.target,
														   revisions, deployment->work.nsteps);
	MigRunNotify(&deployment->work, "deployment begun", NULL, NULL);
	MigDbCommit();
	return true;
}

/* Before anything runs: what speaks against it, unless that is to be passed over. */
static void
RefuseFindings(Deployment *deployment)
{
	MigRunPassGate(&deployment->work);
	PushActiveSnapshot(GetTransactionSnapshot());
	MigRunFindErrors(&deployment->work, CollectFinding, deployment);
	PopActiveSnapshot();
	if (deployment->findings != NIL)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("the deployment was not begun"),
				errdetail_internal("%s.", MigRunJoin(deployment->findings)),
				errhint("migrator.preflight() says what to do. With pass_over => '{code, ...}' it is begun all the same."));
}

/* Approvals and freezes are not passed over in this way: see MigRunPassGate. */
static void
CollectFinding(const char *severity pg_attribute_unused(), const char *code, const char *detail,
			   const char *hint pg_attribute_unused(), void *arg)
{
	Deployment *deployment = arg;

	if (strcmp(code, "not_approved") == 0 || strcmp(code, "frozen") == 0)
		return;
	for (int i = 0; i < deployment->options->npass_over; i++)
		if (strcmp(deployment->options->pass_over[i], code) == 0)
			return;
	deployment->findings = lappend(deployment->findings, psprintf("%s: %s", code, detail));
}

/* What is half done comes first, or has to be dealt with first. */
static void
CheckHalfDone(Deployment *deployment)
{
	MigWork    *work = &deployment->work;
	MigJournal *journal;

	PushActiveSnapshot(GetTransactionSnapshot());
	journal = MigLedgerJournal(&deployment->copy);
	PopActiveSnapshot();
	deployment->continues = journal != NULL;
	if (journal == NULL && work->nsteps > 0)
		MigRunCheckDrift(&deployment->copy);
	if (journal == NULL)
		return;
	if (journal->operation == MIG_REPEAT)
		MigRunRepeatFirst(work, journal->revision);
	if (work->nsteps > 0 && journal->operation == work->steps[0].step.operation &&
		strcmp(journal->revision, work->steps[0].revision) == 0)
	{
		/* even if what is left of it could be one transaction by now */
		work->steps[0].transactional = false;
		return;
	}
	MigRunRefuseHalfDone(journal);
}

/* What comes before the first step. */
static void
Prepare(Deployment *deployment)
{
	MigRunBackup(deployment->options->backup_command, &deployment->work);
	MigRunRestorePoint(&deployment->work);
	MigRunHooks(&deployment->work, "before_run", NULL, NULL);
	MigDbCommit();
	deployment->writes = deployment->continues ? -1 : MigRunCatalogWrites();
	MigDbCommit();
}

static void
RunSteps(Deployment *deployment)
{
	for (int i = 0; i < deployment->work.nsteps; i++)
	{
		CHECK_FOR_INTERRUPTS();
		RunStep(deployment, i);
		deployment->done++;
	}
}

/* Run one step, as often as it takes. */
static void
RunStep(Deployment *deployment, int number)
{
	const MigWorkStep *step = &deployment->work.steps[number];
	MemoryContext context = AllocSetContextCreate(deployment->context, "migrator step",
												  ALLOCSET_DEFAULT_SIZES);
	volatile bool done = false;

	SetBeacon(deployment, step->serial);
	for (volatile int attempt = 1; !done; attempt++)
	{
		MemoryContextReset(context);
		MemoryContextSwitchTo(context);
		MigRunKeepHistory(context);
		PG_TRY();
		{
			TryStep(deployment, step, number);
			done = true;
		}
		PG_CATCH();
		{
			ErrorData  *error = MigDbAbort(context);

			MigRunLeave();
			if (MigRunGaveUp() || attempt > deployment->options->retries ||
				!MigRunIsTransient(error))
				ReThrowError(error);
			ereport(NOTICE,
					errmsg("revision \"%s\" is tried again", step->revision),
					errdetail_internal("%s", error->message));
			(void) MigRunPause(attempt);
		}
		PG_END_TRY();
	}
	SetBeacon(deployment, 0);
	MigRunKeepHistory(NULL);
	MemoryContextSwitchTo(deployment->context);
	MemoryContextDelete(context);
	Say(step);
}

/* Show which revision is running, by its serial; 0 for none. */
static void
SetBeacon(Deployment *deployment, int32 serial)
{
	if (deployment->beacon != 0)
		MigLedgerBeacon(&deployment->copy, deployment->beacon, true, false);
	if (serial != 0)
		MigLedgerBeacon(&deployment->copy, serial, true, true);
	deployment->beacon = serial;
}

/* Run one step and commit. */
static void
TryStep(Deployment *deployment, const MigWorkStep *step, int number)
{
	const MigBody *body = MigRunFetchBody(&deployment->work, number);

	if (!step->transactional)
	{
		MigRunEnter(&deployment->copy, step->revision);
		MigRunPieces(&deployment->work, step, body, deployment->options);
		MigRunLeave();
		return;
	}

	/* a snapshot that the transaction keeps must not be older than its locks */
	if (IsolationUsesXactSnapshot())
		MigDbCommit();
	MigRunAcquireAll(body, 0, INT_MAX, deployment->options);
	if (deployment->options->patience.queue_time > 0)
		(void) set_config_option("lock_timeout", psprintf("%d", deployment->options->patience.queue_time),
								 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
	MigRunHooks(&deployment->work, "before_revision", step, NULL);
	(void) MigRunStep(&deployment->work, step, body);
	MigRunWriteHistory(&deployment->copy, deployment->work.deployment, step->step.operation,
					   step->revision);
	MigRunHooks(&deployment->work, "after_revision", step, NULL);
	MigRunNotify(&deployment->work, "step done", step, NULL);
	MigDbCommit();
}

/*
 * MigRunIsTransient
 *		Whether an error is somebody else's doing, and may be over.
 */
bool
MigRunIsTransient(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE ||
		error->sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED ||
		error->sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE;
}

/*
 * MigRunPause
 *		Sleep after a failed attempt, longer each time, and never two sessions in
 *		step; returns for how many ms.
 */
long
MigRunPause(int attempt)
{
	long		pause = Min(FIRST_PAUSE << Min(attempt - 1, 10), LONGEST_PAUSE);

	pause += (long) (pause * pg_prng_double(&pg_global_prng_state));
	InvalidateCatalogSnapshot();
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, pause,
					 PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
	return pause;
}

/* All steps are done. */
static void
Finish(Deployment *deployment)
{
	MigRunHooks(&deployment->work, "after_run", NULL, NULL);
	MigRunRecordAfter(&deployment->copy, &deployment->before, deployment->writes);
	MigLedgerDeploymentEnd(deployment->work.deployment, "done", NULL);
	MigRunNotify(&deployment->work, "deployment done", NULL, NULL);
	MigDbCommit();
}

/* A step has failed, or something before or after it; the transaction is new. */
static void
Fail(Deployment *deployment, ErrorData *error)
{
	ErrorData  *volatile raised = error;

	PG_TRY();
	{
		if (deployment->work.deployment != 0)
			NoteFailure(deployment, error);
	}
	PG_CATCH();
	{
		raised = MigDbAbort(deployment->context);
	}
	PG_END_TRY();
	Unlock(deployment);

	/*
	 * not before: without its client a session that needs it has to end until
	 * here
	 */
	MigRunResetClientCheck();
	MigDbCommit();
	ReThrowError(raised);
}

static void
NoteFailure(Deployment *deployment, ErrorData *error)
{
	bool		cancelled = !MigRunTimedOut() &&
	ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_OPERATOR_INTERVENTION;

	MigLedgerJournalError(&deployment->copy, error->message);
	MigLedgerDeploymentEnd(deployment->work.deployment, "failed", error);
	MigRunNotify(&deployment->work, "deployment failed", NULL, error);
	if (deployment->done > 0)
		MigRunRecordAfter(&deployment->copy, &deployment->before, -1);
	MigDbCommit();
	if (deployment->options->roll_back && !cancelled)
		RollBack(deployment, error);
	else
		MigRunAddHint(error, psprintf("%d of %d steps are done and stay%s; the same call goes on from there.",
									  deployment->done, deployment->work.nsteps,
									  DescribeHalfDone(&deployment->copy)));
}

/* What is done of the step that has failed, to be added to what else is done. */
static const char *
DescribeHalfDone(const MigCopy *copy)
{
	MigJournal *journal;

	PushActiveSnapshot(GetTransactionSnapshot());
	journal = MigLedgerJournal(copy);
	PopActiveSnapshot();
	if (journal == NULL || journal->done == 0)
		return "";
	return psprintf(", and %d %s of revision \"%s\"", journal->done,
					journal->done == 1 ? "statement" : "statements", journal->revision);
}

/*
 * MigRunAddHint
 *		Add a sentence to the hint of an error, if it is not said already.
 */
void
MigRunAddHint(ErrorData *error, const char *hint)
{
	if (error->hint == NULL)
		error->hint = pstrdup(hint);
	else if (strstr(error->hint, "the same call goes on from there") == NULL)
		error->hint = psprintf("%s\n%s", error->hint, hint);
}

/* Undo the steps that were done; an error of that is told in the hint of the first. */
static void
RollBack(Deployment *deployment, ErrorData *error)
{
	MigJournal *journal;
	const char *volatile outcome = NULL;

	PushActiveSnapshot(GetTransactionSnapshot());
	journal = MigLedgerJournal(&deployment->copy);
	PopActiveSnapshot();
	if (journal != NULL)
	{
		error->hint = psprintf("Nothing was rolled back, since revision \"%s\" is half done: migrator.status() says how the next call goes on.",
							   journal->revision);
		return;
	}
	PG_TRY();
	{
		TurnAround(deployment);
		RunSteps(deployment);
		MigRunRecordAfter(&deployment->copy, &deployment->before, -1);
		MigLedgerDeploymentEnd(deployment->work.deployment, "rolled back", error);
		MigRunNotify(&deployment->work, "deployment rolled back", NULL, error);
		MigDbCommit();
		outcome = "All steps that were done before it have been rolled back.";
	}
	PG_CATCH();
	{
		ErrorData  *second = MigDbAbort(deployment->context);

		outcome = psprintf("%d of the %d steps that were done before it have been rolled back, then that failed too: %s",
						   deployment->done, deployment->work.nsteps, second->message);
	}
	PG_END_TRY();
	error->hint = unconstify(char *, outcome);
}

/* Make of what was done what is to be done: the way back, step by step. */
static void
TurnAround(Deployment *deployment)
{
	MigWork    *work = &deployment->work;
	MigWorkStep *steps = palloc(sizeof(MigWorkStep) * (deployment->done + 1));
	const MigGraph *graph;

	PushActiveSnapshot(GetTransactionSnapshot());
	graph = MigLedgerGraph(&deployment->copy);
	PopActiveSnapshot();
	work->nsteps = 0;
	for (int i = deployment->done - 1; i >= 0; i--)
	{
		const MigWorkStep *up = &work->steps[i];
		const MigRevisionDef *def;
		MigWorkStep *down = &steps[work->nsteps];

		if (up->step.operation == MIG_REPEAT)
		{
			/* it has no way down, but is to be run again the next time */
			(void) MigLedgerForgetRepeat(&deployment->copy, up->revision);
			continue;
		}
		def = graph->revisions[MigGraphFind(graph, up->revision)].def;
		*down = *up;
		down->step.operation = MIG_DOWNGRADE;
		down->step.removed = up->step.added;
		down->step.nremoved = up->step.nadded;
		down->step.added = up->step.removed;
		down->step.nadded = up->step.nremoved;
		down->transactional = def->down_transactional;
		down->reversible = def->reversible;
		work->nsteps++;
	}
	work->steps = steps;
	work->operation = MIG_DOWNGRADE;
	deployment->done = 0;
	MigRunCheckSteps(work, true);
	MigDbCommit();
}

/* Tell the client what was done. */
static void
Say(const MigWorkStep *step)
{
	static const char *const done[] = {"upgraded to", "downgraded from", "stamped", "repeated"};

	ereport(NOTICE,
			errmsg("%s \"%s\"%s%s", done[step->step.operation], step->revision, step->message[0] == '\0' ? "" : ", ", step->message));
}

static void
CopyRows(MigRows *to, const MigRows *from)
{
	const char **ids = palloc(sizeof(char *) * (from->n + 1));

	for (int i = 0; i < from->n; i++)
		ids[i] = pstrdup(from->ids[i]);
	to->n = from->n;
	to->ids = ids;
}
