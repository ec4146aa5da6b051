/*-------------------------------------------------------------------------
 * src/run/run_history.c
 *	  What each statement of a deployment has cost.
 *
 * Measured while a deployment runs, and written in the transaction that says
 * that the statement is done.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/instrument.h"
#include "run/run_internal.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define LONGEST_STATEMENT	200 /* bytes that are kept of it */

static MemoryContext context = NULL;	/* of the entries; NULL: none are kept */
static List *entries = NIL;		/* MigSpent * */
static MigSpent *current = NULL;
static uint64 wal_before;
static MigFiles *files_before;
static int64 waited = 0;

/*
 * MigRunKeepHistory
 *		Begin to measure, with memory in a context, and forget what was measured;
 *		NULL ends it.
 */
void
MigRunKeepHistory(MemoryContext memory)
{
	context = memory;
	entries = NIL;
	current = NULL;
	waited = 0;
}

/*
 * MigRunHistoryWaited
 *		So many microseconds were spent for the locks of what comes next.
 */
void
MigRunHistoryWaited(int64 microseconds)
{
	waited += microseconds;
}

/*
 * MigRunHistoryStart
 *		A statement begins.
 */
void
MigRunHistoryStart(const MigStatement *statement)
{
	MemoryContext old;

	if (context == NULL)
		return;
	old = MemoryContextSwitchTo(context);
	current = palloc0(sizeof(MigSpent));
	current->statement = statement->number;
	current->sql = MigAbbreviate(statement->text, LONGEST_STATEMENT);
	current->lock_us = waited;
	files_before = statement->parse == NULL ? NULL : MigWatchFiles(statement->parse);
	current->started = GetCurrentTimestamp();
	wal_before = pgWalUsage.wal_bytes;
	waited = 0;
	MemoryContextSwitchTo(old);
}

/*
 * MigRunHistoryRows
 *		The statement that is measured has processed so many rows.
 */
void
MigRunHistoryRows(uint64 rows)
{
	if (current != NULL)
		current->rows += rows;
}

/*
 * MigRunHistoryStop
 *		It has ended well.
 */
void
MigRunHistoryStop(void)
{
	MemoryContext old;

	if (current == NULL)
		return;
	old = MemoryContextSwitchTo(context);
	current->elapsed_us = GetCurrentTimestamp() - current->started;
	current->wal_bytes = pgWalUsage.wal_bytes - wal_before;
	if (files_before != NULL)
		current->rewritten_bytes = MigWatchRewritten(files_before);
	entries = lappend(entries, current);
	current = NULL;
	MemoryContextSwitchTo(old);
}

/*
 * MigRunWriteHistory
 *		Write what was measured since the last time.
 */
void
MigRunWriteHistory(const MigCopy *copy, int64 deployment, MigOperation operation,
				   const char *revision)
{
	if (entries != NIL)
		MigLedgerRecordSpent(copy, deployment, operation, revision, entries);
	entries = NIL;
}
