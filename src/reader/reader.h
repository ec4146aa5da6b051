/*-------------------------------------------------------------------------
 * src/reader/reader.h
 *	  pg_catalog to a snapshot.
 *
 * One query for each catalog and none for each object; all under the active
 * snapshot, which the caller has just pushed, and with search_path pinned to
 * pg_catalog, so that everything that the server deparses is qualified.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_READER_H
#define MIG_READER_H

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

/* An object of the catalogs; sub is a column number, or 0. */
typedef struct MigAddress
{
	Oid			class;
	Oid			object;
	int32		sub;
} MigAddress;

/* What to read. */
typedef struct MigReaderScope
{
	const Oid  *schemas;		/* those whose contents are read */
	int			nschemas;
	bool		database_wide;	/* also what is in no schema */
	bool		secrets;		/* also passwords, in properties "secrets" */
	const MigAddress *hidden;	/* database-wide objects to leave out */
	int			nhidden;
} MigReaderScope;

/*
 * An object that was read and needs one that was not: a member of an extension
 * that is hidden, or something that is no object of the snapshot, nor stands for
 * one, and may be elsewhere.
 */
typedef struct MigUnmet
{
	const char *object;			/* key */
	Oid			extension;		/* the hidden one, or 0 */
	MigAddress	needs;			/* if extension is 0 */
} MigUnmet;

/* reader_scope.c */
extern void MigReaderScopeOf(MigReaderScope *scope, const char *const *names, int nnames);

extern int64 MigReaderCatalogWrites(void);

/* reader_schema.c */
extern const char MigReaderEmptyDatabase[];

/* reader.c */
extern Jsonb *MigReaderSnapshot(const MigReaderScope *scope, List **unmet);

#endif							/* MIG_READER_H */
