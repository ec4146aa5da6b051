/*-------------------------------------------------------------------------
 * src/diff/diff_probable.c
 *	  Say what looks like a rename that no hint tells of.
 *
 * Of what is dropped and what is created, two objects that are the same but
 * for their names, and that nothing else is like, are probably one.  They are
 * dropped and created all the same; each names the other in its hazards, so
 * that whoever reads the changes can write a hint.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/base.h"
#include "diff/diff_internal.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"

/* Longest key of another object that a hazard has, in bytes. */
#define MIG_KEY_SHOWN	500

/* All objects that look alike. */
typedef struct Alike
{
	const char *looks;
	int			nold;
	int			nnew;
	MigObject  *old;
	MigObject  *new;
} Alike;

/* Kinds that hold data, or take work to make again. */
static const MigKind kinds[] = {
	MIG_KIND_TYPE, MIG_KIND_DOMAIN, MIG_KIND_FUNCTION, MIG_KIND_PROCEDURE,
	MIG_KIND_AGGREGATE, MIG_KIND_SEQUENCE, MIG_KIND_TABLE, MIG_KIND_FOREIGN_TABLE,
	MIG_KIND_COLUMN, MIG_KIND_VIEW, MIG_KIND_MATERIALIZED_VIEW, MIG_KIND_CONSTRAINT,
	MIG_KIND_INDEX, MIG_KIND_STATISTICS, MIG_KIND_TRIGGER, MIG_KIND_POLICY
};

static void Enter(HTAB *table, MigObject *object, bool is_new);
static bool IsCandidate(const MigDiff *diff, const MigObject *object, MigFate fate);
static const char *Looks(const MigObject *object);
static void AddProps(StringInfo looks, const MigObject *object);

/*
 * MigDiffFindProbable
 *		Set the probable other of the objects that are dropped or created.
 */
void
MigDiffFindProbable(MigDiff *diff)
{
	HTAB	   *table;
	HASH_SEQ_STATUS scan;
	Alike	   *alike;
	int			n = 0;

	table = MigTextTable("migrator looks", sizeof(Alike), 64, CurrentMemoryContext);
	for (int i = 0; i < diff->source->nobjects; i++)
		if (IsCandidate(diff, diff->source->objects[i], MIG_FATE_DROP))
		{
			Enter(table, diff->source->objects[i], false);
			n++;
		}

	/* only what is dropped can have been renamed */
	for (int i = 0; n > 0 && i < diff->target->nobjects; i++)
		if (IsCandidate(diff, diff->target->objects[i], MIG_FATE_CREATE))
			Enter(table, diff->target->objects[i], true);

	hash_seq_init(&scan, table);
	while ((alike = hash_seq_search(&scan)) != NULL)
		if (alike->nold == 1 && alike->nnew == 1)
		{
			MigDiffState(diff, alike->old)->probable = alike->new;
			MigDiffState(diff, alike->new)->probable = alike->old;
		}
}

/*
 * MigDiffSayProbable
 *		The hazard of an object that has just been dropped or created, if there
 *		are more changes than before.
 */
void
MigDiffSayProbable(MigDiff *diff, const MigObject *object, int before)
{
	const MigObject *probable = MigDiffState(diff, object)->probable;

	/* on one line: hazards become comments */
	if (probable != NULL && list_length(diff->changes) > before)
		MigHazard(diff, psprintf(MIG_HAZARD_PROBABLE_RENAME ":%s",
								 MigAbbreviate(probable->key, MIG_KEY_SHOWN)));
}

static void
Enter(HTAB *table, MigObject *object, bool is_new)
{
	const char *looks = Looks(object);
	bool		found;
	Alike	   *alike;

	CHECK_FOR_INTERRUPTS();
	if (looks == NULL)
		return;
	alike = hash_search(table, &looks, HASH_ENTER, &found);
	if (!found)
		*alike = (Alike)
	{
		.looks = looks
	};
	if (is_new)
		alike->new = object;
	else
		alike->old = object;
	(*(is_new ? &alike->nnew : &alike->nold))++;
}

/* Something that comes or goes by itself, not with a whole. */
static bool
IsCandidate(const MigDiff *diff, const MigObject *object, MigFate fate)
{
	if (MigDiffFate(diff, object) != fate ||
		(object->parent != NULL && MigDiffFate(diff, object->parent) == fate) ||
		MigPropFlag(object->props, "inherited"))
		return false;
	for (size_t i = 0; i < lengthof(kinds); i++)
		if (kinds[i] == object->kind)
			return true;
	return false;
}

/*
 * A text in which objects are the same that are the same but for their names;
 * NULL if there is nothing to tell them by.
 */
static const char *
Looks(const MigObject *object)
{
	StringInfoData looks;
	const char *arguments = strchr(object->identity, '(');
	ListCell   *lc;
	int			ncolumns = 0;

	initStringInfo(&looks);
	appendStringInfo(&looks, "%s %s ", MigKindName(object->kind),
					 object->parent != NULL ? object->parent->key :
					 object->schema != NULL ? object->schema : "");
	if (object->kind == MIG_KIND_FUNCTION || object->kind == MIG_KIND_PROCEDURE ||
		object->kind == MIG_KIND_AGGREGATE)
		appendStringInfoString(&looks, arguments == NULL ? "" : arguments);
	AddProps(&looks, object);
	foreach(lc, object->parts)
	{
		const MigObject *part = lfirst(lc);

		if (part->kind == MIG_KIND_COLUMN)
		{
			appendStringInfo(&looks, " %s", quote_identifier(part->name));
			AddProps(&looks, part);
			ncolumns++;
		}
		else if (object->kind == MIG_KIND_COLUMN || object->kind == MIG_KIND_DOMAIN)
			AddProps(&looks, part);
	}
	return ncolumns == 0 && object->kind == MIG_KIND_TABLE ? NULL : looks.data;
}

static void
AddProps(StringInfo looks, const MigObject *object)
{
	static const char *const but[] = {
		"identity", "name", "parent", "needs", "owner", "acl", "comment", "labels"
	};
	JsonbIterator *it = JsonbIteratorInit(object->props);
	JsonbIteratorToken token;
	JsonbValue	value;
	bool		skip = false;

	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			skip = false;
			for (size_t i = 0; i < lengthof(but); i++)
				skip |= strlen(but[i]) == (size_t) value.val.string.len &&
					memcmp(but[i], value.val.string.val, value.val.string.len) == 0;
			if (!skip)
				appendStringInfo(looks, " %.*s=", value.val.string.len, value.val.string.val);
		}
		else if (token == WJB_VALUE && !skip)
		{
			if (value.type == jbvBinary)
				(void) JsonbToCString(looks, value.val.binary.data, value.val.binary.len);
			else
			{
				Jsonb	   *scalar = JsonbValueToJsonb(&value);

				(void) JsonbToCString(looks, &scalar->root, VARSIZE(scalar));
			}
		}
	}
}
