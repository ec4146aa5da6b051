/*-------------------------------------------------------------------------
 * src/diff/diff_fate.c
 *	  Decide what becomes of each object.
 *
 * First each pair by itself, then what follows from it for others: whoever
 * needs an object that goes must go before it, and comes back if the target
 * has it.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "diff/diff_internal.h"
#include "miscadmin.h"

static void Match(MigDiff *diff);
static void RemoveRivals(MigDiff *diff);
static void JoinParts(MigDiff *diff);
static bool ReorderLinks(MigDiff *diff);
static bool RenewChecks(MigDiff *diff);
static bool RemoveStranded(MigDiff *diff);
static bool CanLiveOn(const MigDiff *diff, const MigObject *object);
static void Judge(MigDiff *diff, MigObject *old, MigObject *new);
static void SetFate(MigDiff *diff, MigObject *source, MigFate fate);
static void Spread(MigDiff *diff);
static void SpreadFrom(MigDiff *diff, MigObject *object, List **queue);
static void SpreadAttachment(MigDiff *diff, MigObject *attachment, List **queue);
static void SpreadDisturbed(MigDiff *diff, MigObject *object, List **queue);
static void Remove(MigDiff *diff, MigObject *object, List **queue);
static void Retype(MigDiff *diff, MigObject *column, List **queue);
static bool IsInherited(const MigObject *object, const MigObject *parent);
static bool GoesAlong(const MigDiff *diff, const MigObject *column, const MigObject *theirs);
static bool Sheds(const MigDiff *diff, const MigObject *object, const MigObject *need);
static void Patch(MigDiff *diff, MigObject *object);
static bool MovesOut(const MigDiff *diff, const MigObject *extension, const MigObject *schema);
static bool CanWait(const MigDiff *diff, const MigObject *object);
static bool IsConvertible(const MigDiff *diff, const MigObject *object);
static bool CanFollow(const MigDiff *diff, const MigObject *object, const MigObject *need);
static bool IsTypeReplaced(const MigDiff *diff, const char *type);

/*
 * MigDiffDecide
 *		Set the fate of all objects of both models.
 */
void
MigDiffDecide(MigDiff *diff)
{
	Match(diff);
	MigDiffFindIncomplete(diff);
	RemoveRivals(diff);
	JoinParts(diff);
	do
		Spread(diff);
	while (ReorderLinks(diff) || RenewChecks(diff) || RemoveStranded(diff));
}

static void
Match(MigDiff *diff)
{
	for (int i = 0; i < diff->target->nobjects; i++)
		diff->target_states[i].fate = MIG_FATE_CREATE;
	for (int i = 0; i < diff->source->nobjects; i++)
	{
		MigObject  *old = diff->source->objects[i];
		MigObject  *new = MigModelFind(diff->target, old->key);

		CHECK_FOR_INTERRUPTS();
		diff->source_states[i].fate = MIG_FATE_DROP;
		if (new == NULL)
			continue;
		diff->source_states[i].other = new;
		diff->target_states[new->number].other = old;
		SetFate(diff, old, MIG_FATE_KEEP);
	}
	for (int i = 0; i < diff->source->nobjects; i++)
		if (diff->source_states[i].other != NULL)
			Judge(diff, diff->source->objects[i], diff->source_states[i].other);
}

/*
 * Indexes that would be attached in the place of others have to make room, and
 * those that would be made for new partitions, too, are made when these are
 * there.
 */
static void
RemoveRivals(MigDiff *diff)
{
	for (int i = 0; i < diff->source->nobjects; i++)
	{
		MigObject  *old = diff->source->objects[i];
		MigObject  *new = diff->source_states[i].other;

		if (new != NULL && !MigDiffIsGone(diff, old) &&
			(MigDiffIsRival(diff, new) || MigDiffIsGivenMore(diff, new)))
			SetFate(diff, old, MIG_FATE_RECREATE);
	}
}

/* Wholes that cannot take a new part as they are have to be made anew. */
static void
JoinParts(MigDiff *diff)
{
	for (int i = 0; i < diff->target->nobjects; i++)
	{
		MigObject  *part = diff->target->objects[i];
		MigObject  *whole = part->parent == NULL ? NULL : MigDiffOther(diff, part->parent);

		if (whole != NULL && diff->classes[part->kind].joins != NULL &&
			MigDiffIsNew(diff, part) && !MigDiffIsGone(diff, whole) &&
			!diff->classes[part->kind].joins(part, whole))
			SetFate(diff, whole, MIG_FATE_RECREATE);
	}
}

/* Parents that would come at the wrong place have to make room. */
static bool
ReorderLinks(MigDiff *diff)
{
	bool		any = false;

	for (int i = 0; i < diff->source->nobjects; i++)
	{
		MigObject  *old = diff->source->objects[i];
		MigObject  *new = diff->source_states[i].other;

		if (old->kind == MIG_KIND_INHERITANCE && new != NULL && !MigDiffIsGone(diff, old) &&
			MigDiffIsMisplaced(diff, new))
		{
			SetFate(diff, old, MIG_FATE_RECREATE);
			any = true;
		}
	}
	return any;
}

/*
 * A check that is inherited and not valid comes about only when the parent's is
 * added, after the link.
 */
static bool
RenewChecks(MigDiff *diff)
{
	bool		any = false;

	for (int i = 0; i < diff->target->nobjects; i++)
	{
		MigObject  *check = diff->target->objects[i];
		ListCell   *lc;

		if (!MigDiffIsUnchecked(check))
			continue;
		foreach(lc, check->needs)
		{
			MigObject  *theirs = lfirst(lc);
			MigObject  *old = MigDiffOther(diff, theirs);
			MigObject  *link = theirs->kind != MIG_KIND_CONSTRAINT ? NULL :
			MigDiffLinkTo(check->parent, theirs->parent);

			if (link != NULL && old != NULL && !MigDiffIsGone(diff, old) &&
				(MigDiffIsNew(diff, check) || MigDiffIsNew(diff, link)))
			{
				SetFate(diff, old, MIG_FATE_RECREATE);
				any = true;
			}
		}
	}
	return any;
}

/*
 * Columns cannot be converted from a type that does not live on until then:
 * something that it is made of goes, and cannot be there beside what comes.
 */
static bool
RemoveStranded(MigDiff *diff)
{
	bool	   *stranded = palloc0_array(bool, diff->source->nobjects + 1);
	List	   *queue = NIL;
	bool		any = false;
	ListCell   *lc;

	for (int i = 0; i < diff->source->nobjects; i++)
		if (MigDiffIsGone(diff, diff->source->objects[i]) &&
			!CanLiveOn(diff, diff->source->objects[i]))
			queue = lappend(queue, diff->source->objects[i]);
	for (int i = 0; i < list_length(queue); i++)
	{
		MigObject  *need = list_nth(queue, i);

		foreach(lc, need->needed_by)
		{
			MigObject  *object = lfirst(lc);

			if (!MigDiffIsHeld(diff, object, need) || stranded[object->number])
				continue;
			if (!MigDiffIsGone(diff, object))
			{
				if (!stranded[need->number] || !diff->source_states[object->number].retyped)
					continue;
				SetFate(diff, object, MIG_FATE_RECREATE);
				any = true;
			}
			stranded[object->number] = true;
			queue = lappend(queue, object);
		}
	}
	return any;
}

/* Whether an object that goes can be there until pass 3. */
static bool
CanLiveOn(const MigDiff *diff, const MigObject *object)
{
	if ((diff->classes[object->kind].flags & MIG_CLASS_LATE_DROP) != 0)
		return IsConvertible(diff, object);
	return (MigDiffMakesTypes(object->kind) || object->kind == MIG_KIND_LANGUAGE) &&
		MigDiffFate(diff, object) == MIG_FATE_DROP;
}

/*
 * MigDiffIsHeld
 *		Whether an object of the source needs another as long as it is there,
 *		even if its default has been taken from it.
 */
bool
MigDiffIsHeld(const MigDiff *diff, const MigObject *object, const MigObject *need)
{
	return diff->classes[object->kind].unload == NULL || need->kind < MIG_KIND_FUNCTION ||
		(MigDiffIsRelation(need->kind) && need->kind != MIG_KIND_SEQUENCE);
}

/* Keep, alter or recreate: by the properties of the two alone. */
static void
Judge(MigDiff *diff, MigObject *old, MigObject *new)
{
	const MigClass *class = &diff->classes[old->kind];

	if (MigDiffIsGone(diff, old) || MigPropsSame(old, new, MigDiffIgnored))
		return;
	SetFate(diff, old, MIG_FATE_ALTER);
	if (MigPropsSame(old, new, MigDiffCommon))
		return;
	diff->judging = true;
	MigDiffBegin(diff, "alter", new);
	if (class->alter == NULL || !class->alter(diff, old, new))
		SetFate(diff, old, MIG_FATE_RECREATE);
	diff->judging = false;
}

/* Both sides of a pair share their fate. */
static void
SetFate(MigDiff *diff, MigObject *source, MigFate fate)
{
	MigState   *state = &diff->source_states[source->number];

	state->fate = fate;
	if (state->other != NULL)
		diff->target_states[state->other->number].fate = fate;
}

/* What follows from the objects that go, or are disturbed. */
static void
Spread(MigDiff *diff)
{
	List	   *queue = NIL;

	for (int i = 0; i < diff->source->nobjects; i++)
		if (diff->source_states[i].disturbed ||
			MigDiffIsGone(diff, diff->source->objects[i]))
			queue = lappend(queue, diff->source->objects[i]);

	/* The list grows while we walk along it. */
	for (int i = 0; i < list_length(queue); i++)
	{
		MigObject  *object = list_nth(queue, i);

		CHECK_FOR_INTERRUPTS();
		if (MigDiffIsGone(diff, object))
			SpreadFrom(diff, object, &queue);
		else
			SpreadDisturbed(diff, object, &queue);
	}
}

static void
SpreadFrom(MigDiff *diff, MigObject *object, List **queue)
{
	ListCell   *lc;

	foreach(lc, object->parts)
	{
		Remove(diff, lfirst(lc), queue);
	}
	if (object->kind == MIG_KIND_INDEX_ATTACHMENT)
		SpreadAttachment(diff, object, queue);
	if (object->kind == MIG_KIND_CONSTRAINT)
	{
		List	   *merged = MigDiffMergedWith(diff, object);

		foreach(lc, merged)
		{
			Remove(diff, lfirst(lc), queue);
		}
	}
	if (object->kind == MIG_KIND_COLUMN && MigPropFlag(object->props, "partition_key"))
		Remove(diff, object->parent, queue);
	foreach(lc, object->needed_by)
	{
		MigObject  *needing = lfirst(lc);

		if (MigDiffIsFreed(diff, needing, object) || MovesOut(diff, needing, object) ||
			(object->kind == MIG_KIND_TYPE && MigDiffIsOfNoLonger(diff, needing)))
			continue;
		if (IsInherited(needing, object))
		{
			if (GoesAlong(diff, needing, object))
				Remove(diff, needing, queue);
		}
		else if (IsConvertible(diff, object) && CanFollow(diff, needing, object))
			Retype(diff, needing, queue);
		else if (Sheds(diff, needing, object))
			Patch(diff, needing);
		else
			Remove(diff, needing, queue);
	}
}

/* An index goes with the one that it is attached to, and the other way round. */
static void
SpreadAttachment(MigDiff *diff, MigObject *attachment, List **queue)
{
	MigObject  *index = attachment->parent;
	MigObject  *parent = MigDiffAttachedTo(diff, index);

	if (parent == NULL)
		return;
	Remove(diff, index, queue);
	Remove(diff, parent, queue);
}

static void
SpreadDisturbed(MigDiff *diff, MigObject *object, List **queue)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, object->needed_by)
	{
		MigObject  *needing = lfirst(lc);

		if (MigIsForeignKey(needing))
			Remove(diff, needing, queue);
		else if ((diff->classes[needing->kind].flags & MIG_CLASS_REBUILT) != 0)
		{
			/*
			 * the server does not look for the keys that need what it
			 * rebuilds
			 */
			foreach(lc2, needing->needed_by)
			{
				if (MigIsForeignKey(lfirst(lc2)))
					Remove(diff, lfirst(lc2), queue);
			}
		}
		else if (!IsInherited(needing, object))
			Remove(diff, needing, queue);
	}
}

/* An object of the source has to go. */
static void
Remove(MigDiff *diff, MigObject *object, List **queue)
{
	if (MigDiffIsGone(diff, object))
		return;
	SetFate(diff, object, MIG_FATE_RECREATE);
	*queue = lappend(*queue, object);
}

/* The type or collation of a column goes: convert the column. */
static void
Retype(MigDiff *diff, MigObject *column, List **queue)
{
	MigState   *state = &diff->source_states[column->number];
	ListCell   *lc;

	if (MigDiffIsGone(diff, column) || state->retyped)
		return;
	if (MigPropText(column->props, "generated") != NULL)
	{
		Remove(diff, column, queue);
		return;
	}
	state->retyped = true;
	diff->target_states[state->other->number].retyped = true;
	SetFate(diff, column, MIG_FATE_ALTER);
	foreach(lc, column->parts)
	{
		Remove(diff, lfirst(lc), queue);
	}
	if (!state->disturbed)
	{
		state->disturbed = true;
		*queue = lappend(*queue, column);
	}
}

/* Whether a column is that of a parent table, inherited. */
static bool
IsInherited(const MigObject *object, const MigObject *parent)
{
	return object->kind == MIG_KIND_COLUMN && parent->kind == MIG_KIND_COLUMN &&
		object->parent != parent->parent && strcmp(object->name, parent->name) == 0;
}

/*
 * Whether an inherited column is dropped with its parent's: as long as the link
 * is there, and if it is not the table's own too.
 */
static bool
GoesAlong(const MigDiff *diff, const MigObject *column, const MigObject *theirs)
{
	ListCell   *lc;

	if (!MigPropFlag(column->props, "inherited"))
		return false;
	foreach(lc, column->parent->parts)
	{
		const MigObject *link = lfirst(lc);

		if (link->kind == MIG_KIND_INHERITANCE && !MigDiffIsGone(diff, link) &&
			strcmp(MigPropText(link->props, "to"), theirs->parent->identity) == 0)
			return true;
	}
	return false;
}

/*
 * MigDiffIsOfNoLonger
 *		Whether an object of the source is a table that stays, but not OF its
 *		type: it is taken from that first, so that its columns can go.
 */
bool
MigDiffIsOfNoLonger(const MigDiff *diff, const MigObject *object)
{
	return object->kind == MIG_KIND_TABLE && MigPropText(object->props, "of_type") != NULL &&
		!MigDiffIsGone(diff, object) &&
		!MigPropSame(object->props, MigDiffOther(diff, object)->props, "of_type");
}

static bool
Sheds(const MigDiff *diff, const MigObject *object, const MigObject *need)
{
	const MigClass *class = &diff->classes[object->kind];

	return class->sheds != NULL && class->sheds(object, need);
}

/* The object loses something, and alter is to put it back. */
static void
Patch(MigDiff *diff, MigObject *object)
{
	MigState   *state = &diff->source_states[object->number];

	if (MigDiffIsGone(diff, object))
		return;
	state->retyped = true;
	diff->target_states[state->other->number].retyped = true;
	SetFate(diff, object, MIG_FATE_ALTER);
}

/* Whether an extension leaves a schema that goes. */
static bool
MovesOut(const MigDiff *diff, const MigObject *extension, const MigObject *schema)
{
	return schema->kind == MIG_KIND_SCHEMA && MigDiffOther(diff, schema) == NULL &&
		extension->kind == MIG_KIND_EXTENSION && !MigDiffIsGone(diff, extension);
}

/*
 * Whether columns can be converted from a type that goes.  It lives on beside
 * the new one for that, which it cannot together with functions that it needs
 * and that need it; nor can an extension, but it can go when all is done.
 */
static bool
IsConvertible(const MigDiff *diff, const MigObject *object)
{
	ListCell   *lc;

	if (object->kind == MIG_KIND_EXTENSION)
		return MigDiffOther(diff, object) == NULL;
	if ((diff->classes[object->kind].flags & MIG_CLASS_LATE_DROP) == 0)
		return false;
	foreach(lc, object->needs)
	{
		MigObject  *need = lfirst(lc);

		if (list_member_ptr(need->needs, object) || (MigDiffMakesTypes(need->kind) && !CanWait(diff, need)))
			return false;
	}
	return true;
}

/*
 * Whether what a type is made of can be there until the type goes: it does not
 * come back, nor is it named by types that do.
 */
static bool
CanWait(const MigDiff *diff, const MigObject *object)
{
	ListCell   *lc;

	check_stack_depth();
	if (!MigDiffIsGone(diff, object))
		return true;
	if (MigDiffOther(diff, object) != NULL)
		return false;
	foreach(lc, object->needs)
	{
		const MigObject *need = lfirst(lc);

		if ((diff->classes[need->kind].flags & MIG_CLASS_LATE_DROP) != 0 ? MigDiffIsGone(diff, need) :
			(object->kind != MIG_KIND_FUNCTION && MigDiffMakesTypes(need->kind) && !CanWait(diff, need)))
			return false;
	}
	return true;
}

/*
 * MigDiffMakesTypes
 *		Whether types can be made of objects of a kind, or be in them, that have
 *		one name only while the old type and the new one are there.
 */
bool
MigDiffMakesTypes(MigKind kind)
{
	return kind == MIG_KIND_SCHEMA || kind == MIG_KIND_EXTENSION || kind == MIG_KIND_FUNCTION ||
		kind == MIG_KIND_OPERATOR || kind == MIG_KIND_OPERATOR_FAMILY || kind == MIG_KIND_OPERATOR_CLASS;
}

/*
 * Whether it is a column of which the server can change the type, and that has
 * another in the target.
 */
static bool
CanFollow(const MigDiff *diff, const MigObject *object, const MigObject *need)
{
	return object->kind == MIG_KIND_COLUMN && !MigPropFlag(object->props, "partition_key") &&
		MigPropText(object->props, "generated") == NULL &&
		(need->kind != MIG_KIND_EXTENSION || !IsTypeReplaced(diff, MigPropText(object->props, "type")));
}

/* Whether a type's name, perhaps with a modifier, is that of one of the target. */
static bool
IsTypeReplaced(const MigDiff *diff, const char *type)
{
	bool		quoted = false;
	int			len;

	for (len = 0; type[len] != '\0' && (quoted || strchr("([", type[len]) == NULL); len++)
		if (type[len] == '"')
			quoted = !quoted;
	for (MigKind kind = 0; kind < MIG_NKINDS; kind++)
		if (MigDiffIsRelation(kind) &&
			MigModelFind(diff->target, psprintf("%s %.*s", MigKindName(kind), len, type)) != NULL)
			return true;
	return false;
}
