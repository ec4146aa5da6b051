/*-------------------------------------------------------------------------
 * src/ledger/ledger_gate.c
 *	  What keeps revisions from being run: missing approvals, and freezes.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static void ReceiveTexts(TupleTableSlot *slot, void *arg);
static void ReceiveFreeze(TupleTableSlot *slot, void *arg);

static MigQuery approve_query = {
	.sql = "INSERT INTO migrator.approval AS a (project, revision, checksum, role_name)"
	" SELECT r.project, r.revision, r.checksum, $3 FROM migrator.revision r"
	"  WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) $2"
	" UNION ALL SELECT r.project, r.revision, r.checksum, $3 FROM migrator.repeatable r"
	"  WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) $2"
	" ON CONFLICT (project, revision, role_name) DO UPDATE"
	"  SET checksum = excluded.checksum, approved_at = pg_catalog.clock_timestamp()",
	.expect = SPI_OK_INSERT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery withdraw_query = {
	.sql = "DELETE FROM migrator.approval a WHERE a.project OPERATOR(pg_catalog.=) $1"
	" AND a.revision OPERATOR(pg_catalog.=) $2 AND a.role_name OPERATOR(pg_catalog.=) $3",
	.expect = SPI_OK_DELETE,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

/*
 * Counted are other people: neither who loaded the revision, as whatever role,
 * nor who runs it.
 */
static MigQuery unapproved_query = {
	.sql = "SELECT u.revision, pg_catalog.concat('revision \"', u.revision, '\" has ', c.n, ' of ', $4, ' approvals')"
	" FROM pg_catalog.unnest($2) WITH ORDINALITY AS u (revision, ordinal)"
	" CROSS JOIN LATERAL (SELECT v.checksum, v.loaded_by, v.session_role FROM migrator.revision v"
	"   WHERE v.project OPERATOR(pg_catalog.=) $1 AND v.revision OPERATOR(pg_catalog.=) u.revision"
	"  UNION ALL SELECT p.checksum, p.loaded_by, p.session_role FROM migrator.repeatable p"
	"   WHERE p.project OPERATOR(pg_catalog.=) $1 AND p.revision OPERATOR(pg_catalog.=) u.revision) r"
	" CROSS JOIN LATERAL (SELECT pg_catalog.count(*) AS n FROM migrator.approval a"
	"  WHERE a.project OPERATOR(pg_catalog.=) $1 AND a.revision OPERATOR(pg_catalog.=) u.revision"
	"  AND a.checksum OPERATOR(pg_catalog.=) r.checksum AND a.role_name OPERATOR(pg_catalog.<>) $3"
	"  AND a.role_name OPERATOR(pg_catalog.<>) r.loaded_by"
	"  AND a.role_name OPERATOR(pg_catalog.<>) r.session_role) c"
	" WHERE c.n OPERATOR(pg_catalog.<) $4 ORDER BY u.ordinal",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 4,
	.argtypes = {TEXTOID, TEXTARRAYOID, TEXTOID, INT4OID}
};

static MigQuery freeze_query = {
	.sql = "INSERT INTO migrator.freeze_window AS f (project, until, reason, role_name) VALUES ($1, $2, $3, $4)"
	" ON CONFLICT (project) DO UPDATE SET until = $2, reason = $3, role_name = $4,"
	"  frozen_at = pg_catalog.clock_timestamp()",
	.expect = SPI_OK_INSERT,
	.nargs = 4,
	.argtypes = {TEXTOID, TIMESTAMPTZOID, TEXTOID, TEXTOID}
};

static MigQuery override_query = {
	.sql = "INSERT INTO migrator.freeze_override (project, tenant, reason, role_name, until, freeze_reason)"
	" SELECT $1, $2, $3, $4, f.until, f.reason FROM migrator.freeze_window f"
	" WHERE f.project OPERATOR(pg_catalog.=) $1",
	.expect = SPI_OK_INSERT,
	.nargs = 4,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID, TEXTOID}
};

/*
 * MigLedgerApprove
 *		Approve a revision as it is now in the name of the session's user, or
 *		withdraw that; returns false if there was nothing to withdraw.
 */
bool
MigLedgerApprove(const MigCopy *copy, const char *revision, bool approve)
{
	Datum		values[3] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(revision),
	CStringGetTextDatum(GetUserNameFromId(GetSessionUserId(), false))};
	MigDbScope	scope;
	bool		changed;

	MigDbOpen(&scope);
	changed = MigDbExec(approve ? &approve_query : &withdraw_query, values, NULL) > 0;
	MigDbClose(&scope);
	return changed;
}

/*
 * MigLedgerUnapproved
 *		Which of these revisions have fewer approvals than that: a list of
 *		sentences without period, in the same order.
 *
 * Reads under the active snapshot.
 */
List *
MigLedgerUnapproved(const MigCopy *copy, const char **revisions, int n, int required)
{
	Datum		values[4] = {CStringGetTextDatum(copy->project), MigDbArray(revisions, n),
		CStringGetTextDatum(GetUserNameFromId(GetSessionUserId(), false)),
	Int32GetDatum(required)};
	List	   *result = NIL;

	(void) MigDbRead(&unapproved_query, values, NULL, ReceiveTexts, &result);
	return result;
}

/*
 * MigLedgerFreeze
 *		Let nothing be run before a time.
 */
void
MigLedgerFreeze(const MigCopy *copy, TimestampTz until, const char *reason)
{
	Datum		values[4] = {CStringGetTextDatum(copy->project), TimestampTzGetDatum(until),
		CStringGetTextDatum(reason),
	CStringGetTextDatum(GetUserNameFromId(GetSessionUserId(), false))};
	MigDbScope	scope;

	MigDbOpen(&scope);
	(void) MigDbExec(&freeze_query, values, NULL);
	MigDbClose(&scope);
}

/*
 * MigLedgerFrozen
 *		The freeze that a project is under now, or NULL.
 *
 * Reads under the active snapshot.
 */
MigFreeze *
MigLedgerFrozen(const MigCopy *copy)
{
	MigFreeze  *freeze = NULL;

	MigDbScan("freeze_window", "freeze_window_pkey", &copy->project, 1, ReceiveFreeze, &freeze);
	return freeze != NULL && freeze->until > GetCurrentTimestamp() ? freeze : NULL;
}

/*
 * MigLedgerOverrideFreeze
 *		Note that somebody runs something all the same.
 */
void
MigLedgerOverrideFreeze(const MigCopy *copy, const char *reason)
{
	Datum		values[4] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant),
		CStringGetTextDatum(reason),
	CStringGetTextDatum(GetUserNameFromId(GetSessionUserId(), false))};
	MigDbScope	scope;

	MigDbOpen(&scope);
	(void) MigDbExec(&override_query, values, NULL);
	MigDbClose(&scope);
}

static void
ReceiveTexts(TupleTableSlot *slot, void *arg)
{
	*(List **) arg = lappend(*(List **) arg, MigDbText(slot, 2));
}

static void
ReceiveFreeze(TupleTableSlot *slot, void *arg)
{
	MigFreeze  *freeze = palloc0(sizeof(MigFreeze));
	bool		isnull;

	freeze->until = DatumGetTimestampTz(slot_getattr(slot, 2, &isnull));
	freeze->reason = MigDbText(slot, 3);
	freeze->role = MigDbText(slot, 4);
	*(MigFreeze **) arg = freeze;
}
