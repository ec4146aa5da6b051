/*-------------------------------------------------------------------------
 * src/watch/watch_policy.c
 *	  Cancel or terminate those who are in the way.
 *
 * The server's own functions do it with the rights of the current user.  Left
 * alone are protected roles, superusers unless the user is one, everything but
 * client backends (the server makes ordinary autovacuum yield to a waiter), and
 * those who only wait themselves.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "db/db.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "watch/watch_internal.h"

typedef enum Measure
{
	MEASURE_NONE,
	MEASURE_CANCEL,
	MEASURE_TERMINATE
} Measure;

static Measure Choose(const MigStruggle *struggle, const MigBlocker *blocker, const char **why);
static bool IsProtected(const MigPatience *patience, const MigBlocker *blocker);
static bool WasSignalled(const MigStruggle *struggle, const MigBlocker *blocker);
static bool IsRunning(const MigBlocker *blocker);
static bool Take(Measure measure, const MigBlocker *blocker, const char **why);

/*
 * MigWatchAct
 *		Do to the blockers what the policy says.
 *
 * Returns whether anything was done.  What could not be done, and why, is left in
 * struggle->refusals, in the current context.
 */
bool
MigWatchAct(MigStruggle *struggle, const List *blockers)
{
	List	   *seen = NIL;
	bool		acted = false;
	ListCell   *lc;

	struggle->refusals = NIL;
	foreach(lc, blockers)
	{
		const MigBlocker *blocker = lfirst(lc);
		const char *why = NULL;
		Measure		measure;

		if (blocker->waiting || (blocker->pid != 0 && list_member_int(seen, blocker->pid)))
			continue;
		seen = lappend_int(seen, blocker->pid);
		measure = Choose(struggle, blocker, &why);
		if (measure != MEASURE_NONE && Take(measure, blocker, &why))
		{
			MigSignalled *signalled = palloc(sizeof(MigSignalled));

			signalled->pid = blocker->pid;
			signalled->at = GetCurrentTimestamp();
			struggle->signalled = lappend(struggle->signalled, signalled);
			acted = true;
		}
		if (why != NULL)
			struggle->refusals = lappend(struggle->refusals,
										 blocker->pid == 0
										 ? psprintf("Prepared transaction \"%s\" %s.",
													blocker->gid == NULL ? "?" : blocker->gid, why)
										 : psprintf("Process %d %s.", blocker->pid, why));
	}
	return acted;
}

/* What to do to a blocker; if nothing, *why says so as the rest of a sentence. */
static Measure
Choose(const MigStruggle *struggle, const MigBlocker *blocker, const char **why)
{
	const MigPatience *patience = struggle->patience;

	if (blocker->pid == 0)
		*why = "can only be ended by COMMIT PREPARED or ROLLBACK PREPARED";
	else if (blocker->wraparound)
		*why = "is autovacuum to prevent wraparound, which is left alone";
	else if (blocker->backend_type == NULL || strcmp(blocker->backend_type, "client backend") != 0)
		*why = "is no client, and is left alone";
	else if (IsProtected(patience, blocker))
		*why = "belongs to a protected role";
	else if (superuser_arg(blocker->role_oid) && !superuser())
		*why = "belongs to a superuser";
	else if (WasSignalled(struggle, blocker))
		*why = "was signalled before, but still holds its lock";
	else if (IsRunning(blocker))
		return MEASURE_CANCEL;
	else if (patience->policy == MIG_BLOCKED_TERMINATE)
		return MEASURE_TERMINATE;
	else
		*why = "runs no query that could be cancelled";
	return MEASURE_NONE;
}

/* A list of names, which may be those of groups. */
static bool
IsProtected(const MigPatience *patience, const MigBlocker *blocker)
{
	for (int i = 0; i < patience->nprotected; i++)
	{
		Oid			role = get_role_oid(patience->protected_roles[i], true);

		if (blocker->role != NULL && strcmp(blocker->role, patience->protected_roles[i]) == 0)
			return true;
		if (OidIsValid(role) && OidIsValid(blocker->role_oid) &&
			is_member_of_role_nosuper(blocker->role_oid, role))
			return true;
	}
	return false;
}

/* Was it signalled in the transaction that it is still in? */
static bool
WasSignalled(const MigStruggle *struggle, const MigBlocker *blocker)
{
	ListCell   *lc;

	foreach(lc, struggle->signalled)
	{
		const MigSignalled *signalled = lfirst(lc);
		long		ago = TimestampDifferenceMilliseconds(signalled->at, GetCurrentTimestamp());

		if (signalled->pid == blocker->pid && (blocker->xact_ms < 0 || blocker->xact_ms >= ago))
			return true;
	}
	return false;
}

/* Whose state we may not know is taken to run something: that can do less harm. */
static bool
IsRunning(const MigBlocker *blocker)
{
	return blocker->state == NULL || strncmp(blocker->state, "idle", 4) != 0;
}

/* Signal a process; false, with *why, if the server refuses. */
static bool
Take(Measure measure, const MigBlocker *blocker, const char **why)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	bool		done = false;
	ErrorData  *error;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		Datum		pid = Int32GetDatum(blocker->pid);

		done = DatumGetBool(measure == MEASURE_CANCEL
							? OidFunctionCall1(F_PG_CANCEL_BACKEND, pid)
							: OidFunctionCall2(F_PG_TERMINATE_BACKEND, pid, Int64GetDatum(0)));
		ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
	}
	PG_CATCH();
	{
		error = MigDbAbandon(context, owner);
		*why = psprintf("could not be stopped: %s", error->message);
		done = false;
	}
	PG_END_TRY();
	return done;
}
