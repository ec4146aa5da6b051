/*-------------------------------------------------------------------------
 * src/reader/reader_table.c
 *	  Read tables, their columns, defaults, and links to parent tables.
 *
 * Foreign tables are tables here; views are not.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

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
	" " MIG_COMMON_COLUMNS("c.oid", "pg_class", "c.relowner", "c.relacl", "'r'") \
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

#define COLUMNS \
	"SELECT 'pg_class'::regclass::oid, c.oid, a.attnum::int, 'column'," \
	" n.nspname::text, a.attname::text," \
	" " MIG_QUALIFIED("n.nspname", "c.relname") " || '.' || quote_ident(a.attname)," \
	" 'pg_class'::regclass::oid, c.oid, 0," \
	" row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum) AS position," \
	" format_type(a.atttypid, a.atttypmod) AS type," \
	" CASE WHEN a.attcollation <> y.typcollation THEN a.attcollation::regcollation::text END AS collation," \
	" CASE WHEN a.attnotnull THEN true END AS not_null," \
	MIG_SQL_NOT_NULL_PROPS \
	" CASE WHEN NOT a.attislocal THEN true END AS inherited," \
	" CASE WHEN a.attislocal AND a.attinhcount > 0 THEN true END AS merged," \
	" CASE WHEN c.relkind = 'p' AND EXISTS (SELECT FROM pg_depend d" \
	" WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = a.attnum" \
	" AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = 0" \
	" AND d.deptype = 'i')" \
	" THEN true END AS partition_key," \
	" CASE WHEN a.attidentity <> '' AND NOT " MIG_SQL_IDENTITY_INHERITED " THEN" \
	" CASE a.attidentity WHEN 'a' THEN 'always' ELSE 'by default' END END AS identity_generation," \
	" CASE WHEN a.attidentity <> '' AND NOT " MIG_SQL_IDENTITY_INHERITED \
	" THEN nullif(" IDENTITY_SEQUENCE ", '{}') END AS identity_sequence," \
	" CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END AS generated," \
	" CASE WHEN a.attgenerated <> '' THEN (SELECT pg_get_expr(e.adbin, e.adrelid)" \
	" FROM pg_attrdef e WHERE e.adrelid = a.attrelid AND e.adnum = a.attnum) END AS expression," \
	" CASE WHEN a.attstorage <> y.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'plain'" \
	" WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' WHEN 'm' THEN 'main' END END AS storage," \
	" CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression," \
	" nullif(a.attstattarget::int, -1) AS statistics," \
	" CASE WHEN cardinality(a.attoptions) > 1 OR a.attoptions[1] NOT LIKE 'pg\\_attver=%'" \
	" THEN " ATTRIBUTE_OPTIONS("a.attoptions") " END AS options," \
	" CASE WHEN a.attfdwoptions IS NOT NULL THEN " MIG_OPTIONS("a.attfdwoptions") " END AS fdw_options," \
	" " MIG_ACL("a.attacl", "'c'", "c.relowner") " AS acl," \
	" m.description AS comment," \
	" CASE WHEN EXISTS (SELECT FROM pg_seclabel) THEN " MIG_LABELS("c.oid", "pg_class", "a.attnum") " END AS labels" \
	" FROM pg_class c" \
	" JOIN pg_namespace n ON n.oid = c.relnamespace" \
	" JOIN pg_attribute a ON a.attrelid = c.oid" \
	" JOIN pg_type y ON y.oid = a.atttypid" \
	MIG_SQL_NOT_NULL_JOIN \
	" LEFT JOIN pg_description m ON m.objoid = c.oid AND m.classoid = 'pg_class'::regclass" \
	" AND m.objsubid = a.attnum" \
	" WHERE c.relnamespace = ANY ($1) AND " IS_TABLE("c.relkind") \
	" AND a.attnum > 0 AND NOT a.attisdropped"

#define DEFAULTS \
	"SELECT 'pg_attrdef'::regclass::oid, e.oid, 0, 'default', n.nspname::text, a.attname::text," \
	" " MIG_QUALIFIED("n.nspname", "c.relname") " || '.' || quote_ident(a.attname)," \
	" 'pg_class'::regclass::oid, c.oid, a.attnum::int," \
	" pg_get_expr(e.adbin, e.adrelid) AS expression, NULL::text AS comment" \
	" FROM pg_attrdef e" \
	" JOIN pg_class c ON c.oid = e.adrelid" \
	" JOIN pg_namespace n ON n.oid = c.relnamespace" \
	" JOIN pg_attribute a ON a.attrelid = e.adrelid AND a.attnum = e.adnum" \
	" WHERE c.relnamespace = ANY ($1) AND " IS_TABLE("c.relkind") " AND a.attgenerated = ''"

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

/* Generation expressions and identity sequences belong to their columns. */
#define COLUMN_ALIASES \
	"SELECT 'pg_attrdef'::regclass::oid, e.oid, 0, 'pg_class'::regclass::oid, e.adrelid, e.adnum::int" \
	" FROM pg_attrdef e JOIN pg_attribute a ON a.attrelid = e.adrelid AND a.attnum = e.adnum" \
	" WHERE a.attgenerated <> ''" \
	" UNION ALL" \
	" SELECT d.classid, d.objid, 0, d.refclassid, d.refobjid, d.refobjsubid" \
	" FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'" \
	" WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass" \
	" AND d.deptype = 'i' AND d.refobjsubid > 0"

MigReading	MigReadTables[] = {
	MIG_READING(MIG_READ_OBJECTS, false, TABLES),
	MIG_READING(MIG_READ_OBJECTS, false, COLUMNS),
	MIG_READING(MIG_READ_OBJECTS, false, DEFAULTS),
	MIG_READING(MIG_READ_OBJECTS, false, LINKS),
	MIG_READING(MIG_READ_NEEDS, false, LINK_NEEDS),
	MIG_READING(MIG_READ_ALIASES, false, COLUMN_ALIASES),
	MIG_READING_END
};
