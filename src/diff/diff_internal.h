/*-------------------------------------------------------------------------
 * src/diff/diff_internal.h
 *	  What the files of the room share.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_DIFF_INTERNAL_H
#define MIG_DIFF_INTERNAL_H

#include "diff/diff.h"

/* What is known about an object of the source or of the target. */
struct MigState
{
	MigFate		fate;
	MigObject  *other;			/* of the same key, in the other model */
	bool		retyped;		/* column: its type is made anew; others: shed
								 * something */
	bool		touched;		/* to be altered even if nothing differs */
	bool		disturbed;		/* what needs it must go around the change */
	bool		late;			/* dropped in pass 3 */
	const char *moved;			/* name, not quoted, until pass 3 */
	bool		apart;			/* not with its whole */
	bool		stubbed;		/* something stands for it, or it is in no
								 * one's way */
	bool		done;			/* its statements are emitted */
	bool		in_cycle;
	bool		makes_do;		/* with the stubs of what it needs */
	bool		incomplete;		/* target: index of a partitioned table, which
								 * a partition does not have */
	MigObject  *probable;		/* in the other model: what this may be
								 * renamed from or to */
	MigObject  *carrier;		/* with which it is emitted: itself, or a
								 * whole */
	int			waits;			/* carriers: how many others come first */
	List	   *frees;			/* carriers: MigObject *, which wait for it */
};

/* A new name for an object of the source. */
typedef struct MigRename
{
	MigObject  *object;
	const char *name;			/* not quoted */
	const char *value;			/* NULL, or the label of the enum, or
								 * attribute, that is renamed */
	bool		shadowed;		/* a relation: there is a function of that
								 * name */
} MigRename;

/* diff_rename.c */
extern void MigDiffRenameHinted(MigDiff *diff);

/* diff_probable.c */
extern void MigDiffFindProbable(MigDiff *diff);
extern void MigDiffSayProbable(MigDiff *diff, const MigObject *object, int before);

/* diff_rewrite.c */
extern MigModel *MigDiffRewrite(MigModel *model, List *renames);
extern const char *MigDiffNewKey(MigModel *model, const MigRename *rename);
extern bool MigDiffIsRelation(MigKind kind);
extern bool MigDiffIsNamedOn(MigKind kind);

/* diff_fate.c */
extern void MigDiffDecide(MigDiff *diff);
extern bool MigDiffMakesTypes(MigKind kind);
extern bool MigDiffIsOfNoLonger(const MigDiff *diff, const MigObject *object);
extern bool MigDiffIsHeld(const MigDiff *diff, const MigObject *object, const MigObject *need);

/* diff_attach.c */
extern MigObject *MigDiffAttachedTo(const MigDiff *diff, const MigObject *index);
extern bool MigDiffIsFreed(const MigDiff *diff, const MigObject *object, const MigObject *parent);
extern List *MigDiffMergedWith(const MigDiff *diff, const MigObject *object);
extern bool MigDiffIsReferenced(const MigDiff *diff, const MigObject *link);
extern void MigDiffFindIncomplete(MigDiff *diff);
extern bool MigDiffIsGivenMore(const MigDiff *diff, const MigObject *index);
extern const MigObject *MigDiffParentsKey(const MigObject *object);
extern bool MigDiffIsMisplaced(const MigDiff *diff, const MigObject *link);
extern bool MigDiffIsUnchecked(const MigObject *object);
extern MigObject *MigDiffLinkTo(const MigObject *table, const MigObject *parent);
extern bool MigDiffIsRival(const MigDiff *diff, const MigObject *index);
extern bool MigDiffHasIndex(const MigObject *object);

/* diff_names.c */
extern List *MigDiffTakers(MigDiff *diff, const char *name);
extern bool MigDiffIsNameTaken(MigDiff *diff, const MigObject *source);

/* diff_order.c */
extern void MigDiffDrop(MigDiff *diff);
extern void MigDiffCreate(MigDiff *diff);

/* diff_emit.c */
extern void MigDiffBegin(MigDiff *diff, const char *action, const MigObject *object);
extern void MigDiffWrap(MigDiff *diff);

extern MigState *MigDiffState(const MigDiff *diff, const MigObject *object);

#endif							/* MIG_DIFF_INTERNAL_H */
