/*-------------------------------------------------------------------------
 * src/run/run_hide.c
 *	  Put what there is out of the sight of a text that is to run as if there
 *	  were nothing.
 *
 * What has a name gets another one; what works without one is switched off or
 * deleted.  All this is done to the rows of the catalogs, in a subtransaction
 * that is rolled back: dependencies, locks and rights are of no interest.  Rows
 * are updated in the order of the table below and then of the catalog, so two
 * sessions that do this at once wait for each other and never in a circle.
 *
 * The server's own objects stay, and so do the language plpgsql and this
 * extension.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_am.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_language.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_subscription.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_user_mapping.h"
#include "commands/event_trigger.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "run/run_internal.h"
#include "utils/builtins.h"
#include "utils/rel.h"

/* The name of what is out of sight. */
#define HIDDEN_NAME		"pg_migrator_%u"

/* A catalog, and what is done to its rows. */
typedef struct Catalog
{
	Oid			class;
	bool		always;			/* not only if the whole database is read */
	void		(*hide) (MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object);
} Catalog;

static void HideRows(MigHidden *hidden, const Catalog *catalog);
static void HideSchema(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object);
static void HideNamed(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object);
static void HideEventTrigger(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object);
static void HidePublication(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object);
static void HideSubscription(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object);
static void HideDefault(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object);
static void HideNameless(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object);
static void Rename(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object, Oid extension);
static bool IsOurs(const MigHidden *hidden, Oid class, Oid object, const char *name);

static const Catalog catalogs[] = {
	{NamespaceRelationId, true, HideSchema},
	{ExtensionRelationId, false, HideNamed},
	{LanguageRelationId, false, HideNamed},
	{AccessMethodRelationId, false, HideNamed},
	{ForeignDataWrapperRelationId, false, HideNamed},
	{ForeignServerRelationId, false, HideNamed},
	{PublicationRelationId, false, HidePublication},
	{SubscriptionRelationId, false, HideSubscription},
	{EventTriggerRelationId, true, HideEventTrigger},
	{OperatorClassRelationId, false, HideDefault},
	{CastRelationId, false, HideNameless},
	{TransformRelationId, false, HideNameless},
	{DefaultAclRelationId, true, HideNameless},
	{UserMappingRelationId, false, HideNameless},
};

/*
 * MigRunHide
 *		Hide the schemas of a scope, and all the rest of the database if it is read
 *		too.
 *
 * To be called in a subtransaction that will be rolled back.  hidden, empty but
 * for its scope, is filled in, in the current memory context.
 */
void
MigRunHide(MigHidden *hidden)
{
	hidden->own_extension = get_extension_oid("migrator", true);
	for (size_t i = 0; i < lengthof(catalogs); i++)
		if (catalogs[i].always || hidden->scope.database_wide)
			HideRows(hidden, &catalogs[i]);
	CommandCounterIncrement();
}

/*
 * MigRunFindHidden
 *		What is hidden of this catalog under this name; NULL if nothing is.
 */
MigHiddenObject *
MigRunFindHidden(const MigHidden *hidden, Oid class, const char *name)
{
	ListCell   *lc;

	foreach(lc, hidden->objects)
	{
		MigHiddenObject *object = lfirst(lc);

		if (object->is_hidden && object->address.class == class && strcmp(object->name, name) == 0)
			return object;
	}
	return NULL;
}

/*
 * MigRunHiddenSchema
 *		The hidden schema with this OID, or NULL.
 */
MigHiddenObject *
MigRunHiddenSchema(const MigHidden *hidden, Oid schema)
{
	ListCell   *lc;

	foreach(lc, hidden->objects)
	{
		MigHiddenObject *object = lfirst(lc);

		if (object->address.class != NamespaceRelationId)
			break;				/* schemas come first */
		if (object->is_hidden && object->address.object == schema)
			return object;
	}
	return NULL;
}

/*
 * MigRunShow
 *		Give the objects of an extension, and the extension, their names back.
 */
void
MigRunShow(MigHidden *hidden, Oid extension)
{
	ListCell   *lc;

	foreach(lc, hidden->objects)
	{
		MigHiddenObject *object = lfirst(lc);
		MigAddress	address = object->address;

		if (!object->is_hidden ||
			(object->extension != extension &&
			 !(address.class == ExtensionRelationId && address.object == extension)))
			continue;
		MigRunSetColumn(address.class, address.object, get_object_attnum_name(address.class),
						CStringGetDatum(object->name));
		object->is_hidden = false;
	}
	foreach(lc, hidden->defaults)
	{
		MigHiddenObject *object = lfirst(lc);

		if (object->is_hidden && object->extension == extension)
		{
			MigRunSetColumn(OperatorClassRelationId, object->address.object,
							Anum_pg_opclass_opcdefault, BoolGetDatum(true));
			object->is_hidden = false;
		}
	}
	CommandCounterIncrement();
}

/*
 * MigRunSetColumn
 *		Change one column of an object's row in its catalog.
 */
void
MigRunSetColumn(Oid class, Oid object, AttrNumber column, Datum value)
{
	Relation	catalog = table_open(class, RowExclusiveLock);
	HeapTuple	tuple = get_catalog_object_by_oid(catalog, get_object_attnum_oid(class), object);

	if (HeapTupleIsValid(tuple))
		MigRunSetColumnOf(catalog, tuple, column, value);
	table_close(catalog, RowExclusiveLock);
}

/*
 * MigRunSetColumnOf
 *		The same for a row that is at hand.
 */
void
MigRunSetColumnOf(Relation catalog, HeapTuple tuple, AttrNumber column, Datum value)
{
	TupleDesc	desc = RelationGetDescr(catalog);
	Datum	   *values = palloc0(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc0(sizeof(bool) * desc->natts);
	bool	   *replaces = palloc0(sizeof(bool) * desc->natts);
	NameData	name;

	if (TupleDescAttr(desc, column - 1)->atttypid == NAMEOID)
	{
		namestrcpy(&name, DatumGetCString(value));
		value = NameGetDatum(&name);
	}
	values[column - 1] = value;
	replaces[column - 1] = true;
	tuple = heap_modify_tuple(tuple, desc, values, nulls, replaces);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
}

/* Do to each row of a catalog what is done there. */
static void
HideRows(MigHidden *hidden, const Catalog *entry)
{
	Relation	catalog = table_open(entry->class, RowExclusiveLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	AttrNumber	column = get_object_attnum_oid(entry->class);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool		isnull;
		Oid			object = DatumGetObjectId(heap_getattr(tuple, column, RelationGetDescr(catalog), &isnull));

		if (object >= FirstNormalObjectId || object == PG_PUBLIC_NAMESPACE)
			entry->hide(hidden, catalog, tuple, object);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
}

/* Schemas that are read, and those that belong to an extension. */
static void
HideSchema(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object)
{
	Oid			extension = getExtensionOfObject(NamespaceRelationId, object);
	bool		hide = OidIsValid(extension) && hidden->scope.database_wide &&
	extension != hidden->own_extension;

	for (int i = 0; i < hidden->scope.nschemas; i++)
		hide = hide || hidden->scope.schemas[i] == object;
	if (hide)
		Rename(hidden, catalog, tuple, object, extension);
}

static void
HideNamed(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object)
{
	bool		isnull;
	Oid			class = RelationGetRelid(catalog);
	Name		name = DatumGetName(heap_getattr(tuple, get_object_attnum_name(class),
												 RelationGetDescr(catalog), &isnull));

	if (!IsOurs(hidden, class, object, NameStr(*name)))
		Rename(hidden, catalog, tuple, object, getExtensionOfObject(class, object));
}

/* An event trigger must not fire, either. */
static void
HideEventTrigger(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object)
{
	HeapTuple	copy = heap_copytuple(tuple);

	((Form_pg_event_trigger) GETSTRUCT(copy))->evtenabled = TRIGGER_DISABLED;
	if (hidden->scope.database_wide)
		HideNamed(hidden, catalog, copy, object);
	else
		CatalogTupleUpdate(catalog, &copy->t_self, copy);
}

/* A publication of all tables must not be of those to come. */
static void
HidePublication(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object)
{
	HeapTuple	copy = heap_copytuple(tuple);

	((Form_pg_publication) GETSTRUCT(copy))->puballtables = false;
	HideNamed(hidden, catalog, copy, object);
}

/* Subscriptions of all databases are in one catalog. */
static void
HideSubscription(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object)
{
	if (((Form_pg_subscription) GETSTRUCT(tuple))->subdbid == MyDatabaseId)
		HideNamed(hidden, catalog, tuple, object);
}

/* The default operator class of a type is found by its type alone. */
static void
HideDefault(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object)
{
	MigHiddenObject *entry;

	if (!((Form_pg_opclass) GETSTRUCT(tuple))->opcdefault)
		return;
	entry = palloc0(sizeof(MigHiddenObject));
	entry->address.class = OperatorClassRelationId;
	entry->address.object = object;
	entry->extension = getExtensionOfObject(OperatorClassRelationId, object);
	entry->is_hidden = true;
	hidden->defaults = lappend(hidden->defaults, entry);
	MigRunSetColumnOf(catalog, tuple, Anum_pg_opclass_opcdefault, BoolGetDatum(false));
}

/* What has no name is found by what it is for. */
static void
HideNameless(MigHidden *hidden pg_attribute_unused(), Relation catalog, HeapTuple tuple, Oid object)
{
	if (!OidIsValid(getExtensionOfObject(RelationGetRelid(catalog), object)))
		CatalogTupleDelete(catalog, &tuple->t_self);
}

/* Give a row a name under which nobody looks for it. */
static void
Rename(MigHidden *hidden, Relation catalog, HeapTuple tuple, Oid object, Oid extension)
{
	MigHiddenObject *entry = palloc0(sizeof(MigHiddenObject));
	Oid			class = RelationGetRelid(catalog);
	AttrNumber	column = get_object_attnum_name(class);
	bool		isnull;
	Name		name = DatumGetName(heap_getattr(tuple, column, RelationGetDescr(catalog), &isnull));

	entry->address.class = class;
	entry->address.object = object;
	entry->name = pstrdup(NameStr(*name));
	entry->extension = extension;
	entry->is_hidden = true;
	hidden->objects = lappend(hidden->objects, entry);
	MigRunSetColumnOf(catalog, tuple, column, CStringGetDatum(psprintf(HIDDEN_NAME, object)));
}

/* Is it, or does it belong to, what is there in any database of ours? */
static bool
IsOurs(const MigHidden *hidden, Oid class, Oid object, const char *name)
{
	if ((class == ExtensionRelationId || class == LanguageRelationId) && strcmp(name, "plpgsql") == 0)
		return true;
	return class == ExtensionRelationId ? object == hidden->own_extension
		: getExtensionOfObject(class, object) == hidden->own_extension &&
		OidIsValid(hidden->own_extension);
}
