/*-------------------------------------------------------------------------
 * src/run/run_drift.c
 *	  Tell what was changed outside migrator.
 *
 * After an operation has run steps, the schema is recorded with the versions
 * that the copy then has.  As long as it has these versions, any difference
 * between the live schema and the record was made by somebody else.
 *
 * A copy with a tenant is recorded only if migrator.schemas says which schemas
 * are the tenant's: the others are not its business, and there can be many.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "model/model.h"
#include "reader/reader.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

static MigSchemaRecord *Take(const MigCopy *copy);
static bool Keep(const MigCopy *copy, const MigRows *before);
static Jsonb *Read(const char **schemas, int nschemas);
static char *Fingerprint(Jsonb *snapshot);
static bool IsCurrent(const MigCopy *copy, const MigSchemaRecord *record);

/*
 * MigRunRecordSchema
 *		Record the schema as it is now for the current versions of a copy.
 *
 * Returns its fingerprint.  Raises OBJECT_NOT_IN_PREREQUISITE_STATE if it
 * cannot be told which schemas are the copy's.
 */
char *
MigRunRecordSchema(const MigCopy *copy)
{
	MigSchemaRecord *record;

	MigRunRefuseRunning("record the schema");
	if (!MigRunHasScope(copy))
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("the schema of tenant \"%s\" cannot be recorded", copy->tenant),
				errdetail("Nothing says which schemas are the tenant's."),
				errhint("Set migrator.schemas."));
	CommandCounterIncrement();
	record = Take(copy);
	MigLedgerRecordSchema(copy, record);
	CommandCounterIncrement();
	return unconstify(char *, record->fingerprint);
}

/*
 * MigRunCatalogWrites
 *		What MigReaderCatalogWrites() says now.
 */
int64
MigRunCatalogWrites(void)
{
	int64		writes;

	PushActiveSnapshot(GetTransactionSnapshot());
	writes = MigReaderCatalogWrites();
	PopActiveSnapshot();
	return writes;
}

/*
 * MigRunRecordAfter
 *		Record the schema after steps have run, as the settings say.
 *
 * before are the versions before the steps, and writes is what
 * MigRunCatalogWrites() said then: if it still says so, the record there is
 * stays, and no schema is read.
 * It is no reason for the operation to fail: what goes wrong here is a warning,
 * and then nothing is recorded.
 */
void
MigRunRecordAfter(const MigCopy *copy, const MigRows *before, int64 writes)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool recorded = false;

	if (copy->record_schema && writes >= 0 && writes == MigRunCatalogWrites())
		recorded = Keep(copy, before);
	else if (copy->record_schema && MigRunHasScope(copy))
	{
		BeginInternalSubTransaction(NULL);
		MemoryContextSwitchTo(context);
		PG_TRY();
		{
			(void) MigRunRecordSchema(copy);
			ReleaseCurrentSubTransaction();
			recorded = true;
		}
		PG_CATCH();
		{
			ErrorData  *error = MigDbAbandon(context, owner);

			ereport(WARNING,
					errcode(error->sqlerrcode),
					errmsg("could not record the schema: %s", error->message),
					errhint("Use migrator.record_schema() when the reason is gone, or set migrator.record_schema to off."));
		}
		PG_END_TRY();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
	}
	if (!recorded)
		MigLedgerForgetSchema(copy);
}

/* The schema has not changed, but the versions have. */
static bool
Keep(const MigCopy *copy, const MigRows *before)
{
	MigRows    *after;

	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	after = MigLedgerRows(copy);
	PopActiveSnapshot();
	return MigLedgerKeepSchema(copy, before, after);
}

/*
 * MigRunHasScope
 *		Whether it is known which schemas are a copy's.
 */
bool
MigRunHasScope(const MigCopy *copy)
{
	return copy->tenant[0] == '\0' || copy->nschemas > 0;
}

/*
 * MigRunDrift
 *		What is recorded of the current versions, and the live schema.
 *
 * Returns NULL if nothing is recorded of them, or a revision is half done, which
 * has changed the schema itself; sets *live to NULL if the two are the same.
 * Reads under the active snapshot.
 */
Jsonb *
MigRunDrift(const MigCopy *copy, Jsonb **live)
{
	MigSchemaRecord *record = MigLedgerSchemaRecord(copy);

	*live = NULL;
	if (record == NULL || !IsCurrent(copy, record) || MigLedgerJournal(copy) != NULL)
		return NULL;
	*live = Read(record->schemas, record->nschemas);
	if (VARSIZE(*live) == VARSIZE(record->snapshot) &&
		memcmp(*live, record->snapshot, VARSIZE(*live)) == 0)
		*live = NULL;
	return record->snapshot;
}

/*
 * MigRunDescribeDrift
 *		Say which objects are no longer as they were recorded.
 *
 * Returns NULL if there are none, or if nothing is recorded of the current
 * versions.  Reads under the active snapshot.
 */
char *
MigRunDescribeDrift(const MigCopy *copy)
{
	Jsonb	   *live;
	Jsonb	   *recorded = MigRunDrift(copy, &live);
	MigModel   *models[2];
	const char **names;
	int			n = 0;

	if (recorded == NULL || live == NULL)
		return NULL;
	models[0] = MigModelRead(recorded, "recorded");
	models[1] = MigModelRead(live, "live");
	names = palloc(sizeof(char *) * (models[0]->nobjects + models[1]->nobjects + 1));
	for (int side = 0; side < 2; side++)
		for (int i = 0; i < models[side]->nobjects; i++)
		{
			const MigObject *object = models[side]->objects[i];
			const MigObject *other = MigModelFind(models[1 - side], object->key);

			if (other != NULL && (side == 1 || MigPropsSame(object, other, NULL)))
				continue;
			names[n++] = object->key;
		}
	return psprintf("%d %s changed outside migrator: %s; migrator.drift() says how",
					n, n == 1 ? "object was" : "objects were", MigQuoteNames(names, n));
}

/*
 * MigRunCheckDrift
 *		Before steps run: refuse, or warn, if somebody else has changed the
 *		schema, as migrator.on_drift says.
 */
void
MigRunCheckDrift(const MigCopy *copy)
{
	Jsonb	   *live;

	if (copy->on_drift == MIG_DRIFT_IGNORE)
		return;
	PushActiveSnapshot(GetTransactionSnapshot());
	(void) MigRunDrift(copy, &live);
	PopActiveSnapshot();
	if (live == NULL)
		return;
	ereport(copy->on_drift == MIG_DRIFT_FAIL ? ERROR : WARNING,
			errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("the schema of project \"%s\" was changed outside migrator", copy->project),
			errdetail("It is no longer the one that was recorded for the current version."),
			errhint("Use migrator.drift() to see what differs, and migrator.record_schema() to accept it."));
}

/* The schema as it is now. */
static MigSchemaRecord *
Take(const MigCopy *copy)
{
	MigSchemaRecord *record = palloc0(sizeof(MigSchemaRecord));
	MigRows    *rows;

	PushActiveSnapshot(GetTransactionSnapshot());
	rows = MigLedgerRows(copy);
	record->revisions = rows->ids;
	record->nrevisions = rows->n;
	record->schemas = copy->schemas;
	record->nschemas = copy->nschemas;
	record->snapshot = Read(copy->schemas, copy->nschemas);
	record->fingerprint = Fingerprint(record->snapshot);
	PopActiveSnapshot();
	return record;
}

static Jsonb *
Read(const char **schemas, int nschemas)
{
	MigReaderScope scope;

	MigReaderScopeOf(&scope, schemas, nschemas);
	return MigReaderSnapshot(&scope, NULL);
}

/* SHA-256 of a snapshot's text. */
static char *
Fingerprint(Jsonb *snapshot)
{
	char	   *text = JsonbToCString(NULL, &snapshot->root, VARSIZE(snapshot));
	char	   *result = palloc(MIG_CHECKSUM_SIZE);

	MigChecksum(text, strlen(text), result);
	pfree(text);
	return result;
}

/* Whether a copy still has the versions of a record. */
static bool
IsCurrent(const MigCopy *copy, const MigSchemaRecord *record)
{
	MigRows    *rows = MigLedgerRows(copy);

	if (rows->n != record->nrevisions)
		return false;
	for (int i = 0; i < rows->n; i++)
		if (strcmp(rows->ids[i], record->revisions[i]) != 0)
			return false;
	return true;
}
