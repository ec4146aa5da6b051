/*-------------------------------------------------------------------------
 * src/diff/diff.c
 *	  Compare two models.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "diff/diff_internal.h"

/*
 * MigDiffRun
 *		The changes that turn source into target, in an order that runs.
 *
 * Objects that a rename hint of either model names are renamed first (see
 * diff_rename.c).  user is the role that will run them, and own what they create.  The result
 * is allocated in the current context and points into the models.
 * Its work grows linearly with the number of objects and dependencies, but
 * for sorting.
 */
MigDiff *
MigDiffRun(MigModel *source, MigModel *target, const MigClass *classes,
		   MigFinishFn finish, const char *user, bool online)
{
	MigDiff    *diff = palloc0(sizeof(MigDiff));

	diff->source = source;
	diff->target = target;
	diff->classes = classes;
	diff->finish = finish;
	diff->user = user;
	diff->online = online;
	MigDiffRenameHinted(diff);
	diff->source_states = palloc0_array(MigState, diff->source->nobjects + 1);
	diff->target_states = palloc0_array(MigState, target->nobjects + 1);

	MigDiffDecide(diff);
	MigDiffFindProbable(diff);
	MigDiffDrop(diff);
	MigDiffCreate(diff);
	MigDiffWrap(diff);
	return diff;
}
