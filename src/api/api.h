/*-------------------------------------------------------------------------
 * src/api/api.h
 *	  What the SQL-callable functions share.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_API_H
#define MIG_API_H

#include "diff/diff.h"
#include "fmgr.h"
#include "funcapi.h"
#include "run/run.h"

#define MIG_MAX_COLUMNS 16

/* A row being put together for a set-returning function. */
typedef struct MigRow
{
	ReturnSetInfo *result;
	int			n;
	Datum		values[MIG_MAX_COLUMNS];
	bool		nulls[MIG_MAX_COLUMNS];
} MigRow;

/* api_look.c */
extern void MigApiRefuseNotAtHead(const MigGraph *graph, const MigRows *rows);
extern bool *MigApiApplied(const MigGraph *graph, const MigRows *rows);

/* api_settings.c */
extern bool MigApiAllowsDdl(void);
extern void MigApiCopy(MigCopy *copy);
extern void MigApiDeployOptions(MigDeployOptions *options);
extern void MigApiBackfillOptions(MigBackfillOptions *options);
extern const char **MigApiSchemas(int *n);
extern const char **MigApiAcceptedFindings(int *n);

/* api_revisions.c */
pg_noreturn extern void MigApiRefuseNoHead(void);

/* api_script.c */
extern char *MigApiScript(const MigDiff *diff, bool with_hazards);

/* api_rows.c */
extern void MigApiStart(FunctionCallInfo fcinfo, MigRow *row);
extern void MigApiAddSlot(struct TupleTableSlot *slot, void *arg);
extern void MigApiAddText(MigRow *row, const char *text);
extern void MigApiAddBool(MigRow *row, bool value);
extern void MigApiAddInt(MigRow *row, int value);
extern void MigApiAddBigint(MigRow *row, int64 value);
extern void MigApiAddTime(MigRow *row, const MigApplied *applied);
extern void MigApiAddInterval(MigRow *row, int64 microseconds);
extern void MigApiAddTexts(MigRow *row, const char *const *texts, int n);
extern void MigApiEnd(MigRow *row);
extern void MigApiAddDone(const MigDone *done, void *arg);

/* api_deploy.c */
extern void MigApiRefuseAtomic(FunctionCallInfo fcinfo, const char *procedure, const char *detail);

/* api_args.c */
extern char *MigApiText(FunctionCallInfo fcinfo, int arg, const char *name);
extern char *MigApiTextOrNull(FunctionCallInfo fcinfo, int arg);
extern bool MigApiBool(FunctionCallInfo fcinfo, int arg, const char *name);
extern Oid	MigApiOid(FunctionCallInfo fcinfo, int arg, const char *name);
extern const char **MigApiTexts(FunctionCallInfo fcinfo, int arg, const char *name, int *n);
extern int	MigApiOverride(FunctionCallInfo fcinfo, int arg, const char *name, int setting);
extern List *MigApiTextList(FunctionCallInfo fcinfo, int arg, const char *name);

#endif							/* MIG_API_H */
