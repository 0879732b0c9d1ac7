"""Targets of a figure: from, to, and which way is better. What one needs, whether it is met, how it is worded."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, TypeAlias

from engine.core.messages import Text
from engine.fields import numbers

Direction: TypeAlias = Literal["higher", "lower", "range"]

DIRECTIONS: Mapping[str, Text] = {
    "higher": Text("makin tinggi makin baik", "higher is better"),
    "lower": Text("makin rendah makin baik", "lower is better"),
    "range": Text("harus di dalam rentang", "has to be within the range"),
}


def lacking(least: Decimal | None, most: Decimal | None, direction: str | None) -> str | None:
    """What a target needs and does not have: its direction, or the end that counts in it."""
    if direction is None:
        return "direction"
    return f"target_{direction}" if None in _counting(least, most, direction) else None


def met(value: Decimal | None, least: Decimal | None, most: Decimal | None, direction: str | None) -> bool | None:
    """Whether a value meets its target: above its lower end, below its upper one, or between both."""
    if value is None or direction is None or None in (counting := _counting(least, most, direction)):
        return None
    if direction == "range":
        return counting[0] <= value <= counting[1]  # type: ignore[operator]
    return value >= counting[0] if direction == "higher" else value <= counting[0]  # type: ignore[operator]


def span(least: Decimal | None, most: Decimal | None, direction: str | None, language: str) -> str:
    """`80–90`, `≥ 80`, `≤ 2`; "" where there is no target."""
    ends = [numbers.shown(each, language) for each in (least, most) if each is not None]
    if len(ends) == 2 and ends[0] != ends[1]:
        return "–".join(ends)
    sign = {"higher": "≥ ", "lower": "≤ "}.get(direction or "", "")
    return f"{sign}{ends[0]}" if ends else ""


def _counting(least: Decimal | None, most: Decimal | None, direction: str) -> tuple[Decimal | None, ...]:
    """The ends that decide in a direction; the other one only says how far the target goes."""
    return {"higher": (least,), "lower": (most,), "range": (least, most)}[direction]
