"""1,000 migrations of one CREATE TABLE, from nothing to head.

Ours is psql calling upgrade() with the revisions stored; the peer is psql -1
running the same SQL from one file.  Each on a database of its own, a copy of
the same template, made anew for each round.
"""

import os

from lib import line, migrator_files, run, table_body

REVISIONS = 1000
ROUNDS = 9


def measure(bench, report):
    imported = bench.create_with_files("tables", migrator_files(line(REVISIONS), table_body))
    script = os.path.join(bench.directory("tables"), "all.sql")
    with open(script, "w") as file:
        for number in range(REVISIONS):
            file.write(table_body(number) + ";\n")

    ours = []
    peer = []
    for i in range(ROUNDS):
        sides = [(ours, bench.psql("scratch", "-c", "SELECT * FROM migrator.upgrade('head')")),
                 (peer, bench.psql("scratch", "-1", "-f", script))]
        for times, argv in sides if i % 2 == 0 else reversed(sides):
            bench.create("scratch", "tables")
            times.append(run(argv).wall)
            check(bench)
    bench.drop("scratch")
    bench.drop("tables")
    report.ratio("1,000 CREATE TABLE, wall", ours, peer, "psql -1 -f", most=1.15)
    report.absolute("  importing the 1,000 files first", [imported])


def check(bench):
    tables = bench.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database="scratch")
    if tables != REVISIONS:
        raise RuntimeError("%d tables" % tables)
