/*-------------------------------------------------------------------------
 * src/cli/cli_program.c
 *	  Run PostgreSQL's own programs: pg_dump, pg_restore, psql.
 *
 * They are looked for beside this program and then in the PATH, as PostgreSQL's
 * programs look for each other, but a later version will do as well.  They
 * connect as we do; the password goes through the environment.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "fe_utils/cancel.h"
#include "fe_utils/string_utils.h"
#include "port.h"
#include "pqexpbuffer.h"

static int	VersionOf(const char *path, const char *name);
static bool WantsOption(const PQconninfoOption *option);

/*
 * MigCliFindProgram
 *		The path of a program of PostgreSQL of at least this major version; 0 is
 *		any.
 *
 * Ends the program if there is none.
 */
char *
MigCliFindProgram(MigCli *cli, const char *name, int major)
{
	char		own[MAXPGPATH];
	char		found[MAXPGPATH];
	const char *places[2] = {NULL, NULL};
	int			version = 0;

	if (find_my_exec(cli->argv0, own) == 0)
	{
		get_parent_directory(own);
		places[0] = MigCliFormat("%s/%s", own, name);
	}
	if (find_my_exec(name, found) == 0)
		places[1] = found;
	for (size_t i = 0; i < lengthof(places); i++)
	{
		int			one = places[i] == NULL || access(places[i], X_OK) != 0 ? 0 : VersionOf(places[i], name);

		if (one > 0 && one >= major)
			return pg_strdup(places[i]);
		version = Max(version, one);
	}
	if (version == 0)
		MigCliFail(MIG_EXIT_ERROR, NULL,
				   MigCliFormat("Install PostgreSQL's client programs (on Debian postgresql-client-%d), or put them into the PATH.", major),
				   "program \"%s\" was not found", name);
	MigCliFail(MIG_EXIT_ERROR, MigCliFormat("%s is version %d, the server is version %d.", name, version, major),
			   MigCliFormat("Install a later version (on Debian postgresql-client-%d), and put its directory first into the PATH.", major),
			   "program \"%s\" is older than the server", name);
}

/* The major version that a program says it has; 0 if it is another one. */
static int
VersionOf(const char *path, const char *name)
{
	PQExpBufferData command;
	char	   *output;
	const char *version;

	initPQExpBuffer(&command);
	appendShellString(&command, path);
	appendPQExpBufferStr(&command, " --version 2>/dev/null");
	if (!MigCliRunProgram(command.data, &output))
		return 0;
	if (strncmp(output, name, strlen(name)) != 0 || (version = strstr(output, "(PostgreSQL) ")) == NULL)
		return 0;
	return atoi(version + strlen("(PostgreSQL) "));
}

/*
 * MigCliRunProgram
 *		Run a shell command; true if it succeeds, and nobody has pressed Ctrl-C.
 *
 * output is what it has written, without the last newline.
 */
bool
MigCliRunProgram(const char *command, char **output)
{
	PQExpBufferData text;
	char		buffer[8192];
	size_t		n;
	FILE	   *pipe;
	int			status;

	fflush(NULL);
	initPQExpBuffer(&text);
	MigCliInProgram(true);
	pipe = popen(command, "r");
	if (pipe == NULL)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not run command \"%s\": %m", command);
	while ((n = fread(buffer, 1, sizeof(buffer), pipe)) > 0)
		appendBinaryPQExpBuffer(&text, buffer, n);
	status = pclose(pipe);
	MigCliInProgram(false);
	if (text.len > 0 && text.data[text.len - 1] == '\n')
		text.data[--text.len] = '\0';
	*output = text.data;
	return status == 0 && !CancelRequested;
}

/*
 * MigCliSameDatabase
 *		The options, for the shell, with which another program connects to our
 *		database, or to another one of the server if dbname is not NULL.
 *
 * The password is not in it: it is in PGPASSWORD from now on.
 */
char *
MigCliSameDatabase(MigCli *cli, const char *dbname)
{
	PQconninfoOption *options = PQconninfo(cli->conn);
	PQExpBufferData more;
	PQExpBufferData text;

	if (options == NULL)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "out of memory");
	if (dbname == NULL)
		dbname = PQdb(cli->conn);
	initPQExpBuffer(&more);
	for (const PQconninfoOption *option = options; option->keyword != NULL; option++)
	{
		if (!WantsOption(option))
			continue;
		appendPQExpBuffer(&more, " %s=", option->keyword);
		appendConnStrVal(&more, strcmp(option->keyword, "hostaddr") == 0 ? PQhostaddr(cli->conn) : option->val);
	}
	PQconninfoFree(options);
	if (PQpass(cli->conn) != NULL && PQpass(cli->conn)[0] != '\0')
		setenv("PGPASSWORD", PQpass(cli->conn), 1);

	initPQExpBuffer(&text);
	appendPQExpBuffer(&text, "--host=%s --port=%s --username=%s", MigCliQuoted(PQhost(cli->conn)),
					  MigCliQuoted(PQport(cli->conn)), MigCliQuoted(PQuser(cli->conn)));
	if (more.len > 0 || strpbrk(dbname, "=:") != NULL)
	{
		PQExpBufferData conninfo;

		initPQExpBuffer(&conninfo);
		appendPQExpBufferStr(&conninfo, "dbname=");
		appendConnStrVal(&conninfo, dbname);
		appendPQExpBufferStr(&conninfo, more.data);
		dbname = conninfo.data;
	}
	appendPQExpBuffer(&text, " --dbname=%s", MigCliQuoted(dbname));
	return text.data;
}

/* Those that say more than where, as whom, and what is the default anyway. */
static bool
WantsOption(const PQconninfoOption *option)
{
	static const char *const unwanted[] = {
		"host", "port", "user", "dbname", "service", "application_name",
		"fallback_application_name", "client_encoding", "replication"
	};

	if (strchr(option->dispchar, '*') != NULL || option->val == NULL || option->val[0] == '\0')
		return false;
	for (size_t i = 0; i < lengthof(unwanted); i++)
		if (strcmp(option->keyword, unwanted[i]) == 0)
			return false;
	if (strcmp(option->keyword, "passfile") == 0)
		return getenv("PGPASSFILE") != NULL;
	return option->compiled == NULL || strcmp(option->compiled, option->val) != 0;
}

/*
 * MigCliQuoted
 *		A word for the shell.
 */
char *
MigCliQuoted(const char *word)
{
	PQExpBufferData text;

	initPQExpBuffer(&text);
	appendShellString(&text, word);
	return text.data;
}
