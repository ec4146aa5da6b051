"""The longest that a transaction of an application waits while a schema changes.

The application is pgbench with 8 clients.  On the table that they change most a
reader has had a transaction open for some seconds when the deployment begins.
The deployment adds a column, a constraint and its validation, a concurrent
index, and fills the column of 1,000,000 rows.  The peers are the same statements
by psql one after the other, and the same with lock_timeout, each repeated until
it succeeds; they fill the column with one UPDATE for every 10,000 rows.
"""

import glob
import os
import time

from lib import run, seconds, start, wait

SCALE = 10
CLIENTS = 8
READER = 5  # seconds that the reader has its transaction open from the start of the deployment
LOAD = 3  # seconds of load before and after
BUDGET = 500  # ms
BATCH = 10000
ROWS = 100000 * SCALE

ADD_COLUMN = "ALTER TABLE public.pgbench_accounts ADD COLUMN note integer"
CHECK = "ALTER TABLE public.pgbench_accounts ADD CONSTRAINT positive CHECK (aid > 0) NOT VALID"
VALIDATE = "ALTER TABLE public.pgbench_accounts VALIDATE CONSTRAINT positive"
INDEX = "CREATE INDEX CONCURRENTLY balances ON public.pgbench_accounts (abalance)"
UPDATE = "UPDATE public.pgbench_accounts SET note = aid"


def measure(bench, report):
    ours = stall(bench, "ours", deploy)
    plain = stall(bench, "psql", lambda bench: by_psql(bench, None))
    timed = stall(bench, "timeout", lambda bench: by_psql(bench, BUDGET))
    report.verdict("worst stall of 8 clients", seconds(ours[0]), seconds(plain[0]), "psql", "",
                   ours[0] <= BUDGET / 1000,
                   "[bound %d ms, the lock budget; psql with lock_timeout %s]" % (BUDGET, seconds(timed[0])))
    report.verdict("  until all is done", seconds(ours[1]), seconds(plain[1]), "psql", "", None,
                   "[psql with lock_timeout %s]" % seconds(timed[1]))


def stall(bench, name, change):
    """The longest transaction of pgbench, and how long the change took, in seconds."""
    directory = bench.directory("stalls_" + name)
    pgbench = os.path.join(os.path.dirname(bench.psql_path), "pgbench")
    bench.create("stalls")
    bench.execute("CREATE EXTENSION migrator", database="stalls")
    run([pgbench, "-i", "-q", "-s", str(SCALE), "stalls"])
    application = start([pgbench, "-n", "-c", str(CLIENTS), "-j", "2", "-T", "3600", "--log",
                         "--log-prefix=%s/log" % directory, "stalls"])
    try:
        time.sleep(LOAD)
        reader = start(bench.psql("stalls", "-c", "BEGIN", "-c", "SELECT count(*) FROM pgbench_accounts",
                                  "-c", "SELECT pg_sleep(%d)" % READER))
        time.sleep(1)
        begin = time.perf_counter()
        change(bench)
        elapsed = time.perf_counter() - begin
        wait(reader)
        time.sleep(LOAD)
    finally:
        bench.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                      " WHERE datname = 'stalls' AND application_name = 'pgbench'")
        wait(application)
    longest = 0
    for path in glob.glob(directory + "/log*"):
        with open(path) as file:
            longest = max(longest, max((int(line.split()[2]) for line in file), default=0))
        os.unlink(path)
    bench.drop("stalls")
    return longest / 1e6, elapsed


def deploy(bench):
    bench.execute("SELECT migrator.revision('column', %s, 'SELECT 1', transactional => false)",
                  ["-- migrate:no-transaction\n%s;\n%s;\n%s;\n%s;\n-- migrate:backfill note public.pgbench_accounts\n%s;" %
                   (ADD_COLUMN, CHECK, VALIDATE, INDEX, UPDATE)], database="stalls")
    run(bench.psql("stalls", "-c", "SET migrator.lock_budget = %d" % BUDGET, "-c", "CALL migrator.deploy()"))


def by_psql(bench, timeout):
    """Each statement in a session, again as long as it fails."""
    statements = [ADD_COLUMN, CHECK, VALIDATE, INDEX]
    statements += ["%s WHERE aid > %d AND aid <= %d" % (UPDATE, i, i + BATCH) for i in range(0, ROWS, BATCH)]
    for statement in statements:
        setting = "SET lock_timeout = %d" % (timeout or 0)
        while run(bench.psql("stalls", "-c", setting, "-c", statement), may_fail=True).status != 0:
            bench.execute("DROP INDEX IF EXISTS balances" if statement == INDEX else "SELECT 1", database="stalls")
            time.sleep(0.1)
