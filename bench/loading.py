"""For information: loading 5,000 files, and running 10,000 SELECT 1."""

from lib import clock, line, line_with_merges, migrator_files, select_body

FILES = 5000
REVISIONS = 10000
ROUNDS = 3


def measure(bench, report):
    files = migrator_files(line_with_merges(FILES), select_body)
    report.absolute("import of 5,000 files in one call",
                    [bench.create_with_files("loading", files) for _ in range(ROUNDS)])
    report.absolute("  the same files again, unchanged",
                    [clock(lambda: bench.import_files("loading", files)) for _ in range(ROUNDS)])

    bench.create_with_files("loading", migrator_files(line(REVISIONS), select_body))
    times = []
    for _ in range(ROUNDS):
        bench.create("scratch", "loading")
        times.append(clock(lambda: bench.execute("SELECT * FROM migrator.upgrade('head')", database="scratch")))
    report.absolute("upgrade of 10,000 SELECT 1", times)
    bench.drop("scratch")
    bench.drop("loading")
