/*-------------------------------------------------------------------------
 * src/reader/reader_acl.c
 *	  Privileges as a property.
 *
 * They are left out if they are those that an object of this kind and owner has
 * by itself.  Otherwise they are a list of {grantee, grantor, privileges,
 * grantable}, as MIG_ACL_ITEMS makes it: grantor only if it is not the owner;
 * PUBLIC is the empty grantee; grantable are those with the grant option,
 * privileges those without; ALL are all that there are for the kind, if they
 * are more than one.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "nodes/parsenodes.h"
#include "port/pg_bitutils.h"
#include "reader/reader_internal.h"
#include "utils/builtins.h"

/* Names of privileges, in their order. */
static const struct
{
	AclMode		right;
	const char *name;
}			rights[] =

{
	{ACL_ALTER_SYSTEM, "ALTER SYSTEM"},
	{ACL_CONNECT, "CONNECT"},
	{ACL_CREATE, "CREATE"},
	{ACL_DELETE, "DELETE"},
	{ACL_EXECUTE, "EXECUTE"},
	{ACL_INSERT, "INSERT"},
#ifdef ACL_MAINTAIN
	{ACL_MAINTAIN, "MAINTAIN"},
#endif
	{ACL_REFERENCES, "REFERENCES"},
	{ACL_SELECT, "SELECT"},
	{ACL_SET, "SET"},
	{ACL_CREATE_TEMP, "TEMPORARY"},
	{ACL_TRIGGER, "TRIGGER"},
	{ACL_TRUNCATE, "TRUNCATE"},
	{ACL_UPDATE, "UPDATE"},
	{ACL_USAGE, "USAGE"},
};

/* What one role was granted by another. */
typedef struct Grant
{
	const char *grantee;
	const char *grantor;
	AclMode		plain;			/* without the grant option */
	AclMode		grantable;
} Grant;

static ObjectType TypeOf(MigKind kind);
static bool Contains(const Acl *acl, const Acl *other);
static int	Collect(const Acl *acl, Grant *grants);
static void PushGrant(JsonbParseState **state, const Grant *grant, const char *owner, AclMode all);
static void PushRights(JsonbParseState **state, const char *name, AclMode mode, AclMode all);
static int	CompareGrants(const void *a, const void *b);

/*
 * MigReadRole
 *		The name of a role.
 */
char *
MigReadRole(Oid role)
{
	return NameStr(*DatumGetName(DirectFunctionCall1(pg_get_userbyid, ObjectIdGetDatum(role))));
}

/*
 * MigReadAddAcl
 *		Add the property "acl" to an object, whose owner is known.
 */
void
MigReadAddAcl(MigReadObject *object, Acl *acl)
{
	ObjectType	type = TypeOf(object->kind);
	Acl		   *usual = acldefault(type, object->owner);
	JsonbParseState *state = NULL;
	AclMode		all = type == OBJECT_COLUMN ? ACL_ALL_RIGHTS_COLUMN : ACL_NO_RIGHTS;
	Grant	   *grants;
	int			ngrants;

	if (Contains(acl, usual) && Contains(usual, acl))
		return;
	for (int i = 0; i < ACL_NUM(usual); i++)
		if (ACL_DAT(usual)[i].ai_grantee == object->owner)
			all |= ACLITEM_GET_PRIVS(ACL_DAT(usual)[i]);
	grants = palloc(sizeof(Grant) * (ACL_NUM(acl) + 1));
	ngrants = Collect(acl, grants);

	(void) pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < ngrants; i++)
		PushGrant(&state, &grants[i], MigReadRole(object->owner), all);
	MigReadAddJsonb(object, "acl", JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, NULL)));
}

static ObjectType
TypeOf(MigKind kind)
{
	switch (kind)
	{
		case MIG_KIND_SCHEMA:
			return OBJECT_SCHEMA;
		case MIG_KIND_LANGUAGE:
			return OBJECT_LANGUAGE;
		case MIG_KIND_TYPE:
		case MIG_KIND_DOMAIN:
			return OBJECT_TYPE;
		case MIG_KIND_FUNCTION:
		case MIG_KIND_PROCEDURE:
		case MIG_KIND_AGGREGATE:
			return OBJECT_FUNCTION;
		case MIG_KIND_FDW:
			return OBJECT_FDW;
		case MIG_KIND_SERVER:
			return OBJECT_FOREIGN_SERVER;
		case MIG_KIND_SEQUENCE:
			return OBJECT_SEQUENCE;
		case MIG_KIND_TABLE:
		case MIG_KIND_FOREIGN_TABLE:
		case MIG_KIND_VIEW:
		case MIG_KIND_MATERIALIZED_VIEW:
			return OBJECT_TABLE;
		case MIG_KIND_COLUMN:
			return OBJECT_COLUMN;
		default:
			elog(ERROR, "a %s has no privileges", MigKindName(kind));
	}
	return OBJECT_TABLE;		/* keep compiler quiet */
}

/* Whether all items of other are in acl. */
static bool
Contains(const Acl *acl, const Acl *other)
{
	for (int i = 0; i < ACL_NUM(other); i++)
	{
		const AclItem *item = &ACL_DAT(other)[i];
		bool		found = false;

		for (int j = 0; j < ACL_NUM(acl) && !found; j++)
			found = ACL_DAT(acl)[j].ai_grantee == item->ai_grantee &&
				ACL_DAT(acl)[j].ai_grantor == item->ai_grantor &&
				ACL_DAT(acl)[j].ai_privs == item->ai_privs;
		if (!found)
			return false;
	}
	return true;
}

/* The items that grant anything, sorted, those of the same roles as one. */
static int
Collect(const Acl *acl, Grant *grants)
{
	int			n = 0;
	int			last = 0;

	for (int i = 0; i < ACL_NUM(acl); i++)
	{
		const AclItem *item = &ACL_DAT(acl)[i];
		AclMode		grantable = ACLITEM_GET_PRIVS(*item) & ACLITEM_GET_GOPTIONS(*item);

		if (ACLITEM_GET_PRIVS(*item) == ACL_NO_RIGHTS)
			continue;
		grants[n].grantee = item->ai_grantee == ACL_ID_PUBLIC ? "" : MigReadRole(item->ai_grantee);
		grants[n].grantor = MigReadRole(item->ai_grantor);
		grants[n].plain = ACLITEM_GET_PRIVS(*item) & ~grantable;
		grants[n].grantable = grantable;
		n++;
	}
	qsort(grants, n, sizeof(Grant), CompareGrants);
	for (int i = 1; i < n; i++)
		if (CompareGrants(&grants[i], &grants[last]) == 0)
		{
			grants[last].plain |= grants[i].plain;
			grants[last].grantable |= grants[i].grantable;
		}
		else
			grants[++last] = grants[i];
	return n == 0 ? 0 : last + 1;
}

static void
PushGrant(JsonbParseState **state, const Grant *grant, const char *owner, AclMode all)
{
	(void) pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	MigPropPush(state, WJB_KEY, "grantee");
	MigPropPush(state, WJB_VALUE, grant->grantee);
	if (strcmp(grant->grantor, owner) != 0)
	{
		MigPropPush(state, WJB_KEY, "grantor");
		MigPropPush(state, WJB_VALUE, grant->grantor);
	}
	PushRights(state, "privileges", grant->plain, all);
	PushRights(state, "grantable", grant->grantable, all);
	(void) pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

static void
PushRights(JsonbParseState **state, const char *name, AclMode mode, AclMode all)
{
	int			n = pg_popcount64(mode);

	if (n == 0)
		return;
	MigPropPush(state, WJB_KEY, name);
	(void) pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
	if (n > 1 && n == pg_popcount64(all))
		MigPropPush(state, WJB_ELEM, "ALL");
	else
		for (size_t i = 0; i < lengthof(rights); i++)
			if (mode & rights[i].right)
				MigPropPush(state, WJB_ELEM, rights[i].name);
	(void) pushJsonbValue(state, WJB_END_ARRAY, NULL);
}

static int
CompareGrants(const void *a, const void *b)
{
	const Grant *one = a;
	const Grant *other = b;
	int			order = strcmp(one->grantee, other->grantee);

	return order != 0 ? order : strcmp(one->grantor, other->grantor);
}
