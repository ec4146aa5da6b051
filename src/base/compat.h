/*-------------------------------------------------------------------------
 * src/base/compat.h
 *	  What differs between the server's major versions.
 *
 * The only file that tests PG_VERSION_NUM.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_COMPAT_H
#define MIG_COMPAT_H

#include "access/genam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "executor/executor.h"
#include "nodes/parsenodes.h"
#include "parser/parse_node.h"
#include "utils/acl.h"
#include "utils/regproc.h"

#if PG_VERSION_NUM < 150000
#error "migrator needs PostgreSQL 15 or later"
#endif

/* Written before the declaration of a function since version 18. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

/*
 * The codes of an identifier and of a string from core_yylex().  The codes of the tokens that
 * are neither single characters nor keywords are fixed by scanner.h ("IDENT =
 * 258 and so on"); gram.h, which names them, is not installed since version
 * 16.
 */
#define MIG_TOKEN_IDENT		258
#define MIG_TOKEN_SCONST	261

/*
 * Whether a row of pg_constraint is enforced.  All were before version 18.
 */
#if PG_VERSION_NUM < 180000
#define MIG_IS_ENFORCED(constraint)		true
#else
#define MIG_IS_ENFORCED(constraint)		((constraint)->conenforced)
#endif

/*
 * May the role create objects in the schema?  There is one function for all
 * kinds of objects since version 16.
 */
static inline bool
MigMayCreateIn(Oid schema, Oid role)
{
#if PG_VERSION_NUM < 160000
	return pg_namespace_aclcheck(schema, role, ACL_CREATE) == ACLCHECK_OK;
#else
	return object_aclcheck(NamespaceRelationId, schema, role, ACL_CREATE) == ACLCHECK_OK;
#endif
}

/*
 * Say that the relation is inserted into.  Permissions moved from the range
 * table entry to a node of their own in version 16.
 */
static inline void
MigRequireInsert(ParseNamespaceItem *item)
{
#if PG_VERSION_NUM < 160000
	item->p_rte->requiredPerms = ACL_INSERT;
#else
	item->p_perminfo->requiredPerms = ACL_INSERT;
#endif
}

/*
 * Raise an error unless the current user may insert into these columns, given
 * as pull_varattnos() gives them, and whatever else the range table requires.
 */
static inline void
MigCheckInsert(ParseState *pstate, ParseNamespaceItem *item, Bitmapset *columns)
{
#if PG_VERSION_NUM < 160000
	item->p_rte->insertedCols = columns;
	ExecCheckRTPerms(pstate->p_rtable, true);
#else
	item->p_perminfo->insertedCols = columns;
	ExecCheckPermissions(pstate->p_rtable, list_make1(item->p_perminfo), true);
#endif
}

/*
 * Run a query to its end.  The argument that says it runs only once went away
 * in version 18.
 */
static inline void
MigExecutorRun(QueryDesc *desc)
{
#if PG_VERSION_NUM < 180000
	ExecutorRun(desc, ForwardScanDirection, 0, true);
#else
	ExecutorRun(desc, ForwardScanDirection, 0);
#endif
}

/*
 * Begin a scan of an index.  The place for instrumentation came in version 18.
 */
static inline IndexScanDesc
MigIndexBeginScan(Relation table, Relation index, Snapshot snapshot, int nkeys)
{
#if PG_VERSION_NUM < 180000
	return index_beginscan(table, index, snapshot, nkeys, 0);
#else
	return index_beginscan(table, index, snapshot, NULL, nkeys, 0);
#endif
}

/*
 * Parts of the reader's queries.
 *
 * Named and inheritable NOT NULL constraints, and NOT VALID ones, came in
 * version 18: properties of a column whose constraint is not the plain one.
 * One that is valid although no parent's is counts as the column's own.
 */
#if PG_VERSION_NUM < 180000
#define MIG_NAMED_NOT_NULL		false
#define MIG_SQL_NOT_NULL_PROPS	""
#define MIG_SQL_NOT_NULL_JOIN	""
#define MIG_SQL_NOT_NULL_ANY	""
#else
#define MIG_NAMED_NOT_NULL		true
#define MIG_SQL_VALID_ABOVE \
	"EXISTS (SELECT FROM pg_inherits ni" \
	" JOIN pg_attribute na ON na.attrelid = ni.inhparent AND na.attname = a.attname" \
	" JOIN pg_constraint nk ON nk.conrelid = na.attrelid AND nk.conkey[1] = na.attnum" \
	" AND nk.contype = 'n' AND nk.convalidated WHERE ni.inhrelid = c.oid)"
#define MIG_SQL_NOT_NULL_PROPS \
	" CASE WHEN k.conname <> c.relname || '_' || a.attname || '_not_null'" \
	" AND (k.conislocal OR c.relispartition OR k.convalidated AND NOT " MIG_SQL_VALID_ABOVE ")" \
	" THEN k.conname::text END AS not_null_name," \
	" CASE WHEN k.conislocal AND k.coninhcount > 0 AND NOT c.relispartition" \
	" AND (NOT k.convalidated OR " MIG_SQL_VALID_ABOVE ")" \
	" THEN true END AS not_null_local," \
	" CASE WHEN k.connoinherit THEN true END AS not_null_no_inherit," \
	" CASE WHEN NOT k.convalidated THEN true END AS not_null_not_valid," \
	" (SELECT d.description FROM pg_description d WHERE d.objoid = k.oid" \
	" AND d.classoid = 'pg_constraint'::regclass) AS not_null_comment,"
#define MIG_SQL_NOT_NULL_JOIN \
	" LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'n'" \
	" AND k.conkey[1] = a.attnum"
#define MIG_SQL_NOT_NULL_ANY \
	" OR k.conname <> c.relname || '_' || a.attname || '_not_null' OR k.connoinherit" \
	" OR NOT k.convalidated OR (k.conislocal AND k.coninhcount > 0 AND NOT c.relispartition)" \
	" OR EXISTS (SELECT FROM pg_description d WHERE d.objoid = k.oid" \
	" AND d.classoid = 'pg_constraint'::regclass)"
#endif

/* Since version 17 partitions share the identity of their parent. */
#if PG_VERSION_NUM < 170000
#define MIG_SQL_IDENTITY_INHERITED	"false"
#else
#define MIG_SQL_IDENTITY_INHERITED	"c.relispartition"
#endif

/* ALTER COLUMN SET EXPRESSION came in version 17. */
#if PG_VERSION_NUM < 170000
#define MIG_HAS_SET_EXPRESSION	false
#define MIG_AT_SET_EXPRESSION	((AlterTableType) -1)
#else
#define MIG_HAS_SET_EXPRESSION	true
#define MIG_AT_SET_EXPRESSION	AT_SetExpression
#endif

/* Identity columns of partitions follow their parent's since version 17. */
#if PG_VERSION_NUM < 170000
#define MIG_IDENTITY_REACHES_PARTITIONS	false
#else
#define MIG_IDENTITY_REACHES_PARTITIONS	true
#endif

/* ADD CONSTRAINT locks all tables that inherit since version 18, whatever it adds. */
#if PG_VERSION_NUM < 180000
#define MIG_ADD_CONSTRAINT_LOCKS_CHILDREN	false
#else
#define MIG_ADD_CONSTRAINT_LOCKS_CHILDREN	true
#endif

/* A table's primary key, unless it is deferrable; that can be asked for since version 18. */
static inline Oid
MigPrimaryKeyIndex(Relation table)
{
#if PG_VERSION_NUM < 180000
	return RelationGetPrimaryKeyIndex(table);
#else
	return RelationGetPrimaryKeyIndex(table, false);
#endif
}

/*
 * The constraint of which ALTER CONSTRAINT says whether it is enforced, or NULL.
 * That came in version 18.
 */
static inline const char *
MigEnforcedConstraint(Node *definition)
{
#if PG_VERSION_NUM < 180000
	(void) definition;
	return NULL;
#else
	return castNode(ATAlterConstraint, definition)->alterEnforceability
		? castNode(ATAlterConstraint, definition)->conname : NULL;
#endif
}

/* May this role do what the owner of the relation may? */
static inline bool
MigOwnsRelation(Oid relation, Oid role)
{
#if PG_VERSION_NUM < 160000
	return pg_class_ownercheck(relation, role);
#else
	return object_ownercheck(RelationRelationId, relation, role);
#endif
}

/*
 * A comparison of rows.  It has had a general name for the kind of comparison
 * since version 18; both have the numbers of B-tree strategies.
 */
static inline Node *
MigRowCompare(int strategy, List *operators, List *families, List *collations,
			  List *left, List *right)
{
	RowCompareExpr *compare = makeNode(RowCompareExpr);

#if PG_VERSION_NUM < 180000
	compare->rctype = (RowCompareType) strategy;
#else
	compare->cmptype = (CompareType) strategy;
#endif
	compare->opnos = operators;
	compare->opfamilies = families;
	compare->inputcollids = collations;
	compare->largs = left;
	compare->rargs = right;
	return (Node *) compare;
}

/* The parts of a qualified name.  Errors can be soft since version 16. */
static inline List *
MigQualifiedNameList(const char *name)
{
#if PG_VERSION_NUM < 160000
	return stringToQualifiedNameList(name);
#else
	return stringToQualifiedNameList(name, NULL);
#endif
}

/* The privilege of maintaining a table came in version 17. */
#if PG_VERSION_NUM < 170000
#define MIG_ACL_MAINTAIN		0
#else
#define MIG_ACL_MAINTAIN		ACL_MAINTAIN
#endif

#endif							/* MIG_COMPAT_H */
