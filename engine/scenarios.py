"""The scenarios of a definition, run before it goes on its way: one that fails holds it back. Stores nothing."""

from __future__ import annotations

import time

from engine.core.errors import Refused
from engine.core.messages import Message
from engine.core.simulating import testing
from engine.core.workflow import Workflow

SECONDS = 5  # for all scenarios of a definition; whoever hands it in waits for them


def refuse_failing(workflow: Workflow) -> None:
    """Walk every scenario; raises Refused with each one that fails, its step in words, or where they take too long."""
    scenarios, ran = workflow.definition.scenarios, outcomes(workflow)
    if failed := tuple(each.told() for each in ran if not each.passed):
        raise Refused(Message("scenario.fail", count=len(failed)), failed)
    if len(ran) < len(scenarios):
        raise Refused(Message("scenario.too_slow", seconds=SECONDS))


def outcomes(workflow: Workflow) -> tuple[testing.Ran, ...]:
    """How each scenario comes out; those for which the time did not suffice are not there."""
    if not workflow.definition.scenarios:
        return ()
    until = time.monotonic() + SECONDS
    return tuple(testing.run_all(workflow, lambda: time.monotonic() < until))
