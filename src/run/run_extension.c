/*-------------------------------------------------------------------------
 * src/run/run_extension.c
 *	  Extensions in the text of a schema.
 *
 * An extension that the live database has is not installed again: the text's
 * CREATE EXTENSION shows what was hidden, and moves its objects to the schema
 * where the text wants them.  That takes no rights and no time, and it is right
 * since all that a schema says of an extension is its name, schema and version.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "commands/schemacmds.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "run/run_internal.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

/* Where a member of an extension goes from and to. */
typedef struct Move
{
	const MigHidden *hidden;
	Oid			from;			/* this schema, or any hidden one if 0 */
	Oid			to;				/* for those of from; others to their namesake */
} Move;

/* What CREATE EXTENSION says. */
typedef struct Wish
{
	const char *schema;
	const char *version;
	bool		cascade;
} Wish;

static void ShowExtension(MigHidden *hidden, MigHiddenObject *extension, const Wish *wish);
static void ShowRequired(MigHidden *hidden, const MigHiddenObject *extension, const Wish *wish);
static Oid	SchemaFor(const MigHiddenObject *extension, const Wish *wish);
static void ReceiveText(TupleTableSlot *slot, void *arg);
static HeapTuple FetchExtension(Oid extension);
static void MoveExtension(const MigHidden *hidden, Oid extension, Oid schema);
static void MoveMembers(const Move *move, Oid extension);
static void MoveObject(const Move *move, Oid class, Oid object);
static void MoveDependents(const Move *move, Oid class, Oid object);
static bool IsShown(const MigHidden *hidden, Oid extension);

/* The schema that an extension insists on. */
static MigQuery control_schema = {
	.sql = "SELECT a.schema::text FROM pg_available_extension_versions() a"
	" WHERE a.name = $1 AND a.version = $2",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {NAMEOID, TEXTOID}
};

/*
 * MigRunCreateExtension
 *		Show the extension, if the live database has it.
 *
 * Returns false if it does not, or if it is in sight already: the statement is
 * then to be run.
 */
bool
MigRunCreateExtension(MigHidden *hidden, const CreateExtensionStmt *stmt)
{
	MigHiddenObject *extension = MigRunFindHidden(hidden, ExtensionRelationId, stmt->extname);
	Wish		wish = {0};
	ListCell   *lc;

	if (extension == NULL)
		return false;
	foreach(lc, stmt->options)
	{
		DefElem    *option = lfirst_node(DefElem, lc);

		if (strcmp(option->defname, "schema") == 0)
			wish.schema = defGetString(option);
		else if (strcmp(option->defname, "new_version") == 0)
			wish.version = defGetString(option);
		else if (strcmp(option->defname, "cascade") == 0)
			wish.cascade = defGetBoolean(option);
	}
	ShowExtension(hidden, extension, &wish);
	return true;
}

/*
 * MigRunAlterExtension
 *		Note the new version of an extension that the live database has.
 */
bool
MigRunAlterExtension(MigHidden *hidden, const AlterExtensionStmt *stmt)
{
	Oid			extension = get_extension_oid(stmt->extname, true);
	ListCell   *lc;

	if (!MigRunIsLive(hidden, extension))
		return false;
	foreach(lc, stmt->options)
	{
		DefElem    *option = lfirst_node(DefElem, lc);

		if (strcmp(option->defname, "new_version") == 0)
			MigRunSetColumn(ExtensionRelationId, extension, Anum_pg_extension_extversion,
							CStringGetTextDatum(defGetString(option)));
	}
	CommandCounterIncrement();
	return true;
}

/*
 * MigRunMoveExtension
 *		Move an extension that the live database has to another schema.
 */
bool
MigRunMoveExtension(MigHidden *hidden, const AlterObjectSchemaStmt *stmt)
{
	Oid			extension = get_extension_oid(strVal(stmt->object), true);

	if (!MigRunIsLive(hidden, extension))
		return false;
	MoveExtension(hidden, extension, get_namespace_oid(stmt->newschema, false));
	return true;
}

/*
 * MigRunCommentExtension
 *		Comment on an extension that the live database has.
 */
bool
MigRunCommentExtension(MigHidden *hidden, const CommentStmt *stmt)
{
	Oid			extension = get_extension_oid(strVal(stmt->object), true);

	if (!MigRunIsLive(hidden, extension))
		return false;
	CreateComments(extension, ExtensionRelationId, 0, stmt->comment);
	CommandCounterIncrement();
	return true;
}

/*
 * MigRunMoveMembers
 *		A schema was created: move the objects there that extensions have in the
 *		hidden one of this name.
 */
void
MigRunMoveMembers(const MigHidden *hidden, const char *schema)
{
	MigHiddenObject *old = MigRunFindHidden(hidden, NamespaceRelationId, schema);
	Move		move = {.hidden = hidden};
	Relation	catalog;
	SysScanDesc scan;
	HeapTuple	tuple;

	if (old == NULL || OidIsValid(old->extension))
		return;
	CommandCounterIncrement();
	move.from = old->address.object;
	move.to = get_namespace_oid(schema, true);
	if (!OidIsValid(move.to))
		return;

	catalog = table_open(ExtensionRelationId, AccessShareLock);
	scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Oid			extension = ((Form_pg_extension) GETSTRUCT(tuple))->oid;

		if (IsShown(hidden, extension))
			MoveMembers(&move, extension);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	CommandCounterIncrement();
}

/*
 * MigRunIsInSight
 *		The same, by its name.
 */
bool
MigRunIsInSight(const MigHidden *hidden, const char *extension)
{
	return MigRunIsLive(hidden, get_extension_oid(extension, true));
}

/*
 * MigRunExtensionSchema
 *		The schema in which an extension is.
 */
Oid
MigRunExtensionSchema(Oid extension)
{
	return ((Form_pg_extension) GETSTRUCT(FetchExtension(extension)))->extnamespace;
}

/*
 * MigRunIsLive
 *		Is this an extension of the live database that the text has asked for?
 */
bool
MigRunIsLive(const MigHidden *hidden, Oid extension)
{
	ListCell   *lc;

	foreach(lc, hidden->objects)
	{
		const MigHiddenObject *object = lfirst(lc);

		if (object->address.class == ExtensionRelationId && object->address.object == extension)
			return !object->is_hidden;
	}
	return OidIsValid(extension) && extension == hidden->own_extension;
}

/* Make a hidden extension what the text says it is. */
static void
ShowExtension(MigHidden *hidden, MigHiddenObject *extension, const Wish *wish)
{
	Oid			oid = extension->address.object;
	Oid			schema;

	ShowRequired(hidden, extension, wish);
	schema = SchemaFor(extension, wish);
	MigRunShow(hidden, oid);
	if (wish->version != NULL)
		MigRunSetColumn(ExtensionRelationId, oid, Anum_pg_extension_extversion,
						CStringGetTextDatum(wish->version));
	CommandCounterIncrement();
	MoveExtension(hidden, oid, schema);
}

/* The extensions that it requires come with it, if that is what is wanted. */
static void
ShowRequired(MigHidden *hidden, const MigHiddenObject *extension, const Wish *wish)
{
	Wish		required_wish = {.schema = wish->schema,.cascade = true};
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, hidden->objects)
	{
		MigHiddenObject *required = lfirst(lc);

		if (!required->is_hidden || required->address.class != ExtensionRelationId ||
			!MigRunDepends(extension->address, required->address))
			continue;
		if (!wish->cascade)
			ereport(ERROR,
					errcode(ERRCODE_UNDEFINED_OBJECT),
					errmsg("required extension \"%s\" is not installed", required->name),
					errhint("Use CREATE EXTENSION ... CASCADE to install required extensions too."));
		ShowExtension(hidden, required, &required_wish);
	}
}

/*
 * MigRunDepends
 *		Does the one object depend on the other directly?
 */
bool
MigRunDepends(MigAddress one, MigAddress other)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		found = false;

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(one.class));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(one.object));
	scan = systable_beginscan(depend, DependDependerIndexId, true, NULL, 2, keys);
	while (!found && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		found = form->refclassid == other.class && form->refobjid == other.object;
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return found;
}

/*
 * The schema where the server would install the extension: the one that is
 * asked for, the one that it insists on, or the one where things are created.
 */
static Oid
SchemaFor(const MigHiddenObject *extension, const Wish *wish)
{
	char	   *schema = NULL;
	List	   *path;

	if (wish->schema != NULL)
		return get_namespace_oid(wish->schema, false);
	else
	{
		HeapTuple	tuple = FetchExtension(extension->address.object);
		bool		isnull;
		Relation	catalog = table_open(ExtensionRelationId, AccessShareLock);
		Datum		version = heap_getattr(tuple, Anum_pg_extension_extversion,
										   RelationGetDescr(catalog), &isnull);
		NameData	name;
		Datum		values[2];

		namestrcpy(&name, extension->name);
		values[0] = NameGetDatum(&name);
		values[1] = wish->version != NULL ? CStringGetTextDatum(wish->version) : version;
		PushActiveSnapshot(GetTransactionSnapshot());
		(void) MigDbRead(&control_schema, values, NULL, ReceiveText, &schema);
		PopActiveSnapshot();
		table_close(catalog, AccessShareLock);
	}
	if (schema != NULL)
	{
		Oid			oid = get_namespace_oid(schema, true);

		if (!OidIsValid(oid))
		{
			CreateSchemaStmt *stmt = makeNode(CreateSchemaStmt);

			stmt->schemaname = schema;
			oid = CreateSchemaCommand(stmt, "CREATE SCHEMA", -1, -1);
			CommandCounterIncrement();
		}
		return oid;
	}

	path = fetch_search_path(false);
	if (path == NIL)
		ereport(ERROR,
				errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("no schema has been selected to create in"));
	return linitial_oid(path);
}

static void
ReceiveText(TupleTableSlot *slot, void *arg)
{
	*(char **) arg = MigDbText(slot, 1);
}

static HeapTuple
FetchExtension(Oid extension)
{
	Relation	catalog = table_open(ExtensionRelationId, AccessShareLock);
	HeapTuple	tuple = get_catalog_object_by_oid(catalog, Anum_pg_extension_oid, extension);

	table_close(catalog, AccessShareLock);
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "extension with OID %u does not exist", extension);
	return tuple;
}

/* Move an extension and what it has in its schema; the rest to its namesakes. */
static void
MoveExtension(const MigHidden *hidden, Oid extension, Oid schema)
{
	Oid			old = ((Form_pg_extension) GETSTRUCT(FetchExtension(extension)))->extnamespace;
	Move		move = {.hidden = hidden};

	if (old != schema)
	{
		MigRunSetColumn(ExtensionRelationId, extension, Anum_pg_extension_extnamespace,
						ObjectIdGetDatum(schema));
		(void) changeDependencyFor(ExtensionRelationId, extension, NamespaceRelationId, old, schema);
		move.from = old;
		move.to = schema;
		MoveMembers(&move, extension);
		CommandCounterIncrement();
	}
	move.from = InvalidOid;
	MoveMembers(&move, extension);
	CommandCounterIncrement();
}

/* Move the members of an extension. */
static void
MoveMembers(const Move *move, Oid extension)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(ExtensionRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(extension));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		CHECK_FOR_INTERRUPTS();
		if (form->deptype == DEPENDENCY_EXTENSION)
			MoveObject(move, form->classid, form->objid);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

/* Move an object, if it is where the move is from, and what belongs to it. */
static void
MoveObject(const Move *move, Oid class, Oid object)
{
	AttrNumber	column = is_objectclass_supported(class) ? get_object_attnum_namespace(class)
	: InvalidAttrNumber;
	Relation	catalog;
	HeapTuple	tuple;
	Oid			schema;
	Oid			to = InvalidOid;
	bool		isnull;

	if (column == InvalidAttrNumber)
		return;
	catalog = table_open(class, RowExclusiveLock);
	tuple = get_catalog_object_by_oid(catalog, get_object_attnum_oid(class), object);
	if (HeapTupleIsValid(tuple))
	{
		schema = DatumGetObjectId(heap_getattr(tuple, column, RelationGetDescr(catalog), &isnull));
		if (OidIsValid(move->from))
			to = schema == move->from ? move->to : InvalidOid;
		else
		{
			MigHiddenObject *old = MigRunHiddenSchema(move->hidden, schema);

			to = old == NULL ? InvalidOid : get_namespace_oid(old->name, true);
		}
		if (OidIsValid(to) && to != schema)
		{
			MigRunSetColumnOf(catalog, tuple, column, ObjectIdGetDatum(to));
			CommandCounterIncrement();
			MoveDependents(move, class, object);
		}
	}
	table_close(catalog, RowExclusiveLock);
}

/*
 * What goes along with an object: its row type, array type, multirange, and the
 * indexes and sequences of a table.
 */
static void
MoveDependents(const Move *move, Oid class, Oid object)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	check_stack_depth();
	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(class));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->deptype == DEPENDENCY_INTERNAL ||
			(form->deptype == DEPENDENCY_AUTO && class == RelationRelationId &&
			 form->classid == RelationRelationId))
			MoveObject(move, form->classid, form->objid);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

/* Is the extension in sight, and not one that the text has made? */
static bool
IsShown(const MigHidden *hidden, Oid extension)
{
	return hidden->scope.database_wide ? MigRunIsLive(hidden, extension) : true;
}
