/*-------------------------------------------------------------------------
 * src/emit/emit_parts.c
 *	  Parts of statements that several classes need.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"
#include "utils/formatting.h"

static bool IsInParentheses(const char *expression);

/*
 * MigUpper
 *		A keyword in capitals.
 */
const char *
MigUpper(const char *word)
{
	return asc_toupper(word, strlen(word));
}

/*
 * MigInParentheses
 *		An expression as the server deparsed it, in parentheses, but in one pair
 *		only.
 */
const char *
MigInParentheses(const char *expression)
{
	return IsInParentheses(expression) ? expression : psprintf("(%s)", expression);
}

/*
 * Whether the first parenthesis ends with the text.  Those of a subquery, which
 * the server begins with a space, do not count.
 */
static bool
IsInParentheses(const char *expression)
{
	int			depth = 0;
	char		quote = '\0';

	if (*expression != '(' || expression[1] == ' ')
		return false;
	for (const char *p = expression; *p != '\0'; p++)
	{
		if (quote != '\0')
		{
			if (*p == quote)
				quote = '\0';
		}
		else if (*p == '\'' || *p == '"')
			quote = *p;
		else if (*p == '(')
			depth++;
		else if (*p == ')' && --depth == 0)
			return p[1] == '\0';
	}
	return false;
}

/*
 * MigEnabled
 *		What to do with a trigger or rule so that it is enabled in the way that
 *		its property says.
 */
const char *
MigEnabled(const char *enabled)
{
	if (enabled == NULL)
		return "ENABLE";
	if (strcmp(enabled, "disabled") == 0)
		return "DISABLE";
	return psprintf("ENABLE %s", MigUpper(enabled));
}

/*
 * MigEmitExtensions
 *		DEPENDS ON EXTENSION: the property "extensions", a list of names.
 *
 * old is NULL if the object is new.
 */
void
MigEmitExtensions(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	MigEmitExtensionsOf(diff, psprintf("%s %s", MigEmitPhrase(diff, new), new->identity), old, new);
}

/*
 * MigEmitExtensionsOf
 *		The same for something that is not the object: an index of a constraint.
 */
void
MigEmitExtensionsOf(MigDiff *diff, const char *name, const MigObject *old, const MigObject *new)
{
	const MigObject *sides[2] = {old, new};
	static const char *const words[2] = {"NO DEPENDS", "DEPENDS"};

	for (int i = 0; i < 2; i++)
	{
		List	   *others = sides[1 - i] == NULL ? NIL : MigPropTexts(sides[1 - i]->props, "extensions");
		ListCell   *lc;
		ListCell   *lc2;

		if (sides[i] == NULL)
			continue;
		foreach(lc, MigPropTexts(sides[i]->props, "extensions"))
		{
			bool		found = false;

			foreach(lc2, others)
			{
				found = found || strcmp(lfirst(lc), lfirst(lc2)) == 0;
			}
			if (!found)
				MigEmit(diff, "ALTER %s %s ON EXTENSION %s", name, words[i],
						quote_identifier(lfirst(lc)));
		}
	}
}
