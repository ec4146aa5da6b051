/*-------------------------------------------------------------------------
 * src/watch/watch_alter.c
 *	  What ALTER TABLE locks, and foreign keys wherever they are written.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "base/compat.h"
#include "catalog/dependency.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "commands/tablecmds.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "watch/watch_internal.h"

/* A subcommand on one table. */
typedef void (*SubcommandFn) (List **wanted, Oid table, const AlterTableCmd *command);

static MigReach ReachOf(Oid table, const AlterTableCmd *command);
static bool IsInherited(const Constraint *constraint);
static void WantOthers(List **wanted, Oid table, const AlterTableCmd *command, MigReach reach);
static void DropColumn(List **wanted, Oid table, const AlterTableCmd *command);
static void DropConstraint(List **wanted, Oid table, const AlterTableCmd *command);
static void ChangeColumn(List **wanted, Oid table, const AlterTableCmd *command);
static void AddConstraint(List **wanted, Oid table, const AlterTableCmd *command);
static void AddColumn(List **wanted, Oid table, const AlterTableCmd *command);
static void Attach(List **wanted, Oid table, const AlterTableCmd *command);
static void Detach(List **wanted, Oid table, const AlterTableCmd *command);
static void MoveSequences(List **wanted, Oid table, const AlterTableCmd *command);
static void Reference(List **wanted, const Constraint *constraint);

/* How far strong subcommands reach; those that are not here reach no further. */
static const struct
{
	AlterTableType type;
	MigReach	reach;
}			reaches[] =

{
	{AT_AddColumn, MIG_REACH_CHILDREN},
	{AT_ColumnDefault, MIG_REACH_CHILDREN},
	{AT_DropNotNull, MIG_REACH_CHILDREN},
	{AT_SetNotNull, MIG_REACH_CHILDREN},
	{MIG_AT_SET_EXPRESSION, MIG_REACH_CHILDREN},
	{AT_DropExpression, MIG_REACH_CHILDREN},
	{AT_SetStorage, MIG_REACH_CHILDREN},
	{AT_DropColumn, MIG_REACH_CHILDREN},
	{AT_AlterColumnType, MIG_REACH_CHILDREN},
	{AT_DropConstraint, MIG_REACH_PARTITIONS},
	{AT_AddConstraint, MIG_REACH_PARTITIONS},
	{AT_AlterConstraint, MIG_REACH_PARTITIONS},
	{AT_EnableTrig, MIG_REACH_PARTITIONS},
	{AT_EnableAlwaysTrig, MIG_REACH_PARTITIONS},
	{AT_EnableReplicaTrig, MIG_REACH_PARTITIONS},
	{AT_DisableTrig, MIG_REACH_PARTITIONS},
	{AT_EnableTrigAll, MIG_REACH_PARTITIONS},
	{AT_DisableTrigAll, MIG_REACH_PARTITIONS},
	{AT_EnableTrigUser, MIG_REACH_PARTITIONS},
	{AT_DisableTrigUser, MIG_REACH_PARTITIONS},
	{AT_AddIdentity, MIG_IDENTITY_REACHES_PARTITIONS ? MIG_REACH_PARTITIONS : MIG_REACH_ONE},
	{AT_SetIdentity, MIG_IDENTITY_REACHES_PARTITIONS ? MIG_REACH_PARTITIONS : MIG_REACH_ONE},
	{AT_DropIdentity, MIG_IDENTITY_REACHES_PARTITIONS ? MIG_REACH_PARTITIONS : MIG_REACH_ONE},
};

/* Subcommands that lock other relations than the table and what is below it. */
static const struct
{
	AlterTableType type;
	SubcommandFn want;
}			others[] =

{
	{AT_DropColumn, DropColumn},
	{AT_DropConstraint, DropConstraint},
	{AT_AlterColumnType, ChangeColumn},
	{MIG_AT_SET_EXPRESSION, ChangeColumn},
	{AT_AddConstraint, AddConstraint},
	{AT_AddColumn, AddColumn},
	{AT_AttachPartition, Attach},
	{AT_DetachPartition, Detach},
	{AT_DetachPartitionFinalize, Detach},
	{AT_ChangeOwner, MoveSequences},
	{AT_SetLogged, MoveSequences},
	{AT_SetUnLogged, MoveSequences},
};

/*
 * MigWatchAlterTable
 *		What ALTER TABLE, and the likes of it for other relations, locks.
 *
 * All subcommands run under the strongest of their locks.
 */
void
MigWatchAlterTable(List **wanted, Node *node)
{
	AlterTableStmt *stmt = castNode(AlterTableStmt, node);
	Oid			table = MigWatchLookup(stmt->relation);
	LOCKMODE	mode;
	MigReach	farthest = MIG_REACH_ONE;
	ListCell   *lc;

	if (!OidIsValid(table))
		return;
	mode = AlterTableGetLockLevel(stmt->cmds);
	foreach(lc, stmt->cmds)
	{
		AlterTableCmd *command = lfirst_node(AlterTableCmd, lc);
		MigReach	reach = stmt->relation->inh ? ReachOf(table, command) : MIG_REACH_ONE;

		farthest = Max(farthest, reach);
		WantOthers(wanted, table, command, reach);
	}
	MigWatchAddTree(wanted, table, mode, farthest);
}

/*
 * MigWatchReferences
 *		The tables that foreign keys among these parts of a table reference.
 */
void
MigWatchReferences(List **wanted, List *elements)
{
	ListCell   *lc;

	foreach(lc, elements)
	{
		Node	   *element = lfirst(lc);

		if (IsA(element, ColumnDef))
			MigWatchReferences(wanted, castNode(ColumnDef, element)->constraints);
		else if (IsA(element, Constraint))
			Reference(wanted, castNode(Constraint, element));
	}
}

/*
 * MigWatchForeignKeys
 *		What a new partition of a table has to lock for the table's foreign keys:
 *		the tables that they reference.
 */
void
MigWatchForeignKeys(List **wanted, Oid table)
{
	Relation	catalog = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	scan = systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_constraint row = (Form_pg_constraint) GETSTRUCT(tuple);

		if (row->contype == CONSTRAINT_FOREIGN)
			MigWatchAddTree(wanted, row->confrelid, ShareRowExclusiveLock, MIG_REACH_PARTITIONS);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

static MigReach
ReachOf(Oid table, const AlterTableCmd *command)
{
	MigReach	reach = MIG_REACH_ONE;

	for (int i = 0; i < (int) lengthof(reaches); i++)
		if (reaches[i].type == command->subtype)
			reach = reaches[i].reach;

	/* whether it is inherited is the constraint's own affair */
	if (command->subtype == AT_AddConstraint && IsInherited((Constraint *) command->def))
		reach = MIG_REACH_CHILDREN;
	if (command->subtype == AT_DropConstraint && MigWatchIsInherited(table, command->name))
		reach = MIG_REACH_CHILDREN;
	return reach;
}

/* Will tables that inherit get the constraint, too?  A primary key's NOT NULL they do. */
static bool
IsInherited(const Constraint *constraint)
{
	switch (constraint->contype)
	{
		case CONSTR_UNIQUE:
		case CONSTR_EXCLUSION:
		case CONSTR_FOREIGN:
			return false;
		default:
			return !constraint->is_no_inherit;
	}
}

static void
WantOthers(List **wanted, Oid table, const AlterTableCmd *command, MigReach reach)
{
	for (int i = 0; i < (int) lengthof(others); i++)
	{
		ListCell   *lc;

		if (others[i].type != command->subtype)
			continue;
		if (reach == MIG_REACH_ONE || !has_subclass(table))
			others[i].want(wanted, table, command);
		else
			foreach(lc, find_all_inheritors(table, NoLock, NULL))
		{
			others[i].want(wanted, lfirst_oid(lc), command);
		}
	}
}

static void
DropColumn(List **wanted, Oid table, const AlterTableCmd *command)
{
	ObjectAddress column;

	ObjectAddressSubSet(column, RelationRelationId, table, get_attnum(table, command->name));
	if (column.objectSubId > 0)
		MigWatchDropObject(wanted, &column, command->behavior == DROP_CASCADE);
}

static void
DropConstraint(List **wanted, Oid table, const AlterTableCmd *command)
{
	ObjectAddress constraint;

	ObjectAddressSet(constraint, ConstraintRelationId,
					 get_relation_constraint_oid(table, command->name, true));
	if (OidIsValid(constraint.objectId))
		MigWatchDropObject(wanted, &constraint, command->behavior == DROP_CASCADE);
}

/* Foreign keys of the column, and those that reference it, are made anew. */
static void
ChangeColumn(List **wanted, Oid table, const AlterTableCmd *command)
{
	AttrNumber	column = get_attnum(table, command->name);
	Relation	depend;
	ScanKeyData keys[3];
	SysScanDesc scan;
	HeapTuple	tuple;

	if (column <= 0)
		return;
	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	ScanKeyInit(&keys[2], Anum_pg_depend_refobjsubid, BTEqualStrategyNumber, F_INT4EQ,
				Int32GetDatum(column));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 3, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend row = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress constraint;

		ObjectAddressSet(constraint, row->classid, row->objid);
		if (row->classid == ConstraintRelationId)
			MigWatchDropObject(wanted, &constraint, false);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

static void
AddConstraint(List **wanted, Oid table pg_attribute_unused(), const AlterTableCmd *command)
{
	Reference(wanted, castNode(Constraint, command->def));
}

static void
AddColumn(List **wanted, Oid table pg_attribute_unused(), const AlterTableCmd *command)
{
	MigWatchReferences(wanted, list_make1(command->def));
}

/* Of a table or of an index. */
static void
Attach(List **wanted, Oid table, const AlterTableCmd *command)
{
	PartitionCmd *partition = castNode(PartitionCmd, command->def);

	MigWatchAddTree(wanted, MigWatchLookup(partition->name), AccessExclusiveLock,
					MIG_REACH_CHILDREN);
	if (get_rel_relkind(table) != RELKIND_PARTITIONED_TABLE)
		return;
	MigWatchAdd(wanted, get_default_partition_oid(table), AccessExclusiveLock);
	MigWatchForeignKeys(wanted, table);
}

static void
Detach(List **wanted, Oid table, const AlterTableCmd *command)
{
	PartitionCmd *partition = castNode(PartitionCmd, command->def);

	if (partition->concurrent)
		return;
	MigWatchAdd(wanted, MigWatchLookup(partition->name), AccessExclusiveLock);
	if (command->subtype == AT_DetachPartition)
		MigWatchAdd(wanted, get_default_partition_oid(table), AccessExclusiveLock);
}

static void
MoveSequences(List **wanted, Oid table, const AlterTableCmd *command pg_attribute_unused())
{
	MigWatchAddSequences(wanted, table);
}

static void
Reference(List **wanted, const Constraint *constraint)
{
	if (constraint->contype == CONSTR_FOREIGN)
		MigWatchAddTree(wanted, MigWatchLookup(constraint->pktable), ShareRowExclusiveLock,
						MIG_REACH_PARTITIONS);
}
