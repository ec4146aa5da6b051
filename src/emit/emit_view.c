/*-------------------------------------------------------------------------
 * src/emit/emit_view.c
 *	  Views, materialized views, and rules.
 *
 * What belongs to a column of a view (default, comment, privileges) is emitted
 * with the view, since its columns are no objects.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"
#include "miscadmin.h"

static void FindSources(const MigDiff *diff, const MigObject *object, List **sources, bool *uncertain);
static void EmitRefresh(MigDiff *diff, const MigObject *object, List *sources);
static void EmitView(MigDiff *diff, const MigObject *object, bool replace);
static void EmitNulls(MigDiff *diff, const MigObject *object, bool replace);
static bool AddsColumns(const MigObject *old, const MigObject *new);
static bool SameColumns(const MigObject *old, const MigObject *new);
static bool SameColumn(JsonbContainer *old, JsonbContainer *new);
static JsonbContainer *FindColumn(const MigObject *object, const char *name);
static void FinishColumns(MigDiff *diff, const MigObject *old, const MigObject *new);
static void FinishDefault(MigDiff *diff, const MigObject *object, JsonbContainer *old,
						  JsonbContainer *new);
static void FinishComment(MigDiff *diff, const MigObject *object, JsonbContainer *old,
						  JsonbContainer *new);
static void FinishReplicaIdentity(MigDiff *diff, const MigObject *old, const MigObject *new);
static bool KeepsStorage(const MigObject *old, const MigObject *new);
static void FinishStorage(MigDiff *diff, const MigObject *object, JsonbContainer *old,
						  JsonbContainer *new);
static void FinishRule(MigDiff *diff, const MigObject *old, const MigObject *new);

/*
 * CREATE VIEW, in the place of its stub if there is one.
 */
void
MigCreateView(MigDiff *diff, const MigObject *object)
{
	EmitView(diff, object, MigDiffIsStubbed(diff, object));
	FinishColumns(diff, NULL, object);
}

/*
 * A view can be replaced as long as its columns stay and new ones come last.
 */
bool
MigAlterView(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	if (!AddsColumns(old, new))
		return false;
	if (!MigPropSame(old->props, new->props, "definition") || !SameColumns(old, new))
		EmitView(diff, new, true);
	else
		MigEmitOptions(diff, psprintf("ALTER VIEW %s", new->identity), MigPropTexts(old->props, "options"),
					   MigPropTexts(new->props, "options"));
	FinishColumns(diff, old, new);
	return true;
}

/*
 * A view of nulls, which needs nothing but the types of its columns.  A view
 * that is there already stands for itself, unless it gets columns.
 */
bool
MigStubView(MigDiff *diff, const MigObject *object)
{
	bool		is_new = MigDiffIsNew(diff, object);

	if (is_new || !SameColumns(MigDiffOther(diff, object), object))
		EmitNulls(diff, object, !is_new);
	return true;
}

/*
 * The same in the place of a view that goes.
 */
bool
MigUnstubView(MigDiff *diff, const MigObject *object)
{
	EmitNulls(diff, object, true);
	return true;
}

/*
 * CREATE MATERIALIZED VIEW, with its data if it can have any.
 */
void
MigCreateMaterializedView(MigDiff *diff, const MigObject *object)
{
	const char *method = MigPropText(object->props, "access_method");
	List	   *options = MigPropTexts(object->props, "options");
	List	   *sources = NIL;
	bool		uncertain = false;
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE MATERIALIZED VIEW %s", object->identity);
	if (method != NULL)
		appendStringInfo(&text, "\n    USING %s", quote_identifier(method));
	if (options != NIL)
		appendStringInfo(&text, "\n    WITH (%s)", MigJoinOptions(options));
	FindSources(diff, object, &sources, &uncertain);
	MigEmit(diff, "%s AS\n%s%s", text.data, MigPropText(object->props, "definition"),
			uncertain ? "\n  WITH NO DATA" : "");
	if (uncertain)
		EmitRefresh(diff, object, sources);
	FinishReplicaIdentity(diff, NULL, object);
	MigEmitExtensions(diff, NULL, object);
	FinishColumns(diff, NULL, object);
}

/*
 * The materialized views that one reads, through views or not, and whether one
 * of them was there before: then nobody knows whether it has data.
 */
static void
FindSources(const MigDiff *diff, const MigObject *object, List **sources, bool *uncertain)
{
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, object->needs)
	{
		MigObject  *need = lfirst(lc);

		if (need->kind == MIG_KIND_MATERIALIZED_VIEW)
		{
			if (list_member_ptr(*sources, need))
				continue;
			*sources = lappend(*sources, need);
			*uncertain = *uncertain || !MigDiffIsNew(diff, need);
		}
		else if (need->kind != MIG_KIND_VIEW)
			continue;
		FindSources(diff, need, sources, uncertain);
	}
}

/* Fill it if all that it reads is filled; it cannot be done otherwise. */
static void
EmitRefresh(MigDiff *diff, const MigObject *object, List *sources)
{
	StringInfoData names;
	ListCell   *lc;

	initStringInfo(&names);
	foreach(lc, sources)
	{
		appendStringInfo(&names, "%s%s::regclass", names.len > 0 ? ", " : "",
						 MigQuoteText(((MigObject *) lfirst(lc))->identity));
	}
	MigEmit(diff, "DO %s", MigQuoteCode(psprintf("BEGIN\n"
												 "    IF NOT EXISTS (SELECT FROM pg_catalog.pg_class\n"
												 "                   WHERE oid IN (%s) AND NOT relispopulated) THEN\n"
												 "        REFRESH MATERIALIZED VIEW %s;\n"
												 "    END IF;\n"
												 "END", names.data, object->identity)));
}

/*
 * Everything but the query and its columns can be changed.
 */
bool
MigAlterMaterializedView(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *method = MigPropText(new->props, "access_method");

	if (!MigPropSame(old->props, new->props, "definition") || !SameColumns(old, new) ||
		!KeepsStorage(old, new))
		return false;
	if (!MigPropSame(old->props, new->props, "access_method"))
	{
		MigEmit(diff, "ALTER MATERIALIZED VIEW %s SET ACCESS METHOD %s", new->identity,
				quote_identifier(method == NULL ? "heap" : method));
		MigHazard(diff, MIG_HAZARD_COPY);
	}
	MigEmitOptions(diff, psprintf("ALTER MATERIALIZED VIEW %s", new->identity),
				   MigPropTexts(old->props, "options"), MigPropTexts(new->props, "options"));
	FinishReplicaIdentity(diff, old, new);
	MigEmitExtensions(diff, old, new);
	FinishColumns(diff, old, new);
	return true;
}

/*
 * CREATE RULE.
 */
void
MigCreateRule(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "%s", MigPropText(object->props, "definition"));
	FinishRule(diff, NULL, object);
}

/*
 * A rule can be replaced by any other.
 */
bool
MigAlterRule(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	if (!MigPropSame(old->props, new->props, "definition"))
		MigEmit(diff, "CREATE OR REPLACE%s",
				MigPropText(new->props, "definition") + strlen("CREATE"));
	FinishRule(diff, old, new);
	return true;
}

static void
EmitView(MigDiff *diff, const MigObject *object, bool replace)
{
	List	   *options = NIL;
	const char *check = NULL;
	StringInfoData text;
	ListCell   *lc;

	foreach(lc, MigPropTexts(object->props, "options"))
	{
		const char *option = lfirst(lc);

		if (strcmp(option, "check_option=local") == 0)
			check = "LOCAL";
		else if (strcmp(option, "check_option=cascaded") == 0)
			check = "CASCADED";
		else
			options = lappend(options, unconstify(char *, option));
	}
	initStringInfo(&text);
	appendStringInfo(&text, "CREATE %sVIEW %s", replace ? "OR REPLACE " : "", object->identity);
	if (options != NIL)
		appendStringInfo(&text, "\n    WITH (%s)", MigJoinOptions(options));
	appendStringInfo(&text, " AS\n%s", MigPropText(object->props, "definition"));
	if (check != NULL)
		appendStringInfo(&text, "\n  WITH %s CHECK OPTION", check);
	MigEmit(diff, "%s", text.data);
}

static void
EmitNulls(MigDiff *diff, const MigObject *object, bool replace)
{
	StringInfoData text;
	const char *separator = "\n    ";
	ListCell   *lc;

	initStringInfo(&text);
	foreach(lc, MigPropItems(object->props, "columns"))
	{
		JsonbContainer *column = lfirst(lc);
		const char *collation = MigPropText(column, "collation");

		appendStringInfo(&text, "%sNULL::%s", separator, MigPropText(column, "type"));
		if (collation != NULL)
			appendStringInfo(&text, " COLLATE %s", collation);
		appendStringInfo(&text, " AS %s", quote_identifier(MigPropText(column, "name")));
		separator = ",\n    ";
	}
	MigEmit(diff, "CREATE %sVIEW %s AS\nSELECT%s", replace ? "OR REPLACE " : "",
			object->identity, text.data);
}

/* Whether the columns of old are the first of new. */
static bool
AddsColumns(const MigObject *old, const MigObject *new)
{
	List	   *old_columns = MigPropItems(old->props, "columns");
	List	   *new_columns = MigPropItems(new->props, "columns");
	ListCell   *lc;
	ListCell   *lc2;

	if (list_length(old_columns) > list_length(new_columns))
		return false;
	forboth(lc, old_columns, lc2, new_columns)
	{
		if (!SameColumn(lfirst(lc), lfirst(lc2)))
			return false;
	}
	return true;
}

static bool
SameColumns(const MigObject *old, const MigObject *new)
{
	return AddsColumns(old, new) && AddsColumns(new, old);
}

static bool
SameColumn(JsonbContainer *old, JsonbContainer *new)
{
	return MigPropSame(old, new, "name") && MigPropSame(old, new, "type") &&
		MigPropSame(old, new, "collation");
}

/* A column of an object, which may be NULL; NULL if there is none. */
static JsonbContainer *
FindColumn(const MigObject *object, const char *name)
{
	ListCell   *lc;

	if (object == NULL)
		return NULL;
	foreach(lc, MigPropItems(object->props, "columns"))
	{
		if (strcmp(MigPropText(lfirst(lc), "name"), name) == 0)
			return lfirst(lc);
	}
	return NULL;
}

/* What is said of the columns; old is NULL if the view is new. */
static void
FinishColumns(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	ListCell   *lc;

	if (old != NULL && MigPropSame(old->props, new->props, "columns"))
		return;
	foreach(lc, MigPropItems(new->props, "columns"))
	{
		JsonbContainer *column = lfirst(lc);
		JsonbContainer *before = FindColumn(old, MigPropText(column, "name"));

		if (new->kind == MIG_KIND_VIEW)
			FinishDefault(diff, new, before, column);
		else
			FinishStorage(diff, new, before, column);
		FinishComment(diff, new, before, column);
		MigEmitLabels(diff, psprintf("COLUMN %s.%s", new->identity,
									 quote_identifier(MigPropText(column, "name"))), before, column);
	}
}

static void
FinishDefault(MigDiff *diff, const MigObject *object, JsonbContainer *old, JsonbContainer *new)
{
	const char *value = MigPropText(new, "default");
	const char *name = quote_identifier(MigPropText(new, "name"));

	if (old != NULL ? MigPropSame(old, new, "default") : value == NULL)
		return;
	if (value == NULL)
		MigEmit(diff, "ALTER VIEW %s ALTER COLUMN %s DROP DEFAULT", object->identity, name);
	else
		MigEmit(diff, "ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s", object->identity, name, value);
}

static void
FinishComment(MigDiff *diff, const MigObject *object, JsonbContainer *old, JsonbContainer *new)
{
	const char *comment = MigPropText(new, "comment");

	if (old != NULL ? MigPropSame(old, new, "comment") : comment == NULL)
		return;
	MigEmit(diff, "COMMENT ON COLUMN %s.%s IS %s", object->identity,
			quote_identifier(MigPropText(new, "name")), MigQuoteText(comment));
}

/* If it is an index, then the index says so. */
static void
FinishReplicaIdentity(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *identity = MigPropText(new->props, "replica_identity");

	if (old != NULL ? MigPropSame(old->props, new->props, "replica_identity") : identity == NULL)
		return;
	MigEmit(diff, "ALTER MATERIALIZED VIEW %s REPLICA IDENTITY %s", new->identity,
			identity == NULL ? "DEFAULT" : MigUpper(identity));
}

/* What a type's usual storage is, is not known here: one cannot go back to it. */
static bool
KeepsStorage(const MigObject *old, const MigObject *new)
{
	ListCell   *lc;

	foreach(lc, MigPropItems(old->props, "columns"))
	{
		JsonbContainer *column = lfirst(lc);
		JsonbContainer *after = FindColumn(new, MigPropText(column, "name"));

		if (MigPropText(column, "storage") != NULL && MigPropText(after, "storage") == NULL)
			return false;
	}
	return true;
}

/* How a materialized view stores a column. */
static void
FinishStorage(MigDiff *diff, const MigObject *object, JsonbContainer *old, JsonbContainer *new)
{
	static const struct
	{
		const char *field;
		const char *action;
		const char *missing;
	}			settings[] = {
		{"statistics", "STATISTICS", "-1"},
		{"storage", "STORAGE", NULL},
		{"compression", "COMPRESSION", "DEFAULT"},
	};
	const char *column = psprintf("ALTER MATERIALIZED VIEW %s ALTER COLUMN %s", object->identity,
								  quote_identifier(MigPropText(new, "name")));

	for (size_t i = 0; i < lengthof(settings); i++)
	{
		const char *value = MigPropText(new, settings[i].field);

		if (old != NULL ? MigPropSame(old, new, settings[i].field) : value == NULL)
			continue;
		MigEmit(diff, "%s SET %s %s", column, settings[i].action,
				value == NULL ? settings[i].missing : MigUpper(value));
	}
	MigEmitOptions(diff, column, old == NULL ? NIL : MigPropTexts(old, "options"),
				   MigPropTexts(new, "options"));
}

/* A rule that has been replaced is enabled as before. */
static void
FinishRule(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *enabled = MigPropText(new->props, "enabled");

	if (old != NULL ? MigPropSame(old->props, new->props, "enabled") : enabled == NULL)
		return;
	MigEmit(diff, "ALTER TABLE %s %s RULE %s", new->parent->identity, MigEnabled(enabled),
			quote_identifier(new->name));
}
