/*-------------------------------------------------------------------------
 * src/run/run_cache.c
 *	  Which texts need not run again, and how their snapshots are found.
 *
 * A snapshot is kept only if its text cannot mean anything else the next time:
 * if all user schemas are out of its sight, and each of its statements does
 * nothing but define something, without running a function that could look at
 * the clock, or at data.  What is left is in the key.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <dlfcn.h>
#include <sys/stat.h>

#include "ledger/ledger.h"
#include "miscadmin.h"
#include "run/run_internal.h"
#include "utils/builtins.h"

static char *LibraryStamp(void);
static bool IsListed(NodeTag tag);
static bool IsPureSelect(const SelectStmt *stmt);
static bool IsPureAlterTable(const AlterTableStmt *stmt);
static bool IsPureBound(const PartitionBoundSpec *bound);
static bool AreConstants(const List *values);

/* Statements that only define something. */
static const NodeTag definitions[] = {
	T_TransactionStmt, T_VariableSetStmt, T_IndexStmt, T_ViewStmt, T_CreateFunctionStmt,
	T_AlterFunctionStmt, T_CreateTrigStmt, T_CommentStmt, T_SecLabelStmt, T_GrantStmt,
	T_AlterDefaultPrivilegesStmt, T_AlterOwnerStmt, T_CreateForeignTableStmt, T_CreateSeqStmt,
	T_AlterSeqStmt, T_CompositeTypeStmt, T_CreateEnumStmt, T_AlterEnumStmt, T_CreateRangeStmt,
	T_CreateDomainStmt, T_AlterDomainStmt, T_DefineStmt, T_RuleStmt, T_CreatePolicyStmt,
	T_AlterPolicyStmt, T_CreateExtensionStmt, T_AlterExtensionStmt, T_CreateCastStmt,
	T_CreateTransformStmt, T_CreateOpClassStmt, T_CreateOpFamilyStmt, T_AlterOpFamilyStmt,
	T_AlterOperatorStmt, T_AlterTypeStmt, T_CreateStatsStmt, T_AlterStatsStmt,
	T_CreateConversionStmt, T_CreatePLangStmt, T_CreateAmStmt, T_CreateFdwStmt, T_AlterFdwStmt,
	T_CreateForeignServerStmt, T_AlterForeignServerStmt, T_CreateUserMappingStmt,
	T_AlterUserMappingStmt, T_CreatePublicationStmt, T_AlterPublicationStmt,
	T_CreateSubscriptionStmt, T_AlterSubscriptionStmt, T_CreateEventTrigStmt,
	T_AlterEventTrigStmt, T_RenameStmt, T_AlterObjectSchemaStmt, T_AlterObjectDependsStmt,
	T_DropStmt, T_AlterTSDictionaryStmt, T_AlterTSConfigurationStmt, T_ReplicaIdentityStmt,
	T_VacuumStmt, T_ReindexStmt, T_CheckPointStmt, T_DiscardStmt
};

/*
 * MigRunCacheKey
 *		The key of the text's snapshot, for the current user.
 */
char *
MigRunCacheKey(const char *text)
{
	char	   *environment = MigLedgerEnvironment(GetUserNameFromId(GetUserId(), false));
	char	   *all = psprintf("%s\n%s\n%s", LibraryStamp(), environment, text);
	char	   *key = palloc(MIG_CHECKSUM_SIZE);

	MigChecksum(all, strlen(all), key);
	return key;
}

/*
 * MigRunIsPure
 *		Does the statement only define something, always in the same way?
 */
bool
MigRunIsPure(const MigStatement *statement)
{
	const Node *stmt = statement->parse->stmt;

	if (statement->is_timely || statement->copy_data != NULL)
		return false;
	switch (nodeTag(stmt))
	{
		case T_SelectStmt:
			return IsPureSelect((const SelectStmt *) stmt);
		case T_CreateTableAsStmt:
			return ((const CreateTableAsStmt *) stmt)->into->skipData;
		case T_CreateSchemaStmt:
			return ((const CreateSchemaStmt *) stmt)->schemaElts == NIL;
		case T_CreateStmt:
			return IsPureBound(((const CreateStmt *) stmt)->partbound);
		case T_AlterTableStmt:
			return IsPureAlterTable((const AlterTableStmt *) stmt);
		default:
			return IsListed(nodeTag(stmt));
	}
}

/* What tells this build of the library from others. */
static char *
LibraryStamp(void)
{
	Dl_info		info;
	struct stat st;

	if (dladdr((void *) LibraryStamp, &info) == 0 || stat(info.dli_fname, &st) != 0)
		return pstrdup("");
	return psprintf("%s %lld %lld %lld", info.dli_fname, (long long) st.st_ino,
					(long long) st.st_size, (long long) st.st_mtime);
}

static bool
IsListed(NodeTag tag)
{
	for (size_t i = 0; i < lengthof(definitions); i++)
		if (definitions[i] == tag)
			return true;
	return false;
}

/* Is it SELECT pg_catalog.set_config('...', '...', ...), as in a dump? */
static bool
IsPureSelect(const SelectStmt *stmt)
{
	const ResTarget *target;
	const FuncCall *call;

	if (stmt->op != SETOP_NONE || stmt->fromClause != NIL || stmt->whereClause != NULL ||
		stmt->intoClause != NULL || stmt->withClause != NULL || stmt->valuesLists != NIL ||
		list_length(stmt->targetList) != 1 || stmt->sortClause != NIL || stmt->limitCount != NULL ||
		stmt->limitOffset != NULL || stmt->havingClause != NULL || stmt->groupClause != NIL)
		return false;
	target = linitial_node(ResTarget, stmt->targetList);
	if (!IsA(target->val, FuncCall))
		return false;
	call = (const FuncCall *) target->val;
	return list_length(call->funcname) == 2 &&
		strcmp(strVal(linitial(call->funcname)), "pg_catalog") == 0 &&
		strcmp(strVal(lsecond(call->funcname)), "set_config") == 0 &&
		call->agg_filter == NULL && call->over == NULL && AreConstants(call->args);
}

static bool
IsPureAlterTable(const AlterTableStmt *stmt)
{
	ListCell   *lc;

	foreach(lc, stmt->cmds)
	{
		const AlterTableCmd *command = lfirst_node(AlterTableCmd, lc);

		if (command->subtype == AT_AttachPartition && IsA(command->def, PartitionCmd) &&
			!IsPureBound(((const PartitionCmd *) command->def)->bound))
			return false;
	}
	return true;
}

/* The values of a bound are computed when the partition is made. */
static bool
IsPureBound(const PartitionBoundSpec *bound)
{
	return bound == NULL ||
		(AreConstants(bound->listdatums) && AreConstants(bound->lowerdatums) &&
		 AreConstants(bound->upperdatums));
}

/* Constants, perhaps with a type, or words such as MINVALUE. */
static bool
AreConstants(const List *values)
{
	ListCell   *lc;

	foreach(lc, values)
	{
		Node	   *value = lfirst(lc);

		while (IsA(value, TypeCast))
			value = castNode(TypeCast, value)->arg;
		if (!IsA(value, A_Const) && !IsA(value, ColumnRef))
			return false;
	}
	return true;
}
