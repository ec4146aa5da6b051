/*-------------------------------------------------------------------------
 * src/emit/emit_aggregate.c
 *	  Aggregates.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"
#include "utils/formatting.h"

/* How the value of an option is written. */
typedef enum Form
{
	FORM_PLAIN,
	FORM_LITERAL,
	FORM_OPERATOR,
	FORM_FLAG
} Form;

static const struct
{
	const char *property;
	Form		form;
}			options[] = {
	{"sfunc", FORM_PLAIN},
	{"stype", FORM_PLAIN},
	{"sspace", FORM_PLAIN},
	{"finalfunc", FORM_PLAIN},
	{"finalfunc_extra", FORM_FLAG},
	{"finalfunc_modify", FORM_PLAIN},
	{"combinefunc", FORM_PLAIN},
	{"serialfunc", FORM_PLAIN},
	{"deserialfunc", FORM_PLAIN},
	{"initcond", FORM_LITERAL},
	{"msfunc", FORM_PLAIN},
	{"minvfunc", FORM_PLAIN},
	{"mstype", FORM_PLAIN},
	{"msspace", FORM_PLAIN},
	{"mfinalfunc", FORM_PLAIN},
	{"mfinalfunc_extra", FORM_FLAG},
	{"mfinalfunc_modify", FORM_PLAIN},
	{"minitcond", FORM_LITERAL},
	{"sortop", FORM_OPERATOR},
	{"parallel", FORM_PLAIN},
};

static void EmitCreate(MigDiff *diff, const MigObject *object, const char *verb);
static void WriteArguments(StringInfo out, JsonbContainer *props);
static void WriteOption(StringInfo out, const char *property, Form form, const char *value);

/*
 * MigCreateAggregate
 *		CREATE AGGREGATE.
 */
void
MigCreateAggregate(MigDiff *diff, const MigObject *object)
{
	EmitCreate(diff, object, "CREATE");
}

/*
 * MigAlterAggregate
 *		CREATE OR REPLACE AGGREGATE, unless the result or the kind changes.
 */
bool
MigAlterAggregate(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	if (!MigPropSame(old->props, new->props, "type") ||
		!MigPropSame(old->props, new->props, "direct_arguments") ||
		!MigEmitIsReplaceable(old, new))
		return false;
	EmitCreate(diff, new, "CREATE OR REPLACE");
	return true;
}

/*
 * MigOperatorReference
 *		The name of an operator as it is written in an option: OPERATOR(...) if
 *		it is qualified.  What follows the name in an identity is left out.
 */
const char *
MigOperatorReference(const char *name)
{
	const char *types = strstr(name, " (");
	int			len = types == NULL ? (int) strlen(name) : (int) (types - name);

	if (strchr("+-*/<>=~!@#%^&|`?", name[0]) != NULL)
		return pnstrdup(name, len);
	return psprintf("OPERATOR(%.*s)", len, name);
}

static void
EmitCreate(MigDiff *diff, const MigObject *object, const char *verb)
{
	const char *type = MigPropText(object->props, "type");
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "%s AGGREGATE %s(", verb,
					 quote_qualified_identifier(object->schema, object->name));
	WriteArguments(&out, object->props);
	appendStringInfoString(&out, ") (");
	for (size_t i = 0; i < lengthof(options); i++)
	{
		const char *value = MigPropText(object->props, options[i].property);

		if (value == NULL)
			continue;
		appendStringInfoString(&out, i == 0 ? "\n    " : ",\n    ");
		WriteOption(&out, options[i].property, options[i].form, value);
	}
	if (type != NULL && strcmp(type, "hypothetical set") == 0)
		appendStringInfoString(&out, ",\n    HYPOTHETICAL");
	appendStringInfoString(&out, "\n)");
	MigEmit(diff, "%s", out.data);
}

/*
 * The arguments, those of an ordered set after ORDER BY.  If all are direct,
 * the last, which is variadic, stands on both sides.
 */
static void
WriteArguments(StringInfo out, JsonbContainer *props)
{
	List	   *arguments = MigPropItems(props, "arguments");
	int			direct = MigPropInt(props, "direct_arguments", -1);

	if (arguments == NIL)
		appendStringInfoChar(out, '*');
	if (direct >= 0 && direct == list_length(arguments))
		arguments = lappend(arguments, llast(arguments));
	for (int i = 0; i < list_length(arguments); i++)
	{
		if (i == direct)
			appendStringInfoString(out, i == 0 ? "ORDER BY " : " ORDER BY ");
		else if (i > 0)
			appendStringInfoString(out, ", ");
		MigEmitArgument(out, list_nth(arguments, i));
	}
}

static void
WriteOption(StringInfo out, const char *property, Form form, const char *value)
{
	const char *name = asc_toupper(property, strlen(property));

	switch (form)
	{
		case FORM_PLAIN:
			appendStringInfo(out, "%s = %s", name, value);
			break;
		case FORM_LITERAL:
			appendStringInfo(out, "%s = %s", name, MigQuoteText(value));
			break;
		case FORM_OPERATOR:
			appendStringInfo(out, "%s = %s", name, MigOperatorReference(value));
			break;
		case FORM_FLAG:
			appendStringInfoString(out, name);
			break;
	}
}
