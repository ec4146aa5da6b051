/*-------------------------------------------------------------------------
 * src/emit/emit_collation.c
 *	  Collations.
 *
 * Nothing about a collation can be altered but its name, schema and owner.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

/* CREATE COLLATION. */
void
MigCreateCollation(MigDiff *diff, const MigObject *object)
{
	static const char *const options[] = {"locale", "lc_collate", "lc_ctype", "rules"};
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "    provider = %s", MigPropText(object->props, "provider"));
	for (size_t i = 0; i < lengthof(options); i++)
	{
		const char *value = MigPropText(object->props, options[i]);

		if (value != NULL)
			appendStringInfo(&text, ",\n    %s = %s", options[i], MigQuoteText(value));
	}
	if (MigPropFlag(object->props, "nondeterministic"))
		appendStringInfoString(&text, ",\n    deterministic = false");
	MigEmit(diff, "CREATE COLLATION %s (\n%s\n)", object->identity, text.data);
}
