/*-------------------------------------------------------------------------
 * src/script/script_mark.c
 *	  The line above a statement that is run in batches.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "script/script_internal.h"

static char *TakeWord(const char **at, const char *end);
static bool TakeKeyword(const char **at, const char *end, const char *keyword);
static const char *SkipBlanks(const char *at, const char *end);

/*
 * MigScriptMark
 *		What a line "-- migrate:backfill NAME TABLE [USING INDEX] [WHERE CONDITION]"
 *		says of the statement below it.
 *
 * TABLE and INDEX can be quoted.  Raises an error if the line cannot be understood, or the
 * statement is not of a kind that can be run in batches.
 */
MigMark *
MigScriptMark(const MigSplitter *splitter, const char *line, int len, const Node *stmt)
{
	static const char word[] = "migrate:backfill";
	const char *end = line + len;
	const char *at = strstr(line, word) + strlen(word);
	MigMark    *mark = palloc0(sizeof(MigMark));

	mark->name = TakeWord(&at, end);
	mark->relation = TakeWord(&at, end);
	if (TakeKeyword(&at, end, "using"))
	{
		mark->key = TakeWord(&at, end);
		if (mark->key == NULL)
			mark->relation = NULL;
	}
	if (TakeKeyword(&at, end, "where"))
	{
		mark->pending = MigTrim(at, end - at);
		at = end;
	}
	if (mark->name == NULL || mark->relation == NULL || SkipBlanks(at, end) < end ||
		(mark->pending != NULL && mark->pending[0] == '\0'))
		ereport(ERROR,
				errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("marker \"%s\" cannot be understood", MigTrim(line, len)),
				errhint("Write -- migrate:backfill NAME TABLE, if need be with USING INDEX, and with WHERE and a condition that is true for rows still to do."),
				MigErrPlace(splitter->file, splitter->line));
	if (!IsA(stmt, UpdateStmt) && !IsA(stmt, DeleteStmt) && !IsA(stmt, InsertStmt) &&
		!IsA(stmt, SelectStmt))
		ereport(ERROR,
				errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("the statement below \"-- migrate:backfill\" cannot be run in batches"),
				errhint("Use UPDATE, DELETE, INSERT ... SELECT or SELECT."),
				MigErrPlace(splitter->file, splitter->line));
	return mark;
}

/* Up to the next blank that is not in quotes; NULL if there is nothing. */
static char *
TakeWord(const char **at, const char *end)
{
	const char *start = SkipBlanks(*at, end);
	const char *stop = start;
	bool		quoted = false;

	while (stop < end && (quoted || (*stop != ' ' && *stop != '\t')))
	{
		if (*stop == '"')
			quoted = !quoted;
		stop++;
	}
	*at = stop;
	return stop == start ? NULL : pnstrdup(start, stop - start);
}

/* Whether a keyword comes next; takes it if it does. */
static bool
TakeKeyword(const char **at, const char *end, const char *keyword)
{
	const char *start = SkipBlanks(*at, end);
	int			len = (int) strlen(keyword);

	if (end - start < len || pg_strncasecmp(start, keyword, len) != 0 ||
		(end - start > len && start[len] != ' ' && start[len] != '\t' && start[len] != '('))
		return false;
	*at = start + len;
	return true;
}

static const char *
SkipBlanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}
