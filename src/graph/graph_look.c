/*-------------------------------------------------------------------------
 * src/graph/graph_look.c
 *	  Questions about a graph and the rows: what is applied, what is current,
 *	  history, show, labels.
 *
 * Labels spread: every revision above a labelled one, over parents, carries
 * the label too, and, as long as the line from it to its head neither forks
 * nor merges, so do the revisions below it, down to the first fork or merge.
 * There may be many labels on many revisions, so this is worked out on demand.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/base.h"
#include "graph/graph_internal.h"

static void SplitRange(const char *range, const char **start, const char **end);
static List *HistoryTargets(const MigGraph *graph, const char *range, const char *end,
							const MigStarts *starts, const MigRows *rows);
static List *KeepLabelled(const MigGraph *graph, List *targets, const char *start);
static List *HistoryFrom(const MigGraph *graph, const char *start, const MigStarts *starts,
						 const char *end, const MigRows *rows, const bool *required);
static List *ListHistory(const MigGraph *graph, const List *targets,
						 const bool *required, const List *from);
static int *LabelShortcuts(const MigGraph *graph);
static bool IsPlain(const MigGraph *graph, int revision);
static List *SortedLabels(List *labels);
static int	CompareLabels(const ListCell *a, const ListCell *b);

/*
 * MigGraphApplied
 *		What is applied, one flag for each revision of the graph.
 *
 * Raises an error for a row that is no revision.
 */
bool *
MigGraphApplied(const MigGraph *graph, const MigRows *rows)
{
	List	   *current = MigGraphRows(graph, rows);
	bool	   *applied = MigGraphSpread(graph, current, MIG_TO_LINKS);

	list_free(current);
	return applied;
}

/*
 * MigGraphCurrent
 *		The applied revisions with no applied child over parents, in script
 *		order.
 *
 * More than the rows: a dependency has no row of its own but is shown here.
 * Raises an error for a row that is no revision.
 */
List *
MigGraphCurrent(const MigGraph *graph, const MigRows *rows)
{
	return MigGraphTops(graph, MigGraphRows(graph, rows));
}

/*
 * MigGraphTops
 *		The same for rows that have been looked up.
 */
List *
MigGraphTops(const MigGraph *graph, const List *rows)
{
	bool	   *applied = MigGraphSpread(graph, rows, MIG_TO_LINKS);
	List	   *tops = NIL;
	int			i;
	int			j;

	for (i = 0; i < graph->n; i++)
	{
		const MigLinks *next = &graph->revisions[i].next;

		CHECK_FOR_INTERRUPTS();
		if (!applied[i])
			continue;
		for (j = 0; j < next->n && !applied[next->at[j]]; j++)
			;
		if (j == next->n)
			tops = lappend_int(tops, i);
	}
	pfree(applied);
	return tops;
}

/*
 * MigGraphShow
 *		The revisions that a symbol stands for; "current" means the rows.
 *
 * Raises an error for a name or a row that is no revision.
 */
List *
MigGraphShow(const MigGraph *graph, const char *symbol, const MigRows *rows)
{
	if (symbol != NULL && strcmp(symbol, "current") == 0)
		return MigGraphRows(graph, rows);
	return MigGraphResolveMany(graph, symbol);
}

/* ---- history ---- */

/*
 * MigGraphHistory
 *		The revisions of a range, newest first.
 *
 * range is START:END; an empty start is base, an empty end is heads, and
 * "current" on one side means the rows.  A NULL range is everything.  With a
 * start only what is above it over parents is listed, the start included.
 * Raises an error if the range makes no sense.
 */
List *
MigGraphHistory(const MigGraph *graph, const char *range, const MigRows *rows)
{
	const char *start = "base";
	const char *end = "heads";
	MigStarts	starts;
	List	   *targets;
	List	   *from;
	bool	   *required;

	if (range != NULL)
		SplitRange(range, &start, &end);
	else
		range = "";

	starts.n = 1;
	starts.texts = &start;
	starts.symbols = true;
	if (strcmp(end, "current") == 0)
		end = rows != NULL && rows->n > 0 ? NULL : "heads";
	else if (strcmp(start, "current") == 0)
	{
		if (rows != NULL && rows->n > 0)
		{
			starts.n = rows->n;
			starts.texts = rows->ids;
			starts.symbols = false;
		}
		start = "base";
	}

	targets = HistoryTargets(graph, range, end, &starts, rows);
	if (starts.symbols && strchr(start, '@') != NULL)
		targets = KeepLabelled(graph, targets, start);
	MigGraphRefuseOverlap(graph, targets, MIG_TO_LINKS);
	required = MigGraphSpread(graph, targets, MIG_TO_LINKS);
	from = HistoryFrom(graph, start, &starts, end, rows, required);
	return ListHistory(graph, targets, required, from);
}

/* Cut a range at its colon; empty sides leave the result as it is. */
static void
SplitRange(const char *range, const char **start, const char **end)
{
	char	   *text = MigTrim(range, strlen(range));
	char	   *colon = strchr(text, ':');

	if (colon == NULL || strchr(colon + 1, ':') != NULL)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("history range \"%s\" is not of the form START:END", range),
				errhint("Either side may be empty, as in \"%s:\".",
						colon == NULL && *text != '\0' ? text : "base"));
	*colon = '\0';
	if (*text != '\0')
		*start = text;
	if (colon[1] != '\0')
		*end = colon + 1;
}

/* The upper end; a NULL end means the rows. */
static List *
HistoryTargets(const MigGraph *graph, const char *range, const char *end,
			   const MigStarts *starts, const MigRows *rows)
{
	List	   *targets;

	if (end == NULL)
		return MigGraphRows(graph, rows);
	targets = MigGraphUpgradeTargets(graph, end, starts, false);
	MigGraphCheckReal(targets, range);
	return targets;
}

/*
 * Keep the targets that carry the label before the "@" of start; a revision
 * there stands for the one label that it carries.
 */
static List *
KeepLabelled(const MigGraph *graph, List *targets, const char *start)
{
	const char *branch = pnstrdup(start, strchr(start, '@') - start);
	int			revision = MigGraphOne(graph, branch);
	List	   *kept = NIL;
	bool	   *labelled;
	ListCell   *lc;

	if (revision != MIG_NOTHING && strcmp(MigGraphId(graph, revision), branch) == 0)
	{
		List	   *labels = MigGraphSpreadLabels(graph, revision);

		if (list_length(labels) != 1)
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("revision \"%s\" does not name one branch", branch),
					errdetail_plural("It carries %d branch label.",
									 "It carries %d branch labels.",
									 list_length(labels), list_length(labels)),
					errhint("Use a branch label before the \"@\"."));
		branch = linitial(labels);
	}
	labelled = MigGraphLabelled(graph, branch);
	foreach(lc, targets)
	{
		if (labelled != NULL && labelled[lfirst_int(lc)])
			kept = lappend_int(kept, lfirst_int(lc));
	}
	return kept;
}

/* The lower end of the range: revisions, or none for everything. */
static List *
HistoryFrom(const MigGraph *graph, const char *start, const MigStarts *starts,
			const char *end, const MigRows *rows, const bool *required)
{
	List	   *from = MigGraphStarts(graph, starts);
	bool		end_is_name = end == NULL || MigGraphIsName(graph, end);
	ListCell   *lc;

	foreach(lc, from)
	{
		int			one = lfirst_int(lc);

		if (one == MIG_NOTHING ? end_is_name : one >= 0 && required[one])
			continue;
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				one >= 0 ? errmsg("revision \"%s\" is not below the end of the range", MigGraphId(graph, one)) :
				errmsg("start \"%s\" of the range is below every revision", start),
				one >= 0 ? 0 : errhint("To list from the first revision on, leave the start empty, as in \":%s\".",
									   end == NULL ? "current" : end));
	}

	if (from != NIL && linitial_int(from) == MIG_NOTHING)
	{
		/* "-N" went beyond the base: take it as relative to the end, a name */
		MigStarts	ends;
		const char *branch;
		int			one;

		ends.n = end ? 1 : rows->n;
		ends.texts = end ? &end : rows->ids;
		ends.symbols = end != NULL;
		one = MigGraphDowngradeTarget(graph, start, &ends, false, &branch);
		from = one == MIG_UNDER_BASE ? NIL : list_make1_int(one);
	}
	MigGraphCheckReal(from, start);
	MigGraphRefuseOverlap(graph, from, MIG_TO_LINKS);
	return from;
}

static List *
ListHistory(const MigGraph *graph, const List *targets,
			const bool *required, const List *from)
{
	bool	   *chosen = MigGraphSpread(graph, from, MIG_TO_LINKS);
	bool	   *above;
	List	   *listed;
	ListCell   *lc;
	int			i;

	for (i = 0; i < graph->n; i++)
		chosen[i] = required[i] && !chosen[i];
	foreach(lc, from)
	{
		chosen[lfirst_int(lc)] = true;
	}
	if (from != NIL)
	{
		MigGraphRefuseOverlap(graph, from, MIG_TO_CHILDREN);
		above = MigGraphSpread(graph, from, MIG_TO_CHILDREN);
		for (i = 0; i < graph->n; i++)
			chosen[i] &= above[i];
		pfree(above);
	}
	listed = MigGraphListing(graph, chosen, targets);
	pfree(chosen);
	return listed;
}

/* ---- labels ---- */

/*
 * MigGraphLabelled
 *		Mark the revisions that carry a label; NULL if there is no such label.
 */
bool *
MigGraphLabelled(const MigGraph *graph, const char *label)
{
	int			at = MigGraphFind(graph, label);
	bool	   *marks;
	int			i;

	if (at < 0 || !MigGraphIsLabel(graph, label))
		return NULL;
	marks = MigGraphSpread(graph, list_make1_int(at), MIG_TO_CHILDREN);
	for (i = 0; i < graph->n; i++)
		if (marks[i] && !IsPlain(graph, i))
			return marks;
	while (graph->revisions[at].parents.n > 0)
	{
		at = graph->revisions[at].parents.at[0];
		if (!IsPlain(graph, at))
			break;
		marks[at] = true;
	}
	return marks;
}

/*
 * MigGraphSpreadLabels
 *		The labels that a revision carries, as a sorted list of char *.
 */
List *
MigGraphSpreadLabels(const MigGraph *graph, int revision)
{
	bool	   *below = MigGraphSpread(graph, list_make1_int(revision), MIG_TO_PARENTS);
	int			at = revision;
	List	   *labels = NIL;
	int			i;
	int			j;

	/* up to the head, if the line is plain */
	while (IsPlain(graph, at) && graph->revisions[at].next.n > 0)
		at = graph->revisions[at].next.at[0];
	if (IsPlain(graph, at))
		for (; at != revision; at = graph->revisions[at].parents.at[0])
			below[at] = true;

	for (i = 0; i < graph->n; i++)
	{
		const MigRevisionDef *def = graph->revisions[i].def;

		for (j = 0; below[i] && j < def->nlabels; j++)
			labels = lappend(labels, unconstify(char *, def->labels[j]));
	}
	pfree(below);
	return SortedLabels(labels);
}

/*
 * MigGraphHeadLabels
 *		The labels that each head carries: an array of sorted lists, in the
 *		order of graph->heads.
 *
 * A head carries the labels of everything below it.  From each revision there
 * is a shortcut to the first one below it that has labels or at which such
 * lines come together, so that little but labels is visited for each head.
 */
List	  **
MigGraphHeadLabels(const MigGraph *graph)
{
	List	  **result = palloc0(sizeof(List *) * Max(graph->heads.n, 1));
	int		   *shortcut = LabelShortcuts(graph);
	int		   *seen = palloc_extended(sizeof(int) * Max((Size) graph->n, 1),
									   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	int		   *todo = palloc_extended(sizeof(int) * Max((Size) graph->n, 1), MCXT_ALLOC_HUGE);
	int			i;
	int			j;

	for (i = 0; i < graph->heads.n; i++)
	{
		int			ntodo = 0;

		CHECK_FOR_INTERRUPTS();
		if (shortcut[graph->heads.at[i]] >= 0)
			todo[ntodo++] = shortcut[graph->heads.at[i]];
		while (ntodo > 0)
		{
			const MigRevision *rev = &graph->revisions[todo[--ntodo]];

			for (j = 0; j < rev->def->nlabels; j++)
				result[i] = lappend(result[i], unconstify(char *, rev->def->labels[j]));
			for (j = 0; j < rev->ndown; j++)
			{
				int			to = shortcut[rev->links.at[j]];

				if (to < 0 || seen[to] == i + 1)
					continue;
				seen[to] = i + 1;
				todo[ntodo++] = to;
			}
		}
		result[i] = SortedLabels(result[i]);
	}
	pfree(shortcut);
	pfree(seen);
	pfree(todo);
	return result;
}

/* For MigGraphHeadLabels; -1 where there are no labels below. */
static int *
LabelShortcuts(const MigGraph *graph)
{
	int		   *shortcut = palloc_extended(sizeof(int) * Max((Size) graph->n, 1), MCXT_ALLOC_HUGE);
	int			i;
	int			j;

	for (i = 0; i < graph->n; i++)
	{
		int			at = graph->order[i];
		const MigRevision *rev = &graph->revisions[at];

		shortcut[at] = rev->def->nlabels > 0 ? at : -1;
		for (j = 0; j < rev->ndown && shortcut[at] != at; j++)
		{
			int			to = shortcut[rev->links.at[j]];

			if (shortcut[at] < 0)
				shortcut[at] = to;
			else if (to >= 0 && to != shortcut[at])
				shortcut[at] = at;
		}
	}
	return shortcut;
}

/* Neither a fork, dependents counting, nor a merge? */
static bool
IsPlain(const MigGraph *graph, int revision)
{
	return graph->revisions[revision].next_all.n < 2 &&
		graph->revisions[revision].parents.n < 2;
}

static List *
SortedLabels(List *labels)
{
	list_sort(labels, CompareLabels);
	return labels;
}

static int
CompareLabels(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}
