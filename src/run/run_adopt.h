/*-------------------------------------------------------------------------
 * src/run/run_adopt.h
 *	  What the files that adopt another tool's version share.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_RUN_ADOPT_H
#define MIG_RUN_ADOPT_H

#include "db/db.h"
#include "nodes/pg_list.h"

/* How a tool knows its migrations. */
typedef enum MigKeys
{
	MIG_KEYS_NAMES,
	MIG_KEYS_NUMBERS,			/* equal as numbers is equal */
	MIG_KEYS_CHANGES,			/* names that repeat; the checksum is the key */
	MIG_KEYS_LAST,				/* only the last number, which stands for all
								 * before */
	MIG_KEYS_TOPS				/* as we: what is below is applied, too */
} MigKeys;

/* What a row says. */
typedef struct MigForeignVersion
{
	const char *key;
	const char *checksum;		/* or NULL */
	const char *project;		/* or NULL */
	const char *fault;			/* "dirty", "failed", "unfinished", or NULL */
	bool		repeatable;		/* the key is a description */
	bool		is_baseline;	/* stands for all up to it */
} MigForeignVersion;

#define MIG_TOOL_COLUMNS	6

/* A tool that keeps versions in the database. */
typedef struct MigTool
{
	const char *name;
	const char *table;			/* its name, unless configured */
	const char *columns[MIG_TOOL_COLUMNS + 1];	/* that are read; they tell it */
	bool		alone;			/* it has no others */
	bool		beside_rails;	/* Rails' own table is beside it */
	MigKeys		keys;
	int			key;			/* if rows have a rank, in the first column:
								 * column of the version; otherwise 0 */
	bool		(*read) (const char **values, MigForeignVersion *version);
	const char *mend;			/* what to do about a fault, or NULL */
} MigTool;

/* run_adopt_tools.c */
extern const MigTool *MigRunFindTool(const char *name);
extern const char **MigRunToolTables(const MigTool *tool, int *n);
extern const MigTool *MigRunToolOf(const MigDbTable *table, const MigTool *tool, bool any_name);
extern List *MigRunForeignVersions(const MigTool *tool, const MigDbTable *table);

#endif							/* MIG_RUN_ADOPT_H */
