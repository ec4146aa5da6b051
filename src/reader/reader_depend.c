/*-------------------------------------------------------------------------
 * src/reader/reader_depend.c
 *	  What the objects need, and which of them are left out.
 *
 * Dependencies come from pg_depend, read once from beginning to end.  Both
 * ends of an entry are objects of ours, or stand for one (a view's rule for the
 * view), or belong to an extension, or are of no interest.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "reader/reader_internal.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

static void ReadCatalog(MigRead *read);
static void AliasPart(MigRead *read, const MigReadPair *pair);
static void AddExtension(MigRead *read, const MigReadPair *pair);
static void LeaveOut(MigRead *read);
static bool IsLeftOut(MigRead *read, MigReadObject *object);
static bool IsNothing(const MigReadEntry *entry);
static void AddNeed(MigRead *read, const MigReadPair *pair);
static void AddUnmet(MigRead *read, const MigReadObject *object, Oid extension, MigAddress needs);
static bool IsWithin(const MigReadObject *object, const MigReadObject *other);

/*
 * MigReadDepend
 *		Connect all objects that have been read.
 */
void
MigReadDepend(MigRead *read)
{
	ListCell   *lc;

	ReadCatalog(read);
	LeaveOut(read);
	foreach(lc, read->pairs)
	{
		AddNeed(read, lfirst(lc));
	}
}

/* Note members of extensions, and keep the other entries for later. */
static void
ReadCatalog(MigRead *read)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(depend, InvalidOid, false, GetActiveSnapshot(), 0, NULL);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		MigReadPair pair = {
			{form->classid, form->objid, form->objsubid},
			{form->refclassid, form->refobjid, form->refobjsubid},
			form->deptype
		};

		CHECK_FOR_INTERRUPTS();
		if (form->deptype == DEPENDENCY_EXTENSION)
			MigReadGetEntry(read, pair.from, true)->extension = form->refobjid;
		else if (form->objid >= FirstNormalObjectId)
		{
			if (form->deptype == DEPENDENCY_INTERNAL)
				AliasPart(read, &pair);
			else if (form->deptype == DEPENDENCY_AUTO_EXTENSION)
				AddExtension(read, &pair);
			MigReadAddPair(read, &pair);
		}
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

/*
 * The constructors and casts that came with a range type stand for that type,
 * and the sequence of an identity column for the column.
 */
static void
AliasPart(MigRead *read, const MigReadPair *pair)
{
	if (pair->to.class == TypeRelationId &&
		(pair->from.class == ProcedureRelationId || pair->from.class == CastRelationId))
		MigReadAlias(read, pair->from, MigReadAt(TypeRelationId, pair->to.object, 0));
	else if (pair->from.class == RelationRelationId && pair->to.class == RelationRelationId &&
			 pair->to.sub > 0 && get_rel_relkind(pair->from.object) == RELKIND_SEQUENCE)
		MigReadAlias(read, pair->from, pair->to);
}

/* What DEPENDS ON an EXTENSION says so in a property. */
static void
AddExtension(MigRead *read, const MigReadPair *pair)
{
	MigReadEntry *entry = MigReadResolve(read, pair->from);
	char	   *name = get_extension_name(pair->to.object);

	if (entry != NULL && entry->object != NULL && name != NULL && pair->to.class == ExtensionRelationId)
		entry->object->extensions = lappend(entry->object->extensions, name);
}

/* Leave out members of extensions, and parts of what is left out. */
static void
LeaveOut(MigRead *read)
{
	ListCell   *lc;

	foreach(lc, read->objects)
	{
		MigReadObject *object = lfirst(lc);

		object->left_out = IsLeftOut(read, object);
	}
}

static bool
IsLeftOut(MigRead *read, MigReadObject *object)
{
	MigReadEntry *entry;

	check_stack_depth();
	if (object->left_out ||
		OidIsValid(MigReadGetEntry(read, object->address, true)->extension))
		return true;
	if (!OidIsValid(object->parent.class))
		return false;
	entry = MigReadResolve(read, object->parent);
	if (entry != NULL)
		object->whole = entry->object;
	return entry == NULL || entry->object == NULL || OidIsValid(entry->extension) ||
		IsLeftOut(read, entry->object);
}

static bool
IsNothing(const MigReadEntry *entry)
{
	return entry->object == NULL && !OidIsValid(entry->alias.class) && !OidIsValid(entry->extension);
}

/*
 * MigReadResolve
 *		What an address stands for in the end; NULL if nothing.
 */
MigReadEntry *
MigReadResolve(MigRead *read, MigAddress address)
{
	for (int hops = 0; hops < 8; hops++)
	{
		MigReadEntry *entry = MigReadGetEntry(read, address, false);

		if ((entry == NULL || IsNothing(entry)) && address.sub != 0)
		{
			address.sub = 0;
			entry = MigReadGetEntry(read, address, false);
		}
		if (entry != NULL && IsNothing(entry))
			return NULL;
		if (entry == NULL || entry->object != NULL || OidIsValid(entry->extension) ||
			!OidIsValid(entry->alias.class))
			return entry;
		address = entry->alias;
	}
	return NULL;
}

/*
 * One object needs another.  A part needs its whole anyway; what a sequence
 * needs of the column that owns it is its property; and one table needs another
 * through the link between them, which is an object of its own.
 */
static void
AddNeed(MigRead *read, const MigReadPair *pair)
{
	MigReadEntry *from = MigReadResolve(read, pair->from);
	MigReadEntry *to;
	MigReadObject *object;
	MigReadObject *need;

	if (from == NULL || from->object == NULL || from->object->left_out)
		return;
	object = from->object;

	/*
	 * How indexes and constraints of partitions are attached is said
	 * elsewhere.
	 */
	if ((pair->deptype == DEPENDENCY_PARTITION_PRI || pair->deptype == DEPENDENCY_PARTITION_SEC) &&
		(object->kind == MIG_KIND_INDEX || object->kind == MIG_KIND_CONSTRAINT))
		return;
	to = MigReadResolve(read, pair->to);
	if (to == NULL)
	{
		if (pair->to.object >= FirstNormalObjectId)
			AddUnmet(read, object, InvalidOid, pair->to);
		return;
	}
	if (OidIsValid(to->extension))
	{
		MigAddress	address = {ExtensionRelationId, to->extension, 0};

		to = MigReadGetEntry(read, address, false);
		if (to == NULL || to->object == NULL)
			return;
		if (to->object->left_out)
		{
			AddUnmet(read, object, address.object, address);
			return;
		}
	}
	need = to->object;
	if (need == NULL || need->left_out || need == object ||
		IsWithin(object, need) || IsWithin(need, object))
		return;
	if (object->kind == MIG_KIND_SEQUENCE &&
		(need->kind == MIG_KIND_COLUMN || need->kind == MIG_KIND_TABLE ||
		 need->kind == MIG_KIND_FOREIGN_TABLE))
		return;
	if ((object->kind == MIG_KIND_TABLE || object->kind == MIG_KIND_FOREIGN_TABLE) &&
		(need->kind == MIG_KIND_TABLE || need->kind == MIG_KIND_FOREIGN_TABLE))
		return;
	object->needs = lappend(object->needs, need);
}

/* Report a need that is not met, in the caller's memory context. */
static void
AddUnmet(MigRead *read, const MigReadObject *object, Oid extension, MigAddress needs)
{
	MemoryContext old;
	MigUnmet   *unmet;

	if (read->unmet == NULL)
		return;
	old = MemoryContextSwitchTo(MemoryContextGetParent(CurrentMemoryContext));
	unmet = palloc(sizeof(MigUnmet));
	unmet->object = pstrdup(object->key);
	unmet->extension = extension;
	unmet->needs = needs;
	*read->unmet = lappend(*read->unmet, unmet);
	MemoryContextSwitchTo(old);
}

/* Whether object is a part of other, or a part of a part of it. */
static bool
IsWithin(const MigReadObject *object, const MigReadObject *other)
{
	while ((object = object->whole) != NULL)
		if (object == other)
			return true;
	return false;
}
