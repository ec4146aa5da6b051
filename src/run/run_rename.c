/*-------------------------------------------------------------------------
 * src/run/run_rename.c
 *	  Give revisions other ids, and know them by their former ones.
 *
 * The ids that convert_ids() makes come from the project and the old ids alone,
 * so that whoever converts the same revisions gets the same.  Everything is
 * changed in the caller's transaction, under the locks that replacing revisions
 * takes; a version table of Alembic's is changed if the caller has the right to.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#define ID_DIGITS		12		/* of an id that stays, and of new ones */
#define NAME_BYTES		256		/* of a name and its NUL */

/* What has a name already. */
typedef struct NameEntry
{
	char		name[NAME_BYTES];
	const char *owner;			/* the revision that it stands for */
} NameEntry;

/* A change of ids. */
typedef struct Renaming
{
	const MigCopy *copy;
	HTAB	   *names;			/* NameEntry: all that there are */
	int			nids;			/* old and new ids, sorted by the old ones */
	MigAlias   *ids;
	List	   *items;			/* MigRename *, in script order */
} Renaming;

/* Where a name is looked up. */
typedef struct NameSource
{
	const MigCopy *copy;
	const MigAlias *aliases;	/* NULL: in the table */
	int			naliases;
} NameSource;

static void Start(const MigCopy *copy);
static void ReadNames(Renaming *renaming);
static void EnterName(Renaming *renaming, const char *name, const char *owner);
static void AddId(Renaming *renaming, const char *old, const char *new);
static void AssignIds(Renaming *renaming);
static void RefuseTaken(const Renaming *renaming, const char *old, const char *new);
static void Collect(Renaming *renaming);
static bool IsConcerned(const Renaming *renaming, const MigRevisionDef *def);
static MigRename *MakeItem(const Renaming *renaming, const char *revision);
static char *NewFilename(const MigStored *stored, const char *new);
static void RefuseHalfDone(const MigCopy *copy);
static void CarryOut(const Renaming *renaming);
static void ChangeVersionTable(const MigCopy *copy, Oid oid);
static const MigDbTable *FindVersionTable(Oid oid);
static void RefuseVersionTable(const MigDbTable *table);
static const char *FindId(const char *name, void *arg);
static const char *FindAlias(const char *name, void *arg);
static void RefuseRepeated(const MigScript *script, List *names);
static int	CompareIds(const void *a, const void *b);

/*
 * MigRunRename
 *		Give a revision another id; returns that.
 *
 * version_table may be InvalidOid: Alembic's in the search path, if there is
 * one.  Takes MIG_LOCK_AUTHOR and MIG_LOCK_CONTENT.
 */
char *
MigRunRename(const MigCopy *copy, const char *old, const char *new, Oid version_table)
{
	Renaming	renaming = {.copy = copy};
	MigPlace	place = {.line = 1};
	char	   *id;

	if (*new == '\0')
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("revision name is empty"));
	MigScriptCheckId(new, &place);
	Start(copy);
	PushActiveSnapshot(GetTransactionSnapshot());
	id = MigRunFindRevision(copy, old);
	if (MigLedgerFetch(copy, id)->repeatable)
		ereport(ERROR,
				errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("revision \"%s\" is repeatable and cannot be renamed", id),
				errhint("Delete it and load it under the other id."));
	RefuseHalfDone(copy);
	if (strcmp(id, new) != 0)
	{
		ReadNames(&renaming);
		RefuseTaken(&renaming, id, new);
		AddId(&renaming, id, new);
		Collect(&renaming);
		if (renaming.items == NIL)
			ereport(ERROR,
					errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("the id of repeatable revision \"%s\" cannot be changed", id),
					errhint("Delete it, and load its file with another id."));
	}
	PopActiveSnapshot();

	CarryOut(&renaming);
	ChangeVersionTable(copy, version_table);
	return pstrdup(new);
}

/*
 * MigRunConvertIds
 *		Turn all ids that are not 12 hexadecimal digits into such.
 *
 * renamed is called for each revision whose file changes, in script order.
 * With dry_run nothing else is done.  Otherwise as MigRunRename.
 */
void
MigRunConvertIds(const MigCopy *copy, bool dry_run, Oid version_table, MigRenamedFn renamed,
				 void *arg)
{
	Renaming	renaming = {.copy = copy};
	ListCell   *lc;

	if (!dry_run)
		Start(copy);
	PushActiveSnapshot(GetTransactionSnapshot());
	RefuseHalfDone(copy);
	ReadNames(&renaming);
	AssignIds(&renaming);
	Collect(&renaming);
	PopActiveSnapshot();

	if (!dry_run)
	{
		CarryOut(&renaming);
		ChangeVersionTable(copy, version_table);
	}
	foreach(lc, renaming.items)
	{
		renamed(lfirst(lc), arg);
	}
}

/*
 * MigRunIsHashId
 *		Is this an id as we make them?  Such are not converted.
 */
bool
MigRunIsHashId(const char *id)
{
	return strlen(id) == ID_DIGITS && strspn(id, "0123456789abcdefABCDEF") == ID_DIGITS;
}

/*
 * MigRunHashId
 *		What an id is converted to; attempt is more than 0 only if that is taken.
 */
char *
MigRunHashId(const MigCopy *copy, const char *id, int attempt)
{
	char	   *text = attempt == 0 ? psprintf("%s\n%s", copy->project, id)
	: psprintf("%s\n%s\n%d", copy->project, id, attempt);
	char		checksum[MIG_CHECKSUM_SIZE];

	MigChecksum(text, strlen(text), checksum);
	pfree(text);
	return pnstrdup(checksum, ID_DIGITS);
}

/*
 * MigRunResolveAliases
 *		Replace former ids in a script, its own included, by the current ones.
 *
 * aliases may be NULL if they have not been read.  Returns whether there were
 * any.  Raises SYNTAX_ERROR if the same revision is then named twice.  Uses the
 * active snapshot.
 */
bool
MigRunResolveAliases(const MigCopy *copy, const MigAlias *aliases, int naliases, MigScript *script)
{
	NameSource	source = {.copy = copy,.aliases = aliases,.naliases = naliases};

	if (aliases == NULL ? !MigLedgerHasAliases(copy) : naliases == 0)
		return false;
	if (!MigScriptRename(script, FindAlias, &source))
		return false;
	RefuseRepeated(script, script->parents);
	RefuseRepeated(script, script->deps);
	return true;
}

/*
 * MigRunRefuseFormer
 *		A file that names a revision by a former id, and has another content.
 */
void
MigRunRefuseFormer(const char *former, const MigScript *script)
{
	ereport(ERROR,
			errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("file of revision \"%s\" under its former id \"%s\" has another content",
				   script->revision, former),
			errdetail("Ids have been changed since this file was written."),
			errhint("Make the change in the file that migrator.export('%s') gives, or remove this one.",
					script->revision),
			MigErrPlace(script->upgrade_at.file, script->upgrade_at.line));
}

/* Shut out whoever changes or runs revisions. */
static void
Start(const MigCopy *copy)
{
	MigRunRefuseRunning("change ids of revisions");
	MigRunLock(copy, MIG_LOCK_AUTHOR);
	MigRunLock(copy, MIG_LOCK_CONTENT);
}

/* Statements that are done are known by the revision's id and its text. */
static void
RefuseHalfDone(const MigCopy *copy)
{
	char	   *revision = MigLedgerHalfDone(copy);

	if (revision != NULL)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("ids cannot be changed while revision \"%s\" is half done", revision),
				errhint("Finish it with CALL migrator.deploy or migrator.rollback first; migrator.status() says more."));
}

static void
ReadNames(Renaming *renaming)
{
	HASHCTL		control = {.keysize = NAME_BYTES,.entrysize = sizeof(NameEntry),
	.hcxt = CurrentMemoryContext};
	int			n;
	const MigRevisionDef *defs = MigLedgerDefs(renaming->copy, &n);
	ListCell   *lc;

	renaming->names = hash_create("migrator names", Max(n, 16), &control,
								  HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	renaming->ids = palloc(sizeof(MigAlias) * (n + 1));
	for (int i = 0; i < n; i++)
	{
		const char *id = pstrdup(defs[i].id);

		CHECK_FOR_INTERRUPTS();
		EnterName(renaming, id, id);
		for (int j = 0; j < defs[i].nlabels; j++)
			EnterName(renaming, defs[i].labels[j], id);
		for (int j = 0; j < defs[i].naliases; j++)
			EnterName(renaming, defs[i].aliases[j], id);
	}
	foreach(lc, MigLedgerAllRepeatables(renaming->copy))
	{
		const MigRepeat *repeat = lfirst(lc);

		EnterName(renaming, repeat->revision, repeat->revision);
	}
}

static void
EnterName(Renaming *renaming, const char *name, const char *owner)
{
	NameEntry  *entry = hash_search(renaming->names, name, HASH_ENTER, NULL);

	entry->owner = owner;
}

static void
AddId(Renaming *renaming, const char *old, const char *new)
{
	renaming->ids[renaming->nids].alias = old;
	renaming->ids[renaming->nids++].revision = new;
	EnterName(renaming, new, old);
}

/*
 * New ids for the old ones, in the order of these: should two of them ask for
 * the same id, everybody decides alike.  A revision can have a former id back.
 */
static void
AssignIds(Renaming *renaming)
{
	int			n;
	const MigRevisionDef *defs = MigLedgerDefs(renaming->copy, &n);
	MigAlias   *old = palloc(sizeof(MigAlias) * (n + 1));
	int			nold = 0;

	for (int i = 0; i < n; i++)
		if (!MigRunIsHashId(defs[i].id))
			old[nold++].alias = pstrdup(defs[i].id);
	qsort(old, nold, sizeof(MigAlias), CompareIds);
	for (int i = 0; i < nold; i++)
	{
		char	   *new;
		NameEntry  *taken;
		int			attempt = 0;

		do
		{
			new = MigRunHashId(renaming->copy, old[i].alias, attempt++);
			taken = hash_search(renaming->names, new, HASH_FIND, NULL);
		} while (taken != NULL && strcmp(taken->owner, old[i].alias) != 0);
		AddId(renaming, old[i].alias, new);
	}
}

/* A revision can have a former id back; all other names are taken. */
static void
RefuseTaken(const Renaming *renaming, const char *old, const char *new)
{
	NameEntry  *taken = hash_search(renaming->names, new, HASH_FIND, NULL);
	MigAlias   *aliases;
	int			n;
	const char *alias_of;

	if (taken == NULL)
		return;
	aliases = MigLedgerAliases(renaming->copy, &n);
	alias_of = MigLedgerFindAlias(aliases, n, new);
	if (alias_of != NULL && strcmp(alias_of, old) == 0)
		return;
	ereport(ERROR,
			errcode(ERRCODE_DUPLICATE_OBJECT),
			strcmp(taken->owner, new) == 0 ? errmsg("revision \"%s\" already exists", new)
			: alias_of != NULL ? errmsg("\"%s\" is the former id of revision \"%s\"", new, taken->owner)
			: errmsg("\"%s\" is a branch label of revision \"%s\"", new, taken->owner),
			errhint("Choose another id."));
}

/* Everything that the change of ids concerns. */
static void
Collect(Renaming *renaming)
{
	int			n;
	const MigRevisionDef *defs = MigLedgerDefs(renaming->copy, &n);

	if (renaming->nids == 0)
		return;
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (IsConcerned(renaming, &defs[i]))
			renaming->items = lappend(renaming->items, MakeItem(renaming, defs[i].id));
	}
}

static bool
IsConcerned(const Renaming *renaming, const MigRevisionDef *def)
{
	void	   *arg = unconstify(Renaming *, renaming);

	if (FindId(def->id, arg) != NULL)
		return true;
	for (int i = 0; i < def->nparents; i++)
		if (FindId(def->parents[i], arg) != NULL)
			return true;
	for (int i = 0; i < def->ndeps; i++)
		if (FindId(def->deps[i], arg) != NULL)
			return true;
	return false;
}

/* What becomes of one revision; in the current context, without its script. */
static MigRename *
MakeItem(const Renaming *renaming, const char *revision)
{
	MigRename  *item = palloc(sizeof(MigRename));
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "migrator script",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	MigStored  *stored = MigLedgerFetch(renaming->copy, revision);
	void	   *arg = unconstify(Renaming *, renaming);
	const char *new = FindId(revision, arg);
	const char *header = MigScriptRenameHeader(stored->header, FindId, arg);
	const char *filename = new == NULL ? stored->filename : NewFilename(stored, new);
	char		checksum[MIG_CHECKSUM_SIZE];
	char	   *script;

	if (header != NULL)
		stored->header = header;
	script = MigLedgerScript(stored);
	MigChecksum(script, strlen(script), checksum);

	MemoryContextSwitchTo(old);
	item->old = pstrdup(revision);
	item->new = new == NULL ? item->old : new;
	item->filename = pstrdup(stored->filename);
	item->new_filename = pstrdup(filename);
	item->header = pstrdup(stored->header);
	item->checksum = pstrdup(checksum);
	MemoryContextDelete(context);
	return item;
}

/*
 * A file that is called by its id, as ours are, gets the name that a new one
 * would have, in the same directory.  Without a message the old id is what tells
 * most.
 */
static char *
NewFilename(const MigStored *stored, const char *new)
{
	const char *slash = strrchr(stored->filename, '/');
	const char *base = slash == NULL ? stored->filename : slash + 1;
	const char *message = stored->message[0] == '\0' ? stored->revision : stored->message;
	size_t		len = strlen(stored->revision);

	if (strncmp(base, stored->revision, len) != 0 ||
		strchr("_.", base[len]) == NULL ||
		strcmp(base + strcspn(base, "."), ".sql") != 0 ||
		(stored->downgrade_filename != NULL &&
		 strcmp(stored->downgrade_filename, stored->filename) != 0))
		return unconstify(char *, stored->filename);
	return psprintf("%.*s%s", (int) (base - stored->filename), stored->filename,
					MigScriptFileName(new, message));
}

/* Change everything that is ours. */
static void
CarryOut(const Renaming *renaming)
{
	int			n = renaming->nids;
	const char **old = palloc(sizeof(char *) * (n + 1));
	const char **new = palloc(sizeof(char *) * (n + 1));
	ListCell   *lc;

	if (n == 0)
		return;
	for (int i = 0; i < n; i++)
	{
		old[i] = renaming->ids[i].alias;
		new[i] = renaming->ids[i].revision;
	}
	MigLedgerChangeProject(renaming->copy);
	foreach(lc, renaming->items)
	{
		CHECK_FOR_INTERRUPTS();
		MigLedgerRewrite(renaming->copy, lfirst(lc));
	}
	MigLedgerRename(renaming->copy, old, new, n);
	CommandCounterIncrement();
	if (!IsolationUsesXactSnapshot())
		return;

	/* other copies may have moved on since the transaction's snapshot */
	PushActiveSnapshot(GetLatestSnapshot());
	if (MigLedgerStillNamed(renaming->copy, old, n))
		ereport(ERROR,
				errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				errmsg("could not serialize access due to concurrent migration"),
				errdetail("A version of project \"%s\" has changed since this transaction took its snapshot.",
						  renaming->copy->project),
				errhint("The transaction might succeed if retried."));
	PopActiveSnapshot();
}

/*
 * Replace former ids in a version table of Alembic's, also those of earlier
 * calls: there may be several such tables.  The caller must have the right to.
 */
static void
ChangeVersionTable(const MigCopy *copy, Oid oid)
{
	MigQuery	query = {.expect = SPI_OK_UPDATE,.nargs = 2,.argtypes = {TEXTARRAYOID, TEXTARRAYOID}};
	const MigDbTable *table;
	MigAlias   *aliases;
	int			n;
	const char **old;
	const char **new;
	Datum		values[2];
	uint64		changed;

	PushActiveSnapshot(GetTransactionSnapshot());
	table = FindVersionTable(oid);
	aliases = MigLedgerAliases(copy, &n);
	PopActiveSnapshot();
	if (table == NULL || n == 0)
		return;
	RefuseVersionTable(table);
	old = palloc(sizeof(char *) * n);
	new = palloc(sizeof(char *) * n);
	for (int i = 0; i < n; i++)
	{
		old[i] = aliases[i].alias;
		new[i] = aliases[i].revision;
	}
	values[0] = MigDbArray(old, n);
	values[1] = MigDbArray(new, n);
	query.sql = psprintf("UPDATE %s AS v SET version_num = n.new"
						 " FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) AS n (old, new)"
						 " WHERE v.version_num::pg_catalog.text OPERATOR(pg_catalog.=) n.old", table->name);
	changed = MigDbChangeTable(table, &query, values);
	if (changed > 0)
		ereport(NOTICE,
				errmsg_plural("changed " UINT64_FORMAT " version in table %s",
							  "changed " UINT64_FORMAT " versions in table %s",
							  (unsigned long) changed, changed, table->name));
}

/* The table of this OID or, if that is 0, the one in the search path; or NULL. */
static const MigDbTable *
FindVersionTable(Oid oid)
{
	Oid			table = OidIsValid(oid) ? oid
	: RangeVarGetRelid(makeRangeVar(NULL, "alembic_version", -1), NoLock, true);
	List	   *tables = OidIsValid(table) ? MigDbFindTables(NULL, 0, table) : NIL;
	const MigDbTable *found = tables == NIL ? NULL : linitial(tables);

	if (found != NULL && MigDbHasColumn(found, "version_num"))
		return found;
	if (OidIsValid(oid))
		ereport(ERROR,
				errcode(ERRCODE_UNDEFINED_COLUMN),
				errmsg("\"%s\" is not a version table of Alembic",
					   found == NULL ? psprintf("%u", oid) : found->relname),
				errdetail("It has no column \"version_num\"."));
	return NULL;
}

static void
RefuseVersionTable(const MigDbTable *table)
{
	if (!table->is_plain)
		ereport(ERROR,
				errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("%s is not an ordinary table", table->name),
				errdetail("Views, foreign and partitioned tables, and tables with row security are not written to."),
				errhint("If it is not the version table, take its schema out of search_path."));
	if (!table->is_readable || !table->is_writable)
		ereport(ERROR,
				errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("permission denied for table %s", table->name),
				errhint("Ids are changed there too; that takes SELECT and UPDATE on it and USAGE on its schema."));
}

/* The new id of a revision, or NULL. */
static const char *
FindId(const char *name, void *arg)
{
	const Renaming *renaming = arg;

	return MigLedgerFindAlias(renaming->ids, renaming->nids, name);
}

static const char *
FindAlias(const char *name, void *arg)
{
	const NameSource *source = arg;

	return source->aliases == NULL ? MigLedgerResolveAlias(source->copy, name)
		: MigLedgerFindAlias(source->aliases, source->naliases, name);
}

static void
RefuseRepeated(const MigScript *script, List *names)
{
	ListCell   *lc;
	ListCell   *other;

	foreach(lc, names)
	{
		foreach(other, names)
		{
			if (other == lc)
				break;
			if (strcmp(lfirst(other), lfirst(lc)) == 0)
				ereport(ERROR,
						errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("header of revision \"%s\" names revision \"%s\" twice",
							   script->revision, (char *) lfirst(lc)),
						errdetail("Former ids stand for the revision, too."),
						MigErrPlace(script->upgrade_at.file, script->upgrade_at.line));
		}
	}
}

static int
CompareIds(const void *a, const void *b)
{
	return strcmp(((const MigAlias *) a)->alias, ((const MigAlias *) b)->alias);
}
