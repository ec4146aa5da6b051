/*-------------------------------------------------------------------------
 * src/run/run_record.c
 *	  Record what a script of run_offline.c has run.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

static void PlanStep(const MigCopy *copy, const char **revision, MigStep *step);
static void PlanRows(const MigGraph *graph, int number, const bool *applied, MigStep *step);
static void CheckRepeatable(const MigCopy *copy, const char *revision);
pg_noreturn static void RefuseUndefined(const char *revision);

/*
 * MigRunRecord
 *		Record one upgrade or downgrade, or the run of a repeatable revision, that
 *		a script has run itself; with check_only, only see if that will be possible.
 *
 * Raises OBJECT_NOT_IN_PREREQUISITE_STATE if that step was not possible: a
 * revision below is not applied, or one above is.
 */
void
MigRunRecord(const MigCopy *copy, MigOperation operation, const char *revision, bool check_only)
{
	MigStep		step = {.operation = operation};
	TimestampTz now = GetCurrentTimestamp();
	const MigBody *body;
	char		checksum[MIG_CHECKSUM_SIZE];

	MigRunBegin("record");
	if (RecoveryInProgress() || XactReadOnly)
		PreventCommandIfReadOnly("migrator.record()");
	MigRunTakeLocks(copy);
	PushActiveSnapshot(GetTransactionSnapshot());
	MigLedgerRefuseStale(copy, MigLedgerState(copy));
	if (operation == MIG_REPEAT)
		CheckRepeatable(copy, revision);
	else
		PlanStep(copy, &revision, &step);
	PopActiveSnapshot();
	if (check_only)
		return;

	/* the script holds the section as it is stored */
	PushActiveSnapshot(GetTransactionSnapshot());
	body = linitial(MigLedgerBodies(copy, &revision, 1, operation, INT_MAX));
	PopActiveSnapshot();
	if (body->text != NULL)
		MigChecksum(body->text, strlen(body->text), checksum);
	MigLedgerRecord(copy, &step, revision, body->text == NULL ? NULL : checksum, now, now);
	MigLedgerForgetSchema(copy);
	MigRunFinish();
}

/*
 * What the step does to the version rows, if it is possible.  *revision becomes
 * the id that it has now.
 */
static void
PlanStep(const MigCopy *copy, const char **revision, MigStep *step)
{
	const MigGraph *graph = MigLedgerGraph(copy);
	bool	   *applied = MigGraphApplied(graph, MigLedgerRows(copy));
	int			number = MigGraphFind(graph, *revision);
	bool		up = step->operation == MIG_UPGRADE;

	if (number < 0 || MigGraphIsLabel(graph, *revision))
		RefuseUndefined(*revision);
	*revision = pstrdup(graph->revisions[number].def->id);	/* the script may have a
															 * former one */
	if (applied[number] == up)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				up ? errmsg("revision \"%s\" is already applied", *revision)
				: errmsg("revision \"%s\" is not applied", *revision),
				errhint("The script was made for a database in another state."));
	PlanRows(graph, number, applied, step);
}

static void
PlanRows(const MigGraph *graph, int number, const bool *applied, MigStep *step)
{
	const MigRevision *rev = &graph->revisions[number];
	const char *revision = rev->def->id;
	bool		up = step->operation == MIG_UPGRADE;

	step->removed = palloc(sizeof(char *) * (rev->links.n + 1));
	step->added = palloc(sizeof(char *) * (rev->links.n + 1));
	*(up ? &step->nadded : &step->nremoved) = 1;
	(up ? step->added : step->removed)[0] = revision;
	for (int i = 0; i < rev->links.n; i++)
	{
		const MigRevision *below = &graph->revisions[rev->links.at[i]];
		bool		needed = false;

		if (up && !applied[rev->links.at[i]])
			ereport(ERROR,
					errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("revision \"%s\" needs revision \"%s\", which is not applied",
						   revision, below->def->id),
					errhint("The script was made for a database in another state."));
		for (int j = 0; j < below->next_all.n; j++)
			needed |= below->next_all.at[j] != number && applied[below->next_all.at[j]];
		if (!needed && up)
			step->removed[step->nremoved++] = below->def->id;
		else if (!needed)
			step->added[step->nadded++] = below->def->id;
	}
	for (int i = 0; !up && i < rev->next_all.n; i++)
		if (applied[rev->next_all.at[i]])
			ereport(ERROR,
					errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("revision \"%s\" is needed by revision \"%s\", which is applied",
						   revision, graph->revisions[rev->next_all.at[i]].def->id),
					errhint("The script was made for a database in another state."));
}

static void
CheckRepeatable(const MigCopy *copy, const char *revision)
{
	const MigStored *stored = MigLedgerFetch(copy, revision);

	if (stored == NULL || !stored->repeatable)
		RefuseUndefined(revision);
}

static void
RefuseUndefined(const char *revision)
{
	ereport(ERROR,
			errcode(ERRCODE_UNDEFINED_OBJECT),
			errmsg("revision \"%s\" does not exist", revision),
			errhint("Load its file first."));
}
