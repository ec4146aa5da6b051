/*-------------------------------------------------------------------------
 * src/watch/watch_wanted.c
 *	  Which relations a statement will lock strongly, from its parse tree.
 *
 * Says what the server's commands do before they look at any data.  Only
 * relations that exist now count: others nobody can have locked.  Names are
 * looked up without locks and without complaints, since whatever is wrong with
 * a statement is its own affair.  What code does that a statement runs (DO,
 * functions, triggers, scripts of extensions) is not known here.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/heap.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "commands/defrem.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/value.h"
#include "parser/parse_type.h"
#include "rewrite/rewriteSupport.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "watch/watch_internal.h"

typedef void (*WantFn) (List **wanted, Node *node);

static void WantIndex(List **wanted, Node *node);
static void WantRename(List **wanted, Node *node);
static void WantMove(List **wanted, Node *node);
static void WantDependence(List **wanted, Node *node);
static void WantTrigger(List **wanted, Node *node);
static void WantRule(List **wanted, Node *node);
static void WantNewPolicy(List **wanted, Node *node);
static void WantPolicy(List **wanted, Node *node);
static void WantTruncate(List **wanted, Node *node);
static void WantLock(List **wanted, Node *node);
static void AddLocked(List **wanted, Oid relation, LOCKMODE mode, MigReach reach);
static void WantCluster(List **wanted, Node *node);
static void WantView(List **wanted, Node *node);
static void WantRefresh(List **wanted, Node *node);
static void WantTable(List **wanted, Node *node);
static void WantForeignTable(List **wanted, Node *node);
static void WantSchema(List **wanted, Node *node);
static void WantVacuum(List **wanted, Node *node);
static void WantReindex(List **wanted, Node *node);
static void WantSequence(List **wanted, Node *node);
static void WantDomain(List **wanted, Node *node);
static void Want(List **wanted, Node *node);
static void AddIndexes(List **wanted, Oid table);
static bool HasOption(List *options, const char *name);

static const struct
{
	NodeTag		tag;
	WantFn		want;
}			statements[] =

{
	{T_AlterTableStmt, MigWatchAlterTable},
	{T_DropStmt, MigWatchDrop},
	{T_IndexStmt, WantIndex},
	{T_RenameStmt, WantRename},
	{T_AlterObjectSchemaStmt, WantMove},
	{T_AlterObjectDependsStmt, WantDependence},
	{T_CreateTrigStmt, WantTrigger},
	{T_RuleStmt, WantRule},
	{T_CreatePolicyStmt, WantNewPolicy},
	{T_AlterPolicyStmt, WantPolicy},
	{T_TruncateStmt, WantTruncate},
	{T_LockStmt, WantLock},
	{T_ClusterStmt, WantCluster},
	{T_ViewStmt, WantView},
	{T_RefreshMatViewStmt, WantRefresh},
	{T_CreateStmt, WantTable},
	{T_CreateForeignTableStmt, WantForeignTable},
	{T_CreateSchemaStmt, WantSchema},
	{T_VacuumStmt, WantVacuum},
	{T_ReindexStmt, WantReindex},
	{T_AlterSeqStmt, WantSequence},
	{T_AlterDomainStmt, WantDomain},
};

/*
 * MigWatchWanted
 *		Add the strong locks that a statement will take on relations that exist
 *		now.
 *
 * Returns the list of MigWantedLock *, which has one entry for each relation,
 * with its strongest mode.  Names mean what they mean under the present
 * search_path; see MigWatchFollow.  Entries are allocated in the current
 * context.  Takes no locks on the relations; reads catalogs, so it leaves a
 * catalog snapshot behind.
 */
List *
MigWatchWanted(List *wanted, const RawStmt *stmt)
{
	Want(&wanted, stmt->stmt);
	return wanted;
}

/*
 * MigWatchFollow
 *		If the statement sets search_path, set it, so that the names of those
 *		after it mean what they will mean.
 *
 * The caller brackets the statements of a script with NewGUCNestLevel() and
 * AtEOXact_GUC(false, level), which puts it back.  Returns whether it was one.
 */
bool
MigWatchFollow(const RawStmt *stmt)
{
	VariableSetStmt *set = (VariableSetStmt *) stmt->stmt;
	char	   *value;

	if (!IsA(set, VariableSetStmt) || set->name == NULL || set->kind == VAR_SET_MULTI ||
		pg_strcasecmp(set->name, "search_path") != 0)
		return false;
	value = set->kind == VAR_SET_VALUE ? ExtractSetVariableArgs(set) : NULL;
	if (set->kind != VAR_SET_CURRENT)
		(void) set_config_option("search_path", value, PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	return true;
}

/*
 * MigWatchModeName
 *		A lock mode as LOCK TABLE spells it.
 */
const char *
MigWatchModeName(LOCKMODE mode)
{
	static const char *const names[] = {
		"", "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE",
		"SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"
	};

	Assert(mode > NoLock && mode <= MaxLockMode);
	return names[mode];
}

/*
 * MigWatchLookup
 *		The relation that a name means, or InvalidOid.
 */
Oid
MigWatchLookup(const RangeVar *name)
{
	if (name == NULL ||
		(name->catalogname != NULL &&
		 strcmp(name->catalogname, get_database_name(MyDatabaseId)) != 0))
		return InvalidOid;
	return MigWatchLookupName(name->schemaname, name->relname);
}

/* The same for a list of String. */
Oid
MigWatchLookupList(List *names)
{
	return MigWatchLookup(makeRangeVarFromNameList(names));
}

/* The same for a name and its schema, or NULL. */
Oid
MigWatchLookupName(const char *schema, const char *name)
{
	Oid			namespace;

	if (schema == NULL)
		return RelnameGetRelid(name);
	namespace = get_namespace_oid(schema, true);
	return OidIsValid(namespace) ? get_relname_relid(name, namespace) : InvalidOid;
}

/*
 * MigWatchAdd
 *		Add a lock on a relation.
 *
 * Nothing happens if the mode is not strong, or if nobody else can be in the
 * way: a relation that is not there, a temporary one, or a table of TOAST, which
 * is only reached through its table.
 */
void
MigWatchAdd(List **wanted, Oid relation, LOCKMODE mode)
{
	MigWantedLock *lock;
	HeapTuple	tuple;
	Form_pg_class class;
	ListCell   *lc;

	if (!OidIsValid(relation) || !MIG_IS_STRONG(mode))
		return;
	foreach(lc, *wanted)
	{
		lock = lfirst(lc);
		if (lock->relation == relation)
		{
			lock->mode = Max(lock->mode, mode);
			return;
		}
	}

	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	if (!HeapTupleIsValid(tuple))
		return;
	class = (Form_pg_class) GETSTRUCT(tuple);
	if (class->relpersistence != RELPERSISTENCE_TEMP && class->relnamespace != PG_TOAST_NAMESPACE)
	{
		lock = palloc(sizeof(MigWantedLock));
		lock->relation = relation;
		lock->mode = mode;
		lock->schema = get_namespace_name(class->relnamespace);
		lock->name = pstrdup(NameStr(class->relname));
		*wanted = lappend(*wanted, lock);
	}
	ReleaseSysCache(tuple);
}

/*
 * MigWatchAddTree
 *		Add a lock on a table and what is below it.
 */
void
MigWatchAddTree(List **wanted, Oid relation, LOCKMODE mode, MigReach reach)
{
	ListCell   *lc;

	if (!OidIsValid(relation) || !MIG_IS_STRONG(mode))
		return;
	MigWatchAdd(wanted, relation, mode);
	if (reach == MIG_REACH_ONE || !has_subclass(relation) ||
		(reach == MIG_REACH_PARTITIONS && get_rel_relkind(relation) != RELKIND_PARTITIONED_TABLE))
		return;
	foreach(lc, find_all_inheritors(relation, NoLock, NULL))
	{
		MigWatchAdd(wanted, lfirst_oid(lc), mode);
	}
}

/* Add the sequences that belong to columns of a table. */
void
MigWatchAddSequences(List **wanted, Oid table)
{
	ListCell   *lc;

	if (!OidIsValid(table))
		return;
	foreach(lc, getOwnedSequences(table))
	{
		MigWatchAdd(wanted, lfirst_oid(lc), AccessExclusiveLock);
	}
}

/* Add the tables that are made OF the composite type that the relation stands for. */
void
MigWatchAddTyped(List **wanted, Oid composite)
{
	ListCell   *lc;

	foreach(lc, MigWatchDependents(TypeRelationId, get_rel_type_id(composite), 0))
	{
		const		FormData_pg_depend *row = lfirst(lc);

		if (row->classid == RelationRelationId && row->objsubid == 0 &&
			get_rel_relkind(row->objid) == RELKIND_RELATION)
			MigWatchAdd(wanted, row->objid, AccessExclusiveLock);
	}
}

static void
Want(List **wanted, Node *node)
{
	for (int i = 0; i < (int) lengthof(statements); i++)
		if (statements[i].tag == nodeTag(node))
		{
			statements[i].want(wanted, node);
			return;
		}
}

static void
WantIndex(List **wanted, Node *node)
{
	IndexStmt  *stmt = castNode(IndexStmt, node);

	if (stmt->concurrent ||
		(stmt->if_not_exists && stmt->idxname != NULL && stmt->relation->schemaname != NULL &&
		 OidIsValid(MigWatchLookupName(stmt->relation->schemaname, stmt->idxname))))
		return;
	MigWatchAddTree(wanted, MigWatchLookup(stmt->relation), ShareLock,
					stmt->relation->inh ? MIG_REACH_PARTITIONS : MIG_REACH_ONE);
}

/*
 * Relations, and what belongs to one.  An index gets a new name under a weak
 * lock, whatever the statement calls it.
 */
static void
WantRename(List **wanted, Node *node)
{
	RenameStmt *stmt = castNode(RenameStmt, node);
	MigReach	reach = MIG_REACH_ONE;
	Oid			relation;
	char		kind;

	if (stmt->relation == NULL)
		return;
	relation = MigWatchLookup(stmt->relation);
	kind = OidIsValid(relation) ? get_rel_relkind(relation) : '\0';
	if ((kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX) &&
		stmt->renameType == OBJECT_INDEX)
		return;
	if (stmt->relation->inh && stmt->renameType == OBJECT_COLUMN)
		reach = MIG_REACH_CHILDREN;
	else if (stmt->renameType == OBJECT_TRIGGER)
		reach = MIG_REACH_PARTITIONS;
	else if (stmt->relation->inh && stmt->renameType == OBJECT_TABCONSTRAINT &&
			 MigWatchIsInherited(relation, stmt->subname))
		reach = MIG_REACH_CHILDREN;
	MigWatchAddTree(wanted, relation, AccessExclusiveLock, reach);
	if (stmt->renameType == OBJECT_ATTRIBUTE && stmt->behavior == DROP_CASCADE &&
		OidIsValid(relation))
		MigWatchAddTyped(wanted, relation);
}

/* ALTER ... SET SCHEMA. */
static void
WantMove(List **wanted, Node *node)
{
	AlterObjectSchemaStmt *stmt = castNode(AlterObjectSchemaStmt, node);
	Oid			relation = MigWatchLookup(stmt->relation);
	Oid			extension = stmt->objectType == OBJECT_EXTENSION
	? get_extension_oid(strVal(stmt->object), true) : InvalidOid;
	ListCell   *lc;

	MigWatchAdd(wanted, relation, AccessExclusiveLock);
	MigWatchAddSequences(wanted, relation);
	if (!OidIsValid(extension))
		return;
	foreach(lc, MigWatchDependents(ExtensionRelationId, extension, 0))
	{
		const		FormData_pg_depend *row = lfirst(lc);

		if (row->classid == RelationRelationId && row->deptype == DEPENDENCY_EXTENSION)
			MigWatchAdd(wanted, row->objid, AccessExclusiveLock);
	}
}

/* ALTER ... DEPENDS ON EXTENSION; the table of a trigger is not locked. */
static void
WantDependence(List **wanted, Node *node)
{
	AlterObjectDependsStmt *stmt = castNode(AlterObjectDependsStmt, node);

	if (stmt->objectType != OBJECT_TRIGGER)
		MigWatchAdd(wanted, MigWatchLookup(stmt->relation), AccessExclusiveLock);
}

static void
WantTrigger(List **wanted, Node *node)
{
	CreateTrigStmt *stmt = castNode(CreateTrigStmt, node);

	MigWatchAddTree(wanted, MigWatchLookup(stmt->relation), ShareRowExclusiveLock,
					stmt->row ? MIG_REACH_PARTITIONS : MIG_REACH_ONE);
}

static void
WantRule(List **wanted, Node *node)
{
	MigWatchAdd(wanted, MigWatchLookup(castNode(RuleStmt, node)->relation), AccessExclusiveLock);
}

static void
WantNewPolicy(List **wanted, Node *node)
{
	MigWatchAdd(wanted, MigWatchLookup(castNode(CreatePolicyStmt, node)->table),
				AccessExclusiveLock);
}

static void
WantPolicy(List **wanted, Node *node)
{
	MigWatchAdd(wanted, MigWatchLookup(castNode(AlterPolicyStmt, node)->table),
				AccessExclusiveLock);
}

/* CASCADE reaches whoever references the tables. */
static void
WantTruncate(List **wanted, Node *node)
{
	TruncateStmt *stmt = castNode(TruncateStmt, node);
	List	   *tables = NIL;
	ListCell   *lc;

	foreach(lc, stmt->relations)
	{
		RangeVar   *name = lfirst_node(RangeVar, lc);
		Oid			table = MigWatchLookup(name);

		if (!OidIsValid(table))
			continue;
		tables = list_append_unique_oid(tables, table);
		if (name->inh)
			tables = list_concat_unique_oid(tables, find_all_inheritors(table, NoLock, NULL));
	}
	for (List *more = tables; stmt->behavior == DROP_CASCADE && more != NIL;)
	{
		more = heap_truncate_find_FKs(tables);
		tables = list_concat_unique_oid(tables, more);
	}
	foreach(lc, tables)
	{
		MigWatchAdd(wanted, lfirst_oid(lc), AccessExclusiveLock);
		if (stmt->restart_seqs)
			MigWatchAddSequences(wanted, lfirst_oid(lc));
	}
}

static void
WantLock(List **wanted, Node *node)
{
	LockStmt   *stmt = castNode(LockStmt, node);
	ListCell   *lc;

	foreach(lc, stmt->relations)
	{
		RangeVar   *name = lfirst_node(RangeVar, lc);

		AddLocked(wanted, MigWatchLookup(name), stmt->mode,
				  name->inh ? MIG_REACH_CHILDREN : MIG_REACH_ONE);
	}
}

/* A view brings the tables and views that it reads. */
static void
AddLocked(List **wanted, Oid relation, LOCKMODE mode, MigReach reach)
{
	ListCell   *lc;

	char		kind;

	check_stack_depth();
	kind = OidIsValid(relation) ? get_rel_relkind(relation) : '\0';
	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE && kind != RELKIND_VIEW)
		return;
	MigWatchAddTree(wanted, relation, mode, reach);
	if (kind != RELKIND_VIEW)
		return;
	foreach(lc, MigWatchNeeds(RewriteRelationId, get_rewrite_oid(relation, "_RETURN", true)))
	{
		const		FormData_pg_depend *row = lfirst(lc);

		if (row->refclassid == RelationRelationId && row->refobjid != relation &&
			row->deptype == DEPENDENCY_NORMAL)
			AddLocked(wanted, row->refobjid, mode, MIG_REACH_CHILDREN);
	}
}

/* Without a table it takes one after the other, each in its own transaction. */
static void
WantCluster(List **wanted, Node *node)
{
	MigWatchAdd(wanted, MigWatchLookup(castNode(ClusterStmt, node)->relation),
				AccessExclusiveLock);
}

static void
WantView(List **wanted, Node *node)
{
	ViewStmt   *stmt = castNode(ViewStmt, node);

	if (stmt->replace)
		MigWatchAdd(wanted, MigWatchLookup(stmt->view), AccessExclusiveLock);
}

static void
WantRefresh(List **wanted, Node *node)
{
	RefreshMatViewStmt *stmt = castNode(RefreshMatViewStmt, node);

	MigWatchAdd(wanted, MigWatchLookup(stmt->relation),
				stmt->concurrent ? ExclusiveLock : AccessExclusiveLock);
}

/*
 * A new table locks those that it references and, if it is a partition, its
 * parent, the parent's default partition and what the parent references.
 */
static void
WantTable(List **wanted, Node *node)
{
	CreateStmt *stmt = (CreateStmt *) node;
	Oid			parent;

	if (stmt->if_not_exists && OidIsValid(MigWatchLookup(stmt->relation)))
		return;
	MigWatchReferences(wanted, stmt->tableElts);
	if (stmt->partbound == NULL || stmt->inhRelations == NIL)
		return;
	parent = MigWatchLookup(linitial_node(RangeVar, stmt->inhRelations));
	if (!OidIsValid(parent))
		return;
	MigWatchAdd(wanted, parent, AccessExclusiveLock);
	MigWatchAdd(wanted, get_default_partition_oid(parent), AccessExclusiveLock);
	MigWatchForeignKeys(wanted, parent, ShareRowExclusiveLock);
}

static void
WantForeignTable(List **wanted, Node *node)
{
	WantTable(wanted, (Node *) &castNode(CreateForeignTableStmt, node)->base);
}

static void
WantSchema(List **wanted, Node *node)
{
	ListCell   *lc;

	foreach(lc, castNode(CreateSchemaStmt, node)->schemaElts)
	{
		Want(wanted, lfirst(lc));
	}
}

/* Only VACUUM FULL. */
static void
WantVacuum(List **wanted, Node *node)
{
	VacuumStmt *stmt = castNode(VacuumStmt, node);
	ListCell   *lc;

	if (!MigWatchIsFullVacuum(node))
		return;
	foreach(lc, stmt->rels)
	{
		MigWatchAddTree(wanted, MigWatchLookup(lfirst_node(VacuumRelation, lc)->relation),
						AccessExclusiveLock, MIG_REACH_PARTITIONS);
	}
}

/* An index, or all indexes of a table; not all of a schema or database. */
static void
WantReindex(List **wanted, Node *node)
{
	ReindexStmt *stmt = castNode(ReindexStmt, node);
	Oid			relation = MigWatchLookup(stmt->relation);
	List	   *relations;
	ListCell   *lc;

	if (!OidIsValid(relation) || !MigWatchIsPlainReindex(node))
		return;
	relations = has_subclass(relation) ? find_all_inheritors(relation, NoLock, NULL)
		: list_make1_oid(relation);
	foreach(lc, relations)
	{
		if (stmt->kind == REINDEX_OBJECT_INDEX)
		{
			MigWatchAdd(wanted, IndexGetRelation(lfirst_oid(lc), true), ShareLock);
			MigWatchAdd(wanted, lfirst_oid(lc), AccessExclusiveLock);
		}
		else
		{
			MigWatchAdd(wanted, lfirst_oid(lc), ShareLock);
			AddIndexes(wanted, lfirst_oid(lc));
		}
	}
}

static void
WantSequence(List **wanted, Node *node)
{
	MigWatchAdd(wanted, MigWatchLookup(castNode(AlterSeqStmt, node)->sequence),
				ShareRowExclusiveLock);
}

/* A new condition is checked in all tables that use the domain. */
static void
WantDomain(List **wanted, Node *node)
{
	AlterDomainStmt *stmt = castNode(AlterDomainStmt, node);
	bool		checks = stmt->subtype == 'O' ||
	(stmt->subtype == 'C' && !castNode(Constraint, stmt->def)->skip_validation) ||
	stmt->subtype == 'V';
	TypeName   *name = makeTypeNameFromNameList(stmt->typeName);

	if (checks)
		MigWatchDomainUsers(wanted, LookupTypeNameOid(NULL, name, true));
}

/* All indexes of a table. */
static void
AddIndexes(List **wanted, Oid table)
{
	Relation	catalog = table_open(IndexRelationId, AccessShareLock);
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;

	ScanKeyInit(&key, Anum_pg_index_indrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	scan = systable_beginscan(catalog, IndexIndrelidIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		MigWatchAdd(wanted, ((Form_pg_index) GETSTRUCT(tuple))->indexrelid, AccessExclusiveLock);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

static bool
HasOption(List *options, const char *name)
{
	ListCell   *lc;

	foreach(lc, options)
	{
		DefElem    *option = lfirst_node(DefElem, lc);

		if (strcmp(option->defname, name) == 0)
			return defGetBoolean(option);
	}
	return false;
}

/*
 * MigWatchIsFullVacuum
 *		Is it VACUUM FULL?
 */
bool
MigWatchIsFullVacuum(const Node *node)
{
	const VacuumStmt *stmt = (const VacuumStmt *) node;

	return IsA(stmt, VacuumStmt) && stmt->is_vacuumcmd && HasOption(stmt->options, "full");
}

/*
 * MigWatchIsPlainReindex
 *		Is it REINDEX, and not CONCURRENTLY?
 */
bool
MigWatchIsPlainReindex(const Node *node)
{
	const ReindexStmt *stmt = (const ReindexStmt *) node;

	return IsA(stmt, ReindexStmt) && !HasOption(stmt->params, "concurrently");
}

/*
 * MigWatchBuilt
 *		The table whose index a statement builds concurrently, or InvalidOid.
 */
Oid
MigWatchBuilt(const Node *node)
{
	const IndexStmt *index = (const IndexStmt *) node;
	const ReindexStmt *reindex = (const ReindexStmt *) node;
	Oid			relation;

	if (IsA(node, IndexStmt) && index->concurrent)
		return MigWatchLookup(index->relation);
	if (!IsA(node, ReindexStmt) || !HasOption(reindex->params, "concurrently"))
		return InvalidOid;
	relation = MigWatchLookup(reindex->relation);
	return reindex->kind == REINDEX_OBJECT_INDEX && OidIsValid(relation)
		? IndexGetRelation(relation, true) : relation;
}

/*
 * MigWatchIsInherited
 *		Do tables that inherit from the table have its constraint, too?
 */
bool
MigWatchIsInherited(Oid table, const char *name)
{
	Oid			constraint = OidIsValid(table) ?
	get_relation_constraint_oid(table, name, true) : InvalidOid;
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	bool		result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = !((Form_pg_constraint) GETSTRUCT(tuple))->connoinherit &&
		((Form_pg_constraint) GETSTRUCT(tuple))->contype != CONSTRAINT_FOREIGN;
	ReleaseSysCache(tuple);
	return result;
}
