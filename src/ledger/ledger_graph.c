/*-------------------------------------------------------------------------
 * src/ledger/ledger_graph.c
 *	  Read the definitions of a project's revisions, and keep their graph.
 *
 * A session keeps the last graph that it read, under the token that the
 * project had then.  Tokens are random and change with every change of the
 * project's revisions, so that an equal token means an equal graph, also when
 * the transaction that made one was rolled back.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "db/db.h"
#include "ledger/ledger.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* What a definition has several of. */
typedef enum Kind
{
	PARENTS,
	DEPS,
	LABELS,
	ALIASES
} Kind;

#define KINDS	(ALIASES + 1)

/* An edge, label or alias while the definitions are put together. */
typedef struct Edge
{
	int			revision;		/* index of the definition */
	int			ordinal;
	const char *target;
} Edge;

/* From the id of a definition to its index. */
typedef struct DefEntry
{
	const char *id;
	int			index;
	uint32		hash;
	char		status;
} DefEntry;

#define SH_PREFIX defs
#define SH_ELEMENT_TYPE DefEntry
#define SH_KEY_TYPE const char *
#define SH_KEY id
#define SH_HASH_KEY(table, key) hash_bytes((const unsigned char *) (key), strlen(key))
#define SH_EQUAL(table, a, b) (strcmp(a, b) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DEFINE
#define SH_DECLARE
#include "lib/simplehash.h"

/* What the row functions of LoadDefs fill in. */
typedef struct Loader
{
	MigRevisionDef *defs;
	int			n;
	int			size;
	Edge	   *edges[KINDS];
	int			nedges[KINDS];
	int			sizes[KINDS];
	defs_hash  *index;
	int			last;			/* what FindDef found last */
} Loader;

/* The graph that this session read last. */
static struct
{
	MemoryContext context;
	char	   *project;
	char	   *token;
	MigRevisionDef *defs;
	int			ndefs;
	MigGraph   *graph;			/* NULL until somebody needs it */
}			cache;

static MigQuery revisions_query = {
	.sql = "SELECT r.revision, r.message, r.filename, r.serial, r.upgrade_transactional,"
	"  r.downgrade IS NOT NULL, r.downgrade_transactional"
	" FROM migrator.revision r"
	" WHERE r.project OPERATOR(pg_catalog.=) $1",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

static MigQuery edges_query = {
	.sql = "SELECT e.revision, e.is_dependency, e.ordinal, e.target"
	" FROM migrator.edge e"
	" WHERE e.project OPERATOR(pg_catalog.=) $1",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

static MigQuery labels_query = {
	.sql = "SELECT l.revision, l.label FROM migrator.label l"
	" WHERE l.project OPERATOR(pg_catalog.=) $1 ORDER BY l.label",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 1,
	.argtypes = {TEXTOID}
};

static void LoadDefs(const MigCopy *copy, Loader *loader);
static void AttachEdges(Loader *loader, Kind kind);
static void Slots(MigRevisionDef *def, Kind kind, int **n, const char ****items);
static void AddEdge(Loader *loader, Kind kind, int revision, int ordinal, const char *target);
static void RevisionRow(TupleTableSlot *slot, void *arg);
static void EdgeRow(TupleTableSlot *slot, void *arg);
static void LabelRow(TupleTableSlot *slot, void *arg);
static void AliasRow(TupleTableSlot *slot, void *arg);
static int	FindDef(Loader *loader, const char *revision);
static int	CompareDefsByFile(const void *a, const void *b);

/*
 * MigLedgerDefs
 *		The definitions of all revisions of the project, in script order.
 *
 * Script order is the order of file names, then ids, so that it does not
 * depend on the order in which files were loaded.  The result belongs to the
 * session's cache and lives until the next call.
 */
const MigRevisionDef *
MigLedgerDefs(const MigCopy *copy, int *n)
{
	char	   *token;
	char	   *project;
	MigDbScope	scope;
	MemoryContext context;
	MemoryContext old;
	Loader		loader = {0};

	token = MigLedgerToken(copy);
	if (token == NULL)
		token = "";				/* no such project: an empty graph */
	if (cache.context != NULL && strcmp(cache.token, token) == 0 &&
		strcmp(cache.project, copy->project) == 0)
	{
		*n = cache.ndefs;
		return cache.defs;
	}

	/* Build under the current context, so that an error leaves no trace. */
	context = AllocSetContextCreate(CurrentMemoryContext, "migrator graph",
									ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(context);
	token = pstrdup(token);
	project = pstrdup(copy->project);
	MigDbOpen(&scope);
	LoadDefs(copy, &loader);
	MigDbClose(&scope);
	MemoryContextSwitchTo(old);

	if (cache.context != NULL)
		MemoryContextDelete(cache.context);
	MemoryContextSetParent(context, CacheMemoryContext);
	cache.context = context;
	cache.project = project;
	cache.token = token;
	cache.defs = loader.defs;
	cache.ndefs = loader.n;
	cache.graph = NULL;

	*n = cache.ndefs;
	return cache.defs;
}

/*
 * MigLedgerGraph
 *		The graph of the project.
 *
 * Raises what MigGraphBuild raises if the revisions make no sound graph.  The
 * result belongs to the session's cache and lives until the next call.
 */
const MigGraph *
MigLedgerGraph(const MigCopy *copy)
{
	int			n;
	const MigRevisionDef *defs = MigLedgerDefs(copy, &n);

	if (cache.graph == NULL)
	{
		/* A graph that fails to build is cleared away with the statement. */
		MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "migrator graph links",
													  ALLOCSET_DEFAULT_SIZES);
		MigGraph   *graph = MigGraphBuild(context, defs, n);

		MemoryContextSetParent(context, cache.context);
		cache.graph = graph;
	}
	return cache.graph;
}

/* Read the definitions of the project, sorted into script order. */
static void
LoadDefs(const MigCopy *copy, Loader *loader)
{
	Datum		values[1] = {CStringGetTextDatum(copy->project)};

	loader->size = 64;
	loader->defs = palloc(sizeof(MigRevisionDef) * loader->size);
	MigDbEach(&revisions_query, values, NULL, RevisionRow, loader);

	/* mostly they are in script order already, which our qsort notices */
	qsort(loader->defs, loader->n, sizeof(MigRevisionDef), CompareDefsByFile);
	loader->index = defs_create(CurrentMemoryContext, loader->n, NULL);
	for (int i = 0; i < loader->n; i++)
	{
		bool		found;

		defs_insert(loader->index, loader->defs[i].id, &found)->index = i;
	}
	MigDbEach(&edges_query, values, NULL, EdgeRow, loader);
	MigDbEach(&labels_query, values, NULL, LabelRow, loader);
	MigDbScan("alias", "alias_pkey", &copy->project, 1, AliasRow, loader);
	for (Kind kind = PARENTS; kind < KINDS; kind++)
		AttachEdges(loader, kind);
	defs_destroy(loader->index);
}

/* Where a definition keeps what it has of a kind. */
static void
Slots(MigRevisionDef *def, Kind kind, int **n, const char ****items)
{
	int		   *counts[KINDS] = {&def->nparents, &def->ndeps, &def->nlabels, &def->naliases};
	const char ***lists[KINDS] = {&def->parents, &def->deps, &def->labels, &def->aliases};

	*n = counts[kind];
	*items = lists[kind];
}

/* Give each definition what it has of a kind. */
static void
AttachEdges(Loader *loader, Kind kind)
{
	Edge	   *edges = loader->edges[kind];
	int			nedges = loader->nedges[kind];
	int		   *counts = palloc0(sizeof(int) * (loader->n + 1));
	const char **targets = palloc(sizeof(char *) * (nedges + 1));
	int			start = 0;

	for (int i = 0; i < nedges; i++)
		counts[edges[i].revision]++;
	for (int i = 0; i < loader->n; i++)
	{
		int		   *n;
		const char ***items;

		Slots(&loader->defs[i], kind, &n, &items);
		*n = counts[i];
		*items = targets + start;
		start += counts[i];
	}
	for (int i = 0; i < nedges; i++)
	{
		int		   *n;
		const char ***items;

		Slots(&loader->defs[edges[i].revision], kind, &n, &items);
		(*items)[edges[i].ordinal] = edges[i].target;
	}
	pfree(counts);
	if (edges != NULL)
		pfree(edges);
}

static void
AddEdge(Loader *loader, Kind kind, int revision, int ordinal, const char *target)
{
	Edge	   *edge;

	if (loader->nedges[kind] == loader->sizes[kind])
	{
		int			size = Max(loader->sizes[kind] * 2, 64);

		loader->edges[kind] = loader->edges[kind] == NULL
			? palloc(sizeof(Edge) * size)
			: repalloc_huge(loader->edges[kind], sizeof(Edge) * size);
		loader->sizes[kind] = size;
	}
	edge = &loader->edges[kind][loader->nedges[kind]++];
	edge->revision = revision;
	edge->ordinal = ordinal;
	edge->target = target;
}

static void
RevisionRow(TupleTableSlot *slot, void *arg)
{
	Loader	   *loader = arg;
	MigRevisionDef *def;

	if (loader->n == loader->size)
	{
		loader->size *= 2;
		loader->defs = repalloc_huge(loader->defs, sizeof(MigRevisionDef) * loader->size);
	}
	slot_getallattrs(slot);
	def = &loader->defs[loader->n++];
	memset(def, 0, sizeof(*def));
	def->id = TextDatumGetCString(slot->tts_values[0]);
	def->message = TextDatumGetCString(slot->tts_values[1]);
	def->filename = TextDatumGetCString(slot->tts_values[2]);
	def->serial = DatumGetInt32(slot->tts_values[3]);
	def->transactional = DatumGetBool(slot->tts_values[4]);
	def->reversible = DatumGetBool(slot->tts_values[5]);
	def->down_transactional = DatumGetBool(slot->tts_values[6]);
}

static void
EdgeRow(TupleTableSlot *slot, void *arg)
{
	Loader	   *loader = arg;
	char	   *id;
	int			revision;

	slot_getallattrs(slot);
	id = TextDatumGetCString(slot->tts_values[0]);
	revision = FindDef(loader, id);
	pfree(id);
	AddEdge(loader, DatumGetBool(slot->tts_values[1]) ? DEPS : PARENTS, revision,
			DatumGetInt32(slot->tts_values[2]),
			TextDatumGetCString(slot->tts_values[3]));
}

static void
LabelRow(TupleTableSlot *slot, void *arg)
{
	Loader	   *loader = arg;
	int			revision = FindDef(loader, MigDbText(slot, 1));

	/* rows come sorted; nlabels counts those that this revision has so far */
	AddEdge(loader, LABELS, revision, loader->defs[revision].nlabels++, MigDbText(slot, 2));
}

/* A row of the table alias: project, alias, revision; they come sorted, too. */
static void
AliasRow(TupleTableSlot *slot, void *arg)
{
	Loader	   *loader = arg;
	int			revision = FindDef(loader, MigDbText(slot, 3));

	AddEdge(loader, ALIASES, revision, loader->defs[revision].naliases++, MigDbText(slot, 2));
}

/* The index of a definition.  Edges mostly come in the same order. */
static int
FindDef(Loader *loader, const char *revision)
{
	DefEntry   *entry;

	for (int i = loader->last; i < Min(loader->last + 2, loader->n); i++)
		if (strcmp(loader->defs[i].id, revision) == 0)
			return loader->last = i;

	entry = defs_lookup(loader->index, revision);
	if (entry == NULL)
		elog(ERROR, "edge of a revision \"%s\" that does not exist", revision);
	return loader->last = entry->index;
}

static int
CompareDefsByFile(const void *a, const void *b)
{
	const MigRevisionDef *one = a;
	const MigRevisionDef *two = b;
	int			order = strcmp(one->filename, two->filename);

	return order != 0 ? order : strcmp(one->id, two->id);
}
