/*-------------------------------------------------------------------------
 * src/api/api_store.c
 *	  revisions, log and validate: what the store holds, sound or not.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "api/api.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "model/model.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "parser/parser.h"
#include "utils/resowner.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(migrator_revisions);
PG_FUNCTION_INFO_V1(migrator_log);
PG_FUNCTION_INFO_V1(migrator_validate);

static void AddFinding(MigRow *row, const char *severity, const char *code, const char *revision,
					   const char *detail);
static bool MayReadScripts(void);
static void ValidateGraph(MigRow *row, const MigGraph *graph);
static void ValidateVersions(MigRow *row, const MigGraph *graph, const MigRows *rows);
static void ValidateSchema(MigRow *row, const MigCopy *copy);
static void ValidateBody(const MigBody *body, MigOperation operation, bool transactional, void *arg);

/* What ValidateBody needs to know. */
typedef struct Validation
{
	MigRow	   *row;
	const MigGraph *graph;		/* NULL if it cannot be built */
	const bool *is_applied;
	const MigApplied *applied;
	int			napplied;
	bool		may_read;		/* may the caller see the text of scripts? */
} Validation;

/*
 * migrator.revisions() -> rows of revision, message, create_date, filename,
 *	is_transactional, is_reversible, checksum, loaded_at, loaded_by
 */
Datum
migrator_revisions(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	MigLedgerListRevisions(&copy, MigApiAddSlot, &row);
	return (Datum) 0;
}

/*
 * migrator.log(revision text) -> rows of id, operation, revision, started_at, elapsed,
 *	role_name, session_role, client_addr, application_name, checksum, transaction_id
 */
Datum
migrator_log(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	char	   *revision = MigApiTextOrNull(fcinfo, 0);

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	if (revision != NULL)
	{
		const MigGraph *graph = MigLedgerGraph(&copy);
		int			number = MigGraphFind(graph, revision);

		/* an unknown one may still be in the log: revisions can be deleted */
		if (number >= 0)
			revision = pstrdup(graph->revisions[number].def->id);
	}
	MigLedgerListLog(&copy, revision, MigApiAddSlot, &row);
	return (Datum) 0;
}

/*
 * migrator.validate() -> rows of severity, code, revision, detail
 */
Datum
migrator_validate(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	const MigRevisionDef *defs;
	int			n;
	List	   *problems;
	ListCell   *lc;
	Validation	validation = {.row = &row};

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	defs = MigLedgerDefs(&copy, &n);
	problems = MigGraphProblems(defs, n);
	foreach(lc, problems)
	{
		const MigGraphProblem *problem = lfirst(lc);

		AddFinding(&row, "error", problem->code, problem->revision,
				   problem->detail == NULL ? problem->message
				   : psprintf("%s: %s", problem->message, problem->detail));
	}
	if (problems == NIL)
	{
		MigRows    *rows = MigLedgerRows(&copy);

		validation.graph = MigLedgerGraph(&copy);
		validation.is_applied = MigApiApplied(validation.graph, rows);
		validation.applied = MigLedgerApplied(&copy, NULL, 0, &validation.napplied);
		ValidateGraph(&row, validation.graph);
		ValidateVersions(&row, validation.graph, rows);
	}
	ValidateSchema(&row, &copy);
	validation.may_read = MayReadScripts();
	MigLedgerEachBody(&copy, ValidateBody, &validation);
	return (Datum) 0;
}

static void
AddFinding(MigRow *row, const char *severity, const char *code, const char *revision,
		   const char *detail)
{
	MigApiAddText(row, severity);
	MigApiAddText(row, code);
	MigApiAddText(row, revision);
	MigApiAddText(row, detail);
	MigApiEnd(row);
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

/* What is unusual about a graph that is sound. */
static void
ValidateGraph(MigRow *row, const MigGraph *graph)
{
	if (graph->heads.n > 1)
		for (int i = 0; i < graph->heads.n; i++)
			AddFinding(row, "warning", "several_heads",
					   graph->revisions[graph->heads.at[i]].def->id,
					   psprintf("is one of %d heads; upgrade('head') needs a single one",
								graph->heads.n));
	for (int i = 0; i < graph->n; i++)
		if (!graph->revisions[i].def->reversible)
			AddFinding(row, "info", "irreversible", graph->revisions[i].def->id,
					   "has no section \"-- migrate:down\"");
}

/* Do the versions of this copy fit the revisions? */
static void
ValidateVersions(MigRow *row, const MigGraph *graph, const MigRows *rows)
{
	bool	   *is_applied = MigApiApplied(graph, rows);

	for (int i = 0; i < rows->n; i++)
	{
		int			number = MigGraphFind(graph, rows->ids[i]);
		const MigLinks *above;

		if (number < 0)
		{
			AddFinding(row, "error", "unknown_version", rows->ids[i],
					   "is a current version, but no such revision is stored");
			continue;
		}
		above = &graph->revisions[number].next_all;
		for (int j = 0; j < above->n; j++)
			if (is_applied[above->at[j]])
			{
				AddFinding(row, "warning", "overlapping_version", rows->ids[i],
						   "is a current version, although another one implies it");
				break;
			}
	}
}

/* Is the schema as it was after the last upgrade or downgrade? */
static void
ValidateSchema(MigRow *row, const MigCopy *copy)
{
	Jsonb	   *live;
	Jsonb	   *recorded = MigRunDrift(copy, &live);
	MigModel   *models[2];
	const char **names;
	int			n = 0;

	if (recorded == NULL || live == NULL)
		return;
	models[0] = MigModelRead(recorded, "recorded");
	models[1] = MigModelRead(live, "live");
	names = palloc(sizeof(char *) * (models[0]->nobjects + models[1]->nobjects + 1));
	for (int side = 0; side < 2; side++)
		for (int i = 0; i < models[side]->nobjects; i++)
		{
			const MigObject *object = models[side]->objects[i];
			const MigObject *other = MigModelFind(models[1 - side], object->key);

			if (other != NULL && (side == 1 || MigPropsSame(object, other, NULL)))
				continue;
			names[n++] = object->key;
		}
	AddFinding(row, "warning", "drift", NULL,
			   psprintf("%d %s changed outside migrator: %s; migrator.drift() says how",
						n, n == 1 ? "object was" : "objects were", MigQuoteNames(names, n)));
}

/*
 * Does a section still parse on this server, and is it what was run?
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
	char		checksum[MIG_CHECKSUM_SIZE];
	int			number;
	const MigApplied *entry;

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
		AtEOXact_GUC(false, guc_level);
		ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
	}
	PG_CATCH();
	{
		ErrorData  *error = MigDbAbandon(context, owner);

		AddFinding(validation->row, "error", "syntax_error", body->revision,
				   psprintf("%s, %s",
							validation->may_read ? error->message : "does not parse",
							error->context == NULL ? MigDescribePlace(&body->place)
							: pnstrdup(error->context, strcspn(error->context, "\n"))));
	}
	PG_END_TRY();
	error_context_stack = outer;

	if (validation->graph == NULL || operation != MIG_UPGRADE)
		return;
	number = MigGraphFind(validation->graph, body->revision);
	if (number < 0 || !validation->is_applied[number])
		return;
	entry = MigLedgerFindApplied(validation->applied, validation->napplied, body->revision);
	if (entry == NULL || entry->checksum == NULL)
		return;
	MigChecksum(body->text, strlen(body->text), checksum);
	if (strcmp(checksum, entry->checksum) != 0)
		AddFinding(validation->row, "error", "changed_after_upgrade", body->revision,
				   "is applied with another content than it has now");
}
