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
	[MIG_KIND_TABLE] = {
		.phrase = "TABLE",
		.grant = "TABLE",
		.flags = MIG_CLASS_OWNER,
		.create = MigCreateTable,
		.drop = MigDropTable,
		.alter = MigAlterTable,
	},
	[MIG_KIND_FOREIGN_TABLE] = {
		.phrase = "FOREIGN TABLE",
		.grant = "TABLE",
		.flags = MIG_CLASS_OWNER,
		.create = MigCreateTable,
		.drop = MigDropTable,
		.alter = MigAlterTable,
	},
	[MIG_KIND_COLUMN] = {
		.phrase = "COLUMN",
		.grant = "COLUMN",
		.create = MigCreateColumn,
		.drop = MigDropColumn,
		.alter = MigAlterColumn,
		.folds = MigFoldsAlways,
	},
	[MIG_KIND_DEFAULT] = {
		.create = MigCreateDefault,
		.drop = MigDropDefault,
		.alter = MigAlterDefault,
		.folds = MigFoldsAlways,
	},
	[MIG_KIND_INHERITANCE] = {
		.create = MigCreateInheritance,
		.drop = MigDropInheritance,
		.folds = MigFoldsInheritance,
	},
	[MIG_KIND_FUNCTION] = {
		.phrase = "FUNCTION",
		.grant = "FUNCTION",
		.flags = MIG_CLASS_OWNER,
		.create = MigCreateRoutine,
		.drop = MigEmitPlainDrop,
		.alter = MigAlterRoutine,
	},
	[MIG_KIND_PROCEDURE] = {
		.phrase = "PROCEDURE",
		.grant = "PROCEDURE",
		.flags = MIG_CLASS_OWNER,
		.create = MigCreateRoutine,
		.drop = MigEmitPlainDrop,
		.alter = MigAlterRoutine,
	},
};
