/*-------------------------------------------------------------------------
 * src/run/run_detect.c
 *	  Which revision's schema does the live database have?
 *
 * The upgrades are run in a shadow, in the order in which an upgrade from
 * nothing would run them, and what there is after each is compared with the live
 * schema.  The cost is that of the upgrades in an empty database and of reading
 * its schema once for each that changes it.
 *
 * If that does not come out even, it is done again with extensions and schemas
 * there that somebody may have made beforehand.
 *
 * Owners are not compared: in the shadow, the caller owns what nobody was given.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "model/model.h"
#include "reader/reader.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* A walk from nothing to a head, or to all of them. */
typedef struct HistoryWalk
{
	const MigCopy *copy;
	MigModel   *live;
	Jsonb	   *live_snapshot;
	MemoryContext context;		/* of what is kept */
	MigWork		work;
	int			step;			/* that was run last, from 1; 0: none */
	List	   *rows;			/* char *: the versions after it, sorted */
	int64		differences;	/* of the last snapshot */
	List	   *states;			/* State * */
	const MigSeries *series;
} HistoryWalk;

/* A state on the way. */
typedef struct State
{
	const char *versions;
	int64		differences;
} State;

static List *WalkTo(const MigCopy *copy, const MigGraph *graph, const char *target, Jsonb *live);
static bool IsBetter(const List *one, const List *other);
static int64 Least(const List *states);
static ErrorData *TryWalk(HistoryWalk *walk, bool has_ground);
static const MigBody *Next(void *arg);
static void Seen(Jsonb *snapshot, void *arg);
static void MoveRows(HistoryWalk *walk, const MigStep *step);
static const char *Versions(const HistoryWalk *walk);
static int64 CountDifferences(const MigModel *one, const MigModel *other);
static void SayWhereItEnded(const HistoryWalk *walk, const ErrorData *error);
static void Report(List *states, MigDetectedFn detected, void *arg);
static int	CompareTexts(const ListCell *a, const ListCell *b);

/*
 * MigRunDetect
 *		Call detected for each state that the graph has whose schema is the live
 *		one; if there is none, for those that come nearest.
 *
 * A state is the list of its versions, "base" for none.  A revision that cannot
 * run in a shadow ends the way that it is on, with a warning.  Raises its error
 * if that leaves nothing to compare with.
 */
void
MigRunDetect(const MigCopy *copy, MigDetectedFn detected, void *arg)
{
	const MigGraph *graph;
	Jsonb	   *live;
	MigReaderScope scope;
	List	   *states = NIL;

	MigRunRefuseRunning("call migrator.detect()");
	PreventCommandIfReadOnly("migrator.detect()");
	PreventCommandDuringRecovery("migrator.detect()");
	if (!MigRunHasScope(copy))
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("the schema of tenant \"%s\" cannot be told from others", copy->tenant),
				errhint("Set migrator.schemas."));
	PushActiveSnapshot(GetTransactionSnapshot());
	graph = MigLedgerGraph(copy);
	MigReaderScopeOf(&scope, copy->schemas, copy->nschemas);
	live = MigReaderSnapshot(&scope, NULL);
	PopActiveSnapshot();

	/* each head has a way of its own, on which other branches are not */
	for (int i = 0; graph->heads.n > 1 && i < graph->heads.n; i++)
		states = list_concat(states, WalkTo(copy, graph, graph->revisions[graph->heads.at[i]].def->id,
											live));
	states = list_concat(states, WalkTo(copy, graph, "heads", live));
	Report(states, detected, arg);
}

/* The states on the way to a target. */
static List *
WalkTo(const MigCopy *copy, const MigGraph *graph, const char *target, Jsonb *live)
{
	MigRows		none = {0};
	HistoryWalk walk = {.copy = copy,.live_snapshot = live,.context = CurrentMemoryContext};
	ErrorData  *error;

	walk.live = MigModelRead(live, "live");
	walk.work.copy = copy;
	walk.work.operation = MIG_UPGRADE;
	walk.work.from_nothing = true;
	MigRunCopySteps(&walk.work, graph, MigGraphPlanUpgrade(graph, target, &none));
	error = TryWalk(&walk, false);
	if (error != NULL || Least(walk.states) > 0)
	{
		HistoryWalk second = walk;
		ErrorData  *second_error = TryWalk(&second, true);

		if (IsBetter(second.states, walk.states))
		{
			walk = second;
			error = second_error;
		}
	}
	if (error != NULL)
		SayWhereItEnded(&walk, error);
	return walk.states;
}

/* Does the one list come nearer to the live schema, or further? */
static bool
IsBetter(const List *one, const List *other)
{
	int64		least = Least(one);
	int64		other_least = Least(other);

	if (least < 0 || other_least < 0)
		return other_least < 0;
	return least < other_least || (least == other_least && list_length(one) > list_length(other));
}

/* The least number of differences; -1 if there is no state. */
static int64
Least(const List *states)
{
	int64		least = -1;
	ListCell   *lc;

	foreach(lc, states)
	{
		const State *state = lfirst(lc);

		if (least < 0 || state->differences < least)
			least = state->differences;
	}
	return least;
}

/* Go all the way, or as far as it goes; the error that ends it, or NULL. */
static ErrorData *
TryWalk(HistoryWalk *walk, bool has_ground)
{
	MigSeries	series = {.schemas = walk->copy->schemas,.nschemas = walk->copy->nschemas,
	.has_ground = has_ground,.next = Next,.seen = Seen,.arg = walk};
	ErrorData  *volatile error = NULL;

	walk->series = &series;
	walk->step = 0;
	walk->rows = NIL;
	walk->states = NIL;
	MigRunEnter(walk->copy, NULL);
	PG_TRY();
	{
		error = MigRunSeries(&series);
	}
	PG_FINALLY();
	{
		MigRunLeave();
	}
	PG_END_TRY();
	if (error != NULL && error->sqlerrcode == ERRCODE_QUERY_CANCELED)
		ReThrowError(error);
	return error;
}

/* The section of the next step. */
static const MigBody *
Next(void *arg)
{
	HistoryWalk *walk = arg;

	if (walk->step == walk->work.nsteps)
		return NULL;
	return MigRunFetchBody(&walk->work, walk->step++);
}

/* After each section, and before the first: compare. */
static void
Seen(Jsonb *snapshot, void *arg)
{
	HistoryWalk *walk = arg;
	MemoryContext old;
	State	   *state;
	ListCell   *lc;

	/* what this section creates should not have been there before */
	foreach(lc, walk->states)
	{
		((State *) lfirst(lc))->differences += walk->series->npassed;
	}

	if (snapshot == NULL)
		 /* as before */ ;
	else if (VARSIZE(snapshot) == VARSIZE(walk->live_snapshot) &&
			 memcmp(snapshot, walk->live_snapshot, VARSIZE(snapshot)) == 0)
		walk->differences = 0;
	else
		walk->differences = CountDifferences(walk->live, MigModelRead(snapshot, "shadow"));

	old = MemoryContextSwitchTo(walk->context);
	if (walk->step > 0)
		MoveRows(walk, &walk->work.steps[walk->step - 1].step);
	state = palloc(sizeof(State));
	state->versions = Versions(walk);
	state->differences = walk->differences;
	walk->states = lappend(walk->states, state);
	MemoryContextSwitchTo(old);
}

/* The versions after a step. */
static void
MoveRows(HistoryWalk *walk, const MigStep *step)
{
	List	   *kept = NIL;
	ListCell   *lc;

	foreach(lc, walk->rows)
	{
		bool		removed = false;

		for (int i = 0; i < step->nremoved; i++)
			removed |= strcmp(step->removed[i], lfirst(lc)) == 0;
		if (!removed)
			kept = lappend(kept, lfirst(lc));
	}
	for (int i = 0; i < step->nadded; i++)
		kept = lappend(kept, unconstify(char *, step->added[i]));
	list_sort(kept, CompareTexts);
	list_free(walk->rows);
	walk->rows = kept;
}

static const char *
Versions(const HistoryWalk *walk)
{
	const char **names = palloc(sizeof(char *) * (list_length(walk->rows) + 1));
	int			n = 0;
	ListCell   *lc;

	if (walk->rows == NIL)
		return "base";
	foreach(lc, walk->rows)
	{
		names[n++] = lfirst(lc);
	}
	return MigJoinNames(names, n, ", ");
}

/* How many objects are in one of two models only, or not the same in both. */
static int64
CountDifferences(const MigModel *one, const MigModel *other)
{
	static const char *const but[] = {"owner", NULL};
	int64		n = 0;

	for (int i = 0; i < one->nobjects; i++)
	{
		const MigObject *twin = MigModelFind(other, one->objects[i]->key);

		if (twin == NULL || !MigPropsSame(one->objects[i], twin, but))
			n++;
	}
	for (int i = 0; i < other->nobjects; i++)
		if (MigModelFind(one, other->objects[i]->key) == NULL)
			n++;
	return n;
}

/* A revision could not be run: what comes after it is not known. */
static void
SayWhereItEnded(const HistoryWalk *walk, const ErrorData *error)
{
	const char *revision = walk->step == 0 ? NULL : walk->work.steps[walk->step - 1].revision;

	if (revision == NULL || list_length(walk->states) < 2)
		ReThrowError(unconstify(ErrorData *, error));
	ereport(WARNING,
			errcode(error->sqlerrcode),
			errmsg("revision \"%s\" cannot be run in an empty database: %s", revision, error->message),
			error->detail == NULL ? 0 : errdetail_internal("%s", error->detail),
			errhint("The schemas of this revision, and of those that come after it, are not known."));
}

/* The states with the fewest differences, each once. */
static void
Report(List *states, MigDetectedFn detected, void *arg)
{
	int64		least = Least(states);
	ListCell   *lc;
	ListCell   *before;

	foreach(lc, states)
	{
		const State *state = lfirst(lc);
		bool		is_known = false;

		foreach(before, states)
		{
			if (before == lc)
				break;
			is_known |= ((const State *) lfirst(before))->differences == least &&
				strcmp(((const State *) lfirst(before))->versions, state->versions) == 0;
		}
		if (state->differences == least && !is_known)
			detected(state->versions, least, arg);
	}
}

static int
CompareTexts(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}
