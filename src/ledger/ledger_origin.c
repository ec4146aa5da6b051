/*-------------------------------------------------------------------------
 * src/ledger/ledger_origin.c
 *	  By what names other tools know our revisions.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "db/db.h"
#include "ledger/ledger.h"
#include "utils/builtins.h"

/* Origins while they are read. */
typedef struct Origins
{
	int			n;
	int			size;
	MigOrigin  *origins;
} Origins;

static void ReceiveOrigin(TupleTableSlot *slot, void *arg);

#define ORIGIN_COLUMNS	"r.revision::pg_catalog.text, r.origin_tool::pg_catalog.text," \
	" r.origin_key::pg_catalog.text, r.origin_checksum::pg_catalog.text"

static MigQuery origins_query = {
	.sql = "SELECT " ORIGIN_COLUMNS ", false FROM migrator.revision r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.origin_tool IS NOT NULL"
	" UNION ALL SELECT " ORIGIN_COLUMNS ", true FROM migrator.repeatable r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.origin_tool IS NOT NULL",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

/*
 * MigLedgerOrigins
 *		What the revisions of a project, repeatable ones included, are called in
 *		the tools that they came from; in no order.
 *
 * Uses the active snapshot.
 */
MigOrigin *
MigLedgerOrigins(const MigCopy *copy, int *n)
{
	Datum		values[1] = {CStringGetTextDatum(copy->project)};
	Origins		origins = {.size = 64};

	origins.origins = palloc(sizeof(MigOrigin) * origins.size);
	(void) MigDbRead(&origins_query, values, NULL, ReceiveOrigin, &origins);
	*n = origins.n;
	return origins.origins;
}

static void
ReceiveOrigin(TupleTableSlot *slot, void *arg)
{
	Origins    *origins = arg;
	MigOrigin  *origin;
	bool		isnull;

	if (origins->n == origins->size)
	{
		origins->size *= 2;
		origins->origins = repalloc(origins->origins, sizeof(MigOrigin) * origins->size);
	}
	origin = &origins->origins[origins->n++];
	origin->revision = MigDbText(slot, 1);
	origin->tool = MigDbText(slot, 2);
	origin->key = MigDbText(slot, 3);
	origin->checksum = MigDbText(slot, 4);
	origin->repeatable = DatumGetBool(slot_getattr(slot, 5, &isnull));
}
