/*-------------------------------------------------------------------------
 * src/emit/emit_index.c
 *	  Indexes, also those behind constraints as far as ALTER INDEX goes, and
 *	  what partitions' indexes are attached to.
 *
 * The index of a partitioned table is made without those of its partitions;
 * each partition's is created as it is, and then attached.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static bool HoldsConstraint(const MigObject *object);
static bool IsOnline(const MigDiff *diff, const MigObject *object);
static const char *IndexName(const MigObject *object);
static void FinishStatistics(MigDiff *diff, const MigObject *old, const MigObject *new);
static int	TargetOf(List *items, int column);
static bool IsTakenOver(const MigObject *object, const char *property);
static void FinishReplicaIdentity(MigDiff *diff, const MigObject *old, const MigObject *new);

/* CREATE INDEX. */
void
MigCreateIndex(MigDiff *diff, const MigObject *object)
{
	if (MigPropFlag(object->props, "invalid"))
		return;					/* what failed is not repeated */
	MigEmitCreateIndex(diff, object, MigPropText(object->props, "definition"),
					   MigPropFlag(object->props, "unique"));
}

/*
 * MigEmitCreateIndex
 *		CREATE INDEX, also for what then becomes the index of a constraint.
 */
void
MigEmitCreateIndex(MigDiff *diff, const MigObject *object, const char *definition, bool unique)
{
	static const char btree[] = "USING btree ";
	List	   *options = MigPropTexts(object->props, "options");
	const char *tablespace = MigPropText(object->props, "tablespace");
	const char *predicate = MigPropText(object->props, "predicate");
	StringInfoData text;

	if (strncmp(definition, btree, strlen(btree)) == 0)
		definition += strlen(btree);
	initStringInfo(&text);
	appendStringInfo(&text, "CREATE %sINDEX %s%s ON %s%s %s", unique ? "UNIQUE " : "",
					 IsOnline(diff, object) ? "CONCURRENTLY " : "", quote_identifier(object->name),
					 MigPropFlag(object->props, "partitioned") ? "ONLY " : "",
					 object->parent->identity, definition);
	if (options != NIL)
		appendStringInfo(&text, " WITH (%s)", MigJoinOptions(options));
	if (tablespace != NULL)
		appendStringInfo(&text, " TABLESPACE %s", quote_identifier(tablespace));
	if (predicate != NULL)
		appendStringInfo(&text, " WHERE %s", predicate);
	MigEmit(diff, "%s", text.data);
	if (!MigDiffIsNew(diff, object->parent) && !IsOnline(diff, object))
		MigHazard(diff, unique ? MIG_HAZARD_UNIQUE : MIG_HAZARD_INDEX);
}

/* DROP INDEX. */
void
MigDropIndex(MigDiff *diff, const MigObject *object)
{
	bool		online = diff->online && !MigPropFlag(object->props, "partitioned");

	MigEmit(diff, "DROP INDEX %s%s%s", online ? "CONCURRENTLY " : "", object->identity,
			HoldsConstraint(object) ? " CASCADE" : "");
	if (!online)
		MigHazard(diff, MIG_HAZARD_DROP_INDEX);
	if (MigDiffFate(diff, object) == MIG_FATE_RECREATE)
		MigHazard(diff, MIG_HAZARD_RECREATE);
}

/* Settings can be altered, nothing of the definition. */
bool
MigAlterIndex(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	static const char *const settings[] = {
		"needs", "comment", "options", "tablespace", "clustered", "replica_identity",
		"statistics", "extensions", NULL
	};

	return MigPropsSame(old, new, settings) && MigAlterIndexSettings(diff, old, new);
}

/*
 * MigAlterIndexSettings
 *		Storage options and tablespace; false if they cannot be altered.
 */
bool
MigAlterIndexSettings(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *alter = psprintf("ALTER INDEX %s", IndexName(new));
	const char *tablespace = MigPropText(new->props, "tablespace");

	if (!MigPropSame(old->props, new->props, "options"))
	{
		if (MigPropFlag(new->props, "partitioned"))
			return false;
		MigEmitOptions(diff, alter, MigPropTexts(old->props, "options"),
					   MigPropTexts(new->props, "options"));
	}
	if (!MigPropSame(old->props, new->props, "tablespace"))
	{
		MigEmit(diff, "%s SET TABLESPACE %s", alter,
				tablespace == NULL ? "pg_default" : quote_identifier(tablespace));
		MigHazard(diff, MIG_HAZARD_COPY);
	}
	return true;
}

/* What is said after CREATE INDEX. */
void
MigFinishIndex(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	if (MigPropFlag(new->props, "invalid"))
		return;
	MigFinishIndexSettings(diff, old, new);
	FinishStatistics(diff, old, new);
}

/*
 * MigFinishIndexSettings
 *		What the table and extensions have to do with the index.
 */
void
MigFinishIndexSettings(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	bool		clustered = MigPropFlag(new->props, "clustered");

	if (clustered != (old != NULL && MigPropFlag(old->props, "clustered")))
	{
		if (clustered)
			MigEmit(diff, "ALTER %s %s CLUSTER ON %s", MigEmitPhrase(diff, new->parent),
					new->parent->identity, quote_identifier(new->name));
		else if (!IsTakenOver(new, "clustered"))
			MigEmit(diff, "ALTER %s %s SET WITHOUT CLUSTER", MigEmitPhrase(diff, new->parent),
					new->parent->identity);
	}
	FinishReplicaIdentity(diff, old, new);
	MigEmitExtensionsOf(diff, psprintf("INDEX %s", IndexName(new)), old, new);
}

/* ATTACH PARTITION, unless that came with the tables. */
void
MigCreateIndexAttachment(MigDiff *diff, const MigObject *object)
{
	bool		linked = MigDiffIsLinkNew(diff, object->parent->parent);
	ListCell   *lc;

	foreach(lc, object->needs)
	{
		if (!linked || MigDiffIsIncomplete(diff, lfirst(lc)))
			MigEmit(diff, "ALTER INDEX %s ATTACH PARTITION %s", IndexName(lfirst(lc)),
					IndexName(object->parent));
	}
}

/* It ends with one of the indexes, or with the link between the tables. */
void
MigDropIndexAttachment(MigDiff *diff pg_attribute_unused(),
					   const MigObject *object pg_attribute_unused())
{
}

/*
 * Whether a partition has a constraint with an index attached to this one: that
 * can be dropped neither before nor, without saying so, with it.
 */
static bool
HoldsConstraint(const MigObject *object)
{
	ListCell   *lc;

	foreach(lc, object->needed_by)
	{
		const MigObject *attachment = lfirst(lc);

		if (attachment->kind == MIG_KIND_INDEX_ATTACHMENT &&
			(attachment->parent->kind == MIG_KIND_CONSTRAINT || HoldsConstraint(attachment->parent)))
			return true;
	}
	return false;
}

static bool
IsOnline(const MigDiff *diff, const MigObject *object)
{
	return diff->online && !MigDiffIsNew(diff, object->parent) &&
		!MigPropFlag(object->props, "partitioned");
}

/* That of a constraint has its name. */
static const char *
IndexName(const MigObject *object)
{
	return quote_qualified_identifier(object->schema, object->name);
}

static void
FinishStatistics(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	List	   *was = old == NULL ? NIL : MigPropItems(old->props, "statistics");
	List	   *is = MigPropItems(new->props, "statistics");
	ListCell   *lc;

	foreach(lc, was)
	{
		int			column = MigPropInt(lfirst(lc), "column", 0);

		if (TargetOf(is, column) < 0)
			MigEmit(diff, "ALTER INDEX %s ALTER COLUMN %d SET STATISTICS -1", new->identity, column);
	}
	foreach(lc, is)
	{
		int			column = MigPropInt(lfirst(lc), "column", 0);
		int			target = MigPropInt(lfirst(lc), "target", -1);

		if (TargetOf(was, column) != target)
			MigEmit(diff, "ALTER INDEX %s ALTER COLUMN %d SET STATISTICS %d", new->identity, column,
					target);
	}
}

static int
TargetOf(List *items, int column)
{
	ListCell   *lc;

	foreach(lc, items)
	{
		if (MigPropInt(lfirst(lc), "column", 0) == column)
			return MigPropInt(lfirst(lc), "target", -1);
	}
	return -1;
}

/* Whether another index of the table has a property that only one can have. */
static bool
IsTakenOver(const MigObject *object, const char *property)
{
	ListCell   *lc;

	foreach(lc, object->parent->parts)
	{
		const MigObject *part = lfirst(lc);

		if (part != object && (part->kind == MIG_KIND_INDEX || part->kind == MIG_KIND_CONSTRAINT) &&
			MigPropFlag(part->props, property))
			return true;
	}
	return false;
}

/* The table itself says FULL and NOTHING. */
static void
FinishReplicaIdentity(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	bool		was = old != NULL && MigPropFlag(old->props, "replica_identity");
	bool		is = MigPropFlag(new->props, "replica_identity");

	if (is && !was)
		MigEmit(diff, "ALTER TABLE ONLY %s REPLICA IDENTITY USING INDEX %s", new->parent->identity,
				quote_identifier(new->name));
	else if (was && !is && !IsTakenOver(new, "replica_identity") &&
			 MigPropText(new->parent->props, "replica_identity") == NULL)
		MigEmit(diff, "ALTER TABLE ONLY %s REPLICA IDENTITY DEFAULT", new->parent->identity);
}
