/*-------------------------------------------------------------------------
 * src/reader/reader_canonical.c
 *	  One form for expressions that the server can deparse in two.
 *
 * What the server deparses it does not always store again in the same way:
 * x IN ('a', 'b') on a varchar comes back as
 *
 *		(ARRAY['a'::character varying, 'b'::character varying])::text[]
 *
 * and that, run again, as
 *
 *		ARRAY[('a'::character varying)::text, ('b'::character varying)::text]
 *
 * which stays as it is: a cast that is applied to an array constructor is one
 * of its elements.  Likewise, what x BETWEEN 1 AND 2 AND y, x IN (a, b, c) and
 * (a, b, c) IS DISTINCT FROM (1, 2, 3) stand for comes back as
 *
 *		(((x >= 1) AND (x <= 2)) AND y)
 *
 * and loses the parentheses around its first conditions when it is run again.
 * A snapshot has the second form for both.
 *
 * The texts are scanned word by word, with quotes passed over.  Whatever does
 * not look exactly like the first form is left alone.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "reader/reader_internal.h"

/* A type as it is written, without the brackets of the array. */
typedef struct ElementType
{
	const char *text;
	const char *base;			/* without type modifiers */
} ElementType;

static char *MoveCastsInwards(const char *text);
static void AppendFlat(StringInfo result, const char *p, const char *end);
static void AppendConditions(StringInfo result, const char *p, const char *end);
static const char *Connective(const char *p, const char *end);
static void AppendText(StringInfo result, const char *text, const char *end);
static const char *AppendCast(StringInfo result, const char *text, const char *p, const char *end);
static void AppendElements(StringInfo result, const char *p, const char *end,
						   const ElementType *type);
static void AppendElement(StringInfo result, const char *p, const char *end,
						  const ElementType *type);
static ElementType ReadType(const char *p, const char *end);
static const char *TypeEnd(const char *p, const char *end);
static const char *Closing(const char *p, const char *end);
static const char *Skip(const char *p, const char *end);
static const char *SkipQuoted(const char *p, const char *end, bool escapes);
static bool StartsWith(const char *p, const char *end, const char *word);
static bool IsWordChar(char c);

/*
 * MigCanonicalExpression
 *		The text in its one form; text itself if there is nothing to do.
 */
char *
MigCanonicalExpression(const char *text)
{
	text = MoveCastsInwards(text);
	if (strstr(text, "((") != NULL)
	{
		StringInfoData result;

		initStringInfo(&result);
		AppendFlat(&result, text, text + strlen(text));
		text = result.data;
	}
	return unconstify(char *, text);
}

/* A piece of text, with conditions that begin with conditions in one list. */
static void
AppendFlat(StringInfo result, const char *p, const char *end)
{
	check_stack_depth();
	while (p < end)
	{
		const char *close = *p == '(' ? Closing(p, end) : NULL;
		const char *next = close != NULL ? close + 1 : Skip(p, end);

		if (close != NULL)
		{
			appendStringInfoChar(result, '(');
			AppendConditions(result, p + 1, close);
			appendStringInfoChar(result, ')');
		}
		else
			appendBinaryStringInfo(result, p, next - p);
		p = next;
	}
}

/*
 * What is between two parentheses.  A list of conditions that begins it goes
 * on in it if both are connected in the same way.
 */
static void
AppendConditions(StringInfo result, const char *p, const char *end)
{
	const char *close = p < end && *p == '(' ? Closing(p, end) : NULL;
	const char *outer = close != NULL ? Connective(close + 1, close + 2) : NULL;

	check_stack_depth();
	if (outer != NULL && outer == Connective(p + 1, close))
	{
		AppendConditions(result, p + 1, close);
		p = close + 1;
	}
	AppendFlat(result, p, end);
}

/* The word that connects the conditions of a text; NULL if there is none. */
static const char *
Connective(const char *p, const char *end)
{
	static const char *const words[] = {" AND ", " OR "};
	int			depth = 0;

	for (; p < end; p = Skip(p, end))
	{
		if (*p == '(' || *p == '[')
			depth++;
		else if (*p == ')' || *p == ']')
			depth--;
		for (size_t i = 0; depth == 0 && i < lengthof(words); i++)
			if (strncmp(p, words[i], strlen(words[i])) == 0)
				return words[i];
	}
	return NULL;
}

/* A text with its casts of arrays moved inwards. */
static char *
MoveCastsInwards(const char *text)
{
	for (;;)
	{
		const char *array = strstr(text, "(ARRAY[");
		StringInfoData result;

		if (array == NULL || strstr(array, "])::") == NULL)
			return unconstify(char *, text);
		initStringInfo(&result);
		AppendText(&result, text, text + strlen(text));

		/* A cast of a cast gives another one: do it again. */
		if (strcmp(result.data, text) == 0)
			return unconstify(char *, text);
		text = result.data;
	}
}

/* A piece of text, with its casts of arrays moved inwards. */
static void
AppendText(StringInfo result, const char *text, const char *end)
{
	check_stack_depth();
	for (const char *p = text; p < end;)
	{
		const char *next = AppendCast(result, text, p, end);

		if (next == NULL)
		{
			next = Skip(p, end);
			appendBinaryStringInfo(result, p, next - p);
		}
		p = next;
	}
}

/* The end of the cast of an array that begins at p; NULL if there is none. */
static const char *
AppendCast(StringInfo result, const char *text, const char *p, const char *end)
{
	const char *first = p + strlen("(ARRAY[");
	const char *last;
	const char *type_end;
	ElementType type;

	if (!StartsWith(p, end, "(ARRAY[") ||
		(p > text && (IsWordChar(p[-1]) || p[-1] == '"')))
		return NULL;
	last = Closing(first - 1, end);
	if (last == NULL || last == first || !StartsWith(last, end, "])::"))
		return NULL;
	type_end = TypeEnd(last + strlen("])::"), end);
	if (type_end == NULL)
		return NULL;
	type = ReadType(last + strlen("])::"), type_end - strlen("[]"));
	AppendElements(result, first, last, &type);
	return type_end;
}

/* The constructor, from what is between its brackets. */
static void
AppendElements(StringInfo result, const char *p, const char *end, const ElementType *type)
{
	const char *start = p;
	int			depth = 0;

	appendStringInfoString(result, "ARRAY[");
	while (p < end)
	{
		if (*p == '(' || *p == '[')
			depth++;
		else if (*p == ')' || *p == ']')
			depth--;
		else if (*p == ',' && depth == 0)
		{
			AppendElement(result, start, p, type);
			appendStringInfoString(result, ", ");
			start = StartsWith(p, end, ", ") ? p + 2 : p + 1;
		}
		p = Skip(p, end);
	}
	AppendElement(result, start, end, type);
	appendStringInfoChar(result, ']');
}

/*
 * An element, converted.  An array in an array is converted element by element
 * too; a constant that only gets a length shows as one of the longer type.
 */
static void
AppendElement(StringInfo result, const char *p, const char *end, const ElementType *type)
{
	const char *literal;

	check_stack_depth();
	if (StartsWith(p, end, "ARRAY[") && Closing(p + strlen("ARRAY"), end) == end - 1)
	{
		AppendElements(result, p + strlen("ARRAY["), end - 1, type);
		return;
	}
	literal = *p == '\'' ? SkipQuoted(p, end, false) : p;
	if (literal > p && StartsWith(literal, end, "::") && strcmp(type->text, type->base) != 0 &&
		end - literal - 2 == (ptrdiff_t) strlen(type->base) && StartsWith(literal + 2, end, type->base))
	{
		appendBinaryStringInfo(result, p, literal - p);
		appendStringInfo(result, "::%s", type->text);
		return;
	}
	appendStringInfoChar(result, '(');
	AppendText(result, p, end);
	appendStringInfo(result, ")::%s", type->text);
}

static ElementType
ReadType(const char *p, const char *end)
{
	ElementType type;
	StringInfoData base;

	type.text = pnstrdup(p, end - p);
	initStringInfo(&base);
	while (p < end)
	{
		const char *next = Skip(p, end);

		if (*p == '(')
			while (*p != ')')
				next = ++p + 1;
		else
			appendBinaryStringInfo(&base, p, next - p);
		p = next;
	}
	type.base = base.data;
	return type;
}

/*
 * The end of the name of an array type; NULL if there is something else.  Such
 * a name has words, quoted names, dots, and numbers in parentheses.
 */
static const char *
TypeEnd(const char *p, const char *end)
{
	while (p < end && (IsWordChar(*p) || strchr("\"(. ", *p) != NULL))
	{
		if (*p == '(')
		{
			p += 1 + strspn(p + 1, "-0123456789,");
			if (*p != ')')
				return NULL;
		}
		p = Skip(p, end);
	}
	return StartsWith(p, end, "[]") ? p + 2 : NULL;
}

/* The bracket that closes the one at p, or NULL. */
static const char *
Closing(const char *p, const char *end)
{
	int			depth = 0;

	while (p < end)
	{
		if (*p == '(' || *p == '[')
			depth++;
		else if ((*p == ')' || *p == ']') && --depth == 0)
			return p;
		p = Skip(p, end);
	}
	return NULL;
}

/* Pass over a word, something quoted, or one other character. */
static const char *
Skip(const char *p, const char *end)
{
	const char *start = p;

	if (*p == '\'' || *p == '"')
		return SkipQuoted(p, end, false);
	if (*p == '$')
	{
		const char *tag = p + 1;
		const char *close;

		while (tag < end && IsWordChar(*tag) && *tag != '$')
			tag++;
		if (tag < end && *tag == '$')
		{
			close = strstr(tag + 1, pnstrdup(p, tag + 1 - p));
			return close == NULL || close >= end ? end : close + (tag + 1 - p);
		}
	}
	while (p < end && IsWordChar(*p))
		p++;
	if (p == start)
		return p + 1;
	if (p == start + 1 && (*start == 'E' || *start == 'e') && p < end && *p == '\'')
		return SkipQuoted(p, end, true);
	return p;
}

static const char *
SkipQuoted(const char *p, const char *end, bool escapes)
{
	char		quote = *p++;

	while (p < end)
	{
		if (escapes && *p == '\\' && p + 1 < end)
			p++;
		else if (*p == quote)
		{
			if (p + 1 >= end || p[1] != quote)
				return p + 1;
			p++;
		}
		p++;
	}
	return end;
}

static bool
StartsWith(const char *p, const char *end, const char *word)
{
	size_t		len = strlen(word);

	return (size_t) (end - p) >= len && memcmp(p, word, len) == 0;
}

static bool
IsWordChar(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '_' || c == '$' || IS_HIGHBIT_SET(c);
}
