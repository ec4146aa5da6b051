/*-------------------------------------------------------------------------
 * src/emit/emit_acl_plan.c
 *	  From one list of privileges to another by GRANT and REVOKE.
 *
 * A list of privileges is a set of names, or ALL: which ones these are is not
 * known here, since it depends on the kind of object and on the server.  So
 * nothing can be taken from ALL but ALL.
 *
 * What others than the owner have granted depends on their grant options.
 * Where anything of that changes, all of it is revoked and granted again.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static void CutChains(List **steps, List **from, List *to);
static bool SameChains(List *from, List *to);
static bool KeepsOptions(List *from, List *to);
static void PlanRevoke(List **steps, MigGrant *old, const MigGrant *new);
static void PlanGrant(List **steps, const MigGrant *old, const MigGrant *new);
static List *InOrder(List *acl);
static bool Waits(const MigGrant *grant, List *pending);
static void AddStep(List **steps, const MigGrant *grant, bool is_grant, bool option,
					List *privileges);
static MigGrant *Find(List *acl, const char *grantee, const char *grantor);
static MigGrant *FindOrAdd(List **acl, const char *grantee, const char *grantor);
static bool SameRole(const char *one, const char *other);
static bool IsAll(List *privileges);
static bool Has(List *privileges, const char *name);
static List *Plus(List *one, List *other);
static List *Minus(List *one, List *other);

/*
 * MigAclRead
 *		A property as a list of MigGrant; missing if there is none.
 */
List *
MigAclRead(JsonbContainer *props, const char *field, List *missing)
{
	List	   *acl = NIL;
	ListCell   *lc;

	if (props == NULL || MigPropItem(props, field) == NULL)
		return missing;
	foreach(lc, MigPropItems(props, field))
	{
		JsonbContainer *item = lfirst(lc);
		MigGrant   *grant = palloc0(sizeof(MigGrant));

		grant->grantee = MigPropText(item, "grantee");
		grant->grantor = MigPropText(item, "grantor");
		grant->privileges = MigPropTexts(item, "privileges");
		grant->grantable = MigPropTexts(item, "grantable");
		acl = lappend(acl, grant);
	}
	return acl;
}

/*
 * MigAclAdd
 *		Add a privilege that the owner has granted.
 */
List *
MigAclAdd(List *acl, const char *grantee, const char *privilege)
{
	MigGrant   *grant = FindOrAdd(&acl, grantee, NULL);

	grant->privileges = Plus(grant->privileges, list_make1(unconstify(char *, privilege)));
	return acl;
}

/*
 * MigAclMerge
 *		All privileges of both lists.  The result shares nothing with them.
 */
List *
MigAclMerge(List *acl, List *more)
{
	List	   *merged = NIL;
	List	   *lists[2] = {acl, more};
	ListCell   *lc;

	for (int i = 0; i < 2; i++)
		foreach(lc, lists[i])
	{
		const MigGrant *grant = lfirst(lc);
		MigGrant   *to = FindOrAdd(&merged, grant->grantee, grant->grantor);

		to->grantable = Plus(to->grantable, grant->grantable);
		to->privileges = Minus(Plus(to->privileges, grant->privileges), to->grantable);
	}
	return merged;
}

/*
 * MigAclNewOwner
 *		The list after ALTER ... OWNER TO: the new owner has, and has granted,
 *		what the old one had and had granted.
 */
List *
MigAclNewOwner(List *acl, const char *old_owner, const char *new_owner)
{
	List	   *renamed = NIL;
	ListCell   *lc;

	foreach(lc, acl)
	{
		MigGrant   *grant = palloc(sizeof(MigGrant));

		*grant = *(const MigGrant *) lfirst(lc);
		if (strcmp(grant->grantee, old_owner) == 0)
			grant->grantee = new_owner;
		if (grant->grantor != NULL && strcmp(grant->grantor, new_owner) == 0)
			grant->grantor = NULL;
		renamed = lappend(renamed, grant);
	}
	return MigAclMerge(renamed, NIL);
}

/*
 * MigAclRevoked
 *		The list after the revocations of a plan for another object: what is
 *		revoked for a table is revoked for its columns too.
 */
List *
MigAclRevoked(List *acl, List *steps)
{
	ListCell   *lc;

	acl = MigAclMerge(acl, NIL);
	foreach(lc, steps)
	{
		const MigAclStep *step = lfirst(lc);
		MigGrant   *grant;
		List	   *lost;

		if (step->is_grant)
			continue;
		grant = Find(acl, step->grantee, step->grantor);
		if (grant == NULL)
			continue;
		lost = Minus(grant->grantable, Minus(grant->grantable, step->privileges));
		grant->grantable = Minus(grant->grantable, step->privileges);
		if (step->option)
			grant->privileges = Plus(grant->privileges, lost);
		else
			grant->privileges = Minus(grant->privileges, step->privileges);
	}
	return acl;
}

/*
 * MigAclPlan
 *		The statements (MigAclStep *) that turn one list into the other.
 */
List *
MigAclPlan(List *from, List *to)
{
	List	   *steps = NIL;
	ListCell   *lc;

	from = MigAclMerge(from, NIL);
	CutChains(&steps, &from, to);
	foreach(lc, from)
	{
		MigGrant   *old = lfirst(lc);

		PlanRevoke(&steps, old, Find(to, old->grantee, old->grantor));
	}
	foreach(lc, InOrder(to))
	{
		const MigGrant *new = lfirst(lc);

		PlanGrant(&steps, Find(from, new->grantee, new->grantor), new);
	}
	return steps;
}

/*
 * If what others than the owner have granted is to change, or a grant option
 * that it may rest on, then revoke all grant options, and it with them.
 */
static void
CutChains(List **steps, List **from, List *to)
{
	List	   *left = NIL;
	ListCell   *lc;

	if (SameChains(*from, to) && SameChains(to, *from) && KeepsOptions(*from, to))
		return;
	foreach(lc, *from)
	{
		MigGrant   *grant = lfirst(lc);

		if (grant->grantor != NULL)
			continue;
		if (grant->grantable != NIL)
		{
			AddStep(steps, grant, false, true, grant->grantable);
			((MigAclStep *) llast(*steps))->cascade = true;
			grant->privileges = Plus(grant->privileges, grant->grantable);
			grant->grantable = NIL;
		}
		left = lappend(left, grant);
	}
	*from = left;
}

/* Whether all that others than the owner have granted in one is in the other. */
static bool
SameChains(List *from, List *to)
{
	ListCell   *lc;

	foreach(lc, from)
	{
		const MigGrant *one = lfirst(lc);
		const MigGrant *other;

		if (one->grantor == NULL)
			continue;
		other = Find(to, one->grantee, one->grantor);
		if (other == NULL || Minus(one->privileges, other->privileges) != NIL ||
			Minus(one->grantable, other->grantable) != NIL)
			return false;
	}
	return true;
}

/* Whether no one who has granted anything loses a grant option. */
static bool
KeepsOptions(List *from, List *to)
{
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, from)
	{
		const MigGrant *chained = lfirst(lc);

		if (chained->grantor == NULL)
			continue;
		foreach(lc2, from)
		{
			const MigGrant *base = lfirst(lc2);
			const MigGrant *new;

			if (strcmp(base->grantee, chained->grantor) != 0)
				continue;
			new = Find(to, base->grantee, base->grantor);
			if (Minus(base->grantable, new == NULL ? NIL : new->grantable) != NIL)
				return false;
		}
	}
	return true;
}

/* Take away what is too much; old is what is left. */
static void
PlanRevoke(List **steps, MigGrant *old, const MigGrant *new)
{
	List	   *wanted = new == NULL ? NIL : Plus(new->privileges, new->grantable);
	List	   *gone = Minus(Plus(old->privileges, old->grantable), wanted);
	List	   *lost;

	if (gone != NIL)
	{
		AddStep(steps, old, false, false, gone);
		old->privileges = Minus(old->privileges, gone);
		old->grantable = Minus(old->grantable, gone);
	}
	lost = Minus(old->grantable, new == NULL ? NIL : new->grantable);
	if (lost != NIL)
	{
		AddStep(steps, old, false, true, lost);
		old->privileges = Plus(old->privileges, lost);
		old->grantable = Minus(old->grantable, lost);
	}
}

static void
PlanGrant(List **steps, const MigGrant *old, const MigGrant *new)
{
	List	   *held = old == NULL ? NIL : Plus(old->privileges, old->grantable);
	List	   *plain = Minus(new->privileges, held);
	List	   *option = Minus(new->grantable, old == NULL ? NIL : old->grantable);

	if (plain != NIL)
		AddStep(steps, new, true, false, plain);
	if (option != NIL)
		AddStep(steps, new, true, true, option);
}

/* The owner's grants first, then those of others after what they rest on. */
static List *
InOrder(List *acl)
{
	List	   *ordered = NIL;
	List	   *pending = NIL;
	ListCell   *lc;

	foreach(lc, acl)
	{
		MigGrant   *grant = lfirst(lc);

		if (grant->grantor == NULL)
			ordered = lappend(ordered, grant);
		else
			pending = lappend(pending, grant);
	}
	while (pending != NIL)
	{
		MigGrant   *next = linitial(pending);

		foreach(lc, pending)
		{
			if (!Waits(lfirst(lc), pending))
			{
				next = lfirst(lc);
				break;
			}
		}
		ordered = lappend(ordered, next);
		pending = list_delete_ptr(pending, next);
	}
	return ordered;
}

/* Whether another one of the list gives the grantor a grant option. */
static bool
Waits(const MigGrant *grant, List *pending)
{
	ListCell   *lc;

	foreach(lc, pending)
	{
		const MigGrant *other = lfirst(lc);

		if (other != grant && other->grantable != NIL &&
			strcmp(other->grantee, grant->grantor) == 0)
			return true;
	}
	return false;
}

static void
AddStep(List **steps, const MigGrant *grant, bool is_grant, bool option, List *privileges)
{
	MigAclStep *step = palloc0(sizeof(MigAclStep));

	step->is_grant = is_grant;
	step->option = option;
	step->privileges = privileges;
	step->grantee = grant->grantee;
	step->grantor = grant->grantor;
	*steps = lappend(*steps, step);
}

static MigGrant *
Find(List *acl, const char *grantee, const char *grantor)
{
	ListCell   *lc;

	foreach(lc, acl)
	{
		MigGrant   *grant = lfirst(lc);

		if (strcmp(grant->grantee, grantee) == 0 && SameRole(grant->grantor, grantor))
			return grant;
	}
	return NULL;
}

static MigGrant *
FindOrAdd(List **acl, const char *grantee, const char *grantor)
{
	MigGrant   *grant = Find(*acl, grantee, grantor);

	if (grant == NULL)
	{
		grant = palloc0(sizeof(MigGrant));
		grant->grantee = grantee;
		grant->grantor = grantor;
		*acl = lappend(*acl, grant);
	}
	return grant;
}

static bool
SameRole(const char *one, const char *other)
{
	return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

static bool
IsAll(List *privileges)
{
	return privileges != NIL && strcmp(linitial(privileges), "ALL") == 0;
}

static bool
Has(List *privileges, const char *name)
{
	ListCell   *lc;

	if (IsAll(privileges))
		return true;
	foreach(lc, privileges)
	{
		if (strcmp(lfirst(lc), name) == 0)
			return true;
	}
	return false;
}

static List *
Plus(List *one, List *other)
{
	List	   *sum = list_copy(one);
	ListCell   *lc;

	if (IsAll(other))
		return list_copy(other);
	foreach(lc, other)
	{
		if (!Has(sum, lfirst(lc)))
			sum = lappend(sum, lfirst(lc));
	}
	return sum;
}

static List *
Minus(List *one, List *other)
{
	List	   *rest = NIL;
	ListCell   *lc;

	foreach(lc, one)
	{
		if (!Has(other, lfirst(lc)))
			rest = lappend(rest, lfirst(lc));
	}
	return rest;
}
