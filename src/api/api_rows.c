/*-------------------------------------------------------------------------
 * src/api/api_rows.c
 *	  Rows of set-returning functions, column by column.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "db/db.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

static void Add(MigRow *row, Datum value, bool isnull);

/*
 * MigApiStart
 *		Prepare the result of a set-returning function.
 */
void
MigApiStart(FunctionCallInfo fcinfo, MigRow *row)
{
	/* versions() returns one column, which is not a composite type */
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	row->result = (ReturnSetInfo *) fcinfo->resultinfo;
	row->n = 0;
}

void
MigApiAddText(MigRow *row, const char *text)
{
	Add(row, text == NULL ? (Datum) 0 : CStringGetTextDatum(text), text == NULL);
}

void
MigApiAddBool(MigRow *row, bool value)
{
	Add(row, BoolGetDatum(value), false);
}

void
MigApiAddInt(MigRow *row, int value)
{
	Add(row, Int32GetDatum(value), false);
}

void
MigApiAddBigint(MigRow *row, int64 value)
{
	Add(row, Int64GetDatum(value), false);
}

/* When a revision was applied; NULL if that is not known. */
void
MigApiAddTime(MigRow *row, const MigApplied *applied)
{
	Add(row, applied == NULL ? (Datum) 0 : TimestampTzGetDatum(applied->at), applied == NULL);
}

void
MigApiAddInterval(MigRow *row, int64 microseconds)
{
	Interval   *interval = palloc0(sizeof(Interval));

	interval->time = microseconds;
	Add(row, IntervalPGetDatum(interval), false);
}

void
MigApiAddTexts(MigRow *row, const char *const *texts, int n)
{
	Add(row, MigDbArray(texts, n), false);
}

/*
 * MigApiEnd
 *		The row is complete; start the next.
 */
void
MigApiEnd(MigRow *row)
{
	Assert(row->n == row->result->setDesc->natts);
	tuplestore_putvalues(row->result->setResult, row->result->setDesc, row->values, row->nulls);
	row->n = 0;
}

/*
 * MigApiAddSlot
 *		A row of a query that has the columns of the result; a MigDbRowFn.
 */
void
MigApiAddSlot(TupleTableSlot *slot, void *arg)
{
	MigRow	   *row = arg;

	Assert(slot->tts_tupleDescriptor->natts == row->result->setDesc->natts);
	tuplestore_puttupleslot(row->result->setResult, slot);
}

/*
 * MigApiAddDone
 *		A step that was carried out as a row; a MigDoneFn.
 */
void
MigApiAddDone(const MigDone *done, void *arg)
{
	MigRow	   *row = arg;

	MigApiAddText(row, MigGraphOperation(done->operation));
	MigApiAddText(row, done->revision[0] == '\0' ? NULL : done->revision);
	MigApiAddText(row, done->message);
	MigApiAddInterval(row, done->elapsed_us);
	MigApiEnd(row);
}

static void
Add(MigRow *row, Datum value, bool isnull)
{
	Assert(row->n < MIG_MAX_COLUMNS);
	row->values[row->n] = value;
	row->nulls[row->n] = isnull;
	row->n++;
}
