"""What a definition asks of each transition, in the sentences of its procedure book (engine/core/telling)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.core.reading import normal
from engine.core.telling import calls, teller
from engine.web import design_words
from engine.web.context import runtime
from engine.web.language import translate

if TYPE_CHECKING:
    from engine.core.definition import Transition, WorkflowDefinition
    from engine.core.reading.known import Known


def conditions(definition: WorkflowDefinition, known: Known) -> Mapping[str, tuple[str, ...]]:
    """Transition → what it asks: its rule, and each of its guards."""
    tells = teller.teller(normal.dump(definition), runtime().catalog, known)
    return {move.key: tuple(_asked(move, tells)) for move in definition.transitions}


def _asked(move: Transition, tells: teller.Teller) -> Iterator[str]:
    path = f"transitions.{move.key}"
    if move.when is not None:
        yield design_words.capital(translate(tells.expression(move.when, f"{path}.when")))
    for index, guard in enumerate(move.guards):
        call = {"name": guard.name, "options": guard.options}
        yield translate(calls.call(call, "guard", tells, f"{path}.guards.{index}"))
