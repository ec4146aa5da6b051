/*-------------------------------------------------------------------------
 * src/emit/emit_composite.c
 *	  Composite types.
 *
 * The order of attributes counts.  New ones come last, so that the type is
 * rebuilt if the old ones that stay, followed by the new ones, are not what is
 * wanted; and also if an attribute of a type that a table stores changes its
 * own type, since the server does not rewrite tables for that.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"
#include "miscadmin.h"

static char *Attribute(JsonbContainer *attribute);
static JsonbContainer *FindAttribute(List *attributes, const char *name);
static bool IsReachable(List *before, List *after);
static bool IsStored(const MigObject *type);
static bool IsRetyped(JsonbContainer *old, JsonbContainer *new);
static void CommentAttribute(MigDiff *diff, const MigObject *type, JsonbContainer *old,
							 JsonbContainer *new);

/* CREATE TYPE ... AS. */
void
MigCreateComposite(MigDiff *diff, const MigObject *object)
{
	List	   *attributes = MigPropItems(object->props, "attributes");
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	foreach(lc, attributes)
		appendStringInfo(&text, "%s    %s", text.len == 0 ? "\n" : ",\n", Attribute(lfirst(lc)));
	MigEmit(diff, "CREATE TYPE %s AS (%s%s)", object->identity, text.data,
			text.len == 0 ? "" : "\n");
	foreach(lc, attributes)
		CommentAttribute(diff, object, NULL, lfirst(lc));
}

/* ALTER TYPE ... DROP, ALTER and ADD ATTRIBUTE. */
bool
MigAlterComposite(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	List	   *before = MigPropItems(old->props, "attributes");
	List	   *after = MigPropItems(new->props, "attributes");
	ListCell   *lc;

	if (!IsReachable(before, after))
		return false;
	foreach(lc, after)
	{
		JsonbContainer *other = FindAttribute(before, MigPropText(lfirst(lc), "name"));

		if (other != NULL && IsRetyped(other, lfirst(lc)) && IsStored(old))
			return false;
	}
	foreach(lc, before)
	{
		const char *name = MigPropText(lfirst(lc), "name");

		if (FindAttribute(after, name) == NULL)
		{
			MigEmit(diff, "ALTER TYPE %s DROP ATTRIBUTE %s", new->identity,
					quote_identifier(name));
			MigHazard(diff, MIG_HAZARD_DROP_COLUMN);
		}
	}
	foreach(lc, after)
	{
		JsonbContainer *other = FindAttribute(before, MigPropText(lfirst(lc), "name"));

		if (other == NULL)
			MigEmit(diff, "ALTER TYPE %s ADD ATTRIBUTE %s", new->identity, Attribute(lfirst(lc)));
		else if (IsRetyped(other, lfirst(lc)))
			MigEmit(diff, "ALTER TYPE %s ALTER ATTRIBUTE %s SET DATA TYPE %s", new->identity,
					quote_identifier(MigPropText(lfirst(lc), "name")),
					Attribute(lfirst(lc)) + strlen(quote_identifier(MigPropText(lfirst(lc), "name"))) + 1);
		CommentAttribute(diff, new, other, lfirst(lc));
	}
	return true;
}

/* name type COLLATE collation */
static char *
Attribute(JsonbContainer *attribute)
{
	const char *collation = MigPropText(attribute, "collation");

	return psprintf("%s %s%s%s", quote_identifier(MigPropText(attribute, "name")),
					MigPropText(attribute, "type"), collation == NULL ? "" : " COLLATE ",
					collation == NULL ? "" : collation);
}

static JsonbContainer *
FindAttribute(List *attributes, const char *name)
{
	ListCell   *lc;

	foreach(lc, attributes)
		if (strcmp(MigPropText(lfirst(lc), "name"), name) == 0)
			return lfirst(lc);
	return NULL;
}

/* Whether dropping and adding attributes gives the order that is wanted. */
static bool
IsReachable(List *before, List *after)
{
	int			last = -1;
	bool		added = false;
	ListCell   *lc;

	foreach(lc, after)
	{
		JsonbContainer *other = FindAttribute(before, MigPropText(lfirst(lc), "name"));
		int			place = 0;

		if (other == NULL)
		{
			added = true;
			continue;
		}
		while (list_nth(before, place) != other)
			place++;
		if (added || place < last)
			return false;
		last = place;
	}
	return true;
}

static bool
IsRetyped(JsonbContainer *old, JsonbContainer *new)
{
	return !MigPropSame(old, new, "type") || !MigPropSame(old, new, "collation");
}

/* Whether columns have the type, or one made of it. */
static bool
IsStored(const MigObject *type)
{
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, type->needed_by)
	{
		const MigObject *needing = lfirst(lc);

		if (needing->kind == MIG_KIND_COLUMN || needing->kind == MIG_KIND_TABLE ||
			needing->kind == MIG_KIND_MATERIALIZED_VIEW)
			return true;
		if ((needing->kind == MIG_KIND_TYPE || needing->kind == MIG_KIND_DOMAIN) &&
			IsStored(needing))
			return true;
	}
	return false;
}

static void
CommentAttribute(MigDiff *diff, const MigObject *type, JsonbContainer *old, JsonbContainer *new)
{
	const char *comment = MigPropText(new, "comment");

	if (old != NULL ? MigPropSame(old, new, "comment") : comment == NULL)
		return;
	MigEmit(diff, "COMMENT ON COLUMN %s.%s IS %s", type->identity,
			quote_identifier(MigPropText(new, "name")), MigQuoteText(comment));
}
