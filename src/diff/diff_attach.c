/*-------------------------------------------------------------------------
 * src/diff/diff_attach.c
 *	  Indexes and constraints of partitions, and those they are attached to.
 *
 * An attached index cannot be dropped or detached alone, unless its table goes
 * or is detached before: it goes with its parent, and the parent's other
 * indexes with it.  When a table is attached, the server attaches for each
 * index of the parent the first that fits; no other that fits may be there.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "diff/diff_internal.h"
#include "utils/builtins.h"

static bool IsIndex(const MigObject *object);
static int	Place(const MigObject *link);
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
 *		Whether a foreign key points to the parent in a link of the source, so
 *		that the partition cannot be dropped before it is detached.
 */
bool
MigDiffIsReferenced(const MigObject *link)
{
	const MigObject *parent = link->needs == NIL ? NULL : linitial(link->needs);
	ListCell   *lc;
	ListCell   *lc2;

	if (parent == NULL || MigPropText(link->props, "bound") == NULL)
		return false;
	foreach(lc, parent->parts)
	{
		const MigObject *part = lfirst(lc);

		if (!IsIndex(part))
			continue;
		foreach(lc2, part->needed_by)
		{
			if (((MigObject *) lfirst(lc2))->kind == MIG_KIND_CONSTRAINT)
				return true;
		}
	}
	return false;
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

	if (!IsIndex(index) || Attachment(index) != NULL)
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

		if (IsIndex(other) && Attachment(other) != NULL && IsAlike(index, other))
			return true;
	}
	return false;
}

/* Of those that have an index at all: one behind a constraint or not. */
static bool
IsIndex(const MigObject *object)
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

		if (one->kind != MIG_KIND_INHERITANCE || Place(one) > Place(link))
			continue;
		if (one != link && MigDiffIsNew(diff, one))
			return true;
		foreach(lc2, link->parent->parts)
		{
			const MigObject *other = lfirst(lc2);

			if (other->kind == MIG_KIND_INHERITANCE && Place(other) < Place(one) &&
				MigDiffOther(diff, other) != NULL &&
				Place(MigDiffOther(diff, other)) > Place(MigDiffOther(diff, one)))
				return true;
		}
	}
	return false;
}

/* The place of a link among those of its table. */
static int
Place(const MigObject *link)
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
