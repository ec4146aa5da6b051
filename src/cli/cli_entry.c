/*-------------------------------------------------------------------------
 * src/cli/cli_entry.c
 *	  Revisions as Alembic lists them.
 *
 * What is said of a revision comes from the server; here is only the layout.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"
#include "pqexpbuffer.h"

/* Columns of the query below. */
enum
{
	REVISION,
	PARENTS,
	DEPENDENCIES,
	LABELS,
	MARKS,
	MESSAGE,
	DESCRIPTION
};

static void AppendMarks(PQExpBuffer line, char *marks, int look);

/*
 * MigCliEntries
 *		Read what entries of revisions say.
 *
 * sql is a query that gives one column, the revisions; it may use $1, which is
 * param.
 */
PGresult *
MigCliEntries(MigCli *cli, const char *sql, const char *param, int look)
{
	char	   *query = MigCliFormat("SELECT w.revision, pg_catalog.array_to_string(h.down_revisions, ', '), "
									 "pg_catalog.array_to_string(h.depends_on, ', '), "
									 "pg_catalog.array_to_string(m.branch_labels, ', '), "
									 "pg_catalog.array_to_string(m.marks, ','), h.message%s "
									 "FROM (SELECT pg_catalog.row_number() OVER () AS ordinal, r.revision FROM (%s) r(revision) "
									 "WHERE $1::text IS NULL OR true) w "
									 "JOIN migrator.history() h ON h.revision = w.revision "
									 "JOIN migrator.marks() m ON m.revision = w.revision ORDER BY w.ordinal",
									 (look & MIG_ENTRY_VERBOSE) != 0 ? ", migrator.show(w.revision)" : "", sql);

	return MigCliQuery(cli, query, 1, param);
}

/*
 * MigCliShowEntries
 *		Print entries, one a line behind prefix, or with MIG_ENTRY_VERBOSE one a
 *		paragraph.
 */
void
MigCliShowEntries(MigCli *cli, const char *prefix, const char *sql, const char *param, int look)
{
	PGresult   *res = MigCliEntries(cli, sql, param, look);

	for (int i = 0; i < PQntuples(res); i++)
	{
		if ((look & MIG_ENTRY_VERBOSE) != 0)
			printf("%s\n", PQgetvalue(res, i, DESCRIPTION));
		else
			printf("%s%s\n", prefix, MigCliEntry(cli, res, i, look));
	}
	PQclear(res);
}

/*
 * MigCliEntry
 *		One of the entries, as a line:
 *		parents (dependencies) -> id (labels) (head) (current) (branchpoint), message
 */
char *
MigCliEntry(MigCli *cli, const PGresult *res, int row, int look)
{
	const char *parents = PQgetvalue(res, row, PARENTS);
	const char *dependencies = PQgetvalue(res, row, DEPENDENCIES);
	const char *labels = PQgetvalue(res, row, LABELS);
	PQExpBufferData line;

	initPQExpBuffer(&line);
	if ((look & MIG_ENTRY_PARENTS) != 0)
	{
		appendPQExpBufferStr(&line, parents[0] == '\0' ? "<base>" : parents);
		if (dependencies[0] != '\0')
			appendPQExpBuffer(&line, " (%s)", dependencies);
		appendPQExpBufferStr(&line, " -> ");
	}
	appendPQExpBuffer(&line, "%s%s%s", cli->color ? "\033[33m" : "", PQgetvalue(res, row, REVISION),
					  cli->color ? "\033[0m" : "");
	if ((look & MIG_ENTRY_LABELS) != 0 && labels[0] != '\0')
		appendPQExpBuffer(&line, " (%s)", labels);
	AppendMarks(&line, pg_strdup(PQgetvalue(res, row, MARKS)), look);
	if ((look & MIG_ENTRY_MESSAGE) != 0)
		appendPQExpBuffer(&line, ", %s", PQgetvalue(res, row, MESSAGE));
	return line.data;
}

/* Those of the marks that are wanted. */
static void
AppendMarks(PQExpBuffer line, char *marks, int look)
{
	char	   *next;

	for (char *mark = strtok_r(marks, ",", &next); mark != NULL; mark = strtok_r(NULL, ",", &next))
	{
		bool		is_head = strstr(mark, "head") != NULL;
		bool		is_current = strcmp(mark, "current") == 0;

		if ((look & (is_head ? MIG_ENTRY_HEADS : is_current ? MIG_ENTRY_CURRENT : MIG_ENTRY_TREE)) != 0)
			appendPQExpBuffer(line, " (%s)", mark);
	}
}
