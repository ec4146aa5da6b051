/*-------------------------------------------------------------------------
 * src/cli/cli_existing.c
 *	  A database that has the schema, but no version.
 *
 * To upgrade it from nothing would fail at the first table that is there
 * already.  So before something is run for the first time, the server is asked
 * which revision's schema it has; a person decides.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <unistd.h>

#include "cli/cli.h"
#include "common/string.h"

static bool IsNew(MigCli *cli);
static void RefuseOtherTool(MigCli *cli);
static bool Agrees(const char *question);

/*
 * MigCliExisting
 *		The versions to stamp before anything is run, or NULL if there is nothing
 *		to stamp.
 *
 * revision is what the user says that the database has, or NULL.  A database
 * that has a version stays as it is.  Ends the program if a person has to decide,
 * and there is none.
 */
char *
MigCliExisting(MigCli *cli, const char *revision)
{
	PGresult   *res;
	char	   *names;
	bool		exact;

	if (!IsNew(cli))
	{
		if (revision != NULL && strcmp(revision, "base") != 0)
			MigCliSay("--stamp-existing is not needed: the database has a version, or has no schema.");
		return NULL;
	}
	if (revision != NULL)
		return strcmp(revision, "base") == 0 ? NULL : pg_strdup(revision);
	RefuseOtherTool(cli);

	res = MigCliTry(cli, "SELECT pg_catalog.string_agg(d.revision, E'\\n'), pg_catalog.min(d.differences), "
					"pg_catalog.bool_or(d.revision = 'base') FROM migrator.detect() d", 0, NULL);
	if (PQstatus(cli->conn) == CONNECTION_BAD)
		MigCliQueryFailed(cli, res);
	if (!IsNew(cli))
		return NULL;			/* somebody else has been faster */
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		MigCliFail(MIG_EXIT_ERROR,
				   MigCliFormat("Which schema it has could not be found out: %s.",
								PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY)),
				   MigCliFormat("Run \"%s %s --stamp-existing REVISION\"; with \"--stamp-existing base\", everything is run from the beginning.",
								cli->progname, cli->command->name),
				   "database \"%s\" has no version, but is not empty", PQdb(cli->conn));
	if (PQgetisnull(res, 0, 0) || strcmp(PQgetvalue(res, 0, 2), "t") == 0)
		return NULL;
	names = PQgetvalue(res, 0, 0);
	exact = strcmp(PQgetvalue(res, 0, 1), "0") == 0;
	if (exact && strchr(names, '\n') == NULL &&
		Agrees(MigCliFormat("Database \"%s\" has no version, but the schema of revision \"%s\".  Stamp it as that? (y/n) ",
							PQdb(cli->conn), names)))
		return names;
	for (char *c = names; *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
	MigCliFail(MIG_EXIT_ERROR,
			   exact ? MigCliFormat("It has the schema of: %s.", names)
			   : MigCliFormat("It comes nearest to: %s. Objects that differ: %s.", names, PQgetvalue(res, 0, 1)),
			   MigCliFormat("Run \"%s %s --stamp-existing %.*s\" if that is right; with \"--stamp-existing base\", everything is run from the beginning.",
							cli->progname, cli->command->name, (int) strcspn(names, " "), names),
			   "database \"%s\" has no version, but is not empty", PQdb(cli->conn));
}

/*
 * Has nothing been run yet, though there is something to run, in a database
 * that has tables, views or the like?
 */
static bool
IsNew(MigCli *cli)
{
	return strcmp(MigCliValue(cli,
							  "SELECT NOT EXISTS (SELECT FROM migrator.versions())"
							  " AND NOT EXISTS (SELECT FROM migrator.status())"
							  " AND EXISTS (SELECT FROM migrator.revisions())"
							  " AND EXISTS (SELECT FROM pg_catalog.pg_class c"
							  "  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
							  "  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
							  "   AND n.nspname OPERATOR(pg_catalog.!~) '^pg_' AND n.nspname <> ALL ('{information_schema,migrator}')"
							  "   AND ($1::text[] IS NULL OR n.nspname = ANY ($1::text[]))"
							  "   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
							  "    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid"
							  "     AND d.deptype = 'e'))",
							  1, cli->schemas.n > 0 ? MigCliArray(&cli->schemas) : NULL), "t") == 0;
}

/* Another tool's version table knows better, if there is one. */
static void
RefuseOtherTool(MigCli *cli)
{
	PGresult   *res = MigCliTry(cli, "SELECT a.tool, a.version_table FROM migrator.adopt(dry_run => true) a", 0, NULL);
	const char *sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	char	   *detail;

	if (PQstatus(cli->conn) == CONNECTION_BAD)
		MigCliQueryFailed(cli, res);
	if (PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 0)
		return;
	if (PQresultStatus(res) == PGRES_TUPLES_OK)
		detail = MigCliFormat("Table %s of %s says at which.", PQgetvalue(res, 0, 1), PQgetvalue(res, 0, 0));
	else if (sqlstate != NULL && strcmp(sqlstate, "42P01") == 0)
		return;					/* there is none */
	else
		detail = MigCliFormat("But %s.", PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
	if (!IsNew(cli))
		return;					/* somebody else has taken it over meanwhile */
	MigCliFail(MIG_EXIT_ERROR, detail,
			   MigCliFormat("Take it over with \"%s adopt\"; or say yourself with --stamp-existing REVISION (\"base\": nothing of this project is there).",
							cli->progname),
			   "database \"%s\" is at a version of another tool", PQdb(cli->conn));
}

/*
 * MigCliStamp
 *		Set the versions that MigCliExisting() has returned: detect() gives several
 *		with commas between them.
 */
void
MigCliStamp(MigCli *cli, const char *versions)
{
	MigCliQuery(cli, "SELECT FROM migrator.stamp(pg_catalog.string_to_array($1, ', '))", 1, versions);
}

/* What a person at a terminal says; no without one. */
static bool
Agrees(const char *question)
{
	char	   *answer;
	bool		yes;

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return false;
	answer = simple_prompt(question, true);
	yes = pg_strcasecmp(answer, "y") == 0 || pg_strcasecmp(answer, "yes") == 0;
	free(answer);
	return yes;
}
