/*-------------------------------------------------------------------------
 * src/script/script_rename.c
 *	  Give revisions other ids in the header of a file.
 *
 * Only the names themselves are changed, in the fields that name revisions;
 * every other byte of the header stays.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "script/script_internal.h"

#define BLANKS	" \t\r\n\f\v"

static const char *FieldValue(const char *line, const char *end);
static bool AppendNames(StringInfo out, const char *value, const char *end,
						MigRenameFn rename, void *arg);
static bool RenameList(List *names, MigRenameFn rename, void *arg);

/*
 * MigScriptRename
 *		Give the revisions that a script names, its own included, other ids.
 *
 * rename returns the new id of a name, or NULL if that stays; labels are never
 * asked about.  Returns whether the script was changed.  Lists of names are
 * changed in place.
 */
bool
MigScriptRename(MigScript *script, MigRenameFn rename, void *arg)
{
	char	   *header = MigScriptRenameHeader(script->header, rename, arg);
	const char *id = rename(script->revision, arg);
	bool		changed = header != NULL || id != NULL;

	if (header != NULL)
		script->header = header;
	if (id != NULL)
		script->revision = pstrdup(id);
	changed |= RenameList(script->parents, rename, arg);
	changed |= RenameList(script->deps, rename, arg);
	return changed;
}

/*
 * MigScriptRenameHeader
 *		A header with other ids; NULL if it stays as it is.
 */
char *
MigScriptRenameHeader(const char *header, MigRenameFn rename, void *arg)
{
	StringInfoData out;
	bool		changed = false;
	const char *line = header;

	initStringInfo(&out);
	while (*line != '\0')
	{
		const char *end = line + strcspn(line, "\n");
		const char *value = FieldValue(line, end);

		if (value != NULL)
		{
			appendBinaryStringInfo(&out, line, value - line);
			changed |= AppendNames(&out, value, end, rename, arg);
		}
		else
			appendBinaryStringInfo(&out, line, end - line);
		if (*end == '\n')
			appendStringInfoChar(&out, *end++);
		line = end;
	}
	return changed ? out.data : NULL;
}

/* What follows the colon of a field that names revisions, or NULL. */
static const char *
FieldValue(const char *line, const char *end)
{
	static const char *const fields[] = {"Revision ID:", "Revises:", "Depends on:"};

	if (strncmp(line, "\xEF\xBB\xBF", 3) == 0)
		line += 3;
	line += strspn(line, BLANKS);
	if (line >= end || strncmp(line, "--", 2) != 0)
		return NULL;
	line += 2;
	line += strspn(line, BLANKS);
	for (size_t i = 0; i < lengthof(fields); i++)
		if (line < end && pg_strncasecmp(line, fields[i], strlen(fields[i])) == 0)
			return line + strlen(fields[i]);
	return NULL;
}

/* Names with commas and blanks between them; an id has neither. */
static bool
AppendNames(StringInfo out, const char *value, const char *end, MigRenameFn rename, void *arg)
{
	bool		changed = false;

	while (value < end)
	{
		size_t		gap = Min(strspn(value, "," BLANKS), (size_t) (end - value));
		size_t		len;
		char	   *name;
		const char *renamed;

		appendBinaryStringInfo(out, value, gap);
		value += gap;
		len = Min(strcspn(value, ",\n"), (size_t) (end - value));
		while (len > 0 && strchr(BLANKS, value[len - 1]) != NULL)
			len--;
		if (len == 0)
			continue;
		name = pnstrdup(value, len);
		renamed = rename(name, arg);
		changed |= renamed != NULL;
		appendStringInfoString(out, renamed == NULL ? name : renamed);
		pfree(name);
		value += len;
	}
	return changed;
}

static bool
RenameList(List *names, MigRenameFn rename, void *arg)
{
	bool		changed = false;
	ListCell   *lc;

	foreach(lc, names)
	{
		const char *renamed = rename(lfirst(lc), arg);

		if (renamed == NULL)
			continue;
		lfirst(lc) = pstrdup(renamed);
		changed = true;
	}
	return changed;
}
