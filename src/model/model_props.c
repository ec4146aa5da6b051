/*-------------------------------------------------------------------------
 * src/model/model_props.c
 *	  Properties of objects.
 *
 * A property is a string, a number, a flag, a list of strings, an object or a
 * list of objects.  What is missing is the default: NULL, false, or empty.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "model/model.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

static List *Collect(JsonbContainer *props, const char *field, JsonbIteratorToken wanted,
					 bool containers);
static JsonbValue *Find(JsonbContainer *props, const char *field, JsonbValue *result);
static char *TextOf(const JsonbValue *value);
static bool SameBytes(const JsonbContainer *one, const JsonbContainer *other);
static size_t SizeOf(const JsonbContainer *object);
static bool SameValue(JsonbValue *one, JsonbValue *other);
static bool IsListed(const char *const *names, const char *name, int len);

/*
 * MigPropText
 *		A string, or a number or flag as text; NULL if the property is missing.
 */
const char *
MigPropText(JsonbContainer *props, const char *field)
{
	JsonbValue	value;

	return Find(props, field, &value) == NULL ? NULL : TextOf(&value);
}

/*
 * MigPropFlag
 *		A flag; false if the property is missing.
 */
bool
MigPropFlag(JsonbContainer *props, const char *field)
{
	JsonbValue	value;

	return Find(props, field, &value) != NULL && value.type == jbvBool && value.val.boolean;
}

/*
 * MigPropInt
 *		A number that fits an int, or what to take if the property is missing.
 */
int
MigPropInt(JsonbContainer *props, const char *field, int missing)
{
	const char *text = MigPropText(props, field);

	return text == NULL ? missing : pg_strtoint32(text);
}

/*
 * MigPropTexts
 *		A list of strings (char *); NIL if the property is missing.
 */
List *
MigPropTexts(JsonbContainer *props, const char *field)
{
	return Collect(props, field, WJB_ELEM, false);
}

/*
 * MigPropItems
 *		A list of objects (JsonbContainer *); NIL if the property is missing.
 */
List *
MigPropItems(JsonbContainer *props, const char *field)
{
	return Collect(props, field, WJB_ELEM, true);
}

/*
 * MigPropKeys
 *		The names (char *) of the properties of an object, as jsonb orders them;
 *		NIL if the property is missing.
 */
List *
MigPropKeys(JsonbContainer *props, const char *field)
{
	return Collect(props, field, WJB_KEY, false);
}

/*
 * MigPropPush
 *		Push a string, as a key, value or element of a jsonb being built.
 */
void
MigPropPush(JsonbParseState **state, JsonbIteratorToken token, const char *text)
{
	JsonbValue	value = {.type = jbvString};

	value.val.string.val = unconstify(char *, text);
	value.val.string.len = strlen(text);
	(void) pushJsonbValue(state, token, &value);
}

/*
 * MigPropItem
 *		One object; NULL if the property is missing.
 */
JsonbContainer *
MigPropItem(JsonbContainer *props, const char *field)
{
	JsonbValue	value;

	if (Find(props, field, &value) == NULL || value.type != jbvBinary)
		return NULL;
	return value.val.binary.data;
}

/*
 * MigPropSame
 *		Whether a property is the same on both sides.
 */
bool
MigPropSame(JsonbContainer *one, JsonbContainer *other, const char *field)
{
	JsonbValue	a;
	JsonbValue	b;
	JsonbValue *has_a = Find(one, field, &a);
	JsonbValue *has_b = Find(other, field, &b);

	if (has_a == NULL || has_b == NULL)
		return has_a == has_b;
	return SameValue(has_a, has_b);
}

/*
 * MigPropsSame
 *		Whether all properties are the same, but for those named.
 *
 * but is a list of names that ends with NULL, or NULL.
 */
bool
MigPropsSame(const MigObject *one, const MigObject *other, const char *const *but)
{
	const MigObject *sides[2] = {one, other};

	if (SameBytes(one->props, other->props))
		return true;
	for (int i = 0; i < 2; i++)
	{
		JsonbIterator *it = JsonbIteratorInit(sides[i]->props);
		JsonbValue	key;
		JsonbValue	value;
		JsonbValue	found;
		JsonbIteratorToken token;

		while ((token = JsonbIteratorNext(&it, &key, true)) != WJB_DONE)
		{
			char	   *name;

			if (token != WJB_KEY)
				continue;
			(void) JsonbIteratorNext(&it, &value, true);
			if (IsListed(but, key.val.string.val, key.val.string.len))
				continue;
			name = pnstrdup(key.val.string.val, key.val.string.len);
			if (Find(sides[1 - i]->props, name, &found) == NULL)
				return false;
			if (i == 0 && !SameValue(&value, &found))
				return false;
			pfree(name);
		}
	}
	return true;
}

/* What stands in a property under one kind of token: containers, or texts. */
static List *
Collect(JsonbContainer *props, const char *field, JsonbIteratorToken wanted, bool containers)
{
	JsonbValue	value;
	JsonbValue	element;
	JsonbIterator *it;
	JsonbIteratorToken token;
	List	   *found = NIL;

	if (Find(props, field, &value) == NULL || value.type != jbvBinary)
		return NIL;
	it = JsonbIteratorInit(value.val.binary.data);
	while ((token = JsonbIteratorNext(&it, &element, true)) != WJB_DONE)
	{
		if (token != wanted || (element.type == jbvBinary) != containers ||
			element.type == jbvNull)
			continue;
		if (containers)
			found = lappend(found, element.val.binary.data);
		else
			found = lappend(found, TextOf(&element));
	}
	return found;
}

/* A list, where somebody has put one in the place of an object, has no properties. */
static JsonbValue *
Find(JsonbContainer *props, const char *field, JsonbValue *result)
{
	JsonbValue *found = JsonContainerIsObject(props)
	? getKeyJsonValueFromContainer(props, field, strlen(field), result) : NULL;

	return found == NULL || found->type == jbvNull ? NULL : found;
}

static char *
TextOf(const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvString:
			return pnstrdup(value->val.string.val, value->val.string.len);
		case jbvNumeric:
			return
				DatumGetCString(DirectFunctionCall1(numeric_out,
													NumericGetDatum(value->val.numeric)));
		case jbvBool:
			return pstrdup(value->val.boolean ? "true" : "false");
		default:
			return NULL;
	}
}

/* Most objects of most comparisons: the same to the byte. */
static bool
SameBytes(const JsonbContainer *one, const JsonbContainer *other)
{
	size_t		size = SizeOf(one);

	return one->header == other->header && size == SizeOf(other) && memcmp(one, other, size) == 0;
}

/* Of an object, in bytes: header, entries of keys and values, and these. */
static size_t
SizeOf(const JsonbContainer *object)
{
	int			nentries = JsonContainerSize(object) * 2;

	return offsetof(JsonbContainer, children) + nentries * sizeof(JEntry) +
		getJsonbOffset(object, nentries);
}

static bool
SameValue(JsonbValue *one, JsonbValue *other)
{
	if (one->type != other->type)
		return false;
	switch (one->type)
	{
		case jbvString:
			return one->val.string.len == other->val.string.len &&
				memcmp(one->val.string.val, other->val.string.val, one->val.string.len) == 0;
		case jbvBool:
			return one->val.boolean == other->val.boolean;
		case jbvNumeric:
			return DatumGetBool(DirectFunctionCall2(numeric_eq,
													NumericGetDatum(one->val.numeric),
													NumericGetDatum(other->val.numeric)));
		case jbvBinary:
			return compareJsonbContainers(one->val.binary.data, other->val.binary.data) == 0;
		default:
			return true;
	}
}

static bool
IsListed(const char *const *names, const char *name, int len)
{
	for (; names != NULL && *names != NULL; names++)
		if (strlen(*names) == (size_t) len && memcmp(*names, name, len) == 0)
			return true;
	return false;
}
