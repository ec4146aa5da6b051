"""Random schemas as structures, and random edits of them.

A Schema is a set of items: schemas, types, tables, columns, views and so on.
Items name each other by number, so that whatever is printed is consistent:
an item that goes takes along whatever names it, and a name can change at any
time.  In texts (types, expressions, bodies) {q:7} is the qualified name of item
7, {7} its bare name, {a.7} the name behind an alias, {v:7} an enum value as a
literal.

Not everything that can be made loads; who uses this tries it.
"""
import copy
import re

REFERENCE = re.compile(r"\{(?:(\w+)([.:]))?(\d+)\}")
ROLES = ("diff_anna", "diff_bert", "diff Carl")
WORDS = ("account", "invoice", "item", "person", "city", "note", "flag", "price", "state", "part", "event", "tag", "box",
         "leaf", "node", "edge", "user", "order", "select", "Mixed", "two words", 'quo"te', "dot.ted", "ünï", "it's", "x")
PLAIN = ("integer", "bigint", "smallint", "text", "character varying(20)", "character varying", "character(3)",
         "boolean", "date", "timestamp with time zone", "timestamp(3) without time zone", "time without time zone",
         "interval", "numeric", "numeric(10,2)", "double precision", "real", "uuid", "jsonb", "json", "bytea", "inet",
         "integer[]", "text[]", "int4range", "tsvector", "point", "xml", "bit(4)", "money", '"char"', "name", "oid",
         "interval day to second", "numeric(10,2)[]", "character varying(7)[]")
FAMILIES = (("integer", "bigint", "smallint"), ("text", "character varying(20)", "character varying", "character varying(40)"),
            ("numeric", "numeric(10,2)", "numeric(12,4)"), ("double precision", "real"), ("boolean",),
            ("date", "timestamp with time zone", "timestamp(3) without time zone"))
NEVER_KEYS = ("json", "point", "xml", "jsonb", "tsvector", "bit(4)", "money", '"char"')
LITERALS = {"integer": ("0", "42", "-1"), "bigint": ("0", "4200000000"), "smallint": ("1", "7"),
            "text": ("'a'", "'it''s'", "''", "upper('b')"), "boolean": ("true", "false"),
            "date": ("'2020-01-01'", "CURRENT_DATE"), "timestamp with time zone": ("now()", "'2020-01-01 00:00+00'"),
            "numeric": ("0", "1.50"), "numeric(10,2)": ("0.5", "round(2.5)"), "uuid": ("gen_random_uuid()",),
            "jsonb": ("'{}'", "'{\"a\": [1, 2]}'"), "integer[]": ("'{}'", "ARRAY[1, 2]"), "interval": ("'1 day'",),
            "character varying(20)": ("'abc'", "CURRENT_USER"), "text[]": ("'{a,b}'", "ARRAY['x'::text]"),
            "double precision": ("0", "random()"), "bytea": ("'\\\\x00'",), "character(3)": ("'abc'",)}

# Kinds that are printed as a part of another item.
INSIDE = {"column", "enum value", "viewcol", "attribute"}
PHRASES = {"enum": "TYPE", "composite": "TYPE", "range": "TYPE", "matview": "MATERIALIZED VIEW", "domain": "DOMAIN",
           "aggregate": "AGGREGATE", "eventtrigger": "EVENT TRIGGER", "tsconfig": "TEXT SEARCH CONFIGURATION",
           "tsdict": "TEXT SEARCH DICTIONARY", "partition": "TABLE"}
RELATIONS = ("table", "partition", "view", "matview")
OWNED = {"schema", "enum", "composite", "range", "domain", "sequence", "table", "partition", "view", "matview", "function",
         "procedure", "aggregate", "statistics", "publication", "collation", "tsconfig", "tsdict", "operator"}
GRANTS = {"schema": ("USAGE", "CREATE"), "table": ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES"),
          "view": ("SELECT", "INSERT"), "matview": ("SELECT",), "sequence": ("USAGE", "SELECT"), "function": ("EXECUTE",),
          "procedure": ("EXECUTE",), "enum": ("USAGE",), "domain": ("USAGE",), "partition": ("SELECT", "UPDATE")}
COMMENTED = OWNED | {"column", "constraint", "index", "trigger", "policy", "rule", "viewcol", "eventtrigger", "cast"}
RENAMED = ("schema", "enum", "composite", "range", "domain", "sequence", "table", "partition", "view", "matview",
           "function", "procedure", "column", "constraint", "index", "trigger", "policy", "rule", "statistics",
           "enum value", "attribute", "viewcol", "publication", "tsconfig", "aggregate")


def ident(name):
    if re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in ("user", "order", "select"):
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "'" + text.replace("'", "''") + "'"


class Item:
    def __init__(self, number, kind, name, parent=None, **props):
        self.number, self.kind, self.name, self.parent, self.props = number, kind, name, parent, props

    def refs(self):
        found = set() if self.parent is None else {self.parent}
        collect(self.props, found)
        return found

    def __eq__(self, other):
        return (self.kind, self.name, self.parent, self.props) == (other.kind, other.name, other.parent, other.props)

    __hash__ = None


def collect(value, found):
    if isinstance(value, Ref):
        found.add(value.number)
    elif isinstance(value, str):
        found.update(int(m.group(3)) for m in REFERENCE.finditer(value))
    elif isinstance(value, dict):
        for part in value.values():
            collect(part, found)
    elif isinstance(value, (list, tuple)):
        for part in value:
            collect(part, found)


class Ref:
    def __init__(self, number):
        self.number = number

    def __eq__(self, other):
        return isinstance(other, Ref) and other.number == self.number

    __hash__ = None


class Schema:
    def __init__(self):
        self.items = {}
        self.next = 1

    def copy(self):
        return copy.deepcopy(self)

    # ------------------------------------------------------------- structure

    def of(self, *kinds):
        return [item for item in self.items.values() if item.kind in kinds]

    def parts(self, number, *kinds):
        return [item for item in self.items.values() if item.parent == number and item.kind in kinds]

    def add(self, kind, name, parent=None, **props):
        item = Item(self.next, kind, name, parent, **props)
        self.items[self.next] = item
        self.next += 1
        return item

    def users(self, number):
        return [item for item in self.items.values() if number in item.refs()]

    def remove(self, number):
        """With everything that names it."""
        if number not in self.items:
            return
        users = self.users(number)
        del self.items[number]
        for item in users:
            self.remove(item.number)

    def settle(self):
        """Take away what names something that is not there, or has no parts."""
        again = True
        while again:
            again = False
            for item in list(self.items.values()):
                if item.number in self.items and (
                        not item.refs() <= set(self.items) or
                        (item.kind in ("view", "matview") and not self.parts(item.number, "viewcol")) or
                        (item.kind == "enum" and not self.parts(item.number, "enum value")) or
                        (item.kind == "composite" and not self.parts(item.number, "attribute"))):
                    self.remove(item.number)
                    again = True

    def top(self, item):
        while item.kind in INSIDE:
            item = self.items[item.parent]
        return item

    def needs(self, item):
        """Items that must be printed before this, a top one."""
        members = [item] + [i for i in self.items.values() if i.kind in INSIDE and i.parent == item.number]
        found = set()
        for member in members:
            for number in member.refs():
                found.add(self.top(self.items[number]).number)
        found.discard(item.number)
        return found

    def reaches(self, number, goal):
        """Whether number needs goal, in however many steps."""
        seen, todo = set(), [self.top(self.items[number]).number]
        goal = self.top(self.items[goal]).number
        while todo:
            at = todo.pop()
            if at == goal:
                return True
            if at not in seen:
                seen.add(at)
                todo.extend(self.needs(self.items[at]))
        return False

    def columns(self, relation):
        """Columns of a relation, the inherited ones first."""
        item = self.items[relation]
        found = []
        for parent in item.props.get("inherits", []) + ([item.props["of"]] if "of" in item.props else []):
            found += self.columns(parent.number)
        return found + self.parts(relation, "column", "viewcol")

    def type_of(self, column):
        if "same" in column.props:
            return self.type_of(self.items[column.props["same"].number])
        return column.props["type"]

    def base_type(self, column):
        type_ = self.type_of(column)
        match = REFERENCE.fullmatch(type_)
        if match and self.items[int(match.group(3))].kind == "domain":
            return self.items[int(match.group(3))].props["type"]
        return type_

    # ------------------------------------------------------------------ text

    def qualified(self, item):
        schema = item.props.get("schema")
        if schema is None:
            return ident(item.name)
        return "%s.%s" % (ident(self.items[schema.number].name), ident(item.name))

    def text(self, template):
        def one(match):
            how, item = match.group(1), self.items[int(match.group(3))]
            if how == "q":
                return self.qualified(item)
            if how == "v":
                return "%s::%s" % (literal(item.name), self.qualified(self.items[item.parent]))
            if how == "l":
                return literal(self.qualified(item))
            return (how + "." if how else "") + ident(item.name)
        return REFERENCE.sub(one, template)

    def identity(self, item):
        if item.kind in ("function", "procedure"):
            return "%s(%s)" % (self.qualified(item), ", ".join(self.text(a[1]) for a in item.props["args"]))
        if item.kind == "aggregate":
            return "%s(%s)" % (self.qualified(item), self.text(item.props["type"]))
        if item.kind == "operator":
            return "%s.%s (%s, %s)" % (ident(self.items[item.props["schema"].number].name), item.name,
                                       self.text(item.props["type"]), self.text(item.props["type"]))
        if item.kind in ("column", "viewcol"):
            return "%s.%s" % (self.qualified(self.items[item.parent]), ident(item.name))
        if item.kind in ("constraint", "trigger", "policy", "rule"):
            return "%s ON %s" % (ident(item.name), self.qualified(self.items[item.parent]))
        if item.kind == "index":
            return "%s.%s" % (self.qualified(self.items[item.parent]).rsplit(".", 1)[0] if False else
                              ident(self.items[self.items[item.parent].props["schema"].number].name), ident(item.name))
        if item.kind == "cast":
            return "(%s AS %s)" % (self.text(item.props["source"]), self.text(item.props["target"]))
        return self.qualified(item)

    def phrase(self, item):
        return {"viewcol": "COLUMN"}.get(item.kind) or PHRASES.get(item.kind, item.kind.upper())

    def ddl(self, rng):
        """The whole as SQL, in any order that runs."""
        return "".join(statement + ";\n" for _, statement in self.statements(rng))

    def statements(self, rng):
        """(number of the item, statement)"""
        left = {item.number: self.needs(item) for item in self.items.values() if item.kind not in INSIDE}
        out = []
        while left:
            ready = sorted(number for number, needs in left.items() if not needs & set(left))
            if not ready:
                raise ValueError("a circle: %s" % {self.items[n].kind for n in left})
            number = rng.choice(ready)
            del left[number]
            item = self.items[number]
            out += [(number, statement) for statement in PRINT[item.kind](self, item)]
            for one in [item] + [i for i in self.items.values() if i.kind in INSIDE and i.parent == number]:
                out += [(one.number, statement) for statement in self.common(one)]
        return out

    def common(self, item):
        out = []
        phrase, identity = self.phrase(item), None
        if item.kind in COMMENTED and item.props.get("comment"):
            identity = self.identity(item)
            out.append("COMMENT ON %s %s IS %s" % (phrase, identity, literal(item.props["comment"])))
        if item.kind in OWNED and item.props.get("owner"):
            out.append("ALTER %s %s OWNER TO %s" % (phrase, self.identity(item), ident(item.props["owner"])))
        for privilege, role, option in item.props.get("grants", []):
            what = "TABLE" if item.kind in RELATIONS else phrase
            name = self.identity(item)
            if item.kind == "column":
                privilege, what, name = "%s (%s)" % (privilege, ident(item.name)), "TABLE", \
                    self.qualified(self.items[item.parent])
            out.append("GRANT %s ON %s %s TO %s%s" % (privilege, what, name, role if role == "PUBLIC" else ident(role),
                                                     " WITH GRANT OPTION" if option else ""))
        for privilege in item.props.get("revoked", []):
            out.append("REVOKE %s ON %s %s FROM PUBLIC" % (privilege, phrase, self.identity(item)))
        return out


# ------------------------------------------------------------------- printing


def print_schema(s, item):
    return ["CREATE SCHEMA " + ident(item.name)] if item.name != "public" else []


def print_enum(s, item):
    values = sorted(s.parts(item.number, "enum value"), key=lambda v: v.props["at"])
    return ["CREATE TYPE %s AS ENUM (%s)" % (s.qualified(item), ", ".join(literal(v.name) for v in values))]


def print_composite(s, item):
    attributes = s.parts(item.number, "attribute")
    return ["CREATE TYPE %s AS (%s)" % (s.qualified(item), ", ".join(
        "%s %s" % (ident(a.name), s.text(a.props["type"])) for a in attributes))]


def print_range(s, item):
    return ["CREATE TYPE %s AS RANGE (SUBTYPE = %s)" % (s.qualified(item), s.text(item.props["type"]))]


def print_domain(s, item):
    p = item.props
    text = "CREATE DOMAIN %s AS %s" % (s.qualified(item), s.text(p["type"]))
    if p.get("default"):
        text += " DEFAULT " + s.text(p["default"])
    if p.get("not_null"):
        text += " NOT NULL"
    for name, check in p.get("checks", []):
        text += " CONSTRAINT %s CHECK (%s)" % (ident(name), s.text(check))
    return [text]


def print_collation(s, item):
    return ["CREATE COLLATION %s (LOCALE = %s)" % (s.qualified(item), literal(item.props["locale"]))]


def print_sequence(s, item):
    return ["CREATE %sSEQUENCE %s%s" % ("UNLOGGED " if item.props.get("unlogged") else "", s.qualified(item),
                                        sequence_options(item.props))]


def sequence_options(p):
    text = " AS " + p["type"] if p.get("type") else ""
    for option in ("increment", "minvalue", "maxvalue", "start", "cache"):
        if p.get(option) is not None:
            text += " %s %d" % (option.upper(), p[option])
    return text + (" CYCLE" if p.get("cycle") else "")


def print_owned(s, item):
    column = s.items[item.props["column"].number]
    return ["ALTER SEQUENCE %s OWNED BY %s.%s" % (s.text("{q:%d}" % item.parent), s.qualified(s.items[column.parent]),
                                                  ident(column.name))]


def column_text(s, column):
    p = column.props
    text = "%s %s" % (ident(column.name), s.text(p["type"]))
    if p.get("collation"):
        text += " COLLATE " + s.text(p["collation"])
    if p.get("default"):
        text += " DEFAULT " + s.text(p["default"])
    if p.get("generated"):
        text += " GENERATED ALWAYS AS (%s) STORED" % s.text(p["generated"])
    if p.get("identity"):
        text += " GENERATED %s AS IDENTITY" % p["identity"]
        options = sequence_options(p.get("identity_options", {})).strip()
        text += " (%s)" % options if options else ""
    if p.get("not_null"):
        text += " NOT NULL"
    return text


def print_table(s, item):
    p = item.props
    text = "CREATE %sTABLE %s (" % ("UNLOGGED " if p.get("unlogged") else "", s.qualified(item))
    text += ",".join("\n    " + column_text(s, c) for c in s.parts(item.number, "column")) + "\n)"
    if p.get("inherits"):
        text += " INHERITS (%s)" % ", ".join(s.text("{q:%d}" % r.number) for r in p["inherits"])
    if p.get("by"):
        text += " PARTITION BY %s (%s)" % (p["by"], s.text(p["key"]))
    if p.get("fillfactor"):
        text += " WITH (fillfactor = %d)" % p["fillfactor"]
    return [text] + table_extras(s, item)


def table_extras(s, item):
    p, out = item.props, []
    name = s.qualified(item)
    if p.get("rls"):
        out.append("ALTER TABLE %s ENABLE ROW LEVEL SECURITY" % name)
    if p.get("force"):
        out.append("ALTER TABLE %s FORCE ROW LEVEL SECURITY" % name)
    if p.get("full"):
        out.append("ALTER TABLE %s REPLICA IDENTITY FULL" % name)
    for column in s.parts(item.number, "column"):
        if column.props.get("storage"):
            out.append("ALTER TABLE %s ALTER COLUMN %s SET STORAGE %s" % (name, ident(column.name), column.props["storage"]))
        if column.props.get("statistics"):
            out.append("ALTER TABLE %s ALTER COLUMN %s SET STATISTICS %d" % (name, ident(column.name),
                                                                            column.props["statistics"]))
        if column.props.get("options"):
            out.append("ALTER TABLE %s ALTER COLUMN %s SET (%s)" % (name, ident(column.name), column.props["options"]))
    for number, expression in p.get("own_defaults", []):
        out.append("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s" % (name, s.text("{%d}" % number.number),
                                                                     s.text(expression)))
    return out


def print_partition(s, item):
    p = item.props
    text = "CREATE %sTABLE %s PARTITION OF %s %s" % ("UNLOGGED " if p.get("unlogged") else "", s.qualified(item),
                                                     s.text("{q:%d}" % p["of"].number), p["bound"])
    if p.get("fillfactor"):
        text += " WITH (fillfactor = %d)" % p["fillfactor"]
    return [text] + table_extras(s, item)


def print_constraint(s, item):
    p = item.props
    names = ", ".join(s.text("{%d}" % c.number) for c in p.get("columns", []))
    if p["type"] == "check":
        text = "CHECK (%s)" % s.text(p["check"]) + (" NO INHERIT" if p.get("no_inherit") else "")
    elif p["type"] == "foreign key":
        key = s.items[p["key"].number]
        text = "FOREIGN KEY (%s) REFERENCES %s (%s)%s" % (
            names, s.qualified(s.items[key.parent]), ", ".join(s.text("{%d}" % c.number) for c in key.props["columns"]),
            p.get("actions", ""))
    elif p["type"] == "exclude":
        text = "EXCLUDE USING btree (%s WITH =)" % names
    else:
        text = "%s%s (%s)" % (p["type"].upper(), " NULLS NOT DISTINCT" if p.get("nulls") else "", names)
        if p.get("include"):
            text += " INCLUDE (%s)" % ", ".join(s.text("{%d}" % c.number) for c in p["include"])
        if p.get("fillfactor"):
            text += " WITH (fillfactor = %d)" % p["fillfactor"]
    text += p.get("deferrable", "")
    if p.get("not_valid"):
        text += " NOT VALID"
    return ["ALTER TABLE %s ADD CONSTRAINT %s %s" % (s.text("{q:%d}" % item.parent), ident(item.name), text)]


def print_index(s, item):
    p = item.props
    text = "CREATE %sINDEX %s ON %s USING %s (%s)" % (
        "UNIQUE " if p.get("unique") else "", ident(item.name), s.text("{q:%d}" % item.parent), p.get("method", "btree"),
        ", ".join(s.text(key) for key in p["keys"]))
    if p.get("include"):
        text += " INCLUDE (%s)" % ", ".join(s.text("{%d}" % c.number) for c in p["include"])
    if p.get("nulls"):
        text += " NULLS NOT DISTINCT"
    if p.get("fillfactor"):
        text += " WITH (fillfactor = %d)" % p["fillfactor"]
    if p.get("where"):
        text += " WHERE " + s.text(p["where"])
    out = [text]
    if p.get("cluster"):
        out.append("ALTER TABLE %s CLUSTER ON %s" % (s.text("{q:%d}" % item.parent), ident(item.name)))
    return out


def print_view(s, item):
    p = item.props
    columns = s.parts(item.number, "viewcol")
    text = "CREATE %sVIEW %s" % ("MATERIALIZED " if item.kind == "matview" else "", s.qualified(item))
    if p.get("options"):
        text += " WITH (%s)" % p["options"]
    text += " AS\n SELECT " + ",\n    ".join("%s AS %s" % (s.text(c.props["expression"]), ident(c.name)) for c in columns)
    if p["from"]:
        text += "\n   FROM " + ", ".join("%s %s" % (s.text("{q:%d}" % r.number), alias) for r, alias in zip(p["from"], "ab"))
    if p.get("where"):
        text += "\n  WHERE " + s.text(p["where"])
    if p.get("order"):
        text += "\n  ORDER BY 1"
    if item.kind == "matview" and p.get("no_data"):
        text += " WITH NO DATA"
    return [text]


def print_function(s, item):
    p = item.props
    text = "CREATE FUNCTION %s(%s) RETURNS %s\n    LANGUAGE %s%s" % (
        s.qualified(item), ", ".join("%s %s%s" % (ident(n), s.text(t), " DEFAULT " + s.text(d) if d else "")
                                     for n, t, d in p["args"]), s.text(p["returns"]), p["language"], p.get("attributes", ""))
    return ["%s\n    %s" % (text, s.text(p["body"]) if p.get("atomic") else "AS " + literal(s.text(p["body"])))]


def print_procedure(s, item):
    p = item.props
    return ["CREATE PROCEDURE %s(%s)\n    LANGUAGE %s\n    %s" % (
        s.qualified(item), ", ".join("%s %s" % (ident(n), s.text(t)) for n, t, _ in p["args"]), p["language"],
        s.text(p["body"]) if p.get("atomic") else "AS " + literal(s.text(p["body"])))]


def print_aggregate(s, item):
    p = item.props
    return ["CREATE AGGREGATE %s(%s) (SFUNC = %s, STYPE = %s%s)" % (
        s.qualified(item), s.text(p["type"]), s.text(p["function"]), s.text(p["type"]), p.get("more", ""))]


def print_operator(s, item):
    p = item.props
    return ["CREATE OPERATOR %s.%s (FUNCTION = %s, LEFTARG = %s, RIGHTARG = %s%s)" % (
        ident(s.items[p["schema"].number].name), item.name, s.text(p["function"]), s.text(p["type"]), s.text(p["type"]),
        p.get("more", ""))]


def print_cast(s, item):
    p = item.props
    return ["CREATE CAST (%s AS %s) WITH %s%s" % (s.text(p["source"]), s.text(p["target"]),
                                                  "FUNCTION " + s.text(p["function"]) if p.get("function") else "INOUT",
                                                  p.get("context", ""))]


def print_trigger(s, item):
    p = item.props
    of = " OF " + ", ".join(s.text("{%d}" % c.number) for c in p["columns"]) if p.get("columns") else ""
    text = "CREATE %sTRIGGER %s %s %s ON %s%s FOR EACH %s%s EXECUTE FUNCTION %s(%s)" % (
        "CONSTRAINT " if p.get("constraint") else "", ident(item.name), p["timing"], p["events"] + of,
        s.text("{q:%d}" % item.parent), p.get("more", ""), p["level"],
        " WHEN (%s)" % s.text(p["when"]) if p.get("when") else "", s.text("{q:%d}" % p["function"].number),
        ", ".join(literal(a) for a in p.get("arguments", [])))
    out = [text]
    if p.get("enabled"):
        out.append("ALTER TABLE %s %s TRIGGER %s" % (s.text("{q:%d}" % item.parent), p["enabled"], ident(item.name)))
    return out


def print_policy(s, item):
    p = item.props
    text = "CREATE POLICY %s ON %s AS %s FOR %s TO %s" % (
        ident(item.name), s.text("{q:%d}" % item.parent), p["as"], p["command"],
        ", ".join(r if r == "PUBLIC" else ident(r) for r in p["roles"]))
    if p.get("using"):
        text += " USING (%s)" % s.text(p["using"])
    if p.get("check"):
        text += " WITH CHECK (%s)" % s.text(p["check"])
    return [text]


def print_rule(s, item):
    p = item.props
    out = ["CREATE RULE %s AS ON %s TO %s%s DO %s" % (
        ident(item.name), p["event"], s.text("{q:%d}" % item.parent),
        " WHERE " + s.text(p["where"]) if p.get("where") else "", s.text(p["action"]))]
    if p.get("enabled"):
        out.append("ALTER TABLE %s %s RULE %s" % (s.text("{q:%d}" % item.parent), p["enabled"], ident(item.name)))
    return out


def print_statistics(s, item):
    p = item.props
    out = ["CREATE STATISTICS %s%s ON %s FROM %s" % (s.qualified(item), p.get("kinds", ""),
                                                    ", ".join(s.text(e) for e in p["on"]), s.text("{q:%d}" % p["table"].number))]
    if p.get("target"):
        out.append("ALTER STATISTICS %s SET STATISTICS %d" % (s.qualified(item), p["target"]))
    return out


def print_publication(s, item):
    p = item.props
    text = "CREATE PUBLICATION %s" % ident(item.name)
    if p.get("tables"):
        text += " FOR TABLE " + ", ".join(
            s.text("{q:%d}" % t.number) + (" (%s)" % ", ".join(s.text("{%d}" % c.number) for c in columns) if columns else "")
            for t, columns in p["tables"])
    if p.get("schemas"):
        text += (", " if p.get("tables") else " FOR ") + "TABLES IN SCHEMA " + ", ".join(
            s.text("{%d}" % r.number) for r in p["schemas"])
    return [text + (" WITH (publish = %s)" % literal(p["publish"]) if p.get("publish") else "")]


def print_eventtrigger(s, item):
    p = item.props
    out = ["CREATE EVENT TRIGGER %s ON %s%s EXECUTE FUNCTION %s()" % (
        ident(item.name), p["event"], " WHEN TAG IN (%s)" % ", ".join(map(literal, p["tags"])) if p.get("tags") else "",
        s.text("{q:%d}" % p["function"].number))]
    if p.get("enabled"):
        out.append("ALTER EVENT TRIGGER %s %s" % (ident(item.name), p["enabled"]))
    return out


def print_tsdict(s, item):
    return ["CREATE TEXT SEARCH DICTIONARY %s (TEMPLATE = pg_catalog.simple%s)" % (
        s.qualified(item), ", Accept = false" if item.props.get("accept") else "")]


def print_tsconfig(s, item):
    p = item.props
    out = ["CREATE TEXT SEARCH CONFIGURATION %s (PARSER = pg_catalog.\"default\")" % s.qualified(item)]
    for token, dictionaries in sorted(p["mappings"].items()):
        out.append("ALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR %s WITH %s" % (
            s.qualified(item), token, ", ".join(s.text(d) for d in dictionaries)))
    return out


def print_default_acl(s, item):
    p = item.props
    return ["ALTER DEFAULT PRIVILEGES%s IN SCHEMA %s GRANT %s ON %s TO %s" % (
        " FOR ROLE " + ident(p["for"]) if p.get("for") else "", s.text("{%d}" % p["in"].number), p["privilege"], p["on"],
        ident(p["to"]))]


PRINT = {"schema": print_schema, "enum": print_enum, "composite": print_composite, "range": print_range,
         "domain": print_domain, "collation": print_collation, "sequence": print_sequence, "owned": print_owned,
         "table": print_table, "partition": print_partition, "constraint": print_constraint, "index": print_index,
         "view": print_view, "matview": print_view, "function": print_function, "procedure": print_procedure,
         "aggregate": print_aggregate, "operator": print_operator, "cast": print_cast, "trigger": print_trigger,
         "policy": print_policy, "rule": print_rule, "statistics": print_statistics, "publication": print_publication,
         "eventtrigger": print_eventtrigger, "tsdict": print_tsdict, "tsconfig": print_tsconfig,
         "default acl": print_default_acl}
