/*-------------------------------------------------------------------------
 * src/formats/formats_common.c
 *	  What formats of other tools share: names, numbers, lines, checksums.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/cryptohash.h"
#include "common/sha2.h"
#include "utils/builtins.h"

#include "formats/formats_internal.h"

#define DIGITS				"0123456789"

static const char *NextPart(const char **version, size_t *len);

/*
 * MigFormatsBaseName
 *		What follows the last slash of a path.
 */
const char *
MigFormatsBaseName(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/*
 * MigFormatsEndsWith
 *		Does the text end so?
 */
bool
MigFormatsEndsWith(const char *text, const char *end)
{
	size_t		len = strlen(text);
	size_t		end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/*
 * MigFormatsEndsWithCase
 *		The same in any case of ASCII letters.
 */
bool
MigFormatsEndsWithCase(const char *text, const char *end)
{
	size_t		len = strlen(text);
	size_t		end_len = strlen(end);

	return len >= end_len && pg_strcasecmp(text + len - end_len, end) == 0;
}

/*
 * MigFormatsIsHalf
 *		Is the file one of a pair NAME.up.sql and NAME.down.sql?
 */
bool
MigFormatsIsHalf(const MigFile *file)
{
	return MigFormatsEndsWith(file->path, ".up.sql") || MigFormatsEndsWith(file->path, ".down.sql");
}

/*
 * MigFormatsHasMarkers
 *		Has the file a line like those that tools write into files: comments
 *		that begin with "migrate:" or "+goose"?
 */
bool
MigFormatsHasMarkers(const MigFile *file)
{
	for (const char *line = file->content; *line != '\0';)
	{
		const char *word = line + 2;

		if (strncmp(line, "--", 2) == 0)
		{
			word += strspn(word, " \t");
			if (strncmp(word, "migrate:", 8) == 0 || strncmp(word, "+goose", 6) == 0)
				return true;
		}
		line += strcspn(line, "\n");
		line += *line == '\n' ? 1 : 0;
	}
	return false;
}

/*
 * MigFormatsMessage
 *		A message from the part of a file name that describes the migration.
 */
char *
MigFormatsMessage(const char *text, size_t len)
{
	char	   *message = pnstrdup(text, len);

	for (char *c = message; *c != '\0'; c++)
		if (*c == '_' || (unsigned char) *c < ' ')
			*c = ' ';
	return MigTrim(message, strlen(message));
}

/*
 * MigFormatsSentence
 *		A message from what people wrote: on one line, and nothing that would be
 *		taken for a line of the header.
 */
char *
MigFormatsSentence(const char *text)
{
	char	   *message = pstrdup(text);
	size_t		len = 0;

	for (const char *c = message; *c != '\0'; c++)
		if ((unsigned char) *c > ' ' && *c != '\x7f')
			message[len++] = *c;
		else if (len > 0 && message[len - 1] != ' ')
			message[len++] = ' ';
	message[len] = '\0';
	message = MigTrim(message, len);
	return MigScriptIsMessage(message) ? message : psprintf("\"%s\"", message);
}

/*
 * MigFormatsId
 *		A revision id from the name that the tool has: what cannot be in an id
 *		is "_" in it.
 */
char *
MigFormatsId(const char *name)
{
	char	   *id = pstrdup(name);

	for (char *c = id; *c != '\0'; c++)
		if ((unsigned char) *c <= ' ' || *c == '\x7f' || strchr("@-+:,", *c) != NULL)
			*c = '_';
	return id;
}

/*
 * MigFormatsCompareNumbers
 *		Compare two strings of digits of any length as the numbers they are.
 */
int
MigFormatsCompareNumbers(const char *a, const char *b)
{
	size_t		a_len;
	size_t		b_len;

	a += strspn(a, "0");
	b += strspn(b, "0");
	a_len = strlen(a);
	b_len = strlen(b);
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return strcmp(a, b);
}

/*
 * MigFormatsCompareVersions
 *		Compare two versions, numbers with anything between them, number by
 *		number; one that ends goes on with zeros.
 */
int
MigFormatsCompareVersions(const char *a, const char *b)
{
	while (*a != '\0' || *b != '\0')
	{
		size_t		a_len;
		size_t		b_len;
		const char *a_part = NextPart(&a, &a_len);
		const char *b_part = NextPart(&b, &b_len);
		int			order;

		if (a_len != b_len)
			return a_len < b_len ? -1 : 1;
		order = strncmp(a_part, b_part, a_len);
		if (order != 0)
			return order;
	}
	return 0;
}

/* The next number of a version without leading zeros; zero has no digits. */
static const char *
NextPart(const char **version, size_t *len)
{
	const char *part;

	*version += strcspn(*version, DIGITS);
	*version += strspn(*version, "0");
	part = *version;
	*len = strspn(part, DIGITS);
	*version += *len;
	return part;
}

/*
 * MigFormatsCheckInt64
 *		Raise an error unless a string of digits is a positive number that the
 *		tool's 64 bits hold.
 */
void
MigFormatsCheckInt64(const char *tool, const char *digits, const MigFile *file)
{
	if (MigFormatsCompareNumbers(digits, "9223372036854775807") > 0)
		ereport(ERROR,
				errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				errmsg("version %s is too large for %s", digits, tool),
				errdetail("The file is \"%s\".", file->path));
}

/*
 * MigFormatsRefuseTwo
 *		Raise an error for a version that two files define.
 */
void
MigFormatsRefuseTwo(const char *version, const char *path, const char *other)
{
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("version %s has two files", version),
			errdetail("They are \"%s\" and \"%s\".", path, other),
			errhint("Give one of them another version, or leave it out."));
}

/*
 * MigFormatsReportIgnored
 *		Say which files were left out because they are none of the tool's;
 *		paths is a List of char *.
 */
void
MigFormatsReportIgnored(const char *tool, List *paths)
{
	const char **names = palloc(sizeof(char *) * (list_length(paths) + 1));
	ListCell   *lc;

	if (paths == NIL)
		return;
	foreach(lc, paths)
	{
		names[foreach_current_index(lc)] = lfirst(lc);
	}
	ereport(NOTICE,
			errmsg_plural("%d file was left out: its name is not that of a migration of %s",
						  "%d files were left out: their names are not those of migrations of %s",
						  list_length(paths), list_length(paths), tool),
			errdetail_plural("The file is %s.", "The files are %s.", list_length(paths),
							 MigQuoteNames(names, list_length(paths))));
}

/*
 * MigFormatsSha
 *		SHA-2 of a text as it is, in lower-case hex; bits is 256 or 384.
 */
char *
MigFormatsSha(const char *text, int bits)
{
	pg_cryptohash_ctx *hash = pg_cryptohash_create(bits == 256 ? PG_SHA256 : PG_SHA384);
	uint8		sum[PG_SHA384_DIGEST_LENGTH];
	char	   *hex = palloc0(bits / 4 + 1);

	Assert(bits == 256 || bits == 384);
	if (hash == NULL || pg_cryptohash_init(hash) < 0 ||
		pg_cryptohash_update(hash, (const uint8 *) text, strlen(text)) < 0 ||
		pg_cryptohash_final(hash, sum, bits / 8) < 0)
		elog(ERROR, "could not compute a checksum");
	pg_cryptohash_free(hash);
	hex_encode((const char *) sum, bits / 8, hex);
	return hex;
}
