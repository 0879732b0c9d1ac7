"""The sentences for rights to read, pinned references and the cells of a look-up table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.comparing.both import Both
from engine.core.comparing.difference import Difference, Kind, Part
from engine.core.comparing.lists import states
from engine.core.comparing.pairing import pair
from engine.core.comparing.properties import changed, told
from engine.core.messages import Message, Param, readable
from engine.core.telling.called import label_of, nodes
from engine.core.telling.joining import listed

PATH = "visible"


def grants(both: Both, part: Part, old: list[Any], new: list[Any]) -> Iterator[Difference]:
    """Who may read a form in which states."""
    found = pair(old, new, _named)
    for after in found.added:
        yield _grant(both, part, "added", after, listed(after.get("states")))
    for before in found.removed:
        yield _grant(both, part, "removed", before, listed(before.get("states")))
    for before, after, _ in found.both:
        was, now = listed(before.get("states")), listed(after.get("states"))
        if more := tuple(key for key in now if key not in was):
            yield _grant(both, part, "added", after, more)
        if less := tuple(key for key in was if key not in now):
            yield _grant(both, part, "removed", before, less)
        if was != now and not more and not less:
            yield _grant(both, part, "order", after, now)
    if any(moved for *_, moved in found.both):
        yield told(_place(part), PATH, Message("comparing.grant.moved"), None, None, "moved")


def _named(each: Any) -> tuple[str, str]:
    return (str(each.get("form")), str(each.get("role"))) if isinstance(each, Mapping) else ("", str(each))


def _grant(both: Both, part: Part, way: str, node: Mapping[str, Any], keys: tuple[str, ...]) -> Difference:
    teller = both.old if way == "removed" else both.new
    role, form = teller.called.by("role", node.get("role", "")), teller.called.by("form", node.get("form", ""))
    where = states(both, {"states": list(keys)})
    message = Message(f"comparing.grant.{way}", role=role, form=form, states=where)
    path = f"{PATH}.{node.get('form', '')}.{node.get('role', '')}"
    kind: Kind = "added" if way == "added" else "removed" if way == "removed" else "moved"
    stood = Message("comparing.grant.stands", role=role, form=form, states=where)
    old, new = (stood if way == "removed" else None), (stood if way == "added" else None)
    return told(_place(part), path, message, old, new, kind)


def _place(part: Part) -> Part:
    return Part(PATH, "rights", part.name, None, part)


def locks(both: Both, part: Part, old: list[Any], new: list[Any]) -> Iterator[Difference]:
    """What publishing pinned: another content of a code list counts as much as another line of the document."""
    found = pair(old, new, lambda each: str(each.get("reference")) if isinstance(each, Mapping) else str(each))
    several: list[tuple[str, Any, Kind]] = [("added", each, "added") for each in found.added]
    several += [("removed", each, "removed") for each in found.removed]
    several += [("changed", after, "changed") for before, after, _ in found.both if before != after]
    several += [("order", after, "moved") for *_, after, moved in found.both if moved]
    for way, each, kind in several:
        key = str(each.get("reference", "") if isinstance(each, Mapping) else each).partition(":")[2]
        known = both.new.codelists.get(key)
        name = known.name if known else readable(key)
        inside = Part("lock", "reference", name, None, part)
        yield told(inside, f"lock.{key}", Message(f"comparing.lock.{way}", name=name), None, None, kind)


def cells(both: Both, part: Part, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Each cell of a table that holds something else."""
    for row in dict.fromkeys((*new, *old)):
        before, after = old.get(row), new.get(row)
        if before == after:
            continue
        if not all(each is None or isinstance(each, Mapping) for each in (before, after)):
            yield changed(both, part, "cells", old, new)
            return
        for column in dict.fromkeys((*(after or {}), *(before or {}))):
            was, now = (before or {}).get(column), (after or {}).get(column)
            if was != now:
                yield _cell(both, part, row, column, was, now)


def _cell(both: Both, part: Part, row: str, column: str, was: Any, now: Any) -> Difference:
    names = {"row": _axis(both, "rows", row), "column": _axis(both, "columns", column)}
    old, new = _item(both.old.document, was), _item(both.new.document, now)
    message = Message("comparing.cell", **names, old=old, new=new)
    return told(part, f"{part.at('cells')}.{row}.{column}", message, old, new)


def _axis(both: Both, axis: str, key: str) -> Param:
    for document in (both.new.document, both.old.document):
        matrix = document.get("matrix")
        for each in nodes(matrix.get(axis) if isinstance(matrix, Mapping) else None):
            if each.get("key") == key:
                return label_of(each)
    return readable(key)


def _item(document: Mapping[str, Any], key: Any) -> Param:
    if key is None:
        return Message("telling.nothing")
    return next((label_of(each) for each in nodes(document.get("items")) if each.get("key") == key), readable(str(key)))
