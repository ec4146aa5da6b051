/*-------------------------------------------------------------------------
 * src/emit/emit_constraint.c
 *	  Constraints of tables.
 *
 * Those that a table inherits come and go with the parent's, but for three
 * cases: a table that exists must have the parent's checks before it is linked
 * to it, and keeps what it inherited when the link goes; and a foreign key can
 * have another name than the parent's.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static bool HasTwinBefore(const MigObject *object);
static const char *KeyColumns(const MigObject *object);
static bool IsType(const MigObject *object, const char *type);
static bool IsKey(const MigObject *object);
static bool IsInherited(const MigObject *object);
static bool GoesWithParents(const MigDiff *diff, const MigObject *check);
static bool IsOfPartition(const MigObject *object);
static void RenameInherited(MigDiff *diff, const MigObject *object);
static bool IsParentNotValid(const MigObject *object);
static void Validate(MigDiff *diff, const MigObject *object);
static void AppendEnforcement(StringInfo text, const MigObject *object);
static void AddOnline(MigDiff *diff, const MigObject *object);
static void AddHazard(MigDiff *diff, const MigObject *object);
static const char *IndexDefinition(const MigObject *object);
static bool AlterForeignKey(MigDiff *diff, const MigObject *old, const MigObject *new);
static const char *AlterTable(const MigDiff *diff, const MigObject *object);

/*
 * MigConstraintClause
 *		The constraint as it is written in CREATE TABLE and after ADD.
 */
const char *
MigConstraintClause(const MigObject *object)
{
	List	   *options = MigPropTexts(object->props, "options");
	const char *tablespace = MigPropText(object->props, "tablespace");
	const char *predicate = MigPropText(object->props, "predicate");
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "CONSTRAINT %s %s", quote_identifier(object->name),
					 MigPropText(object->props, "definition"));
	if (options != NIL)
		appendStringInfo(&text, " WITH (%s)", MigJoinOptions(options));
	if (tablespace != NULL)
		appendStringInfo(&text, " USING INDEX TABLESPACE %s", quote_identifier(tablespace));
	if (predicate != NULL)
		appendStringInfo(&text, " WHERE (%s)", predicate);
	AppendEnforcement(&text, object);
	if (MigPropFlag(object->props, "not_valid"))
		appendStringInfoString(&text, " NOT VALID");
	return text.data;
}

/* In CREATE TABLE, unless existing rows would not have to obey. */
bool
MigFoldsConstraint(const MigObject *object)
{
	if (MigPropFlag(object->props, "not_valid") || HasTwinBefore(object))
		return false;
	return !IsInherited(object) || (IsType(object, "check") && IsOfPartition(object));
}

/*
 * Whether another key of the table has the same columns.  CREATE TABLE makes
 * only one index for such keys, and so only one constraint.
 */
static bool
HasTwinBefore(const MigObject *object)
{
	const char *columns = KeyColumns(object);
	ListCell   *lc;

	if (columns == NULL)
		return false;
	foreach(lc, object->parent->parts)
	{
		const MigObject *part = lfirst(lc);

		if (part == object)
			return false;
		if (part->kind == MIG_KIND_CONSTRAINT && KeyColumns(part) != NULL &&
			strcmp(KeyColumns(part), columns) == 0)
			return true;
	}
	return false;
}

/* The columns of a key, and what follows them; NULL if it has no index. */
static const char *
KeyColumns(const MigObject *object)
{
	if (IsType(object, "exclusion"))
		return MigPropText(object->props, "definition");
	if (!IsType(object, "primary key") && !IsType(object, "unique"))
		return NULL;
	return strchr(MigPropText(object->props, "definition"), '(');
}

/* ADD CONSTRAINT. */
void
MigCreateConstraint(MigDiff *diff, const MigObject *object)
{
	const char *stand_in;

	if (IsInherited(object) && ((IsType(object, "check") && MigPropFlag(object->props, "not_valid")) ||
								!(MigDiffIsLinkNew(diff, object->parent) &&
								  (IsType(object, "check") || MigDiffIsNamedApart(object)))))
	{
		if (MigIsForeignKey(object) && !MigDiffIsLinkNew(diff, object->parent))
			RenameInherited(diff, object);
		if (!MigPropFlag(object->props, "not_valid") && IsParentNotValid(object))
			Validate(diff, object);
		return;
	}
	if (diff->online && !MigDiffIsNew(diff, object->parent) &&
		!MigPropFlag(object->props, "not_valid") && !MigPropFlag(object->props, "not_enforced"))
	{
		AddOnline(diff, object);
		return;
	}
	stand_in = MigAddsToStandIn(diff, object);
	MigEmit(diff, "%s ADD %s",
			stand_in != NULL ? psprintf("ALTER TABLE %s", stand_in) : AlterTable(diff, object),
			MigConstraintClause(object));
	AddHazard(diff, object);
}

/* DROP CONSTRAINT. */
void
MigDropConstraint(MigDiff *diff, const MigObject *object)
{
	if (IsInherited(object) &&
		(!MigDiffIsLinkGone(diff, object->parent) || GoesWithParents(diff, object)))
		return;
	MigEmit(diff, "ALTER %s %s DROP CONSTRAINT %s", MigEmitPhrase(diff, object->parent),
			object->parent->identity, quote_identifier(object->name));
	MigHazard(diff, MigDiffFate(diff, object) == MIG_FATE_RECREATE ? MIG_HAZARD_RECREATE :
			  MIG_HAZARD_INTEGRITY);
}

/* Whether a parent, to which the table remains linked, has the check as well. */
static bool
GoesWithParents(const MigDiff *diff, const MigObject *check)
{
	List	   *links = MigTableLinks(check->parent);
	ListCell   *lc;

	foreach(lc, links)
	{
		const MigObject *link = lfirst(lc);
		const MigObject *theirs = MigModelFind(diff->source,
											   psprintf("constraint %s ON %s", quote_identifier(check->name),
														MigPropText(link->props, "to")));

		if (!MigDiffIsGone(diff, link) && theirs != NULL &&
			strstr(MigPropText(theirs->props, "definition"), ") NO INHERIT") == NULL)
			return true;
	}
	return false;
}

/*
 * VALIDATE, ALTER CONSTRAINT for foreign keys, and settings of the index.
 *
 * One that was inherited and is now the table's own either was freed with its
 * link, or is said once more.  The other way round the parent's has to be
 * made again, except with partitions, which lose their own when attached.
 */
bool
MigAlterConstraint(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	static const char *const alterable[] = {
		"needs", "comment", "index_comment", "options", "tablespace", "clustered",
		"replica_identity", "extensions", "inherited", "deferrable", "deferred",
		"not_enforced", "not_valid", NULL
	};

	if (!MigPropsSame(old, new, alterable))
		return false;
	if (IsInherited(new) && !IsInherited(old) && !IsOfPartition(new))
		return false;
	if (MigPropFlag(new->props, "not_valid") && !MigPropFlag(old->props, "not_valid"))
		return false;
	if (!AlterForeignKey(diff, old, new))
		return false;
	if (IsInherited(old) && !IsInherited(new) && !MigDiffIsLinkGone(diff, old->parent))
		MigEmit(diff, "%s ADD %s", AlterTable(diff, new), MigConstraintClause(new));
	if (MigPropFlag(old->props, "not_valid") && !MigPropFlag(new->props, "not_valid") &&
		!MigPropFlag(new->props, "not_enforced") && (!IsInherited(new) || IsParentNotValid(new)))
		Validate(diff, new);
	return !IsKey(new) || MigAlterIndexSettings(diff, old, new);
}

/* What is said of the index behind it. */
void
MigFinishConstraint(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *comment = MigPropText(new->props, "index_comment");

	if (!IsKey(new))
		return;
	if (old != NULL ? !MigPropSame(old->props, new->props, "index_comment") : comment != NULL)
		MigEmit(diff, "COMMENT ON INDEX %s IS %s",
				quote_qualified_identifier(new->schema, new->name), MigQuoteText(comment));
	MigFinishIndexSettings(diff, old, new);
}

static bool
IsType(const MigObject *object, const char *type)
{
	return strcmp(MigPropText(object->props, "type"), type) == 0;
}

/* Whether there is an index behind it. */
static bool
IsKey(const MigObject *object)
{
	return !IsType(object, "check") && !MigIsForeignKey(object);
}

static bool
IsInherited(const MigObject *object)
{
	return MigPropFlag(object->props, "inherited");
}

static bool
IsOfPartition(const MigObject *object)
{
	List	   *links = MigTableLinks(object->parent);
	ListCell   *lc;

	foreach(lc, links)
	{
		if (MigPropText(((MigObject *) lfirst(lc))->props, "bound") != NULL)
			return true;
	}
	return false;
}

/* A foreign key comes with the parent's name, but may have another. */
static void
RenameInherited(MigDiff *diff, const MigObject *object)
{
	const MigObject *was = MigDiffInheritedFrom(diff, object);

	if (was == NULL || strcmp(was->name, object->name) == 0)
		return;
	MigEmit(diff, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s", object->parent->identity,
			quote_identifier(was->name), quote_identifier(object->name));
	if (!MigDiffIsTarget(diff, was) && MigPropText(object->props, "comment") == NULL)
		MigEmitRemarks(diff, was, object);
}

/* Whether the parent's constraint, which this comes from, is not validated. */
static bool
IsParentNotValid(const MigObject *object)
{
	ListCell   *lc;

	foreach(lc, object->needs)
	{
		const MigObject *need = lfirst(lc);

		if (need->kind == MIG_KIND_CONSTRAINT && MigPropSame(need->props, object->props, "type") &&
			MigPropFlag(need->props, "not_valid"))
			return true;
	}
	return false;
}

/* VALIDATE CONSTRAINT. */
static void
Validate(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "ALTER %s %s VALIDATE CONSTRAINT %s", MigEmitPhrase(diff, object->parent),
			object->parent->identity, quote_identifier(object->name));
}

static void
AppendEnforcement(StringInfo text, const MigObject *object)
{
	if (MigPropFlag(object->props, "deferrable"))
		appendStringInfoString(text, " DEFERRABLE");
	if (MigPropFlag(object->props, "deferred"))
		appendStringInfoString(text, " INITIALLY DEFERRED");
	if (MigPropFlag(object->props, "not_enforced"))
		appendStringInfoString(text, " NOT ENFORCED");
}

/* In steps that do not lock the table for long, as far as there are any. */
static void
AddOnline(MigDiff *diff, const MigObject *object)
{
	bool		partitioned = MigPropFlag(object->props, "partitioned");
	const char *index = IndexDefinition(object);

	if (index != NULL && !partitioned)
	{
		StringInfoData text;

		MigEmitCreateIndex(diff, object, index, true);
		initStringInfo(&text);
		AppendEnforcement(&text, object);
		MigEmit(diff, "%s ADD CONSTRAINT %s %s USING INDEX %s%s", AlterTable(diff, object),
				quote_identifier(object->name), IsType(object, "unique") ? "UNIQUE" : "PRIMARY KEY",
				quote_identifier(object->name), text.data);
	}
	else if (!IsKey(object) && !partitioned)
	{
		MigEmit(diff, "%s ADD %s NOT VALID", AlterTable(diff, object), MigConstraintClause(object));
		Validate(diff, object);
	}
	else
	{
		MigEmit(diff, "%s ADD %s", AlterTable(diff, object), MigConstraintClause(object));
		AddHazard(diff, object);
	}
}

static void
AddHazard(MigDiff *diff, const MigObject *object)
{
	if (MigDiffIsNew(diff, object->parent))
		return;
	if (IsType(object, "exclusion"))
		MigHazard(diff, MIG_HAZARD_EXCLUDE);
	else if (IsKey(object))
		MigHazard(diff, MIG_HAZARD_UNIQUE);
	else if (MigPropFlag(object->props, "not_valid") || MigPropFlag(object->props, "not_enforced"))
		return;
	else
		MigHazard(diff, IsType(object, "check") ? MIG_HAZARD_SCAN : MIG_HAZARD_FOREIGN_KEY);
}

/*
 * The definition of the index that can be made a constraint of this kind, or
 * NULL.  In an index, NULLS NOT DISTINCT comes after the columns.
 */
static const char *
IndexDefinition(const MigObject *object)
{
	static const char distinct[] = "NULLS NOT DISTINCT ";
	const char *definition = MigPropText(object->props, "definition");
	const char *suffix = "";

	if (!IsType(object, "primary key") && !IsType(object, "unique"))
		return NULL;
	definition += strlen(IsType(object, "unique") ? "UNIQUE " : "PRIMARY KEY ");
	if (strncmp(definition, distinct, strlen(distinct)) == 0)
	{
		definition += strlen(distinct);
		suffix = " NULLS NOT DISTINCT";
	}
	if (strstr(definition, " WITHOUT OVERLAPS)") != NULL)
		return NULL;
	return psprintf("%s%s", definition, suffix);
}

/* Whether and when a foreign key is enforced can be altered. */
static bool
AlterForeignKey(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	bool		timing = !MigPropSame(old->props, new->props, "deferrable") ||
	!MigPropSame(old->props, new->props, "deferred");
	bool		enforcement = !MigPropSame(old->props, new->props, "not_enforced");
	const char *alter = psprintf("ALTER TABLE %s ALTER CONSTRAINT %s", new->parent->identity,
								 quote_identifier(new->name));

	if (!timing && !enforcement)
		return true;
	if (!MigIsForeignKey(new))
		return false;
	if (IsInherited(new))
		return true;
	if (timing)
		MigEmit(diff, "%s %s%s", alter,
				MigPropFlag(new->props, "deferrable") ? "DEFERRABLE" : "NOT DEFERRABLE",
				MigPropFlag(new->props, "deferred") ? " INITIALLY DEFERRED" : "");
	if (enforcement)
	{
		MigEmit(diff, "%s %s", alter,
				MigPropFlag(new->props, "not_enforced") ? "NOT ENFORCED" : "ENFORCED");
		if (!MigPropFlag(new->props, "not_enforced"))
			MigHazard(diff, MIG_HAZARD_FOREIGN_KEY);
	}
	return true;
}

/* How ADD begins: the indexes of partitions are attached, not made. */
static const char *
AlterTable(const MigDiff *diff, const MigObject *object)
{
	bool		only = IsKey(object) && MigPropFlag(object->props, "partitioned");

	return psprintf("ALTER %s %s%s", MigEmitPhrase(diff, object->parent), only ? "ONLY " : "",
					object->parent->identity);
}
