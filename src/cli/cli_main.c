/*-------------------------------------------------------------------------
 * src/cli/cli_main.c
 *	  The program migrator: its commands, and its help.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <fcntl.h>
#include <unistd.h>

#include "cli/cli.h"
#include "common/logging.h"
#include "fe_utils/cancel.h"

static MigExit RunHelp(MigCli *cli);
static MigExit RunVersion(MigCli *cli);

static const MigCommand help_command = {
	.name = "help",
	.usage = "[COMMAND]",
	.summary = "show the options of a command",
	.max_args = 1,
	.run = RunHelp
};

static const MigCommand version_command = {
	.name = "version",
	.usage = "",
	.summary = "show the version of this program",
	.run = RunVersion
};

/* All commands, in the order of the help; a NULL makes a new paragraph. */
static const MigCommand *const commands[] = {
	&MigCommandInit,
	&MigCommandRevision,
	&MigCommandMerge,
	&MigCommandEdit,
	&MigCommandExport,
	NULL,
	&MigCommandUpgrade,
	&MigCommandDowngrade,
	&MigCommandStamp,
	&MigCommandDeploy,
	&MigCommandRollback,
	NULL,
	&MigCommandCurrent,
	&MigCommandHistory,
	&MigCommandHeads,
	&MigCommandBranches,
	&MigCommandShow,
	&MigCommandGraph,
	&MigCommandPlan,
	&MigCommandStatus,
	&MigCommandLog,
	NULL,
	&MigCommandCheck,
	&MigCommandDrift,
	&MigCommandPreflight,
	NULL,
	&MigCommandValidate,
	&MigCommandBackup,
	&MigCommandSetup,
	NULL,
	&MigCommandImport,
	&MigCommandAdopt,
	&MigCommandConvertIds,
	&MigCommandRename,
	NULL,
	&MigCommandCompletion,
	&help_command,
	&version_command
};

static const MigCommand *FindCommand(const char *name);
static void Help(MigCli *cli);
static void HelpCommand(MigCli *cli, const MigCommand *command);
static bool WantsColor(const MigCli *cli);
static void OpenStandardFiles(void);
static MigExit Finish(MigExit status);

int
main(int argc, char **argv)
{
	MigCli		cli = {0};

	OpenStandardFiles();
	pg_logging_init(argv[0]);
	cli.argv0 = argv[0];
	cli.progname = get_progname(argv[0]);
	set_pglocale_pgservice(argv[0], PG_TEXTDOMAIN("migrator"));

	MigCliParse(&cli, argc, argv, FindCommand);
	if (cli.command == NULL)
	{
		Help(&cli);
		exit(MIG_EXIT_USAGE);
	}
	if (cli.command != &help_command && cli.command != &version_command)
		MigCliConfigure(&cli, cli.config_file);
	cli.is_terminal = isatty(STDOUT_FILENO) && isatty(STDERR_FILENO);
	cli.color = WantsColor(&cli);
	setup_cancel_handler(MigCliInterrupt);

	exit(Finish(cli.command->run(&cli)));
}

/*
 * Have something open as standard input, output and error.  Otherwise the
 * connection would get one of their numbers, and be written to.
 */
static void
OpenStandardFiles(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1)
			(void) open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY, 0);
}

/* Nobody should take half of a script for all of it. */
static MigExit
Finish(MigExit status)
{
	errno = 0;
	if (fflush(stdout) != 0 || ferror(stdout))
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, errno == 0 ? "could not write to standard output"
				   : "could not write to standard output: %m");
	return status;
}

/* The command of this name, or NULL; there is none without a name. */
static const MigCommand *
FindCommand(const char *name)
{
	for (size_t i = 0; name != NULL && i < lengthof(commands); i++)
		if (commands[i] != NULL && strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/*
 * MigCliCommands
 *		All commands, in the order of the help, with a NULL between paragraphs.
 */
const MigCommand *const *
MigCliCommands(int *n)
{
	*n = lengthof(commands);
	return commands;
}

static bool
WantsColor(const MigCli *cli)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return cli->is_terminal && !cli->json && (no_color == NULL || no_color[0] == '\0') &&
		(term == NULL || strcmp(term, "dumb") != 0);
}

static MigExit
RunHelp(MigCli *cli)
{
	const MigCommand *command;

	if (cli->nargs == 0)
	{
		Help(cli);
		return MIG_EXIT_OK;
	}
	command = FindCommand(cli->args[0]);
	if (command == NULL)
		MigCliFail(MIG_EXIT_USAGE, NULL, MigCliFormat("Try \"%s --help\" for the commands.", cli->progname),
				   "command \"%s\" does not exist", cli->args[0]);
	HelpCommand(cli, command);
	return MIG_EXIT_OK;
}

static MigExit
RunVersion(MigCli *cli)
{
	printf(cli->json ? "{\"program\": \"%s\", \"version\": \"%s\"}\n" : "%s (migrator) %s\n",
		   cli->progname, MIG_CLI_VERSION);
	return MIG_EXIT_OK;
}

static void
Help(MigCli *cli)
{
	printf("%s runs schema migrations inside PostgreSQL.\n\n", cli->progname);
	printf("Usage:\n  %s [OPTION]... COMMAND [OPTION]... [ARGUMENT]...\n\nCommands:\n", cli->progname);
	for (size_t i = 0; i < lengthof(commands); i++)
	{
		if (commands[i] == NULL)
			printf("\n");
		else
			printf("  %-14s %s\n", commands[i]->name, commands[i]->summary);
	}
	printf("\nOptions of all commands:\n");
	MigCliHelpOptions(MigCliGlobals);
	printf("  -V, --version              show the version, then exit\n"
		   "  -?, --help                 show this help, or that of the command, then exit\n");
	printf("\nOptions come before migrator.toml, which is looked for in the current directory and\n"
		   "those above it, and the variable DATABASE_URL; PGHOST and the others count as for psql.\n"
		   "Exit status: 0 done; 1 error, or a check has found something; 2 wrong usage; 3 no connection.\n");
}

static void
HelpCommand(MigCli *cli, const MigCommand *command)
{
	printf("%s %s: %s\n\n", cli->progname, command->name, command->summary);
	printf("Usage:\n  %s %s [OPTION]... %s\n", cli->progname, command->name, command->usage);
	if (command->options != NULL && command->options->name != NULL)
	{
		printf("\nOptions:\n");
		MigCliHelpOptions(command->options);
	}
	printf("\n\"%s --help\" shows the options of all commands.\n", cli->progname);
}
