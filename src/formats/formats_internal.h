/*-------------------------------------------------------------------------
 * src/formats/formats_internal.h
 *	  What the formats share.
 *
 * A new format: declare its MigFormat here, define it in formats_<name>.c, and
 * enter it in the table of formats.c.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_FORMATS_INTERNAL_H
#define MIG_FORMATS_INTERNAL_H

#include "formats/formats.h"

/*
 * A migration of another tool.  Places are those of the line before the first
 * one of the body, which the line with our marker replaces.
 */
typedef struct MigForeign
{
	const char *revision;
	const char *message;
	const char *upgrade;		/* NULL is an empty one */
	MigPlace	upgrade_at;
	const char *downgrade;		/* NULL if there is no way down */
	MigPlace	downgrade_at;
	bool		autocommit;		/* the tool opens no transaction */
	bool		open;			/* it has opened one, which a COMMIT would end */
	const char *verify;			/* NULL if there is none */
	MigPlace	verify_at;
	bool		repeatable;		/* the tool runs it again when it changes */
	const char *origin_tool;	/* these three as in MigScript */
	const char *origin_key;
	const char *origin_checksum;
	const char *create_date;	/* or NULL */
	List	   *parents;		/* char *, of formats that have a graph */
	List	   *deps;
	List	   *labels;
} MigForeign;

extern const MigFormat MigFormatAlembic;
extern const MigFormat MigFormatDbmate;
extern const MigFormat MigFormatDiesel;
extern const MigFormat MigFormatFlyway;
extern const MigFormat MigFormatGolangMigrate;
extern const MigFormat MigFormatGoose;
extern const MigFormat MigFormatMigrator;
extern const MigFormat MigFormatNodePgMigrate;
extern const MigFormat MigFormatPlain;
extern const MigFormat MigFormatPrisma;
extern const MigFormat MigFormatSqitch;
extern const MigFormat MigFormatSqlx;

/* formats.c */
extern MigScript *MigFormatsScript(const MigForeign *foreign);

/* formats_common.c */
extern const char *MigFormatsBaseName(const char *path);
extern bool MigFormatsEndsWithCase(const char *text, const char *end);
extern bool MigFormatsIsHalf(const MigFile *file);
extern bool MigFormatsHasMarkers(const MigFile *file);
extern char *MigFormatsMessage(const char *text, size_t len);
extern char *MigFormatsSentence(const char *text);
extern int	MigFormatsCompareNumbers(const char *a, const char *b);
extern void MigFormatsCheckInt64(const char *tool, const char *digits, const MigFile *file);
extern void MigFormatsRefuseTwo(const char *version, const char *path, const char *other);
extern void MigFormatsReportIgnored(const char *tool, List *paths);
extern char *MigFormatsSha(const char *text, int bits);

/* formats_modes.c */
extern char *MigFormatsModes(const char *section, const MigPlace *place, bool open);
extern char *MigFormatsVerify(const char *body, const MigPlace *place);
extern size_t MigFormatsStatementEnd(const char *section, const MigStatement *statement);

/* formats_migrator.c */
extern bool MigFormatsIsOurs(const MigFile *file);

/* formats_sqlx.c */
extern bool MigFormatsHasSqlxSign(const MigFile *file);

#endif							/* MIG_FORMATS_INTERNAL_H */
