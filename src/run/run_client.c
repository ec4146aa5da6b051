/*-------------------------------------------------------------------------
 * src/run/run_client.c
 *	  What a deployment does without its client.
 *
 * Either it ends soon: then the server looks for the client now and then.  Or it
 * goes on to the end, although the server ends a session that could not send a
 * message, such as a notice of the user's SQL: then what goes to the client
 * passes through here, and goes nowhere once that has failed.  The session ends
 * with the CALL, by the next message that cannot be sent.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "run/run_internal.h"
#include "tcop/dest.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/timeout.h"

/* libpq.h without what needs the headers of other libraries */
#undef ENABLE_GSS
#undef USE_OPENSSL
#include "libpq/libpq.h"

#define CLIENT_CHECK	1000	/* ms between two looks for the client */

static const PQcommMethods *server_methods = NULL;
static PQcommMethods methods;
static bool is_gone = false;
static int	server_check;		/* the setting as it was */

static void SetClientCheck(int interval);
static int	Flush(void);
static int	FlushIfWritable(void);
static int	PutMessage(char type, const char *body, size_t length);
static int	SeeIfGone(int result);

/*
 * MigRunWatchClient
 *		From now on, end without the client, or go on without it.
 *
 * To be committed.  The caller makes sure of MigRunUnwatchClient(), and of
 * MigRunResetClientCheck() where it can commit.
 */
void
MigRunWatchClient(bool needed)
{
	server_check = client_connection_check_interval;
	is_gone = false;
	SetClientCheck(needed ? CLIENT_CHECK : 0);
	if (needed)
	{
		/*
		 * the server would arm it by the setting as it was when the CALL
		 * began
		 */
		if (server_check == 0)
			enable_timeout_after(CLIENT_CONNECTION_CHECK_TIMEOUT, CLIENT_CHECK);
	}
	else if (whereToSendOutput == DestRemote)
	{
		server_methods = PqCommMethods;
		methods = *server_methods;
		methods.flush = Flush;
		methods.flush_if_writable = FlushIfWritable;
		methods.putmessage = PutMessage;
		PqCommMethods = &methods;
	}
}

/*
 * MigRunResetClientCheck
 *		Put back the server's setting; to be committed.
 */
void
MigRunResetClientCheck(void)
{
	SetClientCheck(server_check);
}

/*
 * MigRunUnwatchClient
 *		The CALL ends.
 */
void
MigRunUnwatchClient(void)
{
	if (server_methods != NULL)
		PqCommMethods = server_methods;
	server_methods = NULL;
	if (is_gone)
		whereToSendOutput = DestRemote;
	is_gone = false;
}

static void
SetClientCheck(int interval)
{
	SetConfigOption("client_connection_check_interval", psprintf("%d", interval),
					PGC_USERSET, PGC_S_SESSION);
}

static int
Flush(void)
{
	return SeeIfGone(server_methods->flush());
}

static int
FlushIfWritable(void)
{
	return SeeIfGone(server_methods->flush_if_writable());
}

static int
PutMessage(char type, const char *body, size_t length)
{
	return SeeIfGone(server_methods->putmessage(type, body, length));
}

/* The server would end the session at the next opportunity. */
static int
SeeIfGone(int result)
{
	if (ClientConnectionLost)
	{
		ClientConnectionLost = false;
		is_gone = true;
		whereToSendOutput = DestNone;
	}
	return result;
}
