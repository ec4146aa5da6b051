/*-------------------------------------------------------------------------
 * src/formats/formats_sqitch_config.c
 *	  Where a project of Sqitch has its files.
 *
 * Of sqitch.conf count the sections [core] and [engine "pg"], in which the
 * latter wins; targets are chosen on the command line and do not.  The paths in
 * it are relative to its directory.  Without one everything is beside
 * sqitch.plan.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "formats/formats_sqitch.h"

#define CONFIG_NAME			"sqitch.conf"
#define PLAN_NAME			"sqitch.plan"

typedef enum Setting
{
	SETTING_PLAN_FILE,
	SETTING_TOP_DIR,
	SETTING_DEPLOY_DIR,
	SETTING_REVERT_DIR,
	SETTING_VERIFY_DIR,
	SETTING_REWORKED_DIR,
	SETTING_REWORKED_DEPLOY_DIR,
	SETTING_REWORKED_REVERT_DIR,
	SETTING_REWORKED_VERIFY_DIR,
	SETTING_EXTENSION
} Setting;

#define SETTINGS			(SETTING_EXTENSION + 1)

static const char *const setting_names[SETTINGS] = {
	"plan_file", "top_dir", "deploy_dir", "revert_dir", "verify_dir", "reworked_dir",
	"reworked_deploy_dir", "reworked_revert_dir", "reworked_verify_dir", "extension"
};

static const MigFile *FindOnly(const MigFile *files, int n, const char *name);
static void ReadSettings(const MigFile *file, char **values);
static bool ReadSection(const char *line, bool *engine);
static void ReadSetting(const char *line, size_t len, bool engine, char **values, bool *final);
static char *Directory(const char *base, const char *value, const char *parent, const char *name);
static char *Normalize(const char *path);

/*
 * MigSqitchReadConfig
 *		Where the files are.
 *
 * Raises an error if there is more than one project.
 */
MigSqitchConfig *
MigSqitchReadConfig(const MigFile *files, int n)
{
	MigSqitchConfig *config = palloc0(sizeof(MigSqitchConfig));
	const MigFile *file = FindOnly(files, n, CONFIG_NAME);
	char	   *values[SETTINGS] = {0};
	char	   *base;
	char	   *top;
	char	   *reworked;

	if (file != NULL)
		ReadSettings(file, values);
	else
		file = FindOnly(files, n, PLAN_NAME);
	base = file == NULL ? "" : pnstrdup(file->path, MigFormatsBaseName(file->path) - file->path);

	top = Directory (base, values[SETTING_TOP_DIR], base, "");
	reworked = Directory (base, values[SETTING_REWORKED_DIR], top, "");

	config->plan_file = Normalize(values[SETTING_PLAN_FILE] == NULL
								  ? psprintf("%s%s", top, PLAN_NAME)
								  : psprintf("%s%s", base, values[SETTING_PLAN_FILE]));
	config->deploy_dir = Directory (base, values[SETTING_DEPLOY_DIR], top, "deploy");
	config->revert_dir = Directory (base, values[SETTING_REVERT_DIR], top, "revert");
	config->verify_dir = Directory (base, values[SETTING_VERIFY_DIR], top, "verify");
	config->reworked_deploy_dir = Directory (base, values[SETTING_REWORKED_DEPLOY_DIR], reworked,
											 "deploy");
	config->reworked_revert_dir = Directory (base, values[SETTING_REWORKED_REVERT_DIR], reworked,
											 "revert");
	config->reworked_verify_dir = Directory (base, values[SETTING_REWORKED_VERIFY_DIR], reworked,
											 "verify");

	config->extension = values[SETTING_EXTENSION] == NULL ? "sql" : values[SETTING_EXTENSION];
	return config;
}

/* The file of this name, or NULL. */
static const MigFile *
FindOnly(const MigFile *files, int n, const char *name)
{
	const MigFile *found = NULL;

	for (int i = 0; i < n; i++)
	{
		if (strcmp(MigFormatsBaseName(files[i].path), name) != 0)
			continue;
		if (found != NULL)
			ereport(ERROR,
					errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("there are two files \"%s\"", name),
					errdetail("They are \"%s\" and \"%s\".", found->path, files[i].path),
					errhint("Import each project of Sqitch separately, into a project of its own."));
		found = &files[i];
	}
	return found;
}

/*
 * MigSqitchFindFile
 *		The file at a path, or NULL.
 */
const MigFile *
MigSqitchFindFile(const MigFile *files, int n, const char *path)
{
	int			low = 0;
	int			high = n;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		int			order = strcmp(files[middle].path, path);

		if (order == 0)
			return &files[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void
ReadSettings(const MigFile *file, char **values)
{
	bool		final[SETTINGS] = {0};
	bool		ours = false;
	bool		engine = false;

	for (const char *line = file->content; *line != '\0';)
	{
		size_t		len = strcspn(line, "\n");
		const char *start = line + strspn(line, " \t");

		if (*start == '[')
			ours = ReadSection(start, &engine);
		else if (ours && *start != '#' && *start != ';')
			ReadSetting(start, line + len - start, engine, values, final);
		line += len;
		line += *line == '\n';
	}
}

/* [core] or [engine "pg"]; the latter was [core "pg"] once. */
static bool
ReadSection(const char *line, bool *engine)
{
	size_t		len = strcspn(line, "]\n");
	char	   *name = MigTrim(line + 1, len - 1);

	*engine = strcmp(name, "engine \"pg\"") == 0 || strcmp(name, "core \"pg\"") == 0;
	return *engine || pg_strcasecmp(name, "core") == 0;
}

/* A line KEY = VALUE; final: the engine has said it. */
static void
ReadSetting(const char *line, size_t len, bool engine, char **values, bool *final)
{
	const char *equal = memchr(line, '=', len);
	char	   *key;
	char	   *value;

	if (equal == NULL)
		return;
	key = MigTrim(line, equal - line);
	value = MigTrim(equal + 1, line + len - equal - 1);
	if (*value == '"' && strrchr(value + 1, '"') != NULL)
	{
		value++;
		*strrchr(value, '"') = '\0';
	}
	else
		value = MigTrim(value, strcspn(value, "#;"));
	for (int i = 0; i < SETTINGS; i++)
		if (pg_strcasecmp(key, setting_names[i]) == 0 && (engine || !final[i]))
		{
			values[i] = value;
			final[i] = engine;
		}
}

/* A directory from its setting, or else one in another. */
static char *
Directory(const char *base, const char *value, const char *parent, const char *name)
{
	return Normalize(value != NULL ? psprintf("%s%s/", base, value) : psprintf("%s%s/", parent, name));
}

/* A path without ".", ".." and needless slashes. */
static char *
Normalize(const char *path)
{
	StringInfoData buf;

	initStringInfo(&buf);
	while (*path != '\0')
	{
		size_t		len = strcspn(path, "/");
		bool		slash = path[len] == '/';

		if (len == 2 && strncmp(path, "..", 2) == 0 && buf.len > 0)
		{
			do
				buf.len--;
			while (buf.len > 0 && buf.data[buf.len - 1] != '/');
			buf.data[buf.len] = '\0';
		}
		else if (len > 0 && !(len == 1 && *path == '.'))
			appendStringInfo(&buf, "%.*s%s", (int) len, path, slash ? "/" : "");
		path += len + slash;
	}
	return buf.data;
}
