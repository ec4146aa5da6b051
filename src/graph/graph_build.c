/*-------------------------------------------------------------------------
 * src/graph/graph_build.c
 *	  An array of definitions to a graph, or to what is wrong with it.
 *
 * One pass finds everything; MigGraphBuild then raises the first problem and
 * MigGraphProblems returns them all.  The order of the problems is Alembic's
 * order of loading: each revision by itself, labels, dependencies, parents,
 * cycles.  Unlike Alembic this looks for real cycles, and names only the
 * revisions that are on one.
 *
 * What comes of a build with problems is only good for being thrown away:
 * names that lead nowhere have been left out of it.  graph_lean.c, which needs
 * a graph without cycles, is called only if there are none.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "base/base.h"
#include "graph/graph_internal.h"

/* A build under way. */
typedef struct Builder
{
	MigGraph   *graph;
	List	   *problems;		/* of MigGraphProblem * */
	int		   *seen;			/* scratch: revision + 1 of the last visitor */
} Builder;

static Builder *BuildGraph(MemoryContext context, const MigRevisionDef *defs, int n);
static void AddProblem(Builder *builder, int sqlstate, const char *code,
					   const char *revision, const char *message,
					   const char *detail, const char *hint);
static void EnterRevision(Builder *builder, int number);
static void EnterLabels(Builder *builder, int number);
static void EnterAliases(Builder *builder, int number);
static void ResolveDeps(Builder *builder, int number, int **room);
static void ResolveParents(Builder *builder, int number, int **room);
static void LinkRevisions(Builder *builder);
static void LinkChildren(Builder *builder);
static bool SortRevisions(Builder *builder, bool all_links);
static void FindCycles(Builder *builder, bool all_links);
static void ReportCycle(Builder *builder, const int *below, int start, bool all_links);
static void PickEnds(Builder *builder);

/*
 * MigGraphBuild
 *		Make a graph of n definitions, in script order.
 *
 * The graph is allocated in context and refers to defs, which must live as
 * long.  Raises an error for the first problem found.
 */
MigGraph *
MigGraphBuild(MemoryContext context, const MigRevisionDef *defs, int n)
{
	Builder    *builder = BuildGraph(context, defs, n);

	if (builder->problems != NIL)
		MigGraphRaise((MigGraphProblem *) linitial(builder->problems));
	return builder->graph;
}

/*
 * MigGraphRaise
 *		Raise a problem as an error.
 */
void
MigGraphRaise(const MigGraphProblem *problem)
{
	ereport(ERROR,
			errcode(problem->sqlstate),
			errmsg_internal("%s", problem->message),
			problem->detail ? errdetail_internal("%s", problem->detail) : 0,
			problem->hint ? errhint("%s", problem->hint) : 0);
}

/*
 * MigGraphProblems
 *		Everything that keeps n definitions from being a graph.
 *
 * Returns a list of MigGraphProblem, NIL if all is well, in the caller's
 * context.  Does not raise.  Of several cycles that share revisions at least
 * one is reported.
 */
List *
MigGraphProblems(const MigRevisionDef *defs, int n)
{
	return BuildGraph(CurrentMemoryContext, defs, n)->problems;
}

/*
 * MigGraphIllegalCharacter
 *		Where in a revision id a character of the target language is, or NULL.
 */
const char *
MigGraphIllegalCharacter(const char *id)
{
	return strpbrk(id, "@-+:");
}

/*
 * MigGraphAllocArray
 *		Room for count things, zeroed; it may be larger than palloc allows.
 */
void *
MigGraphAllocArray(MemoryContext context, Size size, Size count)
{
	return MemoryContextAllocExtended(context, size * Max(count, 1),
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

static Builder *
BuildGraph(MemoryContext context, const MigRevisionDef *defs, int n)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	Builder    *builder = palloc0(sizeof(Builder));
	MigGraph   *graph = palloc0(sizeof(MigGraph));
	int			i;

	builder->graph = graph;
	builder->seen = MigGraphAllocArray(context, sizeof(int), n);
	graph->n = n;
	graph->context = context;
	graph->revisions = MigGraphAllocArray(context, sizeof(MigRevision), n);
	graph->order = MigGraphAllocArray(context, sizeof(int), n);
	graph->names = MigTextTable("migrator revision names", sizeof(MigName), Max(n, 16), context);

	for (i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		graph->revisions[i].def = &defs[i];
		EnterRevision(builder, i);
	}
	for (i = 0; i < n; i++)
		EnterLabels(builder, i);
	for (i = 0; i < n; i++)
		EnterAliases(builder, i);
	LinkRevisions(builder);
	LinkChildren(builder);
	if (!SortRevisions(builder, true))
		FindCycles(builder, SortRevisions(builder, false));
	if (builder->problems == NIL)
	{
		MigGraphNumberTree(graph);
		MigGraphLeanLinks(graph, builder->seen);
		PickEnds(builder);
	}

	pfree(builder->seen);
	MemoryContextSwitchTo(old);
	return builder;
}

static void
AddProblem(Builder *builder, int sqlstate, const char *code,
		   const char *revision, const char *message,
		   const char *detail, const char *hint)
{
	MigGraphProblem *problem = palloc(sizeof(MigGraphProblem));

	problem->sqlstate = sqlstate;
	problem->code = code;
	problem->revision = revision;
	problem->message = message;
	problem->detail = detail;
	problem->hint = hint;
	builder->problems = lappend(builder->problems, problem);
}

/* Check a revision by itself and enter its id. */
static void
EnterRevision(Builder *builder, int number)
{
	const MigRevisionDef *def = builder->graph->revisions[number].def;
	MigName    *entry;
	bool		found;
	int			i;

	for (i = 0; i < def->nparents; i++)
		if (strcmp(def->parents[i], def->id) == 0)
		{
			AddProblem(builder, ERRCODE_INVALID_OBJECT_DEFINITION, "self_loop", def->id,
					   psprintf("revision \"%s\" revises itself", def->id), NULL, NULL);
			break;
		}
	for (i = 0; i < def->ndeps; i++)
		if (strcmp(def->deps[i], def->id) == 0)
		{
			AddProblem(builder, ERRCODE_INVALID_OBJECT_DEFINITION, "dependency_self_loop", def->id,
					   psprintf("revision \"%s\" depends on itself", def->id), NULL, NULL);
			break;
		}
	if (MigGraphIllegalCharacter(def->id) != NULL)
		AddProblem(builder, ERRCODE_INVALID_PARAMETER_VALUE, "illegal_character", def->id,
				   psprintf("character \"%c\" is not allowed in revision \"%s\"",
							*MigGraphIllegalCharacter(def->id), def->id),
				   "The characters \"@\", \"-\", \"+\" and \":\" have a meaning in targets.",
				   NULL);

	entry = hash_search(builder->graph->names, &def->id, HASH_ENTER, &found);
	if (found)
	{
		AddProblem(builder, ERRCODE_DUPLICATE_OBJECT, "duplicate_revision", def->id,
				   psprintf("revision \"%s\" is defined more than once", def->id), NULL, NULL);
		return;
	}
	entry->name = def->id;
	entry->revision = number;
	entry->is_label = entry->is_alias = false;
}

static void
EnterLabels(Builder *builder, int number)
{
	const MigRevisionDef *def = builder->graph->revisions[number].def;
	int			i;

	for (i = 0; i < def->nlabels; i++)
	{
		bool		found;
		MigName    *entry = hash_search(builder->graph->names, &def->labels[i], HASH_ENTER, &found);

		if (!found)
		{
			entry->name = def->labels[i];
			entry->revision = number;
			entry->is_label = true;
			entry->is_alias = false;
			continue;
		}
		AddProblem(builder, ERRCODE_DUPLICATE_OBJECT, "duplicate_label", def->id,
				   psprintf("branch label \"%s\" of revision \"%s\" is already in use",
							def->labels[i], def->id),
				   entry->is_label ?
				   psprintf("It is a branch label of revision \"%s\".",
							MigGraphId(builder->graph, entry->revision)) :
				   psprintf("There is a revision \"%s\".", entry->name),
				   "Choose another label.");
	}
}

/* An alias takes no name from anybody. */
static void
EnterAliases(Builder *builder, int number)
{
	const MigRevisionDef *def = builder->graph->revisions[number].def;
	int			i;

	for (i = 0; i < def->naliases; i++)
	{
		bool		found;
		MigName    *entry = hash_search(builder->graph->names, &def->aliases[i], HASH_ENTER, &found);

		if (found)
			continue;
		entry->name = def->aliases[i];
		entry->revision = number;
		entry->is_label = false;
		entry->is_alias = true;
	}
}

/*
 * Resolve parents and dependencies and put them together.  All dependencies
 * are looked at before any parent: that decides what is reported first.
 */
static void
LinkRevisions(Builder *builder)
{
	MigGraph   *graph = builder->graph;
	Size		ndeps = 0;
	Size		nparents = 0;
	int		   *dep_room;
	int		   *parent_room;
	int		   *link_room;
	int			i;
	int			j;

	for (i = 0; i < graph->n; i++)
	{
		ndeps += graph->revisions[i].def->ndeps;
		nparents += graph->revisions[i].def->nparents;
	}
	dep_room = MigGraphAllocArray(graph->context, sizeof(int), ndeps);
	parent_room = MigGraphAllocArray(graph->context, sizeof(int), nparents);
	link_room = MigGraphAllocArray(graph->context, sizeof(int), ndeps + nparents);

	for (i = 0; i < graph->n; i++)
		ResolveDeps(builder, i, &dep_room);
	for (i = 0; i < graph->n; i++)
		ResolveParents(builder, i, &parent_room);

	for (i = 0; i < graph->n; i++)
	{
		MigRevision *rev = &graph->revisions[i];
		const MigLinks *both[2];
		int			kind;

		CHECK_FOR_INTERRUPTS();
		both[0] = &rev->parents;
		both[1] = &rev->deps;
		rev->links.at = link_room;
		for (kind = 0; kind < 2; kind++)
		{
			for (j = 0; j < both[kind]->n; j++)
			{
				int			to = both[kind]->at[j];

				if (builder->seen[to] != i + 1)
				{
					builder->seen[to] = i + 1;
					rev->links.at[rev->links.n++] = to;
				}
			}
			if (kind == 0)
				graph->revisions[i].ndown = rev->links.n;
		}
		link_room += rev->links.n;
	}
}

static void
ResolveDeps(Builder *builder, int number, int **room)
{
	MigRevision *rev = &builder->graph->revisions[number];
	const MigRevisionDef *def = rev->def;
	int			i;

	rev->deps.at = *room;
	for (i = 0; i < def->ndeps; i++)
	{
		MigName    *entry = hash_search(builder->graph->names, &def->deps[i], HASH_FIND, NULL);

		if (entry == NULL)
			AddProblem(builder, ERRCODE_UNDEFINED_OBJECT, "missing_dependency", def->id,
					   psprintf("revision \"%s\" does not exist", def->deps[i]),
					   psprintf("Revision \"%s\" depends on it.", def->id),
					   "Load the missing revision, or name an existing revision or branch label.");
		else if (strcmp(def->deps[i], def->id) != 0)	/* else a self loop */
			rev->deps.at[rev->deps.n++] = entry->revision;
	}
	*room += rev->deps.n;
}

static void
ResolveParents(Builder *builder, int number, int **room)
{
	MigRevision *rev = &builder->graph->revisions[number];
	const MigRevisionDef *def = rev->def;
	int			i;

	rev->parents.at = *room;
	for (i = 0; i < def->nparents; i++)
	{
		MigName    *entry = hash_search(builder->graph->names, &def->parents[i], HASH_FIND, NULL);

		if (entry == NULL || entry->is_label)
			AddProblem(builder, ERRCODE_UNDEFINED_OBJECT, "missing_parent", def->id,
					   psprintf("revision \"%s\" does not exist", def->parents[i]),
					   psprintf("Revision \"%s\" revises it.", def->id),
					   entry ? "It is a branch label; name the revision that carries it." :
					   "Load the missing revision.");
		else if (strcmp(def->parents[i], def->id) != 0)
			rev->parents.at[rev->parents.n++] = entry->revision;
	}
	*room += rev->parents.n;
}

/* Children in script order, over parents and over all links. */
static void
LinkChildren(Builder *builder)
{
	MigGraph   *graph = builder->graph;
	Size		nnext = 0;
	Size		nnext_all = 0;
	int		   *room;
	int		   *room_all;
	int			i;
	int			j;

	for (i = 0; i < graph->n; i++)
	{
		const MigLinks *links = &graph->revisions[i].links;

		for (j = 0; j < links->n; j++)
		{
			graph->revisions[links->at[j]].next_all.n++;
			if (j < graph->revisions[i].ndown)
				graph->revisions[links->at[j]].next.n++;
		}
		nnext += graph->revisions[i].ndown;
		nnext_all += links->n;
	}

	room = MigGraphAllocArray(graph->context, sizeof(int), nnext);
	room_all = MigGraphAllocArray(graph->context, sizeof(int), nnext_all);
	for (i = 0; i < graph->n; i++)
	{
		MigRevision *rev = &graph->revisions[i];

		rev->next.at = room;
		rev->next_all.at = room_all;
		room += rev->next.n;
		room_all += rev->next_all.n;
		rev->next.n = 0;
		rev->next_all.n = 0;
	}
	for (i = 0; i < graph->n; i++)
	{
		const MigLinks *links = &graph->revisions[i].links;

		CHECK_FOR_INTERRUPTS();
		for (j = 0; j < links->n; j++)
		{
			MigRevision *below = &graph->revisions[links->at[j]];

			below->next_all.at[below->next_all.n++] = i;
			if (j < graph->revisions[i].ndown)
				below->next.at[below->next.n++] = i;
		}
	}
}

/*
 * Put the revisions into graph->order, each after those below it.  Returns
 * false if there is a cycle; seen then is 1 for the revisions that have been
 * placed and 0 for those on or above a cycle.
 */
static bool
SortRevisions(Builder *builder, bool all_links)
{
	MigGraph   *graph = builder->graph;
	int		   *waits = MigGraphAllocArray(graph->context, sizeof(int), graph->n);
	int			nplaced = 0;
	int			done;
	int			i;

	memset(builder->seen, 0, sizeof(int) * graph->n);
	for (i = 0; i < graph->n; i++)
	{
		waits[i] = all_links ? graph->revisions[i].links.n : graph->revisions[i].ndown;
		if (waits[i] == 0)
			graph->order[nplaced++] = i;
	}
	for (done = 0; done < nplaced; done++)
	{
		int			at = graph->order[done];
		const MigLinks *above = MigGraphEdges(graph, at,
											  all_links ? MIG_TO_DEPENDENTS : MIG_TO_CHILDREN);

		CHECK_FOR_INTERRUPTS();
		builder->seen[at] = 1;
		for (i = 0; i < above->n; i++)
			if (--waits[above->at[i]] == 0)
				graph->order[nplaced++] = above->at[i];
	}
	pfree(waits);
	return nplaced == graph->n;
}

/*
 * Report cycles after SortRevisions has left some revisions over.  Each of
 * these has one below it that is left over too; following the first of them
 * must end in a cycle.
 */
static void
FindCycles(Builder *builder, bool all_links)
{
	MigGraph   *graph = builder->graph;
	int		   *below = MigGraphAllocArray(graph->context, sizeof(int), graph->n);
	int		   *seen = builder->seen;
	int			walk = 1;
	int			i;
	int			j;

	/* the last sort was over parents; over links there may be more left */
	if (all_links)
		(void) SortRevisions(builder, true);
	for (i = 0; i < graph->n; i++)
	{
		const MigLinks *links = &graph->revisions[i].links;
		int			n = all_links ? links->n : graph->revisions[i].ndown;

		if (seen[i] != 0)
			continue;
		for (j = 0; j < n && seen[links->at[j]] != 0; j++)
			;
		Assert(j < n);
		below[i] = links->at[j];
	}
	for (i = 0; i < graph->n; i++)
	{
		int			at = i;

		CHECK_FOR_INTERRUPTS();
		if (seen[i] != 0)
			continue;
		for (walk++; seen[at] == 0; at = below[at])
			seen[at] = walk;
		if (seen[at] == walk)
			ReportCycle(builder, below, at, all_links);
	}
	pfree(below);
}

static void
ReportCycle(Builder *builder, const int *below, int start, bool all_links)
{
	MigGraph   *graph = builder->graph;
	const char **names;
	int			n = 0;
	int			at = start;

	do
	{
		at = below[at];
		n++;
	} while (at != start);
	names = palloc(sizeof(char *) * n);
	for (n = 0; n == 0 || at != start; at = below[at])
		names[n++] = MigGraphId(graph, at);

	AddProblem(builder, ERRCODE_INVALID_OBJECT_DEFINITION,
			   all_links ? "dependency_cycle" : "cycle", names[0],
			   psprintf(all_links ?
						"revision \"%s\" depends on itself through its links" :
						"revision \"%s\" revises itself through its parents", names[0]),
			   psprintf("The cycle consists of %s.", MigQuoteNames(names, n)),
			   NULL);
	pfree(names);
}

/* Heads, real heads and bases, in script order. */
static void
PickEnds(Builder *builder)
{
	MigGraph   *graph = builder->graph;
	int			i;

	for (i = 0; i < graph->n; i++)
	{
		const MigRevision *rev = &graph->revisions[i];

		graph->heads.n += rev->next.n == 0;
		graph->real_heads.n += rev->next_all.n == 0;
		graph->bases.n += rev->parents.n == 0;
	}
	graph->heads.at = MigGraphAllocArray(graph->context, sizeof(int), graph->heads.n);
	graph->real_heads.at = MigGraphAllocArray(graph->context, sizeof(int), graph->real_heads.n);
	graph->bases.at = MigGraphAllocArray(graph->context, sizeof(int), graph->bases.n);
	graph->heads.n = graph->real_heads.n = graph->bases.n = 0;
	for (i = 0; i < graph->n; i++)
	{
		const MigRevision *rev = &graph->revisions[i];

		if (rev->next.n == 0)
			graph->heads.at[graph->heads.n++] = i;
		if (rev->next_all.n == 0)
			graph->real_heads.at[graph->real_heads.n++] = i;
		if (rev->parents.n == 0)
			graph->bases.at[graph->bases.n++] = i;
	}
}
