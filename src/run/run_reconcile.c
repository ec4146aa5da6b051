/*-------------------------------------------------------------------------
 * src/run/run_reconcile.c
 *	  Tell what became of a statement that was begun outside a transaction.
 *
 * Such a statement commits by itself, in several transactions even, so that a
 * session that dies cannot have noted how far it was.  What there was before is
 * in the journal; what there is now is in the catalogs.  For each kind of
 * statement there are two functions: one that notes what there is, and one that
 * judges by it.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "parser/parser.h"
#include "run/run_internal.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

/* What is found out about a statement. */
typedef struct Verdict
{
	MigVerdict	verdict;
	StringInfoData left;		/* in words, what it has left behind */
	List	   *cleaning;		/* const char *: statements to run before it
								 * is repeated, or taken for done */
} Verdict;

/* A kind of statement. */
typedef struct Kind
{
	NodeTag		tag;
	bool		(*applies) (Node *stmt);	/* NULL: always */
	void		(*before) (Node *stmt, StringInfo before);	/* NULL: nothing to note */
	void		(*judge) (Node *stmt, Datum before, Verdict *verdict);
} Kind;

static bool IsConcurrent(Node *stmt);
static void BeforeIndex(Node *stmt, StringInfo before);
static void JudgeIndex(Node *stmt, Datum before, Verdict *verdict);
static void JudgeDropIndex(Node *stmt, Datum before, Verdict *verdict);
static Datum Columns(const IndexStmt *create);
static void BeforeReindex(Node *stmt, StringInfo before);
static void JudgeReindex(Node *stmt, Datum before, Verdict *verdict);
static void BeforeDetach(Node *stmt, StringInfo before);
static void JudgeDetach(Node *stmt, Datum before, Verdict *verdict);
static void BeforeNamed(Node *stmt, StringInfo before);
static bool Exists(Datum before, bool *existed, char **name);
static void JudgeCreated(Node *stmt, Datum before, Verdict *verdict);
static void JudgeDropped(Node *stmt, Datum before, Verdict *verdict);
static void JudgeRepeatable(Node *stmt, Datum before, Verdict *verdict);
static void JudgeCode(Node *stmt, Datum before, Verdict *verdict);
static const Kind *FindKind(Node *stmt);
static char *Ask(MigQuery *query, Datum *values, const char *nulls);
static void ReceiveText(TupleTableSlot *slot, void *arg);
static void ReceiveLeftover(TupleTableSlot *slot, void *arg);
static char *Qualified(const RangeVar *name);
static void Field(StringInfo before, const char *name, const char *value);

static const Kind kinds[] = {
	{T_IndexStmt, NULL, BeforeIndex, JudgeIndex},
	{T_DropStmt, IsConcurrent, BeforeNamed, JudgeDropIndex},
	{T_ReindexStmt, NULL, BeforeReindex, JudgeReindex},
	{T_AlterTableStmt, NULL, BeforeDetach, JudgeDetach},
	{T_CreatedbStmt, NULL, BeforeNamed, JudgeCreated},
	{T_CreateTableSpaceStmt, NULL, BeforeNamed, JudgeCreated},
	{T_CreateSubscriptionStmt, NULL, BeforeNamed, JudgeCreated},
	{T_DropdbStmt, NULL, BeforeNamed, JudgeDropped},
	{T_DropTableSpaceStmt, NULL, BeforeNamed, JudgeDropped},
	{T_DropSubscriptionStmt, NULL, BeforeNamed, JudgeDropped},
	{T_VacuumStmt, NULL, NULL, JudgeRepeatable},
	{T_ClusterStmt, NULL, NULL, JudgeRepeatable},
	{T_AlterSystemStmt, NULL, NULL, JudgeRepeatable},
	{T_AlterDatabaseStmt, NULL, NULL, JudgeRepeatable},
	{T_AlterSubscriptionStmt, NULL, NULL, JudgeRepeatable},
	{T_DoStmt, NULL, NULL, JudgeCode},
	{T_CallStmt, NULL, NULL, JudgeCode},
};

/* The indexes of a table, as a list of names. */
static MigQuery indexes_query = {
	.sql = "SELECT pg_catalog.jsonb_agg(c.relname ORDER BY c.relname)::text"
	" FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
	" WHERE i.indrelid = to_regclass($1)",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

/*
 * Those that were not there before, or had only this name and were not valid
 * then either, and are not being built by anybody now; of these columns, with
 * "" for an expression, if it has no name to tell it from those of others.
 */
static MigQuery new_indexes_query = {
	.sql = "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), i.indisvalid"
	" FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
	" WHERE i.indrelid = to_regclass($1) AND ($2 IS NULL OR c.relname = $2)"
	" AND NOT coalesce($3::jsonb, '[]') ? c.relname::text"
	" AND ($4 IS NULL OR $4 = ARRAY(SELECT coalesce(a.attname::text, '')"
	"  FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (number, position)"
	"  LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
	"  WHERE k.position <= i.indnkeyatts ORDER BY k.position))"
	" AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)"
	" ORDER BY 1",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 4,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID}
};

/* What REINDEX CONCURRENTLY leaves behind. */
static MigQuery transient_query = {
	.sql = "SELECT jsonb_agg(c.oid::regclass::text ORDER BY 1)::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
	" WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'",
	.read_only = true,
	.expect = SPI_OK_SELECT
};

/* Only a superuser can drop those of toast tables; they do no harm. */
static MigQuery new_transient_query = {
	.sql = "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), false"
	" FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
	" WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND has_schema_privilege(n.oid, 'USAGE')"
	" AND NOT coalesce($1::jsonb, '[]') ? c.oid::regclass::text"
	" AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)"
	" ORDER BY 1",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

static MigQuery exists_query = {
	.sql = "SELECT true::text WHERE CASE $1"
	" WHEN 'relation' THEN to_regclass($2) IS NOT NULL"
	" WHEN 'database' THEN EXISTS (SELECT FROM pg_database WHERE datname = $2)"
	" WHEN 'tablespace' THEN EXISTS (SELECT FROM pg_tablespace WHERE spcname = $2)"
	" WHEN 'subscription' THEN EXISTS (SELECT FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
	"  WHERE s.subname = $2 AND d.datname = current_database()) END",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

static MigQuery partition_query = {
	.sql = "SELECT h.inhdetachpending::text FROM pg_inherits h"
	" WHERE h.inhparent = to_regclass($1) AND h.inhrelid = to_regclass($2)",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

static MigQuery field_query = {
	.sql = "SELECT $1::jsonb ->> $2",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTOID}
};

/*
 * MigRunBefore
 *		What there is before a statement that is about to begin outside a
 *		transaction: the text of a jsonb, or NULL if that does not matter.
 *
 * Reads under the active snapshot.
 */
char *
MigRunBefore(const MigStatement *statement)
{
	Node	   *stmt = statement->parse->stmt;
	const Kind *kind = FindKind(stmt);
	StringInfoData before;

	if (kind == NULL || kind->before == NULL)
		return NULL;
	initStringInfo(&before);
	kind->before(stmt, &before);
	if (before.len == 0)
		return NULL;
	appendStringInfoChar(&before, '}');
	return before.data;
}

/*
 * MigRunJudge
 *		Whether the statement that a journal says was begun is done.
 *
 * *cleaning receives the statements (const char *) that have to be run, each
 * outside a transaction, before it is repeated or taken for done; *left what it
 * has left behind, in words.  Reads under the active snapshot.
 */
MigVerdict
MigRunJudge(const MigJournal *journal, List **cleaning, char **left)
{
	List	   *parsed = raw_parser(journal->sql, RAW_PARSE_DEFAULT);
	Node	   *stmt = linitial_node(RawStmt, parsed)->stmt;
	const Kind *kind = FindKind(stmt);
	Verdict		verdict = {.verdict = MIG_VERDICT_UNKNOWN};

	initStringInfo(&verdict.left);
	if (kind != NULL)
		kind->judge(stmt, journal->before == NULL ? (Datum) 0 : CStringGetTextDatum(journal->before),
					&verdict);
	*cleaning = verdict.cleaning;
	*left = verdict.left.data;
	return verdict.verdict;
}

/*
 * MigRunObstacles
 *		What a statement would fail for, though only an earlier failure of it has
 *		left it behind: the statements (const char *) that remove it.
 *
 * That is an index of the name of one that is to be built, on the same table,
 * which is not valid and which nobody is building.  Reads under the active
 * snapshot.
 */
List *
MigRunObstacles(const MigStatement *statement)
{
	const IndexStmt *create = (const IndexStmt *) statement->parse->stmt;
	Verdict		verdict = {0};
	char		nulls[] = "  nn";
	Datum		values[4];

	if (!IsA(create, IndexStmt) || create->idxname == NULL)
		return NIL;
	initStringInfo(&verdict.left);
	values[0] = CStringGetTextDatum(Qualified(create->relation));
	values[1] = CStringGetTextDatum(create->idxname);
	values[2] = values[3] = (Datum) 0;
	(void) MigDbRead(&new_indexes_query, values, nulls, ReceiveLeftover, &verdict);
	return verdict.cleaning;
}

static const Kind *
FindKind(Node *stmt)
{
	for (size_t i = 0; i < lengthof(kinds); i++)
		if (kinds[i].tag == nodeTag(stmt) && (kinds[i].applies == NULL || kinds[i].applies(stmt)))
			return &kinds[i];
	return NULL;
}

static bool
IsConcurrent(Node *stmt)
{
	return castNode(DropStmt, stmt)->concurrent;
}

static void
BeforeIndex(Node *stmt, StringInfo before)
{
	char	   *table = Qualified(castNode(IndexStmt, stmt)->relation);
	Datum		value = CStringGetTextDatum(table);
	char	   *indexes = Ask(&indexes_query, &value, NULL);

	Field(before, "relation", table);

	appendStringInfo(before, ", \"indexes\": %s", indexes == NULL ? "[]" : indexes);
}

/*
 * An index that was there before under the name of the new one makes the
 * statement fail by itself, unless it is what is left of an earlier build.
 */
static void
JudgeIndex(Node *stmt, Datum before, Verdict *verdict)
{
	const IndexStmt *create = castNode(IndexStmt, stmt);
	char		nulls[] = "    ";
	Datum		fields[2] = {before, CStringGetTextDatum("relation")};
	Datum		values[4];

	values[0] = CStringGetTextDatum(Ask(&field_query, fields, NULL));
	values[1] = MigDbTextOrNull(create->idxname, &nulls[1]);
	fields[1] = CStringGetTextDatum("indexes");
	values[2] = CStringGetTextDatum(Ask(&field_query, fields, NULL));
	values[3] = Columns(create);
	if (create->idxname != NULL)
		nulls[3] = 'n';
	verdict->verdict = MIG_VERDICT_REPEAT;
	(void) MigDbRead(&new_indexes_query, values, nulls, ReceiveLeftover, verdict);
}

/* The columns of an index that is to be built, with "" for an expression. */
static Datum
Columns(const IndexStmt *create)
{
	const char **names = palloc(sizeof(char *) * (list_length(create->indexParams) + 1));
	ListCell   *lc;

	foreach(lc, create->indexParams)
	{
		const IndexElem *element = lfirst_node(IndexElem, lc);

		names[foreach_current_index(lc)] = element->name == NULL ? "" : element->name;
	}
	return MigDbArray(names, list_length(create->indexParams));
}

static void
BeforeReindex(Node *stmt pg_attribute_unused(), StringInfo before)
{
	char	   *transient = Ask(&transient_query, NULL, NULL);

	appendStringInfo(before, "{\"indexes\": %s", transient == NULL ? "[]" : transient);
}

static void
JudgeReindex(Node *stmt pg_attribute_unused(), Datum before, Verdict *verdict)
{
	Datum		fields[2] = {before, CStringGetTextDatum("indexes")};
	Datum		value = CStringGetTextDatum(Ask(&field_query, fields, NULL));

	(void) MigDbRead(&new_transient_query, &value, NULL, ReceiveLeftover, verdict);
	verdict->verdict = MIG_VERDICT_REPEAT;
}

static void
BeforeDetach(Node *stmt, StringInfo before)
{
	const AlterTableStmt *alter = castNode(AlterTableStmt, stmt);
	const AlterTableCmd *command = linitial_node(AlterTableCmd, alter->cmds);

	Field(before, "relation", Qualified(alter->relation));
	Field(before, "partition", Qualified(castNode(PartitionCmd, command->def)->name));
}

static void
JudgeDetach(Node *stmt pg_attribute_unused(), Datum before, Verdict *verdict)
{
	Datum		fields[2] = {before, CStringGetTextDatum("relation")};
	char	   *table = Ask(&field_query, fields, NULL);
	char	   *partition;
	char	   *pending;

	fields[1] = CStringGetTextDatum("partition");
	partition = Ask(&field_query, fields, NULL);
	fields[0] = CStringGetTextDatum(table);
	fields[1] = CStringGetTextDatum(partition);
	pending = Ask(&partition_query, fields, NULL);

	verdict->verdict = MIG_VERDICT_DONE;
	if (pending == NULL)
		appendStringInfo(&verdict->left, "%s is detached", partition);
	else if (strcmp(pending, "true") == 0)
	{
		appendStringInfo(&verdict->left, "%s is half detached", partition);
		verdict->cleaning = list_make1(psprintf("ALTER TABLE %s DETACH PARTITION %s FINALIZE",
												table, partition));
	}
	else
		verdict->verdict = MIG_VERDICT_REPEAT;
}

/* The kind and the name of what a statement creates or drops. */
static void
BeforeNamed(Node *stmt, StringInfo before)
{
	const char *class;
	const char *name;
	Datum		values[2];

	switch (nodeTag(stmt))
	{
		case T_DropStmt:
			class = "relation";
			name = Qualified(makeRangeVarFromNameList(linitial(castNode(DropStmt, stmt)->objects)));
			break;
		case T_CreatedbStmt:
			class = "database";
			name = castNode(CreatedbStmt, stmt)->dbname;
			break;
		case T_DropdbStmt:
			class = "database";
			name = castNode(DropdbStmt, stmt)->dbname;
			break;
		case T_CreateTableSpaceStmt:
			class = "tablespace";
			name = castNode(CreateTableSpaceStmt, stmt)->tablespacename;
			break;
		case T_DropTableSpaceStmt:
			class = "tablespace";
			name = castNode(DropTableSpaceStmt, stmt)->tablespacename;
			break;
		case T_CreateSubscriptionStmt:
			class = "subscription";
			name = castNode(CreateSubscriptionStmt, stmt)->subname;
			break;
		case T_DropSubscriptionStmt:
			class = "subscription";
			name = castNode(DropSubscriptionStmt, stmt)->subname;
			break;
		default:
			elog(ERROR, "unexpected statement %d", (int) nodeTag(stmt));
	}
	Field(before, "class", class);
	Field(before, "name", name);

	values[0] = CStringGetTextDatum(class);
	values[1] = CStringGetTextDatum(name);
	Field(before, "existed", Ask(&exists_query, values, NULL) == NULL ? "no" : "yes");
}

/* What BeforeNamed() has noted; returns whether it is there now. */
static bool
Exists(Datum before, bool *existed, char **name)
{
	Datum		fields[2] = {before, CStringGetTextDatum("class")};
	Datum		values[2];

	values[0] = CStringGetTextDatum(Ask(&field_query, fields, NULL));
	fields[1] = CStringGetTextDatum("name");
	*name = Ask(&field_query, fields, NULL);
	values[1] = CStringGetTextDatum(*name);
	fields[1] = CStringGetTextDatum("existed");
	*existed = strcmp(Ask(&field_query, fields, NULL), "yes") == 0;
	return Ask(&exists_query, values, NULL) != NULL;
}

static void
JudgeCreated(Node *stmt pg_attribute_unused(), Datum before, Verdict *verdict)
{
	bool		existed;
	char	   *name;
	bool		exists = Exists(before, &existed, &name);

	verdict->verdict = exists && !existed ? MIG_VERDICT_DONE : MIG_VERDICT_REPEAT;
	if (exists && !existed)
		appendStringInfo(&verdict->left, "%s is there", name);
}

static void
JudgeDropped(Node *stmt pg_attribute_unused(), Datum before, Verdict *verdict)
{
	bool		existed;
	char	   *name;
	bool		exists = Exists(before, &existed, &name);

	verdict->verdict = existed && !exists ? MIG_VERDICT_DONE : MIG_VERDICT_REPEAT;
	if (existed && !exists)
		appendStringInfo(&verdict->left, "%s is gone", name);
}

/* An index that is not valid any more can be dropped again. */
static void
JudgeDropIndex(Node *stmt, Datum before, Verdict *verdict)
{
	bool		existed;
	char	   *name;

	JudgeDropped(stmt, before, verdict);
	if (Exists(before, &existed, &name))
		appendStringInfoString(&verdict->left, "the index is still there, and may not be valid");
}

static void
JudgeRepeatable(Node *stmt pg_attribute_unused(), Datum before pg_attribute_unused(),
				Verdict *verdict)
{
	verdict->verdict = MIG_VERDICT_REPEAT;
}

/* Code that commits by itself. */
static void
JudgeCode(Node *stmt pg_attribute_unused(), Datum before pg_attribute_unused(),
		  Verdict *verdict)
{
	appendStringInfoString(&verdict->left, "whatever it has committed");
}

/* An index that is new: the statement is done if it is valid. */
static void
ReceiveLeftover(TupleTableSlot *slot, void *arg)
{
	Verdict    *verdict = arg;
	char	   *name = MigDbText(slot, 1);
	bool		isnull;
	bool		is_valid = DatumGetBool(slot_getattr(slot, 2, &isnull));

	if (verdict->left.len > 0)
		appendStringInfoString(&verdict->left, ", ");
	appendStringInfo(&verdict->left, is_valid ? "index %s" : "index %s, which is not valid", name);
	if (is_valid)
		verdict->verdict = MIG_VERDICT_DONE;
	else
		verdict->cleaning = lappend(verdict->cleaning,
									psprintf("DROP INDEX CONCURRENTLY IF EXISTS %s", name));
}

/* The one text that a query gives, or NULL. */
static char *
Ask(MigQuery *query, Datum *values, const char *nulls)
{
	char	   *answer = NULL;

	(void) MigDbRead(query, values, nulls, ReceiveText, &answer);
	return answer;
}

static void
ReceiveText(TupleTableSlot *slot, void *arg)
{
	*(char **) arg = MigDbText(slot, 1);
}

/* A relation's name as it stands for now: qualified if there is one of it. */
static char *
Qualified(const RangeVar *name)
{
	Oid			relation = RangeVarGetRelid(name, NoLock, true);

	return OidIsValid(relation)
		? quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)),
									 get_rel_name(relation))
		: quote_qualified_identifier(name->schemaname, name->relname);
}

static void
Field(StringInfo before, const char *name, const char *value)
{
	appendStringInfoString(before, before->len == 0 ? "{" : ", ");
	escape_json(before, name);
	appendStringInfoString(before, ": ");
	escape_json(before, value);
}
