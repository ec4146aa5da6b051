/*-------------------------------------------------------------------------
 * src/model/model.h
 *	  A database schema as a value: objects, their properties, what they need.
 *
 * A model is a snapshot (jsonb, as migrator.snapshot() gives it; see
 * doc/snapshot.md) with its objects as structs and their dependencies as
 * pointers.  It belongs to the memory context it was made in and is not
 * changed afterwards.
 *
 * An object's identity is its quoted and qualified name, as it is written in
 * SQL; kind and identity together are its key, by which two models are
 * compared.  Everything else about it is in its properties: absent means the
 * default, so that equal objects have equal properties.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_MODEL_H
#define MIG_MODEL_H

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

/* The format of snapshots that this code writes and reads. */
#define MIG_SNAPSHOT_FORMAT		1

/* What stands in the place of a secret. */
#define MIG_MASK				"********"

/*
 * The kinds of objects, in the order in which a snapshot lists them.  Where
 * dependencies leave a choice, objects are created in this order too.
 */
typedef enum MigKind
{
	MIG_KIND_SCHEMA,
	MIG_KIND_EXTENSION,
	MIG_KIND_LANGUAGE,
	MIG_KIND_COLLATION,
	MIG_KIND_TYPE,				/* enum, composite, range, base, shell */
	MIG_KIND_DOMAIN,
	MIG_KIND_DOMAIN_CONSTRAINT,
	MIG_KIND_FUNCTION,			/* and window functions */
	MIG_KIND_PROCEDURE,
	MIG_KIND_AGGREGATE,
	MIG_KIND_ACCESS_METHOD,
	MIG_KIND_OPERATOR,
	MIG_KIND_OPERATOR_FAMILY,
	MIG_KIND_OPERATOR_CLASS,
	MIG_KIND_CAST,
	MIG_KIND_CONVERSION,
	MIG_KIND_TRANSFORM,
	MIG_KIND_TS_PARSER,
	MIG_KIND_TS_TEMPLATE,
	MIG_KIND_TS_DICTIONARY,
	MIG_KIND_TS_CONFIGURATION,
	MIG_KIND_FDW,
	MIG_KIND_SERVER,
	MIG_KIND_USER_MAPPING,
	MIG_KIND_SEQUENCE,
	MIG_KIND_TABLE,				/* and partitioned tables */
	MIG_KIND_FOREIGN_TABLE,
	MIG_KIND_COLUMN,			/* of the two before; parent: the table */
	MIG_KIND_DEFAULT,			/* of a column, not generated; parent: the
								 * column */
	MIG_KIND_INHERITANCE,		/* a table's link to a parent table; parent:
								 * the child */
	MIG_KIND_VIEW,
	MIG_KIND_MATERIALIZED_VIEW,
	MIG_KIND_CONSTRAINT,		/* of a table */
	MIG_KIND_INDEX,				/* not behind a constraint */
	MIG_KIND_INDEX_ATTACHMENT,	/* of a partition's index or constraint */
	MIG_KIND_STATISTICS,
	MIG_KIND_RULE,
	MIG_KIND_TRIGGER,
	MIG_KIND_POLICY,
	MIG_KIND_PUBLICATION,
	MIG_KIND_PUBLICATION_RELATION,	/* parent: the publication */
	MIG_KIND_PUBLICATION_SCHEMA,	/* parent: the publication */
	MIG_KIND_SUBSCRIPTION,
	MIG_KIND_EVENT_TRIGGER,
	MIG_KIND_DEFAULT_PRIVILEGES,
	MIG_NKINDS
} MigKind;

typedef struct MigObject
{
	int			number;			/* in the model's array */
	MigKind		kind;
	const char *key;			/* kind, space, identity */
	const char *identity;
	const char *schema;			/* unquoted; NULL outside schemas */
	const char *name;			/* unquoted, without arguments */
	JsonbContainer *props;
	struct MigObject *parent;	/* what it is a part of, or NULL */
	List	   *parts;			/* MigObject *: what it is the parent of */
	List	   *needs;			/* MigObject *: what it depends on, besides
								 * the parent */
	List	   *needed_by;		/* MigObject * */
} MigObject;

typedef struct MigModel
{
	int			nobjects;
	MigObject **objects;		/* by kind, then identity */
	struct HTAB *by_key;
	List	   *renames;		/* JsonbContainer *: hints, as the snapshot
								 * has them */
} MigModel;

/* Which objects a comparison looks at; empty lists are all. */
typedef struct MigFilter
{
	const char **kinds;			/* names of kinds; with a minus, not those */
	int			nkinds;
	const char **names;			/* patterns of identities; likewise */
	int			nnames;
} MigFilter;

/* model.c */
extern MigModel *MigModelRead(Jsonb *snapshot, const char *argument);
extern MigObject *MigModelFind(const MigModel *model, const char *key);
extern const char *MigKindName(MigKind kind);
extern bool MigIsForeignKey(const MigObject *object);
extern int	MigKindFind(const char *name, size_t len);

/* model_check.c */
extern const char *MigModelLacks(const MigObject *object);

/* model_filter.c */
extern Jsonb *MigModelHint(Jsonb *snapshot, const List *from, const List *to);
extern Jsonb *MigModelFilter(Jsonb *source, Jsonb *target, const MigFilter *filter);

/* model_props.c */
extern const char *MigPropText(JsonbContainer *props, const char *field);
extern bool MigPropFlag(JsonbContainer *props, const char *field);
extern int	MigPropInt(JsonbContainer *props, const char *field, int missing);
extern List *MigPropTexts(JsonbContainer *props, const char *field);
extern List *MigPropItems(JsonbContainer *props, const char *field);
extern List *MigPropKeys(JsonbContainer *props, const char *field);
extern JsonbContainer *MigPropItem(JsonbContainer *props, const char *field);
extern void MigPropPush(JsonbParseState **state, JsonbIteratorToken token, const char *text);
extern bool MigPropSame(JsonbContainer *one, JsonbContainer *other, const char *field);
extern bool MigPropsSame(const MigObject *one, const MigObject *other,
						 const char *const *but);

#endif							/* MIG_MODEL_H */
