/*-------------------------------------------------------------------------
 * src/formats/formats_sqitch.c
 *	  Projects of Sqitch.
 *
 * The order is that of the plan, which is a line: what a change requires comes
 * before it, so that dependencies say nothing more.  The id of a revision is the
 * name of its change, with a number from the second change of that name on, so
 * that it stays what it is when a change is reworked later.  Sqitch's own id is
 * kept as the checksum that its registry knows.  Tags are not kept: they come
 * later than their changes, and would change revisions that are applied.
 *
 * The scripts are psql's.  What only psql can do is refused.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "parser/parser.h"

#include "formats/formats_sqitch.h"

#define PLAN_NAME			"sqitch.plan"
#define CONFIG_NAME			"sqitch.conf"

/* The files of a project, and what they are for. */
typedef struct Project
{
	const MigFile *files;
	int			n;
	const MigSqitchConfig *config;
	List	   *ids;			/* char *: those that are taken */
} Project;

static bool IsSqitch(const MigFile *files, int n);
static List *ReadSqitch(const MigFile *files, int n);
static MigScript *MakeScript(Project *project, const MigSqitchChange *change);
static char *NewId(Project *project, const MigSqitchChange *change);
static bool IsTaken(const Project *project, const char *id);
static char *FileName(const Project *project, const MigSqitchChange *change);
static const MigFile *FindScript(const Project *project, const MigSqitchChange *change,
								 const char *dir, const char *reworked_dir, const char *name);
static void RefuseVariables(const char *section, const MigPlace *place);
static size_t FindVariable(const char *statement);

const MigFormat MigFormatSqitch = {
	.name = "sqitch",
	.detect = IsSqitch,
	.read = ReadSqitch,
	.has_graph = false
};

static bool
IsSqitch(const MigFile *files, int n)
{
	for (int i = 0; i < n; i++)
	{
		const char *name = MigFormatsBaseName(files[i].path);

		if (strcmp(name, PLAN_NAME) == 0 || strcmp(name, CONFIG_NAME) == 0)
			return true;
	}
	return false;
}

static List *
ReadSqitch(const MigFile *files, int n)
{
	Project		project = {.files = files,.n = n,.config = MigSqitchReadConfig(files, n)};
	const MigFile *plan = MigSqitchFindFile(files, n, project.config->plan_file);
	List	   *scripts = NIL;
	ListCell   *lc;

	if (plan == NULL)
		ereport(ERROR,
				errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("plan \"%s\" is missing", project.config->plan_file),
				errhint("Give all files of the Sqitch project, with their paths from its directory."));
	foreach(lc, MigSqitchReadPlan(plan))
	{
		CHECK_FOR_INTERRUPTS();
		scripts = lappend(scripts, MakeScript(&project, lfirst(lc)));
	}
	return scripts;
}

static MigScript *
MakeScript(Project *project, const MigSqitchChange *change)
{
	const MigSqitchConfig *config = project->config;
	char	   *name = FileName(project, change);
	const MigFile *deploy = FindScript(project, change, config->deploy_dir,
									   config->reworked_deploy_dir, name);
	const MigFile *revert = FindScript(project, change, config->revert_dir,
									   config->reworked_revert_dir, name);
	const MigFile *verify = FindScript(project, change, config->verify_dir,
									   config->reworked_verify_dir, name);
	MigForeign	foreign = {.origin_tool = "sqitch",.origin_key = change->name};

	if (deploy == NULL)
		ereport(ERROR,
				errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("change \"%s\" has no deploy script", change->name),
				errdetail("The file would be \"%s%s\".", change->rework_tags != NIL ? config->reworked_deploy_dir : config->deploy_dir, name),
				MigErrPlace(config->plan_file, change->line));
	foreign.revision = NewId(project, change);
	foreign.message = MigFormatsSentence(*change->note == '\0' ? change->name : change->note);
	foreign.create_date = change->date;
	foreign.origin_checksum = change->id;
	foreign.upgrade = deploy->content;
	foreign.upgrade_at.file = deploy->path;
	RefuseVariables(deploy->content, &foreign.upgrade_at);
	if (revert != NULL)
	{
		foreign.downgrade = revert->content;
		foreign.downgrade_at.file = revert->path;
		RefuseVariables(revert->content, &foreign.downgrade_at);
	}
	if (verify != NULL)
	{
		foreign.verify_at.file = verify->path;
		RefuseVariables(verify->content, &foreign.verify_at);
		foreign.verify = MigFormatsVerify(verify->content, &foreign.verify_at);
	}
	return MigFormatsScript(&foreign);
}

/* The name of a change as an id that no change before it has. */
static char *
NewId(Project *project, const MigSqitchChange *change)
{
	char	   *name = MigFormatsId(change->name);
	char	   *id;
	int			number = change->instance;

	for (char *c = name; *c != '\0'; c++)
		if (*c == '/')
			*c = '_';			/* ids are in names of files */
	id = number == 1 ? name : psprintf("%s_%d", name, number);
	while (IsTaken(project, id))
		id = psprintf("%s_%d", name, ++number);
	project->ids = lappend(project->ids, id);
	return id;
}

static bool
IsTaken(const Project *project, const char *id)
{
	ListCell   *lc;

	foreach(lc, project->ids)
	{
		if (strcmp(lfirst(lc), id) == 0)
			return true;
	}
	return false;
}

/*
 * What the files of a change are called, below their directories.
 *
 * Those of a reworked change have the name of a tag: the first one for which
 * there is a deploy script.
 */
static char *
FileName(const Project *project, const MigSqitchChange *change)
{
	const MigSqitchConfig *config = project->config;
	ListCell   *lc;

	if (change->rework_tags == NIL)
		return psprintf("%s.%s", change->name, config->extension);
	foreach(lc, change->rework_tags)
	{
		char	   *name = psprintf("%s@%s.%s", change->name, (char *) lfirst(lc),
									config->extension);

		if (MigSqitchFindFile(project->files, project->n,
							  psprintf("%s%s", config->reworked_deploy_dir, name)) != NULL)
			return name;
	}
	return psprintf("%s@%s.%s", change->name, (char *) linitial(change->rework_tags),
					config->extension);
}

/* A script of a change, or NULL. */
static const MigFile *
FindScript(const Project *project, const MigSqitchChange *change,
		   const char *dir, const char *reworked_dir, const char *name)
{
	return MigSqitchFindFile(project->files, project->n,
							 psprintf("%s%s", change->rework_tags != NIL ? reworked_dir : dir, name));
}

/* Variables of psql: a statement with one does not parse. */
static void
RefuseVariables(const char *section, const MigPlace *place)
{
	MigPlace	first = {.file = place->file,.line = 1};
	MigSplitter *splitter;
	MigStatement *statement;

	if (strchr(section, ':') == NULL)
		return;
	splitter = MigScriptOpenPlain(section, &first, standard_conforming_strings);
	while ((statement = MigScriptNext(splitter)) != NULL)
	{
		size_t		at;

		if (statement->parse != NULL)
			continue;
		at = FindVariable(statement->text);
		if (statement->text[at] != '\0')
			ereport(ERROR,
					errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("psql variable \"%s\" is not supported",
						   pnstrdup(statement->text + at, strcspn(statement->text + at, " \t\r\n;,()."))),
					errhint("Write its value; the name of the database is current_database(), in a DO block with EXECUTE format('...%%I...', current_database())."),
					MigErrPlace(place->file, statement->line + MigCountLines(statement->text, at)));
	}
	MigScriptClose(splitter);
}

/*
 * Where :name, :'name' or :"name" is in a statement, outside strings and
 * comments; its length if nowhere.
 */
static size_t
FindVariable(const char *statement)
{
	const char *at = statement;
	int			brackets = 0;	/* a colon in them is that of a slice */

	while (*at != '\0')
	{
		if (*at == '[')
			brackets++;
		else if (*at == ']')
			brackets--;
		if (*at == '\'' || *at == '"')
		{
			const char *end = strchr(at + 1, *at);

			at = end == NULL ? at + strlen(at) : end + 1;
		}
		else if (at[0] == '-' && at[1] == '-')
			at += strcspn(at, "\n");
		else if (at[0] == '/' && at[1] == '*')
		{
			const char *end = strstr(at, "*/");

			at = end == NULL ? at + strlen(at) : end + 2;
		}
		else if (*at == '$')
		{
			size_t		len = 1 + strcspn(at + 1, "$ \t\r\n;,()");
			const char *end = at[len] == '$' ? strstr(at + len + 1, pnstrdup(at, len + 1)) : NULL;

			at += end == NULL ? 1 : end + len + 1 - at;
		}
		else if (at[0] == ':' && at[1] == ':')
			at += 2;
		else if (at[0] == ':' && brackets == 0 && (isalpha((unsigned char) at[1]) || strchr("_'\"", at[1]) != NULL) && at[1] != '\0')
			break;
		else
			at++;
	}
	return at - statement;
}
