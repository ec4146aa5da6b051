/*-------------------------------------------------------------------------
 * src/api/api_backfill.c
 *	  backfill and backfill_progress.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"

PG_FUNCTION_INFO_V1(migrator_backfill);
PG_FUNCTION_INFO_V1(migrator_backfill_progress);

/*
 * migrator.backfill(name text, relation regclass, statement text, pending text, key name,
 *					 batch_size integer, target_duration integer, pause integer, max_lag integer,
 *					 max_wal_rate integer, passes integer, restart boolean)
 */
Datum
migrator_backfill(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigBackfillOptions options;
	MigBackfillCall call = {0};

	MigApiRefuseAtomic(fcinfo, "backfill", "It commits after each batch.");
	call.name = MigApiText(fcinfo, 0, "name");
	if (call.name[0] == '\0')
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("the name of a backfill cannot be empty"));
	call.relation = MigApiOid(fcinfo, 1, "relation");
	call.statement = MigApiText(fcinfo, 2, "statement");
	call.pending = MigApiTextOrNull(fcinfo, 3);
	call.key = PG_ARGISNULL(4) ? NULL : pstrdup(NameStr(*PG_GETARG_NAME(4)));
	MigApiBackfillOptions(&options);
	options.batch_size = MigApiOverride(fcinfo, 5, "batch_size", options.batch_size);
	if (options.batch_size == 0)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("argument \"%s\" must not be zero", "batch_size"));
	options.target_duration = MigApiOverride(fcinfo, 6, "target_duration", options.target_duration);
	options.pause = MigApiOverride(fcinfo, 7, "pause", options.pause);
	options.max_lag = MigApiOverride(fcinfo, 8, "max_lag", options.max_lag);
	options.max_wal_rate = MigApiOverride(fcinfo, 9, "max_wal_rate", options.max_wal_rate);
	options.passes = MigApiOverride(fcinfo, 10, "passes", options.passes);
	options.restart = MigApiBool(fcinfo, 11, "restart");
	MigApiCopy(&copy);
	MigRunBackfill(&copy, &call, &options);
	PG_RETURN_VOID();
}

/*
 * migrator.backfill_progress()
 *	 -> rows of name, relation, state, pass, rows_done, rows_changed, rows_estimated, percent,
 *		rows_per_second, eta, batches, batch_size, paused, waiting_for, error, updated_at
 */
Datum
migrator_backfill_progress(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigLedgerListBackfills(&copy, MigApiAddSlot, &row);
	return (Datum) 0;
}
