/*-------------------------------------------------------------------------
 * src/model/model_filter.c
 *	  Snapshots made to be compared: with objects left out, or with hints.
 *
 * What is left out is as it is: the target gets the source's objects for its
 * own.  So whatever depends on them still finds them, and comparing either way
 * gives no change of them.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "miscadmin.h"
#include "model/model.h"
#include "utils/builtins.h"

static void CheckKinds(const MigFilter *filter);
static bool IsKept(const MigFilter *filter, const MigObject *object);
static int	JudgeKind(const MigFilter *filter, const MigObject *object);
static int	JudgeName(const MigFilter *filter, const MigObject *object);
static bool Matches(const char *pattern, const char *identity);
static bool HasPositive(const char *const *items, int n);
static bool HasHome(const MigFilter *filter, const MigObject *object, const MigModel *own,
					const MigModel *other);
static void PushObjects(JsonbParseState **state, const MigFilter *filter, const MigModel *model,
						const MigModel *other, bool kept);
static void PushContainer(JsonbParseState **state, JsonbContainer *container);
static void PushOthers(JsonbParseState **state, Jsonb *snapshot, const char *but);

/*
 * MigModelFilter
 *		The target as it is to be compared with source: with the source's objects
 *		in the place of its own that the filter leaves out.
 *
 * An object is looked at if its kind and its identity, or those of something it
 * is a part of, are among the kinds and names that the filter has without a
 * minus, if there are such, and none of these is among those with a minus.
 * Names are patterns of LIKE, or regular expressions after a tilde.  Raises
 * INVALID_PARAMETER_VALUE for a kind that does not exist, and what MigModelRead
 * raises.
 */
Jsonb *
MigModelFilter(Jsonb *source, Jsonb *target, const MigFilter *filter)
{
	JsonbParseState *state = NULL;
	MigModel   *sources;
	MigModel   *targets;

	if (filter->nkinds == 0 && filter->nnames == 0)
		return target;
	CheckKinds(filter);
	sources = MigModelRead(source, "source");
	targets = MigModelRead(target, "target");
	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	PushOthers(&state, target, "objects");
	MigPropPush(&state, WJB_KEY, "objects");
	(void) pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	PushObjects(&state, filter, targets, sources, true);
	PushObjects(&state, filter, sources, targets, false);
	(void) pushJsonbValue(&state, WJB_END_ARRAY, NULL);
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

/*
 * MigModelHint
 *		The snapshot with hints about what was renamed: char * for char *.
 */
Jsonb *
MigModelHint(Jsonb *snapshot, const List *from, const List *to)
{
	JsonbParseState *state = NULL;
	ListCell   *lc;
	ListCell   *lc2;

	if (from == NIL)
		return snapshot;
	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	PushOthers(&state, snapshot, NULL);
	MigPropPush(&state, WJB_KEY, "renames");
	(void) pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	forboth(lc, from, lc2, to)
	{
		(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
		MigPropPush(&state, WJB_KEY, "from");
		MigPropPush(&state, WJB_VALUE, lfirst(lc));
		MigPropPush(&state, WJB_KEY, "to");
		MigPropPush(&state, WJB_VALUE, lfirst(lc2));
		(void) pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	}
	(void) pushJsonbValue(&state, WJB_END_ARRAY, NULL);
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

/* Are all the kinds kinds? */
static void
CheckKinds(const MigFilter *filter)
{
	for (int i = 0; i < filter->nkinds; i++)
	{
		const char *kind = filter->kinds[i] + (filter->kinds[i][0] == '-');

		if (MigKindFind(kind, strlen(kind)) < 0)
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("object kind \"%s\" does not exist", kind),
					errhint("Kinds are those of snapshots, such as table, function and materialized view; one with a minus before it is left out."));
	}
}

/* Does the comparison look at the object? */
static bool
IsKept(const MigFilter *filter, const MigObject *object)
{
	bool		kind = !HasPositive(filter->kinds, filter->nkinds);
	bool		name = !HasPositive(filter->names, filter->nnames);

	for (; object != NULL; object = object->parent)
	{
		int			by_kind = JudgeKind(filter, object);
		int			by_name = JudgeName(filter, object);

		if (by_kind < 0 || by_name < 0)
			return false;
		kind = kind || by_kind > 0;
		name = name || by_name > 0;
	}
	return kind && name;
}

/* What the kinds say about an object: 1 in, -1 out, 0 nothing. */
static int
JudgeKind(const MigFilter *filter, const MigObject *object)
{
	const char *name = MigKindName(object->kind);
	int			result = 0;

	for (int i = 0; i < filter->nkinds; i++)
	{
		if (filter->kinds[i][0] == '-' && strcmp(filter->kinds[i] + 1, name) == 0)
			return -1;
		if (strcmp(filter->kinds[i], name) == 0)
			result = 1;
	}
	return result;
}

/* The same of the names. */
static int
JudgeName(const MigFilter *filter, const MigObject *object)
{
	int			result = 0;

	for (int i = 0; i < filter->nnames; i++)
	{
		bool		minus = filter->names[i][0] == '-';

		if (!Matches(filter->names[i] + minus, object->identity))
			continue;
		if (minus)
			return -1;
		result = 1;
	}
	return result;
}

static bool
Matches(const char *pattern, const char *identity)
{
	bool		regex = pattern[0] == '~';

	return DatumGetBool(DirectFunctionCall2Coll(regex ? textregexeq : textlike, C_COLLATION_OID,
												CStringGetTextDatum(identity),
												CStringGetTextDatum(pattern + regex)));
}

/* Is there an item without a minus? */
static bool
HasPositive(const char *const *items, int n)
{
	for (int i = 0; i < n; i++)
		if (items[i][0] != '-')
			return true;
	return false;
}

/*
 * Is what the object is a part of there too?  It can be one that comes from the
 * other model.
 */
static bool
HasHome(const MigFilter *filter, const MigObject *object, const MigModel *own,
		const MigModel *other)
{
	const MigObject *parent = object->parent;

	if (parent == NULL)
		return true;
	if (IsKept(filter, object) == IsKept(filter, parent))
		return HasHome(filter, parent, own, other);
	parent = MigModelFind(other, parent->key);
	return parent != NULL && HasHome(filter, parent, other, own);
}

/* The objects of a model that are looked at, or those that are not. */
static void
PushObjects(JsonbParseState **state, const MigFilter *filter, const MigModel *model,
			const MigModel *other, bool kept)
{
	for (int i = 0; i < model->nobjects; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (IsKept(filter, model->objects[i]) == kept &&
			HasHome(filter, model->objects[i], model, other))
			PushContainer(state, model->objects[i]->props);
	}
}

static void
PushContainer(JsonbParseState **state, JsonbContainer *container)
{
	JsonbIterator *it = JsonbIteratorInit(container);
	JsonbIteratorToken token;
	JsonbValue	value;

	while ((token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE)
		(void) pushJsonbValue(state, token,
							  token == WJB_KEY || token == WJB_VALUE || token == WJB_ELEM ? &value : NULL);
}

/* What a snapshot has at the top, but for one thing. */
static void
PushOthers(JsonbParseState **state, Jsonb *snapshot, const char *but)
{
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	value;
	bool		skip = false;

	if (!JB_ROOT_IS_OBJECT(snapshot))
		return;
	it = JsonbIteratorInit(&snapshot->root);
	(void) JsonbIteratorNext(&it, &value, true);
	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			skip = but != NULL && (size_t) value.val.string.len == strlen(but) &&
				memcmp(value.val.string.val, but, strlen(but)) == 0;
		if (!skip && (token == WJB_KEY || token == WJB_VALUE))
			(void) pushJsonbValue(state, token, &value);
	}
}
