/*-------------------------------------------------------------------------
 * src/graph/graph_plan.c
 *	  A target and the rows to an ordered plan.
 *
 * After every step of an upgrade or downgrade the rows are exactly the tops of
 * what is applied.  Each step says which rows it removes and adds; the first
 * also repairs rows that were no tops, or abbreviations, to begin with.  Tops
 * are kept by counting for each revision its applied children over all links.
 *
 * A stamp only edits rows, by Alembic's rules, and does not care whether they
 * make sense together.
 *
 * What a target stands for is left to graph_target.c, and in which order
 * revisions are run to graph_order.c.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/base.h"
#include "graph/graph_internal.h"

/* The rows of a stamp under way. */
typedef struct Stamp
{
	const MigGraph *graph;
	const MigRows *rows;
	List	   *found;			/* revisions of rows; NIL after a purge */
	bool	   *chosen;
	bool	   *inserted;		/* by an earlier target */
	bool	   *above;			/* chosen, or above a chosen row */
	bool	   *below;			/* chosen, or below a chosen row */
	bool		replaced;		/* the chosen rows are gone */
	int			nchosen;
	MigPlan    *plan;
} Stamp;

static void StartsFromRows(MigStarts *starts, const MigRows *rows);
static List *DowngradeRoots(const MigGraph *graph, int target, const char *branch,
							const char *text);
static void PlanSteps(const MigGraph *graph, MigPlan *plan, MigOperation operation,
					  List *order, List *current, const MigRows *rows);
static void EditRows(const MigGraph *graph, MigStep *step, bool *applied, int *above);
static void EditFirstRows(const MigGraph *graph, MigStep *step, const List *current,
						  const MigRows *rows, const bool *applied, const int *above);
static void SetPlanRows(MigPlan *plan, const char **ids, int n);
static void ChooseRows(Stamp *stamp, const char **targets, int ntargets);
static void StampOne(Stamp *stamp, int target, const char *text);
static void StampStep(Stamp *stamp, int target, bool replace, bool add);
static void PurgeRows(Stamp *stamp, int target);
static void FinishStamp(Stamp *stamp, bool purge);

/* ---- upgrade and downgrade ---- */

/*
 * MigGraphPlanUpgrade
 *		What has to be run, lowest first, for the target to be applied.
 *
 * A target that is applied makes no steps.  Raises an error for a target or a
 * row that is no revision, and for those that are not independent.  The plan
 * is in the caller's context and refers to the graph and to rows.
 */
MigPlan *
MigGraphPlanUpgrade(const MigGraph *graph, const char *target, const MigRows *rows)
{
	MigPlan    *plan = palloc0(sizeof(MigPlan));
	MigStarts	starts;
	List	   *targets;
	List	   *current;
	List	   *order;
	bool	   *needed;
	bool	   *applied;
	int			i;

	MigGraphRefuseNull(target);
	StartsFromRows(&starts, rows);
	targets = MigGraphUpgradeTargets(graph, target, &starts, true);
	MigGraphCheckReal(targets, target);
	MigGraphRefuseOverlap(graph, targets, MIG_TO_LINKS);
	current = MigGraphRows(graph, rows);
	MigGraphRefuseOverlap(graph, current, MIG_TO_LINKS);

	needed = MigGraphSpread(graph, targets, MIG_TO_LINKS);
	applied = MigGraphSpread(graph, current, MIG_TO_LINKS);
	for (i = 0; i < graph->n; i++)
		needed[i] = needed[i] && !applied[i];
	order = MigGraphListing(graph, needed, targets);
	pfree(needed);
	pfree(applied);
	PlanSteps(graph, plan, MIG_UPGRADE, order, current, rows);
	return plan;
}

/*
 * MigGraphPlanDowngrade
 *		What has to be undone, highest first, for the target to be on top.
 *
 * Raises an error as MigGraphPlanUpgrade does, and if the target is not
 * applied, or only as a dependency.  The plan is in the caller's context and
 * refers to the graph and to rows.
 */
MigPlan *
MigGraphPlanDowngrade(const MigGraph *graph, const char *target, const MigRows *rows)
{
	MigPlan    *plan = palloc0(sizeof(MigPlan));
	MigStarts	starts;
	const char *branch;
	int			found;
	List	   *roots;
	List	   *current;
	List	   *order;
	bool	   *gone;
	bool	   *applied;
	bool		any = false;
	int			i;

	MigGraphRefuseNull(target);
	StartsFromRows(&starts, rows);
	found = MigGraphDowngradeTarget(graph, target, &starts, true, &branch);
	roots = DowngradeRoots(graph, found, branch, target);
	current = MigGraphRows(graph, rows);

	gone = MigGraphSpread(graph, roots, MIG_TO_DEPENDENTS);
	applied = MigGraphSpread(graph, current, MIG_TO_LINKS);
	for (i = 0; i < graph->n; i++)
	{
		gone[i] &= applied[i];
		any |= gone[i];
	}
	if (found >= 0 && !any && !list_member_int(current, found))
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("cannot downgrade to revision \"%s\"", MigGraphId(graph, found)),
				applied[found] ?
				errdetail("It is applied because something depends on it; nothing above it is applied.") :
				errdetail("It is not applied."),
				applied[found] ? 0 : errhint("Use migrator.current() to see what is applied."));
	order = MigGraphListing(graph, gone, current);
	pfree(gone);
	pfree(applied);
	PlanSteps(graph, plan, MIG_DOWNGRADE, order, current, rows);
	return plan;
}

static void
StartsFromRows(MigStarts *starts, const MigRows *rows)
{
	starts->n = rows ? rows->n : 0;
	starts->texts = rows ? rows->ids : NULL;
	starts->symbols = false;
}

/*
 * MigGraphRefuseOverlap
 *		Raise an error if one of the revisions can be reached from another one.
 *
 * edges is MIG_TO_LINKS or MIG_TO_CHILDREN.
 */
void
MigGraphRefuseOverlap(const MigGraph *graph, const List *revisions, MigEdges edges)
{
	List	   *steps = NIL;
	bool	   *marks;
	int			reached = MIG_NOTHING;
	ListCell   *lc;

	if (list_length(revisions) < 2)
		return;
	foreach(lc, revisions)
	{
		steps = list_concat(steps, MigGraphLinksToList(MigGraphEdges(graph, lfirst_int(lc), edges)));
	}
	marks = MigGraphSpread(graph, steps, edges);
	list_free(steps);
	foreach(lc, revisions)
	{
		if (marks[lfirst_int(lc)])
			reached = lfirst_int(lc);
	}
	pfree(marks);
	if (reached == MIG_NOTHING)
		return;

	/* only for the message: from which other one */
	marks = MigGraphSpread(graph, list_make1_int(reached),
						   edges == MIG_TO_LINKS ? MIG_TO_DEPENDENTS : MIG_TO_PARENTS);
	foreach(lc, revisions)
	{
		if (lfirst_int(lc) != reached && marks[lfirst_int(lc)])
			break;
	}
	Assert(lc != NULL);
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("revisions \"%s\" and \"%s\" overlap",
				   MigGraphId(graph, lfirst_int(lc)), MigGraphId(graph, reached)),
			errdetail("One of them is below the other, or a dependency of it."));
}

/* The lowest revisions to undo. */
static List *
DowngradeRoots(const MigGraph *graph, int target, const char *branch, const char *text)
{
	const MigLinks *all = target < 0 ? &graph->bases : &graph->revisions[target].next;
	int			nentries = all->n;
	List	   *roots = NIL;
	bool	   *line = NULL;
	int			i;

	/* Alembic counts the labels of bases as well */
	for (i = 0; target < 0 && i < all->n; i++)
		nentries += graph->revisions[all->at[i]].def->nlabels;
	if (branch != NULL && *branch != '\0' && nentries > 1)
		line = MigGraphSpread(graph, list_make1_int(MigGraphLookupBranch(graph, branch)),
							  MIG_TO_PARENTS);
	for (i = 0; i < all->n; i++)
		if (line == NULL || line[all->at[i]])
			roots = lappend_int(roots, all->at[i]);
	if (line != NULL && roots == NIL)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("cannot downgrade to \"%s\"", text),
				errdetail("Branch \"%s\" is not above that revision.", branch));
	return roots;
}

/* ---- rows ---- */

static void
PlanSteps(const MigGraph *graph, MigPlan *plan, MigOperation operation,
		  List *order, List *current, const MigRows *rows)
{
	bool	   *applied;
	int		   *above;			/* number of applied children over links */
	const char **tops;
	int			ntops = 0;
	int			i;
	int			j;

	plan->nsteps = list_length(order);
	if (plan->nsteps == 0)
	{
		SetPlanRows(plan, rows ? rows->ids : NULL, rows ? rows->n : 0);
		return;
	}

	applied = MigGraphSpread(graph, current, MIG_TO_LINKS);
	above = palloc0(sizeof(int) * graph->n);
	for (i = 0; i < graph->n; i++)
		for (j = 0; applied[i] && j < graph->revisions[i].links.n; j++)
			above[graph->revisions[i].links.at[j]]++;

	plan->steps = palloc_extended(sizeof(MigStep) * (Size) plan->nsteps,
								  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (i = 0; i < plan->nsteps; i++)
	{
		MigStep    *step = &plan->steps[i];

		CHECK_FOR_INTERRUPTS();
		step->operation = operation;
		/* an upgrade runs the listing backwards */
		step->revision = list_nth_int(order, operation == MIG_UPGRADE ?
									  plan->nsteps - 1 - i : i);
		EditRows(graph, step, applied, above);
		if (i == 0)
			EditFirstRows(graph, step, current, rows, applied, above);
	}

	tops = palloc(sizeof(char *) * graph->n);
	for (i = 0; i < graph->n; i++)
		if (applied[i] && above[i] == 0)
			tops[ntops++] = MigGraphId(graph, i);
	SetPlanRows(plan, tops, ntops);
	pfree(tops);
	pfree(applied);
	pfree(above);
}

/* Take a step: what comes and goes among the tops. */
static void
EditRows(const MigGraph *graph, MigStep *step, bool *applied, int *above)
{
	const MigLinks *links = &graph->revisions[step->revision].links;
	bool		up = step->operation == MIG_UPGRADE;
	const char **others = palloc(sizeof(char *) * Max(links->n, 1));
	const char **own = palloc(sizeof(char *));
	int			nothers = 0;
	int			i;

	Assert(applied[step->revision] == !up && above[step->revision] == 0);
	applied[step->revision] = up;
	for (i = 0; i < links->n; i++)
	{
		int		   *count = &above[links->at[i]];

		Assert(applied[links->at[i]]);
		*count += up ? 1 : -1;
		if (*count == (up ? 1 : 0))
			others[nothers++] = MigGraphId(graph, links->at[i]);
	}
	own[0] = MigGraphId(graph, step->revision);
	step->removed = up ? others : own;
	step->nremoved = up ? nothers : 1;
	step->added = up ? own : others;
	step->nadded = up ? 1 : nothers;
}

/*
 * The edits of the first step start from the rows as they are, which need not
 * be tops, nor be written in full.
 */
static void
EditFirstRows(const MigGraph *graph, MigStep *step, const List *current,
			  const MigRows *rows, const bool *applied, const int *above)
{
	bool	   *present = palloc0(graph->n);
	int			ntops = 0;
	int			i;

	step->nremoved = 0;
	step->nadded = 0;
	if (current != NIL)
		step->removed = palloc(sizeof(char *) * list_length(current));
	for (i = 0; i < list_length(current); i++)
	{
		int			at = list_nth_int(current, i);

		if (applied[at] && above[at] == 0 && strcmp(rows->ids[i], MigGraphId(graph, at)) == 0)
			present[at] = true;
		else
			step->removed[step->nremoved++] = rows->ids[i];
	}
	for (i = 0; i < graph->n; i++)
		ntops += applied[i] && above[i] == 0;
	step->added = palloc(sizeof(char *) * Max(ntops, 1));
	for (i = 0; i < graph->n; i++)
		if (applied[i] && above[i] == 0 && !present[i])
			step->added[step->nadded++] = MigGraphId(graph, i);
	pfree(present);
}

static void
SetPlanRows(MigPlan *plan, const char **ids, int n)
{
	plan->nrows = n;
	plan->rows = palloc(sizeof(char *) * Max(n, 1));
	if (n > 0)
	{
		memcpy(plan->rows, ids, sizeof(char *) * n);
		qsort(plan->rows, n, sizeof(char *), MigGraphCompareNames);
	}
}

/*
 * MigGraphCompareNames
 *		For qsort of names, by their bytes.
 */
int
MigGraphCompareNames(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* ---- stamp ---- */

/*
 * MigGraphPlanStamp
 *		How stamping the targets, in their order, changes the rows.
 *
 * There is a step for each target that changes something.  With purge all rows
 * go first, whether they are revisions or not: the first step does that, and
 * there is one even if nothing is added.  Raises an error for names that are
 * no revisions, and if a target would replace rows that are gone already.
 */
MigPlan *
MigGraphPlanStamp(const MigGraph *graph, const char **targets, int ntargets,
				  const MigRows *rows, bool purge)
{
	Stamp	   *stamp = palloc0(sizeof(Stamp));
	List	   *found = NIL;
	List	   *texts = NIL;
	ListCell   *lc;
	ListCell   *lc2;
	int			i;

	for (i = 0; i < ntargets; i++)
		MigGraphRefuseNull(targets[i]);
	stamp->graph = graph;
	stamp->rows = rows;
	stamp->plan = palloc0(sizeof(MigPlan));
	stamp->inserted = palloc0(Max(graph->n, 1));
	if (!purge)
		stamp->found = MigGraphRows(graph, rows);
	ChooseRows(stamp, targets, ntargets);

	for (i = 0; i < ntargets; i++)
	{
		List	   *some = MigGraphMany(graph, targets[i]);

		foreach(lc, some)
		{
			found = lappend_int(found, lfirst_int(lc));
			texts = lappend(texts, unconstify(char *, targets[i]));
		}
	}
	if (found == NIL)
	{
		found = list_make1_int(MIG_NOTHING);
		texts = list_make1("base");
	}

	stamp->plan->steps = palloc_extended(sizeof(MigStep) * ((Size) list_length(found) + 1),
										 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	if (purge && rows != NULL && rows->n > 0)
		PurgeRows(stamp, linitial_int(found));
	forboth(lc, found, lc2, texts)
	{
		CHECK_FOR_INTERRUPTS();
		StampOne(stamp, lfirst_int(lc), lfirst(lc2));
	}
	FinishStamp(stamp, purge);
	return stamp->plan;
}

/*
 * MigGraphIsComplete
 *		Is every revision applied after the plan?
 */
bool
MigGraphIsComplete(const MigGraph *graph, const MigPlan *plan)
{
	MigRows		rows = {.n = plan->nrows,.ids = plan->rows};
	bool	   *applied = MigGraphApplied(graph, &rows);
	bool		complete = true;

	for (int i = 0; i < graph->n; i++)
		complete &= applied[i];
	pfree(applied);
	return complete;
}

/*
 * MigGraphOperation
 *		The name of an operation.
 */
const char *
MigGraphOperation(MigOperation operation)
{
	static const char *const names[] = {"upgrade", "downgrade", "stamp", "repeat"};

	return names[operation];
}

/* Rows related to any target, over all links, counting the branch of a target. */
static void
ChooseRows(Stamp *stamp, const char **targets, int ntargets)
{
	List	   *chosen = NIL;
	ListCell   *lc;
	int			i;

	stamp->chosen = palloc0(Max(stamp->graph->n, 1));
	for (i = 0; i < ntargets; i++)
	{
		MigFilter	filter;

		if (*targets[i] == '\0')
			continue;
		MigGraphFilterInit(stamp->graph, &filter, targets[i], true);
		foreach(lc, stamp->found)
		{
			int			row = lfirst_int(lc);

			if (MigGraphFilterKeeps(stamp->graph, &filter, row) && !stamp->chosen[row])
			{
				stamp->chosen[row] = true;
				chosen = lappend_int(chosen, row);
			}
		}
	}
	stamp->nchosen = list_length(chosen);
	stamp->above = MigGraphSpread(stamp->graph, chosen, MIG_TO_DEPENDENTS);
	stamp->below = MigGraphSpread(stamp->graph, chosen, MIG_TO_LINKS);
	list_free(chosen);
}

static void
StampOne(Stamp *stamp, int target, const char *text)
{
	if (target == MIG_UNDER_BASE)
		MigGraphCheckReal(list_make1_int(target), text);
	if (target == MIG_NOTHING)
		StampStep(stamp, target, true, false);
	else if (stamp->chosen[target])
		return;
	else if (stamp->above[target] || stamp->below[target])
	{
		if (!stamp->above[target] && stamp->replaced && stamp->nchosen > 0)
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("cannot stamp revision \"%s\" together with the other targets",
						   MigGraphId(stamp->graph, target)),
					errdetail("It is below a current version that another target has replaced."),
					errhint("Stamp one revision at a time, or use purge."));
		StampStep(stamp, target, true, true);
	}
	else
		StampStep(stamp, target, false, true);
}

/* Remove the chosen rows, or add target, or both; no step if that is nothing. */
static void
StampStep(Stamp *stamp, int target, bool replace, bool add)
{
	MigStep    *step = &stamp->plan->steps[stamp->plan->nsteps];
	int			i;

	if (step->operation != MIG_STAMP)	/* else PurgeRows has begun it */
		step->revision = target;
	if (replace && !stamp->replaced && stamp->nchosen > 0)
	{
		step->removed = palloc(sizeof(char *) * list_length(stamp->found));
		for (i = 0; i < list_length(stamp->found); i++)
			if (stamp->chosen[list_nth_int(stamp->found, i)])
				step->removed[step->nremoved++] = stamp->rows->ids[i];
		stamp->replaced = true;
	}
	if (add && !stamp->inserted[target])
	{
		stamp->inserted[target] = true;
		step->added = palloc(sizeof(char *));
		step->added[step->nadded++] = MigGraphId(stamp->graph, target);
	}
	if (step->nremoved > 0 || step->nadded > 0)
	{
		step->operation = MIG_STAMP;
		stamp->plan->nsteps++;
	}
}

/* Begin the first step by removing all rows. */
static void
PurgeRows(Stamp *stamp, int target)
{
	MigStep    *step = &stamp->plan->steps[0];

	step->operation = MIG_STAMP;
	step->revision = target;
	step->nremoved = stamp->rows->n;
	step->removed = palloc(sizeof(char *) * step->nremoved);
	memcpy(step->removed, stamp->rows->ids, sizeof(char *) * step->nremoved);
}

/* The rows after the last step. */
static void
FinishStamp(Stamp *stamp, bool purge)
{
	int			nrows = stamp->rows && !purge ? stamp->rows->n : 0;
	const char **ids = palloc(sizeof(char *) * Max((Size) stamp->graph->n + nrows, 1));
	int			n = 0;
	int			i;

	for (i = 0; i < nrows; i++)
		if (!stamp->replaced || !stamp->chosen[list_nth_int(stamp->found, i)])
			ids[n++] = stamp->rows->ids[i];
	for (i = 0; i < stamp->graph->n; i++)
		if (stamp->inserted[i])
			ids[n++] = MigGraphId(stamp->graph, i);
	SetPlanRows(stamp->plan, ids, n);
	pfree(ids);
	pfree(stamp->chosen);
	pfree(stamp->inserted);
	pfree(stamp->above);
	pfree(stamp->below);
}
