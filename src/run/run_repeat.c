/*-------------------------------------------------------------------------
 * src/run/run_repeat.c
 *	  Repeatable revisions among the steps of an upgrade.
 *
 * They come after the steps of the graph, when those lead to all heads.  One
 * that a deployment has left half done comes first.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "run/run.h"
#include "run/run_internal.h"
#include "utils/snapmgr.h"

/*
 * MigRunRepeats
 *		The repeatable revisions that are to be run after an upgrade, in order: a
 *		List of MigRepeat; from_nothing: whatever was run in the copy.
 *
 * Reads under a fresh snapshot.
 */
List *
MigRunRepeats(const MigCopy *copy, const MigGraph *graph, const MigPlan *plan, bool from_nothing)
{
	List	   *repeats;

	PushActiveSnapshot(GetTransactionSnapshot());
	repeats = from_nothing ? MigLedgerAllRepeatables(copy) : MigLedgerRepeats(copy);
	PopActiveSnapshot();
	return repeats != NIL && MigGraphIsComplete(graph, plan) ? repeats : NIL;
}

/*
 * MigRunRepeatFirst
 *		Put the step of a repeatable revision, if there is one, before all others.
 */
void
MigRunRepeatFirst(MigWork *work, const char *revision)
{
	for (int i = 1; i < work->nsteps; i++)
	{
		MigWorkStep step = work->steps[i];

		if (step.step.operation != MIG_REPEAT || strcmp(step.revision, revision) != 0)
			continue;
		memmove(&work->steps[1], &work->steps[0], sizeof(MigWorkStep) * i);
		work->steps[0] = step;
		break;
	}
}
