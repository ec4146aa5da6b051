/*-------------------------------------------------------------------------
 * src/reader/reader_table.c
 *	  Read tables, what is rare in their columns, and links to parent tables.
 *
 * Foreign tables are tables here; views are not.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

/* What is a table. */
#define IS_TABLE(relkind)	relkind " IN ('r', 'p', 'f')"

/*
 * Options of attributes.  Servers of November 2026 keep an element of their
 * own there, pg_attver=n, which is no option.
 */
#define ATTRIBUTE_OPTIONS(array) \
	"(SELECT jsonb_agg(o ORDER BY o COLLATE \"C\") FROM unnest(" array ") o WHERE o NOT LIKE 'pg\\_attver=%')"
#define HAS_OPTIONS \
	"(cardinality(a.attoptions) > 1 OR a.attoptions[1] NOT LIKE 'pg\\_attver=%')"

#define TABLES \
	"SELECT 'pg_class'::regclass::oid, c.oid, 0," \
	" CASE c.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END," \
	" n.nspname::text, c.relname::text, " MIG_QUALIFIED("n.nspname", "c.relname") "," \
	" NULL::oid, NULL::oid, NULL::int," \
	" CASE WHEN c.relpersistence = 'u' THEN true END AS unlogged," \
	" CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_by," \
	" CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS of_type," \
	" (SELECT m.amname::text FROM pg_am m WHERE m.oid = c.relam AND m.amname <> 'heap') AS access_method," \
	" (SELECT s.spcname::text FROM pg_tablespace s WHERE s.oid = c.reltablespace) AS tablespace," \
	" CASE WHEN c.reloptions IS NOT NULL OR t.reloptions IS NOT NULL THEN" \
	" (SELECT jsonb_agg(x.o ORDER BY x.t, x.n) FROM (" \
	"SELECT 1 AS t, m.o, m.n FROM unnest(c.reloptions) WITH ORDINALITY AS m (o, n)" \
	" UNION ALL SELECT 2, 'toast.' || m.o, m.n FROM unnest(t.reloptions) WITH ORDINALITY AS m (o, n)) x)" \
	" END AS options," \
	" CASE WHEN c.relkind = 'f' THEN NULL WHEN c.relreplident = 'f' THEN 'full'" \
	" WHEN c.relreplident = 'n' THEN 'nothing' END AS replica_identity," \
	" CASE WHEN c.relrowsecurity THEN true END AS row_security," \
	" CASE WHEN c.relforcerowsecurity THEN true END AS force_row_security," \
	" s.srvname::text AS server," \
	" CASE WHEN f.ftoptions IS NOT NULL THEN " MIG_OPTIONS("f.ftoptions") " END AS server_options," \
	" " MIG_OWNER_AND_ACL("c.relowner", "c.relacl") \
	" FROM pg_class c" \
	" JOIN pg_namespace n ON n.oid = c.relnamespace" \
	" LEFT JOIN pg_class t ON t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL" \
	" LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid" \
	" LEFT JOIN pg_foreign_server s ON s.oid = f.ftserver" \
	" WHERE c.relnamespace = ANY ($1) AND " IS_TABLE("c.relkind")

/* The options of an identity column's sequence, as far as they are not the defaults. */
#define IDENTITY_SEQUENCE \
	"(SELECT jsonb_strip_nulls(jsonb_build_object(" \
	"'name', CASE WHEN sn.nspname = n.nspname AND sc.relname = c.relname || '_' || a.attname || '_seq' THEN NULL" \
	" ELSE " MIG_QUALIFIED("sn.nspname", "sc.relname") " END," \
	" 'start', CASE WHEN q.seqstart <> CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END" \
	" THEN q.seqstart END," \
	" 'increment', nullif(q.seqincrement, 1)," \
	" 'min', CASE WHEN q.seqincrement > 0 THEN nullif(q.seqmin, 1)" \
	" ELSE nullif(q.seqmin, " SEQUENCE_MIN ") END," \
	" 'max', CASE WHEN q.seqincrement > 0 THEN nullif(q.seqmax, " SEQUENCE_MAX ")" \
	" ELSE nullif(q.seqmax, -1) END," \
	" 'cache', nullif(q.seqcache, 1)," \
	" 'cycle', CASE WHEN q.seqcycle THEN true END," \
	" 'unlogged', CASE WHEN sc.relpersistence <> c.relpersistence THEN sc.relpersistence = 'u' END," \
	" 'acl', " MIG_ACL("sc.relacl", "'s'", "sc.relowner") "," \
	" 'comment', " MIG_COMMENT("sc.oid", "pg_class", "0") "," \
	" 'labels', " MIG_LABELS("sc.oid", "pg_class", "0") "))" \
	" FROM pg_depend d JOIN pg_class sc ON sc.oid = d.objid JOIN pg_namespace sn ON sn.oid = sc.relnamespace" \
	" JOIN pg_sequence q ON q.seqrelid = sc.oid" \
	" WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum" \
	" AND d.classid = 'pg_class'::regclass AND d.deptype = 'i')"
#define SEQUENCE_MIN \
	"CASE q.seqtypid WHEN 21 THEN -32768 WHEN 23 THEN -2147483648 ELSE -9223372036854775808 END"
#define SEQUENCE_MAX \
	"CASE q.seqtypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 ELSE 9223372036854775807 END"

/* What few columns have; the rest is read by MigReadColumns. */
#define COLUMN_PROPERTIES \
	"SELECT 'pg_class'::regclass::oid, c.oid, a.attnum::int," \
	MIG_SQL_NOT_NULL_PROPS \
	" CASE WHEN c.relkind = 'p' AND EXISTS (SELECT FROM pg_depend d" \
	" WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = a.attnum" \
	" AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = 0" \
	" AND d.deptype = 'i')" \
	" THEN true END AS partition_key," \
	" CASE WHEN a.attidentity <> '' AND NOT " MIG_SQL_IDENTITY_INHERITED " THEN" \
	" CASE a.attidentity WHEN 'a' THEN 'always' ELSE 'by default' END END AS identity_generation," \
	" CASE WHEN a.attidentity <> '' AND NOT " MIG_SQL_IDENTITY_INHERITED \
	" THEN nullif(" IDENTITY_SEQUENCE ", '{}') END AS identity_sequence," \
	" CASE WHEN a.attgenerated <> '' THEN (SELECT pg_get_expr(e.adbin, e.adrelid)" \
	" FROM pg_attrdef e WHERE e.adrelid = a.attrelid AND e.adnum = a.attnum) END AS expression," \
	" nullif(a.attstattarget::int, -1) AS statistics," \
	" CASE WHEN " HAS_OPTIONS " THEN " ATTRIBUTE_OPTIONS("a.attoptions") " END AS options," \
	" CASE WHEN a.attfdwoptions IS NOT NULL THEN " MIG_OPTIONS("a.attfdwoptions") " END AS fdw_options," \
	" CASE WHEN a.attacl IS NOT NULL THEN a.attacl END AS acl" \
	" FROM pg_class c" \
	" JOIN pg_namespace n ON n.oid = c.relnamespace" \
	" JOIN pg_attribute a ON a.attrelid = c.oid" \
	MIG_SQL_NOT_NULL_JOIN \
	" WHERE c.relnamespace = ANY ($1) AND " IS_TABLE("c.relkind") \
	" AND a.attnum > 0 AND NOT a.attisdropped" \
	" AND (c.relkind = 'p' OR a.attidentity <> '' OR a.attgenerated <> ''" \
	" OR nullif(a.attstattarget::int, -1) IS NOT NULL OR " HAS_OPTIONS \
	" OR a.attfdwoptions IS NOT NULL OR a.attacl IS NOT NULL" MIG_SQL_NOT_NULL_ANY ")"

/* The place among several parents is the order of their columns. */
#define LINKS \
	"SELECT 'pg_inherits'::regclass::oid, i.inhrelid, i.inhseqno, 'inheritance'," \
	" n.nspname::text, c.relname::text," \
	" " MIG_QUALIFIED("n.nspname", "c.relname") " || ' INHERITS ' || " MIG_QUALIFIED("pn.nspname", "p.relname") "," \
	" 'pg_class'::regclass::oid, c.oid, 0," \
	" " MIG_QUALIFIED("pn.nspname", "p.relname") " AS \"to\"," \
	" nullif(row_number() OVER (PARTITION BY i.inhrelid ORDER BY i.inhseqno), 1) AS \"order\"," \
	" CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END AS bound" \
	" FROM pg_inherits i" \
	" JOIN pg_class c ON c.oid = i.inhrelid" \
	" JOIN pg_namespace n ON n.oid = c.relnamespace" \
	" JOIN pg_class p ON p.oid = i.inhparent" \
	" JOIN pg_namespace pn ON pn.oid = p.relnamespace" \
	" WHERE c.relnamespace = ANY ($1) AND " IS_TABLE("c.relkind")

/* A link needs the parent table, and inherited columns need the parent's. */
#define LINK_NEEDS \
	"SELECT 'pg_inherits'::regclass::oid, i.inhrelid, i.inhseqno, 'pg_class'::regclass::oid, i.inhparent, 0" \
	" FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid" \
	" WHERE c.relnamespace = ANY ($1) AND " IS_TABLE("c.relkind") \
	" UNION ALL" \
	" SELECT 'pg_class'::regclass::oid, i.inhrelid, a.attnum::int, 'pg_class'::regclass::oid, i.inhparent, pa.attnum::int" \
	" FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid" \
	" JOIN pg_attribute a ON a.attrelid = i.inhrelid" \
	" JOIN pg_attribute pa ON pa.attrelid = i.inhparent AND pa.attname = a.attname" \
	" WHERE c.relnamespace = ANY ($1) AND " IS_TABLE("c.relkind") \
	" AND a.attnum > 0 AND NOT a.attisdropped AND pa.attnum > 0 AND NOT pa.attisdropped"

MigReading	MigReadTables[] = {
	MIG_READING(MIG_READ_OBJECTS, false, RelationRelationId, "rpf", TABLES),
	MIG_READING_SCAN(MigReadColumns),
	MIG_READING_SCAN(MigReadDefaults),
	MIG_READING(MIG_READ_PROPERTIES, false, AttributeRelationId, NULL, COLUMN_PROPERTIES),
	MIG_READING(MIG_READ_OBJECTS, false, InheritsRelationId, NULL, LINKS),
	MIG_READING(MIG_READ_NEEDS, false, InheritsRelationId, NULL, LINK_NEEDS),
	MIG_READING_END
};
