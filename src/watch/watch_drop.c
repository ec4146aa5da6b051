/*-------------------------------------------------------------------------
 * src/watch/watch_drop.c
 *	  What dropping an object locks: all that goes with it, by pg_depend.
 *
 * A trigger, rule, policy, default or constraint locks its table when it goes,
 * and a foreign key the table it references as well, since it has triggers there.
 * So DROP TABLE locks tables that its statement does not name.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "commands/policy.h"
#include "commands/trigger.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "parser/parse_oper.h"
#include "parser/parse_type.h"
#include "rewrite/rewriteSupport.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "watch/watch_internal.h"

/* An object that goes, with all that goes with it. */
typedef struct Removal
{
	List	  **wanted;
	bool		cascade;
	HTAB	   *seen;			/* of ObjectAddress */
	List	   *left;			/* ObjectAddress *: to be looked at */
} Removal;

typedef Oid (*FindFn) (ObjectType type, Node *name);

static Oid	FindRelation(ObjectType type, Node *name);
static Oid	FindType(ObjectType type, Node *name);
static Oid	FindRoutine(ObjectType type, Node *name);
static Oid	FindOperator(ObjectType type, Node *name);
static Oid	FindCollation(ObjectType type, Node *name);
static Oid	FindSchema(ObjectType type, Node *name);
static Oid	FindExtension(ObjectType type, Node *name);
static Oid	FindServer(ObjectType type, Node *name);
static Oid	FindWrapper(ObjectType type, Node *name);
static Oid	FindPart(ObjectType type, Node *name);
static List *Rows(Oid index, int nkeys, ScanKeyData *keys);
static void Visit(Removal *removal, Oid class, Oid object, int column);
static void Lock(Removal *removal, const ObjectAddress *object);
static void LockRelation(Removal *removal, Oid relation);
static void Follow(Removal *removal, const ObjectAddress *object);
static Oid	TableOf(const ObjectAddress *object);

/* Objects that DROP can name and that tables may depend on or belong to. */
static const struct
{
	ObjectType	type;
	Oid			class;
	FindFn		find;
}			kinds[] =

{
	{OBJECT_TABLE, RelationRelationId, FindRelation},
	{OBJECT_INDEX, RelationRelationId, FindRelation},
	{OBJECT_SEQUENCE, RelationRelationId, FindRelation},
	{OBJECT_VIEW, RelationRelationId, FindRelation},
	{OBJECT_MATVIEW, RelationRelationId, FindRelation},
	{OBJECT_FOREIGN_TABLE, RelationRelationId, FindRelation},
	{OBJECT_TYPE, TypeRelationId, FindType},
	{OBJECT_DOMAIN, TypeRelationId, FindType},
	{OBJECT_FUNCTION, ProcedureRelationId, FindRoutine},
	{OBJECT_PROCEDURE, ProcedureRelationId, FindRoutine},
	{OBJECT_ROUTINE, ProcedureRelationId, FindRoutine},
	{OBJECT_AGGREGATE, ProcedureRelationId, FindRoutine},
	{OBJECT_OPERATOR, OperatorRelationId, FindOperator},
	{OBJECT_COLLATION, CollationRelationId, FindCollation},
	{OBJECT_SCHEMA, NamespaceRelationId, FindSchema},
	{OBJECT_EXTENSION, ExtensionRelationId, FindExtension},
	{OBJECT_FOREIGN_SERVER, ForeignServerRelationId, FindServer},
	{OBJECT_FDW, ForeignDataWrapperRelationId, FindWrapper},
	{OBJECT_TRIGGER, TriggerRelationId, FindPart},
	{OBJECT_RULE, RewriteRelationId, FindPart},
	{OBJECT_POLICY, PolicyRelationId, FindPart},
};

/* Parts of a table that lock it when they go, and where it is named. */
static const struct
{
	Oid			class;
	Oid			index;
	AttrNumber	oid;
	AttrNumber	table;
}			parts[] =

{
	{ConstraintRelationId, ConstraintOidIndexId, Anum_pg_constraint_oid, Anum_pg_constraint_conrelid},
	{TriggerRelationId, TriggerOidIndexId, Anum_pg_trigger_oid, Anum_pg_trigger_tgrelid},
	{RewriteRelationId, RewriteOidIndexId, Anum_pg_rewrite_oid, Anum_pg_rewrite_ev_class},
	{PolicyRelationId, PolicyOidIndexId, Anum_pg_policy_oid, Anum_pg_policy_polrelid},
	{AttrDefaultRelationId, AttrDefaultOidIndexId, Anum_pg_attrdef_oid, Anum_pg_attrdef_adrelid},
};

/*
 * MigWatchDrop
 *		What a DROP statement locks.
 */
void
MigWatchDrop(List **wanted, Node *node)
{
	DropStmt   *stmt = castNode(DropStmt, node);
	ListCell   *lc;

	for (int i = 0; !stmt->concurrent && i < (int) lengthof(kinds); i++)
	{
		if (kinds[i].type != stmt->removeType)
			continue;
		foreach(lc, stmt->objects)
		{
			ObjectAddress object;

			ObjectAddressSet(object, kinds[i].class,
							 kinds[i].find(stmt->removeType, lfirst(lc)));
			if (!OidIsValid(object.objectId))
				continue;
			if (stmt->removeType == OBJECT_INDEX)
			{
				MigWatchAdd(wanted, object.objectId, AccessExclusiveLock);
				if (get_rel_relkind(object.objectId) == RELKIND_PARTITIONED_INDEX)
					MigWatchAddTree(wanted, IndexGetRelation(object.objectId, true), AccessExclusiveLock,
									MIG_REACH_PARTITIONS);
			}
			MigWatchDropObject(wanted, &object, stmt->behavior == DROP_CASCADE);
		}
	}
}

/*
 * MigWatchDropObject
 *		What is locked when an object goes, with all that goes with it.
 */
void
MigWatchDropObject(List **wanted, const ObjectAddress *object, bool cascade)
{
	Removal		removal = {.wanted = wanted,.cascade = cascade};
	HASHCTL		info = {.keysize = sizeof(ObjectAddress),.entrysize = sizeof(ObjectAddress),
	.hcxt = CurrentMemoryContext};

	removal.seen = hash_create("migrator objects that go", 64, &info,
							   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	Visit(&removal, object->classId, object->objectId, object->objectSubId);
	while (removal.left != NIL)
	{
		ObjectAddress *next = llast(removal.left);

		CHECK_FOR_INTERRUPTS();
		removal.left = list_delete_last(removal.left);
		Lock(&removal, next);
		Follow(&removal, next);
	}
	hash_destroy(removal.seen);
}

/*
 * MigWatchDomainUsers
 *		SHARE locks on the tables that have columns of a domain.
 */
void
MigWatchDomainUsers(List **wanted, Oid domain)
{
	List	   *types = list_make1_oid(domain);
	ListCell   *lc;

	for (int i = 0; OidIsValid(domain) && i < list_length(types); i++)
		foreach(lc, MigWatchDependents(TypeRelationId, list_nth_oid(types, i), 0))
	{
		const		FormData_pg_depend *row = lfirst(lc);

		if (row->classid == TypeRelationId)
			types = list_append_unique_oid(types, row->objid);
		else if (row->classid == RelationRelationId && row->objsubid > 0 &&
				 (get_rel_relkind(row->objid) == RELKIND_RELATION ||
				  get_rel_relkind(row->objid) == RELKIND_MATVIEW))
			MigWatchAdd(wanted, row->objid, ShareLock);
	}
}

/*
 * MigWatchDependents
 *		The rows of pg_depend of what depends on an object, or on a column if that
 *		is not 0: FormData_pg_depend *.
 */
List *
MigWatchDependents(Oid class, Oid object, int column)
{
	ScanKeyData keys[3];

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(class));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object));
	ScanKeyInit(&keys[2], Anum_pg_depend_refobjsubid, BTEqualStrategyNumber, F_INT4EQ,
				Int32GetDatum(column));
	return Rows(DependReferenceIndexId, column == 0 ? 2 : 3, keys);
}

/*
 * MigWatchNeeds
 *		The rows of what an object depends on.
 */
List *
MigWatchNeeds(Oid class, Oid object)
{
	ScanKeyData keys[2];

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(class));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object));
	return Rows(DependDependerIndexId, 2, keys);
}

static List *
Rows(Oid index, int nkeys, ScanKeyData *keys)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(depend, index, true, NULL, nkeys, keys);
	List	   *rows = NIL;
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		FormData_pg_depend *row = palloc(sizeof(FormData_pg_depend));

		memcpy(row, GETSTRUCT(tuple), sizeof(FormData_pg_depend));
		rows = lappend(rows, row);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return rows;
}

static Oid
FindRelation(ObjectType type pg_attribute_unused(), Node *name)
{
	return MigWatchLookupList(castNode(List, name));
}

static Oid
FindType(ObjectType type pg_attribute_unused(), Node *name)
{
	return LookupTypeNameOid(NULL, castNode(TypeName, name), true);
}

static Oid
FindRoutine(ObjectType type, Node *name)
{
	return LookupFuncWithArgs(type, castNode(ObjectWithArgs, name), true);
}

static Oid
FindOperator(ObjectType type pg_attribute_unused(), Node *name)
{
	return LookupOperWithArgs(castNode(ObjectWithArgs, name), true);
}

static Oid
FindCollation(ObjectType type pg_attribute_unused(), Node *name)
{
	return get_collation_oid(castNode(List, name), true);
}

static Oid
FindSchema(ObjectType type pg_attribute_unused(), Node *name)
{
	return get_namespace_oid(strVal(name), true);
}

static Oid
FindExtension(ObjectType type pg_attribute_unused(), Node *name)
{
	return get_extension_oid(strVal(name), true);
}

static Oid
FindServer(ObjectType type pg_attribute_unused(), Node *name)
{
	return get_foreign_server_oid(strVal(name), true);
}

static Oid
FindWrapper(ObjectType type pg_attribute_unused(), Node *name)
{
	return get_foreign_data_wrapper_oid(strVal(name), true);
}

/* A part of a table: its name comes after the table's. */
static Oid
FindPart(ObjectType type, Node *name)
{
	List	   *names = castNode(List, name);
	const char *part = strVal(llast(names));
	Oid			table = MigWatchLookupList(list_truncate(list_copy(names),
														 list_length(names) - 1));

	if (!OidIsValid(table))
		return InvalidOid;
	if (type == OBJECT_TRIGGER)
		return get_trigger_oid(table, part, true);
	if (type == OBJECT_RULE)
		return get_rewrite_oid(table, part, true);
	return get_relation_policy_oid(table, part, true);
}

/* Put an object on the list, once. */
static void
Visit(Removal *removal, Oid class, Oid object, int column)
{
	ObjectAddress address = {.classId = class,.objectId = object,.objectSubId = column};
	ObjectAddress *entry;
	bool		found;

	entry = hash_search(removal->seen, &address, HASH_ENTER, &found);
	if (!found)
		removal->left = lappend(removal->left, entry);
}

static void
Lock(Removal *removal, const ObjectAddress *object)
{
	if (object->classId == RelationRelationId)
		LockRelation(removal, object->objectId);
	else
		MigWatchAdd(removal->wanted, TableOf(object), AccessExclusiveLock);
}

/*
 * The lock on its table keeps everybody away from an index.  A partition needs
 * its parent and the default partition, which may now have other rows.
 */
static void
LockRelation(Removal *removal, Oid relation)
{
	char		kind = get_rel_relkind(relation);
	Oid			parent;

	if (kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX)
	{
		MigWatchAdd(removal->wanted, IndexGetRelation(relation, true), AccessExclusiveLock);
		return;
	}
	MigWatchAdd(removal->wanted, relation, AccessExclusiveLock);
	if (!get_rel_relispartition(relation))
		return;
	parent = get_partition_parent(relation, true);
	if (OidIsValid(parent))
	{
		MigWatchAdd(removal->wanted, parent, AccessExclusiveLock);
		MigWatchAdd(removal->wanted, get_default_partition_oid(parent), AccessExclusiveLock);
	}
}

/*
 * Visit what goes with an object: what depends on it, and what it is a part of,
 * such as the view of a rule.
 */
static void
Follow(Removal *removal, const ObjectAddress *object)
{
	List	   *rows = MigWatchDependents(object->classId, object->objectId, object->objectSubId);
	ListCell   *lc;

	foreach(lc, rows)
	{
		const		FormData_pg_depend *row = lfirst(lc);

		if (row->deptype != DEPENDENCY_NORMAL || removal->cascade)
			Visit(removal, row->classid, row->objid, row->objsubid);
	}
	list_free_deep(rows);

	rows = MigWatchNeeds(object->classId, object->objectId);
	foreach(lc, rows)
	{
		const		FormData_pg_depend *row = lfirst(lc);

		if (row->objsubid == object->objectSubId &&
			(row->deptype == DEPENDENCY_INTERNAL || row->deptype == DEPENDENCY_EXTENSION))
			Visit(removal, row->refclassid, row->refobjid, row->refobjsubid);
	}
	list_free_deep(rows);
}

/* The table that has this part, or InvalidOid. */
static Oid
TableOf(const ObjectAddress *object)
{
	Oid			table = InvalidOid;

	for (int i = 0; i < (int) lengthof(parts); i++)
	{
		Relation	catalog;
		ScanKeyData key;
		SysScanDesc scan;
		HeapTuple	tuple;
		bool		isnull;

		if (parts[i].class != object->classId)
			continue;
		catalog = table_open(parts[i].class, AccessShareLock);
		ScanKeyInit(&key, parts[i].oid, BTEqualStrategyNumber, F_OIDEQ,
					ObjectIdGetDatum(object->objectId));
		scan = systable_beginscan(catalog, parts[i].index, true, NULL, 1, &key);
		tuple = systable_getnext(scan);
		if (HeapTupleIsValid(tuple))
			table = DatumGetObjectId(heap_getattr(tuple, parts[i].table,
												  RelationGetDescr(catalog), &isnull));
		systable_endscan(scan);
		table_close(catalog, AccessShareLock);
	}
	return table;
}
