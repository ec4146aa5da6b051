/*-------------------------------------------------------------------------
 * src/reader/reader_build.c
 *	  The snapshot, from the objects that were read.
 *
 * The values are put together as jsonb has them in memory, keys in order:
 * pushJsonbValue() would find that order for each object anew, and copy
 * everything on the way.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "reader/reader_internal.h"
#include "utils/numeric.h"

/* Properties that each object may have besides those that were read. */
#define COMMON_PAIRS	7

static void BuildObject(JsonbValue *result, MigReadObject *object);
static void AddProps(JsonbValue *result, Jsonb *props);
static void AddNeeds(JsonbValue *result, MigReadObject *object);
static void AddText(JsonbValue *result, const char *name, const char *text);
static JsonbValue *AddPair(JsonbValue *result, const char *name, size_t len);
static void SetText(JsonbValue *value, const char *text);
static void SetCanonical(JsonbValue *value, const char *name, size_t len);
static bool IsVerbatim(const char *name, size_t len);
static JsonbValue *Unpack(JsonbContainer *container, bool canonical);
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
	JsonbPair	pairs[2];
	JsonbValue	result = {.type = jbvObject};
	JsonbValue *objects;
	ListCell   *lc;

	list_sort(read->objects, CompareObjects);
	result.val.object.pairs = pairs;
	result.val.object.nPairs = 0;
	objects = AddPair(&result, "format", strlen("format"));
	objects->type = jbvNumeric;
	objects->val.numeric = int64_to_numeric(MIG_SNAPSHOT_FORMAT);
	objects = AddPair(&result, "objects", strlen("objects"));
	objects->type = jbvArray;
	objects->val.array.rawScalar = false;
	objects->val.array.nElems = 0;
	objects->val.array.elems = MemoryContextAllocHuge(CurrentMemoryContext,
													  sizeof(JsonbValue) * (list_length(read->objects) + 1));
	foreach(lc, read->objects)
	{
		MigReadObject *object = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (!object->left_out)
			BuildObject(&objects->val.array.elems[objects->val.array.nElems++], object);
	}
	return JsonbValueToJsonb(&result);
}

static void
BuildObject(JsonbValue *result, MigReadObject *object)
{
	int			npairs = COMMON_PAIRS + object->nfields;

	if (object->props != NULL)
		npairs += JB_ROOT_COUNT(object->props);
	result->type = jbvObject;
	result->val.object.nPairs = 0;
	result->val.object.pairs = palloc(sizeof(JsonbPair) * npairs);
	AddText(result, "kind", MigKindName(object->kind));
	AddText(result, "identity", object->identity);
	AddText(result, "name", object->name);
	if (object->schema != NULL)
		AddText(result, "schema", object->schema);
	if (object->whole != NULL)
		AddText(result, "parent", object->whole->key);
	if (object->props != NULL)
		AddProps(result, object->props);
	for (int i = 0; i < object->nfields; i++)
	{
		const MigReadField *field = &object->fields[i];
		JsonbValue *value = AddPair(result, field->name, strlen(field->name));

		*value = field->value;
		if (value->type == jbvBinary)
			*value = *Unpack(value->val.binary.data, false);
		else if (value->type == jbvString)
			SetCanonical(value, field->name, strlen(field->name));
	}
	AddNeeds(result, object);
}

/* What one jsonb has of the properties. */
static void
AddProps(JsonbValue *result, Jsonb *props)
{
	JsonbIterator *it = JsonbIteratorInit(&props->root);
	JsonbIteratorToken token;
	JsonbValue	key;
	JsonbValue	value;

	while ((token = JsonbIteratorNext(&it, &key, true)) != WJB_DONE)
	{
		JsonbValue *added;

		if (token != WJB_KEY)
			continue;
		(void) JsonbIteratorNext(&it, &value, true);
		added = AddPair(result, key.val.string.val, key.val.string.len);
		*added = value;
		if (value.type == jbvBinary)
			*added = *Unpack(value.val.binary.data, !IsVerbatim(key.val.string.val, key.val.string.len));
		else if (value.type == jbvString)
		{
			added->val.string.val = pnstrdup(value.val.string.val, value.val.string.len);
			SetCanonical(added, key.val.string.val, key.val.string.len);
		}
	}
}

/*
 * The extensions that it DEPENDS ON, and the keys of what it needs: sorted, each
 * once; nothing if there are none.
 */
static void
AddNeeds(JsonbValue *result, MigReadObject *object)
{
	JsonbValue *value;
	ListCell   *lc;
	const char *last = NULL;

	if (object->extensions != NIL)
	{
		value = AddPair(result, "extensions", strlen("extensions"));
		value->type = jbvArray;
		value->val.array.rawScalar = false;
		value->val.array.nElems = 0;
		value->val.array.elems = palloc(sizeof(JsonbValue) * list_length(object->extensions));
		list_sort(object->extensions, CompareNames);
		foreach(lc, object->extensions)
		{
			SetText(&value->val.array.elems[value->val.array.nElems++], lfirst(lc));
		}
	}
	if (object->needs == NIL)
		return;
	value = AddPair(result, "needs", strlen("needs"));
	value->type = jbvArray;
	value->val.array.rawScalar = false;
	value->val.array.nElems = 0;
	value->val.array.elems = palloc(sizeof(JsonbValue) * list_length(object->needs));
	list_sort(object->needs, CompareKeys);
	foreach(lc, object->needs)
	{
		const char *key = ((const MigReadObject *) lfirst(lc))->key;

		if (last == NULL || strcmp(last, key) != 0)
			SetText(&value->val.array.elems[value->val.array.nElems++], key);
		last = key;
	}
}

static void
AddText(JsonbValue *result, const char *name, const char *text)
{
	SetText(AddPair(result, name, strlen(name)), text);
}

/*
 * A new pair of an object, which has room for it, at its place: shorter keys
 * come first.  Returns the value, for the caller to fill in.
 */
static JsonbValue *
AddPair(JsonbValue *result, const char *name, size_t len)
{
	JsonbPair  *pairs = result->val.object.pairs;
	int			i = result->val.object.nPairs++;

	while (i > 0 && ((size_t) pairs[i - 1].key.val.string.len > len ||
					 ((size_t) pairs[i - 1].key.val.string.len == len &&
					  memcmp(pairs[i - 1].key.val.string.val, name, len) > 0)))
	{
		pairs[i] = pairs[i - 1];
		i--;
	}
	pairs[i].key.type = jbvString;
	pairs[i].key.val.string.val = unconstify(char *, name);
	pairs[i].key.val.string.len = len;
	pairs[i].order = i;
	return &pairs[i].value;
}

static void
SetText(JsonbValue *value, const char *text)
{
	value->type = jbvString;
	value->val.string.val = unconstify(char *, text);
	value->val.string.len = strlen(text);
}

/* Bring the value of a property into its one form; it ends with a zero. */
static void
SetCanonical(JsonbValue *value, const char *name, size_t len)
{
	if (!IsVerbatim(name, len))
		SetText(value, MigCanonicalExpression(value->val.string.val));
}

/* What users wrote or named, and that is not to be touched. */
static bool
IsVerbatim(const char *name, size_t len)
{
	static const char *const names[] = {
		"source", "comment", "name", "values", "options", "fdw_options", "server_options",
		"initcond", "minitcond"
	};

	for (size_t i = 0; i < lengthof(names); i++)
		if (len == strlen(names[i]) && memcmp(name, names[i], len) == 0)
			return true;
	return false;
}

/* A list or an object as values, with expressions in their one form on demand. */
static JsonbValue *
Unpack(JsonbContainer *container, bool canonical)
{
	JsonbIterator *it = JsonbIteratorInit(container);
	JsonbParseState *state = NULL;
	JsonbValue *result = NULL;
	JsonbIteratorToken token;
	JsonbValue	value;
	bool		verbatim = !canonical;

	while ((token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE)
	{
		bool		has_value = token == WJB_KEY || token == WJB_VALUE || token == WJB_ELEM;

		if (token == WJB_KEY)
			verbatim = !canonical || IsVerbatim(value.val.string.val, value.val.string.len);
		else if (has_value && value.type == jbvString && !verbatim)
			SetText(&value, MigCanonicalExpression(pnstrdup(value.val.string.val, value.val.string.len)));
		result = pushJsonbValue(&state, token, has_value ? &value : NULL);
	}
	return result;
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
CompareNames(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

static int
CompareKeys(const ListCell *a, const ListCell *b)
{
	return strcmp(((const MigReadObject *) lfirst(a))->key, ((const MigReadObject *) lfirst(b))->key);
}
