/*-------------------------------------------------------------------------
 * src/ledger/ledger_cache.c
 *	  Snapshots of texts, kept so that the same text need not run again.
 *
 * A row is found by a key that says everything its snapshot depends on; rows
 * are never changed.  There is no unique index, so nobody waits for somebody
 * else's row: two equal ones do no harm.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "ledger/ledger.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

/* About how many rows are kept. */
#define CACHED_ROWS		"16"

static void ReceiveText(TupleTableSlot *slot, void *arg);
static void ReceiveSnapshot(TupleTableSlot *slot, void *arg);

/*
 * What the meaning of a text depends on besides the text: the server, the
 * database, who asks, roles, extensions, what somebody has put into pg_catalog,
 * and settings.  Of the settings, those that have to do with the meaning of
 * statements; search_path and some others are the same for every text.  Only what
 * has been set counts, since a library that is loaded later adds settings.
 */
static MigQuery environment = {
	.sql = "SELECT jsonb_build_array(version(),"
	" (SELECT jsonb_build_array(d.oid, d.datname, d.datdba, d.datacl, d.encoding, d.datcollate, d.datctype)"
	"  FROM pg_database d WHERE d.datname = current_database()), $1, session_user,"
	" (SELECT md5(string_agg(r::text, ';' ORDER BY r.oid)) FROM pg_roles r),"
	" (SELECT md5(string_agg(m::text, ';' ORDER BY m.roleid, m.member, m.grantor)) FROM pg_auth_members m),"
	" (SELECT jsonb_agg(jsonb_build_array(e.oid, e.xmin::text, e.extname, e.extversion, n.nspname, n.xmin::text)"
	"  ORDER BY e.oid) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace),"
	" (SELECT jsonb_build_array(n.oid, n.nspacl, n.nspowner) FROM pg_namespace n WHERE n.nspname = 'public'),"
	" (SELECT md5(string_agg(p.oid || ' ' || p.xmin::text, ';' ORDER BY p.oid)) FROM pg_proc p"
	"  WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.oid >= 16384),"
	" (SELECT md5(string_agg(t.oid || ' ' || t.xmin::text, ';' ORDER BY t.oid)) FROM pg_type t"
	"  WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.oid >= 16384),"
	" (SELECT md5(string_agg(o.oid || ' ' || o.xmin::text, ';' ORDER BY o.oid)) FROM pg_operator o"
	"  WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oid >= 16384),"
	" (SELECT md5(string_agg(s.name || '=' || s.setting, ';' ORDER BY s.name COLLATE \"C\")) FROM pg_settings s"
	"  WHERE (s.category LIKE 'Client Connection Defaults%' OR s.category LIKE 'Version and Platform%'"
	"   OR s.category IN ('Developer Options', 'Customized Options'))"
	"  AND s.setting IS DISTINCT FROM s.boot_val"
	"  AND s.name NOT IN ('search_path', 'client_min_messages', 'check_function_bodies',"
	"   'default_tablespace', 'default_table_access_method')"
	"  AND s.name !~ '^(.*timeout|transaction_.*|default_transaction_.*|migrator[.].*)$')"
	")::text",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

static MigQuery find = {
	.sql = "SELECT c.snapshot FROM migrator.model_cache c WHERE c.key = $1 LIMIT 1",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

static MigQuery store = {
	.sql = "INSERT INTO migrator.model_cache (key, snapshot) VALUES ($1, $2)",
	.read_only = false,
	.expect = SPI_OK_INSERT,
	.nargs = 2,
	.argtypes = {TEXTOID, JSONBOID}
};

static MigQuery trim = {
	.sql = "DELETE FROM migrator.model_cache WHERE id IN"
	" (SELECT c.id FROM migrator.model_cache c"
	"  WHERE c.id <= (SELECT max(m.id) FROM migrator.model_cache m) - " CACHED_ROWS
	"  FOR UPDATE SKIP LOCKED)",
	.read_only = false,
	.expect = SPI_OK_DELETE
};

/*
 * MigLedgerEnvironment
 *		What the snapshot of a text depends on besides the text, for this user.
 */
char *
MigLedgerEnvironment(const char *user)
{
	Datum		value = CStringGetTextDatum(user);
	char	   *result = NULL;

	(void) MigDbRead(&environment, &value, NULL, ReceiveText, &result);
	return result;
}

/*
 * MigLedgerFindModel
 *		The snapshot kept under a key, or NULL.
 */
Jsonb *
MigLedgerFindModel(const char *key)
{
	Datum		value = CStringGetTextDatum(key);
	Jsonb	   *result = NULL;

	(void) MigDbRead(&find, &value, NULL, ReceiveSnapshot, &result);
	return result;
}

/*
 * MigLedgerKeepModel
 *		Keep a snapshot, and give up the oldest.
 *
 * Not in a transaction that could fail for that, because another has given it up
 * already.
 */
void
MigLedgerKeepModel(const char *key, Jsonb *snapshot)
{
	Datum		values[2] = {CStringGetTextDatum(key), JsonbPGetDatum(snapshot)};
	MigDbScope	scope;

	if (IsolationUsesXactSnapshot())
		return;
	MigDbOpen(&scope);
	(void) MigDbExec(&store, values, NULL);
	(void) MigDbExec(&trim, NULL, NULL);
	MigDbClose(&scope);
}

static void
ReceiveText(TupleTableSlot *slot, void *arg)
{
	*(char **) arg = MigDbText(slot, 1);
}

static void
ReceiveSnapshot(TupleTableSlot *slot, void *arg)
{
	bool		isnull;

	*(Jsonb **) arg = DatumGetJsonbPCopy(slot_getattr(slot, 1, &isnull));
}
