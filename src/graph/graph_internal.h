/*-------------------------------------------------------------------------
 * src/graph/graph_internal.h
 *	  What the files of this room share.
 *
 * Two places of a walk are no revisions: NOTHING, from where a walk goes up
 * to a base and down to a head, and UNDER_BASE, where a walk down ends.  Lists
 * that may hold them say so.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_GRAPH_INTERNAL_H
#define MIG_GRAPH_INTERNAL_H

#include "graph/graph.h"

#define MIG_NOTHING		(-1)
#define MIG_UNDER_BASE	(-2)

/* Ways to go from a revision. */
typedef enum MigEdges
{
	MIG_TO_PARENTS,
	MIG_TO_LINKS,
	MIG_TO_CHILDREN,
	MIG_TO_DEPENDENTS			/* children over all links */
} MigEdges;

/* An entry of MigGraph.names; the key points to the name. */
typedef struct MigName
{
	const char *name;
	int			revision;
	bool		is_label;
	bool		is_alias;
} MigName;

/* What a symbol stands for: a word to look up, or revisions, or neither. */
typedef struct MigSymbol
{
	const char *branch;			/* NULL: none; may be empty */
	const char *word;			/* NULL unless it has to be looked up */
	List	   *found;			/* of int */
} MigSymbol;

/*
 * Keeps the revisions that share a lineage with a symbol.  The symbol is
 * looked up when the first revision is asked about, since only then may it
 * fail.
 */
typedef struct MigFilter
{
	MigSymbol	symbol;
	bool		all_links;		/* lineage over links, not only parents */
	bool		open;			/* keeps everything */
	bool	   *marks;
} MigFilter;

/*
 * Where relative targets start: the rows, or, in the range of a history, a
 * symbol of the target language.
 */
typedef struct MigStarts
{
	int			n;
	const char **texts;
	bool		symbols;
} MigStarts;

static inline const MigLinks *
MigGraphEdges(const MigGraph *graph, int revision, MigEdges edges)
{
	const MigRevision *rev = &graph->revisions[revision];

	switch (edges)
	{
		case MIG_TO_PARENTS:
			return &rev->parents;
		case MIG_TO_LINKS:
			return &rev->links;
		case MIG_TO_CHILDREN:
			return &rev->next;
		case MIG_TO_DEPENDENTS:
			break;
	}
	return &rev->next_all;
}

static inline const char *
MigGraphId(const MigGraph *graph, int revision)
{
	return graph->revisions[revision].def->id;
}

/*
 * First parents make a forest.  In a walk through it, each revision before what
 * is above it, tree_start is the number of a revision, and what is above it has
 * the numbers that follow, up to tree_end.  So this says that one revision is
 * above another, or the same, in constant time, but only along first parents.
 */
static inline bool
MigGraphTreeAbove(const MigGraph *graph, int revision, int below)
{
	return graph->tree_start[revision] >= graph->tree_start[below] &&
		graph->tree_start[revision] < graph->tree_end[below];
}

/* graph_build.c */
extern const char *MigGraphIllegalCharacter(const char *id);
extern void *MigGraphAllocArray(MemoryContext context, Size size, Size count);

/* graph_lean.c */
extern void MigGraphNumberTree(MigGraph *graph);
extern void MigGraphLeanLinks(MigGraph *graph, int *seen);

/* graph_resolve.c */
extern bool *MigGraphSpread(const MigGraph *graph, const List *starts, MigEdges edges);
extern const char *MigGraphQuote(const MigGraph *graph, const List *revisions);
extern List *MigGraphLinksToList(const MigLinks *links);
extern bool MigGraphIsAlias(const MigGraph *graph, const char *name);
extern bool MigGraphIsName(const MigGraph *graph, const char *name);
extern int	MigGraphLookup(const MigGraph *graph, const char *name);
extern int	MigGraphLookupRow(const MigGraph *graph, const char *row);
extern int	MigGraphLookupBranch(const MigGraph *graph, const char *name);
extern List *MigGraphRows(const MigGraph *graph, const MigRows *rows);
extern void MigGraphFilterInit(const MigGraph *graph, MigFilter *filter,
							   const char *text, bool all_links);
extern bool MigGraphFilterKeeps(const MigGraph *graph, MigFilter *filter, int revision);
extern List *MigGraphMany(const MigGraph *graph, const char *text);
extern int	MigGraphOne(const MigGraph *graph, const char *text);

/* graph_target.c */
extern void MigGraphRefuseNull(const char *target);
extern bool MigGraphParseDownwards(const char *word, int *steps);
extern List *MigGraphWalkFromHeads(const MigGraph *graph, const char *branch, int steps);
extern void MigGraphCheckReal(const List *found, const char *text);
extern List *MigGraphStarts(const MigGraph *graph, const MigStarts *starts);
extern List *MigGraphUpgradeTargets(const MigGraph *graph, const char *target,
									const MigStarts *starts, bool strict);
extern int	MigGraphDowngradeTarget(const MigGraph *graph, const char *target,
									const MigStarts *starts, bool strict,
									const char **branch);

/* graph_plan.c */
extern void MigGraphRefuseOverlap(const MigGraph *graph, const List *revisions, MigEdges edges);
extern int	MigGraphCompareNames(const void *a, const void *b);

/* graph_order.c */
extern List *MigGraphListing(const MigGraph *graph, const bool *chosen, const List *tops);

/* graph_look.c */
extern bool *MigGraphLabelled(const MigGraph *graph, const char *label);
extern List *MigGraphTops(const MigGraph *graph, const List *rows);

#endif							/* MIG_GRAPH_INTERNAL_H */
