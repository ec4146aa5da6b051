/*-------------------------------------------------------------------------
 * src/emit/emit_policy.c
 *	  Row-level security policies.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static const char *Roles(const MigObject *object);
static void AppendExpression(StringInfo text, const MigObject *object, const char *field,
							 const char *words);

/*
 * CREATE POLICY.
 */
void
MigCreatePolicy(MigDiff *diff, const MigObject *object)
{
	const char *command = MigPropText(object->props, "command");
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE POLICY %s", object->identity);
	if (MigPropFlag(object->props, "restrictive"))
		appendStringInfoString(&text, "\n    AS RESTRICTIVE");
	if (command != NULL)
		appendStringInfo(&text, "\n    FOR %s", MigUpper(command));
	if (MigPropTexts(object->props, "roles") != NIL)
		appendStringInfo(&text, "\n    TO %s", Roles(object));
	AppendExpression(&text, object, "using", "USING");
	AppendExpression(&text, object, "check", "WITH CHECK");
	MigEmit(diff, "%s", text.data);
}

/*
 * Expressions can be added and changed, but not taken away.
 */
bool
MigAlterPolicy(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	static const struct
	{
		const char *field;
		const char *words;
	}			expressions[] = {{"using", "USING"}, {"check", "WITH CHECK"}};
	StringInfoData text;

	if (!MigPropSame(old->props, new->props, "command") ||
		!MigPropSame(old->props, new->props, "restrictive"))
		return false;
	initStringInfo(&text);
	appendStringInfo(&text, "ALTER POLICY %s", new->identity);
	if (!MigPropSame(old->props, new->props, "roles"))
		appendStringInfo(&text, "\n    TO %s", Roles(new));
	for (size_t i = 0; i < lengthof(expressions); i++)
	{
		const char *field = expressions[i].field;

		if (MigPropSame(old->props, new->props, field))
			continue;
		if (MigPropText(new->props, field) == NULL)
			return false;
		AppendExpression(&text, new, field, expressions[i].words);
	}
	MigEmit(diff, "%s", text.data);
	return true;
}

static const char *
Roles(const MigObject *object)
{
	List	   *roles = MigPropTexts(object->props, "roles");
	StringInfoData text;
	ListCell   *lc;

	if (roles == NIL)
		return "PUBLIC";
	initStringInfo(&text);
	foreach(lc, roles)
	{
		appendStringInfo(&text, "%s%s", lc == list_head(roles) ? "" : ", ",
						 quote_identifier(lfirst(lc)));
	}
	return text.data;
}

static void
AppendExpression(StringInfo text, const MigObject *object, const char *field, const char *words)
{
	const char *expression = MigPropText(object->props, field);

	if (expression != NULL)
		appendStringInfo(text, "\n    %s %s", words, MigInParentheses(expression));
}
