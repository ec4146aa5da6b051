/*-------------------------------------------------------------------------
 * src/run/run_guard.c
 *	  Nothing runs with other people's rights while names are not what they were.
 *
 * In a shadow, a schema that only its owner may create in is out of sight, and
 * the text may make one of the same name, with functions in it.  A SECURITY
 * DEFINER function that trusts the schema would then run what the text has put
 * there, with the rights of its owner.  So such functions are refused, unless
 * the user could become the owner anyway.  That is who called us: the session
 * may be of somebody with more rights, who has called a function of the user's
 * or is maintaining a table with one in an index.
 *
 * The same holds for functions that run as somebody else without being SECURITY
 * DEFINER: those in indexes and statistics of a table run as its owner when one
 * who may maintain it, such as the owner of the database, does so.
 *
 * It is a setting that turns the guard on, since the server carries settings to
 * parallel workers and takes them back with the subtransaction.  It has the OID
 * of the user, as a signed number.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "run/run.h"
#include "utils/acl.h"
#include "utils/syscache.h"

static fmgr_hook_type previous_hook = NULL;
static needs_fmgr_hook_type previous_needs_hook = NULL;
static Oid	guarded = InvalidOid;	/* the user, or nobody */

static bool NeedsGuard(Oid function);
static bool IsSomebodyElse(void);
static void Guard(FmgrHookEventType event, FmgrInfo *function, Datum *private);

/*
 * MigRunAssignGuard
 *		The setting has changed: turn the guard on or off.
 */
void
MigRunAssignGuard(int user, void *extra pg_attribute_unused())
{
	if ((user != 0) != OidIsValid(guarded))
	{
		if (user != 0)
		{
			previous_hook = fmgr_hook;
			previous_needs_hook = needs_fmgr_hook;
		}
		fmgr_hook = user != 0 ? Guard : previous_hook;
		needs_fmgr_hook = user != 0 ? NeedsGuard : previous_needs_hook;
	}
	guarded = (Oid) user;
}

/* Shall Guard be called for a function that has no rights or settings of its own? */
static bool
NeedsGuard(Oid function)
{
	return IsSomebodyElse() || (previous_needs_hook != NULL && previous_needs_hook(function));
}

/* Does what runs now have rights that the user could not have? */
static bool
IsSomebodyElse(void)
{
	return !is_member_of_role(guarded, GetUserId());
}

/* Called when a function is entered that has rights or settings of its own, or needs it. */
static void
Guard(FmgrHookEventType event, FmgrInfo *function, Datum *private)
{
	if (previous_hook != NULL)
		previous_hook(event, function, private);
	if (event == FHET_START)
	{
		HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function->fn_oid));
		Form_pg_proc form;

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for function %u", function->fn_oid);
		form = (Form_pg_proc) GETSTRUCT(tuple);
		if (form->prosecdef && !(has_privs_of_role(GetOuterUserId(), form->proowner) &&
								 is_member_of_role(guarded, form->proowner)))
			ereport(ERROR,
					errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					errmsg("the text of a schema cannot call the SECURITY DEFINER function \"%s\"",
						   NameStr(form->proname)),
					errdetail("It would run with the rights of role \"%s\", where names may not be what its author knew.",
							  GetUserNameFromId(form->proowner, false)));
		if (IsSomebodyElse())
			ereport(ERROR,
					errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					errmsg("the text of a schema cannot have the function \"%s\" called by role \"%s\"",
						   NameStr(form->proname), GetUserNameFromId(GetUserId(), false)),
					errdetail("It would run where names may not be what its author knew."));
		ReleaseSysCache(tuple);
	}
}
