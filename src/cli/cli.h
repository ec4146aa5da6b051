/*-------------------------------------------------------------------------
 * src/cli/cli.h
 *	  The client program: what its commands share.
 *
 * A command is one file cli_cmd_NAME.c with one MigCommand, which is declared
 * below and listed in cli_main.c.  When its run() is called, options and
 * migrator.toml are read and checked; it connects by MigCliConnect(), brings
 * the files of the directory to the server by MigCliSync(), and asks and shows
 * by MigCliQuery() and MigCliShow().  Whatever fails ends the program with a
 * message and the right exit status, so nothing here returns an error.
 * Memory is never given back: the program is short-lived.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_CLI_H
#define MIG_CLI_H

#include "fe_utils/connect_utils.h"
#include "libpq-fe.h"

/* The only place of the client that tests the version. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

#define MIG_CLI_VERSION "1.0"

/* Most names that a message lists. */
#define MIG_CLI_NAMES 8

/* Exit statuses; doc/client.md tells users. */
typedef enum MigExit
{
	MIG_EXIT_OK = 0,
	MIG_EXIT_ERROR = 1,			/* an error, or what a check has found */
	MIG_EXIT_USAGE = 2,			/* wrong options, arguments or migrator.toml */
	MIG_EXIT_CONNECTION = 3,	/* no connection, or lost on the way */
	MIG_EXIT_INTERRUPT = 130	/* Ctrl-C while no query ran, as shells have
								 * it */
} MigExit;

/* A growing list of strings; {0} is the empty one. */
typedef struct MigStrings
{
	int			n;
	int			size;
	char	  **at;
} MigStrings;

/* An option of a command, or a global one.  Lists of them end with {0}. */
typedef struct MigOption
{
	const char *name;			/* the long name, without dashes */
	char		letter;			/* the short one, or 0 */
	const char *argument;		/* what the help calls its argument, or NULL
								 * if it has none */
	const char *help;			/* a few words, lower case, no period */
} MigOption;

typedef struct MigCli MigCli;

typedef struct MigCommand
{
	const char *name;
	const char *usage;			/* its arguments, as "[TARGET]"; "" if none */
	const char *summary;		/* one line, lower case, no period */
	int			min_args;
	int			max_args;		/* -1: any number */
	const MigOption *options;	/* or NULL */
	MigExit		(*run) (MigCli *cli);
} MigCommand;

/* An option that was given: which, and with what. */
typedef struct MigGiven
{
	const char *name;
	const char *value;			/* "" if it has no argument */
} MigGiven;

struct MigCli
{
	const char *progname;
	const char *argv0;			/* where our program is */
	const MigCommand *command;

	/* the command's arguments, without options */
	int			nargs;
	char	  **args;

	/* options of the command as given: ask by MigCliOption() */
	int			ngiven;
	MigGiven   *given;

	/* migrator.toml: its path and its directory; NULL and "." without one */
	const char *config_file;
	const char *config_dir;

	/* What flags, else the environment, else migrator.toml, else nobody says. */
	const char *directory;		/* of migration files; never NULL, may not
								 * exist */
	bool		directory_option;	/* as a flag says */
	bool		directory_given;	/* not just the default: it has to exist */
	const char *format;			/* of its files; never NULL */
	MigStrings	models;			/* model files, as paths that can be opened */
	MigStrings	schemas;
	const char *project;		/* NULL: the server's setting */
	const char *tenant;			/* NULL: the server's setting */
	const char *database;		/* URL, conninfo or name; NULL: libpq's */
	const char *host;			/* these four only from flags */
	const char *port;
	const char *username;
	const char *dbname;			/* a name that replaces the one in database */
	enum trivalue prompt_password;

	bool		json;			/* one JSON document on stdout */
	bool		quiet;			/* no notices, no progress */
	bool		no_load;		/* leave the files of the directory alone */
	bool		is_terminal;	/* stdout and stderr are terminals */
	bool color;					/* ... and colours are wanted */

	PGconn	   *conn;			/* after MigCliConnect() */
	MigStrings	missing;		/* after MigCliSync(): stored revisions
								 * without a file */
};

/* cli_text.c */
extern void MigCliAdd(MigStrings *list, const char *value);
extern char *MigCliArray(const MigStrings *list);
extern char *MigCliFormat(const char *fmt,...) pg_attribute_printf(1, 2);

/*
 * cli_error.c.  Client errors in the manner of pg_log_error(), or as JSON.
 * detail and hint may be NULL.
 */
extern void MigCliErrorMode(bool json, bool quiet);
pg_noreturn extern void MigCliFail(MigExit status, const char *detail, const char *hint,
								   const char *fmt,...) pg_attribute_printf(4, 5);
extern void MigCliWarn(const char *hint, const char *fmt,...) pg_attribute_printf(2, 3);
extern void MigCliSay(const char *fmt,...) pg_attribute_printf(1, 2);
extern void MigCliShowServerError(const PGresult *res, const char *message);
extern void MigCliNotice(void *arg, const PGresult *res);

/* cli_options.c */
extern const MigOption MigCliGlobals[];
extern void MigCliParse(MigCli *cli, int argc, char **argv,
						const MigCommand *(*find) (const char *name));
extern const char *MigCliOption(const MigCli *cli, const char *name);
extern MigStrings MigCliOptions(const MigCli *cli, const char *name);
extern void MigCliHelpOptions(const MigOption *options);

/* cli_config.c */
extern void MigCliConfigure(MigCli *cli, const char *file);

/* cli_connect.c */
extern void MigCliConnect(MigCli *cli);
extern PGconn *MigCliConnectBare(MigCli *cli, const char *dbname, bool may_fail);
extern PGPing MigCliPing(MigCli *cli);
extern char *MigCliConninfo(const char *url);

/* cli_query.c: ask the server; the SQL casts parameters, which are texts */
#define MIG_JSON_OF "SELECT coalesce(pg_catalog.json_agg(r), '[]'::pg_catalog.json), pg_catalog.count(*) FROM (%s) r"

extern void MigCliInterrupt(void);
extern char *MigCliPassword(void);
extern void MigCliInProgram(bool runs);
extern void MigCliBeginQuery(MigCli *cli);
extern void MigCliEndQuery(void);
extern PGresult *MigCliQueryV(MigCli *cli, const char *sql, int nparams, va_list args);
extern PGresult *MigCliQuery(MigCli *cli, const char *sql, int nparams,...);
extern PGresult *MigCliTry(MigCli *cli, const char *sql, int nparams, const char *const *params);
pg_noreturn extern void MigCliQueryFailed(MigCli *cli, const PGresult *res);
extern char *MigCliValue(MigCli *cli, const char *sql, int nparams,...);
extern int	MigCliShow(MigCli *cli, const char *title, const char *sql, int nparams,...);
extern int	MigCliShowJsonV(MigCli *cli, const char *sql, int nparams, va_list args);
extern void MigCliPrintTable(MigCli *cli, const char *title, const PGresult *res);
extern char *MigCliJsonString(const char *value);

/* cli_show.c */
extern void MigCliShowText(MigCli *cli, const char *name, const char *sql, int nparams,...);
extern int	MigCliShowChanges(MigCli *cli, const char *sql, int nparams,...);
extern char *MigCliWhere(MigCli *cli);

/* cli_entry.c: revisions as Alembic lists them; what an entry has */
#define MIG_ENTRY_PARENTS	0x01	/* parents, dependencies and an arrow */
#define MIG_ENTRY_LABELS	0x02
#define MIG_ENTRY_HEADS		0x04	/* (head), (effective head) */
#define MIG_ENTRY_CURRENT	0x08	/* (current) */
#define MIG_ENTRY_TREE		0x10	/* (branchpoint), (mergepoint) */
#define MIG_ENTRY_MESSAGE	0x20
#define MIG_ENTRY_VERBOSE	0x40	/* a paragraph with everything */

extern PGresult *MigCliEntries(MigCli *cli, const char *sql, const char *param, int look);
extern char *MigCliEntry(MigCli *cli, const PGresult *res, int row, int look);
extern void MigCliShowEntries(MigCli *cli, const char *prefix, const char *sql, const char *param, int look);

/* cli_run.c: statements that migrate */
extern void MigCliRunSteps(MigCli *cli, const char *sql, int nparams,...);
extern void MigCliDeploy(MigCli *cli, const char *sql, int nparams,...);

/* cli_progress.c */
extern PGresult *MigCliWatch(MigCli *cli, const char *sql, int nparams, const char *const *params);
extern void MigCliClearProgress(void);

/* cli_diff.c */
extern char *MigCliDiff(const char *old_name, const char *old, const char *new_name, const char *new);

/* cli_files.c */
typedef struct MigTree
{
	MigStrings	paths;			/* relative to the directory, in byte order */
	MigStrings	contents;
} MigTree;

extern char *MigCliReadFile(const char *path, const char *shown);
extern bool MigCliDirectoryExists(const char *path);
extern bool MigCliIsProgram(const char *path);
extern void MigCliCollect(MigTree *tree, const char *directory);

/* cli_sync.c */
typedef enum MigSync
{
	MIG_SYNC_LOOK,				/* what hinders is only a warning */
	MIG_SYNC_RUN				/* what hinders is an error */
} MigSync;

extern void MigCliSync(MigCli *cli, MigSync why);
extern void MigCliRefuseUntranslatable(MigCli *cli, const MigTree *tree, const char *directory,
									   const PGresult *res);
extern void MigCliCheckPlan(MigCli *cli, const char *command, const char *target);

/* cli_stage.c */
typedef struct MigStage MigStage;

extern MigStage *MigCliStage(const char *directory);
extern void MigCliStageWrite(MigStage *stage, const char *path, const char *content, bool may_replace);
extern void MigCliStageRemove(MigStage *stage, const char *path);
extern char *MigCliBackup(MigStage *stage, const MigStrings *paths, const char *target);
extern void MigCliStageApply(MigStage *stage);
extern void MigCliStageUndo(MigStage *stage);
extern void MigCliStageFinish(MigStage *stage);
extern void MigCliStageCommit(MigCli *cli, MigStage *stage, const char *done_sql, const char *done_arg);

/* cli_generate.c */
typedef struct MigRevisionFile
{
	char	   *revision;
	char	   *path;			/* relative to the directory */
	char	   *content;
} MigRevisionFile;

typedef struct MigRevisionFiles
{
	int			n;
	MigRevisionFile *at;
} MigRevisionFiles;

extern void MigCliRefuseForeign(const MigCli *cli);
extern void MigCliGenerate(MigCli *cli, const char *revision, const char *subdirectory, bool only_show);
extern void MigCliEdit(MigCli *cli, const char *path, const char *shown, const char *revision);
extern char *MigCliRevisionOf(const char *content);
extern void MigCliReadRevisions(MigRevisionFiles *files, const char *directory);
extern const MigRevisionFile *MigCliFindRevision(const MigRevisionFiles *files, const char *revision);
extern bool MigCliSameText(const char *one, const char *other);
extern char *MigCliModel(const MigCli *cli);

/* cli_ids.c */
extern MigExit MigCliChangeIds(MigCli *cli, const char *sql, int nparams, const char *const *params,
							   bool dry_run, bool backup);

/* cli_alembic.c */
extern void MigCliCollectAlembic(MigTree *tree, const char *directory);

/* cli_program.c */
extern char *MigCliFindProgram(MigCli *cli, const char *name, int major);
extern bool MigCliRunProgram(const char *command, char **output);
extern char *MigCliQuoted(const char *word);
extern char *MigCliSameDatabase(MigCli *cli, const char *dbname);

/* cli_dump.c */
extern char *MigCliDump(MigCli *cli, const char *directory);
extern MigStrings MigCliRestoreCommands(MigCli *cli, const char *file);
extern void MigCliTellBackup(MigCli *cli, const char *file);

/* cli_existing.c */
extern char *MigCliExisting(MigCli *cli, const char *revision);
extern void MigCliStamp(MigCli *cli, const char *versions);

/* cli_deploy.c */
extern void MigCliCheckDeploy(const MigCli *cli);
extern void MigCliDeploySafely(MigCli *cli, const char *target);

/* cli_main.c: all commands; a NULL makes a new paragraph of the help. */
extern const MigCommand *const *MigCliCommands(int *n);

/* The commands, each in its own file; list them in cli_main.c, too. */
extern const MigCommand MigCommandAdopt;
extern const MigCommand MigCommandBackup;
extern const MigCommand MigCommandBranches;
extern const MigCommand MigCommandCheck;
extern const MigCommand MigCommandCompletion;
extern const MigCommand MigCommandConvertIds;
extern const MigCommand MigCommandCurrent;
extern const MigCommand MigCommandDeploy;
extern const MigCommand MigCommandDowngrade;
extern const MigCommand MigCommandDrift;
extern const MigCommand MigCommandEdit;
extern const MigCommand MigCommandExport;
extern const MigCommand MigCommandGraph;
extern const MigCommand MigCommandHeads;
extern const MigCommand MigCommandHistory;
extern const MigCommand MigCommandImport;
extern const MigCommand MigCommandInit;
extern const MigCommand MigCommandLog;
extern const MigCommand MigCommandMerge;
extern const MigCommand MigCommandPlan;
extern const MigCommand MigCommandPreflight;
extern const MigCommand MigCommandRename;
extern const MigCommand MigCommandRevision;
extern const MigCommand MigCommandRollback;
extern const MigCommand MigCommandSetup;
extern const MigCommand MigCommandShow;
extern const MigCommand MigCommandStamp;
extern const MigCommand MigCommandStatus;
extern const MigCommand MigCommandUpgrade;
extern const MigCommand MigCommandValidate;

#endif							/* MIG_CLI_H */
