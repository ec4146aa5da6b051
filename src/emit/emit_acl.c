/*-------------------------------------------------------------------------
 * src/emit/emit_acl.c
 *	  Privileges: what an object has by itself, and GRANT and REVOKE.
 *
 * A new object belongs to whoever runs the statements, and has the privileges
 * that the server, or default privileges in force, give to theirs; then its
 * owner is changed, which carries the privileges over.  Default privileges
 * are in force as they are in the source, as long as they are not dropped:
 * they are created and altered after all else.
 *
 * REVOKE on a table takes the privileges on its columns too.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

/* What an object has by itself, and what default privileges call it. */
typedef struct AclType
{
	const char *grant;			/* as in GRANT ... ON */
	const char *defaults;		/* as in ALTER DEFAULT PRIVILEGES */
	const char *owner;
	const char *public;
} AclType;

static const AclType acl_types[] = {
	{"TABLE", "TABLES", "ALL", NULL},
	{"SEQUENCE", "SEQUENCES", "ALL", NULL},
	{"FUNCTION", "FUNCTIONS", "EXECUTE", "EXECUTE"},
	{"PROCEDURE", "FUNCTIONS", "EXECUTE", "EXECUTE"},
	{"TYPE", "TYPES", "USAGE", "USAGE"},
	{"DOMAIN", "TYPES", "USAGE", "USAGE"},
	{"SCHEMA", "SCHEMAS", "ALL", NULL},
	{"LANGUAGE", NULL, "USAGE", "USAGE"},
	{"FOREIGN DATA WRAPPER", NULL, "USAGE", NULL},
	{"FOREIGN SERVER", NULL, "USAGE", NULL},
};

/* In the order in which they are written. */
static const char *const privilege_order[] = {
	"ALL", "SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER",
	"MAINTAIN", "USAGE", "CREATE", "EXECUTE"
};

static List *InitialAcl(const MigDiff *diff, const AclType *type, const MigObject *new);
static JsonbContainer *InForce(const MigDiff *diff, const char *schema, const char *defaults);
static List *ObjectSteps(const MigDiff *diff, const MigObject *old, const MigObject *new);
static List *AclBefore(const MigDiff *diff, const AclType *type, const MigObject *old,
					   const MigObject *new);
static void FinishColumnAcl(MigDiff *diff, const MigObject *old, const MigObject *new);
static void FinishColumns(MigDiff *diff, const MigObject *old, const MigObject *new,
						  List *steps);
static JsonbContainer *ColumnNamed(const MigObject *relation, const char *name);
static void EmitColumn(MigDiff *diff, const MigObject *old_relation,
					   const MigObject *relation, const char *column,
					   JsonbContainer *old, JsonbContainer *new, List *steps);
static const char *GrantName(const MigObject *object);
static const AclType *AclTypeOf(const char *grant);
static List *DefaultAcl(const AclType *type, const char *owner);
static void EmitStep(MigDiff *diff, const MigGrantTarget *target, const MigAclStep *step);
static const char *PrivilegeText(List *privileges, const char *column);
static void AppendPrivilege(StringInfo buf, const char *privilege, const char *column);

/*
 * MigEmitAcl
 *		Bring the privileges on an object to what they are in new.
 *
 * old is NULL if the object is new.
 */
void
MigEmitAcl(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	MigGrantTarget target = {.phrase = diff->classes[new->kind].grant,
	.name = GrantName(new)};
	List	   *steps;

	if (new->kind == MIG_KIND_COLUMN)
	{
		FinishColumnAcl(diff, old, new);
		return;
	}
	if (target.phrase == NULL)
		return;
	steps = ObjectSteps(diff, old, new);
	MigEmitAclSteps(diff, &target, steps);
	FinishColumns(diff, old, new, steps);
}

/*
 * MigEmitIdentityAcl
 *		The same for the sequence of an identity column, by its name.
 *
 * old is NULL if the sequence is new.
 */
void
MigEmitIdentityAcl(MigDiff *diff, const char *sequence, const MigObject *old, const MigObject *new)
{
	const AclType *type = AclTypeOf("SEQUENCE");
	MigGrantTarget target = {.phrase = type->grant,.name = sequence};
	const char *owner = MigPropText(new->parent->props, "owner");
	List	   *before;
	List	   *after;

	if (old == NULL)
		before = InitialAcl(diff, type, new->parent);
	else
	{
		const char *old_owner = MigPropText(old->parent->props, "owner");

		before = MigAclRead(MigPropItem(old->props, "identity_sequence"), "acl",
							DefaultAcl(type, old_owner));
		before = MigAclNewOwner(before, old_owner, owner);
	}
	after = MigAclRead(MigPropItem(new->props, "identity_sequence"), "acl",
					   DefaultAcl(type, owner));
	MigEmitAclSteps(diff, &target, MigAclPlan(before, after));
}

/*
 * MigEmitAclSteps
 *		The statements of a plan.
 */
void
MigEmitAclSteps(MigDiff *diff, const MigGrantTarget *target, List *steps)
{
	ListCell   *lc;

	foreach(lc, steps)
	{
		EmitStep(diff, target, lfirst(lc));
	}
}

/*
 * MigAclDefault
 *		The privileges that the server gives to a new object, by the name of
 *		its kind in GRANT or in ALTER DEFAULT PRIVILEGES.
 */
List *
MigAclDefault(const char *kind, const char *owner)
{
	return DefaultAcl(AclTypeOf(kind), owner);
}

/*
 * How an object is named in GRANT: by its identity, but for aggregates, where the
 * arguments are a plain list.
 */
static const char *
GrantName(const MigObject *object)
{
	StringInfoData buf;
	const char *by;
	int			len = strlen(object->identity);

	if (object->kind != MIG_KIND_AGGREGATE)
		return object->identity;
	initStringInfo(&buf);
	by = strstr(object->identity, "ORDER BY ");
	if (len >= 3 && strcmp(object->identity + len - 3, "(*)") == 0)
		appendStringInfo(&buf, "%.*s()", len - 3, object->identity);
	else if (by == NULL)
		appendStringInfoString(&buf, object->identity);
	else
	{
		int			direct = by - object->identity;

		/* a variadic argument of both kinds is one argument */
		if (by[-1] == ' ' && strstr(by, "VARIADIC ") != NULL &&
			strncmp(strstr(object->identity, "VARIADIC "), by + strlen("ORDER BY "),
					strlen(by) - strlen("ORDER BY )")) == 0)
			appendStringInfo(&buf, "%.*s)", direct - 1, object->identity);
		else if (by[-1] == ' ')
			appendStringInfo(&buf, "%.*s, %s", direct - 1, object->identity,
							 by + strlen("ORDER BY "));
		else
			appendStringInfo(&buf, "%.*s%s", direct, object->identity,
							 by + strlen("ORDER BY "));
	}
	return buf.data;
}

/* The plan for an object that is not a column. */
static List *
ObjectSteps(const MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const AclType *type = AclTypeOf(diff->classes[new->kind].grant);
	const char *owner = MigPropText(new->props, "owner");

	if (type == NULL)
		return NIL;
	return MigAclPlan(AclBefore(diff, type, old, new),
					  MigAclRead(new->props, "acl", DefaultAcl(type, owner)));
}

/* What an object has before its privileges are changed, and after its owner is. */
static List *
AclBefore(const MigDiff *diff, const AclType *type, const MigObject *old, const MigObject *new)
{
	const char *owner = MigPropText(new->props, "owner");
	const char *old_owner;

	if (old == NULL)
		return InitialAcl(diff, type, new);
	old_owner = MigPropText(old->props, "owner");
	return MigAclNewOwner(MigAclRead(old->props, "acl", DefaultAcl(type, old_owner)),
						  old_owner, owner);
}

static List *
InitialAcl(const MigDiff *diff, const AclType *type, const MigObject *new)
{
	JsonbContainer *everywhere = NULL;
	JsonbContainer *here = NULL;
	List	   *acl;

	if (type->defaults != NULL)
	{
		everywhere = InForce(diff, NULL, type->defaults);
		here = new->schema == NULL ? NULL : InForce(diff, new->schema, type->defaults);
	}
	acl = MigAclRead(everywhere, "grants", DefaultAcl(type, diff->user));
	acl = MigAclMerge(acl, MigAclRead(here, "grants", NIL));
	return MigAclNewOwner(acl, diff->user, MigPropText(new->props, "owner"));
}

/* The default privileges for what is created in a schema, or NULL. */
static JsonbContainer *
InForce(const MigDiff *diff, const char *schema, const char *defaults)
{
	const char *place = schema == NULL ? "" : psprintf(" IN SCHEMA %s", quote_identifier(schema));
	MigObject  *object;

	object = MigModelFind(diff->source, psprintf("%s FOR ROLE %s%s ON %s",
												 MigKindName(MIG_KIND_DEFAULT_PRIVILEGES),
												 quote_identifier(diff->user), place, defaults));
	return object == NULL || MigDiffIsGone(diff, object) ? NULL : object->props;
}

/* A column of a table that is altered, or came with it. */
static void
FinishColumnAcl(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const MigObject *table = new->parent;
	const MigObject *old_table = MigDiffIsNew(diff, table) ? NULL : MigDiffOther(diff, table);

	EmitColumn(diff, old_table, table, new->name, old == NULL ? NULL : old->props, new->props,
			   ObjectSteps(diff, old_table, table));
}

/*
 * The columns of a relation: those of a table that are not altered themselves,
 * but have lost something to the table's REVOKE or the change of its owner;
 * and all columns of a view, which are properties of it.
 */
static void
FinishColumns(MigDiff *diff, const MigObject *old, const MigObject *new, List *steps)
{
	ListCell   *lc;

	if (old != NULL)
		foreach(lc, new->parts)
	{
		const MigObject *column = lfirst(lc);

		if (column->kind == MIG_KIND_COLUMN && MigDiffFate(diff, column) == MIG_FATE_KEEP)
			EmitColumn(diff, old, new, column->name, MigDiffOther(diff, column)->props,
					   column->props, steps);
	}
	if (new->kind != MIG_KIND_VIEW && new->kind != MIG_KIND_MATERIALIZED_VIEW)
		return;
	foreach(lc, MigPropItems(new->props, "columns"))
	{
		JsonbContainer *column = lfirst(lc);
		const char *name = MigPropText(column, "name");

		EmitColumn(diff, old, new, name, old == NULL ? NULL : ColumnNamed(old, name), column,
				   steps);
	}
}

static JsonbContainer *
ColumnNamed(const MigObject *relation, const char *name)
{
	ListCell   *lc;

	foreach(lc, MigPropItems(relation->props, "columns"))
	{
		if (strcmp(MigPropText(lfirst(lc), "name"), name) == 0)
			return lfirst(lc);
	}
	return NULL;
}

static void
EmitColumn(MigDiff *diff, const MigObject *old_relation, const MigObject *relation,
		   const char *column, JsonbContainer *old, JsonbContainer *new, List *steps)
{
	MigGrantTarget target = {.phrase = diff->classes[relation->kind].grant,
	.name = relation->identity,.column = quote_identifier(column)};
	List	   *before = MigAclRead(old, "acl", NIL);
	List	   *after = MigAclRead(new, "acl", NIL);

	if (before != NIL && old_relation != NULL)
		before = MigAclNewOwner(before, MigPropText(old_relation->props, "owner"),
								MigPropText(relation->props, "owner"));
	if (before != NIL)
		before = MigAclRevoked(before, steps);
	MigEmitAclSteps(diff, &target, MigAclPlan(before, after));
}

static const AclType *
AclTypeOf(const char *grant)
{
	for (size_t i = 0; i < lengthof(acl_types); i++)
		if (strcmp(acl_types[i].grant, grant) == 0 ||
			(acl_types[i].defaults != NULL && strcmp(acl_types[i].defaults, grant) == 0))
			return &acl_types[i];
	return NULL;
}

static List *
DefaultAcl(const AclType *type, const char *owner)
{
	List	   *acl = NIL;

	if (type == NULL)
		return NIL;
	if (type->public != NULL)
		acl = MigAclAdd(acl, "", type->public);
	return MigAclAdd(acl, owner, type->owner);
}

static void
EmitStep(MigDiff *diff, const MigGrantTarget *target, const MigAclStep *step)
{
	const char *privileges = PrivilegeText(step->privileges, target->column);
	const char *prefix = target->prefix == NULL ? "" : target->prefix;
	const char *on = target->name == NULL ? target->phrase :
	psprintf("%s %s", target->phrase, target->name);

	if (step->grantor != NULL)
		MigEmit(diff, "SET SESSION AUTHORIZATION %s", quote_identifier(step->grantor));
	if (step->is_grant)
		MigEmit(diff, "%sGRANT %s ON %s TO %s%s", prefix, privileges, on,
				MigQuoteRole(step->grantee), step->option ? " WITH GRANT OPTION" : "");
	else
		MigEmit(diff, "%sREVOKE %s%s ON %s FROM %s%s", prefix,
				step->option ? "GRANT OPTION FOR " : "", privileges, on,
				MigQuoteRole(step->grantee), step->cascade ? " CASCADE" : "");
	if (step->grantor != NULL)
		MigEmit(diff, "RESET SESSION AUTHORIZATION");
}

/* The names in their usual order, those that are not known here at the end. */
static const char *
PrivilegeText(List *privileges, const char *column)
{
	StringInfoData buf;
	ListCell   *lc;

	initStringInfo(&buf);
	for (size_t i = 0; i < lengthof(privilege_order); i++)
		foreach(lc, privileges)
	{
		if (strcmp(lfirst(lc), privilege_order[i]) == 0)
			AppendPrivilege(&buf, lfirst(lc), column);
	}
	foreach(lc, privileges)
	{
		bool		known = false;

		for (size_t i = 0; i < lengthof(privilege_order); i++)
			known |= strcmp(lfirst(lc), privilege_order[i]) == 0;
		if (!known)
			AppendPrivilege(&buf, lfirst(lc), column);
	}
	return buf.data;
}

static void
AppendPrivilege(StringInfo buf, const char *privilege, const char *column)
{
	appendStringInfo(buf, "%s%s", buf->len > 0 ? ", " : "", privilege);
	if (column != NULL)
		appendStringInfo(buf, " (%s)", column);
}
