/*-------------------------------------------------------------------------
 * src/formats/formats_python.h
 *	  What a file of Python assigns to names.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_FORMATS_PYTHON_H
#define MIG_FORMATS_PYTHON_H

#include "nodes/pg_list.h"

/* An assignment at the top level of a file. */
typedef struct MigAssignment
{
	char	   *name;
	int			line;
	bool		simple;			/* values could be read */
	List	   *values;			/* char *; NIL for None */
} MigAssignment;

extern List *MigPythonRead(const char *text, char **docstring);

#endif							/* MIG_FORMATS_PYTHON_H */
