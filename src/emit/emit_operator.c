/*-------------------------------------------------------------------------
 * src/emit/emit_operator.c
 *	  Operators.
 *
 * An operator that names another as its commutator or negator makes a shell of
 * that if it does not exist yet, which the CREATE of the other fills; and if it
 * does, the other names it in return.  So both ends of such a link always
 * say the same, and the link goes when one end goes.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"
#include "utils/formatting.h"

/* What can be changed in place, or changes by itself. */
static const char *const changeable[] = {
	"restrict", "join", "commutator", "negator", "shells",
	"needs", "position", "owner", "acl", "comment", "labels", NULL
};

static const struct
{
	const char *property;
	const char *option;
	bool		is_operator;
	bool		is_flag;
}			options[] = {
	{"function", "FUNCTION", false, false},
	{"left", "LEFTARG", false, false},
	{"right", "RIGHTARG", false, false},
	{"commutator", "COMMUTATOR", true, false},
	{"negator", "NEGATOR", true, false},
	{"restrict", "RESTRICT", false, false},
	{"join", "JOIN", false, false},
	{"hashes", "HASHES", false, true},
	{"merges", "MERGES", false, true},
};

static bool LinkChangesByItself(const MigDiff *diff, const MigObject *old, const MigObject *new,
								const char *link);

/*
 * MigCreateOperator
 *		CREATE OPERATOR.
 */
void
MigCreateOperator(MigDiff *diff, const MigObject *object)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "CREATE OPERATOR %s.%s (", quote_identifier(object->schema),
					 object->name);
	for (size_t i = 0; i < lengthof(options); i++)
	{
		const char *value = MigPropText(object->props, options[i].property);

		if (value == NULL)
			continue;
		appendStringInfo(&out, "%s%s", i == 0 ? "\n    " : ",\n    ", options[i].option);
		if (!options[i].is_flag)
			appendStringInfo(&out, " = %s",
							 options[i].is_operator ? MigOperatorReference(value) : value);
	}
	appendStringInfoString(&out, "\n)");
	MigEmit(diff, "%s", out.data);
}

/*
 * MigDropOperator
 *		DROP OPERATOR, and shells that it made and nobody has filled.
 */
void
MigDropOperator(MigDiff *diff, const MigObject *object)
{
	List	   *shells = MigPropTexts(object->props, "shells");
	ListCell   *lc;

	MigEmitPlainDrop(diff, object);
	foreach(lc, shells)
	{
		MigEmit(diff, "DROP OPERATOR IF EXISTS %s", (const char *) lfirst(lc));
	}
}

/*
 * MigAlterOperator
 *		ALTER OPERATOR ... SET, which knows the estimators only.
 */
bool
MigAlterOperator(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	static const char *const estimators[] = {"restrict", "join"};
	StringInfoData out;

	if (!MigPropsSame(old, new, changeable) ||
		!LinkChangesByItself(diff, old, new, "commutator") ||
		!LinkChangesByItself(diff, old, new, "negator"))
		return false;
	initStringInfo(&out);
	for (size_t i = 0; i < lengthof(estimators); i++)
	{
		const char *value = MigPropText(new->props, estimators[i]);

		if (MigPropSame(old->props, new->props, estimators[i]))
			continue;
		appendStringInfo(&out, "%s%s = %s", out.len > 0 ? ", " : "",
						 asc_toupper(estimators[i], strlen(estimators[i])),
						 value == NULL ? "NONE" : value);
	}
	if (out.len > 0)
		MigEmit(diff, "ALTER OPERATOR %s SET (%s)", new->identity, out.data);
	return true;
}

/*
 * A link to an operator that is dropped goes with it, and one to an operator
 * that is created comes with it.
 */
static bool
LinkChangesByItself(const MigDiff *diff, const MigObject *old, const MigObject *new,
					const char *link)
{
	const char *before = MigPropText(old->props, link);
	const char *after = MigPropText(new->props, link);
	MigObject  *other;

	if (MigPropSame(old->props, new->props, link))
		return true;
	if (before != NULL)
	{
		other = MigModelFind(diff->source, psprintf("operator %s", before));
		if (other == NULL || MigDiffOther(diff, other) != NULL)
			return false;
	}
	if (after != NULL)
	{
		other = MigModelFind(diff->target, psprintf("operator %s", after));
		if (other == NULL || MigDiffOther(diff, other) != NULL)
			return false;
	}
	return true;
}
