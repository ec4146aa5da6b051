/*-------------------------------------------------------------------------
 * src/script/script_file.c
 *	  Take a migration file apart and put one together.
 *
 * Everything before "-- migrate:up" is the header: comment lines and blank
 * ones.  Its first comment line is the message, others that begin with one of
 * our names and a colon are fields, and the rest is text for people.  A
 * repeatable revision has no place in the graph: no parents, labels or
 * dependencies, and no way down.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "parser/parser.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "script/script_internal.h"

/* Longest id, label or dependency, in bytes. */
#define NAME_BYTES			255

/* Longest slug, in characters; Alembic's truncate_slug_length. */
#define SLUG_CHARACTERS		40

/* Longest part of a line that an error repeats. */
#define LINE_SHOWN			60

#define UTF8_BOM			"\xEF\xBB\xBF"

#define SECTIONS_HINT \
	"A file holds one revision: one section \"-- migrate:up\", and after it at most one \"-- migrate:down\" and one \"-- migrate:verify\"."

typedef enum Field
{
	FIELD_REVISION,
	FIELD_PARENTS,
	FIELD_DATE,
	FIELD_LABELS,
	FIELD_DEPS,
	FIELD_TRANSACTIONAL,
	FIELD_IRREVERSIBLE,
	FIELD_REQUIRES_SERVER,
	FIELD_LOCK_TABLES,
	FIELD_REPEATABLE,
	FIELD_ORIGIN
} Field;

#define FIELDS				(FIELD_ORIGIN + 1)

#define BLANKS				" \t"

static const char *const field_names[FIELDS] = {
	"Revision ID", "Revises", "Create Date", "Branch Labels", "Depends on", "Transactional",
	"Irreversible", "Requires Server", "Lock Tables", "Repeatable", "Origin"
};

/* A header while it is read. */
typedef struct HeaderReader
{
	MigScript  *script;
	MigPlace	place;			/* of the current line */
	int			seen[FIELDS];	/* line of each field, or 0 */
	bool		text_seen;		/* any comment that is not empty */
} HeaderReader;

static size_t ReadHeader(HeaderReader *reader, const char *text);
static void RefuseReason(const MigScript *script, const HeaderReader *reader);
static void ReadComment(HeaderReader *reader, const char *text);
static void ReadField(HeaderReader *reader, Field field, const char *value);
static void CheckReason(const MigPlace *place, const char *reason);
static void CheckLockTables(const MigPlace *place, const char *value);
static void ReadSwitch(const MigPlace *place, Field field, const char *value, bool *result);
static void ReadOrigin(MigScript *script, const MigPlace *place, const char *value);
static void CheckFields(const HeaderReader *reader);
static const char *TakeSection(const char *text, MigMarker marker, MigPlace *place,
							   char **section, MigPlace *section_at);
static bool FindField(const char *text, Field *field, const char **value);
static List *ReadNames(const MigPlace *place, Field field, const char *value);
static void CheckName(const MigPlace *place, Field field, const char *name);
static void CheckRepeatable(const HeaderReader *reader);
pg_noreturn static void RefuseMarker(const char *line, const char *end, const MigPlace *place);
static char *Origin(const MigScript *script);
static void CheckMessage(const char *message);
static void AppendField(StringInfo buf, Field field, const char *value);
static char *JoinList(List *names);
static const char *LineEnd(const char *line);

/*
 * MigScriptParse
 *		Take the text of a migration file apart.
 *
 * file is its name for errors and may be NULL.  Raises SYNTAX_ERROR, with file
 * and line, for a header or markers that are not as they should be; the
 * statements are only looked at by the lexer.  The result is allocated in the
 * current memory context.
 */
MigScript *
MigScriptParse(const char *text, const char *file)
{
	MigScript  *script = palloc0(sizeof(MigScript));
	HeaderReader reader = {.script = script,.place = {.file = file,.line = 1}};
	MigPlace	place;
	const char *at;

	script->transactional = true;
	at = text + ReadHeader(&reader, text);
	script->header = pnstrdup(text, at - text);
	place = reader.place;
	if (file != NULL)
		place.file = pstrdup(file);
	script->upgrade_at.file = script->downgrade_at.file = script->verify_at.file = place.file;

	at = TakeSection(at, MIG_MARKER_UP, &place, &script->upgrade, &script->upgrade_at);
	at = TakeSection(at, MIG_MARKER_DOWN, &place, &script->downgrade, &script->downgrade_at);
	at = TakeSection(at, MIG_MARKER_VERIFY, &place, &script->verify, &script->verify_at);
	if (*at != '\0')
		RefuseMarker(at, LineEnd(at), &place);
	CheckRepeatable(&reader);
	if (script->downgrade != NULL)
		RefuseReason(script, &reader);
	return script;
}

/*
 * MigScriptReadHeader
 *		What the header of a script says, as it is stored.
 */
MigScript *
MigScriptReadHeader(const char *header)
{
	return MigScriptParse(psprintf("%s-- migrate:up\n", header), NULL);
}

/*
 * Take the section that the text begins with if it has this marker; returns
 * where the next one begins, of which place then is the line.
 */
static const char *
TakeSection(const char *text, MigMarker marker, MigPlace *place, char **section,
			MigPlace *section_at)
{
	size_t		len;

	if (*text == '\0' || MigScriptMarker(text, LineEnd(text)) != marker)
		return text;
	len = MigScriptSectionEnd(text, place);
	*section = pnstrdup(text, len);
	*section_at = *place;
	place->line += MigCountLines(text, len);
	return text + len;
}

/*
 * Read up to "-- migrate:up" and return its offset; the reader's place is
 * then that line.
 */
static size_t
ReadHeader(HeaderReader *reader, const char *text)
{
	const char *line = text;

	if (strncmp(line, UTF8_BOM, strlen(UTF8_BOM)) == 0)
		line += strlen(UTF8_BOM);
	while (*line != '\0')
	{
		const char *end = LineEnd(line);
		MigMarker	marker = MigScriptMarker(line, end);
		char	   *content = MigTrim(line, end - line);

		if (marker == MIG_MARKER_UP)
			break;
		if (marker != MIG_MARKER_NONE)
			RefuseMarker(line, end, &reader->place);
		if (strchr(content, '\r') != NULL)
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("carriage return within a line of the header"),
					errhint("A comment of SQL ends there."),
					MigErrPlace(reader->place.file, reader->place.line));
		if (strncmp(content, "--", 2) == 0)
			ReadComment(reader, MigTrim(content + 2, strlen(content + 2)));
		else if (*content != '\0')
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("text before \"-- migrate:up\": %s",
						   MigAbbreviate(content, LINE_SHOWN)),
					errhint("Only lines that begin with \"--\" can stand before the first section."),
					MigErrPlace(reader->place.file, reader->place.line));

		if (*end == '\0')
		{
			line = end;
			break;
		}
		line = end + 1;
		reader->place.line++;
	}

	if (*line == '\0')
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("line \"-- migrate:up\" is missing"),
				MigErrPlace(reader->place.file, reader->place.line));
	CheckFields(reader);
	return line - text;
}

/* Is everything there that has to be? */
static void
CheckFields(const HeaderReader *reader)
{
	Field		last = reader->script->repeatable ? FIELD_REVISION : FIELD_PARENTS;

	for (Field field = FIELD_REVISION; field <= last; field++)
		if (reader->seen[field] == 0)
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("header \"%s:\" is missing", field_names[field]),
					errhint("It is a line \"-- %s: ...\" before \"-- migrate:up\".",
							field_names[field]),
					MigErrPlace(reader->place.file, reader->place.line));
}

/* A repeatable revision comes after all others, and is never undone. */
static void
CheckRepeatable(const HeaderReader *reader)
{
	static const Field fields[] = {FIELD_PARENTS, FIELD_LABELS, FIELD_DEPS};
	const MigScript *script = reader->script;
	const List *lists[] = {script->parents, script->labels, script->deps};

	if (!script->repeatable)
		return;
	for (int i = 0; i < (int) lengthof(fields); i++)
		if (lists[i] != NIL)
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("header \"%s:\" cannot stand in a repeatable revision",
						   field_names[fields[i]]),
					errhint("A repeatable revision is run after all others, whenever it changes."),
					MigErrPlace(reader->place.file, reader->seen[fields[i]]));
	if (script->downgrade != NULL)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("a repeatable revision cannot have a section \"-- migrate:down\""),
				errhint("A repeatable revision is never undone."),
				MigErrPlace(script->downgrade_at.file, script->downgrade_at.line));
}

/* Either there is a way down, or a reason why not. */
static void
RefuseReason(const MigScript *script, const HeaderReader *reader)
{
	if (script->irreversible != NULL)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("revision \"%s\" is said to be irreversible, but has a section \"-- migrate:down\"",
					   script->revision),
				errhint("Remove the section, or the header \"%s:\".", field_names[FIELD_IRREVERSIBLE]),
				MigErrPlace(script->upgrade_at.file, reader->seen[FIELD_IRREVERSIBLE]));
}

/* A comment line of the header, without its dashes. */
static void
ReadComment(HeaderReader *reader, const char *text)
{
	Field		field;
	const char *value;

	if (reader->script->message == NULL)
		reader->script->message = "";
	if (*text == '\0')
		return;
	if (FindField(text, &field, &value))
		ReadField(reader, field, value);
	else if (!reader->text_seen)
		reader->script->message = pstrdup(text);
	reader->text_seen = true;
}

static void
ReadField(HeaderReader *reader, Field field, const char *value)
{
	MigScript  *script = reader->script;
	const MigPlace *place = &reader->place;

	if (reader->seen[field] != 0 && field != FIELD_LOCK_TABLES)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("header \"%s:\" is given twice", field_names[field]),
				errdetail("The first one is on line %d.", reader->seen[field]),
				MigErrPlace(place->file, place->line));
	reader->seen[field] = place->line;

	switch (field)
	{
		case FIELD_REVISION:
			CheckName(place, field, value);
			MigScriptCheckId(value, place);
			script->revision = pstrdup(value);
			break;
		case FIELD_PARENTS:
			script->parents = ReadNames(place, field, value);
			break;
		case FIELD_DATE:
			script->create_date = *value == '\0' ? NULL : pstrdup(value);
			break;
		case FIELD_LABELS:
			script->labels = ReadNames(place, field, value);
			break;
		case FIELD_DEPS:
			script->deps = ReadNames(place, field, value);
			break;
		case FIELD_TRANSACTIONAL:
			ReadSwitch(place, field, value, &script->transactional);
			break;
		case FIELD_REPEATABLE:
			ReadSwitch(place, field, value, &script->repeatable);
			break;
		case FIELD_ORIGIN:
			ReadOrigin(script, place, value);
			break;
		case FIELD_IRREVERSIBLE:
			CheckReason(place, value);
			script->irreversible = pstrdup(value);
			break;
		case FIELD_REQUIRES_SERVER:
			script->requires_server = pstrdup(value);
			break;
		case FIELD_LOCK_TABLES:
			CheckLockTables(place, value);
			script->lock_tables = lappend(script->lock_tables, pstrdup(value));
			break;
	}
}

/* Why there is no way down is for people. */
static void
CheckReason(const MigPlace *place, const char *reason)
{
	if (*reason == '\0')
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("header \"%s:\" gives no reason", field_names[FIELD_IRREVERSIBLE]),
				MigErrPlace(place->file, place->line));
}

/*
 * MigScriptLockTables
 *		The statement that a header "Lock Tables:" stands for, or NULL if the text
 *		is not what LOCK TABLE takes.
 *
 * Raises what the parser raises.  Nothing runs it: it only says which locks.
 */
RawStmt *
MigScriptLockTables(const char *value)
{
	List	   *parsed = raw_parser(psprintf("LOCK TABLE %s", value), RAW_PARSE_DEFAULT);
	RawStmt    *stmt = list_length(parsed) == 1 ? linitial_node(RawStmt, parsed) : NULL;

	return stmt == NULL || !IsA(stmt->stmt, LockStmt) || castNode(LockStmt, stmt->stmt)->nowait
		? NULL : stmt;
}

/*
 * Names of tables, and perhaps a mode; nothing at all for no tables.
 *
 * The raw parser looks at nothing but the text and holds nothing but memory,
 * so its errors need no subtransaction.
 */
static void
CheckLockTables(const MigPlace *place, const char *value)
{
	MemoryContext old = CurrentMemoryContext;
	volatile bool is_good = *value == '\0';

	PG_TRY();
	{
		is_good = is_good || MigScriptLockTables(value) != NULL;
	}
	PG_CATCH();
	{
		if (ERRCODE_TO_CATEGORY(geterrcode()) != ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION)
			PG_RE_THROW();
		MemoryContextSwitchTo(old);
		FlushErrorState();
	}
	PG_END_TRY();
	if (!is_good)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("header \"%s:\" cannot be understood: %s", field_names[FIELD_LOCK_TABLES],
					   MigAbbreviate(value, LINE_SHOWN)),
				errhint("Write names of tables, separated by commas, and if need be IN ... MODE, as after LOCK TABLE."),
				MigErrPlace(place->file, place->line));
}

static void
ReadSwitch(const MigPlace *place, Field field, const char *value, bool *result)
{
	if (!parse_bool(value, result))
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("header \"%s:\" must be yes or no, not \"%s\"",
					   field_names[field], MigAbbreviate(value, LINE_SHOWN)),
				MigErrPlace(place->file, place->line));
}

/* TOOL CHECKSUM KEY, where the checksum may be "-" and the key is all the rest. */
static void
ReadOrigin(MigScript *script, const MigPlace *place, const char *value)
{
	const char *checksum = value + strcspn(value, BLANKS);
	const char *key;

	script->origin_tool = pnstrdup(value, checksum - value);
	checksum += strspn(checksum, BLANKS);
	key = checksum + strcspn(checksum, BLANKS);
	if (key - checksum != 1 || *checksum != '-')
		script->origin_checksum = pnstrdup(checksum, key - checksum);
	key += strspn(key, BLANKS);
	script->origin_key = pstrdup(key);
	if (*key == '\0')
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("header \"%s:\" must be a tool, a checksum and a name, not \"%s\"",
					   field_names[FIELD_ORIGIN], MigAbbreviate(value, LINE_SHOWN)),
				errhint("The checksum is \"-\" if the tool keeps none."),
				MigErrPlace(place->file, place->line));
}

/* Does a comment begin with a field's name and a colon? */
static bool
FindField(const char *text, Field *field, const char **value)
{
	for (int i = 0; i < FIELDS; i++)
	{
		size_t		len = strlen(field_names[i]);

		if (pg_strncasecmp(text, field_names[i], len) == 0 && text[len] == ':')
		{
			*field = i;
			*value = MigTrim(text + len + 1, strlen(text + len + 1));
			return true;
		}
	}
	return false;
}

/* A list of ids or labels; the same one twice is an error. */
static List *
ReadNames(const MigPlace *place, Field field, const char *value)
{
	List	   *names = MigSplitCommas(value);
	ListCell   *lc;
	ListCell   *other;

	foreach(lc, names)
	{
		const char *name = lfirst(lc);

		CheckName(place, field, name);
		if (field == FIELD_PARENTS)
			MigScriptCheckId(name, place);
		foreach(other, names)
		{
			if (other == lc)
				break;
			if (strcmp(lfirst(other), name) == 0)
				ereport(ERROR,
						errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("header \"%s:\" names \"%s\" twice", field_names[field], name),
						MigErrPlace(place->file, place->line));
		}
	}
	return names;
}

/*
 * MigScriptCheckId
 *		Raise SYNTAX_ERROR if a revision id holds a character that means
 *		something in a target or in a list.
 */
void
MigScriptCheckId(const char *id, const MigPlace *place)
{
	size_t		ok = strcspn(id, "@-+:, \t\r\n");

	for (const char *c = id; *c != '\0'; c++)
		if (((unsigned char) *c < ' ' && id[ok] != *c) || *c == '\x7f')
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("revision id contains a control character"),
					MigErrPlace(place->file, place->line));
	if (strlen(id) > NAME_BYTES)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("revision id has more than %d bytes", NAME_BYTES),
				MigErrPlace(place->file, place->line));
	if (id[ok] != '\0')
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("revision id \"%s\" contains \"%c\"", id, id[ok]),
				errhint("A revision id cannot contain @, -, +, :, commas or blanks."),
				MigErrPlace(place->file, place->line));
}

/* A name in the header: labels, and so dependencies, are what people like. */
static void
CheckName(const MigPlace *place, Field field, const char *name)
{
	if (*name == '\0')
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("header \"%s:\" has an empty name", field_names[field]),
				MigErrPlace(place->file, place->line));
	if (strlen(name) > NAME_BYTES)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("header \"%s:\" has a name of more than %d bytes",
					   field_names[field], NAME_BYTES),
				MigErrPlace(place->file, place->line));
	for (const char *c = name; *c != '\0'; c++)
		if ((unsigned char) *c < ' ' || *c == '\x7f')
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("header \"%s:\" contains a control character", field_names[field]),
					MigErrPlace(place->file, place->line));
}

/* A marker line that is not the one that can stand here. */
static void
RefuseMarker(const char *line, const char *end, const MigPlace *place)
{
	char	   *text = MigTrim(line, end - line);

	switch (MigScriptMarker(line, end))
	{
		case MIG_MARKER_UP:
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("second section \"-- migrate:up\""),
					errhint(SECTIONS_HINT),
					MigErrPlace(place->file, place->line));
			break;
		case MIG_MARKER_DOWN:
		case MIG_MARKER_VERIFY:
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("section \"%s\" is out of place", text),
					errhint(SECTIONS_HINT),
					MigErrPlace(place->file, place->line));
			break;
		default:
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("section \"%s\" does not exist", MigAbbreviate(text, LINE_SHOWN)),
					errhint("Sections begin with a line \"-- migrate:up\", \"-- migrate:down\" or \"-- migrate:verify\" that holds nothing else."),
					MigErrPlace(place->file, place->line));
	}
}

/*
 * MigScriptIrreversible
 *		The reason that a header gives for having no way down, or NULL.
 */
char *
MigScriptIrreversible(const char *header)
{
	for (const char *line = header; *line != '\0';)
	{
		const char *end = LineEnd(line);
		char	   *content = MigTrim(line, end - line);
		Field		field;
		const char *value;

		if (strncmp(content, "--", 2) == 0 &&
			FindField(MigTrim(content + 2, strlen(content + 2)), &field, &value) &&
			field == FIELD_IRREVERSIBLE)
			return pstrdup(value);
		line = *end == '\0' ? end : end + 1;
	}
	return NULL;
}

/*
 * MigScriptHeader
 *		The header of a file for this script, with a blank line at its end.
 *
 * Raises INVALID_PARAMETER_VALUE for a message that would not be read back as
 * it is.  Ids and labels are checked when the text is parsed.
 */
char *
MigScriptHeader(const MigScript *script)
{
	StringInfoData buf;
	char	   *message = script->message == NULL ? "" :
	MigTrim(script->message, strlen(script->message));
	ListCell   *lc;

	CheckMessage(message);
	initStringInfo(&buf);
	if (*message != '\0')
		appendStringInfo(&buf, "-- %s\n--\n", message);
	AppendField(&buf, FIELD_REVISION, script->revision);
	if (!script->repeatable)
		AppendField(&buf, FIELD_PARENTS, JoinList(script->parents));
	if (script->create_date != NULL)
		AppendField(&buf, FIELD_DATE, script->create_date);
	if (script->labels != NIL)
		AppendField(&buf, FIELD_LABELS, JoinList(script->labels));
	if (script->deps != NIL)
		AppendField(&buf, FIELD_DEPS, JoinList(script->deps));
	if (!script->transactional)
		AppendField(&buf, FIELD_TRANSACTIONAL, "no");
	if (script->irreversible != NULL)
		AppendField(&buf, FIELD_IRREVERSIBLE, script->irreversible);
	if (script->requires_server != NULL)
		AppendField(&buf, FIELD_REQUIRES_SERVER, script->requires_server);
	foreach(lc, script->lock_tables)
	{
		AppendField(&buf, FIELD_LOCK_TABLES, lfirst(lc));
	}
	if (script->repeatable)
		AppendField(&buf, FIELD_REPEATABLE, "yes");
	if (script->origin_tool != NULL)
		AppendField(&buf, FIELD_ORIGIN, Origin(script));
	appendStringInfoChar(&buf, '\n');
	return buf.data;
}

/* The value of the header "Origin:". */
static char *
Origin(const MigScript *script)
{
	const char *key = script->origin_key;

	if (*key == '\0' || strcmp(key, MigTrim(key, strlen(key))) != 0 || strpbrk(key, "\r\n") != NULL)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("\"%s\" cannot be written as a name in the header \"%s:\"",
					   key, field_names[FIELD_ORIGIN]));
	return psprintf("%s %s %s", script->origin_tool,
					script->origin_checksum == NULL ? "-" : script->origin_checksum, key);
}

/*
 * MigScriptIsMessage
 *		Would a line be read back as the message that it is?
 */
bool
MigScriptIsMessage(const char *message)
{
	char	   *line = psprintf("-- %s", message);
	Field		field;
	const char *value;

	return strpbrk(message, "\r\n") == NULL && !FindField(message, &field, &value) &&
		MigScriptMarker(line, line + strlen(line)) == MIG_MARKER_NONE;
}

static void
CheckMessage(const char *message)
{
	char	   *line = psprintf("-- %s", message);
	Field		field;
	const char *value;

	if (strpbrk(message, "\r\n") != NULL)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("message must be a single line"));
	if (FindField(message, &field, &value))
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("message cannot begin with \"%s:\"", field_names[field]));
	if (MigScriptMarker(line, line + strlen(line)) != MIG_MARKER_NONE)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("message cannot begin with \"migrate:\""));
}

static void
AppendField(StringInfo buf, Field field, const char *value)
{
	appendStringInfo(buf, "-- %s:%s%s\n", field_names[field], *value == '\0' ? "" : " ", value);
}

static char *
JoinList(List *names)
{
	StringInfoData buf;
	ListCell   *lc;

	initStringInfo(&buf);
	foreach(lc, names)
	{
		appendStringInfo(&buf, "%s%s", foreach_current_index(lc) > 0 ? ", " : "",
						 (char *) lfirst(lc));
	}
	return buf.data;
}

/*
 * MigScriptSection
 *		A section with a body of plain SQL; marker is "up", "down" or "verify".
 *
 * The section ends with a newline.  A byte order mark before the body is left
 * out.
 */
char *
MigScriptSection(const char *marker, const char *body)
{
	size_t		len;

	if (strncmp(body, UTF8_BOM, strlen(UTF8_BOM)) == 0)
		body += strlen(UTF8_BOM);
	len = strlen(body);
	return psprintf("-- migrate:%s\n%s%s", marker, body,
					len == 0 || body[len - 1] == '\n' ? "" : "\n");
}

/*
 * MigScriptText
 *		The whole file.
 */
char *
MigScriptText(const MigScript *script)
{
	return psprintf("%s%s%s%s", script->header, script->upgrade,
					script->downgrade == NULL ? "" : script->downgrade,
					script->verify == NULL ? "" : script->verify);
}

/*
 * MigScriptCheckPieces
 *		Raise an error unless the pieces of the script, put together, would be
 *		taken apart as they are.
 *
 * For pieces composed of foreign SQL: it may hold a line like our markers, or
 * a string, comment or data of COPY without an end.
 */
void
MigScriptCheckPieces(const MigScript *script)
{
	const char *pieces[] = {script->upgrade, script->downgrade, script->verify};
	const MigPlace *places[] = {&script->upgrade_at, &script->downgrade_at, &script->verify_at};
	int			last = script->verify != NULL ? 2 : script->downgrade != NULL ? 1 : 0;

	for (int i = 0; i <= last; i++)
	{
		bool		unfinished;
		size_t		end;
		MigPlace	place = *places[i];

		if (pieces[i] == NULL)
			continue;
		end = MigScriptSkipSection(pieces[i], places[i], &unfinished);
		if (pieces[i][end] != '\0')
		{
			place.line += MigCountLines(pieces[i], end);
			RefuseMarker(pieces[i] + end, LineEnd(pieces[i] + end), &place);
		}
		if (unfinished && i < last)
		{
			while (end > 0 && pieces[i][end - 1] == '\n')
				end--;
			place.line += MigCountLines(pieces[i], end);
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("data of COPY have no end"),
					errhint("End the data with a line \"\\.\"."),
					MigErrPlace(place.file, place.line));
		}
	}
}

/*
 * MigScriptSlug
 *		The part of a file name that the message makes, as Alembic does it.
 *
 * Its words joined by "_", in lower case, and cut back to the last "_" if that
 * is too long.  Bytes outside ASCII count as parts of words.
 */
char *
MigScriptSlug(const char *message)
{
	StringInfoData buf;
	bool		in_word = false;
	int			limit;

	initStringInfo(&buf);
	for (; *message != '\0'; message++)
	{
		unsigned char c = *message;
		bool		word = IS_HIGHBIT_SET(c) || c == '_' ||
		strchr("0123456789abcdefghijklmnopqrstuvwxyz", pg_ascii_tolower(c)) != NULL;

		if (word && !in_word && buf.len > 0)
			appendStringInfoChar(&buf, '_');
		if (word)
			appendStringInfoChar(&buf, pg_ascii_tolower(c));
		in_word = word;
	}

	limit = pg_mbcharcliplen(buf.data, buf.len, SLUG_CHARACTERS);
	if (limit < buf.len)
	{
		char	   *last;

		buf.data[limit] = '\0';
		last = strrchr(buf.data, '_');
		if (last != NULL)
			*last = '\0';
		return psprintf("%s_", buf.data);
	}
	return buf.data;
}

/*
 * MigScriptFileName
 *		The name of the file of a revision, unless it has one already.
 */
char *
MigScriptFileName(const char *revision, const char *message)
{
	return psprintf("%s_%s.sql", revision, MigScriptSlug(message));
}

/* The newline that ends a line, or the end of the text. */
static const char *
LineEnd(const char *line)
{
	return line + strcspn(line, "\n");
}
