/*-------------------------------------------------------------------------
 * src/run/run_gate.c
 *	  May these steps be run at all, and now?
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "run/run.h"
#include "run/run_internal.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

/*
 * MigRunPassGate
 *		Refuse steps whose revisions are not approved, or while the project is
 *		frozen.
 *
 * Raises OBJECT_NOT_IN_PREREQUISITE_STATE.
 */
void
MigRunPassGate(const MigWork *work)
{
	List	   *missing;

	PushActiveSnapshot(GetTransactionSnapshot());
	missing = MigRunUnapproved(work);
	PopActiveSnapshot();
	if (missing != NIL)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("revisions of the plan are not approved"),
				errdetail_internal("%s.", MigRunJoin(missing)),
				errhint("Others than who loaded a revision and who runs it have to call migrator.approve()."));
	MigRunPassFreeze(work->copy);
}

/*
 * MigRunPassFreeze
 *		Refuse anything while the project is frozen.
 *
 * Raises OBJECT_NOT_IN_PREREQUISITE_STATE.  A freeze that is overridden is
 * noted in the current transaction.
 */
void
MigRunPassFreeze(const MigCopy *copy)
{
	MigFreeze  *freeze;

	PushActiveSnapshot(GetTransactionSnapshot());
	freeze = MigLedgerFrozen(copy);
	PopActiveSnapshot();
	if (freeze == NULL)
		return;
	if (copy->override_freeze[0] == '\0')
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("project \"%s\" is frozen until %s", copy->project,
					   timestamptz_to_str(freeze->until)),
				errdetail("By role \"%s\": %s", freeze->role, freeze->reason),
				errhint("Set migrator.override_freeze to your reason to go on all the same; that is logged."));
	ereport(NOTICE,
			errmsg("the freeze of project \"%s\" is overridden", copy->project),
			errdetail("By role \"%s\": %s", freeze->role, freeze->reason));
	MigLedgerOverrideFreeze(copy, copy->override_freeze);
}

/*
 * MigRunUnapproved
 *		What MigLedgerUnapproved() says of the revisions of a plan, if approvals
 *		are required.
 *
 * Reads under the active snapshot.
 */
List *
MigRunUnapproved(const MigWork *work)
{
	const char **revisions = palloc(sizeof(char *) * (work->nsteps + 1));

	if (work->operation != MIG_UPGRADE || work->copy->required_approvals == 0)
		return NIL;
	for (int i = 0; i < work->nsteps; i++)
		revisions[i] = work->steps[i].revision;
	return MigLedgerUnapproved(work->copy, revisions, work->nsteps,
							   work->copy->required_approvals);
}

/*
 * MigRunJoin
 *		Sentences without periods as one text.
 */
char *
MigRunJoin(List *sentences)
{
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	foreach(lc, sentences)
	{
		appendStringInfo(&text, "%s%s", text.len == 0 ? "" : "; ", (const char *) lfirst(lc));
	}
	return text.data;
}
