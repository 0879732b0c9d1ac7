"""Scenarios as values: walks through a workflow that are kept as its tests. Shapes only; simulating/ runs them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from engine.core.elements import AuthoredText, Element, Key


class Expected(Element):
    """What must hold: where the case stands, which tasks are open there (all of them), which results it has."""

    state: Key | None = None
    open: tuple[Key, ...] | None = None
    results: dict[Key, str] = Field(default_factory=dict)


class Step(Element):
    """One step of a walk: a role fills a task or fires, days pass, figures come in, or something must hold.

    `figures`: what they come to from now on. Without `answers` the form is filled with examples. `refused`: the act
    must be refused, and changes nothing.
    """

    role: Key | None = None
    fill: Key | None = None
    answers: dict[str, Any] | None = None
    fire: Key | None = None
    reason: Annotated[str, Field(max_length=4000)] | None = None
    refused: bool = False
    until: date | None = None
    figures: dict[Key, Decimal] | None = None
    expect: Expected | None = None


class Scenario(Element):
    """A walk that begins on a day, and where it must end. `same`: roles that one and the same person holds in it."""

    key: Key
    label: AuthoredText | None = None
    on: date
    same: tuple[Key, ...] = ()
    steps: tuple[Step, ...] = ()
    ends: Expected | None = None
