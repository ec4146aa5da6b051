/*-------------------------------------------------------------------------
 * src/reader/reader_alias.c
 *	  What stands for something else in pg_depend.
 *
 * An array type stands for its element, a multirange type for the range, the
 * row type of a relation for the relation, the relation of a composite type for
 * the type, and the rule that is a view for the view.  Other aliases are found
 * with the objects that they stand for.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_range.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"
#include "rewrite/rewriteSupport.h"
#include "utils/snapmgr.h"

static void ScanCatalog(MigRead *read, Oid catalog, void (*alias) (MigRead *read, HeapTuple tuple));
static void AliasOfClass(MigRead *read, HeapTuple tuple);
static void AliasOfType(MigRead *read, HeapTuple tuple);
static void AliasOfRange(MigRead *read, HeapTuple tuple);
static void AliasOfRule(MigRead *read, HeapTuple tuple);

/*
 * MigReadAliases
 *		Note them all.
 */
void
MigReadAliases(MigRead *read)
{
	ScanCatalog(read, RelationRelationId, AliasOfClass);
	ScanCatalog(read, TypeRelationId, AliasOfType);
	ScanCatalog(read, RangeRelationId, AliasOfRange);
	ScanCatalog(read, RewriteRelationId, AliasOfRule);
}

static void
ScanCatalog(MigRead *read, Oid catalog, void (*alias) (MigRead *read, HeapTuple tuple))
{
	Relation	relation = table_open(catalog, AccessShareLock);
	SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, GetActiveSnapshot(), 0, NULL);
	HeapTuple	tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		alias(read, tuple);
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
}

static void
AliasOfClass(MigRead *read, HeapTuple tuple)
{
	Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);
	MigAddress	relation = {RelationRelationId, form->oid, 0};
	MigAddress	type = {TypeRelationId, form->reltype, 0};

	if (form->reltype < FirstNormalObjectId)
		return;
	if (form->relkind == RELKIND_COMPOSITE_TYPE)
		MigReadAlias(read, relation, type);
	else
		MigReadAlias(read, type, relation);
}

static void
AliasOfType(MigRead *read, HeapTuple tuple)
{
	Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);

	if (form->typarray >= FirstNormalObjectId)
		MigReadAlias(read, MigReadAt(TypeRelationId, form->typarray, 0),
					 MigReadAt(TypeRelationId, form->oid, 0));
}

static void
AliasOfRange(MigRead *read, HeapTuple tuple)
{
	Form_pg_range form = (Form_pg_range) GETSTRUCT(tuple);

	if (form->rngmultitypid >= FirstNormalObjectId)
		MigReadAlias(read, MigReadAt(TypeRelationId, form->rngmultitypid, 0),
					 MigReadAt(TypeRelationId, form->rngtypid, 0));
}

static void
AliasOfRule(MigRead *read, HeapTuple tuple)
{
	Form_pg_rewrite form = (Form_pg_rewrite) GETSTRUCT(tuple);

	if (form->oid >= FirstNormalObjectId && strcmp(NameStr(form->rulename), ViewSelectRuleName) == 0)
		MigReadAlias(read, MigReadAt(RewriteRelationId, form->oid, 0),
					 MigReadAt(RelationRelationId, form->ev_class, 0));
}
