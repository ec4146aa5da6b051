/*-------------------------------------------------------------------------
 * src/watch/watch_rewrite.c
 *	  How much a statement has written anew.
 *
 * A table or index that is rewritten gets another file.  So look at the files of
 * the relations that the statement names, or reaches from there, before and
 * after it: a relation of the same name with another file was rewritten.  Names
 * are compared, since REINDEX CONCURRENTLY, for one, makes another relation.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "db/db.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "watch/watch_internal.h"

struct MigFiles
{
	Datum		relations;		/* oid[]: those that were there */
	List	   *names;			/* char * */
	List	   *files;			/* Oid, one for each name */
};

/* The relations, their indexes, and the same of their TOAST tables. */
#define REACHED \
	"WITH given AS (SELECT unnest($1) AS oid)," \
	" tables AS (SELECT g.oid FROM given g UNION SELECT c.reltoastrelid FROM pg_class c JOIN given g ON g.oid = c.oid)," \
	" reached AS (SELECT t.oid FROM tables t UNION SELECT i.indexrelid FROM pg_index i JOIN tables t ON t.oid = i.indrelid)," \
	" filed AS (SELECT c.oid, format('%s.%s', c.relnamespace, c.relname) AS name, pg_relation_filenode(c.oid) AS file" \
	"  FROM pg_class c JOIN reached r ON r.oid = c.oid)"

static MigQuery before_query = {
	.sql = REACHED " SELECT f.name, f.file FROM filed f WHERE f.file IS NOT NULL",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {OIDARRAYOID}
};

static MigQuery after_query = {
	.sql = REACHED " SELECT sum(pg_relation_size(f.oid))::int8 FROM filed f"
	" JOIN unnest($2, $3) b (name, file) ON b.name = f.name AND b.file <> f.file",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 3,
	.argtypes = {OIDARRAYOID, TEXTARRAYOID, OIDARRAYOID}
};

static void Read(MigQuery *query, Datum *values, MigDbRowFn row, void *arg);
static void FileRow(TupleTableSlot *slot, void *arg);
static void SizeRow(TupleTableSlot *slot, void *arg);

/*
 * MigWatchFiles
 *		The files that a statement may exchange, as they are before it; NULL if
 *		there are none.
 *
 * In the current context.  Leaves no snapshot behind.
 */
MigFiles *
MigWatchFiles(const RawStmt *stmt)
{
	List	   *wanted = MigWatchWanted(NIL, stmt);
	Oid			built = MigWatchBuilt(stmt->stmt);
	Datum	   *relations = palloc(sizeof(Datum) * (list_length(wanted) + 1));
	MigFiles   *files = palloc0(sizeof(MigFiles));
	int			n = 0;
	ListCell   *lc;

	foreach(lc, wanted)
	{
		relations[n++] = ObjectIdGetDatum(((MigWantedLock *) lfirst(lc))->relation);
	}
	if (OidIsValid(built))
		relations[n++] = ObjectIdGetDatum(built);
	if (n > 0)
	{
		files->relations = PointerGetDatum(construct_array(relations, n, OIDOID, sizeof(Oid), true,
														   TYPALIGN_INT));
		Read(&before_query, &files->relations, FileRow, files);
	}
	InvalidateCatalogSnapshot();
	return files->names == NIL ? NULL : files;
}

/*
 * MigWatchRewritten
 *		The size of what has another file since then.
 */
int64
MigWatchRewritten(const MigFiles *files)
{
	int			n = list_length(files->names);
	const char **names = palloc(sizeof(char *) * (n + 1));
	Datum	   *numbers = palloc(sizeof(Datum) * (n + 1));
	Datum		values[3] = {files->relations};
	int64		bytes = 0;

	for (int i = 0; i < n; i++)
	{
		names[i] = list_nth(files->names, i);
		numbers[i] = ObjectIdGetDatum(list_nth_oid(files->files, i));
	}
	values[1] = MigDbArray(names, n);
	values[2] = PointerGetDatum(construct_array(numbers, n, OIDOID, sizeof(Oid), true, TYPALIGN_INT));
	Read(&after_query, values, SizeRow, &bytes);
	return bytes;
}

/* See what was done up to now, under a snapshot that does not stay. */
static void
Read(MigQuery *query, Datum *values, MigDbRowFn row, void *arg)
{
	CommandCounterIncrement();
	InvalidateCatalogSnapshot();
	PushActiveSnapshot(GetCatalogSnapshot(InvalidOid));
	(void) MigDbRead(query, values, NULL, row, arg);
	PopActiveSnapshot();
	InvalidateCatalogSnapshot();
}

static void
FileRow(TupleTableSlot *slot, void *arg)
{
	MigFiles   *files = arg;
	bool		isnull;

	files->names = lappend(files->names, MigDbText(slot, 1));
	files->files = lappend_oid(files->files, DatumGetObjectId(slot_getattr(slot, 2, &isnull)));
}

static void
SizeRow(TupleTableSlot *slot, void *arg)
{
	bool		isnull;
	Datum		bytes = slot_getattr(slot, 1, &isnull);

	*(int64 *) arg = isnull ? 0 : DatumGetInt64(bytes);
}
