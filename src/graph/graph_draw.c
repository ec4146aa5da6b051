/*-------------------------------------------------------------------------
 * src/graph/graph_draw.c
 *	  Pictures of a graph: text with rails, Graphviz, Mermaid.
 *
 * Rows are only used for marks, so they need not be revisions of the graph.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/base.h"
#include "graph/graph_internal.h"

/* Most rails side by side; beyond that parents are only named. */
#define RAILS	40

/*
 * The text under way.  Each rail goes down to the revision that it waits for;
 * no two wait for the same one.
 */
typedef struct Rails
{
	const MigGraph *graph;
	const bool *current;
	StringInfoData text;
	int			n;
	int			waits[RAILS];
	int		   *rail_of;		/* -1: none waits for it */
} Rails;

static bool *MarkCurrent(const MigGraph *graph, const MigRows *rows);
static void DrawNode(Rails *rails, int revision);
static void DrawParents(Rails *rails, int at, int revision);
static void DrawInsert(Rails *rails, int at, int revision);
static void DrawCollapse(Rails *rails, int at, int to);
static void DrawRemove(Rails *rails, int at);
static void RemoveRail(Rails *rails, int at);
static void EndLine(Rails *rails);
static void AppendTitle(Rails *rails, int revision, bool loose);
static void AppendNames(StringInfo text, const char **names, int n);
static void AppendOneLine(StringInfo text, const char *string);
static void AppendDot(StringInfo text, const char *string);
static void AppendDotLabel(StringInfo text, const MigRevisionDef *def);
static void AppendDotEdges(StringInfo text, const MigGraph *graph, int revision);
static void AppendMermaid(StringInfo text, const char *string);
static void AppendMermaidNode(StringInfo text, const MigRevisionDef *def, int number, bool current);

/* ---- text ---- */

/*
 * MigGraphDrawText
 *		The graph as text, newest revision first, like git log --graph.
 *
 * Rails follow parents; dependencies are named.  The result is in the caller's
 * context.
 */
char *
MigGraphDrawText(const MigGraph *graph, const MigRows *rows)
{
	bool	   *all = palloc(Max(graph->n, 1));
	Rails		rails;
	List	   *order;
	ListCell   *lc;

	memset(all, true, graph->n);
	order = MigGraphListing(graph, all, MigGraphLinksToList(&graph->real_heads));
	pfree(all);

	rails.graph = graph;
	rails.current = MarkCurrent(graph, rows);
	rails.n = 0;
	rails.rail_of = palloc_extended(sizeof(int) * Max((Size) graph->n, 1), MCXT_ALLOC_HUGE);
	memset(rails.rail_of, -1, sizeof(int) * graph->n);
	initStringInfo(&rails.text);
	foreach(lc, order)
	{
		CHECK_FOR_INTERRUPTS();
		DrawNode(&rails, lfirst_int(lc));
	}
	pfree(rails.rail_of);
	return rails.text.data;
}

static bool *
MarkCurrent(const MigGraph *graph, const MigRows *rows)
{
	bool	   *current = palloc0(Max(graph->n, 1));
	int			i;

	for (i = 0; rows != NULL && i < rows->n; i++)
	{
		int			at = MigGraphFind(graph, rows->ids[i]);

		if (at >= 0)
			current[at] = true;
	}
	return current;
}

/* The line of a revision, and the rails from it to its parents. */
static void
DrawNode(Rails *rails, int revision)
{
	int			at = rails->rail_of[revision];
	bool		loose = false;
	int			i;

	if (at < 0)
	{
		at = rails->n;
		loose = rails->n == RAILS;	/* no room: it gets no rail */
		if (!loose)
		{
			rails->waits[rails->n++] = revision;
			rails->rail_of[revision] = at;
		}
	}
	for (i = 0; i < rails->n; i++)
		appendStringInfoString(&rails->text, i == at ? "* " : "| ");
	if (loose)
		appendStringInfoString(&rails->text, "* ");
	AppendTitle(rails, revision, loose);
	EndLine(rails);
	if (!loose)
		DrawParents(rails, at, revision);
}

/*
 * Lead the rail of a revision on to its first parent, and put new rails beside
 * it for the others, the last one first.  Where another rail waits for the
 * same parent the two become one.
 */
static void
DrawParents(Rails *rails, int at, int revision)
{
	const MigRevision *rev = &rails->graph->revisions[revision];
	int			room = RAILS - rails->n;
	int			to;
	int			i;

	rails->rail_of[revision] = -1;
	rails->waits[at] = -1;
	if (rev->ndown == 0)
	{
		DrawRemove(rails, at);
		return;
	}
	for (i = Min(rev->ndown - 1, room); i > 0 && rails->n < RAILS; i--)
	{
		int			parent = rev->links.at[i];

		to = rails->rail_of[parent];
		DrawInsert(rails, at + 1, parent);
		if (to > at)
			DrawCollapse(rails, to + 1, at + 1);
		else if (to >= 0)
			DrawCollapse(rails, at + 1, to);
	}

	to = rails->rail_of[rev->links.at[0]];
	rails->waits[at] = rev->links.at[0];
	if (to < 0)
		rails->rail_of[rev->links.at[0]] = at;
	else
		DrawCollapse(rails, Max(at, to), Min(at, to));
}

/* A new rail beside the one to its left. */
static void
DrawInsert(Rails *rails, int at, int revision)
{
	int			i;

	for (i = 0; i < at; i++)
		appendStringInfoString(&rails->text, i == at - 1 ? "|" : "| ");
	for (i = at; i <= rails->n; i++)
		appendStringInfoString(&rails->text, "\\ ");
	EndLine(rails);

	for (i = rails->n; i > at; i--)
	{
		rails->waits[i] = rails->waits[i - 1];
		if (rails->waits[i] >= 0)
			rails->rail_of[rails->waits[i]] = i;
	}
	rails->n++;
	rails->waits[at] = revision;
	if (rails->rail_of[revision] < 0)
		rails->rail_of[revision] = at;
}

/* Lead a rail into another one on its left; both wait for the same. */
static void
DrawCollapse(Rails *rails, int at, int to)
{
	int			revision = rails->waits[at];
	int			i;

	for (i = 0; i < at; i++)
	{
		appendStringInfoChar(&rails->text, '|');
		if (i < at - 1)
			appendStringInfoChar(&rails->text, i >= to ? '_' : ' ');
	}
	for (i = at; i < rails->n; i++)
		appendStringInfoString(&rails->text, "/ ");
	EndLine(rails);
	RemoveRail(rails, at);
	rails->rail_of[revision] = to;
}

/* End a rail; those on its right move up. */
static void
DrawRemove(Rails *rails, int at)
{
	int			i;

	if (at < rails->n - 1)
	{
		for (i = 0; i < at; i++)
			appendStringInfoString(&rails->text, "| ");
		appendStringInfoChar(&rails->text, ' ');
		for (i = at + 1; i < rails->n; i++)
			appendStringInfoString(&rails->text, "/ ");
		EndLine(rails);
	}
	RemoveRail(rails, at);
}

static void
RemoveRail(Rails *rails, int at)
{
	int			i;

	rails->n--;
	for (i = at; i < rails->n; i++)
	{
		rails->waits[i] = rails->waits[i + 1];
		if (rails->waits[i] >= 0)
			rails->rail_of[rails->waits[i]] = i;
	}
}

static void
EndLine(Rails *rails)
{
	StringInfo	text = &rails->text;

	while (text->len > 0 && text->data[text->len - 1] == ' ')
		text->data[--text->len] = '\0';
	appendStringInfoChar(text, '\n');
}

/* Id, labels, marks, message; and the parents that get no rail. */
static void
AppendTitle(Rails *rails, int revision, bool loose)
{
	const MigRevision *rev = &rails->graph->revisions[revision];
	const MigRevisionDef *def = rev->def;
	StringInfo	text = &rails->text;

	AppendOneLine(text, def->id);
	if (def->nlabels > 0)
	{
		appendStringInfoString(text, " (");
		AppendNames(text, def->labels, def->nlabels);
		appendStringInfoChar(text, ')');
	}
	if (rev->next.n == 0)
		appendStringInfoString(text, rev->next_all.n == 0 ? " (head)" : " (effective head)");
	if (rails->current[revision])
		appendStringInfoString(text, " (current)");
	if (rev->next.n > 1)
		appendStringInfoString(text, " (branchpoint)");
	if (rev->parents.n > 1)
		appendStringInfoString(text, " (mergepoint)");
	if (def->message[0] != '\0')
	{
		appendStringInfoString(text, ", ");
		AppendOneLine(text, def->message);
	}
	if (loose ? rev->ndown > 0 : rev->ndown - 1 > RAILS - rails->n)
	{
		appendStringInfoString(text, " (revises ");
		AppendNames(text, def->parents, def->nparents);
		appendStringInfoChar(text, ')');
	}
	if (def->ndeps > 0)
	{
		appendStringInfoString(text, " (depends on ");
		AppendNames(text, def->deps, def->ndeps);
		appendStringInfoChar(text, ')');
	}
}

static void
AppendNames(StringInfo text, const char **names, int n)
{
	int			i;

	for (i = 0; i < Min(n, MIG_NAMES_SHOWN); i++)
	{
		if (i > 0)
			appendStringInfoString(text, ", ");
		AppendOneLine(text, names[i]);
	}
	if (i < n)
		appendStringInfo(text, " and %d more", n - i);
}

/* A string without line breaks and other control characters. */
static void
AppendOneLine(StringInfo text, const char *string)
{
	const char *p;

	for (p = string; *p != '\0'; p++)
		appendStringInfoChar(text, (unsigned char) *p < ' ' ? ' ' : *p);
}

/* ---- Graphviz ---- */

/*
 * MigGraphDrawDot
 *		The graph in the language of Graphviz, oldest revision at the bottom.
 *
 * Edges go from what is built upon to what builds on it; dependencies are
 * dashed.  The result is in the caller's context.
 */
char *
MigGraphDrawDot(const MigGraph *graph, const MigRows *rows)
{
	bool	   *current = MarkCurrent(graph, rows);
	StringInfoData text;
	int			i;

	initStringInfo(&text);
	appendStringInfoString(&text, "digraph revisions {\n"
						   "\trankdir=BT;\n"
						   "\tnode [shape=box];\n");
	for (i = 0; i < graph->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		appendStringInfoChar(&text, '\t');
		AppendDot(&text, MigGraphId(graph, i));
		appendStringInfoString(&text, " [label=");
		AppendDotLabel(&text, graph->revisions[i].def);
		if (current[i])
			appendStringInfoString(&text, ", style=bold");
		appendStringInfoString(&text, "];\n");
	}
	for (i = 0; i < graph->n; i++)
		AppendDotEdges(&text, graph, i);
	appendStringInfoString(&text, "}\n");
	pfree(current);
	return text.data;
}

/*
 * A quoted string.  Backslashes are doubled: in labels they are escapes, and
 * in names the doubling does no harm as long as it is done everywhere.  So it
 * is with ampersands, which begin an HTML entity.
 */
static void
AppendDot(StringInfo text, const char *string)
{
	const char *p;

	appendStringInfoChar(text, '"');
	for (p = string; *p != '\0'; p++)
	{
		if (*p == '"' || *p == '\\')
			appendStringInfoChar(text, '\\');
		appendStringInfoChar(text, (unsigned char) *p < ' ' ? ' ' : *p);
		if (*p == '&')
			appendStringInfoString(text, "amp;");
	}
	appendStringInfoChar(text, '"');
}

/* Id and labels, and the message on a line of its own. */
static void
AppendDotLabel(StringInfo text, const MigRevisionDef *def)
{
	StringInfoData title;

	initStringInfo(&title);
	appendStringInfoString(&title, def->id);
	if (def->nlabels > 0)
	{
		appendStringInfoString(&title, " (");
		AppendNames(&title, def->labels, def->nlabels);
		appendStringInfoChar(&title, ')');
	}
	AppendDot(text, title.data);
	if (def->message[0] != '\0')
	{
		/* take the closing quote back to go on behind a line break */
		text->data[--text->len] = '\0';
		appendStringInfoString(text, "\\n");
		resetStringInfo(&title);
		AppendDot(&title, def->message);
		appendStringInfoString(text, title.data + 1);
	}
	pfree(title.data);
}

static void
AppendDotEdges(StringInfo text, const MigGraph *graph, int revision)
{
	const MigRevision *rev = &graph->revisions[revision];
	int			i;

	for (i = 0; i < rev->links.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		appendStringInfoChar(text, '\t');
		AppendDot(text, MigGraphId(graph, rev->links.at[i]));
		appendStringInfoString(text, " -> ");
		AppendDot(text, rev->def->id);
		if (i >= rev->ndown)
			appendStringInfoString(text, " [style=dashed]");
		appendStringInfoString(text, ";\n");
	}
}

/* ---- Mermaid ---- */

/*
 * MigGraphDrawMermaid
 *		The graph as a Mermaid flowchart, oldest revision at the bottom.
 *
 * Edges are those of MigGraphDrawDot, dependencies dotted.  The result is in
 * the caller's context.
 */
char *
MigGraphDrawMermaid(const MigGraph *graph, const MigRows *rows)
{
	bool	   *current = MarkCurrent(graph, rows);
	StringInfoData text;
	bool		any = false;
	int			i;
	int			j;

	initStringInfo(&text);
	appendStringInfoString(&text, "flowchart BT\n");
	for (i = 0; i < graph->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		AppendMermaidNode(&text, graph->revisions[i].def, i, current[i]);
		any |= current[i];
	}
	for (i = 0; i < graph->n; i++)
	{
		const MigRevision *rev = &graph->revisions[i];

		CHECK_FOR_INTERRUPTS();
		for (j = 0; j < rev->links.n; j++)
			appendStringInfo(&text, "    r%d %s r%d\n", rev->links.at[j],
							 j < rev->ndown ? "-->" : "-.->", i);
	}
	if (any)
		appendStringInfoString(&text, "    classDef current stroke-width:3px\n");
	pfree(current);
	return text.data;
}

static void
AppendMermaidNode(StringInfo text, const MigRevisionDef *def, int number, bool current)
{
	StringInfoData labels;

	appendStringInfo(text, "    r%d[\"", number);
	AppendMermaid(text, def->id);
	if (def->nlabels > 0)
	{
		initStringInfo(&labels);
		AppendNames(&labels, def->labels, def->nlabels);
		appendStringInfoString(text, " (");
		AppendMermaid(text, labels.data);
		appendStringInfoChar(text, ')');
		pfree(labels.data);
	}
	if (def->message[0] != '\0')
	{
		appendStringInfoString(text, "<br/>");
		AppendMermaid(text, def->message);
	}
	appendStringInfoString(text, current ? "\"]:::current\n" : "\"]\n");
}

/* Whatever might be markup goes as a character code. */
static void
AppendMermaid(StringInfo text, const char *string)
{
	const char *p;

	for (p = string; *p != '\0'; p++)
	{
		if ((unsigned char) *p < ' ')
			appendStringInfoChar(text, ' ');
		else if (strchr("\"#&;<>`\\[]{}|", *p) != NULL)
			appendStringInfo(text, "#%d;", *p);
		else
			appendStringInfoChar(text, *p);
	}
}
