"""What a decision asks the store to do: a closed list of values, and the decision that carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from engine.core.case import Figure, Holder, Verdict


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Open a task of the new state for the people who hold its role today; `waits`: for others of that state."""

    key: str
    role: str
    form: str | None
    due: datetime | None
    holders: tuple[Holder, ...]
    waits: bool = False


@dataclass(frozen=True, slots=True)
class CloseTasks:
    """Close tasks by ref without their being done: the case has left their state."""

    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FinishTask:
    """Mark one task as done."""

    ref: str


@dataclass(frozen=True, slots=True)
class SetDue:
    """Give an open task its deadline: what it waited for is done, so its clock starts."""

    ref: str
    due: datetime


@dataclass(frozen=True, slots=True)
class StartClock:
    """Let a deadline run that no task carries: of the new state, or of the whole case."""

    whole: bool
    due: datetime


@dataclass(frozen=True, slots=True)
class SetValue:
    """Keep a result of the case: a value (text, Decimal as text) with its derivation (JSON-able)."""

    key: str
    value: str
    derivation: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Run a job of the catalog after the commit, through the outbox."""

    job: str
    options: Mapping[str, Any] = field(default_factory=dict)


CALLS: Mapping[str, tuple[str, ...]] = {
    "correct_superior": ("person", "superior", "starts_on"),
    "correct_entry": ("register", "form", "day"),
}
"""The verbs that an action may call, each with its arguments: the whole list."""


@dataclass(frozen=True, slots=True)
class Call:
    """Call a verb of CALLS after the commit, through the outbox, once for the event that asks for it."""

    verb: str
    arguments: Mapping[str, str]

    def __post_init__(self) -> None:
        if tuple(sorted(self.arguments)) != tuple(sorted(CALLS.get(self.verb, ()))) or self.verb not in CALLS:
            raise TypeError(f"no action may call {self.verb!r} with {sorted(self.arguments)}")


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Open a case of another workflow by a link of this one, for the days from `first` to `last`.

    `about`: the person whom it is about, or None where it is about the same as this case (or about this case).
    """

    link: str
    workflow: str
    first: date
    last: date
    about: Holder | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """Take a step with the version of a definition that the case is about, in the transaction of the move."""

    step: Literal["publish", "send_back"]


Effect = OpenTask | CloseTasks | FinishTask | SetDue | StartClock | SetValue | Enqueue | Call | OpenCase | Advance


@dataclass(frozen=True, slots=True)
class Asked:
    """A guard or `when` as it was asked: its name, its options and what it answered."""

    name: str
    options: Mapping[str, Any]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """What firing would do: from → to, by which right, why it was allowed, and the effects, in order.

    `right` is the hold that gave the right (None for system); `role` its role key; `task` the decide-task used.
    `figures`: those that the case could read, as they were then.
    """

    transition: str
    from_state: str
    to_state: str
    role: str | None
    right: Holder | None
    task: str | None
    asked: tuple[Asked, ...]
    effects: tuple[Effect, ...]
    automatic: bool = False
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """What submitting a fill-task would do: the clean answers, the digest of the form's wording, and the effects."""

    task: str
    form: str
    role: str
    right: Holder | None
    answers: Mapping[str, Any]
    effects: tuple[Effect, ...]
