/*-------------------------------------------------------------------------
 * src/emit/emit.h
 *	  Objects and their changes as SQL.
 *
 * One class for each kind of object (diff.h says what a class does).  All SQL
 * is qualified: it does not depend on search_path.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_EMIT_H
#define MIG_EMIT_H

#include "diff/diff.h"

/* emit.c; one for each kind, by MigKind */
extern const MigClass MigClasses[MIG_NKINDS];

/* The meaning of a code of a hazard. */
typedef struct MigHazardText
{
	const char *code;
	const char *severity;		/* error, warning, info */
	const char *title;
	const char *advice;
	const char *reason;
} MigHazardText;

/* emit_hazards.c; up to an entry without code */
extern const MigHazardText MigHazards[];

/* emit_common.c */
extern void MigEmitFinish(MigDiff *diff, const MigObject *old, const MigObject *new);

#endif							/* MIG_EMIT_H */
