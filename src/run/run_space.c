/*-------------------------------------------------------------------------
 * src/run/run_space.c
 *	  Is there room on disk for what a deployment will write?
 *
 * Looked for in the statements' parse trees is what writes a table or index
 * anew, and measured is what there is now: the server knows that, and how much
 * is free in its own directories.  What a statement computes nobody knows, nor
 * how much WAL will be kept; so this can only warn.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_tablespace.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "miscadmin.h"
#include "run/run_internal.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

/* Overhead of an entry in a B-tree: its header and its pointer, and how full pages are. */
#define ENTRY_BYTES		12
#define FILL			0.9

/* What an expression in an index is taken to be wide. */
#define EXPRESSION_BYTES	16

/* A file system that has tablespaces of ours. */
typedef struct Disk
{
	dev_t		device;
	const char *tablespace;		/* the first that needs something */
	int64		free;
	int64		needed;
	int64		most;			/* of one statement */
	char	   *what;			/* that statement */
} Disk;

typedef struct Survey
{
	List	   *disks;			/* Disk * */
	const char *revision;
	const MigStatement *statement;
} Survey;

static void SurveyBody(Survey *survey, const MigBody *body);
static void SurveyStatement(Survey *survey);
static void NeedIndex(Survey *survey, const IndexStmt *stmt);
static int64 IndexBytes(const IndexStmt *stmt, Oid relation);
static void NeedReindex(Survey *survey, const ReindexStmt *stmt);
static void NeedVacuum(Survey *survey, const VacuumStmt *stmt);
static void NeedAlter(Survey *survey, const AlterTableStmt *stmt);
static void NeedCopy(Survey *survey, Oid relation, Oid tablespace, PGFunction size);
static void Need(Survey *survey, Oid tablespace, int64 bytes);
static Disk *DiskOf(Survey *survey, Oid tablespace);
static int64 SizeOf(Oid relation, PGFunction size);
static const char *Pretty(int64 bytes);

/*
 * MigRunFindSpace
 *		Report file systems that have less room than the steps of a plan may need.
 *
 * Reads under the active snapshot.  Waits for no lock.
 */
void
MigRunFindSpace(const MigWork *work, MigFindingFn found, void *arg)
{
	Survey		survey = {0};
	ListCell   *lc;

	for (int i = 0; i < work->nsteps; i++)
	{
		CHECK_FOR_INTERRUPTS();
		survey.revision = work->steps[i].revision;
		SurveyBody(&survey, MigRunFetchBody(work, i));
	}
	foreach(lc, survey.disks)
	{
		const Disk *disk = lfirst(lc);

		if (disk->needed > disk->free)
			found("warning", "free_space",
				  psprintf("the file system of tablespace \"%s\" has %s free, and the plan may need %s there: %s",
						   disk->tablespace, Pretty(disk->free), Pretty(disk->needed), disk->what),
				  "Make room first. What is built or written anew is there twice for a time.", arg);
	}
}

static void
SurveyBody(Survey *survey, const MigBody *body)
{
	MigSplitter *splitter = MigScriptOpenPlain(body->text, &body->place, standard_conforming_strings);
	int			level = NewGUCNestLevel();

	while ((survey->statement = MigScriptNext(splitter)) != NULL)
		if (survey->statement->parse != NULL && !MigWatchFollow(survey->statement->parse))
			SurveyStatement(survey);
	AtEOXact_GUC(false, level);
	MigScriptClose(splitter);
}

static void
SurveyStatement(Survey *survey)
{
	const MigStatement *statement = survey->statement;
	Node	   *stmt = statement->parse->stmt;

	if (statement->backfill != NULL)
		NeedCopy(survey, MigWatchLookup(makeRangeVarFromNameList(MigQualifiedNameList(statement->backfill->relation))), InvalidOid, pg_table_size);
	else if (IsA(stmt, UpdateStmt) && ((UpdateStmt *) stmt)->whereClause == NULL)
		NeedCopy(survey, MigWatchLookup(((UpdateStmt *) stmt)->relation), InvalidOid, pg_table_size);
	else if (IsA(stmt, ClusterStmt) && ((ClusterStmt *) stmt)->relation != NULL)
		NeedCopy(survey, MigWatchLookup(((ClusterStmt *) stmt)->relation), InvalidOid, pg_total_relation_size);
	else if (IsA(stmt, RefreshMatViewStmt))
		NeedCopy(survey, MigWatchLookup(((RefreshMatViewStmt *) stmt)->relation), InvalidOid, pg_total_relation_size);
	else if (IsA(stmt, IndexStmt))
		NeedIndex(survey, (IndexStmt *) stmt);
	else if (IsA(stmt, ReindexStmt))
		NeedReindex(survey, (ReindexStmt *) stmt);
	else if (IsA(stmt, VacuumStmt))
		NeedVacuum(survey, (VacuumStmt *) stmt);
	else if (IsA(stmt, AlterTableStmt))
		NeedAlter(survey, (AlterTableStmt *) stmt);
}

static void
NeedIndex(Survey *survey, const IndexStmt *stmt)
{
	Oid			relation = MigWatchLookup(stmt->relation);
	Oid			tablespace = stmt->tableSpace != NULL ? get_tablespace_oid(stmt->tableSpace, true)
	: GetDefaultTablespace(RELPERSISTENCE_PERMANENT, false);
	ListCell   *lc;

	if (!OidIsValid(relation))
		return;
	foreach(lc, find_all_inheritors(relation, NoLock, NULL))
	{
		Need(survey, tablespace, IndexBytes(stmt, lfirst_oid(lc)));
	}
}

/* A B-tree of all rows, or the table's size if their number is not known. */
static int64
IndexBytes(const IndexStmt *stmt, Oid relation)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	double		rows;
	int			width = ENTRY_BYTES;
	ListCell   *lc;

	if (!HeapTupleIsValid(tuple))
		return 0;
	rows = ((Form_pg_class) GETSTRUCT(tuple))->reltuples;
	ReleaseSysCache(tuple);
	if (rows < 0)
		return SizeOf(relation, pg_table_size);
	foreach(lc, stmt->indexParams)
	{
		const IndexElem *element = lfirst_node(IndexElem, lc);
		AttrNumber	column = element->name == NULL ? InvalidAttrNumber : get_attnum(relation, element->name);
		int			bytes = column == InvalidAttrNumber ? 0 : get_attavgwidth(relation, column);

		if (bytes <= 0 && column != InvalidAttrNumber)
			bytes = get_typavgwidth(get_atttype(relation, column), -1);
		width += bytes > 0 ? bytes : EXPRESSION_BYTES;
	}
	return (int64) (rows * MAXALIGN(width) / FILL);
}

static void
NeedReindex(Survey *survey, const ReindexStmt *stmt)
{
	if (stmt->kind == REINDEX_OBJECT_INDEX)
		NeedCopy(survey, MigWatchLookup(stmt->relation), InvalidOid, pg_total_relation_size);
	else if (stmt->kind == REINDEX_OBJECT_TABLE)
		NeedCopy(survey, MigWatchLookup(stmt->relation), InvalidOid, pg_indexes_size);
}

/* VACUUM FULL writes one table after the other. */
static void
NeedVacuum(Survey *survey, const VacuumStmt *stmt)
{
	bool		full = false;
	ListCell   *lc;

	foreach(lc, stmt->options)
	{
		DefElem    *option = lfirst_node(DefElem, lc);

		full = full || (strcmp(option->defname, "full") == 0 && defGetBoolean(option));
	}
	foreach(lc, stmt->rels)
	{
		const VacuumRelation *table = lfirst_node(VacuumRelation, lc);

		if (full && table->relation != NULL)
			NeedCopy(survey, MigWatchLookup(table->relation), InvalidOid, pg_total_relation_size);
	}
}

/* Subcommands that write the table anew, or may do so. */
static void
NeedAlter(Survey *survey, const AlterTableStmt *stmt)
{
	bool		rewrites = false;
	Oid			tablespace = InvalidOid;
	ListCell   *lc;

	foreach(lc, stmt->cmds)
	{
		const AlterTableCmd *cmd = lfirst_node(AlterTableCmd, lc);

		if (cmd->subtype == AT_SetTableSpace)
			tablespace = get_tablespace_oid(cmd->name, true);
		rewrites = rewrites || cmd->subtype == AT_AlterColumnType || cmd->subtype == AT_SetLogged ||
			cmd->subtype == AT_SetUnLogged || cmd->subtype == AT_SetAccessMethod ||
			cmd->subtype == AT_SetTableSpace;
	}
	if (rewrites)
		NeedCopy(survey, MigWatchLookup(stmt->relation), tablespace,
				 OidIsValid(tablespace) ? pg_table_size : pg_total_relation_size);
}

/* A relation and its children will be there once more; in a tablespace, or where they are. */
static void
NeedCopy(Survey *survey, Oid relation, Oid tablespace, PGFunction size)
{
	ListCell   *lc;

	if (!OidIsValid(relation))
		return;
	foreach(lc, find_all_inheritors(relation, NoLock, NULL))
	{
		Need(survey, OidIsValid(tablespace) ? tablespace : get_rel_tablespace(lfirst_oid(lc)),
			 SizeOf(lfirst_oid(lc), size));
	}
}

static void
Need(Survey *survey, Oid tablespace, int64 bytes)
{
	const MigStatement *statement = survey->statement;
	Disk	   *disk = bytes > 0 ? DiskOf(survey, tablespace) : NULL;

	if (disk == NULL)
		return;
	disk->needed += bytes;
	if (bytes > disk->most)
	{
		disk->most = bytes;
		disk->what = psprintf("%s for statement %d of revision \"%s\"", Pretty(bytes), statement->number,
							  survey->revision);
	}
}

/* Where a tablespace is; NULL if that cannot be seen. */
static Disk *
DiskOf(Survey *survey, Oid tablespace)
{
	Oid			oid = OidIsValid(tablespace) ? tablespace : MyDatabaseTableSpace;
	const char *path = oid == DEFAULTTABLESPACE_OID || oid == GLOBALTABLESPACE_OID ? "base"
	: psprintf("pg_tblspc/%u", oid);
	struct stat st;
	struct statvfs room;
	Disk	   *disk;
	ListCell   *lc;

	if (stat(path, &st) != 0 || statvfs(path, &room) != 0)
		return NULL;
	foreach(lc, survey->disks)
	{
		disk = lfirst(lc);
		if (disk->device == st.st_dev)
			return disk;
	}
	disk = palloc0(sizeof(Disk));
	disk->device = st.st_dev;
	disk->tablespace = get_tablespace_name(oid);
	disk->free = (int64) room.f_bavail * (int64) room.f_frsize;
	survey->disks = lappend(survey->disks, disk);
	return disk;
}

/* One of the server's functions that measure, unless the relation is locked. */
static int64
SizeOf(Oid relation, PGFunction size)
{
	int64		bytes = 0;

	if (!ConditionalLockRelationOid(relation, AccessShareLock))
		return 0;
	if (get_rel_relkind(relation) != '\0')
		bytes = DatumGetInt64(DirectFunctionCall1(size, ObjectIdGetDatum(relation)));
	UnlockRelationOid(relation, AccessShareLock);
	return bytes;
}

static const char *
Pretty(int64 bytes)
{
	return TextDatumGetCString(DirectFunctionCall1(pg_size_pretty, Int64GetDatum(bytes)));
}
