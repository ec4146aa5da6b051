/*-------------------------------------------------------------------------
 * src/emit/emit_type.c
 *	  Types: what all varieties have in common, ranges, base and shell types.
 *
 * A base type and its input and output functions need each other, as do a range
 * type and its canonical function: a shell type is made first for the
 * functions to name, and all of them are dropped together.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"
#include "nodes/value.h"
#include "utils/varlena.h"

/* A parameter of CREATE TYPE. */
typedef struct Parameter
{
	const char *name;			/* in SQL */
	const char *prop;
	bool		literal;		/* to be quoted */
	bool		settable;		/* by ALTER TYPE ... SET */
} Parameter;

static const Parameter range_parameters[] = {
	{"subtype", "subtype", false, false},
	{"multirange_type_name", "multirange", false, false},
	{"subtype_opclass", "opclass", false, false},
	{"collation", "collation", false, false},
	{"canonical", "canonical", false, false},
	{"subtype_diff", "subtype_diff", false, false},
	{NULL}
};

static const Parameter base_parameters[] = {
	{"internallength", "length", false, false},
	{"input", "input", false, false},
	{"output", "output", false, false},
	{"receive", "receive", false, true},
	{"send", "send", false, true},
	{"typmod_in", "typmod_in", false, true},
	{"typmod_out", "typmod_out", false, true},
	{"analyze", "analyze", false, true},
	{"subscript", "subscript", false, true},
	{"collatable", "collatable", false, false},
	{"default", "default", false, false},
	{"element", "element", false, false},
	{"category", "category", true, false},
	{"preferred", "preferred", false, false},
	{"delimiter", "delimiter", true, false},
	{"alignment", "alignment", false, false},
	{"storage", "storage", false, true},
	{"passedbyvalue", "by_value", false, false},
	{NULL}
};

/* Ways of writing types, by variety. */
typedef struct Variety
{
	const char *name;
	void		(*create) (MigDiff *diff, const MigObject *object);
	bool		(*alter) (MigDiff *diff, const MigObject *old, const MigObject *new);
} Variety;

static void CreateRange(MigDiff *diff, const MigObject *object);
static void CreateBase(MigDiff *diff, const MigObject *object);
static void CreateShell(MigDiff *diff, const MigObject *object);
static bool AlterBase(MigDiff *diff, const MigObject *old, const MigObject *new);
static bool IsMutual(const MigObject *type, const MigObject *need);
static void SetColumnStorage(MigDiff *diff, const MigObject *type);
static char *Parameters(const MigObject *object, const Parameter *parameters);
static const char *ParameterValue(const MigObject *object, const Parameter *parameter);

static const Variety varieties[] = {
	{"enum", MigCreateEnum, MigAlterEnum},
	{"composite", MigCreateComposite, MigAlterComposite},
	{"range", CreateRange, NULL},
	{"base", CreateBase, AlterBase},
	{"shell", CreateShell, NULL},
};

static const Variety *
VarietyOf(const MigObject *object)
{
	const char *name = MigPropText(object->props, "variety");

	for (size_t i = 0; i < lengthof(varieties); i++)
		if (name != NULL && strcmp(varieties[i].name, name) == 0)
			return &varieties[i];
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("type %s is of no variety that can be created", object->identity));
}

/* CREATE TYPE. */
void
MigCreateType(MigDiff *diff, const MigObject *object)
{
	VarietyOf(object)->create(diff, object);
}

/* ALTER TYPE, if the variety is the same and knows how. */
bool
MigAlterType(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const Variety *variety = VarietyOf(new);

	return variety == VarietyOf(old) && variety->alter != NULL &&
		variety->alter(diff, old, new);
}

static void
CreateRange(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "CREATE TYPE %s AS RANGE (\n%s\n)", object->identity,
			Parameters(object, range_parameters));
}

static void
CreateBase(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "CREATE TYPE %s (\n%s\n)", object->identity,
			Parameters(object, base_parameters));
}

static void
CreateShell(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "CREATE TYPE %s", object->identity);
}

/* What can be set can only be set, not taken away. */
static bool
AlterBase(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	StringInfoData set;

	initStringInfo(&set);
	for (const Parameter *parameter = base_parameters; parameter->name != NULL; parameter++)
	{
		const char *value = ParameterValue(new, parameter);

		if (MigPropSame(old->props, new->props, parameter->prop))
			continue;
		if (!parameter->settable || value == NULL ||
			(strcmp(parameter->prop, "storage") == 0 &&
			 ParameterValue(old, parameter) == NULL))
			return false;
		appendStringInfo(&set, "%s%s = %s", set.len == 0 ? "" : ", ", parameter->name, value);
	}
	MigEmit(diff, "ALTER TYPE %s SET (%s)", new->identity, set.data);
	if (!MigPropSame(old->props, new->props, "storage"))
		SetColumnStorage(diff, new);
	return true;
}

/* Columns that are there keep the storage that was the type's. */
static void
SetColumnStorage(MigDiff *diff, const MigObject *type)
{
	ListCell   *lc;

	foreach(lc, type->needed_by)
	{
		const MigObject *column = lfirst(lc);

		if (column->kind != MIG_KIND_COLUMN || MigDiffOther(diff, column) == NULL ||
			strcmp(MigPropText(column->props, "type"), type->identity) != 0 ||
			MigPropText(column->props, "storage") != NULL)
			continue;
		MigEmit(diff, "ALTER %s %s ALTER COLUMN %s SET STORAGE %s",
				MigEmitPhrase(diff, column->parent), column->parent->identity,
				quote_identifier(column->name), MigPropText(type->props, "storage"));
	}
}

static char *
Parameters(const MigObject *object, const Parameter *parameters)
{
	StringInfoData text;

	initStringInfo(&text);
	for (; parameters->name != NULL; parameters++)
	{
		const char *value = ParameterValue(object, parameters);

		if (value != NULL)
			appendStringInfo(&text, "%s    %s = %s", text.len == 0 ? "" : ",\n",
							 parameters->name, value);
	}
	return text.data;
}

static const char *
ParameterValue(const MigObject *object, const Parameter *parameter)
{
	const char *value = MigPropText(object->props, parameter->prop);

	return value != NULL && parameter->literal ? MigQuoteText(value) : value;
}

/* A shell type, for functions that the type needs and that need it. */
bool
MigStubType(MigDiff *diff, const MigObject *object)
{
	ListCell   *lc;

	foreach(lc, object->needs)
	{
		if (IsMutual(object, lfirst(lc)))
		{
			CreateShell(diff, object);
			return true;
		}
	}
	return false;
}

/*
 * A type and the functions that it needs and that need it go together, when
 * nothing else that needs one of them is left.
 */
bool
MigUnstubType(MigDiff *diff, const MigObject *object)
{
	List	   *together = list_make1(unconstify(MigObject *, object));
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, object->needs)
	{
		if (IsMutual(object, lfirst(lc)))
			together = lappend(together, lfirst(lc));
	}
	if (list_length(together) == 1)
		return false;
	foreach(lc, together)
	{
		foreach(lc2, ((MigObject *) lfirst(lc))->needed_by)
		{
			if (MigDiffIsLeft(diff, lfirst(lc2)) && !list_member_ptr(together, lfirst(lc2)))
				return false;
		}
	}
	MigEmit(diff, "DROP TYPE %s CASCADE", object->identity);
	foreach(lc, together)
	{
		MigDiffDropped(diff, lfirst(lc));
	}
	return true;
}

static bool
IsMutual(const MigObject *type, const MigObject *need)
{
	return list_member_ptr(need->needs, type);
}

/*
 * What came with a range type and does not follow it when it is renamed: its
 * multirange type, and functions of the names of both.
 */
void
MigMoveType(MigDiff *diff, const MigObject *object, const char *new_name)
{
	const char *subtype = MigPropText(object->props, "subtype");
	const char *multirange = MigPropText(object->props, "multirange");
	const char *schema = quote_identifier(object->schema);
	List	   *names;
	const char *name;

	MigEmit(diff, "ALTER TYPE %s RENAME TO %s", object->identity, quote_identifier(new_name));
	if (multirange == NULL)
		return;
	MigEmit(diff, "ALTER FUNCTION %s(%s, %s) RENAME TO %s", object->identity, subtype, subtype,
			quote_identifier(new_name));
	MigEmit(diff, "ALTER FUNCTION %s(%s, %s, text) RENAME TO %s", object->identity, subtype,
			subtype, quote_identifier(new_name));

	names = textToQualifiedNameList(cstring_to_text(multirange));
	name = strVal(llast(names));
	new_name = quote_identifier(MigDiffFreeName(diff, object->schema, name));
	MigEmit(diff, "ALTER TYPE %s RENAME TO %s", multirange, new_name);
	MigEmit(diff, "ALTER FUNCTION %s.%s() RENAME TO %s", schema, quote_identifier(name), new_name);
}
