/*-------------------------------------------------------------------------
 * src/script/script_internal.h
 *	  What the files of the script room share: the header while it is read,
 *	  section markers, and the splitter between its lexer and its parser.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_SCRIPT_INTERNAL_H
#define MIG_SCRIPT_INTERNAL_H

#include "base/compat.h"
#include "parser/scanner.h"
#include "script/script.h"

#define UTF8_BOM			"\xEF\xBB\xBF"

/* What a header can say, in the order in which we write it. */
typedef enum MigField
{
	MIG_FIELD_REVISION,
	MIG_FIELD_PARENTS,
	MIG_FIELD_DATE,
	MIG_FIELD_LABELS,
	MIG_FIELD_DEPS,
	MIG_FIELD_TRANSACTIONAL,
	MIG_FIELD_IRREVERSIBLE,
	MIG_FIELD_REQUIRES_SERVER,
	MIG_FIELD_LOCK_TABLES,
	MIG_FIELD_REPEATABLE,
	MIG_FIELD_ORIGIN
} MigField;

#define MIG_FIELDS				(MIG_FIELD_ORIGIN + 1)

/* A header while it is read. */
typedef struct MigHeaderReader
{
	MigScript  *script;
	MigPlace	place;			/* of the current line */
	int			seen[MIG_FIELDS];	/* line of each field, or 0 */
	bool		text_seen;		/* any comment that is not empty */
} MigHeaderReader;

/* What a line says about sections. */
typedef enum MigMarker
{
	MIG_MARKER_NONE,			/* an ordinary line */
	MIG_MARKER_UP,
	MIG_MARKER_DOWN,
	MIG_MARKER_VERIFY,
	MIG_MARKER_ALONE,			/* no-transaction: within a section */
	MIG_MARKER_TOGETHER,		/* transaction: within a section */
	MIG_MARKER_BACKFILL,		/* backfill: above a statement */
	MIG_MARKER_OTHER			/* -- migrate: and something else */
} MigMarker;

/* What the lexer found: where a statement is, and what its tokens tell. */
typedef struct MigSpan
{
	size_t		start;			/* of its first token */
	size_t		end;			/* of its last one, without the semicolon */
	int			ntokens;
	int			first;			/* code of the first token */
	int			second_last;	/* codes of the last two tokens */
	int			last;
	int			parens;
	int			atomic;			/* depth of BEGIN ATOMIC and CASE in it */
	bool		routine;		/* CREATE [OR REPLACE] FUNCTION or PROCEDURE */
	bool		copy_stdin;
	bool		set_config;		/* names the function set_config */
	bool		timely;			/* has a constant that depends on the time */
	bool		settings;		/* SET, RESET or DISCARD */
	MigMode		mode;
	const char *mark;			/* line of the backfill marker above it, or
								 * NULL */
	int			mark_len;
	size_t		data;			/* of COPY; both 0 if there is none */
	size_t		data_len;
} MigSpan;

struct MigSplitter
{
	MemoryContext context;		/* holds the splitter */
	MemoryContext tokens;		/* values of tokens */
	const char *section;
	size_t		length;
	const char *file;
	bool		transactional;
	bool		plain;			/* transaction control is like anything else */
	bool		model;			/* the text defines a schema */
	bool		verify;			/* the section is rolled back anyway */
	bool		stop_at_marker;
	bool		lenient;		/* keep the parser's error and go on */
	ErrorData  *error;			/* the first one */
	MemoryContext error_context;	/* where to keep it */

	List	   *hints;			/* MigHint * */
	MigMode		mode;			/* as the last marker said */
	bool		says_mode;		/* any marker did */
	const char *mark;			/* a backfill marker that waits for its
								 * statement, or NULL */
	int			mark_len;

	core_yyscan_t scanner;
	core_yy_extra_type extra;
	bool		initial_strings;	/* standard_conforming_strings at the
									 * start */
	size_t		gap;			/* end of the last token or COPY data */
	size_t		location;		/* of the last token */
	size_t		marker;			/* where the next section begins, if found */
	bool		unfinished;		/* the last COPY data had no end marker */

	size_t		counted;		/* up to here ... */
	int			line;			/* ... we know the line */
	const char *parsing;		/* statement in the parser, or NULL; starts at
								 * counted */

	int			nscanned;
	int			nreturned;
	int			begin_line;		/* of the section's own BEGIN, or 0 */
	bool		committed;		/* or rolled back, in a verify section */
};

/* script_file.c */
pg_noreturn extern void MigScriptRefuseMarker(const char *line, const char *end, const MigPlace *place);

/* script_header.c */
extern size_t MigScriptTakeHeader(MigHeaderReader *reader, const char *text);
extern void MigScriptFitHeader(const MigHeaderReader *reader);

/* script_split.c */
extern size_t MigScriptSkipSection(const char *text, const MigPlace *place, bool *unfinished);

/* script_scan.c */
extern MigMarker MigScriptMarker(const char *line, const char *end);
extern bool MigScriptScan(MigSplitter *splitter, MigSpan *span);
extern void MigScriptAddPlace(void *arg);

/* script_mark.c */
extern MigMark *MigScriptMark(const MigSplitter *splitter, const char *line, int len,
							  const Node *stmt);

/* script_top_level.c */
extern const char *MigScriptTopLevel(Node *stmt);

#endif							/* MIG_SCRIPT_INTERNAL_H */
