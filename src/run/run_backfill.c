/*-------------------------------------------------------------------------
 * src/run/run_backfill.c
 *	  Run a statement over a whole table in batches, a transaction for each.
 *
 * A pass goes along the key from its least value to what is the greatest when the pass
 * begins, so that it ends however fast the application inserts.  The row in
 * migrator.backfill changes in the transaction of each batch: whoever comes
 * after a crash goes on behind the last key that is done.
 *
 * If there is a condition for rows that are still to do, there are further
 * passes over what was written meanwhile, but only a few of them.  Before the
 * table is looked at, at the beginning and for the verdict, we wait for the
 * transactions that are writing to it, since their rows cannot be seen yet.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "base/compat.h"
#include "catalog/namespace.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/varlena.h"

#define MAX_BATCH		1000000
#define COUNTED_ROWS	10000000	/* larger tables are not counted but
									 * estimated */
#define BATCH_TIMEOUT	1000	/* ms; a row may take longer than the target
								 * of a batch, but not ten times that, or this */
#define SPEED_WEIGHT	0.3		/* of the last batch in the moving averages */
#define RATE_WEIGHT		0.1

typedef struct Backfill
{
	const MigCopy *copy;
	const MigBackfillCall *call;
	const MigBackfillOptions *options;
	const MigStatement *statement;
	bool		is_piece;		/* of a revision: its caller commits the end */
	MemoryContext context;		/* outlives transactions */
	MemoryContext scratch;		/* of a batch */
	MigBatcher *batcher;
	MigBackfill state;
	MigKey		last;			/* if state.last_key is set */
	MigKey		max;
	MemoryContext key_context;	/* of last and state.last_key */
	double		speed;			/* rows per ms of batches */
	TimestampTz ended;			/* the last batch, or 0 */
	bool		is_locked;
	MigBrake	brake;
} Backfill;

static void Go(Backfill *backfill);
static void Lock(Backfill *backfill);
static void Unlock(Backfill *backfill);
static void Open(Backfill *backfill);
static bool Resume(Backfill *backfill);
static void RefuseOther(const Backfill *backfill, const MigBackfill *state);
static void Begin(Backfill *backfill);
static int64 Estimate(const Backfill *backfill);
static void BeginPass(Backfill *backfill);
static void WaitForWriters(Backfill *backfill);
static void AddWaiting(void *arg);
static bool IsComplete(Backfill *backfill);
static void RunPass(Backfill *backfill);
static bool RunBatch(Backfill *backfill);
static void Split(Backfill *backfill, ErrorData *error, int timeout, int attempt);
static bool TryBatch(Backfill *backfill);
static const MigKey *After(const Backfill *backfill);
static int64 RunRange(Backfill *backfill, const MigKey *first, const MigKey *end);
static void AddBatch(void *arg);
static void Measure (Backfill *backfill, MigBackfill *next, int64 n, TimestampTz started);
static void Advance(Backfill *backfill, const MigBackfill *next, const MigKey *key);
static void SetLocal(const char *setting, int value);
static int	BatchTimeout(const MigBackfillOptions *options, int size);
static void Fail(Backfill *backfill, ErrorData *error);

/*
 * MigRunBackfill
 *		Run a statement over a table in batches, or go on with it.
 *
 * Only for a procedure called by a statement of its own.  Raises what a batch
 * raises, after its transaction was rolled back and the failure was noted; what
 * came before it stays.
 */
void
MigRunBackfill(const MigCopy *copy, const MigBackfillCall *call, const MigBackfillOptions *options)
{
	Backfill	backfill = {.copy = copy,.call = call,.options = options};
	MemoryContext old = CurrentMemoryContext;
	MigPlace	place = {.file = NULL,.line = 1};
	MigSplitter *splitter;

	MigRunRefuseRunning("call migrator.backfill");
	if (RecoveryInProgress() || XactReadOnly)
		PreventCommandIfReadOnly("migrator.backfill");
	backfill.context = AllocSetContextCreate(PortalContext, "migrator backfill",
											 ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(backfill.context);
	splitter = MigScriptOpen(call->statement, &place, standard_conforming_strings, false);
	backfill.statement = MigScriptNext(splitter);
	if (backfill.statement == NULL || MigScriptNext(splitter) != NULL)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("a backfill is one statement"));
	MigScriptClose(splitter);
	PG_TRY();
	{
		MigRunPassFreeze(copy);
		MigDbCommit();
		Go(&backfill);
		MigDbCommit();
		ereport(NOTICE,
				errmsg("backfill \"%s\" is finished", call->name),
				errdetail_internal(INT64_FORMAT " rows in " INT64_FORMAT " batches",
								   backfill.state.rows_done, backfill.state.batches));
	}
	PG_CATCH();
	{
		ErrorData  *error = MigDbAbort(backfill.context);

		Fail(&backfill, error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old);
	MemoryContextDelete(backfill.context);
}

/*
 * MigRunBackfillPiece
 *		The same for a statement of a revision that a marker is above.
 *
 * The caller commits the last transaction, in which the backfill is said to be
 * finished.
 */
void
MigRunBackfillPiece(const MigCopy *copy, const MigStatement *statement,
					const MigBackfillOptions *options)
{
	const MigMark *mark = statement->backfill;
	MigBackfillCall call = {.name = mark->name,.statement = statement->text,.pending = mark->pending,
	.key = mark->key};
	Backfill	backfill = {.copy = copy,.call = &call,.options = options,.statement = statement,
	.is_piece = true};
	MemoryContext old = CurrentMemoryContext;

	backfill.context = AllocSetContextCreate(old, "migrator backfill", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(backfill.context);
	call.relation = RangeVarGetRelid(makeRangeVarFromNameList(MigQualifiedNameList(mark->relation)),
									 NoLock, false);
	PG_TRY();
	{
		Go(&backfill);
	}
	PG_CATCH();
	{
		ErrorData  *error = MigDbAbort(old);

		Fail(&backfill, error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old);
	MemoryContextDelete(backfill.context);
}

static void
Go(Backfill *backfill)
{
	backfill->scratch = AllocSetContextCreate(backfill->context, "migrator batch",
											  ALLOCSET_DEFAULT_SIZES);
	Lock(backfill);
	PushActiveSnapshot(GetTransactionSnapshot());
	Open(backfill);
	if (!Resume(backfill))
	{
		PopActiveSnapshot();
		MigDbCommit();
		Begin(backfill);
	}
	else
		PopActiveSnapshot();
	while (!backfill->state.is_finished)
	{
		MigDbCommit();
		RunPass(backfill);
		if (IsComplete(backfill))
		{
			backfill->state.is_finished = true;
			MigLedgerBackfillWrite(backfill->copy, &backfill->state);
		}
		else
			BeginPass(backfill);
	}
	Unlock(backfill);
}

/* One of a name at a time. */
static void
Lock(Backfill *backfill)
{
	if (!MigLedgerHoldBackfill(backfill->copy, backfill->call->name))
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_IN_USE),
				errmsg("backfill \"%s\" is running in another session", backfill->call->name),
				errhint("migrator.backfill_progress() says how far it is."));
	backfill->is_locked = true;
}

static void
Unlock(Backfill *backfill)
{
	MigRunSetTimer(backfill->is_piece ? backfill->options->statement_timeout : 0);
	if (backfill->is_locked)
		MigLedgerReleaseBackfill(backfill->copy, backfill->call->name);
	backfill->is_locked = false;
}

/* Say what is to be done. */
static void
Open(Backfill *backfill)
{
	const MigBackfillCall *call = backfill->call;
	MigBackfill *state = &backfill->state;
	char	   *checked = psprintf("%s\n%s", call->statement, call->pending == NULL ? "" : call->pending);
	char	   *checksum = palloc(MIG_CHECKSUM_SIZE);

	backfill->batcher = MigRunBatchOpen(call->relation, backfill->statement, call->pending, call->key);
	MigChecksum(checked, strlen(checked), checksum);
	state->name = call->name;
	state->relation = backfill->batcher->relation_name;
	state->nkeys = backfill->batcher->nkeys;
	state->key_columns = palloc(sizeof(char *) * state->nkeys);
	for (int i = 0; i < state->nkeys; i++)
		state->key_columns[i] = backfill->batcher->keys[i].name;
	state->statement = call->statement;
	state->pending = call->pending;
	state->checksum = checksum;
	state->batch_size = backfill->options->batch_size;
	state->pass = 1;
}

/* Go on where an earlier call has stopped; false if none has done anything. */
static bool
Resume(Backfill *backfill)
{
	MigBackfill *state = &backfill->state;
	MigBackfill *old = MigLedgerBackfill(backfill->copy, state->name);

	if (old == NULL || backfill->options->restart || (old->is_finished && backfill->is_piece) ||
		(!old->is_finished && old->pass == 1 && old->last_key == NULL))
		return false;
	RefuseOther(backfill, old);
	state->pass = old->pass;
	state->last_key = old->last_key;
	state->max_key = old->max_key;
	state->rows_done = old->rows_done;
	state->rows_changed = old->rows_changed;
	state->rows_estimated = old->rows_estimated;
	state->batches = old->batches;
	if (backfill->options->target_duration > 0)
		state->batch_size = old->batch_size;
	state->rate = old->rate;
	memcpy(state->paused, old->paused, sizeof(state->paused));
	state->is_finished = old->is_finished;
	if (state->max_key != NULL)
		MigRunBatchParseKey(backfill->batcher, state->max_key, &backfill->max);
	if (state->last_key != NULL)
		MigRunBatchParseKey(backfill->batcher, state->last_key, &backfill->last);
	return true;
}

/* A name is for one statement, table and key. */
static void
RefuseOther(const Backfill *backfill, const MigBackfill *old)
{
	const MigBackfill *state = &backfill->state;
	const char *what = NULL;

	if (strcmp(old->relation, state->relation) != 0)
		what = psprintf("It was for table %s.", old->relation);
	else if (strcmp(old->checksum, state->checksum) != 0)
		what = "It had another statement or condition.";
	else if (strcmp(MigQuoteNames(old->key_columns, old->nkeys),
					MigQuoteNames(state->key_columns, state->nkeys)) != 0)
		what = psprintf("It went along %s.", MigQuoteNames(old->key_columns, old->nkeys));
	if (what == NULL)
		return;
	ereport(ERROR,
			errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			old->is_finished
			? errmsg("backfill \"%s\" is finished, and was another one", state->name)
			: errmsg("backfill \"%s\" is half done, and is another one", state->name),
			errdetail_internal("%s", what),
			errhint("Use another name, or CALL migrator.backfill(..., restart => true) to begin again."));
}

/* The first pass. */
static void
Begin(Backfill *backfill)
{
	MigBackfill *state = &backfill->state;

	WaitForWriters(backfill);
	if (MigRunBatchGreatest(backfill->batcher, &backfill->max))
		state->max_key = MigRunBatchKeyTexts(backfill->batcher, &backfill->max);
	state->rows_estimated = Estimate(backfill);
	MigLedgerBackfillBegin(backfill->copy, state);
}

/* How many rows there are to do: exactly, if that does not take long. */
static int64
Estimate(const Backfill *backfill)
{
	int64		rows;

	if (backfill->state.max_key == NULL)
		return 0;
	rows = MigRunBatchEstimate(backfill->batcher, false);
	if (backfill->call->pending == NULL)
		return rows;
	return rows < COUNTED_ROWS ? MigRunBatchCount(backfill->batcher)
		: MigRunBatchEstimate(backfill->batcher, true);
}

/* Another pass, over what has been written behind the last one. */
static void
BeginPass(Backfill *backfill)
{
	MigBackfill *state = &backfill->state;
	MemoryContext old = MemoryContextSwitchTo(backfill->context);

	state->pass++;
	state->last_key = NULL;
	state->max_key = NULL;
	if (MigRunBatchGreatest(backfill->batcher, &backfill->max))
		state->max_key = MigRunBatchKeyTexts(backfill->batcher, &backfill->max);
	MemoryContextSwitchTo(old);
	MigLedgerBackfillWrite(backfill->copy, state);
}

/*
 * Wait for transactions that have written to the table and may yet commit.
 *
 * We hold no lock and no snapshot meanwhile, so nobody waits for us.  What
 * begins later to write writes what can be seen by whoever looks later.
 */
static void
WaitForWriters(Backfill *backfill)
{
	ErrorContextCallback callback = {.callback = AddWaiting,.arg = backfill};
	List	   *relations = find_all_inheritors(backfill->call->relation, NoLock, NULL);
	ListCell   *lc;

	InvalidateCatalogSnapshot();
	SetLocal("lock_timeout", backfill->options->concurrent_lock_budget);
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	foreach(lc, relations)
	{
		LOCKTAG		tag;

		SET_LOCKTAG_RELATION(tag, MyDatabaseId, lfirst_oid(lc));
		WaitForLockers(tag, ShareLock, false);
	}
	error_context_stack = callback.previous;
	MigDbCommit();
}

static void
AddWaiting(void *arg)
{
	const Backfill *backfill = arg;

	errcontext("while waiting for the transactions that are writing to table %s",
			   backfill->batcher->relation_name);
}

/*
 * Whether nothing is left to do, as far as that can be known; raises an error
 * if the passes are used up and something is.
 */
static bool
IsComplete(Backfill *backfill)
{
	MigBackfill *state = &backfill->state;
	int64		left;

	if (backfill->call->pending == NULL)
		return true;
	WaitForWriters(backfill);
	left = MigRunBatchCount(backfill->batcher);
	if (left == 0)
		return true;
	if (state->pass <= backfill->options->passes)
	{
		state->rows_estimated = state->rows_done + left;
		return false;
	}

	/* the next call begins with the passes again */
	state->pass = 0;
	BeginPass(backfill);
	MigDbCommit();
	ereport(ERROR,
			errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg_plural("backfill \"%s\" has left " INT64_FORMAT " row",
						  "backfill \"%s\" has left " INT64_FORMAT " rows",
						  left, state->name, left),
			errdetail_plural("The condition is still true for them after %d further pass.",
							 "The condition is still true for them after %d further passes.",
							 backfill->options->passes, backfill->options->passes),
			errhint("Either the statement does not make it false, or something goes on writing such rows; stop that, then call again."));
}

static void
RunPass(Backfill *backfill)
{
	MemoryContext old = MemoryContextSwitchTo(backfill->scratch);
	bool		at_end = backfill->state.max_key == NULL;

	while (!at_end)
	{
		CHECK_FOR_INTERRUPTS();
		MigRunBrake(&backfill->brake, backfill->copy, &backfill->state, backfill->options);
		at_end = RunBatch(backfill);
		MemoryContextReset(backfill->scratch);
	}
	MemoryContextSwitchTo(old);
}

/* Run the next batch, as often and as small as it takes; whether it was the last. */
static bool
RunBatch(Backfill *backfill)
{
	volatile bool done = false;
	volatile bool at_end = false;

	for (volatile int attempt = 1; !done; attempt++)
	{
		PG_TRY();
		{
			at_end = TryBatch(backfill);
			done = true;
		}
		PG_CATCH();
		{
			ErrorData  *error = MigDbAbort(backfill->scratch);

			Split(backfill, error, MigRunStopTimer(), attempt);
		}
		PG_END_TRY();
	}
	return at_end;
}

/* A batch has failed: make it smaller and wait, or give up. */
static void
Split(Backfill *backfill, ErrorData *error, int timeout, int attempt)
{
	MigBackfill *state = &backfill->state;

	if (timeout > 0 && error->sqlerrcode == ERRCODE_QUERY_CANCELED)
	{
		if (state->batch_size == 1)
		{
			error->hint = psprintf("A batch of a single row took longer than %d ms.", timeout);
			ReThrowError(error);
		}
	}
	else if (!MigRunIsTransient(error) || attempt > backfill->options->retries)
		ReThrowError(error);
	else
		state->paused[MIG_PAUSE_RETRY] += MigRunPause(attempt);
	state->batch_size = Max(state->batch_size / 2, 1);
	backfill->speed = 0;
}

/* Run a batch and commit it; whether it was the last of the pass. */
static bool
TryBatch(Backfill *backfill)
{
	MigBackfill next = backfill->state;
	ErrorContextCallback callback = {.callback = AddBatch,.arg = backfill};
	TimestampTz started = GetCurrentTimestamp();
	int			size = next.batch_size;
	MigKey		first;
	MigKey		end;
	int64		n;

	MemoryContextReset(backfill->scratch);
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	SetLocal("lock_timeout", backfill->options->lock_budget);
	n = MigRunBatchFind(backfill->batcher, After(backfill), &backfill->max, size, &first, &end);
	if (n < size)
		end = backfill->max;
	if (n > 0)
	{
		next.rows_changed += RunRange(backfill, &first, &end);
		next.batches++;
	}
	next.rows_done += n;
	next.last_key = MigRunBatchKeyTexts(backfill->batcher, &end);
	Measure		(backfill, &next, n, started);

	CommandCounterIncrement();
	MigLedgerBackfillWrite(backfill->copy, &next);
	MigRunBrakeLook(&backfill->brake, started);
	error_context_stack = callback.previous;
	MigDbCommitAndReport();
	Advance(backfill, &next, &end);
	return n < size;
}

/* The key behind which the next batch is, or NULL. */
static const MigKey *
After(const Backfill *backfill)
{
	return backfill->state.last_key == NULL ? NULL : &backfill->last;
}

/*
 * Run the statement for the rows of a batch.
 *
 * Without a condition, what has been inserted between meanwhile is taken along;
 * with one, there can be any number of rows between, which are done.
 */
static int64
RunRange(Backfill *backfill, const MigKey *first, const MigKey *end)
{
	bool		pending = backfill->call->pending != NULL;
	MigRange	range = {.low = pending ? first : After(backfill),.low_included = pending,.high = end};
	int64		changed;

	MigRunSetTimer(BatchTimeout(backfill->options, backfill->state.batch_size));
	MigRunStartTimer();
	changed = (int64) MigRunBatch(backfill->batcher, &range);
	MigRunEndTimer();
	return changed;
}

/* Error context: where we are. */
static void
AddBatch(void *arg)
{
	const Backfill *backfill = arg;
	const MigBackfill *state = &backfill->state;

	if (state->last_key == NULL)
		errcontext("first batch of backfill \"%s\"", state->name);
	else
		errcontext("batch of backfill \"%s\" behind key (%s)", state->name,
				   MigJoinNames(state->last_key, state->nkeys, ", "));
}

/* Learn how fast it is, and how large the next batch should be. */
static void
Measure		(Backfill *backfill, MigBackfill *next, int64 n, TimestampTz started)
{
	TimestampTz now = GetCurrentTimestamp();
	int			target = backfill->options->target_duration;
	double		ms = Max((now - started) / 1000.0, 0.01);
	double		since = (now - (backfill->ended != 0 ? backfill->ended : started)) / 1000000.0;
	double		rate = n / Max(since, 0.00001);
	int			size = next->batch_size;

	backfill->ended = now;
	next->rate = next->rate == 0 ? rate : (1 - RATE_WEIGHT) * next->rate + RATE_WEIGHT * rate;
	if (n < size)
		return;
	if (target == 0)
	{
		/* only what has been split grows again */
		next->batch_size = (int) Min((int64) size * 2, backfill->options->batch_size);
		return;
	}
	backfill->speed = backfill->speed == 0 ? n / ms
		: (1 - SPEED_WEIGHT) * backfill->speed + SPEED_WEIGHT * n / ms;
	next->batch_size = (int) Max(Min(Min(backfill->speed * target, size * 2.0), MAX_BATCH),
								 Max(size / 2, 1));
}

/* A batch is committed: what is done ends with this key. */
static void
Advance(Backfill *backfill, const MigBackfill *next, const MigKey *key)
{
	MemoryContext context = AllocSetContextCreate(backfill->context, "migrator key",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	const char **texts = palloc(sizeof(char *) * next->nkeys);

	for (int i = 0; i < next->nkeys; i++)
	{
		const MigKeyColumn *column = &backfill->batcher->keys[i];

		texts[i] = pstrdup(next->last_key[i]);
		backfill->last.values[i] = datumCopy(key->values[i], column->by_value, column->len);
	}
	backfill->state = *next;
	backfill->state.last_key = texts;
	MemoryContextSwitchTo(old);
	if (backfill->key_context != NULL)
		MemoryContextDelete(backfill->key_context);
	backfill->key_context = context;
}

/* Set something in ms for this transaction; 0: leave it. */
static void
SetLocal(const char *setting, int value)
{
	if (value > 0)
		(void) set_config_option(setting, psprintf("%d", value), PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_LOCAL, true, 0, false);
}

/*
 * How long the statement of a batch may take, in ms; 0: for ever.
 *
 * Others may wait for its rows for as long, so it is not more than the lock budget,
 * unless it has to be.  What cannot be made smaller gets more.
 */
static int
BatchTimeout(const MigBackfillOptions *options, int size)
{
	int64		target = options->target_duration;
	int64		most = Max(target * 10, BATCH_TIMEOUT);

	if (target == 0)
		return options->statement_timeout;
	if (size > 1 && options->lock_budget > 0)
		most = Min(most, Max(options->lock_budget * INT64CONST(3) / 4, target * 2));
	most = Min(most, INT_MAX);
	return options->statement_timeout == 0 ? (int) most : (int) Min(options->statement_timeout, most);
}

/* Something has failed; the transaction is new. */
static void
Fail(Backfill *backfill, ErrorData *error)
{
	const MigBackfill *state = &backfill->state;

	PG_TRY();
	{
		(void) MigRunStopTimer();
		MigRunLocateError(backfill->statement, error);
		if (backfill->is_locked && state->name != NULL)
			MigLedgerBackfillError(backfill->copy, state->name, error->message);
		MigDbCommit();
	}
	PG_CATCH();
	{
		Unlock(backfill);
		PG_RE_THROW();
	}
	PG_END_TRY();
	Unlock(backfill);
	if (state->batches > 0)
		MigRunAddHint(error, psprintf(INT64_FORMAT " rows are done and stay; the same call goes on from there.",
									  state->rows_done));
	ReThrowError(error);
}
