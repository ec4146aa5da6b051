/*-------------------------------------------------------------------------
 * src/reader/reader.c
 *	  Run the queries, connect what they gave, and build the snapshot.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/dependency.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "model/model.h"
#include "reader/reader_internal.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

/* All queries: tables before the properties of their columns, otherwise in any order. */
static MigReading *const readings[] = {
	MigReadSchemas,
	MigReadExtensions,
	MigReadPrivileges,
	MigReadForeign,
	MigReadPublications,
	MigReadTables,
	MigReadRoutines,
	MigReadViews,
	MigReadTriggers,
	MigReadPolicies,
	MigReadStatistics,
	MigReadTextSearch,
	MigReadOperators,
	MigReadLanguages,
	MigReadTypes,
	MigReadCollations,
	MigReadConstraints,
	MigReadIndexes,
	MigReadSequences,
};

/*
 * Whole catalogs are read, and what the server deparses must not depend on how
 * the session likes its values; MigDbClose puts these back.
 */
static const struct
{
	const char *name;
	const char *value;
}			settings[] =

{
	{"enable_seqscan", "on"},
	{"jit", "off"},
	{"quote_all_identifiers", "off"},
	{"datestyle", "ISO"},
	{"intervalstyle", "postgres"},
	{"timezone", "UTC"},
	{"extra_float_digits", "3"},
	{"bytea_output", "hex"},
};

/* The first column with properties, of objects and without their heads. */
#define PROPS_COLUMN	11
#define BARE_PROPS_COLUMN	4

static void RunReadings(MigRead *read);
static void RunReading(MigRead *read, MigReading *reading, Datum schemas);
static void ReceiveObject(TupleTableSlot *slot, void *arg);
static void ReceiveProperties(TupleTableSlot *slot, void *arg);
static void ReceiveFields(MigRead *read, MigReadObject *object, TupleTableSlot *slot, int first);
static void ReceiveField(MigReadObject *object, const char *name, Oid type, Datum datum);
static void ReceiveAlias(TupleTableSlot *slot, void *arg);
static void ReceiveNeed(TupleTableSlot *slot, void *arg);
static MigAddress GetAddress(TupleTableSlot *slot, int column);

/*
 * MigReaderSnapshot
 *		The snapshot of what scope names, allocated in the current context.
 *
 * unmet, unless NULL, receives a MigUnmet for each object that needs a member
 * of a hidden extension.  Takes no locks beyond those of reading catalogs: what
 * must not change meanwhile the caller locks first.
 */
Jsonb *
MigReaderSnapshot(const MigReaderScope *scope, List **unmet)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(caller, "migrator reader", ALLOCSET_DEFAULT_SIZES);
	MigRead		read = {.scope = scope,.unmet = unmet};
	HASHCTL		ctl = {0};
	Jsonb	   *snapshot;

	MemoryContextSwitchTo(context);
	ctl.keysize = sizeof(MigAddress);
	ctl.entrysize = sizeof(MigReadEntry);
	ctl.hcxt = context;
	read.entries = hash_create("migrator addresses", 4096, &ctl,
							   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);

	for (int i = 0; i < scope->nhidden; i++)
	{
		MigReadEntry *entry = MigReadGetEntry(&read, scope->hidden[i], true);

		entry->alias.class = InvalidOid;
		entry->object = palloc0(sizeof(MigReadObject));
		entry->object->left_out = true;
	}
	MigReadAliases(&read);
	RunReadings(&read);
	MigReadRemarks(&read);
	MigReadDepend(&read);
	snapshot = MigReadBuild(&read);

	MemoryContextSwitchTo(caller);
	snapshot = (Jsonb *) memcpy(palloc(VARSIZE(snapshot)), snapshot, VARSIZE(snapshot));
	MemoryContextDelete(context);
	return snapshot;
}

/* Run all queries within one bracket. */
static void
RunReadings(MigRead *read)
{
	const MigReaderScope *scope = read->scope;
	Datum	   *elements = palloc(sizeof(Datum) * (scope->nschemas + 1));
	Datum		schemas;
	MigDbScope	db;

	for (int i = 0; i < scope->nschemas; i++)
		elements[i] = ObjectIdGetDatum(scope->schemas[i]);
	schemas = PointerGetDatum(construct_array(elements, scope->nschemas, OIDOID, sizeof(Oid),
											  true, TYPALIGN_INT));

	MigDbOpen(&db);

	for (size_t i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i].name, settings[i].value, PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	for (size_t i = 0; i < lengthof(readings); i++)
		for (MigReading *reading = readings[i]; reading->scan != NULL || reading->query.sql != NULL; reading++)
			RunReading(read, reading, schemas);
	MigDbClose(&db);
}

static void
RunReading(MigRead *read, MigReading *reading, Datum schemas)
{
	static const MigDbRowFn receivers[] = {
		[MIG_READ_OBJECTS] = ReceiveObject,
		[MIG_READ_PROPERTIES] = ReceiveProperties,
		[MIG_READ_ALIASES] = ReceiveAlias,
		[MIG_READ_NEEDS] = ReceiveNeed,
	};

	CHECK_FOR_INTERRUPTS();
	if (reading->scan != NULL)
	{
		reading->scan(read);
		return;
	}
	if (reading->database_wide && !read->scope->database_wide)
		return;
	if (reading->secrets == (read->scope->secrets ? MIG_SECRETS_MASKED : MIG_SECRETS_CLEAR))
		return;
	if (!MigReadIsPresent(read, reading))
		return;
	read->ncolumns = 0;
	(void) MigDbEach(&reading->query, &schemas, NULL, receivers[reading->what], read);
}

static void
ReceiveObject(TupleTableSlot *slot, void *arg)
{
	MigRead    *read = arg;
	MigReadObject *object = palloc0(sizeof(MigReadObject));
	char	   *kind = MigDbText(slot, 4);
	int			number = MigKindFind(kind, strlen(kind));

	if (number < 0)
		elog(ERROR, "no object kind \"%s\"", kind);
	object->kind = number;
	object->address = GetAddress(slot, 1);
	object->schema = MigDbText(slot, 5);
	object->name = MigDbText(slot, 6);
	object->identity = MigDbText(slot, 7);
	object->parent = GetAddress(slot, 8);
	ReceiveFields(read, object, slot, PROPS_COLUMN);
	MigReadAdd(read, object);
}

static void
ReceiveProperties(TupleTableSlot *slot, void *arg)
{
	MigRead    *read = arg;
	MigReadEntry *entry = MigReadGetEntry(read, GetAddress(slot, 1), false);

	if (entry != NULL && entry->object != NULL)
		ReceiveFields(read, entry->object, slot, BARE_PROPS_COLUMN);
}

/* The columns of a row from first on, as properties; none for those that are null. */
static void
ReceiveFields(MigRead *read, MigReadObject *object, TupleTableSlot *slot, int first)
{
	TupleDesc	desc = slot->tts_tupleDescriptor;

	/* The plan, with these names in it, may be gone before they are used. */
	if (read->ncolumns == 0)
	{
		if (desc->natts > MIG_READ_COLUMNS)
			elog(ERROR, "query has %d columns", desc->natts);
		for (int i = 0; i < desc->natts; i++)
			read->columns[i] = pstrdup(NameStr(TupleDescAttr(desc, i)->attname));
		read->ncolumns = desc->natts;
	}
	slot_getallattrs(slot);
	for (int i = first - 1; i < desc->natts; i++)
	{
		Oid			type = TupleDescAttr(desc, i)->atttypid;

		if (slot->tts_isnull[i])
			continue;
		if (type == JSONBOID && ((first == PROPS_COLUMN && desc->natts == first) || strcmp(read->columns[i], "props") == 0))
			object->props = DatumGetJsonbPCopy(slot->tts_values[i]);
		else
			ReceiveField(object, read->columns[i], type, slot->tts_values[i]);
	}
}

static void
ReceiveField(MigReadObject *object, const char *name, Oid type, Datum datum)
{
	switch (type)
	{
		case BOOLOID:
			MigReadAddField(object, name, jbvBool)->val.boolean = DatumGetBool(datum);
			break;
		case INT4OID:
			MigReadAddInt(object, name, DatumGetInt32(datum));
			break;
		case INT8OID:
			MigReadAddInt(object, name, DatumGetInt64(datum));
			break;
		case TEXTOID:
			MigReadAddText(object, name, TextDatumGetCString(datum));
			break;
		case JSONBOID:
			MigReadAddJsonb(object, name, DatumGetJsonbPCopy(datum));
			break;
		case OIDOID:
			object->owner = DatumGetObjectId(datum);
			MigReadAddText(object, name, MigReadRole(object->owner));
			break;
		case ACLITEMARRAYOID:
			MigReadAddAcl(object, DatumGetAclP(datum));
			break;
		default:
			elog(ERROR, "property \"%s\" has type %u", name, type);
	}
}

static void
ReceiveAlias(TupleTableSlot *slot, void *arg)
{
	MigReadAlias(arg, GetAddress(slot, 1), GetAddress(slot, 4));
}

static void
ReceiveNeed(TupleTableSlot *slot, void *arg)
{
	MigReadPair pair = {GetAddress(slot, 1), GetAddress(slot, 4), DEPENDENCY_NORMAL};

	MigReadAddPair(arg, &pair);
}

/* Three columns of a row: oid, oid, integer. */
static MigAddress
GetAddress(TupleTableSlot *slot, int column)
{
	MigAddress	address = {0};
	bool		isnull;

	address.class = DatumGetObjectId(slot_getattr(slot, column, &isnull));
	if (isnull)
		return (MigAddress)
	{
		0
	};
	address.object = DatumGetObjectId(slot_getattr(slot, column + 1, &isnull));
	address.sub = DatumGetInt32(slot_getattr(slot, column + 2, &isnull));
	if (isnull)
		address.sub = 0;
	return address;
}
