/*-------------------------------------------------------------------------
 * src/emit/emit_options.c
 *	  Options: of storage, name=value; and of foreign objects, name 'value'.
 *
 * The catalogs keep both as texts of the form name=value, and so does the
 * snapshot.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static const char *OptionName(const char *option);
static const char *OptionValue(const char *option);
static bool IsPrefix(List *old, List *new);
static const char *FindOption(List *options, const char *name);
static const char *QuoteOption(const char *option);
static const char *QuoteOptionName(const char *name);

/*
 * MigJoinOptions
 *		Options as they are written in WITH (...).
 */
const char *
MigJoinOptions(List *options)
{
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	foreach(lc, options)
	{
		appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "", QuoteOption(lfirst(lc)));
	}
	return text.data;
}

/*
 * MigEmitOptions
 *		SET and RESET what differs between two lists; alter is the statement up
 *		to there.
 *
 * The server keeps the options that stay where they are and appends the
 * others.  If that does not give the order of new, all are reset first.
 */
void
MigEmitOptions(MigDiff *diff, const char *alter, List *old, List *new)
{
	StringInfoData set;
	StringInfoData reset;
	bool		all = !IsPrefix(old, new);
	ListCell   *lc;

	initStringInfo(&set);
	initStringInfo(&reset);
	foreach(lc, new)
	{
		const char *value = FindOption(old, OptionName(lfirst(lc)));

		if (all || value == NULL || strcmp(value, OptionValue(lfirst(lc))) != 0)
			appendStringInfo(&set, "%s%s", set.len > 0 ? ", " : "", QuoteOption(lfirst(lc)));
	}
	foreach(lc, old)
	{
		if (all || FindOption(new, OptionName(lfirst(lc))) == NULL)
			appendStringInfo(&reset, "%s%s", reset.len > 0 ? ", " : "",
							 QuoteOptionName(OptionName(lfirst(lc))));
	}
	if (reset.len > 0)
		MigEmit(diff, "%s RESET (%s)", alter, reset.data);
	if (set.len > 0)
		MigEmit(diff, "%s SET (%s)", alter, set.data);
}

/*
 * Whether the options of old that stay come first in new, in the same order
 * and with the same values.
 */
static bool
IsPrefix(List *old, List *new)
{
	int			n = 0;
	ListCell   *lc;

	foreach(lc, old)
	{
		const char *value = FindOption(new, OptionName(lfirst(lc)));

		if (value == NULL)
			continue;
		if (strcmp(list_nth(new, n++), lfirst(lc)) == 0)
			continue;
		/* a changed value goes to the end; fine if it is the only one */
		if (list_length(new) == 1 && list_length(old) == 1)
			return true;
		return false;
	}
	return true;
}

/*
 * MigAppendForeignOptions
 *		OPTIONS (name 'value', ...) after a separator; nothing if there are none.
 */
void
MigAppendForeignOptions(StringInfo text, const char *separator, List *options)
{
	bool		any = false;
	ListCell   *lc;

	foreach(lc, options)
	{
		appendStringInfo(text, "%s%s %s", any ? ", " : psprintf("%sOPTIONS (", separator),
						 quote_identifier(OptionName(lfirst(lc))),
						 quote_literal_cstr(OptionValue(lfirst(lc))));
		any = true;
	}
	if (any)
		appendStringInfoChar(text, ')');
}

/*
 * MigEmitForeignOptions
 *		OPTIONS (ADD ..., SET ..., DROP ...): what differs between two lists.
 */
void
MigEmitForeignOptions(MigDiff *diff, const char *alter, List *old, List *new)
{
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	foreach(lc, old)
	{
		if (FindOption(new, OptionName(lfirst(lc))) == NULL)
			appendStringInfo(&text, "%sDROP %s", text.len > 0 ? ", " : "",
							 quote_identifier(OptionName(lfirst(lc))));
	}
	foreach(lc, new)
	{
		const char *value = FindOption(old, OptionName(lfirst(lc)));

		if (value == NULL || strcmp(value, OptionValue(lfirst(lc))) != 0)
			appendStringInfo(&text, "%s%s %s %s", text.len > 0 ? ", " : "", value == NULL ? "ADD" : "SET",
							 quote_identifier(OptionName(lfirst(lc))),
							 quote_literal_cstr(OptionValue(lfirst(lc))));
	}
	if (text.len > 0)
		MigEmit(diff, "%s OPTIONS (%s)", alter, text.data);
}

static const char *
OptionName(const char *option)
{
	const char *equals = strchr(option, '=');

	return equals == NULL ? option : pnstrdup(option, equals - option);
}

static const char *
OptionValue(const char *option)
{
	const char *equals = strchr(option, '=');

	return equals == NULL ? "" : equals + 1;
}

/* The value of an option, or NULL. */
static const char *
FindOption(List *options, const char *name)
{
	ListCell   *lc;

	foreach(lc, options)
	{
		if (strcmp(OptionName(lfirst(lc)), name) == 0)
			return OptionValue(lfirst(lc));
	}
	return NULL;
}

/* As pg_dump does it: the value is quoted unless it is a plain word. */
static const char *
QuoteOption(const char *option)
{
	const char *value = OptionValue(option);

	if (value[0] == '\0' || strcmp(quote_identifier(value), value) != 0)
		value = quote_literal_cstr(value);
	return psprintf("%s=%s", QuoteOptionName(OptionName(option)), value);
}

/* The namespace of an option is a name of its own: toast.autovacuum_enabled. */
static const char *
QuoteOptionName(const char *name)
{
	if (strncmp(name, "toast.", 6) == 0)
		return psprintf("toast.%s", quote_identifier(name + 6));
	return quote_identifier(name);
}
