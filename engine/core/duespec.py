"""By when something is to be done, and what happens about it: reminders, and what follows once it is over. Shapes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.core.elements import Element, Key


class Reminder(Element):
    """When to remind of a deadline: on its last day, or so many working days before or after that."""

    when: Literal["before", "on", "after"]
    working_days: Annotated[int, Field(ge=1, le=60)] | None = None


class Due(Element):
    """By when: a date of the period (`on: 01-31, of: period | next_period`), working days after the case has entered
    the state, or after the task was received (since what it waits for was done), or a date that a form says (`by`).

    `passes_to`: the role that has the task from then on, where somebody holds it. `fire`: the transition that happens
    by itself once the deadline is over. `final`: what is found from then on is final by rule.
    """

    on: Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")] | None = None
    of: Literal["period", "next_period"] | None = None
    working_days: Annotated[int, Field(ge=1, le=400)] | None = None
    after: Literal["entered", "received"] | None = None
    by: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}\.[a-z][a-z0-9_]{0,62}$")] | None = None
    passes_to: Key | None = None
    remind: tuple[Reminder, ...] = ()
    fire: Key | None = None
    final: bool = False

    @property
    def acts(self) -> bool:
        """Whether something happens by itself because of it, beyond who has the task."""
        return bool(self.remind) or self.fire is not None or self.final
