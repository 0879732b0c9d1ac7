"""What a unit, a post or a person was on a day, from what was ever said about it. Pure; refs and values are given.

A change says that fields have another value from a day on. It is never edited: what is said later about the same
field and day counts instead, and may take it back. So "on the day D" and "as we knew at T" both have one answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

ALWAYS = "0001-01-01"  # the day of a correction: it never was otherwise, as far as anybody knows

# Field → {"was": …, "is": …}; without "is", what was said for that day is taken back.
Body: TypeAlias = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """One change as it was recorded. `number` grows with each; days and moments are texts whose order is time's."""

    number: int
    starts_on: str
    recorded_at: str
    body: Body


@dataclass(frozen=True, slots=True)
class Step:
    """From a day on, a field has this value."""

    starts_on: str
    value: Any


def state_on(
    present: Mapping[str, Any], changes: Iterable[Change], day: str, known: str | None = None
) -> dict[str, Any]:
    """Every field's value on a day, as known at a moment (None: now).

    `present` holds what the row says now: it counts for a field about which nothing was ever said.
    """
    said = list(changes)
    found = dict(present)
    for name in {name for change in said for name in change.body}:
        found[name] = _value(steps(name, said, known), day)
    return found


def steps(name: str, changes: Iterable[Change], known: str | None = None) -> tuple[Step, ...]:
    """The values of a field one after the other; the first, since always, is what it began with.

    Nothing where nothing was ever said about it.
    """
    about = sorted((change for change in changes if name in change.body), key=lambda change: change.number)
    if not about:
        return ()
    at: dict[str, Mapping[str, Any]] = {}
    for change in about:
        if known is None or change.recorded_at <= known:
            at[change.starts_on] = change.body[name]
    kept = tuple(Step(day, at[day]["is"]) for day in sorted(at) if "is" in at[day])
    return kept if kept and kept[0].starts_on == ALWAYS else (Step(ALWAYS, about[0].body[name]["was"]), *kept)


def since(name: str, changes: Iterable[Change], day: str) -> str:
    """The day from which a field has the value that it has on a day: where a correction of it is to be said."""
    return next((step.starts_on for step in reversed(steps(name, changes)) if step.starts_on <= day), ALWAYS)


def before(present: Mapping[str, Any], changes: Sequence[Change], name: str, day: str) -> Any:
    """The value of a field just before a day; what it began with, before any."""
    found = [step for step in steps(name, changes) if step.starts_on < day]
    return found[-1].value if found else (steps(name, changes) or (Step(ALWAYS, present.get(name)),))[0].value


def turns(changes: Iterable[Change], names: Iterable[str], after: str) -> Iterator[str]:
    """The days after a day on which one of the fields gets another value."""
    said = list(changes)
    for name in names:
        yield from (step.starts_on for step in steps(name, said) if step.starts_on > after)


def _value(found: Sequence[Step], day: str) -> Any:
    return next((step.value for step in reversed(found) if step.starts_on <= day), None)
