/*-------------------------------------------------------------------------
 * src/graph/graph_add.c
 *	  The definition of a new revision on top of a graph.
 *
 * A new revision and a merge are the same thing: the merge names more heads.
 * The graph is not changed; the definition is what the caller stores before
 * it builds the next one.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/base.h"
#include "graph/graph_internal.h"

static void CheckNewId(const MigGraph *graph, const char *id);
static List *FindParents(const MigGraph *graph, const char **heads, int nheads, bool splice);
static void CheckNewLabels(const MigGraph *graph, const char *id,
						   const char **labels, int nlabels);
static const char *CanonicalDep(const MigGraph *graph, const char *dep);

/*
 * MigGraphNewRevision
 *		Define a revision with this id above heads.
 *
 * Each of heads is a symbol that may stand for several revisions, or for none,
 * as base does; no heads at all is the same as base.  Unless splice is given
 * all of them must be heads of the graph.  deps are symbols for one revision
 * each; labels among them are kept as they are, all else becomes a full id.
 *
 * Only id, parents, labels and deps of the result are set; message is empty.
 * It is in the caller's context and refers to the arguments and to the graph.
 * Raises an error for names that do not exist or exist already.
 */
MigRevisionDef *
MigGraphNewRevision(const MigGraph *graph, const char *id,
					const char **heads, int nheads, bool splice,
					const char **labels, int nlabels,
					const char **deps, int ndeps)
{
	MigRevisionDef *def = palloc0(sizeof(MigRevisionDef));
	List	   *parents;
	int			i;

	CheckNewId(graph, id);
	parents = FindParents(graph, heads, nheads, splice);

	def->id = id;
	def->message = "";
	def->nparents = list_length(parents);
	def->parents = palloc(sizeof(char *) * Max(def->nparents, 1));
	for (i = 0; i < def->nparents; i++)
		def->parents[i] = MigGraphId(graph, list_nth_int(parents, i));
	def->ndeps = ndeps;
	def->deps = palloc(sizeof(char *) * Max(ndeps, 1));
	for (i = 0; i < ndeps; i++)
		def->deps[i] = CanonicalDep(graph, deps[i]);
	CheckNewLabels(graph, id, labels, nlabels);
	def->nlabels = nlabels;
	def->labels = palloc(sizeof(char *) * Max(nlabels, 1));
	for (i = 0; i < nlabels; i++)
		def->labels[i] = labels[i];
	return def;
}

static void
CheckNewId(const MigGraph *graph, const char *id)
{
	const char *illegal;

	if (id == NULL || *id == '\0')
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("revision name is empty"));
	illegal = MigGraphIllegalCharacter(id);
	if (illegal != NULL)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("character \"%c\" is not allowed in revision \"%s\"", *illegal, id),
				errdetail("The characters \"@\", \"-\", \"+\" and \":\" have a meaning in targets."));
	if (MigGraphFind(graph, id) != MIG_NOTHING)
		ereport(ERROR,
				errcode(ERRCODE_DUPLICATE_OBJECT),
				MigGraphIsLabel(graph, id) ?
				errmsg("\"%s\" is a branch label already", id) :
				MigGraphIsAlias(graph, id) ?
				errmsg("\"%s\" is the former id of revision \"%s\"", id,
					   MigGraphId(graph, MigGraphFind(graph, id))) :
				errmsg("revision \"%s\" already exists", id));
}

static List *
FindParents(const MigGraph *graph, const char **heads, int nheads, bool splice)
{
	List	   *parents = NIL;
	bool	   *seen = palloc0(Max(graph->n, 1));
	ListCell   *lc;
	int			i;

	for (i = 0; i < nheads; i++)
		parents = list_concat(parents, MigGraphResolveMany(graph, heads[i]));
	foreach(lc, parents)
	{
		if (seen[lfirst_int(lc)])
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("revision \"%s\" is named twice as a head",
						   MigGraphId(graph, lfirst_int(lc))));
		seen[lfirst_int(lc)] = true;
	}
	pfree(seen);

	foreach(lc, parents)
	{
		const MigRevision *rev = &graph->revisions[lfirst_int(lc)];

		CHECK_FOR_INTERRUPTS();
		if (splice || rev->next.n == 0)
			continue;
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("revision \"%s\" is not a head", rev->def->id),
				errdetail("It is followed by %s.",
						  MigGraphQuote(graph, MigGraphLinksToList(&rev->next))),
				errhint("Name a head, or use splice to start a new branch there."));
	}
	return parents;
}

/* A dependency as it is stored: a label as such, anything else in full. */
static const char *
CanonicalDep(const MigGraph *graph, const char *dep)
{
	int			found;

	if (dep != NULL && MigGraphIsLabel(graph, dep))
		return dep;
	found = MigGraphResolveOne(graph, dep);
	if (found == MIG_NOTHING)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("dependency \"%s\" is not a revision", dep ? dep : ""),
				errhint("Name the revision or the branch label to depend on."));
	return MigGraphId(graph, found);
}

static void
CheckNewLabels(const MigGraph *graph, const char *id,
			   const char **labels, int nlabels)
{
	int			i;
	int			j;

	for (i = 0; i < nlabels; i++)
	{
		int			owner = MigGraphFind(graph, labels[i]);

		if (labels[i] == NULL || *labels[i] == '\0')
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("branch label is empty"));
		if (owner != MIG_NOTHING)
			ereport(ERROR,
					errcode(ERRCODE_DUPLICATE_OBJECT),
					errmsg("branch label \"%s\" is already in use", labels[i]),
					MigGraphIsLabel(graph, labels[i]) ?
					errdetail("It is a branch label of revision \"%s\".", MigGraphId(graph, owner)) :
					MigGraphIsAlias(graph, labels[i]) ?
					errdetail("It is the former id of revision \"%s\".", MigGraphId(graph, owner)) :
					errdetail("There is a revision \"%s\".", MigGraphId(graph, owner)),
					errhint("Choose another label."));
		if (strcmp(labels[i], id) == 0)
			ereport(ERROR,
					errcode(ERRCODE_DUPLICATE_OBJECT),
					errmsg("branch label \"%s\" is the name of its revision", labels[i]),
					errhint("Choose another label."));
		for (j = 0; j < i; j++)
			if (strcmp(labels[i], labels[j]) == 0)
				ereport(ERROR,
						errcode(ERRCODE_DUPLICATE_OBJECT),
						errmsg("branch label \"%s\" is given twice", labels[i]));
	}
}
