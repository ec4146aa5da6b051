/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_show.c
 *	  migrator show
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

const MigCommand MigCommandShow = {
	.name = "show",
	.usage = "REVISION",
	.summary = "show everything about a revision, or about heads or current",
	.min_args = 1,
	.max_args = 1,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	MigCliSync(cli, MIG_SYNC_LOOK);
	if (cli->json)
		MigCliShow(cli, NULL,
				   "SELECT h.*, m.marks, r.filename, r.create_date, r.is_transactional, r.is_reversible, r.checksum "
				   "FROM migrator.history() h JOIN migrator.marks() m USING (revision) "
				   "JOIN migrator.revisions() r USING (revision) "
				   "WHERE h.revision IN (SELECT s[1] FROM pg_catalog.regexp_matches(migrator.show($1), '^Rev: ([^ ]+)', 'gn') s)",
				   1, cli->args[0]);
	else
		MigCliShowText(cli, NULL, "SELECT migrator.show($1)", 1, cli->args[0]);
	return MIG_EXIT_OK;
}
