/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_convert_ids.c
 *	  migrator convert-ids
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"dry-run", 0, NULL, "show the new ids, and change nothing"},
	{"backup", 0, "DIRECTORY", "copy the files there first (default: beside them)"},
	{"table", 0, "TABLE", "Alembic's version table (default: alembic_version, if there is one)"},
	{0}
};

const MigCommand MigCommandConvertIds = {
	.name = "convert-ids",
	.usage = "",
	.summary = "turn long ids into 12 digits, in the database and in the files",
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	bool		dry_run = MigCliOption(cli, "dry-run") != NULL;
	const char *params[2];

	params[0] = dry_run ? "true" : "false";
	params[1] = MigCliOption(cli, "table");
	return MigCliChangeIds(cli, "SELECT c.old, c.new, c.new_filename FROM migrator.convert_ids($1::boolean, $2::regclass) c",
						   2, params, dry_run, true);
}
