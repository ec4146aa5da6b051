/*-------------------------------------------------------------------------
 * src/ledger/ledger_backfill.c
 *	  How far backfills are.
 *
 * The row of a backfill changes in the transaction of each batch, so that what
 * it says is done is what is done.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "utils/builtins.h"

static Datum KeyDatum(const char **key, int nkeys, char *null);
static Datum PausedDatum(const MigBackfill *backfill);
static void ReceiveBackfill(TupleTableSlot *slot, void *arg);
static int64 Int64At(TupleTableSlot *slot, int column);
static void ReceiveLag(TupleTableSlot *slot, void *arg);

static MigQuery read_query = {
	.sql = "SELECT b.relation, b.key_columns, b.checksum, b.pass, b.last_key, b.max_key, b.rows_done,"
	"  b.rows_changed, b.rows_estimated, b.batches, b.batch_size, b.rows_per_second,"
	"  b.paused::pg_catalog.text[], b.finished_at IS NOT NULL"
	" FROM migrator.backfill b"
	" WHERE b.project OPERATOR(pg_catalog.=) $1 AND b.tenant OPERATOR(pg_catalog.=) $2"
	" AND b.name OPERATOR(pg_catalog.=) $3",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery remove_query = {
	.sql = "DELETE FROM migrator.backfill b"
	" WHERE b.project OPERATOR(pg_catalog.=) $1 AND b.tenant OPERATOR(pg_catalog.=) $2"
	" AND b.name OPERATOR(pg_catalog.=) $3",
	.expect = SPI_OK_DELETE,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery begin_query = {
	.sql = "INSERT INTO migrator.backfill (project, tenant, name, relation, key_columns, statement,"
	" pending, checksum, max_key, rows_estimated, batch_size, role_name)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
	.expect = SPI_OK_INSERT,
	.nargs = 12,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTOID, TEXTOID, TEXTOID,
	TEXTARRAYOID, INT8OID, INT4OID, TEXTOID}
};

static MigQuery write_query = {
	.sql = "UPDATE migrator.backfill AS b SET pass = $4, last_key = $5, max_key = $6, rows_done = $7,"
	" rows_changed = $8, rows_estimated = $9, batches = $10, batch_size = $11, rows_per_second = $12,"
	" paused = $13::pg_catalog.int8[], finished_at = CASE WHEN $14 THEN pg_catalog.clock_timestamp() END,"
	" waiting_for = NULL, error = NULL, updated_at = pg_catalog.clock_timestamp(),"
	" backend_pid = pg_catalog.pg_backend_pid()"
	" WHERE b.project OPERATOR(pg_catalog.=) $1 AND b.tenant OPERATOR(pg_catalog.=) $2"
	" AND b.name OPERATOR(pg_catalog.=) $3",
	.expect = SPI_OK_UPDATE,
	.nargs = 14,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID, INT4OID, TEXTARRAYOID, TEXTARRAYOID, INT8OID, INT8OID,
	INT8OID, INT8OID, INT4OID, FLOAT8OID, TEXTARRAYOID, BOOLOID}
};

static MigQuery waits_query = {
	.sql = "UPDATE migrator.backfill AS b SET waiting_for = $4, updated_at = pg_catalog.clock_timestamp(),"
	" backend_pid = pg_catalog.pg_backend_pid()"
	" WHERE b.project OPERATOR(pg_catalog.=) $1 AND b.tenant OPERATOR(pg_catalog.=) $2"
	" AND b.name OPERATOR(pg_catalog.=) $3",
	.expect = SPI_OK_UPDATE,
	.nargs = 4,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery error_query = {
	.sql = "UPDATE migrator.backfill AS b SET error = $4, waiting_for = NULL"
	" WHERE b.project OPERATOR(pg_catalog.=) $1 AND b.tenant OPERATOR(pg_catalog.=) $2"
	" AND b.name OPERATOR(pg_catalog.=) $3",
	.expect = SPI_OK_UPDATE,
	.nargs = 4,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery list_query = {
	.sql = "SELECT b.name, b.relation,"
	" CASE WHEN b.finished_at IS NOT NULL THEN 'finished'"
	"  WHEN EXISTS (SELECT FROM pg_catalog.pg_locks l"
	"   WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.objsubid OPERATOR(pg_catalog.=) $3"
	"   AND l.pid OPERATOR(pg_catalog.=) b.backend_pid AND l.database OPERATOR(pg_catalog.=)"
	"    (SELECT d.oid FROM pg_catalog.pg_database d"
	"     WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()))"
	"  THEN 'running' ELSE 'stopped' END,"
	" b.pass, b.rows_done, b.rows_changed, b.rows_estimated,"
	" CASE WHEN b.finished_at IS NOT NULL THEN 100.0"
	"  WHEN b.rows_estimated OPERATOR(pg_catalog.>) 0 THEN pg_catalog.round("
	"   least(99.9, 100.0 OPERATOR(pg_catalog.*) b.rows_done OPERATOR(pg_catalog./) b.rows_estimated), 1) END,"
	" pg_catalog.round(b.rows_per_second::pg_catalog.numeric, 1),"
	" CASE WHEN b.finished_at IS NULL AND b.rows_per_second OPERATOR(pg_catalog.>) 0"
	"  THEN pg_catalog.make_interval(secs => pg_catalog.ceil("
	"   greatest(b.rows_estimated OPERATOR(pg_catalog.-) b.rows_done, 0)"
	"   OPERATOR(pg_catalog./) b.rows_per_second)) END,"
	" b.batches, b.batch_size,"
	" pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('asked for', nullif(b.paused[1], 0),"
	"  'replication lag', nullif(b.paused[2], 0), 'WAL rate', nullif(b.paused[3], 0),"
	"  'lock waits', nullif(b.paused[4], 0), 'retries', nullif(b.paused[5], 0))),"
	" b.waiting_for, b.error, b.updated_at"
	" FROM migrator.backfill b"
	" WHERE b.project OPERATOR(pg_catalog.=) $1 AND b.tenant OPERATOR(pg_catalog.=) $2"
	" ORDER BY b.started_at, b.name",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, INT4OID}
};

/* A standby that stands still reports the last lag that it measured: look at bytes, too. */
static MigQuery lag_query = {
	.sql = "SELECT coalesce(pg_catalog.max(extract(epoch FROM coalesce(r.replay_lag, r.flush_lag))"
	"   OPERATOR(pg_catalog.*) 1000.0), 0.0)::pg_catalog.int8,"
	"  coalesce(pg_catalog.max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(),"
	"   coalesce(r.replay_lsn, r.flush_lsn, r.sent_lsn))), 0.0)::pg_catalog.int8"
	" FROM pg_catalog.pg_stat_replication r"
	" WHERE r.state OPERATOR(pg_catalog.=) ANY (ARRAY['streaming', 'catchup'])",
	.read_only = true,
	.expect = SPI_OK_SELECT
};

/*
 * MigLedgerBackfill
 *		The backfill of a name, or NULL.  Its name, statement and pending are left out.
 *
 * Reads under the active snapshot.
 */
MigBackfill *
MigLedgerBackfill(const MigCopy *copy, const char *name)
{
	Datum		values[3] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant),
	CStringGetTextDatum(name)};
	MigBackfill *backfill = NULL;

	(void) MigDbRead(&read_query, values, NULL, ReceiveBackfill, &backfill);
	return backfill;
}

/*
 * MigLedgerBackfillBegin
 *		Note that a backfill begins, in the place of any of the name.
 */
void
MigLedgerBackfillBegin(const MigCopy *copy, const MigBackfill *backfill)
{
	char		nulls[] = "            ";
	Datum		values[12] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant),
	CStringGetTextDatum(backfill->name), CStringGetTextDatum(backfill->relation)};
	MigDbScope	scope;

	values[4] = MigDbArray(backfill->key_columns, backfill->nkeys);
	values[5] = CStringGetTextDatum(backfill->statement);
	values[6] = MigDbTextOrNull(backfill->pending, &nulls[6]);
	values[7] = CStringGetTextDatum(backfill->checksum);
	values[8] = KeyDatum(backfill->max_key, backfill->nkeys, &nulls[8]);
	values[9] = Int64GetDatum(backfill->rows_estimated);
	values[10] = Int32GetDatum(backfill->batch_size);
	values[11] = CStringGetTextDatum(GetUserNameFromId(GetUserId(), false));
	MigDbOpen(&scope);
	(void) MigDbExec(&remove_query, values, NULL);
	(void) MigDbExec(&begin_query, values, nulls);
	MigDbClose(&scope);
}

/*
 * MigLedgerBackfillWrite
 *		Say how far it is.
 *
 * Raises OBJECT_NOT_IN_PREREQUISITE_STATE if its row is gone.
 */
void
MigLedgerBackfillWrite(const MigCopy *copy, const MigBackfill *backfill)
{
	char		nulls[] = "              ";
	Datum		values[14] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant),
	CStringGetTextDatum(backfill->name), Int32GetDatum(backfill->pass)};
	MigDbScope	scope;

	values[4] = KeyDatum(backfill->last_key, backfill->nkeys, &nulls[4]);
	values[5] = KeyDatum(backfill->max_key, backfill->nkeys, &nulls[5]);
	values[6] = Int64GetDatum(backfill->rows_done);
	values[7] = Int64GetDatum(backfill->rows_changed);
	values[8] = Int64GetDatum(backfill->rows_estimated);
	values[9] = Int64GetDatum(backfill->batches);
	values[10] = Int32GetDatum(backfill->batch_size);
	values[11] = Float8GetDatum(backfill->rate);
	values[12] = PausedDatum(backfill);
	values[13] = BoolGetDatum(backfill->is_finished);
	MigDbOpen(&scope);
	if (MigDbExec(&write_query, values, nulls) == 0)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("the row of backfill \"%s\" was deleted while it ran", backfill->name));
	MigDbClose(&scope);
}

/*
 * MigLedgerBackfillWaits
 *		Say why it pauses, for others to see; NULL: it does not.
 */
void
MigLedgerBackfillWaits(const MigCopy *copy, const char *name, const char *reason)
{
	char		nulls[] = "    ";
	Datum		values[4] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant),
	CStringGetTextDatum(name)};
	MigDbScope	scope;

	values[3] = MigDbTextOrNull(reason, &nulls[3]);
	MigDbOpen(&scope);
	(void) MigDbExec(&waits_query, values, nulls);
	MigDbClose(&scope);
}

/*
 * MigLedgerBackfillError
 *		Say how the call failed.
 */
void
MigLedgerBackfillError(const MigCopy *copy, const char *name, const char *message)
{
	Datum		values[4] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant),
	CStringGetTextDatum(name), CStringGetTextDatum(message)};
	MigDbScope	scope;

	MigDbOpen(&scope);
	(void) MigDbExec(&error_query, values, NULL);
	MigDbClose(&scope);
}

/*
 * MigLedgerListBackfills
 *		Hand the rows of backfill_progress() to a function.
 */
void
MigLedgerListBackfills(const MigCopy *copy, MigDbRowFn row, void *arg)
{
	Datum		values[3] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant),
	Int32GetDatum(MIG_LOCK_BACKFILL)};

	(void) MigDbRead(&list_query, values, NULL, row, arg);
}

/*
 * MigLedgerLag
 *		How far the standby is behind that is farthest behind; zeros without one.
 */
void
MigLedgerLag(int64 *lag_ms, int64 *lag_bytes)
{
	int64		lag[2] = {0, 0};

	(void) MigDbRead(&lag_query, NULL, NULL, ReceiveLag, lag);
	*lag_ms = lag[0];
	*lag_bytes = lag[1];
}

static Datum
KeyDatum(const char **key, int nkeys, char *null)
{
	*null = key == NULL ? 'n' : ' ';
	return key == NULL ? (Datum) 0 : MigDbArray(key, nkeys);
}

static Datum
PausedDatum(const MigBackfill *backfill)
{
	const char *texts[MIG_NPAUSES];

	for (int i = 0; i < MIG_NPAUSES; i++)
		texts[i] = psprintf(INT64_FORMAT, backfill->paused[i]);
	return MigDbArray(texts, MIG_NPAUSES);
}

static void
ReceiveBackfill(TupleTableSlot *slot, void *arg)
{
	MigBackfill *backfill = palloc0(sizeof(MigBackfill));
	const char **paused;
	int			n;
	bool		isnull;

	backfill->relation = MigDbText(slot, 1);
	backfill->key_columns = MigDbTextArray(slot, 2, &backfill->nkeys);
	backfill->checksum = MigDbText(slot, 3);
	backfill->pass = DatumGetInt32(slot_getattr(slot, 4, &isnull));
	backfill->last_key = MigDbTextArray(slot, 5, &n);
	backfill->max_key = MigDbTextArray(slot, 6, &n);
	backfill->rows_done = Int64At(slot, 7);
	backfill->rows_changed = Int64At(slot, 8);
	backfill->rows_estimated = Int64At(slot, 9);
	backfill->batches = Int64At(slot, 10);
	backfill->batch_size = DatumGetInt32(slot_getattr(slot, 11, &isnull));
	backfill->rate = DatumGetFloat8(slot_getattr(slot, 12, &isnull));
	paused = MigDbTextArray(slot, 13, &n);
	for (int i = 0; i < Min(n, MIG_NPAUSES); i++)
		backfill->paused[i] = strtoll(paused[i], NULL, 10);
	backfill->is_finished = DatumGetBool(slot_getattr(slot, 14, &isnull));
	*(MigBackfill **) arg = backfill;
}

static int64
Int64At(TupleTableSlot *slot, int column)
{
	bool		isnull;

	return DatumGetInt64(slot_getattr(slot, column, &isnull));
}

static void
ReceiveLag(TupleTableSlot *slot, void *arg)
{
	int64	   *lag = arg;

	lag[0] = Int64At(slot, 1);
	lag[1] = Int64At(slot, 2);
}
