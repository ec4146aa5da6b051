/*-------------------------------------------------------------------------
 * src/diff/diff_state.c
 *	  What the classes may ask while they emit.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "diff/diff_internal.h"

const char *const MigDiffIgnored[] = {
	"needs", "position", "default_version", "default_comment", NULL
};
const char *const MigDiffCommon[] = {
	"needs", "position", "owner", "acl", "comment", "labels", NULL
};

/* The state of an object of either model. */
MigState *
MigDiffState(const MigDiff *diff, const MigObject *object)
{
	if (MigDiffIsTarget(diff, object))
		return &diff->target_states[object->number];
	return &diff->source_states[object->number];
}

/*
 * MigDiffIsTarget
 *		Whether an object is of the target model rather than of the source.
 */
bool
MigDiffIsTarget(const MigDiff *diff, const MigObject *object)
{
	return object->number < diff->target->nobjects &&
		diff->target->objects[object->number] == object;
}

/*
 * MigDiffFate
 *		What becomes of an object of either model.
 */
MigFate
MigDiffFate(const MigDiff *diff, const MigObject *object)
{
	return MigDiffState(diff, object)->fate;
}

/*
 * MigDiffIsGone
 *		Whether an object of the source is dropped, for good or to come back.
 */
bool
MigDiffIsGone(const MigDiff *diff, const MigObject *source)
{
	MigFate		fate = MigDiffState(diff, source)->fate;

	return fate == MIG_FATE_DROP || fate == MIG_FATE_RECREATE;
}

/*
 * MigDiffIsNew
 *		Whether an object of the target is created, for the first time or again.
 */
bool
MigDiffIsNew(const MigDiff *diff, const MigObject *target)
{
	MigFate		fate = MigDiffState(diff, target)->fate;

	return fate == MIG_FATE_CREATE || fate == MIG_FATE_RECREATE;
}

/*
 * MigDiffOther
 *		The object of the same key in the other model, or NULL.
 */
MigObject *
MigDiffOther(const MigDiff *diff, const MigObject *object)
{
	return MigDiffState(diff, object)->other;
}

/*
 * MigDiffIsRetyped
 *		Whether the type of a column has been made anew under the same name, so
 *		that its values are to be converted.
 */
bool
MigDiffIsRetyped(const MigDiff *diff, const MigObject *target)
{
	return MigDiffState(diff, target)->retyped;
}

/*
 * MigDiffFolded
 *		Whether a new part is to be created within the CREATE of its whole.
 */
bool
MigDiffFolded(const MigDiff *diff, const MigObject *target)
{
	MigState   *state = MigDiffState(diff, target);

	return MigDiffIsNew(diff, target) && state->carrier != target;
}

/*
 * MigDiffIsStubbed
 *		Whether something stands in the place of an object that is now created.
 */
bool
MigDiffIsStubbed(const MigDiff *diff, const MigObject *target)
{
	return MigDiffState(diff, target)->stubbed;
}

/*
 * MigDiffDisturb
 *		Called by alter: while the object of the source is altered, nothing
 *		that needs it may be there, but for what the server rebuilds itself.
 */
void
MigDiffDisturb(MigDiff *diff, const MigObject *source)
{
	if (diff->judging)
		MigDiffState(diff, source)->disturbed = true;
}

/*
 * MigDiffRemove
 *		Called by alter: an object of the source must not be there meanwhile.
 */
void
MigDiffRemove(MigDiff *diff, const MigObject *source)
{
	MigState   *state = MigDiffState(diff, source);

	if (!diff->judging || MigDiffIsGone(diff, source))
		return;
	state->fate = MIG_FATE_RECREATE;
	if (state->other != NULL)
		diff->target_states[state->other->number].fate = MIG_FATE_RECREATE;
	else
		state->fate = MIG_FATE_DROP;
}

/*
 * MigDiffTouch
 *		Called by alter: an object of the source loses something that its own
 *		alter is to put back, even if nothing else differs.
 */
void
MigDiffTouch(MigDiff *diff, const MigObject *source)
{
	MigState   *state = MigDiffState(diff, source);

	if (!diff->judging || state->other == NULL || MigDiffIsGone(diff, source))
		return;
	diff->target_states[state->other->number].touched = true;
	if (state->fate == MIG_FATE_KEEP)
		state->fate = diff->target_states[state->other->number].fate = MIG_FATE_ALTER;
}

/*
 * MigDiffIsLeft
 *		In pass 1: whether an object of the source is still there.
 */
bool
MigDiffIsLeft(const MigDiff *diff, const MigObject *source)
{
	return !MigDiffState(diff, source)->done;
}

/*
 * MigDiffDropped
 *		Called by unstub: an object of the source is dropped with what has just
 *		been emitted.
 */
void
MigDiffDropped(MigDiff *diff, const MigObject *source)
{
	MigDiffState(diff, source)->done = true;
}
