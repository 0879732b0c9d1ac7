"""Judging and writing one entry of a register, in the caller's transaction, whichever way it came in.

Who may is asked before (entry_rights.py); the verbs on single entries stand in registers.py, the ways in for people
who do not sign in and for paper in public_entries.py and paper_batches.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection

from engine import audit_entries
from engine.authority import local_day
from engine.core.calendar import MONDAY_TO_FRIDAY, Calendar
from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, Refused
from engine.core.filling.fieldtype import FormFacts
from engine.core.messages import Message
from engine.core.proof import commitment
from engine.core.register import JudgedEntry, Register, judge, overlaps
from engine.core.times import to_text
from engine.entry_rights import Published, Subject
from engine.runtime import Runtime
from engine.store import apply, apply_entries
from engine.store.apply_entries import NewEntry
from engine.store.queries import calendars, units
from engine.store.queries import entries as queries
from engine.store.queries.locks import share_turn, wait_for_turn
from engine.store.refs import new_ref, new_seed
from engine.store.tables.registers import MEASURES

How = Literal["page", "api", "paper", "public", "workflow"]


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes entries, when and which way. key: of the request; said: what the leaf says beside the entry."""

    rt: Runtime
    db: Connection
    actor: Actor
    at: datetime
    how: How = "page"
    key: str | None = None
    said: Mapping[str, Any] = field(default_factory=dict)

    def record(
        self,
        stream: str,
        kind: str,
        public: Mapping[str, Any],
        private: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> str:
        """Append an event of this act to a stream; answers its ref."""
        event = apply.append_event(
            self.db, stream=stream, kind=kind, at=self.at, actor=self.actor, public=public, private=private or {},
            key=key, product=self.rt.version,
        )  # fmt: skip
        return event.ref


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it was written: its key inside, its name outside, the event that brought it, what it says."""

    id: int
    ref: str
    event: str
    values: Mapping[str, Any]


def write(
    by: Writing,
    found: Published,
    subject: Subject,
    day: date,
    answers: Mapping[str, Any],
    *,
    row: Any = None,
    reason: str = "",
    beside: Mapping[str, Any] | None = None,
) -> Written:
    """Judge and write an entry, in the place of `row` where one is given. day: local. beside: kept with the answers.

    Raises InvalidSubmission by field ("day" among them), Refused where another entry stands in the way.
    """
    db, register = by.db, found.register
    take_turn(db, register, subject)
    today = today_of(db, subject, by.at)
    calendar = office_days(by.rt, db, register, subject.unit_id)
    judged = judge(register, answers, day, FormFacts(today, day, day), calendar, corrects=row is not None)
    if judged.errors:
        raise InvalidSubmission(judged.errors)
    _require_room(db, register, subject, day, judged, None if row is None else row.id)
    return _write(by, found, subject, day, judged, row, reason, beside or {})


def take_turn(db: Connection, register: Register, subject: Subject) -> None:
    """Where one entry may stand in the way of another, wait for whoever writes about the same; again, it does nothing.

    Before the row of an entry is locked: whoever brings thousands takes the turn first, too (locks.py).
    """
    if register.definition.a_day == "one" or register.definition.span is not None:
        share_turn(db, f"entries:{register.definition.key}")  # beside everybody but whoever brings thousands
        wait_for_turn(db, f"entries:{register.definition.key}:{subject.ref}")


def office_days(rt: Runtime, db: Connection, register: Register, unit_id: int | None) -> Calendar:
    """The calendar in force for a unit, the highest one for nobody's; Monday to Friday where no measure asks."""
    place = unit_id if unit_id is not None else units.highest(db) if register.counts_working_days else None
    if place is None or not register.counts_working_days:
        return MONDAY_TO_FRIDAY
    return rt.days.of(db, place, calendars.stamp(db))


def today_of(db: Connection, subject: Subject, at: datetime) -> date:
    """The local day of the unit, of the first root unit for whoever has none."""
    unit_id = subject.unit_id if subject.unit_id is not None else units.highest(db)
    return at.date() if unit_id is None else local_day(units.unit(db, unit_id), at)


def _write(
    by: Writing,
    found: Published,
    subject: Subject,
    day: date,
    judged: JudgedEntry,
    row: Any,
    reason: str,
    beside: Mapping[str, Any],
) -> Written:
    register, ref, seed = found.register, new_ref(), new_seed()
    name, columns = register.definition.key, _in_columns(by.db, register, judged)
    kept = {audit_entries.KEPT: audit_entries.kept(columns, judged.span, subject.unit_id)}
    sealed = commitment.seal(seed, {**register.form.questions.dump(judged.values), **beside, **kept})
    public = {"entry": ref, "register": name, "definition": found.digest, "day": day.isoformat()}
    public |= {"root": sealed.root.hex(), **by.said}
    kind, said = ("entry.added", {}) if row is None else ("entry.corrected", {"reason": reason})
    public |= {} if row is None else {"replaces": row.ref}
    event = by.record(subject.stream, kind, public, said, by.key)
    if row is not None:
        apply_entries.end(by.db, row, event)
    key = apply_entries.write(by.db, NewEntry(
        ref=ref, register=name, digest=found.digest, person_id=subject.person_id, unit_id=subject.unit_id,
        day=day.isoformat(), span=judged.span, measures=columns, seed=seed, sealed=sealed,
        how=by.how, by_id=by.actor.person_id, at=to_text(by.at), event_ref=event,
        replaces_id=None if row is None else row.id,
    ))  # fmt: skip
    return Written(key, ref, event, judged.values)


def _require_room(
    db: Connection, register: Register, subject: Subject, day: date, judged: JudgedEntry, but: int | None
) -> None:
    """Refuse a second entry of a day where there is one a day, and one that overlaps another."""
    definition = register.definition
    if definition.a_day == "many" and judged.span is None:
        return
    rows = queries.on_day(db, definition.key, subject.person_id, subject.unit_id, day.isoformat())
    for row in rows:
        if row.id == but:
            continue
        if definition.a_day == "one":
            raise Refused(Message("register.one_a_day", day=day))
        if judged.span and row.begins is not None and overlaps(judged.span, (row.begins, row.ends)):
            raise Refused(Message("register.overlaps", start=_clock(row.begins), end=_clock(row.ends)))


def _in_columns(db: Connection, register: Register, judged: JudgedEntry) -> list[int | None]:
    """The measures in the columns in which this register keeps them."""
    keys = [each.spec.key for each in register.measures]
    columns: list[int | None] = [None] * len(MEASURES)
    if not keys:
        return columns
    places = queries.places(db, register.definition.key)
    if not places.keys() >= set(keys):  # else nobody waits for whoever adds to the same register
        wait_for_turn(db, f"measures:{register.definition.key}")
        places = apply_entries.place_of(db, register.definition.key, keys)
    if max(places.values()) >= len(MEASURES):
        raise Refused(Message("register.too_many_measures", most=len(MEASURES)))
    for key, number in zip(keys, judged.measures, strict=True):
        columns[places[key]] = number
    return columns


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
