/*-------------------------------------------------------------------------
 * src/reader/reader_add.c
 *	  Objects, their properties and addresses, as they are collected.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "reader/reader_internal.h"
#include "utils/numeric.h"

/* Room for so many properties at first. */
#define FIRST_FIELDS	8

/*
 * MigReadGetEntry
 *		The entry of an address; NULL if there is none and it is not to be made.
 */
MigReadEntry *
MigReadGetEntry(MigRead *read, MigAddress address, bool make)
{
	bool		found;
	MigReadEntry *entry = hash_search(read->entries, &address, make ? HASH_ENTER : HASH_FIND, &found);

	if (make && !found)
	{
		entry->object = NULL;
		memset(&entry->alias, 0, sizeof(MigAddress));
		entry->extension = InvalidOid;
		entry->has_odd_columns = false;
	}
	return entry;
}

/*
 * MigReadAlias
 *		Let an address stand for another one.
 */
void
MigReadAlias(MigRead *read, MigAddress address, MigAddress alias)
{
	MigReadGetEntry(read, address, true)->alias = alias;
}

/*
 * MigReadIsAlias
 *		Whether a whole object stands for another one.
 */
bool
MigReadIsAlias(MigRead *read, Oid class, Oid oid)
{
	MigReadEntry *entry = MigReadGetEntry(read, MigReadAt(class, oid, 0), false);

	return entry != NULL && OidIsValid(entry->alias.class);
}

/*
 * MigReadIsInScope
 *		Whether a schema is one of those that are read.
 */
bool
MigReadIsInScope(const MigRead *read, Oid schema)
{
	for (int i = 0; i < read->scope->nschemas; i++)
		if (read->scope->schemas[i] == schema)
			return true;
	return false;
}

/*
 * MigReadAdd
 *		Add an object, unless it is hidden.
 */
void
MigReadAdd(MigRead *read, MigReadObject *object)
{
	MigReadEntry *entry = MigReadGetEntry(read, object->address, true);

	if (entry->object != NULL && entry->object->left_out)
		return;
	object->key = MigReadJoin(MigKindName(object->kind), " ", object->identity);
	entry->object = object;
	read->objects = lappend(read->objects, object);
}

/*
 * MigReadAddField
 *		A new property; the caller fills in its value.
 *
 * The name is not copied.
 */
JsonbValue *
MigReadAddField(MigReadObject *object, const char *name, enum jbvType type)
{
	MigReadField *field;

	if (object->nfields == 0)
		object->fields = palloc(sizeof(MigReadField) * FIRST_FIELDS);
	else if (object->nfields >= FIRST_FIELDS && (object->nfields & (object->nfields - 1)) == 0)
		object->fields = repalloc(object->fields, sizeof(MigReadField) * object->nfields * 2);
	field = &object->fields[object->nfields++];
	field->name = name;
	field->value.type = type;
	return &field->value;
}

/*
 * MigReadAddText and so on
 *		A new property with a value.  Texts are not copied.
 */
void
MigReadAddText(MigReadObject *object, const char *name, const char *text)
{
	JsonbValue *value = MigReadAddField(object, name, jbvString);

	value->val.string.val = unconstify(char *, text);
	value->val.string.len = strlen(text);
}

void
MigReadAddFlag(MigReadObject *object, const char *name)
{
	MigReadAddField(object, name, jbvBool)->val.boolean = true;
}

void
MigReadAddInt(MigReadObject *object, const char *name, int64 value)
{
	MigReadAddField(object, name, jbvNumeric)->val.numeric = int64_to_numeric(value);
}

void
MigReadAddTexts(MigReadObject *object, const char *name, const List *items)
{
	JsonbParseState *state = NULL;
	ListCell   *lc;

	(void) pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	foreach(lc, items)
	{
		MigPropPush(&state, WJB_ELEM, lfirst(lc));
	}
	MigReadAddJsonb(object, name, JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, NULL)));
}

void
MigReadAddJsonb(MigReadObject *object, const char *name, Jsonb *value)
{
	JsonbValue *field = MigReadAddField(object, name, jbvBinary);

	field->val.binary.data = &value->root;
	field->val.binary.len = VARSIZE(value) - VARHDRSZ;
}

/*
 * MigReadAddPair
 *		One address needs another.
 */
void
MigReadAddPair(MigRead *read, const MigReadPair *pair)
{
	MigReadPair *copy = palloc(sizeof(MigReadPair));

	*copy = *pair;
	read->pairs = lappend(read->pairs, copy);
}

/*
 * MigReadJoin
 *		Three texts in one.
 */
char *
MigReadJoin(const char *one, const char *other, const char *last)
{
	size_t		one_len = strlen(one);
	size_t		other_len = strlen(other);
	size_t		last_len = strlen(last);
	char	   *result = palloc(one_len + other_len + last_len + 1);

	memcpy(result, one, one_len);
	memcpy(result + one_len, other, other_len);
	memcpy(result + one_len + other_len, last, last_len + 1);
	return result;
}
