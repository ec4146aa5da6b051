/*-------------------------------------------------------------------------
 * src/emit/emit_sequence.c
 *	  Sequences, but for those of identity columns.
 *
 * A sequence is created before the table whose default uses it, and given to
 * its column when all tables are there.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

/* What a sequence is, with the defaults filled in. */
typedef struct Sequence
{
	const char *type;
	int64		increment;
	int64		min;
	int64		max;
	int64		start;
	int64		cache;
	bool		cycle;
} Sequence;

static void GetSequence(const MigObject *object, Sequence *sequence);
static bool IsTypesName(const MigDiff *diff, const MigObject *sequence);
static int64 GetNumber(const MigObject *object, const char *property, int64 missing);
static void AppendLimit(StringInfo text, const MigObject *old, const MigObject *new,
						const char *property, const char *phrase);
static bool MoveInside(MigDiff *diff, const MigObject *object, const Sequence *was,
					   const Sequence *is);
static bool IsOwnerGone(const MigDiff *diff, const MigObject *source);
static bool FollowsTable(const MigDiff *diff, const MigObject *old, const MigObject *new);
static bool IsSameText(const char *one, const char *other);

/* CREATE SEQUENCE. */
void
MigCreateSequence(MigDiff *diff, const MigObject *object)
{
	static const char *const names[][2] = {
		{"type", "AS"}, {"start", "START WITH"}, {"increment", "INCREMENT BY"},
		{"min", "MINVALUE"}, {"max", "MAXVALUE"}, {"cache", "CACHE"}
	};
	const char *name = object->identity;
	bool		taken = IsTypesName(diff, object);
	StringInfoData text;

	if (taken)
		name = quote_qualified_identifier(object->schema, MigDiffFreeName(diff, object->schema, object->name));
	initStringInfo(&text);
	appendStringInfo(&text, "CREATE %sSEQUENCE %s",
					 MigPropFlag(object->props, "unlogged") ? "UNLOGGED " : "", name);
	for (size_t i = 0; i < lengthof(names); i++)
	{
		const char *value = MigPropText(object->props, names[i][0]);

		if (value != NULL)
			appendStringInfo(&text, " %s %s", names[i][1], value);
	}
	if (MigPropFlag(object->props, "cycle"))
		appendStringInfoString(&text, " CYCLE");
	MigEmit(diff, "%s", text.data);
	if (taken)
		MigEmit(diff, "ALTER SEQUENCE %s RENAME TO %s", name, quote_identifier(object->name));
}

/* A sequence cannot be created under the name of a type, but can get it. */
static bool
IsTypesName(const MigDiff *diff, const MigObject *sequence)
{
	return MigModelFind(diff->target, psprintf("type %s", sequence->identity)) != NULL ||
		MigModelFind(diff->target, psprintf("domain %s", sequence->identity)) != NULL;
}

/*
 * Everything about a sequence can be altered.
 *
 * An owned one follows its table to another role, so it is taken from one table
 * before it is given to another.
 */
bool
MigAlterSequence(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *was = MigPropText(old->props, "owned_by");

	if (was != NULL && !IsSameText(was, MigPropText(new->props, "owned_by")) &&
		!IsOwnerGone(diff, old))
		MigEmit(diff, "ALTER SEQUENCE %s OWNED BY NONE", new->identity);
	MigEmitSequenceNumbers(diff, old, new);
	return true;
}

/*
 * Give it to its column.  Owned sequences follow their table when that becomes
 * logged or unlogged.
 */
void
MigSettleSequence(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *owner = MigPropText(new->props, "owned_by");

	if (old != NULL && (!MigPropSame(old->props, new->props, "unlogged") ?
						!FollowsTable(diff, old, new) : FollowsTable(diff, old, new)))
		MigEmit(diff, "ALTER SEQUENCE %s SET %s", new->identity,
				MigPropFlag(new->props, "unlogged") ? "UNLOGGED" : "LOGGED");
	if (owner != NULL && (old == NULL || !MigSequenceStaysOwned(diff, old, new)))
		MigEmit(diff, "ALTER SEQUENCE %s OWNED BY %s", new->identity, owner);
}

/*
 * MigSequenceStaysOwned
 *		Whether a sequence belongs to the same column all the time.
 */
bool
MigSequenceStaysOwned(const MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *was = MigPropText(old->props, "owned_by");

	return was != NULL && IsSameText(was, MigPropText(new->props, "owned_by")) &&
		!IsOwnerGone(diff, old);
}

static void
GetSequence(const MigObject *object, Sequence *sequence)
{
	const char *type = MigPropText(object->props, "type");
	int64		most = PG_INT64_MAX;

	if (type != NULL && strcmp(type, "integer") == 0)
		most = PG_INT32_MAX;
	else if (type != NULL && strcmp(type, "smallint") == 0)
		most = PG_INT16_MAX;
	sequence->type = type == NULL ? "bigint" : type;
	sequence->increment = GetNumber(object, "increment", 1);
	sequence->min = GetNumber(object, "min", sequence->increment > 0 ? 1 : -most - 1);
	sequence->max = GetNumber(object, "max", sequence->increment > 0 ? most : -1);
	sequence->start = GetNumber(object, "start",
								sequence->increment > 0 ? sequence->min : sequence->max);
	sequence->cache = GetNumber(object, "cache", 1);
	sequence->cycle = MigPropFlag(object->props, "cycle");
}

static int64
GetNumber(const MigObject *object, const char *property, int64 missing)
{
	const char *text = MigPropText(object->props, property);

	return text == NULL ? missing : DatumGetInt64(DirectFunctionCall1(int8in, CStringGetDatum(text)));
}

/*
 * MigEmitSequenceNumbers
 *		One ALTER SEQUENCE for all numbers of a sequence.
 */
void
MigEmitSequenceNumbers(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	Sequence	was;
	Sequence	is;
	StringInfoData text;
	bool		restart;

	GetSequence(old, &was);
	GetSequence(new, &is);
	restart = MoveInside(diff, new, &was, &is);
	initStringInfo(&text);
	if (strcmp(was.type, is.type) != 0)
		appendStringInfo(&text, " AS %s", is.type);
	if (was.increment != is.increment)
		appendStringInfo(&text, " INCREMENT BY " INT64_FORMAT, is.increment);
	AppendLimit(&text, old, new, "min", "MINVALUE");
	AppendLimit(&text, old, new, "max", "MAXVALUE");
	if (was.start != is.start)
		appendStringInfo(&text, " START WITH " INT64_FORMAT, is.start);
	if (restart)
		appendStringInfoString(&text, " RESTART");
	if (was.cache != is.cache)
		appendStringInfo(&text, " CACHE " INT64_FORMAT, is.cache);
	if (was.cycle != is.cycle)
		appendStringInfoString(&text, is.cycle ? " CYCLE" : " NO CYCLE");
	if (text.len > 0)
		MigEmit(diff, "ALTER SEQUENCE %s%s", new->identity, text.data);
}

/*
 * A limit that is said, or no longer said.  The server itself changes the
 * default limits with the type, but not with the direction.
 */
static void
AppendLimit(StringInfo text, const MigObject *old, const MigObject *new,
			const char *property, const char *phrase)
{
	const char *value = MigPropText(new->props, property);
	bool		up = GetNumber(new, "increment", 1) > 0;

	if (MigPropSame(old->props, new->props, property) &&
		(value != NULL || up == (GetNumber(old, "increment", 1) > 0)))
		return;
	if (value != NULL)
		appendStringInfo(text, " %s %s", phrase, value);
	else
		appendStringInfo(text, " NO %s", phrase);
}

/*
 * The server refuses limits that the current value does not keep.  We do not
 * know the value, only where it began.  Returns whether the sequence is to
 * start again: it is, where no value it can have had is inside the new limits.
 * Otherwise it is moved inside them, if it is not there.
 */
static bool
MoveInside(MigDiff *diff, const MigObject *object, const Sequence *was, const Sequence *is)
{
	int64		start = is->start;

	if (was->start >= is->min && was->start <= is->max)
		return false;
	if (is->min > was->max || is->max < was->min)
		return true;
	if (start < was->min || start > was->max)
		start = was->start < is->min ? is->min : is->max;
	MigEmit(diff, "SELECT pg_catalog.setval(%s, " INT64_FORMAT ", false) FROM %s"
			" WHERE last_value NOT BETWEEN " INT64_FORMAT " AND " INT64_FORMAT,
			quote_literal_cstr(object->identity), start, object->identity, is->min, is->max);
	return false;
}

/* Whether the column that owns a sequence of the source goes. */
static bool
IsOwnerGone(const MigDiff *diff, const MigObject *source)
{
	const char *owner = MigPropText(source->props, "owned_by");
	const MigObject *column = MigModelFind(diff->source, psprintf("column %s", owner));

	return column == NULL || MigDiffIsGone(diff, column);
}

/* Whether the sequence has been made logged or unlogged with its table. */
static bool
FollowsTable(const MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const MigObject *column;
	const MigObject *table;

	if (!MigSequenceStaysOwned(diff, old, new))
		return false;
	column = MigModelFind(diff->target, psprintf("column %s", MigPropText(new->props, "owned_by")));
	if (column == NULL)
		return false;
	table = MigDiffOther(diff, column->parent);
	return table != NULL && !MigDiffIsNew(diff, column->parent) &&
		!MigPropSame(table->props, column->parent->props, "unlogged");
}

static bool
IsSameText(const char *one, const char *other)
{
	return one != NULL && other != NULL && strcmp(one, other) == 0;
}
