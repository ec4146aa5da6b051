/*-------------------------------------------------------------------------
 * src/emit/emit_not_valid.c
 *	  NOT NULL that is not valid, of the columns of new tables; since version
 *	  18.
 *
 * It cannot be said in CREATE TABLE.  If the table has
 * children it is added when these are there, so that they inherit it as it is;
 * linked to a table that has it already, they would have a valid one.  Not so
 * with partitions, which have theirs when they are attached.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static bool IsLate(MigDiff *diff, const MigObject *column);
static bool ComesFromParent(MigDiff *diff, const MigObject *column);
static bool HasChildren(const MigObject *table);
static void EmitComments(MigDiff *diff, const MigObject *column, const char *name);

/*
 * MigCreateNotValid
 *		ADD CONSTRAINT for a new column, if that was not said with the column.
 */
void
MigCreateNotValid(MigDiff *diff, const MigObject *column)
{
	if (MigPropFlag(column->props, "not_null_not_valid") && !IsLate(diff, column))
		MigAddNotNull(diff, column);
}

/*
 * MigFinishNotNull
 *		The comment on the constraint.
 */
void
MigFinishNotNull(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	if ((old != NULL ? !MigPropSame(old->props, new->props, "not_null_comment") :
		 MigPropText(new->props, "not_null_comment") != NULL) && !IsLate(diff, new))
		MigEmit(diff, "COMMENT ON CONSTRAINT %s ON %s IS %s", quote_identifier(MigNotNullName(new)),
				new->parent->identity, MigQuoteText(MigPropText(new->props, "not_null_comment")));
}

/* A constraint that is not valid, when the children are there. */
void
MigSettleColumn(MigDiff *diff, const MigObject *old pg_attribute_unused(), const MigObject *new)
{
	if (!IsLate(diff, new) || ComesFromParent(diff, new))
		return;
	MigAddNotNull(diff, new);
	EmitComments(diff, new, MigNotNullName(new));
}

/* Whether a constraint is to be added when all tables are there. */
static bool
IsLate(MigDiff *diff, const MigObject *column)
{
	return MigPropFlag(column->props, "not_null_not_valid") && MigDiffIsNew(diff, column->parent) &&
		(ComesFromParent(diff, column) || HasChildren(column->parent));
}

/* Whether a constraint that is not valid comes when the parent's is added. */
static bool
ComesFromParent(MigDiff *diff, const MigObject *column)
{
	List	   *links = MigTableLinks(column->parent);
	ListCell   *lc;

	foreach(lc, links)
	{
		const MigObject *link = lfirst(lc);
		const MigObject *theirs = MigColumnOfParent(diff, link, column);

		if (theirs == NULL || !MigPropFlag(theirs->props, "not_null_not_valid") ||
			!MigDiffIsNew(diff, theirs->parent))
			continue;
		if (MigPropText(link->props, "bound") == NULL &&
			MigPropText(column->props, "not_null_name") == NULL)
			return true;
	}
	return false;
}

/* Partitions do not count. */
static bool
HasChildren(const MigObject *table)
{
	ListCell   *lc;

	foreach(lc, table->needed_by)
	{
		const MigObject *link = lfirst(lc);

		if (link->kind == MIG_KIND_INHERITANCE && MigPropText(link->props, "bound") == NULL)
			return true;
	}
	return false;
}

/* The comments on a constraint and on those that came with it, under its name. */
static void
EmitComments(MigDiff *diff, const MigObject *column, const char *name)
{
	const char *comment = MigPropText(column->props, "not_null_comment");
	ListCell   *lc;

	if (comment != NULL)
		MigEmit(diff, "COMMENT ON CONSTRAINT %s ON %s IS %s", quote_identifier(name),
				column->parent->identity, MigQuoteText(comment));
	foreach(lc, column->needed_by)
	{
		const MigObject *theirs = lfirst(lc);

		if (theirs->kind == MIG_KIND_COLUMN && strcmp(theirs->name, column->name) == 0 &&
			theirs->parent != column->parent && IsLate(diff, theirs) && ComesFromParent(diff, theirs))
			EmitComments(diff, theirs, name);
	}
}
