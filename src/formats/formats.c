/*-------------------------------------------------------------------------
 * src/formats/formats.c
 *	  The table of formats, and what they share.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "parser/parser.h"
#include "utils/memutils.h"

#include "formats/formats_internal.h"

static const MigFormat *const formats[] = {
	&MigFormatMigrator,
	&MigFormatGolangMigrate,
	&MigFormatDbmate,
	&MigFormatDiesel,
	&MigFormatGoose,
	&MigFormatFlyway,
	&MigFormatAlembic,
	&MigFormatSqitch,
	&MigFormatPrisma,
	&MigFormatNodePgMigrate,
	&MigFormatSqlx,
	&MigFormatPlain
};

/* What a foreign section holds. */
typedef struct Content
{
	char	   *section;
	const char *top_level;		/* why it cannot run in a transaction block */
	int			nstatements;
	List	   *spans;			/* of BEGIN and COMMIT: offset, length */
	bool		begins;			/* its first statement is BEGIN */
	bool		commits;		/* its last statement is COMMIT */
	bool		terminated;		/* its last statement has a semicolon */
	bool		beyond_us;		/* transaction control that cannot be left out */
} Content;

static const MigFormat *Detect(const MigFile *files, int n);
static char *DescribeMixture(const MigFormat **found, int nfound, const MigFile *files, int n);
static const char *Example(const MigFormat *format, const MigFile *files, int n);
static char *FormatNames(void);
static char *Body(const MigForeign *foreign, const Content *content, const MigPlace *place,
				  bool transactional);
static void CopyHeader(MigScript *script, const MigForeign *foreign);
static void AddFile(void *arg);
static char *WithBlankLine(char *section);
static Content Inspect(const char *marker, const char *body, const MigPlace *place);
static void InspectTransaction(Content *content, const MigStatement *statement);
static char *OneTransaction(const Content *content);

/*
 * MigFormatsFind
 *		The format of that name; "auto" is the one that the files are in.
 *
 * Raises INVALID_PARAMETER_VALUE if there is none, or for "auto" several.
 */
const MigFormat *
MigFormatsFind(const char *name, const MigFile *files, int n)
{
	if (strcmp(name, "auto") == 0)
		return Detect(files, n);

	for (int i = 0; i < (int) lengthof(formats); i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("migration format \"%s\" does not exist", name),
			errhint("Formats are %s, and \"auto\".", FormatNames()));
}

/*
 * What a format's own signs say wins over names that many tools share.
 */
static const MigFormat *
Detect(const MigFile *files, int n)
{
	const MigFormat *found[lengthof(formats)];
	int			nfound = 0;

	for (int i = 0; i < (int) lengthof(formats); i++)
		if (formats[i]->detect != NULL && formats[i]->detect(files, n))
			found[nfound++] = formats[i];
	for (int i = 0; i < (int) lengthof(formats) && nfound == 0; i++)
		if (formats[i]->suspect != NULL && formats[i]->suspect(files, n))
			found[nfound++] = formats[i];

	if (nfound == 0)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("format of the migration files is not recognized"),
				errhint("Name it: formats are %s.", FormatNames()));
	if (nfound > 1)
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("format of the migration files is ambiguous"),
				errdetail("%s.", DescribeMixture(found, nfound, files, n)),
				errhint("Name the format, or import the files of each separately."));
	return found[0];
}

/* What looks like which format: a file, as far as one alone tells. */
static char *
DescribeMixture(const MigFormat **found, int nfound, const MigFile *files, int n)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < nfound; i++)
	{
		const char *path = Example(found[i], files, n);

		appendStringInfo(&buf, "%s%s looks like \"%s\"", i == 0 ? "" : i + 1 < nfound ? ", " : " and ",
						 path == NULL ? "the directory" : psprintf("\"%s\"", path), found[i]->name);
	}
	return buf.data;
}

/* The path of a file that the format would recognize, or NULL. */
static const char *
Example(const MigFormat *format, const MigFile *files, int n)
{
	if (format->example != NULL)
		return format->example(files, n);
	for (int i = 0; i < n; i++)
		if (format->detect(&files[i], 1))
			return files[i].path;
	return NULL;
}

static char *
FormatNames(void)
{
	const char *names[lengthof(formats)];

	for (int i = 0; i < (int) lengthof(formats); i++)
		names[i] = formats[i]->name;
	return psprintf("\"%s\"", MigJoinNames(names, lengthof(formats), "\", \""));
}

/*
 * MigFormatsScript
 *		A migration of another tool as a MigScript.
 *
 * The header is that of a format with a graph; for the others whoever puts them
 * in line writes it again.
 *
 * A statement of the way up that cannot run in a transaction block makes the
 * revision one that is not transactional; where there are BEGIN and COMMIT
 * around others, markers of ours take their place.  Any other one becomes one transaction, whatever
 * BEGIN and COMMIT its files contain.
 *
 * Raises an error with file and line for what would not survive in a file of
 * ours.  SQL that does not parse is left to MigScriptCheck, since it does occur
 * in ways down that nobody has ever run.
 */
MigScript *
MigFormatsScript(const MigForeign *foreign)
{
	MigScript  *script = palloc0(sizeof(MigScript));
	Content		up = Inspect("up", foreign->upgrade == NULL ? "" : foreign->upgrade,
							 &foreign->upgrade_at);
	Content		down = {0};
	bool		modes;			/* lines of ours say what shares a transaction */

	MigScriptCheckId(foreign->revision, &foreign->upgrade_at);
	if (foreign->downgrade != NULL)
		down = Inspect("down", foreign->downgrade, &foreign->downgrade_at);

	script->revision = pstrdup(foreign->revision);
	script->message = pstrdup(foreign->message);
	script->upgrade_at = foreign->upgrade_at;
	script->downgrade_at = foreign->downgrade_at;
	modes = foreign->open ||
		(!foreign->autocommit && up.top_level != NULL && up.spans != NIL && !up.beyond_us &&
		 MigFormatsModes(up.section, &foreign->upgrade_at, false) != NULL);
	script->transactional = modes || (!foreign->autocommit && up.top_level == NULL);
	script->upgrade = Body(foreign, &up, &foreign->upgrade_at, script->transactional);
	if (foreign->downgrade != NULL)
	{
		script->downgrade = Body(foreign, &down, &foreign->downgrade_at, script->transactional);
		script->upgrade = WithBlankLine(script->upgrade);
	}
	if (foreign->verify != NULL)
	{
		if (script->downgrade != NULL)
			script->downgrade = WithBlankLine(script->downgrade);
		else
			script->upgrade = WithBlankLine(script->upgrade);
		script->verify = MigScriptSection("verify", foreign->verify);
		script->verify_at = foreign->verify_at;
	}
	CopyHeader(script, foreign);
	MigScriptCheckPieces(script);
	return script;
}

/* A section as we write it; transactional: the revision is, but for our markers. */
static char *
Body(const MigForeign *foreign, const Content *content, const MigPlace *place, bool transactional)
{
	char	   *section = NULL;

	if (!transactional)
		return content->section;
	if (!content->beyond_us && (foreign->open || content->top_level != NULL))
		section = MigFormatsModes(content->section, place, foreign->open);
	return section == NULL ? OneTransaction(content) : section;
}

/* What the tool says of the migration besides its SQL. */
static void
CopyHeader(MigScript *script, const MigForeign *foreign)
{
	ErrorContextCallback callback = {.callback = AddFile,.arg = script};

	script->repeatable = foreign->repeatable;
	script->parents = foreign->parents;
	script->deps = foreign->deps;
	script->labels = foreign->labels;
	if (foreign->create_date != NULL)
		script->create_date = pstrdup(foreign->create_date);
	if (foreign->origin_tool != NULL)
	{
		script->origin_tool = pstrdup(foreign->origin_tool);
		script->origin_key = pstrdup(foreign->origin_key);
		if (foreign->origin_checksum != NULL)
			script->origin_checksum = pstrdup(foreign->origin_checksum);
	}

	callback.previous = error_context_stack;
	error_context_stack = &callback;
	script->header = MigScriptHeader(script);
	error_context_stack = callback.previous;
}

/* Errors about the header come from the file's name. */
static void
AddFile(void *arg)
{
	const MigScript *script = arg;

	errcontext("file \"%s\"", script->upgrade_at.file);
}

/* A section that another one follows. */
static char *
WithBlankLine(char *section)
{
	return MigFormatsEndsWith(section, "\n\n") || MigFormatsEndsWith(section, "\n\r\n")
		? section : psprintf("%s\n", section);
}

/* Compose a section and read its statements. */
static Content
Inspect(const char *marker, const char *body, const MigPlace *place)
{
	Content		content = {.section = MigScriptSection(marker, body)};
	MigSplitter *splitter = MigScriptOpenPlain(content.section, place,
											   standard_conforming_strings);
	MemoryContext old = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(old, "migrator statement",
												  ALLOCSET_DEFAULT_SIZES);

	for (;;)
	{
		MigStatement *statement;
		const char *after;

		MemoryContextReset(context);
		MemoryContextSwitchTo(context);
		statement = MigScriptNext(splitter);
		MemoryContextSwitchTo(old);
		if (statement == NULL)
			break;

		after = content.section + statement->offset + strlen(statement->text);
		content.terminated = after[strspn(after, " \t\r\n\f\v")] == ';';
		content.nstatements++;
		content.commits = false;
		if (content.top_level == NULL)
			content.top_level = statement->top_level;
		if (statement->parse != NULL && IsA(statement->parse->stmt, TransactionStmt))
			InspectTransaction(&content, statement);
	}

	MemoryContextDelete(context);
	MigScriptClose(splitter);
	return content;
}

static void
InspectTransaction(Content *content, const MigStatement *statement)
{
	TransactionStmt *stmt = castNode(TransactionStmt, statement->parse->stmt);
	bool		begin = stmt->kind == TRANS_STMT_BEGIN || stmt->kind == TRANS_STMT_START;
	bool		commit = stmt->kind == TRANS_STMT_COMMIT && !stmt->chain;

	if ((begin && stmt->options == NIL) || commit)
		content->spans = lappend(content->spans,
								 list_make2_int(statement->offset, (int) strlen(statement->text)));
	else
		content->beyond_us = true;
	if (begin && content->nstatements == 1)
		content->begins = true;
	content->commits = commit;
}

/*
 * The section as one transaction.
 *
 * Tools send a file as it is, and commit what it leaves open when they record
 * its version.  One BEGIN ... COMMIT around everything stays, and if only the
 * COMMIT is missing it is added; otherwise BEGIN and COMMIT become comments.
 * Savepoints, rollbacks and modes of the transaction would be lost that way:
 * then all stays, for MigScriptCheck to refuse.
 */
static char *
OneTransaction(const Content *content)
{
	int			ncontrol = list_length(content->spans);
	int			done = 0;
	StringInfoData buf;
	ListCell   *lc;

	if (ncontrol == 0 || content->beyond_us ||
		(ncontrol == 2 && content->begins && content->commits))
		return content->section;
	if (ncontrol == 1 && content->begins)
		return psprintf("%s%sCOMMIT; -- added on import: the file leaves its transaction open\n",
						content->section, content->terminated ? "" : ";\n");

	initStringInfo(&buf);
	foreach(lc, content->spans)
	{
		List	   *span = lfirst(lc);
		int			offset = linitial_int(span);
		int			len = lsecond_int(span);

		appendBinaryStringInfo(&buf, content->section + done, offset - done);
		appendStringInfo(&buf, "/* %.*s: left out on import */", len, content->section + offset);
		done = offset + len;
	}
	appendStringInfoString(&buf, content->section + done);
	return buf.data;
}
