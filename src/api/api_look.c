/*-------------------------------------------------------------------------
 * src/api/api_look.c
 *	  versions, current, heads, branches, history, marks, show, graph, ...
 *
 * All of it reads under the caller's snapshot, takes no lock, and works on a
 * standby.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(migrator_versions);
PG_FUNCTION_INFO_V1(migrator_current);
PG_FUNCTION_INFO_V1(migrator_heads);
PG_FUNCTION_INFO_V1(migrator_branches);
PG_FUNCTION_INFO_V1(migrator_history);
PG_FUNCTION_INFO_V1(migrator_marks);
PG_FUNCTION_INFO_V1(migrator_show);
PG_FUNCTION_INFO_V1(migrator_graph);

static bool IsRow(const MigRows *rows, const char *id);
static const char **NamesOf(const MigGraph *graph, const MigLinks *links);
static void AddLabels(MigRow *row, List *labels);
static void Describe(StringInfo out, const MigGraph *graph, int number, const MigRows *rows,
					 const MigApplied *applied, bool is_applied, const MigStored *stored);
static char *DescribeRepeatable(const MigStored *stored);
static void DescribeSource(StringInfo out, const MigStored *stored);
static void DescribeLinks(StringInfo out, const char *title, const char *const *names, int n);

/*
 * migrator.versions() -> rows of revision
 */
Datum
migrator_versions(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	MigRows    *rows;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	rows = MigLedgerRows(&copy);
	for (int i = 0; i < rows->n; i++)
	{
		MigApiAddText(&row, rows->ids[i]);
		MigApiEnd(&row);
	}
	return (Datum) 0;
}

/*
 * migrator.current(check_heads boolean) -> rows of revision, is_head, message, applied_at
 */
Datum
migrator_current(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	bool		check_heads = MigApiBool(fcinfo, 0, "check_heads");
	const MigGraph *graph;
	MigRows    *rows;
	List	   *current;
	ListCell   *lc;
	const char **ids;
	int			nids = 0;
	MigApplied *applied;
	int			napplied;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	rows = MigLedgerRows(&copy);
	graph = MigLedgerGraph(&copy);
	if (check_heads)
		MigApiRefuseNotAtHead(graph, rows);

	current = MigGraphCurrent(graph, rows);
	ids = palloc(sizeof(char *) * (list_length(current) + 1));
	foreach(lc, current)
	{
		ids[nids++] = graph->revisions[lfirst_int(lc)].def->id;
	}
	applied = MigLedgerApplied(&copy, ids, nids, &napplied);
	foreach(lc, current)
	{
		const MigRevision *revision = &graph->revisions[lfirst_int(lc)];

		MigApiAddText(&row, revision->def->id);
		MigApiAddBool(&row, revision->next.n == 0);
		MigApiAddText(&row, revision->def->message);
		MigApiAddTime(&row, MigLedgerFindApplied(applied, napplied, revision->def->id));
		MigApiEnd(&row);
	}
	return (Datum) 0;
}

/*
 * migrator.heads(resolve_dependencies boolean) -> rows of revision, branch_labels, message
 */
Datum
migrator_heads(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	bool		resolve_dependencies = MigApiBool(fcinfo, 0, "resolve_dependencies");
	const MigGraph *graph;
	List	  **labels;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	graph = MigLedgerGraph(&copy);
	labels = MigGraphHeadLabels(graph);
	for (int i = 0; i < graph->heads.n; i++)
	{
		const MigRevision *revision = &graph->revisions[graph->heads.at[i]];

		if (resolve_dependencies && revision->next_all.n > 0)
			continue;
		MigApiAddText(&row, revision->def->id);
		AddLabels(&row, labels[i]);
		MigApiAddText(&row, revision->def->message);
		MigApiEnd(&row);
	}
	return (Datum) 0;
}

/*
 * migrator.branches() -> rows of revision, children, message
 */
Datum
migrator_branches(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	const MigGraph *graph;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	graph = MigLedgerGraph(&copy);
	for (int i = 0; i < graph->n; i++)
	{
		const MigRevision *revision = &graph->revisions[i];

		if (revision->next.n < 2)
			continue;
		MigApiAddText(&row, revision->def->id);
		MigApiAddTexts(&row, NamesOf(graph, &revision->next), revision->next.n);
		MigApiAddText(&row, revision->def->message);
		MigApiEnd(&row);
	}
	return (Datum) 0;
}

/*
 * migrator.history(range text) -> rows of revision, down_revisions, depends_on,
 *	branch_labels, message, is_head, is_branch_point, is_merge_point, is_current,
 *	applied_at
 */
Datum
migrator_history(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	char	   *range = MigApiTextOrNull(fcinfo, 0);
	MigRows    *rows;
	const MigGraph *graph;
	List	   *history;
	ListCell   *lc;
	bool	   *is_applied;
	MigApplied *applied;
	int			napplied;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	rows = MigLedgerRows(&copy);
	applied = MigLedgerApplied(&copy, NULL, 0, &napplied);
	graph = MigLedgerGraph(&copy);
	history = MigGraphHistory(graph, range, rows);
	is_applied = MigApiApplied(graph, rows);
	foreach(lc, history)
	{
		const MigRevision *revision = &graph->revisions[lfirst_int(lc)];
		const MigRevisionDef *def = revision->def;

		MigApiAddText(&row, def->id);
		MigApiAddTexts(&row, def->parents, def->nparents);
		MigApiAddTexts(&row, def->deps, def->ndeps);
		MigApiAddTexts(&row, def->labels, def->nlabels);
		MigApiAddText(&row, def->message);
		MigApiAddBool(&row, revision->next.n == 0);
		MigApiAddBool(&row, revision->next.n > 1);
		MigApiAddBool(&row, revision->parents.n > 1);
		MigApiAddBool(&row, IsRow(rows, def->id));
		MigApiAddTime(&row, is_applied[lfirst_int(lc)]
					  ? MigLedgerFindApplied(applied, napplied, def->id) : NULL);
		MigApiEnd(&row);
	}
	return (Datum) 0;
}

/*
 * migrator.marks() -> rows of revision, branch_labels, marks
 *
 * What lists say of a revision, in Alembic's words and order.
 */
Datum
migrator_marks(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	MigRows    *rows;
	const MigGraph *graph;
	bool		has_labels = false;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	rows = MigLedgerRows(&copy);
	graph = MigLedgerGraph(&copy);
	for (int i = 0; i < graph->n; i++)
		has_labels |= graph->revisions[i].def->nlabels > 0;
	for (int i = 0; i < graph->n; i++)
	{
		const MigRevision *revision = &graph->revisions[i];
		const char *marks[4];
		int			n = 0;

		CHECK_FOR_INTERRUPTS();
		if (revision->next.n == 0)
			marks[n++] = revision->next_all.n > 0 ? "effective head" : "head";
		if (IsRow(rows, revision->def->id))
			marks[n++] = "current";
		if (revision->next.n > 1)
			marks[n++] = "branchpoint";
		if (revision->parents.n > 1)
			marks[n++] = "mergepoint";
		MigApiAddText(&row, revision->def->id);
		AddLabels(&row, has_labels ? MigGraphSpreadLabels(graph, i) : NIL);
		MigApiAddTexts(&row, marks, n);
		MigApiEnd(&row);
	}
	return (Datum) 0;
}

static void
AddLabels(MigRow *row, List *labels)
{
	const char **names = palloc(sizeof(char *) * (list_length(labels) + 1));
	int			n = 0;
	ListCell   *lc;

	foreach(lc, labels)
	{
		names[n++] = lfirst(lc);
	}
	MigApiAddTexts(row, names, n);
}

/*
 * migrator.show(revision text) -> text
 */
Datum
migrator_show(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	char	   *symbol = MigApiText(fcinfo, 0, "revision");
	MigRows    *rows;
	const MigGraph *graph;
	List	   *shown;
	ListCell   *lc;
	bool	   *is_applied;
	MigStored  *stored;
	StringInfoData out;

	MigApiCopy(&copy);
	stored = MigLedgerFetch(&copy, symbol);
	if (stored != NULL && stored->repeatable)
		PG_RETURN_TEXT_P(cstring_to_text(DescribeRepeatable(stored)));
	rows = MigLedgerRows(&copy);
	graph = MigLedgerGraph(&copy);
	shown = MigGraphShow(graph, symbol, rows);
	is_applied = MigApiApplied(graph, rows);
	initStringInfo(&out);
	foreach(lc, shown)
	{
		const char *id = graph->revisions[lfirst_int(lc)].def->id;
		int			napplied;
		MigApplied *applied = MigLedgerApplied(&copy, &id, 1, &napplied);

		if (out.len > 0)
			appendStringInfoChar(&out, '\n');
		Describe(&out, graph, lfirst_int(lc), rows, napplied == 0 ? NULL : applied,
				 is_applied[lfirst_int(lc)], MigLedgerFetch(&copy, id));
	}
	PG_RETURN_TEXT_P(cstring_to_text(out.data));
}

/*
 * migrator.graph(format text) -> text
 */
Datum
migrator_graph(PG_FUNCTION_ARGS)
{
	static const struct
	{
		const char *name;
		char	   *(*draw) (const MigGraph *graph, const MigRows *rows);
	}			formats[] = {
		{"text", MigGraphDrawText}, {"dot", MigGraphDrawDot}, {"mermaid", MigGraphDrawMermaid}
	};
	MigCopy		copy;
	char	   *format = MigApiText(fcinfo, 0, "format");
	MigRows    *rows;

	MigApiCopy(&copy);
	rows = MigLedgerRows(&copy);
	for (size_t i = 0; i < lengthof(formats); i++)
		if (strcmp(format, formats[i].name) == 0)
			PG_RETURN_TEXT_P(cstring_to_text(formats[i].draw(MigLedgerGraph(&copy), rows)));
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("graph format \"%s\" does not exist", format),
			errhint("Use \"text\", \"dot\" or \"mermaid\"."));
}

/*
 * MigApiApplied
 *		Which revisions are applied, as far as the rows are known ones.
 *
 * Looking must not fail because of a row that is not in the graph; validate()
 * reports it.
 */
bool *
MigApiApplied(const MigGraph *graph, const MigRows *rows)
{
	MigRows		known = {.ids = palloc(sizeof(char *) * (rows->n + 1))};

	for (int i = 0; i < rows->n; i++)
		if (MigGraphFind(graph, rows->ids[i]) >= 0)
			known.ids[known.n++] = rows->ids[i];
	return MigGraphApplied(graph, &known);
}

/*
 * MigApiRefuseNotAtHead
 *		Raise OBJECT_NOT_IN_PREREQUISITE_STATE unless everything is applied.
 *
 * Alembic's --check-heads wants a row for each head, also for one that a
 * dependency implies and that upgrade gives no row of its own.
 */
void
MigApiRefuseNotAtHead(const MigGraph *graph, const MigRows *rows)
{
	bool		at_heads = true;

	for (int i = 0; at_heads && i < graph->real_heads.n; i++)
		at_heads = IsRow(rows, graph->revisions[graph->real_heads.at[i]].def->id);
	if (!at_heads)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("database is not on all head revisions"),
				errdetail("Versions: %s.  Heads: %s.",
						  rows->n == 0 ? "none" : MigQuoteNames(rows->ids, rows->n),
						  MigQuoteNames(NamesOf(graph, &graph->real_heads), graph->real_heads.n)),
				errhint("Run migrator.upgrade('heads')."));
}

/* Is this one of the rows?  They are sorted. */
static bool
IsRow(const MigRows *rows, const char *id)
{
	int			low = 0;
	int			high = rows->n;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;
		int			order = strcmp(rows->ids[middle], id);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static const char **
NamesOf(const MigGraph *graph, const MigLinks *links)
{
	const char **names = palloc(sizeof(char *) * (links->n + 1));

	for (int i = 0; i < links->n; i++)
		names[i] = graph->revisions[links->at[i]].def->id;
	return names;
}

/* The long entry of a revision. */
static void
Describe(StringInfo out, const MigGraph *graph, int number, const MigRows *rows,
		 const MigApplied *applied, bool is_applied, const MigStored *stored)
{
	const MigRevision *revision = &graph->revisions[number];
	const MigRevisionDef *def = revision->def;
	List	   *labels = MigGraphSpreadLabels(graph, number);
	const char **names = palloc(sizeof(char *) * (list_length(labels) + 1));
	int			n = 0;
	ListCell   *lc;

	foreach(lc, labels)
	{
		names[n++] = lfirst(lc);

	}
	appendStringInfo(out, "Rev: %s%s%s%s%s\n", def->id,
					 revision->next.n > 0 ? "" : revision->next_all.n > 0 ? " (effective head)" : " (head)",
					 IsRow(rows, def->id) ? " (current)" : "",
					 revision->next.n > 1 ? " (branchpoint)" : "",
					 revision->parents.n > 1 ? " (mergepoint)" : "");
	if (revision->parents.n > 1)
		DescribeLinks(out, "Merges", def->parents, def->nparents);
	else
		appendStringInfo(out, "Parent: %s\n", def->nparents == 0 ? "<base>" : def->parents[0]);
	DescribeLinks(out, "Also depends on", def->deps, def->ndeps);
	if (revision->next.n > 1)
		DescribeLinks(out, "Branches into", NamesOf(graph, &revision->next), revision->next.n);
	DescribeLinks(out, "Branch names", names, n);
	DescribeLinks(out, "Former ids", def->aliases, def->naliases);
	appendStringInfo(out, "Path: %s\n", stored->filename);
	if (stored->create_date != NULL)
		appendStringInfo(out, "Create Date: %s\n", stored->create_date);
	appendStringInfo(out, "Transactional: %s\n", def->transactional ? "yes" : "no");
	appendStringInfo(out, "Reversible: %s\n", def->reversible ? "yes" : "no");
	DescribeSource(out, stored);
	if (is_applied)
		appendStringInfo(out, "Applied: %s\n",
						 applied == NULL ? "yes" : timestamptz_to_str(applied->at));
	appendStringInfo(out, "\n    %s\n", def->message);
}

/* The entry of a repeatable revision. */
static char *
DescribeRepeatable(const MigStored *stored)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "Rev: %s (repeatable)\nPath: %s\n", stored->revision, stored->filename);
	if (stored->create_date != NULL)
		appendStringInfo(&out, "Create Date: %s\n", stored->create_date);
	appendStringInfo(&out, "Transactional: %s\n", stored->transactional ? "yes" : "no");
	DescribeSource(&out, stored);
	appendStringInfo(&out, "\n    %s\n", stored->message);
	return out.data;
}

/* What only some revisions have. */
static void
DescribeSource(StringInfo out, const MigStored *stored)
{
	if (stored->verify != NULL)
		appendStringInfoString(out, "Verified: yes\n");
	if (stored->origin_tool != NULL)
		appendStringInfo(out, "Origin: %s %s\n", stored->origin_tool, stored->origin_key);
}

static void
DescribeLinks(StringInfo out, const char *title, const char *const *names, int n)
{
	if (n > 0)
		appendStringInfo(out, "%s: %s\n", title, MigJoinNames(names, n, ", "));
}
