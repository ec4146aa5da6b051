/*-------------------------------------------------------------------------
 * src/emit/emit_domain.c
 *	  Domains and their constraints.
 *
 * NOT NULL is a property of the domain, as pg_dump has it, though since version
 * 17 it is a constraint with a name, which is there if it is not the usual one.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"
#include "miscadmin.h"

static bool IsEmbedded(const MigObject *domain);
static void CommentNotNull(MigDiff *diff, const MigObject *old, const MigObject *new);
static void AlterNotNull(MigDiff *diff, const MigObject *old, const MigObject *new);
static const char *NotNullName(const MigObject *domain);

/* CREATE DOMAIN, with the constraints that come with it. */
void
MigCreateDomain(MigDiff *diff, const MigObject *object)
{
	const char *collation = MigPropText(object->props, "collation");
	const char *value = MigPropText(object->props, "default");
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE DOMAIN %s AS %s", object->identity,
					 MigPropText(object->props, "type"));
	if (collation != NULL)
		appendStringInfo(&text, " COLLATE %s", collation);
	if (value != NULL)
		appendStringInfo(&text, " DEFAULT %s", value);
	if (MigPropText(object->props, "not_null_name") != NULL)
		appendStringInfo(&text, " CONSTRAINT %s", quote_identifier(NotNullName(object)));
	if (MigPropFlag(object->props, "not_null"))
		appendStringInfoString(&text, " NOT NULL");
	foreach(lc, object->parts)
	{
		const MigObject *part = lfirst(lc);

		if (MigDiffFolded(diff, part))
			appendStringInfo(&text, "\n    CONSTRAINT %s %s", quote_identifier(part->name),
							 MigPropText(part->props, "definition"));
	}
	MigEmit(diff, "%s", text.data);
	CommentNotNull(diff, NULL, object);
}

/* ALTER DOMAIN, for what is not the type itself. */
bool
MigAlterDomain(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *value = MigPropText(new->props, "default");

	if (!MigPropSame(old->props, new->props, "type") ||
		!MigPropSame(old->props, new->props, "collation"))
		return false;
	if (!MigPropFlag(old->props, "not_null") && MigPropFlag(new->props, "not_null") &&
		IsEmbedded(old))
		return false;
	if (!MigPropSame(old->props, new->props, "default"))
	{
		if (value == NULL)
			MigEmit(diff, "ALTER DOMAIN %s DROP DEFAULT", new->identity);
		else
			MigEmit(diff, "ALTER DOMAIN %s SET DEFAULT %s", new->identity, value);
	}
	AlterNotNull(diff, old, new);
	CommentNotNull(diff, old, new);
	return true;
}

/*
 * What a default needs may go before the domain, and the name of a NOT NULL is
 * wanted for that of the new one.
 */
void
MigUnloadDomain(MigDiff *diff, const MigObject *object)
{
	if (MigPropText(object->props, "default") != NULL)
		MigEmit(diff, "ALTER DOMAIN %s DROP DEFAULT", object->identity);
	if (MigPropFlag(object->props, "not_null"))
		MigEmit(diff, "ALTER DOMAIN %s DROP NOT NULL", object->identity);
}

static void
AlterNotNull(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	bool		was = MigPropFlag(old->props, "not_null");
	bool		is = MigPropFlag(new->props, "not_null");

	if (was && !is)
		MigEmit(diff, "ALTER DOMAIN %s DROP NOT NULL", new->identity);
	else if (was && !MigPropSame(old->props, new->props, "not_null_name"))
		MigEmit(diff, "ALTER DOMAIN %s RENAME CONSTRAINT %s TO %s", new->identity,
				quote_identifier(NotNullName(old)), quote_identifier(NotNullName(new)));
	else if (!was && is)
	{
		if (MigPropText(new->props, "not_null_name") != NULL)
			MigEmit(diff, "ALTER DOMAIN %s ADD CONSTRAINT %s NOT NULL", new->identity,
					quote_identifier(NotNullName(new)));
		else
			MigEmit(diff, "ALTER DOMAIN %s SET NOT NULL", new->identity);
		MigHazard(diff, MIG_HAZARD_DOMAIN);
	}
}

static const char *
NotNullName(const MigObject *domain)
{
	const char *name = MigPropText(domain->props, "not_null_name");

	return name != NULL ? name : psprintf("%s_not_null", domain->name);
}

static void
CommentNotNull(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *comment = MigPropText(new->props, "not_null_comment");

	if (old != NULL && MigPropFlag(old->props, "not_null") ?
		MigPropSame(old->props, new->props, "not_null_comment") : comment == NULL)
		return;
	if (MigPropFlag(new->props, "not_null"))
		MigEmit(diff, "COMMENT ON CONSTRAINT %s ON DOMAIN %s IS %s",
				quote_identifier(NotNullName(new)), new->identity, MigQuoteText(comment));
}

/* ALTER DOMAIN ... ADD CONSTRAINT. */
void
MigCreateDomainConstraint(MigDiff *diff, const MigObject *object)
{
	bool		not_valid = MigPropFlag(object->props, "not_valid");

	MigEmit(diff, "ALTER DOMAIN %s ADD CONSTRAINT %s %s%s", object->parent->identity,
			quote_identifier(object->name), MigPropText(object->props, "definition"),
			not_valid ? " NOT VALID" : "");
	if (!not_valid && !MigDiffIsNew(diff, object->parent))
		MigHazard(diff, MIG_HAZARD_DOMAIN);
}

/* ALTER DOMAIN ... DROP CONSTRAINT. */
void
MigDropDomainConstraint(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "ALTER DOMAIN %s DROP CONSTRAINT %s", object->parent->identity,
			quote_identifier(object->name));
	MigHazard(diff, MIG_HAZARD_INTEGRITY);
}

/* ALTER DOMAIN ... VALIDATE CONSTRAINT, if that is all. */
bool
MigAlterDomainConstraint(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	if (!MigPropSame(old->props, new->props, "definition") ||
		MigPropFlag(new->props, "not_valid") || IsEmbedded(old->parent))
		return false;
	MigEmit(diff, "ALTER DOMAIN %s VALIDATE CONSTRAINT %s", new->parent->identity,
			quote_identifier(new->name));
	MigHazard(diff, MIG_HAZARD_DOMAIN);
	return true;
}

/* CREATE DOMAIN has only constraints that hold. */
bool
MigFoldsDomainConstraint(const MigObject *object)
{
	return !MigPropFlag(object->props, "not_valid");
}

/* Whether values that are there can be checked. */
bool
MigJoinsDomainConstraint(const MigObject *part, const MigObject *whole)
{
	return MigPropFlag(part->props, "not_valid") || !IsEmbedded(whole);
}

/*
 * Whether a column has an array, a range or a composite type of the domain, or
 * of a domain over it.  The server does not look for values in there, and so
 * refuses whatever they would have to be checked for.
 */
static bool
IsEmbedded(const MigObject *domain)
{
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, domain->needed_by)
	{
		const MigObject *needing = lfirst(lc);
		const char *type = MigPropText(needing->props, "type");
		bool		direct = type != NULL && strcmp(type, domain->identity) == 0;

		if (needing->kind == MIG_KIND_COLUMN ? !direct :
			needing->kind == MIG_KIND_TYPE ? MigTypeIsStored(needing) :
			needing->kind == MIG_KIND_DOMAIN && (direct ? IsEmbedded(needing) : MigTypeIsStored(needing)))
			return true;
	}
	return false;
}
