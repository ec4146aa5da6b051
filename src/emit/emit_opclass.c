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

static void WriteMembers(StringInfo out, JsonbContainer *props, JsonbContainer *but,
						 const char *separator);
static void WriteOperator(StringInfo out, JsonbContainer *member);
static void WriteFunction(StringInfo out, JsonbContainer *member);
static void EmitAdd(MigDiff *diff, const MigObject *old, const MigObject *new);
static void EmitRemove(MigDiff *diff, const MigObject *old, const MigObject *new);
static List *Without(JsonbContainer *props, const char *field, JsonbContainer *but);
static bool IsAmong(List *members, JsonbContainer *member);

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

	initStringInfo(&members);
	if (storage != NULL)
		appendStringInfo(&members, "\n    STORAGE %s", storage);
	WriteMembers(&members, props, NULL, storage == NULL ? "\n    " : ",\n    ");

	/* Something has to be there; this means the same as nothing. */
	if (members.len == 0)
		appendStringInfo(&members, "\n    STORAGE %s", MigPropText(props, "type"));
	MigEmit(diff, "CREATE OPERATOR CLASS %s%s\n    FOR TYPE %s USING %s%s%s AS%s", name,
			MigPropFlag(props, "default") ? " DEFAULT" : "", MigPropText(props, "type"),
			MigPropText(props, "method"), strcmp(family, name) == 0 ? "" : " FAMILY ",
			strcmp(family, name) == 0 ? "" : family, members.data);
}

/* The members that but does not have: the first of them after separator. */
static void
WriteMembers(StringInfo out, JsonbContainer *props, JsonbContainer *but, const char *separator)
{
	List	   *operators = Without(props, "operators", but);
	List	   *functions = Without(props, "functions", but);
	ListCell   *lc;

	foreach(lc, operators)
	{
		appendStringInfoString(out, separator);
		WriteOperator(out, lfirst(lc));
		separator = ",\n    ";
	}
	foreach(lc, functions)
	{
		appendStringInfoString(out, separator);
		WriteFunction(out, lfirst(lc));
		separator = ",\n    ";
	}
}

static void
WriteOperator(StringInfo out, JsonbContainer *member)
{
	const char *order_by = MigPropText(member, "order_by");

	appendStringInfo(out, "OPERATOR %s %s", MigPropText(member, "strategy"),
					 MigPropText(member, "operator"));
	if (order_by != NULL)
		appendStringInfo(out, " FOR ORDER BY %s", order_by);
}

static void
WriteFunction(StringInfo out, JsonbContainer *member)
{
	appendStringInfo(out, "FUNCTION %s (%s, %s) %s", MigPropText(member, "number"),
					 MigPropText(member, "left"), MigPropText(member, "right"),
					 MigPropText(member, "function"));
}

/* ADD what old, which may be NULL, does not have. */
static void
EmitAdd(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	StringInfoData members;

	initStringInfo(&members);
	WriteMembers(&members, new->props, old == NULL ? NULL : old->props, "\n    ");
	if (members.len > 0)
		MigEmit(diff, "ALTER OPERATOR FAMILY %s ADD%s", new->identity, members.data);
}

static void
EmitRemove(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	static const char *const fields[2][3] = {
		{"operators", "OPERATOR", "strategy"},
		{"functions", "FUNCTION", "number"}
	};
	const char *separator = "\n    ";
	StringInfoData members;
	ListCell   *lc;

	initStringInfo(&members);
	for (int i = 0; i < 2; i++)
	{
		List	   *gone = Without(old->props, fields[i][0], new->props);

		foreach(lc, gone)
		{
			appendStringInfo(&members, "%s%s %s (%s, %s)", separator, fields[i][1],
							 MigPropText(lfirst(lc), fields[i][2]),
							 MigPropText(lfirst(lc), "left"), MigPropText(lfirst(lc), "right"));
			separator = ",\n    ";
		}
	}
	if (members.len > 0)
		MigEmit(diff, "ALTER OPERATOR FAMILY %s DROP%s", old->identity, members.data);
}

static List *
Without(JsonbContainer *props, const char *field, JsonbContainer *but)
{
	List	   *members = MigPropItems(props, field);
	List	   *others = but == NULL ? NIL : MigPropItems(but, field);
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, members)
		if (!IsAmong(others, lfirst(lc)))
			result = lappend(result, lfirst(lc));
	return result;
}

static bool
IsAmong(List *members, JsonbContainer *member)
{
	ListCell   *lc;

	foreach(lc, members)
		if (compareJsonbContainers(lfirst(lc), member) == 0)
			return true;
	return false;
}
