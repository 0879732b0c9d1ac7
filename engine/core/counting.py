"""What is said about a deadline in working days: from when it counts, which days it left out, how many remain. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from engine.core.calendar import Calendar, DayEntry, counted, end_of
from engine.core.messages import Message, Param

if TYPE_CHECKING:
    from engine.core.definition import TaskSpec

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
    spec: TaskSpec, due: datetime | None, started: datetime, now: datetime, zone: tzinfo, calendar: Calendar
) -> Message | None:
    """How the deadline of a task was counted; None where it is a date, or has none."""
    if due is None or spec.due is None or spec.due.working_days is None:
        return None
    said = counted(spec.due.working_days, started, now, zone, calendar)
    if end_of(said.last, zone) != due:
        return Message("due.kept", count=said.working_days)
    begins = Message("due.counts_from" if said.receipt_counts else "due.counts_after", day=said.start)
    return Message(
        "due.counted",
        count=said.working_days,
        begins=begins,
        without=_named("due.without", said.skipped),
        including=_named("due.including", said.added),
        left=Message("due.left", count=said.left) if now < due else "",
    )


def _named(key: str, entries: tuple[DayEntry, ...]) -> Param:
    if not entries:
        return ""
    days: list[Param] = [Message("due.day", day=entry.day, name=entry.name) for entry in entries[:MOST_NAMED]]
    if len(entries) > MOST_NAMED:
        days.append(Message("due.more", count=len(entries) - MOST_NAMED))
    return Message(key, count=len(entries), days=tuple(days))
