/*-------------------------------------------------------------------------
 * src/graph/graph_resolve.c
 *	  Turn names and symbols into revisions of the graph.
 *
 * From the inside out: one name (an id, a label or an alias, or the beginning
 * of one; aliases are looked at last and take no meaning from anything),
 * and a symbol ([branch@]word, where word may be head, heads or base).  What
 * each form means, and in which order its parts may fail, is Alembic's.  Walks
 * and relative targets, which begin at a symbol, are left to graph_target.c.
 *
 * A quirk of Alembic is kept on purpose: the branch of a symbol that stands
 * for nothing is not looked at when several revisions are wanted
 * ("nosuch@base" is base).
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

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

static List *FindPrefix(const MigGraph *graph, const char *prefix);
static List *FindAliasPrefix(const MigGraph *graph, const char *prefix);
static int	Lookup(const MigGraph *graph, const char *name, const Inside *inside, bool is_row);
pg_noreturn static void RefuseAmbiguousName(const char *name, List *fits, bool is_branch);
static void InsideInit(const MigGraph *graph, Inside *inside, const char *branch);
static void CheckInside(const MigGraph *graph, const Inside *inside, const char *name, int revision);
static bool *Lineage(const MigGraph *graph, List *revisions, bool all_links);
static void ParseSymbol(const MigGraph *graph, const char *text, MigSymbol *symbol);
pg_noreturn static void RefuseManyHeads(const MigGraph *graph, const char *text, List *found);

/* ---- one name ---- */

/*
 * MigGraphFind
 *		The revision with exactly this id, label or alias, or -1.
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
 * MigGraphIsAlias
 *		Is this exactly the former id of a revision?
 */
bool
MigGraphIsAlias(const MigGraph *graph, const char *name)
{
	MigName    *entry = hash_search(graph->names, &name, HASH_FIND, NULL);

	return entry && entry->is_alias;
}

/*
 * MigGraphIsName
 *		Is this an id, a label or an alias, or the beginning of one?
 */
bool
MigGraphIsName(const MigGraph *graph, const char *name)
{
	return MigGraphFind(graph, name) != MIG_NOTHING || FindPrefix(graph, name) != NIL;
}

/*
 * MigGraphLookup
 *		The revision that an id, a label, an alias or the beginning of one names.
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

/*
 * All ids and then all labels that name may be short for; only if there are
 * none, an alias, so that no name becomes ambiguous by an alias.
 */
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
	if (ids == NIL && labels == NIL)
		return FindAliasPrefix(graph, prefix);
	return list_concat(ids, labels);
}

/* All aliases that name may be short for, one for each revision. */
static List *
FindAliasPrefix(const MigGraph *graph, const char *prefix)
{
	size_t		len = strlen(prefix);
	List	   *aliases = NIL;
	int			i;
	int			j;

	for (i = 0; i < graph->n; i++)
	{
		const MigRevisionDef *def = graph->revisions[i].def;

		for (j = 0; j < def->naliases; j++)
			if (strncmp(def->aliases[j], prefix, len) == 0 &&
				pg_mbstrlen(def->aliases[j]) > NAME_TOO_SHORT)
			{
				aliases = lappend(aliases, unconstify(char *, def->aliases[j]));
				break;
			}
	}
	return aliases;
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
	if (symbol.word != NULL && MigGraphParseDownwards(symbol.word, &steps))
		return MigGraphWalkFromHeads(graph, symbol.branch, steps);

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
