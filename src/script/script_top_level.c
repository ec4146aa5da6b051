/*-------------------------------------------------------------------------
 * src/script/script_top_level.c
 *	  Which statements cannot run in a transaction block.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/defrem.h"

#include "script/script_internal.h"

static const char *TopLevelReindex(ReindexStmt *stmt);
static const char *TopLevelAlterTable(AlterTableStmt *stmt);
static const char *TopLevelCreateSubscription(CreateSubscriptionStmt *stmt);
static const char *TopLevelAlterSubscription(AlterSubscriptionStmt *stmt);
static DefElem *FindOption(List *options, const char *name);
static bool BooleanOption(List *options, const char *name, bool missing);

/*
 * MigScriptTopLevel
 *		Why the server would refuse a statement in a transaction block, a constant,
 *		or NULL.
 *
 * These are the calls of PreventInTransactionBlock() that depend on the
 * statement alone.  Left out are CLUSTER and REINDEX of a partitioned table.
 * DROP SUBSCRIPTION is refused only if the subscription has a slot, which is
 * taken for granted.
 */
const char *
MigScriptTopLevel(Node *stmt)
{
	switch (nodeTag(stmt))
	{
		case T_IndexStmt:
			return castNode(IndexStmt, stmt)->concurrent ? "CREATE INDEX CONCURRENTLY" : NULL;
		case T_DropStmt:
			return castNode(DropStmt, stmt)->concurrent ? "DROP INDEX CONCURRENTLY" : NULL;
		case T_ReindexStmt:
			return TopLevelReindex(castNode(ReindexStmt, stmt));
		case T_AlterTableStmt:
			return TopLevelAlterTable(castNode(AlterTableStmt, stmt));
		case T_VacuumStmt:
			return castNode(VacuumStmt, stmt)->is_vacuumcmd ? "VACUUM" : NULL;
		case T_ClusterStmt:
			return castNode(ClusterStmt, stmt)->relation == NULL ? "CLUSTER" : NULL;
		case T_CreatedbStmt:
			return "CREATE DATABASE";
		case T_DropdbStmt:
			return "DROP DATABASE";
		case T_AlterDatabaseStmt:
			return FindOption(castNode(AlterDatabaseStmt, stmt)->options, "tablespace") != NULL ?
				"ALTER DATABASE SET TABLESPACE" : NULL;
		case T_CreateTableSpaceStmt:
			return "CREATE TABLESPACE";
		case T_DropTableSpaceStmt:
			return "DROP TABLESPACE";
		case T_AlterSystemStmt:
			return "ALTER SYSTEM";
		case T_CreateSubscriptionStmt:
			return TopLevelCreateSubscription(castNode(CreateSubscriptionStmt, stmt));
		case T_AlterSubscriptionStmt:
			return TopLevelAlterSubscription(castNode(AlterSubscriptionStmt, stmt));
		case T_DropSubscriptionStmt:
			return "DROP SUBSCRIPTION";
		case T_DiscardStmt:
			return castNode(DiscardStmt, stmt)->target == DISCARD_ALL ? "DISCARD ALL" : NULL;
		default:
			return NULL;
	}
}

static const char *
TopLevelReindex(ReindexStmt *stmt)
{
	if (BooleanOption(stmt->params, "concurrently", false))
		return "REINDEX CONCURRENTLY";
	switch (stmt->kind)
	{
		case REINDEX_OBJECT_SCHEMA:
			return "REINDEX SCHEMA";
		case REINDEX_OBJECT_SYSTEM:
			return "REINDEX SYSTEM";
		case REINDEX_OBJECT_DATABASE:
			return "REINDEX DATABASE";
		default:
			return NULL;
	}
}

static const char *
TopLevelAlterTable(AlterTableStmt *stmt)
{
	ListCell   *lc;

	foreach(lc, stmt->cmds)
	{
		AlterTableCmd *cmd = lfirst_node(AlterTableCmd, lc);

		if (cmd->subtype == AT_DetachPartition &&
			castNode(PartitionCmd, cmd->def)->concurrent)
			return "ALTER TABLE ... DETACH CONCURRENTLY";
	}
	return NULL;
}

static const char *
TopLevelCreateSubscription(CreateSubscriptionStmt *stmt)
{
	bool		connect = BooleanOption(stmt->options, "connect", true);

	return BooleanOption(stmt->options, "create_slot", connect) ?
		"CREATE SUBSCRIPTION ... WITH (create_slot = true)" : NULL;
}

static const char *
TopLevelAlterSubscription(AlterSubscriptionStmt *stmt)
{
	switch (stmt->kind)
	{
		case ALTER_SUBSCRIPTION_SET_PUBLICATION:
		case ALTER_SUBSCRIPTION_ADD_PUBLICATION:
		case ALTER_SUBSCRIPTION_DROP_PUBLICATION:
			return BooleanOption(stmt->options, "refresh", true) ?
				"ALTER SUBSCRIPTION with refresh" : NULL;
		case ALTER_SUBSCRIPTION_OPTIONS:

			/* these can be altered since versions 17 and 18 */
			return FindOption(stmt->options, "failover") != NULL ||
				FindOption(stmt->options, "two_phase") != NULL ?
				"ALTER SUBSCRIPTION ... SET (failover or two_phase)" : NULL;
		case ALTER_SUBSCRIPTION_CONNECTION:
		case ALTER_SUBSCRIPTION_ENABLED:
		case ALTER_SUBSCRIPTION_SKIP:
			return NULL;
		default:
			return "ALTER SUBSCRIPTION ... REFRESH";
	}
}

static DefElem *
FindOption(List *options, const char *name)
{
	ListCell   *lc;

	foreach(lc, options)
	{
		DefElem    *option = lfirst_node(DefElem, lc);

		if (strcmp(option->defname, name) == 0)
			return option;
	}
	return NULL;
}

static bool
BooleanOption(List *options, const char *name, bool missing)
{
	DefElem    *option = FindOption(options, name);

	return option == NULL ? missing : defGetBoolean(option);
}
