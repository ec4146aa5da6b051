/*-------------------------------------------------------------------------
 * src/reader/reader_index.c
 *	  Read indexes that are not behind a constraint, and what partitions'
 *	  indexes are attached to.
 *
 * A definition begins after the table's name: the rest is the same whatever
 * table and index are called.  The predicate and the options, which come last
 * in the server's text, are properties of their own.
 *
 * A partitioned index is invalid as long as a partition has none attached;
 * that follows from the attachments and is no property of it.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

#define PREFIX_LENGTH \
	"length('CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX '" \
	" || quote_ident(x.relname) || ' ON ' || CASE WHEN x.relkind = 'I' THEN 'ONLY ' ELSE '' END" \
	" || " MIG_QUALIFIED("n.nspname", "r.relname") " || ' ')"

#define SUFFIX_LENGTH \
	"(coalesce(length(' WITH (' || " MIG_OPTIONS_TEXT("x.reloptions") " || ')'), 0)" \
	" + coalesce(length(' WHERE ' || pg_get_expr(i.indpred, i.indrelid)), 0))"

MigReading	MigReadIndexes[] = {
	MIG_READING(MIG_READ_OBJECTS, false, IndexRelationId, NULL,
				"SELECT 'pg_class'::regclass::oid, x.oid, 0, 'index', n.nspname::text, x.relname::text, "
				MIG_QUALIFIED("n.nspname", "x.relname") ","
				" 'pg_class'::regclass::oid, r.oid, 0,"
				" CASE WHEN i.indisunique THEN true END AS \"unique\","
				" substr(s.definition, " PREFIX_LENGTH " + 1,"
				" length(s.definition) - " PREFIX_LENGTH " - " SUFFIX_LENGTH ") AS definition,"
				" pg_get_expr(i.indpred, i.indrelid) AS predicate,"
				" CASE WHEN x.reloptions IS NOT NULL THEN " MIG_OPTIONS("x.reloptions") " END AS options,"
				" t.spcname::text AS tablespace,"
				" CASE WHEN x.relkind = 'I' THEN true END AS partitioned,"
				" CASE WHEN NOT i.indisvalid AND x.relkind <> 'I' THEN true END AS invalid,"
				" CASE WHEN i.indisclustered THEN true END AS clustered,"
				" CASE WHEN i.indisreplident AND r.relreplident = 'i' THEN true END AS replica_identity,"
				" a.targets AS statistics,"
				" e.names AS extensions"
				" FROM (SELECT i.* FROM pg_index i WHERE i.indislive"
				" AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid"
				" AND c.conrelid = i.indrelid AND c.contype IN ('p', 'u', 'x')) OFFSET 0) i"
				" JOIN pg_class x ON x.oid = i.indexrelid"
				" JOIN pg_class r ON r.oid = i.indrelid"
				" JOIN pg_namespace n ON n.oid = r.relnamespace"
				" CROSS JOIN LATERAL (SELECT pg_get_indexdef(x.oid) AS definition OFFSET 0) s"
				" LEFT JOIN pg_tablespace t ON t.oid = x.reltablespace"
				" LEFT JOIN (SELECT a.attrelid, jsonb_agg(jsonb_build_object('column', a.attnum,"
				" 'target', a.attstattarget) ORDER BY a.attnum) AS targets"
				" FROM pg_attribute a JOIN pg_class x ON x.oid = a.attrelid AND x.relkind IN ('i', 'I')"
				" WHERE a.attstattarget >= 0 GROUP BY 1) a ON a.attrelid = x.oid"
				" LEFT JOIN " MIG_INDEX_EXTENSIONS " e ON e.objid = x.oid"
				" WHERE r.relnamespace = ANY ($1) AND r.relkind IN ('r', 'p', 'm')"),

	/* The index may be one behind a constraint. */
	MIG_READING(MIG_READ_OBJECTS, false, InheritsRelationId, NULL,
				"SELECT 'pg_inherits'::regclass::oid, x.oid, 0, 'index attachment',"
				" n.nspname::text, x.relname::text, "
				MIG_QUALIFIED("n.nspname", "x.relname") " || ' TO ' || "
				MIG_QUALIFIED("pn.nspname", "p.relname") ","
				" 'pg_class'::regclass::oid, x.oid, 0, '{}'::jsonb"
				" FROM pg_inherits h JOIN pg_class x ON x.oid = h.inhrelid"
				" JOIN pg_namespace n ON n.oid = x.relnamespace"
				" JOIN pg_class p ON p.oid = h.inhparent"
				" JOIN pg_namespace pn ON pn.oid = p.relnamespace"
				" WHERE x.relnamespace = ANY ($1) AND x.relkind IN ('i', 'I')"),
	MIG_READING(MIG_READ_NEEDS, false, InheritsRelationId, NULL,
				"SELECT 'pg_inherits'::regclass::oid, x.oid, 0, 'pg_class'::regclass::oid, h.inhparent, 0"
				" FROM pg_inherits h JOIN pg_class x ON x.oid = h.inhrelid"
				" WHERE x.relnamespace = ANY ($1) AND x.relkind IN ('i', 'I')"),
	MIG_READING_END
};
