"""By when a task is to be done, in words: a day of the period, or so many working days."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.core.messages import Message
from engine.core.telling.called import Called
from engine.core.telling.joining import whole

DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")


def due(node: Any, called: Called) -> Message:
    """`31 Januari`, `7 hari kerja sejak tugas diterima`; and the role that has the task from then on."""
    said = _when(node)
    if isinstance(node, Mapping) and node.get("passes_to"):
        return Message("telling.due.passes", due=said, role=called.by("role", node["passes_to"]))
    return said


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
