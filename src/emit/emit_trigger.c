/*-------------------------------------------------------------------------
 * src/emit/emit_trigger.c
 *	  Triggers and event triggers.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static void EmitTrigger(MigDiff *diff, const MigObject *object, bool replace);
static const char *Break(const char *definition, const char *const *before);
static bool IsConstraint(const MigObject *object);
static bool HasRowsAndTables(const MigObject *object);
static void FinishEnabled(MigDiff *diff, const MigObject *old, const MigObject *new);
static void Enable(MigDiff *diff, const MigObject *object, const char *table, const char *enabled);
static void FinishComments(MigDiff *diff, const MigObject *old, const MigObject *new);
static const char *CommentOn(const MigObject *object, const char *table);
static void FinishEventTrigger(MigDiff *diff, const MigObject *old, const MigObject *new);

/*
 * CREATE TRIGGER.
 */
void
MigCreateTrigger(MigDiff *diff, const MigObject *object)
{
	EmitTrigger(diff, object, false);
	FinishEnabled(diff, NULL, object);
	FinishComments(diff, NULL, object);
	MigEmitExtensions(diff, NULL, object);
}

/*
 * A trigger can be replaced, but for a constraint trigger; and one that keeps
 * its table from being linked to a parent goes before that.
 */
bool
MigAlterTrigger(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	bool		replace = !MigPropSame(old->props, new->props, "definition");

	if (replace && (IsConstraint(old) || IsConstraint(new) ||
					(HasRowsAndTables(old) && !HasRowsAndTables(new))))
		return false;
	if (replace)
		EmitTrigger(diff, new, true);
	FinishEnabled(diff, replace ? NULL : old, new);
	FinishComments(diff, old, new);
	MigEmitExtensions(diff, old, new);
	return true;
}

/*
 * CREATE EVENT TRIGGER.
 */
void
MigCreateEventTrigger(MigDiff *diff, const MigObject *object)
{
	List	   *tags = MigPropTexts(object->props, "tags");
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE EVENT TRIGGER %s\n    ON %s", object->identity,
					 MigPropText(object->props, "event"));
	foreach(lc, tags)
	{
		appendStringInfo(&text, "%s%s", lc == list_head(tags) ? "\n    WHEN TAG IN (" : ", ",
						 quote_literal_cstr(lfirst(lc)));
	}
	if (tags != NIL)
		appendStringInfoChar(&text, ')');
	MigEmit(diff, "%s\n    EXECUTE FUNCTION %s()", text.data, MigPropText(object->props, "function"));
	FinishEventTrigger(diff, NULL, object);
}

/*
 * Only whether it is enabled can be changed.
 */
bool
MigAlterEventTrigger(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	static const char *const changeable[] = {
		"needs", "owner", "comment", "labels", "enabled", NULL
	};

	if (!MigPropsSame(old, new, changeable))
		return false;
	FinishEventTrigger(diff, old, new);
	return true;
}

/* As the server writes it, in several lines. */
static void
EmitTrigger(MigDiff *diff, const MigObject *object, bool replace)
{
	static const char *const before[] = {
		" BEFORE ", " AFTER ", " INSTEAD OF ", " FOR EACH ", " EXECUTE FUNCTION ", NULL
	};
	const char *definition = Break(MigPropText(object->props, "definition"), before);

	MigEmit(diff, "CREATE%s%s", replace ? " OR REPLACE" : "", definition + strlen("CREATE"));
}

/* Begin a new line before each of some words, outside of quotes. */
static const char *
Break(const char *definition, const char *const *before)
{
	StringInfoData text;
	char		quote = '\0';

	initStringInfo(&text);
	for (const char *p = definition; *p != '\0'; p++)
	{
		bool		breaks = false;

		if (quote == '\0' && (*p == '"' || *p == '\''))
			quote = *p;
		else if (*p == quote)
			quote = '\0';
		for (int i = 0; quote == '\0' && *p == ' ' && before[i] != NULL; i++)
			breaks = breaks || strncmp(p, before[i], strlen(before[i])) == 0;
		if (breaks)
			appendStringInfoString(&text, "\n    ");
		else
			appendStringInfoChar(&text, *p);
	}
	return text.data;
}

static bool
IsConstraint(const MigObject *object)
{
	return strncmp(MigPropText(object->props, "definition"), "CREATE CONSTRAINT",
				   strlen("CREATE CONSTRAINT")) == 0;
}

/* Whether it is a trigger for each row that has transition tables. */
static bool
HasRowsAndTables(const MigObject *object)
{
	const char *definition = MigPropText(object->props, "definition");

	return strstr(definition, " REFERENCING ") != NULL && strstr(definition, " FOR EACH ROW ") != NULL;
}

/*
 * How it is enabled, here and on partitions; old is NULL if it has just been
 * created or replaced, which enables it everywhere.  What is said of a table
 * goes for its partitions too.
 */
static void
FinishEnabled(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *enabled = MigPropText(new->props, "enabled");
	ListCell   *lc;

	if (old != NULL && MigPropSame(old->props, new->props, "enabled") &&
		MigPropSame(old->props, new->props, "partitions"))
		return;
	if (old != NULL || enabled != NULL)
		Enable(diff, new, new->parent->identity, enabled);
	foreach(lc, MigPropItems(new->props, "partitions"))
	{
		Enable(diff, new, MigPropText(lfirst(lc), "table"), MigPropText(lfirst(lc), "enabled"));
	}
}

static void
Enable(MigDiff *diff, const MigObject *object, const char *table, const char *enabled)
{
	MigEmit(diff, "ALTER TABLE %s %s TRIGGER %s", table, MigEnabled(enabled),
			quote_identifier(object->name));
}

/* Comments on the triggers of partitions, as far as they are known. */
static void
FinishComments(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const MigObject *sides[2] = {old, new};

	for (int i = 0; i < 2; i++)
	{
		ListCell   *lc;

		if (sides[i] == NULL)
			continue;
		foreach(lc, MigPropItems(sides[i]->props, "partitions"))
		{
			const char *table = MigPropText(lfirst(lc), "table");
			const char *before = CommentOn(old, table);
			const char *after = CommentOn(new, table);

			/* what the second side has is said there */
			if (i == 0 ? before == NULL || after != NULL :
				after == NULL || (before != NULL && strcmp(before, after) == 0))
				continue;
			MigEmit(diff, "COMMENT ON TRIGGER %s ON %s IS %s", quote_identifier(new->name), table,
					MigQuoteText(after));
		}
	}
}

/* The comment on the trigger of a partition, or NULL; so may be object. */
static const char *
CommentOn(const MigObject *object, const char *table)
{
	ListCell   *lc;

	if (object == NULL)
		return NULL;
	foreach(lc, MigPropItems(object->props, "partitions"))
	{
		if (strcmp(MigPropText(lfirst(lc), "table"), table) == 0)
			return MigPropText(lfirst(lc), "comment");
	}
	return NULL;
}

static void
FinishEventTrigger(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *enabled = MigPropText(new->props, "enabled");

	if (old != NULL ? MigPropSame(old->props, new->props, "enabled") : enabled == NULL)
		return;
	MigEmit(diff, "ALTER EVENT TRIGGER %s %s", new->identity, MigEnabled(enabled));
}
