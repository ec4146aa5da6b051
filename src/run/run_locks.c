/*-------------------------------------------------------------------------
 * src/run/run_locks.c
 *	  Get the locks of statements before they run.
 *
 * What the statements of a transaction will lock strongly is read from their
 * parse trees, and taken all at once and without holding others up, by the room
 * watch.  What cannot be known before, such as what a function does, is left to
 * lock_timeout.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "run/run_internal.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

/* ms after which a transaction is worth a word */
#define LONG_TRANSACTION	1000

/* Are we waiting for locks, or was that given up? */
static bool waiting = false;

static List *WantedByHeader(List *lines);
static void Acquire(const List *wanted, const MigDeployOptions *options);
static void SayBlocked(const List *blockers, int64 waited_ms, void *arg);

/*
 * MigRunAcquireAll
 *		Get the locks that the statements of a section will need which begin from
 *		one byte offset on and before another; or those that the revision's header
 *		names, if it does.
 *
 * No snapshot is active.  Raises LOCK_NOT_AVAILABLE as MigWatchAcquire() does;
 * what does not parse will be reported when it runs.
 */
void
MigRunAcquireAll(const MigBody *body, int from, int to, const MigDeployOptions *options)
{
	MigSplitter *splitter;
	MigStatement *statement;
	List	   *lines;
	List	   *wanted = NIL;
	int			level;

	if (options->patience.queue_time == 0)
		return;
	lines = MigScriptReadHeader(body->header)->lock_tables;
	if (lines != NIL)
	{
		Acquire(WantedByHeader(lines), options);
		return;
	}
	splitter = MigScriptOpenPlain(body->text, &body->place, standard_conforming_strings);
	level = NewGUCNestLevel();
	while ((statement = MigScriptNext(splitter)) != NULL)
	{
		if (statement->parse != NULL && statement->offset >= from && statement->offset < to &&
			!MigWatchFollow(statement->parse))
			wanted = MigWatchWanted(wanted, statement->parse);
	}
	MigScriptClose(splitter);
	AtEOXact_GUC(false, level);
	Acquire(wanted, options);
}

/* What the lines "Lock Tables:" of a header name, of which any may be empty. */
static List *
WantedByHeader(List *lines)
{
	List	   *wanted = NIL;
	ListCell   *lc;

	foreach(lc, lines)
	{
		const char *line = lfirst(lc);
		RawStmt    *stmt = line[0] == '\0' ? NULL : MigScriptLockTables(line);

		if (stmt != NULL)
			wanted = MigWatchWanted(wanted, stmt);
	}
	return wanted;
}

/*
 * MigRunAcquire
 *		Get the locks of one statement that is by itself.
 */
void
MigRunAcquire(const MigStatement *statement, const MigDeployOptions *options)
{
	if (options->patience.queue_time > 0)
		Acquire(MigWatchWanted(NIL, statement->parse), options);
}

static void
Acquire(const List *wanted, const MigDeployOptions *options)
{
	TimestampTz since;

	if (wanted == NIL)
		return;
	since = GetCurrentTimestamp();
	InvalidateCatalogSnapshot();
	waiting = true;
	MigWatchAcquire(wanted, &options->patience, SayBlocked, NULL);
	waiting = false;
	MigRunHistoryWaited(GetCurrentTimestamp() - since);
}

/*
 * MigRunGaveUp
 *		Whether the last error came from waiting for locks, where all that the
 *		settings allow was tried.
 */
bool
MigRunGaveUp(void)
{
	bool		gave_up = waiting;

	waiting = false;
	return gave_up;
}

/*
 * MigRunSayAwaited
 *		If a statement is a concurrent build, tell for whom it will have to wait.
 *
 * Only transactions that have been open for a while count.  No snapshot is
 * active, before or afterwards.
 */
void
MigRunSayAwaited(const MigStatement *statement)
{
	List	   *awaited = NIL;
	ListCell   *lc;

	foreach(lc, MigWatchBuildBlockers(statement->parse))
	{
		MigBlocker *blocker = lfirst(lc);

		if (blocker->xact_ms >= LONG_TRANSACTION)
			awaited = lappend(awaited, blocker);
	}
	if (awaited == NIL)
		return;
	ereport(NOTICE,
			errmsg("%s will wait for transactions that are open", statement->top_level),
			errdetail_internal("%s", MigWatchDescribe(awaited)));
}

static void
SayBlocked(const List *blockers, int64 waited_ms pg_attribute_unused(),
		   void *arg pg_attribute_unused())
{
	ereport(NOTICE,
			errmsg("waiting for locks"),
			blockers != NIL ? errdetail_internal("%s", MigWatchDescribe(blockers)) : 0);
}
