"""What people are told of, by kind and topic, and how they may want to hear of it. Pure; no words stand here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

AT_ONCE, DIGEST, HERE = "at_once", "digest", "here"
HOWS = (AT_ONCE, DIGEST, HERE)
TOPICS: Mapping[str, tuple[str, ...]] = {
    "tasks": ("task.arrived", "task.ready", "task.given"),
    "reminders": ("task.remind",),
    "cases": ("case.ended", "worded"),
    "people": ("person.nominated", "person.acting"),
    "entries": ("entry.made",),
    "reports": ("report.made",),
}
"""Topic → the kinds of notices in it: what a person chooses by."""
DEFAULTS: Mapping[str, str] = {
    "tasks": DIGEST, "reminders": AT_ONCE, "cases": DIGEST, "people": DIGEST, "entries": AT_ONCE,
    "reports": AT_ONCE,
}  # fmt: skip
"""How somebody hears of a topic who has chosen nothing: a mail for each task would bury the ones that hurry."""
TOPIC_OF: Mapping[str, str] = {kind: topic for topic, kinds in TOPICS.items() for kind in kinds}


@dataclass(frozen=True, slots=True)
class Reminder:
    """Which reminder of a deadline this is: so many days before it, on its last day, after it; or asked for now."""

    when: str  # before, on, after, now
    days: int = 0


def reminder(which: str) -> Reminder:
    """Read `before:3`, `on`, `after:2`, `now`. Raises ValueError for anything else."""
    when, _, days = which.partition(":")
    if when in ("before", "after") and days.isdigit():
        return Reminder(when, int(days))
    if which in ("on", "now"):
        return Reminder(which)
    raise ValueError(which)


def how(kind: str, chosen: Mapping[str, str]) -> str:
    """How a person with these choices (topic → how) hears of a kind."""
    topic = TOPIC_OF.get(kind, "cases")
    return chosen.get(topic, DEFAULTS[topic])
