/*-------------------------------------------------------------------------
 * src/api/api_settings.c
 *	  Module start and settings.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "api/api.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/varlena.h"

PG_MODULE_MAGIC;

void		_PG_init(void);

static char *project;
static char *tenant;
static char *schemas;
static int	lock_timeout;
static int	shadow;
static bool record_schema;
static int	on_drift;
static bool allow_ddl;
static int	lock_budget;
static int	lock_poll_time;
static int	max_lock_wait;
static int	on_blocked;
static char *protected_roles;
static int	concurrent_lock_budget;
static int	statement_timeout;
static int	retries;
static int	on_disconnect;
static int	backfill_batch_size;
static int	backfill_target_duration;
static int	backfill_pause;
static int	backfill_max_lag;
static int	backfill_max_lag_size;
static int	backfill_max_wal_rate;
static int	backfill_passes;
static int	required_approvals;
static char *backup_command;
static char *override_freeze;
static char *accepted_findings;
static bool verify;

static const struct config_enum_entry on_blocked_options[] = {
	{"wait", MIG_BLOCKED_WAIT, false},
	{"fail", MIG_BLOCKED_FAIL, false},
	{"cancel", MIG_BLOCKED_CANCEL, false},
	{"terminate", MIG_BLOCKED_TERMINATE, false},
	{NULL, 0, false}
};

static const struct config_enum_entry on_disconnect_options[] = {
	{"continue", false, false},
	{"stop", true, false},
	{NULL, 0, false}
};

static const struct config_enum_entry on_drift_options[] = {
	{"ignore", MIG_DRIFT_IGNORE, false},
	{"warn", MIG_DRIFT_WARN, false},
	{"fail", MIG_DRIFT_FAIL, false},
	{NULL, 0, false}
};

static void DefineDeploySettings(void);
static const char **NamesIn(const char *value, const char *setting, int *n);
static void DefineBackfillSettings(void);
static void DefineInteger(const char *name, const char *what, const char *more, int *variable, int value,
						  int least, int flags);
static bool CheckProject(char **value, void **extra, GucSource source);

/*
 * _PG_init
 *		Define the settings.
 */
void
_PG_init(void)
{
	DefineCustomStringVariable("migrator.project",
							   "Names the revision graph that migrator's functions work on.",
							   "Several applications can share a database, each with a project of its own.",
							   &project, "default", PGC_USERSET, 0,
							   CheckProject, NULL, NULL);
	DefineCustomStringVariable("migrator.tenant",
							   "Names the copy of the schema that versions are kept for.",
							   "Empty for the only copy.",
							   &tenant, "", PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("migrator.schemas",
							   "Lists the schemas that snapshots and autogenerate look at.",
							   "Empty for all that are not the system's.",
							   &schemas, "", PGC_USERSET, GUC_LIST_INPUT, NULL, NULL, NULL);
	DefineCustomIntVariable("migrator.lock_timeout",
							"Sets the longest wait for the migration lock.",
							"Zero does not wait.",
							&lock_timeout, 30000, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS,
							NULL, NULL, NULL);
	DefineCustomBoolVariable("migrator.record_schema",
							 "Records the schema after an upgrade or downgrade, for migrator.drift().",
							 NULL,
							 &record_schema, true, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable("migrator.on_drift",
							 "Sets what an upgrade or downgrade does if the schema was changed outside migrator.",
							 "Unless it is \"ignore\", the live schema is compared with the recorded one first.",
							 &on_drift, MIG_DRIFT_IGNORE, on_drift_options, PGC_USERSET, 0,
							 NULL, NULL, NULL);
	DefineCustomStringVariable("migrator.accepted_findings",
							   "Lists codes of warnings that migrator.validate() does not give.",
							   "Errors are given always.",
							   &accepted_findings, "", PGC_USERSET, GUC_LIST_INPUT, NULL, NULL, NULL);
	DefineCustomBoolVariable("migrator.verify",
							 "Runs the verify sections of revisions after their upgrades.",
							 "What they find wrong makes the upgrade fail.",
							 &verify, true, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("migrator.shadow",
							"Set by migrator while the text of a schema runs, to the OID of the role that runs it.",
							NULL, &shadow, 0, INT_MIN, INT_MAX, PGC_SUSET,
							GUC_NO_SHOW_ALL | GUC_NO_RESET_ALL | GUC_NOT_IN_SAMPLE | GUC_DISALLOW_IN_FILE,
							NULL, MigRunAssignGuard, NULL);
	DefineCustomBoolVariable("migrator.allow_ddl",
							 "Lets schema changes through that migrator.watch_ddl() has refused.",
							 "They are logged.",
							 &allow_ddl, false, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineDeploySettings();
	DefineBackfillSettings();
	MarkGUCPrefixReserved("migrator");
}

/* Those that only deploy and rollback look at. */
static void
DefineDeploySettings(void)
{
	DefineCustomIntVariable("migrator.lock_budget",
							"Sets how long a deployment may stand in the queue for a lock at a time.",
							"While it does, it holds others up. Zero takes no locks beforehand and leaves the time to lock_timeout.",
							&lock_budget, 500, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS,
							NULL, NULL, NULL);
	DefineCustomIntVariable("migrator.lock_poll_time",
							"Sets how long a deployment looks for free locks before it queues for them.",
							NULL,
							&lock_poll_time, 2000, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS,
							NULL, NULL, NULL);
	DefineCustomIntVariable("migrator.max_lock_wait",
							"Sets after how long migrator.on_blocked decides about those who are in the way.",
							"Zero tries for ever.",
							&max_lock_wait, 300000, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS,
							NULL, NULL, NULL);
	DefineCustomEnumVariable("migrator.on_blocked",
							 "Sets what a deployment does about those who are in the way of its locks.",
							 "\"cancel\" cancels their queries, \"terminate\" also ends sessions that are idle in a transaction.",
							 &on_blocked, MIG_BLOCKED_FAIL, on_blocked_options, PGC_USERSET, 0,
							 NULL, NULL, NULL);
	DefineCustomStringVariable("migrator.protected_roles",
							   "Lists roles whose sessions are never cancelled or terminated.",
							   NULL,
							   &protected_roles, "", PGC_USERSET, GUC_LIST_INPUT, NULL, NULL, NULL);
	DefineCustomIntVariable("migrator.concurrent_lock_budget",
							"Sets the same for statements such as CREATE INDEX CONCURRENTLY, which hold nobody up.",
							"Zero leaves that to lock_timeout.",
							&concurrent_lock_budget, 600000, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS,
							NULL, NULL, NULL);
	DefineCustomIntVariable("migrator.statement_timeout",
							"Sets how long a statement of a deployment may take.",
							"Zero sets no limit. The server's statement_timeout is for the whole CALL.",
							&statement_timeout, 0, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS,
							NULL, NULL, NULL);
	DefineCustomIntVariable("migrator.retries",
							"Sets how often a step of a deployment is tried again after a lock timeout or deadlock.",
							NULL,
							&retries, 10, 0, INT_MAX, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("migrator.backup_command",
							   "Sets the shell command that is run before the first step of a deployment.",
							   "%d, %p and %r stand for the database, the project and the target, quoted. If it fails, nothing is deployed.",
							   &backup_command, "", PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("migrator.required_approvals",
							"Sets how many other people must approve a revision before it can be applied.",
							"Neither who loaded the revision nor who applies it counts.",
							&required_approvals, 0, 0, 1000, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("migrator.override_freeze",
							   "Says why something is run although the project is frozen.",
							   "Empty to respect freezes.",
							   &override_freeze, "", PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable("migrator.on_disconnect",
							 "Sets whether a deployment goes on when its client is gone.",
							 NULL, &on_disconnect, false, on_disconnect_options, PGC_USERSET, 0,
							 NULL, NULL, NULL);
}

/*
 * MigApiDeployOptions
 *		How to deploy, as the settings say.
 */
void
MigApiDeployOptions(MigDeployOptions *options)
{
	memset(options, 0, sizeof(MigDeployOptions));
	options->patience.poll_time = lock_poll_time;
	options->patience.queue_time = lock_budget;
	options->patience.max_wait = max_lock_wait;
	options->patience.policy = on_blocked;
	options->patience.protected_roles = NamesIn(protected_roles, "migrator.protected_roles",
												&options->patience.nprotected);
	options->concurrent_lock_budget = concurrent_lock_budget;
	options->statement_timeout = statement_timeout;
	options->retries = retries;
	options->needs_client = on_disconnect != 0;
	options->backup_command = pstrdup(backup_command);
	options->backfill = MigApiBackfillOptions;
}

/* Those of backfills, which a section of a revision may set, too. */
static void
DefineBackfillSettings(void)
{
	DefineInteger("migrator.backfill_batch_size",
				  "Sets the number of rows of the first batch of a backfill.", NULL,
				  &backfill_batch_size, 1000, 1, 0);
	DefineInteger("migrator.backfill_target_duration",
				  "Sets how long a batch should take.",
				  "The size of batches follows it. Zero keeps the size.",
				  &backfill_target_duration, 200, 0, GUC_UNIT_MS);
	DefineInteger("migrator.backfill_pause",
				  "Sets the pause between two batches.", NULL,
				  &backfill_pause, 0, 0, GUC_UNIT_MS);
	DefineInteger("migrator.backfill_max_lag",
				  "Sets the replication lag above which a backfill waits.",
				  "Zero does not look at it.",
				  &backfill_max_lag, 10000, 0, GUC_UNIT_MS);
	DefineInteger("migrator.backfill_max_lag_size",
				  "Sets the same as the size of the WAL that a standby has yet to replay.",
				  "Zero does not look at it.",
				  &backfill_max_lag_size, 1024, 0, GUC_UNIT_MB);
	DefineInteger("migrator.backfill_max_wal_rate",
				  "Sets how much WAL the server may write in a second while a backfill runs.",
				  "Zero sets no limit.",
				  &backfill_max_wal_rate, 0, 0, GUC_UNIT_KB);
	DefineInteger("migrator.backfill_passes",
				  "Sets how often a backfill goes over the rows that are left after its first pass.",
				  NULL,
				  &backfill_passes, 3, 0, 0);
}

static void
DefineInteger(const char *name, const char *what, const char *more, int *variable, int value,
			  int least, int flags)
{
	DefineCustomIntVariable(name, what, more, variable, value, least, INT_MAX, PGC_USERSET, flags,
							NULL, NULL, NULL);
}

/*
 * MigApiBackfillOptions
 *		How to backfill, as the settings say.
 */
void
MigApiBackfillOptions(MigBackfillOptions *options)
{
	memset(options, 0, sizeof(MigBackfillOptions));
	options->batch_size = backfill_batch_size;
	options->target_duration = backfill_target_duration;
	options->pause = backfill_pause;
	options->max_lag = backfill_max_lag;
	options->max_lag_size = backfill_max_lag_size;
	options->max_wal_rate = backfill_max_wal_rate;
	options->passes = backfill_passes;
	options->lock_budget = lock_budget;
	options->concurrent_lock_budget = concurrent_lock_budget;
	options->statement_timeout = statement_timeout;
	options->retries = retries;
}

/*
 * MigApiSchemas
 *		The schemas that migrator.schemas names; *n is 0 if it is empty, which
 *		means all.
 */
const char **
MigApiSchemas(int *n)
{
	return NamesIn(schemas, "migrator.schemas", n);
}

/*
 * MigApiAcceptedFindings
 *		The codes that migrator.accepted_findings names.
 */
const char **
MigApiAcceptedFindings(int *n)
{
	return NamesIn(accepted_findings, "migrator.accepted_findings", n);
}

/* The names in the list that is a setting's value. */
static const char **
NamesIn(const char *value, const char *setting, int *n)
{
	List	   *names;
	const char **result;
	ListCell   *lc;

	*n = 0;
	if (!SplitIdentifierString(pstrdup(value), ',', &names))
		ereport(ERROR,
				errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("parameter \"%s\" is not a list of names", setting));
	result = palloc(sizeof(char *) * (list_length(names) + 1));
	foreach(lc, names)
	{
		result[(*n)++] = lfirst(lc);
	}
	return result;
}

/*
 * MigApiAllowsDdl
 *		Whether schema changes are let through that would be refused.
 */
bool
MigApiAllowsDdl(void)
{
	return allow_ddl;
}

/*
 * MigApiCopy
 *		The copy that the settings name.
 *
 * Texts are copied, since a migration may change the settings.
 */
void
MigApiCopy(MigCopy *copy)
{
	copy->project = pstrdup(project);
	copy->tenant = pstrdup(tenant);
	copy->lock_timeout = lock_timeout;
	copy->record_schema = record_schema;
	copy->on_drift = on_drift;
	copy->schemas = MigApiSchemas(&copy->nschemas);
	copy->required_approvals = required_approvals;
	copy->override_freeze = pstrdup(override_freeze);
	copy->verify = verify;
}

/* A project has a name. */
static bool
CheckProject(char **value, void **extra pg_attribute_unused(), GucSource source pg_attribute_unused())
{
	if (*value == NULL || (*value)[0] == '\0')
	{
		GUC_check_errdetail("The name of a project cannot be empty.");
		return false;
	}
	return true;
}
