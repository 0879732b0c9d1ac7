"""Scores that a workflow works out: each once, at transitions and states that there are, set by hand in one way."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import WorkflowDefinition
from engine.core.errors import Problem
from engine.core.messages import Message
from engine.core.reading.declared import keys, twice, unknown


def use_problems(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield what is wrong with the scores of a workflow; the paths are by names."""
    yield from twice("scores", definition.scores)
    for use in definition.scores:
        path = f"scores.{use.key}"
        yield from twice(f"{path}.inputs", use.inputs)
        for index, key in enumerate(use.at):
            yield from unknown(f"{path}.at.{index}", "transition", key, keys(definition.transitions))
        for index, key in enumerate(use.entering):
            yield from unknown(f"{path}.entering.{index}", "state", key, keys(definition.states))
        if not use.at and not use.entering:
            yield Problem(path, Message("lint.score_never", key=use.key))
        if use.by_hand is not None and use.by_hand.value is None and use.by_hand.band is None:
            yield Problem(f"{path}.by_hand", Message("lint.score_by_hand_what", key=use.key))
