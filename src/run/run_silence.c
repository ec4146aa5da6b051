/*-------------------------------------------------------------------------
 * src/run/run_silence.c
 *	  Event triggers of a schema's text, which must not fire while it runs.
 *
 * Each is disabled in the catalog as soon as a statement has created or enabled
 * it, and gets the state that it should have when all of the text has run.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_event_trigger.h"
#include "commands/event_trigger.h"
#include "commands/trigger.h"
#include "run/run_internal.h"
#include "utils/syscache.h"

typedef struct Silenced
{
	Oid			trigger;
	char		state;			/* evtenabled as the text wants it */
} Silenced;

static char SetState(Oid trigger, char state);

/*
 * MigRunSilence
 *		Disable an event trigger that the text has just created or altered.
 */
void
MigRunSilence(MigModelText *model, const char *name)
{
	MemoryContext old = MemoryContextSwitchTo(model->context);
	Silenced   *silenced = palloc(sizeof(Silenced));

	CommandCounterIncrement();
	silenced->trigger = get_event_trigger_oid(name, false);
	silenced->state = SetState(silenced->trigger, TRIGGER_DISABLED);
	model->silenced = lappend(model->silenced, silenced);
	MemoryContextSwitchTo(old);
}

/*
 * MigRunUnsilence
 *		Give the event triggers that are left the states they should have.
 *
 * Nothing may run after that.
 */
void
MigRunUnsilence(MigModelText *model)
{
	ListCell   *lc;

	CommandCounterIncrement();
	foreach(lc, model->silenced)
	{
		const Silenced *silenced = lfirst(lc);

		(void) SetState(silenced->trigger, silenced->state);
		CommandCounterIncrement();
	}
}

/* Returns the state that it had; nothing happens if it is not there any more. */
static char
SetState(Oid trigger, char state)
{
	Relation	catalog = table_open(EventTriggerRelationId, RowExclusiveLock);
	HeapTuple	tuple = SearchSysCacheCopy1(EVENTTRIGGEROID, ObjectIdGetDatum(trigger));
	char		old = state;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_event_trigger form = (Form_pg_event_trigger) GETSTRUCT(tuple);

		old = form->evtenabled;
		form->evtenabled = state;
		CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	}
	table_close(catalog, NoLock);
	return old;
}
