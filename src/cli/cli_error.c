/*-------------------------------------------------------------------------
 * src/cli/cli_error.c
 *	  Messages: in the manner of psql and its kin, or as JSON.
 *
 * All go to stderr.  With --json each is one object on a line of its own, so
 * that stdout holds nothing but the one document that was asked for.
 *-------------------------------------------------------------------------
 */
#include "postgres_fe.h"

#include "cli/cli.h"
#include "common/logging.h"
#include "pqexpbuffer.h"

static bool as_json = false;
static bool be_quiet = false;

static void AppendField(PQExpBuffer json, const char *name, const char *value);
static void PrintJson(const char *severity, const char *message, const char *detail, const char *hint);
static const char *MoreHint(const PGresult *res);
static char *FormatV(const char *fmt, va_list args, va_list again) pg_attribute_printf(1, 0);

/*
 * MigCliErrorMode
 *		How messages are written from now on.
 */
void
MigCliErrorMode(bool json, bool quiet)
{
	as_json = json;
	be_quiet = quiet;
}

/*
 * MigCliFail
 *		Say what is wrong, and end the program.
 */
void
MigCliFail(MigExit status, const char *detail, const char *hint, const char *fmt,...)
{
	va_list		args,
				again;
	char	   *message;

	va_start(args, fmt);
	va_start(again, fmt);
	message = FormatV(fmt, args, again);
	va_end(again);
	va_end(args);

	fflush(stdout);
	MigCliClearProgress();
	if (as_json)
		PrintJson("ERROR", message, detail, hint);
	else
	{
		pg_log_error("%s", message);
		if (detail != NULL)
			pg_log_error_detail("%s", detail);
		if (hint != NULL)
			pg_log_error_hint("%s", hint);
	}
	exit(status);
}

/*
 * MigCliWarn
 *		Say what is odd; hint may be NULL.
 */
void
MigCliWarn(const char *hint, const char *fmt,...)
{
	va_list		args,
				again;
	char	   *message;

	va_start(args, fmt);
	va_start(again, fmt);
	message = FormatV(fmt, args, again);
	va_end(again);
	va_end(args);

	fflush(stdout);
	MigCliClearProgress();
	if (as_json)
	{
		PrintJson("WARNING", message, NULL, hint);
		return;
	}
	pg_log_warning("%s", message);
	if (hint != NULL)
		pg_log_warning_hint("%s", hint);
}

/*
 * MigCliSay
 *		A line about what is going on: for people, and not with --quiet.
 */
void
MigCliSay(const char *fmt,...)
{
	va_list		args,
				again;

	if (as_json || be_quiet)
		return;
	va_start(args, fmt);
	va_start(again, fmt);
	fflush(stdout);
	MigCliClearProgress();
	fprintf(stderr, "%s\n", FormatV(fmt, args, again));
	va_end(again);
	va_end(args);
}

static char *
FormatV(const char *fmt, va_list args, va_list again)
{
	int			length = vsnprintf(NULL, 0, fmt, args);
	char	   *text = pg_malloc(length + 1);

	vsnprintf(text, length + 1, fmt, again);
	return text;
}

/*
 * MigCliShowServerError
 *		An error or notice of the server, as psql shows it, and its SQLSTATE.
 *
 * res may be NULL if there is only a message of libpq.
 */
void
MigCliShowServerError(const PGresult *res, const char *message)
{
	static const struct
	{
		const char *name;
		int			code;
	}			fields[] = {
		{"severity", PG_DIAG_SEVERITY_NONLOCALIZED},
		{"sqlstate", PG_DIAG_SQLSTATE},
		{"message", PG_DIAG_MESSAGE_PRIMARY},
		{"detail", PG_DIAG_MESSAGE_DETAIL},
		{"hint", PG_DIAG_MESSAGE_HINT},
		{"context", PG_DIAG_CONTEXT},
		{"position", PG_DIAG_STATEMENT_POSITION}
	};
	const char *sqlstate = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char *more = MoreHint(res);
	PQExpBufferData json;

	fflush(stdout);
	MigCliClearProgress();
	if (!as_json)
	{
		fputs(message, stderr);
		if (more != NULL)
			fprintf(stderr, "HINT:  %s\n", more);
		if (sqlstate != NULL && PQresultStatus(res) == PGRES_FATAL_ERROR)
			fprintf(stderr, "SQLSTATE:  %s\n", sqlstate);
		return;
	}
	if (sqlstate == NULL)
	{
		PrintJson("ERROR", message, NULL, NULL);
		return;
	}
	initPQExpBuffer(&json);
	for (size_t i = 0; i < lengthof(fields); i++)
		AppendField(&json, fields[i].name, PQresultErrorField(res, fields[i].code));
	AppendField(&json, "hint", more);
	fprintf(stderr, "{%s}\n", json.data);
}

/* What the server does not know when it refuses a call of ours; or NULL. */
static const char *
MoreHint(const PGresult *res)
{
	static const char *const beginnings[] = {"permission denied for function ", "permission denied for procedure "};
	const char *message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

	for (size_t i = 0; message != NULL && i < lengthof(beginnings); i++)
		if (strncmp(message, beginnings[i], strlen(beginnings[i])) == 0 &&
			PQresultErrorField(res, PG_DIAG_MESSAGE_HINT) == NULL)
			return "migrator.grant_role() gives roles the capabilities for that.";
	return NULL;
}

/*
 * MigCliNotice
 *		A notice of the server; a PQnoticeReceiver.
 */
void
MigCliNotice(void *arg pg_attribute_unused(), const PGresult *res)
{
	const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);

	if (be_quiet && severity != NULL && strcmp(severity, "WARNING") != 0)
		return;
	MigCliShowServerError(res, PQresultErrorMessage(res));
}

static void
PrintJson(const char *severity, const char *message, const char *detail, const char *hint)
{
	PQExpBufferData json;

	initPQExpBuffer(&json);
	AppendField(&json, "severity", severity);
	AppendField(&json, "message", message);
	AppendField(&json, "detail", detail);
	AppendField(&json, "hint", hint);
	fprintf(stderr, "{%s}\n", json.data);
}

/* Add a member to an object, unless it has no value. */
static void
AppendField(PQExpBuffer json, const char *name, const char *value)
{
	if (value != NULL)
		appendPQExpBuffer(json, "%s\"%s\": %s", json->len == 0 ? "" : ", ", name,
						  MigCliJsonString(value));
}
