/*-------------------------------------------------------------------------
 * src/reader/reader_internal.h
 *	  What the files of the room share: the queries and how they answer.
 *
 * A query for objects has the columns of MIG_ROW below, one row for each
 * object:
 *
 *	class, object, sub	 the object's address in the catalogs
 *	kind				 as in model.h
 *	schema, name		 unquoted; schema NULL outside schemas
 *	identity			 quoted and qualified, as written in SQL
 *	parent_class, parent_object, parent_sub
 *						 what it is a part of, NULL if nothing.  If that is
 *						 not in the snapshot, then neither is the object.
 *	and then the properties: one column for each, with the property's name, and
 *	of type text, boolean, integer, bigint or jsonb; null if it is missing.  An
 *	oid is the name of a role; an aclitem[], privileges, if they are not the
 *	default for the owner, which is the column before.  A jsonb object of the
 *	name "props", which is slower, has properties in it.
 *	Defaults are left out (jsonb_strip_nulls, nullif), so that equal objects have
 *	equal properties on every server.  Comments and security labels are not
 *	among them: reader_remark.c adds them to all objects.
 *
 * Members of extensions may be among the rows; they are left out later.  The
 * only parameter, $1, is an oid[] of the schemas to read.
 *
 * A query for properties has an address and then properties, as above, of an
 * object that another query or MigReadColumns has read.
 *
 * A query for aliases has two addresses (six columns): the first stands for
 * the second wherever it occurs in pg_depend, as a table's row type for the
 * table.  A query for needs has two addresses too: the first needs the second,
 * beyond what pg_depend says.
 *
 * Texts that a user wrote and that must not be touched are in the properties
 * "source" and "comment".  All other strings may be deparsed expressions,
 * which reader_canonical.c brings into one form.
 *-------------------------------------------------------------------------
 */
#ifndef MIG_READER_INTERNAL_H
#define MIG_READER_INTERNAL_H

#include "base/compat.h"
#include "db/db.h"
#include "model/model.h"
#include "reader/reader.h"
#include "utils/acl.h"
#include "utils/hsearch.h"

typedef enum MigReadWhat
{
	MIG_READ_OBJECTS,
	MIG_READ_PROPERTIES,		/* of objects that have been read */
	MIG_READ_ALIASES,
	MIG_READ_NEEDS
} MigReadWhat;

struct MigRead;

/* For which snapshots a query is. */
typedef enum MigReadSecrets
{
	MIG_SECRETS_EITHER,
	MIG_SECRETS_MASKED,
	MIG_SECRETS_CLEAR
} MigReadSecrets;

/*
 * A query of this room.  It is not run, nor even planned, if the catalog has no
 * row of a user in the schemas that are read, of one of the kinds if there are
 * any.
 */
typedef struct MigReading
{
	MigReadWhat what;
	bool		database_wide;	/* reads what is in no schema */
	MigReadSecrets secrets;
	Oid			catalog;		/* or 0: always run it */
	const char *kinds;			/* such as relkind; NULL for all */
	void		(*scan) (struct MigRead *read); /* instead of a query, or NULL */
	MigQuery	query;
} MigReading;

#define MIG_READING(what_, wide_, catalog_, kinds_, sql_) \
	{ \
		.what = (what_), .database_wide = (wide_), \
		.catalog = (catalog_), .kinds = (kinds_), \
		.query = { \
			.sql = (sql_), .read_only = true, .expect = SPI_OK_SELECT, \
			.nargs = 1, .argtypes = {OIDARRAYOID} \
		} \
	}

/* The same for objects with secrets, in two forms: without and with these. */
#define MIG_READING_MASKED(wide_, catalog_, kinds_, sql_) \
	MIG_READING_OF_SECRETS(wide_, MIG_SECRETS_MASKED, catalog_, kinds_, sql_)
#define MIG_READING_CLEAR(wide_, catalog_, kinds_, sql_) \
	MIG_READING_OF_SECRETS(wide_, MIG_SECRETS_CLEAR, catalog_, kinds_, sql_)
#define MIG_READING_OF_SECRETS(wide_, secrets_, catalog_, kinds_, sql_) \
	{ \
		.what = MIG_READ_OBJECTS, .database_wide = (wide_), .secrets = (secrets_), \
		.catalog = (catalog_), .kinds = (kinds_), \
		.query = { \
			.sql = (sql_), .read_only = true, .expect = SPI_OK_SELECT, \
			.nargs = 1, .argtypes = {OIDARRAYOID} \
		} \
	}

/* A catalog that is read without a query. */
#define MIG_READING_SCAN(scan_)	{.scan = (scan_)}

#define MIG_READING_END		{.query = {.sql = NULL}}

/* Parts of queries.  All of them expect search_path to be pg_catalog. */

/* A qualified and quoted name. */
#define MIG_QUALIFIED(schema, name) \
	"quote_ident(" schema ") || '.' || quote_ident(" name ")"

/* The name of a role by OID. */
#define MIG_ROLE(oid)		"pg_get_userbyid(" oid ")"

/*
 * Privileges, if they are not those that an object of this type (as for
 * acldefault) and owner has by itself: a list of {grantee, grantor, privileges,
 * grantable}, grantor only if it is not the owner.  PUBLIC is the empty grantee.
 * grantable are those with the grant option; privileges, those without.
 */
#define MIG_ACL(acl, type, owner) \
	"CASE WHEN " acl " IS NOT NULL" \
	" AND NOT (" acl " @> acldefault(" type ", " owner ")" \
	" AND " acl " <@ acldefault(" type ", " owner "))" \
	" THEN " MIG_ACL_ITEMS(acl, type, owner) " END"

/*
 * The same, whatever they are.  All privileges that there are for the type, if
 * they are more than one, are ALL: which ones these are depends on the server.
 */
#define MIG_ACL_ITEMS(acl, type, owner) \
	"(SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(" \
	"'grantee', acl_g.grantee, 'grantor', nullif(acl_g.grantor, " MIG_ROLE(owner) ")," \
	" 'privileges', " MIG_ACL_LIST("acl_g.privileges") ", 'grantable', " MIG_ACL_LIST("acl_g.grantable") "))" \
	" ORDER BY acl_g.grantee COLLATE \"C\", acl_g.grantor COLLATE \"C\"), '[]')" \
	" FROM (SELECT CASE WHEN acl_x.grantee = 0 THEN '' ELSE " MIG_ROLE("acl_x.grantee") "::text END AS grantee," \
	" " MIG_ROLE("acl_x.grantor") " AS grantor," \
	" jsonb_agg(acl_x.privilege_type ORDER BY acl_x.privilege_type COLLATE \"C\")" \
	" FILTER (WHERE NOT acl_x.is_grantable) AS privileges," \
	" jsonb_agg(acl_x.privilege_type ORDER BY acl_x.privilege_type COLLATE \"C\")" \
	" FILTER (WHERE acl_x.is_grantable) AS grantable" \
	" FROM aclexplode(" acl ") acl_x GROUP BY 1, 2) acl_g," \
	" (SELECT CASE " type " WHEN 'c' THEN 4 ELSE count(*) END AS n" \
	" FROM aclexplode(acldefault(" type ", " owner ")) acl_d WHERE acl_d.grantee = " owner ") acl_n)"

#define MIG_ACL_LIST(list) \
	"CASE WHEN jsonb_array_length(" list ") = acl_n.n AND acl_n.n > 1" \
	" THEN jsonb_build_array('ALL') ELSE " list " END"

/* The comment on an object of a catalog. */
#define MIG_COMMENT(oid, catalog, sub) \
	"(SELECT descr_.description FROM pg_description descr_ WHERE descr_.objoid = " oid \
	" AND descr_.classoid = '" catalog "'::regclass AND descr_.objsubid = " sub ")"

/* Security labels: provider to label. */
#define MIG_LABELS(oid, catalog, sub) \
	"(SELECT jsonb_object_agg(label_.provider, label_.label) FROM pg_seclabel label_ WHERE label_.objoid = " oid \
	" AND label_.classoid = '" catalog "'::regclass AND label_.objsubid = " sub ")"

/*
 * Owner and privileges as columns.  The one is an oid and the other an
 * aclitem[]; reader_acl.c makes the properties of them.
 */
#define MIG_OWNER(owner)	owner " AS owner"
#define MIG_OWNER_AND_ACL(owner, acl)	owner " AS owner, " acl " AS acl"

/*
 * Options such as reloptions: a list of name=value in their order, which
 * pg_dump prints; NULL if empty.
 */
#define MIG_OPTIONS(array) \
	"(SELECT jsonb_agg(x.o ORDER BY x.n) FROM unnest(" array ") WITH ORDINALITY AS x (o, n))"

/*
 * Names of things that are referred to, by OID; NULL for none.  What is in
 * pg_catalog is not qualified, just as the server deparses it; but its names
 * are never made longer because they are overloaded, since that differs between
 * versions.
 */
#define MIG_REFERENCE(schema, name) \
	"CASE WHEN " schema " <> 'pg_catalog' THEN quote_ident(" schema ") || '.' ELSE '' END || " name

#define MIG_FUNCTION_NAME(oid) \
	"(SELECT " MIG_REFERENCE("fn.nspname", "quote_ident(f.proname)") \
	" FROM pg_proc f JOIN pg_namespace fn ON fn.oid = f.pronamespace WHERE f.oid = " oid ")"

/* With the types of the arguments that identify it. */
#define MIG_FUNCTION(oid) \
	"(SELECT " MIG_REFERENCE("fn.nspname", "quote_ident(f.proname)") " || " MIG_INPUT_TYPES("f") \
	" FROM pg_proc f JOIN pg_namespace fn ON fn.oid = f.pronamespace WHERE f.oid = " oid ")"

#define MIG_OPERATOR_NAME(oid) \
	"(SELECT " MIG_REFERENCE("qn.nspname", "q.oprname") \
	" FROM pg_operator q JOIN pg_namespace qn ON qn.oid = q.oprnamespace WHERE q.oid = " oid ")"

/* With the types of the operands, as COMMENT ON OPERATOR wants it. */
#define MIG_OPERATOR(oid) \
	"(SELECT " MIG_REFERENCE("qn.nspname", "q.oprname") " || " MIG_OPERAND_TYPES("q") \
	" FROM pg_operator q JOIN pg_namespace qn ON qn.oid = q.oprnamespace WHERE q.oid = " oid ")"

/*
 * The types of a routine's or operator's operands, in parentheses.  Those of a
 * procedure are marked as IN, since without any mark they could also be all of
 * another procedure's arguments, with its output.
 */
#define MIG_INPUT_TYPES(proc) \
	"'(' || coalesce((SELECT string_agg(CASE " proc ".prokind WHEN 'p' THEN 'IN ' ELSE '' END" \
	" || format_type(i.type, NULL), ', ' ORDER BY i.number)" \
	" FROM unnest(" proc ".proargtypes) WITH ORDINALITY i (type, number)), '') || ')'"

#define MIG_OPERAND_TYPES(operator) \
	"' (' || CASE WHEN " operator ".oprleft = 0 THEN 'NONE' ELSE format_type(" operator ".oprleft, NULL) END" \
	" || ', ' || format_type(" operator ".oprright, NULL) || ')'"

/* The identity of a routine, from rows of pg_proc and pg_namespace. */
#define MIG_ROUTINE_IDENTITY(proc, namespace) \
	MIG_QUALIFIED(namespace ".nspname", proc ".proname") " || " MIG_INPUT_TYPES(proc)
/* Whether a rule or trigger is enabled, if it is so in another way than the usual. */
#define MIG_ENABLED(flag) \
	"CASE " flag " WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END"

/* A property. */
typedef struct MigReadField
{
	const char *name;
	JsonbValue	value;
} MigReadField;

/* An object as it was read. */
typedef struct MigReadObject
{
	MigAddress	address;
	MigAddress	parent;			/* class is 0 if there is none */
	struct MigReadObject *whole;	/* the parent, once everything is read */
	MigKind		kind;
	const char *schema;
	const char *name;
	const char *identity;
	const char *key;
	Jsonb	   *props;			/* or NULL */
	MigReadField *fields;		/* further properties */
	int			nfields;
	Oid			owner;			/* or 0 */
	Oid			type;			/* of a column */
	Oid			collation;
	bool		is_generated;
	bool		left_out;
	List	   *needs;			/* MigReadObject * */
	List	   *extensions;		/* char *: DEPENDS ON EXTENSION */
} MigReadObject;

/* What an address stands for. */
typedef struct MigReadEntry
{
	MigAddress	address;		/* hash key */
	MigReadObject *object;		/* or NULL */
	MigAddress	alias;			/* class is 0 if it stands for itself */
	Oid			extension;		/* that it is a member of, or 0 */
	bool		has_odd_columns;	/* a relation: with options or a target of
									 * statistics */
} MigReadEntry;

/* An entry of pg_depend, or of a query for needs. */
typedef struct MigReadPair
{
	MigAddress	from;
	MigAddress	to;
	char		deptype;
} MigReadPair;

/* What was found in a catalog. */
typedef struct MigPresence
{
	bool		known;			/* have we looked? */
	bool		any;
	char		kinds[16];		/* each once */
} MigPresence;

#define MIG_PRESENCE_SIZE	40

/* Most columns of a query. */
#define MIG_READ_COLUMNS	48

/* All that is read for a snapshot. */
typedef struct MigRead
{
	const MigReaderScope *scope;
	HTAB	   *entries;
	List	   *objects;
	List	   *pairs;			/* MigReadPair *: needs */
	List	  **unmet;
	const MigReading *query;	/* that runs */
	const char *columns[MIG_READ_COLUMNS];	/* their names */
	int			ncolumns;		/* 0 before its first row */
	bool		has_rare_columns;	/* that need a query */
	bool		has_odd_columns;	/* of what is no table */
	MigPresence presence[MIG_PRESENCE_SIZE];
} MigRead;

/* reader_*.c: queries of a class of objects, up to MIG_READING_END */
extern MigReading MigReadPolicies[];
extern MigReading MigReadSchemas[];
extern MigReading MigReadExtensions[];
extern MigReading MigReadPrivileges[];
extern MigReading MigReadForeign[];
extern MigReading MigReadPublications[];
extern MigReading MigReadTables[];
extern MigReading MigReadRoutines[];
extern MigReading MigReadStatistics[];
extern MigReading MigReadTextSearch[];
extern MigReading MigReadTriggers[];
extern MigReading MigReadViews[];
extern MigReading MigReadOperators[];
extern MigReading MigReadLanguages[];
extern MigReading MigReadTypes[];
extern MigReading MigReadCollations[];
extern MigReading MigReadConstraints[];
extern MigReading MigReadIndexes[];
extern MigReading MigReadSequences[];

static inline MigAddress
MigReadAt(Oid class, Oid object, int32 sub)
{
	MigAddress	address = {class, object, sub};

	return address;
}

/* reader_add.c */
extern MigReadEntry *MigReadGetEntry(MigRead *read, MigAddress address, bool make);
extern void MigReadAlias(MigRead *read, MigAddress address, MigAddress alias);
extern bool MigReadIsAlias(MigRead *read, Oid class, Oid oid);
extern bool MigReadIsInScope(const MigRead *read, Oid schema);
extern void MigReadAdd(MigRead *read, MigReadObject *object);
extern JsonbValue *MigReadAddField(MigReadObject *object, const char *name, enum jbvType type);
extern void MigReadAddText(MigReadObject *object, const char *name, const char *text);
extern void MigReadAddFlag(MigReadObject *object, const char *name);
extern void MigReadAddInt(MigReadObject *object, const char *name, int64 value);
extern void MigReadAddTexts(MigReadObject *object, const char *name, const List *items);
extern void MigReadAddJsonb(MigReadObject *object, const char *name, Jsonb *value);
extern void MigReadAddPair(MigRead *read, const MigReadPair *pair);
extern char *MigReadJoin(const char *one, const char *other, const char *last);

/* reader_acl.c */
extern char *MigReadRole(Oid role);
extern void MigReadAddAcl(MigReadObject *object, Acl *acl);

/* reader_alias.c */
extern void MigReadAliases(MigRead *read);

/* reader_build.c */
extern Jsonb *MigReadBuild(MigRead *read);

/* reader_canonical.c */
extern char *MigCanonicalExpression(const char *text);

/* reader_column.c */
extern void MigReadColumns(MigRead *read);
extern void MigReadDefaults(MigRead *read);
extern MigReadObject *MigReadFindTable(MigRead *read, Oid oid);

/* reader_constraint.c */
extern void MigReadConstraintRows(MigRead *read);

/* reader_depend.c */
extern void MigReadDepend(MigRead *read);
extern MigReadEntry *MigReadResolve(MigRead *read, MigAddress address);

/* reader_index.c */
extern void MigReadIndexRows(MigRead *read);
extern void MigReadAddIndex(MigReadObject *object, HeapTuple index, const char *predicate);

/* reader_presence.c */
extern bool MigReadIsPresent(MigRead *read, const MigReading *reading);

/* reader_remark.c */
extern void MigReadRemarks(MigRead *read);

/* reader_text.c */
extern char *MigReadCall(PGFunction function, Datum argument, Datum second);
extern char *MigReadPredicate(HeapTuple index);
extern char *MigReadOptions(Oid relation);
extern void MigReadCut(char *definition, const char *before, const char *part, const char *after);

#endif							/* MIG_READER_INTERNAL_H */
