/*-------------------------------------------------------------------------
 * src/diff/diff.h
 *	  From two models to the changes that turn the one into the other.
 *
 * What there is on one side only is created or dropped.  What is on both and
 * not the same is altered where its class knows how, and otherwise recreated:
 * dropped and created, with everything that needs it, and nothing else.  Then
 * there are three passes, each in the order of the dependencies:
 *
 *	1. drop, in the source's order backwards; parts go with their whole
 *	2. create and alter, in the target's order; parts come with their whole
 *	   as long as that makes no cycle
 *	3. drop types (and collations) that columns had until pass 2; if their
 *	   name is taken again, they are renamed out of the way in pass 1
 *
 * Columns are not recreated because of their type: they are converted.
 *
 * How an object of each class is written in SQL is not known here; the room
 * emit has it, as a table of classes.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_DIFF_H
#define MIG_DIFF_H

#include "model/model.h"

/* What becomes of an object; set for the objects of both models. */
typedef enum MigFate
{
	MIG_FATE_KEEP,
	MIG_FATE_ALTER,
	MIG_FATE_CREATE,
	MIG_FATE_DROP,
	MIG_FATE_RECREATE
} MigFate;

/* One statement of the result. */
typedef struct MigChange
{
	const char *action;			/* create, alter, drop, rename, set */
	const char *kind;
	const char *identity;
	const char *group;			/* key of the whole that it belongs to */
	char	   *ddl;			/* without semicolon */
	List	   *hazards;		/* const char *: codes */
} MigChange;

typedef struct MigState MigState;
struct MigClass;
struct MigDiff;

/*
 * Called after create and alter, for what all classes have in common: owner,
 * privileges, comment, labels.  old is NULL if the object is new.
 */
typedef void (*MigFinishFn) (struct MigDiff *diff, const MigObject *old, const MigObject *new);

/* A comparison under way. */
typedef struct MigDiff
{
	MigModel   *source;
	MigModel   *target;
	const struct MigClass *classes;
	MigFinishFn finish;
	const char *user;			/* who will own what is created */
	bool		online;			/* prefer forms that block nobody */
	List	   *changes;		/* MigChange * */

	/* for the classes, while one of their functions runs */
	bool		judging;		/* only the answer counts: nothing is emitted */
	List	   *stand_ins;		/* see emit_inheritance.c */

	/* private to diff */
	const MigObject *deferred;	/* a routine whose body is not to be checked */
	MigState   *source_states;
	MigState   *target_states;
	List	   *late;			/* MigObject *: to be dropped at the end */
	struct HTAB *names;			/* see diff_names.c */
	const char *action;
	const MigObject *object;
} MigDiff;

/* Hazards that are said here; emit_internal.h has the others. */
#define MIG_HAZARD_RENAME			"MG501" /* a running application breaks */
#define MIG_HAZARD_PROBABLE_RENAME	"MG514" /* or renamed? ":" and the other's
											 * key follow */

/* Flags of a class. */
#define MIG_CLASS_OWNER			0x01	/* ALTER phrase identity OWNER TO */
#define MIG_CLASS_LATE_DROP		0x02	/* columns can be converted away from
										 * it */
#define MIG_CLASS_REBUILT		0x04	/* survives a change of a column's
										 * type */
#define MIG_CLASS_LAST			0x08	/* created and altered after all else */

/*
 * How objects of a kind are written in SQL.
 *
 * create	emits the statements that create the object as it is in the target,
 *			but for owner, privileges, comment and labels.  A whole creates its
 *			parts that MigDiffFolded() names.
 * drop		emits the statements that drop it as it is in the source.
 * alter	emits the statements that turn old into new and returns true; or
 *			returns false, having emitted nothing, if that cannot be done.
 *			Owner, privileges, comment and labels are not its business, and it
 *			is not called if nothing else differs.
 *			It is called twice, the first time to judge, where
 *			MigDiffDisturb(), MigDiffRemove() and MigDiffTouch() may be
 *			called.
 * folds	whether the object, a part, can be created in its whole's CREATE; it is,
 *			unless that makes a cycle.
 * finish	emits, after create (also if that was folded) and alter, what is said
 *			of the object in statements of their own; old is NULL if it is new.
 * settle	called for every object of the target when all else is there; old is
 *			NULL if the object is new.
 * sheds	whether the object merely loses something when need, which it needs,
 *			is dropped; alter puts it back, and is called for that though nothing
 *			else differs.
 * stub		emits something that can stand for the object until it is created
 *			(a shell type, a view of nulls); returns false if there is no such.
 * unstub	puts such a thing in the place of the object, so that what it needs
 *			can be dropped before it; returns false if there is no such.  Or it
 *			drops the object together with others: see MigDiffDropped().
 * joins	whether a new part can be added to its whole as that stands in the
 *			source; if not, the whole is recreated.
 * unload	takes from an object that is dropped in pass 3 what may be dropped
 *			in pass 1 (a default).
 * move		renames the object, of a class with MIG_CLASS_LATE_DROP, out of the
 *			way of a new one of its name; new_name is not quoted.
 *
 * NULL for alter, folds, sheds, stub, unstub: cannot be done.  NULL for move: ALTER
 * phrase identity RENAME TO.  NULL for finish, settle, unload: nothing to do.
 * NULL for joins: always.
 */
typedef struct MigClass
{
	const char *phrase;			/* as in COMMENT ON; NULL: no comments */
	const char *grant;			/* as in GRANT ... ON; NULL: no privileges */
	int			flags;
	void		(*create) (MigDiff *diff, const MigObject *object);
	void		(*drop) (MigDiff *diff, const MigObject *object);
	bool		(*alter) (MigDiff *diff, const MigObject *old, const MigObject *new);
	bool		(*folds) (const MigObject *object);
	bool		(*sheds) (const MigObject *object, const MigObject *need);
	void		(*finish) (MigDiff *diff, const MigObject *old, const MigObject *new);
	void		(*settle) (MigDiff *diff, const MigObject *old, const MigObject *new);
	bool		(*stub) (MigDiff *diff, const MigObject *object);
	bool		(*unstub) (MigDiff *diff, const MigObject *object);
	bool		(*joins) (const MigObject *part, const MigObject *whole);
	void		(*unload) (MigDiff *diff, const MigObject *object);
	void		(*move) (MigDiff *diff, const MigObject *object, const char *new_name);
} MigClass;

/* diff.c */
extern MigDiff *MigDiffRun(MigModel *source, MigModel *target, const MigClass *classes,
						   MigFinishFn finish, const char *user, bool online);

/* diff_state.c: for the classes */
extern MigFate MigDiffFate(const MigDiff *diff, const MigObject *object);
extern bool MigDiffIsGone(const MigDiff *diff, const MigObject *source);
extern bool MigDiffIsNew(const MigDiff *diff, const MigObject *target);
extern bool MigDiffIsTarget(const MigDiff *diff, const MigObject *object);
extern MigObject *MigDiffOther(const MigDiff *diff, const MigObject *object);
extern bool MigDiffIsRetyped(const MigDiff *diff, const MigObject *target);
extern bool MigDiffFolded(const MigDiff *diff, const MigObject *target);
extern bool MigDiffIsStubbed(const MigDiff *diff, const MigObject *target);
extern void MigDiffDisturb(MigDiff *diff, const MigObject *source);
extern void MigDiffRemove(MigDiff *diff, const MigObject *source);
extern void MigDiffTouch(MigDiff *diff, const MigObject *source);
extern bool MigDiffIsLeft(const MigDiff *diff, const MigObject *source);
extern void MigDiffDropped(MigDiff *diff, const MigObject *source);

/* diff_names.c: for the classes */
extern const char *MigDiffFreeName(MigDiff *diff, const char *schema, const char *name);
extern const char *MigMovedName(const char *name, int n);
extern const char *MigDiffIdentitySequence(const MigObject *column);

/* diff_attach.c: for the classes */
extern bool MigDiffIsLinkGone(const MigDiff *diff, const MigObject *table);
extern bool MigDiffPassesNotNull(const MigObject *column);
extern bool MigDiffInheritsNotNull(const MigModel *model, const MigObject *column);
extern bool MigDiffIsLinkNew(const MigDiff *diff, const MigObject *table);
extern bool MigDiffIsIncomplete(const MigDiff *diff, const MigObject *index);
extern bool MigDiffIsNamedApart(const MigObject *object);
extern const MigObject *MigDiffInheritedFrom(const MigDiff *diff, const MigObject *object);

/* diff_emit.c: for the classes */
extern void MigEmit(MigDiff *diff, const char *format,...) pg_attribute_printf(2, 3);
extern void MigHazard(MigDiff *diff, const char *code);
extern void MigDiffDeferBodies(MigDiff *diff);

/* Properties in which two objects may differ without a change. */
extern const char *const MigDiffIgnored[];

/* Properties that emit_common.c takes care of, for all classes. */
extern const char *const MigDiffCommon[];

#endif							/* MIG_DIFF_H */
