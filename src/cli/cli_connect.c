/*-------------------------------------------------------------------------
 * src/cli/cli_connect.c
 *	  Connect to the database, and say what the session works on.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"
#include "common/string.h"

#define MAX_PARAMS 12

typedef struct Params
{
	int			n;
	const char *keywords[MAX_PARAMS];
	const char *values[MAX_PARAMS];
} Params;

static void SetParams(MigCli *cli, Params *params, const char *dbname, const char *password);
static void AddParam(Params *params, const char *keyword, const char *value);
static bool IsConninfo(const char *text);
static void Prepare(MigCli *cli);

/*
 * MigCliConnect
 *		Connect, unless done already, and set project, tenant and schemas.
 *
 * Fails if the database does not have the extension.
 */
void
MigCliConnect(MigCli *cli)
{
	if (cli->conn != NULL)
		return;
	cli->conn = MigCliConnectBare(cli, NULL, false);
	Prepare(cli);
}

/*
 * MigCliConnectBare
 *		A new connection, as the options say, about which nothing is assumed.
 *
 * dbname replaces the name of the database, if not NULL.  Asks for a password
 * as psql does, once for all connections.  With may_fail, returns what libpq
 * gave, whatever its status.
 */
PGconn *
MigCliConnectBare(MigCli *cli, const char *dbname, bool may_fail)
{
	static char *password = NULL;
	PGconn	   *conn;

	if (cli->prompt_password == TRI_YES && password == NULL)
		password = MigCliPassword();
	for (;;)
	{
		Params		params = {0};

		SetParams(cli, &params, dbname, password);
		conn = PQconnectdbParams(params.keywords, params.values, 1);
		if (conn == NULL)
			MigCliFail(MIG_EXIT_CONNECTION, NULL, NULL, "out of memory");
		if (PQstatus(conn) != CONNECTION_BAD || !PQconnectionNeedsPassword(conn) ||
			password != NULL || cli->prompt_password == TRI_NO)
			break;
		PQfinish(conn);
		password = MigCliPassword();
	}

	PQsetNoticeReceiver(conn, MigCliNotice, NULL);
	if (PQstatus(conn) == CONNECTION_BAD && !may_fail)
		MigCliFail(MIG_EXIT_CONNECTION, NULL,
				   cli->host == NULL && cli->database == NULL && getenv("PGHOST") == NULL ?
				   "Say where the database is by -h, -d, DATABASE_URL, PGHOST or \"database\" in migrator.toml." : NULL,
				   "%s", pg_strip_crlf(PQerrorMessage(conn)) ? PQerrorMessage(conn) : "");
	return conn;
}

/*
 * MigCliPing
 *		Whether the server takes connections.
 */
PGPing
MigCliPing(MigCli *cli)
{
	Params		params = {0};

	SetParams(cli, &params, NULL, NULL);
	return PQpingParams(params.keywords, params.values, 1);
}

/* Where to connect, and as whom. */
static void
SetParams(MigCli *cli, Params *params, const char *dbname, const char *password)
{
	const char *first = cli->dbname != NULL && IsConninfo(cli->dbname) ? cli->dbname : cli->database;

	/* the first dbname may be a URL; what follows replaces its parts */
	AddParam(params, "dbname", first == NULL ? NULL : MigCliConninfo(first));
	AddParam(params, "host", cli->host);
	AddParam(params, "port", cli->port);
	AddParam(params, "user", cli->username);
	AddParam(params, "password", password);
	if (cli->dbname != first)
		AddParam(params, "dbname", cli->dbname);
	AddParam(params, "dbname", dbname);
	AddParam(params, "fallback_application_name", cli->progname);
	AddParam(params, "client_encoding", "UTF8");
}

static void
AddParam(Params *params, const char *keyword, const char *value)
{
	if (value == NULL)
		return;
	Assert(params->n < MAX_PARAMS - 1);
	params->keywords[params->n] = keyword;
	params->values[params->n++] = value;
}

/* Is this more than the name of a database? */
static bool
IsConninfo(const char *text)
{
	return strstr(text, "://") != NULL || strchr(text, '=') != NULL;
}

/*
 * MigCliConninfo
 *		A database as other tools name it, for libpq.
 *
 * SQLAlchemy has the driver in the scheme (postgresql+psycopg2://), JDBC puts
 * "jdbc:" before it.  To libpq the URL of something else would be a name.
 */
char *
MigCliConninfo(const char *url)
{
	const char *rest;
	const char *plus;
	char	   *scheme;

	if (strncmp(url, "jdbc:", 5) == 0)
		url += 5;
	rest = url + strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._");
	if (strncmp(rest, "://", 3) != 0)
		return pg_strdup(url);
	plus = memchr(url, '+', rest - url);
	scheme = MigCliFormat("%.*s", (int) ((plus == NULL ? rest : plus) - url), url);
	if (strcmp(scheme, "postgresql") != 0 && strcmp(scheme, "postgres") != 0)
		MigCliFail(MIG_EXIT_USAGE, NULL, "It begins with \"postgresql://\".",
				   "\"%s://...\" is not the URL of a database of PostgreSQL", scheme);
	return MigCliFormat("%s%s", scheme, rest);
}

/* The extension has to be there; the settings are set in the same round trip. */
static void
Prepare(MigCli *cli)
{
	const char *params[3];
	PGresult   *res;

	params[0] = cli->project;
	params[1] = cli->tenant;
	params[2] = NULL;
	if (cli->schemas.n > 0)
	{
		MigStrings	quoted = {0};
		char	   *list = NULL;

		for (int i = 0; i < cli->schemas.n; i++)
			MigCliAdd(&quoted, PQescapeIdentifier(cli->conn, cli->schemas.at[i], strlen(cli->schemas.at[i])));
		for (int i = 0; i < quoted.n; i++)
			list = MigCliFormat("%s%s%s", i == 0 ? "" : list, i == 0 ? "" : ", ", quoted.at[i]);
		params[2] = list;
	}
	res = MigCliTry(cli,
					"SELECT (SELECT e.extversion FROM pg_catalog.pg_extension e WHERE e.extname = 'migrator'), "
					"pg_catalog.current_database(), "
					"CASE WHEN $1::text IS NOT NULL THEN pg_catalog.set_config('migrator.project', $1::text, false) END, "
					"CASE WHEN $2::text IS NOT NULL THEN pg_catalog.set_config('migrator.tenant', $2::text, false) END, "
					"CASE WHEN $3::text IS NOT NULL THEN pg_catalog.set_config('migrator.schemas', $3::text, false) END",
					3, params);
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		MigCliQueryFailed(cli, res);
	if (PQgetisnull(res, 0, 0))
		MigCliFail(MIG_EXIT_ERROR, NULL,
				   MigCliFormat("Make it with \"CREATE EXTENSION migrator\" as a superuser, or set everything up with \"%s setup\".",
								cli->progname),
				   "database \"%s\" does not have the extension migrator", PQgetvalue(res, 0, 1));
	PQclear(res);
}
