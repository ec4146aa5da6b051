/*-------------------------------------------------------------------------
 * src/ledger/ledger_read.c
 *	  Read revisions, versions and log.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "db/db.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

/* What SectionRow needs. */
typedef struct Sections
{
	MigBodyFn	each;
	void	   *arg;
	MemoryContext context;		/* reset after each row */
} Sections;

/* What HeaderRow needs. */
typedef struct Headers
{
	MigHeaderFn each;
	void	   *arg;
	MemoryContext context;		/* reset after each row */
} Headers;

static MigQuery fetch_query = {
	.sql = "SELECT r.revision, r.message, r.create_date, r.upgrade_transactional, r.filename,"
	"  r.upgrade_line, r.downgrade_filename, r.downgrade_line,"
	"  r.header, r.upgrade, r.downgrade, r.checksum, r.downgrade_transactional,"
	"  r.verify, r.verify_filename, r.verify_line, r.origin_tool, r.origin_key, r.origin_checksum, false,"
	"  ARRAY(SELECT e.target FROM migrator.edge e"
	"        WHERE e.project OPERATOR(pg_catalog.=) $1 AND e.revision OPERATOR(pg_catalog.=) $2"
	"          AND NOT e.is_dependency ORDER BY e.ordinal),"
	"  ARRAY(SELECT e.target FROM migrator.edge e"
	"        WHERE e.project OPERATOR(pg_catalog.=) $1 AND e.revision OPERATOR(pg_catalog.=) $2"
	"          AND e.is_dependency ORDER BY e.ordinal),"
	"  ARRAY(SELECT l.label FROM migrator.label l"
	"        WHERE l.project OPERATOR(pg_catalog.=) $1 AND l.revision OPERATOR(pg_catalog.=) $2"
	"        ORDER BY l.label)"
	" FROM migrator.revision r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) $2",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

static MigQuery fetch_repeatable_query = {
	.sql = "SELECT r.revision, r.message, r.create_date, r.transactional, r.filename,"
	"  r.upgrade_line, NULL::text, NULL::integer,"
	"  r.header, r.upgrade, NULL::text, r.checksum, true,"
	"  r.verify, r.verify_filename, r.verify_line, r.origin_tool, r.origin_key, r.origin_checksum, true,"
	"  ARRAY[]::text[], ARRAY[]::text[], ARRAY[]::text[]"
	" FROM migrator.repeatable r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) $2",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

/*
 * Lists of revisions are looked up one by one (LATERAL ... OFFSET 0): with an
 * array and a guess of few rows, the planner would read the whole project.
 */
static MigQuery upgrades_query = {
	.sql = "SELECT r.* FROM pg_catalog.unnest($2) AS u (revision) CROSS JOIN LATERAL ("
	"  SELECT r.revision, r.filename, r.upgrade_line,"
	"   CASE WHEN s.fits THEN r.upgrade END, r.verify_filename, r.verify_line,"
	"   CASE WHEN s.fits THEN r.verify END, r.header"
	"  FROM migrator.revision r CROSS JOIN LATERAL (SELECT pg_catalog.octet_length(r.upgrade)"
	"   OPERATOR(pg_catalog.+) coalesce(pg_catalog.octet_length(r.verify), 0) OPERATOR(pg_catalog.<=) $3) AS s (fits)"
	"  WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) u.revision"
	"  OFFSET 0) r",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTARRAYOID, INT4OID}
};

static MigQuery repeats_query = {
	.sql = "SELECT r.* FROM pg_catalog.unnest($2) AS u (revision) CROSS JOIN LATERAL ("
	"  SELECT r.revision, r.filename, r.upgrade_line,"
	"   CASE WHEN s.fits THEN r.upgrade END, r.verify_filename, r.verify_line,"
	"   CASE WHEN s.fits THEN r.verify END, r.header"
	"  FROM migrator.repeatable r CROSS JOIN LATERAL (SELECT pg_catalog.octet_length(r.upgrade)"
	"   OPERATOR(pg_catalog.+) coalesce(pg_catalog.octet_length(r.verify), 0) OPERATOR(pg_catalog.<=) $3) AS s (fits)"
	"  WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) u.revision"
	"  OFFSET 0) r",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTARRAYOID, INT4OID}
};

static MigQuery downgrades_query = {
	.sql = "SELECT r.* FROM pg_catalog.unnest($2) AS u (revision) CROSS JOIN LATERAL ("
	"  SELECT r.revision, r.downgrade_filename, r.downgrade_line,"
	"   CASE WHEN pg_catalog.octet_length(r.downgrade) OPERATOR(pg_catalog.<=) $3 THEN r.downgrade END,"
	"   NULL::text, NULL::integer, NULL::text, r.header"
	"  FROM migrator.revision r"
	"  WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) u.revision"
	"  OFFSET 0) r",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTARRAYOID, INT4OID}
};

static MigQuery sections_query = {
	.sql = "SELECT r.revision, r.filename, r.upgrade_line, r.upgrade,"
	"  r.verify_filename, r.verify_line, r.verify, r.upgrade_transactional,"
	"  r.downgrade_filename, r.downgrade_line, r.downgrade, r.downgrade_transactional, false"
	" FROM migrator.revision r WHERE r.project OPERATOR(pg_catalog.=) $1"
	" UNION ALL SELECT r.revision, r.filename, r.upgrade_line, r.upgrade,"
	"  r.verify_filename, r.verify_line, r.verify, r.transactional,"
	"  NULL::text, NULL::integer, NULL::text, NULL::boolean, true"
	" FROM migrator.repeatable r WHERE r.project OPERATOR(pg_catalog.=) $1"
	" ORDER BY 13, 2, 1",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

static MigQuery irreversible_query = {
	.sql = "SELECT r.revision, r.header FROM migrator.revision r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.downgrade IS NULL"
	" ORDER BY r.filename, r.revision",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

static MigQuery list_query = {
	.sql = "SELECT r.revision::pg_catalog.text, r.message, r.create_date, r.filename::pg_catalog.text,"
	"  r.upgrade_transactional, r.downgrade IS NOT NULL, r.checksum::pg_catalog.text, r.loaded_at, r.loaded_by"
	" FROM migrator.revision r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 ORDER BY r.filename, r.revision",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

static MigQuery log_query = {
	.sql = "SELECT g.id, g.operation, coalesce(a.revision, g.revision), g.started_at, g.elapsed,"
	"  g.role_name, g.session_role, g.client_addr, g.application_name, g.checksum, g.transaction_id"
	" FROM migrator.log g LEFT JOIN migrator.alias a"
	"  ON a.project OPERATOR(pg_catalog.=) $1 AND a.alias OPERATOR(pg_catalog.=) g.revision"
	" WHERE g.project OPERATOR(pg_catalog.=) $1 AND g.tenant OPERATOR(pg_catalog.=) $2"
	"   AND ($3 IS NULL OR coalesce(a.revision, g.revision) OPERATOR(pg_catalog.=) $3)"
	" ORDER BY g.id",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery known_query = {
	.sql = "SELECT r.revision, r.checksum, r.filename FROM migrator.revision r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1"
	" UNION ALL SELECT r.revision, r.checksum, r.filename FROM migrator.repeatable r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 ORDER BY 1",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

static MigQuery applied_query = {
	.sql = "SELECT DISTINCT ON (g.revision) g.revision, g.started_at, g.checksum"
	" FROM migrator.log g"
	" WHERE g.project OPERATOR(pg_catalog.=) $1 AND g.tenant OPERATOR(pg_catalog.=) $2"
	"   AND g.operation OPERATOR(pg_catalog.<>) ALL ('{downgrade,repeat}')"
	" ORDER BY g.revision, g.id DESC",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

static MigQuery applied_some_query = {
	.sql = "SELECT g.* FROM pg_catalog.unnest($3) AS u (revision) CROSS JOIN LATERAL ("
	"  SELECT g.revision, g.started_at, g.checksum"
	"  FROM migrator.log g"
	"  WHERE g.project OPERATOR(pg_catalog.=) $1 AND g.tenant OPERATOR(pg_catalog.=) $2"
	"    AND g.revision OPERATOR(pg_catalog.=) u.revision"
	"    AND g.operation OPERATOR(pg_catalog.<>) ALL ('{downgrade,repeat}')"
	"  ORDER BY g.id DESC LIMIT 1) g"
	" ORDER BY g.revision",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTARRAYOID}
};

/* The same two where revisions have had other ids. */
static MigQuery applied_alias_query = {
	.sql = "SELECT DISTINCT ON (h.revision) h.revision, h.started_at, h.checksum FROM ("
	"  SELECT coalesce(a.revision, g.revision) AS revision, g.id, g.started_at, g.checksum"
	"  FROM migrator.log g LEFT JOIN migrator.alias a"
	"   ON a.project OPERATOR(pg_catalog.=) $1 AND a.alias OPERATOR(pg_catalog.=) g.revision"
	"  WHERE g.project OPERATOR(pg_catalog.=) $1 AND g.tenant OPERATOR(pg_catalog.=) $2"
	"    AND g.operation OPERATOR(pg_catalog.<>) 'downgrade') h"
	" ORDER BY h.revision, h.id DESC",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

static MigQuery applied_some_alias_query = {
	.sql = "SELECT u.revision, g.started_at, g.checksum"
	" FROM pg_catalog.unnest($3) AS u (revision) CROSS JOIN LATERAL ("
	"  SELECT h.* FROM (SELECT u.revision AS name UNION ALL"
	"    SELECT a.alias FROM migrator.alias a"
	"    WHERE a.project OPERATOR(pg_catalog.=) $1 AND a.revision OPERATOR(pg_catalog.=) u.revision) n"
	"  CROSS JOIN LATERAL ("
	"   SELECT g.id, g.started_at, g.checksum FROM migrator.log g"
	"   WHERE g.project OPERATOR(pg_catalog.=) $1 AND g.tenant OPERATOR(pg_catalog.=) $2"
	"     AND g.revision OPERATOR(pg_catalog.=) n.name"
	"     AND g.operation OPERATOR(pg_catalog.<>) 'downgrade'"
	"   ORDER BY g.id DESC LIMIT 1) h"
	"  ORDER BY h.id DESC LIMIT 1) g"
	" ORDER BY u.revision COLLATE pg_catalog.\"C\"",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTARRAYOID}
};

/*
 * This one walks the edges in SQL, since it has to work on graphs that
 * MigGraphBuild refuses: replacing a revision is how such a graph is mended.
 */
static MigQuery anywhere_query = {
	.sql = "WITH RECURSIVE applied AS ("
	"  SELECT v.revision FROM migrator.version v"
	"   WHERE v.project OPERATOR(pg_catalog.=) $1"
	"  UNION"
	"  SELECT coalesce(l.revision, e.target)"
	"   FROM applied a"
	"   JOIN migrator.edge e ON e.project OPERATOR(pg_catalog.=) $1"
	"    AND e.revision OPERATOR(pg_catalog.=) a.revision"
	"   LEFT JOIN migrator.label l ON e.is_dependency"
	"    AND l.project OPERATOR(pg_catalog.=) $1 AND l.label OPERATOR(pg_catalog.=) e.target)"
	" SELECT a.revision FROM applied a"
	" WHERE a.revision OPERATOR(pg_catalog.=) ANY ($2) ORDER BY 1",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTARRAYOID}
};

static MigQuery users_query = {
	.sql = "SELECT e.revision FROM migrator.edge e"
	" WHERE e.project OPERATOR(pg_catalog.=) $1"
	"   AND e.revision OPERATOR(pg_catalog.<>) $2"
	"   AND (e.target OPERATOR(pg_catalog.=) $2"
	"    OR (e.is_dependency AND e.target OPERATOR(pg_catalog.=) ANY (ARRAY("
	"     SELECT l.label FROM migrator.label l"
	"     WHERE l.project OPERATOR(pg_catalog.=) $1 AND l.revision OPERATOR(pg_catalog.=) $2))))"
	" GROUP BY 1 ORDER BY 1",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

static void ProjectRow(TupleTableSlot *slot, void *arg);
static void VersionRow(TupleTableSlot *slot, void *arg);
static void FetchRow(TupleTableSlot *slot, void *arg);
static void BodyRow(TupleTableSlot *slot, void *arg);
static void ReadBody(TupleTableSlot *slot, int column, const char **text, MigPlace *place);
static void SectionRow(TupleTableSlot *slot, void *arg);
static void HeaderRow(TupleTableSlot *slot, void *arg);
static void KnownRow(TupleTableSlot *slot, void *arg);
static void AppliedRow(TupleTableSlot *slot, void *arg);
static void TextRow(TupleTableSlot *slot, void *arg);
static int	CompareById(const void *a, const void *b);
static const char **ListToArray(List *list, int *n);

/*
 * MigLedgerState
 *		Heads, as far as they are known, and rows of a copy.
 *
 * Uses the active snapshot.  Never NULL.
 */
MigState *
MigLedgerState(const MigCopy *copy)
{
	MigState   *state = palloc0(sizeof(MigState));
	MigRows    *rows = MigLedgerRows(copy);

	MigDbScan("project", "project_pkey", &copy->project, 1, ProjectRow, state);
	state->rows = *rows;
	return state;
}

/*
 * MigLedgerToken
 *		The project's token; NULL if there is no such project.
 */
char *
MigLedgerToken(const MigCopy *copy)
{
	MigState	state = {0};

	MigDbScan("project", "project_pkey", &copy->project, 1, ProjectRow, &state);
	return state.token;
}

/*
 * MigLedgerRows
 *		The version rows of a copy, sorted.
 */
MigRows *
MigLedgerRows(const MigCopy *copy)
{
	MigRows    *rows = palloc0(sizeof(MigRows));
	const char *keys[2] = {copy->project, copy->tenant};
	List	   *list = NIL;

	MigDbScan("version", "version_pkey", keys, 2, VersionRow, &list);
	rows->ids = ListToArray(list, &rows->n);
	return rows;
}

/*
 * MigLedgerFetch
 *		One revision with its script, repeatable or not, or NULL.
 */
MigStored *
MigLedgerFetch(const MigCopy *copy, const char *revision)
{
	MigStored  *stored = NULL;
	Datum		values[2] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(revision)};

	MigDbRead(&fetch_query, values, NULL, FetchRow, &stored);
	if (stored == NULL)
		MigDbRead(&fetch_repeatable_query, values, NULL, FetchRow, &stored);
	return stored;
}

/*
 * MigLedgerScript
 *		The file of a stored revision: its pieces put together.
 */
char *
MigLedgerScript(const MigStored *stored)
{
	return psprintf("%s%s%s%s", stored->header, stored->upgrade,
					stored->downgrade == NULL ? "" : stored->downgrade,
					stored->verify == NULL ? "" : stored->verify);
}

/*
 * MigLedgerBodies
 *		The sections to run for some revisions: a List of MigBody, unordered.
 *
 * operation is upgrade, downgrade or, of repeatable revisions, repeat.  The text
 * of sections of more than limit bytes is left out, as is that of a section that
 * does not exist.
 */
List *
MigLedgerBodies(const MigCopy *copy, const char **revisions, int n, MigOperation operation, int limit)
{
	List	   *bodies = NIL;
	Datum		values[3] = {CStringGetTextDatum(copy->project), MigDbArray(revisions, n),
	Int32GetDatum(limit)};

	MigDbRead(operation == MIG_UPGRADE ? &upgrades_query :
			  operation == MIG_REPEAT ? &repeats_query : &downgrades_query,
			  values, NULL, BodyRow, &bodies);
	return bodies;
}

/*
 * MigLedgerEachBody
 *		Call a function for every section of every revision, in script order, the
 *		repeatable ones last.
 */
void
MigLedgerEachBody(const MigCopy *copy, MigBodyFn each, void *arg)
{
	Sections	sections = {.each = each,.arg = arg};
	Datum		values[1] = {CStringGetTextDatum(copy->project)};

	sections.context = AllocSetContextCreate(CurrentMemoryContext, "migrator sections",
											 ALLOCSET_DEFAULT_SIZES);
	MigDbRead(&sections_query, values, NULL, SectionRow, &sections);
	MemoryContextDelete(sections.context);
}

/*
 * MigLedgerEachIrreversible
 *		Call a function with the header of every revision that has no way down.
 */
void
MigLedgerEachIrreversible(const MigCopy *copy, MigHeaderFn each, void *arg)
{
	Headers		headers = {.each = each,.arg = arg};
	Datum		values[1] = {CStringGetTextDatum(copy->project)};

	headers.context = AllocSetContextCreate(CurrentMemoryContext, "migrator headers",
											ALLOCSET_DEFAULT_SIZES);
	MigDbRead(&irreversible_query, values, NULL, HeaderRow, &headers);
	MemoryContextDelete(headers.context);
}

/*
 * MigLedgerListRevisions
 *		Hand the stored revisions to a function as rows of revisions().
 */
void
MigLedgerListRevisions(const MigCopy *copy, MigDbRowFn row, void *arg)
{
	Datum		values[1] = {CStringGetTextDatum(copy->project)};

	MigDbRead(&list_query, values, NULL, row, arg);
}

/*
 * MigLedgerListLog
 *		Hand the log of a copy to a function as rows of log(); of one revision,
 *		unless that is NULL.
 */
void
MigLedgerListLog(const MigCopy *copy, const char *revision, MigDbRowFn row, void *arg)
{
	char		nulls[] = "   ";
	Datum		values[3] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant),
	MigDbTextOrNull(revision, &nulls[2])};

	MigDbRead(&log_query, values, nulls, row, arg);
}

/*
 * MigLedgerKnown
 *		Ids and checksums of all revisions, sorted for MigLedgerFindKnown.
 */
MigKnown *
MigLedgerKnown(const MigCopy *copy, int *n)
{
	List	   *list = NIL;
	MigKnown   *known;
	ListCell   *lc;
	Datum		values[1] = {CStringGetTextDatum(copy->project)};

	MigDbRead(&known_query, values, NULL, KnownRow, &list);

	known = palloc(sizeof(MigKnown) * (list_length(list) + 1));
	*n = 0;
	foreach(lc, list)
	{
		known[(*n)++] = *(MigKnown *) lfirst(lc);
	}
	return known;
}

/*
 * MigLedgerFindKnown
 *		The entry of a revision, or NULL.
 */
const MigKnown *
MigLedgerFindKnown(const MigKnown *known, int n, const char *revision)
{
	MigKnown	key = {.revision = revision};

	return bsearch(&key, known, n, sizeof(MigKnown), CompareById);
}

/*
 * MigLedgerApplied
 *		When revisions were last applied to a copy, sorted for
 *		MigLedgerFindApplied; all revisions if none are given.
 *
 * Has revisions that were taken back since; a caller looks up only what it
 * knows to be applied.
 */
MigApplied *
MigLedgerApplied(const MigCopy *copy, const char **revisions, int n, int *nresult)
{
	List	   *list = NIL;
	MigApplied *applied;
	ListCell   *lc;
	MigQuery   *query = revisions == NULL ? &applied_query : &applied_some_query;
	Datum		values[3] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant)};

	if (revisions != NULL)
		values[2] = MigDbArray(revisions, n);
	if (MigLedgerHasAliases(copy))
		query = revisions == NULL ? &applied_alias_query : &applied_some_alias_query;
	MigDbRead(query, values, NULL, AppliedRow, &list);

	applied = palloc(sizeof(MigApplied) * (list_length(list) + 1));
	*nresult = 0;
	foreach(lc, list)
	{
		applied[(*nresult)++] = *(MigApplied *) lfirst(lc);
	}
	return applied;
}

/*
 * MigLedgerFindApplied
 *		The entry of a revision, or NULL.
 */
const MigApplied *
MigLedgerFindApplied(const MigApplied *applied, int n, const char *revision)
{
	MigApplied	key = {.revision = revision};

	return bsearch(&key, applied, n, sizeof(MigApplied), CompareById);
}

/*
 * MigLedgerAppliedAnywhere
 *		Which of these revisions are applied in some copy of the project?
 *
 * Works on graphs that cannot be built, too.
 */
const char **
MigLedgerAppliedAnywhere(const MigCopy *copy, const char **revisions, int n, int *nresult)
{
	List	   *list = NIL;
	Datum		values[2] = {CStringGetTextDatum(copy->project), MigDbArray(revisions, n)};

	MigDbRead(&anywhere_query, values, NULL, TextRow, &list);
	return ListToArray(list, nresult);
}

/*
 * MigLedgerUsers
 *		Other revisions that name this one, or one of its labels, in an edge.
 */
const char **
MigLedgerUsers(const MigCopy *copy, const char *revision, int *n)
{
	List	   *list = NIL;
	Datum		values[2] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(revision)};

	MigDbRead(&users_query, values, NULL, TextRow, &list);
	return ListToArray(list, n);
}

/*
 * MigLedgerRefuseStale
 *		Fail if the transaction's snapshot shows another state than the newest.
 *
 * Under REPEATABLE READ and SERIALIZABLE, a plan made from the transaction's
 * snapshot would be wrong if somebody has migrated since it was taken.  The
 * caller holds the locks, so that what is newest stays so; state is what the
 * transaction's snapshot shows.
 */
void
MigLedgerRefuseStale(const MigCopy *copy, const MigState *state)
{
	MigState   *newest;
	bool		same;

	if (!IsolationUsesXactSnapshot())
		return;

	PushActiveSnapshot(GetLatestSnapshot());
	newest = MigLedgerState(copy);
	PopActiveSnapshot();

	same = (state->token == NULL) == (newest->token == NULL) &&
		(state->token == NULL || strcmp(state->token, newest->token) == 0) &&
		state->rows.n == newest->rows.n;
	for (int i = 0; same && i < state->rows.n; i++)
		same = strcmp(state->rows.ids[i], newest->rows.ids[i]) == 0;

	if (!same)
		ereport(ERROR,
				errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				errmsg("could not serialize access due to concurrent migration"),
				errdetail("Project \"%s\" has changed since this transaction took its snapshot.",
						  copy->project),
				errhint("The transaction might succeed if retried."));
}

/* A header, for MigLedgerEachIrreversible. */
static void
HeaderRow(TupleTableSlot *slot, void *arg)
{
	const Headers *headers = arg;
	MemoryContext old = MemoryContextSwitchTo(headers->context);

	headers->each(MigDbText(slot, 1), MigDbText(slot, 2), headers->arg);
	MemoryContextSwitchTo(old);
	MemoryContextReset(headers->context);
}

/* A row of the table project: project, token, heads, real_heads, has_repeatables. */
static void
ProjectRow(TupleTableSlot *slot, void *arg)
{
	MigState   *state = arg;
	bool		isnull;

	state->token = DatumGetCString(DirectFunctionCall1(uuid_out, slot_getattr(slot, 2, &isnull)));
	state->known = !slot_attisnull(slot, 3) && !slot_attisnull(slot, 4);
	state->heads = MigDbTextArray(slot, 3, &state->nheads);
	state->real_heads = MigDbTextArray(slot, 4, &state->nreal_heads);
	state->has_repeatables = DatumGetBool(slot_getattr(slot, 5, &isnull));
}

/* A row of the table version: project, tenant, revision. */
static void
VersionRow(TupleTableSlot *slot, void *arg)
{
	List	  **list = arg;

	*list = lappend(*list, MigDbText(slot, 3));
}

static void
FetchRow(TupleTableSlot *slot, void *arg)
{
	MigStored  *stored = palloc0(sizeof(MigStored));
	bool		isnull;
	List	  **lists[] = {&stored->parents, &stored->deps, &stored->labels};

	stored->revision = MigDbText(slot, 1);
	stored->message = MigDbText(slot, 2);
	stored->create_date = MigDbText(slot, 3);
	stored->transactional = DatumGetBool(slot_getattr(slot, 4, &isnull));
	stored->filename = MigDbText(slot, 5);
	stored->upgrade_line = DatumGetInt32(slot_getattr(slot, 6, &isnull));
	stored->downgrade_filename = MigDbText(slot, 7);
	stored->downgrade_line = DatumGetInt32(slot_getattr(slot, 8, &isnull));
	stored->header = MigDbText(slot, 9);
	stored->upgrade = MigDbText(slot, 10);
	stored->downgrade = MigDbText(slot, 11);
	stored->checksum = MigDbText(slot, 12);
	stored->down_transactional = DatumGetBool(slot_getattr(slot, 13, &isnull));
	stored->verify = MigDbText(slot, 14);
	stored->verify_filename = MigDbText(slot, 15);
	stored->verify_line = DatumGetInt32(slot_getattr(slot, 16, &isnull));
	stored->origin_tool = MigDbText(slot, 17);
	stored->origin_key = MigDbText(slot, 18);
	stored->origin_checksum = MigDbText(slot, 19);
	stored->repeatable = DatumGetBool(slot_getattr(slot, 20, &isnull));
	for (int i = 0; i < 3; i++)
	{
		int			n;
		const char **items = MigDbTextArray(slot, 21 + i, &n);

		for (int j = 0; j < n; j++)
			*lists[i] = lappend(*lists[i], unconstify(char *, items[j]));
	}
	*(MigStored **) arg = stored;
}

static void
BodyRow(TupleTableSlot *slot, void *arg)
{
	List	  **list = arg;
	MigBody    *body = palloc0(sizeof(MigBody));

	body->revision = MigDbText(slot, 1);
	ReadBody(slot, 2, &body->text, &body->place);
	ReadBody(slot, 5, &body->verify, &body->verify_at);
	body->header = MigDbText(slot, 8);
	*list = lappend(*list, body);
}

/* Three columns: file, line and text of a section. */
static void
ReadBody(TupleTableSlot *slot, int column, const char **text, MigPlace *place)
{
	bool		isnull;

	place->file = MigDbText(slot, column);
	place->line = DatumGetInt32(slot_getattr(slot, column + 1, &isnull));
	*text = MigDbText(slot, column + 2);
}

static void
SectionRow(TupleTableSlot *slot, void *arg)
{
	Sections   *sections = arg;
	MemoryContext old = MemoryContextSwitchTo(sections->context);
	MigBody		up = {.revision = MigDbText(slot, 1)};
	MigBody		down = {.revision = up.revision};
	bool		isnull;
	bool		repeatable = DatumGetBool(slot_getattr(slot, 13, &isnull));

	ReadBody(slot, 2, &up.text, &up.place);
	ReadBody(slot, 5, &up.verify, &up.verify_at);
	sections->each(&up, repeatable ? MIG_REPEAT : MIG_UPGRADE,
				   DatumGetBool(slot_getattr(slot, 8, &isnull)), sections->arg);
	ReadBody(slot, 9, &down.text, &down.place);
	if (down.text != NULL)
		sections->each(&down, MIG_DOWNGRADE, DatumGetBool(slot_getattr(slot, 12, &isnull)),
					   sections->arg);
	MemoryContextSwitchTo(old);
	MemoryContextReset(sections->context);
}

static void
KnownRow(TupleTableSlot *slot, void *arg)
{
	List	  **list = arg;
	MigKnown   *known = palloc(sizeof(MigKnown));

	known->revision = MigDbText(slot, 1);
	known->checksum = MigDbText(slot, 2);
	known->filename = MigDbText(slot, 3);
	*list = lappend(*list, known);
}

static void
AppliedRow(TupleTableSlot *slot, void *arg)
{
	List	  **list = arg;
	MigApplied *applied = palloc(sizeof(MigApplied));
	bool		isnull;

	applied->revision = MigDbText(slot, 1);
	applied->at = DatumGetTimestampTz(slot_getattr(slot, 2, &isnull));
	applied->checksum = MigDbText(slot, 3);
	*list = lappend(*list, applied);
}

static void
TextRow(TupleTableSlot *slot, void *arg)
{
	List	  **list = arg;

	*list = lappend(*list, MigDbText(slot, 1));
}

/* Compare structs whose first field is the id. */
static int
CompareById(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* An array of the same texts. */
static const char **
ListToArray(List *list, int *n)
{
	const char **items = palloc(sizeof(char *) * (list_length(list) + 1));
	ListCell   *lc;

	*n = 0;
	foreach(lc, list)
	{
		items[(*n)++] = lfirst(lc);
	}
	return items;
}
