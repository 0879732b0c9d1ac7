"""Two versions of what somebody is writing become one: pure, field by field, row by row, cell by cell.

`mine` was typed on a page, `theirs` is what was saved meanwhile, `base` are the marks of what the page was made from.
What one side alone changed is taken from that side; what both changed is asked. Nothing is invented: every answer of
the outcome was typed on one side. Answers are raw here: nothing judges them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from engine.core.filling.joining import Joined, join
from engine.core.filling.marks import Marks, agrees, is_blank, is_rows, same, token, written

Side: TypeAlias = Literal["mine", "theirs"]
Picks: TypeAlias = Mapping[str, Side]  # key of a difference → the side to take

UNKNOWN = None  # what agrees with nothing
NO_PICKS: Picks = {}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the versions do not agree on: an answer, a cell, or a whole row (`is_row`, None where it is gone).

    `path` names it among the others; `place` is where readers look for it (`targets.2.weight`, rows from 0 as they
    stand in mine, else in theirs). `changed` by one side, or by both, which only a person can settle.
    """

    path: str
    place: str
    mine: Any
    theirs: Any
    changed: Literal["mine", "theirs", "both"]
    is_row: bool = False

    @property
    def key(self) -> str:
        """What a pick names: the path and both texts, so that a choice between these two settles nothing else."""
        return f"{self.path}:{token([self.mine, self.theirs])}"


@dataclass(slots=True)
class Merged:
    """The outcome: `raw`, and every difference met. It can be kept once nothing is `open`."""

    raw: dict[str, Any]
    differences: list[Difference] = field(default_factory=list)
    open: list[Difference] = field(default_factory=list)

    @property
    def taken(self) -> list[Difference]:
        """What came from the other side without a question."""
        return [each for each in self.differences if each.changed == "theirs"]


def merge(base: Marks | None, mine: Mapping[str, Any], theirs: Mapping[str, Any], picks: Picks = NO_PICKS) -> Merged:
    """Merge raw answers; `base` None where it is not known: then whatever differs is asked, and every row is kept.

    A field of which `base` says nothing was not on the page: it stays as theirs. `picks` settle differences by their
    `key`, also those that would need no question.
    """
    merged = Merged({})
    for key in dict.fromkeys([*theirs, *mine]):
        if base is not None and key not in base:
            value = theirs.get(key, mine.get(key))
        else:
            known = UNKNOWN if base is None else base[key]
            value = _value(merged, key, key, known, mine.get(key), theirs.get(key), picks)
        merged.raw[key] = value
    return merged


def on_page(base: Marks | None, typed: Mapping[str, Any], saved: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, and what is saved of fields that the page did not show: they are not cleared by being hidden."""
    if base is None:
        return dict(typed)
    return {key: typed.get(key) if key in base else saved.get(key, typed.get(key)) for key in {**saved, **typed}}


def _value(merged: Merged, path: str, place: str, known: Any, mine: Any, theirs: Any, picks: Picks) -> Any:
    if same(mine, theirs):
        return mine
    if is_rows(mine) or is_rows(theirs):
        return _rows(merged, path, known, mine, theirs, picks)
    if isinstance(mine, Mapping) or isinstance(theirs, Mapping):
        return _parts(merged, path, place, known, mine, theirs, picks)
    return _settled(merged, Difference(path, place, mine, theirs, _changed(known, mine, theirs)), picks)


def _changed(known: Any, mine: Any, theirs: Any) -> Literal["mine", "theirs", "both"]:
    if known is UNKNOWN:
        return "both"
    return "theirs" if agrees(known, mine) else "mine" if agrees(known, theirs) else "both"


def _settled(merged: Merged, found: Difference, picks: Picks) -> Any:
    merged.differences.append(found)
    side = picks.get(found.key, found.changed)
    if side == "both":
        merged.open.append(found)
    return found.theirs if side == "theirs" else found.mine


def _parts(merged: Merged, path: str, place: str, known: Any, mine: Any, theirs: Any, picks: Picks) -> Any:
    """The parts of one answer (a row's cells, both ends of a period), each on its own."""
    mine, theirs = (side if isinstance(side, Mapping) else {} for side in (mine, theirs))
    return {
        key: _value(merged, f"{path}.{key}", f"{place}.{key}", _part(known, key), mine.get(key), theirs.get(key), picks)
        for key in dict.fromkeys([*mine, *theirs])
    }


def _part(known: Any, key: str) -> Any:
    if known is UNKNOWN:
        return UNKNOWN
    return known.get(key, "") if isinstance(known, Mapping) else ""


def _rows(merged: Merged, path: str, known: Any, mine: Any, theirs: Any, picks: Picks) -> list[Any]:
    before = known if isinstance(known, list) else []
    # A blank row that somebody just added stays; one that only stands for an empty table does not.
    ours = [row for row in mine if isinstance(row, Mapping)] if is_rows(mine) and written(mine) else []
    joined = join(before, ours, written(theirs) if is_rows(theirs) else [])
    return [row for number, each in enumerate(joined) for row in _row(merged, path, number, each, known, picks)]


def _row(merged: Merged, path: str, number: int, each: Joined, known: Any, picks: Picks) -> Iterator[Any]:
    place = f"{path}.{each.at}"
    if each.mine is not None and each.theirs is not None:
        before = each.before if each.before is not None else UNKNOWN if known is UNKNOWN else {}
        yield _parts(merged, f"{path}.{number}", place, before, each.mine, each.theirs, picks)
    elif is_blank(each.mine) and is_blank(each.theirs):
        yield each.mine  # a row that somebody just added, to write in
    else:
        found = Difference(f"{path}.{number}", place, each.mine, each.theirs, _who(each), is_row=True)
        if (row := _settled(merged, found, picks)) is not None:
            yield row


def _who(each: Joined) -> Literal["mine", "theirs", "both"]:
    """Who changed a row that only one side has: who wrote it or took it away; both, when the other side edited it."""
    if each.before is None:
        return "mine" if each.theirs is None else "theirs"
    if each.theirs is None:
        return "theirs" if agrees(each.before, each.mine) else "both"
    return "mine" if agrees(each.before, each.theirs) else "both"
