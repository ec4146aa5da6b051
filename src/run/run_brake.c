/*-------------------------------------------------------------------------
 * src/run/run_brake.c
 *	  When a backfill has to go slower.
 *
 * Between two batches we hold no lock, no snapshot and no transaction id, so
 * that a pause costs nobody anything.  A pause for what others do has an end of its own
 * where others could keep it up for ever: for the rate of WAL, and for those who wait
 * for our locks.  For replication it has none, except that a standby which has gone
 * is not waited for.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#define LEAST_PAUSE		50		/* ms, for those who wait for us */
#define LONGEST_PAUSE	10000	/* ms, for the rate of WAL */
#define LAG_EVERY		1000	/* ms between two looks */
#define WAL_WINDOW		5000	/* ms over which the rate of WAL is taken */

static void BrakeForLocks(MigBrake *brake, MigBackfill *state, const MigBackfillOptions *options);
static void BrakeForLag(MigBrake *brake, const MigCopy *copy, MigBackfill *state,
						const MigBackfillOptions *options);
static const char *WhyLag(const MigBackfillOptions *options);
static void BrakeForWal(MigBrake *brake, MigBackfill *state, const MigBackfillOptions *options);
static void Sleep(MigBackfill *state, MigPause reason, long ms);

/*
 * MigRunBrake
 *		Pause before the next batch, for as long as there is a reason.
 *
 * Adds to the pauses of state.  Nothing may be active; may commit.
 */
void
MigRunBrake(MigBrake *brake, const MigCopy *copy, MigBackfill *state,
			const MigBackfillOptions *options)
{
	if (brake->batches > 0 && options->pause > 0)
		Sleep(state, MIG_PAUSE_ASKED, options->pause);
	if (brake->is_blocking)
		BrakeForLocks(brake, state, options);
	if (options->max_lag > 0 || options->max_lag_size > 0)
		BrakeForLag(brake, copy, state, options);
	if (options->max_wal_rate > 0)
		BrakeForWal(brake, state, options);
}

/*
 * MigRunBrakeLook
 *		See, before a batch is committed, whether somebody waits for that.
 *
 * Whoever wants a row that we have changed waits for our transaction id.
 */
void
MigRunBrakeLook(MigBrake *brake, TimestampTz started)
{
	TransactionId xid = GetTopTransactionIdIfAny();
	LOCKTAG		tag;

	brake->batches++;
	brake->took = (GetCurrentTimestamp() - started) / 1000.0;
	brake->is_blocking = false;
	if (TransactionIdIsValid(xid))
	{
		SET_LOCKTAG_TRANSACTION(tag, xid);
		brake->is_blocking = LockHasWaiters(&tag, ExclusiveLock, false);
	}
}

/* Let them through, for as long as they have had to wait, and hold fewer rows. */
static void
BrakeForLocks(MigBrake *brake, MigBackfill *state, const MigBackfillOptions *options)
{
	brake->is_blocking = false;
	if (options->target_duration > 0)
		state->batch_size = Max(state->batch_size / 2, 1);
	Sleep(state, MIG_PAUSE_LOCKS, Max((long) brake->took, LEAST_PAUSE));
}

/* Wait until all standbys are near enough. */
static void
BrakeForLag(MigBrake *brake, const MigCopy *copy, MigBackfill *state,
			const MigBackfillOptions *options)
{
	TimestampTz now = GetCurrentTimestamp();
	const char *why;
	bool		said = false;

	if (brake->lag_seen != 0 &&
		TimestampDifferenceMilliseconds(brake->lag_seen, now) < LAG_EVERY)
		return;
	while ((why = WhyLag(options)) != NULL)
	{
		if (!said)
			MigLedgerBackfillWaits(copy, state->name, why);
		said = true;
		MigDbCommit();
		Sleep(state, MIG_PAUSE_LAG, LAG_EVERY);
	}
	brake->lag_seen = GetCurrentTimestamp();
}

/* Why replication has to catch up, or NULL. */
static const char *
WhyLag(const MigBackfillOptions *options)
{
	int64		ms;
	int64		bytes;

	PushActiveSnapshot(GetTransactionSnapshot());
	MigLedgerLag(&ms, &bytes);
	PopActiveSnapshot();
	if (options->max_lag > 0 && ms > options->max_lag)
		return psprintf("replication lag of " INT64_FORMAT " ms", ms);
	if (options->max_lag_size > 0 && bytes / (1024 * 1024) >= options->max_lag_size)
		return psprintf("replication lag of " INT64_FORMAT " MB", bytes / (1024 * 1024));
	return NULL;
}

/* Wait until the WAL of the last seconds is what could be written in that time. */
static void
BrakeForWal(MigBrake *brake, MigBackfill *state, const MigBackfillOptions *options)
{
	XLogRecPtr	at = GetXLogInsertRecPtr();
	TimestampTz now = GetCurrentTimestamp();
	long		passed = TimestampDifferenceMilliseconds(brake->wal_since, now);
	double		needed;

	if (brake->wal_since != 0)
	{
		/* kB/s are as good as bytes/ms, but for 1024 and 1000 */
		needed = (at - brake->wal_from) / (options->max_wal_rate * 1.024);
		if (needed > passed)
			Sleep(state, MIG_PAUSE_WAL, (long) Min(needed - passed + 1, LONGEST_PAUSE));
	}
	if (brake->wal_since == 0 || passed > WAL_WINDOW)
	{
		brake->wal_from = at;
		brake->wal_since = GetCurrentTimestamp();
	}
}

static void
Sleep(MigBackfill *state, MigPause reason, long ms)
{
	TimestampTz since = GetCurrentTimestamp();
	long		left = ms;

	InvalidateCatalogSnapshot();
	while (left > 0)
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, left,
						 PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		left = ms - TimestampDifferenceMilliseconds(since, GetCurrentTimestamp());
	}
	state->paused[reason] += ms;
}
