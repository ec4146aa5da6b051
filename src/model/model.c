/*-------------------------------------------------------------------------
 * src/model/model.c
 *	  From a snapshot to objects that know each other.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/compat.h"
#include "base/base.h"
#include "miscadmin.h"
#include "model/model.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

/* The names of the kinds, as users see them in snapshots and changes. */
static const char *const kind_names[MIG_NKINDS] =
{
	[MIG_KIND_SCHEMA] = "schema",
	[MIG_KIND_EXTENSION] = "extension",
	[MIG_KIND_LANGUAGE] = "language",
	[MIG_KIND_COLLATION] = "collation",
	[MIG_KIND_TYPE] = "type",
	[MIG_KIND_DOMAIN] = "domain",
	[MIG_KIND_DOMAIN_CONSTRAINT] = "domain constraint",
	[MIG_KIND_FUNCTION] = "function",
	[MIG_KIND_PROCEDURE] = "procedure",
	[MIG_KIND_AGGREGATE] = "aggregate",
	[MIG_KIND_ACCESS_METHOD] = "access method",
	[MIG_KIND_OPERATOR] = "operator",
	[MIG_KIND_OPERATOR_FAMILY] = "operator family",
	[MIG_KIND_OPERATOR_CLASS] = "operator class",
	[MIG_KIND_CAST] = "cast",
	[MIG_KIND_CONVERSION] = "conversion",
	[MIG_KIND_TRANSFORM] = "transform",
	[MIG_KIND_TS_PARSER] = "text search parser",
	[MIG_KIND_TS_TEMPLATE] = "text search template",
	[MIG_KIND_TS_DICTIONARY] = "text search dictionary",
	[MIG_KIND_TS_CONFIGURATION] = "text search configuration",
	[MIG_KIND_FDW] = "foreign-data wrapper",
	[MIG_KIND_SERVER] = "server",
	[MIG_KIND_USER_MAPPING] = "user mapping",
	[MIG_KIND_SEQUENCE] = "sequence",
	[MIG_KIND_TABLE] = "table",
	[MIG_KIND_FOREIGN_TABLE] = "foreign table",
	[MIG_KIND_COLUMN] = "column",
	[MIG_KIND_DEFAULT] = "default",
	[MIG_KIND_INHERITANCE] = "inheritance",
	[MIG_KIND_VIEW] = "view",
	[MIG_KIND_MATERIALIZED_VIEW] = "materialized view",
	[MIG_KIND_CONSTRAINT] = "constraint",
	[MIG_KIND_INDEX] = "index",
	[MIG_KIND_INDEX_ATTACHMENT] = "index attachment",
	[MIG_KIND_STATISTICS] = "statistics",
	[MIG_KIND_RULE] = "rule",
	[MIG_KIND_TRIGGER] = "trigger",
	[MIG_KIND_POLICY] = "policy",
	[MIG_KIND_PUBLICATION] = "publication",
	[MIG_KIND_PUBLICATION_RELATION] = "publication relation",
	[MIG_KIND_PUBLICATION_SCHEMA] = "publication schema",
	[MIG_KIND_SUBSCRIPTION] = "subscription",
	[MIG_KIND_EVENT_TRIGGER] = "event trigger",
	[MIG_KIND_DEFAULT_PRIVILEGES] = "default privileges",
};

#define KIND(kind)	(UINT64CONST(1) << (kind))

#define TABLES		(KIND(MIG_KIND_TABLE) | KIND(MIG_KIND_FOREIGN_TABLE))
#define QUERIES		(KIND(MIG_KIND_VIEW) | KIND(MIG_KIND_MATERIALIZED_VIEW))

/* Of what the kinds are parts, those that are parts of something. */
static const uint64 parents[MIG_NKINDS] =
{
	[MIG_KIND_DOMAIN_CONSTRAINT] = KIND(MIG_KIND_DOMAIN),
	[MIG_KIND_COLUMN] = TABLES,
	[MIG_KIND_DEFAULT] = KIND(MIG_KIND_COLUMN),
	[MIG_KIND_INHERITANCE] = TABLES,
	[MIG_KIND_CONSTRAINT] = TABLES,
	[MIG_KIND_INDEX] = KIND(MIG_KIND_TABLE) | KIND(MIG_KIND_MATERIALIZED_VIEW),
	[MIG_KIND_INDEX_ATTACHMENT] = KIND(MIG_KIND_INDEX) | KIND(MIG_KIND_CONSTRAINT),
	[MIG_KIND_STATISTICS] = TABLES | KIND(MIG_KIND_MATERIALIZED_VIEW),
	[MIG_KIND_RULE] = TABLES | QUERIES,
	[MIG_KIND_TRIGGER] = TABLES | QUERIES,
	[MIG_KIND_POLICY] = TABLES,
	[MIG_KIND_PUBLICATION_RELATION] = KIND(MIG_KIND_PUBLICATION),
	[MIG_KIND_PUBLICATION_SCHEMA] = KIND(MIG_KIND_PUBLICATION),
};

typedef struct KeyEntry
{
	const char *key;
	MigObject  *object;
} KeyEntry;

static List *ReadObjects(Jsonb *snapshot, const char *argument);
static MigObject *ReadObject(JsonbContainer *props, int likely, const char *argument);
static void Connect(MigModel *model, const char *argument);
static void ConnectParent(MigModel *model, MigObject *object, const char *argument);
static int	CompareObjects(const void *a, const void *b);
pg_noreturn static void RaiseNoSnapshot(const char *argument, const char *detail);

/*
 * MigModelRead
 *		The model of a snapshot.
 *
 * argument names the SQL function's argument in errors.  Raises
 * INVALID_PARAMETER_VALUE if the value is no snapshot, or one of a format that
 * this code does not know.  The model points into snapshot, which must stay.
 */
MigModel *
MigModelRead(Jsonb *snapshot, const char *argument)
{
	MigModel   *model = palloc0(sizeof(MigModel));
	List	   *objects = ReadObjects(snapshot, argument);
	ListCell   *lc;

	model->objects = palloc(sizeof(MigObject *) * (list_length(objects) + 1));
	foreach(lc, objects)
	{
		model->objects[model->nobjects++] = lfirst(lc);
	}
	qsort(model->objects, model->nobjects, sizeof(MigObject *), CompareObjects);

	model->by_key = MigTextTable("migrator model", sizeof(KeyEntry), Max(model->nobjects, 16),
								 CurrentMemoryContext);
	for (int i = 0; i < model->nobjects; i++)
	{
		MigObject  *object = model->objects[i];
		bool		found;
		KeyEntry   *entry = hash_search(model->by_key, &object->key, HASH_ENTER, &found);

		if (found)
			RaiseNoSnapshot(argument, psprintf("It has %s twice.", object->key));
		object->number = i;
		entry->object = object;
	}
	Connect(model, argument);
	model->renames = MigPropItems(&snapshot->root, "renames");
	return model;
}

/*
 * MigModelFind
 *		The object with this key, or NULL.
 */
MigObject *
MigModelFind(const MigModel *model, const char *key)
{
	KeyEntry   *entry = hash_search(model->by_key, &key, HASH_FIND, NULL);

	return entry == NULL ? NULL : entry->object;
}

/*
 * MigKindName
 *		The name of a kind, as users see it.
 */
const char *
MigKindName(MigKind kind)
{
	return kind_names[kind];
}

/*
 * MigIsForeignKey
 *		Whether an object is a foreign key.
 */
bool
MigIsForeignKey(const MigObject *object)
{
	const char *type = object->kind == MIG_KIND_CONSTRAINT ? MigPropText(object->props, "type") : NULL;

	return type != NULL && strcmp(type, "foreign key") == 0;
}

/*
 * MigKindFind
 *		The kind of this name, or -1.
 */
int
MigKindFind(const char *name, size_t len)
{
	for (int i = 0; i < MIG_NKINDS; i++)
		if (strncmp(kind_names[i], name, len) == 0 && kind_names[i][len] == '\0')
			return i;
	return -1;
}

/* The objects of a snapshot, checked one by one. */
static List *
ReadObjects(Jsonb *snapshot, const char *argument)
{
	List	   *objects = NIL;
	List	   *items;
	ListCell   *lc;
	int			kind = 0;

	if (!JB_ROOT_IS_OBJECT(snapshot))
		RaiseNoSnapshot(argument, "It is not an object.");
	if (MigPropText(&snapshot->root, "format") == NULL)
		RaiseNoSnapshot(argument, "It has no \"format\".");
	if (strcmp(MigPropText(&snapshot->root, "format"), CppAsString2(MIG_SNAPSHOT_FORMAT)) != 0)
		RaiseNoSnapshot(argument,
						psprintf("Its format is %s; this version of migrator reads format %d.",
								 MigPropText(&snapshot->root, "format"), MIG_SNAPSHOT_FORMAT));
	items = MigPropItems(&snapshot->root, "objects");
	foreach(lc, items)
	{
		MigObject  *object = ReadObject(lfirst(lc), kind, argument);

		objects = lappend(objects, object);
		kind = object->kind;	/* likely the next one's, too */
	}
	return objects;
}

static MigObject *
ReadObject(JsonbContainer *props, int likely, const char *argument)
{
	MigObject  *object = palloc0(sizeof(MigObject));
	const char *kind = MigPropText(props, "kind");
	const char *lacks;
	int			number = -1;

	if (kind != NULL)
		number = strcmp(kind, kind_names[likely]) == 0 ? likely : MigKindFind(kind, strlen(kind));
	if (number < 0)
		RaiseNoSnapshot(argument, psprintf("It has an object of kind \"%s\".",
										   kind == NULL ? "" : kind));
	object->kind = number;
	object->props = props;
	object->identity = MigPropText(props, "identity");
	object->schema = MigPropText(props, "schema");
	object->name = MigPropText(props, "name");
	if (object->identity == NULL || object->name == NULL)
		RaiseNoSnapshot(argument, psprintf("It has a %s without identity or name.", kind));
	object->key = psprintf("%s %s", kind, object->identity);
	lacks = MigModelLacks(object);
	if (lacks != NULL)
		RaiseNoSnapshot(argument, psprintf("It has %s without a valid \"%.*s\".", object->key,
										   (int) strcspn(lacks, "="), lacks));
	return object;
}

/* Resolve parents and needs.  A need that is not there is met from outside. */
static void
Connect(MigModel *model, const char *argument)
{
	for (int i = 0; i < model->nobjects; i++)
	{
		MigObject  *object = model->objects[i];
		List	   *needs = MigPropTexts(object->props, "needs");
		ListCell   *lc;

		CHECK_FOR_INTERRUPTS();
		ConnectParent(model, object, argument);
		foreach(lc, needs)
		{
			MigObject  *need = MigModelFind(model, lfirst(lc));

			if (need == NULL || need == object)
				continue;
			object->needs = lappend(object->needs, need);
			need->needed_by = lappend(need->needed_by, object);
		}
	}
}

/* A part of an object that the snapshot does not have makes no sense. */
static void
ConnectParent(MigModel *model, MigObject *object, const char *argument)
{
	const char *key = MigPropText(object->props, "parent");
	MigObject  *parent = key == NULL ? NULL : MigModelFind(model, key);

	if (parent == NULL ? parents[object->kind] != 0
		: (parents[object->kind] & KIND(parent->kind)) == 0)
		RaiseNoSnapshot(argument,
						key == NULL ? psprintf("It has %s without a parent.", object->key)
						: psprintf("It has %s with the parent %s.", object->key, key));
	object->parent = parent;
	if (parent != NULL)
		parent->parts = lappend(parent->parts, object);
}

static int
CompareObjects(const void *a, const void *b)
{
	const MigObject *one = *(MigObject *const *) a;
	const MigObject *other = *(MigObject *const *) b;

	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	return strcmp(one->identity, other->identity);
}

static void
RaiseNoSnapshot(const char *argument, const char *detail)
{
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("argument \"%s\" is not a snapshot", argument),
			errdetail_internal("%s", detail),
			errhint("Snapshots come from migrator.snapshot() and migrator.snapshot_of()."));
}
