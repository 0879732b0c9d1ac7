"""What answers name: people and units looked up before a form is judged, and searched for while it is filled in.

A lookup reaches over the city of the case's unit, and over the holders of its roles; what a field allows of that its
type judges by `Named.facts`. What lies outside is as if it did not exist. Files belong here as one more kind, and
indicators: of these all that are offered for the post of whom the case is about are found at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection

from engine import offers
from engine.core.case import CaseView, Holder, Named
from engine.core.errors import BadRequest
from engine.core.filling.form import Form
from engine.core.messages import Message
from engine.runtime import Runtime
from engine.snapshot import Snapshot
from engine.store.queries import files
from engine.store.queries import named as queries

MOST_NAMED = 2000  # refs in one form; what comes after them counts as not found
MOST_FOUND = 20
SHORTEST, LONGEST = 2, 100  # characters of a search
POSTS_EACH = 3  # rows that a search reads for each person it may show
Reach: TypeAlias = Literal["unit", "subtree", "city"]
Lookup: TypeAlias = Callable[[Runtime, Connection, Snapshot, Collection[str]], Mapping[str, Named]]


def knowing(rt: Runtime, db: Connection, found: Snapshot, form: Form, *raws: object) -> Snapshot:
    """The snapshot with everything that raw answers name, as far as it may be named in this case.

    One statement a kind that is named, whatever the number; none where nothing is.
    """
    if not form.questions.naming:
        return found
    wanted = {pair for raw in raws for pair in form.questions.names(raw)}
    return with_named(found, look_up(rt, db, found, wanted)) if wanted else found


def look_up(
    rt: Runtime, db: Connection, found: Snapshot, wanted: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Named]:
    """What may be named in this case of what is wanted, by kind and ref; of indicators every one that is offered."""
    kinds: dict[str, list[str]] = {}
    for kind, ref in sorted(wanted):
        kinds.setdefault(kind, []).append(ref)
    return {
        (kind, ref): thing
        for kind, refs in kinds.items()
        if kind in LOOKUPS
        for ref, thing in LOOKUPS[kind](rt, db, found, refs[:MOST_NAMED]).items()
    }


def with_named(found: Snapshot, named: Mapping[tuple[str, str], Named]) -> Snapshot:
    """The snapshot with what was looked up."""
    return replace(found, view=replace(found.view, named={**found.view.named, **named})) if named else found


def _people(rt: Runtime, db: Connection, found: Snapshot, refs: Collection[str]) -> Mapping[str, Named]:
    holders = {holder.ref: holder for held in found.view.roles.values() for holder in held if holder.ref in refs}
    seated = persons(found.view, queries.people(db, found.unit_id, found.view.today, refs))
    # Who holds a role of the case may sit in another city, or nowhere.
    return {**{ref: _person(found.view, holder.ref, holder.name) for ref, holder in holders.items()}, **seated}


def _units(rt: Runtime, db: Connection, found: Snapshot, refs: Collection[str]) -> Mapping[str, Named]:
    return {row.ref: _unit(row) for row in queries.units(db, found.unit_id, refs)}


def _files(rt: Runtime, db: Connection, found: Snapshot, refs: Collection[str]) -> Mapping[str, Named]:
    """Files that were given for this case and judged clean, or that a submission of it holds."""
    return {row.ref: _file(row) for row in files.named(db, found.id, refs)}


def _file(row: Any) -> Named:
    facts = {name: getattr(row, name) for name in ("size", "type", "sha256", "form", "status")}
    return Named(row.ref, row.name, "", {**facts, **json.loads(row.facts or "{}")})


def _indicators(rt: Runtime, db: Connection, found: Snapshot, refs: Collection[str]) -> Mapping[str, Named]:
    """All that are offered to whom the case is about, by the post that he holds today; none to nobody."""
    if found.view.subject_id is None:
        return {}
    offered = offers.to_person(rt, db, found.view.subject_id, found.view.today)
    return {one.key: offers.as_named(one) for one in offered}


LOOKUPS: dict[str, Lookup] = {"person": _people, "unit": _units, "file": _files, "indicator": _indicators}


def search(db: Connection, found: Snapshot, kind: str, text: str, *, reach: Reach, role: str | None) -> list[Named]:
    """Whom (or which unit) a text may mean in a field of this case, by name, at most 20; `facts["nip"]`: its end.

    Raises BadRequest for a text that is too short or too long.
    """
    text = " ".join(text.split())
    if not SHORTEST <= len(text) <= LONGEST:
        raise BadRequest(Message("picker.length", least=SHORTEST, most=LONGEST))
    if kind == "unit":
        return [_unit(row) for row in queries.search_units(db, found.unit_id, text, reach, MOST_FOUND)]
    if role is not None:
        return _among(db, found, text, found.view.roles.get(role, ()))
    most = MOST_FOUND * POSTS_EACH
    rows = queries.search_people(db, found.unit_id, found.view.today, text, reach, most)
    return list(persons(found.view, rows).values())[:MOST_FOUND]


def _among(db: Connection, found: Snapshot, text: str, holders: Iterable[Holder]) -> list[Named]:
    """Those of the holders of a role whom a text names: they are few, and known already."""
    wanted = f" {text.lower()}"
    meant = {holder.person_id: holder for holder in holders if wanted in f" {holder.name.lower()}"}
    seated = persons(found.view, queries.posts_of(db, found.unit_id, found.view.today, meant))
    return [seated.get(each.ref) or _person(found.view, each.ref, each.name) for each in meant.values()][:MOST_FOUND]


def persons(view: CaseView, rows: Iterable[Any]) -> dict[str, Named]:
    """People by ref from rows of the posts that they hold: the first one is told, the nearest one counts."""
    posts: dict[str, list[Any]] = {}
    for row in rows:
        posts.setdefault(row.ref, []).append(row)
    return {ref: _seated(view, held) for ref, held in posts.items()}


def _seated(view: CaseView, held: list[Any]) -> Named:
    first = held[0]
    reach = "unit" if any(row.in_unit for row in held) else "subtree" if any(row.in_subtree for row in held) else "city"
    found = _person(view, first.ref, first.name)
    facts = {**found.facts, "reach": reach, "nip": (first.nip or "")[-4:]}
    return replace(found, detail=f"{first.post}, {first.unit}", facts=facts)


def _person(view: CaseView, ref: str, name: str) -> Named:
    roles = " ".join(role for role, held in view.roles.items() if any(holder.ref == ref for holder in held))
    return Named(ref, name, "", {"roles": roles})


def _unit(row: Any) -> Named:
    return Named(row.ref, row.name, row.parent or "", {"reach": "subtree" if row.in_subtree else "city"})
