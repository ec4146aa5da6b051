/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_init.c
 *	  migrator init
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "pqexpbuffer.h"

#define CONFIG_NAME "migrator.toml"

static MigExit Run(MigCli *cli);
static const char *Directory(const MigCli *cli);
static bool MakeDirectory(const char *path);
static bool WriteConfig(const MigCli *cli, const char *path, const char *directory);
static char *TomlString(const char *value);

const MigCommand MigCommandInit = {
	.name = "init",
	.usage = "[DIRECTORY]",
	.summary = "make a directory for migration files and a migrator.toml",
	.max_args = 1,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	const char *directory = Directory (cli);
	bool		made = MakeDirectory(directory);
	bool		written = WriteConfig(cli, CONFIG_NAME, directory);

	if (cli->json)
	{
		printf("{\"directory\": %s, \"directory_made\": %s, \"config\": %s, \"config_written\": %s}\n",
			   MigCliJsonString(directory), made ? "true" : "false",
			   MigCliJsonString(CONFIG_NAME), written ? "true" : "false");
		return MIG_EXIT_OK;
	}
	printf(made ? "Creating directory %s ...  done\n" : "Directory %s exists already\n", directory);
	printf(written ? "Generating %s ...  done\n" : "File %s exists already, and is as it was\n", CONFIG_NAME);
	fflush(stdout);
	if (written)
		MigCliSay("Say in %s where the database is, then: %s revision -m \"create users\"",
				  CONFIG_NAME, cli->progname);
	return MIG_EXIT_OK;
}

/*
 * The argument, or the option -D, or what a migrator.toml of this directory
 * says; those of the directories above are other projects'.
 */
static const char *
Directory(const MigCli *cli)
{
	bool		is_here = cli->config_file != NULL && strcmp(cli->config_file, CONFIG_NAME) == 0;
	const char *directory = cli->nargs > 0 ? cli->args[0] : cli->directory_option ? cli->directory
	: is_here ? cli->directory : "migrations";

	if (directory[0] == '\0')
		MigCliFail(MIG_EXIT_USAGE, NULL, NULL, "the name of a directory cannot be empty");
	return directory;
}

/* Make a directory and those above it; false if there was one. */
static bool
MakeDirectory(const char *path)
{
	if (MigCliDirectoryExists(path))
		return false;
	if (pg_mkdir_p(pg_strdup(path), 0777) != 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not create directory \"%s\": %m", path);
	return true;
}

/* Write the file; false if there was one. */
static bool
WriteConfig(const MigCli *cli, const char *path, const char *directory)
{
	PQExpBufferData text;
	int			fd;

	initPQExpBuffer(&text);
	appendPQExpBuffer(&text,
					  "# Settings of migrator, the command-line client, for this project.  Paths are\n"
					  "# relative to this file.  Options of the command line and DATABASE_URL come first.\n"
					  "\n"
					  "# Where the migration files are.\n"
					  "directory = %s\n\n", TomlString(directory));
	if (strcmp(cli->format, "migrator") == 0)
		appendPQExpBufferStr(&text,
							 "# What tool they are for: migrator, or another one that migrator can read.\n"
							 "#format = \"migrator\"\n\n");
	else
		appendPQExpBuffer(&text, "# What tool they are for.\nformat = %s\n\n", TomlString(cli->format));
	appendPQExpBufferStr(&text,
						 "# The database: a URL or a connection string of libpq.  Without it, PGHOST,\n"
						 "# PGDATABASE and the others count, as for psql.  Passwords are better in ~/.pgpass.\n");
	appendPQExpBuffer(&text, "%sdatabase = %s\n\n", cli->dbname == NULL ? "#" : "",
					  TomlString(cli->dbname == NULL ? "postgresql://localhost/app" : cli->dbname));
	appendPQExpBufferStr(&text,
						 "# Files that say how the schema should look, for \"check\" and\n"
						 "# \"revision --autogenerate\".\n"
						 "#models = [\"schema.sql\"]\n\n"
						 "# The schemas that are compared with them; all, if none are named.\n"
						 "#schemas = [\"public\"]\n\n"
						 "# The revision graph, if several applications share the database.\n"
						 "#project = \"default\"\n\n"
						 "# The copy of the schema, if there is one for each tenant.\n"
						 "#tenant = \"\"\n");

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
	if (fd < 0 && errno == EEXIST)
		return false;
	errno = fd < 0 ? errno : ENOSPC;
	if (fd < 0 || write(fd, text.data, text.len) != (ssize_t) text.len || fsync(fd) != 0 || close(fd) != 0)
	{
		int			error = errno;

		if (fd >= 0)
			(void) unlink(path);
		errno = error;
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not write file \"%s\": %m", path);
	}
	return true;
}

/* As TOML has it: JSON's strings, for what paths and URLs hold. */
static char *
TomlString(const char *value)
{
	return MigCliJsonString(value);
}
