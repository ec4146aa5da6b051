"""What the figures share: the cluster, timing, graphs, Alembic, the report."""

import hashlib
import json
import os
import statistics
import sys
import time

import psycopg2


# ---------------------------------------------------------------------------
# Running and timing
# ---------------------------------------------------------------------------

class Run:
    """What a program took: wall clock and the CPU of the program itself."""

    def __init__(self, status, wall, cpu):
        self.status = status
        self.wall = wall
        self.cpu = cpu


def start(argv, output=None):
    """Start a program, with its output going to a file or nowhere.

    posix_spawn, since subprocess costs as much as a small psql takes.
    """
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, output or "/dev/null", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawn(argv[0], argv, os.environ, file_actions=actions)


def wait(pid):
    """Wait for a program; returns its exit status and its CPU time."""
    _, status, usage = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime


def run(argv, may_fail=False):
    begin = time.perf_counter()
    status, cpu = wait(start(argv))
    wall = time.perf_counter() - begin
    if status != 0 and not may_fail:
        raise RuntimeError("exit status %d: %s" % (status, " ".join(argv)))
    return Run(status, wall, cpu)


def clock(function):
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def alternate(rounds, *functions):
    """Call the functions in turn, A B A B; returns a list of results for each.

    Every other round goes the other way, so that none is always the one that
    follows a certain other.
    """
    results = [[] for _ in functions]
    for i in range(rounds):
        order = list(zip(functions, results))
        for function, result in order if i % 2 == 0 else reversed(order):
            result.append(function())
    return results


# ---------------------------------------------------------------------------
# The cluster
# ---------------------------------------------------------------------------

class Bench:
    def __init__(self, work, bindir):
        self.work = work
        self.psql_path = os.path.join(bindir, "psql")
        with open(os.path.join(work, "data", "postmaster.pid")) as file:
            self.postmaster = int(file.readline())

    def directory(self, name):
        path = os.path.join(self.work, "tmp", name)
        os.makedirs(path, exist_ok=True)
        return path

    def psql(self, database, *arguments):
        """The argv of the real psql, not the wrapper that a package may add."""
        return [self.psql_path, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, *arguments]

    def connect(self, database="postgres"):
        connection = psycopg2.connect(dbname=database)
        connection.autocommit = True
        return connection

    def execute(self, sql, values=None, database="postgres"):
        connection = self.connect(database)
        try:
            cursor = connection.cursor()
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    def value(self, sql, values=None, database="postgres"):
        return self.execute(sql, values, database)[0][0]

    def create(self, database, template="template1"):
        """A database on which everything is as warm as it is on any other.

        The first session of a database writes its relation cache to a file;
        the checkpoint is so that none happens while we measure.
        """
        self.drop(database)
        self.execute('CREATE DATABASE "%s" TEMPLATE "%s"' % (database, template))
        self.execute("SELECT 1", database=database)
        self.execute("CHECKPOINT")

    def create_with_files(self, database, files):
        """The same with the extension and revisions; returns how long they took."""
        self.create(database)
        self.execute("CREATE EXTENSION migrator", database=database)
        return clock(lambda: self.import_files(database, files))

    def import_files(self, database, files):
        """One call of migrator.import with all the files."""
        added = self.value("SELECT pg_catalog.count(*) FROM migrator.import(%s::pg_catalog.jsonb, 'migrator')",
                           [json.dumps(files)], database)
        if added != len(files):
            raise RuntimeError("%d of %d files imported" % (added, len(files)))

    def drop(self, database):
        # a session that has just been closed may not be gone yet
        self.execute('DROP DATABASE IF EXISTS "%s" WITH (FORCE)' % database)

    def cpu_of(self, function):
        """CPU time of the server while function runs, with all that it started.

        The kernel adds a process' time to the fields cutime and cstime of its
        parent when the parent waits for it, and every process of the server is
        a child of the postmaster.  So what these fields gain once the sessions
        of function have gone is what those sessions took, and autovacuum's
        workers if any ended meanwhile.  The fields are exact sums shown in
        steps of 10 ms.
        """
        before = self._children()
        began = self._reaped()
        function()
        while self._children() - before:
            time.sleep(0.002)
        return self._reaped() - began

    def _reaped(self):
        fields = _stat(self.postmaster)
        return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")

    def _children(self):
        children = set()
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    if int(_stat(name)[1]) == self.postmaster:
                        children.add(int(name))
                except OSError:
                    pass  # gone since we listed it
        return children

    def alembic_version(self):
        import alembic
        return alembic.__version__


def _stat(pid):
    """Fields of /proc/PID/stat from the third on, which is the state."""
    with open("/proc/%s/stat" % pid) as file:
        return file.read().rpartition(")")[2].split()


# ---------------------------------------------------------------------------
# Revisions
# ---------------------------------------------------------------------------

def revision_id(number):
    """As random as the ids that migrator and Alembic make, but always the same."""
    return hashlib.sha256(b"revision %d" % number).hexdigest()[:12]


def line(n):
    """n revisions, each on the one before: pairs of number and parents."""
    for i in range(n):
        yield i, [i - 1] if i > 0 else []


def line_with_merges(n):
    """n revisions in a line, in which of every ten two branch and one merges."""
    for i in range(n):
        place = i % 10
        if i == 0:
            yield i, []
        elif place == 8:
            yield i, [i - 2]
        elif place == 9:
            yield i, [i - 2, i - 1]
        else:
            yield i, [i - 1]


def select_body(number):
    return "SELECT 1"


def table_body(number):
    # no column that would bring a TOAST table: what is ours weighs more then
    return "CREATE TABLE public.t%06d (id bigint PRIMARY KEY, created timestamptz)" % number


def migrator_files(graph, body):
    """The files of a graph, as migrator.import takes them."""
    files = {}
    for number, parents in graph:
        revision = revision_id(number)
        files["%06d_%s.sql" % (number, revision)] = (
            "-- step %d\n--\n-- Revision ID: %s\n-- Revises: %s\n"
            "-- Create Date: 2026-01-01 00:00:00+00\n\n-- migrate:up\n%s;\n\n-- migrate:down\nSELECT 1;\n" % (
                number, revision, ", ".join(revision_id(p) for p in parents), body(number)))
    return files


# ---------------------------------------------------------------------------
# Alembic
# ---------------------------------------------------------------------------

ALEMBIC_INI = """\
[alembic]
script_location = %s
sqlalchemy.url = postgresql+psycopg2:///%s
"""

# What "alembic init" writes, less what only matters for autogenerate.
ALEMBIC_ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
connectable = engine_from_config(
    config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool)
with connectable.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
"""

ALEMBIC_FILE = '''\
"""step %d

Revision ID: %s
Revises: %s
Create Date: 2026-01-01 00:00:00

"""
from alembic import op

revision = %r
down_revision = %r
branch_labels = None
depends_on = None


def upgrade():
    op.execute(%r)


def downgrade():
    op.execute("SELECT 1")
'''


class Alembic:
    """A directory of Alembic's with the revisions of a graph."""

    def __init__(self, bench, name, graph, body):
        self.directory = bench.directory(name)
        versions = os.path.join(self.directory, "versions")
        os.makedirs(versions, exist_ok=True)
        self._write("env.py", ALEMBIC_ENV)
        for number, parents in graph:
            revision = revision_id(number)
            down = tuple(revision_id(p) for p in parents)
            self._write("versions/%s_step_%d.py" % (revision, number), ALEMBIC_FILE % (
                number, revision, ", ".join(down), revision,
                None if not down else down[0] if len(down) == 1 else down, body(number)))

    def argv(self, database, *arguments):
        """The command line of the alembic program, working on a database."""
        ini = "alembic-%s.ini" % database
        if not os.path.exists(os.path.join(self.directory, ini)):
            self._write(ini, ALEMBIC_INI % (self.directory, database))
        return ["/usr/bin/alembic", "-c", os.path.join(self.directory, ini), *arguments]

    def upgrade(self, database):
        return self.argv(database, "upgrade", "head")

    def _write(self, name, text):
        with open(os.path.join(self.directory, name), "w") as file:
            file.write(text)


# ---------------------------------------------------------------------------
# The report
# ---------------------------------------------------------------------------

def seconds(value):
    if value < 0.001:
        return "%.0f us" % (value * 1e6)
    if value < 1:
        return "%.*f ms" % (2 if value < 0.01 else 1 if value < 0.1 else 0, value * 1e3)
    return "%.2f s" % value


def spread(values):
    return "%s-%s" % (seconds(min(values)), seconds(max(values)))


class Report:
    FORMAT = "%-42s %9s %9s  %-22s %7s  %-12s %s"

    def __init__(self):
        self.missed = 0

    def heading(self):
        self._print(self.FORMAT % ("figure", "ours", "peer", "", "ratio", "bound", ""))

    def ratio(self, name, ours, peer, peer_name, most=None):
        """Ours against the peer's; the bound is on the ratio of the medians."""
        ratio = statistics.median(ours) / statistics.median(peer)
        self._row(name, ours, peer, peer_name, "%.*f" % (3 if ratio < 0.1 else 2, ratio),
                  "" if most is None else "at most %g" % most, None if most is None else ratio <= most)

    def absolute(self, name, ours, below=None):
        """Ours by itself; the bound is on the median."""
        self._row(name, ours, None, "", "", "" if below is None else "below " + seconds(below),
                  None if below is None else statistics.median(ours) < below)

    def verdict(self, name, ours, peer, peer_name, bound, ok, remark=""):
        """Something that is counted, not timed."""
        self._finish(name, ours, peer, peer_name, "", bound, ok, remark)

    def broken(self, name):
        self._finish(name, "", "", "", "", "", False, "(could not be measured)")

    def close(self):
        print("%d missed" % self.missed)
        return 1 if self.missed else 0

    def _row(self, name, ours, peer, peer_name, ratio, bound, ok):
        ranges = "[%s%s]" % (spread(ours), "" if peer is None else ", " + spread(peer))
        self._finish(name, seconds(statistics.median(ours)),
                     "" if peer is None else seconds(statistics.median(peer)),
                     peer_name, ratio, bound, ok, ranges)

    def _finish(self, name, ours, peer, peer_name, ratio, bound, ok, remark):
        if ok is False:
            self.missed += 1
        word = {True: "ok", False: "MISSED", None: ""}[ok]
        self._print(self.FORMAT % (name, ours, peer, peer_name, ratio, bound, "%-7s %s" % (word, remark)))

    def _print(self, text):
        print(text.rstrip())
        sys.stdout.flush()
