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
static bool has_exceeded = false;

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
	has_exceeded = false;
	limit = ms;
}

/*
 * MigRunStartTimer
 *		A statement begins.
 */
void
MigRunStartTimer(void)
{
	has_fired = has_exceeded = false;
	if (limit > 0)
		enable_timeout_after(timer, limit);
}

/*
 * MigRunEndTimer
 *		It has ended well.  If its time was over just then, raise the error now,
 *		where it is known for what it is: whatever comes next would get it.
 */
void
MigRunEndTimer(void)
{
	if (limit > 0)
		disable_timeout(timer, false);
	if (has_fired)
		CHECK_FOR_INTERRUPTS();
	has_fired = false;
}

/*
 * MigRunStopTimer
 *		It has failed; returns the limit if it took longer than that, or 0.
 */
int
MigRunStopTimer(void)
{
	int			exceeded = has_fired ? limit : 0;

	if (limit > 0)
		disable_timeout(timer, false);
	has_exceeded |= has_fired;
	has_fired = false;
	return exceeded;
}

/*
 * MigRunTimedOut
 *		Whether the last statement failed because it took too long.
 */
bool
MigRunTimedOut(void)
{
	return has_exceeded;
}

/* In a signal handler. */
static void
Fire(void)
{
	has_fired = true;
	kill(MyProcPid, SIGINT);
}
