"""Scenarios as tests: each is walked from its first day to its end; what fails is told by its step, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.core.definition import Scenario, Step, WorkflowDefinition
from engine.core.messages import Message, Param, readable
from engine.core.simulating.beside import begin
from engine.core.simulating.play import Play
from engine.core.simulating.walking import differences, reached, walk
from engine.core.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Ran:
    """How a scenario came out: the play as far as it went, the index of the step that failed, and why.

    `at` is the number of steps where all of them went and the end is another.
    """

    scenario: Scenario
    play: Play
    at: int | None = None
    reasons: tuple[Message, ...] = ()

    @property
    def passed(self) -> bool:
        return self.at is None

    def told(self) -> Message:
        """What failed, as one sentence with its reasons."""
        name = self.scenario.label or readable(self.scenario.key)
        definition = self.play.workflow.definition
        if self.at is not None and self.at < len(self.scenario.steps):
            step = worded(definition, self.scenario.steps[self.at])
            return Message("scenario.step_fails", scenario=name, number=self.at + 1, step=step, reasons=self.reasons)
        return Message("scenario.ends_otherwise", scenario=name, reasons=self.reasons)


def run(workflow: Workflow, scenario: Scenario, go_on: Callable[[], bool] = lambda: True) -> Ran:
    """Walk one scenario; it fails where `go_on` says no on the way."""
    walked = walk(begin(workflow, scenario.on, scenario.same), scenario.steps, go_on)
    if walked.at is not None:
        return Ran(scenario, walked.play, walked.at, walked.reasons)
    missed = tuple(differences(walked.play, scenario.ends)) if scenario.ends is not None else ()
    return Ran(scenario, walked.play, len(scenario.steps) if missed else None, missed)


def run_all(workflow: Workflow, go_on: Callable[[], bool] = lambda: True) -> Iterator[Ran]:
    """Walk every scenario of a definition; stops before the next one when `go_on` says no."""
    for scenario in workflow.definition.scenarios:
        if not go_on():
            return
        yield run(workflow, scenario, go_on)


def kept(play: Play, key: str, label: Param) -> dict[str, object]:
    """A walk as an element of `scenarios` in the normal form: where it stands now is where it must end."""
    scenario = Scenario.model_validate(
        {
            "key": key,
            "label": label.as_document() if hasattr(label, "as_document") else label,
            "on": play.began,
            "same": play.same,
            "steps": play.steps,
            "ends": reached(play),
        }
    )
    return scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def worded(definition: WorkflowDefinition, step: Step) -> Message:
    """A step as a sentence: who does what."""
    role = _called(definition.roles, step.role)
    if step.fill is not None:
        tasks = [task for state in definition.states for task in state.tasks]
        return Message("play.step.fill", role=role, task=_called(tasks, step.fill))
    if step.fire is not None:
        return Message("play.step.fire", role=role, transition=_called(definition.transitions, step.fire))
    if step.until is not None:
        return Message("play.step.until", day=step.until)
    if step.figures is not None:
        return Message("play.step.figures", figures=tuple(_given(definition, step.figures)))
    return Message("play.step.expect")


def _given(definition: WorkflowDefinition, figures: Mapping[str, Decimal]) -> Iterator[Param]:
    for key, number in figures.items():
        yield Message("play.step.figure", figure=_called(definition.figures, key), number=number)


def _called(elements: object, key: str | None) -> Param:
    for each in elements if isinstance(elements, (list, tuple)) else ():
        if each.key == key and each.label is not None:
            label: Param = each.label
            return label
    return readable(key or "–")
