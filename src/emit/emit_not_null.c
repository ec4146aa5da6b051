/*-------------------------------------------------------------------------
 * src/emit/emit_not_null.c
 *	  NOT NULL of columns, among parents and children.
 *
 * SET and DROP NOT NULL on a parent reach its children.  Before version 18 that
 * is all: DROP takes it from all of them.  Since then it is a constraint with a
 * name.  A child has the parent's, or one of its own that stays when the
 * parent's goes.  The parent's is renamed with those of all children, which
 * must have the same name; a child's alone only while it is not linked.
 *
 * The parent's statements come before the child's, so what the child's column
 * needs depends on what they have made of it.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/compat.h"
#include "commands/defrem.h"
#include "emit/emit_internal.h"
#include "miscadmin.h"

/* What a column has at some moment. */
typedef struct NotNull
{
	bool		present;
	bool		own;			/* not merely the parent's */
	bool		not_valid;
	bool		no_inherit;
	const char *name;
} NotNull;

static void JudgeLinks(MigDiff *diff, const MigObject *old, const MigObject *new);
static void JudgeChildren(MigDiff *diff, const MigObject *old, const MigObject *new);
static bool RenamesAlong(MigDiff *diff, const MigObject *theirs, const char *was, const char *is);
static NotNull AfterParents(MigDiff *diff, const MigObject *old, const MigObject *new);
static void Lose(MigDiff *diff, NotNull *state, const MigObject *is, const MigObject *new);
static void Follow(MigDiff *diff, NotNull *state, const MigObject *old, const MigObject *new);
static void AlterConstraint(MigDiff *diff, const NotNull *state, const MigObject *new);
static bool IsRenamable(MigDiff *diff, const char *was, const MigObject *column);
static void KeepInChildren(MigDiff *diff, const MigObject *column);
static void EndReplicaIdentity(MigDiff *diff, const MigObject *old, const MigObject *new);
static void DropInChildren(MigDiff *diff, const MigObject *column);
static void Add(MigDiff *diff, const MigObject *column);
static bool IsPlain(const MigObject *column);
static bool IsApart(MigDiff *diff, const MigObject *column);
static List *ChildrenApart(MigDiff *diff, const MigObject *column);
static const MigObject *LinkBetween(const MigObject *child, const MigObject *parent);
static const MigObject *Theirs(const MigModel *model, const MigObject *link, const MigObject *column);
static const char *NameIn(const MigModel *model, const MigObject *column);
static void SetOnline(MigDiff *diff, const MigObject *column);

#define ALTER_COLUMNS(diff, column) \
	psprintf("ALTER %s ALTER COLUMN %s", MigColumnIsOf(diff, column), quote_identifier((column)->name))

/*
 * MigAppendNotNull
 *		NOT NULL in the definition of a column, unless it comes from a parent
 *		or has to come later.
 */
void
MigAppendNotNull(MigDiff *diff, StringInfo text, const MigObject *column)
{
	if (ChildrenApart(diff, column) != NIL)
		return;
	if (MIG_NAMED_NOT_NULL && MigDiffInheritsNotNull(diff->target, column))
	{
		List	   *links = MigTableLinks(column->parent);

		if (!MigDiffFolded(diff, linitial(links)) && !MigPropFlag(column->props, "not_null_not_valid"))
			appendStringInfo(text, " CONSTRAINT %s NOT NULL",
							 quote_identifier(NameIn(diff->target, column)));
		return;
	}
	MigAppendPlainNotNull(text, column);
}

/*
 * MigAppendPlainNotNull
 *		NOT NULL in the definition of a column, wherever it comes from.
 */
void
MigAppendPlainNotNull(StringInfo text, const MigObject *column)
{
	const char *name = MigPropText(column->props, "not_null_name");

	if (!MigPropFlag(column->props, "not_null") || MigPropFlag(column->props, "not_null_not_valid"))
		return;
	if (name != NULL)
		appendStringInfo(text, " CONSTRAINT %s", quote_identifier(name));
	appendStringInfoString(text, " NOT NULL");
	if (MigPropFlag(column->props, "not_null_no_inherit"))
		appendStringInfoString(text, " NO INHERIT");
}

/*
 * MigNotNullClause
 *		NOT NULL of an inherited column, the table's own, as a clause of CREATE
 *		TABLE; NULL if there is no such.
 */
const char *
MigNotNullClause(MigDiff *diff, const MigObject *column)
{
	const char *name = MigPropText(column->props, "not_null_name");

	if (!MIG_NAMED_NOT_NULL || !MigPropFlag(column->props, "not_null") ||
		MigPropFlag(column->props, "not_null_not_valid") || MigDiffInheritsNotNull(diff->target, column))
		return NULL;
	return psprintf("%s%s%sNOT NULL %s%s", name == NULL ? "" : "CONSTRAINT ",
					name == NULL ? "" : quote_identifier(name), name == NULL ? "" : " ",
					quote_identifier(column->name),
					MigPropFlag(column->props, "not_null_no_inherit") ? " NO INHERIT" : "");
}

/*
 * MigAddNotNullApart
 *		After ADD COLUMN without NOT NULL: that of the children first, which
 *		have other names for it.
 */
void
MigAddNotNullApart(MigDiff *diff, const MigObject *column)
{
	if (MigPropFlag(column->props, "not_null") && ChildrenApart(diff, column) != NIL)
		Add(diff, column);
}

/*
 * MigAddNotNull
 *		NOT NULL of a column that is there.
 */
void
MigAddNotNull(MigDiff *diff, const MigObject *column)
{
	Add(diff, column);
}

/*
 * MigOverrideNotNull
 *		What a new column that comes with a parent's has otherwise.
 */
void
MigOverrideNotNull(MigDiff *diff, const MigObject *theirs, const MigObject *column)
{
	bool		comes = MigPropFlag(theirs->props, "not_null") &&
	!MigPropFlag(theirs->props, "not_null_no_inherit");

	if (!MigPropFlag(column->props, "not_null"))
	{
		if (comes && !MIG_NAMED_NOT_NULL)
			MigEmit(diff, "%s DROP NOT NULL", ALTER_COLUMNS(diff, column));
		return;
	}
	if (MIG_NAMED_NOT_NULL && MigDiffIsNew(diff, column->parent) &&
		!MigPropFlag(column->props, "not_null_not_valid"))
		return;					/* in CREATE TABLE */
	if (!comes)
		Add(diff, column);
	else if (MigPropFlag(column->props, "not_null_local") && !IsApart(diff, column))
		MigEmit(diff, "%s SET NOT NULL", ALTER_COLUMNS(diff, column));
}

/*
 * MigAlterNotNull
 *		What is left to be done after the parents' changes.
 */
void
MigAlterNotNull(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	NotNull		state;
	bool		not_valid = MigPropFlag(new->props, "not_null_not_valid");

	if (diff->judging)
	{
		JudgeLinks(diff, old, new);
		JudgeChildren(diff, old, new);
		return;
	}
	state = AfterParents(diff, old, new);
	if (state.present && MigPropFlag(new->props, "not_null") && (state.not_valid || !not_valid))
	{
		AlterConstraint(diff, &state, new);
		return;
	}
	if (state.present)
	{
		if (MIG_NAMED_NOT_NULL && !MigPropFlag(new->props, "not_null"))
			KeepInChildren(diff, new);
		EndReplicaIdentity(diff, old, new);
		MigEmit(diff, "%s DROP NOT NULL", ALTER_COLUMNS(diff, new));
	}
	if (MigPropFlag(new->props, "not_null"))
		Add(diff, new);
}

/* The links must not be there while the constraint gets another name than the parents'. */
static void
JudgeLinks(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	List	   *links;
	ListCell   *lc;
	const char *was;
	const char *is;

	if (!MIG_NAMED_NOT_NULL || !MigPropFlag(old->props, "not_null") ||
		!MigPropFlag(new->props, "not_null") || MigDiffInheritsNotNull(diff->target, new))
		return;
	was = NameIn(diff->source, old);
	is = NameIn(diff->target, new);
	if (strcmp(was, is) == 0)
		return;
	links = MigTableLinks(old->parent);
	foreach(lc, links)
	{
		const MigObject *link = lfirst(lc);
		const MigObject *theirs = Theirs(diff->target, link, new);

		if (!MigDiffIsGone(diff, link) && theirs != NULL && MigDiffPassesNotNull(theirs) &&
			!RenamesAlong(diff, theirs, was, is))
			MigDiffRemove(diff, link);
	}
}

/* Whether the constraint of a column of the target is renamed so, by itself or with a parent's. */
static bool
RenamesAlong(MigDiff *diff, const MigObject *theirs, const char *was, const char *is)
{
	const MigObject *before = MigDiffOther(diff, theirs);

	return before != NULL && MigPropFlag(before->props, "not_null") &&
		strcmp(NameIn(diff->source, before), was) == 0 && strcmp(NameIn(diff->target, theirs), is) == 0;
}

/*
 * What a change means to the children: they may have to put back what it takes
 * away, and must not be in the way of another name.
 */
static void
JudgeChildren(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	bool		had = MigDiffPassesNotNull(old);
	bool		has = MigDiffPassesNotNull(new);
	const char *was = NameIn(diff->source, old);
	const char *is = NameIn(diff->target, new);
	ListCell   *lc;

	check_stack_depth();
	if (!had || (has && (!MIG_NAMED_NOT_NULL || strcmp(was, is) == 0)))
		return;
	foreach(lc, old->needed_by)
	{
		const MigObject *child = lfirst(lc);
		const MigObject *link = LinkBetween(child, old);
		const MigObject *after = MigDiffOther(diff, child);

		if (link == NULL || after == NULL || MigDiffIsGone(diff, link))
			continue;
		if (!has)
			MigDiffTouch(diff, child);
		else if (!RenamesAlong(diff, after, was, is))
			MigDiffRemove(diff, link);
		else
			JudgeChildren(diff, child, after);
	}
}

/* What the column has when the parents' statements have run. */
static NotNull
AfterParents(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	NotNull		state = {
		.present = MigPropFlag(old->props, "not_null"),
		.own = !MigDiffInheritsNotNull(diff->source, old),
		.not_valid = MigPropFlag(old->props, "not_null_not_valid"),
		.no_inherit = MigPropFlag(old->props, "not_null_no_inherit"),
		.name = NameIn(diff->source, old)
	};
	bool		stays = false;
	bool		goes = false;
	List	   *links = MigTableLinks(new->parent);
	ListCell   *lc;

	foreach(lc, links)
	{
		const MigObject *link = lfirst(lc);
		const MigObject *is = Theirs(diff->target, link, new);
		const MigObject *was = Theirs(diff->source, link, new);
		bool		has = is != NULL && !MigDiffIsNew(diff, is) && MigDiffPassesNotNull(is);
		bool		had = was != NULL && MigDiffPassesNotNull(was);

		if (MigDiffIsNew(diff, link))
			continue;
		if (had && !has && state.present)
			Lose(diff, &state, is, new);
		stays = stays || (had && has);
		goes = goes || (had && !has);
		if (had && has && state.present)
			Follow(diff, &state, was, is);
		if (!had && has && !state.present)
		{
			state.present = true;
			state.own = IsApart(diff, new);
			state.not_valid = MigPropFlag(is->props, "not_null_not_valid");
			state.name = NameIn(diff->target, state.own ? new : is);
		}
		else if (!had && has && MigDiffInheritsNotNull(diff->target, new))
			state.own = false;
	}
	if (!goes && !stays && MigPropFlag(old->props, "not_null"))
		state.own = true;
	return state;
}

/*
 * What is left when a parent's goes; is is the parent's column.  The children that are to keep it have
 * been told to.  Whether a partition has one of its own cannot be seen; its
 * name suggests it.
 */
static void
Lose(MigDiff *diff, NotNull *state, const MigObject *is, const MigObject *new)
{
	const MigObject *was = is == NULL ? NULL : MigDiffOther(diff, is);

	if (!MIG_NAMED_NOT_NULL)
		state->present = false;
	else if (was == NULL || MigPropFlag(is->props, "not_null") || MigPropFlag(new->props, "not_null"))
		state->own = true;
	else if (!state->own || strcmp(state->name, NameIn(diff->source, was)) == 0)
		state->present = false;
}

/* What a change of the parent's makes of the child's. */
static void
Follow(MigDiff *diff, NotNull *state, const MigObject *old, const MigObject *new)
{
	bool		was_not_valid = MigPropFlag(old->props, "not_null_not_valid");
	bool		is_not_valid = MigPropFlag(new->props, "not_null_not_valid");

	if (was_not_valid && !is_not_valid)
		state->not_valid = false;
	if (!was_not_valid && is_not_valid && !state->own)
		state->not_valid = true;
	if (strcmp(state->name, NameIn(diff->source, old)) == 0)
		state->name = NameIn(diff->target, new);
}

/* What can change in a constraint, which it is since version 18. */
static void
AlterConstraint(MigDiff *diff, const NotNull *state, const MigObject *new)
{
	const char *table = new->parent->identity;
	const char *name = NameIn(diff->target, new);
	bool		own = !MigDiffInheritsNotNull(diff->target, new);
	bool		no_inherit = MigPropFlag(new->props, "not_null_no_inherit");

	if (own && strcmp(state->name, name) != 0 && IsRenamable(diff, state->name, new))
		MigEmit(diff, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s", table,
				quote_identifier(state->name), quote_identifier(name));
	if (MigPropFlag(new->props, "not_null_local") && !state->own)
		MigEmit(diff, "%s SET NOT NULL", ALTER_COLUMNS(diff, new));
	if (own && state->no_inherit != no_inherit)
		MigEmit(diff, "ALTER TABLE %s ALTER CONSTRAINT %s %sINHERIT", table, quote_identifier(name),
				no_inherit ? "NO " : "");
	if (state->not_valid && !MigPropFlag(new->props, "not_null_not_valid"))
		MigEmit(diff, "ALTER TABLE %s VALIDATE CONSTRAINT %s", table, quote_identifier(name));
}

/* Whether no link is in the way of another name. */
static bool
IsRenamable(MigDiff *diff, const char *was, const MigObject *column)
{
	List	   *links = MigTableLinks(column->parent);
	ListCell   *lc;

	foreach(lc, links)
	{
		const MigObject *theirs = Theirs(diff->target, lfirst(lc), column);

		if (!MigDiffIsNew(diff, lfirst(lc)) && theirs != NULL && MigDiffPassesNotNull(theirs))
			return false;
	}
	foreach(lc, column->needed_by)
	{
		const MigObject *child = lfirst(lc);
		const MigObject *link = LinkBetween(child, column);

		if (link != NULL && !MigDiffIsNew(diff, link) && MigDiffPassesNotNull(column) &&
			!RenamesAlong(diff, child, was, NameIn(diff->target, column)))
			return false;
	}
	return true;
}

/* What a child merely inherits becomes its own. */
static void
KeepInChildren(MigDiff *diff, const MigObject *column)
{
	ListCell   *lc;

	check_stack_depth();
	foreach(lc, column->needed_by)
	{
		const MigObject *child = lfirst(lc);
		const MigObject *link = LinkBetween(child, column);
		const MigObject *old = link == NULL ? NULL : MigDiffOther(diff, child);

		if (old == NULL || MigDiffIsNew(diff, link) || !MigPropFlag(old->props, "not_null"))
			continue;
		if (!MigPropFlag(child->props, "not_null"))
			KeepInChildren(diff, child);
		else if (MigDiffInheritsNotNull(diff->source, old) || MigPropText(link->props, "bound") != NULL)
			MigEmit(diff, "%s SET NOT NULL", ALTER_COLUMNS(diff, child));
	}
}

/* An index that was the replica identity, and stays, would not let go its columns. */
static void
EndReplicaIdentity(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	ListCell   *lc;

	foreach(lc, old->needed_by)
	{
		const MigObject *index = lfirst(lc);

		if (index->parent == old->parent && !MigDiffIsGone(diff, index) &&
			MigPropFlag(index->props, "replica_identity") &&
			MigPropText(new->parent->props, "replica_identity") == NULL)
		{
			MigEmit(diff, "ALTER TABLE ONLY %s REPLICA IDENTITY DEFAULT", new->parent->identity);
			return;
		}
	}
}

/* What was a child's own gives way to the parent's, which is about to come. */
static void
DropInChildren(MigDiff *diff, const MigObject *column)
{
	ListCell   *lc;

	foreach(lc, column->needed_by)
	{
		const MigObject *child = lfirst(lc);
		const MigObject *link = LinkBetween(child, column);
		const MigObject *old = link == NULL ? NULL : MigDiffOther(diff, child);

		if (old != NULL && !MigDiffIsNew(diff, link) && MigPropFlag(old->props, "not_null") &&
			!MigDiffInheritsNotNull(diff->source, old) && MigDiffInheritsNotNull(diff->target, child))
			MigEmit(diff, "%s DROP NOT NULL", ALTER_COLUMNS(diff, child));
	}
}

/* SET NOT NULL, or ADD CONSTRAINT if there is more to say; the children apart first. */
static void
Add(MigDiff *diff, const MigObject *column)
{
	List	   *children = ChildrenApart(diff, column);
	ListCell   *lc;

	if (MIG_NAMED_NOT_NULL)
		DropInChildren(diff, column);
	foreach(lc, children)
	{
		Add(diff, lfirst(lc));
	}
	if (MIG_NAMED_NOT_NULL && MigDiffInheritsNotNull(diff->target, column))
	{
		/* under the name that it would have from the parent */
		MigEmit(diff, "ALTER %s ADD CONSTRAINT %s NOT NULL %s%s", MigColumnIsOf(diff, column),
				quote_identifier(NameIn(diff->target, column)), quote_identifier(column->name),
				MigPropFlag(column->props, "not_null_not_valid") ? " NOT VALID" : "");
		MigHazard(diff, MIG_HAZARD_NOT_NULL);
		return;
	}
	if (IsPlain(column) && diff->online && !MigDiffIsNew(diff, column->parent))
	{
		SetOnline(diff, column);
		return;
	}
	if (IsPlain(column))
		MigEmit(diff, "%s SET NOT NULL", ALTER_COLUMNS(diff, column));
	else
		MigEmit(diff, "ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s%s%s", column->parent->identity,
				quote_identifier(MigNotNullName(column)), quote_identifier(column->name),
				MigPropFlag(column->props, "not_null_no_inherit") ? " NO INHERIT" : "",
				MigPropFlag(column->props, "not_null_not_valid") ? " NOT VALID" : "");
	MigHazard(diff, MIG_HAZARD_NOT_NULL);
}

static bool
IsPlain(const MigObject *column)
{
	return MigPropText(column->props, "not_null_name") == NULL &&
		!MigPropFlag(column->props, "not_null_no_inherit") &&
		!MigPropFlag(column->props, "not_null_not_valid");
}

/*
 * Whether a column of the target gets NOT NULL together with a parent's, but
 * under another name, so that it must have it before.
 */
static bool
IsApart(MigDiff *diff, const MigObject *column)
{
	const MigObject *old = MigDiffOther(diff, column);
	List	   *links;
	ListCell   *lc;

	if (!MIG_NAMED_NOT_NULL || !MigPropFlag(column->props, "not_null") ||
		MigDiffInheritsNotNull(diff->target, column) ||
		(old != NULL && MigPropFlag(old->props, "not_null")))
		return false;
	links = MigTableLinks(column->parent);
	foreach(lc, links)
	{
		const MigObject *link = lfirst(lc);
		const MigObject *theirs = Theirs(diff->target, link, column);

		if (!MigDiffIsNew(diff, link) && theirs != NULL && MigDiffPassesNotNull(theirs) &&
			MigPropText(theirs->props, "identity_generation") == NULL &&
			strcmp(NameIn(diff->target, theirs), NameIn(diff->target, column)) != 0)
			return true;
	}
	return false;
}

/* Columns of the children (MigObject *) for which that is so. */
static List *
ChildrenApart(MigDiff *diff, const MigObject *column)
{
	List	   *apart = NIL;
	ListCell   *lc;

	check_stack_depth();
	if (!MIG_NAMED_NOT_NULL)
		return NIL;
	foreach(lc, column->needed_by)
	{
		MigObject  *child = lfirst(lc);
		const MigObject *link = LinkBetween(child, column);

		if (link == NULL || MigDiffIsNew(diff, link))
			continue;
		if (IsApart(diff, child))
			apart = lappend(apart, child);
		else
			apart = list_concat(apart, ChildrenApart(diff, child));
	}
	return apart;
}

/* The link by which one column is inherited from another; NULL if it is not. */
static const MigObject *
LinkBetween(const MigObject *child, const MigObject *parent)
{
	ListCell   *lc;

	if (child->kind != MIG_KIND_COLUMN || strcmp(child->name, parent->name) != 0 ||
		child->parent == parent->parent)
		return NULL;
	foreach(lc, child->parent->parts)
	{
		const MigObject *link = lfirst(lc);

		if (link->kind == MIG_KIND_INHERITANCE &&
			strcmp(MigPropText(link->props, "to"), parent->parent->identity) == 0)
			return link;
	}
	return NULL;
}

/* The parent's column of the same name by a link; NULL if there is none. */
static const MigObject *
Theirs(const MigModel *model, const MigObject *link, const MigObject *column)
{
	return MigModelFind(model, psprintf("column %s.%s", MigPropText(link->props, "to"),
										quote_identifier(column->name)));
}

/* The name that the constraint has: the parent's, if it comes from there. */
static const char *
NameIn(const MigModel *model, const MigObject *column)
{
	ListCell   *lc;

	check_stack_depth();
	if (MIG_NAMED_NOT_NULL && MigDiffInheritsNotNull(model, column))
	{
		List	   *links = MigTableLinks(column->parent);

		foreach(lc, links)
		{
			const MigObject *theirs = Theirs(model, lfirst(lc), column);

			if (theirs != NULL && MigDiffPassesNotNull(theirs))
				return NameIn(model, theirs);
		}
	}
	return MigNotNullName(column);
}

/*
 * MigNotNullName
 *		The name of a column's own NOT NULL, as the server chooses it if need
 *		be.
 */
const char *
MigNotNullName(const MigObject *column)
{
	const char *name = MigPropText(column->props, "not_null_name");

	return name != NULL ? name : makeObjectName(column->parent->name, column->name, "not_null");
}

/* The table is read under a weak lock, and SET NOT NULL believes the check. */
static void
SetOnline(MigDiff *diff, const MigObject *column)
{
	const char *table = column->parent->identity;
	const char *name = quote_identifier(makeObjectName(column->parent->name, column->name, "present"));

	MigEmit(diff, "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID",
			table, name, quote_identifier(column->name));
	MigEmit(diff, "ALTER TABLE %s VALIDATE CONSTRAINT %s", table, name);
	MigEmit(diff, "%s SET NOT NULL", ALTER_COLUMNS(diff, column));
	MigEmit(diff, "ALTER TABLE %s DROP CONSTRAINT %s", table, name);
}
