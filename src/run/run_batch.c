/*-------------------------------------------------------------------------
 * src/run/run_batch.c
 *	  A statement for a part of a table, by the table's key.
 *
 * The statement is parsed and analyzed by the server; then a condition on the
 * key is put into the query where the rows of the table come from.  No text is
 * changed, so that it does not matter how the statement is written, and the
 * condition uses the operators of the key's index, whatever search_path says.
 *
 * The keys themselves are found with a query that is made in the same way.
 * Everything runs with the caller's rights.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "base/compat.h"
#include "catalog/pg_am.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "parser/analyze.h"
#include "parser/parse_relation.h"
#include "parser/parser.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

/* Where the rows of the table come from in a query. */
typedef struct Source
{
	Query	   *query;			/* NULL: nowhere */
	int			relation;		/* range table index */
} Source;

/* A destination that keeps the first and the last key. */
typedef struct KeyReceiver
{
	DestReceiver pub;
	const MigBatcher *batcher;
	MemoryContext context;		/* for the keys */
	TupleTableSlot *slot;		/* the last row */
	int64		n;
	MigKey	   *first;
	MigKey	   *last;
} KeyReceiver;

static void TakeIndex(MigBatcher *batcher, Relation table, const char *key);
static Oid	NamedIndex(Relation table, const char *key);
static const char *WhyNotIndex(Relation table, Relation index);
static bool IsOrdinaryColumn(Relation table, Relation index, int column);
static void TakeColumn(MigBatcher *batcher, Relation table, Relation index, int column);
static Node *ParsePending(const char *pending);
static void CheckStatement(MigBatcher *batcher);
static Query *Analyze(const RawStmt *parse, const char *sql);
static Source FindSource(const MigBatcher *batcher, Query *query);
static void FindSourceIn(const MigBatcher *batcher, Query *query, Source *source, int *n);
static void FindInFrom(const MigBatcher *batcher, Query *query, Node *from, bool nullable,
					   Source *source, int *n);
static bool IsPlain(const Query *query);
static int64 FindKeys(const MigBatcher *batcher, const MigRange *range, int64 offset, int64 limit,
					  MigKey *first, MigKey *end);
static void AddRange(const MigBatcher *batcher, const Source *source, const MigRange *range);
static void AddPending(const MigBatcher *batcher, const Source *source);
static Node *Compare(const MigBatcher *batcher, int relation, int from, int strategy, const MigKey *key);
static Node *CompareColumn(const MigKeyColumn *column, int relation, int strategy, Datum value);
static Node *ColumnExpr(const MigKeyColumn *column, int relation);
static Node *ValueExpr(const MigKeyColumn *column, Datum value);
static Node *Relabel(const MigKeyColumn *column, Node *expr);
static uint64 Execute(Query *query, const char *sql, int options, DestReceiver *dest);
static Query *KeyQuery(const MigBatcher *batcher, const char *columns, const char *rest);
static int64 ReadKeys(const MigBatcher *batcher, Query *query, MigKey *first, MigKey *last);
static void AddPendingPlace(void *arg);
static void ReceiverStartup(DestReceiver *self, int operation, TupleDesc desc);
static bool ReceiverRow(TupleTableSlot *slot, DestReceiver *self);
static void ReceiverShutdown(DestReceiver *self);
static void ReceiverDestroy(DestReceiver *self);
static void CopyKey(const MigBatcher *batcher, TupleTableSlot *slot, MigKey *key);
static int	PinFormats(void);

/*
 * MigRunBatchOpen
 *		Prepare to run a statement over parts of a table.
 *
 * key names a unique index of the table, NULL its primary key; pending is a
 * condition on its rows, or NULL.  Needs an active snapshot.  Raises an error
 * unless the statement takes rows of the table in a way that can be done by
 * parts.  The result, and what it refers to, outlives transactions if the
 * current context does.
 */
MigBatcher *
MigRunBatchOpen(Oid relation, const MigStatement *statement, const char *pending, const char *key)
{
	MigBatcher *batcher = palloc0(sizeof(MigBatcher));
	Relation	table = table_open(relation, AccessShareLock);
	const char *name = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(table)),
												  RelationGetRelationName(table));

	if (table->rd_rel->relkind != RELKIND_RELATION &&
		table->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR,
				errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("\"%s\" is not a table", RelationGetRelationName(table)));
	batcher->statement = statement;
	batcher->relation = relation;
	batcher->relation_name = pstrdup(name);
	if (pending != NULL)
	{
		batcher->pending = pstrdup(pending);
		batcher->pending_parse = ParsePending(batcher->pending);
	}
	TakeIndex(batcher, table, key);
	CheckStatement(batcher);
	if (batcher->descends && table->rd_rel->relkind == RELKIND_RELATION &&
		find_inheritance_children(relation, NoLock) != NIL)
		ereport(ERROR,
				errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("other tables inherit from table \"%s\"", RelationGetRelationName(table)),
				errdetail("Its key says nothing about their rows."),
				errhint("Write ONLY in the statement, and backfill them one by one."));
	table_close(table, NoLock);
	return batcher;
}

/*
 * MigRunBatchFind
 *		Find the keys of the next rows, at most limit.
 *
 * These are rows behind after (or from the beginning, if that is NULL) up to
 * last, for which the condition is true, if there is one.  Returns how many
 * there are; if there are any, *end becomes the key of the last one and, if
 * there is a condition, *first that of the first one, allocated in the current
 * context.
 */
int64
MigRunBatchFind(const MigBatcher *batcher, const MigKey *after, const MigKey *last, int64 limit,
				MigKey *first, MigKey *end)
{
	MigRange	range = {.low = after,.high = last};

	/* without a condition, most often the last one is all that matters */
	if (batcher->pending_parse == NULL && limit > 1 &&
		FindKeys(batcher, &range, limit - 1, 1, first, end) == 1)
		return limit;
	return FindKeys(batcher, &range, 0, limit, first, end);
}

static int64
FindKeys(const MigBatcher *batcher, const MigRange *range, int64 offset, int64 limit,
		 MigKey *first, MigKey *end)
{
	Source		source = {.relation = 1};
	int64		n;

	PushActiveSnapshot(GetTransactionSnapshot());
	source.query = KeyQuery(batcher, batcher->columns,
							psprintf(" ORDER BY %s OFFSET " INT64_FORMAT " LIMIT " INT64_FORMAT,
									 batcher->ascending, offset, limit));
	AddRange(batcher, &source, range);
	n = ReadKeys(batcher, source.query, first, end);
	PopActiveSnapshot();
	return n;
}

/*
 * MigRunBatchGreatest
 *		Find the greatest key of all rows; false if there is none.
 */
bool
MigRunBatchGreatest(const MigBatcher *batcher, MigKey *key)
{
	MigBatcher	all = *batcher;
	MigKey		first;
	bool		found;

	all.pending_parse = NULL;
	PushActiveSnapshot(GetTransactionSnapshot());
	found = ReadKeys(batcher, KeyQuery(&all, all.columns,
									   psprintf(" ORDER BY %s LIMIT 1", all.descending)),
					 &first, key) > 0;
	PopActiveSnapshot();
	return found;
}

/*
 * MigRunBatchCount
 *		How many rows there are for which the condition is true.
 */
int64
MigRunBatchCount(const MigBatcher *batcher)
{
	int64		n;

	PushActiveSnapshot(GetTransactionSnapshot());
	n = (int64) Execute(KeyQuery(batcher, "", ""), batcher->relation_name, CURSOR_OPT_PARALLEL_OK,
						None_Receiver);
	PopActiveSnapshot();
	return n;
}

/*
 * MigRunBatchEstimate
 *		How many the planner thinks there are, with the condition or without.
 */
int64
MigRunBatchEstimate(const MigBatcher *batcher, bool with_condition)
{
	MigBatcher	all = *batcher;
	List	   *plans;
	int64		n;

	if (!with_condition)
		all.pending_parse = NULL;
	PushActiveSnapshot(GetTransactionSnapshot());
	plans = pg_plan_queries(pg_rewrite_query(KeyQuery(&all, "", "")), all.relation_name, 0, NULL);
	n = (int64) linitial_node(PlannedStmt, plans)->planTree->plan_rows;
	PopActiveSnapshot();
	return n;
}

/*
 * MigRunBatch
 *		Run the statement for the rows of a range; returns how many it processed.
 */
uint64
MigRunBatch(const MigBatcher *batcher, const MigRange *range)
{
	Query	   *query;
	Source		source;
	uint64		n;

	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	query = Analyze(batcher->statement->parse, batcher->statement->text);
	source = FindSource(batcher, query);
	AddRange(batcher, &source, range);
	if (batcher->pending_parse != NULL)
		AddPending(batcher, &source);
	n = Execute(query, batcher->statement->text, CURSOR_OPT_PARALLEL_OK, None_Receiver);
	MigRunHistoryRows(n);
	PopActiveSnapshot();
	return n;
}

/*
 * MigRunBatchKeyTexts
 *		A key as texts that are the same whatever the settings.
 */
const char **
MigRunBatchKeyTexts(const MigBatcher *batcher, const MigKey *key)
{
	const char **texts = palloc(sizeof(char *) * batcher->nkeys);
	int			level = PinFormats();

	for (int i = 0; i < batcher->nkeys; i++)
	{
		Oid			output;
		bool		is_varlena;

		getTypeOutputInfo(batcher->keys[i].type, &output, &is_varlena);
		texts[i] = OidOutputFunctionCall(output, key->values[i]);
	}
	AtEOXact_GUC(false, level);
	return texts;
}

/*
 * MigRunBatchParseKey
 *		The way back.
 */
void
MigRunBatchParseKey(const MigBatcher *batcher, const char *const *texts, MigKey *key)
{
	int			level = PinFormats();

	for (int i = 0; i < batcher->nkeys; i++)
	{
		Oid			input;
		Oid			param;

		getTypeInputInfo(batcher->keys[i].type, &input, &param);
		key->values[i] = OidInputFunctionCall(input, unconstify(char *, texts[i]), param,
											  batcher->keys[i].typmod);
	}
	AtEOXact_GUC(false, level);
}

/* Take the columns of the key. */
static void
TakeIndex(MigBatcher *batcher, Relation table, const char *key)
{
	Oid			oid = key != NULL ? NamedIndex(table, key) : MigPrimaryKeyIndex(table);
	Relation	index;
	const char *why;
	StringInfoData columns;
	StringInfoData descending;

	if (!OidIsValid(oid))
		ereport(ERROR,
				errcode(ERRCODE_UNDEFINED_OBJECT),
				key == NULL
				? errmsg("table \"%s\" has no primary key", RelationGetRelationName(table))
				: errmsg("table \"%s\" has no index \"%s\"", RelationGetRelationName(table), key),
				errhint("Name a unique index whose columns are all NOT NULL."));
	index = index_open(oid, AccessShareLock);
	why = WhyNotIndex(table, index);
	if (why != NULL)
		ereport(ERROR,
				errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("a backfill cannot go along index \"%s\"", RelationGetRelationName(index)),
				errdetail_internal("%s", why),
				errhint("Name a unique index whose columns are all NOT NULL."));
	initStringInfo(&columns);
	initStringInfo(&descending);
	for (int i = 0; i < index->rd_index->indnkeyatts; i++)
	{
		const char *name = quote_identifier(NameStr(TupleDescAttr(RelationGetDescr(table),
																  index->rd_index->indkey.values[i] - 1)->attname));

		TakeColumn(batcher, table, index, i);
		appendStringInfo(&columns, "%s%s", i == 0 ? "" : ", ", name);
		appendStringInfo(&descending, "%s%s DESC", i == 0 ? "" : ", ", name);
	}
	batcher->columns = batcher->ascending = columns.data;
	batcher->descending = descending.data;
	index_close(index, NoLock);
}

static Oid
NamedIndex(Relation table, const char *key)
{
	List	   *indexes = RelationGetIndexList(table);
	ListCell   *lc;

	foreach(lc, indexes)
	{
		char	   *name = get_rel_name(lfirst_oid(lc));

		if (name != NULL && strcmp(name, key) == 0)
			return lfirst_oid(lc);
	}
	return InvalidOid;
}

/* Why an index says not exactly where each row is, or NULL. */
static const char *
WhyNotIndex(Relation table, Relation index)
{
	const Form_pg_index form = index->rd_index;

	if (index->rd_rel->relam != BTREE_AM_OID)
		return "It is not a B-tree.";
	if (!form->indisunique)
		return "It is not unique.";
	if (!form->indisvalid)
		return "It is not valid.";
	if (!form->indimmediate)
		return "It is deferrable.";
	if (RelationGetIndexPredicate(index) != NIL)
		return "It is partial.";
	for (int i = 0; i < form->indnkeyatts; i++)
		if (!IsOrdinaryColumn(table, index, i))
			return "Its columns are not all NOT NULL, in the order and collation of their type, and in the same direction.";
	return NULL;
}

static bool
IsOrdinaryColumn(Relation table, Relation index, int column)
{
	AttrNumber	number = index->rd_index->indkey.values[column];
	Form_pg_attribute att;
	Oid			opclass;

	if (number <= 0)
		return false;
	att = TupleDescAttr(RelationGetDescr(table), number - 1);
	opclass = GetDefaultOpClass(att->atttypid, BTREE_AM_OID);
	return att->attnotnull && OidIsValid(opclass) &&
		get_opclass_family(opclass) == index->rd_opfamily[column] &&
		index->rd_indcollation[column] == att->attcollation &&
		(index->rd_indoption[column] & INDOPTION_DESC) == (index->rd_indoption[0] & INDOPTION_DESC);
}

static void
TakeColumn(MigBatcher *batcher, Relation table, Relation index, int column)
{
	MigKeyColumn *key = &batcher->keys[batcher->nkeys++];
	Form_pg_attribute att;

	key->number = index->rd_index->indkey.values[column];
	att = TupleDescAttr(RelationGetDescr(table), key->number - 1);
	key->name = pstrdup(NameStr(att->attname));
	key->type = att->atttypid;
	key->typmod = att->atttypmod;
	key->collation = att->attcollation;
	key->len = att->attlen;
	key->by_value = att->attbyval;
	key->family = index->rd_opfamily[column];
	key->operand = index->rd_opcintype[column];
}

/* Parse a condition: an expression, and nothing behind it. */
static Node *
ParsePending(const char *pending)
{
	ErrorContextCallback callback = {.callback = AddPendingPlace,.arg = unconstify(char *, pending)};
	SelectStmt *select;
	ResTarget  *target;

	callback.previous = error_context_stack;
	error_context_stack = &callback;
	select = castNode(SelectStmt,
					  linitial_node(RawStmt, raw_parser(pending, RAW_PARSE_PLPGSQL_EXPR))->stmt);
	target = list_length(select->targetList) == 1 ? linitial_node(ResTarget, select->targetList) : NULL;
	if (target == NULL || target->name != NULL || select->fromClause != NIL ||
		select->whereClause != NULL || select->groupClause != NIL || select->havingClause != NULL ||
		select->windowClause != NIL || select->sortClause != NIL || select->limitCount != NULL ||
		select->limitOffset != NULL || select->lockingClause != NIL || select->distinctClause != NIL ||
		select->withClause != NULL || select->op != SETOP_NONE)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("\"%s\" is not a condition", pending),
				errhint("Write what could follow WHERE."));
	error_context_stack = callback.previous;
	return target->val;
}

/* See, before anything runs, that the statement can be run by parts. */
static void
CheckStatement(MigBatcher *batcher)
{
	Query	   *query = Analyze(batcher->statement->parse, batcher->statement->text);
	Source		source = FindSource(batcher, query);

	batcher->descends = rt_fetch(source.relation, source.query->rtable)->inh;
	if (batcher->pending_parse != NULL)
		AddPending(batcher, &source);
}

/* Parse analysis scribbles on its input. */
static Query *
Analyze(const RawStmt *parse, const char *sql)
{
	return parse_analyze_fixedparams(copyObject(unconstify(RawStmt *, parse)), sql, NULL, 0, NULL);
}

/*
 * Find where the statement takes its rows of the table from: it updates or
 * deletes them, itself or in a WITH query, or inserts or calls something for
 * each of them.
 */
static Source
FindSource(const MigBatcher *batcher, Query *query)
{
	Source		source = {0};
	int			n = 0;
	ListCell   *lc;

	FindSourceIn(batcher, query, &source, &n);
	foreach(lc, query->cteList)
	{
		Query	   *part = castNode(Query, lfirst_node(CommonTableExpr, lc)->ctequery);

		if (part->commandType == CMD_UPDATE || part->commandType == CMD_DELETE)
			FindSourceIn(batcher, part, &source, &n);
	}
	if (n == 1)
		return source;
	ereport(ERROR,
			errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			n == 0
			? errmsg("the statement cannot be run by parts of table %s", batcher->relation_name)
			: errmsg("the statement uses table %s more than once", batcher->relation_name),
			errdetail("A part of the table is a range of its key, which has to be put into the statement in one place."),
			errhint("Use an UPDATE or DELETE of the table, or an INSERT ... SELECT or SELECT from it without grouping, sorting, LIMIT and the like."));
}

static void
FindSourceIn(const MigBatcher *batcher, Query *query, Source *source, int *n)
{
	ListCell   *lc;

	switch (query->commandType)
	{
		case CMD_UPDATE:
		case CMD_DELETE:
			if (rt_fetch(query->resultRelation, query->rtable)->relid == batcher->relation)
			{
				*source = (Source)
				{
					query, query->resultRelation
				};
				(*n)++;
			}
			break;
		case CMD_INSERT:
			foreach(lc, query->jointree->fromlist)
			{
				RangeTblRef *ref = lfirst(lc);

				if (IsA(ref, RangeTblRef) &&
					rt_fetch(ref->rtindex, query->rtable)->rtekind == RTE_SUBQUERY)
					FindSourceIn(batcher, rt_fetch(ref->rtindex, query->rtable)->subquery, source, n);
			}
			break;
		case CMD_SELECT:
			if (IsPlain(query))
				foreach(lc, query->jointree->fromlist)
			{
				FindInFrom(batcher, query, lfirst(lc), false, source, n);
			}
			break;
		default:
			break;
	}
}

/* A part of FROM; rows on the nullable side of a join must all be there. */
static void
FindInFrom(const MigBatcher *batcher, Query *query, Node *from, bool nullable,
		   Source *source, int *n)
{
	JoinExpr   *join;

	check_stack_depth();
	if (IsA(from, RangeTblRef))
	{
		int			index = castNode(RangeTblRef, from)->rtindex;
		RangeTblEntry *rte = rt_fetch(index, query->rtable);

		if (rte->rtekind == RTE_RELATION && rte->relid == batcher->relation && !nullable &&
			rte->tablesample == NULL)
		{
			*source = (Source)
			{
				query, index
			};
			(*n)++;
		}
		return;
	}
	join = castNode(JoinExpr, from);
	FindInFrom(batcher, query, join->larg,
			   nullable || join->jointype == JOIN_RIGHT || join->jointype == JOIN_FULL, source, n);
	FindInFrom(batcher, query, join->rarg,
			   nullable || join->jointype == JOIN_LEFT || join->jointype == JOIN_FULL, source, n);
}

/* Whether each row of FROM gives rows of its own, whatever others there are. */
static bool
IsPlain(const Query *query)
{
	return query->setOperations == NULL && query->groupClause == NIL && query->groupingSets == NIL &&
		!query->hasAggs && !query->hasWindowFuncs && query->havingQual == NULL &&
		query->distinctClause == NIL && query->sortClause == NIL &&
		query->limitCount == NULL && query->limitOffset == NULL;
}

/*
 * Put the range into the query.
 *
 * Where the first columns of both ends are equal, they are compared with =: the
 * planner then sees how small a part it is.  For the same reason the next column
 * gets conditions of its own beside the comparison of rows.
 */
static void
AddRange(const MigBatcher *batcher, const Source *source, const MigRange *range)
{
	Node	   *quals = source->query->jointree->quals;
	int			low = range->low_included ? BTGreaterEqualStrategyNumber : BTGreaterStrategyNumber;
	int			from = 0;

	while (range->low != NULL && range->high != NULL && from < batcher->nkeys &&
		   datumIsEqual(range->low->values[from], range->high->values[from],
						batcher->keys[from].by_value, batcher->keys[from].len))
	{
		quals = make_and_qual(quals, CompareColumn(&batcher->keys[from], source->relation,
												   BTEqualStrategyNumber, range->low->values[from]));
		from++;
	}
	if (from == batcher->nkeys && !range->low_included)
		quals = make_and_qual(quals, makeBoolConst(false, false));
	for (int side = 0; side < 2 && from < batcher->nkeys; side++)
	{
		const MigKey *key = side == 0 ? range->low : range->high;
		int			strategy = side == 0 ? low : BTLessEqualStrategyNumber;

		if (key == NULL)
			continue;
		quals = make_and_qual(quals, Compare(batcher, source->relation, from, strategy, key));
		if (from + 1 < batcher->nkeys)
			quals = make_and_qual(quals, CompareColumn(&batcher->keys[from], source->relation,
													   side == 0 ? BTGreaterEqualStrategyNumber : BTLessEqualStrategyNumber,
													   key->values[from]));
	}
	source->query->jointree->quals = quals;
}

/* Put the condition into the query. */
static void
AddPending(const MigBatcher *batcher, const Source *source)
{
	Query	   *pending = KeyQuery(batcher, "", "");
	Node	   *quals = pending->jointree->quals;

	ChangeVarNodes(quals, 1, source->relation, 0);
	source->query->jointree->quals = make_and_qual(source->query->jointree->quals, quals);
	source->query->hasSubLinks |= pending->hasSubLinks;
}

/* Compare the columns of the key from one on with values. */
static Node *
Compare(const MigBatcher *batcher, int relation, int from, int strategy, const MigKey *key)
{
	List	   *operators = NIL;
	List	   *families = NIL;
	List	   *collations = NIL;
	List	   *left = NIL;
	List	   *right = NIL;

	if (from + 1 == batcher->nkeys)
		return CompareColumn(&batcher->keys[from], relation, strategy, key->values[from]);
	for (int i = from; i < batcher->nkeys; i++)
	{
		const MigKeyColumn *column = &batcher->keys[i];

		operators = lappend_oid(operators, get_opfamily_member(column->family, column->operand,
															   column->operand, strategy));
		families = lappend_oid(families, column->family);
		collations = lappend_oid(collations, column->collation);
		left = lappend(left, ColumnExpr(column, relation));
		right = lappend(right, ValueExpr(column, key->values[i]));
	}
	return MigRowCompare(strategy, operators, families, collations, left, right);
}

static Node *
CompareColumn(const MigKeyColumn *column, int relation, int strategy, Datum value)
{
	Oid			operator = get_opfamily_member(column->family, column->operand, column->operand,
											   strategy);

	return (Node *) make_opclause(operator, BOOLOID, false,
								  (Expr *) ColumnExpr(column, relation),
								  (Expr *) ValueExpr(column, value),
								  InvalidOid, column->collation);
}

static Node *
ColumnExpr(const MigKeyColumn *column, int relation)
{
	return Relabel(column, (Node *) makeVar(relation, column->number, column->type, column->typmod,
											column->collation, 0));
}

static Node *
ValueExpr(const MigKeyColumn *column, Datum value)
{
	return Relabel(column, (Node *) makeConst(column->type, column->typmod, column->collation,
											  column->len, value, false, column->by_value));
}

/* A varchar is compared as a text, a domain as what it is over. */
static Node *
Relabel(const MigKeyColumn *column, Node *expr)
{
	Oid			type = column->operand;

	if (type == ANYARRAYOID || type == ANYENUMOID || type == ANYRANGEOID || type == ANYMULTIRANGEOID ||
		type == RECORDOID)
		type = getBaseType(column->type);
	if (type == column->type)
		return expr;
	return (Node *) makeRelabelType((Expr *) expr, type, -1, column->collation, COERCE_IMPLICIT_CAST);
}

/* Rewrite, plan and run a query under the active snapshot; how many rows it processed. */
static uint64
Execute(Query *query, const char *sql, int options, DestReceiver *dest)
{
	List	   *plans = pg_plan_queries(pg_rewrite_query(query), sql, options, NULL);
	uint64		n = 0;
	ListCell   *lc;

	foreach(lc, plans)
	{
		PlannedStmt *plan = lfirst_node(PlannedStmt, lc);
		uint64		processed = MigRunPlan(plan, sql, dest);

		if (plan->canSetTag)
			n = processed;
	}
	return n;
}

/* A query for columns of the pending rows of the table. */
static Query *
KeyQuery(const MigBatcher *batcher, const char *columns, const char *rest)
{
	char	   *sql = psprintf("SELECT %s FROM %s%s%s", columns, batcher->descends ? "" : "ONLY ",
							   batcher->relation_name, rest);
	RawStmt    *parse = linitial_node(RawStmt, raw_parser(sql, RAW_PARSE_DEFAULT));
	ErrorContextCallback callback = {.callback = AddPendingPlace,.arg = batcher->pending};
	Query	   *query;

	castNode(SelectStmt, parse->stmt)->whereClause = copyObject(batcher->pending_parse);
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	query = parse_analyze_fixedparams(parse, batcher->pending == NULL ? sql : batcher->pending,
									  NULL, 0, NULL);
	error_context_stack = callback.previous;
	if (rt_fetch(1, query->rtable)->relid != batcher->relation)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("table %s is not the one that it was when the backfill began",
					   batcher->relation_name));
	return query;
}

/* Read the first and the last key of a query that has an index for its order. */
static int64
ReadKeys(const MigBatcher *batcher, Query *query, MigKey *first, MigKey *last)
{
	KeyReceiver receiver = {
		.pub = {ReceiverRow, ReceiverStartup, ReceiverShutdown, ReceiverDestroy, DestTuplestore},
		.batcher = batcher,
		.context = CurrentMemoryContext,
		.first = first,
		.last = last
	};
	int			level = NewGUCNestLevel();

	/* the planner may know nothing of a table that has just been filled */
	(void) set_config_option("enable_seqscan", "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("jit", "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("enable_sort", "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	(void) Execute(query, batcher->relation_name, 0, &receiver.pub);
	AtEOXact_GUC(false, level);
	return receiver.n;
}

/* A position in the condition is none in what the client has sent. */
static void
AddPendingPlace(void *arg)
{
	const char *pending = arg;
	int			position = geterrposition();

	if (position > 0 && pending != NULL)
	{
		internalerrposition(position);
		internalerrquery(pending);
		errposition(0);
	}
	if (pending != NULL)
		errcontext("condition for the rows still to do");
}

static void
ReceiverStartup(DestReceiver *self, int operation pg_attribute_unused(), TupleDesc desc)
{
	KeyReceiver *receiver = (KeyReceiver *) self;

	receiver->slot = MakeSingleTupleTableSlot(desc, &TTSOpsMinimalTuple);
}

static bool
ReceiverRow(TupleTableSlot *slot, DestReceiver *self)
{
	KeyReceiver *receiver = (KeyReceiver *) self;

	if (receiver->n++ == 0)
	{
		MemoryContext old = MemoryContextSwitchTo(receiver->context);

		CopyKey(receiver->batcher, slot, receiver->first);
		MemoryContextSwitchTo(old);
	}
	ExecCopySlot(receiver->slot, slot);
	return true;
}

static void
ReceiverShutdown(DestReceiver *self)
{
	KeyReceiver *receiver = (KeyReceiver *) self;

	if (receiver->n > 0)
	{
		MemoryContext old = MemoryContextSwitchTo(receiver->context);

		CopyKey(receiver->batcher, receiver->slot, receiver->last);
		MemoryContextSwitchTo(old);
	}
	ExecDropSingleTupleTableSlot(receiver->slot);
}

static void
ReceiverDestroy(DestReceiver *self pg_attribute_unused())
{
}

/* Copy a key; what is stored out of line would go away with its row. */
static void
CopyKey(const MigBatcher *batcher, TupleTableSlot *slot, MigKey *key)
{
	slot_getallattrs(slot);
	for (int i = 0; i < batcher->nkeys; i++)
		key->values[i] = batcher->keys[i].len == -1
			? PointerGetDatum(PG_DETOAST_DATUM_COPY(slot->tts_values[i]))
			: datumCopy(slot->tts_values[i], batcher->keys[i].by_value, batcher->keys[i].len);
}

/* As postgres_fdw does it; AtEOXact_GUC() takes it back. */
static int
PinFormats(void)
{
	static const char *const settings[][2] = {
		{"datestyle", "ISO"}, {"intervalstyle", "postgres"}, {"extra_float_digits", "3"},
		{"timezone", "UTC"}, {"search_path", "pg_catalog"}
	};
	int			level = NewGUCNestLevel();

	for (size_t i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	return level;
}
