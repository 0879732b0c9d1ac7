"""The names that expressions have for linked cases: `children.quarterly.rating.score`, `case.parent.plan.weight`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.core.expression import Record, type_of
from engine.core.messages import Message, Text, readable
from engine.core.scope import COUNTED, EVERYWHERE
from engine.core.sentences.names import Word

RESULT = "sentences.name.result"


def children(key: str, label: Text, below: Iterable[Word], scope: Record) -> Iterator[Word]:
    """What is known of the cases behind a link: how many there are and are open, their answers and results as lists."""
    path, group = f"children.{key}", Message("sentences.name.children", label=label)
    for name in COUNTED:
        said = Message(f"sentences.name.children_{name}", label=label)
        yield Word(f"{path}.{name}", said, said, group, type_of(scope, f"{path}.{name}"))
    for word in below:
        if word.path in EVERYWHERE:
            continue
        at = f"{path}.results.{word.path}" if word.said.key == RESULT else f"{path}.{word.path}"
        found = type_of(scope, at)
        if found is not None:
            said = Message("sentences.name.of_children", what=word.said, label=label)
            yield Word(at, said, word.said, group, found, word.choices)


def parent(paths: Iterable[str], scope: Record) -> Iterator[Word]:
    """What is read of the case that opened this one; its workflow is not known, so names are the words."""
    for path in paths:
        at = f"case.parent.{path}"
        label = readable(path.rpartition(".")[2])
        said = Message("sentences.name.parent", label=label)
        yield Word(at, said, label, Message("sentences.group.parent"), type_of(scope, at))
