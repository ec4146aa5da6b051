/*-------------------------------------------------------------------------
 * src/emit/emit_subscription.c
 *	  Subscriptions.
 *
 * No statement here connects to the publisher: a subscription is created
 * without its slot and not enabled, as pg_dump has it, and gives its slot up
 * before it is dropped.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "emit/emit_internal.h"

/* An option that can be set: property, and what it is if that is missing. */
typedef struct Option
{
	const char *field;
	const char *name;
	const char *missing;
	const char *flag;			/* what it is if it is a flag and set */
	bool		always;			/* the default differs between versions */
} Option;

static const Option options[] = {
	{"binary", "binary", "false", "true", false},
	{"streaming", "streaming", "off", NULL, true},
	{"disable_on_error", "disable_on_error", "false", "true", false},
	{"no_password_required", "password_required", "true", "false", false},
	{"run_as_owner", "run_as_owner", "false", "true", false},
	{"synchronous_commit", "synchronous_commit", "off", NULL, false},
	{"origin", "origin", "any", NULL, false},
};

static const char *Publications(const MigObject *object);
static const char *Connection(const MigObject *object);
static const char *SlotName(const MigObject *object);
static const char *Value(const MigObject *object, const Option *option);
static void EmitConnection(MigDiff *diff, const MigObject *old, const MigObject *new);

void
MigCreateSubscription(MigDiff *diff, const MigObject *object)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE SUBSCRIPTION %s\n    CONNECTION %s\n    PUBLICATION %s\n"
					 "    WITH (connect = false, slot_name = %s",
					 object->identity, MigQuoteText(Connection(object)), Publications(object),
					 SlotName(object));
	if (MigPropFlag(object->props, "two_phase"))
		appendStringInfoString(&text, ", two_phase = true");
	if (MigPropFlag(object->props, "failover"))
		appendStringInfoString(&text, ", failover = true");
	for (size_t i = 0; i < lengthof(options); i++)
		if (options[i].always || MigPropText(object->props, options[i].field) != NULL)
			appendStringInfo(&text, ", %s = %s", options[i].name, Value(object, &options[i]));
	appendStringInfoChar(&text, ')');
	MigEmit(diff, "%s", text.data);
	if (strstr(Connection(object), MIG_MASK) != NULL)
		MigHazard(diff, MIG_HAZARD_MASKED);
}

/* The slot at the publisher is left for others to drop. */
void
MigDropSubscription(MigDiff *diff, const MigObject *object)
{
	if (!MigPropFlag(object->props, "no_slot"))
	{
		MigEmit(diff, "ALTER SUBSCRIPTION %s DISABLE", object->identity);
		MigEmit(diff, "ALTER SUBSCRIPTION %s SET (slot_name = NONE)", object->identity);
	}
	MigEmit(diff, "DROP SUBSCRIPTION %s", object->identity);
	MigHazard(diff, MIG_HAZARD_IRREVERSIBLE);
}

bool
MigAlterSubscription(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	StringInfoData text;

	if (!MigPropSame(old->props, new->props, "two_phase") ||
		!MigPropSame(old->props, new->props, "failover"))
		return false;
	EmitConnection(diff, old, new);
	if (!MigPropSame(old->props, new->props, "publications"))
		MigEmit(diff, "ALTER SUBSCRIPTION %s SET PUBLICATION %s WITH (refresh = false)",
				new->identity, Publications(new));
	if (strcmp(SlotName(old), SlotName(new)) != 0)
	{
		if (MigPropFlag(new->props, "no_slot"))
			MigEmit(diff, "ALTER SUBSCRIPTION %s DISABLE", new->identity);
		MigEmit(diff, "ALTER SUBSCRIPTION %s SET (slot_name = %s)", new->identity, SlotName(new));
	}
	initStringInfo(&text);
	for (size_t i = 0; i < lengthof(options); i++)
		if (!MigPropSame(old->props, new->props, options[i].field))
			appendStringInfo(&text, "%s%s = %s", text.len > 0 ? ", " : "", options[i].name,
							 Value(new, &options[i]));
	if (text.len > 0)
		MigEmit(diff, "ALTER SUBSCRIPTION %s SET (%s)", new->identity, text.data);
	return true;
}

/* Passwords are not compared unless they are known of both. */
static void
EmitConnection(MigDiff *diff, const MigObject *old, const MigObject *new)
{
	bool		known = MigPropText(old->props, "secrets") != NULL &&
	MigPropText(new->props, "secrets") != NULL;

	if (known ? MigPropSame(old->props, new->props, "secrets") :
		MigPropSame(old->props, new->props, "connection"))
		return;
	MigEmit(diff, "ALTER SUBSCRIPTION %s CONNECTION %s", new->identity,
			MigQuoteText(Connection(new)));
	if (strstr(Connection(new), MIG_MASK) != NULL)
		MigHazard(diff, MIG_HAZARD_MASKED);
}

static const char *
Publications(const MigObject *object)
{
	StringInfoData text;
	ListCell   *lc;

	initStringInfo(&text);
	foreach(lc, MigPropTexts(object->props, "publications"))
	{
		appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "", quote_identifier(lfirst(lc)));
	}
	return text.data;
}

/* With the password, if it is known. */
static const char *
Connection(const MigObject *object)
{
	const char *clear = MigPropText(object->props, "secrets");

	return clear != NULL ? clear : MigPropText(object->props, "connection");
}

static const char *
SlotName(const MigObject *object)
{
	const char *name = MigPropText(object->props, "slot_name");

	if (MigPropFlag(object->props, "no_slot"))
		return "NONE";
	return MigQuoteText(name == NULL ? object->name : name);
}

static const char *
Value(const MigObject *object, const Option *option)
{
	const char *value = MigPropText(object->props, option->field);

	if (value == NULL)
		return option->missing;
	return option->flag == NULL ? value : option->flag;
}
