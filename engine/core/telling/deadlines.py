"""By when something is to be done, in words: a day of the period, or so many working days; and what happens then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.messages import Message, Param
from engine.core.telling.called import Called, nodes
from engine.core.telling.joining import whole

DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")


def due(node: Any, called: Called) -> Message:
    """`31 Januari`, `7 hari kerja sejak tugas diterima`; and what is reminded of, and happens from then on."""
    if not isinstance(node, Mapping):
        return _when(node)
    said = Message("telling.due.by", field=called.by("field", node["by"])) if node.get("by") else _when(node)
    if node.get("passes_to"):
        said = Message("telling.due.passes", due=said, role=called.by("role", node["passes_to"]))
    if node.get("fire"):
        said = Message("telling.due.fires", due=said, transition=called.by("transition", node["fire"]))
    if node.get("final") is True:
        said = Message("telling.due.finally", due=said)
    reminders = tuple(_reminders(node))
    return Message("telling.due.reminds", due=said, reminders=reminders) if reminders else said


def _reminders(node: Mapping[str, Any]) -> Iterator[Param]:
    for each in nodes(node.get("remind")):
        days, when = whole(each.get("working_days")), each.get("when")
        if when == "on":
            yield Message("telling.due.remind_on")
        elif days is not None and when in ("before", "after"):
            yield Message(f"telling.due.remind_{when}", count=days)


def _when(node: Any) -> Message:
    if isinstance(node, Mapping):
        day = DAY.match(str(node.get("on", "")))
        if day is not None:
            words = Message("telling.due.day", day=str(int(day[2])), month=Message(f"telling.month.{day[1]}"))
            return Message("telling.due.next", day=words) if node.get("of") == "next_period" else words
        days = whole(node.get("working_days"))
        if days is not None:
            since = "received" if node.get("after") == "received" else "entered"
            return Message(f"telling.due.{since}", count=days)
    return Message("telling.due.unclear")
