"""Random cases in the form of Alembic's conformance vectors, without answers.

generate(rng) yields them endlessly: graphs with branches, merges, dependencies
on revisions and on labels, several bases, and now and then a fault (cycle, self
loop, hole, name given twice); for each graph several cases with random rows,
command, target and options.  Every syntax of a target occurs, and nonsense.

What the file format does not allow (spaces in names, a name twice in a header)
does not occur.  Needs Alembic's model.py in sys.path, to find rows that go together.
"""
import model

COMMANDS = (["upgrade"] * 5 + ["downgrade"] * 5 + ["history"] * 3 + ["stamp"] * 3 +
            ["show", "current", "heads", "graph", "bases", "branches", "merge_points", "merge", "revision"])


def names(rng, n):
    """Ids: some with common beginnings, some short, some not ASCII."""
    out, seen = [], set()
    stem = ["".join(rng.choice("abcdef0123456789") for _ in range(rng.randint(1, 6))) for _ in range(3)]
    while len(out) < n:
        kind = rng.random()
        if kind < 0.6:
            name = "".join(rng.choice("abcdef0123456789") for _ in range(rng.choice([2, 3, 4, 6, 12])))
        elif kind < 0.9:
            name = rng.choice(stem) + "".join(rng.choice("ab1") for _ in range(rng.randint(1, 4)))
        elif kind < 0.97:
            name = "é" + rng.choice("abü") + str(rng.randint(0, 99))
        else:
            name = "r_%d" % rng.randint(0, 99)
        if name not in seen and name not in ("head", "heads", "base", "current"):
            seen.add(name)
            out.append(name)
    return out


def random_graph(rng):
    n = rng.choice([0, 1, 2, 3, 5, 8, 8, 12, 12, 16, 20, 30, 30, 60])
    ids = names(rng, n)
    labels = ["lab%s%s" % (rng.choice(["", "el", "x_", "ü"]), i) for i in range(n + 1)]
    nodes = []
    p_base, p_merge, p_dep, p_label = (rng.choice([0, .1, .3]), rng.choice([0, .2, .5]),
                                       rng.choice([0, .2, .6]), rng.choice([0, .15, .4]))
    style = rng.choice(["chain", "recent", "any"])
    used = []
    for i, name in enumerate(ids):
        below = ids[:i]
        recent = below if style == "any" else below[-(1 if style == "chain" else 4):]
        down = []
        if below and rng.random() >= p_base:
            k = 1 if rng.random() >= p_merge else rng.randint(2, 4)
            down = rng.sample(recent if rng.random() < .8 else below, min(k, len(recent)))
            if len(down) < k and rng.random() < .7:
                down = list(dict.fromkeys(down + rng.sample(below, min(k - len(down), len(below)))))
        deps = []
        if below and rng.random() < p_dep:
            pool = below + used
            deps = list(dict.fromkeys(rng.choice(pool) for _ in range(rng.randint(1, 3))))
        own = []
        if rng.random() < p_label:
            own = [labels[i]] + (["second%d" % i] if rng.random() < .2 else [])
            used += own
        nodes.append({"revision": name, "down": down, "depends_on": deps, "labels": own})
    fault = rng.random()
    if nodes and fault < .08:
        victim = rng.choice(nodes)
        what = rng.randrange(9)
        other = rng.choice(nodes)
        if what == 0:
            victim["down"] = victim["down"] + [victim["revision"]]
        elif what == 1:
            victim["depends_on"] = victim["depends_on"] + [victim["revision"]]
        elif what == 2:
            victim["down"] = victim["down"] + [other["revision"]]
        elif what == 3:
            victim["depends_on"] = victim["depends_on"] + [other["revision"]]
        elif what == 4:
            victim["labels"] = victim["labels"] + [rng.choice([other["revision"], (other["labels"] or ["q"])[0]])]
        elif what == 5:
            victim["down"] = victim["down"] + ["missing"]
        elif what == 6:
            victim["depends_on"] = victim["depends_on"] + ["missing"]
        elif what == 7:
            victim["revision"] += rng.choice("@-+:")
        else:
            victim["depends_on"] = victim["depends_on"] + (other["labels"] or ["missing"])[:1]
    for node in nodes:  # a file that names something twice is refused as such
        for key in ("down", "depends_on", "labels"):
            node[key] = list(dict.fromkeys(node[key]))
    if rng.random() < .6:
        rng.shuffle(nodes)
    return nodes


class Words:
    """Names and targets that have something to do with a graph, mostly."""

    def __init__(self, rng, graph):
        self.rng, self.graph = rng, graph
        self.ids = [n["revision"] for n in graph]
        self.labels = [x for n in graph for x in n["labels"]]

    def one(self):
        rng = self.rng
        pool = self.ids * 3 + self.labels * 3 + ["nosuch"]
        word = rng.choice(pool)
        k = rng.random()
        if k < .15:
            word = word[:rng.randint(1, max(1, len(word)))]
        elif k < .2:
            word = rng.choice(["head", "heads", "base", "", "current", "lab", "second"])
        return word

    def symbol(self):
        rng = self.rng
        k = rng.random()
        if k < .25:
            return rng.choice(["head", "heads", "base"])
        if k < .55:
            return self.one()
        return "%s@%s" % (self.one(), rng.choice(["head", "heads", "base", self.one(), self.one()]))

    def target(self):
        rng = self.rng
        k = rng.random()
        number = rng.choice(["+1", "-1", "+2", "-2", "+3", "-3", "+0", "-0", "+7", "-20", "+1abc",
                             "+99999999999999999999", "-99999999999999999999", "+", "-"])
        if k < .45:
            return self.symbol()
        if k < .6:
            return number
        if k < .78:
            return self.one() + number
        if k < .9:
            return self.one() + "@" + number
        if k < .98:
            return self.one() + "@" + self.one() + number
        return rng.choice(["@" + number, "@@" + number, "a@b@c", "", ":", "@", "é+1", "heads@head",
                           self.one() + "@" + self.one() + "@" + number])


def random_rows(rng, graph, words, strange):
    """Version rows: mostly tops of something applied, sometimes no such thing."""
    if not graph or rng.random() < .15:
        return []
    try:
        revs = model.Resolver(graph)
    except model.Refusal:
        return [rng.choice(graph)["revision"]]
    k = rng.random()
    tops = rng.sample(revs.names, rng.randint(1, min(4, len(revs.names))))
    if rng.random() < .2:
        tops = list(revs.real_heads)
    rows = revs.tops(revs.applied(tops)) if k < .7 else tops
    if strange and rng.random() < .04:
        rows = rows + [rng.choice(["unknown", rows[0][:4], (words.labels or ["zzz"])[0]])]
    return sorted(set(rows))  # the order in which we read them


def generate(rng):
    while True:
        graph = random_graph(rng)
        words = Words(rng, graph)
        for _ in range(rng.randint(4, 12)):
            command = rng.choice(COMMANDS)
            # with a row that is not written in full, model.py's stamp differs from Alembic's
            case = {"graph": graph, "current": random_rows(rng, graph, words, command != "stamp"),
                    "command": command, "target": None, "options": {}}
            ask = ASK.get(command)
            if ask:
                case["target"] = ask(rng, words, case["options"])
            yield case


def ask_move(rng, words, options):
    target = words.target()
    if rng.random() < .12:
        options["sql"] = True
        if rng.random() < .8:
            target = words.symbol() + ":" + target
    elif rng.random() < .02:
        target = words.symbol() + ":" + target
    return target


def ask_stamp(rng, words, options):
    if rng.random() < .15:
        options["purge"] = True
    return [words.symbol() if rng.random() < .9 else words.target()
            for _ in range(rng.choice([1, 1, 1, 2, 2, 3]))]


def ask_history(rng, words, options):
    options["indicate_current"] = True
    if rng.random() < .1:
        return None
    start, end = (rng.choice(["", words.symbol(), words.target(), "current"]) for _ in range(2))
    target = start + ":" + end
    if rng.random() < .03:
        target = rng.choice([target + ":", target.replace(":", ""), " " + target + "\n"])
    return target


def ask_show(rng, words, options):
    return rng.choice([words.symbol(), words.target(), "current"])


def ask_current(rng, words, options):
    if rng.random() < .3:
        options["check_heads"] = True


def ask_heads(rng, words, options):
    if rng.random() < .5:
        options["resolve_dependencies"] = True


def ask_new(rng, words, options):
    options["rev_id"] = rng.choice(["new1", "new1", "ne-w"])
    options["splice"] = rng.random() < .4
    if rng.random() < .2:
        options["branch_label"] = rng.choice(["fresh", words.one() or "q"])


def ask_merge(rng, words, options):
    ask_new(rng, words, options)
    return [words.symbol() for _ in range(rng.randint(1, 3))]


def ask_revision(rng, words, options):
    ask_new(rng, words, options)
    if rng.random() < .7:
        options["head"] = words.symbol() or "head"
    if rng.random() < .3:
        options["depends_on"] = [words.symbol() for _ in range(rng.randint(1, 2))]


ASK = {"upgrade": ask_move, "downgrade": ask_move, "stamp": ask_stamp, "history": ask_history,
       "show": ask_show, "current": ask_current, "heads": ask_heads,
       "merge": ask_merge, "revision": ask_revision}
