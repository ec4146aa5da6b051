/*-------------------------------------------------------------------------
 * src/emit/emit_carry.c
 *	  Columns that are made again with their values.
 *
 * The server never forgets that a column is a table's own.  One that is to be
 * merely inherited is set aside under another name, comes once more from the
 * parent, and takes over the values.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static bool BecomesInherited(const MigObject *old, const MigObject *new);
static bool CanBeSetAside(const MigDiff *diff, const MigObject *old);
static const char *AsideName(const MigDiff *diff, const MigObject *column);
static bool OwnsSequence(const MigDiff *diff, const MigObject *column);
static bool IsPlain(const MigObject *column);

/*
 * MigColumnIsNoLongerOwn
 *		Called by alter: whether a column that is the table's own is to be
 *		inherited only, so that it has to be made again.
 *
 * As long as a parent has it, neither that can be done nor the contrary: it
 * becomes the table's own when the link goes.
 */
bool
MigColumnIsNoLongerOwn(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	ListCell   *lc;

	if (!BecomesInherited(old, new) && !MigColumnBecomesOwn(old, new))
		return false;
	foreach(lc, old->parent->parts)
	{
		const MigObject *link = lfirst(lc);

		if (link->kind == MIG_KIND_INHERITANCE && MigPropText(link->props, "bound") == NULL &&
			MigModelFind(diff->source, psprintf("column %s.%s", MigPropText(link->props, "to"),
												quote_identifier(old->name))) != NULL)
			MigDiffRemove(diff, link);
	}
	return BecomesInherited(old, new);
}

/*
 * MigColumnBecomesOwn
 *		Whether a column that was merely inherited is to be the table's own too.
 */
bool
MigColumnBecomesOwn(const MigObject *old, const MigObject *new)
{
	return MigPropFlag(old->props, "inherited") && MigPropFlag(new->props, "merged");
}

/*
 * MigColumnIsCarried
 *		Whether the values of a column of the target come from the one of the
 *		source that has been set aside.
 */
bool
MigColumnIsCarried(const MigDiff *diff, const MigObject *new)
{
	const MigObject *old = MigDiffOther(diff, new);

	return old != NULL && MigDiffFate(diff, new) == MIG_FATE_RECREATE &&
		MigDiffFate(diff, new->parent) != MIG_FATE_RECREATE &&
		BecomesInherited(old, new) && IsPlain(old) && IsPlain(new) && CanBeSetAside(diff, old);
}

/*
 * MigSetColumnAside
 *		In the place of DROP COLUMN.
 */
void
MigSetColumnAside(MigDiff *diff, const MigObject *old)
{
	const char *name = quote_identifier(AsideName(diff, old));
	const char *table = old->parent->identity;

	MigEmit(diff, "ALTER TABLE %s RENAME COLUMN %s TO %s", table, quote_identifier(old->name), name);
	if (old->parts != NIL)
		MigEmit(diff, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", table, name);
}

/*
 * MigTakeColumnBack
 *		After ADD COLUMN, without NOT NULL.
 */
void
MigTakeColumnBack(MigDiff *diff, const MigObject *new)
{
	const MigObject *old = MigDiffOther(diff, new);
	const char *aside = quote_identifier(AsideName(diff, new));
	const char *conversion = MigConversion(aside, MigPropText(old->props, "type"),
										   MigPropText(new->props, "type"));

	MigEmit(diff, "UPDATE %s SET %s = %s", new->parent->identity, quote_identifier(new->name),
			conversion != NULL ? conversion : aside);
	MigHazard(diff, MIG_HAZARD_DEFAULT_REWRITE);
	MigEmit(diff, "ALTER TABLE %s DROP COLUMN %s", new->parent->identity, aside);
}

/* What neither the old table nor the new one has as a column. */
static const char *
AsideName(const MigDiff *diff, const MigObject *column)
{
	for (int i = 1;; i++)
	{
		const char *name = MigMovedName(column->name, i);
		const char *key = psprintf("column %s.%s", column->parent->identity, quote_identifier(name));

		if (MigModelFind(diff->source, key) == NULL && MigModelFind(diff->target, key) == NULL)
			return name;
	}
}

/* Partitions give up what is their own when they are attached. */
static bool
BecomesInherited(const MigObject *old, const MigObject *new)
{
	return MigPropFlag(new->props, "inherited") && !MigPropFlag(old->props, "inherited") &&
		!MigIsPartition(new->parent);
}

/* Whether nothing but the column itself is in the way of a new name for it. */
static bool
CanBeSetAside(const MigDiff *diff, const MigObject *old)
{
	ListCell   *lc;

	if (old->parent->kind != MIG_KIND_TABLE || OwnsSequence(diff, old))
		return false;
	foreach(lc, old->needs)
	{
		const MigObject *need = lfirst(lc);

		if (need->kind != MIG_KIND_COLUMN && MigDiffIsGone(diff, need))
			return false;
	}
	foreach(lc, old->needed_by)
	{
		const MigObject *child = lfirst(lc);

		if (child->kind == MIG_KIND_COLUMN && MigPropFlag(child->props, "merged") &&
			strcmp(child->name, old->name) == 0)
			return false;
	}
	return true;
}

/* Whether a sequence goes with the column. */
static bool
OwnsSequence(const MigDiff *diff, const MigObject *column)
{
	for (int i = 0; i < diff->source->nobjects; i++)
	{
		const MigObject *object = diff->source->objects[i];
		const char *owner = object->kind == MIG_KIND_SEQUENCE ? MigPropText(object->props, "owned_by") : NULL;

		if (owner != NULL && strcmp(owner, column->identity) == 0 && MigDiffIsGone(diff, object))
			return true;
	}
	return false;
}

static bool
IsPlain(const MigObject *column)
{
	return MigPropText(column->props, "generated") == NULL &&
		MigPropText(column->props, "identity_generation") == NULL;
}
