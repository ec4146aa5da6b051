/*-------------------------------------------------------------------------
 * src/ledger/ledger_lock.c
 *	  The advisory locks around migrations.
 *
 * They are advisory locks of the server with our own value in the fourth
 * field of the lock tag (MigLock; shown as objsubid in pg_locks), where the
 * SQL functions only ever put 1 or 2: nobody else's lock is in the way.  The
 * server releases them with the transaction, however it ends.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "db/db.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#define FIRST_DELAY		5L		/* ms between the first two attempts */
#define LONGEST_DELAY	100L

static MigQuery holder_query = {
	.sql = "SELECT l.pid, coalesce(a.usename, x.owner)::pg_catalog.text, a.application_name, coalesce(a.xact_start, x.prepared)::pg_catalog.text,"
	"  (SELECT r.revision FROM pg_catalog.pg_locks b"
	"   JOIN (SELECT v.serial, v.revision FROM migrator.revision v"
	"    UNION ALL SELECT p.serial, p.revision FROM migrator.repeatable p) r"
	"    ON r.serial OPERATOR(pg_catalog.=) b.objid::pg_catalog.int8"
	"   WHERE b.locktype OPERATOR(pg_catalog.=) 'advisory'"
	"     AND b.database OPERATOR(pg_catalog.=) l.database"
	"     AND b.pid OPERATOR(pg_catalog.=) l.pid"
	"     AND b.objsubid OPERATOR(pg_catalog.=) $4"
	"   LIMIT 1), x.gid"
	" FROM pg_catalog.pg_locks l"
	" LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) l.pid"
	" LEFT JOIN pg_catalog.pg_prepared_xacts x ON l.pid IS NULL"
	"  AND x.transaction OPERATOR(pg_catalog.=) ANY (SELECT t.transactionid"
	"   FROM pg_catalog.pg_locks t"
	"   WHERE t.locktype OPERATOR(pg_catalog.=) 'transactionid' AND t.pid IS NULL"
	"    AND t.virtualtransaction OPERATOR(pg_catalog.=) l.virtualtransaction)"
	" WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.granted"
	"   AND l.database OPERATOR(pg_catalog.=) (SELECT d.oid FROM pg_catalog.pg_database d"
	"     WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())"
	"   AND l.classid::pg_catalog.int8 OPERATOR(pg_catalog.=) $1"
	"   AND l.objid::pg_catalog.int8 OPERATOR(pg_catalog.=) $2"
	"   AND l.objsubid OPERATOR(pg_catalog.=) $3"
	"   AND (l.pid IS NULL OR l.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid())"
	" ORDER BY 1 LIMIT 1",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 4,
	.argtypes = {INT8OID, INT8OID, INT4OID, INT4OID}
};

static void LockTag(LOCKTAG *tag, const MigCopy *copy, MigLock lock);
static void BackfillTag(LOCKTAG *tag, const MigCopy *copy, const char *name);
static LOCKMODE LockMode(bool exclusive);
static void HolderRow(TupleTableSlot *slot, void *arg);

/*
 * MigLedgerTryLock
 *		Take a lock if that is possible at once.
 */
bool
MigLedgerTryLock(const MigCopy *copy, MigLock lock, bool exclusive)
{
	LOCKTAG		tag;

	LockTag(&tag, copy, lock);
	return LockAcquire(&tag, LockMode(exclusive), false, true) != LOCKACQUIRE_NOT_AVAIL;
}

/*
 * MigLedgerUnlock
 *		Give back a lock that this call has taken, before the transaction ends.
 */
void
MigLedgerUnlock(const MigCopy *copy, MigLock lock, bool exclusive)
{
	LOCKTAG		tag;

	LockTag(&tag, copy, lock);
	LockRelease(&tag, LockMode(exclusive), false);
}

/*
 * MigLedgerHold
 *		The same for the session, until MigLedgerRelease().
 */
bool
MigLedgerHold(const MigCopy *copy, MigLock lock, bool exclusive)
{
	LOCKTAG		tag;

	LockTag(&tag, copy, lock);
	return LockAcquire(&tag, LockMode(exclusive), true, true) != LOCKACQUIRE_NOT_AVAIL;
}

/*
 * MigLedgerRelease
 *		Give back a lock that the session holds.
 */
void
MigLedgerRelease(const MigCopy *copy, MigLock lock, bool exclusive)
{
	LOCKTAG		tag;

	LockTag(&tag, copy, lock);
	LockRelease(&tag, LockMode(exclusive), true);
}

/*
 * MigLedgerLock
 *		Take a lock, waiting up to the copy's lock_timeout.
 *
 * Raises LOCK_NOT_AVAILABLE, naming the holder, if that was not enough.
 */
void
MigLedgerLock(const MigCopy *copy, MigLock lock, bool exclusive)
{
	TimestampTz since = GetCurrentTimestamp();
	int			delay = 0;

	while (!MigLedgerTryLock(copy, lock, exclusive))
		if (!MigLedgerWait(copy, since, &delay))
			MigLedgerRefuseLocked(copy, lock);
}

/*
 * MigLedgerWait
 *		Sleep before the next attempt at a lock.
 *
 * since is when the first attempt was made; *delay starts at 0 and is kept
 * between calls.  Returns false if the time is up.  Can be interrupted.
 */
bool
MigLedgerWait(const MigCopy *copy, TimestampTz since, int *delay)
{
	long		left = copy->lock_timeout -
	TimestampDifferenceMilliseconds(since, GetCurrentTimestamp());

	if (left <= 0)
		return false;

	*delay = *delay == 0 ? FIRST_DELAY : Min(*delay * 2, LONGEST_DELAY);
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
					 Min(left, *delay), PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
	return true;
}

/*
 * MigLedgerRefuseLocked
 *		Report that a lock could not be had, with who holds it.
 */
void
MigLedgerRefuseLocked(const MigCopy *copy, MigLock lock)
{
	LOCKTAG		tag;
	char	   *holder = NULL;
	Datum		values[4];

	LockTag(&tag, copy, lock);
	values[0] = Int64GetDatum((int64) tag.locktag_field2);
	values[1] = Int64GetDatum((int64) tag.locktag_field3);
	values[2] = Int32GetDatum(lock);
	values[3] = Int32GetDatum(MIG_LOCK_STEP);
	MigDbRead(&holder_query, values, NULL, HolderRow, &holder);

	ereport(ERROR,
			errcode(ERRCODE_LOCK_NOT_AVAILABLE),
			lock == MIG_LOCK_MIGRATE
			? errmsg("could not obtain the migration lock of project \"%s\"%s%s%s", copy->project,
					 copy->tenant[0] == '\0' ? "" : ", tenant \"", copy->tenant,
					 copy->tenant[0] == '\0' ? "" : "\"")
			: errmsg("could not lock the revisions of project \"%s\"", copy->project),
			holder != NULL ? errdetail_internal("%s", holder) : 0,
			errhint("Wait for the other session, or raise migrator.lock_timeout, which is %d ms.",
					copy->lock_timeout));
}

/*
 * MigLedgerBeacon
 *		Show, or stop showing, in pg_locks which revision is running; for a
 *		deployment, for the session.
 */
void
MigLedgerBeacon(const MigCopy *copy, int32 serial, bool session, bool on)
{
	LOCKTAG		tag;

	LockTag(&tag, copy, MIG_LOCK_STEP);
	tag.locktag_field3 = serial;
	if (on)
		(void) LockAcquire(&tag, ShareLock, session, true);
	else
		LockRelease(&tag, ShareLock, session);
}

/*
 * MigLedgerHoldBackfill
 *		Take the lock of a backfill for the session, if that is possible at once.
 */
bool
MigLedgerHoldBackfill(const MigCopy *copy, const char *name)
{
	LOCKTAG		tag;

	BackfillTag(&tag, copy, name);
	return LockAcquire(&tag, ExclusiveLock, true, true) != LOCKACQUIRE_NOT_AVAIL;
}

/*
 * MigLedgerReleaseBackfill
 *		Give it back.
 */
void
MigLedgerReleaseBackfill(const MigCopy *copy, const char *name)
{
	LOCKTAG		tag;

	BackfillTag(&tag, copy, name);
	LockRelease(&tag, ExclusiveLock, true);
}

static void
BackfillTag(LOCKTAG *tag, const MigCopy *copy, const char *name)
{
	uint64		hash;

	LockTag(tag, copy, MIG_LOCK_BACKFILL);
	hash = hash_bytes_extended((const unsigned char *) name, strlen(name),
							   ((uint64) tag->locktag_field2 << 32) | tag->locktag_field3);
	tag->locktag_field2 = (uint32) (hash >> 32);
	tag->locktag_field3 = (uint32) hash;
}

/* The tag of a lock: a hash of project and, for versions, tenant. */
static void
LockTag(LOCKTAG *tag, const MigCopy *copy, MigLock lock)
{
	bool		per_tenant = lock == MIG_LOCK_MIGRATE || lock == MIG_LOCK_STEP ||
	lock == MIG_LOCK_BACKFILL;
	uint64		hash = hash_bytes_extended((const unsigned char *) copy->project,
										   strlen(copy->project), 0);

	if (per_tenant)
		hash = hash_bytes_extended((const unsigned char *) copy->tenant,
								   strlen(copy->tenant), hash);
	SET_LOCKTAG_ADVISORY(*tag, MyDatabaseId, (uint32) (hash >> 32), (uint32) hash, lock);
}

static LOCKMODE
LockMode(bool exclusive)
{
	return exclusive ? ExclusiveLock : ShareLock;
}

/* Put the holder into words. */
static void
HolderRow(TupleTableSlot *slot, void *arg)
{
	bool		isnull;
	int			pid = DatumGetInt32(slot_getattr(slot, 1, &isnull));
	char	   *role = MigDbText(slot, 2);
	char	   *application = MigDbText(slot, 3);
	char	   *since = MigDbText(slot, 4);
	char	   *revision = MigDbText(slot, 5);
	char	   *prepared = MigDbText(slot, 6);
	StringInfoData text;

	initStringInfo(&text);
	if (prepared != NULL)
		appendStringInfo(&text, "Prepared transaction \"%s\"", prepared);
	else
		appendStringInfo(&text, "Process %d", pid);
	if (role != NULL)
		appendStringInfo(&text, ", role \"%s\"", role);
	if (application != NULL && application[0] != '\0')
		appendStringInfo(&text, ", application \"%s\"", application);
	appendStringInfoString(&text, ", holds it");
	if (since != NULL)
		appendStringInfo(&text, " in a transaction that began at %s", since);
	if (revision != NULL)
		appendStringInfo(&text, " and is at revision \"%s\"", revision);
	appendStringInfoChar(&text, '.');
	*(char **) arg = text.data;
}
