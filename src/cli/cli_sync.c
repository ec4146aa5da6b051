/*-------------------------------------------------------------------------
 * src/cli/cli_sync.c
 *	  Bring the files of the directory to the database.
 *
 * Everything is decided by migrator.import(), which also refuses what would
 * change an applied revision; here that is only explained.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <errno.h>

#include "cli/cli.h"
#include "fe_utils/cancel.h"
#include "pqexpbuffer.h"

/*
 * Load, and tell what is new and which stored revisions have no file.
 */
static const char import_sql[] =
"WITH loaded AS MATERIALIZED (SELECT i.revision, i.filename, i.action "
"FROM migrator.import(pg_catalog.jsonb_object($1::text[], $2::text[]), $3) i) "
"SELECT l.revision, l.filename, l.action FROM loaded l WHERE l.action <> 'unchanged' "
"UNION ALL "
"SELECT r.revision, r.filename, 'missing' FROM migrator.revisions() r "
"WHERE NOT EXISTS (SELECT FROM loaded l WHERE l.revision = r.revision)";

/* SQLSTATE of what cannot be said in the encoding of the database. */
#define UNTRANSLATABLE "22P05"

static void Tell(MigCli *cli, const PGresult *res);
static void NotLoaded(MigCli *cli, const MigTree *tree, MigSync why, const PGresult *res);
static void RefuseChanged(MigCli *cli, const PGresult *changed);

/*
 * MigCliSync
 *		Store what is new in the directory, in one round trip.
 *
 * Connects.  Without a directory of the default name there is nothing to do.
 * Leaves the stored revisions without a file in cli->missing.
 */
void
MigCliSync(MigCli *cli, MigSync why)
{
	MigTree		tree = {0};
	const char *params[3];
	PGresult   *res;

	MigCliConnect(cli);
	if (cli->no_load)
		return;
	if (!MigCliDirectoryExists(cli->directory))
	{
		if (cli->directory_given)
			MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not open directory \"%s\": %m", cli->directory);
		return;
	}
	MigCliCollect(&tree, cli->directory);
	params[0] = MigCliArray(&tree.paths);
	params[1] = MigCliArray(&tree.contents);
	params[2] = cli->format;
	res = MigCliTry(cli, import_sql, 3, params);
	if (PQresultStatus(res) == PGRES_TUPLES_OK)
		Tell(cli, res);
	else
		NotLoaded(cli, &tree, why, res);
	PQclear(res);
}

/*
 * MigCliRefuseUntranslatable
 *		If a query with the files has failed since the encoding of the database
 *		lacks a character of one of them, say which, and end the program.
 *
 * The server speaks only of a parameter.
 */
void
MigCliRefuseUntranslatable(MigCli *cli, const MigTree *tree, const char *directory, const PGresult *res)
{
	const char *sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	if (sqlstate == NULL || strcmp(sqlstate, UNTRANSLATABLE) != 0)
		return;
	if (PQtransactionStatus(cli->conn) == PQTRANS_INERROR)
		PQclear(MigCliTry(cli, "ROLLBACK", 0, NULL));
	for (int i = 0; i < tree->paths.n; i++)
	{
		const char *params[2] = {tree->paths.at[i], tree->contents.at[i]};
		PGresult   *one = MigCliTry(cli, "SELECT $1::text IS NULL, $2::text IS NULL", 2, params);

		sqlstate = PQresultErrorField(one, PG_DIAG_SQLSTATE);
		if (sqlstate != NULL && strcmp(sqlstate, UNTRANSLATABLE) == 0)
			MigCliFail(MIG_EXIT_ERROR, MigCliFormat("%s.", PQresultErrorField(one, PG_DIAG_MESSAGE_PRIMARY)),
					   "Write it in another way, or use a database with encoding UTF8.",
					   "file \"%s/%s\" has a character that the encoding of database \"%s\" lacks",
					   directory, tree->paths.at[i], PQdb(cli->conn));
		PQclear(one);
	}
}

/* Say what is new, and what is not there. */
static void
Tell(MigCli *cli, const PGresult *res)
{
	PQExpBufferData names;

	initPQExpBuffer(&names);
	for (int i = 0; i < PQntuples(res); i++)
	{
		const char *revision = PQgetvalue(res, i, 0);

		if (strcmp(PQgetvalue(res, i, 2), "missing") != 0)
			MigCliSay("%s %s: %s/%s", PQgetvalue(res, i, 2), revision, cli->directory, PQgetvalue(res, i, 1));
		else
		{
			MigCliAdd(&cli->missing, revision);
			if (cli->missing.n <= MIG_CLI_NAMES)
				appendPQExpBuffer(&names, "%s\"%s\"", names.len == 0 ? "" : ", ", revision);
		}
	}
	if (cli->missing.n > MIG_CLI_NAMES)
		appendPQExpBuffer(&names, " and %d more", cli->missing.n - MIG_CLI_NAMES);
	if (cli->missing.n > 0)
		MigCliWarn(MigCliFormat("\"%s export REVISION\" writes it; \"SELECT migrator.delete_revision('REVISION')\" takes it out of the database.",
								cli->progname),
				   "the database has %s no file in \"%s\": %s",
				   cli->missing.n == 1 ? "a revision that has" : "revisions that have", cli->directory, names.data);
}

/* The import has failed. */
static void
NotLoaded(MigCli *cli, const MigTree *tree, MigSync why, const PGresult *res)
{
	const char *sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	const char *hint = PQresultErrorField(res, PG_DIAG_MESSAGE_HINT);
	const char *params[3];
	PGresult   *changed;

	if (PQstatus(cli->conn) == CONNECTION_BAD || sqlstate == NULL || CancelRequested)
		MigCliQueryFailed(cli, res);
	MigCliRefuseUntranslatable(cli, tree, cli->directory, res);
	if (why == MIG_SYNC_LOOK)
	{
		MigCliWarn(hint, "the files of \"%s\" are not loaded: %s", cli->directory, message);
		return;
	}
	if (strcmp(sqlstate, "42501") == 0)
		MigCliFail(MIG_EXIT_ERROR, NULL,
				   "Let a role with the capability \"author\" load them; --no-load runs what the database has.",
				   "could not load the files of \"%s\": %s", cli->directory, message);
	if (strcmp(sqlstate, "55000") == 0)
	{
		params[0] = MigCliArray(&tree->paths);
		params[1] = MigCliArray(&tree->contents);
		params[2] = cli->format;
		changed = MigCliTry(cli,
							"SELECT c.revision, c.filename, c.stored, c.given FROM migrator.changed_files("
							"pg_catalog.jsonb_object($1::text[], $2::text[]), $3) c",
							3, params);
		if (PQresultStatus(changed) == PGRES_TUPLES_OK && PQntuples(changed) > 0)
			RefuseChanged(cli, changed);
	}
	MigCliQueryFailed(cli, res);
}

/* Show what has changed in files of applied revisions, and end. */
static void
RefuseChanged(MigCli *cli, const PGresult *changed)
{
	PQExpBufferData all;
	char	   *file = MigCliFormat("%s/%s", cli->directory, PQgetvalue(changed, 0, 1));

	initPQExpBuffer(&all);
	for (int i = 0; i < PQntuples(changed); i++)
		appendPQExpBufferStr(&all, MigCliDiff(MigCliFormat("revision %s, as it was applied", PQgetvalue(changed, i, 0)),
											  PQgetvalue(changed, i, 2),
											  MigCliFormat("%s/%s", cli->directory, PQgetvalue(changed, i, 1)),
											  PQgetvalue(changed, i, 3)));
	if (!cli->json)
		fputs(all.data, stderr);
	MigCliFail(MIG_EXIT_ERROR, cli->json ? all.data : NULL,
			   "Give the file its old content back, and write a new revision for the change.",
			   PQntuples(changed) == 1 ? "file \"%s\" of revision \"%s\", which is applied, has changed" :
			   "file \"%s\" of revision \"%s\", which is applied, has changed, and so have others",
			   file, PQgetvalue(changed, 0, 0));
}

/*
 * MigCliCheckPlan
 *		Refuse to run revisions that are in the database, but have no file here.
 */
void
MigCliCheckPlan(MigCli *cli, const char *command, const char *target)
{
	char	   *revision;

	if (cli->missing.n == 0)
		return;
	revision = MigCliValue(cli,
						   "SELECT p.revision FROM migrator.plan($1, $2) p WHERE p.revision = ANY ($3::text[]) "
						   "ORDER BY p.step LIMIT 1",
						   3, command, target, MigCliArray(&cli->missing));
	if (revision != NULL)
		MigCliFail(MIG_EXIT_ERROR, NULL,
				   MigCliFormat("Write the file with \"%s export\", or take the revision out with "
								"\"SELECT migrator.delete_revision('%s')\"; --no-load runs what the database has.",
								cli->progname, revision),
				   "revision \"%s\" would be run, but has no file in \"%s\"", revision, cli->directory);
}
