"""Random edits of a draft: real ones, careless ones and nonsense, driven by one seed."""

from random import Random

from engine.core.designing.edits import Add, Drop, Move, Place, Put, Rename
from engine.core.designing.paths import path_of

JUNK = [
    None,
    "",
    "x",
    3,
    True,
    [],
    {},
    ["a"],
    {"id": "Ya", "en": "Yes"},
    {"key": "s0"},
    {"key": "new"},
    {"name": "tasks_done"},
]
KEYS = ["new", "s0", "f0", "boss", "Bad key", "", "today", "plan"]
WORDS = ["label", "key", "tasks", "from", "due.working_days", "options.roles", "help.id", "0", "99", "kind", "sections"]


def places(document):
    """The steps to everything in a document: maps, lists and plain values."""
    found, pending = [], [()]
    while pending:
        steps = pending.pop()
        value = document
        for step in steps:
            value = value[step]
        if steps:
            found.append((steps, value))
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        pending += [(*steps, step) for step, _ in inside]
    return sorted(found, key=lambda each: str(each[0]))


def an_edit(draft, chance):
    """One edit of a draft; it may well be refused."""
    steps, value = chance.choice(places(draft.document))
    path = path_of(draft.document, steps)
    if chance.random() < 0.15:
        path = f"{path}.{chance.choice(WORDS)}"
    was = value if chance.random() < 0.7 else chance.choice(JUNK)
    other, _ = chance.choice(places(draft.document))
    before = chance.choice([None, "0", "s1", "f0", "nobody"])
    return chance.choice(
        [
            Put(path, chance.choice(JUNK), was),
            Add(path, chance.choice([*JUNK, value]), before),
            Drop(path, was if chance.random() < 0.5 else None),
            Move(path, path_of(draft.document, other[:-1] or other), before),
            Move(path, path.rpartition(".")[0] or path, before),
            Rename(path, chance.choice(KEYS)),
            Place(chance.choice(["s0", "s1", "nowhere"]), chance.choice([None, (3, 4), (10**9, 0)])),
        ]
    )


def some_edits(draft, seed, count):
    """Edits made for the draft as it was at first: by and by they stand on less."""
    chance = Random(seed)
    return [an_edit(draft, chance) for _ in range(count)]
