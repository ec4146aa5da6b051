/*-------------------------------------------------------------------------
 * src/watch/watch_internal.h
 *	  What the files of watch share.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_WATCH_INTERNAL_H
#define MIG_WATCH_INTERNAL_H

#include "catalog/objectaddress.h"
#include "utils/timestamp.h"
#include "watch/watch.h"

/* Does a lock of this mode stop writers or readers? */
#define MIG_IS_STRONG(mode)		((mode) >= ShareLock)

/* How far a lock on a table reaches. */
typedef enum MigReach
{
	MIG_REACH_ONE,				/* the table itself */
	MIG_REACH_PARTITIONS,		/* and its partitions, if it has some */
	MIG_REACH_CHILDREN			/* and all that inherit */
} MigReach;

/* watch_wanted.c */
extern Oid	MigWatchLookupList(List *names);
extern Oid	MigWatchLookupName(const char *schema, const char *name);
extern void MigWatchAdd(List **wanted, Oid relation, LOCKMODE mode);
extern void MigWatchAddTree(List **wanted, Oid relation, LOCKMODE mode, MigReach reach);
extern void MigWatchAddSequences(List **wanted, Oid table);
extern void MigWatchAddTyped(List **wanted, Oid composite);
extern bool MigWatchIsInherited(Oid table, const char *constraint);

/* watch_alter.c */
extern void MigWatchAlterTable(List **wanted, Node *node);
extern void MigWatchReferences(List **wanted, List *elements);
extern void MigWatchForeignKeys(List **wanted, Oid table, LOCKMODE referencing);

/* watch_drop.c */
extern void MigWatchDrop(List **wanted, Node *node);
extern void MigWatchDropObject(List **wanted, const ObjectAddress *object, bool cascade);
extern void MigWatchDomainUsers(List **wanted, Oid domain);
extern List *MigWatchDependents(Oid class, Oid object, int column);
extern List *MigWatchNeeds(Oid class, Oid object);

/* What was done to blockers so far. */
typedef struct MigStruggle
{
	const MigPatience *patience;
	List	   *signalled;		/* MigSignalled * */
	List	   *refusals;		/* char *: sentences on those who were not,
								 * the last time */
} MigStruggle;

/* A process that was signalled, and when. */
typedef struct MigSignalled
{
	int			pid;
	TimestampTz at;
} MigSignalled;

/* watch_policy.c */
extern bool MigWatchAct(MigStruggle *struggle, const List *blockers);

#endif							/* MIG_WATCH_INTERNAL_H */
