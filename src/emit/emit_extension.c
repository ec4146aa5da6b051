/*-------------------------------------------------------------------------
 * src/emit/emit_extension.c
 *	  Extensions.
 *
 * A version is named only where it is not the one that the server installs by
 * itself.  Scripts lead from a version to a later one; the way back is to drop
 * the extension.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static bool IsDefaultVersion(const MigObject *object);
static bool IsOlder(const char *version, const char *than);

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
	const char *old_version = MigPropText(old->props, "version");
	const char *version = MigPropText(new->props, "version");

	if (IsDefaultVersion(old) && IsDefaultVersion(new))
		version = old_version;
	if (IsOlder(version, old_version))
		return false;
	if (!MigPropSame(old->props, new->props, "schema"))
	{
		if (!MigPropFlag(old->props, "relocatable"))
			return false;
		MigEmit(diff, "ALTER EXTENSION %s SET SCHEMA %s", new->identity,
				quote_identifier(MigPropText(new->props, "schema")));
	}
	if (strcmp(version, old_version) != 0)
		MigEmit(diff, "ALTER EXTENSION %s UPDATE TO %s", new->identity, MigQuoteText(version));
	return true;
}

static bool
IsDefaultVersion(const MigObject *object)
{
	return MigPropFlag(object->props, "default_version");
}

/* By the numbers in them, as far as they are numbers. */
static bool
IsOlder(const char *version, const char *than)
{
	for (;;)
	{
		char	   *version_end;
		char	   *than_end;
		long		one = strtol(version, &version_end, 10);
		long		other = strtol(than, &than_end, 10);

		if (version_end == version || than_end == than)
			return strcmp(version, than) < 0;
		if (one != other)
			return one < other;
		if (*version_end != '.' || *than_end != '.')
			return *version_end == '\0' && *than_end == '.';
		version = version_end + 1;
		than = than_end + 1;
	}
}
