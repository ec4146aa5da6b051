/*-------------------------------------------------------------------------
 * src/run/run_internal.h
 *	  What the files of run share.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_RUN_INTERNAL_H
#define MIG_RUN_INTERNAL_H

#include "ledger/ledger.h"
#include "reader/reader.h"
#include "run/run.h"
#include "script/script.h"
#include "tcop/dest.h"
#include "utils/relcache.h"

/* Longest part of a statement that an error quotes, in bytes. */
#define MIG_QUOTED_STATEMENT	120

/* Something that a text is not to see. */
typedef struct MigHiddenObject
{
	MigAddress	address;
	const char *name;			/* its real one */
	Oid			extension;		/* that it is a member of, or 0 */
	bool		is_hidden;		/* not shown again */
} MigHiddenObject;

/* All that a text is not to see. */
typedef struct MigHidden
{
	MigReaderScope scope;
	Oid			own_extension;
	List	   *objects;		/* MigHiddenObject *; schemas come first */
	List	   *defaults;		/* likewise: default operator classes */
} MigHidden;

/* The text of a schema while it runs. */
typedef struct MigModelText
{
	const char *text;
	MigPlace	place;			/* of its first line; no file for a model */
	bool		has_ground;		/* what was there first need not be created */
	int			npassed;		/* that were not created for that reason */
	MemoryContext context;		/* lives as long as this */
	MigHidden  *hidden;
	MigStatement *statement;	/* that runs, or NULL */
	List	   *silenced;		/* MigSilenced *: event triggers of the text */
	List	   *hints;			/* MigHint * */
	bool		is_impure;		/* may mean something else the next time */
} MigModelText;

/* Texts that run in one shadow, one after the other. */
typedef struct MigSeries
{
	const char **schemas;		/* none: all */
	int			nschemas;
	bool		has_ground;		/* live extensions and schemas are there from
								 * the start */
	const MigBody *(*next) (void *arg); /* the next one, or NULL */
	void		(*seen) (Jsonb *snapshot, void *arg);	/* before the first and
														 * after each; NULL: as
														 * before */
	int			npassed;		/* what the section was to create, but was
								 * there from the start */
	void	   *arg;
} MigSeries;

/* What is to be thought of a statement that was begun outside a transaction. */
typedef enum MigVerdict
{
	MIG_VERDICT_DONE,
	MIG_VERDICT_REPEAT,
	MIG_VERDICT_UNKNOWN
} MigVerdict;

/* What is to be done; a copy of a step, since running it may replace the graph. */
typedef struct MigWorkStep
{
	MigStep		step;
	const char *revision;		/* "" for a stamp to base */
	const char *message;
	int32		serial;
	bool		transactional;
	bool		reversible;
} MigWorkStep;

typedef struct MigWork
{
	const MigCopy *copy;
	MigOperation operation;
	bool		from_nothing;	/* whatever was run in the copy */
	const char *target;			/* deployments only */
	int64		deployment;		/* its id */
	int			nsteps;
	MigWorkStep *steps;
	MigDoneFn	done;
	void	   *arg;
} MigWork;

/* A column of the key that a backfill goes along. */
typedef struct MigKeyColumn
{
	AttrNumber	number;
	const char *name;
	Oid			type;
	int32		typmod;
	Oid			collation;
	int16		len;
	bool		by_value;
	Oid			family;			/* of operators */
	Oid			operand;		/* what they take */
} MigKeyColumn;

typedef struct MigKey
{
	Datum		values[INDEX_MAX_KEYS];
} MigKey;

/* A part of a table; NULL is an end that is open. */
typedef struct MigRange
{
	const MigKey *low;
	bool		low_included;
	const MigKey *high;			/* which is included */
} MigRange;

/* What a backfill has to go easy on. */
typedef struct MigBrake
{
	int64		batches;		/* since the call began */
	double		took;			/* ms, the last of them */
	bool		is_blocking;	/* somebody has waited for it to end */
	TimestampTz lag_seen;		/* when the lag was looked at, or 0 */
	TimestampTz wal_since;		/* when WAL was at wal_from, or 0 */
	XLogRecPtr	wal_from;
} MigBrake;

/* A statement that can be run for parts of a table. */
typedef struct MigBatcher
{
	const MigStatement *statement;
	Oid			relation;
	const char *relation_name;	/* quoted and qualified */
	bool		descends;		/* to its partitions */
	char	   *pending;		/* condition, or NULL */
	Node	   *pending_parse;
	int			nkeys;
	MigKeyColumn keys[INDEX_MAX_KEYS];
	const char *columns;		/* of the key; as ORDER BY has them */
	const char *ascending;
	const char *descending;
} MigBatcher;

/* run_batch.c */
extern MigBatcher *MigRunBatchOpen(Oid relation, const MigStatement *statement, const char *pending,
								   const char *key);
extern int64 MigRunBatchFind(const MigBatcher *batcher, const MigKey *after, const MigKey *last,
							 int64 limit, MigKey *first, MigKey *end);
extern bool MigRunBatchGreatest(const MigBatcher *batcher, MigKey *key);
extern int64 MigRunBatchCount(const MigBatcher *batcher);
extern int64 MigRunBatchEstimate(const MigBatcher *batcher, bool with_condition);
extern uint64 MigRunBatch(const MigBatcher *batcher, const MigRange *range);
extern const char **MigRunBatchKeyTexts(const MigBatcher *batcher, const MigKey *key);
extern void MigRunBatchParseKey(const MigBatcher *batcher, const char *const *texts, MigKey *key);

/* run_brake.c */
extern void MigRunBrake(MigBrake *brake, const MigCopy *copy, MigBackfill *state,
						const MigBackfillOptions *options);
extern void MigRunBrakeLook(MigBrake *brake, TimestampTz started);

/* run_backfill.c */
extern void MigRunBackfillPiece(const MigCopy *copy, const MigStatement *statement,
								const MigBackfillOptions *options);

/* run_deploy.c */
extern bool MigRunIsTransient(const ErrorData *error);
extern long MigRunPause(int attempt);
extern void MigRunAddHint(ErrorData *error, const char *hint);

/* run_hide.c */
extern void MigRunHide(MigHidden *hidden);
extern MigHiddenObject *MigRunFindHidden(const MigHidden *hidden, Oid class, const char *name);
extern MigHiddenObject *MigRunHiddenSchema(const MigHidden *hidden, Oid schema);
extern void MigRunShow(MigHidden *hidden, Oid extension);
extern void MigRunSetColumn(Oid class, Oid object, AttrNumber column, Datum value);
extern void MigRunSetColumnOf(Relation catalog, HeapTuple tuple, AttrNumber column, Datum value);

/* run_extension.c */
extern bool MigRunCreateExtension(MigHidden *hidden, const CreateExtensionStmt *stmt);
extern bool MigRunAlterExtension(MigHidden *hidden, const AlterExtensionStmt *stmt);
extern bool MigRunMoveExtension(MigHidden *hidden, const AlterObjectSchemaStmt *stmt);
extern bool MigRunCommentExtension(MigHidden *hidden, const CommentStmt *stmt);
extern void MigRunMoveMembers(const MigHidden *hidden, const char *schema);
extern bool MigRunIsInSight(const MigHidden *hidden, const char *extension);
extern Oid	MigRunExtensionSchema(Oid extension);
extern bool MigRunIsLive(const MigHidden *hidden, Oid extension);
extern bool MigRunDepends(MigAddress one, MigAddress other);

/* run_cache.c */
extern char *MigRunCacheKey(const char *text);
extern bool MigRunIsPure(const MigStatement *statement);

/* run_silence.c */
extern void MigRunSilence(MigModelText *model, const char *name);
extern void MigRunUnsilence(MigModelText *model);

/* run_shadow.c */
extern ErrorData *MigRunSeries(MigSeries *series);

/* run_model.c */
extern void MigRunModel(MigModelText *model);
extern void MigRunModelError(const MigModelText *model, ErrorData *error);

/* run_steps.c */
extern void MigRunRefuseRunning(const char *what);
extern bool MigRunIsRunning(void);
extern void MigRunEnter(const MigCopy *copy, const char *revision);
extern void MigRunLeave(void);
extern void MigRunBegin(const char *function);
extern void MigRunFinish(void);
extern void MigRunTakeLocks(const MigCopy *copy);
extern bool MigRunIsUpToDate(const MigCopy *copy, const MigState *state, const char *target);
extern void MigRunCopySteps(MigWork *work, const MigGraph *graph, const MigPlan *plan);
pg_noreturn extern void MigRunRefuseIrreversible(const MigCopy *copy, const char *revision);
extern void MigRunCheckSteps(const MigWork *work, bool any_transaction);
extern const MigBody *MigRunFetchBody(const MigWork *work, int step);
extern int64 MigRunStep(const MigWork *work, const MigWorkStep *step, const MigBody *body);
extern void MigRunRememberHeads(const MigCopy *copy, const MigState *state);

/* run_repeat.c */
extern void MigRunRepeatFirst(MigWork *work, const char *revision);

/* run_pieces.c */
extern void MigRunPieces(const MigWork *work, const MigWorkStep *step, const MigBody *body,
						 const MigDeployOptions *options);
extern bool MigRunIsUnknown(const MigJournal *journal);

/* run_gate.c */
extern void MigRunPassGate(const MigWork *work);
extern void MigRunPassFreeze(const MigCopy *copy);
extern List *MigRunUnapproved(const MigWork *work);
extern char *MigRunJoin(List *sentences);

/* run_preflight.c */
extern void MigRunFindErrors(const MigWork *work, MigFindingFn found, void *arg);

/* run_space.c */
extern void MigRunFindSpace(const MigWork *work, MigFindingFn found, void *arg);

/* run_locks.c */
extern void MigRunAcquireAll(const MigBody *body, int from, int to, const MigDeployOptions *options);
extern bool MigRunGaveUp(void);
extern void MigRunAcquire(const MigStatement *statement, const MigDeployOptions *options);
extern void MigRunSayAwaited(const MigStatement *statement);

/* run_deploy.c */

/* run_notify.c */
extern void MigRunNotify(const MigWork *work, const char *event, const MigWorkStep *step,
						 const ErrorData *error);
extern void MigRunTell(StringInfo json, const MigWork *work, const char *event,
					   const MigWorkStep *step);
extern void MigRunMember(StringInfo json, const char *name, const char *value);

/* run_hooks.c */
extern void MigRunBackup(const char *command, const MigWork *work);
extern void MigRunRestorePoint(const MigWork *work);
extern void MigRunHooks(const MigWork *work, const char *event, const MigWorkStep *step,
						const MigStatement *statement);

/* run_history.c */
extern void MigRunKeepHistory(MemoryContext memory);
extern void MigRunHistoryWaited(int64 microseconds);
extern void MigRunHistoryStart(const MigStatement *statement);
extern void MigRunHistoryRows(uint64 rows);
extern void MigRunHistoryStop(void);
extern void MigRunWriteHistory(const MigCopy *copy, int64 deployment, MigOperation operation,
							   const char *revision);

/* run_client.c */
extern void MigRunWatchClient(bool needed);
extern void MigRunResetClientCheck(void);
extern void MigRunUnwatchClient(void);

/* run_timer.c */
extern void MigRunSetTimer(int ms);
extern void MigRunStartTimer(void);
extern void MigRunEndTimer(void);
extern int	MigRunStopTimer(void);
extern bool MigRunTimedOut(void);

/* run_reconcile.c */
extern char *MigRunBefore(const MigStatement *statement);
extern List *MigRunObstacles(const MigStatement *statement);
extern MigVerdict MigRunJudge(const MigJournal *journal, List **cleaning, char **left);

/* run_section.c */
extern void MigRunStatement(const MigStatement *statement);
extern uint64 MigRunPlan(PlannedStmt *plan, const char *sql, DestReceiver *dest);
extern void MigRunTopLevel(const MigStatement *statement);
extern void MigRunOneStatement(const MigBody *body, MigOperation operation,
							   const MigStatement *statement, bool top_level);
extern void MigRunBackfillStatement(const MigBody *body, MigOperation operation,
									const MigStatement *statement, const MigCopy *copy,
									const MigBackfillOptions *options);
extern void MigRunLocateError(const MigStatement *statement, ErrorData *error);
extern int	MigRunLineOfError(const MigStatement *statement, const ErrorData *error);

/* run_rename.c */
extern bool MigRunIsHashId(const char *id);
extern char *MigRunHashId(const MigCopy *copy, const char *id, int attempt);
extern bool MigRunResolveAliases(const MigCopy *copy, const MigAlias *aliases, int naliases,
								 MigScript *script);
pg_noreturn extern void MigRunRefuseFormer(const char *former, const MigScript *script);

/* run_revisions.c */
extern void MigRunLock(const MigCopy *copy, MigLock lock);
extern MigStored *MigRunPrepare(MigScript *script, bool check_downgrade);
extern void MigRunStoreOne(const MigCopy *copy, const MigStored *stored);
extern void MigRunRefuseApplied(const MigCopy *copy, const char **revisions, int n, const char *verb);

#endif							/* MIG_RUN_INTERNAL_H */
