"""Version tables as the tools themselves would have left them.

write(conn, corpus) makes, in schema "tool", the table of the corpus's tool with all
its migrations applied, from the tool's documented format and from nothing that the
extension says, and returns its name; None where that cannot be done here.
"""
import hashlib
import os.path
import re
import zlib


def base(path):
    return os.path.basename(path)


def matches(corpus, pattern, name=base):
    """(match, content) of the files whose names match, in order of their names."""
    found = [(re.match(pattern, name(path)), text) for path, text in corpus["files"].items()]
    return sorted(((m, text) for m, text in found if m), key=lambda item: item[0].group(0))


def golang_migrate(execute, corpus):
    pattern = corpus["options"].get("regex", r"^([0-9]+)_(.*)\.(down|up)\.(.*)$")
    execute("CREATE TABLE tool.schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)")
    execute("INSERT INTO tool.schema_migrations VALUES (%s, false)",
            max(int(m.group(1)) for m, _ in matches(corpus, pattern)))
    return "schema_migrations"


def dbmate(execute, corpus):
    execute("CREATE TABLE tool.schema_migrations (version varchar PRIMARY KEY)")
    for m, _ in matches(corpus, r"^(\d+).*\.sql$"):
        execute("INSERT INTO tool.schema_migrations VALUES (%s)", m.group(1))
    return "schema_migrations"


def diesel(execute, corpus):
    execute("CREATE TABLE tool.__diesel_schema_migrations (version varchar(50) PRIMARY KEY,"
            " run_on timestamp NOT NULL DEFAULT now())")
    for path in corpus["files"]:
        if base(path) == "up.sql":
            version = base(os.path.dirname(path)).split("_")[0].replace("-", "")
            execute("INSERT INTO tool.__diesel_schema_migrations (version) VALUES (%s)", version)
    return "__diesel_schema_migrations"


def goose(execute, corpus):
    execute("CREATE TABLE tool.goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL,"
            " is_applied boolean NOT NULL, tstamp timestamp DEFAULT now())")
    execute("INSERT INTO tool.goose_db_version (version_id, is_applied) VALUES (0, true)")
    for m, _ in matches(corpus, r"^(\d+)_.*\.sql$"):
        execute("INSERT INTO tool.goose_db_version (version_id, is_applied) VALUES (%s, true)", int(m.group(1)))
    return "goose_db_version"


def flyway(execute, corpus):
    execute("CREATE TABLE tool.flyway_schema_history (installed_rank integer NOT NULL PRIMARY KEY, version varchar(50),"
            " description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL,"
            " checksum integer, installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(),"
            " execution_time integer NOT NULL, success boolean NOT NULL)")
    found = matches(corpus, r"^(?:V([0-9._]+?)|R)__(.*)\.sql$")
    for rank, (m, text) in enumerate(found):
        version = m.group(1) and m.group(1).replace("_", ".")
        crc = zlib.crc32("".join(re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))).encode())
        execute("INSERT INTO tool.flyway_schema_history VALUES (%s, %s, %s, 'SQL', %s, %s, 'me', now(), 1, true)",
                rank + 1, version, m.group(2).replace("_", " "), m.group(0), crc - (crc >> 31 << 32))
    return "flyway_schema_history"


def prisma(execute, corpus):
    execute("CREATE TABLE tool._prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL,"
            " finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,"
            " started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)")
    for path, text in corpus["files"].items():
        if base(path) == "migration.sql":
            execute("INSERT INTO tool._prisma_migrations (id, checksum, finished_at, migration_name)"
                    " VALUES (left(md5(%s), 36), %s, now(), %s)", path, hashlib.sha256(text.encode()).hexdigest(),
                    base(os.path.dirname(path)))
    return "_prisma_migrations"


def sqlx(execute, corpus):
    execute("CREATE TABLE tool._sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL,"
            " installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL,"
            " execution_time bigint NOT NULL)")
    for m, text in matches(corpus, r"^(\d+)_(.*?)(\.up)?\.sql$"):
        if not m.group(0).endswith(".down.sql"):
            execute("INSERT INTO tool._sqlx_migrations VALUES (%s, %s, now(), true, %s, 1)", int(m.group(1)),
                    m.group(2), hashlib.sha384(text.encode()).digest())
    return "_sqlx_migrations"


def node_pg_migrate(execute, corpus):
    execute("CREATE TABLE tool.pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL,"
            " run_on timestamp NOT NULL)")
    for m, _ in matches(corpus, r"^(.*)\.sql$"):
        execute("INSERT INTO tool.pgmigrations (name, run_on) VALUES (%s, now())", m.group(1))
    return "pgmigrations"


def alembic(execute, corpus):
    """What its script does to the table, statement by statement."""
    execute("CREATE TABLE tool.alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)")
    script = next(text for path, text in corpus["files"].items() if base(path) == "upgrade.sql")
    for statement in re.findall(r"^(?:INSERT INTO|UPDATE|DELETE FROM) alembic_version .*?;", script, re.M | re.S):
        execute(statement.replace("alembic_version", "tool.alembic_version").replace("%", "%%"))
    return "alembic_version"


TOOLS = {"golang-migrate": golang_migrate, "dbmate": dbmate, "diesel": diesel, "goose": goose, "flyway": flyway,
         "prisma": prisma, "sqlx": sqlx, "node-pg-migrate": node_pg_migrate, "alembic": alembic}


def write(conn, corpus):
    if corpus["tool"] not in TOOLS:
        return None
    with conn.cursor() as cur:
        cur.execute("CREATE SCHEMA tool")
        return "tool." + TOOLS[corpus["tool"]](lambda sql, *args: cur.execute(sql, args), corpus)
