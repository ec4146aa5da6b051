/*-------------------------------------------------------------------------
 * src/emit/emit_extension.c
 *	  Extensions.
 *
 * A version is named only where it is not the one that the server installs by
 * itself.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static bool IsDefaultVersion(const MigObject *object);

void
MigCreateExtension(MigDiff *diff, const MigObject *object)
{
	const char *version = IsDefaultVersion(object) ? "" :
		psprintf(" VERSION %s", MigQuoteText(MigPropText(object->props, "version")));

	MigEmit(diff, "CREATE EXTENSION IF NOT EXISTS %s WITH SCHEMA %s%s", object->identity,
			quote_identifier(MigPropText(object->props, "schema")), version);
}

bool
MigAlterExtension(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	if (!MigPropSame(old->props, new->props, "schema"))
	{
		if (!MigPropFlag(old->props, "relocatable"))
			return false;
		MigEmit(diff, "ALTER EXTENSION %s SET SCHEMA %s", new->identity,
				quote_identifier(MigPropText(new->props, "schema")));
	}
	if (!MigPropSame(old->props, new->props, "version") &&
		!(IsDefaultVersion(old) && IsDefaultVersion(new)))
		MigEmit(diff, "ALTER EXTENSION %s UPDATE TO %s", new->identity,
				MigQuoteText(MigPropText(new->props, "version")));
	return true;
}

static bool
IsDefaultVersion(const MigObject *object)
{
	return MigPropFlag(object->props, "default_version");
}
