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
	[MIG_KIND_VIEW] = {
		.phrase = "VIEW",
		.grant = "TABLE",
		.flags = MIG_CLASS_OWNER,
		.create = MigCreateView,
		.drop = MigEmitPlainDrop,
		.alter = MigAlterView,
		.stub = MigStubView,
		.unstub = MigUnstubView,
	},
	[MIG_KIND_MATERIALIZED_VIEW] = {
		.phrase = "MATERIALIZED VIEW",
		.grant = "TABLE",
		.flags = MIG_CLASS_OWNER,
		.create = MigCreateMaterializedView,
		.drop = MigEmitPlainDrop,
		.alter = MigAlterMaterializedView,
	},
	[MIG_KIND_STATISTICS] = {
		.phrase = "STATISTICS",
		.flags = MIG_CLASS_OWNER,
		.create = MigCreateStatistics,
		.drop = MigEmitPlainDrop,
		.alter = MigAlterStatistics,
	},
	[MIG_KIND_RULE] = {
		.phrase = "RULE",
		.create = MigCreateRule,
		.drop = MigEmitPlainDrop,
		.alter = MigAlterRule,
	},
	[MIG_KIND_TRIGGER] = {
		.phrase = "TRIGGER",
		.create = MigCreateTrigger,
		.drop = MigEmitPlainDrop,
		.alter = MigAlterTrigger,
	},
	[MIG_KIND_POLICY] = {
		.phrase = "POLICY",
		.create = MigCreatePolicy,
		.drop = MigEmitPlainDrop,
		.alter = MigAlterPolicy,
	},
	[MIG_KIND_EVENT_TRIGGER] = {
		.phrase = "EVENT TRIGGER",
		.flags = MIG_CLASS_OWNER,
		.create = MigCreateEventTrigger,
		.drop = MigEmitPlainDrop,
		.alter = MigAlterEventTrigger,
	},
	[MIG_KIND_TS_PARSER] = {
		.phrase = "TEXT SEARCH PARSER",
		.create = MigCreateTsParser,
		.drop = MigEmitPlainDrop,
	},
	[MIG_KIND_TS_TEMPLATE] = {
		.phrase = "TEXT SEARCH TEMPLATE",
		.create = MigCreateTsTemplate,
		.drop = MigEmitPlainDrop,
	},
	[MIG_KIND_TS_DICTIONARY] = {
		.phrase = "TEXT SEARCH DICTIONARY",
		.flags = MIG_CLASS_OWNER,
		.create = MigCreateTsDictionary,
		.drop = MigEmitPlainDrop,
		.alter = MigAlterTsDictionary,
	},
	[MIG_KIND_TS_CONFIGURATION] = {
		.phrase = "TEXT SEARCH CONFIGURATION",
		.flags = MIG_CLASS_OWNER,
		.create = MigCreateTsConfiguration,
		.drop = MigEmitPlainDrop,
		.alter = MigAlterTsConfiguration,
	},
};
