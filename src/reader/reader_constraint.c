/*-------------------------------------------------------------------------
 * src/reader/reader_constraint.c
 *	  Read constraints of tables, and the indexes behind them.
 *
 * What the server appends to a constraint's text, such as NOT VALID, and what
 * belongs to its index are properties of their own, since most of it can be
 * changed in place.
 *
 * Checks and foreign keys that a table has only because its parent has them
 * are read too, marked "inherited": when the link to the parent goes, they
 * stay.  The rows that a foreign key has for each partition of the table that
 * it points to are the server's own business.
 *
 * Not-null constraints (version 18) are a property of their columns.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

/* What pg_get_constraintdef() appends, and what an exclusion's index adds. */
#define SUFFIX_LENGTH \
	"(CASE WHEN c.contype = 'x' THEN" \
	" coalesce(length(' WITH (' || " MIG_OPTIONS_TEXT("x.reloptions") " || ')'), 0)" \
	" + coalesce(length(' WHERE (' || pg_get_expr(i.indpred, i.indrelid) || ')'), 0) ELSE 0 END" \
	" + CASE WHEN c.condeferrable THEN length(' DEFERRABLE') ELSE 0 END" \
	" + CASE WHEN c.condeferred THEN length(' INITIALLY DEFERRED') ELSE 0 END" \
	" + CASE WHEN NOT " MIG_SQL_ENFORCED("c") " THEN length(' NOT ENFORCED')" \
	" WHEN NOT c.convalidated THEN length(' NOT VALID') ELSE 0 END)"

/* Whether a constraint is there only because a parent of the table has it. */
#define IS_INHERITED \
	"(c.contype = 'c' AND c.coninhcount > 0 AND NOT c.conislocal" \
	" OR c.contype = 'f' AND c.conparentid <> 0)"

MigReading	MigReadConstraints[] = {
	MIG_READING(MIG_READ_OBJECTS, false, ConstraintRelationId, "pucfx",
				"SELECT 'pg_constraint'::regclass::oid, c.oid, 0, 'constraint',"
				" n.nspname::text, c.conname::text,"
				" quote_ident(c.conname) || ' ON ' || " MIG_QUALIFIED("n.nspname", "r.relname") ","
				" 'pg_class'::regclass::oid, r.oid, 0,"
				" CASE c.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique'"
				" WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' ELSE 'exclusion' END AS type,"
				" left(s.definition, length(s.definition) - " SUFFIX_LENGTH ") AS definition,"
				" pg_get_expr(i.indpred, i.indrelid) AS predicate,"
				" CASE WHEN x.reloptions IS NOT NULL THEN " MIG_OPTIONS("x.reloptions") " END AS options,"
				" t.spcname::text AS tablespace,"
				" CASE WHEN c.condeferrable THEN true END AS deferrable,"
				" CASE WHEN c.condeferred THEN true END AS deferred,"
				" CASE WHEN NOT " MIG_SQL_ENFORCED("c") " THEN true END AS not_enforced,"
				" CASE WHEN NOT c.convalidated AND " MIG_SQL_ENFORCED("c") " THEN true END AS not_valid,"
				" CASE WHEN " IS_INHERITED " THEN true END AS inherited,"
				" CASE WHEN r.relkind = 'p' AND c.contype <> 'c' THEN true END AS partitioned,"
				" CASE WHEN i.indisclustered THEN true END AS clustered,"
				" CASE WHEN i.indisreplident AND r.relreplident = 'i' THEN true END AS replica_identity,"
				" e.names AS extensions,"
				" CASE WHEN i.indexrelid IS NOT NULL THEN " MIG_COMMENT("i.indexrelid", "pg_class", "0")
				" END AS index_comment"
				" FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid"
				" JOIN pg_namespace n ON n.oid = r.relnamespace"
				" CROSS JOIN LATERAL (SELECT pg_get_constraintdef(c.oid) AS definition OFFSET 0) s"
				" LEFT JOIN pg_index i ON i.indexrelid = c.conindid AND c.contype IN ('p', 'u', 'x')"
				" LEFT JOIN pg_class x ON x.oid = i.indexrelid"
				" LEFT JOIN pg_tablespace t ON t.oid = x.reltablespace"
				" LEFT JOIN " MIG_INDEX_EXTENSIONS " e ON e.objid = i.indexrelid"
				" WHERE r.relnamespace = ANY ($1) AND c.contype IN ('p', 'u', 'c', 'f', 'x')"
				" AND r.relkind IN ('r', 'p', 'f')"
				" AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = c.conparentid"
				" AND p.confrelid <> c.confrelid)"),
	MIG_READING(MIG_READ_ALIASES, false, ConstraintRelationId, "pux",
				"SELECT 'pg_class'::regclass::oid, c.conindid, 0, 'pg_constraint'::regclass::oid, c.oid, 0"
				" FROM pg_constraint c"
				" WHERE c.connamespace = ANY ($1) AND c.contype IN ('p', 'u', 'x')"),

	/* An inherited one needs its parent's. */
	MIG_READING(MIG_READ_NEEDS, false, ConstraintRelationId, "cf",
				"SELECT 'pg_constraint'::regclass::oid, c.oid, 0, 'pg_constraint'::regclass::oid, p.oid, 0"
				" FROM pg_constraint c JOIN pg_constraint p ON p.oid = c.conparentid"
				" AND p.confrelid = c.confrelid WHERE c.connamespace = ANY ($1) AND c.contype = 'f'"
				" UNION ALL"
				" SELECT 'pg_constraint'::regclass::oid, c.oid, 0, 'pg_constraint'::regclass::oid, p.oid, 0"
				" FROM pg_constraint c JOIN pg_inherits h ON h.inhrelid = c.conrelid"
				" JOIN pg_constraint p ON p.conrelid = h.inhparent AND p.conname = c.conname"
				" AND p.contype = 'c' AND NOT p.connoinherit"
				" WHERE c.connamespace = ANY ($1) AND c.contype = 'c'"
				" AND c.coninhcount > 0 AND NOT c.conislocal"),

	/*
	 * Of several keys on the columns that it points to, the server takes the
	 * oldest; each of them will do.
	 */
	MIG_READING(MIG_READ_NEEDS, false, ConstraintRelationId, "f",
				"SELECT 'pg_constraint'::regclass::oid, c.oid, 0, 'pg_class'::regclass::oid, i.indexrelid, 0"
				" FROM pg_constraint c JOIN pg_index i ON i.indrelid = c.confrelid"
				" WHERE c.connamespace = ANY ($1) AND c.contype = 'f'"
				" AND i.indisunique AND i.indisvalid AND i.indimmediate AND NOT i.indisexclusion"
				" AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indnkeyatts = cardinality(c.confkey)"
				" AND (i.indkey::int2[])[0:i.indnkeyatts - 1] @> c.confkey"),
	MIG_READING_END
};
