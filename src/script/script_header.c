/*-------------------------------------------------------------------------
 * src/script/script_header.c
 *	  Read and write the header of a migration file.
 *
 * Everything before "-- migrate:up" is the header: comment lines and blank
 * ones.  Its first comment line is the message, others that begin with one of
 * our names and a colon are fields, and the rest is text for people.  A
 * repeatable revision has no place in the graph: no parents, labels or
 * dependencies, and no way down.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "parser/parser.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "script/script_internal.h"

/* Longest id, label or dependency, in bytes. */
#define NAME_BYTES			255

/* Longest part of a line that an error repeats. */
#define LINE_SHOWN			60

#define BLANKS				" \t"

static const char *const field_names[MIG_FIELDS] = {
	"Revision ID", "Revises", "Create Date", "Branch Labels", "Depends on", "Transactional",
	"Irreversible", "Requires Server", "Lock Tables", "Repeatable", "Origin"
};

static void CheckFields(const MigHeaderReader *reader);
static void CheckRepeatable(const MigHeaderReader *reader);
static void RefuseReason(const MigScript *script, const MigHeaderReader *reader);
static void ReadComment(MigHeaderReader *reader, const char *text);
static void ReadField(MigHeaderReader *reader, MigField field, const char *value);
static void CheckReason(const MigPlace *place, const char *reason);
static void CheckLockTables(const MigPlace *place, const char *value);
static void ReadSwitch(const MigPlace *place, MigField field, const char *value, bool *result);
static void ReadOrigin(MigScript *script, const MigPlace *place, const char *value);
static bool FindField(const char *text, MigField *field, const char **value);
static List *ReadNames(const MigPlace *place, MigField field, const char *value);
static void CheckName(const MigPlace *place, MigField field, const char *name);
static char *Origin(const MigScript *script);
static void CheckMessage(const char *message);
static void AppendField(StringInfo buf, MigField field, const char *value);
static char *JoinList(List *names);

/*
 * MigScriptTakeHeader
 *		Read up to "-- migrate:up" and return its offset; the reader's place is
 *		then that line.
 *
 * Raises SYNTAX_ERROR, with file and line.
 */
size_t
MigScriptTakeHeader(MigHeaderReader *reader, const char *text)
{
	const char *line = text;

	if (strncmp(line, UTF8_BOM, strlen(UTF8_BOM)) == 0)
		line += strlen(UTF8_BOM);
	while (*line != '\0')
	{
		const char *end = line + strcspn(line, "\n");
		MigMarker	marker = MigScriptMarker(line, end);
		char	   *content = MigTrim(line, end - line);

		if (marker == MIG_MARKER_UP)
			break;
		if (marker != MIG_MARKER_NONE)
			MigScriptRefuseMarker(line, end, &reader->place);
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
CheckFields(const MigHeaderReader *reader)
{
	MigField	last = reader->script->repeatable ? MIG_FIELD_REVISION : MIG_FIELD_PARENTS;

	for (MigField field = MIG_FIELD_REVISION; field <= last; field++)
		if (reader->seen[field] == 0)
			ereport(ERROR,
					errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("header \"%s:\" is missing", field_names[field]),
					errhint("It is a line \"-- %s: ...\" before \"-- migrate:up\".",
							field_names[field]),
					MigErrPlace(reader->place.file, reader->place.line));
}

/*
 * MigScriptFitHeader
 *		Raise SYNTAX_ERROR if the sections of the reader's script are not what its
 *		header says.
 */
void
MigScriptFitHeader(const MigHeaderReader *reader)
{
	CheckRepeatable(reader);
	if (reader->script->downgrade != NULL)
		RefuseReason(reader->script, reader);
}

/* A repeatable revision comes after all others, and is never undone. */
static void
CheckRepeatable(const MigHeaderReader *reader)
{
	static const MigField fields[] = {MIG_FIELD_PARENTS, MIG_FIELD_LABELS, MIG_FIELD_DEPS};
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
RefuseReason(const MigScript *script, const MigHeaderReader *reader)
{
	if (script->irreversible != NULL)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("revision \"%s\" is said to be irreversible, but has a section \"-- migrate:down\"",
					   script->revision),
				errhint("Remove the section, or the header \"%s:\".", field_names[MIG_FIELD_IRREVERSIBLE]),
				MigErrPlace(script->upgrade_at.file, reader->seen[MIG_FIELD_IRREVERSIBLE]));
}

/* A comment line of the header, without its dashes. */
static void
ReadComment(MigHeaderReader *reader, const char *text)
{
	MigField	field;
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
ReadField(MigHeaderReader *reader, MigField field, const char *value)
{
	MigScript  *script = reader->script;
	const MigPlace *place = &reader->place;

	if (reader->seen[field] != 0 && field != MIG_FIELD_LOCK_TABLES)
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("header \"%s:\" is given twice", field_names[field]),
				errdetail("The first one is on line %d.", reader->seen[field]),
				MigErrPlace(place->file, place->line));
	reader->seen[field] = place->line;

	switch (field)
	{
		case MIG_FIELD_REVISION:
			CheckName(place, field, value);
			MigScriptCheckId(value, place);
			script->revision = pstrdup(value);
			break;
		case MIG_FIELD_PARENTS:
			script->parents = ReadNames(place, field, value);
			break;
		case MIG_FIELD_DATE:
			script->create_date = *value == '\0' ? NULL : pstrdup(value);
			break;
		case MIG_FIELD_LABELS:
			script->labels = ReadNames(place, field, value);
			break;
		case MIG_FIELD_DEPS:
			script->deps = ReadNames(place, field, value);
			break;
		case MIG_FIELD_TRANSACTIONAL:
			ReadSwitch(place, field, value, &script->transactional);
			break;
		case MIG_FIELD_REPEATABLE:
			ReadSwitch(place, field, value, &script->repeatable);
			break;
		case MIG_FIELD_ORIGIN:
			ReadOrigin(script, place, value);
			break;
		case MIG_FIELD_IRREVERSIBLE:
			CheckReason(place, value);
			script->irreversible = pstrdup(value);
			break;
		case MIG_FIELD_REQUIRES_SERVER:
			script->requires_server = pstrdup(value);
			break;
		case MIG_FIELD_LOCK_TABLES:
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
				errmsg("header \"%s:\" gives no reason", field_names[MIG_FIELD_IRREVERSIBLE]),
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
				errmsg("header \"%s:\" cannot be understood: %s", field_names[MIG_FIELD_LOCK_TABLES],
					   MigAbbreviate(value, LINE_SHOWN)),
				errhint("Write names of tables, separated by commas, and if need be IN ... MODE, as after LOCK TABLE."),
				MigErrPlace(place->file, place->line));
}

static void
ReadSwitch(const MigPlace *place, MigField field, const char *value, bool *result)
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
					   field_names[MIG_FIELD_ORIGIN], MigAbbreviate(value, LINE_SHOWN)),
				errhint("The checksum is \"-\" if the tool keeps none."),
				MigErrPlace(place->file, place->line));
}

/* Does a comment begin with a field's name and a colon? */
static bool
FindField(const char *text, MigField *field, const char **value)
{
	for (int i = 0; i < MIG_FIELDS; i++)
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
ReadNames(const MigPlace *place, MigField field, const char *value)
{
	List	   *names = MigSplitCommas(value);
	ListCell   *lc;
	ListCell   *other;

	foreach(lc, names)
	{
		const char *name = lfirst(lc);

		CheckName(place, field, name);
		if (field == MIG_FIELD_PARENTS)
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
CheckName(const MigPlace *place, MigField field, const char *name)
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
 * MigScriptIrreversible
 *		The reason that a header gives for having no way down, or NULL.
 */
char *
MigScriptIrreversible(const char *header)
{
	for (const char *line = header; *line != '\0';)
	{
		const char *end = line + strcspn(line, "\n");
		char	   *content = MigTrim(line, end - line);
		MigField	field;
		const char *value;

		if (strncmp(content, "--", 2) == 0 &&
			FindField(MigTrim(content + 2, strlen(content + 2)), &field, &value) &&
			field == MIG_FIELD_IRREVERSIBLE)
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
	AppendField(&buf, MIG_FIELD_REVISION, script->revision);
	if (!script->repeatable)
		AppendField(&buf, MIG_FIELD_PARENTS, JoinList(script->parents));
	if (script->create_date != NULL)
		AppendField(&buf, MIG_FIELD_DATE, script->create_date);
	if (script->labels != NIL)
		AppendField(&buf, MIG_FIELD_LABELS, JoinList(script->labels));
	if (script->deps != NIL)
		AppendField(&buf, MIG_FIELD_DEPS, JoinList(script->deps));
	if (!script->transactional)
		AppendField(&buf, MIG_FIELD_TRANSACTIONAL, "no");
	if (script->irreversible != NULL)
		AppendField(&buf, MIG_FIELD_IRREVERSIBLE, script->irreversible);
	if (script->requires_server != NULL)
		AppendField(&buf, MIG_FIELD_REQUIRES_SERVER, script->requires_server);
	foreach(lc, script->lock_tables)
	{
		AppendField(&buf, MIG_FIELD_LOCK_TABLES, lfirst(lc));
	}
	if (script->repeatable)
		AppendField(&buf, MIG_FIELD_REPEATABLE, "yes");
	if (script->origin_tool != NULL)
		AppendField(&buf, MIG_FIELD_ORIGIN, Origin(script));
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
					   key, field_names[MIG_FIELD_ORIGIN]));
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
	MigField	field;
	const char *value;

	return strpbrk(message, "\r\n") == NULL && !FindField(message, &field, &value) &&
		MigScriptMarker(line, line + strlen(line)) == MIG_MARKER_NONE;
}

static void
CheckMessage(const char *message)
{
	char	   *line = psprintf("-- %s", message);
	MigField	field;
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
AppendField(StringInfo buf, MigField field, const char *value)
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
		const char *name = lfirst(lc);

		/* otherwise it would be read as another one, or as several */
		if (strpbrk(name, ",\r\n") != NULL || strcmp(MigTrim(name, strlen(name)), name) != 0)
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("name \"%s\" cannot be written in a header", name),
					errhint("Names there have commas between them, and no blanks around them."));
		appendStringInfo(&buf, "%s%s", foreach_current_index(lc) > 0 ? ", " : "", name);
	}
	return buf.data;
}
