"""Many edits at once where some may conflict: those that fit are done, the others told. Judged once, in one pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.core.catalog import Catalog
from engine.core.designing.draft import Draft
from engine.core.designing.edits import Changed, Edit, one
from engine.core.designing.grounds import bounded
from engine.core.errors import EditConflict


@dataclass(frozen=True, slots=True)
class Merged:
    """What edits made of a draft: those that were done with the way back, and the conflicts of the others."""

    changed: Changed
    done: tuple[Edit, ...]
    conflicts: tuple[EditConflict, ...]


def merge(draft: Draft, edits: Iterable[Edit], catalog: Catalog, published: frozenset[str] = frozenset()) -> Merged:
    """Do the edits that fit, one after the other; what else is asked of a place that conflicted is left out as well.

    `published` as for `change`. Raises InvalidEdit for what cannot be done at all.
    """
    inverse: list[Edit] = []
    done: list[Edit] = []
    conflicts: dict[str, EditConflict] = {}
    for edit in edits:
        if getattr(edit, "path", None) in conflicts:
            continue
        try:
            after = one(draft, edit, catalog, published)
        except EditConflict as conflict:
            conflicts[conflict.path] = conflict
            continue
        draft, inverse = after.draft, [*after.inverse, *inverse]
        done.append(edit)
    return Merged(Changed(bounded(draft), tuple(inverse)), tuple(done), tuple(conflicts.values()))
