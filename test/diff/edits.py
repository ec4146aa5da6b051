"""Random edits of a Schema: what can be added to it, and how it can change.

Every edit is tried on a copy first; one that makes a circle or cannot be made
raises Cannot, and another one is tried.
"""
from schemas import FAMILIES, GRANTS, COMMENTED, LITERALS, NEVER_KEYS, OWNED, PLAIN, RELATIONS, RENAMED, ROLES, WORDS, \
    REFERENCE, Ref, INSIDE


class Cannot(Exception):
    pass


class Editor:
    def __init__(self, rng, schema):
        self.rng, self.s = rng, schema

    # ---------------------------------------------------------------- helpers

    def one(self, choices):
        choices = list(choices)
        if not choices:
            raise Cannot()
        return self.rng.choice(choices)

    def some(self, choices, least=1, most=3):
        choices = list(choices)
        if len(choices) < least:
            raise Cannot()
        return self.rng.sample(choices, self.rng.randint(least, min(most, len(choices))))

    def chance(self, p):
        return self.rng.random() < p

    def name(self):
        word = self.one(WORDS)
        return word if self.chance(0.4) else "%s_%d" % (word, self.rng.randint(1, 99))

    def schema(self):
        return Ref(self.one(self.s.of("schema")).number)

    def type(self, kinds=("enum", "composite", "range", "domain"), only_keys=False):
        made = self.s.of(*kinds)
        if made and self.chance(0.35):
            type_ = "{q:%d}" % self.one(made).number
            return type_ + "[]" if self.chance(0.15) and not only_keys else type_
        return self.one([t for t in PLAIN if not only_keys or t not in NEVER_KEYS] +
                        ["integer", "text", "bigint", "numeric", "boolean"] * 4)

    def default(self, type_):
        """An expression of the type without references, or with them."""
        match = REFERENCE.match(type_)
        functions = [f for f in self.s.of("function") if f.props["returns"] == type_ and not f.props["args"]]
        if functions and self.chance(0.5):
            return "{q:%d}()" % self.one(functions).number
        if match:
            item = self.s.items[int(match.group(3))]
            if type_.endswith("[]"):
                return "'{}'::" + type_
            if item.kind == "enum":
                return "{v:%d}" % self.one(self.s.parts(item.number, "enum value")).number
            raise Cannot()
        return self.one(LITERALS.get(type_, ()))

    def condition(self, columns, alias=""):
        """A condition on one of the columns."""
        column = self.one(columns)
        c = "{%s%d}" % (alias, column.number)
        base = self.s.base_type(column)
        functions = [f for f in self.s.of("function") if f.props["returns"] == "boolean" and len(f.props["args"]) == 1 and
                     f.props["args"][0][1] == base and "IMMUTABLE" in f.props.get("attributes", "")]
        if functions and self.chance(0.5):
            return "{q:%d}(%s)" % (self.one(functions).number, c)
        match = REFERENCE.fullmatch(base)
        if match and self.s.items[int(match.group(3))].kind == "enum":
            value = self.one(self.s.parts(int(match.group(3)), "enum value")).number
            return self.one(["%s <> {v:%d}" % (c, value), "%s = {v:%d}" % (c, value), "%s IS NOT NULL" % c])
        operators = [o for o in self.s.of("operator") if o.props["type"] == base]
        if operators and self.chance(0.5):
            operator = self.one(operators)
            return "%s OPERATOR({%d}.%s) %s" % (c, operator.props["schema"].number, operator.name, c)
        family = next((f for f in FAMILIES if base in f), ("other",))[0]
        return self.one({
            "integer": ("%s > 5", "%s BETWEEN 1 AND 10", "%s IN (1, 2, 3)", "NOT %s = 0", "(%s + 1) > 0 OR %s IS NULL"),
            "text": ("length(%s) < 30", "%s <> ''", "%s IN ('a', 'b')", "%s LIKE 'a%%%%'", "lower(%s) = %s"),
            "numeric": ("%s >= 0", "round(%s) > 1.5"), "double precision": ("%s < 1e9", "%s <> 0"),
            "boolean": ("%s", "NOT %s", "%s IS TRUE"), "date": ("%s > '2000-01-01'", "%s IS NOT NULL"),
        }.get(family, ("%s IS NOT NULL",))).replace("%s", c).replace("%%", "%")

    def expression(self, columns, alias=""):
        """(expression, type) on one of the columns."""
        column = self.one(columns)
        c = "{%s%d}" % (alias, column.number)
        base = self.s.base_type(column)
        family = next((f for f in FAMILIES if base in f), ("other",))[0]
        text, type_ = self.one({
            "integer": (("(%s + 1)::integer", "integer"), ("abs(%s::integer)", "integer"), ("(%s::text)", "text")),
            "text": (("lower(%s::text)", "text"), ("length(%s)", "integer"), ("(%s::text || 'x'::text)", "text")),
            "numeric": (("round(%s)", "numeric"), ("(%s * 2)", "numeric")), "boolean": (("(NOT %s)", "boolean"),),
        }.get(family, (("(%s IS NULL)", "boolean"),)))
        return text.replace("%s", c), type_

    def check_circle(self, item, numbers):
        for number in numbers:
            if self.s.reaches(number, item.number):
                raise Cannot()

    def relation(self, kinds=("table", "table", "table", "view", "matview", "partition")):
        return self.one([item for item in self.s.of(*kinds) if self.s.columns(item.number)])

    def plain_table(self, partitions=True):
        return self.relation(("table", "partition") if partitions else ("table",))

    # ------------------------------------------------------------------- adds

    def add_schema(self):
        self.s.add("schema", self.name())

    def add_enum(self):
        item = self.s.add("enum", self.name(), schema=self.schema())
        for i, value in enumerate(self.some(("new", "open", "it's", "Done", "a b", "x", "", "lost", "zzz"), 1, 5)):
            self.s.add("enum value", value, item.number, at=float(i))

    def add_composite(self):
        item = self.s.add("composite", self.name(), schema=self.schema())
        for name in self.some(WORDS, 1, 4):
            type_ = self.type()
            self.check_circle(item, [int(m.group(3)) for m in REFERENCE.finditer(type_)])
            self.s.add("attribute", name, item.number, type=type_)

    def add_range(self):
        self.s.add("range", self.name(), schema=self.schema(), type=self.one(
            ["integer", "text", "numeric", "date", "double precision"] + ["{q:%d}" % e.number for e in self.s.of("enum")]))

    def add_domain(self):
        type_ = self.one(["integer", "text", "numeric", "boolean", "text[]", "character varying(20)"] +
                         ["{q:%d}" % e.number for e in self.s.of("enum")])
        item = self.s.add("domain", self.name(), schema=self.schema(), type=type_)
        self.change_domain(item)

    def add_collation(self):
        self.s.add("collation", self.name(), schema=self.schema(), locale=self.one(("C", "POSIX")))

    def add_sequence(self):
        item = self.s.add("sequence", self.name(), schema=self.schema())
        self.change_sequence(item)

    def add_owned(self):
        sequence = self.one(s for s in self.s.of("sequence") if not self.s.parts(s.number, "owned"))
        column = self.one(c for c in self.s.of("column") if self.s.items[c.parent].kind == "table" and
                          self.s.items[c.parent].props["schema"] == sequence.props["schema"] and
                          self.s.items[c.parent].props.get("owner") == sequence.props.get("owner"))
        self.s.add("owned", "owned", sequence.number, column=Ref(column.number))
        if self.chance(0.7) and self.s.base_type(column) in ("integer", "bigint", "smallint") and \
                not column.props.get("identity") and not column.props.get("generated"):
            column.props["default"] = "nextval({l:%d}::regclass)" % sequence.number

    def add_table(self):
        item = self.s.add("table", self.name(), schema=self.schema())
        others = [t for t in self.s.of("table") if t is not item and not t.props.get("by") and not t.props.get("unlogged")]
        partitioned = self.chance(0.15)
        if others and not partitioned and self.chance(0.15):
            item.props["inherits"] = [Ref(self.one(others).number)]
        elif self.chance(0.1) and not partitioned:
            item.props["unlogged"] = True
        for _ in range(self.rng.randint(1, 6)):
            self.add_column(item)
        if partitioned:
            column = self.one([c for c in self.s.parts(item.number, "column") if self.s.base_type(c) in
                               ("integer", "bigint", "text", "date") and not c.props.get("generated")])
            item.props.update(by=self.one(("RANGE", "LIST", "HASH")), key="{%d}" % column.number)
            for _ in range(self.rng.randint(0, 2)):
                self.add_partition(item)
        for option in ("rls", "force", "full"):
            if self.chance(0.08):
                item.props[option] = True
        if self.chance(0.1) and not item.props.get("by"):
            item.props["fillfactor"] = self.rng.randint(50, 90)
        if self.chance(0.6) and not item.props.get("inherits"):
            try:
                self.add_key(item)
            except Cannot:
                pass

    def add_partition(self, parent=None):
        parent = parent or self.one(t for t in self.s.of("table") if t.props.get("by"))
        key = self.s.items[int(REFERENCE.match(parent.props["key"]).group(3))]
        taken = {p.props["bound"] for p in self.s.of("partition") if p.props["of"].number == parent.number}
        if self.chance(0.2) and parent.props["by"] != "HASH":
            bound = "DEFAULT"
        elif parent.props["by"] == "HASH":
            bound = "FOR VALUES WITH (modulus 4, remainder %d)" % self.rng.randint(0, 3)
        else:
            at = self.rng.randint(1, 9)
            lower, upper = {"text": ("'%d'" % at, "'%da'" % at), "date": ("'200%d-01-01'" % at, "'200%d-06-01'" % at)}.get(
                self.s.base_type(key), ("%d0" % at, "%d5" % at))
            bound = "FOR VALUES IN (%s, %s)" % (lower, upper) if parent.props["by"] == "LIST" else \
                "FOR VALUES FROM (%s) TO (%s)" % (lower, upper)
        if bound in taken:
            raise Cannot()
        self.s.add("partition", self.name(), schema=self.schema(), of=Ref(parent.number), bound=bound)

    def add_column(self, table=None):
        table = table or self.relation(("table",))
        name = self.name()
        if table.props.get("by") is None and table.props.get("key") and name == "":
            raise Cannot()
        type_ = self.type()
        item = self.s.add("column", name, table.number, type=type_)
        self.check_circle(table, [int(m.group(3)) for m in REFERENCE.finditer(type_)])
        kind = self.rng.random()
        try:
            if kind < 0.3:
                default = self.default(type_)
                self.check_circle(table, [int(m.group(3)) for m in REFERENCE.finditer(default)])
                item.props["default"] = default
            elif kind < 0.36 and type_ in ("integer", "bigint", "smallint") and not table.props.get("by") \
                    and not table.props.get("unlogged"):
                item.props.update(identity=self.one(("ALWAYS", "BY DEFAULT")), not_null=True, identity_options=self.one(
                    ({}, {}, {"start": 100}, {"increment": 5, "cache": 3}, {"minvalue": 10, "cycle": True})))
            elif kind < 0.42:
                columns = [c for c in self.s.parts(table.number, "column") if c is not item and not c.props.get("generated")]
                expression, item.props["type"] = self.expression(columns)
                item.props["generated"] = expression
            elif kind < 0.48 and type_ in ("text", "character varying(20)"):
                item.props["collation"] = self.one(["\"C\"", "\"POSIX\""] + ["{q:%d}" % c.number for c in self.s.of("collation")])
        except Cannot:
            pass
        if self.chance(0.3):
            item.props["not_null"] = True
        if self.chance(0.06) and item.props["type"] in ("text", "jsonb", "bytea"):
            item.props["storage"] = self.one(("MAIN", "EXTERNAL", "PLAIN"))
        if self.chance(0.05):
            item.props["statistics"] = self.rng.randint(1, 500)
        if self.chance(0.04):
            item.props["options"] = self.one(("n_distinct = 5", "n_distinct = -0.5, n_distinct_inherited = 100"))

    def key_columns(self, table):
        columns = [c for c in self.s.columns(table.number) if self.s.base_type(c) not in NEVER_KEYS and
                   not (REFERENCE.search(self.s.base_type(c)) and not
                        self.s.items[int(REFERENCE.search(self.s.base_type(c)).group(3))].kind == "enum")]
        chosen = self.some(columns, 1, 2)
        if table.props.get("by"):
            key = self.s.items[int(REFERENCE.match(table.props["key"]).group(3))]
            if key not in chosen:
                chosen.append(key)
        return chosen

    def add_key(self, table=None):
        table = table or self.plain_table()
        primary = self.chance(0.6) and not [c for c in self.s.parts(table.number, "constraint")
                                            if c.props["type"] == "primary key"]
        item = self.s.add("constraint", self.name(), table.number, type="primary key" if primary else "unique",
                          columns=[Ref(c.number) for c in self.key_columns(table)])
        if primary:
            for ref in item.props["columns"]:
                if self.s.items[ref.number].parent == table.number:
                    self.s.items[ref.number].props["not_null"] = True
        elif self.chance(0.2):
            item.props["nulls"] = True
        if self.chance(0.15):
            item.props["deferrable"] = self.one((" DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"))
        if self.chance(0.15):
            others = [c for c in self.s.columns(table.number) if Ref(c.number) not in item.props["columns"]]
            item.props["include"] = [Ref(c.number) for c in self.some(others, 1, 2)]
        if self.chance(0.1):
            item.props["fillfactor"] = self.rng.randint(50, 90)

    def add_check(self):
        table = self.plain_table()
        item = self.s.add("constraint", self.name(), table.number, type="check", check=self.condition(
            self.s.columns(table.number)))
        self.check_circle(table, [n for n in item.refs() if n != table.number and self.s.items[n].kind != "column"])
        if self.chance(0.15) and not table.props.get("by"):
            item.props["no_inherit"] = True
        if self.chance(0.15):
            item.props["not_valid"] = True

    def add_exclude(self):
        table = self.relation(("table",))
        if table.props.get("by"):
            raise Cannot()
        self.s.add("constraint", self.name(), table.number, type="exclude", columns=[
            Ref(self.one(c for c in self.s.columns(table.number) if self.s.base_type(c) in
                         ("integer", "text", "date", "bigint")).number)])

    def add_foreign_key(self):
        key = self.one(c for c in self.s.of("constraint") if c.props["type"] in ("primary key", "unique") and
                       not c.props.get("deferrable"))
        table = self.relation(("table",))
        target = self.s.items[key.parent]
        if bool(target.props.get("unlogged")) != bool(table.props.get("unlogged")) and not table.props.get("unlogged"):
            raise Cannot()
        columns = []
        for ref in key.props["columns"]:
            type_ = self.s.type_of(self.s.items[ref.number])
            fitting = [c for c in self.s.columns(table.number) if self.s.type_of(c) == type_ and Ref(c.number) not in columns
                       and not c.props.get("generated")]
            if not fitting:
                if table is target or self.s.items[key.parent] is table:
                    raise Cannot()
                self.check_circle(table, [int(m.group(3)) for m in REFERENCE.finditer(type_)])
                fitting = [self.s.add("column", self.name() + "_id", table.number, type=type_)]
            columns.append(Ref(self.one(fitting).number))
        self.s.add("constraint", self.name(), table.number, type="foreign key", key=Ref(key.number), columns=columns,
                   actions=self.one(("", "", " ON DELETE CASCADE", " ON UPDATE SET NULL ON DELETE RESTRICT",
                                     " MATCH FULL", " ON DELETE SET NULL")),
                   deferrable=self.one(("", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED")),
                   not_valid=self.chance(0.15) and not table.props.get("by"))

    def add_index(self):
        table = self.relation(("table", "table", "partition", "matview"))
        columns = self.s.columns(table.number)
        item = self.s.add("index", self.name(), table.number)
        method = self.rng.random()
        if method < 0.12:
            column = self.one(c for c in columns if self.s.base_type(c) in ("integer[]", "text[]", "jsonb", "tsvector"))
            item.props.update(method="gin", keys=["{%d}" % column.number])
            return
        if method < 0.2:
            column = self.one(c for c in columns if self.s.base_type(c) in ("integer", "text", "date"))
            item.props.update(method=self.one(("hash", "brin")), keys=["{%d}" % column.number])
            return
        if self.chance(0.3):
            keys = ["(%s)" % self.expression(columns)[0]]
        else:
            keys = ["{%d}" % c.number for c in self.key_columns(table)]
        if self.chance(0.2):
            keys[0] += self.one((" DESC", " NULLS FIRST", " DESC NULLS LAST"))
        elif self.chance(0.1) and self.s.base_type(self.s.items[int(REFERENCE.search(keys[0]).group(3))]) == "text" and \
                not keys[0].startswith("("):
            keys[0] += self.one((" text_pattern_ops", ' COLLATE "C"'))
        item.props["keys"] = keys
        if self.chance(0.25):
            item.props["where"] = self.condition(columns)
        if self.chance(0.2) and not table.props.get("by"):
            item.props["unique"] = True
            if self.chance(0.3):
                item.props["nulls"] = True
        if self.chance(0.1):
            item.props["include"] = [Ref(self.one(columns).number)]
        if self.chance(0.1):
            item.props["fillfactor"] = self.rng.randint(50, 90)
        if self.chance(0.08) and not table.props.get("by") and not item.props.get("where") and not [
                i for i in self.s.parts(table.number, "index") if i.props.get("cluster")]:
            item.props["cluster"] = True

    def add_view(self, kind="view"):
        item = self.s.add(kind, self.name(), schema=self.schema(), **{"from": []})
        for _ in range(self.one((1, 1, 1, 2))):
            relation = self.relation()
            self.check_circle(item, [relation.number])
            item.props["from"].append(Ref(relation.number))
        for _ in range(self.rng.randint(1, 4)):
            self.add_view_column(item)
        if self.chance(0.3):
            alias = self.one("ab"[:len(item.props["from"])])
            item.props["where"] = self.condition(self.s.columns(item.props["from"]["ab".index(alias)].number), alias + ".")
        if kind == "view" and self.chance(0.2):
            item.props["options"] = self.one(("security_invoker = true", "security_barrier = true"))
        if kind == "view" and self.chance(0.1):
            item.props["order"] = True
        if kind == "matview" and self.chance(0.3):
            item.props["no_data"] = True

    def add_view_column(self, view=None):
        view = view or self.one(self.s.of("view", "matview"))
        alias = self.one("ab"[:len(view.props["from"])])
        columns = self.s.columns(view.props["from"]["ab".index(alias)].number)
        if self.chance(0.7):
            column = self.one(columns)
            self.s.add("viewcol", self.name(), view.number, expression="{%s.%d}" % (alias, column.number),
                       same=Ref(column.number))
        else:
            expression, type_ = self.expression(columns, alias + ".")
            self.s.add("viewcol", self.name(), view.number, expression=expression, type=type_)

    def add_matview(self):
        self.add_view("matview")

    def add_function(self):
        item = self.s.add("function", self.name(), schema=self.schema(), args=[], language="sql")
        p = item.props
        how = self.rng.random()
        if how < 0.25:
            p.update(returns="trigger", language="plpgsql", body="BEGIN\n  RETURN NEW;\nEND")
        elif how < 0.3:
            p.update(returns="event_trigger", language="plpgsql", body="BEGIN\nEND")
        elif how < 0.5:
            type_ = self.one(("integer", "text", "numeric", "boolean") + tuple(
                "{q:%d}" % e.number for e in self.s.of("enum", "domain", "composite")))
            p.update(args=[(self.one(WORDS), type_, "")], returns="boolean", attributes=" IMMUTABLE", body="SELECT true")
        elif how < 0.65:
            type_ = self.one(("integer", "text", "numeric", "timestamp with time zone"))
            p.update(returns=type_, body="SELECT " + self.one(LITERALS[type_]))
        elif how < 0.72:
            relation = self.relation()
            p.update(returns="SETOF {q:%d}" % relation.number, language="plpgsql", body="BEGIN\nEND")
        elif how < 0.78:
            p.update(args=[("a", "integer", ""), ("b", "integer", "")], returns=self.one(("integer", "boolean")),
                     attributes=" IMMUTABLE", language="plpgsql", body="BEGIN\n  RETURN NULL;\nEND")
        else:
            relation = self.relation()
            column = self.one(self.s.columns(relation.number))
            p.update(returns="bigint", atomic=True, body="BEGIN ATOMIC\n SELECT count({a.%d}) FROM {q:%d} a;\nEND" % (
                column.number, relation.number))
        for arg in p["args"][:1]:
            if self.chance(0.2) and arg[1] in LITERALS and len(p["args"]) == 1:
                p["args"] = [(arg[0], arg[1], self.one(LITERALS[arg[1]]))]
        self.change_function(item)

    def add_procedure(self):
        item = self.s.add("procedure", self.name(), schema=self.schema(), language="sql",
                          args=[("p", self.type(("enum", "domain")), "")] if self.chance(0.6) else [])
        if self.chance(0.5):
            table = self.relation(("table",))
            item.props.update(atomic=True, body="BEGIN ATOMIC\n DELETE FROM {q:%d};\nEND" % table.number)
        else:
            item.props.update(language="plpgsql", body="BEGIN\nEND")

    def add_aggregate(self):
        functions = [f for f in self.s.of("function") if len(f.props["args"]) == 2 and f.props["returns"] == "integer"]
        function = "{q:%d}" % self.one(functions).number if functions and self.chance(0.8) else "pg_catalog.int4pl"
        self.s.add("aggregate", self.name(), schema=self.schema(), type="integer", function=function,
                   more=self.one(("", ", INITCOND = '0'", ", PARALLEL = SAFE")))

    def add_operator(self):
        function = self.one(f for f in self.s.of("function") if len(f.props["args"]) == 2 and
                            f.props["returns"] == "boolean")
        self.s.add("operator", self.one(("===", "<~>", "##>", "@=@")), schema=self.schema(), type="integer",
                   function="{q:%d}" % function.number, more=self.one(("", ", RESTRICT = eqsel")))

    def add_cast(self):
        enum = self.one(self.s.of("enum"))
        source, target = self.one((("{q:%d}", "text"), ("text", "{q:%d}"), ("{q:%d}", "integer")))
        if "integer" == target:
            functions = [f for f in self.s.of("function") if len(f.props["args"]) == 1 and
                         f.props["args"][0][1] == "{q:%d}" % enum.number]
            function = self.one(functions)
            self.s.add("cast", "cast", source=source % enum.number, target="boolean",
                       function="{q:%d}({q:%d})" % (function.number, enum.number))
            return
        fill = lambda t: t % enum.number if "%" in t else t
        if [c for c in self.s.of("cast") if c.props["source"] == fill(source) and c.props["target"] == fill(target)]:
            raise Cannot()
        self.s.add("cast", "cast", source=fill(source), target=fill(target), context=self.one(("", " AS ASSIGNMENT")))

    def add_trigger(self):
        function = self.one(f for f in self.s.of("function") if f.props["returns"] == "trigger")
        table = self.plain_table()
        item = self.s.add("trigger", self.name(), table.number, function=Ref(function.number),
                          timing=self.one(("BEFORE", "AFTER")), events=self.one(("INSERT", "UPDATE", "INSERT OR DELETE")),
                          level=self.one(("ROW", "ROW", "STATEMENT")))
        self.check_circle(table, [function.number])
        p = item.props
        columns = self.s.columns(table.number)
        if p["events"] == "UPDATE" and self.chance(0.5):
            p["columns"] = [Ref(c.number) for c in self.some(columns, 1, 2)]
        if p["level"] == "ROW" and "DELETE" not in p["events"] and self.chance(0.3):
            p["when"] = self.condition([c for c in columns if not c.props.get("generated")], "new.")
        if p["timing"] == "AFTER" and p["level"] == "ROW" and self.chance(0.25):
            p.update(constraint=True, more=self.one((" DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED", "")))
        elif p["timing"] == "AFTER" and p["events"] == "INSERT" and p["level"] == "STATEMENT" and self.chance(0.4):
            p["more"] = " REFERENCING NEW TABLE AS fresh"
        if self.chance(0.2):
            p["arguments"] = self.one((["a"], ["it's", ""], ["1", "2"]))
        self.change_trigger(item)

    def add_policy(self):
        table = self.plain_table()
        item = self.s.add("policy", self.name(), table.number, **{"as": self.one(("PERMISSIVE", "RESTRICTIVE"))})
        item.props["command"] = self.one(("ALL", "SELECT", "INSERT", "UPDATE", "DELETE"))
        self.change_policy(item)

    def add_rule(self):
        relation = self.relation(("table", "view"))
        event = self.one(("INSERT", "UPDATE", "DELETE"))
        item = self.s.add("rule", self.name(), relation.number, event=event, action=self.one(("INSTEAD NOTHING", "NOTHING")))
        if self.chance(0.4):
            table = self.plain_table()
            self.check_circle(relation, [table.number])
            item.props["action"] = "ALSO DELETE FROM {q:%d}" % table.number
            if relation.kind == "view":
                item.props["action"] = "INSTEAD DELETE FROM {q:%d}" % table.number

    def add_statistics(self):
        table = self.plain_table()
        columns = [c for c in self.s.columns(table.number) if self.s.base_type(c) in
                   ("integer", "text", "date", "boolean", "numeric", "bigint")]
        on = ["{%d}" % c.number for c in self.some(columns, 2, 3)]
        if self.chance(0.3):
            on[0] = "(%s)" % self.expression(columns)[0]
        self.s.add("statistics", self.name(), schema=self.schema(), table=Ref(table.number), on=on,
                   kinds=self.one(("", " (ndistinct)", " (dependencies, mcv)")),
                   target=self.rng.randint(1, 200) if self.chance(0.3) else None)

    def add_publication(self):
        item = self.s.add("publication", self.name())
        self.change_publication(item)

    def add_eventtrigger(self):
        function = self.one(f for f in self.s.of("function") if f.props["returns"] == "event_trigger")
        self.s.add("eventtrigger", self.name(), function=Ref(function.number), event=self.one(
            ("ddl_command_end", "sql_drop", "ddl_command_start")), tags=self.one(([], ["CREATE ROLE"], [])),
            enabled=self.one(("", "DISABLE", "ENABLE ALWAYS", "DISABLE")))

    def add_tsdict(self):
        self.s.add("tsdict", self.name(), schema=self.schema(), accept=self.chance(0.5))

    def add_tsconfig(self):
        item = self.s.add("tsconfig", self.name(), schema=self.schema(), mappings={})
        self.change_tsconfig(item)

    def add_default_acl(self):
        on, privilege = self.one((("TABLES", "SELECT"), ("FUNCTIONS", "EXECUTE"), ("SEQUENCES", "USAGE"), ("TYPES", "USAGE")))
        self.s.add("default acl", "acl", **{"in": self.schema(), "on": on, "privilege": privilege, "to": self.one(ROLES),
                                           "for": self.one(("",) + ROLES[:2])})

    ADDS = {"schema": 1, "enum": 3, "composite": 2, "range": 1, "domain": 3, "collation": 1, "sequence": 2, "owned": 2,
            "table": 9, "partition": 2, "column": 8, "key": 4, "check": 4, "exclude": 1, "foreign_key": 5, "index": 7,
            "view": 7, "view_column": 2, "matview": 3, "function": 9, "procedure": 1, "aggregate": 1, "operator": 1,
            "cast": 1, "trigger": 3, "policy": 3, "rule": 2, "statistics": 2, "publication": 1, "eventtrigger": 0.5,
            "tsdict": 0.5, "tsconfig": 1, "default_acl": 1}

    def add(self):
        kind = self.rng.choices(list(self.ADDS), self.ADDS.values())[0]
        getattr(self, "add_" + kind)()
        return "add " + kind

    # ---------------------------------------------------------------- changes

    def change_domain(self, item):
        p = item.props
        what = self.one(("default", "not_null", "checks", "checks"))
        if what == "default":
            p["default"] = None if p.get("default") else self.default(p["type"])
            self.check_circle(item, [int(m.group(3)) for m in REFERENCE.finditer(p["default"] or "")])
        elif what == "not_null":
            p["not_null"] = not p.get("not_null")
        else:
            text = {"integer": ("VALUE > %d", "VALUE <> %d"), "text": ("length(VALUE) > %d",), "numeric": ("VALUE < %d",)}.get(
                p["type"], ("VALUE IS NOT NULL OR %d > 0",))
            p["checks"] = self.some(p.get("checks", []), 0, 1) if p.get("checks") else []
            taken = {name for name, _ in p["checks"]}
            p["checks"].append((self.one(set(WORDS[:8]) - taken), self.one(text) % self.rng.randint(1, 9)))

    def change_sequence(self, item):
        p = item.props
        what = self.one(("type", "increment", "minvalue", "maxvalue", "start", "cache", "cycle"))
        if what == "type":
            p["type"] = self.one(("integer", "bigint", "smallint"))
        elif what == "cycle":
            p["cycle"] = not p.get("cycle")
        elif what == "maxvalue":
            p["maxvalue"] = self.one((None, 1000, 30000))
        elif what == "minvalue":
            p["minvalue"] = self.one((None, 0, 1, -5))
        else:
            p[what] = self.one((None, self.rng.randint(1, 20)))

    def change_function(self, item):
        p = item.props
        what = self.rng.random()
        if what < 0.5 and "IMMUTABLE" not in p.get("attributes", ""):
            p["attributes"] = "".join(a for a in (" STABLE", " STRICT", " SECURITY DEFINER", " LEAKPROOF", " COST 7",
                                                  " PARALLEL SAFE", " SET search_path TO 'pg_catalog'", " SET work_mem TO '4MB'")
                                      if self.chance(0.2) and not (p.get("atomic") and "SET" in a))
        elif what < 0.7 and p["language"] == "plpgsql":
            p["body"] = p["body"].replace("BEGIN\n", "BEGIN\n  -- step %d\n" % self.rng.randint(1, 9))
        elif what < 0.8 and p["args"]:
            p["args"] = [(self.one(set(WORDS) - {a[0] for a in p["args"]}),) + p["args"][0][1:]] + list(p["args"][1:])
        elif what < 0.9 and p["args"]:
            p["args"] = [(n, t, "" if d else (self.one(LITERALS[t]) if t in LITERALS and len(p["args"]) == 1 else ""))
                         for n, t, d in p["args"]]

    def change_trigger(self, item):
        p = item.props
        p["enabled"] = self.one(("", "", "DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA"))
        if self.chance(0.3) and not p.get("constraint") and not p.get("more"):
            p["timing"] = self.one(("BEFORE", "AFTER"))

    def change_policy(self, item):
        p = item.props
        columns = self.s.columns(item.parent)
        p["roles"] = self.one((["PUBLIC"], list(ROLES[:1]), sorted(ROLES)))
        p["using"] = None if p["command"] == "INSERT" else self.condition(columns)
        p["check"] = self.condition(columns) if p["command"] in ("ALL", "INSERT", "UPDATE") and self.chance(0.5) else None
        if p["command"] == "INSERT":
            p["check"] = p["check"] or self.condition(columns)
        self.check_circle(self.s.items[item.parent], [n for n in item.refs() if n != item.parent and
                                                       self.s.items[n].kind not in INSIDE])

    def change_publication(self, item):
        p = item.props
        p["tables"] = []
        if self.chance(0.7):
            tables = self.some([t for t in self.s.of("table") if not t.props.get("unlogged")], 1, 3)
            for table in tables:
                own = [c for c in self.s.columns(table.number) if not c.props.get("generated")]
                p["tables"].append((Ref(table.number), [Ref(c.number) for c in self.some(own, 1, 3)]
                                    if self.chance(0.2) and own else []))
        p["schemas"] = [self.schema()] if self.chance(0.2) and not any(c for _, c in p["tables"]) else []
        p["publish"] = self.one((None, None, "insert", "insert, delete"))

    def change_tsconfig(self, item):
        dictionaries = ["pg_catalog.simple"] + ["{q:%d}" % d.number for d in self.s.of("tsdict")]
        for token in self.some(("asciiword", "word", "int", "url"), 1, 3):
            if token in item.props["mappings"] and self.chance(0.5):
                del item.props["mappings"][token]
            else:
                item.props["mappings"][token] = self.some(dictionaries, 1, 2)

    def change_eventtrigger(self, item):
        item.props["enabled"] = self.one(("", "DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA"))

    def change_tsdict(self, item):
        item.props["accept"] = not item.props["accept"]

    def change_statistics(self, item):
        item.props["target"] = self.one((None, 50, 99))

    def change_enum(self, item):
        values = self.s.parts(item.number, "enum value")
        how = self.rng.random()
        if how < 0.6:
            name = self.one({"mid", "late", "q", "it''s", "A"} - {v.name for v in values})
            self.s.add("enum value", name, item.number, at=self.one(values).props["at"] + self.one((-0.37, 0.41)) * self.rng.random())
        elif how < 0.8:
            self.s.remove(self.one(values).number)
        else:
            one, other = self.one(values), self.one(values)
            one.props["at"], other.props["at"] = other.props["at"], one.props["at"]

    def change_composite(self, item):
        attributes = self.s.parts(item.number, "attribute")
        how = self.rng.random()
        type_ = self.type(("enum", "domain"))
        self.check_circle(item, [int(m.group(3)) for m in REFERENCE.finditer(type_)])
        if how < 0.4:
            self.s.add("attribute", self.name(), item.number, type=type_)
        elif how < 0.7:
            self.s.remove(self.one(attributes).number)
        else:
            self.one(attributes).props["type"] = type_

    def change_table(self, item):
        what = self.one(("rls", "force", "full", "fillfactor", "unlogged", "inherits"))
        p = item.props
        if what == "fillfactor":
            p["fillfactor"] = None if p.get("by") else self.one((None, 70, 80))
        elif what == "unlogged":
            if p.get("inherits") or p.get("by") or self.s.users(item.number) and \
                    any(u.kind in ("table", "publication", "owned") for u in self.s.users(item.number)):
                raise Cannot()
            if any(c.props.get("identity") or (c.props["type"] == "foreign key") for c in
                   [x for x in self.s.parts(item.number, "constraint")] if "type" in c.props):
                raise Cannot()
            p["unlogged"] = not p.get("unlogged")
        elif what == "inherits":
            if p.get("inherits"):
                ours = {c.number for c in self.s.columns(item.number)} - {c.number for c in self.s.parts(item.number, "column")}
                p["inherits"] = []
                for number in ours:
                    for user in self.s.users(number):
                        if user.parent == item.number or item.number in user.refs():
                            self.s.remove(user.number)
            else:
                raise Cannot()
        else:
            p[what] = not p.get(what)

    def change_partition(self, item):
        item.props["fillfactor"] = self.one((None, 70, 80))

    def change_column(self, item):
        p = item.props
        table = self.s.items[item.parent]
        what = self.one(("type", "type", "default", "default", "not_null", "not_null", "identity", "storage", "statistics",
                         "options", "collation", "generated", "drop_generated"))
        if what == "type":
            if p.get("generated"):
                raise Cannot()
            family = next((f for f in FAMILIES if p["type"] in f), None)
            linked = self.linked(item)
            type_ = self.one(family) if family and self.chance(0.7) else self.type()
            self.check_circle(table, [int(m.group(3)) for m in REFERENCE.finditer(type_)])
            for one in linked:
                one.props["type"] = type_
                if not (family and type_ in family):
                    one.props.pop("default", None)
                    one.props.pop("identity", None)
                    one.props.pop("collation", None)
                    one.props.pop("storage", None)
        elif what == "default":
            if p.get("identity") or p.get("generated"):
                raise Cannot()
            p["default"] = None if p.get("default") and self.chance(0.4) else self.default(p["type"])
            self.check_circle(table, [int(m.group(3)) for m in REFERENCE.finditer(p["default"] or "")])
        elif what == "not_null":
            keys = [c for c in self.s.users(item.number) if c.kind == "constraint" and c.props["type"] == "primary key"]
            if p.get("identity") or keys:
                raise Cannot()
            p["not_null"] = not p.get("not_null")
        elif what == "identity":
            if p["type"] not in ("integer", "bigint", "smallint") or p.get("generated") or table.props.get("by") or \
                    table.props.get("unlogged"):
                raise Cannot()
            p["default"] = None
            p["identity"] = self.one({"ALWAYS", "BY DEFAULT", None} - {p.get("identity")})
            p["not_null"] = True
        elif what == "storage":
            if p["type"] not in ("text", "jsonb", "bytea"):
                raise Cannot()
            p["storage"] = self.one((None, "MAIN", "EXTERNAL", "PLAIN"))
        elif what == "collation":
            if p["type"] not in ("text", "character varying(20)"):
                raise Cannot()
            p["collation"] = self.one(["\"C\"", None] + ["{q:%d}" % c.number for c in self.s.of("collation")])
        elif what == "generated":
            columns = [c for c in self.s.parts(table.number, "column") if c is not item and not c.props.get("generated")]
            if p.get("default") or p.get("identity") or not columns:
                raise Cannot()
            if table.props.get("by") and "{%d}" % item.number in table.props["key"]:
                raise Cannot()
            p["generated"], p["type"] = self.expression(columns)
        elif what == "drop_generated":
            if not p.pop("generated", None):
                raise Cannot()
        else:
            p[what] = None if p.get(what) else {"statistics": 77, "options": "n_distinct = 9"}[what]

    def linked(self, column):
        """The columns that foreign keys tie to this, with itself."""
        found = [column]
        for one in found:
            for constraint in self.s.of("constraint"):
                if constraint.props["type"] != "foreign key":
                    continue
                pairs = list(zip(constraint.props["columns"], self.s.items[constraint.props["key"].number].props["columns"]))
                for a, b in pairs + [(b, a) for a, b in pairs]:
                    other = self.s.items[b.number]
                    if a.number == one.number and all(other is not f for f in found):
                        found.append(other)
        return found

    def change_constraint(self, item):
        p = item.props
        if p["type"] == "check":
            what = self.one(("check", "not_valid", "no_inherit"))
            if what == "check":
                p["check"] = self.condition(self.s.columns(item.parent))
                self.check_circle(self.s.items[item.parent], [n for n in item.refs() if self.s.items[n].kind == "function"])
            elif what == "no_inherit" and self.s.items[item.parent].props.get("by"):
                raise Cannot()
            else:
                p[what] = not p.get(what)
        elif p["type"] == "foreign key":
            what = self.one(("actions", "deferrable", "not_valid"))
            if what == "actions":
                p["actions"] = self.one(("", " ON DELETE CASCADE", " ON UPDATE CASCADE", " ON DELETE SET DEFAULT"))
            elif what == "deferrable":
                p["deferrable"] = self.one(("", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"))
            elif self.s.items[item.parent].props.get("by"):
                raise Cannot()
            else:
                p["not_valid"] = not p.get("not_valid")
        elif p["type"] == "exclude":
            p["deferrable"] = self.one(("", " DEFERRABLE"))
        else:
            what = self.one(("deferrable", "fillfactor", "include", "nulls", "columns"))
            used = [c for c in self.s.of("constraint") if c.props.get("key") == Ref(item.number)]
            if what == "deferrable":
                if used:
                    raise Cannot()
                p["deferrable"] = self.one(("", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"))
            elif what == "fillfactor":
                p["fillfactor"] = self.one((None, 60, 75))
            elif what == "nulls":
                if p["type"] != "unique":
                    raise Cannot()
                p["nulls"] = not p.get("nulls")
            elif what == "columns":
                if used or p["type"] == "primary key":
                    raise Cannot()
                p["columns"] = [Ref(c.number) for c in self.key_columns(self.s.items[item.parent])]
                p["include"] = None
            else:
                others = [c for c in self.s.columns(item.parent) if Ref(c.number) not in p["columns"]]
                p["include"] = [Ref(self.one(others).number)] if self.chance(0.6) else None

    def change_index(self, item):
        p = item.props
        what = self.one(("where", "fillfactor", "unique", "keys"))
        if p.get("cluster") or p.get("method", "btree") != "btree":
            raise Cannot()
        if what == "where":
            p["where"] = None if p.get("where") else self.condition(self.s.columns(item.parent))
        elif what == "fillfactor":
            p["fillfactor"] = self.one((None, 60, 75))
        elif what == "unique":
            p["unique"] = not p.get("unique") and not self.s.items[item.parent].props.get("by")
            p["nulls"] = False
        else:
            p["keys"] = ["{%d}" % c.number for c in self.key_columns(self.s.items[item.parent])]

    def change_view(self, item):
        p = item.props
        what = self.one(("where", "options", "column", "column", "order"))
        if what == "where":
            alias = self.one("ab"[:len(p["from"])])
            p["where"] = None if p.get("where") else self.condition(
                self.s.columns(p["from"]["ab".index(alias)].number), alias + ".")
        elif what == "options" and item.kind == "view":
            p["options"] = self.one((None, "security_invoker = true", "security_barrier = true"))
        elif what == "order":
            p["order"] = not p.get("order")
        elif self.chance(0.5):
            self.add_view_column(item)
        else:
            self.s.remove(self.one(self.s.parts(item.number, "viewcol")).number)

    change_matview = change_view

    def change_common(self):
        item = self.one(i for i in self.s.items.values() if i.kind in COMMENTED and i.name != "public")
        what = self.one(("comment", "comment", "owner", "grants", "revoked"))
        p = item.props
        if what == "comment":
            p["comment"] = self.one({None, "a comment", "it's \"quoted\"\nover two lines", "back\\slash", "ü"} - {p.get("comment")})
        elif what == "owner":
            if item.kind not in OWNED or self.s.users(item.number) and any(u.kind == "owned" for u in
                                                                            self.s.users(item.number)):
                raise Cannot()
            if item.kind == "table" and any(u.kind == "owned" for c in self.s.columns(item.number)
                                            for u in self.s.users(c.number)):
                raise Cannot()
            p["owner"] = self.one({None} | set(ROLES) - {p.get("owner")})
        elif what == "grants":
            if item.kind == "column":
                p["grants"] = [(x, self.one(ROLES), False) for x in self.some(("SELECT", "UPDATE", "INSERT"), 0, 2)]
            elif item.kind in GRANTS:
                p["grants"] = [(x, self.one(ROLES + ("PUBLIC",)), False) for x in self.some(GRANTS[item.kind], 0, 3)]
                p["grants"] += [(self.one(GRANTS[item.kind]), self.one(ROLES), True)] if self.chance(0.2) else []
            else:
                raise Cannot()
        elif item.kind in ("function", "procedure"):
            p["revoked"] = [] if p.get("revoked") else ["EXECUTE"]
        elif item.kind in ("enum", "domain"):
            p["revoked"] = [] if p.get("revoked") else ["USAGE"]
        else:
            raise Cannot()
        return "%s of %s" % (what, item.kind)

    def change(self):
        item = self.one(i for i in self.s.items.values() if hasattr(self, "change_" + i.kind))
        getattr(self, "change_" + item.kind)(item)
        return "change " + item.kind

    def rename(self):
        item = self.one(i for i in self.s.of(*RENAMED) if i.name != "public")
        item.name = self.name()
        return "rename " + item.kind

    def swap(self):
        """Two things exchange their names."""
        kind = self.one(("table", "column", "view", "index", "enum", "function", "constraint"))
        one, other = self.some(self.s.of(kind), 2, 2)
        if kind in ("column", "constraint") and one.parent != other.parent:
            raise Cannot()
        one.name, other.name = other.name, one.name
        return "swap %ss" % kind

    def move(self):
        item = self.one(i for i in self.s.items.values() if "schema" in i.props)
        item.props["schema"] = self.schema()
        return "move " + item.kind

    def drop(self):
        item = self.one(i for i in self.s.items.values() if i.name != "public")
        self.s.remove(item.number)
        return "drop " + item.kind

    def replace(self):
        """Something goes, and something else takes its name."""
        item = self.one(self.s.of("table", "view", "matview", "sequence", "enum", "domain", "composite"))
        name, schema = item.name, item.props["schema"]
        self.s.remove(item.number)
        before = set(self.s.items)
        getattr(self, "add_" + self.one(("table", "view", "matview", "sequence", "enum", "domain", "composite")))()
        new = self.s.items[min(set(self.s.items) - before)]
        new.name = name
        if "schema" in new.props:
            new.props["schema"] = schema
        return "replace %s by %s" % (item.kind, new.kind)

    EDITS = {"add": 4, "change": 8, "change_common": 2, "rename": 3, "swap": 0.7, "move": 1, "drop": 3, "replace": 0.7}

    def edit(self):
        what = self.rng.choices(list(self.EDITS), self.EDITS.values())[0]
        return getattr(self, what)()


def attempt(rng, schema, edit):
    """The schema after an edit, or itself if that one cannot be made."""
    trial = schema.copy()
    try:
        done = edit(Editor(rng, trial))
        trial.settle()
        trial.ddl(rng)
    except (Cannot, ValueError, KeyError, RecursionError, IndexError, AttributeError):
        return schema, None
    return trial, done
