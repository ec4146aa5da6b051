/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_backup.c
 *	  migrator backup
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <sys/stat.h>

#include "cli/cli.h"

static MigExit Run(MigCli *cli);

const MigCommand MigCommandBackup = {
	.name = "backup",
	.usage = "[DIRECTORY]",
	.summary = "back the database up with pg_dump, into a directory (default: backups)",
	.max_args = 1,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	char	   *file = MigCliDump(cli, cli->nargs > 0 ? cli->args[0] : "backups");
	MigStrings	commands = MigCliRestoreCommands(cli, file);
	struct stat status = {0};

	(void) stat(file, &status);
	if (cli->json)
	{
		printf("{\"file\": %s, \"size\": %lld, \"restore\": [", MigCliJsonString(file),
			   (long long) status.st_size);
		for (int i = 0; i < commands.n; i++)
			printf("%s%s", i == 0 ? "" : ", ", MigCliJsonString(commands.at[i]));
		printf("]}\n");
	}
	else
		printf("%s\n", file);
	return MIG_EXIT_OK;
}
