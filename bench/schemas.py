"""Snapshot and check of a schema of 1,000 tables, and of 4,000.

Each table has eight columns, a primary key, two indexes, a foreign key and a
check; for every five of them there are a view and a function.  The model that
check compares with is what pg_dump says about the database.  The first check
in a database runs that text in the shadow schema, the second finds the result
in the cache.  The peer compares two databases; we take a snapshot of each, and
the difference of these.
"""

import os

from lib import run

ROUNDS = 5
SLOW_ROUNDS = 3
PEER_ROUNDS = 1
PEER = "peer/node_modules/.bin/migra"


def measure(bench, report):
    made = {n: Made(bench, n) for n in (1000, 4000)}
    small, large = made[1000], made[4000]

    snapshots = small.turns(ROUNDS, "snapshot", "pg_dump")
    report.ratio("snapshot of 1,000 tables", *snapshots, "pg_dump -s", most=0.7)
    first, psql = small.fresh(ROUNDS, "first", "psql")
    report.ratio("check of 1,000 tables, first", first, psql, "psql -1 -f", most=1.5)
    second, again = small.turns(ROUNDS, "check", "snapshot")
    report.ratio("check of 1,000 tables, second", second, again, "snapshot", most=1.2)

    slow = [large.time("snapshot") for _ in range(SLOW_ROUNDS)]
    report.ratio("snapshot of 4,000 tables", slow, again, "of 1,000", most=4.5)
    (slow,) = large.fresh(SLOW_ROUNDS, "first")
    report.ratio("check of 4,000 tables, first", slow, first, "of 1,000", most=4.5)
    slow = [large.time("check") for _ in range(SLOW_ROUNDS)]
    report.ratio("  check of 4,000 tables, second", slow, second, "of 1,000")

    peer = os.path.join(bench.work, PEER)
    if os.path.exists(peer):
        ours, theirs = small.compare(peer)
        report.ratio("check of 1,000 tables, second", second, theirs, "@pgkit/migra", most=0.1)
        report.ratio("comparing two databases of 1,000 tables", ours, theirs, "@pgkit/migra", most=0.1)
        ours, theirs = small.compare(peer, "".join(
            "ALTER TABLE public.t%d ADD COLUMN h integer;" % i for i in range(0, 1000, 100)))
        report.ratio("  the same, ten columns added", ours, theirs, "@pgkit/migra")
    else:
        report.verdict("comparing two databases of 1,000 tables", "", "", "@pgkit/migra", "at most 0.1", None,
                       "(left out: npm cannot install it)")
    for one in made.values():
        one.drop()


def schema(tables):
    """The statements that make it."""
    for i in range(tables):
        yield ("CREATE TABLE public.t%d (id bigint PRIMARY KEY, a integer NOT NULL, b text DEFAULT 'x', c numeric(10,2),"
               " d timestamptz DEFAULT now(), e boolean NOT NULL DEFAULT false, f uuid, g bigint,"
               " CONSTRAINT t%d_a CHECK (a > 0 AND a < 1000000));" % (i, i))
        yield "CREATE INDEX t%d_b ON public.t%d (b);" % (i, i)
        yield "CREATE INDEX t%d_d ON public.t%d (d DESC, a) WHERE e;" % (i, i)
        yield "ALTER TABLE public.t%d ADD FOREIGN KEY (g) REFERENCES public.t%d (id);" % (i, i // 2)
        if i % 5 == 0:
            yield "CREATE VIEW public.v%d AS SELECT t.id, t.b, o.c FROM public.t%d t JOIN public.t%d o ON o.id = t.g;" % (
                i, i, i // 2)
            yield ("CREATE FUNCTION public.f%d(p integer) RETURNS integer LANGUAGE plpgsql STABLE AS"
                   " $$BEGIN RETURN (SELECT count(*) FROM public.t%d WHERE a > p); END$$;" % (i, i))


class Made:
    """A database with such a schema, and what is done with it."""

    def __init__(self, bench, tables):
        self.bench, self.name = bench, "schemas%d" % tables
        self.directory = bench.directory(self.name)
        self.pg_dump = os.path.join(os.path.dirname(bench.psql_path), "pg_dump")
        bench.create(self.name)
        run(bench.psql(self.name, "-1", "-f", self.file("schema.sql", "\n".join(schema(tables)))))
        bench.execute("CREATE EXTENSION migrator", database=self.name)
        bench.execute("VACUUM ANALYZE", database=self.name)
        self.model = os.path.join(self.directory, "model.sql")
        run([self.pg_dump, "-s", "-N", "migrator", "-f", self.model, self.name])
        self.check = self.file("check.sql", "\\set model `cat %s`\nSELECT * FROM migrator.check(:'model');\n" % self.model)
        self.plain = self.file("plain.sql", "\n".join(
            line for line in open(self.model) if "migrator" not in line and not line.startswith("\\")))

    def file(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def time(self, what):
        """Wall clock of one of these on the database."""
        argv = {
            "snapshot": self.bench.psql(self.name, "-At", "-c", "SELECT migrator.snapshot()"),
            "pg_dump": [self.pg_dump, "-s", self.name],
            "check": self.bench.psql(self.name, "-f", self.check),
        }[what]
        return run(argv).wall

    def turns(self, rounds, one, other):
        """Times of both, in turn; each has been run before."""
        for what in (one, other):
            self.time(what)
        times = {one: [], other: []}
        for i in range(rounds):
            for what in (one, other) if i % 2 == 0 else (other, one):
                times[what].append(self.time(what))
        return times[one], times[other]

    def fresh(self, rounds, *whats):
        """Times, in turn, of the first check in a copy, or of psql in an empty database."""
        times = {what: [] for what in whats}
        for i in range(rounds):
            for what in whats if i % 2 == 0 else reversed(whats):
                times[what].append(self.fresh_once(what))
        return times.values()

    def fresh_once(self, what):
        self.bench.create("scratch", *([self.name] if what == "first" else []))
        argv = {
            "first": self.bench.psql("scratch", "-f", self.check),
            "psql": self.bench.psql("scratch", "-1", "-f", self.plain),
        }[what]
        took = run(argv).wall
        self.bench.drop("scratch")
        return took

    def compare(self, program, changes="SELECT"):
        """Times of a comparison with a copy, in which something may have been changed: ours,
        in new sessions, and the peer's."""
        self.bench.create("scratch", self.name)
        self.bench.execute(changes, database="scratch")
        url = "postgresql://%s@%%s/%%s?host=%s" % (os.environ["PGUSER"], os.environ["PGHOST"])
        other = os.path.join(self.directory, "other.json")
        diff = self.file("diff.sql", "\\set other `cat %s`\n"
                         "SELECT * FROM migrator.diff(migrator.snapshot(), :'other');\n" % other)
        ours, theirs = [], []
        for _ in range(SLOW_ROUNDS):
            ours.append(run(self.bench.psql("scratch", "-At", "-o", other, "-c", "SELECT migrator.snapshot()")).wall +
                        run(self.bench.psql(self.name, "-f", diff)).wall)
        for _ in range(PEER_ROUNDS):
            theirs.append(run([program, url % ("localhost", self.name), url % ("localhost", "scratch")], may_fail=True).wall)
        self.bench.drop("scratch")
        return ours, theirs

    def drop(self):
        self.bench.drop(self.name)
