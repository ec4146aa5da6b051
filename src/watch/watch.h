/*-------------------------------------------------------------------------
 * src/watch/watch.h
 *	  Locks on relations: what a statement will take, who is in the way, and
 *	  how to get them without holding others up.
 *
 * Only strong modes count, SHARE and those above: they are what stops writers
 * or readers.  The lower ones conflict with nothing that an application does.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_WATCH_H
#define MIG_WATCH_H

#include "nodes/parsenodes.h"
#include "storage/lock.h"

/* What to do with those who are in the way when max_wait is over. */
typedef enum MigBlockedPolicy
{
	MIG_BLOCKED_WAIT,			/* go on for ever */
	MIG_BLOCKED_FAIL,			/* raise LOCK_NOT_AVAILABLE */
	MIG_BLOCKED_CANCEL,			/* cancel their queries, then try again */
	MIG_BLOCKED_TERMINATE		/* and end those that are idle in transaction */
} MigBlockedPolicy;

/* How to get locks.  All times are in ms. */
typedef struct MigPatience
{
	int			poll_time;		/* how long to try without queueing, before
								 * the first queued attempt */
	int			queue_time;		/* longest time that one queued attempt may
								 * hold others up: the lock budget */
	int			max_wait;		/* in all, after which the policy decides; 0:
								 * for ever */
	MigBlockedPolicy policy;
	const char **protected_roles;	/* never cancelled or terminated, nor are
									 * their members */
	int			nprotected;
} MigPatience;

/* A lock that will be taken. */
typedef struct MigWantedLock
{
	Oid			relation;
	LOCKMODE	mode;
	const char *schema;			/* of the relation, when it was looked up */
	const char *name;
} MigWantedLock;

/* Somebody who holds what conflicts. */
typedef struct MigBlocker
{
	int			pid;			/* 0: a prepared transaction */
	const char *role;			/* or NULL */
	const char *application;	/* or NULL */
	const char *state;			/* as in pg_stat_activity, or NULL */
	int64		query_ms;		/* age of its query, or of its present state
								 * if it runs none; -1: not known */
	int64		xact_ms;		/* age of its transaction; -1: not known */
	const char *query;			/* NULL if the caller may not see it */
	const char *gid;			/* of a prepared transaction, or NULL */
	const char *backend_type;	/* or NULL */
	const char *relation;		/* that it has locked, quoted and qualified;
								 * NULL: it holds a snapshot */
	const char *mode;			/* as LOCK TABLE has it, or NULL */
	Oid			role_oid;		/* or InvalidOid */
	bool		waiting;		/* does not hold the lock but is queued for it */
	bool		wraparound;		/* autovacuum to prevent wraparound */
} MigBlocker;

/* Files of relations, to compare with later. */
typedef struct MigFiles MigFiles;

/*
 * The fourth field of the tags of advisory locks that a session holds while it
 * looks for locks without queueing, one for each: classid and objid in pg_locks
 * are the relation and the mode.  Nobody waits for them; migrator.progress reads
 * them.  See MigLock for others.
 */
#define MIG_LOCK_WANTED		0x6D06

/*
 * Told who is in the way (a List of MigBlocker *, gone after the call): when
 * queueing begins, and every few seconds from then on.  No snapshot is active.
 */
typedef void (*MigWaitingFn) (const List *blockers, int64 waited_ms, void *arg);

/* watch_wanted.c */
extern List *MigWatchWanted(List *wanted, const RawStmt *stmt);
extern bool MigWatchFollow(const RawStmt *stmt);
extern Oid	MigWatchLookup(const RangeVar *name);
extern Oid	MigWatchBuilt(const Node *node);
extern bool MigWatchIsFullVacuum(const Node *node);
extern bool MigWatchIsPlainReindex(const Node *node);
extern const char *MigWatchModeName(LOCKMODE mode);

/* watch_acquire.c */
extern void MigWatchAcquire(const List *wanted, const MigPatience *patience,
							MigWaitingFn waiting, void *arg);

/* watch_rewrite.c */
extern MigFiles *MigWatchFiles(const RawStmt *stmt);
extern int64 MigWatchRewritten(const MigFiles *files);

/* watch_blockers.c */
extern List *MigWatchBlockers(const List *wanted);
extern List *MigWatchBuildBlockers(const RawStmt *stmt);
extern char *MigWatchDescribe(const List *blockers);

#endif							/* MIG_WATCH_H */
