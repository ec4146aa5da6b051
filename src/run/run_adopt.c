/*-------------------------------------------------------------------------
 * src/run/run_adopt.c
 *	  Stamp what another tool's version table says.
 *
 * The rows of that table become revisions: by the name under which the tool
 * knows a revision (its header "Origin:"), by its id, or by the number in it.
 * What is not as it should be there, such as a failed migration, versions that
 * no revision has, or a revision that is left out in the middle, is an error;
 * the tool's table is not written to.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "run/run.h"
#include "run/run_adopt.h"
#include "run/run_internal.h"
#include "utils/snapmgr.h"

static void FindTable(MigAdoption *adoption, const char *tool, Oid table);
static void RefuseTables(const MigTool *tool, List *found, List *passed_over);
static void Report(const MigAdoption *adoption, MigAdoptedFn adopted, void *arg);
static void RefuseStates(const MigAdoption *adoption, bool accept_changed);
static char *InState(const MigAdoption *adoption, const char *state);
static char *QuoteList(List *names);
static void StampTops(MigAdoption *adoption, const MigRows *rows);
static void RecordRepeats(const MigAdoption *adoption);
static void Ignore(const MigDone *done, void *arg);

/*
 * MigRunAdopt
 *		Stamp the copy with what another tool's version table says; adopted is
 *		called for each version and revision there.
 *
 * tool is a name or "auto"; table may be InvalidOid: it is looked for by its
 * name.  With dry_run what would be an error is a state that is reported.  Takes
 * the locks of a stamp.  The table is read with the caller's rights.
 */
void
MigRunAdopt(const MigCopy *copy, const char *tool, Oid table, bool dry_run, bool accept_changed,
			MigAdoptedFn adopted, void *arg)
{
	MigAdoption adoption = {.copy = copy};
	MigState   *state;

	MigRunRefuseRunning("call migrator.adopt()");
	CommandCounterIncrement();
	if (!dry_run)
	{
		PreventCommandIfReadOnly("migrator.adopt()");
		PreventCommandDuringRecovery("migrator.adopt()");
		MigRunTakeLocks(copy);
	}

	PushActiveSnapshot(GetTransactionSnapshot());
	state = MigLedgerState(copy);
	if (!dry_run)
		MigLedgerRefuseStale(copy, state);
	adoption.graph = MigLedgerGraph(copy);
	adoption.origins = MigLedgerOrigins(copy, &adoption.norigins);
	FindTable(&adoption, tool, table);
	MigRunAdoptRead(&adoption);
	PopActiveSnapshot();

	Report(&adoption, adopted, arg);
	if (dry_run)
		return;
	RefuseStates(&adoption, accept_changed);
	StampTops(&adoption, &state->rows);

	RecordRepeats(&adoption);
}

/* Find the table and whose it is. */
static void
FindTable(MigAdoption *adoption, const char *tool_name, Oid oid)
{
	const MigTool *tool = MigRunFindTool(tool_name);
	int			nnames;
	const char **names = MigRunToolTables(tool, &nnames);
	List	   *tables = MigDbFindTables(names, nnames, oid);
	List	   *found = NIL;
	List	   *passed_over = NIL;
	ListCell   *lc;

	foreach(lc, tables)
	{
		const MigDbTable *table = lfirst(lc);
		const MigTool *its = MigRunToolOf(table, tool, OidIsValid(oid));

		if (its == NULL)
			continue;
		if (!table->is_plain)
		{
			passed_over = lappend(passed_over, lfirst(lc));
			continue;
		}
		adoption->table = table;
		adoption->tool = its;
		found = lappend(found, psprintf("%s (%s)", table->name, its->name));
	}
	if (OidIsValid(oid) && found == NIL && passed_over == NIL)
		ereport(ERROR,
				errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("table is not a version table of %s",
					   tool == NULL ? "a tool that is known" : tool->name),
				tables == NIL ? 0 : errdetail("The table is %s.",
											  ((MigDbTable *) linitial(tables))->name));
	if (list_length(found) != 1)
		RefuseTables(tool, found, passed_over);
	if (!adoption->table->is_readable)
		ereport(ERROR,
				errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("permission denied for table %s", adoption->table->name),
				errhint("adopt() reads it with the rights of its caller, who needs SELECT on it and USAGE on its schema."));
}

/* None, or several. */
static void
RefuseTables(const MigTool *tool, List *found, List *passed_over)
{
	if (found != NIL)
		ereport(ERROR,
				errcode(ERRCODE_DUPLICATE_TABLE),
				errmsg("there are several version tables"),
				errdetail("They are: %s.", QuoteList(found)),
				errhint("Say which one with the argument version_table."));
	if (passed_over != NIL)
		ereport(ERROR,
				errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("%s is not an ordinary table",
					   ((MigDbTable *) linitial(passed_over))->name),
				errdetail("Views, foreign and partitioned tables, and tables with row security could run their owner's code, and are not read."));
	ereport(ERROR,
			errcode(ERRCODE_UNDEFINED_TABLE),
			tool == NULL ? errmsg("no other tool's version table was found")
			: errmsg("no version table of %s was found", tool->name),
			errhint("If it has another name than usual, say so with the argument version_table."));
}

/* In the order of the graph, then what is in none. */
static void
Report(const MigAdoption *adoption, MigAdoptedFn adopted, void *arg)
{
	ListCell   *lc;

	for (int i = 0; i < adoption->graph->n; i++)
	{
		const MigAdoptItem *item = adoption->items[adoption->graph->order[i]];

		if (item != NULL)
			adopted(adoption->tool->name, adoption->table->name, item->revision, item->key,
					item->state, item->detail, arg);
	}
	foreach(lc, adoption->others)
	{
		const MigAdoptItem *item = lfirst(lc);

		adopted(adoption->tool->name, adoption->table->name, item->revision, item->key,
				item->state, item->detail, arg);
	}
}

/* Raise an error if something is not as it should be. */
static void
RefuseStates(const MigAdoption *adoption, bool accept_changed)
{
	static const char *const faults[] = {"dirty", "failed", "unfinished"};
	const char *tool = adoption->tool->name;
	const char *table = adoption->table->name;
	char	   *names;

	for (int i = 0; i < (int) lengthof(faults); i++)
		if ((names = InState(adoption, faults[i])) != NULL)
			ereport(ERROR,
					errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("table %s of %s has a version that is %s", table, tool, faults[i]),
					errdetail("In this state: %s.", names),
					errhint("%s", adoption->tool->mend == NULL ? "Correct the table first."
							: adoption->tool->mend));
	if ((names = InState(adoption, "unknown")) != NULL)
		ereport(ERROR,
				errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("table %s of %s has versions that no revision has", table, tool),
				errdetail("Without a revision: %s.", names),
				errhint("Import the directory that the database was migrated with; the one that is stored is older, or another one."));
	if ((names = InState(adoption, "missing")) != NULL)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("table %s of %s leaves out revisions that later ones need", table, tool),
				errdetail("Left out: %s.", names),
				errhint("Let %s apply them first, or, if the schema has what they make, use migrator.stamp().",
						tool));
	if (!accept_changed && (names = InState(adoption, "changed")) != NULL)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("revisions are not as %s has applied them", tool),
				errdetail("With another checksum in table %s: %s.", table, names),
				errhint("Import the files that were applied, or use accept_changed => true if the schema is as it should be."));
}

/* The keys, or ids, of what is in a state, or NULL. */
static char *
InState(const MigAdoption *adoption, const char *state)
{
	List	   *names = NIL;
	ListCell   *lc;

	for (int i = 0; i < adoption->graph->n; i++)
	{
		const MigAdoptItem *item = adoption->items[adoption->graph->order[i]];

		if (item != NULL && strcmp(item->state, state) == 0)
			names = lappend(names, unconstify(char *, item->key == NULL ? item->revision : item->key));
	}
	foreach(lc, adoption->others)
	{
		const MigAdoptItem *item = lfirst(lc);

		if (strcmp(item->state, state) == 0)
			names = lappend(names, unconstify(char *, item->key));
	}
	return names == NIL ? NULL : QuoteList(names);
}

/* The first of the names, and how many more there are. */
static char *
QuoteList(List *names)
{
	const char **array = palloc(sizeof(char *) * list_length(names));
	ListCell   *lc;

	foreach(lc, names)
	{
		array[foreach_current_index(lc)] = lfirst(lc);
	}
	return MigQuoteNames(array, list_length(names));
}

/* Stamp the tops of what is applied, unless that is so, or even more, already. */
static void
StampTops(MigAdoption *adoption, const MigRows *rows)
{
	const MigGraph *graph = adoption->graph;
	bool	   *current = MigGraphApplied(graph, rows);
	const char **tops = palloc(sizeof(char *) * (graph->n + 1));
	int			ntops = 0;
	const char *more = NULL;	/* a revision that only we have applied */
	bool		less = false;

	for (int i = 0; i < graph->n; i++)
	{
		bool		is_top = adoption->applied[i];

		if (current[i] && !adoption->applied[i])
			more = graph->revisions[i].def->id;
		less |= adoption->applied[i] && !current[i];
		for (int j = 0; j < graph->revisions[i].next_all.n; j++)
			is_top &= !adoption->applied[graph->revisions[i].next_all.at[j]];
		if (is_top)
			tops[ntops++] = pstrdup(graph->revisions[i].def->id);
	}
	if (less && more != NULL)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("project \"%s\" is at versions of its own", adoption->copy->project),
				errdetail("Revision \"%s\" is applied here, and not in table %s.", more,
						  adoption->table->name),
				errhint("If the table is right, use migrator.stamp('base') first."));
	if (more != NULL)
		ereport(NOTICE,
				errmsg("nothing is adopted: project \"%s\" is further than table %s",
					   adoption->copy->project, adoption->table->name));
	if (less)
		MigRunStamp(adoption->copy, tops, ntops, rows->n > 0, Ignore, NULL);
}

/* What the tool has run as it is now need not be run again. */
static void
RecordRepeats(const MigAdoption *adoption)
{
	List	   *pending;
	ListCell   *lc;
	ListCell   *other;

	PushActiveSnapshot(GetTransactionSnapshot());
	pending = MigLedgerRepeats(adoption->copy);
	PopActiveSnapshot();
	foreach(lc, adoption->others)
	{
		const MigAdoptItem *item = lfirst(lc);

		foreach(other, pending)
		{
			const MigRepeat *repeat = lfirst(other);

			if (item->repeat != NULL && strcmp(repeat->revision, item->repeat) == 0)
				MigLedgerRecordRepeat(adoption->copy, item->repeat);
		}
	}
	CommandCounterIncrement();
}

/* A MigDoneFn. */
static void
Ignore(const MigDone *done pg_attribute_unused(), void *arg pg_attribute_unused())
{
}
