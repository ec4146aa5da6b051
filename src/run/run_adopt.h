/*-------------------------------------------------------------------------
 * src/run/run_adopt.h
 *	  What the files that adopt another tool's version share.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_RUN_ADOPT_H
#define MIG_RUN_ADOPT_H

#include "ledger/ledger.h"

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

/* A name of a revision. */
typedef struct MigAdoptName
{
	const char *text;
	int			origin;			/* index of the origin that it is from, or -1 */
	int			number;			/* of the revision; -1: it is repeatable */
} MigAdoptName;

typedef struct MigAdoptNames
{
	int			n;
	MigAdoptName *at;			/* sorted by text */
} MigAdoptNames;

/* A row of the result. */
typedef struct MigAdoptItem
{
	const char *revision;		/* NULL: none has that key */
	const char *key;			/* NULL: the table does not name it */
	const char *state;
	const char *detail;
	const char *repeat;			/* repeatable revision to record, or NULL */
} MigAdoptItem;

typedef struct MigAdoption
{
	const MigCopy *copy;
	const MigTool *tool;
	const MigDbTable *table;
	const MigGraph *graph;
	int			norigins;
	const MigOrigin *origins;
	const MigOrigin **origin_of;	/* by number of the revision; NULL: none */
	MigAdoptNames keys;			/* that the tool knows revisions by */
	MigAdoptNames descriptions; /* the same of repeatable ones */
	MigAdoptNames checksums;	/* of MIG_KEYS_CHANGES */
	MigAdoptNames numbers;		/* without zeros that do not count */
	bool	   *applied;		/* by number of the revision */
	MigAdoptItem **items;		/* the same */
	List	   *others;			/* MigAdoptItem *: that belong to no revision
								 * of the graph */
} MigAdoption;

/* run_adopt_place.c */
extern void MigRunAdoptRead(MigAdoption *adoption);

/* run_adopt_tools.c */
extern const MigTool *MigRunFindTool(const char *name);
extern const char **MigRunToolTables(const MigTool *tool, int *n);
extern const MigTool *MigRunToolOf(const MigDbTable *table, const MigTool *tool, bool any_name);
extern List *MigRunForeignVersions(const MigTool *tool, const MigDbTable *table);

#endif							/* MIG_RUN_ADOPT_H */
