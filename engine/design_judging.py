"""What edits make of a design: judged while nothing is locked, and again only where somebody came in between.

A conflict learns here who made what stands there, and when. Nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from engine.core.designing.edits import Edit, Rename
from engine.core.designing.merging import Merged, merge
from engine.core.errors import EditConflict
from engine.design_names import published_names
from engine.design_steps import draft_of
from engine.runtime import Runtime
from engine.store.queries import designs as queries

LOOKED_BACK = 100  # steps among which the one is sought that an edit conflicts with


@dataclass(frozen=True, slots=True)
class Judged:
    """What edits make of a design as it stood after the step of this number."""

    number: int
    merged: Merged


def judge(rt: Runtime, db: Connection, design: Row[Any], edits: Sequence[Edit]) -> Judged:
    """What edits make of a design; each conflict says who and when."""
    renames = any(isinstance(each, Rename) for each in edits)
    published = published_names(db, design.kind, design.key) if renames else frozenset[str]()
    found = merge(draft_of(design), edits, rt.catalog, published)
    if found.conflicts:
        steps = queries.steps(db, design.id, most=LOOKED_BACK)
        found = Merged(found.changed, found.done, tuple(_told(steps, each) for each in found.conflicts))
    return Judged(design.number, found)


def _told(steps: Sequence[Row[Any]], conflict: EditConflict) -> EditConflict:
    step = _touching(steps, conflict.path)
    by, at = (None, None) if step is None else (step.name, step.at)
    return EditConflict(conflict.message, conflict.path, conflict.expected, conflict.found, by, at)


def _touching(steps: Sequence[Row[Any]], path: str) -> Row[Any] | None:
    """The newest step that changed a path, something in it, or something around it."""
    for step in steps:
        named = (name for each in json.loads(step.edits) for name in _named(each))
        if any(f"{name}.".startswith(f"{path}.") or f"{path}.".startswith(f"{name}.") for name in named):
            return step
    return None


def _named(edit: Mapping[str, Any]) -> Iterator[str]:
    """The paths that an edit in JSON changed: of an addition the element, not all of its list."""
    path, element = str(edit.get("path", "")), edit.get("element")
    if isinstance(element, Mapping) and "key" in element:
        yield f"{path}.{element['key']}"
    elif path:
        yield path
    if "key" in edit:
        yield f"{path.rpartition('.')[0]}.{edit['key']}"
