/*-------------------------------------------------------------------------
 * src/emit/emit.c
 *	  The table of classes.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

const MigClass MigClasses[MIG_NKINDS] = {
	[MIG_KIND_SCHEMA] = {
		.phrase = "SCHEMA",
		.grant = "SCHEMA",
		.flags = MIG_CLASS_OWNER,
		.create = MigCreateSchema,
		.drop = MigEmitPlainDrop,
	},
};
