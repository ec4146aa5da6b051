/*-------------------------------------------------------------------------
 * src/reader/reader_build.c
 *	  The snapshot, from the objects that were read.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "reader/reader_internal.h"
#include "utils/numeric.h"

static void BuildObject(JsonbParseState **state, MigReadObject *object);
static void PushText(JsonbParseState **state, const char *name, const char *text);
static void PushNeeds(JsonbParseState **state, MigReadObject *object);
static void PushFields(JsonbParseState **state, MigReadObject *object);
static void PushProps(JsonbParseState **state, Jsonb *props);
static int	CompareObjects(const ListCell *a, const ListCell *b);
static int	CompareNames(const ListCell *a, const ListCell *b);
static int	CompareKeys(const ListCell *a, const ListCell *b);

/*
 * MigReadBuild
 *		The whole snapshot, with the objects in order.
 */
Jsonb *
MigReadBuild(MigRead *read)
{
	JsonbParseState *state = NULL;
	JsonbValue	format = {.type = jbvNumeric};
	JsonbValue *result;
	ListCell   *lc;

	list_sort(read->objects, CompareObjects);
	format.val.numeric = int64_to_numeric(MIG_SNAPSHOT_FORMAT);

	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	MigPropPush(&state, WJB_KEY, "format");
	(void) pushJsonbValue(&state, WJB_VALUE, &format);
	MigPropPush(&state, WJB_KEY, "objects");
	(void) pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	foreach(lc, read->objects)
	{
		BuildObject(&state, lfirst(lc));
	}
	(void) pushJsonbValue(&state, WJB_END_ARRAY, NULL);
	result = pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	return JsonbValueToJsonb(result);
}

static void
BuildObject(JsonbParseState **state, MigReadObject *object)
{
	CHECK_FOR_INTERRUPTS();
	if (object->left_out)
		return;
	(void) pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	PushText(state, "kind", MigKindName(object->kind));
	PushText(state, "identity", object->identity);
	PushText(state, "name", object->name);
	if (object->schema != NULL)
		PushText(state, "schema", object->schema);
	if (object->whole != NULL)
		PushText(state, "parent", object->whole->key);
	if (object->props != NULL)
		PushProps(state, object->props);
	if (object->extensions != NIL)
	{
		list_sort(object->extensions, CompareNames);
		MigReadAddTexts(object, "extensions", object->extensions);
	}
	PushFields(state, object);
	PushNeeds(state, object);
	(void) pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

static void
PushText(JsonbParseState **state, const char *name, const char *text)
{
	MigPropPush(state, WJB_KEY, name);
	MigPropPush(state, WJB_VALUE, text);
}

/* The keys of what it needs, sorted, each once; nothing if there are none. */
static void
PushNeeds(JsonbParseState **state, MigReadObject *object)
{
	const char *last = NULL;
	ListCell   *lc;

	if (object->needs == NIL)
		return;
	list_sort(object->needs, CompareKeys);
	MigPropPush(state, WJB_KEY, "needs");
	(void) pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
	foreach(lc, object->needs)
	{
		const char *key = ((MigReadObject *) lfirst(lc))->key;

		if (last != NULL && strcmp(last, key) == 0)
			continue;
		MigPropPush(state, WJB_ELEM, key);
		last = key;
	}
	(void) pushJsonbValue(state, WJB_END_ARRAY, NULL);
}

/* Properties, with expressions in their one form. */
static void
PushFields(JsonbParseState **state, MigReadObject *object)
{
	for (int i = 0; i < object->nfields; i++)
	{
		MigReadField *field = &object->fields[i];

		MigPropPush(state, WJB_KEY, field->name);
		if (field->value.type == jbvString && strcmp(field->name, "source") != 0 &&
			strcmp(field->name, "comment") != 0)
		{
			field->value.val.string.val = MigCanonicalExpression(field->value.val.string.val);
			field->value.val.string.len = strlen(field->value.val.string.val);
		}
		(void) pushJsonbValue(state, WJB_VALUE, &field->value);
	}
}

static void
PushProps(JsonbParseState **state, Jsonb *props)
{
	JsonbIterator *it = JsonbIteratorInit(&props->root);
	JsonbIteratorToken token;
	JsonbValue	value;
	int			depth = 0;
	bool		verbatim = false;

	while ((token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE)
	{
		bool		has_value = token == WJB_KEY || token == WJB_VALUE || token == WJB_ELEM;

		if (token == WJB_BEGIN_OBJECT && depth++ == 0)
			continue;
		if (token == WJB_END_OBJECT && --depth == 0)
			continue;
		if (token == WJB_KEY)
			verbatim = (value.val.string.len == 6 && memcmp(value.val.string.val, "source", 6) == 0) ||
				(value.val.string.len == 7 && memcmp(value.val.string.val, "comment", 7) == 0);
		else if (has_value && value.type == jbvString && !verbatim)
		{
			char	   *text = pnstrdup(value.val.string.val, value.val.string.len);

			value.val.string.val = MigCanonicalExpression(text);
			value.val.string.len = strlen(value.val.string.val);
		}
		(void) pushJsonbValue(state, token, has_value ? &value : NULL);
	}
}

static int
CompareObjects(const ListCell *a, const ListCell *b)
{
	const MigReadObject *one = lfirst(a);
	const MigReadObject *other = lfirst(b);

	if (one->kind != other->kind)
		return one->kind < other->kind ? -1 : 1;
	return strcmp(one->identity, other->identity);
}

static int
CompareKeys(const ListCell *a, const ListCell *b)
{
	return strcmp(((const MigReadObject *) lfirst(a))->key, ((const MigReadObject *) lfirst(b))->key);
}

static int
CompareNames(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}
