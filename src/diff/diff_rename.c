/*-------------------------------------------------------------------------
 * src/diff/diff_rename.c
 *	  Rename what a hint says was renamed.
 *
 * A snapshot can carry hints ("renames", from lines "-- migrate:rename old TO
 * new" of the text that it is of).  Those of the target are taken as they are,
 * those of the source backwards, so that the way back renames back.  What a
 * hint names is renamed before anything else, and the comparison goes on with
 * the source as it then is.
 *
 * A hint counts only if the source has the old name and not the new one, and
 * the target has the new one: hints stay in a text long after they have been
 * followed.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/base.h"
#include "diff/diff_internal.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

/* A hint, its names taken apart. */
typedef struct Hint
{
	const char *word;			/* for a kind; NULL: any */
	List	   *from;			/* char *: names */
	List	   *to;
	const char *value;			/* label of an enum, or attribute, if that is
								 * renamed */
	const char *new_value;
	bool		done;
} Hint;

/* Words for kinds that differ from their names. */
static const struct
{
	const char *word;
	MigKind		kind;
}			words[] = {
	{"table", MIG_KIND_FOREIGN_TABLE},
	{"type", MIG_KIND_DOMAIN},
	{"view", MIG_KIND_MATERIALIZED_VIEW},
	{"enum", MIG_KIND_TYPE},
	{"value", MIG_KIND_TYPE},
	{"attribute", MIG_KIND_TYPE},
	{"routine", MIG_KIND_FUNCTION},
	{"routine", MIG_KIND_PROCEDURE},
	{"routine", MIG_KIND_AGGREGATE},
	{"constraint", MIG_KIND_DOMAIN_CONSTRAINT},
};

static List *ReadHints(const MigDiff *diff);
static Hint *ReadHint(JsonbContainer *props, bool backwards);
static List *Pad(List *path, const List *other);
static const char *ReadKind(const char **text);
static bool ReadPath(const char *text, List **path, const char **value);
static const char *ReadName(const char *p, char **name);
static void FollowHint(const MigDiff *diff, Hint *hint, List **batch);
static bool IsRenamable(const MigObject *object);
static bool IsMeant(const Hint *hint, const MigObject *object, int guess);
static bool IsOfKind(const char *word, MigKind kind);
static List *PathOf(const MigObject *object);
static bool IsSamePath(const List *one, const List *other);
static MigRename *Consider(const MigDiff *diff, MigObject *object, const char *value,
						   const char *name);
static bool IsTaken(const MigModel *source, const MigObject *object, const char *key);
static bool HasValue(const MigObject *object, const char *value);
static bool Overlaps(const MigRename *rename, const List *batch);
static bool IsBeneath(const MigObject *object, const MigObject *other);
static List *WithHeirs(const List *batch);
static void AddHeirs(const MigObject *object, const char *name, List **all);
static void EmitRename(MigDiff *diff, const MigRename *rename);
static void FollowPath(List *hints, const MigRename *rename);
static void RenameParts(MigDiff *diff, const List *tables);
static void RenamePart(MigDiff *diff, MigObject *part, const List *others, List **batch);
static List *SequencesOf(const MigModel *model, const MigObject *table);

/*
 * MigDiffRenameHinted
 *		Emit the renames of the hints that count, and put the source as it is
 *		after them in the place of the source.
 */
void
MigDiffRenameHinted(MigDiff *diff)
{
	List	   *hints = ReadHints(diff);

	while (hints != NIL)
	{
		List	   *batch = NIL;
		List	   *tables = NIL;
		ListCell   *lc;

		foreach(lc, hints)
		{
			CHECK_FOR_INTERRUPTS();
			if (!((Hint *) lfirst(lc))->done)
				FollowHint(diff, lfirst(lc), &batch);
		}
		if (batch == NIL)
			break;
		foreach(lc, batch)
		{
			const MigRename *rename = lfirst(lc);
			const MigObject *object = rename->object;

			EmitRename(diff, rename);
			FollowPath(hints, rename);
			if (object->kind == MIG_KIND_TABLE)
				tables = lappend(tables, unconstify(char *, MigDiffNewKey(diff->source, rename)));
			else if (object->kind == MIG_KIND_COLUMN)
				tables = lappend(tables, unconstify(char *, object->parent->key));
		}
		diff->source = MigDiffRewrite(diff->source, WithHeirs(batch));
		RenameParts(diff, tables);
	}
}

/* The hints of both models, in the order in which they are to be followed. */
static List *
ReadHints(const MigDiff *diff)
{
	List	   *hints = NIL;
	ListCell   *lc;

	foreach(lc, diff->target->renames)
	{
		Hint	   *hint = ReadHint(lfirst(lc), false);

		if (hint != NULL)
			hints = lappend(hints, hint);
	}
	for (int i = list_length(diff->source->renames) - 1; i >= 0; i--)
	{
		Hint	   *hint = ReadHint(list_nth(diff->source->renames, i), true);

		if (hint != NULL)
			hints = lappend(hints, hint);
	}

	/* a to b and later b to c: from a straight to c */
	for (int i = list_length(hints) - 1; i >= 0; i--)
	{
		Hint	   *hint = list_nth(hints, i);

		for_each_from(lc, hints, i + 1)
		{
			const Hint *later = lfirst(lc);

			if (hint->value == NULL && later->value == NULL && IsSamePath(hint->to, later->from))
			{
				hint->to = later->to;
				break;
			}
		}
	}
	return hints;
}

/*
 * NULL if it cannot be understood.  Both paths are as long as the longer one;
 * what one lacks at its beginning it has from the other.
 */
static Hint *
ReadHint(JsonbContainer *props, bool backwards)
{
	const char *from = MigPropText(props, "from");
	const char *to = MigPropText(props, "to");
	Hint	   *hint = palloc0(sizeof(Hint));

	if (from == NULL || to == NULL)
		return NULL;
	hint->word = ReadKind(&from);
	(void) ReadKind(&to);
	if (MigPropText(props, "kind") != NULL)
		hint->word = MigPropText(props, "kind");
	if (!ReadPath(from, &hint->from, &hint->value) || !ReadPath(to, &hint->to, &hint->new_value))
		return NULL;
	if (hint->value != NULL && hint->new_value == NULL && list_length(hint->to) == 1)
		hint->new_value = llast(hint->to);
	hint->from = Pad(hint->from, hint->to);
	hint->to = Pad(hint->to, hint->from);
	if (hint->word != NULL && pg_strcasecmp(hint->word, "attribute") == 0 &&
		list_length(hint->from) > 1)
	{
		hint->value = llast(hint->from);
		hint->new_value = llast(hint->to);
		hint->from = list_truncate(list_copy(hint->from), list_length(hint->from) - 1);
	}
	if ((hint->value == NULL) != (hint->new_value == NULL))
		return NULL;
	if (hint->value != NULL)
		hint->to = hint->from;
	if (backwards)
	{
		List	   *path = hint->from;
		const char *value = hint->value;

		hint->from = hint->to;
		hint->to = path;
		hint->value = hint->new_value;
		hint->new_value = value;
	}
	return hint;
}

/* A path with what it lacks at its beginning, if the other is longer. */
static List *
Pad(List *path, const List *other)
{
	int			lacks = list_length(other) - list_length(path);

	return lacks <= 0 ? path : list_concat(list_truncate(list_copy(other), lacks), path);
}

/* Take the words for a kind off the beginning of a text; NULL: there are none. */
static const char *
ReadKind(const char **text)
{
	const char *best = NULL;
	const char *p = *text + strspn(*text, " \t");

	for (int i = 0; i < MIG_NKINDS + (int) lengthof(words); i++)
	{
		const char *word = i < MIG_NKINDS ? MigKindName(i) : words[i - MIG_NKINDS].word;
		size_t		len = strlen(word);

		if (pg_strncasecmp(p, word, len) == 0 && (p[len] == ' ' || p[len] == '\t') &&
			pg_strncasecmp(p + len + strspn(p + len, " \t"), "ON ", 3) != 0 &&
			(best == NULL || len > strlen(best)))
			best = word;
	}
	*text = best == NULL ? p : p + strlen(best);
	return best;
}

/*
 * Names with points between them, perhaps "name ON path", arguments in
 * parentheses (which are not looked at), or a label in quotes at the end.
 */
static bool
ReadPath(const char *text, List **path, const char **value)
{
	const char *p = text;
	char	   *name;

	*path = NIL;
	*value = NULL;
	for (;;)
	{
		p += strspn(p, " \t");
		if (*p == '\'')
		{
			p = ReadName(p, &name);
			*value = name;
			break;
		}
		p = ReadName(p, &name);
		if (name == NULL)
			return false;
		*path = lappend(*path, name);
		p += strspn(p, " \t");
		if (*p != '.')
			break;
		p++;
	}
	if (*p == '(')
	{
		const char *end = strrchr(p, ')');

		p = end == NULL ? p : end + 1;
	}
	p += strspn(p, " \t");
	if (pg_strncasecmp(p, "ON ", 3) == 0)
	{
		List	   *on;
		const char *ignored;

		if (!ReadPath(p + 3, &on, &ignored))
			return false;
		*path = list_concat(on, *path);
		return true;
	}
	return *p == '\0' || *p == ';';
}

/* One name or string; returns what is after it. */
static const char *
ReadName(const char *p, char **name)
{
	StringInfoData value;

	initStringInfo(&value);
	if (*p == '"' || *p == '\'')
	{
		char		quote = *p++;

		for (; *p != '\0' && (*p != quote || p[1] == quote); p++)
		{
			if (*p == quote)
				p++;
			appendStringInfoChar(&value, *p);
		}
		if (*p != '\0')
			p++;
		*name = value.data;
		return p;
	}
	while (isalnum((unsigned char) *p) || *p == '_' || *p == '$' || IS_HIGHBIT_SET(*p))
		appendStringInfoChar(&value, pg_ascii_tolower((unsigned char) *p++));
	*name = value.len == 0 ? NULL : value.data;
	return p;
}

/*
 * Add the renames that a hint stands for, as far as they can be done now.
 *
 * A name by itself is one in the schema public or else of something that is in
 * no schema; two names are those of a schema and of something in it, or else of
 * a table in the schema public and its column.
 */
static void
FollowHint(const MigDiff *diff, Hint *hint, List **batch)
{
	for (int guess = 0; guess < 2 && !hint->done; guess++)
		for (int i = 0; i < diff->source->nobjects; i++)
		{
			MigObject  *object = diff->source->objects[i];
			MigRename  *rename;

			if (strcmp(object->name, llast(hint->from)) != 0 || !IsRenamable(object) ||
				!IsMeant(hint, object, guess))
				continue;
			rename = Consider(diff, object, hint->value,
							  hint->value != NULL ? hint->new_value : llast(hint->to));
			if (rename == NULL || Overlaps(rename, *batch))
				continue;
			*batch = lappend(*batch, rename);
			hint->done = true;
		}
}

/* Kinds for which there is ALTER ... RENAME. */
static bool
IsRenamable(const MigObject *object)
{
	switch (object->kind)
	{
		case MIG_KIND_EXTENSION:
		case MIG_KIND_ACCESS_METHOD:
		case MIG_KIND_OPERATOR:
		case MIG_KIND_CAST:
		case MIG_KIND_TRANSFORM:
		case MIG_KIND_USER_MAPPING:
		case MIG_KIND_DEFAULT:
		case MIG_KIND_INHERITANCE:
		case MIG_KIND_INDEX_ATTACHMENT:
		case MIG_KIND_PUBLICATION_RELATION:
		case MIG_KIND_PUBLICATION_SCHEMA:
		case MIG_KIND_DEFAULT_PRIVILEGES:
			return false;
		default:
			/* what is inherited has the name that the parent's has */
			return !MigPropFlag(object->props, "inherited");
	}
}

static bool
IsMeant(const Hint *hint, const MigObject *object, int guess)
{
	List	   *path = PathOf(object);
	int			n = list_length(hint->from);
	int			length = list_length(path);

	if (hint->word != NULL && !IsOfKind(hint->word, object->kind))
		return false;
	if (n == 1 && guess == 1)
		return length == 1;
	if (n == length && (n > 1))
		return guess == 0 && IsSamePath(hint->from, path);
	if (n + 1 != length || (n == 2 && guess == 0))
		return false;
	return strcmp(linitial(path), "public") == 0 &&
		IsSamePath(hint->from, list_delete_first(path));
}

static bool
IsOfKind(const char *word, MigKind kind)
{
	if (pg_strcasecmp(word, MigKindName(kind)) == 0)
		return true;
	for (size_t i = 0; i < lengthof(words); i++)
		if (words[i].kind == kind && pg_strcasecmp(word, words[i].word) == 0)
			return true;
	return false;
}

/* The names that lead to an object. */
static List *
PathOf(const MigObject *object)
{
	List	   *path = list_make1(unconstify(char *, object->name));

	if ((object->kind == MIG_KIND_COLUMN || MigDiffIsNamedOn(object->kind)) &&
		object->parent != NULL)
		return list_concat(PathOf(object->parent), path);
	return object->schema == NULL ? path : lcons(unconstify(char *, object->schema), path);
}

static bool
IsSamePath(const List *one, const List *other)
{
	if (list_length(one) != list_length(other))
		return false;
	for (int i = 0; i < list_length(one); i++)
		if (strcmp(list_nth(one, i), list_nth(other, i)) != 0)
			return false;
	return true;
}

/* The rename of an object, if it is still to be done and can be; or NULL. */
static MigRename *
Consider(const MigDiff *diff, MigObject *object, const char *value, const char *name)
{
	MigRename  *rename = palloc0(sizeof(MigRename));
	const MigObject *wanted;
	const char *key;

	rename->object = object;
	rename->name = name;
	rename->value = value;
	if (value != NULL)
	{
		wanted = MigModelFind(diff->target, object->key);
		return wanted != NULL && HasValue(object, value) && !HasValue(object, name) &&
			HasValue(wanted, name) ? rename : NULL;
	}
	if (strcmp(name, object->name) == 0)
		return NULL;
	key = MigDiffNewKey(diff->source, rename);
	if (MigModelFind(diff->target, key) == NULL)
		return NULL;
	if (IsTaken(diff->source, object, key))
		return NULL;
	if (MigDiffIsRelation(object->kind))
		for (int i = 0; i < diff->source->nobjects && !rename->shadowed; i++)
		{
			const MigObject *other = diff->source->objects[i];

			rename->shadowed = (other->kind == MIG_KIND_FUNCTION || other->kind == MIG_KIND_PROCEDURE ||
								other->kind == MIG_KIND_AGGREGATE) &&
				strcmp(other->name, object->name) == 0 && strcmp(other->schema, object->schema) == 0;
		}
	return rename;
}

/* Whether the source has something else under the new key. */
static bool
IsTaken(const MigModel *source, const MigObject *object, const char *key)
{
	const char *identity = key + strlen(MigKindName(object->kind)) + 1;

	if (!MigDiffIsRelation(object->kind))
		return MigModelFind(source, key) != NULL;
	for (int kind = 0; kind < MIG_NKINDS; kind++)
		if (MigDiffIsRelation(kind) &&
			MigModelFind(source, psprintf("%s %s", MigKindName(kind), identity)) != NULL)
			return true;
	return false;
}

/* Whether an enum has a label, or a composite type an attribute. */
static bool
HasValue(const MigObject *object, const char *value)
{
	ListCell   *lc;

	if (object->kind != MIG_KIND_TYPE)
		return false;
	foreach(lc, MigPropTexts(object->props, "values"))
	{
		if (strcmp(lfirst(lc), value) == 0)
			return true;
	}
	foreach(lc, MigPropItems(object->props, "attributes"))
	{
		const char *name = MigPropText(lfirst(lc), "name");

		if (name != NULL && strcmp(name, value) == 0)
			return true;
	}
	return false;
}

/* Whether a rename touches the same as one of the others. */
static bool
Overlaps(const MigRename *rename, const List *batch)
{
	ListCell   *lc;

	foreach(lc, batch)
	{
		const MigRename *other = lfirst(lc);

		if (rename->object == other->object)
			return rename->value == NULL || other->value == NULL ||
				strcmp(rename->value, other->value) == 0;
		if (IsBeneath(rename->object, other->object) || IsBeneath(other->object, rename->object))
			return true;
	}
	return false;
}

static bool
IsBeneath(const MigObject *object, const MigObject *other)
{
	for (const MigObject *whole = object->parent; whole != NULL; whole = whole->parent)
		if (whole == other)
			return true;
	return other->kind == MIG_KIND_SCHEMA && object->schema != NULL &&
		strcmp(object->schema, other->name) == 0;
}

/* The renames with those that the server does along with them, in heirs of tables. */
static List *
WithHeirs(const List *batch)
{
	List	   *all = list_copy(batch);
	ListCell   *lc;

	foreach(lc, batch)
	{
		const MigRename *rename = lfirst(lc);

		if (rename->object->kind == MIG_KIND_COLUMN || rename->object->kind == MIG_KIND_CONSTRAINT)
			AddHeirs(rename->object, rename->name, &all);
	}
	return all;
}

static void
AddHeirs(const MigObject *object, const char *name, List **all)
{
	ListCell   *lc;
	ListCell   *lc2;

	check_stack_depth();
	if (object->parent == NULL)
		return;
	foreach(lc, object->parent->needed_by)
	{
		const MigObject *link = lfirst(lc);

		if (link->kind != MIG_KIND_INHERITANCE || link->parent == NULL)
			continue;
		foreach(lc2, link->parent->parts)
		{
			MigObject  *heir = lfirst(lc2);
			MigRename  *rename;

			if (heir->kind != object->kind || strcmp(heir->name, object->name) != 0 ||
				(!MigPropFlag(heir->props, "inherited") && !MigPropFlag(heir->props, "merged")))
				continue;
			rename = palloc0(sizeof(MigRename));
			rename->object = heir;
			rename->name = name;
			*all = lappend(*all, rename);
			AddHeirs(heir, name, all);
		}
	}
}

static void
EmitRename(MigDiff *diff, const MigRename *rename)
{
	const MigObject *object = rename->object;
	const char *phrase = asc_toupper(MigKindName(object->kind), strlen(MigKindName(object->kind)));
	const char *name = quote_identifier(rename->name);
	const MigObject *parent = object->parent;

	MigDiffBegin(diff, "rename", object);
	if (object->kind == MIG_KIND_FDW)
		phrase = "FOREIGN DATA WRAPPER";
	if (rename->value != NULL && MigPropItems(object->props, "attributes") != NIL)
		MigEmit(diff, "ALTER TYPE %s RENAME ATTRIBUTE %s TO %s CASCADE", object->identity,
				quote_identifier(rename->value), name);
	else if (rename->value != NULL)
		MigEmit(diff, "ALTER TYPE %s RENAME VALUE %s TO %s", object->identity,
				quote_literal_cstr(rename->value), quote_literal_cstr(rename->name));
	else if (object->kind == MIG_KIND_COLUMN)
		MigEmit(diff, "ALTER %s %s RENAME COLUMN %s TO %s",
				parent->kind == MIG_KIND_FOREIGN_TABLE ? "FOREIGN TABLE" : "TABLE",
				parent->identity, quote_identifier(object->name), name);
	else if (object->kind == MIG_KIND_CONSTRAINT || object->kind == MIG_KIND_DOMAIN_CONSTRAINT)
		MigEmit(diff, "ALTER %s %s RENAME CONSTRAINT %s TO %s",
				object->kind == MIG_KIND_CONSTRAINT ? "TABLE" : "DOMAIN",
				parent->identity, quote_identifier(object->name), name);
	else
		MigEmit(diff, "ALTER %s %s RENAME TO %s", phrase, object->identity, name);

	/* names that applications do not use */
	if (object->kind != MIG_KIND_CONSTRAINT && object->kind != MIG_KIND_INDEX &&
		object->kind != MIG_KIND_DOMAIN_CONSTRAINT && object->kind != MIG_KIND_TRIGGER &&
		object->kind != MIG_KIND_POLICY && object->kind != MIG_KIND_RULE &&
		object->kind != MIG_KIND_STATISTICS)
		MigHazard(diff, MIG_HAZARD_RENAME);
}

/* Hints that have the old name in their path to a part get the new one. */
static void
FollowPath(List *hints, const MigRename *rename)
{
	List	   *path = PathOf(rename->object);
	bool		is_public = list_length(path) == 2 && strcmp(linitial(path), "public") == 0;
	ListCell   *lc;

	if (rename->value != NULL)
		return;
	foreach(lc, hints)
	{
		Hint	   *hint = lfirst(lc);
		int			beneath = list_length(hint->from) - (hint->value == NULL ? 1 : 0);

		if (hint->done)
			continue;
		if (beneath >= list_length(path) &&
			IsSamePath(list_truncate(list_copy(hint->from), list_length(path)), path))
		{
			hint->from = list_copy(hint->from);
			lfirst(list_nth_cell(hint->from, list_length(path) - 1)) = unconstify(char *, rename->name);
		}
		else if (is_public && beneath == 1 && strcmp(linitial(hint->from), llast(path)) == 0)
		{
			hint->from = list_copy(hint->from);
			lfirst(list_head(hint->from)) = unconstify(char *, rename->name);
		}
	}
}

/*
 * Constraints, indexes and sequences keep their names when their table gets
 * another.  Where the target has the very same under a new name, it is renamed
 * too.
 */
static void
RenameParts(MigDiff *diff, const List *tables)
{
	List	   *batch = NIL;
	ListCell   *lc;
	ListCell   *lc2;

	foreach(lc, tables)
	{
		MigObject  *old = MigModelFind(diff->source, lfirst(lc));
		MigObject  *new = MigModelFind(diff->target, lfirst(lc));

		if (old == NULL || new == NULL)
			continue;
		foreach(lc2, old->parts)
		{
			MigObject  *part = lfirst(lc2);

			if (part->kind == MIG_KIND_CONSTRAINT || part->kind == MIG_KIND_INDEX)
				RenamePart(diff, part, new->parts, &batch);
		}
		foreach(lc2, SequencesOf(diff->source, old))
		{
			RenamePart(diff, lfirst(lc2), SequencesOf(diff->target, new), &batch);
		}
	}
	if (batch == NIL)
		return;
	foreach(lc, batch)
	{
		EmitRename(diff, lfirst(lc));
	}
	diff->source = MigDiffRewrite(diff->source, WithHeirs(batch));
}

/* The same under another name: among others, and not yet taken. */
static void
RenamePart(MigDiff *diff, MigObject *part, const List *others, List **batch)
{
	static const char *const but[] = {
		"identity", "name", "needs", "position", "owner", "acl", "comment", "labels", NULL
	};
	ListCell   *lc;
	ListCell   *lc2;

	if (MigModelFind(diff->target, part->key) != NULL || !IsRenamable(part))
		return;
	foreach(lc, others)
	{
		const MigObject *other = lfirst(lc);
		MigRename  *rename;
		bool		taken = false;

		if (other->kind != part->kind || MigModelFind(diff->source, other->key) != NULL ||
			!MigPropsSame(part, other, but))
			continue;
		foreach(lc2, *batch)
		{
			taken |= strcmp(((MigRename *) lfirst(lc2))->name, other->name) == 0 &&
				((MigRename *) lfirst(lc2))->object->parent == part->parent;
		}
		rename = taken ? NULL : Consider(diff, part, NULL, other->name);
		if (rename == NULL)
			continue;
		*batch = lappend(*batch, rename);
		return;
	}
}

/* The sequences that columns of a table own. */
static List *
SequencesOf(const MigModel *model, const MigObject *table)
{
	List	   *sequences = NIL;

	for (int i = 0; i < model->nobjects; i++)
	{
		MigObject  *object = model->objects[i];
		const char *owner = object->kind == MIG_KIND_SEQUENCE ?
		MigPropText(object->props, "owned_by") : NULL;
		const MigObject *column = owner == NULL ? NULL :
		MigModelFind(model, psprintf("column %s", owner));

		if (column != NULL && column->parent == table)
			sequences = lappend(sequences, object);
	}
	return sequences;
}
