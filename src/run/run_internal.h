/*-------------------------------------------------------------------------
 * src/run/run_internal.h
 *	  What the files of run share.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_RUN_INTERNAL_H
#define MIG_RUN_INTERNAL_H

#include "ledger/ledger.h"
#include "reader/reader.h"
#include "script/script.h"

/* The text of a schema while it runs. */
typedef struct MigRunModel
{
	const char *text;
	MigStatement *statement;	/* that runs, or NULL */
} MigRunModel;

/* run_model.c */
extern void MigRunModelText(MigRunModel *model);
extern void MigRunModelError(const MigRunModel *model, ErrorData *error);

/* run_steps.c */
extern void MigRunRefuseRunning(const char *what);

/* run_section.c */
extern void MigRunStatement(const MigStatement *statement);
extern void MigRunLocateError(const MigStatement *statement, ErrorData *error);
extern int	MigRunLineOfError(const MigStatement *statement, const ErrorData *error);

/* run_revisions.c */
extern void MigRunLock(const MigCopy *copy, MigLock lock);
extern MigStored *MigRunPrepare(MigScript *script, bool check_downgrade);
extern void MigRunCompose(MigScript *script, const char *upgrade, const char *downgrade);
extern void MigRunStoreOne(const MigCopy *copy, const MigStored *stored);
extern void MigRunRefuseApplied(const MigCopy *copy, const char **revisions, int n, const char *verb);

#endif							/* MIG_RUN_INTERNAL_H */
