"""What a case's page says of its deadlines beyond its tasks: suspended, final by rule, the state's and the whole's; and
what the trail says of what they did. Reads only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from engine import suspensions
from engine.core import counting, expiring, moving
from engine.core.messages import Message, message_from_document
from engine.core.times import to_datetime
from engine.store.queries import clocks
from engine.web import labels
from engine.web.language import translate
from portal.words import last_day, note

if TYPE_CHECKING:
    from engine.snapshot import Snapshot

WITH_REASON = ("case.extended", "case.suspended", "case.resumed")  # everybody may know why who sees the case


@dataclass(frozen=True, slots=True)
class Line:
    """A deadline that no task carries: what it is called, its last day, how it was counted, what follows."""

    title: Message
    last: date | None
    counted: Message | None
    follows: Message | None


@dataclass(frozen=True, slots=True)
class Dues:
    """All of it; `final_since`: the last day of the deadline that made the result final."""

    suspended: suspensions.Standing | None = None
    suspended_on: date | None = None
    final_since: date | None = None
    lines: tuple[Line, ...] = ()


def read(db: Any, found: Snapshot) -> Dues:
    """The deadlines of a case that stand at no task, whether it stands still, and whether its result is final."""
    suspended = suspensions.standing(db, found.id) if found.view.suspended_at is not None else None
    final = clocks.made_final(db, found.id) if found.view.final_by_rule else []
    over = moving.is_over_in(found.workflow, found.view.state)
    return Dues(
        suspended,
        suspended.since.astimezone(found.zone).date() if suspended is not None else None,
        last_day(to_datetime(final[0].due), found.zone) if final else None,
        () if over else tuple(_lines(found)),
    )


def _lines(found: Snapshot) -> Iterator[Line]:
    view = found.view
    for clock in view.clocks:
        spec = expiring.clock_spec(found.workflow, view.state, clock.whole)
        if spec is None:
            continue
        shifts = view.shifts.get(clock.ref, ())
        counted = counting.told(spec, clock.due, clock.opened_at, view.clock, found.zone, view.calendar, shifts)
        fired = labels.transition_label(found.workflow.definition, spec.fire) if spec.fire else None
        yield Line(
            Message("due.of_case" if clock.whole else "due.of_state"),
            last_day(clock.due, found.zone),
            counted,
            Message("due.then_fires", transition=fired) if fired is not None else None,
        )


def told(found: Snapshot, row: Any) -> Message | None:
    """What an event says that a deadline did, or that was done to deadlines; None for every other event."""
    definition, kind = found.workflow.definition, row.kind
    if kind in ("case.suspended", "case.resumed"):
        return Message(f"portal.event.{kind.removeprefix('case.')}")
    if kind == "case.extended":
        public = json.loads(row.leaf)["public"]
        if public.get("until"):
            return Message("portal.event.extended_until", day=date.fromisoformat(public["until"]))
        return Message("portal.event.extended_by", count=public["days"])
    if kind == "case.final":
        return Message("portal.event.final", day=_last(found, json.loads(row.leaf)["public"]["due"]))
    if kind == "case.fire_refused":
        public = json.loads(row.leaf)["public"]
        move = labels.transition_label(definition, public["transition"])
        return Message("portal.event.fire_refused", move=move, day=_last(found, public["due"]))
    if kind == "case.moved" and row.actor_name is None:
        because = json.loads(row.leaf)["public"].get("because")
        if because:
            move = labels.transition_label(definition, row.transition)
            return Message("portal.event.moved_by_due", move=move, day=_last(found, because["due"]))
    return None


def refused_for(row: Any) -> str | None:
    """Why a deadline could not do what it should, in words; nothing of other events."""
    said = note(row.note).get("refusals") if row.kind == "case.fire_refused" else None
    return " ".join(translate(message_from_document(each)) for each in said) if isinstance(said, list) else None


def _last(found: Snapshot, due: str) -> date | None:
    at: datetime = to_datetime(due)
    return last_day(at, found.zone)
