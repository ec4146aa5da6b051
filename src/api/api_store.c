/*-------------------------------------------------------------------------
 * src/api/api_store.c
 *	  revisions, repeatables and log: what the store holds, sound or not.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"

PG_FUNCTION_INFO_V1(migrator_revisions);
PG_FUNCTION_INFO_V1(migrator_repeatables);
PG_FUNCTION_INFO_V1(migrator_log);

/*
 * migrator.revisions() -> rows of revision, message, create_date, filename,
 *	is_transactional, is_reversible, checksum, loaded_at, loaded_by
 */
Datum
migrator_revisions(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigLedgerListRevisions(&copy, MigApiAddSlot, &row);
	return (Datum) 0;
}

/*
 * migrator.repeatables() -> rows of revision, message, filename, state, applied_at
 */
Datum
migrator_repeatables(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigLedgerListRepeatables(&copy, MigApiAddSlot, &row);
	return (Datum) 0;
}

/*
 * migrator.log(revision text) -> rows of id, operation, revision, started_at, elapsed,
 *	role_name, session_role, client_addr, application_name, checksum, transaction_id
 */
Datum
migrator_log(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	char	   *revision = MigApiTextOrNull(fcinfo, 0);

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	if (revision != NULL)
	{
		const MigGraph *graph = MigLedgerGraph(&copy);
		int			number = MigGraphFind(graph, revision);

		/* an unknown one may still be in the log: revisions can be deleted */
		if (number >= 0)
			revision = pstrdup(graph->revisions[number].def->id);
	}
	MigLedgerListLog(&copy, revision, MigApiAddSlot, &row);
	return (Datum) 0;
}
