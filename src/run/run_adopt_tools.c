/*-------------------------------------------------------------------------
 * src/run/run_adopt_tools.c
 *	  The version tables of other tools: how they look, and what they say.
 *
 * A tool is an entry of the table below: the columns that tell its table, and a
 * function that says what a row means.  Where a table keeps several rows for one
 * version, the one with the greatest rank counts.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "formats/formats.h"
#include "run/run_adopt.h"

/* ToolRows of a table while they are read. */
typedef struct ToolRows
{
	int			n;
	int			size;
	const char ***rows;
} ToolRows;

static bool ReadKey(const char **values, MigForeignVersion *version);
static bool ReadFlyway(const char **values, MigForeignVersion *version);
static bool ReadGolangMigrate(const char **values, MigForeignVersion *version);
static bool ReadGoose(const char **values, MigForeignVersion *version);
static bool ReadPrisma(const char **values, MigForeignVersion *version);
static bool ReadSqitch(const char **values, MigForeignVersion *version);
static bool ReadSqlx(const char **values, MigForeignVersion *version);
static bool Matches(const MigTool *tool, const MigDbTable *table);
static void AddRow(const char **values, void *arg);
static int	CompareFlywayRows(const void *a, const void *b);
static int	CompareGooseRows(const void *a, const void *b);
static int	CompareRanks(const char *a, const char *b);
static int	CompareTexts(const char *a, const char *b);

#define MEND_BY_HAND	"Bring the schema to what the version should be, and "

/* In the order in which a table is looked at: the first that fits it is. */
static const MigTool tools[] = {
	{
		.name = "alembic",.table = "alembic_version",
		.columns = {"version_num"},
		.keys = MIG_KEYS_TOPS,.read = ReadKey
	},
	{
		.name = "flyway",.table = "flyway_schema_history",
		.columns = {"installed_rank", "version", "description", "type", "checksum", "success"},
		.keys = MIG_KEYS_NUMBERS,.key = 1,.read = ReadFlyway,
		.mend = MEND_BY_HAND "run \"flyway repair\"."
	},
	{
		.name = "goose",.table = "goose_db_version",
		.columns = {"id", "version_id", "is_applied"},
		.keys = MIG_KEYS_NUMBERS,.key = 1,.read = ReadGoose
	},
	{
		.name = "prisma",.table = "_prisma_migrations",
		.columns = {"migration_name", "checksum", "finished_at", "rolled_back_at"},
		.keys = MIG_KEYS_NAMES,.read = ReadPrisma,
		.mend = "Use \"prisma migrate resolve\" to say whether it is applied or rolled back."
	},
	{
		.name = "sqlx",.table = "_sqlx_migrations",
		.columns = {"version", "checksum", "success", "installed_on"},
		.keys = MIG_KEYS_NUMBERS,.read = ReadSqlx,
		.mend = MEND_BY_HAND "correct or delete its row."
	},
	{
		.name = "sqitch",.table = "changes",
		.columns = {"change", "change_id", "project", "committed_at", "planner_name"},
		.keys = MIG_KEYS_CHANGES,.read = ReadSqitch
	},
	{
		.name = "diesel",.table = "__diesel_schema_migrations",
		.columns = {"version", "run_on"},
		.keys = MIG_KEYS_NUMBERS,.read = ReadKey
	},
	{
		.name = "node-pg-migrate",.table = "pgmigrations",
		.columns = {"name", "run_on"},
		.keys = MIG_KEYS_NAMES,.read = ReadKey
	},
	{
		.name = "golang-migrate",.table = "schema_migrations",
		.columns = {"version", "dirty"},
		.keys = MIG_KEYS_LAST,.read = ReadGolangMigrate,
		.mend = MEND_BY_HAND "run \"migrate force VERSION\"."
	},
	{
		.name = "rails",.table = "schema_migrations",
		.columns = {"version"},.alone = true,.beside_rails = true,
		.keys = MIG_KEYS_NUMBERS,.read = ReadKey
	},
	{
		.name = "dbmate",.table = "schema_migrations",
		.columns = {"version"},.alone = true,
		.keys = MIG_KEYS_NUMBERS,.read = ReadKey
	}
};

/*
 * MigRunFindTool
 *		The tool of that name; NULL for "auto".
 */
const MigTool *
MigRunFindTool(const char *name)
{
	const char *names[lengthof(tools)];

	if (strcmp(name, "auto") == 0)
		return NULL;
	for (int i = 0; i < (int) lengthof(tools); i++)
	{
		names[i] = tools[i].name;
		if (strcmp(tools[i].name, name) == 0)
			return &tools[i];
	}
	ereport(ERROR,
			errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("version table of tool \"%s\" is not known", name),
			errhint("Tools are %s, and \"auto\".", MigJoinNames(names, lengthof(tools), ", ")));
}

/*
 * MigRunToolTables
 *		The names that version tables have, of one tool or (NULL) of all.
 */
const char **
MigRunToolTables(const MigTool *tool, int *n)
{
	const char **names = palloc(sizeof(char *) * lengthof(tools));

	*n = 0;
	for (int i = 0; i < (int) lengthof(tools); i++)
		if (tool == NULL || tool == &tools[i])
			names[(*n)++] = tools[i].table;
	return names;
}

/*
 * MigRunToolOf
 *		Whose version table is it?  NULL: nobody's.
 *
 * With a name other than the tool's own one, its columns decide alone.  tool may
 * be given, or NULL.
 */
const MigTool *
MigRunToolOf(const MigDbTable *table, const MigTool *tool, bool any_name)
{
	for (int i = 0; i < (int) lengthof(tools); i++)
	{
		if (tool != NULL && tool != &tools[i])
			continue;
		if (!any_name && strcmp(tools[i].table, table->relname) != 0)
			continue;
		if (tool == NULL && tools[i].beside_rails && !table->is_rails)
			continue;
		if (Matches(&tools[i], table))
			return &tools[i];
	}
	return NULL;
}

static bool
Matches(const MigTool *tool, const MigDbTable *table)
{
	int			ncolumns = 0;

	for (; tool->columns[ncolumns] != NULL; ncolumns++)
		if (!MigDbHasColumn(table, tool->columns[ncolumns]))
			return false;
	return !tool->alone || table->ncolumns == ncolumns;
}

/*
 * MigRunForeignVersions
 *		What a version table says: a List of MigForeignVersion.
 *
 * Uses the active snapshot.
 */
List *
MigRunForeignVersions(const MigTool *tool, const MigDbTable *table)
{
	ToolRows	rows = {0};
	int			ncolumns = 0;
	List	   *versions = NIL;

	while (tool->columns[ncolumns] != NULL)
		ncolumns++;
	MigDbReadTable(table, tool->columns, ncolumns, AddRow, &rows);
	if (tool->key > 0)
		qsort(rows.rows, rows.n, sizeof(char **),
			  tool->read == ReadFlyway ? CompareFlywayRows : CompareGooseRows);

	for (int i = 0; i < rows.n; i++)
	{
		MigForeignVersion *version = palloc0(sizeof(MigForeignVersion));

		/* the last row of a version counts */
		if (tool->key > 0 && i + 1 < rows.n &&
			CompareTexts(rows.rows[i][tool->key], rows.rows[i + 1][tool->key]) == 0 &&
			(rows.rows[i][tool->key] != NULL || CompareTexts(rows.rows[i][2], rows.rows[i + 1][2]) == 0))
			continue;
		if (tool->read(rows.rows[i], version))
			versions = lappend(versions, version);
	}
	return versions;
}

static void
AddRow(const char **values, void *arg)
{
	ToolRows   *rows = arg;

	if (rows->n == rows->size)
	{
		rows->size = Max(64, rows->size * 2);
		rows->rows = rows->rows == NULL ? palloc(sizeof(char **) * rows->size)
			: repalloc(rows->rows, sizeof(char **) * rows->size);
	}
	rows->rows[rows->n++] = values;
}

/* alembic, dbmate, Rails, Diesel, node-pg-migrate: the rows are what is applied */
static bool
ReadKey(const char **values, MigForeignVersion *version)
{
	version->key = values[0];
	return version->key != NULL;
}

/*
 * An undone or deleted version is as if it had never been applied; a baseline
 * stands for all up to its own.
 */
static bool
ReadFlyway(const char **values, MigForeignVersion *version)
{
	const char *type = values[3] == NULL ? "" : values[3];
	const char *baseline = strstr(type, "BASELINE");

	if (strcmp(type, "SCHEMA") == 0 || strcmp(type, "DELETE") == 0 || strncmp(type, "UNDO", 4) == 0)
		return false;
	version->repeatable = values[1] == NULL;
	version->key = version->repeatable ? values[2] : values[1];
	if (version->key == NULL)
		return false;
	version->is_baseline = baseline != NULL;
	if (strcmp(type, "SQL") == 0)
		version->checksum = values[4];
	if (values[5] == NULL || *values[5] != 't')
		version->fault = "failed";
	return true;
}

/* A database without versions has none, or -1. */
static bool
ReadGolangMigrate(const char **values, MigForeignVersion *version)
{
	version->key = values[0];
	if (version->key == NULL)
		return false;
	if (values[1] != NULL && *values[1] == 't')
		version->fault = "dirty";
	return version->fault != NULL || *version->key != '-';
}

/* Version 0 is there from the start. */
static bool
ReadGoose(const char **values, MigForeignVersion *version)
{
	version->key = values[1];
	return version->key != NULL && strcmp(version->key, "0") != 0 &&
		values[2] != NULL && *values[2] == 't';
}

static bool
ReadPrisma(const char **values, MigForeignVersion *version)
{
	version->key = values[0];
	version->checksum = values[1];
	if (values[2] == NULL)
		version->fault = "unfinished";
	return version->key != NULL && values[3] == NULL;
}

static bool
ReadSqitch(const char **values, MigForeignVersion *version)
{
	version->key = values[0];
	version->checksum = values[1];
	version->project = values[2];
	return version->key != NULL && version->project != NULL;
}

/* The checksum is bytea, and so comes as "\x...". */
static bool
ReadSqlx(const char **values, MigForeignVersion *version)
{
	version->key = values[0];
	version->checksum = values[1];
	if (values[2] == NULL || *values[2] != 't')
		version->fault = "failed";
	return version->key != NULL;
}

/* By version and, without one, description; then by rank. */
static int
CompareFlywayRows(const void *a, const void *b)
{
	const char **one = *(const char ***) a;
	const char **other = *(const char ***) b;
	int			order = CompareTexts(one[1], other[1]);

	if (order == 0 && one[1] == NULL)
		order = CompareTexts(one[2], other[2]);
	return order != 0 ? order : CompareRanks(one[0], other[0]);
}

/* By version, then by rank. */
static int
CompareGooseRows(const void *a, const void *b)
{
	const char **one = *(const char ***) a;
	const char **other = *(const char ***) b;
	int			order = CompareTexts(one[1], other[1]);

	return order != 0 ? order : CompareRanks(one[0], other[0]);
}

/* Numbers that may be negative. */
static int
CompareRanks(const char *a, const char *b)
{
	bool		a_negative;
	bool		b_negative;

	if (a == NULL || b == NULL)
		return CompareTexts(a, b);
	a_negative = *a == '-';
	b_negative = *b == '-';
	if (a_negative != b_negative)
		return a_negative ? -1 : 1;
	return a_negative ? MigFormatsCompareVersions(b, a) : MigFormatsCompareVersions(a, b);
}

/* NULL is less than any text. */
static int
CompareTexts(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}
