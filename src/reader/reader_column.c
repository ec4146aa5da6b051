/*-------------------------------------------------------------------------
 * src/reader/reader_column.c
 *	  Read the columns of tables and their defaults.
 *
 * There are more of these than of anything else, and most have few properties.
 * So the catalogs are read without queries; only what is rare, in columns that
 * have any of it, is left to one.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "reader/reader_internal.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* A type as columns have it. */
typedef struct ColumnType
{
	Oid			type;			/* hash key, with the next */
	int32		typmod;
	char	   *name;
	Oid			collation;
	char		storage;
} ColumnType;

/* A column that was read, until its place among the others is known. */
typedef struct Place
{
	Oid			table;
	AttrNumber	number;
	MigReadObject *column;
} Place;

static bool IsRare(Oid table, Form_pg_attribute form, HeapTuple tuple, TupleDesc desc);
static void NoteOdd(MigRead *read, Form_pg_attribute form, HeapTuple tuple, TupleDesc desc);
static bool HasOptions(Datum options);
static MigReadObject *ReadColumn(MigRead *read, HTAB *types, const MigReadObject *table, Form_pg_attribute form);
static void AddUncommon(MigReadObject *column, Form_pg_attribute form, const ColumnType *type);
static ColumnType *GetType(HTAB *types, Oid oid, int32 typmod);
static void AddPlaces(Place *places, int nplaces);
static int	ComparePlaces(const void *a, const void *b);
static void ReadDefault(MigRead *read, HeapTuple tuple, TupleDesc desc);

/*
 * MigReadColumns
 *		Read the columns of the tables that have been read.
 */
void
MigReadColumns(MigRead *read)
{
	Relation	catalog = table_open(AttributeRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, GetActiveSnapshot(), 0, NULL);
	HASHCTL		ctl = {.keysize = offsetof(ColumnType, name),.entrysize = sizeof(ColumnType)};
	HTAB	   *types;
	HeapTuple	tuple;
	int			size = 1024;
	int			nplaces = 0;
	Place	   *places = palloc(sizeof(Place) * size);

	ctl.hcxt = CurrentMemoryContext;
	types = hash_create("migrator column types", 64, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_attribute form = (Form_pg_attribute) GETSTRUCT(tuple);
		MigReadObject *table;

		CHECK_FOR_INTERRUPTS();
		if (form->attnum <= 0 || form->attisdropped)
			continue;
		table = MigReadFindTable(read, form->attrelid);
		if (table == NULL)
		{
			NoteOdd(read, form, tuple, RelationGetDescr(catalog));
			continue;
		}
		if (nplaces == size)
		{
			size *= 2;
			places = repalloc(places, sizeof(Place) * size);
		}
		read->has_rare_columns = read->has_rare_columns ||
			IsRare(form->attrelid, form, tuple, RelationGetDescr(catalog));
		places[nplaces++] = (Place)
		{
			form->attrelid, form->attnum, ReadColumn(read, types, table, form)
		};
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	hash_destroy(types);
	AddPlaces(places, nplaces);
}

/*
 * MigReadFindTable
 *		A table that was read, or NULL.
 */
MigReadObject *
MigReadFindTable(MigRead *read, Oid oid)
{
	MigReadEntry *entry = MigReadGetEntry(read, MigReadAt(RelationRelationId, oid, 0), false);
	MigReadObject *object = entry == NULL ? NULL : entry->object;

	if (object == NULL || object->left_out ||
		(object->kind != MIG_KIND_TABLE && object->kind != MIG_KIND_FOREIGN_TABLE))
		return NULL;
	return object;
}

/* Whether a column may have something that a query has to tell. */
static bool
IsRare(Oid table, Form_pg_attribute form, HeapTuple tuple, TupleDesc desc)
{
	bool		isnull;
	Datum		value;

	if (form->attidentity != '\0' || form->attgenerated != '\0' ||
		(MIG_NAMED_NOT_NULL && form->attnotnull) ||
		get_rel_relkind(table) == RELKIND_PARTITIONED_TABLE)
		return true;
	value = heap_getattr(tuple, Anum_pg_attribute_attstattarget, desc, &isnull);
	if (!isnull && DatumGetInt32(value) != -1)
		return true;
	value = heap_getattr(tuple, Anum_pg_attribute_attoptions, desc, &isnull);
	if (!isnull && HasOptions(value))
		return true;
	return !heap_attisnull(tuple, Anum_pg_attribute_attacl, desc) ||
		!heap_attisnull(tuple, Anum_pg_attribute_attfdwoptions, desc);
}

/* Note a column of another relation, such as an index, if there is more to it. */
static void
NoteOdd(MigRead *read, Form_pg_attribute form, HeapTuple tuple, TupleDesc desc)
{
	bool		isnull;
	Datum		target = heap_getattr(tuple, Anum_pg_attribute_attstattarget, desc, &isnull);

	if ((isnull || DatumGetInt32(target) == -1) &&
		heap_attisnull(tuple, Anum_pg_attribute_attoptions, desc))
		return;
	read->has_odd_columns = true;
	MigReadGetEntry(read, MigReadAt(RelationRelationId, form->attrelid, 0), true)->has_odd_columns = true;
}

/* Servers of November 2026 keep an element of their own there. */
static bool
HasOptions(Datum options)
{
	static const char ours[] = "pg_attver=";
	Datum	   *elements;
	int			n;
	text	   *first;

	deconstruct_array(DatumGetArrayTypeP(options), TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &n);
	if (n != 1)
		return n > 1;
	first = DatumGetTextPP(elements[0]);
	return VARSIZE_ANY_EXHDR(first) < sizeof(ours) - 1 ||
		memcmp(VARDATA_ANY(first), ours, sizeof(ours) - 1) != 0;
}

static MigReadObject *
ReadColumn(MigRead *read, HTAB *types, const MigReadObject *table, Form_pg_attribute form)
{
	MigReadObject *column = palloc0(sizeof(MigReadObject));
	ColumnType *type;

	type = GetType(types, form->atttypid, form->atttypmod);
	column->address = MigReadAt(RelationRelationId, form->attrelid, form->attnum);
	column->parent = table->address;
	column->kind = MIG_KIND_COLUMN;
	column->schema = table->schema;
	column->name = pstrdup(NameStr(form->attname));
	column->identity = MigReadJoin(table->identity, ".", quote_identifier(column->name));
	column->owner = table->owner;
	column->type = form->atttypid;
	column->collation = form->attcollation;
	column->is_generated = form->attgenerated != '\0';
	MigReadAddText(column, "type", type->name);
	if (form->attnotnull)
		MigReadAddFlag(column, "not_null");
	AddUncommon(column, form, type);
	MigReadAdd(read, column);
	return column;
}

static void
AddUncommon(MigReadObject *column, Form_pg_attribute form, const ColumnType *type)
{
	if (form->attcollation != type->collation)
		MigReadAddText(column, "collation",
					   DatumGetCString(DirectFunctionCall1(regcollationout,
														   ObjectIdGetDatum(form->attcollation))));
	if (!form->attislocal)
		MigReadAddFlag(column, "inherited");
	else if (form->attinhcount > 0)
		MigReadAddFlag(column, "merged");
	if (form->attgenerated != '\0')
		MigReadAddText(column, "generated",
					   form->attgenerated == ATTRIBUTE_GENERATED_STORED ? "stored" : "virtual");
	if (form->attstorage != type->storage)
		MigReadAddText(column, "storage",
					   form->attstorage == TYPSTORAGE_PLAIN ? "plain" :
					   form->attstorage == TYPSTORAGE_EXTERNAL ? "external" :
					   form->attstorage == TYPSTORAGE_EXTENDED ? "extended" : "main");
	if (form->attcompression != '\0')
		MigReadAddText(column, "compression", form->attcompression == 'p' ? "pglz" : "lz4");
}

static ColumnType *
GetType(HTAB *types, Oid oid, int32 typmod)
{
	struct
	{
		Oid			type;
		int32		typmod;
	}			key = {oid, typmod};
	bool		found;
	ColumnType *type = hash_search(types, &key, HASH_ENTER, &found);
	HeapTuple	tuple;

	if (found)
		return type;
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(oid));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", oid);
	type->name = format_type_with_typemod(oid, typmod);
	type->collation = ((Form_pg_type) GETSTRUCT(tuple))->typcollation;
	type->storage = ((Form_pg_type) GETSTRUCT(tuple))->typstorage;
	ReleaseSysCache(tuple);
	return type;
}

/* The position of a column does not count those that were dropped. */
static void
AddPlaces(Place *places, int nplaces)
{
	int			position = 0;

	qsort(places, nplaces, sizeof(Place), ComparePlaces);
	for (int i = 0; i < nplaces; i++)
	{
		position = i > 0 && places[i].table == places[i - 1].table ? position + 1 : 1;
		MigReadAddInt(places[i].column, "position", position);
	}
}

static int
ComparePlaces(const void *a, const void *b)
{
	const Place *one = a;
	const Place *other = b;

	if (one->table != other->table)
		return one->table < other->table ? -1 : 1;
	return one->number - other->number;
}

/*
 * MigReadDefaults
 *		Read the defaults of the columns that have been read.
 *
 * The expression of a generated column stands for the column, and the default
 * of a view's column for the view.
 */
void
MigReadDefaults(MigRead *read)
{
	Relation	catalog = table_open(AttrDefaultRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, GetActiveSnapshot(), 0, NULL);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		CHECK_FOR_INTERRUPTS();
		ReadDefault(read, tuple, RelationGetDescr(catalog));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

static void
ReadDefault(MigRead *read, HeapTuple tuple, TupleDesc desc)
{
	Form_pg_attrdef form = (Form_pg_attrdef) GETSTRUCT(tuple);
	MigAddress	address = {AttrDefaultRelationId, form->oid, 0};
	MigAddress	owner = {RelationRelationId, form->adrelid, form->adnum};
	MigReadEntry *entry = MigReadGetEntry(read, owner, false);
	const MigReadObject *column = entry == NULL ? NULL : entry->object;
	MigReadObject *object;
	bool		isnull;
	Datum		expression;

	if (column == NULL)
	{
		owner.sub = 0;
		MigReadAlias(read, address, owner);
		return;
	}
	if (column->is_generated)
	{
		MigReadAlias(read, address, owner);
		return;
	}
	object = palloc0(sizeof(MigReadObject));
	object->address = address;
	object->parent = owner;
	object->kind = MIG_KIND_DEFAULT;
	object->schema = column->schema;
	object->name = column->name;
	object->identity = column->identity;

	/* It cannot name columns, so there is no need to look at the table. */
	expression = DirectFunctionCall2(pg_get_expr,
									 heap_getattr(tuple, Anum_pg_attrdef_adbin, desc, &isnull),
									 ObjectIdGetDatum(InvalidOid));
	MigReadAddText(object, "expression", TextDatumGetCString(expression));
	MigReadAdd(read, object);
}
