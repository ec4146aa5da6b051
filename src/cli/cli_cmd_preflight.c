/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_preflight.c
 *	  migrator preflight
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

const MigCommand MigCommandPreflight = {
	.name = "preflight",
	.usage = "[TARGET]",
	.summary = "show what speaks against a deployment; fails if there are errors",
	.max_args = 1,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	const char *target = cli->nargs > 0 ? cli->args[0] : "head";

	MigCliSync(cli, MIG_SYNC_RUN);
	MigCliShow(cli, NULL, "SELECT * FROM migrator.preflight($1)", 1, target);
	return MigCliValue(cli, "SELECT 1 FROM migrator.preflight($1) p WHERE p.severity = 'error' LIMIT 1",
					   1, target) == NULL ? MIG_EXIT_OK : MIG_EXIT_ERROR;
}
