"""One unit, post, person, appointment or grant at a time: judged, written, recorded. The verbs and the loader share it.

Who may do this was asked before (authority.py); the transaction is theirs. Nothing here opens one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection

from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, Refused
from engine.core.messages import LANGUAGES, Message
from engine.core.nip import Nip, read_nip
from engine.core.proof.canonical import canonical
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store import apply
from engine.store.queries import outbox, people, units
from engine.store.queries import staffing as queries
from engine.store.refs import new_ref

CIVIL_SERVANTS = ("pns", "pppk")
PERSON_KINDS = (*CIVIL_SERVANTS, "official")  # an official is elected: not evaluated, has no NIP
APPOINTMENT_KINDS = ("definitive", "plt", "plh", "delegated")
ROLES = ("admin", "auditor", "calibration_panel")
LONGEST_NAME = 200
KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True)
class Act:
    """A verb at work: in which transaction, by whom, when."""

    rt: Runtime
    db: Connection
    actor: Actor
    at: datetime

    def record(
        self, stream: str, kind: str, public: Mapping[str, Any], private: Mapping[str, Any] | None = None
    ) -> str:
        """Append the event of this act to a stream; answers its ref."""
        event = apply.append_event(
            self.db,
            stream=stream,
            kind=kind,
            at=self.at,
            actor=self.actor,
            public=public,
            private=private or {},
            product=self.rt.version,
        )
        return event.ref


@dataclass(frozen=True, slots=True)
class Added:
    """What was written: its key inside, its name outside, and the ref of the event that says so."""

    id: int
    ref: str
    event: str


def add_unit(act: Act, *, key: str, name: str, kind: str, parent: Any | None, timezone: str | None) -> Added:
    """A unit below `parent` (a row with id and ref), or a root. Raises InvalidSubmission by field."""
    wrong = _judge_place(act.db, key, name, kind)
    if timezone is not None and not _is_zone(timezone):
        wrong["timezone"] = Message("people.timezone", found=timezone)
    if parent is None and timezone is None:
        wrong["timezone"] = Message("people.timezone_missing")
    _raise(wrong)
    ref = new_ref()
    above = parent.id if parent else None
    found = units.add_unit(act.db, ref=ref, key=key, name=name.strip(), kind=kind, parent_id=above, timezone=timezone)
    public = {"unit": ref, "key": key, "parent": parent.ref if parent else None}
    return Added(found, ref, act.record("system", "unit.added", public, {"name": name.strip(), "kind": kind}))


def add_post(
    act: Act, *, key: str, name: str, kind: str, unit: Any, superior: Any | None, level: str | None = None
) -> Added:
    """A chair in a unit below a superior chair (rows with id and ref). Raises InvalidSubmission by field."""
    _raise(_judge_place(act.db, key, name, kind))
    ref = new_ref()
    above = superior.id if superior else None
    values = {"key": key, "name": name.strip(), "kind": kind, "level": level}
    found = units.add_post(act.db, ref=ref, unit_id=unit.id, superior_id=above, **values)
    public = {"post": ref, "key": key, "unit": unit.ref, "superior": superior.ref if superior else None}
    private = {"name": name.strip(), "kind": kind, "level": level}
    return Added(found, ref, act.record("system", "post.added", public, private))


def _judge_place(db: Connection, key: str, name: str, kind: str) -> dict[str, Message]:
    wrong = _judge_name(name)
    if not KEY.fullmatch(key):
        wrong["key"] = Message("people.key", found=key)
    elif units.taken_keys(db, [key]):
        wrong["key"] = Message("people.key_taken", found=key)
    if not KEY.fullmatch(kind):
        wrong["kind"] = Message("people.key", found=kind)
    return wrong


def add_person(
    act: Act,
    *,
    name: str,
    kind: str,
    nip: str | None,
    email: str | None = None,
    grade: str | None = None,
    language: str = "id",
) -> Added:
    """A person. Raises InvalidSubmission that names each field that is wrong, missing or taken."""
    digits, address = (nip or "").strip() or None, (email or "").strip().lower() or None
    wrong = _judge_name(name)
    if kind not in PERSON_KINDS:
        wrong["kind"] = Message("people.kind", found=kind, allowed=PERSON_KINDS)
    elif kind in CIVIL_SERVANTS:
        read = read_nip(digits or "", kind)
        digits = read.digits if isinstance(read, Nip) else digits
        wrong.update({} if isinstance(read, Nip) else {"nip": read})
    elif digits:
        wrong["nip"] = Message("people.nip.official")
    if address and not (EMAIL.fullmatch(address) and address.isascii() and len(address) <= 254):
        wrong["email"] = Message("people.email", found=address)
    if language not in LANGUAGES:
        wrong["language"] = Message("people.language", found=language, allowed=LANGUAGES)
    for field in people.taken(act.db, nip=digits, email=address):
        wrong.setdefault(field, Message(f"people.{field}_taken"))
    _raise(wrong)
    ref, plain = new_ref(), name.strip()
    values = {"name": plain, "nip": digits, "email": address, "kind": kind, "grade": grade}
    found = people.add(act.db, ref=ref, name_lower=plain.lower(), language=language, active=True, **values)
    return Added(found, ref, act.record(f"person:{ref}", "person.added", {"person": ref}, values))


def _judge_name(name: str) -> dict[str, Message]:
    if 1 <= len(name.strip()) <= LONGEST_NAME and name.isprintable():
        return {}
    return {"name": Message("people.name", most=LONGEST_NAME, found=len(name.strip()))}


def add_appointment(
    act: Act, *, person: Any, post: Any, kind: str, starts_on: date, ends_on: date | None, order_number: str | None
) -> Added:
    """Who holds a post from–to. Raises Refused when a definitive appointment stands in the way."""
    _raise(_judge_period(starts_on, ends_on))
    if kind not in APPOINTMENT_KINDS:
        raise InvalidSubmission({"kind": Message("people.kind", found=kind, allowed=APPOINTMENT_KINDS)})
    period = {"starts_on": str(starts_on), "ends_on": str(ends_on) if ends_on else None}
    queries.lock(act.db, person.id, post.id)
    if kind == "definitive":
        other = queries.overlapping(act.db, person.id, post.id, period["starts_on"], period["ends_on"])
        if other is not None:
            since = date.fromisoformat(other.starts_on)
            raise Refused(Message("people.appointment_overlaps", name=other.name, post=other.post_name, since=since))
    ref = new_ref()
    values = {**period, "kind": kind, "order_number": order_number, "recorded_at": to_text(act.at)}
    found = queries.add_appointment(act.db, ref=ref, person_id=person.id, post_id=post.id, **values)
    public = {"person": person.ref, "post": post.ref, "appointment": ref, "kind": kind, **period}
    private = {"order_number": order_number}
    event = act.record(f"person:{person.ref}", "appointment.made", public, private)
    when_days_come(act, event, (starts_on, ends_on), person=person.id, post=post.id)
    return Added(found, ref, event)


def add_grant(act: Act, *, person: Any, role: str, unit: Any, starts_on: date, ends_on: date | None) -> Added:
    """A right over a unit and what is below it. Raises Refused when the person has it already."""
    _raise(_judge_period(starts_on, ends_on))
    if role not in ROLES:
        raise InvalidSubmission({"role": Message("people.role", found=role, allowed=ROLES)})
    period = {"starts_on": str(starts_on), "ends_on": str(ends_on) if ends_on else None}
    queries.lock(act.db, person.id)
    if queries.same_grant(act.db, person.id, role, unit.id, period["starts_on"], period["ends_on"]) is not None:
        raise Refused(Message("people.granted_already"))
    ref = new_ref()
    values = {**period, "role": role, "granted_by": act.actor.person_id, "recorded_at": to_text(act.at)}
    found = queries.add_grant(act.db, ref=ref, person_id=person.id, unit_id=unit.id, **values)
    public = {"person": person.ref, "unit": unit.ref, "grant": ref, "role": role, **period}
    event = act.record(f"person:{person.ref}", "grant.given", public)
    when_days_come(act, event, (starts_on, ends_on), unit=unit.id)
    return Added(found, ref, event)


def reresolve(act: Act, event: str, *, people: frozenset[int] = frozenset(), unit: int | None = None) -> int:
    """Ask for open tasks to be re-pointed, after the commit: those of cases about these people, or below this unit."""
    body = canonical({"people": sorted(people), "unit": unit}).decode()
    once = f"reresolve:{event}:{'people' if unit is None else unit}"
    return outbox.add(act.db, "holders.reresolve", body, once, to_text(act.at), event)


def when_days_come(
    act: Act,
    event: str,
    days: Iterable[date | None],
    *,
    person: int | None = None,
    post: int | None = None,
    unit: int | None = None,
) -> None:
    """Ask for the same at the beginning of each of the days that has not come yet: holders of roles change then.

    Who sits below the post is asked on that day. A day begins when it does in each zone of the units, since cases
    anywhere may be touched.
    """
    asked = {"people": [person] if person else [], "posts": [post] if post else [], "unit": unit}
    body = canonical(asked).decode()
    zones = [ZoneInfo(name) for name in units.zones(act.db)]
    moments = {datetime.combine(day, time.min, zone).astimezone(UTC) for day in days if day for zone in zones}
    for moment in sorted(moment for moment in moments if moment > act.at):
        due = to_text(moment)
        outbox.add(act.db, "holders.reresolve", body, f"reresolve:{event}:{due}", to_text(act.at), event, due)


def _judge_period(starts_on: date, ends_on: date | None) -> dict[str, Message]:
    if ends_on is None or ends_on > starts_on:
        return {}
    return {"ends_on": Message("people.period", starts=starts_on, ends=ends_on)}


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _raise(wrong: Mapping[str, Message]) -> None:
    if wrong:
        raise InvalidSubmission(wrong)
