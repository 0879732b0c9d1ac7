"""Random valid definitions as documents in the normal form, ways to write them like an author, and random damage.

Writing and damage are driven by one seed each, not by a draw a node: hundreds of draws a document would be slow.
"""

from itertools import pairwise
from random import Random

from hypothesis import strategies as st

TRICKY = [
    "Rencana",
    "no",
    "1.50",
    "~",
    "12:30",
    "a: b",
    "# x",
    " é",
    "ungu 💜",
    "'",
    '"',
    "- x",
    "{id: x}",
    "2026-01-31",
]
TRICKY += ["baris\nkedua"]
WORDS = st.sampled_from(TRICKY) | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5
)
TEXTS = st.fixed_dictionaries({"id": WORDS, "en": WORDS})
TYPES = ("text", "longtext", "number", "percent", "date")
KEYED = {"roles", "states", "tasks", "transitions", "forms", "sections", "fields", "columns", "choices"}
JUNK = [None, True, 7, -1, 2**60, 0.5, "", "x", "employee", "s0", "t0", "form0", [], {}, [1], [[]], {"id": 5}]
KEYS = ["key", "from", "to", "fill", "decide", "final", "id", "en", "name", "type", "columns", "x", "", "a.b", "result"]


@st.composite
def workflows(draw):
    """A workflow whose states form a chain with some moves back, each decided by a task of its state."""
    states = [f"s{index}" for index in range(draw(st.integers(2, 4)))]
    forms = [draw(form(f"form{index}")) for index in range(draw(st.integers(1, 2)))]
    back = st.tuples(st.sampled_from(states[:-1]), st.sampled_from(states))
    ways = [*pairwise(states), *draw(st.lists(back, max_size=2))]
    moves = [draw(move(f"t{index}", here, there)) for index, (here, there) in enumerate(ways)]
    return {
        "kind": "workflow",
        "format": 1,
        "key": "random",
        "name": draw(TEXTS),
        "period": draw(st.sampled_from(["half_year", "quarter", "month", "none"])),
        "roles": [{"key": "employee", "rule": "subject"}, {"key": "boss", "rule": "superior_of", "role": "employee"}],
        "states": [draw(state(key, states, moves, forms)) for key in states],
        "transitions": moves,
        "forms": forms,
        "visible": [{"form": forms[0]["key"], "role": "boss", "states": draw(st.permutations(states))}],
    }


NOT_ALONE = {"name": "not_same_person", "options": {"roles": ["employee", "boss"]}}
GUARDS = [{}, {"guards": [{"name": "tasks_done"}]}, {"guards": [{"name": "tasks_done"}, NOT_ALONE]}]
WHEN = {"when": "form0.f0 is not missing", "otherwise": {"id": "Belum.", "en": "Not yet."}}
DEADLINES = [
    {},
    {"due": {"on": "01-31", "of": "next_period"}},
    {"due": {"working_days": 7, "after": "entered"}},
    {"due": {"working_days": 7, "after": "received"}},
]


@st.composite
def move(draw, key, here, there):
    reason = draw(st.sampled_from([{}, {"reason": "optional"}, {"reason": "required"}]))
    found = {"key": key, "label": draw(TEXTS), "from": [here], "to": there} | reason
    return found | draw(st.sampled_from(GUARDS)) | draw(st.sampled_from([{}, WHEN]))


@st.composite
def state(draw, key, states, moves, forms):
    found = {"key": key, "label": draw(TEXTS)}
    if key == states[-1]:
        return found | {"final": True}
    due = draw(st.sampled_from(DEADLINES))
    filled = [{"key": f"fill_{form['key']}", "role": "employee", "fill": form["key"]} | due for form in forms]
    decide = [each["key"] for each in moves if key in each["from"]]
    tasks = [*filled, {"key": "decide", "role": draw(st.sampled_from(["employee", "boss"])), "decide": decide}]
    return found | {"tasks": tasks} | ({"initial": True} if key == states[0] else {})


@st.composite
def form(draw, key):
    types = draw(st.lists(st.sampled_from([*TYPES, "table"]), min_size=1, max_size=4))
    fields = [field(f"f{index}", kind, draw(TEXTS)) for index, kind in enumerate(types)]
    cut = draw(st.integers(1, len(fields)))
    sections = [{"key": "first", "fields": fields[:cut]}, {"key": "second", "fields": fields[cut:]}]
    return {"key": key, "label": draw(TEXTS), "sections": sections}


def field(key, kind, label):
    found = {"key": key, "type": kind, "label": label}
    if kind == "table":
        found["columns"] = [{"key": f"c{index}", "type": each, "required": True} for index, each in enumerate(TYPES)]
    return found


def authored(document, seed):
    """The same document as somebody could write it: maps for lists of `{key: …}`, short forms where there are any."""
    return _authored(document, "", Random(seed))


def _authored(node, under, chance):
    if isinstance(node, list):
        items = [_authored(item, "", chance) for item in node]
        if under in KEYED and node and isinstance(node[0], dict) and chance.random() < 0.6:
            return {item["key"]: {name: value for name, value in item.items() if name != "key"} for item in items}
        short = under in ("from", "decide", "states") and len(items) == 1 and isinstance(items[0], str)
        return items[0] if short and chance.random() < 0.6 else items
    if not isinstance(node, dict):
        return node
    if set(node) == {"id", "en"} and node["id"] == node["en"]:
        return node["id"]
    if set(node) <= {"name", "options"} and isinstance(node.get("name"), str) and chance.random() < 0.6:
        return {node["name"]: node["options"]} if "options" in node else node["name"]
    return {name: _authored(value, name, chance) for name, value in node.items()}


def damaged(document, seed):
    """The document with up to four places cut out, replaced by junk, renamed or doubled."""
    chance = Random(seed)
    for _ in range(chance.randint(1, 4)):
        document = _hurt(document, chance)
    return document


def _hurt(node, chance):
    if not isinstance(node, (dict, list)) or not node or chance.random() < 0.15:
        return chance.choice(JUNK)
    if isinstance(node, list):
        at = chance.randrange(len(node))
        how = chance.choice(["deeper", "deeper", "deeper", "cut", "double"])
        if how == "deeper":
            return [_hurt(item, chance) if index == at else item for index, item in enumerate(node)]
        return node[:at] + node[at + 1 :] if how == "cut" else [*node, node[at]]
    key = chance.choice(sorted(node))
    how = chance.choice(["deeper", "deeper", "deeper", "cut", "rename"])
    if how == "deeper":
        return {**node, key: _hurt(node[key], chance)}
    rest = {name: value for name, value in node.items() if name != key}
    return rest if how == "cut" else {**rest, chance.choice(KEYS): node[key]}
