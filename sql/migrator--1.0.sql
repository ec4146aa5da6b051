/* sql/migrator--1.0.sql */

-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION migrator" to load this file. \quit

-- A schema that is there already is refused: whoever owns it could put functions
-- of his own beside ours.
CREATE SCHEMA migrator;
COMMENT ON SCHEMA migrator IS 'Schema migrations: revisions, their graph, and the functions that run them.';
GRANT USAGE ON SCHEMA migrator TO PUBLIC;

----------------------------------------------------------------------------
-- The store.  Nobody but the extension's owner reads or writes these tables
-- directly; the functions below are the way in.  There are no foreign keys
-- between them: a parallel pg_restore loads the tables of an extension in any
-- order.
----------------------------------------------------------------------------

CREATE TABLE migrator.project (
	project text COLLATE "C" PRIMARY KEY,
	token uuid NOT NULL DEFAULT pg_catalog.gen_random_uuid(),
	heads text[],
	real_heads text[],
	has_repeatables boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE migrator.project IS 'Named revision graphs.';
COMMENT ON COLUMN migrator.project.token IS 'Changes whenever a revision of the project is added, replaced or deleted.';
COMMENT ON COLUMN migrator.project.heads IS 'Heads of the graph as of this token; NULL until somebody has needed them.';
COMMENT ON COLUMN migrator.project.real_heads IS 'Heads that no revision depends on, as of this token.';
COMMENT ON COLUMN migrator.project.has_repeatables IS 'Whether the table repeatable has a row of the project.';

CREATE TABLE migrator.revision (
	serial integer GENERATED ALWAYS AS IDENTITY UNIQUE,
	project text COLLATE "C" NOT NULL,
	revision text COLLATE "C" NOT NULL,
	message text NOT NULL,
	create_date text,
	upgrade_transactional boolean NOT NULL,
	downgrade_transactional boolean NOT NULL,
	filename text COLLATE "C" NOT NULL,
	upgrade_line integer NOT NULL,
	downgrade_filename text COLLATE "C",
	downgrade_line integer,
	header text NOT NULL,
	upgrade text NOT NULL,
	downgrade text,
	verify text,
	verify_filename text COLLATE "C",
	verify_line integer,
	origin_tool text COLLATE "C",
	origin_key text COLLATE "C",
	origin_checksum text COLLATE "C",
	checksum text COLLATE "C" NOT NULL,
	loaded_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	loaded_by text NOT NULL,
	session_role text NOT NULL,
	PRIMARY KEY (project, revision)
);
COMMENT ON TABLE migrator.revision IS 'Revisions with their migration scripts.';
COMMENT ON COLUMN migrator.revision.serial IS 'Short name of the revision, shown in pg_locks while it runs.';
COMMENT ON COLUMN migrator.revision.upgrade_transactional IS 'False if the header says so or a statement of the section cannot run in a transaction block.';
COMMENT ON COLUMN migrator.revision.downgrade_transactional IS 'The same for the way down.';
COMMENT ON COLUMN migrator.revision.filename IS 'File that the upgrade came from; orders independent revisions.';
COMMENT ON COLUMN migrator.revision.upgrade_line IS 'Line of that file at which the upgrade section begins.';
COMMENT ON COLUMN migrator.revision.downgrade_filename IS 'File that the downgrade came from.';
COMMENT ON COLUMN migrator.revision.downgrade_line IS 'Line of that file at which the downgrade section begins.';
COMMENT ON COLUMN migrator.revision.header IS 'The script up to its line "-- migrate:up".';
COMMENT ON COLUMN migrator.revision.upgrade IS 'The script from "-- migrate:up" up to the next section.';
COMMENT ON COLUMN migrator.revision.downgrade IS 'The script from "-- migrate:down" up to the next section; NULL if there is no way down.';
COMMENT ON COLUMN migrator.revision.verify IS 'The script from "-- migrate:verify"; NULL if there is nothing to verify.';
COMMENT ON COLUMN migrator.revision.origin_tool IS 'The tool that the revision came from, if its header says so.';
COMMENT ON COLUMN migrator.revision.origin_key IS 'How that tool''s version table names it.';
COMMENT ON COLUMN migrator.revision.origin_checksum IS 'The checksum that is kept there, if the tool keeps one.';
COMMENT ON COLUMN migrator.revision.checksum IS 'SHA-256 of the script without line endings and trailing blanks.';
COMMENT ON COLUMN migrator.revision.session_role IS 'The user of the session that loaded it, whatever role was set.';

CREATE TABLE migrator.repeatable (
	serial integer NOT NULL DEFAULT pg_catalog.nextval('migrator.revision_serial_seq'::pg_catalog.regclass) UNIQUE,
	project text COLLATE "C" NOT NULL,
	revision text COLLATE "C" NOT NULL,
	message text NOT NULL,
	create_date text,
	transactional boolean NOT NULL,
	filename text COLLATE "C" NOT NULL,
	upgrade_line integer NOT NULL,
	header text NOT NULL,
	upgrade text NOT NULL,
	verify text,
	verify_filename text COLLATE "C",
	verify_line integer,
	origin_tool text COLLATE "C",
	origin_key text COLLATE "C",
	origin_checksum text COLLATE "C",
	checksum text COLLATE "C" NOT NULL,
	loaded_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	loaded_by text NOT NULL,
	session_role text NOT NULL,
	PRIMARY KEY (project, revision)
);
COMMENT ON TABLE migrator.repeatable IS 'Revisions that are in no graph, but run after the others whenever they change.';
COMMENT ON COLUMN migrator.repeatable.serial IS 'As that of the table revision, and never one of those.';

CREATE TABLE migrator.repeated (
	project text COLLATE "C" NOT NULL,
	tenant text COLLATE "C" NOT NULL,
	revision text COLLATE "C" NOT NULL,
	checksum text COLLATE "C" NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	PRIMARY KEY (project, tenant, revision)
);
COMMENT ON TABLE migrator.repeated IS 'The repeatable revisions that were run in each copy.';
COMMENT ON COLUMN migrator.repeated.checksum IS 'That of the script when it was run last.';

CREATE TABLE migrator.edge (
	project text COLLATE "C" NOT NULL,
	revision text COLLATE "C" NOT NULL,
	is_dependency boolean NOT NULL,
	ordinal integer NOT NULL,
	target text COLLATE "C" NOT NULL,
	PRIMARY KEY (project, revision, is_dependency, ordinal)
);
CREATE INDEX edge_target_idx ON migrator.edge (project, target);
COMMENT ON TABLE migrator.edge IS 'Edges of the graph: down revisions and dependencies, in the order written.';
COMMENT ON COLUMN migrator.edge.target IS 'A revision, or for a dependency also a branch label; need not exist yet.';

CREATE TABLE migrator.label (
	project text COLLATE "C" NOT NULL,
	label text COLLATE "C" NOT NULL,
	revision text COLLATE "C" NOT NULL,
	PRIMARY KEY (project, label)
);
CREATE INDEX label_revision_idx ON migrator.label (project, revision);
COMMENT ON TABLE migrator.label IS 'Branch labels.';

CREATE TABLE migrator.alias (
	project text COLLATE "C" NOT NULL,
	alias text COLLATE "C" NOT NULL,
	revision text COLLATE "C" NOT NULL,
	created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	created_by text NOT NULL,
	PRIMARY KEY (project, alias)
);
CREATE INDEX alias_revision_idx ON migrator.alias (project, revision);
COMMENT ON TABLE migrator.alias IS 'Former ids of revisions, which still resolve.';

CREATE TABLE migrator.version (
	project text COLLATE "C" NOT NULL,
	tenant text COLLATE "C" NOT NULL,
	revision text COLLATE "C" NOT NULL,
	PRIMARY KEY (project, tenant, revision)
);
COMMENT ON TABLE migrator.version IS 'Current versions per project and tenant: the tops of what is applied.';

CREATE TABLE migrator.log (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project text COLLATE "C" NOT NULL,
	tenant text COLLATE "C" NOT NULL,
	operation text COLLATE "C" NOT NULL,
	revision text COLLATE "C" NOT NULL,
	checksum text COLLATE "C",
	started_at timestamptz NOT NULL,
	elapsed interval NOT NULL,
	transaction_id xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id(),
	role_name text NOT NULL,
	session_role text NOT NULL,
	client_addr inet DEFAULT pg_catalog.inet_client_addr(),
	application_name text DEFAULT pg_catalog.current_setting('application_name'),
	backend_pid integer NOT NULL DEFAULT pg_catalog.pg_backend_pid()
);
CREATE INDEX log_revision_idx ON migrator.log (project, tenant, revision, id);
COMMENT ON TABLE migrator.log IS 'Every step ever taken; rows are only added.';
COMMENT ON COLUMN migrator.log.checksum IS 'SHA-256 of the section that ran, without line endings and trailing blanks; NULL for stamps.';

CREATE FUNCTION migrator.refuse_log_change() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'the migration log is append-only'
		USING ERRCODE = 'insufficient_privilege',
			  HINT = 'Corrections are made by further operations, such as migrator.stamp().';
END
$$;
COMMENT ON FUNCTION migrator.refuse_log_change() IS 'Trigger function that keeps migrator.log append-only.';
REVOKE EXECUTE ON FUNCTION migrator.refuse_log_change() FROM PUBLIC;

CREATE TRIGGER log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON migrator.log
	FOR EACH STATEMENT EXECUTE FUNCTION migrator.refuse_log_change();

CREATE TABLE migrator.journal (
	project text COLLATE "C" NOT NULL,
	tenant text COLLATE "C" NOT NULL,
	operation text COLLATE "C" NOT NULL,
	revision text COLLATE "C" NOT NULL,
	done integer NOT NULL,
	checksum text COLLATE "C" NOT NULL,
	begun integer NOT NULL,
	sql text,
	before jsonb,
	error text,
	server text COLLATE "C" NOT NULL,
	started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	changed_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	backend_pid integer NOT NULL DEFAULT pg_catalog.pg_backend_pid(),
	PRIMARY KEY (project, tenant)
);
COMMENT ON TABLE migrator.journal IS 'How far the revision of each copy is that runs statement by statement; no row if none is half done.';
COMMENT ON COLUMN migrator.journal.done IS 'How many statements are done.';
COMMENT ON COLUMN migrator.journal.checksum IS 'SHA-256 over the section up to the end of these, statement by statement: of the checksum so far and the next one.';
COMMENT ON COLUMN migrator.journal.begun IS 'The statement that was begun outside a transaction and may be done or not; 0 if there is none.';
COMMENT ON COLUMN migrator.journal.before IS 'What there was before that statement, to tell whether it is done.';
COMMENT ON COLUMN migrator.journal.error IS 'How the last attempt failed, unless its session died.';
COMMENT ON COLUMN migrator.journal.server IS 'System identifier and timeline of the server that wrote the row.';

CREATE TABLE migrator.deployment (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project text COLLATE "C" NOT NULL,
	tenant text COLLATE "C" NOT NULL,
	operation text COLLATE "C" NOT NULL,
	target text COLLATE "C" NOT NULL,
	revisions text[] COLLATE "C" NOT NULL,
	started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	ended_at timestamptz,
	outcome text COLLATE "C",
	sqlstate text COLLATE "C",
	error text,
	role_name text NOT NULL,
	session_role text NOT NULL,
	client_addr inet DEFAULT pg_catalog.inet_client_addr(),
	application_name text DEFAULT pg_catalog.current_setting('application_name'),
	backend_pid integer NOT NULL DEFAULT pg_catalog.pg_backend_pid()
);
CREATE INDEX deployment_open_idx ON migrator.deployment (project, tenant) WHERE outcome IS NULL;
COMMENT ON TABLE migrator.deployment IS 'Every call of migrator.deploy and migrator.rollback that had something to do.';
COMMENT ON COLUMN migrator.deployment.revisions IS 'What was to be run, in this order.';
COMMENT ON COLUMN migrator.deployment.outcome IS 'done, failed, rolled back or died; NULL while it runs, or if it died and nothing was deployed since.';

CREATE TABLE migrator.statement_log (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	deployment bigint NOT NULL,
	project text COLLATE "C" NOT NULL,
	tenant text COLLATE "C" NOT NULL,
	operation text COLLATE "C" NOT NULL,
	revision text COLLATE "C" NOT NULL,
	statement integer NOT NULL,
	sql text NOT NULL,
	started_at timestamptz NOT NULL,
	elapsed interval NOT NULL,
	lock_wait interval NOT NULL,
	wal_bytes bigint NOT NULL,
	rows bigint NOT NULL,
	rewritten_bytes bigint NOT NULL
);
CREATE INDEX statement_log_revision_idx ON migrator.statement_log (project, tenant, revision, id);
COMMENT ON TABLE migrator.statement_log IS 'What each statement of a deployment has cost; of those that failed there is nothing.';
COMMENT ON COLUMN migrator.statement_log.lock_wait IS 'Spent before it, to get the locks of its transaction.';
COMMENT ON COLUMN migrator.statement_log.wal_bytes IS 'WAL that its session has written meanwhile.';
COMMENT ON COLUMN migrator.statement_log.rewritten_bytes IS 'Size afterwards of the tables and indexes that it has written anew, as far as it names them.';

CREATE TABLE migrator.approval (
	project text COLLATE "C" NOT NULL,
	revision text COLLATE "C" NOT NULL,
	checksum text COLLATE "C" NOT NULL,
	role_name text NOT NULL,
	approved_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	PRIMARY KEY (project, revision, role_name)
);
COMMENT ON TABLE migrator.approval IS 'Who has approved a revision; good for the script with this checksum.';

CREATE TABLE migrator.hook (
	project text COLLATE "C" NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	event text COLLATE "C" NOT NULL,
	function text COLLATE "C" NOT NULL,
	PRIMARY KEY (project, id),
	UNIQUE (project, event, function)
);
COMMENT ON TABLE migrator.hook IS 'Functions that are called around deployments, with the rights of who deploys.';

CREATE TABLE migrator.freeze_window (
	project text COLLATE "C" PRIMARY KEY,
	until timestamptz NOT NULL,
	reason text NOT NULL,
	role_name text NOT NULL,
	frozen_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
COMMENT ON TABLE migrator.freeze_window IS 'The last freeze of each project: nothing is run before its time.';

CREATE TABLE migrator.freeze_override (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	project text COLLATE "C" NOT NULL,
	tenant text COLLATE "C" NOT NULL,
	at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	reason text NOT NULL,
	role_name text NOT NULL,
	until timestamptz NOT NULL,
	freeze_reason text NOT NULL,
	transaction_id xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id()
);
COMMENT ON TABLE migrator.freeze_override IS 'Operations that migrator.override_freeze has let through; rows are only added.';

CREATE TRIGGER freeze_override_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON migrator.freeze_override
	FOR EACH STATEMENT EXECUTE FUNCTION migrator.refuse_log_change();

CREATE TABLE migrator.backfill (
	project text COLLATE "C" NOT NULL,
	tenant text COLLATE "C" NOT NULL,
	name text COLLATE "C" NOT NULL,
	relation text COLLATE "C" NOT NULL,
	key_columns text[] COLLATE "C" NOT NULL,
	statement text NOT NULL,
	pending text,
	checksum text COLLATE "C" NOT NULL,
	pass integer NOT NULL DEFAULT 1,
	last_key text[] COLLATE "C",
	max_key text[] COLLATE "C",
	rows_done bigint NOT NULL DEFAULT 0,
	rows_changed bigint NOT NULL DEFAULT 0,
	rows_estimated bigint NOT NULL,
	batches bigint NOT NULL DEFAULT 0,
	batch_size integer NOT NULL,
	rows_per_second double precision NOT NULL DEFAULT 0,
	paused bigint[] NOT NULL DEFAULT '{0,0,0,0,0}',
	waiting_for text,
	error text,
	started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	updated_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	finished_at timestamptz,
	role_name text NOT NULL,
	backend_pid integer NOT NULL DEFAULT pg_catalog.pg_backend_pid(),
	PRIMARY KEY (project, tenant, name)
);
COMMENT ON TABLE migrator.backfill IS 'How far each backfill is; changed in the transaction of each batch.';
COMMENT ON COLUMN migrator.backfill.key_columns IS 'The columns of the key along which it goes.';
COMMENT ON COLUMN migrator.backfill.pending IS 'The condition that is true for rows still to do, if there is one.';
COMMENT ON COLUMN migrator.backfill.checksum IS 'SHA-256 of the statement and of that condition.';
COMMENT ON COLUMN migrator.backfill.pass IS '1, or more while it looks for what was written behind it.';
COMMENT ON COLUMN migrator.backfill.last_key IS 'The key up to which the pass is done; NULL before the first batch.';
COMMENT ON COLUMN migrator.backfill.max_key IS 'The greatest key when the pass began, where it ends.';
COMMENT ON COLUMN migrator.backfill.rows_done IS 'Rows that were in a batch.';
COMMENT ON COLUMN migrator.backfill.rows_changed IS 'Rows that the statement says it processed.';
COMMENT ON COLUMN migrator.backfill.paused IS 'Milliseconds of pauses: asked for, for replication lag, for the rate of WAL, since others waited for us, after failed attempts.';
COMMENT ON COLUMN migrator.backfill.waiting_for IS 'Why it pauses just now.';
COMMENT ON COLUMN migrator.backfill.error IS 'How the last call failed, unless its session died.';

CREATE TABLE migrator.init_script (
	name text COLLATE "C" PRIMARY KEY,
	checksum text COLLATE "C" NOT NULL,
	run_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	role_name text NOT NULL DEFAULT current_user
);
COMMENT ON TABLE migrator.init_script IS 'Scripts that the client''s command "setup" has run here; it reads and writes this table itself.';
COMMENT ON COLUMN migrator.init_script.checksum IS 'SHA-256 of the file.';

CREATE TABLE migrator.model_cache (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	key text COLLATE "C" NOT NULL,
	snapshot jsonb NOT NULL
);
CREATE INDEX model_cache_key_idx ON migrator.model_cache (key);
COMMENT ON TABLE migrator.model_cache IS 'The last snapshots of texts, for migrator.snapshot_of and check; can be emptied at any time.';
COMMENT ON COLUMN migrator.model_cache.key IS 'SHA-256 of the text and of all that its meaning depends on.';

CREATE TABLE migrator.schema_record (
	project text COLLATE "C" NOT NULL,
	tenant text COLLATE "C" NOT NULL,
	revisions text[] COLLATE "C" NOT NULL,
	schemas text[] COLLATE "C" NOT NULL,
	fingerprint text COLLATE "C" NOT NULL,
	snapshot jsonb NOT NULL,
	recorded_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	recorded_by text NOT NULL,
	PRIMARY KEY (project, tenant)
);
COMMENT ON TABLE migrator.schema_record IS 'The schema of each copy when an upgrade or downgrade last changed it.';
COMMENT ON COLUMN migrator.schema_record.revisions IS 'The versions at that time; the record is of no use for others.';
COMMENT ON COLUMN migrator.schema_record.schemas IS 'The schemas that the snapshot is of; empty for all.';
COMMENT ON COLUMN migrator.schema_record.fingerprint IS 'SHA-256 of the text of the snapshot.';

CREATE TABLE migrator.ddl_watch (
	one boolean PRIMARY KEY DEFAULT true CHECK (one),
	refuse boolean NOT NULL,
	schemas text[] COLLATE "C" NOT NULL
);
COMMENT ON TABLE migrator.ddl_watch IS 'How schema changes are watched; no row if they are not.';
COMMENT ON COLUMN migrator.ddl_watch.refuse IS 'Whether those outside migrations are refused.';
COMMENT ON COLUMN migrator.ddl_watch.schemas IS 'The schemas that are watched; empty for all.';

CREATE TABLE migrator.ddl_log (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	command_tag text COLLATE "C" NOT NULL,
	object_type text COLLATE "C",
	schema_name text COLLATE "C",
	object_identity text COLLATE "C",
	statement text,
	role_name text NOT NULL,
	session_role text NOT NULL,
	project text COLLATE "C",
	tenant text COLLATE "C",
	revision text COLLATE "C",
	allowed boolean NOT NULL,
	client_addr inet DEFAULT pg_catalog.inet_client_addr(),
	application_name text DEFAULT pg_catalog.current_setting('application_name'),
	backend_pid integer NOT NULL DEFAULT pg_catalog.pg_backend_pid(),
	transaction_id xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id()
);
COMMENT ON TABLE migrator.ddl_log IS 'Schema changes since migrator.watch_ddl() was called; rows are only added.';
COMMENT ON COLUMN migrator.ddl_log.object_identity IS 'NULL for GRANT and REVOKE, of which the server says no more.';
COMMENT ON COLUMN migrator.ddl_log.statement IS 'What the client had sent, shortened.';
COMMENT ON COLUMN migrator.ddl_log.revision IS 'The revision that did it; NULL outside migrations.';
COMMENT ON COLUMN migrator.ddl_log.allowed IS 'Let through by migrator.allow_ddl.';

CREATE TRIGGER ddl_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON migrator.ddl_log
	FOR EACH STATEMENT EXECUTE FUNCTION migrator.refuse_log_change();

SELECT pg_catalog.pg_extension_config_dump('migrator.project', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.revision', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.revision_serial_seq', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.repeatable', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.repeated', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.edge', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.label', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.alias', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.version', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.log', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.log_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.journal', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.deployment', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.deployment_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.statement_log', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.statement_log_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.approval', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.hook', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.hook_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.freeze_window', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.freeze_override', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.freeze_override_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.backfill', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.init_script', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.schema_record', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.ddl_log', '');
SELECT pg_catalog.pg_extension_config_dump('migrator.ddl_log_id_seq', '');

----------------------------------------------------------------------------
-- Writing revisions (capability: author)
----------------------------------------------------------------------------

CREATE FUNCTION migrator.revision(message text, upgrade text DEFAULT NULL, downgrade text DEFAULT NULL,
	head text[] DEFAULT '{head}', splice boolean DEFAULT false, branch_label text[] DEFAULT NULL,
	depends_on text[] DEFAULT NULL, rev_id text DEFAULT NULL, transactional boolean DEFAULT true,
	verify text DEFAULT NULL, repeatable boolean DEFAULT false)
RETURNS text AS 'MODULE_PATHNAME', 'migrator_revision' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.revision(text, text, text, text[], boolean, text[], text[], text, boolean, text, boolean) IS
'Add a revision on top of head (several: a merge; ''{base}'': a new base) and return its id. Without a downgrade body it is irreversible, unless the upgrade body is missing too. A repeatable one is on top of nothing: it is run after all others, whenever it has changed.';
REVOKE EXECUTE ON FUNCTION migrator.revision(text, text, text, text[], boolean, text[], text[], text, boolean, text, boolean) FROM PUBLIC;

CREATE FUNCTION migrator.merge(revisions text[] DEFAULT '{heads}', message text DEFAULT NULL,
	branch_label text[] DEFAULT NULL, rev_id text DEFAULT NULL, splice boolean DEFAULT false)
RETURNS text AS 'MODULE_PATHNAME', 'migrator_merge' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.merge(text[], text, text[], text, boolean) IS
'Add an empty revision that joins several heads into one, and return its id; with splice they need not be heads.';
REVOKE EXECUTE ON FUNCTION migrator.merge(text[], text, text[], text, boolean) FROM PUBLIC;

CREATE FUNCTION migrator.load(script text, filename text DEFAULT NULL)
RETURNS text AS 'MODULE_PATHNAME', 'migrator_load' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.load(text, text) IS
'Store the revision that a migration file defines and return its id. The same content again changes nothing; other content replaces a revision that no copy has applied.';
REVOKE EXECUTE ON FUNCTION migrator.load(text, text) FROM PUBLIC;

CREATE FUNCTION migrator.import(files jsonb, format text DEFAULT 'auto',
	OUT revision text, OUT filename text, OUT action text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_import' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.import(jsonb, text) IS
'Store the revisions of a directory of migration files, given as an object of path to content; action is added, replaced or unchanged.';
REVOKE EXECUTE ON FUNCTION migrator.import(jsonb, text) FROM PUBLIC;

CREATE FUNCTION migrator.import_directory(path text, format text DEFAULT 'auto',
	OUT revision text, OUT filename text, OUT action text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_import_directory' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.import_directory(text, text) IS
'Store the revisions of a directory on the server, with its subdirectories; only for members of pg_read_server_files.';
REVOKE EXECUTE ON FUNCTION migrator.import_directory(text, text) FROM PUBLIC;

CREATE FUNCTION migrator.changed_files(files jsonb, format text DEFAULT 'auto',
	OUT revision text, OUT filename text, OUT stored text, OUT given text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_changed_files' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.changed_files(jsonb, text) IS
'The applied revisions that the files of a directory define otherwise than they were applied, so that import() refuses: with both texts.';
REVOKE EXECUTE ON FUNCTION migrator.changed_files(jsonb, text) FROM PUBLIC;

CREATE FUNCTION migrator.edit_revision(revision text, message text DEFAULT NULL, upgrade text DEFAULT NULL,
	downgrade text DEFAULT NULL, down_revision text[] DEFAULT NULL, branch_label text[] DEFAULT NULL,
	depends_on text[] DEFAULT NULL, transactional boolean DEFAULT NULL, verify text DEFAULT NULL)
RETURNS text AS 'MODULE_PATHNAME', 'migrator_edit_revision' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.edit_revision(text, text, text, text, text[], text[], text[], boolean, text) IS
'Change a revision that no copy has applied and return its id; NULL leaves a part as it is.';
REVOKE EXECUTE ON FUNCTION migrator.edit_revision(text, text, text, text, text[], text[], text[], boolean, text) FROM PUBLIC;

CREATE FUNCTION migrator.delete_revision(revision text)
RETURNS text AS 'MODULE_PATHNAME', 'migrator_delete_revision' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.delete_revision(text) IS
'Delete a revision that no copy has applied and that no other revision builds on, and return its id.';
REVOKE EXECUTE ON FUNCTION migrator.delete_revision(text) FROM PUBLIC;

CREATE FUNCTION migrator.rename_revision(old text, new text, version_table regclass DEFAULT NULL)
RETURNS text AS 'MODULE_PATHNAME', 'migrator_rename_revision' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.rename_revision(text, text, regclass) IS
'Give a revision another id everywhere, also in version_table (by default an alembic_version in the search path), and return it; the old id still resolves.';
REVOKE EXECUTE ON FUNCTION migrator.rename_revision(text, text, regclass) FROM PUBLIC;

CREATE FUNCTION migrator.convert_ids(dry_run boolean DEFAULT false, version_table regclass DEFAULT NULL,
	OUT old text, OUT new text, OUT filename text, OUT new_filename text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_convert_ids' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.convert_ids(boolean, regclass) IS
'Turn all ids that are not 12 hexadecimal digits into such everywhere, as rename_revision does; returns the revisions whose files change.';
REVOKE EXECUTE ON FUNCTION migrator.convert_ids(boolean, regclass) FROM PUBLIC;

CREATE FUNCTION migrator.add_hook(event text, function regproc)
RETURNS boolean AS 'MODULE_PATHNAME', 'migrator_add_hook' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.add_hook(text, regproc) IS
'Let every deployment call a function of one jsonb argument: before_run, after_run, before_revision, after_revision, before_statement or after_statement. Returns false if it is registered already.';
REVOKE EXECUTE ON FUNCTION migrator.add_hook(text, regproc) FROM PUBLIC;

CREATE FUNCTION migrator.remove_hook(event text, function text)
RETURNS boolean AS 'MODULE_PATHNAME', 'migrator_remove_hook' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.remove_hook(text, text) IS
'Forget a function of migrator.add_hook(), by its quoted and qualified name; returns false if it was not registered.';
REVOKE EXECUTE ON FUNCTION migrator.remove_hook(text, text) FROM PUBLIC;

----------------------------------------------------------------------------
-- Running (capability: deployer)
----------------------------------------------------------------------------

CREATE FUNCTION migrator.upgrade(target text DEFAULT 'head',
	OUT operation text, OUT revision text, OUT message text, OUT elapsed interval)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_upgrade' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.upgrade(text) IS
'Run the upgrades that lead to target, all in the caller''s transaction, and return one row per step.';
REVOKE EXECUTE ON FUNCTION migrator.upgrade(text) FROM PUBLIC;

CREATE FUNCTION migrator.downgrade(target text,
	OUT operation text, OUT revision text, OUT message text, OUT elapsed interval)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_downgrade' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.downgrade(text) IS
'Run the downgrades that lead back to target, all in the caller''s transaction, and return one row per step.';
REVOKE EXECUTE ON FUNCTION migrator.downgrade(text) FROM PUBLIC;

CREATE PROCEDURE migrator.deploy(target text DEFAULT 'head', on_failure text DEFAULT 'stop',
	retries integer DEFAULT NULL, statement_timeout integer DEFAULT NULL, pass_over text[] DEFAULT NULL)
AS 'MODULE_PATHNAME', 'migrator_deploy' LANGUAGE C;
COMMENT ON PROCEDURE migrator.deploy(text, text, integer, integer, text[]) IS
'Run the upgrades that lead to target, each in a transaction of its own, or statement by statement where it has to be; go on where an earlier call stopped.';
REVOKE EXECUTE ON PROCEDURE migrator.deploy(text, text, integer, integer, text[]) FROM PUBLIC;

CREATE PROCEDURE migrator.rollback(target text, retries integer DEFAULT NULL,
	statement_timeout integer DEFAULT NULL, pass_over text[] DEFAULT NULL)
AS 'MODULE_PATHNAME', 'migrator_rollback' LANGUAGE C;
COMMENT ON PROCEDURE migrator.rollback(text, integer, integer, text[]) IS
'Run the downgrades that lead back to target, in the same way.';
REVOKE EXECUTE ON PROCEDURE migrator.rollback(text, integer, integer, text[]) FROM PUBLIC;

CREATE FUNCTION migrator.resolve(outcome text)
RETURNS void AS 'MODULE_PATHNAME', 'migrator_resolve' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.resolve(text) IS
'Say of the statement that migrator.status() cannot judge that it is ''done'', or that the next deploy is to ''repeat'' it.';
REVOKE EXECUTE ON FUNCTION migrator.resolve(text) FROM PUBLIC;

CREATE FUNCTION migrator.freeze(until timestamptz, reason text)
RETURNS void AS 'MODULE_PATHNAME', 'migrator_freeze' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.freeze(timestamptz, text) IS
'Let nothing of the project be run before a time, unless migrator.override_freeze is set.';
REVOKE EXECUTE ON FUNCTION migrator.freeze(timestamptz, text) FROM PUBLIC;

CREATE FUNCTION migrator.unfreeze()
RETURNS void AS 'MODULE_PATHNAME', 'migrator_unfreeze' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.unfreeze() IS 'End a freeze.';
REVOKE EXECUTE ON FUNCTION migrator.unfreeze() FROM PUBLIC;

CREATE FUNCTION migrator.approve(revision text)
RETURNS void AS 'MODULE_PATHNAME', 'migrator_approve' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.approve(text) IS
'Approve a revision as it is now, in the name of the session''s user.';
REVOKE EXECUTE ON FUNCTION migrator.approve(text) FROM PUBLIC;

CREATE FUNCTION migrator.withdraw_approval(revision text)
RETURNS boolean AS 'MODULE_PATHNAME', 'migrator_withdraw_approval' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.withdraw_approval(text) IS
'Take an approval of the session''s user back; returns whether there was one.';
REVOKE EXECUTE ON FUNCTION migrator.withdraw_approval(text) FROM PUBLIC;

CREATE PROCEDURE migrator.backfill(name text, relation regclass, statement text, pending text DEFAULT NULL,
	key name DEFAULT NULL, batch_size integer DEFAULT NULL, target_duration integer DEFAULT NULL,
	pause integer DEFAULT NULL, max_lag integer DEFAULT NULL, max_wal_rate integer DEFAULT NULL,
	passes integer DEFAULT NULL, restart boolean DEFAULT false)
AS 'MODULE_PATHNAME', 'migrator_backfill' LANGUAGE C;
COMMENT ON PROCEDURE migrator.backfill(text, regclass, text, text, name, integer, integer, integer, integer, integer, integer, boolean) IS
'Run a statement over a table in batches along its key, each in a transaction of its own; go on where an earlier call of the name stopped.';
REVOKE EXECUTE ON PROCEDURE migrator.backfill(text, regclass, text, text, name, integer, integer, integer, integer, integer, integer, boolean) FROM PUBLIC;

CREATE FUNCTION migrator.backfill_progress(OUT name text, OUT relation text, OUT state text, OUT pass integer,
	OUT rows_done bigint, OUT rows_changed bigint, OUT rows_estimated bigint, OUT percent numeric,
	OUT rows_per_second numeric, OUT eta interval, OUT batches bigint, OUT batch_size integer,
	OUT paused jsonb, OUT waiting_for text, OUT error text, OUT updated_at timestamptz)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_backfill_progress' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.backfill_progress() IS
'How far each backfill is, how fast, how long it will take, and for how many milliseconds it paused for which reason.';
REVOKE EXECUTE ON FUNCTION migrator.backfill_progress() FROM PUBLIC;

CREATE FUNCTION migrator.stamp(target text, purge boolean DEFAULT false,
	OUT operation text, OUT revision text, OUT message text, OUT elapsed interval)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_stamp' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.stamp(text, boolean) IS
'Set the current version to target without running anything; purge forgets all versions first.';
REVOKE EXECUTE ON FUNCTION migrator.stamp(text, boolean) FROM PUBLIC;

CREATE FUNCTION migrator.stamp(targets text[], purge boolean DEFAULT false,
	OUT operation text, OUT revision text, OUT message text, OUT elapsed interval)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_stamp_many' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.stamp(text[], boolean) IS
'Set the current versions to several targets at once, one after the other, without running anything.';
REVOKE EXECUTE ON FUNCTION migrator.stamp(text[], boolean) FROM PUBLIC;

CREATE FUNCTION migrator.adopt(tool text DEFAULT 'auto', version_table regclass DEFAULT NULL,
	dry_run boolean DEFAULT false, accept_changed boolean DEFAULT false,
	OUT tool text, OUT version_table text, OUT revision text, OUT key text, OUT state text, OUT detail text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_adopt' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.adopt(text, regclass, boolean, boolean) IS
'Stamp what the version table of another tool says, which is left as it is; dry_run only reports it.';
REVOKE EXECUTE ON FUNCTION migrator.adopt(text, regclass, boolean, boolean) FROM PUBLIC;

CREATE FUNCTION migrator.record(operation text, revision text, check_only boolean DEFAULT false)
RETURNS void AS 'MODULE_PATHNAME', 'migrator_record' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.record(text, text, boolean) IS
'Record one upgrade or downgrade whose SQL a script has just run itself, or only check that it is possible; the scripts of upgrade_sql() call it.';
REVOKE EXECUTE ON FUNCTION migrator.record(text, text, boolean) FROM PUBLIC;

----------------------------------------------------------------------------
-- The text of revisions and the log (capability: viewer)
----------------------------------------------------------------------------

CREATE FUNCTION migrator.export(revision text)
RETURNS text AS 'MODULE_PATHNAME', 'migrator_export' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.export(text) IS
'The migration file of a revision; migrator.load() reads back exactly this.';
REVOKE EXECUTE ON FUNCTION migrator.export(text) FROM PUBLIC;

CREATE FUNCTION migrator.export_files(revisions text[] DEFAULT NULL,
	OUT revision text, OUT filename text, OUT script text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_export_files' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.export_files(text[]) IS
'The migration files of revisions, by default of all, with the names that they get.';
REVOKE EXECUTE ON FUNCTION migrator.export_files(text[]) FROM PUBLIC;

CREATE FUNCTION migrator.upgrade_sql(target text DEFAULT 'head', include_revisions boolean DEFAULT true)
RETURNS text AS 'MODULE_PATHNAME', 'migrator_upgrade_sql' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.upgrade_sql(text, boolean) IS
'A psql script that upgrades from nothing, or with FROM:TO from there, to target and records it; include_revisions stores the revisions there as well.';
REVOKE EXECUTE ON FUNCTION migrator.upgrade_sql(text, boolean) FROM PUBLIC;

CREATE FUNCTION migrator.downgrade_sql(target text)
RETURNS text AS 'MODULE_PATHNAME', 'migrator_downgrade_sql' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.downgrade_sql(text) IS
'A psql script that downgrades along FROM:TO and records it.';
REVOKE EXECUTE ON FUNCTION migrator.downgrade_sql(text) FROM PUBLIC;

CREATE FUNCTION migrator.status(OUT operation text, OUT revision text, OUT statements_done integer,
	OUT left_behind text, OUT next_step text, OUT error text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_status' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.status() IS
'The revision that is half done, if there is one: what it has left behind, and what the next migrator.deploy or migrator.rollback will do.';
REVOKE EXECUTE ON FUNCTION migrator.status() FROM PUBLIC;

CREATE FUNCTION migrator.statements(revision text DEFAULT NULL,
	OUT deployment bigint, OUT operation text, OUT revision text, OUT statement integer, OUT sql text,
	OUT started_at timestamptz, OUT elapsed interval, OUT lock_wait interval, OUT wal_bytes bigint, OUT rows bigint,
	OUT rewritten_bytes bigint)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_statements' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.statements(text) IS
'What each statement of the deployments has cost, oldest first: time, time spent for locks, bytes of WAL, rows, bytes of what it has written anew; of one revision or all.';
REVOKE EXECUTE ON FUNCTION migrator.statements(text) FROM PUBLIC;

CREATE FUNCTION migrator.preflight(target text DEFAULT 'head',
	OUT severity text, OUT code text, OUT detail text, OUT hint text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_preflight' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.preflight(text) IS
'What speaks against deploying to target now; migrator.deploy refuses for errors, unless told to pass their codes over.';
REVOKE EXECUTE ON FUNCTION migrator.preflight(text) FROM PUBLIC;

CREATE FUNCTION migrator.log(revision text DEFAULT NULL,
	OUT id bigint, OUT operation text, OUT revision text, OUT started_at timestamptz, OUT elapsed interval,
	OUT role_name text, OUT session_role text, OUT client_addr inet, OUT application_name text,
	OUT checksum text, OUT transaction_id xid8)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_log' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.log(text) IS
'What was done to this copy, oldest first: operation, revision, when, how long, by whom, from where; one revision or all.';
REVOKE EXECUTE ON FUNCTION migrator.log(text) FROM PUBLIC;

CREATE FUNCTION migrator.locks(sql text, OUT relation text, OUT mode text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_locks' LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.locks(text) IS
'The relations that the statements of a script would lock against writers or readers, with the strongest mode of each.';
REVOKE EXECUTE ON FUNCTION migrator.locks(text) FROM PUBLIC;

----------------------------------------------------------------------------
-- Looking (everybody)
----------------------------------------------------------------------------

CREATE FUNCTION migrator.plan(command text, target text,
	OUT step integer, OUT operation text, OUT revision text, OUT message text, OUT transactional boolean)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_plan' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.plan(text, text) IS
'The steps that upgrade, downgrade or stamp (the command) to target would take; runs nothing.';

CREATE FUNCTION migrator.versions(OUT revision text)
RETURNS SETOF text AS 'MODULE_PATHNAME', 'migrator_versions' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.versions() IS
'The version rows of this copy, as Alembic keeps them in alembic_version.';

CREATE FUNCTION migrator.current(check_heads boolean DEFAULT false,
	OUT revision text, OUT is_head boolean, OUT message text, OUT applied_at timestamptz)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_current' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.current(boolean) IS
'The applied revisions that have no applied child; check_heads makes it an error if the versions are not the heads.';

CREATE FUNCTION migrator.heads(resolve_dependencies boolean DEFAULT false,
	OUT revision text, OUT branch_labels text[], OUT message text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_heads' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.heads(boolean) IS
'The heads of the graph with the branch labels that lead to them; resolve_dependencies leaves out heads that something depends on.';

CREATE FUNCTION migrator.branches(OUT revision text, OUT children text[], OUT message text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_branches' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.branches() IS
'The branch points: revisions with more than one child.';

CREATE FUNCTION migrator.history(range text DEFAULT NULL,
	OUT revision text, OUT down_revisions text[], OUT depends_on text[], OUT branch_labels text[],
	OUT message text, OUT is_head boolean, OUT is_branch_point boolean, OUT is_merge_point boolean,
	OUT is_current boolean, OUT applied_at timestamptz)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_history' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.history(text) IS
'The revisions, newest first, every one after all its descendants; range is START:END, either may be empty or current.';

CREATE FUNCTION migrator.marks(OUT revision text, OUT branch_labels text[], OUT marks text[])
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_marks' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.marks() IS
'What lists say of each revision: the branch labels that it carries, and which it is of head, effective head, current, branchpoint and mergepoint.';

CREATE FUNCTION migrator.revisions(OUT revision text, OUT message text, OUT create_date text,
	OUT filename text, OUT is_transactional boolean, OUT is_reversible boolean, OUT checksum text,
	OUT loaded_at timestamptz, OUT loaded_by text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_revisions' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.revisions() IS
'The stored revisions in script order, whether or not their graph has holes.';

CREATE FUNCTION migrator.aliases(OUT alias text, OUT revision text, OUT created_at timestamptz, OUT created_by text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_aliases' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.aliases() IS
'The former ids of revisions, which still resolve.';

CREATE FUNCTION migrator.repeatables(OUT revision text, OUT message text, OUT filename text, OUT state text,
	OUT applied_at timestamptz)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_repeatables' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.repeatables() IS
'The repeatable revisions in the order in which they run; state is pending, applied, or changed since it was applied.';

CREATE FUNCTION migrator.show(revision text)
RETURNS text AS 'MODULE_PATHNAME', 'migrator_show' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.show(text) IS
'A description of one revision or of several, such as heads or current.';

CREATE FUNCTION migrator.graph(format text DEFAULT 'text')
RETURNS text AS 'MODULE_PATHNAME', 'migrator_graph' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.graph(text) IS
'The graph as text, newest first, or for Graphviz (dot) or Mermaid (mermaid).';

CREATE FUNCTION migrator.validate(OUT severity text, OUT code text, OUT revision text, OUT detail text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_validate' LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.validate() IS
'What is wrong with the stored revisions and the versions of this copy; no row if nothing.';

CREATE FUNCTION migrator.detect(OUT revision text, OUT differences bigint)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_detect' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.detect() IS
'The revisions whose schema is that of this database, or those that come nearest, with the number of objects that differ; runs the upgrades in a shadow.';
REVOKE EXECUTE ON FUNCTION migrator.detect() FROM PUBLIC;

----------------------------------------------------------------------------
-- Schemas as values
----------------------------------------------------------------------------

CREATE FUNCTION migrator.snapshot(schemas text[] DEFAULT NULL)
RETURNS jsonb AS 'MODULE_PATHNAME', 'migrator_snapshot' LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.snapshot(text[]) IS
'The schema of this database, or of some of its schemas, as a value.';

CREATE FUNCTION migrator.snapshot_of(ddl text, schemas text[] DEFAULT NULL)
RETURNS jsonb AS 'MODULE_PATHNAME', 'migrator_snapshot_of' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.snapshot_of(text, text[]) IS
'The schema of an empty database after running ddl, as a value; nothing of it is kept.';

CREATE FUNCTION migrator.diff(source jsonb, target jsonb, online bool DEFAULT false, OUT step int, OUT action text,
							  OUT kind text, OUT identity text, OUT ddl text, OUT hazard text[])
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_diff' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.diff(jsonb, jsonb, bool) IS
'The statements that turn a database that looks like source into one that looks like target.';

CREATE FUNCTION migrator.check(model text, schemas text[] DEFAULT NULL, kinds text[] DEFAULT NULL,
							   names text[] DEFAULT NULL, online bool DEFAULT false, OUT step int, OUT action text,
							   OUT kind text, OUT identity text, OUT ddl text, OUT hazard text[])
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_check' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.check(text, text[], text[], text[], bool) IS
'The statements that turn this database into one that looks as model says; none if it does.';

CREATE FUNCTION migrator.ddl(snapshot jsonb)
RETURNS text AS 'MODULE_PATHNAME', 'migrator_ddl' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.ddl(jsonb) IS
'The statements that turn an empty database into one that looks like the snapshot.';

CREATE FUNCTION migrator.autogenerate(message text, model text, head text[] DEFAULT '{head}', rev_id text DEFAULT NULL,
									  schemas text[] DEFAULT NULL, kinds text[] DEFAULT NULL,
									  names text[] DEFAULT NULL, online bool DEFAULT false, splice bool DEFAULT false,
									  branch_label text[] DEFAULT NULL, depends_on text[] DEFAULT NULL)
RETURNS text AS 'MODULE_PATHNAME', 'migrator_autogenerate' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.autogenerate(text, text, text[], text, text[], text[], text[], bool, bool, text[], text[]) IS
'Write a revision that turns this database into one that looks as model says, and back; NULL if it does already.';
REVOKE EXECUTE ON FUNCTION migrator.autogenerate(text, text, text[], text, text[], text[], text[], bool, bool, text[], text[]) FROM PUBLIC;

CREATE FUNCTION migrator.hazards(OUT code text, OUT severity text, OUT title text, OUT reason text, OUT advice text)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_hazards' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION migrator.hazards() IS
'The codes of hazards with their meaning, and what to do instead.';

----------------------------------------------------------------------------
-- Drift
----------------------------------------------------------------------------

CREATE FUNCTION migrator.drift(OUT step int, OUT action text, OUT kind text,
							   OUT identity text, OUT ddl text, OUT hazard text[])
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_drift' LANGUAGE C STABLE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.drift() IS
'What was changed outside migrator: the statements from the schema recorded at the current version to the live one.';

CREATE FUNCTION migrator.record_schema()
RETURNS text AS 'MODULE_PATHNAME', 'migrator_record_schema' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.record_schema() IS
'Record the schema as it is now for the current version, and return its fingerprint: accepts what drift() says.';
REVOKE EXECUTE ON FUNCTION migrator.record_schema() FROM PUBLIC;

CREATE FUNCTION migrator.ddl_watcher() RETURNS event_trigger
AS 'MODULE_PATHNAME', 'migrator_ddl_watcher' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION migrator.ddl_watcher() IS 'Event trigger function that logs schema changes, or refuses them.';
REVOKE EXECUTE ON FUNCTION migrator.ddl_watcher() FROM PUBLIC;

-- The event triggers belong to the extension: they are no part of the schema
-- that snapshots are of, and go with the extension.
CREATE FUNCTION migrator.watch_ddl(mode text, schemas text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	wanted CONSTANT text := lower(mode);
	event text;
	name text;
BEGIN
	IF wanted IS NULL OR wanted <> ALL (ARRAY['on', 'true', 'off', 'false', 'refuse']) THEN
		RAISE EXCEPTION 'mode "%" does not exist', mode
			USING ERRCODE = 'invalid_parameter_value', HINT = 'The modes are on, off and refuse.';
	END IF;
	IF NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) THEN
		RAISE EXCEPTION 'schema changes can only be watched by a superuser'
			USING ERRCODE = 'insufficient_privilege',
				  DETAIL = 'The server lets nobody else make event triggers.';
	END IF;

	DELETE FROM migrator.ddl_watch;
	IF wanted = ANY (ARRAY['on', 'true', 'refuse']) THEN
		INSERT INTO migrator.ddl_watch (refuse, schemas) VALUES (wanted = 'refuse', coalesce(schemas, '{}'));
	END IF;
	FOREACH event IN ARRAY ARRAY['ddl_command_end', 'sql_drop'] LOOP
		name := 'migrator_' || event;
		IF EXISTS (SELECT FROM pg_catalog.pg_event_trigger t WHERE t.evtname = name) THEN
			EXECUTE pg_catalog.format('ALTER EXTENSION migrator DROP EVENT TRIGGER %I', name);
			EXECUTE pg_catalog.format('DROP EVENT TRIGGER %I', name);
		END IF;
		IF wanted = ANY (ARRAY['on', 'true', 'refuse']) THEN
			EXECUTE pg_catalog.format('CREATE EVENT TRIGGER %I ON %s EXECUTE FUNCTION migrator.ddl_watcher()',
									  name, event);
			EXECUTE pg_catalog.format('ALTER EXTENSION migrator ADD EVENT TRIGGER %I', name);
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION migrator.watch_ddl(text, text[]) IS
'Log schema changes from now on (on), also refuse them outside migrations (refuse), or no longer do so (off); in some schemas or in all.';
REVOKE EXECUTE ON FUNCTION migrator.watch_ddl(text, text[]) FROM PUBLIC;

CREATE FUNCTION migrator.watch_ddl(enabled boolean, schemas text[] DEFAULT '{}') RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$ SELECT migrator.watch_ddl(CASE WHEN enabled THEN 'on'::text ELSE 'off'::text END, schemas) $$;
COMMENT ON FUNCTION migrator.watch_ddl(boolean, text[]) IS
'Log schema changes from now on, or no longer do so.';
REVOKE EXECUTE ON FUNCTION migrator.watch_ddl(boolean, text[]) FROM PUBLIC;

CREATE FUNCTION migrator.ddl_log(since timestamptz DEFAULT NULL,
	OUT id bigint, OUT at timestamptz, OUT command_tag text, OUT object_type text, OUT schema_name text,
	OUT object_identity text, OUT role_name text, OUT session_role text, OUT client_addr inet,
	OUT application_name text, OUT backend_pid integer, OUT project text, OUT tenant text,
	OUT revision text, OUT allowed boolean, OUT statement text, OUT transaction_id xid8)
RETURNS SETOF record AS 'MODULE_PATHNAME', 'migrator_ddl_log' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION migrator.ddl_log(timestamptz) IS
'Schema changes, oldest first: what, who, when, from where, with which statement, and by which revision, if by one.';
REVOKE EXECUTE ON FUNCTION migrator.ddl_log(timestamptz) FROM PUBLIC;

----------------------------------------------------------------------------
-- Watching a deployment from another session (capability: viewer).  A deployer
-- holds two advisory locks of migrator's own kinds: 27905 on the copy, and 27908
-- on the serial number of the revision that runs.
----------------------------------------------------------------------------

CREATE VIEW migrator.progress AS
SELECT d.project, d.tenant, d.operation, d.target, d.backend_pid AS pid, d.role_name, d.application_name,
	d.started_at, pg_catalog.cardinality(d.revisions) AS steps,
	pg_catalog.array_position(d.revisions, r.revision) AS step, r.revision, r.message,
	CASE WHEN j.begun OPERATOR(pg_catalog.>) 0 THEN j.begun
		 ELSE j.done OPERATOR(pg_catalog.+) 1 END AS statement,
	coalesce(b.phase, v.phase, c.phase,
		CASE WHEN x.pids IS NOT NULL THEN 'waiting for locks' END,
		'backfill ' OPERATOR(pg_catalog.||) f.name, CASE WHEN y.relation IS NOT NULL THEN 'copying rows' END,
		CASE a.wait_event_type WHEN 'Extension' THEN 'waiting to try again'
			 ELSE a.wait_event_type OPERATOR(pg_catalog.||) ': '::text OPERATOR(pg_catalog.||) a.wait_event END) AS phase,
	coalesce(pg_catalog.round(100.0 OPERATOR(pg_catalog.*) coalesce(b.done, v.done, c.done)::pg_catalog.numeric
			OPERATOR(pg_catalog./) nullif(coalesce(b.total, v.total, c.total), 0)::pg_catalog.numeric, 1), f.percent) AS percent,
	coalesce(b.relation, v.relation, c.relation, f.relation, y.relation) AS relation,
	pg_catalog.array_remove(coalesce(nullif(pg_catalog.pg_blocking_pids(d.backend_pid), '{}'), x.pids, '{}')
		OPERATOR(pg_catalog.||) b.locker::integer, NULL) AS blocked_by,
	pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) CASE WHEN x.pids IS NULL THEN w.since ELSE a.xact_start END AS waited,
	coalesce(b.rows, c.rows, f.rows, y.rows) AS rows,
	-- the first phase, which reads the table, has begun with the statement
	coalesce(CASE WHEN coalesce(b.phase, v.phase, c.phase) OPERATOR(pg_catalog.=) ANY
				 (ARRAY['building index: scanning table', 'scanning heap', 'seq scanning heap'])
			 THEN (pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-)
				   CASE WHEN j.begun OPERATOR(pg_catalog.>) 0 THEN j.changed_at ELSE a.xact_start END)
				 OPERATOR(pg_catalog.*) (coalesce(b.total, v.total, c.total)::pg_catalog.float8
				 OPERATOR(pg_catalog./) nullif(coalesce(b.done, v.done, c.done), 0)::pg_catalog.float8
				 OPERATOR(pg_catalog.-) 1.0::pg_catalog.float8) END, f.eta) AS eta,
	a.state, a.query_start
FROM (SELECT y.project, y.tenant, y.operation, y.target, y.backend_pid, y.role_name, y.application_name,
		y.started_at, y.revisions
	FROM migrator.deployment y WHERE y.outcome IS NULL
	UNION ALL
	-- of upgrade() and downgrade(), which are one transaction, only the locks can be seen
	SELECT g.project, NULL::pg_catalog.text COLLATE "C", NULL::pg_catalog.text COLLATE "C", NULL::pg_catalog.text COLLATE "C",
		k.pid, u.usename::pg_catalog.text, u.application_name, u.xact_start, NULL::pg_catalog.text[] COLLATE "C"
	FROM pg_catalog.pg_locks k
	JOIN pg_catalog.pg_database f ON f.oid OPERATOR(pg_catalog.=) k.database
		AND f.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
	JOIN (SELECT v.serial, v.project FROM migrator.revision v
		UNION ALL SELECT p.serial, p.project FROM migrator.repeatable p) g
		ON g.serial OPERATOR(pg_catalog.=) k.objid::pg_catalog.int8
	LEFT JOIN pg_catalog.pg_stat_activity u ON u.pid OPERATOR(pg_catalog.=) k.pid
	WHERE k.locktype OPERATOR(pg_catalog.=) 'advisory' AND k.objsubid OPERATOR(pg_catalog.=) 27908
		AND NOT EXISTS (SELECT FROM migrator.deployment z
						WHERE z.outcome IS NULL AND z.backend_pid OPERATOR(pg_catalog.=) k.pid)) d
JOIN pg_catalog.pg_locks l ON l.locktype OPERATOR(pg_catalog.=) 'advisory' AND l.objsubid OPERATOR(pg_catalog.=) 27905
	AND l.granted AND l.pid OPERATOR(pg_catalog.=) d.backend_pid
JOIN pg_catalog.pg_database n ON n.oid OPERATOR(pg_catalog.=) l.database
	AND n.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) d.backend_pid
LEFT JOIN pg_catalog.pg_locks s ON s.locktype OPERATOR(pg_catalog.=) 'advisory' AND s.objsubid OPERATOR(pg_catalog.=) 27908
	AND s.database OPERATOR(pg_catalog.=) l.database AND s.pid OPERATOR(pg_catalog.=) l.pid
LEFT JOIN (SELECT v.serial, v.revision, v.message FROM migrator.revision v
	UNION ALL SELECT p.serial, p.revision, p.message FROM migrator.repeatable p) r
	ON r.serial OPERATOR(pg_catalog.=) s.objid::pg_catalog.int8
LEFT JOIN migrator.journal j ON j.project OPERATOR(pg_catalog.=) d.project AND j.tenant OPERATOR(pg_catalog.=) d.tenant
	AND j.revision OPERATOR(pg_catalog.=) r.revision
LEFT JOIN LATERAL (SELECT pg_catalog.min(k.waitstart) AS since FROM pg_catalog.pg_locks k
	WHERE k.pid OPERATOR(pg_catalog.=) d.backend_pid AND NOT k.granted) w ON true
LEFT JOIN LATERAL (
	-- of the locks that it looks for without queueing, those who hold what conflicts
	SELECT CASE WHEN pg_catalog.count(*) OPERATOR(pg_catalog.>) 0
			 THEN coalesce(pg_catalog.array_agg(DISTINCT coalesce(h.pid, 0)) FILTER (WHERE h.mode IS NOT NULL), '{}') END AS pids
	FROM pg_catalog.pg_locks n
	LEFT JOIN pg_catalog.pg_locks h ON h.locktype OPERATOR(pg_catalog.=) 'relation' AND h.granted
		AND h.database OPERATOR(pg_catalog.=) n.database AND h.relation OPERATOR(pg_catalog.=) n.classid
		AND h.pid IS DISTINCT FROM n.pid
		AND CASE n.objid::pg_catalog.int8
			WHEN 8 THEN true
			WHEN 7 THEN h.mode OPERATOR(pg_catalog.<>) 'AccessShareLock'
			WHEN 6 THEN h.mode OPERATOR(pg_catalog.<>) ALL (ARRAY['AccessShareLock', 'RowShareLock'])
			ELSE h.mode OPERATOR(pg_catalog.<>) ALL (ARRAY['AccessShareLock', 'RowShareLock', 'ShareLock'])
		END
	WHERE n.locktype OPERATOR(pg_catalog.=) 'advisory' AND n.objsubid OPERATOR(pg_catalog.=) 27910
		AND n.database OPERATOR(pg_catalog.=) l.database AND n.pid OPERATOR(pg_catalog.=) d.backend_pid) x ON true
LEFT JOIN LATERAL (SELECT p.phase, p.relid::pg_catalog.regclass AS relation,
		nullif(p.current_locker_pid, 0) AS locker, nullif(p.tuples_done, 0) AS rows,
		CASE WHEN p.blocks_total OPERATOR(pg_catalog.>) 0 THEN p.blocks_done
			 WHEN p.tuples_total OPERATOR(pg_catalog.>) 0 THEN p.tuples_done ELSE p.lockers_done END AS done,
		CASE WHEN p.blocks_total OPERATOR(pg_catalog.>) 0 THEN p.blocks_total
			 WHEN p.tuples_total OPERATOR(pg_catalog.>) 0 THEN p.tuples_total ELSE p.lockers_total END AS total
	FROM pg_catalog.pg_stat_progress_create_index p WHERE p.pid OPERATOR(pg_catalog.=) d.backend_pid) b ON true
LEFT JOIN LATERAL (SELECT p.phase, p.relid::pg_catalog.regclass AS relation,
		p.heap_blks_scanned AS done, p.heap_blks_total AS total
	FROM pg_catalog.pg_stat_progress_vacuum p WHERE p.pid OPERATOR(pg_catalog.=) d.backend_pid) v ON true
LEFT JOIN LATERAL (SELECT p.phase, p.relid::pg_catalog.regclass AS relation,
		p.heap_blks_scanned AS done, p.heap_blks_total AS total, nullif(p.heap_tuples_scanned, 0) AS rows
	FROM pg_catalog.pg_stat_progress_cluster p WHERE p.pid OPERATOR(pg_catalog.=) d.backend_pid) c ON true
LEFT JOIN LATERAL (SELECT p.relid::pg_catalog.regclass AS relation, p.tuples_processed AS rows
	FROM pg_catalog.pg_stat_progress_copy p WHERE p.pid OPERATOR(pg_catalog.=) d.backend_pid) y ON true
LEFT JOIN LATERAL (SELECT g.name, pg_catalog.to_regclass(g.relation) AS relation, g.rows_done AS rows,
		pg_catalog.round(least(99.9, 100.0 OPERATOR(pg_catalog.*) g.rows_done
			OPERATOR(pg_catalog./) nullif(g.rows_estimated, 0)), 1) AS percent,
		pg_catalog.make_interval(secs => pg_catalog.ceil(
			greatest(g.rows_estimated OPERATOR(pg_catalog.-) g.rows_done, 0)
			OPERATOR(pg_catalog./) nullif(g.rows_per_second, 0))) AS eta
	FROM migrator.backfill g
	JOIN pg_catalog.pg_locks k ON k.locktype OPERATOR(pg_catalog.=) 'advisory' AND k.objsubid OPERATOR(pg_catalog.=) 27909
		AND k.database OPERATOR(pg_catalog.=) l.database AND k.pid OPERATOR(pg_catalog.=) g.backend_pid
	WHERE g.project OPERATOR(pg_catalog.=) d.project AND g.tenant OPERATOR(pg_catalog.=) d.tenant
		AND g.backend_pid OPERATOR(pg_catalog.=) d.backend_pid AND g.finished_at IS NULL
	ORDER BY g.updated_at DESC LIMIT 1) f ON true;
COMMENT ON VIEW migrator.progress IS 'The deployments and upgrades that are running: which revision and, of deployments, statement, its phase, per cent, rows and time left, who blocks it and since when.';

CREATE VIEW migrator.metrics AS
SELECT p.project, ''::pg_catalog.text COLLATE "C" AS tenant, 'migrator_revisions'::pg_catalog.text AS name,
	(SELECT pg_catalog.count(*) FROM migrator.revision r WHERE r.project OPERATOR(pg_catalog.=) p.project)::pg_catalog.float8 AS value
FROM migrator.project p
UNION ALL
SELECT l.project, l.tenant, 'migrator_steps_total', pg_catalog.count(*)
FROM migrator.log l GROUP BY 1, 2
UNION ALL
SELECT l.project, l.tenant, 'migrator_last_step_timestamp_seconds',
	EXTRACT(epoch FROM pg_catalog.max(l.started_at OPERATOR(pg_catalog.+) l.elapsed))
FROM migrator.log l GROUP BY 1, 2
UNION ALL
SELECT d.project, d.tenant, 'migrator_deployments_' OPERATOR(pg_catalog.||)
	pg_catalog.replace(coalesce(d.outcome, 'unfinished'), ' ', '_') OPERATOR(pg_catalog.||) '_total', pg_catalog.count(*)
FROM migrator.deployment d GROUP BY 1, 2, 3
UNION ALL
SELECT j.project, j.tenant, 'migrator_half_done_seconds',
	EXTRACT(epoch FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) j.started_at)
FROM migrator.journal j
UNION ALL
SELECT p.project, p.tenant, 'migrator_deployment_running_seconds',
	EXTRACT(epoch FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) p.started_at)
FROM migrator.progress p
UNION ALL
SELECT p.project, p.tenant, 'migrator_deployment_lock_wait_seconds', coalesce(EXTRACT(epoch FROM p.waited), 0)
FROM migrator.progress p;
COMMENT ON VIEW migrator.metrics IS 'Figures for a monitoring system: project, tenant, name and value of each.';

----------------------------------------------------------------------------
-- Rights
----------------------------------------------------------------------------

CREATE FUNCTION migrator.capability_functions(capability text) RETURNS SETOF regprocedure
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	viewer CONSTANT name[] := ARRAY['export', 'export_files', 'upgrade_sql', 'downgrade_sql', 'log', 'statements', 'status', 'preflight', 'ddl_log',
									'locks', 'backfill_progress'];
	author CONSTANT name[] := ARRAY['revision', 'merge', 'load', 'import', 'import_directory', 'changed_files',
									'edit_revision', 'delete_revision', 'rename_revision', 'convert_ids', 'autogenerate', 'add_hook', 'remove_hook'];
	deployer CONSTANT name[] := ARRAY['upgrade', 'downgrade', 'deploy', 'rollback', 'resolve', 'backfill', 'stamp', 'adopt', 'freeze', 'unfreeze',
									  'record', 'record_schema', 'detect'];
	approver CONSTANT name[] := ARRAY['approve', 'withdraw_approval'];
	names name[];
BEGIN
	IF capability IS NULL THEN
		RAISE EXCEPTION 'argument "capability" must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	names := CASE capability
		WHEN 'viewer' THEN viewer
		WHEN 'author' THEN viewer OPERATOR(pg_catalog.||) author
		WHEN 'deployer' THEN viewer OPERATOR(pg_catalog.||) deployer
		WHEN 'approver' THEN viewer OPERATOR(pg_catalog.||) approver
	END;
	IF names IS NULL THEN
		RAISE EXCEPTION 'capability "%" does not exist', capability
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = 'The capabilities are viewer, author, deployer and approver.';
	END IF;
	RETURN QUERY
		SELECT p.oid::pg_catalog.regprocedure
		FROM pg_catalog.pg_proc p
		WHERE p.pronamespace OPERATOR(pg_catalog.=) 'migrator'::pg_catalog.regnamespace
		  AND p.proname OPERATOR(pg_catalog.=) ANY (names)
		ORDER BY p.oid::pg_catalog.regprocedure::pg_catalog.text COLLATE "C";
END
$$;
COMMENT ON FUNCTION migrator.capability_functions(text) IS
'The functions that a capability (viewer, author, deployer, approver) may call, beyond those that everybody may.';

CREATE FUNCTION migrator.grant_role(role name, capability text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	function regprocedure;
BEGIN
	IF role IS NULL THEN
		RAISE EXCEPTION 'argument "role" must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	FOR function IN SELECT f FROM migrator.capability_functions(capability) f LOOP
		EXECUTE pg_catalog.format('GRANT EXECUTE ON ROUTINE %s TO %I', function, role);
	END LOOP;
	EXECUTE pg_catalog.format('GRANT SELECT ON migrator.progress, migrator.metrics TO %I', role);
END
$$;
COMMENT ON FUNCTION migrator.grant_role(name, text) IS
'Give a role the capability viewer (read scripts and log), author (write revisions), deployer (run them) or approver (approve them).';
REVOKE EXECUTE ON FUNCTION migrator.grant_role(name, text) FROM PUBLIC;

CREATE FUNCTION migrator.revoke_role(role name, capability text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	function regprocedure;
BEGIN
	IF role IS NULL THEN
		RAISE EXCEPTION 'argument "role" must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;

	-- the others include viewer, which has to be taken away by itself
	FOR function IN
		SELECT f FROM migrator.capability_functions(capability) f
		WHERE capability OPERATOR(pg_catalog.=) 'viewer'
		   OR NOT EXISTS (SELECT FROM migrator.capability_functions('viewer') v
						  WHERE v OPERATOR(pg_catalog.=) f)
	LOOP
		EXECUTE pg_catalog.format('REVOKE EXECUTE ON ROUTINE %s FROM %I', function, role);
	END LOOP;
	IF capability OPERATOR(pg_catalog.=) 'viewer' THEN
		EXECUTE pg_catalog.format('REVOKE SELECT ON migrator.progress, migrator.metrics FROM %I', role);
	END IF;
END
$$;
COMMENT ON FUNCTION migrator.revoke_role(name, text) IS
'Take a capability away from a role; revoking another than viewer leaves it a viewer.';
REVOKE EXECUTE ON FUNCTION migrator.revoke_role(name, text) FROM PUBLIC;
