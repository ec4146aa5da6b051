"""Planning from base to head over 100,000 and 200,000 revisions with merges.

In a new session the graph is read from the tables, built and planned, and the
library loaded; in a warm one it is planned only.  Times are those of the query,
as a client sees them.  Alembic is timed by itself at 5,000: see alembic_plan.py.
"""

import os
import statistics
import subprocess
import sys

from lib import Alembic, alternate, clock, line_with_merges, migrator_files, select_body

SIZES = [5000, 100000, 200000]
ROUNDS = 7
ALEMBIC_ROUNDS = 3
PLAN = "SELECT count(*) FROM migrator.plan('upgrade', 'head')"


def measure(bench, report):
    imports = {}
    for size in SIZES:
        files = migrator_files(line_with_merges(size), select_body)
        imports[size] = bench.create_with_files("plan%d" % size, files)
        # as autovacuum does soon after, but not while we measure
        bench.execute("VACUUM ANALYZE", database="plan%d" % size)
    bench.execute("CHECKPOINT")

    new = dict(zip(SIZES, alternate(ROUNDS, *(new_session(bench, size) for size in SIZES))))
    warm = dict(zip(SIZES, alternate(ROUNDS, *(warm_session(bench, size) for size in SIZES))))
    alembic = alembic_times(bench, 5000)

    report.absolute("planning 100,000, new session", new[100000], below=0.5)
    report.absolute("planning 100,000, warm session", warm[100000], below=0.5)
    # the tables of 200,000 are larger than the default shared_buffers, so
    # that reading them costs a little more than twice as much
    report.ratio("planning 200,000, new session", new[200000], new[100000], "100,000", most=2.2)
    report.ratio("planning 200,000, warm session", warm[200000], warm[100000], "100,000", most=2)
    report.ratio("  planning 5,000, new session", new[5000], alembic["plan"], "alembic, plan alone")
    report.ratio("  planning 5,000, new session", new[5000], alembic["read"], "alembic, reading alone")
    for size in SIZES:
        report.absolute("  importing %s files at once" % format(size, ","), [imports[size]])
        bench.drop("plan%d" % size)


def plan(connection, size):
    cursor = connection.cursor()
    cursor.execute(PLAN)
    if cursor.fetchone()[0] != size:
        raise RuntimeError("the plan is not complete")


def new_session(bench, size):
    def session():
        connection = bench.connect("plan%d" % size)
        try:
            return clock(lambda: plan(connection, size))
        finally:
            connection.close()

    def once():
        # The three databases do not fit into shared_buffers together.  The
        # first session brings this one there, as far as it fits by itself.
        session()
        return session()
    return once


def warm_session(bench, size):
    connection = bench.connect("plan%d" % size)
    plan(connection, size)
    return lambda: clock(lambda: plan(connection, size))


def alembic_times(bench, size):
    alembic = Alembic(bench, "plan", line_with_merges(size), select_body)
    times = {"read": [], "plan": []}
    for _ in range(ALEMBIC_ROUNDS):
        output = subprocess.run(
            [sys.executable, os.path.join(os.path.dirname(__file__), "alembic_plan.py"), alembic.directory, str(size)],
            check=True, stdout=subprocess.PIPE, text=True).stdout
        for word in output.split():
            name, value = word.split("=")
            times[name].append(float(value))
    return times
