/*-------------------------------------------------------------------------
 * src/cli/cli_show.c
 *	  Show texts, and changes of a schema.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"

/*
 * MigCliShowText
 *		Print the one text of a query; with --json an object with the member
 *		name.
 */
void
MigCliShowText(MigCli *cli, const char *name, const char *sql, int nparams,...)
{
	va_list		args;
	PGresult   *res;
	const char *value;

	va_start(args, nparams);
	res = MigCliQueryV(cli, sql, nparams, args);
	va_end(args);
	value = PQgetvalue(res, 0, 0);
	if (cli->json)
		printf("{\"%s\": %s}\n", name, MigCliJsonString(value));
	else
		printf("%s%s", value, value[0] == '\0' || value[strlen(value) - 1] == '\n' ? "" : "\n");
	PQclear(res);
}

/*
 * MigCliShowChanges
 *		Print rows as those of migrator.check(), as a script with comments, or
 *		with --json as they are; returns how many there are.
 */
int
MigCliShowChanges(MigCli *cli, const char *sql, int nparams,...)
{
	va_list		args;
	PGresult   *res;
	int			nrows;

	va_start(args, nparams);
	if (cli->json)
	{
		nrows = MigCliShowJsonV(cli, sql, nparams, args);
		va_end(args);
		return nrows;
	}
	sql = MigCliFormat("SELECT c.action, c.kind, c.identity, c.ddl, pg_catalog.array_to_string(c.hazard, ', ') FROM (%s) c", sql);
	res = MigCliQueryV(cli, sql, nparams, args);
	va_end(args);
	nrows = PQntuples(res);
	for (int i = 0; i < nrows; i++)
	{
		printf("-- %s %s %s", PQgetvalue(res, i, 0), PQgetvalue(res, i, 1), PQgetvalue(res, i, 2));
		if (PQgetvalue(res, i, 4)[0] != '\0')
			printf("%s [%s]%s", cli->color ? "\033[31m" : "", PQgetvalue(res, i, 4), cli->color ? "\033[0m" : "");
		printf("\n%s;\n\n", PQgetvalue(res, i, 3));
	}
	PQclear(res);
	return nrows;
}

/*
 * MigCliWhere
 *		The database that we are connected to, as a URL without password.
 */
char *
MigCliWhere(MigCli *cli)
{
	const char *host = PQhost(cli->conn);

	if (host[0] == '/')
		return MigCliFormat("postgresql://%s@/%s?host=%s&port=%s", PQuser(cli->conn), PQdb(cli->conn), host, PQport(cli->conn));
	return MigCliFormat("postgresql://%s@%s:%s/%s", PQuser(cli->conn), host, PQport(cli->conn), PQdb(cli->conn));
}
