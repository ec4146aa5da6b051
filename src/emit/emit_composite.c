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

static void AlterAttribute(MigDiff *diff, const MigObject *old, const MigObject *new,
						   JsonbContainer *attribute);
static char *AttributeType(JsonbContainer *attribute);
static JsonbContainer *FindAttribute(List *attributes, const char *name);
static bool IsReachable(List *before, List *after);
static bool IsTypedBy(const MigObject *table, const MigObject *type);
static const char *Cascade(const MigObject *type);
static void RemoveReaders(MigDiff *diff, const MigObject *type, const char *attribute);
static bool Names(const MigObject *object, const char *name);
static bool IsRetyped(JsonbContainer *old, JsonbContainer *new);
static bool HaveSameNames(List *one, List *other);
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
	{
		appendStringInfo(&text, "%s    %s %s", text.len == 0 ? "\n" : ",\n",
						 quote_identifier(MigPropText(lfirst(lc), "name")),
						 AttributeType(lfirst(lc)));
	}
	MigEmit(diff, "CREATE TYPE %s AS (%s%s)", object->identity, text.data,
			text.len == 0 ? "" : "\n");
	foreach(lc, attributes)
	{
		CommentAttribute(diff, object, NULL, lfirst(lc));
	}
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

		if (other != NULL && IsRetyped(other, lfirst(lc)) && MigTypeIsStored(old))
			return false;
	}
	foreach(lc, before)
	{
		const char *name = MigPropText(lfirst(lc), "name");

		if (FindAttribute(after, name) != NULL)
			continue;
		RemoveReaders(diff, old, name);
		MigEmit(diff, "ALTER TYPE %s DROP ATTRIBUTE %s%s", new->identity,
				quote_identifier(name), Cascade(old));
		MigHazard(diff, MIG_HAZARD_DROP_COLUMN);
	}
	foreach(lc, after)
	{
		AlterAttribute(diff, old, new, lfirst(lc));
	}
	return true;
}

/* An attribute as it is in new: ADD, ALTER or nothing. */
static void
AlterAttribute(MigDiff *diff, const MigObject *old, const MigObject *new, JsonbContainer *attribute)
{
	const char *name = MigPropText(attribute, "name");
	JsonbContainer *other = FindAttribute(MigPropItems(old->props, "attributes"), name);

	if (other == NULL)
		MigEmit(diff, "ALTER TYPE %s ADD ATTRIBUTE %s %s%s", new->identity, quote_identifier(name),
				AttributeType(attribute), Cascade(old));
	else if (IsRetyped(other, attribute))
	{
		RemoveReaders(diff, old, name);
		MigEmit(diff, "ALTER TYPE %s ALTER ATTRIBUTE %s SET DATA TYPE %s%s", new->identity,
				quote_identifier(name), AttributeType(attribute), Cascade(old));
	}
	CommentAttribute(diff, new, other, attribute);
}

/* type COLLATE collation */
static char *
AttributeType(JsonbContainer *attribute)
{
	const char *collation = MigPropText(attribute, "collation");

	return psprintf("%s%s%s", MigPropText(attribute, "type"),
					collation == NULL ? "" : " COLLATE ", collation == NULL ? "" : collation);
}

static JsonbContainer *
FindAttribute(List *attributes, const char *name)
{
	ListCell   *lc;

	foreach(lc, attributes)
	{
		if (strcmp(MigPropText(lfirst(lc), "name"), name) == 0)
			return lfirst(lc);
	}
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
bool
MigTypeIsStored(const MigObject *type)
{
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, type->needed_by)
	{
		const MigObject *needing = lfirst(lc);

		if (needing->kind == MIG_KIND_COLUMN ? !IsTypedBy(needing->parent, type) :
			needing->kind == MIG_KIND_MATERIALIZED_VIEW ||
			((needing->kind == MIG_KIND_TYPE || needing->kind == MIG_KIND_DOMAIN) &&
			 MigTypeIsStored(needing)))
			return true;
	}
	return false;
}

/* Whether it is a table OF the type. */
static bool
IsTypedBy(const MigObject *table, const MigObject *type)
{
	const char *of_type = MigPropText(table->props, "of_type");

	return of_type != NULL && strcmp(of_type, type->identity) == 0;
}

/* Tables OF the type change with it, if that is said. */
static const char *
Cascade(const MigObject *type)
{
	ListCell   *lc;

	foreach(lc, type->needed_by)
	{
		if (((MigObject *) lfirst(lc))->kind == MIG_KIND_TABLE && IsTypedBy(lfirst(lc), type))
			return " CASCADE";
	}
	return "";
}

/* Whatever names an attribute must not be there while that goes or changes. */
static void
RemoveReaders(MigDiff *diff, const MigObject *type, const char *attribute)
{
	ListCell   *lc;

	if (!diff->judging)
		return;
	foreach(lc, type->needed_by)
	{
		const MigObject *needing = lfirst(lc);

		if (needing->kind != MIG_KIND_COLUMN && needing->kind != MIG_KIND_TYPE &&
			needing->kind != MIG_KIND_DOMAIN && needing->kind != MIG_KIND_TABLE &&
			Names(needing, attribute))
			MigDiffRemove(diff, needing);
	}
}

/* Whether a deparsed text of the object contains a name. */
static bool
Names(const MigObject *object, const char *name)
{
	JsonbIterator *it = JsonbIteratorInit(object->props);
	JsonbIteratorToken token;
	JsonbValue	value;
	bool		verbatim = false;

	while ((token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE)
	{
		char	   *text;

		if ((token != WJB_KEY && token != WJB_VALUE && token != WJB_ELEM) ||
			value.type != jbvString)
			continue;
		text = pnstrdup(value.val.string.val, value.val.string.len);
		if (token == WJB_KEY)
			verbatim = strcmp(text, "source") == 0 || strcmp(text, "comment") == 0;
		else if (!verbatim && strstr(text, name) != NULL)
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

/*
 * MigCompositeConversion
 *		The expression that makes a value of a composite type one of the type
 *		made anew, by the names of the attributes; NULL if their places serve as
 *		well, so that it can go through text.
 */
const char *
MigCompositeConversion(const MigDiff *diff, const char *value, const char *was, const char *is)
{
	const MigObject *old = MigModelFind(diff->source, psprintf("type %s", was));
	const MigObject *new = MigModelFind(diff->target, psprintf("type %s", is));
	List	   *before;
	List	   *after;
	StringInfoData row;
	ListCell   *lc;

	if (old == NULL || new == NULL || MigPropItem(old->props, "attributes") == NULL ||
		MigPropItem(new->props, "attributes") == NULL)
		return NULL;
	before = MigPropItems(old->props, "attributes");
	after = MigPropItems(new->props, "attributes");
	if (HaveSameNames(before, after))
		return NULL;
	initStringInfo(&row);
	foreach(lc, after)
	{
		const char *name = MigPropText(lfirst(lc), "name");
		const char *type = MigPropText(lfirst(lc), "type");

		appendStringInfoString(&row, row.len == 0 ? "" : ", ");
		if (FindAttribute(before, name) == NULL)
			appendStringInfo(&row, "NULL::%s", type);
		else
			appendStringInfo(&row, "(%s).%s::text::%s", value, quote_identifier(name), type);
	}
	return psprintf("CASE WHEN %s IS DISTINCT FROM NULL THEN ROW(%s)::%s END", value, row.data, is);
}

static bool
HaveSameNames(List *one, List *other)
{
	ListCell   *lc;
	ListCell   *lc2;

	if (list_length(one) != list_length(other))
		return false;
	forboth(lc, one, lc2, other)
	{
		if (strcmp(MigPropText(lfirst(lc), "name"), MigPropText(lfirst(lc2), "name")) != 0)
			return false;
	}
	return true;
}
