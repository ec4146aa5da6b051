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
	return true;
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

/* A shell type, for the functions that the type needs. */
bool
MigStubType(MigDiff *diff, const MigObject *object)
{
	static const char *const varieties_with_functions[] = {"base", "range"};
	const char *variety = VarietyOf(object)->name;

	for (size_t i = 0; i < lengthof(varieties_with_functions); i++)
		if (strcmp(variety, varieties_with_functions[i]) == 0)
		{
			CreateShell(diff, object);
			return true;
		}
	return false;
}
