/*-------------------------------------------------------------------------
 * src/emit/emit_privileges.c
 *	  Default privileges.
 *
 * Those of a whole database begin with what the server gives, those in a
 * schema with nothing.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static List *Beginning(const MigObject *object);
static void EmitPlan(MigDiff *diff, const MigObject *object, List *from, List *to);

void
MigCreateDefaultPrivileges(MigDiff *diff, const MigObject *object)
{
	EmitPlan(diff, object, Beginning(object), MigAclRead(object->props, "grants", NIL));
}

void
MigDropDefaultPrivileges(MigDiff *diff, const MigObject *object)
{
	EmitPlan(diff, object, MigAclRead(object->props, "grants", NIL), Beginning(object));
}

bool
MigAlterDefaultPrivileges(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	EmitPlan(diff, new, MigAclRead(old->props, "grants", NIL), MigAclRead(new->props, "grants", NIL));
	return true;
}

static List *
Beginning(const MigObject *object)
{
	if (object->schema != NULL)
		return NIL;
	return MigAclDefault(MigPropText(object->props, "objects"),
						 MigPropText(object->props, "role"));
}

static void
EmitPlan(MigDiff *diff, const MigObject *object, List *from, List *to)
{
	const char *place = object->schema == NULL ? "" :
	psprintf("IN SCHEMA %s ", quote_identifier(object->schema));
	MigGrantTarget target = {.phrase = MigPropText(object->props, "objects")};

	target.prefix = psprintf("ALTER DEFAULT PRIVILEGES FOR ROLE %s %s",
							 quote_identifier(MigPropText(object->props, "role")), place);
	MigEmitAclSteps(diff, &target, MigAclPlan(from, to));
}
