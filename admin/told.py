"""What was ever said about a unit, post or person, as a page tells it: which fields, from what to what, who, why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from admin import place_words, words
from engine.core import history
from engine.store.queries import changes, units
from engine.web.language import t, today

FIELDS = ("name", "kind", "parent", "timezone", "active", "unit", "superior", "level", "position_class", "nip", "email",
          "grade")  # fmt: skip
PAGES = {"unit": "/admin/units/", "post": "/admin/posts/", "person": "/admin/people/"}


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a change in words; `taken_back`: what was said for that day no longer counts."""

    field: str
    was: str
    now: str
    taken_back: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One recorded change. `always`: a correction, without a first day. `to_come`: its day has not come."""

    event_ref: str
    starts_on: str
    recorded_at: str
    who: str
    reason: str
    parts: tuple[Part, ...]
    always: bool
    to_come: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What one event says of a unit, post or person: its name, its page, and the change."""

    name: str
    page: str
    told: Told


def by_event(db: Connection, event_ref: str) -> Said | None:
    """The change that an event tells; None for one that tells of something else."""
    found = changes.by_event(db, event_ref)
    if found is None:
        return None
    told = _told(db, changes.told(db, found.kind, found.key))
    return Said(found.name, PAGES[found.kind] + found.ref, next(each for each in told if each.event_ref == event_ref))


def of(db: Connection, kind: str, key: int) -> list[Told]:
    """Everything that was said about one thing, the latest day first."""
    return _told(db, changes.told(db, kind, key))


def _told(db: Connection, found: Iterable[Any]) -> list[Told]:
    rows = [(row, json.loads(row.body)) for row in found]
    names = _names(db, (body for _, body in rows))
    return [
        Told(
            event_ref=row.event_ref,
            starts_on=row.starts_on,
            recorded_at=row.recorded_at,
            who=row.actor_name or t("admin.system"),
            reason=json.loads(row.note or "{}").get("reason", ""),
            parts=tuple(_part(name, said, names) for name, said in sorted(body.items(), key=_place)),
            always=row.starts_on == history.ALWAYS,
            to_come=row.starts_on > today().isoformat(),
        )
        for row, body in rows
    ]


def _place(item: tuple[str, Any]) -> int:
    return FIELDS.index(item[0])


def _part(name: str, said: Mapping[str, Any], names: Mapping[str, str]) -> Part:
    return Part(t(f"organisation.field.{name}"), _value(name, said["was"], names), _value(name, said.get("is"), names),
                "is" not in said)  # fmt: skip


def _value(name: str, value: Any, names: Mapping[str, str]) -> str:
    if name == "active":
        return t("organisation.stands" if value else "organisation.stands_not")
    if value is None:
        return t("common.none")
    if name in changes.NAMED:
        return names.get(value, str(value))
    return words.nip(value) if name == "nip" else place_words.kind(str(value)) if name == "kind" else str(value)


def _names(db: Connection, bodies: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What the units and posts are called that changes name by their refs."""
    named: dict[str, set[str]] = {"units": set(), "posts": set()}
    for body in bodies:
        for name in changes.NAMED.keys() & body.keys():
            refs = {ref for ref in (body[name]["was"], body[name].get("is")) if ref}
            named["posts" if name == "superior" else "units"] |= refs
    found = units.unit_names(db, named["units"]) if named["units"] else {}
    return found | (units.post_names(db, named["posts"]) if named["posts"] else {})
