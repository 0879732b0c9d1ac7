"""Which indicators of the catalog are offered to whom, to choose for a plan. Reads only; nobody's right is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine import measuring
from engine.core.case import SYSTEM, Named
from engine.core.indicator import Indicator
from engine.measuring import Published
from engine.runtime import Runtime
from engine.store.queries import people


def to_person(rt: Runtime, db: Connection, person_id: int, on: date) -> tuple[Published, ...]:
    """The indicators in force that are offered for the post that a person holds on a day, by key."""
    about = next((each for _, each in people.posted(db, SYSTEM, on, [person_id])), None)
    return tuple(one for one in measuring.published(rt, db) if is_offered(one.indicator, about))


def is_offered(indicator: Indicator, about: Mapping[str, Any] | None) -> bool:
    """Whether its condition holds for somebody; about: what such conditions may ask, None for who holds no post."""
    if "person" not in indicator.definition.about or about is None:
        return False
    return indicator.offered_when is None or indicator.offered_when.evaluate(about) is True


def as_named(one: Published) -> Named:
    """An indicator as something that can be chosen in a form: its words, unit and goal, and what its manual says."""
    definition = one.indicator.definition
    about = definition.help if definition.manual is None else definition.manual.definition
    facts: dict[str, str | int] = {"digest": one.digest, "label_en": definition.name.en}
    for name, words in (("unit", definition.unit), ("about", about)):
        if words is not None:
            facts |= {name: words.id, f"{name}_en": words.en}
    if definition.goal is not None:
        facts["target"] = str(definition.goal.at)
    return Named(one.key, definition.name.id, "", facts)
