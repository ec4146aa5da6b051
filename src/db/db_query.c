/*-------------------------------------------------------------------------
 * src/db/db_query.c
 *	  Run constant queries with the rights of the extension's owner.
 *
 * Rows are handed to a callback as the executor makes them, without a copy of
 * the whole result: a graph of 100,000 revisions is read this way.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "base/compat.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "db/db.h"
#include "miscadmin.h"
#include "parser/parser.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* A destination that calls a function for each row. */
typedef struct RowReceiver
{
	DestReceiver pub;
	MigDbRowFn	row;
	void	   *arg;
	MemoryContext context;		/* in which row runs */
} RowReceiver;

static void ScanRows(const char *table, const char *index, const char *const *keys, int nkeys,
					 int limit, MigDbRowFn row, void *arg);
static void FoundRow(TupleTableSlot *slot, void *arg);
static Oid	OurRelation(const char *name);
static Oid	ExtensionOwner(void);
static void Pin(const char *setting, const char *value);
static void PrepareQuery(MigQuery *query);
static uint64 RunQuery(MigQuery *query, Datum *values, const char *nulls, DestReceiver *dest);
static void ReceiverStartup(DestReceiver *self, int operation, TupleDesc desc);
static bool ReceiverRow(TupleTableSlot *slot, DestReceiver *self);
static void ReceiverEnd(DestReceiver *self);

/*
 * MigDbOpen
 *		Become the extension's owner, with a pinned search_path.
 *
 * Fills in scope for MigDbClose.
 */
void
MigDbOpen(MigDbScope *scope)
{
	GetUserIdAndSecContext(&scope->user, &scope->security);
	SetUserIdAndSecContext(ExtensionOwner(),
						   scope->security | SECURITY_LOCAL_USERID_CHANGE);
	scope->guc_level = NewGUCNestLevel();
	Pin("search_path", "pg_catalog, pg_temp");

	/*
	 * Our plans are kept while the tables grow under them, often from nothing
	 * to thousands of rows in one transaction, where no new statistics come
	 * in.  Whatever we look for has an index.
	 */
	Pin("enable_seqscan", "off");

	/* What has to be scanned all the same would look expensive enough for it. */
	Pin("jit", "off");

	/* A backslash in them is one. */
	if (!standard_conforming_strings)
		Pin("standard_conforming_strings", "on");
}

/*
 * MigDbClose
 *		Put back what MigDbOpen changed.
 */
void
MigDbClose(const MigDbScope *scope)
{
	AtEOXact_GUC(false, scope->guc_level);
	SetUserIdAndSecContext(scope->user, scope->security);
}

/*
 * MigDbExec
 *		Run a query for its effect.
 *
 * nulls is as for SPI_execute_plan; NULL means that no value is null.  Returns
 * the number of rows processed.  Errors of the query come through.
 */
uint64
MigDbExec(MigQuery *query, Datum *values, const char *nulls)
{
	return RunQuery(query, values, nulls, None_Receiver);
}

/*
 * MigDbEach
 *		Run a query and hand each of its rows to a function.
 *
 * The function runs in the caller's memory context.  Returns the number of
 * rows.
 */
uint64
MigDbEach(MigQuery *query, Datum *values, const char *nulls,
		  MigDbRowFn row, void *arg)
{
	RowReceiver receiver = {0};

	receiver.pub.receiveSlot = ReceiverRow;
	receiver.pub.rStartup = ReceiverStartup;
	receiver.pub.rShutdown = ReceiverEnd;
	receiver.pub.rDestroy = ReceiverEnd;
	receiver.pub.mydest = DestTuplestore;	/* SPI knows no better name */
	receiver.row = row;
	receiver.arg = arg;
	receiver.context = CurrentMemoryContext;

	return RunQuery(query, values, nulls, &receiver.pub);
}

/*
 * MigDbRead
 *		MigDbEach in a bracket of its own.
 */
uint64
MigDbRead(MigQuery *query, Datum *values, const char *nulls, MigDbRowFn row, void *arg)
{
	MigDbScope	scope;
	uint64		n;

	MigDbOpen(&scope);
	n = MigDbEach(query, values, nulls, row, arg);
	MigDbClose(&scope);
	return n;
}

/*
 * MigDbScan
 *		Hand the rows of one of our tables to a function, in the order of an
 *		index.
 *
 * Finds the rows that are equal to the keys, of type text, in the first
 * columns of the index.  This is for what every call has to read: it does
 * without parser, planner and plan, which would cost a new session more than
 * all the rest of a call that finds nothing to do.  It needs no MigDbOpen.
 */
void
MigDbScan(const char *table, const char *index, const char *const *keys, int nkeys,
		  MigDbRowFn row, void *arg)
{
	ScanRows(table, index, keys, nkeys, INT_MAX, row, arg);
}

/*
 * MigDbAny
 *		Would MigDbScan find a row?
 */
bool
MigDbAny(const char *table, const char *index, const char *const *keys, int nkeys)
{
	bool		found = false;

	ScanRows(table, index, keys, nkeys, 1, FoundRow, &found);
	return found;
}

static void
ScanRows(const char *table, const char *index, const char *const *keys, int nkeys,
		 int limit, MigDbRowFn row, void *arg)
{
	Relation	rel = table_open(OurRelation(table), AccessShareLock);
	Relation	index_rel = index_open(OurRelation(index), AccessShareLock);
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	IndexScanDesc scan = MigIndexBeginScan(rel, index_rel, GetActiveSnapshot(), nkeys);
	ScanKeyData scan_keys[INDEX_MAX_KEYS];

	for (int i = 0; i < nkeys; i++)
		ScanKeyInit(&scan_keys[i], i + 1, BTEqualStrategyNumber, F_TEXTEQ,
					CStringGetTextDatum(keys[i]));
	index_rescan(scan, scan_keys, nkeys, NULL, 0);
	while (limit-- > 0 && index_getnext_slot(scan, ForwardScanDirection, slot))
		row(slot, arg);
	index_endscan(scan);

	ExecDropSingleTupleTableSlot(slot);
	index_close(index_rel, AccessShareLock);
	table_close(rel, AccessShareLock);
}

static void
FoundRow(TupleTableSlot *slot pg_attribute_unused(), void *arg)
{
	*(bool *) arg = true;
}

/*
 * MigDbText
 *		A text column of the row, or NULL; allocated in the current context.
 */
char *
MigDbText(TupleTableSlot *slot, int column)
{
	bool		isnull;
	Datum		value = slot_getattr(slot, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/*
 * MigDbTextArray
 *		A text[] column of the row; NULL, with *n = 0, if it is null.
 *
 * Elements are never null in our tables.
 */
const char **
MigDbTextArray(TupleTableSlot *slot, int column, int *n)
{
	bool		isnull;
	Datum		value = slot_getattr(slot, column, &isnull);
	Datum	   *elements;
	const char **items;

	*n = 0;
	if (isnull)
		return NULL;

	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, NULL, n);
	items = palloc(sizeof(char *) * (*n + 1));
	for (int i = 0; i < *n; i++)
		items[i] = TextDatumGetCString(elements[i]);
	return items;
}

/*
 * MigDbArray
 *		A text[] of n items.
 */
Datum
MigDbArray(const char *const *items, int n)
{
	Datum	   *elements = palloc(sizeof(Datum) * (n + 1));

	for (int i = 0; i < n; i++)
		elements[i] = CStringGetTextDatum(items[i]);
	return PointerGetDatum(construct_array(elements, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * MigDbTextOrNull
 *		A text argument; sets *null to 'n' if text is NULL, else to ' '.
 */
Datum
MigDbTextOrNull(const char *text, char *null)
{
	*null = text == NULL ? 'n' : ' ';
	return text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

/* The OID of one of our tables or indexes. */
static Oid
OurRelation(const char *name)
{
	Oid			schema = get_namespace_oid("migrator", true);
	Oid			relation = OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;

	if (!OidIsValid(relation))
		ereport(ERROR,
				errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("extension \"%s\" does not exist", "migrator"),
				errhint("Use CREATE EXTENSION migrator."));
	return relation;
}

/* The owner of the extension is the owner of its tables. */
static Oid
ExtensionOwner(void)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(OurRelation("project")));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for table \"%s\"", "migrator.project");
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/* Change a setting until MigDbClose. */
static void
Pin(const char *setting, const char *value)
{
	(void) set_config_option(setting, value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/* Prepare the query, once in a session; its plan does not depend on values. */
static void
PrepareQuery(MigQuery *query)
{
	SPIPlanPtr	plan = SPI_prepare_cursor(query->sql, query->nargs, query->argtypes,
										  CURSOR_OPT_GENERIC_PLAN);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	if (SPI_keepplan(plan) != 0)
		elog(ERROR, "SPI_keepplan failed");
	query->plan = plan;
}

/* Run a query with its rows going to dest. */
static uint64
RunQuery(MigQuery *query, Datum *values, const char *nulls, DestReceiver *dest)
{
	ParamListInfo params = NULL;
	SPIExecuteOptions options = {0};
	int			result;
	uint64		processed;

	if (query->nargs > 0)
	{
		params = makeParamList(query->nargs);
		for (int i = 0; i < query->nargs; i++)
		{
			params->params[i].value = values[i];
			params->params[i].isnull = nulls != NULL && nulls[i] == 'n';
			params->params[i].pflags = PARAM_FLAG_CONST;
			params->params[i].ptype = query->argtypes[i];
		}
	}

	SPI_connect();
	if (query->plan == NULL)
		PrepareQuery(query);
	options.params = params;
	options.read_only = query->read_only;
	options.dest = dest;
	result = SPI_execute_plan_extended(query->plan, &options);
	if (result != query->expect)
		elog(ERROR, "query returned %s: %s", SPI_result_code_string(result), query->sql);
	processed = SPI_processed;
	SPI_finish();
	return processed;
}

static void
ReceiverStartup(DestReceiver *self pg_attribute_unused(), int operation pg_attribute_unused(),
				TupleDesc desc pg_attribute_unused())
{
}

static bool
ReceiverRow(TupleTableSlot *slot, DestReceiver *self)
{
	RowReceiver *receiver = (RowReceiver *) self;
	MemoryContext old = MemoryContextSwitchTo(receiver->context);

	receiver->row(slot, receiver->arg);
	MemoryContextSwitchTo(old);
	return true;
}

static void
ReceiverEnd(DestReceiver *self pg_attribute_unused())
{
}
