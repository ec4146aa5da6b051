/*-------------------------------------------------------------------------
 * src/reader/reader_statistics.c
 *	  Read extended statistics.
 *
 * They are in a schema of their own, which need not be that of the table.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

/* The server lists columns by their numbers, which mean nothing: list by name. */
#define COLUMNS_BY(order) \
	"(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY " order ")" \
	" FROM unnest(s.stxkeys) WITH ORDINALITY AS k (attnum, n)" \
	" JOIN pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = k.attnum)"

#define STATISTICS \
	"SELECT 'pg_statistic_ext'::regclass::oid, s.oid, 0, 'statistics', n.nspname::text, s.stxname::text," \
	" " MIG_QUALIFIED("n.nspname", "s.stxname") "," \
	" 'pg_class'::regclass::oid, s.stxrelid, 0," \
	" jsonb_strip_nulls(jsonb_build_object(" \
	"'definition', coalesce(replace(pg_get_statisticsobjdef(s.oid)," \
	" ' ON ' || " COLUMNS_BY("k.n") ", ' ON ' || " COLUMNS_BY("a.attname COLLATE \"C\"") ")," \
	" pg_get_statisticsobjdef(s.oid))," \
	" 'target', nullif(s.stxstattarget, -1))) AS props," \
	" " MIG_OWNER("s.stxowner") \
	" FROM pg_statistic_ext s" \
	" JOIN pg_namespace n ON n.oid = s.stxnamespace" \
	" WHERE s.stxnamespace = ANY ($1)"

MigReading	MigReadStatistics[] = {
	MIG_READING(MIG_READ_OBJECTS, false, StatisticExtRelationId, NULL, STATISTICS),
	MIG_READING_END
};
