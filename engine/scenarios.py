"""The scenarios of a definition, run before it goes on its way: one that fails holds it back. Stores nothing.

How they come out follows from the definition and what it names alone, so a process plays each definition once: before
the transaction that sends it on, which then only asks whether it was played.
"""

from __future__ import annotations

import time

from sqlalchemy import Connection

from engine.core.definition import Definition, WorkflowDefinition
from engine.core.errors import Refused
from engine.core.messages import Message
from engine.core.reading.normal import digest, references, with_lock
from engine.core.simulating import testing
from engine.core.workflow import Workflow
from engine.runtime import Runtime

SECONDS = 5  # for all scenarios of a definition; whoever hands it in waits for them


def play_ahead(rt: Runtime, definition: Definition) -> None:
    """Play them while nothing is locked; raises Refused with each that fails, or where they take too long."""
    if not isinstance(definition, WorkflowDefinition) or not definition.scenarios:
        return
    with rt.db.read() as db:
        name = _pinned(rt, db, definition)
        workflow = None if name in rt.library.sound else rt.library.drafted(db, definition)
    if workflow is not None:
        _refuse_failing(workflow)
        rt.library.sound.add(name)


def require_holding(rt: Runtime, db: Connection, definition: Definition) -> None:
    """Within a transaction: the same, for what was not played ahead: what it names has changed since."""
    if not isinstance(definition, WorkflowDefinition) or not definition.scenarios:
        return
    name = _pinned(rt, db, definition)
    if name not in rt.library.sound:
        _refuse_failing(rt.library.drafted(db, definition))
        rt.library.sound.add(name)


def _pinned(rt: Runtime, db: Connection, definition: WorkflowDefinition) -> str:
    """The digest of a definition with what it names as that is today."""
    pins = rt.library.pins(db)
    wanted = references(definition, rt.catalog)
    return digest(with_lock(definition, {name: pins[name] for name in wanted if name in pins}))


def _refuse_failing(workflow: Workflow) -> None:
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
