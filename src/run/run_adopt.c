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

/* A name of a revision. */
typedef struct KnownName
{
	const char *text;
	int			origin;			/* index of the origin that it is from, or -1 */
	int			number;			/* of the revision; -1: it is repeatable */
} KnownName;

typedef struct KnownNames
{
	int			n;
	KnownName  *at;				/* sorted by text */
} KnownNames;

/* A row of the result. */
typedef struct AdoptItem
{
	const char *revision;		/* NULL: none has that key */
	const char *key;			/* NULL: the table does not name it */
	const char *state;
	const char *detail;
	const char *repeat;			/* repeatable revision to record, or NULL */
} AdoptItem;

typedef struct Adoption
{
	const MigCopy *copy;
	const MigTool *tool;
	const MigDbTable *table;
	const MigGraph *graph;
	int			norigins;
	const MigOrigin *origins;
	const MigOrigin **origin_of;	/* by number of the revision; NULL: none */
	KnownNames	keys;			/* that the tool knows revisions by */
	KnownNames	descriptions;	/* the same of repeatable ones */
	KnownNames	checksums;		/* of MIG_KEYS_CHANGES */
	KnownNames	numbers;		/* without zeros that do not count */
	bool	   *applied;		/* by number of the revision */
	AdoptItem **items;			/* the same */
	List	   *others;			/* AdoptItem *: that belong to no revision of
								 * the graph */
} Adoption;

static void FindTable(Adoption *adoption, const char *tool, Oid table);
static void RefuseTables(const MigTool *tool, List *found, List *passed_over);
static void Read(Adoption *adoption);
static void CollectNames(Adoption *adoption);
static void AddName(KnownNames *names, const char *text, int origin, int number);
static const KnownName *FindName(const KnownNames *names, const char *text, bool *several);
static char *Canonical(const char *text, bool leading);
static List *OfProject(Adoption *adoption, List *versions);
static void Place (Adoption *adoption, const MigForeignVersion *version);
static void PlaceRepeatable(Adoption *adoption, const MigForeignVersion *version);
static int	FindRevision(const Adoption *adoption, const MigForeignVersion *version, bool *several);
static AdoptItem *AddItem(Adoption *adoption, int number, const char *key, const char *state,
						  const char *detail);
static void Imply(Adoption *adoption);
static void FindHoles(Adoption *adoption);
static void Report(const Adoption *adoption, MigAdoptedFn adopted, void *arg);
static void RefuseStates(const Adoption *adoption, bool accept_changed);
static List *InState(const Adoption *adoption, const char *state);
static void Stamp (Adoption *adoption, const MigRows *rows);
static void RecordRepeats(const Adoption *adoption);
static void Ignore(const MigDone *done, void *arg);
static int	CompareNames(const void *a, const void *b);

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
	Adoption	adoption = {.copy = copy};
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
	Read(&adoption);
	PopActiveSnapshot();

	Report(&adoption, adopted, arg);
	if (dry_run)
		return;
	RefuseStates(&adoption, accept_changed);
	Stamp		(&adoption, &state->rows);

	RecordRepeats(&adoption);
}

/* Find the table and whose it is. */
static void
FindTable(Adoption *adoption, const char *tool_name, Oid oid)
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
				errdetail("They are: %s.", MigRunJoin(found)),
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

/* Read the table, and find the revisions of its rows. */
static void
Read(Adoption *adoption)
{
	List	   *versions = MigRunForeignVersions(adoption->tool, adoption->table);
	ListCell   *lc;

	adoption->applied = palloc0(sizeof(bool) * (adoption->graph->n + 1));
	adoption->items = palloc0(sizeof(AdoptItem *) * (adoption->graph->n + 1));
	CollectNames(adoption);
	versions = OfProject(adoption, versions);
	foreach(lc, versions)
	{
		const MigForeignVersion *version = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (version->repeatable)
			PlaceRepeatable(adoption, version);
		else
			Place		(adoption, version);
	}
	if (adoption->tool->keys == MIG_KEYS_LAST || adoption->tool->keys == MIG_KEYS_TOPS)
		Imply(adoption);
	FindHoles(adoption);
}

/* All names under which the tool may know a revision. */
static void
CollectNames(Adoption *adoption)
{
	const MigGraph *graph = adoption->graph;
	KnownNames *all[] = {&adoption->keys, &adoption->descriptions, &adoption->checksums,
	&adoption->numbers};

	adoption->origin_of = palloc0(sizeof(MigOrigin *) * (graph->n + 1));
	for (int i = 0; i < (int) lengthof(all); i++)
		all[i]->at = palloc(sizeof(KnownName) * (adoption->norigins + graph->n + 1));

	for (int i = 0; i < adoption->norigins; i++)
	{
		const MigOrigin *origin = &adoption->origins[i];
		int			number = origin->repeatable ? -1 : MigGraphFind(graph, origin->revision);

		if (strcmp(origin->tool, adoption->tool->name) != 0)
			continue;
		if (number >= 0)
			adoption->origin_of[number] = origin;
		AddName(origin->repeatable ? &adoption->descriptions : &adoption->keys, origin->key, i, number);
		if (origin->checksum != NULL)
			AddName(&adoption->checksums, origin->checksum, i, number);
	}
	for (int i = 0; i < graph->n; i++)
	{
		char	   *number = Canonical(graph->revisions[i].def->id, false);

		if (number != NULL)
			AddName(&adoption->numbers, number, -1, i);
	}
	for (int i = 0; i < (int) lengthof(all); i++)
		qsort(all[i]->at, all[i]->n, sizeof(KnownName), CompareNames);
}

static void
AddName(KnownNames *names, const char *text, int origin, int number)
{
	KnownName  *name = &names->at[names->n++];

	name->text = text;
	name->origin = origin;
	name->number = number;
}

/* The name, or NULL; several says that it is not the only one like that. */
static const KnownName *
FindName(const KnownNames *names, const char *text, bool *several)
{
	KnownName	key = {.text = text};
	KnownName  *found = bsearch(&key, names->at, names->n, sizeof(KnownName), CompareNames);

	if (found == NULL)
		return NULL;
	if ((found > names->at && strcmp(found[-1].text, text) == 0) ||
		(found + 1 < names->at + names->n && strcmp(found[1].text, text) == 0))
	{
		*several = true;
		return NULL;
	}
	return found;
}

/*
 * A version without what does not count: leading zeros, trailing parts of zero,
 * the kind of separator.  NULL if it is none.  With leading, the number that the
 * text begins with.
 */
static char *
Canonical(const char *text, bool leading)
{
	static const char digits[] = "0123456789";
	StringInfoData buf;
	int			kept = 0;

	initStringInfo(&buf);
	for (;;)
	{
		size_t		zeros = strspn(text, "0");
		size_t		len = strspn(text + zeros, digits);

		if (zeros + len == 0)
			return NULL;
		if (len > 0)
			appendBinaryStringInfo(&buf, text + zeros, len);
		else
			appendStringInfoChar(&buf, '0');
		if (len > 0 || kept == 0)
			kept = buf.len;
		text += zeros + len;
		if (leading || (*text != '.' && *text != '_'))
			break;
		text++;
		appendStringInfoChar(&buf, '.');
	}
	if (!leading && *text != '\0')
		return NULL;
	buf.data[kept] = '\0';
	return buf.data;
}

/*
 * Of a registry that several projects of Sqitch share, the versions of those that
 * have a revision here.
 */
static List *
OfProject(Adoption *adoption, List *versions)
{
	List	   *projects = NIL;
	List	   *others = NIL;
	List	   *kept = NIL;
	ListCell   *lc;
	ListCell   *project;

	if (adoption->tool->keys != MIG_KEYS_CHANGES)
		return versions;
	for (int pass = 0; pass < 2; pass++)
	{
		foreach(lc, versions)
		{
			const MigForeignVersion *version = lfirst(lc);
			bool		several = false;
			bool		known = version->checksum != NULL &&
			(FindName(&adoption->checksums, version->checksum, &several) != NULL || several);
			List	  **list = pass == 0 ? &projects : &others;
			bool		listed = false;

			foreach(project, projects)
			{
				listed |= strcmp(lfirst(project), version->project) == 0;
			}
			foreach(project, others)
			{
				listed |= strcmp(lfirst(project), version->project) == 0;
			}
			if (!listed && (known || pass == 1))
				*list = lappend(*list, unconstify(char *, version->project));
		}
	}
	if (others == NIL || (projects == NIL && list_length(others) == 1))
		return versions;
	if (projects == NIL)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("none of the projects in table %s has a change of this project",
					   adoption->table->name),
				errdetail("The projects there are: %s.", MigRunJoin(others)),
				errhint("Import the directory of one of them first."));
	foreach(lc, versions)
	{
		const MigForeignVersion *version = lfirst(lc);

		foreach(project, projects)
		{
			if (strcmp(lfirst(project), version->project) == 0)
				kept = lappend(kept, lfirst(lc));
		}
	}
	return kept;
}

/* Find the revision of a version, and what is to be said of it. */
static void
Place		(Adoption *adoption, const MigForeignVersion *version)
{
	bool		several = false;
	int			number = FindRevision(adoption, version, &several);
	const MigOrigin *origin;

	if (version->is_baseline)
	{
		for (int i = 0; i < adoption->graph->n; i++)
		{
			const char *id = adoption->graph->revisions[i].def->id;

			if (Canonical(id, false) == NULL || MigFormatsCompareVersions(id, version->key) > 0 ||
				adoption->applied[i])
				continue;
			adoption->applied[i] = true;
			AddItem(adoption, i, i == number ? version->key : NULL,
					i == number ? "applied" : "implied", "It is not above the baseline.");
		}
		if (number < 0 && version->fault == NULL)
			AddItem(adoption, -1, version->key, "baseline", NULL);
		if (version->fault == NULL)
			return;
	}
	if (version->fault != NULL || number < 0)
	{
		AddItem(adoption, -1, version->key, version->fault != NULL ? version->fault : "unknown",
				version->fault != NULL ? adoption->tool->mend :
				several ? "Several revisions could be it." : "No revision has it.");
		return;
	}
	if (adoption->applied[number] && adoption->items[number]->key != NULL)
	{
		AddItem(adoption, -1, version->key, "unknown",
				psprintf("Its revision is that of \"%s\", too.", adoption->items[number]->key));
		return;
	}

	adoption->applied[number] = true;
	origin = adoption->origin_of[number];
	if (origin != NULL && origin->checksum != NULL && version->checksum != NULL &&
		strcmp(origin->checksum, version->checksum) != 0)
		AddItem(adoption, number, version->key, "changed",
				psprintf("The checksum is %s there, and %s here.", version->checksum,
						 origin->checksum));
	else
		AddItem(adoption, number, version->key, "applied", NULL);
}

/* The same of a repeatable revision: what has changed is run again. */
static void
PlaceRepeatable(Adoption *adoption, const MigForeignVersion *version)
{
	bool		several = false;
	const KnownName *name = FindName(&adoption->descriptions, version->key, &several);
	const MigOrigin *origin = name == NULL ? NULL : &adoption->origins[name->origin];
	bool		same = origin != NULL && origin->checksum != NULL && version->checksum != NULL &&
	strcmp(origin->checksum, version->checksum) == 0;
	AdoptItem  *item;

	if (version->fault != NULL)
		item = AddItem(adoption, -1, version->key, version->fault, adoption->tool->mend);
	else if (origin == NULL)
		item = AddItem(adoption, -1, version->key, "gone", "No repeatable revision has it any more.");
	else if (same)
		item = AddItem(adoption, -1, version->key, "applied", NULL);
	else
		item = AddItem(adoption, -1, version->key, "pending", "It has changed and will be run again.");
	if (origin != NULL)
		item->revision = origin->revision;
	if (same && version->fault == NULL)
		item->repeat = origin->revision;
}

/* The number of a version's revision, or -1. */
static int
FindRevision(const Adoption *adoption, const MigForeignVersion *version, bool *several)
{
	MigKeys		keys = adoption->tool->keys;
	const char *candidates[] = {version->key, MigFormatsId(version->key)};
	const KnownName *name = NULL;
	char	   *canonical;

	if (keys == MIG_KEYS_CHANGES && version->checksum != NULL)
		name = FindName(&adoption->checksums, version->checksum, several);
	if (name == NULL)
		name = FindName(&adoption->keys, version->key, several);
	if (name != NULL)
		return name->number;
	if (*several)
		return -1;

	for (int i = 0; i < (int) lengthof(candidates); i++)
	{
		int			number = MigGraphFind(adoption->graph, candidates[i]);

		if (number >= 0 && !MigGraphIsLabel(adoption->graph, candidates[i]))
			return number;
	}

	/* the table may have other zeros, or a name that begins with the number */
	if (keys == MIG_KEYS_TOPS || keys == MIG_KEYS_CHANGES)
		return -1;
	canonical = Canonical(version->key, keys == MIG_KEYS_NAMES);
	if (canonical != NULL)
		name = FindName(&adoption->numbers, canonical, several);
	return name == NULL ? -1 : name->number;
}

/* number may be -1. */
static AdoptItem *
AddItem(Adoption *adoption, int number, const char *key, const char *state, const char *detail)
{
	AdoptItem  *item = palloc0(sizeof(AdoptItem));

	item->key = key;
	item->state = state;
	item->detail = detail;
	if (number < 0)
		adoption->others = lappend(adoption->others, item);
	else
	{
		item->revision = adoption->graph->revisions[number].def->id;
		adoption->items[number] = item;
	}
	return item;
}

/* What is below is applied, too. */
static void
Imply(Adoption *adoption)
{
	MigRows		rows = {0};
	bool	   *applied;

	rows.ids = palloc(sizeof(char *) * (adoption->graph->n + 1));
	for (int i = 0; i < adoption->graph->n; i++)
		if (adoption->applied[i])
			rows.ids[rows.n++] = adoption->graph->revisions[i].def->id;
	applied = MigGraphApplied(adoption->graph, &rows);
	for (int i = 0; i < adoption->graph->n; i++)
		if (applied[i] && !adoption->applied[i])
		{
			adoption->applied[i] = true;
			AddItem(adoption, i, NULL, "implied", NULL);
		}
}

/* What is not applied, but below something that is. */
static void
FindHoles(Adoption *adoption)
{
	for (int i = 0; i < adoption->graph->n; i++)
	{
		const MigRevision *revision = &adoption->graph->revisions[i];

		if (!adoption->applied[i])
			continue;
		for (int j = 0; j < revision->links.n; j++)
		{
			int			below = revision->links.at[j];

			if (!adoption->applied[below] && adoption->items[below] == NULL)
				AddItem(adoption, below, NULL, "missing",
						psprintf("Revision \"%s\", which needs it, is applied.",
								 revision->def->id));
		}
	}
}

/* In the order of the graph, then what is in none. */
static void
Report(const Adoption *adoption, MigAdoptedFn adopted, void *arg)
{
	ListCell   *lc;

	for (int i = 0; i < adoption->graph->n; i++)
	{
		const AdoptItem *item = adoption->items[adoption->graph->order[i]];

		if (item != NULL)
			adopted(adoption->tool->name, adoption->table->name, item->revision, item->key,
					item->state, item->detail, arg);
	}
	foreach(lc, adoption->others)
	{
		const AdoptItem *item = lfirst(lc);

		adopted(adoption->tool->name, adoption->table->name, item->revision, item->key,
				item->state, item->detail, arg);
	}
}

/* Raise an error if something is not as it should be. */
static void
RefuseStates(const Adoption *adoption, bool accept_changed)
{
	static const char *const faults[] = {"dirty", "failed", "unfinished"};
	const char *tool = adoption->tool->name;
	const char *table = adoption->table->name;
	List	   *names;

	for (int i = 0; i < (int) lengthof(faults); i++)
		if ((names = InState(adoption, faults[i])) != NIL)
			ereport(ERROR,
					errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("table %s of %s has a version that is %s", table, tool, faults[i]),
					errdetail("In this state: %s.", MigRunJoin(names)),
					errhint("%s", adoption->tool->mend == NULL ? "Correct the table first."
							: adoption->tool->mend));
	if ((names = InState(adoption, "unknown")) != NIL)
		ereport(ERROR,
				errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("table %s of %s has versions that no revision has", table, tool),
				errdetail("Without a revision: %s.", MigRunJoin(names)),
				errhint("Import the directory that the database was migrated with; the one that is stored is older, or another one."));
	if ((names = InState(adoption, "missing")) != NIL)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("table %s of %s leaves out revisions that later ones need", table, tool),
				errdetail("Left out: %s.", MigRunJoin(names)),
				errhint("Let %s apply them first, or, if the schema has what they make, use migrator.stamp().",
						tool));
	if (!accept_changed && (names = InState(adoption, "changed")) != NIL)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("revisions are not as %s has applied them", tool),
				errdetail("With another checksum in table %s: %s.", table, MigRunJoin(names)),
				errhint("Import the files that were applied, or use accept_changed => true if the schema is as it should be."));
}

/* The keys, or ids, of what is in a state. */
static List *
InState(const Adoption *adoption, const char *state)
{
	List	   *names = NIL;
	ListCell   *lc;

	for (int i = 0; i < adoption->graph->n; i++)
	{
		const AdoptItem *item = adoption->items[adoption->graph->order[i]];

		if (item != NULL && strcmp(item->state, state) == 0)
			names = lappend(names, psprintf("\"%s\"", item->key == NULL ? item->revision : item->key));
	}
	foreach(lc, adoption->others)
	{
		const AdoptItem *item = lfirst(lc);

		if (strcmp(item->state, state) == 0)
			names = lappend(names, psprintf("\"%s\"", item->key));
	}
	return names;
}

/* Stamp the tops of what is applied, unless that is so, or even more, already. */
static void
Stamp		(Adoption *adoption, const MigRows *rows)
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
RecordRepeats(const Adoption *adoption)
{
	List	   *pending;
	ListCell   *lc;
	ListCell   *other;

	PushActiveSnapshot(GetTransactionSnapshot());
	pending = MigLedgerRepeats(adoption->copy);
	PopActiveSnapshot();
	foreach(lc, adoption->others)
	{
		const AdoptItem *item = lfirst(lc);

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

static int
CompareNames(const void *a, const void *b)
{
	return strcmp(((const KnownName *) a)->text, ((const KnownName *) b)->text);
}
