/*-------------------------------------------------------------------------
 * src/base/base_text.c
 *	  Places in files, quoted lists, checksums, pieces of text.
 *
 * Texts are in the server's encoding, which is always one where an ASCII byte
 * is that character; so blanks, commas and newlines are looked for as bytes.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/cryptohash.h"
#include "common/hashfn.h"
#include "common/sha2.h"
#include "mb/pg_wchar.h"

#include "base/base.h"

static uint32 TextHash(const void *key, Size size);
static int	TextMatch(const void *a, const void *b, Size size);

static size_t LineLength(const char *line, const char *end);
static void HashLine(pg_cryptohash_ctx *hash, const char *line, size_t len);
static bool IsBlank(char c);

/*
 * MigQuoteNames
 *		Names for a message: "a", "b" and 3 more.
 */
char *
MigQuoteNames(const char *const *names, int n)
{
	int			shown = n > MIG_NAMES_SHOWN ? MIG_NAMES_SHOWN : n;
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < shown; i++)
		appendStringInfo(&buf, "%s\"%s\"", i > 0 ? ", " : "", names[i]);
	if (shown < n)
		appendStringInfo(&buf, " and %d more", n - shown);
	return buf.data;
}

/*
 * MigJoinNames
 *		All names, unquoted, with the separator between them.
 */
char *
MigJoinNames(const char *const *names, int n, const char *separator)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < n; i++)
		appendStringInfo(&buf, "%s%s", i > 0 ? separator : "", names[i]);
	return buf.data;
}

/*
 * MigDescribePlace
 *		A place for a message: file "x.sql", line 3.
 */
char *
MigDescribePlace(const MigPlace *place)
{
	if (place->file == NULL)
		return psprintf("line %d", place->line);
	if (place->line <= 0)
		return psprintf("file \"%s\"", place->file);
	return psprintf("file \"%s\", line %d", place->file, place->line);
}

/*
 * MigErrPlace
 *		In ereport(): add where in a file the error is.  file may be NULL.
 */
int
MigErrPlace(const char *file, int line)
{
	MigPlace	place = {.file = file,.line = line};

	errcontext("%s", MigDescribePlace(&place));
	return 0;
}

/*
 * MigChecksum
 *		SHA-256 of a text in hex, MIG_CHECKSUM_SIZE bytes into result.
 *
 * Line endings and blanks at the end of a line make no difference, nor does
 * the newline at the end of the text, nor empty lines there.
 */
void
MigChecksum(const char *text, size_t len, char *result)
{
	static const char digits[] = "0123456789abcdef";
	const char *end = text + len;
	int			empty_lines = 0;
	bool		first = true;
	uint8		sum[PG_SHA256_DIGEST_LENGTH];
	pg_cryptohash_ctx *hash = pg_cryptohash_create(PG_SHA256);

	if (hash == NULL || pg_cryptohash_init(hash) < 0)
		elog(ERROR, "could not compute a checksum");

	for (const char *line = text; line < end;)
	{
		size_t		line_len = LineLength(line, end);
		size_t		kept = line_len;

		while (kept > 0 && IsBlank(line[kept - 1]))
			kept--;
		if (kept == 0)
			empty_lines++;
		else
		{
			for (; empty_lines > 0; empty_lines--)
				HashLine(hash, "\n", 1);
			if (!first)
				HashLine(hash, "\n", 1);
			HashLine(hash, line, kept);
			first = false;
		}
		line += line_len + 1;
	}

	if (pg_cryptohash_final(hash, sum, sizeof(sum)) < 0)
		elog(ERROR, "could not compute a checksum: %s", pg_cryptohash_error(hash));
	pg_cryptohash_free(hash);

	for (int i = 0; i < PG_SHA256_DIGEST_LENGTH; i++)
	{
		result[2 * i] = digits[sum[i] >> 4];
		result[2 * i + 1] = digits[sum[i] & 15];
	}
	result[MIG_CHECKSUM_SIZE - 1] = '\0';
}

/* Length of a line without its newline; the last one may have none. */
static size_t
LineLength(const char *line, const char *end)
{
	const char *newline = memchr(line, '\n', end - line);

	return (newline == NULL ? end : newline) - line;
}

static void
HashLine(pg_cryptohash_ctx *hash, const char *line, size_t len)
{
	if (pg_cryptohash_update(hash, (const uint8 *) line, len) < 0)
		elog(ERROR, "could not compute a checksum: %s", pg_cryptohash_error(hash));
}

static bool
IsBlank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/*
 * MigTrim
 *		A copy of the text without white space at either end.
 */
char *
MigTrim(const char *text, size_t len)
{
	while (len > 0 && strchr(" \t\r\n\f\v", text[len - 1]) != NULL)
		len--;
	while (len > 0 && strchr(" \t\r\n\f\v", *text) != NULL)
	{
		text++;

		len--;
	}
	return pnstrdup(text, len);
}

/*
 * MigSplitCommas
 *		The trimmed parts of a list as char *; NIL if there is nothing at all.
 *
 * Parts may be empty: "a,,b" has three, and it is for the caller to refuse.
 */
List *
MigSplitCommas(const char *text)
{
	List	   *parts = NIL;

	if (text[strspn(text, " \t\r\n\f\v")] == '\0')
		return NIL;
	for (;;)
	{
		size_t		len = strcspn(text, ",");

		parts = lappend(parts, MigTrim(text, len));
		if (text[len] == '\0')
			return parts;
		text += len + 1;
	}
}

/*
 * MigCountLines
 *		Number of newlines in the text.
 */
int
MigCountLines(const char *text, size_t len)
{
	const char *end = text + len;
	int			lines = 0;

	while (text < end && (text = memchr(text, '\n', end - text)) != NULL)
	{
		lines++;
		text++;
	}
	return lines;
}

/*
 * MigByteOffset
 *		Length in bytes of the first so many characters of the text.
 *
 * An error position of n means MigByteOffset(text, n - 1).
 */
int
MigByteOffset(const char *text, int chars)
{
	int			offset = 0;

	for (; chars > 0 && text[offset] != '\0'; chars--)
		offset += pg_mblen(text + offset);
	return offset;
}

/*
 * MigAbbreviate
 *		The text on one line for a message, cut to about limit bytes.
 */
char *
MigAbbreviate(const char *text, int limit)
{
	StringInfoData buf;

	initStringInfo(&buf);
	while (*text != '\0' && buf.len < limit)
	{
		int			len = pg_mblen(text);
		bool		space = strchr(" \t\r\n\f\v", *text) != NULL;

		if (!space)
			appendBinaryStringInfo(&buf, text, len);
		else if (buf.len > 0 && buf.data[buf.len - 1] != ' ')
			appendStringInfoChar(&buf, ' ');
		text += len;
	}
	if (text[strspn(text, " \t\r\n\f\v")] != '\0')
		appendStringInfoString(&buf, "...");
	else if (buf.len > 0 && buf.data[buf.len - 1] == ' ')
		buf.data[--buf.len] = '\0';
	return buf.data;
}

/*
 * MigTextTable
 *		A hash table whose entries, of that size, begin with the pointer to a text,
 *		which is the key: it may have any length, and is not copied.
 *
 * About n entries are expected.
 */
HTAB *
MigTextTable(const char *name, Size entry, long n, MemoryContext context)
{
	HASHCTL		ctl = {0};

	ctl.keysize = sizeof(char *);
	ctl.entrysize = entry;
	ctl.hash = TextHash;
	ctl.match = TextMatch;
	ctl.hcxt = context;
	return hash_create(name, n, &ctl, HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

static uint32
TextHash(const void *key, Size size pg_attribute_unused())
{
	const char *text = *(const char *const *) key;

	return hash_bytes((const unsigned char *) text, (int) strlen(text));
}

static int
TextMatch(const void *a, const void *b, Size size pg_attribute_unused())
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}
