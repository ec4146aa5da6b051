/*-------------------------------------------------------------------------
 * src/emit/emit_opclass.c
 *	  Operator families and operator classes.
 *
 * A family is always created before its classes, also if it would come with
 * one: that is where its loose members have their place.  They are added and
 * dropped in place; members of a class cannot be.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

/* The two lists of members. */
static const struct
{
	const char *list;
	const char *word;
	const char *number;
	const char *object;			/* what it is, and its kind */
}			sorts[] = {
	{"operators", "OPERATOR", "strategy", "operator"},
	{"functions", "FUNCTION", "number", "function"},
};

static void WriteMember(StringInfo out, JsonbContainer *member);
static void EmitAdd(MigDiff *diff, const MigObject *old, const MigObject *new);
static void EmitRemove(MigDiff *diff, const MigObject *old, const MigObject *new);
static bool RemovesRequired(const MigObject *old, const MigObject *new);
static bool IsMember(const MigObject *family, const char *list, JsonbContainer *member);
static bool IsShed(const MigDiff *diff, JsonbContainer *member);
static bool IsOf(JsonbContainer *member, const char *field, const MigObject *need);

/*
 * MigCreateOperatorFamily
 *		CREATE OPERATOR FAMILY, and ALTER to add its loose members.
 */
void
MigCreateOperatorFamily(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "CREATE OPERATOR FAMILY %s", object->identity);
	EmitAdd(diff, NULL, object);
}

/*
 * MigAlterOperatorFamily
 *		ALTER OPERATOR FAMILY ... DROP and ADD.
 */
bool
MigAlterOperatorFamily(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	if (RemovesRequired(old, new))
		return false;
	EmitRemove(diff, old, new);
	EmitAdd(diff, old, new);
	return true;
}

/*
 * MigCreateOperatorClass
 *		CREATE OPERATOR CLASS.
 */
void
MigCreateOperatorClass(MigDiff *diff, const MigObject *object)
{
	JsonbContainer *props = object->props;
	const char *name = quote_qualified_identifier(object->schema, object->name);
	const char *family = MigPropText(props, "family");
	const char *storage = MigPropText(props, "storage");
	StringInfoData members;
	ListCell   *lc;

	initStringInfo(&members);
	if (storage != NULL)
		appendStringInfo(&members, ",\n    STORAGE %s", storage);
	for (size_t i = 0; i < lengthof(sorts); i++)
	{
		List	   *list = MigPropItems(props, sorts[i].list);

		foreach(lc, list)
		{
			WriteMember(&members, lfirst(lc));
		}
	}

	/* Something has to be there; this means the same as nothing. */
	if (members.len == 0)
		appendStringInfo(&members, ",\n    STORAGE %s", MigPropText(props, "type"));
	MigEmit(diff, "CREATE OPERATOR CLASS %s%s\n    FOR TYPE %s USING %s%s%s AS%s", name,
			MigPropFlag(props, "default") ? " DEFAULT" : "", MigPropText(props, "type"),
			MigPropText(props, "method"), strcmp(family, name) == 0 ? "" : " FAMILY ",
			strcmp(family, name) == 0 ? "" : family, members.data + 1);
}

/*
 * MigShedsMember
 *		Whether a family merely loses a member when an operator or function is
 *		dropped.
 *
 * That is so for loose members, unless the family requires them.
 */
bool
MigShedsMember(const MigObject *object, const MigObject *need)
{
	if (need->kind != MIG_KIND_OPERATOR && need->kind != MIG_KIND_FUNCTION)
		return false;
	for (size_t i = 0; i < lengthof(sorts); i++)
	{
		List	   *members = MigPropItems(object->props, sorts[i].list);
		ListCell   *lc;

		foreach(lc, members)
		{
			if (MigPropFlag(lfirst(lc), "required") && IsOf(lfirst(lc), sorts[i].object, need))
				return false;
		}
	}
	return true;
}

/* One member, after a comma. */
static void
WriteMember(StringInfo out, JsonbContainer *member)
{
	const char *order_by = MigPropText(member, "order_by");

	if (MigPropText(member, "operator") == NULL)
	{
		appendStringInfo(out, ",\n    FUNCTION %s (%s, %s) %s", MigPropText(member, "number"),
						 MigPropText(member, "left"), MigPropText(member, "right"),
						 MigPropText(member, "function"));
		return;
	}
	appendStringInfo(out, ",\n    OPERATOR %s %s", MigPropText(member, "strategy"),
					 MigPropText(member, "operator"));
	if (order_by != NULL)
		appendStringInfo(out, " FOR ORDER BY %s", order_by);
}

/* ADD what old, which may be NULL, does not have or no longer has. */
static void
EmitAdd(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	StringInfoData members;
	ListCell   *lc;

	initStringInfo(&members);
	for (size_t i = 0; i < lengthof(sorts); i++)
	{
		List	   *list = MigPropItems(new->props, sorts[i].list);

		foreach(lc, list)
		{
			if (old == NULL || !IsMember(old, sorts[i].list, lfirst(lc)) ||
				IsShed(diff, lfirst(lc)))
				WriteMember(&members, lfirst(lc));
		}
	}
	if (members.len > 0)
		MigEmit(diff, "ALTER OPERATOR FAMILY %s ADD%s", new->identity, members.data + 1);
}

/* DROP what new does not have, unless it went with the operator or function. */
static void
EmitRemove(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	StringInfoData members;
	ListCell   *lc;

	initStringInfo(&members);
	for (size_t i = 0; i < lengthof(sorts); i++)
	{
		List	   *list = MigPropItems(old->props, sorts[i].list);

		foreach(lc, list)
		{
			if (!IsMember(new, sorts[i].list, lfirst(lc)) && !IsShed(diff, lfirst(lc)))
				appendStringInfo(&members, ",\n    %s %s (%s, %s)", sorts[i].word,
								 MigPropText(lfirst(lc), sorts[i].number),
								 MigPropText(lfirst(lc), "left"),
								 MigPropText(lfirst(lc), "right"));
		}
	}
	if (members.len > 0)
		MigEmit(diff, "ALTER OPERATOR FAMILY %s DROP%s", old->identity, members.data + 1);
}

static bool
RemovesRequired(const MigObject *old, const MigObject *new)
{
	for (size_t i = 0; i < lengthof(sorts); i++)
	{
		List	   *members = MigPropItems(old->props, sorts[i].list);
		ListCell   *lc;

		foreach(lc, members)
		{
			if (MigPropFlag(lfirst(lc), "required") && !IsMember(new, sorts[i].list, lfirst(lc)))
				return true;
		}
	}
	return false;
}

static bool
IsMember(const MigObject *family, const char *list, JsonbContainer *member)
{
	List	   *members = MigPropItems(family->props, list);
	ListCell   *lc;

	foreach(lc, members)
	{
		if (compareJsonbContainers(lfirst(lc), member) == 0)
			return true;
	}
	return false;
}

/* Whether what a member of the source's family is has been dropped. */
static bool
IsShed(const MigDiff *diff, JsonbContainer *member)
{
	static const char *const fields[] = {"operator", "function"};

	for (size_t i = 0; i < lengthof(fields); i++)
	{
		const char *text = MigPropText(member, fields[i]);
		MigObject  *object = text == NULL ? NULL :
		MigModelFind(diff->source, psprintf("%s %s", fields[i], text));

		if (object != NULL && MigDiffIsGone(diff, object))
			return true;
	}
	return false;
}

static bool
IsOf(JsonbContainer *member, const char *field, const MigObject *need)
{
	const char *text = MigPropText(member, field);

	return text != NULL && strcmp(text, need->identity) == 0;
}
