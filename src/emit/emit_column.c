/*-------------------------------------------------------------------------
 * src/emit/emit_column.c
 *	  Columns and their defaults.
 *
 * An inherited column is the parent's business as long as the link to the
 * parent is there: it comes, changes and goes with the parent's column.  What
 * is said of it here is only what the parent's change does not bring about.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/compat.h"
#include "commands/defrem.h"
#include "emit/emit_internal.h"
#include "utils/formatting.h"

static bool IsInherited(const MigObject *column);
static const MigObject *DefaultOf(const MigObject *column);
static const MigObject *ParentsColumn(MigDiff *diff, const MigObject *column);
static void EmitOverrides(MigDiff *diff, const MigObject *theirs, const MigObject *column);
static bool ComesAlong(const MigDiff *diff, const MigObject *theirs);
static bool IsGeneratedAsParents(MigDiff *diff, const MigObject *column);
static void AppendIdentity(StringInfo text, const MigObject *column);
static void AppendSequenceOptions(StringInfo text, JsonbContainer *options, const MigObject *column);
static bool FollowsType(const MigDiff *diff, const MigObject *table);
static void EmitColumnSettings(MigDiff *diff, const MigObject *old, const MigObject *new, bool is_new,
							   bool retyped);
static void AlterType(MigDiff *diff, const MigObject *old, const MigObject *new);
static const char *DefaultStorage(const MigObject *column);
static bool IsLinkedAnew(MigDiff *diff, const MigObject *column);
static const char *BaseOf(const char *type);
static bool IsText(const char *type);
static bool IsAssignable(const char *old, const char *new);
static void AlterIdentity(MigDiff *diff, const MigObject *old, const MigObject *new);
static void AlterSequenceOptions(MigDiff *diff, const MigObject *old, const MigObject *new);
static const char *LastName(const char *name);
static void GetIdentitySequence(const MigObject *column, const char *name, MigObject *sequence);
static void FinishPersistence(MigDiff *diff, const MigObject *old, const MigObject *new);

/* How a statement on a column begins; ONLY where children follow by themselves. */
#define ALTER_COLUMN(diff, column) \
	psprintf("ALTER %s ONLY %s ALTER COLUMN %s", MigEmitPhrase(diff, (column)->parent), \
			 (column)->parent->identity, quote_identifier((column)->name))
#define ALTER_COLUMNS(diff, column) \
	psprintf("ALTER %s %s ALTER COLUMN %s", MigEmitPhrase(diff, (column)->parent), \
			 (column)->parent->identity, quote_identifier((column)->name))

/* Likewise for what the parent's column decides. */
#define ALTER_INHERITED(diff, column) \
	psprintf("ALTER %s ALTER COLUMN %s", MigColumnIsOf(diff, column), quote_identifier((column)->name))

/*
 * MigColumnDefinition
 *		A column as it is written in CREATE TABLE and ADD COLUMN, with its
 *		default if that is folded.
 */
const char *
MigColumnDefinition(MigDiff *diff, const MigObject *column)
{
	const char *collation = MigPropText(column->props, "collation");
	const char *compression = MigPropText(column->props, "compression");
	const char *generated = MigPropText(column->props, "generated");
	const MigObject *value = DefaultOf(column);
	List	   *fdw_options = MigPropTexts(column->props, "fdw_options");
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "%s %s", quote_identifier(column->name),
					 MigPropText(column->props, "type"));
	MigAppendForeignOptions(&text, " ", fdw_options);
	if (compression != NULL)
		appendStringInfo(&text, " COMPRESSION %s", compression);
	if (collation != NULL)
		appendStringInfo(&text, " COLLATE %s", collation);
	if (generated != NULL && !IsGeneratedAsParents(diff, column))
		appendStringInfo(&text, " GENERATED ALWAYS AS (%s)%s", MigPropText(column->props, "expression"),
						 strcmp(generated, "stored") == 0 ? " STORED" : "");
	if (value != NULL && MigDiffFolded(diff, value))
		appendStringInfo(&text, " DEFAULT %s", MigPropText(value->props, "expression"));
	AppendIdentity(&text, column);
	if (!MigColumnIsCarried(diff, column))
		MigAppendNotNull(diff, &text, column);
	return text.data;
}

/*
 * MigBareColumn
 *		An inherited column as an empty parent has it, so that it stays as it
 *		is in the source until it changes to what the target has.
 */
const char *
MigBareColumn(const MigObject *old, const MigObject *new)
{
	static const char *const not_null[] = {
		"not_null", "not_null_name", "not_null_local", "not_null_no_inherit", "not_null_not_valid"
	};
	const char *collation = MigPropText(old->props, "collation");
	bool		same = true;
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "%s %s", quote_identifier(old->name), MigPropText(old->props, "type"));
	if (collation != NULL)
		appendStringInfo(&text, " COLLATE %s", collation);
	if (MigPropText(old->props, "generated") != NULL)
		appendStringInfo(&text, " GENERATED ALWAYS AS (%s)%s", MigPropText(old->props, "expression"),
						 strcmp(MigPropText(old->props, "generated"), "stored") == 0 ? " STORED" : "");
	for (size_t i = 0; i < lengthof(not_null); i++)
		same = same && MigPropSame(old->props, new->props, not_null[i]);
	if (same && !MigPropFlag(old->props, "not_null_no_inherit"))
		MigAppendPlainNotNull(&text, old);
	return text.data;
}

/*
 * Whether a column of a new table, its own and inherited too, is generated as
 * its parents say.  Before version 16 CREATE TABLE must not say it once more.
 */
static bool
IsGeneratedAsParents(MigDiff *diff, const MigObject *column)
{
	List	   *links = MigTableLinks(column->parent);
	bool		any = false;
	ListCell   *lc;

	foreach(lc, links)
	{
		const MigObject *link = lfirst(lc);
		const MigObject *theirs = MigColumnOfParent(diff, link, column);

		if (theirs == NULL || !MigDiffFolded(diff, link))
			continue;
		any = true;
		if (!MigPropSame(theirs->props, column->props, "generated") ||
			!MigPropSame(theirs->props, column->props, "expression"))
			return false;
	}
	return any;
}

/*
 * MigTypedColumn
 *		A column of a typed table, or NULL if its type says all.
 */
const char *
MigTypedColumn(MigDiff *diff, const MigObject *column)
{
	const MigObject *value = DefaultOf(column);
	StringInfoData text;

	initStringInfo(&text);
	if (MigPropText(column->props, "generated") != NULL)
		appendStringInfo(&text, " GENERATED ALWAYS AS (%s) STORED",
						 MigPropText(column->props, "expression"));
	if (value != NULL && MigDiffFolded(diff, value))
		appendStringInfo(&text, " DEFAULT %s", MigPropText(value->props, "expression"));
	AppendIdentity(&text, column);
	MigAppendNotNull(diff, &text, column);
	if (text.len == 0)
		return NULL;
	return psprintf("%s WITH OPTIONS%s", quote_identifier(column->name), text.data);
}

/*
 * MigColumnOfParent
 *		The column of the target's table that a link leads to, of the name of this
 *		one; or NULL.
 */
const MigObject *
MigColumnOfParent(const MigDiff *diff, const MigObject *link, const MigObject *column)
{
	return MigModelFind(diff->target,
						psprintf("column %s.%s", MigPropText(link->props, "to"),
								 quote_identifier(column->name)));
}

/*
 * MigColumnComesWithLink
 *		Whether an inherited column of the target comes into being by a
 *		statement on the parent table: INHERITS, or ADD COLUMN there.
 *
 * Not so for partitions, which are created complete and then attached, and for
 * tables that exist already when they are linked.
 */
bool
MigColumnComesWithLink(MigDiff *diff, const MigObject *column)
{
	List	   *links = MigTableLinks(column->parent);
	ListCell   *lc;

	foreach(lc, links)
	{
		const MigObject *link = lfirst(lc);
		const MigObject *theirs = MigColumnOfParent(diff, link, column);

		if (theirs == NULL)
			continue;
		if (MigDiffIsNew(diff, column->parent))
		{
			if (MigDiffFolded(diff, link))
				return true;
		}
		else if (!MigDiffIsNew(diff, link) && MigDiffIsNew(diff, theirs))
			return true;
	}
	return false;
}

/*
 * MigEmitColumnsOfNewTable
 *		What cannot be said of columns in CREATE TABLE.
 */
void
MigEmitColumnsOfNewTable(MigDiff *diff, const MigObject *table)
{
	List	   *columns = MigColumnsInOrder(table);
	ListCell   *lc;

	foreach(lc, columns)
	{
		const MigObject *column = lfirst(lc);
		const MigObject *theirs = NULL;

		if (MigPropFlag(column->props, "inherited") && MigColumnComesWithLink(diff, column))
			theirs = ParentsColumn(diff, column);
		EmitColumnSettings(diff, theirs, column, true, false);
		if (theirs != NULL)
			EmitOverrides(diff, theirs, column);
		MigCreateNotValid(diff, column);
	}
}

/* What a new inherited column has otherwise than its parent's. */
static void
EmitOverrides(MigDiff *diff, const MigObject *theirs, const MigObject *column)
{
	const MigObject *was = DefaultOf(theirs);
	const MigObject *is = DefaultOf(column);

	MigOverrideNotNull(diff, theirs, column);
	if (is == NULL && was != NULL)
		MigEmit(diff, "%s DROP DEFAULT", ALTER_COLUMN(diff, column));
	else if (is != NULL && MigDiffFolded(diff, is) &&
			 (!ComesAlong(diff, was) || !MigPropSame(was->props, is->props, "expression")))
		MigEmit(diff, "%s SET DEFAULT %s", ALTER_COLUMN(diff, column),
				MigPropText(is->props, "expression"));
}

/* Whether a default of the parent's column, or NULL, comes with that column. */
static bool
ComesAlong(const MigDiff *diff, const MigObject *theirs)
{
	return theirs != NULL &&
		(MigDiffFolded(diff, theirs) || MigDiffFate(diff, theirs) == MIG_FATE_KEEP);
}

/* ADD COLUMN. */
void
MigCreateColumn(MigDiff *diff, const MigObject *object)
{
	const MigObject *value = DefaultOf(object);
	const char *stand_in;

	if (MigPropFlag(object->props, "inherited") && MigColumnComesWithLink(diff, object))
	{
		const MigObject *theirs = ParentsColumn(diff, object);

		/*
		 * ADD COLUMN brought the plain column, whatever the parent's has
		 * become
		 */
		if (MigColumnIsCarried(diff, object))
			MigTakeColumnBack(diff, object);
		EmitColumnSettings(diff, NULL, object, true, false);
		EmitOverrides(diff, theirs, object);
		return;
	}
	if (FollowsType(diff, object->parent))
	{
		EmitColumnSettings(diff, NULL, object, true, false);
		if (MigPropFlag(object->props, "not_null"))
			MigEmit(diff, "%s SET NOT NULL", ALTER_COLUMN(diff, object));
		if (value != NULL && MigDiffFolded(diff, value))
			MigEmit(diff, "%s SET DEFAULT %s", ALTER_COLUMN(diff, object),
					MigPropText(value->props, "expression"));
		return;
	}
	stand_in = MigAddsToStandIn(diff, object);
	MigEmit(diff, "ALTER %s %s ADD COLUMN %s",
			stand_in != NULL ? "TABLE" : MigEmitPhrase(diff, object->parent),
			stand_in != NULL ? stand_in : object->parent->identity, MigColumnDefinition(diff, object));
	if (MigPropText(object->props, "identity_generation") != NULL)
		MigHazard(diff, MIG_HAZARD_IDENTITY_REWRITE);
	else if (MigPropText(object->props, "generated") != NULL)
	{
		if (strcmp(MigPropText(object->props, "generated"), "stored") == 0)
			MigHazard(diff, MIG_HAZARD_STORED_REWRITE);
	}
	else if (value != NULL && value->needs != NIL)
		MigHazard(diff, MIG_HAZARD_DEFAULT_REWRITE);
	else if (value == NULL && MigPropFlag(object->props, "not_null") && !MigColumnIsCarried(diff, object))
		MigHazard(diff, MIG_HAZARD_NO_DEFAULT);
	if (MigColumnIsCarried(diff, object))
	{
		MigTakeColumnBack(diff, object);
		if (MigPropFlag(object->props, "not_null"))
			MigAddNotNull(diff, object);
	}
	else
		MigAddNotNullApart(diff, object);
	EmitColumnSettings(diff, NULL, object, true, false);
	if (stand_in == NULL)
		MigCreateNotValid(diff, object);
}

/* Whether a table is and stays one OF a type, and gets its columns from that. */
static bool
FollowsType(const MigDiff *diff, const MigObject *table)
{
	const MigObject *other = MigDiffOther(diff, table);

	return other != NULL && MigPropText(table->props, "of_type") != NULL &&
		MigPropSame(table->props, other->props, "of_type") &&
		MigDiffFate(diff, table) != MIG_FATE_RECREATE;
}

/* DROP COLUMN, unless the parent's column takes it along. */
void
MigDropColumn(MigDiff *diff, const MigObject *object)
{
	List	   *links = MigTableLinks(object->parent);
	ListCell   *lc;

	if (MigPropFlag(object->props, "inherited"))
		foreach(lc, links)
	{
		const char *parent = MigPropText(((MigObject *) lfirst(lc))->props, "to");

		if (!MigDiffIsGone(diff, lfirst(lc)) &&
			MigModelFind(diff->source, psprintf("column %s.%s", parent, quote_identifier(object->name))) != NULL)
			return;
	}
	if (FollowsType(diff, object->parent))
		return;
	if (MigDiffOther(diff, object) != NULL && MigColumnIsCarried(diff, MigDiffOther(diff, object)))
	{
		MigSetColumnAside(diff, object);
		return;
	}
	MigEmit(diff, "ALTER %s %s DROP COLUMN %s", MigEmitPhrase(diff, object->parent),
			object->parent->identity, quote_identifier(object->name));
	MigHazard(diff, MIG_HAZARD_DROP_COLUMN);
	MigHazard(diff, MIG_HAZARD_IRREVERSIBLE);
}

/*
 * What the server can alter.  A column cannot become generated, and a
 * generation expression can change from version 17 on.
 */
bool
MigAlterColumn(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *was = MigPropText(old->props, "generated");
	const char *is = MigPropText(new->props, "generated");
	bool		retype = MigDiffIsRetyped(diff, new) ||
	!MigPropSame(old->props, new->props, "type") ||
	!MigPropSame(old->props, new->props, "collation");

	if (is != NULL && (was == NULL || strcmp(was, is) != 0))
		return false;
	if (was != NULL && is == NULL && strcmp(was, "stored") != 0)
		return false;
	if (is != NULL && !MigPropSame(old->props, new->props, "expression") && !MIG_HAS_SET_EXPRESSION)
		return false;
	if (retype && MigPropFlag(old->props, "partition_key"))
		return false;
	if (MigColumnIsNoLongerOwn(diff, old, new))
		return false;
	/* the server converts the values of a generated column without USING only */
	if (retype && is != NULL && MigConversion(new->name, MigPropText(old->props, "type"),
											  MigPropText(new->props, "type")) != NULL)
		return false;

	if (was != NULL && is == NULL && (!IsInherited(new) || IsLinkedAnew(diff, new)))
		MigEmit(diff, "%s DROP EXPRESSION", ALTER_INHERITED(diff, new));
	/* before the column gets a type that none can have */
	if (MigPropText(old->props, "identity_generation") != NULL && MigPropText(new->props, "identity_generation") == NULL)
		MigEmit(diff, "%s DROP IDENTITY", ALTER_COLUMNS(diff, new));
	if (retype)
	{
		if (diff->judging)
		{
			MigDiffDisturb(diff, old);
			if (DefaultOf(old) != NULL &&
				strcmp(BaseOf(MigPropText(old->props, "type")), BaseOf(MigPropText(new->props, "type"))) != 0)
				MigDiffRemove(diff, DefaultOf(old));
		}
		AlterType(diff, old, new);
	}
	if (is != NULL && !MigPropSame(old->props, new->props, "expression"))
	{
		MigEmit(diff, "%s SET EXPRESSION AS (%s)", ALTER_COLUMNS(diff, new),
				MigPropText(new->props, "expression"));
		MigHazard(diff, MIG_HAZARD_STORED_REWRITE);
	}
	MigAlterNotNull(diff, old, new);
	AlterIdentity(diff, old, new);
	EmitColumnSettings(diff, old, new, false, retype);
	return true;
}

/* SET DEFAULT. */
void
MigCreateDefault(MigDiff *diff, const MigObject *object)
{
	const MigObject *column = object->parent;

	if (MigDiffIsNew(diff, column) && MigPropFlag(column->props, "inherited") &&
		MigColumnComesWithLink(diff, column))
	{
		const MigObject *theirs = DefaultOf(ParentsColumn(diff, column));

		if (ComesAlong(diff, theirs) && MigPropSame(theirs->props, object->props, "expression"))
			return;
	}
	MigEmit(diff, "%s SET DEFAULT %s", ALTER_COLUMN(diff, column),
			MigPropText(object->props, "expression"));
}

/* DROP DEFAULT. */
void
MigDropDefault(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "%s DROP DEFAULT", ALTER_COLUMN(diff, object->parent));
}

/* SET DEFAULT again. */
bool
MigAlterDefault(MigDiff *diff, const MigObject *old pg_attribute_unused(), const MigObject *new)
{
	MigEmit(diff, "%s SET DEFAULT %s", ALTER_COLUMN(diff, new->parent),
			MigPropText(new->props, "expression"));
	return true;
}

/* Columns and defaults always come with their whole if they can. */
bool
MigFoldsAlways(const MigObject *object pg_attribute_unused())
{
	return true;
}

/* Whether a parent table has the column too. */
static bool
IsInherited(const MigObject *column)
{
	return MigPropFlag(column->props, "inherited") || MigPropFlag(column->props, "merged");
}

static const MigObject *
DefaultOf(const MigObject *column)
{
	ListCell   *lc;

	foreach(lc, column->parts)
	{
		if (((MigObject *) lfirst(lc))->kind == MIG_KIND_DEFAULT)
			return lfirst(lc);
	}
	return NULL;
}

/* The first parent's column of this name; NULL if there is none. */
static const MigObject *
ParentsColumn(MigDiff *diff, const MigObject *column)
{
	List	   *links = MigTableLinks(column->parent);
	ListCell   *lc;

	foreach(lc, links)
	{
		const MigObject *theirs = MigColumnOfParent(diff, lfirst(lc), column);

		if (theirs != NULL)
			return theirs;
	}
	return NULL;
}

static void
AppendIdentity(StringInfo text, const MigObject *column)
{
	const char *identity = MigPropText(column->props, "identity_generation");
	JsonbContainer *options = MigPropItem(column->props, "identity_sequence");

	if (identity == NULL)
		return;
	appendStringInfo(text, " GENERATED %s AS IDENTITY",
					 strcmp(identity, "always") == 0 ? "ALWAYS" : "BY DEFAULT");
	if (options != NULL)
	{
		StringInfoData inner;

		initStringInfo(&inner);
		AppendSequenceOptions(&inner, options, column);
		if (inner.len > 0)
			appendStringInfo(text, " (%s)", inner.data + 1);
	}
}

/* Each option with a space before it. */
static void
AppendSequenceOptions(StringInfo text, JsonbContainer *options, const MigObject *column pg_attribute_unused())
{
	static const char *const names[][2] = {
		{"name", "SEQUENCE NAME"}, {"start", "START WITH"}, {"increment", "INCREMENT BY"},
		{"min", "MINVALUE"}, {"max", "MAXVALUE"}, {"cache", "CACHE"}
	};

	for (size_t i = 0; i < lengthof(names); i++)
	{
		const char *value = MigPropText(options, names[i][0]);

		if (value != NULL)
			appendStringInfo(text, " %s %s", names[i][1], value);
	}
	if (MigPropFlag(options, "cycle"))
		appendStringInfoString(text, " CYCLE");
}

/*
 * Storage, statistics, options: by ALTER, also for new columns.  For a new one
 * old is the parent's that it is inherited from, with storage and compression,
 * or NULL.  A new type brings back the default storage and compression.
 */
static void
EmitColumnSettings(MigDiff *diff, const MigObject *old, const MigObject *new, bool is_new,
				   bool retyped)
{
	static const char *const names[] = {"storage", "compression", "statistics"};

	for (size_t i = 0; i < lengthof(names); i++)
	{
		const char *value = MigPropText(new->props, names[i]);
		bool		comes = old != NULL &&
		!(strcmp(names[i], "statistics") == 0 ? is_new : retyped);

		if (comes ? MigPropSame(old->props, new->props, names[i]) : value == NULL)
			continue;
		if (is_new && old == NULL && strcmp(names[i], "compression") == 0)
			continue;			/* in the definition */
		if (strcmp(names[i], "statistics") == 0)
			MigEmit(diff, "%s SET STATISTICS %s", ALTER_COLUMN(diff, new), value == NULL ? "-1" : value);
		else if (strcmp(names[i], "compression") == 0)
			MigEmit(diff, "%s SET COMPRESSION %s", ALTER_COLUMN(diff, new), value == NULL ? "default" : value);
		else
			MigEmit(diff, "%s SET STORAGE %s", ALTER_COLUMN(diff, new),
					value == NULL ? DefaultStorage(new) : asc_toupper(value, strlen(value)));
	}
	MigEmitOptions(diff, ALTER_COLUMN(diff, new), is_new ? NIL : MigPropTexts(old->props, "options"),
				   MigPropTexts(new->props, "options"));
	if (!is_new)
		MigEmitForeignOptions(diff, ALTER_COLUMN(diff, new), MigPropTexts(old->props, "fdw_options"),
							  MigPropTexts(new->props, "fdw_options"));
}

/* A column's storage when nothing was said about it, as far as its type's name tells. */
static const char *
DefaultStorage(const MigObject *column)
{
	static const char *const plain[] = {
		"smallint", "integer", "bigint", "boolean", "real", "double precision", "date",
		"oid", "name", "uuid"
	};
	const char *type = MigPropText(column->props, "type");

	for (size_t i = 0; i < lengthof(plain); i++)
		if (strcmp(type, plain[i]) == 0)
			return "PLAIN";
	if (strncmp(type, "numeric", 7) == 0 || strcmp(type, "inet") == 0 || strcmp(type, "cidr") == 0)
		return strstr(type, "[]") != NULL ? "EXTENDED" : "MAIN";
	return "EXTENDED";
}

static void
AlterType(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *collation = MigPropText(new->props, "collation");
	const char *was = MigPropText(old->props, "type");
	const char *is = MigPropText(new->props, "type");
	const char *conversion;

	/* The parent's change has taken it along. */
	if ((IsInherited(new) && !IsLinkedAnew(diff, new)) || FollowsType(diff, new->parent))
		return;
	conversion = MigPropText(new->props, "generated") != NULL ? NULL :
		MigConversion(quote_identifier(new->name), was, is);
	if (conversion == NULL && MigDiffIsRetyped(diff, new))
		conversion = MigCompositeConversion(diff, quote_identifier(new->name), was, is);
	if (conversion == NULL && MigDiffIsRetyped(diff, new))
		conversion = psprintf("%s::text::%s", quote_identifier(new->name), is);
	MigEmit(diff, "%s TYPE %s%s%s%s%s", ALTER_INHERITED(diff, new), is,
			collation != NULL ? " COLLATE " : "", collation != NULL ? collation : "",
			conversion != NULL ? " USING " : "", conversion != NULL ? conversion : "");
	MigHazard(diff, MIG_HAZARD_TYPE_REWRITE);
}

/*
 * Whether no link of the column's table that stays makes its column change
 * with the parent's.
 */
static bool
IsLinkedAnew(MigDiff *diff, const MigObject *column)
{
	List	   *links = MigTableLinks(column->parent);
	ListCell   *lc;

	foreach(lc, links)
	{
		MigObject  *link = lfirst(lc);

		if (!MigDiffIsNew(diff, link) &&
			MigModelFind(diff->target, psprintf("column %s.%s", MigPropText(link->props, "to"),
												quote_identifier(column->name))) != NULL)
			return false;
	}
	return true;
}

/*
 * MigConversion
 *		The expression of USING; NULL if the server needs none.
 */
const char *
MigConversion(const char *column, const char *old, const char *new)
{
	const char *was = BaseOf(old);
	const char *is = BaseOf(new);

	if (strcmp(was, is) == 0 || IsText(is) || IsAssignable(was, is))
		return NULL;
	if (IsText(was) || (strcmp(was, "integer") == 0 && strcmp(is, "boolean") == 0) ||
		(strcmp(was, "boolean") == 0 && strcmp(is, "integer") == 0))
		return psprintf("%s::%s", column, new);
	return psprintf("%s::text::%s", column, new);
}

/* A type's name without its modifier: numeric(10,2)[] is numeric[]. */
static const char *
BaseOf(const char *type)
{
	StringInfoData base;
	bool		quoted = false;
	int			depth = 0;

	initStringInfo(&base);
	for (const char *c = type; *c != '\0'; c++)
	{
		if (*c == '"')
			quoted = !quoted;
		if (!quoted && *c == '(')
			depth++;
		if (depth == 0)
			appendStringInfoChar(&base, *c);
		if (!quoted && *c == ')')
			depth--;
	}
	return base.data;
}

static bool
IsText(const char *type)
{
	return strcmp(type, "text") == 0 || strcmp(type, "character varying") == 0 ||
		strcmp(type, "character") == 0;
}

/* Whether values of one built-in type can be assigned to another. */
static bool
IsAssignable(const char *old, const char *new)
{
	static const char *const families[][8] = {
		{"smallint", "integer", "bigint", "numeric", "real", "double precision", NULL},
		{"date", "timestamp without time zone", "timestamp with time zone", NULL},
		{"time without time zone", "time with time zone", NULL},
		{"json", "jsonb", NULL},
		{"inet", "cidr", NULL},
		{"bit", "bit varying", NULL},
	};

	for (size_t i = 0; i < lengthof(families); i++)
	{
		int			hits = 0;

		for (const char *const *name = families[i]; *name != NULL; name++)
			hits += (strcmp(*name, old) == 0) + (strcmp(*name, new) == 0);
		if (hits == 2)
			return true;
	}
	return false;
}

/* ADD, or SET; DROP was before. */
static void
AlterIdentity(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *was = MigPropText(old->props, "identity_generation");
	const char *is = MigPropText(new->props, "identity_generation");

	if (is == NULL)
		return;
	if (was == NULL)
	{
		StringInfoData text;

		initStringInfo(&text);
		AppendIdentity(&text, new);
		MigEmit(diff, "%s ADD%s", ALTER_COLUMNS(diff, new), text.data);
		return;
	}
	if (strcmp(was, is) != 0)
		MigEmit(diff, "%s SET GENERATED %s", ALTER_COLUMNS(diff, new),
				strcmp(is, "always") == 0 ? "ALWAYS" : "BY DEFAULT");
	if (!MigPropSame(old->props, new->props, "identity_sequence"))
		AlterSequenceOptions(diff, old, new);
}

static void
AlterSequenceOptions(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *name = MigDiffIdentitySequence(new);
	MigObject	was = {0};
	MigObject	is;

	if (strcmp(MigDiffIdentitySequence(old), name) != 0)
		MigEmit(diff, "ALTER SEQUENCE %s RENAME TO %s", MigDiffIdentitySequence(old), LastName(name));
	GetIdentitySequence(old, name, &was);
	GetIdentitySequence(new, name, &is);
	MigEmitSequenceNumbers(diff, &was, &is);
}

/* What is behind the last point of a qualified name, which may have quotes. */
static const char *
LastName(const char *name)
{
	const char *last = name;
	bool		quoted = false;

	for (const char *p = name; *p != '\0'; p++)
	{
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '.' && !quoted)
			last = p + 1;
	}
	return last;
}

/* The sequence of a column as if it were an object. */
static void
GetIdentitySequence(const MigObject *column, const char *name, MigObject *sequence)
{
	memset(sequence, 0, sizeof(MigObject));
	sequence->kind = MIG_KIND_SEQUENCE;
	sequence->identity = name;
	sequence->props = MigPropItem(column->props, "identity_sequence");
	if (sequence->props == NULL)
		sequence->props = &DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum("{}")))->root;
}

/*
 * MigFinishColumn
 *		Persistence, privileges, comment and labels of the sequence of an
 *		identity column, and the comment of its NOT NULL constraint.
 *
 * Its owner is that of the table.
 */
void
MigFinishColumn(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	MigObject	was = {0};
	MigObject	is;

	MigFinishNotNull(diff, old, new);
	if (MigPropText(new->props, "identity_generation") == NULL)
		return;
	if (old != NULL && MigPropText(old->props, "identity_generation") == NULL)
		old = NULL;
	if (old != NULL)
		GetIdentitySequence(old, MigDiffIdentitySequence(new), &was);
	GetIdentitySequence(new, MigDiffIdentitySequence(new), &is);
	FinishPersistence(diff, old, new);
	MigEmitIdentityAcl(diff, is.identity, old, new);
	MigEmitRemarks(diff, old == NULL ? NULL : &was, &is);
}

/*
 * Whether the sequence of an identity column is logged, if it is so in another
 * way than the table.  It follows the table when that changes.
 */
static void
FinishPersistence(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	JsonbContainer *options = MigPropItem(new->props, "identity_sequence");
	JsonbContainer *was = old == NULL ? NULL : MigPropItem(old->props, "identity_sequence");
	const char *before = was == NULL ? NULL : MigPropText(was, "unlogged");
	const char *now = options == NULL ? NULL : MigPropText(options, "unlogged");

	if (now == NULL)
	{
		if (before == NULL || !MigPropSame(old->parent->props, new->parent->props, "unlogged"))
			return;
		now = MigPropFlag(new->parent->props, "unlogged") ? "true" : "false";
	}
	if (before == NULL || strcmp(before, now) != 0)
		MigEmit(diff, "ALTER SEQUENCE %s SET %s", MigDiffIdentitySequence(new),
				strcmp(now, "true") == 0 ? "UNLOGGED" : "LOGGED");
}
