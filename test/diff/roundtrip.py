"""The round trip of a pair of schemas, for run, mutate and corpora beside it.

A database is made with the one schema, another with the other.  What diff says
is run in the first, and then nothing may tell it from the second: not the
snapshot, and not pg_dump.  Then the way back, likewise.

The order of a table's columns is the one thing that nothing can change; where
it differs, that is noted.
"""
import collections
import hashlib
import json
import os
import re
import subprocess

import psycopg2
import psycopg2.extensions

BINDIR = subprocess.run([os.environ.get("PG_CONFIG", "pg_config"), "--bindir"], check=True,
                        capture_output=True, text=True).stdout.strip()
TIMEOUT = "60s"

# Results stay as text; jsonb is parsed where we look into it.
psycopg2.extensions.register_type(
    psycopg2.extensions.new_type((3802,), "JSONB", lambda value, cursor: value))


class Skip(Exception):
    """The pair cannot be tried on this server."""


class Broken(Exception):
    """The pair is no good: one of its sides does not load."""


class Failure(Exception):
    """The pair does not make the trip."""

    def __init__(self, stage, text, sql=()):
        super().__init__(text)
        self.stage, self.text, self.sql = stage, text, list(sql)


def quote(name):
    return '"' + name.replace('"', '""') + '"'


def connect(database):
    conn = psycopg2.connect(dbname=database)
    conn.autocommit = True
    return conn


def query(conn, text, args=None):
    with conn.cursor() as cur:
        cur.execute(text, args)
        return cur.fetchall() if cur.description else []


def say(error):
    """An error of the server, in one piece."""
    diag = getattr(error, "diag", None)
    if diag is None or diag.message_primary is None:
        return str(error).strip()
    lines = ["%s: %s" % (error.pgcode, diag.message_primary)]
    lines += [part for part in (diag.message_detail, diag.message_hint, diag.context) if part]
    return "\n".join(lines)


# ------------------------------------------------------------------- databases


class Server:
    """Makes databases from a template that has the extension, and drops them."""

    def __init__(self, template):
        self.template = template
        self.admin = connect("postgres")
        self.version = self.admin.server_version // 10000
        self.made = 0
        self.old = []

    def make_template(self):
        query(self.admin, "DROP DATABASE IF EXISTS %s" % quote(self.template))
        query(self.admin, "CREATE DATABASE %s TEMPLATE template0" % quote(self.template))
        conn = connect(self.template)
        query(conn, "CREATE EXTENSION migrator")
        conn.close()

    def make(self, template=None):
        self.made += 1
        name = "%s_%d_%d" % (self.template, os.getpid(), self.made)
        query(self.admin, "CREATE DATABASE %s TEMPLATE %s" % (quote(name), quote(template or self.template)))
        return name

    def drop(self, name):
        try:
            query(self.admin, "DROP DATABASE IF EXISTS %s WITH (FORCE)" % quote(name))
        except psycopg2.Error:
            conn = connect(name)
            for text, in query(conn, "SELECT format(x, subname) FROM pg_subscription, unnest(ARRAY["
                               "'ALTER SUBSCRIPTION %I DISABLE', 'ALTER SUBSCRIPTION %I SET (slot_name = NONE)',"
                               "'DROP SUBSCRIPTION %I']) WITH ORDINALITY u (x, n) WHERE subdbid ="
                               " (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY subname, n"):
                query(conn, text)
            conn.close()
            query(self.admin, "DROP DATABASE %s WITH (FORCE)" % quote(name))

    def has(self, function):
        """Whether the extension has a function; the template says."""
        conn = connect(self.template)
        found = query(conn, "SELECT to_regproc(%s) IS NOT NULL", ("migrator." + function,))[0][0]
        conn.close()
        return found

    def need(self, needs):
        """Make what a pair needs, or raise Skip.  Roles stay."""
        for need in needs:
            what, _, name = need.partition(":")
            if what == "role":
                if not query(self.admin, "SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)):
                    try:
                        query(self.admin, "CREATE ROLE %s" % quote(name))
                    except (psycopg2.errors.DuplicateObject, psycopg2.errors.UniqueViolation):
                        pass
            elif what == "tablespace":
                if not query(self.admin, "SELECT 1 FROM pg_tablespace WHERE spcname = %s", (name,)):
                    query(self.admin, "SET allow_in_place_tablespaces = on")
                    query(self.admin, "CREATE TABLESPACE %s LOCATION ''" % quote(name))
            elif what == "extension":
                if not query(self.admin, "SELECT 1 FROM pg_available_extensions WHERE name = %s", (name,)):
                    raise Skip("no extension " + name)
            elif what == "library":
                try:
                    query(self.admin, "LOAD '%s'" % name)
                except psycopg2.Error:
                    raise Skip("no library " + name)
            elif what == "server":
                if self.version < int(name):
                    raise Skip("needs PostgreSQL " + name)
            else:
                raise Skip("what is a " + what)

    def close(self):
        self.admin.close()


# ----------------------------------------------------------------------- dumps

HEADER = re.compile(r"^-- (?:Data for )?Name: (.*); Type: (.*?); Schema: (.*?); Owner: ?(.*?)(?:; Tablespace: (.*))?$")
SETTING = re.compile(r"^(SET \w+\b.*;|SELECT pg_catalog\.set_config\('search_path', '', false\);)$")
TABLE = re.compile(r"^(CREATE (?:UNLOGGED |FOREIGN )?TABLE .*?) \(\n(.*?)\n\)(.*)$", re.S)

# Entries with expressions, which the server may print differently once more.
EXPRESSIONS = {"TABLE", "FOREIGN TABLE", "CONSTRAINT", "CHECK CONSTRAINT", "INDEX", "VIEW", "MATERIALIZED VIEW",
               "POLICY", "RULE", "DEFAULT", "DOMAIN", "TRIGGER", "FUNCTION", "PROCEDURE", "STATISTICS",
               "PUBLICATION TABLE"}


class Dump:
    """pg_dump --schema-only of a database, started at once and read later."""

    def __init__(self, database):
        self.process = subprocess.Popen([BINDIR + "/pg_dump", "--schema-only", "-d", database], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def text(self):
        out, err = self.process.communicate()
        if self.process.returncode:
            raise Failure("pg_dump", err.strip())
        return out


def entries(text):
    """pg_dump's text as a sorted list of (type, schema, name, text)."""
    found, body, method = [], None, "heap"
    lines = text.split("\n")
    for i, line in enumerate(lines):
        match = HEADER.match(line) if line.startswith("-- ") and lines[i - 1] == lines[i + 1] == "--" else None
        if match:
            name, kind, schema, _, tablespace = match.groups()
            body = []
            if tablespace:
                body.append("-- tablespace " + tablespace)
            if method != "heap" and kind in ("TABLE", "MATERIALIZED VIEW"):
                body.append("-- access method " + method)
            found.append((kind, schema, name, body))
        elif line.startswith("SET default_table_access_method"):
            method = line.split("=")[1].strip(" ;") or "heap"
        elif body is not None and line not in ("", "--") and not SETTING.match(line) \
                and not line.startswith(("\\restrict", "\\unrestrict", "-- PostgreSQL database dump")):
            body.append(line.rstrip())
    return sorted((kind, schema, name, "\n".join(sorted(body) if kind in ("ACL", "DEFAULT ACL") else body))
                  for kind, schema, name, body in found)


def without_order(entry):
    """A table's entry whatever the order of its columns; or one that lists columns in that order."""
    kind, schema, name, body = entry
    if kind in ("STATISTICS", "PUBLICATION TABLE"):
        body = " ".join(sorted(re.split(r"[\s,()]+", body)))
    match = TABLE.match(body) if kind in ("TABLE", "FOREIGN TABLE") else None
    if match:
        head, columns, tail = match.groups()
        first, _, rest = tail.partition("\n")
        columns = sorted(column.strip() for column in re.split(r",\n    (?=\S)", columns))
        body = "%s (\n%s\n)%s\n%s" % (head, ",\n".join(columns), first, "\n".join(sorted(re.split(r"(?<=;)\n", rest))))
    return kind, schema, name, body


def compare_dumps(got, want):
    """What differs, as (sign, entry), and whether the order of columns does."""
    if got == want:
        return [], False
    got, want = (collections.Counter(map(without_order, x)) for x in (got, want))
    return ([("got ", entry) for entry in sorted((got - want).elements())] +
            [("want", entry) for entry in sorted((want - got).elements())]), True


def show_dumps(differing):
    lines = []
    for sign, (kind, schema, name, body) in differing[:12]:
        lines.append("%s %s %s.%s" % (sign, kind, schema, name))
        lines += ["     | " + line for line in body.split("\n")]
    return "\n".join(lines)


# ------------------------------------------------------------------- snapshots


def by_key(snapshot):
    return {"%s %s" % (o["kind"], o["identity"]): o for o in json.loads(snapshot)["objects"]}


def differences(got, want, path=""):
    """Lines that say where two json values differ."""
    if type(got) is type(want) and isinstance(got, dict):
        for name in sorted(set(got) | set(want)):
            here = "%s.%s" % (path, name)
            if name not in want:
                yield "%s: got %s, want nothing" % (here, brief(got[name]))
            elif name not in got:
                yield "%s: got nothing, want %s" % (here, brief(want[name]))
            else:
                yield from differences(got[name], want[name], here)
    elif type(got) is type(want) and isinstance(got, list) and len(got) == len(want):
        for i, (one, other) in enumerate(zip(got, want)):
            yield from differences(one, other, "%s[%d]" % (path, i))
    elif got != want:
        yield "%s: got %s, want %s" % (path, brief(got), brief(want))


def brief(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 400 else text[:400] + "…"


def compare_snapshots(got, want):
    """Lines that say what differs, and whether the order of columns does."""
    if got == want:
        return [], False
    got, want = by_key(got), by_key(want)
    lines, moved = [], False
    for key in sorted(set(got) | set(want)):
        if key not in want:
            lines.append("%s: is left" % key)
        elif key not in got:
            lines.append("%s: is missing" % key)
        else:
            for line in differences(got[key], want[key]):
                if key.startswith("column ") and line.startswith(".position:"):
                    moved = True
                else:
                    lines.append("%s: %s" % (key, line))
    if not lines and not moved:
        lines.append("the objects are the same, but not in the same order")
    return lines, moved


# ------------------------------------------------------------------- the trip


def load(database, text):
    """Run a schema's text as one message; empty text is fine."""
    conn = connect(database)
    try:
        if text.strip():
            query(conn, "SET statement_timeout = '%s'; SET client_min_messages = error" % TIMEOUT)
            query(conn, text)
    except psycopg2.Error as e:
        raise Broken(say(e)) from e
    finally:
        conn.close()


def snapshot(conn):
    return query(conn, "SELECT migrator.snapshot()::text")[0][0]


HINT = re.compile(r"^\s*-- migrate:rename\s+(.*?)\s+TO\s+(.*?)\s*;?\s*$", re.M | re.I)


KNOWN_CODES = set()


def hinted(text, schema):
    """A snapshot with the rename hints of the schema's text."""
    hints = [{"from": old, "to": new} for old, new in HINT.findall(schema)]
    if not hints:
        return text
    return json.dumps(dict(json.loads(text), renames=hints), ensure_ascii=False)


def diff(conn, source, target):
    rows = query(conn, "SELECT ddl, ARRAY(SELECT split_part(x, ':', 1) FROM unnest(hazard) x)"
                 " FROM migrator.diff(%s::jsonb, %s::jsonb) ORDER BY step", (source, target))
    codes = {code for _, hazards in rows for code in hazards}
    if codes and not codes <= KNOWN_CODES:
        KNOWN_CODES.update(code for code, in query(conn, "SELECT code FROM migrator.hazards()"))
        if not codes <= KNOWN_CODES:
            raise Failure("diff", "hazards() does not know " + ", ".join(sorted(codes - KNOWN_CODES)))
    return [ddl for ddl, _ in rows]


def apply(conn, statements, stage):
    """Run statements in one transaction, or in as few as the server allows.

    Gives the number of transactions.
    """
    breaks = set()
    while True:
        at = 0
        done = 0
        query(conn, "SET statement_timeout = '%s'; SET client_min_messages = error" % TIMEOUT)
        query(conn, "BEGIN")
        try:
            for at, statement in enumerate(statements):
                if at in breaks:
                    query(conn, "COMMIT")
                    done = at
                    query(conn, "BEGIN")
                query(conn, statement)
            query(conn, "COMMIT")
            return len(breaks) + 1
        except psycopg2.Error as e:
            query(conn, "ROLLBACK")
            # a new enum value is of no use before its transaction ends
            if e.pgcode == "55P04" and done < at and at not in breaks and not done:
                breaks.add(at)
                continue
            raise Failure(stage, "statement %d fails: %s" % (at + 1, say(e)), statements) from e


class Trip:
    """Makes round trips; keeps what it learned about schemas it has seen."""

    def __init__(self, server, cache=None, forgetful=False):
        self.server = server
        self.forgetful = forgetful
        self.cache = cache
        self.has_shadow = server.has("snapshot_of")

    # What a schema's text gives.  The dump of a text never changes, so it can
    # be kept in a directory; snapshots are what we test.

    def kept(self, text):
        if self.cache is None:
            return None
        return os.path.join(self.cache, "%d-%s" % (self.server.version, hashlib.md5(text.encode()).hexdigest()))

    def start_dump(self, database, text):
        path = self.kept(text)
        if path and os.path.exists(path):
            return None
        return Dump(database)

    def finish_dump(self, dump, text):
        path = self.kept(text)
        if dump is None:
            with open(path) as file:
                return file.read()
        dumped = dump.text()
        if path:
            os.makedirs(self.cache, exist_ok=True)
            with open("%s.%d" % (path, os.getpid()), "w") as file:
                file.write(dumped)
            os.rename(file.name, path)
        return dumped

    def run(self, old, new, needs=()):
        """Both ways.  Gives (up, down, notes), or raises one of the above."""
        self.server.need(needs)
        databases = []
        conn = None
        try:
            for text in (old, new):
                databases.append(self.server.make())
                self.load(databases[-1], text)
            dumps = [self.start_dump(*pair) for pair in zip(databases, (old, new))]
            other = connect(databases[1])
            want = snapshot(other)
            other.close()
            conn = connect(databases[0])
            query(conn, "SET statement_timeout = '%s'" % TIMEOUT)
            have = snapshot(conn)
            clear = self.check_shadow(conn, new, want)
            dumps = [self.finish_dump(*pair) for pair in zip(dumps, (old, new))]
            up = diff(conn, hinted(have, old), hinted(clear, new))
            down = diff(conn, hinted(want, new), hinted(have, old))
            notes = []
            self.go(conn, databases[0], up, want, dumps[1], "up", notes)
            self.go(conn, databases[0], down, have, dumps[0], "down", notes)
            return up, down, notes
        finally:
            if conn is not None:
                conn.close()
            for database in databases:
                self.server.drop(database)

    def load(self, database, text):
        """Load a schema, and make the roles and tablespaces that forgetful pairs do not say they need."""
        while True:
            try:
                return load(database, text)
            except Broken as e:
                match = re.match(r'42704: (role|tablespace) "(.*)" does not exist', str(e))
                if not match or not self.forgetful:
                    raise
                self.server.need([match.group(1) + ":" + match.group(2)])

    def check_shadow(self, conn, text, want):
        """Gives the snapshot of the text if it has secrets, which are masked in want, or want."""
        if self.has_shadow:
            try:
                got = query(conn, "SELECT migrator.snapshot_of(%s)::text", (text,))[0][0]
            except psycopg2.Error as e:
                raise Failure("snapshot_of", say(e)) from e
            if '"secrets"' in got:
                return got
            if got != want and by_key(got) != by_key(want):
                lines, moved = compare_snapshots(got, want)
                raise Failure("snapshot_of", "\n".join(lines or ["the order of columns"]))
        return want

    def go(self, conn, database, statements, want, want_dump, stage, notes):
        """One way: run the statements and look at what there is then."""
        transactions = apply(conn, statements, stage)
        if transactions > 1:
            notes.append("%s: in %d transactions" % (stage, transactions))
        dump = Dump(database)
        got = snapshot(conn)
        lines, moved = compare_snapshots(got, want)
        left = diff(conn, got, want)
        dumped = dump.text()
        if lines:
            raise Failure(stage, "the snapshot differs:\n" + "\n".join(lines[:40]), statements)
        if left:
            raise Failure(stage, "the second diff is not empty:\n" + ";\n".join(left), statements)
        differing, other_order = compare_dumps(entries(dumped), entries(want_dump))
        if differing and self.same_once_more(differing, dumped, want_dump):
            notes.append("%s: the same after another dump and restore" % stage)
        elif differing:
            raise Failure(stage, "pg_dump differs:\n" + show_dumps(differing), statements)
        if moved or other_order:
            notes.append("%s: columns in another order" % stage)

    def same_once_more(self, differing, got, want):
        """Whether only the server's own rewriting of expressions is in the way."""
        keys = [sorted(entry[:3] for sign, entry in differing if sign == which) for which in ("got ", "want")]
        if keys[0] != keys[1] or any(entry[0] not in EXPRESSIONS for _, entry in differing):
            return False
        again = []
        for text in (got, want):
            database = self.server.make(template="template0")
            try:
                done = subprocess.run([BINDIR + "/psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database],
                                      input=text, capture_output=True, text=True)
                if done.returncode:
                    return False
                again.append(entries(Dump(database).text()))
            finally:
                self.server.drop(database)
        return not compare_dumps(*again)[0]


# ------------------------------------------------------------------ case files

Case = collections.namedtuple("Case", "name old new needs")


def read_cases(path):
    """The cases of a file:

    -- case: one line that says what changes
    -- needs: role app_owner; extension hstore; library auto_explain; server 17
    the old schema
    -- to
    the new schema
    """
    cases, part = [], None
    with open(path) as file:
        for number, line in enumerate(file, 1):
            match = re.match(r"-- (case|needs): *(.*?) *$|-- (to) *$", line)
            if match and match.group(1) == "case":
                cases.append({"name": match.group(2), "needs": [], "old": [], "new": None})
                part = "old"
            elif match and match.group(1) == "needs" and cases and not "".join(cases[-1]["old"]).strip():
                cases[-1]["needs"] = [":".join(need.split(None, 1)) for need in match.group(2).split(";") if need.strip()]
            elif match and match.group(3) and part == "old":
                part = "new"
                cases[-1]["new"] = []
            elif part:
                cases[-1][part].append(line)
            elif line.strip() and not line.startswith("--"):
                raise ValueError("%s:%d: not in a case" % (path, number))
    for case in cases:
        if case["new"] is None:
            raise ValueError("%s: case \"%s\" has no second side" % (path, case["name"]))
    stem = os.path.splitext(os.path.basename(path))[0]
    return [Case("%s: %s" % (stem, c["name"]), "".join(c["old"]), "".join(c["new"]), c["needs"]) for c in cases]


def write_case(name, old, new, needs=()):
    lines = ["-- case: " + name]
    if needs:
        lines.append("-- needs: " + "; ".join(need.replace(":", " ", 1) for need in needs))
    return "\n".join(lines + [old.strip(), "-- to", new.strip()]) + "\n"
