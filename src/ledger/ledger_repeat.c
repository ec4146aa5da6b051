/*-------------------------------------------------------------------------
 * src/ledger/ledger_repeat.c
 *	  Repeatable revisions, and what ran of them in each copy.
 *
 * They are in no graph.  Each is to be run when its checksum is not the one that
 * ran last in the copy, in the order of their messages.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "db/db.h"
#include "ledger/ledger.h"
#include "utils/builtins.h"

static List *Pending(const MigCopy *copy);
static void ReceiveRepeat(TupleTableSlot *slot, void *arg);
static void ReceiveProject(TupleTableSlot *slot, void *arg);

#define REPEAT_COLUMNS	"r.revision, r.message, r.serial, r.transactional"

static MigQuery pending_query = {
	.sql = "SELECT " REPEAT_COLUMNS " FROM migrator.repeatable r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 AND NOT EXISTS (SELECT FROM migrator.repeated d"
	"  WHERE d.project OPERATOR(pg_catalog.=) $1 AND d.tenant OPERATOR(pg_catalog.=) $2"
	"  AND d.revision OPERATOR(pg_catalog.=) r.revision AND d.checksum OPERATOR(pg_catalog.=) r.checksum)"
	" ORDER BY r.message COLLATE \"C\", r.revision",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

static MigQuery all_query = {
	.sql = "SELECT " REPEAT_COLUMNS " FROM migrator.repeatable r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 ORDER BY r.message COLLATE \"C\", r.revision",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

static MigQuery record_query = {
	.sql = "INSERT INTO migrator.repeated AS d (project, tenant, revision, checksum)"
	" SELECT $1, $2, r.revision, r.checksum FROM migrator.repeatable r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) $3"
	" ON CONFLICT (project, tenant, revision) DO UPDATE SET checksum = excluded.checksum,"
	"  applied_at = pg_catalog.clock_timestamp()",
	.expect = SPI_OK_INSERT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery forget_query = {
	.sql = "DELETE FROM migrator.repeated d WHERE d.project OPERATOR(pg_catalog.=) $1"
	" AND d.tenant OPERATOR(pg_catalog.=) $2 AND d.revision OPERATOR(pg_catalog.=) $3",
	.expect = SPI_OK_DELETE,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery list_query = {
	.sql = "SELECT r.revision::pg_catalog.text, r.message, r.filename::pg_catalog.text,"
	"  CASE WHEN d.revision IS NULL THEN 'pending'"
	"   WHEN d.checksum OPERATOR(pg_catalog.=) r.checksum THEN 'applied' ELSE 'changed' END, d.applied_at"
	" FROM migrator.repeatable r LEFT JOIN migrator.repeated d ON d.project OPERATOR(pg_catalog.=) r.project"
	"  AND d.tenant OPERATOR(pg_catalog.=) $2 AND d.revision OPERATOR(pg_catalog.=) r.revision"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 ORDER BY r.message COLLATE \"C\", r.revision",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

/*
 * MigLedgerIsRepeated
 *		Has every repeatable revision been run as it is now?
 *
 * Reads nothing if the project has none.  Uses the active snapshot.
 */
bool
MigLedgerIsRepeated(const MigCopy *copy, const MigState *state)
{
	return !state->has_repeatables || Pending(copy) == NIL;
}

/*
 * MigLedgerRepeats
 *		The repeatable revisions that are to be run in a copy, in order: a List of
 *		MigRepeat.
 *
 * Uses the active snapshot.
 */
List *
MigLedgerRepeats(const MigCopy *copy)
{
	bool		any = false;

	MigDbScan("project", "project_pkey", &copy->project, 1, ReceiveProject, &any);
	return any ? Pending(copy) : NIL;
}

static List *
Pending(const MigCopy *copy)
{
	Datum		values[2] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant)};
	List	   *repeats = NIL;

	(void) MigDbRead(&pending_query, values, NULL, ReceiveRepeat, &repeats);
	return repeats;
}

/*
 * MigLedgerAllRepeatables
 *		The same of all that the project has, whatever was run.
 */
List *
MigLedgerAllRepeatables(const MigCopy *copy)
{
	Datum		values[1] = {CStringGetTextDatum(copy->project)};
	List	   *repeats = NIL;

	(void) MigDbRead(&all_query, values, NULL, ReceiveRepeat, &repeats);
	return repeats;
}

/*
 * MigLedgerRecordRepeat
 *		Note that a repeatable revision was run in a copy as it is now.
 *
 * The caller holds MIG_LOCK_CONTENT, so that it is what was run.
 */
void
MigLedgerRecordRepeat(const MigCopy *copy, const char *revision)
{
	Datum		values[3] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant),
	CStringGetTextDatum(revision)};
	MigDbScope	scope;

	MigDbOpen(&scope);
	(void) MigDbExec(&record_query, values, NULL);
	MigDbClose(&scope);
}

/*
 * MigLedgerForgetRepeat
 *		Forget that it was; returns whether it was.
 */
bool
MigLedgerForgetRepeat(const MigCopy *copy, const char *revision)
{
	Datum		values[3] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant),
	CStringGetTextDatum(revision)};
	MigDbScope	scope;
	bool		forgotten;

	MigDbOpen(&scope);
	forgotten = MigDbExec(&forget_query, values, NULL) > 0;
	MigDbClose(&scope);
	return forgotten;
}

/*
 * MigLedgerListRepeatables
 *		Hand the repeatable revisions to a function as rows of repeatables().
 */
void
MigLedgerListRepeatables(const MigCopy *copy, MigDbRowFn row, void *arg)
{
	Datum		values[2] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant)};

	(void) MigDbRead(&list_query, values, NULL, row, arg);
}

static void
ReceiveRepeat(TupleTableSlot *slot, void *arg)
{
	MigRepeat  *repeat = palloc0(sizeof(MigRepeat));
	bool		isnull;

	repeat->revision = MigDbText(slot, 1);
	repeat->message = MigDbText(slot, 2);
	repeat->serial = DatumGetInt32(slot_getattr(slot, 3, &isnull));
	repeat->transactional = DatumGetBool(slot_getattr(slot, 4, &isnull));
	*(List **) arg = lappend(*(List **) arg, repeat);
}

/* A row of the table project, of which the fifth column is has_repeatables. */
static void
ReceiveProject(TupleTableSlot *slot, void *arg)
{
	bool		isnull;

	*(bool *) arg = DatumGetBool(slot_getattr(slot, 5, &isnull));
}
