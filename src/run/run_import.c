/*-------------------------------------------------------------------------
 * src/run/run_import.c
 *	  Store the revisions of a directory of migration files.
 *
 * A format without a graph of its own is a line in the tool's order.  When
 * the directory has grown, new files go where the tool's order puts them, as
 * long as that does not give a new parent to a revision that some copy has
 * applied; otherwise everything that is applied stays as it is and the rest
 * follows it, in the tool's order.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "utils/snapmgr.h"

/* One script of the directory, and what is to become of it. */
typedef struct ImportItem
{
	MigScript  *script;
	const char *given;			/* its id as the file has it */
	MigAction	action;
	bool		moved;			/* unchanged, in another file */
	bool		applied;		/* these two are only known while a line is */
	bool		is_parent;		/* chained: applied; parent of an applied one */
} ImportItem;

typedef struct Import
{
	const MigCopy *copy;
	const MigFormat *format;
	int			n;
	ImportItem *items;
	int			nadded;
	int			nreplaced;
	int			nmoved;
} Import;

static bool NothingNew(const MigCopy *copy, const MigFile *files, int nfiles,
					   MigImportedFn imported, void *arg);
static void Read(Import *import, const MigFile *files, int nfiles);
static void Judge(Import *import, bool refuse);
static void ChainInOrder(Import *import);
static void ChainAfterApplied(Import *import);
static void Compare(Import *import, const MigKnown *known, int nknown);
static const char **IdsOf(const Import *import, MigAction action, int *n);
static bool HasWork(const Import *import);
static void Store(Import *import);
static void Move (const Import *import);
static void RefuseDuplicates(const Import *import);
static void ResolveAliases(Import *import);
static void RefuseFormer(const Import *import);
static void RefuseConverted(const Import *import, const MigKnown *known, int nknown);
static int	CompareAliases(const void *a, const void *b);
static ImportItem *FindItem(ImportItem **by_id, int n, const char *revision);
static int	CompareItems(const void *a, const void *b);
static int	CompareIds(const void *a, const void *b);
static int	CompareFiles(const void *a, const void *b);

/*
 * MigRunImport
 *		Store what is new in a directory; imported is called for each revision.
 *
 * Takes MIG_LOCK_AUTHOR if anything changes, and MIG_LOCK_CONTENT if a
 * revision is replaced.  Of a file of ours that is stored under another name
 * only the name changes.
 */
void
MigRunImport(const MigCopy *copy, const MigFile *files, int nfiles, const char *format,
			 MigImportedFn imported, void *arg)
{
	Import		import = {.copy = copy};

	if (nfiles == 0 && strcmp(format, "auto") == 0)
		return;					/* a project without migrations yet */
	import.format = MigFormatsFind(format, files, nfiles);
	if (import.format->is_ours && NothingNew(copy, files, nfiles, imported, arg))
		return;
	Read(&import, files, nfiles);
	Judge(&import, true);
	if (HasWork(&import))
	{
		MigRunLock(copy, MIG_LOCK_AUTHOR);
		Judge(&import, true);	/* nobody else changes revisions any more */
		if (import.nreplaced > 0)
		{
			MigRunLock(copy, MIG_LOCK_CONTENT);
			Judge(&import, true);	/* nor applies them */
		}
		if (HasWork(&import))
			Store(&import);
		else					/* somebody was faster */
			MigLedgerUnlock(copy, MIG_LOCK_AUTHOR, true);
	}
	for (int i = 0; i < import.n; i++)
		imported(import.items[i].script->revision, import.items[i].script->upgrade_at.file,
				 import.items[i].action, arg);
}

/*
 * MigRunChangedFiles
 *		Call changed for each applied revision that a directory defines in
 *		another way than it is stored, which MigRunImport refuses.
 */
void
MigRunChangedFiles(const MigCopy *copy, const MigFile *files, int nfiles, const char *format,
				   MigChangedFn changed, void *arg)
{
	Import		import = {.copy = copy};
	const char **replaced;
	int			nreplaced;
	const char **applied;
	int			napplied;

	if (nfiles == 0)
		return;
	import.format = MigFormatsFind(format, files, nfiles);
	Read(&import, files, nfiles);
	Judge(&import, false);
	replaced = IdsOf(&import, MIG_REPLACED, &nreplaced);
	applied = MigLedgerAppliedAnywhere(copy, replaced, nreplaced, &napplied);
	for (int i = 0, j = 0; i < import.n && j < napplied; i++)
	{
		MigScript  *script = import.items[i].script;
		const char **found = bsearch(&script->revision, applied, napplied, sizeof(char *),
									 CompareIds);

		if (import.items[i].action != MIG_REPLACED || found == NULL)
			continue;
		j++;
		changed(script->revision, script->upgrade_at.file,
				MigLedgerScript(MigLedgerFetch(copy, script->revision)),
				MigScriptText(script), arg);
	}
}

/*
 * Are these files of ours, by name and content, those that are stored?  If so
 * calls imported for each.
 *
 * This is what an application finds at nearly every start, and costs a
 * fraction of reading thousands of scripts.
 */
static bool
NothingNew(const MigCopy *copy, const MigFile *files, int nfiles, MigImportedFn imported, void *arg)
{
	int			nknown;
	MigKnown   *known;
	const MigKnown **same = palloc(sizeof(MigKnown *) * (nfiles + 1));
	int			nsame = 0;

	PushActiveSnapshot(GetTransactionSnapshot());
	known = MigLedgerKnown(copy, &nknown);
	PopActiveSnapshot();
	qsort(known, nknown, sizeof(MigKnown), CompareFiles);
	for (int i = 0; i < nfiles; i++)
	{
		char		checksum[MIG_CHECKSUM_SIZE];
		MigKnown	key = {.filename = files[i].path,.checksum = checksum};
		MigKnown   *found;

		CHECK_FOR_INTERRUPTS();
		if (!MigFormatsEndsWith(files[i].path, ".sql"))
			continue;
		MigChecksum(files[i].content, strlen(files[i].content), checksum);
		found = bsearch(&key, known, nknown, sizeof(MigKnown), CompareFiles);
		if (found == NULL)
			return false;
		same[nsame++] = found;
	}
	for (int i = 0; i < nsame; i++)
		imported(same[i]->revision, same[i]->filename, MIG_UNCHANGED, arg);
	return true;
}

/* The scripts of the directory. */
static void
Read(Import *import, const MigFile *files, int nfiles)
{
	List	   *scripts;
	ListCell   *lc;

	scripts = import->format->read(files, nfiles);
	import->items = palloc0(sizeof(ImportItem) * (list_length(scripts) + 1));
	foreach(lc, scripts)
	{
		import->items[import->n].script = lfirst(lc);
		import->items[import->n].given = import->items[import->n].script->revision;
		import->n++;
	}
}

/*
 * Decide what is to become of each script, under a fresh snapshot.  With
 * refuse, raises an error if an applied one would be replaced.
 */
static void
Judge(Import *import, bool refuse)
{
	int			nknown;
	MigKnown   *known;
	int			nreplaced;
	int			napplied;
	const char **replaced;

	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	ResolveAliases(import);
	RefuseDuplicates(import);
	known = MigLedgerKnown(import->copy, &nknown);
	if (!import->format->has_graph)
		ChainInOrder(import);
	Compare(import, known, nknown);

	replaced = IdsOf(import, MIG_REPLACED, &nreplaced);
	if (nreplaced > 0 && !import->format->has_graph)
	{
		(void) MigLedgerAppliedAnywhere(import->copy, replaced, nreplaced, &napplied);
		if (napplied > 0)
		{
			ChainAfterApplied(import);
			Compare(import, known, nknown);
			replaced = IdsOf(import, MIG_REPLACED, &nreplaced);
		}
	}
	if (refuse)
	{
		RefuseFormer(import);
		if (nreplaced > 0)
			MigRunRefuseApplied(import->copy, replaced, nreplaced, "replaced");
		RefuseConverted(import, known, nknown);
	}
	PopActiveSnapshot();
}

/* Files may name revisions by ids that these have had before. */
static void
ResolveAliases(Import *import)
{
	int			n;
	MigAlias   *aliases = MigLedgerAliases(import->copy, &n);

	for (int i = 0; i < import->n; i++)
		(void) MigRunResolveAliases(import->copy, aliases, n, import->items[i].script);
}

/* A file under a former id is not where changes are made. */
static void
RefuseFormer(const Import *import)
{
	for (int i = 0; i < import->n && import->format->has_graph; i++)
	{
		const ImportItem *item = &import->items[i];

		if (item->action == MIG_REPLACED && strcmp(item->given, item->script->revision) != 0)
			MigRunRefuseFormer(item->given, item->script);
	}
}

/*
 * Refuse files whose ids were converted elsewhere while ours were not: these
 * would become revisions of their own.
 */
static void
RefuseConverted(const Import *import, const MigKnown *known, int nknown)
{
	MigAlias   *converted;		/* from new ids to what is known */
	int			n = 0;

	if (!import->format->has_graph || import->nadded == 0)
		return;
	converted = palloc(sizeof(MigAlias) * (nknown + 1));
	for (int i = 0; i < nknown; i++)
	{
		if (MigRunIsHashId(known[i].revision))
			continue;
		converted[n].alias = MigRunHashId(import->copy, known[i].revision, 0);
		converted[n++].revision = known[i].revision;
	}
	qsort(converted, n, sizeof(MigAlias), CompareAliases);
	for (int i = 0; i < import->n; i++)
	{
		const MigScript *script = import->items[i].script;
		const char *old = import->items[i].action != MIG_ADDED ? NULL
		: MigLedgerFindAlias(converted, n, script->revision);

		if (old != NULL)
			ereport(ERROR,
					errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("revision \"%s\" is stored under its former id \"%s\"",
						   script->revision, old),
					errdetail("The ids of these files have been converted, those of this database have not."),
					errhint("Use migrator.convert_ids() in this database, too, and import the files then."),
					MigErrPlace(script->upgrade_at.file, script->upgrade_at.line));
	}
}

/* Each script revises the one before it, but for those that are repeatable. */
static void
ChainInOrder(Import *import)
{
	char	   *last = NULL;

	for (int i = 0; i < import->n; i++)
	{
		MigScript  *script = import->items[i].script;

		if (script->repeatable)
			continue;
		script->parents = last == NULL ? NIL : list_make1(last);
		script->header = MigScriptHeader(script);
		last = script->revision;
	}
}

/* What is applied keeps its parents; the rest follows the last of it. */
static void
ChainAfterApplied(Import *import)
{
	int			ndefs;
	const MigRevisionDef *defs = MigLedgerDefs(import->copy, &ndefs);
	int			nids = import->n;
	const char **ids = palloc(sizeof(char *) * (nids + 1));
	int			napplied;
	const char **applied;
	ImportItem **by_id = palloc(sizeof(ImportItem *) * (nids + 1));
	const char *last = NULL;

	for (int i = 0; i < nids; i++)
	{
		ids[i] = import->items[i].script->revision;
		by_id[i] = &import->items[i];
		import->items[i].applied = import->items[i].is_parent = false;
	}
	qsort(by_id, nids, sizeof(ImportItem *), CompareItems);
	applied = MigLedgerAppliedAnywhere(import->copy, ids, nids, &napplied);
	for (int i = 0, j = 0; i < napplied; i++)
	{
		while (strcmp(by_id[j]->script->revision, applied[i]) < 0)
			j++;
		by_id[j]->applied = true;
	}

	/* parents as they are stored */
	for (int i = 0; i < ndefs; i++)
	{
		ImportItem *item = FindItem(by_id, nids, defs[i].id);

		if (item == NULL || !item->applied)
			continue;
		item->script->parents = NIL;
		for (int j = 0; j < defs[i].nparents; j++)
			item->script->parents = lappend(item->script->parents, pstrdup(defs[i].parents[j]));
	}

	/* the applied one that is no applied one's parent ends their line */
	for (int i = 0; i < nids; i++)
	{
		ImportItem *parent;

		if (!import->items[i].applied || import->items[i].script->parents == NIL)
			continue;
		parent = FindItem(by_id, nids, linitial(import->items[i].script->parents));
		if (parent != NULL)
			parent->is_parent = true;
	}
	for (int i = 0; i < nids; i++)
		if (import->items[i].applied && !import->items[i].is_parent)
			last = ids[i];

	for (int i = 0; i < nids; i++)
	{
		MigScript  *script = import->items[i].script;

		if (script->repeatable)
			continue;
		if (!import->items[i].applied)
		{
			script->parents = last == NULL ? NIL : list_make1(unconstify(char *, last));
			last = script->revision;
		}
		script->header = MigScriptHeader(script);
	}
}

/* Compare the scripts with what is stored. */
static void
Compare(Import *import, const MigKnown *known, int nknown)
{
	import->nadded = import->nreplaced = import->nmoved = 0;
	for (int i = 0; i < import->n; i++)
	{
		ImportItem *item = &import->items[i];
		const MigKnown *old = MigLedgerFindKnown(known, nknown, item->script->revision);

		item->moved = false;
		if (old == NULL)
		{
			item->action = MIG_ADDED;
			import->nadded++;
		}
		else
		{
			char		checksum[MIG_CHECKSUM_SIZE];
			char	   *text = MigScriptText(item->script);

			MigChecksum(text, strlen(text), checksum);
			pfree(text);
			item->action = strcmp(checksum, old->checksum) == 0 ? MIG_UNCHANGED : MIG_REPLACED;
			if (item->action == MIG_REPLACED)
				import->nreplaced++;
			else if (import->format->is_ours)
				item->moved = strcmp(old->filename, item->script->upgrade_at.file) != 0;
			import->nmoved += item->moved;
		}
	}
}

/* The ids of the scripts with this action. */
static const char **
IdsOf(const Import *import, MigAction action, int *n)
{
	const char **ids = palloc(sizeof(char *) * (import->n + 1));

	*n = 0;
	for (int i = 0; i < import->n; i++)
		if (import->items[i].action == action)
			ids[(*n)++] = import->items[i].script->revision;
	return ids;
}

/*
 * Is there something to write?  Files of ours that only have other names are
 * left for another time where nothing can be written.
 */
static bool
HasWork(const Import *import)
{
	return import->nadded + import->nreplaced > 0 ||
		(import->nmoved > 0 && !XactReadOnly && !RecoveryInProgress());
}

/* Write what is added, replaced or moved, and see that it makes a graph. */
static void
Store(Import *import)
{
	int			ndefs;
	const MigRevisionDef *defs;
	List	   *problems;
	ListCell   *lc;

	MigLedgerChangeProject(import->copy);
	for (int i = 0; i < import->n; i++)
		if (import->items[i].action == MIG_REPLACED)
			MigLedgerClear(import->copy, import->items[i].script->revision);
	for (int i = 0; i < import->n; i++)
	{
		ImportItem *item = &import->items[i];

		/*
		 * Other tools read a way down only when it is wanted, and many do not
		 * parse: validate() reports them.
		 */
		CHECK_FOR_INTERRUPTS();
		if (item->action != MIG_UNCHANGED)
			MigLedgerStore(import->copy, MigRunPrepare(item->script, false),
						   item->action == MIG_REPLACED);
	}
	if (import->nmoved > 0)
		Move		(import);

	/* A directory is a whole: what is wrong with it but a hole shows now. */
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	defs = MigLedgerDefs(import->copy, &ndefs);
	problems = MigGraphProblems(defs, ndefs);
	if (problems == NIL)
		MigLedgerRememberHeads(import->copy, MigLedgerToken(import->copy),
							   MigLedgerGraph(import->copy));
	PopActiveSnapshot();
	foreach(lc, problems)
	{
		const MigGraphProblem *problem = lfirst(lc);

		if (strncmp(problem->code, "missing_", strlen("missing_")) != 0)
			MigGraphRaise(problem);
	}
}

/* Scripts that are as they were, in other files: messages name these. */
static void
Move		(const Import *import)
{
	MigMoved   *moved = palloc(sizeof(MigMoved) * import->nmoved);
	int			n = 0;

	for (int i = 0; i < import->n; i++)
	{
		const MigScript *script = import->items[i].script;

		if (!import->items[i].moved)
			continue;
		moved[n].revision = script->revision;
		moved[n].filename = script->upgrade_at.file;
		moved[n].upgrade_line = script->upgrade_at.line;
		moved[n].downgrade_line = script->downgrade_at.line;
		moved[n++].verify_line = script->verify_at.line;
	}
	MigLedgerMoveFiles(import->copy, moved, n);
}

/* Two files with one id. */
static void
RefuseDuplicates(const Import *import)
{
	ImportItem **items = palloc(sizeof(ImportItem *) * (import->n + 1));

	for (int i = 0; i < import->n; i++)
		items[i] = &import->items[i];
	qsort(items, import->n, sizeof(ImportItem *), CompareItems);
	for (int i = 1; i < import->n; i++)
		if (strcmp(items[i - 1]->script->revision, items[i]->script->revision) == 0)
			ereport(ERROR,
					errcode(ERRCODE_DUPLICATE_OBJECT),
					errmsg("revision \"%s\" is defined by two files", items[i]->script->revision),
					errdetail("The files are \"%s\" and \"%s\".",
							  items[i - 1]->script->upgrade_at.file,
							  items[i]->script->upgrade_at.file));
}

/* The item of a revision, or NULL. */
static ImportItem *
FindItem(ImportItem **by_id, int n, const char *revision)
{
	MigScript	script = {.revision = unconstify(char *, revision)};
	ImportItem	item = {.script = &script};
	ImportItem *key = &item;
	ImportItem **found = bsearch(&key, by_id, n, sizeof(ImportItem *), CompareItems);

	return found == NULL ? NULL : *found;
}

static int
CompareItems(const void *a, const void *b)
{
	const ImportItem *one = *(ImportItem *const *) a;
	const ImportItem *two = *(ImportItem *const *) b;

	return strcmp(one->script->revision, two->script->revision);
}

static int
CompareAliases(const void *a, const void *b)
{
	return strcmp(((const MigAlias *) a)->alias, ((const MigAlias *) b)->alias);
}

static int
CompareIds(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static int
CompareFiles(const void *a, const void *b)
{
	const MigKnown *one = a;
	const MigKnown *two = b;
	int			order = strcmp(one->filename, two->filename);

	return order != 0 ? order : strcmp(one->checksum, two->checksum);
}
