/*-------------------------------------------------------------------------
 * src/reader/reader_routine.c
 *	  Read functions, procedures and aggregates.
 *
 * The constructors of a range type come and go with it: they are left out, and
 * stand for the type.  So does whatever else depends internally.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_proc.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

/*
 * Arguments, without the columns of RETURNS TABLE, which are in the result.
 * Names of modes as in SQL; IN is left out.
 */
#define ARGUMENTS \
	"(SELECT jsonb_agg(jsonb_build_object(" \
	"'name', nullif(p.proargnames[a.number], '')," \
	" 'mode', CASE p.proargmodes[a.number] WHEN 'o' THEN 'out' WHEN 'b' THEN 'inout'" \
	" WHEN 'v' THEN 'variadic' END," \
	" 'type', format_type(a.type, NULL)," \
	" 'default', CASE WHEN p.pronargdefaults > 0" \
	" THEN pg_get_function_arg_default(p.oid, a.number::int) END) ORDER BY a.number)" \
	" FROM unnest(coalesce(p.proallargtypes, p.proargtypes)) WITH ORDINALITY a (type, number)" \
	" WHERE p.proargmodes[a.number] IS DISTINCT FROM 't')"

#define TYPES_OF_TRANSFORMS \
	"(SELECT jsonb_agg(format_type(t.type, NULL) ORDER BY t.number)" \
	" FROM unnest(p.protrftypes) WITH ORDINALITY t (type, number))"

#define PARALLEL \
	"CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END"

/* How a final function treats the state; read-write is the rule for ordered sets. */
#define MODIFY(column) \
	"CASE WHEN " column " <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN" \
	" CASE " column " WHEN 'r' THEN 'read_only' WHEN 's' THEN 'shareable' ELSE 'read_write' END END"

#define NOT_INTERNAL \
	" AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass" \
	" AND d.objid = p.oid AND d.deptype = 'i')"

MigReading	MigReadRoutines[] = {
	MIG_READING(MIG_READ_OBJECTS, false, ProcedureRelationId, "fpw",
				"SELECT 'pg_proc'::regclass::oid, p.oid, 0,"
				" CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,"
				" n.nspname::text, p.proname::text, " MIG_ROUTINE_IDENTITY("p", "n") ","
				" NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'arguments', " ARGUMENTS ","
				" 'result', CASE WHEN p.prokind <> 'p' THEN pg_get_function_result(p.oid) END,"
				" 'language', quote_ident(l.lanname),"
				" 'window', CASE WHEN p.prokind = 'w' THEN true END,"
				" 'volatility', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' END,"
				" 'strict', CASE WHEN p.proisstrict THEN true END,"
				" 'leakproof', CASE WHEN p.proleakproof THEN true END,"
				" 'security_definer', CASE WHEN p.prosecdef THEN true END,"
				" 'parallel', " PARALLEL ","
				" 'cost', nullif(p.procost, CASE WHEN l.lanname IN ('internal', 'c') THEN 1 ELSE 100 END),"
				" 'rows', CASE WHEN p.proretset THEN nullif(p.prorows, 1000) END,"
				" 'support', " MIG_FUNCTION_NAME("p.prosupport") ","
				" 'settings', to_jsonb(p.proconfig),"
				" 'transforms', " TYPES_OF_TRANSFORMS ","
				" 'library', p.probin,"
				" 'source', CASE WHEN p.prosqlbody IS NULL THEN p.prosrc END,"
				" 'body', CASE WHEN p.prosqlbody IS NOT NULL THEN pg_get_function_sqlbody(p.oid) END)) AS props,"
				" " MIG_OWNER_AND_ACL("p.proowner", "p.proacl")
				" FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
				" JOIN pg_language l ON l.oid = p.prolang"
				" WHERE p.pronamespace = ANY ($1) AND p.prokind <> 'a'" NOT_INTERNAL),

	MIG_READING(MIG_READ_OBJECTS, false, ProcedureRelationId, "a",
				"SELECT 'pg_proc'::regclass::oid, p.oid, 0, 'aggregate',"
				" n.nspname::text, p.proname::text,"
				" CASE WHEN p.pronargs = 0 THEN " MIG_QUALIFIED("n.nspname", "p.proname") " || '(*)'"
				" ELSE " MIG_ROUTINE_IDENTITY("p", "n") " END,"
				" NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'type', CASE a.aggkind WHEN 'o' THEN 'ordered set' WHEN 'h' THEN 'hypothetical set' END,"
				" 'arguments', " ARGUMENTS ","
				" 'direct_arguments', CASE WHEN a.aggkind <> 'n' THEN a.aggnumdirectargs END,"
				" 'result', format_type(p.prorettype, NULL),"
				" 'sfunc', " MIG_FUNCTION_NAME("a.aggtransfn") ","
				" 'stype', format_type(a.aggtranstype, NULL),"
				" 'sspace', nullif(a.aggtransspace, 0),"
				" 'finalfunc', " MIG_FUNCTION_NAME("a.aggfinalfn") ","
				" 'finalfunc_extra', CASE WHEN a.aggfinalextra THEN true END,"
				" 'finalfunc_modify', CASE WHEN a.aggfinalfn <> 0 THEN " MODIFY("a.aggfinalmodify") " END,"
				" 'combinefunc', " MIG_FUNCTION_NAME("a.aggcombinefn") ","
				" 'serialfunc', " MIG_FUNCTION_NAME("a.aggserialfn") ","
				" 'deserialfunc', " MIG_FUNCTION_NAME("a.aggdeserialfn") ","
				" 'initcond', a.agginitval,"
				" 'msfunc', " MIG_FUNCTION_NAME("a.aggmtransfn") ","
				" 'minvfunc', " MIG_FUNCTION_NAME("a.aggminvtransfn") ","
				" 'mstype', CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END,"
				" 'msspace', nullif(a.aggmtransspace, 0),"
				" 'mfinalfunc', " MIG_FUNCTION_NAME("a.aggmfinalfn") ","
				" 'mfinalfunc_extra', CASE WHEN a.aggmfinalextra THEN true END,"
				" 'mfinalfunc_modify', CASE WHEN a.aggmfinalfn <> 0 THEN " MODIFY("a.aggmfinalmodify") " END,"
				" 'minitcond', a.aggminitval,"
				" 'sortop', " MIG_OPERATOR_NAME("a.aggsortop") ","
				" 'parallel', " PARALLEL ")) AS props,"
				" " MIG_OWNER_AND_ACL("p.proowner", "p.proacl")
				" FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid"
				" JOIN pg_namespace n ON n.oid = p.pronamespace"
				" WHERE p.pronamespace = ANY ($1)"),

	/*
	 * The server makes a routine depend on the transforms that there are for
	 * its types and language when it is created, whether it uses them or not.
	 * Here it needs them in any case.
	 */
	MIG_READING(MIG_READ_NEEDS, false, TransformRelationId, NULL,
				"SELECT 'pg_proc'::regclass::oid, p.oid, 0, 'pg_transform'::regclass::oid, t.oid, 0"
				" FROM pg_transform t JOIN pg_proc p ON p.prolang = t.trflang"
				" AND t.trftype = ANY (coalesce(p.proallargtypes, p.proargtypes::oid[]) || p.prorettype)"
				" WHERE p.pronamespace = ANY ($1) AND p.oid NOT IN (t.trffromsql, t.trftosql)"),
	MIG_READING_END
};
