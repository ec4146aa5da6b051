/*-------------------------------------------------------------------------
 * src/ledger/ledger_ddl.c
 *	  The log of schema changes that an event trigger writes.
 *
 * An event of the server tells of several objects at a time: CREATE TABLE of
 * its indexes too.  Each has a row.  What is temporary, what belongs to an
 * extension and what is ours is passed over.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

/* What an event is about; $1 is the list of schemas that are watched. */
#define WATCHED(schema, type, identity) \
	" (" schema " IS NULL OR (" schema " OPERATOR(pg_catalog.!~) '^pg_'" \
	" AND " schema " <> ALL (ARRAY['migrator', 'information_schema'])))" \
	" AND NOT (" type " = ANY (ARRAY['schema', 'extension']) AND " identity " = 'migrator')" \
	" AND (pg_catalog.cardinality($1) = 0 OR " schema " = ANY ($1)" \
	" OR (" type " = 'schema' AND " identity " IN (SELECT pg_catalog.quote_ident(w) FROM pg_catalog.unnest($1) w)))"

#define COMMANDS \
	"SELECT c.command_tag, c.object_type, c.schema_name, c.object_identity" \
	" FROM pg_catalog.pg_event_trigger_ddl_commands() c WHERE NOT c.in_extension" \
	" AND c.command_tag <> ALL (ARRAY['REFRESH MATERIALIZED VIEW', 'REINDEX'])" \
	" AND " WATCHED("c.schema_name", "c.object_type", "coalesce(c.object_identity, '')")

#define DROPS \
	"SELECT 'DROP ' || upper(d.object_type), d.object_type, d.schema_name, d.object_identity" \
	" FROM pg_catalog.pg_event_trigger_dropped_objects() d" \
	" WHERE (d.original OR (d.normal AND d.object_type <> ALL (ARRAY['type', 'rule', 'default value', 'trigger'])))" \
	" AND NOT d.is_temporary" \
	" AND " WATCHED("d.schema_name", "d.object_type", "d.object_identity")

#define INSERT(objects) \
	"INSERT INTO migrator.ddl_log (command_tag, object_type, schema_name, object_identity," \
	"  statement, role_name, session_role, project, tenant, revision, allowed)" \
	" SELECT o.tag, o.type, o.schema, o.identity, $2, $3, $4, $5, $6, $7, $8" \
	" FROM (" objects ") o (tag, type, schema, identity)"

#define FIRST(objects) \
	"SELECT o.tag, o.identity FROM (" objects ") o (tag, type, schema, identity) LIMIT 1"

static MigQuery insert_queries[2] = {
	{
		.sql = INSERT(COMMANDS),
		.expect = SPI_OK_INSERT,
		.nargs = 8,
		.argtypes = {TEXTARRAYOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID}
	},
	{
		.sql = INSERT(DROPS),
		.expect = SPI_OK_INSERT,
		.nargs = 8,
		.argtypes = {TEXTARRAYOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID}
	}
};

static MigQuery first_queries[2] = {
	{
		.sql = FIRST(COMMANDS),
		.expect = SPI_OK_SELECT,
		.nargs = 1,
		.argtypes = {TEXTARRAYOID}
	},
	{
		.sql = FIRST(DROPS),
		.expect = SPI_OK_SELECT,
		.nargs = 1,
		.argtypes = {TEXTARRAYOID}
	}
};

static MigQuery watch_query = {
	.sql = "SELECT w.refuse, w.schemas FROM migrator.ddl_watch w",
	.expect = SPI_OK_SELECT
};

static MigQuery list_query = {
	.sql = "SELECT g.id, g.at, g.command_tag, g.object_type, g.schema_name, g.object_identity,"
	"  g.role_name, g.session_role, g.client_addr, g.application_name, g.backend_pid,"
	"  g.project, g.tenant, coalesce(a.revision, g.revision), g.allowed, g.statement, g.transaction_id"
	" FROM migrator.ddl_log g LEFT JOIN migrator.alias a"
	"  ON a.project OPERATOR(pg_catalog.=) g.project AND a.alias OPERATOR(pg_catalog.=) g.revision"
	" WHERE $1 IS NULL OR g.at OPERATOR(pg_catalog.>=) $1"
	" ORDER BY g.id",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TIMESTAMPTZOID}
};

static void ReceiveWatch(TupleTableSlot *slot, void *arg);
static void ReceiveFirst(TupleTableSlot *slot, void *arg);

/*
 * MigLedgerWatch
 *		How changes of schemas are watched; all is zero if they are not.
 */
void
MigLedgerWatch(MigWatch *watch)
{
	memset(watch, 0, sizeof(*watch));
	(void) MigDbRead(&watch_query, NULL, NULL, ReceiveWatch, watch);
}

/*
 * MigLedgerFirstDdl
 *		The command and the first object of the event at hand that is watched;
 *		false if there is none.
 *
 * To be called by an event trigger function only.
 */
bool
MigLedgerFirstDdl(const MigWatch *watch, bool dropped, const char **command, const char **identity)
{
	Datum		values[1] = {MigDbArray(watch->schemas, watch->nschemas)};
	const char *first[2] = {NULL, NULL};

	(void) MigDbRead(&first_queries[dropped], values, NULL, ReceiveFirst, first);
	*command = first[0];
	*identity = first[1];
	return first[0] != NULL;
}

/*
 * MigLedgerRecordDdl
 *		Log what the event at hand is about.
 *
 * To be called by an event trigger function only.
 */
void
MigLedgerRecordDdl(const MigWatch *watch, bool dropped, const MigDdl *ddl)
{
	char		nulls[] = "        ";
	Datum		values[8];
	MigDbScope	scope;

	values[0] = MigDbArray(watch->schemas, watch->nschemas);
	values[1] = MigDbTextOrNull(ddl->statement, &nulls[1]);
	values[2] = CStringGetTextDatum(GetUserNameFromId(GetUserId(), false));
	values[3] = CStringGetTextDatum(GetUserNameFromId(GetSessionUserId(), false));
	values[4] = MigDbTextOrNull(ddl->project, &nulls[4]);
	values[5] = MigDbTextOrNull(ddl->tenant, &nulls[5]);
	values[6] = MigDbTextOrNull(ddl->revision, &nulls[6]);
	values[7] = BoolGetDatum(ddl->allowed);
	MigDbOpen(&scope);
	MigDbExec(&insert_queries[dropped], values, nulls);
	MigDbClose(&scope);
}

/*
 * MigLedgerListDdl
 *		Hand the log to a function as rows of ddl_log(); all of it if since is
 *		null.
 */
void
MigLedgerListDdl(Datum since, bool isnull, MigDbRowFn row, void *arg)
{
	(void) MigDbRead(&list_query, &since, isnull ? "n" : " ", row, arg);
}

static void
ReceiveWatch(TupleTableSlot *slot, void *arg)
{
	MigWatch   *watch = arg;
	bool		isnull;

	watch->refuse = DatumGetBool(slot_getattr(slot, 1, &isnull));
	watch->schemas = MigDbTextArray(slot, 2, &watch->nschemas);
}

static void
ReceiveFirst(TupleTableSlot *slot, void *arg)
{
	const char **first = arg;

	first[0] = MigDbText(slot, 1);
	first[1] = MigDbText(slot, 2);
}
