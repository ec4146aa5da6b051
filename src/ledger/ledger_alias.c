/*-------------------------------------------------------------------------
 * src/ledger/ledger_alias.c
 *	  Former ids of revisions, and giving revisions other ids.
 *
 * What is current has current ids: revisions, edges, labels, versions,
 * approvals, records of schemas.  What has happened keeps the ids of its time
 * (the logs, deployments); whoever reads it looks them up in the aliases.  An
 * alias leads to a revision directly, never to another alias.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "utils/builtins.h"

static void AliasRow(TupleTableSlot *slot, void *arg);
static void RevisionRow(TupleTableSlot *slot, void *arg);
static void FoundRow(TupleTableSlot *slot, void *arg);
static int	CompareAliases(const void *a, const void *b);

static MigQuery list_query = {
	.sql = "SELECT a.alias::pg_catalog.text, a.revision::pg_catalog.text, a.created_at, a.created_by"
	" FROM migrator.alias a WHERE a.project OPERATOR(pg_catalog.=) $1 ORDER BY a.alias",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

/* The script says the same but for ids: who approved it has approved this. */
static MigQuery approval_query = {
	.sql = "UPDATE migrator.approval AS a SET revision = $3, checksum ="
	"  CASE WHEN a.checksum OPERATOR(pg_catalog.=) r.checksum THEN $4 ELSE a.checksum END"
	" FROM migrator.revision r"
	" WHERE a.project OPERATOR(pg_catalog.=) $1 AND a.revision OPERATOR(pg_catalog.=) $2"
	"  AND r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) $2",
	.expect = SPI_OK_UPDATE,
	.nargs = 4,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID, TEXTOID}
};

/* Nobody has approved the new id, unless it was deleted. */
static MigQuery unapprove_query = {
	.sql = "DELETE FROM migrator.approval AS a WHERE a.project OPERATOR(pg_catalog.=) $1"
	" AND a.revision OPERATOR(pg_catalog.=) $3 AND $2 OPERATOR(pg_catalog.<>) $3",
	.expect = SPI_OK_DELETE,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery revision_query = {
	.sql = "UPDATE migrator.revision AS r SET revision = $3, checksum = $4, header = $5, filename = $6,"
	"  downgrade_filename = CASE WHEN r.downgrade_filename OPERATOR(pg_catalog.=) r.filename THEN $6"
	"   ELSE r.downgrade_filename END,"
	"  verify_filename = CASE WHEN r.verify_filename OPERATOR(pg_catalog.=) r.filename THEN $6"
	"   ELSE r.verify_filename END"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) $2",
	.expect = SPI_OK_UPDATE,
	.nargs = 6,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}
};

#define RENAMES "ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) AS n (old, new)"

/* What names revisions, in this order; $2 and $3 are old and new ids. */
static MigQuery rename_queries[] = {
	{
		.sql = "UPDATE migrator.edge AS e SET revision = n.new FROM " RENAMES
		" WHERE e.project OPERATOR(pg_catalog.=) $1 AND e.revision OPERATOR(pg_catalog.=) n.old"
	},
	{
		.sql = "UPDATE migrator.edge AS e SET target = n.new FROM " RENAMES
		" WHERE e.project OPERATOR(pg_catalog.=) $1 AND e.target OPERATOR(pg_catalog.=) n.old"
	},
	{
		.sql = "UPDATE migrator.label AS l SET revision = n.new FROM " RENAMES
		" WHERE l.project OPERATOR(pg_catalog.=) $1 AND l.revision OPERATOR(pg_catalog.=) n.old"
	},
	{
		.sql = "UPDATE migrator.version AS v SET revision = n.new FROM " RENAMES
		" WHERE v.project OPERATOR(pg_catalog.=) $1 AND v.revision OPERATOR(pg_catalog.=) n.old"
	},
	{
		.sql = "UPDATE migrator.schema_record AS s SET revisions = ARRAY("
		"  SELECT coalesce(n.new, u.revision) FROM pg_catalog.unnest(s.revisions) AS u (revision)"
		"   LEFT JOIN " RENAMES " ON n.old OPERATOR(pg_catalog.=) u.revision"
		"   ORDER BY coalesce(n.new, u.revision) COLLATE pg_catalog.\"C\")"
		" WHERE s.project OPERATOR(pg_catalog.=) $1 AND s.revisions OPERATOR(pg_catalog.&&) $2"
	},
	{
		.sql = "UPDATE migrator.alias AS a SET revision = n.new FROM " RENAMES
		" WHERE a.project OPERATOR(pg_catalog.=) $1 AND a.revision OPERATOR(pg_catalog.=) n.old"
	}
};

/* A revision that gets a former id back. */
static MigQuery forget_query = {
	.sql = "DELETE FROM migrator.alias AS a"
	" WHERE a.project OPERATOR(pg_catalog.=) $1 AND a.alias OPERATOR(pg_catalog.=) ANY ($2)",
	.expect = SPI_OK_DELETE,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTARRAYOID}
};

static MigQuery insert_query = {
	.sql = "INSERT INTO migrator.alias (project, alias, revision, created_by)"
	" SELECT $1, n.old, n.new, $4 FROM " RENAMES,
	.expect = SPI_OK_INSERT,
	.nargs = 4,
	.argtypes = {TEXTOID, TEXTARRAYOID, TEXTARRAYOID, TEXTOID}
};

/* Is one of these still current somewhere, or is any copy half done? */
static MigQuery stale_query = {
	.sql = "SELECT v.tenant FROM migrator.version v"
	" WHERE v.project OPERATOR(pg_catalog.=) $1 AND v.revision OPERATOR(pg_catalog.=) ANY ($2)"
	" UNION ALL SELECT j.tenant FROM migrator.journal j WHERE j.project OPERATOR(pg_catalog.=) $1",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTARRAYOID}
};

static MigQuery journal_query = {
	.sql = "SELECT j.project, j.tenant, j.revision FROM migrator.journal j"
	" WHERE j.project OPERATOR(pg_catalog.=) $1 ORDER BY j.tenant LIMIT 1",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

/*
 * MigLedgerHasAliases
 *		Has any revision of the project had another id?
 */
bool
MigLedgerHasAliases(const MigCopy *copy)
{
	return MigDbAny("alias", "alias_pkey", &copy->project, 1);
}

/*
 * MigLedgerAliases
 *		The aliases of the project, sorted for MigLedgerFindAlias.
 */
MigAlias *
MigLedgerAliases(const MigCopy *copy, int *n)
{
	List	   *list = NIL;
	MigAlias   *aliases;
	ListCell   *lc;

	MigDbScan("alias", "alias_pkey", &copy->project, 1, AliasRow, &list);
	aliases = palloc(sizeof(MigAlias) * (list_length(list) + 1));
	*n = 0;
	foreach(lc, list)
	{
		aliases[(*n)++] = *(MigAlias *) lfirst(lc);
	}
	return aliases;
}

/*
 * MigLedgerFindAlias
 *		The revision that has had an id before, or NULL.
 */
const char *
MigLedgerFindAlias(const MigAlias *aliases, int n, const char *name)
{
	MigAlias	key = {.alias = name};
	const MigAlias *found = bsearch(&key, aliases, n, sizeof(MigAlias), CompareAliases);

	return found == NULL ? NULL : found->revision;
}

/*
 * MigLedgerResolveAlias
 *		The same for a single one, without reading the others.
 */
char *
MigLedgerResolveAlias(const MigCopy *copy, const char *name)
{
	const char *keys[2] = {copy->project, name};
	char	   *revision = NULL;

	MigDbScan("alias", "alias_pkey", keys, 2, RevisionRow, &revision);
	return revision;
}

/*
 * MigLedgerListAliases
 *		Hand the aliases to a function as rows of aliases().
 */
void
MigLedgerListAliases(const MigCopy *copy, MigDbRowFn row, void *arg)
{
	Datum		values[1] = {CStringGetTextDatum(copy->project)};

	MigDbRead(&list_query, values, NULL, row, arg);
}

/*
 * MigLedgerRewrite
 *		Give a revision another id, header and file name, and what depends on
 *		these; approvals stay good.
 */
void
MigLedgerRewrite(const MigCopy *copy, const MigRename *rename)
{
	Datum		values[6] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(rename->old),
		CStringGetTextDatum(rename->new), CStringGetTextDatum(rename->checksum),
	CStringGetTextDatum(rename->header), CStringGetTextDatum(rename->new_filename)};
	MigDbScope	scope;

	MigDbOpen(&scope);
	MigDbExec(&unapprove_query, values, NULL);
	MigDbExec(&approval_query, values, NULL);
	MigDbExec(&revision_query, values, NULL);
	MigDbClose(&scope);
}

/*
 * MigLedgerRename
 *		Give revisions other ids wherever they are named but in revisions
 *		themselves, and keep the old ids as aliases.
 */
void
MigLedgerRename(const MigCopy *copy, const char **old, const char **new, int n)
{
	Datum		values[4] = {CStringGetTextDatum(copy->project), MigDbArray(old, n),
		MigDbArray(new, n),
	CStringGetTextDatum(GetUserNameFromId(GetUserId(), false))};
	Datum		forgotten[2] = {values[0], values[2]};
	MigDbScope	scope;

	MigDbOpen(&scope);
	for (size_t i = 0; i < lengthof(rename_queries); i++)
	{
		MigQuery   *query = &rename_queries[i];

		query->expect = SPI_OK_UPDATE;
		query->nargs = 3;
		query->argtypes[0] = TEXTOID;
		query->argtypes[1] = query->argtypes[2] = TEXTARRAYOID;
		MigDbExec(query, values, NULL);
	}
	MigDbExec(&forget_query, forgotten, NULL);
	MigDbExec(&insert_query, values, NULL);
	MigDbClose(&scope);
}

/*
 * MigLedgerStillNamed
 *		Is one of these ids a version of some copy, or is any copy half done?
 *
 * Uses the active snapshot.
 */
bool
MigLedgerStillNamed(const MigCopy *copy, const char **ids, int n)
{
	Datum		values[2] = {CStringGetTextDatum(copy->project), MigDbArray(ids, n)};
	bool		found = false;

	MigDbRead(&stale_query, values, NULL, FoundRow, &found);
	return found;
}

/*
 * MigLedgerHalfDone
 *		A revision that is half done in some copy of the project, or NULL.
 *
 * Uses the active snapshot.
 */
char *
MigLedgerHalfDone(const MigCopy *copy)
{
	Datum		values[1] = {CStringGetTextDatum(copy->project)};
	char	   *revision = NULL;

	MigDbRead(&journal_query, values, NULL, RevisionRow, &revision);
	return revision;
}

/* A row of the table alias: project, alias, revision. */
static void
AliasRow(TupleTableSlot *slot, void *arg)
{
	List	  **list = arg;
	MigAlias   *alias = palloc(sizeof(MigAlias));

	alias->alias = MigDbText(slot, 2);
	alias->revision = MigDbText(slot, 3);
	*list = lappend(*list, alias);
}

static void
RevisionRow(TupleTableSlot *slot, void *arg)
{
	*(char **) arg = MigDbText(slot, 3);
}

static void
FoundRow(TupleTableSlot *slot pg_attribute_unused(), void *arg)
{
	*(bool *) arg = true;
}

static int
CompareAliases(const void *a, const void *b)
{
	return strcmp(((const MigAlias *) a)->alias, ((const MigAlias *) b)->alias);
}
