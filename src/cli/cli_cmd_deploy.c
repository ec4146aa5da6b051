/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_deploy.c
 *	  migrator deploy
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

static const MigOption options[] = {
	{"backup", 0, "DIR", "back the database up with pg_dump before something is run"},
	{"stamp-existing", 0, "REV", "the revision whose schema the database has, if it has no version"},
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
	MigCliCheckDeploy(cli);
	MigCliSync(cli, MIG_SYNC_RUN);
	MigCliDeploySafely(cli, cli->nargs > 0 ? cli->args[0] : "head");
	return MIG_EXIT_OK;
}
