"""What is said about a deadline in working days: from when it counts, which days it left out, how many remain. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from engine.core.calendar import Calendar, DayEntry, counted, end_of
from engine.core.extending import Shift, lost, shifted
from engine.core.messages import Message, Param

if TYPE_CHECKING:
    from engine.core.definition import Due, TaskSpec

MOST_NAMED = 6


def clock_started(spec: TaskSpec, task: Any, beside: Iterable[Any]) -> Any:
    """When the clock of an open task began to run: when its state was entered, or what it waits for was done.

    `beside`: the tasks of the same entering. Times come as they are given, as datetimes or as stored text.
    """
    if spec.due is None or spec.due.after != "received" or not spec.after:
        return task.opened_at
    ended = [other.ended_at for other in beside if other.key in spec.after and other.state == "done" and other.ended_at]
    return max(ended, default=task.opened_at)


def explained(
    spec: TaskSpec,
    due: datetime | None,
    started: datetime,
    now: datetime,
    zone: tzinfo,
    calendar: Calendar,
    shifts: Sequence[Shift] = (),
) -> Message | None:
    """How the deadline of a task was counted, and what it was put off by; None where it is just a date, or has none."""
    return None if due is None or spec.due is None else told(spec.due, due, started, now, zone, calendar, shifts)


def told(
    spec: Due,
    due: datetime,
    started: datetime,
    now: datetime,
    zone: tzinfo,
    calendar: Calendar,
    shifts: Sequence[Shift] = (),
) -> Message | None:
    """The same of any deadline: of a task, a state or the whole."""
    put_off = tuple(_shift(shift, calendar) for shift in shifts)
    if spec.working_days is None:
        return Message("due.moved", shifts=put_off) if put_off else None
    said = counted(spec.working_days, started, now, zone, calendar)
    last = shifted(said.last, shifts, calendar)
    if end_of(last, zone) != due:
        return Message("due.kept", count=said.working_days)
    begins = Message("due.counts_from" if said.receipt_counts else "due.counts_after", day=said.start)
    return Message(
        "due.counted",
        count=said.working_days,
        begins=begins,
        without=_named("due.without", said.skipped),
        including=_named("due.including", said.added),
        shifted=Message("due.shifted", shifts=put_off) if put_off else "",
        left=Message("due.left", count=calendar.between(now.astimezone(zone).date(), last)) if now < due else "",
    )


def _shift(shift: Shift, calendar: Calendar) -> Message:
    if shift.until is not None:
        return Message("due.shift_until", day=shift.until)
    if shift.first is not None and shift.last is not None:
        return Message("due.shift_suspended", count=lost(shift.first, shift.last, calendar))
    return Message("due.shift_days", count=shift.days or 0)


def _named(key: str, entries: tuple[DayEntry, ...]) -> Param:
    if not entries:
        return ""
    days: list[Param] = [Message("due.day", day=entry.day, name=entry.name) for entry in entries[:MOST_NAMED]]
    if len(entries) > MOST_NAMED:
        days.append(Message("due.more", count=len(entries) - MOST_NAMED))
    return Message(key, count=len(entries), days=tuple(days))
