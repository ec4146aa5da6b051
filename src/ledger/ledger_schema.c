/*-------------------------------------------------------------------------
 * src/ledger/ledger_schema.c
 *	  The schema that a copy had when migrator last changed it.
 *
 * One row for each copy: a snapshot, which schemas it is of, and the versions
 * at that time.  It says nothing about a copy that has other versions now.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

static void ReceiveRecord(TupleTableSlot *slot, void *arg);

static MigQuery record_query = {
	.sql = "INSERT INTO migrator.schema_record AS s"
	" (project, tenant, revisions, schemas, fingerprint, snapshot, recorded_by)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7)"
	" ON CONFLICT (project, tenant) DO UPDATE SET revisions = $3, schemas = $4, fingerprint = $5,"
	"  snapshot = $6, recorded_by = $7, recorded_at = pg_catalog.clock_timestamp()",
	.expect = SPI_OK_INSERT,
	.nargs = 7,
	.argtypes = {TEXTOID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID, TEXTOID, JSONBOID, TEXTOID}
};

static MigQuery keep_query = {
	.sql = "UPDATE migrator.schema_record AS s SET revisions = $3"
	" WHERE s.project OPERATOR(pg_catalog.=) $1 AND s.tenant OPERATOR(pg_catalog.=) $2"
	" AND s.revisions OPERATOR(pg_catalog.=) $4 AND s.schemas OPERATOR(pg_catalog.=) $5",
	.expect = SPI_OK_UPDATE,
	.nargs = 5,
	.argtypes = {TEXTOID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID}
};

static MigQuery forget_query = {
	.sql = "DELETE FROM migrator.schema_record s"
	" WHERE s.project OPERATOR(pg_catalog.=) $1 AND s.tenant OPERATOR(pg_catalog.=) $2",
	.expect = SPI_OK_DELETE,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

static MigQuery read_query = {
	.sql = "SELECT s.revisions, s.schemas, n.fingerprint, n.snapshot FROM migrator.schema_record s"
	" CROSS JOIN LATERAL (SELECT o.fingerprint, o.snapshot FROM migrator.schema_record o"
	"  WHERE o.schemas OPERATOR(pg_catalog.=) s.schemas ORDER BY o.recorded_at DESC LIMIT 1) n"
	" WHERE s.project OPERATOR(pg_catalog.=) $1 AND s.tenant OPERATOR(pg_catalog.=) $2",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

/*
 * MigLedgerRecordSchema
 *		Keep a record in the place of the one that there may be.
 */
void
MigLedgerRecordSchema(const MigCopy *copy, const MigSchemaRecord *record)
{
	char	   *user = GetUserNameFromId(GetUserId(), false);
	Datum		values[7] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant)};
	MigDbScope	scope;

	values[2] = MigDbArray(record->revisions, record->nrevisions);
	values[3] = MigDbArray(record->schemas, record->nschemas);
	values[4] = CStringGetTextDatum(record->fingerprint);
	values[5] = JsonbPGetDatum(record->snapshot);
	values[6] = CStringGetTextDatum(user);
	MigDbOpen(&scope);
	MigDbExec(&record_query, values, NULL);
	MigDbClose(&scope);
}

/*
 * MigLedgerKeepSchema
 *		Make the record that a copy had with the versions before its record with
 *		those after: the schema is the same.
 *
 * Returns false if there is no such record of the copy's schemas.
 */
bool
MigLedgerKeepSchema(const MigCopy *copy, const MigRows *before, const MigRows *after)
{
	Datum		values[5] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant)};
	MigDbScope	scope;
	bool		kept;

	values[2] = MigDbArray(after->ids, after->n);
	values[3] = MigDbArray(before->ids, before->n);
	values[4] = MigDbArray(copy->schemas, copy->nschemas);
	MigDbOpen(&scope);
	kept = MigDbExec(&keep_query, values, NULL) > 0;
	MigDbClose(&scope);
	return kept;
}

/*
 * MigLedgerForgetSchema
 *		Remove the record of a copy, if there is one.
 */
void
MigLedgerForgetSchema(const MigCopy *copy)
{
	Datum		values[2] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant)};
	MigDbScope	scope;

	MigDbOpen(&scope);
	MigDbExec(&forget_query, values, NULL);
	MigDbClose(&scope);
}

/*
 * MigLedgerSchemaRecord
 *		The record of a copy, or NULL; allocated in the current context.
 *
 * The snapshot is the last one of the same schemas, whichever copy's operation
 * has left it: what other projects do is not done outside migrator.  Reads under the active snapshot.
 */
MigSchemaRecord *
MigLedgerSchemaRecord(const MigCopy *copy)
{
	Datum		values[2] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant)};
	MigSchemaRecord *record = NULL;

	(void) MigDbRead(&read_query, values, NULL, ReceiveRecord, &record);
	return record;
}

static void
ReceiveRecord(TupleTableSlot *slot, void *arg)
{
	MigSchemaRecord *record = palloc0(sizeof(MigSchemaRecord));
	bool		isnull;

	record->revisions = MigDbTextArray(slot, 1, &record->nrevisions);
	record->schemas = MigDbTextArray(slot, 2, &record->nschemas);
	record->fingerprint = MigDbText(slot, 3);
	record->snapshot = DatumGetJsonbPCopy(slot_getattr(slot, 4, &isnull));
	*(MigSchemaRecord **) arg = record;
}
