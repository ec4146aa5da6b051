"""The client programs with 5,000 files, and nothing to do.

What a deployment finds at nearly every start.  Ours reads all files, sends
them to the server and has them compared with what is stored, by checksum; the
peers read them as far as they do.  All versions are entered as applied, since
running 5,000 migrations is not what is measured.
"""

import os
import statistics

from lib import Alembic, alternate, line, migrator_files, revision_id, run

FILES = 5000
ROUNDS = 20
PEER_ROUNDS = 3
BIN = "peer/node_modules/.bin"


def measure(bench, report):
    graph = list(line(FILES))
    ours = prepare_ours(bench, graph)
    psql, mine, empty = alternate(
        ROUNDS,
        lambda: run(bench.psql("clients", "-c", "SELECT 1")).wall,
        lambda: run(ours).wall,
        lambda: run(ours[:1] + ["--no-load"] + ours[1:]).wall)
    connecting = statistics.median(psql)
    report.absolute("5,000 files, beyond connecting", [max(one - connecting, 0) for one in mine], below=1)
    report.absolute("  psql -c 'SELECT 1'", psql)
    report.absolute("  without looking at the files", empty)
    for name, prepare in (("alembic", prepare_alembic), ("dbmate", prepare_dbmate),
                          ("node-pg-migrate", prepare_node)):
        argv = prepare(bench, graph)
        if argv is None:
            report.verdict("  5,000 files", "", "", name, "", None, "(left out: npm cannot install it)")
            continue
        theirs = [run(argv).wall for _ in range(PEER_ROUNDS)]
        report.ratio("  5,000 files", mine, theirs, name)
        bench.drop("clients_peer")
    bench.drop("clients")


def body(number):
    return ("CREATE TABLE public.t%d (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
            "    name text NOT NULL,\n    created timestamptz NOT NULL DEFAULT now(),\n"
            "    CONSTRAINT t%d_name CHECK (name <> '')\n);\n"
            "CREATE INDEX t%d_name_idx ON public.t%d (name);\n"
            "COMMENT ON TABLE public.t%d IS 'made by step %d'" % ((number,) * 6))


def write(directory, name, text):
    with open(os.path.join(directory, name), "w") as file:
        file.write(text)


def prepare_ours(bench, graph):
    bindir = os.path.dirname(bench.psql_path)
    program = os.path.join(bench.work, "dest" + bindir, "migrator")
    directory = bench.directory("clients")
    for name, text in migrator_files(graph, body).items():
        write(directory, name, text)
    bench.create("clients")
    bench.execute("CREATE EXTENSION migrator", database="clients")
    run([program, "-d", "clients", "-D", directory, "stamp", "head"])
    bench.execute("VACUUM ANALYZE", database="clients")
    return [program, "-d", "clients", "-D", directory, "upgrade"]


def prepare_alembic(bench, graph):
    bench.create("clients_peer")
    bench.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)", database="clients_peer")
    bench.execute("INSERT INTO alembic_version VALUES (%s)", [revision_id(FILES - 1)], database="clients_peer")
    return Alembic(bench, "clients_alembic", graph, body).upgrade("clients_peer")


def prepare_dbmate(bench, graph):
    program = os.path.join(bench.work, BIN, "dbmate")
    if not os.path.exists(program):
        return None
    directory = bench.directory("clients_dbmate")
    for number, _ in graph:
        write(directory, "%014d_step.sql" % (20200101000000 + number),
              "-- migrate:up\n%s;\n\n-- migrate:down\nSELECT 1;\n" % body(number))
    bench.create("clients_peer")
    bench.execute("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)", database="clients_peer")
    bench.execute("INSERT INTO schema_migrations SELECT (20200101000000 + i)::text FROM generate_series(0, %s - 1) i",
                  [FILES], database="clients_peer")
    return [program, "--url", "postgres://%s@/clients_peer?socket=%s&sslmode=disable" % (
        os.environ["PGUSER"], os.environ["PGHOST"]), "--no-dump-schema", "--migrations-dir", directory, "migrate"]


def prepare_node(bench, graph):
    program = os.path.join(bench.work, BIN, "node-pg-migrate")
    if not os.path.exists(program):
        return None
    directory = bench.directory("clients_node")
    for number, _ in graph:
        write(directory, "%013d_step.sql" % (1577836800000 + number),
              "-- Up Migration\n%s;\n\n-- Down Migration\nSELECT 1;\n" % body(number))
    bench.create("clients_peer")
    bench.execute("CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)",
                  database="clients_peer")
    bench.execute("INSERT INTO pgmigrations (name, run_on) SELECT (1577836800000 + i)::text || '_step', now()"
                  " FROM generate_series(0, %s - 1) i ORDER BY i", [FILES], database="clients_peer")
    os.environ["DATABASE_URL"] = "postgres://%s@/clients_peer?host=%s" % (os.environ["PGUSER"], os.environ["PGHOST"])
    return [program, "up", "-m", directory]
