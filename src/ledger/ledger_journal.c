/*-------------------------------------------------------------------------
 * src/ledger/ledger_journal.c
 *	  Deployments, and how far the revision is that runs statement by
 *	  statement.
 *
 * A copy has at most one such revision: its row is there from the first
 * statement on, changes in the transaction of each that has one, and goes in the
 * transaction that records the step.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static char *Server(void);
static void ReceiveAny(TupleTableSlot *slot, void *arg);
static void ReceiveJournal(TupleTableSlot *slot, void *arg);
static void ReceiveId(TupleTableSlot *slot, void *arg);

static MigQuery read_query = {
	.sql = "SELECT j.operation, j.revision, j.done, j.checksum, j.begun, j.sql, j.before::pg_catalog.text,"
	"  j.error, j.server OPERATOR(pg_catalog.<>) $3, j.changed_at::pg_catalog.text"
	" FROM migrator.journal j"
	" WHERE j.project OPERATOR(pg_catalog.=) $1 AND j.tenant OPERATOR(pg_catalog.=) $2",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery write_query = {
	.sql = "INSERT INTO migrator.journal AS j"
	" (project, tenant, operation, revision, done, checksum, begun, sql, before, server)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::pg_catalog.jsonb, $10)"
	" ON CONFLICT (project, tenant) DO UPDATE SET operation = $3, revision = $4, done = $5,"
	"  checksum = $6, begun = $7, sql = $8, before = $9::pg_catalog.jsonb, server = $10, error = NULL,"
	"  changed_at = pg_catalog.clock_timestamp(), backend_pid = pg_catalog.pg_backend_pid()",
	.expect = SPI_OK_INSERT,
	.nargs = 10,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT4OID, TEXTOID, INT4OID, TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery error_query = {
	.sql = "UPDATE migrator.journal AS j SET error = $3"
	" WHERE j.project OPERATOR(pg_catalog.=) $1 AND j.tenant OPERATOR(pg_catalog.=) $2",
	.expect = SPI_OK_UPDATE,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery remove_query = {
	.sql = "DELETE FROM migrator.journal j"
	" WHERE j.project OPERATOR(pg_catalog.=) $1 AND j.tenant OPERATOR(pg_catalog.=) $2",
	.expect = SPI_OK_DELETE,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

/* A deployment that did not say how it ended has died: we hold its lock. */
static MigQuery died_query = {
	.sql = "UPDATE migrator.deployment AS d SET outcome = 'died', ended_at = pg_catalog.clock_timestamp()"
	" WHERE d.project OPERATOR(pg_catalog.=) $1 AND d.tenant OPERATOR(pg_catalog.=) $2"
	" AND d.outcome IS NULL",
	.expect = SPI_OK_UPDATE,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

static MigQuery begin_query = {
	.sql = "INSERT INTO migrator.deployment (project, tenant, operation, target, revisions, role_name, session_role)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
	.expect = SPI_OK_INSERT_RETURNING,
	.nargs = 7,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTOID, TEXTOID}
};

static MigQuery end_query = {
	.sql = "UPDATE migrator.deployment AS d SET outcome = $2, sqlstate = $3, error = $4,"
	" ended_at = pg_catalog.clock_timestamp() WHERE d.id OPERATOR(pg_catalog.=) $1",
	.expect = SPI_OK_UPDATE,
	.nargs = 4,
	.argtypes = {INT8OID, TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery spent_query = {
	.sql = "INSERT INTO migrator.statement_log (deployment, project, tenant, operation, revision,"
	"  statement, sql, started_at, elapsed, lock_wait, wal_bytes, rows, rewritten_bytes)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
	.expect = SPI_OK_INSERT,
	.nargs = 13,
	.argtypes = {INT8OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT4OID, TEXTOID, TIMESTAMPTZOID,
	INTERVALOID, INTERVALOID, INT8OID, INT8OID, INT8OID}
};

static MigQuery list_spent_query = {
	.sql = "SELECT s.deployment, s.operation::pg_catalog.text,"
	"  coalesce(a.revision, s.revision)::pg_catalog.text, s.statement, s.sql,"
	"  s.started_at, s.elapsed, s.lock_wait, s.wal_bytes, s.rows, s.rewritten_bytes"
	" FROM migrator.statement_log s LEFT JOIN migrator.alias a"
	"  ON a.project OPERATOR(pg_catalog.=) $1 AND a.alias OPERATOR(pg_catalog.=) s.revision"
	" WHERE s.project OPERATOR(pg_catalog.=) $1 AND s.tenant OPERATOR(pg_catalog.=) $2"
	" AND ($3 IS NULL OR coalesce(a.revision, s.revision) OPERATOR(pg_catalog.=) $3) ORDER BY s.id",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

/*
 * MigLedgerJournal
 *		The revision of a copy that is half done, or NULL.
 *
 * Reads under the active snapshot.
 */
MigJournal *
MigLedgerJournal(const MigCopy *copy)
{
	Datum		values[3] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant),
	CStringGetTextDatum(Server())};
	const char *keys[2] = {copy->project, copy->tenant};
	MigJournal *journal = NULL;
	bool		found = false;

	/* mostly there is none, and then no query has to be planned */
	MigDbScan("journal", "journal_pkey", keys, 2, ReceiveAny, &found);
	if (found)
		(void) MigDbRead(&read_query, values, NULL, ReceiveJournal, &journal);
	return journal;
}

/*
 * MigLedgerJournalWrite
 *		Say how far a revision is.
 */
void
MigLedgerJournalWrite(const MigCopy *copy, const MigJournal *journal)
{
	char		nulls[] = "          ";
	Datum		values[10] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant)};
	MigDbScope	scope;

	values[2] = CStringGetTextDatum(MigGraphOperation(journal->operation));
	values[3] = CStringGetTextDatum(journal->revision);
	values[4] = Int32GetDatum(journal->done);
	values[5] = CStringGetTextDatum(journal->checksum);
	values[6] = Int32GetDatum(journal->begun);
	values[7] = MigDbTextOrNull(journal->sql, &nulls[7]);
	values[8] = MigDbTextOrNull(journal->before, &nulls[8]);
	values[9] = CStringGetTextDatum(Server());
	MigDbOpen(&scope);
	(void) MigDbExec(&write_query, values, nulls);
	MigDbClose(&scope);
}

/*
 * MigLedgerJournalError
 *		Say how the revision failed that is half done, if there is one.
 */
void
MigLedgerJournalError(const MigCopy *copy, const char *message)
{
	Datum		values[3] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant),
	CStringGetTextDatum(message)};
	MigDbScope	scope;

	MigDbOpen(&scope);
	(void) MigDbExec(&error_query, values, NULL);
	MigDbClose(&scope);
}

/*
 * MigLedgerJournalRemove
 *		No revision is half done any more; returns whether one was.
 */
bool
MigLedgerJournalRemove(const MigCopy *copy)
{
	Datum		values[2] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant)};
	MigDbScope	scope;
	bool		removed;

	MigDbOpen(&scope);
	removed = MigDbExec(&remove_query, values, NULL) > 0;
	MigDbClose(&scope);
	return removed;
}

/*
 * MigLedgerDeploymentBegin
 *		Note a deployment; returns its id.
 *
 * The caller holds MIG_LOCK_MIGRATE: an earlier one of the copy that has not
 * ended has died.
 */
int64
MigLedgerDeploymentBegin(const MigCopy *copy, MigOperation operation, const char *target,
						 const char **revisions, int nrevisions)
{
	Datum		values[7] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant)};
	MigDbScope	scope;
	int64		id = 0;

	values[2] = CStringGetTextDatum(MigGraphOperation(operation));
	values[3] = CStringGetTextDatum(target);
	values[4] = MigDbArray(revisions, nrevisions);
	values[5] = CStringGetTextDatum(GetUserNameFromId(GetUserId(), false));
	values[6] = CStringGetTextDatum(GetUserNameFromId(GetSessionUserId(), false));
	MigDbOpen(&scope);
	(void) MigDbExec(&died_query, values, NULL);
	(void) MigDbEach(&begin_query, values, NULL, ReceiveId, &id);
	MigDbClose(&scope);
	return id;
}

/*
 * MigLedgerDeploymentEnd
 *		Note how a deployment ended: "done", "failed" or "rolled back".
 */
void
MigLedgerDeploymentEnd(int64 id, const char *outcome, const ErrorData *error)
{
	char		nulls[] = "    ";
	Datum		values[4] = {Int64GetDatum(id), CStringGetTextDatum(outcome)};
	MigDbScope	scope;

	values[2] = MigDbTextOrNull(error == NULL ? NULL : unpack_sql_state(error->sqlerrcode), &nulls[2]);
	values[3] = MigDbTextOrNull(error == NULL ? NULL : error->message, &nulls[3]);
	MigDbOpen(&scope);
	(void) MigDbExec(&end_query, values, nulls);
	MigDbClose(&scope);
}

/*
 * MigLedgerRecordSpent
 *		Write what statements have cost: a list of MigSpent *.
 */
void
MigLedgerRecordSpent(const MigCopy *copy, int64 deployment, MigOperation operation,
					 const char *revision, List *spent)
{
	Datum		values[13] = {Int64GetDatum(deployment), CStringGetTextDatum(copy->project),
	CStringGetTextDatum(copy->tenant)};
	MigDbScope	scope;
	ListCell   *lc;

	values[3] = CStringGetTextDatum(MigGraphOperation(operation));
	values[4] = CStringGetTextDatum(revision);
	MigDbOpen(&scope);
	foreach(lc, spent)
	{
		const MigSpent *one = lfirst(lc);
		Interval	elapsed = {.time = one->elapsed_us};
		Interval	lock_wait = {.time = one->lock_us};

		values[5] = Int32GetDatum(one->statement);
		values[6] = CStringGetTextDatum(one->sql);
		values[7] = TimestampTzGetDatum(one->started);
		values[8] = IntervalPGetDatum(&elapsed);
		values[9] = IntervalPGetDatum(&lock_wait);
		values[10] = Int64GetDatum(one->wal_bytes);
		values[11] = Int64GetDatum(one->rows);
		values[12] = Int64GetDatum(one->rewritten_bytes);
		(void) MigDbExec(&spent_query, values, NULL);
	}
	MigDbClose(&scope);
}

/*
 * MigLedgerListSpent
 *		What the statements of a copy's deployments have cost, oldest first; of
 *		one revision, or of all (NULL).
 */
void
MigLedgerListSpent(const MigCopy *copy, const char *revision, MigDbRowFn row, void *arg)
{
	char		nulls[] = "   ";
	Datum		values[3] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant)};

	values[2] = MigDbTextOrNull(revision, &nulls[2]);
	(void) MigDbRead(&list_spent_query, values, nulls, row, arg);
}

/* Which server this is, and on which timeline. */
static char *
Server(void)
{
	return psprintf(UINT64_FORMAT "/%u", GetSystemIdentifier(),
					RecoveryInProgress() ? 0 : (unsigned) GetWALInsertionTimeLine());
}

static void
ReceiveAny(TupleTableSlot *slot pg_attribute_unused(), void *arg)
{
	*(bool *) arg = true;
}

static void
ReceiveJournal(TupleTableSlot *slot, void *arg)
{
	MigJournal *journal = palloc0(sizeof(MigJournal));
	bool		isnull;

	for (MigOperation operation = MIG_UPGRADE; operation <= MIG_REPEAT; operation++)
		if (strcmp(MigDbText(slot, 1), MigGraphOperation(operation)) == 0)
			journal->operation = operation;
	journal->revision = MigDbText(slot, 2);
	journal->done = DatumGetInt32(slot_getattr(slot, 3, &isnull));
	journal->checksum = MigDbText(slot, 4);
	journal->begun = DatumGetInt32(slot_getattr(slot, 5, &isnull));
	journal->sql = MigDbText(slot, 6);
	journal->before = MigDbText(slot, 7);
	journal->error = MigDbText(slot, 8);
	journal->is_foreign = DatumGetBool(slot_getattr(slot, 9, &isnull));
	journal->changed_at = MigDbText(slot, 10);
	*(MigJournal **) arg = journal;
}

static void
ReceiveId(TupleTableSlot *slot, void *arg)
{
	bool		isnull;

	*(int64 *) arg = DatumGetInt64(slot_getattr(slot, 1, &isnull));
}
