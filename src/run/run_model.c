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
#include "catalog/namespace.h"
#include "catalog/pg_namespace.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "tcop/utility.h"
#include "utils/guc.h"
#include "utils/memutils.h"

static void RunStatements(MigModelText *model, MigSplitter *splitter);
static void KeepHints(MigModelText *model, const MigSplitter *splitter);
static void Run(MigModelText *model);
static bool Prepare(MigModelText *model, Node *stmt);
static bool PassOver(MigModelText *model, Node *stmt);
static bool PassOverIfSection(MigModelText *model, Node *stmt);
static bool PrepareTransaction(MigModelText *model, Node *stmt);
static bool PrepareIndex(MigModelText *model, Node *stmt);
static bool PrepareRefresh(MigModelText *model, Node *stmt);
static bool PrepareAlterTable(MigModelText *model, Node *stmt);
static bool PrepareCluster(MigModelText *model, Node *stmt);
static bool PrepareSet(MigModelText *model, Node *stmt);
static bool RefusePrepare(MigModelText *model, Node *stmt);
static bool PrepareDrop(MigModelText *model, Node *stmt);
static bool PrepareComment(MigModelText *model, Node *stmt);
static bool PrepareOwner(MigModelText *model, Node *stmt);
static bool PrepareGrant(MigModelText *model, Node *stmt);
static bool PrepareSchema(MigModelText *model, Node *stmt);
static bool PrepareMove(MigModelText *model, Node *stmt);
static bool CreateExtension(MigModelText *model, Node *stmt);
static bool NamesSchema(const CreateExtensionStmt *create);
static bool AlterExtension(MigModelText *model, Node *stmt);
static bool PrepareCreateSubscription(MigModelText *model, Node *stmt);
static bool PrepareAlterSubscription(MigModelText *model, Node *stmt);
static List *SetOption(List *options, const char *name, bool value);
static bool IsOwn(ObjectType type, Node *name);
static void AddContext(void *arg);

/*
 * Statements that are not simply run.  The function may change the statement
 * and returns true if there is nothing left to run.
 */
static const struct
{
	NodeTag		tag;
	bool		(*prepare) (MigModelText *model, Node *stmt);
}			special[] =

{
	{T_TransactionStmt, PrepareTransaction},
	{T_VacuumStmt, PassOver},
	{T_ReindexStmt, PassOver},
	{T_CheckPointStmt, PassOver},
	{T_DiscardStmt, PassOver},
	{T_ClusterStmt, PrepareCluster},
	{T_IndexStmt, PrepareIndex},
	{T_RefreshMatViewStmt, PrepareRefresh},
	{T_AlterTableStmt, PrepareAlterTable},
	{T_VariableSetStmt, PrepareSet},
	{T_PrepareStmt, RefusePrepare},
	{T_DropStmt, PrepareDrop},
	{T_CommentStmt, PrepareComment},
	{T_AlterOwnerStmt, PrepareOwner},
	{T_GrantStmt, PrepareGrant},
	{T_CreateSchemaStmt, PrepareSchema},
	{T_AlterObjectSchemaStmt, PrepareMove},
	{T_CreateExtensionStmt, CreateExtension},
	{T_AlterExtensionStmt, AlterExtension},
	{T_CreatedbStmt, PassOverIfSection},
	{T_DropdbStmt, PassOverIfSection},
	{T_AlterDatabaseStmt, PassOverIfSection},
	{T_AlterSystemStmt, PassOverIfSection},
	{T_CreateTableSpaceStmt, PassOverIfSection},
	{T_DropTableSpaceStmt, PassOverIfSection},
	{T_CreateSubscriptionStmt, PrepareCreateSubscription},
	{T_AlterSubscriptionStmt, PrepareAlterSubscription},
};

/*
 * MigRunModel
 *		Run all statements of the text, in the caller's subtransaction.
 *
 * Raises what they raise.
 */
void
MigRunModel(MigModelText *model)
{
	ErrorContextCallback callback = {.callback = AddContext,.arg = model};
	MigSplitter *splitter = MigScriptOpenModel(model->text, &model->place, standard_conforming_strings);

	model->context = CurrentMemoryContext;
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	RunStatements(model, splitter);
	MigRunUnsilence(model);
	error_context_stack = callback.previous;
	KeepHints(model, splitter);
	MigScriptClose(splitter);
	CommandCounterIncrement();
}

/* What the text says about renames outlives the splitter. */
static void
KeepHints(MigModelText *model, const MigSplitter *splitter)
{
	ListCell   *lc;

	foreach(lc, MigScriptHints(splitter))
	{
		const MigHint *hint = lfirst(lc);
		MigHint    *copy = palloc(sizeof(MigHint));

		copy->from = pstrdup(hint->from);
		copy->to = pstrdup(hint->to);
		model->hints = lappend(model->hints, copy);
	}
}

/* Run what the splitter gives; memory is given back after each statement. */
static void
RunStatements(MigModelText *model, MigSplitter *splitter)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "migrator statement",
												  ALLOCSET_DEFAULT_SIZES);

	MemoryContextSwitchTo(context);
	while ((model->statement = MigScriptNext(splitter)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		Run(model);
		model->statement = NULL;
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(model->context);
	MemoryContextDelete(context);
}

/* Run one statement, in the form that can run here. */
static void
Run(MigModelText *model)
{
	const MigStatement *statement = model->statement;
	Node	   *stmt = statement->parse->stmt;

	CommandCounterIncrement();
	model->is_impure = model->is_impure || !MigRunIsPure(statement);
	if (Prepare(model, stmt))
		return;
	if (statement->copy_data != NULL)
		(void) MigRunCopyData(statement);
	else
		MigRunStatement(statement);
	if (IsA(stmt, CreateSchemaStmt) && castNode(CreateSchemaStmt, stmt)->schemaname != NULL)
		MigRunMoveMembers(model->hidden, castNode(CreateSchemaStmt, stmt)->schemaname);
	else if (IsA(stmt, CreateEventTrigStmt))
		MigRunSilence(model, castNode(CreateEventTrigStmt, stmt)->trigname);
	else if (IsA(stmt, AlterEventTrigStmt))
		MigRunSilence(model, castNode(AlterEventTrigStmt, stmt)->trigname);
}

/* Do what the table of special statements says; true if that was all. */
static bool
Prepare(MigModelText *model, Node *stmt)
{
	for (size_t i = 0; i < lengthof(special); i++)
		if (special[i].tag == nodeTag(stmt))
			return special[i].prepare(model, stmt);
	return false;
}

/* What looks after data has nothing to do. */
static bool
PassOver(MigModelText *model pg_attribute_unused(), Node *stmt pg_attribute_unused())
{
	return true;
}

/* A revision may have what is outside of any schema, and of transactions. */
static bool
PassOverIfSection(MigModelText *model, Node *stmt pg_attribute_unused())
{
	return model->place.file != NULL;
}

/* Several texts with a transaction each may have been put together. */
static bool
PrepareTransaction(MigModelText *model pg_attribute_unused(), Node *stmt)
{
	TransactionStmtKind kind = castNode(TransactionStmt, stmt)->kind;

	if (kind != TRANS_STMT_BEGIN && kind != TRANS_STMT_START && kind != TRANS_STMT_COMMIT)
		ereport(ERROR,
				errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("only BEGIN and COMMIT are supported in the text of a schema"),
				errhint("Remove other transaction control: all of the text is rolled back anyway."));
	return true;
}

static bool
PrepareIndex(MigModelText *model pg_attribute_unused(), Node *stmt)
{
	castNode(IndexStmt, stmt)->concurrent = false;
	return false;
}

static bool
PrepareRefresh(MigModelText *model pg_attribute_unused(), Node *stmt)
{
	castNode(RefreshMatViewStmt, stmt)->concurrent = false;
	return false;
}

/* DETACH PARTITION CONCURRENTLY, and what finishes it. */
static bool
PrepareAlterTable(MigModelText *model pg_attribute_unused(), Node *stmt)
{
	ListCell   *lc;

	foreach(lc, castNode(AlterTableStmt, stmt)->cmds)
	{
		AlterTableCmd *command = lfirst_node(AlterTableCmd, lc);

		if (command->subtype == AT_DetachPartitionFinalize)
			return true;
		if (command->subtype == AT_DetachPartition)
			castNode(PartitionCmd, command->def)->concurrent = false;
	}
	return false;
}

/* CLUSTER of a table notes the index; of all tables it does nothing here. */
static bool
PrepareCluster(MigModelText *model pg_attribute_unused(), Node *stmt)
{
	return castNode(ClusterStmt, stmt)->relation == NULL;
}

/* A later pg_dump sets what this server may not have. */
static bool
PrepareSet(MigModelText *model pg_attribute_unused(), Node *stmt)
{
	VariableSetStmt *set = castNode(VariableSetStmt, stmt);

	return set->name != NULL && strcmp(set->name, "transaction_timeout") == 0 &&
		GetConfigOption(set->name, true, false) == NULL;
}

/* A prepared statement would outlive the text. */
static bool
RefusePrepare(MigModelText *model pg_attribute_unused(), Node *stmt pg_attribute_unused())
{
	ereport(ERROR,
			errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			errmsg("PREPARE is not supported in the text of a schema"));
}

static bool
PrepareDrop(MigModelText *model pg_attribute_unused(), Node *stmt)
{
	castNode(DropStmt, stmt)->concurrent = false;
	return false;
}

static bool
PrepareComment(MigModelText *model, Node *stmt)
{
	CommentStmt *comment = castNode(CommentStmt, stmt);

	if (IsOwn(comment->objtype, comment->object))
		return true;
	if (comment->objtype == OBJECT_EXTENSION)
		return MigRunCommentExtension(model->hidden, comment);
	return false;
}

static bool
PrepareOwner(MigModelText *model pg_attribute_unused(), Node *stmt)
{
	AlterOwnerStmt *owner = castNode(AlterOwnerStmt, stmt);

	return IsOwn(owner->objectType, owner->object);
}

/* What a dump says about the schema of this extension is not its business. */
static bool
PrepareGrant(MigModelText *model pg_attribute_unused(), Node *stmt)
{
	GrantStmt  *grant = castNode(GrantStmt, stmt);

	return grant->targtype == ACL_TARGET_OBJECT && list_length(grant->objects) == 1 &&
		IsOwn(grant->objtype, linitial(grant->objects));
}

static bool
PrepareSchema(MigModelText *model, Node *stmt)
{
	const CreateSchemaStmt *create = castNode(CreateSchemaStmt, stmt);
	const char *name = create->schemaname;

	if (model->has_ground && name != NULL && create->schemaElts == NIL &&
		OidIsValid(get_namespace_oid(name, true)) &&
		MigRunFindHidden(model->hidden, NamespaceRelationId, name) != NULL)
	{
		model->npassed += create->if_not_exists ? 0 : 1;
		return true;
	}
	return name != NULL && strcmp(name, "migrator") == 0 &&
		OidIsValid(model->hidden->own_extension);
}

static bool
PrepareMove(MigModelText *model, Node *stmt)
{
	AlterObjectSchemaStmt *move = castNode(AlterObjectSchemaStmt, stmt);

	return move->objectType == OBJECT_EXTENSION && MigRunMoveExtension(model->hidden, move);
}

static bool
CreateExtension(MigModelText *model, Node *stmt)
{
	CreateExtensionStmt *create = castNode(CreateExtensionStmt, stmt);

	if (strcmp(create->extname, "migrator") == 0 && OidIsValid(model->hidden->own_extension))
		return true;
	if (model->has_ground && MigRunIsInSight(model->hidden, create->extname))
	{
		model->npassed += create->if_not_exists ? 0 : 1;
		return true;
	}
	model->is_impure = model->is_impure || !NamesSchema(create);
	if (MigRunCreateExtension(model->hidden, create))
		return true;
	model->is_impure = true;
	return false;
}

/* Otherwise files on disk decide where the extension goes. */
static bool
NamesSchema(const CreateExtensionStmt *create)
{
	ListCell   *lc;

	foreach(lc, create->options)
	{
		if (strcmp(lfirst_node(DefElem, lc)->defname, "schema") == 0)
			return true;
	}
	return false;
}

static bool
AlterExtension(MigModelText *model, Node *stmt)
{
	if (MigRunAlterExtension(model->hidden, castNode(AlterExtensionStmt, stmt)))
		return true;
	model->is_impure = true;
	return false;
}

/* Nothing connects to anywhere. */
static bool
PrepareCreateSubscription(MigModelText *model pg_attribute_unused(), Node *stmt)
{
	CreateSubscriptionStmt *create = castNode(CreateSubscriptionStmt, stmt);
	static const char *const options[] = {"connect", "enabled", "create_slot", "copy_data"};

	for (size_t i = 0; i < lengthof(options); i++)
		create->options = SetOption(create->options, options[i], false);
	return false;
}

static bool
PrepareAlterSubscription(MigModelText *model pg_attribute_unused(), Node *stmt)
{
	AlterSubscriptionStmt *alter = castNode(AlterSubscriptionStmt, stmt);

	switch (alter->kind)
	{
		case ALTER_SUBSCRIPTION_SET_PUBLICATION:
		case ALTER_SUBSCRIPTION_ADD_PUBLICATION:
		case ALTER_SUBSCRIPTION_DROP_PUBLICATION:
			alter->options = SetOption(alter->options, "refresh", false);
			return false;
		case ALTER_SUBSCRIPTION_OPTIONS:
		case ALTER_SUBSCRIPTION_CONNECTION:
		case ALTER_SUBSCRIPTION_ENABLED:
		case ALTER_SUBSCRIPTION_SKIP:
			return false;
		default:
			return true;		/* REFRESH */
	}
}

/* The options with this one as it is to be. */
static List *
SetOption(List *options, const char *name, bool value)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, options)
	{
		if (strcmp(lfirst_node(DefElem, lc)->defname, name) != 0)
			result = lappend(result, lfirst(lc));
	}
	return lappend(result, makeDefElem(pstrdup(name), (Node *) makeBoolean(value), -1));
}

/* Is this the extension that we are, or its schema? */
static bool
IsOwn(ObjectType type, Node *name)
{
	return (type == OBJECT_EXTENSION || type == OBJECT_SCHEMA) && IsA(name, String) &&
		strcmp(strVal(name), "migrator") == 0;
}

/*
 * MigRunModelError
 *		Make an error tell of the statement.
 */
void
MigRunModelError(const MigModelText *model, ErrorData *error)
{
	const MigStatement *statement = model->statement;

	if (statement == NULL)
		return;
	MigRunLocateError(statement, error);
	error->detail = psprintf("%s%sStatement %d%s%s%s, line %d: %s",
							 error->detail == NULL ? "" : error->detail,
							 error->detail == NULL ? "" : "\n",
							 statement->number, model->place.file == NULL ? "" : ", file \"",
							 model->place.file == NULL ? "" : model->place.file,
							 model->place.file == NULL ? "" : "\"",
							 MigRunLineOfError(statement, error),
							 MigAbbreviate(statement->text, MIG_QUOTED_STATEMENT));
}

/*
 * Error context: where we are.  A position in the statement is made an internal
 * one here, before some function that has called us takes it for one in its own
 * text.
 */
static void
AddContext(void *arg)
{
	const MigModelText *model = arg;
	int			position = geterrposition();

	if (model->statement == NULL)
		return;
	if (position > 0 && getinternalerrposition() == 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery(model->statement->text);
	}
	if (model->place.file == NULL)
		errcontext("statement %d of the schema's text, line %d",
				   model->statement->number, model->statement->line);
	else
		errcontext("statement %d, file \"%s\", line %d",
				   model->statement->number, model->place.file, model->statement->line);
}
