/*-------------------------------------------------------------------------
 * src/cli/cli_deploy.c
 *	  A deployment with everything around it: version, backup, verification.
 *
 * For the commands deploy and setup, of whose options it asks.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

static bool HasWork(MigCli *cli, const char *target);
static void Verify(MigCli *cli, const char *target);

/*
 * MigCliDeploySafely
 *		Give a database a version that has the schema but none, back it up if that
 *		is wished, deploy, and see that all is well.
 *
 * The files are loaded.  Ends the program if something fails, and says then how
 * the backup is restored.
 */
void
MigCliDeploySafely(MigCli *cli, const char *target)
{
	const char *directory = MigCliOption(cli, "backup");
	MigStrings	pass_over = MigCliOptions(cli, "pass-over");
	char	   *existing = MigCliExisting(cli, MigCliOption(cli, "stamp-existing"));

	if (directory != NULL && (existing != NULL || HasWork(cli, target)))
		MigCliTellBackup(cli, MigCliDump(cli, directory));
	if (existing != NULL)
		MigCliStampExisting(cli, existing);
	MigCliCheckPlan(cli, "upgrade", target);
	MigCliDeploy(cli,
				 "CALL migrator.deploy($1, coalesce($2, 'stop'), $3::integer, $4::integer, $5::text[])", 5, target,
				 MigCliOption(cli, "on-failure"), MigCliOption(cli, "retries"),
				 MigCliOption(cli, "statement-timeout"),
				 pass_over.n > 0 ? MigCliArray(&pass_over) : NULL);
	Verify(cli, target);
	MigCliTellBackup(cli, NULL);
}

/* Is there anything to run, or half done? */
static bool
HasWork(MigCli *cli, const char *target)
{
	return strcmp(MigCliValue(cli, "SELECT EXISTS (SELECT FROM migrator.status())"
							  " OR EXISTS (SELECT FROM migrator.plan('upgrade', $1))", 1, target), "t") == 0;
}

/*
 * What is deployed is sound, and all of it.  What has run did parse: a way down
 * that does not is for "validate" to tell.
 */
static void
Verify(MigCli *cli, const char *target)
{
	char	   *wrong = MigCliValue(cli,
									"SELECT pg_catalog.string_agg(pg_catalog.concat_ws(': ', v.code, v.revision, v.detail), E'\\n')"
									" FROM migrator.validate() v WHERE v.severity = 'error' AND v.code <> 'syntax_error'", 0);

	if (wrong != NULL)
		MigCliFail(MIG_EXIT_ERROR, wrong, NULL, "the deployment is done, but something is wrong");
	if (HasWork(cli, target))
		MigCliFail(MIG_EXIT_ERROR, NULL, MigCliFormat("Somebody else has changed the version or the revisions; see \"%s plan\".", cli->progname),
				   "the database is not at \"%s\" after the deployment", target);
}
