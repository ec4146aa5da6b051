/*-------------------------------------------------------------------------
 * src/script/script_file.c
 *	  Take a migration file apart and put one together.
 *
 * script_header.c has what is before "-- migrate:up".
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "script/script_internal.h"

/* Longest slug, in characters; Alembic's truncate_slug_length. */
#define SLUG_CHARACTERS		40

/* Longest part of a line that an error repeats. */
#define LINE_SHOWN			60

#define SECTIONS_HINT \
	"A file holds one revision: one section \"-- migrate:up\", and after it at most one \"-- migrate:down\" and one \"-- migrate:verify\"."

static const char *TakeSection(const char *text, MigMarker marker, MigPlace *place,
							   char **section, MigPlace *section_at);
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
	MigHeaderReader reader = {.script = script,.place = {.file = file,.line = 1}};
	MigPlace	place;
	const char *at;

	script->transactional = true;
	at = text + MigScriptTakeHeader(&reader, text);
	script->header = pnstrdup(text, at - text);
	place = reader.place;
	if (file != NULL)
		place.file = pstrdup(file);
	script->upgrade_at.file = script->downgrade_at.file = script->verify_at.file = place.file;

	at = TakeSection(at, MIG_MARKER_UP, &place, &script->upgrade, &script->upgrade_at);
	at = TakeSection(at, MIG_MARKER_DOWN, &place, &script->downgrade, &script->downgrade_at);
	at = TakeSection(at, MIG_MARKER_VERIFY, &place, &script->verify, &script->verify_at);
	if (*at != '\0')
		MigScriptRefuseMarker(at, LineEnd(at), &place);
	MigScriptFitHeader(&reader);
	return script;
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
 * MigScriptRefuseMarker
 *		Raise SYNTAX_ERROR for a marker line that is not the one that can stand here.
 */
void
MigScriptRefuseMarker(const char *line, const char *end, const MigPlace *place)
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
			MigScriptRefuseMarker(pieces[i] + end, LineEnd(pieces[i] + end), &place);
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
