/*-------------------------------------------------------------------------
 * src/db/db_transaction.c
 *	  End transactions within a CALL.
 *
 * Only for a procedure that a client has called by a statement of its own: see
 * MigApiRefuseAtomic().  Whatever must outlive the transaction is in a child of
 * PortalContext.  No snapshot is active afterwards, nor before.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "db/db.h"
#include "pgstat.h"
#include "tcop/pquery.h"
#include "utils/memutils.h"
#include "utils/portal.h"

/*
 * MigDbCommit
 *		Commit, and begin the next transaction.
 *
 * If that fails it raises the error, with the next transaction begun.
 */
void
MigDbCommit(void)
{
	MemoryContext context = CurrentMemoryContext;

	if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect_ext failed");
	SPI_commit();
	SPI_finish();
	MemoryContextSwitchTo(context);
}

/*
 * MigDbCommitAndReport
 *		The same, and let autovacuum know of the rows that have changed.
 *
 * The server does that only between the statements of a client, which would be
 * too late for a CALL of hours.
 */
void
MigDbCommitAndReport(void)
{
	MemoryContext context = CurrentMemoryContext;

	ForgetPortalSnapshots();
	PG_TRY();
	{
		CommitTransactionCommand();
		pgstat_report_stat(false);
		StartTransactionCommand();
	}
	PG_CATCH();
	{
		ErrorData  *error = MigDbAbort(context);

		ReThrowError(error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
}

/*
 * MigDbAbort
 *		In PG_CATCH: roll back, begin the next transaction, and return the error,
 *		allocated in context.
 *
 * It is what SPI_rollback() does; but that needs a connection on top of those
 * that the error has left behind, which must go, as must its snapshots.
 */
ErrorData *
MigDbAbort(MemoryContext context)
{
	ErrorData  *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	FlushErrorState();
	ActivePortal->portalSnapshot = NULL;
	AbortCurrentTransaction();
	StartTransactionCommand();
	MemoryContextSwitchTo(context);
	return error;
}
