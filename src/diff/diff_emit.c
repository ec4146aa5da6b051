/*-------------------------------------------------------------------------
 * src/diff/diff_emit.c
 *	  Collect the statements that the classes emit.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "diff/diff_internal.h"
#include "lib/stringinfo.h"

static MigChange *Setting(const char *name, const char *ddl);

/*
 * MigDiffBegin
 *		What the statements that follow do, and to which object.
 */
void
MigDiffBegin(MigDiff *diff, const char *action, const MigObject *object)
{
	diff->action = action;
	diff->object = object;
}

/*
 * MigEmit
 *		Add a statement, without its semicolon, for the object at hand.
 */
void
MigEmit(MigDiff *diff, const char *format,...)
{
	MigChange  *change;
	StringInfoData text;
	const MigObject *whole = diff->object;

	if (diff->judging)
		return;
	initStringInfo(&text);
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&text, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&text, needed);
	}
	while (whole->parent != NULL)
		whole = whole->parent;

	change = palloc0(sizeof(MigChange));
	change->action = diff->action;
	change->kind = MigKindName(diff->object->kind);
	change->identity = diff->object->identity;
	change->group = whole->key;
	change->ddl = text.data;
	diff->changes = lappend(diff->changes, change);
}

/*
 * MigHazard
 *		Say what is dangerous about the statement that was added last.
 */
void
MigHazard(MigDiff *diff, const char *code)
{
	MigChange  *change;
	ListCell   *lc;

	if (diff->judging || diff->changes == NIL)
		return;
	change = llast(diff->changes);
	foreach(lc, change->hazards)
	{
		if (strcmp(lfirst(lc), code) == 0)
			return;
	}
	change->hazards = lappend(change->hazards, unconstify(char *, code));
}

/*
 * MigDiffDeferBodies
 *		Called when a routine is created whose body is a string: nobody knows
 *		what it needs, so that it may come too early.
 */
void
MigDiffDeferBodies(MigDiff *diff)
{
	if (!diff->judging)
		diff->deferred = diff->object;
}

/*
 * MigDiffWrap
 *		Bodies are not checked while the changes are made, if they could be
 *		checked too early: something else is created or altered too.
 */
void
MigDiffWrap(MigDiff *diff)
{
	ListCell   *lc;

	if (diff->deferred == NULL)
		return;
	foreach(lc, diff->changes)
	{
		const MigChange *change = lfirst(lc);

		if (strcmp(change->action, "drop") == 0 ||
			(strcmp(change->kind, MigKindName(diff->deferred->kind)) == 0 &&
			 strcmp(change->identity, diff->deferred->identity) == 0))
			continue;
		diff->changes = lcons(Setting ("check_function_bodies", "SET check_function_bodies = off"),
							  diff->changes);
		diff->changes = lappend(diff->changes, Setting ("check_function_bodies",
														"RESET check_function_bodies"));
		return;
	}
}

static MigChange *
Setting(const char *name, const char *ddl)
{
	MigChange  *change = palloc0(sizeof(MigChange));

	change->action = "set";
	change->kind = "setting";
	change->identity = name;
	change->group = psprintf("setting %s", name);
	change->ddl = pstrdup(ddl);
	return change;
}
