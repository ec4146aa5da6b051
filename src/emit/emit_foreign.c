/*-------------------------------------------------------------------------
 * src/emit/emit_foreign.c
 *	  Foreign-data wrappers, servers and user mappings.
 *
 * The secrets of a user mapping are known only if it comes from a text that
 * the user has given.  They are not compared unless they are known of both.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static void AlterSupport(MigDiff *diff, const MigObject *old, const MigObject *new,
						 const char *field, const char *keyword);
static List *ClearOptions(const MigObject *mapping, List *but);
static bool HasMasked(List *options);
static bool IsMasked(const char *option);
static bool IsListed(List *options, const char *option);

void
MigCreateWrapper(MigDiff *diff, const MigObject *object)
{
	StringInfoData text;
	const char *handler = MigPropText(object->props, "handler");
	const char *validator = MigPropText(object->props, "validator");

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE FOREIGN DATA WRAPPER %s", object->identity);
	if (handler != NULL)
		appendStringInfo(&text, " HANDLER %s", handler);
	if (validator != NULL)
		appendStringInfo(&text, " VALIDATOR %s", validator);
	MigAppendForeignOptions(&text, " ", MigPropTexts(object->props, "options"));
	MigEmit(diff, "%s", text.data);
}

bool
MigAlterWrapper(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	AlterSupport(diff, old, new, "handler", "HANDLER");
	AlterSupport(diff, old, new, "validator", "VALIDATOR");
	MigEmitForeignOptions(diff, psprintf("ALTER FOREIGN DATA WRAPPER %s", new->identity),
						  MigPropTexts(old->props, "options"),
						  MigPropTexts(new->props, "options"));
	return true;
}

void
MigCreateServer(MigDiff *diff, const MigObject *object)
{
	StringInfoData text;
	const char *type = MigPropText(object->props, "type");
	const char *version = MigPropText(object->props, "version");

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE SERVER %s", object->identity);
	if (type != NULL)
		appendStringInfo(&text, " TYPE %s", MigQuoteText(type));
	if (version != NULL)
		appendStringInfo(&text, " VERSION %s", MigQuoteText(version));
	appendStringInfo(&text, " FOREIGN DATA WRAPPER %s", MigPropText(object->props, "wrapper"));
	MigAppendForeignOptions(&text, " ", MigPropTexts(object->props, "options"));
	MigEmit(diff, "%s", text.data);
}

bool
MigAlterServer(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	if (!MigPropSame(old->props, new->props, "type") ||
		!MigPropSame(old->props, new->props, "wrapper"))
		return false;
	if (!MigPropSame(old->props, new->props, "version"))
		MigEmit(diff, "ALTER SERVER %s VERSION %s", new->identity,
				MigQuoteText(MigPropText(new->props, "version")));
	MigEmitForeignOptions(diff, psprintf("ALTER SERVER %s", new->identity),
						  MigPropTexts(old->props, "options"),
						  MigPropTexts(new->props, "options"));
	return true;
}

void
MigCreateUserMapping(MigDiff *diff, const MigObject *object)
{
	StringInfoData text;
	List	   *options = ClearOptions(object, NIL);

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE USER MAPPING %s", object->identity);
	MigAppendForeignOptions(&text, " ", options);
	MigEmit(diff, "%s", text.data);
	if (HasMasked(options))
		MigHazard(diff, MIG_HAZARD_MASKED);
}

bool
MigAlterUserMapping(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	bool		known = MigPropItem(old->props, "secrets") != NULL &&
	MigPropItem(new->props, "secrets") != NULL;
	List	   *from = known ? ClearOptions(old, NIL) : MigPropTexts(old->props, "options");
	List	   *to = ClearOptions(new, known ? NIL : from);

	MigEmitForeignOptions(diff, psprintf("ALTER USER MAPPING %s", new->identity), from, to);
	return true;
}

static void
AlterSupport(MigDiff *diff, const MigObject *old, const MigObject *new, const char *field,
			 const char *keyword)
{
	const char *function = MigPropText(new->props, field);

	if (MigPropSame(old->props, new->props, field))
		return;
	if (function == NULL)
		MigEmit(diff, "ALTER FOREIGN DATA WRAPPER %s NO %s", new->identity, keyword);
	else
		MigEmit(diff, "ALTER FOREIGN DATA WRAPPER %s %s %s", new->identity, keyword, function);
}

/*
 * The options, with their secrets where these are known; but those that are
 * masked in but too are left so.
 */
static List *
ClearOptions(const MigObject *mapping, List *but)
{
	List	   *secrets = MigPropTexts(mapping->props, "secrets");
	List	   *options = NIL;
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, MigPropTexts(mapping->props, "options"))
	{
		char	   *option = lfirst(lc);

		if (IsMasked(option) && !IsListed(but, option))
			foreach(lc2, secrets)
		{
			if (strncmp(lfirst(lc2), option, strchr(option, '=') - option + 1) == 0)
				option = lfirst(lc2);
		}
		options = lappend(options, option);
	}
	return options;
}

static bool
HasMasked(List *options)
{
	ListCell   *lc;

	foreach(lc, options)
	{
		if (IsMasked(lfirst(lc)))
			return true;
	}
	return false;
}

static bool
IsMasked(const char *option)
{
	const char *equals = strchr(option, '=');

	return equals != NULL && strcmp(equals + 1, MIG_MASK) == 0;
}

static bool
IsListed(List *options, const char *option)
{
	ListCell   *lc;

	foreach(lc, options)
	{
		if (strcmp(lfirst(lc), option) == 0)
			return true;
	}
	return false;
}
