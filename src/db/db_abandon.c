/*-------------------------------------------------------------------------
 * src/db/db_abandon.c
 *	  Give up a subtransaction because of an error, and go on.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "db/db.h"
#include "utils/memutils.h"

/*
 * MigDbAbandon
 *		In PG_CATCH: roll the current subtransaction back and return the error.
 *
 * context and owner are those from before BeginInternalSubTransaction(); they
 * are current again afterwards, and the error is allocated in context.  A
 * cancelled query, or a server that shuts down, is not swallowed but raised
 * again.
 */
ErrorData *
MigDbAbandon(MemoryContext context, ResourceOwner owner)
{
	ErrorData  *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	FlushErrorState();
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	if (ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_OPERATOR_INTERVENTION)
		ReThrowError(error);
	return error;
}
