/*-------------------------------------------------------------------------
 * src/ledger/ledger.h
 *	  Our own tables: revisions, versions and log; and the locks over them.
 *
 * A copy is what versions are kept for: one tenant of one project.  All
 * functions here bracket their queries with MigDbOpen and MigDbClose, so that
 * they run with the rights of the extension's owner.
 *
 * Locks, all advisory and held to the end of the transaction:
 *
 *	MIG_LOCK_MIGRATE  exclusive per copy: whoever changes its versions
 *	MIG_LOCK_CONTENT  per project: shared by whoever runs revisions, exclusive
 *					  by whoever replaces, edits or deletes them
 *	MIG_LOCK_AUTHOR	  exclusive per project: whoever changes its revisions
 *
 * They are taken by polling, never by queueing, for at most
 * migrator.lock_timeout.  MIG_LOCK_STEP is no lock but a beacon: the holder of
 * MIG_LOCK_MIGRATE holds it on the serial of the revision that it is running,
 * so that others can read in pg_locks how far it is.  MIG_LOCK_BACKFILL is held
 * for the session by whoever runs a backfill, per name.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_LEDGER_H
#define MIG_LEDGER_H

#include "base/base.h"
#include "base/compat.h"
#include "db/db.h"
#include "datatype/timestamp.h"
#include "graph/graph.h"
#include "utils/jsonb.h"

/* What to do before an upgrade if somebody else has changed the schema. */
typedef enum MigOnDrift
{
	MIG_DRIFT_IGNORE,
	MIG_DRIFT_WARN,
	MIG_DRIFT_FAIL
} MigOnDrift;

/* The copy that a call works on, how long it may wait, and what is its schema. */
typedef struct MigCopy
{
	const char *project;
	const char *tenant;
	int			lock_timeout;	/* ms; 0 does not wait */
	bool		record_schema;	/* after steps */
	int			on_drift;		/* MigOnDrift */
	const char **schemas;		/* that are the copy's; none: all */
	int			nschemas;
	int			required_approvals; /* of other people, for an upgrade */
	const char *override_freeze;	/* why, or empty */
	bool		verify;			/* run verify scripts */
} MigCopy;

typedef enum MigLock
{
	MIG_LOCK_MIGRATE = 0x6D01,
	MIG_LOCK_CONTENT = 0x6D02,
	MIG_LOCK_AUTHOR = 0x6D03,
	MIG_LOCK_STEP = 0x6D04,
	MIG_LOCK_BACKFILL = 0x6D05	/* 0x6D06 is MIG_LOCK_WANTED of watch */
} MigLock;

/* What one query tells of a copy without reading the graph. */
typedef struct MigState
{
	bool		known;			/* are heads and real_heads up to date? */
	char	   *token;			/* of the project; NULL: no such project */
	int			nheads;
	const char **heads;
	int			nreal_heads;
	const char **real_heads;
	bool		has_repeatables;	/* the project */
	MigRows		rows;			/* sorted */
} MigState;

/* A revision as it is stored. */
typedef struct MigStored
{
	const char *revision;
	const char *message;
	const char *create_date;
	bool		transactional;	/* can the upgrade run in a transaction? */
	bool		down_transactional;
	const char *filename;
	int			upgrade_line;
	const char *downgrade_filename;
	int			downgrade_line;
	const char *header;
	const char *upgrade;
	const char *downgrade;		/* NULL: irreversible */
	const char *verify;			/* NULL: there is nothing to verify */
	const char *verify_filename;
	int			verify_line;
	bool		repeatable;
	const char *origin_tool;	/* NULL: it did not come from another tool */
	const char *origin_key;
	const char *origin_checksum;
	const char *checksum;
	List	   *parents;		/* of char *, as are deps and labels */
	List	   *deps;
	List	   *labels;
} MigStored;

/* A revision's checksum, by its id, for telling what a load would change. */
typedef struct MigKnown
{
	const char *revision;
	const char *checksum;
	const char *filename;
} MigKnown;

/* Where a revision's script is found now: a file and the lines of its sections. */
typedef struct MigMoved
{
	const char *revision;
	const char *filename;
	int			upgrade_line;
	int			downgrade_line;
	int			verify_line;
} MigMoved;

/* A former id of a revision. */
typedef struct MigAlias
{
	const char *alias;
	const char *revision;
} MigAlias;

/* What becomes of a revision when ids change: its own, or one in its header. */
typedef struct MigRename
{
	const char *old;
	const char *new;			/* the same if only its header changes */
	const char *filename;
	const char *new_filename;
	const char *header;
	const char *checksum;
} MigRename;

/* A section to run. */
typedef struct MigBody
{
	const char *revision;
	const char *text;			/* NULL: no such section, or too large */
	const char *header;			/* of its file */
	MigPlace	place;
	const char *verify;			/* of an upgrade; NULL: none, or too large */
	MigPlace	verify_at;
} MigBody;

/* What another tool calls a revision. */
typedef struct MigOrigin
{
	const char *revision;
	const char *tool;
	const char *key;
	const char *checksum;		/* or NULL */
	bool		repeatable;
} MigOrigin;

/* A repeatable revision that is to be run. */
typedef struct MigRepeat
{
	const char *revision;
	const char *message;
	int32		serial;
	bool		transactional;
} MigRepeat;

/*
 * Called for each revision's way up, with its verify section, and way down; body
 * and its texts are gone after the call.
 */
typedef void (*MigBodyFn) (const MigBody *body, MigOperation operation, bool transactional, void *arg);

/* Called for the header of a revision; it is gone after the call. */
typedef void (*MigHeaderFn) (const char *revision, const char *header, void *arg);

/* When and how a revision was last applied to a copy. */
typedef struct MigApplied
{
	const char *revision;
	TimestampTz at;
	const char *checksum;		/* NULL after a stamp */
} MigApplied;

/* The schema of a copy as it was recorded. */
typedef struct MigSchemaRecord
{
	const char **revisions;		/* the versions then, sorted */
	int			nrevisions;
	const char **schemas;		/* that it is of; none: all */
	int			nschemas;
	const char *fingerprint;
	Jsonb	   *snapshot;
} MigSchemaRecord;

/* Nothing is to be run before a time. */
typedef struct MigFreeze
{
	TimestampTz until;
	const char *reason;
	const char *role;
} MigFreeze;

/* What a statement of a deployment has cost. */
typedef struct MigSpent
{
	int			statement;		/* its number in the section */
	const char *sql;			/* shortened */
	TimestampTz started;
	int64		elapsed_us;
	int64		lock_us;		/* spent before, to get its locks */
	int64		wal_bytes;
	int64		rewritten_bytes;	/* of relations that have a new file */
	int64		rows;			/* that it has processed */
} MigSpent;

/* A revision that is half done, statement by statement. */
typedef struct MigJournal
{
	MigOperation operation;
	const char *revision;
	int			done;			/* how many statements are */
	char	   *checksum;		/* of the section up to the end of these */
	int			begun;			/* a statement of which it is not known
								 * whether it is done, or 0 */
	const char *sql;			/* that statement */
	const char *before;			/* jsonb: what there was before it */
	const char *error;			/* how it failed the last time, or NULL */
	bool		is_foreign;		/* written on another server, or before a
								 * promotion */
	const char *changed_at;
} MigJournal;

/* Why a backfill pauses. */
typedef enum MigPause
{
	MIG_PAUSE_ASKED,
	MIG_PAUSE_LAG,
	MIG_PAUSE_WAL,
	MIG_PAUSE_LOCKS,			/* somebody has waited for a batch to end */
	MIG_PAUSE_RETRY				/* after a lock timeout or deadlock */
} MigPause;

#define MIG_NPAUSES		5

/* How far a backfill is. */
typedef struct MigBackfill
{
	const char *name;
	const char *relation;		/* quoted and qualified */
	const char **key_columns;
	int			nkeys;
	const char *statement;
	const char *pending;		/* or NULL */
	const char *checksum;
	int			pass;			/* from 1 */
	const char **last_key;		/* nkeys texts; NULL before the first batch */
	const char **max_key;		/* NULL if the table was empty */
	int64		rows_done;
	int64		rows_changed;
	int64		rows_estimated;
	int64		batches;
	int			batch_size;
	double		rate;			/* rows per second */
	int64		paused[MIG_NPAUSES];	/* ms */
	bool		is_finished;
} MigBackfill;

/* Which schema changes are watched, and how. */
typedef struct MigWatch
{
	bool		refuse;
	const char **schemas;		/* none: all */
	int			nschemas;
} MigWatch;

/* What is logged of a schema change besides its object. */
typedef struct MigDdl
{
	const char *statement;		/* or NULL */
	const char *project;		/* NULL, as are the next two, outside
								 * migrations */
	const char *tenant;
	const char *revision;
	bool		allowed;		/* it would have been refused */
} MigDdl;

/* ledger_alias.c */
extern bool MigLedgerHasAliases(const MigCopy *copy);
extern MigAlias *MigLedgerAliases(const MigCopy *copy, int *n);
extern const char *MigLedgerFindAlias(const MigAlias *aliases, int n, const char *name);
extern char *MigLedgerResolveAlias(const MigCopy *copy, const char *name);
extern void MigLedgerListAliases(const MigCopy *copy, MigDbRowFn row, void *arg);
extern void MigLedgerRewrite(const MigCopy *copy, const MigRename *rename);
extern void MigLedgerRename(const MigCopy *copy, const char **old, const char **new, int n);
extern bool MigLedgerStillNamed(const MigCopy *copy, const char **ids, int n);
extern char *MigLedgerHalfDone(const MigCopy *copy);

/* ledger_cache.c */
extern char *MigLedgerEnvironment(const char *user);
extern Jsonb *MigLedgerFindModel(const char *key);
extern void MigLedgerKeepModel(const char *key, Jsonb *snapshot);

/* ledger_read.c */
extern MigState *MigLedgerState(const MigCopy *copy);
extern MigRows *MigLedgerRows(const MigCopy *copy);
extern char *MigLedgerToken(const MigCopy *copy);
extern char *MigLedgerScript(const MigStored *stored);
extern MigStored *MigLedgerFetch(const MigCopy *copy, const char *revision);
extern List *MigLedgerBodies(const MigCopy *copy, const char **revisions, int n,
							 MigOperation operation, int limit);
extern void MigLedgerEachBody(const MigCopy *copy, MigBodyFn each, void *arg);
extern void MigLedgerEachIrreversible(const MigCopy *copy, MigHeaderFn each, void *arg);
extern MigKnown *MigLedgerKnown(const MigCopy *copy, int *n);
extern const MigKnown *MigLedgerFindKnown(const MigKnown *known, int n, const char *revision);
extern MigApplied *MigLedgerApplied(const MigCopy *copy, const char **revisions, int n, int *nresult);
extern const MigApplied *MigLedgerFindApplied(const MigApplied *applied, int n, const char *revision);
extern const char **MigLedgerAppliedAnywhere(const MigCopy *copy, const char **revisions, int n, int *nresult);
extern const char **MigLedgerUsers(const MigCopy *copy, const char *revision, int *n);
extern void MigLedgerListRevisions(const MigCopy *copy, MigDbRowFn row, void *arg);
extern void MigLedgerListLog(const MigCopy *copy, const char *revision, MigDbRowFn row, void *arg);
extern void MigLedgerRefuseStale(const MigCopy *copy, const MigState *state);

/* ledger_graph.c */
extern const MigRevisionDef *MigLedgerDefs(const MigCopy *copy, int *n);
extern const MigGraph *MigLedgerGraph(const MigCopy *copy);

/* ledger_write.c */
extern void MigLedgerChangeProject(const MigCopy *copy);
extern void MigLedgerClear(const MigCopy *copy, const char *revision);
extern void MigLedgerStore(const MigCopy *copy, const MigStored *revision, bool replace);
extern void MigLedgerMoveFiles(const MigCopy *copy, const MigMoved *moved, int n);
extern void MigLedgerDelete(const MigCopy *copy, const char *revision);
extern void MigLedgerRememberHeads(const MigCopy *copy, const char *token, const MigGraph *graph);
extern void MigLedgerRecord(const MigCopy *copy, const MigStep *step, const char *revision,
							const char *checksum, TimestampTz started_at, TimestampTz ended_at);

/* ledger_origin.c */
extern MigOrigin *MigLedgerOrigins(const MigCopy *copy, int *n);

/* ledger_repeat.c */
extern bool MigLedgerIsRepeated(const MigCopy *copy, const MigState *state);
extern List *MigLedgerRepeats(const MigCopy *copy);
extern List *MigLedgerAllRepeatables(const MigCopy *copy);
extern void MigLedgerRecordRepeat(const MigCopy *copy, const char *revision);
extern bool MigLedgerForgetRepeat(const MigCopy *copy, const char *revision);
extern void MigLedgerListRepeatables(const MigCopy *copy, MigDbRowFn row, void *arg);

/* ledger_schema.c */
extern void MigLedgerRecordSchema(const MigCopy *copy, const MigSchemaRecord *record);
extern bool MigLedgerKeepSchema(const MigCopy *copy, const MigRows *before, const MigRows *after);
extern void MigLedgerForgetSchema(const MigCopy *copy);
extern MigSchemaRecord *MigLedgerSchemaRecord(const MigCopy *copy);

/* ledger_ddl.c */
extern void MigLedgerWatch(MigWatch *watch);
extern bool MigLedgerFirstDdl(const MigWatch *watch, bool dropped, const char **command,
							  const char **identity);
extern void MigLedgerRecordDdl(const MigWatch *watch, bool dropped, const MigDdl *ddl);
extern void MigLedgerListDdl(Datum since, bool isnull, MigDbRowFn row, void *arg);

/* ledger_lock.c */
extern bool MigLedgerTryLock(const MigCopy *copy, MigLock lock, bool exclusive);
extern void MigLedgerUnlock(const MigCopy *copy, MigLock lock, bool exclusive);
extern void MigLedgerLock(const MigCopy *copy, MigLock lock, bool exclusive);
extern bool MigLedgerWait(const MigCopy *copy, TimestampTz since, int *delay);
extern pg_noreturn void MigLedgerRefuseLocked(const MigCopy *copy, MigLock lock);
extern bool MigLedgerHold(const MigCopy *copy, MigLock lock, bool exclusive);
extern void MigLedgerRelease(const MigCopy *copy, MigLock lock, bool exclusive);
extern void MigLedgerBeacon(const MigCopy *copy, int32 serial, bool session, bool on);
extern bool MigLedgerHoldBackfill(const MigCopy *copy, const char *name);
extern void MigLedgerReleaseBackfill(const MigCopy *copy, const char *name);

/* ledger_backfill.c */
extern MigBackfill *MigLedgerBackfill(const MigCopy *copy, const char *name);
extern void MigLedgerBackfillBegin(const MigCopy *copy, const MigBackfill *backfill);
extern void MigLedgerBackfillWrite(const MigCopy *copy, const MigBackfill *backfill);
extern void MigLedgerBackfillWaits(const MigCopy *copy, const char *name, const char *reason);
extern void MigLedgerBackfillError(const MigCopy *copy, const char *name, const char *message);
extern void MigLedgerListBackfills(const MigCopy *copy, MigDbRowFn row, void *arg);
extern void MigLedgerLag(int64 *lag_ms, int64 *lag_bytes);

/* ledger_hook.c */
extern bool MigLedgerAddHook(const MigCopy *copy, const char *event, const char *function);
extern bool MigLedgerRemoveHook(const MigCopy *copy, const char *event, const char *function);
extern List *MigLedgerHooks(const MigCopy *copy, const char *event);

/* ledger_gate.c */
extern bool MigLedgerApprove(const MigCopy *copy, const char *revision, bool approve);
extern List *MigLedgerUnapproved(const MigCopy *copy, const char **revisions, int n, int required);
extern void MigLedgerFreeze(const MigCopy *copy, TimestampTz until, const char *reason);
extern MigFreeze *MigLedgerFrozen(const MigCopy *copy);
extern void MigLedgerOverrideFreeze(const MigCopy *copy, const char *reason);

/* ledger_journal.c */
extern MigJournal *MigLedgerJournal(const MigCopy *copy);
extern void MigLedgerJournalWrite(const MigCopy *copy, const MigJournal *journal);
extern void MigLedgerJournalError(const MigCopy *copy, const char *message);
extern bool MigLedgerJournalRemove(const MigCopy *copy);
extern int64 MigLedgerDeploymentBegin(const MigCopy *copy, MigOperation operation, const char *target,
									  const char **revisions, int nrevisions);
extern void MigLedgerDeploymentEnd(int64 id, const char *outcome, const ErrorData *error);
extern void MigLedgerRecordSpent(const MigCopy *copy, int64 deployment, MigOperation operation,
								 const char *revision, List *spent);
extern void MigLedgerListSpent(const MigCopy *copy, const char *revision, MigDbRowFn row, void *arg);

#endif							/* MIG_LEDGER_H */
