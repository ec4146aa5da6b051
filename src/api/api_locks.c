/*-------------------------------------------------------------------------
 * src/api/api_locks.c
 *	  locks: what the statements of a script would lock strongly.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "miscadmin.h"
#include "parser/parser.h"
#include "script/script.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "watch/watch.h"

PG_FUNCTION_INFO_V1(migrator_locks);

static int	CompareNames(const ListCell *a, const ListCell *b);

/*
 * migrator.locks(sql text) -> rows of relation, mode
 */
Datum
migrator_locks(PG_FUNCTION_ARGS)
{
	char	   *script = MigApiText(fcinfo, 0, "sql");
	MigPlace	place = {.file = NULL,.line = 1};
	MigSplitter *splitter = MigScriptOpenModel(script, &place, standard_conforming_strings);
	int			level = NewGUCNestLevel();
	List	   *wanted = NIL;
	ListCell   *lc;
	MigStatement *statement;
	MigRow		row;

	while ((statement = MigScriptNext(splitter)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (!MigWatchFollow(statement->parse))
			wanted = MigWatchWanted(wanted, statement->parse);
	}
	MigScriptClose(splitter);
	AtEOXact_GUC(false, level);

	MigApiStart(fcinfo, &row);
	list_sort(wanted, CompareNames);
	foreach(lc, wanted)
	{
		const MigWantedLock *lock = lfirst(lc);

		MigApiAddText(&row, quote_qualified_identifier(lock->schema, lock->name));
		MigApiAddText(&row, MigWatchModeName(lock->mode));
		MigApiEnd(&row);
	}
	return (Datum) 0;
}

static int
CompareNames(const ListCell *a, const ListCell *b)
{
	const MigWantedLock *one = lfirst(a);
	const MigWantedLock *other = lfirst(b);
	int			schemas = strcmp(one->schema, other->schema);

	return schemas != 0 ? schemas : strcmp(one->name, other->name);
}
