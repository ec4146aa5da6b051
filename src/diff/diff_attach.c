/*-------------------------------------------------------------------------
 * src/diff/diff_attach.c
 *	  Indexes and constraints of partitions, and those they are attached to.
 *
 * An attached index cannot be dropped or detached alone, unless its table goes
 * or is detached before: it goes with its parent, and the parent's other
 * indexes with it.  When a table is attached, the server attaches for each
 * index of the parent the first that fits; no other that fits may be there.  It passes over those that are not complete,
 * because a partition of that table has none: such indexes are made, and
 * attached, when all tables are.
 *
 * A foreign key that a partition has already is taken for the parent's, too,
 * under the name that it has.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "diff/diff_internal.h"
#include "miscadmin.h"
#include "utils/builtins.h"

static bool IsReferencedIndex(const MigDiff *diff, const MigObject *index);
static bool IsCovered(const MigDiff *diff, const MigObject *index);
static bool HasComplete(const MigDiff *diff, const MigObject *table, const MigObject *index);
static int	PlaceOf(const MigObject *link);
static MigObject *Attachment(const MigObject *index);
static bool IsAlike(const MigObject *one, const MigObject *other);
static const char *Columns(const MigObject *object);

/*
 * MigDiffAttachedTo
 *		The parent's index or constraint to which one of the source is attached
 *		and remains so until it goes; NULL if there is none.
 */
MigObject *
MigDiffAttachedTo(const MigDiff *diff, const MigObject *index)
{
	const MigObject *attachment = Attachment(index);

	if (attachment == NULL || attachment->needs == NIL || MigDiffIsGone(diff, index->parent) ||
		MigDiffIsLinkGone(diff, index->parent))
		return NULL;
	return linitial(attachment->needs);
}

/*
 * MigDiffIsFreed
 *		Whether an inherited constraint of the source becomes its table's own,
 *		so that the parent's can go.
 */
bool
MigDiffIsFreed(const MigDiff *diff, const MigObject *object, const MigObject *parent)
{
	return object->kind == MIG_KIND_CONSTRAINT && parent->kind == MIG_KIND_CONSTRAINT &&
		MigPropFlag(object->props, "inherited") &&
		MigPropSame(object->props, parent->props, "type") && MigDiffIsLinkGone(diff, object->parent);
}

/*
 * MigDiffMergedWith
 *		The parents' checks that one of the source, its table's own, is also
 *		inherited from: it cannot be dropped before them.
 */
List *
MigDiffMergedWith(const MigDiff *diff, const MigObject *object)
{
	List	   *merged = NIL;
	ListCell   *lc;

	if (MigPropFlag(object->props, "inherited") || MigDiffIsGone(diff, object->parent) ||
		strcmp(MigPropText(object->props, "type"), "check") != 0)
		return NIL;
	foreach(lc, object->parent->parts)
	{
		const MigObject *link = lfirst(lc);
		MigObject  *theirs;

		if (link->kind != MIG_KIND_INHERITANCE || MigDiffIsGone(diff, link))
			continue;
		theirs = MigModelFind(diff->source, psprintf("constraint %s ON %s", quote_identifier(object->name),
													 MigPropText(link->props, "to")));
		if (theirs != NULL && MigPropSame(theirs->props, object->props, "definition") &&
			strstr(MigPropText(theirs->props, "definition"), ") NO INHERIT") == NULL)
			merged = lappend(merged, theirs);
	}
	return merged;
}

/*
 * MigDiffIsReferenced
 *		Whether a foreign key that stays points to the parent in a link of the
 *		source, or to a parent of that, so that the partition cannot be dropped
 *		before it is detached.
 */
bool
MigDiffIsReferenced(const MigDiff *diff, const MigObject *link)
{
	const MigObject *parent = link->needs == NIL ? NULL : linitial(link->needs);
	ListCell   *lc;

	if (parent == NULL || MigPropText(link->props, "bound") == NULL)
		return false;
	foreach(lc, parent->parts)
	{
		if (MigDiffHasIndex(lfirst(lc)) && IsReferencedIndex(diff, lfirst(lc)))
			return true;
	}
	return false;
}

static bool
IsReferencedIndex(const MigDiff *diff, const MigObject *index)
{
	const MigObject *attachment = Attachment(index);
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, index->needed_by)
	{
		if (MigIsForeignKey(lfirst(lc)) && !MigDiffIsGone(diff, lfirst(lc)))
			return true;
	}
	return attachment != NULL && attachment->needs != NIL &&
		IsReferencedIndex(diff, linitial(attachment->needs));
}

/*
 * MigDiffFindIncomplete
 *		Mark the indexes of the target's partitioned tables that not all
 *		partitions have.
 */
void
MigDiffFindIncomplete(MigDiff *diff)
{
	bool		again = true;

	while (again)
	{
		again = false;
		for (int i = 0; i < diff->target->nobjects; i++)
		{
			MigObject  *index = diff->target->objects[i];
			MigState   *state = &diff->target_states[i];

			if (state->incomplete || !MigDiffHasIndex(index) ||
				!MigPropFlag(index->props, "partitioned") || IsCovered(diff, index))
				continue;
			state->incomplete = true;
			again = true;
		}
	}
}

/* Whether there are as many complete indexes attached as the table has partitions. */
static bool
IsCovered(const MigDiff *diff, const MigObject *index)
{
	int			missing = 0;
	ListCell   *lc;

	foreach(lc, index->parent->needed_by)
	{
		const MigObject *link = lfirst(lc);

		if (link->kind == MIG_KIND_INHERITANCE && MigPropText(link->props, "bound") != NULL)
			missing++;
	}
	foreach(lc, index->needed_by)
	{
		const MigObject *attachment = lfirst(lc);

		if (attachment->kind == MIG_KIND_INDEX_ATTACHMENT &&
			!MigDiffIsIncomplete(diff, attachment->parent))
			missing--;
	}
	return missing <= 0;
}

/*
 * MigDiffIsIncomplete
 *		Whether a partition has no complete index attached to this one of the
 *		target.
 */
bool
MigDiffIsIncomplete(const MigDiff *diff, const MigObject *index)
{
	return diff->target_states[index->number].incomplete;
}

/*
 * MigDiffIsGivenMore
 *		Whether the server would make an index for a table that is newly linked
 *		to the one of an index of the target, and ought not to.
 */
bool
MigDiffIsGivenMore(const MigDiff *diff, const MigObject *index)
{
	ListCell   *lc;

	if (!MigDiffIsIncomplete(diff, index))
		return false;
	foreach(lc, index->parent->needed_by)
	{
		const MigObject *link = lfirst(lc);

		if (link->kind == MIG_KIND_INHERITANCE && MigDiffIsNew(diff, link) &&
			!HasComplete(diff, link->parent, index))
			return true;
	}
	return false;
}

/* Whether a partition has a complete index that is attached to this one. */
static bool
HasComplete(const MigDiff *diff, const MigObject *table, const MigObject *index)
{
	ListCell   *lc;

	foreach(lc, table->parts)
	{
		const MigObject *part = lfirst(lc);
		const MigObject *attachment = MigDiffHasIndex(part) ? Attachment(part) : NULL;

		if (attachment != NULL && list_member_ptr(attachment->needs, index))
			return !MigDiffIsIncomplete(diff, part);
	}
	return false;
}

/*
 * MigDiffParentsKey
 *		The foreign key of the parent table that an inherited one comes from;
 *		NULL if it is none.
 */
const MigObject *
MigDiffParentsKey(const MigObject *object)
{
	ListCell   *lc;

	if (!MigIsForeignKey(object) || !MigPropFlag(object->props, "inherited"))
		return NULL;
	foreach(lc, object->needs)
	{
		if (MigIsForeignKey(lfirst(lc)))
			return lfirst(lc);
	}
	return NULL;
}

/*
 * MigDiffIsNamedApart
 *		Whether an inherited foreign key has another name than the parent's: it
 *		was there first.
 */
bool
MigDiffIsNamedApart(const MigObject *object)
{
	const MigObject *theirs = MigDiffParentsKey(object);

	return theirs != NULL && strcmp(theirs->name, object->name) != 0;
}

/*
 * MigDiffInheritedFrom
 *		The foreign key whose name an inherited one of the target has before
 *		anything is said about it: of the target, the one above it that is
 *		created; of the source, what it was itself.  NULL if there is none.
 */
const MigObject *
MigDiffInheritedFrom(const MigDiff *diff, const MigObject *object)
{
	const MigObject *theirs = MigDiffParentsKey(object);
	const MigObject *table = MigDiffOther(diff, object->parent);
	ListCell   *lc;

	while (theirs != NULL && MigDiffIsNew(diff, theirs) &&
		   MigDiffParentsKey(theirs) != NULL && !MigDiffIsLinkNew(diff, theirs->parent))
		theirs = MigDiffParentsKey(theirs);
	if (theirs == NULL || table == NULL)
		return NULL;
	if (MigDiffIsNew(diff, theirs))
		return theirs;
	theirs = MigDiffOther(diff, MigDiffParentsKey(object));
	foreach(lc, table->parts)
	{
		const MigObject *part = lfirst(lc);

		if (theirs != NULL && MigDiffParentsKey(part) == theirs)
			return part;
	}
	return NULL;
}

/*
 * MigDiffIsUnchecked
 *		Whether an object is a check that is inherited and not valid.
 */
bool
MigDiffIsUnchecked(const MigObject *object)
{
	return object->kind == MIG_KIND_CONSTRAINT && !MigIsForeignKey(object) &&
		MigPropFlag(object->props, "inherited") && MigPropFlag(object->props, "not_valid");
}

/*
 * MigDiffLinkTo
 *		The link of a table to a parent; NULL if there is none.
 */
MigObject *
MigDiffLinkTo(const MigObject *table, const MigObject *parent)
{
	ListCell   *lc;

	foreach(lc, table->parts)
	{
		MigObject  *link = lfirst(lc);

		if (link->kind == MIG_KIND_INHERITANCE &&
			strcmp(MigPropText(link->props, "to"), parent->identity) == 0)
			return link;
	}
	return NULL;
}

/*
 * MigDiffIsRival
 *		Whether an index of the target, not attached, would be taken for one
 *		that is, if it were there when its table is attached.
 */
bool
MigDiffIsRival(const MigDiff *diff, const MigObject *index)
{
	bool		later = false;
	ListCell   *lc;

	if (!MigDiffHasIndex(index) || Attachment(index) != NULL)
		return false;
	foreach(lc, index->parent->parts)
	{
		const MigObject *link = lfirst(lc);

		later = later || (link->kind == MIG_KIND_INHERITANCE && MigDiffIsNew(diff, link));
	}
	if (!later)
		return false;
	foreach(lc, index->parent->parts)
	{
		const MigObject *other = lfirst(lc);

		if (MigDiffHasIndex(other) && Attachment(other) != NULL && IsAlike(index, other))
			return true;
	}
	return false;
}

/*
 * MigDiffHasIndex
 *		Of those that have an index at all: one behind a constraint or not.
 */
bool
MigDiffHasIndex(const MigObject *object)
{
	return object->kind == MIG_KIND_INDEX ||
		(object->kind == MIG_KIND_CONSTRAINT && Columns(object) != NULL);
}

/*
 * MigDiffIsLinkGone
 *		Whether a table of the source is taken from a parent.
 */
bool
MigDiffIsLinkGone(const MigDiff *diff, const MigObject *table)
{
	ListCell   *lc;

	foreach(lc, table->parts)
	{
		const MigObject *link = lfirst(lc);

		if (link->kind == MIG_KIND_INHERITANCE && MigDiffIsGone(diff, link))
			return true;
	}
	return false;
}

/*
 * MigDiffIsMisplaced
 *		Whether a link of the target that is there already has to be made again,
 *		since a new one can only come last.
 */
bool
MigDiffIsMisplaced(const MigDiff *diff, const MigObject *link)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, link->parent->parts)
	{
		const MigObject *one = lfirst(lc);

		if (one->kind != MIG_KIND_INHERITANCE || PlaceOf(one) > PlaceOf(link))
			continue;
		if (one != link && MigDiffIsNew(diff, one))
			return true;
		foreach(lc2, link->parent->parts)
		{
			const MigObject *other = lfirst(lc2);

			if (other->kind == MIG_KIND_INHERITANCE && PlaceOf(other) < PlaceOf(one) &&
				MigDiffOther(diff, other) != NULL &&
				PlaceOf(MigDiffOther(diff, other)) > PlaceOf(MigDiffOther(diff, one)))
				return true;
		}
	}
	return false;
}

/*
 * MigDiffIsLinkNew
 *		Whether a table of the target is linked to a parent after it has been
 *		created.
 */
bool
MigDiffIsLinkNew(const MigDiff *diff, const MigObject *table)
{
	ListCell   *lc;

	foreach(lc, table->parts)
	{
		const MigObject *link = lfirst(lc);

		if (link->kind == MIG_KIND_INHERITANCE && MigDiffIsNew(diff, link) &&
			!MigDiffFolded(diff, link))
			return true;
	}
	return false;
}

/*
 * MigDiffPassesNotNull
 *		Whether a column's NOT NULL is one for the tables that inherit it.
 */
bool
MigDiffPassesNotNull(const MigObject *column)
{
	return MigPropFlag(column->props, "not_null") && !MigPropFlag(column->props, "not_null_no_inherit");
}

/*
 * MigDiffInheritsNotNull
 *		Whether a column has NOT NULL from a parent only, under a name that is
 *		none of its business.  A partition's has its own in any case, and so has
 *		one that is valid although the parent's is not.
 */
bool
MigDiffInheritsNotNull(const MigModel *model, const MigObject *column)
{
	ListCell   *lc;

	if (!MigPropFlag(column->props, "not_null") || MigPropFlag(column->props, "not_null_local"))
		return false;
	foreach(lc, column->parent->parts)
	{
		const MigObject *link = lfirst(lc);
		const MigObject *theirs;

		if (link->kind != MIG_KIND_INHERITANCE || MigPropText(link->props, "bound") != NULL)
			continue;
		theirs = MigModelFind(model, psprintf("column %s.%s", MigPropText(link->props, "to"),
											  quote_identifier(column->name)));
		if (theirs != NULL && MigDiffPassesNotNull(theirs) &&
			(MigPropFlag(column->props, "not_null_not_valid") ||
			 !MigPropFlag(theirs->props, "not_null_not_valid")))
			return true;
	}
	return false;
}

/* The place of a link among those of its table. */
static int
PlaceOf(const MigObject *link)
{
	return MigPropInt(link->props, "order", 1);
}

static MigObject *
Attachment(const MigObject *index)
{
	ListCell   *lc;

	foreach(lc, index->parts)
	{
		if (((MigObject *) lfirst(lc))->kind == MIG_KIND_INDEX_ATTACHMENT)
			return lfirst(lc);
	}
	return NULL;
}

static bool
IsAlike(const MigObject *one, const MigObject *other)
{
	bool		unique = one->kind == MIG_KIND_CONSTRAINT || MigPropFlag(one->props, "unique");
	bool		other_unique = other->kind == MIG_KIND_CONSTRAINT || MigPropFlag(other->props, "unique");

	return unique == other_unique && strcmp(Columns(one), Columns(other)) == 0 &&
		MigPropSame(one->props, other->props, "predicate");
}

/* What follows the kind of constraint or method; NULL if there is no index. */
static const char *
Columns(const MigObject *object)
{
	static const char *const starts[] = {"USING btree ", "PRIMARY KEY ", "UNIQUE "};
	const char *definition = MigPropText(object->props, "definition");

	for (size_t i = 0; i < lengthof(starts); i++)
		if (strncmp(definition, starts[i], strlen(starts[i])) == 0)
			return definition + strlen(starts[i]);
	return object->kind == MIG_KIND_INDEX || strncmp(definition, "EXCLUDE ", 8) == 0 ? definition : NULL;
}
