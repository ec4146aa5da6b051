/*-------------------------------------------------------------------------
 * src/run/run_internal.h
 *	  What the files of run share about storing revisions.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_RUN_INTERNAL_H
#define MIG_RUN_INTERNAL_H

#include "ledger/ledger.h"
#include "script/script.h"

/* run_steps.c */
extern void MigRunRefuseRunning(const char *what);

/* run_revisions.c */
extern void MigRunLock(const MigCopy *copy, MigLock lock);
extern MigStored *MigRunPrepare(MigScript *script, bool check_downgrade);
extern void MigRunCompose(MigScript *script, const char *upgrade, const char *downgrade);
extern void MigRunStoreOne(const MigCopy *copy, const MigStored *stored);
extern void MigRunRefuseApplied(const MigCopy *copy, const char **revisions, int n, const char *verb);

#endif							/* MIG_RUN_INTERNAL_H */
