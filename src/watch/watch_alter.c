/*-------------------------------------------------------------------------
 * src/watch/watch_alter.c
 *	  What ALTER TABLE locks, and foreign keys wherever they are written.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "base/compat.h"
#include "catalog/dependency.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "commands/tablecmds.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "watch/watch_internal.h"

/* A subcommand on one table. */
typedef void (*SubcommandFn) (List **wanted, Oid table, const AlterTableCmd *command);

static bool IsPartOfOne(Form_pg_constraint constraint);
static bool AddsIndex(const AlterTableCmd *command);
static MigReach ReachOf(Oid table, const AlterTableCmd *command);
static MigReach ReachOfConstraint(const Constraint *constraint);
static void WantOthers(List **wanted, Oid table, const AlterTableCmd *command, MigReach reach);
static void DropColumn(List **wanted, Oid table, const AlterTableCmd *command);
static void DropConstraint(List **wanted, Oid table, const AlterTableCmd *command);
static void AddChildren(List **wanted, Oid table);
static void ChangeColumn(List **wanted, Oid table, const AlterTableCmd *command);
static void Identity(List **wanted, Oid table, const AlterTableCmd *command);
static void AddConstraint(List **wanted, Oid table, const AlterTableCmd *command);
static void AlterConstraint(List **wanted, Oid table, const AlterTableCmd *command);
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
	{AT_AlterConstraint, AlterConstraint},
	{AT_AddColumn, AddColumn},
	{AT_SetIdentity, Identity},
	{AT_DropIdentity, Identity},
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
		if (stmt->relation->inh && AddsIndex(command))
			MigWatchAddTree(wanted, table, ShareLock, MIG_REACH_PARTITIONS);
		if (stmt->objtype == OBJECT_TYPE && command->behavior == DROP_CASCADE)
			MigWatchAddTyped(wanted, table);
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
 *		What has to be locked for the foreign keys of a table when a partition
 *		comes or goes: the tables that they reference, and with the given mode
 *		those that reference it.
 */
void
MigWatchForeignKeys(List **wanted, Oid table, LOCKMODE referencing)
{
	ListCell   *lc;

	foreach(lc, MigWatchDependents(RelationRelationId, table, 0))
	{
		const		FormData_pg_depend *row = lfirst(lc);
		HeapTuple	tuple;
		Form_pg_constraint constraint;

		if (row->classid != ConstraintRelationId)
			continue;
		tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(row->objid));
		if (!HeapTupleIsValid(tuple))
			continue;
		constraint = (Form_pg_constraint) GETSTRUCT(tuple);
		if (constraint->contype == CONSTRAINT_FOREIGN && constraint->conrelid == table)
			MigWatchAddTree(wanted, constraint->confrelid, ShareRowExclusiveLock,
							MIG_REACH_PARTITIONS);
		if (constraint->contype == CONSTRAINT_FOREIGN && constraint->confrelid == table &&
			(referencing == AccessExclusiveLock || !IsPartOfOne(constraint)))
			MigWatchAdd(wanted, constraint->conrelid, referencing);
		ReleaseSysCache(tuple);
	}
}

/* Is it what a partition has of a foreign key to the same table? */
static bool
IsPartOfOne(Form_pg_constraint constraint)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint->conparentid));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_constraint) GETSTRUCT(tuple))->confrelid == constraint->confrelid;
	ReleaseSysCache(tuple);
	return result;
}

/* Does it add what partitions get an index for, while they are not locked as strongly? */
static bool
AddsIndex(const AlterTableCmd *command)
{
	const Constraint *constraint = (const Constraint *) command->def;

	return command->subtype == AT_AddConstraint &&
		(constraint->contype == CONSTR_UNIQUE || constraint->contype == CONSTR_EXCLUSION);
}

static MigReach
ReachOf(Oid table, const AlterTableCmd *command)
{
	MigReach	reach = MIG_REACH_ONE;

	for (int i = 0; i < (int) lengthof(reaches); i++)
		if (reaches[i].type == command->subtype)
			reach = reaches[i].reach;

	/* whether it is inherited is the constraint's own affair */
	if (command->subtype == AT_AddConstraint)
		reach = ReachOfConstraint(castNode(Constraint, command->def));
	if (command->subtype == AT_DropConstraint && MigWatchIsInherited(table, command->name))
		reach = MIG_REACH_CHILDREN;
	return reach;
}

/* Whose tables get the constraint, too?  A primary key makes columns NOT NULL there. */
static MigReach
ReachOfConstraint(const Constraint *constraint)
{
	if (MIG_ADD_CONSTRAINT_LOCKS_CHILDREN)
		return MIG_REACH_CHILDREN;
	switch (constraint->contype)
	{
		case CONSTR_UNIQUE:
		case CONSTR_EXCLUSION:
			return MIG_REACH_ONE;
		case CONSTR_FOREIGN:
			return MIG_REACH_PARTITIONS;
		default:
			return constraint->is_no_inherit ? MIG_REACH_ONE : MIG_REACH_CHILDREN;
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
	if (column.objectSubId <= 0)
		return;
	AddChildren(wanted, table);
	MigWatchDropObject(wanted, &column, command->behavior == DROP_CASCADE);
}

static void
DropConstraint(List **wanted, Oid table, const AlterTableCmd *command)
{
	ObjectAddress constraint;

	ObjectAddressSet(constraint, ConstraintRelationId,
					 get_relation_constraint_oid(table, command->name, true));
	if (!OidIsValid(constraint.objectId))
		return;
	if (MigWatchIsInherited(table, command->name))
		AddChildren(wanted, table);
	MigWatchDropObject(wanted, &constraint, command->behavior == DROP_CASCADE);
}

/* What the next generation has inherited is its own from then on, with ONLY. */
static void
AddChildren(List **wanted, Oid table)
{
	ListCell   *lc;

	foreach(lc, has_subclass(table) ? find_inheritance_children(table, NoLock) : NIL)
	{
		MigWatchAdd(wanted, lfirst_oid(lc), AccessExclusiveLock);
	}
}

/* Foreign keys of the column, and those that reference it, are made anew; the sequence of an identity gets the type. */
static void
ChangeColumn(List **wanted, Oid table, const AlterTableCmd *command)
{
	AttrNumber	column = get_attnum(table, command->name);
	ListCell   *lc;

	if (column <= 0)
		return;
	foreach(lc, MigWatchDependents(RelationRelationId, table, column))
	{
		const		FormData_pg_depend *row = lfirst(lc);
		ObjectAddress constraint;

		ObjectAddressSet(constraint, row->classid, row->objid);
		if (row->classid == ConstraintRelationId)
			MigWatchDropObject(wanted, &constraint, false);
		else if (row->classid == RelationRelationId && row->deptype == DEPENDENCY_INTERNAL &&
				 get_rel_relkind(row->objid) == RELKIND_SEQUENCE)
			MigWatchAdd(wanted, row->objid, ShareRowExclusiveLock);
	}
}

/* The sequence of an identity column changes with it. */
static void
Identity(List **wanted, Oid table, const AlterTableCmd *command)
{
	AttrNumber	column = get_attnum(table, command->name);
	ListCell   *lc;

	if (column <= 0)
		return;
	foreach(lc, MigWatchDependents(RelationRelationId, table, column))
	{
		const		FormData_pg_depend *row = lfirst(lc);

		if (row->classid == RelationRelationId && row->deptype == DEPENDENCY_INTERNAL)
			MigWatchAdd(wanted, row->objid, command->subtype == AT_DropIdentity ?
						AccessExclusiveLock : ShareRowExclusiveLock);
	}
}

static void
AddConstraint(List **wanted, Oid table pg_attribute_unused(), const AlterTableCmd *command)
{
	Reference(wanted, castNode(Constraint, command->def));
}

/* A foreign key loses or gets its triggers, on both sides. */
static void
AlterConstraint(List **wanted, Oid table, const AlterTableCmd *command)
{
	const char *name = MigEnforcedConstraint(command->def);
	HeapTuple	tuple;

	if (name == NULL)
		return;
	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(get_relation_constraint_oid(table, name, true)));
	if (!HeapTupleIsValid(tuple))
		return;
	MigWatchAddTree(wanted, ((Form_pg_constraint) GETSTRUCT(tuple))->confrelid,
					AccessExclusiveLock, MIG_REACH_PARTITIONS);
	ReleaseSysCache(tuple);
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
	MigWatchForeignKeys(wanted, table, ShareRowExclusiveLock);
}

static void
Detach(List **wanted, Oid table, const AlterTableCmd *command)
{
	PartitionCmd *name = castNode(PartitionCmd, command->def);
	Oid			partition = MigWatchLookup(name->name);

	if (!OidIsValid(partition))
		return;
	MigWatchAddTree(wanted, partition, AccessExclusiveLock, MIG_REACH_CHILDREN);
	MigWatchForeignKeys(wanted, partition, AccessExclusiveLock);
	if (command->subtype == AT_DetachPartition && !name->concurrent)
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
