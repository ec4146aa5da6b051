/*-------------------------------------------------------------------------
 * src/emit/emit_schema.c
 *	  Schemas.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

/* CREATE SCHEMA. */
void
MigCreateSchema(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "CREATE SCHEMA %s", object->identity);
}
