"""What a definition says about the cases beside its own: those that it opens, and the one that opened it. Shapes only.

When they are opened and what is waited for is linked.py; whether it fits the other workflows is reading/linking.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.core.elements import AuthoredText, Element, ExpressionText, Key

Every = Literal["half_year", "quarter", "month"]
ReadType = Literal["number", "text", "boolean", "date", "numbers", "texts", "booleans", "dates"]


class ChildSpec(Element):
    """A case of another workflow inside this one: opened while this case stands in a state of `in`, or by `open_case`.

    `every`: one for each such part of the period, opened as `opens` says. `about`: one for each holder of a role.
    """

    key: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    workflow: Key
    in_: tuple[Key, ...] = Field(default=(), alias="in")
    when: ExpressionText | None = None
    every: Every | None = None
    opens: Literal["at_once", "when_it_begins", "after_it_ends"] | None = None
    about: Key | None = None
    optional: bool = False


class FollowUpSpec(Element):
    """A case of another workflow beside or after this one, which nobody waits for: an objection, an improvement plan.

    Opened on entering a state of `in`, by the action `open_case`, or by the role `by` while the case stands in a state
    of `states`, for so many working days.
    """

    key: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    workflow: Key
    in_: tuple[Key, ...] = Field(default=(), alias="in")
    when: ExpressionText | None = None
    by: Key | None = None
    states: tuple[Key, ...] = ()
    working_days: Annotated[int, Field(ge=1, le=400)] | None = None
    most: Annotated[int, Field(ge=1, le=10)] = 1
    about: Key | None = None


class ParentRead(Element):
    """An answer or result of the case that opened this one, by its path there, and the type that it must have."""

    path: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}(\.[a-z][a-z0-9_]{0,62}){1,3}$")]
    type: ReadType


class ParentSpec(Element):
    """What this workflow reads of the case that opened it, as `case.parent.…`; missing in a case that none opened."""

    reads: tuple[ParentRead, ...]


LinkSpec = ChildSpec | FollowUpSpec
