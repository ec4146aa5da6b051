/*-------------------------------------------------------------------------
 * src/cli/cli_text.c
 *	  Lists of strings, and strings put together.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"
#include "fe_utils/string_utils.h"
#include "pqexpbuffer.h"

/*
 * MigCliAdd
 *		Add a copy of a string to a list.
 */
void
MigCliAdd(MigStrings *list, const char *value)
{
	if (list->n == list->size)
	{
		list->size = Max(list->size * 2, 16);
		list->at = list->at == NULL ? pg_malloc(sizeof(char *) * list->size)
			: pg_realloc(list->at, sizeof(char *) * list->size);
	}
	list->at[list->n++] = pg_strdup(value);
}

/*
 * MigCliArray
 *		A list as the text of an SQL array, for a parameter of type text[].
 */
char *
MigCliArray(const MigStrings *list)
{
	PQExpBufferData array;

	initPQExpBuffer(&array);
	appendPQExpBufferChar(&array, '{');
	for (int i = 0; i < list->n; i++)
	{
		const char *from = list->at[i];

		appendPQExpBufferStr(&array, i == 0 ? "\"" : ",\"");
		for (;;)
		{
			size_t		plain = strcspn(from, "\"\\");

			appendBinaryPQExpBuffer(&array, from, plain);
			from += plain;
			if (*from == '\0')
				break;
			appendPQExpBufferChar(&array, '\\');
			appendPQExpBufferChar(&array, *from++);
		}
		appendPQExpBufferChar(&array, '"');
	}
	appendPQExpBufferChar(&array, '}');
	if (PQExpBufferDataBroken(array))
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "out of memory");
	return array.data;
}

/*
 * MigCliFormat
 *		printf into a new string.
 */
char *
MigCliFormat(const char *fmt,...)
{
	va_list		args;
	char	   *text;
	int			length;

	va_start(args, fmt);
	length = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	text = pg_malloc(length + 1);
	va_start(args, fmt);
	vsnprintf(text, length + 1, fmt, args);
	va_end(args);
	return text;
}
