/*-------------------------------------------------------------------------
 * src/cli/cli_options.c
 *	  The command line: global options, the command, its options and arguments.
 *
 * Global options may stand before or after the command; where a command has an
 * option of the same name, its own counts behind it.  A word such as -1 is a
 * target and not an option.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <ctype.h>

#include "cli/cli.h"
#include "common/logging.h"
#include "getopt_long.h"
#include "pqexpbuffer.h"

/* Put before words that getopt must not take for options. */
#define TARGET_MARK '\001'

const MigOption MigCliGlobals[] = {
	{"host", 'h', "HOSTNAME", "database server host or socket directory"},
	{"port", 'p', "PORT", "database server port"},
	{"username", 'U', "USERNAME", "database user name"},
	{"dbname", 'd', "DBNAME", "database: a name, a URL or a connection string"},
	{"no-password", 'w', NULL, "never prompt for a password"},
	{"password", 'W', NULL, "prompt for a password first"},
	{"config", 'c', "FILE", "the configuration, instead of the nearest migrator.toml"},
	{"directory", 'D', "DIRECTORY", "the migration files (default: migrations)"},
	{"from", 0, "FORMAT", "what tool the files are for (default: migrator)"},
	{"model", 0, "FILE", "a model of the schema; may be repeated"},
	{"schema", 0, "SCHEMA", "what to compare; may be repeated (default: all)"},
	{"project", 0, "PROJECT", "the revision graph, if the database has several"},
	{"tenant", 0, "TENANT", "the copy of the schema, if the database has several"},
	{"no-load", 0, NULL, "leave the files alone; use what the database has"},
	{"json", 0, NULL, "print one JSON document"},
	{"quiet", 'q', NULL, "print no notices and no progress"},
	{0}
};

typedef struct Parser
{
	MigCli	   *cli;
	const char *config;
	MigStrings	args;
	bool		help;
	bool		version;
} Parser;

/* What getopt_long returns for long options; others go by their name. */
enum
{
	LONG_HELP = 1,
	LONG_VERSION,
	LONG_OTHER
};

typedef struct Syntax
{
	PQExpBufferData shorts;
	struct option longs[64];
} Syntax;

static void ParseWords(Parser *parser, int argc, char **argv, const MigOption *own, bool stop_early);
static void RestartGetopt(void);
static void MakeSyntax(Syntax *syntax, const MigOption *own, bool stop_early);
static void MarkTargets(int argc, char **argv);
static char *Unmarked(char *word);
static const MigOption *FindOption(const MigOption *options, const char *name, int letter);
static void TakeGlobal(Parser *parser, const MigOption *option, const char *value);
static void TakeOwn(MigCli *cli, const MigOption *option, const char *value);

/*
 * MigCliParse
 *		Read the command line into cli, which is all zero but for progname.
 *
 * find gives the command of a name, and for NULL the one that is run if there
 * is none.  Ends the program if something is wrong with it.
 */
void
MigCliParse(MigCli *cli, int argc, char **argv, const MigCommand *(*find) (const char *name))
{
	Parser		parser = {.cli = cli};

	MarkTargets(argc, argv);
	ParseWords(&parser, argc, argv, NULL, true);
	argc -= optind - 1;
	argv += optind - 1;
	if (parser.version)
		cli->command = find("version");
	else if (argc < 2)
		cli->command = find(parser.help ? "help" : NULL);
	else
	{
		cli->command = find(Unmarked(argv[1]));
		if (cli->command == NULL)
			MigCliFail(MIG_EXIT_USAGE, NULL, MigCliFormat("Try \"%s --help\" for the commands.", cli->progname),
					   "command \"%s\" does not exist", Unmarked(argv[1]));
		RestartGetopt();
		argv[1] = unconstify(char *, cli->progname);	/* for getopt's messages */
		ParseWords(&parser, argc - 1, argv + 1, cli->command->options, false);
		if (parser.help)
		{
			parser.args.n = 0;
			MigCliAdd(&parser.args, cli->command->name);
			cli->command = find("help");
		}
	}
	cli->nargs = parser.args.n;
	cli->args = parser.args.at;

	if (cli->command != NULL &&
		(cli->nargs < cli->command->min_args ||
		 (cli->command->max_args >= 0 && cli->nargs > cli->command->max_args)))
		MigCliFail(MIG_EXIT_USAGE,
				   MigCliFormat("Usage: %s %s %s", cli->progname, cli->command->name, cli->command->usage),
				   MigCliFormat("Try \"%s help %s\" for more information.", cli->progname, cli->command->name),
				   cli->nargs < cli->command->min_args ? "too few arguments for \"%s\""
				   : "too many arguments for \"%s\"", cli->command->name);
	cli->config_file = parser.config;
}

/* Run getopt over the words behind argv[0]. */
static void
ParseWords(Parser *parser, int argc, char **argv, const MigOption *own, bool stop_early)
{
	Syntax		syntax;
	int			c;

	MakeSyntax(&syntax, own, stop_early);
	for (;;)
	{
		int			index = -1;
		const char *name;
		const char *value;
		const MigOption *option;

		c = getopt_long(argc, argv, syntax.shorts.data, syntax.longs, &index);
		if (c == -1)
			break;
		name = index < 0 ? NULL : syntax.longs[index].name;
		value = optarg == NULL ? "" : Unmarked(optarg);
		if (c == LONG_HELP || (c == '?' && strcmp(argv[optind - 1], "-?") == 0))
			parser->help = true;
		else if (c == LONG_VERSION || c == 'V')
			parser->version = true;
		else if (c == '?')
		{
			/* getopt_long has complained */
			pg_log_error_hint("Try \"%s --help\" for more information.", parser->cli->progname);
			exit(MIG_EXIT_USAGE);
		}
		else if ((option = FindOption(own, name, c)) != NULL)
			TakeOwn(parser->cli, option, value);
		else if ((option = FindOption(MigCliGlobals, name, c)) != NULL)
			TakeGlobal(parser, option, value);
	}
	if (!stop_early)
		for (int i = optind; i < argc; i++)
			MigCliAdd(&parser->args, Unmarked(argv[i]));
}

/* Let getopt_long begin anew, also with what it has read of its syntax. */
static void
RestartGetopt(void)
{
#ifdef HAVE_INT_OPTRESET
	optreset = 1;
	optind = 1;
#else
	optind = 0;
#endif
}

/* What getopt_long wants to know: the command's own options come first. */
static void
MakeSyntax(Syntax *syntax, const MigOption *own, bool stop_early)
{
	const MigOption *lists[] = {own, MigCliGlobals};
	int			n = 0;

	initPQExpBuffer(&syntax->shorts);
	appendPQExpBufferStr(&syntax->shorts, stop_early ? "+?V" : "?V");
	memset(syntax->longs, 0, sizeof(syntax->longs));
	syntax->longs[n].name = "help";
	syntax->longs[n++].val = LONG_HELP;
	syntax->longs[n].name = "version";
	syntax->longs[n++].val = LONG_VERSION;
	for (size_t i = 0; i < lengthof(lists); i++)
		for (const MigOption *o = lists[i]; o != NULL && o->name != NULL; o++)
		{
			if (i > 0 && FindOption(own, o->name, 0) != NULL)
				continue;
			Assert(n < (int) lengthof(syntax->longs) - 1);
			syntax->longs[n].name = o->name;
			syntax->longs[n].has_arg = o->argument == NULL ? no_argument : required_argument;
			syntax->longs[n++].val = LONG_OTHER;
			if (o->letter != 0 && (i == 0 || FindOption(own, NULL, o->letter) == NULL))
				appendPQExpBuffer(&syntax->shorts, "%c%s", o->letter, o->argument == NULL ? "" : ":");
		}
}

/* Words that begin with a minus sign and a digit are targets. */
static void
MarkTargets(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (argv[i][0] == '-' && isdigit((unsigned char) argv[i][1]))
			argv[i] = MigCliFormat("%c%s", TARGET_MARK, argv[i]);
}

static char *
Unmarked(char *word)
{
	return word[0] == TARGET_MARK ? word + 1 : word;
}

/* The option of a long name, or if there is none of a letter; or NULL. */
static const MigOption *
FindOption(const MigOption *options, const char *name, int letter)
{
	for (const MigOption *o = options; o != NULL && o->name != NULL; o++)
		if (name != NULL ? strcmp(o->name, name) == 0 : o->letter == letter)
			return o;
	return NULL;
}

static void
TakeGlobal(Parser *parser, const MigOption *option, const char *value)
{
	MigCli	   *cli = parser->cli;
	const struct
	{
		const char *name;
		const char **texts;
		bool	   *flag;
		MigStrings *list;
	}			places[] = {
		{"host", &cli->host, NULL, NULL},
		{"port", &cli->port, NULL, NULL},
		{"username", &cli->username, NULL, NULL},
		{"dbname", &cli->dbname, NULL, NULL},
		{"config", &parser->config, NULL, NULL},
		{"directory", &cli->directory, NULL, NULL},
		{"from", &cli->format, NULL, NULL},
		{"model", NULL, NULL, &cli->models},
		{"schema", NULL, NULL, &cli->schemas},
		{"project", &cli->project, NULL, NULL},
		{"tenant", &cli->tenant, NULL, NULL},
		{"no-load", NULL, &cli->no_load, NULL},
		{"json", NULL, &cli->json, NULL},
		{"quiet", NULL, &cli->quiet, NULL}
	};

	if (option->letter == 'w' || option->letter == 'W')
		cli->prompt_password = option->letter == 'w' ? TRI_NO : TRI_YES;
	for (size_t i = 0; i < lengthof(places); i++)
	{
		if (strcmp(places[i].name, option->name) != 0)
			continue;
		if (places[i].texts != NULL)
			*places[i].texts = pg_strdup(value);
		else if (places[i].flag != NULL)
			*places[i].flag = true;
		else
			MigCliAdd(places[i].list, value);
	}
	MigCliErrorMode(cli->json, cli->quiet);
}

static void
TakeOwn(MigCli *cli, const MigOption *option, const char *value)
{
	cli->given = cli->given == NULL ? pg_malloc(sizeof(MigGiven))
		: pg_realloc(cli->given, sizeof(MigGiven) * (cli->ngiven + 1));
	cli->given[cli->ngiven++] = (MigGiven)
	{
		option->name, pg_strdup(value)
	};
}

/*
 * MigCliOption
 *		What the command's option of this (long) name was given; the last one
 *		if it was repeated, NULL if it was not given, "" if it has no argument.
 */
const char *
MigCliOption(const MigCli *cli, const char *name)
{
	MigStrings	values = MigCliOptions(cli, name);

	return values.n == 0 ? NULL : values.at[values.n - 1];
}

/*
 * MigCliOptions
 *		All that an option was given that may be repeated.
 */
MigStrings
MigCliOptions(const MigCli *cli, const char *name)
{
	MigStrings	values = {0};

	for (int i = 0; i < cli->ngiven; i++)
		if (strcmp(cli->given[i].name, name) == 0)
			MigCliAdd(&values, cli->given[i].value);
	return values;
}

/*
 * MigCliHelpOptions
 *		Print options for the help.
 */
void
MigCliHelpOptions(const MigOption *options)
{
	for (const MigOption *o = options; o->name != NULL; o++)
	{
		char	   *name = MigCliFormat(o->argument == NULL ? "--%s" : "--%s=%s", o->name, o->argument);

		if (o->letter != 0)
			printf("  -%c, %-22s %s\n", o->letter, name, o->help);
		else
			printf("      %-22s %s\n", name, o->help);
	}
}
