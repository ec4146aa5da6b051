/*-------------------------------------------------------------------------
 * src/diff/diff_rewrite.c
 *	  What a model looks like after objects of it have been renamed.
 *
 * The server keeps expressions by the objects in them, not by their names: when
 * an object is renamed, whatever mentions it reads differently.  Here the same
 * is done to the texts of a snapshot, token by token:
 *
 *	- qualified names of relations, types and their columns, wherever they are
 *	- names of functions and other objects, where something needs them
 *	- the bare name of a column, or a table's before a point, in what belongs
 *	  to the table or needs it
 *
 * Views and rules are not looked into when a column is renamed: there the old
 * name may live on as the name of a result.  Where a text does not come out as
 * the server would have it, it differs from the target's, and its object is
 * made anew.  That is never wrong.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/base.h"
#include "base/compat.h"
#include "diff/diff_internal.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/numeric.h"

typedef enum TokenKind
{
	TOKEN_NAME,
	TOKEN_STRING,
	TOKEN_CAST,
	TOKEN_OTHER
} TokenKind;

typedef struct Token
{
	TokenKind	kind;
	int			start;
	int			end;
	char	   *name;			/* of a name: unquoted; of a string: its value */
} Token;

typedef struct Tokens
{
	const char *text;
	Token	   *at;
	int			n;
	int			size;
} Tokens;

typedef struct Chain
{
	const char *path;			/* names with a separator between them */
	const MigRename *rename;
} Chain;

typedef struct Rewriter
{
	MigModel   *model;
	List	   *renames;		/* MigRename * */
	HTAB	   *chains;
	HTAB	   *keys;			/* Chain, of old key to new key */
	const MigRename **of;		/* by number of object */
	const char **identities;	/* by number of object: new */

	/* while an object is rewritten */
	const MigObject *object;
	List	   *near;			/* MigRename *: known there by a short name */
} Rewriter;

/* Properties that are nobody's names but their own. */
static const char *const verbatim[] = {
	"kind", "owner", "comment", "source", "acl", "labels", NULL
};

static void Prepare(Rewriter *rewriter);
static HTAB *MakeTable(const char *name);
static const MigRename *FindChain(const Rewriter *rewriter, const char *const *names, int n);
static List *Near(const Rewriter *rewriter, const MigObject *object);
static const char *NewIdentity(Rewriter *rewriter, MigObject *object);
static void PushObject(Rewriter *rewriter, JsonbParseState **state, MigObject *object);
static void PushNames(Rewriter *rewriter, JsonbParseState **state);
static const char *Usual(const Rewriter *rewriter, const char *suffix, bool renamed);
static const char *NewName(const Rewriter *rewriter, const MigObject *object);
static const char *NewSchema(const Rewriter *rewriter, const char *schema);
static void PushSequence(JsonbParseState **state, JsonbContainer *sequence, const char *name);
static void PushProperty(Rewriter *rewriter, JsonbParseState **state, const char *field,
						 JsonbIterator **it);
static const char *RewriteProperty(Rewriter *rewriter, const char *field, bool top,
								   const char *inner, const char *text);
static bool IsVerbatim(const char *field);
static bool IsExpression(const MigObject *object, const char *field);
static char *RewriteText(Rewriter *rewriter, const char *text);
static int	RewriteName(Rewriter *rewriter, StringInfo out, const Tokens *tokens, int i);
static bool IsOwnName(const Rewriter *rewriter, const Tokens *tokens, int i, int n);
static bool IsCall(const Rewriter *rewriter, const MigRename *rename, const Tokens *tokens, int i,
				   int n);
static bool RewriteNear(Rewriter *rewriter, const Tokens *tokens, int i, int n, int *part,
						const char **name);
static bool IsQuery(MigKind kind);
static bool IsColumnThere(const Rewriter *rewriter, const MigRename *rename, const Tokens *tokens,
						  int i, int n);
static bool RewriteString(Rewriter *rewriter, StringInfo out, const Tokens *tokens, int i);
static void Tokenize(Tokens *tokens, const char *text);
static bool IsWord(const Tokens *tokens, int i, const char *word);
static bool IsChar(const Tokens *tokens, int i, char c);

/*
 * MigDiffRewrite
 *		The model after the renames, which do not overlap: none is of a part or
 *		of the schema of another's object.
 */
MigModel *
MigDiffRewrite(MigModel *model, List *renames)
{
	Rewriter	rewriter = {.model = model,.renames = renames};
	JsonbParseState *state = NULL;
	JsonbValue	format = {.type = jbvNumeric};
	MigModel   *result;

	Prepare(&rewriter);
	format.val.numeric = int64_to_numeric(MIG_SNAPSHOT_FORMAT);
	(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	MigPropPush(&state, WJB_KEY, "format");
	(void) pushJsonbValue(&state, WJB_VALUE, &format);
	MigPropPush(&state, WJB_KEY, "objects");
	(void) pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < model->nobjects; i++)
	{
		CHECK_FOR_INTERRUPTS();
		PushObject(&rewriter, &state, model->objects[i]);
	}
	(void) pushJsonbValue(&state, WJB_END_ARRAY, NULL);
	result = MigModelRead(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)),
						  "source");
	result->renames = model->renames;
	return result;
}

/*
 * MigDiffNewKey
 *		The key that an object has after it alone has been renamed.
 */
const char *
MigDiffNewKey(MigModel *model, const MigRename *rename)
{
	Rewriter	rewriter = {.model = model,.renames = list_make1(unconstify(MigRename *, rename))};

	rewriter.of = palloc0_array(const MigRename *, model->nobjects + 1);
	rewriter.of[rename->object->number] = rename;
	rewriter.chains = MakeTable("migrator renamed chains");
	return psprintf("%s %s", MigKindName(rename->object->kind),
					NewIdentity(&rewriter, rename->object));
}

/*
 * MigDiffIsRelation
 *		Whether a kind has its names beside those of tables and types.
 */
bool
MigDiffIsRelation(MigKind kind)
{
	switch (kind)
	{
		case MIG_KIND_TYPE:
		case MIG_KIND_DOMAIN:
		case MIG_KIND_SEQUENCE:
		case MIG_KIND_TABLE:
		case MIG_KIND_FOREIGN_TABLE:
		case MIG_KIND_VIEW:
		case MIG_KIND_MATERIALIZED_VIEW:
		case MIG_KIND_INDEX:
			return true;
		default:
			return false;
	}
}

/* Look up tables for what is renamed. */
static void
Prepare(Rewriter *rewriter)
{
	MigModel   *model = rewriter->model;
	ListCell   *lc;

	rewriter->of = palloc0_array(const MigRename *, model->nobjects + 1);
	rewriter->identities = palloc0_array(const char *, model->nobjects + 1);
	rewriter->chains = MakeTable("migrator renamed chains");
	rewriter->keys = MakeTable("migrator renamed keys");
	foreach(lc, rewriter->renames)
	{
		const MigRename *rename = lfirst(lc);
		const MigObject *object = rename->object;
		const char *path = NULL;
		Chain	   *chain;

		rewriter->of[object->number] = rename;
		if (rename->value != NULL)
			path = NULL;
		else if (object->kind == MIG_KIND_SCHEMA)
			path = object->name;
		else if (object->kind == MIG_KIND_COLUMN && object->parent != NULL)
			path = psprintf("%s\001%s\001%s", object->schema, object->parent->name, object->name);
		else if (MigDiffIsRelation(object->kind))
			path = psprintf("%s\001%s", object->schema, object->name);
		if (path == NULL)
			continue;
		chain = hash_search(rewriter->chains, &path, HASH_ENTER, NULL);
		chain->rename = rename;
	}
	for (int i = 0; i < model->nobjects; i++)
	{
		MigObject  *object = model->objects[i];
		const char *identity = NewIdentity(rewriter, object);

		rewriter->identities[i] = identity;
		if (strcmp(identity, object->identity) != 0)
		{
			Chain	   *key = hash_search(rewriter->keys, &object->key, HASH_ENTER, NULL);
			MigRename  *named = palloc0(sizeof(MigRename));

			named->name = psprintf("%s %s", MigKindName(object->kind), identity);
			key->rename = named;
		}
	}
}

static HTAB *
MakeTable(const char *name)
{
	return MigTextTable(name, sizeof(Chain), 64, CurrentMemoryContext);
}

static const MigRename *
FindChain(const Rewriter *rewriter, const char *const *names, int n)
{
	const char *path = MigJoinNames(names, n, "\001");
	Chain	   *chain = hash_search(rewriter->chains, &path, HASH_FIND, NULL);

	return chain == NULL ? NULL : chain->rename;
}

/* The renamed objects that texts of an object may know by a short name. */
static List *
Near(const Rewriter *rewriter, const MigObject *object)
{
	List	   *near = NIL;
	ListCell   *lc;

	for (const MigObject *whole = object; whole != NULL; whole = whole->parent)
		if (rewriter->of[whole->number] != NULL)
			near = lappend(near, unconstify(MigRename *, rewriter->of[whole->number]));
	foreach(lc, object->needs)
	{
		const MigObject *need = lfirst(lc);

		for (const MigObject *whole = need; whole != NULL; whole = whole->parent)
			if (rewriter->of[whole->number] != NULL)
				near = list_append_unique_ptr(near, unconstify(MigRename *, rewriter->of[whole->number]));
	}
	/* a table says something of its parts: its partition key, its constraints */
	if (object->kind == MIG_KIND_TABLE || object->kind == MIG_KIND_FOREIGN_TABLE)
		foreach(lc, object->parts)
	{
		const MigObject *part = lfirst(lc);

		if (rewriter->of[part->number] != NULL)
			near = lappend(near, unconstify(MigRename *, rewriter->of[part->number]));
	}
	return near;
}

/* The identity of an object after the renames. */
static const char *
NewIdentity(Rewriter *rewriter, MigObject *object)
{
	const MigRename *rename = rewriter->of[object->number];
	const char *identity;
	const char *old;
	const char *new;

	rewriter->object = NULL;
	rewriter->near = NIL;
	identity = RewriteText(rewriter, object->identity);
	if (rename == NULL || rename->value != NULL)
		return identity;
	if (object->kind == MIG_KIND_COLUMN)
	{
		/* without a chain: MigDiffNewKey */
		int			len = strlen(identity) - strlen(quote_identifier(object->name));

		if (identity == object->identity)
			identity = psprintf("%.*s%s", len, identity, quote_identifier(rename->name));
		return identity;
	}
	if (MigDiffIsRelation(object->kind))
		return quote_qualified_identifier(object->schema, rename->name);
	if (MigDiffIsNamedOn(object->kind) || object->schema == NULL)
	{
		old = quote_identifier(object->name);
		new = quote_identifier(rename->name);
	}
	else
	{
		old = quote_qualified_identifier(object->schema, object->name);
		new = quote_qualified_identifier(object->schema, rename->name);
	}
	if (strncmp(identity, old, strlen(old)) != 0)
		return identity;
	return psprintf("%s%s", new, identity + strlen(old));
}

/*
 * MigDiffIsNamedOn
 *		Whether the name of such an object is one beneath its parent's.
 */
bool
MigDiffIsNamedOn(MigKind kind)
{
	return kind == MIG_KIND_CONSTRAINT || kind == MIG_KIND_DOMAIN_CONSTRAINT ||
		kind == MIG_KIND_TRIGGER || kind == MIG_KIND_POLICY || kind == MIG_KIND_RULE;
}

static void
PushObject(Rewriter *rewriter, JsonbParseState **state, MigObject *object)
{
	JsonbIterator *it = JsonbIteratorInit(object->props);
	JsonbValue	value;
	JsonbIteratorToken token;

	rewriter->object = object;
	rewriter->near = Near(rewriter, object);
	(void) pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	(void) JsonbIteratorNext(&it, &value, false);
	while ((token = JsonbIteratorNext(&it, &value, false)) == WJB_KEY)
	{
		char	   *field = pnstrdup(value.val.string.val, value.val.string.len);

		if (object->kind == MIG_KIND_COLUMN &&
			(strcmp(field, "identity_sequence") == 0 || strcmp(field, "not_null_name") == 0))
		{
			(void) JsonbIteratorNext(&it, &value, true);
			continue;
		}
		(void) pushJsonbValue(state, token, &value);
		PushProperty(rewriter, state, field, &it);
	}
	if (object->kind == MIG_KIND_COLUMN)
		PushNames(rewriter, state);
	(void) pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

/*
 * A column's sequence and its NOT NULL have names that are properties only if
 * they are not those that the server makes up, of the names of the table and
 * the column.  They stay when these change.
 */
static void
PushNames(Rewriter *rewriter, JsonbParseState **state)
{
	const MigObject *column = rewriter->object;
	JsonbContainer *sequence = MigPropItem(column->props, "identity_sequence");
	const char *name = sequence == NULL ? NULL : MigPropText(sequence, "name");

	if (name == NULL)
		name = quote_qualified_identifier(column->schema, Usual(rewriter, "seq", false));
	name = RewriteText(rewriter, name);
	if (strcmp(name, quote_qualified_identifier(NewSchema(rewriter, column->schema),
												Usual(rewriter, "seq", true))) == 0)
		name = NULL;
	if (MigPropText(column->props, "identity_generation") != NULL &&
		(sequence != NULL || name != NULL))
		PushSequence(state, sequence, name);

	name = MigPropText(column->props, "not_null_name");
	if (name == NULL && MIG_NAMED_NOT_NULL && !MigDiffInheritsNotNull(rewriter->model, column))
		name = Usual(rewriter, "not_null", false);
	if (name == NULL || !MigPropFlag(column->props, "not_null") ||
		strcmp(name, Usual(rewriter, "not_null", true)) == 0)
		return;
	MigPropPush(state, WJB_KEY, "not_null_name");
	MigPropPush(state, WJB_VALUE, name);
}

/* The name that the server makes up for something of a column. */
static const char *
Usual(const Rewriter *rewriter, const char *suffix, bool renamed)
{
	const MigObject *column = rewriter->object;
	const MigRename *of_table = rewriter->of[column->parent->number];
	const MigRename *of_column = rewriter->of[column->number];

	return psprintf("%s_%s_%s",
					renamed && of_table != NULL ? of_table->name : column->parent->name,
					renamed && of_column != NULL ? of_column->name : column->name, suffix);
}

/* Some parts go by the name of their whole. */
static const char *
NewName(const Rewriter *rewriter, const MigObject *object)
{
	const MigRename *rename = rewriter->of[object->number];

	if (rename != NULL)
		return rename->value != NULL ? object->name : rename->name;
	if (object->parent != NULL && strcmp(object->name, object->parent->name) == 0 &&
		(object->kind == MIG_KIND_DEFAULT || object->kind == MIG_KIND_INHERITANCE ||
		 object->kind == MIG_KIND_INDEX_ATTACHMENT || object->kind == MIG_KIND_PUBLICATION_RELATION ||
		 object->kind == MIG_KIND_PUBLICATION_SCHEMA))
		return NewName(rewriter, object->parent);
	return object->name;
}

static const char *
NewSchema(const Rewriter *rewriter, const char *schema)
{
	const MigRename *rename = FindChain(rewriter, &schema, 1);

	return rename == NULL ? schema : rename->name;
}

/* The options of an identity column's sequence, with another name or none. */
static void
PushSequence(JsonbParseState **state, JsonbContainer *sequence, const char *name)
{
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	value;

	if (name == NULL && JsonContainerSize(sequence) == (MigPropText(sequence, "name") == NULL ? 0 : 1))
		return;
	MigPropPush(state, WJB_KEY, "identity_sequence");
	(void) pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	if (sequence != NULL)
	{
		it = JsonbIteratorInit(sequence);
		while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
		{
			JsonbValue	key = value;

			if (token != WJB_KEY)
				continue;
			(void) JsonbIteratorNext(&it, &value, true);
			if (key.val.string.len == 4 && memcmp(key.val.string.val, "name", 4) == 0)
				continue;
			(void) pushJsonbValue(state, WJB_KEY, &key);
			(void) pushJsonbValue(state, WJB_VALUE, &value);
		}
	}
	if (name != NULL)
	{
		MigPropPush(state, WJB_KEY, "name");
		MigPropPush(state, WJB_VALUE, name);
	}
	(void) pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

/* The value of a property, whatever it is made of. */
static void
PushProperty(Rewriter *rewriter, JsonbParseState **state, const char *field, JsonbIterator **it)
{
	int			depth = 0;
	bool		keep = IsVerbatim(field);
	const char *inner = "";

	do
	{
		JsonbValue	value;
		JsonbIteratorToken token = JsonbIteratorNext(it, &value, false);

		if (token == WJB_BEGIN_OBJECT || token == WJB_BEGIN_ARRAY)
			depth++;
		else if (token == WJB_END_OBJECT || token == WJB_END_ARRAY)
			depth--;
		if (!keep && token != WJB_KEY && (token == WJB_VALUE || token == WJB_ELEM) &&
			value.type == jbvString)
			MigPropPush(state, token,
						RewriteProperty(rewriter, field, depth == 0, inner,
										pnstrdup(value.val.string.val, value.val.string.len)));
		else if (token == WJB_KEY || token == WJB_VALUE || token == WJB_ELEM)
			(void) pushJsonbValue(state, token, &value);
		else
			(void) pushJsonbValue(state, token, NULL);
		if (token == WJB_KEY)
			inner = pnstrdup(value.val.string.val, value.val.string.len);
	} while (depth > 0);
}

static bool
IsVerbatim(const char *field)
{
	for (const char *const *name = verbatim; *name != NULL; name++)
		if (strcmp(*name, field) == 0)
			return true;
	return false;
}

/* A string of a property. */
static const char *
RewriteProperty(Rewriter *rewriter, const char *field, bool top, const char *inner,
				const char *text)
{
	const MigObject *object = rewriter->object;
	const MigRename *rename = rewriter->of[object->number];
	Chain	   *key;
	ListCell   *lc;
	List	   *near;
	const char *result;

	if (strcmp(field, "identity") == 0 && strcmp(text, object->identity) == 0)
		return rewriter->identities[object->number];
	if (strcmp(field, "parent") == 0 || strcmp(field, "needs") == 0)
	{
		key = hash_search(rewriter->keys, &text, HASH_FIND, NULL);
		return key == NULL ? text : key->rename->name;
	}
	if (top && strcmp(field, "name") == 0)
		return NewName(rewriter, object);
	if (top && strcmp(field, "schema") == 0)
		return NewSchema(rewriter, text);
	if (rename != NULL && rename->value != NULL && strcmp(text, rename->value) == 0 &&
		(strcmp(field, "values") == 0 || (!top && strcmp(inner, "name") == 0)))
		return rename->name;

	near = rewriter->near;
	if (!IsExpression(object, field))
		rewriter->near = NIL;
	else
		foreach(lc, near)
	{
		const MigRename *other = lfirst(lc);

		/* a name by itself, as in a list of columns */
		if (other->value == NULL && strcmp(text, other->object->name) == 0 &&
			other->object != object &&
			(other->object->kind != MIG_KIND_COLUMN || !IsQuery(object->kind)))
		{
			rewriter->near = near;
			return other->name;
		}
	}
	result = RewriteText(rewriter, text);
	rewriter->near = near;
	return result;
}

/* Whether a property of an object can speak of columns or functions. */
static bool
IsExpression(const MigObject *object, const char *field)
{
	if (object->kind == MIG_KIND_COLUMN)
		return strcmp(field, "expression") == 0;
	if (object->kind == MIG_KIND_TABLE || object->kind == MIG_KIND_FOREIGN_TABLE)
		return strcmp(field, "partition_by") == 0 || strcmp(field, "replica_identity") == 0 ||
			strcmp(field, "replica_index") == 0 || strcmp(field, "cluster") == 0;
	return true;
}

/* A text with the new names in it; the text itself if it has none of the old. */
static char *
RewriteText(Rewriter *rewriter, const char *text)
{
	Tokens		tokens = {.text = text};
	StringInfoData out;
	int			copied = 0;

	Tokenize(&tokens, text);
	initStringInfo(&out);
	for (int i = 0; i < tokens.n;)
	{
		int			length PG_USED_FOR_ASSERTS_ONLY = out.len;
		int			n = 1;

		appendBinaryStringInfo(&out, text + copied, tokens.at[i].start - copied);
		if (tokens.at[i].kind == TOKEN_NAME)
			n = RewriteName(rewriter, &out, &tokens, i);
		else if (tokens.at[i].kind != TOKEN_STRING || !RewriteString(rewriter, &out, &tokens, i))
			appendBinaryStringInfo(&out, text + tokens.at[i].start,
								   tokens.at[i].end - tokens.at[i].start);
		Assert(out.len >= length);
		i += n;
		copied = tokens.at[i - 1].end;
	}
	appendStringInfoString(&out, text + copied);
	return strcmp(out.data, text) == 0 ? unconstify(char *, text) : out.data;
}

/*
 * The names from token i on, with points between them; appends them, one of
 * them perhaps new, and returns the number of tokens.
 */
static int
RewriteName(Rewriter *rewriter, StringInfo out, const Tokens *tokens, int i)
{
	const char *names[4];
	int			n = 0;
	int			part = -1;
	const char *name = NULL;
	const MigRename *rename;

	for (;;)
	{
		names[n] = tokens->at[i + 2 * n].name;
		n++;
		if (n == lengthof(names) || !IsChar(tokens, i + 2 * n - 1, '.') ||
			i + 2 * n >= tokens->n || tokens->at[i + 2 * n].kind != TOKEN_NAME)
			break;
	}
	for (int parts = Min(n, 3); parts > 0 && name == NULL; parts--)
	{
		/* a schema's name has something after it */
		if (parts == 1 && n == 1)
			break;
		rename = FindChain(rewriter, names, parts);
		if (rename == NULL || (parts == 2 && IsCall(rewriter, rename, tokens, i, n)))
			continue;
		part = parts - 1;
		name = rename->name;
	}
	if (name == NULL && IsOwnName(rewriter, tokens, i, n))
	{
		part = n - 1;
		name = rewriter->of[rewriter->object->number]->name;
	}
	if (name == NULL)
		(void) RewriteNear(rewriter, tokens, i, n, &part, &name);

	for (int k = 0; k < n; k++)
	{
		const Token *token = &tokens->at[i + 2 * k];

		if (k > 0)
			appendStringInfoChar(out, '.');
		if (k == part)
			appendStringInfoString(out, quote_identifier(name));
		else
			appendBinaryStringInfo(out, tokens->text + token->start, token->end - token->start);
	}
	return 2 * n - 1;
}

/* In a definition: CREATE TRIGGER name. */
static bool
IsOwnName(const Rewriter *rewriter, const Tokens *tokens, int i, int n)
{
	static const char *const words[] = {"trigger", "rule", "index", "statistics"};

	if (rewriter->object == NULL || rewriter->of[rewriter->object->number] == NULL ||
		!IsWord(tokens, 0, "create") || i > 3 ||
		strcmp(tokens->at[i + 2 * (n - 1)].name, rewriter->object->name) != 0)
		return false;
	for (size_t k = 0; k < lengthof(words); k++)
		if (IsWord(tokens, i - 1, words[k]))
			return true;
	return false;
}

/* Whether a name that a relation has is here that of a function. */
static bool
IsCall(const Rewriter *rewriter, const MigRename *rename, const Tokens *tokens, int i, int n)
{
	if (n != 2 || !IsChar(tokens, i + 3, '(') || IsWord(tokens, i - 1, "references") ||
		IsWord(tokens, i - 1, "into"))
		return false;
	return rename->shadowed || (rewriter->object != NULL && rewriter->object->kind == MIG_KIND_FUNCTION);
}

/* A short name, or one that means something only in what needs it. */
static bool
RewriteNear(Rewriter *rewriter, const Tokens *tokens, int i, int n, int *part, const char **name)
{
	ListCell   *lc;

	foreach(lc, rewriter->near)
	{
		const MigRename *rename = lfirst(lc);
		const MigObject *object = rename->object;

		if (rename->value != NULL || object == rewriter->object)
			continue;
		if (object->kind == MIG_KIND_COLUMN)
		{
			if (!IsColumnThere(rewriter, rename, tokens, i, n))
				continue;
			*part = n - 1;
		}
		else if (MigDiffIsRelation(object->kind))
		{
			if (strcmp(tokens->at[i].name, object->name) != 0 || !IsChar(tokens, i + 1, '.') ||
				n > 2)
				continue;
			*part = 0;
		}
		else if (object->schema != NULL && !MigDiffIsNamedOn(object->kind))
		{
			if (n < 2 || strcmp(tokens->at[i].name, object->schema) != 0 ||
				strcmp(tokens->at[i + 2].name, object->name) != 0)
				continue;
			*part = 1;
		}
		else
			continue;
		*name = rename->name;
		return true;
	}
	return false;
}

/* Where the names of columns live on as names of results. */
static bool
IsQuery(MigKind kind)
{
	return kind == MIG_KIND_VIEW || kind == MIG_KIND_MATERIALIZED_VIEW || kind == MIG_KIND_RULE ||
		kind == MIG_KIND_FUNCTION || kind == MIG_KIND_PROCEDURE;
}

static bool
IsColumnThere(const Rewriter *rewriter, const MigRename *rename, const Tokens *tokens, int i, int n)
{
	const MigKind kind = rewriter->object->kind;

	if (IsQuery(kind) || n > 2)
		return false;
	if (strcmp(tokens->at[i + 2 * (n - 1)].name, rename->object->name) != 0)
		return false;
	if (IsChar(tokens, i + 2 * n - 1, '(') || IsChar(tokens, i + 2 * n - 1, '.'))
		return false;
	if (i > 0 && (tokens->at[i - 1].kind == TOKEN_CAST || IsChar(tokens, i - 1, '.') ||
				  IsWord(tokens, i - 1, "as") || IsWord(tokens, i - 1, "collate")))
		return false;

	/* the table itself, or the two rows of a trigger */
	return n == 1 || rename->object->parent == NULL ||
		strcmp(tokens->at[i].name, rename->object->parent->name) == 0 ||
		(kind == MIG_KIND_TRIGGER && (strcmp(tokens->at[i].name, "old") == 0 ||
									  strcmp(tokens->at[i].name, "new") == 0));
}

/*
 * A string can be a name: 'public.s'::regclass; or a label of an enum:
 * 'a'::public.mood.  Returns false if it is neither, having appended nothing.
 */
static bool
RewriteString(Rewriter *rewriter, StringInfo out, const Tokens *tokens, int i)
{
	const Token *type = i + 2 < tokens->n ? &tokens->at[i + 2] : NULL;
	ListCell   *lc;

	if (type == NULL || tokens->at[i + 1].kind != TOKEN_CAST || type->kind != TOKEN_NAME)
		return false;
	if (strncmp(type->name, "reg", 3) == 0)
	{
		appendStringInfoString(out, quote_literal_cstr(RewriteText(rewriter, tokens->at[i].name)));
		return true;
	}
	if (!IsChar(tokens, i + 3, '.') || i + 4 >= tokens->n || tokens->at[i + 4].kind != TOKEN_NAME)
		return false;
	foreach(lc, rewriter->renames)
	{
		const MigRename *rename = lfirst(lc);

		if (rename->value != NULL && strcmp(rename->value, tokens->at[i].name) == 0 &&
			strcmp(rename->object->schema, type->name) == 0 &&
			strcmp(rename->object->name, tokens->at[i + 4].name) == 0)
		{
			appendStringInfoString(out, quote_literal_cstr(rename->name));
			return true;
		}
	}
	return false;
}

/*
 * Split what the server has deparsed: names, strings, and the rest character
 * by character.  It has no comments and no dollar quotes.
 */
static void
Tokenize(Tokens *tokens, const char *text)
{
	const char *p = text;

	while (*p != '\0')
	{
		Token		token = {.kind = TOKEN_OTHER,.start = p - text};
		const char *start = p;

		if (isspace((unsigned char) *p))
		{
			p++;
			continue;
		}
		if (*p == '"' || *p == '\'' || ((*p == 'E' || *p == 'e') && p[1] == '\''))
		{
			bool		escapes = *p != '"' && *p != '\'';
			char		quote = escapes ? '\'' : *p;
			StringInfoData value;

			initStringInfo(&value);
			for (p += escapes ? 2 : 1; *p != '\0'; p++)
			{
				if ((*p == quote && p[1] == quote) || (escapes && *p == '\\' && p[1] != '\0'))
					p++;
				else if (*p == quote)
					break;
				appendStringInfoChar(&value, *p);
			}
			if (*p != '\0')
				p++;
			token.kind = quote == '"' ? TOKEN_NAME : TOKEN_STRING;
			token.name = value.data;
		}
		else if (isalpha((unsigned char) *p) || *p == '_' || IS_HIGHBIT_SET(*p))
		{
			while (isalnum((unsigned char) *p) || *p == '_' || *p == '$' || IS_HIGHBIT_SET(*p))
				p++;
			token.kind = TOKEN_NAME;
			token.name = pnstrdup(start, p - start);
		}
		else if (isdigit((unsigned char) *p))
			while (isalnum((unsigned char) *p) || (*p == '.' && isdigit((unsigned char) p[1])))
				p++;
		else if (*p == ':' && p[1] == ':')
		{
			token.kind = TOKEN_CAST;
			p += 2;
		}
		else
			p++;

		token.end = p - text;
		if (tokens->n == tokens->size)
		{
			tokens->size = Max(tokens->size * 2, 32);
			tokens->at = tokens->at == NULL ? palloc(sizeof(Token) * tokens->size)
				: repalloc(tokens->at, sizeof(Token) * tokens->size);
		}
		tokens->at[tokens->n++] = token;
	}
}

/* A keyword; deparsed ones are in capitals, and a name that is one is quoted. */
static bool
IsWord(const Tokens *tokens, int i, const char *word)
{
	return i >= 0 && i < tokens->n && tokens->at[i].kind == TOKEN_NAME &&
		pg_strcasecmp(tokens->at[i].name, word) == 0;
}

static bool
IsChar(const Tokens *tokens, int i, char c)
{
	return i >= 0 && i < tokens->n && tokens->at[i].kind == TOKEN_OTHER &&
		tokens->text[tokens->at[i].start] == c;
}
