/*-------------------------------------------------------------------------
 * src/script/script.h
 *	  The text of a migration file: header, sections, statements.
 *
 * A file is kept as four pieces that, put together, are the file again to
 * the byte:
 *
 *	header		everything before the line "-- migrate:up"
 *	upgrade		from that line up to the next of these lines
 *	downgrade	from the line "-- migrate:down"; NULL where there is none
 *	verify		from the line "-- migrate:verify"; NULL where there is none
 *
 * The marker lines are SQL comments, so each piece can be run as it stands.
 * A marker counts only where PostgreSQL's lexer sees a comment: not inside a
 * string, a dollar-quoted body, a block comment or the data of COPY.
 *
 * Within a section, a line "-- migrate:no-transaction" says that each statement
 * below it is a transaction of its own, or none, and "-- migrate:transaction"
 * that those below it are one together.  A line "-- migrate:backfill NAME TABLE
 * [USING INDEX] [WHERE CONDITION]" says that the one statement below it is run in
 * batches.
 *
 * Statements are cut with the server's lexer and parsed with its parser, one
 * at a time, so that SET standard_conforming_strings works as it does in psql
 * and COPY ... FROM stdin is followed by its data.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_SCRIPT_H
#define MIG_SCRIPT_H

#include "base/base.h"
#include "nodes/parsenodes.h"

/* A file taken apart.  Lists are of char *. */
typedef struct MigScript
{
	char	   *revision;
	char	   *message;		/* first comment line; may be empty */
	List	   *parents;
	List	   *deps;
	List	   *labels;
	char	   *create_date;	/* as written, or NULL */
	bool		transactional;	/* no "Transactional: no" */
	char	   *irreversible;	/* why there is no way down, or NULL */
	char	   *requires_server;	/* as written, or NULL */
	List	   *lock_tables;	/* likewise, a line for each */
	char	   *header;
	char	   *upgrade;
	char	   *downgrade;		/* NULL: no way down */
	char	   *verify;			/* NULL: nothing to check afterwards */
	MigPlace	upgrade_at;		/* of the first line of upgrade */
	MigPlace	downgrade_at;
	MigPlace	verify_at;
	bool		repeatable;		/* run again whenever it changes; no parents */
	char	   *origin_tool;	/* whose version table knows it; NULL:
								 * nobody's */
	char	   *origin_key;		/* how it is called there */
	char	   *origin_checksum;	/* as that tool writes it, or NULL */
} MigScript;

/* What the last marker above a statement says. */
typedef enum MigMode
{
	MIG_MODE_UNSAID,			/* there is none */
	MIG_MODE_ALONE,
	MIG_MODE_TOGETHER
} MigMode;

/* What a line "-- migrate:backfill" says. */
typedef struct MigMark
{
	const char *name;
	const char *relation;		/* as written */
	const char *key;			/* index, or NULL */
	const char *pending;		/* condition, or NULL */
} MigMark;

/* A statement of a section. */
typedef struct MigStatement
{
	int			number;			/* in its section, from 1 */
	int			line;			/* in its file, from 1 */
	int			offset;			/* byte offset of text in the section */
	const char *text;			/* NUL-terminated, without its semicolon */
	RawStmt    *parse;			/* NULL only from MigScriptOpenPlain */
	const char *copy_data;		/* inline data of COPY FROM stdin, or NULL */
	size_t		copy_len;		/* its length in bytes, without "\." line */
	const char *top_level;		/* why it cannot run in a transaction block,
								 * e.g. "CREATE INDEX CONCURRENTLY", or NULL */
	bool		sets_session;	/* may change session settings */
	bool		is_timely;		/* may mean something else at another time */
	MigMode		mode;
	const MigMark *backfill;	/* or NULL */
} MigStatement;

/* A line "-- migrate:rename from TO to" in the text of a schema. */
typedef struct MigHint
{
	const char *from;
	const char *to;
} MigHint;

/* The new id of a revision, or NULL if it stays. */
typedef const char *(*MigRenameFn) (const char *name, void *arg);

typedef struct MigSplitter MigSplitter;

/* script_file.c */
extern MigScript *MigScriptParse(const char *text, const char *file);
extern char *MigScriptSection(const char *marker, const char *body);
extern char *MigScriptText(const MigScript *script);
extern char *MigScriptSlug(const char *message);
extern char *MigScriptFileName(const char *revision, const char *message);
extern void MigScriptCheckPieces(const MigScript *script);

/* script_header.c */
extern MigScript *MigScriptReadHeader(const char *header);
extern char *MigScriptHeader(const MigScript *script);
extern bool MigScriptIsMessage(const char *message);
extern char *MigScriptIrreversible(const char *header);
extern RawStmt *MigScriptLockTables(const char *value);
extern void MigScriptCheckId(const char *id, const MigPlace *place);

/* script_rename.c */
extern bool MigScriptRename(MigScript *script, MigRenameFn rename, void *arg);
extern char *MigScriptRenameHeader(const char *header, MigRenameFn rename, void *arg);

/* script_split.c */
extern MigSplitter *MigScriptOpen(const char *section, const MigPlace *place,
								  bool standard_conforming_strings,
								  bool transactional);
extern MigSplitter *MigScriptOpenVerify(const char *section, const MigPlace *place,
										bool standard_conforming_strings);
extern MigSplitter *MigScriptOpenPlain(const char *section, const MigPlace *place,
									   bool standard_conforming_strings);
extern MigSplitter *MigScriptOpenModel(const char *text, const MigPlace *place,
									   bool standard_conforming_strings);
extern MigStatement *MigScriptNext(MigSplitter *splitter);
extern List *MigScriptHints(const MigSplitter *splitter);
extern bool MigScriptIsWrapped(const MigSplitter *splitter);
extern void MigScriptClose(MigSplitter *splitter);
extern const char *MigScriptCheck(const char *section, const MigPlace *place,
								  bool transactional);
extern const char *MigScriptTryCheck(const char *section, const MigPlace *place,
									 bool transactional, ErrorData **error);
extern void MigScriptCheckVerify(const char *section, const MigPlace *place);
extern size_t MigScriptSectionEnd(const char *text, const MigPlace *place);

#endif							/* MIG_SCRIPT_H */
