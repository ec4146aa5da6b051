/*-------------------------------------------------------------------------
 * src/api/api_script.c
 *	  Changes as a text to be read and run.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "diff/diff.h"

/* What the keys of changes of settings begin with. */
#define NO_OBJECT	"setting "

static void AppendHeading(StringInfo text, const char *key);
static void AppendHazards(StringInfo text, const List *hazards);

/*
 * MigApiScript
 *		The statements of a comparison, a comment over those of each object.
 *
 * Empty if there are none.
 */
char *
MigApiScript(const MigDiff *diff, bool with_hazards)
{
	StringInfoData text;
	const char *group = NULL;
	ListCell   *lc;

	initStringInfo(&text);
	foreach(lc, diff->changes)
	{
		const MigChange *change = lfirst(lc);

		if (group == NULL || strcmp(group, change->group) != 0)
		{
			group = change->group;
			AppendHeading(&text, group);
		}
		if (with_hazards)
			AppendHazards(&text, change->hazards);
		appendStringInfo(&text, "%s;\n", change->ddl);
	}
	return text.data;
}

/*
 * A blank line and a comment, but none over what belongs to no object; a name
 * may have line breaks in it.
 */
static void
AppendHeading(StringInfo text, const char *key)
{
	if (text->len > 0)
		appendStringInfoChar(text, '\n');
	if (strncmp(key, NO_OBJECT, strlen(NO_OBJECT)) == 0)
		return;
	appendStringInfoString(text, "-- ");
	for (const char *at = key; *at != '\0'; at++)
		appendStringInfoChar(text, *at == '\n' || *at == '\r' ? ' ' : *at);
	appendStringInfoChar(text, '\n');
}

static void
AppendHazards(StringInfo text, const List *hazards)
{
	ListCell   *lc;

	if (hazards == NIL)
		return;
	appendStringInfoString(text, "-- hazard:");
	foreach(lc, hazards)
	{
		appendStringInfo(text, "%s %s", lc == list_head(hazards) ? "" : ",", (const char *) lfirst(lc));
	}
	appendStringInfoChar(text, '\n');
}
