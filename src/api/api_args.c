/*-------------------------------------------------------------------------
 * src/api/api_args.c
 *	  Arguments of SQL-callable functions.
 *
 * A null argument that has no meaning is an error that names it, rather than
 * a call that does nothing.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

static void RefuseNull(const char *name);

/*
 * MigApiText
 *		A text argument that must not be null.
 */
char *
MigApiText(FunctionCallInfo fcinfo, int arg, const char *name)
{
	if (PG_ARGISNULL(arg))
		RefuseNull(name);
	return text_to_cstring(PG_GETARG_TEXT_PP(arg));
}

/*
 * MigApiTextOrNull
 *		A text argument; NULL if it is null.
 */
char *
MigApiTextOrNull(FunctionCallInfo fcinfo, int arg)
{
	return PG_ARGISNULL(arg) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(arg));
}

/*
 * MigApiBool
 *		A boolean argument that must not be null.
 */
bool
MigApiBool(FunctionCallInfo fcinfo, int arg, const char *name)
{
	if (PG_ARGISNULL(arg))
		RefuseNull(name);
	return PG_GETARG_BOOL(arg);
}

/*
 * MigApiOid
 *		An object, such as a regclass, that must not be null.
 */
Oid
MigApiOid(FunctionCallInfo fcinfo, int arg, const char *name)
{
	if (PG_ARGISNULL(arg))
		RefuseNull(name);
	return PG_GETARG_OID(arg);
}

/*
 * MigApiTexts
 *		The elements of a text[] argument; none if it is null.
 */
const char **
MigApiTexts(FunctionCallInfo fcinfo, int arg, const char *name, int *n)
{
	Datum	   *elements;
	bool	   *nulls;
	const char **texts;

	*n = 0;
	if (PG_ARGISNULL(arg))
		return NULL;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(arg), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, &nulls, n);
	texts = palloc(sizeof(char *) * (*n + 1));
	for (int i = 0; i < *n; i++)
	{
		if (nulls[i])
			RefuseNull(name);
		texts[i] = TextDatumGetCString(elements[i]);
	}
	return texts;
}

/*
 * MigApiTextList
 *		The same as a List.
 */
List *
MigApiTextList(FunctionCallInfo fcinfo, int arg, const char *name)
{
	int			n;
	const char **texts = MigApiTexts(fcinfo, arg, name, &n);
	List	   *list = NIL;

	for (int i = 0; i < n; i++)
		list = lappend(list, unconstify(char *, texts[i]));
	return list;
}

/*
 * MigApiOverride
 *		An integer argument, which must not be negative, in the place of a setting
 *		unless it is null.
 */
int
MigApiOverride(FunctionCallInfo fcinfo, int arg, const char *name, int setting)
{
	if (PG_ARGISNULL(arg))
		return setting;
	if (PG_GETARG_INT32(arg) < 0)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("argument \"%s\" must not be negative", name));
	return PG_GETARG_INT32(arg);
}

static void
RefuseNull(const char *name)
{
	ereport(ERROR,
			errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			errmsg("argument \"%s\" must not be null", name));
}
