"""How a play begins that may open cases of other workflows: what those give when they are over is played beforehand.

Each published workflow of a link is played to its end once, by a shortest walk with examples; cases of a third kind
beside those give nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from engine.core.definition import Step
from engine.core.scope import value_of
from engine.core.simulating import given
from engine.core.simulating.play import Play, start
from engine.core.simulating.walking import take
from engine.core.workflow import Workflow

MOST_PLAYS = 150
REASON = "Contoh alasan"


def begin(workflow: Workflow, on: date, same: Collection[str] = ()) -> Play:
    """Begin a case as `play.start` does, with what its linked cases will give."""
    found = {key: _given(link.opens, on) for key, link in workflow.links.items() if link.opens is not None}
    return replace(start(workflow, on, same), beside=found)


@lru_cache(maxsize=64)
def _given(opens: Callable[[], Workflow | None], on: date) -> Mapping[str, Any]:
    """The forms and results of a case of a link at its end, as expressions read them; nothing where none was found."""
    other = opens()
    ended = _ended(other, on) if other is not None else None
    if ended is None:
        return {}
    results = {key: value_of(found) for key, found in ended.case.results.items()}
    return {**ended.case.answers, "results": results}


def _ended(workflow: Workflow, on: date) -> Play | None:
    """A play that has come to its end by as few steps as can be."""
    waiting, plays = deque([start(workflow, on).give(given.usual(workflow))]), 0
    while waiting and plays < MOST_PLAYS:
        play = waiting.popleft()
        for step in _steps(play):
            walked = take(play, step)
            plays += 1
            if walked.at is None and walked.play.is_over:
                return walked.play
            if walked.at is None:
                waiting.append(walked.play)
    return None


def _steps(play: Play) -> Iterator[Step]:
    """What every role can do, forms first, so that there are answers to read; a day later where nothing can be done."""
    roles = [role.key for role in play.workflow.definition.roles]
    fills = [Step(role=role, fill=task.key) for role in roles for task in play.to_fill(role)]
    if fills:
        yield fills[0]
        return
    moved = False
    for role in roles:
        for offer in play.available(role):
            if offer.allowed:
                moved = True
                yield Step(role=role, fire=offer.transition, reason=REASON if offer.reason == "required" else None)
    if not moved:
        yield Step(until=play.case.period_end + timedelta(days=1))
