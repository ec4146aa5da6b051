/*-------------------------------------------------------------------------
 * src/run/run_adopt_place.c
 *	  Which revisions the versions of another tool's table are.
 *
 * A revision is found by the name under which the tool knows it, which its header
 * "Origin:" says, then by its id, then by the number in it.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "run/run.h"
#include "run/run_adopt.h"
#include "run/run_internal.h"

static void CollectNames(MigAdoption *adoption);
static void AddName(MigAdoptNames *names, const char *text, int origin, int number);
static const MigAdoptName *FindName(const MigAdoptNames *names, const char *text, bool *several);
static char *Canonical(const char *text, bool leading);
static List *OfProject(MigAdoption *adoption, List *versions);
static void PlaceVersion(MigAdoption *adoption, const MigForeignVersion *version);
static void PlaceRepeatable(MigAdoption *adoption, const MigForeignVersion *version);
static int	FindRevision(const MigAdoption *adoption, const MigForeignVersion *version, bool *several);
static MigAdoptItem *AddItem(MigAdoption *adoption, int number, const char *key, const char *state,
							 const char *detail);
static void Imply(MigAdoption *adoption);
static void FindHoles(MigAdoption *adoption);
static int	CompareNames(const void *a, const void *b);

/*
 * MigRunAdoptRead
 *		Read the table, and find the revisions of its rows.
 *
 * Uses the active snapshot.
 */
void
MigRunAdoptRead(MigAdoption *adoption)
{
	List	   *versions = MigRunForeignVersions(adoption->tool, adoption->table);
	ListCell   *lc;

	adoption->applied = palloc0(sizeof(bool) * (adoption->graph->n + 1));
	adoption->items = palloc0(sizeof(MigAdoptItem *) * (adoption->graph->n + 1));
	CollectNames(adoption);
	versions = OfProject(adoption, versions);
	foreach(lc, versions)
	{
		const MigForeignVersion *version = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		if (version->repeatable)
			PlaceRepeatable(adoption, version);
		else
			PlaceVersion(adoption, version);
	}
	if (adoption->tool->keys == MIG_KEYS_LAST || adoption->tool->keys == MIG_KEYS_TOPS)
		Imply(adoption);
	FindHoles(adoption);
}

/* All names under which the tool may know a revision. */
static void
CollectNames(MigAdoption *adoption)
{
	const MigGraph *graph = adoption->graph;
	MigAdoptNames *all[] = {&adoption->keys, &adoption->descriptions, &adoption->checksums,
	&adoption->numbers};

	adoption->origin_of = palloc0(sizeof(MigOrigin *) * (graph->n + 1));
	for (int i = 0; i < (int) lengthof(all); i++)
		all[i]->at = palloc(sizeof(MigAdoptName) * (adoption->norigins + graph->n + 1));

	for (int i = 0; i < adoption->norigins; i++)
	{
		const MigOrigin *origin = &adoption->origins[i];
		int			number = origin->repeatable ? -1 : MigGraphFind(graph, origin->revision);

		if (strcmp(origin->tool, adoption->tool->name) != 0)
			continue;
		if (number >= 0)
			adoption->origin_of[number] = origin;
		AddName(origin->repeatable ? &adoption->descriptions : &adoption->keys, origin->key, i, number);
		if (origin->checksum != NULL)
			AddName(&adoption->checksums, origin->checksum, i, number);
	}
	for (int i = 0; i < graph->n; i++)
	{
		char	   *number = Canonical(graph->revisions[i].def->id, false);

		if (number != NULL)
			AddName(&adoption->numbers, number, -1, i);
	}
	for (int i = 0; i < (int) lengthof(all); i++)
		qsort(all[i]->at, all[i]->n, sizeof(MigAdoptName), CompareNames);
}

static void
AddName(MigAdoptNames *names, const char *text, int origin, int number)
{
	MigAdoptName *name = &names->at[names->n++];

	name->text = text;
	name->origin = origin;
	name->number = number;
}

/* The name, or NULL; several says that it is not the only one like that. */
static const MigAdoptName *
FindName(const MigAdoptNames *names, const char *text, bool *several)
{
	MigAdoptName key = {.text = text};
	MigAdoptName *found = bsearch(&key, names->at, names->n, sizeof(MigAdoptName), CompareNames);

	if (found == NULL)
		return NULL;
	if ((found > names->at && strcmp(found[-1].text, text) == 0) ||
		(found + 1 < names->at + names->n && strcmp(found[1].text, text) == 0))
	{
		*several = true;
		return NULL;
	}
	return found;
}

/*
 * A version without what does not count: leading zeros, trailing parts of zero,
 * the kind of separator.  NULL if it is none.  With leading, the number that the
 * text begins with.
 */
static char *
Canonical(const char *text, bool leading)
{
	static const char digits[] = "0123456789";
	StringInfoData buf;
	int			kept = 0;

	initStringInfo(&buf);
	for (;;)
	{
		size_t		zeros = strspn(text, "0");
		size_t		len = strspn(text + zeros, digits);

		if (zeros + len == 0)
			return NULL;
		if (len > 0)
			appendBinaryStringInfo(&buf, text + zeros, len);
		else
			appendStringInfoChar(&buf, '0');
		if (len > 0 || kept == 0)
			kept = buf.len;
		text += zeros + len;
		if (leading || (*text != '.' && *text != '_'))
			break;
		text++;
		appendStringInfoChar(&buf, '.');
	}
	if (!leading && *text != '\0')
		return NULL;
	buf.data[kept] = '\0';
	return buf.data;
}

/*
 * Of a registry that several projects of Sqitch share, the versions of those that
 * have a revision here.
 */
static List *
OfProject(MigAdoption *adoption, List *versions)
{
	List	   *projects = NIL;
	List	   *others = NIL;
	List	   *kept = NIL;
	ListCell   *lc;
	ListCell   *project;

	if (adoption->tool->keys != MIG_KEYS_CHANGES)
		return versions;
	for (int pass = 0; pass < 2; pass++)
	{
		foreach(lc, versions)
		{
			const MigForeignVersion *version = lfirst(lc);
			bool		several = false;
			bool		known = version->checksum != NULL &&
			(FindName(&adoption->checksums, version->checksum, &several) != NULL || several);
			List	  **list = pass == 0 ? &projects : &others;
			bool		listed = false;

			foreach(project, projects)
			{
				listed |= strcmp(lfirst(project), version->project) == 0;
			}
			foreach(project, others)
			{
				listed |= strcmp(lfirst(project), version->project) == 0;
			}
			if (!listed && (known || pass == 1))
				*list = lappend(*list, unconstify(char *, version->project));
		}
	}
	if (others == NIL || (projects == NIL && list_length(others) == 1))
		return versions;
	if (projects == NIL)
		ereport(ERROR,
				errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("none of the projects in table %s has a change of this project",
					   adoption->table->name),
				errdetail("The projects there are: %s.", MigRunJoin(others)),
				errhint("Import the directory of one of them first."));
	foreach(lc, versions)
	{
		const MigForeignVersion *version = lfirst(lc);

		foreach(project, projects)
		{
			if (strcmp(lfirst(project), version->project) == 0)
				kept = lappend(kept, lfirst(lc));
		}
	}
	return kept;
}

/* Find the revision of a version, and what is to be said of it. */
static void
PlaceVersion(MigAdoption *adoption, const MigForeignVersion *version)
{
	bool		several = false;
	int			number = FindRevision(adoption, version, &several);
	const MigOrigin *origin;

	if (version->is_baseline)
	{
		for (int i = 0; i < adoption->graph->n; i++)
		{
			const char *id = adoption->graph->revisions[i].def->id;

			if (Canonical(id, false) == NULL || MigFormatsCompareVersions(id, version->key) > 0 ||
				adoption->applied[i])
				continue;
			adoption->applied[i] = true;
			AddItem(adoption, i, i == number ? version->key : NULL,
					i == number ? "applied" : "implied", "It is not above the baseline.");
		}
		if (number < 0 && version->fault == NULL)
			AddItem(adoption, -1, version->key, "baseline", NULL);
		if (version->fault == NULL)
			return;
	}
	if (version->fault != NULL || number < 0)
	{
		AddItem(adoption, -1, version->key, version->fault != NULL ? version->fault : "unknown",
				version->fault != NULL ? adoption->tool->mend :
				several ? "Several revisions could be it." : "No revision has it.");
		return;
	}
	if (adoption->applied[number] && adoption->items[number]->key != NULL)
	{
		AddItem(adoption, -1, version->key, "unknown",
				psprintf("Its revision is that of \"%s\", too.", adoption->items[number]->key));
		return;
	}

	adoption->applied[number] = true;
	origin = adoption->origin_of[number];
	if (origin != NULL && origin->checksum != NULL && version->checksum != NULL &&
		strcmp(origin->checksum, version->checksum) != 0)
		AddItem(adoption, number, version->key, "changed",
				psprintf("The checksum is %s there, and %s here.", version->checksum,
						 origin->checksum));
	else
		AddItem(adoption, number, version->key, "applied", NULL);
}

/* The same of a repeatable revision: what has changed is run again. */
static void
PlaceRepeatable(MigAdoption *adoption, const MigForeignVersion *version)
{
	bool		several = false;
	const MigAdoptName *name = FindName(&adoption->descriptions, version->key, &several);
	const MigOrigin *origin = name == NULL ? NULL : &adoption->origins[name->origin];
	bool		same = origin != NULL && origin->checksum != NULL && version->checksum != NULL &&
	strcmp(origin->checksum, version->checksum) == 0;
	MigAdoptItem *item;

	if (version->fault != NULL)
		item = AddItem(adoption, -1, version->key, version->fault, adoption->tool->mend);
	else if (origin == NULL)
		item = AddItem(adoption, -1, version->key, "gone", "No repeatable revision has it any more.");
	else if (same)
		item = AddItem(adoption, -1, version->key, "applied", NULL);
	else
		item = AddItem(adoption, -1, version->key, "pending", "It has changed and will be run again.");
	if (origin != NULL)
		item->revision = origin->revision;
	if (same && version->fault == NULL)
		item->repeat = origin->revision;
}

/* The number of a version's revision, or -1. */
static int
FindRevision(const MigAdoption *adoption, const MigForeignVersion *version, bool *several)
{
	MigKeys		keys = adoption->tool->keys;
	const char *candidates[] = {version->key, MigFormatsId(version->key)};
	const MigAdoptName *name = NULL;
	char	   *canonical;

	if (keys == MIG_KEYS_CHANGES && version->checksum != NULL)
		name = FindName(&adoption->checksums, version->checksum, several);
	if (name == NULL)
		name = FindName(&adoption->keys, version->key, several);
	if (name != NULL)
		return name->number;
	if (*several)
		return -1;

	for (int i = 0; i < (int) lengthof(candidates); i++)
	{
		int			number = MigGraphFind(adoption->graph, candidates[i]);

		if (number >= 0 && !MigGraphIsLabel(adoption->graph, candidates[i]))
			return number;
	}

	/* the table may have other zeros, or a name that begins with the number */
	if (keys == MIG_KEYS_TOPS || keys == MIG_KEYS_CHANGES)
		return -1;
	canonical = Canonical(version->key, keys == MIG_KEYS_NAMES);
	if (canonical != NULL)
		name = FindName(&adoption->numbers, canonical, several);
	return name == NULL ? -1 : name->number;
}

/* number may be -1. */
static MigAdoptItem *
AddItem(MigAdoption *adoption, int number, const char *key, const char *state, const char *detail)
{
	MigAdoptItem *item = palloc0(sizeof(MigAdoptItem));

	item->key = key;
	item->state = state;
	item->detail = detail;
	if (number < 0)
		adoption->others = lappend(adoption->others, item);
	else
	{
		item->revision = adoption->graph->revisions[number].def->id;
		adoption->items[number] = item;
	}
	return item;
}

/* What is below is applied, too. */
static void
Imply(MigAdoption *adoption)
{
	MigRows		rows = {0};
	bool	   *applied;

	rows.ids = palloc(sizeof(char *) * (adoption->graph->n + 1));
	for (int i = 0; i < adoption->graph->n; i++)
		if (adoption->applied[i])
			rows.ids[rows.n++] = adoption->graph->revisions[i].def->id;
	applied = MigGraphApplied(adoption->graph, &rows);
	for (int i = 0; i < adoption->graph->n; i++)
		if (applied[i] && !adoption->applied[i])
		{
			adoption->applied[i] = true;
			AddItem(adoption, i, NULL, "implied", NULL);
		}
}

/* What is not applied, but below something that is. */
static void
FindHoles(MigAdoption *adoption)
{
	for (int i = 0; i < adoption->graph->n; i++)
	{
		const MigRevision *revision = &adoption->graph->revisions[i];

		if (!adoption->applied[i])
			continue;
		for (int j = 0; j < revision->links.n; j++)
		{
			int			below = revision->links.at[j];

			if (!adoption->applied[below] && adoption->items[below] == NULL)
				AddItem(adoption, below, NULL, "missing",
						psprintf("Revision \"%s\", which needs it, is applied.",
								 revision->def->id));
		}
	}
}

static int
CompareNames(const void *a, const void *b)
{
	return strcmp(((const MigAdoptName *) a)->text, ((const MigAdoptName *) b)->text);
}
