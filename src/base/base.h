/*-------------------------------------------------------------------------
 * src/base/base.h
 *	  What every room may use: places in files, quoted lists, checksums.
 *
 * Nothing here touches the database or a setting.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_BASE_H
#define MIG_BASE_H

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"
#include "utils/hsearch.h"

/* A place in a migration file; line counts from 1, file may be NULL. */
typedef struct MigPlace
{
	const char *file;
	int			line;
} MigPlace;

/* Length of a checksum as text: SHA-256 in hex, and the final NUL. */
#define MIG_CHECKSUM_SIZE	65

/* Most names that MigQuoteNames prints before it says "and n more". */
#define MIG_NAMES_SHOWN		10

extern char *MigQuoteNames(const char *const *names, int n);
extern char *MigJoinNames(const char *const *names, int n, const char *separator);
extern char *MigDescribePlace(const MigPlace *place);
extern void MigChecksum(const char *text, size_t len, char *result);
extern char *MigTrim(const char *text, size_t len);
extern List *MigSplitCommas(const char *text);
extern int	MigCountLines(const char *text, size_t len);
extern int	MigByteOffset(const char *text, int chars);
extern char *MigAbbreviate(const char *text, int limit);
extern int	MigErrPlace(const char *file, int line);
extern HTAB *MigTextTable(const char *name, Size entry, long n, MemoryContext context);

#endif							/* MIG_BASE_H */
