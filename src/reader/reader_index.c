/*-------------------------------------------------------------------------
 * src/reader/reader_index.c
 *	  Read indexes that are not behind a constraint, and how they are attached
 *	  to those of a partitioned table.
 *
 * The definition of a plain index is put together here: that is many times as
 * fast as to have the server do it, which looks for the default operator class
 * of each column anew.  For all others the server's text is cut: what comes
 * before USING, and WITH and WHERE, are properties of their own.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/amapi.h"
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_am.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "miscadmin.h"
#include "reader/reader_internal.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* The operator class that an access method takes for a type by itself. */
typedef struct DefaultClass
{
	Oid			method;			/* hash key, with the next */
	Oid			type;
	Oid			class;			/* or 0 */
	bool		can_order;		/* can the access method? */
} DefaultClass;

/* An index that is being read. */
typedef struct IndexRow
{
	Form_pg_index form;
	HeapTuple	tuple;			/* of pg_index */
	TupleDesc	desc;
	Form_pg_class class;
	const MigReadObject *table;
	const char *predicate;		/* or NULL */
} IndexRow;

static void ReadIndex(MigRead *read, HTAB *classes, IndexRow *index);
static bool IsIdentity(Oid table);
static List *TextsOf(Datum array);
static char *Definition(MigRead *read, HTAB *classes, const IndexRow *index);
static bool AddColumn(MigRead *read, HTAB *classes, const IndexRow *index, int number, StringInfo result);
static DefaultClass *GetDefaultClass(HTAB *classes, Oid method, Oid type);
static char *CutDefinition(const IndexRow *index);

/*
 * MigReadIndexRows
 *		Read the indexes of the tables and materialized views that have been
 *		read.  Those behind constraints stand for the constraint already.
 */
void
MigReadIndexRows(MigRead *read)
{
	Relation	catalog = table_open(IndexRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, GetActiveSnapshot(), 0, NULL);
	HASHCTL		ctl = {.keysize = offsetof(DefaultClass, class),.entrysize = sizeof(DefaultClass)};
	HTAB	   *classes;

	ctl.hcxt = CurrentMemoryContext;
	classes = hash_create("migrator default classes", 64, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	for (;;)
	{
		IndexRow	index = {.tuple = systable_getnext(scan),.desc = RelationGetDescr(catalog)};
		MigReadEntry *entry;

		CHECK_FOR_INTERRUPTS();
		if (!HeapTupleIsValid(index.tuple))
			break;
		index.form = (Form_pg_index) GETSTRUCT(index.tuple);
		entry = MigReadGetEntry(read, MigReadAt(RelationRelationId, index.form->indrelid, 0), false);
		index.table = entry == NULL ? NULL : entry->object;
		if (index.form->indislive && index.table != NULL && !index.table->left_out &&
			(index.table->kind == MIG_KIND_TABLE || index.table->kind == MIG_KIND_MATERIALIZED_VIEW) &&
			!MigReadIsAlias(read, RelationRelationId, index.form->indexrelid))
			ReadIndex(read, classes, &index);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	hash_destroy(classes);
}

static void
ReadIndex(MigRead *read, HTAB *classes, IndexRow *index)
{
	MigReadObject *object = palloc0(sizeof(MigReadObject));
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index->form->indexrelid));

	if (!HeapTupleIsValid(tuple))
		return;					/* dropped since */
	index->class = (Form_pg_class) GETSTRUCT(tuple);
	index->predicate = MigReadPredicate(index->tuple);

	object->address = MigReadAt(RelationRelationId, index->form->indexrelid, 0);
	object->parent = index->table->address;
	object->kind = MIG_KIND_INDEX;
	object->schema = index->table->schema;
	object->name = pstrdup(NameStr(index->class->relname));
	object->identity = MigReadJoin(quote_identifier(object->schema), ".", quote_identifier(object->name));
	if (index->form->indisunique)
		MigReadAddFlag(object, "unique");
	MigReadAddText(object, "definition", Definition(read, classes, index));
	if (index->class->relkind == RELKIND_PARTITIONED_INDEX)
		MigReadAddFlag(object, "partitioned");
	else if (!index->form->indisvalid)
		MigReadAddFlag(object, "invalid");
	MigReadAddIndex(object, index->tuple, index->predicate);
	MigReadAdd(read, object);
	ReleaseSysCache(tuple);
}

/*
 * MigReadAddIndex
 *		Add the properties that an index has whether it is behind a constraint or
 *		not, from its tuple of pg_index.
 */
void
MigReadAddIndex(MigReadObject *object, HeapTuple index, const char *predicate)
{
	Form_pg_index form = (Form_pg_index) GETSTRUCT(index);
	HeapTuple	class = SearchSysCache1(RELOID, ObjectIdGetDatum(form->indexrelid));
	bool		isnull;
	Datum		options;

	if (predicate != NULL)
		MigReadAddText(object, "predicate", predicate);
	if (form->indisclustered)
		MigReadAddFlag(object, "clustered");
	if (form->indisreplident && IsIdentity(form->indrelid))
		MigReadAddFlag(object, "replica_identity");
	if (!HeapTupleIsValid(class))
		return;
	options = SysCacheGetAttr(RELOID, class, Anum_pg_class_reloptions, &isnull);
	if (!isnull)
		MigReadAddTexts(object, "options", TextsOf(options));
	if (OidIsValid(((Form_pg_class) GETSTRUCT(class))->reltablespace))
		MigReadAddText(object, "tablespace",
					   get_tablespace_name(((Form_pg_class) GETSTRUCT(class))->reltablespace));
	ReleaseSysCache(class);
}

/* Whether rows of a table are identified by an index for replication. */
static bool
IsIdentity(Oid table)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	bool		result = HeapTupleIsValid(tuple) &&
	((Form_pg_class) GETSTRUCT(tuple))->relreplident == REPLICA_IDENTITY_INDEX;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return result;
}

static List *
TextsOf(Datum array)
{
	List	   *result = NIL;
	Datum	   *elements;
	int			n;

	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &n);
	for (int i = 0; i < n; i++)
		result = lappend(result, TextDatumGetCString(elements[i]));
	return result;
}

/* What is written from USING on, without WITH and WHERE. */
static char *
Definition(MigRead *read, HTAB *classes, const IndexRow *index)
{
	MigReadEntry *entry = MigReadGetEntry(read, MigReadAt(RelationRelationId, index->form->indexrelid, 0),
										  false);
	StringInfoData result;

	if ((entry != NULL && entry->has_odd_columns) ||
		!heap_attisnull(index->tuple, Anum_pg_index_indexprs, index->desc))
		return CutDefinition(index);
	initStringInfo(&result);
	appendStringInfo(&result, "USING %s (", quote_identifier(get_am_name(index->class->relam)));
	for (int i = 0; i < index->form->indnatts; i++)
	{
		if (i > 0)
			appendStringInfoString(&result, i == index->form->indnkeyatts ? ") INCLUDE (" : ", ");
		if (!AddColumn(read, classes, index, i, &result))
			return CutDefinition(index);
	}
	appendStringInfoChar(&result, ')');
	if (index->form->indnullsnotdistinct)
		appendStringInfoString(&result, " NULLS NOT DISTINCT");
	return result.data;
}

/* A column of an index; false if there is anything about it that has to be written. */
static bool
AddColumn(MigRead *read, HTAB *classes, const IndexRow *index, int number, StringInfo result)
{
	MigReadEntry *entry = MigReadGetEntry(read, MigReadAt(RelationRelationId, index->form->indrelid, index->form->indkey.values[number]), false);
	const MigReadObject *column = entry == NULL ? NULL : entry->object;
	const oidvector *operators;
	const oidvector *collations;
	const int2vector *options;
	DefaultClass *class;
	bool		isnull;

	if (index->form->indkey.values[number] <= 0 || column == NULL || column->kind != MIG_KIND_COLUMN)
		return false;
	appendStringInfoString(result, quote_identifier(column->name));
	if (number >= index->form->indnkeyatts)
		return true;
	operators = (oidvector *) DatumGetPointer(heap_getattr(index->tuple, Anum_pg_index_indclass, index->desc, &isnull));
	collations = (oidvector *) DatumGetPointer(heap_getattr(index->tuple, Anum_pg_index_indcollation, index->desc, &isnull));
	options = (int2vector *) DatumGetPointer(heap_getattr(index->tuple, Anum_pg_index_indoption, index->desc, &isnull));
	class = GetDefaultClass(classes, index->class->relam, column->type);
	if (class->class != operators->values[number] ||
		(OidIsValid(collations->values[number]) && collations->values[number] != column->collation))
		return false;
	if (class->can_order)
	{
		bool		first = (options->values[number] & INDOPTION_NULLS_FIRST) != 0;

		if (options->values[number] & INDOPTION_DESC)
			appendStringInfoString(result, first ? " DESC" : " DESC NULLS LAST");
		else if (first)
			appendStringInfoString(result, " NULLS FIRST");
	}
	return true;
}

static DefaultClass *
GetDefaultClass(HTAB *classes, Oid method, Oid type)
{
	struct
	{
		Oid			method;
		Oid			type;
	}			key = {method, type};
	bool		found;
	DefaultClass *class = hash_search(classes, &key, HASH_ENTER, &found);

	if (!found)
	{
		class->class = GetDefaultOpClass(type, method);
		class->can_order = GetIndexAmRoutineByAmId(method, false)->amcanorder;
	}
	return class;
}

/* The same from the server's text. */
static char *
CutDefinition(const IndexRow *index)
{
	char	   *definition = MigReadCall(pg_get_indexdef, ObjectIdGetDatum(index->form->indexrelid), (Datum) 0);
	char	   *options = MigReadOptions(index->form->indexrelid);
	char	   *start = psprintf("CREATE %sINDEX %s ON %s%s ", index->form->indisunique ? "UNIQUE " : "",
								 quote_identifier(NameStr(index->class->relname)),
								 index->class->relkind == RELKIND_PARTITIONED_INDEX ? "ONLY " : "",
								 index->table->identity);

	if (definition == NULL)
		return "";
	if (index->predicate != NULL)
		MigReadCut(definition, " WHERE ", index->predicate, "");
	if (options != NULL)
		MigReadCut(definition, " WITH (", options, ")");
	return definition + strlen(start);
}

MigReading	MigReadIndexes[] = {
	MIG_READING_SCAN(MigReadIndexRows),
	MIG_READING(MIG_READ_PROPERTIES, false, AttributeRelationId, "i",
				"SELECT 'pg_class'::regclass::oid, a.attrelid, 0,"
				" jsonb_agg(jsonb_build_object('column', a.attnum, 'target', a.attstattarget)"
				" ORDER BY a.attnum) AS statistics"
				" FROM pg_attribute a JOIN pg_class x ON x.oid = a.attrelid AND x.relkind IN ('i', 'I')"
				" WHERE x.relnamespace = ANY ($1) AND a.attstattarget >= 0 GROUP BY a.attrelid"),

	/* The index may be one behind a constraint. */
	MIG_READING(MIG_READ_OBJECTS, false, InheritsRelationId, NULL,
				"SELECT 'pg_inherits'::regclass::oid, x.oid, 0, 'index attachment',"
				" n.nspname::text, x.relname::text, "
				MIG_QUALIFIED("n.nspname", "x.relname") " || ' TO ' || "
				MIG_QUALIFIED("pn.nspname", "p.relname") ","
				" 'pg_class'::regclass::oid, x.oid, 0, '{}'::jsonb"
				" FROM pg_inherits h JOIN pg_class x ON x.oid = h.inhrelid"
				" JOIN pg_namespace n ON n.oid = x.relnamespace"
				" JOIN pg_class p ON p.oid = h.inhparent"
				" JOIN pg_namespace pn ON pn.oid = p.relnamespace"
				" WHERE x.relnamespace = ANY ($1) AND x.relkind IN ('i', 'I')"),
	MIG_READING(MIG_READ_NEEDS, false, InheritsRelationId, NULL,
				"SELECT 'pg_inherits'::regclass::oid, x.oid, 0, 'pg_class'::regclass::oid, h.inhparent, 0"
				" FROM pg_inherits h JOIN pg_class x ON x.oid = h.inhrelid"
				" WHERE x.relnamespace = ANY ($1) AND x.relkind IN ('i', 'I')"),
	MIG_READING_END
};
