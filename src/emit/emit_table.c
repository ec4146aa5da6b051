/*-------------------------------------------------------------------------
 * src/emit/emit_table.c
 *	  Tables, partitioned and foreign ones too.
 *
 * A partition is created as a table of its own and then attached, as pg_dump
 * does it: that keeps the order of its columns, and its defaults.  A child by
 * plain inheritance is created with what is its own, and INHERITS.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static bool IsOrderKept(const MigObject *old, const MigObject *new);
static void RemoveForeignKeys(MigDiff *diff, const MigObject *table);
static void AppendColumns(MigDiff *diff, StringInfo text, const MigObject *table);
static void AppendConstraints(MigDiff *diff, StringInfo text, const MigObject *table, bool any);
static void AppendParents(MigDiff *diff, StringInfo text, const MigObject *table);
static void EmitTableSettings(MigDiff *diff, const MigObject *old, const MigObject *new);
static void EmitRowSecurity(MigDiff *diff, const MigObject *old, const MigObject *new,
							const char *property, const char *on, const char *off);
static void EmitReplicaIdentity(MigDiff *diff, const MigObject *new);
static int	ComparePosition(const ListCell *a, const ListCell *b);

/* CREATE TABLE, with what folds into it. */
void
MigCreateTable(MigDiff *diff, const MigObject *object)
{
	bool		foreign = object->kind == MIG_KIND_FOREIGN_TABLE;
	const char *type = MigPropText(object->props, "of_type");
	const char *partition_by = MigPropText(object->props, "partition_by");
	const char *method = MigPropText(object->props, "access_method");
	const char *tablespace = MigPropText(object->props, "tablespace");
	List	   *options = MigPropTexts(object->props, "options");
	StringInfoData text;
	int			before;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE %sTABLE %s",
					 foreign ? "FOREIGN " :
					 MigPropFlag(object->props, "unlogged") ? "UNLOGGED " : "",
					 object->identity);
	if (type != NULL)
		appendStringInfo(&text, " OF %s", type);
	appendStringInfoString(&text, " (");
	before = text.len;
	AppendColumns(diff, &text, object);
	AppendConstraints(diff, &text, object, text.len > before);
	if (text.len > before)
		appendStringInfoString(&text, "\n)");
	else if (type != NULL)
		text.data[text.len -= 2] = '\0';
	else
		appendStringInfoString(&text, "\n)");
	AppendParents(diff, &text, object);
	if (partition_by != NULL)
		appendStringInfo(&text, "\nPARTITION BY %s", partition_by);
	if (method != NULL)
		appendStringInfo(&text, "\nUSING %s", quote_identifier(method));
	if (foreign)
	{
		appendStringInfo(&text, "\nSERVER %s",
						 quote_identifier(MigPropText(object->props, "server")));
		MigAppendForeignOptions(&text, "\n", MigPropTexts(object->props, "server_options"));
	}
	if (options != NIL)
		appendStringInfo(&text, "\nWITH (%s)", MigJoinOptions(options));
	if (tablespace != NULL)
		appendStringInfo(&text, "\nTABLESPACE %s", quote_identifier(tablespace));
	MigEmit(diff, "%s", text.data);

	EmitTableSettings(diff, NULL, object);
	MigEmitColumnsOfNewTable(diff, object);
}

/* DROP TABLE. */
void
MigDropTable(MigDiff *diff, const MigObject *object)
{
	MigEmitPlainDrop(diff, object);
	if (object->kind == MIG_KIND_TABLE)
	{
		MigHazard(diff, MIG_HAZARD_DROP_TABLE);
		MigHazard(diff, MIG_HAZARD_IRREVERSIBLE);
	}
}

/*
 * What the server can alter.  A table cannot become partitioned or stop being
 * so, nor can the way it is partitioned change, nor a foreign table's server.
 */
bool
MigAlterTable(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *method = MigPropText(new->props, "access_method");
	const char *tablespace = MigPropText(new->props, "tablespace");

	if (!MigPropSame(old->props, new->props, "partition_by") ||
		!MigPropSame(old->props, new->props, "server"))
		return false;
	if (!MigPropSame(old->props, new->props, "of_type") &&
		MigPropText(new->props, "of_type") != NULL && !IsOrderKept(old, new))
		return false;
	if (MigPropText(new->props, "partition_by") != NULL &&
		(!MigPropSame(old->props, new->props, "access_method") ||
		 !MigPropSame(old->props, new->props, "unlogged")))
		return false;

	if (!MigPropSame(old->props, new->props, "unlogged"))
	{
		if (diff->judging)
			RemoveForeignKeys(diff, old);
		MigEmit(diff, "ALTER TABLE %s SET %s", new->identity,
				MigPropFlag(new->props, "unlogged") ? "UNLOGGED" : "LOGGED");
		MigHazard(diff, MIG_HAZARD_COPY);
	}
	if (!MigPropSame(old->props, new->props, "access_method"))
	{
		MigEmit(diff, "ALTER TABLE %s SET ACCESS METHOD %s", new->identity,
				method == NULL ? "heap" : quote_identifier(method));
		MigHazard(diff, MIG_HAZARD_COPY);
	}
	if (!MigPropSame(old->props, new->props, "tablespace"))
	{
		MigEmit(diff, "ALTER TABLE %s SET TABLESPACE %s", new->identity,
				tablespace == NULL ? "pg_default" : quote_identifier(tablespace));
		MigHazard(diff, MIG_HAZARD_COPY);
	}
	MigEmitOptions(diff, psprintf("ALTER TABLE %s", new->identity),
				   MigPropTexts(old->props, "options"), MigPropTexts(new->props, "options"));
	MigEmitForeignOptions(diff, psprintf("ALTER FOREIGN TABLE %s", new->identity),
						  MigPropTexts(old->props, "server_options"),
						  MigPropTexts(new->props, "server_options"));
	EmitTableSettings(diff, old, new);
	return true;
}

/*
 * Whether the columns of a table will be in the order of those of its type:
 * what stays as it was, and then what comes.
 */
static bool
IsOrderKept(const MigObject *old, const MigObject *new)
{
	List	   *before = MigColumnsInOrder(old);
	List	   *after = MigColumnsInOrder(new);
	int			last = -1;
	ListCell   *lc;

	foreach(lc, after)
	{
		const MigObject *column = lfirst(lc);
		int			place = 0;

		while (place < list_length(before) &&
			   strcmp(((MigObject *) list_nth(before, place))->name, column->name) != 0)
			place++;
		if (place < last)
			return false;
		last = place;
	}
	return true;
}

/*
 * MigSettleTable
 *		A table can be one OF a type when its columns are what the type says.
 */
void
MigSettleTable(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *type = MigPropText(new->props, "of_type");

	MigDropStandIn(diff, new);
	if (old != NULL && type != NULL && !MigPropSame(old->props, new->props, "of_type"))
		MigEmit(diff, "ALTER TABLE %s OF %s", new->identity, type);
}

/*
 * A logged table must not refer to an unlogged one, not even for a moment: the
 * keys of tables that change together are put back afterwards.
 */
static void
RemoveForeignKeys(MigDiff *diff, const MigObject *table)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, table->parts)
	{
		const MigObject *part = lfirst(lc);

		if (!MigIsForeignKey(part))
			continue;
		foreach(lc2, part->needs)
		{
			const MigObject *other = ((MigObject *) lfirst(lc2))->parent;

			if (other != NULL && other != table && MigDiffOther(diff, other) != NULL &&
				!MigPropSame(other->props, MigDiffOther(diff, other)->props, "unlogged"))
				MigDiffRemove(diff, part);
		}
	}
}

/*
 * MigColumnsInOrder
 *		The columns of a table (MigObject *) by their position.
 */
List *
MigColumnsInOrder(const MigObject *table)
{
	List	   *columns = NIL;
	ListCell   *lc;

	foreach(lc, table->parts)
	{
		if (((MigObject *) lfirst(lc))->kind == MIG_KIND_COLUMN)
			columns = lappend(columns, lfirst(lc));
	}
	list_sort(columns, ComparePosition);
	return columns;
}

static void
AppendColumns(MigDiff *diff, StringInfo text, const MigObject *table)
{
	bool		typed = MigPropText(table->props, "of_type") != NULL;
	bool		any = false;
	List	   *columns = MigColumnsInOrder(table);
	ListCell   *lc;

	foreach(lc, columns)
	{
		const MigObject *column = lfirst(lc);
		const char *definition;

		if (MigPropFlag(column->props, "inherited") && MigColumnComesWithLink(diff, column))
			definition = MigNotNullClause(diff, column);
		else
			definition = typed ? MigTypedColumn(diff, column) : MigColumnDefinition(diff, column);
		if (definition == NULL)
			continue;
		appendStringInfo(text, "%s\n    %s", any ? "," : "", definition);
		any = true;
	}
}

static void
AppendConstraints(MigDiff *diff, StringInfo text, const MigObject *table, bool any)
{
	ListCell   *lc;

	foreach(lc, table->parts)
	{
		const MigObject *part = lfirst(lc);
		const char *clause;

		if (part->kind != MIG_KIND_CONSTRAINT || !MigDiffFolded(diff, part))
			continue;
		clause = MigConstraintClause(part);
		if (clause == NULL)
			continue;
		appendStringInfo(text, "%s\n    %s", any ? "," : "", clause);
		any = true;
	}
}

static void
AppendParents(MigDiff *diff, StringInfo text, const MigObject *table)
{
	bool		any = false;
	List	   *links = MigTableLinks(table);
	ListCell   *lc;

	foreach(lc, links)
	{
		const MigObject *link = lfirst(lc);

		if (!MigDiffFolded(diff, link))
			continue;
		appendStringInfo(text, "%s%s", any ? ", " : "\nINHERITS (", MigPropText(link->props, "to"));
		any = true;
	}
	if (any)
		appendStringInfoChar(text, ')');
}

/* What ALTER TABLE has to say after CREATE TABLE, too; old may be NULL. */
static void
EmitTableSettings(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	EmitRowSecurity(diff, old, new, "row_security", "ENABLE", "DISABLE");
	EmitRowSecurity(diff, old, new, "force_row_security", "FORCE", "NO FORCE");
	if (old != NULL ? !MigPropSame(old->props, new->props, "replica_identity") :
		MigPropText(new->props, "replica_identity") != NULL)
		EmitReplicaIdentity(diff, new);
}

static void
EmitRowSecurity(MigDiff *diff, const MigObject *old, const MigObject *new,
				const char *property, const char *on, const char *off)
{
	bool		now = MigPropFlag(new->props, property);

	if (now != (old != NULL && MigPropFlag(old->props, property)))
		MigEmit(diff, "ALTER TABLE %s %s ROW LEVEL SECURITY", new->identity, now ? on : off);
}

/* An index that is the identity says so itself, since it may come later. */
static void
EmitReplicaIdentity(MigDiff *diff, const MigObject *new)
{
	const char *identity = MigPropText(new->props, "replica_identity");

	MigEmit(diff, "ALTER TABLE ONLY %s REPLICA IDENTITY %s", new->identity,
			identity == NULL ? "DEFAULT" : strcmp(identity, "full") == 0 ? "FULL" : "NOTHING");
}

static int
ComparePosition(const ListCell *a, const ListCell *b)
{
	return MigPropInt(((MigObject *) lfirst(a))->props, "position", 0) -
		MigPropInt(((MigObject *) lfirst(b))->props, "position", 0);
}
