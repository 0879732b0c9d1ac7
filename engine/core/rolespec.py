"""Roles of a definition and the rules that find their people, and references that publishing pinned. Shapes only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.core.elements import AuthoredText, Element, Key


class RuleSpec(Element):
    """A rule that finds the people of a role on a date; where it finds nobody, the rule in `else` is asked.

    `settled`: whoever holds the role so many days before the period ends keeps it from then on, wherever he moves.
    """

    rule: Key
    role: Key | None = None
    grant: Key | None = None
    post: Key | None = None
    steps: Annotated[int, Field(ge=1, le=5)] | None = None
    seat: Literal["definitive", "acting"] | None = None
    settled: Annotated[int, Field(ge=1, le=366)] | None = None
    by: Key | None = None
    approved_by: Key | None = None
    count: Annotated[int, Field(ge=1, le=50)] | None = None
    else_: RuleSpec | None = Field(default=None, alias="else")


class RoleSpec(RuleSpec):
    """A name in the definition and the rule that finds its people on a date.

    Whoever holds one of the roles in `except` in a case never holds this one there, however he was found.
    """

    key: Key
    label: AuthoredText | None = None
    except_: tuple[Key, ...] = Field(default=(), alias="except")


class Lock(Element):
    """A reference that publishing pinned: `codelist:predicate_matrix` → the digest of its published version."""

    reference: str
    digest: str
