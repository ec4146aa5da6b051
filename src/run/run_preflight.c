/*-------------------------------------------------------------------------
 * src/run/run_preflight.c
 *	  What speaks against a deployment, before it begins.
 *
 * Most checks are a query that gives a row for each thing it finds.  They say
 * nothing that quotes data or queries of others.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "run/run.h"
#include "run/run_internal.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

/* A check that is a query. */
typedef struct Check
{
	const char *code;
	const char *severity;
	MigQuery	query;			/* gives details */
	const char *hint;
} Check;

/* Where findings go. */
typedef struct Findings
{
	const Check *check;
	MigFindingFn found;
	void	   *arg;
} Findings;

/* What is compared of applied revisions. */
typedef struct Comparison
{
	const Findings *findings;
	const MigGraph *graph;
	const bool *is_applied;
	const MigApplied *applied;
	int			napplied;
	MemoryContext context;		/* of what is found */
} Comparison;

static void FindHeads(const Findings *findings, const MigGraph *graph, const char *target);
static void FindHalfDone(const Findings *findings, const MigWork *work);
static void FindDrift(const Findings *findings, const MigCopy *copy);
static void FindChanged(const Findings *findings, const MigCopy *copy);
static void CompareBody(const MigBody *body, MigOperation operation, bool transactional, void *arg);
static void ReceiveDetail(TupleTableSlot *slot, void *arg);
static void ReceiveRequirement(TupleTableSlot *slot, void *arg);
static void Find(const Findings *findings, const char *severity, const char *code,
				 const char *detail, const char *hint);
static bool Suits(const char *requirement, bool *understood);

#define CHECK(code_, severity_, sql_, hint_) \
	{ \
		.code = (code_), .severity = (severity_), .hint = (hint_), \
		.query = {.sql = (sql_), .read_only = true, .expect = SPI_OK_SELECT} \
	}

static Check checks[] = {
	CHECK("long_transaction", "warning",
		  "SELECT format('process %s, role \"%s\", application \"%s\", is in a transaction since %s (%s)',"
		  "  a.pid, a.usename, a.application_name, a.xact_start, a.state)"
		  " FROM pg_stat_activity a WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()"
		  " AND a.xact_start < clock_timestamp() - interval '1 minute' AND a.backend_type = 'client backend'"
		  " ORDER BY a.xact_start",
		  "Concurrent builds wait for its end, and so does whatever locks a table that it has used."),
	CHECK("autovacuum_wraparound", "warning",
		  "SELECT format('process %s: %s', a.pid, a.query) FROM pg_stat_activity a"
		  " WHERE a.datname = current_database() AND a.backend_type = 'autovacuum worker'"
		  " AND a.query LIKE '%(to prevent wraparound)'",
		  "It does not give way to who waits for its table."),
	CHECK("prepared_transaction", "warning",
		  "SELECT format('prepared transaction \"%s\" of role \"%s\" since %s', x.gid, x.owner, x.prepared)"
		  " FROM pg_prepared_xacts x WHERE x.database = current_database() ORDER BY x.prepared",
		  "Use COMMIT PREPARED or ROLLBACK PREPARED: it holds its locks until then."),
	CHECK("invalid_index", "warning",
		  "SELECT format('index %s on %s is not valid', i.indexrelid::regclass, i.indrelid::regclass)"
		  " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid AND c.relkind = 'i'"
		  " AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)"
		  " ORDER BY 1",
		  "A concurrent build has failed: drop the index, or rebuild it with REINDEX INDEX CONCURRENTLY."),
	CHECK("detach_pending", "warning",
		  "SELECT format('partition %s of %s is half detached', h.inhrelid::regclass, h.inhparent::regclass)"
		  " FROM pg_inherits h WHERE h.inhdetachpending ORDER BY 1",
		  "Use ALTER TABLE ... DETACH PARTITION ... FINALIZE."),
	CHECK("replication_lag", "warning",
		  "SELECT format('standby \"%s\" is %s behind', s.application_name,"
		  "  coalesce(s.replay_lag::text, pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), s.replay_lsn))))"
		  " FROM pg_stat_replication s WHERE NOT pg_is_in_recovery()"
		  " AND (s.replay_lag > interval '30 seconds'"
		  "  OR pg_wal_lsn_diff(pg_current_wal_lsn(), s.replay_lsn) > 1073741824) ORDER BY 1",
		  "What the deployment writes, and its strong locks, have to be replayed there."),
	CHECK("replication_slot", "warning",
		  "SELECT format('slot \"%s\" is not used and keeps %s of WAL', s.slot_name,"
		  "  pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)))"
		  " FROM pg_replication_slots s WHERE NOT pg_is_in_recovery() AND NOT s.active"
		  " AND pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn) > 1073741824 ORDER BY 1",
		  "WAL piles up for it: drop it if nobody needs it."),
	CHECK("archiver", "warning",
		  "SELECT format('the last attempt to archive WAL failed at %s', s.last_failed_time)"
		  " FROM pg_stat_archiver s WHERE s.last_failed_time > coalesce(s.last_archived_time, '-infinity')",
		  "WAL piles up until it works again."),
	CHECK("wraparound", "error",
		  "SELECT format('%s transactions are left before database \"%s\" stops taking commands',"
		  "  2147483648 - 3000000 - age(d.datfrozenxid)::int8, d.datname)"
		  " FROM pg_database d WHERE d.datname = current_database()"
		  " AND age(d.datfrozenxid) > 2000000000",
		  "VACUUM the database first."),
	CHECK("statement_timeout", "warning",
		  "SELECT format('statement_timeout is %s', current_setting('statement_timeout'))"
		  " WHERE current_setting('statement_timeout') <> '0'",
		  "It is for the whole CALL of migrator.deploy; set it to 0, and migrator.statement_timeout instead."),
	CHECK("transaction_timeout", "warning",
		  "SELECT format('transaction_timeout is %s', s.value)"
		  " FROM current_setting('transaction_timeout', true) s (value) WHERE s.value <> '0'",
		  "It ends the session of whoever runs a revision that takes longer: set it to 0."),
};

static MigQuery requirements_query = {
	.sql = "SELECT r.revision, x.match[1] FROM unnest($2) WITH ORDINALITY AS u (revision, ordinal)"
	" CROSS JOIN LATERAL (SELECT v.revision, v.header FROM migrator.revision v"
	"  WHERE v.project = $1 AND v.revision = u.revision"
	"  UNION ALL SELECT p.revision, p.header FROM migrator.repeatable p"
	"  WHERE p.project = $1 AND p.revision = u.revision) r"
	" CROSS JOIN LATERAL regexp_matches(r.header, E'^--[ \\t]*Requires Server:[ \\t]*(.*?)[ \\t\\r]*$', 'n')"
	"  AS x (match) ORDER BY u.ordinal",
	.read_only = true,
	.expect = SPI_OK_SELECT,
	.nargs = 2,
	.argtypes = {TEXTOID, TEXTARRAYOID}
};

/*
 * MigRunPreflight
 *		Report what speaks against an upgrade to target.
 *
 * found is called for each finding: severity "error" or "warning", a stable
 * code, what was found, and what to do.  Reads under a fresh snapshot; raises
 * what planning raises.
 */
void
MigRunPreflight(const MigCopy *copy, const char *target, MigFindingFn found, void *arg)
{
	MigWork		work = {.copy = copy,.operation = MIG_UPGRADE,.target = target};
	Findings	findings = {.found = found,.arg = arg};
	const MigGraph *graph;
	MigRows    *rows;

	PushActiveSnapshot(GetTransactionSnapshot());
	graph = MigLedgerGraph(copy);
	rows = MigLedgerRows(copy);
	FindHeads(&findings, graph, target);
	if (graph->heads.n > 1 && strcmp(target, "head") == 0)
		target = "heads";
	MigRunCopySteps(&work, graph, MigGraphPlanUpgrade(graph, target, rows));
	FindHalfDone(&findings, &work);
	FindDrift(&findings, copy);
	MigRunFindErrors(&work, found, arg);
	MigRunFindSpace(&work, found, arg);
	for (size_t i = 0; i < lengthof(checks); i++)
	{
		findings.check = &checks[i];
		if (strcmp(checks[i].severity, "error") != 0)
			(void) MigDbRead(&checks[i].query, NULL, NULL, ReceiveDetail, &findings);
	}
	PopActiveSnapshot();
}

/*
 * MigRunFindErrors
 *		Report what keeps the steps of a plan from being deployed.
 *
 * Reads under the active snapshot.
 */
void
MigRunFindErrors(const MigWork *work, MigFindingFn found, void *arg)
{
	const MigCopy *copy = work->copy;
	Findings	findings = {.found = found,.arg = arg};
	const char **revisions = palloc(sizeof(char *) * (work->nsteps + 1));
	Datum		values[2];
	MigFreeze  *freeze = MigLedgerFrozen(copy);
	List	   *missing = MigRunUnapproved(work);
	ListCell   *lc;

	for (int i = 0; i < work->nsteps; i++)
		revisions[i] = work->steps[i].revision;
	values[0] = CStringGetTextDatum(copy->project);
	values[1] = MigDbArray(revisions, work->nsteps);
	if (work->operation == MIG_UPGRADE)
	{
		(void) MigDbRead(&requirements_query, values, NULL, ReceiveRequirement, &findings);
		FindChanged(&findings, copy);
	}

	foreach(lc, missing)
	{
		Find(&findings, "error", "not_approved", lfirst(lc),
			 "Others than who loaded a revision and who runs it have to call migrator.approve().");
	}
	if (freeze != NULL)
		Find(&findings, "error", "frozen",
			 psprintf("until %s, by role \"%s\": %s", timestamptz_to_str(freeze->until),
					  freeze->role, freeze->reason),
			 "Wait, or set migrator.override_freeze to your reason.");
	if (RecoveryInProgress())
		Find(&findings, "error", "standby", "this server is in recovery", "Deploy on the primary server.");
	for (size_t i = 0; i < lengthof(checks); i++)
	{
		findings.check = &checks[i];
		if (strcmp(checks[i].severity, "error") == 0)
			(void) MigDbRead(&checks[i].query, NULL, NULL, ReceiveDetail, &findings);
	}
}

/* Several heads: "head" is none of them then. */
static void
FindHeads(const Findings *findings, const MigGraph *graph, const char *target)
{
	const char **heads = palloc(sizeof(char *) * (graph->heads.n + 1));

	if (graph->heads.n <= 1)
		return;
	for (int i = 0; i < graph->heads.n; i++)
		heads[i] = graph->revisions[graph->heads.at[i]].def->id;
	Find(findings, strcmp(target, "head") == 0 ? "error" : "warning", "several_heads",
		 psprintf("there are %d heads: %s", graph->heads.n, MigQuoteNames(heads, graph->heads.n)),
		 "Call migrator.merge(), or deploy to one of them, or to heads.");
}

/* What an earlier call has left half done, and whether this one would go on with it. */
static void
FindHalfDone(const Findings *findings, const MigWork *work)
{
	char	   *left;
	char	   *next;
	MigJournal *journal = MigRunStatus(work->copy, &left, &next);
	bool		is_next;

	if (journal == NULL)
		return;
	is_next = journal->operation == MIG_UPGRADE && work->nsteps > 0 &&
		strcmp(journal->revision, work->steps[0].revision) == 0;
	Find(findings, is_next && !MigRunIsUnknown(journal) ? "warning" : "error", "half_done",
		 psprintf("%s of revision \"%s\" is half done (%d %s done)%s%s%s%s",
				  journal->operation == MIG_UPGRADE ? "upgrade" : "downgrade", journal->revision,
				  journal->done, journal->done == 1 ? "statement is" : "statements are",
				  left == NULL ? "" : ", and has left behind ", left == NULL ? "" : left,
				  is_next ? "; the next call " : "", is_next ? next : ""),
		 is_next ? "migrator.status() tells about it."
		 : "Finish it first, or complete or undo it by hand and use migrator.stamp().");
}

/* A schema that somebody else has changed; it is refused if a setting says so. */
static void
FindDrift(const Findings *findings, const MigCopy *copy)
{
	char	   *drift = MigRunDescribeDrift(copy);

	if (drift != NULL)
		Find(findings, copy->on_drift == MIG_DRIFT_FAIL ? "error" : "warning", "drift", drift,
			 "Undo the change, or accept it with migrator.record_schema().");
}

/* Revisions whose script is not what was run any more. */
static void
FindChanged(const Findings *findings, const MigCopy *copy)
{
	Comparison	comparison = {.findings = findings,.context = CurrentMemoryContext};

	comparison.graph = MigLedgerGraph(copy);
	comparison.is_applied = MigGraphApplied(comparison.graph, MigLedgerRows(copy));
	comparison.applied = MigLedgerApplied(copy, NULL, 0, &comparison.napplied);
	MigLedgerEachBody(copy, CompareBody, &comparison);
}

static void
CompareBody(const MigBody *body, MigOperation operation, bool transactional pg_attribute_unused(),
			void *arg)
{
	const Comparison *comparison = arg;
	int			number = operation == MIG_UPGRADE ? MigGraphFind(comparison->graph, body->revision) : -1;
	const MigApplied *entry = number < 0 || !comparison->is_applied[number] ? NULL
	: MigLedgerFindApplied(comparison->applied, comparison->napplied, body->revision);
	char		checksum[MIG_CHECKSUM_SIZE];

	CHECK_FOR_INTERRUPTS();
	if (entry == NULL || entry->checksum == NULL)
		return;
	MigChecksum(body->text, strlen(body->text), checksum);
	if (strcmp(checksum, entry->checksum) != 0)
	{
		MemoryContext old = MemoryContextSwitchTo(comparison->context);

		Find(comparison->findings, "error", "changed_after_upgrade",
			 psprintf("revision \"%s\" is applied with another content than it has now", body->revision),
			 "Put back what was run: changes of it belong into a new revision.");
		MemoryContextSwitchTo(old);
	}
}

static void
ReceiveDetail(TupleTableSlot *slot, void *arg)
{
	const Findings *findings = arg;

	Find(findings, findings->check->severity, findings->check->code, MigDbText(slot, 1),
		 findings->check->hint);
}

/* A revision and what its header says after "Requires Server:". */
static void
ReceiveRequirement(TupleTableSlot *slot, void *arg)
{
	const char *revision = MigDbText(slot, 1);
	const char *requirement = MigDbText(slot, 2);
	bool		understood;

	if (!Suits(requirement, &understood))
		Find(arg, "error", "requires_server",
			 psprintf(understood ? "revision \"%s\" requires server version %s, and this one is %s"
					  : "revision \"%s\" requires server version \"%s\", which is no version; this one is %s",
					  revision, requirement, GetConfigOption("server_version", false, false)),
			 "Deploy on a server of that version, or change the header \"Requires Server:\" (17, or 15-17).");
}

/* Whether this server is what "17" (or later) or "15-17" asks for. */
static bool
Suits(const char *requirement, bool *understood)
{
	char	   *end;
	long		first = strtol(requirement, &end, 10);
	long		last = INT_MAX;
	long		major = atoi(GetConfigOption("server_version", false, false));

	*understood = end != requirement;
	if (*understood && *end == '-')
	{
		const char *second = end + 1;

		last = strtol(second, &end, 10);
		*understood = end != second;
	}
	*understood = *understood && *end == '\0';
	return *understood && major >= first && major <= last;
}

static void
Find(const Findings *findings, const char *severity, const char *code, const char *detail,
	 const char *hint)
{
	findings->found(severity, code, detail, hint, findings->arg);
}
