/*-------------------------------------------------------------------------
 * src/reader/reader_presence.c
 *	  Which catalogs hold anything that a snapshot would list.
 *
 * Most databases have no operator classes, casts or subscriptions of their own.
 * A look at an index for rows that initdb has not made costs microseconds, and
 * planning the query for them a hundred times as much.  What is found may be a
 * bit more than what the query then gives, and never less.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_default_acl.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_language.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_publication_namespace.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_subscription.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "catalog/pg_user_mapping.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "reader/reader_internal.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

/* How a catalog is looked at; an attribute of 0 is one that it does not have. */
typedef struct Look
{
	Oid			catalog;
	Oid			index;			/* on the OID; 0 to read the whole catalog */
	AttrNumber	oid;
	AttrNumber	schema;			/* in which a row is */
	AttrNumber	relation;		/* of which a row is a part */
	AttrNumber	kind;			/* a "char" */
} Look;

static const Look looks[] = {
	{.catalog = AccessMethodOperatorRelationId,.index = AccessMethodOperatorOidIndexId,.oid = Anum_pg_amop_oid},
	{.catalog = AccessMethodProcedureRelationId,.index = AccessMethodProcedureOidIndexId,.oid = Anum_pg_amproc_oid},
	{.catalog = AccessMethodRelationId,.index = AmOidIndexId,.oid = Anum_pg_am_oid},
	{.catalog = AttrDefaultRelationId,.index = AttrDefaultOidIndexId,.oid = Anum_pg_attrdef_oid,
	.relation = Anum_pg_attrdef_adrelid},
	{.catalog = CastRelationId,.index = CastOidIndexId,.oid = Anum_pg_cast_oid},
	{.catalog = CollationRelationId,.index = CollationOidIndexId,.oid = Anum_pg_collation_oid,
	.schema = Anum_pg_collation_collnamespace},
	{.catalog = ConstraintRelationId,.index = InvalidOid,.oid = Anum_pg_constraint_oid,
	.schema = Anum_pg_constraint_connamespace,.kind = Anum_pg_constraint_contype},
	{.catalog = ConversionRelationId,.index = ConversionOidIndexId,.oid = Anum_pg_conversion_oid,
	.schema = Anum_pg_conversion_connamespace},
	{.catalog = DefaultAclRelationId,.index = DefaultAclOidIndexId,.oid = Anum_pg_default_acl_oid},
	{.catalog = EventTriggerRelationId,.index = EventTriggerOidIndexId,.oid = Anum_pg_event_trigger_oid},
	{.catalog = ExtensionRelationId,.index = ExtensionOidIndexId,.oid = Anum_pg_extension_oid},
	{.catalog = ForeignDataWrapperRelationId,.index = ForeignDataWrapperOidIndexId,.oid = Anum_pg_foreign_data_wrapper_oid},
	{.catalog = ForeignServerRelationId,.index = ForeignServerOidIndexId,.oid = Anum_pg_foreign_server_oid},
	{.catalog = IndexRelationId,.index = IndexRelidIndexId,.oid = Anum_pg_index_indexrelid,
	.relation = Anum_pg_index_indrelid},
	{.catalog = InheritsRelationId,.index = InheritsRelidSeqnoIndexId,.oid = Anum_pg_inherits_inhrelid,
	.relation = Anum_pg_inherits_inhrelid},
	{.catalog = LanguageRelationId,.index = LanguageOidIndexId,.oid = Anum_pg_language_oid},
	{.catalog = OperatorClassRelationId,.index = OpclassOidIndexId,.oid = Anum_pg_opclass_oid,
	.schema = Anum_pg_opclass_opcnamespace},
	{.catalog = OperatorFamilyRelationId,.index = OpfamilyOidIndexId,.oid = Anum_pg_opfamily_oid,
	.schema = Anum_pg_opfamily_opfnamespace},
	{.catalog = OperatorRelationId,.index = OperatorOidIndexId,.oid = Anum_pg_operator_oid,
	.schema = Anum_pg_operator_oprnamespace},
	{.catalog = PolicyRelationId,.index = PolicyOidIndexId,.oid = Anum_pg_policy_oid,.relation = Anum_pg_policy_polrelid},
	{.catalog = ProcedureRelationId,.index = ProcedureOidIndexId,.oid = Anum_pg_proc_oid,
	.schema = Anum_pg_proc_pronamespace,.kind = Anum_pg_proc_prokind},
	{.catalog = PublicationNamespaceRelationId,.index = PublicationNamespaceObjectIndexId,.oid = Anum_pg_publication_namespace_oid},
	{.catalog = PublicationRelRelationId,.index = PublicationRelObjectIndexId,.oid = Anum_pg_publication_rel_oid},
	{.catalog = PublicationRelationId,.index = PublicationObjectIndexId,.oid = Anum_pg_publication_oid},
	{.catalog = RelationRelationId,.index = InvalidOid,.oid = Anum_pg_class_oid,
	.schema = Anum_pg_class_relnamespace,.kind = Anum_pg_class_relkind},
	{.catalog = RewriteRelationId,.index = RewriteOidIndexId,.oid = Anum_pg_rewrite_oid,
	.relation = Anum_pg_rewrite_ev_class,.kind = Anum_pg_rewrite_ev_type},
	{.catalog = StatisticExtRelationId,.index = StatisticExtOidIndexId,.oid = Anum_pg_statistic_ext_oid,
	.schema = Anum_pg_statistic_ext_stxnamespace},
	{.catalog = SubscriptionRelationId,.index = SubscriptionObjectIndexId,.oid = Anum_pg_subscription_oid},
	{.catalog = TSConfigRelationId,.index = TSConfigOidIndexId,.oid = Anum_pg_ts_config_oid,
	.schema = Anum_pg_ts_config_cfgnamespace},
	{.catalog = TSDictionaryRelationId,.index = TSDictionaryOidIndexId,.oid = Anum_pg_ts_dict_oid,
	.schema = Anum_pg_ts_dict_dictnamespace},
	{.catalog = TSParserRelationId,.index = TSParserOidIndexId,.oid = Anum_pg_ts_parser_oid,
	.schema = Anum_pg_ts_parser_prsnamespace},
	{.catalog = TSTemplateRelationId,.index = TSTemplateOidIndexId,.oid = Anum_pg_ts_template_oid,
	.schema = Anum_pg_ts_template_tmplnamespace},
	{.catalog = TransformRelationId,.index = TransformOidIndexId,.oid = Anum_pg_transform_oid},
	{.catalog = TriggerRelationId,.index = InvalidOid,.oid = Anum_pg_trigger_oid,.relation = Anum_pg_trigger_tgrelid},
	{.catalog = TypeRelationId,.index = InvalidOid,.oid = Anum_pg_type_oid,
	.schema = Anum_pg_type_typnamespace,.kind = Anum_pg_type_typtype},
	{.catalog = UserMappingRelationId,.index = UserMappingOidIndexId,.oid = Anum_pg_user_mapping_oid},
};

static bool HasSystemSchema(const MigReaderScope *scope);
static void Find(MigRead *read, const Look *look, MigPresence *presence);
static bool Counts(MigRead *read, const Look *look, HeapTuple tuple, TupleDesc desc);

/*
 * MigReadIsPresent
 *		Whether a query may find anything.
 *
 * What is found in a catalog is kept for the others.  Aliases have been read.
 */
bool
MigReadIsPresent(MigRead *read, const MigReading *reading)
{
	MigPresence *presence = NULL;

	if (reading->catalog == AttributeRelationId)
		return reading->kinds == NULL ? read->has_rare_columns : read->has_odd_columns;
	if (!OidIsValid(reading->catalog) || HasSystemSchema(read->scope))
		return true;
	for (size_t i = 0; i < lengthof(looks) && presence == NULL; i++)
		if (looks[i].catalog == reading->catalog)
		{
			presence = &read->presence[i];
			if (!presence->known)
				Find(read, &looks[i], presence);
		}
	if (presence == NULL)
		elog(ERROR, "no way to look at catalog %u", reading->catalog);
	return presence->any &&
		(reading->kinds == NULL || strpbrk(presence->kinds, reading->kinds) != NULL);
}

StaticAssertDecl(lengthof(looks) <= MIG_PRESENCE_SIZE, "room for all catalogs");

/* What initdb has made counts if a schema of its own is read. */
static bool
HasSystemSchema(const MigReaderScope *scope)
{
	for (int i = 0; i < scope->nschemas; i++)
		if (scope->schemas[i] < FirstNormalObjectId && scope->schemas[i] != PG_PUBLIC_NAMESPACE)
			return true;
	return false;
}

/* Look at a catalog. */
static void
Find(MigRead *read, const Look *look, MigPresence *presence)
{
	Relation	catalog;
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple	tuple;
	bool		isnull;

	presence->known = true;
	catalog = table_open(look->catalog, AccessShareLock);
	ScanKeyInit(&key, look->oid, BTGreaterEqualStrategyNumber, F_OIDGE,
				ObjectIdGetDatum(FirstNormalObjectId));
	scan = systable_beginscan(catalog, look->index, OidIsValid(look->index), GetActiveSnapshot(), 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		char		kind[2] = {0};

		CHECK_FOR_INTERRUPTS();
		if (look->kind != 0)
		{
			kind[0] = DatumGetChar(heap_getattr(tuple, look->kind, RelationGetDescr(catalog), &isnull));
			if (kind[0] != '\0' && strchr(presence->kinds, kind[0]) != NULL)
				continue;
		}
		if (!Counts(read, look, tuple, RelationGetDescr(catalog)))
			continue;
		presence->any = true;
		if (strlen(presence->kinds) + 1 < sizeof(presence->kinds))
			strcat(presence->kinds, kind);
		if (look->kind == 0)
			break;
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* Whether a row is one of those that may be in the snapshot. */
static bool
Counts(MigRead *read, const Look *look, HeapTuple tuple, TupleDesc desc)
{
	bool		isnull;
	Datum		home;

	if (look->catalog == ExtensionRelationId)
		return ((Form_pg_extension) GETSTRUCT(tuple))->oid != get_extension_oid("migrator", true);
	if (look->catalog == TriggerRelationId && ((Form_pg_trigger) GETSTRUCT(tuple))->tgisinternal)
		return false;
	if (look->catalog == TypeRelationId &&
		MigReadIsAlias(read, TypeRelationId, ((Form_pg_type) GETSTRUCT(tuple))->oid))
		return false;
	if (look->schema != 0)
	{
		home = heap_getattr(tuple, look->schema, desc, &isnull);
		return MigReadIsInScope(read, DatumGetObjectId(home));
	}
	if (look->relation != 0)
	{
		home = heap_getattr(tuple, look->relation, desc, &isnull);
		return MigReadIsInScope(read, get_rel_namespace(DatumGetObjectId(home)));
	}
	return true;
}
