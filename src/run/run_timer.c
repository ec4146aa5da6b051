/*-------------------------------------------------------------------------
 * src/run/run_timer.c
 *	  How long a statement of a deployment may take.
 *
 * The server arms its statement_timeout once for the whole CALL, so this is a
 * timer of our own.  It does what a user does who cancels the statement.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <signal.h>

#include "miscadmin.h"
#include "run/run_internal.h"
#include "utils/timeout.h"

static TimeoutId timer = MAX_TIMEOUTS;
static int	limit = 0;			/* ms; 0: none */
static volatile sig_atomic_t has_fired = false;

static void Fire(void);

/*
 * MigRunSetTimer
 *		Set how long each statement may take from now on, in ms; 0 for no limit.
 */
void
MigRunSetTimer(int ms)
{
	if (ms > 0 && timer == MAX_TIMEOUTS)
		timer = RegisterTimeout(USER_TIMEOUT, Fire);
	MigRunStopTimer();
	limit = ms;
}

/*
 * MigRunStartTimer
 *		A statement begins.
 */
void
MigRunStartTimer(void)
{
	has_fired = false;
	if (limit > 0)
		enable_timeout_after(timer, limit);
}

/*
 * MigRunStopTimer
 *		It has ended; returns the limit if it took longer than that, or 0.
 */
int
MigRunStopTimer(void)
{
	int			exceeded = has_fired ? limit : 0;

	if (limit > 0)
		disable_timeout(timer, false);
	has_fired = false;
	return exceeded;
}

/* In a signal handler. */
static void
Fire(void)
{
	has_fired = true;
	kill(MyProcPid, SIGINT);
}
