"""Does a well-shaped definition make sense? Every finding names what it is about, by path and by name.

Here: the order of the checks, and what one element says by itself. Names that point nowhere are lint_names.py,
lint_roles.py and lint_forms.py, the walk through the states is lint_graph.py; code lists and registers have checks of
their own. Expressions and options are compiled.py's.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.case import CANCELLED
from engine.core.definition import (
    CodeList,
    Definition,
    IndicatorDefinition,
    RegisterDefinition,
    ScoreDefinition,
    TaskSpec,
    Transition,
    WorkflowDefinition,
)
from engine.core.errors import Problem
from engine.core.messages import Message
from engine.core.reading.lint_codelist import codelist_problems
from engine.core.reading.lint_due import due_problems
from engine.core.reading.lint_dues import acting_problems
from engine.core.reading.lint_figures import figure_problems
from engine.core.reading.lint_graph import graph_problems
from engine.core.reading.lint_indicator import indicator_problems
from engine.core.reading.lint_links import link_problems
from engine.core.reading.lint_names import name_problems
from engine.core.reading.lint_notices import notice_problems
from engine.core.reading.lint_oneself import oneself_problems
from engine.core.reading.lint_prints import print_problems
from engine.core.reading.lint_register import register_problems
from engine.core.reading.lint_scenarios import scenario_problems
from engine.core.reading.lint_score import score_problems
from engine.core.reading.lint_scores import use_problems


def lint(definition: Definition) -> list[Problem]:
    """Answer what is wrong (and, as warnings, what is doubtful) with a definition; the paths are by names."""
    return list(findings(definition))


def findings(definition: Definition) -> Iterator[Problem]:
    """The same one by one, for whoever stops when he has read enough."""
    if isinstance(definition, CodeList):
        yield from codelist_problems(definition)
        return
    if isinstance(definition, RegisterDefinition):
        yield from register_problems(definition)
        return
    if isinstance(definition, ScoreDefinition):
        yield from score_problems(definition)
        return
    if isinstance(definition, IndicatorDefinition):
        yield from indicator_problems(definition)
        return
    checks = (
        name_problems, _states, _transitions, graph_problems, oneself_problems, due_problems, acting_problems,
        print_problems, notice_problems, link_problems, figure_problems, use_problems, scenario_problems, _wording,
    )  # fmt: skip
    for check in checks:
        yield from check(definition)


def _states(definition: WorkflowDefinition) -> Iterator[Problem]:
    initial = [state.key for state in definition.states if state.initial]
    if len(initial) != 1:
        message = Message("lint.initial_many", states=tuple(initial)) if initial else Message("lint.initial_none")
        yield Problem(f"states.{initial[1]}" if initial else "states", message)
    if not any(state.final for state in definition.states):
        yield Problem("states", Message("lint.final_none"))
    for state in definition.states:
        path = f"states.{state.key}"
        if state.key == CANCELLED:
            yield Problem(path, Message("lint.reserved_state", state=state.key))
        if state.final and state.tasks:
            yield Problem(f"{path}.tasks", Message("lint.final_tasks", state=state.key))
        for task in state.tasks:
            yield from _task(f"{path}.tasks.{task.key}", task)


def _task(path: str, task: TaskSpec) -> Iterator[Problem]:
    if (task.fill is None) == (not task.decide):
        yield Problem(path, Message("lint.fill_or_decide", task=task.key))
    if task.optional and task.decide:
        yield Problem(f"{path}.optional", Message("lint.optional_decide", task=task.key))


def _transitions(definition: WorkflowDefinition) -> Iterator[Problem]:
    for transition in definition.transitions:
        path = f"transitions.{transition.key}"
        yield from _conditions(path, transition)
        if transition.automatic and transition.reason != "none":
            yield Problem(f"{path}.reason", Message("lint.automatic_reason", transition=transition.key))


def _conditions(path: str, transition: Transition) -> Iterator[Problem]:
    if transition.otherwise is not None and transition.when is None:
        yield Problem(f"{path}.otherwise", Message("lint.otherwise_alone", transition=transition.key))
    if transition.when is not None and transition.otherwise is None and not transition.automatic:
        yield Problem(f"{path}.when", Message("lint.when_unexplained", transition=transition.key), warning=True)


def _wording(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Keys are for authors: what people see needs words."""
    groups = (("states", definition.states), ("transitions", definition.transitions), ("forms", definition.forms))
    for group, elements in groups:
        for element in elements:
            unseen = isinstance(element, Transition) and element.automatic
            if element.label is None and not unseen:
                message = Message("lint.no_label", key=element.key)
                yield Problem(f"{group}.{element.key}", message, warning=True)
