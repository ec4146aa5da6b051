/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_rollback.c
 *	  migrator rollback
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"retries", 0, "N", "how often a step is tried again after a lock timeout"},
	{"statement-timeout", 0, "MS", "how long a statement may take; 0: no limit"},
	{"pass-over", 0, "CODE", "a finding of preflight that is no reason to refuse; may be repeated"},
	{0}
};

const MigCommand MigCommandRollback = {
	.name = "rollback",
	.usage = "TARGET",
	.summary = "run the downgrades back to a target, each in its own transaction",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	MigStrings	pass_over = MigCliOptions(cli, "pass-over");

	MigCliCheckDeploy(cli);
	MigCliSync(cli, MIG_SYNC_LOOK);
	MigCliDeploy(cli, "CALL migrator.rollback($1, $2::integer, $3::integer, $4::text[])", 4,
				 cli->args[0], MigCliOption(cli, "retries"), MigCliOption(cli, "statement-timeout"),
				 pass_over.n > 0 ? MigCliArray(&pass_over) : NULL);
	return MIG_EXIT_OK;
}
