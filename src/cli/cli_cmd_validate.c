/*-------------------------------------------------------------------------
 * src/cli/cli_cmd_validate.c
 *	  migrator validate
 *
 * The server looks at what it has; that the files are the same, and that the
 * database is as the models say, is added here.  The files are loaded in a
 * transaction that is rolled back, so that what is found is that of the files.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"
#include "fe_utils/cancel.h"

#define DETAIL_OBJECTS	3		/* that differ from the model and are named */

/* What was found, in columns. */
typedef struct Findings
{
	MigStrings	severity;
	MigStrings	code;
	MigStrings	revision;
	MigStrings	detail;
} Findings;

static MigExit Run(MigCli *cli);
static void AskServer(MigCli *cli, Findings *findings);
static void CheckVersions(MigCli *cli, Findings *findings);
static void CheckFiles(MigCli *cli, Findings *findings);
static void AddImported(MigCli *cli, Findings *findings, const PGresult *res);
static void AddNotImported(MigCli *cli, Findings *findings, const PGresult *res, const char *const *params);
static bool CheckPending(MigCli *cli, Findings *findings);
static void CheckModels(MigCli *cli, Findings *findings);
static void FailUnlessFinding(MigCli *cli, const PGresult *res);
static void Add(Findings *findings, const char *severity, const char *code, const char *revision,
				const char *detail);
static void Print(MigCli *cli, const Findings *findings);

static const MigOption options[] = {
	{"strict", 0, NULL, "fail for warnings, too"},
	{0}
};

const MigCommand MigCommandValidate = {
	.name = "validate",
	.usage = "",
	.summary = "look for everything that is wrong with files, database and schema",
	.options = options,
	.run = Run
};

static MigExit
Run(MigCli *cli)
{
	Findings	findings = {0};
	bool		strict = MigCliOption(cli, "strict") != NULL;
	bool		up_to_date;

	MigCliConnect(cli);
	CheckVersions(cli, &findings);
	MigCliQuery(cli, "BEGIN", 0);
	CheckFiles(cli, &findings);
	AskServer(cli, &findings);
	up_to_date = CheckPending(cli, &findings);
	MigCliQuery(cli, "ROLLBACK", 0);
	if (up_to_date && cli->models.n > 0)
		CheckModels(cli, &findings);
	Print(cli, &findings);
	for (int i = 0; i < findings.severity.n; i++)
		if (strcmp(findings.severity.at[i], "error") == 0 ||
			(strict && strcmp(findings.severity.at[i], "warning") == 0))
			return MIG_EXIT_ERROR;
	return MIG_EXIT_OK;
}

/* What migrator.validate() finds. */
static void
AskServer(MigCli *cli, Findings *findings)
{
	PGresult   *res = MigCliQuery(cli,
								  "SELECT v.severity, v.code, v.revision, v.detail FROM migrator.validate() v"
								  " ORDER BY pg_catalog.array_position('{error,warning,info}', v.severity), v.code, v.revision", 0);

	for (int i = 0; i < PQntuples(res); i++)
		Add(findings, PQgetvalue(res, i, 0), PQgetvalue(res, i, 1), PQgetvalue(res, i, 2), PQgetvalue(res, i, 3));
	PQclear(res);
}

/* Do server, extension and client fit together? */
static void
CheckVersions(MigCli *cli, Findings *findings)
{
	PGresult   *res = MigCliQuery(cli,
								  "SELECT e.extversion, a.default_version FROM pg_catalog.pg_extension e"
								  " LEFT JOIN pg_catalog.pg_available_extensions a ON a.name = e.extname"
								  " WHERE e.extname = 'migrator'", 0);
	const char *installed = PQgetvalue(res, 0, 0);

	if (strcmp(installed, MIG_CLI_VERSION) != 0)
		Add(findings, "warning", "version", "",
			MigCliFormat("this program is version %s, the extension is version %s", MIG_CLI_VERSION, installed));
	if (!PQgetisnull(res, 0, 1) && strcmp(installed, PQgetvalue(res, 0, 1)) != 0)
		Add(findings, "warning", "version", "",
			MigCliFormat("the server has version %s of the extension: ALTER EXTENSION migrator UPDATE",
						 PQgetvalue(res, 0, 1)));
	PQclear(res);
}

/* Load the files, in a transaction that is open; after an error, in a new one. */
static void
CheckFiles(MigCli *cli, Findings *findings)
{
	MigTree		tree = {0};
	const char *params[3];
	PGresult   *res;

	if (cli->no_load)
		return;
	if (!MigCliDirectoryExists(cli->directory))
	{
		if (cli->directory_given)
			Add(findings, "error", "no_directory", "",
				MigCliFormat("directory \"%s\" does not exist", cli->directory));
		return;
	}
	MigCliCollect(&tree, cli->directory);
	params[0] = MigCliArray(&tree.paths);
	params[1] = MigCliArray(&tree.contents);
	params[2] = cli->format;
	res = MigCliTry(cli,
					"WITH loaded AS MATERIALIZED (SELECT i.revision, i.filename, i.action"
					" FROM migrator.import(pg_catalog.jsonb_object($1::text[], $2::text[]), $3) i)"
					" SELECT l.revision, l.filename, l.action FROM loaded l WHERE l.action <> 'unchanged'"
					" UNION ALL SELECT r.revision, r.filename, 'missing' FROM migrator.revisions() r"
					"  WHERE NOT EXISTS (SELECT FROM loaded l WHERE l.revision = r.revision)",
					3, params);
	if (PQresultStatus(res) == PGRES_TUPLES_OK)
		AddImported(cli, findings, res);
	else
	{
		FailUnlessFinding(cli, res);
		MigCliRefuseUntranslatable(cli, &tree, cli->directory, res);
		MigCliQuery(cli, "ROLLBACK", 0);
		MigCliQuery(cli, "BEGIN", 0);
		AddNotImported(cli, findings, res, params);
	}
	PQclear(res);
}

/* Where the files and the store are not the same. */
static void
AddImported(MigCli *cli, Findings *findings, const PGresult *res)
{
	static const struct
	{
		const char *action;
		const char *severity;
		const char *code;
		const char *detail;
	}			actions[] =
	{
		{"added", "info", "not_loaded", "file \"%s/%s\" is not in the database yet"},
		{"replaced", "info", "file_changed", "file \"%s/%s\" has changed; it has not been run, and will be loaded anew"},
		{"missing", "warning", "no_file", "there is no file \"%s/%s\", but the database has the revision"}
	};

	for (int i = 0; i < PQntuples(res); i++)
		for (size_t j = 0; j < lengthof(actions); j++)
			if (strcmp(PQgetvalue(res, i, 2), actions[j].action) == 0)
				Add(findings, actions[j].severity, actions[j].code, PQgetvalue(res, i, 0),
					MigCliFormat(actions[j].detail, cli->directory, PQgetvalue(res, i, 1)));
}

/* Why the files cannot be loaded. */
static void
AddNotImported(MigCli *cli, Findings *findings, const PGresult *res, const char *const *params)
{
	const char *sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	const char *context = PQresultErrorField(res, PG_DIAG_CONTEXT);
	PGresult   *changed = NULL;

	if (strcmp(sqlstate, "42501") == 0 || strcmp(sqlstate, "25006") == 0)
	{
		Add(findings, "warning", "files_not_compared", "", message);
		return;
	}
	if (strcmp(sqlstate, "55000") == 0)
	{
		MigCliQuery(cli, "SAVEPOINT files", 0);
		changed = MigCliTry(cli, "SELECT c.revision, c.filename FROM migrator.changed_files("
							"pg_catalog.jsonb_object($1::text[], $2::text[]), $3) c", 3, params);
		if (PQresultStatus(changed) != PGRES_TUPLES_OK)
			MigCliQuery(cli, "ROLLBACK TO files", 0);
	}
	if (changed == NULL || PQntuples(changed) == 0)
		Add(findings, "error", "wrong_files", "",
			context == NULL || strncmp(context, "file ", 5) != 0 ? message
			: MigCliFormat("%s, %.*s", message, (int) strcspn(context, "\n"), context));
	for (int i = 0; i < PQntuples(changed); i++)
		Add(findings, "error", "applied_file_changed", PQgetvalue(changed, i, 0),
			MigCliFormat("file \"%s/%s\" is not what was run", cli->directory, PQgetvalue(changed, i, 1)));
}

/* Is there something to run?  True if the database is at its heads. */
static bool
CheckPending(MigCli *cli, Findings *findings)
{
	PGresult   *res;
	int			n;

	MigCliQuery(cli, "SAVEPOINT pending", 0);
	res = MigCliTry(cli, "SELECT pg_catalog.count(*) FROM migrator.plan('upgrade', 'heads')", 0, NULL);
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
	{
		/* validate() has said why */
		FailUnlessFinding(cli, res);
		MigCliQuery(cli, "ROLLBACK TO pending", 0);
		return false;
	}
	n = atoi(PQgetvalue(res, 0, 0));
	PQclear(res);
	if (n > 0)
		Add(findings, "info", "pending", "",
			MigCliFormat("%d %s not been run in database \"%s\"", n, n == 1 ? "revision has" : "revisions have",
						 PQdb(cli->conn)));
	return n == 0;
}

/* Is the database as the models say? */
static void
CheckModels(MigCli *cli, Findings *findings)
{
	const char *params[3];
	PGresult   *res;

	params[0] = MigCliModel(cli);
	params[1] = cli->schemas.n > 0 ? MigCliArray(&cli->schemas) : NULL;
	params[2] = MigCliFormat("%d", DETAIL_OBJECTS);
	res = MigCliTry(cli, "SELECT pg_catalog.count(*), pg_catalog.string_agg(pg_catalog.format('%s %s %s',"
					"  c.action, c.kind, c.identity), ', ' ORDER BY c.step) FILTER (WHERE c.step <= $3::integer)"
					" FROM migrator.check($1, $2::text[]) c", 3, params);
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
	{
		FailUnlessFinding(cli, res);
		Add(findings, "error", "wrong_model", "", PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
	}
	else if (strcmp(PQgetvalue(res, 0, 0), "0") != 0)
		Add(findings, "error", "not_as_model", "",
			MigCliFormat("the database is not as the model says: %s%s; see \"%s check\"", PQgetvalue(res, 0, 1),
						 atoi(PQgetvalue(res, 0, 0)) > DETAIL_OBJECTS ? ", ..." : "", cli->progname));
	PQclear(res);
}

/* That the connection is lost, or Ctrl-C pressed, says nothing of what is there. */
static void
FailUnlessFinding(MigCli *cli, const PGresult *res)
{
	if (PQstatus(cli->conn) == CONNECTION_BAD || CancelRequested ||
		PQresultErrorField(res, PG_DIAG_SQLSTATE) == NULL)
		MigCliQueryFailed(cli, res);
}

static void
Add(Findings *findings, const char *severity, const char *code, const char *revision, const char *detail)
{
	MigCliAdd(&findings->severity, severity);
	MigCliAdd(&findings->code, code);
	MigCliAdd(&findings->revision, revision);
	MigCliAdd(&findings->detail, detail);
}

/* A line for each, or an array of objects. */
static void
Print(MigCli *cli, const Findings *findings)
{
	for (int i = 0; i < findings->severity.n; i++)
	{
		const char *revision = findings->revision.at[i];

		if (cli->json)
			printf("%s{\"severity\": %s, \"code\": %s, \"revision\": %s, \"detail\": %s}",
				   i == 0 ? "[" : ",\n ", MigCliJsonString(findings->severity.at[i]),
				   MigCliJsonString(findings->code.at[i]),
				   revision[0] == '\0' ? "null" : MigCliJsonString(revision),
				   MigCliJsonString(findings->detail.at[i]));
		else
			printf("%s: %s: %s%s%s\n", findings->severity.at[i], findings->code.at[i], revision,
				   revision[0] == '\0' ? "" : ": ", findings->detail.at[i]);
	}
	if (cli->json)
		printf(findings->severity.n == 0 ? "[]\n" : "]\n");
	else if (findings->severity.n == 0)
		MigCliSay("Nothing is wrong.");
}
