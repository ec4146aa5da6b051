/*-------------------------------------------------------------------------
 * src/cli/cli_dump.c
 *	  A backup before something is changed, and how to get it back.
 *
 * The file has its name only when it is complete, has been read by pg_restore,
 * and is on disk.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "common/file_utils.h"
#include "fe_utils/string_utils.h"
#include "port.h"
#include "pqexpbuffer.h"

static void MakeDirectory(const char *directory);
static char *FileName(MigCli *cli, const char *directory);
static void Dump(const char *program, const char *database, const char *file);
static void Verify(const char *program, const char *file);
static void Discard(const char *file);
static void SayRestore(void);

/* What to tell if the program ends with an error from now on. */
static MigCli *failing_cli = NULL;
static const char *failing_file;
static MigStrings failing_commands;

/*
 * MigCliDump
 *		Back up the database into a directory, and return the path of the file.
 *
 * Ends the program if that does not succeed.
 */
char *
MigCliDump(MigCli *cli, const char *directory)
{
	int			major;
	char	   *dump;
	char	   *restore;
	char	   *file;
	char	   *part;

	MigCliConnect(cli);
	major = PQserverVersion(cli->conn) / 10000;
	dump = MigCliFindProgram(cli, "pg_dump", major);
	restore = MigCliFindProgram(cli, "pg_restore", major);
	MakeDirectory(directory);
	file = FileName(cli, directory);
	part = MigCliFormat("%s.part", file);
	MigCliSay("Backing up database \"%s\" to %s", PQdb(cli->conn), file);
	Dump(dump, MigCliSameDatabase(cli, NULL), part);
	Verify(restore, part);
	if (fsync_fname(part, false) != 0 || durable_rename(part, file) != 0)
	{
		Discard(part);
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not write file \"%s\"", file);
	}
	return file;
}

/* Backups are for their owner only. */
static void
MakeDirectory(const char *directory)
{
	char	   *path = pg_strdup(directory);

	if (!MigCliDirectoryExists(directory) && pg_mkdir_p(path, S_IRWXU) != 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not create directory \"%s\": %m", directory);
	if (access(directory, W_OK | X_OK) != 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not write to directory \"%s\": %m", directory);
}

/* DIRECTORY/<database>-<UTC time>.dump, as an absolute path; a new one. */
static char *
FileName(MigCli *cli, const char *directory)
{
	char	   *path = make_absolute_path(directory);
	char	   *database = pg_strdup(PQdb(cli->conn));
	time_t		now = time(NULL);
	char		stamp[32];
	char	   *file;

	if (path == NULL)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not find directory \"%s\"", directory);
	for (char *c = database; *c != '\0'; c++)
		if (*c == '/' || (unsigned char) *c <= ' ' || (c == database && *c == '.'))
			*c = '_';
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime(&now));
	file = MigCliFormat("%s/%s-%s.dump", path, database, stamp);
	for (int i = 2; access(file, F_OK) == 0; i++)
		file = MigCliFormat("%s/%s-%s-%d.dump", path, database, stamp, i);
	return file;
}

static void
Dump(const char *program, const char *database, const char *file)
{
	char	   *output;
	mode_t		old = umask(S_IRWXG | S_IRWXO);
	bool		done = MigCliRunProgram(MigCliFormat("%s --format=custom --no-password --file=%s %s 2>&1",
													 MigCliQuoted(program), MigCliQuoted(file), database), &output);

	umask(old);
	if (!done)
	{
		Discard(file);
		MigCliFail(MIG_EXIT_ERROR, output, NULL, "pg_dump has failed, and nothing was changed");
	}
	if (output[0] != '\0')
		MigCliWarn(NULL, "%s", output);
}

/* Can it be read? */
static void
Verify(const char *program, const char *file)
{
	char	   *output;
	int			entries = 0;
	bool		done = MigCliRunProgram(MigCliFormat("%s --list %s 2>&1", MigCliQuoted(program), MigCliQuoted(file)), &output);

	for (const char *line = output; done && *line != '\0'; line += strcspn(line, "\n"))
	{
		line += strspn(line, "\n");
		entries += *line != ';' && *line != '\0';
	}
	if (!done || entries == 0)
	{
		Discard(file);
		MigCliFail(MIG_EXIT_ERROR, done ? NULL : output, NULL,
				   done ? "the backup is empty, and nothing was changed"
				   : "pg_restore cannot read the backup, and nothing was changed");
	}
}

static void
Discard(const char *file)
{
	int			error = errno;

	(void) unlink(file);
	errno = error;
}

/*
 * MigCliRestoreCommands
 *		The commands that bring back what is in a backup.
 */
MigStrings
MigCliRestoreCommands(MigCli *cli, const char *file)
{
	MigStrings	commands = {0};
	int			major = PQserverVersion(cli->conn) / 10000;
	bool		is_postgres = strcmp(PQdb(cli->conn), "postgres") == 0;
	char	   *other = MigCliSameDatabase(cli, is_postgres ? "template1" : "postgres");

	MigCliAdd(&commands, MigCliFormat("%s -X %s --command=%s",
									  MigCliQuoted(MigCliFindProgram(cli, "psql", 0)), other,
									  MigCliQuoted(MigCliFormat("DROP DATABASE IF EXISTS %s WITH (FORCE)",
																fmtId(PQdb(cli->conn))))));
	MigCliAdd(&commands, MigCliFormat("%s --create --exit-on-error %s %s",
									  MigCliQuoted(MigCliFindProgram(cli, "pg_restore", major)), other,
									  MigCliQuoted(file)));
	return commands;
}

/*
 * MigCliTellBackup
 *		From now on, if the program ends with an error, it says how to restore
 *		this backup; not any more if file is NULL.
 */
void
MigCliTellBackup(MigCli *cli, const char *file)
{
	static bool is_registered = false;

	failing_cli = file == NULL ? NULL : cli;
	failing_file = file;
	if (file != NULL)
		failing_commands = MigCliRestoreCommands(cli, file);
	if (!is_registered)
		atexit(SayRestore);
	is_registered = true;
}

static void
SayRestore(void)
{
	MigCli	   *cli = failing_cli;
	MigStrings	commands = failing_commands;

	if (cli == NULL)
		return;
	if (cli->json)
	{
		MigCliWarn(MigCliFormat("%s && %s", commands.at[0], commands.at[1]),
				   "the database before it was backed up to \"%s\"", failing_file);
		return;
	}
	fprintf(stderr, "\nThe same command goes on from here.  To go back instead, to what was in the database\n"
			"before, and lose everything that was written since, run these two:\n\n");
	for (int i = 0; i < commands.n; i++)
		fprintf(stderr, "%s\n", commands.at[i]);
}
