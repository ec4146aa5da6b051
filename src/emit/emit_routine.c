/*-------------------------------------------------------------------------
 * src/emit/emit_routine.c
 *	  Functions and procedures.
 *
 * A function is replaced rather than recreated wherever that is allowed, since
 * then nobody who uses it notices.  What ALTER FUNCTION can change it changes,
 * without touching the body.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"
#include "utils/formatting.h"
#include "utils/varlena.h"

/* Properties that ALTER FUNCTION can change, besides the common ones. */
static const char *const attributes[] = {
	"volatility", "strict", "leakproof", "security_definer", "parallel", "cost", "rows",
	"support", "settings", "extensions",
	"needs", "position", "owner", "acl", "comment", "labels", NULL
};

/* Properties that do not matter to CREATE OR REPLACE. */
static const char *const beside[] = {
	"extensions",
	"needs", "position", "owner", "acl", "comment", "labels", NULL
};

/* Settings whose values are lists of names, as in the server's guc.c. */
static const char *const list_settings[] = {
	"local_preload_libraries", "search_path", "session_preload_libraries",
	"shared_preload_libraries", "temp_tablespaces", "unix_socket_directories"
};

static void EmitCreate(MigDiff *diff, const MigObject *object, const char *verb);
static const char *Code(JsonbContainer *props);
static void WriteAttributes(StringInfo out, JsonbContainer *props);
static void WriteBody(StringInfo out, JsonbContainer *props);
static bool CanAlter(const MigObject *old, const MigObject *new);
static void EmitAlter(MigDiff *diff, const MigObject *old, const MigObject *new);
static void WriteAltered(StringInfo out, JsonbContainer *old, JsonbContainer *new);
static void WriteSettingChanges(StringInfo out, JsonbContainer *old, JsonbContainer *new);
static void WriteSetting(StringInfo out, const char *setting);
static const char *SettingName(const char *setting);
static const char *FindSetting(List *settings, const char *setting);
static bool IsOrderKept(List *old, List *new);
static bool SameText(const char *one, const char *other);
static List *OutArguments(JsonbContainer *props);
static List *InArguments(JsonbContainer *props);
static bool SameOutArguments(JsonbContainer *old, JsonbContainer *new);
static bool SameInArguments(JsonbContainer *old, JsonbContainer *new);
static bool IsPolymorphic(const char *type);

/*
 * MigCreateRoutine
 *		CREATE FUNCTION or PROCEDURE.
 */
void
MigCreateRoutine(MigDiff *diff, const MigObject *object)
{
	EmitCreate(diff, object, "CREATE");
	MigEmitExtensions(diff, NULL, object);
}

/*
 * MigAlterRoutine
 *		ALTER it, or CREATE OR REPLACE.
 */
bool
MigAlterRoutine(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	if (MigPropFlag(old->props, "window") != MigPropFlag(new->props, "window") ||
		!MigEmitIsReplaceable(old, new))
		return false;
	if (!MigPropsSame(old, new, attributes) ||
		(!MigPropsSame(old, new, beside) && !CanAlter(old, new)))
		EmitCreate(diff, new, "CREATE OR REPLACE");
	else if (!MigPropsSame(old, new, beside))
		EmitAlter(diff, old, new);
	MigEmitExtensions(diff, old, new);
	return true;
}

/*
 * MigEmitIsReplaceable
 *		Whether CREATE OR REPLACE of a routine or aggregate would be allowed.
 *
 * These are the rules of the server's ProcedureCreate(): the result is the
 * same; input arguments keep the names and the defaults that they have.
 */
bool
MigEmitIsReplaceable(const MigObject *old, const MigObject *new)
{
	const char *result = MigPropText(old->props, "result");

	if (!MigPropSame(old->props, new->props, "result"))
		return false;
	if ((result == NULL || strcmp(result, "record") == 0 || strcmp(result, "SETOF record") == 0) &&
		!SameOutArguments(old->props, new->props))
		return false;
	return SameInArguments(old->props, new->props);
}

/*
 * MigEmitArgument
 *		Add an argument as it is written in CREATE.
 */
void
MigEmitArgument(StringInfo out, JsonbContainer *argument)
{
	const char *mode = MigPropText(argument, "mode");
	const char *name = MigPropText(argument, "name");
	const char *value = MigPropText(argument, "default");

	if (mode != NULL)
		appendStringInfo(out, "%s ", asc_toupper(mode, strlen(mode)));
	if (name != NULL)
		appendStringInfo(out, "%s ", quote_identifier(name));
	appendStringInfoString(out, MigPropText(argument, "type"));
	if (value != NULL)
		appendStringInfo(out, " DEFAULT %s", value);
}

/*
 * MigQuoteCode
 *		A text of several lines, or with quotes in it, between dollars.
 */
const char *
MigQuoteCode(const char *code)
{
	static const char *const tags[] = {"$$", "$function$", "$body$", "$_$", "$_X$"};
	char	   *padded = psprintf("%s$", code);

	for (size_t i = 0; i < lengthof(tags); i++)
		if (strstr(padded, tags[i]) == NULL)
			return psprintf("%s%s%s", tags[i], code, tags[i]);
	return quote_literal_cstr(code);
}

static void
EmitCreate(MigDiff *diff, const MigObject *object, const char *verb)
{
	JsonbContainer *props = object->props;
	const char *result = MigPropText(props, "result");
	StringInfoData out;
	ListCell   *lc;
	const char *separator = "";
	List	   *arguments = MigPropItems(props, "arguments");

	initStringInfo(&out);
	appendStringInfo(&out, "%s %s %s(", verb, MigEmitPhrase(diff, object),
					 quote_qualified_identifier(object->schema, object->name));
	foreach(lc, arguments)
	{
		appendStringInfoString(&out, separator);
		MigEmitArgument(&out, lfirst(lc));
		separator = ", ";
	}
	appendStringInfoChar(&out, ')');
	if (result != NULL)
		appendStringInfo(&out, "\nRETURNS %s", result);
	WriteAttributes(&out, props);
	WriteBody(&out, props);
	MigEmit(diff, "%s", out.data);
	if (Code(props) != NULL)
		MigDiffDeferBodies(diff);
}

/* The source, if the server would check it against what is there; or NULL. */
static const char *
Code(JsonbContainer *props)
{
	const char *language = MigPropText(props, "language");

	if (strcmp(language, "c") == 0 || strcmp(language, "internal") == 0)
		return NULL;
	return MigPropText(props, "source");
}

static void
WriteAttributes(StringInfo out, JsonbContainer *props)
{
	List	   *transforms = MigPropTexts(props, "transforms");
	List	   *settings = MigPropTexts(props, "settings");
	const char *volatility = MigPropText(props, "volatility");
	const char *parallel = MigPropText(props, "parallel");
	const char *cost = MigPropText(props, "cost");
	const char *rows = MigPropText(props, "rows");
	const char *support = MigPropText(props, "support");
	const char *separator = "\nTRANSFORM FOR TYPE ";
	StringInfoData line;
	ListCell   *lc;

	appendStringInfo(out, "\nLANGUAGE %s", MigPropText(props, "language"));
	foreach(lc, transforms)
	{
		appendStringInfo(out, "%s%s", separator, (const char *) lfirst(lc));
		separator = ", FOR TYPE ";
	}

	initStringInfo(&line);
	if (MigPropFlag(props, "window"))
		appendStringInfoString(&line, " WINDOW");
	if (volatility != NULL)
		appendStringInfo(&line, " %s", asc_toupper(volatility, strlen(volatility)));
	if (MigPropFlag(props, "strict"))
		appendStringInfoString(&line, " STRICT");
	if (MigPropFlag(props, "leakproof"))
		appendStringInfoString(&line, " LEAKPROOF");
	if (MigPropFlag(props, "security_definer"))
		appendStringInfoString(&line, " SECURITY DEFINER");
	if (parallel != NULL)
		appendStringInfo(&line, " PARALLEL %s", asc_toupper(parallel, strlen(parallel)));
	if (cost != NULL)
		appendStringInfo(&line, " COST %s", cost);
	if (rows != NULL)
		appendStringInfo(&line, " ROWS %s", rows);
	if (support != NULL)
		appendStringInfo(&line, " SUPPORT %s", support);
	if (line.len > 0)
		appendStringInfo(out, "\n%s", line.data + 1);

	foreach(lc, settings)
	{
		appendStringInfoChar(out, '\n');
		WriteSetting(out, lfirst(lc));
	}
}

static void
WriteBody(StringInfo out, JsonbContainer *props)
{
	const char *body = MigPropText(props, "body");
	const char *source = MigPropText(props, "source");
	const char *library = MigPropText(props, "library");

	if (body != NULL)
		appendStringInfo(out, "\n%s", body);
	else if (library != NULL)
		appendStringInfo(out, "\nAS %s, %s", MigQuoteText(library), MigQuoteText(source));
	else if (Code(props) != NULL)
		appendStringInfo(out, "\nAS %s", MigQuoteCode(source));
	else
		appendStringInfo(out, "\nAS %s", MigQuoteText(source));
}

/* ALTER cannot take a support function away, nor reorder settings. */
static bool
CanAlter(const MigObject *old, const MigObject *new)
{
	if (MigPropText(old->props, "support") != NULL && MigPropText(new->props, "support") == NULL)
		return false;
	return IsOrderKept(MigPropTexts(old->props, "settings"), MigPropTexts(new->props, "settings"));
}

static void
EmitAlter(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	StringInfoData out;

	initStringInfo(&out);
	WriteAltered(&out, old->props, new->props);
	WriteSettingChanges(&out, old->props, new->props);
	MigEmit(diff, "ALTER %s %s%s", MigEmitPhrase(diff, new), new->identity, out.data);
}

static void
WriteAltered(StringInfo out, JsonbContainer *old, JsonbContainer *new)
{
	static const struct
	{
		const char *property;
		const char *words;		/* then the value, unless it is a flag */
		bool		is_flag;
		const char *missing;	/* if there is no value */
	}			forms[] = {
		{"volatility", "", false, " VOLATILE"},
		{"strict", " STRICT", true, " CALLED ON NULL INPUT"},
		{"leakproof", " LEAKPROOF", true, " NOT LEAKPROOF"},
		{"security_definer", " SECURITY DEFINER", true, " SECURITY INVOKER"},
		{"parallel", " PARALLEL", false, " PARALLEL UNSAFE"},
		{"cost", " COST", false, NULL},
		{"rows", " ROWS", false, " ROWS 1000"},
	};
	const char *language = MigPropText(new, "language");
	bool		is_cheap = strcmp(language, "c") == 0 || strcmp(language, "internal") == 0;

	for (size_t i = 0; i < lengthof(forms); i++)
	{
		const char *value = MigPropText(new, forms[i].property);

		if (MigPropSame(old, new, forms[i].property))
			continue;
		if (value != NULL)
		{
			appendStringInfoString(out, forms[i].words);
			if (!forms[i].is_flag)
				appendStringInfo(out, " %s", asc_toupper(value, strlen(value)));
		}
		else if (forms[i].missing != NULL)
			appendStringInfoString(out, forms[i].missing);
		else
			appendStringInfoString(out, is_cheap ? " COST 1" : " COST 100");
	}
	if (!MigPropSame(old, new, "support"))
		appendStringInfo(out, " SUPPORT %s", MigPropText(new, "support"));
}

static void
WriteSettingChanges(StringInfo out, JsonbContainer *old, JsonbContainer *new)
{
	List	   *old_settings = MigPropTexts(old, "settings");
	List	   *new_settings = MigPropTexts(new, "settings");
	ListCell   *lc;

	foreach(lc, old_settings)
	{
		if (FindSetting(new_settings, lfirst(lc)) == NULL)
			appendStringInfo(out, " RESET %s", SettingName(lfirst(lc)));
	}
	foreach(lc, new_settings)
	{
		const char *before = FindSetting(old_settings, lfirst(lc));

		if (before != NULL && strcmp(before, lfirst(lc)) == 0)
			continue;
		appendStringInfoChar(out, ' ');
		WriteSetting(out, lfirst(lc));
	}
}

/* SET name TO value, from name=value. */
static void
WriteSetting(StringInfo out, const char *setting)
{
	const char *value = strchr(setting, '=') + 1;
	char	   *name = pnstrdup(setting, value - setting - 1);
	List	   *values = NIL;
	bool		is_list = false;
	const char *separator = "";
	ListCell   *lc;

	for (size_t i = 0; i < lengthof(list_settings); i++)
		is_list |= pg_strcasecmp(name, list_settings[i]) == 0;
	appendStringInfo(out, "SET %s TO ", SettingName(setting));
	if (!is_list || !SplitGUCList(pstrdup(value), ',', &values) || values == NIL)
	{
		appendStringInfoString(out, MigQuoteText(value));
		return;
	}
	foreach(lc, values)
	{
		appendStringInfo(out, "%s%s", separator, MigQuoteText(lfirst(lc)));
		separator = ", ";
	}
}

/* A name such as a.b is written with each part as an identifier. */
static const char *
SettingName(const char *setting)
{
	char	   *name = pnstrdup(setting, strchr(setting, '=') - setting);
	StringInfoData out;
	char	   *dot;

	initStringInfo(&out);
	while ((dot = strchr(name, '.')) != NULL)
	{
		*dot = '\0';
		appendStringInfo(&out, "%s.", quote_identifier(name));
		name = dot + 1;
	}
	appendStringInfoString(&out, quote_identifier(name));
	return out.data;
}

/* The entry for the same name, or NULL. */
static const char *
FindSetting(List *settings, const char *setting)
{
	size_t		len = strchr(setting, '=') + 1 - setting;
	ListCell   *lc;

	foreach(lc, settings)
	{
		if (strncmp(lfirst(lc), setting, len) == 0)
			return lfirst(lc);
	}
	return NULL;
}

/* Whether RESET and SET give the new list: what stays first, what is new last. */
static bool
IsOrderKept(List *old, List *new)
{
	List	   *result = NIL;
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, old)
	{
		if (FindSetting(new, lfirst(lc)) != NULL)
			result = lappend(result, unconstify(char *, FindSetting(new, lfirst(lc))));
	}
	foreach(lc, new)
	{
		if (FindSetting(old, lfirst(lc)) == NULL)
			result = lappend(result, lfirst(lc));
	}
	forboth(lc, result, lc2, new)
	{
		if (strcmp(lfirst(lc), lfirst(lc2)) != 0)
			return false;
	}
	return true;
}

static bool
SameText(const char *one, const char *other)
{
	if (one == NULL || other == NULL)
		return one == other;
	return strcmp(one, other) == 0;
}

static List *
OutArguments(JsonbContainer *props)
{
	List	   *arguments = MigPropItems(props, "arguments");
	List	   *outs = NIL;
	ListCell   *lc;

	foreach(lc, arguments)
	{
		const char *mode = MigPropText(lfirst(lc), "mode");

		if (mode != NULL && strcmp(mode, "variadic") != 0)
			outs = lappend(outs, lfirst(lc));
	}
	return outs;
}

static List *
InArguments(JsonbContainer *props)
{
	List	   *arguments = MigPropItems(props, "arguments");
	List	   *ins = NIL;
	ListCell   *lc;

	foreach(lc, arguments)
	{
		const char *mode = MigPropText(lfirst(lc), "mode");

		if (mode == NULL || strcmp(mode, "out") != 0)
			ins = lappend(ins, lfirst(lc));
	}
	return ins;
}

static bool
SameOutArguments(JsonbContainer *old, JsonbContainer *new)
{
	List	   *olds = OutArguments(old);
	List	   *news = OutArguments(new);
	ListCell   *lc;
	ListCell   *lc2;

	if (list_length(olds) != list_length(news))
		return false;
	forboth(lc, olds, lc2, news)
	{
		if (!MigPropSame(lfirst(lc), lfirst(lc2), "name") ||
			!MigPropSame(lfirst(lc), lfirst(lc2), "type"))
			return false;
	}
	return true;
}

/* The types are the same, being in the identity. */
static bool
SameInArguments(JsonbContainer *old, JsonbContainer *new)
{
	List	   *olds = InArguments(old);
	List	   *news = InArguments(new);
	ListCell   *lc;
	ListCell   *lc2;

	forboth(lc, olds, lc2, news)
	{
		const char *old_name = MigPropText(lfirst(lc), "name");
		const char *old_default = MigPropText(lfirst(lc), "default");
		const char *new_default = MigPropText(lfirst(lc2), "default");

		if (old_name != NULL && !SameText(old_name, MigPropText(lfirst(lc2), "name")))
			return false;
		if (old_default != NULL && new_default == NULL)
			return false;
		if (old_default != NULL && !SameText(old_default, new_default) &&
			IsPolymorphic(MigPropText(lfirst(lc), "type")))
			return false;
	}
	return true;
}

/* A default of another type might change the result of calls that exist. */
static bool
IsPolymorphic(const char *type)
{
	return strncmp(type, "any", 3) == 0;
}
