/*-------------------------------------------------------------------------
 * src/reader/reader_text.c
 *	  Texts that the server deparses, and what is cut off them.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

static void AppendQuoted(StringInfo result, const char *value);

/*
 * MigReadCall
 *		The text that a function of the server returns; NULL for a null, as for
 *		what has just been dropped.
 */
char *
MigReadCall(PGFunction function, Datum argument, Datum second)
{
	LOCAL_FCINFO(fcinfo, 2);
	Datum		result;

	InitFunctionCallInfoData(*fcinfo, NULL, 2, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = argument;
	fcinfo->args[0].isnull = false;
	fcinfo->args[1].value = second;
	fcinfo->args[1].isnull = false;
	result = function(fcinfo);
	return fcinfo->isnull ? NULL : TextDatumGetCString(result);
}

/*
 * MigReadPredicate
 *		The predicate of an index, from its tuple of pg_index, or NULL.
 */
char *
MigReadPredicate(HeapTuple index)
{
	bool		isnull;
	Datum		predicate = SysCacheGetAttr(INDEXRELID, index, Anum_pg_index_indpred, &isnull);

	if (isnull)
		return NULL;
	return MigReadCall(pg_get_expr, predicate,
					   ObjectIdGetDatum(((Form_pg_index) GETSTRUCT(index))->indrelid));
}

/*
 * MigReadOptions
 *		The options of a relation as the server writes them after WITH, or NULL.
 */
char *
MigReadOptions(Oid relation)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	StringInfoData result;
	bool		isnull = true;
	Datum		options = (Datum) 0;
	Datum	   *elements;
	int			n;

	if (HeapTupleIsValid(tuple))
		options = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &isnull);
	initStringInfo(&result);
	if (!isnull)
	{
		deconstruct_array(DatumGetArrayTypeP(options), TEXTOID, -1, false, TYPALIGN_INT,
						  &elements, NULL, &n);
		for (int i = 0; i < n; i++)
		{
			char	   *name = TextDatumGetCString(elements[i]);
			char	   *value = strchr(name, '=');

			if (value != NULL)
				*value++ = '\0';
			appendStringInfo(&result, "%s%s=", i > 0 ? ", " : "", quote_identifier(name));
			AppendQuoted(&result, value == NULL ? "" : value);
		}
	}
	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return isnull ? NULL : result.data;
}

/* In quotes, unless it looks like a name. */
static void
AppendQuoted(StringInfo result, const char *value)
{
	if (quote_identifier(value) == value)
	{
		appendStringInfoString(result, value);
		return;
	}
	appendStringInfoChar(result, '\'');
	for (const char *p = value; *p != '\0'; p++)
	{
		if (*p == '\'')
			appendStringInfoChar(result, *p);
		appendStringInfoChar(result, *p);
	}
	appendStringInfoChar(result, '\'');
}

/*
 * MigReadCut
 *		Shorten a text by what is at its end.
 */
void
MigReadCut(char *definition, const char *before, const char *part, const char *after)
{
	size_t		len = strlen(definition);
	size_t		cut = strlen(before) + strlen(part) + strlen(after);

	if (cut <= len)
		definition[len - cut] = '\0';
}
