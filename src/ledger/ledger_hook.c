/*-------------------------------------------------------------------------
 * src/ledger/ledger_hook.c
 *	  Functions that are called around deployments.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "ledger/ledger.h"
#include "utils/builtins.h"

static bool Change(MigQuery *query, const MigCopy *copy, const char *event, const char *function);
static void ReceiveHook(TupleTableSlot *slot, void *arg);

/* What MigLedgerHooks() looks for, and what it finds. */
typedef struct Search
{
	const char *event;
	List	   *functions;
} Search;

static MigQuery add_query = {
	.sql = "INSERT INTO migrator.hook (project, event, function) VALUES ($1, $2, $3)"
	" ON CONFLICT DO NOTHING",
	.expect = SPI_OK_INSERT,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

static MigQuery remove_query = {
	.sql = "DELETE FROM migrator.hook h WHERE h.project OPERATOR(pg_catalog.=) $1"
	" AND h.event OPERATOR(pg_catalog.=) $2 AND h.function OPERATOR(pg_catalog.=) $3",
	.expect = SPI_OK_DELETE,
	.nargs = 3,
	.argtypes = {TEXTOID, TEXTOID, TEXTOID}
};

/*
 * MigLedgerAddHook
 *		Register a function, given by its quoted and qualified name; returns false
 *		if it is registered for the event already.
 */
bool
MigLedgerAddHook(const MigCopy *copy, const char *event, const char *function)
{
	return Change(&add_query, copy, event, function);
}

/*
 * MigLedgerRemoveHook
 *		Forget a function; returns false if it was not registered.
 */
bool
MigLedgerRemoveHook(const MigCopy *copy, const char *event, const char *function)
{
	return Change(&remove_query, copy, event, function);
}

static bool
Change(MigQuery *query, const MigCopy *copy, const char *event, const char *function)
{
	Datum		values[3] = {CStringGetTextDatum(copy->project), CStringGetTextDatum(event),
	CStringGetTextDatum(function)};
	MigDbScope	scope;
	bool		changed;

	MigDbOpen(&scope);
	changed = MigDbExec(query, values, NULL) > 0;
	MigDbClose(&scope);
	return changed;
}

/*
 * MigLedgerHooks
 *		The names of the functions for an event, in the order of registration.
 *
 * Reads under the active snapshot.
 */
List *
MigLedgerHooks(const MigCopy *copy, const char *event)
{
	Search		search = {.event = event};

	MigDbScan("hook", "hook_pkey", &copy->project, 1, ReceiveHook, &search);
	return search.functions;
}

static void
ReceiveHook(TupleTableSlot *slot, void *arg)
{
	Search	   *search = arg;

	if (strcmp(MigDbText(slot, 3), search->event) == 0)
		search->functions = lappend(search->functions, MigDbText(slot, 4));
}
