/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_deploy.c
 *	  migrator deploy
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"on-failure", 0, "ACTION", "stop, or rollback what this call has done (default: stop)"},
	{"retries", 0, "N", "how often a step is tried again after a lock timeout"},
	{"statement-timeout", 0, "MS", "how long a statement may take; 0: no limit"},
	{"pass-over", 0, "CODE", "a finding of preflight that is no reason to refuse; may be repeated"},
	{0}
};

const MigCommand MigCommandDeploy = {
	.name = "deploy",
	.usage = "[TARGET]",
	.summary = "run the upgrades up to a target (default: head), each in its own transaction",
	.max_args = 1,
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	const char *target = cli->nargs > 0 ? cli->args[0] : "head";
	MigStrings	pass_over = MigCliOptions(cli, "pass-over");

	MigCliSync(cli, MIG_SYNC_RUN);
	MigCliCheckPlan(cli, "upgrade", target);
	MigCliDeploy(cli,
				 "CALL migrator.deploy($1, coalesce($2, 'stop'), $3::integer, $4::integer, $5::text[])", 5, target,
				 MigCliOption(cli, "on-failure"), MigCliOption(cli, "retries"),
				 MigCliOption(cli, "statement-timeout"),
				 pass_over.n > 0 ? MigCliArray(&pass_over) : NULL);
	return MIG_EXIT_OK;
}
