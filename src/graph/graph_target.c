/*-------------------------------------------------------------------------
 * src/graph/graph_target.c
 *	  Turn the target of a command into revisions of the graph.
 *
 * A target is a symbol, a walk from a symbol, or a walk from what is current;
 * without a database it may also be a range, whose start says what to pretend
 * is current.  What each form means, and in which order its parts may fail, is
 * Alembic's.  Symbols themselves are left to graph_resolve.c, and what has to
 * be done to get to the target is left to graph_plan.c.
 *
 * A quirk of Alembic is kept on purpose: a relative target need only begin
 * like one ("+1abc" is "+1").
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>

#include "miscadmin.h"

#include "base/base.h"
#include "base/compat.h"
#include "graph/graph_internal.h"

/* A relative target taken apart. */
typedef struct Relative
{
	const char *branch;			/* or NULL */
	const char *word;			/* or NULL */
	int			number;
} Relative;

static int	Walk(const MigGraph *graph, int at, int steps, const char *branch, bool strict);
static int	ParseNumber(const char *text);
static bool ParseRelativeTail(const char *text, Relative *relative);
static bool ParseRelative(const char *text, Relative *relative);
static int	UpgradeStart(const MigGraph *graph, const char *target,
						 const char *branch, const MigStarts *starts);
static List *StartsInBranch(const MigGraph *graph, const char *branch, const MigStarts *starts);
static int	OneStart(const MigGraph *graph, const MigStarts *starts);
static int	DowngradeStart(const MigGraph *graph, const char *target,
						   const char *branch, const MigStarts *starts);
pg_noreturn static void RefuseRelative(const char *target, const char *detail);
pg_noreturn static void RefuseTooFar(const char *target);

/* ---- null and ranges ---- */

/*
 * MigGraphRefuseNull
 *		Raise an error if a target is null.
 */
void
MigGraphRefuseNull(const char *target)
{
	if (target == NULL)
		ereport(ERROR,
				errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				errmsg("target must not be null"));
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

	MigGraphRefuseNull(target);
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

/* ---- walks ---- */

/*
 * MigGraphParseDownwards
 *		Is word a number below zero?  Then steps is set to it.
 */
bool
MigGraphParseDownwards(const char *word, int *steps)
{
	size_t		len = strlen(word);

	if (word[0] != '-' || len < 2 || strspn(word + 1, "0123456789") != len - 1)
		return false;
	*steps = ParseNumber(word);
	return *steps < 0;
}

/*
 * MigGraphWalkFromHeads
 *		Walk down from each real head, or from those that carry the label.
 *
 * branch is the label or NULL; steps is below zero.  The list may hold NOTHING
 * and UNDER_BASE.
 */
List *
MigGraphWalkFromHeads(const MigGraph *graph, const char *branch, int steps)
{
	bool	   *labelled = branch ? MigGraphLabelled(graph, branch) : NULL;
	List	   *found = NIL;
	int			i;

	if (branch != NULL && labelled == NULL)
		return NIL;
	for (i = 0; i < graph->real_heads.n; i++)
	{
		int			head = graph->real_heads.at[i];

		if (labelled == NULL || labelled[head])
			found = lappend_int(found, Walk(graph, head, steps, NULL, true));
	}
	return found;
}

/*
 * Go up (steps > 0) or down over parents, on the way up only to revisions that
 * share a lineage with branch.  A walk that cannot go on ends at NOTHING if
 * strict, else where it is.  Raises an error where it might go several ways.
 */
static int
Walk(const MigGraph *graph, int at, int steps, const char *branch, bool strict)
{
	MigFilter	filter;
	bool		filtered = steps > 0 && branch != NULL && *branch != '\0';
	int			i;

	if (filtered)
		MigGraphFilterInit(graph, &filter, branch, false);
	for (i = 0; i != steps; i += (steps > 0 ? 1 : -1))
	{
		const MigLinks *ways = NULL;
		List	   *fits = NIL;
		int			j;

		CHECK_FOR_INTERRUPTS();
		if (at >= 0)
			ways = MigGraphEdges(graph, at, steps > 0 ? MIG_TO_CHILDREN : MIG_TO_PARENTS);
		else if (at == MIG_NOTHING)
			ways = steps > 0 ? &graph->bases : &graph->heads;
		if (ways != NULL && ways->n == 0 && steps < 0)
		{
			at = MIG_UNDER_BASE;
			continue;
		}
		if (ways != NULL && ways->n == 1 && !filtered)
		{
			at = ways->at[0];
			continue;
		}
		for (j = 0; ways != NULL && j < ways->n; j++)
			if (!filtered || MigGraphFilterKeeps(graph, &filter, ways->at[j]))
				fits = lappend_int(fits, ways->at[j]);
		if (fits == NIL)
			return strict ? MIG_NOTHING : at;
		if (list_length(fits) > 1)
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					at >= 0 ? errmsg("ambiguous walk from revision \"%s\"", MigGraphId(graph, at)) :
					errmsg("ambiguous walk from base"),
					errdetail("The next revision could be any of %s.", MigGraphQuote(graph, fits)),
					errhint("Name the revision, or name a branch as in \"LABEL@+1\"."));
		at = linitial_int(fits);
		list_free(fits);
	}
	return at;
}

/*
 * MigGraphCheckReal
 *		Raise an error if found, made from text, holds a place that is no
 *		revision.
 */
void
MigGraphCheckReal(const List *found, const char *text)
{
	ListCell   *lc;

	foreach(lc, found)
	{
		if (lfirst_int(lc) < 0)
			RefuseTooFar(text);
	}
}

/* ---- relative targets ---- */

/* A sign and digits; no walk is longer than the largest int. */
static int
ParseNumber(const char *text)
{
	int			number = 0;
	const char *p;

	for (p = text + 1; *p >= '0' && *p <= '9'; p++)
	{
		if (number > (INT_MAX - 9) / 10)
		{
			number = INT_MAX;
			break;
		}
		number = number * 10 + (*p - '0');
	}
	return *text == '-' ? -number : number;
}

/* Does text begin like [word]+N or [word]-N? */
static bool
ParseRelativeTail(const char *text, Relative *relative)
{
	const char *p = text;

	while (IS_HIGHBIT_SET(*p) || *p == '_' || (*p >= '0' && *p <= '9') ||
		   (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))
		p++;
	if ((*p != '+' && *p != '-') || p[1] < '0' || p[1] > '9')
		return false;
	relative->word = p > text ? pnstrdup(text, p - text) : NULL;
	relative->number = ParseNumber(p);
	return true;
}

/*
 * Does text begin like [branch@][word]+N?  Of several "@" the first that makes
 * it so ends the branch.
 */
static bool
ParseRelative(const char *text, Relative *relative)
{
	const char *p;

	for (p = text; *p != '\0' && *p != '\n'; p++)
		if (*p == '@' && p > text && ParseRelativeTail(p + 1, relative))
		{
			relative->branch = pnstrdup(text, p - text);
			return true;
		}
	relative->branch = NULL;
	return ParseRelativeTail(text, relative);
}

/*
 * MigGraphStarts
 *		The revisions of starts; symbols may leave NOTHING and UNDER_BASE.
 */
List *
MigGraphStarts(const MigGraph *graph, const MigStarts *starts)
{
	List	   *found = NIL;
	int			i;

	for (i = 0; i < starts->n; i++)
	{
		if (starts->symbols)
			found = list_concat(found, MigGraphMany(graph, starts->texts[i]));
		else
			found = lappend_int(found, MigGraphLookupRow(graph, starts->texts[i]));
	}
	return found;
}

/*
 * MigGraphUpgradeTargets
 *		The revisions that the target of an upgrade stands for.
 *
 * starts is where relative targets start.  The list may hold NOTHING and
 * UNDER_BASE where a walk has gone too far; a walk that is not strict stops in
 * time.
 */
List *
MigGraphUpgradeTargets(const MigGraph *graph, const char *target,
					   const MigStarts *starts, bool strict)
{
	Relative	relative;
	int			start;
	int			found;

	if (!ParseRelative(target, &relative))
		return MigGraphMany(graph, target);

	if (relative.number <= 0)
	{
		if (relative.word == NULL)
			RefuseRelative(target, "An upgrade from the current version goes up.");
		start = MigGraphOne(graph, relative.branch == NULL ? relative.word :
							psprintf("%s@%s", relative.branch, relative.word));
		return list_make1_int(Walk(graph, start, relative.number, NULL, strict));
	}
	if (relative.word != NULL)
	{
		start = MigGraphOne(graph, relative.word);
		return list_make1_int(Walk(graph, start, relative.number, relative.branch, strict));
	}

	start = UpgradeStart(graph, target, relative.branch, starts);
	found = Walk(graph, start, relative.number, relative.branch, strict);
	if (found == MIG_NOTHING)
		RefuseRelative(target, "There are not so many revisions above the current version.");
	return list_make1_int(found);
}

/* Where +N or branch@+N starts: a revision, or NOTHING. */
static int
UpgradeStart(const MigGraph *graph, const char *target,
			 const char *branch, const MigStarts *starts)
{
	List	   *found;

	if (branch == NULL)
	{
		if (starts->n == 0)
			return MIG_NOTHING;
		if (starts->n == 1)
			return OneStart(graph, starts);
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("target \"%s\" is ambiguous", target),
				errdetail("The current versions are %s.", MigQuoteNames(starts->texts, starts->n)),
				errhint("Name a branch as in \"LABEL@+1\"."));
	}

	found = StartsInBranch(graph, branch, starts);
	if (list_length(found) > 1)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("target \"%s\" is ambiguous", target),
				errdetail("Branch \"%s\" has %s.", branch, MigGraphQuote(graph, found)),
				errhint("Name one of them as in \"%s+1\".", MigGraphId(graph, linitial_int(found))));
	return found == NIL ? MIG_NOTHING : linitial_int(found);
}

/*
 * The starts that are in the branch; if there are none, the tops of what is
 * applied in it.
 */
static List *
StartsInBranch(const MigGraph *graph, const char *branch, const MigStarts *starts)
{
	List	   *rows = MigGraphStarts(graph, starts);
	List	   *found = NIL;
	MigFilter	filter;
	bool	   *applied;
	bool	   *inner;
	ListCell   *lc;
	int			i;
	int			j;

	MigGraphCheckReal(rows, starts->n > 0 ? starts->texts[0] : "");
	MigGraphFilterInit(graph, &filter, branch, false);
	foreach(lc, rows)
	{
		if (MigGraphFilterKeeps(graph, &filter, lfirst_int(lc)))
			found = lappend_int(found, lfirst_int(lc));
	}
	if (found != NIL)
		return found;

	applied = MigGraphSpread(graph, rows, MIG_TO_LINKS);
	inner = palloc0(Max(graph->n, 1));
	for (i = 0; i < graph->n; i++)
	{
		const MigLinks *below = &graph->revisions[i].lean_links;

		applied[i] = applied[i] && MigGraphFilterKeeps(graph, &filter, i);
		for (j = 0; applied[i] && j < below->n; j++)
			inner[below->at[j]] = true;
	}
	for (i = 0; i < graph->n; i++)
		if (applied[i] && !inner[i])
			found = lappend_int(found, i);
	pfree(applied);
	pfree(inner);
	return found;
}

/* The first start as one revision, or NOTHING. */
static int
OneStart(const MigGraph *graph, const MigStarts *starts)
{
	if (starts->symbols)
		return MigGraphOne(graph, starts->texts[0]);
	return MigGraphLookupRow(graph, starts->texts[0]);
}

/*
 * MigGraphDowngradeTarget
 *		The revision to go down to: a number, NOTHING or UNDER_BASE.
 *
 * The latter two both mean base.  branch is set to the name of the branch to
 * stay in, or to NULL.
 */
int
MigGraphDowngradeTarget(const MigGraph *graph, const char *target,
						const MigStarts *starts, bool strict,
						const char **branch)
{
	Relative	relative;
	int			found;

	if (!ParseRelative(target, &relative))
	{
		const char *at = strrchr(target, '@');

		*branch = at != NULL && at > target ? pnstrdup(target, at - target) : NULL;
		return MigGraphOne(graph, at ? at + 1 : target);
	}

	*branch = relative.branch;
	if (relative.number >= 0)
	{
		if (relative.word == NULL)
			RefuseRelative(target, "A downgrade from the current version goes down.");
		found = Walk(graph, MigGraphOne(graph, relative.word),
					 relative.number, relative.branch, strict);
		if (found == MIG_NOTHING)
			RefuseTooFar(target);
		return found;
	}

	if (relative.word != NULL)
		found = MigGraphOne(graph, relative.branch == NULL ? relative.word :
							psprintf("%s@%s", relative.branch, relative.word));
	else
	{
		found = DowngradeStart(graph, target, relative.branch, starts);
		if (relative.branch == NULL)
			*branch = starts->texts[0];
	}
	found = Walk(graph, found, relative.number, NULL, strict);
	if (found == MIG_NOTHING && relative.word == NULL)
		RefuseRelative(target, "There are not so many revisions below the current version.");
	if (found == MIG_NOTHING)
		RefuseTooFar(target);
	return found;
}

/*
 * Where -N or branch@-N starts.  Without a branch it is the first row, in the
 * order in which they have been read.
 */
static int
DowngradeStart(const MigGraph *graph, const char *target,
			   const char *branch, const MigStarts *starts)
{
	MigFilter	filter;
	List	   *fits = NIL;
	ListCell   *lc;
	int			i;

	if (branch == NULL)
	{
		if (starts->n == 0)
			RefuseRelative(target, "There is no current version.");
		if (starts->symbols)
			return MigGraphOne(graph, psprintf("%s@%s", starts->texts[0], starts->texts[0]));
		return MigGraphLookupRow(graph, starts->texts[0]);
	}

	MigGraphFilterInit(graph, &filter, branch, false);
	for (i = 0; i < starts->n; i++)
	{
		int			row = starts->symbols ? MigGraphLookup(graph, starts->texts[i]) :
		MigGraphLookupRow(graph, starts->texts[i]);

		if (MigGraphFilterKeeps(graph, &filter, row))
			fits = lappend_int(fits, row);
	}
	if (fits == NIL)
	{
		List	   *rows = MigGraphStarts(graph, starts);
		List	   *tops;

		MigGraphCheckReal(rows, starts->n > 0 ? starts->texts[0] : "");
		tops = MigGraphTops(graph, rows);
		MigGraphFilterInit(graph, &filter, branch, false);
		foreach(lc, tops)
		{
			if (MigGraphFilterKeeps(graph, &filter, lfirst_int(lc)))
				fits = lappend_int(fits, lfirst_int(lc));
		}
	}
	if (fits == NIL)
		RefuseRelative(target, psprintf("Nothing is applied in branch \"%s\".", branch));
	if (list_length(fits) > 1)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("target \"%s\" is ambiguous", target),
				errdetail("Branch \"%s\" has %s.", branch, MigGraphQuote(graph, fits)),
				errhint("Name one of them as in \"%s-1\".", MigGraphId(graph, linitial_int(fits))));

	/* as a symbol, so that the branch is looked up and checked */
	return MigGraphOne(graph, psprintf("%s@%s", branch, MigGraphId(graph, linitial_int(fits))));
}

static void
RefuseRelative(const char *target, const char *detail)
{
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("relative target \"%s\" leads to no revision", target),
			errdetail_internal("%s", detail));
}

static void
RefuseTooFar(const char *target)
{
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("target \"%s\" leads too far", target),
			errdetail("There are not so many revisions that way."));
}
