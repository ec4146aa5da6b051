/*-------------------------------------------------------------------------
 * src/db/db.h
 *	  The one door to SPI, for our own constant queries.
 *
 * Between MigDbOpen and MigDbClose the current user is the extension's owner
 * and search_path is pinned to pg_catalog, pg_temp.  The bracket holds our own
 * queries and nothing else: whatever a user wrote runs outside it.  On error
 * nothing has to be closed, since (sub)transaction abort restores the user,
 * the settings and SPI.
 *
 * All reading uses the active snapshot; a caller that must see what has
 * just been committed or done pushes a fresh one first.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_DB_H
#define MIG_DB_H

#include "executor/spi.h"
#include "executor/tuptable.h"
#include "utils/resowner.h"

#define MIG_MAX_ARGS	24

/* A constant query.  The plan is made on first use and kept for the session. */
typedef struct MigQuery
{
	const char *sql;
	bool		read_only;
	int			expect;			/* SPI_OK_SELECT, SPI_OK_INSERT, ... */
	int			nargs;
	Oid			argtypes[MIG_MAX_ARGS];
	SPIPlanPtr	plan;			/* owned by db_query.c; start as NULL */
} MigQuery;

/* What MigDbOpen found and MigDbClose puts back. */
typedef struct MigDbScope
{
	Oid			user;
	int			security;
	int			guc_level;
} MigDbScope;

/* Called for each row; the slot's contents are gone after the call. */
typedef void (*MigDbRowFn) (TupleTableSlot *slot, void *arg);

extern void MigDbOpen(MigDbScope *scope);
extern void MigDbClose(const MigDbScope *scope);
extern uint64 MigDbExec(MigQuery *query, Datum *values, const char *nulls);
extern uint64 MigDbEach(MigQuery *query, Datum *values, const char *nulls,
						MigDbRowFn row, void *arg);

extern uint64 MigDbRead(MigQuery *query, Datum *values, const char *nulls,
						MigDbRowFn row, void *arg);
extern void MigDbScan(const char *table, const char *index, const char *const *keys, int nkeys,
					  MigDbRowFn row, void *arg);
extern bool MigDbAny(const char *table, const char *index, const char *const *keys, int nkeys);

/* A table of somebody else's. */
typedef struct MigDbTable
{
	Oid			oid;
	const char *name;			/* quoted and qualified */
	const char *relname;
	bool		is_plain;		/* an ordinary table without row security */
	bool		is_readable;	/* for the current user */
	bool		is_writable;
	bool		is_rails;		/* Rails keeps another one beside it */
	int			ncolumns;
	const char **columns;
} MigDbTable;

/* db_table.c */
extern List *MigDbFindTables(const char *const *names, int n, Oid table);
extern bool MigDbHasColumn(const MigDbTable *table, const char *column);
extern void MigDbReadTable(const MigDbTable *table, const char *const *columns, int ncolumns,
						   void (*row) (const char **values, void *arg), void *arg);
extern uint64 MigDbChangeTable(const MigDbTable *table, MigQuery *query, Datum *values);

/* db_abandon.c */
extern ErrorData *MigDbAbandon(MemoryContext context, ResourceOwner owner);

/* db_transaction.c */
extern void MigDbCommit(void);
extern void MigDbCommitAndReport(void);
extern ErrorData *MigDbAbort(MemoryContext context);

/* db_query.c */
extern char *MigDbText(TupleTableSlot *slot, int column);
extern const char **MigDbTextArray(TupleTableSlot *slot, int column, int *n);
extern Datum MigDbArray(const char *const *items, int n);
extern Datum MigDbTextOrNull(const char *text, char *null);

#endif							/* MIG_DB_H */
