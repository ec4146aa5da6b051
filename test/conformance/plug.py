"""Answers the cases of Alembic's conformance vectors through SQL.

The connection is libpq's default (PGHOST, PGDATABASE, ...); the role must own
the extension, since version rows are put in place directly: some cases start
from rows that no stamp would make.  Every case is rolled back.
"""
import json
import re

import psycopg2


def script(node):
    head = ["-- %s" % node["revision"], "--", "-- Revision ID: %s" % node["revision"],
            "-- Revises: %s" % ", ".join(node["down"])]
    if node.get("labels"):
        head.append("-- Branch Labels: %s" % ", ".join(node["labels"]))
    if node.get("depends_on"):
        head.append("-- Depends on: %s" % ", ".join(node["depends_on"]))
    return "\n".join(head + ["", "-- migrate:up", "SELECT 1;", "", "-- migrate:down", "SELECT 1;", ""])


class Plug:
    def __init__(self):
        self.conn = psycopg2.connect("")
        self.cur = self.conn.cursor()
        self.graph = None
        self.load_error = None

    def close(self):
        self.conn.rollback()
        self.conn.close()

    def sql(self, text, args=()):
        self.cur.execute(text, args)
        return self.cur.fetchall() if self.cur.description else []

    def column(self, text, args=()):
        return [row[0] for row in self.sql(text, args)]

    def rows(self):
        return sorted(self.column("SELECT revision FROM migrator.versions()"))

    def use(self, graph):
        """Load a graph, unless it is the one of the case before."""
        key = json.dumps(graph, sort_keys=True)
        if key == self.graph:
            self.sql("ROLLBACK TO loaded")
            return
        self.conn.rollback()
        self.graph, self.load_error = key, None
        files = {"%05d.sql" % i: script(node) for i, node in enumerate(graph)}
        self.sql("SAVEPOINT before")
        try:
            self.sql("SELECT count(*) FROM migrator.import(%s::jsonb, 'migrator')", (json.dumps(files),))
        except psycopg2.Error as e:
            self.sql("ROLLBACK TO before")
            self.load_error = str(e).splitlines()[0]
        self.sql("SAVEPOINT loaded")

    def put_rows(self, rows):
        self.sql("DELETE FROM migrator.version")
        for row in rows:
            self.sql("INSERT INTO migrator.version VALUES ('default', '', %s)", (row,))

    def answer(self, case):
        options = case.get("options") or {}
        try:
            self.use(case["graph"])
            if self.load_error:
                return {"error": "load", "message": self.load_error}
            self.put_rows(case["current"])
            return self.ask(case["command"], case["target"], options)
        except psycopg2.Error as e:
            if e.pgcode is None or e.pgcode[:2] in ("XX", "57", "08"):
                raise
            return {"error": e.pgcode, "message": str(e).splitlines()[0]}

    def ask(self, command, target, options):
        if options.get("sql"):
            return self.offline(command, target)
        return getattr(self, "do_" + command)(target, options)

    # moving

    def move(self, command, target):
        planned = self.sql("SELECT operation, revision FROM migrator.plan(%s, %s) ORDER BY step", (command, target))
        steps = self.sql("SELECT operation, revision FROM migrator.%s(%%s)" % command, (target,))
        if planned != steps:
            return {"error": "plan differs from what ran", "message": "%r %r" % (planned, steps)}
        return {"steps": [list(step) for step in steps], "heads_after": self.rows()}

    def do_upgrade(self, target, options):
        return self.move("upgrade", target)

    def do_downgrade(self, target, options):
        return self.move("downgrade", target)

    def do_stamp(self, target, options):
        self.sql("SELECT count(*) FROM migrator.stamp(%s::text[], %s)",
                 (target if isinstance(target, list) else [target], bool(options.get("purge"))))
        return {"heads_after": self.rows()}

    def offline(self, command, target):
        """The steps that the script names, and the rows after its bookkeeping."""
        if command not in ("upgrade", "downgrade"):
            return {"skip": "no offline form"}
        text = self.column("SELECT migrator.%s_sql(%%s)" % command, (target,))[0]
        steps = [[op, old if op == "downgrade" else new] for op, old, new in
                 re.findall(r"^-- Running (upgrade|downgrade) (.*?) ?-> ?(.*)$", text, re.M)]
        start = target.split(":")[0] if ":" in target else "base"
        self.sql("SELECT count(*) FROM migrator.stamp(%s, true)", (start,))
        for statement in re.findall(r"^SELECT migrator\.record\(.*\);$", text, re.M):
            self.sql(statement)
        return {"steps": steps, "heads_after": self.rows()}

    # reading

    def do_history(self, target, options):
        rows = self.sql("SELECT revision, is_current FROM migrator.history(%s)", (target,))
        return {"history": [r for r, _ in rows], "current": sorted(r for r, current in rows if current)}

    def do_heads(self, target, options):
        rows = self.sql("SELECT revision, branch_labels FROM migrator.heads(%s)",
                        (bool(options.get("resolve_dependencies")),))
        return {"revisions": [{"revision": r, "labels": sorted(labels)} for r, labels in rows]}

    def do_current(self, target, options):
        rows = self.sql("SELECT revision, is_head FROM migrator.current(%s)",
                        (bool(options.get("check_heads")),))
        return {"revisions": [{"revision": r, "head": head} for r, head in rows]}

    def do_show(self, target, options):
        entries = []
        for text in re.split(r"\n\n(?=Rev: )", self.column("SELECT migrator.show(%s)", (target,))[0]):
            found = re.match(r"Rev: (\S+)(.*)", text)
            if found is None:
                continue
            labels = re.search(r"^Branch names: (.*)$", text, re.M)
            entries.append({
                "revision": found.group(1),
                "head": "head)" in found.group(2),
                "implied_head": "(effective head)" in found.group(2),
                "branchpoint": "(branchpoint)" in found.group(2),
                "mergepoint": "(mergepoint)" in found.group(2),
                "labels": sorted(labels.group(1).split(", ")) if labels else []})
        return {"revisions": entries}

    def do_bases(self, target, options):
        return {"bases": sorted(self.column("SELECT revision FROM migrator.history() WHERE down_revisions = '{}'"))}

    def do_branches(self, target, options):
        return {"branch_points": {r: sorted(children) for r, children in
                                  self.sql("SELECT revision, children FROM migrator.branches()")}}

    def do_merge_points(self, target, options):
        return {"merge_points": {r: sorted(down) for r, down in self.sql(
            "SELECT revision, down_revisions FROM migrator.history() WHERE is_merge_point")}}

    def do_graph(self, target, options):
        real = self.column("SELECT revision FROM migrator.heads(true)")
        rows = self.sql("SELECT revision, is_head, down_revisions = '{}', is_branch_point, is_merge_point"
                        " FROM migrator.history()")
        return {
            "heads": sorted(self.column("SELECT revision FROM migrator.heads()")),
            "real_heads": sorted(real),
            "bases": self.do_bases(None, None)["bases"],
            "branch_points": sorted(self.do_branches(None, None)["branch_points"]),
            "merge_points": sorted(self.do_merge_points(None, None)["merge_points"]),
            "revisions": {r: {"is_head": head, "is_real_head": r in real, "is_base": base,
                              "is_branch_point": branch, "is_merge_point": merge}
                          for r, head, base, branch, merge in rows}}

    # adding

    def do_merge(self, target, options):
        label = options.get("branch_label")
        return self.added(self.column(
            "SELECT migrator.merge(%s::text[], 'm', %s::text[], %s, %s)",
            (target if isinstance(target, list) else [target], [label] if label else None,
             options.get("rev_id"), bool(options.get("splice"))))[0])

    def do_revision(self, target, options):
        head = options.get("head") or target or "head"
        label = options.get("branch_label")
        return self.added(self.column(
            "SELECT migrator.revision('m', head => %s::text[], splice => %s, branch_label => %s::text[],"
            " depends_on => %s::text[], rev_id => %s)",
            (head if isinstance(head, list) else [head], bool(options.get("splice")),
             [label] if label else None, options.get("depends_on"), options.get("rev_id")))[0])

    def added(self, revision):
        row = self.sql("SELECT revision, down_revisions, depends_on, branch_labels FROM migrator.history()"
                       " WHERE revision = %s", (revision,))[0]
        return {"added": {"revision": row[0], "down": row[1], "depends_on": row[2], "labels": row[3]},
                "heads_after": sorted(self.column("SELECT revision FROM migrator.heads()"))}
