"""What every check of names asks: is it declared, once, and may it be called so. Knows no element of a definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from engine.core.errors import Problem
from engine.core.hints import instead
from engine.core.messages import Message
from engine.core.reading.mending import UNKNOWN
from engine.core.scope import TAKEN

# Expressions read forms, results and roles by name, beside these words of their own.
RESERVED = TAKEN | {"null", "none", "case", "children", "entries", "figures", "previous", UNKNOWN}
# What a page that is filled in posts beside the answers, by these very names: a password must be no answer.
POSTED = frozenset({"seen", "key", "password", "do", "shown", "csrf_token"})
# And beside the answers of an entry.
POSTED_WITH_ENTRIES = frozenset({"day", "cites", "person", "reason", "entry", "verdict", "month"})


class Keyed(Protocol):
    """Whatever is declared by a key."""

    @property
    def key(self) -> str: ...


def twice(path: str, elements: Sequence[Keyed]) -> Iterator[Problem]:
    """Yield each key that an earlier element of the same list has already."""
    seen: set[str] = set()
    for element in elements:
        if element.key in seen:
            yield Problem(f"{path}.{element.key}", Message("lint.twice", key=element.key))
        seen.add(element.key)


def unknown(path: str, what: str, name: str, known: Iterable[str]) -> Iterator[Problem]:
    """Yield the problem of a name that is not among those declared."""
    declared = tuple(known)
    if name not in declared:
        yield Problem(path, Message(f"lint.unknown_{what}", name=name), hint=instead(name, declared))


def keys(elements: Iterable[Keyed]) -> tuple[str, ...]:
    """The names that elements declare."""
    return tuple(element.key for element in elements)
