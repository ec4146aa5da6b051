/*-------------------------------------------------------------------------
 * src/run/run_revisions.c
 *	  Add, load, edit and delete revisions.
 *
 * All of it comes down to a script that is parsed and checked, whoever wrote
 * it, and stored if that changes anything.  Whoever only adds takes the
 * author's lock; whoever replaces or deletes also shuts out running
 * migrations, and only then looks whether the revision is applied anywhere.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#define ID_DIGITS	12			/* of a generated revision id */

static char *GenerateId(void);
static char *CreateDate(void);
static List *ArrayToList(const char **items, int n);
static void RefuseBegun(const MigCopy *copy, const char *revision);
static void IgnoreRow(TupleTableSlot *slot, void *arg);
static void RefuseBuiltOn(const MigCopy *copy, const char *revision);
static void Compose(MigScript *script, const MigNew *request);
static void CheckRepeatable(const MigNew *request);
pg_noreturn static void RefuseSection(const char *revision, const char *noun);
pg_noreturn static void RefusePlace(void);

static MigQuery begun_query = {
	.sql = "SELECT 1 FROM migrator.journal j"
	" WHERE j.project = $1 AND j.revision = $2",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

/*
 * MigRunLoad
 *		Store the revision of a migration file; returns its id.
 *
 * filename may be NULL.  Takes MIG_LOCK_AUTHOR if anything changes, and
 * MIG_LOCK_CONTENT if it replaces a revision.
 */
char *
MigRunLoad(const MigCopy *copy, const char *script, const char *filename)
{
	MigScript  *parsed = MigScriptParse(script, filename);
	const char *given = parsed->revision;
	bool		renamed;
	MigStored  *stored;
	MigStored  *old;

	PushActiveSnapshot(GetTransactionSnapshot());
	(void) MigRunResolveAliases(copy, NULL, 0, parsed);
	stored = MigRunPrepare(parsed, false);
	old = MigLedgerFetch(copy, stored->revision);
	PopActiveSnapshot();
	if (old != NULL && strcmp(old->checksum, stored->checksum) == 0)
		return parsed->revision;
	if (strcmp(given, parsed->revision) != 0)
		MigRunRefuseFormer(given, parsed);

	MigRunLock(copy, MIG_LOCK_AUTHOR);
	PushActiveSnapshot(GetTransactionSnapshot());
	renamed = MigRunResolveAliases(copy, NULL, 0, parsed);
	PopActiveSnapshot();
	if (renamed)				/* while we waited for the lock */
		return MigRunLoad(copy, script, filename);
	MigRunStoreOne(copy, stored);
	return parsed->revision;
}

/*
 * MigRunNew
 *		Add a revision on top of others; returns its id.
 */
char *
MigRunNew(const MigCopy *copy, const MigNew *request)
{
	const char *id = request->rev_id != NULL ? request->rev_id : GenerateId();
	MigScript	script = {.transactional = request->transactional};
	MigRevisionDef *def;
	MigStored  *stored;

	if (request->repeatable)
		CheckRepeatable(request);
	MigRunLock(copy, MIG_LOCK_AUTHOR);
	PushActiveSnapshot(GetTransactionSnapshot());
	if (!request->repeatable)
	{
		def = MigGraphNewRevision(MigLedgerGraph(copy), id, request->heads, request->nheads,
								  request->splice, request->labels, request->nlabels,
								  request->deps, request->ndeps);
		script.parents = ArrayToList(def->parents, def->nparents);
		script.deps = ArrayToList(def->deps, def->ndeps);
		script.labels = ArrayToList(def->labels, def->nlabels);
	}
	PopActiveSnapshot();

	script.revision = pstrdup(id);
	script.message = pstrdup(request->message);
	script.repeatable = request->repeatable;
	script.create_date = CreateDate();
	Compose(&script, request);
	MigScriptCheckPieces(&script);

	/* What was composed is parsed again, so that it is what load would store. */
	stored = MigRunPrepare(MigScriptParse(MigScriptText(&script), NULL), true);
	MigLedgerChangeProject(copy);
	MigLedgerStore(copy, stored, false);
	return script.revision;
}

/*
 * MigRunFitsTransaction
 *		Can all statements of a section run in a transaction block?
 */
bool
MigRunFitsTransaction(const char *section)
{
	MigPlace	place = {.file = NULL,.line = 1};

	return MigScriptCheck(section, &place, true) == NULL;
}

/*
 * MigRunEdit
 *		Change a revision that no copy has applied; returns its id.
 */
char *
MigRunEdit(const MigCopy *copy, const char *revision, const MigEdit *edit)
{
	char	   *id;
	MigStored  *old;
	MigScript  *script;

	MigRunLock(copy, MIG_LOCK_AUTHOR);
	PushActiveSnapshot(GetTransactionSnapshot());
	id = MigRunFindRevision(copy, revision);
	old = MigLedgerFetch(copy, id);

	script = MigScriptParse(MigLedgerScript(old), old->filename);
	if (script->repeatable && (edit->set_parents || edit->set_labels || edit->set_deps))
		RefusePlace();
	if (edit->message != NULL)
		script->message = pstrdup(edit->message);
	if (edit->set_parents)
		script->parents = edit->parents;
	if (edit->set_labels)
		script->labels = edit->labels;
	if (edit->set_deps)
		script->deps = edit->deps;
	(void) MigRunResolveAliases(copy, NULL, 0, script);
	PopActiveSnapshot();
	if (edit->transactional >= 0)
		script->transactional = edit->transactional > 0;
	if (edit->message != NULL || edit->set_parents || edit->set_labels || edit->set_deps ||
		edit->transactional >= 0)
		script->header = MigScriptHeader(script);
	if (edit->verify != NULL && script->verify == NULL)
	{
		char	  **last = script->downgrade != NULL ? &script->downgrade : &script->upgrade;

		*last = psprintf("%s\n", *last);
	}
	if (edit->verify != NULL)
		script->verify = MigScriptSection("verify", edit->verify);
	if (edit->downgrade != NULL)
		script->downgrade = MigScriptSection("down", edit->downgrade);
	if (edit->upgrade != NULL)
		script->upgrade = MigScriptSection("up", edit->upgrade);
	if (edit->upgrade != NULL && (script->downgrade != NULL || script->verify != NULL))
		script->upgrade = psprintf("%s\n", script->upgrade);
	if (edit->downgrade != NULL && script->verify != NULL)
		script->downgrade = psprintf("%s\n", script->downgrade);
	MigScriptCheckPieces(script);

	MigRunStoreOne(copy, MigRunPrepare(MigScriptParse(MigScriptText(script), old->filename), true));
	return id;
}

/*
 * MigRunDelete
 *		Delete a revision that no copy has applied and nothing builds on, or a
 *		repeatable one.
 *
 * Returns its id.
 */
char *
MigRunDelete(const MigCopy *copy, const char *revision)
{
	char	   *id;

	MigRunLock(copy, MIG_LOCK_AUTHOR);
	MigRunLock(copy, MIG_LOCK_CONTENT);
	PushActiveSnapshot(GetTransactionSnapshot());
	id = MigRunFindRevision(copy, revision);
	MigRunRefuseApplied(copy, (const char **) &id, 1, "deleted");
	RefuseBuiltOn(copy, id);
	RefuseBegun(copy, id);
	PopActiveSnapshot();

	MigLedgerChangeProject(copy);
	MigLedgerDelete(copy, id);
	return id;
}

/*
 * MigRunLock
 *		Take an author's lock, and refuse to go on from a stale snapshot.
 */
void
MigRunLock(const MigCopy *copy, MigLock lock)
{
	MigLedgerLock(copy, lock, true);
	PushActiveSnapshot(GetTransactionSnapshot());
	MigLedgerRefuseStale(copy, MigLedgerState(copy));
	PopActiveSnapshot();
}

/*
 * Raise the current error again, with the revision (unless it is NULL, since
 * nobody knows its id yet), the place and the statement.
 */
static void
RefuseSection(const char *revision, const char *noun)
{
	ErrorData  *error = CopyErrorData();
	int			category = ERRCODE_TO_CATEGORY(error->sqlerrcode);

	FlushErrorState();
	if (category != ERRCODE_OPERATOR_INTERVENTION && category != ERRCODE_INSUFFICIENT_RESOURCES)
	{
		if (revision != NULL)
			error->message = psprintf("%s of revision \"%s\" is not valid: %s", noun, revision,
									  error->message);
		/* the first context is the place */
		if (error->detail == NULL && error->context != NULL)
		{
			char	   *place = pnstrdup(error->context, strcspn(error->context, "\n"));

			place[0] = pg_toupper((unsigned char) place[0]);
			error->detail = error->internalquery == NULL ? psprintf("%s.", place)
				: psprintf("%s: %s", place, MigAbbreviate(error->internalquery, MIG_QUOTED_STATEMENT));
		}
	}
	ReThrowError(error);
}

/*
 * MigRunPrepare
 *		A parsed script as it is stored, with its statements checked.
 *
 * Raises SYNTAX_ERROR and others, with file and line, for a section that does
 * not parse.  With check_downgrade false, a way down that the parser refuses
 * gets a warning instead: real directories have such, and what was exported
 * from one can be loaded again.
 */
MigStored *
MigRunPrepare(MigScript *script, bool check_downgrade)
{
	MigStored  *stored = palloc0(sizeof(MigStored));
	char	   *text = MigScriptText(script);
	char	   *checksum = palloc(MIG_CHECKSUM_SIZE);
	const char *up_alone = NULL;	/* statement that must be alone at top
									 * level */
	const char *down_alone = NULL;
	const char *volatile noun = "upgrade";
	ErrorData  *error = NULL;
	MemoryContext context = CurrentMemoryContext;

	PG_TRY();
	{
		up_alone = MigScriptCheck(script->upgrade, &script->upgrade_at, script->transactional);
		noun = "downgrade";
		if (script->downgrade != NULL)
			down_alone = check_downgrade
				? MigScriptCheck(script->downgrade, &script->downgrade_at, script->transactional)
				: MigScriptTryCheck(script->downgrade, &script->downgrade_at, script->transactional,
									&error);
		noun = "verification";
		if (script->verify != NULL)
			MigScriptCheckVerify(script->verify, &script->verify_at);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		RefuseSection(script->upgrade_at.file == NULL && check_downgrade ? NULL : script->revision, noun);
	}
	PG_END_TRY();
	if (error != NULL)
		ereport(WARNING,
				errcode(error->sqlerrcode),
				errmsg("downgrade of revision \"%s\" does not parse: %s", script->revision,
					   error->message),
				error->context != NULL ? errcontext("%s", error->context) : 0);

	MigChecksum(text, strlen(text), checksum);
	stored->revision = script->revision;
	stored->message = script->message;
	stored->create_date = script->create_date;
	stored->transactional = script->transactional && up_alone == NULL;
	stored->down_transactional = script->transactional && down_alone == NULL;
	stored->filename = script->upgrade_at.file != NULL ? script->upgrade_at.file
		: MigScriptFileName(script->revision, script->message);
	stored->upgrade_line = script->upgrade_at.line;
	stored->downgrade_filename = script->downgrade == NULL ? NULL
		: script->downgrade_at.file != NULL ? script->downgrade_at.file : stored->filename;
	stored->downgrade_line = script->downgrade_at.line;
	stored->header = script->header;
	stored->upgrade = script->upgrade;
	stored->downgrade = script->downgrade;
	stored->verify = script->verify;
	stored->verify_filename = script->verify == NULL ? NULL
		: script->verify_at.file != NULL ? script->verify_at.file : stored->filename;
	stored->verify_line = script->verify_at.line;
	stored->repeatable = script->repeatable;
	stored->origin_tool = script->origin_tool;
	stored->origin_key = script->origin_key;
	stored->origin_checksum = script->origin_checksum;
	stored->checksum = checksum;
	stored->parents = script->parents;
	stored->deps = script->deps;
	stored->labels = script->labels;
	return stored;
}

/*
 * Fill in the pieces of a script from plain bodies.  An empty revision has an
 * empty way down; otherwise no way down is none.
 */
static void
Compose(MigScript *script, const MigNew *request)
{
	const char *downgrade = request->downgrade;

	if (downgrade == NULL && request->upgrade == NULL && !request->repeatable)
		downgrade = "";
	script->header = MigScriptHeader(script);
	script->upgrade = psprintf("%s%s", MigScriptSection("up", request->upgrade == NULL ? "" : request->upgrade),
							   downgrade == NULL && request->verify == NULL ? "" : "\n");
	script->downgrade = downgrade == NULL ? NULL
		: psprintf("%s%s", MigScriptSection("down", downgrade), request->verify == NULL ? "" : "\n");
	script->verify = request->verify == NULL ? NULL : MigScriptSection("verify", request->verify);
}

/* A repeatable revision has no place in the graph, and no way down. */
static void
CheckRepeatable(const MigNew *request)
{
	if (request->nlabels > 0 || request->ndeps > 0 || request->splice)
		RefusePlace();
	if (request->downgrade != NULL)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("a repeatable revision cannot have a downgrade"),
				errhint("A repeatable revision is never undone."));
}

static void
RefusePlace(void)
{
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("a repeatable revision has no down revisions, branch labels or dependencies"),
			errhint("A repeatable revision is run after all others, whenever it changes."));
}

/*
 * MigRunStoreOne
 *		Add or replace one revision, under the locks for it.
 *
 * Raises OBJECT_NOT_IN_PREREQUISITE_STATE if a copy has applied what would be
 * replaced by something else.
 */
void
MigRunStoreOne(const MigCopy *copy, const MigStored *stored)
{
	MigStored  *old;

	MigRunLock(copy, MIG_LOCK_AUTHOR);
	PushActiveSnapshot(GetTransactionSnapshot());
	old = MigLedgerFetch(copy, stored->revision);
	PopActiveSnapshot();
	if (old != NULL)
	{
		if (strcmp(old->checksum, stored->checksum) == 0)
			return;				/* somebody was faster */
		MigRunLock(copy, MIG_LOCK_CONTENT);
		PushActiveSnapshot(GetTransactionSnapshot());
		MigRunRefuseApplied(copy, (const char **) &stored->revision, 1, "replaced");
		PopActiveSnapshot();
	}
	MigLedgerChangeProject(copy);
	if (old != NULL)
		MigLedgerClear(copy, stored->revision);
	MigLedgerStore(copy, stored, old != NULL);
}

/*
 * MigRunRefuseApplied
 *		Fail if one of these revisions is applied in any copy.
 *
 * The caller holds MIG_LOCK_CONTENT, so that the answer stays true.  A running
 * migration may not change revisions, either: its plan could be for them.
 */
void
MigRunRefuseApplied(const MigCopy *copy, const char **revisions, int n, const char *verb)
{
	int			napplied;
	const char **applied = MigLedgerAppliedAnywhere(copy, revisions, n, &napplied);

	MigRunRefuseRunning("replace or delete revisions");
	if (napplied == 0 && IsolationUsesXactSnapshot())
	{
		/* other copies may have moved on since the transaction's snapshot */
		PushActiveSnapshot(GetLatestSnapshot());
		applied = MigLedgerAppliedAnywhere(copy, revisions, n, &napplied);
		PopActiveSnapshot();
	}
	if (napplied > 0)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("revision \"%s\" is applied and cannot be %s", applied[0], verb),
				napplied > 1 ? errdetail("Applied are %s.", MigQuoteNames(applied, napplied)) : 0,
				errhint("Write a new revision, or downgrade every copy below this one first."));
}

/*
 * MigRunFindRevision
 *		The id of the revision that a name, or the beginning of one, stands for.
 *
 * Works on graphs that cannot be built, too, for an exact id or alias.
 */
char *
MigRunFindRevision(const MigCopy *copy, const char *name)
{
	const MigGraph *graph;
	int			number;
	char	   *former;

	if (MigLedgerFetch(copy, name) != NULL)
		return pstrdup(name);
	former = MigLedgerResolveAlias(copy, name);
	if (former != NULL)
		return former;
	graph = MigLedgerGraph(copy);
	number = MigGraphResolveOne(graph, name);
	if (number < 0)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("\"%s\" is not a revision", name));
	return pstrdup(graph->revisions[number].def->id);
}

/* Twelve random hexadecimal digits. */
static char *
GenerateId(void)
{
	unsigned char bytes[ID_DIGITS / 2];
	char	   *id = palloc(ID_DIGITS + 1);

	if (!pg_strong_random(bytes, sizeof(bytes)))
		ereport(ERROR,
				errcode(ERRCODE_INTERNAL_ERROR),
				errmsg("could not generate random values"));
	hex_encode((const char *) bytes, sizeof(bytes), id);
	id[ID_DIGITS] = '\0';
	return id;
}

/* Now, in UTC, as a header has it. */
static char *
CreateDate(void)
{
	pg_time_t	now = timestamptz_to_time_t(GetCurrentTimestamp());
	char	   *text = palloc(32);

	pg_strftime(text, 32, "%Y-%m-%d %H:%M:%S+00", pg_gmtime(&now));
	return text;
}

/* A List of the same texts without repeats. */
static List *
ArrayToList(const char **items, int n)
{
	List	   *list = NIL;

	for (int i = 0; i < n; i++)
	{
		bool		repeated = false;
		ListCell   *lc;

		foreach(lc, list)
		{
			repeated |= strcmp(lfirst(lc), items[i]) == 0;
		}
		if (!repeated)
			list = lappend(list, pstrdup(items[i]));
	}
	return list;
}

/* Fail if the revision is half done in some copy: nobody could go on with it. */
static void
RefuseBegun(const MigCopy *copy, const char *revision)
{
	Datum		values[2] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(revision)};

	if (MigDbRead(&begun_query, values, NULL, IgnoreRow, NULL) > 0)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("revision \"%s\" is half done and cannot be deleted", revision),
				errhint("Finish it, or complete or undo it by hand and use migrator.stamp(), first."));
}

static void
IgnoreRow(TupleTableSlot *slot pg_attribute_unused(), void *arg pg_attribute_unused())
{
}

/* Fail if another revision names this one. */
static void
RefuseBuiltOn(const MigCopy *copy, const char *revision)
{
	int			n;
	const char **users = MigLedgerUsers(copy, revision, &n);

	if (n > 0)
		ereport(ERROR,
				errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				errmsg("revision \"%s\" cannot be deleted because others build on it", revision),
				errdetail_plural("%s revises it or depends on it.",
								 "%s revise it or depend on it.", n, MigQuoteNames(users, n)),
				errhint("Delete or edit those first."));
}
