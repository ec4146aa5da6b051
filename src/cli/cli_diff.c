/*-------------------------------------------------------------------------
 * src/cli/cli_diff.c
 *	  What is different between two texts.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <unistd.h>

#include "cli/cli.h"
#include "fe_utils/string_utils.h"
#include "pqexpbuffer.h"

static bool WriteFile(const char *path, const char *content);
static bool RunDiff(PQExpBuffer out, const char *old_name, const char *old_file,
					const char *new_name, const char *new_file);

/*
 * MigCliDiff
 *		The difference of two texts as "diff -u" writes it, or both texts if
 *		there is no such program.
 */
char *
MigCliDiff(const char *old_name, const char *old, const char *new_name, const char *new)
{
	const char *tmpdir = getenv("TMPDIR");
	char	   *dir = MigCliFormat("%s/migrator.XXXXXX", tmpdir != NULL && tmpdir[0] != '\0' ? tmpdir : "/tmp");
	PQExpBufferData out;

	initPQExpBuffer(&out);
	if (mkdtemp(dir) != NULL)
	{
		char	   *old_file = MigCliFormat("%s/old", dir);
		char	   *new_file = MigCliFormat("%s/new", dir);
		bool		worked = WriteFile(old_file, old) && WriteFile(new_file, new) &&
		RunDiff(&out, old_name, old_file, new_name, new_file);

		unlink(old_file);
		unlink(new_file);
		rmdir(dir);
		if (worked)
			return out.data;
	}
	resetPQExpBuffer(&out);
	appendPQExpBuffer(&out, "--- %s\n%s+++ %s\n%s", old_name, old, new_name, new);
	return out.data;
}

static bool
WriteFile(const char *path, const char *content)
{
	FILE	   *file = fopen(path, PG_BINARY_W);
	bool		worked;

	if (file == NULL)
		return false;
	worked = fputs(content, file) >= 0;
	return fclose(file) == 0 && worked;
}

/* Append what diff prints; did it work? */
static bool
RunDiff(PQExpBuffer out, const char *old_name, const char *old_file,
		const char *new_name, const char *new_file)
{
	const char *words[] = {"--label", old_name, "--label", new_name, "--", old_file, new_file};
	PQExpBufferData command;
	char		buffer[8192];
	size_t		n;
	FILE	   *pipe;
	int			status;

	initPQExpBuffer(&command);
	appendPQExpBufferStr(&command, "diff -u");
	for (size_t i = 0; i < lengthof(words); i++)
	{
		appendPQExpBufferChar(&command, ' ');
		if (!appendShellStringNoError(&command, words[i]))
			return false;
	}
	appendPQExpBufferStr(&command, " 2>/dev/null");
	fflush(NULL);
	pipe = popen(command.data, "r");
	if (pipe == NULL)
		return false;
	while ((n = fread(buffer, 1, sizeof(buffer), pipe)) > 0)
		appendBinaryPQExpBuffer(out, buffer, n);
	status = pclose(pipe);
	return WIFEXITED(status) && WEXITSTATUS(status) <= 1 && out->len > 0;
}
