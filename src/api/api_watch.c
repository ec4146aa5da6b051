/*-------------------------------------------------------------------------
 * src/api/api_watch.c
 *	  ddl_watcher, ddl_log: who changes the schema, and who may.
 *
 * migrator.watch_ddl() makes event triggers that call ddl_watcher.  A schema
 * change of a migration is logged with its revision; any other is logged, or
 * refused unless migrator.allow_ddl is on, which takes a superuser.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "commands/event_trigger.h"
#include "commands/extension.h"
#include "nodes/parsenodes.h"
#include "nodes/value.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(migrator_ddl_watcher);
PG_FUNCTION_INFO_V1(migrator_ddl_log);

/* Longest text of a statement that is kept, in bytes. */
#define KEPT_STATEMENT	10000

static void Refuse(const char *command, const char *identity);
static bool IsOurs(const Node *statement);
static const char *KeptStatement(void);

/*
 * migrator.ddl_watcher() -> event_trigger
 */
Datum
migrator_ddl_watcher(PG_FUNCTION_ARGS)
{
	EventTriggerData *event;
	MigWatch	watch;
	MigDdl		ddl = {0};
	bool		dropped;
	const char *command;
	const char *identity;

	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR,
				errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
				errmsg("migrator.ddl_watcher() is not called as an event trigger"));
	event = (EventTriggerData *) fcinfo->context;
	dropped = strcmp(event->event, "sql_drop") == 0;
	if (creating_extension || IsOurs(event->parsetree))
		PG_RETURN_NULL();

	MigLedgerWatch(&watch);
	ddl.revision = MigRunRevision(&ddl.project, &ddl.tenant);
	ddl.allowed = MigApiAllowsDdl();
	if (watch.refuse && !ddl.allowed && ddl.revision == NULL &&
		MigLedgerFirstDdl(&watch, dropped, &command, &identity))
		Refuse(command, identity);
	ddl.allowed = ddl.allowed && watch.refuse && ddl.revision == NULL;
	ddl.statement = KeptStatement();
	MigLedgerRecordDdl(&watch, dropped, &ddl);
	PG_RETURN_NULL();
}

/*
 * migrator.ddl_log(since timestamptz) -> rows of id, at, command_tag,
 *	object_type, schema_name, object_identity, role_name, session_role,
 *	client_addr, application_name, backend_pid, project, tenant, revision,
 *	allowed, statement, transaction_id
 */
Datum
migrator_ddl_log(PG_FUNCTION_ARGS)
{
	MigRow		row;

	MigApiStart(fcinfo, &row);
	MigLedgerListDdl(PG_ARGISNULL(0) ? (Datum) 0 : PG_GETARG_DATUM(0), PG_ARGISNULL(0),
					 MigApiAddSlot, &row);
	return (Datum) 0;
}

static void
Refuse(const char *command, const char *identity)
{
	ereport(ERROR,
			errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			identity == NULL ? errmsg("%s is refused outside migrations", command)
			: errmsg("%s is refused outside migrations: %s", command, identity),
			errdetail("migrator.watch_ddl('refuse') was called for this database."),
			errhint("Write a migration. A superuser can set migrator.allow_ddl."));
}

/* GRANT and REVOKE on functions of ours say nothing of a schema. */
static bool
IsOurs(const Node *statement)
{
	const GrantStmt *grant = (const GrantStmt *) statement;
	ListCell   *lc;

	if (statement == NULL || !IsA(statement, GrantStmt) || grant->targtype != ACL_TARGET_OBJECT ||
		(grant->objtype != OBJECT_FUNCTION && grant->objtype != OBJECT_ROUTINE))
		return false;
	foreach(lc, grant->objects)
	{
		const ObjectWithArgs *function = lfirst_node(ObjectWithArgs, lc);

		if (list_length(function->objname) != 2 ||
			strcmp(strVal(linitial(function->objname)), "migrator") != 0)
			return false;
	}
	return true;
}

/* What the client sent, as far as it is to be kept. */
static const char *
KeptStatement(void)
{
	char	   *text;

	if (debug_query_string == NULL)
		return NULL;
	text = MigAbbreviate(debug_query_string, KEPT_STATEMENT);
	for (const char *p = text; *p != '\0'; p++)
		if (pg_strncasecmp(p, "password", 8) == 0)
			return "(not kept: it has a password in it)";
	return text;
}
