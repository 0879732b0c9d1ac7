"""What a deadline does: that it is whole, that what it names is there, and that it can do here what it says.

A deadline stands at a task, at a state, or at the whole workflow. Whether one comes too early is lint_due.py's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.core.definition import Due, State, Transition, WorkflowDefinition
from engine.core.errors import Problem
from engine.core.hints import instead
from engine.core.messages import Message
from engine.core.reading.declared import keys, unknown


@dataclass(frozen=True, slots=True)
class Place:
    """Where a deadline stands: at a task or a state (`state`), or at the whole workflow."""

    kind: Literal["task", "state", "case"]
    path: str
    key: str
    due: Due
    state: State | None = None


def acting_problems(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield what is wrong with the deadlines of a workflow, and with what they do."""
    for place in places(definition):
        yield from _whole(place)
        yield from _by_answer(definition, place)
        yield from _takes_part(place)
        yield from _fires(definition, place)
        yield from _reminds(place)


def places(definition: WorkflowDefinition) -> Iterator[Place]:
    """Every deadline of a workflow."""
    if definition.due is not None:
        yield Place("case", "due", definition.key, definition.due)
    for state in definition.states:
        if state.due is not None:
            yield Place("state", f"states.{state.key}.due", state.key, state.due, state)
        for task in state.tasks:
            if task.due is not None:
                yield Place("task", f"states.{state.key}.tasks.{task.key}.due", task.key, task.due, state)


def _whole(place: Place) -> Iterator[Problem]:
    due = place.due
    given = tuple(value is not None for value in (due.on, due.of, due.working_days, due.after))
    whole = ((False, False, False, False),) if due.by else ((True, True, False, False), (False, False, True, True))
    if given not in whole:
        key = "lint.due" if place.kind == "task" else "lint.due_not_whole"
        yield Problem(place.path, Message(key, **({"task": place.key} if place.kind == "task" else {})))


def _by_answer(definition: WorkflowDefinition, place: Place) -> Iterator[Problem]:
    """A date that a form says: there is such a field, of a form that was sent before the task opens or beside it."""
    if place.due.by is None:
        return
    path = f"{place.path}.by"
    if place.kind != "task":
        yield Problem(path, Message("lint.due_by_no_task"))
    dates = [f"{form.key}.{field.key}" for form in definition.forms for field in form.fields() if field.type == "date"]
    if place.due.by not in dates:
        yield Problem(path, Message("lint.due_by", name=place.due.by), hint=instead(place.due.by, dates))


def _takes_part(place: Place) -> Iterator[Problem]:
    """What only the deadline of a task can say, and where none has a place."""
    due = place.due
    if place.kind != "task" and due.passes_to is not None:
        yield Problem(f"{place.path}.passes_to", Message("lint.passes_no_task"))
    if place.kind == "state" and due.after == "received":
        yield Problem(f"{place.path}.after", Message("lint.due_received_state", state=place.key))
    if place.kind == "case" and due.working_days is not None:
        yield Problem(place.path, Message("lint.due_case_days"))
    if place.kind == "state" and place.state is not None and place.state.final:
        yield Problem(place.path, Message("lint.due_final", state=place.key))


def _fires(definition: WorkflowDefinition, place: Place) -> Iterator[Problem]:
    fired = place.due.fire
    if fired is None:
        return
    path = f"{place.path}.fire"
    yield from unknown(path, "transition", fired, keys(definition.transitions))
    found = next((each for each in definition.transitions if each.key == fired), None)
    if found is None:
        return
    if found.automatic:
        yield Problem(path, Message("lint.fire_automatic", transition=fired))
    yield from _leaves(definition, place, path, found)


def _leaves(definition: WorkflowDefinition, place: Place, path: str, found: Transition) -> Iterator[Problem]:
    """That what is fired leaves the state; of the whole case: from which states it does not."""
    if place.state is not None:
        if place.state.key not in found.from_ and set(found.from_) <= set(keys(definition.states)):
            leaving = [each.key for each in definition.transitions if place.state.key in each.from_]
            message = Message("lint.fire_elsewhere", transition=found.key, state=place.state.key)
            yield Problem(path, message, hint=instead(None, leaving))
        return
    missing = tuple(each.key for each in definition.states if not each.final and each.key not in found.from_)
    if missing:
        yield Problem(path, Message("lint.fire_not_from", transition=found.key, states=missing), warning=True)


def _reminds(place: Place) -> Iterator[Problem]:
    seen = set()
    for index, each in enumerate(place.due.remind):
        path = f"{place.path}.remind.{index}"
        if (each.when == "on") == (each.working_days is not None):
            yield Problem(path, Message("lint.remind_days"))
        if (each.when, each.working_days) in seen:
            yield Problem(path, Message("lint.remind_twice"))
        seen.add((each.when, each.working_days))
    if place.due.remind and place.kind == "state" and place.state is not None and not place.state.tasks:
        yield Problem(f"{place.path}.remind", Message("lint.remind_nobody", state=place.key), warning=True)
