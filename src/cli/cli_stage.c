/*-------------------------------------------------------------------------
 * src/cli/cli_stage.c
 *	  StagedChange files of a directory together with the database: all, or none.
 *
 * New files are first written, and forced to disk, in a hidden directory
 * ".migrator-PID" inside of the directory that is to change; then they are
 * renamed into place, while what they replace is moved into the hidden
 * directory; then the database's transaction commits; and only then the hidden
 * directory is removed.  Whatever fails before the commit undoes the renames,
 * also by way of exit().  Signals wait in the meantime.  If the machine dies in
 * that moment, the former files are still in the hidden directory, and the next
 * command that wants to change files says so.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "common/file_utils.h"
#include "common/hashfn.h"
#include "common/logging.h"

#define HIDDEN ".migrator-"

/* From how many files on the whole file system is forced to disk. */
#define MANY			100

/* How often to look for the outcome of a commit, and how long between. */
#define LOOKS			20
#define LOOK_PAUSE_US	500000

/* A file that is to be written, replaced or removed. */
typedef struct StagedChange
{
	char	   *path;			/* relative to the directory */
	bool		has_new;
	bool		may_replace;
	bool		moved_old;		/* what has been done */
	bool		placed_new;
} StagedChange;

/* The change of a path. */
typedef struct StagedPath
{
	char	   *path;
	int			change;
	char		status;			/* simplehash's */
} StagedPath;

#define SH_PREFIX		paths
#define SH_ELEMENT_TYPE	StagedPath
#define SH_KEY_TYPE		char *
#define SH_KEY			path
#define SH_HASH_KEY(tb, key)	hash_bytes((const unsigned char *) (key), strlen(key))
#define SH_EQUAL(tb, a, b)		(strcmp(a, b) == 0)
#define SH_SCOPE		static inline
#define SH_RAW_ALLOCATOR	pg_malloc0
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct MigStage
{
	char	   *directory;
	char	   *hidden;			/* path of the hidden directory */
	MigStrings	made;			/* directories that were made for this */
	MigStrings	copied;			/* files of a backup */
	int			n;
	int			size;
	StagedChange *changes;
	paths_hash *by_path;
};

static MigStage *active = NULL; /* to be undone when the program ends */

static void UndoAtExit(void);
static void RefuseRemains(const char *directory);
static bool HoldsFormerFiles(const char *hidden);
static StagedChange *AddChange(MigStage *stage, const char *path);
static void CheckPath(const char *path);
static char *BackupName(const char *directory);
static void CopyFile(const char *from, const char *to);
static void SyncFiles(const MigStage *stage);
static void SyncAll(const MigStrings *paths);
static void SyncDirectories(const MigStage *stage);
static char *InHidden(const MigStage *stage, const char *part, const char *path);
static void MakeDirectories(MigStage *stage, const char *path, bool is_file);
static void WriteFile(const char *path, const char *content);
static void Rename(const char *from, const char *to);
static void RemoveTree(const char *path);
static void HoldSignals(bool hold);
static bool IsDone(MigCli *cli, const char *done_sql, const char *done_arg, bool *known);

/*
 * MigCliStage
 *		Begin to change files of a directory, which is made if need be.
 */
MigStage *
MigCliStage(const char *directory)
{
	static bool registered = false;
	MigStage   *stage = pg_malloc0(sizeof(MigStage));

	stage->directory = pg_strdup(directory);
	stage->hidden = MigCliFormat("%s/%s%d", directory, HIDDEN, (int) getpid());
	stage->by_path = paths_create(256, NULL);
	active = stage;
	if (!registered)
		atexit(UndoAtExit);
	registered = true;

	MakeDirectories(stage, directory, false);
	RefuseRemains(directory);
	RemoveTree(stage->hidden);
	MakeDirectories(stage, MigCliFormat("%s/new", stage->hidden), false);
	MakeDirectories(stage, MigCliFormat("%s/old", stage->hidden), false);
	return stage;
}

static void
UndoAtExit(void)
{
	if (active != NULL)
		MigCliStageUndo(active);
}

/* Did another one of us end in the middle of it? */
static void
RefuseRemains(const char *directory)
{
	DIR		   *dir = opendir(directory);
	struct dirent *entry;

	if (dir == NULL)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not open directory \"%s\": %m", directory);
	while ((entry = readdir(dir)) != NULL)
	{
		char	   *path;
		int			pid;

		if (strncmp(entry->d_name, HIDDEN, strlen(HIDDEN)) != 0)
			continue;
		path = MigCliFormat("%s/%s", directory, entry->d_name);
		pid = atoi(entry->d_name + strlen(HIDDEN));
		if (pid > 0 && pid != (int) getpid() && (kill(pid, 0) == 0 || errno == EPERM))
			continue;			/* it is still at work */
		if (HoldsFormerFiles(path))
			MigCliFail(MIG_EXIT_ERROR,
					   MigCliFormat("The files as they were before are in \"%s/old\".", path),
					   "Put them back or not, as the database has it, and remove that directory.",
					   "a command that changed files of \"%s\" was interrupted", directory);
		RemoveTree(path);
	}
	closedir(dir);
}

static bool
HoldsFormerFiles(const char *hidden)
{
	DIR		   *dir = opendir(MigCliFormat("%s/old", hidden));
	struct dirent *entry;
	bool		found = false;

	if (dir == NULL)
		return false;
	while ((entry = readdir(dir)) != NULL)
		found |= strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(dir);
	return found;
}

/*
 * MigCliStageWrite
 *		Write a file; may_replace says whether there may be one of that name.
 *
 * path is relative to the directory, and may lead into directories below it.
 */
void
MigCliStageWrite(MigStage *stage, const char *path, const char *content, bool may_replace)
{
	StagedChange *change = AddChange(stage, path);
	char	   *place = InHidden(stage, "new", path);

	if (change->has_new)
		MigCliFail(MIG_EXIT_ERROR, NULL, "Give one of them another message or id.",
				   "two revisions have the file name \"%s\"", path);
	change->has_new = true;
	change->may_replace |= may_replace;
	MakeDirectories(stage, place, true);
	WriteFile(place, content);
}

/*
 * MigCliStageRemove
 *		Remove a file.
 */
void
MigCliStageRemove(MigStage *stage, const char *path)
{
	AddChange(stage, path)->may_replace = true;
}

/*
 * MigCliStageApply
 *		Put the files in place; ends the program, with nothing changed, if that
 *		fails.
 */
void
MigCliStageApply(MigStage *stage)
{
	struct stat status;

	SyncFiles(stage);
	HoldSignals(true);

	/* first out of the way, then into place: names may change hands */
	for (int i = 0; i < stage->n; i++)
	{
		StagedChange *change = &stage->changes[i];
		char	   *path = MigCliFormat("%s/%s", stage->directory, change->path);

		if (lstat(path, &status) != 0)
			continue;
		if (!change->may_replace)
			MigCliFail(MIG_EXIT_ERROR, NULL, "Move it away, or choose another directory.",
					   "file \"%s\" exists already", path);
		MakeDirectories(stage, InHidden(stage, "old", change->path), true);
		Rename(path, InHidden(stage, "old", change->path));
		change->moved_old = true;
	}
	for (int i = 0; i < stage->n; i++)
	{
		StagedChange *change = &stage->changes[i];
		char	   *path = MigCliFormat("%s/%s", stage->directory, change->path);

		if (!change->has_new)
			continue;
		MakeDirectories(stage, path, true);
		Rename(InHidden(stage, "new", change->path), path);
		change->placed_new = true;
	}
	SyncDirectories(stage);
}

/* Force the new files, and the copies, to disk. */
static void
SyncFiles(const MigStage *stage)
{
	MigStrings	paths = {0};

	for (int i = 0; i < stage->n; i++)
		if (stage->changes[i].has_new)
			MigCliAdd(&paths, InHidden(stage, "new", stage->changes[i].path));
	SyncAll(&paths);
	SyncAll(&stage->copied);
}

/* Many files one by one would take many times as long as all at once. */
static void
SyncAll(const MigStrings *paths)
{
#ifdef HAVE_SYNCFS
	if (paths->n > MANY)
	{
		int			fd = open(paths->at[0], O_RDONLY, 0);

		if (fd < 0 || syncfs(fd) != 0)
			MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not write file \"%s\": %m", paths->at[0]);
		close(fd);
		return;
	}
#endif
	for (int i = 0; i < paths->n; i++)
		if (fsync_fname(paths->at[i], false) != 0)
			MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not write file \"%s\": %m", paths->at[i]);
}

/* Force the names of the new files to disk, once for each directory. */
static void
SyncDirectories(const MigStage *stage)
{
	char	   *last = NULL;

	for (int i = 0; i < stage->n; i++)
	{
		char	   *path = MigCliFormat("%s/%s", stage->directory, stage->changes[i].path);
		char	   *parent = pg_strdup(path);

		get_parent_directory(parent);
		if (last == NULL || strcmp(parent, last) != 0)
			(void) fsync_parent_path(path);
		last = parent;
	}
}

/*
 * MigCliStageUndo
 *		Put everything back as it was.
 */
void
MigCliStageUndo(MigStage *stage)
{
	bool		whole = true;

	active = NULL;
	for (int i = stage->n - 1; i >= 0; i--)
	{
		StagedChange *change = &stage->changes[i];
		char	   *path = MigCliFormat("%s/%s", stage->directory, change->path);

		if (change->placed_new && unlink(path) != 0)
			whole = false;
	}
	for (int i = stage->n - 1; i >= 0; i--)
	{
		StagedChange *change = &stage->changes[i];
		char	   *path = MigCliFormat("%s/%s", stage->directory, change->path);

		if (change->moved_old && rename(InHidden(stage, "old", change->path), path) != 0)
			whole = false;
	}
	if (whole)
		RemoveTree(stage->hidden);
	else
		MigCliWarn(MigCliFormat("The files as they were before are in \"%s/old\".", stage->hidden),
				   "not all files of \"%s\" could be put back", stage->directory);
	for (int i = 0; whole && i < stage->copied.n; i++)
		(void) unlink(stage->copied.at[i]);
	for (int i = stage->made.n - 1; i >= 0; i--)
		(void) rmdir(stage->made.at[i]);
	HoldSignals(false);
}

/*
 * MigCliStageFinish
 *		All is well: forget how it was.
 */
void
MigCliStageFinish(MigStage *stage)
{
	active = NULL;
	RemoveTree(stage->hidden);

	/* what a rename has left empty; directories with something in them stay */
	for (int i = 0; i < stage->n; i++)
	{
		char	   *path = MigCliFormat("%s/%s", stage->directory, stage->changes[i].path);
		char	   *slash;

		if (stage->changes[i].has_new)
			continue;
		while ((slash = strrchr(path, '/')) != NULL && strlen(stage->directory) < (size_t) (slash - path))
		{
			*slash = '\0';
			if (rmdir(path) != 0)
				break;
		}
	}
	HoldSignals(false);
}

/*
 * MigCliStageCommit
 *		Put the files in place and commit the transaction: both, or neither.
 *
 * If the connection is lost just then, nobody has told us whether the server
 * has committed: done_sql is asked in a new session, with done_arg as $1; it
 * gives "t" if it has.
 */
void
MigCliStageCommit(MigCli *cli, MigStage *stage, const char *done_sql, const char *done_arg)
{
	PGresult   *res;
	bool		known;

	MigCliStageApply(stage);
	res = MigCliTry(cli, "COMMIT", 0, NULL);
	if (PQresultStatus(res) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(res), "COMMIT") == 0)
	{
		MigCliStageFinish(stage);
		return;
	}
	if (PQstatus(cli->conn) == CONNECTION_OK)
	{
		MigCliStageUndo(stage);
		MigCliQueryFailed(cli, res);
	}
	if (IsDone(cli, done_sql, done_arg, &known))
	{
		MigCliStageFinish(stage);
		MigCliFail(MIG_EXIT_CONNECTION, "Database and files are as they were to be.", NULL,
				   "the connection was lost when all was done");
	}
	if (known)
	{
		MigCliStageUndo(stage);
		MigCliFail(MIG_EXIT_CONNECTION, "Database and files are as they were before.", NULL,
				   "the connection was lost before the transaction was committed");
	}
	active = NULL;
	HoldSignals(false);
	MigCliFail(MIG_EXIT_CONNECTION,
			   MigCliFormat("The files are changed; as they were before, they are in \"%s/old\". "
							"Nobody knows whether the database is.", stage->hidden),
			   MigCliFormat("Ask the database when it is back: %s, where $1 is \"%s\". If the answer is \"f\", put them back. Then remove \"%s\".",
							done_sql, done_arg, stage->hidden),
			   "the connection was lost while the transaction was being committed");
}

/* Has it been done?  Sets *known to whether the server could be asked. */
static bool
IsDone(MigCli *cli, const char *done_sql, const char *done_arg, bool *known)
{
	*known = false;
	for (int i = 0; i < LOOKS && !*known; i++)
	{
		PGconn	   *conn;
		PGresult   *res;

		pg_usleep(LOOK_PAUSE_US);
		conn = MigCliConnectBare(cli, NULL, true);
		if (PQstatus(conn) != CONNECTION_OK)
		{
			PQfinish(conn);
			continue;
		}
		if (cli->project != NULL)
			PQclear(PQexecParams(conn, "SELECT pg_catalog.set_config('migrator.project', $1, false)",
								 1, NULL, &cli->project, NULL, NULL, 0));
		res = PQexecParams(conn, done_sql, 1, NULL, &done_arg, NULL, NULL, 0);
		*known = PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 1;
		if (*known && strcmp(PQgetvalue(res, 0, 0), "t") == 0)
			return true;
		PQfinish(conn);
	}
	return false;
}

/*
 * MigCliBackup
 *		Copy files of a directory, byte by byte, to another one; returns its
 *		name.
 *
 * Without target that is a new one beside it, with the time in its name.  The
 * copy goes if the change is undone.
 */
char *
MigCliBackup(MigStage *stage, const MigStrings *paths, const char *target)
{
	char	   *backup = target != NULL ? pg_strdup(target) : BackupName(stage->directory);

	MakeDirectories(stage, backup, false);
	for (int i = 0; i < paths->n; i++)
	{
		char	   *to = MigCliFormat("%s/%s", backup, paths->at[i]);

		MakeDirectories(stage, to, true);
		CopyFile(MigCliFormat("%s/%s", stage->directory, paths->at[i]), to);
		MigCliAdd(&stage->copied, to);
	}
	return backup;
}

/* DIRECTORY.backup-TIME, even for a directory that is given as "." */
static char *
BackupName(const char *directory)
{
	char	   *path = realpath(directory, NULL);
	time_t		now = time(NULL);
	char		stamp[32];

	if (path == NULL)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not open directory \"%s\": %m", directory);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime(&now));
	if (strcmp(last_dir_separator(path) + 1, directory) == 0)
		path = pg_strdup(directory);
	return MigCliFormat("%s.backup-%s", path, stamp);
}

/* The copy must be a new file. */
static void
CopyFile(const char *from, const char *to)
{
	char		buffer[65536];
	int			in = open(from, O_RDONLY, 0);
	int			out;
	ssize_t		n;

	if (in < 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not open file \"%s\" for reading: %m", from);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0666);
	if (out < 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not create file \"%s\": %m", to);
	while ((n = read(in, buffer, sizeof(buffer))) > 0)
	{
		errno = ENOSPC;
		if (write(out, buffer, n) != n)
			MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not write file \"%s\": %m", to);
	}
	if (n < 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not read file \"%s\": %m", from);
	close(in);
	if (close(out) != 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not write file \"%s\": %m", to);
}

static StagedChange *
AddChange(MigStage *stage, const char *path)
{
	char	   *copy = pg_strdup(path);
	StagedPath *entry;
	bool		found;

	CheckPath(path);
	entry = paths_insert(stage->by_path, copy, &found);
	if (found)
		return &stage->changes[entry->change];
	if (stage->n == stage->size)
	{
		stage->size = Max(stage->size * 2, 16);
		stage->changes = stage->changes == NULL ? pg_malloc(sizeof(StagedChange) * stage->size)
			: pg_realloc(stage->changes, sizeof(StagedChange) * stage->size);
	}
	stage->changes[stage->n] = (StagedChange)
	{
		.path = copy
	};
	entry->change = stage->n;
	return &stage->changes[stage->n++];
}

/* Names come from a database: none may lead elsewhere, or to where nobody reads. */
static void
CheckPath(const char *path)
{
	const char *part = path;

	while (strcspn(part, "/") > 0 && *part != '.')
	{
		part += strcspn(part, "/");
		if (*part == '\0')
			return;
		part++;
	}
	MigCliFail(MIG_EXIT_ERROR, NULL, "Give the revision another id: migrator rename OLD NEW.",
			   "\"%s\" cannot be the name of a file", path);
}

static char *
InHidden(const MigStage *stage, const char *part, const char *path)
{
	return MigCliFormat("%s/%s/%s", stage->hidden, part, path);
}

/* Make the directories of a path; of a file, without its last part. */
static void
MakeDirectories(MigStage *stage, const char *path, bool is_file)
{
	char	   *part = pg_strdup(path);

	if (path[0] == '\0')
		MigCliFail(MIG_EXIT_USAGE, NULL, NULL, "the name of a directory cannot be empty");
	for (char *at = part + 1;; at++)
	{
		struct stat status;
		char		end = *at;

		if (end != '/' && (end != '\0' || is_file))
		{
			if (end == '\0')
				return;
			continue;
		}
		*at = '\0';
		if (stat(part, &status) != 0)
		{
			if (mkdir(part, 0777) != 0 && errno != EEXIST)
				MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not create directory \"%s\": %m", part);
			MigCliAdd(&stage->made, part);
		}
		else if (!S_ISDIR(status.st_mode))
			MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "\"%s\" is not a directory", part);
		if (end == '\0')
			return;
		*at = end;
	}
}

/* Write a new file; MigCliStageApply forces all to disk together. */
static void
WriteFile(const char *path, const char *content)
{
	int			fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	size_t		left = strlen(content);

	if (fd < 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not create file \"%s\": %m", path);
	while (left > 0)
	{
		ssize_t		n;

		errno = 0;
		n = write(fd, content, left);
		if (n <= 0)
		{
			if (errno == EINTR)
				continue;
			if (errno == 0)
				errno = ENOSPC;
			MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not write file \"%s\": %m", path);
		}
		content += n;
		left -= n;
	}
	if (close(fd) != 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not write file \"%s\": %m", path);
}

static void
Rename(const char *from, const char *to)
{
	if (rename(from, to) != 0)
		MigCliFail(MIG_EXIT_ERROR, NULL, NULL, "could not rename file \"%s\" to \"%s\": %m", from, to);
}

/* Remove a directory of ours with all that is in it, as far as possible. */
static void
RemoveTree(const char *path)
{
	DIR		   *dir = opendir(path);
	struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL)
	{
		char	   *inside = MigCliFormat("%s/%s", path, entry->d_name);
		struct stat status;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (lstat(inside, &status) == 0 && S_ISDIR(status.st_mode))
			RemoveTree(inside);
		else
			(void) unlink(inside);
	}
	closedir(dir);
	(void) rmdir(path);
}

/* From the first rename to the end nothing may interrupt us. */
static void
HoldSignals(bool hold)
{
	sigset_t	set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGPIPE);
	sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}
