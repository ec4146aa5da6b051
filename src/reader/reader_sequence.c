/*-------------------------------------------------------------------------
 * src/reader/reader_sequence.c
 *	  Read sequences, but for those of identity columns.
 *
 * The default limits follow from type and direction; they and a start at the
 * limit are left out, as are all values that CREATE SEQUENCE takes by itself.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

#define TYPE_MAX \
	"CASE s.seqtypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647" \
	" ELSE 9223372036854775807 END"

#define TYPE_MIN \
	"CASE s.seqtypid WHEN 'int2'::regtype THEN -32768 WHEN 'int4'::regtype THEN -2147483648" \
	" ELSE (-9223372036854775808)::int8 END"

MigReading	MigReadSequences[] = {
	MIG_READING(MIG_READ_OBJECTS, false, RelationRelationId, "S",
				"SELECT 'pg_class'::regclass::oid, c.oid, 0, 'sequence', n.nspname::text, c.relname::text, "
				MIG_QUALIFIED("n.nspname", "c.relname") ","
				" NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'type', nullif(format_type(s.seqtypid, NULL), 'bigint'),"
				" 'increment', nullif(s.seqincrement, 1),"
				" 'min', nullif(s.seqmin, CASE WHEN s.seqincrement > 0 THEN 1 ELSE " TYPE_MIN " END),"
				" 'max', nullif(s.seqmax, CASE WHEN s.seqincrement > 0 THEN " TYPE_MAX " ELSE -1 END),"
				" 'start', nullif(s.seqstart, CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END),"
				" 'cache', nullif(s.seqcache, 1),"
				" 'cycle', CASE WHEN s.seqcycle THEN true END,"
				" 'unlogged', CASE WHEN c.relpersistence = 'u' THEN true END,"
				" 'owned_by', o.owner)) AS props,"
				" " MIG_OWNER_AND_ACL("c.relowner", "c.relacl")
				" FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid"
				" JOIN pg_namespace n ON n.oid = c.relnamespace"
				" LEFT JOIN (SELECT d.objid, d.deptype, "
				MIG_QUALIFIED("tn.nspname", "t.relname") " || '.' || quote_ident(a.attname) AS owner"
				" FROM pg_depend d JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'"
				" JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace"
				" JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid"
				" WHERE d.classid = 'pg_class'::regclass AND d.objsubid = 0"
				" AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0"
				" AND d.deptype IN ('a', 'i')) o ON o.objid = c.oid"
				" WHERE c.relnamespace = ANY ($1) AND c.relkind = 'S'"
				" AND o.deptype IS DISTINCT FROM 'i'"),
	MIG_READING_END
};
