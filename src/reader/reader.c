/*-------------------------------------------------------------------------
 * src/reader/reader.c
 *	  Run the queries, connect what they gave, and build the snapshot.
 *
 * Dependencies come from pg_depend, read once from beginning to end.  Both
 * ends of an entry are objects of ours, or stand for one (a view's rule for the
 * view), or belong to an extension, or are of no interest.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "model/model.h"
#include "reader/reader_internal.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* All queries, in any order. */
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

/* The first column with properties. */
#define PROPS_COLUMN	11

/* An object as it was read. */
typedef struct Object
{
	MigAddress	address;
	MigAddress	parent;			/* class is 0 if there is none */
	int			kind;
	const char *schema;
	const char *name;
	const char *identity;
	const char *key;
	Jsonb	   *props;			/* or NULL */
	List	   *fields;			/* Field *: further properties */
	bool		left_out;
	List	   *needs;			/* Object * */
} Object;

/* A property that a query gave as a column. */
typedef struct Field
{
	const char *name;
	JsonbValue	value;
} Field;

/* What an address stands for. */
typedef struct Entry
{
	MigAddress	address;		/* hash key */
	Object	   *object;			/* or NULL */
	MigAddress	alias;			/* class is 0 if it stands for itself */
	Oid			extension;		/* that it is a member of, or 0 */
} Entry;

typedef struct Reading
{
	HTAB	   *entries;
	List	   *objects;
	List	   *pairs;			/* Pair *: needs */
	MigReading *query;
	List	  **unmet;
} Reading;

typedef struct Pair
{
	MigAddress	from;
	MigAddress	to;
	char		deptype;
} Pair;

static void RunReadings(Reading *reading, const MigReaderScope *scope);
static void ReceiveObject(TupleTableSlot *slot, void *arg);
static void ReceiveField(Object *object, TupleTableSlot *slot, int column);
static void ReceivePair(TupleTableSlot *slot, void *arg);
static MigAddress GetAddress(TupleTableSlot *slot, int column);
static void ReadDepend(Reading *reading);
static void LeaveOut(Reading *reading);
static bool IsLeftOut(Reading *reading, Object *object);
static Entry *GetEntry(Reading *reading, MigAddress address, bool make);
static Entry *Resolve(Reading *reading, MigAddress address);
static void AddNeed(Reading *reading, const Pair *pair);
static void AddUnmet(Reading *reading, const Object *object, Oid extension, MigAddress needs);
static bool IsWithin(Reading *reading, const Object *object, const Object *other);
static Jsonb *Build(Reading *reading);
static void BuildObject(JsonbParseState **state, Object *object, Reading *reading);
static void PushText(JsonbParseState **state, const char *name, const char *text);
static void PushNeeds(JsonbParseState **state, Object *object);
static void PushFields(JsonbParseState **state, List *fields);
static void PushProps(JsonbParseState **state, Jsonb *props);
static int	CompareObjects(const ListCell *a, const ListCell *b);
static int	CompareKeys(const ListCell *a, const ListCell *b);

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
	Reading		reading = {.unmet = unmet};
	HASHCTL		ctl = {0};
	ListCell   *lc;
	Jsonb	   *snapshot;

	MemoryContextSwitchTo(context);
	ctl.keysize = sizeof(MigAddress);
	ctl.entrysize = sizeof(Entry);
	ctl.hcxt = context;
	reading.entries = hash_create("migrator addresses", 1024, &ctl,
								  HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);

	for (int i = 0; i < scope->nhidden; i++)
	{
		Entry	   *entry = GetEntry(&reading, scope->hidden[i], true);

		entry->alias.class = InvalidOid;
		entry->object = palloc0(sizeof(Object));
		entry->object->left_out = true;
	}
	RunReadings(&reading, scope);
	ReadDepend(&reading);
	LeaveOut(&reading);
	foreach(lc, reading.pairs)
	{
		AddNeed(&reading, lfirst(lc));
	}
	snapshot = Build(&reading);

	MemoryContextSwitchTo(caller);
	snapshot = (Jsonb *) DatumGetPointer(PointerGetDatum(memcpy(palloc(VARSIZE(snapshot)), snapshot, VARSIZE(snapshot))));
	MemoryContextDelete(context);
	return snapshot;
}

/* Run all queries within one bracket. */
static void
RunReadings(Reading *reading, const MigReaderScope *scope)
{
	Datum	   *elements = palloc(sizeof(Datum) * (scope->nschemas + 1));
	Datum		schemas;
	MigDbScope	db;

	for (int i = 0; i < scope->nschemas; i++)
		elements[i] = ObjectIdGetDatum(scope->schemas[i]);
	schemas = PointerGetDatum(construct_array(elements, scope->nschemas, OIDOID, sizeof(Oid),
											  true, TYPALIGN_INT));

	MigDbOpen(&db);

	/* Whole catalogs are read here; MigDbClose puts these back. */
	(void) set_config_option("enable_seqscan", "on", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("jit", "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("quote_all_identifiers", "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	for (size_t i = 0; i < lengthof(readings); i++)
		for (MigReading *query = readings[i]; query->query.sql != NULL; query++)
		{
			if (query->database_wide && !scope->database_wide)
				continue;
			if (query->secrets == (scope->secrets ? MIG_SECRETS_MASKED : MIG_SECRETS_CLEAR))
				continue;
			CHECK_FOR_INTERRUPTS();
			reading->query = query;
			(void) MigDbEach(&query->query, &schemas, NULL,
							 query->what == MIG_READ_OBJECTS ? ReceiveObject : ReceivePair,
							 reading);
		}
	MigDbClose(&db);
}

static void
ReceiveObject(TupleTableSlot *slot, void *arg)
{
	Reading    *reading = arg;
	Object	   *object = palloc0(sizeof(Object));
	char	   *kind = MigDbText(slot, 4);
	bool		isnull;
	Entry	   *entry;

	object->address = GetAddress(slot, 1);
	object->kind = MigKindFind(kind, strlen(kind));
	if (object->kind < 0)
		elog(ERROR, "no object kind \"%s\"", kind);
	object->schema = MigDbText(slot, 5);
	object->name = MigDbText(slot, 6);
	object->identity = MigDbText(slot, 7);
	object->parent = GetAddress(slot, 8);
	if (slot->tts_tupleDescriptor->natts == PROPS_COLUMN)
		object->props = DatumGetJsonbPCopy(slot_getattr(slot, PROPS_COLUMN, &isnull));
	else
		for (int i = PROPS_COLUMN; i <= slot->tts_tupleDescriptor->natts; i++)
			ReceiveField(object, slot, i);
	object->key = psprintf("%s %s", kind, object->identity);

	entry = GetEntry(reading, object->address, true);
	if (entry->object != NULL && entry->object->left_out)
		return;
	entry->object = object;
	reading->objects = lappend(reading->objects, object);
}

/* A column of a row as a property; none if it is null. */
static void
ReceiveField(Object *object, TupleTableSlot *slot, int column)
{
	Form_pg_attribute attribute = TupleDescAttr(slot->tts_tupleDescriptor, column - 1);
	Field	   *field;
	bool		isnull;
	Datum		datum = slot_getattr(slot, column, &isnull);

	if (isnull)
		return;
	field = palloc0(sizeof(Field));
	field->name = pstrdup(NameStr(attribute->attname));
	switch (attribute->atttypid)
	{
		case BOOLOID:
			field->value.type = jbvBool;
			field->value.val.boolean = DatumGetBool(datum);
			break;
		case INT4OID:
			field->value.type = jbvNumeric;
			field->value.val.numeric = int64_to_numeric(DatumGetInt32(datum));
			break;
		case INT8OID:
			field->value.type = jbvNumeric;
			field->value.val.numeric = int64_to_numeric(DatumGetInt64(datum));
			break;
		case TEXTOID:
			field->value.type = jbvString;
			field->value.val.string.val = TextDatumGetCString(datum);
			field->value.val.string.len = strlen(field->value.val.string.val);
			break;
		case JSONBOID:
			{
				Jsonb	   *value = DatumGetJsonbPCopy(datum);

				field->value.type = jbvBinary;
				field->value.val.binary.data = &value->root;
				field->value.val.binary.len = VARSIZE(value) - VARHDRSZ;
				break;
			}
		default:
			elog(ERROR, "property \"%s\" has type %u", field->name, attribute->atttypid);
	}
	object->fields = lappend(object->fields, field);
}

/* An alias or a need. */
static void
ReceivePair(TupleTableSlot *slot, void *arg)
{
	Reading    *reading = arg;
	MigAddress	from = GetAddress(slot, 1);
	MigAddress	to = GetAddress(slot, 4);

	if (reading->query->what == MIG_READ_ALIASES)
		GetEntry(reading, from, true)->alias = to;
	else
	{
		Pair	   *pair = palloc0(sizeof(Pair));

		pair->from = from;
		pair->to = to;
		pair->deptype = DEPENDENCY_NORMAL;
		reading->pairs = lappend(reading->pairs, pair);
	}
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

/* Note members of extensions, and keep the other entries for later. */
static void
ReadDepend(Reading *reading)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(depend, InvalidOid, false, GetActiveSnapshot(), 0, NULL);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		MigAddress	from = {form->classid, form->objid, form->objsubid};
		MigAddress	to = {form->refclassid, form->refobjid, form->refobjsubid};

		CHECK_FOR_INTERRUPTS();
		if (form->deptype == DEPENDENCY_EXTENSION)
			GetEntry(reading, from, true)->extension = form->refobjid;
		else if (form->objid >= FirstNormalObjectId)
		{
			Pair	   *pair = palloc(sizeof(Pair));

			pair->from = from;
			pair->to = to;
			pair->deptype = form->deptype;
			reading->pairs = lappend(reading->pairs, pair);
		}
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

/* Leave out members of extensions, and parts of what is left out. */
static void
LeaveOut(Reading *reading)
{
	ListCell   *lc;

	foreach(lc, reading->objects)
	{
		Object	   *object = lfirst(lc);

		object->left_out = IsLeftOut(reading, object);
	}
}

static bool
IsLeftOut(Reading *reading, Object *object)
{
	Entry	   *entry;

	check_stack_depth();
	if (object->left_out ||
		OidIsValid(GetEntry(reading, object->address, true)->extension))
		return true;
	if (!OidIsValid(object->parent.class))
		return false;
	entry = Resolve(reading, object->parent);
	return entry == NULL || entry->object == NULL || OidIsValid(entry->extension) ||
		IsLeftOut(reading, entry->object);
}

/* The entry of an address; NULL if there is none and it is not to be made. */
static Entry *
GetEntry(Reading *reading, MigAddress address, bool make)
{
	bool		found;
	Entry	   *entry = hash_search(reading->entries, &address, make ? HASH_ENTER : HASH_FIND, &found);

	if (make && !found)
	{
		entry->object = NULL;
		entry->alias = (MigAddress)
		{
			0
		};
		entry->extension = InvalidOid;
	}
	return entry;
}

/* What an address stands for in the end; NULL if nothing. */
static Entry *
Resolve(Reading *reading, MigAddress address)
{
	for (int hops = 0; hops < 8; hops++)
	{
		Entry	   *entry = GetEntry(reading, address, false);

		if ((entry == NULL ||
			 (entry->object == NULL && !OidIsValid(entry->alias.class) && !OidIsValid(entry->extension)))
			&& address.sub != 0)
		{
			address.sub = 0;
			entry = GetEntry(reading, address, false);
		}
		if (entry == NULL || entry->object != NULL || OidIsValid(entry->extension) ||
			!OidIsValid(entry->alias.class))
			return entry;
		address = entry->alias;
	}
	return NULL;
}

/*
 * One object needs another.  A part needs its whole anyway; what a sequence
 * needs of the column that owns it is its property; and one table needs another
 * through the link between them, which is an object of its own.
 */
static void
AddNeed(Reading *reading, const Pair *pair)
{
	Entry	   *from = Resolve(reading, pair->from);
	Entry	   *to;
	Object	   *object;
	Object	   *need;

	if (from == NULL || from->object == NULL || from->object->left_out)
		return;
	object = from->object;

	/*
	 * How indexes and constraints of partitions are attached is said
	 * elsewhere.
	 */
	if ((pair->deptype == DEPENDENCY_PARTITION_PRI || pair->deptype == DEPENDENCY_PARTITION_SEC) &&
		(object->kind == MIG_KIND_INDEX || object->kind == MIG_KIND_CONSTRAINT))
		return;
	to = Resolve(reading, pair->to);
	if (to == NULL)
	{
		if (pair->to.object >= FirstNormalObjectId)
			AddUnmet(reading, object, InvalidOid, pair->to);
		return;
	}
	if (OidIsValid(to->extension))
	{
		MigAddress	address = {ExtensionRelationId, to->extension, 0};

		to = GetEntry(reading, address, false);
		if (to == NULL || to->object == NULL)
			return;
		if (to->object->left_out)
		{
			AddUnmet(reading, object, address.object, address);
			return;
		}
	}
	need = to->object;
	if (need == NULL || need->left_out || need == object ||
		IsWithin(reading, object, need) || IsWithin(reading, need, object))
		return;
	if (object->kind == MIG_KIND_SEQUENCE &&
		(need->kind == MIG_KIND_COLUMN || need->kind == MIG_KIND_TABLE ||
		 need->kind == MIG_KIND_FOREIGN_TABLE))
		return;
	if ((object->kind == MIG_KIND_TABLE || object->kind == MIG_KIND_FOREIGN_TABLE) &&
		(need->kind == MIG_KIND_TABLE || need->kind == MIG_KIND_FOREIGN_TABLE))
		return;
	object->needs = lappend(object->needs, need);
}

/* Report a need that is not met, in the caller's memory context. */
static void
AddUnmet(Reading *reading, const Object *object, Oid extension, MigAddress needs)
{
	MemoryContext old;
	MigUnmet   *unmet;

	if (reading->unmet == NULL)
		return;
	old = MemoryContextSwitchTo(MemoryContextGetParent(CurrentMemoryContext));
	unmet = palloc(sizeof(MigUnmet));
	unmet->object = pstrdup(object->key);
	unmet->extension = extension;
	unmet->needs = needs;
	*reading->unmet = lappend(*reading->unmet, unmet);
	MemoryContextSwitchTo(old);
}

/* Whether object is a part of other, or a part of a part of it. */
static bool
IsWithin(Reading *reading, const Object *object, const Object *other)
{
	while (OidIsValid(object->parent.class))
	{
		Entry	   *entry = Resolve(reading, object->parent);

		if (entry == NULL || entry->object == NULL)
			return false;
		if (entry->object == other)
			return true;
		object = entry->object;
	}
	return false;
}

/* The whole snapshot, with the objects in order. */
static Jsonb *
Build(Reading *reading)
{
	JsonbParseState *state = NULL;
	JsonbValue	format = {.type = jbvNumeric};
	JsonbValue *result;
	ListCell   *lc;

	list_sort(reading->objects, CompareObjects);
	format.val.numeric = int64_to_numeric(MIG_SNAPSHOT_FORMAT);

	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	MigPropPush(&state, WJB_KEY, "format");
	(void) pushJsonbValue(&state, WJB_VALUE, &format);
	MigPropPush(&state, WJB_KEY, "objects");
	(void) pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	foreach(lc, reading->objects)
	{
		BuildObject(&state, lfirst(lc), reading);
	}
	(void) pushJsonbValue(&state, WJB_END_ARRAY, NULL);
	result = pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	return JsonbValueToJsonb(result);
}

static void
BuildObject(JsonbParseState **state, Object *object, Reading *reading)
{
	CHECK_FOR_INTERRUPTS();
	if (object->left_out)
		return;
	(void) pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	PushText(state, "kind", MigKindName(object->kind));
	PushText(state, "identity", object->identity);
	PushText(state, "name", object->name);
	if (object->schema != NULL)
		PushText(state, "schema", object->schema);
	if (OidIsValid(object->parent.class))
		PushText(state, "parent", Resolve(reading, object->parent)->object->key);
	if (object->props != NULL)
		PushProps(state, object->props);
	PushFields(state, object->fields);
	PushNeeds(state, object);
	(void) pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

static void
PushText(JsonbParseState **state, const char *name, const char *text)
{
	MigPropPush(state, WJB_KEY, name);
	MigPropPush(state, WJB_VALUE, text);
}

/* The keys of what it needs, sorted, each once; nothing if there are none. */
static void
PushNeeds(JsonbParseState **state, Object *object)
{
	const char *last = NULL;
	ListCell   *lc;

	if (object->needs == NIL)
		return;
	list_sort(object->needs, CompareKeys);
	MigPropPush(state, WJB_KEY, "needs");
	(void) pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
	foreach(lc, object->needs)
	{
		const char *key = ((Object *) lfirst(lc))->key;

		if (last != NULL && strcmp(last, key) == 0)
			continue;
		MigPropPush(state, WJB_ELEM, key);
		last = key;
	}
	(void) pushJsonbValue(state, WJB_END_ARRAY, NULL);
}

/* Properties, with expressions in their one form. */
static void
PushFields(JsonbParseState **state, List *fields)
{
	ListCell   *lc;

	foreach(lc, fields)
	{
		Field	   *field = lfirst(lc);

		MigPropPush(state, WJB_KEY, field->name);
		if (field->value.type == jbvString && strcmp(field->name, "source") != 0 &&
			strcmp(field->name, "comment") != 0)
		{
			field->value.val.string.val = MigCanonicalExpression(field->value.val.string.val);
			field->value.val.string.len = strlen(field->value.val.string.val);
		}
		(void) pushJsonbValue(state, WJB_VALUE, &field->value);
	}
}

static void
PushProps(JsonbParseState **state, Jsonb *props)
{
	JsonbIterator *it = JsonbIteratorInit(&props->root);
	JsonbIteratorToken token;
	JsonbValue	value;
	int			depth = 0;
	bool		verbatim = false;

	while ((token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE)
	{
		bool		has_value = token == WJB_KEY || token == WJB_VALUE || token == WJB_ELEM;

		if (token == WJB_BEGIN_OBJECT && depth++ == 0)
			continue;
		if (token == WJB_END_OBJECT && --depth == 0)
			continue;
		if (token == WJB_KEY)
			verbatim = (value.val.string.len == 6 && memcmp(value.val.string.val, "source", 6) == 0) ||
				(value.val.string.len == 7 && memcmp(value.val.string.val, "comment", 7) == 0);
		else if (has_value && value.type == jbvString && !verbatim)
		{
			char	   *text = pnstrdup(value.val.string.val, value.val.string.len);

			value.val.string.val = MigCanonicalExpression(text);
			value.val.string.len = strlen(value.val.string.val);
		}
		(void) pushJsonbValue(state, token, has_value ? &value : NULL);
	}
}

static int
CompareObjects(const ListCell *a, const ListCell *b)
{
	const Object *one = lfirst(a);
	const Object *other = lfirst(b);

	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	return strcmp(one->identity, other->identity);
}

static int
CompareKeys(const ListCell *a, const ListCell *b)
{
	return strcmp(((const Object *) lfirst(a))->key, ((const Object *) lfirst(b))->key);
}
