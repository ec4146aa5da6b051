/*-------------------------------------------------------------------------
 * src/graph/graph.h
 *	  Revisions, branches, heads; a target expression to an ordered plan.
 *
 * The semantics are Alembic's.  Words used throughout:
 *
 *	parents		the down revisions of a revision, in the order written
 *	dependency	a revision named by depends_on, directly or by its label
 *	links		parents and dependencies together, without repeats
 *	base, head	no parents; no children
 *	real head	no children and nothing depends on it
 *	rows		the current versions: tops of what is applied
 *	applied		the rows and everything below them over all links
 *	lineage		everything straight above or below over parents
 *
 * A graph is built once from an array of definitions and never changed.
 * Revisions are numbered by their script order, which is the order of the
 * array; every list of revisions that the graph keeps is an array of such
 * numbers.  All algorithms are iterative and linear in revisions and links;
 * where an exact tie-break would cost more, the comment says what it does.
 *
 * Nothing here reads the database: rows are passed in, as text, in the order
 * in which they were read.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_GRAPH_H
#define MIG_GRAPH_H

#include "nodes/pg_list.h"

/* A revision as its file defines it.  Texts must outlive the graph. */
typedef struct MigRevisionDef
{
	const char *id;
	const char *message;		/* never NULL */
	const char *filename;		/* or NULL */
	int32		serial;			/* the ledger's short name for it */
	bool		transactional;	/* can the upgrade run in a transaction? */
	bool		reversible;		/* has a way down */
	bool		down_transactional;
	int			nparents;
	const char **parents;
	int			ndeps;
	const char **deps;			/* ids or labels, as written */
	int			nlabels;
	const char **labels;
	int			naliases;
	const char **aliases;		/* former ids */
} MigRevisionDef;

/* A set of revisions by number, kept in one of the graph's arrays. */
typedef struct MigLinks
{
	int			n;
	int		   *at;
} MigLinks;

typedef struct MigRevision
{
	const MigRevisionDef *def;
	MigLinks	parents;		/* down revisions, as written */
	MigLinks	deps;			/* resolved depends_on, as written */
	int			ndown;			/* distinct parents */
	MigLinks	links;			/* these first, then deps, no repeats */
	MigLinks	lean_links;		/* the same without inherited deps */
	MigLinks	next;			/* children over parents */
	MigLinks	next_all;		/* children over links */
} MigRevision;

typedef struct MigGraph
{
	int			n;
	MigRevision *revisions;
	MigLinks	heads;
	MigLinks	real_heads;
	MigLinks	bases;
	int		   *order;			/* all revisions, each after its links */
	int		   *tree_start;		/* see MigGraphTreeAbove */
	int		   *tree_end;
	struct HTAB *names;			/* ids, labels and aliases to numbers */
	MemoryContext context;		/* everything of the graph lives here */
} MigGraph;

/* What is wrong with a set of definitions; code is for programs. */
typedef struct MigGraphProblem
{
	int			sqlstate;
	const char *code;			/* self_loop, missing_parent, cycle ... */
	const char *revision;		/* where it is to be mended */
	const char *message;
	const char *detail;			/* or NULL */
	const char *hint;			/* or NULL */
} MigGraphProblem;

typedef enum MigOperation
{
	MIG_UPGRADE,
	MIG_DOWNGRADE,
	MIG_STAMP,
	MIG_REPEAT					/* of a revision that is in no graph */
} MigOperation;

/*
 * One step of a plan, with what it does to the rows.  Rows are given as text,
 * because a stamp may remove a row that no revision of the graph has.
 */
typedef struct MigStep
{
	MigOperation operation;
	int			revision;		/* number; -1 for a stamp to base */
	int			nremoved;
	const char **removed;
	int			nadded;
	const char **added;
} MigStep;

typedef struct MigPlan
{
	int			nsteps;
	MigStep    *steps;
	int			nrows;			/* rows after the last step, sorted */
	const char **rows;
} MigPlan;

/* Rows as the caller read them. */
typedef struct MigRows
{
	int			n;
	const char **ids;
} MigRows;

/* graph_build.c */
extern MigGraph *MigGraphBuild(MemoryContext context, const MigRevisionDef *defs, int n);
extern List *MigGraphProblems(const MigRevisionDef *defs, int n);
extern void MigGraphRaise(const MigGraphProblem *problem);

/* graph_resolve.c: names to revisions; lists are of int, BASE leaves none */
extern int	MigGraphFind(const MigGraph *graph, const char *name);
extern bool MigGraphIsLabel(const MigGraph *graph, const char *name);
extern List *MigGraphResolveMany(const MigGraph *graph, const char *symbol);
extern int	MigGraphResolveOne(const MigGraph *graph, const char *symbol);

/* graph_target.c */
extern void MigGraphRefuseRange(const char *target);
extern MigRows *MigGraphStartRows(const MigGraph *graph, MigOperation operation,
								  const char *target, const char **rest);

/* graph_plan.c */
extern MigPlan *MigGraphPlanUpgrade(const MigGraph *graph, const char *target, const MigRows *rows);
extern MigPlan *MigGraphPlanDowngrade(const MigGraph *graph, const char *target, const MigRows *rows);
extern MigPlan *MigGraphPlanStamp(const MigGraph *graph, const char **targets, int ntargets,
								  const MigRows *rows, bool purge);
extern bool MigGraphIsComplete(const MigGraph *graph, const MigPlan *plan);
extern const char *MigGraphOperation(MigOperation operation);

/* graph_look.c */
extern bool *MigGraphApplied(const MigGraph *graph, const MigRows *rows);
extern List *MigGraphCurrent(const MigGraph *graph, const MigRows *rows);
extern List *MigGraphHistory(const MigGraph *graph, const char *range, const MigRows *rows);
extern List *MigGraphShow(const MigGraph *graph, const char *symbol, const MigRows *rows);
extern List *MigGraphSpreadLabels(const MigGraph *graph, int revision);
extern List **MigGraphHeadLabels(const MigGraph *graph);

/* graph_add.c: the definition of a new revision on top of the graph */
extern MigRevisionDef *MigGraphNewRevision(const MigGraph *graph, const char *id,
										   const char **heads, int nheads, bool splice,
										   const char **labels, int nlabels,
										   const char **deps, int ndeps);

/* graph_draw.c */
extern char *MigGraphDrawText(const MigGraph *graph, const MigRows *rows);
extern char *MigGraphDrawDot(const MigGraph *graph, const MigRows *rows);
extern char *MigGraphDrawMermaid(const MigGraph *graph, const MigRows *rows);

#endif							/* MIG_GRAPH_H */
