/*-------------------------------------------------------------------------
 * src/graph/graph_plan.c
 *	  A target and the rows to an ordered plan; the order of a listing.
 *
 * After every step of an upgrade or downgrade the rows are exactly the tops of
 * what is applied.  Each step says which rows it removes and adds; the first
 * also repairs rows that were no tops, or abbreviations, to begin with.  Tops
 * are kept by counting for each revision its applied children over all links.
 *
 * A stamp only edits rows, by Alembic's rules, and does not care whether they
 * make sense together.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/base.h"
#include "graph/graph_internal.h"

/* Visits that the search for a blocking tip may make: this, and more by size. */
#define LISTING_VISITS		1000000
#define LISTING_VISITS_EACH	64

/*
 * A listing under way.  Tips are kept in a doubly linked list through prev and
 * next.  Slots grow along the list; a tip that takes the place of another
 * inherits its slot, so that slots tell which of two tips comes first.
 *
 * A revision is alive if it is a tip or below one, over all links, whether it
 * is chosen or not.  A tip is blocked, being below another, exactly if it has
 * a child that is alive.
 */
typedef struct Listing
{
	const MigGraph *graph;
	bool	   *todo;			/* chosen and not yet listed */
	bool	   *tip;
	bool	   *alive;
	int		   *live;			/* number of children that are alive */
	int		   *prev;
	int		   *next;
	int		   *slot;
	int			first;
	int			last;
	int			nslots;

	/* search for the tip that blocks another */
	int		   *cursor;			/* dependents before it are dead */
	int		   *seen;			/* number of the last search that came by */
	int		   *queue;
	int			search;
	int64		visits;			/* left */

	/* tips that are not blocked, once there are no visits left */
	bool		exhausted;
	int		   *ready;
	int			nready;
} Listing;

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
static void RefuseNull(const char *target);
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
static void ListingInit(Listing *listing, const MigGraph *graph, const bool *chosen,
						const List *tops);
static void ListingWake(Listing *listing);
static void ListingAppend(Listing *listing, int tip);
static void ListingReplace(Listing *listing, int old, int tip);
static void ListingRemove(Listing *listing, int tip);
static void ListingRelease(Listing *listing, int revision);
static int	ListingBlocker(Listing *listing, int tip);
static bool HasLink(Listing *listing, int revision, int below);
static int	ReadyTip(Listing *listing);
static void ListingFree(Listing *listing);

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

	RefuseNull(target);
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

	RefuseNull(target);
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

/*
 * MigGraphRefuseRange
 *		Raise an error if a target is a range.
 */
void
MigGraphRefuseRange(const char *target)
{
	if (target == NULL || strchr(target, ':') == NULL)
		return;
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("range \"%s\" is not allowed here", target),
			errdetail("The start is known: it is what is applied."),
			errhint("Ranges are for migrator.upgrade_sql() and migrator.downgrade_sql()."));
}

/*
 * MigGraphStartRows
 *		Split a target that may be a range FROM:TO, for a plan without a
 *		database.
 *
 * Returns the rows to pretend, those of FROM, and sets rest to TO; both are in
 * the caller's context or belong to the graph.  Without a FROM there are no
 * rows, but a downgrade needs one.  Raises an error also if FROM is not one
 * revision or the word base.
 */
MigRows *
MigGraphStartRows(const MigGraph *graph, MigOperation operation,
				  const char *target, const char **rest)
{
	MigRows    *rows = palloc0(sizeof(MigRows));
	const char *colon;
	char	   *start;
	int			found;

	RefuseNull(target);
	colon = strchr(target, ':');
	*rest = target;
	if (colon == NULL)
	{
		if (operation == MIG_DOWNGRADE)
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("downgrade target \"%s\" is not a range", target),
					errdetail("Without a database it is not known where to start."),
					errhint("Write FROM:TO, as in \"%s:base\".", *target ? target : "head"));
		return rows;
	}
	if (strchr(colon + 1, ':') != NULL)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("range \"%s\" is not of the form FROM:TO", target));

	*rest = colon + 1;
	start = pnstrdup(target, colon - target);
	if (strcmp(start, "base") == 0)
		return rows;
	found = MigGraphOne(graph, start);
	if (found == MIG_NOTHING)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("range \"%s\" does not start at a revision", target),
				errhint("To start from nothing, write \"base:%s\".", *rest));
	rows->n = 1;
	rows->ids = palloc(sizeof(char *));
	rows->ids[0] = MigGraphId(graph, found);
	return rows;
}

static void
StartsFromRows(MigStarts *starts, const MigRows *rows)
{
	starts->n = rows ? rows->n : 0;
	starts->texts = rows ? rows->ids : NULL;
	starts->symbols = false;
}

static void
RefuseNull(const char *target)
{
	if (target == NULL)
		ereport(ERROR,
				errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("target must not be null"));
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
		RefuseNull(targets[i]);
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

/* ---- the order of a listing ---- */

/*
 * MigGraphListing
 *		The chosen revisions from the tops down, each above all it builds on.
 *
 * One flag of chosen for each revision.  This is Alembic's order: begin with
 * the first of the tips; while the tip at hand is below others, go to the
 * first of those; list it, and go on with its first parent in its place.  Its
 * other parents become tips at the end of the list.
 *
 * "The first of those" can cost a search through everything above, so there
 * are only so many visits for that.  If they are used up, which takes a large
 * graph with many interleaved merges, any tip that is not below another is
 * taken: the one that came to be so last.  The result is a correct order
 * still, and the same each time.
 */
List *
MigGraphListing(const MigGraph *graph, const bool *chosen, const List *tops)
{
	Listing		listing;
	List	   *listed = NIL;
	int			at;

	ListingInit(&listing, graph, chosen, tops);
	at = listing.first;
	while (at >= 0)
	{
		const MigLinks *below = &graph->revisions[at].lean_links;
		int			goes = at;
		int			i;

		CHECK_FOR_INTERRUPTS();
		if (listing.live[at] > 0)
		{
			at = ListingBlocker(&listing, at);
			continue;
		}
		listed = lappend_int(listed, at);
		listing.todo[at] = false;
		for (i = 0; i < below->n; i++)
		{
			int			tip = below->at[i];

			if (!listing.todo[tip] || listing.tip[tip])
				continue;
			if (goes == at)
			{
				ListingReplace(&listing, at, tip);
				goes = tip;
			}
			else
				ListingAppend(&listing, tip);
		}
		if (goes == at)
		{
			goes = listing.prev[at];
			ListingRemove(&listing, at);
			if (goes < 0)
				goes = listing.first;
		}
		ListingRelease(&listing, at);
		at = goes;
	}
	ListingFree(&listing);
	return listed;
}

static void
ListingInit(Listing *listing, const MigGraph *graph, const bool *chosen,
			const List *tops)
{
	Size		size = sizeof(int) * Max((Size) graph->n, 1);
	bool	   *is_top = palloc0(Max(graph->n, 1));
	ListCell   *lc;
	int			i;

	memset(listing, 0, sizeof(Listing));
	listing->graph = graph;
	listing->todo = palloc(Max(graph->n, 1));
	memcpy(listing->todo, chosen, graph->n);
	listing->tip = palloc0(Max(graph->n, 1));
	listing->live = palloc_extended(size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	listing->cursor = palloc_extended(size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	listing->seen = palloc_extended(size, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	listing->prev = palloc_extended(size, MCXT_ALLOC_HUGE);
	listing->next = palloc_extended(size, MCXT_ALLOC_HUGE);
	listing->slot = palloc_extended(size, MCXT_ALLOC_HUGE);
	listing->queue = palloc_extended(size, MCXT_ALLOC_HUGE);
	listing->first = listing->last = -1;
	listing->visits = LISTING_VISITS + (int64) LISTING_VISITS_EACH * graph->n;

	foreach(lc, tops)
	{
		is_top[lfirst_int(lc)] = true;
	}
	for (i = 0; i < graph->n; i++)
		if (is_top[i] && chosen[i])
			ListingAppend(listing, i);
	pfree(is_top);
	ListingWake(listing);
}

/* Find what is alive to begin with, and count. */
static void
ListingWake(Listing *listing)
{
	const MigGraph *graph = listing->graph;
	List	   *tips = NIL;
	int			i;
	int			j;

	for (i = listing->first; i >= 0; i = listing->next[i])
		tips = lappend_int(tips, i);
	listing->alive = MigGraphSpread(graph, tips, MIG_TO_LINKS);
	list_free(tips);
	for (i = 0; i < graph->n; i++)
	{
		const MigLinks *links = &graph->revisions[i].links;

		for (j = 0; listing->alive[i] && j < links->n; j++)
			listing->live[links->at[j]]++;
	}
}

static void
ListingAppend(Listing *listing, int tip)
{
	listing->tip[tip] = true;
	listing->slot[tip] = listing->nslots++;
	listing->prev[tip] = listing->last;
	listing->next[tip] = -1;
	if (listing->last >= 0)
		listing->next[listing->last] = tip;
	else
		listing->first = tip;
	listing->last = tip;
}

static void
ListingReplace(Listing *listing, int old, int tip)
{
	listing->tip[old] = false;
	listing->tip[tip] = true;
	listing->slot[tip] = listing->slot[old];
	listing->prev[tip] = listing->prev[old];
	listing->next[tip] = listing->next[old];
	if (listing->prev[tip] >= 0)
		listing->next[listing->prev[tip]] = tip;
	else
		listing->first = tip;
	if (listing->next[tip] >= 0)
		listing->prev[listing->next[tip]] = tip;
	else
		listing->last = tip;
}

static void
ListingRemove(Listing *listing, int tip)
{
	int			prev = listing->prev[tip];
	int			next = listing->next[tip];

	listing->tip[tip] = false;
	if (prev >= 0)
		listing->next[prev] = next;
	else
		listing->first = next;
	if (next >= 0)
		listing->prev[next] = prev;
	else
		listing->last = prev;
}

/* A revision is listed: it is dead, and so is what was alive only through it. */
static void
ListingRelease(Listing *listing, int revision)
{
	const MigGraph *graph = listing->graph;
	int			ntodo = 0;

	listing->queue[ntodo++] = revision;
	while (ntodo > 0)
	{
		int			at = listing->queue[--ntodo];
		const MigLinks *links = &graph->revisions[at].links;
		int			i;

		listing->alive[at] = false;
		for (i = 0; i < links->n; i++)
		{
			int			below = links->at[i];

			if (--listing->live[below] > 0)
				continue;
			if (!listing->tip[below])
				listing->queue[ntodo++] = below;
			else if (listing->exhausted)
				listing->ready[listing->nready++] = below;
		}
	}
}

/*
 * The first tip in the list that is above a blocked one.
 *
 * Goes up through children that are alive, until there are no more or the
 * first tip of the whole list has been met.  Dead children stay dead, so each
 * revision remembers how many of its first children are.
 */
static int
ListingBlocker(Listing *listing, int tip)
{
	int			first = listing->first != tip ? listing->first : listing->next[tip];
	int			best = -1;
	int			begin = 0;
	int			end = 0;

	if (listing->exhausted)
		return ReadyTip(listing);
	if (MigGraphTreeAbove(listing->graph, first, tip) || HasLink(listing, first, tip))
		return first;

	listing->search++;
	listing->queue[end++] = tip;
	while (begin < end && best != first)
	{
		int			at = listing->queue[begin++];
		const MigLinks *above = &listing->graph->revisions[at].next_all;
		int		   *cursor = &listing->cursor[at];
		int			i;

		while (*cursor < above->n && !listing->alive[above->at[*cursor]])
			(*cursor)++;
		for (i = *cursor; i < above->n && best != first; i++)
		{
			int			child = above->at[i];

			listing->visits--;
			if (!listing->alive[child] || listing->seen[child] == listing->search)
				continue;
			listing->seen[child] = listing->search;
			listing->queue[end++] = child;
			if (listing->tip[child] &&
				(best < 0 || listing->slot[child] < listing->slot[best]))
				best = child;
		}
		if (listing->visits < 0)
			return ReadyTip(listing);
	}
	Assert(best >= 0);
	return best;
}

/* A common case: the first tip is a child of the blocked one. */
static bool
HasLink(Listing *listing, int revision, int below)
{
	const MigLinks *links = &listing->graph->revisions[revision].links;
	int			i;

	listing->visits -= links->n;
	for (i = 0; i < links->n; i++)
		if (links->at[i] == below)
			return true;
	return false;
}

/*
 * A tip that is not blocked, of those the one that came to be so last.  Tips
 * stay unblocked, and each is entered once, so all calls together are linear.
 */
static int
ReadyTip(Listing *listing)
{
	int			tip;

	if (!listing->exhausted)
	{
		listing->exhausted = true;
		listing->ready = palloc_extended(sizeof(int) * Max((Size) listing->graph->n, 1),
										 MCXT_ALLOC_HUGE);
		for (tip = listing->last; tip >= 0; tip = listing->prev[tip])
			if (listing->live[tip] == 0)
				listing->ready[listing->nready++] = tip;
	}
	do
	{
		Assert(listing->nready > 0);
		tip = listing->ready[--listing->nready];
	} while (!listing->tip[tip]);
	return tip;
}

static void
ListingFree(Listing *listing)
{
	pfree(listing->todo);
	pfree(listing->tip);
	pfree(listing->alive);
	pfree(listing->live);
	pfree(listing->cursor);
	pfree(listing->seen);
	pfree(listing->prev);
	pfree(listing->next);
	pfree(listing->slot);
	pfree(listing->queue);
	if (listing->ready != NULL)
		pfree(listing->ready);
}
