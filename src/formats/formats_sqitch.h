/*-------------------------------------------------------------------------
 * src/formats/formats_sqitch.h
 *	  A plan of Sqitch, and where its files are.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_FORMATS_SQITCH_H
#define MIG_FORMATS_SQITCH_H

#include "formats/formats_internal.h"

/* One line of the plan that names a change; dependencies as they are written. */
typedef struct MigSqitchChange
{
	char	   *name;
	char	   *note;			/* may be empty */
	char	   *planner;		/* name and address */
	char	   *date;
	int			line;
	List	   *requires;		/* char * */
	List	   *conflicts;		/* char * */
	List	   *tags;			/* char *, without "@": those right after it */
	List	   *rework_tags;	/* those that may be in its files' names, the
								 * likeliest first; NIL unless reworked */
	int			instance;		/* how many changes of this name there are up
								 * to here */
	char	   *id;				/* as Sqitch computes it */
} MigSqitchChange;

/* What sqitch.conf says, or is so without it; paths end with a slash or are empty. */
typedef struct MigSqitchConfig
{
	char	   *plan_file;
	char	   *deploy_dir;
	char	   *revert_dir;
	char	   *verify_dir;
	char	   *reworked_deploy_dir;
	char	   *reworked_revert_dir;
	char	   *reworked_verify_dir;
	char	   *extension;
} MigSqitchConfig;

/* formats_sqitch_config.c */
extern MigSqitchConfig *MigSqitchReadConfig(const MigFile *files, int n);
extern const MigFile *MigSqitchFindFile(const MigFile *files, int n, const char *path);

/* formats_sqitch_plan.c */
extern List *MigSqitchReadPlan(const MigFile *file);

#endif							/* MIG_FORMATS_SQITCH_H */
