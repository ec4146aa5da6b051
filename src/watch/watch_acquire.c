/*-------------------------------------------------------------------------
 * src/watch/watch_acquire.c
 *	  Get locks on relations without holding others up.
 *
 * A session that queues for a strong lock stops all who come after it, as long
 * as one old reader is in its way.  So first look, without queueing, whether
 * all locks are free at the same time; then queue, but give up before
 * queue_time is over; then look again, for longer each time; and so on until max_wait
 * is over.
 *
 * An attempt is a subtransaction, so that it takes all locks or none.  Rolling
 * it back also frees standbys, where an ACCESS EXCLUSIVE lock that was taken
 * would otherwise stay until the transaction ends.  Attempts are made when
 * nobody holds what conflicts, which is seen without a lock and without a
 * transaction id.
 *
 * A queued attempt begins with the lock that is not free, holding no other, and
 * takes the others when it has it; all within queue_time.  It looks for
 * deadlocks early: the server then makes autovacuum yield to us early, and if
 * there is a deadlock it is we who give up.
 *
 * Nobody here holds a snapshot while waiting, since concurrent builds wait for
 * snapshots.  Nor do we stand in a queue most of the time, so that pg_blocking_pids()
 * knows nothing: what we look for is shown by advisory locks.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "base/compat.h"
#include "catalog/pg_class.h"
#include "common/pg_prng.h"
#include "db/db.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/wait_event.h"
#include "watch/watch_internal.h"

#define POLL_INTERVAL		5	/* ms between two looks */
#define SLOW_POLL_INTERVAL	20	/* likewise after the first queued attempt */
#define SHORTEST_PAUSE		100 /* ms between two queued attempts */
#define LONGEST_PAUSE		10000
#define QUEUE_SHARE			0.5 /* of the lock budget: the rest is for what is
								 * done under the locks */
#define TELL_INTERVAL		2000	/* ms between two reports */

/* Locks that are being tried for. */
typedef struct Effort
{
	const MigPatience *patience;
	MigWaitingFn waiting;
	void	   *arg;
	MemoryContext context;		/* for blockers; reset before they are read */
	List	   *locks;			/* MigWantedLock *, by OID */
	int			busy;			/* which of them was not free */
	TimestampTz start;
	TimestampTz turn;			/* when max_wait began, this time */
	TimestampTz told;			/* when the caller was last told; or 0 */
	int			misses;			/* attempts in a row that failed although all
								 * looked free */
	MigStruggle struggle;
} Effort;

static List *Lockable(const List *wanted);
static bool MayLock(const MigWantedLock *lock);
static int	CompareRelations(const ListCell *a, const ListCell *b);
static void Insist(Effort *effort);
static List *Copy(List *locks);
static void Show(List *locks, bool on);
static bool Poll(Effort *effort, int interval, int duration);
static bool Queue(Effort *effort);
static bool AllLookFree(Effort *effort);
static bool Attempt(Effort *effort, int queue_time);
static bool TakeAll(Effort *effort, int queue_time);
static void TakeQueued(const MigWantedLock *lock, TimestampTz deadline, int queue_time);
static void SetTimeout(const char *name, int ms);
static bool StillNamed(Effort *effort);
static void Sleep(int ms);
static int	Jitter(int ms);
static int64 Since(TimestampTz start);
static int64 Left(const Effort *effort);
static const List *ReadBlockers(Effort *effort);
static void Tell(Effort *effort);
static void Decide(Effort *effort);
pg_noreturn static void Refuse(Effort *effort, const List *blockers);
static char *Explain(const Effort *effort, const List *blockers);

/*
 * MigWatchAcquire
 *		Get all of these locks, for the rest of the transaction.
 *
 * Left out are relations that are gone, and those that the user has no right to
 * lock: their statement will say so.  If a name has come to mean another
 * relation meanwhile, that one is locked.  waiting may be NULL.
 *
 * Raises LOCK_NOT_AVAILABLE, naming who is in the way, when the policy has come
 * to its end.  Can be interrupted.  The caller has no active or registered
 * snapshot.
 */
void
MigWatchAcquire(const List *wanted, const MigPatience *patience, MigWaitingFn waiting, void *arg)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "migrator locks",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	Effort		effort = {.patience = patience,.waiting = waiting,.arg = arg};

	effort.context = AllocSetContextCreate(context, "migrator blockers", ALLOCSET_DEFAULT_SIZES);
	effort.start = effort.turn = GetCurrentTimestamp();
	effort.struggle.patience = patience;
	effort.locks = Lockable(wanted);

	if (!Poll(&effort, POLL_INTERVAL, 0))
	{
		List	   *shown = Copy(effort.locks);

		Show(shown, true);
		if (!Poll(&effort, POLL_INTERVAL, patience->poll_time))
			Insist(&effort);
		Show(shown, false);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/* Queue and look in turns until all is ours, or max_wait is over. */
static void
Insist(Effort *effort)
{
	int			pause = Max(SHORTEST_PAUSE, 2 * effort->patience->queue_time);

	Tell(effort);
	while (!Queue(effort) && !Poll(effort, SLOW_POLL_INTERVAL, Jitter(pause)))
	{
		pause = Min(pause * 2, LONGEST_PAUSE);
		if (Left(effort) <= 0)
			Decide(effort);
	}
}

/* Let others see what we look for, or no more; an error ends it, too. */
static void
Show(List *locks, bool on)
{
	ListCell   *lc;

	foreach(lc, locks)
	{
		const MigWantedLock *lock = lfirst(lc);
		LOCKTAG		tag;

		SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, lock->relation, lock->mode, MIG_LOCK_WANTED);
		if (on)
			(void) LockAcquire(&tag, ShareLock, false, true);
		else
			LockRelease(&tag, ShareLock, false);
	}
}

/* They change when a name comes to mean something else. */
static List *
Copy(List *locks)
{
	List	   *copies = NIL;
	ListCell   *lc;

	foreach(lc, locks)
	{
		MigWantedLock *copy = palloc(sizeof(MigWantedLock));

		memcpy(copy, lfirst(lc), sizeof(MigWantedLock));
		copies = lappend(copies, copy);
	}
	return copies;
}

/* The locks that we try for, in the order of OIDs, as copies. */
static List *
Lockable(const List *wanted)
{
	List	   *locks = NIL;
	ListCell   *lc;

	foreach(lc, wanted)
	{
		MigWantedLock *lock = palloc(sizeof(MigWantedLock));

		memcpy(lock, lfirst(lc), sizeof(MigWantedLock));
		if (lock->name == NULL)
		{
			lock->name = get_rel_name(lock->relation);
			lock->schema = get_namespace_name(get_rel_namespace(lock->relation));
		}
		if (lock->name != NULL && lock->schema != NULL && MayLock(lock))
			locks = lappend(locks, lock);
	}
	list_sort(locks, CompareRelations);
	return locks;
}

/*
 * May the user lock the relation, as LOCK TABLE has it?  Whoever may reference
 * a table or make triggers on it may do so, too, as far as that needs it.
 */
static bool
MayLock(const MigWantedLock *lock)
{
	AclMode		mask = ACL_UPDATE | ACL_DELETE | ACL_TRUNCATE | MIG_ACL_MAINTAIN;
	char		kind = get_rel_relkind(lock->relation);

	if (lock->mode <= ShareRowExclusiveLock)
		mask |= ACL_REFERENCES | ACL_TRIGGER;
	return MigOwnsRelation(lock->relation, GetUserId()) ||
		(kind != RELKIND_INDEX && kind != RELKIND_PARTITIONED_INDEX &&
		 pg_class_aclcheck(lock->relation, GetUserId(), mask) == ACLCHECK_OK);
}

static int
CompareRelations(const ListCell *a, const ListCell *b)
{
	Oid			one = ((const MigWantedLock *) lfirst(a))->relation;
	Oid			other = ((const MigWantedLock *) lfirst(b))->relation;

	return one < other ? -1 : one > other;
}

/*
 * Look for some time whether all locks are free, and take them if so.
 *
 * Looks once at least.  Ends early when max_wait is over.
 */
static bool
Poll(Effort *effort, int interval, int duration)
{
	TimestampTz start = GetCurrentTimestamp();

	for (;;)
	{
		int64		left;

		if (AllLookFree(effort))
		{
			if (Attempt(effort, 0))
				return true;
			effort->misses++;
		}
		else
			effort->misses = 0;

		left = Min(duration - Since(start), Left(effort));
		if (left <= 0)
			return false;
		if (effort->told != 0 && Since(effort->told) >= TELL_INTERVAL)
			Tell(effort);
		Sleep(Min(left, Jitter(interval << Min(effort->misses, 4))));
	}
}

/* One attempt that waits in the queue, unless max_wait is over. */
static bool
Queue(Effort *effort)
{
	int			queue_time = (int) Max(effort->patience->queue_time * QUEUE_SHARE, 1);
	int64		left = Min(queue_time, Left(effort));

	return left > 0 && Attempt(effort, (int) left);
}

/* Does nobody hold what conflicts?  Begins with the lock that was not free. */
static bool
AllLookFree(Effort *effort)
{
	int			n = list_length(effort->locks);

	for (int i = 0; i < n; i++)
	{
		int			number = (effort->busy + i) % n;
		const MigWantedLock *lock = list_nth(effort->locks, number);
		LOCKTAG		tag;
		int			conflicts;

		SET_LOCKTAG_RELATION(tag, MyDatabaseId, lock->relation);
		pfree(GetLockConflicts(&tag, lock->mode, &conflicts));
		if (conflicts > 0)
		{
			effort->busy = number;
			return false;
		}
	}
	return true;
}

/*
 * Take all locks, or none.
 *
 * With a queue_time of 0 it does not wait, or else no longer than that.
 */
static bool
Attempt(Effort *effort, int queue_time)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool taken = false;
	ErrorData  *error;

	InvalidateCatalogSnapshot();
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		taken = TakeAll(effort, queue_time) && StillNamed(effort);
		if (taken)
			ReleaseCurrentSubTransaction();
		else
			RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
	}
	PG_CATCH();
	{
		error = MigDbAbandon(context, owner);
		if (error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE &&
			error->sqlerrcode != ERRCODE_T_R_DEADLOCK_DETECTED)
			ReThrowError(error);
		FreeErrorData(error);
	}
	PG_END_TRY();
	InvalidateCatalogSnapshot();
	return taken;
}

/* In the subtransaction: take all locks; false if one was not free. */
static bool
TakeAll(Effort *effort, int queue_time)
{
	int			n = list_length(effort->locks);
	TimestampTz deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), queue_time);
	int			level = NewGUCNestLevel();

	for (int i = 0; i < n; i++)
	{
		int			number = (effort->busy + i) % n;
		const MigWantedLock *lock = list_nth(effort->locks, number);

		if (ConditionalLockRelationOid(lock->relation, lock->mode))
			continue;
		if (queue_time == 0)
		{
			effort->busy = number;
			return false;
		}
		TakeQueued(lock, deadline, queue_time);
	}
	AtEOXact_GUC(true, level);
	return true;
}

/*
 * Wait for a lock until the deadline, after which the server raises an error.
 *
 * Nobody who began to wait for us in this attempt has waited for deadlock_timeout
 * when we look for deadlocks, unless theirs is shorter than a third of queue_time.
 */
static void
TakeQueued(const MigWantedLock *lock, TimestampTz deadline, int queue_time)
{
	long		left = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), deadline);

	SetTimeout("lock_timeout", Max(left, 1));
	SetTimeout("deadlock_timeout", Max(Min(DeadlockTimeout, queue_time / 3), 1));
	LockRelationOid(lock->relation, lock->mode);
}

/* Change a setting until the end of the attempt, whoever the user is. */
static void
SetTimeout(const char *name, int ms)
{
	char		value[12];

	snprintf(value, sizeof(value), "%d", ms);
	(void) set_config_option(name, value, PGC_SUSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
							 false);
}

/*
 * Do all names still mean what we have locked?
 *
 * If not, corrects the list, for the next attempt.
 */
static bool
StillNamed(Effort *effort)
{
	bool		result = true;
	ListCell   *lc;

	foreach(lc, effort->locks)
	{
		MigWantedLock *lock = lfirst(lc);
		Oid			relation = MigWatchLookupName(lock->schema, lock->name);

		if (relation == lock->relation)
			continue;
		result = false;
		lock->relation = relation;
		if (!OidIsValid(relation) || !MayLock(lock))
			effort->locks = foreach_delete_current(effort->locks, lc);
	}
	if (!result)
	{
		list_sort(effort->locks, CompareRelations);
		effort->busy = 0;
	}
	return result;
}

static void
Sleep(int ms)
{
	InvalidateCatalogSnapshot();
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, Max(ms, 1),
					 PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

/* From half of it to one and a half times of it. */
static int
Jitter(int ms)
{
	return (int) (ms * (0.5 + pg_prng_double(&pg_global_prng_state)));
}

static int64
Since(TimestampTz start)
{
	return TimestampDifferenceMilliseconds(start, GetCurrentTimestamp());
}

/* What is left of max_wait, which means nothing to who waits anyway. */
static int64
Left(const Effort *effort)
{
	if (effort->patience->max_wait == 0 || effort->patience->policy == MIG_BLOCKED_WAIT)
		return PG_INT32_MAX;
	return effort->patience->max_wait - Since(effort->turn);
}

/* Who is in the way now; good until the next call. */
static const List *
ReadBlockers(Effort *effort)
{
	MemoryContext old;
	const List *blockers;

	MemoryContextReset(effort->context);
	old = MemoryContextSwitchTo(effort->context);
	blockers = MigWatchBlockers(effort->locks);
	MemoryContextSwitchTo(old);
	return blockers;
}

static void
Tell(Effort *effort)
{
	effort->told = GetCurrentTimestamp();
	if (effort->waiting == NULL)
		return;
	effort->waiting(ReadBlockers(effort), Since(effort->start), effort->arg);
	InvalidateCatalogSnapshot();
}

/* When max_wait is over: do what the policy says, and begin again, or raise. */
static void
Decide(Effort *effort)
{
	const List *blockers = ReadBlockers(effort);

	if (effort->patience->policy == MIG_BLOCKED_FAIL ||
		(blockers != NIL && !MigWatchAct(&effort->struggle, blockers)))
		Refuse(effort, blockers);
	effort->turn = GetCurrentTimestamp();
}

static void
Refuse(Effort *effort, const List *blockers)
{
	const MigWantedLock *lock = list_nth(effort->locks, effort->busy);
	bool		prepared = false;
	ListCell   *lc;

	foreach(lc, blockers)
	{
		prepared = prepared || ((const MigBlocker *) lfirst(lc))->pid == 0;
	}
	ereport(ERROR,
			errcode(ERRCODE_LOCK_NOT_AVAILABLE),
			errmsg("could not obtain %s lock on relation \"%s\" within %ld ms",
				   MigWatchModeName(lock->mode),
				   quote_qualified_identifier(lock->schema, lock->name),
				   (long) Since(effort->start)),
			blockers != NIL ? errdetail_internal("%s", Explain(effort, blockers)) : 0,
			prepared ? errhint("Use COMMIT PREPARED or ROLLBACK PREPARED.")
			: effort->patience->policy == MIG_BLOCKED_FAIL
			? errhint("Try again when these transactions have ended, wait longer, or let them be cancelled.")
			: errhint("Try again when these transactions have ended, or wait longer."));
}

/* Who is in the way, and why nothing was done about it. */
static char *
Explain(const Effort *effort, const List *blockers)
{
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	appendStringInfoString(&text, MigWatchDescribe(blockers));
	foreach(lc, effort->struggle.refusals)
	{
		appendStringInfo(&text, "\n%s", (const char *) lfirst(lc));
	}
	return text.data;
}
