/*-------------------------------------------------------------------------
 * src/run/run_copy.c
 *	  COPY ... FROM stdin with its data in the migration file.
 *
 * The server's DoCopy() would read from the client, so this does what DoCopy()
 * does for COPY table FROM, with a data source of our own.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "access/xact.h"
#include "base/compat.h"
#include "commands/copy.h"
#include "executor/executor.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_relation.h"
#include "run/run.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

/* What is left of the data; the callback of COPY has no argument. */
static const char *source;
static size_t source_left;

static Node *TransformWhere(ParseState *pstate, ParseNamespaceItem *item, Relation rel, Node *clause);
static void CheckRights(ParseState *pstate, ParseNamespaceItem *item, Relation rel,
						const CopyStmt *stmt);
static List *ServerEncoding(List *options);
static int	ReadSource(void *outbuf, int minread, int maxread);

/*
 * MigRunCopyData
 *		Copy the statement's inline data into its table.
 *
 * Returns the number of rows.  Takes a RowExclusiveLock on the table, as COPY
 * does, and raises what COPY raises.
 */
uint64
MigRunCopyData(const MigStatement *statement)
{
	CopyStmt   *stmt = castNode(CopyStmt, statement->parse->stmt);
	ParseState *pstate = make_parsestate(NULL);
	Relation	rel;
	ParseNamespaceItem *item;
	Node	   *where = NULL;
	CopyFromState copy;
	uint64		rows;

	PushActiveSnapshot(GetTransactionSnapshot());
	pstate->p_sourcetext = statement->text;
	rel = table_openrv(stmt->relation, RowExclusiveLock);
	item = addRangeTableEntryForRelation(pstate, rel, RowExclusiveLock, NULL, false, false);
	MigRequireInsert(item);
	if (stmt->whereClause != NULL)
		where = TransformWhere(pstate, item, rel, stmt->whereClause);
	CheckRights(pstate, item, rel, stmt);

	source = statement->copy_data;
	source_left = statement->copy_len;
	copy = BeginCopyFrom(pstate, rel, where, NULL, false, ReadSource, stmt->attlist,
						 ServerEncoding(stmt->options));
	rows = CopyFrom(copy);
	EndCopyFrom(copy);

	table_close(rel, NoLock);
	free_parsestate(pstate);
	PopActiveSnapshot();
	return rows;
}

/* The WHERE clause of COPY, as DoCopy() prepares it. */
static Node *
TransformWhere(ParseState *pstate, ParseNamespaceItem *item, Relation rel, Node *clause)
{
	Node	   *where;
	Bitmapset  *columns = NULL;
	TupleDesc	desc = RelationGetDescr(rel);

	addNSItemToQuery(pstate, item, false, true, true);
	where = transformExpr(pstate, clause, EXPR_KIND_COPY_WHERE);
	where = coerce_to_boolean(pstate, where, "WHERE");
	assign_expr_collations(pstate, where);

	/* generated columns are not computed yet when the filter runs */
	pull_varattnos(where, 1, &columns);
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attgenerated &&
			(bms_is_member(i + 1 - FirstLowInvalidHeapAttributeNumber, columns) ||
			 bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, columns)))
			ereport(ERROR,
					errcode(ERRCODE_INVALID_COLUMN_REFERENCE),
					errmsg("generated columns are not supported in COPY FROM WHERE conditions"),
					errdetail("Column \"%s\" is a generated column.",
							  NameStr(TupleDescAttr(desc, i)->attname)));

	where = eval_const_expressions(NULL, where);
	where = (Node *) canonicalize_qual((Expr *) where, false);
	return (Node *) make_ands_implicit((Expr *) where);
}

/* May the current user insert into these columns here and now? */
static void
CheckRights(ParseState *pstate, ParseNamespaceItem *item, Relation rel, const CopyStmt *stmt)
{
	Bitmapset  *columns = NULL;
	ListCell   *lc;

	foreach(lc, CopyGetAttnums(RelationGetDescr(rel), rel, stmt->attlist))
	{
		columns = bms_add_member(columns, lfirst_int(lc) - FirstLowInvalidHeapAttributeNumber);
	}
	MigCheckInsert(pstate, item, columns);

	if (check_enable_rls(RelationGetRelid(rel), InvalidOid, false) == RLS_ENABLED)
		ereport(ERROR,
				errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("COPY FROM not supported with row-level security"),
				errhint("Use INSERT statements instead."));
	if (XactReadOnly && !rel->rd_islocaltemp)
		PreventCommandIfReadOnly("COPY FROM");
}

/*
 * The options with the server's encoding, whatever they say: it is that of the
 * stored script, while COPY would take the data to be in the client's.
 */
static List *
ServerEncoding(List *options)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, options)
	{
		if (strcmp(lfirst_node(DefElem, lc)->defname, "encoding") != 0)
			result = lappend(result, lfirst(lc));
	}
	return lappend(result,
				   makeDefElem("encoding",
							   (Node *) makeString(pstrdup(GetDatabaseEncodingName())), -1));
}

/* Data source of COPY: as many bytes as there are, up to maxread. */
static int
ReadSource(void *outbuf, int minread pg_attribute_unused(), int maxread)
{
	int			n = Min(source_left, (size_t) maxread);

	CHECK_FOR_INTERRUPTS();
	memcpy(outbuf, source, n);
	source += n;
	source_left -= n;
	return n;
}
