"""Verbs on units, posts and persons, and the loader of a whole city. Appointments and grants have their own modules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine import staffing
from engine.accounts import hash_password
from engine.authority import (
    administered_person,
    administered_post,
    administered_unit,
    require_admin,
    require_whole_person,
)
from engine.core.case import Actor
from engine.core.errors import BadRequest, NotAllowed
from engine.core.messages import Message
from engine.core.times import to_text
from engine.requests import Once
from engine.runtime import Runtime
from engine.staffing import Act, Added
from engine.store.queries import accounts, units
from engine.store.queries import people as queries
from engine.store.queries import staffing as holds

DEFAULT_ZONE = "Asia/Jakarta"


def add_unit(
    rt: Runtime,
    *,
    actor: Actor,
    key: str,
    name: str,
    kind: str,
    parent_ref: str | None,
    timezone: str | None = None,
    starts_on: date | None = None,
    once: str | None = None,
) -> str:
    """Add a unit below one that the actor administers; answers its ref. Only the system adds a root.

    `starts_on`: the day from which it stands; None where it always did. `once` is the idempotency key, here as in the
    verbs below.
    """
    at = rt.clock()
    asked = Once(actor, once, "units.add", [key, name, kind, parent_ref, timezone, str(starts_on)])
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        if parent_ref is None and not actor.is_system:
            raise NotAllowed(Message("people.root_unit"))
        parent = administered_unit(db, actor, parent_ref) if parent_ref else None
        act = Act(rt, db, actor, at)
        about = {"key": key, "name": name, "kind": kind, "timezone": timezone or None}
        added = staffing.add_unit(act, parent=parent, starts_on=starts_on, **about)
        asked.remember(db, {"ref": added.ref}, at)
        return added.ref


def add_post(
    rt: Runtime,
    *,
    actor: Actor,
    key: str,
    name: str,
    kind: str,
    unit_ref: str,
    superior_ref: str | None,
    level: str | None = None,
    position_class: int | None = None,
    starts_on: date | None = None,
    once: str | None = None,
) -> str:
    """Add a post in a unit that the actor administers, below any post; answers its ref."""
    at = rt.clock()
    about = {"key": key, "name": name, "kind": kind, "level": level or None, "position_class": position_class}
    asked = Once(actor, once, "posts.add", {**about, "in": [unit_ref, superior_ref, str(starts_on)]})
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        unit = administered_unit(db, actor, unit_ref)
        superior = units.post_by_ref(db, superior_ref) if superior_ref else None
        if superior_ref and superior is None:
            administered_post(db, actor, superior_ref)
        act = Act(rt, db, actor, at)
        added = staffing.add_post(act, unit=unit, superior=superior, starts_on=starts_on, **about)
        asked.remember(db, {"ref": added.ref}, at)
        return added.ref


def add_person(
    rt: Runtime,
    *,
    actor: Actor,
    name: str,
    kind: str,
    nip: str | None,
    email: str | None = None,
    grade: str | None = None,
    language: str = "id",
    once: str | None = None,
) -> str:
    """Add a person (kind pns, pppk or official); answers the ref. Raises InvalidSubmission by field."""
    require_admin(actor)
    at = rt.clock()
    about = {"name": name, "kind": kind, "nip": nip, "email": email, "grade": grade or None, "language": language}
    asked = Once(actor, once, "people.add", about)
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        added = staffing.add_person(Act(rt, db, actor, at), **about)
        asked.remember(db, {"ref": added.ref}, at)
        return added.ref


def set_active(rt: Runtime, *, actor: Actor, person_ref: str, active: bool) -> None:
    """Let a person leave, which ends his sessions and his holds on tasks, or come back."""
    at = rt.clock()
    with rt.db.begin() as db:
        person = administered_person(db, actor, person_ref, at)
        require_whole_person(db, actor, person.id, at)
        rows = put_active(Act(rt, db, actor, at), person, active)
    rt.queue(rows)


def put_active(act: Act, person: Any, active: bool) -> list[int]:
    """The same inside an act that may do it, for a row of person; answers the outbox rows to ring for."""
    if bool(person.active) == active:
        return []
    queries.set_active(act.db, person.id, active)
    accounts.revoke_sessions(act.db, person.id, to_text(act.at))
    kind = "person.returned" if active else "person.left"
    event = act.record(f"person:{person.ref}", kind, {"person": person.ref})
    return _reresolve_all(act, event, person.id)


def _reresolve_all(act: Act, event: str, person_id: int) -> list[int]:
    """The cases that he may hold a role of: by a post of his, and by each right of his."""
    below = holds.affected(act.db, person_id, holds.posts_of(act.db, person_id))
    over = {held.unit_id for held in holds.live_grants(act.db, person_id, act.at.date().isoformat())}
    units_below = [staffing.reresolve(act, event, unit=unit) for unit in sorted(over)]
    return [staffing.reresolve(act, event, people=below), *units_below]


def load(rt: Runtime, city: Mapping[str, Any], *, actor: Actor, password: str) -> None:
    """Load a whole city in one transaction: units, posts, people, appointments, grants, accounts, each with its event.

    `city` names things by keys of its own (docs of the format: the head of the demo's city.yaml). Every account gets
    `password`, which nobody is asked to change: for a demo. BadRequest names a key that nothing has.
    """
    if not actor.is_system:
        raise NotAllowed(Message("people.system_only"))
    hashes = {entry["person"]: hash_password(password) for entry in city["accounts"]}
    at = rt.clock()
    with rt.db.begin() as db:
        act = Act(rt, db, actor, at)
        found_units = _load_units(act, city["units"])
        found_posts = _load_posts(act, city["posts"], found_units)
        found_people = _load_people(act, city["people"])
        _load_holds(act, city, found_units, found_posts, found_people)
        for key, hashed in hashes.items():
            person = _named(found_people, "person", key)
            accounts.add(db, person.id, hashed, to_text(at), must_change=False)
            act.record(f"person:{person.ref}", "account.created", {"person": person.ref})
        act.record("system", "city.loaded", {"people": len(found_people), "accounts": len(hashes)})


def _load_units(act: Act, entries: list[Mapping[str, Any]]) -> dict[str, Added]:
    found: dict[str, Added] = {}
    for entry in entries:
        parent = _named(found, "unit", entry["parent"]) if entry.get("parent") else None
        zone = entry.get("timezone") or (None if parent else DEFAULT_ZONE)
        found[entry["key"]] = staffing.add_unit(
            act, key=entry["key"], name=entry["name"], kind=entry["kind"], parent=parent, timezone=zone
        )
    return found


def _load_posts(act: Act, entries: list[Mapping[str, Any]], found_units: Mapping[str, Added]) -> dict[str, Added]:
    found: dict[str, Added] = {}
    for entry in entries:
        found[entry["key"]] = staffing.add_post(
            act,
            key=entry["key"],
            name=entry["name"],
            kind=entry["class"],
            unit=_named(found_units, "unit", entry["unit"]),
            superior=_named(found, "post", entry["superior"]) if entry.get("superior") else None,
            level=entry.get("level"),
        )
    return found


def _load_people(act: Act, entries: list[Mapping[str, Any]]) -> dict[str, Added]:
    return {
        entry["key"]: staffing.add_person(
            act,
            name=entry["name"],
            kind=entry["kind"],
            nip=entry.get("nip"),
            email=entry.get("email"),
            grade=entry.get("grade"),
        )
        for entry in entries
    }


def _load_holds(
    act: Act,
    city: Mapping[str, Any],
    found_units: Mapping[str, Added],
    found_posts: Mapping[str, Added],
    found_people: Mapping[str, Added],
) -> None:
    for entry in city["appointments"]:
        staffing.add_appointment(
            act,
            person=_named(found_people, "person", entry["person"]),
            post=_named(found_posts, "post", entry["post"]),
            kind=entry["kind"],
            **_period(entry),
            order_number=entry.get("order_number"),
        )
    for entry in city["grants"]:
        person = _named(found_people, "person", entry["person"])
        unit = _named(found_units, "unit", entry["unit"])
        staffing.add_grant(act, person=person, role=entry["role"], unit=unit, **_period(entry))


def _period(entry: Mapping[str, Any]) -> dict[str, Any]:
    until = entry.get("until")
    return {
        "starts_on": date.fromisoformat(str(entry["from"])),
        "ends_on": date.fromisoformat(str(until)) if until else None,
    }


def _named(found: Mapping[str, Added], what: str, key: str) -> Added:
    if key not in found:
        raise BadRequest(Message(f"people.unknown_{what}", key=key))
    return found[key]
