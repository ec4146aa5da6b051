/*-------------------------------------------------------------------------
 * src/run/run_shadow.c
 *	  The schema that a text defines, in an empty database made of this one.
 *
 * Within a subtransaction that is always rolled back, everything that belongs
 * to the snapshot is put out of sight by changing the catalogs directly: a
 * schema by another name is not found any more, and takes all that is in it
 * along.  Then the text runs, with the caller's rights, and what it has made is
 * read.  Nobody else sees any of it, and no table of the live schema is locked.
 *
 * Changing catalogs needs no rights here, since nothing of it stays, and none
 * of it gives the text more than it had.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_namespace.h"
#include "commands/comment.h"
#include "miscadmin.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* What becomes of a schema's name while it is out of sight. */
#define HIDDEN_NAME		"pg_migrator_%u"

/* The schema public as initdb makes it. */
#define PUBLIC_COMMENT	"standard public schema"

typedef struct Shadow
{
	const char *text;
	const char **schemas;
	int			nschemas;
	MigRunModel *model;
	Jsonb	   *snapshot;
} Shadow;

static void Build(Shadow *shadow);
static void HideSchemas(Shadow *shadow);
static void HideSchema(Oid schema);
static void MakePublic(void);
static void SetUp(void);

/*
 * MigRunSnapshotOf
 *		The snapshot of a database that was empty before text ran in it.
 *
 * The text sees nothing of the schemas named, or of any user schema if nnames
 * is 0.  Raises what its statements raise, with file and line.  The result is
 * allocated in the current context.
 */
Jsonb *
MigRunSnapshotOf(const char *text, const char **schemas, int nschemas)
{
	MemoryContext caller = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	Shadow		shadow = {.text = text,.schemas = schemas,.nschemas = nschemas};
	MigRunModel model = {.text = text};
	Jsonb	   *snapshot;

	if (RecoveryInProgress() || XactReadOnly)
		ereport(ERROR,
				errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				RecoveryInProgress()
				? errmsg("the text of a schema cannot be run during recovery")
				: errmsg("the text of a schema cannot be run in a read-only transaction"));
	shadow.model = &model;
	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		Build(&shadow);
		MemoryContextSwitchTo(caller);
		snapshot = (Jsonb *) PG_DETOAST_DATUM_COPY(JsonbPGetDatum(shadow.snapshot));
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		FlushErrorState();
		MigRunModelError(&model, error);
		RollbackAndReleaseCurrentSubTransaction();
		CurrentResourceOwner = owner;
		MemoryContextSwitchTo(caller);
		ReThrowError(error);
	}
	PG_END_TRY();

	RollbackAndReleaseCurrentSubTransaction();
	CurrentResourceOwner = owner;
	MemoryContextSwitchTo(caller);
	return snapshot;
}

/* All that happens in the subtransaction. */
static void
Build(Shadow *shadow)
{
	MigReaderScope scope;

	HideSchemas(shadow);
	SetUp();
	MigRunModelText(shadow->model);

	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	MigReaderScopeOf(&scope, shadow->schemas, shadow->nschemas);
	shadow->snapshot = MigReaderSnapshot(&scope, NULL);
	PopActiveSnapshot();
}

/* Put the schemas that are read out of sight, and make public anew. */
static void
HideSchemas(Shadow *shadow)
{
	Oid			public = get_namespace_oid("public", true);
	MigReaderScope scope;
	bool		has_public = shadow->nschemas == 0;

	PushActiveSnapshot(GetTransactionSnapshot());
	MigReaderScopeOf(&scope, shadow->schemas, shadow->nschemas);
	PopActiveSnapshot();
	for (int i = 0; i < scope.nschemas; i++)
	{
		has_public = has_public || scope.schemas[i] == public;
		HideSchema(scope.schemas[i]);
	}
	CommandCounterIncrement();
	if (has_public)
		MakePublic();
}

/* Give a schema a name under which nobody looks for it. */
static void
HideSchema(Oid schema)
{
	Relation	catalog = table_open(NamespaceRelationId, RowExclusiveLock);
	HeapTuple	tuple = SearchSysCacheCopy1(NAMESPACEOID, ObjectIdGetDatum(schema));
	char	   *name = psprintf(HIDDEN_NAME, schema);

	if (HeapTupleIsValid(tuple))
	{
		namestrcpy(&((Form_pg_namespace) GETSTRUCT(tuple))->nspname, name);
		CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	}
	table_close(catalog, RowExclusiveLock);
}

/*
 * Make the schema public of a new database.
 */
static void
MakePublic(void)
{
	Oid			schema = NamespaceCreate("public", ROLE_PG_DATABASE_OWNER, false);
	Relation	catalog;
	HeapTuple	tuple;
	Datum		values[Natts_pg_namespace] = {0};
	bool		nulls[Natts_pg_namespace] = {0};
	bool		replaces[Natts_pg_namespace] = {0};
	AclItem		items[2] = {
		{.ai_grantee = ROLE_PG_DATABASE_OWNER,.ai_grantor = ROLE_PG_DATABASE_OWNER},
		{.ai_grantee = ACL_ID_PUBLIC,.ai_grantor = ROLE_PG_DATABASE_OWNER}
	};
	Acl		   *acl = make_empty_acl();

	ACLITEM_SET_PRIVS_GOPTIONS(items[0], ACL_CREATE | ACL_USAGE, ACL_NO_RIGHTS);
	ACLITEM_SET_PRIVS_GOPTIONS(items[1], ACL_USAGE, ACL_NO_RIGHTS);
	for (int i = 0; i < 2; i++)
		acl = aclupdate(acl, &items[i], ACL_MODECHG_ADD, ROLE_PG_DATABASE_OWNER, DROP_CASCADE);

	CommandCounterIncrement();
	catalog = table_open(NamespaceRelationId, RowExclusiveLock);
	tuple = SearchSysCacheCopy1(NAMESPACEOID, ObjectIdGetDatum(schema));
	values[Anum_pg_namespace_nspacl - 1] = PointerGetDatum(acl);
	replaces[Anum_pg_namespace_nspacl - 1] = true;
	tuple = heap_modify_tuple(tuple, RelationGetDescr(catalog), values, nulls, replaces);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	table_close(catalog, RowExclusiveLock);
	CreateComments(schema, NamespaceRelationId, 0, PUBLIC_COMMENT);
	CommandCounterIncrement();
}

/* Settings that the text starts with; the rollback puts them back. */
static void
SetUp(void)
{
	static const char *const settings[][2] = {
		{"search_path", "\"$user\", public"},
		{"check_function_bodies", "off"},
		{"default_tablespace", ""}
	};

	for (size_t i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SET, true, 0, false);
}
