/*-------------------------------------------------------------------------
 * src/cli/cli_sync.c
 *	  Bring the files of the directory to the database.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

/*
 * MigCliSync
 *		Store what is new in the directory, in one round trip.
 *
 * Connects.  Without a directory of the default name there is nothing to do.
 */
void
MigCliSync(MigCli *cli, MigSync why)
{
	MigTree		tree = {0};
	PGresult   *res;

	MigCliConnect(cli);
	if (cli->no_load)
		return;
	if (!MigCliDirectoryExists(cli->directory))
	{
		if (cli->directory_given)
			MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not open directory \"%s\": %m", cli->directory);
		return;
	}
	MigCliCollect(&tree, cli->directory);
	(void) why;
	res = MigCliQuery(cli,
					  "SELECT i.revision, i.filename, i.action FROM migrator.import("
					  "pg_catalog.jsonb_object($1::text[], $2::text[]), $3) i "
					  "WHERE i.action <> 'unchanged'",
					  3, MigCliArray(&tree.paths), MigCliArray(&tree.contents), cli->format);
	for (int i = 0; i < PQntuples(res); i++)
		MigCliSay("%s %s from %s/%s", PQgetvalue(res, i, 2), PQgetvalue(res, i, 0),
				  cli->directory, PQgetvalue(res, i, 1));
	PQclear(res);
}
