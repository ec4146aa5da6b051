/*-------------------------------------------------------------------------
 * src/graph/graph_resolve.c
 *	  Turn a target expression into revisions of the graph.
 *
 * From the inside out: one name (an id, a label, or the beginning of either),
 * a symbol ([branch@]word, where word may be head, heads or base), a walk from
 * a revision, and the relative targets of upgrade and downgrade.  What each
 * form means, and in which order its parts may fail, is Alembic's.
 *
 * Two quirks of Alembic are kept on purpose: the branch of a symbol that
 * stands for nothing is not looked at when several revisions are wanted
 * ("nosuch@base" is base), and a relative target need only begin like one
 * ("+1abc" is "+1").
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "base/base.h"
#include "base/compat.h"
#include "graph/graph_internal.h"

/* Abbreviations are looked for among names that have more characters. */
#define NAME_TOO_SHORT	3

/* The branch that names are looked up in. */
typedef struct Inside
{
	const char *text;			/* NULL: anywhere */
	bool	   *marks;			/* its lineage */
} Inside;

/* A relative target taken apart. */
typedef struct Relative
{
	const char *branch;			/* or NULL */
	const char *word;			/* or NULL */
	int			number;
} Relative;

static List *FindPrefix(const MigGraph *graph, const char *prefix);
static int	Lookup(const MigGraph *graph, const char *name, const Inside *inside, bool is_row);
pg_noreturn static void RefuseAmbiguousName(const char *name, List *fits, bool is_branch);
static void InsideInit(const MigGraph *graph, Inside *inside, const char *branch);
static void CheckInside(const MigGraph *graph, const Inside *inside, const char *name, int revision);
static bool *Lineage(const MigGraph *graph, List *revisions, bool all_links);
static void ParseSymbol(const MigGraph *graph, const char *text, MigSymbol *symbol);
pg_noreturn static void RefuseManyHeads(const MigGraph *graph, const char *text, List *found);
static bool ParseDownwards(const char *word, int *steps);
static List *WalkFromHeads(const MigGraph *graph, const char *branch, int steps);
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

/* ---- one name ---- */

/*
 * MigGraphFind
 *		The revision with exactly this id or label, or -1.
 */
int
MigGraphFind(const MigGraph *graph, const char *name)
{
	MigName    *entry;

	if (name == NULL)
		return MIG_NOTHING;
	entry = hash_search(graph->names, &name, HASH_FIND, NULL);
	return entry ? entry->revision : MIG_NOTHING;
}

/*
 * MigGraphIsLabel
 *		Is this exactly a branch label?
 */
bool
MigGraphIsLabel(const MigGraph *graph, const char *name)
{
	MigName    *entry = hash_search(graph->names, &name, HASH_FIND, NULL);

	return entry && entry->is_label;
}

/*
 * MigGraphLookup
 *		The revision that an id, a label or the beginning of one names.
 *
 * Raises an error unless there is exactly one.
 */
int
MigGraphLookup(const MigGraph *graph, const char *name)
{
	return Lookup(graph, name, NULL, false);
}

/*
 * MigGraphLookupRow
 *		The same for a row of the version table; the error says so.
 */
int
MigGraphLookupRow(const MigGraph *graph, const char *row)
{
	return Lookup(graph, row, NULL, true);
}

/*
 * MigGraphLookupBranch
 *		The revision that a branch name stands for.
 *
 * The name is an id, a label or the beginning of one.  Raises an error unless
 * there is exactly one.
 */
int
MigGraphLookupBranch(const MigGraph *graph, const char *name)
{
	int			found = MigGraphFind(graph, name);
	List	   *fits;

	if (found != MIG_NOTHING)
		return found;
	fits = FindPrefix(graph, name);
	if (fits == NIL)
		ereport(ERROR,
				errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("branch \"%s\" does not exist", name),
				errhint("A branch is named by a branch label or by a revision on it."));
	if (list_length(fits) > 1)
		RefuseAmbiguousName(name, fits, true);
	return MigGraphFind(graph, linitial(fits));
}

/*
 * MigGraphRows
 *		The revisions of rows, in the same order.
 *
 * rows may be NULL for none.  Raises an error for a row that is no revision.
 */
List *
MigGraphRows(const MigGraph *graph, const MigRows *rows)
{
	List	   *found = NIL;
	int			i;

	for (i = 0; rows != NULL && i < rows->n; i++)
		found = lappend_int(found, MigGraphLookupRow(graph, rows->ids[i]));
	return found;
}

/* All ids and then all labels that name may be short for. */
static List *
FindPrefix(const MigGraph *graph, const char *prefix)
{
	size_t		len = strlen(prefix);
	List	   *ids = NIL;
	List	   *labels = NIL;
	int			i;
	int			j;

	for (i = 0; i < graph->n; i++)
	{
		const MigRevisionDef *def = graph->revisions[i].def;

		CHECK_FOR_INTERRUPTS();
		if (strncmp(def->id, prefix, len) == 0 && pg_mbstrlen(def->id) > NAME_TOO_SHORT)
			ids = lappend(ids, unconstify(char *, def->id));
		for (j = 0; j < def->nlabels; j++)
			if (strncmp(def->labels[j], prefix, len) == 0 &&
				pg_mbstrlen(def->labels[j]) > NAME_TOO_SHORT)
				labels = lappend(labels, unconstify(char *, def->labels[j]));
	}
	return list_concat(ids, labels);
}

/*
 * Look a name up, inside a branch if inside is given and has one.  An
 * abbreviation has to be unambiguous only inside the branch.
 */
static int
Lookup(const MigGraph *graph, const char *name, const Inside *inside, bool is_row)
{
	int			found = MigGraphFind(graph, name);
	List	   *fits = NIL;

	if (inside != NULL && inside->text == NULL)
		inside = NULL;
	if (found == MIG_NOTHING)
	{
		if (name == NULL || *name == '\0')
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					is_row ? errmsg("version row is empty") : errmsg("revision name is empty"));
		fits = FindPrefix(graph, name);
		if (inside != NULL && fits != NIL)
		{
			List	   *kept = NIL;
			MigFilter	filter;
			ListCell   *lc;

			MigGraphFilterInit(graph, &filter, inside->text, false);
			foreach(lc, fits)
			{
				if (MigGraphFilterKeeps(graph, &filter, MigGraphFind(graph, lfirst(lc))))
					kept = lappend(kept, lfirst(lc));
			}
			fits = kept;
		}
		if (fits == NIL)
			ereport(ERROR,
					errcode(ERRCODE_UNDEFINED_OBJECT),
					errmsg("revision \"%s\" does not exist", name),
					is_row ? errdetail("It is one of the current versions.") :
					inside ? errdetail("No revision in branch \"%s\" has or abbreviates that name.",
									   inside->text) : 0,
					is_row ? errhint("Load the missing revision, or use migrator.stamp() with purge.") :
					errhint("Use migrator.history() to list the revisions."));
		if (list_length(fits) > 1)
			RefuseAmbiguousName(name, fits, false);
		found = MigGraphFind(graph, linitial(fits));
	}
	if (inside != NULL)
		CheckInside(graph, inside, name, found);
	return found;
}

static void
RefuseAmbiguousName(const char *name, List *fits, bool is_branch)
{
	int			n = list_length(fits);
	const char **names = palloc(sizeof(char *) * n);
	int			i;

	for (i = 0; i < n; i++)
		names[i] = list_nth(fits, i);
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			is_branch ? errmsg("branch name \"%s\" is ambiguous", name) :
			errmsg("revision name \"%s\" is ambiguous", name),
			errdetail("It is the beginning of %s.", MigQuoteNames(names, n)),
			errhint("Give more characters of the name."));
}

static void
InsideInit(const MigGraph *graph, Inside *inside, const char *branch)
{
	inside->text = NULL;
	inside->marks = NULL;
	if (branch == NULL || *branch == '\0')
		return;
	inside->text = branch;
	inside->marks = Lineage(graph, list_make1_int(MigGraphLookupBranch(graph, branch)), false);
}

static void
CheckInside(const MigGraph *graph, const Inside *inside, const char *name, int revision)
{
	if (inside->text == NULL || inside->marks[revision])
		return;
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("revision \"%s\" is not in branch \"%s\"", name, inside->text),
			errdetail("Neither of revisions \"%s\" and \"%s\" is below the other.",
					  MigGraphId(graph, revision),
					  MigGraphId(graph, MigGraphLookupBranch(graph, inside->text))));
}

/* ---- sets of revisions ---- */

/*
 * MigGraphSpread
 *		Mark starts and whatever can be reached from them.
 *
 * Returns one flag for each revision of the graph.
 */
bool *
MigGraphSpread(const MigGraph *graph, const List *starts, MigEdges edges)
{
	bool	   *marks = palloc0(Max(graph->n, 1));
	int		   *todo = palloc_extended(sizeof(int) * Max((Size) graph->n, 1), MCXT_ALLOC_HUGE);
	int			ntodo = 0;
	ListCell   *lc;

	foreach(lc, starts)
	{
		int			start = lfirst_int(lc);

		Assert(start >= 0 && start < graph->n);
		if (!marks[start])
		{
			marks[start] = true;
			todo[ntodo++] = start;
		}
	}
	while (ntodo > 0)
	{
		const MigLinks *links = MigGraphEdges(graph, todo[--ntodo], edges);
		int			i;

		CHECK_FOR_INTERRUPTS();
		for (i = 0; i < links->n; i++)
			if (!marks[links->at[i]])
			{
				marks[links->at[i]] = true;
				todo[ntodo++] = links->at[i];
			}
	}
	pfree(todo);
	return marks;
}

/* Mark what shares a lineage with any of the revisions. */
static bool *
Lineage(const MigGraph *graph, List *revisions, bool all_links)
{
	bool	   *marks = MigGraphSpread(graph, revisions,
									   all_links ? MIG_TO_LINKS : MIG_TO_PARENTS);
	bool	   *above = MigGraphSpread(graph, revisions,
									   all_links ? MIG_TO_DEPENDENTS : MIG_TO_CHILDREN);
	int			i;

	for (i = 0; i < graph->n; i++)
		marks[i] |= above[i];
	pfree(above);
	return marks;
}

/*
 * MigGraphQuote
 *		The ids of revisions as a quoted list for a message.
 */
const char *
MigGraphQuote(const MigGraph *graph, const List *revisions)
{
	int			n = list_length(revisions);
	const char **names = palloc(sizeof(char *) * Max(n, 1));
	int			i;

	for (i = 0; i < n; i++)
		names[i] = MigGraphId(graph, list_nth_int(revisions, i));
	return MigQuoteNames(names, n);
}

/*
 * MigGraphLinksToList
 *		A set of revisions as a list.
 */
List *
MigGraphLinksToList(const MigLinks *links)
{
	List	   *list = NIL;
	int			i;

	for (i = 0; i < links->n; i++)
		list = lappend_int(list, links->at[i]);
	return list;
}

/*
 * MigGraphFilterInit
 *		Prepare to keep what shares a lineage with the symbol text.
 *
 * With all_links lineage is meant over dependencies too.  A symbol that stands
 * for nothing keeps everything.  Raises an error for head if there are
 * several.
 */
void
MigGraphFilterInit(const MigGraph *graph, MigFilter *filter, const char *text, bool all_links)
{
	MigSymbol  *symbol = &filter->symbol;

	ParseSymbol(graph, text, symbol);
	filter->all_links = all_links;
	filter->open = (symbol->branch == NULL || *symbol->branch == '\0') &&
		symbol->word == NULL && symbol->found == NIL;
	filter->marks = NULL;
}

/*
 * MigGraphFilterKeeps
 *		Does the filter keep this revision?
 *
 * The first call looks the names of the symbol up, which may raise an error.
 */
bool
MigGraphFilterKeeps(const MigGraph *graph, MigFilter *filter, int revision)
{
	MigSymbol  *symbol = &filter->symbol;

	if (filter->open)
		return true;
	if (filter->marks == NULL)
	{
		List	   *wanted = list_copy(symbol->found);

		if (symbol->branch != NULL && *symbol->branch != '\0')
			wanted = lappend_int(wanted, MigGraphLookup(graph, symbol->branch));
		if (symbol->word != NULL)
			wanted = lappend_int(wanted, MigGraphLookup(graph, symbol->word));
		filter->marks = Lineage(graph, wanted, filter->all_links);
		list_free(wanted);
	}
	return filter->marks[revision];
}

/* ---- symbols ---- */

/*
 * MigGraphResolveMany
 *		The revisions that a symbol stands for, as a list of numbers.
 *
 * base leaves none.  Raises an error for a name that does not exist or is
 * ambiguous, and where a walk down, such as "-2", ends below a base.
 */
List *
MigGraphResolveMany(const MigGraph *graph, const char *symbol)
{
	List	   *found = MigGraphMany(graph, symbol);

	MigGraphCheckReal(found, symbol);
	return found;
}

/*
 * MigGraphResolveOne
 *		The revision that a symbol stands for, or -1 for base.
 *
 * Raises an error if there are several or the name does not exist.
 */
int
MigGraphResolveOne(const MigGraph *graph, const char *symbol)
{
	return MigGraphOne(graph, symbol);
}

/*
 * MigGraphMany
 *		The same as MigGraphResolveMany, but a walk down may end at NOTHING or
 *		UNDER_BASE.
 */
List *
MigGraphMany(const MigGraph *graph, const char *text)
{
	MigSymbol	symbol;
	Inside		inside;
	ListCell   *lc;
	int			steps;

	ParseSymbol(graph, text, &symbol);
	if (symbol.word == NULL && symbol.found == NIL)
		return NIL;
	if (symbol.word != NULL && ParseDownwards(symbol.word, &steps))
		return WalkFromHeads(graph, symbol.branch, steps);

	InsideInit(graph, &inside, symbol.branch);
	if (symbol.word != NULL)
		return list_make1_int(Lookup(graph, symbol.word, &inside, false));
	foreach(lc, symbol.found)
	{
		CheckInside(graph, &inside, MigGraphId(graph, lfirst_int(lc)), lfirst_int(lc));
	}
	return symbol.found;
}

/*
 * MigGraphOne
 *		The revision that a symbol stands for, or NOTHING.
 */
int
MigGraphOne(const MigGraph *graph, const char *text)
{
	MigSymbol	symbol;
	Inside		inside;

	ParseSymbol(graph, text, &symbol);
	if (list_length(symbol.found) > 1)
		RefuseManyHeads(graph, text, symbol.found);
	InsideInit(graph, &inside, symbol.branch);
	if (symbol.word != NULL)
		return Lookup(graph, symbol.word, &inside, false);
	if (symbol.found == NIL)
		return MIG_NOTHING;
	CheckInside(graph, &inside, text, linitial_int(symbol.found));
	return linitial_int(symbol.found);
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

/*
 * Take [branch@]word apart and replace head, heads and base.  The branch of
 * head and heads may itself be one of these words.
 */
static void
ParseSymbol(const MigGraph *graph, const char *text, MigSymbol *symbol)
{
	const char *at = text ? strchr(text, '@') : NULL;
	const char *word = at ? at + 1 : text;
	bool		only_one;
	List	   *heads;

	symbol->branch = at ? pnstrdup(text, at - text) : NULL;
	symbol->word = NULL;
	symbol->found = NIL;
	if (word == NULL || strcmp(word, "base") == 0)
		return;
	only_one = strcmp(word, "head") == 0;
	if (!only_one && strcmp(word, "heads") != 0)
	{
		symbol->word = word;
		return;
	}

	if (at == NULL || at == text)
		heads = MigGraphLinksToList(only_one ? &graph->heads : &graph->real_heads);
	else
	{
		MigFilter	filter;
		int			i;

		heads = NIL;
		MigGraphFilterInit(graph, &filter, symbol->branch, false);
		for (i = 0; i < graph->heads.n; i++)
			if (MigGraphFilterKeeps(graph, &filter, graph->heads.at[i]))
				heads = lappend_int(heads, graph->heads.at[i]);
	}
	if (only_one && list_length(heads) > 1)
		RefuseManyHeads(graph, text, heads);
	symbol->found = heads;
}

static void
RefuseManyHeads(const MigGraph *graph, const char *text, List *found)
{
	ereport(ERROR,
			errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("\"%s\" stands for %d revisions", text, list_length(found)),
			errdetail("The heads are %s.", MigGraphQuote(graph, found)),
			errhint("Name one of them, name a branch as in \"LABEL@head\", use \"heads\" "
					"where several are allowed, or join them with migrator.merge()."));
}

/* Is word a number below zero?  Then steps is its positive value. */
static bool
ParseDownwards(const char *word, int *steps)
{
	size_t		len = strlen(word);

	if (word[0] != '-' || len < 2 || strspn(word + 1, "0123456789") != len - 1)
		return false;
	*steps = ParseNumber(word);
	return *steps < 0;
}

/* Walk down from each real head, or from those that carry the label. */
static List *
WalkFromHeads(const MigGraph *graph, const char *branch, int steps)
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

/* ---- walks ---- */

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
