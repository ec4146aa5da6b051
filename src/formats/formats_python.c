/*-------------------------------------------------------------------------
 * src/formats/formats_python.c
 *	  What a file of Python assigns to names, as far as its text says it.
 *
 * Read are the docstring and the assignments at the top level whose value is a
 * string, None, or a tuple or list of strings.  Nothing is run, and what is
 * inside functions, classes and strings is passed over.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "formats/formats_internal.h"
#include "formats/formats_python.h"

#define BLANKS				" \t\r\f"
#define LETTERS				"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
#define DIGITS				"0123456789"

/* Most letters before the quote of a string. */
#define PREFIX_LETTERS		2

typedef struct Python
{
	const char *text;
	const char *at;
	int			line;			/* that at is on */
	const char *counted;		/* up to here */
} Python;

static MigAssignment *ReadStatement(Python *python);
static void SkipAnnotation(Python *python);
static bool ReadValue(Python *python, List **values);
static bool ReadElements(Python *python, List **values);
static void SkipSpace(Python *python, bool lines);
static bool SkipStatement(Python *python);
static void SkipString(Python *python);
static char *ReadString(Python *python);
static size_t StringPrefix(const char *at, bool *raw, bool *plain);
static const char *StringEnd(const char *at, size_t quotes, bool raw, StringInfo value);
static int	CurrentLine(Python *python);

/*
 * MigPythonRead
 *		The assignments of a file, a List of MigAssignment, and its docstring, or
 *		NULL.
 */
List *
MigPythonRead(const char *text, char **docstring)
{
	Python		python = {.text = text,.at = text,.line = 1,.counted = text};
	List	   *assignments = NIL;
	bool		first = true;
	bool		goes_on = false;	/* on the line of another one */

	*docstring = NULL;
	if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
		python.text = python.at = python.counted = text + 3;
	for (;;)
	{
		const char *line;
		MigAssignment *assignment = NULL;

		SkipSpace(&python, true);
		if (*python.at == '\0')
			return assignments;
		line = python.at;
		if (line == python.text || line[-1] == '\n' || goes_on)
			assignment = ReadStatement(&python);
		if (assignment != NULL)
			assignments = lappend(assignments, assignment);
		else if (first)
		{
			*docstring = ReadString(&python);
			if (*docstring == NULL)
				python.at = line;
		}
		goes_on = (goes_on || line == python.text || line[-1] == '\n') & SkipStatement(&python);
		first = false;
	}
}

/* NAME [: ANNOTATION] = VALUE, or NULL; the place may then be anywhere in it. */
static MigAssignment *
ReadStatement(Python *python)
{
	const char *name = python->at;
	size_t		len = strspn(name, LETTERS);
	MigAssignment *assignment;
	const char *value;

	if (len == 0)
		return NULL;
	len += strspn(name + len, LETTERS DIGITS);
	if (name[len] == '"' || name[len] == '\'')
		return NULL;			/* of a string */
	assignment = palloc0(sizeof(MigAssignment));
	assignment->name = pnstrdup(name, len);
	assignment->line = CurrentLine(python);
	python->at += len;
	SkipSpace(python, false);
	if (*python->at == ':')
		SkipAnnotation(python);
	if (*python->at != '=' || python->at[1] == '=')
		return NULL;

	value = ++python->at;
	assignment->simple = ReadValue(python, &assignment->values);
	SkipSpace(python, false);
	if (!assignment->simple || strchr("\n;#", *python->at) == NULL)
	{
		assignment->simple = false;
		python->at = value;
	}
	return assignment;
}

/* Up to the equals sign, or the end of the line. */
static void
SkipAnnotation(Python *python)
{
	int			depth = 0;

	while (*python->at != '\0' && (depth > 0 || strchr("=\n#;", *python->at) == NULL))
	{
		bool		raw;
		bool		plain;

		if (strchr("([{", *python->at) != NULL)
			depth++;
		else if (strchr(")]}", *python->at) != NULL)
			depth--;
		if (StringPrefix(python->at, &raw, &plain) > 0)
			SkipString(python);
		else
			python->at++;
	}
}

/* None is no values; false if it is something else than we can read. */
static bool
ReadValue(Python *python, List **values)
{
	char	   *string;

	SkipSpace(python, false);
	if (strchr("([{", *python->at) != NULL && *python->at != '\0')
		return ReadElements(python, values);
	if (strncmp(python->at, "None", 4) == 0)
	{
		python->at += 4;
		return true;
	}
	string = ReadString(python);
	if (string == NULL)
		return false;
	*values = list_make1(string);

	/* a tuple may do without parentheses */
	for (SkipSpace(python, false); *python->at == ','; SkipSpace(python, false))
	{
		python->at++;
		SkipSpace(python, false);
		if (strchr("\n;#", *python->at) != NULL)
			break;
		string = ReadString(python);
		if (string == NULL)
			return false;
		*values = lappend(*values, string);
	}
	return true;
}

/* Strings between brackets, with commas between them; or one value alone. */
static bool
ReadElements(Python *python, List **values)
{
	char		closing = *python->at == '(' ? ')' : *python->at == '[' ? ']' : '}';

	python->at++;
	for (;;)
	{
		char	   *string;

		SkipSpace(python, true);
		if (*python->at == closing)
			break;
		if (closing == ')' && *values == NIL && strncmp(python->at, "None", 4) == 0)
		{
			python->at += 4;
			SkipSpace(python, true);
			if (*python->at != closing)
				return false;
			break;
		}
		string = ReadString(python);
		if (string == NULL)
			return false;
		for (SkipSpace(python, true); *python->at != ',' && *python->at != closing;
			 SkipSpace(python, true))
		{
			char	   *more = ReadString(python);	/* 'a' 'b' is one string */

			if (more == NULL)
				return false;
			string = psprintf("%s%s", string, more);
		}
		*values = lappend(*values, string);
		if (*python->at == ',')
			python->at++;
	}
	python->at++;
	return true;
}

/* Blanks and comments; newlines only if lines. */
static void
SkipSpace(Python *python, bool lines)
{
	for (;;)
	{
		python->at += strspn(python->at, lines ? BLANKS "\n" : BLANKS);
		if (lines && *python->at == '#')
			python->at += strcspn(python->at, "\n");
		else if (python->at[0] == '\\' && python->at[1] == '\n')
			python->at += 2;
		else if (python->at[0] == '\\' && python->at[1] == '\r' && python->at[2] == '\n')
			python->at += 3;
		else
			return;
	}
}

/*
 * To the end of a statement: a newline or semicolon outside brackets and
 * strings; true if it was the latter.
 */
static bool
SkipStatement(Python *python)
{
	int			depth = 0;

	while (*python->at != '\0')
	{
		char		c = *python->at;
		bool		raw;
		bool		plain;

		if (c == '#')
			python->at += strcspn(python->at, "\n");
		else if (StringPrefix(python->at, &raw, &plain) > 0)
			SkipString(python);
		else if ((c == '\n' || c == ';') && depth <= 0)
		{
			python->at++;
			return c == ';';
		}
		else
		{
			if (strchr("([{", c) != NULL)
				depth++;
			else if (strchr(")]}", c) != NULL)
				depth--;
			python->at += c == '\\' && python->at[1] != '\0' ? 2 : 1;
		}
	}
	return false;
}

/* A string, or at least its first character. */
static void
SkipString(Python *python)
{
	const char *start = python->at;

	(void) ReadString(python);
	if (python->at == start)
		python->at++;
}

/*
 * The string that begins here, or NULL if none does that can be read; in the
 * latter case the place is after it, if it is one.
 */
static char *
ReadString(Python *python)
{
	StringInfoData value;
	bool		raw;
	bool		plain;
	size_t		prefix = StringPrefix(python->at, &raw, &plain);
	const char *quote = python->at + prefix - 1;
	const char *end;
	size_t		quotes;

	if (prefix == 0)
		return NULL;
	quotes = strncmp(quote, "\"\"\"", 3) == 0 || strncmp(quote, "'''", 3) == 0 ? 3 : 1;
	initStringInfo(&value);
	end = StringEnd(quote, quotes, raw, &value);
	if (end == NULL)
		return NULL;
	python->at = end;
	return plain ? value.data : NULL;
}

/* Length of the letters and the first quote of a string, or 0. */
static size_t
StringPrefix(const char *at, bool *raw, bool *plain)
{
	*raw = false;
	*plain = true;
	for (size_t i = 0; i <= PREFIX_LETTERS; i++)
	{
		if (at[i] == '"' || at[i] == '\'')
			return i + 1;
		if (at[i] == 'r' || at[i] == 'R')
			*raw = true;
		else if (at[i] == 'b' || at[i] == 'B' || at[i] == 'f' || at[i] == 'F')
			*plain = false;
		else if (at[i] != 'u' && at[i] != 'U')
			return 0;
	}
	return 0;
}

/* Where a string ends, or NULL; at is its first quote. */
static const char *
StringEnd(const char *at, size_t quotes, bool raw, StringInfo value)
{
	static const char escapes[] = "\\'\"ntr";
	static const char escaped[] = "\\'\"\n\t\r";
	const char *quote = at;

	at += quotes;
	while (*at != '\0')
	{
		const char *escape;

		if (strncmp(at, quote, quotes) == 0)
			return at + quotes;
		if (*at == '\n' && quotes == 1)
			return NULL;
		if (*at != '\\' || at[1] == '\0')
		{
			appendStringInfoChar(value, *at++);
			continue;
		}
		escape = strchr(escapes, at[1]);
		if (!raw && at[1] == '\n')
			 /* the line goes on */ ;
		else if (!raw && escape != NULL)
			appendStringInfoChar(value, escaped[escape - escapes]);
		else
			appendBinaryStringInfo(value, at, 2);
		at += 2;
	}
	return NULL;
}

static int
CurrentLine(Python *python)
{
	python->line += MigCountLines(python->counted, python->at - python->counted);
	python->counted = python->at;
	return python->line;
}
