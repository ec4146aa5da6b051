/*-------------------------------------------------------------------------
 * src/run/run_model.c
 *	  Run the text of a schema, statement by statement.
 *
 * The text is hand-written SQL or what pg_dump --schema-only prints.  Some
 * statements are not for here and are passed over, others are run in a form
 * that can run here.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "tcop/utility.h"
#include "utils/guc.h"
#include "utils/memutils.h"

/* Longest part of a statement that an error quotes, in bytes. */
#define QUOTED_STATEMENT	120

static void AddContext(void *arg);
static void Run(MigStatement *statement);
static void RunQuietly(Node *stmt);

/*
 * MigRunModelText
 *		Run all statements of the text, within a subtransaction of the caller's.
 */
void
MigRunModelText(MigRunModel *model)
{
	MigPlace	place = {.file = NULL,.line = 1};
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "migrator statement",
												  ALLOCSET_DEFAULT_SIZES);
	MigSplitter *splitter = MigScriptOpenModel(model->text, &place, standard_conforming_strings);
	MemoryContext old = MemoryContextSwitchTo(context);
	ErrorContextCallback callback = {.callback = AddContext,.arg = model};

	callback.previous = error_context_stack;
	error_context_stack = &callback;
	while ((model->statement = MigScriptNext(splitter)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		Run(model->statement);
		model->statement = NULL;
		MemoryContextReset(context);
	}
	error_context_stack = callback.previous;
	MemoryContextSwitchTo(old);
	MigScriptClose(splitter);
	MemoryContextDelete(context);
}

/* Run a statement, or pass it over. */
static void
Run(MigStatement *statement)
{
	Node	   *stmt = statement->parse->stmt;

	if (IsA(stmt, TransactionStmt))
		return;
	if (statement->copy_data != NULL)
	{
		CommandCounterIncrement();
		(void) MigRunCopyData(statement);
		return;
	}
	RunQuietly(stmt);
	MigRunStatement(statement);
}

/* Whatever asks for CONCURRENTLY can do without. */
static void
RunQuietly(Node *stmt)
{
	if (IsA(stmt, IndexStmt))
		castNode(IndexStmt, stmt)->concurrent = false;
	else if (IsA(stmt, DropStmt))
		castNode(DropStmt, stmt)->concurrent = false;
}

/*
 * MigRunModelError
 *		Make an error tell of the statement.
 */
void
MigRunModelError(const MigRunModel *model, ErrorData *error)
{
	const MigStatement *statement = model->statement;

	if (statement == NULL)
		return;
	MigRunLocateError(statement, error);
	error->detail = psprintf("%s%sStatement %d, line %d: %s",
							 error->detail == NULL ? "" : error->detail,
							 error->detail == NULL ? "" : "\n",
							 statement->number, MigRunLineOfError(statement, error),
							 MigAbbreviate(statement->text, QUOTED_STATEMENT));
}

/* Error context: where we are. */
static void
AddContext(void *arg)
{
	const MigRunModel *model = arg;

	if (model->statement != NULL)
		errcontext("statement %d of the schema's text, line %d",
				   model->statement->number, model->statement->line);
}
