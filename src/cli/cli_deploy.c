/*-------------------------------------------------------------------------
 * src/cli/cli_deploy.c
 *	  A deployment with everything around it: version, backup, verification.
 *
 * For the commands deploy and setup, of whose options it asks.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <limits.h>

#include "cli/cli.h"

static void CheckNumber(const MigCli *cli, const char *option);
static bool Rehearse(MigCli *cli, const char *existing, const char *target);
static bool HasWork(MigCli *cli, const char *target);
static void Verify(MigCli *cli, const char *target);

/*
 * MigCliCheckDeploy
 *		Refuse wrong values of the options of deploy and rollback, before
 *		anything is done.
 */
void
MigCliCheckDeploy(const MigCli *cli)
{
	const char *action = MigCliOption(cli, "on-failure");

	if (action != NULL && strcmp(action, "stop") != 0 && strcmp(action, "rollback") != 0)
		MigCliFail(MIG_EXIT_USAGE, NULL, NULL, "--on-failure must be \"stop\" or \"rollback\", not \"%s\"", action);
	CheckNumber(cli, "retries");
	CheckNumber(cli, "statement-timeout");
}

/* What the server takes as an integer that is not negative. */
static void
CheckNumber(const MigCli *cli, const char *option)
{
	const char *value = MigCliOption(cli, option);
	char	   *end;
	long		number;

	if (value == NULL)
		return;
	errno = 0;
	number = strtol(value, &end, 10);
	if (*value == '\0' || *end != '\0' || errno != 0 || number < 0 || number > INT_MAX)
		MigCliFail(MIG_EXIT_USAGE, NULL, NULL, "--%s must be a number from 0 to %d, not \"%s\"",
				   option, INT_MAX, value);
}

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

	if (directory != NULL && Rehearse(cli, existing, target))
		MigCliTellBackup(cli, MigCliDump(cli, directory));
	if (existing != NULL)
	{
		MigCliStamp(cli, existing);
		MigCliSay("Stamped database \"%s\" as %s", PQdb(cli->conn), existing);
	}
	MigCliCheckPlan(cli, "upgrade", target);
	MigCliDeploy(cli,
				 "CALL migrator.deploy($1, coalesce($2, 'stop'), $3::integer, $4::integer, $5::text[])", 5, target,
				 MigCliOption(cli, "on-failure"), MigCliOption(cli, "retries"),
				 MigCliOption(cli, "statement-timeout"),
				 pass_over.n > 0 ? MigCliArray(&pass_over) : NULL);
	Verify(cli, target);
	MigCliTellBackup(cli, NULL);
}

/*
 * Is anything to be done?  What would be refused after the backup ends the
 * program before it.
 */
static bool
Rehearse(MigCli *cli, const char *existing, const char *target)
{
	bool		has_work;

	(void) MigCliQuery(cli, "BEGIN", 0);
	if (existing != NULL)
		MigCliStamp(cli, existing);
	has_work = HasWork(cli, target);
	MigCliCheckPlan(cli, "upgrade", target);
	(void) MigCliQuery(cli, "ROLLBACK", 0);
	return existing != NULL || has_work;
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
