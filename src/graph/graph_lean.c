/*-------------------------------------------------------------------------
 * src/graph/graph_lean.c
 *	  The forest of first parents, and links without inherited dependencies.
 *
 * A dependency that some revision below has as well is inherited, and lean
 * links leave it out.  Whether it is inherited is found in the forest of first
 * parents as far as that goes, and only then over the other parents of merges.
 *
 * This assumes that links are complete and without cycles, and that order is
 * set; graph_build.c sees to that.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

#include "graph/graph_internal.h"

/*
 * Dependencies of all revisions in one array, without repeats, and which of
 * them a revision inherits.  Those of revision i are first[i] .. first[i+1].
 */
typedef struct DepTable
{
	int		   *first;
	int		   *dep;
	bool	   *inherited;
} DepTable;

static DepTable *CollectDeps(MigGraph *graph, int *seen);
static void InheritInTree(MigGraph *graph, DepTable *table);
static void InheritOverMerges(MigGraph *graph, DepTable *table);
static void InheritBatch(MigGraph *graph, DepTable *table, int *bit_of,
						 const int *position, int from, int to,
						 uint64 *mask);

/*
 * MigGraphNumberTree
 *		Number the revisions for MigGraphTreeAbove.
 */
void
MigGraphNumberTree(MigGraph *graph)
{
	int			n = graph->n;
	int		   *size = MigGraphAllocArray(graph->context, sizeof(int), n);
	int		   *unused = MigGraphAllocArray(graph->context, sizeof(int), n);
	int			unused_root = 0;
	int			i;

	graph->tree_start = MigGraphAllocArray(graph->context, sizeof(int), n);
	graph->tree_end = MigGraphAllocArray(graph->context, sizeof(int), n);
	for (i = n - 1; i >= 0; i--)
	{
		int			at = graph->order[i];

		size[at]++;
		if (graph->revisions[at].ndown > 0)
			size[graph->revisions[at].links.at[0]] += size[at];
	}
	for (i = 0; i < n; i++)
	{
		int			at = graph->order[i];
		int		   *from = &unused_root;

		if (graph->revisions[at].ndown > 0)
			from = &unused[graph->revisions[at].links.at[0]];
		graph->tree_start[at] = *from;
		*from += size[at];
		graph->tree_end[at] = *from;
		unused[at] = graph->tree_start[at] + 1;
	}
	pfree(size);
	pfree(unused);
}

/*
 * MigGraphLeanLinks
 *		Make lean_links: parents, then those dependencies that no revision
 *		below, over parents, has as well.
 *
 * The revisions must have been numbered.  seen is scratch, an entry for each
 * revision; what is in it is overwritten.
 */
void
MigGraphLeanLinks(MigGraph *graph, int *seen)
{
	DepTable   *table = CollectDeps(graph, seen);
	int			total = table->first[graph->n];
	Size		nlinks = 0;
	int		   *room;
	int			i;
	int			j;

	if (total > 0)
	{
		InheritInTree(graph, table);
		InheritOverMerges(graph, table);
	}

	for (i = 0; i < graph->n; i++)
		nlinks += graph->revisions[i].links.n;
	room = total > 0 ? MigGraphAllocArray(graph->context, sizeof(int), nlinks) : NULL;
	memset(seen, 0, sizeof(int) * graph->n);
	for (i = 0; i < graph->n; i++)
	{
		MigRevision *rev = &graph->revisions[i];

		CHECK_FOR_INTERRUPTS();
		rev->lean_links = rev->links;
		if (table->first[i] == table->first[i + 1])
			continue;
		rev->lean_links.at = room;
		rev->lean_links.n = graph->revisions[i].ndown;
		for (j = 0; j < graph->revisions[i].ndown; j++)
		{
			room[j] = rev->links.at[j];
			seen[room[j]] = i + 1;
		}
		for (j = table->first[i]; j < table->first[i + 1]; j++)
			if (!table->inherited[j] && seen[table->dep[j]] != i + 1)
				room[rev->lean_links.n++] = table->dep[j];
		room += rev->lean_links.n;
	}

	pfree(table->first);
	pfree(table->dep);
	pfree(table->inherited);
	pfree(table);
}

static DepTable *
CollectDeps(MigGraph *graph, int *seen)
{
	DepTable   *table = palloc(sizeof(DepTable));
	Size		total = 0;
	int			n = 0;
	int			i;
	int			j;

	for (i = 0; i < graph->n; i++)
		total += graph->revisions[i].deps.n;
	table->first = MigGraphAllocArray(graph->context, sizeof(int), (Size) graph->n + 1);
	table->dep = MigGraphAllocArray(graph->context, sizeof(int), total);
	table->inherited = MigGraphAllocArray(graph->context, sizeof(bool), total);

	memset(seen, 0, sizeof(int) * graph->n);
	for (i = 0; i < graph->n; i++)
	{
		const MigLinks *deps = &graph->revisions[i].deps;

		table->first[i] = n;
		for (j = 0; j < deps->n; j++)
			if (seen[deps->at[j]] != i + 1)
			{
				seen[deps->at[j]] = i + 1;
				table->dep[n++] = deps->at[j];
			}
	}
	table->first[graph->n] = n;
	return table;
}

/*
 * Find what is inherited along first parents: a dependency that some revision
 * between there and here had.  This is all there is to do in a graph without
 * merges.
 */
static void
InheritInTree(MigGraph *graph, DepTable *table)
{
	int		   *at_start = MigGraphAllocArray(graph->context, sizeof(int), graph->n);
	int		   *end_of = MigGraphAllocArray(graph->context, sizeof(int), graph->n);
	int			i;
	int			j;

	for (i = 0; i < graph->n; i++)
		at_start[graph->tree_start[i]] = i;
	for (i = 0; i < graph->n; i++)
	{
		int			at = at_start[i];

		CHECK_FOR_INTERRUPTS();
		for (j = table->first[at]; j < table->first[at + 1]; j++)
		{
			int			dep = table->dep[j];

			if (i < end_of[dep])
				table->inherited[j] = true;
			else
				end_of[dep] = graph->tree_end[at];
		}
	}
	pfree(at_start);
	pfree(end_of);
}

/*
 * Find what is inherited over the other parents of merges.  Only dependencies
 * that are left in at least two revisions, one of them above a merge, can be.
 * They are taken in the order of their first revision, 64 at a time as the
 * bits of a mask that is handed up from its first revision to its last: the
 * one thing here that is not linear, but a 64th of revisions times names.
 */
static void
InheritOverMerges(MigGraph *graph, DepTable *table)
{
	int			n = graph->n;
	bool	   *merged = MigGraphAllocArray(graph->context, sizeof(bool), n);
	bool	   *above_merge = MigGraphAllocArray(graph->context, sizeof(bool), n);
	int		   *left = MigGraphAllocArray(graph->context, sizeof(int), n);
	int		   *last = MigGraphAllocArray(graph->context, sizeof(int), n);
	int		   *position = MigGraphAllocArray(graph->context, sizeof(int), n);
	int		   *bit_of = MigGraphAllocArray(graph->context, sizeof(int), n);
	uint64	   *mask = NULL;
	int			nbits = 0;
	int			from = 0;
	int			to = 0;
	int			i;
	int			j;

	for (i = 0; i < n; i++)
	{
		int			at = graph->order[i];

		position[at] = i;
		merged[at] = graph->revisions[at].ndown > 1;
		for (j = 0; j < graph->revisions[at].ndown && !merged[at]; j++)
			merged[at] = merged[graph->revisions[at].links.at[j]];
		for (j = table->first[at]; j < table->first[at + 1]; j++)
			if (!table->inherited[j])
			{
				left[table->dep[j]]++;
				last[table->dep[j]] = i;
				if (merged[at])
					above_merge[table->dep[j]] = true;
			}
	}

	memset(bit_of, -1, sizeof(int) * n);
	for (i = 0; i < n; i++)
	{
		int			at = graph->order[i];

		for (j = table->first[at]; j < table->first[at + 1]; j++)
		{
			int			dep = table->dep[j];

			if (table->inherited[j] || left[dep] < 2 || !above_merge[dep] || bit_of[dep] != -1)
				continue;
			if (mask == NULL)
				mask = MigGraphAllocArray(graph->context, sizeof(uint64), n);
			if (nbits == 0)
				from = to = i;
			to = Max(to, last[dep]);
			bit_of[dep] = nbits++;
			if (nbits == 64)
			{
				InheritBatch(graph, table, bit_of, position, from, to, mask);
				nbits = 0;
			}
		}
	}
	if (nbits > 0)
		InheritBatch(graph, table, bit_of, position, from, to, mask);

	pfree(merged);
	pfree(above_merge);
	pfree(left);
	pfree(last);
	pfree(position);
	pfree(bit_of);
	if (mask != NULL)
		pfree(mask);
}

/*
 * One batch of InheritOverMerges, for the revisions at positions from .. to
 * of the order.  Marks its dependencies as done.
 */
static void
InheritBatch(MigGraph *graph, DepTable *table, int *bit_of,
			 const int *position, int from, int to,
			 uint64 *mask)
{
	int			i;
	int			j;

	for (i = from; i <= to; i++)
	{
		int			at = graph->order[i];
		const int  *parents = graph->revisions[at].links.at;
		uint64		bits = 0;
		uint64		own = 0;

		CHECK_FOR_INTERRUPTS();
		for (j = 0; j < graph->revisions[at].ndown; j++)
			if (position[parents[j]] >= from)
				bits |= mask[position[parents[j]]];
		for (j = table->first[at]; j < table->first[at + 1]; j++)
		{
			int			bit = bit_of[table->dep[j]];

			if (bit < 0)
				continue;
			if (bits & (UINT64CONST(1) << bit))
				table->inherited[j] = true;
			own |= UINT64CONST(1) << bit;
		}
		mask[i] = bits | own;
	}
	for (i = from; i <= to; i++)
	{
		int			at = graph->order[i];

		for (j = table->first[at]; j < table->first[at + 1]; j++)
			if (bit_of[table->dep[j]] >= 0)
				bit_of[table->dep[j]] = -2;
	}
}
