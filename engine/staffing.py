"""One unit, post, person, appointment or grant more: judged, written, recorded. Verbs, loader and import share it.

Who may do this was asked before (authority.py); the transaction is theirs. Nothing here opens one. What changes and
ends of them stands in restaffing.py, what is judged in judgements.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, Refused
from engine.core.history import ALWAYS
from engine.core.messages import LANGUAGES, Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_date, to_text
from engine.judgements import (
    EMAIL,
    KEY,
    LONGEST_NAME,
    judge_key,
    judge_period,
    judge_person,
    judge_plain,
    judge_standing,
    judge_stay,
    raise_wrong,
)
from engine.runtime import Runtime
from engine.store import apply
from engine.store.queries import changes, outbox, people, units
from engine.store.queries import staffing as queries
from engine.store.refs import new_ref

__all__ = ["EMAIL", "KEY", "LONGEST_NAME", "Act", "Added"]  # the limits of judgements.py, for whoever reads files

APPOINTMENT_KINDS = ("definitive", "plt", "plh", "delegated", "team_leader")
ROLES = ("admin", "auditor", "calibration_panel")


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


def add_unit(
    act: Act,
    *,
    key: str,
    name: str,
    kind: str,
    parent: Any | None,
    timezone: str | None,
    starts_on: date | None = None,
) -> Added:
    """A unit below `parent` (a row with id and ref), or a root. Raises InvalidSubmission by field.

    starts_on: the day from which it stands; None where it always did, as far as anybody knows.
    """
    about = {"name": name.strip(), "kind": kind, "parent": parent.ref if parent else None, "timezone": timezone}
    wrong = judge_key(act.db, key) | judge_plain({**about, "name": name})
    if parent is None and timezone is None:
        wrong["timezone"] = Message("people.timezone_missing")
    wrong |= judge_standing(act.db, "unit", about["parent"], _first_day(starts_on), "parent") if starts_on else {}
    raise_wrong(wrong)
    ref, above = new_ref(), parent.id if parent else None
    values = {"name": about["name"], "kind": kind, "parent_id": above, "timezone": timezone}
    found = units.add_unit(act.db, ref=ref, key=key, **values, **_beginning(act, starts_on))
    public = {"unit": ref, "key": key, "parent": about["parent"], "timezone": timezone, **_said_on(act, starts_on)}
    event = act.record("system", "unit.added", public, {"name": about["name"], "kind": kind})
    return _begun(act, "unit", Added(found, ref, event), starts_on)


def add_post(
    act: Act,
    *,
    key: str,
    name: str,
    kind: str,
    unit: Any,
    superior: Any | None,
    level: str | None = None,
    position_class: int | None = None,
    starts_on: date | None = None,
) -> Added:
    """A chair in a unit below a superior chair (rows with id and ref). Raises InvalidSubmission by field.

    position_class: the class of the position (kelas jabatan), 1 to 17; starts_on as in `add_unit`.
    """
    wrong = judge_key(act.db, key) | judge_plain({"name": name, "kind": kind, "position_class": position_class})
    if starts_on:
        first = _first_day(starts_on)
        wrong |= judge_standing(act.db, "unit", unit.ref, first, "unit")
        wrong |= judge_standing(act.db, "post", superior.ref if superior else None, first, "superior")
    raise_wrong(wrong)
    ref, above = new_ref(), superior.id if superior else None
    values = {"name": name.strip(), "kind": kind, "level": level, "position_class": position_class}
    found = units.add_post(
        act.db, ref=ref, key=key, unit_id=unit.id, superior_id=above, **values, **_beginning(act, starts_on)
    )
    public = {"post": ref, "key": key, "unit": unit.ref, "superior": superior.ref if superior else None}
    event = act.record("system", "post.added", {**public, **_said_on(act, starts_on)}, values)
    return _begun(act, "post", Added(found, ref, event), starts_on)


def _first_day(starts_on: date | None) -> str:
    return starts_on.isoformat() if starts_on else ALWAYS


def _said_on(act: Act, starts_on: date | None) -> dict[str, str]:
    if starts_on is None:
        return {}
    return {"starts_on": starts_on.isoformat(), "as_of": organisation_day(act.db, act.at).isoformat()}


def _beginning(act: Act, starts_on: date | None) -> dict[str, Any]:
    """The columns that say when it was recorded, and whether it stands already."""
    if starts_on is None:
        return {"recorded_at": to_text(act.at)}
    return {"recorded_at": to_text(act.at), "active": starts_on <= organisation_day(act.db, act.at)}


def _begun(act: Act, kind: str, added: Added, starts_on: date | None) -> Added:
    """From a day on it stands, before it did not: the first change of it."""
    if starts_on is not None:
        body = canonical({"active": {"was": False, "is": True}}).decode()
        said = {"event_ref": added.event, "starts_on": starts_on.isoformat(), "recorded_at": to_text(act.at)}
        changes.add(act.db, kind, added.id, **said, body=body)
        if starts_on > organisation_day(act.db, act.at):
            turn_when_it_comes(act, kind, added.ref, starts_on, added.event)
    return added


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
    asked = {"name": name, "nip": nip, "email": email, "kind": kind, "grade": grade}
    values, wrong = judge_person(act.db, asked, {})
    if language not in LANGUAGES:
        wrong["language"] = Message("people.language", found=language, allowed=LANGUAGES)
    raise_wrong(wrong)
    ref = new_ref()
    own = {"name_lower": values["name"].lower(), "language": language, "active": True, "recorded_at": to_text(act.at)}
    found = people.add(act.db, ref=ref, **values, **own)
    return Added(found, ref, act.record(f"person:{ref}", "person.added", {"person": ref}, values))


def add_appointment(
    act: Act, *, person: Any, post: Any, kind: str, starts_on: date, ends_on: date | None, order_number: str | None
) -> Added:
    """Who holds a post from–to. Raises Refused when another appointment stands in the way."""
    judge_appointment(act, person.id, post, kind, starts_on, ends_on)
    ref, period = new_ref(), _period(starts_on, ends_on)
    values = {**period, "kind": kind, "order_number": order_number, "recorded_at": to_text(act.at)}
    found = queries.add_appointment(act.db, ref=ref, person_id=person.id, post_id=post.id, **values)
    public = {"person": person.ref, "post": post.ref, "appointment": ref, "kind": kind, **period}
    private = {"order_number": order_number}
    event = act.record(f"person:{person.ref}", "appointment.made", public, private)
    when_days_come(act, event, (starts_on, ends_on), person=person.id, post=post.id)
    return Added(found, ref, event)


def judge_appointment(
    act: Act, person_id: int, post: Any, kind: str, starts_on: date, ends_on: date | None, but: int | None = None
) -> None:
    """Raise what keeps a person from a post (id, ref) in a period; `but` is the appointment that this one replaces.

    A person holds one post definitively at a time, a post has one such holder, nobody holds a post twice at once, and
    the post stands all the time. Person and post stay locked until the commit.
    """
    raise_wrong(judge_period(starts_on, ends_on))
    if kind not in APPOINTMENT_KINDS:
        raise InvalidSubmission({"kind": Message("people.kind", found=kind, allowed=APPOINTMENT_KINDS)})
    period = _period(starts_on, ends_on)
    queries.lock(act.db, person_id, post.id)
    other = queries.overlapping(act.db, person_id, post.id, **period, but=but) if kind == "definitive" else None
    if other is not None:
        since = to_date(other.starts_on)
        raise Refused(Message("people.appointment_overlaps", name=other.name, post=other.post_name, since=since))
    if (twice := queries.seat_taken(act.db, person_id, post.id, **period, but=but)) is not None:
        raise Refused(Message("organisation.holds_already", since=to_date(twice.starts_on)))
    raise_wrong(judge_stay(act.db, post, starts_on, ends_on))


def _period(starts_on: date, ends_on: date | None) -> dict[str, Any]:
    return {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat() if ends_on else None}


def add_grant(act: Act, *, person: Any, role: str, unit: Any, starts_on: date, ends_on: date | None) -> Added:
    """A right over a unit and what is below it. Raises Refused when the person has it already."""
    raise_wrong(judge_period(starts_on, ends_on))
    if role not in ROLES:
        raise InvalidSubmission({"role": Message("people.role", found=role, allowed=ROLES)})
    period = _period(starts_on, ends_on)
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


def turn_when_it_comes(act: Act, kind: str, ref: str, day: date, event: str) -> None:
    """Ask for a unit, post or person to be put into today's row when a day begins (changes.turn)."""
    zone = ZoneInfo(units.zone_of_all(act.db) or "UTC")
    due = to_text(datetime.combine(day, time.min, zone).astimezone(UTC))
    body = canonical({"kind": kind, "ref": ref}).decode()
    outbox.add(act.db, "organisation.turn", body, f"turn:{event}", to_text(act.at), event, due)


def organisation_day(db: Connection, at: datetime) -> date:
    """The day of the clock of the first root unit: on it the organisation turns; the UTC day where there is none."""
    return at.astimezone(ZoneInfo(units.zone_of_all(db) or "UTC")).date()
