/*-------------------------------------------------------------------------
 * src/db/db_table.c
 *	  Tables of other people: where they are, and what is in them.
 *
 * Anybody may own such a table.  Its rows are read by a scan of its heap and the
 * output functions of its columns, which only superusers can make: no query is
 * planned, so that no view, rule, policy, expression or cast of its owner's runs
 * with our caller's rights.  They are changed as their owner, for the same reason.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "db/db.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

static Relation OpenTable(const MigDbTable *table, LOCKMODE mode);
static char *OutputValue(TupleTableSlot *slot, const char *column);
static void ReceiveTable(TupleTableSlot *slot, void *arg);

static MigQuery find_query = {
	.sql = "SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relname::pg_catalog.text,"
	"  c.relkind OPERATOR(pg_catalog.=) 'r' AND NOT c.relrowsecurity,"
	"  pg_catalog.has_schema_privilege($3, n.oid, 'USAGE') AND pg_catalog.has_table_privilege($3, c.oid, 'SELECT'),"
	"  EXISTS (SELECT FROM pg_catalog.pg_class s WHERE s.relnamespace OPERATOR(pg_catalog.=) c.relnamespace"
	"   AND s.relname OPERATOR(pg_catalog.=) 'ar_internal_metadata'),"
	"  (SELECT pg_catalog.array_agg(a.attname::pg_catalog.text) FROM pg_catalog.pg_attribute a"
	"   WHERE a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped),"
	"  pg_catalog.has_table_privilege($3, c.oid, 'UPDATE')"
	" FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
	" WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,v,m,p,f}')"
	"  AND CASE WHEN $2 OPERATOR(pg_catalog.=) 0::pg_catalog.oid THEN"
	"    c.relname OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.name[])"
	"    AND n.nspname OPERATOR(pg_catalog.!~) '^pg_' AND n.nspname OPERATOR(pg_catalog.<>) 'migrator'"
	"   ELSE c.oid OPERATOR(pg_catalog.=) $2 END"
	" ORDER BY n.nspname, c.relname",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {TEXTARRAYOID, OIDOID, OIDOID}
};

/*
 * MigDbFindTables
 *		The tables of these names in all schemas of users, or only the one of this
 *		Oid: a List of MigDbTable, by schema and name.
 */
List *
MigDbFindTables(const char *const *names, int n, Oid table)
{
	Datum		values[3] = {MigDbArray(names, n), ObjectIdGetDatum(table), ObjectIdGetDatum(GetUserId())};
	List	   *tables = NIL;

	(void) MigDbRead(&find_query, values, NULL, ReceiveTable, &tables);
	return tables;
}

static void
ReceiveTable(TupleTableSlot *slot, void *arg)
{
	List	  **tables = arg;
	MigDbTable *table = palloc0(sizeof(MigDbTable));
	bool		isnull;

	table->oid = DatumGetObjectId(slot_getattr(slot, 1, &isnull));
	table->name = MigDbText(slot, 2);
	table->relname = MigDbText(slot, 3);
	table->is_plain = DatumGetBool(slot_getattr(slot, 4, &isnull));
	table->is_readable = DatumGetBool(slot_getattr(slot, 5, &isnull));
	table->is_rails = DatumGetBool(slot_getattr(slot, 6, &isnull));
	table->columns = MigDbTextArray(slot, 7, &table->ncolumns);
	table->is_writable = DatumGetBool(slot_getattr(slot, 8, &isnull));
	*tables = lappend(*tables, table);
}

/*
 * MigDbHasColumn
 *		Has the table a column of that name?
 */
bool
MigDbHasColumn(const MigDbTable *table, const char *column)
{
	for (int i = 0; i < table->ncolumns; i++)
		if (strcmp(table->columns[i], column) == 0)
			return true;
	return false;
}

/*
 * MigDbReadTable
 *		Hand the rows of a table, as texts of these columns, to a function.
 *
 * The table is plain and readable.  Uses the active snapshot.
 */
void
MigDbReadTable(const MigDbTable *table, const char *const *columns, int ncolumns,
			   void (*row) (const char **values, void *arg), void *arg)
{
	Relation	rel = OpenTable(table, AccessShareLock);
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	TableScanDesc scan;

	scan = table_beginscan(rel, GetActiveSnapshot(), 0, NULL);
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		const char **values = palloc(sizeof(char *) * ncolumns);

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < ncolumns; i++)
			values[i] = OutputValue(slot, columns[i]);
		row(values, arg);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	table_close(rel, AccessShareLock);
}

/*
 * MigDbChangeTable
 *		Run a query that was made for this call and changes a table.
 *
 * It runs as the owner of the table, in a security-restricted operation, since
 * triggers and expressions of the owner's may be a part of it; whether the
 * current user may do it is for the caller to see.  The table is plain.  No value
 * is null.  Returns the number of rows processed.
 */
uint64
MigDbChangeTable(const MigDbTable *table, MigQuery *query, Datum *values)
{
	Relation	rel = OpenTable(table, RowExclusiveLock);
	int			guc_level = NewGUCNestLevel();
	Oid			user;
	int			security;
	int			result;
	uint64		processed;

	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(rel->rd_rel->relowner, security | SECURITY_RESTRICTED_OPERATION);
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	SPI_connect();
	result = SPI_execute_with_args(query->sql, query->nargs, query->argtypes,
								   values, NULL, query->read_only, 0);
	if (result != query->expect)
		elog(ERROR, "query returned %s: %s", SPI_result_code_string(result), query->sql);
	processed = SPI_processed;
	SPI_finish();
	AtEOXact_GUC(false, guc_level);
	SetUserIdAndSecContext(user, security);
	table_close(rel, NoLock);
	return processed;
}

/* Open a table, which may have become something else since it was looked up. */
static Relation
OpenTable(const MigDbTable *table, LOCKMODE mode)
{
	Relation	rel = table_open(table->oid, mode);

	if (rel->rd_rel->relkind != RELKIND_RELATION || rel->rd_rel->relrowsecurity)
		ereport(ERROR,
				errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("%s is not an ordinary table", table->name));
	return rel;
}

/*
 * The value of a column as text, or NULL; bytea as lower-case hex, whatever
 * bytea_output says.
 */
static char *
OutputValue(TupleTableSlot *slot, const char *column)
{
	TupleDesc	desc = slot->tts_tupleDescriptor;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		Oid			output;
		bool		is_varlena;
		bool		isnull;
		Datum		value;

		if (attribute->attisdropped || strcmp(NameStr(attribute->attname), column) != 0)
			continue;
		value = slot_getattr(slot, i + 1, &isnull);
		if (isnull)
			return NULL;
		if (attribute->atttypid == BYTEAOID)
		{
			bytea	   *bytes = DatumGetByteaPP(value);
			char	   *hex = palloc0(2 * VARSIZE_ANY_EXHDR(bytes) + 1);

			hex_encode(VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes), hex);
			return hex;
		}
		getTypeOutputInfo(attribute->atttypid, &output, &is_varlena);
		return OidOutputFunctionCall(output, value);
	}
	elog(ERROR, "column \"%s\" has disappeared", column);
}
