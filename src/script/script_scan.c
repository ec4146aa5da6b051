/*-------------------------------------------------------------------------
 * src/script/script_scan.c
 *	  Find the statements of a section with the server's lexer.
 *
 * The lexer runs once over the whole section; a statement ends at a semicolon
 * outside parentheses and outside the BEGIN ATOMIC ... END of a function.
 * Between tokens there are only white space and comments: that is where
 * section markers are looked for.
 *
 * Inline data of COPY is overwritten with blanks in the lexer's own copy of
 * the section, where it has not looked yet, so one scan serves all of the
 * section and offsets stay what they are.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/keywords.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "script/script_internal.h"

/* Forget token values, and look for interrupts, after so many tokens. */
#define TOKENS_PER_RESET	1024

/* Longest message of the lexer, which may quote all the rest of a file. */
#define LEXER_MESSAGE		160

/* Longest statement that an error repeats. */
#define QUERY_SHOWN			10000

/* Longest psql meta-command that an error repeats. */
#define COMMAND_SHOWN		40

/* Longest string that is taken for a date or time. */
#define LONGEST_TIME		60

/* Codes of the keywords that matter here. */
typedef struct KeywordCodes
{
	int			as;
	int			atomic;
	int			begin;
	int			case_;
	int			copy;
	int			create;
	int			discard;
	int			end;
	int			from;
	int			function;
	int			or;
	int			procedure;
	int			replace;
	int			reset;
	int			set;
	int			stdin_;
	int			stdout_;
	int			time;
	int			with;
} KeywordCodes;

static bool ScanTokens(MigSplitter *splitter, MigSpan *span);
static void TakeHints(MigSplitter *splitter, size_t from, size_t to);
static void TakeHint(MigSplitter *splitter, const char *line, size_t len);
static bool SkipRestrict(MigSplitter *splitter, size_t start);
pg_noreturn static void RefuseMetaCommand(const MigSplitter *splitter, size_t start);
static bool IsTimely(const char *string);
static void TakeToken(MigSpan *span, int token, const core_YYSTYPE *value);
static void ScanCopyData(MigSplitter *splitter, MigSpan *span, size_t semicolon);
static size_t TakeMarkers(MigSplitter *splitter, size_t from, size_t to);
static int	LineAt(const MigSplitter *splitter, size_t offset);
pg_noreturn static void RethrowShort(MemoryContext context);
static const KeywordCodes *Keywords(void);
static int	KeywordCode(const char *word);

/*
 * MigScriptMarker
 *		What a line says about sections.
 *
 * Blanks after the marker, and a carriage return, make no difference.
 */
MigMarker
MigScriptMarker(const char *line, const char *end)
{
	static const char word[] = "migrate:";
	char	   *rest;

	if (end - line < 2 || line[0] != '-' || line[1] != '-')
		return MIG_MARKER_NONE;
	for (line += 2; line < end && (*line == ' ' || *line == '\t');)
		line++;
	if ((size_t) (end - line) < strlen(word) || strncmp(line, word, strlen(word)) != 0)
		return MIG_MARKER_NONE;

	line += strlen(word);
	rest = MigTrim(line, end - line);
	if (strcmp(rest, "up") == 0 && *line == 'u')
		return MIG_MARKER_UP;
	if (strcmp(rest, "down") == 0 && *line == 'd')
		return MIG_MARKER_DOWN;
	if (strcmp(rest, "verify") == 0 && *line == 'v')
		return MIG_MARKER_VERIFY;
	if (strcmp(rest, "no-transaction") == 0 && *line == 'n')
		return MIG_MARKER_ALONE;
	if (strcmp(rest, "transaction") == 0 && *line == 't')
		return MIG_MARKER_TOGETHER;
	if (strncmp(rest, "backfill", 8) == 0 && *line == 'b' && (rest[8] == '\0' || strchr(" \t", rest[8])))
		return MIG_MARKER_BACKFILL;
	return MIG_MARKER_OTHER;
}

/*
 * MigScriptScan
 *		Find the next statement; false at the end of the section.
 *
 * splitter->line becomes the line of the statement.
 */
bool
MigScriptScan(MigSplitter *splitter, MigSpan *span)
{
	ErrorContextCallback callback = {.callback = MigScriptAddPlace,.arg = splitter};
	MemoryContext old;
	bool		found = false;

	MemoryContextReset(splitter->tokens);
	old = MemoryContextSwitchTo(splitter->tokens);
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	PG_TRY();
	{
		found = ScanTokens(splitter, span);
	}
	PG_CATCH();
	{
		RethrowShort(old);
	}
	PG_END_TRY();
	error_context_stack = callback.previous;
	MemoryContextSwitchTo(old);

	if (found)
	{
		splitter->line = LineAt(splitter, span->start);
		splitter->counted = span->start;
	}
	return found;
}

/* The loop of MigScriptScan: tokens up to a semicolon or the end. */
static bool
ScanTokens(MigSplitter *splitter, MigSpan *span)
{
	memset(span, 0, sizeof(MigSpan));
	while (splitter->marker == 0)
	{
		core_YYSTYPE value;
		YYLTYPE		location;
		int			token = core_yylex(&value, &location, splitter->scanner);
		size_t		start = token == 0 ? splitter->length : (size_t) location;

		if (splitter->model)
			TakeHints(splitter, splitter->gap, start);
		else
			splitter->marker = TakeMarkers(splitter, splitter->gap, start);
		if (splitter->marker > 0)
			break;
		splitter->gap = start;
		splitter->location = start;
		if (token == 0)
			break;

		/* flex has put a NUL after the token in its copy of the text */
		splitter->gap = start + strlen(splitter->extra.scanbuf + start);

		if (token == ';' && span->parens == 0 && span->atomic == 0)
		{
			if (span->ntokens == 0)
				continue;
			if (span->copy_stdin)
				ScanCopyData(splitter, span, start);
			return true;
		}
		if (token == '\\')
		{
			if (!splitter->model || span->ntokens > 0 || !SkipRestrict(splitter, start))
				RefuseMetaCommand(splitter, start);
			continue;
		}

		if (span->ntokens == 0)
		{
			span->start = start;
			span->mode = splitter->mode;
			span->mark = splitter->mark;
			span->mark_len = splitter->mark_len;
			splitter->mark = NULL;
		}
		span->end = splitter->gap;
		TakeToken(span, token, &value);
		if (span->ntokens % TOKENS_PER_RESET == 0)
		{
			CHECK_FOR_INTERRUPTS();
			MemoryContextReset(splitter->tokens);
		}
	}

	/* A last statement without a semicolon; COPY then has no data. */
	span->data = splitter->length;
	return span->ntokens > 0;
}

/* Note the hints among the comments between two tokens. */
static void
TakeHints(MigSplitter *splitter, size_t from, size_t to)
{
	const char *text = splitter->section;
	int			depth = 0;

	for (size_t at = from; at < to;)
	{
		if (text[at] == '/' && text[at + 1] == '*')
		{
			depth++;
			at += 2;
		}
		else if (depth > 0 && text[at] == '*' && text[at + 1] == '/')
		{
			depth--;
			at += 2;
		}
		else if (depth == 0 && text[at] == '-' && text[at + 1] == '-')
		{
			size_t		len = strcspn(text + at, "\r\n");

			splitter->location = at;
			TakeHint(splitter, text + at, len);
			at += len;
		}
		else
			at++;
	}
}

/* A line "-- migrate:rename OLD TO NEW"; names can be quoted. */
static void
TakeHint(MigSplitter *splitter, const char *line, size_t len)
{
	static const char word[] = "migrate:rename";
	const char *end = line + len;
	const char *from = line + 2 + strspn(line + 2, " \t");
	MemoryContext old;
	MigHint    *hint;
	char		quote = '\0';

	if (strncmp(from, word, strlen(word)) != 0 || strchr(" \t", from[strlen(word)]) == NULL)
		return;
	from += strlen(word);
	for (const char *at = from; at + 4 <= end; at++)
	{
		if (quote != '\0')
			quote = *at == quote ? '\0' : quote;
		else if (*at == '"' || *at == '\'')
			quote = *at;
		else if ((*at == ' ' || *at == '\t') && pg_strncasecmp(at + 1, "to", 2) == 0 &&
				 (at[3] == ' ' || at[3] == '\t'))
		{
			old = MemoryContextSwitchTo(splitter->context);
			hint = palloc(sizeof(MigHint));
			hint->from = MigTrim(from, at - from);
			hint->to = MigTrim(at + 4, end - at - 4);
			splitter->hints = lappend(splitter->hints, hint);
			MemoryContextSwitchTo(old);
			if (hint->from[0] != '\0' && hint->to[0] != '\0')
				return;
			break;
		}
	}
	ereport(ERROR,
			errcode(ERRCODE_SYNTAX_ERROR),
			errmsg("rename hint \"%s\" cannot be understood", pnstrdup(line, len)),
			errhint("Write -- migrate:rename OLD TO NEW, with the kind before OLD if the name is not enough."));
}

/*
 * Hide a line "\restrict" or "\unrestrict" with its key from the lexer; false if
 * there is something else.
 */
static bool
SkipRestrict(MigSplitter *splitter, size_t start)
{
	const char *text = splitter->section;
	const char *at = text + start + 1;
	const char *key;
	core_YYSTYPE value;
	YYLTYPE		location;

	if (start > 0 && text[start - 1] != '\n')
		return false;
	if (strncmp(at, "un", 2) == 0)
		at += 2;
	if (strncmp(at, "restrict ", 9) != 0)
		return false;
	key = at + 9;
	at = key + strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
	if (at == key || (*at != '\0' && *at != '\n' && *at != '\r'))
		return false;

	/* flex keeps the next character elsewhere: that becomes a token */
	memset(splitter->extra.scanbuf + start + 2, ' ', at - (text + start + 2));
	(void) core_yylex(&value, &location, splitter->scanner);
	splitter->gap = at - text;
	return true;
}

/* What psql does itself nobody does here. */
static void
RefuseMetaCommand(const MigSplitter *splitter, size_t start)
{
	static const char *const advice[][2] = {
		{"\\copy", "Use COPY ... FROM stdin, with the data below it."},
		{"\\i", "Put the statements of that file here."},
		{"\\ir", "Put the statements of that file here."},
		{"\\include", "Put the statements of that file here."},
		{"\\set", "Remove it, and write the value where it is used."},
		{"\\echo", "Remove it; a DO block with RAISE NOTICE tells something."},
		{"\\connect", "Remove it: a migration runs in the database that it is stored in."},
		{"\\c", "Remove it: a migration runs in the database that it is stored in."}
	};
	const char *command = splitter->section + start;
	size_t		len = strcspn(command, " \t\r\n\f\v;");
	const char *hint = "A migration file contains only SQL statements, and data of COPY ... FROM stdin.";

	for (size_t i = 0; i < lengthof(advice); i++)
		if (strlen(advice[i][0]) == len && strncmp(advice[i][0], command, len) == 0)
			hint = advice[i][1];

	ereport(ERROR,
			errcode(ERRCODE_SYNTAX_ERROR),
			errmsg("psql meta-command \"%s\" is not supported",
				   pnstrdup(command, pg_mbcliplen(command, len, COMMAND_SHOWN))),
			splitter->model
			? errhint("The text of a schema contains only SQL statements.")
			: errhint("%s", hint));
}

/* Can a string be a date or time that depends on the day, as 'today'? */
static bool
IsTimely(const char *string)
{
	static const char *const words[] = {"now", "today", "tomorrow", "yesterday"};

	if (strlen(string) > LONGEST_TIME)
		return false;
	for (size_t i = 0; i < lengthof(words); i++)
		for (const char *at = string; *at != '\0'; at++)
			if (pg_strncasecmp(at, words[i], strlen(words[i])) == 0)
				return true;
	return false;
}

/*
 * Note what a token says about its statement.
 *
 * As in psql, only the bodies of CREATE FUNCTION and CREATE PROCEDURE hold
 * semicolons that end nothing; CASE ends with END as BEGIN ATOMIC does.  After
 * AS or a period these words are names.
 */
static void
TakeToken(MigSpan *span, int token, const core_YYSTYPE *value)
{
	const KeywordCodes *keywords = Keywords();
	int			previous = span->last;

	span->ntokens++;
	if (span->ntokens == 1)
	{
		span->first = token;
		span->settings = token == keywords->set || token == keywords->reset ||
			token == keywords->discard;
	}
	else if (span->first == keywords->create)
	{
		bool		routine = token == keywords->function || token == keywords->procedure;

		if (routine &&
			(span->ntokens == 2 ||
			 (span->ntokens == 4 && span->second_last == keywords->or &&
			  previous == keywords->replace)))
			span->routine = true;
	}

	if (token == '(')
		span->parens++;
	else if (token == ')')
	{
		if (span->parens > 0)
			span->parens--;
	}
	else if (token == MIG_TOKEN_IDENT)
	{
		if (strcmp(value->str, "set_config") == 0)
			span->set_config = true;
		else if (strcmp(value->str, "timetz") == 0)
			span->timely = true;
	}
	else if (token == MIG_TOKEN_SCONST)
		span->timely = span->timely || IsTimely(value->str);
	else if (token == keywords->with && previous == keywords->time)
		span->timely = true;	/* the time zone of a time is that of today */
	else if (span->parens > 0)
		 /* nothing that matters */ ;
	else if (span->first == keywords->copy && previous == keywords->from &&
			 (token == keywords->stdin_ || token == keywords->stdout_))
		span->copy_stdin = true;	/* the grammar takes stdout for it too */
	else if (span->routine && previous != keywords->as && previous != '.')
	{
		if (token == keywords->atomic && previous == keywords->begin)
			span->atomic++;
		else if (token == keywords->case_ && span->atomic > 0)
			span->atomic++;
		else if (token == keywords->end && span->atomic > 0)
			span->atomic--;
	}

	span->second_last = previous;
	span->last = token;
}

/*
 * Find the data after COPY ... FROM stdin and hide them from the lexer.
 *
 * They begin on the line after the semicolon and end at a line "\.", or at the
 * end of the text.
 */
static void
ScanCopyData(MigSplitter *splitter, MigSpan *span, size_t semicolon)
{
	const char *text = splitter->section;
	const char *end = text + splitter->length;
	const char *line = text + semicolon + 1;
	const char *data;
	bool		marker = false;

	line += strspn(line, " \t\r\f\v");
	if (*line != '\0' && *line != '\n' && strncmp(line, "--", 2) != 0)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("data of COPY do not begin on a new line"));
	line = memchr(line, '\n', end - line);
	data = line = line == NULL ? end : line + 1;

	splitter->unfinished = true;
	while (line < end && splitter->unfinished)
	{
		const char *newline = memchr(line, '\n', end - line);
		const char *next = newline == NULL ? end : newline + 1;

		if (line[0] == '\\' && line[1] == '.' && line + 2 + strspn(line + 2, "\r\n") >= next)
		{
			splitter->unfinished = false;
			span->data_len = line - data;
		}
		else if (MigScriptMarker(line, next) != MIG_MARKER_NONE)
			marker = true;
		line = next;
	}
	if (splitter->unfinished)
	{
		/* rather than take the other section for data */
		if (splitter->stop_at_marker && marker)
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("data of COPY have no end before the next section"),
					errhint("End the data with a line \"\\.\"."));
		span->data_len = line - data;
	}

	span->data = data - text;

	memset(splitter->extra.scanbuf + span->data, ' ', line - data);
	splitter->gap = line - text;
}

/*
 * Follow the markers between two tokens; where the next section begins, if it
 * does and that matters, or 0.
 */
static size_t
TakeMarkers(MigSplitter *splitter, size_t from, size_t to)
{
	const char *text = splitter->section;
	int			depth = 0;

	for (size_t at = from; at < to;)
	{
		if (text[at] == '/' && text[at + 1] == '*')
		{
			depth++;
			at += 2;
		}
		else if (depth > 0)
		{
			if (text[at] == '*' && text[at + 1] == '/')
			{
				depth--;
				at++;
			}
			at++;
		}
		else if (text[at] == '-' && text[at + 1] == '-')
		{
			size_t		len = strcspn(text + at, "\r\n");

			if (at > 0 && text[at - 1] == '\n')
			{
				MigMarker	marker = MigScriptMarker(text + at, text + at + len);

				if (marker == MIG_MARKER_ALONE)
					splitter->mode = MIG_MODE_ALONE;
				else if (marker == MIG_MARKER_TOGETHER)
					splitter->mode = MIG_MODE_TOGETHER;
				else if (marker == MIG_MARKER_BACKFILL)
				{
					splitter->mark = text + at;
					splitter->mark_len = (int) len;
				}
				else if (marker != MIG_MARKER_NONE && splitter->stop_at_marker)
					return at;
			}
			at += len;
		}
		else
			at++;
	}
	return 0;
}

/* Line of a place at or after the current statement. */
static int
LineAt(const MigSplitter *splitter, size_t offset)
{
	Assert(offset >= splitter->counted);
	return splitter->line + MigCountLines(splitter->section + splitter->counted,
										  offset - splitter->counted);
}

/*
 * MigScriptAddPlace
 *		Error context: the file and the line of the error itself.
 *
 * A position, which is one in the section or in the statement, would be taken
 * by the client for one in the query that it sent.
 */
void
MigScriptAddPlace(void *arg)
{
	MigSplitter *splitter = arg;
	int			position = geterrposition();

	if (splitter->parsing != NULL)
	{
		int			offset = position > 0 ? MigByteOffset(splitter->parsing, position - 1) : 0;

		if (position > 0 && strlen(splitter->parsing) <= QUERY_SHOWN)
		{
			internalerrposition(position);
			internalerrquery(splitter->parsing);
		}
		errposition(0);
		MigErrPlace(splitter->file, LineAt(splitter, splitter->counted + offset));
	}
	else
	{
		size_t		offset = splitter->location;

		/* the lexer counts in its own copy, where data of COPY are blanks */
		if (position > 0)
			offset = MigByteOffset(splitter->extra.scanbuf, position - 1);
		errposition(0);
		MigErrPlace(splitter->file, LineAt(splitter, Max(offset, splitter->counted)));
	}
}

/* Throw an error of the lexer again, without the rest of the file in it. */
static void
RethrowShort(MemoryContext context)
{
	ErrorData  *error;

	if (geterrcode() != ERRCODE_SYNTAX_ERROR)
		PG_RE_THROW();

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	if (strlen(error->message) > LEXER_MESSAGE || strchr(error->message, '\n') != NULL)
	{
		int			len = (int) strcspn(error->message, "\r\n");

		len = pg_mbcliplen(error->message, len, LEXER_MESSAGE);
		error->message[len] = '\0';
		error->message = psprintf("%s ...\"", error->message);
	}
	FlushErrorState();
	ReThrowError(error);
}

static const KeywordCodes *
Keywords(void)
{
	static KeywordCodes codes;

	if (codes.as == 0)
	{
		codes.atomic = KeywordCode("atomic");
		codes.begin = KeywordCode("begin");
		codes.case_ = KeywordCode("case");
		codes.copy = KeywordCode("copy");
		codes.create = KeywordCode("create");
		codes.discard = KeywordCode("discard");
		codes.end = KeywordCode("end");
		codes.from = KeywordCode("from");
		codes.function = KeywordCode("function");
		codes.or = KeywordCode("or");
		codes.procedure = KeywordCode("procedure");
		codes.replace = KeywordCode("replace");
		codes.reset = KeywordCode("reset");
		codes.set = KeywordCode("set");
		codes.stdin_ = KeywordCode("stdin");
		codes.stdout_ = KeywordCode("stdout");
		codes.time = KeywordCode("time");
		codes.with = KeywordCode("with");
		codes.as = KeywordCode("as");
	}
	return &codes;
}

static int
KeywordCode(const char *word)
{
	int			number = ScanKeywordLookup(word, &ScanKeywords);

	if (number < 0)
		elog(ERROR, "\"%s\" is not a keyword", word);
	return ScanKeywordTokens[number];
}
