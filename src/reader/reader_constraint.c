/*-------------------------------------------------------------------------
 * src/reader/reader_constraint.c
 *	  Read constraints of tables, and the indexes behind them.
 *
 * What the server appends to a constraint's text, such as NOT VALID, and what
 * belongs to its index are properties of their own, since most of it can be
 * changed in place.
 *
 * Checks and foreign keys that a table has only because its parent has them
 * are read too, marked "inherited": when the link to the parent goes, they
 * stay.  The rows that a foreign key has for each partition of the table that
 * it points to are the server's own business.
 *
 * Not-null constraints (version 18) are a property of their columns.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "reader/reader_internal.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

static void ReadConstraint(MigRead *read, Form_pg_constraint form, const MigReadObject *table);
static const char *TypeOf(char type);
static bool HasIndex(Form_pg_constraint form);
static bool IsOfPartition(Form_pg_constraint form);
static bool IsInherited(Form_pg_constraint form);
static char *Definition(Form_pg_constraint form, HeapTuple index);

/*
 * MigReadConstraintRows
 *		Read the constraints of the tables that have been read.
 */
void
MigReadConstraintRows(MigRead *read)
{
	Relation	catalog = table_open(ConstraintRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, GetActiveSnapshot(), 0, NULL);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
		MigReadObject *table;

		CHECK_FOR_INTERRUPTS();
		if (TypeOf(form->contype) == NULL)
			continue;
		table = MigReadFindTable(read, form->conrelid);
		if (table != NULL && !IsOfPartition(form))
			ReadConstraint(read, form, table);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

static void
ReadConstraint(MigRead *read, Form_pg_constraint form, const MigReadObject *table)
{
	MigReadObject *object = palloc0(sizeof(MigReadObject));
	HeapTuple	index = HasIndex(form) ? SearchSysCache1(INDEXRELID, ObjectIdGetDatum(form->conindid)) : NULL;
	char	   *definition = Definition(form, index);

	object->address = MigReadAt(ConstraintRelationId, form->oid, 0);
	object->parent = table->address;
	object->kind = MIG_KIND_CONSTRAINT;
	object->schema = table->schema;
	object->name = pstrdup(NameStr(form->conname));
	object->identity = MigReadJoin(quote_identifier(object->name), " ON ", table->identity);
	MigReadAddText(object, "type", TypeOf(form->contype));
	if (definition != NULL)
		MigReadAddText(object, "definition", definition);
	if (form->condeferrable)
		MigReadAddFlag(object, "deferrable");
	if (form->condeferred)
		MigReadAddFlag(object, "deferred");
	if (!MIG_IS_ENFORCED(form))
		MigReadAddFlag(object, "not_enforced");
	else if (!form->convalidated)
		MigReadAddFlag(object, "not_valid");
	if (IsInherited(form))
		MigReadAddFlag(object, "inherited");
	if (form->contype != CONSTRAINT_CHECK &&
		get_rel_relkind(form->conrelid) == RELKIND_PARTITIONED_TABLE)
		MigReadAddFlag(object, "partitioned");
	MigReadAdd(read, object);
	if (!HasIndex(form))
		return;
	MigReadAlias(read, MigReadAt(RelationRelationId, form->conindid, 0), object->address);
	if (HeapTupleIsValid(index))
	{
		MigReadAddIndex(object, index, MigReadPredicate(index));
		ReleaseSysCache(index);
	}
}

/* The word for a type of constraint; NULL if that is none of a table's. */
static const char *
TypeOf(char type)
{
	switch (type)
	{
		case CONSTRAINT_PRIMARY:
			return "primary key";
		case CONSTRAINT_UNIQUE:
			return "unique";
		case CONSTRAINT_CHECK:
			return "check";
		case CONSTRAINT_FOREIGN:
			return "foreign key";
		case CONSTRAINT_EXCLUSION:
			return "exclusion";
		default:
			return NULL;
	}
}

/* Of its own: a foreign key names the index of the table that it points to. */
static bool
HasIndex(Form_pg_constraint form)
{
	return form->contype == CONSTRAINT_PRIMARY || form->contype == CONSTRAINT_UNIQUE ||
		form->contype == CONSTRAINT_EXCLUSION;
}

/* Is it what a foreign key has for a partition of the table that it points to? */
static bool
IsOfPartition(Form_pg_constraint form)
{
	HeapTuple	parent;
	bool		result;

	if (!OidIsValid(form->conparentid))
		return false;
	parent = SearchSysCache1(CONSTROID, ObjectIdGetDatum(form->conparentid));
	if (!HeapTupleIsValid(parent))
		return false;
	result = ((Form_pg_constraint) GETSTRUCT(parent))->confrelid != form->confrelid;
	ReleaseSysCache(parent);
	return result;
}

/* Is it there only because a parent of the table has it? */
static bool
IsInherited(Form_pg_constraint form)
{
	return (form->contype == CONSTRAINT_CHECK && form->coninhcount > 0 && !form->conislocal) ||
		(form->contype == CONSTRAINT_FOREIGN && OidIsValid(form->conparentid));
}

/* The server's text, without what it appends and what an exclusion's index adds. */
static char *
Definition(Form_pg_constraint form, HeapTuple index)
{
	char	   *definition = MigReadCall(pg_get_constraintdef, ObjectIdGetDatum(form->oid), (Datum) 0);

	if (definition == NULL)
		return NULL;
	if (!MIG_IS_ENFORCED(form))
		MigReadCut(definition, " NOT ENFORCED", "", "");
	else if (!form->convalidated)
		MigReadCut(definition, " NOT VALID", "", "");
	if (form->condeferred)
		MigReadCut(definition, " INITIALLY DEFERRED", "", "");
	if (form->condeferrable)
		MigReadCut(definition, " DEFERRABLE", "", "");
	if (form->contype == CONSTRAINT_EXCLUSION && HeapTupleIsValid(index))
	{
		char	   *predicate = MigReadPredicate(index);
		char	   *options = MigReadOptions(form->conindid);

		if (predicate != NULL)
			MigReadCut(definition, " WHERE (", predicate, ")");
		if (options != NULL)
			MigReadCut(definition, " WITH (", options, ")");
	}
	return definition;
}

MigReading	MigReadConstraints[] = {
	MIG_READING_SCAN(MigReadConstraintRows),

	/* An inherited one needs its parent's. */
	MIG_READING(MIG_READ_NEEDS, false, InheritsRelationId, NULL,
				"SELECT 'pg_constraint'::regclass::oid, c.oid, 0, 'pg_constraint'::regclass::oid, p.oid, 0"
				" FROM pg_constraint c JOIN pg_constraint p ON p.oid = c.conparentid"
				" AND p.confrelid = c.confrelid WHERE c.connamespace = ANY ($1) AND c.contype = 'f'"
				" UNION ALL"
				" SELECT 'pg_constraint'::regclass::oid, c.oid, 0, 'pg_constraint'::regclass::oid, p.oid, 0"
				" FROM pg_constraint c JOIN pg_inherits h ON h.inhrelid = c.conrelid"
				" JOIN pg_constraint p ON p.conrelid = h.inhparent AND p.conname = c.conname"
				" AND p.contype = 'c' AND NOT p.connoinherit"
				" WHERE c.connamespace = ANY ($1) AND c.contype = 'c'"
				" AND c.coninhcount > 0 AND NOT c.conislocal"),

	/*
	 * Of several keys on the columns that it points to, the server takes the
	 * oldest; each of them will do.
	 */
	MIG_READING(MIG_READ_NEEDS, false, ConstraintRelationId, "f",
				"SELECT 'pg_constraint'::regclass::oid, c.oid, 0, 'pg_class'::regclass::oid, i.indexrelid, 0"
				" FROM pg_constraint c JOIN pg_index i ON i.indrelid = c.confrelid"
				" WHERE c.connamespace = ANY ($1) AND c.contype = 'f'"
				" AND i.indisunique AND i.indisvalid AND i.indimmediate AND NOT i.indisexclusion"
				" AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indnkeyatts = cardinality(c.confkey)"
				" AND (i.indkey::int2[])[0:i.indnkeyatts - 1] @> c.confkey"),
	MIG_READING_END
};
