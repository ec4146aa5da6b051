/*-------------------------------------------------------------------------
 * src/reader/reader_remark.c
 *	  Comments and security labels of all objects.
 *
 * What is no object of its own but an item in a property, such as a column of
 * a view, has its comment there.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_description.h"
#include "catalog/pg_seclabel.h"
#include "miscadmin.h"
#include "reader/reader_internal.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

static void ReadComments(MigRead *read, StrategyNumber strategy, RegProcedure compare, Oid oid);
static void ReadLabels(MigRead *read);
static MigReadObject *FindObject(MigRead *read, MigAddress address);
static MigReadObject *FindConstraint(MigRead *read, Oid class, Oid oid);

/*
 * MigReadRemarks
 *		Add them to the objects that have been read.
 */
void
MigReadRemarks(MigRead *read)
{
	/* Most comments are those of initdb, of which few are wanted. */
	for (int i = 0; i < read->scope->nschemas; i++)
		if (read->scope->schemas[i] < FirstNormalObjectId)
			ReadComments(read, BTEqualStrategyNumber, F_OIDEQ, read->scope->schemas[i]);
	ReadComments(read, BTGreaterEqualStrategyNumber, F_OIDGE, FirstNormalObjectId);
	ReadLabels(read);
}

/* Comments on objects whose OID compares like this. */
static void
ReadComments(MigRead *read, StrategyNumber strategy, RegProcedure compare, Oid oid)
{
	Relation	catalog = table_open(DescriptionRelationId, AccessShareLock);
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_description_objoid, strategy, compare, ObjectIdGetDatum(oid));
	scan = systable_beginscan(catalog, DescriptionObjIndexId, true, GetActiveSnapshot(), 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_description form = (Form_pg_description) GETSTRUCT(tuple);
		MigReadObject *object = FindObject(read, MigReadAt(form->classoid, form->objoid, form->objsubid));
		bool		isnull;
		Datum		comment = heap_getattr(tuple, Anum_pg_description_description,
										   RelationGetDescr(catalog), &isnull);

		CHECK_FOR_INTERRUPTS();

		if (object == NULL)
			object = FindConstraint(read, form->classoid, form->objoid);

		/* That of an extension depends on its control file. */
		if (object != NULL && object->kind != MIG_KIND_EXTENSION)
			MigReadAddText(object, form->classoid == RelationRelationId &&
						   object->kind == MIG_KIND_CONSTRAINT ? "index_comment" : "comment",
						   TextDatumGetCString(comment));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* Labels: an object of provider and label. */
static void
ReadLabels(MigRead *read)
{
	Relation	catalog = table_open(SecLabelRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, SecLabelObjectIndexId, true, GetActiveSnapshot(), 0, NULL);
	JsonbParseState *state = NULL;
	MigReadObject *last = NULL;
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		FormData_pg_seclabel *form = (FormData_pg_seclabel *) GETSTRUCT(tuple);
		MigReadObject *object = FindObject(read, MigReadAt(form->classoid, form->objoid, form->objsubid));
		bool		isnull;

		if (object == NULL)
			continue;
		if (last != NULL && last != object)
			MigReadAddJsonb(last, "labels", JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
		if (last != object)
		{
			state = NULL;
			(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
			last = object;
		}
		MigPropPush(&state, WJB_KEY, TextDatumGetCString(heap_getattr(tuple, Anum_pg_seclabel_provider,
																	  RelationGetDescr(catalog), &isnull)));
		MigPropPush(&state, WJB_VALUE, TextDatumGetCString(heap_getattr(tuple, Anum_pg_seclabel_label,
																		RelationGetDescr(catalog), &isnull)));
	}
	if (last != NULL)
		MigReadAddJsonb(last, "labels", JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* The object of just this address, or NULL. */
static MigReadObject *
FindObject(MigRead *read, MigAddress address)
{
	MigReadEntry *entry = MigReadGetEntry(read, address, false);

	return entry == NULL ? NULL : entry->object;
}

/* The constraint that an index stands for, or NULL. */
static MigReadObject *
FindConstraint(MigRead *read, Oid class, Oid oid)
{
	MigReadEntry *entry = MigReadGetEntry(read, MigReadAt(class, oid, 0), false);

	if (entry == NULL || class != RelationRelationId || entry->alias.class != ConstraintRelationId)
		return NULL;
	return FindObject(read, entry->alias);
}
