"""A play as a page shows it: what was posted of its walk, what each role can do now, what has happened, in words.

The walk travels with the page, as the steps of a scenario, and is walked again for every answer: nothing of a play is
stored. What a posted step does is the core's (engine/core/simulating); which page shows it is admin/design_play.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import request

from engine.core import calendar, machine
from engine.core.designing import spots
from engine.core.errors import InvalidSubmission
from engine.core.messages import Message, Param, Text, readable
from engine.core.reading.known import indicators_of
from engine.core.simulating import beside, carrying, testing, walking
from engine.fields import decoding, numbers
from engine.web import design_words
from engine.web.labels import label
from engine.web.language import language, t, translate

if TYPE_CHECKING:
    from engine.core.definition import Scenario, Step, TaskSpec
    from engine.core.effects import Asked
    from engine.core.machine import Offer
    from engine.core.simulating.play import Happened, Play
    from engine.core.workflow import Workflow
    from engine.web.designing import Bench


@dataclass(frozen=True, slots=True)
class Asking:
    """A condition or guard of a transition, in words, and what it answered."""

    words: str
    allowed: bool
    why: Message | None


@dataclass(frozen=True, slots=True)
class Chance:
    """A transition out of this state: who may choose it now, or why not, with everything that it asks."""

    key: str
    name: Text
    reason: str
    automatic: bool
    asked: tuple[Asking, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """An open task of a role: the last day for it, and for what it waits."""

    spec: TaskSpec
    name: Text
    last: date | None
    late: bool
    waits: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Player:
    """A role, who plays it, and what it can do now."""

    key: str
    name: Text
    person: str
    duties: tuple[Duty, ...]
    offers: tuple[tuple[Offer, Text], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, in words."""

    day: date
    words: str
    result: str
    asked: tuple[Asking, ...]
    refused: tuple[Message, ...]


def posted_walk() -> Scenario | None:
    """The walk that the page carries; None where it carries none."""
    text = request.form.get("play.walk", "")
    return carrying.walk_from(text) if text else None


def walked(workflow: Workflow, walk: Scenario, go_on: Callable[[], bool]) -> walking.Walked:
    """The play of a walk, as far as it can be walked while `go_on` says yes."""
    same = [role for role in walk.same if role in {spec.key for spec in workflow.definition.roles}]
    return walking.walk(beside.begin(workflow, walk.on, same), walk.steps, go_on)


def typed(workflow: Workflow, spec: TaskSpec) -> dict[str, Any]:
    """The raw answers of the form on the page."""
    decoder = decoding.decoder(workflow.forms[spec.fill or ""].questions)
    return dict(decoder(request.form).data)


def players(play: Play) -> Iterator[Player]:
    """Every role with what it can do."""
    definition = play.workflow.definition
    for role in definition.roles:
        holder = play.holder(role.key)
        duties = tuple(_duties(play, role.key))
        offers = tuple((offer, label(definition.transition(offer.transition))) for offer in play.available(role.key))
        yield Player(role.key, label(role), holder.name if holder else "", duties, offers)


def _duties(play: Play, role: str) -> Iterator[Duty]:
    late = {task.key for task in play.overdue()}
    for task in play.open():
        spec = play.workflow.task(play.case.state, task.key)
        if spec.role == role:
            waits = tuple(label(each) for each in machine.waits_for(play.workflow, play.case, spec))
            last = calendar.last_day(task.due, play.case.zone) if task.due else None
            yield Duty(spec, label(spec), last, task.key in late, waits)


def chances(bench: Bench, play: Play) -> Iterator[Chance]:
    """Every transition that leaves this state, with what it asks."""
    for key, asked in play.verdicts().items():
        spec = play.workflow.definition.transition(key)
        yield Chance(key, label(spec), spec.reason, spec.automatic, tuple(_asking(bench, key, asked)))


def lines(bench: Bench, play: Play) -> Iterator[Line]:
    """What has happened, the newest first."""
    for each in reversed(play.history):
        yield Line(
            each.day,
            _happened(play, each),
            _came_to(play, each),
            tuple(_asking(bench, each.transition or "", each.asked)),
            each.refused,
        )


def _happened(play: Play, each: Happened) -> str:
    if each.step is not None:
        return translate(testing.worded(play.workflow.definition, each.step))
    return t("play.by_itself", transition=label(play.workflow.definition.transition(each.transition or "")))


def _came_to(play: Play, each: Happened) -> str:
    if each.transition is None:
        return ""
    return t("play.came_to", state=label(play.workflow.states[each.to_state]))


def _asking(bench: Bench, transition: str, asked: Sequence[Asked]) -> Iterator[Asking]:
    for each in asked:
        if each.name == "when":
            words = bench.says(f"transitions.{transition}.when", each.options.get("expression", ""))
        else:
            words = design_words.word_of(f"design.entry.guard.{each.name}", each.name)
        yield Asking(design_words.capital(words), each.verdict.allowed, each.verdict.message)


def figures(bench: Bench, play: Play) -> Iterator[tuple[str, Text, Text | None, str]]:
    """The figures that the workflow reads: key, name, unit, and the number that was said, as one would type it."""
    known = indicators_of(bench.codelists)
    for spec in play.workflow.definition.figures:
        indicator = known.get(spec.indicator or "")
        name = spec.label or (indicator.name if indicator is not None else readable(spec.key))
        number = play.figures.get(spec.key)
        typed = "" if number is None else numbers.typed(number, language())
        yield spec.key, name, None if indicator is None else indicator.unit, typed


def posted_figures(play: Play) -> tuple[dict[str, Decimal], tuple[Message, ...]]:
    """The numbers that the page gives to figures, where they are other ones than before; or which cannot be read."""
    found: dict[str, Decimal] = {}
    wrong: list[Message] = []
    for spec in play.workflow.definition.figures:
        try:
            number = numbers.read(request.form.get(f"play.figure.{spec.key}", ""), numbers.MOST_PLACES)
        except InvalidSubmission as invalid:
            wrong += invalid.errors.values()
            continue
        if number is not None and number != play.figures.get(spec.key):
            found[spec.key] = number
    return found, tuple(wrong)


def results(play: Play) -> Iterator[tuple[Text, str]]:
    """The results of the case, by their names."""
    for spec in (each.spec for each in play.workflow.results):
        if (value := walking.result(play, spec.key)) is not None:
            yield label(spec), _worded(play, spec.key, value)


def _worded(play: Play, key: str, value: str) -> str:
    """A result as people read it: what its derivation calls it, else itself."""
    outcome: Any = play.case.results.get(key)
    derivation: Mapping[str, Any] = getattr(outcome, "derivation", {})
    said = derivation.get("result")
    words = said.get("label") if isinstance(said, Mapping) else None
    return translate(Text(words["id"], words["en"])) if isinstance(words, Mapping) else value


def wrong_scenarios(bench: Bench, workflow: Workflow) -> list[tuple[str, Text]]:
    """The scenarios of the draft that cannot be walked, since something that they name is not there: key and name."""
    sound = {each.key for each in workflow.definition.scenarios}
    listed = [each for each in spots.elements(bench.document, "scenarios") if spots.key_of(each) not in sound]
    return [(spots.key_of(each), spots.title_of(each)) for each in listed]


def step_words(workflow: Workflow, steps: Sequence[Step]) -> list[str]:
    """A walk as sentences."""
    return [translate(testing.worded(workflow.definition, step)) for step in steps]


def named(workflow: Workflow, group: str, key: str) -> Param:
    """What people call a transition or a state."""
    found = getattr(workflow.definition, group)
    return next((label(each) for each in found if each.key == key), readable(key))
