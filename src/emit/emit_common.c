/*-------------------------------------------------------------------------
 * src/emit/emit_common.c
 *	  What all classes have in common: owner, privileges, comment, labels.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

static void FinishOwner(MigDiff *diff, const MigObject *old, const MigObject *new);
static void FinishComment(MigDiff *diff, const MigObject *old, const MigObject *new);
static void FinishLabels(MigDiff *diff, const MigObject *old, const MigObject *new);
static void EmitLabel(MigDiff *diff, const char *object, const char *provider, const char *label);
static bool IsDefaultComment(const MigObject *old, const MigObject *new);

/*
 * MigEmitFinish
 *		Bring owner, privileges, comment and labels to what they are in new.
 *
 * old is NULL if the object has just been created, by the current user.
 */
void
MigEmitFinish(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	FinishOwner(diff, old, new);
	MigEmitAcl(diff, old, new);
	MigEmitRemarks(diff, old, new);
	if (diff->classes[new->kind].finish != NULL)
		diff->classes[new->kind].finish(diff, old, new);
}

/*
 * MigEmitRemarks
 *		Bring comment and labels to what they are in new; old as above.
 */
void
MigEmitRemarks(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	FinishComment(diff, old, new);
	FinishLabels(diff, old, new);
}

/*
 * MigEmitPhrase
 *		How the object is named in COMMENT ON, without the identity.
 *
 * Kinds whose phrase depends on the object say so here.
 */
const char *
MigEmitPhrase(const MigDiff *diff, const MigObject *object)
{
	return diff->classes[object->kind].phrase;
}

/*
 * MigEmitPlainDrop
 *		DROP phrase identity: the drop function of most classes.
 */
void
MigEmitPlainDrop(MigDiff *diff, const MigObject *object)
{
	MigEmit(diff, "DROP %s %s", MigEmitPhrase(diff, object), object->identity);
	if (MigDiffFate(diff, object) == MIG_FATE_RECREATE)
		MigHazard(diff, MIG_HAZARD_RECREATE);
}

/*
 * MigQuoteText
 *		A text as a literal; NULL for NULL.
 */
const char *
MigQuoteText(const char *text)
{
	return text == NULL ? "NULL" : quote_literal_cstr(text);
}

/*
 * MigQuoteRole
 *		A role's name as it is written in GRANT; the empty name is PUBLIC.
 */
const char *
MigQuoteRole(const char *role)
{
	return role[0] == '\0' ? "PUBLIC" : quote_identifier(role);
}

static void
FinishOwner(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *owner = MigPropText(new->props, "owner");

	if ((diff->classes[new->kind].flags & MIG_CLASS_OWNER) == 0 || owner == NULL)
		return;
	if (old != NULL ? MigPropSame(old->props, new->props, "owner") :
		strcmp(owner, diff->user) == 0)
		return;
	if (old != NULL && new->kind == MIG_KIND_SEQUENCE && MigSequenceStaysOwned(diff, old, new))
		return;					/* follows its table */
	MigEmit(diff, "ALTER %s %s OWNER TO %s", MigEmitPhrase(diff, new), new->identity,
			quote_identifier(owner));
}

/* CREATE EXTENSION makes a comment, which may differ between servers. */
static bool
IsDefaultComment(const MigObject *old, const MigObject *new)
{
	return MigPropFlag(new->props, "default_comment") &&
		(old == NULL || MigPropFlag(old->props, "default_comment"));
}

static void
FinishComment(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *phrase = MigEmitPhrase(diff, new);
	const char *comment = MigPropText(new->props, "comment");

	if (phrase == NULL || IsDefaultComment(old, new) ||
		(old != NULL ? MigPropSame(old->props, new->props, "comment") : comment == NULL))
		return;
	MigEmit(diff, "COMMENT ON %s %s IS %s", phrase, new->identity, MigQuoteText(comment));
}

static void
FinishLabels(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	const char *phrase = MigEmitPhrase(diff, new);

	if (phrase != NULL)
		MigEmitLabels(diff, psprintf("%s %s", phrase, new->identity),
					  old == NULL ? NULL : old->props, new->props);
}

/*
 * MigEmitLabels
 *		Security labels that are new or changed, and NULL for those that are
 *		gone.
 *
 * object is named as in SECURITY LABEL ON; old is NULL if it is new.
 */
void
MigEmitLabels(MigDiff *diff, const char *object, JsonbContainer *old, JsonbContainer *new)
{
	JsonbContainer *before = old == NULL ? NULL : MigPropItem(old, "labels");
	JsonbContainer *after = MigPropItem(new, "labels");
	ListCell   *lc;

	foreach(lc, before == NULL ? NIL : MigPropKeys(old, "labels"))
	{
		if (after == NULL || MigPropText(after, lfirst(lc)) == NULL)
			EmitLabel(diff, object, lfirst(lc), NULL);
	}
	foreach(lc, after == NULL ? NIL : MigPropKeys(new, "labels"))
	{
		if (before == NULL || !MigPropSame(before, after, lfirst(lc)))
			EmitLabel(diff, object, lfirst(lc), MigPropText(after, lfirst(lc)));
	}
}

static void
EmitLabel(MigDiff *diff, const char *object, const char *provider, const char *label)
{
	MigEmit(diff, "SECURITY LABEL FOR %s ON %s IS %s", quote_identifier(provider), object,
			MigQuoteText(label));
}
