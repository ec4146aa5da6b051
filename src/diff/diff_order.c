/*-------------------------------------------------------------------------
 * src/diff/diff_order.c
 *	  Emit the changes in an order that runs.
 *
 * Both passes sort topologically (Kahn's algorithm), with a heap that takes
 * the first by kind and name of those that are free, so that the order depends
 * on nothing else.  Where a cycle is left, it is broken as pg_dump does: parts
 * are taken out of their whole, and then stubs take the place of views and
 * types.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "diff/diff_internal.h"
#include "lib/binaryheap.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

/* One of the two passes. */
typedef struct Pass
{
	MigDiff    *diff;
	MigModel   *model;
	MigState   *states;
	bool		dropping;
	bool		last;			/* now those of MIG_CLASS_LAST */
	binaryheap *ready;
	List	   *late;			/* MigObject *, in the order of dropping */
} Pass;

static void Settle(MigDiff *diff);
static void RunPass(Pass *pass);
static bool IsPending(const Pass *pass, const MigObject *object);
static void SetCarriers(Pass *pass);
static MigObject *Carrier(Pass *pass, MigObject *object);
static MigObject *Owner(const Pass *pass, const MigObject *sequence);
static void Connect(Pass *pass);
static void ConnectIdentity(Pass *pass, MigObject *column);
static void ConnectOne(Pass *pass, MigObject *object);
static bool IsSameColumn(const Pass *pass, const MigObject *column, const MigObject *theirs);
static void ConnectMerged(Pass *pass, MigObject *column, MigObject *theirs);
static void ConnectUnchecked(Pass *pass, MigObject *check);
static void ConnectAttached(Pass *pass, MigObject *index, MigObject *object);
static void ConnectLinks(Pass *pass, MigObject *table);
static void ConnectFreed(Pass *pass, MigObject *link, MigObject *part);
static void ConnectAttachment(Pass *pass, MigObject *link, MigObject *attachment);
static void Before(Pass *pass, MigObject *first, MigObject *second);
static void Emit(Pass *pass);
static void EmitOne(Pass *pass, MigObject *object);
static void Finish(Pass *pass, MigObject *object);
static void BreakCycles(Pass *pass);
static void FindCycles(Pass *pass);
static bool TakeApart(Pass *pass, bool foreign_keys);
static bool LeadsOut(Pass *pass, const MigObject *carrier, MigObject *need);
static bool MakesDo(const Pass *pass, const MigObject *object);
static bool Stub(Pass *pass);
static void FreeOne(Pass *pass);
static void MarkLate(Pass *pass);
static bool MayBeLate(const Pass *pass, const MigObject *object);
static bool KeepsColumns(const Pass *pass, const MigObject *object);
static void MoveAway(Pass *pass, MigObject *object);
static void DropLate(Pass *pass);
static int	CompareReady(Datum a, Datum b, void *arg);

/*
 * MigDiffDrop
 *		Pass 1: what goes.
 */
void
MigDiffDrop(MigDiff *diff)
{
	Pass		pass = {.diff = diff,.model = diff->source,
	.states = diff->source_states,.dropping = true};

	MarkLate(&pass);
	for (int i = 0; i < diff->source->nobjects; i++)
	{
		MigObject  *object = diff->source->objects[i];
		const MigObject *owner = object->kind == MIG_KIND_SEQUENCE ? Owner(&pass, object) : NULL;

		if (owner != NULL && MigDiffIsGone(diff, owner) && !MigDiffIsGone(diff, object))
		{
			MigDiffBegin(diff, "alter", object);
			MigEmit(diff, "ALTER SEQUENCE %s OWNED BY NONE", object->identity);
		}
		if (MigDiffIsOfNoLonger(diff, object))
		{
			MigDiffBegin(diff, "alter", object);
			MigEmit(diff, "ALTER TABLE %s NOT OF", object->identity);
		}
	}
	RunPass(&pass);
	diff->late = pass.late;
}

/*
 * MigDiffCreate
 *		Passes 2 and 3: what comes or changes, and the types left behind.
 */
void
MigDiffCreate(MigDiff *diff)
{
	Pass		pass = {.diff = diff,.model = diff->target,
	.states = diff->target_states};

	RunPass(&pass);
	Settle(diff);
	pass.dropping = true;
	pass.states = diff->source_states;
	pass.late = diff->late;
	DropLate(&pass);
}

/* What can only be said when everything is there. */
static void
Settle(MigDiff *diff)
{
	for (int i = 0; i < diff->target->nobjects; i++)
	{
		MigObject  *object = diff->target->objects[i];
		bool		is_new = MigDiffIsNew(diff, object);
		const MigClass *class = &diff->classes[object->kind];

		if (class->settle == NULL)
			continue;
		MigDiffBegin(diff, is_new ? "create" : "alter", object);
		class->settle(diff, is_new ? NULL : diff->target_states[i].other, object);
	}
}

static void
RunPass(Pass *pass)
{
	pass->ready = binaryheap_allocate(pass->model->nobjects + 1, CompareReady, pass);
	for (;;)
	{
		int			left = 0;

		SetCarriers(pass);
		Connect(pass);
		Emit(pass);
		for (int i = 0; i < pass->model->nobjects; i++)
			if (IsPending(pass, pass->model->objects[i]))
				left++;
		if (left > 0)
			BreakCycles(pass);
		else if (pass->dropping || pass->last)
			break;
		else
			pass->last = true;
	}
	binaryheap_free(pass->ready);
}

static bool
IsPending(const Pass *pass, const MigObject *object)
{
	const MigState *state = &pass->states[object->number];

	if (state->done)
		return false;
	if (pass->dropping)
		return MigDiffIsGone(pass->diff, object);
	if ((pass->diff->classes[object->kind].flags & MIG_CLASS_LAST) != 0 && !pass->last)
		return false;
	return state->fate != MIG_FATE_KEEP;
}

/* Which objects are emitted by themselves, and which with a whole. */
static void
SetCarriers(Pass *pass)
{
	for (int i = 0; i < pass->model->nobjects; i++)
		pass->states[i].carrier = NULL;
	for (int i = 0; i < pass->model->nobjects; i++)
		if (IsPending(pass, pass->model->objects[i]))
			(void) Carrier(pass, pass->model->objects[i]);
}

static MigObject *
Carrier(Pass *pass, MigObject *object)
{
	MigState   *state = &pass->states[object->number];
	MigObject  *whole = object->parent;

	check_stack_depth();
	if (state->carrier != NULL)
		return state->carrier;
	state->carrier = object;
	if (pass->dropping && object->kind == MIG_KIND_INHERITANCE && MigDiffIsReferenced(pass->diff, object))
		state->apart = true;
	if (state->apart)
		return object;
	if (pass->dropping)
	{
		if (whole == NULL && object->kind == MIG_KIND_SEQUENCE)
			whole = Owner(pass, object);
		if (whole != NULL && !IsPending(pass, whole))
			whole = MigDiffAttachedTo(pass->diff, object);
		if (whole != NULL && IsPending(pass, whole))
			state->carrier = Carrier(pass, whole);
	}
	else if (whole != NULL && IsPending(pass, whole) && MigDiffIsNew(pass->diff, whole) &&
			 pass->diff->classes[object->kind].folds != NULL &&
			 pass->diff->classes[object->kind].folds(object) && !MigDiffIsRival(pass->diff, object) &&
			 !state->incomplete)
		state->carrier = Carrier(pass, whole);
	return state->carrier;
}

/* The column that owns a sequence, or NULL. */
static MigObject *
Owner(const Pass *pass, const MigObject *sequence)
{
	const char *owner = MigPropText(sequence->props, "owned_by");

	return owner == NULL ? NULL : MigModelFind(pass->model, psprintf("column %s", owner));
}

/* Who waits for whom. */
static void
Connect(Pass *pass)
{
	for (int i = 0; i < pass->model->nobjects; i++)
	{
		pass->states[i].waits = 0;
		pass->states[i].frees = NIL;
	}
	for (int i = 0; i < pass->model->nobjects; i++)
	{
		MigObject  *object = pass->model->objects[i];

		CHECK_FOR_INTERRUPTS();
		if (IsPending(pass, object))
			ConnectOne(pass, object);
		if (object->kind == MIG_KIND_TABLE || object->kind == MIG_KIND_FOREIGN_TABLE)
			ConnectLinks(pass, object);
		if (object->kind == MIG_KIND_COLUMN && !pass->dropping && IsPending(pass, object))
			ConnectIdentity(pass, object);
	}
}

/* Something may get the name of the sequence that an identity column had. */
static void
ConnectIdentity(Pass *pass, MigObject *column)
{
	const MigObject *old = pass->states[column->number].other;
	const char *was = old == NULL ? NULL : MigDiffIdentitySequence(old);
	const char *is = MigDiffIdentitySequence(column);
	List	   *takers;
	ListCell   *lc;

	if (was == NULL || (is != NULL && strcmp(was, is) == 0))
		return;
	takers = MigDiffTakers(pass->diff, was);
	foreach(lc, takers)
	{
		if (IsPending(pass, lfirst(lc)))
			Before(pass, column, lfirst(lc));
	}
}

static void
ConnectOne(Pass *pass, MigObject *object)
{
	ListCell   *lc;

	if (object->parent != NULL && IsPending(pass, object->parent))
		Before(pass, object->parent, object);
	foreach(lc, object->needs)
	{
		MigObject  *need = lfirst(lc);

		if (!IsPending(pass, need))
			continue;

		/*
		 * an inherited foreign key is dropped with the parent's; one with a
		 * name of its own is there before
		 */
		if (need == MigDiffParentsKey(object) &&
			(pass->dropping || (MigDiffIsNamedApart(object) &&
								MigDiffIsLinkNew(pass->diff, object->parent))))
			continue;
		/* a stub needs nothing, and who was in its cycle makes do with it */
		if (pass->dropping ? pass->states[object->number].stubbed :
			(pass->states[need->number].stubbed && MakesDo(pass, object)))
			continue;
		if (MigPropFlag(object->props, "merged") && IsSameColumn(pass, object, need))
			ConnectMerged(pass, object, need);
		else
			Before(pass, need, object);
	}
	if (pass->dropping && object->kind == MIG_KIND_CONSTRAINT)
	{
		List	   *merged = MigDiffMergedWith(pass->diff, object);

		foreach(lc, merged)
		{
			if (IsPending(pass, lfirst(lc)))
				Before(pass, object, lfirst(lc));
		}
	}
	if (!pass->dropping && MigDiffIsUnchecked(object))
		ConnectUnchecked(pass, object);
	if (MigIsForeignKey(object) && !MigPropFlag(object->props, "inherited"))
		foreach(lc, object->needs)
	{
		ConnectAttached(pass, lfirst(lc), object);
	}
	if (pass->states[object->number].incomplete)
		foreach(lc, object->parent->needed_by)
	{
		MigObject  *link = lfirst(lc);

		if (link->kind == MIG_KIND_INHERITANCE && IsPending(pass, link))
			Before(pass, link, object);
	}
}

/*
 * Whether a statement on another column of the name, of a parent table, is one
 * on the column too.
 */
static bool
IsSameColumn(const Pass *pass, const MigObject *column, const MigObject *theirs)
{
	const MigObject *link;

	if (theirs->kind != MIG_KIND_COLUMN || strcmp(theirs->name, column->name) != 0)
		return false;
	link = MigDiffLinkTo(column->parent, theirs->parent);
	if (pass->dropping)
		return link != NULL && !MigDiffIsGone(pass->diff, column->parent);
	return link != NULL && !MigDiffIsNew(pass->diff, link) && MigDiffIsNew(pass->diff, column);
}

/*
 * A column that is a table's own too is there before its parents' come to it,
 * and still when they go.
 */
static void
ConnectMerged(Pass *pass, MigObject *column, MigObject *theirs)
{
	ListCell   *lc;

	check_stack_depth();
	if (!IsPending(pass, theirs))
		return;
	Before(pass, column, theirs);
	foreach(lc, theirs->needs)
	{
		if (IsSameColumn(pass, theirs, lfirst(lc)))
			ConnectMerged(pass, column, lfirst(lc));
	}
}

/* The parent's check that it comes with is added after the link. */
static void
ConnectUnchecked(Pass *pass, MigObject *check)
{
	ListCell   *lc;

	foreach(lc, check->needs)
	{
		MigObject  *theirs = lfirst(lc);
		MigObject  *link = theirs->kind != MIG_KIND_CONSTRAINT ? NULL :
		MigDiffLinkTo(check->parent, theirs->parent);

		if (link != NULL && IsPending(pass, theirs) && IsPending(pass, link))
			Before(pass, link, theirs);
	}
}

/*
 * A partitioned index is not valid, and cannot be referred to, before all
 * indexes are attached; and partitions can be dropped only when nothing refers
 * to it.
 */
static void
ConnectAttached(Pass *pass, MigObject *index, MigObject *object)
{
	ListCell   *lc;

	check_stack_depth();
	if (index->kind != MIG_KIND_INDEX && index->kind != MIG_KIND_CONSTRAINT)
		return;
	foreach(lc, index->needed_by)
	{
		MigObject  *attachment = lfirst(lc);

		if (attachment->kind != MIG_KIND_INDEX_ATTACHMENT)
			continue;
		if (IsPending(pass, attachment))
			Before(pass, attachment, object);
		ConnectAttached(pass, attachment->parent, object);
	}
}

/*
 * Links of a table to its parents.  A partition must be complete when it is
 * attached, so that its indexes and constraints are taken for those of the
 * parent; an index is attached after that.  What was inherited can be dropped
 * only when the link is gone.
 */
static void
ConnectLinks(Pass *pass, MigObject *table)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, table->parts)
	{
		MigObject  *link = lfirst(lc);

		if (link->kind != MIG_KIND_INHERITANCE || !IsPending(pass, link))
			continue;
		foreach(lc2, table->parts)
		{
			MigObject  *part = lfirst(lc2);
			ListCell   *lc3;

			if (part == link)
				continue;
			if (!pass->dropping && part->kind == MIG_KIND_INHERITANCE && IsPending(pass, part) &&
				MigPropInt(part->props, "order", 1) < MigPropInt(link->props, "order", 1))
				Before(pass, part, link);
			if (!pass->dropping &&
				(part->kind == MIG_KIND_INDEX || part->kind == MIG_KIND_CONSTRAINT))
			{
				foreach(lc3, part->parts)
				{
					if (IsPending(pass, lfirst(lc3)))
						ConnectAttachment(pass, link, lfirst(lc3));
				}
			}
			if (pass->dropping && !IsPending(pass, table))
				ConnectFreed(pass, link, part);
			if (!IsPending(pass, part))
				continue;
			if (pass->dropping)
			{
				/* they go with the table, or before it */
				if (IsPending(pass, table))
					continue;
				if (MigPropFlag(part->props, "inherited") || MigPropFlag(part->props, "merged") ||
					part->kind == MIG_KIND_INDEX || part->kind == MIG_KIND_CONSTRAINT)
					Before(pass, part, link);
			}
			else if (MigDiffIsRival(pass->diff, part))
				Before(pass, link, part);
			else if (pass->states[link->number].carrier != link)
				continue;		/* it comes with the table, and they come
								 * later */
			else if (part->kind == MIG_KIND_COLUMN || part->kind == MIG_KIND_INDEX ||
					 (part->kind == MIG_KIND_CONSTRAINT &&
					  (!MigIsForeignKey(part) || MigDiffIsNamedApart(part))))
				Before(pass, part, link);
		}
	}
}

/* A part becomes the table's own when the link goes, so that the parent's can go. */
static void
ConnectFreed(Pass *pass, MigObject *link, MigObject *part)
{
	ListCell   *lc;
	ListCell   *lc2;

	if (part->kind != MIG_KIND_INDEX && part->kind != MIG_KIND_CONSTRAINT)
		return;
	foreach(lc, part->needs)
	{
		MigObject  *need = lfirst(lc);

		if (need->kind == MIG_KIND_CONSTRAINT && MigPropFlag(part->props, "inherited") &&
			MigPropSame(need->props, part->props, "type") && IsPending(pass, need))
			Before(pass, need, link);
	}
	foreach(lc, part->parts)
	{
		foreach(lc2, ((MigObject *) lfirst(lc))->needs)
		{
			if (IsPending(pass, lfirst(lc2)))
				Before(pass, lfirst(lc2), link);
		}
	}
}

/* Attaching a table attaches indexes too, if the parent has them by then. */
static void
ConnectAttachment(Pass *pass, MigObject *link, MigObject *attachment)
{
	ListCell   *lc;

	Before(pass, link, attachment);
	foreach(lc, attachment->needs)
	{
		MigObject  *index = lfirst(lc);

		if (IsPending(pass, index) && !pass->states[index->number].incomplete)
			Before(pass, index, link);
	}
}

/* In the order of creation, first comes before second. */
static void
Before(Pass *pass, MigObject *first, MigObject *second)
{
	MigObject  *a = pass->states[first->number].carrier;
	MigObject  *b = pass->states[second->number].carrier;

	if (pass->dropping)
	{
		MigObject  *swap = a;

		a = b;
		b = swap;
	}
	if (a == b)
		return;
	pass->states[a->number].frees = lappend(pass->states[a->number].frees, b);
	pass->states[b->number].waits++;
}

/* Emit whatever is free, until nothing is. */
static void
Emit(Pass *pass)
{
	for (int i = 0; i < pass->model->nobjects; i++)
	{
		MigObject  *object = pass->model->objects[i];

		if (IsPending(pass, object) && pass->states[i].carrier == object &&
			pass->states[i].waits == 0)
			binaryheap_add_unordered(pass->ready, PointerGetDatum(object));
	}
	binaryheap_build(pass->ready);
	while (!binaryheap_empty(pass->ready))
	{
		MigObject  *object = (MigObject *) DatumGetPointer(binaryheap_remove_first(pass->ready));
		ListCell   *lc;

		CHECK_FOR_INTERRUPTS();
		EmitOne(pass, object);
		foreach(lc, pass->states[object->number].frees)
		{
			MigObject  *freed = lfirst(lc);

			if (--pass->states[freed->number].waits == 0)
				binaryheap_add(pass->ready, PointerGetDatum(freed));
		}
	}

	/* Parts are done with their wholes. */
	for (int i = 0; i < pass->model->nobjects; i++)
	{
		MigObject  *carrier = pass->states[i].carrier;

		if (carrier != NULL && pass->states[carrier->number].done)
			pass->states[i].done = true;
	}
}

static void
EmitOne(Pass *pass, MigObject *object)
{
	MigDiff    *diff = pass->diff;
	MigState   *state = &pass->states[object->number];
	const MigClass *class = &diff->classes[object->kind];
	int			before = list_length(diff->changes);

	if (pass->dropping)
	{
		MigDiffBegin(diff, "drop", object);
		if (state->late)
			MoveAway(pass, object);
		else
			class->drop(diff, object);
		MigDiffSayProbable(diff, object, before);
	}
	else if (MigDiffIsNew(diff, object))
	{
		MigDiffBegin(diff, "create", object);
		class->create(diff, object);
		MigDiffSayProbable(diff, object, before);
	}
	else
	{
		MigDiffBegin(diff, "alter", object);
		if (state->retyped || state->touched || !MigPropsSame(state->other, object, MigDiffCommon))
			(void) class->alter(diff, state->other, object);
	}
	if (!pass->dropping)
		Finish(pass, object);
	state->done = true;
}

/* What all classes have in common, for an object and the parts it came with. */
static void
Finish(Pass *pass, MigObject *object)
{
	MigDiff    *diff = pass->diff;
	bool		is_new = MigDiffIsNew(diff, object);
	ListCell   *lc;

	MigDiffBegin(diff, is_new ? "create" : "alter", object);
	diff->finish(diff, is_new ? NULL : pass->states[object->number].other, object);
	if (!is_new)
		return;
	foreach(lc, object->parts)
	{
		MigObject  *part = lfirst(lc);

		if (IsPending(pass, part) && pass->states[part->number].carrier != part)
			Finish(pass, part);
	}
}

/* Nothing is free, and not all is done. */
static void
BreakCycles(Pass *pass)
{
	FindCycles(pass);
	if (!TakeApart(pass, true) && !TakeApart(pass, false) && !Stub(pass))
		FreeOne(pass);
}

/*
 * Mark what is in a cycle, or between two: what waits and is waited for by
 * others that do, after all that merely waits for a cycle has been taken away.
 */
static void
FindCycles(Pass *pass)
{
	int			n = pass->model->nobjects;
	int		   *waited = palloc0(sizeof(int) * (n + 1));
	List	   *queue = NIL;
	List	  **waits_for = palloc0(sizeof(List *) * (n + 1));
	ListCell   *lc;

	for (int i = 0; i < n; i++)
	{
		MigObject  *object = pass->model->objects[i];
		MigState   *state = &pass->states[i];

		state->in_cycle = IsPending(pass, object) && state->carrier == object;
		if (!state->in_cycle)
			continue;
		foreach(lc, state->frees)
		{
			MigObject  *other = lfirst(lc);

			waited[i]++;
			waits_for[other->number] = lappend(waits_for[other->number], object);
		}
		if (waited[i] == 0)
			queue = lappend(queue, object);
	}
	for (int i = 0; i < list_length(queue); i++)
	{
		MigObject  *object = list_nth(queue, i);

		pass->states[object->number].in_cycle = false;
		foreach(lc, waits_for[object->number])
		{
			MigObject  *other = lfirst(lc);

			if (--waited[other->number] == 0)
				queue = lappend(queue, other);
		}
	}
}

/*
 * Take the parts that lead from one whole in a cycle to another out of it; at
 * first only foreign keys, since mostly these are the reason.
 */
static bool
TakeApart(Pass *pass, bool foreign_keys)
{
	bool		any = false;

	for (int i = 0; i < pass->model->nobjects; i++)
	{
		MigObject  *object = pass->model->objects[i];
		MigState   *state = &pass->states[i];
		ListCell   *lc;

		if (!IsPending(pass, object) || state->carrier == object ||
			object->kind == MIG_KIND_COLUMN || object->kind == MIG_KIND_SEQUENCE ||
			MigPropFlag(object->props, "inherited") ||
			(foreign_keys && !MigIsForeignKey(object)) ||
			!pass->states[state->carrier->number].in_cycle)
			continue;
		foreach(lc, object->needs)
		{
			if (LeadsOut(pass, state->carrier, lfirst(lc)))
			{
				state->apart = true;
				any = true;
				break;
			}
		}
	}
	return any;
}

/* Whether what a part needs, or is attached to that, is elsewhere in the cycle. */
static bool
LeadsOut(Pass *pass, const MigObject *carrier, MigObject *need)
{
	const MigState *other = &pass->states[need->number];
	ListCell   *lc;

	check_stack_depth();
	if (IsPending(pass, need) && other->carrier != carrier &&
		pass->states[other->carrier->number].in_cycle)
		return true;
	if (need->kind == MIG_KIND_INDEX || need->kind == MIG_KIND_CONSTRAINT)
		foreach(lc, need->needed_by)
	{
		MigObject  *attachment = lfirst(lc);

		if (attachment->kind == MIG_KIND_INDEX_ATTACHMENT &&
			(LeadsOut(pass, carrier, attachment) ||
			 LeadsOut(pass, carrier, attachment->parent)))
			return true;
	}
	return false;
}

/* Whether an object was in a cycle that a stub has broken. */
static bool
MakesDo(const Pass *pass, const MigObject *object)
{
	return pass->states[pass->states[object->number].carrier->number].makes_do;
}

/* Let a stub stand for an object in a cycle. */
static bool
Stub(Pass *pass)
{
	for (int i = 0; i < pass->model->nobjects; i++)
	{
		MigObject  *object = pass->model->objects[i];
		MigState   *state = &pass->states[i];
		const MigClass *class = &pass->diff->classes[object->kind];
		bool		(*stub) (MigDiff *, const MigObject *) = pass->dropping ? class->unstub : class->stub;

		if (!IsPending(pass, object) || !state->in_cycle || state->stubbed || stub == NULL)
			continue;
		MigDiffBegin(pass->diff, pass->dropping ? "alter" : "create", object);
		if (stub(pass->diff, object))
		{
			state->stubbed = true;
			for (int j = 0; j < pass->model->nobjects; j++)
				pass->states[j].makes_do |= pass->states[j].in_cycle;
			return true;
		}
	}
	return false;
}

/* Nothing helps: go on with the first, and let the server judge. */
static void
FreeOne(Pass *pass)
{
	for (int i = 0; i < pass->model->nobjects; i++)
	{
		MigObject  *object = pass->model->objects[i];

		if (IsPending(pass, object) && pass->states[i].in_cycle)
		{
			EmitOne(pass, object);
			for (int j = 0; j < pass->model->nobjects; j++)
				if (pass->states[j].carrier == object)
					pass->states[j].done = true;
			return;
		}
	}
	elog(ERROR, "objects wait for each other without a cycle");
}

/*
 * Types that columns have, which stay, are dropped last, and what these types
 * are made of, their extensions and schemas, after them; and schemas that an
 * extension leaves.
 */
static void
MarkLate(Pass *pass)
{
	List	   *queue = NIL;

	for (int i = 0; i < pass->model->nobjects; i++)
	{
		MigObject  *object = pass->model->objects[i];

		if (IsPending(pass, object) && KeepsColumns(pass, object))
			queue = lappend(queue, object);
	}
	for (int i = 0; i < list_length(queue); i++)
	{
		MigObject  *object = list_nth(queue, i);
		ListCell   *lc;

		if (pass->states[object->number].late)
			continue;
		pass->states[object->number].late = true;
		foreach(lc, object->parts)
		{
			pass->states[((MigObject *) lfirst(lc))->number].apart = true;
		}
		foreach(lc, object->needs)
		{
			MigObject  *need = lfirst(lc);

			if (IsPending(pass, need) && MigDiffIsHeld(pass->diff, object, need))
				queue = lappend(queue, need);
		}
	}
}

static bool
KeepsColumns(const Pass *pass, const MigObject *object)
{
	ListCell   *lc;

	if (!MayBeLate(pass, object))
		return false;
	foreach(lc, object->needed_by)
	{
		const MigObject *needing = lfirst(lc);

		if ((needing->kind == MIG_KIND_COLUMN || needing->kind == MIG_KIND_TABLE ||
			 needing->kind == MIG_KIND_EXTENSION) &&
			!IsPending(pass, needing))
			return true;
	}
	return false;
}

/* Types, what they are made of, and where they are, if that does not come back. */
static bool
MayBeLate(const Pass *pass, const MigObject *object)
{
	return (pass->diff->classes[object->kind].flags & MIG_CLASS_LATE_DROP) != 0 ||
		(MigDiffOther(pass->diff, object) == NULL && MigDiffMakesTypes(object->kind));
}

/* In pass 1, a type that is dropped in pass 3. */
static void
MoveAway(Pass *pass, MigObject *object)
{
	const MigClass *class = &pass->diff->classes[object->kind];
	const char *moved;

	pass->late = lappend(pass->late, object);
	MigDiffBegin(pass->diff, "alter", object);
	if (class->unload != NULL)
		class->unload(pass->diff, object);
	if ((class->flags & MIG_CLASS_LATE_DROP) == 0 || !MigDiffIsNameTaken(pass->diff, object))
		return;
	moved = MigDiffFreeName(pass->diff, object->schema, object->name);
	if (class->move != NULL)
		class->move(pass->diff, object, moved);
	else
		MigEmit(pass->diff, "ALTER %s %s RENAME TO %s", class->phrase, object->identity,
				quote_identifier(moved));
	pass->states[object->number].moved = moved;
}

/* Pass 3. */
static void
DropLate(Pass *pass)
{
	ListCell   *lc;

	foreach(lc, pass->late)
	{
		MigObject  *object = lfirst(lc);
		MigObject	moved = *object;
		int			before = list_length(pass->diff->changes);

		if (pass->states[object->number].moved != NULL)
		{
			moved.name = pass->states[object->number].moved;
			moved.identity = quote_qualified_identifier(object->schema, moved.name);
		}
		MigDiffBegin(pass->diff, "drop", object);
		pass->diff->classes[object->kind].drop(pass->diff, &moved);
		MigDiffSayProbable(pass->diff, object, before);
	}
}

/* The heap gives the largest first: the first by kind and identity. */
static int
CompareReady(Datum a, Datum b, void *arg)
{
	const Pass *pass = arg;
	const MigObject *one = (const MigObject *) DatumGetPointer(a);
	const MigObject *other = (const MigObject *) DatumGetPointer(b);

	return pass->dropping ? one->number - other->number : other->number - one->number;
}
