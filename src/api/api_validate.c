/*-------------------------------------------------------------------------
 * src/api/api_validate.c
 *	  validate: what is wrong with the store, the versions and the schema.
 *
 * Nothing here raises an error because of what it finds, and nothing is
 * written: it works on a standby, and on a store that no graph can be made of.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "api/api.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

PG_FUNCTION_INFO_V1(migrator_validate);

/* What the checks share. */
typedef struct Validation
{
	const MigCopy *copy;
	MigRow	   *row;
	const char **accepted;		/* codes that nobody wants to hear of */
	int			naccepted;
	const MigRevisionDef *defs;
	int			ndefs;
	const MigGraph *graph;		/* NULL if it cannot be built */
	const bool *is_applied;
	const MigApplied *applied;
	int			napplied;
	bool		may_read;		/* may the caller see the text of scripts? */
} Validation;

static void AddFinding(const Validation *validation, const char *severity, const char *code,
					   const char *revision, const char *detail);
static bool MayReadScripts(void);
static void ValidateGraph(const Validation *validation);
static void ValidateBase(const Validation *validation);
static void ValidateHeads(const Validation *validation);
static void ValidateWayDown(const char *revision, const char *header, void *arg);
static void ValidateFiles(const Validation *validation);
static void ValidateOrder(const Validation *validation, const MigRevisionDef *def);
static const MigRevisionDef *FindDef(const Validation *validation, const char *id);
static bool HoldsId(const char *file, const char *id);
static bool FileNumber(const char *file, uint64 *number);
static void ValidateVersions(const Validation *validation, const MigRows *rows);
static void ValidateJournal(const Validation *validation);
static void ValidateSchema(const Validation *validation);
static void ValidateBody(const MigBody *body, MigOperation operation, bool transactional, void *arg);
static void ValidateContent(const Validation *validation, const MigBody *body);

/*
 * migrator.validate() -> rows of severity, code, revision, detail
 */
Datum
migrator_validate(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	Validation	validation = {.copy = &copy,.row = &row};

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	validation.accepted = MigApiAcceptedFindings(&validation.naccepted);
	validation.defs = MigLedgerDefs(&copy, &validation.ndefs);
	validation.may_read = MayReadScripts();
	if (MigGraphProblems(validation.defs, validation.ndefs) != NIL)
		ValidateGraph(&validation);
	else
	{
		MigRows    *rows = MigLedgerRows(&copy);

		validation.graph = MigLedgerGraph(&copy);
		validation.is_applied = MigApiApplied(validation.graph, rows);
		validation.applied = MigLedgerApplied(&copy, NULL, 0, &validation.napplied);
		ValidateHeads(&validation);
		ValidateVersions(&validation, rows);
	}
	MigLedgerEachIrreversible(&copy, ValidateWayDown, &validation);
	ValidateFiles(&validation);
	ValidateJournal(&validation);
	ValidateSchema(&validation);
	MigLedgerEachBody(&copy, ValidateBody, &validation);
	return (Datum) 0;
}

/* A row of the result, unless it is one that is accepted. */
static void
AddFinding(const Validation *validation, const char *severity, const char *code,
		   const char *revision, const char *detail)
{
	if (strcmp(severity, "error") != 0)
		for (int i = 0; i < validation->naccepted; i++)
			if (strcmp(validation->accepted[i], code) == 0)
				return;
	MigApiAddText(validation->row, severity);
	MigApiAddText(validation->row, code);
	MigApiAddText(validation->row, revision);
	MigApiAddText(validation->row, detail);
	MigApiEnd(validation->row);
}

/* An error of the parser quotes the script, which is for viewers only. */
static bool
MayReadScripts(void)
{
	Oid			argtypes[1] = {TEXTOID};
	Oid			export = LookupFuncName(list_make2(makeString("migrator"), makeString("export")),
										1, argtypes, false);

	return DatumGetBool(DirectFunctionCall2(has_function_privilege_id, ObjectIdGetDatum(export),
											CStringGetTextDatum("EXECUTE")));
}

/* What keeps the revisions from being a graph. */
static void
ValidateGraph(const Validation *validation)
{
	ListCell   *lc;

	foreach(lc, MigGraphProblems(validation->defs, validation->ndefs))
	{
		const MigGraphProblem *problem = lfirst(lc);

		AddFinding(validation, "error", problem->code, problem->revision,
				   problem->detail == NULL ? problem->message
				   : psprintf("%s: %s", problem->message, problem->detail));
	}
	ValidateBase(validation);
}

/* A sound graph has one; of others it is not said otherwise. */
static void
ValidateBase(const Validation *validation)
{
	for (int i = 0; i < validation->ndefs; i++)
		if (validation->defs[i].nparents == 0)
			return;
	AddFinding(validation, "error", "no_base", NULL,
			   "every revision revises another one: there is none to begin with");
}

/* Is there one revision to upgrade to? */
static void
ValidateHeads(const Validation *validation)
{
	const MigLinks *heads = &validation->graph->heads;

	if (heads->n < 2)
		return;
	for (int i = 0; i < heads->n; i++)
		AddFinding(validation, "warning", "several_heads",
				   validation->graph->revisions[heads->at[i]].def->id,
				   psprintf("is one of %d heads; upgrade('head') needs a single one", heads->n));
}

/* A revision without a way down has to say why; a MigHeaderFn. */
static void
ValidateWayDown(const char *revision, const char *header, void *arg)
{
	if (MigScriptIrreversible(header) == NULL)
		AddFinding(arg, "info", "irreversible", revision,
				   "has no section \"-- migrate:down\", and no header \"Irreversible:\" that says why");
}

/* Do files bear the names of their revisions, and no two the same? */
static void
ValidateFiles(const Validation *validation)
{
	for (int i = 0; i < validation->ndefs; i++)
	{
		const MigRevisionDef *def = &validation->defs[i];
		const MigRevisionDef *before = i == 0 ? NULL : def - 1;

		CHECK_FOR_INTERRUPTS();
		if (def->filename == NULL)
			continue;
		if (before != NULL && before->filename != NULL && strcmp(before->filename, def->filename) == 0)
			AddFinding(validation, "warning", "same_file", def->id,
					   psprintf("comes from file \"%s\", and so does revision \"%s\"",
								def->filename, before->id));
		if (!HoldsId(def->filename, def->id))
			AddFinding(validation, "warning", "file_name", def->id,
					   psprintf("file \"%s\" does not bear the id of its revision", def->filename));
		ValidateOrder(validation, def);
	}
}

/* Numbered files run in the order of their numbers, or surprise people. */
static void
ValidateOrder(const Validation *validation, const MigRevisionDef *def)
{
	uint64		number;
	uint64		above;

	if (!FileNumber(def->filename, &number))
		return;
	for (int i = 0; i < def->nparents; i++)
	{
		const MigRevisionDef *parent = FindDef(validation, def->parents[i]);

		if (parent != NULL && parent->filename != NULL && FileNumber(parent->filename, &above) &&
			number < above)
			AddFinding(validation, "info", "file_order", def->id,
					   psprintf("file \"%s\" runs after file \"%s\"", def->filename,
								parent->filename));
	}
}

/* The definition of a revision, or NULL; without a graph, nothing is found. */
static const MigRevisionDef *
FindDef(const Validation *validation, const char *id)
{
	int			number = validation->graph == NULL ? -1 : MigGraphFind(validation->graph, id);

	return number < 0 ? NULL : validation->graph->revisions[number].def;
}

/*
 * Does a path hold the id, as a word of its own?  In an id that came from
 * another tool, "_" may stand for what an id cannot have.
 */
static bool
HoldsId(const char *file, const char *id)
{
	size_t		len = strlen(id);

	for (const char *at = file; *at != '\0'; at++)
	{
		size_t		same = 0;

		/* the end of a longer number, unless there are only zeros before */
		if (at > file && isdigit((unsigned char) *at) && at[-1] >= '1' && at[-1] <= '9')
			continue;
		while (same < len && (at[same] == id[same] ||
							  (id[same] == '_' && at[same] != '\0' && strchr("@-+:, ", at[same]) != NULL)))
			same++;
		if (same == len && (isalnum((unsigned char) id[len - 1]) == 0 ||
							isalnum((unsigned char) at[len]) == 0))
			return true;
	}
	return false;
}

/* The number that the last part of a path begins with, if it is one of its own. */
static bool
FileNumber(const char *file, uint64 *number)
{
	const char *name = strrchr(file, '/');
	const char *start = name == NULL ? file : name + 1;
	char	   *end;

	errno = 0;
	*number = strtoull(start, &end, 10);
	return isdigit((unsigned char) *start) && errno == 0 && strchr("_-.", *end) != NULL && *end != '\0';
}

/* Do the versions of this copy fit the revisions? */
static void
ValidateVersions(const Validation *validation, const MigRows *rows)
{
	const MigGraph *graph = validation->graph;

	for (int i = 0; i < rows->n; i++)
	{
		int			number = MigGraphFind(graph, rows->ids[i]);
		const MigLinks *above;

		if (number < 0)
		{
			AddFinding(validation, "error", "unknown_version", rows->ids[i],
					   "is a current version, but no such revision is stored");
			continue;
		}
		above = &graph->revisions[number].next_all;
		for (int j = 0; j < above->n; j++)
			if (validation->is_applied[above->at[j]])
			{
				AddFinding(validation, "warning", "overlapping_version", rows->ids[i],
						   "is a current version, although another one implies it");
				break;
			}
	}
}

/* Is a revision half done? */
static void
ValidateJournal(const Validation *validation)
{
	const MigJournal *journal = MigLedgerJournal(validation->copy);
	const char *problem;

	if (journal == NULL)
		return;

	/* an error can quote data */
	problem = validation->may_read ? journal->error : NULL;
	AddFinding(validation, "error", "half_done", journal->revision,
			   psprintf("%s is half done: %d %s done%s%s; migrator.status() says what comes next",
						MigGraphOperation(journal->operation), journal->done,
						journal->done == 1 ? "statement is" : "statements are",
						problem == NULL ? "" : ", and then: ", problem == NULL ? "" : problem));
}

/* Is the schema as it was after the last upgrade or downgrade? */
static void
ValidateSchema(const Validation *validation)
{
	char	   *drift = MigRunDescribeDrift(validation->copy);

	if (drift != NULL)
		AddFinding(validation, "warning", "drift", NULL, drift);
}

/*
 * Does a section still parse on this server, with the one that verifies it, and
 * is it what was run?  A MigBodyFn.
 *
 * A parse error is caught behind a subtransaction.
 */
static void
ValidateBody(const MigBody *body, MigOperation operation, bool transactional, void *arg)
{
	const Validation *validation = arg;
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorContextCallback *outer = error_context_stack;

	CHECK_FOR_INTERRUPTS();
	error_context_stack = NULL; /* the query that we are in is nobody's
								 * business */
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		int			guc_level = NewGUCNestLevel();

		/* what it finds must not depend on a setting of the caller */
		(void) set_config_option("standard_conforming_strings", "on", PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
		(void) MigScriptCheck(body->text, &body->place, transactional);
		if (body->verify != NULL)
			MigScriptCheckVerify(body->verify, &body->verify_at);
		AtEOXact_GUC(false, guc_level);
		ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
	}
	PG_CATCH();
	{
		ErrorData  *error = MigDbAbandon(context, owner);

		AddFinding(validation, "error", "syntax_error", body->revision,
				   psprintf("%s, %s",
							validation->may_read ? error->message : "does not parse",
							error->context == NULL ? MigDescribePlace(&body->place)
							: pnstrdup(error->context, strcspn(error->context, "\n"))));
	}
	PG_END_TRY();
	error_context_stack = outer;

	if (operation == MIG_UPGRADE)
		ValidateContent(validation, body);
}

/* Is a revision that is applied still what was run? */
static void
ValidateContent(const Validation *validation, const MigBody *body)
{
	char		checksum[MIG_CHECKSUM_SIZE];
	const MigApplied *entry;
	int			number = validation->graph == NULL ? -1 : MigGraphFind(validation->graph, body->revision);

	if (number < 0 || !validation->is_applied[number])
		return;
	entry = MigLedgerFindApplied(validation->applied, validation->napplied, body->revision);
	if (entry == NULL || entry->checksum == NULL)
		return;
	MigChecksum(body->text, strlen(body->text), checksum);
	if (strcmp(checksum, entry->checksum) != 0)
		AddFinding(validation, "error", "changed_after_upgrade", body->revision,
				   "is applied with another content than it has now");
}
