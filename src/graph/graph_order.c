/*-------------------------------------------------------------------------
 * src/graph/graph_order.c
 *	  The order of a listing: revisions from the top down.
 *
 * A downgrade goes by it, an upgrade by its reverse, and history is shown in
 * it.  Which revisions are listed is up to the caller; how ties are broken is
 * Alembic's rule, and keeping that affordable is what most of this is about.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"

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
