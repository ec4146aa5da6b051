/*-------------------------------------------------------------------------
 * src/ledger/ledger_write.c
 *	  Change revisions, versions and log.
 *
 * Callers hold the locks that ledger.h names.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "db/db.h"
#include "ledger/ledger.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

static MigQuery change_query = {
	.sql = "INSERT INTO migrator.project AS p (project) VALUES ($1)"
	" ON CONFLICT (project) DO UPDATE"
	"  SET token = pg_catalog.gen_random_uuid(), heads = NULL, real_heads = NULL",
	.expect = SPI_OK_INSERT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

/* Both tables have the same arguments: see Values(). */
#define REVISION_ARGS \
	.nargs = 22, \
	.argtypes = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, TEXTOID, INT4OID, TEXTOID, INT4OID, \
	TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID, TEXTOID, TEXTOID, INT4OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}

static MigQuery insert_query = {
	.sql = "INSERT INTO migrator.revision (project, revision, message, create_date, upgrade_transactional,"
	"  filename, upgrade_line, downgrade_filename, downgrade_line,"
	"  header, upgrade, downgrade, checksum, loaded_by, downgrade_transactional,"
	"  verify, verify_filename, verify_line, origin_tool, origin_key, origin_checksum, session_role)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
	.expect = SPI_OK_INSERT,
	REVISION_ARGS
};

static MigQuery update_query = {
	.sql = "UPDATE migrator.revision AS r SET (message, create_date, upgrade_transactional,"
	"  filename, upgrade_line, downgrade_filename, downgrade_line,"
	"  header, upgrade, downgrade, checksum, loaded_by, downgrade_transactional,"
	"  verify, verify_filename, verify_line, origin_tool, origin_key, origin_checksum, session_role, loaded_at)"
	" = ROW ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, pg_catalog.now())"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) $2",
	.expect = SPI_OK_UPDATE,
	REVISION_ARGS
};

static MigQuery insert_repeatable_query = {
	.sql = "INSERT INTO migrator.repeatable (project, revision, message, create_date, transactional,"
	"  filename, upgrade_line, header, upgrade, checksum, loaded_by,"
	"  verify, verify_filename, verify_line, origin_tool, origin_key, origin_checksum, session_role)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $10, $11, $13, $14, $16, $17, $18, $19, $20, $21, $22)",
	.expect = SPI_OK_INSERT,
	REVISION_ARGS
};

static MigQuery update_repeatable_query = {
	.sql = "UPDATE migrator.repeatable AS r SET (message, create_date, transactional,"
	"  filename, upgrade_line, header, upgrade, checksum, loaded_by,"
	"  verify, verify_filename, verify_line, origin_tool, origin_key, origin_checksum, session_role, loaded_at)"
	" = ROW ($3, $4, $5, $6, $7, $10, $11, $13, $14, $16, $17, $18, $19, $20, $21, $22, pg_catalog.now())"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) $2",
	.expect = SPI_OK_UPDATE,
	REVISION_ARGS
};

/* The sections that a revision has are all in one file. */
#define MOVED_FROM \
	" FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4), pg_catalog.unnest($5)," \
	"  pg_catalog.unnest($6)) AS m (revision, filename, upgrade_line, downgrade_line, verify_line)" \
	" WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) m.revision"
#define MOVED_ARGS \
	.expect = SPI_OK_UPDATE, \
	.nargs = 6, \
	.argtypes = {TEXTOID, TEXTARRAYOID, TEXTARRAYOID, INT4ARRAYOID, INT4ARRAYOID, INT4ARRAYOID}

static MigQuery move_file_query = {
	.sql = "UPDATE migrator.revision AS r SET filename = m.filename, upgrade_line = m.upgrade_line,"
	"  downgrade_filename = CASE WHEN r.downgrade IS NOT NULL THEN m.filename END,"
	"  downgrade_line = CASE WHEN r.downgrade IS NOT NULL THEN m.downgrade_line END,"
	"  verify_filename = CASE WHEN r.verify IS NOT NULL THEN m.filename END,"
	"  verify_line = CASE WHEN r.verify IS NOT NULL THEN m.verify_line END"
	MOVED_FROM,
	MOVED_ARGS
};

static MigQuery move_repeatable_file_query = {
	.sql = "UPDATE migrator.repeatable AS r SET filename = m.filename, upgrade_line = m.upgrade_line,"
	"  verify_filename = CASE WHEN r.verify IS NOT NULL THEN m.filename END,"
	"  verify_line = CASE WHEN r.verify IS NOT NULL THEN m.verify_line END"
	MOVED_FROM,
	MOVED_ARGS
};

static MigQuery delete_edges_query = {
	.sql = "DELETE FROM migrator.edge e"
	" WHERE e.project OPERATOR(pg_catalog.=) $1 AND e.revision OPERATOR(pg_catalog.=) $2",
	.expect = SPI_OK_DELETE,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

static MigQuery delete_labels_query = {
	.sql = "DELETE FROM migrator.label l"
	" WHERE l.project OPERATOR(pg_catalog.=) $1 AND l.revision OPERATOR(pg_catalog.=) $2",
	.expect = SPI_OK_DELETE,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

static MigQuery delete_revision_query = {
	.sql = "DELETE FROM migrator.revision r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) $2",
	.expect = SPI_OK_DELETE,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

static MigQuery delete_aliases_query = {
	.sql = "DELETE FROM migrator.alias a"
	" WHERE a.project OPERATOR(pg_catalog.=) $1 AND a.revision OPERATOR(pg_catalog.=) $2",
	.expect = SPI_OK_DELETE,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

static MigQuery delete_repeatable_query = {
	.sql = "DELETE FROM migrator.repeatable r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) $2",
	.expect = SPI_OK_DELETE,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

/* For MigState, which shall not have to read another table where there are none. */
static MigQuery count_query = {
	.sql = "UPDATE migrator.project p SET has_repeatables = n.has FROM (SELECT EXISTS ("
	"  SELECT FROM migrator.repeatable r WHERE r.project OPERATOR(pg_catalog.=) $1)) AS n (has)"
	" WHERE p.project OPERATOR(pg_catalog.=) $1 AND p.has_repeatables OPERATOR(pg_catalog.<>) n.has",
	.expect = SPI_OK_UPDATE,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

static MigQuery insert_edges_query = {
	.sql = "INSERT INTO migrator.edge (project, revision, is_dependency, ordinal, target)"
	" SELECT $1, $2, $3, (u.n OPERATOR(pg_catalog.-) 1)::integer, u.target"
	" FROM pg_catalog.unnest($4) WITH ORDINALITY AS u (target, n)",
	.expect = SPI_OK_INSERT,
	.nargs = 4,
	.argtypes = {TEXTOID, TEXTOID, BOOLOID, TEXTARRAYOID}
};

static MigQuery insert_label_query = {
	.sql = "INSERT INTO migrator.label (project, label, revision) VALUES ($1, $2, $3)",
	.expect = SPI_OK_INSERT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

/*
 * Names are unique over ids, of all revisions, labels and aliases together.
 * Gives the revision that has the name already, as its label or alias or, if $3,
 * as its id.
 */
static MigQuery taken_query = {
	.sql = "SELECT l.revision, false FROM migrator.label l"
	" WHERE l.project OPERATOR(pg_catalog.=) $1 AND l.label OPERATOR(pg_catalog.=) $2"
	" UNION ALL"
	" SELECT a.revision, true FROM migrator.alias a"
	" WHERE a.project OPERATOR(pg_catalog.=) $1 AND a.alias OPERATOR(pg_catalog.=) $2"
	" UNION ALL"
	" SELECT r.revision, false FROM migrator.revision r"
	" WHERE $3 AND r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) $2"
	" UNION ALL"
	" SELECT r.revision, false FROM migrator.repeatable r"
	" WHERE $3 AND r.project OPERATOR(pg_catalog.=) $1 AND r.revision OPERATOR(pg_catalog.=) $2",
	.read_only = false,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, BOOLOID}
};

/*
 * The row is skipped if somebody is changing the project just now, or has
 * changed it since the graph was read.
 */
static MigQuery remember_query = {
	.sql = "UPDATE migrator.project p SET heads = $3, real_heads = $4"
	" WHERE p.project OPERATOR(pg_catalog.=) ("
	"  SELECT q.project FROM migrator.project q"
	"  WHERE q.project OPERATOR(pg_catalog.=) $1"
	"    AND q.token OPERATOR(pg_catalog.=) $2::pg_catalog.uuid AND q.heads IS NULL"
	"  FOR UPDATE SKIP LOCKED)",
	.expect = SPI_OK_UPDATE,
	.nargs = 4,
	.argtypes = {TEXTOID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID}
};

static MigQuery move_query = {
	.sql = "UPDATE migrator.version v SET revision = $4"
	" WHERE v.project OPERATOR(pg_catalog.=) $1 AND v.tenant OPERATOR(pg_catalog.=) $2"
	"   AND v.revision OPERATOR(pg_catalog.=) $3",
	.expect = SPI_OK_UPDATE,
	.nargs = 4,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery remove_query = {
	.sql = "DELETE FROM migrator.version v"
	" WHERE v.project OPERATOR(pg_catalog.=) $1 AND v.tenant OPERATOR(pg_catalog.=) $2"
	"   AND v.revision OPERATOR(pg_catalog.=) $3",
	.expect = SPI_OK_DELETE,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery add_query = {
	.sql = "INSERT INTO migrator.version (project, tenant, revision) VALUES ($1, $2, $3)",
	.expect = SPI_OK_INSERT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery log_query = {
	.sql = "INSERT INTO migrator.log (project, tenant, operation, revision, checksum,"
	"  started_at, elapsed, role_name, session_role)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	.expect = SPI_OK_INSERT,
	.nargs = 9,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, INTERVALOID,
	TEXTOID, TEXTOID}
};

/* Who has a name already. */
typedef struct Taken
{
	const char *owner;			/* NULL: nobody */
	bool		as_alias;
} Taken;

static void Values(const MigCopy *copy, const MigStored *revision, Datum *values, char *nulls);
static void StoreRow(const MigStored *revision, bool replace, Datum *values, const char *nulls);
static void RefuseTaken(Datum project, const MigStored *revision, const char *name, bool by_id);
static void TakenRow(TupleTableSlot *slot, void *arg);
static Datum ListToDatum(List *list);
static void ChangeVersions(const MigCopy *copy, const MigStep *step);
static int	CompareIds(const void *a, const void *b);

/*
 * MigLedgerChangeProject
 *		Make the project exist and give it a new token.
 *
 * Called once before the first change that a call makes to its revisions.
 * Takes the row lock of the project.
 */
void
MigLedgerChangeProject(const MigCopy *copy)
{
	Datum		values[1] = {CStringGetTextDatum(copy->project)};
	MigDbScope	scope;

	MigDbOpen(&scope);
	MigDbExec(&change_query, values, NULL);
	MigDbClose(&scope);
}

/*
 * MigLedgerClear
 *		Take edges and labels from a revision that is about to be replaced.
 *
 * Whoever replaces several does this for all of them first, so that a label
 * can move from one to another.
 */
void
MigLedgerClear(const MigCopy *copy, const char *revision)
{
	Datum		values[2] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(revision)};
	MigDbScope	scope;

	MigDbOpen(&scope);
	MigDbExec(&delete_edges_query, values, NULL);
	MigDbExec(&delete_labels_query, values, NULL);
	MigDbClose(&scope);
}

/*
 * MigLedgerStore
 *		Add a revision, repeatable or not, or replace the one with its id, which
 *		was cleared.
 *
 * Raises DUPLICATE_OBJECT if its id is a label already or one of its labels is
 * another's id or label.
 */
void
MigLedgerStore(const MigCopy *copy, const MigStored *revision, bool replace)
{
	Datum		project = CStringGetTextDatum(copy->project);
	Datum		id = CStringGetTextDatum(revision->revision);
	ListCell   *lc;
	Datum		values[22];
	char		nulls[] = "                      ";
	MigDbScope	scope;

	Values(copy, revision, values, nulls);
	MigDbOpen(&scope);
	RefuseTaken(project, revision, revision->revision, !replace);
	StoreRow(revision, replace, values, nulls);

	if (revision->parents != NIL)
	{
		values[2] = BoolGetDatum(false);
		values[3] = ListToDatum(revision->parents);
		MigDbExec(&insert_edges_query, values, NULL);
	}
	if (revision->deps != NIL)
	{
		values[2] = BoolGetDatum(true);
		values[3] = ListToDatum(revision->deps);
		MigDbExec(&insert_edges_query, values, NULL);
	}
	foreach(lc, revision->labels)
	{
		if (strcmp(lfirst(lc), revision->revision) == 0)
			ereport(ERROR,
					errcode(ERRCODE_DUPLICATE_OBJECT),
					errmsg("branch label \"%s\" of revision \"%s\" is its own id",
						   revision->revision, revision->revision));
		RefuseTaken(project, revision, lfirst(lc), true);
		values[1] = CStringGetTextDatum(lfirst(lc));
		values[2] = id;
		MigDbExec(&insert_label_query, values, NULL);
	}
	MigDbClose(&scope);
}

/*
 * MigLedgerMoveFiles
 *		Note where the scripts of revisions, repeatable or not, are found now.
 *
 * The caller has changed the project: files order independent revisions.
 */
void
MigLedgerMoveFiles(const MigCopy *copy, const MigMoved *moved, int n)
{
	const char **revisions = palloc(sizeof(char *) * (n + 1));
	const char **files = palloc(sizeof(char *) * (n + 1));
	Datum	   *lines[3];
	Datum		values[6] = {CStringGetTextDatum(copy->project)};
	MigDbScope	scope;

	for (int i = 0; i < (int) lengthof(lines); i++)
		lines[i] = palloc(sizeof(Datum) * (n + 1));
	for (int i = 0; i < n; i++)
	{
		revisions[i] = moved[i].revision;
		files[i] = moved[i].filename;
		lines[0][i] = Int32GetDatum(moved[i].upgrade_line);
		lines[1][i] = Int32GetDatum(moved[i].downgrade_line);
		lines[2][i] = Int32GetDatum(moved[i].verify_line);
	}
	values[1] = MigDbArray(revisions, n);
	values[2] = MigDbArray(files, n);
	for (int i = 0; i < (int) lengthof(lines); i++)
		values[3 + i] = PointerGetDatum(construct_array(lines[i], n, INT4OID, sizeof(int32), true,
														TYPALIGN_INT));
	MigDbOpen(&scope);
	MigDbExec(&move_file_query, values, NULL);
	MigDbExec(&move_repeatable_file_query, values, NULL);
	MigDbClose(&scope);
}

/* The arguments of the queries that add and replace rows. */
static void
Values(const MigCopy *copy, const MigStored *revision, Datum *values, char *nulls)
{
	values[0] = CStringGetTextDatum(copy->project);
	values[1] = CStringGetTextDatum(revision->revision);
	values[2] = CStringGetTextDatum(revision->message);
	values[3] = MigDbTextOrNull(revision->create_date, &nulls[3]);
	values[4] = BoolGetDatum(revision->transactional);
	values[5] = CStringGetTextDatum(revision->filename);
	values[6] = Int32GetDatum(revision->upgrade_line);
	values[7] = MigDbTextOrNull(revision->downgrade_filename, &nulls[7]);
	values[8] = Int32GetDatum(revision->downgrade_line);
	nulls[8] = revision->downgrade == NULL ? 'n' : ' ';
	values[9] = CStringGetTextDatum(revision->header);
	values[10] = CStringGetTextDatum(revision->upgrade);
	values[11] = MigDbTextOrNull(revision->downgrade, &nulls[11]);
	values[12] = CStringGetTextDatum(revision->checksum);
	values[13] = CStringGetTextDatum(GetUserNameFromId(GetUserId(), false));
	values[14] = BoolGetDatum(revision->down_transactional);
	values[15] = MigDbTextOrNull(revision->verify, &nulls[15]);
	values[16] = MigDbTextOrNull(revision->verify_filename, &nulls[16]);
	values[17] = Int32GetDatum(revision->verify_line);
	nulls[17] = revision->verify == NULL ? 'n' : ' ';
	values[18] = MigDbTextOrNull(revision->origin_tool, &nulls[18]);
	values[19] = MigDbTextOrNull(revision->origin_key, &nulls[19]);
	values[20] = MigDbTextOrNull(revision->origin_checksum, &nulls[20]);
	values[21] = CStringGetTextDatum(GetUserNameFromId(GetSessionUserId(), false));
}

/*
 * Add or replace the row of a revision.  What was a repeatable revision can
 * become one that is not, and the other way round.
 */
static void
StoreRow(const MigStored *revision, bool replace, Datum *values, const char *nulls)
{
	MigQuery   *update = revision->repeatable ? &update_repeatable_query : &update_query;
	MigQuery   *insert = revision->repeatable ? &insert_repeatable_query : &insert_query;

	if (replace && MigDbExec(update, values, nulls) > 0)
		return;
	if (replace)
		MigDbExec(revision->repeatable ? &delete_revision_query : &delete_repeatable_query,
				  values, NULL);
	MigDbExec(insert, values, nulls);
	if (replace || revision->repeatable)
		MigDbExec(&count_query, values, NULL);
}

/*
 * MigLedgerDelete
 *		Delete a revision, repeatable or not, with its edges, labels and aliases.
 *
 * What is known of where a repeatable one was run stays.
 */
void
MigLedgerDelete(const MigCopy *copy, const char *revision)
{
	Datum		values[2] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(revision)};
	MigDbScope	scope;

	MigLedgerClear(copy, revision);
	MigDbOpen(&scope);
	MigDbExec(&delete_aliases_query, values, NULL);
	if (MigDbExec(&delete_revision_query, values, NULL) == 0)
	{
		MigDbExec(&delete_repeatable_query, values, NULL);
		MigDbExec(&count_query, values, NULL);
	}
	MigDbClose(&scope);
}

/*
 * MigLedgerRememberHeads
 *		Keep the heads of a graph, sorted as rows are, for MigLedgerState.
 *
 * Does nothing if the project's token is no longer the given one, or if
 * somebody else is changing the project.
 */
void
MigLedgerRememberHeads(const MigCopy *copy, const char *token, const MigGraph *graph)
{
	const MigLinks *links[2] = {&graph->heads, &graph->real_heads};
	Datum		values[4] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(token)};
	MigDbScope	scope;

	for (int i = 0; i < 2; i++)
	{
		const char **ids = palloc(sizeof(char *) * (links[i]->n + 1));

		for (int j = 0; j < links[i]->n; j++)
			ids[j] = graph->revisions[links[i]->at[j]].def->id;
		qsort(ids, links[i]->n, sizeof(char *), CompareIds);
		values[2 + i] = MigDbArray(ids, links[i]->n);
	}
	MigDbOpen(&scope);
	MigDbExec(&remember_query, values, NULL);
	MigDbClose(&scope);
}

/*
 * MigLedgerRecord
 *		Do what a step does to the version rows, and log it.
 *
 * revision is what the log names; checksum that of the SQL that ran, or NULL.
 * Raises OBJECT_NOT_IN_PREREQUISITE_STATE if a row that the step replaces is
 * not there.
 */
void
MigLedgerRecord(const MigCopy *copy, const MigStep *step, const char *revision,
				const char *checksum, TimestampTz started_at, TimestampTz ended_at)
{
	char	   *user = GetUserNameFromId(GetUserId(), false);
	char	   *session_user = GetUserNameFromId(GetSessionUserId(), false);
	char		nulls[] = "         ";
	Interval	elapsed = {.time = ended_at - started_at};
	Datum		values[9];
	MigDbScope	scope;

	MigDbOpen(&scope);
	ChangeVersions(copy, step);

	values[0] = CStringGetTextDatum(copy->project);
	values[1] = CStringGetTextDatum(copy->tenant);
	values[2] = CStringGetTextDatum(MigGraphOperation(step->operation));
	values[3] = CStringGetTextDatum(revision);
	values[4] = MigDbTextOrNull(checksum, &nulls[4]);
	values[5] = TimestampTzGetDatum(started_at);
	values[6] = IntervalPGetDatum(&elapsed);
	values[7] = CStringGetTextDatum(user);
	values[8] = CStringGetTextDatum(session_user);
	MigDbExec(&log_query, values, nulls);
	MigDbClose(&scope);
	if (step->operation == MIG_REPEAT)
		MigLedgerRecordRepeat(copy, revision);
}

/* Replace, remove and add version rows, as the step says. */
static void
ChangeVersions(const MigCopy *copy, const MigStep *step)
{
	Datum		values[4] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(copy->tenant)};
	uint64		changed = 0;

	if (step->nremoved == 1 && step->nadded == 1)
	{
		values[2] = CStringGetTextDatum(step->removed[0]);
		values[3] = CStringGetTextDatum(step->added[0]);
		changed = MigDbExec(&move_query, values, NULL);
	}
	else
	{
		/* a purging stamp may remove a row and add it again */
		for (int i = 0; i < step->nremoved; i++)
		{
			values[2] = CStringGetTextDatum(step->removed[i]);
			changed += MigDbExec(&remove_query, values, NULL);
		}
		for (int i = 0; i < step->nadded; i++)
		{
			values[2] = CStringGetTextDatum(step->added[i]);
			MigDbExec(&add_query, values, NULL);
		}
	}

	if (changed != (uint64) step->nremoved)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("version rows of project \"%s\" changed during the step", copy->project),
				errdetail("The step replaces %s, of which " UINT64_FORMAT " were found.",
						  MigQuoteNames(step->removed, step->nremoved), changed),
				errhint("A migration must not change migrator's own tables or call migrator.stamp()."));
}

/*
 * Is a name of a revision that is to be stored taken?  Then by whom?  by_id: is it
 * so also if it is somebody's id?
 */
static void
RefuseTaken(Datum project, const MigStored *revision, const char *name, bool by_id)
{
	bool		is_label = strcmp(name, revision->revision) != 0;
	Datum		values[3] = {project, CStringGetTextDatum(name), BoolGetDatum(by_id)};
	Taken		taken = {0};
	const char *owner;

	MigDbEach(&taken_query, values, NULL, TakenRow, &taken);
	owner = taken.owner;
	if (owner == NULL)
		return;
	if (taken.as_alias)
		ereport(ERROR,
				errcode(ERRCODE_DUPLICATE_OBJECT),
				is_label
				? errmsg("branch label \"%s\" of revision \"%s\" is the former id of revision \"%s\"",
						 name, revision->revision, owner)
				: errmsg("revision id \"%s\" is the former id of revision \"%s\"", name, owner),
				errdetail("Former ids still stand for the revision."),
				errhint("Choose another name."));
	if (!is_label && strcmp(owner, name) == 0)
		ereport(ERROR,
				errcode(ERRCODE_DUPLICATE_OBJECT),
				errmsg("revision \"%s\" already exists", name));
	if (!is_label)
		ereport(ERROR,
				errcode(ERRCODE_DUPLICATE_OBJECT),
				errmsg("revision id \"%s\" is already a branch label of revision \"%s\"",
					   name, owner));
	ereport(ERROR,
			errcode(ERRCODE_DUPLICATE_OBJECT),
			strcmp(owner, name) == 0
			? errmsg("branch label \"%s\" of revision \"%s\" is already the id of a revision",
					 name, revision->revision)
			: errmsg("branch label \"%s\" of revision \"%s\" is already used by revision \"%s\"",
					 name, revision->revision, owner));
}

static void
TakenRow(TupleTableSlot *slot, void *arg)
{
	Taken	   *taken = arg;
	bool		isnull;

	taken->owner = MigDbText(slot, 1);
	taken->as_alias = DatumGetBool(slot_getattr(slot, 2, &isnull));
}

static int
CompareIds(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* A text[] of a List of char *. */
static Datum
ListToDatum(List *list)
{
	const char **items = palloc(sizeof(char *) * (list_length(list) + 1));
	int			n = 0;
	ListCell   *lc;

	foreach(lc, list)
	{
		items[n++] = lfirst(lc);
	}
	return MigDbArray(items, n);
}
