/*-------------------------------------------------------------------------
 * src/api/api_revisions.c
 *	  revision, merge, load, edit_revision, delete_revision, export, export_files.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "miscadmin.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(migrator_revision);
PG_FUNCTION_INFO_V1(migrator_merge);
PG_FUNCTION_INFO_V1(migrator_load);
PG_FUNCTION_INFO_V1(migrator_edit_revision);
PG_FUNCTION_INFO_V1(migrator_delete_revision);
PG_FUNCTION_INFO_V1(migrator_export);
PG_FUNCTION_INFO_V1(migrator_export_files);

static void AddFile(MigRow *row, const MigStored *stored);

/*
 * migrator.revision(message text, upgrade text, downgrade text, head text[],
 *	splice boolean, branch_label text[], depends_on text[], rev_id text,
 *	transactional boolean, verify text, repeatable boolean) -> text
 */
Datum
migrator_revision(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigNew		request = {0};

	request.message = MigApiText(fcinfo, 0, "message");
	request.upgrade = MigApiTextOrNull(fcinfo, 1);
	request.downgrade = MigApiTextOrNull(fcinfo, 2);
	request.heads = MigApiTexts(fcinfo, 3, "head", &request.nheads);
	request.splice = MigApiBool(fcinfo, 4, "splice");
	request.labels = MigApiTexts(fcinfo, 5, "branch_label", &request.nlabels);
	request.deps = MigApiTexts(fcinfo, 6, "depends_on", &request.ndeps);
	request.rev_id = MigApiTextOrNull(fcinfo, 7);
	request.transactional = MigApiBool(fcinfo, 8, "transactional");
	request.verify = MigApiTextOrNull(fcinfo, 9);
	request.repeatable = MigApiBool(fcinfo, 10, "repeatable");
	if (request.nheads == 0)
		MigApiRefuseNoHead();
	MigApiCopy(&copy);
	PG_RETURN_TEXT_P(cstring_to_text(MigRunNew(&copy, &request)));
}

/*
 * MigApiRefuseNoHead
 *		Raise INVALID_PARAMETER_VALUE for a new revision without a place.
 */
void
MigApiRefuseNoHead(void)
{
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("argument \"head\" must name at least one revision"),
			errhint("Use '{head}' for the head, or '{base}' for a new base."));
}

/*
 * migrator.merge(revisions text[], message text, branch_label text[], rev_id text,
 *	splice boolean) -> text
 */
Datum
migrator_merge(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigNew		request = {.transactional = true};

	request.heads = MigApiTexts(fcinfo, 0, "revisions", &request.nheads);
	request.message = MigApiTextOrNull(fcinfo, 1);
	request.labels = MigApiTexts(fcinfo, 2, "branch_label", &request.nlabels);
	request.rev_id = MigApiTextOrNull(fcinfo, 3);
	request.splice = MigApiBool(fcinfo, 4, "splice");
	if (request.nheads == 0)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("argument \"revisions\" must name at least one revision"),
				errhint("Use '{heads}' for all heads."));
	if (request.message == NULL)
		request.message = psprintf("merge %s", MigJoinNames(request.heads, request.nheads, ", "));
	MigApiCopy(&copy);
	PG_RETURN_TEXT_P(cstring_to_text(MigRunNew(&copy, &request)));
}

/*
 * migrator.load(script text, filename text) -> text
 */
Datum
migrator_load(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	char	   *script = MigApiText(fcinfo, 0, "script");

	MigApiCopy(&copy);
	PG_RETURN_TEXT_P(cstring_to_text(MigRunLoad(&copy, script, MigApiTextOrNull(fcinfo, 1))));
}

/*
 * migrator.edit_revision(revision text, message text, upgrade text, downgrade text,
 *	down_revision text[], branch_label text[], depends_on text[], transactional boolean,
 *	verify text) -> text
 */
Datum
migrator_edit_revision(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigEdit		edit = {0};
	char	   *revision = MigApiText(fcinfo, 0, "revision");

	edit.message = MigApiTextOrNull(fcinfo, 1);
	edit.upgrade = MigApiTextOrNull(fcinfo, 2);
	edit.downgrade = MigApiTextOrNull(fcinfo, 3);
	edit.set_parents = !PG_ARGISNULL(4);
	edit.parents = MigApiTextList(fcinfo, 4, "down_revision");
	edit.set_labels = !PG_ARGISNULL(5);
	edit.labels = MigApiTextList(fcinfo, 5, "branch_label");
	edit.set_deps = !PG_ARGISNULL(6);
	edit.deps = MigApiTextList(fcinfo, 6, "depends_on");
	edit.transactional = PG_ARGISNULL(7) ? -1 : PG_GETARG_BOOL(7);
	edit.verify = MigApiTextOrNull(fcinfo, 8);
	MigApiCopy(&copy);
	PG_RETURN_TEXT_P(cstring_to_text(MigRunEdit(&copy, revision, &edit)));
}

/*
 * migrator.delete_revision(revision text) -> text
 */
Datum
migrator_delete_revision(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	char	   *revision = MigApiText(fcinfo, 0, "revision");

	MigApiCopy(&copy);
	PG_RETURN_TEXT_P(cstring_to_text(MigRunDelete(&copy, revision)));
}

/*
 * migrator.export(revision text) -> text
 */
Datum
migrator_export(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	char	   *name = MigApiText(fcinfo, 0, "revision");
	MigStored  *stored;

	MigApiCopy(&copy);
	stored = MigLedgerFetch(&copy, MigRunFindRevision(&copy, name));
	PG_RETURN_TEXT_P(cstring_to_text(MigLedgerScript(stored)));
}

/*
 * migrator.export_files(revisions text[]) -> rows of revision, filename, script
 */
Datum
migrator_export_files(PG_FUNCTION_ARGS)
{
	MigCopy		copy;
	MigRow		row;
	int			n;
	ListCell   *lc;

	MigApiCopy(&copy);
	MigApiStart(fcinfo, &row);
	if (PG_ARGISNULL(0))
	{
		const MigRevisionDef *defs = MigLedgerDefs(&copy, &n);

		for (int i = 0; i < n; i++)
			AddFile(&row, MigLedgerFetch(&copy, defs[i].id));
		foreach(lc, MigLedgerAllRepeatables(&copy))
		{
			AddFile(&row, MigLedgerFetch(&copy, ((const MigRepeat *) lfirst(lc))->revision));
		}
	}
	else
	{
		const char **names = MigApiTexts(fcinfo, 0, "revisions", &n);

		for (int i = 0; i < n; i++)
			AddFile(&row, MigLedgerFetch(&copy, MigRunFindRevision(&copy, names[i])));
	}
	return (Datum) 0;
}

/* The file of a revision under the name that we would give it. */
static void
AddFile(MigRow *row, const MigStored *stored)
{
	CHECK_FOR_INTERRUPTS();
	MigApiAddText(row, stored->revision);
	MigApiAddText(row, MigScriptFileName(stored->revision, stored->message));
	MigApiAddText(row, MigLedgerScript(stored));
	MigApiEnd(row);
}
