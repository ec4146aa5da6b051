"""upgrade('head') with nothing to do, and 10,000 revisions stored and applied.

On a new connection, against psql -c 'SELECT 1'; and in a session that has
called it before.  Alembic has 1,000 revisions only, since 10,000 are more than
it can read in reasonable time.
"""

from lib import Alembic, alternate, clock, line, migrator_files, run, select_body

REVISIONS = 10000
ALEMBIC_REVISIONS = 1000
ROUNDS = 200
ALEMBIC_ROUNDS = 5
UPGRADE = "SELECT * FROM migrator.upgrade('head')"


def measure(bench, report):
    bench.create_with_files("idle", migrator_files(line(REVISIONS), select_body))
    bench.execute(UPGRADE, database="idle")
    bench.create("idle_alembic")
    alembic = Alembic(bench, "idle", line(ALEMBIC_REVISIONS), select_body)
    run(alembic.upgrade("idle_alembic"))

    def psql(sql):
        argv = bench.psql("idle", "-c", sql)
        return lambda: run(argv).wall

    ours, peer, load, versions = alternate(
        ROUNDS, psql(UPGRADE), psql("SELECT 1"), psql("LOAD '$libdir/migrator'"),
        psql("SELECT * FROM migrator.versions()"))
    theirs, = alternate(ALEMBIC_ROUNDS, lambda: run(alembic.upgrade("idle_alembic")).wall)
    report.ratio("nothing to do, new connection", ours, peer, "psql -c 'SELECT 1'", most=1.3)
    report.ratio("  loading the library alone", load, peer, "psql -c 'SELECT 1'")
    report.ratio("  migrator.versions() alone", versions, peer, "psql -c 'SELECT 1'")
    report.ratio("  beside alembic with 1,000 revisions", ours, theirs, "alembic upgrade")
    report.ratio("  alembic with 1,000 beside psql", theirs, peer, "psql -c 'SELECT 1'")

    connection = bench.connect("idle")
    cursor = connection.cursor()

    def query(sql):
        def once():
            cursor.execute(sql)
            cursor.fetchall()
        return lambda: clock(once)

    query(UPGRADE)()
    warm, nothing = alternate(ROUNDS, query(UPGRADE), query("SELECT 1"))
    connection.close()
    report.absolute("nothing to do, warm session", warm, below=0.0003)
    report.ratio("  the same", warm, nothing, "SELECT 1 there")
    bench.drop("idle")
    bench.drop("idle_alembic")
