"""A workflow ready to run: its definition with everything found, compiled and checked. Values only.

Built by compiled.py, once per definition version; frozen, and shared by threads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.core.case import CaseView
from engine.core.catalog import Evaluated, Weighed
from engine.core.definition import (
    CodeList,
    LinkSpec,
    ResultSpec,
    RoleSpec,
    RuleSpec,
    State,
    TaskSpec,
    Transition,
    WorkflowDefinition,
)
from engine.core.expression import Expression
from engine.core.filling.form import Form
from engine.core.roles import in_order
from engine.core.rules import certain, chain
from engine.core.scores import ScorePart


@dataclass(frozen=True, slots=True)
class BoundCall:
    """A guard, action, job or method with its options: fixed ones as values, expressions to be evaluated for a case.

    `written` is what the document says. `whole`: it wants the definition too, after the case. `parts` are those of a
    score; the expression of each stands among the others as `option.part`.
    """

    name: str
    written: Mapping[str, Any]
    function: Callable[..., Any]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    expressions: Mapping[str, Expression] = field(default_factory=dict)
    whole: bool = False
    parts: Mapping[str, tuple[ScorePart, ...]] = field(default_factory=dict)

    def __call__(self, definition: WorkflowDefinition, case: CaseView, names: Mapping[str, Any]) -> Any:
        """What it answers for a case; raises ExpressionFailed when an option has no value."""
        given: dict[str, Any] = {
            option: Evaluated(expression.source, expression.evaluate(names))
            for option, expression in self.expressions.items()
        }
        for option, parts in self.parts.items():
            given[option] = tuple(Weighed(part, given.pop(f"{option}.{part.key}")) for part in parts)
        about = (case, definition) if self.whole else (case,)
        return self.function(*about, **self.fixed, **given)


@dataclass(frozen=True, slots=True)
class Move:
    """A transition with its condition and its calls."""

    spec: Transition
    when: Expression | None = None
    guards: tuple[BoundCall, ...] = ()
    actions: tuple[BoundCall, ...] = ()
    jobs: tuple[BoundCall, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundResult:
    """A result with the method that finds it."""

    spec: ResultSpec
    method: BoundCall


@dataclass(frozen=True, slots=True)
class BoundLink:
    """A link to another workflow with its condition; `reads`: the forms of its cases, and `results`, that are read.

    `opens` compiles that workflow, for whoever only plays; None where it does not fit or is not known.
    """

    spec: LinkSpec
    when: Expression | None = None
    reads: frozenset[str] = frozenset()
    opens: Callable[[], Workflow | None] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Workflow:
    """A definition version that can be run. `needs` are the forms whose answers moves and results look at.

    `machine` is the one machine of the library `transitions`; only machine.py touches it.
    """

    definition: WorkflowDefinition
    forms: Mapping[str, Form]
    moves: Mapping[str, Move]
    results: tuple[BoundResult, ...]
    codelists: Mapping[str, CodeList]
    needs: frozenset[str]
    machine: Any
    links: Mapping[str, BoundLink] = field(default_factory=dict)
    states: Mapping[str, State] = field(init=False)
    automatic: frozenset[str] = field(init=False)  # the states that a case may leave by itself
    people: tuple[RuleSpec, ...] = field(init=False)  # what its roles always ask about people
    nominates: bool = field(init=False)  # some of its roles are held by whom others nominate
    roles: tuple[RoleSpec, ...] = field(init=False)  # each after those that it depends on
    has_clocks: bool = field(init=False)  # of its deadlines some stand at no task
    acts: bool = field(init=False)  # some do something by themselves once they are over, or remind
    fires: bool = field(init=False)  # some fire a transition, or make a result final, which a guard may ask
    finals: bool = field(init=False)  # some make a result final

    def __post_init__(self) -> None:
        leaving = (each.from_ for each in self.definition.transitions if each.automatic)
        object.__setattr__(self, "states", {state.key: state for state in self.definition.states})
        object.__setattr__(self, "automatic", frozenset(state for states in leaving for state in states))
        object.__setattr__(self, "people", certain(self.definition.roles))
        rules = (rule.rule for spec in self.definition.roles for rule in chain(spec))
        object.__setattr__(self, "nominates", "nominated" in rules)
        object.__setattr__(self, "roles", in_order(self.definition.roles))
        own = (self.definition.due, *(state.due for state in self.definition.states))
        dues = (*own, *(task.due for state in self.definition.states for task in state.tasks))
        object.__setattr__(self, "has_clocks", any(due is not None for due in own))
        object.__setattr__(self, "acts", any(due is not None and due.acts for due in dues))
        object.__setattr__(self, "fires", any(due is not None and bool(due.fire or due.final) for due in dues))
        object.__setattr__(self, "finals", any(due is not None and due.final for due in dues))

    def tasks(self, state: str) -> tuple[TaskSpec, ...]:
        """The tasks of a state; none for one that is not declared, such as that of a cancelled case."""
        found = self.states.get(state)
        return found.tasks if found is not None else ()

    def task(self, state: str, key: str) -> TaskSpec:
        """The task of a key that the state declares; KeyError for one that it does not."""
        for spec in self.tasks(state):
            if spec.key == key:
                return spec
        raise KeyError(key)
