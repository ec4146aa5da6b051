/*-------------------------------------------------------------------------
 * src/emit/emit_publication.c
 *	  Publications, and what they publish.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static const char *Members(const MigDiff *diff, const MigObject *publication);
static const char *Relation(const MigObject *object);
static const char *Parameters(const MigObject *old, const MigObject *object);
static void Append (StringInfo text, const char *format, const char *value) pg_attribute_printf(2, 0);

void
MigCreatePublication(MigDiff *diff, const MigObject *object)
{
	const char *parameters = Parameters(NULL, object);
	const char *members = Members(diff, object);
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE PUBLICATION %s", object->identity);
	if (MigPropFlag(object->props, "all_tables"))
		appendStringInfoString(&text, " FOR ALL TABLES");
	else if (members[0] != '\0')
		appendStringInfo(&text, " FOR %s", members);
	if (parameters[0] != '\0')
		appendStringInfo(&text, " WITH (%s)", parameters);
	MigEmit(diff, "%s", text.data);
}

bool
MigAlterPublication(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *parameters = Parameters(old, new);

	if (!MigPropSame(old->props, new->props, "all_tables"))
		return false;
	if (parameters[0] != '\0')
		MigEmit(diff, "ALTER PUBLICATION %s SET (%s)", new->identity, parameters);
	return true;
}

void
MigCreatePublicationRelation(MigDiff *diff, const MigObject *object)
{
	if (!MigDiffFolded(diff, object))
		MigEmit(diff, "ALTER PUBLICATION %s ADD TABLE %s", object->parent->identity,
				Relation (object));
}

void
MigDropPublicationRelation(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "ALTER PUBLICATION %s DROP TABLE ONLY %s", object->parent->identity,
			MigPropText(object->props, "table"));
}

void
MigCreatePublicationSchema(MigDiff *diff, const MigObject *object)
{
	if (!MigDiffFolded(diff, object))
		MigEmit(diff, "ALTER PUBLICATION %s ADD TABLES IN SCHEMA %s", object->parent->identity,
				MigPropText(object->props, "member"));
}

void
MigDropPublicationSchema(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "ALTER PUBLICATION %s DROP TABLES IN SCHEMA %s", object->parent->identity,
			MigPropText(object->props, "member"));
}

/* The tables and schemas that are named in CREATE. */
static const char *
Members(const MigDiff *diff, const MigObject *publication)
{
	StringInfoData tables;
	StringInfoData schemas;
	ListCell   *lc;

	initStringInfo(&tables);
	initStringInfo(&schemas);
	foreach(lc, publication->parts)
	{
		const MigObject *part = lfirst(lc);

		if (!MigDiffFolded(diff, part))
			continue;
		if (part->kind == MIG_KIND_PUBLICATION_RELATION)
			Append		(&tables, "%s", Relation (part));

		else
			Append		(&schemas, "%s", MigPropText(part->props, "member"));
	}
	if (tables.len > 0 && schemas.len > 0)
		return psprintf("TABLE %s, TABLES IN SCHEMA %s", tables.data, schemas.data);
	if (tables.len > 0)
		return psprintf("TABLE %s", tables.data);
	return schemas.len > 0 ? psprintf("TABLES IN SCHEMA %s", schemas.data) : "";
}

/* ONLY, since each child is listed by itself. */
static const char *
Relation(const MigObject *object)
{
	const char *where = MigPropText(object->props, "where");
	StringInfoData text;
	StringInfoData columns;
	ListCell   *lc;

	initStringInfo(&text);
	initStringInfo(&columns);
	appendStringInfo(&text, "ONLY %s", MigPropText(object->props, "table"));
	foreach(lc, MigPropTexts(object->props, "columns"))
	{
		Append		(&columns, "%s", lfirst(lc));
	}
	if (columns.len > 0)
		appendStringInfo(&text, " (%s)", columns.data);
	if (where != NULL)
		appendStringInfo(&text, " WHERE (%s)", where);
	return text.data;
}

/* Those that differ from old, or from the defaults. */
static const char *
Parameters(const MigObject *old, const MigObject *object)
{
	StringInfoData text;
	const char *publish = MigPropText(object->props, "publish");
	const char *generated = MigPropText(object->props, "generated");
	bool		via_root = MigPropFlag(object->props, "via_root");

	initStringInfo(&text);
	if (old == NULL ? publish != NULL : !MigPropSame(old->props, object->props, "publish"))
		Append		(&text, "publish = %s",
					 MigQuoteText(publish == NULL ? "insert, update, delete, truncate" : publish));

	if (old == NULL ? via_root : !MigPropSame(old->props, object->props, "via_root"))
		Append		(&text, "publish_via_partition_root = %s", via_root ? "true" : "false");

	if (old == NULL ? generated != NULL : !MigPropSame(old->props, object->props, "generated"))
		Append		(&text, "publish_generated_columns = %s", generated == NULL ? "none" : generated);

	return text.data;
}

/* One more of a list; format has one place, for value. */
static void
Append		(StringInfo text, const char *format, const char *value)
{
	if (text->len > 0)
		appendStringInfoString(text, ", ");
	appendStringInfo(text, format, value);
}
