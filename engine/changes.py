"""One change of a unit, post or person at a time: written with its event, and put into the row of today when its day
has come. Verbs (organisation.py, persons.py) and the import share it, inside their transaction.

Who may do this was asked before; what the change says was judged before (judgements.py). `turn` is work of the outbox:
it runs when a day begins for which something was said, and may run twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine.calendars import touch
from engine.core.case import SYSTEM
from engine.core.history import Change, before, since, state_on
from engine.core.proof.canonical import canonical
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.staffing import Act, organisation_day, reresolve, turn_when_it_comes
from engine.store.queries import changes as queries
from engine.store.queries import staffing as holds
from engine.store.queries.locks import wait_for_turn

MOVES = frozenset({"parent", "unit", "superior"})  # fields on which it hangs who holds a role
CLOCKS = frozenset({"parent", "timezone"})  # and by whose days and hours deadlines count


@dataclass(frozen=True, slots=True)
class Thing:
    """A unit, post or person at the moment of a change: today's row, and everything that was ever said of it."""

    kind: str
    row: Any
    said: tuple[Change, ...]

    @property
    def now(self) -> dict[str, Any]:
        """The fields of today's row."""
        return queries.facts(self.kind, self.row)

    def on(self, day: str) -> dict[str, Any]:
        """Every field on a day, as we know it now."""
        return state_on(self.now, self.said, day)


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change left: its events (none where nothing differs), and the rows of the outbox to ring for."""

    events: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.events)

    def __add__(self, other: Changed) -> Changed:
        return Changed(self.events + other.events, self.rows + other.rows)


def thing(db: Connection, kind: str, ref: str) -> Thing:
    """A unit, post or person that exists, locked until the commit.

    Changes of the structure wait for each other: two that are right alone may close a circle together.
    """
    if kind != "person":
        wait_for_turn(db, "organisation")
    row: Any = queries.present(db, kind, ref, lock=True)
    return Thing(kind, row, tuple(queries.of(db, kind, row.id)))


def change(
    act: Act,
    about: Thing,
    fields: Mapping[str, Any],
    *,
    starts_on: date | None,
    reason: str | None,
    event: str | None = None,
) -> Changed:
    """Say that fields have these values from a day on; None corrects: since they were what they are said to be now.

    Fields that have the value already are left out; one event for each day that is left.
    """
    changed, days = Changed(), _by_day(act, about, fields, starts_on)
    for day, some in days.items():
        body = {name: {"was": before(about.now, about.said, name, day), "is": value} for name, value in some.items()}
        changed += record(act, about, day, body, reason=reason, event=event or f"{about.kind}.changed")
        if changed.events and len(changed.events) < len(days):
            about = thing(act.db, about.kind, about.row.ref)
    return changed


def _by_day(act: Act, about: Thing, fields: Mapping[str, Any], starts_on: date | None) -> dict[str, dict[str, Any]]:
    today = organisation_day(act.db, act.at).isoformat()
    found: dict[str, dict[str, Any]] = {}
    for name, value in fields.items():
        day = starts_on.isoformat() if starts_on else since(name, about.said, today)
        if about.on(day)[name] != value:
            found.setdefault(day, {})[name] = value
    return found


def record(act: Act, about: Thing, day: str, body: Mapping[str, Any], *, reason: str | None, event: str) -> Changed:
    """Write a change with its event, and let it take effect today, or when its day begins."""
    today = organisation_day(act.db, act.at).isoformat()
    public = {about.kind: about.row.ref, "starts_on": day, "as_of": today, "fields": sorted(body)}
    private = {**body, **({"reason": reason} if reason else {})}
    stream = f"person:{about.row.ref}" if about.kind == "person" else "system"
    ref = act.record(stream, event, public, private)
    recorded_at = to_text(act.at)
    number = queries.add(
        act.db, about.kind, about.row.id,
        event_ref=ref, starts_on=day, recorded_at=recorded_at, body=canonical(dict(body)).decode(),
    )  # fmt: skip
    said = (*about.said, Change(number, day, recorded_at, body))
    rows = _put(act, Thing(about.kind, about.row, said), today, ref)
    if day > today:
        turn_when_it_comes(act, about.kind, about.row.ref, date.fromisoformat(day), ref)
    return Changed((ref,), rows)


def _put(act: Act, about: Thing, today: str, event: str) -> tuple[int, ...]:
    """Let today's row say what holds today; answers the outbox rows that re-point tasks where people change."""
    holds_today = about.on(today)
    differing = {name: value for name, value in holds_today.items() if value != about.now[name]}
    if not differing:
        return ()
    queries.put(act.db, about.kind, about.row.id, differing)
    counted = (touch(act, event, [about.row.id]),) if about.kind == "unit" and differing.keys() & CLOCKS else ()
    if not differing.keys() & MOVES:
        return counted
    if about.kind == "unit":
        return (*counted, reresolve(act, event, unit=about.row.id))
    return (reresolve(act, event, people=_below(act.db, about)),)


def _below(db: Connection, about: Thing) -> frozenset[int]:
    """The people on a post, and on those below it: their superiors may be others."""
    return holds.seated_below(db, about.row.id) if about.kind == "post" else frozenset()


def turn(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """A day has begun for which something was said: put it into today's row, with an event of its own."""
    act = Act(rt, db, SYSTEM, rt.clock())
    about = thing(db, body["kind"], body["ref"])
    today = organisation_day(db, act.at).isoformat()
    if about.on(today) == about.now:
        return
    stream = f"person:{about.row.ref}" if about.kind == "person" else "system"
    event = act.record(stream, f"{about.kind}.took_effect", {about.kind: about.row.ref, "as_of": today})
    _put(act, about, today, event)
