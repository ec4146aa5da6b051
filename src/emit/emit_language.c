/*-------------------------------------------------------------------------
 * src/emit/emit_language.c
 *	  Languages, access methods, casts, transforms and conversions.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"
#include "utils/formatting.h"

static void EmitLanguage(MigDiff *diff, const MigObject *object, const char *verb);
static void EmitTransform(MigDiff *diff, const MigObject *object, const char *verb);

/*
 * MigCreateLanguage
 *		CREATE LANGUAGE.
 */
void
MigCreateLanguage(MigDiff *diff, const MigObject *object)
{
	EmitLanguage(diff, object, "CREATE");
}

/*
 * MigAlterLanguage
 *		CREATE OR REPLACE LANGUAGE: everything about one can be replaced.
 */
bool
MigAlterLanguage(MigDiff *diff, const MigObject *old pg_attribute_unused(), const MigObject *new)
{
	EmitLanguage(diff, new, "CREATE OR REPLACE");
	return true;
}

/*
 * MigCreateAccessMethod
 *		CREATE ACCESS METHOD.
 */
void
MigCreateAccessMethod(MigDiff *diff, const MigObject *object)
{
	const char *type = MigPropText(object->props, "type");

	MigEmit(diff, "CREATE ACCESS METHOD %s TYPE %s HANDLER %s", object->identity,
			asc_toupper(type, strlen(type)), MigPropText(object->props, "handler"));
}

/*
 * MigCreateCast
 *		CREATE CAST.
 */
void
MigCreateCast(MigDiff *diff, const MigObject *object)
{
	const char *function = MigPropText(object->props, "function");
	const char *method = MigPropText(object->props, "method");
	const char *context = MigPropText(object->props, "context");
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "CREATE CAST %s", object->identity);
	if (function != NULL)
		appendStringInfo(&out, " WITH FUNCTION %s", function);
	else
		appendStringInfoString(&out, method != NULL && strcmp(method, "inout") == 0 ?
							   " WITH INOUT" : " WITHOUT FUNCTION");
	if (context != NULL)
		appendStringInfo(&out, " AS %s", asc_toupper(context, strlen(context)));
	MigEmit(diff, "%s", out.data);
}

/*
 * MigCreateTransform
 *		CREATE TRANSFORM.
 */
void
MigCreateTransform(MigDiff *diff, const MigObject *object)
{
	EmitTransform(diff, object, "CREATE");
}

/*
 * MigAlterTransform
 *		CREATE OR REPLACE TRANSFORM.
 */
bool
MigAlterTransform(MigDiff *diff, const MigObject *old pg_attribute_unused(), const MigObject *new)
{
	EmitTransform(diff, new, "CREATE OR REPLACE");
	return true;
}

/*
 * MigCreateConversion
 *		CREATE CONVERSION.
 */
void
MigCreateConversion(MigDiff *diff, const MigObject *object)
{
	JsonbContainer *props = object->props;

	MigEmit(diff, "CREATE %sCONVERSION %s FOR %s TO %s FROM %s",
			MigPropFlag(props, "default") ? "DEFAULT " : "", object->identity,
			MigQuoteText(MigPropText(props, "from")), MigQuoteText(MigPropText(props, "to")),
			MigPropText(props, "function"));
}

static void
EmitLanguage(MigDiff *diff, const MigObject *object, const char *verb)
{
	const char *handler = MigPropText(object->props, "handler");
	const char *code = MigPropText(object->props, "inline");
	const char *validator = MigPropText(object->props, "validator");
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "%s %sLANGUAGE %s", verb,
					 MigPropFlag(object->props, "trusted") ? "TRUSTED " : "", object->identity);
	appendStringInfo(&out, " HANDLER %s", handler);
	if (code != NULL)
		appendStringInfo(&out, " INLINE %s", code);
	if (validator != NULL)
		appendStringInfo(&out, " VALIDATOR %s", validator);
	MigEmit(diff, "%s", out.data);
}

static void
EmitTransform(MigDiff *diff, const MigObject *object, const char *verb)
{
	const char *from = MigPropText(object->props, "from_sql");
	const char *to = MigPropText(object->props, "to_sql");
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "%s TRANSFORM %s (", verb, object->identity);
	if (from != NULL)
		appendStringInfo(&out, "\n    FROM SQL WITH FUNCTION %s", from);
	if (to != NULL)
		appendStringInfo(&out, "%s\n    TO SQL WITH FUNCTION %s", from != NULL ? "," : "", to);
	appendStringInfoString(&out, "\n)");
	MigEmit(diff, "%s", out.data);
}
