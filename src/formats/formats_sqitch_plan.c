/*-------------------------------------------------------------------------
 * src/formats/formats_sqitch_plan.c
 *	  The file sqitch.plan.
 *
 * Pragmas, a blank line, then a line for each change and tag.  The id of a
 * change is a hash over what its line says and the id of the change before it,
 * so that it can be computed here as Sqitch does.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "base/compat.h"
#include "common/cryptohash.h"
#include "common/sha1.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "formats/formats_sqitch.h"

#define BLANKS				" \t"
#define PUNCTUATION			"-!\"#$%&'()*+,./:;<=>?@[\\]^`{|}~"
#define SPACES				" \t\r\n\f\v"
#define URI_CHARACTERS		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'();/?:@&=+$,[]#%"

/* YYYY-MM-DDTHH:MI:SSZ, where 0 is any digit */
#define DATE_SHAPE			"0000-00-00T00:00:00Z"

typedef struct PlanReader
{
	const MigFile *file;
	int			line;			/* number of the current line */
	char	   *project;
	char	   *uri;			/* or NULL */
	List	   *changes;		/* MigSqitchChange */
	List	   *tags;			/* char *, all of them */
	int			section;		/* number of changes before the last tag */
} PlanReader;

/* A line of a change or tag, taken apart. */
typedef struct Line
{
	char	   *name;
	char	   *dependencies;	/* or NULL */
	char	   *date;
	char	   *planner;
	char	   *note;
	bool		is_tag;
} Line;

static void ReadPragma(PlanReader *plan, char *text);
static void ReadLine(PlanReader *plan, char *text);
static void TakeLine(PlanReader *plan, char *text, Line *line);
static void TakeRest(PlanReader *plan, char *at, Line *line);
static bool HasShape(const char *text, const char *shape);
static size_t NameLength(const char *text);
static char *ReadNote(const char *text);
static void AddTag(PlanReader *plan, const Line *line);
static void AddChange(PlanReader *plan, const Line *line);
static void ReadDependencies(PlanReader *plan, MigSqitchChange *change, char *text);
static char *OwnName(const PlanReader *plan, char *dependency);
static bool IsDependency(const char *text);
static void CheckDependency(const PlanReader *plan, const MigSqitchChange *change, const char *dependency,
							bool conflict);
static int	FindInstance(const PlanReader *plan, const char *dependency);
static int	FindTag(const PlanReader *plan, const char *tag);
static void SetReworkTags(const PlanReader *plan, const char *name);
static char *ComputeId(const PlanReader *plan, const MigSqitchChange *change, const char *parent);
static void AppendList(StringInfo buf, const char *title, const char *sign, List *names);
static char *CanonicalUri(const char *uri);
static char *CanonicalServer(char *text, char *host, const char *port);
static void LowerCase(char *text, size_t len);
static char *Unescape(const char *uri);
pg_noreturn static void Refuse(const PlanReader *plan, const char *message, const char *hint);

/*
 * MigSqitchReadPlan
 *		The changes of a plan, a List of MigSqitchChange in its order.
 *
 * Raises an error with file and line for what Sqitch refuses.
 */
List *
MigSqitchReadPlan(const MigFile *file)
{
	PlanReader	plan = {.file = file};
	const char *at = file->content;
	bool		header = true;

	while (*at != '\0')
	{
		size_t		len = strcspn(at, "\n");
		char	   *text = pnstrdup(at, len);
		const char *first;

		CHECK_FOR_INTERRUPTS();
		plan.line++;
		if (len > 0 && text[len - 1] == '\r')
			text[len - 1] = '\0';
		first = text + strspn(text, BLANKS);
		if (*first == '\0')
			header = false;
		else if (*first == '#')
			 /* a comment */ ;
		else if (header)
			ReadPragma(&plan, text);
		else
			ReadLine(&plan, text);
		at += len;
		at += *at == '\n';
	}
	if (plan.project == NULL)
	{
		plan.line = Max(plan.line, 1);
		Refuse(&plan, "pragma \"%project\" is missing", "The plan of Sqitch begins with lines \"%syntax-version=1.0.0\" and \"%project=NAME\".");
	}
	return plan.changes;
}

/* %NAME[=VALUE] */
static void
ReadPragma(PlanReader *plan, char *text)
{
	char	   *name = MigTrim(text, strcspn(text, "#"));
	char	   *equal = strchr(name, '=');
	char	   *value;

	if (*name != '%')
		Refuse(plan, "line is not a pragma",
			   "A blank line must come between the pragmas and the changes of a plan.");
	if (equal == NULL)
		return;
	value = MigTrim(equal + 1, strlen(equal + 1));
	name = MigTrim(name + 1, equal - name - 1);
	if (strcmp(name, "project") == 0)
	{
		if (*value == '\0' || NameLength(value) != strlen(value))
			Refuse(plan, psprintf("\"%s\" is not the name of a project", value), NULL);
		plan->project = value;
	}
	else if (strcmp(name, "uri") == 0 && *value != '\0')
		plan->uri = CanonicalUri(value);
}

static void
ReadLine(PlanReader *plan, char *text)
{
	Line		line = {0};

	if (plan->project == NULL)
		Refuse(plan, "pragma \"%project\" is missing",
			   "It stands before the first blank line of the plan.");
	TakeLine(plan, text, &line);
	if (strcmp(line.name, "ROOT") == 0 || strcmp(line.name, "HEAD") == 0)
		Refuse(plan, psprintf("\"%s\" is a reserved name", line.name), NULL);
	if (line.is_tag)
		AddTag(plan, &line);
	else
		AddChange(plan, &line);
}

/* [@+]NAME [DEPENDENCIES] DATE PLANNER <ADDRESS> # NOTE */
static void
TakeLine(PlanReader *plan, char *text, Line *line)
{
	char	   *hash = strchr(text, '#');
	char	   *at;
	size_t		len;

	line->note = ReadNote(hash == NULL ? "" : hash + 1);
	at = MigTrim(text, hash == NULL ? strlen(text) : (size_t) (hash - text));
	if (*at == '@')
	{
		line->is_tag = true;
		at++;
	}
	else if (*at == '+' || *at == '-')
	{
		if (*at == '-')
			Refuse(plan, "changes with \"-\" are not supported",
				   "Put what reverts the change into a change of its own.");
		at++;
		at += strspn(at, BLANKS);
	}
	len = NameLength(at);
	if (len == 0 || (at[len] != '\0' && strchr(BLANKS "[", at[len]) == NULL && !isdigit((unsigned char) at[len])))
		Refuse(plan, psprintf("\"%s\" is not a name", MigAbbreviate(pnstrdup(at, strcspn(at, BLANKS)), 60)),
			   "Names do not begin or end with punctuation, and contain no \"@\", \":\", \"#\", \"\\\" or blanks.");
	line->name = pnstrdup(at, len);
	at += len;
	at += strspn(at, BLANKS);
	if (*at == '[')
	{
		size_t		inside = strcspn(at + 1, "]");

		if (at[1 + inside] == '\0' || inside == 0)
			Refuse(plan, "dependencies have no end", "Write them as [NAME NAME].");
		line->dependencies = pnstrdup(at + 1, inside);
		at += inside + 2;
		at += strspn(at, BLANKS);
	}
	TakeRest(plan, at, line);
}

/* DATE PLANNER <ADDRESS> */
static void
TakeRest(PlanReader *plan, char *at, Line *line)
{
	static const char hint[] = "A line of a plan is NAME [DEPENDENCIES] YYYY-MM-DDTHH:MI:SSZ PLANNER <ADDRESS> # NOTE.";
	char	   *less;
	size_t		len = strlen(at);

	if (!HasShape(at, DATE_SHAPE))
		Refuse(plan, psprintf("date of \"%s\" is missing", line->name), hint);
	line->date = pnstrdup(at, strlen(DATE_SHAPE));
	at += strlen(DATE_SHAPE);
	at += strspn(at, BLANKS);
	len = strlen(at);
	less = strchr(at, '<');
	if (less == NULL || less - at < 2 || strchr(BLANKS, less[-1]) == NULL ||
		at[len - 1] != '>' || strchr(less, '>') != at + len - 1 || less + 2 == at + len)
		Refuse(plan, psprintf("name and address of the planner of \"%s\" are missing", line->name),
			   hint);
	line->planner = psprintf("%s %s", pnstrdup(at, less - 1 - at), less);
}

static bool
HasShape(const char *text, const char *shape)
{
	for (; *shape != '\0'; text++, shape++)
		if (*shape == '0' ? !isdigit((unsigned char) *text) : *text != *shape)
			return false;
	return true;
}

/*
 * Length of the name that the text begins with, or 0.
 *
 * A sign such as "~" with digits after it at the end means something else.
 */
static size_t
NameLength(const char *text)
{
	size_t		len = 0;

	if (*text == '\0' || strchr(PUNCTUATION, *text) != NULL)
		return 0;
	while (text[len] != '\0' && strchr(BLANKS ":@#\\", text[len]) == NULL)
	{
		if (strchr("~/=%^", text[len]) != NULL)
		{
			size_t		digits = strspn(text + len + 1, "0123456789");

			if (digits > 0 && (text[len + 1 + digits] == '\0' ||
							   strchr(BLANKS, text[len + 1 + digits]) != NULL))
				break;
		}
		len++;
	}
	if (len > 0 && strchr(PUNCTUATION, text[len - 1]) != NULL)
		return 0;
	return len;
}

/* Without the blanks around it, and with its escapes resolved. */
static char *
ReadNote(const char *text)
{
	char	   *note;
	char	   *out;

	text += strspn(text, SPACES);
	note = out = pstrdup(text);
	for (size_t len = strlen(note); len > 0 && strchr(SPACES, note[len - 1]) != NULL; len--)
		note[len - 1] = '\0';
	for (const char *in = note; *in != '\0'; in++)
	{
		if (in[0] == '\\' && (in[1] == '\\' || in[1] == 'n' || in[1] == 'r'))
		{
			in++;
			*out++ = *in == 'n' ? '\n' : *in == 'r' ? '\r' : '\\';
		}
		else
			*out++ = *in;
	}
	*out = '\0';
	return note;
}

static void
AddTag(PlanReader *plan, const Line *line)
{
	MigSqitchChange *last;
	ListCell   *lc;

	if (plan->changes == NIL)
		Refuse(plan, psprintf("tag \"%s\" comes before any change", line->name), NULL);
	if (strchr(line->name, '/') != NULL)
		Refuse(plan, psprintf("name of tag \"%s\" contains \"/\"", line->name), NULL);
	if (line->dependencies != NULL)
		Refuse(plan, psprintf("tag \"%s\" has dependencies", line->name), NULL);
	foreach(lc, plan->tags)
	{
		if (strcmp(lfirst(lc), line->name) == 0)
			Refuse(plan, psprintf("tag \"%s\" is defined twice", line->name), NULL);
	}
	last = llast(plan->changes);
	last->tags = lappend(last->tags, line->name);
	plan->tags = lappend(plan->tags, line->name);
	plan->section = list_length(plan->changes);
}

static void
AddChange(PlanReader *plan, const Line *line)
{
	MigSqitchChange *change = palloc0(sizeof(MigSqitchChange));
	MigSqitchChange *parent = plan->changes == NIL ? NULL : llast(plan->changes);
	ListCell   *lc;

	change->name = line->name;
	change->note = line->note;
	change->planner = line->planner;
	change->date = line->date;
	change->line = plan->line;
	change->instance = 1;
	foreach(lc, plan->changes)
	{
		const MigSqitchChange *other = lfirst(lc);

		if (strcmp(other->name, change->name) != 0)
			continue;
		if (foreach_current_index(lc) >= plan->section)
			Refuse(plan, psprintf("change \"%s\" is planned twice", change->name),
				   psprintf("The other one is on line %d.  A change can be reworked only after a tag.",
							other->line));
		change->instance++;
	}
	if (line->dependencies != NULL)
		ReadDependencies(plan, change, line->dependencies);
	change->id = ComputeId(plan, change, parent == NULL ? NULL : parent->id);
	if (change->instance > 1)
		SetReworkTags(plan, change->name);
	plan->changes = lappend(plan->changes, change);
}

static void
ReadDependencies(PlanReader *plan, MigSqitchChange *change, char *text)
{
	List	   *seen = NIL;

	for (char *word = strtok(text, BLANKS); word != NULL; word = strtok(NULL, BLANKS))
	{
		bool		conflict = *word == '!';
		char	   *name = OwnName(plan, word + conflict);
		ListCell   *lc;

		if (!IsDependency(word + conflict))
			Refuse(plan, psprintf("\"%s\" is not a dependency", word), NULL);
		foreach(lc, seen)
		{
			if (strcmp(lfirst(lc), word) == 0)
				Refuse(plan, psprintf("dependency \"%s\" is given twice", word), NULL);
		}
		seen = lappend(seen, word);
		CheckDependency(plan, change, name, conflict);
		if (conflict)
			change->conflicts = lappend(change->conflicts, name);
		else
			change->requires = lappend(change->requires, name);
	}
}

/* A dependency without the name of the project, if it is this one. */
static char *
OwnName(const PlanReader *plan, char *dependency)
{
	size_t		len = strlen(plan->project);

	if (strncmp(dependency, plan->project, len) == 0 && dependency[len] == ':')
		return dependency + len + 1;
	return dependency;
}

/* [PROJECT:]NAME[@TAG] or [PROJECT:]@TAG; an id looks like a name */
static bool
IsDependency(const char *text)
{
	size_t		len = NameLength(text);

	if (len > 0 && text[len] == ':')
	{
		text += len + 1;
		len = NameLength(text);
	}
	text += len;
	if (*text == '@')
		return NameLength(text + 1) > 0 && NameLength(text + 1) == strlen(text + 1);
	return len > 0 && *text == '\0';
}

/*
 * What a change requires comes before it, so the line of the plan is enough.
 * Other projects are not ours to know.
 */
static void
CheckDependency(const PlanReader *plan, const MigSqitchChange *change, const char *dependency, bool conflict)
{
	bool		is_id = strlen(dependency) == 40 && strspn(dependency, "0123456789abcdef") == 40;

	if (strchr(dependency, ':') != NULL || is_id)
	{
		if (!is_id || FindInstance(plan, dependency) == 0)
			ereport(WARNING,
					errmsg("change \"%s\" %s \"%s\" of another project", change->name,
						   conflict ? "conflicts with" : "requires", dependency),
					errdetail("Nobody looks after that any more."),
					errhint("Deploy the projects in the right order."));
		return;
	}
	if (!conflict && FindInstance(plan, dependency) == 0)
		Refuse(plan, psprintf("change \"%s\" requires \"%s\", which is not planned before it",
							  change->name, dependency), NULL);
	if (conflict && FindInstance(plan, dependency) > 0)
		Refuse(plan, psprintf("change \"%s\" conflicts with \"%s\", which is planned before it",
							  change->name, dependency),
			   "Sqitch never deploys such a plan as a whole, and neither can it be done here.");
}

/* The number from 1 of the change that NAME, NAME@TAG or an id names, or 0. */
static int
FindInstance(const PlanReader *plan, const char *dependency)
{
	const char *tag = strchr(dependency, '@');
	size_t		len = tag == NULL ? strlen(dependency) : (size_t) (tag - dependency);
	int			last = tag == NULL ? list_length(plan->changes) : FindTag(plan, tag + 1);

	if (len == 0)
		return last;
	for (int i = last; i > 0; i--)
	{
		const MigSqitchChange *change = list_nth(plan->changes, i - 1);

		if ((strncmp(change->name, dependency, len) == 0 && change->name[len] == '\0') ||
			(tag == NULL && strcmp(change->id, dependency) == 0))
			return i;
	}
	return 0;
}

/* The number from 1 of the change that a tag comes after, or 0. */
static int
FindTag(const PlanReader *plan, const char *tag)
{
	for (int i = list_length(plan->changes); i > 0; i--)
	{
		ListCell   *lc;

		foreach(lc, ((MigSqitchChange *) list_nth(plan->changes, i - 1))->tags)
		{
			if (strcmp(lfirst(lc), tag) == 0)
				return i;
		}
	}
	return 0;
}

/* The last change of that name is reworked now: its files are called by a tag since. */
static void
SetReworkTags(const PlanReader *plan, const char *name)
{
	List	   *tags = NIL;

	for (int i = list_length(plan->changes); i > 0; i--)
	{
		MigSqitchChange *change = list_nth(plan->changes, i - 1);

		tags = list_concat(tags, change->tags);
		if (strcmp(change->name, name) == 0)
		{
			change->rework_tags = tags;
			return;
		}
	}
}

/* SHA-1 over what Sqitch calls the info of a change, the way Git has it. */
static char *
ComputeId(const PlanReader *plan, const MigSqitchChange *change, const char *parent)
{
	StringInfoData info;
	char	   *head;
	uint8		sum[SHA1_DIGEST_LENGTH];
	char	   *hex = palloc0(2 * SHA1_DIGEST_LENGTH + 1);
	pg_cryptohash_ctx *hash = pg_cryptohash_create(PG_SHA1);

	initStringInfo(&info);
	appendStringInfo(&info, "project %s\n", plan->project);
	if (plan->uri != NULL)
		appendStringInfo(&info, "uri %s\n", plan->uri);
	appendStringInfo(&info, "change %s\n", change->name);
	if (parent != NULL)
		appendStringInfo(&info, "parent %s\n", parent);
	appendStringInfo(&info, "planner %s\ndate %s", change->planner, change->date);
	AppendList(&info, "requires", "+", change->requires);
	AppendList(&info, "conflicts", "-", change->conflicts);
	if (*change->note != '\0' && strcmp(change->note, "0") != 0)
		appendStringInfo(&info, "\n\n%s", change->note);

	head = psprintf("change %d", info.len);
	if (hash == NULL || pg_cryptohash_init(hash) < 0 ||
		pg_cryptohash_update(hash, (uint8 *) head, strlen(head) + 1) < 0 ||
		pg_cryptohash_update(hash, (uint8 *) info.data, info.len) < 0 ||
		pg_cryptohash_final(hash, sum, sizeof(sum)) < 0)
		elog(ERROR, "could not compute a checksum");
	pg_cryptohash_free(hash);
	hex_encode((char *) sum, sizeof(sum), hex);
	return hex;
}

static void
AppendList(StringInfo buf, const char *title, const char *sign, List *names)
{
	ListCell   *lc;

	if (names != NIL)
		appendStringInfo(buf, "\n%s", title);
	foreach(lc, names)
	{
		appendStringInfo(buf, "\n  %s %s", sign, (char *) lfirst(lc));
	}
}

/*
 * An address as Perl's module URI has it in its canonical form: scheme and host
 * in lower case, no port that goes without saying, a path, no needless escapes.
 */
static char *
CanonicalUri(const char *uri)
{
	/* schemes with a host, and their ports */
	static const char *const servers[][2] = {
		{"http", ":80"}, {"https", ":443"}, {"ftp", ":21"}, {"ssh", ":22"}, {"rsync", ":873"}
	};
	char	   *text = Unescape(uri);
	size_t		scheme = strcspn(text, ":/?#");

	if (text[scheme] != ':')
		return text;
	LowerCase(text, scheme);
	for (size_t i = 0; i < lengthof(servers); i++)
		if (strlen(servers[i][0]) == scheme && strncmp(text, servers[i][0], scheme) == 0 &&
			strncmp(text + scheme, "://", 3) == 0)
			return CanonicalServer(text, text + scheme + 3, servers[i][1]);
	if (scheme == 3 && strncmp(text, "urn", 3) == 0)
		LowerCase(text + 4, strcspn(text + 4, ":"));
	return text;
}

/* The same from the host on, whose usual port is given. */
static char *
CanonicalServer(char *text, char *host, const char *port)
{
	size_t		len = strcspn(host, "/?#");
	char	   *user = memchr(host, '@', len);
	char	   *end = host + len;
	size_t		port_len = strlen(port);

	if (user != NULL)
	{
		len -= user + 1 - host;
		host = user + 1;
	}
	LowerCase(host, len);
	if (len > port_len && strncmp(end - port_len, port, port_len) == 0)
	{
		memmove(end - port_len, end, strlen(end) + 1);
		end -= port_len;
	}
	else if (len > 0 && end[-1] == ':')
	{
		memmove(end - 1, end, strlen(end) + 1);
		end--;
	}
	if (strncmp(text, "http", 4) == 0 && *end != '/')
		return psprintf("%.*s/%s", (int) (end - text), text, end);
	return text;
}

static void
LowerCase(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		text[i] = pg_ascii_tolower(text[i]);
}

/* Escape what has to be and nothing else. */
static char *
Unescape(const char *uri)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";
	StringInfoData buf;

	initStringInfo(&buf);
	for (; *uri != '\0'; uri++)
	{
		unsigned int code;

		if (*uri == '%' && isxdigit((unsigned char) uri[1]) && isxdigit((unsigned char) uri[2]) &&
			sscanf(uri + 1, "%2x", &code) == 1)
		{
			if (code > ' ' && code < 0x7f && strchr(plain, (int) code) != NULL)
				appendStringInfoChar(&buf, (char) code);
			else
				appendStringInfo(&buf, "%%%02X", code);
			uri += 2;
		}
		else if (strchr(URI_CHARACTERS, *uri) != NULL)
			appendStringInfoChar(&buf, *uri);
		else
			appendStringInfo(&buf, "%%%02X", (unsigned char) *uri);
	}
	return buf.data;
}

/* hint may be NULL. */
static void
Refuse(const PlanReader *plan, const char *message, const char *hint)
{
	ereport(ERROR,
			errcode(ERRCODE_SYNTAX_ERROR),
			errmsg("%s", message),
			hint == NULL ? 0 : errhint("%s", hint),
			MigErrPlace(plan->file->path, plan->line));
}
