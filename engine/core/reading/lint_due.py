"""Is a task due before it can open? A doubt, told at the deadline: what comes before it in every case is due later.

Only dates of the period are compared with each other; working days run from the moment at which a task opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from engine.core.definition import State, TaskSpec, WorkflowDefinition
from engine.core.errors import Problem
from engine.core.messages import Message

Day = tuple[bool, str]  # in the period after, MM-DD: in the order of time


def due_problems(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield deadlines that lie before those of tasks which have to be done first."""
    latest = {state.key: found for state in definition.states if (found := _latest(state)) is not None}
    start, leading = [each.key for each in definition.states if each.initial], _leading(definition)
    before = {key: _behind(start, leading, key) for key in latest}
    for state in definition.states:
        for task in state.tasks:
            if (day := _day(task)) is not None:
                yield from _late_start(state, task, day, latest, before)


def _late_start(
    state: State,
    task: TaskSpec,
    day: Day,
    latest: Mapping[str, tuple[Day, TaskSpec]],
    before: Mapping[str, frozenset[str]],
) -> Iterator[Problem]:
    path = f"states.{state.key}.tasks.{task.key}.due"
    for other in state.tasks:
        first = _day(other)
        if other.key in task.after and first is not None and first > day:
            yield Problem(path, Message("lint.due_before_task", task=task.key, other_task=other.key), warning=True)
            return
    for key, (first, other) in latest.items():
        if state.key in before[key] and first > day:
            message = Message("lint.due_before_open", task=task.key, state=key, other_task=other.key)
            yield Problem(path, message, warning=True)
            return


def _latest(state: State) -> tuple[Day, TaskSpec] | None:
    """The last deadline of a state that has to be met before it is left for good."""
    found = [(day, task.key, task) for task in state.tasks if not task.optional and (day := _day(task)) is not None]
    day, _, task = max(found, key=lambda each: each[:2], default=(None, "", None))
    return None if day is None or task is None else (day, task)


def _day(task: TaskSpec) -> Day | None:
    due = task.due
    return None if due is None or due.on is None else (due.of == "next_period", due.on)


def _behind(start: Iterable[str], leading: Mapping[str, tuple[str, ...]], state: str) -> frozenset[str]:
    """The states that a case can only come to by way of this one."""
    return _reached(start, leading, "") - _reached(start, leading, state) - {state}


def _reached(start: Iterable[str], leading: Mapping[str, tuple[str, ...]], without: str) -> frozenset[str]:
    waiting = [key for key in start if key != without]
    found = set(waiting)
    while waiting:
        for target in leading.get(waiting.pop(), ()):
            if target != without and target not in found:
                found.add(target)
                waiting.append(target)
    return frozenset(found)


def _leading(definition: WorkflowDefinition) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for move in definition.transitions:
        for state in move.from_:
            found[state] = (*found.get(state, ()), move.to)
    return found
