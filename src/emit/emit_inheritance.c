/*-------------------------------------------------------------------------
 * src/emit/emit_inheritance.c
 *	  Links of tables to their parents.
 *
 * A column or check that a table has only because a parent has it becomes the
 * table's own when the last such parent goes, or if it is there before the first
 * comes; and that can never be undone.  Where the target has it merely inherited,
 * a table without rows stands in for a parent in between.  What is inherited
 * from the stand-in alone is added to it, and altered there.  A column that is
 * to become the table's own, and that such a part needs, is in the stand-in too;
 * the table gets it for its own when the stand-in loses it, and only that.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/compat.h"
#include "emit/emit_internal.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

/* A table of the target, and what stands in for its parent. */
typedef struct StandIn
{
	const MigObject *table;
	const char *identity;
	List	   *parts;			/* const MigObject *, of the target */
} StandIn;

static StandIn *FindStandIn(const MigDiff *diff, const MigObject *table);
static StandIn *MakeStandIn(MigDiff *diff, const MigObject *table, bool early);
static bool IsValid(const MigDiff *diff, const MigObject *part);
static bool MayHaveStandIn(MigDiff *diff, const MigObject *table);
static bool IsHeld(const MigDiff *diff, const MigObject *part);
static bool CanHold(MigDiff *diff, const MigObject *part, bool early);
static bool IsReadByHeld(const MigObject *column);
static bool IsPlainlyKept(const MigDiff *diff, const MigObject *old, const MigObject *new);
static void MakeOwn(MigDiff *diff, const StandIn *stand_in);
static bool IsSteady(const MigDiff *diff, const MigObject *part);
static const MigObject *TheirPart(const MigModel *model, const MigObject *link, const MigObject *part);
static const char *StandInName(const MigDiff *diff, const MigObject *table);
static int	CompareOrder(const ListCell *a, const ListCell *b);

/* INHERIT, or ATTACH PARTITION. */
void
MigCreateInheritance(MigDiff *diff, const MigObject *object)
{
	const char *bound = MigPropText(object->props, "bound");
	const char *parent = MigPropText(object->props, "to");
	const MigObject *child = object->parent;

	if (bound != NULL)
	{
		MigEmit(diff, "ALTER TABLE ONLY %s ATTACH PARTITION %s %s", parent, child->identity, bound);
		if (!MigDiffIsNew(diff, child))
			MigHazard(diff, MIG_HAZARD_ATTACH);
	}
	else
		MigEmit(diff, "ALTER %s ONLY %s INHERIT %s", MigEmitPhrase(diff, child), child->identity, parent);
}

/* NO INHERIT, or DETACH PARTITION. */
void
MigDropInheritance(MigDiff *diff, const MigObject *object)
{
	const char *parent = MigPropText(object->props, "to");
	const MigObject *child = object->parent;
	const MigObject *after = MigDiffOther(diff, child);
	ListCell   *lc;

	if (MigPropText(object->props, "bound") != NULL)
	{
		MigEmit(diff, "ALTER TABLE ONLY %s DETACH PARTITION %s", parent, child->identity);
		MigHazard(diff, MIG_HAZARD_DETACH);
		return;
	}
	if (after != NULL && FindStandIn(diff, after) == NULL && MayHaveStandIn(diff, after))
		foreach(lc, after->parts)
	{
		if (IsHeld(diff, lfirst(lc)))
		{
			(void) MakeStandIn(diff, after, true);
			break;
		}
	}
	MigEmit(diff, "ALTER %s ONLY %s NO INHERIT %s", MigEmitPhrase(diff, child), child->identity, parent);
}

/* Its place changes with the other links; see diff_attach.c. */
bool
MigAlterInheritance(MigDiff *diff pg_attribute_unused(), const MigObject *old, const MigObject *new)
{
	return MigPropSame(old->props, new->props, "bound");
}

/* Plain inheritance comes with CREATE TABLE. */
bool
MigFoldsInheritance(const MigObject *object)
{
	return MigPropText(object->props, "bound") == NULL;
}

/*
 * MigDropStandIn
 *		What stood in for a parent goes when the parents are there.
 */
void
MigDropStandIn(MigDiff *diff, const MigObject *table)
{
	StandIn    *stand_in = FindStandIn(diff, table);

	if (stand_in == NULL)
		return;
	MakeOwn(diff, stand_in);
	MigEmit(diff, "ALTER %s ONLY %s NO INHERIT %s", MigEmitPhrase(diff, table), table->identity,
			stand_in->identity);
	MigEmit(diff, "DROP TABLE %s", stand_in->identity);
}

/* Take the columns from a stand-in that its table is to have itself, and what needs them. */
static void
MakeOwn(MigDiff *diff, const StandIn *stand_in)
{
	StringInfoData columns;
	ListCell   *lc;

	initStringInfo(&columns);
	foreach(lc, stand_in->parts)
	{
		const MigObject *part = lfirst(lc);
		const MigObject *old = MigDiffOther(diff, part);

		if (part->kind != MIG_KIND_COLUMN || old == NULL || !MigColumnBecomesOwn(old, part))
			continue;
		appendStringInfo(&columns, "%s DROP COLUMN %s", columns.len > 0 ? "," : "",
						 quote_identifier(part->name));

		/* a constraint that goes with its column stays counted in the table */
		if (MIG_NAMED_NOT_NULL && MigPropFlag(part->props, "not_null"))
			MigEmit(diff, "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", stand_in->identity,
					quote_identifier(part->name));
	}
	if (columns.len == 0)
		return;
	foreach(lc, stand_in->parts)
	{
		const MigObject *part = lfirst(lc);
		const MigObject *old = MigDiffOther(diff, part);

		if (part->kind == MIG_KIND_CONSTRAINT)
			MigEmit(diff, "ALTER TABLE %s DROP CONSTRAINT %s", stand_in->identity,
					quote_identifier(part->name));
		else if (MigPropText(part->props, "generated") != NULL &&
				 (old == NULL || !MigColumnBecomesOwn(old, part)))
			MigEmit(diff, "ALTER TABLE %s DROP COLUMN %s", stand_in->identity,
					quote_identifier(part->name));
	}
	MigEmit(diff, "ALTER TABLE ONLY %s%s", stand_in->identity, columns.data);
}

/*
 * MigTableLinks
 *		The links of a table to its parents (MigObject *), in their order.
 */
List *
MigTableLinks(const MigObject *table)
{
	List	   *links = NIL;
	ListCell   *lc;

	foreach(lc, table->parts)
	{
		if (((MigObject *) lfirst(lc))->kind == MIG_KIND_INHERITANCE)
			links = lappend(links, lfirst(lc));
	}
	list_sort(links, CompareOrder);
	return links;
}

/*
 * MigAddsToStandIn
 *		The table to which a new part, merely inherited, is added so that it
 *		comes to its own table; NULL if that is none but its own.
 */
const char *
MigAddsToStandIn(MigDiff *diff, const MigObject *part)
{
	StandIn    *stand_in = FindStandIn(diff, part->parent);

	if (!MigPropFlag(part->props, "inherited") || !MayHaveStandIn(diff, part->parent))
		return NULL;
	if (part->kind == MIG_KIND_COLUMN && MigPropText(part->props, "identity_generation") != NULL)
		return NULL;
	if (stand_in == NULL)
		stand_in = MakeStandIn(diff, part->parent, false);
	stand_in->parts = lappend(stand_in->parts, unconstify(MigObject *, part));
	return stand_in->identity;
}

/*
 * MigColumnIsOf
 *		The table in which a column of the target is to be altered: its own, or
 *		the one that stands in for a parent.
 */
const char *
MigColumnIsOf(const MigDiff *diff, const MigObject *column)
{
	StandIn    *stand_in = FindStandIn(diff, column->parent);

	if (stand_in != NULL && list_member_ptr(stand_in->parts, column))
		return psprintf("TABLE %s", stand_in->identity);
	return psprintf("%s %s", MigEmitPhrase(diff, column->parent), column->parent->identity);
}

static StandIn *
FindStandIn(const MigDiff *diff, const MigObject *table)
{
	ListCell   *lc;

	foreach(lc, diff->stand_ins)
	{
		StandIn    *stand_in = lfirst(lc);

		if (stand_in->table == table)
			return stand_in;
	}
	return NULL;
}

/* early: the table's columns are as they are in the source */
static StandIn *
MakeStandIn(MigDiff *diff, const MigObject *table, bool early)
{
	StandIn    *stand_in = palloc0(sizeof(StandIn));
	StringInfoData out;
	List	   *parts = list_concat(MigColumnsInOrder(table), table->parts);
	ListCell   *lc;

	stand_in->table = table;
	stand_in->identity = StandInName(diff, table);
	diff->stand_ins = lappend(diff->stand_ins, stand_in);
	initStringInfo(&out);
	foreach(lc, parts)
	{
		const MigObject *part = lfirst(lc);
		const MigObject *was = MigDiffOther(diff, part);

		if (list_member_ptr(stand_in->parts, part) || !CanHold(diff, part, early))
			continue;
		appendStringInfo(&out, "%s\n    %s", out.len > 0 ? "," : "",
						 part->kind == MIG_KIND_CONSTRAINT ? MigConstraintClause(was) : MigBareColumn(was, part));
		stand_in->parts = lappend(stand_in->parts, unconstify(MigObject *, part));
	}
	MigEmit(diff, "CREATE TABLE %s (%s\n)", stand_in->identity, out.data);
	MigEmit(diff, "ALTER %s ONLY %s INHERIT %s", MigEmitPhrase(diff, table), table->identity,
			stand_in->identity);
	/* a check that is not valid cannot be linked to one that is there */
	foreach(lc, table->parts)
	{
		const MigObject *part = lfirst(lc);

		if (early && IsHeld(diff, part) && part->kind == MIG_KIND_CONSTRAINT && !IsValid(diff, part))
			MigEmit(diff, "ALTER TABLE %s ADD %s", stand_in->identity,
					MigConstraintClause(MigDiffOther(diff, part)));
	}
	return stand_in;
}

static bool
IsValid(const MigDiff *diff, const MigObject *part)
{
	return !MigPropFlag(MigDiffOther(diff, part)->props, "not_valid");
}

/* A partition has one parent, and nothing beside it. */
static bool
MayHaveStandIn(MigDiff *diff, const MigObject *table)
{
	const MigObject *old = MigDiffOther(diff, table);

	return old != NULL && !MigDiffIsGone(diff, old) && MigTableLinks(table) != NIL &&
		!MigIsPartition(table) && MigPropText(table->props, "of_type") == NULL;
}

/*
 * MigIsPartition
 *		Whether a table is a partition of another.
 */
bool
MigIsPartition(const MigObject *table)
{
	ListCell   *lc;

	foreach(lc, MigTableLinks(table))
	{
		if (MigPropText(((MigObject *) lfirst(lc))->props, "bound") != NULL)
			return true;
	}
	return false;
}

/* Whether a part of the target, merely inherited, would become the table's own. */
static bool
IsHeld(const MigDiff *diff, const MigObject *part)
{
	const MigObject *old = MigDiffOther(diff, part);

	return old != NULL && !MigDiffIsGone(diff, old) &&
		(part->kind == MIG_KIND_COLUMN ||
		 (part->kind == MIG_KIND_CONSTRAINT && !MigIsForeignKey(part))) &&
		MigPropFlag(part->props, "inherited") && MigPropFlag(old->props, "inherited") &&
		!IsSteady(diff, part);
}

/*
 * What a stand-in has from the start: what is held, and columns that may occur
 * in what is added later, as long as no other parent's can be altered.
 */
static bool
CanHold(MigDiff *diff, const MigObject *part, bool early)
{
	MigObject  *old = MigDiffOther(diff, part);

	if (old == NULL || MigDiffIsGone(diff, old))
		return false;
	if (part->kind != MIG_KIND_COLUMN)
		return early && IsHeld(diff, part) && IsValid(diff, part);
	if ((!MigPropFlag(part->props, "inherited") && !MigPropFlag(part->props, "merged")) ||
		(MigColumnBecomesOwn(old, part) && !IsReadByHeld(part)))
		return false;
	return IsPlainlyKept(diff, old, part) || (early && !IsSteady(diff, part));
}

/* Whether a part of the table that a parent has needs a column. */
static bool
IsReadByHeld(const MigObject *column)
{
	ListCell   *lc;

	foreach(lc, column->needed_by)
	{
		const MigObject *part = lfirst(lc);

		if (part->parent == column->parent && MigPropFlag(part->props, "inherited") &&
			(part->kind == MIG_KIND_COLUMN ||
			 (part->kind == MIG_KIND_CONSTRAINT && !MigIsForeignKey(part))))
			return true;
	}
	return false;
}

/* Whether nothing of a column changes that a stand-in would have. */
static bool
IsPlainlyKept(const MigDiff *diff, const MigObject *old, const MigObject *new)
{
	static const char *const same[] = {"type", "collation", "generated", "expression"};

	if (MigDiffFate(diff, new) == MIG_FATE_KEEP)
		return true;
	if (MigPropFlag(old->props, "not_null") && !MigPropFlag(new->props, "not_null"))
		return false;
	for (size_t i = 0; i < lengthof(same); i++)
		if (!MigPropSame(old->props, new->props, same[i]))
			return false;
	return IsReadByHeld(new) && MigDiffFate(diff, new) == MIG_FATE_ALTER &&
		!MigDiffIsRetyped(diff, new);
}

/* Whether a table has a part of a parent from which it is never taken. */
static bool
IsSteady(const MigDiff *diff, const MigObject *part)
{
	ListCell   *lc;

	foreach(lc, MigDiffOther(diff, part->parent)->parts)
	{
		const MigObject *link = lfirst(lc);
		const MigObject *theirs;

		if (link->kind != MIG_KIND_INHERITANCE || MigDiffIsGone(diff, link))
			continue;
		theirs = TheirPart(diff->source, link, part);
		if (theirs != NULL && !MigDiffIsGone(diff, theirs))
			return true;
	}
	return false;
}

/* The column or constraint of the parent in a link that has a part's name. */
static const MigObject *
TheirPart(const MigModel *model, const MigObject *link, const MigObject *part)
{
	const char *parent = MigPropText(link->props, "to");
	const char *name = quote_identifier(part->name);

	return MigModelFind(model, part->kind == MIG_KIND_COLUMN ? psprintf("column %s.%s", parent, name) :
						psprintf("constraint %s ON %s", name, parent));
}

static const char *
StandInName(const MigDiff *diff, const MigObject *table)
{
	static const char suffix[] = "__parent";
	int			len = pg_mbcliplen(table->name, strlen(table->name),
								   NAMEDATALEN - (int) sizeof(suffix) - 4);

	for (int i = 1;; i++)
	{
		const char *name = psprintf(i == 1 ? "%.*s%s" : "%.*s%s%d", len, table->name, suffix, i);
		const char *identity = quote_qualified_identifier(table->schema, name);
		const char *key = psprintf("table %s", identity);

		if (MigModelFind(diff->source, key) == NULL && MigModelFind(diff->target, key) == NULL)
			return identity;
	}
}

static int
CompareOrder(const ListCell *a, const ListCell *b)
{
	return MigPropInt(((MigObject *) lfirst(a))->props, "order", 1) -
		MigPropInt(((MigObject *) lfirst(b))->props, "order", 1);
}
