/*-------------------------------------------------------------------------
 * src/model/model_check.c
 *	  Is an object of a snapshot what it says it is?
 *
 * Snapshots are values that anybody can make up.  Whoever works with a model
 * relies on what the table below says that objects have; everything else can be
 * missing, or be of another type, which counts as missing.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "model/model.h"

/* Most requirements of a kind, and a NULL. */
#define MAX_NEEDED	7

static bool Has(JsonbContainer *props, const char *path);
static bool HasInner(JsonbContainer *props, const char *field, const char *path);
static bool AreSettings(JsonbContainer *props, const char *field);

/*
 * A word is a text.  "list.field": so are these of the objects in the list, or of
 * the object.  "list=": the texts in the list have an equals sign.
 */
static const char *const needed[MIG_NKINDS][MAX_NEEDED] = {
	[MIG_KIND_SCHEMA] = {"owner", "acl.grantee"},
	[MIG_KIND_EXTENSION] = {"schema", "version"},
	[MIG_KIND_LANGUAGE] = {"owner", "acl.grantee"},
	[MIG_KIND_COLLATION] = {"owner", "schema"},
	[MIG_KIND_TYPE] = {"owner", "schema", "attributes.name", "attributes.type", "acl.grantee"},
	[MIG_KIND_DOMAIN] = {"owner", "schema", "type", "acl.grantee"},
	[MIG_KIND_DOMAIN_CONSTRAINT] = {"schema", "definition"},
	[MIG_KIND_FUNCTION] = {"owner", "schema", "language", "arguments.type", "settings=", "acl.grantee"},
	[MIG_KIND_PROCEDURE] = {"owner", "schema", "language", "arguments.type", "settings=", "acl.grantee"},
	[MIG_KIND_AGGREGATE] = {"owner", "schema", "sfunc", "stype", "arguments.type", "acl.grantee"},
	[MIG_KIND_ACCESS_METHOD] = {"type", "handler"},
	[MIG_KIND_OPERATOR] = {"owner", "schema", "function"},
	[MIG_KIND_OPERATOR_FAMILY] = {"owner", "schema", "method", "operators.operator", "functions.function"},
	[MIG_KIND_OPERATOR_CLASS] = {"owner", "schema", "family", "method", "operators.operator", "functions.function"},
	[MIG_KIND_CONVERSION] = {"owner", "schema", "from", "to", "function"},
	[MIG_KIND_TS_PARSER] = {"schema"},
	[MIG_KIND_TS_TEMPLATE] = {"schema"},
	[MIG_KIND_TS_DICTIONARY] = {"owner", "schema", "template"},
	[MIG_KIND_TS_CONFIGURATION] = {"owner", "schema", "parser", "mappings.token"},
	[MIG_KIND_FDW] = {"owner", "acl.grantee"},
	[MIG_KIND_SERVER] = {"owner", "wrapper", "acl.grantee"},
	[MIG_KIND_USER_MAPPING] = {"options=", "secrets="},
	[MIG_KIND_SEQUENCE] = {"owner", "schema", "acl.grantee"},
	[MIG_KIND_TABLE] = {"owner", "schema", "acl.grantee"},
	[MIG_KIND_FOREIGN_TABLE] = {"owner", "schema", "server", "acl.grantee"},
	[MIG_KIND_COLUMN] = {"schema", "type", "acl.grantee", "identity_sequence.acl.grantee"},
	[MIG_KIND_DEFAULT] = {"schema", "expression"},
	[MIG_KIND_INHERITANCE] = {"schema", "to"},
	[MIG_KIND_VIEW] = {"owner", "schema", "definition", "columns.name", "columns.acl.grantee", "acl.grantee"},
	[MIG_KIND_MATERIALIZED_VIEW] = {"owner", "schema", "definition", "columns.name", "columns.acl.grantee", "acl.grantee"},
	[MIG_KIND_CONSTRAINT] = {"schema", "type", "definition"},
	[MIG_KIND_INDEX] = {"schema", "definition"},
	[MIG_KIND_INDEX_ATTACHMENT] = {"schema"},
	[MIG_KIND_STATISTICS] = {"owner", "schema", "definition"},
	[MIG_KIND_RULE] = {"schema", "definition"},
	[MIG_KIND_TRIGGER] = {"schema", "definition", "partitions.table", "partitions.enabled"},
	[MIG_KIND_POLICY] = {"schema"},
	[MIG_KIND_PUBLICATION] = {"owner"},
	[MIG_KIND_PUBLICATION_RELATION] = {"table"},
	[MIG_KIND_PUBLICATION_SCHEMA] = {"member"},
	[MIG_KIND_SUBSCRIPTION] = {"owner", "connection"},
	[MIG_KIND_EVENT_TRIGGER] = {"owner", "event", "function"},
	[MIG_KIND_DEFAULT_PRIVILEGES] = {"role", "objects", "grants.grantee"},
};

/*
 * MigModelLacks
 *		What the object does not have but must, or NULL.
 */
const char *
MigModelLacks(const MigObject *object)
{
	for (const char *const *path = needed[object->kind]; *path != NULL; path++)
		if (!Has(object->props, *path))
			return *path;
	return NULL;
}

static bool
Has(JsonbContainer *props, const char *path)
{
	size_t		len = strcspn(path, ".=");

	check_stack_depth();
	if (path[len] == '\0')
		return MigPropText(props, path) != NULL;
	return path[len] == '.' ? HasInner(props, pnstrdup(path, len), path + len + 1)
		: AreSettings(props, pnstrdup(path, len));
}

static bool
HasInner(JsonbContainer *props, const char *field, const char *path)
{
	JsonbContainer *inner = MigPropItem(props, field);
	ListCell   *lc;

	if (inner == NULL)
		return true;
	if (JsonContainerIsObject(inner))
		return Has(inner, path);
	foreach(lc, MigPropItems(props, field))
	{
		if (!Has(lfirst(lc), path))
			return false;
	}
	return true;
}

static bool
AreSettings(JsonbContainer *props, const char *field)
{
	ListCell   *lc;

	foreach(lc, MigPropTexts(props, field))
	{
		if (strchr(lfirst(lc), '=') == NULL)
			return false;
	}
	return true;
}
