"""measure.py WORK BINDIR FIGURE...: measure the figures and print the table.

Runs as the cluster's owner with PGHOST and so on set; bench/session starts it.
Each figure is a module with a function measure(bench, report).
"""

import importlib
import os
import platform
import sys
import traceback

from lib import Bench, Report


def main():
    work, bindir, figures = sys.argv[1], sys.argv[2], sys.argv[3:]
    bench = Bench(work, bindir)
    report = Report()
    print("%d cores, Linux %s, PostgreSQL %s, Alembic %s, fsync %s" % (
        os.cpu_count(), platform.release(), bench.value("SHOW server_version"),
        bench.alembic_version(), bench.value("SHOW fsync")))
    print("medians; in brackets least and most of the rounds of ours and the peer's")
    report.heading()
    for name in figures:
        try:
            importlib.import_module(name).measure(bench, report)
        except Exception:
            traceback.print_exc()
            report.broken(name)
    return report.close()


sys.exit(main())
