"""Moving within a form, as edits: one place up or down, or to wherever somebody drags it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core.building.draftform import elements
from engine.core.building.making import Made
from engine.core.building.places import Seat, element, form_of, seat, seats
from engine.core.designing.edits import Move


def shifted(document: Mapping[str, Any], path: str, *, up: bool) -> Made | None:
    """One place up or down; from the edge of its section a question goes into the one beside it.

    None at the very edge of a form, and for what is not there.
    """
    place = seat(document, path)
    if place is None:
        return None
    if 0 <= (to := place.index + (-1 if up else 1)) < len(place.keys):
        before = place.keys[to] if up else Seat(place.listed, place.keys, to).following
        return Made((Move(path, place.listed, before),), path)
    if not place.listed.endswith(".fields"):
        return None
    return _across(document, place, up=up)


def moved(document: Mapping[str, Any], path: str, to: str, before: str) -> Made | None:
    """Into a list of the same kind, before one of its elements: what dragging does. None for what is not there."""
    place = seat(document, path)
    kinds = [listed.rpartition(".")[2] for listed in (place.listed, to)] if place else ["", "-"]
    known = {each.listed for each in seats(document, path)} | set(_lists(document, path))
    if place is None or kinds[0] != kinds[1] or to not in known:
        return None
    return Made((Move(path, to, before or None),), f"{to}.{path.rpartition('.')[2]}")


def _across(document: Mapping[str, Any], place: Seat, *, up: bool) -> Made | None:
    here = seat(document, place.listed.removesuffix(".fields"))
    to = (here.index + (-1 if up else 1)) if here is not None else -1
    if here is None or not 0 <= to < len(here.keys):
        return None
    listed = f"{here.listed}.{here.keys[to]}.fields"
    inside = [key["key"] for key in elements((element(document, listed.removesuffix(".fields")) or {}).get("fields"))]
    before = None if up or not inside else inside[0]
    return Made((Move(place.path, listed, before),), f"{listed}.{place.path.rpartition('.')[2]}")


def _lists(document: Mapping[str, Any], path: str) -> list[str]:
    """The lists of questions of a form, empty ones too."""
    around = form_of(document, path) or {}
    top = f"forms.{around.get('key')}.sections"
    return [f"{top}.{each['key']}.fields" for each in elements(around.get("sections"))]
