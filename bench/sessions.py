"""64 sessions that upgrade an empty database with 100 migrations at once.

Ours are 64 psql that wait at an advisory lock until all are there; the peer is
64 alembic processes, started as fast as one can.  The migrations are CREATE
TABLE, so that one run twice is an error.
"""

import time

from lib import Alembic, line, migrator_files, run, seconds, start, table_body, wait

REVISIONS = 100
SESSIONS = 64
GATE = 64640064


def measure(bench, report):
    bench.create_with_files("sessions", migrator_files(line(REVISIONS), table_body))
    succeeded, elapsed = run_ours(bench)
    applied, rows = bench.execute(
        "SELECT count(DISTINCT revision), count(*) FROM migrator.log() WHERE operation = 'upgrade'",
        database="sessions")[0]
    tables = count_tables(bench, "sessions")

    bench.create("sessions_alembic")
    alembic = Alembic(bench, "sessions", line(REVISIONS), table_body)
    run(alembic.argv("sessions_alembic", "heads"))  # compiles its files
    theirs, alembic_elapsed = run_all([alembic.upgrade("sessions_alembic")] * SESSIONS)

    report.verdict("64 sessions at once, succeeded", str(succeeded), str(theirs), "alembic upgrade",
                   "all 64", succeeded == SESSIONS,
                   "[last one done %s after the start signal, the peer's %s after their start]" % (
                       seconds(elapsed), seconds(alembic_elapsed)))
    report.verdict("  migrations run", "%d of %d" % (rows, applied), "", "", "100, once",
                   applied == rows == tables == REVISIONS)
    bench.drop("sessions")
    bench.drop("sessions_alembic")


def run_ours(bench):
    """How many succeeded, and how long that took from when they were let go."""
    gate = bench.connect("sessions")
    cursor = gate.cursor()
    cursor.execute("SELECT pg_advisory_lock(%s)", [GATE])
    argv = bench.psql("sessions", "-c", "SELECT pg_advisory_lock_shared(%d)" % GATE,
                      "-c", "SELECT * FROM migrator.upgrade('head')")
    pids = [start(argv) for _ in range(SESSIONS)]
    waiting = 0
    while waiting < SESSIONS:
        time.sleep(0.05)
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        waiting = cursor.fetchone()[0]
    begin = time.perf_counter()
    cursor.execute("SELECT pg_advisory_unlock(%s)", [GATE])
    succeeded = sum(wait(pid)[0] == 0 for pid in pids)
    elapsed = time.perf_counter() - begin
    gate.close()
    return succeeded, elapsed


def run_all(programs):
    begin = time.perf_counter()
    pids = [start(argv) for argv in programs]
    succeeded = sum(wait(pid)[0] == 0 for pid in pids)
    return succeeded, time.perf_counter() - begin


def count_tables(bench, database):
    return bench.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database=database)
