/*-------------------------------------------------------------------------
 * src/run/run.h
 *	  Carry out plans and change revisions, under the migration locks.
 *
 * The only room that executes the user's SQL.  It does so with the caller's
 * own rights and settings; the ledger is written with the extension owner's.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_RUN_H
#define MIG_RUN_H

#include "formats/formats.h"
#include "ledger/ledger.h"
#include "utils/jsonb.h"
#include "watch/watch.h"

/* One step that was carried out, as the SQL functions report it. */
typedef struct MigDone
{
	MigOperation operation;
	const char *revision;		/* "" for a stamp to base */
	const char *message;
	int64		elapsed_us;
} MigDone;

typedef void (*MigDoneFn) (const MigDone *done, void *arg);

/* What happened to an imported revision. */
typedef enum MigAction
{
	MIG_ADDED,
	MIG_REPLACED,
	MIG_UNCHANGED
} MigAction;

typedef void (*MigImportedFn) (const char *revision, const char *filename, MigAction action, void *arg);

/* Called for each revision whose file changes with ids. */
typedef void (*MigRenamedFn) (const MigRename *rename, void *arg);

/* Called for an applied revision and the two texts that it has. */
typedef void (*MigChangedFn) (const char *revision, const char *filename, const char *stored,
							  const char *given, void *arg);

/* What MigRunEdit is to change; NULL and -1 leave things as they are. */
typedef struct MigEdit
{
	const char *message;
	const char *upgrade;
	const char *downgrade;
	const char *verify;
	bool		set_parents;
	bool		set_labels;
	bool		set_deps;
	List	   *parents;
	List	   *labels;
	List	   *deps;
	int			transactional;
} MigEdit;

/* A new revision, as revision() and merge() are asked for it. */
typedef struct MigNew
{
	const char *message;
	const char *upgrade;		/* body, or NULL */
	const char *downgrade;
	const char *verify;
	bool		repeatable;		/* then heads mean nothing */
	const char **heads;
	int			nheads;
	bool		splice;
	const char **labels;
	int			nlabels;
	const char **deps;
	int			ndeps;
	const char *rev_id;			/* or NULL */
	bool		transactional;
} MigNew;

/*
 * Called for each version of another tool's table, or revision that it implies;
 * revision, key or detail may be NULL.
 */
typedef void (*MigAdoptedFn) (const char *tool, const char *table, const char *revision,
							  const char *key, const char *state, const char *detail, void *arg);

/* Called for each thing that speaks against a deployment. */
typedef void (*MigFindingFn) (const char *severity, const char *code, const char *detail,
							  const char *hint, void *arg);

/* How to backfill; all times in ms. */
typedef struct MigBackfillOptions
{
	int			batch_size;		/* rows of the first batch */
	int			target_duration;	/* of a batch; 0: the size stays */
	int			pause;			/* between batches */
	int			max_lag;		/* of a standby; 0: any */
	int			max_lag_size;	/* the same in MB */
	int			max_wal_rate;	/* of the server, kB/s; 0: any */
	int			passes;			/* over what is left after the first */
	bool		restart;		/* forget what is done */
	int			lock_budget;	/* the rest as for deployments */
	int			concurrent_lock_budget;
	int			statement_timeout;
	int			retries;
} MigBackfillOptions;

/* What to backfill. */
typedef struct MigBackfillCall
{
	const char *name;
	Oid			relation;
	const char *statement;
	const char *pending;		/* condition for rows still to do, or NULL */
	const char *key;			/* unique index, or NULL: the primary key */
} MigBackfillCall;

/* How to deploy; all times in ms. */
typedef struct MigDeployOptions
{
	MigPatience patience;		/* for locks; queue_time 0: leave them to the
								 * statements */
	int			concurrent_lock_budget; /* the same for one that hurts nobody
										 * while it waits */
	int			statement_timeout;	/* 0: none */
	int			retries;		/* of a step, after lock timeouts and
								 * deadlocks */
	bool		roll_back;		/* undo what was done if a step fails */
	bool		needs_client;	/* stop when the client is gone */
	const char *backup_command; /* run first; empty: none */
	const char **pass_over;		/* codes of findings that are no reason to
								 * refuse */
	int			npass_over;
	void		(*backfill) (MigBackfillOptions *options);	/* the settings for
															 * backfills */
} MigDeployOptions;

/* run_backfill.c */
extern void MigRunBackfill(const MigCopy *copy, const MigBackfillCall *call,
						   const MigBackfillOptions *options);

/* run_deploy.c */
extern void MigRunDeploy(const MigCopy *copy, MigOperation operation, const char *target,
						 const MigDeployOptions *options);

/* run_preflight.c */
extern void MigRunPreflight(const MigCopy *copy, const char *target, MigFindingFn found, void *arg);

/* run_pieces.c */
extern void MigRunResolve(const MigCopy *copy, bool done);
extern pg_noreturn void MigRunRefuseHalfDone(const MigJournal *journal);
extern MigJournal *MigRunStatus(const MigCopy *copy, char **left, char **next);

/* run_steps.c */
extern void MigRunUpgrade(const MigCopy *copy, const char *target, MigDoneFn done, void *arg);
extern void MigRunDowngrade(const MigCopy *copy, const char *target, MigDoneFn done, void *arg);
extern void MigRunStamp(const MigCopy *copy, const char **targets, int ntargets, bool purge,
						MigDoneFn done, void *arg);
extern const char *MigRunRevision(const char **of_project, const char **of_tenant);

/* run_record.c */
extern void MigRunRecord(const MigCopy *copy, MigOperation operation, const char *revision,
						 bool check_only);

/* run_repeat.c */
extern List *MigRunRepeats(const MigCopy *copy, const MigGraph *graph, const MigPlan *plan,
						   bool from_nothing);

/* run_drift.c */
extern char *MigRunRecordSchema(const MigCopy *copy);
extern int64 MigRunCatalogWrites(void);
extern void MigRunRecordAfter(const MigCopy *copy, const MigRows *before, int64 writes);
extern bool MigRunHasScope(const MigCopy *copy);
extern Jsonb *MigRunDrift(const MigCopy *copy, Jsonb **live);
extern char *MigRunDescribeDrift(const MigCopy *copy);
extern void MigRunCheckDrift(const MigCopy *copy);

/* run_section.c */
extern void MigRunSection(const MigBody *body, MigOperation operation);
extern void MigRunVerify(const MigBody *body);

/* run_copy.c */
extern uint64 MigRunCopyData(const MigStatement *statement);

/* run_revisions.c */
extern char *MigRunLoad(const MigCopy *copy, const char *script, const char *filename);
extern bool MigRunFitsTransaction(const char *section);
extern char *MigRunNew(const MigCopy *copy, const MigNew *request);
extern char *MigRunEdit(const MigCopy *copy, const char *revision, const MigEdit *edit);
extern char *MigRunDelete(const MigCopy *copy, const char *revision);
extern char *MigRunFindRevision(const MigCopy *copy, const char *name);

/* run_rename.c */
extern char *MigRunRename(const MigCopy *copy, const char *old, const char *new, Oid version_table);
extern void MigRunConvertIds(const MigCopy *copy, bool dry_run, Oid version_table,
							 MigRenamedFn renamed, void *arg);

/* run_import.c */
extern void MigRunImport(const MigCopy *copy, const MigFile *files, int nfiles, const char *format,
						 MigImportedFn imported, void *arg);
extern void MigRunChangedFiles(const MigCopy *copy, const MigFile *files, int nfiles,
							   const char *format, MigChangedFn changed, void *arg);

/* run_adopt.c */
extern void MigRunAdopt(const MigCopy *copy, const char *tool, Oid table, bool dry_run,
						bool accept_changed, MigAdoptedFn adopted, void *arg);

/* run_guard.c */
extern void MigRunAssignGuard(int user, void *extra);

/* run_shadow.c */
extern Jsonb *MigRunSnapshotOf(const char *text, const char **schemas, int nschemas);

/* Called for each state that detect finds. */
typedef void (*MigDetectedFn) (const char *versions, int64 differences, void *arg);

/* run_detect.c */
extern void MigRunDetect(const MigCopy *copy, MigDetectedFn detected, void *arg);

/* run_offline.c */
extern char *MigRunUpgradeSql(const MigCopy *copy, const char *target, bool include_revisions);
extern char *MigRunDowngradeSql(const MigCopy *copy, const char *target);

#endif							/* MIG_RUN_H */
