/*-------------------------------------------------------------------------
 * src/reader/reader_publication.c
 *	  Read publications, what they publish, and subscriptions.
 *
 * Whether a subscription is enabled is a state of it and not read, as pg_dump
 * has it.  Passwords in connection strings are masked; the string in full is
 * in a property of its own, which is there only when a text that the user has
 * given is read back.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_publication.h"
#include "catalog/pg_publication_namespace.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_subscription.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

/* Columns that not all versions have are taken from the row as jsonb. */
#define PUBLICATIONS \
	"SELECT 'pg_publication'::regclass::oid, p.oid, 0, 'publication', NULL::text," \
	" p.pubname::text, quote_ident(p.pubname), NULL::oid, NULL::oid, NULL::int," \
	" jsonb_strip_nulls(jsonb_build_object(" \
	"'all_tables', CASE WHEN p.puballtables THEN true END," \
	" 'publish', nullif(concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END," \
	" CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END," \
	" CASE WHEN p.pubtruncate THEN 'truncate' END), 'insert, update, delete, truncate')," \
	" 'via_root', CASE WHEN p.pubviaroot THEN true END," \
	" 'generated', CASE to_jsonb(p) ->> 'pubgencols' WHEN 's' THEN 'stored' END)) AS props," \
	" " MIG_OWNER("p.pubowner") \
	" FROM pg_publication p"

#define RELATIONS \
	"SELECT 'pg_publication_rel'::regclass::oid, r.oid, 0, 'publication relation', NULL::text," \
	" c.relname::text, " MIG_QUALIFIED("n.nspname", "c.relname") " || ' IN ' || quote_ident(p.pubname)," \
	" 'pg_publication'::regclass::oid, p.oid, 0," \
	" jsonb_strip_nulls(jsonb_build_object(" \
	"'table', " MIG_QUALIFIED("n.nspname", "c.relname") "," \
	" 'columns', (SELECT jsonb_agg(quote_ident(a.attname) ORDER BY a.attname COLLATE \"C\")" \
	" FROM unnest(r.prattrs::int2[]) x (attnum) JOIN pg_attribute a" \
	" ON a.attrelid = r.prrelid AND a.attnum = x.attnum)," \
	" 'where', pg_get_expr(r.prqual, r.prrelid)))" \
	" FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid" \
	" JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace"

#define SCHEMAS \
	"SELECT 'pg_publication_namespace'::regclass::oid, r.oid, 0, 'publication schema', NULL::text," \
	" n.nspname::text, quote_ident(n.nspname) || ' IN ' || quote_ident(p.pubname)," \
	" 'pg_publication'::regclass::oid, p.oid, 0," \
	" jsonb_build_object('member', quote_ident(n.nspname))" \
	" FROM pg_publication_namespace r JOIN pg_publication p ON p.oid = r.pnpubid" \
	" JOIN pg_namespace n ON n.oid = r.pnnspid"

#define MASKED_CONNECTION \
	"regexp_replace(regexp_replace(s.subconninfo," \
	" E'(password[[:space:]]*=[[:space:]]*)(''[^'']*''|[^[:space:]&'']*)', E'\\\\1" MIG_MASK "', 'gi')," \
	" E'(://[^:/@]*:)[^@]*@', E'\\\\1" MIG_MASK "@')"

#define SUBSCRIPTIONS(secrets) \
	"SELECT 'pg_subscription'::regclass::oid, s.oid, 0, 'subscription', NULL::text," \
	" s.subname::text, quote_ident(s.subname), NULL::oid, NULL::oid, NULL::int," \
	" jsonb_strip_nulls(jsonb_build_object(" \
	"'connection', " MASKED_CONNECTION secrets "," \
	" 'publications', to_jsonb(s.subpublications)," \
	" 'slot_name', nullif(s.subslotname, s.subname)," \
	" 'no_slot', CASE WHEN s.subslotname IS NULL THEN true END," \
	" 'binary', CASE WHEN s.subbinary THEN true END," \
	" 'streaming', CASE to_jsonb(s) ->> 'substream' WHEN 'true' THEN 'on' WHEN 't' THEN 'on'" \
	" WHEN 'p' THEN 'parallel' END," \
	" 'two_phase', CASE WHEN s.subtwophasestate <> 'd' THEN true END," \
	" 'disable_on_error', CASE WHEN s.subdisableonerr THEN true END," \
	" 'no_password_required', CASE to_jsonb(s) ->> 'subpasswordrequired' WHEN 'false' THEN true END," \
	" 'run_as_owner', CASE to_jsonb(s) ->> 'subrunasowner' WHEN 'true' THEN true END," \
	" 'failover', CASE to_jsonb(s) ->> 'subfailover' WHEN 'true' THEN true END," \
	" 'synchronous_commit', nullif(s.subsynccommit, 'off')," \
	" 'origin', nullif(to_jsonb(s) ->> 'suborigin', 'any')," \
	" 'owner', " MIG_ROLE("s.subowner") "," \
	" 'labels', (SELECT jsonb_object_agg(l.provider, l.label) FROM pg_shseclabel l" \
	" WHERE l.objoid = s.oid AND l.classoid = 'pg_subscription'::regclass)))" \
	" FROM pg_subscription s" \
	" WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())"

MigReading	MigReadPublications[] = {
	MIG_READING(MIG_READ_OBJECTS, true, PublicationRelationId, NULL, PUBLICATIONS),
	MIG_READING(MIG_READ_OBJECTS, true, PublicationRelRelationId, NULL, RELATIONS),
	MIG_READING(MIG_READ_OBJECTS, true, PublicationNamespaceRelationId, NULL, SCHEMAS),
	MIG_READING_MASKED(true, SubscriptionRelationId, NULL, SUBSCRIPTIONS("")),
	MIG_READING_CLEAR(true, SubscriptionRelationId, NULL, SUBSCRIPTIONS(", 'secrets', nullif(s.subconninfo, " MASKED_CONNECTION ")")),
	MIG_READING_END
};
