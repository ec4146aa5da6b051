/*-------------------------------------------------------------------------
 * src/emit/emit_text_search.c
 *	  Text search parsers, templates, dictionaries and configurations.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

/* An option of a parser or template, and the property that has the function. */
typedef struct Option
{
	const char *word;
	const char *field;
} Option;

static void CreateOfFunctions(MigDiff *diff, const MigObject *object, const Option *options);
static List *OptionNames(const char *options);
static bool IsAmong(List *names, const char *name);
static JsonbContainer *FindMapping(const MigObject *object, const char *token);
static void EmitMappings(MigDiff *diff, const MigObject *object, const char *action, List *mappings);
static const char *Dictionaries(JsonbContainer *mapping);

/*
 * CREATE TEXT SEARCH PARSER.
 */
void
MigCreateTsParser(MigDiff *diff, const MigObject *object)
{
	static const Option options[] = {
		{"START", "start"}, {"GETTOKEN", "gettoken"}, {"END", "end"}, {"LEXTYPES", "lextypes"},
		{"HEADLINE", "headline"}, {NULL, NULL}
	};

	CreateOfFunctions(diff, object, options);
}

/*
 * CREATE TEXT SEARCH TEMPLATE.
 */
void
MigCreateTsTemplate(MigDiff *diff, const MigObject *object)
{
	static const Option options[] = {{"INIT", "init"}, {"LEXIZE", "lexize"}, {NULL, NULL}};

	CreateOfFunctions(diff, object, options);
}

/*
 * CREATE TEXT SEARCH DICTIONARY.
 */
void
MigCreateTsDictionary(MigDiff *diff, const MigObject *object)
{
	const char *options = MigPropText(object->props, "options");

	MigEmit(diff, "CREATE TEXT SEARCH DICTIONARY %s (\n    TEMPLATE = %s%s%s\n)", object->identity,
			MigPropText(object->props, "template"), options == NULL ? "" : ",\n    ",
			options == NULL ? "" : options);
}

/*
 * Options can be changed.  Their order counts, since the server keeps it: an
 * option that is named is put behind the others.
 */
bool
MigAlterTsDictionary(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *options = MigPropText(new->props, "options");
	List	   *names = OptionNames(options);
	StringInfoData text;
	ListCell   *lc;

	if (!MigPropSame(old->props, new->props, "template"))
		return false;
	initStringInfo(&text);
	foreach(lc, OptionNames(MigPropText(old->props, "options")))
	{
		if (!IsAmong(names, lfirst(lc)))
			appendStringInfo(&text, "%s%s", text.len == 0 ? "" : ", ", (char *) lfirst(lc));
	}
	if (options != NULL)
		appendStringInfo(&text, "%s%s", text.len == 0 ? "" : ", ", options);
	MigEmit(diff, "ALTER TEXT SEARCH DICTIONARY %s (%s)", new->identity, text.data);
	return true;
}

/*
 * CREATE TEXT SEARCH CONFIGURATION, and its mappings.
 */
void
MigCreateTsConfiguration(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "CREATE TEXT SEARCH CONFIGURATION %s (\n    PARSER = %s\n)", object->identity,
			MigPropText(object->props, "parser"));
	EmitMappings(diff, object, "ADD", MigPropItems(object->props, "mappings"));
}

/*
 * Mappings can be changed, the parser cannot.
 */
bool
MigAlterTsConfiguration(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	List	   *added = NIL;
	List	   *changed = NIL;
	ListCell   *lc;

	if (!MigPropSame(old->props, new->props, "parser"))
		return false;
	foreach(lc, MigPropItems(old->props, "mappings"))
	{
		const char *token = MigPropText(lfirst(lc), "token");

		if (FindMapping(new, token) == NULL)
			MigEmit(diff, "ALTER TEXT SEARCH CONFIGURATION %s\n    DROP MAPPING FOR %s",
					new->identity, quote_identifier(token));
	}
	foreach(lc, MigPropItems(new->props, "mappings"))
	{
		JsonbContainer *before = FindMapping(old, MigPropText(lfirst(lc), "token"));

		if (before == NULL)
			added = lappend(added, lfirst(lc));
		else if (!MigPropSame(before, lfirst(lc), "dictionaries"))
			changed = lappend(changed, lfirst(lc));
	}
	EmitMappings(diff, new, "ALTER", changed);
	EmitMappings(diff, new, "ADD", added);
	return true;
}

static void
CreateOfFunctions(MigDiff *diff, const MigObject *object, const Option *options)
{
	StringInfoData text;

	initStringInfo(&text);
	for (; options->word != NULL; options++)
	{
		const char *function = MigPropText(object->props, options->field);

		if (function != NULL)
			appendStringInfo(&text, "%s\n    %s = %s", text.len == 0 ? "" : ",", options->word, function);
	}
	MigEmit(diff, "CREATE %s %s (%s\n)", MigEmitPhrase(diff, object), object->identity, text.data);
}

/* The names, as they are written, in a list of options: name = value, ... */
static List *
OptionNames(const char *options)
{
	List	   *names = NIL;
	const char *start = options;
	char		quote = '\0';

	for (const char *p = options; p != NULL && *p != '\0'; p++)
	{
		if (quote != '\0')
		{
			if (*p == quote)
				quote = '\0';
			else if (*p == '\\' && quote == '\'' && p[1] != '\0')
				p++;
		}
		else if (*p == '"' || *p == '\'')
			quote = *p;
		else if (*p == '=' && start != NULL)
		{
			names = lappend(names, pnstrdup(start, p - start - (p[-1] == ' ' ? 1 : 0)));
			start = NULL;
		}
		else if (*p == ',')
			start = p[1] == ' ' ? p + 2 : p + 1;
	}
	return names;
}

static bool
IsAmong(List *names, const char *name)
{
	ListCell   *lc;

	foreach(lc, names)
	{
		if (strcmp(lfirst(lc), name) == 0)
			return true;
	}
	return false;
}

static JsonbContainer *
FindMapping(const MigObject *object, const char *token)
{
	ListCell   *lc;

	foreach(lc, MigPropItems(object->props, "mappings"))
	{
		if (strcmp(MigPropText(lfirst(lc), "token"), token) == 0)
			return lfirst(lc);
	}
	return NULL;
}

/* ADD or ALTER MAPPING: one statement for all tokens with the same dictionaries. */
static void
EmitMappings(MigDiff *diff, const MigObject *object, const char *action, List *mappings)
{
	while (mappings != NIL)
	{
		JsonbContainer *first = linitial(mappings);
		List	   *others = NIL;
		StringInfoData tokens;
		ListCell   *lc;

		initStringInfo(&tokens);
		foreach(lc, mappings)
		{
			if (MigPropSame(first, lfirst(lc), "dictionaries"))
				appendStringInfo(&tokens, "%s%s", tokens.len == 0 ? "" : ", ",
								 quote_identifier(MigPropText(lfirst(lc), "token")));
			else
				others = lappend(others, lfirst(lc));
		}
		MigEmit(diff, "ALTER TEXT SEARCH CONFIGURATION %s\n    %s MAPPING FOR %s\n    WITH %s",
				object->identity, action, tokens.data, Dictionaries(first));
		mappings = others;
	}
}

static const char *
Dictionaries(JsonbContainer *mapping)
{
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	foreach(lc, MigPropTexts(mapping, "dictionaries"))
	{
		appendStringInfo(&text, "%s%s", text.len == 0 ? "" : ", ", (char *) lfirst(lc));
	}
	return text.data;
}
