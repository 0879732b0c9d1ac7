"""The rows of two versions of a table in one order, each beside the row that it was before. Decides nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from engine.core.filling.marks import Marks, is_blank, marks
from engine.core.filling.matching import match

Name: TypeAlias = int | tuple[str, int]

TWINS = Decimal("0.75")  # of the cells of two new rows: more than what a few common choices share


@dataclass(frozen=True, slots=True)
class Joined:
    """One row: as it is in mine, as it is in theirs (None where it is not), and the marks of what it was before.

    `at` is its index in mine, else in theirs.
    """

    at: int
    mine: Any
    theirs: Any
    before: Marks | None


def join(before: Sequence[Marks], mine: Sequence[Any], theirs: Sequence[Any]) -> list[Joined]:
    """Rows of both sides, each once, in the order of the side that moved rows; in mine, when both did or none did.

    A row of the other side follows the row that it follows there, and what is new behind that.
    """
    own, other = _named(before, mine, "mine"), _named(before, theirs, "theirs")
    _meet(mine, theirs, own, other)
    here, there = _places(own), _places(other)
    order = _woven(other, own) if _moved(other) and not _moved(own) else _woven(own, other)
    return [
        Joined(
            at=here.get(name, there.get(name, 0)),
            mine=mine[here[name]] if name in here else None,
            theirs=theirs[there[name]] if name in there else None,
            before=before[name] if isinstance(name, int) else None,
        )
        for name in order
    ]


def _named(before: Sequence[Marks], rows: Sequence[Mapping[str, Any]], side: str) -> list[Name]:
    """A name for each row: the index of what it was before; a row that is new is named after its side and index."""
    filled = [index for index, row in enumerate(rows) if not is_blank(row)]
    found = match(before, [marks(rows[index]) for index in filled])
    names = {filled[index]: earlier for index, earlier in found.items()}
    return [names.get(index, (side, index)) for index in range(len(rows))]


def _meet(mine: Sequence[Any], theirs: Sequence[Any], own: list[Name], other: list[Name]) -> None:
    """Rows that both sides added and that are nearly the same are one row."""
    new = [index for index, name in enumerate(own) if isinstance(name, tuple) and not is_blank(mine[index])]
    others = [index for index, name in enumerate(other) if isinstance(name, tuple)]
    found = match(
        [marks(theirs[index]) for index in others], [marks(mine[index]) for index in new], alike=TWINS, by_place=False
    )
    for index, twin in found.items():
        own[new[index]] = other[others[twin]]


def _woven(first: Sequence[Name], second: Sequence[Name]) -> list[Name]:
    order, known = list(first), set(first)
    last: Name | None = None
    for name in second:
        if name not in known:
            at = 0 if last is None else order.index(last) + 1
            while at < len(order) and isinstance(order[at], tuple):
                at += 1  # rows that are new on both sides stand one after the other
            order.insert(at, name)
            known.add(name)
        last = name
    return order


def _moved(names: Sequence[Name]) -> bool:
    old = [name for name in names if isinstance(name, int)]
    return old != sorted(old)


def _places(names: Sequence[Name]) -> dict[Name, int]:
    return {name: index for index, name in enumerate(names)}
