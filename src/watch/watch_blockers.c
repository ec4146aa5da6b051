/*-------------------------------------------------------------------------
 * src/watch/watch_blockers.c
 *	  Who is in the way of a lock, or of a concurrent build.
 *
 * Read with the rights of the extension's owner, so that a deployer learns who
 * it is; the text of a query is for those only who could see it anyway.  The
 * queries run under a catalog snapshot of their own, which is gone when they
 * are done: whoever waits must not hold one, and in a transaction that keeps
 * its first snapshot nobody must take that before the locks.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/base.h"
#include "catalog/pg_type.h"
#include "db/db.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/array.h"
#include "utils/backend_status.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "watch/watch_internal.h"

/* Longest text of a query that is shown, in bytes. */
#define SHOWN_QUERY		200

/* Most blockers that are described. */
#define MAX_SHOWN		10

/*
 * Who has the lock in "held" (pid, which is null for a prepared transaction;
 * its virtualtransaction, relation, mode, waiting).  A process that helps with
 * a parallel query stands for its leader.
 */
#define DESCRIBE_HELD \
	" SELECT DISTINCT ON (coalesce(a.xact_start, x.prepared), coalesce(a.leader_pid, h.pid), x.gid," \
	"   h.relation)" \
	"  coalesce(a.leader_pid, h.pid, 0), coalesce(a.usename, x.owner)::text," \
	"  nullif(a.application_name, ''), a.state," \
	"  (extract(epoch FROM clock_timestamp() - CASE WHEN a.state LIKE 'idle%' THEN a.state_change" \
	"    ELSE a.query_start END) * 1000)::int8," \
	"  (extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, x.prepared)) * 1000)::int8," \
	"  CASE WHEN a.usesysid IS NULL OR pg_has_role($1, a.usesysid, 'USAGE')" \
	"    OR pg_has_role($1, 'pg_read_all_stats', 'USAGE') THEN a.query END," \
	"  x.gid, a.backend_type," \
	"  (SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c" \
	"   JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = h.relation)," \
	"  h.mode, coalesce(a.usesysid, (SELECT r.oid FROM pg_roles r WHERE r.rolname = x.owner), 0)," \
	"  coalesce(h.waiting, false)," \
	"  coalesce(a.backend_type = 'autovacuum worker'" \
	"   AND a.query LIKE '%(to prevent wraparound)', false)" \
	" FROM held h" \
	" LEFT JOIN pg_stat_activity a ON a.pid = h.pid" \
	" LEFT JOIN pg_prepared_xacts x ON h.pid IS NULL" \
	"  AND x.transaction IN (SELECT t.transactionid FROM pg_locks t" \
	"   WHERE t.locktype = 'transactionid' AND t.pid IS NULL" \
	"    AND t.virtualtransaction = h.virtualtransaction)" \
	" WHERE h.pid IS NULL OR a.pid IS NOT NULL" \
	" ORDER BY coalesce(a.xact_start, x.prepared), coalesce(a.leader_pid, h.pid), x.gid, h.relation," \
	"  h.waiting, h.mode"

#define THIS_DATABASE \
	"(SELECT d.oid FROM pg_database d WHERE d.datname = current_database())"

/* Holders of locks that conflict: $2 relations, $3 a bit for each mode. */
static MigQuery lock_query = {
	.sql = "WITH held AS ("
	"  SELECT l.pid, l.virtualtransaction, l.relation, l.mode, NOT l.granted AS waiting"
	"  FROM unnest($2, $3) w(relation, modes)"
	"  JOIN pg_locks l ON l.locktype = 'relation' AND l.relation = w.relation"
	"   AND l.database IN (0, " THIS_DATABASE ")"
	"  WHERE l.pid IS DISTINCT FROM pg_backend_pid()"
	"   AND w.modes & (1 << array_position(ARRAY['AccessShareLock', 'RowShareLock',"
	"    'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock',"
	"    'ExclusiveLock', 'AccessExclusiveLock'], l.mode)) <> 0)"
	DESCRIBE_HELD,
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {OIDOID, OIDARRAYOID, INT4ARRAYOID}
};

/* Holders of snapshots, which a concurrent build waits for at its end. */
static MigQuery snapshot_query = {
	.sql = "WITH held AS ("
	"  SELECT s.pid, NULL::text AS virtualtransaction, NULL::oid AS relation, NULL::text AS mode,"
	"   false AS waiting"
	"  FROM pg_stat_activity s"
	"  WHERE s.backend_xmin IS NOT NULL AND s.pid <> pg_backend_pid()"
	"   AND s.datid = " THIS_DATABASE
	"   AND s.backend_type <> 'autovacuum worker')"
	DESCRIBE_HELD,
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {OIDOID}
};

static List *Read(MigQuery *query, Datum *values);
static void BlockerRow(TupleTableSlot *slot, void *arg);
static int64 Int64Column(TupleTableSlot *slot, int column);
static bool BoolColumn(TupleTableSlot *slot, int column);
static const char *SpellMode(const char *mode);
static int	ConflictBits(LOCKMODE mode);
static char *Describe(const MigBlocker *blocker);
static void AppendAge(StringInfo text, int64 ms);

/*
 * MigWatchBlockers
 *		Who is in the way of any of these locks, oldest transaction first.
 *
 * Returns MigBlocker *, one for each process and relation, allocated in the
 * current context.  Leaves no snapshot behind.
 */
List *
MigWatchBlockers(const List *wanted)
{
	int			n = list_length(wanted);
	Datum	   *relations = palloc(sizeof(Datum) * (n + 1));
	Datum	   *modes = palloc(sizeof(Datum) * (n + 1));
	Datum		values[3];
	ListCell   *lc;

	foreach(lc, wanted)
	{
		const MigWantedLock *lock = lfirst(lc);

		relations[foreach_current_index(lc)] = ObjectIdGetDatum(lock->relation);
		modes[foreach_current_index(lc)] = Int32GetDatum(ConflictBits(lock->mode));
	}
	values[1] = PointerGetDatum(construct_array(relations, n, OIDOID, sizeof(Oid), true,
												TYPALIGN_INT));
	values[2] = PointerGetDatum(construct_array(modes, n, INT4OID, sizeof(int32), true,
												TYPALIGN_INT));
	return Read(&lock_query, values);
}

/*
 * MigWatchBuildBlockers
 *		Whom a concurrent build would wait for, if it began now: those who have a
 *		lock on the table that conflicts, and those that hold a snapshot.
 *
 * None if the statement is no such build, or the table does not exist.
 */
List *
MigWatchBuildBlockers(const RawStmt *stmt)
{
	MigWantedLock lock = {.relation = MigWatchBuilt(stmt->stmt),.mode = ShareLock};
	List	   *blockers;
	Datum		values[1];
	ListCell   *lc;

	if (!OidIsValid(lock.relation))
		return NIL;
	blockers = MigWatchBlockers(list_make1(&lock));
	foreach(lc, Read(&snapshot_query, values))
	{
		MigBlocker *blocker = lfirst(lc);
		bool		is_known = false;
		ListCell   *known;

		foreach(known, blockers)
		{
			is_known = is_known || ((MigBlocker *) lfirst(known))->pid == blocker->pid;
		}
		if (!is_known)
			blockers = lappend(blockers, blocker);
	}
	return blockers;
}

/*
 * MigWatchDescribe
 *		What blockers hold and who they are, a sentence in a line for each.
 */
char *
MigWatchDescribe(const List *blockers)
{
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	foreach(lc, blockers)
	{
		const MigBlocker *blocker = lfirst(lc);

		if (foreach_current_index(lc) == MAX_SHOWN)
		{
			appendStringInfo(&text, "\nAnd %d more.", list_length(blockers) - MAX_SHOWN);
			break;
		}
		appendStringInfoString(&text, text.len > 0 ? "\n" : "");
		if (blocker->relation == NULL)
			appendStringInfo(&text, "A snapshot is held by %s.", Describe(blocker));
		else
			appendStringInfo(&text, "%s on %s is %s by %s.", blocker->mode, blocker->relation,
							 blocker->waiting ? "wanted" : "held", Describe(blocker));
	}
	return text.data;
}

/* A blocker in words, as the part of a sentence. */
static char *
Describe(const MigBlocker *blocker)
{
	StringInfoData text;

	initStringInfo(&text);
	if (blocker->pid == 0)
		appendStringInfo(&text, "prepared transaction \"%s\"",
						 blocker->gid == NULL ? "?" : blocker->gid);
	else if (blocker->backend_type == NULL || strcmp(blocker->backend_type, "client backend") == 0)
		appendStringInfo(&text, "process %d", blocker->pid);
	else
		appendStringInfo(&text, "%s %d", blocker->backend_type, blocker->pid);
	if (blocker->wraparound)
		appendStringInfoString(&text, " (to prevent wraparound)");
	if (blocker->role != NULL)
		appendStringInfo(&text, ", role \"%s\"", blocker->role);
	if (blocker->application != NULL)
		appendStringInfo(&text, ", application \"%s\"", blocker->application);
	if (blocker->state != NULL)
	{
		appendStringInfo(&text, ", %s", blocker->state);
		AppendAge(&text, blocker->query_ms);
	}
	if (blocker->xact_ms >= 0)
	{
		appendStringInfoString(&text, blocker->pid == 0 ? ", prepared" : ", transaction open");
		AppendAge(&text, blocker->xact_ms);
	}
	if (blocker->query != NULL && blocker->query[0] != '\0' && blocker->pid != 0)
		appendStringInfo(&text, ", query \"%s\"", MigAbbreviate(blocker->query, SHOWN_QUERY));
	return text.data;
}

/* Run one of the queries; its first argument is the user. */
static List *
Read(MigQuery *query, Datum *values)
{
	List	   *blockers = NIL;

	values[0] = ObjectIdGetDatum(GetUserId());
	pgstat_clear_backend_activity_snapshot();
	PushActiveSnapshot(GetCatalogSnapshot(InvalidOid));
	MigDbRead(query, values, NULL, BlockerRow, &blockers);
	PopActiveSnapshot();
	InvalidateCatalogSnapshot();
	return blockers;
}

static void
BlockerRow(TupleTableSlot *slot, void *arg)
{
	List	  **blockers = arg;
	MigBlocker *blocker = palloc0(sizeof(MigBlocker));
	bool		isnull;

	blocker->pid = DatumGetInt32(slot_getattr(slot, 1, &isnull));
	blocker->role = MigDbText(slot, 2);
	blocker->application = MigDbText(slot, 3);
	blocker->state = MigDbText(slot, 4);
	blocker->query_ms = Int64Column(slot, 5);
	blocker->xact_ms = Int64Column(slot, 6);
	blocker->query = MigDbText(slot, 7);
	blocker->gid = MigDbText(slot, 8);
	blocker->backend_type = MigDbText(slot, 9);
	blocker->relation = MigDbText(slot, 10);
	blocker->mode = SpellMode(MigDbText(slot, 11));
	blocker->role_oid = DatumGetObjectId(slot_getattr(slot, 12, &isnull));
	blocker->waiting = BoolColumn(slot, 13);
	blocker->wraparound = BoolColumn(slot, 14);
	*blockers = lappend(*blockers, blocker);
}

/* -1 if it is null; clocks may go back, but not below zero. */
static int64
Int64Column(TupleTableSlot *slot, int column)
{
	bool		isnull;
	int64		value = DatumGetInt64(slot_getattr(slot, column, &isnull));

	return isnull ? -1 : Max(value, 0);
}

static bool
BoolColumn(TupleTableSlot *slot, int column)
{
	bool		isnull;

	return DatumGetBool(slot_getattr(slot, column, &isnull));
}

/* "AccessShareLock" of pg_locks as "ACCESS SHARE". */
static const char *
SpellMode(const char *mode)
{
	for (LOCKMODE i = AccessShareLock; mode != NULL && i <= MaxLockMode; i++)
		if (strcmp(mode, GetLockmodeName(DEFAULT_LOCKMETHOD, i)) == 0)
			return MigWatchModeName(i);
	return mode;
}

/* The modes that conflict with this one. */
static int
ConflictBits(LOCKMODE mode)
{
	int			bits = 0;

	for (LOCKMODE i = AccessShareLock; i <= MaxLockMode; i++)
		if (DoLockModesConflict(mode, i))
			bits |= 1 << i;
	return bits;
}

static void
AppendAge(StringInfo text, int64 ms)
{
	if (ms >= 0)
		appendStringInfo(text, " for %.1f s", ms / 1000.0);
}
