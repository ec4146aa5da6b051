/*-------------------------------------------------------------------------
 * src/reader/reader_operator.c
 *	  Read operators, operator families and operator classes.
 *
 * Members belong to a class or, if they are loose, to a family: as pg_depend
 * has it, which is what pg_dump goes by.  Operators that are no more than
 * shells, made by a COMMUTATOR or NEGATOR that was never defined, are not
 * objects; who made them has them as a property, and drops them.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_amop.h"
#include "catalog/pg_amproc.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "reader/reader_internal.h"

/* Whether a row of a catalog of members belongs to owner. */
#define IS_MEMBER(catalog, owner, owner_catalog) \
	"EXISTS (SELECT FROM pg_depend d WHERE d.classid = '" catalog "'::regclass AND d.objid = m.oid" \
	" AND d.refclassid = '" owner_catalog "'::regclass AND d.refobjid = " owner ".oid)"

/* Loose members that the family is said to require cannot be dropped. */
#define IS_REQUIRED(catalog) \
	"CASE WHEN EXISTS (SELECT FROM pg_depend d WHERE d.classid = '" catalog "'::regclass" \
	" AND d.objid = m.oid AND d.refclassid = 'pg_opfamily'::regclass AND d.deptype = 'i')" \
	" THEN true END"

#define OPERATORS(owner, catalog, family) \
	"(SELECT jsonb_agg(jsonb_build_object('strategy', m.amopstrategy," \
	" 'required', " IS_REQUIRED("pg_amop") "," \
	" 'operator', " MIG_OPERATOR("m.amopopr") ", 'left', t.lefttype, 'right', t.righttype," \
	" 'order_by', (SELECT " MIG_REFERENCE("sn.nspname", "quote_ident(s.opfname)") \
	" FROM pg_opfamily s JOIN pg_namespace sn ON sn.oid = s.opfnamespace" \
	" WHERE s.oid = m.amopsortfamily))" \
	" ORDER BY m.amopstrategy, t.lefttype COLLATE \"C\", t.righttype COLLATE \"C\", m.amoppurpose)" \
	" FROM pg_amop m, LATERAL (SELECT format_type(m.amoplefttype, NULL) AS lefttype," \
	" format_type(m.amoprighttype, NULL) AS righttype) t" \
	" WHERE m.amopfamily = " family " AND " IS_MEMBER("pg_amop", owner, catalog) ")"

#define FUNCTIONS(owner, catalog, family) \
	"(SELECT jsonb_agg(jsonb_build_object('number', m.amprocnum," \
	" 'required', " IS_REQUIRED("pg_amproc") "," \
	" 'function', " MIG_FUNCTION("m.amproc") ", 'left', t.lefttype, 'right', t.righttype)" \
	" ORDER BY m.amprocnum, t.lefttype COLLATE \"C\", t.righttype COLLATE \"C\")" \
	" FROM pg_amproc m, LATERAL (SELECT format_type(m.amproclefttype, NULL) AS lefttype," \
	" format_type(m.amprocrighttype, NULL) AS righttype) t" \
	" WHERE m.amprocfamily = " family " AND " IS_MEMBER("pg_amproc", owner, catalog) ")"

/* Of a class if it is a member of one, and otherwise of its family. */
#define MEMBER_ALIASES(catalog, family) \
	"SELECT d.classid, d.objid, 0, d.refclassid, d.refobjid, 0" \
	" FROM pg_depend d JOIN " catalog " m ON m.oid = d.objid" \
	" WHERE d.classid = '" catalog "'::regclass AND (d.refclassid = 'pg_opclass'::regclass" \
	" OR (d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = m." family \
	" AND NOT EXISTS (SELECT FROM pg_depend c WHERE c.classid = d.classid" \
	" AND c.objid = d.objid AND c.refclassid = 'pg_opclass'::regclass)))"

MigReading	MigReadOperators[] = {
	MIG_READING(MIG_READ_OBJECTS, false, OperatorRelationId, NULL,
				"SELECT 'pg_operator'::regclass::oid, o.oid, 0, 'operator',"
				" n.nspname::text, o.oprname::text,"
				" quote_ident(n.nspname) || '.' || o.oprname || " MIG_OPERAND_TYPES("o") ","
				" NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'left', CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END,"
				" 'right', format_type(o.oprright, NULL),"
				" 'function', " MIG_FUNCTION_NAME("o.oprcode") ","
				" 'commutator', " MIG_OPERATOR("o.oprcom") ","
				" 'negator', " MIG_OPERATOR("o.oprnegate") ","
				" 'restrict', " MIG_FUNCTION_NAME("o.oprrest") ","
				" 'join', " MIG_FUNCTION_NAME("o.oprjoin") ","
				" 'hashes', CASE WHEN o.oprcanhash THEN true END,"
				" 'merges', CASE WHEN o.oprcanmerge THEN true END,"
				" 'shells', (SELECT jsonb_agg(" MIG_OPERATOR("s.oid")
				" ORDER BY " MIG_OPERATOR("s.oid") " COLLATE \"C\")"
				" FROM pg_operator s WHERE s.oid IN (o.oprcom, o.oprnegate) AND s.oprcode = 0))) AS props,"
				" " MIG_OWNER("o.oprowner")
				" FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace"
				" WHERE o.oprnamespace = ANY ($1) AND o.oprcode <> 0"),

	MIG_READING(MIG_READ_OBJECTS, false, OperatorFamilyRelationId, NULL,
				"SELECT 'pg_opfamily'::regclass::oid, o.oid, 0, 'operator family',"
				" n.nspname::text, o.opfname::text,"
				" " MIG_QUALIFIED("n.nspname", "o.opfname") " || ' USING ' || quote_ident(a.amname),"
				" NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'method', quote_ident(a.amname),"
				" 'operators', " OPERATORS("o", "pg_opfamily", "o.oid") ","
				" 'functions', " FUNCTIONS("o", "pg_opfamily", "o.oid") ")) AS props,"
				" " MIG_OWNER("o.opfowner")
				" FROM pg_opfamily o JOIN pg_namespace n ON n.oid = o.opfnamespace"
				" JOIN pg_am a ON a.oid = o.opfmethod"
				" WHERE o.opfnamespace = ANY ($1)"),

	MIG_READING(MIG_READ_OBJECTS, false, OperatorClassRelationId, NULL,
				"SELECT 'pg_opclass'::regclass::oid, o.oid, 0, 'operator class',"
				" n.nspname::text, o.opcname::text,"
				" " MIG_QUALIFIED("n.nspname", "o.opcname") " || ' USING ' || quote_ident(a.amname),"
				" NULL::oid, NULL::oid, NULL::int,"
				" jsonb_strip_nulls(jsonb_build_object("
				"'method', quote_ident(a.amname),"
				" 'family', " MIG_REFERENCE("fn.nspname", "quote_ident(f.opfname)") ","
				" 'type', format_type(o.opcintype, NULL),"
				" 'default', CASE WHEN o.opcdefault THEN true END,"
				" 'storage', CASE WHEN o.opckeytype <> 0 THEN format_type(o.opckeytype, NULL) END,"
				" 'operators', " OPERATORS("o", "pg_opclass", "o.opcfamily") ","
				" 'functions', " FUNCTIONS("o", "pg_opclass", "o.opcfamily") ")) AS props,"
				" " MIG_OWNER("o.opcowner")
				" FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace"
				" JOIN pg_am a ON a.oid = o.opcmethod"
				" JOIN pg_opfamily f ON f.oid = o.opcfamily"
				" JOIN pg_namespace fn ON fn.oid = f.opfnamespace"
				" WHERE o.opcnamespace = ANY ($1)"),

	MIG_READING(MIG_READ_ALIASES, false, AccessMethodOperatorRelationId, NULL, MEMBER_ALIASES("pg_amop", "amopfamily")),
	MIG_READING(MIG_READ_ALIASES, false, AccessMethodProcedureRelationId, NULL, MEMBER_ALIASES("pg_amproc", "amprocfamily")),
	MIG_READING_END
};
