/*-------------------------------------------------------------------------
 * src/formats/formats_alembic.h
 *	  Alembic's output, and its files.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_FORMATS_ALEMBIC_H
#define MIG_FORMATS_ALEMBIC_H

#include "formats/formats_internal.h"

/* What the output says of one way of a revision. */
typedef struct MigAlembicStep
{
	char	   *revision;		/* first: this is what an index looks at */
	bool		up;
	List	   *parents;		/* char *, as are deps */
	List	   *deps;			/* as far as its version rows tell */
	char	   *body;
	MigPlace	place;			/* of the line before the body */
	bool		recorded;		/* its version row changes: the text is whole */
	struct MigAlembicStep *down;	/* of an upgrade, or NULL */
} MigAlembicStep;

/* What a file of the directory "versions" says. */
typedef struct MigVersionFile
{
	char	   *revision;		/* first */
	const char *path;
	List	   *parents;		/* char *, as are deps and labels */
	List	   *deps;
	List	   *labels;
	char	   *message;
	char	   *create_date;	/* or NULL */
} MigVersionFile;

/* Structs that begin with a name, to be found by it. */
typedef struct MigAlembicIndex
{
	void	  **items;
	int			n;
} MigAlembicIndex;

extern bool MigAlembicIsVersionFile(const MigFile *file);
extern MigVersionFile *MigAlembicReadVersionFile(const MigFile *file);
extern void MigAlembicCompare(List *steps, List *versions);
extern MigAlembicIndex *MigAlembicIndexOf(List *items);
extern void *MigAlembicFind(const MigAlembicIndex *index, const char *name);
extern bool MigAlembicNames(List *names, const char *name);
extern bool MigAlembicSame(List *one, List *other);

#endif							/* MIG_FORMATS_ALEMBIC_H */
