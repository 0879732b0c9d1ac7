"""A walk as text: how a play travels with a page, so that nothing of it has to be stored. Read back with suspicion."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pydantic import ValidationError

from engine.core.definition import Scenario, Step
from engine.core.errors import BadRequest
from engine.core.messages import Message
from engine.core.simulating.play import Play
from engine.core.sizes import MOST_STEPS

WALK = "walk"
LARGEST = 300_000  # characters


def carried(play: Play) -> str:
    """The walk of a play: its first day, who is one person, its steps."""
    return as_text(play, play.steps)


def as_text(play: Play, steps: Sequence[Step]) -> str:
    """Another walk that begins as a play does."""
    walk = Scenario(key=WALK, on=play.began, same=play.same, steps=tuple(steps))
    return json.dumps(walk.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)


def walk_from(text: str) -> Scenario:
    """The walk that a page carried; raises BadRequest for anything else, and for one that is too long."""
    if len(text) > LARGEST:
        raise BadRequest(Message("play.too_large"))
    try:
        found = Scenario.model_validate_json(text)
    except (ValidationError, ValueError, RecursionError) as error:
        raise BadRequest(Message("play.unreadable")) from error
    if len(found.steps) > MOST_STEPS:
        raise BadRequest(Message("play.too_long", most=MOST_STEPS))
    return found
