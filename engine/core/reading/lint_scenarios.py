"""Scenarios of a definition: each step is one thing, and what it names is declared. Nothing is played here."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import Expected, Scenario, Step, TaskSpec, WorkflowDefinition
from engine.core.errors import Problem
from engine.core.messages import Message
from engine.core.reading.declared import keys, twice, unknown

ACTS = ("fill", "fire", "until", "figures", "expect")


def scenario_problems(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield steps that are no step, and names of roles, tasks, transitions, fields, states, results nobody declared."""
    yield from twice("scenarios", definition.scenarios)
    for scenario in definition.scenarios:
        path = f"scenarios.{scenario.key}"
        for index, role in enumerate(scenario.same):
            yield from unknown(f"{path}.same.{index}", "role", role, keys(definition.roles))
        for index, step in enumerate(scenario.steps):
            yield from _step(f"{path}.steps.{index}", step, definition)
        if scenario.ends is not None:
            yield from _expected(f"{path}.ends", scenario.ends, definition)
        yield from _backwards(path, scenario)


def _step(path: str, step: Step, definition: WorkflowDefinition) -> Iterator[Problem]:
    given = [name for name in ACTS if getattr(step, name) is not None]
    if len(given) != 1:
        yield Problem(path, Message("lint.scenario_step"))
        return
    yield from _beside(path, step, given[0])
    if step.role is not None:
        yield from unknown(f"{path}.role", "role", step.role, keys(definition.roles))
    if step.fill is not None:
        yield from _filled(path, step, step.fill, definition)
    if step.fire is not None:
        yield from unknown(f"{path}.fire", "transition", step.fire, keys(definition.transitions))
    for key in step.figures or {}:
        yield from unknown(f"{path}.figures.{key}", "figure", key, keys(definition.figures))
    if step.expect is not None:
        yield from _expected(f"{path}.expect", step.expect, definition)


def _beside(path: str, step: Step, act: str) -> Iterator[Problem]:
    """Yield what an act needs beside it, or may not have."""
    wanted = {"role"} if act in ("fill", "fire") else set()
    allowed = {"fill": {"role", "answers", "refused"}, "fire": {"role", "reason", "refused"}}.get(act, set())
    given = {name for name in ("role", "answers", "reason") if getattr(step, name) is not None}
    given |= {"refused"} if step.refused else set()
    for name in sorted(wanted - given):
        yield Problem(path, Message("lint.scenario_needs", act=act, name=name))
    for name in sorted(given - allowed):
        yield Problem(f"{path}.{name}", Message("lint.scenario_takes_no", act=act, name=name))


def _filled(path: str, step: Step, key: str, definition: WorkflowDefinition) -> Iterator[Problem]:
    filling = [task for task in _tasks(definition) if task.fill is not None]
    yield from unknown(f"{path}.fill", "any_task", key, dict.fromkeys(keys(filling)))
    forms = {task.fill for task in filling if task.key == key}
    fields = [field for form in definition.forms if form.key in forms for field in form.fields()]
    for name in step.answers or {} if fields else {}:
        yield from unknown(f"{path}.answers.{name}", "field", name, dict.fromkeys(keys(fields)))


def _expected(path: str, expected: Expected, definition: WorkflowDefinition) -> Iterator[Problem]:
    if expected.state is not None:
        yield from unknown(f"{path}.state", "state", expected.state, keys(definition.states))
    for index, key in enumerate(expected.open or ()):
        yield from unknown(f"{path}.open.{index}", "any_task", key, dict.fromkeys(keys(_tasks(definition))))
    results = (*keys(definition.results), *keys(definition.scores))
    for key in expected.results:
        yield from unknown(f"{path}.results.{key}", "result", key, results)


def _backwards(path: str, scenario: Scenario) -> Iterator[Problem]:
    day = scenario.on
    for index, step in enumerate(scenario.steps):
        if step.until is not None and step.until < day:
            yield Problem(f"{path}.steps.{index}.until", Message("lint.scenario_backwards", day=step.until, last=day))
        day = max(day, step.until or day)


def _tasks(definition: WorkflowDefinition) -> list[TaskSpec]:
    return [task for state in definition.states for task in state.tasks]
