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
#include "access/transam.h"
#include "access/xact.h"
#include "base/compat.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "commands/comment.h"
#include "miscadmin.h"
#include "model/model.h"
#include "nodes/makefuncs.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

/* The schema public as initdb makes it. */
#define PUBLIC_COMMENT	"standard public schema"

/* How often to try again if somebody else has changed a row at the same time. */
#define MAX_TRIES	5

typedef struct Shadow
{
	const char **schemas;
	int			nschemas;
	MigHidden	hidden;
	MigModelText text;
	Oid			user;			/* who called */
	bool		may_create;		/* in the live schema public */
	Oid			public;			/* the one that was made, or 0 */
	bool		is_hiding;		/* nothing of the text has run yet */
	Jsonb	   *snapshot;
	MigSeries  *series;			/* instead of one text, or NULL */
	bool		is_alone;		/* the transaction is this call's only */
} Shadow;

static ErrorData *TryBuild(Shadow *shadow);
static void Build(Shadow *shadow);
static void Hide(Shadow *shadow);
static void RefuseSystemSchema(Oid schema);
static void MakePublic(Shadow *shadow);
static Acl *PublicAcl(const Shadow *shadow);
static void CleanPublic(const Shadow *shadow);
static void SetUp(const Shadow *shadow);
static void BuildSeries(Shadow *shadow);
static void RunBody(Shadow *shadow, const MigBody *body);
static void Show(Shadow *shadow);
static void LayGround(Shadow *shadow);
static const char *ExtensionHome(const Shadow *shadow, Oid extension);
static void LaySchema(Shadow *shadow, const char *name);
static void Read(Shadow *shadow);
static void AddHints(Shadow *shadow);
static void KeepNew(MigReaderScope *scope);
static void AddHidden(const Shadow *shadow, MigReaderScope *scope);
static void RefuseUnmet(const Shadow *shadow, const MigUnmet *unmet);
static MigHiddenObject *HiddenHome(const Shadow *shadow, const MigAddress *address, char **name);

/*
 * MigRunSnapshotOf
 *		The snapshot of a database that was empty before text ran in it.
 *
 * The text sees nothing of the schemas named, or of any user schema if nschemas
 * is 0.  Raises what its statements raise, with line and statement; UNDEFINED_OBJECT
 * for what needs something of the live schema.  Where it is provably the same as
 * before, it is taken from the cache.  The result is allocated in the current
 * context.
 */
Jsonb *
MigRunSnapshotOf(const char *text, const char **schemas, int nschemas)
{
	Shadow		shadow;
	bool		read_only = RecoveryInProgress() || XactReadOnly;
	char	   *key = NULL;
	ErrorData  *error;
	int			tries = 0;

	if (nschemas == 0)
	{
		Jsonb	   *kept;

		PushActiveSnapshot(GetLatestSnapshot());
		key = MigRunCacheKey(text);
		kept = MigLedgerFindModel(key);
		PopActiveSnapshot();
		if (kept != NULL)
			return kept;
	}
	if (read_only)
		ereport(ERROR,
				errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				RecoveryInProgress()
				? errmsg("the text of a schema cannot be run during recovery")
				: errmsg("the text of a schema cannot be run in a read-only transaction"),
				errhint("Only the result for a text that has been run before, and is still remembered, can be had here."));
	do
	{
		CHECK_FOR_INTERRUPTS();
		memset(&shadow, 0, sizeof(shadow));
		shadow.schemas = schemas;
		shadow.nschemas = nschemas;
		shadow.user = GetUserId();
		shadow.text.text = text;
		shadow.text.place.line = 1;
		shadow.text.hidden = &shadow.hidden;
		error = TryBuild(&shadow);
	} while (error != NULL && shadow.is_hiding && error->sqlerrcode == ERRCODE_INTERNAL_ERROR &&
			 ++tries < MAX_TRIES);
	if (error != NULL)
		ReThrowError(error);
	if (key != NULL && !shadow.text.is_impure)
		MigLedgerKeepModel(key, shadow.snapshot);
	return shadow.snapshot;
}

/* Build the snapshot in a subtransaction and roll that back; the error, or NULL. */
static ErrorData *
TryBuild(Shadow *shadow)
{
	MemoryContext caller = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		Build(shadow);
		MemoryContextSwitchTo(caller);
		if (shadow->series == NULL)
			shadow->snapshot = DatumGetJsonbPCopy(JsonbPGetDatum(shadow->snapshot));
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		FlushErrorState();
		MigRunModelError(&shadow->text, error);
	}
	PG_END_TRY();

	RollbackAndReleaseCurrentSubTransaction();
	CurrentResourceOwner = owner;
	MemoryContextSwitchTo(caller);
	return error;
}

/* All that happens in the subtransaction. */
static void
Build(Shadow *shadow)
{
	shadow->is_hiding = true;
	Hide(shadow);
	shadow->is_hiding = false;
	SetUp(shadow);
	if (shadow->series != NULL)
	{
		BuildSeries(shadow);
		return;
	}
	MigRunModel(&shadow->text);
	if (OidIsValid(shadow->public))
		CleanPublic(shadow);
	Read(shadow);
}

/* Put what there is out of sight, and make the schema public anew. */
static void
Hide(Shadow *shadow)
{
	Oid			public = get_namespace_oid("public", true);
	bool		has_public = shadow->nschemas == 0;

	shadow->may_create = OidIsValid(public) && MigMayCreateIn(public, shadow->user);
	PushActiveSnapshot(GetLatestSnapshot());
	MigReaderScopeOf(&shadow->hidden.scope, shadow->schemas, shadow->nschemas);
	PopActiveSnapshot();
	for (int i = 0; i < shadow->hidden.scope.nschemas; i++)
	{
		RefuseSystemSchema(shadow->hidden.scope.schemas[i]);
		has_public = has_public || shadow->hidden.scope.schemas[i] == public;
	}
	MigRunHide(&shadow->hidden);
	if (has_public)
		MakePublic(shadow);
}

/* The server's schemas, and ours, cannot be put out of sight. */
static void
RefuseSystemSchema(Oid schema)
{
	const char *name = get_namespace_name(schema);

	if (name == NULL)
		return;
	if ((schema < FirstNormalObjectId && schema != PG_PUBLIC_NAMESPACE) ||
		strncmp(name, "pg_", 3) == 0 || strcmp(name, "migrator") == 0)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("schema \"%s\" is not a user schema", name));
}

/* Make the schema public of a new database. */
static void
MakePublic(Shadow *shadow)
{
	Oid			schema = NamespaceCreate("public", ROLE_PG_DATABASE_OWNER, false);

	CommandCounterIncrement();
	MigRunSetColumn(NamespaceRelationId, schema, Anum_pg_namespace_nspacl,
					PointerGetDatum(PublicAcl(shadow)));
	CreateComments(schema, NamespaceRelationId, 0, PUBLIC_COMMENT);
	CommandCounterIncrement();
	shadow->public = schema;
	MigRunMoveMembers(&shadow->hidden, "public");
}

/*
 * The privileges that initdb gives, and that of the caller to create something
 * if he has it in the live schema; the grantor tells that one from others.
 */
static Acl *
PublicAcl(const Shadow *shadow)
{
	Acl		   *acl = make_empty_acl();
	AclItem		items[3] = {
		{.ai_grantee = ROLE_PG_DATABASE_OWNER,.ai_grantor = ROLE_PG_DATABASE_OWNER},
		{.ai_grantee = ACL_ID_PUBLIC,.ai_grantor = ROLE_PG_DATABASE_OWNER},
		{.ai_grantee = shadow->user,.ai_grantor = BOOTSTRAP_SUPERUSERID}
	};

	ACLITEM_SET_PRIVS_GOPTIONS(items[0], ACL_CREATE | ACL_USAGE, ACL_NO_RIGHTS);
	ACLITEM_SET_PRIVS_GOPTIONS(items[1], ACL_USAGE, ACL_NO_RIGHTS);
	ACLITEM_SET_PRIVS_GOPTIONS(items[2], ACL_CREATE | ACL_USAGE, ACL_NO_RIGHTS);
	for (int i = 0; i < (shadow->may_create ? 3 : 2); i++)
	{
		Acl		   *added = aclupdate(acl, &items[i], ACL_MODECHG_ADD, ROLE_PG_DATABASE_OWNER,
									  DROP_RESTRICT);

		acl = added;
	}
	return acl;
}

/* Take the caller's own privilege away again. */
static void
CleanPublic(const Shadow *shadow)
{
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(shadow->public));
	bool		isnull;
	Datum		value;
	Acl		   *acl;
	int			kept = 0;

	if (!HeapTupleIsValid(tuple))
		return;					/* the text has dropped it */
	value = SysCacheGetAttr(NAMESPACEOID, tuple, Anum_pg_namespace_nspacl, &isnull);
	acl = isnull ? NULL : DatumGetAclPCopy(value);
	ReleaseSysCache(tuple);
	if (acl == NULL)
		return;

	for (int i = 0; i < ACL_NUM(acl); i++)
	{
		AclItem    *item = &ACL_DAT(acl)[i];

		if (item->ai_grantor != BOOTSTRAP_SUPERUSERID || item->ai_grantee != shadow->user)
			ACL_DAT(acl)[kept++] = *item;
	}
	ARR_DIMS(acl)[0] = kept;
	SET_VARSIZE(acl, ACL_N_SIZE(kept));
	MigRunSetColumn(NamespaceRelationId, shadow->public, Anum_pg_namespace_nspacl,
					PointerGetDatum(acl));
	CommandCounterIncrement();
}

/*
 * Settings that the text starts with; the rollback puts them back.  Sections of
 * revisions start with the caller's.
 */
static void
SetUp(const Shadow *shadow)
{
	static const struct
	{
		const char *name;
		const char *value;
	}			settings[] =
	{
		{"search_path", "\"$user\", public"},
		{"check_function_bodies", "off"},
		{"default_tablespace", ""},
		{"default_table_access_method", "heap"},
	};

	(void) set_config_option("migrator.shadow", psprintf("%d", (int) shadow->user), PGC_SUSET,
							 PGC_S_SESSION, GUC_ACTION_SET, true, 0, false);
	for (size_t i = 0; i < lengthof(settings) && shadow->series == NULL; i++)
		(void) set_config_option(settings[i].name, settings[i].value, PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SET, true, 0, false);
}

/*
 * MigRunSeries
 *		Run sections one after the other in an empty database made of this one,
 *		and hand on what each of them has made.
 *
 * Nothing of it is kept.  Returns the error that one of them has raised, or NULL;
 * what was handed on before that stays good.
 */
ErrorData *
MigRunSeries(MigSeries *series)
{
	Shadow		shadow;

	memset(&shadow, 0, sizeof(shadow));
	shadow.schemas = series->schemas;
	shadow.nschemas = series->nschemas;
	shadow.user = GetUserId();
	shadow.text.hidden = &shadow.hidden;
	shadow.text.has_ground = series->has_ground;
	shadow.series = series;
	shadow.is_alone = !IsTransactionBlock();
	return TryBuild(&shadow);
}

/* All sections. */
static void
BuildSeries(Shadow *shadow)
{
	MemoryContext old = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(old, "migrator series", ALLOCSET_DEFAULT_SIZES);
	const MigBody *body;

	if (shadow->series->has_ground)
		LayGround(shadow);
	MemoryContextSwitchTo(context);
	Show(shadow);
	while ((body = shadow->series->next(shadow->series->arg)) != NULL)
	{
		int64		writes = MigRunCatalogWrites();

		CHECK_FOR_INTERRUPTS();
		shadow->text.npassed = 0;
		RunBody(shadow, body);
		shadow->series->npassed = shadow->text.npassed;
		if (writes >= 0 && writes == MigRunCatalogWrites())
			shadow->series->seen(NULL, shadow->series->arg);
		else
			Show(shadow);
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/* One section; what it sets ends with it. */
static void
RunBody(Shadow *shadow, const MigBody *body)
{
	int			guc_level = NewGUCNestLevel();
	Oid			user;
	int			security;

	GetUserIdAndSecContext(&user, &security);
	shadow->text.text = body->text;
	shadow->text.place = body->place;
	shadow->text.hints = NIL;
	MigRunModel(&shadow->text);
	AtEOXact_GUC(false, guc_level);
	SetUserIdAndSecContext(user, security);

	/*
	 * Each section has a transaction of its own when it is really run, so
	 * that the next one can use a new value of an enum.
	 */
	if (shadow->is_alone)
		AtEOXact_Enum();
}

/*
 * Read what there is and hand it on.  What has to be changed before it can be
 * read is changed back.
 */
static void
Show(Shadow *shadow)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	Jsonb	   *snapshot;

	BeginInternalSubTransaction(NULL);
	if (OidIsValid(shadow->public))
		CleanPublic(shadow);
	Read(shadow);
	MemoryContextSwitchTo(context);
	snapshot = DatumGetJsonbPCopy(JsonbPGetDatum(shadow->snapshot));
	RollbackAndReleaseCurrentSubTransaction();
	CurrentResourceOwner = owner;
	MemoryContextSwitchTo(context);
	shadow->series->seen(snapshot, shadow->series->arg);
}

/*
 * What the sections may take for granted: somebody has made the schemas, which
 * are empty, and installed the extensions.
 */
static void
LayGround(Shadow *shadow)
{
	ListCell   *lc;

	foreach(lc, shadow->hidden.objects)
	{
		const MigHiddenObject *object = lfirst(lc);

		if (object->address.class == NamespaceRelationId)
			LaySchema(shadow, object->name);
	}
	foreach(lc, shadow->hidden.objects)
	{
		const MigHiddenObject *object = lfirst(lc);
		CreateExtensionStmt *create;
		const char *home;

		if (!object->is_hidden || object->address.class != ExtensionRelationId)
			continue;
		home = ExtensionHome(shadow, object->address.object);
		if (home == NULL)
			continue;
		create = makeNode(CreateExtensionStmt);
		create->extname = unconstify(char *, object->name);
		create->options = list_make2(makeDefElem("schema", (Node *) makeString(pstrdup(home)), -1),
									 makeDefElem("cascade", (Node *) makeBoolean(true), -1));
		(void) MigRunCreateExtension(&shadow->hidden, create);
	}
}

/* The name of the schema in which an extension is, or NULL. */
static const char *
ExtensionHome(const Shadow *shadow, Oid extension)
{
	Oid			schema = MigRunExtensionSchema(extension);
	const MigHiddenObject *hidden = MigRunHiddenSchema(&shadow->hidden, schema);

	return hidden == NULL ? get_namespace_name(schema) : hidden->name;
}

/* Make a schema as the live one is, unless there is one. */
static void
LaySchema(Shadow *shadow, const char *name)
{
	const MigHiddenObject *live = MigRunFindHidden(&shadow->hidden, NamespaceRelationId, name);
	HeapTuple	tuple;
	char	   *comment;
	bool		isnull;
	Datum		acl;
	Oid			schema;

	if (live == NULL || OidIsValid(live->extension) || OidIsValid(get_namespace_oid(name, true)))
		return;
	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(live->address.object));
	if (!HeapTupleIsValid(tuple))
		return;
	schema = NamespaceCreate(name, ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner, false);
	CommandCounterIncrement();
	acl = SysCacheGetAttr(NAMESPACEOID, tuple, Anum_pg_namespace_nspacl, &isnull);
	if (!isnull)
		MigRunSetColumn(NamespaceRelationId, schema, Anum_pg_namespace_nspacl, acl);
	comment = GetComment(live->address.object, NamespaceRelationId, 0);
	if (comment != NULL)
		CreateComments(schema, NamespaceRelationId, 0, comment);
	ReleaseSysCache(tuple);
	CommandCounterIncrement();
	MigRunMoveMembers(&shadow->hidden, name);
}

/* Read what the text has made. */
static void
Read(Shadow *shadow)
{
	MigReaderScope scope;
	List	   *unmet = NIL;
	ListCell   *lc;

	PushActiveSnapshot(GetLatestSnapshot());
	MigReaderScopeOf(&scope, shadow->schemas, shadow->nschemas);
	scope.secrets = true;
	KeepNew(&scope);
	AddHidden(shadow, &scope);
	shadow->snapshot = MigReaderSnapshot(&scope, &unmet);
	PopActiveSnapshot();
	AddHints(shadow);
	foreach(lc, unmet)
	{
		RefuseUnmet(shadow, lfirst(lc));
	}
}

/* Add the text's hints to the snapshot. */
static void
AddHints(Shadow *shadow)
{
	List	   *from = NIL;
	List	   *to = NIL;
	ListCell   *lc;

	foreach(lc, shadow->text.hints)
	{
		from = lappend(from, unconstify(char *, ((MigHint *) lfirst(lc))->from));
		to = lappend(to, unconstify(char *, ((MigHint *) lfirst(lc))->to));
	}
	shadow->snapshot = MigModelHint(shadow->snapshot, from, to);
}

/* Leave out schemas that somebody else has created in the meantime. */
static void
KeepNew(MigReaderScope *scope)
{
	Oid		   *kept = palloc(sizeof(Oid) * (scope->nschemas + 1));
	int			nkept = 0;

	for (int i = 0; i < scope->nschemas; i++)
	{
		HeapTuple	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(scope->schemas[i]));

		if (!HeapTupleIsValid(tuple))
			continue;
		if (TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data)))
			kept[nkept++] = scope->schemas[i];
		ReleaseSysCache(tuple);
	}
	scope->schemas = kept;
	scope->nschemas = nkept;
}

/* Say what is still hidden, besides schemas. */
static void
AddHidden(const Shadow *shadow, MigReaderScope *scope)
{
	MigAddress *hidden = palloc(sizeof(MigAddress) * (list_length(shadow->hidden.objects) + 1));
	ListCell   *lc;

	scope->nhidden = 0;
	foreach(lc, shadow->hidden.objects)
	{
		const MigHiddenObject *object = lfirst(lc);

		if (object->is_hidden && object->address.class != NamespaceRelationId)
			hidden[scope->nhidden++] = object->address;
	}
	scope->hidden = hidden;
}

/* Fail if something of the text needs what is not in it. */
static void
RefuseUnmet(const Shadow *shadow, const MigUnmet *unmet)
{
	ListCell   *lc;
	MigHiddenObject *home;
	char	   *name;

	foreach(lc, shadow->hidden.objects)
	{
		const MigHiddenObject *object = lfirst(lc);

		if (object->is_hidden && object->address.class == ExtensionRelationId &&
			object->address.object == unmet->extension)
			ereport(ERROR,
					errcode(ERRCODE_UNDEFINED_OBJECT),
					errmsg("%s needs extension \"%s\", which the text does not create",
						   unmet->object, object->name),
					errhint("Add CREATE EXTENSION %s to the text.", quote_identifier(object->name)));
	}
	if (OidIsValid(unmet->extension))
		return;
	home = HiddenHome(shadow, &unmet->needs, &name);
	if (home != NULL)
		ereport(ERROR,
				errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("%s needs \"%s\" of the live schema \"%s\", which the text does not define",
					   unmet->object, name, home->name));
}

/* The hidden schema in which an object is, and its name; NULL if in none. */
static MigHiddenObject *
HiddenHome(const Shadow *shadow, const MigAddress *address, char **name)
{
	Relation	catalog;
	HeapTuple	tuple;
	MigHiddenObject *home = NULL;
	bool		isnull;

	if (!is_objectclass_supported(address->class) ||
		get_object_attnum_namespace(address->class) == InvalidAttrNumber ||
		get_object_attnum_name(address->class) == InvalidAttrNumber)
		return NULL;
	catalog = table_open(address->class, AccessShareLock);
	tuple = get_catalog_object_by_oid(catalog, get_object_attnum_oid(address->class), address->object);
	if (HeapTupleIsValid(tuple))
	{
		TupleDesc	desc = RelationGetDescr(catalog);
		Datum		schema = heap_getattr(tuple, get_object_attnum_namespace(address->class), desc,
										  &isnull);

		home = MigRunHiddenSchema(&shadow->hidden, DatumGetObjectId(schema));
		*name = pstrdup(NameStr(*DatumGetName(heap_getattr(tuple, get_object_attnum_name(address->class),
														   desc, &isnull))));
	}
	table_close(catalog, AccessShareLock);
	return home;
}
