/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_rename.c
 *	  migrator rename
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"backup", 0, "DIRECTORY", "copy the files there first"},
	{"table", 0, "TABLE", "Alembic's version table (default: alembic_version, if there is one)"},
	{0}
};

const MigCommand MigCommandRename = {
	.name = "rename",
	.usage = "OLD NEW",
	.summary = "give a revision another id, in the database and in the files",
	.min_args = 2,
	.max_args = 2,
	.options = options,
	.run = Run
};

/* The name is resolved before it changes. */
static MigExit
Run(MigCli *cli)
{
	const char *params[3];

	params[0] = cli->args[0];
	params[1] = cli->args[1];
	params[2] = MigCliOption(cli, "table");
	return MigCliChangeIds(cli,
						   "WITH o AS MATERIALIZED (SELECT f.revision AS old FROM migrator.export_files(ARRAY[$1]) f) "
						   "SELECT o.old, migrator.rename_revision(o.old, $2, $3::regclass) FROM o",
						   3, params, false, MigCliOption(cli, "backup") != NULL);
}
