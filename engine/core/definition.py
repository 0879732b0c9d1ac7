"""A workflow definition as values: the target of YAML files, bundles and the designer alike.

Its forms are formspec.py, its roles rolespec.py, code lists codelist.py, registers registerspec.py, scenarios
scenario.py; whoever needs a shape finds all of them here. Shapes only: reading and complaining is parse.py, graph
checks are lint.py, running is machine.py. Expressions stay text here; compiled.py turns them into something that can
be asked.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.core.codelist import CodeList as CodeList
from engine.core.codelist import Item as Item
from engine.core.codelist import Matrix as Matrix
from engine.core.duespec import Due as Due
from engine.core.duespec import Reminder as Reminder
from engine.core.elements import AuthoredText as AuthoredText
from engine.core.elements import Element as Element
from engine.core.elements import ExpressionText
from engine.core.elements import Key as Key
from engine.core.elements import Since as Since
from engine.core.entriesspec import EntriesSpec as EntriesSpec
from engine.core.figurespec import FigureSpec as FigureSpec
from engine.core.formspec import Check as Check
from engine.core.formspec import Circle as Circle
from engine.core.formspec import FieldSpec as FieldSpec
from engine.core.formspec import FormSchema as FormSchema
from engine.core.formspec import Prefill as Prefill
from engine.core.formspec import Section as Section
from engine.core.indicatorspec import Goal as Goal
from engine.core.indicatorspec import IndicatorDefinition as IndicatorDefinition
from engine.core.indicatorspec import Manual as Manual
from engine.core.indicatorspec import Quantity as Quantity
from engine.core.indicatorspec import Window as Window
from engine.core.linkspec import ChildSpec as ChildSpec
from engine.core.linkspec import FollowUpSpec as FollowUpSpec
from engine.core.linkspec import LinkSpec as LinkSpec
from engine.core.linkspec import ParentRead as ParentRead
from engine.core.linkspec import ParentSpec as ParentSpec
from engine.core.noticespec import NoticeSpec as NoticeSpec
from engine.core.printing.spec import PrintSpec
from engine.core.registerspec import CiteSpec as CiteSpec
from engine.core.registerspec import Days as Days
from engine.core.registerspec import Measure as Measure
from engine.core.registerspec import PublicSpec as PublicSpec
from engine.core.registerspec import RegisterDefinition as RegisterDefinition
from engine.core.registerspec import Rights as Rights
from engine.core.registerspec import Span as Span
from engine.core.registerspec import StartAnswer as StartAnswer
from engine.core.registerspec import StartSpec as StartSpec
from engine.core.registerspec import WorkingDays as WorkingDays
from engine.core.rolespec import Lock as Lock
from engine.core.rolespec import RoleSpec as RoleSpec
from engine.core.rolespec import RuleSpec as RuleSpec
from engine.core.scenario import Expected as Expected
from engine.core.scenario import Scenario as Scenario
from engine.core.scenario import Step as Step
from engine.core.scorespec import ScoreDefinition as ScoreDefinition
from engine.core.scorespec import ScoreUse as ScoreUse

FORMAT = 1
KEY = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


class Call(Element):
    """A guard, action or job named with its options; `tasks_done` alone is short for no options."""

    name: Key
    options: dict[str, Any] = Field(default_factory=dict)


class TaskSpec(Element):
    """One thing that one role has to do in a state: fill a form, or decide between transitions."""

    key: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    role: Key
    fill: Key | None = None
    decide: tuple[Key, ...] = ()
    after: tuple[Key, ...] = ()
    due: Due | None = None
    shows: tuple[Key, ...] = ()
    optional: bool = False


class State(Element):
    """Where a case stands; opens its tasks on entry and closes the open ones on exit."""

    key: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    initial: bool = False
    final: bool = False
    due: Due | None = None
    tasks: tuple[TaskSpec, ...] = ()


class Transition(Element):
    """A declared move. Who may fire it follows from the decide-tasks that list it; automatic ones fire by `system`."""

    key: Key
    label: AuthoredText | None = None
    from_: tuple[Key, ...] = Field(alias="from", min_length=1)
    to: Key
    when: ExpressionText | None = None
    otherwise: AuthoredText | None = None
    guards: tuple[Call, ...] = ()
    actions: tuple[Call, ...] = ()
    jobs: tuple[Call, ...] = ()
    automatic: bool = False
    reason: Literal["none", "optional", "required"] = "none"


class Grant(Element):
    """Who may read a form beyond his own task and its `shows`: a role, while the case stands in these states."""

    form: Key
    role: Key
    states: tuple[Key, ...]


class ResultSpec(BaseModel):
    """A result of the case: a scoring method of the catalog with its options (the keys that are left)."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    key: Key
    label: AuthoredText | None = None
    method: Key

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


class WorkflowDefinition(Element):
    """A whole workflow in the normal form: ordered lists of `{key: …}`."""

    kind: Literal["workflow"]
    format: Literal[1]
    key: Key
    name: AuthoredText
    help: AuthoredText | None = None
    subject: Literal["person", "unit", "case", "definition", "none"] = "person"
    period: Literal["year", "half_year", "quarter", "month", "none"] = "year"
    started_by: Literal["cycle", "subject"] = "cycle"
    due: Due | None = None
    roles: tuple[RoleSpec, ...]
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    forms: tuple[FormSchema, ...] = ()
    visible: tuple[Grant, ...] = ()
    results: tuple[ResultSpec, ...] = ()
    scores: tuple[ScoreUse, ...] = ()
    figures: tuple[FigureSpec, ...] = ()
    entries: tuple[EntriesSpec, ...] = ()
    prints: tuple[PrintSpec, ...] = ()
    notices: tuple[NoticeSpec, ...] = ()
    parent: ParentSpec | None = None
    children: tuple[ChildSpec, ...] = ()
    follow_ups: tuple[FollowUpSpec, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    lock: tuple[Lock, ...] = ()

    def state(self, key: str) -> State:
        return next(state for state in self.states if state.key == key)

    def form(self, key: str) -> FormSchema:
        return next(form for form in self.forms if form.key == key)

    def transition(self, key: str) -> Transition:
        return next(transition for transition in self.transitions if transition.key == key)

    def initial(self) -> State:
        return next(state for state in self.states if state.initial)

    @property
    def links(self) -> tuple[LinkSpec, ...]:
        """Every kind of case that one of this workflow may open."""
        return (*self.children, *self.follow_ups)

    def link(self, key: str) -> LinkSpec:
        return next(link for link in self.links if link.key == key)


Definition = WorkflowDefinition | RegisterDefinition | IndicatorDefinition | ScoreDefinition | CodeList
