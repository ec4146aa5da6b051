/*-------------------------------------------------------------------------
 * src/diff/diff_names.c
 *	  Names that something new takes while something old may still have them.
 *
 * Mostly what goes is gone by then.  Types that are dropped in pass 3 are not,
 * nor are sequences that go, or get another name, with an ALTER of their identity
 * column.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/base.h"
#include "diff/diff_internal.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"

/* A qualified name of either model, or of something moved. */
typedef struct TakenName
{
	const char *name;
	List	   *takers;			/* MigObject *, of the target */
} TakenName;

static HTAB *CollectNames(const MigDiff *diff);
static void Enter(HTAB *names, const char *name, MigObject *taker);
static void EnterModel(HTAB *names, const MigDiff *diff, const MigModel *model);
static List *NamesOf(const MigObject *object);
static List *NamesOfRange(const MigObject *range);

/*
 * MigDiffTakers
 *		The objects of the target that come under a qualified name, or the
 *		identity columns whose sequences have it.
 */
List *
MigDiffTakers(MigDiff *diff, const char *name)
{
	TakenName  *entry;

	if (diff->names == NULL)
		diff->names = CollectNames(diff);
	entry = hash_search(diff->names, &name, HASH_FIND, NULL);
	return entry == NULL ? NIL : entry->takers;
}

/*
 * MigDiffIsNameTaken
 *		Whether the target has something new under one of the names of an object
 *		of the source, or may have: nobody knows what a new extension brings.
 */
bool
MigDiffIsNameTaken(MigDiff *diff, const MigObject *source)
{
	List	   *names = NamesOf(source);
	ListCell   *lc;

	foreach(lc, names)
	{
		if (MigDiffTakers(diff, lfirst(lc)) != NIL)
			return true;
	}
	for (int i = 0; i < diff->target->nobjects; i++)
	{
		const MigObject *object = diff->target->objects[i];

		if (object->kind > MIG_KIND_EXTENSION)
			break;
		if (object->kind == MIG_KIND_EXTENSION && MigDiffIsNew(diff, object) &&
			strcmp(MigPropText(object->props, "schema"), source->schema) == 0)
			return true;
	}
	return false;
}

/*
 * MigDiffFreeName
 *		A name, not quoted, for what is out of the way of something new of its
 *		name.  Nothing else has it or gets it.
 */
const char *
MigDiffFreeName(MigDiff *diff, const char *schema, const char *name)
{
	if (diff->names == NULL)
		diff->names = CollectNames(diff);
	for (int i = 1;; i++)
	{
		const char *moved = MigMovedName(name, i);
		const char *qualified = quote_qualified_identifier(schema, moved);

		if (hash_search(diff->names, &qualified, HASH_FIND, NULL) != NULL)
			continue;
		Enter(diff->names, qualified, NULL);
		return moved;
	}
}

/*
 * MigMovedName
 *		The nth name to try for what is out of the way of something of its name.
 */
const char *
MigMovedName(const char *name, int n)
{
	const char *suffix = n == 1 ? "__old" : psprintf("__old%d", n);
	int			len = pg_mbcliplen(name, strlen(name), NAMEDATALEN - 1 - (int) strlen(suffix));

	return psprintf("%.*s%s", len, name, suffix);
}

/*
 * MigDiffIdentitySequence
 *		The qualified name of the sequence of an identity column; NULL if the
 *		column is none.
 */
const char *
MigDiffIdentitySequence(const MigObject *column)
{
	JsonbContainer *options = MigPropItem(column->props, "identity_sequence");
	const char *name = options == NULL ? NULL : MigPropText(options, "name");

	if (MigPropText(column->props, "identity_generation") == NULL)
		return NULL;
	if (name != NULL)
		return name;
	return quote_qualified_identifier(column->schema, psprintf("%s_%s_seq", column->parent->name,
															   column->name));
}

static HTAB *
CollectNames(const MigDiff *diff)
{
	HTAB	   *names = MigTextTable("migrator names", sizeof(TakenName),
									 Max(diff->source->nobjects, 64), CurrentMemoryContext);

	EnterModel(names, diff, diff->source);
	EnterModel(names, diff, diff->target);
	return names;
}

static void
EnterModel(HTAB *names, const MigDiff *diff, const MigModel *model)
{
	for (int i = 0; i < model->nobjects; i++)
	{
		MigObject  *object = model->objects[i];
		bool		takes = model == diff->target &&
		(MigDiffIsNew(diff, object) || object->kind == MIG_KIND_COLUMN);
		List	   *own = NamesOf(object);
		ListCell   *lc;

		foreach(lc, own)
		{
			Enter(names, lfirst(lc), takes ? object : NULL);
		}
	}
}

static void
Enter(HTAB *names, const char *name, MigObject *taker)
{
	bool		found;
	TakenName  *entry = hash_search(names, &name, HASH_ENTER, &found);

	if (!found)
		entry->takers = NIL;
	if (taker != NULL)
		entry->takers = lappend(entry->takers, taker);
}

/*
 * The qualified names that an object has among those of relations, types and
 * functions: its own, that of the index behind it, and of what comes with it.
 */
static List *
NamesOf(const MigObject *object)
{
	static const bool is_named[MIG_NKINDS] = {
		[MIG_KIND_COLLATION] = true,[MIG_KIND_TYPE] = true,[MIG_KIND_DOMAIN] = true,
		[MIG_KIND_FUNCTION] = true,[MIG_KIND_AGGREGATE] = true,[MIG_KIND_SEQUENCE] = true,
		[MIG_KIND_TABLE] = true,[MIG_KIND_FOREIGN_TABLE] = true,[MIG_KIND_VIEW] = true,
		[MIG_KIND_MATERIALIZED_VIEW] = true,[MIG_KIND_INDEX] = true
	};
	const char *name = NULL;

	if (is_named[object->kind])
		name = object->identity;
	else if (object->kind == MIG_KIND_COLUMN)
		name = MigDiffIdentitySequence(object);
	else if (object->kind == MIG_KIND_CONSTRAINT && MigDiffHasIndex(object))
		name = quote_qualified_identifier(object->schema, object->name);
	if (name == NULL)
		return NIL;
	if (object->kind == MIG_KIND_TYPE && MigPropText(object->props, "multirange") != NULL)
		return lcons(unconstify(char *, name), NamesOfRange(object));
	return list_make1(unconstify(char *, name));
}

/* Of what comes with a range type: see MigMoveType(). */
static List *
NamesOfRange(const MigObject *range)
{
	const char *subtype = MigPropText(range->props, "subtype");
	const char *multirange = MigPropText(range->props, "multirange");

	return list_make4(unconstify(char *, multirange), psprintf("%s()", multirange),
					  psprintf("%s(%s, %s)", range->identity, subtype, subtype),
					  psprintf("%s(%s, %s, text)", range->identity, subtype, subtype));
}
