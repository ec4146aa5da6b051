/*-------------------------------------------------------------------------
 * src/emit/emit_statistics.c
 *	  Extended statistics.
 *
 * The server rebuilds them when a column's type is changed, but forgets their
 * owner and target, so that they are recreated around that.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

/*
 * CREATE STATISTICS.
 */
void
MigCreateStatistics(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "%s", MigPropText(object->props, "definition"));
	if (MigPropText(object->props, "target") != NULL)
		(void) MigAlterStatistics(diff, object, object);
}

/*
 * Only the target can be changed.
 */
bool
MigAlterStatistics(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	if (!MigPropSame(old->props, new->props, "definition"))
		return false;
	MigEmit(diff, "ALTER STATISTICS %s SET STATISTICS %d", new->identity,
			MigPropInt(new->props, "target", -1));
	return true;
}
