/*-------------------------------------------------------------------------
 * src/reader/reader_trigger.c
 *	  Read triggers and event triggers.
 *
 * Triggers that partitions have from the partitioned table are the latter's
 * business: where one is enabled differently, the trigger that it comes from
 * says so, in the list "partitions", from above to below.  Such a trigger
 * needs the link of the partition, since the difference goes when that goes.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_event_trigger.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

/* Triggers of partitions that are not enabled as the one above: x, of root. */
#define DEVIANTS \
	"WITH RECURSIVE clones AS (" \
	"SELECT p.oid AS root, x.oid, x.tgrelid, x.tgname, x.tgenabled, 1 AS level," \
	" x.tgenabled <> p.tgenabled AS deviates" \
	" FROM pg_trigger p JOIN pg_trigger x ON x.tgparentid = p.oid" \
	" WHERE p.tgparentid = 0 AND NOT p.tgisinternal" \
	" UNION ALL" \
	" SELECT u.root, x.oid, x.tgrelid, x.tgname, x.tgenabled, u.level + 1, x.tgenabled <> u.tgenabled" \
	" FROM clones u JOIN pg_trigger x ON x.tgparentid = u.oid)"

#define TRIGGERS \
	DEVIANTS \
	"SELECT 'pg_trigger'::regclass::oid, t.oid, 0, 'trigger', n.nspname::text, t.tgname::text," \
	" quote_ident(t.tgname) || ' ON ' || " MIG_QUALIFIED("n.nspname", "c.relname") "," \
	" 'pg_class'::regclass::oid, c.oid, 0," \
	" jsonb_strip_nulls(jsonb_build_object(" \
	"'definition', pg_get_triggerdef(t.oid, false)," \
	" 'enabled', " MIG_ENABLED("t.tgenabled") "," \
	" 'partitions', d.partitions))" \
	" FROM pg_trigger t" \
	" JOIN pg_class c ON c.oid = t.tgrelid" \
	" JOIN pg_namespace n ON n.oid = c.relnamespace" \
	" LEFT JOIN (SELECT x.root, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(" \
	"'table', " MIG_QUALIFIED("xn.nspname", "xc.relname") "," \
	" 'enabled', " MIG_ENABLED("x.tgenabled") "," \
	" 'comment', " MIG_COMMENT("x.oid", "pg_trigger", "0") "))" \
	" ORDER BY x.level, xn.nspname COLLATE \"C\", xc.relname COLLATE \"C\") AS partitions" \
	" FROM clones x JOIN pg_class xc ON xc.oid = x.tgrelid JOIN pg_namespace xn ON xn.oid = xc.relnamespace" \
	" WHERE x.deviates GROUP BY x.root) d ON d.root = t.oid" \
	" WHERE c.relnamespace = ANY ($1) AND NOT t.tgisinternal AND t.tgparentid = 0"

#define TRIGGER_NEEDS \
	DEVIANTS \
	"SELECT 'pg_trigger'::regclass::oid, x.root, 0, 'pg_inherits'::regclass::oid, i.inhrelid, i.inhseqno" \
	" FROM clones x JOIN pg_inherits i ON i.inhrelid = x.tgrelid WHERE x.deviates"

#define EVENT_TRIGGERS \
	"SELECT 'pg_event_trigger'::regclass::oid, e.oid, 0, 'event trigger', NULL::text, e.evtname::text," \
	" quote_ident(e.evtname), NULL::oid, NULL::oid, NULL::int," \
	" jsonb_strip_nulls(jsonb_build_object(" \
	"'event', e.evtevent," \
	" 'tags', to_jsonb(e.evttags)," \
	" 'function', e.evtfoid::regproc::text," \
	" 'enabled', " MIG_ENABLED("e.evtenabled") ")) AS props," \
	" " MIG_OWNER("e.evtowner") \
	" FROM pg_event_trigger e"

MigReading	MigReadTriggers[] = {
	MIG_READING(MIG_READ_OBJECTS, false, TriggerRelationId, NULL, TRIGGERS),
	MIG_READING(MIG_READ_NEEDS, false, TriggerRelationId, NULL, TRIGGER_NEEDS),
	MIG_READING(MIG_READ_OBJECTS, true, EventTriggerRelationId, NULL, EVENT_TRIGGERS),
	MIG_READING_END
};
