"""1,000 migrations of SELECT 1: what is left is the cost of migrating.

Measured is the CPU time of client and server together, since the two share
the machine and a tool may wait for one or the other.  Alembic has its files
compiled (*.pyc) from a run before.
"""

import os

from lib import Alembic, line, migrator_files, run, select_body

REVISIONS = 1000
ROUNDS = 5
# The server's CPU time is shown in steps of 10 ms, so we run several times
# between two looks at it.
OURS_AT_ONCE = 5


def measure(bench, report):
    bench.create_with_files("overhead", migrator_files(line(REVISIONS), select_body))
    alembic = Alembic(bench, "overhead", line(REVISIONS), select_body)
    script = os.path.join(bench.directory("overhead"), "all.sql")
    with open(script, "w") as file:
        file.write("SELECT 1;\n" * REVISIONS)

    upgrade = ["-c", "SELECT * FROM migrator.upgrade('head')"]
    names = ["scratch%d" % i for i in range(OURS_AT_ONCE)]
    sides = [([], [bench.psql(name, *upgrade) for name in names]),
             ([], [bench.psql(name, "-1", "-f", script) for name in names]),
             ([], [alembic.upgrade("scratch0")])]
    run_fresh(bench, sides[2][1], names)
    for i in range(ROUNDS):
        for times, programs in sides if i % 2 == 0 else reversed(sides):
            times.append(run_fresh(bench, programs, names))
    for name in names + ["overhead"]:
        bench.drop(name)
    ours, plain, peer = (times for times, _ in sides)
    report.ratio("1,000 SELECT 1, CPU client and server", ours, peer, "alembic upgrade", most=0.1)
    report.ratio("  the same", ours, plain, "psql -1 -f")


def run_fresh(bench, programs, names):
    """Mean CPU time of the programs, client and server, on fresh databases."""
    for name in names[:len(programs)]:
        bench.create(name, "overhead")
    runs = []
    server = bench.cpu_of(lambda: runs.extend(run(argv) for argv in programs))
    return (server + sum(r.cpu for r in runs)) / len(programs)
