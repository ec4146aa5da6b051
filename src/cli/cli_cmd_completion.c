/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_completion.c
 *	  migrator completion, and the parts of the man page that are tables
 *
 * All come from the tables of commands and options, so that nothing can be
 * forgotten.  "man" is for the Makefile: it makes doc/migrator.1.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"
#include "cli/cli_man.h"

typedef struct Shell
{
	const char *name;
	void		(*print) (void);
} Shell;

static MigExit Run(MigCli *cli);
static void PrintBash(void);
static void PrintZsh(void);
static void PrintFish(void);
static void PrintMan(void);
static void PrintWords(const MigOption *options);
static void PrintDescribed(const MigOption *options);
static void PrintQuoted(const char *text);
static void PrintRoff(const char *text);
static void PrintManOptions(const MigOption *options);

static const Shell shells[] = {
	{"bash", PrintBash},
	{"zsh", PrintZsh},
	{"fish", PrintFish},
	{"man", PrintMan}
};

const MigCommand MigCommandCompletion = {
	.name = "completion",
	.usage = "bash|zsh|fish",
	.summary = "print a script that makes a shell complete commands and options",
	.min_args = 1,
	.max_args = 1,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	for (size_t i = 0; i < lengthof(shells); i++)
		if (strcmp(shells[i].name, cli->args[0]) == 0)
		{
			shells[i].print();
			return MIG_EXIT_OK;
		}
	MigCliFail(MIG_EXIT_USAGE, NULL, "There is one for bash, zsh and fish.",
			   "there is no completion for \"%s\"", cli->args[0]);
}

/* eval "$(migrator completion bash)" */
static void
PrintBash(void)
{
	int			n;
	const MigCommand *const *commands = MigCliCommands(&n);

	printf("# Completion of migrator for bash: eval \"$(migrator completion bash)\"\n"
		   "_migrator()\n{\n"
		   "\tlocal cur=${COMP_WORDS[COMP_CWORD]} command= word options='");
	PrintWords(MigCliGlobals);
	printf("'\n\tlocal commands='");
	for (int i = 0; i < n; i++)
		if (commands[i] != NULL)
			printf("%s ", commands[i]->name);
	printf("'\n\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
		   "\t\tcase \" $commands \" in *\" $word \"*) command=$word; break ;; esac\n"
		   "\tdone\n"
		   "\tcase $command in\n");
	for (int i = 0; i < n; i++)
	{
		if (commands[i] == NULL || commands[i]->options == NULL)
			continue;
		printf("\t\t%s) options+='", commands[i]->name);
		PrintWords(commands[i]->options);
		printf("' ;;\n");
	}
	printf("\tesac\n"
		   "\tcase $cur in\n"
		   "\t\t-*) COMPREPLY=($(compgen -W \"$options --help --version\" -- \"$cur\")) ;;\n"
		   "\t\t*)\n"
		   "\t\t\tcase $command in\n"
		   "\t\t\t\t'') COMPREPLY=($(compgen -W \"$commands\" -- \"$cur\")) ;;\n"
		   "\t\t\t\thelp) COMPREPLY=($(compgen -W \"$commands\" -- \"$cur\")) ;;\n"
		   "\t\t\t\tcompletion) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$cur\")) ;;\n"
		   "\t\t\t\t*) COMPREPLY=($(compgen -W 'head heads base current' -- \"$cur\") $(compgen -f -- \"$cur\")) ;;\n"
		   "\t\t\tesac ;;\n"
		   "\tesac\n"
		   "}\n"
		   "complete -o filenames -F _migrator migrator\n");
}

/* migrator completion zsh >"${fpath[1]}/_migrator" */
static void
PrintZsh(void)
{
	int			n;
	const MigCommand *const *commands = MigCliCommands(&n);

	printf("#compdef migrator\n"
		   "# Completion of migrator for zsh: migrator completion zsh >\"${fpath[1]}/_migrator\"\n"
		   "_migrator()\n{\n"
		   "\tlocal -a commands options\n"
		   "\tlocal command= word\n"
		   "\tcommands=(\n");
	for (int i = 0; i < n; i++)
		if (commands[i] != NULL)
		{
			printf("\t\t'%s:", commands[i]->name);
			PrintQuoted(commands[i]->summary);
			printf("'\n");
		}
	printf("\t)\n"
		   "\toptions=(\n"
		   "\t\t'--help:show help'\n"
		   "\t\t'--version:show the version'\n");
	PrintDescribed(MigCliGlobals);
	printf("\t)\n"
		   "\tfor word in ${words[2,CURRENT-1]}; do\n"
		   "\t\tif (( ${commands[(I)$word:*]} )); then command=$word; break; fi\n"
		   "\tdone\n"
		   "\tcase $command in\n");
	for (int i = 0; i < n; i++)
	{
		if (commands[i] == NULL || commands[i]->options == NULL)
			continue;
		printf("\t%s) options+=(\n", commands[i]->name);
		PrintDescribed(commands[i]->options);
		printf("\t) ;;\n");
	}
	printf("\tesac\n"
		   "\tif [[ $PREFIX == -* ]]; then\n"
		   "\t\t_describe option options\n"
		   "\telif [[ -z $command || $command == help ]]; then\n"
		   "\t\t_describe command commands\n"
		   "\telif [[ $command == completion ]]; then\n"
		   "\t\tcompadd bash zsh fish\n"
		   "\telse\n"
		   "\t\tcompadd head heads base current\n"
		   "\t\t_files\n"
		   "\tfi\n"
		   "}\n"
		   "compdef _migrator migrator 2>/dev/null || true\n"
		   "[[ ${funcstack[1]} != _migrator ]] || _migrator \"$@\"\n");
}

/* migrator completion fish >~/.config/fish/completions/migrator.fish */
static void
PrintFish(void)
{
	int			n;
	const MigCommand *const *commands = MigCliCommands(&n);

	printf("# Completion of migrator for fish: migrator completion fish | source\n");
	for (int i = -1; i < n; i++)
	{
		const MigOption *options = i < 0 ? MigCliGlobals : commands[i] == NULL ? NULL : commands[i]->options;

		if (i >= 0 && commands[i] != NULL)
		{
			printf("complete -c migrator -n __fish_use_subcommand -a %s -d '", commands[i]->name);
			PrintQuoted(commands[i]->summary);
			printf("'\n");
		}
		for (const MigOption *o = options; o != NULL && o->name != NULL; o++)
		{
			printf("complete -c migrator");
			if (i >= 0)
				printf(" -n '__fish_seen_subcommand_from %s'", commands[i]->name);
			printf(" -l %s", o->name);
			if (o->letter != 0)
				printf(" -s %c", o->letter);
			if (o->argument != NULL)
				printf(" -r");
			printf(" -d '");
			PrintQuoted(o->help);
			printf("'\n");
		}
	}
	printf("complete -c migrator -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'\n");
}

/* The page: prose from cli_man.h, and the tables. */
static void
PrintMan(void)
{
	int			n;
	const MigCommand *const *commands = MigCliCommands(&n);

	printf(".\\\" Made by \"make man\" from the tables of the program; do not edit.\n"
		   ".TH MIGRATOR 1 \"\" \"migrator %s\" \"Schema migrations for PostgreSQL\"\n%s",
		   MIG_CLI_VERSION, MigCliManBefore);
	printf(".SH COMMANDS\n");
	for (int i = 0; i < n; i++)
	{
		if (commands[i] == NULL)
			continue;
		printf(".SS %s", commands[i]->name);
		if (commands[i]->usage[0] != '\0')
		{
			printf(" ");
			PrintRoff(commands[i]->usage);
		}
		printf("\n");
		PrintRoff(commands[i]->summary);
		printf(".\n");
		PrintManOptions(commands[i]->options);
	}
	printf(".SH OPTIONS OF ALL COMMANDS\n");
	PrintManOptions(MigCliGlobals);
	printf(".TP\n\\fB\\-V\\fR, \\fB\\-\\-version\\fR\nshow the version, then exit\n"
		   ".TP\n\\fB\\-?\\fR, \\fB\\-\\-help\\fR\nshow the help, or that of the command, then exit\n%s",
		   MigCliManAfter);
}

static void
PrintManOptions(const MigOption *options)
{
	for (const MigOption *o = options; o != NULL && o->name != NULL; o++)
	{
		printf(".TP\n");
		if (o->letter != 0)
			printf("\\fB\\-%c\\fR, ", o->letter);
		printf("\\fB\\-\\-");
		PrintRoff(o->name);
		printf("\\fR");
		if (o->argument != NULL)
		{
			printf("=\\fI");
			PrintRoff(o->argument);
			printf("\\fR");
		}
		printf("\n");
		PrintRoff(o->help);
		printf("\n");
	}
}

/* The long options, each followed by a blank. */
static void
PrintWords(const MigOption *options)
{
	for (const MigOption *o = options; o->name != NULL; o++)
		printf("--%s ", o->name);
}

/* The long options, as zsh's _describe wants them. */
static void
PrintDescribed(const MigOption *options)
{
	for (const MigOption *o = options; o->name != NULL; o++)
	{
		printf("\t\t'--%s:", o->name);
		PrintQuoted(o->help);
		printf("'\n");
	}
}

/* Inside of single quotes. */
static void
PrintQuoted(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '\'')
			printf("'\\''");
		else
			putchar(*text);
}

static void
PrintRoff(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '-')
			printf("\\-");
		else if (*text == '\\')
			printf("\\e");
		else
			putchar(*text);
}
