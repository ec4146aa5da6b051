/*-------------------------------------------------------------------------
 * src/emit/emit_enum.c
 *	  Enums.
 *
 * Labels are added in place and in position.  A new label cannot be used before
 * the transaction that added it has ended: where something new uses it, the
 * type is rebuilt instead, so that the migration can stay one transaction.  It
 * is rebuilt too if labels go or change their order.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"

static List *AddLabel(MigDiff *diff, const MigObject *type, List *labels, const char *last,
					  const char *label);
static bool IsSublist(const List *part, const List *whole);
static bool HasText(const List *texts, const char *text);
static bool IsUsed(const MigDiff *diff, const MigObject *type, const char *label);
static bool IsUsedIn(const MigDiff *diff, const MigObject *object, const char *literal);

/* CREATE TYPE ... AS ENUM. */
void
MigCreateEnum(MigDiff *diff, const MigObject *object)
{
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	foreach(lc, MigPropTexts(object->props, "values"))
	{
		appendStringInfo(&text, "%s    %s", text.len == 0 ? "\n" : ",\n",
						 MigQuoteText(lfirst(lc)));
	}
	MigEmit(diff, "CREATE TYPE %s AS ENUM (%s%s)", object->identity, text.data,
			text.len == 0 ? "" : "\n");
}

/* ALTER TYPE ... ADD VALUE. */
bool
MigAlterEnum(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	List	   *before = MigPropTexts(old->props, "values");
	List	   *after = MigPropTexts(new->props, "values");
	const char *last = NULL;
	ListCell   *lc;

	if (!IsSublist(before, after))
		return false;
	foreach(lc, after)
	{
		if (!HasText(before, lfirst(lc)) && IsUsed(diff, new, lfirst(lc)))
			return false;
	}
	foreach(lc, after)
	{
		if (!HasText(before, lfirst(lc)))
			before = AddLabel(diff, new, before, last, lfirst(lc));
		last = lfirst(lc);
	}
	return true;
}

/* Add a label after last; labels are what there is, of which the last one counts. */
static List *
AddLabel(MigDiff *diff, const MigObject *type, List *labels, const char *last, const char *label)
{
	bool		at_end = labels == NIL || (last != NULL && strcmp(last, llast(labels)) == 0);

	if (at_end)
		MigEmit(diff, "ALTER TYPE %s ADD VALUE %s", type->identity, MigQuoteText(label));
	else
		MigEmit(diff, "ALTER TYPE %s ADD VALUE %s %s %s", type->identity, MigQuoteText(label),
				last == NULL ? "BEFORE" : "AFTER",
				MigQuoteText(last == NULL ? linitial(labels) : last));
	MigHazard(diff, MIG_HAZARD_ENUM_VALUE);
	return at_end ? lappend(labels, unconstify(char *, label)) : labels;
}

/* Whether part is whole without some of its elements. */
static bool
IsSublist(const List *part, const List *whole)
{
	int			found = 0;
	ListCell   *lc;

	foreach(lc, whole)
	{
		if (found < list_length(part) && strcmp(list_nth(part, found), lfirst(lc)) == 0)
			found++;
	}
	return found == list_length(part);
}

static bool
HasText(const List *texts, const char *text)
{
	ListCell   *lc;

	foreach(lc, texts)
	{
		if (strcmp(lfirst(lc), text) == 0)
			return true;
	}
	return false;
}

/*
 * Whether something that is new or changed names a label: something that needs
 * the type, directly or through others, or, since bounds of partitions need
 * nothing, is a part of the same table.
 */
static bool
IsUsed(const MigDiff *diff, const MigObject *type, const char *label)
{
	const char *literal = MigQuoteText(label);
	List	   *queue = list_copy(type->needed_by);
	Bitmapset  *seen = NULL;
	ListCell   *lc;

	for (int i = 0; i < list_length(queue); i++)
	{
		MigObject  *object = list_nth(queue, i);

		CHECK_FOR_INTERRUPTS();
		if (bms_is_member(object->number, seen))
			continue;
		seen = bms_add_member(seen, object->number);
		if (IsUsedIn(diff, object, literal))
			return true;
		queue = list_concat(queue, object->needed_by);
		if (object->kind != MIG_KIND_COLUMN)
			continue;
		queue = lappend(queue, object->parent);
		foreach(lc, object->parent->parts)
		{
			if (((MigObject *) lfirst(lc))->kind == MIG_KIND_INHERITANCE)
				queue = lappend(queue, lfirst(lc));
		}
	}
	return false;
}

static bool
IsUsedIn(const MigDiff *diff, const MigObject *object, const char *literal)
{
	const MigObject *other = MigDiffOther(diff, object);
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	value;

	if (other != NULL && MigPropsSame(other, object, MigDiffIgnored))
		return false;
	it = JsonbIteratorInit(object->props);
	while ((token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE)
		if ((token == WJB_VALUE || token == WJB_ELEM) && value.type == jbvString &&
			strstr(pnstrdup(value.val.string.val, value.val.string.len), literal) != NULL)
			return true;
	return false;
}
