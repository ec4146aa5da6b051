/*-------------------------------------------------------------------------
 * src/formats/formats.h
 *	  Directories of migration files, ours and other tools', to MigScripts.
 *
 * A format is one file, formats_<name>.c, and one entry in the table of
 * formats.c.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_FORMATS_H
#define MIG_FORMATS_H

#include "script/script.h"

/*
 * One file of a directory: its path as given, and its content.  Arrays of them
 * come in byte order of the paths.
 */
typedef struct MigFile
{
	const char *path;
	const char *content;
} MigFile;

typedef struct MigFormat
{
	const char *name;

	/*
	 * Do these files look like a directory of this tool?  Raises nothing;
	 * NULL if it has no signs of its own.
	 */
	bool		(*detect) (const MigFile *files, int n);

	/*
	 * Could they be, if they are nothing else's?  Asked in the order of the
	 * table, of none if one was detected.  May be NULL.
	 */
	bool		(*suspect) (const MigFile *files, int n);

	/*
	 * The path of a file that made them look so, for errors, or NULL. Without
	 * it, it is the first file that looks so alone.
	 */
	const char *(*example) (const MigFile *files, int n);

	/*
	 * The migrations of the directory, as a List of MigScript in the tool's
	 * own order.  Files that the tool ignores are ignored.  Raises an error
	 * with file and line for what the tool would refuse.
	 */
	List	   *(*read) (const MigFile *files, int n);

	/*
	 * Do the scripts name their own parents?  Otherwise they are a line in
	 * the order of the list, and the caller fills in parents and header.
	 */
	bool		has_graph;

	/*
	 * Is a script the text of the one .sql file that it comes from?  Then
	 * what is stored can be told from the file without reading it as a
	 * script.
	 */
	bool		is_ours;
} MigFormat;

extern bool MigFormatsEndsWith(const char *text, const char *end);
extern const MigFormat *MigFormatsFind(const char *name, const MigFile *files, int n);

/* formats_common.c: how versions and names of tools are to be understood */
extern char *MigFormatsId(const char *name);
extern int	MigFormatsCompareVersions(const char *a, const char *b);

#endif							/* MIG_FORMATS_H */
